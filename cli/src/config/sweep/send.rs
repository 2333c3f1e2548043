// SPDX-License-Identifier: Apache-2.0
//! Sending what an export says, from whole local networks down to single values, and only as far down as it differs.
//!
//! ```text
//!   round    tags of local networks ──► tags of pages ──► tags of cells ──► values
//!     ▲                                      │                 │               │
//!     └── pages that were revised meanwhile ─┴─────────────────┴───────────────┘
//! ```
//!
//! Each step waits until the one before is final, since the chain takes values only of cells whose tags have differed. What
//! a page's tag depends on is read at the beginning of each round; the values come from the export alone.
//!
//! One call is heard about so many open violations, and has room for so many new ones. What was too much for one is cut in
//! halves, down to a single page or a single cell, so that nobody can keep a company from being heard by inventing more.
//! What is left over then is told, and its local network is not done.

use super::{
	plan::{by_page, runs, Differing, Looking, PagePlan, Verdict},
	state::{State, Tally},
	store::Store,
};
use crate::{
	chain::{events::Event, Call, Chain, Spec},
	config::views::NetworkView,
	context::Context,
	error::{Failure, Result},
	keys::Signer,
	output::Output,
	submit::{window::Limits, Fate, Inclusion, News, Submitter},
};
use futures::{stream, StreamExt, TryStreamExt};
use serde_json::{json, Value};
use std::{
	collections::{BTreeMap, BTreeSet},
	sync::Arc,
	time::Instant,
};
use trimast_primitives::{
	cells::{
		digest::{local_network_digest, SweepKey, Tag},
		CellValues,
	},
	Hash, LocalNetworkId,
};

/// Rounds after which a page that is revised again and again is given up.
const MOST_ROUNDS: u32 = 12;
/// Local networks that are looked at at once.
const AT_ONCE: usize = 8;
/// Refusals that make the rest of the sweep useless.
const FATAL: [&str; 8] = [
	"SweepClosed",
	"NoSuchSweep",
	"NotSalted",
	"NotAnchored",
	"AnchoredTooLate",
	"ExportExpired",
	"ExportDoubted",
	"UnknownAccount",
];

/// What a chain answers that has been told, or asked, too much at once.
const TOO_MUCH: &str = "TooManyViolations";
/// The tag of a cell that was not seen.
const NOT_SEEN: Tag = Tag([0; 8]);

/// How many items one call may carry.
#[derive(Clone, Copy, Debug)]
struct Most {
	networks: usize,
	tags: usize,
	pages: usize,
	values: usize,
}

impl Most {
	fn new(spec: &Spec) -> Self {
		let of = |name: &str, otherwise: u32| {
			let most = spec.constant::<u32>("ConfigGuard", name).unwrap_or(otherwise);
			usize::try_from(most).unwrap_or(1).max(1)
		};
		Self {
			networks: of("MaxNetworks", 64),
			tags: of("MaxTags", 256),
			pages: of("MaxPagesOfCells", 32),
			values: of("MaxValues", 64),
		}
	}
}

/// A call on its way.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Job {
	/// Tags of whole local networks.
	Networks(Vec<LocalNetworkId>),
	/// Tags of so many pages in a row.
	Pages(LocalNetworkId, u16, u16),
	/// Tags of the cells of pages.
	Cells(LocalNetworkId, Vec<u16>),
	/// Values of cells of pages, by their places in the tables.
	Values(LocalNetworkId, Vec<(u16, Vec<u16>)>),
}

/// Both halves of a list; none of one that cannot be cut.
fn halves<T: Clone>(list: &[T]) -> Option<[Vec<T>; 2]> {
	let (first, second) = list.split_at(list.len().div_ceil(2));
	(!second.is_empty()).then(|| [first.to_vec(), second.to_vec()])
}

impl Job {
	/// The same in two parts; none when it cannot be cut.
	fn cut(&self) -> Option<[Self; 2]> {
		match self {
			Self::Networks(ids) => halves(ids).map(|both| both.map(Self::Networks)),
			Self::Pages(id, first, count) => {
				let half = count.div_ceil(2);
				let rest = count.checked_sub(half).filter(|rest| *rest > 0)?;
				Some([Self::Pages(*id, *first, half), Self::Pages(*id, first.saturating_add(half), rest)])
			}
			Self::Cells(id, pages) => halves(pages).map(|both| both.map(|pages| Self::Cells(*id, pages))),
			Self::Values(id, pages) => match &pages[..] {
				[(page, cells)] => {
					halves(cells).map(|both| both.map(|cells| Self::Values(*id, vec![(*page, cells)])))
				}
				_ => halves(pages).map(|both| both.map(|pages| Self::Values(*id, pages))),
			},
		}
	}

