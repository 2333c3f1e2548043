// SPDX-License-Identifier: Apache-2.0

//! Nodes and importers are killed at random while two carriers import a country, round after round.
//!
//! ```text
//!   a round:  a fresh network, a country of its own - both carriers import at the same time, each at a node -
//!             meanwhile kill -9 one node, two, all, or an importer, and start it again after a pause -
//!             until both imports are through - compare every node with the country
//! ```
//!
//! # What holds at the end of a round
//!
//! * **Counted**: each importer has found every record of its file in the final state, and none was refused.
//! * **Nothing lost, nothing twice**: every node has every station of the country once, as it was generated, and no other.
//! * **The same**: every node has the same finalised block and, in it, the same root of the state.
//! * **Alive**: finality goes on, and no node has ended by itself.
//!
//! What is killed, when, and for how long follows from the seed. How far the importers are by then does not: a second run
//! with the same seed kills in the same order and need not meet the same state.

use crate::{
	bench::parse_size,
	chain::Chain,
	generate::{Country, Plan},
	keys,
	network::{tail, Network, Options},
	trimast::Trimast,
	views,
};
use anyhow::{bail, ensure, Context, Result};
use clap::Args;
use rand::{seq::SliceRandom, Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;
use std::{
	collections::BTreeMap,
	fs::File,
	path::{Path, PathBuf},
	time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio::{
	process::Child,
	time::{sleep, timeout},
};
use trimast_primitives::{
	apis::SiteView,
	site::{Station, StationEntry, StationState},
	LocalNetworkId, OrgSet,
};

/// How long a round may take until both imports are through.
const ROUND_WITHIN: Duration = Duration::from_secs(900);

/// How long to torture, and what.
#[derive(Args, Clone, Debug)]
pub struct TortureOptions {
	/// Rounds begin until so many minutes have passed; one at least.
	#[arg(long, default_value_t = 10)]
	pub minutes: u32,
	/// Of the first round; each further round takes the next number [default: by the clock].
	#[arg(long)]
	pub seed: Option<u64>,
	/// Stations in each country.
	#[arg(long, default_value = "20k", value_parser = parse_size)]
	pub stations: u32,
	/// Where the network is kept [default: a temporary folder].
	#[arg(long = "dir", value_name = "DIR")]
	pub folder: Option<PathBuf>,
}

/// Runs rounds until the time is over.
///
/// # Errors
///
/// Something does not hold. The error names the seed of the round.
pub async fn torture(options: &TortureOptions) -> Result<()> {
	let temporary = tempfile::tempdir()?;
	let folder = options.folder.as_deref().unwrap_or(temporary.path());
	let end = Instant::now() + Duration::from_secs(60 * u64::from(options.minutes));
	let by_clock = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
	let mut seed = options.seed.unwrap_or_else(by_clock);
	println!("kills for {} minutes from seed {seed}, {} stations a round", options.minutes, options.stations);
	loop {
		let start = Instant::now();
		let toll = round(folder, seed, options.stations).await;
		let toll = match toll {
			Ok(toll) => toll,
			Err(error) => {
				// What the nodes wrote is needed to find out why.
				let kept = temporary.keep();
				let folder = options.folder.as_deref().unwrap_or(&kept);
				return Err(error.context(format!(
					"the round of seed {seed} failed (once more: --seed {seed}); logs are in {}",
					folder.display()
				)));
			}
		};
		println!("seed {seed}: imported in {:.0} s under {toll}", start.elapsed().as_secs_f64());
		if Instant::now() >= end {
			return Ok(());
		}
		seed = seed.wrapping_add(1);
	}
}

/// What a round has cost.
#[derive(Clone, Copy, Default, Debug)]
struct Toll {
	nodes: u32,
	blackouts: u32,
	importers: u32,
}

impl std::fmt::Display for Toll {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		let Self { nodes, blackouts, importers } = self;
		write!(f, "{nodes} kills of single nodes, {blackouts} of all at once, {importers} of importers")
	}
}

/// What is killed next.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Blow {
	/// These nodes.
	Nodes(Vec<usize>),
	/// Every node.
	Blackout,
	/// The importer of this carrier.
	Importer(usize),
}

