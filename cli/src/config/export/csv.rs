// SPDX-License-Identifier: Apache-2.0
//! Cells as comma-separated values: `local_network,station,cell`, then a column a value.

use super::{read_column, Columns, Item, RawCell, Reading, Remark, Whose, Wrong};
use crate::{
	config::catalogue::Catalogue,
	error::{Failure, Result},
	lines::{self, Unclosed},
	names,
	output::{counted, quoted},
};
use std::io::Read;
use trimast_primitives::{site::is_code, text::escaped};

/// The columns that name the cell.
pub(crate) const PLACE: [&str; 3] = ["local_network", "station", "cell"];

/// What the first line should be.
const FIRST_LINE: &str =
	"the first line is local_network,station,cell and a name of the catalogue for each value, with commas between them";

/// What is wrong with the columns of the place.
fn misplaced(header: &csv::StringRecord) -> Option<Failure> {
	let (n, expected) =
		PLACE.iter().enumerate().find(|(n, expected)| header.get(*n).map(str::trim) != Some(**expected))?;
	let column = n + 1;
	let other = [";", "\t", "|"]
		.into_iter()
		.find(|mark| header.len() == 1 && header.iter().any(|name| name.contains(mark)));
	let elsewhere = header.iter().position(|name| name.trim() == *expected);
	Some(Failure::input(match (other, elsewhere, header.get(n)) {
		(Some(mark), ..) => format!("{} stands between the columns, and not a comma", quoted(mark)),
		(None, Some(place), _) => format!("`{expected}` is column {} and not column {column}", place + 1),
		(None, None, Some(found)) => format!("column {column} is {} and not `{expected}`", quoted(found)),
		(None, None, None) => format!("column {column} (`{expected}`) is missing"),
	}))
}

/// Lines of a file.
pub(crate) struct Lines<R: Read> {
	lines: lines::Lines<R>,
	reading: Reading,
	/// Numbers of the columns behind those of the place.
	columns: Vec<u32>,
	fields: csv::StringRecord,
}

impl<R: Read> Lines<R> {
	/// Reads the header. Columns that cannot be read and columns that stand there twice are refused.
	pub(crate) fn new(input: R, columns: &mut Columns, catalogue: &Catalogue) -> Result<Self> {
		let mut lines = lines::Lines::new(input);
		let mut header = csv::StringRecord::new();
		if !lines.first(&mut header)? {
			return Err(Failure::input("the file is empty").at("line 1").remedy(FIRST_LINE));
		}
		if let Some(defect) = misplaced(&header) {
			return Err(defect.at("line 1").remedy(FIRST_LINE));
		}
		let mut numbers: Vec<u32> = Vec::new();
		for (n, name) in header.iter().map(str::trim).enumerate().skip(PLACE.len()) {
			let place = || format!("line 1: column {} ({})", n + 1, escaped(name));
			let number = columns.number(catalogue, name).map_err(|failure| failure.at("line 1"))?;
			if numbers.contains(&number) {
				return Err(Failure::input("it stands there twice").at(place()).remedy("leave one out"));
			}
			// A column that is nobody's is a slip of who has made the table, however the file is read.
			let is_nobodys = columns
				.get(number)
				.is_some_and(|column| !matches!(column, Ok(column) if column.whose != Whose::Nobody));
			if let (true, Err((what, remedy))) = (is_nobodys, read_column(catalogue, name)) {
				return Err(Failure::input(what).at(place()).remedy(remedy));
			}
			numbers.push(number);
		}
		Ok(Self { lines, reading: columns.reading, columns: numbers, fields: header })
	}

	/// The next line.
	pub(crate) fn item(&mut self) -> Result<Option<Item>> {
		let Some((line, read)) = self.lines.read(&mut self.fields)? else { return Ok(None) };
		Ok(Some(self.read(line, read)))
	}

	fn read(&self, line: u64, read: Result<(), Unclosed>) -> Item {
		let fields = &self.fields;
		let wrong = |column: &str, what: String, remedy: &str| {
			Item::Wrong(Wrong {
				line,
				cell: String::new(),
				column: column.into(),
				what,
				remedy: remedy.into(),
			})
		};
		if let Err(unclosed) = read {
			return wrong("", unclosed.to_string(), Unclosed::REMEDY);
		}
		let expected = PLACE.len() + self.columns.len();
		if fields.len() != expected {
			let what = format!("{} instead of {expected}", counted(fields.len(), "field"));
			return wrong("", what, "write one for each column of the first line; an empty one is no value");
		}
		let field = |n: usize| fields.get(n).unwrap_or("").trim();
		let local_network = match names::local_network(field(0)) {
			Ok(local_network) => local_network,
			Err(remedy) => return wrong("local_network", format!("{} is none", quoted(field(0))), &remedy),
		};
		if !is_code(field(1).as_bytes()) {
			let what = format!("{} is no station code", quoted(field(1)));
			return wrong("station", what, "1 to 24 of A-Z 0-9 - _ .");
		}
		let Ok(cell) = field(2).parse() else {
			let what = format!("{} is no number of a cell", quoted(field(2)));
			let is_number = !field(2).is_empty() && field(2).bytes().all(|byte| byte.is_ascii_digit());
			return match wrong("cell", what, "count the cells of a station from 0") {
				Item::Wrong(wrong) if is_number && self.reading == Reading::AsIs => {
					Item::Remark(Remark::ObjectLeftOut, wrong, 1)
				}
				item => item,
			};
		};
		let mut raw = RawCell::new(line, local_network, field(1), cell);
		for (column, value) in self.columns.iter().zip(fields.iter().skip(PLACE.len())) {
			raw.push(*column, value.trim());
		}
		Item::Cell(raw)
	}
}