	/// What is sent again when these pages of it were not heard, or not taken: they without the others, or else its two halves;
	/// none when it cannot be cut.
	fn rest(&self, pages: &BTreeSet<u16>) -> Option<Vec<Self>> {
		let (parts, is_less) = match self {
			Self::Networks(_) => (Vec::new(), false),
			Self::Pages(id, _, count) => {
				let mut runs: Vec<(u16, u16)> = Vec::new();
				for page in pages {
					match runs.last_mut() {
						Some((first, count)) if first.saturating_add(*count) == *page => *count += 1,
						_ => runs.push((*page, 1)),
					}
				}
				let parts = runs.into_iter().map(|(first, count)| Self::Pages(*id, first, count));
				(parts.collect(), pages.len() < usize::from(*count))
			}
			Self::Cells(id, all) => {
				(vec![Self::Cells(*id, pages.iter().copied().collect())], pages.len() < all.len())
			}
			Self::Values(id, all) => {
				let rest: Vec<_> = all.iter().filter(|(page, _)| pages.contains(page)).cloned().collect();
				let is_less = rest.len() < all.len();
				(vec![Self::Values(*id, rest)], is_less)
			}
		};
		if is_less {
			return Some(parts);
		}
		self.cut().map(Vec::from)
	}

	fn networks(&self) -> Vec<LocalNetworkId> {
		match self {
			Self::Networks(ids) => ids.clone(),
			Self::Pages(id, ..) | Self::Cells(id, _) | Self::Values(id, _) => vec![*id],
		}
	}

	fn text(&self) -> String {
		match self {
			Self::Networks(ids) => format!("{} local networks", ids.len()),
			Self::Pages(id, first, count) => format!("local network {}, {count} pages from {first}", id.0),
			Self::Cells(id, pages) => format!("local network {}, cells of {} pages", id.0, pages.len()),
			Self::Values(id, pages) => format!("local network {}, values of {} pages", id.0, pages.len()),
		}
	}
}

/// How a local network stands in a round.
#[derive(Debug, Default)]
struct Network {
	/// What the export says of its pages.
	plans: BTreeMap<u16, PagePlan>,
	/// Whether its tag may do: all pages are in the plans and match, and nothing on the chain asks for more.
	by_tag: bool,
	/// Whether its tag was sent and did not do.
	needs_pages: bool,
	/// Pages whose tags the chain found equal.
	matching: BTreeSet<u16>,
	/// Cells that differ by the chain's word, by page: their places in the table.
	differing: BTreeMap<u16, Vec<u16>>,
	/// Pages that were revised since they were looked at.
	stale: BTreeSet<u16>,
	/// Whether a call about it has failed.
	failed: bool,
	tally: Tally,
}

impl Network {
	/// Whether nothing is left to do, once the tags of its pages are final.
	fn is_quiet(&self) -> bool {
		let is_settled = |(page, plan): (&u16, &PagePlan)| match plan.verdict {
			Verdict::Empty | Verdict::Unseen | Verdict::Strange => true,
			Verdict::Matches | Verdict::Differs { .. } | Verdict::Incomplete { .. } => {
				self.matching.contains(page)
			}
		};
		!self.failed && self.stale.is_empty() && self.plans.iter().all(is_settled)
	}

	/// Counts what is settled by this round's plans and answers.
	fn settle(&mut self) {
		for (page, plan) in &self.plans {
			if self.stale.contains(page) {
				continue;
			}
			let tally = &mut self.tally;
			tally.cells_unbased += u64::from(plan.cells.unbased);
			match &plan.verdict {
				Verdict::Empty | Verdict::Strange => {}
				Verdict::Unseen => {
					tally.pages_incomplete += 1;
					tally.cells_missing += u64::from(plan.cells.missing);
				}
				Verdict::Matches | Verdict::Differs { .. } | Verdict::Incomplete { .. } => {
					let is_whole = plan.verdict.is_attested();
					if self.matching.contains(page) {
						tally.pages += u64::from(is_whole);
					} else if let Some(differing) = self.differing.get(page) {
						tally.pages_differing += u64::from(is_whole);
						tally.cells_differing += u64::try_from(differing.len()).unwrap_or(0);
					} else {
						continue;
					}
					tally.pages_incomplete += u64::from(!is_whole);
					tally.cells_missing += u64::from(plan.cells.missing);
					tally.cells += u64::from(plan.cells.seen);
					tally.cells_of_others += u64::from(plan.cells.others);
					tally.cells_unheard += u64::from(plan.cells.unheard);
				}
			}
		}
	}
}

