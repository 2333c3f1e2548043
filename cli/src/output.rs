// SPDX-License-Identifier: Apache-2.0
//! Answers: tables for people, JSON for programs, progress on standard error.

use crate::error::{Failure, Result};
use comfy_table::{presets::UTF8_FULL_CONDENSED, ColumnConstraint, ContentArrangement, Table, Width};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::Value;
use std::{
	fmt::Display,
	io::{self, IsTerminal, Write},
	sync::OnceLock,
};
use trimast_primitives::text::escaped;

/// Why standard output can be written no more.
static LOST: OnceLock<io::Error> = OnceLock::new();

/// How this run answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
	/// JSON instead of tables.
	pub(crate) json: bool,
	/// No progress.
	pub(crate) quiet: bool,
	/// No questions.
	pub(crate) yes: bool,
}

impl Output {
	/// Answers with `value` for programs, with what `people` makes of it for people.
	pub(crate) fn answer(&self, value: &Value, people: impl FnOnce() -> String) {
		let text = if self.json { value.to_string() } else { people() };
		line(&text);
	}

	/// One JSON line in the JSON form, nothing otherwise.
	pub(crate) fn json_line(&self, value: &Value) {
		if self.json {
			line(&value.to_string());
		}
	}

	/// A line for people in the form for people, nothing otherwise.
	pub(crate) fn say(&self, text: &str) {
		if !self.json {
			line(text);
		}
	}

	/// A remark on standard error, whatever the form.
	pub(crate) fn remark(&self, text: &str) {
		if !self.quiet {
			aside(text);
		}
	}

	/// A progress bar over `total` of something, hidden when nobody watches.
	pub(crate) fn progress(&self, total: u64, unit: &str) -> ProgressBar {
		let hidden = self.quiet || self.json || !std::io::stderr().is_terminal();
		let target = if hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
		let bar = ProgressBar::with_draw_target(Some(total), target);
		let template =
			"{spinner} {elapsed_precise} [{bar:32}] {human_pos}/{human_len} UNIT {per_sec} ETA {eta} {msg}";
		if let Ok(style) = ProgressStyle::with_template(&template.replace("UNIT", unit)) {
			bar.set_style(style);
		}
		bar
	}

	/// Asks whether to go on after a warning. Where nobody is there to answer, the warning is all there is.
	pub(crate) fn go_on(&self, question: &str) -> bool {
		!std::io::stdin().is_terminal() || self.confirm(question)
	}

	/// Asks a yes-or-no question; `--yes` answers it, and without a terminal the answer is no.
	pub(crate) fn confirm(&self, question: &str) -> bool {
		if self.yes {
			return true;
		}
		if !std::io::stdin().is_terminal() {
			return false;
		}
		let _ = write!(io::stderr(), "{question} [y/N] ");
		let mut answer = String::new();
		std::io::stdin().read_line(&mut answer).is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
	}
}

/// Writes a line to standard output. When its reader has gone away nothing more is written and the work goes on: what
/// changes the chain goes to its end and ends by its own result. Who does nothing but print asks [`is_closed`].
pub(crate) fn line(text: &str) {
	put(io::stdout().lock(), text, &LOST);
}

fn put(mut out: impl Write, text: &str, lost: &OnceLock<io::Error>) {
	if lost.get().is_some() {
		return;
	}
	if let Err(error) = writeln!(out, "{text}").and_then(|()| out.flush()) {
		let _ = lost.set(error);
	}
}

/// Writes a line to standard error. Nobody needs to read it.
pub(crate) fn aside(text: &str) {
	let _ = writeln!(io::stderr(), "{text}");
}

/// Whether standard output can be written no more: who only prints may end.
pub(crate) fn is_closed() -> bool {
	LOST.get().is_some()
}

/// Fails when standard output has lost something that somebody waits for, on a full disk for example. A reader that has
/// gone away waits for nothing.
pub(crate) fn check() -> Result<()> {
	judge(LOST.get())
}

fn judge(lost: Option<&io::Error>) -> Result<()> {
	match lost {
		Some(error) if error.kind() != io::ErrorKind::BrokenPipe => {
			Err(Failure::input(format!("cannot be written: {error}")).at("standard output"))
		}
		_ => Ok(()),
	}
}

