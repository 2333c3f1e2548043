// SPDX-License-Identifier: Apache-2.0

//! The baseline: what the owner says stands in its cells, and who stands behind it.

use crate::{
	charges, lists,
	pages::{self, Page},
	tallies,
	types::{BaselineRefusal, BaselineResult, Catalogue, KeyDefect, PageHead, SignResult, StationImports},
	violations, Catalogues, CellDigests, Config, Error, Event, Heads, Imported, OpenInPage, Pallet,
	WeightInfo, Written,
};
use alloc::{collections::BTreeMap, vec::Vec};
use core::{marker::PhantomData, ops::Range};
use frame_support::{
	ensure,
	traits::{Get, Time},
	weights::Weight,
	BoundedVec,
};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	cells::{
		catalogue::{ApprovalClass, ParamScope, Parameter},
		column::Column,
		digest::stations_digest,
		table::TableBytes,
		CellTable, ParamKey,
	},
	interlock::{Baselines, Interlocks},
	page::{SiteId, PAGE_SLOTS},
	site::{SiteRegistry, Station, StationEntry, StationState, Technology},
	Hash, LocalNetworkId, OrgId, OrgSet,
};

/// Most violations at retired stations that one import closes.
pub(crate) const MAX_CLOSED: usize = 32;

/// Takes the cells of a company's stations of one page, and takes out those of stations that are retired. Each station has a
/// result of its own. Says what it weighed.
pub(crate) fn import<T: Config>(
	org: OrgId,
	local_network: LocalNetworkId,
	page: u16,
	table: &TableBytes,
) -> Result<Weight, Error<T>> {
	let new = CellTable::from_bytes(table).map_err(|_| Error::<T>::BadTable)?;
	T::Sites::pages(local_network).filter(|pages| page < *pages).ok_or(Error::<T>::UnknownPage)?;
	let entries = T::Sites::stations(local_network, page);
	let catalogue = Catalogues::<T>::get();
	let mut page_state = Page::<T>::open(local_network, page);
	let size = new.size();
	let stored = (!page_state.table.is_empty()).then(|| page_state.table.size());
	let mut weight = charges::imported::<T>(size, stored);
	let mut columns = Watched::all(&catalogue, &new);
	let mut results = BoundedVec::new();
	let mut written = Vec::new();
	let open = OpenInPage::<T>::get(local_network, page);
	let mut standing_at: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
	for one in &open {
		standing_at.entry(one.slot.into()).or_default().push(one.id);
	}
	let mut over = Vec::new();
	let mut differing_at: BTreeMap<u32, Vec<u8>> = (0..PAGE_SLOTS)
		.filter(|slot| new.cells_of(*slot) > 0)
		.map(|slot| (slot, page_state.table.differing(&new, slot)))
		.collect();
	let (in_windows, asked) = in_windows::<T>(local_network, page, &differing_at);
	for slot in 0..PAGE_SLOTS {
		let place: usize = slot.saturated_into();
		let standing = standing_at.remove(&slot).unwrap_or_default();
		if new.cells_of(slot) == 0 {
			if page_state.table.cells_of(slot) > 0
				&& entries.get(place).is_some_and(|entry| leaves(entry, org))
			{
				let room = MAX_CLOSED.saturating_sub(over.len());
				over.extend(standing.iter().take(room));
				let result = match standing.get(room) {
					// What stands open is closed first, by as many imports as it takes.
					Some(id) => BaselineResult::Refused(BaselineRefusal::ViolationOpen { id: *id }),
					None => {
						page_state.head.set_signed(place, OrgSet::EMPTY);
						written.push((slot, Vec::new()));
						BaselineResult::Removed
					}
				};
				let _ = results.try_push((slot.saturated_into(), result));
			}
			continue;
		}
		let signed = page_state.head.signed(place);
		let differing = differing_at.remove(&slot).unwrap_or_default();
		let is_unchanged = differing.is_empty();
		let in_window = in_windows.get(&slot).copied();
		let standing = Standing { signed, is_unchanged, open: standing.first().copied(), in_window };
		let judged = judge(entries.get(place), org, standing, new.positions(slot), &mut columns);
		if judged == Ok(BaselineResult::Written) {
			page_state.head.set_signed(place, OrgSet::of(org));
			written.push((slot, differing));
		}
		// There are no more results than slots.
		let _ = results.try_push((slot.saturated_into(), judged.unwrap_or_else(BaselineResult::Refused)));
	}
	let closed = over.len().saturated_into();
	violations::remove::<T>(org, local_network, page, open, &over);
	if !written.is_empty() {
		page_state.table = core::mem::take(&mut page_state.table)
			.with_stations(new, |slot| written.binary_search_by_key(&slot, |(slot, _)| *slot).is_ok())
			.map_err(|_| Error::<T>::TooLarge)?;
		let cells = |slot: usize| page_state.table.cells_of(slot.saturated_into());
		let is_provisional = is_provisional(&page_state.head, &entries, cells);
		tallies::is_provisional::<T>(local_network, page, is_provisional);
		Imported::<T>::mutate(local_network, page, |times| {
			for (slot, differing) in written {
				let place: usize = slot.saturated_into();
				let mut station: StationImports = times.get(place).cloned().unwrap_or_default();
				station.note(&differing, page_state.table.cells_of(slot), T::Time::now());
				lists::put(times, place, station);
			}
		});
		let saved = page_state.save(&entries, catalogue.version).ok_or(Error::<T>::TooLarge)?;
		// What is taken in part is put together anew, also where nothing stood.
		let is_refused = |(_, result): &(u8, BaselineResult)| matches!(result, BaselineResult::Refused(_));
		let is_joined = stored.is_some() || results.iter().any(is_refused);
		let joined = is_joined.then(|| stored.unwrap_or(0).max(saved.size));
		weight = charges::imported::<T>(size, joined)
			.saturating_add(T::WeightInfo::forget_testimonies(saved.testimonies));
	}
	weight = weight.saturating_add(charges::closed::<T>(1, closed)).saturating_add(asked);
	Pallet::<T>::deposit_event(Event::BaselineImported { local_network, page, org, results });
	Ok(weight)
}

