// SPDX-License-Identifier: Apache-2.0

//! What a stretch of the chain holds, and what the nodes spent on it.

use crate::{
	chain::{rpc_params, to_hex, Chain},
	network::{usage, Network, Usage},
};
use anyhow::{Context, Result};
use std::time::Instant;
use subxt::dynamic::Value;
use subxt::utils::H256;

/// Keys in one answer.
const KEYS_AT_ONCE: u32 = 1_000;

/// What the nodes and this process have used at a moment, and where the chain stands.
#[derive(Clone, Copy)]
pub(super) struct Mark {
	/// Last finalised block.
	pub(super) block: u64,
	/// Bytes of values in the inventory's state.
	pub(super) state: u64,
	/// Bytes of a validator's database.
	pub(super) disk: u64,
	/// What the nodes have used.
	pub(super) nodes: Usage,
	/// What this process has used.
	pub(super) load: Usage,
}

impl Mark {
	/// Now.
	pub(super) async fn now(network: &Network, chain: &Chain) -> Result<Self> {
		let block = chain.finalized().await?;
		Ok(Self {
			block: block.number,
			state: pallet_state(chain, "Sites", "Pages", block.hash).await?,
			disk: network.disk(),
			nodes: network.usage(),
			load: usage(std::process::id())?,
		})
	}
}

/// What the nodes and this process had used at a moment.
#[derive(Clone, Copy)]
pub(super) struct Meter {
	start: Instant,
	nodes: Usage,
	load: Usage,
}

/// What was used since.
#[derive(Clone, Copy)]
pub(super) struct Used {
	/// Time by the clock.
	pub(super) seconds: f64,
	/// CPU seconds of all nodes.
	pub(super) nodes: f64,
	/// CPU seconds of this process.
	pub(super) load: f64,
}

impl Meter {
	/// From now on.
	pub(super) fn start(network: &Network) -> Result<Self> {
		Ok(Self { start: Instant::now(), nodes: network.usage(), load: usage(std::process::id())? })
	}

	/// Until now.
	pub(super) fn stop(&self, network: &Network) -> Result<Used> {
		Ok(Used {
			seconds: self.start.elapsed().as_secs_f64(),
			nodes: network.usage().cpu_seconds - self.nodes.cpu_seconds,
			load: usage(std::process::id())?.cpu_seconds - self.load.cpu_seconds,
		})
	}
}

/// Blocks and bytes between two heights, the first not counted.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Stretch {
	/// Blocks.
	pub(super) blocks: u64,
	/// Blocks with more than their inherent.
	pub(super) busy: u64,
	/// Signed transactions.
	pub(super) transactions: u64,
	/// Bytes of all extrinsics.
	pub(super) bytes: u64,
	/// Extrinsics of the fullest block.
	pub(super) most: u64,
	/// Bytes of extrinsics of the largest block.
	pub(super) largest: u64,
}

/// Reads the blocks after `from` up to `to`.
pub(super) async fn stretch(chain: &Chain, from: u64, to: u64) -> Result<Stretch> {
	let mut stretch = Stretch::default();
	for number in from + 1..=to {
		let hash = chain.block_hash(number).await?.with_context(|| format!("block {number}"))?;
		let extrinsics = chain.extrinsics(hash).await?;
		// The first is the timestamp.
		let signed = extrinsics.len().saturating_sub(1) as u64;
		stretch.blocks += 1;
		stretch.busy += u64::from(signed > 0);
		stretch.transactions += signed;
		stretch.most = stretch.most.max(signed);
		let bytes = extrinsics.iter().map(Vec::len).sum::<usize>() as u64;
		stretch.bytes += bytes;
		stretch.largest = stretch.largest.max(bytes);
	}
	Ok(stretch)
}

/// Bytes of all values of a pallet in the state of a block; `entry` is any of its storage entries.
async fn pallet_state(chain: &Chain, pallet: &str, entry: &str, at: H256) -> Result<u64> {
	// The first half of every entry's prefix is the pallet's.
	let prefix = prefix(chain, pallet, entry, at).await?;
	values(chain, prefix.get(..16).context("a prefix of 32 bytes")?, at).await
}

/// What every key of a storage entry begins with.
async fn prefix(chain: &Chain, pallet: &str, entry: &str, at: H256) -> Result<Vec<u8>> {
	let entry = subxt::dynamic::storage::<Vec<Value>, Value>(pallet, entry);
	Ok(chain.api().await?.at_block(at).await?.storage().entry(entry)?.key_prefix().to_vec())
}

/// Bytes of all values whose keys begin so.
async fn values(chain: &Chain, prefix: &[u8], at: H256) -> Result<u64> {
	let size: Option<u64> = chain.ask("state_getStorageSize", rpc_params![to_hex(prefix), at]).await?;
	Ok(size.unwrap_or(0))
}

/// What a storage entry takes in the state.
pub(super) struct Size {
	/// Its name.
	pub(super) entry: &'static str,
	/// How many values it has.
	pub(super) entries: u64,
	/// Bytes of its values.
	pub(super) bytes: u64,
}

/// What entries of a pallet take in the state of a block.
pub(super) async fn sizes(
	chain: &Chain,
	pallet: &str,
	entries: &[&'static str],
	at: H256,
) -> Result<Vec<Size>> {
	let mut sizes = Vec::new();
	for entry in entries {
		let prefix = prefix(chain, pallet, entry, at).await?;
		let (mut count, mut last) = (0, None);
		loop {
			let params = rpc_params![to_hex(&prefix), KEYS_AT_ONCE, last, at];
			let keys: Vec<String> = chain.ask("state_getKeysPaged", params).await?;
			count += keys.len() as u64;
			last = keys.into_iter().next_back();
			if last.is_none() {
				break;
			}
		}
		sizes.push(Size { entry, entries: count, bytes: values(chain, &prefix, at).await? });
	}
	Ok(sizes)
}
