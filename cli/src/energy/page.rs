// SPDX-License-Identifier: Apache-2.0
//! `trimast energy statement export`: a statement as CSV, as JSON, or as a page to print, with plots in it.

use super::{
	gather::{Gathered, Gatherer},
	show::standing as standing_reports,
	statement::{standing, Amounts, Statement},
	total::totals,
	windows::{signed_kg, signed_kg_exact, signed_kwh},
	words::{cny, cny_exact, day_text, days_of, fourth, kg, kg_exact, kwh, mean_price, percent},
};
use crate::{
	chain::Chain,
	config::scores::month_text,
	context::Context,
	error::{Failure, Result},
	names::hex0x,
	order::people::People,
	output::counted,
	plan::map::Xml,
};
use clap::ValueEnum;
use std::fmt::Write;
use trimast_primitives::{access::Scope, energy::HOURS, OrgSet};

/// Width of a plot, pixels.
const WIDTH: f64 = 640.0;
/// Height of the curve, pixels.
const HEIGHT: f64 = 200.0;
/// What is kept free on its left and below.
const MARGIN: f64 = 60.0;
/// Height of a bar, pixels.
const BAR: f64 = 22.0;

/// As which form.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Format {
	/// Comma-separated values: a line for each local network.
	Csv,
	/// JSON.
	Json,
	/// A page to print.
	Html,
}

/// The columns of CSV. Quantities are exact.
const COLUMNS: [&str; 19] = [
	"month",
	"province",
	"owner",
	"payer",
	"local_network",
	"kwh",
	"kwh_of_all",
	"mbit",
	"mbit_of_all",
	"cny",
	"cny_of_all",
	"kg_co2",
	"kg_co2_a_kwh",
	"saved_kwh",
	"saved_kwh_of_all",
	"avoided_kg_co2",
	"signed",
	"disputed",
	"digest",
];

/// A statement in a form. `archive`: of whose blocks the page has the daily curve.
pub(super) async fn write(
	context: &Context,
	chain: &Chain,
	statement: &Statement,
	people: &People,
	format: Format,
	archive: Option<&str>,
) -> Result<String> {
	match format {
		Format::Csv => csv(statement),
		Format::Json => {
			let text = serde_json::to_string_pretty(&statement.to_json(people)).map_err(Failure::input)?;
			Ok(format!("{text}\n"))
		}
		Format::Html => {
			let archive = context.archive(chain, archive).await?;
			let curve = match &archive {
				Some(archive) => Some(curve(context, chain, archive, statement).await?),
				None => {
					context
						.output
						.remark("--archive URL adds the daily curve, of what reports say in its blocks");
					None
				}
			};
			Ok(html(statement, people, curve.as_ref()))
		}
	}
}

fn csv(statement: &Statement) -> Result<String> {
	let numbers = |orgs: OrgSet| orgs.iter().map(|org| org.0.to_string()).collect::<Vec<_>>().join("+");
	let mut out = ::csv::Writer::from_writer(Vec::new());
	out.write_record(COLUMNS).map_err(Failure::input)?;
	for view in &statement.lines {
		let line = &view.line;
		out.write_record([
			month_text(statement.month),
			statement.province.0.to_string(),
			statement.owner.0.to_string(),
			statement.payer.0.to_string(),
			line.local_network.0.to_string(),
			kwh(line.share.energy),
			kwh(line.whole.energy),
			line.share.volume.to_string(),
			line.whole.volume.to_string(),
			cny_exact(line.share.amount),
			cny_exact(line.whole.amount),
			kg_exact(line.emitted()),
			fourth(line.factor.0),
			signed_kwh(line.saved),
			signed_kwh(line.saved_by_all),
			signed_kg_exact(line.avoided()),
			numbers(view.signed),
			numbers(view.disputed),
			hex0x(view.digest),
		])
		.map_err(Failure::input)?;
	}
	let bytes = out.into_inner().map_err(Failure::input)?;
	String::from_utf8(bytes).map_err(Failure::input)
}

/// What the owner's stations have drawn in each hour of the day, over a month: Wh, and on how many days something counts.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(super) struct Curve {
	hours: [u64; HOURS],
	days: std::collections::BTreeSet<u16>,
}

