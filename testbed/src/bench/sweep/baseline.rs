// SPDX-License-Identifier: Apache-2.0

//! The baseline: made for the stations that stand on the chain, and imported by their owners.

use crate::{
	bench::load::on_all_cores,
	calls::{self, EncodedCall},
	chain::{Chain, Signing},
	generate::{CellMaker, Country, CARRIER_ONE, CARRIER_TWO},
	views,
};
use anyhow::{ensure, Context, Result};
use futures::{stream, StreamExt, TryStreamExt};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use trimast_primitives::{
	apis::BaselineView,
	cells::{CellTable, CellValues},
	page::{SiteId, PAGE_SLOTS},
	site::{Station, StationCode},
	LocalNetworkId,
};

/// Local networks whose stations are read at the same time.
const AT_ONCE: usize = 4;
/// Bytes of tables after which a transaction of an import is full.
const BATCH_BYTES: usize = 64 * 1024;

/// Cells of a page on which single calls are measured. A country has pages of about this size whatever its own: what
/// a page costs grows with its cells, and is to be compared between countries.
const ORDINARY_PAGE: u32 = 6;

/// A page of cells.
pub(super) struct Page {
	/// Its number.
	pub(super) number: u16,
	/// Cells in it.
	pub(super) cells: u32,
	/// Places in its table of the cells that the second carrier owns and the first one shares.
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
	/// A cell that the first carrier owns, if there is one, in a page of an [ordinary size](ORDINARY_PAGE) if there is one.
	pub(super) own: Option<OwnCell>,
}

/// A cell that a company owns: page, slot and number.
#[derive(Clone, Copy, Debug)]
pub(super) struct OwnCell {
	pub(super) page: u16,
	pub(super) slot: u8,
	pub(super) cell: u8,
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

	/// The places of its pages, those of about an ordinary size first.
	pub(super) fn ordinary_pages(&self) -> Vec<usize> {
		let mut pages: Vec<usize> = (0..self.pages.len()).collect();
		pages.sort_by_key(|page| self.pages[*page].cells.abs_diff(ORDINARY_PAGE));
		pages
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
	/// Makes cells for every station on the chain, which has those of `country`.
	pub(super) async fn make(chain: &Chain, country: Country) -> Result<Self> {
		let codes: BTreeSet<LocalNetworkId> = country.codes().collect();
		let mut networks = views::baselines(chain, None).await?;
		networks.retain(|view| codes.contains(&view.id));
		let index = |view: &BaselineView| {
			let (chain, id) = (chain.clone(), view.id);
			tokio::spawn(async move {
				let stations = views::stations(&chain, id, None).await?;
				let numbers = stations.into_iter().map(|view| (view.entry.station.code, view.id));
				anyhow::Ok(numbers.collect::<HashMap<StationCode, SiteId>>())
			})
		};
		let indices = stream::iter(networks.iter().map(index)).buffered(AT_ONCE);
		let indices: Vec<_> = indices.map(|index| index.context("a task panicked")?).try_collect().await?;
		let make = move || {
			let maker = CellMaker::new(&country)?;
			let networks = on_all_cores(networks.len(), |order| {
				let site = |id: LocalNetworkId, code: &StationCode| {
					let n = networks.binary_search_by_key(&id, |view| view.id).ok()?;
					indices[n].get(code).copied()
				};
				let (local_network, cells) = maker.cells(order, site)?;
				ensure!(local_network.id == networks[order].id, "the chain has other local networks");
				let stations = local_network.stations.into_iter().zip(cells).map(|(named, cells)| {
					let id = site(local_network.id, &named.station.code);
					Ok(Standing { id: id.context("a station is missing")?, station: named.station, cells })
				});
				local_baseline(&networks[order], stations.collect::<Result<_>>()?)
			})?;
			anyhow::Ok(Self { networks })
		};
		tokio::task::spawn_blocking(make).await.context("a thread panicked")?
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
				calls.push(calls::import_cells(id, page, table));
			}
			let alone = if calls.len() == 1 { calls.pop() } else { None };
			let batched = || calls.iter().map(|call| signing.call_data(call)).collect::<Result<_>>();
			Some(alone.map_or_else(|| batched().map(calls::batch_all), Ok))
		})
	}

	/// Gives up what only an import needs.
	pub(super) fn forget_imports(&mut self) {
		self.networks.iter_mut().for_each(|network| network.imports = Default::default());
	}
}

/// Whether the second carrier owns a station that the first one shares.
fn is_shared(station: &Station) -> bool {
	station.owner == CARRIER_TWO && station.sharers.contains(CARRIER_ONE)
}

