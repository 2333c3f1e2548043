// SPDX-License-Identifier: Apache-2.0

//! Comparing the parties' own books of a local network, page by page and then record by record.
//!
//! The steps and who may take them when are [`crate::rounds`]; what is in the books is
//! [`trimast_primitives::inventory`]. Here is what the chain keeps of them:
//!
//! ```text
//!   step      brought                     checked against              kept
//!   commit    commitment                  -                            in the round
//!   reveal    salt, page digests          the commitment               page digests; which pages differ
//!   publish   the records of one page     the revealed page digest     key and digest of each record
//! ```
//!
//! What an earlier round has left is told by its number and overwritten, so that opening a round never has to clear
//! anything. However many rounds there are, the state of a local network holds at most one round, one list of digests a
//! party (32 KiB) and one list of differing pages (4 KiB), and a list of tags (6 KiB) for each page and party that has
//! ever published it.

use crate::{
	rounds::{Round, Step},
	types::{PageDigests, PageList, PublishedRecords, RevealedDigests},
	Config, DifferingPages, Error, Event, LocalNetworks, Pallet, Published, Revealed, Rounds,
};
use alloc::vec::Vec;
use frame_support::{defensive, ensure, traits::ConstU32, BoundedVec};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	access::Authority,
	inventory::{
		inventory_commitment, inventory_page_digest, Digest, InventoryRecord, RecordTag, MAX_INVENTORY_PAGE,
	},
	org::OrgKind,
	params::Governed,
	BlockNumber, Hash, LocalNetworkId, OrgId,
};

/// Blocks that each step lasts.
pub(crate) fn term<T: Config>() -> BlockNumber {
	T::Governed::blocks(T::Governed::parameters().reconciliation_term)
}

/// Opens a round between the members with a council seat.
pub(crate) fn open<T: Config>(org: OrgId, local_network: LocalNetworkId) -> Result<(), Error<T>> {
	let network = LocalNetworks::<T>::get(local_network).ok_or(Error::<T>::UnknownLocalNetwork)?;
	let (now, term) = (Pallet::<T>::now(), term::<T>());
	let number = match Rounds::<T>::get(local_network) {
		Some(round) => {
			let agreed = round.step == Step::Publish && DifferingPages::<T>::get(local_network).is_empty();
			ensure!(round.is_over(now, term, agreed), Error::<T>::RoundOpen);
			round.number.saturating_add(1)
		}
		None => 0,
	};
	let has_seat = |org: &OrgId| T::Authority::kind(*org).is_some_and(OrgKind::has_council_seat);
	let parties = T::Authority::members().iter().filter(has_seat).collect();
	let deadline = now.saturating_add(term);
	let round = Round::open(number, network.buckets, parties, deadline).map_err(Error::<T>::from)?;
	Rounds::<T>::insert(local_network, round);
	DifferingPages::<T>::remove(local_network);
	Pallet::<T>::deposit_event(Event::RoundOpened { local_network, round: number, org, parties, deadline });
	Ok(())
}

/// Takes a party's commitment.
pub(crate) fn commit<T: Config>(
	org: OrgId,
	local_network: LocalNetworkId,
	number: u32,
	commitment: Hash,
) -> Result<(), Error<T>> {
	let mut round = running::<T>(local_network, number)?;
	round.commit(org, commitment, Pallet::<T>::now(), term::<T>()).map_err(Error::<T>::from)?;
	let missing = round.parties.difference(round.committed());
	Rounds::<T>::insert(local_network, round);
	Pallet::<T>::deposit_event(Event::Committed { local_network, round: number, org, missing });
	Ok(())
}

/// Takes a party's page digests, if they are what it has committed to, and notes which pages differ.
pub(crate) fn reveal<T: Config>(
	org: OrgId,
	local_network: LocalNetworkId,
	number: u32,
	salt: Hash,
	digests: PageDigests,
) -> Result<(), Error<T>> {
	let mut round = running::<T>(local_network, number)?;
	let reference = round.reference;
	let commitment = round.reveal(org, Pallet::<T>::now(), term::<T>()).map_err(Error::<T>::from)?;
	ensure!(digests.len() == usize::from(pages(&round)), Error::<T>::WrongLength);
	let revealed = inventory_commitment(local_network, number, org, &salt, &digests);
	ensure!(revealed == commitment, Error::<T>::WrongCommitment);

	let mut differing = DifferingPages::<T>::get(local_network);
	if let Some(reference) = reference {
		match Revealed::<T>::get(local_network, reference) {
			Some(theirs) if theirs.round == number => {
				note_differences(&mut differing, &theirs.digests, &digests);
				DifferingPages::<T>::insert(local_network, &differing);
			}
			_ => {
				defensive!("who revealed first has revealed");
			}
		}
	}
	let missing = round.committed().difference(round.revealed);
	Rounds::<T>::insert(local_network, round);
	Revealed::<T>::insert(local_network, org, RevealedDigests { round: number, digests });
	let differing = differing.len().saturated_into();
	Pallet::<T>::deposit_event(Event::Revealed { local_network, round: number, org, missing, differing });
	Ok(())
}

