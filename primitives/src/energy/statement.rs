// SPDX-License-Identifier: Apache-2.0

//! Monthly statements: what a carrier owes the owner of stations for their energy, line by line.

use super::{EmissionFactor, Sums};
use crate::{Hash, LocalNetworkId, OrgId};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Most lines of a statement: the local networks of a province.
pub const MAX_LINES: u32 = 32;
/// For how many times the days of a review a month is reported and corrected after its end: whoever reports begins a review anew, and there
/// would be no end to that.
pub const REVIEWS: u16 = 3;

/// A line: one local network.
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
pub struct Line {
	/// Where the stations stand.
	pub local_network: LocalNetworkId,
	/// What the payer has of it: its share of the energy, what its networks have carried, and what it owes.
	pub share: Sums,
	/// What all participants have together.
	pub whole: Sums,
	/// What a kilowatt-hour of the month emits: by the version of its last day.
	pub factor: EmissionFactor,
	/// What the payer has saved there in saving windows of the owner's stations, Wh, as far as it is proven: below 0 where more was drawn
	/// than expected.
	pub saved: i64,
	/// The same of all participants together.
	pub saved_by_all: i64,
}

impl Line {
	/// What the payer's share of the energy has emitted, 10⁻⁷ kg CO₂.
	pub fn emitted(&self) -> u64 {
		self.factor.emitted(self.share.energy)
	}

	/// What was not emitted for what the payer has saved, 10⁻⁷ kg CO₂: below 0 where more was.
	pub fn avoided(&self) -> i64 {
		self.factor.avoided(self.saved)
	}
}

/// What both sides sign: one line of the statement of a month, of what `payer` owes `owner`.
pub fn statement_digest(genesis: Hash, month: u16, owner: OrgId, payer: OrgId, line: &Line) -> Hash {
	(b"trimast/energy", genesis, month, owner, payer, line).using_encoded(sp_io::hashing::blake2_256).into()
}
