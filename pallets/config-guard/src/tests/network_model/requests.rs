// SPDX-License-Identifier: Apache-2.0

//! Who can do what with which request.

use super::world::{decider, is_active, station_at};
use crate::{
	changes::types::{Item, PartState, Phase, Request, Terms},
	mock::*,
	Manifests, NextRequest, Requests,
};
use frame_support::traits::Time;
use trimast_primitives::{OrgId, OrgSet};

/// Those items of which a company can ask for a change.
pub(super) fn items_of(org: OrgId, page: u16, mut items: Vec<Item>) -> Vec<Item> {
	items.retain(|item| station_at(page, item.slot).is_some_and(|entry| decider(&entry, item.key) == org));
	items
}

/// Asks for a change: whoever can ask for the first of its values, unless another is named. Says whether there is a request.
pub(super) fn ask(org: Option<OrgId>, page: u16, terms: Terms, items: Vec<Item>) -> bool {
	let first = items.first().and_then(|item| Some(decider(&station_at(page, item.slot)?, item.key)));
	let Some(by) = org.or(first) else { return false };
	let items = if org.is_some() { items } else { items_of(by, page, items) };
	let number = NextRequest::<Test>::get();
	is_taken(|| ConfigGuard::request(engineer(by), HERE, terms, page, part(&items)))
		&& Requests::<Test>::contains_key(number)
}

/// A draft with these parts. Says whether there is one.
pub(super) fn draft(org: OrgId, items: [Vec<Item>; 2]) -> bool {
	let number = NextRequest::<Test>::get();
	let is_drafted = is_taken(|| ConfigGuard::draft(engineer(org), HERE, terms()));
	for (page, items) in (0u16..).zip(items).filter(|_| is_drafted) {
		let part = part(&items_of(org, page, items));
		is_taken(|| ConfigGuard::add(engineer(org), number, page, part));
	}
	is_drafted
}

/// The requests by number.
fn all() -> impl Iterator<Item = (u32, Request)> {
	(0..NextRequest::<Test>::get()).filter_map(|number| Some((number, Requests::<Test>::get(number)?)))
}

/// With each request those of these companies that do business.
fn with(orgs: impl Fn(&Request) -> OrgSet) -> Vec<(OrgId, u32)> {
	let of = |(number, request): (u32, Request)| {
		let orgs: Vec<_> = orgs(&request).iter().filter(|org| is_active(*org)).collect();
		orgs.into_iter().map(move |org| (org, number))
	};
	all().flat_map(of).collect()
}

/// With each such request who has asked for it.
fn by_if(is_such: impl Fn(&Request) -> bool) -> Vec<(OrgId, u32)> {
	with(|request| if is_such(request) { OrgSet::of(request.by) } else { OrgSet::EMPTY })
}

fn in_time(request: &Request) -> bool {
	!request.consents.is_expired(System::block_number())
}

pub(super) fn drafts() -> Vec<(OrgId, u32)> {
	by_if(|request| request.phase == Phase::Draft && request.parts > 0 && in_time(request))
}

pub(super) fn waiting() -> Vec<(OrgId, u32)> {
	by_if(|request| matches!(request.phase, Phase::Draft | Phase::Asked) && in_time(request))
}

pub(super) fn withdrawable() -> Vec<(OrgId, u32)> {
	by_if(|request| {
		matches!(request.phase, Phase::Draft | Phase::Asked | Phase::Disputed) && request.executed.is_none()
	})
}

pub(super) fn missing() -> Vec<(OrgId, u32)> {
	let is_asked = |request: &Request| request.phase == Phase::Asked && in_time(request);
	with(|request| if is_asked(request) { request.consents.missing() } else { OrgSet::EMPTY })
}

/// With each page of the request that is in such a state.
fn with_pages(requests: Vec<(OrgId, u32)>, state: PartState) -> Vec<(OrgId, u32, u16)> {
	let pages = |(org, number)| {
		let heads = Manifests::<Test>::get(number).into_iter();
		heads.filter(move |head| head.state == state).map(move |head| (org, number, head.page))
	};
	requests.into_iter().flat_map(pages).collect()
}

pub(super) fn executable() -> Vec<(OrgId, u32, u16)> {
	let now = Clock::now();
	let ready = by_if(|request| {
		let (from, to) = request.terms.window;
		let is_agreed = request.consents.missing().is_empty() && !request.terms.emergency;
		let is_phase = request.phase == Phase::Executed || (request.phase == Phase::Asked && is_agreed);
		is_phase && (from..=to).contains(&now)
	});
	with_pages(ready, PartState::Open)
}

pub(super) fn standing() -> Vec<(OrgId, u32, u16)> {
	let who = |request: &Request| match request.phase {
		Phase::Executed | Phase::Disputed => OrgSet::of(request.by),
		Phase::Overruled => request.concerned.with(request.by),
		_ => OrgSet::EMPTY,
	};
	with_pages(with(who), PartState::Executed)
}

pub(super) fn attesters() -> Vec<(OrgId, u32)> {
	with(|request| match request.phase {
		Phase::Executed | Phase::Disputed => request.witnesses.with(request.by).difference(request.attested),
		_ => OrgSet::EMPTY,
	})
}

pub(super) fn objectors() -> Vec<(OrgId, u32)> {
	with(|request| {
		let is_alone = request.consents.required.without(request.by).is_empty();
		match request.phase {
			Phase::Asked if !is_alone => OrgSet::EMPTY,
			Phase::Asked | Phase::Executed | Phase::Disputed => {
				request.concerned.without(request.by).difference(request.objections)
			}
			_ => OrgSet::EMPTY,
		}
	})
}

pub(super) fn rulers() -> Vec<(OrgId, u32)> {
	with(|request| {
		let parties = request.consents.required.with(request.by).union(request.objections);
		let have_ruled = request.upheld.union(request.overruled);
		match request.phase {
			Phase::Disputed => Members::get().difference(parties).difference(have_ruled),
			_ => OrgSet::EMPTY,
		}
	})
}