/// By slot, the first of these cells of each station that sleeps by now, or stands in for one that does: what a window keeps from changes by
/// requests, imports do not change in it either. And what it weighed to look.
fn in_windows<T: Config>(
	local_network: LocalNetworkId,
	page: u16,
	differing_at: &BTreeMap<u32, Vec<u8>>,
) -> (BTreeMap<u32, u8>, Weight) {
	let of_station = |(slot, cells): (&u32, &Vec<u8>)| {
		let slot: u8 = (*slot).saturated_into();
		cells.iter().map(move |cell| (slot, *cell)).collect::<Vec<_>>()
	};
	let cells: Vec<(u8, u8)> = differing_at.iter().flat_map(of_station).collect();
	if cells.is_empty() {
		return (BTreeMap::new(), Weight::zero());
	}
	let now = Pallet::<T>::moment();
	let (those, weight) = T::Interlocks::energy_windows(local_network, page, &cells, now, now);
	let mut first = BTreeMap::new();
	for (slot, cell) in those {
		first.entry(u32::from(slot)).or_insert(cell);
	}
	(first, weight)
}

/// A column of an import, and what the catalogue says of it.
struct Watched<'a> {
	key: ParamKey,
	parameter: Option<&'a Parameter>,
	column: Column<'a>,
	/// The last value that was allowed, and at which stations. Most values of a network are alike.
	allowed: Option<(Technology, usize, i64)>,
}

impl<'a> Watched<'a> {
	fn all(catalogue: &'a Catalogue, table: &'a CellTable) -> Vec<Self> {
		let watched = |(key, column): (ParamKey, Column<'a>)| Self {
			key,
			parameter: catalogue.get(key.param),
			column,
			allowed: None,
		};
		table.columns().map(watched).collect()
	}

	/// Refuses the value of the `n`-th cell, which is one of `station`.
	fn check(&mut self, station: &Station, n: usize) -> Result<(), KeyDefect> {
		let Some(value) = self.column.get(n) else { return Ok(()) };
		// All that a check looks at where no value stood before.
		let case = Some((station.technology, station.plmns.len(), value));
		if case != self.allowed {
			check_parameter(self.parameter, station, self.key.place, None, value)?;
			self.allowed = case;
		}
		Ok(())
	}

