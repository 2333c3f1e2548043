// SPDX-License-Identifier: Apache-2.0
//! Answers: tables for people, JSON for programs, progress on standard error.

use comfy_table::{presets::UTF8_FULL_CONDENSED, ContentArrangement, Table};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::Value;
use std::io::{IsTerminal, Write};

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
			eprintln!("{text}");
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

	/// Asks a yes-or-no question; `--yes` answers it, and without a terminal the answer is no.
	pub(crate) fn confirm(&self, question: &str) -> bool {
		if self.yes {
			return true;
		}
		if !std::io::stdin().is_terminal() {
			return false;
		}
		eprint!("{question} [y/N] ");
		let mut answer = String::new();
		std::io::stdin().read_line(&mut answer).is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
	}
}

/// Writes a line to standard output. A reader that has gone away ends the command quietly, as for every filter.
pub(crate) fn line(text: &str) {
	let mut out = std::io::stdout().lock();
	if writeln!(out, "{text}").and_then(|()| out.flush()).is_err() {
		std::process::exit(0);
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
	let mut rows = rows.into_iter().peekable();
	if rows.peek().is_none() {
		return "none".into();
	}
	table.add_rows(rows);
	table.to_string()
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
