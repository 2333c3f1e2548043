// SPDX-License-Identifier: Apache-2.0

//! Refusing: a company that is asked does not want a plan. It need not wait until the plan lapses, which holds what stands in for its
//! cells until then. Once the plan is approved, who shares a cell wakes it instead.

use super::{plan, types::Window};
use crate::{Agreements, Config, Error, Event, Pallet};
use frame_support::ensure;
use trimast_primitives::{energy::PlanPhase, order::Words, OrgId};

/// Ends a plan that a company does not want: one that is asked by what is examined so far, whether it has consented or not.
pub(crate) fn refuse<T: Config>(
	org: OrgId,
	number: u32,
	window: Window,
	reason: Words,
) -> Result<(), Error<T>> {
	ensure!(reason.is_valid(), Error::<T>::BadWords);
	let consents = Agreements::<T>::get(number).ok_or(Error::<T>::NoSuchPlan)?.consents;
	ensure!(consents.required.contains(org), Error::<T>::NotAsked);
	ensure!(matches!(window.phase, PlanPhase::Proposed | PlanPhase::Agreed), Error::<T>::WrongPhase);
	Pallet::<T>::deposit_event(Event::PlanRefused { plan: number, by: org, reason });
	plan::end::<T>(number, window, PlanPhase::Refused);
	Ok(())
}
