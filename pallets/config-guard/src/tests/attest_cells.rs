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
fn export_does_not_speak_of_what_was_imported_since() {
	run(|| {
		import(&[1, 2]);
		open_sweep(&[SHARER]);
		// Given a baseline that its owner has put right since the network was read
		import(&[1, 5]);
		let (sweep, key) = open_sweep(&[]);
		// When the old values are sent for the present revision
		let page_tags = vec![Tag([0; 8])].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_pages(collector(SHARER), sweep, EXPORT, HERE, 0, page_tags));
		let Event::PagesAttested { differing, .. } = last_event() else { panic!("no result") };
		assert_eq!(differing.into_inner(), [0]);
		assert_ok!(call(sweep, 2, tags(&key, &[1, 2])));
		assert_eq!(cells_result(), CellsResult::Stale);
		assert_ok!(attest_values(SHARER, sweep, 0, 2, vec![(1, cell(2))]));
		assert_eq!(values_result(), crate::types::ValuesResult::Stale);
		// Then nothing is found
		assert_eq!(Differences::<Test>::get((HERE, 0, SHARER)), None);
		assert_eq!(crate::Violations::<Test>::iter().count(), 0);
		// That it is as the baseline says now counts
		let page_tags = vec![key.tag(&digest(0))].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_pages(collector(SHARER), sweep, EXPORT, HERE, 0, page_tags));
		assert!(Testimonies::<Test>::get(HERE, SHARER).unwrap().matching.contains(0));
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
