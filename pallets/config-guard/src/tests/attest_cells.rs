// SPDX-License-Identifier: Apache-2.0

use crate::{
	mock::*,
	types::{CellsResult, Standing, ValuesRefusal, ValuesResult},
	Differences, Error, Event, Testimonies,
};
use frame_support::{assert_noop, assert_ok, traits::Time};
use sp_runtime::DispatchResult;
use trimast_primitives::{
	access::Scope,
	cells::digest::{cell_digest, SweepKey, Tag},
	site::{Station, StationState},
	ProvinceId,
};

fn tags(key: &SweepKey, pcis: &[i64]) -> Vec<Tag> {
	pcis.iter().map(|pci| key.tag(&cell_digest(&cell(*pci)))).collect()
}

fn call(sweep: u32, revision: u32, tags: Vec<Tag>) -> DispatchResult {
	attest_cells(SHARER, sweep, 0, revision, tags)
}

fn differ(cells: &[u16]) -> CellsResult {
	CellsResult::Differ(cells.to_vec().try_into().unwrap())
}

fn import(pcis: &[i64]) {
	put(0, vec![station()]);
	let cells = pcis.iter().map(|pci| cell(*pci)).collect();
	assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[cells])));
}

#[test]
fn attest_cells_works() {
	run(|| {
		import(&[1, 2, 3]);
		let (sweep, key) = open_sweep(&[SHARER]);
		assert_ok!(call(sweep, 1, tags(&key, &[1, 9, 3])));
		assert_eq!(cells_result(), differ(&[1]));
		let difference = Differences::<Test>::get((HERE, 0, SHARER)).unwrap();
		assert_eq!(difference.cells.unwrap().into_inner(), [1]);
		// All of them as they should be: that attests the page
		assert_ok!(call(sweep, 1, tags(&key, &[1, 2, 3])));
		assert_eq!(cells_result(), differ(&[]));
		assert!(Testimonies::<Test>::get(HERE, SHARER).unwrap().matching.contains(0));
		assert_eq!(Differences::<Test>::get((HERE, 0, SHARER)), None);
	});
}

#[test]
fn what_was_seen_before_a_revision_is_no_finding() {
	run(|| {
		import(&[1, 2]);
		let (sweep, key) = open_sweep(&[SHARER]);
		// Given a page with other values since, whose cells have their places
		import(&[1, 5]);
		assert_ok!(call(sweep, 1, tags(&key, &[1, 5])));
		assert_eq!(cells_result(), differ(&[]));
		assert_ok!(call(sweep, 1, tags(&key, &[1, 2])));
		assert_eq!(cells_result(), differ(&[1]));
		// The import explains what was read before it
		assert_ok!(attest_values(SHARER, sweep, 0, 1, vec![(1, cell(2))]));
		assert_eq!(values_result(), ValuesResult::Taken(0));
	});
}

#[test]
fn cells_that_have_other_places_since_say_nothing() {
	run(|| {
		import(&[1, 2]);
		let (sweep, key) = open_sweep(&[SHARER]);
		import(&[1, 2, 3]);
		for revision in [0, 1, 3] {
			assert_ok!(call(sweep, revision, tags(&key, &[1, 2, 3])));
			assert_eq!(cells_result(), CellsResult::Stale);
		}
		assert_eq!(Differences::<Test>::get((HERE, 0, SHARER)), None);
		assert_ok!(call(sweep, 2, tags(&key, &[1, 2, 3])));
		assert_eq!(cells_result(), differ(&[]));
	});
}

#[test]
fn what_is_wrong_with_one_page_leaves_the_others_alone() {
	run(|| {
		import(&[1, 2]);
		let (sweep, key) = open_sweep(&[SHARER]);
		let page = |page, revision, pcis: &[i64]| (page, revision, tags(&key, pcis).try_into().unwrap());
		let pages = vec![
			page(9, 1, &[1]),
			page(0, 1, &[1]),
			page(0, 1, &[1, 2, 3]),
			page(0, 2, &[1, 2]),
			page(0, 1, &[1, 2]),
		];
		assert_ok!(ConfigGuard::attest_cells(
			collector(SHARER),
			sweep,
			EXPORT,
			HERE,
			pages.try_into().unwrap()
		));
		let Event::CellsAttested { results, .. } = last_event() else { panic!("no result") };
		use CellsResult::{Stale, Unknown, WrongLength};
		let expected = [(9, Unknown), (0, WrongLength), (0, WrongLength), (0, Stale), (0, differ(&[]))];
		assert_eq!(results.into_inner(), expected);
		assert!(Testimonies::<Test>::get(HERE, SHARER).unwrap().matching.iter().eq([0]));
	});
}

