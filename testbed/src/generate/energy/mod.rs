// SPDX-License-Identifier: Apache-2.0

//! What stations draw and what their networks carry, interval by interval, for any stations and any days.
//!
//! # What it guarantees
//!
//! * **Deterministic**: a reading follows from the seed, the station, the day and the interval alone, in whole numbers. A
//!   meter's register begins with the first day and goes up by the readings, but where something else is planted.
//! * **Streamed**: memory holds the stations, and the readings of one local network and day.
//! * **Asleep**, if asked for: from a day on cells that another covers in full (`coverage.csv`) sleep in some hours. Their stations
//!   draw less by half of these cells' part; what is carried stays the same.
//! * **Planted**: a reading that is not planted is sound: it lies below the rated power and has the station's networks alone.
//!   Of a station and a day at most one thing is planted in a file.
//!
//! # Files
//!
//! | file | what it is |
//! |---|---|
//! | `energy-0.csv`, `energy-1.csv` | the readings of the stations that each carrier owns, by day, local network, station and start |
//! | `energy-copy-0.csv`, `energy-copy-1.csv` | the same as the other carrier has them: some stations differ, on some days |
//! | `energy-0.xml`, `energy-1.xml` | the readings as measurement files (3GPP TS 32.435), if asked for; the second with lists of values |
//! | `planted-energy.csv` | what is planted: `file,local_network,station,start,intervals,kind` ([`MeterFault`]) |
//!
//! A line is `station,start,interval_min,register_wh,energy_wh` and for each network two volumes (`46011_dl_mbit`,
//! `46011_ul_mbit`). `start` is a time at UTC+8, `register_wh` what the meter shows when the interval ends, `energy_wh` what it has
//! gone up by within, and a network that the station does not have has no value.
//!
//! | kind | what the file has | what has to become of it |
//! |---|---|---|
//! | `gap` | no line of up to four intervals; the meter goes on | readings are missing |
//! | `repeated` | a line twice | the second says nothing new |
//! | `repeated-otherwise` | a second line with another energy | the first stands, the second is told |
//! | `backwards` | the meter was set back: a negative energy | does not count |
//! | `over-rating` | the meter has jumped by hours of rated power | does not count |
//! | `other-network` | a volume of 46000, which no station has | does not count |
//! | `register-behind` | from then on the register shows less than the energies say | is held back |
//! | `register-ahead` | from then on it shows hours of rated power more | is held back |
//! | `register-once` | it shows something else in this line | is held back |
//! | `differing` | in a copy alone: another energy, or another volume | a dispute of that page and day |

mod calendar;
mod curves;
mod faults;
mod files;
mod meas_collec;
#[cfg(test)]
mod tests;

pub use calendar::{parse_day, DayKind};
pub use curves::Area;
pub use faults::MeterFault;
pub use files::WrittenEnergy;

use super::{
	borders::Borders,
	cells::{mix, Columns, Row, FULL},
	Country, LocalNetwork,
};
use anyhow::{ensure, Result};
use calendar::{begin_of, Calendar};
use curves::{capacity, cooling, drawn, load, temperature};
use faults::Planted;
use std::sync::Arc;
use trimast_primitives::{
	site::{Plmn, Station},
	LocalNetworkId, Moment,
};

/// The networks that have columns: the carriers', and one of somebody else's.
pub const NETWORKS: [&str; 3] = ["46011", "46001", "46000"];
/// The place of the network that no station has.
const OTHER: usize = 2;
/// A minute in ms.
const MINUTE: Moment = 60_000;
/// What a sleeping cell draws less, thousandths of its part of the station's energy.
const SAVED: u64 = 500;

/// When cells sleep that another one covers in full.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asleep {
	/// From this day on.
	pub from: u16,
	/// The quarter of an hour of the day in which they fall asleep.
	pub first: u8,
	/// The quarter of an hour in which they wake up.
	pub until: u8,
}

