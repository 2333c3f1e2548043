// SPDX-License-Identifier: Apache-2.0

//! The levels of a sweep: what is told at each, in which calls, and what the chain's answers leave to be told at the next.

use super::{
	baseline::{table_from, Baseline},
	blocks::{Answer, CellsResult, NetworkResult, ValuesResult},
	observation::{LocalDigests, Observation},
};
use crate::{
	bench::load::on_all_cores,
	calls::{self, EncodedCall, PageTags, PageValues},
};
use anyhow::{bail, Context, Result};
use std::collections::BTreeMap;
use trimast_primitives::{
	cells::digest::{SweepKey, Tag},
	Hash, LocalNetworkId,
};

/// Pages with open violations that the chain hears a company about in one call.
const HEARD_PAGES: usize = 32;

/// How much one call takes, as the chain's metadata says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
	/// Local networks.
	pub(super) networks: usize,
	/// Tags of pages.
	pub(super) tags: usize,
	/// Pages with tags of cells or with values.
	pub(super) pages: usize,
	/// Cells with values.
	pub(super) values: usize,
}

/// What is told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Level {
	/// A tag for each local network.
	Networks,
	/// A tag for each page.
	Pages,
	/// A tag for each cell.
	Cells,
	/// The values of a cell.
	Values,
}

impl Level {
	/// From the widest to the narrowest.
	pub(super) const ALL: [Self; 4] = [Self::Networks, Self::Pages, Self::Cells, Self::Values];

	/// What stands in a table.
	pub(super) fn name(self) -> &'static str {
		match self {
			Self::Networks => "network tags",
			Self::Pages => "page tags",
			Self::Cells => "cell tags",
			Self::Values => "values",
		}
	}
}

/// What is to be told: places of cells by the places of their local networks and pages in the baseline. At a level where
/// cells, or pages, are not looked at one by one, they are left out.
pub(super) type Todo = BTreeMap<usize, BTreeMap<usize, Vec<u16>>>;

/// Everything that begins at a level.
pub(super) fn everything(baseline: &Baseline, level: Level) -> Todo {
	let pages = |n: usize| (0..baseline.networks[n].pages.len()).map(|p| (p, Vec::new())).collect();
	let with_pages = level >= Level::Cells;
	let networks = 0..baseline.networks.len();
	networks.map(|n| (n, if with_pages { pages(n) } else { BTreeMap::new() })).collect()
}

/// What a company has to tell in one sweep.
pub(super) struct Testimony<'a> {
	/// What it compares with.
	pub(super) baseline: &'a Baseline,
	/// What it sees.
	pub(super) observation: &'a Observation,
	/// The digests of that.
	pub(super) digests: &'a [LocalDigests],
	/// The sweep.
	pub(super) sweep: u32,
	/// The key of its tags.
	pub(super) key: SweepKey,
	/// The root of the export.
	pub(super) export: Hash,
	/// How much one call takes.
	pub(super) limits: Limits,
	/// How many violations stand open in the local networks, by their places in the baseline.
	pub(super) open: &'a [u32],
}

/// How many pages of a local network go into one call, where so many violations stand open in so many pages: on average half
/// as many with any as the chain hears a company about.
fn most_pages(pages: usize, open: u32, limits: Limits) -> usize {
	match open as usize {
		0 => limits.tags,
		open => (HEARD_PAGES / 2 * pages / open).max(HEARD_PAGES).min(limits.tags),
	}
}