#[test]
fn page_with_a_wrong_number_of_tags_is_not_looked_at() {
	let mut externalities = ext();
	let cells = 600;
	let sweep = externalities.execute_with(|| {
		System::set_block_number(1);
		put(0, vec![Station { cells: 24, ..station() }; 25]);
		let all = vec![vec![cell(1); 24]; 25];
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&all)));
		let sweep = open_sweep(&[SHARER]).0;
		assert_eq!(crate::CellDigests::<Test>::get(HERE, 0).len(), cells);
		sweep
	});
	externalities.commit_all().unwrap();
	for count in [0, 1, cells - 1] {
		let ((), proof) = externalities.execute_and_prove(|| {
			assert_ok!(call(sweep, 1, vec![Tag::NOT_SEEN; count]));
			assert_eq!(cells_result(), CellsResult::WrongLength);
		});
		let read: usize = proof.iter_nodes().map(Vec::len).sum();
		assert!(read < 32 * cells, "{read} bytes");
	}
}

/// The tags of these cells, with those that were not seen.
fn seen(key: &SweepKey, pcis: &[Option<i64>]) -> Vec<Tag> {
	let tag = |pci: &Option<i64>| pci.map_or(Tag::NOT_SEEN, |pci| key.tag(&cell_digest(&cell(pci))));
	pcis.iter().map(tag).collect()
}

#[test]
fn of_a_page_that_was_not_seen_as_a_whole_the_seen_cells_are_heard_and_explained() {
	run(|| {
		import(&[1, 2, 3]);
		// Given violations in two cells, and an export that was read later
		go_to(2);
		let now = Clock::now();
		assert_ok!(ConfigGuard::anchor_export(collector(SHARER), Scope::National, EXPORT, 3, now));
		let (sweep, key) = open_sweep(&[TOWER]);
		assert_ok!(attest_cells(TOWER, sweep, 0, 1, tags(&key, &[300, 301, 3])));
		assert_ok!(attest_values(TOWER, sweep, 0, 1, vec![(0, cell(300)), (1, cell(301))]));
		assert_ok!(call(sweep, 1, seen(&key, &[Some(1), None, Some(9)])));
		assert_eq!(cells_result(), differ(&[2]));
		let standing = |id| crate::Violations::<Test>::get(id).unwrap().standing;
		assert_eq!((standing(0), standing(1)), (Standing::Contested, Standing::Alleged));
		let testimony = || Testimonies::<Test>::get(HERE, SHARER).unwrap();
		let shown = || ConfigGuard::unexplained(HERE, 0, 9).into_iter().filter(|view| view.org == SHARER);
		assert!(testimony().unexplained.contains(0));
		assert!(shown().map(|view| view.cells).eq([Some(vec![2])]));
		// What was not seen cannot be given
		assert_ok!(attest_values(SHARER, sweep, 0, 1, vec![(1, cell(7))]));
		assert_eq!(values_result(), ValuesResult::Refused(ValuesRefusal::NoDifference));
		assert_ok!(attest_values(SHARER, sweep, 0, 1, vec![(2, cell(9))]));
		assert_eq!(values_result(), ValuesResult::Taken(1));
		let is_kept = testimony().differing.contains(0) && !testimony().matching.contains(0);
		assert!(is_kept && testimony().unexplained.is_empty() && shown().next().is_none());
		// Where all that was seen is as it should be, nothing is left to explain
		assert_ok!(call(sweep, 1, seen(&key, &[Some(1), None, Some(3)])));
		assert_eq!(cells_result(), differ(&[]));
		assert!(testimony().differing.contains(0) && testimony().unexplained.is_empty());
		// Once all was seen it is attested
		assert_ok!(call(sweep, 1, tags(&key, &[1, 2, 3])));
		assert!(testimony().matching.contains(0) && testimony().differing.is_empty());
	});
}

