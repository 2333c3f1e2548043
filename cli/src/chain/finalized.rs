// SPDX-License-Identifier: Apache-2.0
//! Final blocks as they come, through lost connections, and what to say when none come.

use super::{extrinsic, rpc::Types, Chain};
use crate::error::Result;
use std::time::{Duration, Instant};
use subxt::rpcs::{client::RpcSubscription, RpcConfig};
use tokio::time::{sleep, timeout, timeout_at, Instant as Deadline};
use trimast_primitives::{BlockNumber, Hash, Header};

/// How long a subscription may stay silent before the head is asked for.
const SILENCE: Duration = Duration::from_secs(6);
/// How long nothing may become final before that is worth a word.
const WORD: Duration = Duration::from_secs(30);
/// Longest time between two such words.
const SPARSE: Duration = Duration::from_secs(600);
/// How many blocks past the final one are looked at for a transaction.
const LOOK: u32 = 256;

/// Announces final heads. Heads in between may be left out: whoever needs every block walks from the last to this one.
pub(crate) struct Heads<'a> {
	chain: &'a Chain,
	subscription: Option<RpcSubscription<<Types as RpcConfig>::Header>>,
	broken: bool,
	/// When a head was last heard of. Kept here, so that silence is noticed by who waits a second at a time, too.
	heard: Deadline,
}

impl<'a> Heads<'a> {
	/// Of this chain.
	pub(crate) fn new(chain: &'a Chain) -> Self {
		Self { chain, subscription: None, broken: false, heard: Deadline::now() }
	}

	/// Whether the connection was lost since this was last asked. The node may have been restarted, its pool with it.
	pub(crate) fn was_broken(&mut self) -> bool {
		std::mem::take(&mut self.broken)
	}

	/// The next final head, or the present one when nothing was heard for a while. May be called again after having been
	/// dropped half-way: nothing is lost.
	pub(crate) async fn next(&mut self) -> Result<Header> {
		loop {
			let subscription = match &mut self.subscription {
				Some(subscription) => subscription,
				None => {
					let opened =
						self.chain.ask(|| self.chain.rpc().chain_subscribe_finalized_heads()).await?;
					self.subscription.insert(opened)
				}
			};
			match timeout_at(self.heard + SILENCE, subscription.next()).await {
				Ok(Some(Ok(header))) => {
					self.heard = Deadline::now();
					return Ok(header);
				}
				// Broken: open another one after a moment.
				Ok(Some(Err(_)) | None) => {
					self.subscription = None;
					self.broken = true;
					sleep(Duration::from_millis(300)).await;
				}
				Err(_) => {
					self.heard = Deadline::now();
					let (_, hash) = self.chain.finalized().await?;
					return self.chain.header(hash).await;
				}
			}
		}
	}
}

/// Notices that nothing becomes final any more, and when that is worth a word: after half a minute, then after twice as
/// long each time.
#[derive(Debug)]
pub(crate) struct Standstill {
	/// The latest final block.
	finalized: BlockNumber,
	/// When it was first heard of.
	since: Instant,
	/// How long nothing has become final when the next word is due.
	next: Duration,
}

impl Standstill {
	/// Counts from now on.
	pub(crate) fn new(finalized: BlockNumber, now: Instant) -> Self {
		Self { finalized, since: now, next: WORD }
	}

	/// Takes the latest final block.
	pub(crate) fn note(&mut self, finalized: BlockNumber, now: Instant) {
		if finalized > self.finalized {
			*self = Self::new(finalized, now);
		}
	}

	/// For how long nothing has become final.
	pub(crate) fn lasts(&self, now: Instant) -> Duration {
		now.saturating_duration_since(self.since)
	}

	/// Whether a word is due. Asked once more at once, it is not.
	pub(crate) fn is_due(&mut self, now: Instant) -> bool {
		let lasts = self.lasts(now);
		if lasts < self.next {
			return false;
		}
		self.next = lasts.saturating_add(lasts.min(SPARSE));
		true
	}

	/// Whether it has lasted longer than anybody waits. A word has been due before.
	pub(crate) fn is_over(&self, patience: Duration, now: Instant) -> bool {
		self.lasts(now) >= patience.max(WORD)
	}

	/// How finality stands.
	pub(crate) fn text(&self, now: Instant) -> String {
		format!("finality has stood at block {} for {} s", self.finalized, self.lasts(now).as_secs())
	}

	/// The same, with where the transaction with one of these hashes is meanwhile.
	pub(crate) async fn text_for(&self, chain: &Chain, hashes: &[Hash]) -> String {
		let look = timeout(SILENCE, look(chain, self.finalized, hashes)).await.ok().and_then(Result::ok);
		format!("{}; {}", place(look), self.text(Instant::now()))
	}
}

/// Where a transaction is that is not final.
fn place(look: Option<(BlockNumber, Option<BlockNumber>)>) -> String {
	match look {
		Some((best, Some(block))) => format!("in block {block} of {best}, not final"),
		Some((best, None)) => format!("in no block up to {best} yet"),
		None => "the node does not answer".into(),
	}
}

/// The best block, and the block after the final one that has a transaction with one of these hashes. A look and no
/// promise: other blocks than these may become final.
async fn look(
	chain: &Chain,
	finalized: BlockNumber,
	hashes: &[Hash],
) -> Result<(BlockNumber, Option<BlockNumber>)> {
	let best = chain.best().await?.number;
	for number in finalized.saturating_add(1)..=best.min(finalized.saturating_add(LOOK)) {
		let block = chain.block(chain.hash_of(number).await?).await?;
		if block.extrinsics.iter().any(|bytes| hashes.contains(&extrinsic::hash(bytes))) {
			return Ok((best, Some(number)));
		}
	}
	Ok((best, None))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn standstill_is_told_after_half_a_minute_and_then_sparsely() {
		let start = Instant::now();
		let at = |seconds| start + Duration::from_secs(seconds);
		let mut still = Standstill::new(7, start);
		let said: Vec<u64> = (0..=2_400).filter(|second| still.is_due(at(*second))).collect();
		assert_eq!(said, [30, 60, 120, 240, 480, 960, 1_560, 2_160]);
		assert_eq!(still.text(at(31)), "finality has stood at block 7 for 31 s");
		// When a block becomes final it begins anew, and not when the same is heard of once more
		still.note(7, at(2_400));
		assert!(still.is_over(Duration::from_secs(300), at(2_400)));
		still.note(8, at(2_400));
		assert!(!still.is_due(at(2_429)) && still.is_due(at(2_430)));
	}

	#[test]
	fn nobody_gives_up_without_a_word() {
		let start = Instant::now();
		let still = Standstill::new(7, start);
		let is_over = |patience, seconds| {
			still.is_over(Duration::from_secs(patience), start + Duration::from_secs(seconds))
		};
		assert!(!is_over(300, 299) && is_over(300, 300));
		assert!(!is_over(1, 29) && is_over(1, 30));
	}

	#[test]
	fn place_tells_the_included_from_the_waiting() {
		assert_eq!(place(Some((9, Some(8)))), "in block 8 of 9, not final");
		assert_eq!(place(Some((9, None))), "in no block up to 9 yet");
		assert_eq!(place(None), "the node does not answer");
	}
}