impl Blow {
	/// Draws one. A node is hit most often; with two gone finality stands until they are back.
	fn draw(rng: &mut ChaCha8Rng, nodes: usize) -> Self {
		let all: Vec<usize> = (0..nodes).collect();
		let some = |rng: &mut ChaCha8Rng, count| all.choose_multiple(rng, count).copied().collect();
		match rng.gen_range(0..12) {
			0 => Self::Blackout,
			1..=2 => Self::Nodes(some(rng, 2)),
			3..=7 => Self::Nodes(some(rng, 1)),
			_ => Self::Importer(rng.gen_range(0..2)),
		}
	}
}

async fn round(folder: &Path, seed: u64, stations: u32) -> Result<Toll> {
	let options = Options { fresh: true, ..Options::local(folder) };
	let mut network = Network::start(&options).await?;
	let data = network.folder().join("data");
	let country = Country::new(Plan { seed, ..Plan::of(stations) })?;
	let written = country.write(&data)?;

	let mut rng = ChaCha8Rng::seed_from_u64(seed);
	let mut importers = [0, 1].map(|owner| Importer {
		owner,
		node: rng.gen_range(0..network.nodes().len()),
		// Few batches at a time: an import that can be caught in the middle.
		window: rng.gen_range(8..48),
		child: None,
		summary: None,
	});
	let (mut toll, limit) = (Toll::default(), Instant::now() + ROUND_WITHIN);
	let mut next = Instant::now();
	loop {
		for importer in &mut importers {
			importer.attend(&network)?;
		}
		if importers.iter().all(|importer| importer.summary.is_some()) {
			break;
		}
		ensure!(Instant::now() < limit, "the imports are not through after {ROUND_WITHIN:?}");
		if Instant::now() >= next {
			let blow = Blow::draw(&mut rng, network.nodes().len());
			strike(&blow, &mut network, &mut importers, &mut rng, &mut toll)
				.await
				.with_context(|| format!("{blow:?}"))?;
			next = Instant::now() + Duration::from_millis(rng.gen_range(500..6_000));
		}
		sleep(Duration::from_millis(100)).await;
	}
	network.check_alive()?;
	for importer in &importers {
		importer.check(written.stations[importer.owner])?;
	}
	compare(&network, &country).await?;
	Ok(toll)
}

/// Kills, and starts again what was killed.
async fn strike(
	blow: &Blow,
	network: &mut Network,
	importers: &mut [Importer; 2],
	rng: &mut ChaCha8Rng,
	toll: &mut Toll,
) -> Result<()> {
	// What ended by itself before is a finding and must not look like a kill.
	network.check_alive()?;
	let pause = Duration::from_millis(rng.gen_range(0..4_000));
	match blow {
		Blow::Nodes(nodes) => {
			for node in nodes {
				network.kill(*node)?;
				toll.nodes += 1;
			}
			sleep(pause).await;
			for node in nodes {
				revive(network, *node, rng, toll).await?;
			}
		}
		Blow::Blackout => {
			for node in 0..network.nodes().len() {
				network.kill(node)?;
			}
			toll.blackouts += 1;
			sleep(pause).await;
			let folder = network.folder().to_owned();
			*network = Network::start(&Options::local(&folder)).await?;
		}
		Blow::Importer(owner) => {
			if importers[*owner].kill().await? {
				toll.importers += 1;
			}
			sleep(pause).await;
		}
	}
	Ok(())
}

/// Starts a node again. Now and then it is killed once more while it starts.
async fn revive(network: &mut Network, node: usize, rng: &mut ChaCha8Rng, toll: &mut Toll) -> Result<()> {
	if rng.gen_ratio(1, 4) {
		let moment = Duration::from_millis(rng.gen_range(0..2_000));
		match timeout(moment, network.restart(node)).await {
			Ok(result) => return result,
			Err(_) => {
				network.kill(node)?;
				toll.nodes += 1;
			}
		}
	}
	network.restart(node).await
}

