// SPDX-License-Identifier: Apache-2.0

use crate::{
	exports::{
		OpeningResult::{self, NotAsked, Opened, Unproven},
		Wrong,
	},
	mock::*,
	types::Standing,
	Asked, Error, Event, Exports, MarksOf, OpenedFields, Violations,
};
use frame_support::{assert_noop, assert_ok, traits::Time};
use trimast_primitives::{
	access::Scope,
	cells::{
		digest::{cell_digest, SweepKey, Tag},
		export::{Opening, Row},
		CellId,
	},
	Hash, LocalNetworkId, OrgId, OrgSet,
};

/// `org` testifies from this export that it has seen these PCIs in the four cells.
fn testify<const N: usize>(org: OrgId, book: &Book, seen: [i64; N]) -> (u32, SweepKey) {
	book.anchor(org);
	let (sweep, key) = open_sweep(&[]);
	book.attest(org, sweep, &key, &seen.map(cell));
	(sweep, key)
}

/// The tower company names cells of the sharer's export, and the sharer opens rows.
fn ask_and_open(book: &Book, cells: &[CellId], leaves: &[u32]) -> Vec<OpeningResult> {
	assert_ok!(demand(TOWER, SHARER, book.root(), cells));
	book.open(SHARER, leaves)
}

fn wrong(wrong: Wrong) -> OpeningResult {
	OpeningResult::Wrong(wrong)
}

#[test]
fn values_that_were_given_bind_whatever_the_baseline_says_since() {
	run(|| {
		four_cells();
		// Given a company that has given another value than its export has
		let book = book([9, 2, 3, 4]);
		testify(SHARER, &book, [8, 2, 3, 4]);
		// When another station of the page is imported
		let cells = table(&[vec![], vec![cell(3), cell(5)]]);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, cells));
		// Then its row is wrong, and of what was as the baseline said nothing is said any more
		let results = ask_and_open(&book, &[cell_id(0, 0), cell_id(0, 1)], &[0, 1]);
		assert_eq!(results, [wrong(Wrong::NotGiven), Opened]);
	});
}

#[test]
fn values_that_were_given_bind_whatever_tag_of_the_page_is_sent_since() {
	run(|| {
		four_cells();
		let book = book([9, 2, 3, 4]);
		let (sweep, _) = testify(SHARER, &book, [8, 2, 3, 4]);
		let tags = vec![Tag([0; 8])].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_pages(collector(SHARER), sweep, book.root(), HERE, 0, tags));
		assert_eq!(ask_and_open(&book, &[cell_id(0, 0)], &[0]), [wrong(Wrong::NotGiven)]);
	});
}

/// What was marked: opened and wrong.
fn marks(book: &Book) -> (u32, u32) {
	let marks = Exports::<Test>::get(SHARER, book.root()).unwrap().marks;
	assert_eq!(MarksOf::<Test>::get(SHARER), marks);
	(marks.opened, marks.wrong)
}

#[test]
fn open_cells_works() {
	run(|| {
		four_cells();
		let book = book([1, 2, 3, 4]);
		testify(SHARER, &book, [1, 2, 3, 4]);
		let results = ask_and_open(&book, &[cell_id(0, 1), cell_id(1, 1)], &[1, 2, 3]);
		assert_eq!(results, [Opened, NotAsked, Opened]);
		assert_eq!((marks(&book), Asked::<Test>::get(SHARER, book.root()).open.len()), ((2, 0), 0));
		assert_eq!(book.open(SHARER, &[1]), [NotAsked]);
	});
}

