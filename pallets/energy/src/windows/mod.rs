// SPDX-License-Identifier: Apache-2.0

//! Saving windows: cells that sleep while others stand in for them (docs/decisions/0024).
//!
//! # Terminology
//!
//! * **Plan** ([`trimast_primitives::energy::SavingPlan`]): which cells of its proposer sleep on which days from when to when, and
//!   what the saving is measured against.
//! * **Window**: the quarters of an hour of one day in which they sleep.
//! * **Examined**: of a page, that for each of its cells one was found that *compensates* (TS 28.310): a neighbour with
//!   `isESCoveredBy` FULL that serves the same companies, neither sleeps nor is locked or has an outage, and does not change; and that
//!   the reports are frozen which the baseline is read from.
//! * **Held**: of a cell, that it sleeps or compensates in a plan. A cell that sleeps is held by no other plan at that time, nor does
//!   another cell of its station sleep in one; and one that compensates is put to sleep by none.
//! * **Woken**: awake for the rest of a day.
//!
//! ```text
//!   propose ──► proposed ──────────► agreed ─────────────► approved ────────► over ──► forgotten with its reports
//!                 │ examine,           │ last look            │ each day:      ▲ prove, page by page and day by day
//!                 │ page by page;      │ page by page         │ look, wake     │
//!                 │ consents of all    │                      └────────────────┘ last window, or ended by its proposer
//!                 └────────────────────┴──► withdrawn, refused, lapsed: forgotten
//! ```
//!
//! # What it guarantees
//!
//! * **No coverage is taken away**: a cell sleeps only while one that its own relation calls FULL is awake for everybody who shares
//!   it. The relation is read when a page is examined, when it is approved and at the begin of each day.
//! * **Nobody is put to sleep alone**: every company that shares a station of the plan, or one of which a cell stands in, has
//!   consented to exactly what was found, by members and records of the day.
//! * **Nobody waits for a plan that it does not want**: whoever is asked refuses it, and what it holds is given up.
//! * **Both ways**: an open change, freeze or outage keeps a plan out; and from the last consent on its cells, those that sleep and
//!   those that stand in, are kept from changes that are no emergency ([`trimast_primitives::interlock::SavingWindows`]).
//! * **Awake at once**: any company that shares a cell wakes it, whoever has proposed what.
//! * **Awake around an outage**: where one begins the chain wakes the cells that must not sleep then, in blocks to come ([`outages`]), and
//!   while it lasts no cell is put to sleep that covers one of its station ([`covering`]).
//! * **Looked at again**: where a station is changed in an emergency, goes out of service or changes hands, the pages of plans that hold a
//!   cell of it are looked at again in their windows, in blocks to come ([`changes`]).
//! * **Measured once**: of a station one plan at a time has what is saved.
//! * **Not measured against itself**: a day on which a station has slept, or stood in for another, is in no baseline ([`slept`]).
//! * **Measured against what was known before**: a proof brings exactly the reports that were frozen, and exactly those that stand
//!   of the day. Where more was drawn than expected, that is what is shown.
//! * **Bounded**: a plan, an examination and a proof have their limits in their types; the hook looks at one page a block, or at stations
//!   with an outage as far as there is room, each company that has something due has its turn, and what is left of plans that ended
//!   delays no look ([`agenda`]).

pub(crate) mod agenda;
mod approve;
mod around;
mod changes;
mod consent;
pub(crate) mod covering;
mod examine;
mod holds;
pub(crate) mod noted;
pub(crate) mod outages;
mod plan;
mod prove;
mod refuse;
pub(crate) mod slept;
pub mod types;
mod wake;

pub(crate) use approve::approve;
pub(crate) use around::MAX_PAGES_LOOKED;
pub(crate) use consent::consent;
pub(crate) use examine::examine;
pub(crate) use plan::{propose, withdraw};
pub(crate) use prove::prove;
pub(crate) use refuse::refuse;
pub(crate) use wake::{is_awake, wake};

use crate::{charges, Config, Error, Event, Held, Pallet, WindowRulesInForce, Windows};
use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::{ensure, traits::Get, weights::Weight};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	calendar::{begin_of_quarter, quarter_of},
	cells::CellId,
	energy::{has_cell, WindowRules},
	interlock::SavingWindows,
	LocalNetworkId, Moment,
};
use types::{Hold, Window, MAX_HOLDS};

