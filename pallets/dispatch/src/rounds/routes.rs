// SPDX-License-Identifier: Apache-2.0

//! Routes: acknowledged, gone along visit by visit, refused, late, or decided by a dispatcher.

use super::{find_waiting, types::*, want, ROUTE};
use crate::{
	agenda,
	orders::after,
	resources::{self, types::Kind},
	silence, Config, Error, Event, Orders, Pallet, Resources, RoundRulesInForce, RouteOf, RouteOfOrder,
	SilentUntil, WeightInfo,
};
use alloc::vec::Vec;
use frame_support::{ensure, weights::Weight, BoundedVec};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	order::Words, plan::Point, site::SiteRegistry, territory::Position, LocalNetworkId, Moment, OrgId, OrgSet,
};

/// What stands in the agenda for the route of a resource.
pub(crate) fn subject(resource: u32) -> u32 {
	ROUTE | resource
}

/// A route that `org` has been given.
fn find<T: Config>(org: OrgId, resource: u32) -> Result<Route, Error<T>> {
	let route = RouteOf::<T>::get(resource).ok_or(Error::<T>::NoRoute)?;
	ensure!(route.org == org, Error::<T>::NotOwner);
	Ok(route)
}

/// No round plans a resource any more.
pub(crate) fn set_free<T: Config>(resource: u32) {
	Resources::<T>::mutate(resource, |owned| {
		if let Some(owned) = owned {
			owned.round = None;
		}
	});
}

/// No round plans a resource for as long as a company has to answer: else it is sent the same again.
/// Says until when.
fn let_rest<T: Config>(resource: u32) -> Moment {
	let rests = after(Pallet::<T>::moment(), RoundRulesInForce::<T>::get().answer);
	Resources::<T>::mutate(resource, |owned| {
		if let Some(owned) = owned {
			owned.rests = rests;
		}
	});
	rests
}

/// Where a resource is now.
fn move_to<T: Config>(resource: u32, at: Point) {
	Resources::<T>::mutate(resource, |owned| {
		if let Some(owned) = owned {
			owned.details.at = Position { latitude: at.y, longitude: at.x };
			owned.seen = Pallet::<T>::moment();
		}
	});
}

/// Takes a route away. Its orders wait again.
pub(crate) fn drop_route<T: Config>(resource: u32) {
	if let Some(route) = RouteOf::<T>::take(resource) {
		route.visits.iter().for_each(|visit| RouteOfOrder::<T>::remove(visit.order));
		let (org, visits) = (route.org, route.visits.len().saturated_into());
		Pallet::<T>::deposit_event(Event::RouteDropped { resource, org, visits });
	}
}

/// A company is silent, or has no room for an answer: the resource is without a route, all that the company has rests there, since
/// the next one would wait for the same answer, and another round is held.
pub(crate) fn pass_over<T: Config>(resource: u32, org: OrgId, local_network: LocalNetworkId) {
	drop_route::<T>(resource);
	// The silence of who cannot answer says nothing: it is asked again as soon as it can.
	if !silence::is_silenced::<T>(org) {
		let until = let_rest::<T>(resource);
		SilentUntil::<T>::insert(local_network, org, until);
	}
	Pallet::<T>::deposit_event(Event::RouteUnanswered { resource, org });
	want::<T>(local_network, Trigger::Refused);
}

/// Leaves of a route what is under way: the rest is planned anew. Says how many visits.
pub(crate) fn cut<T: Config>(resource: u32, mut route: Route) -> u32 {
	let kept = usize::from(route.under_way().is_some());
	let dropped = route.visits.len().saturating_sub(kept).saturated_into();
	if kept == 0 {
		drop_route::<T>(resource);
		return dropped;
	}
	route.visits.iter().skip(kept).for_each(|visit| RouteOfOrder::<T>::remove(visit.order));
	route.visits.truncate(kept);
	RouteOf::<T>::insert(resource, route);
	dropped
}

/// The moment behind which the first visit is late.
fn due(route: &Route) -> Option<Moment> {
	let last = after(route.visits.first()?.end, route.grace);
	Some(last.saturating_add(1))
}

/// Sees to it that the chain looks at a route at a moment, and keeps it.
fn keep<T: Config>(org: OrgId, resource: u32, mut route: Route, at: Option<Moment>) -> Result<(), Error<T>> {
	route.next = at.map(|at| agenda::enter::<T>(org, at, subject(resource), None)).transpose()?;
	RouteOf::<T>::insert(resource, route);
	Ok(())
}

