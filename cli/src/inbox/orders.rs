// SPDX-License-Identifier: Apache-2.0
//! What waits of work orders: to be answered, restored, confirmed, signed, delivered, appealed against and ruled on, and
//! statements to sign. Of one kind the count stands there, those due first, how many are overdue, and the next deadline.

use super::Item;
use crate::{
	chain::views::At,
	config::{export::time, scores::month_text},
	error::Result,
	names::org_name,
	order::{
		show::opened,
		steps::called_off,
		words::{kind_text, place_text, severity_text},
	},
};
use futures::{stream, StreamExt};
use trimast_primitives::{
	access::{Role, Scope},
	apis::{AccountView, FactsView, OrderFilter, OrderView, OrgView, StatementView, VerdictView},
	order::{Order, OrderKind, Side, Stage, State},
	org::OrgStatus,
	Moment, OrgId,
};

/// How many orders are asked for at once.
const AT_ONCE: usize = 16;
/// Orders under way, the oldest first, whose clock and facts are looked at. A company may have a hundred times as many.
const LOOKED_AT: usize = 1_000;
/// Orders of a kind that are named.
const NAMED: usize = 3;

/// What somebody has to do about an order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Task {
	Answer,
	Restore,
	Resume,
	Confirm,
	SignHold,
	Assess,
	Undo,
	CallOff,
	Deliver,
	Countersign,
	Deny,
	Appeal,
	Rule,
}

impl Task {
	const fn kind(self) -> &'static str {
		match self {
			Self::Answer => "orders to take up",
			Self::Restore => "orders under way",
			Self::Resume => "orders that wait for your company",
			Self::Confirm => "orders that are resolved, to confirm",
			Self::SignHold => "orders that are held, clock to sign",
			Self::Assess => "orders that the raiser calls off",
			Self::Undo => "orders that are called off, to undo",
			Self::CallOff => "orders whose raiser has left the federation, to call off",
			Self::Deliver => "bodies that are asked for",
			Self::Countersign => "facts of others that count only with your signature",
			Self::Deny => "facts against your company in orders of others",
			Self::Appeal => "verdicts, open to appeal",
			Self::Rule => "appeals to rule on",
		}
	}

	/// What does it, of one order.
	fn command(self, id: u32) -> String {
		match self {
			Self::Answer => format!("trimast order ack {id}"),
			Self::Restore => format!("trimast order resolve {id}"),
			Self::Resume => format!("trimast order resume {id}"),
			Self::Confirm => format!("trimast order close {id} (or resume {id})"),
			Self::SignHold => format!("trimast order sign {id} --hold"),
			Self::Assess => format!("trimast order cancel {id} (or deny {id})"),
			Self::Undo | Self::CallOff => format!("trimast order cancel {id}"),
			Self::Deliver => format!("trimast order body {id} FACT FILE"),
			Self::Countersign => format!("trimast order sign {id} FACT..."),
			Self::Deny => format!("trimast order show {id}, then refute {id} FACT (or sign)"),
			Self::Appeal => format!("trimast order explain {id}, then appeal {id}"),
			Self::Rule => format!("trimast order explain {id}, then rule {id}"),
		}
	}

	/// What lists the orders about which it is to be done.
	const fn list(self) -> &'static str {
		match self {
			Self::CallOff => "trimast order list --party ORG --open",
			_ => "trimast order list --mine --open",
		}
	}
}

/// Something to do about one order.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Waiting {
	task: Task,
	id: u32,
	/// The order in short.
	what: String,
	/// The last moment for it, where there is one.
	until: Option<Moment>,
}

fn in_short(id: u32, order: &Order) -> String {
	format!(
		"{id} ({} {} at {})",
		severity_text(order.severity),
		kind_text(order.kind),
		place_text(order.place)
	)
}

/// Whose turn it is, by the state alone.
fn turn(order: &Order, org: OrgId) -> Option<Task> {
	let sides: Vec<Side> = Side::of(org, order.raiser, order.handler).collect();
	let (is_raiser, is_handler) = (sides.contains(&Side::Raiser), sides.contains(&Side::Handler));
	match order.state {
		State::Acknowledged if is_handler => Some(Task::Answer),
		State::InProgress if is_handler => Some(Task::Restore),
		State::Pending if is_raiser => Some(Task::Resume),
		State::Resolved if is_raiser => Some(Task::Confirm),
		State::Held if is_raiser && !is_handler => Some(Task::SignHold),
		State::AssessingCancellation if is_handler => Some(Task::Assess),
		State::PendingCancellation if is_handler => Some(Task::Undo),
		_ => None,
	}
}

