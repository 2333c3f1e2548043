// SPDX-License-Identifier: Apache-2.0

//! The baseline: made for the stations that stand on the chain, and imported by their owners.

use super::cells;
use crate::{
	calls::{self, EncodedCall},
	chain::{Chain, Signing},
	generate::{CARRIER_ONE, CARRIER_TWO},
	views,
};
use anyhow::{ensure, Context, Result};
use futures::{stream, StreamExt, TryStreamExt};
use std::collections::BTreeMap;
use trimast_primitives::{
	apis::{BaselineView, SiteView},
	cells::{CellTable, CellValues},
	page::PAGE_SLOTS,
	site::Station,
	LocalNetworkId,
};

/// Connections' worth of local networks that are made at the same time.
const AT_ONCE: usize = 4;
/// Bytes of tables after which a transaction of an import is full.
const BATCH_BYTES: usize = 64 * 1024;

/// A page of cells.
pub(super) struct Page {
	/// Its number.
	pub(super) number: u16,
	/// Cells in it.
	pub(super) cells: u32,
	/// Places in its table of the cells that both carriers are party to.
	pub(super) shared: Vec<u16>,
	/// Its values: a [`CellTable`] in its encoding, as far parsed as what is read from a file is when a sweep's clock starts.
	pub(super) table: Vec<u8>,
}

/// The pages of a local network.
pub(super) struct LocalBaseline {
	/// Which.
	pub(super) id: LocalNetworkId,
	/// On the chain no page has this number or a greater one.
	pub(super) count: u16,
	/// Pages with cells, by number.
	pub(super) pages: Vec<Page>,
	/// The same by owner, for an import.
	imports: [Vec<(u16, Vec<u8>)>; 2],
}

impl LocalBaseline {
	/// Cells in it.
	pub(super) fn cells(&self) -> u64 {
		self.pages.iter().map(|page| u64::from(page.cells)).sum()
	}

	/// How many pages there are up to the last with cells.
	pub(super) fn used(&self) -> usize {
		self.pages.last().map_or(0, |page| usize::from(page.number) + 1)
	}

	/// The place of the page with this number among the pages.
	pub(super) fn find(&self, number: u16) -> Option<usize> {
		self.pages.binary_search_by_key(&number, |page| page.number).ok()
	}
}

/// The baseline of the country.
pub(super) struct Baseline {
	/// The local networks by code.
	pub(super) networks: Vec<LocalBaseline>,
}

impl Baseline {
	/// Makes cells for every station on the chain.
	pub(super) async fn make(chain: &Chain) -> Result<Self> {
		let make = |view: BaselineView| {
			let chain = chain.clone();
			tokio::spawn(async move {
				let stations = views::stations(&chain, view.id, None).await?;
				local_baseline(&view, stations)
			})
		};
		let made = stream::iter(views::baselines(chain, None).await?).map(make).buffered(AT_ONCE);
		let networks = made.map(|made| made.context("a task panicked")?).try_collect().await?;
		Ok(Self { networks })
	}

	/// Cells in it.
	pub(super) fn cells(&self) -> u64 {
		self.networks.iter().map(LocalBaseline::cells).sum()
	}

	/// Pages in it.
	pub(super) fn pages(&self) -> u64 {
		self.networks.iter().map(|network| network.pages.len() as u64).sum()
	}

	/// The place of the local network among the local networks.
	pub(super) fn find(&self, id: LocalNetworkId) -> Option<usize> {
		self.networks.binary_search_by_key(&id, |network| network.id).ok()
	}

	/// The calls that import what a carrier owns: at most `batch` pages in one transaction.
	pub(super) fn imports<'a>(
		&'a self,
		owner: usize,
		batch: usize,
		signing: &'a Signing,
	) -> impl Iterator<Item = Result<EncodedCall>> + 'a {
		let all = move |network: &'a LocalBaseline| {
			network.imports[owner].iter().map(move |(page, table)| (network.id, *page, table))
		};
		let mut pages = self.networks.iter().flat_map(all).peekable();
		std::iter::from_fn(move || {
			pages.peek()?;
			let (mut calls, mut bytes) = (Vec::new(), 0);
			while calls.len() < batch.max(1) && bytes < BATCH_BYTES {
				let Some((id, page, table)) = pages.next() else { break };
				bytes += table.len();
				calls.push(signing.call_data(&calls::import_cells(id, page, table)));
			}
			Some(calls.into_iter().collect::<Result<_>>().map(calls::batch_all))
		})
	}

	/// Gives up what only an import needs.
	pub(super) fn forget_imports(&mut self) {
		self.networks.iter_mut().for_each(|network| network.imports = Default::default());
	}
}

/// Whether both carriers are party to a station.
fn is_shared(station: &Station) -> bool {
	station.sharers.contains(CARRIER_ONE) || station.sharers.contains(CARRIER_TWO)
}

