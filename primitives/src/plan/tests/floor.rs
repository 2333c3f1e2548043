// SPDX-License-Identifier: Apache-2.0

//! The greedy plan.

use super::*;
use codec::{Decode, Encode};
use core::cmp::Reverse;

#[test]
fn greedy_serves_first_what_would_lose_most() {
	// One generator, and the job with the earlier deadline is the lesser one
	let power = |id, class, autonomy| Job { power: 5_000, class, autonomy, ..job(id, 30, 40) };
	let jobs = vec![power(1, SlaClass::Four, 10), power(2, SlaClass::One, 60)];
	let round = round(jobs, vec![generator(1, 5_000)]);
	assert_eq!(full_greedy(&round).stops.into_inner(), [JobIndex(1)]);
	let mut first_come = Greedy::by(&round, |job| job.outage);
	first_come.run(&round, 10);
	assert_eq!(first_come.into_plan(&round, digest(&round)).unwrap().stops.into_inner(), [JobIndex(0)]);
}

#[test]
fn greedy_prefers_less_lost_then_fewer_resources_then_the_smaller_generator_then_less_travel() {
	let routes = |jobs, resources| {
		let round = round(jobs, resources);
		full_greedy(&round).routes().map(|(r, stops)| (r.0, stops.len())).collect::<Vec<_>>()
	};
	// In time either way: one crew for both
	assert_eq!(routes(vec![job(1, 20, 0), job(2, 0, 20)], vec![crew(1), crew(2)]), [(0, 2)]);
	// Even where another one would have no way at all
	let there = Point { x: 0, y: 20 };
	let idle = Resource { start: there, base: there, ..crew(2) };
	assert_eq!(routes(vec![job(1, 20, 0), job(2, 0, 20)], vec![crew(1), idle]), [(0, 2)]);
	// Too late for the second job: another crew
	assert_eq!(routes(vec![job(1, 60, 0), job(2, 0, 60)], vec![crew(1), crew(2)]), [(0, 1), (1, 1)]);
	// The nearer crew
	let near = Resource { start: Point { x: 10, y: 0 }, ..crew(2) };
	assert_eq!(routes(vec![job(1, 60, 0)], vec![crew(1), near]), [(1, 1)]);
	// The smaller generator, though the other is nearer
	let big = Resource { start: Point { x: 10, y: 0 }, ..generator(1, 12_000) };
	let power = || vec![Job { power: 5_000, ..job(1, 60, 0) }];
	assert_eq!(routes(power(), vec![big.clone(), generator(2, 8_500)]), [(1, 1)]);
	// But not when it comes too late
	let far = Resource { start: Point { x: 500, y: 0 }, ..generator(2, 8_500) };
	assert_eq!(routes(power(), vec![big, far]), [(0, 1)]);
}

#[test]
fn greedy_begins_with_what_is_pinned() {
	// Alone, the second crew would be left at home
	let pinned = Job { pinned: Some(ResourceIndex(1)), autonomy: 1_000, ..job(2, 0, 20) };
	let round = round(vec![job(1, 20, 0), pinned], vec![crew(1), crew(2)]);
	let plan = full_greedy(&round);
	assert_eq!(plan.routes().next(), Some((ResourceIndex(1), &[JobIndex(1), JobIndex(0)][..])));
	// Without any steps, too
	let bare = greedy(&round, digest(&round), 0).unwrap();
	assert_eq!(bare.stops.into_inner(), [JobIndex(1)]);
}

#[test]
fn greedy_takes_no_more_steps_than_it_may() {
	let jobs = (0..10).map(|n| job(n, 1, 0)).collect();
	let round = round(jobs, vec![Resource { capacity: 100, ..crew(1) }, crew(2), crew(3)]);
	let mut greedy = Greedy::new(&round);
	assert_eq!(greedy.run(&round, 2), 2);
	assert_eq!(greedy.run(&round, 14), 2);
	assert!(!greedy.is_done());
	assert_eq!(greedy.clone().into_plan(&round, digest(&round)).unwrap().stops.len(), 4);
	assert_eq!(greedy.run(&round, 100), 82);
	assert!(greedy.is_done());
	assert_eq!(greedy.run(&round, 100), 100);
}

#[test]
fn round_without_resources_or_jobs_has_a_plan() {
	for round in [round(vec![], vec![]), round(vec![job(1, 0, 0)], vec![]), round(vec![], vec![crew(1)])] {
		let plan = full_greedy(&round);
		assert!(plan.routes.is_empty());
		assert_eq!(check(&round, digest(&round), &plan), Ok(plan.score));
	}
}

