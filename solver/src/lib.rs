// SPDX-License-Identifier: Apache-2.0
//! The dispatch solver: from the round of a chain to a plan that is worth bidding. Beside it [`windows`]: from recorded traffic to
//! the hours in which cells may sleep.
//!
//! # Terminology
//!
//! Round, job, resource, plan and score are those of [`trimast_primitives::plan`], which states the problem. The *floor* is the
//! chain's own greedy plan, that a bid has to beat.
//!
//! # What it guarantees
//!
//! * **Checked**: what it returns has passed the chain's own check ([`trimast_primitives::plan::check()`]).
//! * **Never below the floor**: no plan is worse than the greedy one.
//! * **In time**: it ends with its budget. Only the floor is computed however long that takes: some tenths of a second for the
//!   largest round.
//! * **Generators exactly**: which generator serves which job is solved to the optimum, where there is time for it.
//! * **Crews as well as time allows**: nothing says how far from the optimum their routes are.
//!
//! # How it flows
//!
//! ```text
//!                      +-> generators: assignment, exact ----------+
//!   round -> floor ----+                                           +-> plan -> check -> the better of it and the floor
//!                      +-> problem -> search, thread by thread ----+
//!                          crews' jobs, table of travel
//! ```
//!
//! A job is either a crew's or a generator's and no resource is both, so the best of both parts is the best of all.
//!
//! # Example
//!
//! ```
//! use std::time::Duration;
//! use trimast_primitives::{plan, Hash};
//! use trimast_solver::{solve, Instance, Settings};
//!
//! let text = "corner
//!
//! VEHICLE
//! NUMBER CAPACITY
//! 2 10
//!
//! CUSTOMER
//! CUST NO. XCOORD. YCOORD. DEMAND READY TIME DUE DATE SERVICE TIME
//! 0 0 0 0 0 100 0
//! 1 3 0 1 0 90 1
//! 2 3 4 1 0 90 1
//! ";
//! let instance = Instance::read(text).unwrap();
//! let round = instance.round();
//! let digest = round.digest(Hash::zero());
//! let settings = Settings { budget: Duration::from_millis(50), threads: 1, ..Settings::default() };
//! let solved = solve(&round, digest, &settings).unwrap();
//! assert_eq!(plan::check(&round, digest, &solved.plan), Ok(solved.plan.score));
//! // One vehicle goes there, along and back again.
//! assert_eq!(instance.distance(&solved.plan), Some(12.0));
//! ```

pub mod bid;
mod generators;
pub mod instance;
mod problem;
mod random;
mod route;
mod search;
mod state;
#[cfg(test)]
mod tests;
pub mod windows;

pub use instance::Instance;

use problem::Problem;
use search::Effort;
use std::time::{Duration, Instant};
use trimast_primitives::{
	plan::{
		check, greedy, JobIndex, Plan, PlanDefect, ResourceIndex, ResourceKind, Round, RoundDefect, Route,
		Score,
	},
	Hash,
};

/// How a round is solved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settings {
	/// How long it may take.
	pub budget: Duration,
	/// On how many threads.
	pub threads: usize,
	/// How many steps each thread takes at most. With one thread, and steps that end before the budget, the answer is the same
	/// each time.
	pub steps: u64,
	/// Where random numbers begin.
	pub seed: u64,
}

impl Default for Settings {
	/// Twenty seconds on all cores.
	fn default() -> Self {
		let threads = std::thread::available_parallelism().map_or(1, usize::from);
		Self { budget: Duration::from_secs(20), threads, steps: u64::MAX, seed: 1 }
	}
}

/// A plan, and how it was come by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Solved {
	/// The plan.
	pub plan: Plan,
	/// What the greedy plan is worth.
	pub floor: Score,
	/// How many steps the search has taken on all threads.
	pub steps: u64,
}

/// Why there is no plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unsolved {
	/// The round is none.
	Round(RoundDefect),
	/// The chain's greedy plan does not pass its check. It cannot be.
	Floor(PlanDefect),
}

impl std::fmt::Display for Unsolved {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		match self {
			Self::Round(defect) => write!(f, "the round is not valid: {defect:?}"),
			Self::Floor(defect) => write!(f, "the greedy plan is not valid: {defect:?}"),
		}
	}
}

impl std::error::Error for Unsolved {}

/// The best plan for a round that is found within the budget. `digest` is the round's.
///
/// # Errors
/// The round does not pass its check.
pub fn solve(round: &Round, digest: Hash, settings: &Settings) -> Result<Solved, Unsolved> {
	let from = Instant::now();
	let until = from + settings.budget;
	round.check().map_err(Unsolved::Round)?;
	let floor = greedy(round, digest, u32::MAX).map_err(Unsolved::Floor)?;
	let is_crew = |index| round.resource(index).is_some_and(|resource| resource.kind == ResourceKind::Crew);
	let (mut crews, generators): (Vec<_>, Vec<_>) =
		floor.routes().map(|(index, stops)| (index, stops.to_vec())).partition(|(index, _)| is_crew(*index));
	let generators = generators::assign(round, from + settings.budget / 2)
		.map_or(generators, |pairs| pairs.into_iter().map(|(index, job)| (index, vec![job])).collect());
	let mut steps = 0;
	if let Some(problem) = Problem::new(round, until) {
		let effort = Effort { from: Instant::now(), until, steps: settings.steps.max(1) };
		let first = problem.plan(&crews);
		let (best, taken) = search::search(&problem, first, effort, settings.threads.max(1), settings.seed);
		crews = problem.routes(&best);
		steps = taken;
	}
	crews.extend(generators);
	let plan = plan_of(round, digest, crews).filter(|plan| plan.score < floor.score);
	Ok(Solved { floor: floor.score, plan: plan.unwrap_or(floor), steps })
}

/// The plan with these routes, if the chain takes it.
fn plan_of(round: &Round, digest: Hash, mut routes: Vec<(ResourceIndex, Vec<JobIndex>)>) -> Option<Plan> {
	routes.sort_unstable();
	let route = |(resource, stops): &(ResourceIndex, Vec<JobIndex>)| {
		Some(Route { resource: *resource, stops: u16::try_from(stops.len()).ok()? })
	};
	let mut plan = Plan {
		round: digest,
		score: Score::default(),
		routes: routes.iter().map(route).collect::<Option<Vec<_>>>()?.try_into().ok()?,
		stops: routes
			.iter()
			.flat_map(|(_, stops)| stops.iter().copied())
			.collect::<Vec<_>>()
			.try_into()
			.ok()?,
	};
	plan.score = check::score(round, digest, &plan).ok()?;
	check(round, digest, &plan).is_ok().then_some(plan)
}
