// SPDX-License-Identifier: Apache-2.0

//! Days at UTC+8: their dates, and what people do on them.

use anyhow::{Context, Result};
use serde::Deserialize;
use trimast_primitives::Moment;

/// The file, as it stood when this was compiled.
const HOLIDAYS: &str = include_str!("../../../../data/holidays.csv");

/// A day in ms.
const DAY: Moment = 86_400_000;
/// UTC+8 in ms.
const OFFSET: Moment = 28_800_000;

/// When a day begins at UTC+8.
pub(super) const fn begin_of(day: u16) -> Moment {
	day as Moment * DAY - OFFSET
}

/// A date, counted from 1970-01-01. `None` where the calendar has none such.
pub(super) fn day_of(year: u32, month: u32, day: u32) -> Option<u16> {
	let length = |year: u32| if is_leap(year) { 366 } else { 365 };
	let months = lengths(year);
	let of_month = *months.get(month.checked_sub(1)? as usize)?;
	if year < 1970 || !(1..=of_month).contains(&day) {
		return None;
	}
	let years: u32 = (1970..year).map(length).sum();
	let before: u32 = months.iter().take(month as usize - 1).sum();
	u16::try_from(years + before + day - 1).ok()
}

/// Reads a date such as `2026-02-14`.
pub fn parse_day(text: &str) -> Result<u16, String> {
	let mut parts = text.splitn(3, '-').map(|part| part.parse::<u32>().ok());
	let mut part = || parts.next().flatten();
	let date = (|| day_of(part()?, part()?, part()?))();
	date.ok_or_else(|| format!("{text} is no date, such as 2026-02-14"))
}

/// The month of a day, from 0.
pub(super) fn month_of(day: u16) -> usize {
	let (mut year, mut left) = (1970, u32::from(day));
	loop {
		for (month, length) in lengths(year).into_iter().enumerate() {
			if left < length {
				return month;
			}
			left -= length;
		}
		year += 1;
	}
}

const fn is_leap(year: u32) -> bool {
	year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

const fn lengths(year: u32) -> [u32; 12] {
	[31, if is_leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
}

/// What people do on a day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DayKind {
	/// They work.
	Workday,
	/// They do not.
	Weekend,
	/// A public holiday.
	Holiday,
	/// One on which they travel home.
	Festival,
}

/// A row of the file.
#[derive(Deserialize)]
struct Row {
	from: String,
	to: String,
	kind: DayKind,
}

/// The public holidays of `data/holidays.csv`, and weekends.
pub(super) struct Calendar(Vec<(u16, u16, DayKind)>);

impl Calendar {
	/// Reads the file.
	pub(super) fn new() -> Result<Self> {
		let mut reader = csv::Reader::from_reader(HOLIDAYS.as_bytes());
		let rows = reader.deserialize().map(|row| {
			let Row { from, to, kind } = row?;
			let day = |text: &str| parse_day(text).map_err(anyhow::Error::msg);
			Ok((day(&from)?, day(&to)?, kind))
		});
		Ok(Self(rows.collect::<Result<_>>().context("data/holidays.csv")?))
	}

	/// What people do on a day.
	pub(super) fn kind(&self, day: u16) -> DayKind {
		let listed = self.0.iter().find(|(from, to, _)| (*from..=*to).contains(&day));
		// 1970-01-01 was a Thursday.
		let weekday = (day + 3) % 7;
		let usual = if weekday >= 5 { DayKind::Weekend } else { DayKind::Workday };
		listed.map_or(usual, |(.., kind)| *kind)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn days_are_those_of_the_calendar() {
		for (text, day, month) in [
			("1970-01-01", 0, 0),
			("2000-02-29", 11_016, 1),
			("2026-11-28", 20_785, 10),
			("2026-12-31", 20_818, 11),
		] {
			assert_eq!((parse_day(text), month_of(day)), (Ok(day), month), "{text}");
			let begin = trimast_primitives::calendar::day_of(begin_of(day).max(0));
			assert!(day == 0 || begin == day);
		}
		for text in
			["", "2026", "2026-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "1969-12-31", "a-b-c"]
		{
			assert!(parse_day(text).is_err(), "{text}");
		}
	}

	#[test]
	fn holidays_stand_before_weekends_and_days_that_are_made_up_for_are_worked() {
		let calendar = Calendar::new().unwrap();
		for (date, kind) in [
			("2026-11-27", DayKind::Workday),
			("2026-11-28", DayKind::Weekend),
			("2026-05-04", DayKind::Holiday),
			("2026-02-17", DayKind::Festival),
			// A Saturday.
			("2026-02-28", DayKind::Workday),
		] {
			assert_eq!(calendar.kind(parse_day(date).unwrap()), kind, "{date}");
		}
		assert!(calendar.0.iter().all(|(from, to, _)| from <= to));
		assert!(calendar.0.windows(2).all(|pair| pair[0].1 < pair[1].0));
	}
}