impl Testimony<'_> {
	fn tags(&self, digests: &[Hash]) -> Vec<Tag> {
		digests.iter().map(|digest| self.key.tag(digest)).collect()
	}

	/// The calls that tell it, made on all cores.
	pub(super) fn calls(&self, level: Level, todo: &Todo) -> Result<Vec<EncodedCall>> {
		let networks: Vec<(usize, &BTreeMap<usize, Vec<u16>>)> =
			todo.iter().map(|(n, pages)| (*n, pages)).collect();
		if level == Level::Networks {
			let tag = |(n, _): &(usize, &_)| {
				(self.baseline.networks[*n].id, self.key.tag(&self.digests[*n].network))
			};
			let tags: Vec<(LocalNetworkId, Tag)> = networks.iter().map(tag).collect();
			let calls = tags.chunks(self.limits.networks);
			return Ok(calls.map(|tags| calls::attest_networks(self.sweep, self.export, tags)).collect());
		}
		let calls = on_all_cores(networks.len(), |i| {
			let (n, pages) = networks[i];
			match level {
				Level::Networks | Level::Pages => Ok(self.page_calls(n)),
				Level::Cells => Ok(self.cell_calls(n, pages)),
				Level::Values => self.value_calls(n, pages),
			}
		})?;
		Ok(calls.into_iter().flatten().collect())
	}

	/// Tags of all pages up to the last with cells.
	pub(super) fn page_calls(&self, n: usize) -> Vec<EncodedCall> {
		let network = &self.baseline.networks[n];
		let most = most_pages(network.used(), self.open[n], self.limits);
		let chunks = self.digests[n].by_number[..network.used()].chunks(most).enumerate();
		let call = |(chunk, digests): (usize, &[Hash])| {
			let first = (chunk * most) as u16;
			calls::attest_pages(self.sweep, self.export, network.id, first, &self.tags(digests))
		};
		chunks.map(call).collect()
	}

	/// Tags of the cells of one page.
	pub(super) fn page_tags(&self, n: usize, p: usize) -> PageTags {
		let digests = &self.digests[n].pages[p];
		(self.baseline.networks[n].pages[p].number, digests.revision, self.tags(&digests.cells))
	}

	fn cell_calls(&self, n: usize, pages: &BTreeMap<usize, Vec<u16>>) -> Vec<EncodedCall> {
		let pages: Vec<PageTags> = pages.keys().map(|p| self.page_tags(n, *p)).collect();
		let id = self.baseline.networks[n].id;
		let calls = pages.chunks(self.limits.pages);
		calls.map(|pages| calls::attest_cells(self.sweep, self.export, id, pages)).collect()
	}

	fn value_calls(&self, n: usize, pages: &BTreeMap<usize, Vec<u16>>) -> Result<Vec<EncodedCall>> {
		let network = &self.baseline.networks[n];
		let (mut calls, mut batch, mut cells) = (Vec::new(), Vec::new(), 0);
		let call = |pages: &[PageValues]| calls::attest_values(self.sweep, self.export, network.id, pages);
		for (p, places) in pages {
			let table = table_from(self.observation.table(self.baseline, n, *p))?;
			for places in places.chunks(self.limits.values) {
				if cells + places.len() > self.limits.values || batch.len() == self.limits.pages {
					calls.push(call(&batch));
					batch.clear();
					cells = 0;
				}
				cells += places.len();
				let values = places.iter().map(|place| (*place, table.values((*place).into())));
				batch.push((network.pages[*p].number, self.digests[n].pages[*p].revision, values.collect()));
			}
		}
		if !batch.is_empty() {
			calls.push(call(&batch));
		}
		Ok(calls)
	}
}

/// What the answers at one level leave to be told at the next.
///
/// # Errors
///
/// Something was refused.
pub(super) fn rest<'a>(baseline: &Baseline, answers: impl Iterator<Item = &'a Answer>) -> Result<Todo> {
	let network = |id: &LocalNetworkId| baseline.find(*id).with_context(|| format!("{} is unknown", id.0));
	let page = |n: usize, number: u16| {
		baseline.networks[n].find(number).with_context(|| format!("page {number} has no cells"))
	};
	let mut todo = Todo::new();
	for answer in answers {
		match answer {
			Answer::Networks(results) => {
				for (id, result) in results {
					match result {
						NetworkResult::Matches => {}
						NetworkResult::Outside => bail!("the tag of {} was refused", id.0),
						_ => {
							todo.entry(network(id)?).or_default();
						}
					}
				}
			}
			Answer::Pages(id, _, _, differing) => {
				let n = network(id)?;
				for number in differing {
					todo.entry(n).or_default().insert(page(n, *number)?, Vec::new());
				}
			}
			Answer::Cells(id, results) => {
				let n = network(id)?;
				for (number, result) in results {
					match result {
						CellsResult::Differ(cells) if cells.is_empty() => {}
						CellsResult::Differ(cells) => {
							todo.entry(n).or_default().insert(page(n, *number)?, cells.clone());
						}
						other => bail!("cells of page {number} of {}: {other:?}", id.0),
					}
				}
			}
			Answer::Values(id, results) => {
				for (number, result) in results {
					if !matches!(result, ValuesResult::Taken(_)) {
						bail!("values of page {number} of {}: {result:?}", id.0);
					}
				}
			}
		}
	}
	Ok(todo)
}

