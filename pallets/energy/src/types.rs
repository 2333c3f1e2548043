// SPDX-License-Identifier: Apache-2.0

//! What the pallet keeps and tells.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{traits::ConstU32, BoundedVec};
use trimast_primitives::{
	energy::{Line, MeterBreak, Record, ReportDefect, Span, SumsOf, QUARTERS},
	page::PAGE_SLOTS,
	BlockNumber, Hash, LocalNetworkId, Moment, OrgId, OrgSet,
};

/// Most reports of a company, a page and a day: one a quarter of an hour.
pub const MAX_REPORTS: u32 = QUARTERS as u32;
/// Most runs of readings that do not count in a report: each reading on its own.
pub const MAX_RECORDS: u32 = PAGE_SLOTS * QUARTERS as u32;
/// Most versions that are kept of a tariff, a sharing rule, a factor or the tolerance: older ones give way once nothing is accounted by
/// them.
pub const MAX_VERSIONS: u32 = 16;
/// What a meter may show above the rated power, in thousandths of it, where nobody has said anything else.
pub const USUAL_TOLERANCE: u16 = 100;
/// The highest tolerance: meters show twice the rated power.
pub const MAX_TOLERANCE: u16 = 1_000;
/// Most reports that a call attests.
pub const MAX_ATTESTED: u32 = 256;
/// Most lines that a call signs: the local networks of a province.
pub const MAX_SIGNED: u32 = 32;

/// Which report.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct ReportId {
	/// The day, counted from 1970-01-01 at UTC+8.
	pub day: u16,
	/// Where its stations stand.
	pub local_network: LocalNetworkId,
	/// Their page.
	pub page: u16,
	/// Whose stations they are.
	pub owner: OrgId,
	/// The quarter of an hour in which its first interval begins.
	pub first: u8,
}

/// What a report comes to.
#[derive(Encode, Decode, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct Standing {
	/// How many of its readings count.
	#[codec(compact)]
	pub counted: u32,
	/// The sums of participants.
	pub sums: SumsOf,
}

impl Standing {
	/// The energy of all participants, Wh.
	pub fn energy(&self) -> u64 {
		self.sums.iter().fold(0, |all, (_, sums)| all.saturating_add(sums.energy))
	}
}

/// A report as the chain keeps it: what it says is in its block, and at its owner.
#[derive(Encode, Decode, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct Entry {
	/// When.
	pub span: Span,
	/// Its number: 0 for what was reported first, greater ones for corrections.
	pub number: u16,
	/// Which stations of the page.
	pub stations: u64,
	/// Its digest ([`trimast_primitives::energy::report_digest`]).
	pub digest: Hash,
	/// The block that has brought it: there is what it says.
	pub block: BlockNumber,
	/// What stands of it.
	pub standing: Standing,
	/// Who has a say in it beside the owner.
	pub concerned: OrgSet,
	/// Who has seen the same.
	pub attested: OrgSet,
	/// Who has contested it, now or before: each company once.
	pub contested: OrgSet,
	/// Who has seen something else.
	pub dispute: Option<Dispute>,
	/// How a dispute about it has ended.
	pub settlement: Option<Settlement>,
}

/// A report that somebody contests. While it lasts the lower of both values stands, reading by reading.
#[derive(Encode, Decode, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct Dispute {
	/// Who contests it.
	pub by: OrgId,
	/// The digest of what it has seen, as a report of the owner's would have it.
	pub digest: Hash,
	/// The block that has brought that.
	pub block: BlockNumber,
	/// What the owner's report comes to.
	pub reported: Standing,
	/// What the other one comes to.
	pub seen: Standing,
	/// Until when the others may rule. Behind that the owner's report stands, and counts as disputed.
	pub until: Moment,
}

/// What a company's stations of a local network come to in a month.
#[derive(Encode, Decode, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug, Default)]
pub struct Total {
	/// The sums of participants.
	pub sums: SumsOf,
	/// How many readings count.
	#[codec(compact)]
	pub counted: u64,
	/// How many reports are contested now.
	#[codec(compact)]
	pub contested: u32,
	/// Whether a statement with it is final: nothing of it changes any more.
	pub is_closed: bool,
	/// The day on which the last report or correction of it was accepted, or its owner has taken last what another has seen: from then
	/// on all companies look at it anew.
	pub last_report: u16,
}

