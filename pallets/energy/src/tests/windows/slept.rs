// SPDX-License-Identifier: Apache-2.0

//! Plans that go on where others have ended: they are measured against days on which nothing has slept.

use super::*;
use crate::{
	windows::types::{SleptWindow, MAX_SLEPT},
	Examinations, Slept,
};
use frame_support::BoundedVec;
use trimast_primitives::{
	apis::EnergySleptView,
	calendar::month_of_day,
	energy::{frozen_hash, FrozenReport, Reading, Span},
};

/// A report of two hours of a day, from one on: so much of each of three stations in each.
fn of_hours(day: u16, first: u8, energy: i32) -> Report {
	let plain = report(Span { day, ..hours(first, 2) }, 0, 3);
	let readings = vec![Reading { energy: Some(energy), volumes: [Some(100), Some(200), None, None] }; 2];
	(0..3).fold(plain, |report, slot| with_readings(&report, slot, readings.clone()))
}

/// The same of the hours of the window.
fn of(day: u16, energy: i32) -> Report {
	of_hours(day, 1, energy)
}

/// A plan of these stations' second cells for one day, against as many weeks.
fn plan(first_day: u16, weeks: u8, slots: &[u8]) -> SavingPlan {
	let stations: Vec<_> = slots.iter().map(|slot| (*slot, 0b10)).collect();
	let baseline = BaselineMethod { weeks, elasticity: 0 };
	SavingPlan { first_day, days: 1, baseline, ..with_pages(&[page(0, &stations)]) }
}

/// A plan to which all agree, and that is approved.
fn approve_all(saving: SavingPlan) -> u32 {
	let number = propose(saving);
	assert_eq!(examine(number), None);
	assert_ok!(consent(SHARER, number));
	assert_eq!(approve(number), None);
	number
}

/// Its only day passes.
fn pass(number: u32) {
	let day = window(number).first_day;
	blocks(1, at(day, 4));
	blocks(3, at(day, 12));
	assert_eq!((phase(number), window(number).holds), (PlanPhase::Over, false));
}

/// Whether its first day is measured against exactly these reports.
fn is_measured_against(number: u32, reports: &[Report]) -> bool {
	let known = |report: &Report| {
		let Span { day, first, .. } = report.span;
		FrozenReport { day, first, digest: digest(report), block: 0 }
	};
	let frozen: Vec<_> = reports.iter().map(known).collect();
	Examinations::<Test>::get(number, 0).unwrap().frozen[0] == frozen_hash(&frozen)
}

#[test]
fn plan_that_goes_on_is_not_measured_against_the_one_before() {
	test(|| {
		// Given a plan of a day, by which 400 Wh an hour were saved of each station
		covered();
		for back in [14, 7] {
			send(&of(FIRST - back, 1_000));
		}
		let first = approve_all(plan(FIRST, 1, &[0, 1]));
		assert!(is_measured_against(first, &[of(FIRST - 7, 1_000)]));
		pass(first);
		Now::set(at(FIRST + 1, 0));
		send(&of(FIRST, 600));
		// When it goes on a week later, it is measured against what it was measured against
		let second = approve_all(plan(FIRST + 7, 1, &[0, 1]));
		assert!(is_measured_against(second, &[of(FIRST - 7, 1_000)]));
		pass(second);
		Now::set(at(FIRST + 7, 95));
		let today = of(FIRST + 7, 600);
		send(&today);
		let past = BoundedVec::truncate_from(vec![of(FIRST - 7, 1_000)]);
		let today = BoundedVec::truncate_from(vec![today]);
		assert_ok!(Energy::prove_page(collector(OWNER), second, 0, FIRST + 7, today, past));
		// Then it has saved as much again
		let savings = Energy::savings(month_of_day(FIRST + 7), HERE, OWNER);
		assert_eq!((savings.expected, savings.metered, savings.saved), (4_000, 2_400, 1_600));
		// And one of two weeks is measured against the two before both
		Now::set(at(FIRST + 8, 0));
		let third = approve_all(plan(FIRST + 14, 2, &[0, 1]));
		assert!(is_measured_against(third, &[of(FIRST - 14, 1_000), of(FIRST - 7, 1_000)]));
	});
}

