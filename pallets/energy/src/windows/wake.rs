// SPDX-License-Identifier: Apache-2.0

//! Waking: by a company that shares a cell, at once; or by the chain, which finds at the begin of a day that a cell must not sleep, or
//! soon after an outage has begun ([`super::outages`]) or a station has changed ([`super::changes`]).
//! A cell that was woken is awake for the rest of the day, and what stood in for it needs not any more.

use super::{
	around::Around,
	examine::frozen_day,
	now,
	types::{Compensations, PageRefusal, Waking, Window, MAX_WAKINGS},
};
use crate::{charges, Agreements, Config, Error, Event, Examinations, Pallet, Woken};
use alloc::vec::Vec;
use frame_support::{ensure, weights::Weight, BoundedVec};
use sp_runtime::{traits::ConstU32, SaturatedConversion};
use trimast_primitives::{
	access::Authority,
	calendar::day_of,
	energy::{has_cell, Compensation, PlanPhase, SavingPlan, Waker},
	interlock::Coverage,
	order::Words,
	page::PAGE_SLOTS,
	site::{SiteRegistry, StationEntry},
	OrgId, OrgSet,
};

/// Wakes cells of a plan's page for the rest of the day.
pub(crate) fn wake<T: Config>(
	org: OrgId,
	number: u32,
	window: Window,
	page: u16,
	stations: &[(u8, u32)],
	reason: Words,
) -> Result<(), Error<T>> {
	ensure!(reason.is_valid(), Error::<T>::BadWords);
	let entries = T::Sites::stations(window.local_network, page);
	let shares = |(slot, _): &(u8, u32)| {
		let of = |StationEntry { station, .. }: &StationEntry| station.sharers.with(station.owner);
		entries.get(usize::from(*slot)).is_some_and(|entry| of(entry).contains(org))
	};
	ensure!(stations.iter().all(shares), Error::<T>::NotSharer);
	ensure!(window.phase == PlanPhase::Approved, Error::<T>::WrongPhase);
	let today = day_of(Pallet::<T>::moment());
	ensure!(window.has_day(today) && now::<T>() < window.ends(today), Error::<T>::NotToday);
	let is_named = |of: &&Compensation| {
		stations.iter().any(|(slot, cells)| *slot == of.slot && has_cell(*cells, of.cell))
	};
	let compensations = Examinations::<T>::get(number, page).ok_or(Error::<T>::NoSuchPage)?.compensations;
	let cells: Vec<Compensation> = compensations.iter().filter(is_named).copied().collect();
	let woken = enter::<T>(number, page, today, Waker::Org(org), &cells, Some(reason));
	ensure!(woken, Error::<T>::NotAsleep);
	Ok(())
}

/// Looks at a page at the begin of a day's window or within it, and wakes the cells that must not sleep. Says what it weighed.
pub(super) fn look_today<T: Config>(
	number: u32,
	window: &Window,
	plan: &SavingPlan,
	page: u16,
	day: u16,
) -> Weight {
	let found = Examinations::<T>::get(number, page);
	let compensations = found.map(|found| found.compensations).unwrap_or_default();
	let today = Window { first_day: day, last_day: day, ..*window };
	if let Some(PageRefusal::Frozen { .. }) = frozen_day::<T>(&today) {
		enter::<T>(number, page, day, Waker::Freeze, &compensations, None);
		return charges::looked::<T>(compensations.len(), 1);
	}
	let cells: Vec<(u8, u8)> = compensations.iter().map(|of| (of.slot, of.cell)).collect();
	let lists = T::Coverage::neighbours(plan.local_network, page, &cells);
	let others = compensations.iter().map(|of| of.by);
	let mut around = Around::<T>::new(number, *window, plan, page, &cells, others);
	let agreed = Agreements::<T>::get(number).map_or(OrgSet::EMPTY, |agreement| agreement.consents.given);
	let (agreed, members) = (agreed.with(window.by), T::Authority::members());
	let mut broken: Vec<(Waker, Compensation)> = Vec::new();
	for (compensation, list) in compensations.iter().zip(&lists) {
		match around.again(compensation, list, false) {
			Ok(needed) if agreed.is_superset(needed.intersection(members)) => {}
			// Who shares it, or what stands in, since everybody has consented was not asked.
			Ok(_) => broken.push((Waker::Inventory, *compensation)),
			Err(refusal) => broken.push((refusal.waker(), *compensation)),
		}
	}
	for waker in [Waker::Outage, Waker::Change, Waker::Inventory] {
		let of_waker = broken.iter().filter(|(of, _)| *of == waker);
		let cells: Vec<Compensation> = of_waker.map(|(_, compensation)| *compensation).collect();
		enter::<T>(number, page, day, waker, &cells, None);
	}
	charges::looked::<T>(compensations.len(), around.looked())
}

/// Notes and tells which of these cells are woken. Says whether there are any: those that are awake already are not.
pub(super) fn enter<T: Config>(
	plan: u32,
	page: u16,
	day: u16,
	by: Waker,
	cells: &[Compensation],
	reason: Option<Words>,
) -> bool {
	let woken = Woken::<T>::get((plan, page, day));
	let new: Vec<Compensation> =
		cells.iter().filter(|of| !is_awake(&woken, of.slot, of.cell)).copied().collect();
	if new.is_empty() {
		return false;
	}
	let mut woken = woken;
	for Compensation { slot, cell, .. } in &new {
		if let Some(bit) = 1u32.checked_shl((*cell).into()) {
			add(&mut woken, *slot, bit, by);
		}
	}
	Woken::<T>::insert((plan, page, day), woken);
	let cells = Compensations::truncate_from(new);
	Pallet::<T>::deposit_event(Event::CellsWoken { plan, page, day, by, cells, reason });
	true
}

/// Whether a cell is one of those that were woken.
pub(crate) fn is_awake(woken: &[Waking], slot: u8, cell: u8) -> bool {
	woken.iter().any(|waking| waking.slot == slot && has_cell(waking.cells, cell))
}

/// Adds a cell to those that were woken. Where there is little room left, so that each slot has an entry in any case, it goes to
/// whoever has woken the station first.
fn add(woken: &mut BoundedVec<Waking, ConstU32<MAX_WAKINGS>>, slot: u8, bit: u32, by: Waker) {
	let most: usize = MAX_WAKINGS.saturating_sub(PAGE_SLOTS).saturated_into();
	let is_tight = woken.len() >= most;
	let place = woken.iter().position(|waking| waking.slot == slot && (is_tight || waking.by == by));
	match place.and_then(|place| woken.get_mut(place)) {
		Some(waking) => waking.cells |= bit,
		None => {
			let _ = woken.try_push(Waking { slot, cells: bit, by });
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn every_station_has_room_to_be_woken() {
		let mut woken = BoundedVec::new();
		// Given as many entries as there may be, all of one station
		for org in 0..=u8::MAX {
			add(&mut woken, 0, 1, Waker::Org(OrgId(org)));
		}
		assert_eq!(woken.len(), 192);
		// When all others are woken
		for slot in 1..64 {
			add(&mut woken, slot, 2, Waker::Outage);
			add(&mut woken, slot, 4, Waker::Change);
		}
		// Then each is
		assert_eq!(woken.len(), 192 + 63);
		assert!((1..64).all(|slot| is_awake(&woken, slot, 1) && is_awake(&woken, slot, 2)));
		assert!(is_awake(&woken, 0, 0) && !is_awake(&woken, 0, 1));
	}
}