/// A carrier that imports its file through the command, again and again until it is through.
struct Importer {
	owner: usize,
	node: usize,
	window: u16,
	child: Option<Child>,
	summary: Option<Value>,
}

impl Importer {
	/// The file with what the importer wrote last.
	fn output(&self, network: &Network) -> PathBuf {
		network.folder().join("data").join(format!("import-{}.jsonl", self.owner))
	}

	/// Starts it where it does not run, and takes its summary when it is through.
	fn attend(&mut self, network: &Network) -> Result<()> {
		if self.summary.is_some() {
			return Ok(());
		}
		if let Some(child) = &mut self.child {
			let Some(status) = child.try_wait()? else { return Ok(()) };
			self.child = None;
			let last = tail(&self.output(network), 1);
			match status.code() {
				Some(0) => {
					let summary =
						serde_json::from_str(&last).with_context(|| format!("no summary: {last}"))?;
					self.summary = Some(summary);
					return Ok(());
				}
				// Its node was away for too long, or when it started: the same command again, as it says itself.
				Some(4) => (),
				_ => bail!("the importer of {} ended with {status}: {last}", keys::ORGS[self.owner]),
			}
		}
		let node = network.nodes().get(self.node).context("there is no such node")?;
		let trimast = Trimast::new(network.folder(), &node.url())?;
		let file = network.folder().join("data").join(format!("stations-{}.csv", self.owner));
		let file = file.to_str().context("the folder's name is not UTF-8")?;
		let window = self.window.to_string();
		let arguments = ["--json", "--quiet", "site", "import", "--window", &window, file];
		let output = File::create(self.output(network))?;
		let child = trimast
			.command(Some(&keys::uri(self.owner, Some("planner"))), &arguments)?
			.stdout(output.try_clone()?)
			.stderr(output)
			.spawn()
			.context("trimast")?;
		self.child = Some(child);
		Ok(())
	}

	/// Kills it; says whether it ran.
	async fn kill(&mut self) -> Result<bool> {
		let Some(mut child) = self.child.take() else { return Ok(false) };
		if child.try_wait()?.is_some() {
			// It was quicker: its end is read as usual.
			self.child = Some(child);
			return Ok(false);
		}
		child.start_kill()?;
		child.wait().await?;
		Ok(true)
	}

	/// Checks what it said at the end.
	fn check(&self, stations: u64) -> Result<()> {
		let summary = self.summary.as_ref().context("the import is not through")?;
		let number = |pointer: &str| {
			summary
				.pointer(pointer)
				.and_then(Value::as_u64)
				.with_context(|| format!("no {pointer} in {summary}"))
		};
		// What was final before a kill and not noted yet is sent again, and the chain finds it unchanged.
		let through = number("/added")? + number("/unchanged")?;
		ensure!(
			number("/records")? == stations && through == stations,
			"not every record has a result: {summary}"
		);
		ensure!(number("/refused")? == 0 && number("/invalid")? == 0, "records were refused: {summary}");
		let counted = ["/on_chain/asked", "/on_chain/equal", "/on_chain/stations_of_owner"];
		for pointer in counted {
			ensure!(number(pointer)? == stations, "{pointer} is not {stations}: {summary}");
		}
		Ok(())
	}
}

/// What a local network should hold, by code.
type Expected = BTreeMap<Vec<u8>, Station>;

