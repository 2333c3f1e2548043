// SPDX-License-Identifier: Apache-2.0
//! What is wrong in a file, and what is remarkable in it: told with its place, and counted.

use super::columns::Columns;
use crate::{
	error::{Failure, Result},
	output::{quoted, Output},
};
use serde_json::json;
use std::{collections::BTreeMap, fmt, path::Path};

/// Columns that the catalogue does not know which are named.
pub(crate) const UNKNOWN: usize = 20;

/// Something wrong in a file, and what would be right.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Wrong {
	/// The line.
	pub(crate) line: u64,
	/// The cell, as far as it is known.
	pub(crate) cell: String,
	/// The column; empty where it is about no single one.
	pub(crate) column: String,
	/// What.
	pub(crate) what: String,
	/// What to do.
	pub(crate) remedy: String,
}

impl fmt::Display for Wrong {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "line {}", self.line)?;
		let place: Vec<&str> =
			[self.cell.as_str(), self.column.as_str()].into_iter().filter(|text| !text.is_empty()).collect();
		if !place.is_empty() {
			write!(f, " ({})", place.join(", "))?;
		}
		write!(f, ": {}", self.what)?;
		if !self.remedy.is_empty() {
			write!(f, " - {}", self.remedy)?;
		}
		Ok(())
	}
}

/// What stands in an observed network and not on the chain. It ends nothing, and is told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Remark {
	/// A station that the chain does not have, with its cells.
	Station,
	/// A local network that the chain does not have, with its cells.
	LocalNetwork,
	/// A cell with a value that cannot be read where the baseline has one, or one that is given twice: it is left out.
	CellLeftOut,
	/// A cell of which the file lacks a value that the baseline has, as who reads it says: the whole cell is left out.
	NotGiven,
	/// A text that cannot be read, where the baseline has no value.
	Unreadable,
	/// A value of an operator that the station's record does not have, or a list that names one.
	Operator,
	/// A neighbour of a station or with a number that the chain does not have.
	Neighbour,
	/// A relation that the baseline does not have.
	Relation,
	/// A value of another technology than the station's.
	Technology,
	/// A cell of another technology than the station's.
	CellTechnology,
	/// A cell or a station that cannot be placed, or that is too large to be read: it is left out.
	ObjectLeftOut,
	/// Relations of a cell behind the last that is read.
	RelationUnread,
	/// Values under a name of the catalogue in objects that are not the cell's, the station's or a relation's own.
	ValueElsewhere,
	/// Values under names that are too many, or too long, to be kept.
	Nameless,
}

impl Remark {
	/// As the summary names it.
	pub(crate) const fn word(self) -> &'static str {
		match self {
			Self::Station => "station_unknown",
			Self::LocalNetwork => "local_network_unknown",
			Self::CellLeftOut => "cell_left_out",
			Self::NotGiven => "parameter_not_given",
			Self::Unreadable => "value_unreadable",
			Self::Operator => "operator_unknown",
			Self::Neighbour => "neighbour_unknown",
			Self::Relation => "relation_without_baseline",
			Self::Technology => "other_technology",
			Self::CellTechnology => "cell_of_other_technology",
			Self::ObjectLeftOut => "object_left_out",
			Self::RelationUnread => "relation_not_read",
			Self::ValueElsewhere => "value_elsewhere",
			Self::Nameless => "name_not_kept",
		}
	}

	/// For people: of what there are so many, and what is done about it where something is.
	pub(crate) const fn text(word: &str) -> Option<(&'static str, Option<&'static str>)> {
		Some(match word.as_bytes() {
			b"station_unknown" => (
				"cells of stations that the chain does not have",
				Some("have their owner import them (`trimast site import`), or look at the local network in front of them"),
			),
			b"local_network_unknown" => (
				"cells of local networks that the chain does not have",
				Some("`trimast site networks` lists those that it has"),
			),
			b"cell_left_out" => (
				"cells left out: given twice, or with a value that cannot be read where the baseline has one",
				Some("mend the values, export again and attest that"),
			),
			b"parameter_not_given" => (
				"cells left out: the file lacks a value that the baseline has (--without)",
				Some("have the template give it, export again and attest that"),
			),
			b"value_unreadable" => ("values that cannot be read, and the baseline has none there", None),
			b"operator_unknown" => (
				"values of operators that the station's record does not have",
				Some("where they share the station, have the record amended (`trimast site amend`)"),
			),
			b"neighbour_unknown" => ("neighbours that the chain does not have", None),
			b"relation_without_baseline" => ("relations that the baseline does not have", None),
			b"other_technology" => ("values of another technology than the station's", None),
			b"cell_of_other_technology" => (
				"cells of another technology than the station's record has: left out",
				Some("a station of the other technology is a record of its own"),
			),
			b"object_left_out" => ("cells and stations that cannot be placed or are too large: left out", None),
			b"relation_not_read" => ("relations behind the last of a cell that is read", None),
			b"value_elsewhere" => (
				"values in objects that are no cells and no relations that are read",
				Some("docs/trimast.md, files of cells, has those that are"),
			),
			b"name_not_kept" => ("values under names that are too many or too long", None),
			_ => return None,
		})
	}
}

