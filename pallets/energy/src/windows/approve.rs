// SPDX-License-Identifier: Apache-2.0

//! The last look before cells sleep: page by page, since what stands in for them may lie anywhere.
//!
//! From the last consent on the cells are kept from changes in their windows. By day, and before, they may change: so their relations
//! are read again.

use super::{
	agenda,
	around::Around,
	examine::frozen_day,
	now,
	types::{CellRefusals, PageRefusal, Window},
};
use crate::{
	charges, Agreements, Config, Error, Event, Examinations, Pallet, Plans, WindowRulesInForce, Windows,
};
use alloc::vec::Vec;
use frame_support::{ensure, weights::Weight};
use trimast_primitives::{access::Authority, energy::PlanPhase, interlock::Coverage, Moment, OrgId, OrgSet};

/// Looks at a page of a plan again, and approves it where nothing is in its way. With the last page the plan is approved. Says what
/// it weighed.
pub(crate) fn approve<T: Config>(
	org: OrgId,
	number: u32,
	mut window: Window,
	page: u16,
) -> Result<Weight, Error<T>> {
	let mut agreement = Agreements::<T>::get(number).ok_or(Error::<T>::NoSuchPlan)?;
	let is_party = org == window.by || agreement.consents.required.contains(org);
	ensure!(is_party, Error::<T>::NotAsked);
	ensure!(window.phase != PlanPhase::Proposed, Error::<T>::NotAgreed);
	ensure!(window.phase == PlanPhase::Agreed, Error::<T>::WrongPhase);
	ensure!(now::<T>() < window.begin(), Error::<T>::WindowBegun);
	let standing = *agreement.page(page).ok_or(Error::<T>::NoSuchPage)?;
	ensure!(!standing.is_approved, Error::<T>::AlreadyGiven);
	let term = Moment::from(WindowRulesInForce::<T>::get().examination).saturating_mul(1_000);
	let is_fresh = Pallet::<T>::moment() <= standing.at.saturating_add(term);
	ensure!(is_fresh, Error::<T>::ExaminationExpired);
	let plan = Plans::<T>::get(number).ok_or(Error::<T>::NoSuchPlan)?;
	let compensations = Examinations::<T>::get(number, page).ok_or(Error::<T>::NotExamined)?.compensations;
	let cells: Vec<(u8, u8)> = compensations.iter().map(|of| (of.slot, of.cell)).collect();
	let lists = T::Coverage::neighbours(plan.local_network, page, &cells);
	let others = compensations.iter().map(|of| of.by);
	let mut around = Around::<T>::new(number, window, &plan, page, &cells, others);
	let (mut refused, mut asked) = (Vec::new(), OrgSet::EMPTY);
	for (compensation, list) in compensations.iter().zip(&lists) {
		match around.again(compensation, list, true) {
			Ok(orgs) => asked = asked.union(orgs),
			Err(refusal) => refused.push((compensation.slot, compensation.cell, refusal)),
		}
	}
	let weight = charges::approved::<T>(compensations.len(), around.looked());
	let refusal = frozen_day::<T>(&window).or_else(|| {
		let cells = (!refused.is_empty()).then(|| CellRefusals::truncate_from(refused));
		cells.map(PageRefusal::Cells)
	});
	if let Some(refusal) = refusal {
		Pallet::<T>::deposit_event(Event::PageRefused { plan: number, page, refusal });
		return Ok(weight);
	}
	let agreed = agreement.consents.given.with(window.by);
	let needed = asked.intersection(T::Authority::members());
	ensure!(agreed.is_superset(needed), Error::<T>::PartiesChanged);
	if let Some(standing) = agreement.page_mut(page) {
		standing.is_approved = true;
	}
	Pallet::<T>::deposit_event(Event::PageApproved { plan: number, page });
	if agreement.is_approved() {
		let begin = window.begin();
		agenda::move_to::<T>(number, &mut window, PlanPhase::Approved, begin);
		Windows::<T>::insert(number, window);
		Pallet::<T>::deposit_event(Event::PlanApproved { plan: number });
	}
	Agreements::<T>::insert(number, agreement);
	Ok(weight)
}
