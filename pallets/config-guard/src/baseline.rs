// SPDX-License-Identifier: Apache-2.0

//! The baseline: what the owner says stands in its cells, and who stands behind it.

use crate::{
	pages::Page,
	types::{BaselineRefusal, BaselineResult, Catalogue, KeyDefect, SignResult},
	violations, Catalogues, Config, Error, Event, Pallet,
};
use alloc::vec::Vec;
use frame_support::{ensure, BoundedVec};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	cells::{table::TableBytes, CellTable, CellValues, ParamKey},
	site::{SiteRegistry, Station, StationEntry, StationState},
	Hash, LocalNetworkId, OrgId, OrgSet,
};

/// Takes the cells of a company's stations of one page. Each station has a result of its own.
pub(crate) fn import<T: Config>(
	org: OrgId,
	local_network: LocalNetworkId,
	page: u16,
	table: &TableBytes,
) -> Result<(), Error<T>> {
	let new = CellTable::from_bytes(table).map_err(|_| Error::<T>::BadTable)?;
	T::Sites::pages(local_network).filter(|pages| page < *pages).ok_or(Error::<T>::UnknownPage)?;
	let entries = T::Sites::stations(local_network, page);
	let catalogue = Catalogues::<T>::get();
	let mut page_state = Page::<T>::open(local_network, page);
	let mut stations = page_state.table.stations();
	let mut results = BoundedVec::new();
	let mut is_changed = false;
	for (slot, cells) in new.stations().into_iter().enumerate().filter(|(_, cells)| !cells.is_empty()) {
		let before = stations.get(slot).filter(|cells| !cells.is_empty());
		let signed = page_state.head.signed(slot);
		let result = match judge(&catalogue, entries.get(slot), org, signed, before, &cells) {
			Ok(BaselineResult::Written) => {
				if stations.len() <= slot {
					stations.resize(slot.saturating_add(1), Vec::new());
				}
				if let Some(place) = stations.get_mut(slot) {
					*place = cells;
				}
				page_state.head.set_signed(slot, OrgSet::of(org));
				is_changed = true;
				BaselineResult::Written
			}
			Ok(other) => other,
			Err(refusal) => BaselineResult::Refused(refusal),
		};
		// There are no more results than slots.
		let _ = results.try_push((slot.saturated_into(), result));
	}
	if is_changed {
		page_state.table = CellTable::new(&stations).map_err(|_| Error::<T>::TooLarge)?;
		violations::rebase::<T>(org, local_network, page, &page_state.table);
		ensure!(page_state.save(catalogue.version), Error::<T>::TooLarge);
	}
	Pallet::<T>::deposit_event(Event::BaselineImported { local_network, page, org, results });
	Ok(())
}

/// What becomes of one station's cells.
fn judge(
	catalogue: &Catalogue,
	entry: Option<&StationEntry>,
	org: OrgId,
	signed: OrgSet,
	before: Option<&Vec<CellValues>>,
	cells: &[CellValues],
) -> Result<BaselineResult, BaselineRefusal> {
	let StationEntry { station, state, .. } = entry.ok_or(BaselineRefusal::NotFound)?;
	if station.owner != org {
		return Err(BaselineRefusal::NotOwner);
	}
	if *state == StationState::Retired {
		return Err(BaselineRefusal::Retired);
	}
	if before.is_some_and(|before| before == cells) {
		return Ok(BaselineResult::Unchanged);
	}
	if !signed.without(org).is_empty() {
		return Err(BaselineRefusal::Countersigned);
	}
	if cells.len() > usize::from(station.cells) {
		return Err(BaselineRefusal::TooManyCells);
	}
	for (cell, values) in (0u8..).zip(cells) {
		for (key, value) in values {
			check_value(catalogue, station, *key, None, *value).map_err(|defect| BaselineRefusal::Value {
				cell,
				key: *key,
				defect,
			})?;
		}
	}
	Ok(BaselineResult::Written)
}

/// Refuses a value of a cell of `station`, in the place of `before`.
pub(crate) fn check_value(
	catalogue: &Catalogue,
	station: &Station,
	key: ParamKey,
	before: Option<i64>,
	value: i64,
) -> Result<(), KeyDefect> {
	let parameter = catalogue.get(key.param).ok_or(KeyDefect::UnknownParameter)?;
	if key.place >= parameter.places(station) {
		return Err(KeyDefect::NoSuchPlace);
	}
	Ok(parameter.check(station, before, value)?)
}

/// Marks the stations of the pages that name `org` as signed by it. A page whose digest is not the one given is left alone
/// and named; the others are taken.
pub(crate) fn sign<T: Config>(
	org: OrgId,
	local_network: LocalNetworkId,
	pages: BoundedVec<(u16, Hash), T::MaxSign>,
) {
	let mut results = BoundedVec::with_bounded_capacity(pages.len());
	for (page, digest) in pages {
		let state = Page::<T>::open(local_network, page);
		let result = match state.digest() {
			None => SignResult::NotFound,
			Some(present) if present != digest => SignResult::OtherDigest,
			Some(_) => SignResult::Signed(sign_page(state, &T::Sites::stations(local_network, page), org)),
		};
		// There are no more results than pages.
		let _ = results.try_push((page, result));
	}
	Pallet::<T>::deposit_event(Event::BaselineSigned { local_network, org, results });
}

/// Who stands behind the values of a station's cells once everybody does: its owner and its sharers.
pub(crate) fn signatories(station: &Station) -> OrgSet {
	OrgSet::of(station.owner).union(station.sharers)
}

fn sign_page<T: Config>(mut page: Page<T>, entries: &[StationEntry], org: OrgId) -> u32 {
	let mut count = 0u32;
	for (slot, entry) in entries.iter().enumerate() {
		let signed = page.head.signed(slot);
		let has_cells = page.table.cells_of(slot.saturated_into()) > 0;
		if has_cells && signatories(&entry.station).contains(org) && !signed.contains(org) {
			page.head.set_signed(slot, signed.with(org));
			count = count.saturating_add(1);
		}
	}
	if count > 0 {
		page.save_head();
	}
	count
}
