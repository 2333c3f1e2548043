// SPDX-License-Identifier: Apache-2.0

//! Rounds by hand: numbers, refusals and reasons that can be followed on paper.

use super::*;
use codec::{Encode, MaxEncodedLen};

/// A crew goes to (30, 40) and (60, 80), a generator to (0, 50).
fn three_jobs() -> Round {
	let power = Job { power: 5_000, class: SlaClass::One, plmns: 2, autonomy: 20, ..job(3, 0, 50) };
	round(
		vec![job(1, 30, 40), Job { class: SlaClass::Two, ..job(2, 60, 80) }, power],
		vec![crew(1), generator(2, 8_000)],
	)
}

#[test]
fn score_is_that_of_the_statement() {
	let round = three_jobs();
	let both = plan(&round, &[(0, &[0, 1]), (1, &[2])]);
	// The crew is at the first at 50, at the second at 110, done at 120: 20 late, of weight 4. The generator runs at 60, 40
	// late, of weight 16, and stays. Travel is 50 + 50 + 100 home, and 50.
	assert_eq!(both.score, Score { lost: 20 * 4 + 40 * 16, resources: 2, travel: 250 });
	assert_eq!(check(&round, digest(&round), &both), Ok(both.score));
	let times: Vec<_> = schedule(&round, digest(&round), &both).unwrap();
	let times: Vec<_> =
		times.iter().map(|v| (v.resource.0, v.job.0, v.times.arrival, v.times.start, v.times.end)).collect();
	assert_eq!(times, [(0, 0, 50, 50, 60), (0, 1, 110, 110, 120), (1, 2, 50, 50, 60)]);
	// What is left is lost until the round's end, at 2,000
	let left = plan(&round, &[(0, &[0])]);
	assert_eq!(left.score, Score { lost: 1_900 * 4 + 1_980 * 16, resources: 1, travel: 100 });
	assert!(both.score < left.score);
	assert_eq!(
		plan(&round, &[]).score,
		Score { lost: 1_900 + 1_900 * 4 + 1_980 * 16, resources: 0, travel: 0 }
	);
}

#[test]
fn visit_waits_for_the_first_window_that_holds_it_whole() {
	let windows = |windows: &[(u32, u32)]| {
		let windows: Vec<_> = windows.iter().map(|(from, to)| Window { from: *from, to: *to }).collect();
		let round =
			round(vec![Job { windows: windows.try_into().unwrap(), ..job(1, 30, 40) }], vec![crew(1)]);
		let visits = schedule(&round, digest(&round), &plan(&round, &[(0, &[0])]))?;
		Ok((visits[0].times.start, visits[0].times.end))
	};
	let late = PlanDefect::Unfit { place: Place::default(), obstacle: Obstacle::Window };
	assert_eq!(windows(&[(0, 60)]), Ok((50, 60)));
	assert_eq!(windows(&[(0, 59)]), Err(late));
	assert_eq!(windows(&[(0, 59), (70, 79), (80, 90)]), Ok((80, 90)));
	assert_eq!(windows(&[(0, 40), (45, 100)]), Ok((50, 60)));
}

#[test]
fn crew_leaves_when_the_shift_has_begun_and_it_is_free() {
	let arrival = |from, free| {
		let round = round(vec![job(1, 30, 40)], vec![Resource { from, free, ..crew(1) }]);
		alone(&round, &round.resources[0], &round.jobs[0]).map(|times| times.arrival)
	};
	assert_eq!([arrival(7, 0), arrival(7, 9), arrival(0, 3)], [Ok(57), Ok(59), Ok(53)]);
}

#[test]
fn generator_stays_and_need_not_be_back() {
	let power = |id, x| Job { power: 5_000, ..job(id, x, 0) };
	let round = round(
		vec![power(1, 100), power(2, 100), job(3, 100, 0)],
		vec![
			Resource { to: 110, ..crew(1) },
			Resource { to: 110, ..generator(2, 5_000) },
			generator(3, 4_999),
		],
	);
	let unfit = |route, stop, obstacle| Err(PlanDefect::Unfit { place: Place { route, stop }, obstacle });
	assert!(refused(&round, &[(1, &[0])]).is_ok());
	assert_eq!(refused(&round, &[(1, &[0, 1])]), unfit(0, 1, Obstacle::Stays));
	assert_eq!(refused(&round, &[(1, &[0]), (2, &[1])]), unfit(1, 0, Obstacle::Power));
	assert_eq!(refused(&round, &[(0, &[0])]), unfit(0, 0, Obstacle::Power));
	assert_eq!(refused(&round, &[(1, &[2])]), unfit(0, 0, Obstacle::Crew));
	assert_eq!(refused(&round, &[(0, &[2])]), unfit(0, 0, Obstacle::Return));
}

