// SPDX-License-Identifier: Apache-2.0

//! Whoever accuses, confirms, contests a violation or closes it is held to its word.

use crate::{
	changes::types::Phase,
	exports::{
		OpeningResult::{self, Opened},
		Said, Wrong,
	},
	mock::*,
	testimony::given,
	types::{Closing, Standing},
	Asked, Error, Exports, Heads, OpenInPage, SettledInPage, Violations,
};
use frame_support::{assert_noop, assert_ok, traits::Time};
use std::collections::BTreeSet;
use trimast_primitives::{
	cells::{
		digest::{SweepKey, Tag},
		CellValues,
	},
	site::StationState,
	OrgId,
};

/// What the baseline has in the four cells, and what is there.
const BASELINE: [i64; 4] = [1, 2, 3, 4];
const NETWORK: [i64; 4] = [9, 2, 3, 4];

const NOT_MATCHING: OpeningResult = OpeningResult::Wrong(Wrong::NotMatching);

fn standing(id: u32) -> (Standing, Option<Closing>) {
	let violation = Violations::<Test>::get(id).unwrap();
	(violation.standing, violation.closed.map(|(_, closing)| closing))
}

/// The sharer has read the network, and `org` later, too. The sharer says what it has seen, in a sweep that stands open.
fn alleged(org: OrgId) -> (Book, Book, u32, SweepKey) {
	four_cells();
	confirm(0);
	let seen = book(NETWORK);
	seen.anchor(SHARER);
	go_to(3);
	let own = book(NETWORK).of(org);
	own.anchor(org);
	let (sweep, key) = open_sweep(&[]);
	seen.attest(SHARER, sweep, &key, &NETWORK.map(cell));
	assert_eq!(standing(0), (Standing::Alleged, None));
	(seen, own, sweep, key)
}

/// Sends a tag of the page that is that of nothing.
fn send_another_tag(org: OrgId, book: &Book, sweep: u32) {
	let tags = vec![Tag([7; 8])].try_into().unwrap();
	assert_ok!(ConfigGuard::attest_pages(collector(org), sweep, book.root(), HERE, 0, tags));
}

/// Sends that none of the page's cells were seen.
fn send_not_seen(org: OrgId, book: &Book, sweep: u32) {
	let revision = Heads::<Test>::get(HERE, 0).revision;
	let pages = vec![(0, revision, vec![Tag::NOT_SEEN; 4].try_into().unwrap())].try_into().unwrap();
	assert_ok!(ConfigGuard::attest_cells(collector(org), sweep, book.root(), HERE, pages));
}

#[test]
fn who_contests_a_violation_is_held_to_that_whatever_it_says_of_the_page_later() {
	let nothing: fn(&Book, u32) = |_, _| ();
	let another_tag: fn(&Book, u32) = |own, sweep| send_another_tag(CARRIER, own, sweep);
	let not_seen: fn(&Book, u32) = |own, sweep| send_not_seen(CARRIER, own, sweep);
	let revision: fn(&Book, u32) = |_, _| {
		ask(CARRIER, terms(), &[item(1, 1, PCI, 8)]);
	};
	for take_back in [nothing, another_tag, not_seen, revision] {
		run(|| {
			// Given an owner that copies the baseline, and takes that back in the same block
			let (_, own, sweep, key) = alleged(CARRIER);
			own.attest(CARRIER, sweep, &key, &BASELINE.map(cell));
			assert_eq!(standing(0), (Standing::Contested, None));
			take_back(&own, sweep);
			// When the row is asked for
			assert_ok!(demand(SHARER, CARRIER, own.root(), &[cell_id(0, 0)]));
			let said: Vec<_> =
				Asked::<Test>::get(CARRIER, own.root()).open.iter().map(|one| one.said).collect();
			assert_eq!(said, [Said::Matches(given(&cell(1)))]);
			assert_noop!(demand(TOWER, CARRIER, own.root(), &[cell_id(0, 0)]), Error::<Test>::AlreadyAsked);
			// Then it is wrong, nothing is contested any more, and the accused has to answer
			assert_eq!(own.open(CARRIER, &[0]), [NOT_MATCHING]);
			go_to(System::block_number() + SILENCE_TERM + 1);
			assert_eq!(standing(0), (Standing::Alleged, None));
			go_to(System::block_number() + SILENCE_TERM + 2);
			assert_eq!(standing(0), (Standing::Confirmed, None));
		});
	}
}

