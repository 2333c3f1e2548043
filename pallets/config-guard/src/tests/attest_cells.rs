// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, types::CellsResult, Differences, Error, Event, Testimonies};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchResult;
use trimast_primitives::cells::digest::{cell_digest, SweepKey, Tag};

fn tags(key: &SweepKey, pcis: &[i64]) -> Vec<Tag> {
	pcis.iter().map(|pci| key.tag(&cell_digest(&cell(*pci)))).collect()
}

fn call(sweep: u32, revision: u32, tags: Vec<Tag>) -> DispatchResult {
	ConfigGuard::attest_cells(collector(SHARER), sweep, EXPORT, HERE, 0, revision, tags.try_into().unwrap())
}

fn result() -> CellsResult {
	match last_event() {
		Event::CellsAttested { result, .. } => result,
		other => panic!("{other:?}"),
	}
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
		assert_eq!(result(), differ(&[1]));
		let difference = Differences::<Test>::get((HERE, 0, SHARER)).unwrap();
		assert_eq!(difference.cells.unwrap().into_inner(), [1]);
		// All of them as they should be: that attests the page
		assert_ok!(call(sweep, 1, tags(&key, &[1, 2, 3])));
		assert_eq!(result(), differ(&[]));
		assert!(Testimonies::<Test>::get(HERE, SHARER).unwrap().pages.contains(0));
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
		assert_eq!(result(), CellsResult::Stale);
		assert_eq!(Differences::<Test>::get((HERE, 0, SHARER)), None);
	});
}

#[test]
fn attest_cells_fails_when_there_are_not_as_many() {
	run(|| {
		import(&[1, 2]);
		let (sweep, key) = open_sweep(&[SHARER]);
		assert_noop!(call(sweep, 1, tags(&key, &[1])), Error::<Test>::WrongLength);
		assert_noop!(call(sweep, 1, tags(&key, &[1, 2, 3])), Error::<Test>::WrongLength);
	});
}

#[test]
fn attest_cells_fails_without_the_right() {
	run(|| {
		import(&[1]);
		let (sweep, key) = open_sweep(&[SHARER]);
		assert_refusals_of(SHARER, collector(SHARER), |origin| {
			let tags = tags(&key, &[1]).try_into().unwrap();
			ConfigGuard::attest_cells(origin, sweep, EXPORT, HERE, 0, 1, tags)
		});
	});
}