#[test]
fn plan_that_is_approved_counts_before_it_is_over_and_one_that_is_not_does_not() {
	test(|| {
		covered();
		send(&of(FIRST - 7, 1_000));
		// Given nine days that are examined, of which the eighth would be the day before
		let first = propose(saving());
		assert_eq!(examine(first), None);
		let second = propose(plan(FIRST + 14, 1, &[0]));
		let nothing = Some(PageRefusal::NothingReported { day: FIRST + 14 });
		assert_eq!(examine(second), nothing);
		// When they are approved, then nothing of them is a day before
		assert_ok!(consent(SHARER, first));
		assert_eq!(examine(second), nothing);
		assert_eq!(approve(first), None);
		assert_eq!(examine(second), None);
		assert!(is_measured_against(second, &[of(FIRST - 7, 1_000)]));
	});
}

#[test]
fn station_that_stood_in_is_measured_against_other_days_and_the_others_are_not() {
	test(|| {
		// Given a cell for which one of the third station has stood in
		relate(cell(0, 1), cell(2, 0), Some(Cover::Full));
		relate(cell(1, 1), cell(1, 0), Some(Cover::Full));
		relate(cell(2, 1), cell(2, 0), Some(Cover::Full));
		send(&of(FIRST - 7, 1_000));
		let first = approve_all(plan(FIRST, 1, &[0]));
		pass(first);
		Now::set(at(FIRST + 1, 0));
		send(&of(FIRST, 900));
		for (slot, day) in [(0, FIRST - 7), (1, FIRST), (2, FIRST - 7)] {
			let number = propose(plan(FIRST + 7, 1, &[slot]));
			assert_eq!(examine(number), None);
			let energy = if day == FIRST { 900 } else { 1_000 };
			assert!(is_measured_against(number, &[of(day, energy)]), "{slot}");
			assert_ok!(Energy::withdraw_plan(planner(OWNER), number));
			blocks(1, at(FIRST + 1, 0));
		}
		// And where stations are planned together the day is out for all of them
		let number = propose(plan(FIRST + 7, 1, &[1, 2]));
		assert_eq!(examine(number), None);
		assert!(is_measured_against(number, &[of(FIRST - 7, 1_000)]));
	});
}

#[test]
fn what_has_slept_at_other_hours_says_what_is_drawn_at_these() {
	test(|| {
		covered();
		pass(approve_all(plan(FIRST, 1, &[0])));
		Now::set(at(FIRST + 1, 0));
		let reported = of_hours(FIRST, 3, 900);
		send(&reported);
		let behind = SavingPlan { from: 12, until: 20, ..plan(FIRST + 7, 1, &[0]) };
		let number = propose(behind.clone());
		assert_eq!(examine(number), None);
		assert!(is_measured_against(number, std::slice::from_ref(&reported)));
		assert_ok!(Energy::withdraw_plan(planner(OWNER), number));
		blocks(1, at(FIRST + 1, 0));
		// A quarter of an hour in common is too much: it is measured against the week before that
		let number = propose(SavingPlan { from: 11, ..behind });
		assert_eq!(examine(number), None);
		assert!(!is_measured_against(number, &[reported]));
	});
}

#[test]
fn page_is_refused_when_too_few_days_are_left() {
	new_test_ext().execute_with(|| {
		// Given that a station has slept for seven weeks of the nearly nine of which reports are kept
		covered();
		let slept = |days: &[(u16, u16)]| {
			let of = |(first_day, last_day): &(u16, u16)| {
				let (first_day, last_day) = (*first_day, *last_day);
				SleptWindow { first_day, last_day, from: 0, until: 96, stations: 0b1 }
			};
			Slept::<Test>::insert(
				HERE,
				0,
				BoundedVec::truncate_from(days.iter().map(of).collect::<Vec<_>>()),
			);
		};
		let refusal = |weeks, slot| examine(propose(plan(FIRST, weeks, &[slot])));
		reported_before(0, FIRST - 56, 4, 12);
		slept(&[(FIRST - 49, TODAY)]);
		assert_eq!(refusal(2, 0), Some(PageRefusal::TooFewDays { day: FIRST }));
		assert_eq!(refusal(1, 0), None);
		// And another one has not
		assert_eq!(refusal(2, 1), None);
		// Of the first of two days there is one left, and of the second none
		slept(&[(FIRST - 62, FIRST - 62), (FIRST - 55, TODAY)]);
		let two_days = SavingPlan { days: 2, ..plan(FIRST, 1, &[0]) };
		assert_eq!(examine(propose(two_days)), Some(PageRefusal::TooFewDays { day: FIRST + 1 }));
	});
}

