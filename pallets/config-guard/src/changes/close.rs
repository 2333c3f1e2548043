// SPDX-License-Identifier: Apache-2.0

//! How a request comes to its end: attested and closed, disputed and ruled on, rolled back, lapsed, withdrawn.

use super::{
	execute::is_in_window,
	restate,
	write::{write, Place},
};
use crate::{
	agenda::{self, Due},
	changes::{
		check::{of_former, of_parties},
		network::{Looked, View},
		types::{Change, ChangeState, Item, PartHead, PartHeads, PartState, Phase, Request, MAX_PAST},
	},
	charges, exports,
	pages::Page,
	policy::Policy,
	violations::{self, kinds::former_until},
	Catalogues, Changes, Config, Error, Event, FirstPast, Manifests, NextPast, OpenInPage, OpenRequests,
	Pallet, Parts, Past, Requests, WeightInfo,
};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use core::ops::RangeInclusive;
use frame_support::{ensure, storage::with_storage_layer, weights::Weight, BoundedVec};
use sp_runtime::{DispatchError, SaturatedConversion};
use trimast_primitives::{
	access::Authority,
	cells::{ParamId, ParamKey},
	org::{OrgKind, MAX_ORGS},
	params::Governed,
	site::SiteRegistry,
	BlockNumber, Consents, Hash, LocalNetworkId, Moment, OrgId, OrgSet,
};

/// Pages of a request that are forgotten at once.
const FORGOTTEN_AT_ONCE: usize = 16;
/// Violations that one item of the agenda opens.
const OPENED_AT_ONCE: usize = 16;
/// How many terms later than now what finds no room is tried again at most, when the agenda is full.
const WAITS: u32 = 3;
/// Blocks of the agenda that are looked into for it.
pub(crate) const LOOKED_TO_WAIT: u32 = WAITS * agenda::MAX_SHIFT;

fn find<T: Config>(number: u32) -> Result<Request, Error<T>> {
	Requests::<T>::get(number).ok_or(Error::<T>::NoSuchRequest)
}

/// How many blocks a change is observed: the others have all of their time to object.
pub(super) fn observation<T: Config>() -> BlockNumber {
	let parameters = T::Governed::parameters();
	T::Governed::blocks(parameters.observation_term.max(parameters.objection_term))
}

/// Last moment in which a value may be seen that is rolled back at this one: the network is changed back in the time in which
/// a change that is carried out is read back.
fn changed_back_by<T: Config>(at: Moment) -> Moment {
	at.saturating_add(Moment::from(T::Governed::parameters().observation_term).saturating_mul(1_000))
}

/// Notes where a request stands now. Whoever calls writes it.
pub(super) fn enter_phase<T: Config>(number: u32, request: &mut Request, phase: Phase) {
	request.phase = phase;
	Pallet::<T>::deposit_event(Event::RequestMoved { request: number, phase });
}

/// Ends a request. It is kept among those of its company that are over, but for an emergency whose violations are not opened
/// yet; what was never asked for explains nothing, and is forgotten. Says what is left of it: violations, or parts to forget.
fn end<T: Config>(number: u32, mut request: Request, phase: Phase) -> Option<Due> {
	enter_phase::<T>(number, &mut request, phase);
	request.ended = Some(Pallet::<T>::moment());
	let by = request.by;
	if request.asked.is_none() {
		OpenRequests::<T>::mutate(by, |open| *open = open.saturating_sub(1));
		Requests::<T>::remove(number);
		return forget_rest::<T>(number).1;
	}
	Requests::<T>::insert(number, request);
	if phase == Phase::Unratified {
		return Some(Due::Unratified { request: number, first: 0 });
	}
	keep::<T>(number, by, phase.was_executed());
	None
}

/// Whether a request is not over, and nothing of it was carried out.
const fn is_undone(request: &Request) -> bool {
	match request.phase {
		Phase::Draft | Phase::Asked => true,
		Phase::Disputed => request.executed.is_none(),
		_ => false,
	}
}

/// Ends a request of which nothing was carried out. In an emergency the network was changed before it was reported: what others
/// have not agreed to by then is a violation, whatever has ended it. Says what is left of it.
fn end_undone<T: Config>(number: u32, request: Request, phase: Phase) -> Option<Due> {
	let is_reported = request.terms.emergency && request.asked.is_some();
	let is_unratified = is_reported && !is_agreed_by_others::<T>(&request);
	end::<T>(number, request, if is_unratified { Phase::Unratified } else { phase })
}

