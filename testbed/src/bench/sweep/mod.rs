// SPDX-License-Identifier: Apache-2.0

//! How fast the baseline of every cell goes in, and how fast companies say what they see in its place.
//!
//! ```text
//!   stations, then cells, on a fresh network ── what one tag costs ── sweeps in which nothing differs
//!                                                                       │
//!             from tags of local networks by two companies,             ▼
//!             by one from those, of pages, of cells     ◄──── and in which cells do
//! ```
//!
//! A *record* is one cell in one observation. The clock of a sweep starts at parsed columns, with every page's table in
//! memory, and stops when the last attestation is final. On it are: reading the pages' revisions, computing digests (each
//! witness for itself), anchoring the exports, opening the sweep, waiting for its salt, tags, signatures, and reading the
//! answers that say where to go down.

mod baseline;
mod blocks;
mod costs;
mod descent;
pub(super) mod execution;
mod export;
mod levels;
mod observation;

use super::{
	accounts::Senders,
	import::import_country,
	ledger::{sizes, stretch, Meter, Size},
	parse_percent, parse_size,
	table::{markdown, tenths, thousands},
};
use crate::{
	chain::{Chain, ChainConfig},
	generate::{Country, Plan, MAX_STATIONS, MIN_STATIONS},
	network::{Network, Options},
};
use anyhow::{Context, Result};
use baseline::Baseline;
use clap::Args;
use codec::{Compact, Decode};
use costs::Cost;
use descent::{Descent, Field};
use levels::{Level, Limits};
use std::{path::PathBuf, sync::Arc, time::Duration};
use subxt::{dynamic::Value, OnlineClientAtBlock};
use trimast_primitives::Hash;

/// Cells of the whole country.
const NATIONAL: u32 = 6_000_000;
/// Cells of a station, on average.
const CELLS_A_STATION: u32 = 3;
/// The greatest share of differing cells, in per cent, that two companies observe too.
const MOST_FOR_TWO: f64 = 0.1;

/// How to measure baselines and sweeps.
#[derive(Args, Clone, Debug)]
pub struct SweepOptions {
	/// Cells, about, one fresh network for each size.
	#[arg(long, default_value = "10k,100k,1m", value_delimiter = ',', value_parser = parse_size)]
	pub sizes: Vec<u32>,
	/// Six million cells too.
	#[arg(long)]
	pub national: bool,
	/// Smaller countries have fewer local networks, as dense as those of the greatest: pages alike at all sizes.
	#[arg(long)]
	pub dense: bool,
	/// Sweeps from the tags of local networks alone, not from those of pages and of cells.
	#[arg(long)]
	pub from_top: bool,
	/// Per cent of the cells that differ: for each a sweep by two companies, then one by one from each level.
	#[arg(long, value_delimiter = ',', default_value = "0,0.1,1", value_parser = parse_percent)]
	pub differing: Vec<f64>,
	/// Accounts of each carrier.
	#[arg(long, default_value_t = 8)]
	pub accounts: usize,
	/// Transactions under way for each carrier.
	#[arg(long, default_value_t = 256)]
	pub window: usize,
	/// Pages of cells in one transaction of an import.
	#[arg(long, default_value_t = 1)]
	pub batch: usize,
	/// Where the networks are kept [default: a temporary folder].
	#[arg(long = "dir", value_name = "DIR")]
	pub folder: Option<PathBuf>,
}

/// The rows of every table so far.
#[derive(Default)]
struct Tables {
	imports: Vec<Vec<String>>,
	state: Vec<Vec<String>>,
	sweeps: Vec<Vec<String>>,
	steps: Vec<Vec<String>>,
	costs: Vec<(String, Vec<Cost>)>,
}

