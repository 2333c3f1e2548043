// SPDX-License-Identifier: Apache-2.0

//! The scheduling problem of one round, and what a plan for it is worth. The chain's check and every solver use this code; what
//! stands here suffices to write a solver that has none of it.
//!
//! # Terminology
//!
//! * **Round** ([`Round`]): jobs, resources and governed rules as they stood at one moment. Its *digest* names it.
//! * **Job** ([`Job`]): something to be done at one place by one visit. **Resource** ([`Resource`]): a *crew*, or a mobile
//!   *generator* with its vehicle and driver.
//! * **Plan** ([`Plan`]): a *route* for each resource that is used, jobs in the order of visits. It says nothing about times: they
//!   follow. A **bid** is a plan with the score that its author claims.
//! * **Tick**: the unit of time, an integer. In the trade a millisecond, as the chain's clock counts. In the public instances
//!   (Solomon, Gehring and Homberger), whose unit is abstract, 10^-4 of it.
//! * **Time** ([`Time`]): ticks since the round's `origin`, below 2^32: 49 days, 429,496 units of an instance.
//!
//! # The problem
//!
//! ```text
//!   weight(j)      the governed weight of j's class, times j's PLMNs
//!   deadline(j)    outage + autonomy
//!   travel(a, b)   see `metric`, rounded up, leg by leg
//!
//!   A resource r on its route:
//!     time = max(from, free),  at = start,  load = 0
//!     for each job j of the route
//!       load    = load + demand(j)                           load <= capacity of r
//!       arrival = time + travel(at, j)
//!       begin   = the least b >= arrival with                there is one
//!                 from <= b and b + service(j) <= to for a window of j
//!       end(j)  = begin + service(j)                         end(j) <= to of r
//!       time    = end(j),  at = j
//!     a crew:  back = time + travel(at, base)                back <= to of r
//!
//!   lost(j)        weight(j) * max(0, end(j) - deadline(j)); of a job on no route with the round's end for end(j)
//!
//!   score          1. sum of lost(j) over all jobs of the round       weight * ticks
//!                  2. number of routes
//!                  3. sum of the travel of all legs, crews' ways home included        ticks
//! ```
//!
//! The lesser score is better, compared in this order. A plan is *valid* when all conditions on the right hold, and:
//!
//! * it names the round's digest, and its claimed score is the score;
//! * each job is on one route at most, each resource has one route at most, routes stand in ascending order of resources and
//!   none is empty;
//! * a resource has every skill that its jobs need;
//! * a job that needs power (`power > 0`) is on the route of a generator that gives as much or more, one that needs none on a
//!   crew's;
//! * a generator has one job: it stays there, running, until the round ends, so it has no way home and its shift says by when
//!   it must run;
//! * a *pinned* job, to which a resource is under way, is the first one of this resource's route.
//!
//! Between valid plans of equal score nothing here decides: the chain takes the one that was bid first.
//!
//! Whatever is between jobs and people was decided before: a resource in a round may serve any job of it. Where a site needs a
//! generator and then a repair, it has two jobs, which may both have the deadline of the outage: with the end of each its own loss
//! ends. A vehicle that carries several generators is in the round with one of them.
//!
//! # The public instances
//!
//! Metric [`Metric::Plane`], coordinates and times multiplied by 10^4. A customer is a job with the window from its ready time to
//! its due date *plus* its service time (theirs bounds the begin, ours the whole visit), class 4, one PLMN, no skills, no power,
//! `outage` 0, and the depot's due date for `autonomy`. Each vehicle is a crew at the depot whose shift is the depot's window. The
//! round ends a tick after the depot's due date: so who is visited loses nothing, who is not loses a tick of the weight, and the
//! order is theirs: all customers, then fewest vehicles, then distance.
//!
//! # What it guarantees
//!
//! * **Integers, never in favour of lateness**: travel is rounded up leg by leg, nothing else is rounded. There is no
//!   floating point.
//! * **One answer**: routes decide times, and so the score. Equal plans are equal bytes.
//! * **Linear**: [`check()`] looks at each stop, each job and each resource once.
//! * **No overflow**: times are 32 bits wide and computed in 64; the bounds stand at [`Score`] and in [`metric`].
//! * **There is a plan**: for a round that passes [`Round::check`] the [greedy one](mod@greedy) is valid, and no plan gains by
//!   leaving a job that it could serve by the end of the round.
//!
//! # Example
//!
//! ```
//! use trimast_primitives::{plan::*, Hash, OrgId};
//!
//! let job = Job {
//! 	id: 1,
//! 	at: Point { x: 30, y: 40 },
//! 	service: 10,
//! 	windows: vec![Window { from: 0, to: 500 }].try_into().unwrap(),
//! 	skills: Skills(0b01),
//! 	power: 0,
//! 	demand: 1,
//! 	class: SlaClass::One,
//! 	plmns: 2,
//! 	outage: 0,
//! 	autonomy: 45,
//! 	pinned: None,
//! };
//! let crew = Resource {
//! 	id: 1,
//! 	owner: OrgId(0),
//! 	kind: ResourceKind::Crew,
//! 	start: Point { x: 0, y: 0 },
//! 	base: Point { x: 0, y: 0 },
//! 	from: 0,
//! 	to: 400,
//! 	free: 0,
//! 	speed: 1,
//! 	capacity: 10,
//! 	skills: Skills(0b11),
//! };
//! let round = Round {
//! 	number: 1,
//! 	origin: 0,
//! 	end: 500,
//! 	rules: Rules { version: 1, metric: Metric::Plane, weights: [8, 4, 2, 1] },
//! 	jobs: vec![job].try_into().unwrap(),
//! 	resources: vec![crew].try_into().unwrap(),
//! };
//! assert_eq!(round.check(), Ok(()));
//! let digest = round.digest(Hash::repeat_byte(1));
//! let plan = greedy(&round, digest, 1_000).unwrap();
//! // The crew is there at 50 and done at 60: 15 ticks late, of weight 8 * 2. It travels 50 there and 50 back.
//! assert_eq!(plan.score, Score { lost: 240, resources: 1, travel: 100 });
//! assert_eq!(check(&round, digest, &plan), Ok(plan.score));
//! ```

pub mod check;
pub mod explain;
pub mod greedy;
pub mod metric;
pub mod round;
pub mod routes;
pub mod score;
#[cfg(test)]
mod tests;
pub mod tour;

pub use check::{check, schedule, Place, PlanDefect, Visit};
pub use explain::{why_unserved, Unserved};
pub use greedy::{greedy, Greedy};
pub use metric::{Metric, Point};
pub use round::{
	Job, JobDefect, JobIndex, Resource, ResourceDefect, ResourceIndex, ResourceKind, Round, RoundDefect,
	Rules, Skills, SlaClass, Window, MAX_JOBS, MAX_RESOURCES, MAX_WINDOWS,
};
pub use routes::{Plan, Route};
pub use score::Score;
pub use tour::{alone, Obstacle, Times};

/// Ticks since the round's origin, or a number of ticks.
pub type Time = u32;

fn ensure<E>(ok: bool, error: E) -> Result<(), E> {
	if ok {
		Ok(())
	} else {
		Err(error)
	}
}