#[test]
fn who_closes_a_violation_is_held_to_that_and_closes_nothing_by_a_lie() {
	run(|| {
		// Given an ally that closes a confirmed violation by the copied baseline, and takes that back
		let (seen, own, sweep, key) = alleged(TOWER);
		go_to(System::block_number() + SILENCE_TERM + 2);
		assert_eq!(standing(0), (Standing::Confirmed, None));
		own.attest(TOWER, sweep, &key, &BASELINE.map(cell));
		assert_eq!(standing(0), (Standing::Confirmed, Some(Closing::Restored)));
		send_another_tag(TOWER, &own, sweep);
		// What was read before opens nothing
		seen.attest(SHARER, sweep, &key, &NETWORK.map(cell));
		assert!(OpenInPage::<Test>::get(HERE, 0).is_empty());
		// When its row is wrong
		assert_ok!(demand(SHARER, TOWER, own.root(), &[cell_id(0, 0)]));
		assert_eq!(own.open(TOWER, &[0]), [NOT_MATCHING]);
		assert!(!Exports::<Test>::get(TOWER, own.root()).unwrap().marks.is_clean());
		// Then what was read before opens the violation again
		seen.attest(SHARER, sweep, &key, &NETWORK.map(cell));
		assert_eq!(standing(1), (Standing::Alleged, None));
	});
}

/// Goes on until this export has expired a moment ago.
fn expire(own: &Book, org: OrgId) {
	let observed = Exports::<Test>::get(org, own.root()).unwrap().observed;
	go_to(System::block_number() + 1);
	Ahead::set(Ahead::get() + observed + 1_000 * u64::from(ATTESTATION_TERM) + 1 - Clock::now());
}

#[test]
fn who_speaks_from_an_export_that_expires_in_a_moment_is_held_to_it() {
	for (org, is_closed) in [(CARRIER, false), (TOWER, true)] {
		run(|| {
			// Given who contests, and who closes
			let (_, own, sweep, key) = alleged(org);
			if is_closed {
				go_to(System::block_number() + SILENCE_TERM + 2);
			}
			own.attest(org, sweep, &key, &BASELINE.map(cell));
			let said = match is_closed {
				true => (Standing::Confirmed, Some(Closing::Restored)),
				false => (Standing::Contested, None),
			};
			assert_eq!(standing(0), said);
			// When the testimony has expired
			expire(&own, org);
			// Then the cell may still be named, and no other
			let other = demand(SHARER, org, own.root(), &[cell_id(0, 1)]);
			assert_noop!(other, Error::<Test>::NotTestified);
			assert_ok!(demand(SHARER, org, own.root(), &[cell_id(0, 0)]));
			assert_eq!(own.open(org, &[0]), [NOT_MATCHING]);
			if !is_closed {
				go_to(System::block_number() + SILENCE_TERM + 1);
				assert_eq!(standing(0), (Standing::Alleged, None));
			}
			Ahead::set(0);
		});
	}
}

#[test]
fn who_accuses_is_held_to_that_alone_once_the_export_has_expired() {
	run(|| {
		// Given a company that accuses, and says then that the cell is as approved
		four_cells();
		confirm(0);
		let own = book(BASELINE);
		own.anchor(SHARER);
		let (sweep, key) = open_sweep(&[]);
		own.attest(SHARER, sweep, &key, &NETWORK.map(cell));
		own.attest(SHARER, sweep, &key, &BASELINE.map(cell));
		expire(&own, SHARER);
		assert_ok!(demand(TOWER, SHARER, own.root(), &[cell_id(0, 0)]));
		let said: Vec<_> = Asked::<Test>::get(SHARER, own.root()).open.iter().map(|one| one.said).collect();
		assert_eq!(said, [Said::Gave(given(&cell(9)))]);
		Ahead::set(0);
	});
}