/// Takes a route on: the resource is under way to its first visit. Or says of one that is late that it goes on.
pub(crate) fn acknowledge<T: Config>(org: OrgId, resource: u32) -> Result<(), Error<T>> {
	let mut route = find::<T>(org, resource)?;
	let now = Pallet::<T>::moment();
	let at = match route.stage {
		RouteStage::Sent { until } => {
			ensure!(now <= until, Error::<T>::TooLate);
			route.stage = RouteStage::UnderWay { since: now, is_late: false };
			due(&route)
		}
		RouteStage::UnderWay { since, is_late: true } => {
			route.stage = RouteStage::UnderWay { since, is_late: false };
			Some(after(now, route.grace).saturating_add(1))
		}
		_ => return Err(Error::<T>::AlreadyGiven),
	};
	Pallet::<T>::deposit_event(Event::RouteAcknowledged { resource, org });
	keep::<T>(org, resource, route, at)
}

/// Refuses a route, or gives it up. Its orders are planned anew.
pub(crate) fn refuse<T: Config>(org: OrgId, resource: u32, reason: Words) -> Result<(), Error<T>> {
	let route = find::<T>(org, resource)?;
	ensure!(reason.is_valid(), Error::<T>::BadWords);
	drop_route::<T>(resource);
	let_rest::<T>(resource);
	Pallet::<T>::deposit_event(Event::RouteRefused { resource, org, reason });
	want::<T>(route.local_network, Trigger::Refused);
	Ok(())
}

/// The first visit is done: the resource is there, and under way to the next one. A generator runs from now on, and is free
/// when that is over.
pub(crate) fn finish_visit<T: Config>(org: OrgId, resource: u32, order: u32) -> Result<(), Error<T>> {
	let mut route = find::<T>(org, resource)?;
	let (first, since) = route.under_way().ok_or(Error::<T>::NotUnderWay)?;
	ensure!(first == order, Error::<T>::NotUnderWay);
	let owned = resources::find::<T>(resource)?;
	let is_generator = matches!(owned.details.kind, Kind::Generator { .. });
	Pallet::<T>::deposit_event(Event::VisitFinished { resource, org, order });
	if let Some(visit) = route.visits.first() {
		move_to::<T>(resource, visit.at);
	}
	if is_generator && !matches!(route.stage, RouteStage::Running { .. }) {
		route.stage = RouteStage::Running { since };
		return keep::<T>(org, resource, route, None);
	}
	// Nobody comes again until its parties have moved it.
	Orders::<T>::mutate(order, |order| {
		if let Some(order) = order {
			order.is_visited = true;
		}
	});
	go_on::<T>(org, resource, route)
}

/// Leaves the first visit behind. While a round plans the resource, what comes next is for that to say.
fn go_on<T: Config>(org: OrgId, resource: u32, mut route: Route) -> Result<(), Error<T>> {
	if !route.visits.is_empty() {
		RouteOfOrder::<T>::remove(route.visits.remove(0).order);
	}
	if route.visits.is_empty() {
		RouteOf::<T>::remove(resource);
		Pallet::<T>::deposit_event(Event::RouteFinished { resource, org });
		return Ok(());
	}
	route.stage = RouteStage::UnderWay { since: Pallet::<T>::moment(), is_late: false };
	let at = due(&route);
	keep::<T>(org, resource, route, at)
}

/// An order is over, or another's: nobody goes there any more. Who is under way to it goes on to the next one.
pub(crate) fn order_ended<T: Config>(order: u32) {
	let Some(resource) = RouteOfOrder::<T>::take(order) else { return };
	let Some(mut route) = RouteOf::<T>::get(resource) else { return };
	let was_under_way = route.under_way().is_some_and(|(first, _)| first == order);
	route.visits.retain(|visit| visit.order != order);
	let org = route.org;
	if route.visits.is_empty() {
		RouteOf::<T>::remove(resource);
		Pallet::<T>::deposit_event(Event::RouteFinished { resource, org });
		return;
	}
	if was_under_way {
		route.stage = RouteStage::UnderWay { since: Pallet::<T>::moment(), is_late: false };
		let (place, at) = (route.local_network, due(&route));
		RouteOf::<T>::insert(resource, &route);
		if keep::<T>(org, resource, route, at).is_err() {
			// What nobody watches is nobody's.
			pass_over::<T>(resource, org, place);
		}
		return;
	}
	RouteOf::<T>::insert(resource, route);
}

