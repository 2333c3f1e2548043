// SPDX-License-Identifier: Apache-2.0

//! Which cell covers which, which cannot, and when each may sleep: what energy-saving windows ask of the baseline.
//!
//! A relation of a cell is a place in its list of neighbours (docs/decisions/0012). Two parameters of the catalogue are read for
//! it, each at that place: which cell the neighbour is ([`Config::Neighbour`], of [`Domain::Cell`]), and how far that one covers
//! this one ([`Config::Cover`]: `isESCoveredBy` of TS 28.541, whose words are `NO`, `PARTIAL` and `FULL`).
//!
//! ```text
//!   cell 1   place              0          1          2
//!            neighbour          cell 0     cell 7     cell 9
//!            isESCoveredBy      FULL       -          PARTIAL      cell 0 stands in for cell 1, cell 9 does not
//! ```
//!
//! A cell that is locked covers nothing, whatever the relation says ([`Config::States`]: `administrativeState` of TS 28.541, whose
//! words are `LOCKED`, `SHUTTINGDOWN` and `UNLOCKED`). Its state stands in its own page, so that is asked page by page.
//!
//! A cell says itself in which half hours of the day it may not sleep ([`Config::NotAllowed`]: `esNotAllowedTimePeriod`, of
//! [`Domain::HalfHours`]).
//!
//! # What it guarantees
//!
//! * **No guess**: where either value is missing, or is none of these words, the neighbour does not cover the cell. A cell without a
//!   state is not called locked, and one without half hours may sleep in all of them.
//! * **As it stands**: the values of the baseline, whoever has signed them. Who agrees to a window sees which cell compensates.
//!
//! [`Domain::Cell`]: trimast_primitives::cells::catalogue::Domain::Cell
//! [`Domain::HalfHours`]: trimast_primitives::cells::catalogue::Domain::HalfHours

use crate::{pages::Page, Config, Freezes, Pallet, Tables};
use alloc::vec::Vec;
use frame_support::traits::Get;
use trimast_primitives::{
	cells::{catalogue::value_cell, CellId, CellTable, ParamKey, MAX_NEIGHBOURS},
	interlock::{Cover, Coverage, Neighbours},
	page::SiteId,
	LocalNetworkId, Moment,
};

/// What a value of `isESCoveredBy` says: the place of the word among those of the parameter.
const fn cover(value: i64) -> Option<Cover> {
	match value {
		1 => Some(Cover::Partial),
		2 => Some(Cover::Full),
		_ => None,
	}
}

/// The value of `administrativeState` of a cell that is in use: the place of the word among those of the parameter.
const UNLOCKED: i64 = 2;

/// The neighbours of a cell whose values at a place these are. A cell is no neighbour of its own.
fn list(
	cell: CellId,
	neighbour: impl Fn(u8) -> Option<i64>,
	covers: impl Fn(u8) -> Option<i64>,
) -> Neighbours {
	let at = |place| {
		let other = neighbour(place).and_then(value_cell).filter(|other| *other != cell)?;
		Some((other, covers(place).and_then(cover)))
	};
	(0..MAX_NEIGHBOURS).filter_map(at).collect()
}

impl<T: Config> Coverage for Pallet<T> {
	fn neighbours(local_network: LocalNetworkId, page: u16, cells: &[(u8, u8)]) -> Vec<Neighbours> {
		let table = Page::<T>::open(local_network, page).table;
		let (neighbour, covers) = (T::Neighbour::get(), T::Cover::get());
		let of = |(slot, number): &(u8, u8)| {
			let slot = u32::from(*slot);
			let Some(n) = table.position(slot, *number) else { return Vec::new() };
			let cell = CellId { site: SiteId::new(local_network, page, slot), cell: *number };
			let value = |param, place| table.get(n, ParamKey { param, place });
			list(cell, |place| value(neighbour, place), |place| value(covers, place))
		};
		cells.iter().map(of).collect()
	}

	/// Of one cell: nothing else of its page is read out of the table.
	fn covered_by(cell: CellId) -> Vec<(CellId, Cover)> {
		let CellId { site, cell: number } = cell;
		let Some(page) = site.page() else { return Vec::new() };
		let bytes = Tables::<T>::get(site.local_network, page);
		let values = |param| CellTable::peek_places(&bytes, site.slot(), number, param, MAX_NEIGHBOURS);
		let (neighbours, covers) = (values(T::Neighbour::get()), values(T::Cover::get()));
		let at =
			|values: &[(u8, i64)], place| values.iter().find(|(of, _)| *of == place).map(|(_, value)| *value);
		let all = list(cell, |place| at(&neighbours, place), |place| at(&covers, place));
		all.into_iter().filter_map(|(by, cover)| Some((by, cover?))).collect()
	}

	fn locked(local_network: LocalNetworkId, page: u16, cells: &[(u8, u8)]) -> Vec<(u8, u8)> {
		let table = Page::<T>::open(local_network, page).table;
		let states = T::States::get();
		let is_locked = |(slot, number): &&(u8, u8)| {
			table.position(u32::from(*slot), *number).is_some_and(|n| {
				let mut values = states.iter().filter_map(|param| table.get(n, ParamKey::of(*param)));
				values.any(|state| state != UNLOCKED)
			})
		};
		cells.iter().filter(is_locked).copied().collect()
	}

	fn not_allowed(local_network: LocalNetworkId, page: u16, cells: &[(u8, u8)]) -> Vec<u64> {
		let table = Page::<T>::open(local_network, page).table;
		let key = ParamKey::of(T::NotAllowed::get());
		let of = |(slot, number): &(u8, u8)| {
			let value = table.position(u32::from(*slot), *number).and_then(|n| table.get(n, key));
			value.and_then(|value| u64::try_from(value).ok()).unwrap_or(0)
		};
		cells.iter().map(of).collect()
	}

	fn is_frozen(local_network: LocalNetworkId, from: Moment, to: Moment) -> bool {
		Freezes::<T>::get().iter().any(|(_, freeze)| freeze.holds(local_network, from, to))
	}
}