#[test]
fn when_stations_have_slept_is_known_as_long_as_reports_are_kept() {
	test(|| {
		covered_from_beside(OWNER, OrgSet::of(SHARER));
		let number = approve_all(plan(FIRST, 1, &[0]));
		// By what it holds
		let view =
			|stations| EnergySleptView { first_day: FIRST, last_day: FIRST, from: 4, until: 12, stations };
		assert_eq!(Energy::slept_in(HERE, 0), [view(0b101)]);
		assert!(Slept::<Test>::iter().next().is_none());
		// And, when it is over, by what is entered
		pass(number);
		assert_eq!(Energy::slept_in(HERE, 0), [view(0b101)]);
		assert_eq!(Slept::<Test>::get(HERE, 0).len(), 1);
		assert_eq!(Energy::slept_in(HERE, 1), []);
		// When reports come to be kept for longer
		let settings = Settings { days: 100, ..SETTINGS };
		assert_ok!(Energy::set_settings(RuntimeOrigin::root(), settings));
		blocks(2, at(FIRST + 62, 0));
		assert_eq!((phase(number), Energy::slept_in(HERE, 0)), (PlanPhase::Over, vec![view(0b101)]));
		blocks(1, at(FIRST + 100, 0) - 1);
		assert_eq!(Energy::slept_in(HERE, 0), [view(0b101)]);
		// Then it is forgotten with them
		blocks(1, at(FIRST + 100, 0));
		assert_eq!((Windows::<Test>::get(number), Energy::slept_in(HERE, 0)), (None, vec![]));
		assert_nothing_left();
	});
}

#[test]
fn nothing_is_entered_of_a_plan_that_never_slept() {
	test(|| {
		for advance in [examined, agreed, approved] {
			let number = advance();
			assert_ok!(Energy::withdraw_plan(planner(OWNER), number));
			blocks(2, NOON);
			assert_eq!(Windows::<Test>::get(number), None);
			Relations::mutate(|all| all.clear());
		}
		assert_eq!(Energy::slept_in(HERE, 0), []);
		assert_nothing_left();
	});
	test(|| {
		// One that was ended in its first window has slept on that day
		let number = approved();
		blocks(1, at(FIRST, 5));
		assert_ok!(Energy::withdraw_plan(planner(OWNER), number));
		blocks(2, at(FIRST, 12));
		let [slept] = Energy::slept_in(HERE, 0)[..] else { panic!("it has slept once") };
		assert_eq!((slept.first_day, slept.last_day), (FIRST, FIRST));
	});
}

#[test]
fn most_windows_of_a_page_are_looked_at() {
	new_test_ext().execute_with(|| {
		covered();
		send(&of(FIRST - 14, 1_000));
		// Given as many windows as there may be, of which the last one alone is of the week before
		let other = |n: u32| {
			let first_day = TODAY - 3;
			let from = u8::try_from(n % 4).unwrap();
			SleptWindow { first_day, last_day: first_day, from, until: 96, stations: 1 << (n % 64) }
		};
		let mut all: Vec<_> = (0..MAX_SLEPT).map(other).collect();
		let week_before = FIRST - 7;
		all[255] = SleptWindow { first_day: week_before, last_day: week_before, ..all[192] };
		Slept::<Test>::insert(HERE, 0, BoundedVec::truncate_from(all));
		let number = propose(plan(FIRST, 1, &[0]));
		assert_eq!(examine(number), None);
		assert!(is_measured_against(number, &[of(FIRST - 14, 1_000)]));
	});
}
