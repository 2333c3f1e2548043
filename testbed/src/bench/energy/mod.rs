// SPDX-License-Identifier: Apache-2.0

//! How many meter readings are accounted a second, what a report costs in a small country and in a great one, and what it leaves in
//! the state.
//!
//! ```text
//!   stations on a fresh network ── whole days of hours, both carriers ── state ── one day hour by hour ── state ── single calls
//! ```
//!
//! A *reading* is one station's energy and its networks' volumes in one hour. It counts when a final block tells so
//! (`Reported`): accepted, and shared out among the station's participants. Countries of all sizes are as dense as the greatest,
//! so that pages and with them reports are alike. The days lie in the past, by the clock of this machine, which is the chain's.

mod costs;
mod load;
mod meters;

use super::{
	accounts::Senders,
	import::import_country,
	ledger::{sizes, stretch, Meter, Size, Used},
	parse_size,
	sweep::{constant, settle},
	table::{markdown, mebibytes, tenths, thousands},
};
use crate::{
	chain::Chain,
	generate::{Country, Plan, MAX_STATIONS},
	mass_outage,
	network::{Network, Options},
	trimast::Trimast,
};
use anyhow::{ensure, Context, Result};
use clap::Args;
use codec::Decode;
use load::{send, Days, Taken};
use meters::{batches, MeterPage};
use std::{
	ops::Range,
	path::PathBuf,
	time::{Duration, SystemTime, UNIX_EPOCH},
};
use trimast_primitives::{
	calendar::{day_of, month_of_day},
	energy::{Interval, Span},
	Hash, Moment,
};

/// Days back at which the load begins: the oldest of which reports are kept (`Settings::days`, this day among them), but for one,
/// so that none is too old when midnight passes.
const OLDEST: u16 = 98;
/// The day of which single calls report: nothing else does.
const UNTOUCHED: u16 = 1;
/// The day that is reported hour by hour. The load ends before it.
const BY_HOURS: u16 = 2;
/// Days of the month that the state is computed for.
const MONTH: f64 = 30.0;

/// How to measure reports of meters.
#[derive(Args, Clone, Debug)]
pub struct EnergyOptions {
	/// Stations, one fresh network for each size.
	#[arg(long, default_value = "10k,100k", value_delimiter = ',', value_parser = parse_size)]
	pub sizes: Vec<u32>,
	/// Two million stations too.
	#[arg(long)]
	pub national: bool,
	/// Seconds of load: when they are over no further day is begun.
	#[arg(long, default_value_t = 60)]
	pub seconds: u64,
	/// Accounts of each carrier.
	#[arg(long, default_value_t = 12)]
	pub accounts: usize,
	/// Transactions under way for each carrier.
	#[arg(long, default_value_t = 36)]
	pub window: usize,
	/// Where the networks are kept [default: a temporary folder].
	#[arg(long = "dir", value_name = "DIR")]
	pub folder: Option<PathBuf>,
}

/// A network with reports on it, ready for single calls.
struct Field {
	chain: Chain,
	genesis: Hash,
	/// The two carriers' accounts.
	senders: Vec<Senders>,
	/// Their meters.
	books: [Vec<MeterPage>; 2],
	/// Most reports of a call.
	most: usize,
	/// The days of the load.
	days: Range<u16>,
	/// A day of which nothing was reported.
	untouched: u16,
}

/// The rows of every table so far.
#[derive(Default)]
struct Tables {
	loads: Vec<Vec<String>>,
	state: Vec<Vec<String>>,
	costs: Vec<Vec<String>>,
}

/// Measures and prints the tables.
///
/// # Errors
///
/// A network does not start, stations do not go in, or a report is not accepted.
pub async fn energy(options: &EnergyOptions) -> Result<()> {
	let mut sizes = options.sizes.clone();
	if options.national && !sizes.contains(&MAX_STATIONS) {
		sizes.push(MAX_STATIONS);
	}
	let mut tables = Tables::default();
	for size in sizes {
		let measured = measure(options, size, &mut tables).await;
		// One by one, so that a long run shows what it has, also when it fails.
		tables.print();
		measured?;
	}
	Ok(())
}