/// What openings do not show: see docs/config-guard.md.
#[test]
fn of_two_rows_of_one_cell_either_opens_well_and_both_never() {
	for said in [[1, 2, 3, 4], [301, 2, 303, 4]] {
		run(|| {
			// Given an export with two rows of each cell, and a company that chooses after the sweep is salted
			four_cells();
			let double = |slot, n, pci| [row(slot, n, pci), row(slot, n, pci + 300)];
			let rows = [double(0, 0, 1), double(0, 1, 2), double(1, 0, 3), double(1, 1, 4)].concat();
			let book = Book::new(&rows);
			let (sweep, key) = testify(SHARER, &book, said);
			// Then the rows that it has said open well
			let cells = [cell_id(0, 0), cell_id(0, 1), cell_id(1, 0), cell_id(1, 1)];
			let leaves = [0, 1, 2, 3].map(|n: u32| 2 * n + u32::from(said[n as usize] > 300));
			assert_eq!(ask_and_open(&book, &cells, &leaves), [Opened; 4]);
			assert_eq!(marks(&book), (4, 0));
			// And when it says the other of a cell, the row of that is in no order with the one that it has opened
			let [first, rest @ ..] = said;
			let other = if first > 300 { first - 300 } else { first + 300 };
			book.attest(SHARER, sweep, &key, &[other, rest[0], rest[1], rest[2]].map(cell));
			let result = ask_and_open(&book, &cells[..1], &[u32::from(other > 300)]);
			assert_eq!(result, [wrong(Wrong::Disordered)]);
		});
	}
}

#[test]
fn time_of_an_export_is_that_of_its_root() {
	run(|| {
		// Given an export that was read a second before its company says so
		four_cells();
		let book = book([1, 2, 3, 4]);
		go_to(System::block_number() + 1);
		let read = Clock::now();
		assert_ok!(ConfigGuard::anchor_export(collector(SHARER), Scope::National, book.root(), 4, read));
		let (sweep, key) = open_sweep(&[]);
		book.attest(SHARER, sweep, &key, &[1, 2, 3, 4].map(cell));
		// Then no row of it can be opened
		assert_ok!(demand(TOWER, SHARER, book.root(), &[cell_id(0, 0)]));
		assert_eq!(book.open(SHARER, &[0]), [Unproven]);
		// And the same rows, read again, are another export
		assert_ne!(self::book([1, 2, 3, 4]).root(), book.root());
	});
}

#[test]
fn nobody_opens_rows_of_anothers_export() {
	run(|| {
		// Given a company without an export, which anchors the root that another's is bound to
		four_cells();
		let book = book([1, 2, 3, 4]);
		book.anchor(SHARER);
		book.anchor(TOWER);
		let (sweep, key) = open_sweep(&[]);
		for org in [SHARER, TOWER] {
			book.attest(org, sweep, &key, &[1, 2, 3, 4].map(cell));
		}
		// When it sends the rows that the other has opened
		let (root, asked) = (book.root(), [cell_id(0, 0), cell_id(1, 1)]);
		assert_ok!(demand(TOWER, SHARER, root, &asked));
		assert_eq!(book.open(SHARER, &[0, 3]), [Opened; 2]);
		assert_ok!(demand(SHARER, TOWER, root, &asked));
		assert_eq!(book.open(TOWER, &[0, 3]), [Unproven; 2]);
		// Then they are none of its own, and missing in the end
		let open = Asked::<Test>::get(TOWER, root).open;
		assert!(asked.iter().all(|cell| open.iter().any(|question| question.cell == *cell)));
		go_to(open.iter().map(|question| question.due).max().unwrap() + 1);
		let of = |org| Exports::<Test>::get(org, root).unwrap().marks;
		assert!(of(TOWER).missing >= 2 && !of(TOWER).is_clean(), "{:?}", of(TOWER));
		assert_eq!(of(SHARER).opened, 2);
	});
}

#[test]
fn territory_of_an_export_is_that_of_its_root() {
	run(|| {
		// Given an export of the country whose root is anchored for a local network
		four_cells();
		let book = book([1, 2, 3, 4]);
		let (root, scope) = (book.root(), Scope::LocalNetwork(HERE));
		assert_ok!(ConfigGuard::anchor_export(collector(SHARER), scope, root, 4, Clock::now()));
		let (sweep, key) = open_sweep(&[]);
		book.attest(SHARER, sweep, &key, &[1, 2, 3, 4].map(cell));
		// Then no row of it can be opened
		assert_ok!(demand(TOWER, SHARER, root, &[cell_id(0, 0)]));
		let openings = vec![book.opening(0)].try_into().unwrap();
		assert_ok!(ConfigGuard::open_cells(collector(SHARER), scope, root, openings));
		let results = vec![Unproven].try_into().unwrap();
		assert_eq!(last_event(), Event::CellsOpened { org: SHARER, root, results });
	});
}

