// SPDX-License-Identifier: Apache-2.0

//! Tables as they go into the documentation: Markdown.

use comfy_table::{CellAlignment, Table};

/// A table in Markdown, numbers to the right.
pub(super) fn markdown(header: &[&str], rows: &[Vec<String>]) -> String {
	let mut table = Table::new();
	table.load_preset(comfy_table::presets::ASCII_MARKDOWN).set_header(header.iter().copied());
	for row in rows {
		table.add_row(row);
	}
	for column in table.column_iter_mut().skip(1) {
		column.set_cell_alignment(CellAlignment::Right);
	}
	table.to_string()
}

/// A number with its thousands apart.
pub(super) fn thousands(number: f64) -> String {
	let digits = format!("{:.0}", number.max(0.0));
	let mut out = String::new();
	for (n, digit) in digits.chars().enumerate() {
		if n > 0 && (digits.len() - n) % 3 == 0 {
			out.push(',');
		}
		out.push(digit);
	}
	out
}

/// A number with one digit behind the point.
pub(super) fn tenths(number: f64) -> String {
	format!("{number:.1}")
}

/// Bytes in MiB.
pub(super) fn mebibytes(bytes: u64) -> String {
	thousands(bytes as f64 / 1_048_576.0)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn thousands_are_apart() {
		assert_eq!(
			[0.0, 999.0, 1_000.0, 1_234_567.4].map(thousands),
			["0", "999", "1,000", "1,234,567"].map(String::from)
		);
	}

	#[test]
	fn table_is_markdown() {
		let text = markdown(&["what", "n"], &[vec!["a".into(), "1".into()]]);
		let lines: Vec<_> = text.lines().collect();
		assert_eq!(lines.len(), 3, "{text}");
		assert!(lines.iter().all(|line| line.starts_with('|') && line.ends_with('|')), "{text}");
		assert!(lines[1].contains("---"), "{text}");
	}
}