/// Until when a company has to answer that could not in the time that is over, and can now: it has the whole of it.
fn answers_until<T: Config>(org: OrgId) -> Option<Moment> {
	let now = Pallet::<T>::moment();
	if silence::is_silenced::<T>(org) {
		return None;
	}
	let last = silence::extended::<T>(now, RoundRulesInForce::<T>::get().answer, OrgSet::of(org));
	(last > now).then_some(last)
}

/// A route is due: nobody has answered, the first visit is late, or nobody has said since that it goes on.
pub(crate) fn look<T: Config>(resource: u32, second: u32) -> (Weight, bool) {
	let Some(mut route) = RouteOf::<T>::get(resource).filter(|route| route.next == Some(second)) else {
		return (T::WeightInfo::pass_over(), true);
	};
	let place = route.local_network;
	match route.stage {
		RouteStage::Sent { .. } | RouteStage::UnderWay { is_late: true, .. } => {
			let org = route.org;
			let is_kept = answers_until::<T>(org).is_some_and(|until| {
				if let RouteStage::Sent { until: last } = &mut route.stage {
					*last = until;
				}
				keep::<T>(org, resource, route, Some(until.saturating_add(1))).is_ok()
			});
			if !is_kept {
				pass_over::<T>(resource, org, place);
			}
		}
		RouteStage::UnderWay { since, is_late: false } => {
			route.stage = RouteStage::UnderWay { since, is_late: true };
			let org = route.org;
			if let Some(visit) = route.visits.first() {
				Pallet::<T>::deposit_event(Event::VisitLate { resource, org, order: visit.order });
			}
			let until = after(Pallet::<T>::moment(), RoundRulesInForce::<T>::get().answer);
			if keep::<T>(org, resource, route, Some(until.saturating_add(1))).is_err() {
				pass_over::<T>(resource, org, place);
			}
			want::<T>(place, Trigger::Late);
		}
		RouteStage::Running { .. } => {
			route.next = None;
			RouteOf::<T>::insert(resource, route);
		}
	}
	(T::WeightInfo::look_at_route(), true)
}

/// Sends a resource by hand, whatever the plan says. The orders are taken off the routes of others; what a round plans meanwhile
/// gives way.
pub(crate) fn override_route<T: Config>(
	org: OrgId,
	resource: u32,
	local_network: LocalNetworkId,
	orders: &[u32],
	reason: Words,
) -> Result<(), Error<T>> {
	let owned = resources::find::<T>(resource)?;
	let now = Pallet::<T>::moment();
	ensure!(owned.user(now) == org, Error::<T>::NotOwner);
	ensure!(owned.details.kind.is_vehicle(), Error::<T>::BadResource);
	ensure!(reason.is_valid(), Error::<T>::BadWords);
	let rules = RoundRulesInForce::<T>::get();
	let (mut at, mut time) = (Point::from(owned.details.at), now);
	let mut visits = Vec::new();
	for (place, number) in orders.iter().enumerate() {
		ensure!(!orders.iter().take(place).any(|other| other == number), Error::<T>::AlreadyExists);
		let order = find_waiting::<T>(*number, local_network)?;
		ensure!(order.parties().contains(org), Error::<T>::NotParty);
		// It answers for the order: nobody else takes its people off.
		ensure!(order.handler == org, Error::<T>::OtherSide);
		let there = order.place.station().and_then(T::Sites::station);
		let there = Point::from(there.ok_or(Error::<T>::NoSuchStation)?.station.position);
		let planned = if order.work.planned == 0 { rules.service } else { order.work.planned };
		time = time.saturating_add(rules.metric.travel(at, there, owned.details.speed));
		time = after(time, planned);
		at = there;
		visits.push(Planned { order: *number, at: there, end: time });
	}
	drop_route::<T>(resource);
	for number in orders {
		order_ended::<T>(*number);
	}
	Pallet::<T>::deposit_event(Event::RouteOverridden {
		resource,
		org,
		orders: BoundedVec::truncate_from(orders.to_vec()),
		reason,
	});
	if visits.is_empty() {
		return Ok(());
	}
	orders.iter().for_each(|order| RouteOfOrder::<T>::insert(order, resource));
	let route = Route {
		org,
		local_network,
		round: None,
		visits: BoundedVec::truncate_from(visits),
		grace: rules.grace,
		stage: RouteStage::UnderWay { since: now, is_late: false },
		next: None,
	};
	let at = due(&route);
	keep::<T>(org, resource, route, at)
}
