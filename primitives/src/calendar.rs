// SPDX-License-Identifier: Apache-2.0

//! Days and months, at UTC+8.

use crate::Moment;

const DAY: Moment = 86_400_000;
const EIGHT_HOURS: Moment = 28_800_000;

/// The day at UTC+8, counted from 1970-01-01. The last one that can be numbered stands for all later ones.
pub fn day_of(at: Moment) -> u16 {
	(at.saturating_add(EIGHT_HOURS) / DAY).try_into().unwrap_or(u16::MAX)
}

/// The moment at which a day begins. Of the first one, which begins before anything can be counted, the first that can.
pub fn begin_of(day: u16) -> Moment {
	Moment::from(day).saturating_mul(DAY).saturating_sub(EIGHT_HOURS)
}

/// The quarter of an hour at UTC+8, counted from the beginning of 1970-01-01.
pub fn quarter_of(at: Moment) -> u32 {
	(at.saturating_add(EIGHT_HOURS) / (DAY / 96)).try_into().unwrap_or(u32::MAX)
}

/// The moment at which a quarter of an hour begins. Of those before anything can be counted, the first that can.
pub fn begin_of_quarter(quarter: u32) -> Moment {
	Moment::from(quarter).saturating_mul(DAY / 96).saturating_sub(EIGHT_HOURS)
}

/// The month of a day.
pub fn month_of_day(day: u16) -> u16 {
	month_of(begin_of(day))
}

/// The first day of a month. Of those before any day is counted, the first that is; of those behind all of them, the last.
pub fn first_day_of(month: u16) -> u16 {
	// As in [`month_of`], the other way round (days_from_civil): months and days from 0000-03-01.
	let from_march = u32::from(month).saturating_sub(2);
	let (year, march) = (from_march / 12, from_march % 12);
	let leap_days = (year / 4).saturating_sub(year / 100).saturating_add(year / 400);
	let of_year = march.saturating_mul(153).saturating_add(2) / 5;
	let days = year.saturating_mul(365).saturating_add(leap_days).saturating_add(of_year);
	days.saturating_sub(719_468).try_into().unwrap_or(u16::MAX)
}

/// The last day of a month. Of those before any day is counted, the first that is; of those behind all of them, the last but one.
pub fn last_day_of(month: u16) -> u16 {
	first_day_of(month.saturating_add(1)).saturating_sub(1)
}

/// The year of a month.
pub const fn year_of(month: u16) -> u16 {
	month / 12
}

/// The month at UTC+8, counted from January of the year 0: twelve times the year, and 0 for January to 11 for December.
pub fn month_of(at: Moment) -> u16 {
	// Days from 0000-03-01, so that the leap day is the last of its year; then centuries of Gregory's calendar
	// (Hinnant, 'chrono-compatible low-level date algorithms', civil_from_days).
	let days = (at.saturating_add(EIGHT_HOURS) / DAY).saturating_add(719_468);
	let (era, day) = (days / 146_097, days % 146_097);
	let without_leap_days =
		day.saturating_sub(day / 1_460).saturating_add(day / 36_524).saturating_sub(day / 146_096);
	let year = without_leap_days / 365;
	let before = year.saturating_mul(365).saturating_add(year / 4).saturating_sub(year / 100);
	let of_year = day.saturating_sub(before);
	// Months from March on.
	let march = of_year.saturating_mul(5).saturating_add(2) / 153;
	let months = era.saturating_mul(400).saturating_add(year).saturating_mul(12);
	months.saturating_add(march).saturating_add(2).try_into().unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
	use super::*;

	/// 2026-11-27 16:00 UTC, when the 28th begins at UTC+8.
	const AT: Moment = 1_795_795_200_000;

	#[test]
	fn days_begin_and_have_quarters() {
		assert_eq!((begin_of(20_785), day_of(begin_of(20_785)), begin_of(0)), (AT, 20_785, 0));
		assert_eq!((quarter_of(AT), quarter_of(AT - 1)), (20_785 * 96, 20_785 * 96 - 1));
		assert_eq!(
			(begin_of_quarter(20_785 * 96), begin_of_quarter(33), begin_of_quarter(31)),
			(AT, 900_000, 0)
		);
		assert_eq!((month_of_day(20_788), month_of_day(20_787)), (2026 * 12 + 11, 2026 * 12 + 10));
		assert_eq!(year_of(month_of(AT)), 2026);
	}

	#[test]
	fn days_and_months_begin_at_utc_plus_8() {
		assert_eq!((day_of(AT), day_of(AT - 1)), (20_785, 20_784));
		let month = |year: u16, month: u16| year * 12 + month - 1;
		assert_eq!(month_of(AT), month(2026, 11));
		// 1970-01-01, and both sides of the ends of months and of a leap year's February
		assert_eq!(month_of(0), month(1970, 1));
		for (first_day, year, number) in
			[(11_017, 2000, 3), (19_783, 2024, 3), (20_454, 2026, 1), (20_788, 2026, 12), (20_819, 2027, 1)]
		{
			let begins = first_day * DAY - EIGHT_HOURS;
			assert_eq!(month_of(begins), month(year, number), "{year}-{number}");
			assert_eq!(month_of(begins - 1), month(year, number) - 1, "{year}-{number}");
		}
	}

	#[test]
	fn first_day_of_a_month_is_the_first_that_is_in_it() {
		for day in 1..=u16::MAX {
			let month = month_of_day(day);
			assert_eq!(first_day_of(month) == day, month_of_day(day - 1) != month, "{day}");
		}
		assert_eq!((first_day_of(1970 * 12), first_day_of(1970 * 12 - 1), first_day_of(0)), (0, 0, 0));
		for day in 0..u16::MAX - 1 {
			let month = month_of_day(day);
			assert_eq!(last_day_of(month) == day, month_of_day(day + 1) != month, "{day}");
		}
		assert_eq!((last_day_of(1970 * 12 - 1), last_day_of(2200 * 12)), (0, u16::MAX - 1));
		// 2024-03-01, behind a leap day; and behind the last day that is counted
		assert_eq!((first_day_of(2024 * 12 + 2), first_day_of(2200 * 12)), (19_783, u16::MAX));
	}
}
