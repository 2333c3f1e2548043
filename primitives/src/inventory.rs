// SPDX-License-Identifier: Apache-2.0

//! A party's own books of a local network, as it commits to them for reconciliation.
//!
//! Records are spread over pages by the bucket of the common station code ([`crate::page::bucket_of`]); what has no
//! common code goes to pages of its own, by the party's own code. A page's digest is over its records' digests in
//! ascending order, so the order in a party's books does not matter.
//!
//! ```text
//!   page of a record    bucket_of(common code)            0 .. buckets
//!                       buckets + bucket_of(own code)     buckets .. 2 * buckets, when it has no common code
//!   digest of a record  blake2_128(station)               parties that agree on a station have equal digests
//!                       blake2_128(whole record)          when it has no common code
//!   digest of a page    blake2_128(record digests, ascending)
//!   commitment          blake2_256(local network, round, party, salt, page digests)
//! ```

use crate::{
	page::bucket_of,
	site::{Station, StationCode},
	Hash, LocalNetworkId, OrgId,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{traits::ConstU32, BoundedVec};

/// Most records in one page of an inventory. The mean at national size is about forty.
pub const MAX_INVENTORY_PAGE: u32 = 256;

/// First 128 bits of a BLAKE2b digest.
pub type Digest = [u8; 16];

/// One record of a party's own books.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	PartialEq,
	Eq,
	Debug,
)]
pub struct InventoryRecord {
	/// The party's own code of the station: never empty, unique in its books.
	#[serde(with = "crate::json::text")]
	pub own_code: StationCode,
	/// The party's name of the station, UTF-8.
	#[serde(with = "crate::json::text")]
	pub name: BoundedVec<u8, ConstU32<64>>,
	/// What it knows of the station. The code is empty when the party does not know the common one.
	pub station: Station,
}

impl InventoryRecord {
	/// The page of the record in a local network of `buckets`.
	pub fn page(&self, buckets: u16) -> u16 {
		if self.station.code.is_empty() {
			buckets.saturating_add(bucket_of(&self.own_code, buckets))
		} else {
			bucket_of(&self.station.code, buckets)
		}
	}

	/// The record's digest: over the station where it has a common code, over everything where not.
	pub fn digest(&self) -> Digest {
		if self.station.code.is_empty() {
			self.using_encoded(sp_io::hashing::blake2_128)
		} else {
			self.station.using_encoded(sp_io::hashing::blake2_128)
		}
	}

	/// What tells the record from others in its page, the same in every party's books.
	pub fn key(&self) -> u64 {
		let code = if self.station.code.is_empty() { &self.own_code } else { &self.station.code };
		u64::from_le_bytes(sp_io::hashing::twox_64(code))
	}
}

/// The digest of a page of records.
pub fn inventory_page_digest<'a>(records: impl Iterator<Item = &'a InventoryRecord>) -> Digest {
	let mut digests: Vec<Digest> = records.map(InventoryRecord::digest).collect();
	digests.sort_unstable();
	digests.using_encoded(sp_io::hashing::blake2_128)
}

/// What a party commits to before anybody reveals.
pub fn inventory_commitment(
	local_network: LocalNetworkId,
	round: u32,
	party: OrgId,
	salt: &Hash,
	pages: &[Digest],
) -> Hash {
	(b"trimast/inventory", local_network, round, party, salt, pages)
		.using_encoded(sp_io::hashing::blake2_256)
		.into()
}

/// A published record, as the chain keeps it: enough to say who has it and whether they agree.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
)]
pub struct RecordTag {
	/// [`InventoryRecord::key`].
	pub key: u64,
	/// [`InventoryRecord::digest`].
	pub digest: Digest,
}

#[cfg(test)]
mod tests {
	use super::*;

	fn record(own: &[u8], code: &[u8]) -> InventoryRecord {
		let mut station = crate::site::tests::station();
		station.code = code.to_vec().try_into().unwrap();
		InventoryRecord {
			own_code: own.to_vec().try_into().unwrap(),
			name: b"name".to_vec().try_into().unwrap(),
			station,
		}
	}

	#[test]
	fn parties_that_agree_have_equal_digests() {
		let (mine, theirs) = (record(b"A1", b"X"), record(b"B9", b"X"));
		assert_eq!(
			(mine.digest(), mine.page(8), mine.key()),
			(theirs.digest(), theirs.page(8), theirs.key())
		);
	}

	#[test]
	fn page_digest_ignores_order_and_sees_a_missing_record() {
		let (a, b) = (record(b"A1", b"X"), record(b"A2", b"Y"));
		assert_eq!(inventory_page_digest([&a, &b].into_iter()), inventory_page_digest([&b, &a].into_iter()));
		assert_ne!(inventory_page_digest([&a].into_iter()), inventory_page_digest([&a, &b].into_iter()));
	}

	#[test]
	fn record_without_a_common_code_stands_in_pages_of_its_own() {
		assert!((8..16).contains(&record(b"A1", b"").page(8)));
		assert_ne!(record(b"A1", b"").digest(), record(b"A2", b"").digest());
	}

	#[test]
	fn commitment_cannot_be_copied_by_another_party() {
		let of = |org| inventory_commitment(LocalNetworkId(1301), 0, OrgId(org), &Hash::zero(), &[[0; 16]]);
		assert_ne!(of(0), of(1));
	}
}
