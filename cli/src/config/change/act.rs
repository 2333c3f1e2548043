// SPDX-License-Identifier: Apache-2.0
//! What companies do about a request: agree, carry out, read back, object, rule, roll back, take back.
//!
//! Everything that is decided on is shown first. What an account's company has no part in costs no transaction.

use super::{
	refusal::refusals,
	story::{self, members, next_step, phase_words, rulers, Told},
	Reason,
};
use crate::{
	chain::{events::Event, Call, Chain},
	config::{access, words::Words},
	context::Context,
	error::{Failure, Result},
	names::org_names,
	output::{aside, counted},
	submit::{self, window::Limits, Fate, News, Submitter},
};
use clap::Args;
use codec::Encode;
use serde_json::{json, Value};
use trimast_primitives::{
	apis::{ItemView, OrgView, RequestView},
	Consents, OrgId, OrgSet,
};

/// A request, and single pages of it.
#[derive(Args, Debug)]
pub(crate) struct PagesCommand {
	/// Its number.
	request: u32,
	/// Only this page of stations; all of them otherwise. May stand several times.
	#[arg(long, value_name = "PAGE")]
	page: Vec<u16>,
}

/// Object to a change.
#[derive(Args, Debug)]
pub(crate) struct ObjectCommand {
	/// The request's number.
	request: u32,
	/// The document that gives the reason, or its hash (0x and 64 digits).
	#[arg(long, value_name = "FILE|HASH")]
	reason: Reason,
}

/// Rule on a dispute.
#[derive(Args, Debug)]
pub(crate) struct RuleCommand {
	/// The request's number.
	request: u32,
	/// The change stands.
	#[arg(long, conflicts_with = "falls")]
	stands: bool,
	/// It does not, and is rolled back.
	#[arg(long)]
	falls: bool,
	/// The document that gives the reason, or its hash (0x and 64 digits).
	#[arg(long, value_name = "FILE|HASH")]
	reason: Reason,
}

/// A request that somebody is about to decide on.
struct Decision<'a> {
	context: &'a Context,
	chain: Chain,
	told: Told,
	/// The company of who acts.
	org: OrgId,
}

impl<'a> Decision<'a> {
	/// Asks for the request and everything in it.
	async fn on(context: &'a Context, number: u32) -> Result<Self> {
		let chain = context.chain().await?;
		let at = chain.now().await?;
		let account = access::acting(context, at, access::ENGINEER).await?;
		let org = account.org;
		let view = at.change_request(number).await?;
		access::expect_local_network(&account, view.local_network)
			.map_err(|failure| failure.at(format!("request {number}")))?;
		let told = Told::ask(at, view, Words::ask(at).await?).await?;
		Ok(Self { context, chain, told, org })
	}

	fn view(&self) -> &RequestView {
		&self.told.view
	}

	/// Members that have not agreed and must.
	fn missing(&self) -> OrgSet {
		self.view().consents.missing().intersection(members(&self.told.words.orgs))
	}

	/// Refuses when the request does not stand in one of these phases.
	fn expect(&self, phases: &[&str]) -> Result<()> {
		if phases.contains(&self.view().phase.as_str()) {
			return Ok(());
		}
		Err(self.refused(format!("it is {}", phase_words(self.view()))))
	}

	fn refused(&self, what: String) -> Failure {
		let number = self.view().id;
		let next = next_step(self.view(), &self.told.words.orgs);
		Failure::chain(what)
			.at(format!("request {number}"))
			.remedy(format!("{next}; `trimast config explain request {number}` shows how it stands"))
	}

	/// Refuses when the company of who acts is not among these.
	fn expect_org(&self, orgs: OrgSet, what: &str) -> Result<()> {
		if orgs.contains(self.org) {
			return Ok(());
		}
		Err(self.refused(only(what, orgs, &self.told.words.orgs)))
	}

	/// Shows all of it and asks.
	fn ask(&self, question: &str) -> Result<()> {
		self.warn_and_ask(None, question)
	}

	/// The same, with a warning behind it that no option hushes.
	fn warn_and_ask(&self, warning: Option<&str>, question: &str) -> Result<()> {
		self.told.show();
		if let Some(warning) = warning {
			aside(warning);
		}
		if self.context.output.confirm(question) {
			return Ok(());
		}
		Err(Failure::declined("nothing done"))
	}

