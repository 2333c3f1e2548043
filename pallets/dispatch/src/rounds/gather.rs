// SPDX-License-Identifier: Apache-2.0

//! The snapshot of a round: resources first, then jobs, a bounded number a block; then all of it is frozen.
//!
//! Of what is too much, each company has its share ([`Shares`]).

use super::{
	answers, is_job,
	jobs::{end_of, job_of, sent_elsewhere, settle},
	routes,
	shares::Shares,
	types::*,
};
use crate::{
	agenda,
	orders::after,
	resources::{
		self,
		types::{Kind, Owned},
	},
	Config, Drafts, Event, Greedies, Leaving, Orders, Pallet, Resources, ResourcesIn, Rounds, RouteOf,
	RouteOfOrder, Snapshots, Territories, Waiting,
};
use alloc::{collections::BTreeSet, vec::Vec};
use frame_support::{defensive, traits::ConstU32, BoundedVec};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	plan::{
		alone, Greedy, Job, Resource, ResourceIndex, ResourceKind, Round, Rules, Time as Tick, MAX_RESOURCES,
	},
	Moment,
};

/// How far back a round looks: who has been under way for longer counts as if it were so long.
const PAST: Moment = 604_800_000;

/// Looks at so many resources at most. Says at how many it has, and how many visits of their routes wait again.
pub(crate) fn gather_resources<T: Config>(number: u32, head: &mut Head, entries: u32) -> (u32, u32) {
	let mut draft = Drafts::<T>::get(number).unwrap_or_default();
	let mut shares = Shares::of(draft.resources.iter().map(|candidate| candidate.user));
	let most = u32::from(head.rules.resources).saturating_mul(2);
	let (mut looked, mut dropped) = (0u32, 0u32);
	while let RoundStage::Gathering { at: Cursor::Resources { area, after } } = head.stage {
		if looked >= entries {
			break;
		}
		looked = looked.saturating_add(1);
		let mut keys = match after {
			None => ResourcesIn::<T>::iter_key_prefix((area,)),
			Some((org, last)) => {
				let key = ResourcesIn::<T>::hashed_key_for((area, org, last));
				let key = if draft.has_seen(org, most) { behind_all(key) } else { key };
				ResourcesIn::<T>::iter_key_prefix_from((area,), key)
			}
		};
		let at = if let Some((owner, resource)) = keys.next() {
			if !draft.has_seen(owner, most) {
				draft.look(owner);
				let visits = claim::<T>(number, head, resource, &mut draft.resources, &mut shares);
				dropped = dropped.saturating_add(visits);
			}
			Cursor::Resources { area, after: Some((owner, resource)) }
		} else {
			let areas = resources::areas(head.local_network);
			let next = areas.into_iter().skip_while(|other| *other != area).nth(1);
			if next.is_none() {
				draft.looked = Default::default();
			}
			next.map_or(Cursor::Orders { after: None }, |area| Cursor::Resources { area, after: None })
		};
		head.stage = RoundStage::Gathering { at };
	}
	head.resources = draft.resources.len().saturated_into();
	Drafts::<T>::insert(number, draft);
	Rounds::<T>::insert(number, *head);
	(looked, dropped)
}

/// Behind all keys that differ from this one in the number at their end alone.
fn behind_all(mut key: Vec<u8>) -> Vec<u8> {
	/// Of Twox64Concat: a hash and the number.
	const NUMBER: usize = 8 + 4;
	key.iter_mut().rev().take(NUMBER).for_each(|byte| *byte = u8::MAX);
	key
}

