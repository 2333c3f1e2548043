// SPDX-License-Identifier: Apache-2.0
//! `trimast energy statement export`: a statement as CSV, as JSON, or as a page to print, with plots in it.

use super::{
	gather::{Gathered, Gatherer},
	show::standing as standing_reports,
	statement::{standing, Amounts, Statement},
	windows::{
		evidence::{self, Desk, Saved},
		signed_kg, signed_kg_exact, signed_kwh,
	},
	words::{
		bands, cny, cny_exact, day_text, days_of, fourth, hundredths, kg, kg_exact, kwh, mean, mean_price,
		percent,
	},
};
use crate::{
	chain::{views::At, Chain},
	config::scores::month_text,
	context::Context,
	error::{Failure, Result},
	names::hex0x,
	order::people::People,
	output::counted,
	plan::map::Xml,
};
use clap::ValueEnum;
use indicatif::ProgressBar;
use std::{
	collections::{BTreeMap, BTreeSet},
	fmt::Write,
};
use trimast_primitives::{calendar::month_of_day, energy::HOURS, LocalNetworkId, OrgId, OrgSet};

/// Width of a plot, pixels.
const WIDTH: f64 = 640.0;
/// Height of the curve, pixels.
const HEIGHT: f64 = 200.0;
/// What is kept free on its left and below.
const MARGIN: f64 = 60.0;
/// Height of a bar, pixels.
const BAR: f64 = 22.0;
/// Height of a line of a legend, pixels.
const LEGEND: f64 = 18.0;
/// Companies in a line of a legend.
const ABREAST: u16 = 4;
/// A share is written into its part of a bar where that is as wide as this, pixels.
const READABLE: f64 = 56.0;
/// Colours of companies, and of what is written on them: told apart also by who does not see all colours (Okabe and Ito), and dark
/// enough on each other to be read.
const COLOURS: [(&str, &str); 8] = [
	("#1f5fa8", "#ffffff"),
	("#e69f00", "#111111"),
	("#56b4e9", "#111111"),
	("#009e73", "#111111"),
	("#f0e442", "#111111"),
	("#d55e00", "#111111"),
	("#cc79a7", "#111111"),
	("#999999", "#111111"),
];
/// Colour of what was drawn.
const DRAWN: &str = "#1f5fa8";
/// Colour of what would have been drawn; it is dashed, too.
const WITHOUT: &str = "#b35900";

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

