// SPDX-License-Identifier: Apache-2.0

//! Testimony: what a company says that it has seen, from a whole local network down to single values, and only as far
//! down as it differs.
//!
//! ```text
//!   tag of the local network ── equal ──► all pages are attested
//!            │ differs
//!            ▼
//!   tags of its pages ───────── equal ──► the page is attested
//!            │ differs
//!            ▼
//!   tags of a page's cells ──── equal ──► the cell is as the baseline says
//!            │ differs
//!            ▼
//!   the cell's values ────────────────► a violation for each value that is another
//! ```

use crate::{
	changes::check::witnesses,
	pages,
	sweeps::Open,
	types::{CellsResult, Difference, NetworkResult, Pages, Testimony},
	violations, CellDigests, Config, Differences, Error, Heads, OpenViolations, Pallet, Tables, Testimonies,
};
use alloc::vec::Vec;
use frame_support::{ensure, BoundedVec};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	cells::{are_ordered, digest::Tag, CellTable, CellValues},
	site::{SiteRegistry, Station},
	Hash, LocalNetworkId, OrgId,
};

/// The company's testimony of a local network in this sweep, the earlier one's given up.
fn testimony<T: Config>(org: OrgId, sweep: &Open, local_network: LocalNetworkId) -> Testimony {
	let earlier = Testimonies::<T>::get(local_network, org);
	earlier.filter(|earlier| (earlier.sweep, earlier.export) == (sweep.number, sweep.export.root)).unwrap_or(
		Testimony {
			sweep: sweep.number,
			export: sweep.export.root,
			observed: sweep.export.observed,
			at: 0,
			pages: Pages::Some(BoundedVec::new()),
		},
	)
}

fn save<T: Config>(org: OrgId, local_network: LocalNetworkId, mut testimony: Testimony) {
	testimony.at = Pallet::<T>::now();
	Testimonies::<T>::insert(local_network, org, testimony);
}

/// Takes the tag of one local network.
pub(crate) fn attest_network<T: Config>(
	org: OrgId,
	sweep: &Open,
	local_network: LocalNetworkId,
	tag: Tag,
) -> NetworkResult {
	let Some(count) = T::Sites::pages(local_network).filter(|_| sweep.scope.covers(local_network)) else {
		return NetworkResult::Outside;
	};
	if sweep.key.tag(&pages::network_digest::<T>(local_network, count)) != tag {
		return NetworkResult::Differs;
	}
	if OpenViolations::<T>::get(local_network) > 0 {
		return NetworkResult::HasOpenViolations;
	}
	let mut testimony = testimony::<T>(org, sweep, local_network);
	testimony.pages = Pages::All;
	save::<T>(org, local_network, testimony);
	NetworkResult::Matches
}

/// Takes the tags of pages in a row. Says which of them differ.
pub(crate) fn attest_pages<T: Config>(
	org: OrgId,
	sweep: &Open,
	local_network: LocalNetworkId,
	first: u16,
	tags: &[Tag],
) -> Result<Vec<u16>, Error<T>> {
	sweep.covers::<T>(local_network)?;
	let count = T::Sites::pages(local_network).ok_or(Error::<T>::UnknownPage)?;
	let end = u32::from(first).saturating_add(tags.len().saturated_into());
	ensure!(end <= u32::from(count), Error::<T>::UnknownPage);
	let digests = pages::digests::<T>(local_network, end.saturated_into());
	let mut testimony = testimony::<T>(org, sweep, local_network);
	let mut differing = Vec::new();
	for (page, (digest, tag)) in (first..).zip(digests.iter().skip(first.into()).zip(tags)) {
		if sweep.key.tag(digest) == *tag {
			testimony.pages.insert(page);
			Differences::<T>::remove((local_network, page, org));
			violations::deny_page::<T>(org, local_network, page);
		} else {
			differing.push(page);
			note_difference::<T>(org, sweep, local_network, page, None);
		}
	}
	save::<T>(org, local_network, testimony);
	Ok(differing)
}

/// Notes that a page differs, and in which cells once they are known. Since when, an earlier note has said.
fn note_difference<T: Config>(
	org: OrgId,
	sweep: &Open,
	local_network: LocalNetworkId,
	page: u16,
	cells: Option<Vec<u16>>,
) {
	let revision = Heads::<T>::get(local_network, page).revision;
	Differences::<T>::mutate((local_network, page, org), |difference| {
		let since = difference.as_ref().map_or_else(Pallet::<T>::now, |earlier| earlier.since);
		*difference = Some(Difference {
			sweep: sweep.number,
			revision,
			since,
			cells: cells.map(BoundedVec::truncate_from),
		});
	});
}