fn local_baseline(view: &BaselineView, stations: Vec<SiteView>) -> Result<LocalBaseline> {
	let mut by_page: BTreeMap<u16, Vec<(SiteView, Vec<CellValues>)>> = BTreeMap::new();
	for (n, station) in stations.into_iter().enumerate() {
		let page = station.id.page().context("a station beyond every page")?;
		let cells = cells::cells_of(n, &station);
		by_page.entry(page).or_default().push((station, cells));
	}
	let mut network =
		LocalBaseline { id: view.id, count: view.pages, pages: Vec::new(), imports: Default::default() };
	for (number, stations) in by_page {
		ensure!(number < view.pages, "page {number} of {} pages", view.pages);
		let of = |wanted: &dyn Fn(&Station) -> bool| table_of(&stations, wanted);
		let whole = of(&|_| true)?;
		for (owner, org) in [CARRIER_ONE, CARRIER_TWO].into_iter().enumerate() {
			let own = of(&|station| station.owner == org)?;
			if !own.is_empty() {
				network.imports[owner].push((number, bytes_of(&own)?));
			}
		}
		let shared: Vec<u32> = stations
			.iter()
			.filter(|(view, _)| is_shared(&view.entry.station))
			.map(|(view, _)| view.id.slot())
			.collect();
		let is_shared = |(place, (slot, _)): (u16, (u32, u8))| shared.contains(&slot).then_some(place);
		network.pages.push(Page {
			number,
			cells: whole.len() as u32,
			shared: (0u16..).zip(whole.cells()).filter_map(is_shared).collect(),
			table: bytes_of(&whole)?,
		});
	}
	Ok(network)
}

/// The table of those of a page's stations that are wanted.
fn table_of(
	stations: &[(SiteView, Vec<CellValues>)],
	wanted: &dyn Fn(&Station) -> bool,
) -> Result<CellTable> {
	let mut slots = vec![Vec::new(); PAGE_SLOTS as usize];
	for (view, cells) in stations.iter().filter(|(view, _)| wanted(&view.entry.station)) {
		slots[view.id.slot() as usize] = cells.clone();
	}
	CellTable::new(&slots).map_err(|defect| anyhow::anyhow!("a page's table: {defect:?}"))
}

/// The encoding of a table.
pub(super) fn bytes_of(table: &CellTable) -> Result<Vec<u8>> {
	Ok(table.to_bytes().context("a page's table is too long")?.into_inner())
}

/// The table of an encoding.
pub(super) fn table_from(bytes: &[u8]) -> Result<CellTable> {
	CellTable::from_bytes(bytes).map_err(|defect| anyhow::anyhow!("a page's table: {defect:?}"))
}

#[cfg(test)]
pub(super) mod tests {
	use super::*;
	use crate::generate::{Country, Plan};
	use trimast_primitives::{
		page::SiteId,
		site::{StationEntry, StationState},
		Hash, OrgSet,
	};

	/// The first local networks of a country, each station at the first free place.
	pub(crate) fn baseline(networks: usize) -> Baseline {
		let country = Country::new(Plan::of(2_000)).unwrap();
		let local = country.local_networks().take(networks).map(|network| {
			let view = BaselineView { id: network.id, pages: 40, digest: Hash::zero(), open_violations: 0 };
			let stations = network.stations.into_iter().enumerate().map(|(n, named)| SiteView {
				// Pages that are not full, one of them without stations.
				id: SiteId::new(network.id, 1 + (n / 7) as u16, (n % 7) as u32),
				entry: StationEntry {
					station: named.station,
					state: StationState::OnAir,
					revision: 0,
					signed: OrgSet::EMPTY,
				},
			});
			local_baseline(&view, stations.collect()).unwrap()
		});
		Baseline { networks: local.collect() }
	}

	#[test]
	fn imports_hold_every_cell_of_its_owner_once() {
		let baseline = baseline(3);
		assert!(baseline.cells() > 20, "{} cells", baseline.cells());
		for network in &baseline.networks {
			for page in &network.pages {
				let mut slots = vec![Vec::new(); PAGE_SLOTS as usize];
				let own = network.imports.iter().flatten().filter(|(number, _)| *number == page.number);
				for (_, table) in own {
					for (slot, cells) in table_from(table).unwrap().stations().into_iter().enumerate() {
						assert!(slots[slot].is_empty() || cells.is_empty());
						slots[slot].extend(cells);
					}
				}
				assert_eq!(bytes_of(&CellTable::new(&slots).unwrap()).unwrap(), page.table);
				assert_eq!(network.find(page.number).map(|n| network.pages[n].number), Some(page.number));
			}
			assert_eq!(network.find(0), None);
		}
	}

	#[test]
	fn shared_cells_are_those_that_both_carriers_are_party_to() {
		let baseline = baseline(40);
		let (shared, all) = baseline
			.networks
			.iter()
			.flat_map(|network| &network.pages)
			.fold((0, 0), |(shared, all), page| (shared + page.shared.len(), all + page.cells as usize));
		assert!(shared > all / 2 && shared < all, "{shared} of {all}");
	}
}
