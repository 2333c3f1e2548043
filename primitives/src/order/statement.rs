// SPDX-License-Identifier: Apache-2.0

//! Monthly statements: what a company answers for, and how it kept its terms.

use crate::{plan::SlaClass, Hash, OrgId, ProvinceId};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// What is counted together, of a company and a month.
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
	Debug,
)]
pub struct ScoreKey {
	/// Where the orders were.
	pub province: ProvinceId,
	/// Class of their service level.
	pub class: SlaClass,
}

/// The sums. Times are ms: nothing is rounded before it is shown.
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
	Default,
)]
pub struct Score {
	/// Orders of others that it has handled to the end: faults that are judged, jobs that were done, in part or not at all.
	pub handled: u32,
	/// Of these, answered too late.
	pub late: u32,
	/// Of these, restored too late.
	pub breached: u32,
	/// Outages that it answers for, in part or whole.
	pub charged: u32,
	/// How long it answers for.
	pub time: u64,
	/// How much of that rests on one party's word.
	pub on_one_word: u64,
	/// How much lies behind the restoration deadline and does not rest on one party's word.
	pub penalty: u64,
	/// The same of what does. It is no penalty.
	pub penalty_on_one_word: u64,
}

impl Score {
	/// Both together.
	#[must_use]
	pub const fn plus(self, other: Self) -> Self {
		Self {
			handled: self.handled.saturating_add(other.handled),
			late: self.late.saturating_add(other.late),
			breached: self.breached.saturating_add(other.breached),
			charged: self.charged.saturating_add(other.charged),
			time: self.time.saturating_add(other.time),
			on_one_word: self.on_one_word.saturating_add(other.on_one_word),
			penalty: self.penalty.saturating_add(other.penalty),
			penalty_on_one_word: self.penalty_on_one_word.saturating_add(other.penalty_on_one_word),
		}
	}
}

/// What companies sign: the scores of a company in a month, ascending by key.
pub fn statement_digest(genesis: Hash, month: u16, org: OrgId, scores: &[(ScoreKey, Score)]) -> Hash {
	(b"trimast/statement", genesis, month, org, scores).using_encoded(sp_io::hashing::blake2_256).into()
}
