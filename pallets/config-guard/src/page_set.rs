// SPDX-License-Identifier: Apache-2.0

//! A set of pages of one local network: a bit for each.
//!
//! Page 0 is the lowest bit of the first byte. The last byte is never 0, so equal sets are equal bytes.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use trimast_primitives::page::{MAX_BUCKETS, MAX_OVERFLOW};

/// Most pages of a local network.
pub const MAX_PAGES: u32 = MAX_BUCKETS as u32 * MAX_OVERFLOW as u32;

/// Pages of one local network.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug, Default,
)]
pub struct PageSet(BoundedVec<u8, ConstU32<{ MAX_PAGES.div_ceil(8) }>>);

impl PageSet {
	/// The first `count` pages.
	pub fn first(count: u16) -> Self {
		let mut bytes = alloc::vec![u8::MAX; usize::from(count / 8)];
		if let Some(rest) = bit(count).checked_sub(1).filter(|rest| *rest > 0) {
			bytes.push(rest);
		}
		Self(BoundedVec::truncate_from(bytes))
	}

	/// Whether it has no page.
	pub fn is_empty(&self) -> bool {
		self.0.is_empty()
	}

	/// How many pages it has.
	pub fn len(&self) -> u32 {
		self.0.iter().fold(0, |sum, byte| sum.saturating_add(byte.count_ones()))
	}

	/// Whether a page is in it.
	pub fn contains(&self, page: u16) -> bool {
		self.byte(usize::from(page / 8)) & bit(page) != 0
	}

	/// Its pages in ascending order.
	pub fn iter(&self) -> impl Iterator<Item = u16> + '_ {
		let pages_of = |(place, byte): (u16, u8)| {
			let first = place.saturating_mul(8);
			(0..8u16).filter(move |n| byte & bit(*n) != 0).map(move |n| first.saturating_add(n))
		};
		(0u16..).zip(self.0.iter().copied()).filter(|(_, byte)| *byte != 0).flat_map(pages_of)
	}

	/// Puts a page in. A number that no page can have is left out.
	pub fn insert(&mut self, page: u16) {
		let place = usize::from(page / 8);
		while self.0.len() <= place {
			if self.0.try_push(0).is_err() {
				return self.trim();
			}
		}
		if let Some(byte) = self.0.get_mut(place) {
			*byte |= bit(page);
		}
	}

	/// Takes a page out. Says whether it was in.
	pub fn remove(&mut self, page: u16) -> bool {
		let was_in = self.contains(page);
		if let Some(byte) = self.0.get_mut(usize::from(page / 8)) {
			*byte &= !bit(page);
		}
		self.trim();
		was_in
	}

	/// What is in either set.
	#[must_use]
	pub fn union(&self, other: &Self) -> Self {
		self.with(other, |a, b| a | b)
	}

	/// What is in both sets.
	#[must_use]
	pub fn intersection(&self, other: &Self) -> Self {
		self.with(other, |a, b| a & b)
	}

	/// What is in this set and not in the other.
	#[must_use]
	pub fn difference(&self, other: &Self) -> Self {
		self.with(other, |a, b| a & !b)
	}

	fn with(&self, other: &Self, both: impl Fn(u8, u8) -> u8) -> Self {
		let places = 0..self.0.len().max(other.0.len());
		let bytes = places.map(|place| both(self.byte(place), other.byte(place))).collect();
		let mut set = Self(BoundedVec::truncate_from(bytes));
		set.trim();
		set
	}

	fn byte(&self, place: usize) -> u8 {
		self.0.get(place).copied().unwrap_or(0)
	}

	fn trim(&mut self) {
		let used = self.0.iter().rposition(|byte| *byte != 0).map_or(0, |last| last.saturating_add(1));
		self.0.truncate(used);
	}
}

impl FromIterator<u16> for PageSet {
	fn from_iter<I: IntoIterator<Item = u16>>(pages: I) -> Self {
		let mut set = Self::default();
		pages.into_iter().for_each(|page| set.insert(page));
		set
	}
}

fn bit(page: u16) -> u8 {
	1u8.checked_shl(u32::from(page % 8)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::{collection::btree_set, prelude::*};
	use std::collections::BTreeSet;

	#[test]
	fn first_pages_are_those_below_the_count() {
		for count in [0u16, 1, 7, 8, 9, 200, 16_384] {
			assert!(PageSet::first(count).iter().eq(0..count), "{count}");
			assert_eq!(PageSet::first(count), (0..count).collect());
		}
	}

	#[test]
	fn number_that_no_page_can_have_is_left_out() {
		let mut set = PageSet::first(3);
		set.insert(u16::MAX);
		assert_eq!(set, PageSet::first(3));
	}

	proptest! {
		#[test]
		fn it_is_a_set(a in btree_set(0u16..99, 0..20), b in btree_set(0u16..99, 0..20), out in btree_set(0u16..99, 0..20)) {
			let of = |pages: &BTreeSet<u16>| pages.iter().copied().collect::<PageSet>();
			let plain = |set: &PageSet| set.iter().collect::<BTreeSet<u16>>();
			prop_assert_eq!(plain(&of(&a)), a.clone());
			prop_assert_eq!(of(&a).len() as usize, a.len());
			prop_assert!((0..120).all(|page| of(&a).contains(page) == a.contains(&page)));
			prop_assert_eq!(of(&a).union(&of(&b)), of(&a.union(&b).copied().collect()));
			prop_assert_eq!(of(&a).intersection(&of(&b)), of(&a.intersection(&b).copied().collect()));
			prop_assert_eq!(of(&a).difference(&of(&b)), of(&a.difference(&b).copied().collect()));
			let mut less = of(&a);
			for page in &out {
				prop_assert_eq!(less.remove(*page), a.contains(page));
			}
			prop_assert_eq!(less, of(&a.difference(&out).copied().collect()));
		}
	}
}
