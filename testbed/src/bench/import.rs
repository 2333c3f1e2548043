// SPDX-License-Identifier: Apache-2.0

//! How fast a country's inventory goes in.

use super::{
	ledger::{stretch, Mark},
	load::sequence,
	parse_size,
	table::{markdown, mebibytes, tenths, thousands},
};
use crate::{
	calls,
	chain::Chain,
	generate::{Country, Plan, CARRIER_ONE},
	keys,
	network::{Network, Options},
	trimast::Trimast,
	views,
};
use anyhow::{ensure, Context, Result};
use clap::Args;
use std::{
	collections::BTreeMap,
	path::PathBuf,
	time::{Duration, Instant},
};
use trimast_primitives::{page::bucket_of, site::Station, LocalNetworkId};

/// How to measure an import.
#[derive(Args, Clone, Debug)]
pub struct ImportOptions {
	/// Stations, one fresh network for each size.
	#[arg(long, default_value = "10k,100k", value_delimiter = ',', value_parser = parse_size)]
	pub sizes: Vec<u32>,
	/// Stations in one transaction, at most 256.
	#[arg(long, default_value_t = 256)]
	pub batch: usize,
	/// Transactions under way for each carrier.
	#[arg(long, default_value_t = 96)]
	pub window: usize,
	/// Import the files through the `trimast` command, one carrier after the other, instead of from memory.
	#[arg(long)]
	pub command: bool,
	/// Where the networks are kept [default: a temporary folder].
	#[arg(long = "dir", value_name = "DIR")]
	pub folder: Option<PathBuf>,
}

/// Batches of one owner: at most `size` stations of one local network each, sorted by bucket, so that each batch touches few
/// pages.
fn batches<'a>(
	country: &'a Country,
	buckets: &'a BTreeMap<LocalNetworkId, u16>,
	first_carrier: bool,
	size: usize,
) -> impl Iterator<Item = (LocalNetworkId, Vec<Station>)> + 'a {
	country.local_networks().flat_map(move |local_network| {
		let mut stations: Vec<Station> = local_network
			.stations
			.into_iter()
			.map(|named| named.station)
			.filter(|station| (station.owner == CARRIER_ONE) == first_carrier)
			.collect();
		let buckets = buckets.get(&local_network.id).copied().unwrap_or(1);
		stations.sort_by_cached_key(|station| bucket_of(&station.code, buckets));
		let batches: Vec<Vec<Station>> = stations.chunks(size).map(<[Station]>::to_vec).collect();
		batches.into_iter().map(move |batch| (local_network.id, batch))
	})
}

/// Imports a country from memory, both carriers at the same time.
pub(super) async fn import_country(
	chains: &[Chain],
	country: &Country,
	batch: usize,
	window: usize,
) -> Result<()> {
	let networks = views::local_networks(chains.first().context("nowhere to send it")?, None).await?;
	let buckets = &networks.iter().map(|network| (network.id, network.buckets)).collect::<BTreeMap<_, _>>();
	let [one, two] = [0, 1].map(|owner| async move {
		let chain = &chains[owner % chains.len()];
		let key = keys::planner(owner)?;
		let calls = batches(country, buckets, owner == 0, batch)
			.map(|(network, stations)| calls::import(network, stations));
		sequence(chain, &key, calls, window, |_| {}).await
	});
	futures::try_join!(one, two)?;
	Ok(())
}

/// Imports a country's files through the command, one carrier after the other.
async fn import_files(network: &Network, url: &str) -> Result<()> {
	let data = network.folder().join("data");
	let trimast = Trimast::new(network.folder(), url)?;
	for owner in 0..2 {
		let file = data.join(format!("stations-{owner}.csv"));
		let file = file.to_str().context("the folder's name is not UTF-8")?;
		let planner = keys::uri(owner, Some("planner"));
		trimast.run(Some(&planner), &["--quiet", "site", "import", file]).await?.ok()?;
	}
	Ok(())
}

