// SPDX-License-Identifier: Apache-2.0

//! The parameters of `data/catalogue.csv`: what cells have values of, and how a value is written.

use anyhow::{bail, Context, Result};
use trimast_primitives::site::Technology;

/// The file, as it stood when this was compiled.
const CATALOGUE: &str = include_str!("../../../data/catalogue.csv");

/// Half hours of a day.
const HALF_HOURS: u32 = 48;

/// What a value belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Scope {
	/// The station: alike in all of its cells.
	Station,
	/// A cell.
	Cell,
	/// A cell and an operator.
	Plmn,
	/// A cell and a neighbour.
	Relation,
	/// A cell and a frequency.
	Frequency,
}

/// Which values there are. A value is a number here too, whatever it stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Domain {
	/// Numbers from the first to the second, each so much more than the one before.
	Range(i64, i64, i64),
	/// One of these numbers.
	OneOf(Vec<i64>),
	/// One of these words, by its place.
	Choice(Vec<String>),
	/// 0 or 1.
	Bool,
	/// So many bits.
	Bits(u32),
	/// A list of the two operators: 4 bits for each, its number and 1, the first in the lowest.
	Plmns,
	/// A set of half hours: the lowest bit is 00:00 to 00:30.
	HalfHours,
	/// A cell, as the network counts it.
	Cell,
}

/// Who must agree to a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Class {
	/// P: the operator alone.
	Operator,
	/// J: the owner and every sharer.
	Joint,
	/// N: the owner alone, inside the envelope.
	Notified,
	/// T: as J, and the tower company.
	Tower,
}

/// A row of the catalogue.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Parameter {
	/// Its number.
	pub(super) number: u16,
	/// Its name in the network resource model, or in RRC where it has none there.
	pub(super) name: String,
	/// Its name in a vendor's element manager, without the vendor.
	pub(super) vendor: String,
	/// The technology whose cells have it; both when none is named.
	pub(super) technology: Option<Technology>,
	/// What a value belongs to.
	pub(super) scope: Scope,
	/// Which values there are.
	pub(super) domain: Domain,
	/// Who must agree.
	pub(super) class: Class,
	/// Whether it is part of a cell's identity.
	pub(super) identity: bool,
	/// How much it may change at once.
	pub(super) step: Option<i64>,
	/// Class N: what the owner may set alone.
	pub(super) envelope: Option<(i64, i64)>,
}

fn numbers(text: &str) -> Result<Vec<i64>> {
	text.split_whitespace().map(|word| word.parse().with_context(|| format!("{word}: no number"))).collect()
}

impl Domain {
	fn parse(text: &str) -> Result<Self> {
		let (kind, rest) = text.split_once(' ').unwrap_or((text, ""));
		Ok(match (kind, rest) {
			("range", rest) => {
				let (ends, every) = rest.split_once(" every ").unwrap_or((rest, "1"));
				match (numbers(ends)?.as_slice(), numbers(every)?.as_slice()) {
					([least, most], [every]) if *every > 0 => Self::Range(*least, *most, *every),
					_ => bail!("{text}: a range has two ends"),
				}
			}
			("oneof", rest) => Self::OneOf(numbers(rest)?),
			("choice", rest) => Self::Choice(rest.split_whitespace().map(str::to_owned).collect()),
			("bits", rest) => Self::Bits(rest.parse().with_context(|| text.to_owned())?),
			("bool", "") => Self::Bool,
			("plmns", "") => Self::Plmns,
			("halfhours", "") => Self::HalfHours,
			("cell", "") => Self::Cell,
			_ => bail!("{text}: no such domain"),
		})
	}

	/// Whether a value belongs to it.
	pub(super) fn admits(&self, value: i64) -> bool {
		match self {
			Self::Range(least, most, every) => {
				(least..=most).contains(&&value) && (value - least) % every == 0
			}
			Self::OneOf(values) => values.contains(&value),
			Self::Choice(words) => (0..words.len() as i64).contains(&value),
			Self::Bool => matches!(value, 0 | 1),
			Self::Bits(bits) => value >= 0 && value >> bits == 0,
			Self::Plmns => matches!(value, 0x1 | 0x2 | 0x12 | 0x21),
			Self::HalfHours => value > 0 && value >> HALF_HOURS == 0,
			Self::Cell => true,
		}
	}
}

impl Parameter {
	fn parse(row: &csv::StringRecord) -> Result<Self> {
		let field = |n| row.get(n).unwrap_or_default();
		// Of several spellings the last one is in use.
		let nrm = field(1).rsplit(' ').next().unwrap_or_default();
		let name = if nrm.is_empty() { field(2) } else { nrm };
		let optional = |text: &str| -> Result<Vec<i64>> { numbers(text) };
		Ok(Self {
			number: field(0).parse().context("number")?,
			name: name.to_owned(),
			vendor: field(3).split_once(':').map_or(name, |(_, name)| name).to_owned(),
			technology: match field(4) {
				"" => None,
				"NR" => Some(Technology::Nr),
				"LTE" => Some(Technology::Lte),
				other => bail!("{other}: no such technology"),
			},
			scope: match field(5) {
				"station" => Scope::Station,
				"cell" => Scope::Cell,
				"plmn" => Scope::Plmn,
				"relation" => Scope::Relation,
				"frequency" => Scope::Frequency,
				other => bail!("{other}: no such scope"),
			},
			domain: Domain::parse(field(6))?,
			class: match field(8) {
				"P" => Class::Operator,
				"J" => Class::Joint,
				"N" => Class::Notified,
				"T" => Class::Tower,
				other => bail!("{other}: no such class"),
			},
			identity: field(9) == "yes",
			step: optional(field(10))?.first().copied(),
			envelope: match optional(field(11))?.as_slice() {
				[] => None,
				[least, most] => Some((*least, *most)),
				_ => bail!("{}: an envelope has two ends", field(11)),
			},
		})
	}

