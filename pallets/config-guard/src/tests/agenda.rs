// SPDX-License-Identifier: Apache-2.0

//! What the chain does by itself: as much a block as there is room for, and nothing is lost.

use crate::{
	agenda::{enter, lag, orders_of, work_within, Due, Queues, MAX_DUE, MAX_LOOKED, MAX_SHIFT},
	mock::*,
	types::{OpenViolation, Standing, Violation},
	violations::{self, kinds::Kind, CHANGED_AT_ONCE},
	Agenda, AgendaFrom, Error, OpenInPage, OpenViolations, Violations, WeightInfo,
};
use frame_support::{assert_ok, dispatch::DispatchErrorWithPostInfo, weights::Weight, BoundedVec};
use trimast_primitives::{access::Scope, cells::ParamKey, BlockNumber, OrgId, OrgSet};

/// Has so many violations stand open in the first page that the sharer alone has seen.
pub(super) fn alleged(page: u16, count: u32) {
	let open = |n: u32| {
		let (slot, key) = (0, ParamKey { param: TAC, place: u8::try_from(n).unwrap() });
		let id = u32::from(page) * 1_000 + n;
		let site = trimast_primitives::page::SiteId::new(HERE, page, slot.into());
		let violation = Violation {
			cell: trimast_primitives::cells::CellId { site, cell: 0 },
			key,
			kind: Kind::Hidden,
			request: None,
			approved: Some(1),
			observed: Some(2),
			shown: Some(1),
			against: CARRIER,
			accuser: SHARER,
			witnesses: OrgSet::of(SHARER),
			deniers: OrgSet::EMPTY,
			denials: Default::default(),
			since: 1,
			last: 1,
			opened: 1,
			seen: 1,
			asked: 1,
			standing: Standing::Alleged,
			closed: None,
		};
		crate::tallies::stands::<Test>(violation.against, None, Some((violation.kind, violation.standing)));
		Violations::<Test>::insert(id, violation);
		OpenViolation { slot, cell: 0, key, against: CARRIER, accuser: SHARER, id }
	};
	let all: Vec<_> = (0..count).map(open).collect();
	OpenInPage::<Test>::insert(HERE, page, BoundedVec::truncate_from(all));
	OpenViolations::<Test>::mutate(HERE, |open| *open += count);
}

/// Leaves no room in the agenda for anything that is due within the terms of tests.
pub(super) fn fill() {
	let nothing = Due::Ruling { request: 999_999 };
	let full: BoundedVec<_, _> = BoundedVec::truncate_from(vec![nothing; MAX_DUE as usize]);
	let now = System::block_number();
	let all = [CARRIER, SHARER, TOWER];
	from(&all.map(|org| (org, now + 1)));
	for org in all {
		(now + 1..now + 800).for_each(|block| Agenda::<Test>::insert(org, block, &full));
	}
}

/// Checks that a call is refused since the agenda is full, and leaves no trace.
fn is_refused<W: core::fmt::Debug, E: Into<DispatchErrorWithPostInfo>>(call: impl FnOnce() -> Result<W, E>) {
	fill();
	let before = sp_io::storage::root(sp_runtime::StateVersion::V1);
	let refusal = call().map_err(Into::into).expect_err("the call must be refused").error;
	assert_eq!(refusal, Error::<Test>::AgendaFull.into());
	assert_eq!(sp_io::storage::root(sp_runtime::StateVersion::V1), before);
}

