// SPDX-License-Identifier: Apache-2.0
//! Crews, generators and spares as lines of CSV.
//!
//! | column | what stands there |
//! |---|---|
//! | `number` | its number on the chain; nothing: it is not there yet, or it is the one that is described so |
//! | `kind` | `crew`, `generator`, `spares` |
//! | `area` | where it may be sent: `national`, `province:13`, `local:1301` |
//! | `base_latitude`, `base_longitude` | where it belongs: degrees, WGS 84, up to six decimals |
//! | `latitude`, `longitude` | where it is; nothing: at its base, or where the chain has it |
//! | `shift` | begin and end of the work at UTC+8: `08:00-18:00`; past midnight `20:00-06:00`; nothing: all day |
//! | `speed_kmh` | km/h, up to three decimals; of spares nothing |
//! | `capacity` | how many jobs it can do on one route; of spares nothing |
//! | `skills` | numbers from 0 to 31 joined by `+`; nothing: none |
//! | `power_kw` | of a generator alone, kW, up to three decimals |
//! | `part`, `count` | of spares alone: the company's number of the part, and how many there are |

use crate::{
	lines::{Lines, Unclosed},
	mistakes::Mistake,
	names::{self, scope_text},
	output::{counted, quoted},
	site::csv::{degrees, degrees_text},
};
use std::{collections::BTreeMap, io};
use trimast_primitives::{
	access::Scope,
	plan::Skills,
	resource::{Details, Kind, Shift, MAX_CAPACITY, MAX_SPEED},
	territory::Position,
};

pub(crate) const COLUMNS: [&str; 14] = [
	"number",
	"kind",
	"area",
	"base_latitude",
	"base_longitude",
	"latitude",
	"longitude",
	"shift",
	"speed_kmh",
	"capacity",
	"skills",
	"power_kw",
	"part",
	"count",
];

/// Seconds of a day.
const DAY: u32 = 86_400;

/// A line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Line {
	pub(crate) line: u64,
	/// The resource that it is about, where it says so.
	pub(crate) number: Option<u32>,
	pub(crate) details: Details,
	/// Whether it says where the resource is.
	pub(crate) is_placed: bool,
}

/// What a file says.
#[derive(Default, Debug)]
pub(crate) struct Sheet {
	/// Lines in which nothing is wrong.
	pub(crate) lines: Vec<Line>,
	/// The area of each line that has one, whatever else is wrong there.
	pub(crate) areas: Vec<(u64, Scope)>,
	/// All that is wrong by itself.
	pub(crate) wrong: Vec<Mistake>,
}

/// What is wrong in a column of a line.
pub(crate) fn wrong_in(line: u64, column: usize, what: impl std::fmt::Display) -> Mistake {
	Mistake::at(line, column, &COLUMNS, what)
}

/// The place of a column.
pub(crate) fn column(name: &str) -> usize {
	COLUMNS.iter().position(|column| *column == name).unwrap_or(COLUMNS.len())
}

/// A number with up to three decimals, in thousandths.
fn thousandths(text: &str) -> Result<u32, String> {
	let wrong = || format!("{}: write a number above 0 with up to three decimals", quoted(text));
	let (whole, rest) = text.split_once('.').unwrap_or((text, "0"));
	let is_plain = |part: &str| !part.is_empty() && part.bytes().all(|c| c.is_ascii_digit());
	if !is_plain(whole) || !is_plain(rest) || rest.len() > 3 {
		return Err(wrong());
	}
	let number = |part: &str| part.parse::<u32>().map_err(|_| wrong());
	let rest = number(&format!("{rest:0<3}"))?;
	let all = number(whole)?.checked_mul(1_000).and_then(|all| all.checked_add(rest));
	all.filter(|all| *all > 0).ok_or_else(wrong)
}

/// Thousandths as [`thousandths`] reads them.
pub(crate) fn thousandths_text(number: u32) -> String {
	match number % 1_000 {
		0 => (number / 1_000).to_string(),
		rest => {
			let text = format!("{}.{rest:03}", number / 1_000);
			text.trim_end_matches('0').into()
		}
	}
}

