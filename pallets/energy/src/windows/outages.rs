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
//! The third are entered ([`super::covering`]), so that no plan of them is examined or approved while the outage lasts. The look at the begin
//! of each day finds the first two, and not the third. So a station that cells of others cover is looked at again at the begin of
//! every day, as long as its outage is open.

use super::{
	agenda::QUARTERS_OF_DAY,
	around::{place, Page},
	covering::{self, Cells},
	noted::note,
	now,
	types::{Noting, PlanPage, Window},
	wake::enter,
};
use crate::{Config, Examinations, Held, Pallet, WeightInfo, Windows};
use alloc::{collections::BTreeSet, vec::Vec};
use frame_support::weights::Weight;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	calendar::day_of,
	energy::{has_cell, Compensation, PlanPhase, Waker},
	interlock::Outages,
	page::SiteId,
	OrgId,
};

/// Most pages of plans in which cells are woken for a station at once. Where there are more it keeps its place, and goes on behind them.
pub(crate) const MAX_WOKEN: u32 = 32;

/// Wakes the cells that must not sleep because of an outage at a station, or as many of them as may be at once; and enters those that
/// must not be put to sleep.
pub(super) fn step<T: Config>(org: OrgId, at: u32, station: SiteId, done: Option<PlanPage>) -> Weight {
	let is_open = T::Outages::at_station(station);
	let Some((page, slot)) = place(station).filter(|_| is_open) else {
		return T::WeightInfo::step_outage(covering::enter::<T>(station, &Cells::new()), 0);
	};
	let covering = covering::of::<T>(station, page, slot);
	let left = covering::enter::<T>(station, &covering);
	let (plans, looked) = find::<T>(page, slot, &covering, done);
	// It may have been due on a day before.
	let (day, today) = (at / QUARTERS_OF_DAY, day_of(Pallet::<T>::moment()));
	let most: usize = MAX_WOKEN.saturated_into();
	for of in plans.iter().take(most) {
		wake_in::<T>(*of, today, station, &covering);
	}
	if plans.len() > most {
		let done = plans.iter().nth(most.saturating_sub(1)).copied();
		note::<T>(org, at, station, Noting::Outage { done });
	} else if !covering.is_empty() {
		let next = day.saturating_add(1).max(today.into());
		note::<T>(org, next.saturating_mul(QUARTERS_OF_DAY), station, Noting::Outage { done: None });
	}
	let looked = looked.saturating_add(left);
	T::WeightInfo::step_outage(looked, plans.len().min(most).saturated_into())
}

/// Looks for pages of plans that hold a cell of a station, or one that covers it, in the page of the station and in those of the cells that
/// cover it: the first of them behind what is done, and one more than are woken at once where there are more. Says of how many pages it was
/// read what is held.
fn find<T: Config>(
	page: Page,
	slot: u8,
	covering: &Cells,
	done: Option<PlanPage>,
) -> (BTreeSet<PlanPage>, u32) {
	let most: usize = MAX_WOKEN.saturated_into();
	let mut plans = BTreeSet::new();
	// The station's own page is read whatever else is.
	let pages: BTreeSet<Page> = covering.keys().copied().chain([page]).collect();
	for (local_network, number) in &pages {
		let cells = covering.get(&(*local_network, *number));
		for hold in Held::<T>::get(local_network, number) {
			let is_of_station = (*local_network, *number) == page && hold.slot == slot;
			let of_slot = cells.and_then(|cells| cells.get(&hold.slot));
			let covers = of_slot.is_some_and(|cells| cells.keys().any(|cell| has_cell(hold.sleeping, *cell)));
			let of = (hold.plan, hold.of);
			if (is_of_station || covers) && done.is_none_or(|done| of > done) {
				plans.insert(of);
				if plans.len() > most.saturating_add(1) {
					plans.pop_last();
				}
			}
		}
	}
	(plans, pages.len().saturated_into())
}

/// Wakes cells of a plan's page, if they are to sleep today and their window is not over.
fn wake_in<T: Config>(of: PlanPage, today: u16, station: SiteId, covering: &Cells) {
	let (plan, page) = of;
	let is_today = |window: &Window| {
		window.phase == PlanPhase::Approved && window.has_day(today) && now::<T>() < window.ends(today)
	};
	let Some(window) = Windows::<T>::get(plan).filter(is_today) else { return };
	let found = Examinations::<T>::get(plan, page);
	let compensations = found.map(|found| found.compensations).unwrap_or_default();
	let covers = |slot: u8, cell: u8| {
		let of_page = covering.get(&(window.local_network, page));
		of_page.and_then(|cells| cells.get(&slot)).is_some_and(|cells| cells.contains_key(&cell))
	};
	let must_wake = |compensation: &&Compensation| {
		let Compensation { slot, cell, by } = **compensation;
		let site = SiteId::new(window.local_network, page, slot.into());
		site == station || by.site == station || covers(slot, cell)
	};
	let cells: Vec<Compensation> = compensations.iter().filter(must_wake).copied().collect();
	enter::<T>(plan, page, today, Waker::Outage, &cells, None);
}
