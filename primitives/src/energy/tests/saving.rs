// SPDX-License-Identifier: Apache-2.0

//! Plans of saving windows, what would have been drawn, and what was saved.

use super::{
	model::{model_carrier, model_left_out, model_reading, model_split_in_turn, model_weights, piece, Case},
	*,
};
use crate::{cells::CellId, page::SiteId};
use codec::{Decode, Encode};
use std::collections::{BTreeMap, BTreeSet};

/// The first two cells of the station in slot 0, from 01:00 to 01:30 for nine days, against two weeks; traffic counts by a half.
fn plan() -> SavingPlan {
	SavingPlan {
		local_network: PLACE,
		pages: vec![page(0, &[(0, 0b11)])].try_into().unwrap(),
		first_day: DAY,
		days: 9,
		from: 4,
		until: 6,
		method: SavingMethod::Carrier,
		baseline: BaselineMethod { weeks: 2, elasticity: 500 },
	}
}

fn page(page: u16, stations: &[(u8, u32)]) -> PageCells {
	PageCells { page, stations: stations.to_vec().try_into().unwrap() }
}

fn with_pages(pages: &[PageCells]) -> SavingPlan {
	SavingPlan { pages: pages.to_vec().try_into().unwrap(), ..plan() }
}

fn with_baseline(weeks: u8, elasticity: u16) -> SavingPlan {
	SavingPlan { baseline: BaselineMethod { weeks, elasticity }, ..plan() }
}

/// A report of the station in slot 0, of quarters of an hour from one on, with the sharer's and the owner's networks.
fn seen(day: u16, first: u8, readings: &[Reading]) -> Report {
	report_with(2, Span { day, ..quarters(first, readings.len() as u8) }, &[readings])
}

/// What is proven where the page's stations are these.
fn prove_of(
	entries: &[StationEntry],
	rules: &Rules,
	plan: &SavingPlan,
	today: &[Report],
	past: &[Report],
) -> Result<Vec<StationSaving>, ProofDefect> {
	let source = |report| Source { report, stations: entries, holders: &HOLDERS, rules };
	let today: Vec<_> = today.iter().map(source).collect();
	let past: Vec<_> = past.iter().map(source).collect();
	prove(OWNER, plan, 0, DAY, &today, &past)
}

/// What is proven of the plan's first day, where the station in every slot is an ordinary one.
fn proof(plan: &SavingPlan, today: &[Report], past: &[Report]) -> Result<Vec<StationSaving>, ProofDefect> {
	prove_of(&vec![entry(station()); 64], &rules(), plan, today, past)
}

/// The same of one station.
fn saving_of(plan: &SavingPlan, today: &[Report], past: &[Report]) -> StationSaving {
	let mut all = proof(plan, today, past).unwrap();
	assert_eq!(all.len(), 1);
	all.remove(0)
}

fn nothing(slot: u8, left_out: u8) -> StationSaving {
	StationSaving { slot, expected: 0, metered: 0, compared: 0, left_out, saved: 0, shares: vec![] }
}

#[test]
fn plan_works_at_its_ends() {
	assert_eq!(plan().check(), Ok(()));
	let all = (0..64).map(|slot| (slot, (1 << 24) - 1)).collect::<Vec<_>>();
	let pages = (0..16).map(|number| page(number, &all)).collect::<Vec<_>>();
	let most = SavingPlan {
		first_day: u16::MAX - 30,
		days: 31,
		from: 0,
		until: 96,
		baseline: BaselineMethod { weeks: 4, elasticity: 1_000 },
		..with_pages(&pages)
	};
	assert_eq!((most.check(), most.last_day()), (Ok(()), Some(u16::MAX)));
	let least = SavingPlan { days: 1, from: 95, until: 96, ..with_baseline(1, 0) };
	assert_eq!((least.check(), least.last_day()), (Ok(()), Some(DAY)));
}

#[test]
fn plan_fails_when_its_pages_are_not_in_order() {
	let check = |pages: &[PageCells]| with_pages(pages).check();
	let of = |number| page(number, &[(0, 1)]);
	assert_eq!(check(&[]), Err(SavingDefect::NoPage));
	assert_eq!(check(&[of(1), of(2)]), Ok(()));
	assert_eq!(check(&[of(1), of(1)]), Err(SavingDefect::Pages));
	assert_eq!(check(&[of(2), of(1)]), Err(SavingDefect::Pages));
}

#[test]
fn plan_fails_when_it_names_no_station_or_no_cell() {
	let check = |stations: &[(u8, u32)]| with_pages(&[page(0, stations)]).check();
	assert_eq!(check(&[(0, 1), (63, 1 << 23)]), Ok(()));
	let wrong: [&[(u8, u32)]; 4] = [&[], &[(64, 1)], &[(1, 1), (1, 2)], &[(1, 1), (0, 1)]];
	for stations in wrong {
		assert_eq!(check(stations), Err(SavingDefect::Stations), "{stations:?}");
	}
	for cells in [0u32, 1 << 24, 1 << 31 | 1] {
		assert_eq!(check(&[(0, 1), (1, cells)]), Err(SavingDefect::Cells), "{cells}");
	}
	// Of the last page, too
	let pages = [page(0, &[(0, 1)]), page(1, &[(0, 0)])];
	assert_eq!(with_pages(&pages).check(), Err(SavingDefect::Cells));
}

