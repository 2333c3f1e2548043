// SPDX-License-Identifier: Apache-2.0
//! `trimast config check`, `request`, `add` and `submit`: a change is looked at, asked for, and amended.
//!
//! ```text
//!   one page of stations      request                        one call
//!   more                      draft, add ..., submit         pipelined; --into N goes on with what is there. Pages
//!                                                            that look at later ones are added once more
//! ```

use super::{
	refusal::refusals,
	story::{self, Told},
	values::{read, Change, ValuesArgs, Wanted},
	Reason,
};
use crate::{
	chain::{events::Event, views::At, Chain},
	config::{access, export::time, words::Words},
	context::Context,
	error::{Failure, Result},
	keys::Signer,
	names::{org_name, org_names},
	output::{counted, table},
	submit::{self, window::Limits, Fate, Inclusion, News, Submitter},
};
use clap::Args;
use serde_json::{json, Value};
use std::collections::BTreeMap;
use trimast_primitives::{
	apis::{OrgView, PolicyView, RequestView},
	cells::{
		catalogue::{ApprovalClass, ParamScope, Parameter},
		change::{Item, Terms, MAX_GUARD},
		ParamKey,
	},
	site::StationEntry,
	text::is_plain,
	LocalNetworkId, Moment, OrgId, OrgSet,
};

/// How long a window is where nothing else is said, milliseconds: a day.
const DAY: Moment = 24 * 3_600_000;
/// Values that are written out for people.
const SHOWN: usize = 50;

/// When a change is made.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct WindowArgs {
	/// First moment in which it is carried out; now where nothing is said. In an emergency: when the network was changed.
	#[arg(long, value_name = "TIME", value_parser = time::read)]
	from: Option<Moment>,
	/// Last moment; a day after the first where nothing is said.
	#[arg(long, value_name = "TIME", value_parser = time::read, conflicts_with = "emergency")]
	to: Option<Moment>,
	/// The network has been changed already: the others are asked afterwards, and have a set time to agree.
	#[arg(long)]
	emergency: bool,
}

impl WindowArgs {
	/// From when to when.
	fn window(self, now: Moment) -> Result<(Moment, Moment)> {
		let from = self.from.unwrap_or(now);
		let to = self.to.unwrap_or_else(|| from.saturating_add(DAY));
		if from >= to {
			let what =
				format!("the window ends ({}) before it begins ({})", time::text(to), time::text(from));
			return Err(Failure::usage(what).at("--from, --to").remedy("let --to be later than --from"));
		}
		let clock = || format!("the chain's clock says {}", time::text(now));
		if !self.emergency && to <= now {
			let what = format!("the window is over: {}", clock());
			return Err(Failure::usage(what).at("--to").remedy("let it end later"));
		}
		if self.emergency && from > now {
			let what = format!("the network was changed already, and {}", clock());
			return Err(Failure::usage(what)
				.at("--from")
				.remedy("say when it was changed, or leave --from out"));
		}
		Ok((from, to))
	}
}

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

/// What a dry run says of a change.
#[derive(Default)]
struct Checked {
	/// By page and place in the part: why a value is refused.
	refused: BTreeMap<(u16, usize), String>,
	/// By page and place: what would refuse a value of an emergency if it were none.
	broken: BTreeMap<(u16, usize), String>,
	/// By page and place: who must agree.
	required: BTreeMap<(u16, usize), OrgSet>,
}

/// How the whole of a change is asked for.
struct Ask {
	by: OrgId,
	/// The request, where there is one already.
	request: Option<u32>,
	window: (Moment, Moment),
	emergency: bool,
	whole: bool,
}

impl Ask {
	/// The window that the chain is asked about. That of a request that is there was taken when it began, and counts from now.
	fn window_from(&self, now: Moment) -> (Moment, Moment) {
		let (from, to) = self.window;
		match self.request.is_some() && !self.emergency {
			true => (from.max(now), to),
			false => (from, to),
		}
	}
}