/// Takes the tags of all cells of a page, as it was at this revision.
pub(crate) fn attest_cells<T: Config>(
	org: OrgId,
	sweep: &Open,
	local_network: LocalNetworkId,
	page: u16,
	revision: u32,
	tags: &[Tag],
) -> Result<CellsResult, Error<T>> {
	sweep.covers::<T>(local_network)?;
	if Heads::<T>::get(local_network, page).revision != revision {
		return Ok(CellsResult::Stale);
	}
	let digests = CellDigests::<T>::get(local_network, page);
	ensure!(!digests.is_empty(), Error::<T>::UnknownPage);
	ensure!(digests.len() == tags.len(), Error::<T>::WrongLength);
	let differs = |(n, (digest, tag)): (u16, (&Hash, &Tag))| (sweep.key.tag(digest) != *tag).then_some(n);
	let differing: Vec<u16> = (0u16..).zip(digests.iter().zip(tags)).filter_map(differs).collect();
	if differing.is_empty() {
		let mut testimony = testimony::<T>(org, sweep, local_network);
		testimony.pages.insert(page);
		save::<T>(org, local_network, testimony);
		Differences::<T>::remove((local_network, page, org));
		violations::deny_page::<T>(org, local_network, page);
	} else {
		note_difference::<T>(org, sweep, local_network, page, Some(differing.clone()));
		violations::deny_cells::<T>(org, local_network, page, &differing);
	}
	Ok(CellsResult::Differ(BoundedVec::truncate_from(differing)))
}

/// Takes all values of cells that differ, as the page was at this revision. Says how many values are not as the baseline
/// says; none when the page was revised since.
pub(crate) fn attest_values<T: Config>(
	org: OrgId,
	sweep: &Open,
	local_network: LocalNetworkId,
	page: u16,
	revision: u32,
	cells: &[(u16, CellValues)],
) -> Result<Option<u32>, Error<T>> {
	sweep.covers::<T>(local_network)?;
	let place = (local_network, page, org);
	let mut difference = Differences::<T>::get(place)
		.filter(|difference| difference.sweep == sweep.number)
		.ok_or(Error::<T>::NoDifference)?;
	if difference.revision != revision || Heads::<T>::get(local_network, page).revision != revision {
		return Ok(None);
	}
	let mut open = difference.cells.take().ok_or(Error::<T>::NoDifference)?;
	let table =
		CellTable::from_bytes(&Tables::<T>::get(local_network, page)).map_err(|_| Error::<T>::UnknownPage)?;
	let entries = T::Sites::stations(local_network, page);
	let mut differing = Vec::new();
	for (n, seen) in cells {
		ensure!(are_ordered(seen), Error::<T>::BadTable);
		let found = open.binary_search(n).map_err(|_| Error::<T>::NoDifference)?;
		let position = usize::from(*n);
		let (slot, cell) = table.cells().nth(position).ok_or(Error::<T>::NoDifference)?;
		let station =
			entries.get(usize::try_from(slot).unwrap_or(usize::MAX)).ok_or(Error::<T>::UnknownPage)?;
		ensure!(is_party(&station.station, org), Error::<T>::NotParty);
		let values = differing_values(&table.values(position), seen);
		ensure!(!values.is_empty(), Error::<T>::NoDifference);
		let slot = slot.saturated_into();
		let of_cell = |(key, approved, observed)| violations::Seen { slot, cell, key, approved, observed };
		differing.extend(values.into_iter().map(of_cell));
		open.remove(found);
	}
	let sighting = violations::Sighting { org, sweep, local_network, page, table: &table, entries: &entries };
	let count = violations::sight::<T>(&sighting, &differing)?;
	if open.is_empty() {
		Differences::<T>::remove(place);
	} else {
		Differences::<T>::insert(place, Difference { cells: Some(open), ..difference });
	}
	Ok(Some(count))
}

/// Each key whose value differs: the approved value and the one that was seen.
fn differing_values(
	approved: &CellValues,
	seen: &CellValues,
) -> Vec<(trimast_primitives::cells::ParamKey, Option<i64>, Option<i64>)> {
	let of = |values: &CellValues, key| {
		values
			.binary_search_by_key(&key, |(key, _)| *key)
			.ok()
			.and_then(|n| values.get(n))
			.map(|(_, value)| *value)
	};
	let mut keys: Vec<_> = approved.iter().chain(seen).map(|(key, _)| *key).collect();
	keys.sort_unstable();
	keys.dedup();
	let both = keys.into_iter().map(|key| (key, of(approved, key), of(seen, key)));
	both.filter(|(_, approved, seen)| approved != seen).collect()
}

/// Whose word counts for a station's cells: that of who owns or shares it, or of its tower company.
pub(crate) fn is_party(station: &Station, org: OrgId) -> bool {
	witnesses(station).contains(org)
}
