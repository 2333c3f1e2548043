// SPDX-License-Identifier: Apache-2.0

//! What can be asked of the inventory. Each answer is bounded by [`MAX_PAGE`] items, or by one page of the parties' books,
//! and reads no more pages than the local network can have: they are read by number, never iterated.

use crate::{
	reconciliation::{empty_page_digest, revealed_digest},
	rounds::Step,
	stations::{self, Seat},
	types::{Amendment, LocalNetwork, Totals},
	Amendments, Config, LocalNetworks, OpenAmendments, Pages, Pallet, Published, Revealed, Rounds, Territory,
};
use alloc::{
	collections::BTreeMap,
	string::String,
	vec::{self, Vec},
};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	apis::{AmendmentView, DifferenceView, LocalNetworkView, ReconciliationView, SiteView, MAX_PAGE},
	inventory::{Digest, RecordTag},
	page::{SiteId, PAGE_SLOTS},
	site::{self, stations_digest},
	Hash, LocalNetworkId, OrgId, OrgSet,
};

fn limit(asked: u32) -> usize {
	asked.min(MAX_PAGE).saturated_into()
}

/// Local networks by code, after the one given.
pub(crate) fn local_networks<T: Config>(after: Option<LocalNetworkId>, asked: u32) -> Vec<LocalNetworkView> {
	let view = |id: LocalNetworkId| {
		let LocalNetwork { name, centre, buckets, totals, .. } = LocalNetworks::<T>::get(id)?;
		let Totals { stations, confirmed, retired, pages } = totals;
		let name = String::from_utf8_lossy(&name).into_owned();
		Some(LocalNetworkView { id, name, centre, buckets, pages, stations, confirmed, retired })
	};
	let ids = Territory::<T>::get().into_iter().filter(|id| after.is_none_or(|after| *id > after));
	ids.filter_map(view).take(limit(asked)).collect()
}

/// Stations of a local network by index, from the one given.
pub(crate) fn stations<T: Config>(local_network: LocalNetworkId, from: u32, asked: u32) -> Vec<SiteView> {
	let Some(network) = LocalNetworks::<T>::get(local_network) else { return Vec::new() };
	let first = SiteId { local_network, index: from };
	let Some(first_page) = first.page() else { return Vec::new() };
	let page_views = |page: u16| {
		let stations = Pages::<T>::get(local_network, page);
		let ids = (0..PAGE_SLOTS).map(|slot| SiteId::new(local_network, page, slot));
		let views = stations.iter().zip(ids).map(|(entry, id)| SiteView { id, entry });
		views.filter(|view| view.id >= first).collect::<Vec<_>>()
	};
	let pages = first_page..network.buckets.saturating_mul(network.depth);
	pages.flat_map(page_views).take(limit(asked)).collect()
}

/// One station by number.
pub(crate) fn station<T: Config>(id: SiteId) -> Option<SiteView> {
	let seat = Seat::<T>::open(id).ok()?;
	Some(SiteView { id, entry: seat.entry().clone() })
}

/// One station by its code.
pub(crate) fn find<T: Config>(local_network: LocalNetworkId, code: &[u8]) -> Option<SiteView> {
	stations::find::<T>(local_network, code).map(|(id, entry)| SiteView { id, entry })
}

/// The digest of a page as countersigned.
pub(crate) fn page_digest<T: Config>(local_network: LocalNetworkId, page: u16) -> Option<Hash> {
	let stations: Vec<_> = Pages::<T>::get(local_network, page).iter().collect();
	let digest = || stations_digest(Pallet::<T>::genesis_hash(), local_network, page, &stations);
	(!stations.is_empty()).then(digest)
}

/// The digest of one station as countersigned on its own.
pub(crate) fn station_digest<T: Config>(id: SiteId) -> Option<Hash> {
	let seat = Seat::<T>::open(id).ok()?;
	Some(site::station_digest(Pallet::<T>::genesis_hash(), id, seat.entry()))
}

/// Amendments that wait for consents, by station, after the one given.
pub(crate) fn amendments<T: Config>(after: Option<SiteId>, asked: u32) -> Vec<AmendmentView> {
	let view = |id: SiteId| {
		let Amendment { proposed, consents, proposer } = Amendments::<T>::get(id)?;
		Some(AmendmentView { id, proposed, consents, proposer })
	};
	let ids = Territory::<T>::get().into_iter();
	let ids = ids.filter(|id| after.is_none_or(|after| *id >= after.local_network));
	let sites = ids.flat_map(open_amendments::<T>).filter(|id| after.is_none_or(|after| *id > after));
	sites.filter_map(view).take(limit(asked)).collect()
}

/// Stations of one local network that have an open amendment, ascending. One list an organisation.
fn open_amendments<T: Config>(local_network: LocalNetworkId) -> vec::IntoIter<SiteId> {
	let mut indices: Vec<u32> =
		OpenAmendments::<T>::iter_prefix_values(local_network).flat_map(|list| list.into_iter()).collect();
	indices.sort_unstable();
	let sites: Vec<SiteId> = indices.into_iter().map(|index| SiteId { local_network, index }).collect();
	sites.into_iter()
}

