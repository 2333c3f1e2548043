// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{windows::types::Saved, Error, Proven, Savings};
use frame_support::{assert_noop, assert_ok, BoundedVec};
use trimast_primitives::{
	calendar::{last_day_of, month_of_day, year_of},
	energy::{EmissionFactor, Reading, Span},
};

/// A report of two hours from 01:00 on of a day: 1,000 and 1,001 Wh of each of three stations.
fn of(day: u16, number: u16) -> Report {
	report(Span { day, ..hours(1, 2) }, number, 3)
}

/// So much in each hour.
fn so_much(energy: i32) -> Vec<Reading> {
	vec![Reading { energy: Some(energy), volumes: [Some(100), Some(200), None, None] }; 2]
}

/// A day on which the first station has saved, and the second one has drawn more.
fn of_first(number: u16) -> Report {
	with_readings(&with_readings(&of(FIRST, number), 0, so_much(400)), 1, so_much(1_500))
}

/// The two weeks before, which are frozen.
fn past() -> Vec<Report> {
	vec![of(FIRST - 7, 0), of(FIRST - 14, 0)]
}

fn call(origin: RuntimeOrigin, number: u32, today: &[Report], past: &[Report]) -> DispatchResult {
	let (today, past) = (BoundedVec::truncate_from(today.to_vec()), BoundedVec::truncate_from(past.to_vec()));
	Energy::prove_page(origin, number, 0, FIRST, today, past)
}

/// An approved plan whose first day is over, with both weeks before reported. The day itself is not.
fn passed() -> u32 {
	past().iter().for_each(send);
	let number = approved();
	blocks(1, at(FIRST, 4));
	Now::set(at(FIRST, 12));
	number
}

/// The same with the day reported.
fn reported() -> u32 {
	let number = passed();
	send(&of_first(0));
	number
}

fn savings() -> trimast_primitives::apis::EnergySavingsView {
	Energy::savings(month_of_day(FIRST), HERE, OWNER)
}

#[test]
fn prove_works() {
	test(|| {
		let number = reported();
		System::reset_events();
		assert_ok!(call(collector(SHARER), number, &[of_first(0)], &past()));
		// 600 and 601 Wh of the one: 400 and 401, 200 and 200. More by 500 and 499 of the other: 333 and 333, 167 and 166.
		let shares = vec![(OWNER, 135), (SHARER, 67)];
		let told = Event::PageProven {
			plan: number,
			page: 0,
			day: FIRST,
			owner: OWNER,
			expected: 4_002,
			metered: 3_800,
			compared: 16,
			left_out: 0,
			shares: shares.clone().try_into().unwrap(),
		};
		assert_eq!(events(), [told]);
		let total = savings();
		assert_eq!((total.expected, total.metered, total.saved), (4_002, 3_800, 202));
		assert_eq!((total.compared, total.left_out, total.shares), (16, 0, shares));
		// 0.7252 kg a kWh, in 10⁻⁷
		assert_eq!((total.factor, total.avoided), (FACTOR, 202 * 7_252));
		let view = Energy::saving_plan(number).unwrap();
		let [proof] = &view.pages[0].proven[..] else { panic!("one proof") };
		assert_eq!((proof.day, proof.saved), (FIRST, 202));
	});
}

#[test]
fn province_has_saved_what_its_local_networks_have() {
	test(|| {
		let number = reported();
		assert_ok!(call(collector(SHARER), number, &[of_first(0)], &past()));
		// Given that in Baoding another company's stations have drawn more than was expected, by a plan that is forgotten
		let month = month_of_day(FIRST);
		let shares = vec![(SHARER, -90), (OTHER, -10)].try_into().unwrap();
		let more = Saved { expected: 1_000, metered: 1_100, compared: 8, left_out: 2, shares };
		Savings::<Test>::insert((month, NEARBY, OTHER), more);
		let view = Energy::province_savings(month, PROVINCE, None);
		let [here, nearby] = &view.savings[..] else { panic!("{view:?}") };
		assert_eq!((here.local_network, here.owner, &here.savings), (HERE, OWNER, &savings()));
		assert_eq!((nearby.local_network, nearby.owner), (NEARBY, OTHER));
		assert_eq!(nearby.savings, Energy::savings(month, NEARBY, OTHER));
		let whole = &view.whole;
		assert_eq!((whole.expected, whole.metered, whole.saved), (5_002, 4_900, 102));
		assert_eq!((whole.compared, whole.left_out), (24, 2));
		assert_eq!(whole.shares, [(OWNER, 135), (SHARER, -23), (OTHER, -10)]);
		assert_eq!((whole.factor, whole.avoided), (FACTOR, 102 * 7_252));
		// One owner's alone, and nobody's
		let own = Energy::province_savings(month, PROVINCE, Some(OTHER));
		assert_eq!((&own.savings[..], &own.whole), (std::slice::from_ref(nearby), &nearby.savings));
		let none = Energy::province_savings(month + 1, PROVINCE, None);
		assert!(none.savings.is_empty() && none.whole.shares.is_empty());
		assert_eq!((none.whole.expected, none.whole.avoided), (0, 0));
	});
}

