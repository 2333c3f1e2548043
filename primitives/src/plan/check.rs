// SPDX-License-Identifier: Apache-2.0

//! The check of a plan: linear in the jobs and resources of its round.

use super::{
	ensure,
	round::{JobIndex, Resource, ResourceIndex, Round},
	routes::Plan,
	score::Score,
	tour::{Obstacle, Times, Tour},
};
use crate::Hash;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// A place in a plan.
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
	PartialOrd,
	Ord,
	Hash,
	Debug,
	Default,
)]
pub struct Place {
	/// The route, counted from 0.
	pub route: u16,
	/// Its stop, counted from 0.
	pub stop: u16,
}

/// Why a plan is refused: the first that is found, in this order for the whole plan, then route by route and stop by stop, then
/// what is left, then the score.
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
pub enum PlanDefect {
	/// It is for another round.
	Round,
	/// The routes have more or fewer stops than there are.
	Stops,
	/// The round has no such resource.
	NoSuchResource {
		/// The route.
		route: u16,
	},
	/// A resource does not follow the one before in ascending order: out of order, or twice.
	ResourceOrder {
		/// The route.
		route: u16,
	},
	/// A route without a stop.
	Empty {
		/// The route.
		route: u16,
	},
	/// The round has no such job.
	NoSuchJob(Place),
	/// The job was visited before.
	Twice(Place),
	/// The job is pinned to another resource, or is not the first one of its own.
	Pinned(Place),
	/// The resource cannot serve this job here. Of a crew that is not back in time, the last one.
	Unfit {
		/// Where.
		place: Place,
		/// Why.
		obstacle: Obstacle,
	},
	/// A pinned job is not visited.
	PinLeft(JobIndex),
	/// The plan is worth something else than it claims.
	Score {
		/// What it is worth.
		found: Score,
	},
}

/// A visit as it follows from a plan.
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
pub struct Visit {
	/// Who comes.
	pub resource: ResourceIndex,
	/// To what.
	pub job: JobIndex,
	/// When.
	pub times: Times,
}

/// Checks everything: that the plan is for the round with this digest, that it is valid, and that it is worth what it claims.
///
/// # Errors
/// The first defect.
pub fn check(round: &Round, digest: Hash, plan: &Plan) -> Result<Score, PlanDefect> {
	let found = score(round, digest, plan)?;
	if found == plan.score {
		Ok(found)
	} else {
		Err(PlanDefect::Score { found })
	}
}

/// What a plan is worth, whatever it claims.
///
/// # Errors
/// The first defect but that of the score.
pub fn score(round: &Round, digest: Hash, plan: &Plan) -> Result<Score, PlanDefect> {
	walk(round, digest, plan, |_| ())
}

/// When the visits of a plan take place, route by route.
///
/// # Errors
/// The first defect but that of the score.
pub fn schedule(round: &Round, digest: Hash, plan: &Plan) -> Result<Vec<Visit>, PlanDefect> {
	let mut visits = Vec::with_capacity(plan.stops.len());
	walk(round, digest, plan, |visit| visits.push(visit)).map(|_| visits)
}

fn walk(round: &Round, digest: Hash, plan: &Plan, mut found: impl FnMut(Visit)) -> Result<Score, PlanDefect> {
	ensure(plan.round == digest, PlanDefect::Round)?;
	let stops = plan.routes.iter().map(|route| usize::from(route.stops)).fold(0, usize::saturating_add);
	ensure(stops == plan.stops.len(), PlanDefect::Stops)?;
	let (mut score, mut last) = (Score::default(), None);
	let mut seen = alloc::vec![false; round.jobs.len()];
	for (route, (index, stops)) in (0..).zip(plan.routes()) {
		let resource = round.resource(index).ok_or(PlanDefect::NoSuchResource { route })?;
		ensure(last.is_none_or(|last| last < index), PlanDefect::ResourceOrder { route })?;
		ensure(!stops.is_empty(), PlanDefect::Empty { route })?;
		last = Some(index);
		let travel = walk_route(round, (route, index, resource), stops, &mut seen, |visit, lost| {
			score.lost = score.lost.saturating_add(lost);
			found(visit);
		})?;
		score.resources = score.resources.saturating_add(1);
		score.travel = score.travel.saturating_add(travel);
	}
	for ((index, job), _) in round.jobs().zip(seen).filter(|(_, seen)| !seen) {
		ensure(job.pinned.is_none(), PlanDefect::PinLeft(index))?;
		score.lost = score.lost.saturating_add(round.lost_if_left(job));
	}
	Ok(score)
}

/// Follows one route and returns its travel. Each visit is told with the service that its job loses.
fn walk_route(
	round: &Round,
	(route, index, resource): (u16, ResourceIndex, &Resource),
	stops: &[JobIndex],
	seen: &mut [bool],
	mut found: impl FnMut(Visit, u64),
) -> Result<u64, PlanDefect> {
	let mut tour = Tour::start(resource);
	let mut place = Place { route, stop: 0 };
	for (stop, job_index) in (0..).zip(stops) {
		place.stop = stop;
		let job = round.job(*job_index).ok_or(PlanDefect::NoSuchJob(place))?;
		let seen = seen.get_mut(usize::from(job_index.0)).ok_or(PlanDefect::NoSuchJob(place))?;
		ensure(!core::mem::replace(seen, true), PlanDefect::Twice(place))?;
		ensure(job.pinned.is_none_or(|pin| pin == index && stop == 0), PlanDefect::Pinned(place))?;
		let unfit = |obstacle| PlanDefect::Unfit { place, obstacle };
		let (next, times) = tour.visit(round, resource, job).map_err(unfit)?;
		tour = next;
		found(Visit { resource: index, job: *job_index, times }, round.lost(job, times.end));
	}
	tour.home(round, resource).map_err(|obstacle| PlanDefect::Unfit { place, obstacle })
}