#[test]
fn plan_fails_when_its_days_are_too_many_or_none() {
	let check = |first_day, days| SavingPlan { first_day, days, ..plan() }.check();
	for (first_day, days) in [(DAY, 0), (DAY, 32), (DAY, u8::MAX), (u16::MAX, 2), (u16::MAX - 29, 31)] {
		assert_eq!(check(first_day, days), Err(SavingDefect::Days), "{first_day} {days}");
	}
	assert_eq!(check(u16::MAX, 1), Ok(()));
}

#[test]
fn plan_fails_when_its_window_is_empty_or_leaves_the_day() {
	let check = |from, until| SavingPlan { from, until, ..plan() }.check();
	for (from, until) in [(5, 5), (0, 0), (92, 20), (0, 97), (96, 97), (u8::MAX, u8::MAX)] {
		assert_eq!(check(from, until), Err(SavingDefect::Quarters), "{from} {until}");
	}
}

#[test]
fn plan_fails_when_its_baseline_cannot_be() {
	for weeks in [0, 5, u8::MAX] {
		assert_eq!(with_baseline(weeks, 0).check(), Err(SavingDefect::Weeks));
	}
	for elasticity in [1_001, u16::MAX] {
		assert_eq!(with_baseline(1, elasticity).check(), Err(SavingDefect::Elasticity));
	}
}

#[test]
fn days_of_a_plan_work() {
	let is_day = |day| plan().has_day(day);
	assert_eq!([DAY - 1, DAY, DAY + 8, DAY + 9].map(is_day), [false, true, true, false]);
	assert!(!SavingPlan { days: 0, ..plan() }.has_day(DAY));
	assert_eq!(SavingPlan { days: 0, ..plan() }.last_day(), None);
}

#[test]
fn weekdays_of_a_plan_work() {
	assert_eq!((plan().weekdays(), SavingPlan { days: 3, ..plan() }.weekdays()), (7, 3));
	let weekday = |day| plan().weekday(day);
	let of = [DAY - 1, DAY, DAY + 6, DAY + 7, DAY + 8, DAY + 9].map(weekday);
	assert_eq!(of, [None, Some(0), Some(6), Some(0), Some(1), None]);
	assert_eq!(plan().window(DAY + 3), Span { day: DAY + 3, ..quarters(4, 2) });
}

#[test]
fn cells_of_a_plan_work() {
	let plan = with_pages(&[page(2, &[(0, 0b11), (63, 1 << 23)]), page(5, &[(7, 0b100)])]);
	let cells = plan.cells_of(2).unwrap();
	assert_eq!(cells.cells().collect::<Vec<_>>(), [(0, 0), (0, 1), (63, 23)]);
	assert_eq!((cells.len(), cells.is_empty(), cells.mask()), (3, false, 1 << 63 | 1));
	assert_eq!((plan.cells_of(3), plan.cells_of(5).map(PageCells::len)), (None, Some(1)));
	let sleeps = |local_network, page, slot, cell| {
		plan.puts_to_sleep(CellId { site: SiteId::new(local_network, page, slot), cell })
	};
	assert!(sleeps(PLACE, 2, 0, 1) && sleeps(PLACE, 2, 63, 23) && sleeps(PLACE, 5, 7, 2));
	let none =
		[sleeps(PLACE, 2, 0, 2), sleeps(PLACE, 2, 1, 0), sleeps(PLACE, 3, 0, 0), sleeps(PLACE, 2, 0, 40)];
	assert_eq!(none, [false; 4]);
	assert!(!sleeps(LocalNetworkId(1302), 2, 0, 1));
}

#[test]
fn past_days_are_of_the_same_weekday_before_the_plan() {
	let past = |day| plan().past_days(day, 0, |_| false);
	assert_eq!(past(DAY), [DAY - 7, DAY - 14]);
	assert_eq!(past(DAY + 6), [DAY - 1, DAY - 8]);
	// The second week of the plan is measured against the same days as the first.
	assert_eq!(past(DAY + 7), [DAY - 7, DAY - 14]);
	assert_eq!((past(DAY - 1), past(DAY + 9)), (vec![], vec![]));
	// What lies before all days is none.
	let early = SavingPlan { first_day: 10, ..with_baseline(4, 0) };
	let past = |day| early.past_days(day, 0, |_| false);
	assert_eq!((past(10), past(13)), (vec![3], vec![6]));
}

