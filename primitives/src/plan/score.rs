// SPDX-License-Identifier: Apache-2.0

//! What a plan is worth.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// The objective, in the order in which it counts: of two plans that with the lesser score is better. Equal scores are no
/// matter of the score; where plans compete, the one that came first wins.
///
/// Nothing overflows: 5,000 jobs lose 2^16 * 2^32 each at most, below 2^61 in all.
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
pub struct Score {
	/// Weighted service lost: weight times ticks, of all jobs of the round. On Earth 60,000 are a weighted minute.
	pub lost: u64,
	/// Resources that have a route.
	pub resources: u16,
	/// Travel of all routes, the ways home of crews included; ticks.
	pub travel: u64,
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn service_counts_before_resources_and_resources_before_travel() {
		let score = |lost, resources, travel| Score { lost, resources, travel };
		let ordered = [score(0, 9, 9), score(1, 0, 9), score(1, 1, 0), score(1, 1, 1)];
		assert!(ordered.is_sorted_by(|a, b| a < b));
	}
}