/// Whether a company has agreed to another's request, and all have that must and are members. What keeps it out of the baseline
/// then is nobody's silence.
fn is_agreed_by_others<T: Config>(request: &Request) -> bool {
	let Consents { required, given, .. } = request.consents;
	!given.without(request.by).is_empty() && given.is_superset(required.intersection(T::Authority::members()))
}

/// Keeps a request that is over. One of its company that was over before may be forgotten for it.
fn keep<T: Config>(number: u32, by: OrgId, was_executed: bool) {
	OpenRequests::<T>::mutate(by, |open| *open = open.saturating_sub(1));
	let kind = (by, was_executed);
	let count = NextPast::<T>::get(kind);
	NextPast::<T>::insert(kind, count.wrapping_add(1));
	Past::<T>::insert(kind, count, number);
	forget_oldest::<T>(by, was_executed);
}

/// How many requests of a company are kept that are over.
pub(super) fn kept<T: Config>(by: OrgId) -> u32 {
	let of = |kind| NextPast::<T>::get(kind).wrapping_sub(FirstPast::<T>::get(kind));
	of((by, false)).saturating_add(of((by, true)))
}

/// Forgets the request of a company that was over first, where more are kept than need be and there is no export any more that
/// was read before its end: until then it says what that shows. Says what it weighed, when it did.
pub(super) fn forget_oldest<T: Config>(by: OrgId, was_executed: bool) -> Option<Weight> {
	let kind = (by, was_executed);
	let first = FirstPast::<T>::get(kind);
	if NextPast::<T>::get(kind).wrapping_sub(first) <= MAX_PAST {
		return None;
	}
	let number = Past::<T>::get(kind, first)?;
	if Requests::<T>::get(number).is_some_and(|request| explains::<T>(&request)) {
		return None;
	}
	if Manifests::<T>::decode_len(number).is_some_and(|parts| parts > FORGOTTEN_AT_ONCE) {
		let next = Pallet::<T>::now().saturating_add(1);
		// Where the agenda is full it is forgotten with a later one.
		agenda::enter::<T>(by, next, Due::Forget { request: number }).ok()?;
	}
	Past::<T>::remove(kind, first);
	FirstPast::<T>::insert(kind, first.wrapping_add(1));
	Requests::<T>::remove(number);
	Some(forget_rest::<T>(number).0)
}

/// Whether a request may explain what an export shows: it was asked for, and is not over or was not when an export was read
/// that still counts. The network may be changed back after the end, also where a page was rolled back by itself.
pub(super) fn explains<T: Config>(request: &Request) -> bool {
	let is_rolled_back = request.phase.was_executed() && request.standing < request.parts;
	let last = |ended| if is_rolled_back { changed_back_by::<T>(ended) } else { ended };
	request.asked.is_some() && request.ended.is_none_or(|ended| !exports::is_expired::<T>(last(ended)))
}

/// Removes the parts of a request that is forgotten, so many at once. Says what it weighed, and what is left.
pub(crate) fn forget_rest<T: Config>(number: u32) -> (Weight, Option<Due>) {
	let mut heads = Manifests::<T>::take(number).into_inner();
	let rest = heads.split_off(FORGOTTEN_AT_ONCE.min(heads.len()));
	heads.iter().for_each(|head| Parts::<T>::remove(number, head.page));
	let left = !rest.is_empty();
	if left {
		Manifests::<T>::insert(number, PartHeads::truncate_from(rest));
	}
	(forgotten::<T>(heads.len()), left.then_some(Due::Forget { request: number }))
}

/// What it weighs to forget so many parts of a request: their share of what as many as may be weigh, with the request, its
/// pages and its place as three more.
fn forgotten<T: Config>(parts: usize) -> Weight {
	let [of, all] = [parts, FORGOTTEN_AT_ONCE].map(|n| n.saturating_add(3).saturated_into::<u64>());
	let whole = T::WeightInfo::forget_request();
	let share = |all_of: u64| all_of.saturating_mul(of).div_ceil(all.max(1));
	Weight::from_parts(share(whole.ref_time()), share(whole.proof_size()))
}

