// SPDX-License-Identifier: Apache-2.0
//! Readings in a measurement file: 3GPP TS 32.435, with the measurements of TS 28.552.
//!
//! ```text
//!   measData
//!     managedElement localDn                in front of the names of objects
//!     measInfo                              others than those below are passed over
//!       granPeriod duration endTime         PT900S or PT3600S; the interval begins so long before its end
//!       measType p | measTypes              what is measured
//!       measValue measObjLdn                of which object: ManagedElement is the station's code
//!         r p | measResults                 the values; NIL, or nothing: it was not measured
//!         suspect                           true: the element manager holds them unreliable
//! ```
//!
//! | measurement | what is read |
//! |---|---|
//! | `PEE.Energy` | kWh, exactly: at most three decimal places that are not 0 |
//! | `VS.PEE.MeterRegister` | what the meter shows when the interval ends, kWh; no measurement of the standards |
//! | `DRB.PdcpSduVolumeDL.46011`, `DRB.PdcpSduVolumeUL.46011` | Mbit of a network, also with `_` in front of it; of further parts (slices, QoS) nothing is read |
//!
//! Within a `measData` the values of a station's objects are added up, interval by interval: its cells, and energy and volumes where
//! they stand in several `measInfo`. What one of these objects has not measured (NIL) was not measured of the station: it is not 0. So
//! energy and volumes stand in a `measInfo` each where they are measured at different objects. What the same object gives a second
//! time is a record of its own. A reading of which something is wrong or suspect is left out as a whole: a part of its volumes would
//! share its energy out wrongly.

use super::{
	decimal, energy_of, interval_of, no, place_in_day, register_of, Defect, Misread, RawRecord,
	ENERGY_REMEDY, KWH_PLACES, MOST_VOLUME, REGISTER_REMEDY, VOLUME_REMEDY,
};
use crate::{
	config::{
		catalogue::read_plmn,
		export::{
			guard::{guard, Guard, Progress},
			time,
			xml::{
				well_formed::{check_declaration, is_char, not_well_formed, resolve, text_of},
				Counted,
			},
		},
	},
	error::{Failure, Result},
	names,
	output::quoted,
};
use quick_xml::{
	events::{BytesStart, Event},
	Reader,
};
use std::{
	cell::Cell as Shared,
	collections::{hash_map::DefaultHasher, HashMap, VecDeque},
	hash::{Hash, Hasher},
	io::{BufReader, Read},
	rc::Rc,
};
use trimast_primitives::{
	energy::Interval,
	site::{is_code, Plmn},
	LocalNetworkId, Moment,
};

/// The outermost element.
const ROOT: &str = "measCollecFile";
/// How deep elements may stand in one another.
const MOST_DEPTH: usize = 64;
/// Most bytes of a text: the names or the values of an object.
const MOST_TEXT: usize = 1024 * 1024;
/// Most readings of a `measData`.
const MOST_RECORDS: usize = 4_000_000;

/// What is done about a cut or foreign file.
const NO_FILE: &str = "a measurement file of TS 32.435 is read: export it again";

/// What a measurement is of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Measured {
	Energy,
	Register,
	/// Of a network, down or up.
	Volume(Plmn, bool),
}

impl Measured {
	/// By its name; `None` for all others.
	fn of(name: &str) -> Option<Self> {
		match name {
			"PEE.Energy" => return Some(Self::Energy),
			"VS.PEE.MeterRegister" | "PEE.MeterRegister" => return Some(Self::Register),
			_ => {}
		}
		let rest = name.strip_prefix("DRB.PdcpSduVolume")?;
		let (is_up, rest) = match rest.strip_prefix("DL") {
			Some(rest) => (false, rest),
			None => (true, rest.strip_prefix("UL")?),
		};
		Some(Self::Volume(read_plmn(rest.strip_prefix(['.', '_'])?)?, is_up))
	}
}

/// A value of an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Value {
	measured: Measured,
	/// Wh, or Mbit. `None` where it was not measured.
	number: Option<i64>,
}

/// When the values of a `measInfo` are from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Period {
	day: u16,
	first: u8,
	interval: Interval,
}

