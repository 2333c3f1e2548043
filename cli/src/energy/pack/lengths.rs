// SPDX-License-Identifier: Apache-2.0
//! Which of the readings of a page and day are of the wrong length, where some are of quarters of an hour and others of hours.
//!
//! * Of each station those count that are as long as most of its lines of the day. Where as many are of either length, it is the length
//!   of most lines of its page, and hours where these are as many, too.
//! * A page has hours where a station of it has: to these the quarters of the others are added up. But one hour that is the only one of
//!   its page, while others have quarters of further hours, is no station with hours; it is a wrong line.

use super::StationDay;
use std::{borrow::Cow, cmp::Ordering, collections::BTreeMap};
use trimast_primitives::energy::Interval;

/// What to do about a line of another length.
pub(super) const REMEDY: &str = "report a day in intervals of one length";
/// What is wrong with a line that is not as long as the others of its station.
const OF_STATION: &str =
	"most lines of the station, or else of its page, have intervals of another length on this day";
/// What is wrong with a line that is not as long as all others of its page.
const OF_PAGE: &str =
	"all other lines of its page have quarters of an hour on this day, and are of further hours";

/// Those of a page's stations, by their places, whose lines are refused, and why. They are in ascending order, quarters in front of hours
/// where a station has both.
pub(super) fn refused(stations: &[Cow<'_, StationDay>]) -> BTreeMap<usize, &'static str> {
	let lines = |station: &StationDay| station.slots.iter().flatten().count();
	let of_page = |interval: Interval| {
		let those = stations.iter().filter(|station| station.interval == interval);
		those.fold(0usize, |all, station| all.saturating_add(lines(station)))
	};
	let most = match of_page(Interval::Quarter) > of_page(Interval::Hour) {
		true => Interval::Quarter,
		false => Interval::Hour,
	};
	let mut refused = BTreeMap::new();
	for (place, pair) in stations.windows(2).enumerate() {
		let [quarters, hours] = pair else { continue };
		if quarters.place.id != hours.place.id {
			continue;
		}
		let kept = match lines(quarters).cmp(&lines(hours)) {
			Ordering::Greater => Interval::Quarter,
			Ordering::Less => Interval::Hour,
			Ordering::Equal => most,
		};
		let other = if kept == Interval::Quarter { place.saturating_add(1) } else { place };
		refused.insert(other, OF_STATION);
	}
	let kept: Vec<(usize, &StationDay)> = stations
		.iter()
		.enumerate()
		.filter(|(place, _)| !refused.contains_key(place))
		.map(|(place, station)| (place, &**station))
		.collect();
	let (hours, quarters): (Vec<_>, Vec<_>) =
		kept.into_iter().partition(|(_, station)| station.interval == Interval::Hour);
	let has_quarters = quarters.iter().any(|(_, station)| lines(station) > 0);
	// None at all where all lines of a station are refused for something else.
	let of_hours = hours.iter().fold(0usize, |all, (_, station)| all.saturating_add(lines(station)));
	let hour = hours.iter().find_map(|(_, station)| station.slots.iter().position(Option::is_some));
	let is_more_than = |hour: usize| {
		let of_hour = usize::from(Interval::Hour.quarters());
		let read = |station: &StationDay| {
			let mut slots = station.slots.iter().enumerate();
			slots.any(|(n, slot)| slot.is_some() && n / of_hour != hour)
		};
		quarters.iter().any(|(_, station)| read(station))
	};
	if has_quarters && of_hours <= 1 && hour.is_none_or(is_more_than) {
		refused.extend(hours.iter().map(|(place, _)| (*place, OF_PAGE)));
	}
	refused
}
