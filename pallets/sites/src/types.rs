// SPDX-License-Identifier: Apache-2.0

//! What the pallet stores, beyond the types that every part of Trimast shares.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use trimast_primitives::{
	inventory::{Digest, RecordTag, MAX_INVENTORY_PAGE},
	org::MAX_ORGS,
	page::{MAX_BUCKETS, MAX_OVERFLOW, PAGE_SLOTS},
	site::{StationEntry, StationState},
	territory::Position,
	Consents, OrgId, Text,
};

/// Most local networks that the territory may have.
pub const MAX_LOCAL_NETWORKS: u32 = 1_024;

/// Most amendments that one organisation may have open in one local network.
pub const MAX_OPEN_AMENDMENTS: u32 = 256;

/// Most stations of one bucket that one owner may register, retired ones too: half of what the bucket holds. So no
/// company alone shuts a bucket for the others. What comes to an owner by consent or by motion is not counted against it.
pub const MAX_OWN_IN_BUCKET: u32 = MAX_OVERFLOW as u32 * PAGE_SLOTS / 2;

/// Most page digests of one party's books of a local network: twice
/// [`MAX_BUCKETS`](trimast_primitives::page::MAX_BUCKETS), since what has no common code stands in pages of its own.
pub const MAX_INVENTORY_PAGES: u32 = 2_048;

/// Digests of the pages of one party's books, by page number.
pub type PageDigests = BoundedVec<Digest, ConstU32<MAX_INVENTORY_PAGES>>;

/// Numbers of pages of the parties' books, ascending.
pub type PageList = BoundedVec<u16, ConstU32<MAX_INVENTORY_PAGES>>;

/// Indices of the stations of one local network that one organisation has proposed to amend, ascending.
pub type OpenList = BoundedVec<u32, ConstU32<MAX_OPEN_AMENDMENTS>>;

/// How many stations and pages a local network has.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug, Default,
)]
pub struct Totals {
	/// Stations in service.
	pub stations: u32,
	/// Of these, confirmed by everybody they name.
	pub confirmed: u32,
	/// Retired stations.
	pub retired: u32,
	/// Pages that hold stations.
	pub pages: u32,
}

impl Totals {
	/// Counts `entry` in.
	pub(crate) fn enter(&mut self, entry: &StationEntry) {
		let (stations, confirmed, retired) = Self::share(entry);
		self.stations = self.stations.saturating_add(stations);
		self.confirmed = self.confirmed.saturating_add(confirmed);
		self.retired = self.retired.saturating_add(retired);
	}

	/// Counts `entry` out.
	pub(crate) fn leave(&mut self, entry: &StationEntry) {
		let (stations, confirmed, retired) = Self::share(entry);
		self.stations = self.stations.saturating_sub(stations);
		self.confirmed = self.confirmed.saturating_sub(confirmed);
		self.retired = self.retired.saturating_sub(retired);
	}

	/// Counts `before` out and `after` in.
	pub(crate) fn replace(&mut self, before: &StationEntry, after: &StationEntry) {
		self.leave(before);
		self.enter(after);
	}

	/// What one station counts for: in service, confirmed, retired.
	pub(crate) fn share(entry: &StationEntry) -> (u32, u32, u32) {
		match entry.state {
			StationState::OnAir => (1, u32::from(entry.is_confirmed()), 0),
			StationState::Retired => (0, 0, 1),
		}
	}
}

/// A local network and how much stands in it.
#[derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct LocalNetwork {
	/// Its name, UTF-8 without control characters.
	pub name: Text<ConstU32<64>>,
	/// Its centroid.
	pub centre: Position,
	/// Buckets that its pages are made of (see [`trimast_primitives::page`]).
	pub buckets: u16,
	/// Pages that its fullest bucket has: no page from `buckets * depth` on is in use.
	pub depth: u16,
	/// How much stands in it.
	pub totals: Totals,
}

/// A change of a station that waits for consents.
#[derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct Amendment {
	/// The entry as it would become; who has signed it is known only once everybody has.
	pub proposed: StationEntry,
	/// Whose consents it needs and has.
	pub consents: Consents,
	/// Who proposed it.
	pub proposer: OrgId,
}

/// What became of one page, or one station, of a countersignature.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum CountersignResult {
	/// So many stations carry the company's signature that did not before. Zero when it had signed already or is not
	/// named.
	Signed(u32),
	/// Refused, the rest of the call was taken.
	Refused(CountersignRefusal),
}

/// Why a page, or a station, was not countersigned.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum CountersignRefusal {
	/// No station stands there.
	NotFound,
	/// It is not what was signed: it has changed meanwhile, or was another. Look at it again.
	OtherDigest,
}

/// The page digests that a party has revealed.
#[derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct RevealedDigests {
	/// In which round; what an earlier round has left is as good as nothing.
	pub round: u32,
	/// By page number: `2 * buckets` of them.
	pub digests: PageDigests,
}

/// The records of one page that a party has published, as the chain keeps them. The records themselves stay in the
/// block that carried them.
#[derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct PublishedRecords {
	/// In which round; what an earlier round has left is as good as nothing.
	pub round: u32,
	/// Ascending. A code that the party's books have twice stands here twice.
	pub tags: BoundedVec<RecordTag, ConstU32<MAX_INVENTORY_PAGE>>,
}

/// Checks that the constants of the shared types fit those here.
///
/// # Panics
///
/// When they do not. Called by the pallet's integrity test, which no running chain executes.
pub(crate) fn check_constants() {
	assert_eq!(MAX_INVENTORY_PAGES, u32::from(MAX_BUCKETS).saturating_mul(2), "two digests for each bucket");
	assert_eq!(crate::rounds::MAX_PARTIES, u32::from(MAX_ORGS), "every organisation may be a party");
	assert!(MAX_BUCKETS.checked_mul(MAX_OVERFLOW).is_some(), "a page's number fits 16 bits");
}