/// Where generators are scarce, what counts is which stations get them.
#[test]
fn greedy_loses_less_than_first_come_first_served_in_a_mass_outage() {
	let mut seed = 7u32;
	let mut next = |below: u32| {
		seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
		(seed >> 8) % below
	};
	let minutes = 60_000;
	let mut station = |id| {
		let class = [SlaClass::One, SlaClass::Two, SlaClass::Three, SlaClass::Four][next(4) as usize];
		let at = Point { x: 114_000_000 + next(500_000) as i32, y: 38_000_000 + next(400_000) as i32 };
		let windows = vec![Window { from: 0, to: u32::MAX }].try_into().unwrap();
		let autonomy = (60 + next(180)) * minutes;
		Job { at, windows, service: 20 * minutes, power: 5_000, class, plmns: 2, autonomy, ..job(id, 0, 0) }
	};
	let jobs = (0..404).map(&mut station).collect();
	let generator = |id| {
		let start = Point { x: 113_000_000 + next(2_000_000) as i32, y: 37_000_000 + next(2_000_000) as i32 };
		Resource { start, base: start, speed: 50_000, to: 600 * minutes, ..generator(id, 8_500) }
	};
	let resources = (0..60).map(generator).collect();
	let mut round = Round { end: 720 * minutes, ..round(jobs, resources) };
	round.rules.metric = Metric::Earth { detour: 1_300 };
	assert_eq!(round.check(), Ok(()));
	let plan = |mut greedy: Greedy| {
		greedy.run(&round, u32::MAX);
		greedy.into_plan(&round, digest(&round)).unwrap()
	};
	let (floor, first_come) = (plan(Greedy::new(&round)), plan(Greedy::by(&round, |job| job.outage)));
	assert_eq!((floor.stops.len(), first_come.stops.len()), (60, 60));
	assert!(floor.score < first_come.score, "{:?} {:?}", floor.score, first_come.score);
}

proptest! {
	#[test]
	fn greedy_plan_passes_the_check(round in any_round(40), steps in prop_oneof![0..300u32, Just(u32::MAX)]) {
		let plan = greedy(&round, digest(&round), steps).unwrap();
		prop_assert_eq!(check(&round, digest(&round), &plan), Ok(plan.score));
		let left: u64 = round.jobs.iter().map(|job| round.lost_if_left(job)).sum();
		prop_assert!(plan.score.lost < left || plan.stops.is_empty());
	}

	#[test]
	fn greedy_plan_is_the_same_in_pieces(round in any_round(30), pieces in proptest::collection::vec(0..100u32, 0..9)) {
		let mut greedy = Greedy::new(&round);
		for steps in pieces {
			prop_assert!(greedy.run(&round, steps) <= steps);
			// As it was stored
			greedy = Greedy::decode(&mut &greedy.encode()[..]).unwrap();
		}
		greedy.run(&round, u32::MAX);
		prop_assert!(greedy.is_done());
		prop_assert_eq!(greedy.into_plan(&round, digest(&round)).unwrap(), full_greedy(&round));
	}

	#[test]
	fn greedy_leaves_nothing_that_somebody_is_free_for(round in plane_round(40)) {
		let plan = full_greedy(&round);
		for (index, _) in round.jobs() {
			let why = why_unserved(&round, &plan, index);
			prop_assert_eq!(why.is_none(), plan.stops.contains(&index));
			prop_assert!(!matches!(why, Some(Unserved::Free(_))), "{index:?} {why:?}");
			// Other jobs take nobody's skills.
			let is_of_kind = |met: Obstacle| matches!(met, Obstacle::Crew | Obstacle::Power | Obstacle::Skills);
			prop_assert!(!matches!(why, Some(Unserved::Busy(met)) if is_of_kind(met)), "{index:?} {why:?}");
		}
	}

	#[test]
	fn job_that_is_free_to_be_served_makes_the_plan_better(round in any_round(12), steps in 0..40u32) {
		let plan = greedy(&round, digest(&round), steps).unwrap();
		for (index, _) in round.jobs() {
			let Some(Unserved::Free(resource)) = why_unserved(&round, &plan, index) else { continue };
			let mut routes: Vec<(u16, Vec<u16>)> =
				plan.routes().map(|(r, stops)| (r.0, stops.iter().map(|job| job.0).collect())).collect();
			match routes.iter_mut().find(|(r, _)| *r == resource.0) {
				Some((_, stops)) => stops.push(index.0),
				None => routes.push((resource.0, vec![index.0])),
			}
			routes.sort();
			let routes: Vec<_> = routes.iter().map(|(r, stops)| (*r, &stops[..])).collect();
			let score = refused(&round, &routes);
			prop_assert!(score.is_ok_and(|score| score < plan.score), "{index:?} {score:?}");
		}
	}

	#[test]
	fn first_come_first_served_is_valid_too(round in any_round(40)) {
		let mut greedy = Greedy::by(&round, |job| Reverse(job.outage));
		greedy.run(&round, u32::MAX);
		let plan = greedy.into_plan(&round, digest(&round)).unwrap();
		prop_assert_eq!(check(&round, digest(&round), &plan), Ok(plan.score));
	}
}