/// Standard output for what is no line. To a reader that has gone away nothing more is written, and that is no error.
pub(crate) fn stdout() -> impl Write {
	Quiet { out: io::stdout(), lost: &LOST }
}

struct Quiet<'a, W> {
	out: W,
	lost: &'a OnceLock<io::Error>,
}

impl<W> Quiet<'_, W> {
	/// Takes a broken pipe for success.
	fn hush<T>(&self, result: io::Result<T>, otherwise: T) -> io::Result<T> {
		match result {
			Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
				let _ = self.lost.set(error);
				Ok(otherwise)
			}
			other => other,
		}
	}
}

impl<W: Write> Write for Quiet<'_, W> {
	fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
		let written = self.out.write(bytes);
		self.hush(written, bytes.len())
	}

	fn flush(&mut self) -> io::Result<()> {
		let flushed = self.out.flush();
		self.hush(flushed, ())
	}
}

/// A table for people.
pub(crate) fn table<R>(header: &[&str], rows: R) -> String
where
	R: IntoIterator<Item = Vec<String>>,
{
	let mut table = Table::new();
	table.load_preset(UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
	table.set_width(width());
	table.set_header(header.iter().map(|name| (*name).to_string()).collect::<Vec<_>>());
	let rows: Vec<Vec<String>> = rows.into_iter().collect();
	if rows.is_empty() {
		return "none".into();
	}
	let widths = unbroken(header, &rows);
	// Between two columns stands a line, and one at each end.
	let all = widths.iter().map(|width| width.saturating_add(1)).fold(1u16, u16::saturating_add);
	table.add_rows(rows);
	if all <= width() {
		table.set_constraints(
			widths.into_iter().map(|least| ColumnConstraint::LowerBoundary(Width::Fixed(least))),
		);
	}
	table.to_string()
}

/// The same of things that there may be none of.
pub(crate) fn listed<R>(what: &str, header: &[&str], rows: R) -> String
where
	R: IntoIterator<Item = Vec<String>>,
{
	let mut rows = rows.into_iter().peekable();
	match rows.peek() {
		None => format!("no {what}"),
		Some(_) => table(header, rows),
	}
}

/// How wide the columns of a table have to be so that no word in them is broken, with the spaces around it.
fn unbroken(header: &[&str], rows: &[Vec<String>]) -> Vec<u16> {
	// A character beyond Latin may be two columns wide.
	let width =
		|word: &str| word.chars().map(|c| if c < '\u{300}' { 1 } else { 2 }).fold(0u16, u16::saturating_add);
	let widest = |text: &str| text.split_whitespace().map(width).max().unwrap_or(0);
	let column = |n: usize, name: &str| {
		let cells = rows.iter().filter_map(|row| row.get(n)).map(|text| widest(text));
		cells.fold(widest(name), u16::max).saturating_add(2)
	};
	header.iter().enumerate().map(|(n, name)| column(n, name)).collect()
}

/// Longest text of others that is quoted whole, characters.
const QUOTED: usize = 80;

/// Text of others as it is quoted in a message: escaped, and cut where it is long.
pub(crate) fn quoted(text: &str) -> String {
	match text.char_indices().nth(QUOTED) {
		None => format!("`{}`", escaped(text)),
		Some((end, _)) => {
			let front = text.get(..end).unwrap_or_default();
			format!("`{}`... ({} bytes)", escaped(front), text.len())
		}
	}
}

/// A number of things.
pub(crate) fn counted<N: Display + PartialEq + From<u8>>(number: N, thing: &str) -> String {
	format!("{number} {thing}{}", if number == N::from(1) { "" } else { "s" })
}

/// Name and value, one a line.
pub(crate) fn facts(pairs: &[(&str, String)]) -> String {
	let width = pairs.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
	let lines: Vec<String> = pairs.iter().map(|(name, value)| format!("{name:width$}  {value}")).collect();
	lines.join("\n")
}

/// Characters a line: `COLUMNS`, or enough for a hash and an account beside each other.
fn width() -> u16 {
	std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok()).unwrap_or(150)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn long_and_hostile_texts_are_quoted_short() {
		assert_eq!(quoted("a\u{1b}[2J"), "`a\\u{1b}[2J`");
		let long = "省".repeat(10_000);
		assert!(
			quoted(&long).len() < 300 && quoted(&long).ends_with("... (30000 bytes)"),
			"{}",
			quoted(&long)
		);
	}

	#[test]
	fn tables_break_no_name_where_there_is_room_for_all() {
		let names =
			["1101/1101-L00216/0", "cellReselectionPriority[1]", "0x044d09 (281865)", "carrier-two, tower"];
		let row: Vec<String> =
			["354", "plmns-differ"].iter().chain(&names).map(ToString::to_string).collect();
		let long = "a sentence that has to go over some lines since there is no room for it beside the names";
		let header = ["number", "kind", "cell", "parameter", "observed", "seen by", "why"];
		let text = table(&header, [row.into_iter().chain([long.repeat(3)]).collect()]);
		for name in names.iter().flat_map(|name| name.split(' ')) {
			assert!(text.contains(name), "{name}:\n{text}");
		}
		assert!(text.lines().all(|line| line.chars().count() <= 150), "{text}");
		assert_eq!(unbroken(&["a", "number"], &[vec!["省x y".into(), "1".into()]]), [5, 8]);
		// What is wider than the line is broken as before
		assert!(table(&["a"], [vec!["x".repeat(500)]]).lines().count() > 5);
	}

	#[test]
	fn list_of_nothing_says_of_what() {
		assert_eq!(listed("bids", &["of", "score"], []), "no bids");
		let one = || vec![vec!["tower".to_string()]];
		assert_eq!(listed("bids", &["of"], one()), table(&["of"], one()));
	}

	#[test]
	fn one_thing_is_no_plural() {
		assert_eq!(
			[counted(1usize, "page"), counted(2u64, "page"), counted(0u16, "page")],
			["1 page", "2 pages", "0 pages"]
		);
	}

	/// Takes so many bytes and fails from then on.
	struct Until {
		room: usize,
		end: io::ErrorKind,
		taken: Vec<u8>,
	}

	impl Until {
		fn new(room: usize, end: io::ErrorKind) -> Self {
			Self { room, end, taken: Vec::new() }
		}
	}

	impl Write for Until {
		fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
			if self.taken.len() >= self.room {
				return Err(self.end.into());
			}
			self.taken.extend_from_slice(bytes);
			Ok(bytes.len())
		}

		fn flush(&mut self) -> io::Result<()> {
			Ok(())
		}
	}

	#[test]
	fn work_goes_on_without_a_word_when_the_reader_has_gone() {
		let lost = OnceLock::new();
		let mut pipe = Until::new(4, io::ErrorKind::BrokenPipe);
		for text in ["one", "two", "three"] {
			put(&mut pipe, text, &lost);
		}
		assert_eq!(pipe.taken, b"one\n");
		// A pipe that takes again is not written to: its reader would find a gap.
		pipe.room = 100;
		put(&mut pipe, "four", &lost);
		assert_eq!(pipe.taken, b"one\n");
		assert_eq!(judge(lost.get()), Ok(()), "who went away misses nothing");
	}

	#[test]
	fn lost_lines_are_a_failure_when_the_reader_is_there() {
		let lost = OnceLock::new();
		put(Until::new(0, io::ErrorKind::StorageFull), "one", &lost);
		let failure = judge(lost.get()).unwrap_err();
		assert!(failure.to_string().starts_with("standard output: cannot be written"), "{failure}");
		assert_eq!(failure.exit_code(), 3);
	}

	#[test]
	fn exports_end_quietly_when_the_reader_has_gone() {
		let lost = OnceLock::new();
		let mut gone = Quiet { out: Until::new(0, io::ErrorKind::BrokenPipe), lost: &lost };
		gone.write_all(b"code,local_network\n").and_then(|()| gone.flush()).unwrap();
		assert!(lost.get().is_some() && gone.out.taken.is_empty());
		let full = OnceLock::new();
		let mut disk = Quiet { out: Until::new(0, io::ErrorKind::StorageFull), lost: &full };
		assert!(disk.write_all(b"code").is_err());
	}
}
