// SPDX-License-Identifier: Apache-2.0

//! Tests of readings.

use super::{super::Plan, *};
use crate::time::local;
use std::{
	collections::{BTreeMap, BTreeSet},
	fs,
	path::Path,
};
use trimast_primitives::site::Technology;

fn country() -> Country {
	Country::new(Plan::of(1_000)).unwrap()
}

fn day(text: &str) -> u16 {
	parse_day(text).unwrap()
}

/// Thirty days of a hundred stations, hour by hour, without faults.
fn sound(from: &str) -> EnergyPlan {
	EnergyPlan {
		stations: 100,
		interval: 60,
		planted_per_mille: 0,
		differing_per_mille: 0,
		..EnergyPlan::month(day(from))
	}
}

fn carried(reading: &Reading) -> u64 {
	reading.volumes.iter().flatten().flatten().map(|volume| u64::from(*volume)).sum()
}

#[test]
fn sound_readings_lie_below_the_rating_and_add_up() {
	let mut meters: BTreeMap<Vec<u8>, u64> = BTreeMap::new();
	let (mut quiet, mut readings) = (0, 0);
	for network in country().energy(&sound("2026-07-01")).unwrap() {
		for StationDay { station, readings: all, copy, planted } in network.stations {
			assert!(planted.is_empty() && copy == all && all.len() == 24);
			for (n, one) in (0u64..).zip(&all) {
				assert_eq!(one.start, begin_of(network.day) + n * 60 * MINUTE);
				let rated = i64::from(station.rated_power_w);
				let idle = if station.technology == Technology::Nr { 560 } else { 640 };
				assert!((rated * idle / 1_000..=rated).contains(&one.energy), "{one:?} at {rated}");
				let has = |place: usize| station.plmns.iter().any(|plmn| digits(plmn) == NETWORKS[place]);
				assert!((0..3).all(|place| one.volumes[place].is_some() == has(place)), "{one:?}");
				let before = meters.insert(station.code.to_vec(), one.register);
				assert!(before.is_none_or(|before| before + one.energy as u64 == one.register));
				quiet += u32::from(carried(one) == 0);
				readings += 1;
			}
		}
	}
	assert_eq!((meters.len(), readings), (100, 100 * 30 * 24));
	assert!(quiet > 0 && quiet < readings / 10, "in {quiet} hours nothing is carried");
}

/// What stations of a kind carry and draw: by hour, on days of a kind.
fn curve(from: &str, days: u16, area: Area) -> ([u64; 24], u64) {
	let plan = EnergyPlan { days, stations: 400, ..sound(from) };
	let energy = country().energy(&plan).unwrap();
	let areas: BTreeMap<Vec<u8>, Area> = energy
		.networks
		.iter()
		.flat_map(|(_, meters)| meters)
		.map(|meter| (meter.station.code.to_vec(), meter.area))
		.collect();
	assert_eq!(areas.values().collect::<BTreeSet<_>>().len(), Area::ALL.len());
	let (mut hours, mut drawn) = ([0; 24], 0);
	for station in energy.flat_map(|network| network.stations) {
		if areas[station.station.code.as_slice()] == area {
			for (hour, one) in hours.iter_mut().zip(&station.readings) {
				*hour += carried(one);
				drawn += one.energy as u64;
			}
		}
	}
	(hours, drawn)
}

#[test]
fn curves_have_the_shape_of_their_area_day_and_season() {
	let peak = |hours: [u64; 24]| (0..24).max_by_key(|hour| hours[*hour]).unwrap();
	let sum = |hours: [u64; 24]| hours.iter().sum::<u64>();
	// A Tuesday, and the Sunday before.
	let tuesday = |area| curve("2026-03-10", 1, area).0;
	let sunday = |area| curve("2026-03-08", 1, area).0;
	assert!((9..=16).contains(&peak(tuesday(Area::Office))));
	assert!((19..=22).contains(&peak(tuesday(Area::Residential))));
	assert!((19..=21).contains(&peak(tuesday(Area::Rural))));
	for area in Area::ALL {
		assert!(tuesday(area)[4] * 3 < tuesday(area)[20].max(tuesday(area)[11]), "{area:?}");
	}
	assert!(sum(sunday(Area::Office)) * 2 < sum(tuesday(Area::Office)));
	// At the Spring Festival people are in their villages, and no one is in the office.
	let festival = |area| curve("2026-02-17", 1, area).0;
	assert!(sum(festival(Area::Rural)) > sum(tuesday(Area::Rural)) * 13 / 10);
	assert!(sum(festival(Area::Office)) * 3 < sum(tuesday(Area::Office)));
	// Heat costs more than what is carried.
	let drawn = |from| curve(from, 7, Area::Residential).1;
	assert!(drawn("2026-07-06") > drawn("2026-04-13") * 101 / 100);
}

