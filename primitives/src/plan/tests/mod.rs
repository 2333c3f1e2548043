// SPDX-License-Identifier: Apache-2.0

//! Rounds for the tests, by hand and at random.

mod example;
mod floor;
mod model;
mod mutations;
mod noise;

use super::{metric::MAX_COORDINATE, *};
use crate::{Hash, OrgId};
use proptest::prelude::*;

const GENESIS: Hash = Hash::repeat_byte(1);

fn digest(round: &Round) -> Hash {
	round.digest(GENESIS)
}

/// A job at (x, y) that may be done at any time, takes 10 ticks and may wait for 100.
fn job(id: u64, x: i32, y: i32) -> Job {
	Job {
		id,
		at: Point { x, y },
		service: 10,
		windows: vec![Window { from: 0, to: 10_000 }].try_into().unwrap(),
		skills: Skills(0),
		power: 0,
		demand: 1,
		class: SlaClass::Four,
		plmns: 1,
		outage: 0,
		autonomy: 100,
		pinned: None,
	}
}

/// A crew at (0, 0) that works until 1,000 and carries 10.
fn crew(id: u32) -> Resource {
	Resource {
		id,
		owner: OrgId(0),
		kind: ResourceKind::Crew,
		start: Point::default(),
		base: Point::default(),
		from: 0,
		to: 1_000,
		free: 0,
		speed: 1,
		capacity: 10,
		skills: Skills(0),
	}
}

fn generator(id: u32, power: u32) -> Resource {
	Resource { kind: ResourceKind::Generator { power }, ..crew(id) }
}

/// A round on the plane that ends at 2,000.
fn round(jobs: Vec<Job>, resources: Vec<Resource>) -> Round {
	Round {
		number: 1,
		origin: 0,
		end: 2_000,
		rules: Rules { version: 1, metric: Metric::Plane, weights: [8, 4, 2, 1] },
		jobs: jobs.try_into().unwrap(),
		resources: resources.try_into().unwrap(),
	}
}

/// A plan of these routes with the score that it has, or none.
fn plan(round: &Round, routes: &[(u16, &[u16])]) -> Plan {
	let stops = |stops: &[u16]| u16::try_from(stops.len()).unwrap();
	let route = |(r, s): &(u16, &[u16])| Route { resource: ResourceIndex(*r), stops: stops(s) };
	let mut plan = Plan {
		round: digest(round),
		score: Score::default(),
		routes: routes.iter().map(route).collect::<Vec<_>>().try_into().unwrap(),
		stops: routes
			.iter()
			.flat_map(|(_, s)| s.iter().copied().map(JobIndex))
			.collect::<Vec<_>>()
			.try_into()
			.unwrap(),
	};
	plan.score = check::score(round, plan.round, &plan).unwrap_or_default();
	plan
}

/// Whether and where a plan of these routes is refused.
fn refused(round: &Round, routes: &[(u16, &[u16])]) -> Result<Score, PlanDefect> {
	check(round, digest(round), &plan(round, routes))
}

prop_compose! {
	fn any_job()(
		x in 0..1_000_000i32, y in 0..1_000_000i32, service in 0..100_000u32,
		first in 0..1_500_000u32, open in 0..1_500_000u32, second in proptest::option::of((1..500_000u32, 0..1_000_000u32)),
		skills in prop_oneof![3 => Just(0u32), 1 => 0..8u32], power in prop_oneof![3 => Just(0u32), 1 => 1..9_000u32],
		demand in 0..20u32, class in 0..4usize, plmns in 1..=3u8, outage in 0..500_000u32, autonomy in 0..1_000_000u32,
	) -> Job {
		let mut windows = vec![Window { from: first, to: first + open }];
		windows.extend(second.map(|(gap, open)| {
			let from = windows[0].to + gap;
			Window { from, to: from + open }
		}));
		let class = [SlaClass::One, SlaClass::Two, SlaClass::Three, SlaClass::Four][class];
		let (windows, skills) = (windows.try_into().unwrap(), Skills(skills));
		let at = Point { x, y };
		Job { id: 0, at, service, windows, skills, power, demand, class, plmns, outage, autonomy, pinned: None }
	}
}

