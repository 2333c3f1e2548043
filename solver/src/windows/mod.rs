// SPDX-License-Identifier: Apache-2.0
//! Saving windows from recorded traffic: which cells may sleep in which hours, as plans for others to agree to, and what that
//! would have saved in the recorded time.
//!
//! # Terminology
//!
//! Plan, method, baseline and saving are those of [`trimast_primitives::energy`]. A cell *covers* another where the other's relation
//! to it says `isESCoveredBy` FULL (TS 28.541). *Weekdays* ([`Weekdays`]) are days that are looked at together. A *quarter* is a
//! quarter of an hour.
//!
//! # What it guarantees
//!
//! * **Coverage**: a cell sleeps only where a cell of the local network covers it in full, carries each of its networks and has
//!   readings. PARTIAL is not enough. No cell that covers another is in any window while the other one is in any: who
//!   compensates is awake.
//! * **Guard margins**: in each quarter of a window, on each recorded day of its weekdays, each of these covering cells would have
//!   had room for what it carries and for all that may fall to it: together at most what the cell has carried in its own busiest
//!   quarter, less [`Guard::share`] thousandths of that. So many quarters before and behind the window ([`Guard::quarters`]) were
//!   as quiet, and each was read on at least [`Guard::days`] days.
//! * **Measured once**: two windows of cells of one station do not overlap: the chain measures what a station saves in one plan at a
//!   time.
//! * **Allowed**: no window touches a half hour of a cell's `esNotAllowedTimePeriod`.
//! * **As the chain computes**: plans pass [`SavingPlan::check`]. What would have been saved is computed by
//!   [`trimast_primitives::energy::prove`], from reports as they were recorded.
//! * **Not measured against itself**: a day on which a station of a page has slept already, or stood in for another, at the hours of a window
//!   ([`Slept`]) is none of the days before, and nothing is said of it itself. Earlier ones take its place as far as the chain keeps reports
//!   ([`SavingPlan::past_days`]); where it would refuse a plan of a day, since too few are left, nothing is said of that day.
//! * **Deterministic**: whole numbers alone; the order of what it is given decides nothing.
//!
//! # What is estimated
//!
//! * **Traffic of a cell.** Collectors report volumes by station and network (TS 28.552 has them by cell; the chain does not). What
//!   a network has carried is taken to be spread alike over those cells of the station whose `plmnInfoList` has it, over all where
//!   none has; and an hour's volume alike over its quarters. Each part is rounded up where it is traffic, and down where it is the
//!   busiest quarter.
//! * **Energy of a sleeping cell.** Days that are looked at have no sleeping cell in them. A station's energy, at most what its rated power
//!   gives in that time, is taken to fall to its cells by their `configuredMaxTxPower`, alike where one has none; and a cell that
//!   sleeps to save [`Settings::saves`] thousandths of its part. Rated power is the inventory's: 3.5 to 3.8 kW of a 5G station,
//!   1.3 kW of a 4G one (DOMAIN, section 5). The thousandths are an assumption of who plans: public claims contradict each
//!   other, and the proof takes its place. All else in the table is measured.
//!
//! # How it flows
//!
//! ```text
//!   reports  -> traffic -+
//!                        +-> sleepers -> hours -> windows -> plans
//!   stations ------------+                          |
//!                                    reports -> replay: expected, metered, estimated, saved
//! ```
//!
//! Sleepers are chosen so that none could be added; those with the fewest others that exclude them come first, and the lower number.
//! Windows are taken one by one, that one first which saves most.

mod hours;
mod plans;
mod replay;
mod sleepers;
#[cfg(test)]
mod tests;
mod traffic;

pub use plans::pages;

use std::{collections::BTreeMap, fmt, sync::Arc};
use trimast_primitives::{
	cells::CellId,
	energy::{
		BaselineMethod, PageCells, Report, Rules, SavingDefect, SavingMethod, SavingPlan, Source, QUARTERS,
	},
	interlock::Cover,
	page::SiteId,
	site::{Plmn, StationEntry, MAX_CELLS},
	OrgId, OrgSet,
};