/// An observation under way.
pub(crate) struct Sending<'a> {
	context: &'a Context,
	chain: &'a Chain,
	signer: &'a Signer,
	store: &'a Store,
	key: SweepKey,
	number: u32,
	spec: Arc<Spec>,
	most: Most,
	limits: Limits,
	views: BTreeMap<LocalNetworkId, NetworkView>,
	networks: BTreeMap<LocalNetworkId, Network>,
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
		store: &'a Store,
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
			key,
			number,
			spec,
			most,
			limits: Limits { calls: window, ..Limits::default() },
			views,
			networks: BTreeMap::new(),
			too_much: Vec::new(),
			state,
			looking: 0.0,
			blocks: None,
		};
		sending.check_calls()?;
		Ok(sending)
	}

	/// The first call of each kind is read back with the metadata; those after it are of the same shape.
	fn check_calls(&self) -> Result<()> {
		let (export, tag) = (self.store.manifest.root, Tag([0; 8]));
		let id = LocalNetworkId::default();
		self.spec.call("ConfigGuard", "attest_networks", (self.number, export, vec![(id, tag)]))?;
		self.spec.call("ConfigGuard", "attest_pages", (self.number, export, id, 0u16, vec![tag]))?;
		let cells = vec![(0u16, 0u32, vec![tag])];
		self.spec.call("ConfigGuard", "attest_cells", (self.number, export, id, cells))?;
		let values = vec![(0u16, 0u32, vec![(0u16, CellValues::new())])];
		self.spec.call("ConfigGuard", "attest_values", (self.number, export, id, values))?;
		Ok(())
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
			self.look(&wanted).await?;
			let tags = [self.tag_jobs(true)?, self.tag_jobs(false)?].concat();
			self.send(tags, &bar).await?;
			let again = self.tag_jobs_again()?;
			self.send(again, &bar).await?;
			self.note_quiet()?;
			let cells = self.cell_jobs()?;
			self.send(cells, &bar).await?;
			let values = self.value_jobs()?;
			self.send(values, &bar).await?;
			wanted = self.end_of_round();
			bar.set_position(u64::try_from(self.state.done.len()).unwrap_or(0));
			if round + 1 < MOST_ROUNDS && !wanted.is_empty() {
				let pages: usize = wanted.values().flatten().map(BTreeSet::len).sum();
				self.context.output.remark(&format!("{pages} pages changed meanwhile: they are sent anew"));
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
			network.needs_pages = false;
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
		// Long work outlives the states that nodes keep.
		let at = self.chain.now().await?;
		let heads = at.heads(id, count).await?;
		let kept = self.store.cells(id)?;
		let all: Vec<u16> = match pages {
			Some(pages) => pages.iter().copied().collect(),
			None => (0..count).collect(),
		};
		let looking = Looking { genesis: self.chain.genesis(), id, seen: by_page(&kept), heads };
		let (mut plans, open) = tokio::task::block_in_place(|| looking.first_look(&all));
		let tables = at.tables(id, &open).await?;
		let tables: Vec<_> = open.into_iter().zip(tables).collect();
		let store = self.store;
		plans.extend(tokio::task::block_in_place(|| {
			looking.second_look(&tables, |site| store.is_party(site))
		}));
		Ok(plans.into_iter().map(|plan| (plan.page, plan)).collect())
	}

	fn call<A: codec::Encode>(&self, call: &str, arguments: A) -> Result<Call> {
		let call = self.spec.call_unread("ConfigGuard", call, arguments)?;
		self.context.wrap_bulk(call, &self.spec)
	}

	/// Tags of whole local networks, or of the pages of the others.
	fn tag_jobs(&self, whole: bool) -> Result<Vec<(Job, Call)>> {
		let of_kind: Vec<LocalNetworkId> = self
			.networks
			.iter()
			.filter(|(_, network)| network.by_tag == whole && !network.plans.is_empty())
			.map(|(id, _)| *id)
			.collect();
		if !whole {
			let jobs: Result<Vec<_>> = of_kind.iter().map(|id| self.page_jobs(*id)).collect();
			return Ok(jobs?.concat());
		}
		of_kind.chunks(self.most.networks).map(|ids| self.with_call(Job::Networks(ids.to_vec()))).collect()
	}

	fn page_jobs(&self, id: LocalNetworkId) -> Result<Vec<(Job, Call)>> {
		let Some(network) = self.networks.get(&id) else { return Ok(Vec::new()) };
		let runs = runs(&network.plans, self.most.tags).into_iter();
		let job = |(first, digests): (u16, Vec<Hash>)| {
			Job::Pages(id, first, u16::try_from(digests.len()).unwrap_or(u16::MAX))
		};
		runs.map(job).map(|job| self.with_call(job)).collect()
	}

	/// A job with its call, from what the export says of its pages. What is not in the plans any more is left out.
	fn with_call(&self, job: Job) -> Result<(Job, Call)> {
		let (number, root) = (self.number, self.store.manifest.root);
		let plan = |id: &LocalNetworkId, page: u16| {
			self.networks.get(id).and_then(|network| network.plans.get(&page))
		};
		let call = match &job {
			Job::Networks(ids) => {
				let tag = |id: &LocalNetworkId| {
					let plans = self.networks.get(id).map(|network| &network.plans);
					let digests: Vec<Hash> =
						plans.into_iter().flat_map(BTreeMap::values).map(|plan| plan.digest).collect();
					(*id, self.key.tag(&local_network_digest(self.chain.genesis(), *id, &digests)))
				};
				let tags: Vec<_> = ids.iter().map(tag).collect();
				self.call("attest_networks", (number, root, tags))?
			}
			Job::Pages(id, first, count) => {
				let pages = *first..first.saturating_add(*count);
				let tags: Vec<Tag> =
					pages.filter_map(|page| plan(id, page)).map(|plan| self.key.tag(&plan.digest)).collect();
				self.call("attest_pages", (number, root, id, first, tags))?
			}
			Job::Cells(id, pages) => {
				let tag = |cell: &Option<Hash>| cell.map_or(NOT_SEEN, |digest| self.key.tag(&digest));
				let of_page = |page: &u16| {
					let plan = plan(id, *page)?;
					let (cells, _) = plan.verdict.cells()?;
					Some((*page, plan.revision, cells.iter().map(tag).collect::<Vec<Tag>>()))
				};
				let pages: Vec<(u16, u32, Vec<Tag>)> = pages.iter().filter_map(of_page).collect();
				self.call("attest_cells", (number, root, id, pages))?
			}
			Job::Values(id, pages) => {
				let mut sent: Vec<(u16, u32, Vec<(u16, CellValues)>)> = Vec::with_capacity(pages.len());
				for (page, positions) in pages {
					let Some(plan) = plan(id, *page) else { continue };
					let Some((_, differing)) = plan.verdict.cells() else { continue };
					let mut cells = Vec::with_capacity(positions.len());
					for Differing { position, row } in differing {
						if positions.binary_search(position).is_ok() {
							cells.push((*position, self.store.values(*row)?));
						}
					}
					sent.push((*page, plan.revision, cells));
				}
				self.call("attest_values", (number, root, id, sent))?
			}
		};
		Ok((job, call))
	}

	/// Tags of the cells of pages that differ by the export, and whose own tags the chain has, and of incomplete pages.
	fn cell_jobs(&self) -> Result<Vec<(Job, Call)>> {
		let mut jobs = Vec::new();
		for (id, network) in &self.networks {
			let is_open = |page: &u16| !network.stale.contains(page) && !network.matching.contains(page);
			let told =
				network.plans.iter().filter(|(page, plan)| is_open(page) && plan.verdict.cells().is_some());
			let pages: Vec<u16> = told.map(|(page, _)| *page).collect();
			for pages in pages.chunks(self.most.pages) {
				jobs.push(self.with_call(Job::Cells(*id, pages.to_vec()))?);
			}
		}
		Ok(jobs)
	}

	/// Values of the cells that differ by the chain's word.
	fn value_jobs(&self) -> Result<Vec<(Job, Call)>> {
		let mut jobs = Vec::new();
		for (id, network) in &self.networks {
			let mut pages: Vec<(u16, Vec<u16>)> = Vec::new();
			for (page, positions) in &network.differing {
				let told = network.plans.get(page).and_then(|plan| plan.verdict.cells());
				let Some((_, differing)) = told else { continue };
				let cells: Vec<u16> = differing
					.iter()
					.map(|one| one.position)
					.filter(|position| positions.binary_search(position).is_ok())
					.collect();
				pages.extend(cells.chunks(self.most.values).map(|cells| (*page, cells.to_vec())));
			}
			for pages in bundles(pages, self.most) {
				jobs.push(self.with_call(Job::Values(*id, pages))?);
			}
		}
		Ok(jobs)
	}

	/// Sends calls, and in parts what was too much for one.
	async fn send(&mut self, jobs: Vec<(Job, Call)>, bar: &indicatif::ProgressBar) -> Result<()> {
		let mut jobs = jobs;
		while !jobs.is_empty() {
			self.send_once(jobs, bar).await?;
			jobs = Vec::new();
			for job in std::mem::take(&mut self.too_much) {
				jobs.push(self.with_call(job)?);
			}
		}
		Ok(())
	}

	/// Sends calls and takes what comes of them.
	async fn send_once(&mut self, jobs: Vec<(Job, Call)>, bar: &indicatif::ProgressBar) -> Result<()> {
		let (output, limits) = (self.context.output, self.limits);
		self.state.calls += u64::try_from(jobs.len()).unwrap_or(0);
		self.state.bytes +=
			jobs.iter().map(|(_, call)| u64::try_from(call.0.len()).unwrap_or(0)).sum::<u64>();
		let total = jobs.len();
		let mut done = 0usize;
		let mut submitter = Submitter::new(self.chain, self.signer, limits).await?;
		let result = submitter
			.run(jobs.into_iter().map(Ok), |news| {
				match news {
					News::Done(job, fate) => {
						done += 1;
						self.note(&job, &fate, bar)?;
					}
					News::Block(number) => {
						bar.set_message(format!("{done} of {total} calls, final block {number}"));
						output.json_line(&json!({
							"type": "progress", "done": self.state.done.len(), "calls": total, "final": done, "block": number,
						}));
					}
					News::Remark(text) => bar.suspend(|| output.remark(text)),
				}
				Ok(())
			})
			.await;
		result.map_err(|failure| match crate::submit::is_passing(&failure) {
			true => failure.remedy("repeat the command: it goes on where it was"),
			false => failure,
		})
	}

	/// Takes what came of a call.
	fn note(&mut self, job: &Job, fate: &Fate, bar: &indicatif::ProgressBar) -> Result<()> {
		let failure = match fate {
			Fate::Refused(failure) => Some(failure),
			Fate::Final(inclusion) => inclusion.failure.as_ref(),
		};
		if let Some(failure) = failure {
			let place = failure.to_json();
			let place = place.get("where").and_then(Value::as_str).unwrap_or_default();
			if FATAL.iter().any(|name| place.ends_with(&format!(".{name}"))) {
				return Err(failure.clone());
			}
			match job.cut().filter(|_| place.ends_with(&format!(".{TOO_MUCH}"))) {
				Some(halves) => self.too_much.extend(halves),
				None => self.fail(job, failure, bar),
			}
			return Ok(());
		}
		if let Fate::Final(inclusion) = fate {
			let (first, last) = self.blocks.unwrap_or((inclusion.block, inclusion.block));
			self.blocks = Some((first.min(inclusion.block), last.max(inclusion.block)));
			self.take(job, inclusion, self.context.output, bar);
		}
		Ok(())
	}

	fn fail(&mut self, job: &Job, failure: &Failure, bar: &indicatif::ProgressBar) {
		let output = self.context.output;
		output.json_line(&json!({
			"type": "call_refused", "what": job.text(), "local_networks": job.networks(),
			"reason": crate::chain::errors::reason(failure),
		}));
		bar.suspend(|| output.say(&format!("{}: {failure}", job.text())));
		for id in job.networks() {
			if let Some(network) = self.networks.get_mut(&id) {
				network.failed = true;
				network.tally.refused += 1;
			}
		}
	}

	/// Takes the answer to a call.
	fn take(&mut self, job: &Job, inclusion: &Inclusion, output: Output, bar: &indicatif::ProgressBar) {
		let find = |name: &str| inclusion.events.iter().find(|event| event.is("ConfigGuard", name));
		let mut unheard: BTreeSet<u16> = BTreeSet::new();
		match job {
			Job::Networks(_) => {
				for (id, result) in find("NetworksAttested").map(results).unwrap_or_default() {
					let Some(network) = self.networks.get_mut(&LocalNetworkId(id)) else { continue };
					match result.as_str() {
						Some("Matches") => network.matching = network.plans.keys().copied().collect(),
						Some("Outside") => {
							network.failed = true;
							network.tally.refused += 1;
							let text = format!(
								"local network {id} lies outside of the sweep or of the account's scope"
							);
							bar.suspend(|| output.say(&text));
						}
						_ => network.needs_pages = true,
					}
				}
			}
			Job::Pages(id, first, count) => {
				let Some(network) = self.networks.get_mut(id) else { return };
				let differing =
					find("PagesAttested").and_then(|event| event.fields.get("differing")).map(numbers);
				let differing: BTreeSet<u16> = differing.unwrap_or_default().into_iter().collect();
				let event = find("PagesAttested").and_then(|event| event.fields.get("unheard"));
				unheard.extend(event.map(numbers).unwrap_or_default());
				for page in (*first..first.saturating_add(*count)).filter(|page| !unheard.contains(page)) {
					let Some(plan) = network.plans.get(&page) else { continue };
					match (&plan.verdict, differing.contains(&page)) {
						(_, false) => {
							network.matching.insert(page);
						}
						(Verdict::Differs { .. }, true) => {}
						// By the export it is as the baseline was.
						(_, true) => {
							network.stale.insert(page);
						}
					}
				}
			}
			Job::Cells(id, _) => {
				let Some(network) = self.networks.get_mut(id) else { return };
				for (page, result) in find("CellsAttested").map(results).unwrap_or_default() {
					if result.as_str() == Some("Unheard") {
						unheard.insert(page);
						continue;
					}
					match result.get("Differ").map(numbers) {
						Some(cells) if cells.is_empty() => {
							network.matching.insert(page);
						}
						Some(cells) => {
							network.differing.insert(page, cells);
						}
						// Revised since, in its values or in its cells.
						None => {
							network.stale.insert(page);
						}
					}
				}
			}
			Job::Values(id, _) => {
				let Some(network) = self.networks.get_mut(id) else { return };
				let count = |name: &str| {
					let events = inclusion.events.iter().filter(|event| event.is("ConfigGuard", name));
					u64::try_from(events.count()).unwrap_or(0)
				};
				network.tally.opened += count("ViolationOpened");
				network.tally.seen += count("ViolationSeen");
				for (page, result) in find("ValuesAttested").map(results).unwrap_or_default() {
					if let Some(values) = result.get("Taken").and_then(Value::as_u64) {
						network.tally.values += values;
					} else if result.as_str() == Some("Stale") {
						network.stale.insert(page);
					} else if is_too_much(&result) && job.rest(&[page].into()).is_some() {
						unheard.insert(page);
					} else {
						network.tally.refused += 1;
						network.failed = true;
						let why = result.get("Refused").map_or_else(String::new, refusal_text);
						output.json_line(&json!({
							"type": "refused", "local_network": id, "page": page, "reason": why,
						}));
						bar.suspend(|| output.say(&format!("local network {}, page {page}: {why}", id.0)));
					}
				}
			}
		}
		if !unheard.is_empty() {
			match job.rest(&unheard) {
				Some(parts) => self.too_much.extend(parts),
				None => {
					let what = "more violations stand open in the page than one call is heard about";
					self.fail(job, &Failure::chain(what).remedy("repeat the command"), bar);
				}
			}
		}
	}

	/// Pages of local networks whose own tags did not do.
	fn tag_jobs_again(&self) -> Result<Vec<(Job, Call)>> {
		let unsettled = self.networks.iter().filter(|(_, network)| network.needs_pages);
		let jobs: Result<Vec<_>> = unsettled.map(|(id, _)| self.page_jobs(*id)).collect();
		Ok(jobs?.concat())
	}

	/// Notes local networks of which nothing is left to do, so that a killed sweep does not begin with them again.
	fn note_quiet(&mut self) -> Result<()> {
		for (id, mut network) in std::mem::take(&mut self.networks) {
			if network.is_quiet() {
				network.settle();
				self.state.done.insert(id, network.tally);
			} else {
				self.networks.insert(id, network);
			}
		}
		self.state.save(self.store.folder())
	}

	/// Counts, notes what is done, and says which pages are to be looked at again.
	fn end_of_round(&mut self) -> BTreeMap<LocalNetworkId, Option<BTreeSet<u16>>> {
		let mut again = BTreeMap::new();
		let mut kept = BTreeMap::new();
		for (id, mut network) in std::mem::take(&mut self.networks) {
			network.settle();
			if network.failed {
				// It is not done: a later run tries again.
				self.state.done.remove(&id);
				self.state.left.insert(id, network.tally);
				continue;
			}
			if network.stale.is_empty() {
				self.state.done.insert(id, network.tally);
				continue;
			}
			let stale = std::mem::take(&mut network.stale);
			network.tally.stale += u64::try_from(stale.len()).unwrap_or(0);
			again.insert(id, Some(stale));
			kept.insert(id, network);
		}
		self.networks = kept;
		again
	}
}