/// Asks every node for one finalised block and the whole inventory in it.
async fn compare(network: &Network, country: &Country) -> Result<()> {
	let expected: BTreeMap<LocalNetworkId, Expected> = country
		.local_networks()
		.map(|network| {
			let stations = network.stations.into_iter().map(|named| named.station);
			(network.id, stations.map(|station| (station.code.to_vec(), station)).collect())
		})
		.collect();
	let first = network.nodes().first().context("no node")?;
	let first = Chain::connect(&first.url()).await?;
	let before = first.finalized().await?;
	// A block that was made and finalised after the last kill.
	let head = first.wait_finalized(before.number + 3, Duration::from_secs(60)).await?;
	let root = first.header(head.hash).await?.state_root;
	for node in network.nodes() {
		let chain = Chain::connect(&node.url()).await?;
		chain.wait_finalized(head.number, Duration::from_secs(60)).await?;
		let hash = chain.block_hash(head.number).await?;
		ensure!(
			hash == Some(head.hash),
			"block {} is {hash:?} at {}, not {}",
			head.number,
			node.name,
			head.hash
		);
		let theirs = chain.header(head.hash).await?.state_root;
		ensure!(
			theirs == root,
			"the state's root in block {} is {theirs} at {}, not {root}",
			head.number,
			node.name
		);
		let networks = views::local_networks(&chain, Some(head.hash)).await?;
		ensure!(networks.len() == expected.len(), "{} local networks at {}", networks.len(), node.name);
		for (id, expected) in &expected {
			let found = views::stations(&chain, *id, Some(head.hash)).await?;
			check_stations(found, expected)
				.with_context(|| format!("local network {} at {}", id.0, node.name))?;
		}
	}
	Ok(())
}

/// Checks that every expected station is there, once, as an import leaves it, and no other.
fn check_stations(found: Vec<SiteView>, expected: &Expected) -> Result<()> {
	let mut left = expected.clone();
	for SiteView { id, entry } in found {
		let code = String::from_utf8_lossy(&entry.station.code).into_owned();
		let Some(station) = left.remove(entry.station.code.as_slice()) else {
			bail!("{code} ({id:?}) stands twice, or was never generated")
		};
		let signed = OrgSet::of(station.owner);
		let imported = StationEntry { station, state: StationState::OnAir, revision: 0, signed };
		ensure!(entry == imported, "{code} ({id:?}) is not as it was imported");
	}
	ensure!(left.is_empty(), "{} stations are lost", left.len());
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use trimast_primitives::page::SiteId;

	#[test]
	fn blows_follow_from_the_seed_and_are_of_every_kind() {
		let draw = |seed| {
			let mut rng = ChaCha8Rng::seed_from_u64(seed);
			(0..100).map(|_| Blow::draw(&mut rng, 5)).collect::<Vec<_>>()
		};
		let blows = draw(1);
		assert_eq!(blows, draw(1));
		assert_ne!(blows, draw(2));
		let has = |test: fn(&Blow) -> bool| blows.iter().any(test);
		assert!(has(|blow| matches!(blow, Blow::Nodes(nodes) if nodes.len() == 1)));
		assert!(has(|blow| matches!(blow, Blow::Nodes(nodes) if nodes.len() == 2 && nodes[0] != nodes[1])));
		assert!(has(|blow| *blow == Blow::Blackout));
		assert!(has(|blow| *blow == Blow::Importer(0)) && has(|blow| *blow == Blow::Importer(1)));
	}

	#[test]
	fn check_stations_fails_when_one_is_lost_twice_or_changed() {
		let network = Country::new(Plan::of(2_000)).unwrap().local_networks().next().unwrap();
		let stations: Vec<Station> = network.stations.into_iter().map(|named| named.station).collect();
		let expected: Expected =
			stations.iter().map(|station| (station.code.to_vec(), station.clone())).collect();
		let imported = |stations: &[Station]| -> Vec<SiteView> {
			let entry = |station: &Station| StationEntry {
				station: station.clone(),
				state: StationState::OnAir,
				revision: 0,
				signed: OrgSet::of(station.owner),
			};
			let id = |index| SiteId { local_network: network.id, index };
			(0..)
				.zip(stations)
				.map(|(index, station)| SiteView { id: id(index), entry: entry(station) })
				.collect()
		};
		check_stations(imported(&stations), &expected).unwrap();
		assert!(check_stations(imported(&stations[1..]), &expected).is_err());
		assert!(check_stations(imported(&[stations.clone(), stations[..1].to_vec()].concat()), &expected)
			.is_err());
		let mut changed = imported(&stations);
		changed[0].entry.revision = 1;
		assert!(check_stations(changed, &expected).is_err());
	}
}
