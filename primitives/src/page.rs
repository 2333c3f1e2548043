// SPDX-License-Identifier: Apache-2.0

//! Pages: how mass data is addressed.
//!
//! A local network has a fixed number of *buckets*. A station's code decides its bucket, so the same station
//! falls into the same bucket in every party's books, one record more or less shifts no other, and a lookup by
//! code reads one page and no index. Stations beyond a full page go to the bucket's next page:
//!
//! ```text
//!   bucket = hash(code) * buckets / 2^32
//!   page   = bucket + overflow * buckets        overflow = 0, 1, 2 ... MAX_OVERFLOW - 1
//!   index  = page * PAGE_SLOTS + slot           the station's number, for good
//! ```

use crate::{Hash, LocalNetworkId};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Stations in a page. A change of one station rewrites its page (docs/decisions: pages, as measured).
pub const PAGE_SLOTS: u32 = 64;

/// Most buckets of one local network.
pub const MAX_BUCKETS: u16 = 1024;

/// Most pages that one bucket may grow to.
pub const MAX_OVERFLOW: u16 = 16;

/// A station's number in the inventory. Given once; a retired station keeps it.
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
	Hash,
	Debug,
)]
pub struct SiteId {
	/// Where the station was first registered.
	pub local_network: LocalNetworkId,
	/// `page * PAGE_SLOTS + slot`.
	pub index: u32,
}

impl SiteId {
	/// The station in `slot` of `page`.
	pub const fn new(local_network: LocalNetworkId, page: u16, slot: u32) -> Self {
		Self { local_network, index: (page as u32).saturating_mul(PAGE_SLOTS).saturating_add(slot) }
	}

	/// The page that holds the station. `None` when the index is beyond any page.
	pub fn page(self) -> Option<u16> {
		u16::try_from(self.index / PAGE_SLOTS).ok()
	}

	/// The station's place in its page.
	pub const fn slot(self) -> u32 {
		self.index % PAGE_SLOTS
	}
}

/// The bucket of a station code among `buckets`.
pub fn bucket_of(code: &[u8], buckets: u16) -> u16 {
	let [a, b, c, d, ..] = sp_io::hashing::blake2_128(code);
	let scaled = u64::from(u32::from_le_bytes([a, b, c, d])).saturating_mul(u64::from(buckets)) >> 32;
	// Below `buckets`, since the first factor is below 2^32.
	u16::try_from(scaled).unwrap_or(0)
}

/// The digest of a page: over everything in it, bound to this chain and this place, so that a signature over it
/// is worth nothing elsewhere.
pub fn page_digest<E: Encode>(genesis: Hash, local_network: LocalNetworkId, page: u16, entries: &E) -> Hash {
	(b"trimast/page", genesis, local_network, page, entries).using_encoded(sp_io::hashing::blake2_256).into()
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	#[test]
	fn index_is_page_and_slot() {
		let id = SiteId::new(LocalNetworkId(1301), 3, 5);
		assert_eq!((id.index, id.page(), id.slot()), (197, Some(3), 5));
		assert_eq!(SiteId { local_network: LocalNetworkId(1301), index: u32::MAX }.page(), None);
	}

	#[test]
	fn digest_binds_chain_place_and_content() {
		let (chain, place) = (Hash::repeat_byte(1), LocalNetworkId(1301));
		let digest = page_digest(chain, place, 0, &[1u8, 2]);
		assert_ne!(digest, page_digest(Hash::repeat_byte(2), place, 0, &[1u8, 2]));
		assert_ne!(digest, page_digest(chain, LocalNetworkId(1302), 0, &[1u8, 2]));
		assert_ne!(digest, page_digest(chain, place, 1, &[1u8, 2]));
		assert_ne!(digest, page_digest(chain, place, 0, &[1u8, 3]));
	}

	#[test]
	fn codes_spread_evenly() {
		let mut load = [0u32; 100];
		for n in 0..44_000u32 {
			load[bucket_of(alloc::format!("ST-{n:08}").as_bytes(), 100) as usize] += 1;
		}
		assert!(load.iter().all(|n| (340..=540).contains(n)), "{load:?}");
	}

	proptest! {
		#[test]
		fn bucket_is_below_the_number_of_buckets(code: [u8; 12], buckets in 1..=MAX_BUCKETS) {
			prop_assert!(bucket_of(&code, buckets) < buckets);
		}
	}
}