/// Seconds of a day: `08:00`, `08:00:30`, and `24:00` for the end.
fn clock(text: &str) -> Option<u32> {
	let parts: Vec<&str> = text.split(':').collect();
	let number = |part: &&str| {
		let is_plain = part.len() == 2 && part.bytes().all(|c| c.is_ascii_digit());
		part.parse::<u32>().ok().filter(|_| is_plain)
	};
	let numbers: Option<Vec<u32>> = parts.iter().map(number).collect();
	let (hours, minutes, seconds) = match numbers?[..] {
		[hours, minutes] => (hours, minutes, 0),
		[hours, minutes, seconds] => (hours, minutes, seconds),
		_ => return None,
	};
	let all = hours * 3_600 + minutes * 60 + seconds;
	(minutes < 60 && seconds < 60 && all <= DAY).then_some(all)
}

fn clock_text(seconds: u32) -> String {
	let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
	match rest {
		0 => format!("{hours:02}:{minutes:02}"),
		_ => format!("{hours:02}:{minutes:02}:{rest:02}"),
	}
}

/// When people work.
fn shift(text: &str) -> Result<Shift, String> {
	let wrong = || format!("{} is no shift, such as 08:00-18:00, or 20:00-06:00 past midnight", quoted(text));
	let (from, to) = text.split_once('-').ok_or_else(wrong)?;
	let (from, to) = (clock(from).ok_or_else(wrong)?, clock(to).ok_or_else(wrong)?);
	let shift = Shift { from, to: if to > from { to } else { to.saturating_add(DAY) } };
	match shift.is_valid() {
		true => Ok(shift),
		false => Err(wrong()),
	}
}

/// A shift as [`shift`] reads it.
pub(crate) fn shift_text(shift: Shift) -> String {
	let to = if shift.to > DAY { shift.to.saturating_sub(DAY) } else { shift.to };
	format!("{}-{}", clock_text(shift.from), clock_text(to))
}

/// Skills by their numbers.
fn skills(text: &str) -> Result<Skills, String> {
	let one = |set: u32, number: &str| {
		let wrong = || format!("{} is no skill: a number from 0 to 31", quoted(number));
		let bit: u32 = number.trim().parse().map_err(|_| wrong())?;
		Ok(set | 1u32.checked_shl(bit).ok_or_else(wrong)?)
	};
	match text {
		"" => Ok(Skills(0)),
		text => text.split('+').try_fold(0, one).map(Skills),
	}
}

/// Skills as [`skills`] reads them.
pub(crate) fn skills_text(skills: Skills) -> String {
	let numbers: Vec<String> =
		(0..32u32).filter(|bit| skills.0 >> bit & 1 == 1).map(|bit| bit.to_string()).collect();
	numbers.join("+")
}

/// The name of a kind.
pub(crate) const fn kind_text(kind: Kind) -> &'static str {
	match kind {
		Kind::Crew => "crew",
		Kind::Generator { .. } => "generator",
		Kind::Spares { .. } => "spares",
	}
}

/// The fields of a line, with what is wrong in them.
struct Fields<'a> {
	record: &'a csv::StringRecord,
	wrong: Vec<(usize, String)>,
}