/// A reading that is being put together.
#[derive(Debug)]
struct Pending {
	record: RawRecord,
	energy: Option<i64>,
	register: Option<i64>,
	/// What was not measured of one of the objects.
	lacks: Vec<Measured>,
	/// What has been given, by object and measurement.
	given: Vec<u64>,
	/// What is wrong with a part of it has been told.
	is_wrong: bool,
	is_suspect: bool,
}

impl Pending {
	fn add(&mut self, value: Value) {
		let Some(number) = value.number else {
			self.lacks.push(value.measured);
			return;
		};
		let sum = |of: &mut Option<i64>| *of = Some(of.unwrap_or(0).saturating_add(number));
		match value.measured {
			Measured::Energy => sum(&mut self.energy),
			Measured::Register => sum(&mut self.register),
			Measured::Volume(plmn, _) => {
				let number = u32::try_from(number).unwrap_or(u32::MAX);
				match self.record.volumes.iter_mut().find(|(other, _)| *other == plmn) {
					Some((_, volume)) => *volume = volume.saturating_add(number),
					None => self.record.volumes.push((plmn, number)),
				}
			}
		}
	}

	/// The record, once all of it is there.
	fn end(self) -> Result<RawRecord, Misread> {
		let Self { mut record, energy, register, lacks, is_suspect, .. } = self;
		let wrong = |column: &str, defect| Misread {
			line: record.line,
			station: record.station.clone(),
			column: column.into(),
			defect,
		};
		if is_suspect {
			record.volumes.clear();
			return Ok(record);
		}
		let beyond = |value: i64, what: &str, remedy: &str| {
			(format!("its {what} come to {value}"), remedy.to_string())
		};
		let has = |measured: Measured| !lacks.contains(&measured);
		if let Some(energy) = energy.filter(|_| has(Measured::Energy)) {
			let value = energy_of(energy);
			record.energy =
				Some(value.ok_or_else(|| wrong("PEE.Energy", beyond(energy, "watt-hours", ENERGY_REMEDY)))?);
		}
		if let Some(register) = register.filter(|_| has(Measured::Register)) {
			let value = register_of(register);
			record.register = Some(value.ok_or_else(|| {
				wrong("VS.PEE.MeterRegister", beyond(register, "watt-hours", REGISTER_REMEDY))
			})?);
		}
		let is_whole = |plmn: Plmn| [false, true].iter().all(|is_up| has(Measured::Volume(plmn, *is_up)));
		record.volumes.retain(|(plmn, _)| is_whole(*plmn));
		if record.volumes.iter().any(|(_, volume)| *volume > MOST_VOLUME) {
			let defect = ("its volumes are beyond 2^32".into(), VOLUME_REMEDY.into());
			return Err(wrong("DRB.PdcpSduVolume", defect));
		}
		record.volumes.sort_unstable_by_key(|(plmn, _)| *plmn);
		Ok(record)
	}
}

/// A `measInfo` that is being read.
#[derive(Debug, Default)]
struct Info {
	/// What stands in each place `p`.
	types: HashMap<u32, Measured>,
	/// The names, in the order of `measTypes`.
	count: u32,
	period: Option<Result<Period, Defect>>,
	/// Whether it has been said that there is none.
	is_told: bool,
}

/// A `measValue` that is being read.
#[derive(Debug, Default)]
struct Object {
	line: u64,
	ldn: String,
	/// What is measured, and the texts; none where it was not.
	values: Vec<(Measured, Option<String>)>,
	is_suspect: bool,
}

/// The elements that matter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stands {
	Data,
	Info,
	/// A name, in this place where the file says it.
	Type(Option<u32>),
	Types,
	Object,
	/// A value in this place.
	Result(Option<u32>),
	Results,
	Suspect,
	Other,
}

/// The measurements of a file.
pub(super) struct Measurements<R: Read> {
	reader: Reader<Counted<BufReader<Guard<R>>>>,
	progress: Progress,
	lines: Rc<Shared<u64>>,
	buffer: Vec<u8>,
	stack: Vec<Stands>,
	has_root: bool,
	text: String,
	/// The name of the managed element of this `measData`.
	element: String,
	info: Info,
	object: Object,
	/// The readings of this `measData`, in the order in which they came up, and where the last of each interval is.
	pending: Vec<Pending>,
	places: HashMap<(Option<LocalNetworkId>, String, (u16, u8, u8)), usize>,
	ready: VecDeque<Result<RawRecord, Misread>>,
	suspect: u64,
	is_over: bool,
}