#[test]
fn what_does_not_lead_to_the_root_is_no_opening() {
	run(|| {
		four_cells();
		let book = book([1, 2, 3, 4]);
		testify(SHARER, &book, [1, 2, 3, 4]);
		assert_ok!(demand(TOWER, SHARER, book.root(), &[cell_id(0, 0)]));
		let other = self::book([9, 2, 3, 4]).opening(0);
		let moved = Opening { leaf: 1, ..book.opening(0) };
		assert_eq!(open_cells(SHARER, book.root(), vec![other, moved]), [Unproven, Unproven]);
		// It is still asked for
		assert_eq!((marks(&book), Asked::<Test>::get(SHARER, book.root()).open.len()), ((0, 0), 1));
	});
}

#[test]
fn witness_that_copies_the_baseline_is_caught() {
	run(|| {
		four_cells();
		// Given an export that shows another value, of which the sharer keeps silent
		let book = book([1, 2, 300, 4]);
		testify(SHARER, &book, [1, 2, 3, 4]);
		let results = ask_and_open(&book, &[cell_id(0, 0), cell_id(1, 0)], &[0, 2]);
		assert_eq!(results, [Opened, wrong(Wrong::NotMatching)]);
		let (org, root) = (SHARER, book.root());
		let (leaf, cell) = (Some(2), Some(cell_id(1, 0)));
		assert!(events().contains(&Event::OpeningWrong { org, root, leaf, cell, wrong: Wrong::NotMatching }));
		assert_eq!(marks(&book), (1, 1));
	});
}

#[test]
fn made_up_export_opens_well_until_another_witness_differs() {
	run(|| {
		four_cells();
		let made_up = book([1, 2, 3, 4]);
		testify(SHARER, &made_up, [1, 2, 3, 4]);
		let all = [cell_id(0, 0), cell_id(0, 1), cell_id(1, 0), cell_id(1, 1)];
		assert_eq!(ask_and_open(&made_up, &all, &[0, 1, 2, 3]), [Opened; 4]);
		// The tower company has really read the network, and with it the serial number
		let fields = Row::fields_of([("serialNumber", "S2"), ("other", "X")]).unwrap();
		let rows = [Row { fields, ..row(0, 0, 1) }, row(0, 1, 2), row(1, 0, 3), row(1, 1, 4)];
		let real = Book::new(&rows).of(TOWER);
		testify(TOWER, &real, [1, 2, 3, 4]);
		assert_ok!(demand(SHARER, TOWER, real.root(), &all[..2]));
		assert_eq!(real.open(TOWER, &[0, 1]), [Opened; 2]);
		let (first, second) = ((TOWER, real.root()), (SHARER, made_up.root()));
		assert!(events().contains(&Event::WitnessesDiffer { cell: all[0], first, second }));
		for (org, root) in [first, second] {
			let marks = Exports::<Test>::get(org, root).unwrap().marks;
			assert_eq!((marks.differing, marks.is_clean(), MarksOf::<Test>::get(org)), (1, true, marks));
		}
		assert!(OpenedFields::<Test>::contains_key(TOWER, all[0]));
	});
}

#[test]
fn fields_of_exports_that_lie_far_apart_are_not_compared() {
	for (between, differing) in [(ATTESTATION_TERM - 10, 1), (ATTESTATION_TERM + 2, 0)] {
		run(|| {
			four_cells();
			let first = book([1, 2, 3, 4]);
			testify(SHARER, &first, [1, 2, 3, 4]);
			assert_eq!(ask_and_open(&first, &[cell_id(0, 0)], &[0]), [Opened]);
			// When another company's has another serial number later
			go_to(System::block_number() + between);
			let fields = Row::fields_of([("serialNumber", "S2")]).unwrap();
			let rows = [Row { fields, ..row(0, 0, 1) }, row(0, 1, 2), row(1, 0, 3), row(1, 1, 4)];
			let later = Book::new(&rows).of(TOWER);
			testify(TOWER, &later, [1, 2, 3, 4]);
			assert_ok!(demand(SHARER, TOWER, later.root(), &[cell_id(0, 0)]));
			assert_eq!(later.open(TOWER, &[0]), [Opened]);
			assert_eq!(MarksOf::<Test>::get(TOWER).differing, differing);
		});
	}
}