/// Until when facts of an order are signed and denied, where that is known: it has ended.
const fn answers_until(order: &Order) -> Option<Moment> {
	match order.stage {
		Stage::Evidence { answers, .. } => Some(answers),
		_ => None,
	}
}

/// What an order under way means for a company, or one that has ended as long as its facts are answered to.
fn of_open(view: &OrderView, facts: Option<&FactsView>, org: OrgId) -> Vec<Waiting> {
	let order = &view.order;
	let last = view.changes.last();
	let restored = view.deadlines.and_then(|deadlines| deadlines.breach);
	let answered = view.deadlines.and_then(|deadlines| deadlines.response);
	let mut all = Vec::new();
	let mut add =
		|task, until| all.push(Waiting { task, id: view.id, what: in_short(view.id, order), until });
	match turn(order, org) {
		None => {}
		Some(Task::SignHold) if last.is_some_and(|change| change.signed.is_some()) => {}
		Some(Task::Answer) => add(Task::Answer, answered.or(restored)),
		Some(Task::Confirm) => {
			let silence = Moment::from(order.silence).saturating_mul(1_000);
			add(Task::Confirm, last.map(|change| change.at.saturating_add(silence)));
		}
		Some(task @ (Task::Restore | Task::Resume)) => add(task, restored),
		Some(task) => add(task, None),
	}
	let Some(evidence) = facts else { return all };
	let own = |number: u8| evidence.facts.iter().any(|fact| fact.number == number && fact.author == org);
	let asked = evidence.demands.iter().filter(|demand| own(demand.fact)).map(|demand| demand.until).min();
	if let Some(until) = asked {
		add(Task::Deliver, Some(until));
	}
	let waits = |fact: &trimast_primitives::order::Fact| {
		let accused = fact.evidence.against(&order.companies);
		let is_asked = order.companies.parties.contains(org) || accused == Some(org);
		let is_late = !fact.is_in_time(order.evidence, opened(&view.changes)) && !fact.is_void();
		is_asked && is_late && !fact.signers().contains(org)
	};
	if evidence.facts.iter().any(waits) {
		add(Task::Countersign, answers_until(order));
	}
	let accuses = |fact: &trimast_primitives::order::Fact| {
		let is_against = fact.evidence.against(&order.companies) == Some(org);
		is_against && !fact.denied && !fact.is_void() && !fact.signers().contains(org)
	};
	if !order.parties().contains(org) && evidence.facts.iter().any(accuses) {
		add(Task::Deny, answers_until(order));
	}
	all
}

/// What an order under way that a company has raised which has left means for another one.
fn of_left(id: u32, order: &Order, left: OrgId, org: OrgId) -> Option<Waiting> {
	let is_due = order.raiser == left && called_off(order, org).is_some();
	is_due.then(|| Waiting { task: Task::CallOff, id, what: in_short(id, order), until: None })
}

/// What an order that has ended means for a company.
fn of_ended(
	id: u32,
	order: &Order,
	verdict: Option<&VerdictView>,
	org: OrgId,
	now: Moment,
) -> Option<Waiting> {
	let verdict = verdict?;
	let what = in_short(id, order);
	match order.stage {
		Stage::Judged { until } if now <= until => {
			// Who answers for nothing has nothing to appeal against.
			verdict.verdict.charged().contains(org).then_some(Waiting {
				task: Task::Appeal,
				id,
				what,
				until: Some(until),
			})
		}
		Stage::Appealed { until } if now <= until => {
			let appeal = verdict.appeal.as_ref()?;
			let has_said = appeal.said.iter().any(|(by, _)| *by == org);
			let rules = appeal.rulers.contains(org) && !has_said;
			rules.then_some(Waiting { task: Task::Rule, id, what, until: Some(until) })
		}
		_ => None,
	}
}

