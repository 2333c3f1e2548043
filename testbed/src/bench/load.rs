// SPDX-License-Identifier: Apache-2.0

//! Load: one account that sends a long sequence, and many accounts that send one transaction after the other.

use super::latency::Latencies;
use crate::chain::{hash_of, rpc_params, to_hex, unhex, Chain};
use anyhow::{ensure, Context, Result};
use codec::Decode;
use futures::{stream, StreamExt};
use std::{
	collections::{HashMap, VecDeque},
	iter,
	sync::{
		atomic::{AtomicUsize, Ordering},
		Arc, Mutex, MutexGuard, PoisonError,
	},
	thread,
	time::{Duration, Instant},
};
use subxt::{tx::Payload, utils::H256};
use subxt_signer::sr25519::Keypair;
use tokio::sync::Semaphore;

/// A transaction of a sequence is signed for this many blocks after the last finalised one.
const RENEW_AFTER: u64 = 256;
/// With nothing final for this long, what is not final is handed in again.
const STUCK_AFTER: Duration = Duration::from_secs(15);
/// With nothing final for this long, what the pool says of the next transaction ends a sequence.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(60);
/// How often that is waited for in vain.
const MAX_WAITS: u32 = 10;
/// What a node says of a transaction that its pool has.
const IN_POOL: &str = "Already Imported";
/// Requests under way on one connection.
const REQUESTS: usize = 64;

/// The nonce of an account in the state of a block: how many of its transactions are in the chain up to there.
async fn nonce_at(chain: &Chain, key: &Keypair, at: H256) -> Result<u64> {
	let account = to_hex(&key.public_key().0);
	let answer: String =
		chain.ask("state_call", rpc_params!["AccountNonceApi_account_nonce", account, at]).await?;
	Ok(u64::from(u32::decode(&mut &unhex(&answer)?[..]).context("a nonce")?))
}

/// Sends the calls of one account in their order, at most `window` of them under way, until all are final. `progress` hears
/// how many are.
///
/// # Errors
///
/// A call cannot be encoded, the node is gone, or it takes nothing more.
pub(super) async fn sequence<Call: Payload>(
	chain: &Chain,
	key: &Keypair,
	calls: impl Iterator<Item = Call>,
	window: usize,
	mut progress: impl FnMut(u64),
) -> Result<u64> {
	let mut calls = calls.peekable();
	let first = nonce_at(chain, key, chain.finalized().await?.hash).await?;
	let mut signing = chain.signing().await?;
	// What is under way, by nonce: `pending[0]` has the nonce `done`.
	let mut pending: VecDeque<Vec<u8>> = VecDeque::new();
	let mut done = first;
	let (mut moved, mut tried) = (Instant::now(), Instant::now());
	let (mut height, mut grown) = (0, Instant::now());
	let mut waits = 0;
	while calls.peek().is_some() || !pending.is_empty() {
		let head = chain.finalized().await?;
		if head.number > height {
			(height, grown) = (head.number, Instant::now());
		}
		ensure!(grown.elapsed() < GIVEN_UP_AFTER, "nothing becomes final after block {height}");
		let is_final = nonce_at(chain, key, head.hash).await?;
		if is_final > done {
			pending.drain(..((is_final - done) as usize).min(pending.len()));
			done = is_final;
			(moved, tried) = (Instant::now(), Instant::now());
			waits = 0;
			progress(done - first);
		}
		if head.number > signing.born.number + RENEW_AFTER {
			signing = chain.signing().await?;
		}
		let mut fresh = Vec::new();
		while pending.len() < window {
			let Some(call) = calls.next() else { break };
			let transaction = signing.sign(&call, key, done + pending.len() as u64)?;
			fresh.push(to_hex(&transaction));
			pending.push_back(transaction);
		}
		if let (Some(next), true) = (pending.front(), moved.elapsed() > GIVEN_UP_AFTER) {
			// One that the pool has waits for others that go before it.
			let refused =
				chain.submit(next).await.err().filter(|error| !format!("{error:#}").contains(IN_POOL));
			if let Some(error) = refused {
				return Err(error.context("nothing becomes final, and the pool refuses the next transaction"));
			}
			waits += 1;
			ensure!(
				waits < MAX_WAITS,
				"the pool has had the next transaction for {waits} minutes, and no block has it"
			);
			moved = Instant::now();
		}
		if tried.elapsed() > STUCK_AFTER {
			// The pool has dropped something. What is in a block already is refused, and that is fine.
			fresh = pending.iter().map(|transaction| to_hex(transaction)).collect();
			tried = Instant::now();
		}
		if fresh.is_empty() {
			tokio::time::sleep(Duration::from_millis(100)).await;
		} else {
			let submit = |transaction: String| async move {
				// A refusal shows itself by the nonce that does not move.
				let _ = chain.ask::<H256>("author_submitExtrinsic", rpc_params![transaction]).await;
			};
			// In order, so that the pool sees no gaps.
			stream::iter(fresh).map(submit).buffered(4).collect::<Vec<()>>().await;
		}
	}
	Ok(done - first)
}

