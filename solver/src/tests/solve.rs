// SPDX-License-Identifier: Apache-2.0

//! Plans are valid, and what they should be.

use super::*;
use trimast_primitives::plan::{check, JobIndex, MAX_JOBS, MAX_RESOURCES};

fn assert_is_good(round: &Round, solved: &Solved) {
	assert_eq!(check(round, digest(round), &solved.plan), Ok(solved.plan.score));
	assert_eq!(solved.floor, floor(round).score);
	assert!(solved.plan.score <= solved.floor);
}

fn stops(solved: &Solved) -> Vec<(u16, Vec<u16>)> {
	let stops = |stops: &[JobIndex]| stops.iter().map(|job| job.0).collect();
	solved.plan.routes().map(|(resource, jobs)| (resource.0, stops(jobs))).collect()
}

proptest! {
	#[test]
	fn plan_passes_the_check_and_is_no_worse_than_greedy(round in any_round(20, 8), steps in 1..400u64) {
		assert_is_good(&round, &solved(&round, steps));
	}

	#[test]
	fn threads_find_a_plan_together(round in any_round(20, 8), threads in 0..4usize) {
		let settings = Settings { budget: Duration::from_millis(3), threads, ..Settings::default() };
		assert_is_good(&round, &solve(&round, digest(&round), &settings).unwrap());
	}

	#[test]
	fn equal_steps_are_an_equal_plan(round in any_round(20, 8)) {
		prop_assert_eq!(solved(&round, 100), solved(&round, 100));
	}
}

#[test]
fn nothing_to_do_is_no_routes() {
	for round in [round(vec![], vec![]), round(vec![job(1, 3, 4)], vec![]), round(vec![], vec![crew(1)])] {
		let solved = solved(&round, 10);
		assert_is_good(&round, &solved);
		assert_eq!(stops(&solved), []);
	}
}

#[test]
fn invalid_round_is_refused() {
	let round = round(vec![job(2, 0, 0), job(1, 0, 0)], vec![crew(1)]);
	let settings = Settings::default();
	assert!(solve(&round, digest(&round), &settings).unwrap_err().to_string().contains("Order"));
}

#[test]
fn pinned_job_stays_first_on_its_route() {
	// Given a crew under way to the far job that a crew nearby could do as well
	let pinned = Job { pinned: Some(ResourceIndex(0)), ..job(2, 90, 0) };
	let near = Resource { start: Point { x: 90, y: 0 }, ..crew(2) };
	let round = round(vec![job(1, 10, 0), pinned, job(3, 91, 0)], vec![crew(1), near]);
	// When
	let solved = solved(&round, 2_000);
	// Then it goes there first
	assert_is_good(&round, &solved);
	assert_eq!((stops(&solved)[0].0, stops(&solved)[0].1[0]), (0, 1));
}

#[test]
fn crew_comes_late_where_it_weighs_least() {
	// Given two jobs on either side, each 100 ticks away and late unless it is the first
	let high = Job { class: SlaClass::One, autonomy: 110, ..job(1, 100, 0) };
	let low = Job { autonomy: 110, ..job(2, -100, 0) };
	let round = round(vec![high, low], vec![crew(1)]);
	// When, Then
	assert_eq!(stops(&solved(&round, 500)), [(0, vec![0, 1])]);
}

#[test]
fn second_crew_goes_only_for_service() {
	let near = vec![job(1, 10, 0), job(2, -10, 0)];
	let crews = vec![crew(1), crew(2)];
	assert_eq!(solved(&round(near.clone(), crews.clone()), 500).plan.score.resources, 1);
	// With a deadline that one crew cannot keep at both, two go.
	let urgent: Vec<_> = near.into_iter().map(|job| Job { autonomy: 20, ..job }).collect();
	let solved = solved(&round(urgent, crews), 500);
	assert_eq!((solved.plan.score.lost, solved.plan.score.resources), (0, 2));
}

#[test]
fn no_budget_is_the_floor() {
	let jobs = (1..=40).map(|n| job(n, (n as i32 * 37) % 200, (n as i32 * 91) % 200)).collect();
	let round = round(jobs, (1..=9).map(crew).collect());
	let settings = Settings { budget: Duration::ZERO, threads: 2, ..Settings::default() };
	let solved = solve(&round, digest(&round), &settings).unwrap();
	assert_eq!((&solved.plan, solved.steps), (&floor(&round), 0));
}

#[test]
fn greatest_round_ends_with_its_budget() {
	// Given a round as large as there is, and too little time for what it takes before the first step
	let jobs =
		(1..=u64::from(MAX_JOBS)).map(|n| job(n, (n * 7_919 % 1_000) as i32, (n * 104_729 % 997) as i32));
	let round = round(jobs.collect(), (1..=MAX_RESOURCES).map(crew).collect());
	let settings = Settings { budget: Duration::from_millis(1), threads: 2, ..Settings::default() };
	// When
	let solved = solve(&round, digest(&round), &settings).unwrap();
	// Then no step is taken
	assert_is_good(&round, &solved);
	assert_eq!(solved.steps, 0);
}

#[test]
fn time_ends_the_search_also_without_an_end_of_steps() {
	let jobs = (1..=40).map(|n| job(n, (n as i32 * 37) % 200, (n as i32 * 91) % 200)).collect();
	let round = round(jobs, (1..=9).map(crew).collect());
	let settings = Settings { budget: Duration::from_millis(200), threads: 2, ..Settings::default() };
	let solved = solve(&round, digest(&round), &settings).unwrap();
	assert_is_good(&round, &solved);
	assert!(solved.steps > 0 && solved.plan.score < solved.floor);
}