/// Takes back what is not carried out. An emergency has changed the network: taken back, it is as if it had not been ratified
/// in time, but where the baseline says by now what it has reported, or all have agreed to it.
pub(crate) fn withdraw<T: Config>(org: OrgId, number: u32) -> Result<(), Error<T>> {
	let request = find::<T>(number)?;
	ensure!(request.by == org, Error::<T>::NotProposer);
	ensure!(is_undone(&request), Error::<T>::WrongPhase);
	let left = match request.terms.emergency && is_ratified::<T>(number, &request) {
		true => end::<T>(number, request, Phase::Withdrawn),
		false => end_undone::<T>(number, request, Phase::Withdrawn),
	};
	if let Some(due) = left {
		agenda::enter::<T>(org, Pallet::<T>::now().saturating_add(1), due)?;
	}
	Ok(())
}

/// Whether the baseline has every value of an emergency.
fn is_ratified<T: Config>(number: u32, request: &Request) -> bool {
	Manifests::<T>::get(number).iter().all(|head| {
		let table = Page::<T>::open(request.local_network, head.page).table;
		let approved = |item: &Item| {
			let position = table.position(item.slot.into(), item.cell);
			match position {
				Some(position) => table.get(position, item.key) == item.value,
				// Of a new cell nothing is approved. A station without a baseline has left it.
				None => item.value.is_none() || table.cells_of(item.slot.into()) == 0,
			}
		};
		Parts::<T>::get(number, head.page).iter().all(approved)
	})
}

/// The time of a draft, or of the window of a request, may be over, also of one that is disputed: no ruling could have it
/// carried out any more, and an emergency's time grows by no objection. Says what it weighed, and what follows.
pub(crate) fn lapse<T: Config>(number: u32) -> (Weight, Option<Due>) {
	let is_over = |request: &Request| is_undone(request) && request.consents.is_expired(Pallet::<T>::now());
	let Some(request) = Requests::<T>::get(number).filter(is_over) else {
		return (looked_up::<T>(), None);
	};
	(T::WeightInfo::end_request(), end_undone::<T>(number, request, Phase::Lapsed))
}

/// A request is no more what something was due for.
fn looked_up<T: Config>() -> Weight {
	T::WeightInfo::read_records(1)
}

/// Opens violations for the items of an emergency that was not ratified, from the one in place `first` on, so many at once.
/// Says what it weighed, and what is left. As long as the page has no room it is tried again once a term, in the agenda of
/// `org`. When all are opened the request may be forgotten.
pub(crate) fn unratified<T: Config>(org: OrgId, number: u32, first: u16) -> (Weight, Option<Due>) {
	let weight = T::WeightInfo::unratified();
	let Some(request) = Requests::<T>::get(number) else { return (weight, None) };
	let Some(head) = Manifests::<T>::get(number).first().copied() else {
		keep::<T>(number, request.by, false);
		return (weight, None);
	};
	let items = Parts::<T>::get(number, head.page);
	let first = usize::from(first).min(items.len());
	let end = first.saturating_add(OPENED_AT_ONCE).min(items.len());
	let asked = items.get(first..end).unwrap_or_default();
	let (opened, looked) = violations::unratified::<T>(number, &request, head.page, asked);
	let (next, weight) = (first.saturating_add(opened), weight.saturating_add(looked));
	let more = Due::Unratified { request: number, first: next.saturated_into() };
	if next >= items.len() {
		keep::<T>(number, request.by, false);
		return (weight, None);
	}
	if next >= end {
		return (weight, Some(more));
	}
	// The page has no room for another violation. It may have some later.
	let (now, term) = (Pallet::<T>::now(), T::Governed::blocks(T::Governed::parameters().silence_term));
	let mut terms = 1..=WAITS;
	let later = |terms| agenda::enter::<T>(org, now.saturating_add(term.saturating_mul(terms)), more);
	let waits = terms.any(|terms| later(terms).is_ok());
	// Where the company has filled its agenda too, what is due behind it waits with it.
	(weight.saturating_add(T::WeightInfo::read_records(LOOKED_TO_WAIT)), (!waits).then_some(more))
}