async fn measure(options: &EnergyOptions, size: u32, tables: &mut Tables) -> Result<()> {
	let temporary = tempfile::tempdir()?;
	let folder = options.folder.as_deref().unwrap_or(temporary.path()).join(format!("energy-{size}"));
	eprintln!("{size} stations: starting four validators in {}", folder.display());
	let network = Network::start(&Options { archive: false, fresh: true, ..Options::local(&folder) }).await?;
	let mut chains = Vec::new();
	for url in network.validator_urls() {
		chains.push(Chain::connect(&url).await?);
	}
	let chain = chains.first().context("no validator")?.clone();
	eprintln!("importing {size} stations");
	let country = Country::dense(Plan::of(size))?;
	import_country(&chains, &country, 256, 64).await?;
	// Nobody pays for a record that it has not signed.
	mass_outage::countersign(&Trimast::new(network.folder(), chain.url())?, country.codes()).await?;
	let mut senders = Vec::new();
	for org in 0..2 {
		senders.push(Senders::add(&chains[org % chains.len()], org, options.accounts, options.window).await?);
	}
	settle(&chains).await?;
	let books = meters::read(&chain, &country).await?;
	let meters: usize = books.iter().flatten().map(MeterPage::len).sum();
	ensure!(meters == size as usize, "{meters} of {size} stations are on the chain");
	let at = chain.api().await?.at_current_block().await?;
	let most = u32::decode(&mut &constant(&at, "Energy", "MaxReports")?[..]).context("a number")? as usize;
	let genesis = Hash::from(chain.block_hash(0).await?.context("a genesis block")?.0);
	let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as Moment;
	let today = day_of(now);
	let (days, untouched) = (0..0, today - UNTOUCHED);
	let mut field = Field { chain, genesis, senders, books, most, days, untouched };

	eprintln!(
		"reporting whole days of {meters} meters in {} pages",
		field.books.iter().map(Vec::len).sum::<usize>()
	);
	let days = Days::new(today - OLDEST, OLDEST - BY_HOURS, Duration::from_secs(options.seconds));
	let label = thousands(f64::from(size));
	let meter = Meter::start(&network)?;
	let taken = days_of_load(&field, &days).await?;
	let used = meter.stop(&network)?;
	field.days = today - OLDEST..today - OLDEST + days.begun();
	settle(&chains).await?;
	let row = load_row(&field, &network, &taken, used).await?;
	tables.loads.push([vec![label.clone()], row].concat());
	tables.state.extend(state(&field, &label, today - BY_HOURS).await?);
	settle(&chains).await?;
	eprintln!("measuring single calls");
	tables.costs.extend(costs::costs(&field, &label).await?);
	Ok(())
}

/// Reports whole days of all meters.
async fn days_of_load(field: &Field, days: &Days) -> Result<Taken> {
	let calls = field.books.each_ref().map(|pages| {
		days.iter().flat_map(move |day| batches(pages, Span::of_day(day, Interval::Hour), field.most))
	});
	let taken = send(&field.chain, &field.senders, calls).await?;
	let meters = field.books.iter().flatten().map(|page| page.len() as u64).sum::<u64>();
	let readings = meters * 24 * u64::from(days.begun());
	ensure!(taken.readings() == readings, "{} of {readings} readings count", taken.readings());
	Ok(taken)
}

const LOADS: [&str; 16] = [
	"stations",
	"days",
	"readings",
	"reports",
	"seconds until final",
	"readings a second",
	"sustained a second",
	"transactions",
	"blocks",
	"busy blocks",
	"bytes of extrinsics a reading",
	"largest block, KiB",
	"CPU seconds, four nodes",
	"readings a CPU second",
	"CPU seconds, load",
	"peak memory of a node, MiB",
];

/// A row of the table of loads, but for the size.
async fn load_row(field: &Field, network: &Network, taken: &Taken, used: Used) -> Result<Vec<String>> {
	let readings = taken.readings() as f64;
	let blocks = stretch(&field.chain, taken.span.0, taken.span.1).await?;
	Ok(vec![
		field.days.len().to_string(),
		thousands(readings),
		thousands(taken.reports as f64),
		tenths(used.seconds),
		thousands(readings / used.seconds),
		thousands(taken.sustained()),
		thousands(taken.transactions as f64),
		blocks.blocks.to_string(),
		blocks.busy.to_string(),
		format!("{:.2}", blocks.bytes as f64 / readings),
		thousands(blocks.largest as f64 / 1_024.0),
		tenths(used.nodes),
		thousands(readings / used.nodes),
		tenths(used.load),
		mebibytes(network.usage().peak_memory),
	])
}