/// Most thousandths of anything.
const WHOLE: u16 = 1_000;
/// Quarters of a day.
const DAY: usize = QUARTERS as usize;

/// A cell, as inventory and baseline have it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CellFacts {
	/// The networks that it carries (`plmnInfoList`); the station's where the baseline has none.
	pub networks: Vec<Plmn>,
	/// The most that it transmits (`configuredMaxTxPower`), mW; 0 where the baseline has none.
	pub power_mw: u32,
	/// In which half hours it may not sleep (`esNotAllowedTimePeriod`): bit 0 is 00:00 to 00:30.
	pub not_allowed: u64,
	/// Which cells cover it, and how far (`isESCoveredBy`).
	pub covered_by: Vec<(CellId, Cover)>,
}

/// Windows in which a station has slept, or stood in for another one, by plans that are approved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slept {
	/// The first day.
	pub first_day: u16,
	/// The last day.
	pub last_day: u16,
	/// The quarter of each day in which they begin.
	pub from: u8,
	/// The quarter before which they end.
	pub until: u8,
}

/// A station in service, as inventory and baseline have it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StationFacts {
	/// Which.
	pub site: SiteId,
	/// Whose it is.
	pub owner: OrgId,
	/// Who shares it.
	pub sharers: OrgSet,
	/// Its rated power, W.
	pub rated_power_w: u16,
	/// Its cells, by their numbers.
	pub cells: Vec<CellFacts>,
	/// When it has slept, or stood in, as far as the chain knows.
	pub slept: Vec<Slept>,
}

/// A report that stands, with what it is read by.
#[derive(Clone, Debug)]
pub struct Recorded {
	/// Whose stations it is about.
	pub owner: OrgId,
	/// The report.
	pub report: Report,
	/// The stations of its page, by slot.
	pub stations: Arc<Vec<StationEntry>>,
	/// Who holds which network.
	pub holders: Vec<(Plmn, OrgId)>,
	/// The rules of its day.
	pub rules: Arc<Rules>,
}

impl Recorded {
	fn source<'a>(&'a self, report: &'a Report) -> Source<'a> {
		Source { report, stations: &self.stations, holders: &self.holders, rules: &self.rules }
	}
}

/// Days that are looked at together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Weekdays {
	/// Every day.
	All,
	/// Monday to Friday.
	Workdays,
	/// Saturday and Sunday.
	Weekend,
}

impl Weekdays {
	/// Whether a day, counted from 1970-01-01, is one of them.
	///
	/// ```
	/// use trimast_solver::windows::Weekdays;
	///
	/// // 1970-01-01 was a Thursday.
	/// assert!(Weekdays::Workdays.has(0) && Weekdays::Workdays.has(1));
	/// assert!(Weekdays::Weekend.has(2) && Weekdays::Weekend.has(3) && !Weekdays::Weekend.has(4));
	/// assert!(Weekdays::All.has(2));
	/// ```
	pub const fn has(self, day: u16) -> bool {
		// From Monday on.
		let is_weekend = (day % 7 + 3) % 7 >= 5;
		match self {
			Self::All => true,
			Self::Workdays => !is_weekend,
			Self::Weekend => is_weekend,
		}
	}

	/// What they are called.
	pub const fn name(self) -> &'static str {
		match self {
			Self::All => "every day",
			Self::Workdays => "workdays",
			Self::Weekend => "weekends",
		}
	}
}

/// What stays free, so that a night that is busier than those recorded is none too many.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Guard {
	/// Of the traffic of its busiest quarter, what a covering cell keeps free, thousandths.
	pub share: u16,
	/// How many quarters before and behind a window have to be as quiet. Before midnight comes the evening of the same weekdays.
	pub quarters: u8,
	/// On how many days each quarter has to have been read, of those that are looked at together.
	pub days: u8,
}