#[test]
fn what_was_said_of_a_differing_cell_must_be_what_the_export_has() {
	// What the export has in the first cell, and what becomes of its opening, where 300 was given
	for (has, result) in [(300, Opened), (301, wrong(Wrong::NotGiven)), (1, wrong(Wrong::NotGiven))] {
		run(|| {
			four_cells();
			let book = book([has, 2, 3, 4]);
			testify(SHARER, &book, [300, 2, 3, 4]);
			// The others of its page were attested by their tags
			assert_eq!(ask_and_open(&book, &[cell_id(0, 0), cell_id(0, 1)], &[0, 1]), [result, Opened]);
		});
	}
	run(|| {
		four_cells();
		let book = book([1, 300, 3, 4]);
		testify(SHARER, &book, [9, 2, 3, 4]);
		assert_eq!(ask_and_open(&book, &[cell_id(0, 1)], &[1]), [wrong(Wrong::NotMatching)]);
	});
}

#[test]
fn who_says_that_a_cell_differs_has_another_value_of_it() {
	run(|| {
		four_cells();
		let book = book([1, 2, 3, 4]);
		book.anchor(SHARER);
		let (sweep, key) = open_sweep(&[]);
		let tags: Vec<_> = [9, 2, 3, 4]
			.map(|pci| key.tag(&trimast_primitives::cells::digest::cell_digest(&cell(pci))))
			.to_vec();
		let pages = vec![(0, 1, tags.try_into().unwrap())].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_cells(collector(SHARER), sweep, book.root(), HERE, pages));
		assert_eq!(ask_and_open(&book, &[cell_id(0, 0)], &[0]), [wrong(Wrong::NotDiffering)]);
	});
}

#[test]
fn page_that_was_revised_since_contradicts_nothing() {
	run(|| {
		four_cells();
		let book = book([1, 2, 3, 4]);
		testify(SHARER, &book, [1, 2, 3, 4]);
		let cells = table(&[vec![cell(7), cell(2)]]);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, cells));
		assert_eq!(ask_and_open(&book, &[cell_id(0, 0)], &[0]), [Opened]);
	});
}

/// The sharer sends tags of the four cells from this export: of these PCIs, or of a cell that it has not seen.
fn say(book: &Book, sweep: u32, key: &SweepKey, seen: [Option<i64>; 4]) {
	let tag = |pci: Option<i64>| pci.map_or(Tag::NOT_SEEN, |pci| key.tag(&cell_digest(&cell(pci))));
	let revision = crate::Heads::<Test>::get(HERE, 0).revision;
	let pages = vec![(0, revision, seen.map(tag).to_vec().try_into().unwrap())].try_into().unwrap();
	assert_ok!(ConfigGuard::attest_cells(collector(SHARER), sweep, book.root(), HERE, pages));
}

#[test]
fn what_was_said_is_not_taken_back_once_the_row_is_asked_for() {
	// What the export has, and what the sharer says of it: of the first cell it lies
	let [honest, hides, invents] = [[1, 2, 3, 4], [300, 2, 3, 4], [300, 2, 3, 4]];
	// What it says afterwards: that the cell differs, that it has not seen it, that it differs without the values
	for (has, says, later, result) in [
		(hides, honest, Some(300), Wrong::NotMatching),
		(hides, honest, None, Wrong::NotMatching),
		(invents, [301, 2, 3, 4], Some(9), Wrong::NotGiven),
		(invents, [301, 2, 3, 4], None, Wrong::NotGiven),
	] {
		run(|| {
			four_cells();
			let book = book(has);
			let (sweep, key) = testify(SHARER, &book, says);
			assert_ok!(demand(TOWER, SHARER, book.root(), &[cell_id(0, 0)]));
			say(&book, sweep, &key, [later, Some(2), Some(3), Some(4)]);
			assert_eq!(book.open(SHARER, &[0]), [wrong(result)]);
		});
	}
	// A cell that the export does not have is none that was not seen
	run(|| {
		four_cells();
		let book = Book::new(&[row(0, 1, 2), row(1, 0, 3), row(1, 1, 4)]);
		let (sweep, key) = testify(SHARER, &book, honest);
		assert_ok!(demand(TOWER, SHARER, book.root(), &[cell_id(0, 0)]));
		say(&book, sweep, &key, [None, Some(2), Some(3), Some(4)]);
		assert_eq!(book.open(SHARER, &[0]), [Opened]);
		assert_eq!(marks(&book), (1, 1));
	});
}