impl Curve {
	/// Adds what counts of a report.
	fn add(&mut self, one: &Gathered) -> Result<()> {
		let (body, accounted) = one.standing()?;
		let columns = body.columns().map_err(|_| one.unreadable())?;
		for (slot, _, place) in columns.stations() {
			for (n, reading) in (0u8..).zip(columns.readings(place)) {
				let is_left_out = accounted
					.records
					.iter()
					.any(|of| of.slot == slot && (of.first..of.first.saturating_add(of.count)).contains(&n));
				let energy = reading.energy.and_then(|energy| u64::try_from(energy).ok());
				let Some(energy) = energy.filter(|_| !is_left_out) else { continue };
				let hour = usize::from(body.span.hour(n));
				if let Some(all) = self.hours.get_mut(hour) {
					*all = all.saturating_add(energy);
				}
				self.days.insert(body.span.day);
			}
		}
		Ok(())
	}

	/// The mean of a day in each hour, kWh.
	fn mean(&self) -> [f64; HOURS] {
		let days = u32::try_from(self.days.len().max(1)).unwrap_or(u32::MAX);
		// A plot has no use for more digits.
		self.hours
			.map(|wh| u32::try_from(wh / 1_000).map_or(f64::from(u32::MAX), f64::from) / f64::from(days))
	}
}

/// The curve of the local networks where the payer has a share.
async fn curve(context: &Context, chain: &Chain, archive: &Chain, statement: &Statement) -> Result<Curve> {
	let at = chain.now().await?;
	let days = days_of(statement.month);
	let mut curve = Curve::default();
	let mut gatherer = Gatherer::new(archive);
	let bar = context.output.progress(0, "reports read");
	let of_month = totals(at, statement.month, Scope::Province(statement.province)).await?;
	for view in &statement.lines {
		let place = view.line.local_network;
		if !of_month.iter().any(|(id, owner, _)| (*id, *owner) == (place, statement.owner)) {
			continue;
		}
		let reports = standing_reports(at, place, &days, Some(statement.owner)).await?;
		bar.inc_length(reports.len().try_into().unwrap_or(u64::MAX));
		gatherer
			.each(reports, |one| {
				bar.inc(1);
				curve.add(&one)
			})
			.await?;
	}
	bar.finish_and_clear();
	Ok(curve)
}

const STYLE: &str = "body{font-family:sans-serif;max-width:60em;margin:2em auto;color:#111}\
table{border-collapse:collapse;width:100%;font-size:.85em}\
th,td{border:1px solid #999;padding:.3em .5em;text-align:right}th{background:#eee}\
td.text,th.text{text-align:left}caption{text-align:left;font-weight:bold;margin:.5em 0}\
tr.sum{font-weight:bold}code{font-size:.75em;word-break:break-all}\
@media print{body{margin:0;max-width:none}h2{break-after:avoid}svg,table{break-inside:avoid}}";

/// The page.
fn html(statement: &Statement, people: &People, curve: Option<&Curve>) -> String {
	let title = statement.title(people);
	let mut out = format!(
		"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title><style>{STYLE}</style></head><body>\n\
		 <h1>Energy of shared stations</h1>\n<p>{}. As of final block {}.</p>\n",
		Xml(&title),
		Xml(&title),
		statement.block
	);
	out.push_str(&lines_html(statement, people));
	let _ = writeln!(out, "<h2>Share of the energy</h2>\n{}", shares_svg(statement, people));
	if let Some(curve) = curve {
		let _ = writeln!(
			out,
			"<h2>Day in the mean</h2>\n<p>What the owner's stations in these local networks have drawn, by hour at UTC+8: the mean of \
			 {} with readings that count.</p>\n{}",
			counted(curve.days.len(), "day"),
			curve_svg(curve)
		);
	}
	let _ = write!(
		out,
		"<h2>What is signed</h2>\n<p>Of each line the digest below, by an authorised account of each company. A line that both \
		 have signed is final. The energy of each reading is shared out as the rules of its day say, to the last watt-hour; amounts are \
		 not rounded on the chain, and here to the fen. Saved is what would have been drawn without saving windows minus what was \
		 metered in them, as far as it is proven: below 0 where more was drawn.</p>\n<ul>\n",
	);
	for view in &statement.lines {
		let _ = writeln!(
			out,
			"<li>{}: {}; may be signed from {} on; signed by {}; disputed by {}<br><code>{}</code></li>",
			view.line.local_network.0,
			standing(view),
			day_text(view.signable_from),
			Xml(&people.names(view.signed)),
			Xml(&people.names(view.disputed)),
			hex0x(view.digest)
		);
	}
	out.push_str("</ul>\n</body></html>\n");
	out
}