/// Whose readings, and of when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EnergyPlan {
	/// Of this local network, or of one after the other.
	pub place: Option<LocalNetworkId>,
	/// How many stations; all where there are no more.
	pub stations: usize,
	/// The first day, counted from 1970-01-01.
	pub from: u16,
	/// How many days.
	pub days: u16,
	/// Minutes of an interval: 15 or 60.
	pub interval: u32,
	/// On how many of a thousand days of a station something is planted.
	pub planted_per_mille: u32,
	/// On how many of them the second party's copy differs.
	pub differing_per_mille: u32,
	/// Whether measurement files are written too.
	pub xml: bool,
	/// When cells sleep; never where nothing is said.
	pub asleep: Option<Asleep>,
}

impl EnergyPlan {
	/// Thirty days of 500 stations, quarter of an hour by quarter of an hour.
	pub const fn month(from: u16) -> Self {
		Self {
			place: None,
			stations: 500,
			from,
			days: 30,
			interval: 15,
			planted_per_mille: 5,
			differing_per_mille: 1,
			xml: false,
			asleep: None,
		}
	}

	/// Intervals of a day.
	const fn intervals(&self) -> usize {
		(24 * 60 / self.interval) as usize
	}
}

/// One interval of one station.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reading {
	/// When it begins.
	pub start: Moment,
	/// What the meter shows when it ends, Wh.
	pub register: u64,
	/// What the meter has gone up by, Wh.
	pub energy: i64,
	/// What each of [`NETWORKS`] has carried down and up, Mbit.
	pub volumes: [Option<[u32; 2]>; 3],
}

/// The readings of a station on a day, as files have them.
#[derive(Clone, PartialEq, Debug)]
pub struct StationDay {
	/// The station.
	pub station: Arc<Station>,
	/// Its lines, in the owner's file.
	pub readings: Vec<Reading>,
	/// Its lines in the second party's copy.
	pub copy: Vec<Reading>,
	/// What is planted: in both, or in the copy alone.
	pub planted: Vec<PlantedReading>,
}

/// Something planted, a line of `planted-energy.csv`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PlantedReading {
	/// What.
	pub fault: MeterFault,
	/// The first interval.
	pub start: Moment,
	/// How many.
	pub intervals: usize,
}

/// A local network's readings of a day.
#[derive(Clone, PartialEq, Debug)]
pub struct NetworkDay {
	/// Where.
	pub local_network: LocalNetworkId,
	/// The day, counted from 1970-01-01.
	pub day: u16,
	/// The stations, by code.
	pub stations: Vec<StationDay>,
}

/// A station with its meter.
struct Meter {
	station: Arc<Station>,
	area: Area,
	/// Random bits of the station.
	bits: u64,
	register: u64,
	/// The places of its networks among [`NETWORKS`].
	networks: Vec<usize>,
	/// How many of its cells may sleep.
	sleepers: u8,
}

/// The readings of stations, a local network and day at a time.
pub struct Energy {
	plan: EnergyPlan,
	seed: u64,
	calendar: Calendar,
	networks: Vec<(LocalNetworkId, Vec<Meter>)>,
	/// The day, and the place of the local network, that are next.
	next: (u16, usize),
}

impl Country {
	/// What stations draw and carry.
	///
	/// # Errors
	///
	/// The plan has no station or no day, days beyond those that can be numbered, or intervals of neither 15 nor 60 minutes.
	pub fn energy(&self, plan: &EnergyPlan) -> Result<Energy> {
		ensure!(matches!(plan.interval, 15 | 60), "an interval has 15 or 60 minutes, not {}", plan.interval);
		ensure!(plan.from > 0 && plan.from.checked_add(plan.days).is_some(), "there are no such days");
		ensure!(plan.days > 0 && plan.stations > 0, "nothing to read");
		let mut left = plan.stations;
		let coverage =
			plan.asleep.map(|_| Ok::<_, anyhow::Error>((Borders::new(self), Columns::new()?))).transpose()?;
		let mut networks = Vec::new();
		for (order, region) in self.regions.iter().enumerate() {
			if left == 0 {
				break;
			}
			if plan.place.is_some_and(|place| place != region.id()) {
				continue;
			}
			let Some(here) = self.local_network(order) else { continue };
			// As where stations are placed: a quarter of the counties are city districts.
			let districts = (region.counties / 4).max(1);
			let sleepers = match &coverage {
				Some((borders, columns)) => self.sleepers(borders, columns, order, &here),
				None => vec![0; here.stations.len()],
			};
			let meters: Vec<_> = here
				.stations
				.into_iter()
				.zip(sleepers)
				.take(left)
				.map(|(named, sleepers)| Meter {
					sleepers,
					..Meter::new(self.plan.seed, named.station, districts)
				})
				.collect();
			left -= meters.len();
			networks.push((here.id, meters));
		}
		ensure!(!networks.is_empty(), "the country has no such local network");
		let seed = self.plan.seed;
		Ok(Energy { plan: *plan, seed, calendar: Calendar::new()?, networks, next: (plan.from, 0) })
	}