#[test]
fn requests_are_refused_where_there_is_no_room_for_what_follows() {
	run(|| {
		baseline();
		let number = super::add::draft(CARRIER, terms());
		assert_ok!(ConfigGuard::add(engineer(CARRIER), number, 0, part(&[item(0, 0, POWER, 13)])));
		is_refused(|| ConfigGuard::submit(engineer(CARRIER), number));
	});
	run(|| {
		baseline();
		let items = part(&[item(0, 0, POWER, 13)]);
		is_refused(|| ConfigGuard::request(engineer(CARRIER), HERE, terms(), 0, items));
	});
	run(|| {
		baseline();
		let number = ask(CARRIER, terms(), &[item(0, 0, POWER, 13)]);
		assert_ok!(consent(SHARER, number));
		is_refused(|| ConfigGuard::execute(engineer(CARRIER), number, 0));
	});
	run(|| {
		baseline();
		let number = executed();
		is_refused(|| ConfigGuard::object(engineer(SHARER), number, Default::default()));
	});
}

#[test]
fn ruling_is_refused_where_there_is_no_room_for_rolling_back() {
	run(|| {
		baseline();
		let number = super::add::ask_in_two_pages(item(0, 0, POWER, 13));
		assert_ok!(consent(SHARER, number));
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
		assert_ok!(ConfigGuard::object(engineer(SHARER), number, Default::default()));
		is_refused(|| ConfigGuard::rule(engineer(TOWER), number, false, Default::default()));
	});
}

#[test]
fn sweeps_and_demands_are_refused_where_there_is_no_room_for_their_end() {
	run(|| is_refused(|| ConfigGuard::open_sweep(collector(CARRIER), Scope::National)));
	run(|| {
		four_cells();
		let book = book([1, 2, 3, 4]);
		book.anchor(SHARER);
		let (sweep, key) = open_sweep(&[]);
		book.attest(SHARER, sweep, &key, &[cell(1), cell(2), cell(3), cell(4)]);
		is_refused(|| demand(TOWER, SHARER, book.root(), &[cell_id(0, 0)]));
	});
}

/// The companies in their turn, and from which blocks on they have something left.
fn from(queues: &[(OrgId, BlockNumber)]) {
	AgendaFrom::<Test>::put::<Queues>(queues.to_vec().try_into().unwrap());
}

/// Room for the search and so many items.
fn room(items: u64) -> Weight {
	<() as WeightInfo>::look_for_due(MAX_LOOKED) + Weight::from_parts(items, 0)
}

#[test]
fn what_there_is_no_room_for_is_done_in_the_next_blocks_in_its_order() {
	run(|| {
		let due = |n| Due::Sweep(n);
		for n in 0..5 {
			assert_ok!(enter::<Test>(CARRIER, 10, due(n)));
		}
		assert_ok!(enter::<Test>(CARRIER, 11, due(5)));
		from(&[(CARRIER, 10)]);
		let spent = work_within::<Test>(10, room(3));
		assert_eq!(spent, <() as WeightInfo>::look_for_due(1) + Weight::from_parts(3, 0));
		assert_eq!(Agenda::<Test>::get(CARRIER, 10).into_inner(), [due(3), due(4)]);
		work_within::<Test>(11, room(3));
		assert_eq!(Agenda::<Test>::iter().count(), 0);
		assert_eq!(AgendaFrom::<Test>::get().into_inner(), [(CARRIER, 12)]);
	});
}

#[test]
fn companies_are_served_in_turn() {
	run(|| {
		// Given a company with much more due than is done
		for n in 0..500 {
			assert_ok!(enter::<Test>(CARRIER, 10 + n / 100, Due::Sweep(n)));
		}
		for block in [12, 13] {
			assert_ok!(enter::<Test>(SHARER, block, Due::Sweep(0)));
			assert_ok!(enter::<Test>(TOWER, block, Due::Sweep(0)));
		}
		let left = |org| Agenda::<Test>::iter_prefix_values(org).map(|items| items.len()).sum::<usize>();
		let all = || [CARRIER, SHARER, TOWER].map(left);
		let mut counts = Vec::new();
		for block in 2..=15 {
			work_within::<Test>(block, room(3));
			counts.push(all());
		}
		// Then the others are served before what it has left, and it before them when that is its turn
		let last = [[497, 2, 2], [494, 2, 2], [493, 1, 1], [491, 1, 0], [488, 1, 0], [486, 0, 0]];
		assert_eq!(counts[8..], last);
		// However much is due there is never more done than there is room for
		let spent = work_within::<Test>(16, room(3));
		assert!(spent.all_lte(room(3)));
	});
}