fn lines_html(statement: &Statement, people: &People) -> String {
	let mut out = format!(
		"<table><caption>{} owes {}</caption>\n<tr><th class=\"text\">local network</th><th>kWh of all</th><th>kWh</th><th>share</th>\
		 <th>Mbit</th><th>CNY a kWh</th><th>CNY</th><th>kg CO<sub>2</sub></th><th>saved kWh of all</th><th>saved kWh</th>\
		 <th>kg CO<sub>2</sub> not emitted</th><th class=\"text\">is</th></tr>\n",
		Xml(&people.name(statement.payer)),
		Xml(&people.name(statement.owner))
	);
	for view in &statement.lines {
		let name = view.line.local_network.0.to_string();
		out.push_str(&row_html("", &name, &Amounts::from(&view.line), standing(view)));
	}
	out.push_str(&row_html(" class=\"sum\"", "all", &statement.sums(), ""));
	out.push_str("</table>\n");
	out
}

fn row_html(class: &str, name: &str, amounts: &Amounts, is: &str) -> String {
	let Amounts { share, whole, emitted, saved, saved_by_all, avoided } = amounts;
	let cells = [
		kwh(whole.energy),
		kwh(share.energy),
		percent(share.energy, whole.energy),
		share.volume.to_string(),
		mean_price(share),
		cny(share.amount),
		kg(*emitted),
		signed_kwh(*saved_by_all),
		signed_kwh(*saved),
		signed_kg(*avoided),
	];
	let cells: String = cells.iter().map(|cell| format!("<td>{cell}</td>")).collect();
	format!("<tr{class}><td class=\"text\">{name}</td>{cells}<td class=\"text\">{is}</td></tr>\n")
}

/// A part of a whole, 0 to 1.
fn part(part: u64, whole: u64) -> f64 {
	let thousandths = u128::from(part).saturating_mul(10_000).checked_div(whole.into()).unwrap_or(0);
	f64::from(u16::try_from(thousandths).unwrap_or(10_000)) / 10_000.0
}

/// A bar for each line: what falls to the payer, and what to the others.
fn shares_svg(statement: &Statement, people: &People) -> String {
	let count = u16::try_from(statement.lines.len()).unwrap_or(u16::MAX);
	let height = f64::from(count) * (BAR + 6.0) + 40.0;
	let width = WIDTH + 2.0 * MARGIN;
	let mut out = svg(width, height);
	for (n, view) in (0u16..).zip(&statement.lines) {
		let (y, line) = (f64::from(n) * (BAR + 6.0), &view.line);
		let own = part(line.share.energy, line.whole.energy) * WIDTH;
		let middle = y + BAR * 0.7;
		let _ = writeln!(
			out,
			"<text x=\"{:.0}\" y=\"{middle:.0}\" text-anchor=\"end\">{}</text>\
			 <rect x=\"{MARGIN}\" y=\"{y:.0}\" width=\"{own:.1}\" height=\"{BAR}\" fill=\"#1f5fa8\"/>\
			 <rect x=\"{:.1}\" y=\"{y:.0}\" width=\"{:.1}\" height=\"{BAR}\" fill=\"#c9d6e6\"/>\
			 <text x=\"{:.0}\" y=\"{middle:.0}\" fill=\"white\">{}</text>",
			MARGIN - 6.0,
			line.local_network.0,
			MARGIN + own,
			WIDTH - own,
			MARGIN + 6.0,
			percent(line.share.energy, line.whole.energy)
		);
	}
	let y = height - 24.0;
	let _ = writeln!(
		out,
		"<rect x=\"{MARGIN}\" y=\"{y:.0}\" width=\"12\" height=\"12\" fill=\"#1f5fa8\"/><text x=\"{:.0}\" y=\"{:.0}\">{}</text>\
		 <rect x=\"{:.0}\" y=\"{y:.0}\" width=\"12\" height=\"12\" fill=\"#c9d6e6\"/><text x=\"{:.0}\" y=\"{:.0}\">owner and others</text>\n\
		 </svg>",
		MARGIN + 18.0,
		y + 11.0,
		Xml(&people.name(statement.payer)),
		MARGIN + WIDTH / 2.0,
		MARGIN + WIDTH / 2.0 + 18.0,
		y + 11.0
	);
	out
}