	/// How many cells of each station of a local network another one covers in full.
	fn sleepers(&self, borders: &Borders, columns: &Columns, order: usize, here: &LocalNetwork) -> Vec<u8> {
		let network = self.network(borders, order, here);
		let relations = columns.coverage();
		let (mut row, mut counts) = (Row::new(), vec![0; here.stations.len()]);
		for radio in &network.cells {
			columns.fill(&network, radio, &mut row);
			let is_covered = relations.iter().any(|(relation, _)| row[*relation] == FULL);
			counts[radio.station as usize] += u8::from(is_covered);
		}
		counts
	}
}

/// The digits of a network.
fn digits(plmn: &Plmn) -> String {
	let width = if plmn.three_digit_mnc { 3 } else { 2 };
	format!("{:03}{:0width$}", plmn.mcc, plmn.mnc)
}

/// From `least` to `most`, by random bits.
const fn between(bits: u64, least: u32, most: u32) -> u32 {
	least + (bits % (most - least + 1) as u64) as u32
}

impl Meter {
	fn new(seed: u64, station: Station, districts: u8) -> Self {
		let bits = station.code.iter().fold(mix(seed), |bits, byte| mix(bits ^ u64::from(*byte)));
		let area = match (station.county <= districts, bits % 100) {
			(true, 0..=29) => Area::DenseUrban,
			(true, 30..=69) => Area::Residential,
			(true, _) => Area::Office,
			(false, 0..=64) => Area::Rural,
			(false, 65..=89) => Area::Residential,
			(false, _) => Area::Office,
		};
		let place = |plmn: &Plmn| NETWORKS.iter().position(|network| *network == digits(plmn));
		let networks = station.plmns.iter().filter_map(place).collect();
		Self {
			area,
			bits,
			register: 10_000 + mix(bits ^ 1) % 80_000_000,
			networks,
			sleepers: 0,
			station: Arc::new(station),
		}
	}

	/// What it draws less of the energy of an interval, since cells sleep.
	fn saved(&self, at: At, energy: u64) -> u64 {
		let is_within = |(first, until): (u8, u8)| {
			u32::from(first) * 15 <= at.minute && at.minute + at.interval <= u32::from(until) * 15
		};
		match at.window.is_some_and(is_within) {
			true => {
				energy * u64::from(self.sleepers) * SAVED / (1_000 * u64::from(self.station.cells.max(1)))
			}
			false => 0,
		}
	}

