// SPDX-License-Identifier: Apache-2.0
//! Readings as comma-separated values: a line a station and interval.
//!
//! | column | content |
//! |---|---|
//! | `station` | the code; where several local networks have it, with the local network in front (`1301/HE-0001`) |
//! | `start` | when the interval begins, RFC 3339; without an offset it is UTC+8 |
//! | `interval_min` | 15 or 60 |
//! | `register_wh` | what the meter shows when the interval ends; the column may be missing |
//! | `energy_wh` | what it has gone up by within; nothing where nothing was read |
//! | `46011_dl_mbit`, `46011_ul_mbit` | what a network has carried; nothing where that was not measured, or the station has no such network |
//!
//! Where one of the two columns of a network has nothing, what it has carried was not measured: that is not 0.
//!
//! Columns are known by their names and stand in any order. One that is none of these is refused: a misspelled network would
//! be lost.

use super::{
	decimal, energy_of, interval_of, no, place_in_day, register_of, Defect, Misread, RawRecord,
	ENERGY_REMEDY, MOST_VOLUME, REGISTER_REMEDY, VOLUME_REMEDY,
};
use crate::{
	config::{catalogue::read_plmn, export::time},
	error::{Failure, Result},
	lines::{self, Unclosed},
	names,
	output::{counted, quoted},
};
use std::io::Read;
use trimast_primitives::{
	site::{is_code, Plmn},
	text::escaped,
	LocalNetworkId,
};

/// What the first line should be.
const FIRST_LINE: &str =
	"the first line is station,start,interval_min,register_wh,energy_wh and for each network 46011_dl_mbit,46011_ul_mbit, \
	 with commas between them";
/// Most columns of a file.
const MOST_COLUMNS: usize = 256;

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Column {
	Station,
	Start,
	Interval,
	Register,
	Energy,
	/// The volume of a network, by its place among those of the file.
	Volume(usize),
}

/// Lines of a file.
pub(super) struct Lines<R: Read> {
	lines: lines::Lines<R>,
	columns: Vec<Column>,
	names: Vec<String>,
	networks: Vec<Plmn>,
	fields: ::csv::StringRecord,
}

/// What has been read of a line.
#[derive(Default)]
struct Fields<'a> {
	station: &'a str,
	start: &'a str,
	interval: &'a str,
}

impl<R: Read> Lines<R> {
	/// Reads the header.
	pub(super) fn new(input: R) -> Result<Self> {
		let mut lines = lines::Lines::new(input);
		let mut header = ::csv::StringRecord::new();
		if !lines.first(&mut header)? {
			return Err(Failure::input("the file is empty").at("line 1").remedy(FIRST_LINE));
		}
		let (mut columns, mut networks, mut names) = (Vec::new(), Vec::new(), Vec::<String>::new());
		for (n, name) in header.iter().map(str::trim).enumerate() {
			let wrong = |what: &str, remedy: &str| {
				let place = format!("line 1: column {} ({})", n + 1, escaped(name));
				Failure::input(what).at(place).remedy(remedy)
			};
			let column = match name {
				"station" => Column::Station,
				"start" => Column::Start,
				"interval_min" => Column::Interval,
				"register_wh" => Column::Register,
				"energy_wh" => Column::Energy,
				_ => match name.strip_suffix("_dl_mbit").or_else(|| name.strip_suffix("_ul_mbit")) {
					Some(plmn) => {
						let plmn = read_plmn(plmn).ok_or_else(|| {
							wrong("it has no PLMN", "write the digits of MCC and MNC in front: 46011_dl_mbit")
						})?;
						let place =
							networks.iter().position(|other| *other == plmn).unwrap_or(networks.len());
						if place == networks.len() {
							networks.push(plmn);
						}
						Column::Volume(place)
					}
					None => return Err(wrong("it is no column of readings", FIRST_LINE)),
				},
			};
			if names.iter().any(|other| other == name) {
				return Err(wrong("it stands there twice", "leave one out"));
			}
			if n >= MOST_COLUMNS {
				return Err(wrong("there are too many columns", FIRST_LINE));
			}
			columns.push(column);
			names.push(name.into());
		}
		for (column, name) in [
			(Column::Station, "station"),
			(Column::Start, "start"),
			(Column::Interval, "interval_min"),
			(Column::Energy, "energy_wh"),
		] {
			if !columns.contains(&column) {
				let what = format!("the column `{name}` is missing");
				return Err(Failure::input(what).at("line 1").remedy(FIRST_LINE));
			}
		}
		Ok(Self { lines, columns, names, networks, fields: header })
	}

