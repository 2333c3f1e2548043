// SPDX-License-Identifier: Apache-2.0

//! Stations that are not what they were while cells sleep: a cell was changed in an emergency, or the station is out of service, another
//! company's, or shared otherwise. Each page of a plan that holds a cell of one of them is looked at again in its window, as at the begin of
//! the day ([`super::wake`]), and the cells are woken that must not sleep. Windows that are to come have their own look.
//!
//! What is noted of a page ([`super::noted`]) goes through its plans in two steps, one after the other: the next page of a plan is looked
//! for whose window runs; and that page is looked at.

use super::{
	around::place,
	noted::note,
	now,
	outages::MAX_WOKEN,
	types::{Hold, Noting, PlanPage, Window},
	wake::look_today,
};
use crate::{Config, Held, Pallet, Plans, WeightInfo, Windows};
use alloc::collections::BTreeSet;
use frame_support::weights::Weight;
use trimast_primitives::{calendar::day_of, energy::PlanPhase, page::SiteId, OrgId};

/// Does one step for stations of a page, of which `first` is the first slot. Says what it weighed.
pub(super) fn step<T: Config>(
	org: OrgId,
	at: u32,
	first: SiteId,
	slots: u64,
	done: Option<PlanPage>,
	next: Option<PlanPage>,
) -> Weight {
	match next {
		Some(of) => {
			note::<T>(org, at, first, Noting::Changed { slots, done: next, next: None });
			look::<T>(of)
		}
		None => search::<T>(org, at, first, slots, done),
	}
}

/// The window of a plan if it runs now, and which day it is.
fn running<T: Config>(plan: u32) -> Option<(Window, u16)> {
	let (now, today) = (now::<T>(), day_of(Pallet::<T>::moment()));
	let runs = |window: &Window| {
		let is_now = (window.begins(today)..window.ends(today)).contains(&now);
		window.phase == PlanPhase::Approved && window.has_day(today) && is_now
	};
	Windows::<T>::get(plan).filter(runs).map(|window| (window, today))
}

/// Looks for the next page of a plan that holds a cell of one of these stations and whose window runs.
fn search<T: Config>(org: OrgId, at: u32, first: SiteId, slots: u64, mut done: Option<PlanPage>) -> Weight {
	let Some(((local_network, page), _)) = place(first) else { return T::WeightInfo::step_outage(0, 0) };
	let is_of = |hold: &Hold| 1u64.checked_shl(hold.slot.into()).is_some_and(|bit| slots & bit != 0);
	let holds = Held::<T>::get(local_network, page);
	let plans = holds.iter().filter(|hold| is_of(hold)).map(|hold| (hold.plan, hold.of));
	let mut left: BTreeSet<PlanPage> = plans.filter(|of| done.is_none_or(|done| *of > done)).collect();
	let (mut next, mut looked) = (None, 0u32);
	while looked < MAX_WOKEN && next.is_none() {
		let Some(of) = left.pop_first() else { break };
		looked = looked.saturating_add(1);
		match running::<T>(of.0) {
			Some(_) => next = Some(of),
			None => done = Some(of),
		}
	}
	if next.is_some() || !left.is_empty() {
		note::<T>(org, at, first, Noting::Changed { slots, done, next });
	}
	T::WeightInfo::step_outage(1, looked)
}

/// Looks at a page of a plan, and wakes the cells that must not sleep.
fn look<T: Config>((plan, page): PlanPage) -> Weight {
	match running::<T>(plan).zip(Plans::<T>::get(plan)) {
		Some(((window, today), saving)) => look_today::<T>(plan, &window, &saving, page, today),
		None => T::WeightInfo::step_window(0, 0),
	}
}
