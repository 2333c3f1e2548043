// SPDX-License-Identifier: Apache-2.0
//! Reading CSV files of stations and of inventories. Bytes that are text in no encoding are reported with their column.

use super::csv::{read_inventory, read_station, Wrong, COLUMNS, OWN_COLUMNS};
use crate::{
	encoding::Transcoder,
	error::{in_file, Failure, Result},
	lines::{Lines, Unclosed},
	output::{counted, quoted},
};
use encoding_rs::Encoding;
use std::{fs::File, path::Path};
use trimast_primitives::{inventory::InventoryRecord, site::Station, LocalNetworkId};

/// One line: what stands in it, or what is wrong with it.
#[derive(Debug)]
pub(crate) struct Row<T> {
	/// Its number in the file, from 1 (the header).
	pub(crate) line: u64,
	/// The record with its local network.
	pub(crate) record: Result<(LocalNetworkId, T), Vec<Wrong>>,
}

/// A kind of record that files hold.
pub(crate) trait Record: Sized {
	/// The columns of its lines.
	fn columns() -> Vec<&'static str>;
	/// Reads a line.
	fn read(fields: &csv::StringRecord) -> Result<(LocalNetworkId, Self), Vec<Wrong>>;
}

impl Record for Station {
	fn columns() -> Vec<&'static str> {
		COLUMNS.to_vec()
	}

	fn read(fields: &csv::StringRecord) -> Result<(LocalNetworkId, Self), Vec<Wrong>> {
		read_station(fields)
	}
}

impl Record for InventoryRecord {
	fn columns() -> Vec<&'static str> {
		[&OWN_COLUMNS[..], &COLUMNS[..]].concat()
	}

	fn read(fields: &csv::StringRecord) -> Result<(LocalNetworkId, Self), Vec<Wrong>> {
		read_inventory(fields)
	}
}

fn open(path: &Path, encoding: &'static Encoding) -> Result<Lines<Transcoder<File>>> {
	let file = File::open(path).map_err(in_file(path))?;
	Ok(Lines::new(Transcoder::new(file, encoding)))
}

/// Whether a file begins with the columns of a party's own books, and not with those of stations.
pub(crate) fn is_inventory(path: &Path, encoding: &'static Encoding) -> Result<bool> {
	let mut header = csv::StringRecord::new();
	open(path, encoding)?.first(&mut header).map_err(|failure| failure.at(path.display()))?;
	Ok(header.get(0) == OWN_COLUMNS.first().copied())
}

/// Opens a file for its lines. The header is checked; what is wrong in a line does not end the reading.
pub(crate) fn rows<T: Record>(
	path: &Path,
	encoding: &'static Encoding,
) -> Result<impl Iterator<Item = Result<Row<T>>>> {
	let mut lines = open(path, encoding)?;
	let path = path.to_owned();
	let mut fields = csv::StringRecord::new();
	lines.first(&mut fields).map_err(|failure| failure.at(path.display()))?;
	check_header(&fields, &T::columns()).map_err(|failure| failure.at("line 1").at(path.display()))?;
	Ok(std::iter::from_fn(move || {
		let line = lines.read(&mut fields).map_err(|failure| failure.at(path.display()));
		line.transpose().map(|line| {
			line.map(|(line, read)| {
				let read = read.map_err(|unclosed| vec![wrong::<T>(unclosed)]);
				Row { line, record: read.and_then(|()| T::read(&fields)) }
			})
		})
	}))
}

/// A field that is not closed on its line.
fn wrong<T: Record>(unclosed: Unclosed) -> Wrong {
	let column = T::columns().get(unclosed.field.saturating_sub(1)).copied().unwrap_or_default();
	Wrong { position: unclosed.field, column, what: unclosed.to_string(), remedy: Unclosed::REMEDY.into() }
}