impl Guard {
	/// Half of the busiest quarter, a quarter of an hour on both sides, and two days.
	pub const USUAL: Self = Self { share: 500, quarters: 1, days: 2 };
}

/// For when, and how.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settings {
	/// Who proposes: the chain takes plans of one's own stations. Those of others may cover them.
	pub owner: OrgId,
	/// The first day of the plans, counted from 1970-01-01 at UTC+8.
	pub first_day: u16,
	/// How many days.
	pub days: u16,
	/// How cells save.
	pub method: SavingMethod,
	/// What savings are measured against.
	pub baseline: BaselineMethod,
	/// What stays free.
	pub guard: Guard,
	/// Whether workdays and weekends have windows of their own.
	pub is_apart: bool,
	/// The shortest window, quarters.
	pub least: u8,
	/// Most windows of workdays, of weekends, or of every day.
	pub windows: u8,
	/// What a sleeping cell is assumed to save, thousandths of its part of the station's energy. For the table alone.
	pub saves: u16,
	/// For how many days the chain keeps reports: none that is older is in a baseline.
	pub kept: u16,
}

impl Settings {
	/// Plans of the weeks from a day on: cells that are off the air, against the four weeks before, with traffic counted by a
	/// fifth; workdays and weekends apart, two windows each, of an hour at least; reports are kept for two months.
	pub const fn from_day(owner: OrgId, first_day: u16) -> Self {
		let method = SavingMethod::Carrier;
		Self {
			owner,
			first_day,
			days: 28,
			method,
			baseline: BaselineMethod { weeks: 4, elasticity: 200 },
			guard: Guard::USUAL,
			is_apart: true,
			least: 4,
			windows: 2,
			saves: assumed(method),
			kept: 62,
		}
	}

	fn weekdays(&self) -> &'static [Weekdays] {
		if self.is_apart {
			&[Weekdays::Workdays, Weekdays::Weekend]
		} else {
			&[Weekdays::All]
		}
	}

	fn check(&self) -> Result<(), Unproposed> {
		self.baseline.check().map_err(Unproposed::Baseline)?;
		let is_share = self.guard.share <= WHOLE && self.saves <= WHOLE;
		let is_time = self.guard.quarters < QUARTERS && (1..=QUARTERS).contains(&self.least);
		if !is_share || !is_time || self.guard.days == 0 || self.windows == 0 {
			return Err(Unproposed::Settings);
		}
		let last = self.days.checked_sub(1).and_then(|more| self.first_day.checked_add(more));
		last.map(|_| ()).ok_or(Unproposed::Days)
	}
}

/// What a sleeping cell is assumed to save where nobody says otherwise, thousandths of its part: an assumption, not a measurement.
pub const fn assumed(method: SavingMethod) -> u16 {
	match method {
		SavingMethod::Carrier => 500,
		SavingMethod::Channel => 250,
		SavingMethod::Symbol => 100,
		SavingMethod::DeepSleep => 700,
	}
}

/// Why a cell of a station of who proposes is in no window.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LeftOut {
	/// No cell covers any of it.
	NotCovered,
	/// Cells cover a part of it alone.
	InPart,
	/// The cell that covers it does not carry all of its networks.
	OtherNetworks,
	/// The cell that covers it is not in service, has no readings, or is not in the local network.
	CoveringNotRead,
	/// Its station has no readings that count.
	NotRead,
	/// It covers a cell that sleeps.
	Covers,
	/// The cell that covers it sleeps.
	CoveringSleeps,
	/// At no time is it quiet enough for long enough.
	Busy,
	/// Its quiet hours lie in none of the windows that were taken.
	OtherHours,
}

