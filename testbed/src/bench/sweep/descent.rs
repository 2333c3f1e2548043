// SPDX-License-Identifier: Apache-2.0

//! One sweep: anchored, opened, and told level by level until the last attestation is final.

use super::{
	baseline::Baseline,
	blocks, execution,
	export::{Opener, RawExport},
	levels::{everything, rest, Level, Limits, Testimony, Todo},
	observation::{digests, LocalDigests, Observation},
};
use crate::{
	bench::{
		accounts::Senders,
		ledger::{stretch, Meter, Used},
	},
	calls,
	chain::Chain,
	keys,
	network::Network,
	views,
};
use anyhow::{ensure, Context, Result};
use futures::{future::try_join_all, stream, StreamExt, TryStreamExt};
use std::{
	collections::HashMap,
	sync::Arc,
	time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use trimast_primitives::{
	access::Scope,
	apis::BaselineHeadView,
	cells::{digest::SweepKey, export::Bound},
	Hash, Moment, OrgId,
};

/// Blocks that are executed again for each level: those with the most records.
const EXECUTED: usize = 3;
/// How far back the network was read: the chain's clock is behind by up to a slot, and no observation is of the future.
const OBSERVED_BEFORE: Duration = Duration::from_secs(10);

/// A network with a baseline in it, ready for sweeps.
pub(super) struct Field {
	/// The nodes.
	pub(super) network: Network,
	/// The node that is asked.
	pub(super) chain: Chain,
	/// The chain.
	pub(super) genesis: Hash,
	/// Weight of a block that ordinary transactions may use, picoseconds.
	pub(super) room: f64,
	/// How much one call takes.
	pub(super) limits: Limits,
	/// What stands on the chain.
	pub(super) baseline: Arc<Baseline>,
	/// The two carriers' accounts.
	pub(super) senders: Vec<Senders>,
	/// How many exports there were.
	pub(super) exports: u64,
}

/// What one level of a sweep took.
pub(super) struct Step {
	/// Which.
	pub(super) level: Level,
	/// Transactions.
	pub(super) transactions: u64,
	/// Cells that they are about.
	pub(super) records: u64,
	/// Bytes of the blocks' extrinsics.
	pub(super) bytes: u64,
	/// Until the last is final.
	pub(super) used: Used,
	/// Share of the weight that ordinary transactions may use: in the fullest block.
	pub(super) fullest: f64,
	/// The same on average over the blocks that have any.
	pub(super) mean: f64,
	/// Records a second of execution time.
	pub(super) executed: f64,
}

/// What one sweep took.
pub(super) struct Descent {
	/// Where it began.
	pub(super) entry: Level,
	/// Share of cells that were to differ.
	pub(super) share: f64,
	/// Companies that observed.
	pub(super) witnesses: usize,
	/// Cells that differed, for each of them.
	pub(super) differing: u64,
	/// Violations that stood open before.
	pub(super) open: u64,
	/// Seconds of hashing the export's rows, before the clock.
	pub(super) hashing: f64,
	/// Seconds until the sweep had its key: exports anchored, sweep opened and salted.
	pub(super) opening: f64,
	/// Seconds of computing digests, while it was opened.
	pub(super) digests: f64,
	/// From parsed columns until the last attestation was final.
	pub(super) used: Used,
	/// Its levels.
	pub(super) steps: Vec<Step>,
}

/// A sweep that takes observations.
pub(super) struct OpenSweep {
	/// Its number.
	pub(super) number: u32,
	/// The key of its tags.
	pub(super) key: SweepKey,
	/// The roots of the export that the witnesses have anchored, each its own.
	pub(super) exports: Vec<Hash>,
}

impl Field {
	/// The raw export of what is seen, as it was read just before.
	async fn export(&mut self, observation: &Arc<Observation>) -> Result<Arc<RawExport>> {
		self.exports += 1;
		let observed = SystemTime::now().duration_since(UNIX_EPOCH)?.saturating_sub(OBSERVED_BEFORE);
		let observed = Moment::try_from(observed.as_millis())?;
		let (baseline, observation) = (self.baseline.clone(), observation.clone());
		let read = move || RawExport::read(baseline, observation, observed);
		Ok(Arc::new(tokio::task::spawn_blocking(read).await.context("a thread panicked")??))
	}

	/// How many violations stand open in each local network of the baseline.
	pub(super) async fn open_violations(&self) -> Result<Vec<u32>> {
		let baselines = views::baselines(&self.chain, None).await?;
		let open: HashMap<_, _> = baselines.into_iter().map(|view| (view.id, view.open_violations)).collect();
		let ids = self.baseline.networks.iter().map(|network| network.id);
		Ok(ids.map(|id| open.get(&id).copied().unwrap_or_default()).collect())
	}

	/// Revisions of all pages, by local network.
	async fn heads(&self) -> Result<Vec<Vec<BaselineHeadView>>> {
		let ids: Vec<_> = self.baseline.networks.iter().map(|network| network.id).collect();
		stream::iter(ids).map(|id| views::heads(&self.chain, id, None)).buffered(8).try_collect().await
	}

	/// The digests of what is seen, for each witness for itself; and how long they took.
	async fn digests(
		&self,
		observation: &Arc<Observation>,
		witnesses: usize,
	) -> Result<(Vec<Vec<LocalDigests>>, f64)> {
		let heads = self.heads().await?;
		let (baseline, observation, genesis) = (self.baseline.clone(), observation.clone(), self.genesis);
		let start = Instant::now();
		let compute = move || {
			let each = || digests(&baseline, &observation, &heads, genesis);
			(0..witnesses).map(|_| each()).collect::<Result<Vec<_>>>()
		};
		let digests = tokio::task::spawn_blocking(compute).await.context("a thread panicked")??;
		Ok((digests, start.elapsed().as_secs_f64()))
	}

	/// Anchors an export of each witness, opens a sweep of the country, and waits for its key.
	async fn open(&self, witnesses: usize, export: &RawExport) -> Result<OpenSweep> {
		let orgs: Vec<OrgId> = (0u8..).map(OrgId).take(witnesses).collect();
		let anchor = |(senders, org): (&'_ Senders, &OrgId)| {
			let (root, Bound { scope, leaves, observed, .. }) = (export.root(*org), export.bound(*org));
			let call = calls::anchor_export(scope, root, leaves, observed);
			let (chain, key) = (senders.chain.clone(), senders.first().clone());
			async move { chain.carry_out(&key, &call).await }
		};
		try_join_all(self.senders.iter().zip(&orgs).map(anchor)).await?;
		let senders = &self.senders[0];
		let opened = senders.chain.carry_out(senders.first(), &calls::open_sweep(Scope::National)).await?;
		let sweep = views::last_sweep(&self.chain, None, Some(opened.hash)).await?;
		let number = sweep.context("no sweep stands open")?.id;
		loop {
			let head = self.chain.finalized().await?;
			let after = number.checked_sub(1);
			let sweep = views::last_sweep(&self.chain, after, Some(head.hash)).await?;
			if let Some(key) = sweep.and_then(|sweep| sweep.key) {
				let exports = orgs.iter().map(|org| export.root(*org)).collect();
				return Ok(OpenSweep { number, key: SweepKey::from_hash(key), exports });
			}
			tokio::time::sleep(Duration::from_millis(50)).await;
		}
	}

	/// A sweep in which nothing differs, not told yet, with its digests: for what is carried out on trial.
	pub(super) async fn rehearse(&mut self) -> Result<(OpenSweep, Vec<LocalDigests>)> {
		let export = self.export(&Arc::default()).await?;
		let (mut digests, _) = self.digests(&Arc::default(), 1).await?;
		Ok((self.open(1, &export).await?, digests.remove(0)))
	}

	/// One sweep by the first `witnesses` carriers, who see the same: `share` of the cells otherwise than the baseline says.
	pub(super) async fn sweep(&mut self, entry: Level, share: f64, witnesses: usize) -> Result<Descent> {
		let observation = Arc::new(Observation::with_changes(&self.baseline, share, self.exports)?);
		let differing = observation.differing();
		let start = Instant::now();
		let export = self.export(&observation).await?;
		let hashing = start.elapsed().as_secs_f64();
		eprintln!("sweep by {witnesses}, from {}: {differing} cells differ", entry.name());

		let meter = Meter::start(&self.network)?;
		let opening = async {
			let start = Instant::now();
			anyhow::Ok((self.open(witnesses, &export).await?, start.elapsed().as_secs_f64()))
		};
		let ((sweep, opening), (digests, digesting), open) =
			futures::try_join!(opening, self.digests(&observation, witnesses), self.open_violations())?;
		let testimonies: Vec<Testimony<'_>> = (0..witnesses)
			.map(|witness| Testimony {
				baseline: &self.baseline,
				observation: &observation,
				digests: &digests[witness],
				sweep: sweep.number,
				key: sweep.key,
				export: sweep.exports[witness],
				limits: self.limits,
				open: &open,
			})
			.collect();
		let from = self.chain.finalized().await?.number;
		let openers: Vec<Opener> = (0..witnesses)
			.map(|org| {
				let key = keys::key(&keys::uri(org, Some("collector")))?;
				Ok(Opener::start(
					self.senders[org].chain.clone(),
					OrgId(org as u8),
					key,
					export.clone(),
					from,
				))
			})
			.collect::<Result<_>>()?;
		let mut todos = vec![everything(&self.baseline, entry); witnesses];
		let (mut told, mut used) = (Vec::new(), None);
		for level in Level::ALL.into_iter().filter(|level| *level >= entry) {
			if todos.iter().all(Todo::is_empty) {
				break;
			}
			let level = self.tell(level, &testimonies, &todos).await?;
			todos = self.rest(&level.blocks, witnesses)?;
			used = Some(meter.stop(&self.network)?);
			told.push(level);
		}
		ensure!(todos.iter().all(Todo::is_empty), "values are not the last level");
		let used = used.context("nothing was told")?;

		// What follows is not on the clock.
		drop(openers);
		let mut steps = Vec::new();
		for level in told {
			steps.push(self.step(level).await?);
		}
		let values: u64 =
			steps.iter().filter(|step| step.level == Level::Values).map(|step| step.records).sum();
		ensure!(
			values == differing * witnesses as u64,
			"{values} values of {differing} cells were found by {witnesses}"
		);
		let open = open.iter().copied().map(u64::from).sum();
		Ok(Descent {
			entry,
			share,
			witnesses,
			differing,
			open,
			hashing,
			opening,
			digests: digesting,
			used,
			steps,
		})
	}

	/// Hands in one level of all witnesses, and waits until it is final.
	async fn tell(&self, level: Level, testimonies: &[Testimony<'_>], todos: &[Todo]) -> Result<Told> {
		let from = self.chain.finalized().await?.number;
		let meter = Meter::start(&self.network)?;
		let make = |(testimony, todo): (&Testimony<'_>, &Todo)| testimony.calls(level, todo);
		let calls = testimonies.iter().zip(todos).map(make).collect::<Result<Vec<_>>>()?;
		let send = self.senders.iter().zip(&calls).map(|(senders, calls)| senders.send_all(calls));
		let transactions = try_join_all(send).await?.into_iter().sum();
		// The nodes finalise a block at slightly different times.
		let mut to = from;
		for senders in &self.senders {
			to = to.max(senders.chain.finalized().await?.number);
		}
		self.chain.wait_finalized(to, Duration::from_secs(60)).await?;
		let used = meter.stop(&self.network)?;
		let sweep = testimonies.first().map(|testimony| testimony.sweep);
		let blocks = blocks::read(&self.chain, from, to, sweep, &self.baseline).await?;
		Ok(Told { level, transactions, from, to, used, blocks })
	}

	/// What each witness has to tell next.
	fn rest(&self, blocks: &[blocks::Block], witnesses: usize) -> Result<Vec<Todo>> {
		let of = |witness: usize| {
			let answers = blocks.iter().flat_map(|block| &block.answers);
			let own = answers.filter(move |(org, _)| *org == OrgId(witness as u8));
			rest(&self.baseline, own.map(|(_, answer)| answer))
		};
		(0..witnesses).map(of).collect()
	}

	/// What a level took, its blocks looked at and executed once more.
	async fn step(&self, told: Told) -> Result<Step> {
		let Told { level, transactions, from, to, used, mut blocks } = told;
		let bytes = stretch(&self.chain, from, to).await?.bytes;
		let records = blocks.iter().map(|block| block.records).sum();
		let shares =
			|| blocks.iter().filter(|block| block.weight > 0).map(|block| block.weight as f64 / self.room);
		let fullest = shares().fold(0.0, f64::max);
		let mean = shares().sum::<f64>() / shares().count().max(1) as f64;
		blocks.sort_by_key(|block| std::cmp::Reverse(block.records));
		blocks.truncate(EXECUTED);
		blocks.retain(|block| block.records > 0);
		let numbers: Vec<u64> = blocks.iter().map(|block| block.number).collect();
		let seconds = execution::of_blocks(&self.chain, &numbers).await?;
		let executed = blocks.iter().map(|block| block.records).sum::<u64>() as f64 / seconds;
		Ok(Step { level, transactions, records, bytes, used, fullest, mean, executed })
	}
}

/// A level that was told.
struct Told {
	level: Level,
	transactions: u64,
	from: u64,
	to: u64,
	used: Used,
	blocks: Vec<blocks::Block>,
}