	/// What it draws in an interval, Wh, and what its networks carry.
	fn draw(&self, at: At, bits: u64) -> (u64, [Option<[u32; 2]>; 3]) {
		let station = &self.station;
		let technology = station.technology;
		let hour = (at.minute / 60) as usize;
		let own = between(mix(self.bits ^ 2), 500, 1_500);
		let chance = between(bits, 850, 1_150) * at.tide / 1_000;
		// In some nights nobody is awake in a village.
		let sleeps = self.area == Area::Rural
			&& (2..5).contains(&hour)
			&& mix(self.bits ^ u64::from(at.day)).is_multiple_of(3);
		let load = match sleeps {
			true => 0,
			false => load(self.area, technology, at.kind, (at.day, at.minute), (own, chance)),
		};
		let heat = cooling(temperature(station.position.latitude, at.day, hour, at.anomaly));
		let power = u64::from(station.rated_power_w) * u64::from(drawn(technology, load, heat));
		let energy = power * u64::from(at.interval) / 60_000;
		let energy = energy - self.saved(at, energy);
		let seconds = u64::from(at.interval) * 60;
		let carried = capacity(technology) * u64::from(station.cells) * seconds * u64::from(load) / 1_000;
		// The first network, which is the owner's, carries 40 to 70 %, somewhat more or less each time.
		let first = match self.networks.len() {
			1 => 1_000,
			_ => between(mix(self.bits ^ 3), 400, 700) + between(mix(bits ^ 1), 0, 100),
		};
		let mut volumes = [None; 3];
		for (n, place) in self.networks.iter().enumerate() {
			let part = if n == 0 { u64::from(first) } else { 1_000 - u64::from(first) };
			let down = carried * part / 1_000;
			let up = down * u64::from(between(mix(bits ^ (2 + n as u64)), 80, 180)) / 1_000;
			volumes[*place] = Some([down as u32, up as u32]);
		}
		(energy, volumes)
	}

	/// The readings of a day.
	fn day(&mut self, plan: &EnergyPlan, at: At) -> StationDay {
		let intervals = plan.intervals();
		let of_day = mix(self.bits ^ mix(u64::from(at.day) << 8));
		let draw = mix(of_day ^ 1);
		let planted = (draw % 1_000 < u64::from(plan.planted_per_mille)).then(|| {
			let kinds = MeterFault::OF_METERS;
			Planted::new(kinds[(draw >> 32) as usize % kinds.len()], mix(of_day ^ 2), intervals)
		});
		let mut readings = Vec::with_capacity(intervals + 1);
		let rated = u64::from(self.station.rated_power_w);
		for n in 0..intervals {
			let minute = n as u32 * plan.interval;
			let (energy, mut volumes) = self.draw(At { minute, ..at }, mix(of_day ^ (n as u64 + 16)));
			let mut energy = energy as i64;
			let start = begin_of(at.day) + Moment::from(minute) * MINUTE;
			let fault = planted.and_then(|planted| Some((planted.at(n)?, planted.size)));
			match fault {
				Some((MeterFault::Backwards, size)) => {
					energy = -((1 + size % 5_000).min(self.register) as i64);
				}
				Some((MeterFault::OverRating, size)) => energy += (rated * (2 + size % 20)) as i64,
				Some((MeterFault::OtherNetwork, size)) => {
					volumes[OTHER] = Some([1 + (size % 200) as u32, (size / 200 % 50) as u32]);
				}
				_ => {}
			}
			self.register = self.register.saturating_add_signed(energy);
			let mut reading = Reading { start, register: self.register, energy, volumes };
			match fault {
				// So much less, and so much more, that the next report shows it, too.
				Some((MeterFault::RegisterBehind, size)) => {
					self.register -= (rated * 2 + size % 5_000).min(self.register);
					reading.register = self.register;
				}
				Some((MeterFault::RegisterAhead, size)) => {
					self.register += rated * (3 + size % 20);
					reading.register = self.register;
				}
				Some((MeterFault::RegisterOnce, size)) => reading.register += 10 + size % 5_000,
				_ => {}
			}
			match fault {
				Some((MeterFault::Gap, _)) => {}
				Some((MeterFault::Repeated, _)) => readings.extend([reading, reading]),
				Some((MeterFault::RepeatedOtherwise, size)) => {
					let energy = energy + 1 + (size % 50) as i64;
					readings.extend([reading, Reading { energy, ..reading }]);
				}
				_ => readings.push(reading),
			}
		}
		let mut list: Vec<_> = planted.iter().map(|planted| planted.listed(plan, at.day)).collect();
		let copy = self.copy(plan, &readings, planted, of_day, &mut list, at.day);
		StationDay { station: self.station.clone(), readings, copy, planted: list }
	}

