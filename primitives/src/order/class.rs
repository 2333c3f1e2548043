// SPDX-License-Identifier: Apache-2.0

//! What an order's station and its surroundings make of it: class of the service level, outage level, size of the generator.

use super::clock::Terms;
use crate::{
	plan::SlaClass,
	site::{Station, StationClass, StationEntry},
	OrgSet,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

const SHORT_BATTERY_MINUTES: u16 = 120;
const FAR_HM: u16 = 300;
const FAR_MINUTES: u16 = 40;

/// The class of the service level at a station: 1 for a VIP and cascade node, or either with under two hours of battery; 2
/// for a VIP or cascade node; 3 for under two hours of battery, or more than 30 km or 40 minutes of road; 4 for the rest. The
/// battery is what is contracted.
pub fn sla_class(station: &Station) -> SlaClass {
	let is_short = station.autonomy_minutes < SHORT_BATTERY_MINUTES;
	let is_far = station.road_distance_hm > FAR_HM || station.road_minutes > FAR_MINUTES;
	match station.class {
		StationClass::VipCascadeNode => SlaClass::One,
		StationClass::Vip | StationClass::CascadeNode if is_short => SlaClass::One,
		StationClass::Vip | StationClass::CascadeNode => SlaClass::Two,
		StationClass::Ordinary if is_short || is_far => SlaClass::Three,
		StationClass::Ordinary => SlaClass::Four,
	}
}

/// The class of an order at a station that is a matter of these companies: that of the record once all of them have signed it,
/// and 4 before. How important a station is would else be the word of who gains by it: others would have to restore it sooner,
/// and theirs would wait for it in rounds.
pub fn agreed_class(entry: &StationEntry, concerned: OrgSet) -> SlaClass {
	if entry.signed.is_superset(concerned) {
		sla_class(&entry.station)
	} else {
		SlaClass::Four
	}
}

/// The service levels, as the federation governs them for a territory.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
)]
pub struct SlaTable {
	/// Counts the changes.
	pub version: u32,
	/// How long the raiser of a ticket has to answer that it is resolved, seconds.
	pub silence: u32,
	/// The terms of classes 1, 2, 3 and 4.
	pub classes: [Terms; 4],
}

impl SlaTable {
	/// The terms of a class.
	pub const fn terms(&self, class: SlaClass) -> Terms {
		let [one, two, three, four] = self.classes;
		match class {
			SlaClass::One => one,
			SlaClass::Two => two,
			SlaClass::Three => three,
			SlaClass::Four => four,
		}
	}

	/// Whether the terms of every class are possible, and none promises less than a lower class.
	pub fn is_valid(&self) -> bool {
		self.classes.iter().all(Terms::is_valid)
			&& self.classes.is_sorted_by_key(|terms| terms.response)
			&& self.classes.is_sorted_by_key(|terms| terms.restoration)
	}
}

/// How grave the outages of a territory are together.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
)]
pub enum OutageLevel {
	/// Two outages a vehicle, or fewer.
	Blue,
	/// Three to five.
	Yellow,
	/// Six to nine.
	Orange,
	/// Ten or more.
	Red,
}

impl OutageLevel {
	/// The next graver level; the gravest stays.
	#[must_use]
	pub const fn raised(self) -> Self {
		match self {
			Self::Blue => Self::Yellow,
			Self::Yellow => Self::Orange,
			Self::Orange | Self::Red => Self::Red,
		}
	}
}

/// From how many on, as the federation governs it.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
)]
pub struct OutageRules {
	/// Counts the changes.
	pub version: u32,
	/// Outages a vehicle from which the level is yellow.
	pub yellow: u16,
	/// Orange.
	pub orange: u16,
	/// Red.
	pub red: u16,
	/// Stations that are down in one county, or in one local network, from which it is a large-area outage.
	pub large_area: u32,
}

impl Default for OutageRules {
	fn default() -> Self {
		Self { version: 1, yellow: 3, orange: 6, red: 10, large_area: 10 }
	}
}

impl OutageRules {
	/// Whether each level begins behind the one before it, and a large area is not nothing.
	pub const fn is_valid(&self) -> bool {
		0 < self.yellow && self.yellow < self.orange && self.orange < self.red && self.large_area > 0
	}

	/// The level of so many outages with so many vehicles. Nothing is rounded: five outages for two vehicles are blue, six are
	/// yellow. Where there is no vehicle, one outage is red.
	pub fn level(&self, outages: u32, vehicles: u32) -> OutageLevel {
		let reaches =
			|each: u16| outages > 0 && u64::from(outages) >= u64::from(vehicles).saturating_mul(each.into());
		if reaches(self.red) {
			OutageLevel::Red
		} else if reaches(self.orange) {
			OutageLevel::Orange
		} else if reaches(self.yellow) {
			OutageLevel::Yellow
		} else {
			OutageLevel::Blue
		}
	}

	/// Whether so many stations down in one county, or in one local network, are a large-area outage.
	pub const fn is_large_area(&self, county: u32, local_network: u32) -> bool {
		county >= self.large_area || local_network >= self.large_area
	}

	/// The level with the large area seen to: it raises the level by one.
	pub fn level_in(&self, outages: u32, vehicles: u32, county: u32, local_network: u32) -> OutageLevel {
		let level = self.level(outages, vehicles);
		if self.is_large_area(county, local_network) {
			level.raised()
		} else {
			level
		}
	}
}

/// The generator that a station needs, W: the greatest that any criterion reaches.
///
/// | W | tenants | systems | battery, Ah | class |
/// |---|---|---|---|---|
/// | 5,000 | 1 | up to 3 | under 600 | |
/// | 8,500 | 2 | 4 or 5 | 600 to 1,000 | |
/// | 12,000 | 3 or more | 6 or more | over 1,000 | |
/// | 20,000 | | | | VIP or cascade node |
pub fn generator_power(station: &Station) -> u32 {
	let by_tenants = match station.tenants {
		0 | 1 => 5_000,
		2 => 8_500,
		_ => 12_000,
	};
	let by_systems = match station.systems {
		0..=3 => 5_000,
		4 | 5 => 8_500,
		_ => 12_000,
	};
	let by_battery = match station.battery_ah {
		0..=599 => 5_000,
		600..=1_000 => 8_500,
		_ => 12_000,
	};
	let by_class = match station.class {
		StationClass::Ordinary => 0,
		StationClass::Vip | StationClass::CascadeNode | StationClass::VipCascadeNode => 20_000,
	};
	by_class.max(by_tenants).max(by_systems).max(by_battery)
}