/// Who must agree to a value of a station's cell: as the chain decides it, but for who is a member no more. While not
/// everybody stands behind the station's record, and where a cell has no baseline yet, nobody decides alone. Who has left
/// operates nothing.
fn required(
	entry: &StationEntry,
	parameter: &Parameter,
	policy: &PolicyView,
	members: OrgSet,
	key: ParamKey,
	value: i64,
	is_new: bool,
) -> OrgSet {
	let station = &entry.station;
	let class = match parameter.class {
		_ if entry.is_confirmed() && !is_new => parameter.class_of(station.mode, value),
		ApprovalClass::Tower => ApprovalClass::Tower,
		_ => ApprovalClass::Joint,
	};
	let plmn = station.plmns.get(usize::from(key.place)).filter(|_| parameter.scope == ParamScope::Plmn);
	let holder = plmn.and_then(|plmn| policy.holdings.iter().find(|(_, plmns, _)| plmns.contains(plmn)));
	class.parties(station, holder.map(|(org, ..)| *org).filter(|org| members.contains(*org)))
}

fn part(values: &[Wanted]) -> Vec<Item> {
	values.iter().map(Wanted::item).collect()
}

/// Has the chain check a change, and finds who must agree to it.
async fn dry_run(
	context: &Context,
	at: At<'_>,
	change: &Change,
	ask: &Ask,
	words: &Words,
) -> Result<Checked> {
	let (policy, members) = (at.policy().await?, story::members(&words.orgs));
	let window = ask.window_from(at.moment().await?);
	let mut checked = Checked::default();
	let bar = context.output.progress(change.pages.len().try_into().unwrap_or(u64::MAX), "pages checked");
	for (page, values) in &change.pages {
		let place = (change.local_network, *page);
		// A dry run knows of no request: to it what this one has already stands in its own way.
		let own = ask.request.map(|number| format!("request {number} is open on the value"));
		let mut ratify = BTreeMap::new();
		for refusal in at.check_change(ask.by, place, &part(values), window, ask.emergency).await? {
			let n = usize::from(refusal.item);
			match refusal.ratify {
				Some(orgs) => {
					ratify.insert(n, orgs);
					checked.broken.insert((*page, n), refusal.why);
				}
				None if own.as_ref() != Some(&refusal.why) => {
					checked.refused.insert((*page, n), refusal.why);
				}
				None => {}
			}
		}
		for (n, value) in values.iter().enumerate() {
			let entry = words.stations.get(&value.cell.site);
			let parameter = words.catalogue.get(value.key.param).map(|view| &view.parameter);
			// Who must agree to a value's being taken away decides that value.
			let decides = value.value.or(value.before);
			if let Some(((entry, parameter), decides)) = entry.zip(parameter).zip(decides) {
				let required = required(entry, parameter, &policy, members, value.key, decides, value.is_new);
				let required = required.union(ratify.get(&n).copied().unwrap_or_default());
				checked.required.insert((*page, n), required.intersection(members));
			}
		}
		bar.inc(1);
	}
	bar.finish_and_clear();
	Ok(checked)
}

impl Checked {
	/// Who must agree to what is not refused.
	fn all_required(&self) -> OrgSet {
		let passed = self.required.iter().filter(|(place, _)| !self.refused.contains_key(place));
		passed.fold(OrgSet::EMPTY, |all, (_, orgs)| all.union(*orgs))
	}

