// SPDX-License-Identifier: Apache-2.0

//! Figures as a picture: bars in SVG, panel by panel, each panel with a scale of its own that begins at nothing.

use std::fmt::Write;

/// Width of the picture.
const WIDTH: f64 = 760.0;
/// Where bars begin.
const LEFT: f64 = 220.0;
/// Length of the longest bar.
const LONGEST: f64 = 420.0;
/// Height of a bar with what is between it and the next.
const LINE: f64 = 26.0;
/// Height of a panel's title.
const TITLE: f64 = 40.0;
/// The colours, by the place of a bar in its panel.
const COLOURS: [&str; 4] = ["#2a78b5", "#8a8a8a", "#c96f2e", "#5b9a4b"];

/// Figures of one unit.
pub(super) struct Panel {
	/// What they are, with the unit.
	pub(super) title: String,
	/// Name, figure, and how the figure is written.
	pub(super) bars: Vec<(String, f64, String)>,
}

fn escaped(text: &str) -> String {
	text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The picture.
pub(super) fn svg(title: &str, panels: &[Panel]) -> String {
	let lines: usize = panels.iter().map(|panel| panel.bars.len()).sum();
	let height = TITLE * (panels.len() + 1) as f64 + LINE * lines as f64 + 20.0;
	let mut out = format!(
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH:.0} {height:.0}\" font-family=\"sans-serif\" \
		 font-size=\"13\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
	);
	// Writing to a string cannot fail.
	let text = |out: &mut String, x: f64, y: f64, more: &str, text: &str| {
		let _ = writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\"{more}>{}</text>", escaped(text));
	};
	text(&mut out, 20.0, 28.0, " font-size=\"16\" font-weight=\"bold\"", title);
	let mut y = TITLE;
	for panel in panels {
		text(&mut out, 20.0, y + 26.0, " font-weight=\"bold\"", &panel.title);
		y += TITLE;
		let most = panel.bars.iter().map(|(_, figure, _)| *figure).fold(0.0, f64::max);
		for (n, (name, figure, written)) in panel.bars.iter().enumerate() {
			let length = if most > 0.0 { figure / most * LONGEST } else { 0.0 };
			let (colour, middle) = (COLOURS[n % COLOURS.len()], y + 14.0);
			text(&mut out, LEFT - 10.0, middle, " text-anchor=\"end\"", name);
			let _ = writeln!(
				out,
				"<rect x=\"{LEFT:.1}\" y=\"{y:.1}\" width=\"{length:.1}\" height=\"18\" fill=\"{colour}\"/>"
			);
			text(&mut out, LEFT + length + 8.0, middle, "", written);
			y += LINE;
		}
	}
	out.push_str("</svg>\n");
	out
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn bars_are_as_long_as_their_figures() {
		let bar = |name: &str, figure: f64| (name.to_owned(), figure, format!("{figure}"));
		let panel = |title: &str, bars| Panel { title: title.to_owned(), bars };
		let first = panel("lost", vec![bar("this & that", 50.0), bar("other", 100.0), bar("none", 0.0)]);
		let text = svg("title", &[first, panel("crews", vec![bar("no", 0.0)])]);
		let widths: Vec<_> = text
			.lines()
			.filter(|line| line.starts_with("<rect x="))
			.map(|line| line.split("width=\"").nth(1).unwrap().split('"').next().unwrap())
			.collect();
		assert_eq!(widths, ["210.0", "420.0", "0.0", "0.0"]);
		assert!(text.contains("this &amp; that") && text.ends_with("</svg>\n"), "{text}");
		assert_eq!(text.matches("<text").count(), 1 + 2 + 2 * 4);
	}
}