/// Whether a page was refused since there was no room for so much.
fn is_too_much(result: &Value) -> bool {
	result.get("Refused").and_then(Value::as_str) == Some(TOO_MUCH)
}

/// Puts pages together into calls: so many pages and so many cells each.
fn bundles<T>(pages: Vec<(u16, Vec<T>)>, most: Most) -> Vec<Vec<(u16, Vec<T>)>> {
	let mut bundles: Vec<Vec<(u16, Vec<T>)>> = Vec::new();
	let mut cells = 0usize;
	for page in pages {
		let more = page.1.len();
		match bundles.last_mut() {
			// A page that was cut goes into a call of its own: a call answers once a page.
			Some(last)
				if last.len() < most.pages
					&& cells + more <= most.values
					&& last.last().is_none_or(|earlier| earlier.0 != page.0) =>
			{
				cells += more;
				last.push(page);
			}
			_ => {
				cells = more;
				bundles.push(vec![page]);
			}
		}
	}
	bundles
}

/// Pairs of a number and a result, as an event lists them.
fn results(event: &Event) -> Vec<(u16, Value)> {
	let items = event.fields.get("results").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
	let pair = |item: &Value| {
		let number = item.get(0)?.as_u64().and_then(|number| u16::try_from(number).ok())?;
		Some((number, item.get(1)?.clone()))
	};
	items.iter().filter_map(pair).collect()
}

