// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, types::CellsResult, Differences, Error, Event, Testimonies};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchResult;
use trimast_primitives::{
	access::Scope,
	cells::digest::{cell_digest, SweepKey, Tag},
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
		import(&[1, 5]);
		assert_ok!(call(sweep, 1, tags(&key, &[1, 2])));
		assert_eq!(cells_result(), CellsResult::Stale);
		assert_eq!(Differences::<Test>::get((HERE, 0, SHARER)), None);
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