/// Refuses rules that leave no time, or too much of it.
pub(crate) fn check_rules<T: Config>(rules: &WindowRules) -> Result<(), Error<T>> {
	ensure!(rules.is_valid(), Error::<T>::BadWindowRules);
	Ok(())
}

/// Sets limits and terms of plans.
pub(crate) fn set_rules<T: Config>(rules: WindowRules) -> Result<(), Error<T>> {
	check_rules::<T>(&rules)?;
	let version = WindowRulesInForce::<T>::get().version.saturating_add(1);
	WindowRulesInForce::<T>::put(WindowRules { version, ..rules });
	Pallet::<T>::deposit_event(Event::WindowRulesSet { version });
	Ok(())
}

/// The quarter of an hour that it is now.
pub(crate) fn now<T: Config>() -> u32 {
	quarter_of(Pallet::<T>::moment())
}

/// What the chain does in a block: something of plans, or of outages and what else begins at stations. Where both have something due they have blocks in turn, so
/// neither holds the other up for more than as long again.
pub(crate) fn work<T: Config>() -> Weight {
	let works: [fn() -> (Weight, bool); 2] = if Pallet::<T>::block().is_multiple_of(2) {
		[noted::work::<T>, agenda::work::<T>]
	} else {
		[agenda::work::<T>, noted::work::<T>]
	};
	let mut all = Weight::zero();
	for work in works {
		let (weight, is_done) = work();
		all = all.saturating_add(weight);
		if is_done {
			break;
		}
	}
	all
}

/// The first and the last moment of a day's window.
fn moments(window: &Window, day: u16) -> (Moment, Moment) {
	(begin_of_quarter(window.begins(day)), begin_of_quarter(window.ends(day)).saturating_sub(1))
}

impl<T: Config> SavingWindows for Pallet<T> {
	fn in_cell(cell: CellId, from: Moment, to: Moment) -> bool {
		let Some(((local_network, page), slot)) = around::place(cell.site) else { return false };
		let (first, last) = (quarter_of(from), quarter_of(to));
		let held = Held::<T>::get(local_network, page);
		let mut of_cell = held.iter().filter(|hold| hold.has(slot, cell.cell));
		of_cell.any(|hold| {
			let window = Windows::<T>::get(hold.plan);
			window.is_some_and(|window| window.phase.is_binding() && window.has_any(first, last))
		})
	}

	fn in_cells(
		local_network: LocalNetworkId,
		page: u16,
		cells: &[(u8, u8)],
		from: Moment,
		to: Moment,
	) -> (Vec<(u8, u8)>, Weight) {
		let held = Held::<T>::get(local_network, page);
		if held.is_empty() {
			return (Vec::new(), T::DbWeight::get().reads(1));
		}
		let (first, last) = (quarter_of(from), quarter_of(to));
		let mut wanted: BTreeMap<u8, u32> = BTreeMap::new();
		for (slot, cell) in cells {
			*wanted.entry(*slot).or_default() |= 1u32.checked_shl((*cell).into()).unwrap_or(0);
		}
		// Each plan is read once, however many stations of the page it holds.
		let mut plans: BTreeMap<u32, bool> = BTreeMap::new();
		let mut kept_out: BTreeMap<u8, u32> = BTreeMap::new();
		for Hold { plan, slot, sleeping, compensating, .. } in held {
			let those = wanted.get(&slot).map_or(0, |wanted| wanted & (sleeping | compensating));
			if those == 0 {
				continue;
			}
			let is_meant = *plans.entry(plan).or_insert_with(|| {
				let window = Windows::<T>::get(plan);
				window.is_some_and(|window| window.phase.is_binding() && window.has_any(first, last))
			});
			if is_meant {
				*kept_out.entry(slot).or_default() |= those;
			}
		}
		let is_kept_out =
			|(slot, cell): &&(u8, u8)| kept_out.get(slot).is_some_and(|cells| has_cell(*cells, *cell));
		let all = cells.iter().filter(is_kept_out).copied().collect();
		(all, charges::asked::<T>(plans.len().saturated_into()))
	}

	fn in_cells_weight() -> Weight {
		charges::asked::<T>(MAX_HOLDS)
	}
}