#[test]
fn new_radio_draws_what_it_is_rated_for_and_more_than_lte() {
	let mut drawn: BTreeMap<bool, (u64, u64)> = BTreeMap::new();
	for station in country().energy(&sound("2026-05-01")).unwrap().flat_map(|network| network.stations) {
		let (hours, sum) = drawn.entry(station.station.technology == Technology::Nr).or_default();
		*hours += station.readings.len() as u64;
		*sum += station.readings.iter().map(|one| one.energy as u64).sum::<u64>();
	}
	let mean = |is_nr| drawn[&is_nr].1 / drawn[&is_nr].0;
	assert!((2_100..3_000).contains(&mean(true)), "{}", mean(true));
	assert!((830..1_200).contains(&mean(false)), "{}", mean(false));
}

#[test]
fn readings_follow_from_the_day_alone_and_registers_go_on() {
	let country = country();
	let days = |from, days| -> Vec<NetworkDay> {
		let plan = EnergyPlan { stations: 40, days, interval: 15, ..EnergyPlan::month(day(from)) };
		country.energy(&plan).unwrap().collect()
	};
	let (long, short) = (days("2026-01-01", 3), days("2026-01-03", 1));
	let last: Vec<_> = long.iter().filter(|network| network.day == day("2026-01-03")).collect();
	assert_eq!(last.len(), short.len());
	let energies = |network: &NetworkDay| -> Vec<_> {
		let readings = network.stations.iter().flat_map(|station| &station.readings);
		readings.map(|one| (one.start, one.energy, one.volumes)).collect()
	};
	assert!(last.iter().zip(&short).all(|(a, b)| energies(a) == energies(b)));
	assert_eq!(long, days("2026-01-01", 3));
}

#[test]
fn plans_that_cannot_be_are_refused() {
	let plan = sound("2026-01-01");
	let nowhere = Some(LocalNetworkId(9999));
	for wrong in [
		EnergyPlan { interval: 30, ..plan },
		EnergyPlan { days: 0, ..plan },
		EnergyPlan { stations: 0, ..plan },
		EnergyPlan { from: 65_530, ..plan },
		EnergyPlan { place: nowhere, ..plan },
	] {
		assert!(country().energy(&wrong).is_err(), "{wrong:?}");
	}
	let there = EnergyPlan { place: Some(LocalNetworkId(1301)), ..plan };
	let days: Vec<_> = country().energy(&there).unwrap().collect();
	assert!(days.len() == 30 && days.iter().all(|network| network.local_network.0 == 1301));
}

#[test]
fn stations_draw_less_while_their_covered_cells_sleep() {
	let from = day("2026-06-03");
	let awake = EnergyPlan { stations: 600, days: 4, ..sound("2026-06-01") };
	let asleep = EnergyPlan { asleep: Some(Asleep { from, first: 4, until: 20 }), ..awake };
	let country = country();
	let mut less: BTreeSet<Vec<u8>> = BTreeSet::new();
	for (one, other) in country.energy(&awake).unwrap().zip(country.energy(&asleep).unwrap()) {
		for (a, b) in one.stations.iter().zip(&other.stations) {
			for (hour, (a_one, b_one)) in a.readings.iter().zip(&b.readings).enumerate() {
				assert_eq!(a_one.volumes, b_one.volumes);
				let saved = a_one.energy - b_one.energy;
				if saved == 0 {
					continue;
				}
				assert!(one.day >= from && (1..5).contains(&hour), "day {}, hour {hour}", one.day);
				// Three cells of six, and a half of their part.
				assert!(saved > 0 && saved <= a_one.energy / 4 && a.station.cells == 6);
				less.insert(a.station.code.to_vec());
			}
			let end = |station: &StationDay| station.readings.last().map(|reading| reading.register);
			assert!(end(a) >= end(b));
		}
	}
	assert!((10..100).contains(&less.len()), "{} stations draw less", less.len());
}

/// A line of a file, by the names of its columns.
type Row = BTreeMap<String, String>;

fn rows(path: &Path) -> Vec<Row> {
	let mut reader = csv::Reader::from_path(path).unwrap();
	reader.deserialize().collect::<Result<_, _>>().unwrap()
}

