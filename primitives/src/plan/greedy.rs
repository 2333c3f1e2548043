// SPDX-License-Identifier: Apache-2.0

//! The greedy plan: the floor that a bid has to beat, and the fallback when nobody bids.
//!
//! Pinned jobs stand first on their resources. The other jobs are taken one after another, first the one that would lose most
//! if it were left (equal ones by their places), and each goes to the end of a route: of all resources that can serve it there
//! to the one where, in this order,
//!
//! 1. it loses least service,
//! 2. no further resource is used for it,
//! 3. the generator is the smallest,
//! 4. the route's travel grows least,
//! 5. the place in the round is the least.
//!
//! A job that nobody can serve there is left. What would be lost counts and not the deadline alone, since in an outage that
//! matters there are fewer generators than stations: by deadline they would go to the smallest batteries, however little
//! hangs on them.
//!
//! # What it guarantees
//!
//! * **Valid**: for a round that passes [`Round::check`], the plan passes [`super::check()`].
//! * **The same everywhere**: round and steps decide the plan.
//! * **Bounded**: a *step* is one job tried with one resource. It goes on job by job as long as there are steps for all
//!   resources, can be stored as it is, and taken up in a later block. What had no steps in the end is left.

use super::{
	check::{score, PlanDefect},
	round::{Job, JobIndex, Resource, ResourceIndex, ResourceKind, Round, MAX_JOBS, MAX_RESOURCES},
	routes::{Plan, Route},
	score::Score,
	tour::Tour,
};
use crate::Hash;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::cmp::Reverse;
use scale_info::TypeInfo;
use sp_runtime::{traits::ConstU32, BoundedVec};

/// A greedy plan in the making.
#[derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct Greedy {
	/// What is to be tried, the next job last.
	rest: BoundedVec<JobIndex, ConstU32<MAX_JOBS>>,
	/// One of each resource.
	ways: BoundedVec<Way, ConstU32<MAX_RESOURCES>>,
	/// Who visits what, in the order of visits.
	visits: BoundedVec<(ResourceIndex, JobIndex), ConstU32<MAX_JOBS>>,
}

/// How far a resource has come, and its travel when it goes home from there.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
struct Way {
	tour: Tour,
	travel: u64,
}

impl Greedy {
	/// Begins a plan for a round. Sorts its jobs and visits the pinned ones: a step for each job.
	pub fn new(round: &Round) -> Self {
		Self::by(round, |job| Reverse(round.lost_if_left(job)))
	}

	/// As [`Self::new`], with the jobs in ascending order of `key`: of the begin of their outages, they are served first come,
	/// first served.
	pub fn by<K: Ord>(round: &Round, mut key: impl FnMut(&Job) -> K) -> Self {
		let mut order: Vec<_> =
			round.jobs().filter(|(_, job)| job.pinned.is_none()).map(|(n, job)| (key(job), n)).collect();
		order.sort_unstable();
		let rest = order.into_iter().rev().map(|(_, job)| job).collect();
		let ways = round.resources.iter().map(|resource| Way { tour: Tour::start(resource), travel: 0 });
		let mut greedy = Self {
			rest: BoundedVec::truncate_from(rest),
			ways: BoundedVec::truncate_from(ways.collect()),
			visits: BoundedVec::new(),
		};
		for (index, job) in round.jobs() {
			if let Some((pin, resource)) = job.pinned.and_then(|pin| Some((pin, round.resource(pin)?))) {
				let way = greedy.way(pin).and_then(|way| way.extended(round, resource, job));
				if let Some((way, _)) = way {
					greedy.take(pin, index, way);
				}
			}
		}
		greedy
	}

	/// Goes on for so many steps at most. Returns how many are left.
	pub fn run(&mut self, round: &Round, mut steps: u32) -> u32 {
		let all = u32::try_from(round.resources.len()).unwrap_or(MAX_RESOURCES).max(1);
		while let Some(left) = steps.checked_sub(all) {
			let Some(index) = self.rest.pop() else { break };
			steps = left;
			if let Some((resource, way)) = round.job(index).and_then(|job| self.best(round, job)) {
				self.take(resource, index, way);
			}
		}
		steps
	}

	/// Whether every job has been tried.
	pub fn is_done(&self) -> bool {
		self.rest.is_empty()
	}

	/// The plan as far as it has come.
	///
	/// # Errors
	/// None for a round that passes [`Round::check`], the one that was given all along.
	pub fn into_plan(self, round: &Round, digest: Hash) -> Result<Plan, PlanDefect> {
		let mut visits = self.visits.into_inner();
		// Stable: of one resource, they stay in the order of visits.
		visits.sort_by_key(|(resource, _)| *resource);
		let routes = visits.chunk_by(|(a, _), (b, _)| a == b).filter_map(|route| {
			let (resource, _) = *route.first()?;
			Some(Route { resource, stops: u16::try_from(route.len()).ok()? })
		});
		let mut plan = Plan {
			round: digest,
			score: Score::default(),
			routes: BoundedVec::truncate_from(routes.collect()),
			stops: BoundedVec::truncate_from(visits.iter().map(|(_, job)| *job).collect()),
		};
		plan.score = score(round, digest, &plan)?;
		Ok(plan)
	}

	/// Who serves a job best at the end of the route, and the way with it.
	fn best(&self, round: &Round, job: &Job) -> Option<(ResourceIndex, Way)> {
		let offers = round.resources().zip(&self.ways).filter_map(|((index, resource), way)| {
			let (next, lost) = way.extended(round, resource, job)?;
			let power = match resource.kind {
				ResourceKind::Crew => 0,
				ResourceKind::Generator { power } => power,
			};
			let detour = next.travel.saturating_sub(way.travel);
			Some(((lost, !way.tour.is_begun(), power, detour), index, next))
		});
		offers.min_by_key(|(cost, ..)| *cost).map(|(_, index, way)| (index, way))
	}

	fn way(&self, index: ResourceIndex) -> Option<&Way> {
		self.ways.get(usize::from(index.0))
	}

	fn take(&mut self, resource: ResourceIndex, job: JobIndex, way: Way) {
		// Each job is taken once, so there is room.
		if let (Some(old), Ok(())) =
			(self.ways.get_mut(usize::from(resource.0)), self.visits.try_push((resource, job)))
		{
			*old = way;
		}
	}
}

impl Way {
	/// The way with one more job at its end, and the service that the job loses. `None` when the resource cannot serve it there.
	fn extended(&self, round: &Round, resource: &Resource, job: &Job) -> Option<(Self, u64)> {
		let (tour, times) = self.tour.visit(round, resource, job).ok()?;
		let travel = tour.home(round, resource).ok()?;
		Some((Self { tour, travel }, round.lost(job, times.end)))
	}
}

/// The greedy plan of a round within so many steps.
///
/// # Errors
/// None for a round that passes [`Round::check`].
pub fn greedy(round: &Round, digest: Hash, steps: u32) -> Result<Plan, PlanDefect> {
	let mut greedy = Greedy::new(round);
	greedy.run(round, steps);
	greedy.into_plan(round, digest)
}