	/// What the second party has of a day.
	fn copy(
		&self,
		plan: &EnergyPlan,
		readings: &[Reading],
		planted: Option<Planted>,
		of_day: u64,
		list: &mut Vec<PlantedReading>,
		day: u16,
	) -> Vec<Reading> {
		let mut copy = readings.to_vec();
		let draw = mix(of_day ^ 3);
		if planted.is_some() || draw % 1_000 >= u64::from(plan.differing_per_mille) {
			return copy;
		}
		let differing = Planted::new(MeterFault::Differing, mix(of_day ^ 4), plan.intervals());
		let size = 1 + (differing.size % 20) as u32;
		// Nothing else is planted here, so there is one line an interval.
		let energy = match draw >> 32 & 3 {
			0 => i64::from(size),
			1 => -i64::from(size),
			_ => 0,
		};
		copy[differing.first].energy += energy;
		// The meter keeps what it shows more or less until the day ends.
		for reading in &mut copy[differing.first..] {
			reading.register = reading.register.saturating_add_signed(energy);
		}
		if energy == 0 {
			for volume in copy[differing.first].volumes.iter_mut().flatten().take(1) {
				volume[0] += size;
			}
		}
		list.push(differing.listed(plan, day));
		copy
	}
}

impl Planted {
	fn listed(&self, plan: &EnergyPlan, day: u16) -> PlantedReading {
		let minute = self.first as u32 * plan.interval;
		PlantedReading {
			fault: self.fault,
			start: begin_of(day) + Moment::from(minute) * MINUTE,
			intervals: self.count,
		}
	}
}

/// When a reading is, and what is the same for all stations of the local network then.
#[derive(Clone, Copy)]
struct At {
	day: u16,
	kind: DayKind,
	minute: u32,
	interval: u32,
	/// What the day is warmer than usual, tenths of a degree.
	anomaly: i32,
	/// What the day has more load than usual, as a factor in thousandths.
	tide: u32,
	/// In which quarters of an hour cells sleep.
	window: Option<(u8, u8)>,
}

impl Energy {
	/// When the first interval begins, and when the last one ends.
	pub fn span(&self) -> (Moment, Moment) {
		(begin_of(self.plan.from), begin_of(self.plan.from + self.plan.days))
	}

	/// How many stations there are.
	pub fn len(&self) -> usize {
		self.networks.iter().map(|(_, meters)| meters.len()).sum()
	}

	/// Whether there are none.
	pub fn is_empty(&self) -> bool {
		self.len() == 0
	}

	/// A station's area, by its code.
	pub fn area(&self, code: &[u8]) -> Option<Area> {
		let mut meters = self.networks.iter().flat_map(|(_, meters)| meters);
		meters.find(|meter| meter.station.code.as_slice() == code).map(|meter| meter.area)
	}

	/// What is the same for all stations of a local network on a day.
	fn at(&self, local_network: LocalNetworkId, day: u16) -> At {
		let bits = |day: u16| mix(mix(self.seed ^ u64::from(local_network.0)) ^ u64::from(day));
		// Weather lasts: a day has something of those before.
		let anomaly: i32 = (0..3).map(|ago| between(bits(day.saturating_sub(ago)), 0, 40) as i32 - 20).sum();
		At {
			day,
			kind: self.calendar.kind(day),
			minute: 0,
			interval: self.plan.interval,
			anomaly,
			tide: between(bits(day) >> 32, 950, 1_050),
			window: self
				.plan
				.asleep
				.filter(|asleep| asleep.from <= day)
				.map(|asleep| (asleep.first, asleep.until)),
		}
	}
}

impl Iterator for Energy {
	type Item = NetworkDay;

	/// The next local network of the day, or the first one of the next day.
	fn next(&mut self) -> Option<NetworkDay> {
		let (day, place) = self.next;
		if day >= self.plan.from + self.plan.days {
			return None;
		}
		let local_network = self.networks.get(place)?.0;
		let at = self.at(local_network, day);
		let plan = self.plan;
		let (_, meters) = self.networks.get_mut(place)?;
		let stations = meters.iter_mut().map(|meter| meter.day(&plan, at)).collect();
		self.next = if place + 1 < self.networks.len() { (day, place + 1) } else { (day + 1, 0) };
		Some(NetworkDay { local_network, day, stations })
	}
}
