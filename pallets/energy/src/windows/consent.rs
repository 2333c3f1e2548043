// SPDX-License-Identifier: Apache-2.0

//! Consents: of every company that shares a station of a plan, or one of which a cell stands in, to exactly what was found.

use super::{
	now,
	types::{Agreement, Window},
};
use crate::{Agreements, Config, Error, Event, Pallet, Windows};
use alloc::vec::Vec;
use frame_support::ensure;
use trimast_primitives::{
	access::Authority,
	consents::ConsentRefusal,
	energy::{window_subject, PlanPhase},
	BlockNumber, Hash, OrgId, OrgSet,
};

/// Until when consents are taken: a plan lapses by the clock, before its first window, and not by blocks.
pub(super) const NEVER: BlockNumber = BlockNumber::MAX;

/// Takes the consent of a company to a plan as it is examined.
pub(crate) fn consent<T: Config>(
	org: OrgId,
	number: u32,
	mut window: Window,
	subject: Hash,
	revision: u32,
) -> Result<(), Error<T>> {
	ensure!(window.phase == PlanPhase::Proposed, Error::<T>::WrongPhase);
	ensure!(now::<T>() < window.begin(), Error::<T>::WindowBegun);
	let mut agreement = Agreements::<T>::get(number).ok_or(Error::<T>::NoSuchPlan)?;
	ensure!(agreement.is_examined(), Error::<T>::NotExamined);
	agreement.consents.give(org, subject, revision, Pallet::<T>::block()).map_err(
		|refusal| match refusal {
			ConsentRefusal::Expired => Error::<T>::WindowBegun,
			ConsentRefusal::OtherSubject => Error::<T>::OtherDigest,
			ConsentRefusal::NotRequired => Error::<T>::NotAsked,
			ConsentRefusal::AlreadyGiven => Error::<T>::AlreadyGiven,
		},
	)?;
	Pallet::<T>::deposit_event(Event::PlanConsented { plan: number, by: org, subject });
	agree::<T>(number, &mut window, &agreement);
	Agreements::<T>::insert(number, agreement);
	Windows::<T>::insert(number, window);
	Ok(())
}

/// Has companies asked about what is found by now. What was given to something else is void.
pub(super) fn renew<T: Config>(number: u32, window: &mut Window, agreement: &mut Agreement) {
	let asked = agreement.pages.iter().fold(OrgSet::EMPTY, |orgs, page| orgs.union(page.asked));
	let required = asked.without(window.by).intersection(T::Authority::members());
	let pages = agreement.pages.iter().filter_map(|page| Some((page.page, page.examined?)));
	let subject = if agreement.is_examined() {
		window_subject(agreement.plan, &pages.collect::<Vec<_>>())
	} else {
		Hash::zero()
	};
	if (agreement.consents.subject, agreement.consents.required) != (subject, required) {
		agreement.consents.amend(subject, required, NEVER);
		for page in &mut agreement.pages {
			page.is_approved = false;
		}
		window.phase = PlanPhase::Proposed;
	}
	agree::<T>(number, window, agreement);
}

/// Notes that everybody has consented, as soon as that is so. Who has left the federation is not waited for.
fn agree<T: Config>(number: u32, window: &mut Window, agreement: &Agreement) {
	let missing = agreement.consents.missing().intersection(T::Authority::members());
	if window.phase == PlanPhase::Proposed && agreement.is_examined() && missing.is_empty() {
		window.phase = PlanPhase::Agreed;
		let subject = agreement.consents.subject;
		Pallet::<T>::deposit_event(Event::PlanAgreed { plan: number, subject });
	}
}