#[test]
fn days_that_have_slept_are_passed_over() {
	let past = |first, slept: &[u16]| plan().past_days(DAY, first, |day| slept.contains(&day));
	// The next earlier ones take their place
	assert_eq!(past(0, &[DAY - 7]), [DAY - 14, DAY - 21]);
	assert_eq!(past(0, &[DAY - 14]), [DAY - 7, DAY - 21]);
	assert_eq!(past(0, &[DAY - 7, DAY - 14, DAY - 28]), [DAY - 21, DAY - 35]);
	// Of other weekdays nothing is asked
	assert_eq!(past(0, &[DAY - 8, DAY - 6]), [DAY - 7, DAY - 14]);
	// And none is so old that nothing is kept of it
	assert_eq!(past(DAY - 21, &[DAY - 7]), [DAY - 14, DAY - 21]);
	assert_eq!(past(DAY - 20, &[DAY - 7]), [DAY - 14]);
	assert_eq!(past(DAY - 7, &[DAY - 7]), [0u16; 0]);
}

#[test]
fn day_may_be_measured_against_each_of_its_weekday_before_the_plan() {
	let days =
		|day: u16| (0..u16::MAX).filter(|past| plan().is_past_day(day, *past)).rev().collect::<Vec<_>>();
	assert_eq!(days(DAY)[..3], [DAY - 7, DAY - 14, DAY - 21]);
	assert_eq!(days(DAY + 8)[..2], [DAY - 6, DAY - 13]);
	assert_eq!((days(DAY - 1), days(DAY + 9)), (vec![], vec![]));
}

#[test]
fn hash_of_a_plan_is_another_for_everything_in_it() {
	let plans = [
		plan(),
		SavingPlan { local_network: LocalNetworkId(1302), ..plan() },
		with_pages(&[page(1, &[(0, 0b11)])]),
		with_pages(&[page(0, &[(1, 0b11)])]),
		with_pages(&[page(0, &[(0, 0b10)])]),
		with_pages(&[page(0, &[(0, 0b11), (1, 1)])]),
		with_pages(&[page(0, &[(0, 0b11)]), page(1, &[(0, 1)])]),
		SavingPlan { first_day: DAY + 1, ..plan() },
		SavingPlan { days: 10, ..plan() },
		SavingPlan { from: 3, ..plan() },
		SavingPlan { until: 7, ..plan() },
		SavingPlan { method: SavingMethod::Channel, ..plan() },
		SavingPlan { method: SavingMethod::Symbol, ..plan() },
		SavingPlan { method: SavingMethod::DeepSleep, ..plan() },
		with_baseline(3, 500),
		with_baseline(2, 501),
	];
	let mut hashes: BTreeSet<_> = plans.iter().map(|plan| plan_hash(GENESIS, 7, OWNER, plan)).collect();
	hashes.insert(plan_hash(Hash::repeat_byte(2), 7, OWNER, &plan()));
	hashes.insert(plan_hash(GENESIS, 8, OWNER, &plan()));
	hashes.insert(plan_hash(GENESIS, 7, SHARER, &plan()));
	assert_eq!(hashes.len(), plans.len() + 3);
	assert!(hashes.contains(&plan_hash(GENESIS, 7, OWNER, &plan())));
	for plan in plans {
		assert_eq!(SavingPlan::decode(&mut &plan.encode()[..]), Ok(plan));
	}
}

#[test]
fn expected_works() {
	let of =
		|elasticity, past: &[(u32, u32)], now| expected(&BaselineMethod { weeks: 4, elasticity }, past, now);
	let weeks = [(800, 400), (1_000, 600)];
	// 900 Wh at 500 Mbit. As much as ever; a fifth less, which counts by a half; twice as much; nothing.
	assert_eq!([500, 400, 1_000, 0].map(|now| of(500, &weeks, now)), [900, 810, 1_350, 450].map(Some));
	// As it is, and not at all.
	assert_eq!(
		(of(1_000, &weeks, 250), of(1_000, &weeks, 0), of(0, &weeks, 0)),
		(Some(450), Some(0), Some(900))
	);
	// 900 · (1 + 0.001 · 1/500) = 900.0018, and 1/500 less is 899.9982.
	assert_eq!((of(1, &weeks, 501), of(1, &weeks, 499)), (Some(900), Some(899)));
	// Nothing was carried: the mean, whatever is now.
	assert_eq!((of(1_000, &[(5, 0), (6, 0)], 9), of(1_000, &[(5, 0)], 0)), (Some(5), Some(5)));
}

#[test]
fn expected_fails_when_there_is_no_week_or_it_is_no_reading() {
	let all = BaselineMethod { weeks: 4, elasticity: 1_000 };
	assert_eq!((expected(&all, &[], 0), expected(&all, &[], 5)), (None, None));
	assert_eq!(expected(&all, &[(u32::MAX, 1)], 1), Some(u32::MAX));
	assert_eq!(expected(&all, &[(u32::MAX, 1)], 2), None);
	assert_eq!(expected(&all, &[(u32::MAX, 1); 4], u32::MAX), None);
}