#[test]
fn negative_savings_are_shown() {
	test(|| {
		let number = passed();
		let today = with_readings(&with_readings(&of(FIRST, 0), 0, so_much(1_500)), 1, so_much(1_500));
		send(&today);
		assert_ok!(call(collector(OWNER), number, &[today], &past()));
		let total = savings();
		assert_eq!((total.saved, total.avoided), (4_002 - 6_000, -1_998 * 7_252));
		assert_eq!(total.shares.iter().map(|(_, share)| share).sum::<i64>(), -1_998);
		assert!(total.shares.iter().all(|(_, share)| *share < 0));
	});
}

#[test]
fn prove_fails_for_everybody_else() {
	test(|| {
		let number = reported();
		let (today, past) = ([of_first(0)], past());
		assert_refusals(OTHER, &[COLLECTOR, PLANNER, AUDITOR], |origin| call(origin, number, &today, &past));
		assert_noop!(call(collector(OTHER), 9, &today, &past), Error::<Test>::NoSuchPlan);
		let other = |page, day| {
			let (today, past) = (BoundedVec::new(), BoundedVec::new());
			Energy::prove_page(collector(OTHER), number, page, day, today, past)
		};
		assert_noop!(other(1, FIRST), Error::<Test>::NoSuchPage);
		assert_noop!(other(0, FIRST - 1), Error::<Test>::NoSuchDay);
		assert_noop!(other(0, LAST + 1), Error::<Test>::NoSuchDay);
		assert_noop!(other(0, FIRST + 1), Error::<Test>::WindowNotOver);
		// It is computed, whoever brings it
		assert_ok!(call(collector(OTHER), number, &today, &past));
	});
	test(|| {
		let number = agreed();
		assert_noop!(call(collector(OWNER), number, &[], &[]), Error::<Test>::WrongPhase);
	});
}

#[test]
fn exactly_the_reports_of_the_day_are_brought() {
	test(|| {
		// Given that the day was reported in two pieces, beside one that is none of the window's
		let number = passed();
		let piece = |first| report(Span { day: FIRST, ..hours(first, 1) }, 0, 3);
		assert_noop!(call(collector(OWNER), number, &[], &past()), Error::<Test>::NothingReported);
		(0..3).for_each(|first| send(&piece(first)));
		let refused = |today: &[Report]| {
			assert_noop!(call(collector(OWNER), number, today, &past()), Error::<Test>::ReportsMissing);
		};
		refused(&[]);
		refused(&[piece(1)]);
		refused(&[piece(0), piece(1), piece(2)]);
		refused(&[piece(1), piece(1)]);
		refused(&[piece(1), Report { number: 1, ..piece(2) }]);
		refused(&[of(FIRST, 0)]);
		// In any order
		assert_ok!(call(collector(OWNER), number, &[piece(2), piece(1)], &past()));
		assert_eq!(savings().compared, 16);
	});
}

#[test]
fn reports_of_stations_that_are_not_in_the_plan_are_not_brought() {
	test(|| {
		// Given that of the second hour the third station alone was reported
		let number = passed();
		let piece = |first| report(Span { day: FIRST, ..hours(first, 1) }, 0, 3);
		let stations = piece(2).columns().unwrap().to_stations();
		let networks = PLMNS.to_vec().try_into().unwrap();
		let other = Report::new(0, piece(2).span, 0, networks, &stations[2..]).unwrap();
		send(&piece(1));
		send(&other);
		let both = [piece(1), other];
		assert_noop!(call(collector(OWNER), number, &both, &past()), Error::<Test>::ReportsMissing);
		assert_ok!(call(collector(OWNER), number, &both[..1], &past()));
		assert_eq!((savings().compared, savings().left_out), (8, 8));
	});
}