/// The curve of a day.
fn curve_svg(curve: &Curve) -> String {
	let mean = curve.mean();
	let most = mean.iter().copied().fold(0.0f64, f64::max).max(f64::MIN_POSITIVE);
	let step = WIDTH / 24.0;
	let y = |kwh: f64| HEIGHT - kwh / most * (HEIGHT - 20.0);
	let mut out = svg(WIDTH + 2.0 * MARGIN, HEIGHT + 40.0);
	let mut points = String::new();
	for (hour, kwh) in (0u8..).zip(mean) {
		let from = MARGIN + f64::from(hour) * step;
		let _ = write!(points, "{from:.1},{:.1} {:.1},{:.1} ", y(kwh), from + step, y(kwh));
		if hour % 3 == 0 {
			let _ = writeln!(
				out,
				"<text x=\"{from:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{hour:02}</text>",
				HEIGHT + 18.0
			);
		}
	}
	for kwh in [0.0, most / 2.0, most] {
		let _ = writeln!(
			out,
			"<line x1=\"{MARGIN}\" y1=\"{0:.1}\" x2=\"{1:.0}\" y2=\"{0:.1}\" stroke=\"#ccc\"/>\
			 <text x=\"{2:.0}\" y=\"{0:.1}\" text-anchor=\"end\">{kwh:.0}</text>",
			y(kwh),
			MARGIN + WIDTH,
			MARGIN - 6.0
		);
	}
	let _ = writeln!(
		out,
		"<polyline points=\"{}\" fill=\"none\" stroke=\"#1f5fa8\" stroke-width=\"2\"/>\n\
		 <text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">hour</text><text x=\"{MARGIN}\" y=\"10\">kWh an hour</text>\n</svg>",
		points.trim_end(),
		MARGIN + WIDTH,
		HEIGHT + 34.0
	);
	out
}

fn svg(width: f64, height: f64) -> String {
	format!(
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"100%\" font-family=\"sans-serif\" \
		 font-size=\"12\">\n"
	)
}

#[cfg(test)]
mod tests {
	use super::{
		super::{gather::tests::gathered, statement::tests::statement},
		*,
	};

	/// Whether every element ends where it should.
	fn is_well_formed(text: &str) -> bool {
		let mut reader = quick_xml::Reader::from_str(text);
		loop {
			match reader.read_event() {
				Ok(quick_xml::events::Event::Eof) => return true,
				Ok(_) => {}
				Err(_) => return false,
			}
		}
	}

	#[test]
	fn csv_has_every_digit_and_reads_back() {
		let text = csv(&statement()).unwrap();
		let mut rows = ::csv::Reader::from_reader(text.as_bytes());
		let rows: Vec<_> = rows.records().map(Result::unwrap).collect();
		assert_eq!(rows.len(), 2);
		assert_eq!((&rows[0][4], &rows[0][5], &rows[0][9]), ("1301", "1234.567", "864.1969000"));
		assert_eq!((&rows[0][11], &rows[0][16], &rows[0][17]), ("662.4686522", "1", ""));
		assert_eq!((&rows[0][13], &rows[0][14], &rows[0][15]), ("-0.500", "1.200", "-0.2683000"));
		assert_eq!(rows[0].len(), COLUMNS.len());
	}

	#[test]
	fn page_has_the_lines_the_plots_and_the_digests_and_no_markup_of_others() {
		let people = People::named(&[(0, "<b>&\"one".into()), (1, "two".into())].into());
		let mut curve = Curve::default();
		curve.add(&gathered()).unwrap();
		let text = html(&statement(), &people, Some(&curve));
		for part in [
			"864.20",
			"33.33 %",
			"&lt;b&gt;&amp;&quot;one",
			"<polyline",
			"0.7000",
			"signed by one",
			"mean of 1 day with",
			"1302: signed by one; may be signed from 2026-06-11 on; signed by two",
			"<td>1.200</td><td>-0.500</td><td>-0.268</td><td class=\"text\">signed by one</td>",
			"<td>2.400</td><td>-1.000</td><td>-0.537</td><td class=\"text\"></td>",
		] {
			assert!(text.contains(part), "{part}");
		}
		assert!(!text.contains("<b>"));
		assert!(text.contains(&hex0x(statement().lines[1].digest)));
		for svg in text.split("<svg").skip(1) {
			let svg = format!("<svg{}", svg.split_once("</svg>").unwrap().0) + "</svg>";
			assert!(is_well_formed(&svg), "{svg}");
		}
		assert!(!html(&statement(), &people, None).contains("<polyline"));
	}

	#[test]
	fn curve_has_what_counts_by_hour() {
		let one = gathered();
		let mut curve = Curve::default();
		curve.add(&one).unwrap();
		let accounted = one.account().unwrap();
		let counted: u64 = accounted.sums.iter().map(|(_, sums)| sums.energy).sum();
		assert!(!accounted.records.is_empty(), "a reading does not count");
		assert_eq!(curve.hours.iter().sum::<u64>(), counted);
		assert_eq!((curve.hours[0], curve.days.len()), (2_000, 1));
	}
}
