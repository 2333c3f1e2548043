// SPDX-License-Identifier: Apache-2.0

//! What is kept and told of saving windows.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{traits::ConstU32, BoundedVec};
use trimast_primitives::{
	cells::{CellId, MAX_NEIGHBOURS},
	energy::{
		has_cell, Compensation, FrozenReport, PlanPhase, StationSaving, Waker, MAX_FROZEN, MAX_PARTICIPANTS,
		MAX_PLAN_DAYS, MAX_PLAN_PAGES, MAX_SLEEPING, QUARTERS,
	},
	site::MAX_CELLS,
	BlockNumber, Consents, Hash, LocalNetworkId, Moment, OrgId, OrgSet,
};

/// How often the stations of a page may be held by plans: each station some sixteen times.
pub const MAX_HOLDS: u32 = 1_024;
/// How many of them may be of one company's plans: whatever it plans, it leaves the others as much.
pub const MAX_OWN_HOLDS: u32 = MAX_HOLDS / 2;
/// Most entries of who was woken on a day in a page.
pub const MAX_WAKINGS: u32 = 256;
/// Most windows in which stations of a page have slept that are kept.
pub const MAX_SLEPT: u32 = 256;
/// Most weekdays: each has a baseline of its own.
pub const MAX_WEEKDAYS: u32 = 7;
/// Most cells that cover some of one station: no list has more.
pub const MAX_COVERS: u32 = MAX_CELLS as u32 * MAX_NEIGHBOURS as u32;
/// Most pages of these that are looked at: that of the station, and those around.
pub const MAX_COVERING_PAGES: u32 = super::MAX_PAGES_LOOKED + 1;

/// A plan, as far as it is asked about often. What it says in full stands apart.
#[derive(Encode, Decode, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
	/// Who has proposed it: the owner of its stations.
	pub by: OrgId,
	/// Where they stand.
	pub local_network: LocalNetworkId,
	/// The first day.
	pub first_day: u16,
	/// The last day: an earlier one than planned where it was ended.
	pub last_day: u16,
	/// The quarter of each day in which the window begins.
	pub from: u8,
	/// The quarter before which it ends.
	pub until: u8,
	/// Where it stands.
	pub phase: PlanPhase,
	/// When the chain looks at it next: a quarter of an hour, counted from the beginning of 1970 at UTC+8.
	pub due: u32,
	/// At which of its pages it goes on then.
	pub cursor: u8,
	/// Whether cells are held for it.
	pub holds: bool,
}

/// The first quarter of an hour of a day, counted from the beginning of 1970 at UTC+8.
fn begin_of(day: u16) -> u32 {
	u32::from(day).saturating_mul(QUARTERS.into())
}

impl Window {
	/// When the window of a day begins, in quarters of an hour of all time.
	pub fn begins(&self, day: u16) -> u32 {
		begin_of(day).saturating_add(self.from.into())
	}

	/// The quarter behind the last one of a day.
	pub fn ends(&self, day: u16) -> u32 {
		begin_of(day).saturating_add(self.until.into())
	}

	/// When its first window begins.
	pub fn begin(&self) -> u32 {
		self.begins(self.first_day)
	}

	/// The quarter behind its last window.
	pub fn end(&self) -> u32 {
		self.ends(self.last_day)
	}

	/// Whether a day is one of its days.
	pub fn has_day(&self, day: u16) -> bool {
		(self.first_day..=self.last_day).contains(&day)
	}

	/// Whether one of its windows and the quarters of an hour from one to another, both included, have a moment in common.
	pub fn has_any(&self, first: u32, last: u32) -> bool {
		// A plan has a month of days at most.
		let mut days = (self.first_day..=self.last_day).take(MAX_PLAN_DAYS.into());
		days.any(|day| self.begins(day) <= last && first < self.ends(day))
	}

	/// The half hours of the day that its windows touch: bit 0 is 00:00 to 00:30.
	pub fn half_hours(&self) -> u64 {
		let touched = (self.from..self.until).map(|quarter| quarter / 2);
		touched.fold(0, |all, half| all | 1u64.checked_shl(half.into()).unwrap_or(0))
	}

	/// Whether one of its windows and one of another plan's have a moment in common.
	pub fn meets(&self, other: &Self) -> bool {
		let days = self.first_day <= other.last_day && other.first_day <= self.last_day;
		days && self.from < other.until && other.from < self.until
	}
}

