// SPDX-License-Identifier: Apache-2.0

use crate::{
	exports::{OpeningResult, Question, Said, Wrong, MAX_NAMED},
	mock::*,
	testimony::given,
	types::{OpenViolation, MAX_OPEN_IN_PAGE},
	Asked, Error, Event, OpenInPage,
};
use frame_support::{assert_noop, assert_ok, BoundedVec};
use trimast_primitives::{
	cells::{CellId, ParamKey},
	page::SiteId,
	site::{SharingMode, Station},
	OrgSet,
};

/// The sharer testifies from an export of the four cells.
fn testify() -> Book {
	four_cells();
	let book = book([1, 2, 3, 4]);
	book.anchor(SHARER);
	let (sweep, key) = open_sweep(&[]);
	book.attest(SHARER, sweep, &key, &[1, 2, 3, 4].map(cell));
	book
}

#[test]
fn demand_openings_looks_at_so_many_violations() {
	run(|| {
		let root = testify().root();
		let of = |id| OpenViolation {
			id,
			slot: 0,
			cell: 0,
			key: ParamKey::of(POWER),
			against: CARRIER,
			accuser: TOWER,
		};
		let open = |count| BoundedVec::truncate_from((0..count).map(of).collect());
		OpenInPage::<Test>::insert(HERE, 0, open(MAX_OPEN_IN_PAGE / 2));
		let twice = [cell_id(0, 0); 2];
		assert_noop!(demand(TOWER, SHARER, root, &twice), Error::<Test>::AlreadyAsked);
		OpenInPage::<Test>::insert(HERE, 0, open(MAX_OPEN_IN_PAGE / 2 + 1));
		assert_noop!(demand(TOWER, SHARER, root, &twice), Error::<Test>::TooManyDemands);
		// One cell by itself may have as many as there are
		OpenInPage::<Test>::insert(HERE, 0, open(MAX_OPEN_IN_PAGE));
		assert_ok!(demand(TOWER, SHARER, root, &twice[..1]));
		OpenInPage::<Test>::remove(HERE, 0);
	});
}

#[test]
fn demand_openings_works() {
	run(|| {
		let root = testify().root();
		let cells = vec![cell_id(0, 1), cell_id(1, 0)];
		assert_ok!(demand(TOWER, SHARER, root, &cells));
		let due = System::block_number() + OPENING_TERM;
		let named = cells.clone().try_into().unwrap();
		assert_eq!(last_event(), Event::OpeningsDemanded { org: SHARER, root, by: TOWER, cells: named, due });
		let said = [2, 3].map(|pci| Said::Matches(given(&cell(pci))));
		let asked = |(cell, said): (&CellId, Said)| Question { cell: *cell, by: TOWER, due, said };
		let asked: Vec<_> = cells.iter().zip(said).map(asked).collect();
		assert_eq!(Asked::<Test>::get(SHARER, root).open.into_inner(), asked);
		assert_eq!(ConfigGuard::questions(SHARER, root), asked);
		// Engineers and collectors may too
		for (origin, number) in [(engineer(CARRIER), 0), (collector(CARRIER), 1)] {
			let cells = vec![cell_id(number, number as u8)].try_into().unwrap();
			assert_ok!(ConfigGuard::demand_openings(origin, SHARER, root, cells));
		}
	});
}

#[test]
fn company_names_so_many_cells_of_one_export() {
	run(|| {
		let book = testify();
		let root = book.root();
		// Those that are opened count too
		for n in 0..MAX_NAMED {
			assert_ok!(demand(TOWER, SHARER, root, &[cell_id(0, 0)]));
			assert_eq!(book.open(SHARER, &[0]).len(), 1, "{n}");
		}
		assert_noop!(demand(TOWER, SHARER, root, &[cell_id(0, 0)]), Error::<Test>::TooManyDemands);
		assert_ok!(demand(CARRIER, SHARER, root, &[cell_id(0, 0)]));
	});
}

