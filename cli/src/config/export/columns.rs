// SPDX-License-Identifier: Apache-2.0
//! The columns of a file: whose value each has, and of which parameter.

use super::element::ANY;
use crate::{
	config::catalogue::{read_plmn, Catalogue},
	error::{Failure, Result},
	output::quoted,
};
use std::collections::HashMap;
use trimast_primitives::{
	cells::{catalogue::ParamScope, ParamId, MAX_FREQUENCIES, MAX_NEIGHBOURS},
	site::Plmn,
};

/// Most different columns of a file.
const MOST_COLUMNS: usize = 8_192;
/// Most names of a network's elements that are kept without being known.
const MOST_UNKNOWN: usize = 4_096;
/// Most bytes of a column's name.
const MOST_NAME: usize = 1_024;

/// How a file is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Reading {
	/// What the chain would not take is wrong.
	#[default]
	Strict,
	/// What the chain would not take is there all the same: relations have other numbers than places, or names.
	AsIs,
}

/// Whose value a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Whose {
	/// The cell's or the station's.
	Cell,
	/// An operator's.
	Plmn(Plmn),
	/// That of the neighbour or the frequency in this place.
	Place(u8),
	/// That of a neighbour or a frequency with another name than a place; so many others of the cell stand before it.
	Unplaced(u8),
	/// Nobody's that the chain knows.
	Nobody,
}

/// A column: a name, and whose value stands there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Column {
	/// As the file has it.
	pub(crate) name: String,
	/// Whose value.
	pub(crate) whose: Whose,
	/// The parameters that have the name, no two of one technology; none where the catalogue does not know it.
	pub(crate) params: Vec<ParamId>,
}

/// Reads a column's name. A name of the catalogue with a place that its parameter does not have is refused.
pub(crate) fn read_column(catalogue: &Catalogue, text: &str) -> Result<Column, (String, String)> {
	let (name, place) = match text.strip_suffix(']').and_then(|text| text.rsplit_once('[')) {
		Some((name, place)) => (name, Some(place)),
		None => (text, None),
	};
	let params = catalogue.named(name).to_vec();
	let views = || params.iter().filter_map(|id| catalogue.get(*id));
	let Some(scope) = views().next().map(|view| view.parameter.scope) else {
		return Ok(Column { name: text.into(), whose: Whose::Cell, params });
	};
	for (n, view) in views().enumerate() {
		let clash = views().skip(n + 1).find(|other| {
			let (a, b) = (view.parameter.technology, other.parameter.technology);
			a.is_none() || b.is_none() || a == b || view.parameter.scope != other.parameter.scope
		});
		if let Some(other) = clash {
			let names = [catalogue.name(view.id), catalogue.name(other.id)].join(" or ");
			return Err(("it is the name of several parameters".into(), format!("write {names}")));
		}
	}
	let index = |most: u8| {
		let place: Option<u8> = place.and_then(|text| text.parse().ok()).filter(|place| *place < most);
		place.map(Whose::Place).ok_or_else(|| {
			let remedy =
				format!("write the place in brackets: {name}[0] to {name}[{}]", most.saturating_sub(1));
			("it has no place in the cell's list".to_string(), remedy)
		})
	};
	let whose = match scope {
		ParamScope::Station | ParamScope::Cell => match place {
			None => Whose::Cell,
			Some(_) => {
				return Err(("a cell has one value of it".into(), format!("write {name} without brackets")));
			}
		},
		ParamScope::Plmn => {
			let plmn = place.and_then(read_plmn);
			Whose::Plmn(plmn.ok_or_else(|| {
				let remedy = format!("write the digits of MCC and MNC in brackets: {name}[46011]");
				("it has no PLMN".to_string(), remedy)
			})?)
		}
		ParamScope::CellRelation => index(MAX_NEIGHBOURS)?,
		ParamScope::FrequencyRelation => index(MAX_FREQUENCIES)?,
	};
	Ok(Column { name: text.into(), whose, params })
}

/// Reads a column's name where what has no place on the chain is read too: a relation behind the last place, or without a
/// number (`#0`, `#1`, as they are counted in XML), a PLMN that is none, a name that several parameters share.
fn read_any_column(catalogue: &Catalogue, text: &str) -> Column {
	let (name, rest) = match text.strip_suffix(']').and_then(|text| text.rsplit_once('[')) {
		Some((name, rest)) => (name, rest),
		None => (text, ""),
	};
	let params = catalogue.named(name).to_vec();
	let scope = params.first().and_then(|id| catalogue.get(*id)).map(|view| view.parameter.scope);
	let whose = match scope {
		Some(ParamScope::CellRelation | ParamScope::FrequencyRelation) => {
			let number = rest.strip_prefix('#').unwrap_or(rest).parse();
			number.map_or(Whose::Nobody, Whose::Unplaced)
		}
		_ => Whose::Nobody,
	};
	Column { name: text.into(), whose, params }
}