impl<R: Read> Measurements<R> {
	/// Of a file in UTF-8.
	pub(super) fn new(input: R) -> Self {
		let (input, progress) = guard(input);
		let (counted, lines) = Counted::new(BufReader::with_capacity(1 << 16, input));
		let mut reader = Reader::from_reader(counted);
		reader.config_mut().expand_empty_elements = true;
		reader.config_mut().enable_all_checks(true);
		Self {
			reader,
			progress,
			lines,
			buffer: Vec::new(),
			stack: Vec::new(),
			has_root: false,
			text: String::new(),
			element: String::new(),
			info: Info::default(),
			object: Object::default(),
			pending: Vec::new(),
			places: HashMap::new(),
			ready: VecDeque::new(),
			suspect: 0,
			is_over: false,
		}
	}

	pub(super) const fn suspect(&self) -> u64 {
		self.suspect
	}

	/// The next reading, or the next thing that is wrong.
	pub(super) fn next(&mut self) -> Result<Option<Result<RawRecord, Misread>>> {
		loop {
			if let Some(item) = self.ready.pop_front() {
				return Ok(Some(item));
			}
			if self.is_over {
				return Ok(None);
			}
			let line = self.lines.get();
			if let Err(failure) = self.step() {
				self.is_over = true;
				return Err(failure.at(format!("line {line}")));
			}
		}
	}

	fn step(&mut self) -> Result<()> {
		let mut buffer = std::mem::take(&mut self.buffer);
		buffer.clear();
		let event = self.reader.read_event_into(&mut buffer);
		self.progress.made();
		let result = match event {
			Ok(Event::Decl(declaration)) => check_declaration(&declaration),
			Ok(Event::Start(start)) => self.start(&start),
			Ok(Event::End(_)) => self.end(),
			Ok(Event::Text(text)) => self.say(&text.xml10_content()),
			Ok(Event::CData(text)) => self.say(&text.xml10_content()),
			Ok(Event::GeneralRef(reference)) => match resolve(&reference) {
				Some(c) => self.say(c.encode_utf8(&mut [0; 4])),
				None => {
					let what =
						format!("{} is no reference that is known", quoted(&reference.xml10_content()));
					Err(Failure::input(what).remedy("only those that XML itself defines are read"))
				}
			},
			Ok(Event::Eof) => {
				self.is_over = true;
				match (self.stack.is_empty(), self.has_root) {
					(true, true) => Ok(()),
					(true, false) => Err(Failure::input("the file has no element").remedy(NO_FILE)),
					(false, _) => Err(Failure::input("the file ends inside of an element")
						.remedy("it was cut: export it again")),
				}
			}
			Ok(_) => Ok(()),
			Err(error) => Err(not_well_formed(error)),
		};
		self.buffer = buffer;
		result
	}

	/// Text of names and values. One may come in any number of parts.
	fn say(&mut self, text: &str) -> Result<()> {
		let is_read =
			|stands: &Stands| !matches!(stands, Stands::Data | Stands::Info | Stands::Object | Stands::Other);
		if !self.stack.last().is_some_and(is_read) {
			let is_blank = text.bytes().all(|byte| byte.is_ascii_whitespace());
			return match self.stack.is_empty() && !is_blank {
				true => Err(not_well_formed("a text stands outside of the outermost element")),
				false => Ok(()),
			};
		}
		if !text.chars().all(is_char) {
			return Err(not_well_formed("a character stands in it that XML does not have"));
		}
		self.text.push_str(text);
		match self.text.len() > MOST_TEXT {
			true => {
				Err(Failure::input(format!("a text of more than {} MiB", MOST_TEXT >> 20)).remedy(NO_FILE))
			}
			false => Ok(()),
		}
	}