#[cfg(test)]
mod tests {
	use super::super::{
		tests::{named, read_all},
		Columns, Networks, Reading, Report,
	};

	#[test]
	fn lines_give_cells_by_local_network() {
		let text = "local_network,station,cell,nRPCI,nRTAC[46011],serialNumber\n\
			1301,HE-1,0,12,77,S1\n1301,HE-1,1,13,,\n1302,HE-2,0,,,\"S,3\"\n";
		let (networks, wrong, columns) = read_all(text.as_bytes(), false).unwrap();
		assert!(wrong.is_empty());
		assert_eq!(
			networks.iter().map(|n| (n.id.0, n.cells.len())).collect::<Vec<_>>(),
			[(1301, 2), (1302, 1)]
		);
		let first = &networks[0].cells[0];
		assert_eq!((first.line, first.station.as_str(), first.cell), (2, "HE-1", 0));
		let pair = |a: &str, b: &str| (a.to_string(), b.to_string());
		assert_eq!(
			named(&columns, first),
			[pair("nRPCI", "12"), pair("nRTAC[46011]", "77"), pair("serialNumber", "S1")]
		);
		assert_eq!(named(&columns, &networks[1].cells[0]), [pair("serialNumber", "S,3")]);
		assert_eq!(columns.unknown(), ["serialNumber"]);
	}

	#[test]
	fn wrong_lines_are_named_and_keep_no_other_out() {
		let text = "local_network,station,cell,nRPCI\n13,A,0,1\n1301,a,0,1\n1301,A,x,1\n1301,A,0\n1301,A,0,1,2\n1301,A,0,1\n";
		let (networks, wrong, _) = read_all(text.as_bytes(), false).unwrap();
		let found: Vec<(u64, &str)> = wrong.iter().map(|w| (w.line, w.column.as_str())).collect();
		assert_eq!(found, [(2, "local_network"), (3, "station"), (4, "cell"), (5, ""), (6, "")]);
		assert_eq!(networks[0].cells.len(), 1);
	}

	#[test]
	fn large_numbers_of_cells_end_no_reading_of_a_network_as_it_is() {
		let text = b"local_network,station,cell,nRPCI\n1301,A,256,1\n1301,A,x,1\n1301,A,1,1\n";
		let told = |reading| {
			let (catalogue, mut report) = (crate::config::catalogue::tests::catalogue(), Report::silent());
			let how = (false, Columns::new(reading, Vec::new()));
			let mut networks = Networks::new(std::path::Path::new("a"), &text[..], how, &catalogue).unwrap();
			assert_eq!(networks.network().unwrap().unwrap().cells.len(), 1);
			assert!(networks.network().unwrap().is_none());
			networks.tell(&mut report);
			(report.count, report.remarks.get("object_left_out").copied())
		};
		assert_eq!((told(Reading::AsIs), told(Reading::Strict)), ((1, Some(1)), (2, None)));
	}

	#[test]
	fn quotation_mark_that_is_not_closed_takes_no_other_line() {
		let text =
			"local_network,station,cell,nRPCI\n1301,A,0,1\n\"1301,A,1,1\n1301,A,2,\"1\n1301,\"A\",3,1\n";
		let (networks, wrong, _) = read_all(text.as_bytes(), false).unwrap();
		let found: Vec<String> = wrong.iter().map(ToString::to_string).collect();
		let what = |line: u64, field: u64| {
			format!(
				"line {line}: the quotation mark in front of field {field} is not closed on this line - take it out, or close \
				 it: a field ends on its line"
			)
		};
		assert_eq!(found, [what(3, 1), what(4, 4)]);
		assert_eq!(
			networks[0].cells.iter().map(|cell| (cell.line, cell.cell)).collect::<Vec<_>>(),
			[(2, 0), (5, 3)]
		);
	}

	#[test]
	fn headers_fail_with_the_column() {
		for (text, part) in [
			("", "the file is empty"),
			("local_network,code,cell\n", "column 2 is `code` and not `station`"),
			("local_network,station\n", "column 3 (`cell`) is missing"),
			("station,local_network,cell,nRPCI\n", "`local_network` is column 2 and not column 1"),
			("local_network;station;cell;nRPCI\n", "`;` stands between the columns"),
			("local_network,station,cell,nRTAC\n", "column 4 (nRTAC): it has no PLMN"),
			("local_network,station,cell,nRPCI,nRPCI\n", "column 5 (nRPCI): it stands there twice"),
		] {
			let failure = read_all(text.as_bytes(), false).unwrap_err().to_string();
			assert!(failure.contains(part) && failure.contains("line 1"), "{failure}");
		}
	}
}