/// Makes `count` things on all cores, each from its number; gives them in the order of their numbers.
///
/// # Errors
///
/// One cannot be made.
pub(super) fn on_all_cores<T: Send>(
	count: usize,
	make: impl Fn(usize) -> Result<T> + Sync,
) -> Result<Vec<T>> {
	let threads = thread::available_parallelism().map_or(2, usize::from);
	let next = &AtomicUsize::new(0);
	let make = &make;
	let mut made = thread::scope(|scope| {
		let work = move || {
			let numbers = iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
			numbers.take_while(|n| *n < count).map(|n| Ok((n, make(n)?))).collect::<Result<Vec<_>>>()
		};
		let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
		let mut all = Vec::with_capacity(count);
		for worker in workers {
			all.extend(worker.join().map_err(|_| anyhow::anyhow!("a thread panicked"))??);
		}
		anyhow::Ok(all)
	})?;
	made.sort_unstable_by_key(|(n, _)| *n);
	Ok(made.into_iter().map(|(_, made)| made).collect())
}

/// How fast to send.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pace {
	/// As fast as the chain takes it, with at most this many under way.
	Saturate(usize),
	/// This many a second, whatever the chain does.
	Steady(f64),
}

/// What became of a load.
#[derive(Default)]
pub(super) struct Outcome {
	/// Handed in.
	pub(super) sent: u64,
	/// Refused by the pool at once.
	pub(super) refused: u64,
	/// Bytes of what was handed in.
	pub(super) bytes: u64,
	/// Times until final, of everything that became final.
	pub(super) latencies: Latencies,
	/// When, in seconds after the start, how many became final with one block.
	finals: Vec<(f64, u64)>,
}

impl Outcome {
	/// How many became final.
	pub(super) fn finalized(&self) -> u64 {
		self.latencies.len() as u64
	}

	/// Handed in, not refused, and never final: dropped by a pool, or too late.
	pub(super) fn lost(&self) -> u64 {
		self.sent.saturating_sub(self.refused + self.finalized())
	}

	/// Final a second, without run-up and run-out.
	pub(super) fn sustained(&self) -> f64 {
		sustained(&self.finals)
	}
}

/// How many a second became final over the time in which the middle four fifths did. `finals` says when, in seconds after the
/// start, how many became final at once.
pub(super) fn sustained(finals: &[(f64, u64)]) -> f64 {
	let total: u64 = finals.iter().map(|(_, count)| count).sum();
	let (mut seen, mut counted) = (0, 0);
	let (mut from, mut to) = (None, 0.0);
	for (second, count) in finals {
		seen += count;
		if seen * 10 < total {
			continue;
		}
		match from {
			// What became final at the first moment is not counted: the time before it is not either.
			None => from = Some(*second),
			Some(_) if (seen - count) * 10 < total * 9 => {
				counted += count;
				to = *second;
			}
			Some(_) => break,
		}
	}
	match from {
		Some(from) if to > from => counted as f64 / (to - from),
		_ => 0.0,
	}
}

/// What the senders and the tracker share.
struct Shared {
	pending: Mutex<HashMap<H256, Instant>>,
	room: Semaphore,
	outcome: Mutex<Outcome>,
	start: Instant,
}

impl Shared {
	fn pending(&self) -> MutexGuard<'_, HashMap<H256, Instant>> {
		self.pending.lock().unwrap_or_else(PoisonError::into_inner)
	}

	fn outcome(&self) -> MutexGuard<'_, Outcome> {
		self.outcome.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// Hands in one transaction.
	async fn send(&self, chain: &Chain, transaction: &[u8]) {
		let hash = hash_of(transaction);
		self.pending().insert(hash, Instant::now());
		{
			let mut outcome = self.outcome();
			outcome.sent += 1;
			outcome.bytes += transaction.len() as u64;
		}
		// Removed already: it was final before the pool's answer came back.
		if chain.submit(transaction).await.is_err() && self.pending().remove(&hash).is_some() {
			self.outcome().refused += 1;
			self.room.add_permits(1);
		}
	}

	/// Notes what a finalised block holds.
	fn finalize(&self, extrinsics: &[Vec<u8>]) {
		let now = Instant::now();
		let mut count = 0;
		for extrinsic in extrinsics {
			let sent = self.pending().remove(&hash_of(extrinsic));
			if let Some(sent) = sent {
				self.outcome().latencies.add(now - sent);
				count += 1;
			}
		}
		if count > 0 {
			self.outcome().finals.push(((now - self.start).as_secs_f64(), count));
			self.room.add_permits(count as usize);
		}
	}
}