	/// The values of a page that pass.
	fn passed<'a>(&self, page: u16, values: &'a [Wanted]) -> Vec<&'a Wanted> {
		let numbered = values.iter().enumerate();
		numbered.filter(|(n, _)| !self.refused.contains_key(&(page, *n))).map(|(_, value)| value).collect()
	}

	/// Pages of which nothing is taken: all of it is refused, or some of it and the request is whole.
	fn lost_pages(&self, change: &Change, whole: bool) -> Vec<u16> {
		let is_lost = |(page, values): &(&u16, &Vec<Wanted>)| {
			let passed = self.passed(**page, values).len();
			passed == 0 || (whole && passed < values.len())
		};
		change.pages.iter().filter(is_lost).map(|(page, _)| *page).collect()
	}

	/// Why all of it is refused, where that is one reason: what keeps a window out keeps every value out.
	fn one_reason(&self) -> Option<&str> {
		let mut reasons = self.refused.values();
		let first = reasons.next()?;
		reasons.all(|why| why == first).then_some(first.as_str())
	}

	/// That all of it is refused, at the first value that is.
	fn failure(&self, change: &Change, whole: bool, words: &Words) -> Failure {
		let all = match whole {
			true => "a value of every page is refused, and the request is whole",
			false => "every value is refused",
		};
		let what = match (self.one_reason(), self.refused.values().next()) {
			(Some(why), _) => format!("{all}: {why}"),
			(None, Some(why)) => format!("{all}; this one: {why}"),
			(None, None) => all.into(),
		};
		let failure = Failure::chain(what).remedy(
			"each value is told above with its reason: leave out what stands so already, mend the others, and look with \
			 `trimast config check` before you ask again",
		);
		let first = self.refused.keys().next().and_then(|(page, n)| change.pages.get(page)?.get(*n));
		match first {
			Some(value) => {
				let what = format!("{} {}", words.cell(value.cell), words.key(value.cell, value.key));
				failure.at(format!("line {} ({what})", value.line))
			}
			None => failure,
		}
	}

	/// How many values would not be taken: those that are refused and, where a page is changed as a whole or not at all,
	/// those beside them.
	fn lost(&self, change: &Change, whole: bool) -> usize {
		let pages = self.lost_pages(change, whole);
		let of_page = |(page, values): (&u16, &Vec<Wanted>)| match pages.contains(page) {
			true => values.len(),
			false => values.len().saturating_sub(self.passed(*page, values).len()),
		};
		change.pages.iter().map(of_page).sum()
	}

	/// What is said of a value: that it is refused, or who else must agree to it, and what it breaks as an emergency.
	fn said(&self, place: (u16, usize), by: OrgId, orgs: &[OrgView]) -> String {
		if let Some(why) = self.refused.get(&place) {
			return format!("refused: {why}");
		}
		let others = self.required.get(&place).copied().unwrap_or_default().without(by);
		let who = if others.is_empty() { "you alone".into() } else { org_names(orgs, others) };
		match self.broken.get(&place) {
			Some(why) => format!("{who}; {}", story::broken_words(why)),
			None => who,
		}
	}

	/// Tells what each value would come to.
	fn tell(&self, context: &Context, change: &Change, ask: &Ask, words: &Words) {
		let values = || {
			change
				.pages
				.iter()
				.flat_map(|(page, values)| values.iter().enumerate().map(move |(n, value)| (*page, n, value)))
		};
		let ids = |orgs: OrgSet| orgs.iter().map(|org| org.0).collect::<Vec<_>>();
		let listed: Vec<Value> = values()
			.map(|(page, n, value)| {
				json!({
					"line": value.line, "page": page, "cell": words.cell(value.cell), "id": value.cell,
					"parameter": words.key(value.cell, value.key), "key": value.key, "before": value.before,
					"value": value.value, "refused": self.refused.get(&(page, n)), "broken": self.broken.get(&(page, n)),
					"required": self.required.get(&(page, n)).map(|orgs| ids(*orgs)),
				})
			})
			.collect();
		let value = json!({
			"type": "checked", "local_network": change.local_network, "by": ask.by, "window": ask.window,
			"emergency": ask.emergency, "values": listed, "refused": self.refused.len(),
			"required": ids(self.all_required()),
		});
		context.output.answer(&value, || {
			// What is refused stands first, and then what breaks something: of a long list the end is not shown.
			let mut listed: Vec<_> = values().collect();
			listed.sort_by_key(|(page, n, _)| {
				let place = (*page, *n);
				(!self.refused.contains_key(&place), !self.broken.contains_key(&place))
			});
			let rows = listed.into_iter().take(SHOWN).map(|(page, n, value)| {
				vec![
					value.line.to_string(),
					words.cell(value.cell),
					words.key_words(value.cell, value.key),
					words.value(value.cell, value.key, value.before),
					words.asked(value.cell, value.key, value.value),
					self.said((page, n), ask.by, &words.orgs),
				]
			});
			let mut text =
				table(&["line", "cell", "parameter", "now", "asked for", "who else must agree"], rows);
			let count = change.values().count();
			if count > SHOWN {
				text.push_str(&format!("\n... {count} in all; --json lists them"));
			}
			let (from, to) = ask.window;
			text.push_str(&format!(
				"\n{} of {} pass; from {} {}",
				count.saturating_sub(self.refused.len()),
				counted(count, "value"),
				time::text(from),
				if ask.emergency { "(emergency)".into() } else { format!("to {}", time::text(to)) },
			));
			text
		});
	}
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

