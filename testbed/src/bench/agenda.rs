// SPDX-License-Identifier: Apache-2.0

//! What the chain's agenda costs, however many deadlines are open: networks whose first state has so many of them, in the database
//! that nodes have. They lie in the hours after the measurement, a hundred in a list, and stand for orders that there are not: what is
//! measured is the lists.
//!
//! Times are those of the node's runtime, the least of several. How much of the state is read grows with its depth alone, which
//! the pallet's own tests make sure of; here it is what the node proves of a second in which nothing stands.

use super::{
	dispatch::fault,
	import::import_country,
	load::sequence,
	sweep::execution,
	table::{markdown, tenths, thousands},
};
use crate::{
	binaries, calls,
	chain::{rpc_params, to_hex, unhex, Chain},
	generate::{Country, Plan, CARRIER_ONE},
	keys,
	mass_outage::dispatcher,
	network::{genesis, Network, Options},
	views,
};
use anyhow::{ensure, Context, Result};
use codec::Encode;
use serde::Deserialize;
use serde_json::{json, Value};
use sp_crypto_hashing::{twox_128, twox_64};
use std::{
	collections::BTreeMap,
	fs,
	path::Path,
	time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use subxt::utils::H256;
use trimast_primitives::OrgId;

/// Deadlines that are open beside the measured ones.
const OPEN: [u32; 4] = [0, 10_000, 100_000, 1_000_000];
/// Of these in one second of one company.
const A_LIST: u32 = 100;
/// Companies that have them.
const COMPANIES: u32 = 3;
/// From when on they are due, seconds from the begin of the measurement.
const LATER: u32 = 3_600;
/// Faults that come due.
const FAULTS: usize = 200;
/// Faults that are opened on trial.
const TRIALS: usize = 20;
/// How long it is waited for their deadlines: until every class has had its time for an answer.
const WAIT: Duration = Duration::from_secs(180);

const HEADER: [&str; 7] = [
	"open deadlines",
	"us to open a fault, which enters one",
	"us for the begin of a block with nothing due",
	"due together",
	"us for one that is due",
	"nodes of the state's tree to a second with nothing in it",
	"bytes of these",
];

/// Measures on networks in this folder, one after another, and gives the table.
pub(super) async fn agenda(folder: &Path) -> Result<String> {
	let mut rows = Vec::new();
	for open in OPEN {
		rows.push(measure(folder, open).await.with_context(|| format!("{open} open deadlines"))?);
		eprintln!("{}", rows.last().map(|row| row.join(" | ")).unwrap_or_default());
	}
	Ok(markdown(&HEADER, &rows))
}

/// Where the orders stand that are due in a second of a company.
fn key(org: OrgId, second: u32) -> Vec<u8> {
	let hashed = |part: Vec<u8>| [&twox_64(&part)[..], &part].concat();
	[&twox_128(b"Dispatch")[..], &twox_128(b"Agenda"), &hashed(org.encode()), &hashed(second.encode())]
		.concat()
}

/// A chain spec with so many open deadlines.
fn with_open(spec: &[u8], open: u32, now: u32) -> Result<Vec<u8>> {
	let mut spec: Value = serde_json::from_slice(spec)?;
	let top =
		spec.pointer_mut("/genesis/raw/top").and_then(Value::as_object_mut).context("a raw chain spec")?;
	let list: Vec<u32> = (0..A_LIST).map(|n| u32::MAX / 4 + n).collect();
	let list = json!(to_hex(&list.encode()));
	for n in 0..open / A_LIST {
		let key = key(OrgId((n % COMPANIES) as u8), now + LATER + n / COMPANIES);
		top.insert(to_hex(&key), list.clone());
	}
	Ok(serde_json::to_vec(&spec)?)
}

fn now() -> Result<u32> {
	Ok(u32::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?)
}

async fn measure(folder: &Path, open: u32) -> Result<Vec<String>> {
	eprintln!("agenda: starting four validators with {open} open deadlines in {}", folder.display());
	fs::create_dir_all(folder)?;
	let (file, begun) = (folder.join("open.json"), now()?);
	fs::write(&file, with_open(&genesis(&binaries::node()?, "local")?, open, begun)?)?;
	let chain = file.to_str().context("the folder's name is not UTF-8")?.to_owned();
	let nodes = folder.join("nodes-of-it");
	let options = Options { archive: false, fresh: true, chain, ..Options::local(&nodes) };
	let network = Network::start(&options).await?;
	let mut chains = Vec::new();
	for url in network.validator_urls() {
		chains.push(Chain::connect(&url).await?);
	}
	let chain = chains.first().context("no validator")?;
	if open > 0 {
		let first: Option<H256> =
			chain.ask("state_getStorageHash", rpc_params![to_hex(&key(OrgId(0), begun + LATER))]).await?;
		ensure!(first.is_some(), "the chain has no open deadlines");
	}
	let country = Country::dense(Plan::of(1_000))?;
	import_country(&chains, &country, 256, 64).await?;
	let mut faults = Vec::new();
	for place in country.codes() {
		let stations = views::stations(chain, place, None).await?;
		let own = stations.iter().filter(|view| view.entry.station.owner == CARRIER_ONE);
		faults.extend(own.map(|view| calls::open_order(fault(view.id, &view.entry.station))));
	}
	ensure!(faults.len() > FAULTS, "only {} stations of the first carrier", faults.len());
	let raiser = keys::key(&dispatcher(CARRIER_ONE))?;
	let (due, trials) = faults.split_at(FAULTS);
	let trials = &trials[..TRIALS.min(trials.len())];
	let entering = execution::of_calls(chain, &raiser, trials).await? / trials.len() as f64;

	let from = chain.finalized().await?.number;
	sequence(chain, &raiser, due.iter().cloned(), FAULTS, |_| {}).await?;
	check_keys(chain).await?;
	let (block, count) = fullest(chain, from).await?;
	let quiet = block_without(chain, block).await?;
	let nothing = execution::of_begin(chain, quiet).await?;
	let together = execution::of_begin(chain, block).await?;
	let proof = proof(chain, &key(CARRIER_ONE, begun)).await?;
	Ok(vec![
		thousands(f64::from(open)),
		tenths(entering * 1e6),
		tenths(nothing * 1e6),
		count.to_string(),
		tenths((together - nothing) * 1e6 / f64::from(count)),
		proof.len().to_string(),
		thousands(proof.iter().sum::<usize>() as f64),
	])
}

/// Makes sure that the chain has its own deadlines where this module has put others.
async fn check_keys(chain: &Chain) -> Result<()> {
	let whole = key(CARRIER_ONE, 0);
	let (company, _) = whole.split_at(whole.len() - 12);
	let keys: Vec<String> = chain.ask("state_getKeysPaged", rpc_params![to_hex(company), 1_000]).await?;
	ensure!(!keys.is_empty(), "the agenda has other keys");
	for text in keys {
		let found = unhex(&text)?;
		let second = found.last_chunk().map(|second| u32::from_le_bytes(*second)).context("a key")?;
		ensure!(found == key(CARRIER_ONE, second), "the agenda has other keys, such as {text}");
	}
	Ok(())
}

/// The block after `from` that tells of the most deadlines and of nothing else, and of how many, once as many have passed as there are
/// faults.
async fn fullest(chain: &Chain, from: u64) -> Result<(u64, u32)> {
	let (start, mut last) = (Instant::now(), from);
	// By block: deadlines, and what else there is.
	let mut blocks: BTreeMap<u64, [u32; 2]> = BTreeMap::new();
	while blocks.values().map(|[deadlines, _]| deadlines).sum::<u32>() < FAULTS as u32 {
		ensure!(start.elapsed() < WAIT, "after {WAIT:?} only these deadlines have passed: {blocks:?}");
		let head = chain.finalized().await?.number;
		for told in chain.events("Dispatch", last, head).await? {
			blocks.entry(told.block).or_default()[usize::from(told.name != "DeadlinePassed")] += 1;
		}
		last = head;
		tokio::time::sleep(Duration::from_millis(500)).await;
	}
	let alone = blocks.iter().filter(|(_, [_, others])| *others == 0);
	let most = alone.map(|(block, [deadlines, _])| (*block, *deadlines)).max_by_key(|(_, count)| *count);
	most.with_context(|| format!("no block tells of deadlines alone: {blocks:?}"))
}

/// The nearest block before that in which the pallet has nothing to tell.
async fn block_without(chain: &Chain, block: u64) -> Result<u64> {
	for before in (block.saturating_sub(30)..block).rev() {
		if chain.events("Dispatch", before - 1, before).await?.is_empty() {
			return Ok(before);
		}
	}
	anyhow::bail!("the pallet has something to tell in each block before {block}")
}

/// The sizes of the nodes that prove what stands at a key.
async fn proof(chain: &Chain, key: &[u8]) -> Result<Vec<usize>> {
	#[derive(Deserialize)]
	struct Proof {
		proof: Vec<String>,
	}
	let proof: Proof = chain.ask("state_getReadProof", rpc_params![[to_hex(key)]]).await?;
	Ok(proof.proof.iter().map(|node| (node.len() - 2) / 2).collect())
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Decode;

	#[test]
	fn open_deadlines_stand_where_the_pallet_has_them() {
		let spec = br#"{"genesis": {"raw": {"top": {"0x00": "0x01"}}}}"#;
		let spec: Value = serde_json::from_slice(&with_open(spec, 1_000, 5).unwrap()).unwrap();
		let top = spec.pointer("/genesis/raw/top").unwrap().as_object().unwrap();
		assert_eq!((top.len(), &top["0x00"]), (1 + 10, &json!("0x01")));
		let at = |org, second| top.get(&to_hex(&key(OrgId(org), second)));
		let list = unhex(at(1, 5 + LATER).unwrap().as_str().unwrap()).unwrap();
		assert_eq!(Vec::<u32>::decode(&mut &list[..]).unwrap().len(), 100);
		assert!(at(0, 5 + LATER + 3).is_some() && at(1, 5 + LATER + 3).is_none());
	}
}
