// SPDX-License-Identifier: Apache-2.0
//! The notifications of a file: JSON lines, a list, or one document behind the other. What cannot be read is named by its line,
//! kept as it stands, and takes nothing with it that stands behind it.
//!
//! A document begins with a brace and ends with the one that closes it. A text within it ends on its line, as JSON has it, so
//! a document in which one does not, or that is never closed, is cut at the end of its first line. What was read in vain for
//! the brace that closes it is not read again for the document behind ([`Braces`]): a file takes time in proportion to its size,
//! whatever stands in it.

use serde_json::Value;
use std::collections::VecDeque;

/// Most bytes of a document. A notification has some hundreds.
const MOST_BYTES: usize = 64 * 1024;

/// A document of a file, by the line in which it begins.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Document<'t> {
	/// The line, from 1.
	pub(crate) line: u64,
	/// As it stands in the file.
	pub(crate) text: &'t str,
	/// As JSON, or why it is none.
	pub(crate) value: Result<Value, String>,
}

/// Every document of a text.
pub(crate) struct Documents<'t> {
	text: &'t str,
	rest: &'t str,
	line: u64,
	braces: Braces,
}

impl<'t> Documents<'t> {
	/// Those of a text.
	pub(crate) fn of(text: &'t str) -> Self {
		Self::within(text, MOST_BYTES)
	}

	/// Those of a text, each of so many bytes at most.
	fn within(text: &'t str, most: usize) -> Self {
		let text = text.strip_prefix('\u{feff}').unwrap_or(text);
		Self { text, rest: text, line: 1, braces: Braces { most, ..Braces::default() } }
	}

	/// Goes on behind so many bytes.
	fn take(&mut self, length: usize) -> &'t str {
		let (front, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
		let lines = front.bytes().filter(|byte| *byte == b'\n').count();
		self.line = self.line.saturating_add(u64::try_from(lines).unwrap_or(0));
		self.rest = rest;
		front
	}
}

impl<'t> Iterator for Documents<'t> {
	type Item = Document<'t>;

	fn next(&mut self) -> Option<Document<'t>> {
		// Between documents: the signs of a list.
		let is_between = |c: char| c.is_whitespace() || matches!(c, '[' | ']' | ',');
		let begin = self.rest.find(|c| !is_between(c)).unwrap_or(self.rest.len());
		self.take(begin);
		if self.rest.is_empty() {
			return None;
		}
		let line = self.line;
		let begin = self.text.len().saturating_sub(self.rest.len());
		let found = match self.rest.starts_with('{') {
			true => self.braces.length(self.text.as_bytes(), begin),
			false => Err("not JSON: a notification begins with {"),
		};
		let (length, cut) = match found {
			Ok(length) => (length, None),
			Err(what) => (self.rest.find('\n').unwrap_or(self.rest.len()), Some(what)),
		};
		let text = self.take(length);
		let value = match cut {
			Some(what) => Err(what.into()),
			None => serde_json::from_str(text).map_err(|e| format!("not JSON: {e}")),
		};
		Some(Document { line, text: text.trim_end(), value })
	}
}

/// Which braces of a text belong together, as far as it has been read: it is read once, from front to back.
///
/// A document may begin within what was read for an earlier one that came to no end. As a text within a document ends on its
/// line, both readings agree on what is text from the next line on, so the brace that closes the later one is known already or
/// lies farther on. What is remembered is what was read from the last begin on: as much as a document may have at most.
#[derive(Default)]
struct Braces {
	/// Most bytes of a document.
	most: usize,
	/// The byte from which on something is remembered: where a document was last asked for.
	from: usize,
	/// For each byte that was read from there on: how much the brace that opens there holds with the one that closes it;
	/// nothing for other bytes, and while it is open.
	lengths: VecDeque<usize>,
	/// The braces from there on that are open, ascending.
	open: VecDeque<usize>,
	/// Whether a text has begun.
	is_text: bool,
	/// Whether the next byte belongs to the one before.
	is_escaped: bool,
	/// Whether a text did not end on its line: no document that has begun before goes on behind it.
	is_broken: bool,
}