/// What a check without a request ends with.
fn would_be(checked: &Checked, change: &Change, whole: bool) -> Result<()> {
	match checked.lost(change, whole) {
		0 => Ok(()),
		lost => Err(Failure::partial(format!("{} would not be taken", counted(lost, "value")))
			.remedy("mend what is said above, or leave those values out")),
	}
}

/// Tells what a change would come to. Fails when all of it is refused.
fn tell(
	context: &Context,
	checked: &Checked,
	change: &Change,
	(ask, values): (&Ask, &ValuesArgs),
	words: &Words,
) -> Result<()> {
	checked.tell(context, change, ask, words);
	let lost = checked.lost_pages(change, ask.whole);
	if lost.len() == change.pages.len() {
		return Err(checked.failure(change, ask.whole, words).at(values.place()));
	}
	Ok(())
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

/// The number of the request that a call has opened.
fn number_of(events: &[Event]) -> Option<u32> {
	let drafted = events.iter().find(|event| event.is("ConfigGuard", "RequestDrafted"))?;
	u32::try_from(drafted.fields.get("request")?.as_u64()?).ok()
}

/// Opens a draft.
async fn draft(
	context: &Context,
	chain: &Chain,
	signer: &Signer,
	local_network: LocalNetworkId,
	terms: &Terms,
) -> Result<u32> {
	let spec = context.spec(chain).await?;
	let call = spec.call("ConfigGuard", "draft", (local_network, terms))?;
	let inclusion = make(context, chain, signer, "draft", call).await?;
	let number = number_of(&inclusion.events).ok_or_else(|| {
		Failure::chain("the request's number is not among the events")
			.at("draft")
			.remedy("`trimast config requests --mine` shows it: go on with --into NUMBER")
	})?;
	context.output.remark(&format!("request {number} is a draft; --into {number} goes on with it"));
	context.output.json_line(&json!({ "type": "draft", "request": number, "block": inclusion.block }));
	Ok(number)
}

/// Makes a call, and expects it to be carried out.
async fn make(
	context: &Context,
	chain: &Chain,
	signer: &Signer,
	name: &str,
	call: crate::chain::Call,
) -> Result<Inclusion> {
	let spec = context.spec(chain).await?;
	let inclusion = submit::one(chain, signer, context.wrap_bulk(call, &spec)?, context.output).await?;
	match inclusion.failure {
		Some(failure) => Err(failure.at(name)),
		None => Ok(inclusion),
	}
}

/// Values of a request that the chain has refused, and pages that were not taken.
#[derive(Default)]
struct Outcome {
	/// Line, cell and parameter in words, why.
	refused: Vec<(u64, String, String)>,
	/// Pages whose calls have failed.
	failed: Vec<(u16, Failure)>,
}

impl Outcome {
	/// Of the events of pages' calls.
	fn of<'a>(pages: impl IntoIterator<Item = (u16, &'a [Wanted], &'a [Event])>, words: &Words) -> Self {
		let mut outcome = Self::default();
		for (page, values, events) in pages {
			let checked = events.iter().filter(|event| event.is("ConfigGuard", "PartChecked"));
			let own = checked.filter(|event| event.fields.get("page") == Some(&json!(page)));
			for (place, why) in
				own.flat_map(|event| refusals(&event.fields, &words.orgs, &|cell| words.cell(cell)))
			{
				if let Some(value) = values.get(place) {
					let what = format!("{} {}", words.cell(value.cell), words.key(value.cell, value.key));
					outcome.refused.push((value.line, what, why));
				}
			}
		}
		outcome
	}

	/// Tells it, and how the request stands now. What was left out is a failure in part.
	async fn tell(self, context: &Context, chain: &Chain, number: u32, words: &Words) -> Result<()> {
		let at = chain.now().await?;
		let refused: Vec<Value> = self
			.refused
			.iter()
			.map(|(line, what, why)| json!({ "line": line, "what": what, "reason": why }))
			.collect();
		for (line, what, why) in &self.refused {
			context.output.say(&format!("line {line} ({what}): {why}"));
		}
		for (page, failure) in &self.failed {
			context.output.say(&format!("page {page}: {failure}"));
		}
		let Some(view) = at.find_request(number).await? else {
			context.output.json_line(&json!({ "type": "request", "request": null, "refused": refused }));
			return Err(Failure::chain("every value is refused, and no request is left")
				.remedy("mend what stands above, and ask again"));
		};
		let value = json!({ "type": "request", "request": view, "refused": refused });
		context.output.answer(&value, || story::standing(&view, &words.orgs));
		match (self.refused.len(), self.failed.len()) {
			(0, 0) => Ok(()),
			(refused, 0) => {
				Err(Failure::partial(format!("{} were refused and left out", counted(refused, "value")))
					.at(format!("request {number}"))
					.remedy("mend what stands above, and ask for them by another request"))
			}
			(_, failed) => Err(Failure::partial(format!("{} were not taken", counted(failed, "page")))
				.at(format!("request {number}"))
				.remedy(format!("mend what stands above, and go on with --into {number}"))),
		}
	}
}

