// SPDX-License-Identifier: Apache-2.0

//! Routes: acknowledged, gone along visit by visit, refused, late, or decided by a dispatcher.

use super::{find_waiting, types::*, want, ROUTE};
use crate::{
	agenda,
	orders::after,
	resources::{
		self,
		types::{Kind, Owned},
	},
	silence, Config, Error, Event, Orders, Pallet, Refusals, Resources, RoundRulesInForce, Rounds, RouteOf,
	RouteOfOrder, SilentUntil, WeightInfo,
};
use alloc::vec::Vec;
use frame_support::{ensure, weights::Weight, BoundedVec};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	access::{Authority, Scope},
	order::Words,
	plan::Point,
	site::SiteRegistry,
	territory::Position,
	LocalNetworkId, Moment, OrgId, OrgSet,
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

/// Takes a route away whose company is no member any more.
pub(crate) fn drop_left<T: Config>(resource: u32) {
	let is_left = |route: &Route| !T::Authority::members().contains(route.org);
	if let Some(route) = RouteOf::<T>::get(resource).filter(is_left) {
		drop_route::<T>(resource);
		want::<T>(route.local_network, Trigger::Refused);
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

/// A company has refused in a local network. When it does so too often, all that it has rests there, as if it were silent: else it
/// refuses by one resource after another.
pub(crate) fn count_refusal<T: Config>(org: OrgId, local_network: LocalNetworkId) {
	let now = Pallet::<T>::moment();
	let until = after(now, RoundRulesInForce::<T>::get().answer);
	let kept = Refusals::<T>::get(local_network, org);
	let before = if now <= kept.until { kept } else { RefusalsOf { count: 0, until } };
	let count = before.count.saturating_add(1);
	if count < MAX_REFUSALS {
		Refusals::<T>::insert(local_network, org, RefusalsOf { count, ..before });
	} else {
		Refusals::<T>::remove(local_network, org);
		SilentUntil::<T>::insert(local_network, org, until);
	}
}

/// A resource is late again with a visit of which its company has said that it goes on: another one is sent.
fn give_up<T: Config>(resource: u32, org: OrgId, local_network: LocalNetworkId) {
	drop_route::<T>(resource);
	if !silence::is_silenced::<T>(org) {
		let_rest::<T>(resource);
		count_refusal::<T>(org, local_network);
	}
	want::<T>(local_network, Trigger::Late);
}

/// Leaves of a route what is under way: the rest is planned anew. Says how many visits. Of who is no member any more nothing is left.
pub(crate) fn cut<T: Config>(resource: u32, mut route: Route) -> u32 {
	let is_kept = route.under_way().is_some() && T::Authority::members().contains(route.org);
	let kept = usize::from(is_kept);
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

/// When it is asked of a generator whether it still runs.
fn runs_until<T: Config>() -> Moment {
	after(Pallet::<T>::moment(), RUNNING).saturating_add(1)
}

/// Sees to it that the chain looks at a route at a moment, and keeps it.
fn keep<T: Config>(org: OrgId, resource: u32, mut route: Route, at: Option<Moment>) -> Result<(), Error<T>> {
	route.next = at.map(|at| agenda::enter::<T>(org, at, subject(resource), None)).transpose()?;
	RouteOf::<T>::insert(resource, route);
	Ok(())
}

/// Takes a route on: the resource is under way to its first visit. Or says of one that is late that it goes on, or of a generator
/// that it still runs.
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
			route.stage = RouteStage::GoesOn { since };
			Some(after(now, route.grace).saturating_add(1))
		}
		RouteStage::Running { since, is_late: true } => {
			route.stage = RouteStage::Running { since, is_late: false };
			Some(runs_until::<T>())
		}
		_ => return Err(Error::<T>::AlreadyGiven),
	};
	Pallet::<T>::deposit_event(Event::RouteAcknowledged { resource, org });
	keep::<T>(org, resource, route, at)
}

/// Whether a company waits for a route of another one that is late: the order to which it is under way is its own.
fn waits_for<T: Config>(org: OrgId, route: &Route) -> bool {
	let is_party = |(order, _)| Orders::<T>::get(order).is_some_and(|order| order.parties().contains(org));
	let is_running = matches!(route.stage, RouteStage::Running { .. });
	route.is_late() && !is_running && route.under_way().is_some_and(is_party)
}

