// SPDX-License-Identifier: Apache-2.0

//! Every single change that makes a good plan bad is told, with its place.

use super::*;

prop_compose! {
	/// A round, its greedy plan, and one of its visits: its place and its number among the stops. Without pins, so that a change
	/// breaks one thing only.
	fn good_plan()(round in any_round(30), pick: usize) -> Option<(Round, Plan, Place, usize)> {
		let mut round = round;
		round.jobs.iter_mut().for_each(|job| job.pinned = None);
		let plan = full_greedy(&round);
		let number = pick.checked_rem(plan.stops.len())?;
		let mut stop = number;
		for (route, n) in plan.routes.iter().zip(0..) {
			let stops = usize::from(route.stops);
			if stop < stops {
				return Some((round, plan, Place { route: n, stop: stop as u16 }, number));
			}
			stop -= stops;
		}
		None
	}
}

/// A good plan with something to change.
fn with_visit() -> impl Strategy<Value = (Round, Plan, Place, usize)> {
	good_plan().prop_filter_map("a plan with a visit", |good| good)
}

fn verdict(round: &Round, plan: &Plan) -> Result<Score, PlanDefect> {
	check(round, digest(round), plan)
}

/// The same plan for a round that was changed.
fn verdict_of(round: &Round, plan: &Plan) -> Result<Score, PlanDefect> {
	verdict(round, &Plan { round: digest(round), ..plan.clone() })
}

fn unfit(place: Place, obstacle: Obstacle) -> Result<Score, PlanDefect> {
	Err(PlanDefect::Unfit { place, obstacle })
}

