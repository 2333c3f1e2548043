// SPDX-License-Identifier: Apache-2.0
//! `trimast order show` and `explain`: an order as it stands, and why who answers for it.

use super::{
	evidence::text as fact_text,
	people::People,
	verdict,
	words::{class_text, due, kind_text, named_deadlines, place_text, severity_text, span, stage_text, Due},
};
use crate::{
	chain::views::At,
	config::{export::time, words::plmn_words},
	context::Context,
	error::Result,
	names::{hex0x, SiteName},
	output::{facts, listed, table},
	site::ledger::code_text,
};
use serde_json::{json, Value};
use trimast_primitives::{
	apis::{FactsView, OrderView, VerdictView},
	order::{
		worked, Changes, Companies, Demand, Evidence, Fact, Motion, Order, OrderKind, Record, Relation,
		Stage, State, Words,
	},
	text::escaped,
	Moment, OrgSet,
};

/// The networks on air at the station.
pub(crate) fn networks(companies: &Companies) -> String {
	let networks: Vec<String> = companies.networks.iter().map(|network| plmn_words(network.plmn)).collect();
	if networks.is_empty() {
		"-".into()
	} else {
		networks.join(", ")
	}
}

/// Whether a fact counts, and why.
fn standing(fact: &Fact, term: u32, opened: Moment, companies: &Companies) -> &'static str {
	if fact.is_void() {
		return "no: its body was not delivered";
	}
	if !fact.is_upheld() {
		return "no: denied, and nobody else says so";
	}
	match (fact.is_in_time(term, opened), fact.is_agreed(companies)) {
		(true, true) => "yes, and all agree",
		(true, false) => "yes: in time",
		(false, true) => "yes: late, and all agree",
		(false, false) => "no: late, and not all have signed",
	}
}

fn body_text(fact: &Fact) -> &'static str {
	match fact.body.map(|body| body.demand) {
		None => "-",
		Some(Demand::None) => "kept by its author",
		Some(Demand::Open) => "asked for",
		Some(Demand::Met) => "delivered",
		Some(Demand::Missed) => "not delivered",
	}
}

fn table_of(all: &[Fact], (term, opened): (u32, Moment), companies: &Companies, people: &People) -> String {
	let rows = all.iter().map(|fact| {
		vec![
			fact.number.to_string(),
			fact_text(&fact.evidence, people),
			people.name(fact.author),
			people.names(fact.countersigned),
			time::text(fact.claimed),
			span(fact.anchored.saturating_sub(fact.claimed)),
			standing(fact, term, opened, companies).into(),
			body_text(fact).into(),
		]
	});
	listed("facts", &["fact", "says", "by", "signed by", "of", "anchored after", "counts", "body"], rows)
}

/// Facts of an order that was opened then.
pub(crate) fn facts_table(all: &[Fact], order: &Order, opened: Moment, people: &People) -> String {
	table_of(all, (order.evidence, opened), &order.companies, people)
}

/// When an order was opened, by its states.
pub(crate) fn opened(changes: &Changes) -> Moment {
	changes.first().map_or(0, |first| first.at)
}

/// Facts of a record, and whose word the contract is that some of them are compared with.
pub(crate) fn record_facts(record: &Record, people: &People) -> String {
	let terms = (record.table.evidence_term, opened(&record.changes));
	let facts = table_of(&record.facts, terms, &record.companies, people);
	let is_compared = |fact: &Fact| {
		matches!(fact.evidence, Evidence::BatteryAutonomy { .. } | Evidence::GeneratorArrival { .. })
	};
	if !record.facts.iter().any(is_compared) {
		return facts;
	}
	let (signed, site) = (record.companies.signed, record.companies.site());
	let signers = people.names(signed);
	let missing = if signed.contains(site) {
		String::new()
	} else {
		format!(", not by {}: against it that is one party's word", people.name(site))
	};
	format!("{facts}\nbatteries and generator are compared with the station's record, signed by {signers}{missing}")
}

