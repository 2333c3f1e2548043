// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, types::Standing, Differences, Error, Event, OpenInPage, OpenViolations, Violations};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchResult;
use trimast_primitives::{
	cells::{
		digest::{cell_digest, SweepKey},
		CellValues, ParamKey,
	},
	OrgId, OrgSet,
};

/// Sends the tags of the first page's cells, as seen.
fn attest_cells(org: OrgId, sweep: u32, key: &SweepKey, seen: &[CellValues]) {
	let tags: Vec<_> = seen.iter().map(|cell| key.tag(&cell_digest(cell))).collect();
	let revision = crate::Heads::<Test>::get(HERE, 0).revision;
	assert_ok!(ConfigGuard::attest_cells(
		collector(org),
		sweep,
		EXPORT,
		HERE,
		0,
		revision,
		tags.try_into().unwrap()
	));
}

fn call(org: OrgId, sweep: u32, revision: u32, cells: Vec<(u16, CellValues)>) -> DispatchResult {
	let cells: Vec<_> = cells.into_iter().map(|(n, values)| (n, values.try_into().unwrap())).collect();
	ConfigGuard::attest_values(collector(org), sweep, EXPORT, HERE, 0, revision, cells.try_into().unwrap())
}

fn differing() -> Option<u32> {
	match last_event() {
		Event::ValuesAttested { differing, .. } => differing,
		other => panic!("{other:?}"),
	}
}

fn baseline() {
	put(0, vec![station(), station()]);
	let cells = [vec![cell(1), cell(2)], vec![cell(3)]];
	assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&cells)));
}

#[test]
fn attest_values_works() {
	run(|| {
		baseline();
		let (sweep, key) = open_sweep(&[SHARER]);
		// Given another PCI and no tracking area code in the second station's cell
		let mut seen = cell(300);
		seen.remove(0);
		attest_cells(SHARER, sweep, &key, &[cell(1), cell(2), seen.clone()]);
		// When the sharer says what is set there
		assert_ok!(call(SHARER, sweep, 1, vec![(2, seen)]));
		// Then each value that is another is alleged
		assert_eq!(differing(), Some(2));
		let [tac, pci] = [0, 1].map(|id| Violations::<Test>::get(id).unwrap());
		assert_eq!(
			(tac.key, tac.approved, tac.observed),
			(ParamKey { param: TAC, place: 0 }, Some(100), None)
		);
		assert_eq!((pci.key, pci.approved, pci.observed), (ParamKey::of(PCI), Some(3), Some(300)));
		assert_eq!((pci.cell.site.index, pci.cell.cell), (1, 0));
		assert_eq!((pci.against, pci.accuser, pci.witnesses), (CARRIER, SHARER, OrgSet::of(SHARER)));
		assert_eq!((pci.since, pci.standing, pci.closed), (1_000, Standing::Alleged, None));
		assert_eq!((OpenViolations::<Test>::get(HERE), OpenInPage::<Test>::get(HERE, 0).len()), (2, 2));
		// And the page is explained
		assert_eq!(Differences::<Test>::get((HERE, 0, SHARER)), None);
	});
}

#[test]
fn the_same_seen_again_opens_nothing() {
	run(|| {
		baseline();
		let (sweep, key) = open_sweep(&[SHARER]);
		for value in [300, 301] {
			attest_cells(SHARER, sweep, &key, &[cell(value), cell(2), cell(3)]);
			assert_ok!(call(SHARER, sweep, 1, vec![(0, cell(value))]));
		}
		let violation = Violations::<Test>::get(0).unwrap();
		assert_eq!((violation.observed, violation.standing), (Some(301), Standing::Alleged));
		assert_eq!((OpenViolations::<Test>::get(HERE), Violations::<Test>::get(1)), (1, None));
	});
}

#[test]
fn what_was_seen_before_a_revision_is_no_finding() {
	run(|| {
		baseline();
		let (sweep, key) = open_sweep(&[SHARER]);
		attest_cells(SHARER, sweep, &key, &[cell(9), cell(2), cell(3)]);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![cell(9), cell(2)]])));
		assert_ok!(call(SHARER, sweep, 1, vec![(0, cell(9))]));
		assert_eq!((differing(), Violations::<Test>::get(0)), (None, None));
	});
}

#[test]
fn attest_values_fails_for_cells_that_do_not_differ() {
	run(|| {
		baseline();
		let (sweep, key) = open_sweep(&[SHARER]);
		let none = Error::<Test>::NoDifference;
		assert_noop!(call(SHARER, sweep, 1, vec![(0, cell(9))]), none);
		attest_cells(SHARER, sweep, &key, &[cell(9), cell(2), cell(3)]);
		assert_noop!(call(SHARER, sweep, 1, vec![(1, cell(9))]), Error::<Test>::NoDifference);
		assert_noop!(call(SHARER, sweep, 1, vec![(0, cell(1))]), Error::<Test>::NoDifference);
		assert_noop!(call(SHARER, sweep, 1, vec![(0, cell(9)), (0, cell(9))]), Error::<Test>::NoDifference);
		let mut unordered = cell(9);
		unordered.reverse();
		assert_noop!(call(SHARER, sweep, 1, vec![(0, unordered)]), Error::<Test>::BadTable);
		// What was said in another sweep counts there
		let (later, _) = open_sweep(&[SHARER]);
		assert_noop!(call(SHARER, later, 1, vec![(0, cell(9))]), Error::<Test>::NoDifference);
	});
}

#[test]
fn attest_values_fails_by_who_is_no_party() {
	run(|| {
		let alone = trimast_primitives::site::Station {
			mode: trimast_primitives::site::SharingMode::Exclusive,
			sharers: OrgSet::EMPTY,
			tower: None,
			..station()
		};
		put(0, vec![alone]);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![cell(1)]])));
		let (sweep, key) = open_sweep(&[SHARER]);
		attest_cells(SHARER, sweep, &key, &[cell(9)]);
		assert_noop!(call(SHARER, sweep, 1, vec![(0, cell(9))]), Error::<Test>::NotParty);
	});
}

#[test]
fn attest_values_fails_without_the_right() {
	run(|| {
		baseline();
		let (sweep, key) = open_sweep(&[SHARER]);
		attest_cells(SHARER, sweep, &key, &[cell(9), cell(2), cell(3)]);
		assert_refusals_of(SHARER, collector(SHARER), |origin| {
			let cells = vec![(0, cell(9).try_into().unwrap())].try_into().unwrap();
			ConfigGuard::attest_values(origin, sweep, EXPORT, HERE, 0, 1, cells)
		});
	});
}
