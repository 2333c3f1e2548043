// SPDX-License-Identifier: Apache-2.0

//! What the council may decide, by which majority, after which delay.

use crate::params::Parameters;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::DispatchError;

/// The kind of thing a motion decides. The runtime sorts every call into one kind or none.
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
pub enum Matter {
	/// Catalogue, SLA tables, tariffs, calendars, territory: two thirds, in force after `rules_delay`; if a member
	/// objects meanwhile, after `long_delay`.
	Rules,
	/// Code, members, seats a company, the thresholds themselves: all at once, or two thirds after `long_delay`.
	Constitution,
	/// Who runs the witness, inviting one or replacing its operator: all.
	Witness,
}

/// Why a motion can never take effect, as far as that can be said before anybody has voted.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
pub enum MotionDefect {
	/// The runtime does not know the call.
	UnknownCall,
	/// What it would be refused for whatever the state is by then: that no motion may decide the call, or what is wrong
	/// with the call itself.
	Refused(DispatchError),
	/// It asks for fewer ayes than it needs, or for more than there are.
	Ayes {
		/// The fewest with which it is carried out.
		needed: u32,
		/// How many there are.
		seats: u32,
	},
}

impl Matter {
	/// The fewest of `members` votes with which a motion is carried out, at once or after a delay.
	pub const fn needed(self, members: u32) -> u32 {
		match self {
			Self::Rules | Self::Constitution => members.saturating_mul(2).div_ceil(3),
			Self::Witness => members,
		}
	}

	/// How many seconds after a motion with `ayes` of `members` votes it may be carried out; `None` when the votes
	/// do not suffice. `objected` says whether a member objects.
	pub fn delay(self, ayes: u32, members: u32, objected: bool, parameters: &Parameters) -> Option<u32> {
		let all = members > 0 && ayes >= members;
		let two_thirds = members > 0 && ayes.saturating_mul(3) >= members.saturating_mul(2);
		match self {
			Self::Rules if two_thirds && !objected => Some(parameters.rules_delay),
			Self::Rules if two_thirds => Some(parameters.long_delay.max(parameters.rules_delay)),
			Self::Constitution if all => Some(0),
			Self::Constitution if two_thirds => Some(parameters.long_delay),
			Self::Witness if all => Some(0),
			_ => None,
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn delays_follow_the_table() {
		let p = Parameters { rules_delay: 10, long_delay: 100, ..Parameters::SECONDS };
		assert_eq!(Matter::Rules.delay(2, 3, false, &p), Some(10));
		assert_eq!(Matter::Rules.delay(3, 3, false, &p), Some(10));
		assert_eq!(Matter::Rules.delay(2, 3, true, &p), Some(100));
		assert_eq!(Matter::Rules.delay(1, 3, false, &p), None);
		assert_eq!(Matter::Constitution.delay(3, 3, false, &p), Some(0));
		assert_eq!(Matter::Constitution.delay(2, 3, false, &p), Some(100));
		assert_eq!(Matter::Constitution.delay(1, 3, false, &p), None);
		assert_eq!(Matter::Witness.delay(2, 3, false, &p), None);
		assert_eq!(Matter::Witness.delay(3, 3, false, &p), Some(0));
		assert_eq!(Matter::Constitution.delay(0, 0, false, &p), None);
	}

	#[test]
	fn needed_is_the_fewest_that_have_a_delay() {
		for matter in [Matter::Rules, Matter::Constitution, Matter::Witness] {
			for members in 1..=32 {
				let suffices =
					|ayes: &u32| matter.delay(*ayes, members, false, &Parameters::SECONDS).is_some();
				let fewest = (1..=members).find(suffices);
				assert_eq!(Some(matter.needed(members)), fewest, "{matter:?} of {members}");
			}
		}
	}
}
