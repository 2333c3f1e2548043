// SPDX-License-Identifier: Apache-2.0
//! The notifications of a file: JSON lines, a list, or one document behind the other. What cannot be read is named by its line,
//! kept as it stands, and takes nothing with it that stands behind it.
//!
//! A document begins with a brace and ends with the one that closes it. A text within it ends on its line, as JSON has it, so
//! a document in which one does not, or that is never closed, is cut at the end of its first line.

use serde_json::Value;

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
	rest: &'t str,
	line: u64,
}

impl<'t> Documents<'t> {
	/// Those of a text.
	pub(crate) fn of(text: &'t str) -> Self {
		Self { rest: text.strip_prefix('\u{feff}').unwrap_or(text), line: 1 }
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
		let (length, cut) = match end_of(self.rest) {
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

/// How long the document is with which a text begins.
fn end_of(text: &str) -> Result<usize, &'static str> {
	if !text.starts_with('{') {
		return Err("not JSON: a notification begins with {");
	}
	let (mut depth, mut is_text, mut is_escaped) = (0usize, false, false);
	for (at, byte) in text.bytes().enumerate().take(MOST_BYTES) {
		match byte {
			_ if is_escaped => is_escaped = false,
			b'\\' if is_text => is_escaped = true,
			b'"' => is_text = !is_text,
			b'\n' if is_text => return Err("not JSON: a text does not end on its line"),
			b'{' if !is_text => depth = depth.saturating_add(1),
			b'}' if !is_text => {
				depth = depth.saturating_sub(1);
				if depth == 0 {
					return Ok(at.saturating_add(1));
				}
			}
			_ => {}
		}
	}
	Err(match text.len() > MOST_BYTES {
		true => "not JSON: 64 KiB without the brace that closes it",
		false => "not JSON: the brace that closes it is missing",
	})
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

	proptest! {
		/// Whatever stands in a file, nothing of it is lost and nothing is read twice.
		#[test]
		fn all_of_a_text_is_between_documents_or_in_one(text in "[{}\\[\\]\",\\\\a\n]{0,60}") {
			let kept: String = Documents::of(&text).map(|one| one.text.to_string()).collect();
			let strip = |text: &str| text.chars().filter(|c| !c.is_whitespace() && !"[],".contains(*c)).collect::<String>();
			prop_assert_eq!(strip(&kept), strip(&text));
		}
	}
}
