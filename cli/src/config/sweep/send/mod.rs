// SPDX-License-Identifier: Apache-2.0
//! Sending what an export says, from whole local networks down to single values, and only as far down as it differs.
//!
//! ```text
//!   round    tags of local networks ──► tags of pages ──► tags of cells ──► values
//!     ▲                                      │                 │               │
//!     └── pages that were revised meanwhile ─┴─────────────────┴───────────────┘
//! ```
//!
//! Each step of a local network waits until the one before is final, since the chain takes values only of cells whose tags
//! have differed. Local networks do not wait for each other: each is done, and noted as that, with its own last answer. What
//! a page's tag depends on is read at the beginning of each round; the values come from the export alone. A page that is
//! revised meanwhile goes on to its cells, which the chain compares with the present ones. Only where the export has it as the
//! baseline was, or its cells have other places since, it waits for the next round.
//!
//! One call is heard about so many open violations, and has room for so many new ones. What was too much for one is cut in
//! halves, down to a single page or a single cell, so that nobody can keep a company from being heard by inventing more.
//! What is left over then is told, and its local network is not done.
//!
//! * [`jobs`]: what a call carries.
//! * [`calls`]: the calls of a round.
//! * [`wait`]: sends them and waits.
//! * [`answers`]: what the chain says to them.
//! * [`network`]: how a local network stands by that.

mod answers;
mod calls;
mod jobs;
mod network;
mod wait;

use super::{
	beside::Beside,
	by_cells, heard,
	plan::{by_page, Looking, PagePlan, Verdict},
	state::State,
	store::Store,
};
use crate::{
	chain::{Chain, Spec},
	config::views::NetworkView,
	context::Context,
	error::{Failure, Result},
	keys::Signer,
	output::counted,
	submit::window::Limits,
};
use futures::{stream, StreamExt, TryStreamExt};
use jobs::{Job, Most};
use network::Network;
use std::{
	collections::{BTreeMap, BTreeSet},
	sync::Arc,
	time::Instant,
};
use trimast_primitives::{cells::digest::SweepKey, LocalNetworkId};

/// Rounds after which a page that is revised again and again is given up.
const MOST_ROUNDS: u32 = 12;
/// Local networks that are looked at at once.
const AT_ONCE: usize = 8;

/// An observation under way.
pub(crate) struct Sending<'a> {
	context: &'a Context,
	chain: &'a Chain,
	signer: &'a Signer,
	store: &'a Store,
	beside: &'a Beside<'a>,
	key: SweepKey,
	number: u32,
	spec: Arc<Spec>,
	most: Most,
	limits: Limits,
	views: BTreeMap<LocalNetworkId, NetworkView>,
	networks: BTreeMap<LocalNetworkId, Network>,
	/// Pages that are looked at in the next round.
	again: BTreeMap<LocalNetworkId, Option<BTreeSet<u16>>>,
	/// What was too much for one call and is sent in parts.
	too_much: Vec<Job>,
	/// Where it stands, on disk.
	pub(crate) state: State,
	/// Seconds that were spent looking at what the chain has and computing digests.
	pub(crate) looking: f64,
	/// First and last block with a call of it.
	pub(crate) blocks: Option<(u32, u32)>,
}