/// Refuses a route, or gives it up; or has one given up that is late. Its orders are planned anew.
pub(crate) fn refuse<T: Config>(org: OrgId, resource: u32, reason: Words) -> Result<(), Error<T>> {
	let route = RouteOf::<T>::get(resource).ok_or(Error::<T>::NoRoute)?;
	ensure!(route.org == org || waits_for::<T>(org, &route), Error::<T>::NotOwner);
	ensure!(reason.is_valid(), Error::<T>::BadWords);
	drop_route::<T>(resource);
	let_rest::<T>(resource);
	if route.org == org {
		count_refusal::<T>(org, route.local_network);
	}
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
		route.stage = RouteStage::Running { since, is_late: false };
		return keep::<T>(org, resource, route, Some(runs_until::<T>()));
	}
	// Nobody comes again until its parties have moved it. What another company says keeps it out of no round.
	Orders::<T>::mutate(order, |order| {
		if let Some(order) = order.as_mut().filter(|order| order.parties().contains(org)) {
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

/// An order is over, or another's: nobody goes there any more. Who is under way to it goes on to the next one. The chain looks at the
/// route when it would have done so for this order, and sees then how long there is for the next: so no room in the agenda is needed.
pub(crate) fn order_ended<T: Config>(order: u32) {
	let Some(resource) = RouteOfOrder::<T>::take(order) else { return };
	let Some(mut route) = RouteOf::<T>::get(resource) else { return };
	let was_under_way = route.under_way().is_some_and(|(first, _)| first == order);
	route.visits.retain(|visit| visit.order != order);
	if route.visits.is_empty() {
		RouteOf::<T>::remove(resource);
		Pallet::<T>::deposit_event(Event::RouteFinished { resource, org: route.org });
		return;
	}
	if was_under_way {
		route.stage = RouteStage::UnderWay { since: Pallet::<T>::moment(), is_late: false };
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

/// Tells that a route is late: its company has the time for an answer to say that it goes on.
fn ask<T: Config>(resource: u32, route: Route) {
	let (org, place) = (route.org, route.local_network);
	if let Some(visit) = route.visits.first() {
		Pallet::<T>::deposit_event(Event::VisitLate { resource, org, order: visit.order });
	}
	let until = after(Pallet::<T>::moment(), RoundRulesInForce::<T>::get().answer);
	if keep::<T>(org, resource, route, Some(until.saturating_add(1))).is_err() {
		pass_over::<T>(resource, org, place);
	}
}

/// A route is due: nobody has answered, the first visit is late or a generator has run for long, or nobody has said since that it goes
/// on.
pub(crate) fn look<T: Config>(resource: u32, second: u32) -> (Weight, bool) {
	let Some(mut route) = RouteOf::<T>::get(resource).filter(|route| route.next == Some(second)) else {
		return (T::WeightInfo::pass_over(), true);
	};
	let place = route.local_network;
	match route.stage {
		RouteStage::Sent { .. }
		| RouteStage::UnderWay { is_late: true, .. }
		| RouteStage::GoesOn { .. }
		| RouteStage::Running { is_late: true, .. } => {
			let (org, goes_on) = (route.org, matches!(route.stage, RouteStage::GoesOn { .. }));
			let until = answers_until::<T>(org);
			let is_kept = until.is_some_and(|until| {
				if let RouteStage::Sent { until: last } = &mut route.stage {
					*last = until;
				}
				keep::<T>(org, resource, route, Some(until.saturating_add(1))).is_ok()
			});
			if goes_on && until.is_none() {
				give_up::<T>(resource, org, place);
			} else if !is_kept {
				pass_over::<T>(resource, org, place);
			}
		}
		RouteStage::UnderWay { is_late: false, .. } if due(&route) > Some(Pallet::<T>::moment()) => {
			let (org, at) = (route.org, due(&route));
			if keep::<T>(org, resource, route, at).is_err() {
				// What nobody watches is nobody's.
				pass_over::<T>(resource, org, place);
			}
		}
		RouteStage::UnderWay { since, is_late: false } => {
			route.stage = RouteStage::UnderWay { since, is_late: true };
			ask::<T>(resource, route);
			want::<T>(place, Trigger::Late);
		}
		RouteStage::Running { since, is_late: false } => {
			route.stage = RouteStage::Running { since, is_late: true };
			ask::<T>(resource, route);
		}
	}
	(T::WeightInfo::look_at_route(), true)
}

/// Takes a resource from the route that it has, and from the round that plans it, for these orders. What a round has sent it to beside them
/// is refused by that, and so is whatever a round may have for who is sent nowhere.
fn withdraw<T: Config>(org: OrgId, resource: u32, owned: &Owned, orders: &[u32]) {
	let is_left = |visit: &Planned| !orders.contains(&visit.order);
	let sent =
		RouteOf::<T>::get(resource).filter(|route| route.round.is_some() && route.visits.iter().any(is_left));
	let planned = owned.round.filter(|_| orders.is_empty()).and_then(Rounds::<T>::get);
	drop_route::<T>(resource);
	if owned.round.is_some() || sent.is_some() {
		let_rest::<T>(resource);
	}
	let refused = sent.as_ref().filter(|route| route.org == org).map(|route| route.local_network);
	if let Some(place) = refused.or(planned.map(|head| head.local_network)) {
		count_refusal::<T>(org, place);
	}
	if let Some(route) = sent {
		want::<T>(route.local_network, Trigger::Refused);
	}
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
	let is_there = owned.details.area.contains(Scope::LocalNetwork(local_network));
	ensure!(owned.details.kind.is_vehicle() && is_there, Error::<T>::BadResource);
	ensure!(reason.is_valid(), Error::<T>::BadWords);
	let rules = RoundRulesInForce::<T>::get();
	let (mut at, mut time, last) = (Point::from(owned.details.at), now, after(now, rules.horizon));
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
		// However slow it is, there is a time at which it is late.
		visits.push(Planned { order: *number, at: there, end: time.min(last) });
	}
	withdraw::<T>(org, resource, &owned, orders);
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
