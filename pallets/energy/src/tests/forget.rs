// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{forgetting::MAX_REMOVED, DaysFrom, MonthsFrom};
use frame_support::assert_ok;
use trimast_primitives::energy::Span;

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

/// Reports an hour of as many pages, each with one station.
fn send_pages(count: u16) -> Vec<Report> {
	let all: Vec<Report> = (0..count).map(|page| Report { page, ..report(hours(0, 1), 0, 1) }).collect();
	for report in &all {
		Inventory::mutate(|all| all.insert((HERE, report.page), vec![station(0)]));
		send(report);
	}
	all
}

/// The sharer has seen less.
fn contest(reported: &Report) {
	let seen = with_readings(reported, 0, vec![drawn(1)]);
	let (reported, seen) = (Box::new(reported.clone()), Box::new(seen));
	assert_ok!(Energy::contest(collector(SHARER), HERE, OWNER, reported, seen));
}

fn left() -> u32 {
	Reports::<Test>::iter().count().try_into().unwrap()
}

#[test]
fn month_that_is_being_forgotten_need_not_be_whole() {
	test(|| {
		// Given a final line that is removed before its total
		send(&report(hours(0, 1), 0, 3));
		Now::set(NOON + 31 * DAY);
		let line = Energy::statement(JANUARY, OWNER, SHARER, PROVINCE).remove(0);
		for org in [OWNER, SHARER] {
			let lines = vec![(HERE, line.digest)].try_into().unwrap();
			assert_ok!(Energy::sign_lines(planner(org), JANUARY, OWNER, SHARER, lines));
		}
		crate::Lines::<Test>::remove((JANUARY, OWNER, SHARER, HERE));
		// Then that is wrong as long as the month is kept, and no longer
		assert!(Energy::do_try_state().is_err());
		Now::set(NOON + 1_096 * DAY);
	});
}

#[test]
fn a_block_forgets_a_bounded_number() {
	test(|| {
		send_pages(40);
		blocks(1, NOON + 62 * DAY);
		assert_eq!((left(), DaysFrom::<Test>::get()), (40 - MAX_REMOVED, YESTERDAY));
		blocks(40, NOON + 62 * DAY);
		assert_eq!(left(), 0);
	});
}

#[test]
fn dispute_that_nobody_has_ended_ends_when_its_report_is_forgotten() {
	test(|| {
		// Given a report that stands at its lower value
		let reported = report(hours(0, 1), 0, 3);
		send(&reported);
		let known = total();
		contest(&reported);
		assert_ne!(total(), known);
		// When it is forgotten
		blocks(1, NOON + 61 * DAY);
		// Then the owner's stands in the total, that is told, and a statement with it may be signed
		assert_eq!((left(), total()), (0, known));
		let told =
			Event::Settled { report: id(&reported), settlement: Settlement::Lapsed, by: OWNER, reason: None };
		assert_eq!(System::read_events_for_pallet::<Event<Test>>(), [told]);
		let line = Energy::statement(JANUARY, OWNER, SHARER, PROVINCE).remove(0);
		let lines = vec![(HERE, line.digest)].try_into().unwrap();
		assert_ok!(Energy::sign_lines(planner(SHARER), JANUARY, OWNER, SHARER, lines));
	});
}

#[test]
fn a_block_ends_the_disputes_of_one_page() {
	test(|| {
		send_pages(3).iter().for_each(contest);
		for pages in (0..3).rev() {
			blocks(1, NOON + 61 * DAY);
			assert_eq!((left(), total().contested), (pages, pages));
		}
	});
}

#[test]
fn what_is_forgotten_is_not_reported_anew() {
	test(|| {
		send(&report(hours(0, 1), 0, 3));
		let known = total();
		blocks(1, NOON + 61 * DAY);
		assert_eq!(left(), 0);
		// When reports are kept for longer from now on
		assert_ok!(Energy::set_settings(
			RuntimeOrigin::root(),
			Settings { days: 100, review: 30, ..SETTINGS }
		));
		send(&report(hours(0, 1), 0, 3));
		// Then its sums are not counted twice
		assert_eq!((last().0, total()), (Outcome::TooLate, known));
		send(&report(Span { day: TODAY, ..hours(0, 1) }, 0, 3));
		assert_eq!(last().0, Outcome::Accepted);
	});
}