#[test]
fn expected_is_not_below_zero() {
	// An elasticity that no plan can have: 1 - 2 · 1.
	let beyond = BaselineMethod { weeks: 1, elasticity: 2_000 };
	assert_eq!(expected(&beyond, &[(100, 10)], 0), Some(0));
}

#[test]
fn prove_works() {
	// Given two intervals of which the second has one week, in which nothing was carried
	let past = [
		seen(DAY - 7, 4, &[reading(800, &[100, 300]), reading(600, &[0, 0])]),
		seen(DAY - 14, 4, &[reading(1_000, &[200, 400]), GAP]),
	];
	let today = [seen(DAY, 4, &[reading(500, &[100, 300]), reading(700, &[0, 0])])];
	// When it is proven
	let saving = saving_of(&plan(), &today, &past);
	// Then 810 - 500 is shared out by volume, 232.5 and 77.5, where it is the sharer's turn, and 600 - 700 by contract
	let shares = vec![(OWNER, 232 - 75), (SHARER, 78 - 25)];
	let (expected, metered) = (810 + 600, 500 + 700);
	let all = StationSaving { slot: 0, expected, metered, compared: 2, left_out: 0, saved: 210, shares };
	assert_eq!(saving, all);
}

#[test]
fn equal_fractions_take_turns() {
	// Given 301 Wh that are saved, half of which is whose
	let of = |day, energy| seen(day, 4, &[reading(energy, &[1, 1]); 2]);
	let saving = saving_of(&SavingPlan { until: 5, ..plan() }, &[of(DAY, 599)], &[of(DAY - 7, 900)]);
	// Then who goes first in one interval goes second in the next
	assert_eq!(saving.shares, [(OWNER, 150), (SHARER, 151)]);
	let saving = saving_of(&plan(), &[of(DAY, 599)], &[of(DAY - 7, 900)]);
	assert_eq!(saving.shares, [(OWNER, 301), (SHARER, 301)]);
	// Also where more was drawn than expected
	let saving = saving_of(&SavingPlan { until: 5, ..plan() }, &[of(DAY, 900)], &[of(DAY - 7, 599)]);
	assert_eq!((saving.saved, saving.shares), (-301, vec![(OWNER, -150), (SHARER, -151)]));
}

#[test]
fn no_more_is_expected_than_a_reading_may_have() {
	// Given twice the traffic of the week before, which counts in full
	let plan = with_baseline(1, 1_000);
	let of = |day, energy, volume| seen(day, 4, &[reading(energy, &[volume, volume]); 2]);
	let saving = saving_of(&plan, &[of(DAY, 500, 2)], &[of(DAY - 7, 1_000, 1)]);
	// Then 2,000 Wh in a quarter of an hour are none
	assert_eq!((saving.expected, saving.saved), (2 * MOST as u64, 2 * i64::from(MOST - 500)));
	let saving = saving_of(&plan, &[of(DAY, 500, 2)], &[of(DAY - 7, MOST / 2, 1)]);
	assert_eq!(saving.expected, 2 * MOST as u64);
	// And in an hour four times as much
	let hour = |day, energy, volume: u32| {
		let span = Span { day, interval: Interval::Hour, ..quarters(4, 1) };
		report_with(2, span, &[&[reading(energy, &[volume, volume])]])
	};
	let plan = SavingPlan { until: 8, ..plan };
	let saving = saving_of(&plan, &[hour(DAY, 500, 2)], &[hour(DAY - 7, 4_000, 1)]);
	assert_eq!(saving.expected, 4_070);
}

#[test]
fn interval_outside_of_the_window_is_not_compared() {
	let of = |day, energy| seen(day, 2, &[reading(energy, &[1, 1]); 6]);
	let saving = saving_of(&plan(), &[of(DAY, 100)], &[of(DAY - 7, 900)]);
	assert_eq!((saving.expected, saving.metered, saving.compared), (1_800, 200, 2));
	// By the hour, from 00:00 on: the window has one and a half.
	let hours = |day, energy| {
		let span = Span { day, interval: Interval::Hour, ..quarters(0, 3) };
		report_with(2, span, &[&[reading(energy, &[1, 1]); 3]])
	};
	let plan = SavingPlan { from: 2, until: 8, ..plan() };
	let saving = saving_of(&plan, &[hours(DAY, 1_000)], &[hours(DAY - 7, 3_000)]);
	assert_eq!((saving.saved, saving.compared, saving.left_out), (2_000, 4, 2));
}

#[test]
fn interval_without_a_reading_that_counts_is_left_out() {
	let good = [reading(900, &[1, 1]); 2];
	let past = [seen(DAY - 7, 4, &good)];
	for bad in [GAP, reading(-1, &[0, 0]), reading(MOST + 1, &[0, 0]), reading(1, &[1 << 29, 0])] {
		let today = [seen(DAY, 4, &[bad, reading(500, &[1, 1])])];
		let saving = saving_of(&plan(), &today, &past);
		assert_eq!((saving.saved, saving.compared, saving.left_out), (400, 1, 1), "{bad:?}");
	}
	// Before the plan likewise: such a week is none, and without one there is nothing to compare with.
	let today = [seen(DAY, 4, &[reading(500, &[1, 1]); 2])];
	for bad in [GAP, reading(-1, &[0, 0]), reading(MOST + 1, &[0, 0]), reading(1, &[1 << 29, 0])] {
		let past = [seen(DAY - 7, 4, &[bad, good[0]]), seen(DAY - 14, 4, &[bad, reading(700, &[1, 1])])];
		let saving = saving_of(&plan(), &today, &past);
		assert_eq!((saving.saved, saving.compared, saving.left_out), (300, 1, 1), "{bad:?}");
	}
}