/// Takes the records of a page in which the parties differ, if they are what the party has revealed.
pub(crate) fn publish<T: Config>(
	org: OrgId,
	local_network: LocalNetworkId,
	number: u32,
	page: u16,
	records: &[InventoryRecord],
) -> Result<(), Error<T>> {
	let mut round = running::<T>(local_network, number)?;
	let step = round.step;
	round.publish(org, Pallet::<T>::now(), term::<T>()).map_err(Error::<T>::from)?;
	let digest = revealed_digest::<T>(local_network, number, org, page).ok_or(Error::<T>::WrongPage)?;
	let is_uncoded = page >= round.buckets;
	ensure!(
		digest != empty_page_digest() && (is_uncoded || differs::<T>(local_network, page)),
		Error::<T>::NothingToPublish
	);
	ensure!(!is_published::<T>(local_network, number, org, page), Error::<T>::AlreadyDone);
	ensure!(records.iter().all(|record| record.page(round.buckets) == page), Error::<T>::WrongPage);
	ensure!(inventory_page_digest(records.iter()) == digest, Error::<T>::WrongRecords);

	let mut tags: Vec<RecordTag> =
		records.iter().map(|record| RecordTag { key: record.key(), digest: record.digest() }).collect();
	tags.sort_unstable();
	let tags: BoundedVec<RecordTag, ConstU32<MAX_INVENTORY_PAGE>> =
		tags.try_into().map_err(|_| Error::<T>::WrongRecords)?;
	let count = tags.len().saturated_into();
	Published::<T>::insert((local_network, page, org), PublishedRecords { round: number, tags });
	if round.step != step {
		Rounds::<T>::insert(local_network, round);
	}
	Pallet::<T>::deposit_event(Event::Published { local_network, round: number, org, page, records: count });
	Ok(())
}

/// Pages of every party's books in `round`: those of the buckets, and as many for what has no common code.
pub(crate) fn pages(round: &Round) -> u16 {
	round.buckets.saturating_mul(2)
}

/// The digest of a page without records.
pub(crate) fn empty_page_digest() -> Digest {
	inventory_page_digest(core::iter::empty())
}

/// The digest of `page` that `org` has revealed in this round.
pub(crate) fn revealed_digest<T: Config>(
	local_network: LocalNetworkId,
	number: u32,
	org: OrgId,
	page: u16,
) -> Option<Digest> {
	let revealed = Revealed::<T>::get(local_network, org).filter(|revealed| revealed.round == number)?;
	revealed.digests.get(usize::from(page)).copied()
}

/// Whether the parties that have revealed differ in `page`.
pub(crate) fn differs<T: Config>(local_network: LocalNetworkId, page: u16) -> bool {
	DifferingPages::<T>::get(local_network).binary_search(&page).is_ok()
}

fn is_published<T: Config>(local_network: LocalNetworkId, number: u32, org: OrgId, page: u16) -> bool {
	Published::<T>::get((local_network, page, org)).is_some_and(|published| published.round == number)
}

fn running<T: Config>(local_network: LocalNetworkId, number: u32) -> Result<Round, Error<T>> {
	let round = Rounds::<T>::get(local_network).ok_or(Error::<T>::NoRound)?;
	ensure!(round.number == number, Error::<T>::OtherRound);
	Ok(round)
}

/// Adds to `differing` the pages in which `mine` is not `theirs`. Both are as long as the round has pages.
fn note_differences(differing: &mut PageList, theirs: &[Digest], mine: &[Digest]) {
	for (page, _) in (0u16..).zip(theirs.iter().zip(mine)).filter(|(_, (theirs, mine))| theirs != mine) {
		if let Err(place) = differing.binary_search(&page) {
			// No page stands there twice, so there is room for all.
			let _ = differing.try_insert(place, page);
		}
	}
}
