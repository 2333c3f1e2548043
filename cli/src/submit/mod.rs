// SPDX-License-Identifier: Apache-2.0
//! Submitting calls from one account until they are final: signs with consecutive nonces, keeps a bounded number under
//! way, follows final blocks, and lives through restarted nodes. What must never happen twice is settled in [`window`].

pub(crate) mod window;

use crate::{
	chain::{
		errors::{self, Verdict},
		events::{self, Event},
		extrinsic::{Mortality, Unsigned},
		finalized::{Heads, Standstill},
		rpc::Submission,
		Call, Chain, Spec,
	},
	error::{Failure, Kind, Result},
	keys::Signer,
	names,
	output::Output,
};
use futures::{stream, FutureExt, Stream, StreamExt};
use std::{
	collections::VecDeque,
	pin::pin,
	sync::Arc,
	time::{Duration, Instant},
};
use trimast_primitives::{AccountId, BlockNumber, Hash, Header, Nonce};
use window::{Limits, Step, Window};

/// Blocks that a transaction may be included in. Short, so that what is lost is signed anew soon.
const PERIOD: u32 = 64;
/// Transactions handed to the node at once.
const AT_ONCE: usize = 32;
/// Pause before trying again what the pool had no room for.
const PAUSE: Duration = Duration::from_secs(2);
/// How long nothing may move before the account's nonce is looked into.
const STUCK: Duration = Duration::from_secs(15);
/// New signatures in a row that the node may refuse before that counts as final.
const MAX_RESIGNS: u32 = 7;
/// Final blocks back to the one that every other new signature is bound to: a pool that is behind does not know the latest.
const BACK: usize = 16;
/// How old the latest final block may be for such a refusal to count. A signature is bound to that block: while finality
/// stands still no new one is any better. While the node answers no round of work takes as long.
const FRESH: Duration = Duration::from_secs(10);

/// What became of a call.
#[derive(Debug)]
pub(crate) enum Fate {
	/// It stands in a final block.
	Final(Box<Inclusion>),
	/// The chain will not take it.
	Refused(Failure),
}

/// Where a call stands and what it caused.
#[derive(Debug)]
pub(crate) struct Inclusion {
	/// The block.
	pub(crate) block: BlockNumber,
	/// Its hash.
	pub(crate) block_hash: Hash,
	/// Number of the transaction in the block.
	pub(crate) index: u32,
	/// Hash of the transaction.
	pub(crate) hash: Hash,
	/// The events it caused.
	pub(crate) events: Vec<Event>,
	/// Why it failed, if it did.
	pub(crate) failure: Option<Failure>,
}

/// News on the way.
#[derive(Debug)]
pub(crate) enum News<'a, K> {
	/// What became of one call.
	Done(K, Fate),
	/// A final block has been looked at.
	Block(BlockNumber),
	/// Something worth a remark.
	Remark(&'a str),
}

/// Submits calls from one account.
pub(crate) struct Submitter<'a> {
	chain: &'a Chain,
	signer: &'a Signer,
	limits: Limits,
	/// The latest final block looked at.
	finalized: BlockNumber,
	finalized_hash: Hash,
	/// Final blocks before it that were looked at, the latest last: at most [`BACK`].
	earlier: VecDeque<(BlockNumber, Hash)>,
	still: Standstill,
	spec: Arc<Spec>,
}

impl<'a> Submitter<'a> {
	/// Ready to submit.
	pub(crate) async fn new(chain: &'a Chain, signer: &'a Signer, limits: Limits) -> Result<Self> {
		let (finalized, finalized_hash) = chain.finalized().await?;
		let spec = chain.spec(finalized_hash).await?;
		let still = Standstill::new(finalized, Instant::now());
		Ok(Self { chain, signer, limits, finalized, finalized_hash, earlier: VecDeque::new(), still, spec })
	}

