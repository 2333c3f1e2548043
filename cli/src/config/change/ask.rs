// SPDX-License-Identifier: Apache-2.0
//! `trimast config check`, `request`, `add` and `submit`: a change is looked at, asked for, and amended.
//!
//! ```text
//!   one page of stations      request                        one call
//!   more                      draft, add ..., submit         pipelined; --into N goes on with what is there. Pages
//!                                                            that look at later ones are added once more
//! ```

use super::{
	look::{dry_run, part, tell, would_be, Ask, Checked},
	send::{draft, number_of, Outcome, Sending},
	story::{self, Told},
	values::{read, Change, ValuesArgs, Wanted},
	window::WindowArgs,
	Reason,
};
use crate::{
	chain::views::At,
	config::{access, words::Words},
	context::Context,
	error::{Failure, Result},
	names::org_name,
};
use clap::Args;
use trimast_primitives::{
	apis::RequestView,
	cells::change::{Item, Terms, MAX_GUARD},
	text::is_plain,
};

/// Look at a change without asking for it.
#[derive(Args, Debug)]
pub(crate) struct CheckCommand {
	#[command(flatten)]
	values: ValuesArgs,
	#[command(flatten)]
	window: WindowArgs,
	/// Look at it as if this company asked for it; the signer's company otherwise.
	#[arg(long, value_name = "ORG")]
	by: Option<crate::names::OrgName>,
}

/// Ask for a change.
#[derive(Args, Debug)]
pub(crate) struct RequestCommand {
	#[command(flatten)]
	values: ValuesArgs,
	#[command(flatten)]
	window: WindowArgs,
	/// Change each page of stations as a whole or not at all; otherwise what is refused is left out and the rest goes on.
	#[arg(long)]
	whole: bool,
	/// What is watched, and when the change is to be undone: up to 64 bytes of text.
	#[arg(long, value_name = "TEXT", default_value = "")]
	guard: String,
	/// The document that gives the reason, or its hash (0x and 64 digits).
	#[arg(long, value_name = "FILE|HASH")]
	reason: Option<Reason>,
	/// Go on with this draft: pages that it has are left alone, the others added, and all of it submitted.
	#[arg(long, value_name = "NUMBER", conflicts_with_all = ["from", "to", "emergency", "whole", "guard", "reason"])]
	into: Option<u32>,
	/// Check and send nothing.
	#[arg(long)]
	check: bool,
}

/// Put values into a request.
#[derive(Args, Debug)]
pub(crate) struct AddCommand {
	/// The request: a draft, or one that waits for consents. That one is amended, and everybody is asked again.
	request: u32,
	#[command(flatten)]
	values: ValuesArgs,
}

/// `config check`.
pub(crate) async fn check(context: &Context, command: CheckCommand) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let mut words = Words::ask(at).await?;
	let by = match &command.by {
		Some(name) => name.find(&words.orgs)?.id,
		None => context.org_to_read(at).await?,
	};
	let window = command.window.window(at.moment().await?)?;
	let change = read(context, &chain, at, &command.values, &mut words).await?;
	let ask = Ask { by, request: None, window, emergency: command.window.emergency, whole: false };
	let checked = dry_run(context, at, &change, &ask, &words).await?;
	tell(context, &checked, &change, (&ask, &command.values), &words)?;
	would_be(&checked, &change, false)
}

