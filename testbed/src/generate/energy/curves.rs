// SPDX-License-Identifier: Apache-2.0

//! How much a station carries and draws, by place, day and hour. All of it is whole numbers, so that every machine has the same.
//!
//! ```text
//!   load    = busy hour of the area and technology · the station's own · hour of the day · season · holiday · chance
//!   power   = rated power · (idle share + load share · load + cooling)
//!   cooling = 6 ‰ for each degree above 24 °C, at most 100 ‰; heating 2 ‰ for each below -10 °C, at most 30 ‰
//! ```
//!
//! The tables are made up for this project, after the usual shapes: offices by day, homes in the evening, villages in the
//! evening and at the Spring Festival.

use super::calendar::{month_of, DayKind};
use trimast_primitives::site::Technology;

/// A whole, in thousandths.
pub(super) const WHOLE: u32 = 1_000;
/// Most load, thousandths of what the cells can carry.
const MOST_LOAD: u32 = 950;

/// What stands around a station.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Area {
	/// Shops, stations, crowds.
	DenseUrban,
	/// Homes.
	Residential,
	/// Offices and works.
	Office,
	/// Villages.
	Rural,
}

impl Area {
	/// Every kind.
	pub const ALL: [Self; 4] = [Self::DenseUrban, Self::Residential, Self::Office, Self::Rural];

	/// Load in each hour of the day, thousandths of the busy hour.
	const fn hours(self, kind: DayKind) -> [u32; 24] {
		match (self, kind) {
			(Self::DenseUrban, DayKind::Workday) => [
				350, 220, 150, 120, 110, 140, 260, 450, 640, 720, 760, 800, 880, 820, 760, 770, 800, 860,
				930, 970, 1000, 980, 820, 560,
			],
			(Self::DenseUrban, _) => [
				450, 300, 200, 140, 120, 130, 200, 320, 480, 640, 780, 870, 930, 920, 900, 910, 920, 940,
				970, 1000, 1000, 970, 860, 660,
			],
			(Self::Residential, DayKind::Workday) => [
				400, 250, 160, 120, 110, 140, 280, 460, 480, 420, 400, 430, 520, 480, 430, 430, 470, 580,
				720, 860, 960, 1000, 900, 650,
			],
			(Self::Residential, _) => [
				480, 320, 210, 150, 120, 130, 200, 340, 500, 600, 650, 680, 720, 690, 650, 650, 670, 730,
				800, 890, 960, 1000, 920, 720,
			],
			(Self::Office, DayKind::Workday) => [
				120, 80, 60, 55, 50, 60, 120, 320, 700, 920, 980, 950, 880, 900, 960, 1000, 940, 850, 620,
				430, 330, 270, 220, 160,
			],
			(Self::Office, _) => [
				110, 75, 60, 50, 50, 55, 80, 130, 200, 260, 300, 320, 320, 310, 300, 300, 290, 270, 250, 230,
				210, 190, 170, 140,
			],
			(Self::Rural, _) => [
				220, 140, 100, 80, 90, 180, 380, 480, 460, 430, 430, 480, 560, 500, 450, 440, 480, 580, 720,
				880, 1000, 880, 560, 330,
			],
		}
	}

	/// Load of the busy hour, thousandths of what the cells can carry.
	const fn busy(self, technology: Technology) -> u32 {
		match (self, technology) {
			(Self::DenseUrban, Technology::Nr) => 420,
			(Self::Residential, Technology::Nr) => 300,
			(Self::Office, Technology::Nr) => 360,
			(Self::Rural, Technology::Nr) => 140,
			(Self::DenseUrban, Technology::Lte) => 380,
			(Self::Residential, Technology::Lte) => 320,
			(Self::Office, Technology::Lte) => 300,
			(Self::Rural, Technology::Lte) => 220,
		}
	}