#[test]
fn exactly_the_reports_that_were_frozen_are_brought() {
	test(|| {
		let number = reported();
		let [first, second] = [of(FIRST - 7, 0), of(FIRST - 14, 0)];
		let refused = |past: &[Report]| {
			assert_noop!(call(collector(OWNER), number, &[of_first(0)], past), Error::<Test>::OtherReports);
		};
		// A week left out, one too many, another's, and a correction that came later
		refused(&[]);
		refused(std::slice::from_ref(&first));
		refused(&[first.clone(), second.clone(), of(FIRST - 21, 0)]);
		refused(&[first.clone(), of(FIRST - 13, 0)]);
		let correction = with_readings(&of(FIRST - 14, 1), 0, so_much(2_000));
		send(&correction);
		assert_eq!(last().0, Outcome::Corrected);
		refused(&[first.clone(), correction]);
		assert_ok!(call(collector(OWNER), number, &[of_first(0)], &[second, first]));
		assert_eq!(savings().saved, 202);
	});
}

#[test]
fn day_without_a_reading_in_a_week_before_is_left_out() {
	test(|| {
		// Given that the meters could not be read a week before
		let unread = vec![Reading { energy: None, ..Default::default() }; 2];
		let past = (0..3).fold(of(FIRST - 7, 0), |past, slot| with_readings(&past, slot, unread.clone()));
		send(&past);
		let number = approved();
		blocks(1, at(FIRST, 4));
		Now::set(at(FIRST, 12));
		send(&of_first(0));
		assert_ok!(call(collector(OWNER), number, &[of_first(0)], &[past]));
		let total = savings();
		assert_eq!((total.saved, total.compared, total.left_out), (0, 0, 16));
		assert!(total.shares.is_empty());
	});
}

#[test]
fn contested_day_is_not_proven() {
	test(|| {
		let number = reported();
		let seen = Box::new(with_readings(&of_first(0), 0, so_much(300)));
		assert_ok!(Energy::contest(collector(SHARER), HERE, OWNER, Box::new(of_first(0)), seen));
		let prove = || call(collector(OWNER), number, &[of_first(0)], &past());
		assert_noop!(prove(), Error::<Test>::StillContested);
		assert_ok!(Energy::withdraw_contest(planner(SHARER), id(&of_first(0))));
		assert_ok!(prove());
	});
}

#[test]
fn correction_of_the_day_is_proven_anew() {
	test(|| {
		let number = reported();
		assert_ok!(call(collector(OWNER), number, &[of_first(0)], &past()));
		assert_noop!(call(collector(OWNER), number, &[of_first(0)], &past()), Error::<Test>::AlreadyProven);
		// When the second station has drawn nothing but what the first has
		let corrected = with_readings(&of_first(1), 1, so_much(400));
		send(&corrected);
		assert_noop!(call(collector(OWNER), number, &[of_first(0)], &past()), Error::<Test>::ReportsMissing);
		assert_ok!(call(collector(OWNER), number, &[corrected], &past()));
		// Then that alone counts
		assert_eq!((savings().saved, savings().compared), (2 * 1_201, 16));
		assert_eq!(Proven::<Test>::get(number, 0).len(), 1);
	});
}

#[test]
fn days_add_up_in_their_months_also_after_the_plan() {
	test(|| {
		// Given a plan over the end of January: the first of February is its second day
		let february = TODAY + 17;
		Now::set(at(february - 2, 0));
		for before in [15, 14, 8, 7] {
			send(&of(february - before, 0));
		}
		covered();
		let number = propose(SavingPlan { first_day: february - 1, days: 2, ..saving() });
		assert_eq!(examine(number), None);
		assert_ok!(consent(SHARER, number));
		assert_eq!(approve(number), None);
		for day in [february - 1, february] {
			blocks(1, at(day, 4));
		}
		blocks(3, at(february + 1, 0));
		assert_eq!(phase(number), PlanPhase::Over);
		let month = |day| Energy::savings(month_of_day(day), HERE, OWNER).compared;
		for (day, so_far) in [(february - 1, [16, 0]), (february, [16, 16])] {
			let today = of(day, 0);
			send(&today);
			let past = [day - 7, day - 14].map(|day| of(day, 0)).to_vec();
			let (today, past) = (BoundedVec::truncate_from(vec![today]), BoundedVec::truncate_from(past));
			assert_ok!(Energy::prove_page(collector(OWNER), number, 0, day, today, past));
			assert_eq!([month(february - 1), month(february)], so_far);
		}
		assert_eq!(Savings::<Test>::iter().count(), 2);
	});
}