#[test]
fn row_of_who_was_right_opens_well_whatever_the_baseline_is_since() {
	run(|| {
		alleged(TOWER);
		let mended = book(BASELINE).of(CARRIER);
		mended.anchor(CARRIER);
		let (later, its_key) = open_sweep(&[]);
		mended.attest(CARRIER, later, &its_key, &BASELINE.map(cell));
		assert_eq!(standing(0), (Standing::Contested, None));
		// Given another value of the cell since, and another tag
		let number = ask(CARRIER, terms(), &[item(0, 0, TAC, 7)]);
		assert_eq!(phase(number), Phase::Executed);
		send_another_tag(CARRIER, &mended, later);
		assert_ok!(demand(SHARER, CARRIER, mended.root(), &[cell_id(0, 0)]));
		assert_eq!(mended.open(CARRIER, &[0]), [Opened]);
		assert_eq!(standing(0), (Standing::Contested, None));
	});
}

#[test]
fn who_contests_without_a_row_is_found() {
	run(|| {
		alleged(TOWER);
		let empty = Book::new(&[row(1, 1, 4)]).of(CARRIER);
		empty.anchor(CARRIER);
		let (sweep, key) = open_sweep(&[]);
		empty.attest(CARRIER, sweep, &key, &BASELINE.map(cell));
		send_another_tag(CARRIER, &empty, sweep);
		assert_ok!(demand(SHARER, CARRIER, empty.root(), &[cell_id(0, 0)]));
		empty.open(CARRIER, &[0]);
		assert_eq!(Exports::<Test>::get(CARRIER, empty.root()).unwrap().marks.wrong, 1);
	});
}

#[test]
fn what_was_said_by_values_is_held_too() {
	run(|| {
		// Given an owner that gives another value of the cell, and the alleged one as approved
		let (_, own, sweep, key) = alleged(CARRIER);
		let mut said = cell(1);
		said[0].1 = 7;
		own.attest(CARRIER, sweep, &key, &[said.clone(), cell(2), cell(3), cell(4)]);
		assert_eq!(standing(0), (Standing::Contested, None));
		send_not_seen(CARRIER, &own, sweep);
		assert_ok!(demand(SHARER, CARRIER, own.root(), &[cell_id(0, 0)]));
		assert_eq!(own.open(CARRIER, &[0]), [OpeningResult::Wrong(Wrong::NotGiven)]);
	});
}

/// Two companies that have read the network as the baseline says are to accuse the owner in a sweep: their exports.
fn liars() -> ([(OrgId, Book); 2], u32, SweepKey) {
	four_cells();
	confirm(0);
	let liars = [SHARER, TOWER].map(|org| {
		let own = book(BASELINE).of(org);
		own.anchor(org);
		(org, own)
	});
	let (sweep, key) = open_sweep(&[]);
	(liars, sweep, key)
}

#[test]
fn who_accuses_or_confirms_is_held_to_that_whatever_it_says_of_the_page_later() {
	run(|| {
		// Given two companies that accuse and confirm without having seen it
		let (liars, sweep, key) = liars();
		for (org, own) in &liars {
			own.attest(*org, sweep, &key, &NETWORK.map(cell));
		}
		assert_eq!(standing(0), (Standing::Confirmed, None));
		// When they have not seen the cell any more
		for (org, own) in &liars {
			send_not_seen(*org, own, sweep);
		}
		// Then the third holds each of them to what it has given
		for (org, own) in &liars {
			assert_ok!(demand(CARRIER, *org, own.root(), &[cell_id(0, 0)]));
			let said: Vec<_> = Asked::<Test>::get(*org, own.root()).open.iter().map(|one| one.said).collect();
			assert_eq!(said, [Said::Gave(given(&cell(9)))]);
			assert_eq!(own.open(*org, &[0]), [OpeningResult::Wrong(Wrong::NotGiven)]);
		}
	});
	run(|| {
		// And of who was right the row opens well
		let (seen, _, sweep, _) = alleged(CARRIER);
		send_not_seen(SHARER, &seen, sweep);
		assert_ok!(demand(CARRIER, SHARER, seen.root(), &[cell_id(0, 0)]));
		assert_eq!(seen.open(SHARER, &[0]), [Opened]);
	});
}

/// A cell in which only the PCI and the tracking area codes are other.
fn other_cell(pci: i64, tac: i64) -> CellValues {
	let mut values = cell(pci);
	values.iter_mut().filter(|(key, _)| key.param == TAC).for_each(|(_, value)| *value = tac);
	values
}

