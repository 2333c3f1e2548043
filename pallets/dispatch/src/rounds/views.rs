// SPDX-License-Identifier: Apache-2.0

//! What can be asked of resources, rounds and routes. Each answer is bounded.

use super::{
	bids::is_barred,
	types::{Head, MarksOf, RoundStage, Route, RouteStage, Territory, Trigger},
};
use crate::{
	resources::types::Owned, BidsOf, Config, Marks, NextResource, OffersTo, Pallet, Plans, Resources, Rounds,
	RouteOf, RouteOfOrder, Snapshots, Territories,
};
use alloc::vec::Vec;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	apis::{
		BidderView, ResourceView, ResourcesView, RoundStageView, RoundView, RouteStageView, RouteView,
		TerritoryView, TriggerView, UnservedView, VisitView, MAX_NUMBERS, MAX_PAGE,
	},
	plan::{self, why_unserved, Plan, Unserved},
	LocalNetworkId, OrgId,
};

impl<T: Config> Pallet<T> {
	/// A crew, a generator, or spares.
	pub fn resource(id: u32) -> Option<Owned> {
		Resources::<T>::get(id)
	}

	/// Resources that a company owns or has on a lease, ascending by number. [`MAX_NUMBERS`] numbers are looked at.
	pub fn resources(user: Option<OrgId>, after: Option<u32>, asked: u32) -> Vec<(u32, Owned)> {
		let first = after.map_or(0, |after| after.saturating_add(1));
		let end = NextResource::<T>::get().min(first.saturating_add(MAX_NUMBERS));
		// Also when the term of a lease is over: what is under way then is still to be ended by who has begun it.
		let is_lent_to =
			|owned: &Owned, org| owned.lending.is_some_and(|lease| lease.is_taken && lease.to == org);
		let is_asked = |owned: &Owned| user.is_none_or(|org| owned.owner == org || is_lent_to(owned, org));
		let known = |id| Some((id, Resources::<T>::get(id)?));
		let found = (first..end).filter_map(known).filter(|(_, owned)| is_asked(owned));
		found.take(asked.min(MAX_PAGE).saturated_into()).collect()
	}

	/// The rounds of a local network.
	pub fn territory(local_network: LocalNetworkId) -> Territory {
		Territories::<T>::get(local_network)
	}

	/// How far a round is.
	pub fn round(number: u32) -> Option<Head> {
		Rounds::<T>::get(number)
	}

	/// What a round is about: all that a solver needs beside the digest.
	pub fn snapshot(number: u32) -> Option<plan::Round> {
		Snapshots::<T>::get(number)
	}

	/// The best bid of a round, or the plan that has won.
	pub fn plan(number: u32) -> Option<Plan> {
		Plans::<T>::get(number)
	}

	/// The orders that the plan of a round leaves, and why: behind this one, [`MAX_PAGE`] at most.
	pub fn unserved(number: u32, after: Option<u32>, asked: u32) -> Vec<(u32, Unserved)> {
		let (Some(round), Some(plan)) = (Snapshots::<T>::get(number), Plans::<T>::get(number)) else {
			return Vec::new();
		};
		let later = round.jobs().filter(|(_, job)| after.is_none_or(|after| job.id > u64::from(after)));
		let why = |(index, job): (plan::JobIndex, &plan::Job)| {
			Some((u32::try_from(job.id).ok()?, why_unserved(&round, &plan, index)?))
		};
		later.filter_map(why).take(asked.min(MAX_PAGE).saturated_into()).collect()
	}

	/// What a resource is to do.
	pub fn route(resource: u32) -> Option<Route> {
		RouteOf::<T>::get(resource)
	}

	/// Who is to come to an order: the resource and its route.
	pub fn route_of_order(order: u32) -> Option<(u32, Route)> {
		let resource = RouteOfOrder::<T>::get(order)?;
		Some((resource, RouteOf::<T>::get(resource)?))
	}

	/// What a company has for invalid bids in a local network.
	pub fn marks(local_network: LocalNetworkId, org: OrgId) -> MarksOf {
		Marks::<T>::get(local_network, org)
	}

	/// [`trimast_primitives::apis::DispatchApi::resource`]
	pub fn resource_view(id: u32) -> Option<ResourceView> {
		Self::resource(id).map(|resource| Self::view_of(id, resource))
	}

	fn view_of(id: u32, resource: Owned) -> ResourceView {
		let user = resource.user(Self::moment());
		ResourceView { id, resource, user, route: RouteOf::<T>::get(id).map(view_of_route) }
	}

	/// [`trimast_primitives::apis::DispatchApi::resources`]
	pub fn resources_view(of: Option<OrgId>, after: Option<u32>, asked: u32) -> ResourcesView {
		let asked = asked.min(MAX_PAGE);
		let found = Self::resources(of, after, asked);
		let first = after.map_or(0, |after| after.saturating_add(1));
		// A full answer ends with its last one, any other behind all that were looked at.
		let is_full = found.len() >= asked.saturated_into::<usize>();
		let last = found.last().map(|(id, _)| *id).filter(|_| is_full);
		let next = if asked == 0 {
			first
		} else {
			last.map_or(first.saturating_add(MAX_NUMBERS), |id| id.saturating_add(1))
		};
		let is_left = next < NextResource::<T>::get();
		ResourcesView {
			resources: found.into_iter().map(|(id, resource)| Self::view_of(id, resource)).collect(),
			next: next.checked_sub(1).filter(|_| is_left),
		}
	}