	/// Submits every job and waits until each is final or refused. Jobs are taken as there is room for them.
	///
	/// # Errors
	/// Those of [`Submitter::run_stream`].
	pub(crate) async fn run<K, J, N>(&mut self, jobs: J, news: N) -> Result<()>
	where
		J: IntoIterator<Item = Result<(K, Call)>>,
		N: FnMut(News<'_, K>) -> Result<()>,
	{
		self.run_stream(stream::iter(jobs), news).await
	}

	/// The same for jobs that come as they are made ready, while others are under way.
	///
	/// # Errors
	/// When the signer itself is refused, when the node stays away, when nothing becomes final for as long as patience
	/// lasts, or when `news` or a job says so. Calls under way may still become final.
	pub(crate) async fn run_stream<K, J, N>(&mut self, jobs: J, mut news: N) -> Result<()>
	where
		J: Stream<Item = Result<(K, Call)>>,
		N: FnMut(News<'_, K>) -> Result<()>,
	{
		let mut jobs = pin!(jobs.fuse());
		let mut heads = Heads::new(self.chain);
		let start = self.chain.next_nonce(self.signer.account()).await?;
		let mut window = Window::new(self.limits, start);
		let mut moved = Instant::now();
		self.still = Standstill::new(self.finalized, moved);
		loop {
			let begun = Instant::now();
			while window.has_room() && !jobs.is_done() {
				let Some(Some(job)) = jobs.next().now_or_never() else { break };
				let (key, call) = job?;
				window.push(key, call, Instant::now());
			}
			if window.is_empty() {
				let Some(job) = jobs.next().await else { return Ok(()) };
				let (key, call) = job?;
				window.push(key, call, Instant::now());
				// Making it ready may have taken long: blocks of that time are no standstill.
				self.still = Standstill::new(self.finalized, Instant::now());
				continue;
			}
			self.send(&mut window, &mut news).await?;
			tokio::select! {
				head = heads.next() => {
					let head = head?;
					if self.follow(&head, &mut window, &mut news).await? {
						moved = Instant::now();
					}
				},
				Some(job) = jobs.next(), if window.has_room() && !jobs.is_done() => {
					let (key, call) = job?;
					window.push(key, call, Instant::now());
				},
				() = tokio::time::sleep(Duration::from_secs(1)) => {},
			}
			self.still.note(self.finalized, Instant::now());
			if self.still.is_due(Instant::now()) {
				let text = format!("waiting: {}", self.waits_for(&window).await);
				news(News::Remark(&text))?;
			}
			if self.still.is_over(self.chain.patience(), Instant::now()) {
				return Err(Failure::connection(format!(
					"gave up waiting: {}",
					self.waits_for(&window).await
				)));
			}
			if heads.was_broken() {
				window.send_all(Instant::now());
			}
			if moved.elapsed() > STUCK {
				moved = Instant::now();
				self.unstick(&mut window, &mut news).await?;
			}
			if begun.elapsed() > FRESH {
				// The node was away. Its requests have a patience of their own, and it needs time to hear of final blocks.
				self.still = Standstill::new(self.finalized, Instant::now());
			}
		}
	}

	/// What is waited for while nothing becomes final.
	async fn waits_for<K>(&self, window: &Window<K>) -> String {
		let Some((nonce, hashes)) = window.first() else { return self.still.text(Instant::now()) };
		let text = self.still.text_for(self.chain, &hashes).await;
		under_way(nonce, &hashes, window.len().saturating_sub(1), &text)
	}

	/// Signs and sends what is due.
	async fn send<K, N>(&self, window: &mut Window<K>, news: &mut N) -> Result<()>
	where
		N: FnMut(News<'_, K>) -> Result<()>,
	{
		let due = window.due(self.finalized, self.spec.version, Instant::now());
		let mut ready = Vec::with_capacity(due.len());
		for (nonce, step) in due {
			let bytes = match step {
				Step::Send(bytes) => bytes,
				Step::Sign => {
					let Some(call) = window.call(nonce).cloned() else { continue };
					let mortality = self.mortality(window.refusals(nonce));
					let unsigned =
						Unsigned::new(&self.spec, call, self.signer.account().clone(), nonce, &mortality)?;
					let bytes = unsigned.sign(&self.signer.sign(&unsigned.payload()));
					window.signed(nonce, &bytes, mortality.last(), self.spec.version);
					bytes
				}
			};
			ready.push((nonce, bytes));
		}
		let chain = self.chain;
		let mut replies = stream::iter(ready)
			.map(|(nonce, bytes)| async move { (nonce, chain.submit(&bytes).await) })
			.buffered(AT_ONCE);
		while let Some((nonce, reply)) = replies.next().await {
			self.note(nonce, reply, window, news)?;
		}
		Ok(())
	}

	/// Takes the node's answer.
	fn note<K, N>(
		&self,
		nonce: Nonce,
		reply: Result<Hash, Submission>,
		window: &mut Window<K>,
		news: &mut N,
	) -> Result<()>
	where
		N: FnMut(News<'_, K>) -> Result<()>,
	{
		let now = Instant::now();
		let soon = now.checked_add(PAUSE).unwrap_or(now);
		let verdict = match reply {
			Ok(_) => Verdict::Known,
			Err(Submission::NotDelivered) => Verdict::Later,
			Err(Submission::Refused(error)) => errors::verdict(&error),
		};
		match verdict {
			// Stale: included already, in a block that will be final. Which transaction it was shows there.
			Verdict::Known | Verdict::Stale => window.accepted(nonce, now),
			Verdict::Later => window.later(nonce, soon),
			Verdict::Resign => {
				if window.resign(nonce, soon) > MAX_RESIGNS && self.still.lasts(now) < FRESH {
					let failure = Failure::chain("the node refuses the signature again and again")
						.remedy("check that the node and this `trimast` follow the same chain, and the clock of blocks");
					self.give_up(nonce, failure, window, news)?;
				}
			}
			Verdict::Never(failure) => self.give_up(nonce, failure, window, news)?,
			Verdict::SignerRefused(failure) => return Err(failure.at(names::ss58(self.signer.account()))),
		}
		Ok(())
	}

	fn give_up<K, N>(
		&self,
		nonce: Nonce,
		failure: Failure,
		window: &mut Window<K>,
		news: &mut N,
	) -> Result<()>
	where
		N: FnMut(News<'_, K>) -> Result<()>,
	{
		match window.refuse(nonce, self.finalized, self.filler()?, Instant::now()) {
			Some(key) => news(News::Done(key, Fate::Refused(failure))),
			None => Ok(()),
		}
	}

	/// A call that does nothing.
	fn filler(&self) -> Result<Call> {
		self.spec.call("Utility", "batch", Vec::<Call>::new())
	}

	/// A signature is bound to the latest final block, since an account may be new. A node whose pool is some blocks behind
	/// refuses that, so that every other one after a refusal is bound to an earlier block.
	fn mortality(&self, refusals: u32) -> Mortality {
		let latest = (self.finalized, self.finalized_hash);
		let is_earlier = refusals % 2 == 1;
		let (birth, birth_hash) = self.earlier.front().copied().filter(|_| is_earlier).unwrap_or(latest);
		Mortality { birth, birth_hash, period: PERIOD }
	}

	/// Looks at every block up to a new final head. Says whether anything of ours has moved.
	async fn follow<K, N>(&mut self, head: &Header, window: &mut Window<K>, news: &mut N) -> Result<bool>
	where
		N: FnMut(News<'_, K>) -> Result<()>,
	{
		let mut moved = false;
		if head.number <= self.finalized {
			return Ok(moved);
		}
		let first = self.finalized.saturating_add(1);
		for number in first..=head.number {
			let hash = if number == head.number { head.hash() } else { self.chain.hash_of(number).await? };
			let block = self.chain.block(hash).await?;
			let hashes: Vec<Hash> =
				block.extrinsics.iter().map(|bytes| crate::chain::extrinsic::hash(bytes)).collect();
			let landed = window.block(&hashes);
			if !landed.is_empty() {
				moved = true;
				let (spec, all) = events::fetch_after(self.chain, hash, block.header.parent_hash).await?;
				for one in landed {
					let (events, failure) = events::outcome(&spec, &all, one.index);
					let inclusion = Inclusion {
						block: number,
						block_hash: hash,
						index: one.index,
						hash: one.hash,
						events,
						failure,
					};
					news(News::Done(one.key, Fate::Final(Box::new(inclusion))))?;
				}
			}
			self.earlier.push_back((self.finalized, self.finalized_hash));
			if self.earlier.len() > BACK {
				self.earlier.pop_front();
			}
			(self.finalized, self.finalized_hash) = (number, hash);
			news(News::Block(number))?;
		}
		self.spec = self.chain.spec(self.finalized_hash).await?;
		let used = self.chain.nonce_at(self.signer.account(), self.finalized_hash).await?;
		if window.lowest().is_some_and(|lowest| lowest < used) {
			let count = window.overtaken(used, Instant::now());
			if count > 0 {
				news(News::Remark(&format!(
					"{count} nonces were used by other transactions of this account; their calls are signed for new ones"
				)))?;
			}
		}
		Ok(moved)
	}

	/// Nothing has moved for a while: the pool may have been lost, ours or that of whoever signed before us.
	async fn unstick<K, N>(&self, window: &mut Window<K>, news: &mut N) -> Result<()>
	where
		N: FnMut(News<'_, K>) -> Result<()>,
	{
		let now = Instant::now();
		let pooled = self.chain.next_nonce(self.signer.account()).await?;
		let filled = match window.lowest() {
			Some(lowest) if pooled < lowest => window.fill(pooled, &self.filler()?, now),
			_ => 0,
		};
		if filled > 0 {
			news(News::Remark(&format!(
				"{filled} earlier transactions of this account are gone from the pool; their nonces are filled"
			)))?;
		}
		window.send_all(now);
		Ok(())
	}
}

/// The transactions under way: the first, with where it is, and how many wait behind it.
fn under_way(nonce: Nonce, hashes: &[Hash], behind: usize, text: &str) -> String {
	let hashes: Vec<String> = hashes.iter().map(names::hex0x).collect();
	let others = if behind > 0 { format!(" (and {behind} behind it)") } else { String::new() };
	format!("transaction {} with nonce {nonce}{others}: {text}", hashes.join(" or "))
}

/// Says what to do before work is repeated that was given up while it may still become final.
pub(crate) fn look_first(failure: Failure, signer: &Signer) -> Failure {
	if !is_passing(&failure) {
		return failure;
	}
	failure.remedy(format!(
		"it may still become final: look before you repeat the command. Once it is final, `trimast account show {}` \
		 gives a higher nonce than it has. `trimast chain status` shows how the chain stands; --patience waits longer",
		names::ss58(signer.account())
	))
}

/// Submits one call and waits until it is final. Its failure on chain is an error.
pub(crate) async fn one(chain: &Chain, signer: &Signer, call: Call, output: Output) -> Result<Inclusion> {
	let mut submitter = Submitter::new(chain, signer, Limits::default()).await?;
	let mut fate = None;
	submitter
		.run([Ok(((), call))], |news| {
			match news {
				News::Done((), done) => fate = Some(done),
				News::Remark(text) => output.remark(text),
				News::Block(_) => {}
			}
			Ok(())
		})
		.await
		.map_err(|failure| look_first(failure, signer))?;
	match fate {
		Some(Fate::Final(inclusion)) => Ok(*inclusion),
		Some(Fate::Refused(failure)) => Err(failure),
		None => Err(Failure::connection("the transaction was lost sight of")),
	}
}

/// Waits until what an account has under way is final: what is decided next must know it.
pub(crate) async fn settle(chain: &Chain, account: &AccountId, output: Output) -> Result<()> {
	let pooled = chain.next_nonce(account).await?;
	let (_, mut hash) = chain.finalized().await?;
	let mut heads = Heads::new(chain);
	let begun = Instant::now();
	let mut is_told = false;
	while chain.nonce_at(account, hash).await? < pooled {
		if !is_told {
			output.remark("waiting until what this account has under way is final");
			is_told = true;
		}
		if begun.elapsed() > chain.patience() {
			return Err(Failure::connection("what this account has under way does not become final")
				.at(names::ss58(account))
				.remedy("`trimast chain status` shows how the chain stands; --patience waits longer"));
		}
		hash = heads.next().await?.hash();
	}
	Ok(())
}

/// Whether work with this result may be taken up again as it is.
pub(crate) fn is_passing(failure: &Failure) -> bool {
	failure.kind() == Kind::Connection
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_is_given_up_is_named_and_may_be_looked_for() {
		let hash = Hash::repeat_byte(7);
		let text =
			under_way(12, &[hash], 3, "in block 8 of 9, not final; finality has stood at block 7 for 300 s");
		let hex = names::hex0x(hash);
		assert!(
			text.starts_with(&format!("transaction {hex} with nonce 12 (and 3 behind it): in block 8")),
			"{text}"
		);
		let signer = Signer::from_uri("//carrier-one").unwrap();
		let told = look_first(Failure::connection(text), &signer).to_string();
		assert!(
			told.contains("look before you repeat") && told.contains(&names::ss58(signer.account())),
			"{told}"
		);
		// What the chain has refused is not looked for.
		assert_eq!(look_first(Failure::chain("no"), &signer), Failure::chain("no"));
	}
}