/// Measures and prints the table.
///
/// # Errors
///
/// A network does not start, or a country does not go in.
pub async fn import(options: &ImportOptions) -> Result<()> {
	ensure!((1..=256).contains(&options.batch), "a batch has 1 to 256 stations");
	let mut rows = Vec::new();
	for size in &options.sizes {
		rows.push(measure(options, *size).await?);
		// One by one, so that a long run shows what it has.
		println!("{}\n", markdown(&HEADER, &rows));
	}
	Ok(())
}

const HEADER: [&str; 14] = [
	"stations",
	"seconds until final",
	"stations a second",
	"blocks",
	"fullest block, transactions",
	"bytes of extrinsics a station",
	"bytes of state a station",
	"state growth, MiB",
	"disk growth, MiB",
	"peak memory of a node, MiB",
	"CPU seconds, four nodes",
	"stations a CPU second",
	"CPU seconds, load",
	"confirmed in the state",
];

async fn measure(options: &ImportOptions, size: u32) -> Result<Vec<String>> {
	let temporary = tempfile::tempdir()?;
	let folder = options.folder.as_deref().unwrap_or(temporary.path()).join(format!("import-{size}"));
	eprintln!("{size} stations: starting four validators in {}", folder.display());
	let network = Network::start(&Options { archive: false, fresh: true, ..Options::local(&folder) }).await?;
	let urls = network.validator_urls();
	let mut chains = Vec::new();
	for url in &urls {
		chains.push(Chain::connect(url).await?);
	}
	let chain = chains.first().context("no validator")?;
	let country = Country::new(Plan::of(size))?;
	if options.command {
		country.write(&network.folder().join("data"))?;
	}

	let before = Mark::now(&network, chain).await?;
	let start = Instant::now();
	if options.command {
		import_files(&network, chain.url()).await?;
	} else {
		import_country(&chains, &country, options.batch, options.window).await?;
	}
	let seconds = start.elapsed().as_secs_f64();
	let after = Mark::now(&network, chain).await?;

	let (stations, confirmed) = views::totals(chain, None).await?;
	ensure!(stations == u64::from(size), "{stations} of {size} stations are on the chain");
	for chain in &chains {
		chain.wait_finalized(after.block, Duration::from_secs(60)).await?;
	}
	let blocks = stretch(chain, before.block, after.block).await?;
	let each = |bytes: u64| bytes as f64 / f64::from(size);
	let cpu = after.nodes.cpu_seconds - before.nodes.cpu_seconds;
	Ok(vec![
		thousands(f64::from(size)),
		tenths(seconds),
		thousands(f64::from(size) / seconds),
		format!("{} ({} busy)", blocks.blocks, blocks.busy),
		blocks.most.to_string(),
		tenths(each(blocks.bytes)),
		tenths(each(after.state.saturating_sub(before.state))),
		mebibytes(after.state.saturating_sub(before.state)),
		mebibytes(after.disk.saturating_sub(before.disk)),
		mebibytes(after.nodes.peak_memory),
		tenths(cpu),
		thousands(f64::from(size) / cpu),
		tenths(after.load.cpu_seconds - before.load.cpu_seconds),
		thousands(confirmed as f64),
	])
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn batches_hold_every_station_of_the_owner_once() {
		let country = Country::new(Plan::of(2_000)).unwrap();
		let buckets = country.local_networks().map(|local_network| (local_network.id, 16)).collect();
		let mut codes = std::collections::HashSet::new();
		for first in [true, false] {
			for (local_network, stations) in batches(&country, &buckets, first, 7) {
				assert!((1..=7).contains(&stations.len()));
				assert!(stations.is_sorted_by_key(|station| bucket_of(&station.code, 16)));
				for station in stations {
					assert_eq!(station.owner == CARRIER_ONE, first);
					assert!(station.code.starts_with(format!("{:04}", local_network.0).as_bytes()));
					assert!(codes.insert(station.code.to_vec()));
				}
			}
		}
		assert_eq!(codes.len(), 2_000);
	}
}
