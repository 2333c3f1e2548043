// SPDX-License-Identifier: Apache-2.0

//! Lists by place: a page's by slot, a local network's by page. Where nothing was put yet, and behind the end, stands the
//! default.

use frame_support::{defensive, traits::Get, BoundedVec};

/// Puts a value at its place in a list that grows up to there.
pub(crate) fn put<V: Clone + Default, S: Get<u32>>(list: &mut BoundedVec<V, S>, place: usize, value: V) {
	if list.len() <= place {
		list.bounded_resize(place.saturating_add(1), V::default());
	}
	match list.get_mut(place) {
		Some(at) => *at = value,
		None => {
			defensive!("a place is below the bound of its list");
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use frame_support::traits::ConstU32;

	#[test]
	fn put_works() {
		let mut list = BoundedVec::<u8, ConstU32<4>>::new();
		for (place, value, whole) in
			[(1, 7, &[0, 7][..]), (0, 5, &[5, 7]), (3, 9, &[5, 7, 0, 9]), (1, 0, &[5, 0, 0, 9])]
		{
			put(&mut list, place, value);
			assert_eq!(list.as_slice(), whole);
		}
	}
}
