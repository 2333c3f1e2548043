// SPDX-License-Identifier: Apache-2.0
//! Lines of comma-separated values, in bounded memory.
//!
//! No field of a legitimate file has an end of a line in it, so every field ends on its line: a quotation mark that is not
//! closed there takes away that line and none behind it. Lines end as those of any system do, and empty ones are none.

use crate::error::{Failure, Result};
use std::{
	fmt,
	io::{self, BufRead, BufReader, ErrorKind, Read},
};

/// Most bytes of a line.
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// Bytes that are read at once.
const CHUNK: usize = 1 << 16;

/// A field that begins with a quotation mark which its line does not close.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Unclosed {
	/// Its number in the line, from 1.
	pub(crate) field: usize,
}

impl Unclosed {
	/// What to do.
	pub(crate) const REMEDY: &'static str = "take it out, or close it: a field ends on its line";
}

impl fmt::Display for Unclosed {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "the quotation mark in front of field {} is not closed on this line", self.field)
	}
}

/// The lines of a file.
pub(crate) struct Lines<R> {
	input: BufReader<R>,
	text: Vec<u8>,
	/// Number of the line that is read next, from 1.
	next: u64,
	/// Whether a carriage return was read last: a line feed behind it ends the same line.
	is_return: bool,
}

impl<R: Read> Lines<R> {
	/// Of UTF-8. Bytes that are none appear as U+FFFD.
	pub(crate) fn new(input: R) -> Self {
		let input = BufReader::with_capacity(CHUNK, input);
		Self { input, text: Vec::new(), next: 1, is_return: false }
	}

	/// Reads the names of the columns. Says whether there is a line at all.
	pub(crate) fn first(&mut self, fields: &mut csv::StringRecord) -> Result<bool> {
		match self.read(fields)? {
			None => Ok(false),
			Some((_, Ok(()))) => Ok(true),
			Some((line, Err(unclosed))) => {
				Err(Failure::input(unclosed).at(format!("line {line}")).remedy(Unclosed::REMEDY))
			}
		}
	}

	/// Reads the fields of the next line. Says its number, and whether it can be taken apart.
	pub(crate) fn read(
		&mut self,
		fields: &mut csv::StringRecord,
	) -> Result<Option<(u64, Result<(), Unclosed>)>> {
		fields.clear();
		loop {
			let line = self.next;
			let is_there = self.line().map_err(|error| {
				Failure::input(error)
					.at(format!("line {line}"))
					.remedy("look at that place of the file, or export it again")
			})?;
			if !is_there {
				return Ok(None);
			}
			let text = String::from_utf8_lossy(&self.text);
			let text: &str = if line == 1 { text.strip_prefix('\u{feff}').unwrap_or(&text) } else { &text };
			if !text.is_empty() {
				return Ok(Some((line, split(text, fields))));
			}
		}
	}

	/// Reads up to the next end of a line. Says whether there was anything.
	fn line(&mut self) -> io::Result<bool> {
		self.text.clear();
		loop {
			let available = match self.input.fill_buf() {
				Err(error) if error.kind() == ErrorKind::Interrupted => continue,
				available => available?,
			};
			if available.is_empty() {
				return Ok(!self.text.is_empty());
			}
			let is_return = std::mem::take(&mut self.is_return);
			if is_return && available.first() == Some(&b'\n') {
				self.input.consume(1);
				continue;
			}
			let end = available.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
			let part = available.get(..end.unwrap_or(available.len())).unwrap_or_default();
			self.text.extend_from_slice(part);
			let used = part.len().saturating_add(usize::from(end.is_some()));
			self.is_return = end.is_some_and(|end| available.get(end) == Some(&b'\r'));
			self.input.consume(used);
			if self.text.len() > MOST_BYTES {
				return Err(io::Error::other(format!("{} MiB without an end of a line", MOST_BYTES >> 20)));
			}
			if end.is_some() {
				self.next = self.next.saturating_add(1);
				return Ok(true);
			}
		}
	}
}