impl Fields<'_> {
	fn text(&self, name: &str) -> &str {
		self.record.get(column(name)).unwrap_or_default().trim()
	}

	/// What stands in a column; what stands for it where that cannot be read.
	fn read<T>(&mut self, name: &str, otherwise: T, read: impl Fn(&str) -> Result<T, String>) -> T {
		match read(self.text(name)) {
			Ok(value) => value,
			Err(what) => {
				self.wrong.push((column(name), what));
				otherwise
			}
		}
	}

	/// The same where nothing stands for `otherwise`.
	fn read_or<T: Clone>(&mut self, name: &str, otherwise: T, read: impl Fn(&str) -> Result<T, String>) -> T {
		let none = otherwise.clone();
		self.read(name, otherwise, |text| if text.is_empty() { Ok(none.clone()) } else { read(text) })
	}

	fn expect_empty(&mut self, names: &[&str], kind: &str) {
		for name in names {
			if !self.text(name).is_empty() {
				self.wrong.push((column(name), format!("{kind} has none: leave it empty")));
			}
		}
	}

	/// What the line says; what is wrong in it, and its area where that can be read.
	fn line(mut self, line: u64) -> Result<Line, (Vec<Mistake>, Option<Scope>)> {
		let whole =
			|text: &str| text.parse::<u32>().map_err(|_| format!("{}: write a whole number", quoted(text)));
		let positive = |text: &str| match whole(text)? {
			0 => Err("it has to be above 0".to_string()),
			number => Ok(number),
		};
		let number = self.read_or("number", None, |text| whole(text).map(Some));
		let area = self.read("area", Scope::National, names::scope);
		let base = Position {
			latitude: self.read("base_latitude", 0, degrees),
			longitude: self.read("base_longitude", 0, degrees),
		};
		let is_placed = !self.text("latitude").is_empty() || !self.text("longitude").is_empty();
		let at = match is_placed {
			false => base,
			true => Position {
				latitude: self.read("latitude", 0, degrees),
				longitude: self.read("longitude", 0, degrees),
			},
		};
		let shift = self.read_or("shift", Shift { from: 0, to: DAY }, shift);
		let skills = self.read("skills", Skills(0), skills);
		let kind = self.text("kind").to_string();
		let (kind, speed, capacity) = match kind.as_str() {
			"crew" => {
				self.expect_empty(&["power_kw", "part", "count"], "a crew");
				(Kind::Crew, self.read("speed_kmh", 1, thousandths), self.read("capacity", 1, positive))
			}
			"generator" => {
				self.expect_empty(&["part", "count"], "a generator");
				let power = self.read("power_kw", 1, thousandths);
				let speed = self.read("speed_kmh", 1, thousandths);
				(Kind::Generator { power }, speed, self.read_or("capacity", 1, positive))
			}
			"spares" => {
				self.expect_empty(&["speed_kmh", "capacity", "power_kw"], "a store of spares");
				let part = |text: &str| {
					text.parse::<u16>().map_err(|_| format!("{}: write a number up to 65535", quoted(text)))
				};
				let (part, count) = (self.read("part", 0, part), self.read("count", 0, whole));
				(Kind::Spares { part, count }, 0, 0)
			}
			other => {
				let what = format!("{}: one of crew, generator, spares", quoted(other));
				self.wrong.push((column("kind"), what));
				(Kind::Crew, 1, 1)
			}
		};
		for (name, position) in [("base_latitude", base), ("latitude", at)] {
			let is_read = self.wrong.iter().all(|(place, _)| *place != column(name));
			if is_read && !position.is_valid() && (is_placed || name != "latitude") {
				self.wrong.push((column(name), "there is no such place on Earth".into()));
			}
		}
		for (name, is_much, most) in [
			("speed_kmh", speed > MAX_SPEED, MAX_SPEED.div_euclid(1_000)),
			("capacity", capacity > MAX_CAPACITY, MAX_CAPACITY),
		] {
			if is_much {
				self.wrong.push((column(name), format!("write {most} at most")));
			}
		}
		let details = Details { area, kind, base, at, shift, speed, capacity, skills };
		if self.wrong.is_empty() && !details.is_valid() {
			self.wrong.push((column("kind"), "the chain takes none that is like that".into()));
		}
		if self.wrong.is_empty() {
			return Ok(Line { line, number, details, is_placed });
		}
		let is_read = self.wrong.iter().all(|(place, _)| *place != column("area"));
		let wrong = self.wrong.iter().map(|(place, what)| wrong_in(line, *place, what)).collect();
		Err((wrong, is_read.then_some(area)))
	}
}

/// Reads the lines; every wrong column of every line is named.
pub(crate) fn read(input: impl io::Read) -> Sheet {
	let mut reader = Lines::new(input);
	let mut record = csv::StringRecord::new();
	let Sheet { mut lines, mut areas, mut wrong } = Sheet::default();
	match reader.first(&mut record) {
		Err(failure) => wrong.push(Mistake::of_file(failure)),
		Ok(_) if record != COLUMNS[..] => {
			wrong.push(Mistake::of_file(format!("line 1: the first line is: {}", COLUMNS.join(","))));
		}
		Ok(_) => {}
	}
	if !wrong.is_empty() {
		return Sheet { lines, areas, wrong };
	}
	let mut first: BTreeMap<u32, u64> = BTreeMap::new();
	loop {
		let (number, read) = match reader.read(&mut record) {
			Ok(Some(line)) => line,
			Ok(None) => break,
			Err(failure) => {
				wrong.push(Mistake::of_file(failure));
				break;
			}
		};
		if let Err(unclosed) = read {
			let what = format!("{unclosed} - {}", Unclosed::REMEDY);
			wrong.push(wrong_in(number, unclosed.field.saturating_sub(1), what));
			continue;
		}
		if record.len() != COLUMNS.len() {
			let what = format!("{} instead of {}", counted(record.len(), "column"), COLUMNS.len());
			wrong.push(wrong_in(number, record.len().min(COLUMNS.len()), what));
			continue;
		}
		if let Some(place) = record.iter().position(|field| field.contains('\u{fffd}')) {
			wrong.push(wrong_in(number, place, "not UTF-8"));
			continue;
		}
		match (Fields { record: &record, wrong: Vec::new() }).line(number) {
			Err((all, area)) => {
				wrong.extend(all);
				areas.extend(area.map(|area| (number, area)));
			}
			Ok(line) => {
				areas.push((number, line.details.area));
				let earlier = line.number.and_then(|id| first.insert(id, number));
				if let Some(earlier) = earlier {
					wrong.push(wrong_in(number, 0, format!("line {earlier} has this number")));
				}
				lines.push(line);
			}
		}
	}
	Sheet { lines, areas, wrong }
}