	fn start(&mut self, start: &BytesStart<'_>) -> Result<()> {
		let local = start.local_name();
		let name: &str = local.as_ref();
		if self.stack.is_empty() {
			if self.has_root || name != ROOT {
				let what = format!("the element {} stands where `{ROOT}` alone should", quoted(name));
				return Err(Failure::input(what).remedy(NO_FILE));
			}
			self.has_root = true;
		}
		if self.stack.len() >= MOST_DEPTH {
			return Err(Failure::input(format!("more than {MOST_DEPTH} elements stand in one another"))
				.remedy(NO_FILE));
		}
		let mut attributes: [(&str, Option<String>); 5] =
			["localDn", "measObjLdn", "p", "duration", "endTime"].map(|key| (key, None));
		for attribute in start.attributes() {
			let attribute = attribute.map_err(not_well_formed)?;
			let value = text_of(&attribute)?;
			let key = attribute.key.local_name();
			let key: &str = key.as_ref();
			if let Some((_, place)) = attributes.iter_mut().find(|(name, _)| *name == key) {
				*place = Some(value.into_owned());
			}
		}
		let [(_, dn), (_, ldn), (_, p), (_, duration), (_, end)] = attributes;
		let p = || p.and_then(|p| p.trim().parse().ok());
		let stands = match (self.stack.last(), name) {
			(Some(Stands::Other), "measData") if self.stack.len() == 1 => {
				self.element.clear();
				Stands::Data
			}
			(Some(Stands::Data), "managedElement") => {
				self.element = dn.unwrap_or_default();
				Stands::Other
			}
			(Some(Stands::Data), "measInfo") => {
				self.info = Info::default();
				Stands::Info
			}
			(Some(Stands::Info), "granPeriod") => {
				self.info.period = Some(period(&duration.unwrap_or_default(), &end.unwrap_or_default()));
				Stands::Other
			}
			(Some(Stands::Info), "measType") => Stands::Type(p()),
			(Some(Stands::Info), "measTypes") => Stands::Types,
			(Some(Stands::Info), "measValue") => {
				let (line, ldn) = (self.lines.get(), ldn.unwrap_or_default());
				self.object = Object { line, ldn, ..Object::default() };
				Stands::Object
			}
			(Some(Stands::Object), "r") => Stands::Result(p()),
			(Some(Stands::Object), "measResults") => Stands::Results,
			(Some(Stands::Object), "suspect") => Stands::Suspect,
			_ => Stands::Other,
		};
		self.text.clear();
		self.stack.push(stands);
		Ok(())
	}

	fn end(&mut self) -> Result<()> {
		let Some(stands) = self.stack.pop() else { return Ok(()) };
		let text = std::mem::take(&mut self.text);
		match stands {
			Stands::Type(p) => self.name(p, text.trim()),
			Stands::Types => text.split_ascii_whitespace().for_each(|name| self.name(None, name)),
			Stands::Result(p) => self.value(p, text.trim()),
			Stands::Results => {
				for (p, text) in (1..).zip(text.split_ascii_whitespace()) {
					self.value(Some(p), text);
				}
			}
			Stands::Suspect => self.object.is_suspect = matches!(text.trim(), "true" | "1"),
			Stands::Object => self.end_object()?,
			Stands::Data => self.end_data(),
			Stands::Info | Stands::Other => {}
		}
		Ok(())
	}

	/// A measurement's name. One without a number stands in the next place.
	fn name(&mut self, p: Option<u32>, name: &str) {
		self.info.count = self.info.count.saturating_add(1);
		if let Some(measured) = Measured::of(name) {
			self.info.types.insert(p.unwrap_or(self.info.count), measured);
		}
	}

	fn value(&mut self, p: Option<u32>, text: &str) {
		if let Some(measured) = p.and_then(|p| self.info.types.get(&p)) {
			let is_there = !matches!(text, "" | "NIL" | "NULL");
			self.object.values.push((*measured, is_there.then(|| text.into())));
		}
	}