/// Takes a line apart. Inside of quotation marks two of them stand for one; in a field that does not begin with one they
/// stand for themselves.
fn split(line: &str, fields: &mut csv::StringRecord) -> Result<(), Unclosed> {
	// Nearly all lines have none, and files many.
	if !line.contains('"') {
		let mut from = 0usize;
		for (at, _) in line.bytes().enumerate().filter(|(_, byte)| *byte == b',') {
			fields.push_field(line.get(from..at).unwrap_or_default());
			from = at.saturating_add(1);
		}
		fields.push_field(line.get(from..).unwrap_or_default());
		return Ok(());
	}
	let mut rest = Some(line);
	while let Some(text) = rest {
		let Some(mut quoted) = text.strip_prefix('"') else {
			let (field, behind) = cut(text);
			fields.push_field(field);
			rest = behind;
			continue;
		};
		let mut field = String::new();
		loop {
			let unclosed = Unclosed { field: fields.len().saturating_add(1) };
			let (part, behind) = quoted.split_once('"').ok_or(unclosed)?;
			field.push_str(part);
			let Some(more) = behind.strip_prefix('"') else {
				quoted = behind;
				break;
			};
			field.push('"');
			quoted = more;
		}
		let (end, behind) = cut(quoted);
		field.push_str(end);
		fields.push_field(&field);
		rest = behind;
	}
	Ok(())
}

/// A text up to its first comma, and what stands behind that.
fn cut(text: &str) -> (&str, Option<&str>) {
	text.split_once(',').map_or((text, None), |(field, behind)| (field, Some(behind)))
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	/// The lines of a text: number and fields, or the field that is not closed.
	fn all(text: &[u8], size: usize) -> Vec<(u64, Result<Vec<String>, usize>)> {
		let mut lines = Lines { input: BufReader::with_capacity(size, text), ..Lines::new(text) };
		let (mut fields, mut all) = (csv::StringRecord::new(), Vec::new());
		while let Some((line, read)) = lines.read(&mut fields).unwrap() {
			let fields = fields.iter().map(str::to_string).collect();
			all.push((line, read.map(|()| fields).map_err(|unclosed| unclosed.field)));
		}
		all
	}

	#[test]
	fn quotation_mark_that_is_not_closed_takes_its_line_and_no_other() {
		let text = b"a,b\n1,\"2\n\"3\",\"4\"\"\n\"5,\"\"\",\"6\" 7\n8\"9\",\n";
		let fields = |fields: &[&str]| Ok(fields.iter().map(|field| (*field).to_string()).collect());
		assert_eq!(
			all(text, 64),
			[
				(1, fields(&["a", "b"])),
				(2, Err(2)),
				(3, Err(2)),
				(4, fields(&["5,\"", "6 7"])),
				(5, fields(&["8\"9\"", ""])),
			]
		);
		let failure =
			Lines::new(&b"\"a,b\n"[..]).first(&mut csv::StringRecord::new()).unwrap_err().to_string();
		assert!(
			failure.starts_with("line 1: the quotation mark in front of field 1 is not closed"),
			"{failure}"
		);
		assert!(failure.contains("remedy: take it out"), "{failure}");
	}

	#[test]
	fn lines_are_counted_alike_whatever_ends_them() {
		for end in ["\n", "\r\n", "\r"] {
			let text = ["\u{feff}a", "", "b", "c"].join(end);
			for size in 1..9 {
				let numbers: Vec<(u64, String)> = all(text.as_bytes(), size)
					.into_iter()
					.map(|(n, read)| (n, read.unwrap().concat()))
					.collect();
				assert_eq!(numbers, [(1, "a".into()), (3, "b".into()), (4, "c".into())], "{end:?}");
			}
		}
	}

	#[test]
	fn line_without_an_end_is_refused() {
		let text = io::repeat(b'x').take(64 * 1024 * 1024);
		let failure = Lines::new(text).read(&mut csv::StringRecord::new()).unwrap_err().to_string();
		assert!(failure.starts_with("line 1: 4 MiB without an end of a line"), "{failure}");
	}

	proptest! {
		#[test]
		fn lines_are_taken_apart_as_others_do(line in "[a,\" é]{1,20}") {
			let mut reader =
				csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(line.as_bytes());
			let expected: Vec<String> =
				reader.records().next().unwrap().unwrap().iter().map(str::to_string).collect();
			// Others close at the end of the file what the line does not.
			if let [(_, Ok(fields))] = &all(line.as_bytes(), 7)[..] {
				prop_assert_eq!(fields, &expected);
			} else {
				let closed = format!("{line}\"");
				prop_assert_eq!(&all(closed.as_bytes(), 7)[0].1, &Ok(expected));
			}
		}
	}
}