/// Windows in which stations of a page have slept, or stood in for others.
#[derive(Encode, Decode, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SleptWindow {
	/// The first day.
	pub first_day: u16,
	/// The last day.
	pub last_day: u16,
	/// The quarter of each day in which the window begins.
	pub from: u8,
	/// The quarter before which it ends.
	pub until: u8,
	/// Which stations: bit `n` stands for slot `n`.
	pub stations: u64,
}

impl SleptWindow {
	/// Those of a plan.
	pub fn of(window: &Window, stations: u64) -> Self {
		let Window { first_day, last_day, from, until, .. } = *window;
		Self { first_day, last_day, from, until, stations }
	}

	/// One that has all of this and of another, and maybe more.
	#[must_use]
	pub fn with(&self, other: &Self) -> Self {
		Self {
			first_day: self.first_day.min(other.first_day),
			last_day: self.last_day.max(other.last_day),
			from: self.from.min(other.from),
			until: self.until.max(other.until),
			stations: self.stations | other.stations,
		}
	}
}

/// What comes first of what is due of a company.
#[derive(Encode, Decode, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Urgency {
	/// A look at an approved plan: cells that must not sleep are woken by it.
	Look,
	/// What is left of all others.
	Rest,
}

impl Urgency {
	/// All of them, the most urgent first: so they stand in the state, too.
	pub const ALL: [Self; 2] = [Self::Look, Self::Rest];

	/// How urgent it is what is due of a plan in this phase.
	pub const fn of(phase: PlanPhase) -> Self {
		match phase {
			PlanPhase::Approved => Self::Look,
			_ => Self::Rest,
		}
	}
}

/// A page of a plan on the way to its approval.
#[derive(Encode, Decode, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug)]
pub struct PageStanding {
	/// The page.
	pub page: u16,
	/// What was found ([`trimast_primitives::energy::examination_hash`]); none where that has to be done.
	pub examined: Option<Hash>,
	/// When that was.
	pub at: Moment,
	/// Who has to consent for it.
	pub asked: OrgSet,
	/// Whether it was looked at again since everybody has.
	pub is_approved: bool,
}

/// What companies consent to, and who has.
#[derive(Encode, Decode, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct Agreement {
	/// The plan's hash ([`trimast_primitives::energy::plan_hash`]).
	pub plan: Hash,
	/// Consents over [`trimast_primitives::energy::window_subject`]; over nothing until all pages are examined.
	pub consents: Consents,
	/// The pages, in ascending order.
	pub pages: BoundedVec<PageStanding, ConstU32<MAX_PLAN_PAGES>>,
}

impl Agreement {
	/// A page of the plan.
	pub fn page(&self, page: u16) -> Option<&PageStanding> {
		self.pages.iter().find(|of| of.page == page)
	}

	/// The same, to be changed.
	pub fn page_mut(&mut self, page: u16) -> Option<&mut PageStanding> {
		self.pages.iter_mut().find(|of| of.page == page)
	}

	/// Whether every page is examined.
	pub fn is_examined(&self) -> bool {
		self.pages.iter().all(|page| page.examined.is_some())
	}

	/// Whether every page is approved.
	pub fn is_approved(&self) -> bool {
		self.pages.iter().all(|page| page.is_approved)
	}
}

/// Cells and who stands in for each.
pub type Compensations = BoundedVec<Compensation, ConstU32<MAX_SLEEPING>>;
/// Reports that a baseline is read from.
pub type FrozenReports = BoundedVec<FrozenReport, ConstU32<MAX_FROZEN>>;

/// What was found of a page.
#[derive(Encode, Decode, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct Examination {
	/// The block in which it was examined: its event names the reports that are frozen.
	pub block: BlockNumber,
	/// Who stands in for whom, in ascending order of the cells that sleep.
	pub compensations: Compensations,
	/// The reports that the baseline of each weekday is read from, by their hash, from the weekday of the first day on.
	pub frozen: BoundedVec<Hash, ConstU32<MAX_WEEKDAYS>>,
}

/// What a plan holds of a station: bit `n` stands for cell `n`.
#[derive(Encode, Decode, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hold {
	/// The plan.
	pub plan: u32,
	/// Who has proposed it.
	pub by: OrgId,
	/// For which of its pages: what compensates for them may be in another.
	pub of: u16,
	/// The slot of the station.
	pub slot: u8,
	/// Cells that sleep.
	pub sleeping: u32,
	/// Cells that stand in for others.
	pub compensating: u32,
}