#[test]
fn revision_after_a_row_is_asked_for_saves_nobody() {
	run(|| {
		four_cells();
		let book = book([300, 2, 3, 4]);
		testify(SHARER, &book, [1, 2, 3, 4]);
		assert_ok!(demand(TOWER, SHARER, book.root(), &[cell_id(0, 0)]));
		// When the owner has the page say what its friend's export has
		let cells = table(&[vec![cell(300), cell(2)]]);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, cells));
		assert_eq!(book.open(SHARER, &[0]), [wrong(Wrong::NotMatching)]);
	});
	// Nor does it accuse who has told the truth
	run(|| {
		four_cells();
		let book = book([1, 2, 3, 4]);
		testify(SHARER, &book, [1, 2, 3, 4]);
		assert_ok!(demand(TOWER, SHARER, book.root(), &[cell_id(0, 0)]));
		let cells = table(&[vec![cell(7), cell(2)]]);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, cells));
		assert_eq!(book.open(SHARER, &[0]), [Opened]);
	});
}

#[test]
fn cell_is_asked_for_again_when_another_thing_was_said_of_it() {
	run(|| {
		four_cells();
		let book = book([1, 2, 3, 4]);
		let (sweep, key) = testify(SHARER, &book, [1, 2, 3, 4]);
		let root = book.root();
		assert_ok!(demand(TOWER, SHARER, root, &[cell_id(0, 0)]));
		let again = || demand(CARRIER, SHARER, root, &[cell_id(0, 0)]);
		assert_noop!(again(), Error::<Test>::AlreadyAsked);
		// Given that it tells the truth of a cell until that is asked for, and then lies
		go_to(System::block_number() + 1);
		say(&book, sweep, &key, [Some(9), Some(2), Some(3), Some(4)]);
		assert_ok!(again());
		assert_eq!(Asked::<Test>::get(SHARER, root).open.len(), 2);
		// Then one row answers both, of which the first is right
		let [first, last] = [0, 1].map(|n| Asked::<Test>::get(SHARER, root).open[n].due);
		assert_eq!((first + 1, book.open(SHARER, &[0])), (last, vec![wrong(Wrong::NotDiffering)]));
		assert!(Asked::<Test>::get(SHARER, root).open.is_empty());
	});
}

#[test]
fn row_answers_what_is_asked_in_time_beside_what_is_late() {
	run(|| {
		four_cells();
		let book = book([1, 2, 3, 4]);
		let (sweep, key) = testify(SHARER, &book, [1, 2, 3, 4]);
		assert_ok!(demand(TOWER, SHARER, book.root(), &[cell_id(0, 0)]));
		go_to(System::block_number() + 1);
		say(&book, sweep, &key, [None, Some(2), Some(3), Some(4)]);
		assert_ok!(demand(TOWER, SHARER, book.root(), &[cell_id(0, 0)]));
		// Given that the chain has not come to the first
		System::set_block_number(System::block_number() + OPENING_TERM);
		assert_eq!(
			(book.open(SHARER, &[0]), book.open(SHARER, &[0])),
			(vec![Opened], vec![OpeningResult::Late])
		);
		assert_eq!(Asked::<Test>::get(SHARER, book.root()).open.len(), 1);
	});
}

#[test]
fn bytes_that_are_no_row_answer_nothing() {
	run(|| {
		four_cells();
		let bytes = vec![vec![1u8, 2, 3].try_into().unwrap(), row(0, 1, 2).to_bytes().unwrap()];
		let book = Book::of_bytes(bytes);
		testify(SHARER, &book, [1, 2, 3, 4]);
		assert_eq!(ask_and_open(&book, &[cell_id(0, 0)], &[0]), [NotAsked]);
		assert_eq!(Asked::<Test>::get(SHARER, book.root()).open.len(), 1);
	});
}

#[test]
fn rows_out_of_order_are_wrong() {
	run(|| {
		four_cells();
		let book = Book::new(&[row(0, 0, 1), row(1, 0, 3), row(0, 1, 2), row(1, 1, 4)]);
		testify(SHARER, &book, [1, 2, 3, 4]);
		let results = ask_and_open(&book, &[cell_id(1, 0), cell_id(0, 1)], &[1, 2]);
		assert_eq!(results, [Opened, wrong(Wrong::Disordered)]);
	});
}