fn numbers(list: &Value) -> Vec<u16> {
	let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
	items.iter().filter_map(|item| item.as_u64().and_then(|number| u16::try_from(number).ok())).collect()
}

/// Why the values of a page were refused, and what to do.
fn refusal_text(why: &Value) -> String {
	match why.as_str().unwrap_or_default() {
		"NoDifference" => "the chain has no difference noted there: repeat the command".into(),
		"NotParty" => "the company does not own or share a station of it any more: export anew".into(),
		"Unknown" => "no baseline or no station stands there any more: repeat the command".into(),
		"TooManyViolations" => "as many violations stand open there as may: settle some first".into(),
		"AgendaFull" => "the chain has too much to do by itself then: try again later".into(),
		_ => crate::chain::json::short(why),
	}
}

#[cfg(test)]
mod tests {
	use super::{super::plan::Cells, *};

	const MOST: Most = Most { networks: 2, tags: 4, pages: 3, values: 5 };

	fn plan(page: u16, verdict: Verdict) -> (u16, PagePlan) {
		let cells = Cells { seen: 10, others: 2, unheard: 1, missing: 1, unbased: 3 };
		(page, PagePlan { page, revision: 1, digest: Hash::repeat_byte(1), verdict, cells })
	}

	fn differs() -> Verdict {
		Verdict::Differs { cells: vec![Some(Hash::zero())], differing: Vec::new() }
	}

