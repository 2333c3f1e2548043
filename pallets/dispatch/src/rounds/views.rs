// SPDX-License-Identifier: Apache-2.0

//! What can be asked of resources, rounds and routes. Each answer is bounded.

use super::types::{Head, MarksOf, Route, Territory};
use crate::{
	resources::types::Owned, Config, Marks, NextResource, Pallet, Plans, Resources, Rounds, RouteOf,
	RouteOfOrder, Snapshots, Territories,
};
use alloc::vec::Vec;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	apis::{MAX_NUMBERS, MAX_PAGE},
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
		let now = Self::moment();
		let is_asked = |owned: &Owned| user.is_none_or(|org| owned.owner == org || owned.user(now) == org);
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
}