#[test]
fn the_same_cell_twice_is_out_of_order() {
	run(|| {
		four_cells();
		let book = Book::new(&[row(0, 0, 1), row(0, 1, 2), row(0, 1, 9), row(1, 1, 4)]);
		testify(SHARER, &book, [1, 2, 3, 4]);
		assert_eq!(ask_and_open(&book, &[cell_id(0, 1)], &[1]), [Opened]);
		assert_eq!(ask_and_open(&book, &[cell_id(0, 1)], &[2]), [wrong(Wrong::Disordered)]);
	});
}

#[test]
fn cell_that_the_export_does_not_have_is_wrong_where_it_was_spoken_of() {
	let rows = [row(0, 0, 1), row(0, 1, 2), row(1, 0, 3), row(1, 1, 4)];
	// Which row is left out, and which are opened for it
	for (gone, leaves) in [(0, vec![0]), (1, vec![0, 1]), (2, vec![1, 2]), (3, vec![2])] {
		run(|| {
			four_cells();
			let mut rows = rows.to_vec();
			let cell = rows.remove(gone).cell;
			let book = Book::new(&rows);
			testify(SHARER, &book, [1, 2, 3, 4]);
			let results = ask_and_open(&book, &[cell], &leaves);
			assert_eq!(results, vec![Opened; leaves.len()]);
			let (org, root, wrong) = (SHARER, book.root(), Wrong::Absent);
			let expected = Event::OpeningWrong { org, root, leaf: None, cell: Some(cell), wrong };
			assert!(events().contains(&expected), "{gone}");
			assert!(Asked::<Test>::get(SHARER, book.root()).open.is_empty());
		});
	}
}

#[test]
fn row_that_comes_after_its_time_is_late() {
	run(|| {
		four_cells();
		let book = Book::new(&[row(0, 0, 1), row(1, 1, 4)]);
		testify(SHARER, &book, [1, 2, 3, 4]);
		assert_ok!(demand(TOWER, SHARER, book.root(), &[cell_id(0, 0), cell_id(0, 1)]));
		// Given that the chain has not come to it
		System::set_block_number(System::block_number() + OPENING_TERM + 1);
		assert_eq!(book.open(SHARER, &[0, 1]), [OpeningResult::Late, NotAsked]);
		assert_eq!((marks(&book), Asked::<Test>::get(SHARER, book.root()).open.len()), ((0, 0), 2));
	});
}

#[test]
fn rows_of_one_call_show_so_many_cells_absent_and_no_more() {
	run(|| {
		put(0, vec![station(); 20]);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&vec![vec![cell(1)]; 20])));
		let book = Book::new(&[row(0, 0, 1), row(19, 0, 1)]);
		testify(SHARER, &book, [1; 20]);
		let gone: Vec<_> = (1..19).map(|slot| cell_id(slot, 0)).collect();
		assert_ok!(demand(TOWER, SHARER, book.root(), &gone[..16]));
		assert_ok!(demand(CARRIER, SHARER, book.root(), &gone[16..]));
		let left = || Asked::<Test>::get(SHARER, book.root()).open.len();
		assert_eq!(book.open(SHARER, &[0, 1]), [Opened; 2]);
		assert_eq!((left(), marks(&book)), (2, (2, 16)));
		assert_eq!(book.open(SHARER, &[0, 1]), [Opened; 2]);
		assert_eq!((left(), marks(&book)), (0, (4, 18)));
	});
}

#[test]
fn rows_that_are_no_neighbours_show_no_absence() {
	run(|| {
		four_cells();
		let book = Book::new(&[row(0, 0, 1), row(0, 1, 2), row(1, 1, 4)]);
		testify(SHARER, &book, [1, 2, 3, 4]);
		for leaves in [vec![0], vec![1], vec![2], vec![0, 2], vec![0, 1]] {
			let results = match leaves.len() {
				1 if leaves[0] == 0 => ask_and_open(&book, &[cell_id(1, 0)], &leaves),
				_ => book.open(SHARER, &leaves),
			};
			assert_eq!(results, vec![NotAsked; leaves.len()]);
		}
		assert_eq!(book.open(SHARER, &[1, 2]), [Opened, Opened]);
	});
}