#[test]
fn interval_of_which_volumes_are_unknown_is_left_out_where_traffic_counts() {
	// Given an agreement by contract, so that readings count without them
	let (rules, entries) = (rules_by(SharingMethod::Contract), [entry(station())]);
	let saved = |elasticity, today: &[Reading], past: &[Reading]| {
		let plan = with_baseline(1, elasticity);
		let all =
			prove_of(&entries, &rules, &plan, &[seen(DAY, 4, today)], &[seen(DAY - 7, 4, past)]).unwrap();
		(all[0].saved, all[0].compared, all[0].left_out)
	};
	let (less, more) = ([reading(500, &[1, 1]); 2], [reading(900, &[1, 1]); 2]);
	let unknown = |energy| [reading(energy, &[1]), reading(energy, &[1, 1])];
	// Then one counts for nothing on either day, unless traffic does not count
	assert_eq!(saved(500, &less, &more), (800, 2, 0));
	assert_eq!(saved(500, &unknown(500), &more), (400, 1, 1));
	assert_eq!(saved(500, &less, &unknown(900)), (400, 1, 1));
	assert_eq!(saved(0, &unknown(500), &unknown(900)), (800, 2, 0));
}

#[test]
fn what_was_not_reported_is_left_out() {
	let of = |day| seen(day, 4, &[reading(900, &[1, 1]); 2]);
	assert_eq!(saving_of(&plan(), &[], &[of(DAY - 7)]), nothing(0, 2));
	assert_eq!(saving_of(&plan(), &[of(DAY)], &[]), nothing(0, 2));
	// An hour is not measured against quarters.
	let hour = report_with(
		2,
		Span { day: DAY, interval: Interval::Hour, ..quarters(4, 1) },
		&[&[reading(9, &[0, 0])]],
	);
	let plan = SavingPlan { until: 8, ..plan() };
	assert_eq!(saving_of(&plan, &[hour], &[of(DAY - 7)]), nothing(0, 4));
}

#[test]
fn stations_of_the_plan_alone_are_proven() {
	let two = |day, energy| {
		let readings: &[Reading] = &[reading(energy, &[1, 1]); 2];
		report_with(2, Span { day, ..quarters(4, 2) }, &[readings, readings, readings])
	};
	let plan = with_pages(&[page(0, &[(1, 1), (2, 1), (40, 1)])]);
	let (today, past) = ([two(DAY, 500)], [two(DAY - 7, 900)]);
	// The second one is another company's.
	let others = Station { owner: SHARER, sharers: OrgSet::of(OWNER), ..station() };
	let entries = [entry(station()), entry(station()), entry(others)];
	let savings = prove_of(&entries, &rules(), &plan, &today, &past).unwrap();
	assert_eq!(savings.iter().map(|of| (of.slot, of.saved)).collect::<Vec<_>>(), [(1, 800), (2, 0), (40, 0)]);
	assert_eq!(savings[1..], [nothing(2, 2), nothing(40, 2)]);
}

#[test]
fn prove_fails_when_reports_are_not_of_the_page_and_its_days() {
	let of = |day| seen(day, 4, &[GAP; 2]);
	let elsewhere = Report { page: 1, ..of(DAY) };
	assert_eq!(proof(&plan(), &[elsewhere], &[]), Err(ProofDefect::Page));
	assert_eq!(proof(&plan(), &[], &[Report { page: 1, ..of(DAY - 7) }]), Err(ProofDefect::Page));
	for day in [DAY - 7, DAY + 1] {
		assert_eq!(proof(&plan(), &[of(day)], &[]), Err(ProofDefect::Day));
	}
	for day in [DAY, DAY - 1, DAY - 8, DAY + 7] {
		assert_eq!(proof(&plan(), &[], &[of(day)]), Err(ProofDefect::Day));
	}
	// Two weeks may be as long ago as they want, and there are no three
	let weeks = [of(DAY - 7), of(DAY - 35), of(DAY - 14)];
	assert_eq!(proof(&plan(), &[], &weeks[..2]), Ok(vec![nothing(0, 2)]));
	assert_eq!(proof(&plan(), &[], &weeks), Err(ProofDefect::Day));
	let of_plan = |page, day| prove(OWNER, &plan(), page, day, &[], &[]);
	assert_eq!(of_plan(1, DAY), Err(ProofDefect::NoSuchPage));
	assert_eq!(of_plan(0, DAY + 9), Err(ProofDefect::NoSuchDay));
	assert_eq!(of_plan(0, DAY + 8), Ok(vec![nothing(0, 2)]));
}