	/// The next line.
	pub(super) fn next(&mut self) -> Result<Option<Result<RawRecord, Misread>>> {
		let Some((line, read)) = self.lines.read(&mut self.fields)? else { return Ok(None) };
		let misread = |(column, defect): (String, Defect)| {
			let of_station = |n: &usize| self.columns.get(*n) == Some(&Column::Station);
			let station = (0..self.columns.len()).find(of_station).and_then(|n| self.fields.get(n));
			let station = station.filter(|_| column != "station").unwrap_or_default();
			// A text that is no code may be anything.
			let station = if is_station(station) { station.into() } else { String::new() };
			Misread { line, station, column, defect }
		};
		let record = match read {
			Err(unclosed) => Err((String::new(), (unclosed.to_string(), Unclosed::REMEDY.into()))),
			Ok(()) => self.record(line),
		};
		Ok(Some(record.map_err(misread)))
	}

	fn record(&self, line: u64) -> Result<RawRecord, (String, Defect)> {
		let expected = self.columns.len();
		if self.fields.len() != expected {
			let what = format!("{} instead of {expected}", counted(self.fields.len(), "field"));
			let remedy = "write one for each column of the first line; an empty one is no value";
			return Err((String::new(), (what, remedy.into())));
		}
		let mut of = Fields::default();
		let (mut register, mut energy) = (None, None);
		let mut volumes: Vec<Option<u32>> = vec![None; self.networks.len()];
		let mut is_missing = vec![false; self.networks.len()];
		for ((column, name), text) in
			self.columns.iter().zip(&self.names).zip(self.fields.iter().map(str::trim))
		{
			let wrong = |defect| (name.clone(), defect);
			match column {
				Column::Station => of.station = text,
				Column::Start => of.start = text,
				Column::Interval => of.interval = text,
				Column::Volume(place) if text.is_empty() => {
					if let Some(is_missing) = is_missing.get_mut(*place) {
						*is_missing = true;
					}
				}
				_ if text.is_empty() => {}
				Column::Register => {
					let value = decimal(text, 0).and_then(register_of);
					register = Some(value.ok_or_else(|| wrong(no(text, "register", REGISTER_REMEDY)))?);
				}
				Column::Energy => {
					let value = decimal(text, 0).and_then(energy_of);
					energy = Some(value.ok_or_else(|| wrong(no(text, "energy", ENERGY_REMEDY)))?);
				}
				Column::Volume(place) => {
					let value = decimal(text, 0).and_then(|value| u32::try_from(value).ok());
					let value = value.ok_or_else(|| wrong(no(text, "volume", VOLUME_REMEDY)))?;
					if let Some(volume) = volumes.get_mut(*place) {
						let both = volume.unwrap_or(0).checked_add(value).filter(|both| *both <= MOST_VOLUME);
						*volume = Some(both.ok_or_else(|| {
							wrong((
								format!("with the other way it is beyond 2^32: {}", quoted(text)),
								VOLUME_REMEDY.into(),
							))
						})?);
					}
				}
			}
		}
		let (local_network, station) =
			station(of.station).map_err(|defect| ("station".to_string(), defect))?;
		let interval = of.interval.parse().ok().and_then(interval_of).ok_or_else(|| {
			("interval_min".to_string(), no(of.interval, "length of an interval", "15 or 60"))
		})?;
		let start = time::read(of.start)
			.map_err(|remedy| (format!("{} is no time", quoted(of.start)), remedy))
			.and_then(|start| place_in_day(start, interval));
		let (day, first) = start.map_err(|defect| ("start".to_string(), defect))?;
		let volumes =
			volumes.into_iter().zip(is_missing).map(|(volume, is_missing)| volume.filter(|_| !is_missing));
		let volumes = self.networks.iter().zip(volumes).filter_map(|(plmn, volume)| Some((*plmn, volume?)));
		let (station, volumes) = (station.into(), volumes.collect());
		Ok(RawRecord { line, local_network, station, day, first, interval, register, energy, volumes })
	}
}

