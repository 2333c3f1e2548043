// SPDX-License-Identifier: Apache-2.0

//! The statement once more, word for word and without regard for cost: what the check must agree with.

use super::*;

/// Travel on the plane, found by trying; on Earth as the metric has it, which has its own tests.
fn travel(round: &Round, a: Point, b: Point, speed: u32) -> i128 {
	if round.rules.metric != Metric::Plane {
		return round.rules.metric.travel(a, b, speed).into();
	}
	let square = i128::from(a.x - b.x).pow(2) + i128::from(a.y - b.y).pow(2);
	let near = (square as f64).sqrt() as i128;
	(near - 2..).find(|root| *root >= 0 && root * root >= square).unwrap()
}

/// The score of these routes, when they are valid.
pub(super) fn model(round: &Round, routes: &[(usize, Vec<usize>)]) -> Option<(i128, i128, i128)> {
	let mut ends: Vec<Option<i128>> = vec![None; round.jobs.len()];
	let mut total = 0;
	for (place, (r, stops)) in routes.iter().enumerate() {
		let resource = round.resources.get(*r)?;
		if stops.is_empty() || routes[..place].iter().any(|(before, _)| before >= r) {
			return None;
		}
		let (mut time, mut at, mut load) = (i128::from(resource.from.max(resource.free)), resource.start, 0);
		for (n, stop) in stops.iter().enumerate() {
			let job = round.jobs.get(*stop)?;
			load += i128::from(job.demand);
			let way = travel(round, at, job.at, resource.speed);
			let held = |b: &i128| {
				let holds =
					|w: &Window| i128::from(w.from) <= *b && b + i128::from(job.service) <= w.to.into();
				job.windows.iter().any(holds)
			};
			// The least begin is the arrival or the begin of a window
			let begins = job.windows.iter().map(|w| i128::from(w.from)).chain([time + way]);
			let begin = begins.filter(|b| *b >= time + way).filter(held).min()?;
			let power = match resource.kind {
				ResourceKind::Crew => job.power == 0,
				ResourceKind::Generator { power } => job.power > 0 && job.power <= power && stops.len() == 1,
			};
			let pinned = job.pinned.is_none_or(|pin| usize::from(pin.0) == *r && n == 0);
			let skills = (0..32).all(|bit| job.skills.0 >> bit & 1 <= resource.skills.0 >> bit & 1);
			(time, at, total) = (begin + i128::from(job.service), job.at, total + way);
			if ends[*stop].is_some()
				|| !power || !pinned
				|| !skills || load > resource.capacity.into()
				|| time > resource.to.into()
			{
				return None;
			}
			ends[*stop] = Some(time);
		}
		if resource.kind == ResourceKind::Crew {
			let way = travel(round, at, resource.base, resource.speed);
			total += way;
			if time + way > resource.to.into() {
				return None;
			}
		}
	}
	let mut lost = 0;
	for (job, end) in round.jobs.iter().zip(ends) {
		if end.is_none() && job.pinned.is_some() {
			return None;
		}
		let class = round.rules.weights[job.class as usize];
		let deadline = i128::from(job.outage) + i128::from(job.autonomy);
		lost +=
			i128::from(class) * i128::from(job.plmns) * (end.unwrap_or(round.end.into()) - deadline).max(0);
	}
	Some((lost, routes.len() as i128, total))
}

pub(super) fn numbers(score: Score) -> (i128, i128, i128) {
	(score.lost.into(), score.resources.into(), score.travel.into())
}

pub(super) fn routes_of(plan: &Plan) -> Vec<(usize, Vec<usize>)> {
	plan.routes().map(|(r, stops)| (r.0.into(), stops.iter().map(|job| job.0.into()).collect())).collect()
}