impl Hold {
	/// Whether it holds a cell, sleeping or standing in.
	pub fn has(&self, slot: u8, cell: u8) -> bool {
		self.slot == slot && has_cell(self.sleeping | self.compensating, cell)
	}
}

/// A plan, and one of its pages.
pub type PlanPage = (u32, u16);

/// What is noted of stations that cells may have to be woken for. Where there is much to do, it says how far that has come.
#[derive(Encode, Decode, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Noting {
	/// An outage has begun at a station.
	Outage {
		/// The last page of a plan that is done.
		done: Option<PlanPage>,
	},
	/// Stations of a page are not what they were.
	Changed {
		/// Which ones: bit `n` stands for slot `n`.
		slots: u64,
		/// The last page of a plan that is done.
		done: Option<PlanPage>,
		/// The one that is looked at next, where that was looked for.
		next: Option<PlanPage>,
	},
}

/// The cells of a page that cover some of a station with an outage: slot and number of each, and the number of the first that it covers.
pub type Covers = BoundedVec<(u8, u8, u8), ConstU32<MAX_COVERS>>;
/// In which pages a station with an outage has such cells.
pub type CoveringPages = BoundedVec<(LocalNetworkId, u16), ConstU32<MAX_COVERING_PAGES>>;

/// Cells of a station that were woken: bit `n` stands for cell `n`.
#[derive(Encode, Decode, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug)]
pub struct Waking {
	/// The slot of the station.
	pub slot: u8,
	/// Which cells.
	pub cells: u32,
	/// By whom.
	pub by: Waker,
}

/// Parts of what was saved, Wh, in ascending order of participants: below 0 where more was drawn than expected.
pub type SavedShares = BoundedVec<(OrgId, i64), ConstU32<MAX_PARTICIPANTS>>;

/// What stations have saved. `expected` minus `metered` is what the shares add up to.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug, Default,
)]
pub struct Saved {
	/// What they would have drawn in the intervals that are compared, Wh.
	#[codec(compact)]
	pub expected: u64,
	/// What they have drawn in them, Wh.
	#[codec(compact)]
	pub metered: u64,
	/// How many quarters of an hour are compared, of all stations together.
	#[codec(compact)]
	pub compared: u64,
	/// How many are not.
	#[codec(compact)]
	pub left_out: u64,
	/// What of it is whose.
	pub shares: SavedShares,
}

impl Saved {
	/// What was saved, Wh: below 0 where more was drawn.
	pub fn saved(&self) -> i64 {
		self.shares.iter().fold(0, |sum, (_, share)| sum.saturating_add(*share))
	}

	/// What of it is a participant's, Wh.
	pub fn share_of(&self, org: OrgId) -> i64 {
		self.shares.iter().find(|(of, _)| *of == org).map_or(0, |(_, share)| *share)
	}

	/// With what a station has saved. `None` when there are too many participants.
	pub fn with_station(mut self, station: &StationSaving) -> Option<Self> {
		self.expected = self.expected.saturating_add(station.expected);
		self.metered = self.metered.saturating_add(station.metered);
		self.compared = self.compared.saturating_add(station.compared.into());
		self.left_out = self.left_out.saturating_add(station.left_out.into());
		for (org, share) in &station.shares {
			self.add_share(*org, *share)?;
		}
		Some(self)
	}

	/// Both together. `None` when there are too many participants.
	pub fn plus(mut self, other: &Self) -> Option<Self> {
		self.expected = self.expected.saturating_add(other.expected);
		self.metered = self.metered.saturating_add(other.metered);
		self.compared = self.compared.saturating_add(other.compared);
		self.left_out = self.left_out.saturating_add(other.left_out);
		for (org, share) in &other.shares {
			self.add_share(*org, *share)?;
		}
		Some(self)
	}

	/// This without the other, which is a part of it.
	#[must_use]
	pub fn minus(mut self, part: &Self) -> Self {
		self.expected = self.expected.saturating_sub(part.expected);
		self.metered = self.metered.saturating_sub(part.metered);
		self.compared = self.compared.saturating_sub(part.compared);
		self.left_out = self.left_out.saturating_sub(part.left_out);
		for (org, share) in &part.shares {
			if let Some((_, own)) = self.shares.iter_mut().find(|(of, _)| of == org) {
				*own = own.saturating_sub(*share);
			}
		}
		self
	}

	fn add_share(&mut self, org: OrgId, more: i64) -> Option<()> {
		match self.shares.binary_search_by_key(&org, |(of, _)| *of) {
			Ok(place) => {
				let (_, share) = self.shares.get_mut(place)?;
				*share = share.saturating_add(more);
				Some(())
			}
			Err(place) => self.shares.try_insert(place, (org, more)).ok(),
		}
	}
}