#[test]
fn left_job_has_its_reason() {
	let reason = |change: fn(&mut Job), resources: Vec<Resource>| {
		let mut left = job(1, 30, 40);
		change(&mut left);
		let round = round(vec![left, job(2, 0, 0)], resources);
		why_unserved(&round, &plan(&round, &[]), JobIndex(0)).unwrap()
	};
	let nobody = Unserved::Nobody;
	assert_eq!(reason(|_| (), vec![]), nobody(Obstacle::Crew));
	assert_eq!(reason(|_| (), vec![generator(1, 1)]), nobody(Obstacle::Crew));
	assert_eq!(reason(|job| job.power = 2, vec![]), nobody(Obstacle::Power));
	assert_eq!(reason(|job| job.power = 2, vec![crew(1), generator(2, 1)]), nobody(Obstacle::Power));
	assert_eq!(
		reason(|job| job.skills = Skills(6), vec![Resource { skills: Skills(3), ..crew(1) }]),
		nobody(Obstacle::Skills)
	);
	assert_eq!(reason(|job| job.demand = 11, vec![crew(1)]), nobody(Obstacle::Capacity));
	assert_eq!(reason(|job| job.windows[0].to = 59, vec![crew(1)]), nobody(Obstacle::Window));
	assert_eq!(reason(|_| (), vec![Resource { to: 59, ..crew(1) }]), nobody(Obstacle::Shift));
	assert_eq!(reason(|_| (), vec![Resource { to: 109, ..crew(1) }]), nobody(Obstacle::Return));
	// Of several, who comes furthest
	let far = Resource { start: Point { x: 5_000, y: 0 }, to: 1_900, ..crew(2) };
	let small = Resource { capacity: 0, ..crew(1) };
	for resources in [vec![small.clone(), far.clone()], vec![far, small]] {
		assert_eq!(reason(|job| job.windows[0].to = 60, resources), nobody(Obstacle::Window));
	}
	assert_eq!(
		reason(|_| (), vec![Resource { to: 109, ..crew(1) }, crew(2)]),
		Unserved::Free(ResourceIndex(1))
	);
}

#[test]
fn job_that_somebody_could_serve_alone_is_told_from_one_that_nobody_can() {
	let round = round(vec![job(1, 30, 40), job(2, 0, 300)], vec![Resource { to: 615, ..crew(1) }]);
	let why = |plan: &Plan, job| why_unserved(&round, plan, JobIndex(job));
	let far = plan(&round, &[(0, &[1])]);
	let busy = Some(Unserved::Busy(Obstacle::Return));
	assert_eq!([why(&far, 0), why(&far, 1), why(&far, 2)], [busy, None, None]);
	let near = plan(&round, &[(0, &[0])]);
	assert_eq!(why(&near, 1), busy);
	assert_eq!(why(&plan(&round, &[]), 0), Some(Unserved::Free(ResourceIndex(0))));
}