/// Takes a resource into the round, if it can be sent and there is room for one more of its company. What it is not under way to
/// yet is planned anew: says how many visits. Who still has time to answer is asked something else in an emergency alone.
fn claim<T: Config>(
	number: u32,
	head: &mut Head,
	resource: u32,
	candidates: &mut BoundedVec<Candidate, ConstU32<MAX_RESOURCES>>,
	shares: &mut Shares,
) -> u32 {
	let found = Resources::<T>::get(resource);
	let Some(owned) = found.filter(|owned| owned.round.is_none() && owned.rests <= head.opened) else {
		return 0;
	};
	let user = owned.user(head.opened);
	let route = RouteOf::<T>::get(resource);
	// What a dispatcher has decided is no matter of a round, nor is what is done elsewhere.
	let is_other = |route: &Route| {
		route.round.is_none() || route.org != user || route.local_network != head.local_network
	};
	let is_asked = |route: &Route| {
		!head.is_urgent && matches!(route.stage, RouteStage::Sent { until } if head.opened <= until)
	};
	if route.as_ref().is_some_and(|route| is_other(route) || is_asked(route)) {
		return 0;
	}
	let under_way = route.as_ref().and_then(Route::under_way);
	let since = under_way.map_or(head.opened, |(_, since)| since);
	let (from, _) = owned.details.shift.at(since);
	if !answers::<T>(head.local_network, user, head.opened) || from >= after(head.opened, head.rules.horizon)
	{
		// What it is not under way to waits for others.
		return route.map_or(0, |route| routes::cut::<T>(resource, route));
	}
	let candidate = Candidate { resource, user, details: owned.details, seen: owned.seen, under_way };
	match shares.take(candidates, head.rules.resources.into(), user, candidate) {
		Some(left) if left.resource == resource => return 0,
		Some(left) => routes::set_free::<T>(left.resource),
		None => {}
	}
	if under_way.is_some() {
		head.origin = head.origin.min(since).max(head.opened.saturating_sub(PAST));
	}
	Resources::<T>::insert(resource, Owned { round: Some(number), ..owned });
	route.map_or(0, |route| routes::cut::<T>(resource, route))
}

/// Looks at so many orders at most. Says at how many it has.
pub(crate) fn gather_orders<T: Config>(number: u32, head: &mut Head, entries: u32) -> u32 {
	let mut draft = Drafts::<T>::get(number).unwrap_or_default();
	let mut shares = Shares::of(draft.jobs.iter().map(|(raiser, _)| *raiser));
	let (place, most, mut looked) = (head.local_network, u32::from(head.rules.jobs), 0u32);
	while let RoundStage::Gathering { at: Cursor::Orders { after } } = head.stage {
		if looked >= entries {
			break;
		}
		looked = looked.saturating_add(1);
		let mut keys = match after {
			None => Waiting::<T>::iter_key_prefix((place,)),
			Some((rank, org, last)) => {
				let key = Waiting::<T>::hashed_key_for((place, rank, org, last));
				let key = if draft.has_seen(org, most) { behind_all(key) } else { key };
				Waiting::<T>::iter_key_prefix_from((place,), key)
			}
		};
		let Some(next) = keys.next() else {
			head.stage = RoundStage::Freezing;
			break;
		};
		head.stage = RoundStage::Gathering { at: Cursor::Orders { after: Some(next) } };
		let (_, org, order) = next;
		if draft.has_seen(org, most) {
			continue;
		}
		draft.look(org);
		// Somebody sees to it who is not in the round.
		let elsewhere = RouteOfOrder::<T>::get(order)
			.is_some_and(|resource| draft.resources.iter().all(|candidate| candidate.resource != resource));
		if !elsewhere {
			let Some((raiser, wanted)) = job_of::<T>(head, order) else { continue };
			let _ = shares.take(&mut draft.jobs, head.rules.jobs.into(), raiser, (raiser, wanted));
		} else if let Some(sent) = sent_elsewhere::<T>(order) {
			let _ = draft.elsewhere.try_push(sent);
		}
	}
	head.jobs = draft.jobs.len().saturated_into();
	Drafts::<T>::insert(number, draft);
	Rounds::<T>::insert(number, *head);
	looked
}

/// A resource as the round has it: free when routes are out, at `ready`, or under way since before.
fn resource_of(head: &Head, candidate: &Candidate, ready: Moment) -> Resource {
	let details = candidate.details;
	let tick = |at: Moment| -> Tick { at.saturating_sub(head.origin).saturated_into() };
	let start = candidate.under_way.map_or(ready, |(_, since)| since).max(head.origin);
	let (from, to) = details.shift.at(start);
	let is_home = candidate.under_way.is_none() && candidate.seen < from;
	let to = tick(to).min(end_of(head).saturating_sub(1));
	let kind = match details.kind {
		Kind::Generator { power } => ResourceKind::Generator { power },
		// Spares are in no area.
		Kind::Crew | Kind::Spares { .. } => ResourceKind::Crew,
	};
	Resource {
		id: candidate.resource,
		owner: candidate.user,
		kind,
		start: if is_home { details.base } else { details.at }.into(),
		base: details.base.into(),
		from: tick(from).min(to),
		to,
		free: tick(start),
		speed: details.speed,
		capacity: details.capacity,
		skills: details.skills,
	}
}

