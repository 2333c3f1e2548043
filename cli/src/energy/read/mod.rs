// SPDX-License-Identifier: Apache-2.0
//! Readings of stations, as collectors and element managers write them.
//!
//! * [`csv`]: a line a station and interval. UTF-8 or GB18030.
//! * [`xml`]: the measurement file of 3GPP TS 32.435 with the measurements of TS 28.552.
//!
//! Either gives [`RawRecord`]s in the order of the file. What is wrong is said with file and line ([`Wrong`]) and takes away that
//! record alone; only a file that is no table or no well-formed XML is not read on. Energies are exact: kilowatt-hours are
//! read as decimal numbers, and what is no whole number of watt-hours is refused, not rounded.

pub mod csv;
pub mod xml;

use crate::{
	config::export::{begins_as_xml, xml::TO_UTF8},
	encoding::{survey, Transcoder},
	error::{in_file, Failure, Result},
	output::quoted,
};
use std::{
	fmt,
	fs::File,
	io::Read,
	path::{Path, PathBuf},
};
use trimast_primitives::{
	calendar::day_of, energy::Interval, site::Plmn, text::escaped, Hash, LocalNetworkId, Moment,
};

/// Quarter of an hour, ms.
const QUARTER: Moment = 900_000;
/// UTC+8, ms.
const OFFSET: Moment = 28_800_000;
/// The highest register that a report takes, Wh.
const MOST_REGISTER: u64 = (1 << 48) - 1;
/// Decimal places of a kilowatt-hour down to the watt-hour.
const KWH_PLACES: u32 = 3;

/// What to do about an energy that is out of range.
const ENERGY_REMEDY: &str = "an interval has whole watt-hours, less than 2^31 of them";
/// What to do about a register.
const REGISTER_REMEDY: &str = "a register has whole watt-hours, from 0 to 2^48 - 1";
/// The greatest volume of a report, Mbit: the number behind it stands for what was not measured.
pub(super) const MOST_VOLUME: u32 = u32::MAX - 1;

/// What to do about a volume.
const VOLUME_REMEDY: &str = "a volume has whole megabits, from 0 to 2^32 - 2; DL and UL count together";

/// One interval of one station as a file has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RawRecord {
	/// Its line: the first one where it is made of several.
	pub line: u64,
	/// The local network, where the file says it.
	pub local_network: Option<LocalNetworkId>,
	/// The station's code.
	pub station: String,
	/// The day at UTC+8, counted from 1970-01-01.
	pub day: u16,
	/// The quarter of an hour of the day in which it begins, 0 to 95.
	pub first: u8,
	/// How long it is.
	pub interval: Interval,
	/// What the meter shows when it ends, Wh.
	pub register: Option<u64>,
	/// What the meter has gone up by, Wh; less than nothing where it has run backwards. `None` where nothing was read.
	pub energy: Option<i32>,
	/// What each network has carried, DL and UL together, Mbit. A network without a value is not there.
	pub volumes: Vec<(Plmn, u32)>,
}

/// Something wrong in a file, and what would be right.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wrong {
	/// The file.
	pub file: PathBuf,
	/// The line.
	pub line: u64,
	/// The station, as far as it is known.
	pub station: String,
	/// The column or measurement; empty where it is about no single one.
	pub column: String,
	/// What.
	pub what: String,
	/// What to do.
	pub remedy: String,
}

impl fmt::Display for Wrong {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{}: line {}", self.file.display(), self.line)?;
		let place = [escaped(&self.station), escaped(&self.column)];
		let place: Vec<&str> = place.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
		if !place.is_empty() {
			write!(f, " ({})", place.join(", "))?;
		}
		write!(f, ": {} - {}", self.what, self.remedy)
	}
}

/// What a file has next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Item {
	/// A reading.
	Record(RawRecord),
	/// Something wrong, which is left out.
	Wrong(Wrong),
}

/// What is wrong with a text: what, and what to do.
type Defect = (String, String);

/// A defect before it is known where it stands in a file.
#[derive(Debug)]
struct Misread {
	line: u64,
	station: String,
	column: String,
	defect: Defect,
}

