// SPDX-License-Identifier: Apache-2.0

//! Changes of values as they are asked for and agreed to: what is sent, and what is signed.
//!
//! * **Item**: a value of a cell of a page, and what it is to be.
//! * **Part**: the items of one page. A request has one for each page that it changes.
//! * **Terms**: how all of them are to be made.
//! * **Subject**: the hash that is agreed to, over the terms and the hashes of all parts. Who agrees computes it from what
//!   was looked at, and so agrees to nothing else.

use super::ParamKey;
use crate::{Hash, LocalNetworkId, Moment, OrgId, Text};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::{traits::ConstU32, BoundedVec};

/// Most items of one part.
pub const MAX_ITEMS: u32 = 256;
/// Most parts of one request.
pub const MAX_PARTS: u32 = 512;
/// Most bytes of what is said about watching a change.
pub const MAX_GUARD: u32 = 64;

/// A value of a cell, and what it is to be. The cell stands in a page that is known.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
)]
pub struct Item {
	/// Slot of the station in the page.
	pub slot: u8,
	/// The cell.
	pub cell: u8,
	/// The parameter.
	pub key: ParamKey,
	/// The new value; `None` where what stands there is taken away.
	pub value: Option<i64>,
}

impl Item {
	/// Which value it is about, within the page.
	pub const fn place(&self) -> (u8, u8, ParamKey) {
		(self.slot, self.cell, self.key)
	}
}

/// The items of one page in ascending order of slot, cell and key, each once.
pub type Part = BoundedVec<Item, ConstU32<MAX_ITEMS>>;

/// Whether the items stand in ascending order, each value once, and there is one.
pub fn is_part(items: &[Item]) -> bool {
	!items.is_empty() && items.is_sorted_by(|a, b| a.place() < b.place())
}

/// How a change is to be made.
#[derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct Terms {
	/// From when to when it is carried out. In an emergency: since when the network is changed; the end is set by the chain.
	pub window: (Moment, Moment),
	/// Whether a page is changed as a whole or not at all. Else what is refused is left out and the rest goes on.
	pub whole: bool,
	/// Whether the network has been changed already, and consents come afterwards.
	pub emergency: bool,
	/// What is watched, and when the change is to be undone: plain text.
	pub guard: Text<ConstU32<MAX_GUARD>>,
	/// Hash of the document that gives the reason.
	pub reason: Hash,
}

/// The hash of a part, as it goes into the subject.
pub fn part_hash(items: &[Item]) -> Hash {
	items.using_encoded(sp_io::hashing::blake2_256).into()
}

/// What is signed when a request is consented to: bound to this chain and this request, over its terms and all parts, each
/// by its page and [`part_hash`], in ascending order.
pub fn request_subject(
	genesis: Hash,
	number: u32,
	by: OrgId,
	local_network: LocalNetworkId,
	terms: &Terms,
	parts: &[(u16, Hash)],
) -> Hash {
	let subject = (b"trimast/change", genesis, number, by, local_network, terms, parts);
	subject.using_encoded(sp_io::hashing::blake2_256).into()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::cells::ParamId;

	fn item(slot: u8, value: i64) -> Item {
		Item { slot, cell: 0, key: ParamKey::of(ParamId(11)), value: Some(value) }
	}

	#[test]
	fn part_has_each_value_once_in_ascending_order() {
		assert!(is_part(&[item(0, 5), item(1, 5)]));
		for wrong in [vec![], vec![item(1, 5), item(0, 5)], vec![item(0, 5), item(0, 6)]] {
			assert!(!is_part(&wrong), "{wrong:?}");
		}
	}

	#[test]
	fn subject_is_another_for_everything_that_is_agreed_to() {
		let terms = Terms {
			window: (1, 2),
			whole: false,
			emergency: false,
			guard: Default::default(),
			reason: Hash::zero(),
		};
		let parts = [(0, part_hash(&[item(0, 5)]))];
		let (genesis, place) = (Hash::repeat_byte(1), LocalNetworkId(1301));
		let of = |number, terms: &Terms, parts: &[(u16, Hash)]| {
			request_subject(genesis, number, OrgId(0), place, terms, parts)
		};
		let subject = of(7, &terms, &parts);
		let other = Terms { window: (1, 3), ..terms.clone() };
		let others = [
			of(8, &terms, &parts),
			of(7, &other, &parts),
			of(7, &terms, &[(1, part_hash(&[item(0, 5)]))]),
			of(7, &terms, &[(0, part_hash(&[item(0, 6)]))]),
			of(7, &terms, &[(0, part_hash(&[Item { value: None, ..item(0, 5) }]))]),
			request_subject(Hash::zero(), 7, OrgId(0), place, &terms, &parts),
			request_subject(genesis, 7, OrgId(1), place, &terms, &parts),
			request_subject(genesis, 7, OrgId(0), LocalNetworkId(1302), &terms, &parts),
		];
		assert!(others.iter().all(|other| *other != subject));
		assert_eq!(of(7, &terms, &parts), subject);
	}
}
