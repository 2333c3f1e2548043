// SPDX-License-Identifier: Apache-2.0
//! The calls of a round: which tags and values are sent, and how they are put into calls.

use super::{
	jobs::{bundles, Job},
	network::{Network, Step},
	Sending,
};
use crate::{
	chain::Call,
	config::sweep::plan::{runs, Seen},
	error::Result,
};
use std::collections::BTreeMap;
use trimast_primitives::{
	cells::{
		digest::{local_network_digest, Tag},
		CellValues,
	},
	Hash, LocalNetworkId,
};

impl Sending<'_> {
	/// The first call of each kind is read back with the metadata; those after it are of the same shape.
	pub(super) fn check_calls(&self) -> Result<()> {
		let (export, tag) = (self.store.manifest.root, Tag::NOT_SEEN);
		let id = LocalNetworkId::default();
		self.spec.call("ConfigGuard", "attest_networks", (self.number, export, vec![(id, tag)]))?;
		self.spec.call("ConfigGuard", "attest_pages", (self.number, export, id, 0u16, vec![tag]))?;
		let cells = vec![(0u16, 0u32, vec![tag])];
		self.spec.call("ConfigGuard", "attest_cells", (self.number, export, id, cells))?;
		let values = vec![(0u16, 0u32, vec![(0u16, CellValues::new())])];
		self.spec.call("ConfigGuard", "attest_values", (self.number, export, id, values))?;
		Ok(())
	}

	fn call<A: codec::Encode>(&self, call: &str, arguments: A) -> Result<Call> {
		let call = self.spec.call_unread("ConfigGuard", call, arguments)?;
		self.context.wrap_bulk(call, &self.spec)
	}

	/// What is sent at first: tags of whole local networks where they may do, and of the others what their first step has.
	pub(super) fn first_jobs(&mut self) -> Result<Vec<(Job, Call)>> {
		let (whole, others): (Vec<LocalNetworkId>, Vec<LocalNetworkId>) =
			self.networks.keys().copied().partition(|id| self.networks.get(id).is_some_and(|one| one.by_tag));
		let tags = whole.chunks(self.most.networks).map(|ids| self.with_call(Job::Networks(ids.to_vec())));
		let mut jobs: Vec<(Job, Call)> = tags.collect::<Result<_>>()?;
		self.count(&jobs);
		for id in others {
			jobs.extend(self.go_on(id)?);
		}
		Ok(jobs)
	}

	/// One call of a local network is answered. Gives what its next step has to send, once all of this one are.
	pub(super) fn answered(&mut self, id: LocalNetworkId) -> Result<Vec<(Job, Call)>> {
		match self.networks.get_mut(&id).is_some_and(Network::is_answered) {
			true => self.go_on(id),
			false => Ok(Vec::new()),
		}
	}

	/// What the next step of a local network that has anything has to send. One without is over.
	fn go_on(&mut self, id: LocalNetworkId) -> Result<Vec<(Job, Call)>> {
		loop {
			let Some(network) = self.networks.get_mut(&id) else { return Ok(Vec::new()) };
			let jobs = match network.go_on() {
				Step::Pages if !network.needs_pages => continue,
				Step::Whole | Step::Pages => self.page_jobs(id)?,
				Step::Cells => self.cell_jobs(id)?,
				Step::Values => self.value_jobs(id)?,
				Step::Over => {
					self.end(id);
					return Ok(Vec::new());
				}
			};
			if !jobs.is_empty() {
				self.count(&jobs);
				return Ok(jobs);
			}
		}
	}

	/// Counts calls that are going to be sent.
	pub(super) fn count(&mut self, jobs: &[(Job, Call)]) {
		for (job, call) in jobs {
			self.state.calls += 1;
			self.state.bytes += u64::try_from(call.0.len()).unwrap_or(0);
			for id in job.networks() {
				if let Some(network) = self.networks.get_mut(&id) {
					network.open += 1;
				}
			}
		}
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
	pub(super) fn with_call(&self, job: Job) -> Result<(Job, Call)> {
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
				let tag = |cell: &Option<Hash>| cell.map_or(Tag::NOT_SEEN, |digest| self.key.tag(&digest));
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
					let Some((_, seen)) = plan.verdict.cells() else { continue };
					let mut cells = Vec::with_capacity(positions.len());
					for Seen { position, row } in seen {
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

	/// Tags of the cells of pages that differ by the export, and whose own tags the chain has, and of incomplete pages. They go
	/// with the revision that was looked at, also where the page was revised since: as long as cells have their places the chain
	/// compares them with the present ones.
	fn cell_jobs(&self, id: LocalNetworkId) -> Result<Vec<(Job, Call)>> {
		let Some(network) = self.networks.get(&id) else { return Ok(Vec::new()) };
		let is_open = |page: &u16| !network.stale.contains(page) && !network.matching.contains(page);
		let told =
			network.plans.iter().filter(|(page, plan)| is_open(page) && plan.verdict.cells().is_some());
		let pages: Vec<u16> = told.map(|(page, _)| *page).collect();
		pages.chunks(self.most.pages).map(|pages| self.with_call(Job::Cells(id, pages.to_vec()))).collect()
	}

	/// Values of the cells that differ by the chain's word.
	fn value_jobs(&self, id: LocalNetworkId) -> Result<Vec<(Job, Call)>> {
		let Some(network) = self.networks.get(&id) else { return Ok(Vec::new()) };
		let mut pages: Vec<(u16, Vec<u16>)> = Vec::new();
		for (page, positions) in &network.differing {
			let told = network.plans.get(page).and_then(|plan| plan.verdict.cells());
			let Some((_, seen)) = told else { continue };
			let cells: Vec<u16> = seen
				.iter()
				.map(|one| one.position)
				.filter(|position| positions.binary_search(position).is_ok())
				.collect();
			pages.extend(cells.chunks(self.most.values).map(|cells| (*page, cells.to_vec())));
		}
		bundles(pages, self.most).into_iter().map(|pages| self.with_call(Job::Values(id, pages))).collect()
	}
}