/// Measures and prints the tables.
///
/// # Errors
///
/// A network does not start, or something does not go in, or is not found.
pub async fn sweep(options: &SweepOptions) -> Result<()> {
	let mut sizes = options.sizes.clone();
	if options.national && !sizes.contains(&NATIONAL) {
		sizes.push(NATIONAL);
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

async fn measure(options: &SweepOptions, size: u32, tables: &mut Tables) -> Result<()> {
	let temporary = tempfile::tempdir()?;
	let folder = options.folder.as_deref().unwrap_or(temporary.path()).join(format!("sweep-{size}"));
	eprintln!("{size} cells: starting four validators in {}", folder.display());
	let network = Network::start(&Options { archive: false, fresh: true, ..Options::local(&folder) }).await?;
	let mut chains = Vec::new();
	for url in network.validator_urls() {
		chains.push(Chain::connect(&url).await?);
	}
	let chain = chains.first().context("no validator")?.clone();
	let stations = (size / CELLS_A_STATION).clamp(MIN_STATIONS, MAX_STATIONS);
	eprintln!("importing {stations} stations");
	let plan = Plan::of(stations);
	let country = if options.dense { Country::dense(plan) } else { Country::new(plan) }?;
	import_country(&chains, &country, 256, 64).await?;
	let mut senders = Vec::new();
	for org in 0..2 {
		senders.push(Senders::add(&chains[org % chains.len()], org, options.accounts, options.window).await?);
	}
	settle(&chains).await?;
	eprintln!("making cells");
	let baseline = Baseline::make(&chain, country).await?;
	let cells = baseline.cells();
	eprintln!("importing {cells} cells in {} pages", baseline.pages());
	let genesis = chain.block_hash(0).await?.context("a genesis block")?;
	let at = chain.api().await?.at_current_block().await?;
	let (room, limits) = (room(&at)?, limits(&at)?);
	let mut field = Field {
		network,
		chain,
		genesis: Hash::from(genesis.0),
		room,
		limits,
		baseline: Arc::new(baseline),
		senders,
		exports: 0,
	};
	import(&field, options.batch, tables).await?;
	settle(&chains).await?;
	Arc::get_mut(&mut field.baseline).context("the baseline is in use")?.forget_imports();

	eprintln!("measuring single calls");
	let label = thousands(cells as f64);
	tables.costs.push((label.clone(), costs::costs(&mut field).await?));
	for percent in &options.differing {
		let share = percent / 100.0;
		// By two first: what it closes is what the share before has left, and of the first nothing.
		let by_two = (*percent <= MOST_FOR_TWO).then_some((Level::Networks, 2));
		let deeper = [Level::Pages, Level::Cells].into_iter().filter(|_| !options.from_top);
		let by_one = [Level::Networks].into_iter().chain(deeper).map(|entry| (entry, 1));
		for (entry, witnesses) in by_two.into_iter().chain(by_one) {
			let descent = field.sweep(entry, share, witnesses).await?;
			tables.add(&label, cells, &descent);
		}
	}
	Ok(())
}

/// Waits until every node has finalised what any node has.
pub(super) async fn settle(chains: &[Chain]) -> Result<()> {
	let mut head = 0;
	for chain in chains {
		head = head.max(chain.best().await?.number);
	}
	for chain in chains {
		chain.wait_finalized(head, Duration::from_secs(60)).await?;
	}
	Ok(())
}

/// A constant of the chain's metadata, encoded.
pub(super) fn constant(at: &OnlineClientAtBlock<ChainConfig>, pallet: &str, name: &str) -> Result<Vec<u8>> {
	Ok(at.constants().entry_bytes(subxt::dynamic::constant::<Value>(pallet, name))?)
}

/// Weight of a block that ordinary transactions may use, picoseconds.
fn room(at: &OnlineClientAtBlock<ChainConfig>) -> Result<f64> {
	normal_room(&constant(at, "System", "BlockWeights")?)
}

/// How much one call takes.
fn limits(at: &OnlineClientAtBlock<ChainConfig>) -> Result<Limits> {
	let limit = |name: &str| -> Result<usize> {
		let bytes = constant(at, "ConfigGuard", name)?;
		Ok(u32::decode(&mut &bytes[..]).context("a number")? as usize)
	};
	Ok(Limits {
		networks: limit("MaxNetworks")?,
		tags: limit("MaxTags")?,
		pages: limit("MaxPagesOfCells")?,
		values: limit("MaxValues")?,
	})
}

/// The greatest weight of all ordinary transactions of a block: base and greatest weight of a block, then, for the ordinary
/// class, base, greatest of one transaction, greatest of all.
fn normal_room(mut bytes: &[u8]) -> Result<f64> {
	type Weight = (Compact<u64>, Compact<u64>);
	type Limits = (Weight, Weight, (Weight, Option<Weight>, Option<Weight>));
	let (_, (Compact(block), _), (_, _, all)) = Limits::decode(&mut bytes).context("System.BlockWeights")?;
	Ok(all.map_or(block, |(Compact(all), _)| all) as f64)
}

/// The storage that holds the baseline.
const ENTRIES: [&str; 4] = ["Tables", "Heads", "CellDigests", "PageDigests"];

const STATE: [&str; 5] = ["cells", "storage", "entries", "bytes of values", "bytes a cell"];

const IMPORTS: [&str; 14] = [
	"cells",
	"pages",
	"seconds until final",
	"cells a second",
	"transactions",
	"blocks",
	"block weight, fullest",
	"block weight, mean",
	"bytes of extrinsics a cell",
	"bytes of state a cell",
	"CPU seconds, four nodes",
	"cells a CPU second",
	"CPU seconds, load",
	"peak memory of a node, MiB",
];

/// Imports the baseline, both carriers at the same time.
async fn import(field: &Field, batch: usize, tables: &mut Tables) -> Result<()> {
	let (chain, baseline) = (&field.chain, &field.baseline);
	let from = chain.finalized().await?;
	let meter = Meter::start(&field.network)?;
	let [one, two] = [0, 1].map(|owner| async move {
		let senders = &field.senders[owner];
		let signing = senders.chain.signing().await?;
		senders.send(baseline.imports(owner, batch, &signing)).await
	});
	let (one, two) = futures::try_join!(one, two)?;
	let used = meter.stop(&field.network)?;
	let mut to = chain.finalized().await?;
	for senders in &field.senders {
		let head = senders.chain.finalized().await?;
		if head.number > to.number {
			to = chain.wait_finalized(head.number, Duration::from_secs(60)).await?;
		}
	}
	let cells = baseline.cells();
	let blocks = blocks::read(chain, from.number, to.number, None, baseline).await?;
	let weights: Vec<f64> = blocks
		.iter()
		.filter(|block| block.weight > 0)
		.map(|block| block.weight as f64 / field.room)
		.collect();
	let bytes = stretch(chain, from.number, to.number).await?.bytes;
	let sizes = sizes(chain, "ConfigGuard", &ENTRIES, to.hash).await?;
	let state = sizes.iter().map(|size| size.bytes).sum();
	let each = |bytes: u64| tenths(bytes as f64 / cells as f64);
	tables.imports.push(vec![
		thousands(cells as f64),
		thousands(baseline.pages() as f64),
		tenths(used.seconds),
		thousands(cells as f64 / used.seconds),
		thousands((one + two) as f64),
		weights.len().to_string(),
		percent(weights.iter().copied().fold(0.0, f64::max)),
		percent(weights.iter().sum::<f64>() / weights.len().max(1) as f64),
		each(bytes),
		each(state),
		tenths(used.nodes),
		thousands(cells as f64 / used.nodes),
		tenths(used.load),
		super::table::mebibytes(field.network.usage().peak_memory),
	]);
	tables.state.extend(sizes.into_iter().map(|Size { entry, entries, bytes }| {
		vec![
			thousands(cells as f64),
			entry.to_owned(),
			thousands(entries as f64),
			thousands(bytes as f64),
			each(bytes),
		]
	}));
	Ok(())
}

const SWEEPS: [&str; 17] = [
	"cells",
	"from",
	"differing share, %",
	"cells that differ",
	"violations open before",
	"observers",
	"seconds until final",
	"export hashed before",
	"until salted",
	"digests",
	"records a second",
	"transactions",
	"bytes a record",
	"block weight, fullest",
	"CPU seconds, four nodes",
	"records a CPU second",
	"CPU seconds, load",
];

const STEPS: [&str; 14] = [
	"cells",
	"from",
	"differing share, %",
	"observers",
	"level",
	"records",
	"seconds until final",
	"records a second until final",
	"records a second of execution",
	"transactions",
	"bytes a record",
	"block weight, fullest",
	"block weight, mean",
	"records a CPU second of four nodes",
];

impl Tables {
	fn add(&mut self, label: &str, cells: u64, descent: &Descent) {
		let records = cells as f64 * descent.witnesses as f64;
		let (used, steps) = (descent.used, &descent.steps);
		let share = format!("{:.1}", descent.share * 100.0);
		let witnesses = descent.witnesses.to_string();
		let bytes: u64 = steps.iter().map(|step| step.bytes).sum();
		self.sweeps.push(vec![
			label.to_owned(),
			descent.entry.name().to_owned(),
			share.clone(),
			thousands(descent.differing as f64),
			thousands(descent.open as f64),
			witnesses.clone(),
			tenths(used.seconds),
			tenths(descent.hashing),
			tenths(descent.opening),
			tenths(descent.digests),
			thousands(records / used.seconds),
			thousands(steps.iter().map(|step| step.transactions as f64).sum()),
			format!("{:.3}", bytes as f64 / records),
			percent(steps.iter().map(|step| step.fullest).fold(0.0, f64::max)),
			tenths(used.nodes),
			thousands(records / used.nodes),
			tenths(used.load),
		]);
		for step in steps {
			let records = step.records as f64;
			self.steps.push(vec![
				label.to_owned(),
				descent.entry.name().to_owned(),
				share.clone(),
				witnesses.clone(),
				step.level.name().to_owned(),
				thousands(records),
				tenths(step.used.seconds),
				thousands(records / step.used.seconds),
				thousands(step.executed),
				thousands(step.transactions as f64),
				format!("{:.3}", step.bytes as f64 / records),
				percent(step.fullest),
				percent(step.mean),
				thousands(records / step.used.nodes),
			]);
		}
	}

	fn print(&self) {
		println!("Baseline imported\n\n{}\n", markdown(&IMPORTS, &self.imports));
		println!("State of the baseline\n\n{}\n", markdown(&STATE, &self.state));
		println!(
			"Sweeps, from parsed columns until the last attestation is final\n\n{}\n",
			markdown(&SWEEPS, &self.sweeps)
		);
		println!("The levels of these sweeps\n\n{}\n", markdown(&STEPS, &self.steps));
		let (header, rows) = pivot(&self.costs);
		let header: Vec<&str> = header.iter().map(String::as_str).collect();
		println!("Microseconds of execution\n\n{}\n", markdown(&header, &rows));
	}
}

/// Costs in rows, sizes in columns, and how much the greatest is above the least.
fn pivot(costs: &[(String, Vec<Cost>)]) -> (Vec<String>, Vec<Vec<String>>) {
	let mut header = vec!["microseconds for a".to_owned()];
	header.extend(costs.iter().map(|(label, _)| format!("at {label} cells")));
	header.push("greatest above least".to_owned());
	let first = costs.first().map(|(_, costs)| costs.as_slice()).unwrap_or_default();
	let row = |(n, cost): (usize, &Cost)| {
		let all: Vec<f64> = costs.iter().filter_map(|(_, costs)| Some(costs.get(n)?.micros)).collect();
		let least = all.iter().copied().fold(f64::INFINITY, f64::min);
		let greatest = all.iter().copied().fold(0.0, f64::max);
		let mut row = vec![cost.what.to_owned()];
		row.extend(all.iter().map(|micros| format!("{micros:.2}")));
		row.push(percent(greatest / least - 1.0));
		row
	};
	(header, first.iter().enumerate().map(row).collect())
}

fn percent(share: f64) -> String {
	format!("{:.1} %", share * 100.0)
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;

	#[test]
	fn normal_room_is_what_ordinary_transactions_may_use() {
		let weight = |time: u64| (Compact(time), Compact(u64::MAX));
		let limits = |all: Option<u64>| {
			(weight(1), weight(400), (weight(2), Some(weight(290)), all.map(weight)), "the rest").encode()
		};
		assert_eq!(normal_room(&limits(Some(300))).unwrap(), 300.0);
		assert_eq!(normal_room(&limits(None)).unwrap(), 400.0);
	}

	#[test]
	fn pivot_says_how_flat_a_cost_is() {
		let costs = |micros| vec![Cost { what: "tag", micros }];
		let (header, rows) = pivot(&[("10".into(), costs(2.0)), ("100".into(), costs(2.5))]);
		assert_eq!(header, ["microseconds for a", "at 10 cells", "at 100 cells", "greatest above least"]);
		assert_eq!(rows, [["tag", "2.00", "2.50", "25.0 %"]]);
	}
}
