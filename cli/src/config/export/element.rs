// SPDX-License-Identifier: Apache-2.0
//! A station as its element in a file has it, until that ends: its own values may stand before or behind its cells, and
//! those of carriers too.

use super::RawCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use trimast_primitives::{
	cells::{MAX_FREQUENCIES, MAX_NEIGHBOURS},
	site::Technology,
	LocalNetworkId,
};

/// Most values of a station that are kept until it ends.
pub(super) const MOST_VALUES: usize = 65_536;
/// Most bytes of these values, with their names.
pub(super) const MOST_BYTES: usize = 16 * 1024 * 1024;
/// Most relations of a cell whose ids are no places.
const MOST_UNPLACED: usize = 256;
/// What stands for the place of a value that may have any.
pub(super) const ANY: &str = "*";

/// A cell of a station: of one technology, by its number.
pub(super) type Number = (Technology, u8);

/// Whose a value is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Holder {
	/// That of all cells, or of those of a technology.
	Station(Option<Technology>),
	/// That of a cell.
	Cell(Number),
	/// That of the cells that refer to a carrier, by its distinguished name within the station.
	Carrier(String),
}

/// Values by their columns.
type Values = Vec<(u32, String)>;

/// A station that is being read.
#[derive(Debug, Default)]
pub(super) struct Element {
	/// Its code.
	pub(super) code: String,
	/// The line where it begins.
	pub(super) line: u64,
	/// Why it is left out, where it is too large.
	pub(super) is_too_large: Option<String>,
	/// Values of the station itself, and of the cells of which technology.
	own: Vec<(Option<Technology>, u32, String)>,
	/// By cell: the line where it begins, and its values.
	cells: BTreeMap<Number, (u64, Values)>,
	carriers: BTreeMap<String, Values>,
	/// The carriers that cells refer to.
	references: Vec<(Number, String)>,
	values: usize,
	/// Bytes of the values and of their names.
	bytes: usize,
	/// Relations whose ids are no places, by cell, class and id, and how many stand before each.
	unplaced: HashMap<(Number, &'static str), HashMap<String, usize>>,
	/// Relations behind the last that is numbered, by cell.
	pub(super) unread: BTreeMap<Number, u64>,
	/// Values of these, by cell and column: one stands for all.
	any: BTreeSet<(Number, u32)>,
}

impl Element {
	/// None of its cells yet.
	pub(super) fn new(code: String, line: u64) -> Self {
		Self { code, line, ..Self::default() }
	}

	/// A cell begins.
	pub(super) fn begin(&mut self, cell: Number, line: u64) {
		self.cells.entry(cell).or_insert((line, Vec::new()));
	}

	/// The line where a cell begins.
	pub(super) fn line_of(&self, cell: &Number) -> u64 {
		self.cells.get(cell).map_or(0, |(line, _)| *line)
	}

	/// How a relation is called where its id may be no place: those with an id that is none are numbered as they come, so
	/// that a file has no more columns than a cell has relations. Those behind the last number may be any.
	pub(super) fn called(&mut self, cell: Number, is_frequency: bool, class: &str, id: &str) -> String {
		let (kind, most) =
			if is_frequency { ("frequency", MAX_FREQUENCIES) } else { ("neighbour", MAX_NEIGHBOURS) };
		if (0..most).any(|place| place.to_string() == id) {
			return id.into();
		}
		let known = self.unplaced.entry((cell, kind)).or_default();
		let (next, name) = (known.len(), format!("{class}={id}"));
		match known.get(&name) {
			Some(number) => format!("#{number}"),
			None if next < MOST_UNPLACED => {
				let bytes = name.len();
				known.insert(name, next);
				self.grow(bytes);
				format!("#{next}")
			}
			None => {
				*self.unread.entry(cell).or_default() += 1;
				ANY.into()
			}
		}
	}

	/// Notes that so many bytes more are kept. What is too large keeps nothing.
	fn grow(&mut self, bytes: usize) {
		self.bytes = self.bytes.saturating_add(bytes);
		let most = match (self.values > MOST_VALUES, self.bytes > MOST_BYTES) {
			(true, _) => format!("{MOST_VALUES} values"),
			(_, true) => format!("{} MiB of values", MOST_BYTES >> 20),
			_ => return,
		};
		let (code, line) = (std::mem::take(&mut self.code), self.line);
		*self = Self { is_too_large: Some(most), ..Self::new(code, line) };
	}

