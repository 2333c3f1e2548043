// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::order::state::{Side, Source};
use std::collections::BTreeSet;

const MACHINES: [Machine; 2] = [Machine::Ticket, Machine::WorkOrder];

/// Every state that a machine reaches from the first one.
fn reached(machine: Machine) -> BTreeSet<State> {
	let mut reached = BTreeSet::from([Machine::START]);
	loop {
		let next: BTreeSet<_> =
			reached.iter().flat_map(|state| machine.from(*state)).map(|line| line.to).collect();
		if next.is_subset(&reached) {
			return reached;
		}
		reached.extend(next);
	}
}

#[test]
fn tickets_have_the_states_of_tmf621_and_work_orders_those_of_tmf697() {
	let names = |machine| reached(machine).into_iter().map(State::name).collect::<BTreeSet<_>>();
	assert_eq!(
		names(Machine::Ticket),
		BTreeSet::from([
			"acknowledged",
			"rejected",
			"pending",
			"held",
			"inProgress",
			"resolved",
			"closed",
			"cancelled",
		])
	);
	assert_eq!(
		names(Machine::WorkOrder),
		BTreeSet::from([
			"acknowledged",
			"rejected",
			"pending",
			"held",
			"inProgress",
			"cancelled",
			"completed",
			"failed",
			"partial",
			"assessingCancellation",
			"pendingCancellation",
		])
	);
}

#[test]
fn tables_have_no_line_twice_and_somebody_for_each() {
	for machine in MACHINES {
		let pairs: BTreeSet<_> = machine.table().iter().map(|line| (line.from, line.to)).collect();
		assert_eq!(pairs.len(), machine.table().len());
		assert!(machine.table().iter().all(|line| !line.by.is_empty() && line.from != line.to));
	}
}

#[test]
fn final_states_have_no_transition_and_all_others_lead_to_one() {
	for machine in MACHINES {
		for state in reached(machine) {
			assert_eq!(state.is_final(), machine.from(state).next().is_none(), "{state:?}");
			let mut seen = BTreeSet::from([state]);
			for _ in 0..machine.table().len() {
				let next: Vec<_> =
					seen.iter().flat_map(|state| machine.from(*state)).map(|line| line.to).collect();
				seen.extend(next);
			}
			assert!(seen.iter().any(|state| state.is_final()), "{state:?}");
		}
	}
}

#[test]
fn raiser_alone_calls_off_and_confirms_and_handler_alone_does_the_work() {
	let (raiser, handler) = (Side::Raiser, Side::Handler);
	let ticket = Machine::Ticket;
	assert_eq!(ticket.step(State::Resolved, State::Closed, raiser), Ok(()));
	assert_eq!(ticket.step(State::Resolved, State::Closed, Side::Chain), Ok(()));
	assert_eq!(ticket.step(State::Resolved, State::Closed, handler), Err(StepRefusal::OtherSide));
	assert_eq!(ticket.step(State::Resolved, State::InProgress, handler), Err(StepRefusal::OtherSide));
	assert_eq!(ticket.step(State::InProgress, State::Held, raiser), Err(StepRefusal::OtherSide));
	assert_eq!(ticket.step(State::InProgress, State::Resolved, raiser), Err(StepRefusal::OtherSide));
	assert_eq!(ticket.step(State::InProgress, State::Closed, raiser), Err(StepRefusal::NoTransition));
	let work = Machine::WorkOrder;
	assert_eq!(work.step(State::InProgress, State::AssessingCancellation, raiser), Ok(()));
	assert_eq!(
		work.step(State::InProgress, State::AssessingCancellation, handler),
		Err(StepRefusal::OtherSide)
	);
	assert_eq!(work.step(State::AssessingCancellation, State::PendingCancellation, handler), Ok(()));
	for state in [State::AssessingCancellation, State::PendingCancellation] {
		assert_eq!(work.step(state, State::Cancelled, raiser), Err(StepRefusal::OtherSide));
		assert_eq!(work.step(state, State::Cancelled, Side::Chain), Ok(()));
	}
	assert_eq!(
		work.step(State::AssessingCancellation, State::Cancelled, handler),
		Err(StepRefusal::OtherSide)
	);
	assert_eq!(work.step(State::Pending, State::Cancelled, Side::Chain), Ok(()));
	assert_eq!(work.step(State::Pending, State::Cancelled, raiser), Err(StepRefusal::OtherSide));
	for machine in MACHINES {
		for line in
			machine.table().iter().filter(|line| line.from == State::Held && line.to == State::InProgress)
		{
			assert_eq!(line.by, [raiser, handler]);
		}
	}
}

#[test]
fn company_is_both_sides_of_its_own_order() {
	let sides = |org, raiser, handler| Side::of(org, raiser, handler).collect::<Vec<_>>();
	assert_eq!(sides(OWNER, OWNER, TOWER), [Side::Raiser]);
	assert_eq!(sides(TOWER, OWNER, TOWER), [Side::Handler]);
	assert_eq!(sides(OWNER, OWNER, OWNER), [Side::Raiser, Side::Handler]);
	assert!(sides(SHARER, OWNER, TOWER).is_empty());
}

#[test]
fn faults_are_tickets_and_jobs_are_work_orders() {
	for kind in OrderKind::ALL {
		let machine = if kind == OrderKind::Fault { Machine::Ticket } else { Machine::WorkOrder };
		assert_eq!(kind.machine(), machine);
	}
}

#[test]
fn only_what_the_standards_leave_open_is_chosen() {
	let chosen: Vec<_> = MACHINES
		.into_iter()
		.flat_map(|machine| machine.table().iter().filter(|line| line.source == Source::Chosen))
		.map(|line| (line.from, line.to))
		.collect();
	let from = [State::Held, State::Acknowledged, State::AssessingCancellation];
	assert_eq!(chosen, from.map(|from| (from, State::Cancelled)));
}

proptest! {
	#[test]
	fn only_lines_of_the_table_are_possible(
		from in any_state_of_all(), to in any_state_of_all(), side in 0..3usize, ticket in any::<bool>(),
	) {
		let machine = if ticket { Machine::Ticket } else { Machine::WorkOrder };
		let side = [Side::Raiser, Side::Handler, Side::Chain][side];
		let line = machine.table().iter().find(|line| line.from == from && line.to == to);
		let expected = match line {
			None => Err(StepRefusal::NoTransition),
			Some(line) if line.by.contains(&side) => Ok(()),
			Some(_) => Err(StepRefusal::OtherSide),
		};
		prop_assert_eq!(machine.step(from, to, side), expected);
		prop_assert!(!(from.is_final() && expected.is_ok()));
	}

	#[test]
	fn walks_stay_in_the_machine(steps in proptest::collection::vec((any_state_of_all(), 0..3usize), 0..200), ticket in any::<bool>()) {
		let machine = if ticket { Machine::Ticket } else { Machine::WorkOrder };
		let mut state = Machine::START;
		for (to, side) in steps {
			if machine.step(state, to, [Side::Raiser, Side::Handler, Side::Chain][side]).is_ok() {
				prop_assert!(!state.is_final());
				state = to;
			}
			prop_assert!(reached(machine).contains(&state));
		}
	}
}

fn any_state_of_all() -> impl Strategy<Value = State> {
	let all: BTreeSet<_> = MACHINES.into_iter().flat_map(reached).collect();
	proptest::sample::select(all.into_iter().collect::<Vec<_>>())
}
