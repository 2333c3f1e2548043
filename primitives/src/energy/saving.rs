// SPDX-License-Identifier: Apache-2.0

//! Saving windows: what is planned, what would have been drawn without it, and what was saved (docs/decisions/0024).
//!
//! ```text
//!   weeks before   E V     E V     E V          of the same quarter of the day and the same weekday, where it counts
//!                    \      |      /
//!   the day          expected - metered = saved     for each interval that lies in the window as a whole
//!                                           |
//!                                    by participant, as the interval's energy is shared out
//! ```
//!
//! An interval is left out, and so nothing is said of it, when it was not read, when its reading does not count, when none of
//! the weeks before has one of the same length that counts, and when a part of it lies outside of the window. Where traffic counts a
//! reading of which a participant's volume was not measured is none, on the day and in the weeks before.
//!
//! No more is expected of an interval than a reading of it may have.
//!
//! A day on which a station has slept already, or has stood in for one that did, is none of the days before ([`SavingPlan::past_days`]).

use super::{account::Account, share::split_in_turn, Interval, Report, ReportDefect, Rules, Span, QUARTERS};
use crate::{
	cells::CellId,
	page::PAGE_SLOTS,
	site::{Plmn, StationEntry, MAX_CELLS},
	Hash, LocalNetworkId, OrgId,
};
use alloc::{collections::BTreeSet, vec, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{traits::ConstU32, BoundedVec};

/// Most pages of a plan.
pub const MAX_PLAN_PAGES: u32 = 16;
/// Most days of a plan.
pub const MAX_PLAN_DAYS: u8 = 31;
/// Most weeks that a baseline is read from.
pub const MAX_WEEKS: u8 = 4;
/// The most that traffic counts, in thousandths: energy goes up and down as traffic does.
pub const MAX_ELASTICITY: u16 = 1_000;

/// Days of a week.
const WEEK: u16 = 7;
/// What an elasticity of 1 is.
const ONE: i128 = 1_000;

/// How cells save energy.
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
pub enum SavingMethod {
	/// A carrier is shut down: the cell is off the air.
	Carrier,
	/// Some of its transmit channels are.
	Channel,
	/// Its power amplifier is off in symbols that carry nothing.
	Symbol,
	/// The radio unit sleeps but for what wakes it.
	DeepSleep,
}

/// What savings are measured against.
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
pub struct BaselineMethod {
	/// From how many weeks before the plan's first day it is read, 1 to [`MAX_WEEKS`]. Those on whose day of the same weekday something
	/// has slept that it measures are passed over.
	pub weeks: u8,
	/// By how much traffic counts, in thousandths, at most [`MAX_ELASTICITY`]: 200 where a tenth more of it takes a fiftieth
	/// more of energy.
	pub elasticity: u16,
}

/// The cells of one page.
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
pub struct PageCells {
	/// The page of its local network.
	pub page: u16,
	/// Slots of stations, each once, in ascending order, and which cells of each: bit `n` stands for cell `n`.
	pub stations: BoundedVec<(u8, u32), ConstU32<PAGE_SLOTS>>,
}

/// Which cells are to sleep, when, how, and what the saving is measured against.
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
pub struct SavingPlan {
	/// Where the cells are.
	pub local_network: LocalNetworkId,
	/// The cells, page by page, each page once, in ascending order.
	pub pages: BoundedVec<PageCells, ConstU32<MAX_PLAN_PAGES>>,
	/// The first day, counted from 1970-01-01 at UTC+8.
	pub first_day: u16,
	/// How many days, 1 to [`MAX_PLAN_DAYS`].
	pub days: u8,
	/// The quarter of each day in which the window begins, 0 to 95.
	pub from: u8,
	/// The quarter before which it ends, 1 to 96. A night is two plans: a window lies within its day, as reports do.
	pub until: u8,
	/// How they save.
	pub method: SavingMethod,
	/// What is measured against.
	pub baseline: BaselineMethod,
}

/// What is wrong with a plan, whatever the network is.
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
pub enum SavingDefect {
	/// It has no page.
	NoPage,
	/// A page stands twice, or pages are not in ascending order.
	Pages,
	/// A page has no station, one twice, one in a slot that no page has, or not in ascending order.
	Stations,
	/// A station has no cell, or one that no station has ([`MAX_CELLS`]).
	Cells,
	/// It has no day, more than [`MAX_PLAN_DAYS`], or one that has no number.
	Days,
	/// The window is empty or ends after its day.
	Quarters,
	/// The baseline has no week, or more than [`MAX_WEEKS`].
	Weeks,
	/// Traffic counts by more than [`MAX_ELASTICITY`].
	Elasticity,
}

fn ensure(is_so: bool, defect: SavingDefect) -> Result<(), SavingDefect> {
	if is_so {
		Ok(())
	} else {
		Err(defect)
	}
}

impl BaselineMethod {
	/// Whether it is one that can be.
	///
	/// # Errors
	/// What is wrong with it.
	pub fn check(&self) -> Result<(), SavingDefect> {
		ensure((1..=MAX_WEEKS).contains(&self.weeks), SavingDefect::Weeks)?;
		ensure(self.elasticity <= MAX_ELASTICITY, SavingDefect::Elasticity)
	}
}

impl PageCells {
	/// Whether it names cells that can be.
	///
	/// # Errors
	/// What is wrong with it.
	pub fn check(&self) -> Result<(), SavingDefect> {
		let are_slots = self.stations.iter().all(|(slot, _)| u32::from(*slot) < PAGE_SLOTS);
		let is_ordered = self.stations.is_sorted_by(|a, b| a.0 < b.0);
		ensure(!self.stations.is_empty() && are_slots && is_ordered, SavingDefect::Stations)?;
		let are_cells = |cells: u32| cells != 0 && cells.checked_shr(MAX_CELLS.into()) == Some(0);
		ensure(self.stations.iter().all(|(_, cells)| are_cells(*cells)), SavingDefect::Cells)
	}

	fn has(&self, slot: u8) -> bool {
		self.stations.iter().any(|(of, _)| *of == slot)
	}

	/// The stations as a report names them: bit `n` stands for slot `n`.
	pub fn mask(&self) -> u64 {
		let bits = self.stations.iter().filter_map(|(slot, _)| 1u64.checked_shl((*slot).into()));
		bits.fold(0, |mask, bit| mask | bit)
	}

	/// The cells one by one: slot and number.
	pub fn cells(&self) -> impl Iterator<Item = (u8, u8)> + '_ {
		let of = |(slot, cells): &(u8, u32)| {
			let (slot, cells) = (*slot, *cells);
			(0..MAX_CELLS).filter(move |cell| has_cell(cells, *cell)).map(move |cell| (slot, cell))
		};
		self.stations.iter().flat_map(of)
	}

	/// How many cells there are.
	pub fn len(&self) -> u32 {
		self.stations.iter().fold(0, |sum, (_, cells)| sum.saturating_add(cells.count_ones()))
	}

	/// Whether there is none.
	pub fn is_empty(&self) -> bool {
		self.len() == 0
	}
}

