// SPDX-License-Identifier: Apache-2.0

//! What is agreed on of a saving window: who stands in for whom, and which reports its baseline is read from.

use crate::{cells::CellId, BlockNumber, Hash, OrgId};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Most cells of one page that a plan puts to sleep.
pub const MAX_SLEEPING: u32 = 192;
/// Most reports of one page that the baseline of one weekday is read from.
pub const MAX_PAST_REPORTS: u32 = 128;
/// Most of all weekdays.
pub const MAX_FROZEN: u32 = 7 * MAX_PAST_REPORTS;

/// Where a plan stands.
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
pub enum PlanPhase {
	/// Its pages are examined, and consents gathered.
	Proposed,
	/// Everybody has agreed: its cells are kept from changes, and its pages are looked at once more.
	Agreed,
	/// Its cells sleep in its windows.
	Approved,
	/// Its last window is over, or it was ended. What it has saved may be proven.
	Over,
	/// It was taken back before its first window.
	Withdrawn,
	/// Its first window came before everybody had agreed and all was looked at.
	Lapsed,
	/// A company that was asked did not want it.
	Refused,
}

impl PlanPhase {
	/// Whether cells are kept from changes for it.
	pub const fn is_binding(self) -> bool {
		matches!(self, Self::Agreed | Self::Approved)
	}
}

/// Who wakes a sleeping cell.
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
pub enum Waker {
	/// A company that shares it.
	Org(OrgId),
	/// The chain: an outage is open at its station, at the one of the cell that compensates, or at one of which it covers a cell.
	Outage,
	/// The chain: a change of it, or of the cell that compensates, is open.
	Change,
	/// The chain: settings are frozen on that day.
	Freeze,
	/// The chain: by inventory and baseline the cell that compensates does not stand in for it any more, or the cell is another's.
	Inventory,
}

/// The states of a cell in a saving window (TS 28.310). A cell that is in neither is `notEnergySaving`.
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
pub enum SavingState {
	/// It sleeps.
	EnergySaving,
	/// It is awake and stands in for one that sleeps.
	CompensatingForEnergySaving,
}

/// A cell that sleeps, and the one that stands in for it.
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
pub struct Compensation {
	/// The slot of the station in its page.
	pub slot: u8,
	/// The cell.
	pub cell: u8,
	/// Which cell compensates.
	pub by: CellId,
}

/// A report that a baseline is read from, as it stood when its page was examined.
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
pub struct FrozenReport {
	/// The day, counted from 1970-01-01 at UTC+8.
	pub day: u16,
	/// The quarter of an hour in which its first interval begins.
	pub first: u8,
	/// Its digest ([`super::report_digest`]).
	pub digest: Hash,
	/// The block that has brought it: there is what it says. It follows from the digest, and no hash is over it.
	pub block: BlockNumber,
}

/// Limits and terms of plans, which the council governs.
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
pub struct WindowRules {
	/// Counts the changes.
	pub version: u32,
	/// How long what was found of a page is worth something, seconds.
	pub examination: u32,
	/// How many days ahead the first day of a plan may be.
	pub ahead: u16,
	/// How many plans a company may have in one local network whose windows are not over.
	pub plans: u16,
}

impl Default for WindowRules {
	fn default() -> Self {
		Self { version: 0, examination: 86_400, ahead: 62, plans: 64 }
	}
}

impl WindowRules {
	/// Whether there is time to agree on a plan that was examined, and no plan holds cells for longer than a year.
	pub const fn is_valid(&self) -> bool {
		self.examination >= 60
			&& self.examination <= 30 * 86_400
			&& self.ahead >= 1
			&& self.ahead <= 366
			&& self.plans >= 1
			&& self.plans <= 256
	}
}

/// What a proof of one weekday is bound to: which reports its baseline is read from, in ascending order of their time.
pub fn frozen_hash(reports: &[FrozenReport]) -> Hash {
	let what: Vec<_> = reports.iter().map(|report| (report.day, report.first, report.digest)).collect();
	(b"trimast/frozen", what).using_encoded(sp_io::hashing::blake2_256).into()
}

/// What is agreed on of a page: who stands in for whom, and the [`frozen_hash`] of each weekday, that of the first day first.
pub fn examination_hash(page: u16, compensations: &[Compensation], frozen: &[Hash]) -> Hash {
	(b"trimast/examined", page, compensations, frozen).using_encoded(sp_io::hashing::blake2_256).into()
}

/// What companies consent to: a plan by its [`super::plan_hash`], and each of its pages by its [`examination_hash`].
pub fn window_subject(plan: Hash, pages: &[(u16, Hash)]) -> Hash {
	(b"trimast/window", plan, pages).using_encoded(sp_io::hashing::blake2_256).into()
}