/// Gives these values of the first cell, which the company has said to differ.
fn give(org: OrgId, book: &Book, sweep: u32, key: &SweepKey, values: CellValues) {
	let [_, rest @ ..] = BASELINE.map(cell);
	let seen: Vec<_> = core::iter::once(values).chain(rest).collect();
	book.attest(org, sweep, key, &seen);
}

#[test]
fn all_that_was_said_of_a_cell_is_asked_by_naming_it_once() {
	// Whatever of it the row has
	for row in [9, 1] {
		run(|| {
			// Given a company that accuses by two readings of a cell, and says then that it is as approved
			four_cells();
			confirm(0);
			let own = book([row, 2, 3, 4]);
			own.anchor(SHARER);
			let (sweep, key) = open_sweep(&[]);
			give(SHARER, &own, sweep, &key, cell(9));
			give(SHARER, &own, sweep, &key, other_cell(1, 77));
			own.attest(SHARER, sweep, &key, &BASELINE.map(cell));
			assert_eq!(OpenInPage::<Test>::get(HERE, 0).len(), 3);
			// When the cell is named, once
			assert_ok!(demand(TOWER, SHARER, own.root(), &[cell_id(0, 0)]));
			let open = Asked::<Test>::get(SHARER, own.root()).open;
			let said: BTreeSet<_> = open.iter().map(|one| one.said).collect();
			let gave = [cell(9), other_cell(1, 77)].map(|values| Said::Gave(given(&values)));
			assert_eq!(said, gave.into_iter().chain([Said::Matches(given(&cell(1)))]).collect());
			// Then it is judged by all of that, and nothing of it is asked any more
			assert_eq!(own.open(SHARER, &[0]), [OpeningResult::Wrong(Wrong::NotGiven)]);
			assert!(Asked::<Test>::get(SHARER, own.root()).open.is_empty());
		});
	}
}

#[test]
fn two_of_many_things_that_were_said_of_a_cell_are_enough() {
	run(|| {
		// Given a company that gives another value of each parameter of a cell in turn
		four_cells();
		confirm(0);
		let own = book(BASELINE);
		own.anchor(SHARER);
		let (sweep, key) = open_sweep(&[]);
		let keys: Vec<_> = cell(1).iter().map(|(key, _)| *key).collect();
		for place in 0..keys.len() {
			let mut values = cell(1);
			values[place].1 += 1;
			give(SHARER, &own, sweep, &key, values);
		}
		assert_eq!(OpenInPage::<Test>::get(HERE, 0).len(), keys.len());
		send_not_seen(SHARER, &own, sweep);
		// Then nobody is kept from naming it by how much that is
		assert_ok!(demand(TOWER, SHARER, own.root(), &[cell_id(0, 0)]));
		assert_eq!(Asked::<Test>::get(SHARER, own.root()).open.len(), 2);
		assert_eq!(own.open(SHARER, &[0]), [OpeningResult::Wrong(Wrong::NotGiven)]);
	});
}

#[test]
fn violation_that_was_restored_keeps_whose_word_that_was() {
	run(|| {
		let (_, own, sweep, key) = alleged(TOWER);
		go_to(System::block_number() + SILENCE_TERM + 2);
		own.attest(TOWER, sweep, &key, &BASELINE.map(cell));
		let denied = SettledInPage::<Test>::get(HERE, 0)[0].denied;
		assert_eq!((denied.org, denied.export), (TOWER, own.root()));
		assert_eq!(denied.said, Said::Matches(given(&cell(1))));
	});
}

#[test]
fn nobody_is_held_to_what_it_has_said_of_a_retired_station() {
	run(|| {
		let (_, own, sweep, key) = alleged(CARRIER);
		Inventory::mutate(|all| all.get_mut(&(HERE, 0)).unwrap()[0].state = StationState::Retired);
		own.attest(CARRIER, sweep, &key, &BASELINE.map(cell));
		assert_eq!(standing(0), (Standing::Contested, None));
		// It has no row of that
		assert_noop!(demand(SHARER, CARRIER, own.root(), &[cell_id(0, 0)]), Error::<Test>::UnknownCell);
	});
}