/// `config request`.
pub(crate) async fn request(context: &Context, command: RequestCommand) -> Result<()> {
	if let Some(number) = command.into {
		return go_on(context, number, &command.values, command.check, true).await;
	}
	let guard = command.guard.into_bytes();
	if !is_plain(&guard) {
		return Err(Failure::usage("it has characters that cannot be read")
			.at("--guard")
			.remedy("write it without control characters"));
	}
	let guard = guard.try_into().map_err(|_| {
		Failure::usage(format!("it has more than {MAX_GUARD} bytes"))
			.at("--guard")
			.remedy("write it shorter; the whole of it stands in the document of --reason")
	})?;
	let reason = command.reason.as_ref().map(Reason::hash).transpose()?.unwrap_or_default();
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let account = access::acting(context, at, access::ENGINEER).await?;
	let by = account.org;
	let mut words = Words::ask(at).await?;
	let window = command.window.window(at.moment().await?)?;
	let change = read(context, &chain, at, &command.values, &mut words).await?;
	access::expect_local_network(&account, change.local_network)?;
	let (whole, emergency) = (command.whole, command.window.emergency);
	let terms = Terms { window, whole, emergency, guard, reason };
	if emergency && change.pages.len() > 1 {
		return Err(Failure::input(format!("values in {} pages of stations", change.pages.len()))
			.at("--emergency")
			.remedy("an emergency is ratified in one step: report each page by a request of its own"));
	}
	let ask = Ask { by, request: None, window, emergency, whole };
	let checked = dry_run(context, at, &change, &ask, &words).await?;
	tell(context, &checked, &change, (&ask, &command.values), &words)?;
	if command.check {
		return would_be(&checked, &change, whole);
	}
	let question = match emergency {
		true => "Report that the network was changed so?",
		false => "Ask for this?",
	};
	if !context.output.confirm(&with_losses(question, checked.lost(&change, whole))) {
		return Err(Failure::declined("nothing asked for"));
	}
	match change.pages.iter().next() {
		Some((page, values)) if change.pages.len() == 1 => {
			let spec = context.spec(&chain).await?;
			let call =
				spec.call("ConfigGuard", "request", (change.local_network, &terms, *page, part(values)))?;
			let Some(inclusion) = context.perform(&chain, call).await? else { return Ok(()) };
			let told = Outcome::of([(*page, values.as_slice(), inclusion.events.as_slice())], &words);
			let Some(number) = number_of(&inclusion.events) else {
				// A multisig that is not complete: nothing is asked for yet.
				return Ok(());
			};
			told.tell(context, &chain, number, &words).await
		}
		_ => {
			let signer = context.bulk_signer()?;
			let number = draft(context, &chain, &signer, change.local_network, &terms).await?;
			let sending = Sending { context, chain: &chain, signer: &signer, number, words: &words };
			sending.fill(&change, true).await
		}
	}
}

fn with_losses(question: &str, lost: usize) -> String {
	match lost {
		0 => question.into(),
		1 => format!("1 value is not taken. {question}"),
		lost => format!("{lost} values are not taken. {question}"),
	}
}

/// `config add`.
pub(crate) async fn add(context: &Context, command: AddCommand) -> Result<()> {
	go_on(context, command.request, &command.values, false, false).await
}