	/// Adds a value. `names`: bytes of the names that it was found by.
	pub(super) fn push(&mut self, holder: &Holder, column: u32, value: &str, names: usize) {
		if self.is_too_large.is_some() {
			return;
		}
		self.values += 1;
		self.grow(value.len().saturating_add(names));
		if self.is_too_large.is_some() {
			return;
		}
		match holder {
			Holder::Station(technology) => self.own.push((*technology, column, value.into())),
			Holder::Cell(cell) => {
				if let Some((_, values)) = self.cells.get_mut(cell) {
					values.push((column, value.into()));
				}
			}
			Holder::Carrier(name) => {
				self.carriers.entry(name.clone()).or_default().push((column, value.into()));
			}
		}
	}

	/// Adds a value that may be in any place of a cell's list. It is kept once.
	pub(super) fn push_any(&mut self, cell: Number, column: u32, value: &str) {
		if self.any.insert((cell, column)) {
			self.push(&Holder::Cell(cell), column, value, 0);
		}
	}

	/// A cell refers to a carrier.
	pub(super) fn refer(&mut self, cell: Number, carrier: &str) {
		self.values += 1;
		self.references.push((cell, carrier.into()));
		self.grow(carrier.len());
	}

	/// Gives the values of carriers to the cells that refer to them. Says how many values no cell refers to, and how many
	/// references lead nowhere.
	fn follow(&mut self) -> (u64, u64) {
		// A reference may leave out what stands in front. Where several carriers have the rest, it is none of them.
		let mut carriers: HashMap<&str, Option<&String>> = HashMap::new();
		for name in self.carriers.keys() {
			let behind = name.match_indices(',').filter_map(|(comma, _)| name.get(comma + 1..));
			for rest in behind {
				carriers.entry(rest).and_modify(|known| *known = None).or_insert(Some(name));
			}
		}
		carriers.extend(self.carriers.keys().map(|name| (name.as_str(), Some(name))));
		let (mut used, mut nowhere) = (BTreeSet::new(), 0u64);
		for (cell, reference) in &self.references {
			let behind = reference.rsplit_once("ManagedElement=").and_then(|(_, rest)| rest.split_once(','));
			let name = behind.map_or(reference.as_str(), |(_, rest)| rest);
			match carriers.get(name) {
				Some(Some(carrier)) => {
					used.insert((*cell, *carrier));
				}
				_ => nowhere += 1,
			}
		}
		for (cell, carrier) in &used {
			if let (Some(values), Some((_, own))) = (self.carriers.get(*carrier), self.cells.get_mut(cell)) {
				own.extend(values.iter().cloned());
			}
		}
		let used: BTreeSet<&String> = used.into_iter().map(|(_, carrier)| carrier).collect();
		let unused = self.carriers.iter().filter(|(carrier, _)| !used.contains(carrier));
		let unused = unused.map(|(_, values)| u64::try_from(values.len()).unwrap_or(u64::MAX)).sum();
		(unused, nowhere)
	}

	/// Its cells with all their values, in ascending order; how many values stand in carriers that no cell refers to, and how
	/// many references to carriers lead nowhere. What several objects give alike is one value.
	pub(super) fn cells(mut self, local_network: LocalNetworkId) -> (Vec<RawCell>, (u64, u64)) {
		let left = self.follow();
		let mut cells = Vec::with_capacity(self.cells.len());
		for ((technology, number), (line, values)) in &self.cells {
			let mut raw = RawCell::new(*line, local_network, &self.code, *number);
			raw.technology = Some(*technology);
			let own = self.own.iter().filter(|(only, ..)| only.is_none_or(|only| only == *technology));
			let own = own.map(|(_, column, value)| (*column, value));
			let mut seen = HashSet::new();
			for value in own.chain(values.iter().map(|(column, value)| (*column, value))) {
				if seen.insert(value) {
					raw.push(value.0, value.1);
				}
			}
			cells.push(raw);
		}
		(cells, left)
	}
}
