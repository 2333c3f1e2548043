// SPDX-License-Identifier: Apache-2.0

//! What work orders are told.

use crate::{
	agenda::{MAX_DUE, MAX_SHIFT},
	mock::*,
	types::Standing,
	Error, Event, Violations,
};
use frame_support::{assert_noop, assert_ok, dispatch::GetDispatchInfo, weights::Weight};
use sp_runtime::DispatchError;
use trimast_primitives::{
	interlock::{self, Ending, KnownViolation},
	site::{Plmn, PlmnHolders},
	OrgId,
};

#[test]
fn holders_of_networks_are_known() {
	run(|| {
		let holder =
			|mnc| <ConfigGuard as PlmnHolders>::holder(Plmn { mcc: 460, mnc, three_digit_mnc: false });
		assert_eq!([holder(11), holder(1), holder(2)], [Some(CARRIER), Some(SHARER), None]);
		// And all of them at once
		let all = <ConfigGuard as PlmnHolders>::holders();
		assert!(all.iter().all(|(plmn, org)| <ConfigGuard as PlmnHolders>::holder(*plmn) == Some(*org)));
		assert!([11, 1].iter().all(|mnc| all.iter().any(|(plmn, _)| plmn.mnc == *mnc)));
	});
}

#[test]
fn emergency_is_told_when_it_is_reported() {
	run(|| {
		baseline();
		Told::set(vec![]);
		// What is asked for is made later, in a window that nothing sleeps in
		ask(CARRIER, terms(), &[item(0, 1, POWER, 13)]);
		let draft = super::add::draft(CARRIER, emergency());
		assert_eq!(Told::get(), []);
		assert_ok!(ConfigGuard::add(engineer(CARRIER), draft, 0, part(&[item(0, 0, POWER, 15)])));
		assert_eq!(Told::get(), []);
		assert_ok!(ConfigGuard::submit(engineer(CARRIER), draft));
		assert_eq!(Told::get(), [(HERE, 0, u64::MAX, CARRIER)]);
		// And in one call
		ask(SHARER, emergency(), &[item(1, 0, POWER, 15)]);
		assert_eq!(Told::get()[1..], [(HERE, 0, u64::MAX, SHARER)]);
	});
}

#[test]
fn calls_that_may_tell_are_charged_for_it() {
	run(|| {
		let charged = || {
			let add = crate::Call::<Test>::add { request: 0, page: 0, part: part(&[item(0, 0, POWER, 15)]) };
			[add, crate::Call::submit { request: 0 }].map(|call| call.get_dispatch_info().call_weight)
		};
		let (silent, told) = (charged(), Weight::from_parts(7, 11));
		ToldWeight::set(told);
		assert_eq!(charged(), silent.map(|weight| weight.saturating_add(told)));
	});
}

#[test]
fn emergency_of_many_pages_is_told_page_by_page() {
	run(|| {
		baseline();
		super::add::second_page();
		Told::set(vec![]);
		// Given that cells of two pages were changed, which one request does not report
		let part = || part(&[item(0, 0, POWER, 15)]);
		let numbers = [0, 7].map(|page| (page, super::add::draft(CARRIER, emergency())));
		for (page, number) in numbers {
			assert_ok!(ConfigGuard::add(engineer(CARRIER), number, page, part()));
			let other = 7 - page;
			assert_noop!(
				ConfigGuard::add(engineer(CARRIER), number, other, part()),
				Error::<Test>::TooManyParts
			);
		}
		// When each is reported, then each is told
		for (_, number) in numbers {
			assert_ok!(ConfigGuard::submit(engineer(CARRIER), number));
		}
		assert_eq!(Told::get(), [0, 7].map(|page| (HERE, page, u64::MAX, CARRIER)));
	});
}

/// A company has read this PCI of the first cell.
fn see(org: OrgId, pci: i64) {
	let pcis = [pci, 2, 3, 4];
	let book = book(pcis);
	book.anchor(org);
	let (sweep, key) = open_sweep(&[]);
	book.attest(org, sweep, &key, &pcis.map(cell));
}

#[test]
fn violation_is_restored_when_another_company_has_seen_the_approved_value() {
	run(|| {
		four_cells();
		assert_eq!(<ConfigGuard as interlock::Violations>::violation(0), None);
		see(SHARER, 300);
		see(TOWER, 300);
		let since = Violations::<Test>::get(0).unwrap().since;
		let known = KnownViolation { cell: cell_id(0, 0), against: CARRIER, ended: None, since };
		assert_eq!(<ConfigGuard as interlock::Violations>::violation(0), Some(known));
		// The accused itself shows nothing.
		see(CARRIER, 1);
		assert_eq!(<ConfigGuard as interlock::Violations>::violation(0), Some(known));
		see(SHARER, 1);
		let restored = KnownViolation { ended: Some(Ending::Restored), ..known };
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
		assert!(known().ended.is_none() && known().since > 0);
		see(1);
		assert_eq!(known().ended, Some(Ending::TakenBack));
	});
}

#[test]
fn confirmed_violation_gets_one_order_and_an_alleged_one_none() {
	run(|| {
		four_cells();
		see(SHARER, 300);
		go_to(System::block_number() + 2);
		assert_eq!(Remedied::get(), []);
		see(TOWER, 300);
		assert_eq!(Remedied::get(), []);
		go_to(System::block_number() + 1);
		let order = (0, cell_id(0, 0), SHARER, CARRIER);
		assert_eq!(Remedied::get(), [order]);
		see(SHARER, 300);
		see(CARRIER, 300);
		go_to(System::block_number() + 2);
		assert_eq!(Remedied::get(), [order]);
	});
}

#[test]
fn order_that_is_refused_or_has_no_room_is_told_and_fails_nothing() {
	run(|| {
		four_cells();
		NoOrders::set(true);
		see(CARRIER, 300);
		go_to(System::block_number() + 1);
		assert!(events().contains(&Event::NoRemedy { id: 0, error: DispatchError::Unavailable }));
		assert_eq!(ConfigGuard::violation(0).unwrap().standing, Standing::Confirmed);
	});
	run(|| {
		four_cells();
		let full = Error::<Test>::AgendaFull.into();
		(0..MAX_DUE * MAX_SHIFT).for_each(|_| crate::violations::ask_remedy::<Test>(CARRIER, 99));
		crate::violations::ask_remedy::<Test>(CARRIER, 7);
		assert_eq!(events().pop(), Some(Event::NoRemedy { id: 7, error: full }));
	});
}

#[test]
fn what_is_over_when_its_order_comes_up_gets_none() {
	run(|| {
		four_cells();
		see(SHARER, 300);
		see(SHARER, 1);
		crate::violations::ask_remedy::<Test>(SHARER, 0);
		crate::violations::ask_remedy::<Test>(SHARER, 99);
		go_to(System::block_number() + 1);
		assert_eq!(Remedied::get(), []);
	});
}