/// Goes on with a request: adds the pages that it does not have just so. Submits a draft where that is asked for.
async fn go_on(context: &Context, number: u32, values: &ValuesArgs, check: bool, submit: bool) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let account = access::acting(context, at, access::ENGINEER).await?;
	let by = account.org;
	let view = at.change_request(number).await?;
	let place = |failure: Failure| failure.at(format!("request {number}"));
	if view.by != by {
		let what = format!("{} asks for it", org_name(&at.orgs().await?, view.by));
		let remedy = "only who asks puts values into it: ask for yours by a request of your own";
		return Err(place(Failure::chain(what).remedy(remedy)));
	}
	access::expect_local_network(&account, view.local_network).map_err(place)?;
	let is_draft = view.phase == "draft";
	if !is_draft && (submit || view.phase != "asked") {
		let next = story::next_step(&view, &at.orgs().await?);
		let remedy =
			format!("values are put into a draft, or into a request that waits for consents; {next}");
		return Err(place(Failure::chain(format!("it is {}", story::phase_words(&view))).remedy(remedy)));
	}
	let mut words = Words::ask(at).await?;
	let mut change = read(context, &chain, at, values, &mut words).await?;
	if change.local_network != view.local_network {
		let what =
			format!("it is about local network {}, and not {}", view.local_network.0, change.local_network.0);
		return Err(place(Failure::input(what).remedy("ask for those by a request of their own")));
	}
	let (window, emergency, whole) = (view.window, view.emergency, view.whole);
	let ask = Ask { by, request: Some(number), window, emergency, whole };
	let mut checked = dry_run(context, at, &change, &ask, &words).await?;
	leave_out(at, &view, &mut change, &mut checked).await?;
	if !change.pages.is_empty() {
		tell(context, &checked, &change, (&ask, values), &words)?;
	} else if !submit {
		context.output.remark(&format!("request {number} has all of it already"));
		return Ok(());
	}
	if check {
		return would_be(&checked, &change, whole);
	}
	let question = match (is_draft, submit) {
		(true, true) => format!("Put this into request {number}, and ask for all of it?"),
		(true, false) => format!("Put this into request {number}?"),
		(false, _) => format!("Amend request {number} so? Everybody is asked again."),
	};
	if !context.output.confirm(&with_losses(&question, checked.lost(&change, whole))) {
		return Err(Failure::declined("nothing sent"));
	}
	match change.pages.iter().next() {
		Some((page, values)) if change.pages.len() == 1 && !submit => {
			let spec = context.spec(&chain).await?;
			let call = spec.call("ConfigGuard", "add", (number, *page, part(values)))?;
			let Some(inclusion) = context.perform(&chain, call).await? else { return Ok(()) };
			let told = Outcome::of([(*page, values.as_slice(), inclusion.events.as_slice())], &words);
			told.tell(context, &chain, number, &words).await
		}
		_ => {
			let signer = context.bulk_signer()?;
			let sending = Sending { context, chain: &chain, signer: &signer, number, words: &words };
			sending.fill(&change, submit).await
		}
	}
}

/// Takes out the pages of which a request has already what is not refused.
async fn leave_out(at: At<'_>, view: &RequestView, change: &mut Change, checked: &mut Checked) -> Result<()> {
	let mut same = Vec::new();
	for (page, values) in &change.pages {
		if !view.parts.iter().any(|part| part.page == *page) {
			continue;
		}
		let has: Option<Vec<Item>> =
			at.request_items(view.id, *page).await?.iter().map(story::item).collect();
		let passed: Vec<Item> = checked.passed(*page, values).into_iter().map(Wanted::item).collect();
		if has == Some(passed) {
			same.push(*page);
		}
	}
	change.pages.retain(|page, _| !same.contains(page));
	checked.refused.retain(|(page, _), _| !same.contains(page));
	checked.broken.retain(|(page, _), _| !same.contains(page));
	checked.required.retain(|(page, _), _| !same.contains(page));
	Ok(())
}

/// `config submit`.
pub(crate) async fn submit(context: &Context, number: u32) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let account = access::acting(context, at, access::ENGINEER).await?;
	let view = at.change_request(number).await?;
	let words = Words::ask(at).await?;
	if view.phase != "draft" {
		let what = format!("it is {}", story::phase_words(&view));
		return Err(Failure::chain(what)
			.at(format!("request {number}"))
			.remedy(format!("only a draft is submitted; {}", story::next_step(&view, &words.orgs))));
	}
	access::expect_local_network(&account, view.local_network)
		.map_err(|failure| failure.at(format!("request {number}")))?;
	let told = Told::ask(at, view, words).await?;
	told.show();
	if !context.output.confirm("Ask for this?") {
		return Err(Failure::declined("nothing asked for"));
	}
	if told.view.parts.iter().any(|part| part.state == "unchecked") {
		let signer = context.bulk_signer()?;
		let sending = Sending { context, chain: &chain, signer: &signer, number, words: &told.words };
		sending.recheck().await?;
	}
	let call = context.spec(&chain).await?.call("ConfigGuard", "submit", number)?;
	if context.perform(&chain, call).await?.is_none() {
		return Ok(());
	}
	Outcome::default().tell(context, &chain, number, &told.words).await
}
