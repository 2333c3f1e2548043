// SPDX-License-Identifier: Apache-2.0

//! Times as files have them.

use trimast_primitives::Moment;

/// A time as RFC 3339 has it, in UTC with milliseconds.
pub fn rfc3339(moment: Moment) -> String {
	let (days, millis) = (moment / 86_400_000, moment % 86_400_000);
	// Years of 365 or 366 days since 1970, then months: the dates here lie a few decades after it.
	let is_leap =
		|year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
	let (mut year, mut day) = (1970, days);
	while day >= 365 + u64::from(is_leap(year)) {
		day -= 365 + u64::from(is_leap(year));
		year += 1;
	}
	let lengths = [31, 28 + u64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
	let mut month = 0;
	while day >= lengths[month] {
		day -= lengths[month];
		month += 1;
	}
	let (seconds, millis) = (millis / 1_000, millis % 1_000);
	let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
	format!("{year}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z", month + 1, day + 1)
}

/// A time as RFC 3339 has it, at UTC+8 with seconds.
pub fn local(moment: Moment) -> String {
	let mut text = rfc3339(moment + 28_800_000);
	text.truncate("1970-01-01T00:00:00".len());
	text + "+08:00"
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn times_are_those_of_the_calendar() {
		assert_eq!(rfc3339(0), "1970-01-01T00:00:00.000Z");
		assert_eq!(rfc3339(951_782_400_123), "2000-02-29T00:00:00.123Z");
		assert_eq!(rfc3339(1_795_852_799_999), "2026-11-28T07:59:59.999Z");
		assert_eq!(local(1_795_795_200_000), "2026-11-28T00:00:00+08:00");
	}
}