/// Whether a cell is one of these: bit `n` stands for cell `n`.
pub fn has_cell(cells: u32, cell: u8) -> bool {
	1u32.checked_shl(cell.into()).is_some_and(|bit| cells & bit != 0)
}

impl SavingPlan {
	/// Whether it is one that can be, whatever the network is.
	///
	/// # Errors
	/// What is wrong with it.
	pub fn check(&self) -> Result<(), SavingDefect> {
		ensure(!self.pages.is_empty(), SavingDefect::NoPage)?;
		ensure(self.pages.is_sorted_by(|a, b| a.page < b.page), SavingDefect::Pages)?;
		self.pages.iter().try_for_each(PageCells::check)?;
		let are_days = self.days <= MAX_PLAN_DAYS && self.last_day().is_some();
		ensure(are_days, SavingDefect::Days)?;
		ensure(self.from < self.until && self.until <= QUARTERS, SavingDefect::Quarters)?;
		self.baseline.check()
	}

	/// Its last day. `None` where it has none, or where the day has no number.
	pub fn last_day(&self) -> Option<u16> {
		self.first_day.checked_add(u16::from(self.days).checked_sub(1)?)
	}

	/// Whether a day is one of its days.
	pub fn has_day(&self, day: u16) -> bool {
		day.checked_sub(self.first_day).is_some_and(|passed| passed < u16::from(self.days))
	}

	/// The days that the baseline of one of its days is read from, the latest first: the last of the same weekday before the plan's first
	/// day, so that no day of the plan is measured against another, that have not `slept`; none before `first`. They are as many as the
	/// baseline has weeks, or fewer where there are no more. None where it is no day of the plan.
	///
	/// What has slept says nothing of what would be drawn otherwise: that would be measured against itself.
	pub fn past_days(&self, day: u16, first: u16, slept: impl Fn(u16) -> bool) -> Vec<u16> {
		let passed = day.checked_sub(self.first_day).filter(|_| self.has_day(day));
		let Some(of_plan) = passed.map(|passed| passed / WEEK) else { return Vec::new() };
		let before = |back: u16| day.checked_sub(back.saturating_add(of_plan).saturating_mul(WEEK));
		let days = (1..=u16::MAX).map_while(before).take_while(|past| *past >= first);
		days.filter(|past| !slept(*past)).take(self.baseline.weeks.into()).collect()
	}

