// SPDX-License-Identifier: Apache-2.0

//! Execution time in one runtime, without pool, network and consensus.
//!
//! Three ways, all through a node that is otherwise idle, all the least of several times:
//!
//! * A block is executed again on the state before it (`Core_execute_block`): signatures, calls and the root of the state
//!   are in it. From that is taken what an empty block takes, and what the same bytes take on their way into the runtime
//!   (`GenesisBuilder_get_preset`, which has no preset of such a name).
//! * A call is carried out on top of the best block (`system_dryRun`): no root is computed. From that is taken what a batch
//!   of no calls takes.
//! * The begin of a block is carried out again on the state before it (`Core_initialize_block`): what the chain does by itself.

use crate::{
	calls::{self, EncodedCall},
	chain::{rpc_params, to_hex, unhex, Chain},
};
use anyhow::{ensure, Context, Result};
use codec::{Compact, Encode};
use serde::Deserialize;
use std::{
	future::Future,
	time::{Duration, Instant},
};
use subxt::utils::H256;
use subxt_signer::sr25519::Keypair;

/// How often a block is executed.
const BLOCK_ROUNDS: usize = 4;
/// How often calls are carried out.
const CALL_ROUNDS: usize = 12;

/// A block as the node's JSON has it.
#[derive(Deserialize)]
struct Signed {
	block: Block,
}

