// SPDX-License-Identifier: Apache-2.0

//! Cells that cover one of a station with an outage, in full or in part: they stay awake while it lasts.
//!
//! The relation stands at the cell that is covered, and lists need not be alike on both sides. So whoever looks at the cell that covers
//! does not find it; who looks at the station does. The chain enters these cells, page by page, when it looks at the outage
//! ([`super::outages`]), and takes them out when it finds that it is over. An examination, and the last look before approval, read what is
//! entered of their page.

use super::{
	around::{place, Page, MAX_PAGES_LOOKED},
	types::{CellRefusal, CoveringPages, Covers},
};
use crate::{Config, Covering, CoveringIn};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{cells::CellId, interlock::Coverage, page::SiteId, site::MAX_CELLS};

/// Of how many stations with an outage it is read what cells of a page cover of them.
pub(crate) const MAX_ENTERED: u32 = 64;

/// Cells that cover some of a station: by page, slot and number, with the first that each of them covers.
pub(super) type Cells = BTreeMap<Page, BTreeMap<u8, BTreeMap<u8, u8>>>;

/// The cells of other stations that cover one of a station, as its own lists say: those of its own page, and of as many around as an
/// examination looks at.
pub(super) fn of<T: Config>(station: SiteId, page: Page, slot: u8) -> Cells {
	let cells: Vec<(u8, u8)> = (0..MAX_CELLS).map(|cell| (slot, cell)).collect();
	let lists = T::Coverage::neighbours(page.0, page.1, &cells);
	let mut all = Cells::new();
	for ((_, covered), list) in cells.iter().zip(lists) {
		for (by, _) in list.into_iter().filter(|(by, cover)| cover.is_some() && by.site != station) {
			if let Some((of, slot)) = place(by.site) {
				all.entry(of).or_default().entry(slot).or_default().entry(by.cell).or_insert(*covered);
			}
		}
	}
	let own = all.remove(&page);
	let around = all.into_iter().take(MAX_PAGES_LOOKED.saturated_into());
	around.chain(own.map(|own| (page, own))).collect()
}

/// Enters the cells that cover some of a station with an outage, in the place of those that are entered; none where it is over. Says of
/// how many pages some were taken out.
pub(super) fn enter<T: Config>(station: SiteId, cells: &Cells) -> u32 {
	let before = CoveringIn::<T>::get(station);
	let mut left = 0u32;
	for (local_network, page) in before.iter().filter(|page| !cells.contains_key(*page)) {
		Covering::<T>::remove((*local_network, *page, station));
		left = left.saturating_add(1);
	}
	for ((local_network, page), stations) in cells {
		let of_station = |(slot, cells): (&u8, &BTreeMap<u8, u8>)| {
			let slot = *slot;
			cells.iter().map(move |(cell, covered)| (slot, *cell, *covered)).collect::<Vec<_>>()
		};
		// A station has no more neighbours than there is room for.
		let covers = Covers::truncate_from(stations.iter().flat_map(of_station).collect::<Vec<_>>());
		let key = (*local_network, *page, station);
		if Covering::<T>::get(key) != covers {
			Covering::<T>::insert(key, covers);
		}
	}
	let pages = CoveringPages::truncate_from(cells.keys().copied().collect::<Vec<_>>());
	if pages != before {
		if pages.is_empty() {
			CoveringIn::<T>::remove(station);
		} else {
			CoveringIn::<T>::insert(station, pages);
		}
	}
	left
}

/// Which cells of stations with an outage these of a page cover, as far as that is entered: by slot and number. The outage may be over.
pub(super) fn in_page<T: Config>(
	(local_network, page): Page,
	cells: Option<&BTreeSet<(u8, u8)>>,
) -> Result<BTreeMap<(u8, u8), Vec<CellId>>, CellRefusal> {
	let is_one = |cell: &(u8, u8)| cells.is_some_and(|cells| cells.contains(cell));
	let most: usize = MAX_ENTERED.saturated_into();
	let mut all: BTreeMap<(u8, u8), Vec<CellId>> = BTreeMap::new();
	let entered = Covering::<T>::iter_prefix((local_network, page)).take(most.saturating_add(1));
	for (n, (site, covers)) in entered.enumerate() {
		if n >= most {
			return Err(CellRefusal::TooManyNeighbours);
		}
		for (slot, cell, covered) in covers {
			if is_one(&(slot, cell)) {
				all.entry((slot, cell)).or_default().push(CellId { site, cell: covered });
			}
		}
	}
	Ok(all)
}
