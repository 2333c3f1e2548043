// SPDX-License-Identifier: Apache-2.0

//! The agenda is fair and bounded, whatever is entered.

use crate::{
	agenda::{enter, lag, second_of, work_within, Queues, MAX_DUE, MAX_LOOKED, MAX_SHIFT},
	mock::*,
	types::Deadline,
	Agenda, AgendaFrom, Error, Event, Orders, WeightInfo,
};
use frame_support::{assert_ok, weights::Weight, BoundedVec};
use sp_runtime::DispatchError;
use trimast_primitives::{
	order::{Opening, Place, State},
	page::SiteId,
	OrgId,
};

fn entered(org: OrgId, at: u64, order: u32) -> Result<u32, DispatchError> {
	enter::<Test>(org, at, order, None).map_err(Into::into)
}

fn at(second: u32) -> u64 {
	u64::from(second) * SECOND
}

#[test]
fn enter_goes_on_to_later_seconds_when_one_is_full() {
	run(|| {
		let first = second_of(START) + 10;
		for n in 0..MAX_DUE * MAX_SHIFT {
			assert_ok!(entered(OWNER, at(first), n), first + n / MAX_DUE);
		}
		assert_eq!(entered(OWNER, at(first), 0), Err(Error::<Test>::AgendaFull.into()));
		// Another company has its own lists.
		assert_ok!(entered(TOWER, at(first), 0), first);
		Agenda::<Test>::remove(OWNER, first + 3);
		assert_ok!(entered(OWNER, at(first), 0), first + 3);
		let _ = Agenda::<Test>::clear(u32::MAX, None);
	});
}

#[test]
fn order_that_stands_later_for_want_of_room_is_not_entered_again() {
	run(|| {
		let first = second_of(START) + 10;
		let full = BoundedVec::truncate_from(vec![u32::MAX; MAX_DUE as usize]);
		(first..first + 5).for_each(|second| Agenda::<Test>::insert(OWNER, second, full.clone()));
		let again = |stands| enter::<Test>(OWNER, at(first), 7, stands).map_err(DispatchError::from);
		assert_ok!(again(None), first + 5);
		assert_ok!(again(Some(first + 5)), first + 5);
		assert_eq!(Agenda::<Test>::get(OWNER, first + 5).len(), 1);
		// Where there is room before, it is, and from far away it is as well.
		Agenda::<Test>::remove(OWNER, first + 2);
		assert_ok!(again(Some(first + 5)), first + 2);
		assert_ok!(again(Some(first + 1_000)), first + 2);
		(first..first + MAX_SHIFT).for_each(|second| Agenda::<Test>::insert(OWNER, second, full.clone()));
		assert_ok!(again(Some(first + MAX_SHIFT)), first + MAX_SHIFT);
		assert_eq!(again(Some(first + MAX_SHIFT + 1)), Err(Error::<Test>::AgendaFull.into()));
		let _ = Agenda::<Test>::clear(u32::MAX, None);
	});
}

#[test]
fn a_moment_within_a_second_is_due_in_the_next() {
	run(|| {
		let now = second_of(START);
		assert_ok!(entered(OWNER, START, 0), now + 1);
		assert_ok!(entered(OWNER, START + 5 * SECOND, 0), now + 5);
		assert_ok!(entered(OWNER, START + 5 * SECOND + 1, 0), now + 6);
		assert_ok!(entered(OWNER, 0, 0), now + 1);
		let _ = Agenda::<Test>::clear(u32::MAX, None);
	});
}

#[test]
fn companies_are_served_in_turn_and_nothing_is_lost() {
	run(|| {
		// More of the owner's than a block has room for, and one of the sharer's.
		put((0..20).map(|_| station()).collect());
		let at = |index| Opening { place: Place::Station(SiteId { index, ..SITE }), ..fault() };
		let numbers: Vec<_> = (0..20).map(|index| open(OWNER, at(index))).collect();
		let other = open(SHARER, fault());
		let response = START + 15 * MINUTE + SECOND;
		Now::set(response - 2 * SECOND);
		let room = <() as WeightInfo>::look_for_due(MAX_LOOKED) + Weight::from_parts(10, 0);
		// Up to where it begins: nothing is due.
		while lag::<Test>() > 1 {
			assert!(work_within::<Test>(second_of(Now::get()), room).all_lte(room));
		}
		Now::set(response);
		let late = || {
			let is_late = |number: &&u32| Orders::<Test>::get(number).unwrap().alerts.response;
			(numbers.iter().filter(is_late).count(), is_late(&&other))
		};
		let mut done = Vec::new();
		while late() != (20, true) {
			assert!(work_within::<Test>(second_of(response), room).all_lte(room));
			done.push(late());
			assert!(done.len() < 8, "{done:?}");
		}
		// The second block is the sharer's at the latest.
		assert!(done[1].1 && done[0].0 < 20, "{done:?}");
	});
}