	/// Whether the baseline of one of its days may be read from another day: one of the same weekday before the plan's first day.
	pub fn is_past_day(&self, day: u16, past: u16) -> bool {
		let passed = day.checked_sub(past).filter(|_| self.has_day(day) && past < self.first_day);
		passed.is_some_and(|days| days.is_multiple_of(WEEK))
	}

	/// How many weekdays it has: each is measured against days of its own.
	pub fn weekdays(&self) -> u16 {
		u16::from(self.days).min(WEEK)
	}

	/// Which weekday one of its days is, counted from that of the first one.
	pub fn weekday(&self, day: u16) -> Option<u16> {
		day.checked_sub(self.first_day).filter(|_| self.has_day(day)).map(|passed| passed % WEEK)
	}

	/// The window of a day.
	pub fn window(&self, day: u16) -> Span {
		let count = self.until.saturating_sub(self.from);
		Span { day, first: self.from, interval: Interval::Quarter, count }
	}

	/// Its cells of a page.
	pub fn cells_of(&self, page: u16) -> Option<&PageCells> {
		let place = self.pages.binary_search_by_key(&page, |cells| cells.page).ok()?;
		self.pages.get(place)
	}

	/// Whether it puts a cell to sleep.
	pub fn puts_to_sleep(&self, cell: CellId) -> bool {
		let place = cell.site.page().zip(u8::try_from(cell.site.slot()).ok());
		let Some((page, slot)) = place.filter(|_| cell.site.local_network == self.local_network) else {
			return false;
		};
		let mut stations = self.cells_of(page).into_iter().flat_map(|cells| &cells.stations);
		stations.any(|(of, cells)| *of == slot && has_cell(*cells, cell.cell))
	}

	/// Whether an interval that begins in a quarter of the day lies in the window as a whole.
	fn has_interval(&self, quarter: u8, interval: Interval) -> bool {
		self.from <= quarter && quarter.saturating_add(interval.quarters()) <= self.until
	}
}

/// The hash by which a plan is known: over all of it, bound to this chain, its number and who has proposed it.
pub fn plan_hash(genesis: Hash, number: u32, by: OrgId, plan: &SavingPlan) -> Hash {
	(b"trimast/saving", genesis, number, by, plan).using_encoded(sp_io::hashing::blake2_256).into()
}

/// What a station would have drawn in an interval in which it has carried `volume_now` Mbit, Wh, by the energies, Wh, and
/// volumes, Mbit, of the same interval in weeks before.
///
/// With `n` weeks, energies `E`, volumes `V` and elasticity `k` this is `(ΣE / n) · (1 + k · (n · volume_now - ΣV) / ΣV)`,
/// rounded down once, in the end, and not below 0; without the second factor where `ΣV` is 0. `None` where there is no week,
/// and where it is more than [`u32::MAX`]: of such an interval nothing can be said.
///
/// ```
/// use trimast_primitives::energy::{expected, BaselineMethod};
///
/// // 450 Wh at 2,000 Mbit. Twice as much, which counts by a half: half as much again.
/// let method = BaselineMethod { weeks: 2, elasticity: 500 };
/// assert_eq!(expected(&method, &[(400, 1_000), (500, 3_000)], 4_000), Some(675));
/// ```
pub fn expected(method: &BaselineMethod, past: &[(u32, u32)], volume_now: u32) -> Option<u32> {
	let weeks = i128::try_from(past.len()).ok()?;
	let energy = past.iter().fold(0i128, |sum, (energy, _)| sum.saturating_add(i128::from(*energy)));
	let volume = past.iter().fold(0i128, |sum, (_, volume)| sum.saturating_add(i128::from(*volume)));
	let (above, below) = if volume == 0 {
		(energy, weeks)
	} else {
		let more = weeks.checked_mul(i128::from(volume_now))?.checked_sub(volume)?;
		let by_traffic = more.checked_mul(i128::from(method.elasticity))?;
		let factor = volume.checked_mul(ONE)?.checked_add(by_traffic)?;
		(energy.checked_mul(factor)?, weeks.checked_mul(ONE)?.checked_mul(volume)?)
	};
	// Not below 0, so that the division rounds down. Without a week it is by 0.
	u32::try_from(above.max(0).checked_div(below)?).ok()
}