	/// The values of an object are there.
	fn end_object(&mut self) -> Result<()> {
		let Object { line, ldn, values, is_suspect } = std::mem::take(&mut self.object);
		if values.is_empty() {
			return Ok(());
		}
		let mut wrong = |station: &str, column: &str, defect: Defect| {
			let (station, column) = (station.into(), column.into());
			self.ready.push_back(Err(Misread { line, station, column, defect }));
		};
		let (local_network, station) = match station_of(&self.element, &ldn) {
			Ok(place) => place,
			Err(defect) => {
				wrong("", "measObjLdn", defect);
				return Ok(());
			}
		};
		let period = match &self.info.period {
			Some(Ok(period)) => *period,
			found => {
				let defect = match found {
					Some(Err(defect)) => defect.clone(),
					_ => (
						"the measurements have no period".into(),
						"write a granPeriod in front of them".into(),
					),
				};
				// All values of a measInfo are of the same time: it is told once.
				if !std::mem::replace(&mut self.info.is_told, true) {
					wrong("", "granPeriod", defect);
				}
				return Ok(());
			}
		};
		let mut numbers = Vec::with_capacity(values.len());
		let mut is_wrong = false;
		for (measured, text) in &values {
			match text.as_deref().map(|text| number(*measured, text)).transpose() {
				Ok(number) => numbers.push(Value { measured: *measured, number }),
				Err((column, defect)) => {
					is_wrong = true;
					wrong(&station, column, defect);
				}
			}
		}
		let hashes: Vec<u64> = values.iter().map(|(measured, _)| hash_of(&ldn, *measured)).collect();
		let Period { day, first, interval } = period;
		let key = (local_network, station, (day, first, interval.quarters()));
		let pending = self.places.get(&key).and_then(|place| self.pending.get_mut(*place));
		let pending = match pending.filter(|pending| !hashes.iter().any(|hash| pending.given.contains(hash)))
		{
			Some(pending) => pending,
			None => {
				if self.pending.len() >= MOST_RECORDS {
					let what = format!("more than {MOST_RECORDS} readings stand in one measData");
					return Err(
						Failure::input(what).remedy("write a measData for each day and local network")
					);
				}
				let record = RawRecord {
					line,
					local_network,
					station: key.1.clone(),
					day,
					first,
					interval,
					register: None,
					energy: None,
					volumes: Vec::new(),
				};
				self.places.insert(key, self.pending.len());
				self.pending.push(Pending {
					record,
					energy: None,
					register: None,
					lacks: Vec::new(),
					given: Vec::new(),
					is_wrong: false,
					is_suspect: false,
				});
				match self.pending.last_mut() {
					Some(pending) => pending,
					None => return Ok(()),
				}
			}
		};
		pending.given.extend(hashes);
		pending.is_wrong |= is_wrong;
		pending.is_suspect |= is_suspect;
		numbers.into_iter().for_each(|value| pending.add(value));
		Ok(())
	}

	fn end_data(&mut self) {
		self.places.clear();
		for pending in std::mem::take(&mut self.pending) {
			if pending.is_wrong {
				continue;
			}
			self.suspect = self.suspect.saturating_add(pending.is_suspect.into());
			self.ready.push_back(pending.end());
		}
	}
}

fn hash_of(ldn: &str, measured: Measured) -> u64 {
	let mut hasher = DefaultHasher::new();
	(ldn, measured).hash(&mut hasher);
	hasher.finish()
}

/// A value's number, in the unit that it is kept in.
fn number(measured: Measured, text: &str) -> Result<i64, (&'static str, Defect)> {
	match measured {
		Measured::Energy => decimal(text, KWH_PLACES).ok_or_else(|| {
			let remedy = "write kWh as a decimal number with three places";
			("PEE.Energy", no(text, "whole number of watt-hours in kWh", remedy))
		}),
		Measured::Register => decimal(text, KWH_PLACES).ok_or_else(|| {
			let remedy = "write kWh as a decimal number with three places";
			("VS.PEE.MeterRegister", no(text, "whole number of watt-hours in kWh", remedy))
		}),
		Measured::Volume(_, is_up) => {
			let name = if is_up { "DRB.PdcpSduVolumeUL" } else { "DRB.PdcpSduVolumeDL" };
			let value = decimal(text, 0).filter(|value| u32::try_from(*value).is_ok());
			value.ok_or_else(|| (name, no(text, "volume", VOLUME_REMEDY)))
		}
	}
}