impl Misread {
	fn wrong(self, file: &Path) -> Wrong {
		let (what, remedy) = self.defect;
		let (line, station, column) = (self.line, self.station, self.column);
		Wrong { file: file.to_owned(), line, station, column, what, remedy }
	}
}

/// A file in one of the forms.
enum Source<R: Read> {
	Csv(csv::Lines<R>),
	Xml(Box<xml::Measurements<R>>),
}

/// The readings of a file, one after the other, in bounded memory.
pub struct Records<R: Read> {
	path: PathBuf,
	source: Source<R>,
	fingerprint: Hash,
}

/// Opens a file. It is read twice: once for its encoding and its fingerprint.
pub fn open(path: &Path) -> Result<Records<Box<dyn Read>>> {
	let survey = survey(path)?;
	let again = || -> Result<Box<dyn Read>> {
		Ok(Box::new(Transcoder::new(File::open(path).map_err(in_file(path))?, survey.encoding)))
	};
	let is_xml = begins_as_xml(again()?).map_err(in_file(path))?;
	if let (true, Some(line)) = (is_xml, survey.not_utf8) {
		return Err(Failure::input("this is not UTF-8, and XML is read in no other encoding")
			.at(format!("line {line}"))
			.at(path.display())
			.remedy(TO_UTF8));
	}
	let records = Records::new(path, again()?, is_xml)?;
	Ok(Records { fingerprint: survey.fingerprint, ..records })
}

impl<R: Read> Records<R> {
	/// Of UTF-8.
	pub fn new(path: &Path, input: R, is_xml: bool) -> Result<Self> {
		let source = if is_xml {
			Source::Xml(Box::new(xml::Measurements::new(input)))
		} else {
			Source::Csv(csv::Lines::new(input).map_err(|failure| failure.at(path.display()))?)
		};
		Ok(Self { path: path.to_owned(), source, fingerprint: Hash::zero() })
	}

	/// The hash of an opened file's bytes.
	pub fn fingerprint(&self) -> Hash {
		self.fingerprint
	}

	/// The file.
	pub fn path(&self) -> &Path {
		&self.path
	}

	/// How many readings an element manager itself holds unreliable (`suspect`). They are there as absent ones.
	pub fn suspect(&self) -> u64 {
		match &self.source {
			Source::Csv(_) => 0,
			Source::Xml(measurements) => measurements.suspect(),
		}
	}

	/// The next reading, or the next thing that is wrong.
	///
	/// # Errors
	///
	/// The file cannot be read on.
	pub fn item(&mut self) -> Result<Option<Item>> {
		let next = match &mut self.source {
			Source::Csv(lines) => lines.next(),
			Source::Xml(measurements) => measurements.next(),
		};
		let next = next.map_err(|failure| failure.at(self.path.display()))?;
		Ok(next.map(|read| match read {
			Ok(record) => Item::Record(record),
			Err(misread) => Item::Wrong(misread.wrong(&self.path)),
		}))
	}
}

/// An interval by its minutes.
fn interval_of(minutes: Moment) -> Option<Interval> {
	match minutes {
		15 => Some(Interval::Quarter),
		60 => Some(Interval::Hour),
		_ => None,
	}
}

/// Day and quarter of an interval that begins then.
fn place_in_day(start: Moment, interval: Interval) -> Result<(u16, u8), Defect> {
	let quarters = start.saturating_add(OFFSET) / QUARTER;
	let is_whole = start.saturating_add(OFFSET).is_multiple_of(QUARTER * Moment::from(interval.quarters()));
	let first = u8::try_from(quarters % 96).ok().filter(|_| is_whole);
	let day = Some(day_of(start)).filter(|day| *day < u16::MAX);
	day.zip(first).ok_or_else(|| {
		let minutes = u16::from(interval.quarters()).saturating_mul(15);
		let what = format!("no interval of {minutes} minutes begins then");
		(what, "intervals are counted from midnight at UTC+8, and days up to 2149".into())
	})
}