impl Braces {
	/// How long the document is that begins at this byte of a text with a brace; no earlier byte is asked for any more.
	fn length(&mut self, text: &[u8], begin: usize) -> Result<usize, &'static str> {
		self.forget(begin);
		let most = text.len().min(begin.saturating_add(self.most));
		loop {
			match self.lengths.front() {
				Some(length) if *length > 0 => return Ok(*length),
				_ if self.is_broken => return Err("not JSON: a text does not end on its line"),
				_ => {}
			}
			let at = self.end();
			match text.get(at) {
				Some(byte) if at < most => self.read(at, *byte),
				Some(_) => return Err("not JSON: 64 KiB without the brace that closes it"),
				None => return Err("not JSON: the brace that closes it is missing"),
			}
		}
	}

	/// How far the text has been read.
	fn end(&self) -> usize {
		self.from.saturating_add(self.lengths.len())
	}

	/// Forgets what stands before a byte, and all where the text has not been read so far.
	fn forget(&mut self, begin: usize) {
		if begin >= self.end() {
			*self = Self { most: self.most, from: begin, ..Self::default() };
			return;
		}
		self.lengths.drain(..begin.saturating_sub(self.from));
		while self.open.front().is_some_and(|at| *at < begin) {
			self.open.pop_front();
		}
		self.from = begin;
	}

	fn read(&mut self, at: usize, byte: u8) {
		self.lengths.push_back(0);
		match byte {
			b'\n' if self.is_text => self.is_broken = true,
			_ if self.is_escaped => self.is_escaped = false,
			b'\\' if self.is_text => self.is_escaped = true,
			b'"' => self.is_text = !self.is_text,
			b'{' if !self.is_text => self.open.push_back(at),
			b'}' if !self.is_text => {
				let Some(opened) = self.open.pop_back() else { return };
				if let Some(length) = self.lengths.get_mut(opened.saturating_sub(self.from)) {
					*length = at.saturating_sub(opened).saturating_add(1);
				}
			}
			_ => {}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	/// Lines, and the number in each document or nothing.
	fn numbers(text: &str) -> Vec<(u64, Option<u64>)> {
		let number = |value: Result<Value, String>| value.ok().and_then(|value| value["n"].as_u64());
		Documents::of(text).map(|one| (one.line, number(one.value))).collect()
	}

	#[test]
	fn lines_lists_and_documents_are_read_alike() {
		let expected = [(1, Some(1)), (2, Some(2)), (3, Some(3))];
		assert_eq!(numbers("{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n"), expected);
		assert_eq!(numbers("[{\"n\":1},\n{\"n\":2},\n{\"n\":3}]"), expected);
		assert_eq!(numbers("\u{feff}{\"n\":1}\r\n{\"n\":2}\r\n{\"n\":3}"), expected);
		let pretty = "[\n  {\n    \"n\": 1\n  },\n  {\n    \"n\": 2, \"a\": \"}\\\"{\"\n  }\n]\n";
		assert_eq!(numbers(pretty), [(2, Some(1)), (5, Some(2))]);
		assert_eq!(numbers(" \n[ ]\n"), []);
	}

	#[test]
	fn what_cannot_be_read_takes_nothing_with_it() {
		for broken in ["{\"n\": \"x", "{\"n\":", "hello", "{\"n\":,}", "}", "\"text\""] {
			let text = format!("{{\"n\":1}}\n{broken}\n{{\"n\":3}}\n{{\"n\":4}}\n");
			assert_eq!(numbers(&text), [(1, Some(1)), (2, None), (3, Some(3)), (4, Some(4))], "{broken}");
			let found: Vec<Document<'_>> = Documents::of(&text).collect();
			assert_eq!(found[1].text, broken, "it is kept as it stands");
			assert!(found[1].value.as_ref().is_err_and(|what| what.starts_with("not JSON")));
		}
	}

	#[test]
	fn line_that_was_cut_off_is_named() {
		let text = "{\"n\":1}\n{\"n\":2,\"alarmId\":\"A";
		assert_eq!(numbers(text), [(1, Some(1)), (2, None)]);
	}

	#[test]
	fn text_that_goes_on_behind_its_line_is_cut_there_also_where_the_end_of_the_line_is_escaped() {
		assert_eq!(numbers("{\"n\": \"\\\n{\"n\":2}\n"), [(1, None), (2, Some(2))]);
	}

	/// If each line were looked through anew for the brace that closes it, this would take hours.
	#[test]
	fn file_of_braces_takes_time_in_proportion_to_its_size() {
		for line in ["{\n", "{{}\n", "{\"a\": {\"b\":\n"] {
			let text = line.repeat(4 * 1024 * 1024 / line.len());
			let lines = text.lines().count();
			assert_eq!(Documents::of(&text).filter(|one| one.value.is_err()).count(), lines, "{line}");
		}
	}

	/// How much is remembered does not grow with a file.
	#[test]
	fn no_more_is_remembered_than_a_document_may_have() {
		let text = "{ {}\n".repeat(50_000);
		let mut documents = Documents::of(&text);
		while documents.next().is_some() {
			assert!(
				documents.braces.lengths.len() <= MOST_BYTES && documents.braces.open.len() <= MOST_BYTES
			);
		}
	}

	/// How long the document is with which a text begins, read for itself alone.
	fn alone(text: &str, most: usize) -> Option<usize> {
		let (mut depth, mut is_text, mut is_escaped) = (0usize, false, false);
		for (at, byte) in text.bytes().enumerate().take(most) {
			match byte {
				b'\n' if is_text => return None,
				_ if is_escaped => is_escaped = false,
				b'\\' if is_text => is_escaped = true,
				b'"' => is_text = !is_text,
				b'{' if !is_text => depth += 1,
				b'}' if !is_text && depth == 1 => return Some(at + 1),
				b'}' if !is_text => depth = depth.saturating_sub(1),
				_ => {}
			}
		}
		None
	}

	proptest! {
		/// Reading once gives the documents that reading each for itself gives.
		#[test]
		fn documents_end_where_each_ends_that_is_read_alone(text in "[{}\"\\\\a\n,]{0,80}", most in 1usize..90) {
			let mut documents = Documents::within(&text, most);
			let mut rest = text.as_str();
			while let Some(one) = documents.next() {
				rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
				let length = Some(rest).filter(|rest| rest.starts_with('{')).and_then(|rest| alone(rest, most));
				let end = length.unwrap_or_else(|| rest.find('\n').unwrap_or(rest.len()));
				prop_assert_eq!(one.text, rest[..end].trim_end());
				rest = &rest[end..];
				prop_assert_eq!(documents.rest, rest);
			}
		}

		/// Whatever stands in a file, nothing of it is lost and nothing is read twice.
		#[test]
		fn all_of_a_text_is_between_documents_or_in_one(text in "[{}\\[\\]\",\\\\a\n]{0,60}") {
			let kept: String = Documents::of(&text).map(|one| one.text.to_string()).collect();
			let strip = |text: &str| text.chars().filter(|c| !c.is_whitespace() && !"[],".contains(*c)).collect::<String>();
			prop_assert_eq!(strip(&kept), strip(&text));
		}
	}
}