/// What the stations of a page have saved on a day.
#[derive(Encode, Decode, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct Proof {
	/// The day.
	pub day: u16,
	/// The reports of the day that it was proven by, by their hash ([`trimast_primitives::energy::frozen_hash`]).
	pub reports: Hash,
	/// How much.
	pub saved: Saved,
}

/// The proofs of a page, in ascending order of their days.
pub type Proofs = BoundedVec<Proof, ConstU32<{ MAX_PLAN_DAYS as u32 }>>;

/// Why a cell cannot sleep.
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
pub enum CellRefusal {
	/// The page has no such station, or it is out of service.
	NoSuchStation,
	/// The station is another company's: its owner puts its cells to sleep.
	NotOwner,
	/// The station has fewer cells.
	NoSuchCell,
	/// Who shares the station has not signed its record: nobody can say who has to consent.
	Unconfirmed,
	/// Its baseline does not allow it to sleep at that time (`esNotAllowedTimePeriod`).
	NotAllowed,
	/// An outage is open at its station.
	Outage,
	/// A change of it is open.
	ChangeOpen,
	/// It, or another cell of its station, sleeps in another plan whose windows overlap: both would have what the station saves.
	Overlaps {
		/// Which one.
		plan: u32,
	},
	/// It stands in for a cell that sleeps in another plan whose windows overlap.
	Compensates {
		/// Which one.
		plan: u32,
	},
	/// It covers, in part or in full, a cell with an open outage, as that one's list says.
	CoversOutage {
		/// Which one.
		cell: CellId,
	},
	/// Its neighbours lie in more pages than one examination may look at, or too many of them, or of the stations that cells of its page
	/// cover, have an outage: plan fewer cells of the page at once, or wait.
	TooManyNeighbours,
	/// No neighbour covers it in full.
	NotCovered,
	/// The cell that covers it is out of service.
	CoverOutOfService {
		/// Which one.
		by: CellId,
	},
	/// The cell that covers it does not serve everybody who shares this one, as far as they have signed that it does.
	CoverNotForAll {
		/// Which one.
		by: CellId,
	},
	/// The cell that covers it is to sleep at that time, in this plan or in another one.
	CoverSleeps {
		/// Which one.
		by: CellId,
	},
	/// The cell that covers it is locked, or about to be.
	CoverLocked {
		/// Which one.
		by: CellId,
	},
	/// An outage is open at the station of the cell that covers it.
	CoverOutage {
		/// Which one.
		by: CellId,
	},
	/// A change of the cell that covers it is open.
	CoverChanges {
		/// Which one.
		by: CellId,
	},
}

impl CellRefusal {
	/// Who wakes the cell where this is found while it sleeps.
	pub const fn waker(self) -> Waker {
		match self {
			Self::Outage | Self::CoverOutage { .. } | Self::CoversOutage { .. } => Waker::Outage,
			Self::ChangeOpen | Self::CoverChanges { .. } => Waker::Change,
			_ => Waker::Inventory,
		}
	}
}

/// Cells that cannot sleep, each by its slot and number, and why.
pub type CellRefusals = BoundedVec<(u8, u8, CellRefusal), ConstU32<MAX_SLEEPING>>;

/// Why a page is not taken.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	PartialEq,
	Eq,
	Debug,
)]
pub enum PageRefusal {
	/// Some of its cells cannot sleep.
	Cells(CellRefusals),
	/// Settings are frozen in the window of a day.
	Frozen {
		/// The first such day.
		day: u16,
	},
	/// The weeks before have too many reports of the window: report more hours at once.
	TooManyReports {
		/// The first day whose baseline would be read from too many.
		day: u16,
	},
	/// Its stations have slept, or stood in for others, on so many days before that too few are left to measure a day against: plan fewer
	/// weeks, other hours, or other stations, or leave weeks out.
	TooFewDays {
		/// The first such day.
		day: u16,
	},
	/// Of no day that a day would be measured against the window is reported, or all of that is contested: report one first, measure
	/// against more weeks, or plan other days. Nothing could ever be proven of that day.
	NothingReported {
		/// The first such day.
		day: u16,
	},
	/// As many plans hold stations of a page as may, or as many of this company's.
	TooManyHolds {
		/// Where it is.
		local_network: LocalNetworkId,
		/// Which one.
		page: u16,
	},
}