#[test]
fn company_whose_agenda_is_behind_does_not_keep_others_silence_from_counting() {
	run(|| {
		put(0, vec![station()]);
		alleged(0, 1);
		let forget = |n| Due::Forget { request: n };
		(0..20_000u32).for_each(|n| {
			let _ = enter::<Test>(CARRIER, 30, forget(n));
		});
		// The accused has a look due at the same page, too
		assert_ok!(enter::<Test>(CARRIER, 40, Due::Silence { local_network: HERE, page: 0 }));
		assert_ok!(enter::<Test>(SHARER, 41, Due::Silence { local_network: HERE, page: 0 }));
		go_to(29);
		let each = |block| {
			System::set_block_number(block);
			work_within::<Test>(block, room(900));
		};
		(30..=42).for_each(each);
		assert!(Agenda::<Test>::iter_prefix_values(CARRIER).count() > 1);
		assert_eq!(Violations::<Test>::get(0).unwrap().standing, Standing::Confirmed);
	});
}

#[test]
fn orders_for_thousands_of_violations_keep_nothing_else_waiting() {
	run(|| {
		// Given a company by whose word so many were confirmed at once, and something else of it and of another
		let now = System::block_number();
		(0..5_000).for_each(|id| violations::ask_remedy::<Test>(CARRIER, id));
		assert_ok!(enter::<Test>(CARRIER, now + 2, Due::Sweep(0)));
		assert_ok!(enter::<Test>(SHARER, now + 3, Due::Sweep(0)));
		let left = |org| Agenda::<Test>::iter_prefix_values(org).map(|items| items.len()).sum::<usize>();
		// When a block has room for two orders
		for block in now + 1..now + 6 {
			System::set_block_number(block);
			work_within::<Test>(block, room(2_500));
		}
		// Then they wait, and nothing else does
		assert_eq!([CARRIER, SHARER].map(left), [0, 0]);
		assert!(left(orders_of(CARRIER)) > 4_900);
		assert_eq!(lag::<Test>(now + 5), 0);
	});
}

#[test]
fn full_block_passes_on_what_is_due_and_full_blocks_refuse_it() {
	run(|| {
		let full: Vec<_> = (0..MAX_DUE).map(Due::Sweep).collect();
		for shift in 0..MAX_SHIFT {
			Agenda::<Test>::insert(CARRIER, 10 + shift, BoundedVec::truncate_from(full.clone()));
		}
		let due = Due::Forget { request: 1 };
		assert!(matches!(enter::<Test>(CARRIER, 10, due), Err(Error::AgendaFull)));
		assert_eq!(enter::<Test>(CARRIER, 11, due).ok(), Some(10 + MAX_SHIFT));
		assert_eq!(Agenda::<Test>::get(CARRIER, 10 + MAX_SHIFT).into_inner(), [due]);
		// And of no other company
		assert_eq!(enter::<Test>(SHARER, 10, due).ok(), Some(10));
	});
}

#[test]
fn silence_confirms_so_many_violations_a_block() {
	run(|| {
		put(0, vec![station()]);
		alleged(0, CHANGED_AT_ONCE + 8);
		let confirmed = || {
			let all = Violations::<Test>::iter_values();
			all.filter(|violation| violation.standing == Standing::Confirmed).count()
		};
		assert_ok!(enter::<Test>(SHARER, 20, Due::Silence { local_network: HERE, page: 0 }));
		go_to(20);
		assert_eq!(confirmed(), CHANGED_AT_ONCE as usize);
		go_to(21);
		assert_eq!(confirmed(), CHANGED_AT_ONCE as usize + 8);
	});
}
