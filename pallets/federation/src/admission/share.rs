// SPDX-License-Identifier: Apache-2.0

//! A fair share of every block.
//!
//! Each member has a reserve in every block, `block_reserve` thousandths of what transactions may use of its
//! weight and of its length; with many members less, since all reserves together are never more than half of it.
//! What a member has not used of its reserve is kept free for it; all else goes to
//! whoever asks, so a company alone may use everything but the others' reserves. Operational calls count like
//! normal ones: who votes and who works draws on one share.

use crate::{BlockUse, Config, Members, Pallet, ParametersInForce, RecentUse};
use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{dispatch::DispatchClass, traits::Get, weights::Weight};
use scale_info::TypeInfo;
use sp_runtime::{
	traits::SaturatedConversion, transaction_validity::InvalidTransaction, BoundedVec, Perbill,
};
use trimast_primitives::{OrgId, OrgSet};

/// Thousandths of a block that all reserves together may be.
const ALL_RESERVES: u32 = 500;

/// A whole block, in the unit of recent use.
const MILLION: u64 = 1_000_000;

/// What one organisation has used of a block.
#[derive(Encode, Decode, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug)]
pub struct OrgUse {
	/// The organisation.
	pub org: OrgId,
	/// Weight: as announced, less what was not used in the end.
	pub weight: Weight,
	/// Bytes.
	pub length: u32,
}

/// Weight and length together.
#[derive(Clone, Copy, Default)]
struct Room {
	weight: Weight,
	length: u32,
}

impl Room {
	/// What all transactions together may use of a block.
	fn of_block<T: Config>() -> Self {
		let weights = T::BlockWeights::get();
		let weight = weights.get(DispatchClass::Normal).max_total.unwrap_or(weights.max_block);
		Self { weight, length: *T::BlockLength::get().max.get(DispatchClass::Normal) }
	}

	fn part(self, part: Perbill) -> Self {
		let weight = Weight::from_parts(
			part.mul_floor(self.weight.ref_time()),
			part.mul_floor(self.weight.proof_size()),
		);
		Self { weight, length: part.mul_floor(self.length) }
	}

	fn plus(self, other: Self) -> Self {
		Self {
			weight: self.weight.saturating_add(other.weight),
			length: self.length.saturating_add(other.length),
		}
	}

	fn less(self, other: Self) -> Self {
		Self {
			weight: self.weight.saturating_sub(other.weight),
			length: self.length.saturating_sub(other.length),
		}
	}

	fn fits(self, limit: Self) -> bool {
		self.weight.all_lte(limit.weight) && self.length <= limit.length
	}

	/// Millionths of `limit`, of weight (in time) or of length, whichever is more.
	fn millionths(self, limit: Self) -> u32 {
		let share = |used: u64, limit: u64| {
			used.saturating_mul(MILLION).checked_div(limit).unwrap_or_default().saturated_into::<u32>()
		};
		share(self.weight.ref_time(), limit.weight.ref_time())
			.max(share(self.length.into(), limit.length.into()))
	}
}

impl From<&OrgUse> for Room {
	fn from(used: &OrgUse) -> Self {
		Self { weight: used.weight, length: used.length }
	}
}

/// How a block is shared out among the members.
struct Shares {
	limit: Room,
	/// Of each member.
	reserve: Room,
	members: OrgSet,
}

impl Shares {
	fn in_force<T: Config>() -> Self {
		let limit = Room::of_block::<T>();
		let members = Members::<T>::get();
		let most = ALL_RESERVES.checked_div(members.len()).unwrap_or(ALL_RESERVES);
		let thousandths = ParametersInForce::<T>::get().block_reserve.min(most);
		let reserve = limit.part(Perbill::from_rational(thousandths, 1_000));
		Self { limit, reserve, members }
	}

	/// Whether there is room for `org` to ask for so much, after what each has used.
	fn have_room(&self, org: OrgId, asked: Room, uses: &[OrgUse]) -> bool {
		let used_by = |org| uses.iter().find(|entry| entry.org == org).map(Room::from).unwrap_or_default();
		let used = uses.iter().map(Room::from).fold(asked, Room::plus);
		let kept = self.members.without(org).iter().map(|other| self.reserve.less(used_by(other)));
		kept.fold(used, Room::plus).fits(self.limit)
	}
}

impl<T: Config> Pallet<T> {
	/// Whether an empty block has room for so much by `org`. What has not would stand in the pool for ever, in the way
	/// of all that comes after it.
	pub(crate) fn fits_a_block(org: OrgId, weight: Weight, length: u32) -> bool {
		Shares::in_force::<T>().have_room(org, Room { weight, length }, &[])
	}

	/// Books weight and length for `org` in this block. Fails when it would take what is kept for other
	/// members.
	pub(crate) fn book(org: OrgId, weight: Weight, length: u32) -> Result<(), InvalidTransaction> {
		let shares = Shares::in_force::<T>();
		let asked = Room { weight, length };
		BlockUse::<T>::mutate(|uses| {
			if !shares.have_room(org, asked, uses) {
				return Err(InvalidTransaction::ExhaustsResources);
			}
			let used_by =
				|org| uses.iter().find(|entry| entry.org == org).map(Room::from).unwrap_or_default();
			let sum = used_by(org).plus(asked);
			let entry = OrgUse { org, weight: sum.weight, length: sum.length };
			match uses.iter_mut().find(|entry| entry.org == org) {
				Some(place) => {
					*place = entry;
					Ok(())
				}
				// There is a place for every organisation.
				None => uses.try_push(entry).map_err(|_| InvalidTransaction::ExhaustsResources),
			}
		})
	}

	/// Gives weight back that was booked for `org` and not used.
	pub(crate) fn refund(org: OrgId, unspent: Weight) {
		if unspent == Weight::zero() {
			return;
		}
		BlockUse::<T>::mutate(|uses| {
			if let Some(entry) = uses.iter_mut().find(|entry| entry.org == org) {
				entry.weight = entry.weight.saturating_sub(unspent);
			}
		});
	}

	/// What `org` has used of late, in millionths of a block, up to sixteen blocks' worth.
	pub(crate) fn recent_use(org: OrgId) -> u32 {
		RecentUse::<T>::get().iter().find(|(other, _)| *other == org).map_or(0, |(_, recent)| *recent)
	}

	/// Folds the use of the block into the recent use, of which a sixteenth fades with every block.
	pub(crate) fn fold_block_use() {
		let uses = BlockUse::<T>::take();
		let before = RecentUse::<T>::get();
		if uses.is_empty() && before.is_empty() {
			return;
		}
		let limit = Room::of_block::<T>();
		let mut after = BoundedVec::new();
		for org in (0..trimast_primitives::org::MAX_ORGS).map(OrgId) {
			let faded = before
				.iter()
				.find(|(other, _)| *other == org)
				.map_or(0, |(_, recent)| recent.saturating_sub((recent / 16).max(1)));
			let used = uses
				.iter()
				.find(|entry| entry.org == org)
				.map_or(0, |entry| Room::from(entry).millionths(limit));
			let recent = faded.saturating_add(used);
			if recent > 0 {
				// There is a place for every organisation.
				let _ = after.try_push((org, recent));
			}
		}
		RecentUse::<T>::put(after);
	}
}