#[test]
fn prove_fails_when_reports_have_a_reading_in_common() {
	let of = |day, first| seen(day, first, &[GAP; 2]);
	assert_eq!(proof(&plan(), &[of(DAY, 4), of(DAY, 5)], &[]), Err(ProofDefect::Overlap));
	let past = [of(DAY - 7, 4), of(DAY - 14, 4), of(DAY - 7, 3)];
	assert_eq!(proof(&plan(), &[], &past), Err(ProofDefect::Overlap));
	assert!(proof(&plan(), &[of(DAY, 4), of(DAY, 6)], &past[..2]).is_ok());
	// Of other stations
	let columns = StationColumns { slot: 9, register: 0, readings: vec![GAP; 2] };
	let networks = PLMNS[..2].to_vec().try_into().unwrap();
	let other = Report::new(0, quarters(4, 2), 0, networks, &[columns]).unwrap();
	assert!(proof(&plan(), &[of(DAY, 4), other], &[]).is_ok());
}

#[test]
fn prove_fails_when_a_report_cannot_be_read() {
	let broken = |day| Report { stations: 0, ..seen(day, 4, &[GAP; 2]) };
	let defect = Err(ProofDefect::Report(ReportDefect::NoStation));
	assert_eq!(proof(&plan(), &[broken(DAY)], &[]), defect);
	assert_eq!(proof(&plan(), &[], &[broken(DAY - 14)]), defect);
}

/// A fraction, and what can be done with it.
type Ratio = (i128, i128);

fn plus(a: Ratio, b: Ratio) -> Ratio {
	(a.0 * b.1 + b.0 * a.1, a.1 * b.1)
}

fn times(a: Ratio, b: Ratio) -> Ratio {
	(a.0 * b.0, a.1 * b.1)
}

/// Of the mean energy the part that does not go with traffic, and the rest as today's volume is to the mean volume.
fn model_expected(elasticity: u16, past: &[(i128, i128)], now: i128) -> Option<i128> {
	let weeks = past.len() as i128;
	let (energy, volume) = past.iter().fold((0i128, 0i128), |sum, week| (sum.0 + week.0, sum.1 + week.1));
	if weeks == 0 {
		return None;
	}
	let elasticity = i128::from(elasticity);
	let fixed = (1_000 - elasticity, 1_000);
	let moving = if volume == 0 { (1, 1) } else { times((now, 1), (weeks, volume)) };
	let (above, below) = times((energy, weeks), plus(fixed, times((elasticity, 1_000), moving)));
	let expected = above.div_euclid(below).max(0);
	(expected <= u32::MAX.into()).then_some(expected)
}

fn any_weeks() -> impl Strategy<Value = Vec<(u32, u32)>> {
	let week = prop_oneof![
		4 => (0..5_000u32, 0..100_000u32),
		1 => (0..5_000u32, Just(0u32)),
		1 => any::<(u32, u32)>(),
	];
	proptest::collection::vec(week, 1..=4)
}

fn any_now() -> impl Strategy<Value = u32> {
	prop_oneof![4 => 0..100_000u32, 1 => Just(0u32), 1 => any::<u32>()]
}

