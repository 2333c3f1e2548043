// SPDX-License-Identifier: Apache-2.0

//! Stations that change while cells sleep.

use super::{
	outages::{asleep, noted, of_48_pages, one},
	*,
};
use crate::NotedBy;
use trimast_primitives::{interlock::StationListener, site::StationState};

/// A change of a cell is reported that was made in an emergency.
fn change(of: CellId) {
	Changing::mutate(|all| all.push(of));
	tell(of);
}

fn tell(of: CellId) {
	Energy::stations_changed(HERE, of.site.page().unwrap(), 1u64 << of.site.slot(), OTHER);
}

#[test]
fn emergency_wakes_the_cell_that_is_changed_and_those_for_which_it_stands_in() {
	for (of, is_woken) in [(cell(0, 1), true), (cell(1, 0), true), (cell(1, 2), false), (cell(2, 0), false)] {
		test(|| {
			let number = asleep();
			// When a cell is changed, nothing is done in that call
			change(of);
			assert_eq!(woken(number, FIRST), [], "{of:?}");
			// Then the next block looks at the page again
			blocks(1, at(FIRST, 5));
			let expected = if is_woken { vec![(Waker::Change, 0, 0b10)] } else { vec![] };
			assert_eq!((woken(number, FIRST), noted()), (expected, 0), "{of:?}");
		});
	}
}

#[test]
fn station_that_retires_or_is_shared_otherwise_wakes_cells() {
	let retire =
		|| Inventory::mutate(|all| all.get_mut(&(HERE, 0)).unwrap()[1].state = StationState::Retired);
	let share = || {
		Inventory::mutate(|all| {
			let entry = &mut all.get_mut(&(HERE, 0)).unwrap()[1];
			entry.station.sharers = OrgSet::of(SHARER).with(OTHER);
			entry.signed = OrgSet(0b1111);
		});
	};
	for happen in [&retire as &dyn Fn(), &share] {
		test(|| {
			let number = asleep();
			happen();
			blocks(1, at(FIRST, 5));
			assert_eq!(woken(number, FIRST), []);
			tell(cell(1, 0));
			blocks(1, at(FIRST, 5));
			assert_eq!((woken(number, FIRST), noted()), (vec![(Waker::Inventory, 0, 0b10)], 0));
		});
	}
}

#[test]
fn window_that_is_to_come_has_its_own_look() {
	test(|| {
		let number = one();
		Now::set(at(FIRST, 4) - 1);
		change(cell(1, 0));
		blocks(2, at(FIRST, 4) - 1);
		assert_eq!((woken(number, FIRST), noted()), (vec![], 0));
		// What is over by then wakes nothing
		Changing::set(vec![]);
		blocks(2, at(FIRST, 4));
		assert_eq!(woken(number, FIRST), []);
	});
	test(|| {
		// Nor is one looked at that is over
		let number = asleep();
		Now::set(at(FIRST, 12));
		change(cell(1, 0));
		blocks(2, at(FIRST, 12));
		assert_eq!((woken(number, FIRST), noted()), (vec![], 0));
	});
}

#[test]
fn stations_of_a_page_are_noted_together_and_apart_from_outages() {
	test(|| {
		let number = asleep();
		Now::set(at(FIRST, 5));
		tell(cell(2, 0));
		change(cell(1, 0));
		assert_eq!(noted(), 1);
		// An outage that is over before its turn takes nothing of it along
		Energy::outage_began(cell(0, 0).site, OTHER);
		assert_eq!(noted(), 2);
		blocks(1, at(FIRST, 5));
		assert_eq!((woken(number, FIRST), noted()), (vec![(Waker::Change, 0, 0b10)], 0));
	});
}

#[test]
fn nothing_is_noted_of_pages_of_which_nothing_is_held() {
	test(|| {
		asleep();
		change(cell_in(5, 0, 0));
		Energy::stations_changed(HERE, 0, 0, OTHER);
		assert_eq!((noted(), NotedBy::<Test>::get().0.is_empty()), (0, true));
	});
}

#[test]
fn every_page_of_plans_is_looked_at_again() {
	test(|| {
		// Given 48 pages of three plans that were looked at when their windows began, and for whose cells one and the same stands in
		of_48_pages();
		blocks(60, at(FIRST, 4));
		assert_eq!(Woken::<Test>::iter_keys().count(), 0);
		// When that is changed
		change(cell(0, 0));
		blocks(8, at(FIRST, 5));
		// Then none of them is left out
		assert_eq!((Woken::<Test>::iter_keys().count(), noted()), (48, 0));
	});
}