/// The companies in their turn, and how many seconds behind they are.
fn behind(now: u32) -> Vec<(OrgId, u32)> {
	AgendaFrom::<Test>::get().into_iter().map(|(org, from)| (org, now + 1 - from)).collect()
}

#[test]
fn companies_that_are_behind_catch_up_in_equal_parts() {
	run(|| {
		let first = second_of(START) + 1;
		for (n, org) in (0..).zip([OWNER, SHARER, TOWER]) {
			assert_ok!(entered(org, at(first), n), first);
		}
		let (now, room) = (first + 999, Weight::from_parts(1_000, 0));
		Now::set(at(now));
		assert_eq!(behind(now), [(OWNER, 1_000), (SHARER, 1_000), (TOWER, 1_000)]);
		work_within::<Test>(now, room);
		assert_eq!(behind(now), [(SHARER, 979), (TOWER, 979), (OWNER, 978)]);
		// What those that are not behind leave is for the one that is.
		let queues = vec![(OWNER, first), (SHARER, now), (TOWER, now)];
		AgendaFrom::<Test>::put(Queues::try_from(queues).unwrap());
		work_within::<Test>(now, room);
		assert_eq!(behind(now), [(OWNER, 1_000 - MAX_LOOKED + 2), (SHARER, 0), (TOWER, 0)]);
	});
}

#[test]
fn block_without_orders_writes_nothing() {
	run(|| {
		System::run_to_block::<AllPalletsWithSystem>(System::block_number() + 2);
		assert!(!AgendaFrom::<Test>::exists());
	});
}

#[test]
fn what_was_entered_before_is_passed_over() {
	run(|| {
		let number = open(OWNER, fault());
		let first = order(number).next.unwrap();
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved)]);
		// The silence is over later than the answer was due: it is looked at then, and entered anew.
		assert_eq!(order(number).next, Some(first));
		go_to(at(first));
		assert_eq!(order(number).next, Some(second_of(START + SILENCE) + 1));
		steps(number, &[(OWNER, State::Closed)]);
		let nearer = order(number).next.unwrap();
		assert_eq!(nearer, second_of(Now::get() + EVIDENCE_TERM) + 1);
		go_to(START + SILENCE + 2 * SECOND);
		let is_told =
			|event: &Event<Test>| matches!(event, Event::DeadlinePassed { deadline: Deadline::Response, .. });
		assert!(!events().iter().any(is_told));
	});
}

/// The first order finds no room for its next deadline: nothing that is due behind it waits for that.
#[test]
fn who_fills_seconds_that_lie_ahead_keeps_nothing_of_its_queue_waiting() {
	run(|| {
		put(vec![station(), station()]);
		let at_second = Opening { place: Place::Station(SiteId { index: 1, ..SITE }), ..fault() };
		let first = open(OWNER, fault());
		go_on(SECOND);
		let second = open(OWNER, at_second);
		// The alert of the first is due after 90 minutes.
		let alert = second_of(START + 90 * MINUTE);
		let full = BoundedVec::truncate_from(vec![u32::MAX; MAX_DUE as usize]);
		(alert..alert + MAX_SHIFT).for_each(|second| Agenda::<Test>::insert(OWNER, second, full.clone()));
		let response = START + 15 * MINUTE + 2 * SECOND;
		Now::set(response + SECOND);
		// As many blocks as there are seconds to look into.
		for _ in 0..1_000 {
			work_within::<Test>(second_of(Now::get()), Weight::MAX);
		}
		assert!(order(first).alerts.response && order(second).alerts.response);
		// It is looked at half-way, and in time all the same.
		let next = order(first).next.unwrap();
		assert!(second_of(Now::get()) < next && next < alert, "{next}");
		assert_eq!(lag::<Test>(), 0);
		(alert..alert + MAX_SHIFT).for_each(|second| Agenda::<Test>::remove(OWNER, second));
		// The second one has found room behind them.
		go_to(START + 90 * MINUTE + 20 * SECOND);
		assert!(order(first).alerts.jeopardy && order(second).alerts.jeopardy);
	});
}