	async fn call<A: Encode>(&self, name: &str, arguments: A) -> Result<Call> {
		self.context.spec(&self.chain).await?.call("ConfigGuard", name, arguments)
	}

	/// Makes one call, and tells how the request stands then.
	async fn make(&self, call: Call) -> Result<()> {
		match self.context.perform(&self.chain, call).await? {
			None => Ok(()),
			Some(_) => self.tell().await,
		}
	}

	/// Tells how the request stands now.
	async fn tell(&self) -> Result<()> {
		let view = self.chain.now().await?.change_request(self.view().id).await?;
		let value = json!({ "type": "request", "request": view });
		self.context.output.answer(&value, || story::standing(&view, &self.told.words.orgs));
		Ok(())
	}

	/// The pages in this state, or those of them that are named.
	fn pages(&self, state: &str, named: &[u16]) -> Result<Vec<u16>> {
		let parts = self.view().parts.iter();
		let found: Vec<u16> = parts.filter(|part| part.state == state).map(|part| part.page).collect();
		if let Some(other) = named.iter().find(|page| !found.contains(page)) {
			return Err(self.refused(format!("page {other} of it is not {state}")));
		}
		let wanted: Vec<u16> =
			found.into_iter().filter(|page| named.is_empty() || named.contains(page)).collect();
		if wanted.is_empty() {
			return Err(self.refused(format!("no page of it is {state}")));
		}
		Ok(wanted)
	}

	/// Makes a call for each page. Answers with the events of each, or its failure; with nothing where the only call was
	/// written down or waits for other signatures.
	async fn each(&self, name: &str, pages: &[u16]) -> Result<Vec<(u16, Result<Vec<Event>>)>> {
		let number = self.view().id;
		if let [page] = pages {
			let call = self.call(name, (number, *page)).await?;
			let made = self.context.perform(&self.chain, call).await?;
			return Ok(made.map(|inclusion| (*page, Ok(inclusion.events))).into_iter().collect());
		}
		let signer = self.context.bulk_signer()?;
		let spec = self.context.spec(&self.chain).await?;
		let job = |page: &u16| {
			let call = spec.call("ConfigGuard", name, (number, *page))?;
			Ok((*page, self.context.wrap_bulk(call, &spec)?))
		};
		let output = self.context.output;
		let bar = output.progress(pages.len().try_into().unwrap_or(u64::MAX), "pages");
		let mut done = Vec::with_capacity(pages.len());
		let mut submitter = Submitter::new(&self.chain, &signer, Limits::default()).await?;
		submitter
			.run(pages.iter().map(job), |news| {
				match news {
					News::Remark(text) => bar.suspend(|| output.remark(text)),
					News::Done(page, fate) => {
						bar.inc(1);
						done.push((
							page,
							match fate {
								Fate::Refused(failure) => Err(failure),
								Fate::Final(inclusion) => match inclusion.failure {
									Some(failure) => Err(failure),
									None => Ok(inclusion.events),
								},
							},
						));
					}
					News::Block(_) => {}
				}
				Ok(())
			})
			.await
			.map_err(|failure| submit::look_first(failure, &signer))?;
		bar.finish_and_clear();
		done.sort_by_key(|(page, _)| *page);
		Ok(done)
	}
}

/// That only these companies have a part in something.
fn only(what: &str, may: OrgSet, orgs: &[OrgView]) -> String {
	match may.is_empty() {
		true => format!("{what}: no other company"),
		false => format!("{what}: {}", org_names(orgs, may)),
	}
}

/// `config approve`: to exactly what is shown.
pub(crate) async fn approve(context: &Context, number: u32) -> Result<()> {
	let decision = Decision::on(context, number).await?;
	decision.expect(&["asked"])?;
	let consents = decision.view().consents;
	if has_agreed(&consents, decision.org, decision.missing()) {
		context
			.output
			.remark(&format!("your company has agreed to request {number} already: nothing is sent"));
		return decision.tell().await;
	}
	decision.expect_org(consents.required, "only these are asked")?;
	let subject = decision.told.subject(decision.chain.genesis())?;
	decision.ask(match decision.told.broken().is_empty() {
		true => "Agree to this?",
		false => "It would be refused if it were no emergency, as said above. Agree to this?",
	})?;
	let call = decision.call("consent", (number, subject, consents.revision)).await?;
	decision.make(call).await
}