/// Lost service and travel on the plane with distances in floating point, nothing rounded.
fn unrounded(round: &Round, plan: &Plan) -> (f64, f64) {
	let (mut lost, mut total) = (0.0, 0.0);
	let weight = |job: &Job| f64::from(round.rules.weight(job.class, job.plmns));
	let late = |job: &Job, end: f64| (end - f64::from(job.outage) - f64::from(job.autonomy)).max(0.0);
	for (index, stops) in plan.routes() {
		let resource = round.resource(index).unwrap();
		let (mut time, mut at) = (f64::from(resource.from.max(resource.free)), resource.start);
		let mut go = |at: &mut Point, to: Point| {
			let way = f64::from(to.x - at.x).hypot(f64::from(to.y - at.y));
			(*at, total) = (to, total + way);
			way
		};
		for job in stops.iter().map(|job| round.job(*job).unwrap()) {
			time += go(&mut at, job.at);
			let service = f64::from(job.service);
			let window =
				job.windows.iter().find(|w| time.max(w.from.into()) + service <= w.to.into()).unwrap();
			time = time.max(window.from.into()) + service;
			lost += weight(job) * late(job, time);
		}
		if resource.kind == ResourceKind::Crew {
			go(&mut at, resource.base);
		}
	}
	for (index, job) in round.jobs() {
		if !plan.stops.contains(&index) {
			lost += weight(job) * late(job, round.end.into());
		}
	}
	(lost, total)
}

prop_compose! {
	/// A round, and routes that are good or not: jobs dealt to resources in any order, now and then wrongly.
	fn any_routes()(round in any_round(7))(
		deal in proptest::collection::vec((0..8usize, any::<u32>()), round.jobs.len()),
		noise in prop_oneof![6 => Just(None), 1 => any::<(usize, usize)>().prop_map(Some)],
		round in Just(round),
	) -> (Round, Vec<(usize, Vec<usize>)>) {
		let mut order: Vec<_> = (0..round.jobs.len()).collect();
		order.sort_by_key(|n| (round.jobs[*n].pinned.is_none(), deal[*n].1));
		let mut routes: Vec<(usize, Vec<usize>)> = (0..round.resources.len()).map(|n| (n, vec![])).collect();
		for n in order {
			let dealt = round.jobs[n].pinned.map_or(deal[n].0, |pin| pin.0.into());
			if let Some(route) = routes.get_mut(dealt) {
				let fits = |obstacle| !matches!(obstacle, Obstacle::Crew | Obstacle::Power);
				if alone(&round, &round.resources[dealt], &round.jobs[n]).map_or_else(fits, |_| true) {
					route.1.push(n);
				}
			}
		}
		routes.retain(|(_, stops)| !stops.is_empty());
		if let (Some((from, to)), count @ 1..) = (noise, routes.len()) {
			let copy = routes[from % count].clone();
			routes[to % count].1.extend(copy.1);
		}
		(round, routes)
	}
}

proptest! {
	#[test]
	fn check_agrees_with_the_model((round, routes) in any_routes()) {
		let narrow = |stops: &Vec<usize>| stops.iter().map(|n| *n as u16).collect::<Vec<_>>();
		let routes_16: Vec<_> = routes.iter().map(|(r, stops)| (*r as u16, narrow(stops))).collect();
		let borrowed: Vec<_> = routes_16.iter().map(|(r, stops)| (*r, &stops[..])).collect();
		let plan = plan(&round, &borrowed);
		let score = check(&round, digest(&round), &plan).ok();
		prop_assert_eq!(score.map(numbers), model(&round, &routes));
	}

	#[test]
	fn score_of_a_greedy_plan_agrees_with_the_model(round in any_round(40)) {
		let plan = full_greedy(&round);
		prop_assert_eq!(Some(numbers(plan.score)), model(&round, &routes_of(&plan)));
	}

	#[test]
	fn rounding_is_never_in_favour_of_lateness(round in plane_round(40)) {
		let plan = full_greedy(&round);
		let (lost, travel) = unrounded(&round, &plan);
		// A valid plan stays valid with the true distances, as `unrounded` finds a window each time
		let legs = (plan.stops.len() + plan.routes.len()) as f64;
		prop_assert!(plan.score.lost as f64 >= lost - 1e-3, "{:?} {lost}", plan.score);
		prop_assert!(plan.score.travel as f64 >= travel - 1e-3);
		prop_assert!(plan.score.travel as f64 <= travel + legs + 1e-3);
	}
}
