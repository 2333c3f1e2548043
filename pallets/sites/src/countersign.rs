// SPDX-License-Identifier: Apache-2.0

//! Standing behind what others have registered: by the digest of whole pages.

use crate::{
	stations::Books,
	types::{CountersignRefusal, CountersignResult},
	Config, Error, Event, Pallet,
};
use alloc::vec::Vec;
use frame_support::{traits::Get, BoundedVec};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	site::{stations_digest, StationEntry},
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
		let result = match check(books.entries(page), genesis, local_network, page, digest) {
			Ok(()) => CountersignResult::Signed(sign(&mut books, page, org)),
			Err(refusal) => CountersignResult::Refused(refusal),
		};
		// There are no more results than pages.
		let _ = results.try_push((page, result));
	}
	books.close();
	Pallet::<T>::deposit_event(Event::Countersigned { local_network, org, results });
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

/// Signs for `org` what names it and does not carry its signature, and says how many stations these were.
fn sign<T: Config>(books: &mut Books<T>, page: u16, org: OrgId) -> u32 {
	let asked = |entry: &StationEntry| entry.station.named().contains(org) && !entry.signed.contains(org);
	let unsigned: Vec<(usize, StationEntry)> = books
		.entries(page)
		.iter()
		.enumerate()
		.filter(|(_, entry)| asked(entry))
		.map(|(slot, entry)| (slot, entry.clone()))
		.collect();
	let signed = unsigned.len().saturated_into();
	for (slot, entry) in unsigned {
		let signed = entry.signed.with(org);
		books.replace(page, slot, StationEntry { signed, ..entry });
	}
	signed
}
