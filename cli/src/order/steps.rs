// SPDX-License-Identifier: Apache-2.0
//! From what people say to the state that an order goes to: by the tables of TMF621 and TMF697, and by what comes next where
//! there is no such line.

use crate::error::{Failure, Result};
use trimast_primitives::{
	order::{Changes, Machine, Order, Side, State},
	OrgId,
};

/// What is done about an order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verb {
	/// Take it up.
	Ack,
	/// Do not take it.
	Reject,
	/// Wait for the raiser.
	Wait,
	/// Wait for somebody else.
	Hold,
	/// Go on; reopen a ticket that is resolved.
	Resume,
	/// It is repaired, or done.
	Resolve,
	/// It could not be done.
	Fail,
	/// Some of it is done.
	Part,
	/// Yes, it is repaired.
	Close,
	/// Call it off.
	Cancel,
	/// It is not called off: it goes on in this state.
	Deny(State),
}

impl Verb {
	/// The command's word.
	pub(crate) const fn word(self) -> &'static str {
		match self {
			Self::Ack => "ack",
			Self::Reject => "reject",
			Self::Wait => "wait",
			Self::Hold => "hold",
			Self::Resume => "resume",
			Self::Resolve => "resolve",
			Self::Fail => "resolve --failed",
			Self::Part => "resolve --partial",
			Self::Close => "close",
			Self::Cancel => "cancel",
			Self::Deny(_) => "deny",
		}
	}

	/// Where it leads from a state, whoever says it; none where it makes no sense.
	fn leads(self, machine: Machine, from: State) -> Option<State> {
		let is_ticket = machine == Machine::Ticket;
		let to = match (self, from) {
			(Self::Ack, State::Acknowledged) => State::InProgress,
			(Self::Reject, _) => State::Rejected,
			(Self::Wait, State::InProgress) => State::Pending,
			(Self::Hold, State::InProgress) => State::Held,
			(Self::Resume, State::Pending | State::Held | State::Resolved) => State::InProgress,
			(Self::Resolve, _) if is_ticket => State::Resolved,
			(Self::Resolve, _) => State::Completed,
			(Self::Fail, _) => State::Failed,
			(Self::Part, _) => State::Partial,
			(Self::Close, _) => State::Closed,
			(Self::Cancel, State::AssessingCancellation) => State::PendingCancellation,
			(Self::Cancel, State::Acknowledged | State::PendingCancellation) => State::Cancelled,
			(Self::Cancel, _) if is_ticket => State::Cancelled,
			(Self::Cancel, _) => State::AssessingCancellation,
			(Self::Deny(to), State::AssessingCancellation) => to,
			_ => return None,
		};
		machine.from(from).any(|line| line.to == to).then_some(to)
	}
}

/// Whether going there is to call an order off.
const fn calls_off(to: State) -> bool {
	matches!(to, State::Cancelled | State::AssessingCancellation)
}

/// Where `org` takes an order that a company has raised which has left the federation, to call it off in its place. None where
/// that is not for it to say, or nothing that its raiser could have called off.
pub(crate) fn called_off(order: &Order, org: OrgId) -> Option<State> {
	let machine = order.kind.machine();
	let is_beside = order.concerned.contains(org) && !order.parties().contains(org);
	let to = Verb::Cancel.leads(machine, order.state).filter(|to| is_beside && calls_off(*to))?;
	let mut sides = Side::of(order.raiser, order.raiser, order.handler);
	sides.any(|side| machine.step(order.state, to, side).is_ok()).then_some(to)
}

/// Where an order goes when `org` says this of it. `has_left`: its raiser has left the federation.
///
/// # Errors
/// When its table has no such line, or the line is for another: with what can be said now, and by whom.
pub(crate) fn target(verb: Verb, id: u32, order: &Order, org: OrgId, has_left: bool) -> Result<State> {
	let machine = order.kind.machine();
	let refused = |what: String| {
		Err(Failure::chain(what).at(format!("order {id}")).remedy(format!(
			"it is {}; {}",
			order.state.name(),
			possible(id, order, has_left)
		)))
	};
	if let Some(to) = called_off(order, org).filter(|_| has_left && verb == Verb::Cancel) {
		return Ok(to);
	}
	let Some(to) = verb.leads(machine, order.state) else {
		return refused(format!("`{}` leads nowhere from where it is", verb.word()));
	};
	if Side::of(org, order.raiser, order.handler).any(|side| machine.step(order.state, to, side).is_ok()) {
		return Ok(to);
	}
	match order.parties().contains(org) {
		true => refused(format!("`{}` is for the other side to say", verb.word())),
		false => refused(format!("`{}` is for others to say: your company is no party to it", verb.word())),
	}
}

/// Whether an order that went through these changes can go there, as far as is known here. A ticket is reopened however often it
/// has changed: its state takes the place of `resolved` then. Whether that is in time, the chain says.
pub(crate) fn has_room(order: &Order, changes: &Changes, to: State) -> bool {
	let is_reopened = order.state == State::Resolved && !to.is_final();
	is_reopened || order.kind.machine().has_room(changes, to)
}

