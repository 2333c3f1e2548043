// SPDX-License-Identifier: Apache-2.0

//! What plans hold, page by page: the index by which a change, or another plan, finds out that a cell sleeps or stands in.

use super::{
	around::{place, Page},
	types::{Hold, PageRefusal, MAX_HOLDS, MAX_OWN_HOLDS},
};
use crate::{Config, Held};
use alloc::collections::{BTreeMap, BTreeSet};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	energy::{Compensation, PageCells},
	LocalNetworkId, OrgId,
};

/// The stations of a plan's page and those of the cells that stand in for them: by page and slot, the cells that sleep and those that
/// stand in.
pub(super) fn stations(
	local_network: LocalNetworkId,
	cells: &PageCells,
	compensations: &[Compensation],
) -> BTreeMap<Page, BTreeMap<u8, (u32, u32)>> {
	let mut pages: BTreeMap<Page, BTreeMap<u8, (u32, u32)>> = BTreeMap::new();
	let own = pages.entry((local_network, cells.page)).or_default();
	for (slot, sleeping) in &cells.stations {
		own.entry(*slot).or_default().0 = *sleeping;
	}
	for Compensation { by: cell, .. } in compensations {
		let place = place(cell.site).zip(1u32.checked_shl(cell.cell.into()));
		if let Some(((page, slot), bit)) = place {
			pages.entry(page).or_default().entry(slot).or_default().1 |= bit;
		}
	}
	pages
}

/// The pages of these.
pub(super) fn pages(
	local_network: LocalNetworkId,
	of: u16,
	compensations: &[Compensation],
) -> BTreeSet<Page> {
	let pages = compensations.iter().filter_map(|of| place(of.by.site)).map(|(page, _)| page);
	pages.chain([(local_network, of)]).collect()
}

/// Holds the cells of a plan's page, and those that stand in for them.
pub(super) fn hold<T: Config>(
	(plan, by): (u32, OrgId),
	local_network: LocalNetworkId,
	cells: &PageCells,
	compensations: &[Compensation],
) -> Result<(), PageRefusal> {
	let pages = stations(local_network, cells, compensations);
	let [most, most_own]: [usize; 2] = [MAX_HOLDS, MAX_OWN_HOLDS].map(SaturatedConversion::saturated_into);
	for ((local_network, page), stations) in &pages {
		let held = Held::<T>::get(local_network, page);
		let own = held.iter().filter(|hold| hold.by == by).count();
		let is_full = held.len().saturating_add(stations.len()) > most;
		if is_full || own.saturating_add(stations.len()) > most_own {
			return Err(PageRefusal::TooManyHolds { local_network: *local_network, page: *page });
		}
	}
	for ((local_network, page), stations) in pages {
		Held::<T>::mutate(local_network, page, |held| {
			for (slot, (sleeping, compensating)) in stations {
				// There is room for all of them.
				let _ = held.try_push(Hold { plan, by, of: cells.page, slot, sleeping, compensating });
			}
		});
	}
	Ok(())
}

/// Gives up what a page of a plan holds. Says of how many pages.
pub(super) fn release<T: Config>(
	plan: u32,
	local_network: LocalNetworkId,
	of: u16,
	compensations: &[Compensation],
) -> u32 {
	let pages = pages(local_network, of, compensations);
	for (local_network, page) in &pages {
		Held::<T>::mutate_exists(local_network, page, |held| {
			let mut left = held.take().unwrap_or_default();
			left.retain(|hold| (hold.plan, hold.of) != (plan, of));
			*held = (!left.is_empty()).then_some(left);
		});
	}
	pages.len().saturated_into()
}