	/// What becomes of the load on holidays, thousandths.
	const fn holiday(self, kind: DayKind) -> u32 {
		match (self, kind) {
			(_, DayKind::Workday | DayKind::Weekend) => WHOLE,
			(Self::DenseUrban, DayKind::Holiday) => 1_080,
			(Self::Residential, DayKind::Holiday) => 1_020,
			(Self::Office, DayKind::Holiday) => 850,
			(Self::Rural, DayKind::Holiday) => 1_200,
			(Self::DenseUrban, DayKind::Festival) => 720,
			(Self::Residential, DayKind::Festival) => 880,
			(Self::Office, DayKind::Festival) => 550,
			(Self::Rural, DayKind::Festival) => 1_600,
		}
	}
}

/// Load by month, thousandths: more in the school holidays.
const SEASON: [u32; 12] = [960, 950, 970, 980, 1_000, 1_010, 1_070, 1_070, 990, 1_010, 990, 1_000];
/// The mean temperature of each month at 45° and at 20° north, tenths of a degree.
const NORTH: [i32; 12] = [-180, -130, -30, 70, 150, 210, 230, 215, 150, 60, -60, -150];
/// See [`NORTH`].
const SOUTH: [i32; 12] = [180, 190, 220, 250, 280, 290, 290, 285, 275, 260, 230, 190];
/// What the temperature is above the day's mean, tenths of a degree.
const WARMTH: [i32; 24] =
	[-20, -26, -31, -36, -39, -40, -37, -30, -19, -6, 8, 20, 30, 37, 40, 39, 34, 27, 18, 9, 1, -5, -10, -15];

/// The temperature, tenths of a degree: `latitude` in millionths of a degree north, `anomaly` of the day.
pub(super) fn temperature(latitude: i32, day: u16, hour: usize, anomaly: i32) -> i32 {
	let month = month_of(day);
	let north = i64::from(latitude.clamp(20_000_000, 45_000_000) - 20_000_000) / 25_000;
	let [of_north, of_south] = [NORTH, SOUTH].map(|table| i64::from(table[month]));
	let mean = (of_north * north + of_south * (1_000 - north)) / 1_000;
	mean as i32 + WARMTH[hour] + anomaly
}

/// What cooling or heating takes, thousandths of the rated power.
pub(super) fn cooling(temperature: i32) -> u32 {
	let heat = (temperature - 240).max(0) as u32 * 6 / 10;
	let cold = (-100 - temperature).max(0) as u32 * 2 / 10;
	heat.min(100) + cold.min(30)
}

/// The load, thousandths of what the cells can carry. `own` and `chance`: factors in thousandths.
pub(super) fn load(
	area: Area,
	technology: Technology,
	kind: DayKind,
	(day, minute): (u16, u32),
	(own, chance): (u32, u32),
) -> u32 {
	let hours = area.hours(kind);
	let hour = (minute / 60) as usize;
	// Between the middles of two hours along a line would be smoother; from one full hour to the next is enough.
	let (here, next) = (hours[hour % 24], hours[(hour + 1) % 24]);
	let of_hour = (here * (60 - minute % 60) + next * (minute % 60)) / 60;
	let factors = [of_hour, SEASON[month_of(day)], area.holiday(kind), own, chance];
	let load = factors
		.into_iter()
		.fold(u64::from(area.busy(technology)), |load, factor| load * u64::from(factor) / u64::from(WHOLE));
	(load as u32).min(MOST_LOAD)
}

/// The power drawn at a load, thousandths of the rated power: never more than that.
pub(super) fn drawn(technology: Technology, load: u32, cooling: u32) -> u32 {
	let (idle, by_load) = match technology {
		Technology::Nr => (560, 340),
		Technology::Lte => (640, 260),
	};
	(idle + by_load * load / WHOLE + cooling).min(WHOLE)
}

/// What a cell can carry down, Mbit/s.
pub(super) const fn capacity(technology: Technology) -> u64 {
	match technology {
		Technology::Nr => 300,
		Technology::Lte => 60,
	}
}