impl LeftOut {
	/// All of them.
	pub const ALL: [Self; 9] = [
		Self::NotCovered,
		Self::InPart,
		Self::OtherNetworks,
		Self::CoveringNotRead,
		Self::NotRead,
		Self::Covers,
		Self::CoveringSleeps,
		Self::Busy,
		Self::OtherHours,
	];

	/// The same in words.
	pub const fn text(self) -> &'static str {
		match self {
			Self::NotCovered => "no cell covers it",
			Self::InPart => "it is covered in part only",
			Self::OtherNetworks => "the cell that covers it does not carry all of its networks",
			Self::CoveringNotRead => "the cell that covers it has no readings in the local network",
			Self::NotRead => "its station has no readings",
			Self::Covers => "it covers a cell that sleeps",
			Self::CoveringSleeps => "the cell that covers it sleeps",
			Self::Busy => "at no time is it quiet for long enough",
			Self::OtherHours => "its quiet hours lie in none of the windows",
		}
	}
}

/// What a window would have come to in the recorded time: each recorded day on which nothing has slept, as if a plan of that one day had
/// begun with it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Replay {
	/// Days of stations that have something to compare.
	pub station_days: u32,
	/// Quarters that are compared, of all stations.
	pub compared: u64,
	/// Quarters that are not: not read, or no week before has them.
	pub left_out: u64,
	/// What would have been drawn in these quarters, by the baseline's formula, Wh.
	pub expected: u64,
	/// What was drawn, Wh. Nothing has slept in it: as far as it is not what was expected, the formula is wrong by so much.
	pub metered: u64,
	/// What sleeping cells would have drawn less, Wh: estimated.
	pub estimated: u64,
	/// Expected, less metered, plus estimated: what the proof would have shown, Wh. It may be below 0.
	pub saved: i64,
	/// Whose that is.
	pub shares: BTreeMap<OrgId, i64>,
}

impl Replay {
	/// Adds another one.
	pub fn add(&mut self, other: &Self) {
		self.station_days += other.station_days;
		self.compared += other.compared;
		self.left_out += other.left_out;
		self.expected += other.expected;
		self.metered += other.metered;
		self.estimated += other.estimated;
		self.saved += other.saved;
		for (org, share) in &other.shares {
			*self.shares.entry(*org).or_default() += share;
		}
	}
}

/// Cells that sleep in the same hours of the same weekdays.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Window {
	/// On which days.
	pub weekdays: Weekdays,
	/// The quarter in which it begins.
	pub from: u8,
	/// The quarter before which it ends.
	pub until: u8,
	/// The cells, by pages.
	pub pages: Vec<PageCells>,
	/// How many cells these are.
	pub cells: u32,
	/// How many stations.
	pub stations: u32,
	/// What it would have come to.
	pub replay: Replay,
}

/// What is proposed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proposal {
	/// The windows: workdays first, and that one first which saves most.
	pub windows: Vec<Window>,
	/// Their plans, by first day, and the place of the window of each.
	pub plans: Vec<(usize, SavingPlan)>,
	/// The cells that are in no window, in ascending order.
	pub left_out: Vec<(CellId, LeftOut)>,
	/// Reports that could not be read.
	pub unreadable: u32,
}

impl Proposal {
	/// All windows together.
	pub fn replay(&self) -> Replay {
		let mut all = Replay::default();
		self.windows.iter().for_each(|window| all.add(&window.replay));
		all
	}

	/// How many cells are in no window, by why.
	pub fn reasons(&self) -> BTreeMap<LeftOut, u32> {
		let mut all = BTreeMap::new();
		self.left_out.iter().for_each(|(_, why)| *all.entry(*why).or_default() += 1);
		all
	}
}

/// Why nothing can be proposed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unproposed {
	/// There is no such baseline.
	Baseline(SavingDefect),
	/// Thousandths are more than 1,000, a window is empty or longer than a day, or there is to be none.
	Settings,
	/// There is no day, or one that has no number.
	Days,
	/// There is no station, or they are of several local networks.
	Places,
	/// A station stands twice, or has more cells than stations have.
	Stations,
}