/// Follows the finalised blocks after `from` for ever.
async fn track(chain: Chain, shared: Arc<Shared>, from: u64) {
	let mut next = from + 1;
	loop {
		let Ok(head) = chain.finalized().await else {
			tokio::time::sleep(Duration::from_millis(500)).await;
			continue;
		};
		while next <= head.number {
			let Ok(Some(hash)) = chain.block_hash(next).await else { break };
			let Ok(extrinsics) = chain.extrinsics(hash).await else { break };
			shared.finalize(&extrinsics);
			next += 1;
		}
		tokio::time::sleep(Duration::from_millis(50)).await;
	}
}

/// Hands in transactions, spread over the nodes, until all are handed in or `duration` has passed; then waits for what is
/// under way, at most `patience`. Says how many of the transactions were handed in.
///
/// # Errors
///
/// A node is gone.
pub(super) async fn run(
	chains: &[Chain],
	transactions: Vec<Vec<u8>>,
	pace: Pace,
	duration: Duration,
	patience: Duration,
) -> Result<Outcome> {
	let tracked = chains.first().context("nowhere to send it")?.clone();
	let from = tracked.finalized().await?.number;
	let start = Instant::now();
	let room = match pace {
		Pace::Saturate(window) => window,
		// Bounds what a chain that stands still can pile up here.
		Pace::Steady(_) => 100_000,
	};
	let shared = Arc::new(Shared {
		pending: Mutex::default(),
		room: Semaphore::new(room),
		outcome: Mutex::default(),
		start,
	});
	let tracker = tokio::spawn(track(tracked, shared.clone(), from));
	stream::iter(transactions.into_iter().enumerate())
		.map(|(n, transaction)| {
			let (shared, chain) = (shared.clone(), chains[n % chains.len()].clone());
			async move {
				if let Pace::Steady(rate) = pace {
					let due = start + Duration::from_secs_f64(n as f64 / rate);
					tokio::time::sleep_until(due.into()).await;
				}
				let room = tokio::time::timeout_at((start + duration).into(), shared.room.acquire()).await;
				if let (Ok(Ok(permit)), true) = (room, start.elapsed() < duration) {
					permit.forget();
					shared.send(&chain, &transaction).await;
				}
			}
		})
		.buffer_unordered(REQUESTS * chains.len())
		.for_each(|()| async {})
		.await;
	let deadline = Instant::now() + patience;
	while !shared.pending().is_empty() && Instant::now() < deadline {
		tokio::time::sleep(Duration::from_millis(100)).await;
	}
	tracker.abort();
	let outcome = std::mem::take(&mut *shared.outcome());
	Ok(outcome)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn on_all_cores_keeps_the_order() {
		let all = on_all_cores(1_001, Ok).unwrap();
		assert_eq!(all, (0..1_001).collect::<Vec<_>>());
		assert!(on_all_cores(10, |n| if n == 7 { anyhow::bail!("no") } else { Ok(()) }).is_err());
	}

	#[test]
	fn sustained_leaves_out_run_up_and_run_out() {
		let mut outcome = Outcome::default();
		// 50 in ten seconds of run-up, 100 a second for ten seconds, 50 in ten seconds of run-out.
		for second in 1..=30 {
			let count = if (11..=20).contains(&second) { 100 } else { 5 };
			outcome.finals.push((f64::from(second), count));
			(0..count).for_each(|_| outcome.latencies.add(Duration::from_secs(1)));
		}
		assert_eq!(outcome.finalized(), 1_100);
		assert!((outcome.sustained() - 100.0).abs() < 1e-9, "{}", outcome.sustained());
	}

	#[test]
	fn sustained_is_nothing_when_all_came_at_once() {
		let mut outcome = Outcome::default();
		assert_eq!(outcome.sustained(), 0.0);
		outcome.finals.push((1.0, 3));
		(0..3).for_each(|_| outcome.latencies.add(Duration::from_secs(1)));
		assert_eq!(outcome.sustained(), 0.0);
	}
}