#[test]
fn left_job_says_what_stands_in_the_way_after_the_other_jobs() {
	// Each resource has another job, 300 away, if there is one for it.
	let reason = |change: fn(&mut Job), resources: Vec<Resource>| {
		let mut left = job(1, 30, 40);
		change(&mut left);
		let others = (2..4).map(|id| Job { power: left.power, ..job(id, 0, 300) });
		let round = round([left.clone()].into_iter().chain(others).collect(), resources);
		let routes: [(u16, &[u16]); 2] = [(0, &[1]), (1, &[2])];
		let plan = plan(&round, &routes[..round.resources.len()]);
		why_unserved(&round, &plan, JobIndex(0)).unwrap()
	};
	let busy = Unserved::Busy;
	// Done there at 310, at 582 with the job that is left, and back from there at 844.
	let at_the_other = |id| Resource { base: Point { x: 0, y: 300 }, ..crew(id) };
	let full = Resource { capacity: 1, ..at_the_other(1) };
	assert_eq!(reason(|job| job.power = 2, vec![generator(1, 2)]), busy(Obstacle::Stays));
	assert_eq!(reason(|_| (), vec![full.clone()]), busy(Obstacle::Capacity));
	assert_eq!(reason(|job| job.windows[0].to = 581, vec![at_the_other(1)]), busy(Obstacle::Window));
	assert_eq!(reason(|_| (), vec![Resource { to: 581, ..at_the_other(1) }]), busy(Obstacle::Shift));
	assert_eq!(reason(|_| (), vec![Resource { to: 843, ..at_the_other(1) }]), busy(Obstacle::Return));
	assert_eq!(reason(|_| (), vec![at_the_other(1)]), Unserved::Free(ResourceIndex(0)));
	// Of several, who comes furthest
	let late = |id| Resource { to: 581, ..at_the_other(id) };
	assert_eq!(reason(|_| (), vec![full.clone(), late(2)]), busy(Obstacle::Shift));
	assert_eq!(reason(|_| (), vec![late(1), Resource { id: 2, ..full.clone() }]), busy(Obstacle::Shift));
	// of those who could serve it alone: not who would not be back even then.
	let never_back = Resource { to: 321, ..at_the_other(2) };
	assert_eq!(reason(|_| (), vec![full, never_back]), busy(Obstacle::Capacity));
}

#[test]
fn who_cannot_go_its_route_counts_as_full() {
	let round = round(vec![job(1, 30, 40)], vec![crew(1)]);
	let no_such_job = plan(&round, &[(0, &[9])]);
	assert_eq!(why_unserved(&round, &no_such_job, JobIndex(0)), Some(Unserved::Busy(Obstacle::Capacity)));
}

#[test]
fn round_with_a_defect_is_told() {
	let broken = |change: fn(&mut Round)| {
		let mut round = three_jobs();
		change(&mut round);
		round.check()
	};
	let job = |job, defect| Err(RoundDefect::Job { job: JobIndex(job), defect });
	let resource = |n, defect| Err(RoundDefect::Resource { resource: ResourceIndex(n), defect });
	assert_eq!(broken(|_| ()), Ok(()));
	assert_eq!(broken(|r| r.rules.metric = Metric::Earth { detour: 999 }), Err(RoundDefect::Detour));
	assert_eq!(broken(|r| r.rules.metric = Metric::Earth { detour: 1_000 }), Ok(()));
	assert_eq!(broken(|r| r.rules.weights = [8, 4, 0, 1]), Err(RoundDefect::Weights));
	assert_eq!(broken(|r| r.jobs[1].id = 1), job(1, JobDefect::Order));
	assert_eq!(broken(|r| r.jobs[1].at.x = MAX_COORDINATE + 1), job(1, JobDefect::Point));
	assert_eq!(broken(|r| r.jobs[1].windows.clear()), job(1, JobDefect::Windows));
	assert_eq!(broken(|r| r.jobs[1].windows[0].from = 10_001), job(1, JobDefect::Windows));
	let touching = |r: &mut Round| r.jobs[1].windows.try_push(Window { from: 10_000, to: 10_001 }).unwrap();
	assert_eq!(broken(touching), job(1, JobDefect::Windows));
	assert_eq!(broken(|r| r.jobs[1].plmns = 0), job(1, JobDefect::Plmns));
	assert_eq!(broken(|r| r.jobs[1].plmns = 13), job(1, JobDefect::Plmns));
	assert_eq!(broken(|r| r.jobs[1].outage = 1_900), job(1, JobDefect::Deadline));
	assert_eq!(broken(|r| r.jobs[1].pinned = Some(ResourceIndex(2))), job(1, JobDefect::NoSuchPin));
	assert_eq!(
		broken(|r| r.jobs[1].pinned = Some(ResourceIndex(1))),
		job(1, JobDefect::PinImpossible(Obstacle::Crew))
	);
	let both = |r: &mut Round| r.jobs.iter_mut().take(2).for_each(|job| job.pinned = Some(ResourceIndex(0)));
	assert_eq!(broken(both), job(1, JobDefect::PinTaken));
	assert_eq!(broken(|r| r.resources[1].id = 0), resource(1, ResourceDefect::Order));
	assert_eq!(broken(|r| r.resources[0].base.y = i32::MIN), resource(0, ResourceDefect::Point));
	assert_eq!(broken(|r| r.resources[0].from = 1_001), resource(0, ResourceDefect::Shift));
	assert_eq!(broken(|r| r.resources[0].to = 2_000), resource(0, ResourceDefect::Shift));
	let slow = |r: &mut Round| {
		r.rules.metric = Metric::Earth { detour: 1_000 };
		r.resources[0].speed = 0;
	};
	assert_eq!(broken(slow), resource(0, ResourceDefect::Speed));
	assert_eq!(
		broken(|r| r.resources[1].kind = ResourceKind::Generator { power: 0 }),
		resource(1, ResourceDefect::Power)
	);
}

