// SPDX-License-Identifier: Apache-2.0

//! Small rounds, where all plans there are can be tried.

use super::*;
use crate::random::Random;
use proptest::{strategy::ValueTree, test_runner::TestRunner};
use trimast_primitives::plan::{check, JobIndex, Route, Score};

/// The least score of all plans.
fn best(round: &Round) -> Score {
	let mut routes = vec![Vec::new(); round.resources.len()];
	let mut best = floor(round).score;
	try_all(round, digest(round), 0, &mut routes, &mut best);
	best
}

/// Tries each place for the jobs from `next` on.
fn try_all(round: &Round, digest: Hash, next: u16, routes: &mut Vec<Vec<JobIndex>>, best: &mut Score) {
	if usize::from(next) == round.jobs.len() {
		let used = (0..).map(ResourceIndex).zip(&*routes).filter(|(_, stops)| !stops.is_empty());
		let plan = Plan {
			round: digest,
			score: Score::default(),
			routes: used
				.map(|(resource, stops)| Route { resource, stops: stops.len() as u16 })
				.collect::<Vec<_>>()
				.try_into()
				.unwrap(),
			stops: routes.concat().try_into().unwrap(),
		};
		if let Ok(score) = check::score(round, digest, &plan) {
			*best = score.min(*best);
		}
		return;
	}
	try_all(round, digest, next + 1, routes, best);
	for resource in 0..routes.len() {
		for place in 0..=routes[resource].len() {
			routes[resource].insert(place, JobIndex(next));
			try_all(round, digest, next + 1, routes, best);
			routes[resource].remove(place);
		}
	}
}

#[test]
fn small_rounds_are_solved_to_the_optimum() {
	// Given rounds that are the same each time
	let mut runner = TestRunner::deterministic();
	for case in 0..60 {
		let round = any_round(5, 3).new_tree(&mut runner).unwrap().current();
		// When, Then
		assert_eq!(solved(&round, 3_000).plan.score, best(&round), "case {case}: {round:#?}");
	}
}

#[test]
fn generators_go_where_they_save_most() {
	let mut random = Random::new(7);
	for case in 0..40 {
		// Given jobs and generators of some sizes at some places, too few of them half of the time
		let mut at = || Point { x: random.below(300) as i32, y: random.below(300) as i32 };
		let places: Vec<_> = (0..8).map(|_| at()).collect();
		let mut power = || 1 + random.below(3) as u32;
		let jobs = (0..5).map(|n| Job {
			power: power(),
			plmns: power() as u8,
			at: places[n],
			..job(n as u64 + 1, 0, 0)
		});
		let jobs: Vec<_> = jobs.collect();
		let fleet = 2 + case % 2 * 3;
		let generators =
			(0..fleet).map(|n| Resource { start: places[7 - n], ..generator(n as u32 + 1, power()) });
		let round = round(jobs, generators.collect());
		// When, Then
		assert_eq!(solved(&round, 1).plan.score, best(&round), "case {case}");
	}
}
