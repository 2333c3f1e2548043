// SPDX-License-Identifier: Apache-2.0

//! The life of a violation, by what companies see one after the other. The baseline is one cell with PCI 1.

use crate::{
	mock::*,
	types::{Closing, Standing, Violation},
	OpenInPage, OpenViolations,
};
use frame_support::assert_ok;
use trimast_primitives::{
	cells::digest::{cell_digest, SweepKey},
	OrgId, OrgSet,
};
use Standing::{Alleged, Confirmed, Contested};

/// `org` reads this PCI, and says so by as much as is needed.
fn see(org: OrgId, sweep: u32, key: &SweepKey, pci: i64) {
	assert_ok!(attest_cells(org, sweep, 0, 1, vec![key.tag(&cell_digest(&cell(pci)))]));
	if pci != 1 {
		assert_ok!(attest_values(org, sweep, 0, 1, vec![(0, cell(pci))]));
	}
}

fn first() -> Violation {
	ConfigGuard::violation(0).expect("something is alleged")
}

fn standing() -> (Standing, Option<Closing>) {
	let violation = first();
	(violation.standing, violation.closed.map(|(_, closing)| closing))
}

fn run_with_a_cell(test: impl FnOnce(u32, SweepKey)) {
	run(|| {
		put(0, vec![station()]);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![cell(1)]])));
		let (sweep, key) = open_sweep(&[CARRIER, SHARER, TOWER]);
		test(sweep, key);
		let is_open = ConfigGuard::violation(0).is_some_and(|violation| violation.closed.is_none());
		assert_eq!(OpenViolations::<Test>::get(HERE), u32::from(is_open));
		assert_eq!(OpenInPage::<Test>::get(HERE, 0).len(), usize::from(is_open));
	});
}

#[test]
fn second_witness_confirms_and_another_than_the_offender_closes() {
	run_with_a_cell(|sweep, key| {
		see(SHARER, sweep, &key, 300);
		assert_eq!(standing(), (Alleged, None));
		see(TOWER, sweep, &key, 300);
		assert_eq!(standing(), (Confirmed, None));
		assert_eq!(first().witnesses, OrgSet::of(SHARER).with(TOWER));
		// The offender's own word closes nothing
		see(CARRIER, sweep, &key, 1);
		assert_eq!(standing(), (Confirmed, None));
		see(TOWER, sweep, &key, 1);
		assert_eq!(standing(), (Confirmed, Some(Closing::Restored)));
	});
}

#[test]
fn slander_ends_as_contested_and_is_taken_back_by_who_said_it_alone() {
	for witness in [CARRIER, TOWER] {
		run_with_a_cell(|sweep, key| {
			see(SHARER, sweep, &key, 300);
			see(witness, sweep, &key, 1);
			assert_eq!(standing(), (Contested, None));
			// Silence is over: the term changes nothing any more
			go_to(System::block_number() + SILENCE_TERM + 1);
			assert_eq!(standing(), (Contested, None));
			let (later, key) = open_sweep(&[]);
			see(SHARER, later, &key, 1);
			assert_eq!(standing(), (Contested, Some(Closing::TakenBack)));
		});
	}
}

#[test]
fn who_is_no_party_neither_contests_nor_closes() {
	for (witness, standing_then) in [(None, Alleged), (Some(TOWER), Confirmed)] {
		run_with_a_cell(|sweep, key| {
			// Given a violation that is alleged, or confirmed, at a station that has left the tower since
			see(SHARER, sweep, &key, 300);
			if let Some(witness) = witness {
				see(witness, sweep, &key, 300);
			}
			let moved = trimast_primitives::site::Station { tower: None, ..station() };
			put(0, vec![moved]);
			// When the tower company, by cells and by pages, has seen what is approved
			see(TOWER, sweep, &key, 1);
			let tags = vec![key.tag(&digest(0))].try_into().unwrap();
			assert_ok!(ConfigGuard::attest_pages(collector(TOWER), sweep, EXPORT, HERE, 0, tags));
			// Then nothing has changed
			assert_eq!((standing(), first().deniers), ((standing_then, None), OrgSet::EMPTY));
		});
	}
}

#[test]
fn contested_is_confirmed_by_a_second_witness() {
	run_with_a_cell(|sweep, key| {
		see(SHARER, sweep, &key, 300);
		see(CARRIER, sweep, &key, 1);
		see(TOWER, sweep, &key, 300);
		assert_eq!(standing(), (Confirmed, None));
		assert_eq!(first().deniers, OrgSet::of(CARRIER));
	});
}

#[test]
fn silence_confirms() {
	run_with_a_cell(|sweep, key| {
		see(SHARER, sweep, &key, 300);
		go_to(System::block_number() + SILENCE_TERM);
		assert_eq!(standing(), (Alleged, None));
		go_to(System::block_number() + 1);
		assert_eq!(standing(), (Confirmed, None));
		// What comes after it is too late to contest
		see(CARRIER, sweep, &key, 1);
		assert_eq!(standing(), (Confirmed, None));
	});
}

#[test]
fn baseline_that_becomes_what_was_seen_closes_it() {
	run_with_a_cell(|sweep, key| {
		see(SHARER, sweep, &key, 300);
		let import = |pci| ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![cell(pci)]]));
		assert_ok!(import(7));
		assert_eq!((standing(), first().approved), ((Alleged, None), Some(7)));
		assert_ok!(import(300));
		assert_eq!(standing(), (Alleged, Some(Closing::Approved)));
	});
}

#[test]
fn what_the_owner_reports_of_itself_is_confirmed() {
	run_with_a_cell(|sweep, key| {
		see(CARRIER, sweep, &key, 300);
		assert_eq!(standing(), (Confirmed, None));
	});
}

#[test]
fn local_network_with_open_violations_is_not_attested_as_a_whole() {
	run_with_a_cell(|sweep, key| {
		see(SHARER, sweep, &key, 300);
		let tag = key.tag(&ConfigGuard::network_digest(HERE).unwrap());
		let tags = vec![(HERE, tag)].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_networks(collector(TOWER), sweep, EXPORT, tags));
		let crate::Event::NetworksAttested { results, .. } = last_event() else { panic!("no result") };
		assert_eq!(results.into_inner(), [(HERE, crate::types::NetworkResult::HasOpenViolations)]);
		// By pages it is, and that contests what was alleged
		let tags = vec![key.tag(&digest(0))].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_pages(collector(TOWER), sweep, EXPORT, HERE, 0, tags));
		assert_eq!(standing(), (Contested, None));
	});
}