/// A station, with or without its local network in front.
fn station(text: &str) -> Result<(Option<LocalNetworkId>, &str), Defect> {
	let (local_network, code) =
		match text.split_once('/') {
			Some((place, code)) => {
				let place = names::local_network(place);
				(
					Some(place.map_err(|remedy| {
						(format!("{} has no local network in front", quoted(text)), remedy)
					})?),
					code,
				)
			}
			None => (None, text),
		};
	match is_code(code.as_bytes()) {
		true => Ok((local_network, code)),
		false => Err(no(code, "station code", "1 to 24 of A-Z 0-9 - _ .")),
	}
}

fn is_station(text: &str) -> bool {
	station(text).is_ok()
}

#[cfg(test)]
mod tests {
	use super::super::{tests_support::items, Item, RawRecord};
	use trimast_primitives::{energy::Interval, LocalNetworkId};

	const HEADER: &str =
		"station,start,interval_min,register_wh,energy_wh,46011_dl_mbit,46011_ul_mbit,46001_dl_mbit";

	fn record(item: &Item) -> &RawRecord {
		match item {
			Item::Record(record) => record,
			Item::Wrong(wrong) => panic!("{wrong}"),
		}
	}

	#[test]
	fn lines_give_records() {
		let text = format!(
			"{HEADER}\nHE-1,2026-11-28T00:15:00+08:00,15,1731,731,20,3,\n\
			 1301/HE-2,2026-11-27T16:00:00Z,60,,-5,,,0\n\"HE-3\",2026-11-28 01:00:00,60,,,,,\n"
		);
		let items = items(&text).unwrap();
		let [first, second, third] = &items[..] else { panic!("{items:?}") };
		let (first, second, third) = (record(first), record(second), record(third));
		assert_eq!((first.line, first.station.as_str(), first.local_network), (2, "HE-1", None));
		assert_eq!((first.day, first.first, first.interval), (20_785, 1, Interval::Quarter));
		assert_eq!((first.register, first.energy), (Some(1_731), Some(731)));
		assert_eq!(
			first.volumes.iter().map(|(plmn, volume)| (plmn.mnc, *volume)).collect::<Vec<_>>(),
			[(11, 23)]
		);
		assert_eq!((second.station.as_str(), second.local_network), ("HE-2", Some(LocalNetworkId(1301))));
		assert_eq!((second.day, second.first, second.interval), (20_785, 0, Interval::Hour));
		assert_eq!((second.register, second.energy), (None, Some(-5)));
		assert_eq!(
			second.volumes.iter().map(|(plmn, volume)| (plmn.mnc, *volume)).collect::<Vec<_>>(),
			[(1, 0)]
		);
		assert_eq!((third.line, third.energy, third.volumes.len()), (4, None, 0));
	}

	#[test]
	fn volume_of_which_one_way_was_not_measured_was_not_measured() {
		let line = |volumes: &str| format!("HE-1,2026-11-28T00:15:00+08:00,15,,731,{volumes}");
		let text = format!("{HEADER}\n{}\n{}\n{}\n", line("20,,7"), line(",3,"), line("0,0,"));
		let volumes =
			|item: &Item| record(item).volumes.iter().map(|(plmn, of)| (plmn.mnc, *of)).collect::<Vec<_>>();
		let all: Vec<_> = items(&text).unwrap().iter().map(volumes).collect();
		assert_eq!(all, [vec![(1, 7)], vec![], vec![(11, 0)]]);
	}

