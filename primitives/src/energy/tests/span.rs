// SPDX-License-Identifier: Apache-2.0

//! Spans within a day.

use super::*;
use std::collections::BTreeSet;

fn span(first: u8, interval: Interval, count: u8) -> Span {
	Span { day: DAY, first, interval, count }
}

#[test]
fn span_of_a_day_has_all_of_it() {
	for (interval, count) in [(Interval::Quarter, 96), (Interval::Hour, 24)] {
		let day = Span::of_day(DAY, interval);
		assert!(day.is_valid());
		assert_eq!((day.count, day.first, day.end()), (count, 0, 96));
		assert_eq!(day.end_of_all(), Span::of_day(DAY + 1, interval).start_of_all());
	}
}

#[test]
fn span_works_up_to_the_end_of_its_day() {
	assert!(span(95, Interval::Quarter, 1).is_valid());
	assert!(span(92, Interval::Hour, 1).is_valid());
	assert!(span(0, Interval::Quarter, 96).is_valid());
}

#[test]
fn span_fails_when_empty_beyond_its_day_or_within_an_hour() {
	for bad in [
		span(0, Interval::Quarter, 0),
		span(0, Interval::Quarter, 97),
		span(95, Interval::Quarter, 2),
		span(96, Interval::Quarter, 1),
		span(255, Interval::Quarter, 255),
		span(0, Interval::Hour, 25),
		span(92, Interval::Hour, 2),
		span(0, Interval::Hour, 255),
		span(1, Interval::Hour, 1),
		span(2, Interval::Hour, 1),
	] {
		assert!(!bad.is_valid(), "{bad:?}");
	}
}

#[test]
fn last_quarter_of_the_last_day_can_be_told() {
	let last = Span::of_day(u16::MAX, Interval::Quarter);
	assert_eq!(last.end_of_all(), 65_536 * 96);
	assert_eq!(last.start_of_all(), 65_535 * 96);
}

#[test]
fn hour_is_that_in_which_an_interval_begins() {
	let from_half_past_one = span(6, Interval::Quarter, 6);
	assert_eq!([0, 1, 2, 5].map(|n| from_half_past_one.hour(n)), [1, 1, 2, 2]);
	let from_eight = span(32, Interval::Hour, 16);
	assert_eq!([0, 1, 15].map(|n| from_eight.hour(n)), [8, 9, 23]);
	assert_eq!(Span::of_day(DAY, Interval::Quarter).hour(95), 23);
}

fn quarters_of(span: &Span) -> BTreeSet<(u16, u16)> {
	let length = u16::from(span.interval.quarters());
	(0..u16::from(span.count) * length).map(|n| (span.day, u16::from(span.first) + n)).collect()
}

proptest! {
	#[test]
	fn spans_overlap_where_they_have_a_quarter_in_common(
		a in any_span(96), b in any_span(96), is_same_day in proptest::bool::weighted(0.8),
	) {
		let b = if is_same_day { Span { day: a.day, ..b } } else { b };
		prop_assert!(a.is_valid() && b.is_valid());
		let (mine, others) = (quarters_of(&a), quarters_of(&b));
		prop_assert_eq!(a.overlaps(&b), !mine.is_disjoint(&others));
		prop_assert_eq!(a.overlaps(&b), b.overlaps(&a));
		prop_assert!(a.overlaps(&a));
	}

	#[test]
	fn no_span_overflows(day: u16, first: u8, count: u8, by_hour: bool, n: u8) {
		let interval = if by_hour { Interval::Hour } else { Interval::Quarter };
		let span = Span { day, first, interval, count };
		let length = u32::from(interval.quarters());
		let end = u32::from(first) + u32::from(count) * length;
		prop_assert_eq!(span.is_valid(), count > 0 && u32::from(first) % length == 0 && end <= 96);
		prop_assert_eq!(span.end_of_all() - span.start_of_all(), u32::from(count) * length);
		if span.is_valid() && n < count {
			prop_assert_eq!(u32::from(span.hour(n)), (u32::from(first) + u32::from(n) * length) / 4);
		}
		prop_assert!(span.hour(n) < 64);
	}
}
