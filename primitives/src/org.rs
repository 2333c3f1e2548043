// SPDX-License-Identifier: Apache-2.0

//! Organisations and sets of them.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Number of an organisation, given when it is invited and never given again.
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
	Default,
)]
pub struct OrgId(pub u8);

/// Most organisations that the federation can ever number: the bits of an [`OrgSet`].
pub const MAX_ORGS: u8 = 32;

/// A set of organisations: bit `n` stands for `OrgId(n)`.
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
	Default,
)]
pub struct OrgSet(pub u32);

impl OrgSet {
	/// The empty set.
	pub const EMPTY: Self = Self(0);

	/// The set of one organisation. A number past [`MAX_ORGS`] gives the empty set.
	pub const fn of(org: OrgId) -> Self {
		match 1u32.checked_shl(org.0 as u32) {
			Some(bit) => Self(bit),
			None => Self(0),
		}
	}

	/// Whether `org` is in the set.
	pub const fn contains(self, org: OrgId) -> bool {
		self.0 & Self::of(org).0 != 0
	}

	/// The set with `org` in it.
	#[must_use]
	pub const fn with(self, org: OrgId) -> Self {
		Self(self.0 | Self::of(org).0)
	}

	/// The set without `org`.
	#[must_use]
	pub const fn without(self, org: OrgId) -> Self {
		Self(self.0 & !Self::of(org).0)
	}

	/// What is in either set.
	#[must_use]
	pub const fn union(self, other: Self) -> Self {
		Self(self.0 | other.0)
	}

	/// What is in both sets.
	#[must_use]
	pub const fn intersection(self, other: Self) -> Self {
		Self(self.0 & other.0)
	}

	/// What is in this set and not in `other`.
	#[must_use]
	pub const fn difference(self, other: Self) -> Self {
		Self(self.0 & !other.0)
	}

	/// Whether every member of `other` is in this set.
	pub const fn is_superset(self, other: Self) -> bool {
		other.0 & !self.0 == 0
	}

	/// Whether the set is empty.
	pub const fn is_empty(self) -> bool {
		self.0 == 0
	}

	/// How many organisations are in the set.
	pub const fn len(self) -> u32 {
		self.0.count_ones()
	}

	/// The organisations in the set, lowest number first.
	pub fn iter(self) -> impl Iterator<Item = OrgId> {
		(0..MAX_ORGS).map(OrgId).filter(move |org| self.contains(*org))
	}
}

impl FromIterator<OrgId> for OrgSet {
	fn from_iter<I: IntoIterator<Item = OrgId>>(orgs: I) -> Self {
		orgs.into_iter().fold(Self::EMPTY, Self::with)
	}
}

/// What an organisation is in the federation.
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
pub enum OrgKind {
	/// Builds, shares and runs stations (3GPP TS 32.130: master or participating operator). Has a council seat.
	Carrier,
	/// Owns sites, masts, power and rooms. Has a council seat.
	TowerCompany,
	/// Runs the neutral validator seats that keep finality when a whole company is gone. Has no council seat.
	Witness,
}

impl OrgKind {
	/// Whether organisations of this kind hold a seat in the council.
	pub const fn has_council_seat(self) -> bool {
		!matches!(self, Self::Witness)
	}
}

/// Where an organisation stands on its way through the federation.
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
pub enum OrgStatus {
	/// Asked to join by the council and not confirmed yet: it may accept, nothing more.
	Invited,
	/// A full member.
	Active,
	/// Its business calls are refused; vote, validators, nodes, reading and exit stay.
	Suspended,
	/// Has declared its exit and still counts as a member until it is completed.
	Leaving,
	/// Was a member. Its number is not given again.
	Left,
}

impl OrgStatus {
	/// Whether the organisation counts as a member: it votes and holds validator seats.
	pub const fn is_member(self) -> bool {
		matches!(self, Self::Active | Self::Suspended | Self::Leaving)
	}

	/// Whether the organisation's business calls are accepted.
	pub const fn does_business(self) -> bool {
		matches!(self, Self::Active | Self::Leaving)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn set_operations_work() {
		let set: OrgSet = [OrgId(0), OrgId(3), OrgId(31)].into_iter().collect();
		assert_eq!(set.len(), 3);
		assert!(set.contains(OrgId(31)) && !set.contains(OrgId(1)));
		assert_eq!(set.iter().collect::<alloc::vec::Vec<_>>(), [OrgId(0), OrgId(3), OrgId(31)]);
		assert!(set.is_superset(OrgSet::of(OrgId(3))));
		assert!(!OrgSet::of(OrgId(3)).is_superset(set));
		assert_eq!(set.without(OrgId(0)).union(OrgSet::of(OrgId(0))), set);
		assert_eq!(set.difference(OrgSet::of(OrgId(3))).len(), 2);
	}

	#[test]
	fn number_past_the_last_bit_is_in_no_set() {
		assert!(OrgSet::of(OrgId(32)).is_empty());
		assert!(!OrgSet(u32::MAX).contains(OrgId(200)));
	}
}