/// A request that is filled by many calls.
struct Sending<'a> {
	context: &'a Context,
	chain: &'a Chain,
	signer: &'a Signer,
	number: u32,
	words: &'a Words,
}

/// What came of the call that puts a page in: its events, or why it was not taken. A request that has the page just so by then
/// has it by an earlier call, which was still under way when this one was made.
fn came(fate: Fate) -> Result<Vec<Event>> {
	match fate {
		Fate::Refused(failure) => Err(failure),
		Fate::Final(inclusion) => match inclusion.failure {
			Some(failure) if !failure.stands_at("ConfigGuard.NothingToChange") => Err(failure),
			_ => Ok(inclusion.events),
		},
	}
}

/// The events of pages that were put in, and why others were not.
type Added = (Vec<(u16, Vec<Event>)>, Vec<(u16, Failure)>);

impl Sending<'_> {
	/// Puts these pages in.
	async fn add(&self, pages: Vec<(u16, Vec<Item>)>) -> Result<Added> {
		let Self { context, chain, number, .. } = *self;
		let spec = context.spec(chain).await?;
		let jobs: Vec<Result<_>> = pages
			.into_iter()
			.map(|(page, items)| {
				let call = spec.call("ConfigGuard", "add", (number, page, items))?;
				Ok((page, context.wrap_bulk(call, &spec)?))
			})
			.collect();
		let bar = context.output.progress(jobs.len().try_into().unwrap_or(u64::MAX), "pages");
		let mut done: Vec<(u16, Vec<Event>)> = Vec::new();
		let mut failed = Vec::new();
		let mut submitter = Submitter::new(chain, self.signer, Limits::default()).await?;
		submitter
			.run(jobs, |news| {
				match news {
					News::Remark(text) => bar.suspend(|| context.output.remark(text)),
					News::Done(page, fate) => {
						bar.inc(1);
						match came(fate) {
							Ok(events) => done.push((page, events)),
							Err(failure) => failed.push((page, failure)),
						}
					}
					News::Block(_) => {}
				}
				Ok(())
			})
			.await
			.map_err(|failure| {
				submit::look_first(failure, self.signer).remedy(format!("go on with --into {number}"))
			})?;
		bar.finish_and_clear();
		Ok((done, failed))
	}

	/// Puts in once more, as they are, the pages of a draft that look at pages which came later. Tells what breaks a rule then.
	async fn recheck(&self) -> Result<()> {
		let Self { context, chain, number, words, .. } = *self;
		let at = chain.now().await?;
		let view = at.change_request(number).await?;
		let mut pages = Vec::new();
		for part in view.parts.iter().filter(|part| part.state == "unchecked") {
			let items = at.request_items(number, part.page).await?;
			pages.push((part.page, items.iter().filter_map(story::item).collect()));
		}
		if pages.is_empty() {
			return Ok(());
		}
		let (done, failed) = self.add(pages).await?;
		for (page, events) in &done {
			for event in events.iter().filter(|event| event.is("ConfigGuard", "PartChecked")) {
				let broken = json!({ "refused": event.fields.get("broken") });
				for (_, why) in refusals(&broken, &words.orgs, &|cell| words.cell(cell)) {
					context.output.say(&format!("page {page}: {why}"));
				}
			}
		}
		match failed.into_iter().next() {
			Some((page, failure)) => Err(failure.at(format!("page {page}"))),
			None => Ok(()),
		}
	}

	/// Adds all pages, also those of which nothing has passed the check: the chain says so then. Submits where that is asked
	/// for and no call has failed.
	async fn fill(&self, change: &Change, submit: bool) -> Result<()> {
		let Self { context, chain, number, .. } = *self;
		let pages = change.pages.iter().map(|(page, values)| (*page, part(values))).collect();
		let (done, failed) = self.add(pages).await?;
		let of_page = |page: u16| change.pages.get(&page).map_or(&[][..], Vec::as_slice);
		let pages = done.iter().map(|(page, events)| (*page, of_page(*page), events.as_slice()));
		let outcome = Outcome { failed, ..Outcome::of(pages, self.words) };
		let mut submitted = Ok(());
		if submit && outcome.failed.is_empty() {
			self.recheck().await?;
			let spec = context.spec(chain).await?;
			let call = spec.call("ConfigGuard", "submit", number)?;
			let made = make(context, chain, self.signer, "submit", call).await;
			let remedy = format!("mend it, then `trimast config submit {number}`");
			submitted = made.map(|_| ()).map_err(|failure| failure.remedy(remedy));
		}
		// What was refused on the way is told first.
		let told = outcome.tell(context, chain, number, self.words).await;
		submitted.and(told)
	}
}

