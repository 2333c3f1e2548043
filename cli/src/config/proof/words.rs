// SPDX-License-Identifier: Apache-2.0
//! Parameters and times in words.

use crate::config::words::plmn_in;
use trimast_primitives::{
	cells::{
		catalogue::{NameSource, ParamScope, ParamText},
		ParamKey,
	},
	site::Station,
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
		ParamScope::Plmn => Some(plmn_in(&station.plmns, key.place)),
		ParamScope::CellRelation => Some(format!("neighbour {}", key.place)),
		ParamScope::FrequencyRelation => Some(format!("frequency {}", key.place)),
	}
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
	fn time_is_that_of_the_federation() {
		assert_eq!(time(0), "1970-01-01 08:00:00");
		assert_eq!(time(951_782_399_000), "2000-02-29 07:59:59");
		assert_eq!(time(1_795_848_300_000), "2026-11-28 14:45:00");
		assert!(!time(u64::MAX).is_empty());
	}
}