/// One item for each task, with the first deadline that lies ahead. Those due first are named, so what is overdue comes before that.
fn together(mut all: Vec<Waiting>, now: Moment) -> Vec<(Option<Moment>, Item)> {
	all.sort_by_key(|one| (one.task, one.until.unwrap_or(Moment::MAX), one.id));
	let of = |group: &[Waiting]| {
		let first = group.first()?;
		let names: Vec<&str> = group.iter().take(NAMED).map(|one| one.what.as_str()).collect();
		let more = if group.len() > NAMED { ", ..." } else { "" };
		let passed = group.iter().take_while(|one| one.until.is_some_and(|until| until < now)).count();
		let next = group.get(passed).and_then(|one| Some((one.id, one.until?)));
		let due = match (passed, next) {
			(0, None) => String::new(),
			(0, Some((_, at))) => format!("; the first by {}", time::text(at)),
			(passed, None) => format!("; PASSED, {passed} of them"),
			(passed, Some((id, at))) => {
				format!("; PASSED, {passed} of them; next {id} by {}", time::text(at))
			}
		};
		let count = if group.len() > 1 { format!("{}: ", group.len()) } else { String::new() };
		let command = match group.len() {
			1 => first.task.command(first.id),
			_ => format!("{}; the others: {}", first.task.command(first.id), first.task.list()),
		};
		let what = format!("{count}{}{more}{due}", names.join(", "));
		let item = Item { deadline: None, passed, kind: first.task.kind(), what, command };
		Some((next.map(|(_, until)| until), item))
	};
	all.chunk_by(|one, other| one.task == other.task).filter_map(of).collect()
}

/// A month's statements that a company has neither signed nor disputed.
fn unsigned(views: &[StatementView], org: OrgId, orgs: &[OrgView]) -> Option<Item> {
	let open = views
		.iter()
		.filter(|view| !view.scores.is_empty() && !view.signed.contains(org) && !view.disputed.contains(org));
	let names: Vec<String> = open.clone().map(|view| org_name(orgs, view.subject)).collect();
	let first = open.clone().next()?;
	let month = month_text(first.month);
	Some(Item {
		deadline: None,
		passed: 0,
		kind: "statements to sign",
		what: format!("{month}: {}", names.join(", ")),
		command: format!("trimast order statement sign {} --month {month}", first.subject.0),
	})
}

/// The month before that of a moment, at UTC+8, as the chain counts.
fn month_before(now: Moment) -> Option<u16> {
	let text = time::text(now);
	let (year, rest) = text.split_once('-')?;
	let (month, _) = rest.split_once('-')?;
	let (year, month): (u16, u16) = (year.parse().ok()?, month.parse().ok()?);
	year.checked_mul(12)?.checked_add(month.checked_sub(1)?)?.checked_sub(1)
}