	/// Whether two cells of a station may stand beside each other: what is the station's is the same in both, or in neither.
	fn is_alike(&self, first: usize, n: usize) -> bool {
		let is_stations = self.parameter.is_some_and(|parameter| parameter.scope == ParamScope::Station);
		!is_stations || self.column.get(n) == self.column.get(first)
	}
}

/// What stands of a station before the import.
struct Standing {
	signed: OrgSet,
	/// Whether its cells are those of the import.
	is_unchanged: bool,
	/// A violation that stands open there.
	open: Option<u32>,
	/// A cell that would change and that an energy-saving window holds by now.
	in_window: Option<u8>,
}

/// What becomes of one station's cells, which stand in these places of the import.
fn judge(
	entry: Option<&StationEntry>,
	org: OrgId,
	Standing { signed, is_unchanged, open, in_window }: Standing,
	cells: Range<usize>,
	columns: &mut [Watched<'_>],
) -> Result<BaselineResult, BaselineRefusal> {
	let StationEntry { station, state, .. } = entry.ok_or(BaselineRefusal::NotFound)?;
	if station.owner != org {
		return Err(BaselineRefusal::NotOwner);
	}
	if *state == StationState::Retired {
		return Err(BaselineRefusal::Retired);
	}
	if is_unchanged {
		return Ok(BaselineResult::Unchanged);
	}
	if !station.standing(signed).without(org).is_empty() {
		return Err(BaselineRefusal::Countersigned);
	}
	if let Some(id) = open {
		return Err(BaselineRefusal::ViolationOpen { id });
	}
	if cells.len() > usize::from(station.cells) {
		return Err(BaselineRefusal::TooManyCells);
	}
	for (cell, n) in (0u8..).zip(cells.clone()) {
		for column in columns.iter_mut() {
			let key = column.key;
			column.check(station, n).map_err(|defect| BaselineRefusal::Value { cell, key, defect })?;
			if !column.is_alike(cells.start, n) {
				return Err(BaselineRefusal::CellsDiffer { cell, key });
			}
		}
	}
	if let Some(cell) = in_window {
		return Err(BaselineRefusal::EnergyWindow { cell });
	}
	Ok(BaselineResult::Written)
}

/// Whether `org` takes the cells of a station out of the baseline by sending none: once it is retired, to which everybody
/// has agreed, whoever owns or shares it does.
fn leaves(entry: &StationEntry, org: OrgId) -> bool {
	entry.state == StationState::Retired && ApprovalClass::Joint.parties(&entry.station, None).contains(org)
}

/// Refuses a value of a cell of `station`, in the place of `before`.
pub(crate) fn check_value(
	catalogue: &Catalogue,
	station: &Station,
	key: ParamKey,
	before: Option<i64>,
	value: i64,
) -> Result<(), KeyDefect> {
	check_parameter(catalogue.get(key.param), station, key.place, before, value)
}

fn check_parameter(
	parameter: Option<&Parameter>,
	station: &Station,
	place: u8,
	before: Option<i64>,
	value: i64,
) -> Result<(), KeyDefect> {
	let parameter = parameter.ok_or(KeyDefect::UnknownParameter)?;
	if place >= parameter.places(station) {
		return Err(KeyDefect::NoSuchPlace);
	}
	Ok(parameter.check(station, before, value)?)
}

/// Marks the stations of pages, each with an owner, that this company has there and that name `org` as signed by it. Where
/// their digest is not the one given they are left alone and the page is named; the others are taken.
pub(crate) fn sign<T: Config>(
	org: OrgId,
	local_network: LocalNetworkId,
	pages: BoundedVec<(u16, OrgId, Hash), T::MaxSign>,
) {
	let mut results = BoundedVec::with_bounded_capacity(pages.len());
	for (page, owner, digest) in pages {
		let signing = Signing::<T>::open(org, local_network, page);
		let is_own = |station: &Station| station.owner == owner;
		let present = signing.digest(is_own);
		let result = if present.is_zero() {
			SignResult::NotFound
		} else if present != digest {
			SignResult::OtherDigest
		} else {
			SignResult::Signed(signing.sign(is_own))
		};
		// There are no more results than pages.
		let _ = results.try_push((page, result));
	}
	Pallet::<T>::deposit_event(Event::BaselineSigned { local_network, org, results });
}

/// As [`sign`] of every page with a baseline from `first` to `last`, by the digest of the whole local network. Says how many
/// there are.
pub(crate) fn sign_network<T: Config>(
	org: OrgId,
	local_network: LocalNetworkId,
	digest: Hash,
	first: u16,
	last: u16,
) -> Result<u32, Error<T>> {
	let span = u32::from(last.checked_sub(first).ok_or(Error::<T>::UnknownPage)?).saturating_add(1);
	ensure!(span <= T::MaxSign::get(), Error::<T>::TooManyPages);
	ensure!(pages::network_digest::<T>(local_network) == digest, Error::<T>::OtherDigest);
	let written = Written::<T>::get(local_network);
	let pages = (first..=last).filter(|page| written.contains(*page));
	let signed = |page| {
		let count = Signing::<T>::open(org, local_network, page).sign(|_| true);
		(page, SignResult::Signed(count))
	};
	let results: Vec<_> = pages.map(signed).collect();
	let count = results.len().saturated_into();
	let results = BoundedVec::truncate_from(results);
	Pallet::<T>::deposit_event(Event::BaselineSigned { local_network, org, results });
	Ok(count)
}

impl<T: Config> Baselines for Pallet<T> {
	fn cells(station: SiteId) -> u8 {
		let head = station.page().map(|page| Heads::<T>::get(station.local_network, page));
		head.map_or(0, |head| head.cells(station.slot().saturated_into()))
	}
}

/// Whether a page has a station with so many cells, and not none, that not everybody has signed whose it is.
fn is_provisional(head: &PageHead, entries: &[StationEntry], cells: impl Fn(usize) -> u8) -> bool {
	let mut stations = entries.iter().enumerate().filter(|(slot, _)| cells(*slot) > 0);
	stations.any(|(slot, entry)| !head.signed(slot).is_superset(entry.station.signatories()))
}

/// A page that a company signs.
struct Signing<T> {
	org: OrgId,
	local_network: LocalNetworkId,
	page: u16,
	head: PageHead,
	entries: Vec<StationEntry>,
	_config: PhantomData<T>,
}

impl<T: Config> Signing<T> {
	fn open(org: OrgId, local_network: LocalNetworkId, page: u16) -> Self {
		let (head, entries) = (Heads::<T>::get(local_network, page), T::Sites::stations(local_network, page));
		Self { org, local_network, page, head, entries, _config: PhantomData }
	}

	/// Whether the station in a slot names the company and is one of these.
	fn signs(&self, slot: usize, is_one: impl Fn(&Station) -> bool) -> bool {
		let station = self.entries.get(slot).map(|entry| &entry.station);
		station.is_some_and(|station| is_one(station) && station.signatories().contains(self.org))
	}

	/// The digest of those of these stations that name the company.
	fn digest(&self, is_one: impl Fn(&Station) -> bool + Copy) -> Hash {
		let Self { local_network, page, head, .. } = self;
		let cells = CellDigests::<T>::get(local_network, page);
		let signs = |slot| self.signs(slot, is_one);
		stations_digest(Pallet::<T>::genesis_hash(), *local_network, *page, &head.cells, &cells, signs)
	}

	/// Marks those of these stations that name the company. Says how many were not.
	fn sign(mut self, is_one: impl Fn(&Station) -> bool + Copy) -> u32 {
		let mut count = 0u32;
		for slot in 0..self.entries.len() {
			let signed = self.head.signed(slot);
			if self.head.cells(slot) > 0 && !signed.contains(self.org) && self.signs(slot, is_one) {
				self.head.set_signed(slot, signed.with(self.org));
				count = count.saturating_add(1);
			}
		}
		let Self { local_network, page, head, entries, .. } = self;
		let is_provisional = is_provisional(&head, &entries, |slot| head.cells(slot));
		tallies::is_provisional::<T>(local_network, page, is_provisional);
		if count > 0 {
			Heads::<T>::insert(local_network, page, head);
		}
		count
	}
}