#[derive(Deserialize)]
struct Block {
	header: Header,
	extrinsics: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Header {
	parent_hash: H256,
	number: String,
	state_root: H256,
	extrinsics_root: H256,
	digest: Digest,
}

#[derive(Deserialize)]
struct Digest {
	logs: Vec<String>,
}

impl Block {
	/// The block as its author executed it: encoded, without the seal, which is the last item of the digest.
	fn unsealed(&self) -> Result<Vec<u8>> {
		let header = &self.header;
		let number = u32::from_str_radix(header.number.trim_start_matches("0x"), 16).context("a number")?;
		let mut bytes = (header.parent_hash, Compact(number), header.state_root).encode();
		header.extrinsics_root.encode_to(&mut bytes);
		let logs = header.digest.logs.split_last().context("a block without a seal")?.1;
		for list in [logs, &self.extrinsics[..]] {
			Compact(list.len() as u32).encode_to(&mut bytes);
			for item in list {
				bytes.extend(unhex(item)?);
			}
		}
		Ok(bytes)
	}
}

/// The least time of several.
async fn least<F: Future<Output = Result<()>>>(rounds: usize, call: impl Fn() -> F) -> Result<Duration> {
	let mut least = Duration::MAX;
	for _ in 0..rounds {
		let start = Instant::now();
		call().await?;
		least = least.min(start.elapsed());
	}
	Ok(least)
}

/// Calls a function of the runtime on the state of a block.
async fn call(chain: &Chain, function: &str, argument: &str, at: H256) -> Result<()> {
	chain.ask::<String>("state_call", rpc_params![function, argument, at]).await.map(|_| ())
}

/// What it takes to execute a block again, and to hand its bytes to the runtime.
async fn executed(chain: &Chain, number: u64) -> Result<(Duration, Duration)> {
	let hash = chain.block_hash(number).await?.with_context(|| format!("block {number}"))?;
	let signed: Option<Signed> = chain.ask("chain_getBlock", rpc_params![hash]).await?;
	let block = signed.with_context(|| format!("the body of block {number}"))?.block;
	let (parent, bytes) = (block.header.parent_hash, block.unsealed()?);
	let nothing = to_hex(&Some("-".repeat(bytes.len())).encode());
	let block = to_hex(&bytes);
	let whole = least(BLOCK_ROUNDS, || call(chain, "Core_execute_block", &block, parent)).await?;
	let handed = least(BLOCK_ROUNDS, || call(chain, "GenesisBuilder_get_preset", &nothing, parent)).await?;
	Ok((whole, handed))
}

/// Seconds that the transactions of these blocks take to execute.
///
/// # Errors
///
/// A block's state is gone, or there is no empty block among the last ones.
pub(super) async fn of_blocks(chain: &Chain, numbers: &[u64]) -> Result<f64> {
	let head = chain.finalized().await?.number;
	let mut empty = None;
	for number in (head.saturating_sub(30)..=head).rev() {
		let hash = chain.block_hash(number).await?.context("a final block")?;
		if chain.extrinsics(hash).await?.len() == 1 {
			empty = Some(number);
			break;
		}
	}
	let (whole, handed) = executed(chain, empty.context("no empty block")?).await?;
	let base = whole.saturating_sub(handed);
	let mut seconds = 0.0;
	for number in numbers {
		let (whole, handed) = executed(chain, *number).await?;
		seconds += whole.saturating_sub(handed + base).as_secs_f64();
	}
	Ok(seconds)
}

/// Seconds that calls take together, each carried out for itself, by `key`, on top of the best block.
///
/// # Errors
///
/// A transaction is not valid, or its call fails.
pub(in crate::bench) async fn of_calls(chain: &Chain, key: &Keypair, calls: &[EncodedCall]) -> Result<f64> {
	let signing = chain.signing().await?;
	// A block knows the hashes of those before it, and not its own.
	chain.wait_finalized(signing.born.number + 1, Duration::from_secs(60)).await?;
	let nonce = chain.nonce(key).await?;
	let sign = |call: &EncodedCall| Ok::<_, anyhow::Error>(to_hex(&signing.sign(call, key, nonce)?));
	let empty = sign(&calls::batch_all(Vec::new()))?;
	let mut seconds = 0.0;
	for call in calls {
		let full = sign(call)?;
		let full = least(CALL_ROUNDS, || carried_out(chain, &full)).await?;
		let empty = least(CALL_ROUNDS, || carried_out(chain, &empty)).await?;
		seconds += full.as_secs_f64() - empty.as_secs_f64();
	}
	Ok(seconds)
}

/// Seconds that the chain takes at the begin of a block, before its transactions.
///
/// # Errors
///
/// The state before the block is gone.
pub(in crate::bench) async fn of_begin(chain: &Chain, number: u64) -> Result<f64> {
	let hash = chain.block_hash(number).await?.with_context(|| format!("block {number}"))?;
	let parent = chain.header(hash).await?.parent_hash;
	let header = (parent, Compact(u32::try_from(number)?), [H256::zero(); 2], Compact(0u32)).encode();
	let nothing = to_hex(&Some("-".repeat(header.len())).encode());
	let header = to_hex(&header);
	let begin = least(CALL_ROUNDS, || call(chain, "Core_initialize_block", &header, parent)).await?;
	let handed = least(CALL_ROUNDS, || call(chain, "GenesisBuilder_get_preset", &nothing, parent)).await?;
	Ok(begin.saturating_sub(handed).as_secs_f64())
}

/// Carries out a transaction on trial.
async fn carried_out(chain: &Chain, transaction: &str) -> Result<()> {
	let answer: String = chain.ask("system_dryRun", rpc_params![transaction]).await?;
	ensure!(answer == "0x0000", "a dry run has answered {answer}");
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn unsealed_is_the_block_without_its_seal() {
		let text = r#"{
			"header": {
				"parentHash": "0x0101010101010101010101010101010101010101010101010101010101010101",
				"number": "0x40",
				"stateRoot": "0x0202020202020202020202020202020202020202020202020202020202020202",
				"extrinsicsRoot": "0x0303030303030303030303030303030303030303030303030303030303030303",
				"digest": { "logs": ["0x0661757261", "0x0561757261"] }
			},
			"extrinsics": ["0x0804ff"]
		}"#;
		let block: Block = serde_json::from_str(text).unwrap();
		let mut expected = vec![1; 32];
		// 64 takes two bytes.
		expected.extend([0x01, 0x01]);
		expected.extend([2; 32]);
		expected.extend([3; 32]);
		expected.extend([4, 0x06, 0x61, 0x75, 0x72, 0x61, 4, 0x08, 0x04, 0xff]);
		assert_eq!(block.unsealed().unwrap(), expected);
	}

	#[tokio::test]
	async fn least_is_the_least_of_the_rounds() {
		let rounds = std::sync::atomic::AtomicU64::new(0);
		let wait = || async {
			let round = rounds.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
			tokio::time::sleep(Duration::from_millis(if round == 1 { 1 } else { 300 })).await;
			Ok(())
		};
		assert!(least(3, wait).await.unwrap() < Duration::from_millis(300));
	}
}
