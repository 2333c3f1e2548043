// SPDX-License-Identifier: Apache-2.0
//! Cells, parameters and values in words: what the catalogue and the inventory say of them.

use super::{
	baseline::show::{cell_by_code, neighbour_codes},
	catalogue::Catalogue,
};
use crate::{chain::views::At, error::Result, names::SiteName, site::ledger::code_text};
use futures::{stream, StreamExt};
use std::collections::{BTreeSet, HashMap};
use trimast_primitives::{
	apis::OrgView,
	cells::{
		catalogue::{plmn_places, value_cell, Domain, ParamText},
		CellId, ParamKey,
	},
	page::SiteId,
	site::{Plmn, Station, StationEntry},
	text::escaped,
};

/// What is written where a value is to be taken away.
pub(crate) const NONE: &str = "none";

/// How many stations are asked for at once.
const AT_ONCE: usize = 16;

/// What words are found in.
#[derive(Default)]
pub(crate) struct Words {
	/// The chain's parameters.
	pub(crate) catalogue: Catalogue,
	/// Every company.
	pub(crate) orgs: Vec<OrgView>,
	/// The stations of the cells that are spoken of.
	pub(crate) stations: HashMap<SiteId, StationEntry>,
	/// Codes of the stations of cells that are values.
	codes: HashMap<SiteId, String>,
}

impl Words {
	/// Those of nothing yet.
	pub(crate) async fn ask(at: At<'_>) -> Result<Self> {
		Ok(Self { catalogue: Catalogue::ask(at).await?, orgs: at.orgs().await?, ..Self::default() })
	}

	/// Learns the stations of cells, and of the cells among their values.
	pub(crate) async fn learn(
		&mut self,
		at: At<'_>,
		values: impl IntoIterator<Item = (CellId, ParamKey, Option<i64>)>,
	) -> Result<()> {
		let (mut sites, mut said) = (BTreeSet::new(), BTreeSet::new());
		for (cell, key, value) in values {
			sites.insert(cell.site);
			said.extend(value.map(|value| (key.param, value)));
		}
		let missing = sites.into_iter().filter(|site| !self.stations.contains_key(site));
		let asked = missing.map(|site| async move { (site, at.find(&SiteName::Id(site)).await) });
		let found: Vec<_> = stream::iter(asked.collect::<Vec<_>>()).buffered(AT_ONCE).collect().await;
		for (site, view) in found {
			if let Some(view) = view? {
				self.stations.insert(site, view.entry);
			}
		}
		let codes = neighbour_codes(at, &self.catalogue, said.into_iter()).await?;
		self.codes.extend(codes);
		Ok(())
	}

	/// The station of a cell.
	pub(crate) fn station(&self, cell: CellId) -> Option<&Station> {
		self.stations.get(&cell.site).map(|entry| &entry.station)
	}

	fn plmns(&self, cell: CellId) -> &[Plmn] {
		self.station(cell).map_or(&[], |station| &station.plmns)
	}

	/// A cell, by its station's code where that is known.
	pub(crate) fn cell(&self, cell: CellId) -> String {
		match self.station(cell) {
			Some(station) => format!("{}/{}/{}", cell.site.local_network.0, code_text(station), cell.cell),
			None => cell_by_code(&self.codes, cell),
		}
	}

	/// A parameter of a cell, for people.
	pub(crate) fn key_words(&self, cell: CellId, key: ParamKey) -> String {
		self.catalogue.key_words(key, self.plmns(cell))
	}

	/// A parameter of a cell, as files have it.
	pub(crate) fn key(&self, cell: CellId, key: ParamKey) -> String {
		self.catalogue.key_text(key, self.plmns(cell))
	}

	/// What a value of it is to be; `none` where it is to be taken away.
	pub(crate) fn asked(&self, cell: CellId, key: ParamKey, value: Option<i64>) -> String {
		value.map_or_else(|| NONE.into(), |value| self.value(cell, key, Some(value)))
	}

	/// A value of it, with its unit.
	pub(crate) fn value(&self, cell: CellId, key: ParamKey, value: Option<i64>) -> String {
		let other = |other| cell_by_code(&self.codes, other);
		self.catalogue.value_words(key.param, value, self.plmns(cell), other)
	}
}

/// A value with its unit, or the word that it stands for. `cell` writes a cell.
pub(crate) fn value_words(
	domain: &Domain,
	text: &ParamText,
	value: i64,
	plmns: &[Plmn],
	cell: impl Fn(CellId) -> String,
) -> String {
	match domain {
		Domain::Range { .. } | Domain::OneOf(_) => with_unit(value, &String::from_utf8_lossy(&text.unit)),
		Domain::Choice(_) => {
			let word = usize::try_from(value).ok().and_then(|n| text.words.get(n));
			word.map_or_else(|| value.to_string(), |word| escaped(&String::from_utf8_lossy(word)))
		}
		Domain::Boolean => match value {
			0 => "no".into(),
			1 => "yes".into(),
			other => other.to_string(),
		},
		Domain::Bits(length) => format!("0x{value:0width$x}", width = usize::from(length.div_ceil(4))),
		Domain::Plmns => match plmn_places(value) {
			Some(places) => places.map(|place| plmn_in(plmns, place)).collect::<Vec<_>>().join(", "),
			None => value.to_string(),
		},
		Domain::HalfHours => half_hours(value),
		Domain::Cell => value_cell(value).map_or_else(|| value.to_string(), cell),
	}
}