/// `org` has read back from the network what was changed.
pub(crate) fn attest<T: Config>(org: OrgId, number: u32) -> Result<(), Error<T>> {
	let mut request = find::<T>(number)?;
	ensure!(request.by == org || request.witnesses.contains(org), Error::<T>::NotConcerned);
	ensure!(matches!(request.phase, Phase::Executed | Phase::Disputed), Error::<T>::WrongPhase);
	ensure!(!request.attested.contains(org), Error::<T>::AlreadyGiven);
	request.attested = request.attested.with(org);
	Requests::<T>::insert(number, request);
	Pallet::<T>::deposit_event(Event::RequestAttested { request: number, org });
	Ok(())
}

/// Whether who has asked has read the change back, and another company has, where another one is heard.
fn is_attested<T: Config>(request: &Request) -> bool {
	let others = request.witnesses.without(request.by).intersection(T::Authority::members());
	let by_another = !request.attested.intersection(others).is_empty();
	request.attested.contains(request.by) && (by_another || others.is_empty())
}

/// Whether a page that is carried out may lean on what is not: rules have looked at other pages as they were to be, and not all
/// of the request was carried out, or still is.
const fn is_torn(request: &Request) -> bool {
	let is_whole = request.standing == request.parts && !request.partial;
	request.parts > 1 && request.leans && !is_whole
}

/// The time in which a change is observed is over: once, and for good when it is over a second time. What is torn is then for
/// good: no page is carried out any more. Says what it weighed.
pub(crate) fn observed<T: Config>(number: u32, is_last: bool) -> Weight {
	let is_observed = |request: &Request| request.phase == Phase::Executed;
	let Some(request) = Requests::<T>::get(number).filter(is_observed) else { return looked_up::<T>() };
	let weight = T::WeightInfo::end_request();
	let is_torn = is_torn(&request);
	if is_attested::<T>(&request) && !is_torn {
		end::<T>(number, request, Phase::Closed);
		return weight;
	}
	let again = Pallet::<T>::now().saturating_add(observation::<T>());
	let entered = !is_last
		&& !is_torn
		&& agenda::enter::<T>(request.by, again, Due::Observed { request: number, is_last: true }).is_ok();
	if !entered && dispute::<T>(number, request.clone(), request.by).is_err() {
		// Nobody could be given the time to rule: it stands, and is shown as disputed.
		end::<T>(number, Request { disputed: true, ..request }, Phase::Closed);
	}
	weight
}

/// Objects to a change that is observed, or to one that is asked for and needs nobody else.
pub(crate) fn object<T: Config>(org: OrgId, number: u32, reason: Hash) -> Result<(), Error<T>> {
	let mut request = find::<T>(number)?;
	ensure!(request.concerned.contains(org) && request.by != org, Error::<T>::NotConcerned);
	let is_open = match request.phase {
		Phase::Executed | Phase::Disputed => true,
		Phase::Asked => request.consents.required.without(request.by).is_empty(),
		_ => false,
	};
	ensure!(is_open, Error::<T>::WrongPhase);
	ensure!(!request.objections.contains(org), Error::<T>::AlreadyGiven);
	let term = T::Governed::blocks(T::Governed::parameters().objection_term);
	let last = request.executed.map_or(request.consents.expires, |executed| executed.saturating_add(term));
	ensure!(Pallet::<T>::now() <= last, Error::<T>::TooLate);
	request.objections = request.objections.with(org);
	Pallet::<T>::deposit_event(Event::RequestObjected { request: number, org, reason });
	if request.phase != Phase::Disputed {
		request.objected = Some(Pallet::<T>::moment()).filter(|_| request.executed.is_none());
		return dispute::<T>(number, request, org);
	}
	Requests::<T>::insert(number, request);
	Ok(())
}

/// Who has asked waits for the ruling in its own agenda; where that is full, in the one of `org`, which disputes it.
fn dispute<T: Config>(number: u32, mut request: Request, org: OrgId) -> Result<(), Error<T>> {
	let over = Pallet::<T>::after(T::Governed::parameters().ruling_term).saturating_add(1);
	let due = Due::Ruling { request: number };
	agenda::enter::<T>(request.by, over, due).or_else(|_| agenda::enter::<T>(org, over, due))?;
	request.disputed = true;
	request.ruling = Some(over);
	enter_phase::<T>(number, &mut request, Phase::Disputed);
	Requests::<T>::insert(number, request);
	Ok(())
}