/// Who had signed the station's record when the order was opened, and what follows where somebody had not.
fn record_text(order: &Order, people: &People) -> String {
	let signed = people.names(order.companies.signed);
	let missing = order.concerned.difference(order.companies.signed);
	if missing.is_empty() {
		return format!("signed by {signed}");
	}
	let text = format!("signed by {signed}, not by {}", people.names(missing));
	if order.kind == OrderKind::Fault {
		format!("{text}: so the class is 4, and the contract is held against none of these")
	} else {
		text
	}
}

fn words_text(words: &Words) -> String {
	let text = escaped(&String::from_utf8_lossy(&words.text));
	match (&words.body, text.is_empty()) {
		(None, _) => text,
		(Some(body), true) => format!("document {}", hex0x(body)),
		(Some(body), false) => format!("{text} (document {})", hex0x(body)),
	}
}

/// A station by its code, where that is known.
async fn place(at: At<'_>, order: &Order) -> Result<String> {
	let place = place_text(order.place);
	let Some(site) = order.place.station() else { return Ok(place) };
	let found = at.find(&SiteName::Id(site)).await?;
	Ok(found.map_or_else(
		|| place.clone(),
		|view| format!("{}/{} ({place})", site.local_network.0, code_text(&view.entry.station)),
	))
}

fn clock_text(view: &OrderView) -> String {
	let motion = match view.clock.motion {
		Motion::Runs => "runs",
		Motion::Stands => "stands: it is held, and that is signed",
		Motion::Waits => "waits for the raiser's answer",
		Motion::Ended => "has ended",
	};
	format!("{motion}; it has run for {}", span(view.clock.run()))
}

/// What is due, and what the chain has said of it.
fn deadlines(view: &OrderView, now: Moment) -> Vec<(&'static str, String)> {
	let Some(deadlines) = view.deadlines else {
		return vec![("deadlines", "none: no service level was in force".into())];
	};
	let all = named_deadlines(&deadlines, view.order.alerts);
	let text = |at: Option<Moment>, is_said: bool| match (at, is_said) {
		(Some(at), true) => format!("{}, PASSED", time::text(at)),
		(Some(at), false) => due(at, now),
		(None, true) => "PASSED".into(),
		(None, false) => "-".into(),
	};
	all.into_iter().map(|(name, at, is_said)| (name, text(at, is_said))).collect()
}

fn relation_text(relation: Relation) -> &'static str {
	match relation {
		Relation::Duplicates => "duplicates",
		Relation::CausedBy => "is caused by",
		Relation::DependsOn => "depends on",
	}
}

/// What is known of an order, name and value.
fn head(view: &OrderView, place: String, people: &People, now: Moment) -> Vec<(&'static str, String)> {
	let order = &view.order;
	let mut pairs = vec![
		("order", format!("{}, {} {}", view.id, severity_text(order.severity), kind_text(order.kind))),
		("place", place),
		("raised by", people.name(order.raiser)),
		("handled by", people.name(order.handler)),
		("concerns", people.names(order.concerned)),
		("class", class_text(order.class).into()),
		("state", order.state.name().into()),
		("stage", stage_text(&order.stage, now)),
		("clock", clock_text(view)),
	];
	pairs.extend(deadlines(view, now));
	if order.state == State::Resolved {
		let last = view.changes.last().map_or(0, |change| change.at);
		let until = last.saturating_add(Moment::from(order.silence).saturating_mul(1_000));
		pairs.push(("silence", format!("the chain closes it {}", due(until, now))));
	}
	if order.place.station().is_some() {
		pairs.push(("record", record_text(order, people)));
	}
	if let Some(contract) = order.contract {
		let (autonomy, generator) = (contract.autonomy, contract.generator);
		let link = people.name(contract.backhaul);
		pairs.push((
			"contract",
			format!("batteries {autonomy} min, generator {generator} min, link of {link}"),
		));
	}
	let work = &order.work;
	let slot = work
		.slot
		.map_or_else(|| "-".into(), |(from, to)| format!("{} to {}", time::text(from), time::text(to)));
	pairs.push((
		"work",
		format!(
			"{} %, type {}, priority {}, skills {:#b}, planned {}, taken {}, slot {slot}",
			work.percent,
			work.kind,
			work.priority,
			work.skills.0,
			span(u64::from(work.planned).saturating_mul(1_000)),
			span(worked(&view.changes, now))
		),
	));
	if let Some(violation) = order.violation {
		pairs.push(("violation", violation.to_string()));
	}
	if let Some(parent) = order.parent {
		pairs.push(("part of", parent.to_string()));
	}
	if !order.children.is_empty() {
		let parts: Vec<String> = order.children.iter().map(|(_, id)| id.to_string()).collect();
		pairs.push(("parts", parts.join(", ")));
	}
	for (_, relation, other) in &order.relations {
		pairs.push(("relation", format!("{} {other}", relation_text(*relation))));
	}
	pairs
}

