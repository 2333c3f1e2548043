// SPDX-License-Identifier: Apache-2.0

//! What the pallet tells the world.

use frame_support::pallet_macros::pallet_section;

/// The pallet's events.
#[pallet_section]
mod events {
	/// What has happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A batch was taken.
		Imported {
			/// Where.
			local_network: LocalNetworkId,
			/// The company that has sent it.
			org: OrgId,
			/// What became of each record, in the batch's order.
			results: BoundedVec<ImportResult, T::MaxBatch>,
		},
		/// A record was taken on its own.
		Registered {
			/// The station's number.
			id: SiteId,
			/// The company that has sent it.
			org: OrgId,
			/// What became of the record; never a refusal.
			result: ImportResult,
		},
		/// A station has changed: at once or with everybody's consent.
		Amended {
			/// The station.
			id: SiteId,
			/// The revision it is now.
			revision: u32,
			/// Who stands behind it now.
			signed: OrgSet,
		},
		/// A change waits for consents.
		AmendmentProposed {
			/// The station.
			id: SiteId,
			/// The company that proposes it.
			org: OrgId,
			/// Hash of the exact change, as it is to be consented to.
			subject: Hash,
			/// Revision of the proposal, as it is to be consented to.
			revision: u32,
			/// Whose consents are missing.
			missing: OrgSet,
			/// Last block for them.
			expires: BlockNumber,
		},
		/// A company has consented to a change.
		Consented {
			/// The station.
			id: SiteId,
			/// The company.
			org: OrgId,
			/// Hash of the exact change.
			subject: Hash,
			/// Revision of the proposal.
			revision: u32,
			/// Whose consents are still missing.
			missing: OrgSet,
		},
		/// A change was withdrawn; the station stays as it is.
		AmendmentWithdrawn {
			/// The station.
			id: SiteId,
			/// The company that has withdrawn it.
			org: OrgId,
		},
		/// A company stands behind whatever names it in some pages.
		Countersigned {
			/// Where.
			local_network: LocalNetworkId,
			/// The company.
			org: OrgId,
			/// Each page, and what became of it.
			results: BoundedVec<(u16, CountersignResult), T::MaxCountersign>,
		},
		/// A company stands behind some stations that name it.
		StationsCountersigned {
			/// Where.
			local_network: LocalNetworkId,
			/// The company.
			org: OrgId,
			/// Index of each station, and what became of it.
			results: BoundedVec<(u32, CountersignResult), T::MaxBatch>,
		},
		/// The council has given a station that nobody but its owner had signed to another carrier. Nobody stands behind
		/// it now, and an amendment of it that was open is dropped.
		Reassigned {
			/// The station.
			id: SiteId,
			/// Who owned it.
			from: OrgId,
			/// Who owns it now.
			to: OrgId,
			/// The revision it is now.
			revision: u32,
		},
		/// A local network was added or changed.
		LocalNetworkSet {
			/// Its code.
			id: LocalNetworkId,
			/// Buckets of its pages.
			buckets: u16,
		},
		/// A local network was removed.
		LocalNetworkRemoved {
			/// Its code.
			id: LocalNetworkId,
		},
		/// A round of reconciliation was opened.
		RoundOpened {
			/// Where.
			local_network: LocalNetworkId,
			/// Its number.
			round: u32,
			/// The organisation that has opened it.
			org: OrgId,
			/// Who is asked to take part.
			parties: OrgSet,
			/// Last block for commitments.
			deadline: BlockNumber,
		},
		/// A party has committed to its books.
		Committed {
			/// Where.
			local_network: LocalNetworkId,
			/// Number of the round.
			round: u32,
			/// The party.
			org: OrgId,
			/// Who has not committed.
			missing: OrgSet,
		},
		/// A party has revealed its page digests.
		Revealed {
			/// Where.
			local_network: LocalNetworkId,
			/// Number of the round.
			round: u32,
			/// The party.
			org: OrgId,
			/// Who has committed and not revealed.
			missing: OrgSet,
			/// In how many pages those who have revealed differ.
			differing: u32,
		},
		/// A party has published its records of a page.
		Published {
			/// Where.
			local_network: LocalNetworkId,
			/// Number of the round.
			round: u32,
			/// The party.
			org: OrgId,
			/// The page.
			page: u16,
			/// How many records it has there.
			records: u32,
		},
	}
}