/// A disputed request stands: it is closed, or what waits of it may be carried out as long as its window is open. Says what is
/// left of it.
fn stands<T: Config>(number: u32, mut request: Request) -> Option<Due> {
	let is_expired = request.consents.is_expired(Pallet::<T>::now());
	if request.executed.is_some() {
		let may_go_on = request.standing < request.parts && !is_expired && is_in_window::<T>(&request);
		if !may_go_on || !Manifests::<T>::get(number).iter().any(|head| head.state.is_waiting()) {
			return end::<T>(number, request, Phase::Closed);
		}
		// The end of its observation is due after the window. What is disputed by then is more, and is ruled on anew.
		request.upheld = OrgSet::EMPTY;
		request.overruled = OrgSet::EMPTY;
		enter_phase::<T>(number, &mut request, Phase::Executed);
		Requests::<T>::insert(number, request);
		return None;
	}
	if is_expired {
		return end_undone::<T>(number, request, Phase::Lapsed);
	}
	request.objected = None;
	enter_phase::<T>(number, &mut request, Phase::Asked);
	Requests::<T>::insert(number, request);
	None
}

/// Nobody has ruled in time: it stands, and is shown as disputed. Says what it weighed, and what follows.
pub(crate) fn ruling_over<T: Config>(number: u32) -> (Weight, Option<Due>) {
	let now = Pallet::<T>::now();
	let is_over = |request: &Request| {
		request.phase == Phase::Disputed && request.ruling.is_none_or(|ruling| ruling <= now)
	};
	let Some(request) = Requests::<T>::get(number).filter(is_over) else {
		return (looked_up::<T>(), None);
	};
	(T::WeightInfo::end_request(), stands::<T>(number, request))
}

/// The companies that are not party to a dispute: carriers and tower companies that have neither asked, nor had to agree,
/// nor object.
fn rulers<T: Config>(request: &Request) -> OrgSet {
	let parties = request.consents.required.with(request.by).union(request.objections);
	let is_company = |org: &OrgId| T::Authority::kind(*org).is_some_and(OrgKind::has_council_seat);
	T::Authority::members().difference(parties).iter().filter(is_company).collect()
}

/// Rules on a dispute. More than half of those who may decide. Says what it weighed.
pub(crate) fn rule<T: Config>(
	org: OrgId,
	number: u32,
	stands: bool,
	reason: Hash,
) -> Result<Weight, Error<T>> {
	let (mut weight, ended) = (T::WeightInfo::rule(), T::WeightInfo::end_request());
	let mut request = find::<T>(number)?;
	ensure!(request.phase == Phase::Disputed, Error::<T>::WrongPhase);
	let rulers = rulers::<T>(&request);
	ensure!(!rulers.is_empty(), Error::<T>::NobodyToRule);
	ensure!(rulers.contains(org), Error::<T>::NotRuler);
	ensure!(!request.upheld.union(request.overruled).contains(org), Error::<T>::AlreadyGiven);
	let said = if stands { &mut request.upheld } else { &mut request.overruled };
	*said = said.with(org);
	let is_decided = said.intersection(rulers).len().saturating_mul(2) > rulers.len();
	Pallet::<T>::deposit_event(Event::RequestRuled { request: number, org, stands, reason });
	let left = match (is_decided, stands) {
		(false, _) => {
			Requests::<T>::insert(number, request);
			None
		}
		(true, true) => {
			weight = weight.saturating_add(ended);
			self::stands::<T>(number, request)
		}
		(true, false) if request.executed.is_none() => {
			weight = weight.saturating_add(ended);
			end_undone::<T>(number, request, Phase::RolledBack)
		}
		(true, false) => {
			enter_phase::<T>(number, &mut request, Phase::Overruled);
			let heads = Manifests::<T>::get(number);
			match heads.as_slice() {
				[head] => {
					let state = Page::<T>::open(request.local_network, head.page);
					let rolled = roll_back_page::<T>(org, number, request, heads, state, &Span::PAGE)?;
					weight = weight.saturating_add(rolled.of_call::<T>());
				}
				_ => {
					Requests::<T>::insert(number, request);
					let next = Pallet::<T>::now().saturating_add(1);
					agenda::enter::<T>(org, next, Due::RollBack { request: number, org, page: 0, first: 0 })?;
				}
			}
			None
		}
	};
	if let Some(due) = left {
		agenda::enter::<T>(org, Pallet::<T>::now().saturating_add(1), due)?;
	}
	Ok(weight)
}

