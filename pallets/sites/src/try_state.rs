// SPDX-License-Identifier: Apache-2.0

//! What must hold of the state between calls. Walks everything: for tests and `try-runtime` only.

use crate::{
	amendments::amendment_subject, reconciliation::pages, stations, types::Totals, Amendments, Config,
	DifferingPages, LocalNetworks, OpenAmendments, Pages, Pallet, Published, Revealed, Rounds, Territory,
};
use alloc::{collections::BTreeSet, vec::Vec};
use frame_support::ensure;
use sp_runtime::{SaturatedConversion, TryRuntimeError};
use trimast_primitives::{
	page::{bucket_of, SiteId, MAX_BUCKETS, MAX_OVERFLOW},
	LocalNetworkId, OrgSet,
};

impl<T: Config> Pallet<T> {
	/// Checks, for every local network: the territory's list is its keys in order; totals and depth are those of its
	/// pages; pages fill in order; codes stand once, in their bucket; signatures are of companies that are named; every
	/// amendment is for the station as it stands and stands in its proposer's list; rounds, digests and tags fit together.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let territory = Territory::<T>::get();
		ensure!(territory.windows(2).all(|pair| pair[0] < pair[1]), "territory: not ascending");
		let mut keys: Vec<LocalNetworkId> = LocalNetworks::<T>::iter_keys().collect();
		keys.sort_unstable();
		ensure!(keys == territory.into_inner(), "territory: not the local networks");
		ensure!(Pages::<T>::iter_keys().all(|(id, _)| keys.contains(&id)), "pages: of no local network");
		for id in keys {
			Self::check_pages(id)?;
			Self::check_round(id)?;
		}
		Self::check_amendments()
	}

	fn check_pages(id: LocalNetworkId) -> Result<(), TryRuntimeError> {
		let network = LocalNetworks::<T>::get(id).ok_or("local network: gone")?;
		let buckets = network.buckets;
		ensure!((1..=MAX_BUCKETS).contains(&buckets), "local network: buckets out of range");
		let (mut totals, mut depth, mut codes) = (Totals::default(), 0, BTreeSet::new());
		for (page, stations) in Pages::<T>::iter_prefix(id) {
			let level = page / buckets;
			ensure!(!stations.is_empty() && level < MAX_OVERFLOW, "page: empty or out of range");
			ensure!(
				level == 0 || Pages::<T>::get(id, page - buckets).is_full(),
				"page: the one before it has room"
			);
			totals.pages += 1;
			depth = depth.max(level + 1);
			ensure!(stations.iter().count() == stations.len(), "page: broken");
			for (slot, entry) in stations.iter().enumerate() {
				let station = &entry.station;
				ensure!(station.check().is_ok(), "station: defective");
				ensure!(bucket_of(&station.code, buckets) == page % buckets, "station: in the wrong bucket");
				ensure!(codes.insert(station.code.clone()), "station: a code stands twice");
				ensure!(station.named().is_superset(entry.signed), "station: signed by who is not named");
				let found = stations::find::<T>(id, &station.code).map(|(found, _)| found);
				let place = SiteId::new(id, page, slot.saturated_into());
				ensure!(found == Some(place), "station: not found by its code");
				totals.enter(&entry);
			}
		}
		ensure!(totals == network.totals, "local network: totals are not those of its pages");
		ensure!(depth == network.depth, "local network: depth is not that of its pages");
		Ok(())
	}

	fn check_amendments() -> Result<(), TryRuntimeError> {
		let mut listed = 0;
		for (local_network, proposer, list) in OpenAmendments::<T>::iter() {
			ensure!(!list.is_empty(), "open amendments: an empty list");
			ensure!(list.windows(2).all(|pair| pair[0] < pair[1]), "open amendments: not ascending");
			for index in list {
				let amendment = Amendments::<T>::get(SiteId { local_network, index });
				ensure!(amendment.is_some_and(|it| it.proposer == proposer), "open amendments: of another");
				listed += 1;
			}
		}
		ensure!(Amendments::<T>::iter_keys().count() == listed, "amendment: not in the list");
		for (id, amendment) in Amendments::<T>::iter() {
			let standing = stations::Seat::<T>::open(id).map_err(|_| "amendment: of no station")?;
			let (before, proposed) = (standing.entry(), &amendment.proposed);
			ensure!(proposed.revision == before.revision + 1, "amendment: the station has changed");
			ensure!(proposed.station.code == before.station.code, "amendment: changes the code");
			let consents = amendment.consents;
			ensure!(consents.given.contains(amendment.proposer), "amendment: its proposer has not consented");
			let named = before.station.named().union(proposed.station.named());
			ensure!(named.is_superset(consents.required), "amendment: asks who is not named");
			ensure!(named.is_superset(consents.given), "amendment: consented to by who is not named");
			let subject = amendment_subject(Self::genesis_hash(), id, proposed);
			ensure!(consents.subject == subject, "amendment: its subject is another");
		}
		Ok(())
	}

	fn check_round(id: LocalNetworkId) -> Result<(), TryRuntimeError> {
		let Some(round) = Rounds::<T>::get(id) else {
			ensure!(DifferingPages::<T>::get(id).is_empty(), "differing pages: of no round");
			return Ok(());
		};
		ensure!(round.parties.is_superset(round.committed()), "round: committed by a stranger");
		ensure!(round.committed().is_superset(round.revealed), "round: revealed without commitment");
		ensure!(round.reference.is_some() != round.revealed.is_empty(), "round: who was first is wrong");
		let mut revealed = OrgSet::EMPTY;
		let mut books = Vec::new();
		for (org, digests) in Revealed::<T>::iter_prefix(id) {
			ensure!(digests.round <= round.number, "revealed: of a round to come");
			if digests.round == round.number {
				ensure!(digests.digests.len() == usize::from(pages(&round)), "revealed: wrong length");
				revealed = revealed.with(org);
				books.push(digests.digests);
			}
		}
		ensure!(revealed == round.revealed, "round: revealed is not what is kept");
		let differing: Vec<u16> = (0..pages(&round))
			.filter(|page| {
				let page = usize::from(*page);
				books.iter().any(|book| book[page] != books[0][page])
			})
			.collect();
		ensure!(differing == DifferingPages::<T>::get(id).into_inner(), "round: differing pages are others");
		for ((page, org), published) in Published::<T>::iter_prefix((id,)) {
			ensure!(published.tags.windows(2).all(|pair| pair[0] <= pair[1]), "published: not ascending");
			ensure!(published.round <= round.number, "published: of a round to come");
			if published.round == round.number {
				ensure!(page < pages(&round) && revealed.contains(org), "published: not revealed");
			}
		}
		Ok(())
	}
}
