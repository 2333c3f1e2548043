// SPDX-License-Identifier: Apache-2.0

//! Registering stations, one or a batch of them.
//!
//! A batch never fails for one of its records: each has a result of its own. The same batch once more gives
//! `Unchanged` for what went in and the same refusals for the rest, and writes nothing.

use crate::{
	amendments,
	roster::Roster,
	stations::{Books, Place},
	types::OpenList,
	weights::WeightInfo,
	Config, Error, Event, OpenAmendments, Pallet,
};
use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::{weights::Weight, BoundedVec};
use sp_runtime::{DispatchError, SaturatedConversion};
use trimast_primitives::{
	page::{SiteId, MAX_OVERFLOW},
	site::{ImportRefusal, ImportResult, Station, StationCode, StationEntry, StationState},
	LocalNetworkId, OrgId, OrgSet,
};

/// Most pages that a batch may touch: one a record, and the overflow of one bucket. A batch of one record therefore
/// always fits.
pub(crate) fn most_pages(records: u32) -> u32 {
	records.saturating_add(MAX_OVERFLOW.into())
}

/// The greatest weight that a batch can have.
pub(crate) fn most_weight<T: Config>(records: usize) -> Weight {
	let records = records.saturated_into();
	weight::<T>(records, most_pages(records), records)
}

/// The weight of a batch that touches so many pages and asks the baseline about so many stations: of its records in one
/// bucket, and of so many full pages.
fn weight<T: Config>(records: u32, pages: u32, asked: u32) -> Weight {
	T::WeightInfo::import_records(records)
		.saturating_add(T::WeightInfo::import_pages(pages))
		.saturating_add(amendments::asked::<T>(asked))
}

/// Takes a batch of records, and says what it has weighed.
pub(crate) fn import<T: Config>(
	org: OrgId,
	local_network: LocalNetworkId,
	stations: BoundedVec<Station, T::MaxBatch>,
) -> Result<Weight, DispatchError> {
	let records = stations.len().saturated_into();
	let mut batch = Batch::<T>::open(org, local_network, records)?;
	let contradictions = contradictions(&stations);
	let mut results = BoundedVec::with_bounded_capacity(stations.len());
	for station in stations {
		let result = if contradictions.contains(&station.code) {
			Err(ImportRefusal::DuplicateInBatch)
		} else {
			batch.take(station)
		};
		// There are no more results than records.
		let _ = results.try_push(result.map_or_else(ImportResult::Refused, |(_, result)| result));
	}
	let (pages, asked) = (batch.books.close(), batch.asked);
	Pallet::<T>::deposit_event(Event::Imported { local_network, org, results });
	Ok(weight::<T>(records, pages, asked))
}

/// Takes one record, and says what it has weighed.
pub(crate) fn register<T: Config>(
	org: OrgId,
	local_network: LocalNetworkId,
	station: Station,
) -> Result<Weight, DispatchError> {
	let mut batch = Batch::<T>::open(org, local_network, 1)?;
	let (id, result) = batch.take(station).map_err(Error::<T>::from)?;
	let (pages, asked) = (batch.books.close(), batch.asked);
	Pallet::<T>::deposit_event(Event::Registered { id, org, result });
	Ok(weight::<T>(1, pages, asked))
}

/// Codes that stand in the batch more than once with different contents. Which of them is right is not for the chain
/// to guess.
fn contradictions(stations: &[Station]) -> BTreeSet<StationCode> {
	let mut seen: BTreeMap<&StationCode, &Station> = BTreeMap::new();
	stations
		.iter()
		.filter(|station| *seen.entry(&station.code).or_insert(station) != *station)
		.map(|station| station.code.clone())
		.collect()
}

/// One company's batch under way.
struct Batch<T: Config> {
	org: OrgId,
	books: Books<T>,
	roster: Roster<T>,
	/// Indices of the company's stations that have an open amendment, once somebody has asked.
	amended: Option<OpenList>,
	/// Of how many stations the baseline was asked about.
	asked: u32,
}

impl<T: Config> Batch<T> {
	fn open(org: OrgId, local_network: LocalNetworkId, records: u32) -> Result<Self, Error<T>> {
		let books = Books::open(local_network, most_pages(records))?;
		Ok(Self { org, books, roster: Roster::default(), amended: None, asked: 0 })
	}

	/// Takes one record.
	fn take(&mut self, station: Station) -> Result<(SiteId, ImportResult), ImportRefusal> {
		station.check().map_err(ImportRefusal::Defect)?;
		if station.owner != self.org {
			return Err(ImportRefusal::NotOwner);
		}
		match self.books.find(&station.code)? {
			Place::Free { page } => self.add(page, station),
			Place::Taken { page, slot } => self.update(page, slot, station),
		}
	}

	fn add(&mut self, page: u16, station: Station) -> Result<(SiteId, ImportResult), ImportRefusal> {
		self.roster.admit(&station, None)?;
		if !self.books.has_room_for(self.org, page) {
			return Err(ImportRefusal::TooManyInBucket);
		}
		let signed = OrgSet::of(self.org);
		let entry = StationEntry { station, state: StationState::OnAir, revision: 0, signed };
		let id = self.books.add(page, entry).ok_or(ImportRefusal::BucketFull)?;
		Ok((id, ImportResult::Added))
	}

	fn update(
		&mut self,
		page: u16,
		slot: usize,
		station: Station,
	) -> Result<(SiteId, ImportResult), ImportRefusal> {
		let id = self.books.id(page, slot);
		// `find` has just seen it there.
		let entry = self.books.station(page, slot).ok_or(ImportRefusal::BucketFull)?;
		if entry.station.owner != self.org {
			return Err(ImportRefusal::OwnedByAnother);
		}
		if entry.state == StationState::Retired {
			return Err(ImportRefusal::Retired);
		}
		if entry.station == station {
			return Ok((id, ImportResult::Unchanged));
		}
		let (org, local_network) = (self.org, id.local_network);
		let amended = self.amended.get_or_insert_with(|| OpenAmendments::<T>::get(local_network, org));
		if amended.binary_search(&id.index).is_ok() {
			return Err(ImportRefusal::AmendmentOpen);
		}
		self.roster.admit(&station, Some(&entry.station))?;
		if !amendments::is_owners_alone(&entry, &station, self.roster.members()) {
			return Err(ImportRefusal::NeedsConsent);
		}
		self.asked =
			self.asked.saturating_add(amendments::concerns_baseline(&entry.station, &station).into());
		amendments::check_baseline::<T>(id, &entry.station, &station)?;
		let after = amendments::amended_alone(&entry, station);
		self.books.replace(page, slot, after);
		Ok((id, ImportResult::Amended))
	}
}
