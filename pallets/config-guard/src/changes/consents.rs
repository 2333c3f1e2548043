// SPDX-License-Identifier: Apache-2.0

//! Who has agreed to a request, and what follows once all have.

use super::{execute, required};
use crate::{
	changes::types::{PartHeads, Phase, Request},
	Config, Error, Event, Manifests, Pallet, Requests, WeightInfo,
};
use frame_support::{ensure, weights::Weight};
use trimast_primitives::{access::Authority, consents::ConsentRefusal, Consents, Hash, OrgId};

/// A request is asked for, or was amended: its proposer agrees, and what nobody else is asked about is carried out. Says
/// what that weighed.
pub(super) fn asked<T: Config>(
	number: u32,
	mut request: Request,
	heads: PartHeads,
) -> Result<Weight, Error<T>> {
	let (by, subject, revision) = (request.by, request.consents.subject, request.consents.revision);
	let now = Pallet::<T>::now();
	if request.consents.required.contains(by) {
		request.consents.give(by, subject, revision, now).map_err(Error::<T>::from)?;
	}
	tell_missing::<T>(number, &request);
	ready::<T>(number, request, heads)
}

/// Says for whose consents a request waits.
pub(super) fn tell_missing<T: Config>(request: u32, Request { consents, .. }: &Request) {
	let (missing, Consents { subject, revision, expires, .. }) = (consents.missing(), *consents);
	Pallet::<T>::deposit_event(Event::RequestAsked { request, subject, revision, missing, expires });
}

/// Takes the consent of `org`. When a company that was waited for has left, whoever has consented may call again.
/// Says what it weighed.
pub(crate) fn consent<T: Config>(
	org: OrgId,
	number: u32,
	subject: Hash,
	revision: u32,
) -> Result<Weight, Error<T>> {
	let mut request = Requests::<T>::get(number).ok_or(Error::<T>::NoSuchRequest)?;
	ensure!(request.phase == Phase::Asked, Error::<T>::WrongPhase);
	let heads = Manifests::<T>::get(number);
	// Who has left is asked no more. What it has agreed to stays.
	let asked = T::Authority::members().union(request.consents.given);
	let required = required(&heads).intersection(asked);
	request.consents.required = required;
	let now = Pallet::<T>::now();
	match request.consents.give(org, subject, revision, now) {
		Ok(()) => {
			let missing = request.consents.missing();
			Pallet::<T>::deposit_event(Event::RequestConsented {
				request: number,
				org,
				subject,
				revision,
				missing,
			});
		}
		Err(ConsentRefusal::AlreadyGiven) if request.consents.satisfies(required, now) => {}
		Err(refusal) => return Err(refusal.into()),
	}
	Ok(T::WeightInfo::consent().saturating_add(ready::<T>(number, request, heads)?))
}

/// Writes a request. What needs no further step of anybody is carried out: an emergency that all have agreed to, where nobody
/// else is needed by now, and a change of one page that its proposer may make alone, in its window. Says what carrying it out
/// weighed.
fn ready<T: Config>(number: u32, mut request: Request, mut heads: PartHeads) -> Result<Weight, Error<T>> {
	let consents = request.consents;
	let is_alone = consents.required.without(request.by).is_empty() && heads.len() == 1;
	let is_now = execute::is_in_window::<T>(&request);
	let at_once = consents.satisfies(consents.required, Pallet::<T>::now())
		&& (request.terms.emergency || (is_alone && is_now));
	let weight = match heads.first().map(|head| head.page).filter(|_| at_once) {
		Some(page) => execute::execute_page::<T>(number, &mut request, &mut heads, page)?,
		None => Weight::zero(),
	};
	Requests::<T>::insert(number, request);
	Manifests::<T>::insert(number, heads);
	Ok(weight)
}

impl<T> From<ConsentRefusal> for Error<T> {
	fn from(refusal: ConsentRefusal) -> Self {
		match refusal {
			ConsentRefusal::Expired => Self::Expired,
			ConsentRefusal::OtherSubject => Self::OtherSubject,
			ConsentRefusal::NotRequired => Self::NotRequired,
			ConsentRefusal::AlreadyGiven => Self::AlreadyGiven,
		}
	}
}