#[test]
fn cell_that_was_not_spoken_of_may_be_absent() {
	run(|| {
		four_cells();
		one_cell(9, 1);
		let book = Book::new(&[row(0, 0, 1)]);
		book.anchor(SHARER);
		let (sweep, key) = open_sweep(&[]);
		let tags = vec![key.tag(&digest(9))].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_pages(collector(SHARER), sweep, book.root(), HERE, 9, tags));
		assert_eq!(ask_and_open(&book, &[cell_id(1, 1)], &[0]), [Opened]);
		let (org, root, cell) = (SHARER, book.root(), cell_id(1, 1));
		assert!(events().contains(&Event::CellAbsent { org, root, cell }));
		assert_eq!(marks(&book), (1, 0));
	});
}

#[test]
fn word_from_a_doubted_export_is_nobodys() {
	run(|| {
		four_cells();
		// Given an allegation that is not what its export has
		let lie = book([301, 2, 3, 4]);
		testify(SHARER, &lie, [300, 2, 3, 4]);
		assert_eq!(ask_and_open(&lie, &[cell_id(0, 0)], &[0]), [wrong(Wrong::NotGiven)]);
		let standing = || Violations::<Test>::get(0).unwrap().standing;
		assert_eq!(ConfigGuard::doubted(0), OrgSet::of(SHARER));
		// What it says of another place from another export does not mend that
		let other = book([1, 2, 3, 9]);
		other.anchor(SHARER);
		let (sweep, key) = open_sweep(&[]);
		let tags = vec![key.tag(&Hash::zero())].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_pages(collector(SHARER), sweep, other.root(), HERE, 9, tags));
		assert_eq!(ConfigGuard::doubted(0), OrgSet::of(SHARER));
		// Then the silence of the accused does not confirm it
		go_to(System::block_number() + SILENCE_TERM + 1);
		assert_eq!(standing(), Standing::Alleged);
		// Another company that sees it is the first whose word counts
		testify(TOWER, &book([300, 2, 3, 4]), [300, 2, 3, 4]);
		assert_eq!(standing(), Standing::Alleged);
		// The sharer's counts again from another export
		testify(SHARER, &book([300, 2, 3, 4]), [300, 2, 3, 4]);
		assert_eq!((standing(), ConfigGuard::doubted(0)), (Standing::Confirmed, OrgSet::EMPTY));
	});
}

#[test]
fn silence_counts_from_the_first_word_that_does() {
	run(|| {
		four_cells();
		let lie = book([301, 2, 3, 4]);
		testify(SHARER, &lie, [300, 2, 3, 4]);
		assert_eq!(ask_and_open(&lie, &[cell_id(0, 0)], &[0]), [wrong(Wrong::NotGiven)]);
		go_to(System::block_number() + SILENCE_TERM + 1);
		testify(TOWER, &book([300, 2, 3, 4]), [300, 2, 3, 4]);
		let standing = || Violations::<Test>::get(0).unwrap().standing;
		go_to(System::block_number() + SILENCE_TERM);
		assert_eq!(standing(), Standing::Alleged);
		go_to(System::block_number() + 1);
		assert_eq!(standing(), Standing::Confirmed);
	});
}

#[test]
fn open_cells_fails_where_the_export_is_not() {
	run(|| {
		four_cells();
		let book = book([1, 2, 3, 4]);
		book.anchor(SHARER);
		let call = |org, scope, root| {
			plain(ConfigGuard::open_cells(collector(org), scope, root, Default::default()))
		};
		assert_noop!(call(TOWER, Scope::National, book.root()), Error::<Test>::NotAnchored);
		assert_noop!(call(SHARER, Scope::National, EXPORT), Error::<Test>::NotAnchored);
		let local = Scope::LocalNetwork(LocalNetworkId(1301));
		assert_noop!(call(SHARER, local, book.root()), Error::<Test>::OutsideScope);
	});
}

#[test]
fn open_cells_fails_without_the_right() {
	run(|| {
		four_cells();
		let book = book([1, 2, 3, 4]);
		book.anchor(SHARER);
		assert_refusals_of(SHARER, collector(SHARER), |origin| {
			ConfigGuard::open_cells(origin, Scope::National, book.root(), Default::default())
		});
	});
}