	fn incomplete() -> Verdict {
		Verdict::Incomplete { cells: vec![Some(Hash::zero()), None], differing: Vec::new() }
	}

	const PLACE: LocalNetworkId = LocalNetworkId(1301);

	/// Sends a job as often as it is cut, where a call takes at most `room`, and says what was sent and what was left over.
	fn sent(job: Job, size: fn(&Job) -> usize, room: usize) -> (Vec<usize>, usize) {
		let (mut open, mut sizes, mut left) = (vec![job], Vec::new(), 0);
		while let Some(job) = open.pop() {
			match size(&job) {
				size if size <= room => sizes.push(size),
				_ => match job.cut() {
					Some(halves) => open.extend(halves),
					None => left += 1,
				},
			}
		}
		(sizes, left)
	}

	#[test]
	fn what_is_too_much_is_cut_down_to_a_page_or_a_cell() {
		// 65 slandered pages in a run: one call is heard about 64 of them
		let pages = |job: &Job| match job {
			Job::Pages(_, _, count) => usize::from(*count),
			_ => 0,
		};
		assert_eq!(sent(Job::Pages(PLACE, 7, 65), pages, 64), (vec![32, 33], 0));
		assert_eq!(sent(Job::Pages(PLACE, 7, 5), pages, 0), (vec![], 5));
		// One station's three cells with 90 other values each, where a page has room for 256 or for none
		let values = |job: &Job| match job {
			Job::Values(_, pages) => pages.iter().map(|(_, cells)| cells.len() * 90).sum(),
			_ => 0,
		};
		let cells = Job::Values(PLACE, vec![(7, vec![3, 4, 5]), (9, vec![1])]);
		assert_eq!(sent(cells.clone(), values, 256), (vec![90, 90, 180], 0));
		assert_eq!(sent(cells, values, 10), (vec![], 4));
		assert_eq!(Job::Networks(vec![PLACE]).cut(), None);
	}