proptest! {
	#[test]
	fn expected_is_what_the_model_says(
		weeks in any_weeks(), now in any_now(), elasticity in prop_oneof![3 => 0..=1_000u16, 1 => any::<u16>()],
	) {
		let past: Vec<(i128, i128)> = weeks.iter().map(|(energy, volume)| ((*energy).into(), (*volume).into())).collect();
		let model = model_expected(elasticity, &past, now.into());
		let expected = expected(&BaselineMethod { weeks: 4, elasticity }, &weeks, now);
		prop_assert_eq!(expected.map(i128::from), model);
	}

	#[test]
	fn expected_without_elasticity_is_the_mean_rounded_down(weeks in any_weeks(), now in any_now()) {
		let sum: u64 = weeks.iter().map(|(energy, _)| u64::from(*energy)).sum();
		let mean = sum / weeks.len() as u64;
		let expected = expected(&BaselineMethod { weeks: 4, elasticity: 0 }, &weeks, now);
		prop_assert_eq!(expected.map(u64::from), Some(mean));
	}

	#[test]
	fn expected_is_never_less_for_more_volume(
		weeks in any_weeks(), a in any_now(), b in any_now(), elasticity: u16,
	) {
		let method = BaselineMethod { weeks: 4, elasticity };
		// What is more than a reading can be is more than all that can.
		let of = |now| expected(&method, &weeks, now).map_or(u64::MAX, u64::from);
		prop_assert!(of(a.min(b)) <= of(a.max(b)));
	}

	#[test]
	fn expected_of_less_traffic_lies_between_zero_and_the_mean(
		weeks in any_weeks(), part: u32, elasticity: u16,
	) {
		let count = weeks.len() as u64;
		let sum = |of: fn(&(u32, u32)) -> u32| weeks.iter().map(|week| u64::from(of(week))).sum::<u64>();
		let (energy, volume) = (sum(|week| week.0) / count, sum(|week| week.1) / count);
		let now = (volume * u64::from(part) / u64::from(u32::MAX)) as u32;
		let expected = expected(&BaselineMethod { weeks: 4, elasticity }, &weeks, now);
		prop_assert!(expected.is_some_and(|expected| u64::from(expected) <= energy), "{expected:?}");
	}

	#[test]
	fn order_of_weeks_decides_nothing(
		(weeks, mixed) in any_weeks().prop_flat_map(|weeks| (Just(weeks.clone()), Just(weeks).prop_shuffle())),
		now in any_now(), elasticity: u16,
	) {
		let method = BaselineMethod { weeks: 4, elasticity };
		prop_assert_eq!(expected(&method, &weeks, now), expected(&method, &mixed, now));
	}

	#[test]
	fn past_days_are_the_last_of_their_weekday(first_day in 60..u16::MAX - 31, passed in 0..31u16, weeks in 1..=4u8) {
		let plan = SavingPlan { first_day, days: 31, ..with_baseline(weeks, 0) };
		let day = first_day + passed;
		let days = (0..first_day).rev().filter(|past| past % 7 == day % 7).take(weeks.into());
		prop_assert_eq!(plan.past_days(day, 0, |_| false), days.collect::<Vec<_>>());
	}

	#[test]
	fn past_days_are_the_last_of_their_weekday_that_have_not_slept(
		passed in 0..31u16, weeks in 1..=4u8, back in 0..400u16, slept: u64,
	) {
		let plan = SavingPlan { days: 31, ..with_baseline(weeks, 0) };
		let (day, first) = (DAY + passed, DAY - back);
		let has_slept = |past: u16| slept >> (past / 7 % 64) & 1 == 1;
		let past = plan.past_days(day, first, has_slept);
		let days = (first..DAY).rev().filter(|past| plan.is_past_day(day, *past) && !has_slept(*past));
		prop_assert_eq!(past, days.take(weeks.into()).collect::<Vec<_>>());
	}
}

/// A day and the weeks before, of one station.
#[derive(Clone, Debug)]
struct Days {
	plan: SavingPlan,
	today: Report,
	past: Vec<Report>,
	entries: Vec<StationEntry>,
	rules: Rules,
}

impl Days {
	fn prove(&self, plan: &SavingPlan) -> StationSaving {
		let savings =
			prove_of(&self.entries, &self.rules, plan, std::slice::from_ref(&self.today), &self.past);
		savings.unwrap().remove(0)
	}

	/// Energy, volumes of participants: of a reading that counts, and of which volumes are known where traffic counts.
	fn model_counted(&self, report: &Report, n: usize) -> Option<(i128, BTreeMap<OrgId, i128>)> {
		let case: Case = (report.clone(), self.entries.clone(), HOLDERS.to_vec(), self.rules.clone());
		let reading = report.columns().unwrap().readings(0).nth(n).unwrap();
		let parts = model_reading(&case, 0, n, &reading).ok()?;
		let station = &self.entries[0].station;
		let is_missing =
			|place: usize| reading.volumes[place].is_none() && model_carrier(&case, station, place).is_some();
		let is_unknown =
			(0..report.networks.len()).any(is_missing) || !model_left_out(&case, station).is_empty();
		if self.plan.baseline.elasticity > 0 && is_unknown {
			return None;
		}
		let energy: i128 = parts.values().map(|(energy, _, _)| energy).sum();
		Some((energy, parts.into_iter().map(|(org, (_, volume, _))| (org, volume)).collect()))
	}

	/// What it comes to, interval by interval.
	fn model(&self) -> StationSaving {
		let quarters = self.today.span.interval.quarters();
		let mut all = nothing(0, self.today.span.count * quarters);
		let mut shares = BTreeMap::<OrgId, i128>::new();
		for n in 0..usize::from(self.today.span.count) {
			let Some((metered, carried)) = self.model_counted(&self.today, n) else { continue };
			let volume = |carried: &BTreeMap<OrgId, i128>| carried.values().sum::<i128>();
			let weeks = self.past.iter().filter_map(|report| self.model_counted(report, n));
			let weeks: Vec<_> = weeks.map(|(energy, carried)| (energy, volume(&carried))).collect();
			let elasticity = self.plan.baseline.elasticity;
			let Some(expected) = model_expected(elasticity, &weeks, volume(&carried)) else { continue };
			// Watts, thousandths and quarters of an hour, rounded up.
			let rated = i128::from(self.entries[0].station.rated_power_w);
			let limit = rated * (1_000 + i128::from(self.rules.tolerance)) * i128::from(quarters);
			let expected = expected.min((limit + 3_999).div_euclid(4_000));
			let saved = expected - metered;
			let weights = model_weights(&self.rules, &carried);
			let parts = model_split_in_turn(saved.abs(), &weights, &self.today.span, n);
			for (org, part) in carried.keys().zip(parts) {
				*shares.entry(*org).or_default() += part * saved.signum();
			}
			all.expected += u64::try_from(expected).unwrap();
			all.metered += u64::try_from(metered).unwrap();
			all.saved += i64::try_from(saved).unwrap();
			all.compared += quarters;
			all.left_out -= quarters;
		}
		all.shares = shares.into_iter().map(|(org, share)| (org, share.try_into().unwrap())).collect();
		all
	}
}

