// SPDX-License-Identifier: Apache-2.0

//! Where stations stand: the only module that touches pages. A call reads each page that it needs once and writes
//! each that it has changed once, and brings the totals of the local network up to date once.

use crate::{
	page::Page,
	types::{LocalNetwork, Totals, MAX_OWN_IN_BUCKET},
	Config, Error, LocalNetworks, Pages,
};
use alloc::{
	collections::{btree_map::Entry, BTreeMap},
	vec::Vec,
};
use core::marker::PhantomData;
use frame_support::defensive;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	interlock::StationListener,
	page::{bucket_of, SiteId, MAX_OVERFLOW, PAGE_SLOTS},
	site::{ImportRefusal, StationEntry},
	LocalNetworkId, OrgId,
};

/// One station with the page around it: for calls that change one.
pub(crate) struct Seat<T> {
	id: SiteId,
	page: u16,
	slot: usize,
	stations: Page,
	entry: StationEntry,
	_pallet: PhantomData<T>,
}

impl<T: Config> Seat<T> {
	/// Reads the page of `id`.
	pub(crate) fn open(id: SiteId) -> Result<Self, Error<T>> {
		let page = id.page().ok_or(Error::<T>::NotFound)?;
		let slot: usize = id.slot().saturated_into();
		let stations = Pages::<T>::get(id.local_network, page);
		let entry = stations.get(slot).ok_or(Error::<T>::NotFound)?;
		Ok(Self { id, page, slot, stations, entry, _pallet: PhantomData })
	}

	/// The station as it stands.
	pub(crate) const fn entry(&self) -> &StationEntry {
		&self.entry
	}

	/// Writes the page with `after` in the station's place. Whoever listens is told where that is not what it was.
	pub(crate) fn replace(mut self, after: StationEntry) {
		if is_otherwise(&self.entry, &after) {
			let slots = 1u64.checked_shl(self.slot.saturated_into()).unwrap_or(0);
			let by = self.entry.station.owner;
			T::OnChange::stations_changed(self.id.local_network, self.page, slots, by);
		}
		if Totals::share(&self.entry) != Totals::share(&after) {
			LocalNetworks::<T>::mutate(self.id.local_network, |network| match network {
				Some(network) => network.totals.replace(&self.entry, &after),
				None => {
					defensive!("a page stands in no local network");
				}
			});
		}
		let _ = self.stations.replace(self.slot, &after);
		Pages::<T>::insert(self.id.local_network, self.page, self.stations);
	}
}

/// Whether a station is in service, whose it is, who shares it and has signed that, or how many cells it has is another thing than before:
/// what others have taken for granted may not hold any more.
fn is_otherwise(before: &StationEntry, after: &StationEntry) -> bool {
	let of = |entry: &StationEntry| (entry.state, entry.station.owner, entry.station.sharers);
	of(before) != of(after)
		|| after.station.cells < before.station.cells
		|| !after.signed.is_superset(before.signed)
}

/// Where a station code stands or would stand.
pub(crate) enum Place {
	/// A station has this code.
	Taken {
		/// Its page.
		page: u16,
		/// Its place in the page.
		slot: usize,
	},
	/// No station has this code; a new one goes to the end of this page.
	Free {
		/// The page.
		page: u16,
	},
}

/// The pages of one local network that one call touches.
pub(crate) struct Books<T> {
	local_network: LocalNetworkId,
	network: LocalNetwork,
	/// Whether the local network itself has to be written.
	counted: bool,
	pages: BTreeMap<u16, OpenPage>,
	/// Most pages to touch.
	most: u32,
	_pallet: PhantomData<T>,
}

#[derive(Default)]
struct OpenPage {
	stations: Page,
	changed: bool,
}

impl<T: Config> Books<T> {
	/// The books of a local network, of which at most `most` pages may be touched.
	pub(crate) fn open(local_network: LocalNetworkId, most: u32) -> Result<Self, Error<T>> {
		let network = LocalNetworks::<T>::get(local_network).ok_or(Error::<T>::UnknownLocalNetwork)?;
		Ok(Self {
			local_network,
			network,
			counted: false,
			pages: BTreeMap::new(),
			most,
			_pallet: PhantomData,
		})
	}

	/// Where `code` stands. A bucket's pages fill one after the other, so the first page with room ends the search.
	pub(crate) fn find(&mut self, code: &[u8]) -> Result<Place, ImportRefusal> {
		let buckets = self.network.buckets;
		let bucket = bucket_of(code, buckets);
		for level in 0..MAX_OVERFLOW {
			let page = bucket.saturating_add(level.saturating_mul(buckets));
			let stations = &self.page(page, level).ok_or(ImportRefusal::BatchTooWide)?.stations;
			if let Some(slot) = stations.position(code) {
				return Ok(Place::Taken { page, slot });
			}
			if !stations.is_full() {
				return Ok(Place::Free { page });
			}
		}
		Err(ImportRefusal::BucketFull)
	}