#[test]
fn deadline_that_is_told_weighs_less_than_an_end() {
	run(|| {
		let number = open(OWNER, job());
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Pending)]);
		let look = || {
			let due = order(number).next.unwrap();
			Now::set(at(due));
			crate::orders::look::<Test>(TOWER, number, due).0
		};
		silence(OWNER, Now::get() + SECOND);
		assert_eq!(look(), <() as WeightInfo>::tell());
		assert_eq!(look(), <() as WeightInfo>::end());
		assert_eq!(order(number).state, State::Cancelled);
	});
}

#[test]
fn a_chain_that_stood_catches_up() {
	run(|| {
		open(OWNER, fault());
		Now::set(START + 1_000 * SECOND);
		let blocks =
			|count: u32| System::run_to_block::<AllPalletsWithSystem>(System::block_number() + count);
		blocks(1);
		assert_eq!(lag::<Test>(), 1_000 - MAX_LOOKED);
		blocks(1_000 / MAX_LOOKED);
		assert_eq!(lag::<Test>(), 0);
		assert!(order(0).alerts.response);
	});
}

/// Orders that are due together.
const DUE: u32 = 40;

/// The orders of two companies at as many stations, among so many deadlines in later seconds, a hundred in each list.
fn with_open_deadlines(count: u32) {
	System::set_block_number(1);
	put((0..DUE / 2).map(|_| station()).collect());
	let at = |index| Opening { place: Place::Station(SiteId { index, ..SITE }), ..fault() };
	for index in 0..DUE / 2 {
		for org in [OWNER, SHARER] {
			open(org, at(index));
		}
	}
	let list = BoundedVec::truncate_from((0..100).map(|n| u32::MAX / 4 + n).collect());
	for n in 0..count / 100 {
		let org = [OWNER, SHARER, TOWER][n as usize % 3];
		Agenda::<Test>::insert(org, second_of(START) + 3_600 + n / 3, list.clone());
	}
}

/// What something takes of the state: nodes of its tree that are read and their bytes, entries that are written.
#[derive(Clone, Copy, Debug)]
struct Cost {
	nodes: usize,
	bytes: usize,
	written: usize,
}

fn cost(ext: &mut sp_io::TestExternalities, what: impl FnOnce()) -> Cost {
	ext.commit_all().unwrap();
	let ((), proof) = ext.execute_and_prove(what);
	let sizes: Vec<_> = proof.iter_nodes().map(Vec::len).collect();
	let written = ext.overlayed_changes().changes().count();
	Cost { nodes: sizes.len(), bytes: sizes.iter().sum(), written }
}

/// What it takes to enter one, to look where nothing is due, and to look at [`DUE`].
fn costs(count: u32) -> [Cost; 3] {
	let mut ext = ext();
	ext.execute_with(|| with_open_deadlines(count));
	let entering = cost(&mut ext, || {
		assert_ok!(entered(OWNER, START + 3_600 * SECOND, 7), second_of(START) + 3_600);
	});
	let response = START + 15 * MINUTE + SECOND;
	let work = |now| {
		Now::set(now);
		work_within::<Test>(second_of(now), Weight::MAX);
	};
	ext.execute_with(|| {
		work(response - 2 * SECOND);
		while lag::<Test>() > 0 {
			work(response - 2 * SECOND);
		}
	});
	let nothing = cost(&mut ext, || work(response - SECOND));
	let due = cost(&mut ext, || work(response));
	ext.execute_with(|| {
		let told = Orders::<Test>::iter().filter(|(_, order)| order.alerts.response).count();
		assert_eq!(told, DUE as usize);
	});
	[entering, nothing, due]
}

#[test]
fn agenda_takes_as_much_however_much_is_open() {
	// A thousand times as many lists stand up to four nodes deeper, of 16 hashes of 32 bytes each, below each of three companies.
	const DEEPER: usize = 12;
	const NODE: usize = 600;
	let few = costs(1_000);
	for count in [10_000, 100_000, 1_000_000] {
		for (few, many) in few.into_iter().zip(costs(count)) {
			assert_eq!(few.written, many.written, "{count}");
			assert!(many.nodes <= few.nodes + DEEPER, "{count}: {few:?} {many:?}");
			assert!(many.bytes <= few.bytes + DEEPER * NODE, "{count}: {few:?} {many:?}");
		}
	}
}
