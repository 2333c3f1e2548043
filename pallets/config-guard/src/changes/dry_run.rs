// SPDX-License-Identifier: Apache-2.0

//! Dry runs: what would be refused of a change, and what another policy would have refused of those that were made.
//!
//! What was made is judged again as a request for it would be, on the network of today: its stations and their parties, its
//! neighbours and their values. Only the values of the change itself are put back to those before it. So a rule that looks
//! at neighbours sees those of today, and a station that has got another sharer since has that one asked too. Interlocks
//! are not asked: what they answer is about now.

use super::{
	check::{changes_it, check, judge, Ask, Checked, Verdict},
	made_in, make_room,
	network::{Looked, View, MAX_PAGES_LOOKED, MAX_STEPS},
	ratification, Asked,
};
use crate::{
	changes::types::{
		Change, ChangeState, Item, ItemRefusal, PartHead, PastRefusal, Request, WouldBe, MAX_PAST,
	},
	pages::Page,
	policy::Policy,
	Changes, Config, Manifests, NextPast, NextRequest, Parts, Past, Requests,
};
use alloc::{collections::BTreeMap, vec::Vec};
use core::iter::successors;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	access::Authority,
	apis::{PastPlace, MAX_PAGE, MAX_PAST_PAGES},
	cells::{CellTable, ParamKey},
	org::MAX_ORGS,
	site::SiteRegistry,
	LocalNetworkId, Moment, OrgId, OrgSet,
};

/// Checks a part as a request of it would be. What is refused; and what of an emergency would be if it were none, with those
/// who have to ratify it.
pub(crate) fn of_part<T: Config>(
	by: OrgId,
	local_network: LocalNetworkId,
	page: u16,
	items: &[Item],
	window: (Moment, Moment),
	emergency: bool,
) -> Vec<(u8, ItemRefusal, Option<OrgSet>)> {
	let (table, entries) =
		(Page::<T>::open(local_network, page).table, T::Sites::stations(local_network, page));
	let mut changes = Changes::<T>::get(local_network, page);
	let view = View { local_network, page, table: &table, entries: &entries, changes: &changes };
	let window = made_in::<T>(window, emergency);
	let ask = Ask { by, request: None, window, emergency, is_draft: false, is_reported: false };
	let members = T::Authority::members();
	let (verdicts, broken, _) = judge::<T>(&view, &ask, &Policy::in_force::<T>(), members, true, items);
	let broken: BTreeMap<_, _> = broken.into_iter().collect();
	let passed = items
		.iter()
		.zip(&verdicts)
		.filter_map(|(item, verdict)| Some((*item, verdict.as_ref().ok()?.before)));
	let mut checked = Checked { passed: passed.collect(), ..Checked::default() };
	make_room::<T>(&mut changes, (NextRequest::<T>::get(), by), items, &Asked::new(), &mut checked);
	let without_room: BTreeMap<_, _> = checked.refused.into_iter().collect();
	let named = |(n, verdict): (u8, Verdict)| match (verdict, without_room.get(&n)) {
		(Ok(_), Some(refusal)) => Some((n, *refusal, None)),
		(Ok(passed), None) => {
			broken.get(&n).map(|refusal| (n, *refusal, Some(passed.required.intersection(members))))
		}
		(Err(refusal), _) => Some((n, refusal, None)),
	};
	(0u8..=u8::MAX).zip(verdicts).filter_map(named).collect()
}