	#[test]
	fn columns_may_stand_in_any_order() {
		let items =
			items("energy_wh,station,interval_min,46011_ul_mbit,start\n7,A,60,9,2026-11-28T00:00:00\n")
				.unwrap();
		let record = record(&items[0]);
		assert_eq!((record.energy, record.station.as_str(), record.volumes[0].1), (Some(7), "A", 9));
	}

	#[test]
	fn malformed_line_is_named_and_takes_nothing_with_it() {
		let sound = "HE-1,2026-11-28T00:00:00+08:00,15,1000,5,1,1,1";
		for (line, column, what) in [
			("HE-1,2026-11-28T00:00:00+08:00,15,1000,5,1,1", "", "7 fields instead of 8"),
			("he-1,2026-11-28T00:00:00+08:00,15,1000,5,1,1,1", "station", "`he-1` is no station code"),
			("77/HE-1,2026-11-28T00:00:00+08:00,15,1000,5,1,1,1", "station", "no local network in front"),
			("HE-1,yesterday,15,1000,5,1,1,1", "start", "`yesterday` is no time"),
			(
				"HE-1,2026-11-28T00:05:00+08:00,15,1000,5,1,1,1",
				"start",
				"no interval of 15 minutes begins then",
			),
			("HE-1,2026-11-28T00:00:00+08:00,30,1000,5,1,1,1", "interval_min", "`30` is no length"),
			("HE-1,2026-11-28T00:00:00+08:00,15,-1,5,1,1,1", "register_wh", "`-1` is no register"),
			("HE-1,2026-11-28T00:00:00+08:00,15,281474976710656,5,1,1,1", "register_wh", "is no register"),
			("HE-1,2026-11-28T00:00:00+08:00,15,1000,5.5,1,1,1", "energy_wh", "`5.5` is no energy"),
			("HE-1,2026-11-28T00:00:00+08:00,15,1000,-2147483648,1,1,1", "energy_wh", "is no energy"),
			("HE-1,2026-11-28T00:00:00+08:00,15,1000,5,x,1,1", "46011_dl_mbit", "`x` is no volume"),
			("HE-1,2026-11-28T00:00:00+08:00,15,1000,5,4294967295,1,1", "46011_dl_mbit", "beyond 2^32"),
			("HE-1,2026-11-28T00:00:00+08:00,15,1000,5,4294967294,1,1", "46011_ul_mbit", "beyond 2^32"),
			("\"HE-1,2026-11-28T00:00:00+08:00,15,1000,5,1,1,1", "", "is not closed on this line"),
		] {
			let items = items(&format!("{HEADER}\n{sound}\n{line}\n{sound}\n")).unwrap();
			let [Item::Record(_), Item::Wrong(wrong), Item::Record(after)] = &items[..] else {
				panic!("{line}: {items:?}");
			};
			assert_eq!((wrong.line, wrong.column.as_str(), after.line), (3, column, 4), "{wrong}");
			assert!(wrong.what.contains(what) && !wrong.remedy.is_empty(), "{wrong}");
			assert!(wrong.to_string().starts_with("readings: line 3"), "{wrong}");
		}
	}

	#[test]
	fn header_fails_when_it_is_none() {
		for (header, what) in [
			("", "the file is empty"),
			("station,start,interval_min", "`energy_wh` is missing"),
			("station,start,interval_min,energy_wh,46011_dl_mb", "no column of readings"),
			("station,start,interval_min,energy_wh,4601_dl_mbit", "it has no PLMN"),
			("station,start,interval_min,energy_wh,start", "it stands there twice"),
			("station;start;interval_min;energy_wh", "no column of readings"),
		] {
			let failure = items(header).unwrap_err().to_string();
			assert!(failure.contains("readings: line 1") && failure.contains(what), "{failure}");
			assert!(failure.contains("remedy: "), "{failure}");
		}
	}
}
