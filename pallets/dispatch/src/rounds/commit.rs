// SPDX-License-Identifier: Apache-2.0

//! The end of a round: the best plan wins, and is carried over into routes, resource by resource.

use super::{answers, finish, routes, types::*, want};
use crate::{
	agenda, orders::after, resources::types::Owned, BidsOf, Config, Event, Greedies, GreedyPlans, Leaving,
	Orders, Pallet, Plans, Resources, Rounds, RouteOf, RouteOfOrder, Snapshots,
};
use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::{defensive, traits::ConstU32, BoundedVec};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	org::MAX_ORGS,
	plan::{schedule, Plan, ResourceIndex, Visit},
	Moment, OrgId,
};

/// Takes no more bids once their time is over. Who calls this keeps the round.
pub(crate) fn close<T: Config>(head: &mut Head) {
	if matches!(head.stage, RoundStage::Bidding { until } if until < Pallet::<T>::moment()) {
		head.stage = RoundStage::Closing;
	}
}

/// Goes on with the greedy plan, for so many steps at most, and keeps the round. Says how many steps it took.
pub(crate) fn run_greedy<T: Config>(number: u32, head: &mut Head, steps: u32) -> u32 {
	let (Some(round), Some((mut greedy, left))) = (Snapshots::<T>::get(number), Greedies::<T>::get(number))
	else {
		return 0;
	};
	let given = steps.min(left);
	let unused = greedy.run(&round, given);
	let used = given.saturating_sub(unused);
	let left = left.saturating_sub(used);
	// What the governed steps do not suffice for is left.
	let each: u32 = round.resources.len().max(1).saturated_into();
	if !greedy.is_done() && left >= each {
		Greedies::<T>::insert(number, (greedy, left));
		Rounds::<T>::insert(number, *head);
		return used;
	}
	Greedies::<T>::remove(number);
	match greedy.into_plan(&round, head.digest) {
		Ok(plan) => {
			head.floor = Some(plan.score);
			GreedyPlans::<T>::insert(number, plan);
		}
		Err(_) => {
			defensive!("a greedy plan that is not valid");
			head.floor = None;
		}
	}
	Rounds::<T>::insert(number, *head);
	used
}

/// Decides for the best plan. The floor wins unless a bid is better.
pub(crate) fn decide<T: Config>(number: u32, head: &mut Head) {
	let floor = GreedyPlans::<T>::take(number);
	head.best = head.best.filter(|best| head.floor.is_none_or(|floor| best.score < floor));
	if let (None, Some(floor)) = (head.best, floor) {
		Plans::<T>::insert(number, floor);
	}
	head.stage = RoundStage::Committing { next: 0 };
	Rounds::<T>::insert(number, *head);
	let score = head.best.map(|best| best.score).or(head.floor).unwrap_or_default();
	let winner = head.best.map(|best| best.org);
	Pallet::<T>::deposit_event(Event::RoundDecided { round: number, winner, score });
}

/// Carries the plan over, resource by resource, while one more with its visits fits. Says for how many resources and visits.
pub(crate) fn commit<T: Config>(number: u32, head: &mut Head, fits: impl Fn(u32, u32) -> bool) -> (u32, u32) {
	let RoundStage::Committing { next } = head.stage else { return (0, 0) };
	let Some(round) = Snapshots::<T>::get(number) else { return (0, 0) };
	let leaving = Leaving::<T>::get(number);
	let plan = Plans::<T>::get(number);
	let visits = plan.and_then(|plan: Plan| schedule(&round, head.digest, &plan).ok()).unwrap_or_default();
	let mut by_resource: BTreeMap<ResourceIndex, Vec<Visit>> = BTreeMap::new();
	for visit in visits {
		by_resource.entry(visit.resource).or_default().push(visit);
	}
	let (mut done, mut resources, mut visits) = (next, 0u32, 0u32);
	let left = usize::from(next).saturating_sub(round.resources.len());
	let leave = leaving.iter().skip(left).map(|resource| (*resource, None));
	let part =
		round.resources().skip(next.into()).map(|(index, resource)| (resource.id, Some((index, resource))));
	let mut is_done = true;
	for (id, planned) in part.chain(leave) {
		let stops = planned.and_then(|(index, _)| by_resource.remove(&index)).unwrap_or_default();
		// What is too much is left to the next round.
		let planned_visits = stops.iter().take(MAX_VISITS.saturated_into()).filter_map(|visit| {
			let job = round.job(visit.job)?;
			let end = head.origin.saturating_add(Moment::from(visit.times.end));
			Some(Planned { order: u32::try_from(job.id).ok()?, at: job.at, end })
		});
		let planned_visits: Vec<_> = planned_visits.collect();
		let (more, with) =
			(resources.saturating_add(1), visits.saturating_add(planned_visits.len().saturated_into()));
		if !fits(more, with) {
			is_done = false;
			break;
		}
		(resources, visits) = (more, with);
		done = done.saturating_add(1);
		match planned {
			Some((_, resource)) => commit_route::<T>(number, head, id, resource.owner, planned_visits),
			None => routes::set_free::<T>(id),
		}
	}
	head.stage = if is_done { RoundStage::Over } else { RoundStage::Committing { next: done } };
	Rounds::<T>::insert(number, *head);
	if is_done {
		// No more entries than companies.
		let _ = BidsOf::<T>::clear_prefix(number, MAX_ORGS.into(), None);
		Leaving::<T>::remove(number);
		finish::<T>(number, head);
		Pallet::<T>::deposit_event(Event::RoundOver { round: number });
	}
	(resources, visits)
}

