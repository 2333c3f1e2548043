// SPDX-License-Identifier: Apache-2.0

//! How a meter stands against its last report.

use super::*;

/// Wh that the station draws at most in an hour.
const LIMIT: u64 = 4_070;

/// Showed 5,000 Wh when the quarter from 10:00 to 10:15 was over, of which day `missing` quarters are unknown.
fn meter(missing: u8) -> Meter {
	Meter { register: 5_000, at: quarters(40, 1).end_of_all(), missing }
}

#[test]
fn meter_that_goes_on_works() {
	assert_eq!(meter(0).is_broken_by(&quarters(41, 1), 5_000, LIMIT), None);
}

#[test]
fn meter_is_behind_when_it_shows_less() {
	assert_eq!(meter(0).is_broken_by(&quarters(41, 1), 4_999, LIMIT), Some(MeterBreak::Behind));
	assert_eq!(meter(9).is_broken_by(&quarters(90, 1), 0, LIMIT), Some(MeterBreak::Behind));
}

#[test]
fn meter_is_ahead_when_it_shows_more_than_can_have_been_drawn() {
	let at =
		|missing, first, more: u64| meter(missing).is_broken_by(&quarters(first, 1), 5_000 + more, LIMIT);
	// No time has passed.
	assert_eq!(at(0, 41, 1), Some(MeterBreak::Ahead));
	// Three quarters: 3,052.5 Wh, rounded up.
	assert_eq!(at(0, 44, 3_053), None);
	assert_eq!(at(0, 44, 3_054), Some(MeterBreak::Ahead));
	// As much is unknown of the last report.
	assert_eq!(at(3, 41, 3_053), None);
	assert_eq!(at(3, 41, 3_054), Some(MeterBreak::Ahead));
	// Both.
	assert_eq!(at(1, 44, 4_070), None);
	assert_eq!(at(1, 44, 4_071), Some(MeterBreak::Ahead));
}

#[test]
fn meter_fails_to_say_anything_when_the_report_is_of_an_earlier_time() {
	assert_eq!(meter(0).is_broken_by(&quarters(40, 1), 0, LIMIT), None);
	assert_eq!(meter(0).is_broken_by(&quarters(0, 96), u64::MAX, LIMIT), None);
}

#[test]
fn meter_is_compared_across_days() {
	let next = Span { day: DAY + 1, ..quarters(0, 1) };
	// 55 quarters
	assert_eq!(meter(0).is_broken_by(&next, 5_000 + 55_963, LIMIT), None);
	assert_eq!(meter(0).is_broken_by(&next, 5_000 + 55_964, LIMIT), Some(MeterBreak::Ahead));
}

#[test]
fn meter_shows_what_the_readings_that_count_tell() {
	let readings = [
		reading(900, &[1, 1]),
		GAP,
		reading(-300, &[0, 0]),
		reading(MOST + 1, &[0, 0]),
		reading(100, &[0, 0]),
	];
	let accounted = account_of(&report(&readings), station(), &rules());
	let end = Meter { register: 2_000, at: quarters(0, 5).end_of_all(), missing: 3 };
	assert_eq!(accounted.meters, [(0, 1_000, LIMIT, end)]);
}

#[test]
fn missing_hours_are_told_in_quarters() {
	let span = Span::of_day(DAY, Interval::Hour);
	let accounted = account_of(&report_with(2, span, &[&[GAP; 24]]), station(), &rules());
	let [(_, _, _, meter)] = accounted.meters[..] else { panic!("one station") };
	assert_eq!((meter.missing, meter.register, meter.at), (96, 1_000, span.end_of_all()));
}

#[test]
fn meter_of_a_station_that_is_not_accounted_is_not_told() {
	let other = Station { owner: OTHER, sharers: OrgSet::EMPTY, ..station() };
	assert_eq!(account_of(&report(&[reading(1, &[0, 0])]), other, &rules()).meters, []);
}

proptest! {
	#[test]
	fn meters_never_overflow(
		register: u64, at: u32, missing: u8, day: u16, first in 0..96u8, shown: u64, limit: u64,
	) {
		let span = Span { day, first, interval: Interval::Quarter, count: 1 };
		Meter { register, at, missing }.is_broken_by(&span, shown, limit);
	}

	#[test]
	fn meter_breaks_exactly_where_the_statement_says(
		missing in 0..96u8, quarter in 0..96u8, later in 0..3u16, shown in 0..500_000u64, limit in 0..100_000u64,
	) {
		let span = Span { day: DAY + later, first: quarter, interval: Interval::Quarter, count: 1 };
		let meter = meter(missing);
		let passed = i64::from(span.start_of_all()) - i64::from(meter.at);
		let more = shown as i64 - 5_000;
		let expected = if passed < 0 {
			None
		} else if more < 0 {
			Some(MeterBreak::Behind)
		} else if 4 * more >= (passed + i64::from(missing)) * limit as i64 + 4 {
			Some(MeterBreak::Ahead)
		} else {
			None
		};
		prop_assert_eq!(meter.is_broken_by(&span, shown, limit), expected);
	}
}