#[test]
fn row_of_a_cell_that_was_not_seen_contradicts_nothing() {
	run(|| {
		four_cells();
		let book = Book::new(&[row(0, 0, 1), row(0, 1, 2), row(1, 0, 3)]);
		book.anchor(SHARER);
		let (sweep, key) = open_sweep(&[]);
		let tags = seen(&key, &[Some(1), Some(2), Some(3), None]);
		let pages = vec![(0, 1, tags.try_into().unwrap())].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_cells(collector(SHARER), sweep, book.root(), HERE, pages));
		assert_ok!(demand(TOWER, SHARER, book.root(), &[cell_id(1, 1)]));
		book.open(SHARER, &[2]);
		assert!(crate::Exports::<Test>::get(SHARER, book.root()).unwrap().marks.is_clean());
	});
}

#[test]
fn cells_of_retired_stations_neither_match_nor_differ() {
	run(|| {
		four_cells();
		Inventory::mutate(|all| all.get_mut(&(HERE, 0)).unwrap()[1].state = StationState::Retired);
		let (sweep, key) = open_sweep(&[SHARER]);
		for pcis in [[Some(1), Some(2), None, None], [Some(1), Some(2), Some(9), None]] {
			assert_ok!(call(sweep, 1, seen(&key, &pcis)));
			assert_eq!(cells_result(), differ(&[]));
			assert!(Testimonies::<Test>::get(HERE, SHARER).unwrap().matching.contains(0));
		}
		// Nor is a row of them asked for
		assert!(demand(TOWER, SHARER, EXPORT, &[cell_id(1, 0)]).is_err());
		assert_ok!(call(sweep, 1, seen(&key, &[Some(1), Some(8), None, None])));
		assert_eq!(cells_result(), differ(&[1]));
		assert!(Differences::<Test>::get((HERE, 0, SHARER)).unwrap().unseen.is_empty());
	});
}

#[test]
fn company_is_heard_about_as_many_violations_as_fit_into_a_call() {
	run(|| {
		for (page, alleged) in [(1, 5), (2, 5), (3, 200)] {
			one_cell(page, 1);
			super::agenda::alleged(page, alleged);
		}
		let (sweep, key) = open_sweep(&[SHARER]);
		let tagged = |page| (page, 1, tags(&key, &[1]).try_into().unwrap());
		let attest = |pages: Vec<_>| {
			let pages = pages.try_into().unwrap();
			assert_ok!(ConfigGuard::attest_cells(collector(SHARER), sweep, EXPORT, HERE, pages));
			let Event::CellsAttested { results, .. } = last_event() else { panic!("no result") };
			results.into_inner()
		};
		// Given two pages as the baseline says, with more open violations than one call is heard about
		let results = attest(vec![tagged(1), tagged(2)]);
		assert_eq!(results, [(1, differ(&[])), (2, CellsResult::Unheard)]);
		// Then nothing was taken of the second, until it is sent anew
		let matching = || Testimonies::<Test>::get(HERE, SHARER).unwrap().matching;
		assert!(matching().iter().eq([1]));
		assert_eq!(crate::OpenViolations::<Test>::get(HERE), 205);
		assert_eq!(attest(vec![tagged(2)]), [(2, differ(&[]))]);
		assert!(matching().iter().eq([1, 2]));
		// A page by itself is heard about all
		assert_eq!(attest(vec![tagged(3)]), [(3, differ(&[]))]);
		assert_eq!(crate::OpenViolations::<Test>::get(HERE), 0);
	});
}

#[test]
fn attest_cells_fails_outside_of_the_sweep() {
	run(|| {
		import(&[1]);
		open_sweep(&[SHARER]);
		let scope = Scope::Province(ProvinceId(14));
		assert_ok!(ConfigGuard::open_sweep(collector(CARRIER), scope));
		go_to(System::block_number() + 2);
		assert_noop!(call(1, 1, vec![]), Error::<Test>::OutsideSweep);
		assert_noop!(attest_values(SHARER, 1, 0, 1, vec![]), Error::<Test>::OutsideSweep);
	});
}

#[test]
fn attest_cells_fails_without_the_right() {
	run(|| {
		import(&[1]);
		let (sweep, key) = open_sweep(&[SHARER]);
		assert_refusals_of(SHARER, collector(SHARER), |origin| {
			let pages = vec![(0, 1, tags(&key, &[1]).try_into().unwrap())].try_into().unwrap();
			ConfigGuard::attest_cells(origin, sweep, EXPORT, HERE, pages)
		});
	});
}
