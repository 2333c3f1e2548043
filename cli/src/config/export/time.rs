// SPDX-License-Identifier: Apache-2.0
//! Times as files and people write them: `2026-05-07T12:00:00+08:00`, read into the chain's clock.

use trimast_primitives::Moment;

/// What a time is counted from where it names no offset: UTC+8, in minutes.
const LOCAL_MINUTES: i64 = 8 * 60;

/// Reads a time of RFC 3339. Without an offset it is UTC+8.
pub(crate) fn read(text: &str) -> Result<Moment, String> {
	read_time(text.trim()).ok_or_else(|| "a time is written as 2026-05-07T12:00:00+08:00".into())
}

fn number(text: &str, least: i64, most: i64) -> Option<i64> {
	let is_plain = !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
	text.parse().ok().filter(|number| is_plain && (least..=most).contains(number))
}

fn read_time(text: &str) -> Option<Moment> {
	let (date, time) = text.split_once(['T', ' '])?;
	let mut parts = date.splitn(3, '-');
	let mut part = |least, most| number(parts.next()?, least, most);
	let (year, month, day) = (part(1970, 9999)?, part(1, 12)?, part(1, 31)?);
	let (time, offset) = match time.find(['Z', '+', '-']) {
		Some(at) => (time.get(..at)?, Some(time.get(at..)?)),
		None => (time, None),
	};
	let minutes = match offset {
		None => LOCAL_MINUTES,
		Some("Z") => 0,
		Some(offset) => {
			let (hours, minutes) = offset.get(1..)?.split_once(':')?;
			let minutes = number(hours, 0, 23)? * 60 + number(minutes, 0, 59)?;
			if offset.starts_with('-') {
				-minutes
			} else {
				minutes
			}
		}
	};
	let (time, millis) = match time.split_once('.') {
		Some((time, fraction)) => {
			let digits = format!("{:0<3}", fraction.get(..fraction.len().min(3))?);
			number(fraction, 0, i64::MAX)?;
			(time, number(&digits, 0, 999)?)
		}
		None => (time, 0),
	};
	let mut parts = time.splitn(3, ':');
	let mut part = |most| number(parts.next()?, 0, most);
	let (hour, minute, second) = (part(23)?, part(59)?, part(59)?);
	let days = days_before(year, month, day)?;
	let seconds = ((days * 24 + hour) * 60 + minute - minutes) * 60 + second;
	Moment::try_from(seconds * 1_000 + millis).ok()
}

fn is_leap(year: i64) -> bool {
	year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn length(year: i64, month: i64) -> i64 {
	match month {
		2 if is_leap(year) => 29,
		2 => 28,
		4 | 6 | 9 | 11 => 30,
		_ => 31,
	}
}

/// Days from 1970-01-01 to a day that exists.
fn days_before(year: i64, month: i64, day: i64) -> Option<i64> {
	if day > length(year, month) {
		return None;
	}
	let years: i64 = (1970..year).map(|year| if is_leap(year) { 366 } else { 365 }).sum();
	let months: i64 = (1..month).map(|month| length(year, month)).sum();
	Some(years + months + day - 1)
}

/// A time of the chain's clock at UTC+8.
pub(crate) fn text(moment: Moment) -> String {
	let seconds = i64::try_from(moment / 1_000).unwrap_or(0).saturating_add(LOCAL_MINUTES * 60);
	let (mut days, second) = (seconds / 86_400, seconds % 86_400);
	let mut year = 1970;
	// A clock that is out of its mind ends at the year 9999.
	while year < 9_999 && days >= if is_leap(year) { 366 } else { 365 } {
		days -= if is_leap(year) { 366 } else { 365 };
		year += 1;
	}
	let mut month = 1;
	while month < 12 && days >= length(year, month) {
		days -= length(year, month);
		month += 1;
	}
	let (hour, minute) = (second / 3_600, second % 3_600 / 60);
	format!("{year:04}-{month:02}-{:02} {hour:02}:{minute:02}:{:02}+08:00", days + 1, second % 60)
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	#[test]
	fn times_are_read_with_and_without_an_offset() {
		for (text, expected) in [
			("1970-01-01T00:00:00Z", 0),
			("1970-01-01T08:00:00", 0),
			("1970-01-01T08:00:00+08:00", 0),
			("2000-02-29T12:30:15.250Z", 951_827_415_250),
			("2026-05-07 12:00:00-01:30", 1_778_160_600_000),
		] {
			assert_eq!(read(text), Ok(expected), "{text}");
		}
	}

	#[test]
	fn times_fail_when_they_do_not_exist() {
		for text in [
			"",
			"2026",
			"2026-02-29T00:00:00Z",
			"2026-13-01T00:00:00Z",
			"2026-01-01T24:00:00Z",
			"2026-01-01T00:00Z",
			"1969-12-31T00:00:00Z",
			"1970-01-01T00:00:00",
			"2026-01-01T00:00:00+8",
			"2026-01-01T00:00:00.Z",
			"é",
		] {
			assert!(read(text).is_err(), "{text}");
		}
	}

	proptest! {
		#[test]
		fn text_is_read_back(seconds in 0u64..250_000_000_000) {
			prop_assert_eq!(read(&text(seconds * 1_000)), Ok(seconds * 1_000));
		}

		#[test]
		fn any_text_is_a_time_or_none(text in "\\PC{0,30}") {
			let _ = read(&text);
		}
	}
}