#[test]
fn what_was_ended_early_is_proven_until_then() {
	test(|| {
		let number = reported();
		blocks(1, at(FIRST + 1, 4));
		assert_ok!(Energy::withdraw_plan(planner(OWNER), number));
		Now::set(at(FIRST + 3, 0));
		assert_ok!(call(collector(OWNER), number, &[of_first(0)], &past()));
		let other =
			Energy::prove_page(collector(OWNER), number, 0, FIRST + 2, BoundedVec::new(), BoundedVec::new());
		assert_noop!(other, Error::<Test>::NoSuchDay);
	});
}

#[test]
fn savings_are_forgotten_after_years() {
	test(|| {
		let number = reported();
		assert_ok!(call(collector(OWNER), number, &[of_first(0)], &past()));
		blocks(200, at(LAST + 100, 0));
		assert_eq!(Windows::<Test>::get(number), None);
		assert_eq!(savings().saved, 202);
		blocks(1_200, NOON + 1_095 * DAY);
		assert_eq!((savings().saved, savings().shares), (0, vec![]));
		assert_eq!(savings().factor, FACTOR);
	});
}

#[test]
fn what_is_avoided_follows_the_factor_of_the_month() {
	test(|| {
		let number = reported();
		assert_ok!(call(collector(OWNER), number, &[of_first(0)], &past()));
		let month = month_of_day(FIRST);
		let (year, last_day) = (year_of(month), last_day_of(month));
		let set = |from, factor| {
			let factor = EmissionFactor(factor);
			assert_ok!(Energy::set_emission_factor(
				RuntimeOrigin::root(),
				Some(PROVINCE),
				year,
				from,
				factor
			));
		};
		set(last_day, 5_000);
		assert_eq!(savings().avoided, 202 * 5_000);
		// What comes behind the month changes nothing of it
		set(last_day + 1, 4_000);
		Now::set(at(last_day + 2, 0));
		assert_eq!(savings().avoided, 202 * 5_000);
		assert_eq!(Energy::province_savings(month, PROVINCE, None).whole.avoided, 202 * 5_000);
	});
}

#[test]
fn each_day_of_a_proof_counts_by_its_own_tolerance() {
	test(|| {
		// Given that from the first day on meters show nothing above the rated power, 3.7 kW, and weeks before in which one has shown 4
		assert_ok!(Energy::set_tolerance(RuntimeOrigin::root(), FIRST, 0));
		let past = [7, 14].map(|before| with_readings(&of(FIRST - before, 0), 0, so_much(4_000)));
		past.iter().for_each(send);
		let number = approved();
		blocks(1, at(FIRST, 4));
		Now::set(at(FIRST, 12));
		let today = with_readings(&of(FIRST, 0), 0, so_much(400));
		send(&today);
		assert_ok!(call(collector(OWNER), number, &[today], &past));
		// Then they count as they did, and what was expected is no more than counts on the day
		let total = savings();
		assert_eq!((total.compared, total.left_out), (16, 0));
		assert_eq!((total.expected, total.metered), (2 * 3_700 + 2_001, 2 * 400 + 2_001));
	});
}

/// The line of what the sharer owes for January.
fn line() -> trimast_primitives::apis::EnergyLineView {
	Energy::statement(JANUARY, OWNER, SHARER, PROVINCE).remove(0)
}

fn sign(org: OrgId, digest: Hash) -> DispatchResult {
	Energy::sign_lines(planner(org), JANUARY, OWNER, SHARER, vec![(HERE, digest)].try_into().unwrap())
}

/// The first day on which lines of January may be signed.
const REVIEWED: u16 = TODAY + 27;