/// A period by its length and its end.
fn period(duration: &str, end: &str) -> Result<Period, Defect> {
	let seconds = seconds(duration.trim());
	let interval = seconds.filter(|seconds| seconds.is_multiple_of(60)).and_then(|all| interval_of(all / 60));
	let interval =
		interval.zip(seconds).ok_or_else(|| no(duration, "length of an interval", "PT900S or PT3600S"))?;
	let (interval, seconds) = interval;
	let end = time::read(end).map_err(|remedy| (format!("{} is no time", quoted(end)), remedy))?;
	let start = end.checked_sub(seconds.saturating_mul(1_000));
	let start = start.ok_or_else(|| no(duration, "length of what ends then", "PT900S or PT3600S"))?;
	let (day, first) = place_in_day(start, interval)?;
	Ok(Period { day, first, interval })
}

/// Seconds of a duration of ISO 8601, such as PT900S, PT15M, PT1H.
fn seconds(text: &str) -> Option<Moment> {
	let mut rest = text.strip_prefix("PT")?;
	let mut all: Moment = 0;
	for (unit, length) in [('H', 3_600), ('M', 60), ('S', 1)] {
		if let Some((number, behind)) = rest.split_once(unit) {
			let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
			let number = number.parse::<Moment>().ok().filter(|_| is_number)?;
			all = all.checked_add(number.checked_mul(length)?)?;
			rest = behind;
		}
	}
	rest.is_empty().then_some(all)
}

/// The station of an object, and its local network where a SubNetwork says it.
fn station_of(element: &str, ldn: &str) -> Result<(Option<LocalNetworkId>, String), Defect> {
	let (mut local_network, mut station) = (None, None);
	for part in element.split(',').chain(ldn.split(',')) {
		match part.trim().split_once('=') {
			Some(("SubNetwork", id)) => local_network = names::local_network(id).ok().or(local_network),
			Some(("ManagedElement", id)) => station = Some(id),
			_ => {}
		}
	}
	let remedy = "the id of its ManagedElement is the station's code: 1 to 24 of A-Z 0-9 - _ .";
	let station = station.ok_or_else(|| {
		(format!("the object {} lies in no ManagedElement", quoted(ldn)), remedy.to_string())
	})?;
	match is_code(station.as_bytes()) {
		true => Ok((local_network, station.into())),
		false => Err(no(station, "station code", remedy)),
	}
}

#[cfg(test)]
mod tests {
	use super::super::{tests_support::items, Item, RawRecord};
	use super::*;

	/// A file of one measData.
	fn file(data: &str) -> String {
		format!(
			"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<measCollecFile xmlns=\"urn:x\">\n<fileHeader/>\n\
			 <measData><managedElement localDn=\"SubNetwork=1301,ManagedElement=HE-1\"/>\n{data}\n</measData>\n\
			 </measCollecFile>\n"
		)
	}

	/// A measInfo of the first quarter of 2026-11-28.
	fn info(types: &str, values: &str) -> String {
		format!(
			"<measInfo><granPeriod duration=\"PT900S\" endTime=\"2026-11-28T00:15:00+08:00\"/>{types}\n{values}\n</measInfo>"
		)
	}

	const TYPES: &str = "<measType p=\"1\">PEE.Energy</measType><measType p=\"2\">RRC.ConnMean</measType>\
		<measType p=\"7\">DRB.PdcpSduVolumeDL.46011</measType><measType p=\"8\">DRB.PdcpSduVolumeUL_46011</measType>";

	fn records(text: &str) -> Vec<RawRecord> {
		let all = items(text).unwrap().into_iter().map(|item| match item {
			Item::Record(record) => record,
			Item::Wrong(wrong) => panic!("{wrong}"),
		});
		all.collect()
	}

	fn wrongs(text: &str) -> (Vec<String>, usize) {
		let items = items(text).unwrap();
		let wrong = items.iter().filter_map(|item| match item {
			Item::Wrong(wrong) => Some(wrong.to_string()),
			Item::Record(_) => None,
		});
		let wrong: Vec<_> = wrong.collect();
		let sound = items.len() - wrong.len();
		(wrong, sound)
	}