/// Looks for faults anew, from the files alone, and compares with the list.
#[test]
fn planted_is_exactly_what_is_wrong_with_the_files() {
	let folder = tempfile::tempdir().unwrap();
	let country = country();
	let plan = EnergyPlan {
		stations: 300,
		days: 10,
		interval: 60,
		planted_per_mille: 60,
		differing_per_mille: 20,
		..EnergyPlan::month(day("2026-03-01"))
	};
	let written = country.write_energy(folder.path(), &plan).unwrap();
	let stations: BTreeMap<String, Arc<Station>> = country
		.energy(&plan)
		.unwrap()
		.networks
		.into_iter()
		.flat_map(|(_, meters)| meters)
		.map(|meter| (String::from_utf8_lossy(&meter.station.code).into_owned(), meter.station))
		.collect();
	let starts: Vec<String> =
		(0..10 * 24).map(|hour| local(begin_of(plan.from) + hour * 60 * MINUTE)).collect();
	// Local networks and codes are those of the stations; here the code begins with it.
	let mut found = BTreeSet::new();
	for owner in 0..2 {
		let name = format!("energy-{owner}.csv");
		let (own, copy) =
			(rows(&folder.path().join(&name)), rows(&folder.path().join(format!("energy-copy-{owner}.csv"))));
		assert_eq!((own.len() as u64, copy.len()), (written.lines[owner], own.len()));
		let mut note = |name: &str, row: &str, start: &str, intervals: usize, kind: &str| {
			let place = row.split('-').next().unwrap().to_owned();
			assert!(found.insert(format!("{name},{place},{row},{start},{intervals},{kind}")));
		};
		let mut by_station: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
		for row in &own {
			by_station.entry(&row["station"]).or_default().push(row);
		}
		for (code, rows) in by_station {
			let station = &stations[code];
			assert_eq!(usize::from(station.owner.0), owner);
			let mut gap = 0;
			let mut before: Option<(usize, i64)> = None;
			let mut rows = rows.into_iter().peekable();
			for start in &starts {
				let Some(row) = rows.next_if(|row| row["start"] == *start) else {
					gap += 1;
					continue;
				};
				let at = starts.iter().position(|one| one == start).unwrap();
				if gap > 0 {
					note(&name, code, &starts[at - gap], std::mem::take(&mut gap), "gap");
				}
				if let Some(again) = rows.next_if(|again| again["start"] == *start) {
					note(&name, code, start, 1, if row == again { "repeated" } else { "repeated-otherwise" });
				}
				let number = |row: &Row, column: &str| row[column].parse::<i64>().unwrap();
				let (register, energy) = (number(row, "register_wh"), number(row, "energy_wh"));
				// Within a day the register goes up by the energy, and the next line tells whether it stays where it is.
				let follows = before.filter(|(place, _)| place + 1 == at && at % 24 > 0);
				let off = follows.map_or(0, |(_, shown)| register - shown - energy);
				let is_once = match rows.peek() {
					Some(next) => number(next, "register_wh") - register != number(next, "energy_wh"),
					None => (10..5_010).contains(&off),
				};
				let kind = match off {
					0 => None,
					_ if is_once => Some("register-once"),
					..0 => Some("register-behind"),
					_ => Some("register-ahead"),
				};
				if let Some(kind) = kind {
					note(&name, code, start, 1, kind);
				}
				before = Some((at, if is_once { register - off } else { register }));
				if energy < 0 {
					note(&name, code, start, 1, "backwards");
				} else if energy > i64::from(station.rated_power_w) * 11 / 10 {
					note(&name, code, start, 1, "over-rating");
				}
				let is_own = |network: &str| station.plmns.iter().any(|plmn| digits(plmn) == network);
				if NETWORKS
					.iter()
					.any(|network| !is_own(network) && !row[&format!("{network}_dl_mbit")].is_empty())
				{
					note(&name, code, start, 1, "other-network");
				}
			}
			assert!(rows.next().is_none());
			if gap > 0 {
				note(&name, code, &starts[starts.len() - gap], gap, "gap");
			}
		}
		for (own, copy) in own.iter().zip(&copy) {
			let differs = own.iter().any(|(column, value)| column != "register_wh" && copy[column] != *value);
			if differs {
				note(&format!("energy-copy-{owner}.csv"), &own["station"], &own["start"], 1, "differing");
			}
		}
	}
	let list = fs::read_to_string(folder.path().join("planted-energy.csv")).unwrap();
	let listed: BTreeSet<String> = list.lines().skip(1).map(str::to_owned).collect();
	assert_eq!(found.symmetric_difference(&listed).collect::<Vec<_>>(), Vec::<&String>::new());
	assert_eq!(listed.len() as u64, written.planted);
	let kinds: BTreeSet<_> = listed.iter().filter_map(|line| line.rsplit(',').next()).collect();
	assert_eq!(kinds.len(), 10, "{kinds:?}");
}