/// Approves the former values of a page again: who has asked for the change, as long as it is not closed; once it is
/// overruled, whoever it concerns. Says what it weighed.
pub(crate) fn roll_back<T: Config>(org: OrgId, number: u32, page: u16) -> Result<Weight, Error<T>> {
	let request = find::<T>(number)?;
	let may = match request.phase {
		Phase::Executed | Phase::Disputed => request.by == org,
		Phase::Overruled => request.by == org || request.concerned.contains(org),
		_ => return Err(Error::<T>::WrongPhase),
	};
	ensure!(may, Error::<T>::NotProposer);
	let heads = Manifests::<T>::get(number);
	let head = heads.iter().find(|head| head.page == page).ok_or(Error::<T>::UnknownPage)?;
	ensure!(head.state == PartState::Executed, Error::<T>::WrongPhase);
	// What is refused has read no table.
	let state = Page::<T>::open(request.local_network, page);
	Ok(roll_back_page::<T>(org, number, request, heads, state, &Span::PAGE)?.of_call::<T>())
}

/// An overruled request gets its former values again, as much of a page as there is room for: from the item in place `first`
/// of this page on or, where nothing of it stands any more, of the next. `org` has decided the ruling. Says what it weighed.
pub(crate) fn roll_back_next<T: Config>(number: u32, org: OrgId, page: u16, first: u16) -> Weight {
	roll_back_within::<T>(number, org, page, first, charges::roll_back_next::<T>())
}

/// The same, within so much room.
pub(crate) fn roll_back_within<T: Config>(
	number: u32,
	org: OrgId,
	page: u16,
	first: u16,
	room: Weight,
) -> Weight {
	let is_overruled = |request: &Request| request.phase == Phase::Overruled;
	let Some(request) = Requests::<T>::get(number).filter(is_overruled) else { return looked_up::<T>() };
	let heads = Manifests::<T>::get(number);
	let stands = |head: &&PartHead| head.page >= page && head.state == PartState::Executed;
	let Some(head) = heads.iter().find(stands).copied() else { return T::WeightInfo::roll_back(0, 0) };
	let first = if head.page == page { usize::from(first) } else { 0 };
	let part = Parts::<T>::get(number, head.page);
	let rest = part.get(first..).unwrap_or_default();
	let state = Page::<T>::open(request.local_network, head.page);
	let open = OpenInPage::<T>::decode_len(request.local_network, head.page).unwrap_or(0).saturated_into();
	// With each item a column and a cell may come back.
	let fits = |items: &u32| {
		let size = state.table.size_with(*items);
		charges::rolled_back::<T>(*items, size, open, MAX_ORGS.into()).all_lte(room)
	};
	let most: u32 = rest.len().saturated_into();
	let count = (1..=most).rev().find(fits).unwrap_or(charges::ROLLED_BACK_AT_LEAST).saturated_into();
	let now_due = rest.get(..count).unwrap_or(rest);
	let is_last = now_due.len() == rest.len();
	let span = now_due.first().zip(now_due.last());
	let span = span.map(|(first, last)| Span { values: first.place()..=last.place(), is_last });
	let rolled = with_storage_layer(|| {
		// Without items nothing is left but to say that it is over.
		let span = span.as_ref().unwrap_or(&Span::PAGE);
		roll_back_page::<T>(org, number, request, heads, state, span).map_err(DispatchError::from)
	});
	// A page that has no room for its former values stays as it is. It may be tried again by the call.
	let (page, first) = match (&rolled, is_last) {
		(Ok(_), false) => (head.page, first.saturating_add(now_due.len()).saturated_into()),
		_ => (head.page.saturating_add(1), 0),
	};
	if Requests::<T>::get(number).is_some_and(|request| is_overruled(&request)) {
		let due = Due::RollBack { request: number, org, page, first };
		let later = T::Governed::blocks(T::Governed::parameters().silence_term);
		// Where as many blocks as may be are full, there is room later. Where there is none then, the call is left.
		let mut blocks = [1, later].into_iter().map(|wait| Pallet::<T>::now().saturating_add(wait));
		let _ = blocks.find(|block| agenda::enter::<T>(org, *block, due).is_ok());
	}
	rolled.map_or(room, |rolled| rolled.of_due::<T>())
}

/// Values of a page, from the first to the last of these.
struct Span {
	values: RangeInclusive<Place>,
	/// Whether nothing of the page is left then.
	is_last: bool,
}