	#[test]
	fn pages_that_were_not_heard_are_sent_without_the_others() {
		let run = Job::Pages(PLACE, 10, 6);
		let parts = run.rest(&[11, 12, 15].into()).unwrap();
		assert_eq!(parts, [Job::Pages(PLACE, 11, 2), Job::Pages(PLACE, 15, 1)]);
		// Where it was none of them, fewer are sent
		let halves = run.rest(&(10..16).collect()).unwrap();
		assert_eq!(halves, [Job::Pages(PLACE, 10, 3), Job::Pages(PLACE, 13, 3)]);
		assert_eq!(Job::Pages(PLACE, 10, 1).rest(&[10].into()), None);
		let cells = Job::Cells(PLACE, vec![1, 2, 3]);
		assert_eq!(cells.rest(&[2, 3].into()), Some(vec![Job::Cells(PLACE, vec![2, 3])]));
		let values = Job::Values(PLACE, vec![(1, vec![4]), (2, vec![5, 6])]);
		assert_eq!(values.rest(&[2].into()), Some(vec![Job::Values(PLACE, vec![(2, vec![5, 6])])]));
		let one = Job::Values(PLACE, vec![(2, vec![5])]);
		assert_eq!(one.rest(&[2].into()), None);
		assert!(is_too_much(&json!({ "Refused": "TooManyViolations" })));
		assert!(!is_too_much(&json!({ "Refused": "NotParty" })) && !is_too_much(&json!({ "Taken": 3 })));
	}