/// Whether a consent of `org` would change nothing; `missing`: the members that are waited for. When all who were waited for
/// have left, whoever has agreed may say so again.
fn has_agreed(consents: &Consents, org: OrgId, missing: OrgSet) -> bool {
	consents.given.contains(org) && (!missing.is_empty() || consents.missing().is_empty())
}

/// `config object`.
pub(crate) async fn object(context: &Context, command: ObjectCommand) -> Result<()> {
	let reason = command.reason.hash()?;
	let decision = Decision::on(context, command.request).await?;
	let (by, required) = (decision.view().by, decision.view().consents.required);
	match required.without(by).is_empty() {
		true => decision.expect(&["asked", "executed", "disputed"])?,
		false => decision.expect(&["executed", "disputed"])?,
	}
	decision.expect_org(decision.view().concerned.without(decision.view().by), "it concerns only these")?;
	decision.ask("Object to this?")?;
	let call = decision.call("object", (command.request, reason)).await?;
	decision.make(call).await
}

/// `config execute`: its values become the baseline, page by page.
pub(crate) async fn execute(context: &Context, command: PagesCommand) -> Result<()> {
	let decision = Decision::on(context, command.request).await?;
	decision.expect(&["asked", "executed"])?;
	decision.expect_org(OrgSet::of(decision.view().by), "who has asked for it carries it out")?;
	let missing = decision.missing();
	if !missing.is_empty() {
		let names = org_names(&decision.told.words.orgs, missing);
		return Err(decision.refused(format!("it waits for the consent of {names}")));
	}
	if decision.view().emergency {
		return Err(decision.refused("an emergency stands in the baseline once all have agreed".into()));
	}
	let pages = decision.pages("open", &command.page)?;
	decision.ask(&format!("Carry out {} of it?", counted(pages.len(), "page")))?;
	let done = decision.each("execute", &pages).await?;
	if done.is_empty() {
		return Ok(());
	}
	let carried = Carried::of(&decision.told, done);
	carried.tell(context);
	decision.tell().await?;
	carried.settle(command.request)
}

/// What carrying out pages has come to.
#[derive(Default)]
struct Carried {
	/// Values that stand in the baseline now.
	executed: u64,
	/// Page, cell and parameter in words, why: what was refused.
	refused: Vec<(u16, String, String)>,
	/// Pages whose calls have failed.
	failed: Vec<(u16, Failure)>,
}

impl Carried {
	fn of(told: &Told, pages: Vec<(u16, Result<Vec<Event>>)>) -> Self {
		let mut carried = Self::default();
		for (page, result) in pages {
			let events = match result {
				Ok(events) => events,
				Err(failure) => {
					carried.failed.push((page, failure));
					continue;
				}
			};
			let items = told.pages.iter().find(|(other, _)| *other == page);
			let items: &[ItemView] = items.map_or(&[], |(_, items)| items.as_slice());
			for event in events.iter().filter(|event| event.is("ConfigGuard", "PartExecuted")) {
				carried.executed += event.fields.get("executed").and_then(Value::as_u64).unwrap_or_default();
				for (place, why) in refusals(&event.fields, &told.words.orgs, &|cell| told.words.cell(cell)) {
					if let Some(item) = items.get(place) {
						let what =
							format!("{} {}", told.words.cell(item.cell), told.words.key(item.cell, item.key));
						carried.refused.push((page, what, why));
					}
				}
			}
		}
		carried
	}

	fn tell(&self, context: &Context) {
		let refused: Vec<Value> = self
			.refused
			.iter()
			.map(|(page, what, why)| json!({ "page": page, "what": what, "reason": why }))
			.collect();
		let failed: Vec<Value> = self
			.failed
			.iter()
			.map(|(page, failure)| json!({ "page": page, "reason": crate::chain::errors::reason(failure) }))
			.collect();
		let value =
			json!({ "type": "executed", "values": self.executed, "refused": refused, "failed": failed });
		context.output.answer(&value, || {
			let stand = if self.executed == 1 { "stands" } else { "stand" };
			let mut lines = vec![format!("{} {stand} in the baseline now", counted(self.executed, "value"))];
			lines.extend(self.refused.iter().map(|(page, what, why)| format!("page {page}, {what}: {why}")));
			lines.extend(self.failed.iter().map(|(page, failure)| format!("page {page}: {failure}")));
			lines.join("\n")
		});
	}