	/// [`trimast_primitives::apis::DispatchApi::offers_to`]
	pub fn offers_to(org: OrgId, after: Option<u32>, asked: u32) -> Vec<ResourceView> {
		let numbers = match after {
			None => OffersTo::<T>::iter_key_prefix(org),
			Some(after) => {
				OffersTo::<T>::iter_key_prefix_from(org, OffersTo::<T>::hashed_key_for(org, after))
			}
		};
		numbers.filter_map(Self::resource_view).take(asked.min(MAX_PAGE).saturated_into()).collect()
	}

	/// [`trimast_primitives::apis::DispatchApi::sent_to`]
	pub fn sent_to(order: u32) -> Option<ResourceView> {
		Self::resource_view(RouteOfOrder::<T>::get(order)?)
	}

	/// [`trimast_primitives::apis::DispatchApi::territories`]
	pub fn territories(after: Option<LocalNetworkId>, asked: u32) -> Vec<TerritoryView> {
		// No more of them than local networks: a few hundred.
		let mut all: Vec<_> =
			Territories::<T>::iter().filter(|(id, _)| after.is_none_or(|after| *id > after)).collect();
		all.sort_unstable_by_key(|(id, _)| *id);
		let view = |(local_network, of): (LocalNetworkId, Territory)| TerritoryView {
			local_network,
			open: of.open.and_then(Self::round_view),
			last: of.last.and_then(Self::round_view),
			wanted: of.wanted.map(view_of_trigger),
		};
		all.into_iter().map(view).take(asked.min(MAX_PAGE).saturated_into()).collect()
	}

	/// [`trimast_primitives::apis::DispatchApi::round`]
	pub fn round_view(id: u32) -> Option<RoundView> {
		let head = Self::round(id)?;
		// No more entries than companies.
		let mut bids: Vec<_> = BidsOf::<T>::iter_prefix(id).collect();
		bids.sort_unstable();
		Some(RoundView {
			id,
			local_network: head.local_network,
			trigger: view_of_trigger(head.trigger),
			opened: head.opened,
			stage: view_of_stage(head.stage),
			digest: head.digest,
			jobs: head.jobs,
			resources: head.resources,
			floor: head.floor,
			best: head.best.map(|best| (best.org, best.score)),
			bids_each: head.rules.bids,
			bids,
			grace: head.rules.grace,
		})
	}

	/// [`trimast_primitives::apis::DispatchApi::unserved`]
	pub fn unserved_view(number: u32, after: Option<u32>, asked: u32) -> Vec<UnservedView> {
		let found = Self::unserved(number, after, asked).into_iter();
		found.map(|(order, why)| UnservedView { order, why }).collect()
	}

	/// [`trimast_primitives::apis::DispatchApi::bidder`]
	pub fn bidder(number: u32, org: OrgId) -> Option<BidderView> {
		let head = Self::round(number)?;
		Some(BidderView {
			left: head.rules.bids.saturating_sub(BidsOf::<T>::get(number, org)),
			marks: Self::marks(head.local_network, org).count,
			is_barred: is_barred::<T>(org, &head),
		})
	}
}

fn view_of_route(route: Route) -> RouteView {
	let stage = match route.stage {
		RouteStage::Sent { until } => RouteStageView::Sent { until },
		RouteStage::UnderWay { since, is_late } => RouteStageView::UnderWay { since, is_late },
		RouteStage::GoesOn { since } => RouteStageView::GoesOn { since },
		RouteStage::Running { since, is_late } => RouteStageView::Running { since, is_late },
	};
	let visits = route.visits.iter();
	RouteView {
		org: route.org,
		local_network: route.local_network,
		round: route.round,
		stage,
		visits: visits.map(|visit| VisitView { order: visit.order, at: visit.at, end: visit.end }).collect(),
	}
}

fn view_of_stage(stage: RoundStage) -> RoundStageView {
	match stage {
		RoundStage::Gathering { .. } => RoundStageView::Gathering,
		RoundStage::Freezing => RoundStageView::Freezing,
		RoundStage::Bidding { until } => RoundStageView::Bidding { until },
		RoundStage::Closing => RoundStageView::Closing,
		RoundStage::Committing { .. } => RoundStageView::Committing,
		RoundStage::Over => RoundStageView::Over,
	}
}

fn view_of_trigger(trigger: Trigger) -> TriggerView {
	match trigger {
		Trigger::Timer => TriggerView::Timer,
		Trigger::Level => TriggerView::Level,
		Trigger::Jobs => TriggerView::Jobs,
		Trigger::Refused => TriggerView::Refused,
		Trigger::Late => TriggerView::Late,
		Trigger::Call(org) => TriggerView::Call(org),
	}
}
