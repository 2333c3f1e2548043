// SPDX-License-Identifier: Apache-2.0
//! Submitting calls from one account until they are final: signs with consecutive nonces, keeps a bounded number under
//! way, follows final blocks, and lives through restarted nodes. What must never happen twice is settled in [`window`].

pub(crate) mod window;

use crate::{
	chain::{
		errors::{self, Verdict},
		events::{self, Event},
		extrinsic::{Mortality, Unsigned},
		finalized::Heads,
		rpc::Submission,
		Call, Chain, Spec,
	},
	error::{Failure, Kind, Result},
	keys::Signer,
};
use futures::{stream, StreamExt};
use std::{
	sync::Arc,
	time::{Duration, Instant},
};
use trimast_primitives::{BlockNumber, Hash, Header, Nonce};
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
const MAX_RESIGNS: u32 = 5;

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
	spec: Arc<Spec>,
}

impl<'a> Submitter<'a> {
	/// Ready to submit.
	pub(crate) async fn new(chain: &'a Chain, signer: &'a Signer, limits: Limits) -> Result<Self> {
		let (finalized, finalized_hash) = chain.finalized().await?;
		let spec = chain.spec(finalized_hash).await?;
		Ok(Self { chain, signer, limits, finalized, finalized_hash, spec })
	}

	/// Submits every job and waits until each is final or refused. Jobs are taken as there is room for them.
	///
	/// # Errors
	/// When the signer itself is refused, when the node stays away, or when `news` or a job says so. Calls under way may
	/// still become final.
	pub(crate) async fn run<K, J, N>(&mut self, jobs: J, mut news: N) -> Result<()>
	where
		J: IntoIterator<Item = Result<(K, Call)>>,
		N: FnMut(News<'_, K>) -> Result<()>,
	{
		let mut jobs = jobs.into_iter().fuse();
		let mut heads = Heads::new(self.chain);
		let start = self.chain.next_nonce(self.signer.account()).await?;
		let mut window = Window::new(self.limits, start);
		let mut moved = Instant::now();
		loop {
			while window.has_room() {
				let Some(job) = jobs.next() else { break };
				let (key, call) = job?;
				window.push(key, call, Instant::now());
			}
			if window.is_empty() {
				return Ok(());
			}
			self.send(&mut window, &mut news).await?;
			tokio::select! {
				head = heads.next() => {
					let head = head?;
					if self.follow(&head, &mut window, &mut news).await? {
						moved = Instant::now();
					}
				},
				() = tokio::time::sleep(Duration::from_secs(1)) => {},
			}
			if heads.was_broken() {
				window.send_all(Instant::now());
			}
			if moved.elapsed() > STUCK {
				moved = Instant::now();
				self.unstick(&mut window, &mut news).await?;
			}
		}
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
					let mortality = self.mortality();
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
				if window.resign(nonce, soon) > MAX_RESIGNS {
					let failure = Failure::chain("the node refuses the signature again and again")
						.remedy("check that the node and this `trimast` follow the same chain, and the clock of blocks");
					self.give_up(nonce, failure, window, news)?;
				}
			}
			Verdict::Never(failure) => self.give_up(nonce, failure, window, news)?,
			Verdict::SignerRefused(failure) => {
				return Err(failure.at(crate::names::ss58(self.signer.account())))
			}
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

	fn mortality(&self) -> Mortality {
		Mortality { birth: self.finalized, birth_hash: self.finalized_hash, period: PERIOD }
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

/// Submits one call and waits until it is final. Its failure on chain is an error.
pub(crate) async fn one(chain: &Chain, signer: &Signer, call: Call) -> Result<Inclusion> {
	let mut submitter = Submitter::new(chain, signer, Limits::default()).await?;
	let mut fate = None;
	submitter
		.run([Ok(((), call))], |news| {
			if let News::Done((), done) = news {
				fate = Some(done);
			}
			Ok(())
		})
		.await?;
	match fate {
		Some(Fate::Final(inclusion)) => Ok(*inclusion),
		Some(Fate::Refused(failure)) => Err(failure),
		None => Err(Failure::connection("the transaction was lost sight of")),
	}
}

/// Whether work with this result may be taken up again as it is.
pub(crate) fn is_passing(failure: &Failure) -> bool {
	failure.kind() == Kind::Connection
}