/// Gives a resource its visits: no round plans it any more.
fn commit_route<T: Config>(number: u32, head: &Head, resource: u32, org: OrgId, planned: Vec<Planned>) {
	routes::set_free::<T>(resource);
	let now = Pallet::<T>::moment();
	let is_free = |visit: &Planned| {
		let order = Orders::<T>::get(visit.order);
		let is_taken = RouteOfOrder::<T>::get(visit.order).is_some_and(|other| other != resource);
		order.is_some_and(|order| super::is_job(&order)) && !is_taken
	};
	let route = RouteOf::<T>::get(resource);
	// A dispatcher has decided meanwhile: that is a refusal of what was planned.
	if let Some(route) = route.as_ref().filter(|route| route.round.is_none()) {
		if !planned.is_empty() {
			// Who has it on a lease since has not refused for another one.
			if route.org == org {
				routes::count_refusal::<T>(org, head.local_network);
			}
			want::<T>(head.local_network, Trigger::Refused);
		}
		return;
	}
	// Its company has refused meanwhile, cannot answer, or has it no more: its visits are for the next round.
	let is_sent = |owned: Owned| owned.rests <= now && owned.user(now) == org;
	let is_answered = answers::<T>(head.local_network, org, now);
	if !(is_answered && Resources::<T>::get(resource).is_some_and(is_sent)) {
		if !planned.is_empty() {
			want::<T>(head.local_network, Trigger::Refused);
		}
		return;
	}
	let under_way = route.as_ref().and_then(Route::under_way).map(|(order, _)| order);
	// There is nothing to be done there any more.
	let is_over = |order: u32| !Orders::<T>::get(order).is_some_and(|order| super::is_job(&order));
	let (route, under_way) = if under_way.is_some_and(is_over) {
		routes::drop_route::<T>(resource);
		(None, None)
	} else {
		(route, under_way)
	};
	// The round took it for free, and there is something to be done again: it goes on, and what was planned is for the next round.
	if under_way.is_some_and(|order| planned.iter().all(|visit| visit.order != order)) {
		if !planned.is_empty() {
			want::<T>(head.local_network, Trigger::Refused);
		}
		return;
	}
	let rest = planned.into_iter().filter(|visit| Some(visit.order) != under_way).filter(is_free);
	let first =
		route.as_ref().and_then(|route| route.visits.first().copied()).filter(|_| under_way.is_some());
	let visits: BoundedVec<Planned, ConstU32<MAX_VISITS>> =
		BoundedVec::truncate_from(first.into_iter().chain(rest).collect());
	if visits.is_empty() {
		return;
	}
	let (stage, due) = match (first, &route) {
		// What is under way keeps its deadline, and stands in the agenda for it.
		(Some(_), Some(route)) => (route.stage, None),
		_ => {
			let until = after(now, head.rules.answer);
			(RouteStage::Sent { until }, Some(until.saturating_add(1)))
		}
	};
	let next = match due {
		None => route.as_ref().and_then(|route| route.next),
		Some(at) => match agenda::enter::<T>(org, at, routes::subject(resource), None) {
			Ok(second) => Some(second),
			// Whose agenda is full, and no other company, goes without.
			Err(_) => return routes::pass_over::<T>(resource, org, head.local_network),
		},
	};
	visits.iter().for_each(|visit| RouteOfOrder::<T>::insert(visit.order, resource));
	let count = visits.len().saturated_into();
	let route = Route {
		org,
		local_network: head.local_network,
		round: Some(number),
		visits,
		grace: head.rules.grace,
		stage,
		next,
	};
	RouteOf::<T>::insert(resource, route);
	Pallet::<T>::deposit_event(Event::RouteSent { round: number, resource, org, visits: count });
}
