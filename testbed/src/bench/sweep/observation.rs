// SPDX-License-Identifier: Apache-2.0

//! What a company sees in the network, and the digests of it.

use super::baseline::{bytes_of, table_from, Baseline};
use crate::bench::load::on_all_cores;
use anyhow::{Context, Result};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::HashMap;
use trimast_primitives::{
	apis::BaselineHeadView,
	cells::{
		digest::{cell_digests, local_network_digest, page_digest, PagePlace},
		ParamId, ParamKey,
	},
	Hash,
};

/// The parameter that is changed: the digital tilt, of which every cell has a value.
const TILT: ParamKey = ParamKey::of(ParamId(24));

/// A page that is not as the baseline says.
pub(super) struct Changed {
	/// Its values.
	table: Vec<u8>,
	/// Places of the cells that differ.
	pub(super) cells: Vec<u16>,
}

/// What a company sees: the baseline, but for some cells of which one value is another.
#[derive(Default)]
pub(super) struct Observation {
	/// By the places of the local network and the page in the baseline.
	changed: HashMap<(usize, usize), Changed>,
}

impl Observation {
	/// As the baseline says, but for `share` of all cells. They are drawn among those that the second carrier owns and the
	/// first one shares: whoever else sees them is not heard, and what a company says against itself only another can take
	/// back, so the next sweep would not close it. Another seed draws others.
	pub(super) fn with_changes(baseline: &Baseline, share: f64, seed: u64) -> Result<Self> {
		let pages = || baseline.networks.iter().flat_map(|network| &network.pages);
		let eligible: usize = pages().map(|page| page.shared.len()).sum();
		let probability = (share * baseline.cells() as f64 / eligible.max(1) as f64).min(1.0);
		if probability == 0.0 {
			return Ok(Self::default());
		}
		let changed = on_all_cores(baseline.networks.len(), |n| {
			let network = &baseline.networks[n];
			let mut rng = ChaCha8Rng::seed_from_u64(seed);
			rng.set_stream(u64::from(network.id.0));
			let mut changed = Vec::new();
			for (p, page) in network.pages.iter().enumerate() {
				let drawn = page.shared.iter().copied().filter(|_| rng.gen_bool(probability));
				let cells: Vec<u16> = drawn.collect();
				if !cells.is_empty() {
					changed.push(((n, p), Changed { table: change(&page.table, &cells)?, cells }));
				}
			}
			Ok(changed)
		})?;
		Ok(Self { changed: changed.into_iter().flatten().collect() })
	}

	/// The encoded table of a page.
	pub(super) fn table<'a>(&'a self, baseline: &'a Baseline, n: usize, p: usize) -> &'a [u8] {
		self.changed.get(&(n, p)).map_or(&baseline.networks[n].pages[p].table, |changed| &changed.table)
	}

	/// Cells that differ.
	pub(super) fn differing(&self) -> u64 {
		self.changed.values().map(|changed| changed.cells.len() as u64).sum()
	}
}

/// A table with these cells changed.
fn change(table: &[u8], cells: &[u16]) -> Result<Vec<u8>> {
	let mut table = table_from(table)?;
	for place in cells.iter().map(|place| usize::from(*place)) {
		let before = table.get(place, TILT).context("a cell without a tilt")?;
		let set = table.set(place, TILT, Some(before + 5));
		set.map_err(|defect| anyhow::anyhow!("a changed value: {defect:?}"))?;
	}
	bytes_of(&table)
}

/// The digests of a page.
pub(super) struct PageDigests {
	/// The revision that it was looked at.
	pub(super) revision: u32,
	/// Of its cells, in the order of its table.
	pub(super) cells: Vec<Hash>,
	/// Of itself.
	pub(super) page: Hash,
}

/// The digests of a local network.
pub(super) struct LocalDigests {
	/// Of its pages with cells, in their order.
	pub(super) pages: Vec<PageDigests>,
	/// Of all pages by their numbers; zero where a page has no cells.
	pub(super) by_number: Vec<Hash>,
	/// Of itself.
	pub(super) network: Hash,
}

/// Computes the digests of everything that a company sees, on all cores. `heads`: what the chain says of the pages of each
/// local network.
pub(super) fn digests(
	baseline: &Baseline,
	observation: &Observation,
	heads: &[Vec<BaselineHeadView>],
	genesis: Hash,
) -> Result<Vec<LocalDigests>> {
	on_all_cores(baseline.networks.len(), |n| {
		let network = &baseline.networks[n];
		let mut by_number = vec![Hash::zero(); network.count.into()];
		let heads = heads.get(n).map(Vec::as_slice).unwrap_or_default();
		let digests = network.pages.iter().enumerate().map(|(p, page)| {
			let head = heads.binary_search_by_key(&page.number, |head| head.page).ok();
			let head = &heads[head.with_context(|| format!("page {} has no baseline", page.number))?];
			let place = PagePlace {
				genesis,
				local_network: network.id,
				page: page.number,
				revision: head.revision,
				catalogue: head.catalogue,
			};
			let table = table_from(observation.table(baseline, n, p))?;
			let cells = cell_digests(&table);
			let digest = page_digest(&place, table.counts(), &cells);
			by_number[usize::from(page.number)] = digest;
			Ok(PageDigests { revision: head.revision, cells, page: digest })
		});
		let pages = digests.collect::<Result<_>>()?;
		let whole = local_network_digest(genesis, network.id, &by_number);
		Ok(LocalDigests { pages, by_number, network: whole })
	})
}

#[cfg(test)]
mod tests {
	use super::{super::baseline::tests::baseline, *};

	fn heads(baseline: &Baseline) -> Vec<Vec<BaselineHeadView>> {
		let head = |page: u16| BaselineHeadView { page, revision: 1, catalogue: 66, cells: Vec::new() };
		let of = |network: &super::super::baseline::LocalBaseline| {
			network.pages.iter().map(|page| head(page.number)).collect()
		};
		baseline.networks.iter().map(of).collect()
	}

	#[test]
	fn digests_differ_where_cells_do() {
		let baseline = baseline(30);
		let heads = heads(&baseline);
		let digests =
			|observation: &Observation| digests(&baseline, observation, &heads, Hash::zero()).unwrap();
		let clean = digests(&Observation::default());
		let observation = Observation::with_changes(&baseline, 0.1, 7).unwrap();
		let seen = digests(&observation);
		let mut differing = 0;
		for (n, (clean, seen)) in clean.iter().zip(&seen).enumerate() {
			for (p, (clean, seen)) in clean.pages.iter().zip(&seen.pages).enumerate() {
				let places: Vec<u16> = (0u16..)
					.zip(clean.cells.iter().zip(&seen.cells))
					.filter(|(_, (a, b))| a != b)
					.map(|(place, _)| place)
					.collect();
				let changed = observation.changed.get(&(n, p));
				assert_eq!(places, changed.map(|changed| changed.cells.clone()).unwrap_or_default());
				assert_eq!(places.is_empty(), clean.page == seen.page);
				differing += places.len() as u64;
			}
			assert_eq!(clean.network == seen.network, clean.by_number == seen.by_number);
		}
		assert!(differing > 0 && differing == observation.differing());
	}

	#[test]
	fn share_of_changes_is_of_all_cells() {
		let baseline = baseline(200);
		let share = |seed| Observation::with_changes(&baseline, 0.1, seed).unwrap().differing() as f64;
		let (one, cells) = (share(1), baseline.cells() as f64);
		assert!((0.07..0.13).contains(&(one / cells)), "{one} of {cells}");
		assert_eq!(Observation::with_changes(&baseline, 0.0, 1).unwrap().differing(), 0);
	}
}
