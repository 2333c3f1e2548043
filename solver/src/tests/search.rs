// SPDX-License-Identifier: Apache-2.0

//! What the search believes of routes is what the checker says.

use super::*;
use crate::{
	problem::Problem,
	random::Random,
	state::{State, Worth},
};
use std::time::Instant;
use trimast_primitives::plan::{alone, check, Score};

/// What the checker says of the crews' part: without generators, and without jobs that nobody can serve.
fn worth(round: &Round, problem: &Problem, state: &State) -> Option<Worth> {
	let plan = crate::plan_of(round, digest(round), problem.routes(&state.plan()))?;
	let Score { lost, resources, travel } = check(round, digest(round), &plan).unwrap();
	let is_other = |job: &Job| {
		job.power > 0 || round.resources.iter().all(|resource| alone(round, resource, job).is_err())
	};
	let others: u64 = round.jobs.iter().filter(|job| is_other(job)).map(|job| round.lost_if_left(job)).sum();
	Some(Worth { lost: lost - others, routes: resources as usize, travel: travel as i64 })
}

proptest! {
	#[test]
	fn offers_and_totals_are_exact(mut round in any_round(14, 6), seed: u64) {
		// Pinned generators are not the search's.
		let mut jobs = round.jobs.to_vec();
		jobs.iter_mut().filter(|job| job.power > 0).for_each(|job| job.pinned = None);
		round.jobs = jobs.try_into().unwrap();
		let problem = Problem::new(&round, Instant::now() + Duration::from_secs(3_600)).unwrap();
		let floor = floor(&round);
		let routes: Vec<_> = floor.routes().map(|(index, stops)| (index, stops.to_vec())).collect();
		let mut state = State::new(&problem, &problem.plan(&routes));
		let mut random = Random::new(seed);
		for _ in 0..20 {
			prop_assert_eq!(worth(&round, &problem, &state), Some(state.worth()));
			let (before, plan) = (state.worth(), state.plan());
			state.begin();
			for crew in 0..problem.crews.len() {
				let route = &state.routes[crew];
				let (first, stops) = (usize::from(route.is_pinned), route.stops.len());
				let mut cut = || first + random.below(stops - first + 1);
				let mut cuts = [cut(), cut(), cut(), cut()];
				cuts.sort_unstable();
				let [from, keep, kept, to] = cuts;
				if to > from {
					state.take(crew, from, keep, kept, to);
				}
			}
			let mut absent = std::mem::take(&mut state.absent);
			absent.retain(|job| {
				let mut best = None;
				for route in &state.routes {
					route.offer(&problem, *job, i64::MAX, &mut best, || random.once_in(4));
				}
				let Some(offer) = best else { return true };
				let before = state.worth();
				state.put(*job, offer);
				let (after, left) = (state.worth(), problem.jobs[*job].left as i64);
				assert_eq!(after.lost as i64 - before.lost as i64, offer.lost - left);
				assert_eq!(after.travel - before.travel, offer.travel);
				assert_eq!(after.routes - before.routes, usize::from(offer.opens));
				false
			});
			state.absent = absent;
			prop_assert_eq!(worth(&round, &problem, &state), Some(state.worth()));
			let (a, b) = (random.below(problem.crews.len()), random.below(problem.crews.len()));
			let is_free = |crew: usize| problem.crews.len() > crew && !state.routes[crew].is_pinned;
			if a != b && is_free(a) && is_free(b) {
				state.begin();
				if !state.exchange(a, b) {
					state.take_back();
				}
			}
			prop_assert_eq!(worth(&round, &problem, &state), Some(state.worth()));
			if a == b && random.once_in(2) {
				// There was no other `begin`.
				state.take_back();
				prop_assert_eq!(state.worth(), before);
				prop_assert_eq!(state.plan(), plan);
			}
		}
	}
}