/// Puts the round together, opens the time for bids, and begins the greedy plan.
pub(crate) fn freeze<T: Config>(number: u32, head: &mut Head) {
	let draft = Drafts::<T>::take(number).unwrap_or_default();
	let until = after(Pallet::<T>::moment(), head.rules.bidding);
	let mut candidates = draft.resources.into_inner();
	candidates.sort_unstable_by_key(|candidate| candidate.resource);
	let mut jobs = settle(draft.jobs, &draft.elsewhere, &candidates);
	let mut round = Round {
		number,
		origin: head.origin,
		end: end_of(head),
		rules: Rules { version: head.rules.version, metric: head.rules.metric, weights: head.rules.weights },
		jobs: BoundedVec::new(),
		resources: BoundedVec::new(),
	};
	let (mut resources, mut pins, mut left) = (Vec::new(), Vec::new(), BTreeSet::new());
	let mut leaving = Vec::new();
	for candidate in candidates {
		match stand::<T>(head, &round, &jobs, &candidate, until) {
			Stand::Free(resource) => resources.push(resource),
			Stand::UnderWay(resource, place) => {
				pins.push((place, resources.len()));
				resources.push(resource);
			}
			Stand::Out => {
				leaving.push(candidate.resource);
				left.extend(candidate.under_way.map(|(order, _)| u64::from(order)));
			}
		}
	}
	for (place, index) in pins {
		if let Some(job) = jobs.get_mut(place) {
			job.pinned = Some(ResourceIndex(index.saturated_into()));
		}
	}
	jobs.retain(|job| !left.contains(&job.id));
	(round.jobs, round.resources) = (BoundedVec::truncate_from(jobs), BoundedVec::truncate_from(resources));
	if round.check().is_err() {
		defensive!("a round that cannot be planned");
		round.jobs = BoundedVec::new();
	}
	head.digest = round.digest(Pallet::<T>::genesis_hash());
	(head.jobs, head.resources) = (round.jobs.len().saturated_into(), round.resources.len().saturated_into());
	let takes_bids = !round.jobs.is_empty();
	head.stage = if takes_bids { RoundStage::Bidding { until } } else { RoundStage::Closing };
	Greedies::<T>::insert(number, (Greedy::new(&round), head.rules.steps));
	if !leaving.is_empty() {
		Leaving::<T>::insert(number, BoundedVec::<_, _>::truncate_from(leaving));
	}
	Snapshots::<T>::insert(number, round);
	Pallet::<T>::deposit_event(Event::RoundFrozen {
		round: number,
		digest: head.digest,
		jobs: head.jobs,
		resources: head.resources,
		until,
	});
	if takes_bids {
		Territories::<T>::mutate(head.local_network, |territory| {
			territory.turns = territory.turns.saturating_add(1);
			head.turn = territory.turns;
			let place = super::place(head.local_network);
			// Where there is no room, the round looks at the clock in every block.
			territory.next = agenda::enter::<T>(super::CHAIN, until.saturating_add(1), place, None).ok();
		});
	}
	Rounds::<T>::insert(number, *head);
}

/// How a resource stands when its round is put together.
enum Stand {
	/// It may be sent anywhere.
	Free(Resource),
	/// It is under way to the job at this place.
	UnderWay(Resource, usize),
	/// It goes on with what it is under way to, and the round does without both.
	Out,
}

/// Looks at where a resource is under way to. Who should be done before routes are out, at `ready`, counts as done then; who cannot be done within its shift any
/// more, or whose job is not in the round, is left alone. `round` is without jobs and resources.
fn stand<T: Config>(head: &Head, round: &Round, jobs: &[Job], candidate: &Candidate, ready: Moment) -> Stand {
	let mut resource = resource_of(head, candidate, ready);
	let Some((order, _)) = candidate.under_way else { return Stand::Free(resource) };
	let found = jobs.binary_search_by_key(&u64::from(order), |job| job.id).ok();
	let Some((place, job)) = found.and_then(|place| Some((place, jobs.get(place)?))) else {
		if Orders::<T>::get(order).is_some_and(|order| is_job(&order)) {
			return Stand::Out;
		}
		// There is nothing to be done there any more.
		return Stand::Free(resource_of(head, &Candidate { under_way: None, ..*candidate }, ready));
	};
	let ready: Tick = ready.saturating_sub(head.origin).saturated_into();
	let Ok(times) = alone(round, &resource, job) else { return Stand::Out };
	if times.end < ready {
		resource.free = resource.free.max(resource.from).saturating_add(ready.saturating_sub(times.end));
	}
	match alone(round, &resource, job) {
		Ok(_) => Stand::UnderWay(resource, place),
		Err(_) => Stand::Out,
	}
}