/// The states that it went through.
fn changes(view: &OrderView) -> String {
	let ends = view.changes.iter().skip(1).map(|change| Some(change.at)).chain([None]);
	let rows = view.changes.iter().zip(ends).map(|(change, end)| {
		let signed = match (change.state, change.signed) {
			(State::Held, None) if view.order.raiser != view.order.handler => {
				"not signed: the clock runs".into()
			}
			(_, None) => "-".into(),
			(_, Some(at)) => time::text(at),
		};
		let lasts = end.map_or_else(|| "-".into(), |end| span(end.saturating_sub(change.at)));
		vec![change.state.name().into(), time::text(change.at), lasts, signed]
	});
	table(&["state", "since", "lasted", "clock stands from"], rows)
}

fn notes(view: &OrderView, people: &People) -> String {
	let rows = view
		.notes
		.iter()
		.map(|note| vec![people.name(note.author), time::text(note.at), words_text(&note.words)]);
	table(&["note by", "at", "says"], rows)
}

/// How the order stands now, in short.
pub(crate) async fn tell(context: &Context, at: At<'_>, id: u32) -> Result<()> {
	let (view, now) = (at.order(id).await?, at.moment().await?);
	context.output.answer(&json!({ "type": "order", "order": view }), || {
		let is_open = view.order.stage == Stage::Open;
		let deadlines = view.deadlines.as_ref().filter(|_| is_open);
		let due = deadlines.map(|all| Due::of(all, view.order.alerts, now).text(now));
		let due = due.filter(|text| !text.is_empty()).map_or_else(String::new, |text| format!("; {text}"));
		format!("order {id} is {}, {}{due}", view.order.state.name(), stage_text(&view.order.stage, now))
	});
	Ok(())
}

/// `order show`.
pub(crate) async fn show(context: &Context, id: u32) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let (view, now) = (at.order(id).await?, at.moment().await?);
	let people = People::of(&at.orgs().await?);
	let evidence = at.order_facts(id).await?;
	let given = at.verdict(id).await?;
	let place = place(at, &view.order).await?;
	let value = json!({ "now": now, "order": view, "evidence": evidence, "verdict": given });
	context.output.answer(&value, || {
		let mut parts = vec![facts(&head(&view, place, &people, now)), changes(&view)];
		if !evidence.facts.is_empty() {
			parts.push(facts_table(&evidence.facts, &view.order, opened(&view.changes), &people));
			parts.extend(demands(&evidence, &people, now));
		}
		if !view.notes.is_empty() {
			parts.push(notes(&view, &people));
		}
		if let Some(given) = &given {
			parts.push(format!("verdict: {}", in_short(given, &people)));
			parts.push(format!("`trimast order explain {id}` says why"));
		}
		parts.join("\n")
	});
	Ok(())
}

fn demands(evidence: &FactsView, people: &People, now: Moment) -> Option<String> {
	let one = |demand: &trimast_primitives::apis::DemandView| {
		let (fact, by) = (demand.fact, people.names(demand.by));
		format!("body of fact {fact}: {by} waits for it, due {}", due(demand.until, now))
	};
	let all: Vec<String> = evidence.demands.iter().map(one).collect();
	(!all.is_empty()).then(|| all.join("\n"))
}

/// A verdict on one line.
fn in_short(given: &VerdictView, people: &People) -> String {
	let shares: Vec<String> = given
		.charges
		.iter()
		.map(|charge| format!("{} {}", people.share(charge.share), span(charge.time)))
		.collect();
	let state = match (given.is_final, given.is_disputed) {
		(true, true) => "final, disputed",
		(true, false) => "final",
		(false, _) => "not final",
	};
	format!("{} ({state})", shares.join(", "))
}