/// The columns of a file, by number in the order in which they came up.
#[derive(Debug, Default)]
pub(crate) struct Columns {
	/// How they are read.
	pub(crate) reading: Reading,
	/// Those that are left out, whatever the catalogue says of them.
	pub(super) left_out: Vec<String>,
	list: Vec<Result<Column, (String, String)>>,
	/// Their names.
	names: Vec<String>,
	pub(super) numbers: HashMap<String, u32>,
	/// How many are not in the catalogue.
	unknown: usize,
	/// Values under names that are too many, or too long, to be kept.
	pub(super) nameless: u64,
}

impl Columns {
	/// None yet, read in this way, and these left out.
	pub(super) fn new(reading: Reading, left_out: Vec<String>) -> Self {
		Self { reading, left_out, ..Self::default() }
	}

	/// The number of a column, by its name.
	pub(crate) fn number(&mut self, catalogue: &Catalogue, name: &str) -> Result<u32> {
		if let Some(number) = self.numbers.get(name) {
			return Ok(*number);
		}
		if name.len() > MOST_NAME {
			return Err(Failure::input(format!(
				"an attribute's name of {} bytes: {}",
				name.len(),
				quoted(name)
			))
			.remedy("export the cells and leave the rest out"));
		}
		if self.list.len() >= MOST_COLUMNS {
			return Err(Failure::input(format!("more than {MOST_COLUMNS} different attributes"))
				.remedy("export the cells and leave the rest out"));
		}
		Ok(self.enter(catalogue, name))
	}

	/// The number of a column that an attribute of an element is; `part`: in brackets, whose it is. None where its values
	/// are not kept: what the catalogue does not know, of a part. Whoever writes a network's export does not end the reading
	/// [as it is](Reading::AsIs) by names.
	pub(super) fn of_element(
		&mut self,
		catalogue: &Catalogue,
		name: &str,
		part: Option<&str>,
	) -> Result<Option<u32>> {
		let is_as_it_is = self.reading == Reading::AsIs;
		if catalogue.named(name).is_empty() {
			let is_beyond = name.len() > MOST_NAME || self.unknown >= MOST_UNKNOWN;
			if is_as_it_is && is_beyond && !self.numbers.contains_key(name) {
				self.nameless = self.nameless.saturating_add(1);
				return Ok(None);
			}
			let number = self.number(catalogue, name)?;
			return Ok(part.is_none().then_some(number));
		}
		let Some(part) = part else { return Ok(Some(self.enter(catalogue, name))) };
		let column = format!("{name}[{part}]");
		if !is_as_it_is {
			return self.number(catalogue, &column).map(Some);
		}
		let is_beyond = column.len() > MOST_NAME || self.list.len() >= MOST_COLUMNS;
		if is_beyond && !self.numbers.contains_key(&column) {
			return Ok(Some(self.enter(catalogue, &format!("{name}[{ANY}]"))));
		}
		Ok(Some(self.enter(catalogue, &column)))
	}

	/// The number of a column, whatever its name.
	fn enter(&mut self, catalogue: &Catalogue, name: &str) -> u32 {
		if let Some(number) = self.numbers.get(name) {
			return *number;
		}
		let number = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
		let left_out = || Column { name: name.into(), whose: Whose::Cell, params: Vec::new() };
		let column = match (read_column(catalogue, name), self.reading) {
			_ if self.left_out.iter().any(|other| other == name) => Ok(left_out()),
			(Err(_), Reading::AsIs) => Ok(read_any_column(catalogue, name)),
			(column, _) => column,
		};
		if column.as_ref().is_ok_and(|column| column.params.is_empty()) {
			self.unknown += 1;
		}
		self.list.push(column);
		self.names.push(name.into());
		self.numbers.insert(name.into(), number);
		number
	}

	/// A column by its number.
	pub(crate) fn get(&self, number: u32) -> Option<&Result<Column, (String, String)>> {
		self.list.get(usize::try_from(number).ok()?)
	}

	/// The name of a column, as the file has it.
	pub(crate) fn name(&self, number: u32) -> &str {
		let name = usize::try_from(number).ok().and_then(|number| self.names.get(number));
		name.map_or("", String::as_str)
	}

	/// All of them, by number.
	pub(crate) fn iter(&self) -> impl Iterator<Item = &Result<Column, (String, String)>> {
		self.list.iter()
	}

	/// Names of those that the catalogue does not know.
	pub(crate) fn unknown(&self) -> Vec<&str> {
		let known = self.list.iter().flatten();
		known.filter(|column| column.params.is_empty()).map(|column| column.name.as_str()).collect()
	}
}