fn check_header(header: &csv::StringRecord, columns: &[&str]) -> Result<()> {
	for (n, expected) in columns.iter().enumerate() {
		let found = header.get(n).unwrap_or("");
		if found != *expected {
			return Err(Failure::input(format!(
				"column {} is {} and not `{expected}`",
				n + 1,
				quoted(found)
			))
			.remedy(format!("the first line is: {}", columns.join(","))));
		}
	}
	if header.len() > columns.len() {
		return Err(Failure::input(format!(
			"{} instead of {}",
			counted(header.len(), "column"),
			columns.len()
		))
		.remedy(format!("the first line is: {}", columns.join(","))));
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::{super::csv::tests::sample, *};
	use crate::encoding::survey;
	use encoding_rs::{GB18030, UTF_8};
	use std::io::Write;

	fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
		let mut file = tempfile::NamedTempFile::new().unwrap();
		file.write_all(bytes).unwrap();
		file
	}

	fn text_with_vendor(vendor: &str) -> String {
		let at = COLUMNS.iter().position(|name| *name == "vendor").unwrap();
		let sample = sample();
		let line: Vec<&str> =
			sample.iter().enumerate().map(|(n, old)| if n == at { vendor } else { old }).collect();
		format!("{}\n{}\n", COLUMNS.join(","), line.join(","))
	}

	fn vendor_read(bytes: &[u8]) -> (&'static str, Vec<u8>) {
		let file = file(bytes);
		let survey = survey(file.path()).unwrap();
		let row = rows::<Station>(file.path(), survey.encoding).unwrap().next().unwrap().unwrap();
		assert_eq!(row.line, 2);
		(survey.encoding.name(), row.record.unwrap().1.vendor.into_inner())
	}

	#[test]
	fn both_encodings_give_the_same_record() {
		let text = text_with_vendor("华为");
		assert_eq!(vendor_read(text.as_bytes()), ("UTF-8", "华为".into()));
		assert_eq!(vendor_read(&GB18030.encode(&text).0), ("gb18030", "华为".into()));
		assert_eq!(vendor_read(&[b"\xef\xbb\xbf", text.as_bytes()].concat()), ("UTF-8", "华为".into()));
	}

	#[test]
	fn lines_are_counted_alike_with_either_end() {
		let text = text_with_vendor("V1");
		let wrong = format!("{text}{}{}", text.lines().nth(1).unwrap(), "\nXX\n").replace("\r", "");
		for text in [wrong.clone(), wrong.replace('\n', "\r\n")] {
			let file = file(text.as_bytes());
			let lines: Vec<(u64, bool)> = rows::<Station>(file.path(), UTF_8)
				.unwrap()
				.map(|row| row.map(|row| (row.line, row.record.is_ok())).unwrap())
				.collect();
			assert_eq!(lines, [(2, true), (3, true), (4, false)]);
		}
	}

	#[test]
	fn quotation_mark_that_is_not_closed_takes_no_other_line() {
		let text = text_with_vendor("V1");
		let line = text.lines().nth(1).unwrap();
		let (code, behind) = line.split_once(',').unwrap();
		let file = file(format!("{text}{code},\"{behind}\n{line}\n").as_bytes());
		let rows: Vec<Row<Station>> = rows(file.path(), UTF_8).unwrap().map(Result::unwrap).collect();
		assert_eq!(
			rows.iter().map(|row| (row.line, row.record.is_ok())).collect::<Vec<_>>(),
			[(2, true), (3, false), (4, true)]
		);
		let wrong = rows[1].record.as_ref().unwrap_err()[0].to_string();
		assert!(
			wrong.starts_with(
				"column 2 (local_network): the quotation mark in front of field 2 is not closed"
			),
			"{wrong}"
		);
	}

	#[test]
	fn rows_fail_when_the_header_differs() {
		let file = file(b"code,technology\n");
		let failure = rows::<Station>(file.path(), UTF_8).err().unwrap().to_string();
		assert!(failure.contains("column 2 is `technology` and not `local_network`"), "{failure}");
	}

	#[test]
	fn books_are_told_from_stations_by_their_header() {
		let books = [&OWN_COLUMNS[..], &COLUMNS[..]].concat().join(",");
		for (text, expected) in [(books, true), (COLUMNS.join(","), false), (String::new(), false)] {
			assert_eq!(is_inventory(file(text.as_bytes()).path(), UTF_8).unwrap(), expected, "{text}");
		}
	}

	#[test]
	fn bytes_of_no_encoding_are_reported_with_their_column() {
		let mut bytes = text_with_vendor("X").into_bytes();
		let at = bytes.windows(3).rposition(|w| w == b",X,").unwrap();
		bytes[at + 1] = 0xff;
		let file = file(&bytes);
		let row = rows::<Station>(file.path(), survey(file.path()).unwrap().encoding)
			.unwrap()
			.next()
			.unwrap()
			.unwrap();
		assert_eq!(row.record.unwrap_err()[0].column, "vendor");
	}
}