/// The words of a value, and in brackets the number that is written for it where they show another one: `9.0 deg (90)`.
pub(crate) fn with_number(domain: &Domain, words: String, value: i64) -> String {
	let is_number = matches!(domain, Domain::Range { .. } | Domain::OneOf(_) | Domain::Bits(_));
	match is_number && words.split(' ').next() != Some(value.to_string().as_str()) {
		true => format!("{words} ({value})"),
		false => words,
	}
}

/// A number of units. A unit that is a part of another, `0.1 deg`, is counted out.
fn with_unit(value: i64, unit: &str) -> String {
	let part = unit.split_once(' ').and_then(|(part, whole)| Some((part.strip_prefix("0.")?, whole)));
	let tenths = part.and_then(|(digit, whole)| match digit.parse() {
		Ok(digit @ 1..=9i64) => Some((value.checked_mul(digit)?, whole)),
		_ => None,
	});
	match tenths {
		Some((tenths, whole)) => {
			let sign = if tenths < 0 { "-" } else { "" };
			let tenths = tenths.unsigned_abs();
			format!("{sign}{}.{} {}", tenths / 10, tenths % 10, escaped(whole))
		}
		None if unit.is_empty() => value.to_string(),
		None => format!("{value} {}", escaped(unit)),
	}
}

/// Half hours of the day as spans: `00:00-06:00, 23:30-24:00`.
fn half_hours(value: i64) -> String {
	let is_set = |n: u32| n < 48 && value >> n & 1 == 1;
	let clock = |n: u32| format!("{:02}:{:02}", n / 2, n % 2 * 30);
	let mut spans = Vec::new();
	let mut begin = None;
	for n in 0..=48 {
		match (is_set(n), begin) {
			(true, None) => begin = Some(n),
			(false, Some(first)) => {
				spans.push(format!("{}-{}", clock(first), clock(n)));
				begin = None;
			}
			_ => {}
		}
	}
	if spans.is_empty() {
		"never".into()
	} else {
		spans.join(", ")
	}
}

/// A PLMN of a station by its place.
pub(crate) fn plmn_in(plmns: &[Plmn], place: u8) -> String {
	match plmns.get(usize::from(place)) {
		Some(plmn) => plmn_words(*plmn),
		None => format!("PLMN {place}"),
	}
}

/// MCC and MNC with as many digits as it is written with.
pub(crate) fn plmn_words(plmn: Plmn) -> String {
	let width = if plmn.three_digit_mnc { 3 } else { 2 };
	format!("{:03}-{:0width$}", plmn.mcc, plmn.mnc)
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use crate::config::{catalogue::tests::catalogue, export::resolve::tests::site};
	use trimast_primitives::{cells::ParamId, site::Technology};

	/// Of the stations A and B, numbers 0 and 64.
	pub(crate) fn words() -> Words {
		let sites = [site(0, "A", Technology::Nr), site(64, "B", Technology::Lte)];
		let stations = sites.into_iter().map(|site| (site.id, site.entry)).collect();
		Words { catalogue: catalogue(), stations, ..Words::default() }
	}

	#[test]
	fn what_is_not_known_is_named_by_its_numbers() {
		let words = words();
		let cell = |index| CellId { site: site(index, "X", Technology::Nr).id, cell: 1 };
		let key = ParamKey { param: ParamId(2), place: 1 };
		assert_eq!([words.cell(cell(0)), words.cell(cell(5))], ["1301/A/1", "1301:5/1"]);
		assert_eq!(words.key(cell(0), key), "NROperatorCellDU.administrativeState[46001]");
		assert_eq!(words.key(cell(5), key), "NROperatorCellDU.administrativeState[PLMN 1]");
		assert_eq!(words.key_words(cell(0), key), "NROperatorCellDU.administrativeState[460-01]");
		assert_eq!(
			[words.value(cell(0), key, Some(2)), words.value(cell(0), key, None)],
			["UNLOCKED", "no value"]
		);
		assert_eq!(
			[words.asked(cell(0), key, Some(2)), words.asked(cell(0), key, None)],
			["UNLOCKED", "none"]
		);
	}

	#[test]
	fn units_that_are_parts_are_counted_out() {
		for (value, unit, text) in [
			(35, "0.1 deg", "3.5 deg"),
			(-7, "0.5 dB", "-3.5 dB"),
			(-90, "dBm", "-90 dBm"),
			(4, "", "4"),
			(4, "0.25 dB", "4 0.25 dB"),
			(i64::MAX, "0.5 dB", "9223372036854775807 0.5 dB"),
		] {
			assert_eq!(with_unit(value, unit), text);
		}
	}

	#[test]
	fn half_hours_are_spans() {
		assert_eq!(half_hours(0), "never");
		assert_eq!(half_hours(0b1011), "00:00-01:00, 01:30-02:00");
		assert_eq!(half_hours((1 << 48) - 1), "00:00-24:00");
		assert_eq!(half_hours(1 << 47), "23:30-24:00");
	}

	#[test]
	fn number_that_is_written_stands_beside_words_that_show_another_one() {
		let range = Domain::Range { least: -900, most: 900, every: 1 };
		let of = |domain: &Domain, words: &str, value| with_number(domain, words.into(), value);
		assert_eq!(of(&range, "9.0 deg", 90), "9.0 deg (90)");
		assert_eq!(of(&range, "-90 dBm", -90), "-90 dBm");
		assert_eq!(of(&Domain::Bits(16), "0x1234", 4660), "0x1234 (4660)");
		assert_eq!(of(&Domain::Boolean, "yes", 1), "yes");
	}
}