#[test]
fn digest_binds_chain_and_all_of_the_round() {
	let round = three_jobs();
	assert_ne!(digest(&round), round.digest(Hash::repeat_byte(2)));
	let changes: [fn(&mut Round); 6] = [
		|r| r.number += 1,
		|r| r.origin += 1,
		|r| r.end += 1,
		|r| r.rules.version += 1,
		|r| r.jobs[2].autonomy += 1,
		|r| r.resources[1].owner.0 += 1,
	];
	for change in changes {
		let mut other = round.clone();
		change(&mut other);
		assert_ne!(digest(&other), digest(&round));
	}
}

#[test]
fn plan_has_the_encoding_that_is_stated_and_is_small() {
	let round = three_jobs();
	let plan = Plan {
		score: Score { lost: 1, resources: 2, travel: 3 },
		..plan(&round, &[(0, &[0, 1]), (1, &[2])])
	};
	let score = [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 3, 0, 0, 0, 0, 0, 0, 0];
	let (routes, stops) = ([2 << 2, 0, 0, 2, 0, 1, 0, 1, 0], [3 << 2, 0, 0, 1, 0, 2, 0]);
	assert_eq!(plan.encode(), [digest(&round).as_bytes(), &score, &routes, &stops].concat());
	assert!(Plan::max_encoded_len() <= 12_200 && Round::max_encoded_len() <= 480_000);
}

/// A cluster as Solomon's: coordinates, demand, window of the begin and service of customers around a depot.
#[test]
fn public_instance_is_a_round_and_counts_as_theirs() {
	const UNIT: u32 = 10_000;
	let customers =
		[(45, 68, 10, 912, 967), (45, 70, 30, 825, 870), (42, 66, 10, 65, 146), (42, 68, 10, 727, 782)];
	let (depot, due, service) = ((40, 50), 1_236, 90);
	let point = |(x, y): (i32, i32)| Point { x: x * 10_000, y: y * 10_000 };
	let customer = |((x, y, demand, ready, begin), id)| Job {
		service: service * UNIT,
		windows: vec![Window { from: ready * UNIT, to: (begin + service) * UNIT }].try_into().unwrap(),
		demand,
		autonomy: due * UNIT,
		at: point((x, y)),
		..job(id, 0, 0)
	};
	let vehicle = |id| {
		let at = point(depot);
		Resource { start: at, base: at, to: due * UNIT, capacity: 200, ..crew(id) }
	};
	let jobs = customers.into_iter().zip(1..).map(customer).collect();
	let round = Round { end: due * UNIT + 1, ..round(jobs, (0..3).map(vehicle).collect()) };
	assert_eq!(round.check(), Ok(()));
	// When the vehicles go in the order of windows, one is enough
	let one = plan(&round, &[(0, &[2, 3, 1, 0])]);
	let way = [depot, (42, 66), (42, 68), (45, 70), (45, 68), depot];
	let distance: f64 =
		way.windows(2).map(|leg| f64::from(leg[1].0 - leg[0].0).hypot(f64::from(leg[1].1 - leg[0].1))).sum();
	assert_eq!((one.score.lost, one.score.resources), (0, 1));
	let over = one.score.travel as f64 - distance * f64::from(UNIT);
	assert!((0.0..5.0).contains(&over), "{over}");
	// A customer more beats a vehicle less, a vehicle less beats distance
	let short = plan(&round, &[(0, &[2, 3, 1])]);
	assert_eq!((short.score.lost, short.score.resources), (1, 1));
	let two = plan(&round, &[(0, &[2, 3]), (1, &[1, 0])]);
	assert!(one.score < two.score && two.score < short.score);
	assert_eq!(full_greedy(&round).score.lost, 0);
}