	#[test]
	fn values_by_place_and_as_lists_are_the_same() {
		let by_place = info(
			TYPES,
			"<measValue measObjLdn=\"\"><r p=\"1\">0.731</r><r p=\"2\">5</r><r p=\"7\">20</r><r p=\"8\">3</r></measValue>",
		);
		let lists = info(
			"<measTypes>PEE.Energy VS.PEE.MeterRegister RRC.ConnMean DRB.PdcpSduVolumeDL.46011 DRB.PdcpSduVolumeUL.46011</measTypes>",
			"<measValue measObjLdn=\"EP=1\"><measResults>0.731 NIL 4 20 3</measResults></measValue>",
		);
		for data in [by_place, lists] {
			let [record] = &records(&file(&data))[..] else { panic!("{data}") };
			assert_eq!((record.line, record.local_network.map(|id| id.0)), (6, Some(1301)));
			assert_eq!((record.station.as_str(), record.day, record.first), ("HE-1", 20_785, 0));
			assert_eq!((record.energy, record.register), (Some(731), None));
			assert_eq!(
				record.volumes.iter().map(|(plmn, volume)| (plmn.mnc, *volume)).collect::<Vec<_>>(),
				[(11, 23)]
			);
		}
	}

	#[test]
	fn objects_of_a_station_are_added_up_and_what_is_given_again_is_a_record_of_its_own() {
		let energy = info(
			"<measTypes>PEE.Energy VS.PEE.MeterRegister</measTypes>",
			"<measValue measObjLdn=\"\"><measResults>1.5 100.001</measResults></measValue>",
		);
		let cells = info(
			"<measTypes>DRB.PdcpSduVolumeDL.46011 DRB.PdcpSduVolumeDL.46001 DRB.PdcpSduVolumeDL.46011.9</measTypes>",
			"<measValue measObjLdn=\"NRCellCU=1\"><measResults>10 1 9</measResults></measValue>\
			 <measValue measObjLdn=\"NRCellCU=2\"><measResults>20 2 9</measResults></measValue>",
		);
		let [record] = &records(&file(&format!("{energy}{cells}")))[..] else { panic!() };
		assert_eq!((record.energy, record.register), (Some(1_500), Some(100_001)));
		let volumes: Vec<_> = record.volumes.iter().map(|(plmn, volume)| (plmn.mnc, *volume)).collect();
		assert_eq!(volumes, [(1, 3), (11, 30)]);
		let twice = records(&file(&format!("{energy}{cells}{energy}")));
		assert_eq!(twice.iter().map(|record| record.volumes.len()).collect::<Vec<_>>(), [2, 0]);
	}

	#[test]
	fn what_one_object_has_not_measured_was_not_measured() {
		let of = |values: &str| {
			let types = "<measTypes>PEE.Energy DRB.PdcpSduVolumeDL.46011 DRB.PdcpSduVolumeUL.46011 DRB.PdcpSduVolumeDL.46001</measTypes>";
			let [record] = &records(&file(&info(types, values)))[..] else { panic!("{values}") };
			let volumes: Vec<_> = record.volumes.iter().map(|(plmn, volume)| (plmn.mnc, *volume)).collect();
			(record.energy, volumes)
		};
		let object = |name: &str, values: &str| {
			format!("<measValue measObjLdn=\"{name}\"><measResults>{values}</measResults></measValue>\n")
		};
		// One way of the first network
		assert_eq!(of(&object("A=1", "0.5 20 NIL 7")), (Some(500), vec![(1, 7)]));
		// One of two cells
		let cells = [object("A=1", "0.5 20 3 7"), object("A=2", "0.5 20 3 NIL")].concat();
		assert_eq!(of(&cells), (Some(1_000), vec![(11, 46)]));
		// A part of the energy: there is no reading
		let meters = [object("A=1", "0.5 0 0 0"), object("A=2", "NIL 0 0 0")].concat();
		assert_eq!(of(&meters), (None, vec![(1, 0), (11, 0)]));
		assert_eq!(of(&object("A=1", "NIL NIL NIL NIL")), (None, vec![]));
	}