	/// A failure where not everything was carried out.
	fn settle(&self, number: u32) -> Result<()> {
		if self.refused.is_empty() && self.failed.is_empty() {
			return Ok(());
		}
		let failure = match self.executed {
			0 => Failure::chain("nothing was carried out"),
			_ => Failure::partial("not everything was carried out"),
		};
		Err(failure.at(format!("request {number}")).remedy(
			"a page of which nothing was carried out may be tried again as long as the window is open",
		))
	}
}

/// `config attest`: the change was read back from the network.
pub(crate) async fn attest(context: &Context, number: u32) -> Result<()> {
	let decision = Decision::on(context, number).await?;
	decision.expect(&["executed", "disputed"])?;
	let view = decision.view();
	decision.expect_org(view.witnesses.with(view.by), "the word of these counts")?;
	if view.attested.contains(decision.org) {
		return Err(decision.refused("your company has attested it".into()));
	}
	decision.ask("Does the network, read by your company, have these values?")?;
	let call = decision.call("attest_change", number).await?;
	decision.make(call).await
}

/// `config roll-back`: the former values are approved again, page by page.
pub(crate) async fn roll_back(context: &Context, command: PagesCommand) -> Result<()> {
	let decision = Decision::on(context, command.request).await?;
	decision.expect(&["executed", "disputed", "overruled"])?;
	let view = decision.view();
	let own = OrgSet::of(view.by);
	match view.phase.as_str() {
		"overruled" => {
			decision.expect_org(own.union(view.concerned).union(view.objections), "it concerns only these")?
		}
		_ => decision.expect_org(own, "until it is overruled, who has asked for it rolls it back")?,
	}
	let pages = decision.pages("executed", &command.page)?;
	decision.ask(&format!("Approve the values before again, in {}?", counted(pages.len(), "page")))?;
	let done = decision.each("roll_back", &pages).await?;
	if done.is_empty() {
		return Ok(());
	}
	let count = done.len();
	let words = &decision.told.words;
	let mut kept = 0;
	for (page, result) in &done {
		let events = match result {
			Ok(events) => events.as_slice(),
			Err(failure) => {
				context.output.say(&format!("page {page}: {failure}"));
				kept += 1;
				&[]
			}
		};
		let is_done = events.iter().any(|event| event.is("ConfigGuard", "PartRolledBack"));
		for event in events.iter().filter(|event| event.is("ConfigGuard", "RollBackRefused")) {
			// Of what is overruled the rest is rolled back.
			kept += usize::from(!is_done);
			for (_, why) in refusals(&event.fields, &words.orgs, &|cell| words.cell(cell)) {
				context.output.say(&format!("page {page}: {why}"));
			}
		}
	}
	decision.tell().await?;
	match kept {
		0 => Ok(()),
		failed if failed == count => Err(decision.refused("nothing was rolled back".into())),
		failed => {
			let what = format!("{failed} of {} were not rolled back", counted(count, "page"));
			Err(Failure::partial(what)
				.at(format!("request {}", command.request))
				.remedy("mend what stands above, and repeat the command: it takes the pages that are left"))
		}
	}
}

/// `config rule`.
pub(crate) async fn rule(context: &Context, command: RuleCommand) -> Result<()> {
	if command.stands == command.falls {
		return Err(Failure::usage("say whether it --stands or --falls"));
	}
	let reason = command.reason.hash()?;
	let decision = Decision::on(context, command.request).await?;
	decision.expect(&["disputed"])?;
	let rulers = rulers(decision.view(), &decision.told.words.orgs);
	if rulers.is_empty() {
		return Err(decision.refused(
			"every company is party to it: it stands when the term for a ruling has passed".into(),
		));
	}
	decision.expect_org(rulers, "only who is not party to it rules")?;
	decision.ask(match command.stands {
		true => "Rule that the change stands?",
		false => "Rule that the change does not stand, and is rolled back?",
	})?;
	let call = decision.call("rule", (command.request, command.stands, reason)).await?;
	decision.make(call).await
}

/// What taking back an emergency does.
const CONFESSES: &str = "It was reported that the network is changed already, and not all others have agreed. Taken back it is \
                         not ratified: for each value that the baseline does not have by then a confirmed violation is \
                         opened against your company.";