/// A report, and what it is read by: as [`super::account()`] takes them.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
	/// The report.
	pub report: &'a Report,
	/// The stations of its page, by slot.
	pub stations: &'a [StationEntry],
	/// Who holds which network.
	pub holders: &'a [(Plmn, OrgId)],
	/// The rules of its day.
	pub rules: &'a Rules,
}

/// Why nothing is proven by reports.
#[derive(Encode, Decode, TypeInfo, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProofDefect {
	/// The plan has no such page.
	NoSuchPage,
	/// The plan has no such day.
	NoSuchDay,
	/// A report is of another page.
	Page,
	/// A report of the day is of another one, one before the plan is of none that the day is measured against
	/// ([`SavingPlan::is_past_day`]), or these are of more days than the baseline has weeks.
	Day,
	/// Two reports have a reading in common.
	Overlap,
	/// A report cannot be read.
	Report(ReportDefect),
}

impl From<ReportDefect> for ProofDefect {
	fn from(defect: ReportDefect) -> Self {
		Self::Report(defect)
	}
}

/// What a station has saved in the window of one day.
#[derive(Encode, Decode, DecodeWithMemTracking, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct StationSaving {
	/// Its slot in the page.
	pub slot: u8,
	/// What it would have drawn in the intervals that are compared, Wh: of each no more than a reading may have.
	pub expected: u64,
	/// What it has drawn in them, Wh.
	pub metered: u64,
	/// How many quarters of an hour of the window are compared. Intervals may be longer.
	pub compared: u8,
	/// How many quarters of an hour of the window are not.
	pub left_out: u8,
	/// Expected minus metered, Wh: below 0 where it has drawn more.
	pub saved: i64,
	/// What of it is whose, in ascending order of participants: of each interval by what the interval's energy is shared out
	/// by, and with the same one first. They add up to `saved`.
	pub shares: Vec<(OrgId, i64)>,
}

impl StationSaving {
	fn nothing(slot: u8, quarters: u8) -> Self {
		Self { slot, expected: 0, metered: 0, compared: 0, left_out: quarters, saved: 0, shares: Vec::new() }
	}

	fn add(&mut self, reading: &Counted<'_>, expected: u32) {
		let metered = reading.energy;
		let expected = expected.min(reading.station.most_of_reading());
		let signed = |amount: u32| {
			let amount = i64::from(amount);
			if expected < metered {
				amount.saturating_neg()
			} else {
				amount
			}
		};
		let quarters = reading.place.interval.quarters();
		self.expected = self.expected.saturating_add(expected.into());
		self.metered = self.metered.saturating_add(metered.into());
		self.compared = self.compared.saturating_add(quarters);
		self.left_out = self.left_out.saturating_sub(quarters);
		let saved = expected.abs_diff(metered);
		self.saved = self.saved.saturating_add(signed(saved));
		let mut shares = vec![0; reading.station.participants.len()];
		split_in_turn(saved, reading.station.weights_of(reading.volumes), reading.turn, &mut shares);
		for (org, share) in reading.station.participants.iter().zip(shares) {
			self.add_share(*org, signed(share));
		}
	}

	fn add_share(&mut self, org: OrgId, more: i64) {
		match self.shares.binary_search_by_key(&org, |(of, _)| *of) {
			Ok(at) => {
				if let Some((_, share)) = self.shares.get_mut(at) {
					*share = share.saturating_add(more);
				}
			}
			Err(at) => self.shares.insert(at, (org, more)),
		}
	}
}

/// Which interval of which station of the page, on whatever day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
	slot: u8,
	quarter: u8,
	interval: Interval,
}

/// A reading that counts.
struct Counted<'a> {
	place: Place,
	/// Whose turn it is to go first where fractions are equal.
	turn: usize,
	station: &'a Account,
	energy: u32,
	/// What each participant has carried.
	volumes: &'a [u32],
}

impl Counted<'_> {
	fn volume(&self) -> u32 {
		self.volumes.iter().fold(0, |sum, volume| sum.saturating_add(*volume))
	}
}