/// Who has said what of an appeal.
fn appeal_text(given: &VerdictView, people: &People) -> Option<String> {
	let appeal = given.appeal.as_ref()?;
	let said: OrgSet = appeal.said.iter().map(|(org, _)| *org).collect();
	Some(format!(
		"{} has appealed on {}: {}; may rule: {}; have said how: {}",
		people.name(appeal.by),
		time::text(appeal.at),
		words_text(&appeal.reason),
		people.names(appeal.rulers),
		people.names(said)
	))
}

/// Why there is no verdict.
fn without_verdict(order: &Order) -> String {
	if order.is_judged() {
		return "no verdict yet".into();
	}
	match (order.kind, order.state.is_final()) {
		(OrderKind::Fault, true) => {
			"no verdict: it was called off before anybody took it up, and before an answer was due".into()
		}
		(OrderKind::Fault, false) => format!(
			"no verdict: a fault is judged when it has ended, closed, rejected or cancelled, and this one is {}",
			order.state.name()
		),
		(kind, _) => {
			format!("no verdict: only faults are judged, and this order is of the kind {}", kind_text(kind))
		}
	}
}

/// `order explain`: the verdict, given or as it would be now.
pub(crate) async fn explain(context: &Context, id: u32) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let (view, now) = (at.order(id).await?, at.moment().await?);
	let people = People::of(&at.orgs().await?);
	let record = at.order_record(id).await?;
	let given = at.verdict(id).await?;
	let computed = super::replay::judge(&record, now)?;
	let value: Value = json!({
		"order": id, "now": now, "stage": view.order.stage, "given": given, "deadline": verdict::breach(&record, now),
		"until": verdict::until(&record, now),
		"verdict": verdict::to_json(&computed, &people), "facts": record.facts, "ruling": record.ruling,
	});
	context.output.answer(&value, || {
		let standing = match &given {
			Some(given) => format!("verdict of {}: {}", time::text(given.at), in_short(given, &people)),
			None => format!("{}; as things stand it would be:", without_verdict(&view.order)),
		};
		let mut parts = vec![format!("order {id} is {}", stage_text(&view.order.stage, now)), standing];
		parts.extend(verdict::until_text(&record, now));
		parts.push(record_facts(&record, &people));
		parts.push(verdict::text(&computed, &record.table, &people));
		if !record.ruling.upholds() {
			let numbers = |set: trimast_primitives::order::FactSet| {
				set.iter().map(|number| number.to_string()).collect::<Vec<_>>().join(", ")
			};
			parts.push(format!(
				"by a ruling, facts admitted: {}; dismissed: {}",
				numbers(record.ruling.admitted),
				numbers(record.ruling.dismissed)
			));
		}
		parts.extend(given.as_ref().and_then(|given| appeal_text(given, &people)));
		parts.extend(given.as_ref().map(|given| format!("digest {}", hex0x(given.digest))));
		parts.join("\n")
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::{
		super::{people::tests::people, replay::tests::record, steps::tests::order},
		*,
	};
	use trimast_primitives::{
		order::{Alerts, Change, Changes, Clock, Place},
		plan::SlaClass,
		LocalNetworkId, OrgId,
	};

	const MINUTE: Moment = 60_000;

	fn view(state: State, since: Moment) -> OrderView {
		let changes: Changes = vec![
			Change { state: State::Acknowledged, at: 0, signed: None },
			Change { state, at: since * MINUTE, signed: None },
		]
		.try_into()
		.unwrap();
		let order = Order {
			alerts: Alerts { response: true, ..Alerts::default() },
			..order(OrderKind::Fault, state)
		};
		let clock = Clock::new(&changes, order.silence, 60 * MINUTE);
		let deadlines = order.terms.map(|terms| clock.deadlines(&terms));
		OrderView { id: 7, order, changes, clock, deadlines, facts: 0, notes: Vec::new() }
	}

	#[test]
	fn why_there_is_no_verdict_follows_from_how_the_order_stands() {
		let of = |kind, state, is_taken_up| {
			let alerts = Alerts::default();
			without_verdict(&Order { is_taken_up, alerts, ..order(kind, state) })
		};
		for state in [State::Closed, State::Rejected, State::Cancelled] {
			assert_eq!(of(OrderKind::Fault, state, true), "no verdict yet");
		}
		let called_off = of(OrderKind::Fault, State::Cancelled, false);
		assert!(called_off.contains("it was called off before anybody took it up"), "{called_off}");
		let open = of(OrderKind::Fault, State::InProgress, true);
		assert!(open.contains("closed, rejected or cancelled, and this one is inProgress"), "{open}");
		let job = of(OrderKind::Inspection, State::Closed, true);
		assert!(job.contains("only faults are judged, and this order is of the kind inspection"), "{job}");
	}

	#[test]
	fn order_is_told_with_its_clock_and_deadlines() {
		let text = facts(&head(&view(State::InProgress, 40), "1301:7".into(), &people(), 60 * MINUTE));
		for part in [
			"7, CRITICAL fault",
			"inProgress",
			"runs; it has run for 1 h",
			"PASSED",
			"in 2 h)",
			"in 3 h)",
			"signed by one, two, tower\n",
			"batteries 90 min",
			"taken 20 min",
		] {
			assert!(text.contains(part), "{part} in:\n{text}");
		}
	}

	#[test]
	fn order_says_who_has_not_signed_the_record_and_what_follows() {
		let mut view = view(State::InProgress, 40);
		let told = |view: &OrderView| facts(&head(view, "1301:7".into(), &people(), 60 * MINUTE));
		view.order.companies.signed = OrgSet::of(OrgId(0));
		view.order.class = SlaClass::Four;
		let text = told(&view);
		assert!(text.contains("signed by one, not by two, tower: so the class is 4"), "{text}");
		// Who does a job there may be named by no record.
		view.order.kind = OrderKind::Inspection;
		let text = told(&view);
		assert!(text.contains("signed by one, not by two, tower\n"), "{text}");
		view.order.place = Place::LocalNetwork(LocalNetworkId(1301));
		assert!(!told(&view).contains("signed by"), "{}", told(&view));
	}

	#[test]
	fn facts_of_supplies_say_whose_word_the_contract_is() {
		let mut record = record();
		let text = record_facts(&record, &people());
		assert!(text.ends_with("the station's record, signed by one, tower"), "{text}");
		record.companies.signed = OrgSet::of(OrgId(0));
		let text = record_facts(&record, &people());
		assert!(text.ends_with("signed by one, not by tower: against it that is one party's word"), "{text}");
		record.facts.truncate(1);
		let text = record_facts(&record, &people());
		assert!(!text.contains("compared"), "{text}");
		record.facts.truncate(0);
		assert_eq!(record_facts(&record, &people()), "no facts");
	}

	#[test]
	fn resolved_order_says_when_silence_closes_it() {
		let text = facts(&head(&view(State::Resolved, 50), "1301:7".into(), &people(), 60 * MINUTE));
		assert!(text.contains("the chain closes it 1970-01-01 09:50:00+08:00 (in 50 min)"), "{text}");
		let held = changes(&view(State::Held, 50));
		assert!(held.contains("not signed"), "{held}");
	}

	#[test]
	fn facts_say_whether_they_count() {
		let record = record();
		let mut fact = record.facts[0];
		let of = |fact: &Fact| standing(fact, 600, 0, &record.companies);
		assert_eq!(of(&fact), "yes, and all agree");
		fact.countersigned = OrgSet::EMPTY;
		assert_eq!(of(&fact), "yes: in time");
		fact.anchored += 601_000;
		assert_eq!(of(&fact), "no: late, and not all have signed");
		fact.countersigned = OrgSet::of(OrgId(0));
		assert_eq!(of(&fact), "yes: late, and all agree");
		fact.denied = true;
		assert_eq!(of(&fact), "yes: late, and all agree", "a second company stands behind it");
		fact.countersigned = OrgSet::EMPTY;
		assert_eq!(of(&fact), "no: denied, and nobody else says so");
		let table = record_facts(&record, &people());
		assert!(table.contains("grid failed") && table.contains("tower"), "{table}");
	}
}