#[test]
fn statement_has_what_was_saved() {
	test(|| {
		let number = reported();
		let before = line().line;
		assert_eq!((before.saved, before.saved_by_all), (0, 0));
		assert_ok!(call(collector(SHARER), number, &[of_first(0)], &past()));
		// What the proof says of the sharer and of both
		let after = line().line;
		assert_eq!((after.saved, after.saved_by_all), (67, 202));
		assert_eq!((after.avoided(), after.emitted()), (67 * 7_252, before.emitted()));
		assert_eq!((after.share, after.whole), (before.share, before.whole));
		// And of a correction
		let corrected = with_readings(&of_first(1), 0, so_much(1_500));
		send(&corrected);
		assert_ok!(call(collector(SHARER), number, &[corrected], &past()));
		let view = savings();
		let share = view.shares.iter().find(|(org, _)| *org == SHARER).unwrap().1;
		let line = line().line;
		assert_eq!((line.saved, line.saved_by_all), (share, view.saved));
		assert!(share < 0 && view.saved < share, "{view:?}");
	});
}

#[test]
fn savings_without_a_share_of_energy_make_no_line() {
	test(|| {
		// Given a month of nothing but savings
		let shares = vec![(SHARER, 5i64)].try_into().unwrap();
		let saved = crate::windows::types::Saved { expected: 5, shares, ..Default::default() };
		Savings::<Test>::insert((JANUARY, HERE, OWNER), saved);
		assert!(Energy::statement(JANUARY, OWNER, SHARER, PROVINCE).is_empty());
	});
}

#[test]
fn a_proof_voids_what_was_signed() {
	test(|| {
		let number = reported();
		Now::set(at(REVIEWED, 0));
		let before = line().digest;
		assert_ok!(sign(OWNER, before));
		assert_ok!(call(collector(SHARER), number, &[of_first(0)], &past()));
		assert!(line().signed.is_empty());
		assert_noop!(sign(SHARER, before), Error::<Test>::OtherDigest);
		let after = line().digest;
		assert_ok!(sign(SHARER, after));
		assert!(!total().is_closed);
		assert_ok!(sign(OWNER, after));
		assert!(total().is_closed);
	});
}

#[test]
fn prove_fails_once_a_line_of_the_month_is_final() {
	test(|| {
		// Given a day that was proven, and corrected since
		let number = reported();
		assert_ok!(call(collector(OWNER), number, &[of_first(0)], &past()));
		let corrected = with_readings(&of_first(1), 1, so_much(400));
		send(&corrected);
		// When both sides sign without another proof
		Now::set(at(REVIEWED, 0));
		let signed = line();
		for org in [OWNER, SHARER] {
			assert_ok!(sign(org, signed.digest));
		}
		// Then there is none any more, and what was saved stands
		assert_noop!(call(collector(OWNER), number, &[corrected], &past()), Error::<Test>::MonthClosed);
		assert_eq!((savings().saved, line().line), (202, signed.line));
	});
	test(|| {
		// Given a day that nobody has proven
		let number = reported();
		Now::set(at(REVIEWED, 0));
		let digest = line().digest;
		for org in [OWNER, SHARER] {
			assert_ok!(sign(org, digest));
		}
		assert_noop!(call(collector(OWNER), number, &[of_first(0)], &past()), Error::<Test>::MonthClosed);
		assert_eq!((savings().compared, line().line.saved_by_all), (0, 0));
	});
}

#[test]
fn a_final_month_leaves_other_months_and_places_open() {
	test(|| {
		// Given that the month is closed elsewhere, and the month before here
		let number = reported();
		let closed = Total { is_closed: true, ..Default::default() };
		Totals::<Test>::insert((JANUARY, NEARBY, OWNER), closed.clone());
		Totals::<Test>::insert((JANUARY - 1, HERE, OWNER), closed.clone());
		Totals::<Test>::insert((JANUARY, HERE, SHARER), closed);
		assert_ok!(call(collector(OWNER), number, &[of_first(0)], &past()));
		// What was made up is no state that there can be
		for key in [(JANUARY, NEARBY, OWNER), (JANUARY - 1, HERE, OWNER), (JANUARY, HERE, SHARER)] {
			Totals::<Test>::remove(key);
		}
	});
}