#[cfg(test)]
mod tests {
	use super::{super::values::tests::wanted, *};
	use crate::config::{
		catalogue::tests::{catalogue, ONE},
		export::resolve::tests::{site, PLACE},
	};
	use trimast_primitives::{
		cells::ParamId,
		site::{SharingMode, Technology},
	};

	fn change() -> Change {
		let pages =
			[(0, vec![wanted(2, 0, 0, 11, 5), wanted(3, 0, 1, 11, 6)]), (1, vec![wanted(4, 64, 0, 12, 7)])];
		Change { local_network: PLACE, pages: pages.into() }
	}

	fn checked(refused: &[(u16, usize)]) -> Checked {
		let orgs = |bits| OrgSet(bits);
		Checked {
			refused: refused.iter().map(|place| (*place, "no".into())).collect(),
			broken: BTreeMap::new(),
			required: [((0, 0), orgs(1)), ((0, 1), orgs(0b11)), ((1, 0), orgs(0b101))].into(),
		}
	}

	#[test]
	fn refused_values_ask_nobody_and_cost_their_page_when_it_is_whole() {
		assert_eq!(checked(&[]).all_required(), OrgSet(0b111));
		let one = checked(&[(0, 1)]);
		assert_eq!(one.all_required(), OrgSet(0b101));
		assert_eq!(one.passed(0, &change().pages[&0]).len(), 1);
		assert_eq!((one.lost_pages(&change(), false), one.lost_pages(&change(), true)), (vec![], vec![0]));
		let page = checked(&[(1, 0)]);
		assert_eq!((page.lost_pages(&change(), false), page.lost_pages(&change(), true)), (vec![1], vec![1]));
		assert_eq!((one.lost(&change(), false), one.lost(&change(), true)), (1, 2));
		assert_eq!(would_be(&checked(&[]), &change(), true), Ok(()));
		let failure = would_be(&one, &change(), false).unwrap_err();
		assert!(failure.exit_code() == 5 && failure.to_string().contains("remedy"), "{failure}");
	}

	#[test]
	fn emergency_says_what_it_breaks_beside_who_must_agree() {
		let mut emergency = checked(&[(1, 0)]);
		emergency.broken.insert((0, 1), "rule 1: collision with cell 1301:7/2".into());
		let said = |place| emergency.said(place, OrgId(0), &[]);
		assert_eq!([said((0, 0)), said((1, 0))], ["you alone", "refused: no"]);
		assert_eq!(said((0, 1)), "1; refused if it were no emergency: rule 1: collision with cell 1301:7/2");
	}

	#[test]
	fn window_of_a_request_that_is_there_counts_from_now() {
		let ask =
			|request, emergency| Ask { by: OrgId(0), request, window: (5, 90), emergency, whole: false };
		assert_eq!(ask(None, false).window_from(40), (5, 90));
		assert_eq!(ask(Some(7), false).window_from(40), (40, 90));
		assert_eq!(ask(Some(7), false).window_from(1), (5, 90));
		assert_eq!(ask(Some(7), true).window_from(40), (5, 90));
	}

