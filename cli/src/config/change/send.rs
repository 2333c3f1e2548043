// SPDX-License-Identifier: Apache-2.0
//! A change is sent: pages one by one where there are several, and what has come of them is told.

use super::{
	look::part,
	refusal::refusals,
	story,
	values::{Change, Wanted},
};
use crate::{
	chain::{events::Event, Chain},
	config::words::Words,
	context::Context,
	error::{Failure, Result},
	keys::Signer,
	output::counted,
	submit::{self, window::Limits, Fate, Inclusion, News, Submitter},
};
use serde_json::{json, Value};
use trimast_primitives::{
	cells::change::{Item, Terms},
	LocalNetworkId,
};

/// The number of the request that a call has opened.
pub(super) fn number_of(events: &[Event]) -> Option<u32> {
	let drafted = events.iter().find(|event| event.is("ConfigGuard", "RequestDrafted"))?;
	u32::try_from(drafted.fields.get("request")?.as_u64()?).ok()
}

/// Opens a draft.
pub(super) async fn draft(
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
pub(super) struct Outcome {
	/// Line, cell and parameter in words, why.
	refused: Vec<(u64, String, String)>,
	/// Pages whose calls have failed.
	failed: Vec<(u16, Failure)>,
}

impl Outcome {
	/// Of the events of pages' calls.
	pub(super) fn of<'a>(
		pages: impl IntoIterator<Item = (u16, &'a [Wanted], &'a [Event])>,
		words: &Words,
	) -> Self {
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
	pub(super) async fn tell(
		self,
		context: &Context,
		chain: &Chain,
		number: u32,
		words: &Words,
	) -> Result<()> {
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
pub(super) struct Sending<'a> {
	pub(super) context: &'a Context,
	pub(super) chain: &'a Chain,
	pub(super) signer: &'a Signer,
	pub(super) number: u32,
	pub(super) words: &'a Words,
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
	pub(super) async fn recheck(&self) -> Result<()> {
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
	pub(super) async fn fill(&self, change: &Change, submit: bool) -> Result<()> {
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
	use super::*;

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
}
