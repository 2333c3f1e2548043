// SPDX-License-Identifier: Apache-2.0

//! Plans: proposed, taken back, and what is left of them when they are over.

use super::{
	agenda, consent, now,
	types::{Agreement, PageStanding, Window},
};
use crate::{
	Agreements, Config, Due, Error, Event, FirstPlan, NextPlan, OpenPlans, Pallet, Plans, PlansIn,
	WindowRulesInForce, Windows,
};
use alloc::vec::Vec;
use frame_support::{ensure, BoundedVec};
use trimast_primitives::{
	calendar::day_of,
	energy::{plan_hash, PlanPhase, SavingDefect, SavingPlan, MAX_SLEEPING},
	site::SiteRegistry,
	Consents, Hash, OrgId, OrgSet,
};

/// How many numbers of plans that are forgotten are passed over at once.
const PASSED: u32 = 16;

/// Takes a plan. Its pages have to be examined.
pub(crate) fn propose<T: Config>(by: OrgId, plan: SavingPlan) -> Result<(), Error<T>> {
	plan.check().map_err(|defect| match defect {
		SavingDefect::NoPage | SavingDefect::Pages => Error::<T>::PlanPages,
		SavingDefect::Stations | SavingDefect::Cells => Error::<T>::PlanCells,
		SavingDefect::Days => Error::<T>::PlanDays,
		SavingDefect::Quarters => Error::<T>::PlanQuarters,
		SavingDefect::Weeks | SavingDefect::Elasticity => Error::<T>::PlanBaseline,
	})?;
	let local_network = plan.local_network;
	let pages = T::Sites::pages(local_network).ok_or(Error::<T>::UnknownTerritory)?;
	ensure!(plan.pages.iter().all(|cells| cells.page < pages), Error::<T>::NoSuchPage);
	ensure!(plan.pages.iter().all(|cells| cells.len() <= MAX_SLEEPING), Error::<T>::TooManyCells);
	let rules = WindowRulesInForce::<T>::get();
	let latest = day_of(Pallet::<T>::moment()).saturating_add(rules.ahead);
	ensure!(plan.first_day <= latest, Error::<T>::TooFarAhead);
	let mut window = Window {
		by,
		local_network,
		first_day: plan.first_day,
		last_day: plan.last_day().ok_or(Error::<T>::PlanDays)?,
		from: plan.from,
		until: plan.until,
		phase: PlanPhase::Proposed,
		due: 0,
		cursor: 0,
		holds: true,
	};
	ensure!(now::<T>() < window.begin(), Error::<T>::WindowBegun);
	let open = OpenPlans::<T>::get(by, local_network);
	ensure!(open < rules.plans, Error::<T>::TooManyPlans);
	OpenPlans::<T>::insert(by, local_network, open.saturating_add(1));
	let number = NextPlan::<T>::get();
	NextPlan::<T>::put(number.saturating_add(1));
	let hash = plan_hash(Pallet::<T>::genesis_hash(), number, by, &plan);
	let at = Pallet::<T>::moment();
	let pages = plan.pages.iter().map(|cells| PageStanding {
		page: cells.page,
		examined: None,
		at,
		asked: OrgSet::EMPTY,
		is_approved: false,
	});
	let agreement = Agreement {
		plan: hash,
		consents: Consents::new(Hash::zero(), OrgSet::EMPTY, consent::NEVER),
		pages: BoundedVec::truncate_from(pages.collect::<Vec<_>>()),
	};
	let begin = window.begin();
	agenda::move_to::<T>(number, &mut window, PlanPhase::Proposed, begin);
	Pallet::<T>::deposit_event(Event::PlanProposed {
		plan: number,
		by,
		local_network,
		hash,
		first_day: window.first_day,
		last_day: window.last_day,
	});
	PlansIn::<T>::insert(local_network, number, ());
	Agreements::<T>::insert(number, agreement);
	Plans::<T>::insert(number, plan);
	Windows::<T>::insert(number, window);
	Ok(())
}

/// Takes a plan back, or ends it: a day whose window has begun is its last, and what was saved until then may be proven.
pub(crate) fn withdraw<T: Config>(org: OrgId, number: u32, mut window: Window) -> Result<(), Error<T>> {
	ensure!(window.by == org, Error::<T>::NotProposer);
	let is_open = matches!(window.phase, PlanPhase::Proposed | PlanPhase::Agreed | PlanPhase::Approved);
	ensure!(is_open, Error::<T>::WrongPhase);
	let phase = if window.phase == PlanPhase::Approved && now::<T>() >= window.begin() {
		let today = day_of(Pallet::<T>::moment());
		// Whoever could leave a day out that goes badly would show those alone that go well.
		let has_begun = now::<T>() >= window.begins(today);
		let last = if has_begun { today } else { today.saturating_sub(1) };
		window.last_day = window.last_day.min(last);
		PlanPhase::Over
	} else {
		PlanPhase::Withdrawn
	};
	end::<T>(number, window, phase);
	Ok(())
}

/// Ends a plan. What it holds is given up page by page, but not before the window is over in which it was ended: all of that may be
/// proven, and another plan of its stations would have the same savings.
pub(super) fn end<T: Config>(number: u32, mut window: Window, phase: PlanPhase) {
	window.cursor = 0;
	let at = if phase == PlanPhase::Over { now::<T>().max(window.end()) } else { now::<T>() };
	agenda::move_to::<T>(number, &mut window, phase, at);
	Windows::<T>::insert(number, window);
	Pallet::<T>::deposit_event(Event::PlanEnded { plan: number, phase, last_day: window.last_day });
}

/// A plan of a company holds nothing any more.
pub(super) fn released<T: Config>(window: &mut Window) {
	window.holds = false;
	OpenPlans::<T>::mutate_exists(window.by, window.local_network, |open| {
		*open = open.take().and_then(|open| open.checked_sub(1)).filter(|open| *open > 0);
	});
}

/// Forgets a plan of whose pages nothing is left.
pub(super) fn forget<T: Config>(number: u32, window: &Window) {
	Due::<T>::remove(agenda::position(number, window));
	PlansIn::<T>::remove(window.local_network, number);
	Agreements::<T>::remove(number);
	Plans::<T>::remove(number);
	Windows::<T>::remove(number);
	FirstPlan::<T>::mutate(|first| {
		let next = NextPlan::<T>::get();
		for _ in 0..PASSED {
			if *first >= next || Windows::<T>::contains_key(*first) {
				break;
			}
			*first = first.saturating_add(1);
		}
	});
}
