// SPDX-License-Identifier: Apache-2.0

//! What work orders are told.

use crate::mock::*;
use trimast_primitives::{
	interlock::{KnownViolation, Violations},
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
		assert_eq!(<ConfigGuard as Violations>::violation(0), None);
		see(SHARER, 300);
		see(TOWER, 300);
		let known = KnownViolation { cell: cell_id(0, 0), against: CARRIER, is_restored: false };
		assert_eq!(<ConfigGuard as Violations>::violation(0), Some(known));
		// The accused itself shows nothing.
		see(CARRIER, 1);
		assert_eq!(<ConfigGuard as Violations>::violation(0), Some(known));
		see(SHARER, 1);
		let restored = KnownViolation { is_restored: true, ..known };
		assert_eq!(<ConfigGuard as Violations>::violation(0), Some(restored));
	});
}