/// A decimal number in units of 10^-`places`, exactly: what has further places that are not 0 is none.
fn decimal(text: &str, places: u32) -> Option<i64> {
	let (sign, digits) = match text.strip_prefix('-') {
		Some(digits) => (-1, digits),
		None => (1, text),
	};
	let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
	let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
	if !is_digits(whole) || !is_digits(fraction) {
		return None;
	}
	let width = usize::try_from(places).ok()?;
	let kept = fraction.get(..width.min(fraction.len()))?;
	if fraction.get(kept.len()..)?.bytes().any(|byte| byte != b'0') {
		return None;
	}
	let mut value = whole.parse::<i64>().ok()?;
	for digit in kept.bytes().chain(std::iter::repeat_n(b'0', width.saturating_sub(kept.len()))) {
		value = value.checked_mul(10)?.checked_add(i64::from(digit.saturating_sub(b'0')))?;
	}
	value.checked_mul(sign)
}

/// An energy of one interval. The least number of 32 bits stands for none in a report.
fn energy_of(value: i64) -> Option<i32> {
	i32::try_from(value).ok().filter(|value| *value > i32::MIN)
}

fn register_of(value: i64) -> Option<u64> {
	u64::try_from(value).ok().filter(|value| *value <= MOST_REGISTER)
}

fn no(text: &str, thing: &str, remedy: &str) -> Defect {
	(format!("{} is no {thing}", quoted(text)), remedy.into())
}

#[cfg(test)]
pub(super) mod tests_support {
	use super::*;

	/// All that a text has.
	pub(crate) fn items(text: &str) -> Result<Vec<Item>> {
		let mut records = Records::new(Path::new("readings"), text.as_bytes(), text.starts_with('<'))?;
		let mut items = Vec::new();
		while let Some(item) = records.item()? {
			items.push(item);
		}
		Ok(items)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	#[test]
	fn decimals_are_read_exactly_or_not_at_all() {
		for (text, expected) in [
			("0.731", Some(731)),
			("-1.2", Some(-1_200)),
			("12", Some(12_000)),
			("0.10000", Some(100)),
			("4.35", Some(4_350)),
			("9223372036854775.807", Some(i64::MAX)),
			("9223372036854775.808", None),
			("0.7315", None),
			("1.", None),
			(".5", None),
			("-", None),
			("", None),
			("1e3", None),
			("+1", None),
			("1,5", None),
			("1.5é", None),
			("NaN", None),
		] {
			assert_eq!(decimal(text, KWH_PLACES), expected, "{text}");
		}
		assert_eq!((decimal("7.0", 0), decimal("7.5", 0)), (Some(7), None));
	}

	#[test]
	fn intervals_begin_at_their_multiples_from_midnight() {
		let at = |text: &str| crate::config::export::time::read(text).unwrap();
		let place = |text, interval| place_in_day(at(text), interval).ok();
		assert_eq!(place("2026-11-28T00:15:00+08:00", Interval::Quarter), Some((20_785, 1)));
		assert_eq!(place("2026-11-28T23:00:00", Interval::Hour), Some((20_785, 92)));
		// The same moment, as UTC has it.
		assert_eq!(place("2026-11-27T16:15:00Z", Interval::Quarter), Some((20_785, 1)));
		assert_eq!(place("2026-11-28T00:15:00", Interval::Hour), None);
		assert_eq!(place("2026-11-28T00:15:01", Interval::Quarter), None);
		assert_eq!(place("2149-06-07T00:00:00", Interval::Hour), None);
	}

	proptest! {
		#[test]
		fn any_number_of_watt_hours_is_read_back(wh in -2_000_000_000i64..2_000_000_000, zeros in 0usize..4) {
			let sign = if wh < 0 { "-" } else { "" };
			let text = format!("{sign}{}.{:03}{:0<zeros$}", wh.abs() / 1_000, wh.abs() % 1_000, "");
			prop_assert_eq!(decimal(&text, KWH_PLACES), Some(wh));
		}

		#[test]
		fn any_text_is_a_number_or_none(text in "\\PC{0,20}", places in 0u32..6) {
			let _ = decimal(&text, places);
		}
	}
}