	#[test]
	fn suspect_readings_are_absent_and_counted() {
		let value = "<measValue measObjLdn=\"\"><r p=\"1\">0.7</r><r p=\"7\">2</r><suspect>true</suspect></measValue>";
		let text = file(&info(TYPES, value));
		let mut records = super::super::Records::new("f".as_ref(), text.as_bytes(), true).unwrap();
		let Some(Item::Record(record)) = records.item().unwrap() else { panic!() };
		assert_eq!((record.energy, record.volumes.len()), (None, 0));
		assert_eq!((records.item().unwrap(), records.suspect()), (None, 1));
	}

	#[test]
	fn malformed_value_takes_its_reading_and_no_other() {
		let value = |ldn: &str, energy: &str, volume: &str| {
			format!("<measValue measObjLdn=\"{ldn}\"><r p=\"1\">{energy}</r><r p=\"7\">{volume}</r></measValue>\n")
		};
		let sound = value("ManagedElement=OTHER", "0.1", "1");
		for (bad, what) in [
			(value("", "0.7315", "1"), "(HE-1, PEE.Energy): `0.7315` is no whole number of watt-hours"),
			(value("", "much", "1"), "(HE-1, PEE.Energy): `much`"),
			(value("", "0.7", "-1"), "(HE-1, DRB.PdcpSduVolumeDL): `-1` is no volume"),
			(value("", "2147483.648", "1"), "(HE-1, PEE.Energy): its watt-hours come to 2147483648"),
			(value("ManagedElement=he", "0.7", "1"), "(measObjLdn): `he` is no station code"),
		] {
			let (wrong, sound) = wrongs(&file(&info(TYPES, &format!("{bad}{sound}"))));
			assert_eq!((wrong.len(), sound), (1, 1), "{wrong:?}");
			assert!(wrong[0].contains(what) && wrong[0].starts_with("readings: line 6"), "{}", wrong[0]);
		}
	}

	#[test]
	fn period_that_is_none_is_told_once_and_not_of_other_measurements() {
		let values = "<measValue measObjLdn=\"\"><r p=\"1\">1</r></measValue><measValue measObjLdn=\"ManagedElement=B\"><r p=\"1\">1</r></measValue>";
		for (period, what) in [
			("", "no period"),
			(
				"<granPeriod duration=\"PT300S\" endTime=\"2026-11-28T00:15:00+08:00\"/>",
				"`PT300S` is no length",
			),
			(
				"<granPeriod duration=\"PT15M\" endTime=\"2026-11-28T00:14:00+08:00\"/>",
				"no interval of 15 minutes",
			),
			("<granPeriod duration=\"PT15M\" endTime=\"soon\"/>", "`soon` is no time"),
		] {
			let of = |name: &str| {
				file(&format!("<measInfo>{period}<measType p=\"1\">{name}</measType>{values}</measInfo>"))
			};
			let (wrong, sound) = wrongs(&of("PEE.Energy"));
			assert_eq!((wrong.len(), sound), (1, 0), "{wrong:?}");
			assert!(wrong[0].contains(what), "{}", wrong[0]);
			assert_eq!(wrongs(&of("RRC.ConnMean")), (vec![], 0));
		}
	}

	#[test]
	fn lengths_are_those_of_iso_8601() {
		for (text, expected) in
			[("PT900S", Some(900)), ("PT15M", Some(900)), ("PT1H", Some(3_600)), ("PT0H60M", Some(3_600))]
		{
			assert_eq!(seconds(text), expected);
		}
		for text in ["", "PT", "900", "PT15", "PTM", "P1D", "PT-1S", "PT1M1H"] {
			assert!(seconds(text).is_none_or(|all| all == 0), "{text}");
		}
	}

	#[test]
	fn file_fails_when_it_is_no_measurement_file() {
		let whole = file(&info(TYPES, ""));
		for (text, what) in [
			("<bulkCmConfigDataFile/>".to_string(), "`bulkCmConfigDataFile` stands where"),
			(whole.replace("</measCollecFile>", ""), "ends inside of an element"),
			(whole.replace("</measData>", "</measInfo>"), "well-formed"),
			(format!("{whole}<measCollecFile/>"), "stands where"),
			(whole.replace("UTF-8", "GBK"), "UTF-8 alone"),
		] {
			let failure = items(&text).unwrap_err().to_string();
			assert!(failure.contains(what) && failure.starts_with("readings: line "), "{failure}");
		}
	}
}
