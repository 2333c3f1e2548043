// SPDX-License-Identifier: Apache-2.0

//! Who has how much of a list that is full: no company keeps another out by filling it.

use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::{traits::Get, BoundedVec};
use trimast_primitives::OrgId;

/// The places of each company in a list.
pub(super) struct Shares(BTreeMap<OrgId, Vec<usize>>);

impl Shares {
	/// Those of a list as it is.
	pub(super) fn of(owners: impl Iterator<Item = OrgId>) -> Self {
		let mut places: BTreeMap<OrgId, Vec<usize>> = BTreeMap::new();
		owners.enumerate().for_each(|(place, org)| places.entry(org).or_default().push(place));
		Self(places)
	}

	/// Takes an entry of `org` into a list of `most` at most. When it is full, the company with most entries gives its last one up
	/// for it, unless `org` had as many then. Returns what is not in the list, the entry itself or another one.
	pub(super) fn take<E, S: Get<u32>>(
		&mut self,
		list: &mut BoundedVec<E, S>,
		most: usize,
		org: OrgId,
		entry: E,
	) -> Option<E> {
		let place = list.len();
		if place < most && list.len() < BoundedVec::<E, S>::bound() {
			// There is room.
			let _ = list.try_push(entry);
			self.0.entry(org).or_default().push(place);
			return None;
		}
		let own = self.0.get(&org).map_or(0, Vec::len);
		let greatest = self.0.values_mut().max_by_key(|places| places.len());
		let given = greatest.filter(|places| places.len() > own.saturating_add(1)).and_then(Vec::pop);
		let Some((place, old)) = given.and_then(|place| Some((place, list.get_mut(place)?))) else {
			return Some(entry);
		};
		self.0.entry(org).or_default().push(place);
		Some(core::mem::replace(old, entry))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use frame_support::traits::ConstU32;

	/// What is in a list of four after these entries have come.
	fn kept(entries: &[u8]) -> Vec<u8> {
		let mut list = BoundedVec::<u8, ConstU32<8>>::new();
		let mut left = Vec::new();
		for entry in entries {
			let mut shares = Shares::of(list.iter().copied().map(OrgId));
			left.extend(shares.take(&mut list, 4, OrgId(*entry), *entry));
		}
		assert_eq!(list.len() + left.len(), entries.len());
		list.sort();
		list.into_inner()
	}

	#[test]
	fn a_list_with_room_takes_all() {
		assert_eq!(kept(&[1, 1, 2]), [1, 1, 2]);
		assert_eq!(kept(&[1, 1, 1, 1, 1]), [1, 1, 1, 1]);
	}

	#[test]
	fn who_has_most_gives_way_to_who_has_less() {
		assert_eq!(kept(&[1, 1, 1, 1, 2]), [1, 1, 1, 2]);
		assert_eq!(kept(&[1, 1, 1, 1, 2, 2, 2, 2]), [1, 1, 2, 2]);
		assert_eq!(kept(&[1, 1, 1, 1, 1, 1, 2, 3, 1, 3]), [1, 1, 2, 3]);
		assert_eq!(kept(&[1, 2, 3, 4, 5, 5]), [1, 2, 3, 4]);
	}
}