impl fmt::Display for Unproposed {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::Baseline(_) => {
				"the baseline has 1 to 4 weeks, and traffic counts by 1,000 thousandths at most"
			}
			Self::Settings => {
				"thousandths are 0 to 1,000, a window has 1 to 96 quarters, and there is at least one"
			}
			Self::Days => "the plans have no day, or one that has no number",
			Self::Places => "stations are of one local network",
			Self::Stations => "a station stands twice, or has more than 24 cells",
		})
	}
}

impl std::error::Error for Unproposed {}

/// The stations, by their numbers.
fn by_number(stations: &[StationFacts]) -> Result<BTreeMap<SiteId, &StationFacts>, Unproposed> {
	let place = stations.first().ok_or(Unproposed::Places)?.site.local_network;
	if stations.iter().any(|facts| facts.site.local_network != place) {
		return Err(Unproposed::Places);
	}
	let all: BTreeMap<SiteId, &StationFacts> = stations.iter().map(|facts| (facts.site, facts)).collect();
	let most = usize::from(MAX_CELLS);
	if all.len() != stations.len() || stations.iter().any(|facts| facts.cells.len() > most) {
		return Err(Unproposed::Stations);
	}
	Ok(all)
}

/// Proposes windows for the stations of a local network, from what was recorded of them.
///
/// # Errors
/// Settings or stations are none.
pub fn propose(
	stations: &[StationFacts],
	recorded: &[Recorded],
	settings: &Settings,
) -> Result<Proposal, Unproposed> {
	settings.check()?;
	let known = traffic::Known::new(by_number(stations)?, recorded, settings.weekdays());
	let (sleepers, mut left_out) = sleepers::choose(&known, settings);
	let gains: Vec<u64> = sleepers.iter().map(|one| replay::gain(&known, one.cell, settings.saves)).collect();
	let sites: Vec<SiteId> = sleepers.iter().map(|one| one.cell.site).collect();
	let records = replay::Records::new(recorded);
	let (mut windows, mut plans) = (Vec::new(), Vec::new());
	let mut quiet = vec![false; sleepers.len()];
	let mut planned = vec![false; sleepers.len()];
	for (group, weekdays) in settings.weekdays().iter().enumerate() {
		let masks = hours::quiet(&known, &sleepers, settings.guard, group);
		for (quiet, mask) in quiet.iter_mut().zip(&masks) {
			*quiet |= hours::has_window(*mask, settings.least, known.grain);
		}
		for hours in hours::windows(masks, &sites, &gains, settings, known.grain) {
			hours.cells.iter().for_each(|one| planned[*one] = true);
			let cells = hours.cells.iter().map(|one| sleepers[*one].cell);
			let pages = plans::pages(cells);
			let mut window = Window {
				weekdays: *weekdays,
				from: hours.from,
				until: hours.until,
				cells: pages.iter().flat_map(|page| &page.stations).map(|(_, bits)| bits.count_ones()).sum(),
				stations: pages.iter().map(|page| page.stations.len() as u32).sum(),
				pages,
				replay: Replay::default(),
			};
			window.replay = records.replay(&known, &window, settings);
			let place = windows.len();
			plans.extend(plans::of(&window, known.place, settings).into_iter().map(|plan| (place, plan)));
			windows.push(window);
		}
	}
	for ((one, quiet), planned) in sleepers.iter().zip(quiet).zip(planned) {
		if !planned {
			left_out.push((one.cell, if quiet { LeftOut::OtherHours } else { LeftOut::Busy }));
		}
	}
	left_out.sort_unstable();
	plans.sort_by_key(|(window, plan): &(usize, SavingPlan)| (plan.first_day, *window));
	Ok(Proposal { windows, plans, left_out, unreadable: known.unreadable })
}