#[cfg(test)]
mod tests {
	use super::{super::baseline::tests::baseline, *};
	use crate::bench::sweep::observation::{digests, Observation};
	use trimast_primitives::apis::BaselineHeadView;

	const LIMITS: Limits = Limits { networks: 342, tags: 256, pages: 32, values: 128 };

	#[test]
	fn calls_go_down_to_what_differs() {
		let baseline = baseline(30);
		let head = |page: u16| BaselineHeadView { page, revision: 3, catalogue: 66, cells: Vec::new() };
		let heads: Vec<Vec<_>> = baseline
			.networks
			.iter()
			.map(|network| network.pages.iter().map(|page| head(page.number)).collect())
			.collect();
		let observation = Observation::with_changes(&baseline, 0.05, 3).unwrap();
		let digests = digests(&baseline, &observation, &heads, Hash::zero()).unwrap();
		let key = SweepKey::new(Hash::zero(), 1, Hash::zero());
		let testimony = Testimony {
			baseline: &baseline,
			observation: &observation,
			digests: &digests,
			sweep: 1,
			key,
			export: Hash::zero(),
			limits: LIMITS,
			open: &[0; 30],
		};

		let all = |level| testimony.calls(level, &everything(&baseline, level)).unwrap().len();
		assert_eq!(all(Level::Networks), 1);
		// Each of these local networks has at most 32 pages.
		assert_eq!((all(Level::Pages), all(Level::Cells)), (30, 30));

		let id = baseline.networks[2].id;
		let answers = [
			Answer::Cells(id, vec![(1, CellsResult::Differ(vec![2, 5])), (2, CellsResult::Differ(vec![]))]),
			Answer::Pages(baseline.networks[4].id, 0, 3, vec![1]),
			Answer::Networks(vec![(baseline.networks[6].id, NetworkResult::HasDifferences)]),
		];
		let todo = rest(&baseline, answers.iter()).unwrap();
		let expected = [
			(2, BTreeMap::from([(0, vec![2, 5])])),
			(4, BTreeMap::from([(0, vec![])])),
			(6, BTreeMap::new()),
		];
		assert_eq!(todo, BTreeMap::from(expected));
		let two = BTreeMap::from([(2, BTreeMap::from([(0, vec![2, 5])]))]);
		assert_eq!(testimony.calls(Level::Values, &two).unwrap().len(), 1);
		assert!(rest(&baseline, [Answer::Cells(id, vec![(1, CellsResult::Stale)])].iter()).is_err());
	}

	#[test]
	fn calls_about_open_violations_have_half_as_many_as_are_heard() {
		let of = |pages, open| most_pages(pages, open, LIMITS);
		assert_eq!(
			[of(400, 0), of(400, 25), of(400, 100), of(400, 1_000), of(400, 1)],
			[256, 256, 64, 32, 256]
		);
	}

	#[test]
	fn values_fill_calls() {
		let baseline = baseline(1);
		let observation = Observation::default();
		let heads: Vec<_> = baseline.networks[0]
			.pages
			.iter()
			.map(|page| BaselineHeadView { page: page.number, revision: 1, catalogue: 1, cells: Vec::new() })
			.collect();
		let digests = digests(&baseline, &observation, &[heads], Hash::zero()).unwrap();
		let testimony = Testimony {
			baseline: &baseline,
			observation: &observation,
			digests: &digests,
			sweep: 1,
			key: SweepKey::new(Hash::zero(), 1, Hash::zero()),
			export: Hash::zero(),
			limits: LIMITS,
			open: &[0],
		};
		let calls = |cells: usize| {
			let places = vec![0; cells];
			let todo = BTreeMap::from([(0, BTreeMap::from([(0, places)]))]);
			testimony.calls(Level::Values, &todo).unwrap().len()
		};
		assert_eq!([0, 1, LIMITS.values, LIMITS.values + 1].map(calls), [0, 1, 1, 2]);
	}
}