	/// Whether `owner` may have one station more in the bucket of `page`, which was found free. `find` has opened all
	/// pages of the bucket up to it, so this reads nothing.
	pub(crate) fn has_room_for(&self, owner: OrgId, page: u16) -> bool {
		let buckets = self.network.buckets;
		let level = page.checked_div(buckets).unwrap_or(0);
		if u32::from(level) < MAX_OWN_IN_BUCKET / PAGE_SLOTS {
			// All owners together have fewer.
			return true;
		}
		let bucket = page.checked_rem(buckets);
		let of_bucket = self.pages.iter().filter(|(number, _)| number.checked_rem(buckets) == bucket);
		let owned = of_bucket.flat_map(|(_, open)| open.stations.owners()).filter(|other| *other == owner);
		owned.count() < MAX_OWN_IN_BUCKET.saturated_into()
	}

	/// The number of the station in `slot` of `page`.
	pub(crate) fn id(&self, page: u16, slot: usize) -> SiteId {
		SiteId::new(self.local_network, page, slot.saturated_into())
	}

	/// The station in `slot` of `page`. `None` when there is none, or when it is one page too many.
	pub(crate) fn station(&mut self, page: u16, slot: usize) -> Option<StationEntry> {
		self.stations_of(page)?.get(slot)
	}

	/// Every station of `page`; none when it is not in use or one page too many.
	pub(crate) fn stations(&mut self, page: u16) -> Vec<StationEntry> {
		self.stations_of(page).map(|stations| stations.iter().collect()).unwrap_or_default()
	}

	fn stations_of(&mut self, page: u16) -> Option<&Page> {
		let level = page.checked_div(self.network.buckets).unwrap_or(0);
		self.page(page, level).map(|open| &open.stations)
	}

	/// Puts `after` where a station has been found.
	pub(crate) fn replace(&mut self, page: u16, slot: usize, after: StationEntry) {
		let Some(open) = self.pages.get_mut(&page) else { return };
		let Some(before) = open.stations.get(slot) else { return };
		self.network.totals.replace(&before, &after);
		let _ = open.stations.replace(slot, &after);
		open.changed = true;
		self.counted = true;
	}

	/// Has `change` change the stations of `page`, which are these, and says how many it has changed.
	pub(crate) fn change(
		&mut self,
		page: u16,
		mut stations: Vec<StationEntry>,
		change: impl Fn(&mut StationEntry) -> bool,
	) -> u32 {
		let Some(open) = self.pages.get_mut(&page) else { return 0 };
		let totals = &mut self.network.totals;
		let changes = stations.iter_mut().map(|entry| {
			totals.leave(entry);
			let changed = change(entry);
			totals.enter(entry);
			changed
		});
		let changed = changes.filter(|changed| *changed).count();
		if changed > 0 {
			open.stations = stations.iter().collect();
			open.changed = true;
			self.counted = true;
		}
		changed.saturated_into()
	}

	/// Puts a new station to the end of a page that was found free, and gives its number. `None` when the page is
	/// full, which a page found free is not.
	pub(crate) fn add(&mut self, page: u16, entry: StationEntry) -> Option<SiteId> {
		let open = self.pages.get_mut(&page)?;
		let slot = open.stations.len();
		let mut totals = self.network.totals;
		totals.enter(&entry);
		open.stations.push(&entry)?;
		open.changed = true;
		if slot == 0 {
			totals.pages = totals.pages.saturating_add(1);
			let level = page.checked_div(self.network.buckets).unwrap_or(0);
			self.network.depth = self.network.depth.max(level.saturating_add(1));
		}
		self.network.totals = totals;
		self.counted = true;
		Some(self.id(page, slot))
	}

	/// Writes what has changed, and says how many pages were touched.
	pub(crate) fn close(self) -> u32 {
		let touched = self.pages.len().saturated_into();
		for (page, open) in self.pages {
			if open.changed {
				Pages::<T>::insert(self.local_network, page, open.stations);
			}
		}
		if self.counted {
			LocalNetworks::<T>::insert(self.local_network, self.network);
		}
		touched
	}

	/// Opens a page of overflow `level`. `None` when it would be one page too many.
	fn page(&mut self, page: u16, level: u16) -> Option<&OpenPage> {
		let (open, most) = (self.pages.len().saturated_into::<u32>(), self.most);
		match self.pages.entry(page) {
			Entry::Occupied(entry) => Some(entry.into_mut()),
			Entry::Vacant(_) if open >= most => None,
			// Beyond the depth there is nothing to read, and what this call has added is open already.
			Entry::Vacant(entry) if level >= self.network.depth => Some(entry.insert(OpenPage::default())),
			Entry::Vacant(entry) => {
				let stations = Pages::<T>::get(self.local_network, page);
				Some(entry.insert(OpenPage { stations, changed: false }))
			}
		}
	}
}

/// One station by its code, without changing anything. Reads at most [`MAX_OVERFLOW`] pages.
pub(crate) fn find<T: Config>(local_network: LocalNetworkId, code: &[u8]) -> Option<(SiteId, StationEntry)> {
	let mut books = Books::<T>::open(local_network, MAX_OVERFLOW.into()).ok()?;
	match books.find(code).ok()? {
		Place::Taken { page, slot } => Some((books.id(page, slot), books.station(page, slot)?)),
		Place::Free { .. } => None,
	}
}
