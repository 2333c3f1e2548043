// SPDX-License-Identifier: Apache-2.0

//! Standing behind what others have registered: by the digest of whole pages, or of single stations where a neighbour
//! keeps changing the page.

use crate::{
	stations::Books,
	types::{CountersignRefusal, CountersignResult},
	Config, Error, Event, Pallet,
};
use alloc::vec::Vec;
use frame_support::{traits::Get, BoundedVec};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	page::SiteId,
	site::{station_digest, stations_digest, StationEntry},
	Hash, LocalNetworkId, OrgId,
};

/// Marks every station of the pages that names `org` as signed by it. A page whose digest is not the one given is
/// left alone and named; the others are taken.
pub(crate) fn countersign<T: Config>(
	org: OrgId,
	local_network: LocalNetworkId,
	pages: BoundedVec<(u16, Hash), T::MaxCountersign>,
) -> Result<(), Error<T>> {
	let mut books = Books::<T>::open(local_network, T::MaxCountersign::get())?;
	let genesis = Pallet::<T>::genesis_hash();
	let mut results = BoundedVec::with_bounded_capacity(pages.len());
	for (page, digest) in pages {
		let stations = books.stations(page);
		let result = match check(&stations, genesis, local_network, page, digest) {
			Ok(()) => CountersignResult::Signed(sign(&mut books, page, stations, org)),
			Err(refusal) => CountersignResult::Refused(refusal),
		};
		// There are no more results than pages.
		let _ = results.try_push((page, result));
	}
	books.close();
	Pallet::<T>::deposit_event(Event::Countersigned { local_network, org, results });
	Ok(())
}

/// Marks the stations that name `org` as signed by it. A station whose digest is not the one given is left alone and
/// named; the others are taken.
pub(crate) fn countersign_stations<T: Config>(
	org: OrgId,
	local_network: LocalNetworkId,
	stations: BoundedVec<(u32, Hash), T::MaxBatch>,
) -> Result<(), Error<T>> {
	let mut books = Books::<T>::open(local_network, T::MaxBatch::get())?;
	let genesis = Pallet::<T>::genesis_hash();
	let mut results = BoundedVec::with_bounded_capacity(stations.len());
	for (index, digest) in stations {
		let result = sign_one(&mut books, genesis, SiteId { local_network, index }, digest, org);
		// There are no more results than stations.
		let _ = results
			.try_push((index, result.map_or_else(CountersignResult::Refused, CountersignResult::Signed)));
	}
	books.close();
	Pallet::<T>::deposit_event(Event::StationsCountersigned { local_network, org, results });
	Ok(())
}

fn check(
	entries: &[StationEntry],
	genesis: Hash,
	local_network: LocalNetworkId,
	page: u16,
	digest: Hash,
) -> Result<(), CountersignRefusal> {
	if entries.is_empty() {
		Err(CountersignRefusal::NotFound)
	} else if stations_digest(genesis, local_network, page, entries) != digest {
		Err(CountersignRefusal::OtherDigest)
	} else {
		Ok(())
	}
}

/// Whether the station names `org` and does not carry its signature.
fn is_asked(entry: &StationEntry, org: OrgId) -> bool {
	entry.station.named().contains(org) && !entry.signed.contains(org)
}

/// Signs for `org` what it is asked for among the `stations` of a page, and says how many these were.
fn sign<T: Config>(books: &mut Books<T>, page: u16, stations: Vec<StationEntry>, org: OrgId) -> u32 {
	books.change(page, stations, |entry| {
		let asked = is_asked(entry, org);
		if asked {
			entry.signed = entry.signed.with(org);
		}
		asked
	})
}

/// Signs one station for `org` if it is what was signed, and says whether that was asked for: one or none.
fn sign_one<T: Config>(
	books: &mut Books<T>,
	genesis: Hash,
	id: SiteId,
	digest: Hash,
	org: OrgId,
) -> Result<u32, CountersignRefusal> {
	let page = id.page().ok_or(CountersignRefusal::NotFound)?;
	let slot: usize = id.slot().saturated_into();
	let entry = books.station(page, slot).ok_or(CountersignRefusal::NotFound)?;
	if station_digest(genesis, id, &entry) != digest {
		return Err(CountersignRefusal::OtherDigest);
	}
	if !is_asked(&entry, org) {
		return Ok(0);
	}
	let signed = entry.signed.with(org);
	books.replace(page, slot, StationEntry { signed, ..entry });
	Ok(1)
}