	/// Whether cells of a technology have it.
	pub(super) fn is_of(&self, technology: Technology) -> bool {
		self.technology.is_none_or(|only| only == technology)
	}

	/// The name of the attribute: without the class of objects that stands before it where it is needed to tell two apart.
	pub(super) fn attribute(&self) -> &str {
		self.name.rsplit_once('.').map_or(&self.name, |(_, attribute)| attribute)
	}

	/// Whether the owner may set a value alone, as far as its envelope goes.
	pub(super) fn is_agreed(&self, value: i64) -> bool {
		self.envelope.is_none_or(|(least, most)| (least..=most).contains(&value))
	}
}

/// Every parameter, by its number.
///
/// # Errors
///
/// The file has a row that does not read as a [`Parameter`].
pub(super) fn parameters() -> Result<Vec<Parameter>> {
	let mut parameters = Vec::new();
	for row in csv::Reader::from_reader(CATALOGUE.as_bytes()).records() {
		let row = row.context("data/catalogue.csv")?;
		let parameter = Parameter::parse(&row)
			.with_context(|| format!("data/catalogue.csv, {}", row.iter().collect::<Vec<_>>().join(",")))?;
		parameters.push(parameter);
	}
	parameters.sort_by_key(|parameter| parameter.number);
	Ok(parameters)
}

/// Appends a whole number. Millions of lines are made of them, and the standard formatter takes several times as long.
pub(super) fn put_number(out: &mut Vec<u8>, value: i64) {
	if value < 0 {
		out.push(b'-');
	}
	let mut rest = value.unsigned_abs();
	let mut digits = [0u8; 20];
	let mut first = digits.len();
	loop {
		first -= 1;
		digits[first] = b'0' + (rest % 10) as u8;
		rest /= 10;
		if rest == 0 {
			break;
		}
	}
	out.extend_from_slice(&digits[first..]);
}

/// Appends a set of half hours: `00:00-06:00 23:00-24:00`.
pub(super) fn put_half_hours(out: &mut Vec<u8>, set: i64) {
	let is_in = |n: u32| n < HALF_HOURS && set >> n & 1 == 1;
	let put_time = |out: &mut Vec<u8>, n: u32| {
		let (hour, minute) = (n / 2, n % 2 * 30);
		for digits in [hour, minute] {
			out.extend_from_slice(&[b'0' + (digits / 10) as u8, b'0' + (digits % 10) as u8]);
			out.push(b':');
		}
		out.pop();
	};
	let mut is_first = true;
	for start in (0..HALF_HOURS).filter(|n| is_in(*n) && (*n == 0 || !is_in(n - 1))) {
		let end = (start..=HALF_HOURS).find(|n| !is_in(*n)).unwrap_or(HALF_HOURS);
		if !std::mem::take(&mut is_first) {
			out.push(b' ');
		}
		put_time(out, start);
		out.push(b'-');
		put_time(out, end);
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::collections::HashSet;

	#[test]
	fn catalogue_reads_and_numbers_and_names_are_unique() {
		let parameters = parameters().unwrap();
		let count =
			|of: &dyn Fn(&Parameter) -> String| parameters.iter().map(of).collect::<HashSet<_>>().len();
		assert_eq!(count(&|p| p.number.to_string()), parameters.len());
		assert_eq!(count(&|p| p.name.clone()), parameters.len());
		assert_eq!(count(&|p| p.vendor.clone()), parameters.len());
		assert!(parameters.len() <= 128 && parameters.iter().all(|p| (1..=40).contains(&p.name.len())));
		for p in &parameters {
			assert!(p.envelope.is_none() || p.class == Class::Notified, "{p:?}");
			let ends = p.envelope.map_or(vec![], |(least, most)| vec![least, most]);
			assert!(ends.iter().all(|end| p.domain.admits(*end)), "{p:?}");
			assert!(p.step.is_none_or(|step| step > 0), "{p:?}");
		}
	}

	#[test]
	fn numbers_are_written_as_the_standard_library_does() {
		for value in [0, 7, -1, 10, 137, -140, 3_279_165, i64::MAX, i64::MIN] {
			let mut out = Vec::new();
			put_number(&mut out, value);
			assert_eq!(String::from_utf8(out).unwrap(), value.to_string());
		}
	}

	#[test]
	fn half_hours_are_written_as_times() {
		let text = |set| {
			let mut out = Vec::new();
			put_half_hours(&mut out, set);
			String::from_utf8(out).unwrap()
		};
		assert_eq!(text(0xfff | 0b11 << 46), "00:00-06:00 23:00-24:00");
		assert_eq!(text(0b10), "00:30-01:00");
		assert_eq!(text((1 << 48) - 1), "00:00-24:00");
	}
}