impl Span {
	/// All of it.
	const PAGE: Self = Self {
		values: (0, 0, ParamKey::of(ParamId(0)))
			..=(u8::MAX, u8::MAX, ParamKey { param: ParamId(u16::MAX), place: u8::MAX }),
		is_last: true,
	};
}

/// What was met in rolling back.
struct Rolled {
	items: u32,
	/// Size of the table.
	size: u32,
	/// Open violations that were looked at, and testimonies, where a value is another one since.
	follows: Option<(u32, u32)>,
	/// What was looked at to see whether something keeps the former values out.
	looked: Looked,
}

impl Rolled {
	/// What it weighs in a call.
	fn of_call<T: Config>(&self) -> Weight {
		let follows =
			self.follows.map(|(violations, testimonies)| charges::follows::<T>(violations, testimonies));
		T::WeightInfo::roll_back(self.items, self.size)
			.saturating_add(charges::looked::<T>(&self.looked))
			.saturating_add(follows.unwrap_or_default())
	}

	/// What it weighs when it is due.
	fn of_due<T: Config>(&self) -> Weight {
		let (violations, testimonies) = self.follows.unwrap_or_default();
		charges::rolled_back::<T>(self.items, self.size, violations, testimonies)
	}
}

/// Who has agreed to the former values of a page of a request. By itself whoever has agreed to the change; where it is overruled
/// also whom it concerned, who may object to it.
fn agreed(request: &Request, head: &PartHead) -> OrgSet {
	let given = request.consents.given.with(request.by);
	match request.phase {
		Phase::Overruled => given.union(head.concerned),
		_ => given,
	}
}

/// What a request has set and was changed again since hands its former value down: the later change is rolled back to that,
/// where whoever has agreed to it has agreed to the earlier one too. Says how many requests were looked up.
fn hand_down<T: Config>(
	number: u32,
	(local_network, page): (LocalNetworkId, u16),
	agreed: OrgSet,
	is_asked: impl Fn(&Place) -> bool,
) -> u32 {
	let mut looked = 0u32;
	Changes::<T>::mutate(local_network, page, |changes| {
		for n in 0..changes.len() {
			let Some(own) = changes.get(n).filter(|change| change.request == number).copied() else {
				continue;
			};
			let ChangeState::Executed { at: executed, .. } = own.state else { continue };
			let follows = |change: &&mut Change| {
				let is_later = matches!(change.state, ChangeState::Executed { at, .. } if at >= executed);
				is_later
					&& change.request != number
					&& change.place() == own.place()
					&& change.before == own.after
			};
			if !is_asked(&own.place()) {
				continue;
			}
			let Some(later) = changes.iter_mut().find(follows) else { continue };
			looked = looked.saturating_add(1);
			let request = Requests::<T>::get(later.request);
			let Some(request) = request.filter(|request| agreed.is_superset(request.consents.given)) else {
				continue;
			};
			let ChangeState::Executed { at, window_end } = later.state else { continue };
			later.before = own.before;
			if let Some(own) = changes.get_mut(n) {
				// In the window of the later change it may still be seen.
				let window_end = former_until(at, window_end, Some(&request));
				own.state = ChangeState::RolledBack { at, window_end };
			}
		}
	});
	looked
}