/// A station on the chain, and its cells.
struct Standing {
	id: SiteId,
	station: Station,
	cells: Vec<CellValues>,
}

fn local_baseline(view: &BaselineView, stations: Vec<Standing>) -> Result<LocalBaseline> {
	let mut by_page: BTreeMap<u16, Vec<Standing>> = BTreeMap::new();
	for station in stations {
		let page = station.id.page().context("a station beyond every page")?;
		by_page.entry(page).or_default().push(station);
	}
	let mut network = LocalBaseline {
		id: view.id,
		count: view.pages,
		pages: Vec::new(),
		imports: Default::default(),
		own: None,
	};
	let mut distance = u32::MAX;
	for (number, stations) in by_page {
		ensure!(number < view.pages, "page {number} of {} pages", view.pages);
		let of = |wanted: &dyn Fn(&Station) -> bool| table_of(&stations, wanted);
		let whole = of(&|_| true)?;
		for (owner, org) in [CARRIER_ONE, CARRIER_TWO].into_iter().enumerate() {
			let own = of(&|station| station.owner == org)?;
			if !own.is_empty() {
				network.imports[owner].push((number, bytes_of(&own)?));
			}
			let from_ordinary = (whole.len() as u32).abs_diff(ORDINARY_PAGE);
			let first = own.cells().next().filter(|_| org == CARRIER_ONE && from_ordinary < distance);
			if let Some((slot, cell)) = first {
				network.own = Some(OwnCell { page: number, slot: slot as u8, cell });
				distance = from_ordinary;
			}
		}
		let shared: Vec<u32> = stations
			.iter()
			.filter(|standing| is_shared(&standing.station))
			.map(|standing| standing.id.slot())
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
fn table_of(stations: &[Standing], wanted: &dyn Fn(&Station) -> bool) -> Result<CellTable> {
	let mut slots = vec![Vec::new(); PAGE_SLOTS as usize];
	for standing in stations.iter().filter(|standing| wanted(&standing.station)) {
		slots[standing.id.slot() as usize] = standing.cells.clone();
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
	use crate::generate::Plan;
	use trimast_primitives::Hash;

	/// The first local networks of a country, on pages that are not full, the first of them without stations.
	pub(crate) fn baseline(networks: usize) -> Baseline {
		let country = Country::new(Plan::of(2_000)).unwrap();
		let maker = CellMaker::new(&country).unwrap();
		// The last digits of a code number the stations of a local network.
		let site = |id: LocalNetworkId, code: &StationCode| {
			let n: u32 = std::str::from_utf8(&code[6..]).ok()?.parse().ok()?;
			Some(SiteId::new(id, 1 + (n / 7) as u16, n % 7))
		};
		let local = (0..networks).map(|order| {
			let (network, cells) = maker.cells(order, site).unwrap();
			let view = BaselineView {
				id: network.id,
				pages: 40,
				digest: Hash::zero(),
				cells: 0,
				provisional: 0,
				open_violations: 0,
			};
			let stations = network.stations.into_iter().zip(cells).map(|(named, cells)| {
				let id = site(network.id, &named.station.code).unwrap();
				Standing { id, station: named.station, cells }
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
	fn single_calls_are_measured_on_pages_of_an_ordinary_size() {
		let baseline = baseline(40);
		for network in &baseline.networks {
			let sizes = network.ordinary_pages().into_iter().map(|page| network.pages[page].cells);
			let distances: Vec<u32> = sizes.map(|cells| cells.abs_diff(ORDINARY_PAGE)).collect();
			assert!(distances.is_sorted());
			let has_own = |page: &&Page| network.imports[0].iter().any(|(number, _)| *number == page.number);
			let least =
				network.pages.iter().filter(has_own).map(|page| page.cells.abs_diff(ORDINARY_PAGE)).min();
			let own = network.own.map(|own| network.pages[network.find(own.page).unwrap()].cells);
			assert_eq!(own.map(|cells| cells.abs_diff(ORDINARY_PAGE)), least);
		}
	}

	#[test]
	fn shared_cells_are_those_of_the_second_carrier_that_the_first_shares() {
		let baseline = baseline(40);
		let (shared, all) = baseline
			.networks
			.iter()
			.flat_map(|network| &network.pages)
			.fold((0, 0), |(shared, all), page| (shared + page.shared.len(), all + page.cells as usize));
		assert!(shared > all / 5 && shared < all * 4 / 5, "{shared} of {all}");
	}
}