/// What would refuse values of an emergency of which nothing is carried out yet if it were none, by their places in the page.
pub(crate) fn of_emergency<T: Config>(
	number: u32,
	request: &Request,
	page: u16,
	items: &[Item],
	changes: &[Change],
) -> BTreeMap<(u8, u8, ParamKey), ItemRefusal> {
	let Request { by, local_network, phase, asked, executed, ref terms, ref consents, .. } = *request;
	if !terms.emergency || phase.is_final() || executed.is_some() {
		return BTreeMap::new();
	}
	let (table, entries) =
		(Page::<T>::open(local_network, page).table, T::Sites::stations(local_network, page));
	let view = View { local_network, page, table: &table, entries: &entries, changes };
	let (from, ends) = terms.window;
	// What has begun since its report counts only where it was amended since.
	let window = match asked.is_some() && consents.revision == 0 {
		true => (from, ends.saturating_sub(ratification::<T>()).max(from)),
		false => made_in::<T>(terms.window, true),
	};
	let ask = Ask { by, request: Some(number), window, emergency: true, is_draft: false, is_reported: false };
	let place = |(n, refusal): (u8, ItemRefusal)| Some((items.get(usize::from(n))?.place(), refusal));
	check::<T>(&view, &ask, items).broken.into_iter().filter_map(place).collect()
}

/// What a policy would have done to changes that were made.
#[derive(Default)]
pub(crate) struct Judged {
	/// Requests that were looked at, without one of which an earlier answer has looked at the first page.
	pub(crate) requests: u32,
	/// Their items that were carried out.
	pub(crate) items: u32,
	/// Those of them of which nothing can be said: the station is retired or another's since, or has no such cell.
	pub(crate) unjudged: u32,
	/// Those that would not have been carried out.
	pub(crate) refused: Vec<PastRefusal>,
	/// Where to go on.
	pub(crate) next: Option<PastPlace>,
}

/// Judges what was carried out and is over, company by company, the latest first: so many pages from a place on, and fewer where the rules have
/// looked at as much as one check may.
pub(crate) fn of_policy<T: Config>(policy: &Policy, (from, first): PastPlace, limit: u32) -> Judged {
	let mut run = Run::<T> {
		policy,
		in_force: Policy::in_force::<T>(),
		members: T::Authority::members(),
		judged: Judged::default(),
		looked: Looked::default(),
		rest: limit.clamp(1, MAX_PAST_PAGES),
		_config: core::marker::PhantomData,
	};
	let next = |(place, _): &(u32, u32)| past::<T>(place.saturating_add(1));
	for (place, number) in successors(past::<T>(from), next) {
		let Some(request) = Requests::<T>::get(number) else { continue };
		let first = if place == from { first } else { 0 };
		let heads = Manifests::<T>::get(number).into_iter().filter(|head| !head.state.is_waiting());
		for (n, head) in heads.enumerate().filter(|(_, head)| head.page >= first) {
			if run.is_over() {
				run.judged.next = Some((place, head.page));
				return run.judged;
			}
			run.judged.requests = run.judged.requests.saturating_add(u32::from(n == 0));
			run.part(number, &request, &head);
		}
	}
	run.judged
}

/// The first place from one on, and the request there: the companies' rings stand one behind the other.
fn past<T: Config>(from: u32) -> Option<(u32, u32)> {
	let first = from.checked_div(MAX_PAST)?;
	(first..MAX_ORGS.into()).find_map(|org: u32| {
		let begins = org.saturating_mul(MAX_PAST);
		let place = from.saturating_sub(begins);
		let request = latest::<T>(OrgId(org.saturated_into()), place)?;
		Some((begins.saturating_add(place), request))
	})
}

/// The request of a company that was carried out and has come to its end with so many of its kind after it.
fn latest<T: Config>(by: OrgId, place: u32) -> Option<u32> {
	Past::<T>::get((by, true), NextPast::<T>::get((by, true)).wrapping_sub(1).wrapping_sub(place))
}

/// A policy that is being tried.
struct Run<'a, T> {
	policy: &'a Policy,
	in_force: Policy,
	members: OrgSet,
	judged: Judged,
	looked: Looked,
	/// How many pages may be looked at yet.
	rest: u32,
	_config: core::marker::PhantomData<T>,
}

