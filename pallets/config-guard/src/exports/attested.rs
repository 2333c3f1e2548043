// SPDX-License-Identifier: Apache-2.0

//! What companies have attested from each export: cells of it are drawn and may be named.

use super::{is_party_at, MAX_NETWORKS};
use crate::{
	types::Testimony, AttestedNetworks, AttestedPages, Config, Exports, Heads, PageSet, Pallet, Testimonies,
	Written,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	cells::CellId, page::SiteId, site::SiteRegistry, BlockNumber, Hash, LocalNetworkId, OrgId,
};

/// Local networks that a company has testified of from an export, each with the number of pages.
pub type NetworkList = BoundedVec<(LocalNetworkId, u32), ConstU32<MAX_NETWORKS>>;

/// What a company has said of a local network from an export, whatever it has said from others since.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug, Default,
)]
pub struct Attested {
	/// Pages that it has spoken of.
	pub pages: PageSet,
	/// Those of them that it has seen as the baseline says, in testimonies that are given up.
	pub earlier: PageSet,
	/// In which block the first of these testimonies was given up: of a page that was revised since it says nothing.
	pub until: BlockNumber,
}

/// A company has spoken of these pages.
pub(crate) fn note<T: Config>(org: OrgId, root: Hash, local_network: LocalNetworkId, pages: &PageSet) {
	let place = (org, root, local_network);
	let mut attested = AttestedPages::<T>::get(place);
	let all = attested.pages.union(pages);
	if all == attested.pages {
		return;
	}
	let count = all.len();
	attested.pages = all;
	AttestedPages::<T>::insert(place, attested);
	AttestedNetworks::<T>::mutate(org, root, |networks| {
		match networks.iter_mut().find(|(other, _)| *other == local_network) {
			Some(known) => known.1 = count,
			None => {
				// A country has no more of them.
				let _ = networks.try_push((local_network, count));
			}
		}
	});
}

/// A testimony from this export is given up: the company has spoken in another sweep, or from another export.
pub(crate) fn give_up<T: Config>(org: OrgId, root: Hash, local_network: LocalNetworkId, matching: &PageSet) {
	if matching.is_empty() || !Exports::<T>::contains_key(org, root) {
		return;
	}
	AttestedPages::<T>::mutate((org, root, local_network), |attested| {
		if attested.earlier.is_empty() {
			attested.until = Pallet::<T>::now();
		}
		attested.earlier = attested.earlier.union(matching);
	});
}

/// Whether the company has testified of a local network from an export.
pub(crate) fn is_of<T: Config>(org: OrgId, root: Hash, local_network: LocalNetworkId) -> bool {
	!AttestedPages::<T>::get((org, root, local_network)).pages.is_empty()
}

/// Forgets an export. Says how many local networks it was about.
pub(crate) fn forget<T: Config>(org: OrgId, root: Hash) -> u32 {
	let networks = AttestedNetworks::<T>::take(org, root);
	for (local_network, _) in &networks {
		AttestedPages::<T>::remove((org, root, *local_network));
	}
	networks.len().saturated_into()
}

/// The cell that this number falls on, among those that the company has attested from an export and is party to: a page of
/// a local network, then a cell of the page. `None` when the company is party to none of that page.
pub(crate) fn pick<T: Config>(org: OrgId, root: Hash, number: [u8; 32]) -> Option<CellId> {
	let word = |bytes: &[u8]| bytes.try_into().map_or(0, u64::from_be_bytes);
	let mut words = number.chunks_exact(8).map(word);
	let mut below = |bound: u32| words.next()?.checked_rem(bound.into()).map(|n| n.saturated_into::<u32>());
	let networks = AttestedNetworks::<T>::get(org, root);
	let all = networks.iter().fold(0u32, |sum, (_, pages)| sum.saturating_add(*pages));
	let mut n = below(all)?;
	let (local_network, _) = networks.into_iter().find(|(_, pages)| {
		let is_here = n < *pages;
		n = n.saturating_sub(*pages);
		is_here
	})?;
	let pages = pages::<T>(org, root, local_network);
	let page = nth(pages.iter(), below(pages.len())?)?;
	let entries = T::Sites::stations(local_network, page);
	let head = Heads::<T>::get(local_network, page);
	let own = (0u32..).zip(&head.cells).filter(|(slot, _)| is_party_at(&entries, &head, *slot, org));
	let cells = own.flat_map(|(slot, count)| (0..*count).map(move |cell| (slot, cell)));
	let (slot, cell) = nth(cells.clone(), below(cells.count().saturated_into())?)?;
	Some(CellId { site: SiteId::new(local_network, page, slot), cell })
}

fn nth<I>(mut all: impl Iterator<Item = I>, n: u32) -> Option<I> {
	all.nth(n.saturated_into())
}

/// The pages of a local network that the company has attested from an export.
fn pages<T: Config>(org: OrgId, root: Hash, local_network: LocalNetworkId) -> PageSet {
	let attested = AttestedPages::<T>::get((org, root, local_network));
	let latest = Testimonies::<T>::get(local_network, org);
	let of = |testimony: Testimony| match testimony.export == root {
		true => testimony.matching.union(&testimony.differing),
		false => testimony.differing,
	};
	let stands = attested.earlier.union(&latest.map(of).unwrap_or_default());
	attested.pages.intersection(&stands).intersection(&Written::<T>::get(local_network))
}
