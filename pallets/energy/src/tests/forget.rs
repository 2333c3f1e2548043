// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{forgetting::MAX_REMOVED, DaysFrom, MonthsFrom};

#[test]
fn reports_are_forgotten_and_totals_stay() {
	test(|| {
		send(&report(hours(0, 1), 0, 3));
		let (known, until) = (total(), NOON + 60 * DAY);
		blocks(100, until);
		assert_eq!(entries().len(), 1);
		blocks(100, until + DAY);
		assert!(entries().is_empty());
		assert_eq!((total(), DaysFrom::<Test>::get()), (known, YESTERDAY + 1));
	});
}

#[test]
fn totals_are_forgotten_after_years() {
	test(|| {
		send(&report(hours(0, 1), 0, 3));
		blocks(1_200, NOON + 1_095 * DAY);
		assert_eq!(total(), Total::default());
		assert!(MonthsFrom::<Test>::get() > JANUARY);
	});
}

#[test]
fn a_block_forgets_a_bounded_number() {
	let mut ext = new_test_ext();
	let left = || Reports::<Test>::iter().count();
	ext.execute_with(|| {
		for page in 0..40 {
			Inventory::mutate(|all| all.insert((HERE, page), vec![station(0)]));
			send(&Report { page, ..report(hours(0, 1), 0, 1) });
		}
		assert_eq!(left(), 40);
	});
	// What one block has written is removed without being counted.
	ext.commit_all().unwrap();
	ext.execute_with(|| {
		blocks(1, NOON + 62 * DAY);
		assert!(left() >= 40 - MAX_REMOVED as usize && left() < 40);
	});
}
