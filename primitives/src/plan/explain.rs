// SPDX-License-Identifier: Apache-2.0

//! Why a plan leaves a job.

use super::{
	round::{JobIndex, Resource, ResourceIndex, Round},
	routes::Plan,
	tour::{alone, Obstacle, Tour},
};
use alloc::collections::BTreeMap;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Why a job is not visited.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
)]
pub enum Unserved {
	/// No resource can serve it, not even alone from where it starts. This keeps the one off that comes furthest: with
	/// `Window`, there is one of the right kind with the skills and the capacity, and none is there in time.
	Nobody(Obstacle),
	/// Somebody could serve it alone, and nobody after the jobs that the plan gives them. This keeps the one off that comes
	/// furthest of those who could: with `Stays`, each generator that could has another job; with `Capacity`, all who could are
	/// full; with one of the rest, somebody is not, and comes too late.
	Busy(Obstacle),
	/// This resource could serve it after the jobs that the plan gives it: the plan was not made to.
	Free(ResourceIndex),
}

/// Why a plan leaves a job; `None` when it does not, or when the round has no such job. It looks once at each of the round's
/// resources and at each stop. Who cannot go its route counts as full.
pub fn why_unserved(round: &Round, plan: &Plan, index: JobIndex) -> Option<Unserved> {
	let job = round.job(index).filter(|_| !plan.stops.contains(&index))?;
	let routes: BTreeMap<_, _> = plan.routes().collect();
	let after_its_route = |index: ResourceIndex, resource: &Resource| {
		let stops = routes.get(&index).copied().unwrap_or_default();
		let tour = follow(round, resource, stops).ok_or(Obstacle::Capacity)?;
		let (tour, _) = tour.visit(round, resource, job)?;
		tour.home(round, resource)
	};
	let mut nobody = if job.power == 0 { Obstacle::Crew } else { Obstacle::Power };
	let mut busy: Option<Obstacle> = None;
	for (index, resource) in round.resources() {
		match alone(round, resource, job).map(|_| after_its_route(index, resource)) {
			Err(met) => nobody = nobody.max(met),
			Ok(Err(met)) => busy = busy.max(Some(met)),
			Ok(Ok(_)) => return Some(Unserved::Free(index)),
		}
	}
	Some(busy.map_or(Unserved::Nobody(nobody), Unserved::Busy))
}

/// How far a resource is after these stops.
fn follow(round: &Round, resource: &Resource, stops: &[JobIndex]) -> Option<Tour> {
	stops.iter().try_fold(Tour::start(resource), |tour, job| {
		tour.visit(round, resource, round.job(*job)?).ok().map(|(tour, _)| tour)
	})
}
