// SPDX-License-Identifier: Apache-2.0

//! What the pallet stores, beyond the types that every part of Trimast shares.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use trimast_primitives::{
	order::{Facts, OutageLevel, Ruling, Total, Words, MAX_FACTS, MAX_TOTALS},
	org::MAX_ORGS,
	Hash, Moment, OrgId, OrgSet,
};

/// A body that was asked for and not shown.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct Demanded {
	/// Number of the fact.
	pub fact: u8,
	/// Who waits for it. Nobody where all who have asked say that they have it.
	pub by: OrgSet,
	/// Who has asked, each once.
	pub asked: OrgSet,
	/// The last moment for it: the term after the last one has asked.
	pub until: Moment,
}

impl Demanded {
	/// Whether somebody waits.
	pub const fn is_open(&self) -> bool {
		!self.by.is_empty()
	}
}

/// The facts of an order, and what is asked about them.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug, Default,
)]
pub struct EvidenceOf {
	/// The facts by number.
	pub facts: Facts,
	/// What is asked for, once for each fact.
	pub demands: BoundedVec<Demanded, ConstU32<{ MAX_FACTS as u32 }>>,
}

impl EvidenceOf {
	/// When the first body is due that somebody waits for.
	pub fn first_due(&self) -> Option<Moment> {
		self.demands.iter().filter(|asked| asked.is_open()).map(|asked| asked.until).min()
	}
}

/// All charges of an order, companies first.
pub type Charges = BoundedVec<Total, ConstU32<MAX_TOTALS>>;

/// A verdict as it is kept: the whole follows from the order's record.
#[derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct Judgement {
	/// When it was given, or given anew.
	pub at: Moment,
	/// Digest of the whole verdict.
	pub digest: Hash,
	/// Its sums.
	pub charges: Charges,
	/// What was ruled.
	pub ruling: Option<Ruling>,
	/// Whether there was an appeal on which nobody has ruled in time.
	pub is_disputed: bool,
}

/// How a company would rule.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct Said {
	/// The company.
	pub by: OrgId,
	/// What it says.
	pub ruling: Ruling,
	/// Whose sums that changes: they do not count for it.
	pub affected: OrgSet,
}

/// An appeal.
#[derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct Appeal {
	/// Who has made it.
	pub by: OrgId,
	/// When.
	pub at: Moment,
	/// Why.
	pub reason: Words,
	/// Who has had the time to appeal, by now.
	pub heard: OrgSet,
	/// What each company would rule that has said so.
	pub said: BoundedVec<Said, ConstU32<{ MAX_ORGS as u32 }>>,
	/// Whether it was ruled on.
	pub is_decided: bool,
}

/// Outages of a local network.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct NetworkOutages {
	/// Stations that are down.
	pub stations: u32,
	/// Whether that is a large-area outage.
	pub is_large: bool,
	/// Counties in which there is one.
	pub large_counties: u8,
	/// How grave it is together.
	pub level: OutageLevel,
}

impl Default for NetworkOutages {
	fn default() -> Self {
		Self { stations: 0, is_large: false, large_counties: 0, level: OutageLevel::Blue }
	}
}

/// Outages of a county.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug, Default,
)]
pub struct CountyOutages {
	/// Stations that are down.
	pub stations: u32,
	/// Whether that is a large-area outage.
	pub is_large: bool,
}

/// The outages of a station.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug, Default,
)]
pub struct StationOutages {
	/// Who has a fault open there: one each.
	pub raisers: OrgSet,
	/// Of these, whose others have to mind.
	pub minded: OrgSet,
	/// Faults by which it is down.
	pub down: u32,
	/// The county in which it is counted while it is down.
	pub county: u8,
}

/// What companies say of a company's scores of a month.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct Statement {
	/// Digest of the scores.
	pub digest: Hash,
	/// Who has signed it.
	pub signed: OrgSet,
	/// Who disputes it.
	pub disputed: OrgSet,
}

/// The ring of a company's settled orders.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug, Default,
)]
pub struct Ring {
	/// Place of the oldest.
	pub first: u32,
	/// Place of the next.
	pub next: u32,
}

/// What falls due for an order.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum Deadline {
	/// The handler has not answered in time.
	Response,
	/// Time is running out.
	Jeopardy,
	/// Service was not restored in time.
	Restoration,
}
