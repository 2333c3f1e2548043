// SPDX-License-Identifier: Apache-2.0

//! What is planted in files of readings, and what the command has to say of it: that, and nothing else.

use super::ground::date;
use crate::cells::of_type;
use serde_json::{json, Value};
use std::{
	collections::{BTreeMap, BTreeSet},
	fs::File,
	io::{BufRead, BufReader},
	path::Path,
};
use trimast_testbed::generate::parse_day;

/// A line of a file, by the names of its columns.
pub(crate) type Row = BTreeMap<String, String>;

/// The rows of the list of what is planted.
pub(crate) fn list(folder: &Path) -> Vec<Row> {
	let mut list = csv::Reader::from_path(folder.join("planted-energy.csv")).unwrap();
	list.deserialize().collect::<Result<_, _>>().unwrap()
}

/// A time of a file as the command tells it.
pub(crate) fn time(start: &str) -> String {
	start[..16].replace('T', " ")
}

/// The day of a row.
pub(crate) fn day(row: &Row) -> u16 {
	parse_day(&row["start"][..10]).unwrap()
}

/// The station of a row, as commands name it.
pub(crate) fn station(row: &Row) -> String {
	format!("{}/{}", row["local_network"], row["station"])
}

/// What is planted in an owner's file.
#[derive(Default)]
pub(crate) struct Planted {
	/// Readings that do not count: station, from when, how many, and why.
	faults: BTreeSet<(String, String, u64, String)>,
	/// Meters that do not go on as they ended the day before: station, when, and how.
	breaks: BTreeSet<(String, String, String)>,
	/// Second lines with another energy, and lines whose register says something else than the energies: the station's code, and the
	/// interval.
	otherwise: BTreeSet<(String, String)>,
	registers: BTreeSet<(String, String)>,
	/// How many lines are there twice.
	repeated: usize,
}

impl Planted {
	/// By the list; `last` is the last day of the file.
	pub(crate) fn of(list: &[Row], owner: usize, last: u16) -> Self {
		let file = format!("energy-{owner}.csv");
		let mut all = Self::default();
		for row in list.iter().filter(|row| row["file"] == file) {
			let (station, start) = (station(row), time(&row["start"]));
			// What the next report of a meter shows that was set back, or has jumped.
			let (fault, broken) = match row["kind"].as_str() {
				"gap" => ("Gap", None),
				"backwards" => ("Backwards", Some("Behind")),
				"over-rating" => ("OverRating", Some("Ahead")),
				"other-network" => ("OtherNetwork", None),
				// What is held back the chain has as a gap.
				"register-behind" => ("Gap", Some("Behind")),
				"register-ahead" => ("Gap", Some("Ahead")),
				"register-once" => ("Gap", None),
				"repeated" => {
					all.repeated += 1;
					continue;
				}
				"repeated-otherwise" => {
					all.otherwise.insert((row["station"].clone(), start));
					continue;
				}
				kind => panic!("{kind} in {file}"),
			};
			if row["kind"].starts_with("register-") {
				all.registers.insert((row["station"].clone(), start.clone()));
			}
			if let Some(broken) = broken.filter(|_| day(row) < last) {
				let next = format!("{} 00:00", date(day(row) + 1));
				all.breaks.insert((station.clone(), next, broken.to_owned()));
			}
			let count = row["intervals"].parse().unwrap();
			all.faults.insert((station, start, count, fault.to_owned()));
		}
		all
	}

	/// Compares with what the command has said of the file. Gives how many of its lines are told: those that repeat others with other
	/// values, and those that are held back.
	pub(crate) fn assert_found(&self, lines: &[Value], file: &str) -> usize {
		let text = |line: &Value, field: &str| line[field].as_str().unwrap().to_owned();
		let of = |kind: &'static str| lines.iter().filter(move |line| line["type"] == kind);
		let faults: BTreeSet<_> = of("reading")
			.map(|line| {
				let count = line["readings"].as_u64().unwrap();
				(text(line, "station"), text(line, "from"), count, text(line, "fault"))
			})
			.collect();
		assert_eq!(faults, self.faults);
		assert_eq!(of("reading").count(), faults.len());
		let breaks: BTreeSet<_> =
			of("meter").map(|line| (text(line, "station"), text(line, "at"), text(line, "break"))).collect();
		assert_eq!(breaks, self.breaks);
		let (held, second): (Vec<&Value>, Vec<&Value>) =
			of("malformed").partition(|line| text(line, "column") == "register_wh");
		for line in &second {
			assert!(text(line, "what").contains("has other values of the same interval"), "{line}");
		}
		for (told, planted) in [(held, &self.registers), (second, &self.otherwise)] {
			let numbers: BTreeSet<u64> = told.iter().map(|line| line["line"].as_u64().unwrap()).collect();
			assert_eq!(numbers.len(), told.len());
			let starts = starts(file, &numbers);
			let start = |line: &Value| starts[&line["line"].as_u64().unwrap()].clone();
			let told: BTreeSet<_> = told.iter().map(|line| (text(line, "station"), start(line))).collect();
			assert_eq!(told, *planted);
		}
		assert_eq!(of_type(lines, "summary")["repeated_records"], json!(self.repeated));
		assert_eq!(of_type(lines, "summary")["held_back"], json!(self.registers.len()));
		self.otherwise.len() + self.registers.len()
	}
}

/// When the readings begin that these lines of a file are about, as commands tell it.
fn starts(file: &str, numbers: &BTreeSet<u64>) -> BTreeMap<u64, String> {
	let (mut all, mut last, mut is_xml) = (BTreeMap::new(), String::new(), false);
	for (number, line) in (1..).zip(BufReader::new(File::open(file).unwrap()).lines()) {
		let line = line.unwrap();
		is_xml |= line.starts_with("<?xml");
		// A measurement file says when an interval ends; of a day it is an hour earlier.
		let end = line.split_once("<granPeriod").and_then(|(_, rest)| rest.split_once("endTime=\""));
		if let Some((_, end)) = end {
			let hour: u8 = end[11..13].parse().unwrap();
			last = match hour {
				0 => format!("{} 23:00", date(parse_day(&end[..10]).unwrap() - 1)),
				hour => format!("{} {:02}:00", &end[..10], hour - 1),
			};
		}
		if numbers.contains(&number) {
			let start = match is_xml {
				true => last.clone(),
				false => time(line.split(',').nth(1).unwrap()),
			};
			all.insert(number, start);
		}
	}
	all
}