/// The storage that reports leave behind.
const ENTRIES: [&str; 3] = ["Reports", "Meters", "Totals"];

const STATE: [&str; 8] = [
	"stations",
	"reported",
	"storage",
	"of stations",
	"entries",
	"bytes of values",
	"bytes a station",
	"bytes a station and month, computed",
];

/// What the days of the load have left in the state; then one local network reports a day hour by hour, and what that leaves.
async fn state(field: &Field, label: &str, day: u16) -> Result<Vec<Vec<String>>> {
	let before = sizes(&field.chain, "Energy", &ENTRIES, field.chain.finalized().await?.hash).await?;
	let stations: usize = field.books.iter().flatten().map(MeterPage::len).sum();
	let row = |reported: &str, stations: usize, size: &Size, a_month: Option<f64>| {
		let each = size.bytes as f64 / stations as f64;
		vec![
			label.to_owned(),
			reported.to_owned(),
			size.entry.to_owned(),
			thousands(stations as f64),
			thousands(size.entries as f64),
			thousands(size.bytes as f64),
			format!("{each:.2}"),
			a_month.map_or_else(|| "no more in a month".to_owned(), |factor| format!("{:.2}", each * factor)),
		]
	};
	let days = field.days.len() as f64;
	let factors = [Some(MONTH / days), None, Some(1.0 / f64::from(months(&field.days)))];
	let reported = format!("{days} days, each at once");
	let mut rows: Vec<_> =
		before.iter().zip(factors).map(|(size, factor)| row(&reported, stations, size, factor)).collect();

	let place = field.books[0].first().context("the first carrier has no station")?.local_network;
	let there = |page: &&MeterPage| page.local_network == place;
	eprintln!("reporting a day of local network {:04} hour by hour", place.0);
	let calls = field.books.each_ref().map(|pages| {
		let hour = move |hour: u8| Span { first: hour * 4, count: 1, ..Span::of_day(day, Interval::Hour) };
		let pages = move || pages.iter().filter(there);
		(0..24).flat_map(move |n| batches(pages(), hour(n), field.most))
	});
	let stations: usize = field.books.iter().flatten().filter(there).map(MeterPage::len).sum();
	let taken = send(&field.chain, &field.senders, calls).await?;
	ensure!(taken.readings() == stations as u64 * 24, "{} of {stations} a day count", taken.readings());
	let after = sizes(&field.chain, "Energy", &ENTRIES[..1], field.chain.finalized().await?.hash).await?;
	let grown = Size {
		entry: ENTRIES[0],
		entries: after[0].entries - before[0].entries,
		bytes: after[0].bytes - before[0].bytes,
	};
	rows.push(row("1 day, hour by hour", stations, &grown, Some(MONTH)));
	Ok(rows)
}

/// How many months these days are of.
fn months(days: &Range<u16>) -> u16 {
	let last = days.end.saturating_sub(1).max(days.start);
	month_of_day(last) - month_of_day(days.start) + 1
}

const COSTS: [&str; 6] = ["stations", "call", "calls", "in a call", "ms a call", "us a reading or report"];

impl Tables {
	fn print(&self) {
		println!("Readings accounted until final\n\n{}\n", markdown(&LOADS, &self.loads));
		println!("State\n\n{}\n", markdown(&STATE, &self.state));
		println!("Execution of single calls\n\n{}\n", markdown(&COSTS, &self.costs));
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn months_are_counted_of_the_days_reported() {
		// 2026-12-01 is day 20,788.
		assert_eq!(
			[months(&(20_780..20_788)), months(&(20_780..20_789)), months(&(20_788..20_789))],
			[1, 2, 1]
		);
	}

	#[test]
	fn the_load_ends_before_the_days_of_other_measurements() {
		let days = Days::new(1_000 - OLDEST, OLDEST - BY_HOURS, Duration::from_secs(3_600));
		assert_eq!(days.iter().last(), Some(1_000 - BY_HOURS - 1));
		const { assert!(UNTOUCHED < BY_HOURS) };
	}
}