/// From midnight on, with a window over all of it. Mostly a station that both networks are on.
fn any_days() -> impl Strategy<Value = Days> {
	let size = (any::<bool>(), 1..=12u8, 1..=4u8);
	let days = size.prop_flat_map(|(by_hour, count, weeks)| {
		let entry = prop_oneof![3 => Just(entry(station())), 1 => any_entry()];
		let day = || proptest::collection::vec(any_reading(2), usize::from(count));
		let past = proptest::collection::vec(day(), usize::from(weeks));
		(Just((by_hour, count, weeks)), day(), past, 0..=MAX_ELASTICITY, entry, any_rules())
	});
	days.prop_map(|((by_hour, count, weeks), today, past, elasticity, entry, rules)| {
		let interval = if by_hour { Interval::Hour } else { Interval::Quarter };
		let until = count * interval.quarters();
		let plan = SavingPlan { from: 0, until, ..with_baseline(weeks, elasticity) };
		let report =
			|day, readings: &[Reading]| report_with(2, Span { day, first: 0, interval, count }, &[readings]);
		let today = report(DAY, &today);
		let days = plan.past_days(DAY, 0, |_| false).into_iter();
		let past = days.zip(&past).map(|(day, readings)| report(day, readings)).collect();
		Days { plan, today, past, entries: vec![entry], rules }
	})
}

/// Both together.
fn together(a: StationSaving, b: StationSaving) -> StationSaving {
	let mut shares: BTreeMap<OrgId, i64> = a.shares.into_iter().collect();
	for (org, share) in b.shares {
		*shares.entry(org).or_default() += share;
	}
	StationSaving {
		slot: a.slot,
		expected: a.expected + b.expected,
		metered: a.metered + b.metered,
		compared: a.compared + b.compared,
		left_out: a.left_out + b.left_out,
		saved: a.saved + b.saved,
		shares: shares.into_iter().collect(),
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(512))]

	#[test]
	fn prove_is_what_the_model_says(days in any_days()) {
		prop_assert_eq!(days.prove(&days.plan), days.model());
	}

	#[test]
	fn saved_is_expected_minus_metered_over_any_split_of_the_window(days in any_days(), at: prop::sample::Index) {
		let whole = days.prove(&days.plan);
		let Span { interval, count, .. } = days.today.span;
		let at = at.index(usize::from(count) + 1) as u8 * interval.quarters();
		let first = days.prove(&SavingPlan { until: at, ..days.plan.clone() });
		let second = days.prove(&SavingPlan { from: at, ..days.plan.clone() });
		for of in [&whole, &first, &second] {
			prop_assert_eq!(of.saved, of.expected as i64 - of.metered as i64);
			prop_assert_eq!(of.shares.iter().map(|(_, share)| share).sum::<i64>(), of.saved);
		}
		prop_assert_eq!(together(first, second), whole);
	}

	#[test]
	fn prove_looks_at_all_of_the_window(days in any_days()) {
		let saving = days.prove(&days.plan);
		prop_assert_eq!(saving.compared + saving.left_out, days.plan.until - days.plan.from);
		prop_assert!(saving.shares.is_sorted_by(|a, b| a.0 < b.0));
		prop_assert!(saving.compared > 0 || saving == nothing(0, days.plan.until));
	}

	#[test]
	fn metered_is_what_is_accounted_where_all_is_compared(days in any_days()) {
		let saving = days.prove(&days.plan);
		let accounted = super::account(OWNER, &days.today, &days.entries, &HOLDERS, &days.rules).unwrap();
		let energy = accounted.sums.iter().map(|(_, sums)| sums.energy).sum::<u64>();
		prop_assert!(saving.metered <= energy);
		prop_assert!(saving.left_out > 0 || (saving.metered == energy && accounted.records.is_empty()));
	}

	#[test]
	fn order_and_pieces_of_reports_decide_nothing(days in any_days(), at: prop::sample::Index) {
		let whole = days.prove(&days.plan);
		let count = days.today.span.count;
		prop_assume!(count > 1);
		let at = 1 + at.index(usize::from(count) - 1) as u8;
		let cut = |report: &Report| [piece(report, at, count), piece(report, 0, at)];
		let past: Vec<_> = days.past.iter().rev().flat_map(cut).collect();
		let pieces = prove_of(&days.entries, &days.rules, &days.plan, &cut(&days.today), &past).unwrap();
		prop_assert_eq!(pieces, [whole]);
	}
}