prop_compose! {
	fn any_resource()(
		kind in prop_oneof![
			2 => Just(ResourceKind::Crew), 1 => (1..12_000u32).prop_map(|power| ResourceKind::Generator { power }),
		],
		start: (u32, u32), base: (u32, u32), from in 0..200_000u32, shift in 500_000..2_000_000u32, free in 0..400_000u32,
		speed in 30_000..90_000u32, capacity in 20..100u32, skills in prop_oneof![Just(7u32), 0..8u32],
	) -> Resource {
		let point = |(x, y)| Point { x: (x % 1_000_000) as i32, y: (y % 1_000_000) as i32 };
		Resource {
			id: 0, owner: OrgId(0), kind, start: point(start), base: point(base), from, to: from + shift, free, speed, capacity,
			skills: Skills(skills),
		}
	}
}

prop_compose! {
	/// A round on the plane that passes its check: 100 units wide and 220 long. Some jobs are pinned.
	fn plane_round(most: usize)(
		jobs in proptest::collection::vec(any_job(), 0..=most),
		resources in proptest::collection::vec(any_resource(), 0..=most.min(6)),
		pins: [(usize, usize); 2],
	) -> Round {
		let jobs = jobs.into_iter().zip(0..).map(|(job, id)| Job { id, ..job }).collect();
		let resources = resources.into_iter().zip(0..).map(|(resource, id)| Resource { id, ..resource }).collect();
		let mut round = Round { end: 2_400_000, ..round(jobs, resources) };
		pin(&mut round, &pins);
		round
	}
}

prop_compose! {
	/// A round on Earth that passes its check: a degree wide and about ten hours long.
	fn earth_round(most: usize)(flat in plane_round(most), detour in 1_000..2_000u16) -> Round {
		let mut round = flat;
		round.origin = 1_700_000_000_000;
		round.rules.metric = Metric::Earth { detour };
		let place = |point: &mut Point| *point = Point { x: point.x + 114_000_000, y: point.y + 38_000_000 };
		let long = |time: &mut Time| *time *= 16;
		long(&mut round.end);
		for job in round.jobs.iter_mut() {
			place(&mut job.at);
			[&mut job.service, &mut job.outage, &mut job.autonomy].into_iter().for_each(long);
			job.windows.iter_mut().for_each(|window| [&mut window.from, &mut window.to].into_iter().for_each(long));
		}
		for resource in round.resources.iter_mut() {
			[&mut resource.start, &mut resource.base].into_iter().for_each(place);
			[&mut resource.from, &mut resource.to, &mut resource.free].into_iter().for_each(long);
		}
		let pins: Vec<_> = round.jobs.iter().zip(0..).filter_map(|(job, n)| Some((n, job.pinned?.0.into()))).collect();
		round.jobs.iter_mut().for_each(|job| job.pinned = None);
		pin(&mut round, &pins);
		round
	}
}

fn any_round(most: usize) -> impl Strategy<Value = Round> {
	prop_oneof![plane_round(most), earth_round(most)]
}

/// Pins jobs to resources where that is possible.
fn pin(round: &mut Round, pins: &[(usize, usize)]) {
	for (job, resource) in pins {
		let (jobs, resources) = (round.jobs.len(), round.resources.len());
		if jobs == 0 || resources == 0 {
			return;
		}
		let (job, resource) = (job % jobs, resource % resources);
		let index = ResourceIndex(resource as u16);
		let is_taken = round.jobs.iter().any(|job| job.pinned == Some(index));
		if !is_taken && alone(round, &round.resources[resource], &round.jobs[job]).is_ok() {
			round.jobs[job].pinned = Some(index);
		}
	}
	assert_eq!(round.check(), Ok(()));
}

/// The greedy plan, with all the steps that it takes.
fn full_greedy(round: &Round) -> Plan {
	greedy(round, digest(round), u32::MAX).unwrap()
}
