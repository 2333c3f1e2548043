// SPDX-License-Identifier: Apache-2.0

//! Digests over cells, pages and local networks, and the tags that a sweep sends in their place.
//!
//! ```text
//!   cell            hash("trimast/cell", values)
//!   page            hash("trimast/cells", genesis, local network, page, revision, catalogue,
//!                        how many cells each slot has, digests of its cells)
//!   stations        hash("trimast/stations", genesis, local network, page,
//!                        slot and digests of its cells of each that has cells); 0 when none has
//!   chunk           hash("trimast/chunk", digests of up to 128 pages in a row); 0 when all of them are
//!   local network   hash("trimast/network", genesis, local network, digests of its chunks)
//!   tag             first 8 bytes of hash(key of the sweep, digest)
//! ```
//!
//! How many cells each slot has is a list of a byte each, so a page's digest says whose cells they are: a station has its
//! slot for good. A page without a baseline has the digest 0. What is 0 at the end of any of these lists is left out: so a
//! local network that may have more pages than before has the digest that it had. Everything is SCALE-encoded and hashed
//! with BLAKE2b, 256 bit.
//!
//! What a tag shows is that its sender has held contents with this digest after the sweep was salted. It does not show that
//! anybody has looked at a network: the baseline is known to all members.

use super::{CellTable, CellValues};
use crate::{Hash, LocalNetworkId};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_io::hashing::blake2_256;

/// Where a page's digest belongs and when it was made: it is worth nothing elsewhere.
#[derive(Encode, Clone, Copy, PartialEq, Eq, Debug)]
pub struct PagePlace {
	/// The chain.
	pub genesis: Hash,
	/// The local network.
	pub local_network: LocalNetworkId,
	/// The page.
	pub page: u16,
	/// Counts the changes of this page.
	pub revision: u32,
	/// The version of the catalogue under which it was last written.
	pub catalogue: u32,
}

/// Digest of one cell's values, which stand in ascending order of their keys.
pub fn cell_digest(values: &[(super::ParamKey, i64)]) -> Hash {
	(b"trimast/cell", values).using_encoded(blake2_256).into()
}

/// Digests of all cells of a table, in its order.
pub fn cell_digests(table: &CellTable) -> Vec<Hash> {
	// One list and one string of bytes for all: in WASM memory is what costs most.
	let columns: Vec<_> = table.columns().collect();
	let (mut values, mut bytes) = (CellValues::with_capacity(columns.len()), Vec::new());
	let digest = |n| {
		values.clear();
		values.extend(columns.iter().filter_map(|(key, column)| Some((*key, column.get(n)?))));
		bytes.clear();
		let cell = (b"trimast/cell", &values[..]);
		bytes.reserve(cell.size_hint());
		cell.encode_to(&mut bytes);
		blake2_256(&bytes).into()
	};
	(0..table.len()).map(digest).collect()
}

/// Digest of a page with so many cells of the station in each slot, and these digests of all cells in their order.
///
/// ```
/// # use trimast_primitives::{cells::{digest::*, CellTable, ParamId, ParamKey}, Hash, LocalNetworkId};
/// let (genesis, local_network) = (Hash::zero(), LocalNetworkId(1301));
/// let place = PagePlace { genesis, local_network, page: 0, revision: 1, catalogue: 1 };
/// let digest = |table: CellTable| page_digest(&place, table.counts(), &cell_digests(&table));
/// let cell = || vec![(ParamKey::of(ParamId(17)), 40_000)];
/// let first = CellTable::new(&[vec![cell()], vec![]]).unwrap();
/// let second = CellTable::new(&[vec![], vec![cell()]]).unwrap();
/// assert_ne!(digest(first), digest(second));
/// ```
pub fn page_digest(place: &PagePlace, counts: &[u8], cells: &[Hash]) -> Hash {
	(b"trimast/cells", place, trimmed(counts), cells).using_encoded(blake2_256).into()
}

/// Digest of those stations of a page that this says, by their slots: what a company signs. The page has so many cells of the
/// station in each slot, and these digests of all cells in their order. The other stations of the page, and how often it was
/// changed, are no part of it: nobody spoils it but who changes one of its cells.
///
/// ```
/// # use trimast_primitives::{cells::digest::stations_digest, Hash, LocalNetworkId};
/// let [a, b, c] = [1, 2, 3].map(Hash::repeat_byte);
/// let digest = |counts: &[u8], cells: &[Hash], slot| {
/// 	stations_digest(Hash::zero(), LocalNetworkId(1301), 0, counts, cells, |other| other == slot)
/// };
/// assert_eq!(digest(&[1, 1], &[a, b], 1), digest(&[2, 1], &[a, c, b], 1));
/// assert_ne!(digest(&[1, 1], &[a, b], 1), digest(&[1, 1], &[a, c], 1));
/// assert_ne!(digest(&[1, 1], &[a, a], 0), digest(&[1, 1], &[a, a], 1));
/// assert!(digest(&[1], &[a], 1).is_zero());
/// ```
pub fn stations_digest(
	genesis: Hash,
	local_network: LocalNetworkId,
	page: u16,
	counts: &[u8],
	cells: &[Hash],
	is_one: impl Fn(usize) -> bool,
) -> Hash {
	let mut rest = cells;
	let mut stations: Vec<(u8, &[Hash])> = Vec::new();
	for ((slot, place), count) in (0u8..).zip(0usize..).zip(counts) {
		let (own, others) = rest.split_at(usize::from(*count).min(rest.len()));
		rest = others;
		if !own.is_empty() && is_one(place) {
			stations.push((slot, own));
		}
	}
	if stations.is_empty() {
		return Hash::zero();
	}
	(b"trimast/stations", genesis, local_network, page, stations).using_encoded(blake2_256).into()
}