/// All of it, as far as the account's roles and scope go.
pub(super) async fn items(at: At<'_>, account: &AccountView, orgs: &[OrgView]) -> Result<Vec<Item>> {
	let has = |role| account.roles.contains(role);
	let (is_dispatcher, is_critic) = (has(Role::Dispatcher), has(Role::Dispatcher) || has(Role::Auditor));
	if !is_dispatcher && !is_critic && !has(Role::Collector) {
		return Ok(Vec::new());
	}
	let now = at.moment().await?;
	let org = account.org;
	let covers = |order: &Order| account.scope.covers(order.place.local_network());
	// Dispatchers sign, collectors deliver too, and auditors deny.
	let is_asked = |one: &Waiting| match one.task {
		Task::Deliver => is_dispatcher || has(Role::Collector),
		Task::Deny => is_critic,
		_ => is_dispatcher,
	};
	let mut waiting = Vec::new();
	let open = at.open_orders(org).await?;
	let own: Vec<(u32, Order)> = open.into_iter().filter(|(_, order)| covers(order)).collect();
	let (looked_at, others) = own.split_at(own.len().min(LOOKED_AT));
	let ask = |id: u32| async move {
		Ok::<_, crate::error::Failure>((at.order(id).await?, at.order_facts(id).await?))
	};
	let mut views =
		stream::iter(looked_at.iter().map(|(id, _)| *id).collect::<Vec<_>>()).map(ask).buffered(AT_ONCE);
	while let Some(found) = views.next().await {
		let (view, facts) = found?;
		waiting.extend(of_open(&view, Some(&facts), org).into_iter().filter(is_asked));
	}
	let unlooked = others.iter().filter(|_| is_dispatcher).filter_map(|(id, order)| {
		let task = turn(order, org).filter(|task| *task != Task::SignHold)?;
		Some(Waiting { task, id: *id, what: in_short(*id, order), until: None })
	});
	waiting.extend(unlooked);
	for left in orgs.iter().filter(|one| is_dispatcher && one.status == OrgStatus::Left) {
		let open = at.open_orders(left.id).await?;
		let open = open.iter().filter(|(_, order)| covers(order));
		waiting.extend(open.filter_map(|(id, order)| of_left(*id, order, left.id, org)));
	}
	// What has ended is signed, delivered and denied for a while still; and so is what is between others and concerns the company,
	// which may answer by the verdict.
	let filter = OrderFilter { kind: Some(OrderKind::Fault), ..OrderFilter::default() };
	let mut ended: Vec<u32> = if is_critic { at.appealed().await? } else { Vec::new() };
	let (mut beside, mut after) = (Vec::new(), None);
	loop {
		let page = at.orders(filter, after).await?;
		let concerns = |(_, order): &(u32, Order)| order.concerned.contains(org) && covers(order);
		for (id, order) in page.orders.into_iter().filter(concerns) {
			match order.stage {
				Stage::Open if order.parties().contains(org) => {}
				Stage::Open | Stage::Evidence { .. } => beside.push(id),
				Stage::Judged { .. } if is_critic => ended.push(id),
				_ => {}
			}
		}
		after = page.next;
		if after.is_none() {
			break;
		}
	}
	beside.truncate(LOOKED_AT);
	let mut views = stream::iter(beside).map(ask).buffered(AT_ONCE);
	while let Some(found) = views.next().await {
		let (view, facts) = found?;
		waiting.extend(of_open(&view, Some(&facts), org).into_iter().filter(is_asked));
	}
	for id in ended {
		let order = at.order(id).await?.order;
		if covers(&order) && !matches!(order.stage, Stage::Settled) {
			waiting.extend(of_ended(id, &order, at.verdict(id).await?.as_ref(), org, now));
		}
	}
	let mut items = Vec::new();
	for (until, item) in together(waiting, now) {
		let deadline = match until {
			None => None,
			Some(until) => {
				let seconds = u32::try_from(until.saturating_sub(now) / 1_000).unwrap_or(u32::MAX);
				Some(at.number.saturating_add(at.blocks(seconds).await?))
			}
		};
		items.push(Item { deadline, ..item });
	}
	let month = month_before(now).filter(|_| is_critic && account.scope.contains(Scope::National));
	if let Some(month) = month {
		let mut views = Vec::new();
		for one in orgs.iter().filter(|org| org.kind.has_council_seat()) {
			views.push(at.statement(month, one.id).await?);
		}
		items.extend(unsigned(&views, org, orgs));
	}
	Ok(items)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::order::steps::tests::order;
	use trimast_primitives::{
		order::{Change, Changes, Clock, Evidence, Fact, Phase, Score, ScoreKey},
		plan::SlaClass,
		Hash, OrgSet, ProvinceId,
	};

	const RAISER: OrgId = OrgId(0);
	const HANDLER: OrgId = OrgId(2);
	const MINUTE: Moment = 60_000;

	fn view(kind: OrderKind, state: State) -> OrderView {
		let change = |state, at| Change { state, at, signed: None };
		let changes: Changes = match state {
			State::Acknowledged => vec![change(state, 0)],
			_ => vec![change(State::Acknowledged, 0), change(state, 10 * MINUTE)],
		}
		.try_into()
		.unwrap();
		let order = order(kind, state);
		let clock = Clock::new(&changes, order.silence, 20 * MINUTE);
		let deadlines = order.terms.map(|terms| clock.deadlines(&terms));
		OrderView { id: 7, order, changes, clock, deadlines, facts: 0, notes: Vec::new() }
	}

	fn tasks(kind: OrderKind, state: State, org: OrgId) -> Vec<(Task, Option<Moment>)> {
		of_open(&view(kind, state), None, org).into_iter().map(|one| (one.task, one.until)).collect()
	}

	#[test]
	fn orders_wait_for_the_side_whose_turn_it_is() {
		use OrderKind::{Fault, Inspection};
		// Class 2: half an hour to answer, four hours to restore.
		assert_eq!(tasks(Fault, State::Acknowledged, HANDLER), [(Task::Answer, Some(30 * MINUTE))]);
		assert_eq!(tasks(Fault, State::InProgress, HANDLER), [(Task::Restore, Some(240 * MINUTE))]);
		assert_eq!(tasks(Fault, State::Pending, RAISER), [(Task::Resume, Some(240 * MINUTE))]);
		assert_eq!(tasks(Fault, State::Resolved, RAISER), [(Task::Confirm, Some(70 * MINUTE))]);
		assert_eq!(tasks(Fault, State::Held, RAISER), [(Task::SignHold, None)]);
		assert_eq!(tasks(Inspection, State::AssessingCancellation, HANDLER), [(Task::Assess, None)]);
		for (state, org) in [
			(State::Acknowledged, RAISER),
			(State::InProgress, RAISER),
			(State::Resolved, HANDLER),
			(State::Held, HANDLER),
			(State::InProgress, OrgId(1)),
		] {
			assert_eq!(tasks(Fault, state, org), [], "{state:?} {org:?}");
		}
	}

	#[test]
	fn what_a_company_that_has_left_has_raised_waits_for_whom_else_it_concerns() {
		let of =
			|state, left, org| of_left(7, &order(OrderKind::Fault, state), left, org).map(|one| one.task);
		assert_eq!(of(State::InProgress, RAISER, OrgId(1)), Some(Task::CallOff));
		// Its handler does not call it off, nor who has nothing to do with it; what is resolved closes by itself.
		for (state, left, org) in [
			(State::InProgress, RAISER, HANDLER),
			(State::InProgress, RAISER, OrgId(9)),
			(State::InProgress, HANDLER, OrgId(1)),
			(State::Resolved, RAISER, OrgId(1)),
		] {
			assert_eq!(of(state, left, org), None, "{state:?} {left:?} {org:?}");
		}
		let one = |id| of_left(id, &order(OrderKind::Fault, State::Held), RAISER, OrgId(1)).unwrap();
		let [(None, item)] = &together(vec![one(8), one(7)], 0)[..] else {
			panic!("one item without a deadline")
		};
		assert_eq!(item.command, "trimast order cancel 7; the others: trimast order list --party ORG --open");
		assert!(item.kind.contains("has left"), "{}", item.kind);
	}

	#[test]
	fn bodies_and_late_facts_wait_for_who_has_them_and_who_signs_them() {
		let fact = Fact {
			number: 0,
			author: HANDLER,
			claimed: 0,
			anchored: 20 * MINUTE,
			countersigned: OrgSet::EMPTY,
			body: None,
			denied: false,
			evidence: Evidence::GridFailure { phase: Phase::Raised },
		};
		let demand =
			trimast_primitives::apis::DemandView { fact: 0, by: OrgSet::of(RAISER), until: 90 * MINUTE };
		let facts = FactsView {
			facts: vec![fact].try_into().unwrap(),
			digests: vec![Hash::zero()],
			demands: vec![demand],
		};
		let of = |org| -> Vec<Task> {
			let view = view(OrderKind::Fault, State::Pending);
			of_open(&view, Some(&facts), org).into_iter().map(|one| one.task).collect()
		};
		assert_eq!(of(HANDLER), [Task::Deliver]);
		assert!(of(RAISER).contains(&Task::Countersign) && !of(RAISER).contains(&Task::Deliver));
	}

	#[test]
	fn whom_facts_speak_against_is_told_also_of_orders_of_others_and_of_what_has_ended() {
		use trimast_primitives::order::{Alarm, AlarmType, Severity, Subject};
		const OTHER: OrgId = OrgId(1);
		let alarm = Alarm {
			id: 1,
			phase: Phase::Raised,
			kind: AlarmType::Communications,
			severity: Severity::Critical,
			subject: Subject::Backhaul { owner: OTHER },
			plmn: None,
		};
		let fact = |denied, countersigned| Fact {
			number: 0,
			author: RAISER,
			claimed: 0,
			anchored: 0,
			countersigned,
			body: None,
			denied,
			evidence: Evidence::Alarm(alarm),
		};
		let of = |state, stage, fact: Fact, org| -> Vec<(Task, Option<Moment>)> {
			let mut view = view(OrderKind::Fault, state);
			view.order.stage = stage;
			let facts = FactsView {
				facts: vec![fact].try_into().unwrap(),
				digests: vec![Hash::zero()],
				demands: Vec::new(),
			};
			of_open(&view, Some(&facts), org).into_iter().map(|one| (one.task, one.until)).collect()
		};
		let ended = Stage::Evidence { until: 30 * MINUTE, answers: 40 * MINUTE };
		let said = fact(false, OrgSet::EMPTY);
		assert_eq!(of(State::Pending, Stage::Open, said, OTHER), [(Task::Deny, None)]);
		assert_eq!(of(State::Closed, ended, said, OTHER), [(Task::Deny, Some(40 * MINUTE))]);
		// Not who is a party, has denied it, or has signed it.
		assert_eq!(of(State::Closed, ended, said, HANDLER), []);
		assert_eq!(of(State::Closed, ended, fact(true, OrgSet::EMPTY), OTHER), []);
		assert_eq!(of(State::Closed, ended, fact(false, OrgSet::of(OTHER)), OTHER), []);
		// What came late is signed until then.
		let late = Fact { anchored: 20 * MINUTE, ..said };
		assert_eq!(of(State::Closed, ended, late, HANDLER), [(Task::Countersign, Some(40 * MINUTE))]);
	}

	#[test]
	fn many_of_a_kind_are_one_item_with_the_first_deadline() {
		let one = |task, id, until| Waiting { task, id, what: id.to_string(), until };
		let all = vec![
			one(Task::Answer, 9, Some(50)),
			one(Task::Answer, 8, Some(40)),
			one(Task::SignHold, 3, None),
			one(Task::Answer, 7, Some(60)),
			one(Task::Answer, 6, Some(70)),
		];
		// The last moment is in time.
		let items = together(all.clone(), 40);
		assert_eq!(items.len(), 2);
		assert_eq!(items[0].0, Some(40));
		assert!(
			items[0].1.what.starts_with("4: 8, 9, 7, ...; the first by 1970-01-01"),
			"{}",
			items[0].1.what
		);
		assert!(items[0].1.command.starts_with("trimast order ack 8; the others: "));
		assert_eq!((items[1].0, items[1].1.command.as_str()), (None, "trimast order sign 3 --hold"));
		assert!(items.iter().all(|(_, item)| item.passed == 0));
		// What is overdue does not hide what is due next.
		let items = together(all.clone(), 55);
		assert_eq!((items[0].0, items[0].1.passed, items[1].1.passed), (Some(60), 2, 0));
		let what = &items[0].1.what;
		assert!(what.starts_with("4: 8, 9, 7, ...; PASSED, 2 of them; next 7 by 1970-01-01"), "{what}");
		let items = together(all, 71);
		assert_eq!((items[0].0, items[0].1.passed), (None, 4));
		assert!(items[0].1.what.ends_with("...; PASSED, 4 of them"), "{}", items[0].1.what);
	}

	#[test]
	fn statements_wait_until_they_are_signed_or_disputed() {
		let key = ScoreKey { province: ProvinceId(13), class: SlaClass::Two };
		let view = |subject, signed| StatementView {
			month: 2026 * 12 + 4,
			subject: OrgId(subject),
			scores: vec![(key, Score::default())],
			digest: Hash::zero(),
			signed,
			disputed: OrgSet::EMPTY,
		};
		let views = [view(0, OrgSet::of(RAISER)), view(2, OrgSet::EMPTY)];
		let item = unsigned(&views, RAISER, &[]).unwrap();
		assert_eq!(item.what, "2026-05: 2");
		assert_eq!(item.command, "trimast order statement sign 2 --month 2026-05");
		assert!(unsigned(&views[..1], RAISER, &[]).is_none());
		assert_eq!(month_before(0), Some(1969 * 12 + 11));
	}
}