/// The columns of CSV, as docs/energy.md has them; behind these stands one for the price of each hour. Quantities are exact, but for the part
/// in percent and the mean price.
const COLUMNS: [&str; 23] = [
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
	"share_percent",
	"kwh_by_org",
	"price_mean",
	"price_from",
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
			let at = chain.at(statement.block, chain.hash_of(statement.block).await?);
			let curve = match &archive {
				Some(archive) => Some(curve(context, (at, archive), statement).await?),
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

/// All columns of CSV.
fn columns() -> Vec<String> {
	let prices = (0..HOURS).map(|hour| format!("price_{hour:02}"));
	COLUMNS.iter().map(|name| (*name).to_string()).chain(prices).collect()
}

/// Several values in one field.
fn joined(parts: impl Iterator<Item = String>) -> String {
	parts.collect::<Vec<_>>().join("+")
}

fn csv(statement: &Statement) -> Result<String> {
	let numbers = |orgs: OrgSet| joined(orgs.iter().map(|org| org.0.to_string()));
	let mut out = ::csv::Writer::from_writer(Vec::new());
	out.write_record(columns()).map_err(Failure::input)?;
	for view in &statement.lines {
		let line = &view.line;
		let shares = statement.shares_of(line.local_network).iter();
		let from = statement.tariffs.iter().map(|view| day_text(view.from));
		// One price a version, in the order in which these begin.
		let price = |hour| joined(statement.tariffs.iter().map(|view| fourth(view.tariff.price(hour))));
		let fields = [
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
			hundredths(line.share.energy, line.whole.energy).unwrap_or_default(),
			joined(shares.map(|(org, sums)| format!("{}:{}", org.0, kwh(sums.energy)))),
			mean(&line.share).unwrap_or_default(),
			joined(from),
		];
		let prices = (0u8..).take(HOURS).map(price);
		out.write_record(fields.into_iter().chain(prices)).map_err(Failure::input)?;
	}
	let bytes = out.into_inner().map_err(Failure::input)?;
	String::from_utf8(bytes).map_err(Failure::input)
}

/// What the owner's stations have drawn in each hour of the day, over a month, and what they have saved, Wh.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(super) struct Curve {
	hours: [u64; HOURS],
	/// As far as it is proven, with its sign.
	saved: [i64; HOURS],
	/// How many proofs there are, each of a page and a day.
	proofs: u64,
	/// Whether plans are forgotten that have proven something of the month: what would have been drawn is not known then.
	is_forgotten: bool,
	/// On which days something counts.
	days: BTreeSet<u16>,
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

	/// Adds what a proof says was saved.
	fn add_proof(&mut self, saved: &[i64; HOURS]) {
		self.proofs = self.proofs.saturating_add(1);
		for (all, more) in self.saved.iter_mut().zip(saved) {
			*all = all.saturating_add(*more);
		}
	}

	/// What would have been drawn without saving windows; `None` where nothing is proven, or some of it is forgotten.
	fn without(&self) -> Option<[u64; HOURS]> {
		if self.proofs == 0 || self.is_forgotten {
			return None;
		}
		let mut all = self.hours;
		for (hour, saved) in all.iter_mut().zip(self.saved) {
			*hour = hour.saturating_add_signed(saved);
		}
		Some(all)
	}

	/// The mean of a day in each hour, kWh.
	fn mean(&self, hours: &[u64; HOURS]) -> [f64; HOURS] {
		let days = u64::try_from(self.days.len().max(1)).unwrap_or(u64::MAX);
		// A plot has no use for more digits.
		hours.map(|wh| {
			let mean = wh.checked_div(days).unwrap_or(0);
			f64::from(u32::try_from(mean).unwrap_or(u32::MAX)) / 1_000.0
		})
	}
}

/// The curve of the local networks where the payer has a share.
async fn curve(context: &Context, (at, archive): (At<'_>, &Chain), statement: &Statement) -> Result<Curve> {
	let days = days_of(statement.month);
	let mut curve = Curve::default();
	let mut gatherer = Gatherer::new(archive);
	let bar = context.output.progress(0, "reports and proofs read");
	for view in &statement.lines {
		let place = view.line.local_network;
		let reports = standing_reports(at, place, &days, Some(statement.owner)).await?;
		bar.inc_length(reports.len().try_into().unwrap_or(u64::MAX));
		gatherer
			.each(reports, |one| {
				bar.inc(1);
				curve.add(&one)
			})
			.await?;
		let added = add_proofs(&mut curve, (at, archive), statement, place, &bar).await;
		added.map_err(|failure| failure.naming("--archive"))?;
	}
	bar.finish_and_clear();
	if curve.is_forgotten {
		context.output.remark(FORGOTTEN);
	}
	Ok(curve)
}

/// Why there is no curve without saving windows though something is proven.
const FORGOTTEN: &str = "some plans that have proven savings of the month are forgotten: the page has no curve of what would have been \
	drawn without saving windows";

/// Adds what the proofs of the month say of a local network, hour by hour.
async fn add_proofs(
	curve: &mut Curve,
	(at, archive): (At<'_>, &Chain),
	statement: &Statement,
	place: LocalNetworkId,
	bar: &ProgressBar,
) -> Result<()> {
	let (month, owner) = (statement.month, statement.owner);
	let all = Saved::from(&at.savings(month, place, owner).await?);
	let mut found = Saved::default();
	for view in evidence::plans_of(at, place, owner, month).await? {
		let plan = evidence::as_proposed(archive.genesis(), &view)?;
		let mut desk = Desk::new(archive, &view, &plan);
		for page in &view.pages {
			let mut proofs = page.proven.iter().filter(|proof| month_of_day(proof.day) == month).peekable();
			if proofs.peek().is_none() {
				continue;
			}
			let examined = desk.examination(page).await?;
			for proof in proofs {
				bar.inc_length(1);
				let one = desk.proven(at, page, &examined, proof).await?;
				curve.add_proof(&one.saved_by_hour(owner, &plan)?);
				found = found.plus(&Saved::from(proof));
				bar.inc(1);
			}
		}
	}
	curve.is_forgotten |= found != all;
	Ok(())
}

const STYLE: &str = "body{font-family:sans-serif;max-width:60em;margin:2em auto;color:#111}\
table{border-collapse:collapse;width:100%;font-size:.85em}\
th,td{border:1px solid #999;padding:.3em .5em;text-align:right}th{background:#eee}\
td.text,th.text{text-align:left}table.prices{width:auto}caption{text-align:left;font-weight:bold;margin:.5em 0}\
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
	out.push_str(&prices_html(statement));
	let _ = writeln!(
		out,
		"<h2>Share of the energy</h2>\n<p>Of each local network, by company.</p>\n{}\n{}",
		shares_svg(statement, people),
		shares_html(statement, people)
	);
	if let Some(curve) = curve {
		let _ = writeln!(
			out,
			"<h2>Day in the mean</h2>\n<p>What the owner's stations in these local networks have drawn, by hour at UTC+8: the mean of \
			 {} with readings that count.{}</p>\n{}",
			counted(curve.days.len(), "day"),
			saved_text(curve),
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

/// What a page says of the curve without saving windows.
fn saved_text(curve: &Curve) -> String {
	if curve.is_forgotten {
		return " What they would have drawn without saving windows is left out: some plans that have proven savings of the month are \
			forgotten."
			.into();
	}
	match curve.without() {
		None => String::new(),
		Some(_) => format!(
			" The dashed line adds to each hour what was saved in it, as far as it is proven: {} kWh in the month, by {}, each of a \
			 page of stations and a day.",
			signed_kwh(curve.saved.iter().fold(0i64, |sum, saved| sum.saturating_add(*saved))),
			counted(curve.proofs, "proof")
		),
	}
}

fn lines_html(statement: &Statement, people: &People) -> String {
	let mut out = format!(
		"<table><caption>{} owes {}</caption>\n<tr><th class=\"text\">local network</th><th>kWh of all</th><th>kWh</th><th>share</th>\
		 <th>Mbit</th><th>mean CNY a kWh</th><th>CNY</th><th>kg CO<sub>2</sub></th><th>saved kWh of all</th><th>saved kWh</th>\
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

/// The tariff, hours of one price together.
fn prices_html(statement: &Statement) -> String {
	let mut out = format!(
		"<h2>Price</h2>\n<p>The tariff of province {} in {}, by the hour at UTC+8 in which an interval begins; each version from its day on, \
		 and until the next one. The mean above is what a line owes for its energy, divided by that: how much of it was drawn in which \
		 hour the chain does not keep.{}</p>\n",
		statement.province.0,
		month_text(statement.month),
		statement.without_tariff().map_or_else(String::new, |what| format!(" Here {what}."))
	);
	for view in &statement.tariffs {
		let _ = writeln!(
			out,
			"<table class=\"prices\"><caption>From {} on</caption>\n<tr><th class=\"text\">hours</th><th>CNY a kWh</th></tr>",
			day_text(view.from)
		);
		for (from, until, price) in bands(&view.tariff.prices) {
			let price = fourth(price);
			let _ = writeln!(
				out,
				"<tr><td class=\"text\">{from:02}:00 to {until:02}:00</td><td>{price}</td></tr>"
			);
		}
		out.push_str("</table>\n");
	}
	out
}

/// What falls to each company, line by line.
fn shares_html(statement: &Statement, people: &People) -> String {
	let mut out = "<table><caption>Shares</caption>\n<tr><th class=\"text\">local network</th><th class=\"text\">company</th>\
		 <th>kWh</th><th>share</th><th>Mbit</th><th>CNY</th></tr>\n"
		.to_string();
	for view in &statement.lines {
		let place = view.line.local_network;
		for (org, sums) in statement.shares_of(place) {
			let _ = writeln!(
				out,
				"<tr><td class=\"text\">{}</td><td class=\"text\">{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
				place.0,
				Xml(&people.name(*org)),
				kwh(sums.energy),
				percent(sums.energy, view.line.whole.energy),
				sums.volume,
				cny(sums.amount)
			);
		}
	}
	out.push_str("</table>");
	out
}

/// A part of a whole, 0 to 1.
fn part(part: u64, whole: u64) -> f64 {
	let thousandths = u128::from(part).saturating_mul(10_000).checked_div(whole.into()).unwrap_or(0);
	f64::from(u16::try_from(thousandths).unwrap_or(10_000)) / 10_000.0
}

/// A bar for each line: what falls to each company.
fn shares_svg(statement: &Statement, people: &People) -> String {
	let drawn = |place: LocalNetworkId| {
		let shares = statement.shares_of(place).iter().map(|(org, sums)| (*org, sums.energy));
		shares.filter(|(_, energy)| *energy > 0).collect::<Vec<_>>()
	};
	let places = statement.lines.iter().map(|view| view.line.local_network);
	let orgs: BTreeSet<OrgId> = places.flat_map(drawn).map(|(org, _)| org).collect();
	let colours: BTreeMap<OrgId, (&str, &str)> = orgs.into_iter().zip(COLOURS.into_iter().cycle()).collect();
	let count = u16::try_from(statement.lines.len()).unwrap_or(u16::MAX);
	let rows = u16::try_from(colours.len()).unwrap_or(u16::MAX).div_ceil(ABREAST);
	let below = f64::from(count) * (BAR + 6.0) + 10.0;
	let height = below + f64::from(rows) * LEGEND + 6.0;
	let mut out = svg(WIDTH + 2.0 * MARGIN, height, "Share of the energy of each local network, by company");
	for (n, view) in (0u16..).zip(&statement.lines) {
		let (y, place) = (f64::from(n) * (BAR + 6.0), view.line.local_network);
		let middle = y + BAR * 0.7;
		let _ = writeln!(
			out,
			"<text x=\"{:.0}\" y=\"{middle:.0}\" text-anchor=\"end\">{}</text>",
			MARGIN - 6.0,
			place.0
		);
		let of = drawn(place);
		let whole = of.iter().fold(0u64, |sum, (_, energy)| sum.saturating_add(*energy));
		let mut x = MARGIN;
		for (org, energy) in of {
			let width = part(energy, whole) * WIDTH;
			let (fill, ink) = colours.get(&org).copied().unwrap_or(("#999999", "#111111"));
			let share = percent(energy, whole);
			let _ = writeln!(
				out,
				"<rect x=\"{x:.1}\" y=\"{y:.0}\" width=\"{width:.1}\" height=\"{BAR}\" fill=\"{fill}\" stroke=\"white\">\
				 <title>{}: {} kWh, {share}</title></rect>",
				Xml(&people.name(org)),
				kwh(energy)
			);
			if width >= READABLE {
				let _ = writeln!(
					out,
					"<text x=\"{:.1}\" y=\"{middle:.0}\" fill=\"{ink}\">{share}</text>",
					x + 6.0
				);
			}
			x += width;
		}
	}
	for (n, (org, (fill, _))) in (0u16..).zip(&colours) {
		let x = MARGIN + f64::from(n % ABREAST) * WIDTH / f64::from(ABREAST);
		let y = below + f64::from(n / ABREAST) * LEGEND;
		let _ = writeln!(
			out,
			"<rect x=\"{x:.0}\" y=\"{y:.0}\" width=\"12\" height=\"12\" fill=\"{fill}\"/><text x=\"{:.0}\" y=\"{:.0}\">{}</text>",
			x + 18.0,
			y + 11.0,
			Xml(&people.name(*org))
		);
	}
	out.push_str("</svg>");
	out
}

/// The curve of a day; a second one of what would have been drawn without saving windows, where that is known.
fn curve_svg(curve: &Curve) -> String {
	let drawn = curve.mean(&curve.hours);
	let without = curve.without().map(|hours| curve.mean(&hours));
	let all = drawn.iter().chain(without.iter().flatten());
	let most = all.copied().fold(0.0f64, f64::max).max(f64::MIN_POSITIVE);
	let step = WIDTH / 24.0;
	let y = |kwh: f64| HEIGHT - kwh / most * (HEIGHT - 20.0);
	let height = HEIGHT + 40.0 + if without.is_some() { LEGEND } else { 0.0 };
	let mut out = svg(WIDTH + 2.0 * MARGIN, height, "Energy in each hour of the day, in the mean");
	for hour in (0u8..24).step_by(3) {
		let _ = writeln!(
			out,
			"<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{hour:02}</text>",
			MARGIN + f64::from(hour) * step,
			HEIGHT + 18.0
		);
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
	let points = |hours: &[f64; HOURS]| {
		let mut points = String::new();
		for (hour, kwh) in (0u8..).zip(hours) {
			let from = MARGIN + f64::from(hour) * step;
			let _ = write!(points, "{from:.1},{:.1} {:.1},{:.1} ", y(*kwh), from + step, y(*kwh));
		}
		points.trim_end().to_string()
	};
	let dashed = format!("stroke=\"{WITHOUT}\" stroke-width=\"2\" stroke-dasharray=\"6 3\"");
	let solid = format!("stroke=\"{DRAWN}\" stroke-width=\"2\"");
	if let Some(without) = &without {
		let _ = writeln!(out, "<polyline points=\"{}\" fill=\"none\" {dashed}/>", points(without));
	}
	let _ = writeln!(
		out,
		"<polyline points=\"{}\" fill=\"none\" {solid}/>\n\
		 <text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">hour</text><text x=\"{MARGIN}\" y=\"10\">kWh an hour</text>",
		points(&drawn),
		MARGIN + WIDTH,
		HEIGHT + 34.0
	);
	if without.is_some() {
		let names =
			[(0.0, &solid, "drawn"), (WIDTH / 4.0, &dashed, "without saving windows, as far as proven")];
		for (x, stroke, name) in names {
			let (x, y) = (MARGIN + x, HEIGHT + 52.0);
			let _ = writeln!(
				out,
				"<line x1=\"{x:.0}\" y1=\"{0:.0}\" x2=\"{1:.0}\" y2=\"{0:.0}\" {stroke}/><text x=\"{2:.0}\" y=\"{y:.0}\">{name}</text>",
				y - 4.0,
				x + 30.0,
				x + 36.0
			);
		}
	}
	out.push_str("</svg>");
	out
}

/// The beginning of a picture. `label`: what it shows, for who does not see it.
fn svg(width: f64, height: f64, label: &str) -> String {
	format!(
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"100%\" font-family=\"sans-serif\" \
		 font-size=\"12\" role=\"img\" aria-label=\"{label}\">\n"
	)
}

#[cfg(test)]
mod tests {
	use super::{
		super::{gather::tests::gathered, statement::tests::statement, windows::month::tests as month},
		*,
	};

	/// A day, and what was saved on it.
	fn curve_with_proof() -> Curve {
		let mut curve = Curve::default();
		curve.add(&gathered()).unwrap();
		let (owner, plan, day) = month::proven_day();
		curve.add_proof(&day.saved_by_hour(owner, &plan).unwrap());
		curve
	}

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
		assert_eq!(rows[0].len(), COLUMNS.len() + HOURS);
	}

	#[test]
	fn csv_has_the_share_of_each_carrier_and_the_tariff_by_hour() {
		let field = |statement: &Statement, name: &str| {
			let text = csv(statement).unwrap();
			let mut rows = ::csv::Reader::from_reader(text.as_bytes());
			let at = rows.headers().unwrap().iter().position(|of| of == name).unwrap();
			let row = rows.records().next().unwrap().unwrap();
			row[at].to_string()
		};
		let mut statement = statement();
		assert_eq!(field(&statement, "kwh_by_org"), "0:2469.134+1:1234.567");
		assert_eq!(field(&statement, "share_percent"), "33.33");
		assert_eq!(field(&statement, "price_mean"), "0.7000");
		// Two versions hold in the month, one after the other
		assert_eq!(field(&statement, "price_from"), "2026-01-01+2026-05-16");
		let prices = ["price_00", "price_06", "price_07", "price_23"].map(|name| field(&statement, name));
		assert_eq!(prices, ["0.4900+0.7000", "0.4900+0.7000", "0.8000+0.7000", "0.8000+0.7000"]);
		statement.tariffs.truncate(1);
		assert_eq!(["price_06", "price_07"].map(|name| field(&statement, name)), ["0.4900", "0.8000"]);
		// What is not kept is not made up
		statement.tariffs.clear();
		statement.lines[0].line.share.energy = 0;
		let empty = ["price_from", "price_12", "price_mean"].map(|name| field(&statement, name));
		assert_eq!(empty, ["", "", ""]);
	}

	#[test]
	fn docs_have_every_column_and_where_json_has_it() {
		let docs = include_str!("../../../docs/energy.md");
		let section = docs.split("\n## Statements as files\n").nth(1).unwrap().split("\n## ").next().unwrap();
		let rows = section.lines().filter(|line| line.starts_with("| `"));
		let rows: Vec<Vec<&str>> = rows.map(|line| line.split('|').map(str::trim).collect()).collect();
		let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(String::from).collect::<Vec<_>>();
		let documented: Vec<String> = rows.iter().flat_map(|row| names(row[1])).collect();
		let mut expected = columns();
		// Of the hours the first and the last one are named
		expected.drain(COLUMNS.len() + 1..COLUMNS.len() + HOURS - 1);
		assert_eq!(documented, expected);
		let people = People::named(&[(0, "one".into()), (1, "two".into())].into());
		let value = statement().to_json(&people);
		for row in rows {
			for name in names(row[2]) {
				let path = format!("/{}", name.replace('.', "/"));
				let found = value["lines"][0].pointer(&path).or_else(|| value.pointer(&path));
				assert!(found.is_some(), "{name}");
			}
			assert!(!names(row[2]).is_empty(), "{row:?}");
		}
	}

	#[test]
	fn page_has_the_lines_the_plots_and_the_digests_and_no_markup_of_others() {
		let people = People::named(&[(0, "<b>&\"one".into()), (1, "two".into())].into());
		let mut curve = Curve::default();
		curve.add(&gathered()).unwrap();
		let text = html(&statement(), &people, Some(&curve));
		for part in [
			"<th>mean CNY a kWh</th>",
			"<caption>From 2026-01-01 on</caption>",
			"<tr><td class=\"text\">00:00 to 07:00</td><td>0.4900</td></tr>\n<tr><td class=\"text\">07:00 to 24:00</td>",
			"<caption>From 2026-05-16 on</caption>",
			"<td class=\"text\">1301</td><td class=\"text\">two</td><td>1234.567</td><td>33.33 %</td><td>9</td><td>864.20</td>",
			"864.20",
			"33.33 %",
			"&lt;b&gt;&amp;&quot;one",
			"<polyline",
			"0.7000",
			"signed by one",
			"mean of 1 day with readings that count.</p>",
			"<title>&lt;b&gt;&amp;&quot;one: 2469.134 kWh, 66.67 %</title>",
			"<title>two: 1.000 kWh, 33.33 %</title>",
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
		assert_eq!(text.matches("<polyline").count(), 1, "nothing is proven");
		assert!(!html(&statement(), &people, None).contains("<polyline"));
		let mut statement = statement();
		statement.tariffs.remove(0);
		let text = html(&statement, &people, None);
		assert!(text.contains(" Here no version of the tariff of the days before 2026-05-16 is kept.</p>"));
	}

	#[test]
	fn page_has_a_second_curve_where_something_is_proven() {
		let mut curve = curve_with_proof();
		let people = People::named(&[(0, "one".into()), (1, "two".into())].into());
		let page = |curve: &Curve| html(&statement(), &people, Some(curve));
		let text = page(&curve);
		assert_eq!(text.matches("<polyline").count(), 2);
		for part in [
			"stroke-dasharray=\"6 3\"",
			">drawn</text>",
			">without saving windows, as far as proven</text>",
			"0.400 kWh in the month, by 1 proof, each",
		] {
			assert!(text.contains(part), "{part}");
		}
		assert!(!text.contains("<script"));
		assert_eq!(text, page(&curve), "the same page each time");
		let plot = &text[text.find("<h2>Day in the mean").unwrap()..];
		let plot = &plot[plot.find("<svg").unwrap()..plot.find("</svg>").unwrap() + 6];
		assert!(is_well_formed(plot), "{plot}");
		// Where plans are forgotten, a part of what was saved is not shown as all of it
		curve.is_forgotten = true;
		let text = page(&curve);
		assert_eq!(text.matches("<polyline").count(), 1);
		assert!(text.contains("are forgotten.</p>") && !text.contains("0.400 kWh in"));
	}

	#[test]
	fn curve_without_saving_has_in_each_hour_what_was_saved_in_it() {
		let curve = curve_with_proof();
		// From one to five 100 Wh an hour, of which each hour has its own.
		let saved: Vec<i64> = (0..24).map(|hour| if (1..5).contains(&hour) { 100 } else { 0 }).collect();
		assert_eq!(curve.saved[..], saved[..]);
		let without = curve.without().unwrap();
		for ((with, without), saved) in curve.hours.iter().zip(without).zip(saved) {
			assert_eq!(i64::try_from(without - with).unwrap(), saved);
		}
		// What the chain does not have is not drawn
		let (owner, plan, mut other) = month::proven_day();
		other.proof.saved += 1;
		let failure = other.saved_by_hour(owner, &plan).unwrap_err().to_string();
		assert!(failure.contains("do not come to what is proven"), "{failure}");
		let mut negative = curve.clone();
		negative.saved[2] = -500;
		assert_eq!(negative.without().unwrap()[2] + 500, curve.hours[2], "more was drawn than expected");
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