/// What can be said of an order now, and by whom. `has_left`: its raiser has left the federation.
fn possible(id: u32, order: &Order, has_left: bool) -> String {
	let machine = order.kind.machine();
	let all = [
		Verb::Ack,
		Verb::Reject,
		Verb::Wait,
		Verb::Hold,
		Verb::Resume,
		Verb::Resolve,
		Verb::Fail,
		Verb::Part,
		Verb::Close,
		Verb::Cancel,
		Verb::Deny(State::InProgress),
	];
	let by = |to: State| {
		let lines = machine.from(order.state).filter(|line| line.to == to);
		let sides = lines.flat_map(|line| line.by).filter_map(|side| match side {
			Side::Raiser if has_left => {
				calls_off(to).then_some("whom else it concerns, since its raiser has left")
			}
			Side::Raiser => Some("raiser"),
			Side::Handler => Some("handler"),
			Side::Chain => None,
		});
		sides.collect::<Vec<_>>().join(" or ")
	};
	let said = all.into_iter().filter_map(|verb| Some((verb.word(), by(verb.leads(machine, order.state)?))));
	let words: Vec<String> =
		said.filter(|(_, by)| !by.is_empty()).map(|(verb, by)| format!("{verb} ({by})")).collect();
	match words.is_empty() {
		true => format!("nothing comes after that: `trimast order show {id}`"),
		false => format!("now it can be: {}", words.join(", ")),
	}
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use trimast_primitives::{
		order::{Alerts, Companies, Limits, OrderKind, Place, Severity, SlaTable, Stage, Work},
		page::SiteId,
		plan::SlaClass,
		LocalNetworkId, OrgSet,
	};

	/// Raised by 0, handled by 2, at station 1301:7.
	pub(crate) fn order(kind: OrderKind, state: State) -> Order {
		let site = SiteId { local_network: LocalNetworkId(1301), index: 7 };
		let (raiser, handler) = (OrgId(0), OrgId(2));
		let parties = OrgSet::of(raiser).with(handler);
		Order {
			kind,
			raiser,
			handler,
			place: Place::Station(site),
			county: Some(2),
			class: SlaClass::Two,
			severity: Severity::Critical,
			work: Work::default(),
			companies: Companies {
				parties,
				owner: raiser,
				tower: Some(handler),
				networks: Default::default(),
				signed: parties.with(OrgId(1)),
			},
			concerned: parties.with(OrgId(1)),
			contract: Some(super::super::evidence::tests::CONTRACT),
			terms: Some(SlaTable::default().terms(SlaClass::Two)),
			silence: 3_600,
			silence_term: 3_600,
			limits: Limits::default(),
			table: 1,
			evidence: 600,
			state,
			stage: Stage::Open,
			alerts: Alerts::default(),
			demand: None,
			next: None,
			parent: None,
			children: Default::default(),
			relations: Default::default(),
			violation: None,
			is_taken_up: false,
			is_visited: false,
		}
	}

	const RAISER: OrgId = OrgId(0);
	const HANDLER: OrgId = OrgId(2);

	fn goes(verb: Verb, kind: OrderKind, state: State, org: OrgId) -> Result<State, String> {
		target(verb, 7, &order(kind, state), org, false).map_err(|failure| failure.to_string())
	}

	#[test]
	fn what_a_raiser_leaves_behind_is_called_off_by_whom_else_it_concerns() {
		use State::*;
		const BESIDE: OrgId = OrgId(1);
		const STRANGER: OrgId = OrgId(9);
		let left = |verb, order: &Order, org| {
			target(verb, 7, order, org, true).map_err(|failure| failure.to_string())
		};
		let ticket = |state| order(OrderKind::Fault, state);
		let job = |state| order(OrderKind::Inspection, state);
		for state in [Acknowledged, InProgress, Pending, Held] {
			assert_eq!(left(Verb::Cancel, &ticket(state), BESIDE), Ok(Cancelled));
		}
		assert_eq!(left(Verb::Cancel, &job(Acknowledged), BESIDE), Ok(Cancelled));
		assert_eq!(left(Verb::Cancel, &job(InProgress), BESIDE), Ok(AssessingCancellation));
		// What is assessed, its handler answers to; what is resolved, the chain closes.
		for over in [&job(AssessingCancellation), &job(PendingCancellation), &ticket(Resolved)] {
			assert!(left(Verb::Cancel, over, BESIDE).is_err(), "{:?}", over.state);
		}
		// Unless the raiser handles it itself: then nobody else could.
		let own = Order { handler: RAISER, ..job(PendingCancellation) };
		assert_eq!(
			called_off(&Order { concerned: own.concerned.with(HANDLER), ..own }, HANDLER),
			Some(Cancelled)
		);
		// It is nobody else's to say, nor is anything else to be said.
		let text = left(Verb::Cancel, &ticket(InProgress), HANDLER).unwrap_err();
		assert!(text.contains("cancel (whom else it concerns, since its raiser has left)"), "{text}");
		assert!(left(Verb::Cancel, &ticket(InProgress), STRANGER).unwrap_err().contains("no party"));
		assert!(left(Verb::Resolve, &ticket(InProgress), BESIDE).unwrap_err().contains("no party"));
		// While the raiser is there, it is its own to say.
		let text = goes(Verb::Cancel, OrderKind::Fault, InProgress, BESIDE).unwrap_err();
		assert!(text.contains("your company is no party") && text.contains("cancel (raiser)"), "{text}");
	}

	#[test]
	fn tickets_go_where_the_words_say() {
		use State::*;
		let ticket = |verb, from, org| goes(verb, OrderKind::Fault, from, org);
		assert_eq!(ticket(Verb::Ack, Acknowledged, HANDLER), Ok(InProgress));
		assert_eq!(ticket(Verb::Reject, Acknowledged, HANDLER), Ok(Rejected));
		assert_eq!(ticket(Verb::Hold, InProgress, HANDLER), Ok(Held));
		assert_eq!(ticket(Verb::Resume, Held, RAISER), Ok(InProgress));
		assert_eq!(ticket(Verb::Resolve, InProgress, HANDLER), Ok(Resolved));
		assert_eq!(ticket(Verb::Close, Resolved, RAISER), Ok(Closed));
		assert_eq!(ticket(Verb::Resume, Resolved, RAISER), Ok(InProgress));
		assert_eq!(ticket(Verb::Cancel, InProgress, RAISER), Ok(Cancelled));
	}

	#[test]
	fn jobs_are_called_off_in_steps_and_completed() {
		use State::*;
		let job = |verb, from, org| goes(verb, OrderKind::Inspection, from, org);
		assert_eq!(job(Verb::Cancel, Acknowledged, RAISER), Ok(Cancelled));
		assert_eq!(job(Verb::Cancel, InProgress, RAISER), Ok(AssessingCancellation));
		assert_eq!(job(Verb::Cancel, AssessingCancellation, HANDLER), Ok(PendingCancellation));
		assert_eq!(job(Verb::Cancel, PendingCancellation, HANDLER), Ok(Cancelled));
		assert_eq!(job(Verb::Deny(Held), AssessingCancellation, HANDLER), Ok(Held));
		assert_eq!(job(Verb::Resolve, InProgress, HANDLER), Ok(Completed));
		assert_eq!(job(Verb::Fail, InProgress, HANDLER), Ok(Failed));
		assert_eq!(job(Verb::Part, Held, HANDLER), Ok(Partial));
	}

	#[test]
	fn step_fails_with_what_can_be_said_and_by_whom() {
		let other = goes(Verb::Ack, OrderKind::Fault, State::Acknowledged, RAISER).unwrap_err();
		assert!(other.starts_with("order 7: `ack` is for the other side to say"), "{other}");
		assert!(other.contains("ack (handler), reject (handler), cancel (raiser)"), "{other}");
		let nowhere = goes(Verb::Close, OrderKind::Fault, State::InProgress, RAISER).unwrap_err();
		assert!(
			nowhere.contains("`close` leads nowhere") && nowhere.contains("it is inProgress"),
			"{nowhere}"
		);
		assert!(nowhere.contains("hold (handler), resolve (handler), cancel (raiser)"), "{nowhere}");
		let over = goes(Verb::Resume, OrderKind::Fault, State::Closed, RAISER).unwrap_err();
		assert!(over.contains("nothing comes after that"), "{over}");
		assert!(goes(Verb::Deny(State::Held), OrderKind::Fault, State::Held, HANDLER).is_err());
	}

	#[test]
	fn ticket_is_reopened_however_often_it_has_changed() {
		use trimast_primitives::order::{Change, MAX_CHANGES};
		let change = |state| Change { state, at: 0, signed: None };
		let resolved = order(OrderKind::Fault, State::Resolved);
		let most = usize::try_from(MAX_CHANGES).unwrap() - 1;
		let full = Changes::truncate_from(vec![change(State::Resolved); most]);
		assert!(!Machine::Ticket.has_room(&full, State::InProgress));
		assert!(has_room(&resolved, &full, State::InProgress));
		assert!(has_room(&resolved, &full, State::Closed));
		// Nobody has it wait any more.
		let under_way = order(OrderKind::Fault, State::InProgress);
		assert!(!has_room(&under_way, &full, State::Held));
	}

	/// Every line of both tables that is not the chain's alone is what some verb says.
	#[test]
	fn every_line_of_the_tables_has_a_verb() {
		let verbs = [
			Verb::Ack,
			Verb::Reject,
			Verb::Wait,
			Verb::Hold,
			Verb::Resume,
			Verb::Resolve,
			Verb::Fail,
			Verb::Part,
			Verb::Close,
			Verb::Cancel,
			Verb::Deny(State::InProgress),
			Verb::Deny(State::Pending),
			Verb::Deny(State::Held),
		];
		for machine in [Machine::Ticket, Machine::WorkOrder] {
			for line in machine.table().iter().filter(|line| line.by != [Side::Chain]) {
				let said = verbs.iter().any(|verb| verb.leads(machine, line.from) == Some(line.to));
				assert!(said, "{:?} to {:?}", line.from, line.to);
			}
		}
	}
}
