// SPDX-License-Identifier: Apache-2.0

//! Carrying out: the new values of a page become the baseline.

use super::{
	check::{check, Ask},
	close, consents,
	network::View,
	required, restate,
	write::write,
};
use crate::{
	agenda::{self, Due},
	changes::types::{ChangeState, PartHeads, PartState, Phase, Request},
	charges,
	pages::Page,
	violations, Catalogues, Changes, Config, Error, Event, Manifests, Pallet, Parts, Requests, WeightInfo,
};
use alloc::collections::BTreeMap;
use frame_support::{ensure, weights::Weight, BoundedVec};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{access::Authority, site::SiteRegistry, OrgId, OrgSet};

/// Carries out one page of a request. Says what it weighed.
pub(crate) fn execute<T: Config>(org: OrgId, number: u32, page: u16) -> Result<Weight, Error<T>> {
	let mut request = Requests::<T>::get(number).ok_or(Error::<T>::NoSuchRequest)?;
	ensure!(request.by == org, Error::<T>::NotProposer);
	let is_waiting = match request.phase {
		Phase::Asked => !request.terms.emergency,
		Phase::Executed => true,
		_ => false,
	};
	ensure!(is_waiting, Error::<T>::WrongPhase);
	ensure!(is_in_window::<T>(&request), Error::<T>::NotInWindow);
	let mut heads = Manifests::<T>::get(number);
	let weight = execute_page::<T>(number, &mut request, &mut heads, page)?;
	Requests::<T>::insert(number, request);
	Manifests::<T>::insert(number, heads);
	Ok(weight)
}

/// Whether the window of a request is open.
pub(super) fn is_in_window<T: Config>(request: &Request) -> bool {
	let (from, to) = request.terms.window;
	(from..=to).contains(&Pallet::<T>::moment())
}

/// Checks a page again and writes what passes. Where nothing passes, or the request is whole and something does not, the
/// page stays as it is; in the window it may be tried again. Says what it weighed.
pub(super) fn execute_page<T: Config>(
	number: u32,
	request: &mut Request,
	heads: &mut PartHeads,
	page: u16,
) -> Result<Weight, Error<T>> {
	let members = T::Authority::members();
	let all = required(heads).intersection(members);
	let head = heads.iter_mut().find(|head| head.page == page).ok_or(Error::<T>::UnknownPage)?;
	ensure!(head.state == PartState::Open, Error::<T>::WrongPhase);
	let (now, moment) = (Pallet::<T>::now(), Pallet::<T>::moment());
	ensure!(!request.consents.is_expired(now), Error::<T>::Expired);
	let Request { by, local_network, .. } = *request;
	let mut state = Page::<T>::open(local_network, page);
	let entries = T::Sites::stations(local_network, page);
	let changes = Changes::<T>::get(local_network, page);
	let view = View { local_network, page, table: &state.table, entries: &entries, changes: &changes };
	let emergency = request.terms.emergency;
	let window = (moment, moment);
	let ask = Ask { by, request: Some(number), window, emergency, is_draft: false, is_reported: emergency };
	let items = Parts::<T>::get(number, page);
	let checked = check::<T>(&view, &ask, &items);
	let mut size = state.table.size();
	let mut follows = Weight::zero();
	let is_agreed = request.consents.satisfies(all.union(checked.required), now);
	ensure!(is_agreed || emergency, Error::<T>::ConsentsMissing);
	if !is_agreed {
		// The network is changed already: who is needed by now is asked, and what the others have said stands.
		head.required = head.required.union(checked.required);
		head.concerned = head.concerned.union(checked.concerned);
		request.concerned = request.concerned.union(checked.concerned);
		request.consents.required = request.consents.required.union(checked.required);
		consents::tell_missing::<T>(number, request);
		return Ok(T::WeightInfo::execute(items.len().saturated_into(), size)
			.saturating_add(charges::looked::<T>(&checked.looked)));
	}
	let is_done = !checked.passed.is_empty() && (checked.refused.is_empty() || !request.terms.whole);
	let executed: u16 = if is_done { checked.passed.len().saturated_into() } else { 0 };
	if is_done {
		let passed = checked.passed.iter();
		let before: BTreeMap<_, _> = passed.clone().map(|(item, value)| (item.place(), *value)).collect();
		let values = passed.clone().map(|(item, _)| (item.place(), item.value)).collect();
		let gone = passed.filter(|(item, _)| item.value.is_none());
		let emptied = gone.map(|(item, _)| (item.slot, item.cell)).collect();
		write(&mut state.table, &values, &emptied).map_err(|_| Error::<T>::TooLarge)?;
		let violations = violations::rebase::<T>(by, local_network, page, &state.table);
		let saved = state.save(&entries, Catalogues::<T>::get().version).ok_or(Error::<T>::TooLarge)?;
		size = size.max(saved.size);
		follows = charges::follows::<T>(violations, saved.testimonies);
		let window_end = request.terms.window.1;
		restate::<T>(local_network, page, |change| {
			if change.request == number {
				change.state = match before.get(&change.place()) {
					Some(value) => {
						change.before = *value;
						ChangeState::Executed { at: moment, window_end }
					}
					None => ChangeState::Refused,
				};
			} else if before.contains_key(&change.place()) {
				change.ends(moment);
			}
		});
		head.state = PartState::Executed;
		request.standing = request.standing.saturating_add(1);
		request.executed = Some(now);
		request.leans |= checked.looked.pages > 0;
		request.partial |= !checked.refused.is_empty();
		// Nobody has read back what was not there.
		request.attested = OrgSet::EMPTY;
	}
	Pallet::<T>::deposit_event(Event::PartExecuted {
		request: number,
		page,
		executed,
		refused: BoundedVec::truncate_from(checked.refused),
		broken: BoundedVec::truncate_from(checked.broken),
	});
	if is_done && request.phase == Phase::Asked {
		close::enter_phase::<T>(number, request, Phase::Executed);
		// The other pages may follow as long as the window is open.
		let last = if heads.len() > 1 { request.consents.expires.max(now) } else { now };
		let observed = last.saturating_add(close::observation::<T>()).saturating_add(1);
		agenda::enter::<T>(by, observed, Due::Observed { request: number, is_last: false })?;
	}
	Ok(T::WeightInfo::execute(items.len().saturated_into(), size)
		.saturating_add(charges::looked::<T>(&checked.looked))
		.saturating_add(follows))
}