/// Pages whose digests stand together.
pub const CHUNK_PAGES: u16 = 128;

/// Digest of these pages, the first of which begins a chunk.
pub fn chunk_digest(pages: &[Hash]) -> Hash {
	match trimmed(pages) {
		[] => Hash::zero(),
		pages => (b"trimast/chunk", pages).using_encoded(blake2_256).into(),
	}
}

/// Digest of a local network with these pages, from the first on.
pub fn local_network_digest(genesis: Hash, local_network: LocalNetworkId, pages: &[Hash]) -> Hash {
	let chunks: Vec<Hash> = pages.chunks(CHUNK_PAGES.into()).map(chunk_digest).collect();
	digest_of_chunks(genesis, local_network, &chunks)
}

/// Digest of a local network with these chunks, from the first on.
pub fn digest_of_chunks(genesis: Hash, local_network: LocalNetworkId, chunks: &[Hash]) -> Hash {
	(b"trimast/network", genesis, local_network, trimmed(chunks)).using_encoded(blake2_256).into()
}

/// What is left without the zeros at the end.
fn trimmed<T: Default + PartialEq>(list: &[T]) -> &[T] {
	let used = list.iter().rposition(|one| *one != T::default()).map_or(0, |last| last.saturating_add(1));
	list.get(..used).unwrap_or_default()
}

/// What a sweep sends for a digest.
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
	Debug,
)]
pub struct Tag(pub [u8; 8]);

impl Tag {
	/// In the place of the tag of a cell that was not seen. A tag is that by chance once in 2^64.
	pub const NOT_SEEN: Self = Self([0; 8]);
}

/// The key of one sweep's tags.
#[derive(Encode, Decode, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug)]
pub struct SweepKey(Hash);

impl SweepKey {
	/// Of a sweep with this number, salted with the hash of a block after the one in which it was opened.
	pub fn new(genesis: Hash, sweep: u32, salt: Hash) -> Self {
		Self((b"trimast/sweep", genesis, sweep, salt).using_encoded(blake2_256).into())
	}

	/// The key as it is read from the state.
	pub const fn from_hash(key: Hash) -> Self {
		Self(key)
	}

	/// The key as it is shown.
	pub const fn to_hash(self) -> Hash {
		self.0
	}

