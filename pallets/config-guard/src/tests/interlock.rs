// SPDX-License-Identifier: Apache-2.0

//! What work orders are told.

use crate::{mock::*, Violations};
use trimast_primitives::{
	interlock::{self, KnownViolation},
	site::{Plmn, PlmnHolders},
};

#[test]
fn holders_of_networks_are_known() {
	run(|| {
		let holder =
			|mnc| <ConfigGuard as PlmnHolders>::holder(Plmn { mcc: 460, mnc, three_digit_mnc: false });
		assert_eq!([holder(11), holder(1), holder(2)], [Some(CARRIER), Some(SHARER), None]);
	});
}

#[test]
fn violation_is_restored_when_another_company_has_seen_the_approved_value() {
	run(|| {
		four_cells();
		let see = |org, pci| {
			let pcis = [pci, 2, 3, 4];
			let book = book(pcis);
			book.anchor(org);
			let (sweep, key) = open_sweep(&[]);
			book.attest(org, sweep, &key, &pcis.map(cell));
		};
		assert_eq!(<ConfigGuard as interlock::Violations>::violation(0), None);
		see(SHARER, 300);
		see(TOWER, 300);
		let since = Violations::<Test>::get(0).unwrap().since;
		let (cell, is_taken_back) = (cell_id(0, 0), false);
		let known = KnownViolation { cell, against: CARRIER, is_restored: false, is_taken_back, since };
		assert_eq!(<ConfigGuard as interlock::Violations>::violation(0), Some(known));
		// The accused itself shows nothing.
		see(CARRIER, 1);
		assert_eq!(<ConfigGuard as interlock::Violations>::violation(0), Some(known));
		see(SHARER, 1);
		let restored = KnownViolation { is_restored: true, ..known };
		assert_eq!(<ConfigGuard as interlock::Violations>::violation(0), Some(restored));
	});
}

#[test]
fn violation_is_taken_back_when_nobody_says_it_any_more() {
	run(|| {
		four_cells();
		let see = |pci| {
			let pcis = [pci, 2, 3, 4];
			let book = book(pcis);
			book.anchor(SHARER);
			let (sweep, key) = open_sweep(&[]);
			book.attest(SHARER, sweep, &key, &pcis.map(cell));
		};
		let known = || <ConfigGuard as interlock::Violations>::violation(0).unwrap();
		see(300);
		assert!(!known().is_taken_back && known().since > 0);
		see(1);
		assert!(known().is_taken_back && !known().is_restored);
	});
}