/// Whether taking a request back leaves violations; `missing`: the members that are waited for. What all others have agreed to
/// is none.
fn confesses(view: &RequestView, missing: OrgSet) -> bool {
	let is_agreed = missing.is_empty() && !view.consents.given.without(view.by).is_empty();
	view.emergency && view.phase != "draft" && view.executed.is_none() && !is_agreed
}

/// `config withdraw`.
pub(crate) async fn withdraw(context: &Context, number: u32) -> Result<()> {
	let decision = Decision::on(context, number).await?;
	match decision.view().executed {
		None => decision.expect(&["draft", "asked", "disputed"])?,
		Some(_) => decision.expect(&["draft", "asked"])?,
	}
	decision.expect_org(OrgSet::of(decision.view().by), "who has asked for it takes it back")?;
	let warning = confesses(decision.view(), decision.missing()).then_some(CONFESSES);
	decision.warn_and_ask(warning, "Take this back?")?;
	let call = decision.call("withdraw", number).await?;
	decision.make(call).await
}

#[cfg(test)]
mod tests {
	use super::{super::story::tests::told, *};
	use crate::chain::events::Phase;

	fn event(name: &str, fields: Value) -> Event {
		Event {
			index: 0,
			phase: Phase::ApplyExtrinsic(1),
			pallet: "ConfigGuard".into(),
			name: name.into(),
			fields,
			bytes: Vec::new(),
		}
	}

	#[test]
	fn consent_that_is_given_is_not_sent_again_unless_who_is_missing_has_left() {
		let consents = |given| Consents { given: OrgSet(given), ..told(|_| ()).view.consents };
		let one = OrgId(1);
		assert!(!has_agreed(&consents(0b01), one, OrgSet::of(one)));
		assert!(has_agreed(&consents(0b10), one, OrgSet::of(OrgId(0))), "others are waited for");
		assert!(has_agreed(&consents(0b11), one, OrgSet::EMPTY), "all have");
		assert!(!has_agreed(&consents(0b10), one, OrgSet::EMPTY), "who was waited for has left");
	}

	#[test]
	fn nobody_is_called_so() {
		let what = "it concerns only these";
		assert_eq!(only(what, OrgSet(0b110), &[]), "it concerns only these: 1, 2");
		assert_eq!(only(what, OrgSet::EMPTY, &[]), "it concerns only these: no other company");
	}

	#[test]
	fn taking_back_an_emergency_that_was_reported_confesses_unless_all_others_have_agreed() {
		let view = |phase: &str, emergency, given| {
			told(|view| {
				view.phase = phase.into();
				view.emergency = emergency;
				view.consents.given = OrgSet(given);
			})
			.view
		};
		let other = OrgSet::of(OrgId(1));
		assert!(
			confesses(&view("asked", true, 0b01), other) && confesses(&view("disputed", true, 0b01), other)
		);
		assert!(!confesses(&view("asked", true, 0b11), OrgSet::EMPTY), "all have agreed");
		assert!(confesses(&view("asked", true, 0b01), OrgSet::EMPTY), "nobody else has");
		assert!(!confesses(&view("asked", false, 0b01), other) && !confesses(&view("draft", true, 0), other));
	}

	#[test]
	fn what_is_refused_when_it_is_carried_out_is_named_by_cell_and_parameter() {
		let told = told(|_| ());
		let fields = json!({ "request": 7, "page": 0, "executed": 0, "refused": [[0, "Outage"]] });
		let carried = Carried::of(&told, vec![(0, Ok(vec![event("PartExecuted", fields)]))]);
		let what = ("1301/A/1 nRPCI".to_string(), "an outage is open in the cell".to_string());
		assert_eq!(carried.refused, [(0, what.0, what.1)]);
		assert_eq!(carried.settle(7).unwrap_err().exit_code(), 1, "nothing is done");
		let fields = json!({ "request": 7, "page": 0, "executed": 1, "refused": [] });
		let done = Carried::of(&told, vec![(0, Ok(vec![event("PartExecuted", fields)]))]);
		assert_eq!((done.executed, done.settle(7)), (1, Ok(())));
		let half = Carried { failed: vec![(1, Failure::chain("no"))], ..done };
		assert_eq!(half.settle(7).unwrap_err().exit_code(), 5);
	}
}