proptest! {
	#[test]
	fn plan_of_another_round((round, plan, ..) in with_visit()) {
		prop_assert_eq!(verdict(&round, &plan), Ok(plan.score));
		prop_assert_eq!(check(&round, round.digest(Hash::zero()), &plan), Err(PlanDefect::Round));
		let next = Round { number: 2, ..round };
		prop_assert_eq!(verdict(&next, &plan), Err(PlanDefect::Round));
	}

	#[test]
	fn false_score((round, plan, ..) in with_visit(), better: bool) {
		let off = |n: u64| if better && n > 0 { n - 1 } else { n + 1 };
		let found = plan.score;
		for score in [
			Score { lost: off(found.lost), ..found },
			Score { resources: off(found.resources.into()) as u16, ..found },
			Score { travel: off(found.travel), ..found },
		] {
			prop_assert_eq!(verdict(&round, &Plan { score, ..plan.clone() }), Err(PlanDefect::Score { found }));
		}
	}

	#[test]
	fn job_twice((round, mut plan, place, number) in with_visit()) {
		let job = plan.stops[number];
		prop_assume!(plan.stops.try_insert(number, job).is_ok());
		plan.routes[usize::from(place.route)].stops += 1;
		prop_assert_eq!(verdict(&round, &plan), Err(PlanDefect::Twice(Place { stop: place.stop + 1, ..place })));
	}

	#[test]
	fn job_twice_on_two_routes((round, mut plan, place, number) in with_visit()) {
		prop_assume!(place.route > 0);
		plan.stops[number] = plan.stops[0];
		prop_assert_eq!(verdict(&round, &plan), Err(PlanDefect::Twice(place)));
	}

	#[test]
	fn no_such_job((round, mut plan, place, number) in with_visit()) {
		plan.stops[number] = JobIndex(round.jobs.len() as u16);
		prop_assert_eq!(verdict(&round, &plan), Err(PlanDefect::NoSuchJob(place)));
	}

	#[test]
	fn no_such_resource((round, mut plan, Place { route, .. }, _) in with_visit()) {
		plan.routes[usize::from(route)].resource = ResourceIndex(round.resources.len() as u16);
		prop_assert_eq!(verdict(&round, &plan), Err(PlanDefect::NoSuchResource { route }));
	}

	#[test]
	fn resources_out_of_order((round, mut plan, Place { route, .. }, _) in with_visit()) {
		prop_assume!(route > 0);
		let resource = plan.routes[usize::from(route) - 1].resource;
		plan.routes[usize::from(route)].resource = resource;
		prop_assert_eq!(verdict(&round, &plan), Err(PlanDefect::ResourceOrder { route }));
	}

	#[test]
	fn empty_route((round, mut plan, ..) in with_visit()) {
		let used = plan.routes.iter().map(|route| usize::from(route.resource.0));
		let last = used.max().unwrap();
		prop_assume!(last + 1 < round.resources.len());
		let route = plan.routes.len() as u16;
		plan.routes.try_push(Route { resource: ResourceIndex(last as u16 + 1), stops: 0 }).unwrap();
		prop_assert_eq!(verdict(&round, &plan), Err(PlanDefect::Empty { route }));
	}

	#[test]
	fn stops_that_do_not_add_up((round, plan, place, _) in with_visit()) {
		let mut short = plan.clone();
		short.stops.pop();
		prop_assert_eq!(verdict(&round, &short), Err(PlanDefect::Stops));
		let mut long = plan;
		long.routes[usize::from(place.route)].stops = u16::MAX;
		prop_assert_eq!(verdict(&round, &long), Err(PlanDefect::Stops));
	}

	#[test]
	fn skill_missing((mut round, plan, place, number) in with_visit(), bit in 3..32u32) {
		round.jobs[usize::from(plan.stops[number].0)].skills.0 |= 1 << bit;
		prop_assert_eq!(verdict_of(&round, &plan), unfit(place, Obstacle::Skills));
	}

	#[test]
	fn power_missing_or_not_asked_for((mut round, plan, place, number) in with_visit()) {
		let job = usize::from(plan.stops[number].0);
		let needs_power = round.jobs[job].power > 0;
		round.jobs[job].power = 12_000;
		prop_assert_eq!(verdict_of(&round, &plan), unfit(place, Obstacle::Power));
		round.jobs[job].power = 0;
		let bare = if needs_power { unfit(place, Obstacle::Crew) } else { Ok(plan.score) };
		prop_assert_eq!(verdict_of(&round, &plan), bare);
	}

	#[test]
	fn generator_that_goes_on((round, plan, ..) in with_visit()) {
		let is_generator = |route: &Route| round.resource(route.resource).unwrap().kind != ResourceKind::Crew;
		let routes: Vec<_> = plan.routes().map(|(r, stops)| (r, stops.to_vec())).collect();
		let Some(route) = plan.routes.iter().position(is_generator) else { return Ok(()) };
		// A twin of its job, which the generator would have to serve after it
		let mut round = round;
		let mut twin = round.jobs[usize::from(routes[route].1[0].0)].clone();
		(twin.id, twin.demand) = (round.jobs.len() as u64, 0);
		round.jobs.try_push(twin).unwrap();
		let mut plan = plan;
		let before: usize = routes[..=route].iter().map(|(_, stops)| stops.len()).sum();
		plan.stops.try_insert(before, JobIndex(round.jobs.len() as u16 - 1)).unwrap();
		plan.routes[route].stops += 1;
		prop_assert_eq!(verdict_of(&round, &plan), unfit(Place { route: route as u16, stop: 1 }, Obstacle::Stays));
	}

	#[test]
	fn overweight((mut round, plan, place, number) in with_visit()) {
		let resource = plan.routes[usize::from(place.route)].resource;
		let capacity = round.resource(resource).unwrap().capacity;
		let before = number - usize::from(place.stop)..number;
		let load: u32 = plan.stops[before].iter().map(|job| round.job(*job).unwrap().demand).sum();
		let job = usize::from(plan.stops[number].0);
		round.jobs[job].demand = capacity - load + 1;
		prop_assert_eq!(verdict_of(&round, &plan), unfit(place, Obstacle::Capacity));
		round.jobs[job].demand = u32::MAX;
		prop_assert_eq!(verdict_of(&round, &plan), unfit(place, Obstacle::Capacity));
	}

	#[test]
	fn late_for_the_window((mut round, plan, place, number) in with_visit()) {
		let times = schedule(&round, digest(&round), &plan).unwrap()[number].times;
		let job = usize::from(plan.stops[number].0);
		let Some(to) = (times.arrival + round.jobs[job].service).checked_sub(1) else { return Ok(()) };
		round.jobs[job].windows = vec![Window { from: 0, to }].try_into().unwrap();
		prop_assert_eq!(verdict_of(&round, &plan), unfit(place, Obstacle::Window));
	}

	#[test]
	fn past_the_shift((mut round, plan, place, number) in with_visit()) {
		let visits = schedule(&round, digest(&round), &plan).unwrap();
		let first = number - usize::from(place.stop);
		let Some(to) = visits[number].times.end.checked_sub(1) else { return Ok(()) };
		// Another visit before it may end at the same time
		let stop = visits[first..].iter().position(|visit| visit.times.end > to).unwrap() as u16;
		round.resources[usize::from(visits[number].resource.0)].to = to;
		prop_assert_eq!(verdict_of(&round, &plan), unfit(Place { stop, ..place }, Obstacle::Shift));
	}

	#[test]
	fn too_late_at_the_base((mut round, plan, place, number) in with_visit()) {
		let route = plan.routes[usize::from(place.route)];
		let last = number - usize::from(place.stop) + usize::from(route.stops) - 1;
		let visit = schedule(&round, digest(&round), &plan).unwrap()[last];
		let resource = usize::from(route.resource.0);
		let Resource { base, speed, kind, .. } = round.resources[resource];
		let way = round.rules.metric.travel(round.job(visit.job).unwrap().at, base, speed) as u32;
		prop_assume!(kind == ResourceKind::Crew && way > 0);
		round.resources[resource].to = visit.times.end + way - 1;
		let place = Place { stop: route.stops - 1, ..place };
		prop_assert_eq!(verdict_of(&round, &plan), unfit(place, Obstacle::Return));
		round.resources[resource].to += 1;
		prop_assert_eq!(verdict_of(&round, &plan), Ok(plan.score));
	}

	#[test]
	fn pinned_job_elsewhere((mut round, plan, place, number) in with_visit(), other in 0..6u16) {
		let own = plan.routes[usize::from(place.route)].resource;
		round.jobs[usize::from(plan.stops[number].0)].pinned = Some(ResourceIndex(other));
		let is_first = own.0 == other && place.stop == 0;
		let expected = if is_first { Ok(plan.score) } else { Err(PlanDefect::Pinned(place)) };
		prop_assert_eq!(verdict_of(&round, &plan), expected);
	}

	#[test]
	fn pinned_job_left((mut round, plan, ..) in with_visit()) {
		let left = (0..round.jobs.len()).find(|job| !plan.stops.contains(&JobIndex(*job as u16)));
		let Some(left) = left else { return Ok(()) };
		round.jobs[left].pinned = Some(ResourceIndex(0));
		prop_assert_eq!(verdict_of(&round, &plan), Err(PlanDefect::PinLeft(JobIndex(left as u16))));
	}
}