	/// The tag of a digest.
	pub fn tag(&self, digest: &Hash) -> Tag {
		let mut both = [0u8; 64];
		let (key, rest) = both.split_at_mut(32);
		key.copy_from_slice(self.0.as_bytes());
		rest.copy_from_slice(digest.as_bytes());
		let [a, b, c, d, e, f, g, h, ..] = blake2_256(&both);
		Tag([a, b, c, d, e, f, g, h])
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::cells::{table::tests::any_stations, ParamId, ParamKey};
	use proptest::prelude::*;

	const PLACE: PagePlace = PagePlace {
		genesis: Hash::repeat_byte(1),
		local_network: LocalNetworkId(1301),
		page: 3,
		revision: 7,
		catalogue: 1,
	};

	/// As the module's documentation says it, with nothing of its code.
	fn naive_page(place: &PagePlace, stations: &[Vec<CellValues>]) -> Hash {
		let cells: Vec<[u8; 32]> = stations
			.iter()
			.flatten()
			.map(|cell| {
				let mut bytes = b"trimast/cell".to_vec();
				let plain: Vec<(u16, u8, i64)> =
					cell.iter().map(|(key, value)| (key.param.0, key.place, *value)).collect();
				plain.encode_to(&mut bytes);
				blake2_256(&bytes)
			})
			.collect();
		let mut bytes = b"trimast/cells".to_vec();
		bytes.extend(place.genesis.as_bytes());
		bytes.extend(place.local_network.0.to_le_bytes());
		bytes.extend(place.page.to_le_bytes());
		bytes.extend(place.revision.to_le_bytes());
		bytes.extend(place.catalogue.to_le_bytes());
		let used = stations.iter().rposition(|cells| !cells.is_empty()).map_or(0, |last| last + 1);
		let counts: Vec<u8> = stations[..used].iter().map(|cells| cells.len() as u8).collect();
		counts.encode_to(&mut bytes);
		cells.encode_to(&mut bytes);
		blake2_256(&bytes).into()
	}

	#[test]
	fn page_digest_binds_its_place() {
		let one = |place: PagePlace| page_digest(&place, &[1], &[Hash::zero()]);
		let others = [
			PagePlace { genesis: Hash::zero(), ..PLACE },
			PagePlace { local_network: LocalNetworkId(1302), ..PLACE },
			PagePlace { page: 4, ..PLACE },
			PagePlace { revision: 8, ..PLACE },
			PagePlace { catalogue: 2, ..PLACE },
		];
		assert!(others.into_iter().all(|other| one(other) != one(PLACE)));
		assert_ne!(page_digest(&PLACE, &[2], &[Hash::zero(); 2]), one(PLACE));
	}

	#[test]
	fn page_digest_binds_whose_cells_they_are() {
		let of = |counts: &[u8], cells: usize| page_digest(&PLACE, counts, &vec![Hash::zero(); cells]);
		assert_ne!(of(&[2, 1], 3), of(&[1, 2], 3));
		assert_ne!(of(&[1], 1), of(&[0, 1], 1));
		assert_ne!(of(&[1, 0, 1], 2), of(&[1, 1], 2));
		// Slots without cells behind the last with any are none: a list has one digest, however long it is
		assert_eq!(of(&[1, 2, 0, 0], 3), of(&[1, 2], 3));
	}

	#[test]
	fn stations_digest_binds_its_place_and_its_cells_and_nothing_else() {
		let cells = [1, 2, 3, 4].map(Hash::repeat_byte);
		let of = |genesis, network: u16, page, counts: &[u8], cells: &[Hash]| {
			stations_digest(genesis, LocalNetworkId(network), page, counts, cells, |slot| slot != 1)
		};
		let genesis = Hash::repeat_byte(1);
		let one = of(genesis, 1301, 3, &[1, 1, 2], &cells);
		for other in [
			of(Hash::zero(), 1301, 3, &[1, 1, 2], &cells),
			of(genesis, 1302, 3, &[1, 1, 2], &cells),
			of(genesis, 1301, 4, &[1, 1, 2], &cells),
			of(genesis, 1301, 3, &[1, 1, 1], &cells[..3]),
			of(genesis, 1301, 3, &[1, 1, 0, 2], &cells),
			of(genesis, 1301, 3, &[1, 2, 1], &cells),
		] {
			assert_ne!(other, one);
		}
		let [a, _, c, d] = cells;
		assert_eq!(of(genesis, 1301, 3, &[1, 0, 2], &[a, c, d]), one);
		assert!(of(genesis, 1301, 3, &[0, 4], &cells).is_zero());
	}

	#[test]
	fn network_digest_covers_every_page_and_no_empty_one_at_the_end() {
		let network = |pages: &[Hash]| local_network_digest(PLACE.genesis, PLACE.local_network, pages);
		let mut pages = vec![Hash::zero(); 300];
		pages[2] = Hash::repeat_byte(1);
		let few = network(&pages[..3]);
		assert_eq!(few, network(&pages));
		for place in [0, 2, 127, 128, 299] {
			let mut other = pages.clone();
			other[place] = Hash::repeat_byte(9);
			assert_ne!(network(&other), few, "{place}");
		}
		assert_ne!(network(&[]), local_network_digest(Hash::zero(), PLACE.local_network, &[]));
	}

	#[test]
	fn tag_is_of_one_sweep_of_one_chain() {
		let tag = |genesis: u8, sweep, salt: u8| {
			SweepKey::new(Hash::repeat_byte(genesis), sweep, Hash::repeat_byte(salt))
				.tag(&Hash::repeat_byte(9))
		};
		assert_eq!(tag(1, 2, 3), tag(1, 2, 3));
		for other in [tag(0, 2, 3), tag(1, 0, 3), tag(1, 2, 0)] {
			assert_ne!(other, tag(1, 2, 3));
		}
	}

	proptest! {
		#[test]
		fn digests_are_those_of_the_naive_model(stations in any_stations()) {
			let table = CellTable::new(&stations).unwrap();
			prop_assert_eq!(page_digest(&PLACE, table.counts(), &cell_digests(&table)), naive_page(&PLACE, &stations));
		}

		#[test]
		fn any_change_of_a_value_is_another_digest(
			stations in any_stations(), at in any::<prop::sample::Index>(), key in (0u16..12, 0u8..2), value: i32,
		) {
			let table = CellTable::new(&stations).unwrap();
			prop_assume!(!table.is_empty());
			let n = at.index(table.len());
			let key = ParamKey { param: ParamId(key.0), place: key.1 };
			let mut changed = table.clone();
			changed.set(n, key, Some(i64::from(value))).unwrap();
			let (before, after) = (cell_digests(&table), cell_digests(&changed));
			let differ: Vec<usize> = (0..table.len()).filter(|n| before[*n] != after[*n]).collect();
			let expected = if table.get(n, key) == Some(i64::from(value)) { vec![] } else { vec![n] };
			prop_assert_eq!(differ, expected);
		}
	}
}
