// SPDX-License-Identifier: Apache-2.0
//! What is wrong in the lines of a file, all of it at once: a line each for people, or in JSON for programs, and the error
//! with which the command ends.

use crate::{
	error::Failure,
	output::{counted, Output},
};
use serde_json::{json, Value};
use std::{fmt, path::Path};

/// Something wrong in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Mistake {
	/// The line and the column, both from 1, and the column's name; nothing where `what` says where it is.
	place: Option<(u64, usize, &'static str)>,
	what: String,
}

impl Mistake {
	/// In a column of a line, by its place among the columns' names. Behind the last one it is the line's.
	pub(crate) fn at(line: u64, column: usize, names: &[&'static str], what: impl fmt::Display) -> Self {
		let name = names.get(column).copied().unwrap_or("line");
		Self { place: Some((line, column.saturating_add(1), name)), what: what.to_string() }
	}

	/// In the file; `what` says where.
	pub(crate) fn of_file(what: impl fmt::Display) -> Self {
		Self { place: None, what: what.to_string() }
	}

	fn to_json(&self) -> Value {
		let (line, position, column) = match self.place {
			Some((line, position, column)) => (Some(line), Some(position), Some(column)),
			None => (None, None, None),
		};
		json!({ "type": "invalid", "line": line, "column": column, "position": position, "what": self.what })
	}
}

impl fmt::Display for Mistake {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		if let Some((line, position, column)) = self.place {
			write!(f, "line {line}, column {position} ({column}): ")?;
		}
		f.write_str(&self.what)
	}
}

/// Names all of them by line, and gives the error, which has the first one.
pub(crate) fn refuse(output: Output, path: &Path, mut all: Vec<Mistake>) -> Failure {
	all.sort_by_key(|one| one.place.map(|(line, position, _)| (line, position)));
	for one in &all {
		output.json_line(&one.to_json());
		output.say(&one.to_string());
	}
	let first = all.first().map_or_else(String::new, |one| format!("; the first: {one}"));
	Failure::input(format!("{}, nothing was sent{first}", counted(all.len(), "mistake")))
		.at(path.display())
		.remedy("correct the lines that are named on standard output, and repeat the command")
}

#[cfg(test)]
mod tests {
	use super::*;

	const NAMES: [&str; 2] = ["number", "area"];

	#[test]
	fn error_has_the_first_mistake_by_line_however_little_is_said() {
		let all = vec![Mistake::at(3, 1, &NAMES, "no such place"), Mistake::at(2, 2, &NAMES, "too short")];
		for json in [false, true] {
			let output = Output { json, quiet: true, yes: true };
			let failure = refuse(output, Path::new("fleet.csv"), all.clone());
			let what = "2 mistakes, nothing was sent; the first: line 2, column 3 (line): too short";
			assert_eq!(failure.to_json()["what"], what);
			assert!(failure.to_string().starts_with(&format!("fleet.csv: {what}\n")), "{failure}");
		}
	}

	#[test]
	fn mistake_is_said_to_programs_by_its_place() {
		let expected =
			json!({ "type": "invalid", "line": 3, "column": "area", "position": 2, "what": "none" });
		assert_eq!(Mistake::at(3, 1, &NAMES, "none").to_json(), expected);
		let of_file = Mistake::of_file("line 1: the first line is: number,area");
		assert_eq!(
			(of_file.to_json()["line"].clone(), of_file.to_string()),
			(Value::Null, of_file.what.clone())
		);
	}
}
