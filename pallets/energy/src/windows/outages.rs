// SPDX-License-Identifier: Apache-2.0

//! Outages that begin in the windows of cells, or before them. The station is noted at once ([`super::noted`]). In a block to come the chain
//! wakes, for the rest of the day, the cells that must not sleep now:
//!
//! | which | found by |
//! |---|---|
//! | cells of the station | what plans hold of it |
//! | cells for which one of the station stands in | the same |
//! | cells that cover one of the station, in part or in full | the lists of the station's own cells, and what plans hold in as many pages around as an examination looks at |
//!
//! The look at the begin of each day finds the first two, and not the third. So where a plan holds a cell that covers the station, that
//! is looked at again at the begin of every day, as long as the outage is open.

use super::{
	agenda::QUARTERS_OF_DAY,
	around::{place, Page, MAX_PAGES_LOOKED},
	noted::note,
	now,
	types::{Noting, PlanPage, Window},
	wake::enter,
};
use crate::{Config, Examinations, Held, Pallet, WeightInfo, Windows};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use frame_support::weights::Weight;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	calendar::day_of,
	cells::CellId,
	energy::{Compensation, PlanPhase, Waker},
	interlock::{Coverage, Outages},
	page::SiteId,
	site::MAX_CELLS,
	OrgId,
};

/// Most pages of plans in which cells are woken for a station at once. Where there are more it keeps its place, and goes on behind them.
pub(crate) const MAX_WOKEN: u32 = 32;

/// Wakes the cells that must not sleep because of an outage at a station, or as many of them as may be at once.
pub(super) fn step<T: Config>(org: OrgId, at: u32, station: SiteId, done: Option<PlanPage>) -> Weight {
	let is_open = T::Outages::at_station(station);
	let Some((page, slot)) = place(station).filter(|_| is_open) else {
		return T::WeightInfo::step_outage(0, 0);
	};
	let covering = covering::<T>(station, page, slot);
	let Found { plans, is_covered, looked } = find::<T>(page, slot, &covering, done);
	// It may have been due on a day before.
	let (day, today) = (at / QUARTERS_OF_DAY, day_of(Pallet::<T>::moment()));
	let most: usize = MAX_WOKEN.saturated_into();
	for of in plans.iter().take(most) {
		wake_in::<T>(*of, today, station, &covering);
	}
	if plans.len() > most {
		let done = plans.iter().nth(most.saturating_sub(1)).copied();
		note::<T>(org, at, station, Noting::Outage { done });
	} else if is_covered {
		let next = day.saturating_add(1).max(today.into());
		note::<T>(org, next.saturating_mul(QUARTERS_OF_DAY), station, Noting::Outage { done: None });
	}
	T::WeightInfo::step_outage(looked, plans.len().min(most).saturated_into())
}

/// The cells of other stations that cover one of a station, as its own lists say.
fn covering<T: Config>(station: SiteId, (local_network, page): Page, slot: u8) -> BTreeSet<CellId> {
	let cells: Vec<(u8, u8)> = (0..MAX_CELLS).map(|cell| (slot, cell)).collect();
	let lists = T::Coverage::neighbours(local_network, page, &cells);
	let covers = lists.into_iter().flatten().filter(|(by, cover)| cover.is_some() && by.site != station);
	covers.map(|(by, _)| by).collect()
}

/// What plans hold around a station.
#[derive(Default)]
struct Found {
	/// Pages of plans that hold a cell of it, or one that covers it: the first of them behind what is done, and one more than are
	/// looked at at once where there are more.
	plans: BTreeSet<PlanPage>,
	/// Whether one of them holds a cell that covers it.
	is_covered: bool,
	/// How many pages were looked at.
	looked: u32,
}

impl Found {
	fn add(&mut self, of: PlanPage) {
		let most: usize = MAX_WOKEN.saturated_into();
		self.plans.insert(of);
		if self.plans.len() > most.saturating_add(1) {
			self.plans.pop_last();
		}
	}
}

/// Looks for plans in the page of a station, and in those of the cells that cover it.
fn find<T: Config>(page: Page, slot: u8, covering: &BTreeSet<CellId>, done: Option<PlanPage>) -> Found {
	let mut cells: BTreeMap<Page, BTreeMap<u8, u32>> = BTreeMap::new();
	for by in covering {
		if let Some(((of, slot), bit)) = place(by.site).zip(1u32.checked_shl(by.cell.into())) {
			*cells.entry(of).or_default().entry(slot).or_default() |= bit;
		}
	}
	// The station's own page is read whatever else is.
	let own = (page, cells.remove(&page).unwrap_or_default());
	let around = cells.into_iter().take(MAX_PAGES_LOOKED.saturated_into());
	let mut found = Found::default();
	for ((local_network, number), cells) in core::iter::once(own).chain(around) {
		found.looked = found.looked.saturating_add(1);
		for hold in Held::<T>::get(local_network, number) {
			let is_of_station = (local_network, number) == page && hold.slot == slot;
			let covers = cells.get(&hold.slot).is_some_and(|bits| hold.sleeping & bits != 0);
			found.is_covered |= covers;
			let of = (hold.plan, hold.of);
			if (is_of_station || covers) && done.is_none_or(|done| of > done) {
				found.add(of);
			}
		}
	}
	found
}

/// Wakes cells of a plan's page, if they are to sleep today and their window is not over.
fn wake_in<T: Config>(of: PlanPage, today: u16, station: SiteId, covering: &BTreeSet<CellId>) {
	let (plan, page) = of;
	let is_today = |window: &Window| {
		window.phase == PlanPhase::Approved && window.has_day(today) && now::<T>() < window.ends(today)
	};
	let Some(window) = Windows::<T>::get(plan).filter(is_today) else { return };
	let found = Examinations::<T>::get(plan, page);
	let compensations = found.map(|found| found.compensations).unwrap_or_default();
	let must_wake = |compensation: &&Compensation| {
		let Compensation { slot, cell, by } = **compensation;
		let site = SiteId::new(window.local_network, page, slot.into());
		site == station || by.site == station || covering.contains(&CellId { site, cell })
	};
	let cells: Vec<Compensation> = compensations.iter().filter(must_wake).copied().collect();
	enter::<T>(plan, page, today, Waker::Outage, &cells, None);
}