impl Source<'_> {
	/// Gives every reading that counts, of the plan's stations in the page and in the plan's window.
	fn each(
		&self,
		owner: OrgId,
		plan: &SavingPlan,
		cells: &PageCells,
		mut take: impl FnMut(Counted<'_>),
	) -> Result<(), ReportDefect> {
		let columns = self.report.columns()?;
		let interval = self.report.span.interval;
		for (slot, _, at) in columns.stations().filter(|(slot, _, _)| cells.has(*slot)) {
			let entry = self.stations.get(usize::from(slot));
			let account = Account::new(owner, entry, self.report, self.holders, self.rules);
			// Not a station whose energy is accounted at all
			let Ok(station) = account else { continue };
			let mut volumes = vec![0; station.participants.len()];
			for (n, reading) in (0u8..).zip(columns.readings(at)) {
				let quarter = self.report.span.quarter(n);
				let is_known = plan.baseline.elasticity == 0 || station.knows_volumes(&reading);
				if !is_known || !plan.has_interval(quarter, interval) {
					continue;
				}
				if let Ok(energy) = station.check(&reading, &mut volumes) {
					let place = Place { slot, quarter, interval };
					let turn = self.report.span.turn(n);
					take(Counted { place, turn, station: &station, energy, volumes: &volumes });
				}
			}
		}
		Ok(())
	}
}

/// Energies and volumes of the weeks before, in the order of their places.
struct Past {
	places: Vec<Place>,
	values: Vec<(u32, u32)>,
}

impl Past {
	fn new(mut readings: Vec<(Place, (u32, u32))>) -> Self {
		readings.sort_unstable();
		let (places, values): (Vec<_>, Vec<_>) = readings.into_iter().unzip();
		Self { places, values }
	}

	/// Those of one place, one for each week that has one.
	fn of(&self, place: Place) -> &[(u32, u32)] {
		let from = self.places.partition_point(|of| *of < place);
		let until = self.places.partition_point(|of| *of <= place);
		self.values.get(from..until).unwrap_or_default()
	}
}

/// Whether reports are all of one page and of such days, and none of them has a reading of another.
fn check_sources(page: u16, is_day: impl Fn(u16) -> bool, sources: &[Source<'_>]) -> Result<(), ProofDefect> {
	for (n, source) in sources.iter().enumerate() {
		let report = source.report;
		if report.page != page {
			return Err(ProofDefect::Page);
		}
		if !is_day(report.span.day) {
			return Err(ProofDefect::Day);
		}
		let overlaps = |other: &Source<'_>| {
			other.report.stations & report.stations != 0 && other.report.span.overlaps(&report.span)
		};
		if sources.iter().take(n).any(overlaps) {
			return Err(ProofDefect::Overlap);
		}
	}
	Ok(())
}

/// What `owner`'s stations of a page have saved on a day of a plan: of each station that the plan names, in the plan's order.
/// One that is not in the reports, is not the owner's or is out of service has nothing that is compared.
///
/// `today` are the reports of the day, `past` those of [`SavingPlan::past_days`]: which these are, who calls this knows by what was frozen.
/// It has made sure that they are all that there are, and the ones that were frozen: what is not brought is left out. Their order decides
/// nothing.
///
/// # Errors
/// What is wrong with the reports, or that the plan has no such page or day.
pub fn prove(
	owner: OrgId,
	plan: &SavingPlan,
	page: u16,
	day: u16,
	today: &[Source<'_>],
	past: &[Source<'_>],
) -> Result<Vec<StationSaving>, ProofDefect> {
	let cells = plan.pages.iter().find(|cells| cells.page == page).ok_or(ProofDefect::NoSuchPage)?;
	if !plan.has_day(day) {
		return Err(ProofDefect::NoSuchDay);
	}
	check_sources(page, |of| of == day, today)?;
	check_sources(page, |of| plan.is_past_day(day, of), past)?;
	let days: BTreeSet<u16> = past.iter().map(|source| source.report.span.day).collect();
	if days.len() > usize::from(plan.baseline.weeks) {
		return Err(ProofDefect::Day);
	}
	let mut readings = Vec::new();
	for source in past {
		source.each(owner, plan, cells, |reading| {
			readings.push((reading.place, (reading.energy, reading.volume())));
		})?;
	}
	let past = Past::new(readings);
	let quarters = plan.until.saturating_sub(plan.from);
	let nothing = |(slot, _): &(u8, u32)| StationSaving::nothing(*slot, quarters);
	let mut savings: Vec<StationSaving> = cells.stations.iter().map(nothing).collect();
	for source in today {
		source.each(owner, plan, cells, |reading| {
			let expected = expected(&plan.baseline, past.of(reading.place), reading.volume());
			let station = savings.iter_mut().find(|of| of.slot == reading.place.slot);
			if let Some((station, expected)) = station.zip(expected) {
				station.add(&reading, expected);
			}
		})?;
	}
	Ok(savings)
}