/// Reports what is wrong in a file, line by line, and counts.
pub(crate) struct Report {
	output: Option<Output>,
	/// How many cells or lines are wrong.
	pub(crate) count: u64,
	/// How many remarks of each kind there are, by its word.
	pub(crate) remarks: BTreeMap<String, u64>,
}

/// Most wrong lines that are written out for people.
const SHOWN: u64 = 100;
/// Most remarks of a kind that are written out: a network has more relations than anybody reads.
const REMARKS_LISTED: u64 = 1_000;
/// Most remarks of a kind that are written out for people.
const REMARKS_SHOWN: u64 = 5;

impl Report {
	/// Nothing is wrong yet.
	pub(crate) fn new(output: Output) -> Self {
		Self { output: Some(output), count: 0, remarks: BTreeMap::new() }
	}

	/// Counts and says nothing.
	pub(crate) fn silent() -> Self {
		Self { output: None, count: 0, remarks: BTreeMap::new() }
	}

	/// Reports one.
	pub(crate) fn wrong(&mut self, wrong: &Wrong) {
		let count = self.count;
		self.count += 1;
		let Some(output) = self.output else { return };
		output.json_line(&json!({
			"type": "invalid", "line": wrong.line, "cell": wrong.cell, "column": wrong.column, "what": wrong.what,
			"remedy": wrong.remedy,
		}));
		if count < SHOWN {
			output.say(&wrong.to_string());
		} else if count == SHOWN {
			output.say("... and more; --json lists them all");
		}
	}

	/// Reports several.
	pub(crate) fn all<'a>(&mut self, wrong: impl IntoIterator<Item = &'a Wrong>) {
		wrong.into_iter().for_each(|wrong| self.wrong(wrong));
	}

	/// Reports something that stands in the file and not on the chain. `times`: how many of them it tells of.
	pub(crate) fn remark(&mut self, kind: Remark, wrong: &Wrong, times: u64) {
		let count = self.remarks.entry(kind.word().into()).or_default();
		let before = *count;
		*count = count.saturating_add(times);
		let Some(output) = self.output.filter(|_| before < REMARKS_LISTED) else { return };
		output.json_line(&json!({
			"type": "remark", "kind": kind.word(), "line": wrong.line, "cell": wrong.cell, "column": wrong.column,
			"what": wrong.what, "remedy": wrong.remedy,
		}));
		if before < REMARKS_SHOWN {
			output.say(&wrong.to_string());
		}
	}

	/// Refuses to go on when anything is wrong, unless that was allowed.
	pub(crate) fn settle(&self, path: &Path, skip_invalid: bool) -> Result<()> {
		if self.count == 0 || skip_invalid {
			return Ok(());
		}
		Err(Failure::input(format!("{} lines or values are wrong, nothing was sent", self.count))
			.at(path.display())
			.remedy("correct them, or say --skip-invalid to leave their cells out"))
	}
}

/// Names the columns that the catalogue does not know, once.
pub(crate) fn remark_unknown(output: Output, columns: &Columns, kept: bool) {
	let unknown = columns.unknown();
	if unknown.is_empty() {
		return;
	}
	let mut names: Vec<String> = unknown.iter().take(UNKNOWN).map(|name| quoted(name)).collect();
	if unknown.len() > names.len() {
		names.push(format!("... {} in all", unknown.len()));
	}
	output.json_line(&json!({
		"type": "unknown", "names": unknown.iter().take(UNKNOWN).collect::<Vec<_>>(), "count": unknown.len(), "kept": kept,
	}));
	let what = if kept { "kept beside the chain" } else { "left out" };
	output.remark(&format!("not in the catalogue, {what}: {}", names.join(", ")));
}