	#[test]
	fn bundles_keep_both_bounds_and_no_page_twice_in_one() {
		let page = |page, cells| (page, vec![0u8; cells]);
		let all = vec![
			page(0, 2),
			page(1, 2),
			page(2, 2),
			page(3, 5),
			page(3, 1),
			page(4, 1),
			page(5, 1),
			page(6, 1),
		];
		let shape: Vec<Vec<(u16, usize)>> = bundles(all, MOST)
			.iter()
			.map(|bundle| bundle.iter().map(|(page, cells)| (*page, cells.len())).collect())
			.collect();
		assert_eq!(
			shape,
			[vec![(0, 2), (1, 2)], vec![(2, 2)], vec![(3, 5)], vec![(3, 1), (4, 1), (5, 1)], vec![(6, 1)]]
		);
		assert!(bundles(Vec::<(u16, Vec<u8>)>::new(), MOST).is_empty());
	}

	#[test]
	fn pages_are_counted_once_and_by_what_became_of_them() {
		let mut network = Network {
			plans: [
				plan(0, Verdict::Matches),
				plan(1, differs()),
				plan(2, Verdict::Unseen),
				plan(3, Verdict::Matches),
				plan(4, Verdict::Empty),
				plan(5, differs()),
				plan(6, incomplete()),
				plan(7, incomplete()),
			]
			.into(),
			matching: [0, 6].into(),
			differing: [(1, vec![4, 7]), (5, vec![1]), (7, vec![0])].into(),
			stale: [3, 5].into(),
			..Network::default()
		};
		network.settle();
		let tally = network.tally;
		assert_eq!((tally.pages, tally.pages_differing, tally.pages_incomplete), (1, 1, 3));
		assert_eq!((tally.cells, tally.cells_differing, tally.cells_missing), (40, 3, 5));
		assert_eq!((tally.cells_of_others, tally.cells_unheard, tally.cells_unbased), (8, 4, 18));
	}

	#[test]
	fn local_network_is_done_when_every_page_that_can_be_attested_is() {
		let mut network = Network {
			plans: [
				plan(0, Verdict::Matches),
				plan(1, differs()),
				plan(2, Verdict::Unseen),
				plan(3, incomplete()),
			]
			.into(),
			matching: [0, 3].into(),
			..Network::default()
		};
		assert!(!network.is_quiet());
		network.matching.insert(1);
		assert!(network.is_quiet(), "the chain has found it equal after all");
		network.stale.insert(1);
		assert!(!network.is_quiet());
	}

	#[test]
	fn answers_are_read_from_events() {
		let fields = json!({ "results": [[7, { "Differ": [1, 2] }], [8, "Stale"]] });
		let event = Event {
			index: 0,
			phase: crate::chain::events::Phase::Initialization,
			pallet: "ConfigGuard".into(),
			name: "CellsAttested".into(),
			fields,
			bytes: Vec::new(),
		};
		let found = results(&event);
		assert_eq!((found[0].0, found[0].1.get("Differ").map(numbers)), (7, Some(vec![1, 2])));
		assert_eq!((found[1].0, found[1].1.as_str()), (8, Some("Stale")));
	}
}