	#[test]
	fn page_that_an_earlier_call_has_put_in_is_taken() {
		let of = |failure| {
			came(Fate::Final(Box::new(Inclusion {
				block: 7,
				block_hash: Default::default(),
				index: 1,
				hash: Default::default(),
				events: vec![],
				failure,
			})))
		};
		let failed = |error: &str| Some(Failure::chain("no").at(format!("ConfigGuard.{error}")));
		assert!(of(None).is_ok() && of(failed("NothingToChange")).is_ok());
		assert!(of(failed("TooManyParts")).is_err());
		assert!(came(Fate::Refused(Failure::chain("no"))).is_err());
	}

	#[test]
	fn one_reason_for_all_is_told_once() {
		assert_eq!(checked(&[(0, 0), (0, 1)]).one_reason(), Some("no"));
		let mut two = checked(&[(0, 0), (0, 1)]);
		two.refused.insert((1, 0), "the window is over".into());
		assert_eq!((two.one_reason(), checked(&[]).one_reason()), (None, None));
		// The first value is named, and what to do
		let words = crate::config::words::tests::words();
		let text = |checked: &Checked, whole| checked.failure(&change(), whole, &words).to_string();
		let told = text(&checked(&[(0, 0), (0, 1), (1, 0)]), false);
		assert!(told.starts_with("line 2 (1301/A/0 nRPCI): every value is refused: no\n"), "{told}");
		assert!(told.contains("remedy: each value is told above") && told.contains("config check"), "{told}");
		let told = text(&two, true);
		assert!(
			told.contains("a value of every page is refused, and the request is whole; this one: no"),
			"{told}"
		);
	}

	#[test]
	fn window_is_a_day_from_now_where_nothing_is_said() {
		let args = |from, to, emergency| WindowArgs { from, to, emergency };
		assert_eq!(args(None, None, false).window(1_000), Ok((1_000, 1_000 + DAY)));
		assert_eq!(args(Some(5_000), None, false).window(1_000), Ok((5_000, 5_000 + DAY)));
		assert_eq!(args(None, Some(5_000), false).window(1_000), Ok((1_000, 5_000)));
		for wrong in
			[args(Some(9), Some(9), false), args(Some(1), Some(900), false), args(Some(2_000), None, true)]
		{
			let failure = wrong.window(1_000).unwrap_err();
			assert_eq!(failure.exit_code(), 2, "{wrong:?}");
			let text = failure.to_string();
			assert!(
				text.starts_with("--") && text.contains("1970-01-01 08:00:0") && text.contains("remedy"),
				"{text}"
			);
		}
		assert!(args(Some(10), None, true).window(2 * DAY).is_ok(), "an emergency has begun");
	}

	#[test]
	fn required_is_decided_by_class_confirmation_and_holder() {
		let mut entry = site(0, "A", Technology::Nr).entry;
		entry.station.mode = SharingMode::MocnSeveralCellIds;
		let (owner, all) =
			(entry.station.owner, OrgSet::of(entry.station.owner).union(entry.station.sharers));
		let policy =
			PolicyView { rules: vec![], freezes: vec![], holdings: vec![(OrgId(9), vec![ONE], vec![])] };
		let mut parameter = catalogue().get(ParamId(4)).unwrap().parameter.clone();
		parameter.class = ApprovalClass::Operator;
		let of = |entry: &StationEntry, place, is_new| {
			let key = ParamKey { param: ParamId(4), place };
			required(entry, &parameter, &policy, OrgSet(u32::MAX), key, 7, is_new)
		};
		// While not everybody stands behind the record, nobody decides alone
		assert_eq!(of(&entry, 0, false), all);
		entry.signed = entry.station.named();
		assert_eq!((of(&entry, 0, false), of(&entry, 1, false)), (OrgSet::of(OrgId(9)), OrgSet::of(owner)));
		// Nor about the first values of a cell
		assert_eq!(of(&entry, 0, true), all);
		// Who has left operates nothing
		let (key, members) = (ParamKey { param: ParamId(4), place: 0 }, OrgSet(u32::MAX).without(OrgId(9)));
		let without = required(&entry, &parameter, &policy, members, key, 7, false);
		assert_eq!(without, OrgSet::of(owner));
	}
}