impl<'a> Sending<'a> {
	/// Of a salted sweep.
	pub(crate) async fn new(
		(context, chain, signer): (&'a Context, &'a Chain, &'a Signer),
		(store, beside): (&'a Store, &'a Beside<'a>),
		(number, key): (u32, SweepKey),
		state: State,
		window: usize,
	) -> Result<Self> {
		let spec = context.spec(chain).await?;
		let most = Most::new(&spec);
		let at = chain.now().await?;
		let views = at.baseline_networks().await?.into_iter().map(|view| (view.id, view)).collect();
		let sending = Self {
			context,
			chain,
			signer,
			store,
			beside,
			key,
			number,
			spec,
			most,
			limits: Limits { calls: window, ..Limits::default() },
			views,
			networks: BTreeMap::new(),
			again: BTreeMap::new(),
			too_much: Vec::new(),
			state,
			looking: 0.0,
			blocks: None,
		};
		sending.check_calls()?;
		Ok(sending)
	}

	/// Observes these local networks, but for those that are done.
	pub(crate) async fn run(&mut self, ids: &[LocalNetworkId]) -> Result<()> {
		self.state.left.clear();
		let open: Vec<LocalNetworkId> =
			ids.iter().copied().filter(|id| !self.state.done.contains_key(id)).collect();
		let mut wanted: BTreeMap<LocalNetworkId, Option<BTreeSet<u16>>> =
			open.iter().map(|id| (*id, None)).collect();
		let bar = self.context.output.progress(ids.len().try_into().unwrap_or(u64::MAX), "local networks");
		for round in 0..MOST_ROUNDS {
			if wanted.is_empty() {
				break;
			}
			let beside = self.beside;
			beside.during(self.look(&wanted)).await?;
			let first = self.first_jobs()?;
			self.send(first, &bar).await?;
			wanted = std::mem::take(&mut self.again);
			bar.set_position(u64::try_from(self.state.done.len()).unwrap_or(0));
			if round + 1 < MOST_ROUNDS && !wanted.is_empty() {
				let pages: usize = wanted.values().flatten().map(BTreeSet::len).sum();
				let pages = counted(pages, "page");
				self.context.output.remark(&format!("changed meanwhile, and sent anew: {pages}"));
			}
		}
		bar.finish_and_clear();
		for (id, network) in std::mem::take(&mut self.networks) {
			self.state.left.insert(id, network.tally);
		}
		self.state.save(self.store.folder())?;
		if !wanted.is_empty() {
			let ids: Vec<String> = wanted.keys().take(20).map(|id| id.0.to_string()).collect();
			self.context.output.remark(&format!(
				"pages change again and again while they are attested (local networks {}): repeat the command when the \
				 changes there are over",
				ids.join(", ")
			));
		}
		Ok(())
	}

	/// Looks at pages, those of a set or all.
	async fn look(&mut self, wanted: &BTreeMap<LocalNetworkId, Option<BTreeSet<u16>>>) -> Result<()> {
		let start = Instant::now();
		let this = &*self;
		let looked: Vec<(LocalNetworkId, BTreeMap<u16, PagePlan>)> = stream::iter(wanted)
			.map(
				|(id, pages)| async move { Ok::<_, Failure>((*id, this.look_at(*id, pages.as_ref()).await?)) },
			)
			.buffered(AT_ONCE)
			.try_collect()
			.await?;
		for (id, plans) in looked {
			let is_whole = wanted.get(&id).is_some_and(Option::is_none);
			let is_quiet = self.views.get(&id).is_some_and(|view| view.open_violations == 0);
			let matches = |plan: &PagePlan| matches!(plan.verdict, Verdict::Empty | Verdict::Matches);
			let has_baseline = plans.values().any(|plan| plan.verdict == Verdict::Matches);
			let network = self.networks.entry(id).or_default();
			network.by_tag = is_whole && is_quiet && has_baseline && plans.values().all(matches);
			network.needs_pages = !network.by_tag;
			(network.step, network.open) = Default::default();
			network.plans = plans;
			network.matching.clear();
			network.differing.clear();
			network.stale.clear();
		}
		self.looking += start.elapsed().as_secs_f64();
		Ok(())
	}

	async fn look_at(
		&self,
		id: LocalNetworkId,
		pages: Option<&BTreeSet<u16>>,
	) -> Result<BTreeMap<u16, PagePlan>> {
		let count = self.views.get(&id).map_or(0, |view| u16::try_from(view.pages).unwrap_or(u16::MAX));
		let all: Vec<u16> = match pages {
			Some(pages) => pages.iter().copied().collect(),
			None => (0..count).collect(),
		};
		look_at((self.chain, self.store), (id, count), &all, pages.is_some()).await
	}

	/// All calls of a local network are answered.
	pub(super) fn end(&mut self, id: LocalNetworkId) {
		let Some(network) = self.networks.remove(&id) else { return };
		if let Some(mut network) = network.end(id, &mut self.state) {
			self.again.insert(id, Some(std::mem::take(&mut network.stale)));
			self.networks.insert(id, network);
		}
	}
}

/// What an export says of pages of a local network, which has `count` of them. `is_again`: whether they were revised while
/// they were told.
pub(super) async fn look_at(
	(chain, store): (&Chain, &Store),
	(id, count): (LocalNetworkId, u16),
	pages: &[u16],
	is_again: bool,
) -> Result<BTreeMap<u16, PagePlan>> {
	// Long work outlives the states that nodes keep.
	let at = chain.now().await?;
	let heads = at.heads(id, count).await?;
	let kept = store.cells(id)?;
	// Who is asked about a station is the question of now, and not of when the file was read.
	let org = store.manifest.org;
	let by_cells = by_cells(at, id, pages, org).await?;
	let looking = Looking { genesis: chain.genesis(), id, seen: by_page(&kept), heads, is_again, by_cells };
	let (mut plans, open) = tokio::task::block_in_place(|| looking.first_look(pages));
	let tables = at.tables(id, &open).await?;
	let heard = heard(at, id, &open, org).await?;
	let tables: Vec<_> = open.into_iter().zip(tables).collect();
	plans.extend(tokio::task::block_in_place(|| looking.second_look(&tables, |site| heard.contains(&site))));
	Ok(plans.into_iter().map(|plan| (plan.page, plan)).collect())
}