/// Gives a page that is carried out its former values again. Values that were changed again since stay as they are. Where who
/// has asked does not take a value back by itself, or a freeze, an interlock or a rule keeps it out, the page stays as it is.
/// Of what is overruled only the values stay as they are that are not the proposer's to take back.
fn roll_back_page<T: Config>(
	org: OrgId,
	number: u32,
	mut request: Request,
	mut heads: PartHeads,
	mut state: Page<T>,
	span: &Span,
) -> Result<Rolled, Error<T>> {
	let (local_network, page) = state.number();
	let head = heads.iter_mut().find(|head| head.page == page).ok_or(Error::<T>::UnknownPage)?;
	let agreed = agreed(&request, head);
	let mut rolled = Rolled { items: 0, size: state.table.size(), follows: None, looked: Looked::default() };
	// Cells that have got their first values by the request. Of a page that is rolled back in pieces they may be in another.
	let mut emptied = BTreeSet::new();
	let mut standing = Vec::new();
	for change in Changes::<T>::get(local_network, page).iter().filter(|change| change.request == number) {
		if change.before.is_none() {
			emptied.insert((change.slot, change.cell));
		}
		let is_executed = matches!(change.state, ChangeState::Executed { .. });
		if !is_executed || !span.values.contains(&change.place()) {
			continue;
		}
		rolled.items = rolled.items.saturating_add(1);
		let position = state.table.position(change.slot.into(), change.cell);
		if position.and_then(|position| state.table.get(position, change.key)) == change.after {
			standing.push(*change);
		}
	}
	let mut kept_out = BTreeMap::new();
	let mut restored: BTreeMap<_, _> =
		standing.iter().map(|change| (change.place(), change.before)).collect();
	if !restored.is_empty() {
		let entries = T::Sites::stations(local_network, page);
		let policy = Policy::in_force::<T>();
		let view = View { local_network, page, table: &state.table, entries: &entries, changes: &[] };
		kept_out = of_parties::<T>(&view, &policy, agreed, &standing);
		restored.retain(|place, _| !kept_out.contains_key(place));
		if !restored.is_empty() {
			write(&mut state.table, &restored, &emptied).map_err(|_| Error::<T>::TooLarge)?;
		}
		let is_overruled = request.phase == Phase::Overruled;
		if !is_overruled {
			let view = View { local_network, page, table: &state.table, entries: &entries, changes: &[] };
			let emergency = request.terms.emergency;
			let (refused, looked) = of_former::<T>(&view, &policy, number, emergency, &restored);
			kept_out.extend(refused);
			// Those of its pages that stand may lean on this one from now on.
			request.leans |= looked.pages > 0;
			rolled.looked = looked;
		}
		if !kept_out.is_empty() {
			let part = Parts::<T>::get(number, page);
			let places = (0u8..=u8::MAX).zip(&part);
			let refused = places.filter_map(|(n, item)| Some((n, *kept_out.get(&item.place())?))).collect();
			let refused = BoundedVec::truncate_from(refused);
			Pallet::<T>::deposit_event(Event::RollBackRefused { request: number, page, refused });
			if !is_overruled {
				return Ok(rolled);
			}
		}
		if !restored.is_empty() {
			let violations = violations::rebase::<T>(org, local_network, page, &state.table);
			let saved = state.save(&entries, Catalogues::<T>::get().version).ok_or(Error::<T>::TooLarge)?;
			rolled.size = rolled.size.max(saved.size);
			rolled.follows = Some((violations, saved.testimonies));
		}
	}
	let now = Pallet::<T>::moment();
	let window_end = changed_back_by::<T>(now);
	restate::<T>(local_network, page, |change| match change.state {
		_ if !restored.contains_key(&change.place()) => {}
		ChangeState::Executed { .. } if change.request == number => {
			change.state = ChangeState::RolledBack { at: now, window_end };
		}
		_ => change.ends(now),
	});
	let is_asked = |place: &Place| span.values.contains(place) && !kept_out.contains_key(place);
	let looked = hand_down::<T>(number, (local_network, page), agreed, is_asked);
	rolled.looked.records = rolled.looked.records.saturating_add(looked);
	if span.is_last {
		head.state = PartState::RolledBack;
		request.standing = request.standing.saturating_sub(1);
	}
	let restored = restored.len().saturated_into();
	Pallet::<T>::deposit_event(Event::PartRolledBack { request: number, page, org, restored });
	Manifests::<T>::insert(number, heads);
	if request.standing == 0 {
		end::<T>(number, request, Phase::RolledBack);
	} else {
		Requests::<T>::insert(number, request);
	}
	Ok(rolled)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::mock::*;

	#[test]
	fn request_explains_as_long_as_a_page_of_it_may_be_changed_back() {
		for (parts, standing, more) in [(2, 2, 0), (2, 1, OBSERVATION_TERM), (1, 0, OBSERVATION_TERM)] {
			run(|| {
				baseline();
				let of = request_of(executed());
				let phase = if standing == 0 { Phase::RolledBack } else { Phase::Closed };
				let ended = Some(Pallet::<Test>::moment());
				let request = Request { parts, standing, phase, ended, ..of };
				let last = System::block_number() + ATTESTATION_TERM + more;
				go_to(last);
				assert!(explains::<Test>(&request), "{standing} of {parts}");
				go_to(last + 1);
				assert!(!explains::<Test>(&request), "{standing} of {parts}");
			});
		}
	}
}