impl<T: Config> Run<'_, T> {
	/// Whether one answer has no room for another page.
	fn is_over(&self) -> bool {
		let most: usize = MAX_PAGE.saturated_into();
		let Looked { pages, steps, .. } = self.looked;
		self.rest == 0 || steps >= MAX_STEPS || pages >= MAX_PAGES_LOOKED || self.judged.refused.len() >= most
	}

	/// Judges a page of a request.
	fn part(&mut self, number: u32, request: &Request, head: &PartHead) {
		let Request { by, local_network, ref terms, ref consents, .. } = *request;
		let page = head.page;
		let mut table = Page::<T>::open(local_network, page).table;
		let entries = T::Sites::stations(local_network, page);
		let known: BTreeMap<_, Change> = Changes::<T>::get(local_network, page)
			.into_iter()
			.filter(|change| change.request == number)
			.map(|change| (change.place(), change))
			.collect();
		let mut items = Parts::<T>::get(number, page).into_inner();
		items.retain(|item| known.get(&item.place()).is_none_or(was_made));
		let before = |item: &Item| known.get(&item.place()).and_then(|change| change.before);
		for item in &items {
			put_back(&mut table, item.place(), before(item));
		}
		let view = View { local_network, page, table: &table, entries: &entries, changes: &[] };
		let (emergency, (from, to)) = (terms.emergency, terms.window);
		// An emergency had been made when it was reported.
		let to = if emergency { to.saturating_sub(ratification::<T>()).max(from) } else { to };
		let ask =
			Ask { by, request: None, window: (from, to), emergency, is_draft: false, is_reported: false };
		let (verdicts, _, looked) = judge::<T>(&view, &ask, self.policy, self.members, false, &items);
		for (item, verdict) in items.iter().zip(verdicts) {
			let why = match verdict {
				Ok(passed) => {
					let missing = passed.required.intersection(self.members).difference(consents.given);
					if missing.is_empty() {
						continue;
					}
					WouldBe::Unapproved(missing)
				}
				Err(refusal) if self.is_since(&view, by, item, refusal) => {
					self.judged.unjudged = self.judged.unjudged.saturating_add(1);
					continue;
				}
				Err(refusal) => WouldBe::Refused(refusal),
			};
			let (item, before) = (*item, before(item));
			let refusal = PastRefusal { request: number, by, local_network, page, item, before, why };
			self.judged.refused.push(refusal);
		}
		self.judged.items = self.judged.items.saturating_add(items.len().saturated_into());
		self.looked.pages = self.looked.pages.saturating_add(looked.pages);
		self.looked.steps = self.looked.steps.saturating_add(looked.steps);
		self.rest = self.rest.saturating_sub(1);
	}

	/// Whether an item is refused for what has become of its station since, and for no policy.
	fn is_since(&self, view: &View<'_>, by: OrgId, item: &Item, refusal: ItemRefusal) -> bool {
		match refusal {
			ItemRefusal::NotFound
			| ItemRefusal::CellBefore { .. }
			| ItemRefusal::Retired
			| ItemRefusal::Unchanged => true,
			ItemRefusal::NotOwner | ItemRefusal::NotOperator => {
				let Policy { catalogue, holdings, .. } = &self.in_force;
				let entry = view.entries.get(usize::from(item.slot));
				entry.is_none_or(|entry| changes_it(catalogue, holdings, self.members, entry, item.key) != by)
			}
			_ => false,
		}
	}
}

/// Whether a change was carried out, whatever has become of it since.
fn was_made(change: &Change) -> bool {
	matches!(change.state, ChangeState::Executed { .. } | ChangeState::RolledBack { .. })
}

/// Puts a value back to what it was. One that has no room in the table stays as it is today: it is found unchanged then.
fn put_back(table: &mut CellTable, (slot, cell, key): (u8, u8, ParamKey), before: Option<i64>) {
	if let Some(position) = table.position(slot.into(), cell) {
		let _ = table.set(position, key, before);
	}
}