/// A resource as a line.
pub(crate) fn fields(number: u32, details: &Details) -> [String; 14] {
	let is_vehicle = details.kind.is_vehicle();
	let of_vehicle = |text: String| if is_vehicle { text } else { String::new() };
	let (power, part, count) = match details.kind {
		Kind::Crew => Default::default(),
		Kind::Generator { power } => (thousandths_text(power), String::new(), String::new()),
		Kind::Spares { part, count } => (String::new(), part.to_string(), count.to_string()),
	};
	[
		number.to_string(),
		kind_text(details.kind).into(),
		scope_text(details.area),
		degrees_text(details.base.latitude),
		degrees_text(details.base.longitude),
		degrees_text(details.at.latitude),
		degrees_text(details.at.longitude),
		shift_text(details.shift),
		of_vehicle(thousandths_text(details.speed)),
		of_vehicle(details.capacity.to_string()),
		skills_text(details.skills),
		power,
		part,
		count,
	]
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use proptest::prelude::*;
	use trimast_primitives::{LocalNetworkId, ProvinceId};

	pub(crate) const SAMPLE: &str = "\
number,kind,area,base_latitude,base_longitude,latitude,longitude,shift,speed_kmh,capacity,skills,power_kw,part,count
,crew,local:1301,38.000000,114.000000,,,08:00-18:00,40,8,0+4,,,
7,generator,province:13,38.1,114.1,38.2,114.2,,50.5,,,8.5,,
,spares,local:1301,38,114,,,,,,,,12,40
";

	/// The lines of the sample.
	pub(crate) fn sample() -> Vec<Line> {
		right(SAMPLE)
	}

	/// The lines of a text in which nothing is wrong.
	pub(crate) fn right(text: &str) -> Vec<Line> {
		let Sheet { lines, wrong, .. } = read(text.as_bytes());
		assert!(wrong.is_empty(), "{wrong:?}");
		lines
	}

	/// What is wrong in a text, in words.
	fn wrong(text: &str) -> Vec<String> {
		read(text.as_bytes()).wrong.iter().map(Mistake::to_string).collect()
	}

	#[test]
	fn area_is_known_whatever_else_is_wrong_in_its_line() {
		let head = COLUMNS.join(",");
		let sheet = read(
			format!("{head}\n,crews,local:9999,38,114,,,,,,,,,\n,crew,city,38,114,,,,40,8,,,,\n").as_bytes(),
		);
		assert_eq!(sheet.areas, [(2, Scope::LocalNetwork(LocalNetworkId(9999)))]);
		let sheet = read(SAMPLE.as_bytes());
		assert_eq!(sheet.areas.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3, 4]);
	}

	#[test]
	fn lines_are_crews_generators_and_spares() {
		let lines = sample();
		let [crew, generator, spares] = &lines[..] else { panic!("{lines:?}") };
		assert_eq!((crew.number, crew.is_placed, crew.details.at), (None, false, crew.details.base));
		assert_eq!(crew.details.skills, Skills(0b10001));
		assert_eq!(crew.details.shift, Shift { from: 28_800, to: 64_800 });
		assert_eq!((crew.details.speed, crew.details.capacity), (40_000, 8));
		assert_eq!(generator.number, Some(7));
		assert_eq!(generator.details.kind, Kind::Generator { power: 8_500 });
		assert_eq!((generator.details.speed, generator.details.shift.to), (50_500, DAY));
		assert_eq!(generator.details.at, Position { latitude: 38_200_000, longitude: 114_200_000 });
		assert_eq!(spares.details.kind, Kind::Spares { part: 12, count: 40 });
	}

	#[test]
	fn every_wrong_column_is_named_with_its_line() {
		let head = COLUMNS.join(",");
		let text = format!("{head}\nx,crews,city,91,1,,,8-18,0,1,32,,,\n");
		let found = wrong(&text);
		let places = ["number", "kind", "area", "base_latitude", "shift", "skills"];
		for name in places {
			let place = format!("line 2, column {} ({name})", column(name) + 1);
			assert!(found.iter().any(|one| one.starts_with(&place)), "{place}: {found:?}");
		}
		let much = format!("{head}\n,crew,national,38,114,,,,200.001,65,,,,\n");
		let found = wrong(&much);
		assert!(found[0].contains("(speed_kmh): write 200 at most"), "{found:?}");
		assert!(found[1].contains("(capacity): write 64 at most"), "{found:?}");
		let more = format!("{head}\n,crew,national,38,114,,,,0,0,,5,,\nshort\n3,spares,national,38,114,,,,,,,,1,1\n3,spares,national,38,114,,,,,,,,1,1\n");
		let found = wrong(&more);
		assert!(found.iter().any(|one| one.contains("(power_kw): a crew has none")), "{found:?}");
		assert!(found.iter().any(|one| one.contains("(speed_kmh)")), "{found:?}");
		assert!(found.iter().any(|one| one.starts_with("line 3, column 2 (kind): 1 column")), "{found:?}");
		assert!(found.last().unwrap().contains("line 4 has this number"), "{found:?}");
		assert!(wrong("kind\n")[0].starts_with("line 1"));
	}

	#[test]
	fn shifts_past_midnight_end_on_the_next_day() {
		assert_eq!(shift("20:00-06:00"), Ok(Shift { from: 72_000, to: 108_000 }));
		assert_eq!(shift("08:00-08:00"), Ok(Shift { from: 28_800, to: 115_200 }));
		for wrong in ["", "8:00-18:00", "24:00-06:00", "08:60-09:00", "08:00", "08:00-25:00"] {
			assert!(shift(wrong).is_err(), "{wrong}");
		}
		assert_eq!([thousandths("8.5"), thousandths("40")], [Ok(8_500), Ok(40_000)]);
		for wrong in ["", "0", "-1", "1.2345", "1e3", "4294968", "."] {
			assert!(thousandths(wrong).is_err(), "{wrong}");
		}
	}

	prop_compose! {
		fn any_details()(
			kind in 0u8..3, area in 0u8..3, places in (-90_000_000i32..=90_000_000, -180_000_000i32..=180_000_000, -90_000_000i32..=90_000_000, -180_000_000i32..=180_000_000),
			from in 0u32..DAY, length in 1u32..=DAY, speed in 1..=MAX_SPEED, capacity in 1..=MAX_CAPACITY, skills: u32, power in 1u32.., part: u16, count: u32,
		) -> Details {
			let is_vehicle = kind < 2;
			let (a, b, c, d) = places;
			Details {
				area: [Scope::National, Scope::Province(ProvinceId(13)), Scope::LocalNetwork(LocalNetworkId(1301))][usize::from(area)],
				kind: [Kind::Crew, Kind::Generator { power }, Kind::Spares { part, count }][usize::from(kind)],
				base: Position { latitude: a, longitude: b },
				at: Position { latitude: c, longitude: d },
				shift: Shift { from, to: from + length },
				speed: if is_vehicle { speed } else { 0 },
				capacity: if is_vehicle { capacity } else { 0 },
				skills: Skills(skills),
			}
		}
	}

	proptest! {
		#[test]
		fn any_resource_reads_as_it_is_written(all in proptest::collection::vec(any_details(), 0..8)) {
			let mut text = COLUMNS.join(",");
			for (number, details) in (0u32..).zip(&all) {
				text.push_str(&format!("\n{}", fields(number, details).join(",")));
			}
			let lines = right(&text);
			prop_assert_eq!(lines.iter().map(|line| line.details).collect::<Vec<_>>(), all);
		}
	}
}
