// SPDX-License-Identifier: Apache-2.0

//! Dry runs: what would be refused of a change, and what another parameter would have refused of those that were made.

use super::check::{check, class_of, operator_of, Ask, View};
use crate::{
	changes::types::{Item, ItemRefusal, PastRefusal, WouldBe, MAX_PAST},
	pages::Page,
	types::KeyDefect,
	Changes, Config, Holdings, Manifests, Parts, Past, Requests,
};
use alloc::vec::Vec;
use frame_support::traits::Get;
use trimast_primitives::{
	access::Authority,
	cells::{catalogue::Parameter, ParamId},
	site::{SiteRegistry, StationEntry},
	LocalNetworkId, Moment, OrgId,
};

/// Checks a part as a request of it would be.
pub(crate) fn of_part<T: Config>(
	by: OrgId,
	local_network: LocalNetworkId,
	page: u16,
	items: &[Item],
	window: (Moment, Moment),
	emergency: bool,
) -> Vec<(u8, ItemRefusal)> {
	let (table, entries) =
		(Page::<T>::open(local_network, page).table, T::Sites::stations(local_network, page));
	let changes = Changes::<T>::get(local_network, page);
	let view = View { local_network, page, table: &table, entries: &entries, changes: &changes };
	check::<T>(&view, &Ask { by, request: None, window, emergency }, items).refused
}

/// Looks at so many of the requests that were carried out, from a place of their ring on: which of their items this
/// parameter would have refused, on the stations of today. With the next place, when there is one.
pub(crate) fn of_parameter<T: Config>(
	id: ParamId,
	parameter: &Parameter,
	from: u32,
	limit: u32,
) -> (Vec<PastRefusal>, Option<u32>) {
	let next = from.saturating_add(limit.clamp(1, T::MaxPage::get())).min(MAX_PAST);
	let mut found = Vec::new();
	for request in (from..next).filter_map(|place| Past::<T>::get(true, place)) {
		for head in Manifests::<T>::get(request) {
			found.extend(of_past_part::<T>(id, parameter, request, head.page));
		}
	}
	(found, Some(next).filter(|next| *next < MAX_PAST && Past::<T>::contains_key(true, *next)))
}

fn of_past_part<T: Config>(id: ParamId, parameter: &Parameter, number: u32, page: u16) -> Vec<PastRefusal> {
	let Some(request) = Requests::<T>::get(number) else { return Vec::new() };
	let mut items = Parts::<T>::get(number, page).into_inner();
	items.retain(|item| item.key.param == id);
	if items.is_empty() {
		return Vec::new();
	}
	let (holdings, members) = (Holdings::<T>::get(), T::Authority::members());
	let entries = T::Sites::stations(request.local_network, page);
	let changes = Changes::<T>::get(request.local_network, page);
	let would_be = |item: &Item| {
		let entry: &StationEntry = entries.get(usize::from(item.slot))?;
		let change = changes.iter().find(|change| (change.request, change.place()) == (number, item.place()));
		let before = change.and_then(|change| change.before);
		if let Some(value) = item.value {
			if item.key.place >= parameter.places(&entry.station) {
				return Some(WouldBe::Refused(KeyDefect::NoSuchPlace));
			}
			if let Err(defect) = parameter.check(&entry.station, before, value) {
				return Some(WouldBe::Refused(defect.into()));
			}
		}
		let operator = operator_of(&holdings, &entry.station, parameter, item.key);
		let required = class_of(entry, parameter, item.value.or(before)?).parties(&entry.station, operator);
		let missing = required.intersection(members).difference(request.consents.given);
		Some(WouldBe::Unapproved(missing)).filter(|_| !missing.is_empty())
	};
	let refusal = |item: Item| Some(PastRefusal { request: number, page, item, why: would_be(&item)? });
	items.into_iter().filter_map(refusal).collect()
}
