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
	/// Somebody could serve it alone, and nobody after the jobs that the plan gives them.
	Busy,
	/// This resource could serve it after the jobs that the plan gives it: the plan was not made to.
	Free(ResourceIndex),
}

/// Why a plan leaves a job; `None` when it does not, or when the round has no such job. It looks once at each of the round's
/// resources and at each stop. A route that its resource cannot go counts as full.
pub fn why_unserved(round: &Round, plan: &Plan, index: JobIndex) -> Option<Unserved> {
	let job = round.job(index).filter(|_| !plan.stops.contains(&index))?;
	let nobody = if job.power == 0 { Obstacle::Crew } else { Obstacle::Power };
	let mut obstacles = round.resources().map(|(_, resource)| alone(round, resource, job).err());
	// Who meets none comes furthest.
	let furthest = obstacles.try_fold(nobody, |furthest: Obstacle, met| Some(furthest.max(met?)));
	if let Some(obstacle) = furthest {
		return Some(Unserved::Nobody(obstacle));
	}
	let routes: BTreeMap<_, _> = plan.routes().collect();
	let is_free = |(index, resource): &(ResourceIndex, &Resource)| {
		let stops = routes.get(index).copied().unwrap_or_default();
		let tour = follow(round, resource, stops).and_then(|tour| tour.visit(round, resource, job).ok());
		tour.is_some_and(|(tour, _)| tour.home(round, resource).is_ok())
	};
	Some(round.resources().find(is_free).map_or(Unserved::Busy, |(resource, _)| Unserved::Free(resource)))
}

/// How far a resource is after these stops.
fn follow(round: &Round, resource: &Resource, stops: &[JobIndex]) -> Option<Tour> {
	stops.iter().try_fold(Tour::start(resource), |tour, job| {
		tour.visit(round, resource, round.job(*job)?).ok().map(|(tour, _)| tour)
	})
}