/// What became of a report.
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
pub enum Outcome {
	/// It is the first one of its span.
	Accepted,
	/// It supersedes what stood there.
	Corrected,
	/// It supersedes what stood there under a greater number, and lacked stations of it: that was no correction of it.
	Completed,
	/// It stands there already.
	Repeated,
	/// What stands there has the same number or a greater one: a correction has a greater one.
	Superseded,
	/// It lacks stations of what stands there, of those that are the owner's and in service: bit `n` stands for slot `n`. A correction
	/// is the whole report anew.
	StationsMissing(u64),
	/// A correction has the span of what it corrects, and another report its own time.
	Overlapping,
	/// The day has as many reports of the page as it may: report more hours at once.
	TooMany,
	/// The page has no station.
	NoSuchPage,
	/// None of its stations is in service and the reporter's.
	NoneOwned,
	/// Of its stations that are in service and the reporter's none has a record that all who share it have signed.
	Unconfirmed,
	/// Its last interval is not over by the chain's clock.
	TooEarly,
	/// Its day is forgotten.
	TooLate,
	/// Statements of its month are final.
	MonthClosed,
	/// Its month has been over for too many days of review: nothing of it is reported or corrected any more.
	Reviewed,
	/// It was ruled on: it stays as it is.
	Ruled,
	/// It cannot be read.
	Unreadable(Unreadable),
}

/// Why a report cannot be read.
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
pub enum Unreadable {
	/// The span is empty, goes beyond its day, or begins within an interval.
	Span,
	/// It has no station.
	NoStation,
	/// It has no network, one twice, or not in ascending order.
	Networks,
	/// The columns are longer or shorter than what they should hold, a width is not 1 to 4, a column is wider than its values
	/// need, or something was carried in an interval without a reading.
	Columns,
	/// Its stations, or those of the local network, have more participants than sums are kept of.
	Participants,
}

impl From<ReportDefect> for Outcome {
	fn from(defect: ReportDefect) -> Self {
		Self::Unreadable(match defect {
			ReportDefect::Span => Unreadable::Span,
			ReportDefect::NoStation => Unreadable::NoStation,
			ReportDefect::Networks => Unreadable::Networks,
			ReportDefect::Columns => Unreadable::Columns,
			ReportDefect::Participants => Unreadable::Participants,
		})
	}
}

/// Why a report is not attested.
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
pub enum AttestRefusal {
	/// There is no such report, or it is forgotten.
	NoSuchReport,
	/// What stands has another digest: contest it, or look whether it was corrected.
	OtherDigest,
	/// No station of the report names this company as sharer or tower company; or it is the owner's own.
	NotConcerned,
	/// It was attested already.
	AlreadyGiven,
	/// This company contests it: who has seen the same after all withdraws that first.
	Contested,
}

/// The readings of a report that do not count.
pub type Records = BoundedVec<Record, ConstU32<MAX_RECORDS>>;
/// Meters that do not go on from their last report, by slot.
pub type Breaks = BoundedVec<(u8, MeterBreak), ConstU32<PAGE_SLOTS>>;

/// How a dispute has ended.
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
pub enum Settlement {
	/// Who contested takes it back: the owner's report stands.
	Withdrawn,
	/// The owner takes what the other has seen.
	Conceded,
	/// A correction has taken the place of what was contested.
	Corrected,
	/// A company that is not party to it has ruled for the owner.
	RuledForOwner,
	/// A company that is not party to it has ruled for the other.
	RuledForOther,
	/// Nobody has ruled in time: the owner's report stands.
	Lapsed,
}

impl Settlement {
	/// Whether what stands can be corrected no more.
	pub const fn is_ruling(self) -> bool {
		matches!(self, Self::RuledForOwner | Self::RuledForOther)
	}
}

/// Limits and terms that the council governs. They hold at once: nothing that decides what a reading counts as is one of them.
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
pub struct Settings {
	/// Counts the changes.
	pub version: u32,
	/// How many days reports are kept, this one among them.
	pub days: u16,
	/// How many reports of a page a day may have: each takes some hundred bytes of every node's state.
	pub reports: u8,
	/// How long the others may rule on what is contested, seconds.
	pub ruling: u32,
	/// How many days after the end of a month, and after the last report or correction of it, its lines may be signed at the earliest:
	/// so long all companies look at what they rest on, and contest it. Without any of them that has no term.
	pub review: u8,
}

impl Default for Settings {
	fn default() -> Self {
		Self { version: 0, days: 100, reports: 4, ruling: 7 * 86_400, review: 10 }
	}
}

impl Settings {
	/// Whether a day can be reported, reports are kept from one month into the next, rulings have time, and a line may be signed within
	/// two months.
	pub const fn is_valid(&self) -> bool {
		self.days >= 62
			&& self.days <= 400
			&& self.reports >= 1
			&& self.reports <= QUARTERS
			&& self.ruling >= 1
			&& self.ruling <= 31_536_000
			&& self.review <= 60
	}
}

/// What both sides say of a line of a statement.
#[derive(Encode, Decode, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug)]
pub struct Signatures {
	/// The line that they speak of.
	pub line: Line,
	/// Who has signed it.
	pub signed: OrgSet,
	/// Who disputes it.
	pub disputed: OrgSet,
}

impl Signatures {
	/// Whether both sides have signed: it does not change any more.
	pub const fn is_final(&self) -> bool {
		self.signed.len() == 2
	}
}