#[test]
fn demand_openings_fails_when_it_is_not_of_what_was_testified() {
	run(|| {
		let root = testify().root();
		let one = [cell_id(0, 0)];
		assert_noop!(demand(SHARER, SHARER, root, &one), Error::<Test>::OwnExport);
		assert_noop!(demand(TOWER, SHARER, EXPORT, &one), Error::<Test>::NotAnchored);
		assert_noop!(demand(TOWER, CARRIER, root, &one), Error::<Test>::NotAnchored);
		let elsewhere = CellId { site: SiteId::new(NEARBY, 0, 0), cell: 0 };
		assert_noop!(demand(TOWER, SHARER, root, &[elsewhere]), Error::<Test>::NotTestified);
		for unknown in [cell_id(0, 3), cell_id(2, 0)] {
			assert_noop!(demand(TOWER, SHARER, root, &[unknown]), Error::<Test>::UnknownCell);
		}
		assert_noop!(demand(TOWER, SHARER, root, &[one[0], one[0]]), Error::<Test>::AlreadyAsked);
		// A station that the sharer has nothing to do with
		let alone = Station { mode: SharingMode::Exclusive, sharers: OrgSet::EMPTY, ..station() };
		put(0, vec![alone, station()]);
		assert_noop!(demand(TOWER, SHARER, root, &one), Error::<Test>::UnknownCell);
	});
}

#[test]
fn cells_are_named_of_an_export_also_after_a_word_from_another() {
	run(|| {
		four_cells();
		// Given testimony that is not what its export has, and a word from another export in the next block
		let lie = book([1, 2, 300, 4]);
		lie.anchor(SHARER);
		let other = book([1, 2, 3, 4]);
		other.anchor(SHARER);
		let (sweep, key) = open_sweep(&[]);
		lie.attest(SHARER, sweep, &key, &[1, 2, 3, 4].map(cell));
		let tags = Default::default();
		assert_ok!(ConfigGuard::attest_pages(collector(SHARER), sweep, other.root(), HERE, 0, tags));
		assert_ok!(demand(TOWER, SHARER, lie.root(), &[cell_id(0, 0), cell_id(1, 0)]));
		let wrong = OpeningResult::Wrong(Wrong::NotMatching);
		assert_eq!(lie.open(SHARER, &[0, 2]), [OpeningResult::Opened, wrong]);
		// Not once it has expired
		go_to(System::block_number() + ATTESTATION_TERM + 2);
		assert_noop!(demand(TOWER, SHARER, lie.root(), &[cell_id(0, 1)]), Error::<Test>::NotTestified);
	});
}

#[test]
fn page_that_was_revised_before_it_is_named_contradicts_nothing() {
	run(|| {
		four_cells();
		let book = book([1, 2, 3, 4]);
		book.anchor(SHARER);
		let (sweep, key) = open_sweep(&[]);
		book.attest(SHARER, sweep, &key, &[1, 2, 3, 4].map(cell));
		// The testimony is given up, and then the page is another
		let (sweep, _) = open_sweep(&[]);
		let tags = Default::default();
		assert_ok!(ConfigGuard::attest_pages(collector(SHARER), sweep, book.root(), HERE, 0, tags));
		let cells = table(&[vec![cell(7), cell(2)]]);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, cells));
		assert_ok!(demand(TOWER, SHARER, book.root(), &[cell_id(0, 0)]));
		assert_eq!(book.open(SHARER, &[0]), [OpeningResult::Opened]);
	});
}

#[test]
fn demand_openings_fails_without_the_right() {
	run(|| {
		let root = testify().root();
		assert_refusals_of(TOWER, auditor(TOWER), |origin| {
			let cells = vec![cell_id(0, 0)].try_into().unwrap();
			ConfigGuard::demand_openings(origin, SHARER, root, cells)
		});
	});
}
