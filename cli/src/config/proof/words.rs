// SPDX-License-Identifier: Apache-2.0
//! Parameters and their values in words.

use crate::names;
use trimast_primitives::{
	cells::{
		catalogue::{plmn_places, value_cell, Domain, NameSource, ParamScope, ParamText, Parameter},
		ParamKey,
	},
	site::{Plmn, Station},
	text::escaped,
};

/// The newest name of a parameter: that of the network resource model, else of radio resource control, else a vendor's.
pub(crate) fn name(text: &ParamText) -> String {
	let rank = |source: &NameSource| match source {
		NameSource::Nrm => 2,
		NameSource::Rrc => 1,
		NameSource::Vendor(_) => 0,
	};
	let newest = text.names.iter().max_by_key(|name| rank(&name.source));
	newest.map(|name| escaped(&String::from_utf8_lossy(&name.name))).unwrap_or_default()
}

/// Whose value of a parameter it is, where a cell has several.
pub(crate) fn place(scope: ParamScope, key: ParamKey, station: &Station) -> Option<String> {
	match scope {
		ParamScope::Station | ParamScope::Cell => None,
		ParamScope::Plmn => Some(plmn_in(station, key.place)),
		ParamScope::CellRelation => Some(format!("neighbour {}", key.place)),
		ParamScope::FrequencyRelation => Some(format!("frequency {}", key.place)),
	}
}

/// A value with its unit, or the word that it stands for.
pub(crate) fn value(parameter: &Parameter, text: &ParamText, value: i64, station: &Station) -> String {
	match &parameter.domain {
		Domain::Range { .. } | Domain::OneOf(_) => with_unit(value, &String::from_utf8_lossy(&text.unit)),
		Domain::Choice(_) => {
			let word = usize::try_from(value).ok().and_then(|n| text.words.get(n));
			word.map_or_else(|| value.to_string(), |word| escaped(&String::from_utf8_lossy(word)))
		}
		Domain::Boolean => match value {
			0 => "no".into(),
			1 => "yes".into(),
			other => other.to_string(),
		},
		Domain::Bits(length) => format!("0x{value:0width$x}", width = usize::from(length.div_ceil(4))),
		Domain::Plmns => match plmn_places(value) {
			Some(places) => places.map(|place| plmn_in(station, place)).collect::<Vec<_>>().join(", "),
			None => value.to_string(),
		},
		Domain::HalfHours => half_hours(value),
		Domain::Cell => value_cell(value).map_or_else(|| value.to_string(), names::cell_text),
	}
}

/// A number of units. A unit that is a part of another, `0.1 deg`, is counted out.
fn with_unit(value: i64, unit: &str) -> String {
	let part = unit.split_once(' ').and_then(|(part, whole)| Some((part.strip_prefix("0.")?, whole)));
	let tenths = part.and_then(|(digit, whole)| match digit.parse() {
		Ok(digit @ 1..=9i64) => Some((value.checked_mul(digit)?, whole)),
		_ => None,
	});
	match tenths {
		Some((tenths, whole)) => {
			let sign = if tenths < 0 { "-" } else { "" };
			let tenths = tenths.unsigned_abs();
			format!("{sign}{}.{} {}", tenths / 10, tenths % 10, escaped(whole))
		}
		None if unit.is_empty() => value.to_string(),
		None => format!("{value} {}", escaped(unit)),
	}
}

/// Half hours of the day as spans: `00:00-06:00, 23:30-24:00`.
fn half_hours(value: i64) -> String {
	let is_set = |n: u32| n < 48 && value >> n & 1 == 1;
	let clock = |n: u32| format!("{:02}:{:02}", n / 2, n % 2 * 30);
	let mut spans = Vec::new();
	let mut begin = None;
	for n in 0..=48 {
		match (is_set(n), begin) {
			(true, None) => begin = Some(n),
			(false, Some(first)) => {
				spans.push(format!("{}-{}", clock(first), clock(n)));
				begin = None;
			}
			_ => {}
		}
	}
	if spans.is_empty() {
		"never".into()
	} else {
		spans.join(", ")
	}
}

/// A PLMN of a station by its place.
fn plmn_in(station: &Station, place: u8) -> String {
	match station.plmns.get(usize::from(place)) {
		Some(plmn) => plmn_text(*plmn),
		None => format!("PLMN {place}"),
	}
}

/// MCC and MNC with as many digits as it is written with.
fn plmn_text(plmn: Plmn) -> String {
	let width = if plmn.three_digit_mnc { 3 } else { 2 };
	format!("{:03}-{:0width$}", plmn.mcc, plmn.mnc)
}

/// A time at UTC+8, which the federation keeps: `2026-11-28 14:45:00`.
pub(crate) fn time(milliseconds: u64) -> String {
	let seconds = (milliseconds / 1000).saturating_add(8 * 3600);
	let (days, rest) = (seconds / 86_400, seconds % 86_400);
	let (year, month, day) = date(days);
	format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60)
}

/// Year, month and day of so many days after 1970-01-01. The year is reckoned to begin in March, so that the day that
/// not every year has is its last.
fn date(days: u64) -> (u64, u64, u64) {
	let days = days + 719_468;
	let (era, day_of_era) = (days / 146_097, days % 146_097);
	let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
	let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	let shifted = (5 * day_of_year + 2) / 153;
	let day = day_of_year - (153 * shifted + 2) / 5 + 1;
	let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
	(era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn units_that_are_parts_are_counted_out() {
		for (value, unit, text) in [
			(35, "0.1 deg", "3.5 deg"),
			(-7, "0.5 dB", "-3.5 dB"),
			(-90, "dBm", "-90 dBm"),
			(4, "", "4"),
			(4, "0.25 dB", "4 0.25 dB"),
			(i64::MAX, "0.5 dB", "9223372036854775807 0.5 dB"),
		] {
			assert_eq!(with_unit(value, unit), text);
		}
	}

	#[test]
	fn half_hours_are_spans() {
		assert_eq!(half_hours(0), "never");
		assert_eq!(half_hours(0b1011), "00:00-01:00, 01:30-02:00");
		assert_eq!(half_hours((1 << 48) - 1), "00:00-24:00");
		assert_eq!(half_hours(1 << 47), "23:30-24:00");
	}

	#[test]
	fn time_is_that_of_the_federation() {
		assert_eq!(time(0), "1970-01-01 08:00:00");
		assert_eq!(time(951_782_399_000), "2000-02-29 07:59:59");
		assert_eq!(time(1_795_848_300_000), "2026-11-28 14:45:00");
		assert!(!time(u64::MAX).is_empty());
	}
}