/// How far the reconciliation of a local network is.
pub(crate) fn reconciliation<T: Config>(local_network: LocalNetworkId) -> Option<ReconciliationView> {
	let round = Rounds::<T>::get(local_network)?;
	let buckets = LocalNetworks::<T>::get(local_network)?.buckets;
	Some(ReconciliationView {
		round: round.number,
		parties: round.parties,
		committed: round.committed(),
		revealed: round.revealed,
		deadline: round.deadline,
		pages: buckets.saturating_mul(2),
	})
}

/// Page digests that a party has revealed in the last round, by page number, from the one given.
pub(crate) fn revealed_digests<T: Config>(
	local_network: LocalNetworkId,
	org: OrgId,
	from: u16,
	asked: u32,
) -> Vec<Digest> {
	let round = Rounds::<T>::get(local_network).map(|round| round.number);
	let revealed = Revealed::<T>::get(local_network, org).filter(|revealed| Some(revealed.round) == round);
	let digests = revealed.into_iter().flat_map(|revealed| revealed.digests);
	digests.skip(from.into()).take(limit(asked)).collect()
}

/// Records of one page in which the parties differ, side by side. A party that has not published is taken at the word
/// of one that has, where their digests of the page are equal.
pub(crate) fn differences<T: Config>(local_network: LocalNetworkId, page: u16) -> Vec<DifferenceView> {
	let Some(round) = Rounds::<T>::get(local_network) else { return Vec::new() };
	if round.step != Step::Publish {
		return Vec::new();
	}
	let revealed = |org| Some((org, revealed_digest::<T>(local_network, round.number, org, page)?));
	let parties: Vec<(OrgId, Digest)> = round.revealed.iter().filter_map(revealed).collect();
	let mut known: BTreeMap<Digest, Vec<RecordTag>> = BTreeMap::from([(empty_page_digest(), Vec::new())]);
	for (org, digest) in &parties {
		let published = Published::<T>::get((local_network, page, *org));
		if let Some(published) = published.filter(|published| published.round == round.number) {
			known.insert(*digest, published.tags.into_inner());
		}
	}
	side_by_side(page, &parties, &known)
}

/// Puts the records of each party beside those of the others, and leaves out what is known to be the same with all.
fn side_by_side(
	page: u16,
	parties: &[(OrgId, Digest)],
	known: &BTreeMap<Digest, Vec<RecordTag>>,
) -> Vec<DifferenceView> {
	let mut unpublished = OrgSet::EMPTY;
	let mut records: BTreeMap<u64, Vec<(OrgId, Digest)>> = BTreeMap::new();
	for (org, digest) in parties {
		match known.get(digest) {
			Some(tags) => {
				for tag in tags {
					records.entry(tag.key).or_default().push((*org, tag.digest));
				}
			}
			None => unpublished = unpublished.with(*org),
		}
	}
	let of = |digests: &[(OrgId, Digest)], org: OrgId| -> Vec<Digest> {
		digests.iter().filter(|(party, _)| *party == org).map(|(_, digest)| *digest).collect()
	};
	let agreed = |digests: &[(OrgId, Digest)]| {
		let mut books = parties.iter().map(|(org, _)| of(digests, *org));
		let first = books.next();
		unpublished.is_empty() && books.all(|book| Some(&book) == first.as_ref())
	};
	records
		.into_iter()
		.filter(|(_, digests)| !agreed(digests))
		.map(|(key, digests)| DifferenceView { page, key, digests, unpublished })
		.collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	const A: (OrgId, Digest) = (OrgId(0), [1; 16]);
	const B: (OrgId, Digest) = (OrgId(1), [2; 16]);
	const C: (OrgId, Digest) = (OrgId(2), [2; 16]);

	fn tag(key: u64, digest: u8) -> RecordTag {
		RecordTag { key, digest: [digest; 16] }
	}

	#[test]
	fn side_by_side_leaves_out_what_all_have_alike() {
		// Given A and B with one record in common, one that differs and one that A alone has; C has what B has
		let known =
			BTreeMap::from([(A.1, vec![tag(1, 1), tag(2, 1), tag(3, 1)]), (B.1, vec![tag(1, 1), tag(2, 2)])]);
		let differences = side_by_side(7, &[A, B, C], &known);
		let shown: Vec<_> = differences.iter().map(|it| (it.page, it.key, it.digests.len())).collect();
		assert_eq!(shown, [(7, 2, 3), (7, 3, 1)]);
		assert!(differences.iter().all(|it| it.unpublished.is_empty()));
	}

	#[test]
	fn side_by_side_names_who_has_not_published() {
		let known = BTreeMap::from([(A.1, vec![tag(1, 1)])]);
		let differences = side_by_side(0, &[A, B, C], &known);
		assert_eq!(differences.len(), 1);
		assert_eq!(differences[0].unpublished, OrgSet(0b110));
	}

	#[test]
	fn side_by_side_shows_a_code_that_one_party_has_twice() {
		let known = BTreeMap::from([(A.1, vec![tag(1, 1), tag(1, 1)]), (B.1, vec![tag(1, 1)])]);
		let differences = side_by_side(0, &[A, B], &known);
		assert_eq!(differences.len(), 1);
		assert_eq!(differences[0].digests, [(A.0, [1; 16]), (A.0, [1; 16]), (B.0, [1; 16])]);
	}
}
