// SPDX-License-Identifier: Apache-2.0

//! When stations have slept: days of which that is so are in no baseline. What a station draws while a cell of it sleeps, or while one
//! stands in for another, says nothing of what it would draw otherwise: a plan that goes on where the last one ended would be measured
//! against that one, and prove nothing.
//!
//! While a plan holds its cells it is known by what it holds. When it is over, and they are given up, it is entered by page for as
//! long as the reports of its last day are kept; a baseline is read from none that are older.
//!
//! # What it guarantees
//!
//! * **None is missed**: of every plan that was approved, and of every station of which a cell slept or stood in, the days are known by which
//!   a baseline may be read. Days on which cells were woken are among them.
//! * **Bounded**: of a page [`MAX_SLEPT`] windows are kept. Where there are more, the two that are the longest ago become one that has both:
//!   it passes over more than it has to, and nothing is forgotten.

use super::{
	around::Page,
	holds,
	types::{SleptWindow, Window, MAX_SLEPT},
};
use crate::{forgetting::first_day, Config, Held, SettingsInForce, Slept, Windows};
use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::BoundedVec;
use sp_runtime::traits::ConstU32;
use trimast_primitives::{
	energy::{Compensation, PageCells, PlanPhase, SavingPlan},
	LocalNetworkId,
};

/// Those of a page, the one that begins first, first.
type SleptWindows = BoundedVec<SleptWindow, ConstU32<MAX_SLEPT>>;

/// The first day of which reports are kept.
fn first<T: Config>() -> u16 {
	first_day::<T>(SettingsInForce::<T>::get().days)
}

/// Enters that the cells of a plan's page have slept, and that others have stood in for them.
pub(super) fn enter<T: Config>(window: &Window, cells: &PageCells, compensations: &[Compensation]) {
	let first = first::<T>();
	let pages = holds::stations(window.local_network, cells, compensations);
	for ((local_network, page), stations) in &pages {
		let stations = stations.keys().fold(0, |mask, slot| mask | bit(*slot));
		Slept::<T>::mutate(local_network, page, |all| add(all, SleptWindow::of(window, stations), first));
	}
}

/// Forgets what is older than reports in the pages of which a plan has held cells for one of its own.
pub(super) fn forget<T: Config>(local_network: LocalNetworkId, of: u16, compensations: &[Compensation]) {
	let first = first::<T>();
	for (local_network, page) in holds::pages(local_network, of, compensations) {
		Slept::<T>::mutate_exists(local_network, page, |all| {
			let mut left = all.take().unwrap_or_default();
			left.retain(|of| of.last_day >= first);
			*all = (!left.is_empty()).then_some(left);
		});
	}
}

fn bit(slot: u8) -> u64 {
	1u64.checked_shl(slot.into()).unwrap_or(0)
}

/// Adds a window to those of a page, of which those that ended before some day are forgotten.
fn add(all: &mut SleptWindows, new: SleptWindow, first: u16) {
	all.retain(|of| of.last_day >= first);
	let is_same = |of: &&mut SleptWindow| SleptWindow { stations: new.stations, ..**of } == new;
	if let Some(same) = all.iter_mut().find(is_same) {
		same.stations |= new.stations;
		return;
	}
	if all.is_full() {
		let oldest = all.remove(0);
		if let Some(next) = all.get_mut(0) {
			*next = next.with(&oldest);
		}
	}
	let place = all.partition_point(|of| *of < new);
	// There is room.
	let _ = all.try_insert(place, new);
}

/// When stations of a page have slept or stood in by approved plans, or will by then: as long as reports of these days are kept.
pub(crate) fn in_page<T: Config>((local_network, page): Page) -> Vec<SleptWindow> {
	let mut windows: BTreeMap<u32, (Option<Window>, u64)> = BTreeMap::new();
	for hold in Held::<T>::get(local_network, page) {
		let of_plan = windows.entry(hold.plan).or_insert_with(|| (Windows::<T>::get(hold.plan), 0));
		of_plan.1 |= bit(hold.slot);
	}
	let is_approved = |window: &Window| matches!(window.phase, PlanPhase::Approved | PlanPhase::Over);
	let held = windows.into_values().filter_map(|(window, stations)| {
		let window = window.filter(is_approved)?;
		Some(SleptWindow::of(&window, stations))
	});
	let first = first::<T>();
	let past = Slept::<T>::get(local_network, page).into_iter().filter(|of| of.last_day >= first);
	past.chain(held).collect()
}

/// When stations of a plan's page have slept or stood in at the hours of the plan: from which day to which.
pub(super) fn days<T: Config>(plan: &SavingPlan, cells: &PageCells) -> Vec<(u16, u16)> {
	let mask = cells.mask();
	let is_meant = |of: &SleptWindow| of.stations & mask != 0 && of.from < plan.until && plan.from < of.until;
	let all = in_page::<T>((plan.local_network, cells.page));
	all.into_iter().filter(is_meant).map(|of| (of.first_day, of.last_day)).collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	const LONG_AGO: u16 = 100;

	fn window(first_day: u16, from: u8, stations: u64) -> SleptWindow {
		SleptWindow { first_day, last_day: first_day + 2, from, until: from + 4, stations }
	}

	#[test]
	fn same_windows_are_one_and_what_is_older_than_reports_is_forgotten() {
		let mut all = SleptWindows::new();
		add(&mut all, window(LONG_AGO, 0, 0b1), 0);
		add(&mut all, window(LONG_AGO + 5, 0, 0b10), 0);
		add(&mut all, window(LONG_AGO, 4, 0b100), 0);
		add(&mut all, window(LONG_AGO, 0, 0b1000), 0);
		let both = window(LONG_AGO, 0, 0b1001);
		assert_eq!(all[..], [both, window(LONG_AGO, 4, 0b100), window(LONG_AGO + 5, 0, 0b10)]);
		add(&mut all, window(LONG_AGO + 9, 0, 0b1), LONG_AGO + 3);
		assert_eq!(all[..], [window(LONG_AGO + 5, 0, 0b10), window(LONG_AGO + 9, 0, 0b1)]);
	}

	#[test]
	fn where_there_are_too_many_nothing_is_forgotten() {
		let mut all = SleptWindows::new();
		let each: Vec<_> = (0..2 * MAX_SLEPT).map(|n| window(LONG_AGO + n as u16, n as u8 % 90, 1)).collect();
		for (n, one) in each.iter().enumerate() {
			add(&mut all, *one, 0);
			assert_eq!(all.len(), MAX_SLEPT.min(n as u32 + 1) as usize);
			let is_in = |one: &SleptWindow| {
				all.iter().any(|of| {
					let days = of.first_day <= one.first_day && one.last_day <= of.last_day;
					days && of.from <= one.from && one.until <= of.until && of.stations & one.stations != 0
				})
			};
			assert!(each[..=n].iter().all(is_in), "{n}");
		}
		// The latest ones are as they were
		assert_eq!(all[MAX_SLEPT as usize - 1], each[2 * MAX_SLEPT as usize - 1]);
		assert_eq!(all[1], each[MAX_SLEPT as usize + 1]);
	}
}
