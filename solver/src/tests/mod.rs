// SPDX-License-Identifier: Apache-2.0

//! Rounds for the tests, by hand and at random.

mod brute_force;
mod docs;
mod instance;
mod outsider;
mod search;
mod solve;

use crate::{solve, Settings, Solved};
use proptest::prelude::*;
use std::time::Duration;
use trimast_primitives::{
	plan::{
		greedy, Job, Metric, Plan, Point, Resource, ResourceIndex, ResourceKind, Round, Rules, Skills,
		SlaClass, Window,
	},
	Hash, OrgId,
};

fn digest(round: &Round) -> Hash {
	round.digest(Hash::repeat_byte(1))
}

/// Solves by so many steps on one thread, however long they take.
fn solved(round: &Round, steps: u64) -> Solved {
	let settings = Settings { budget: Duration::from_secs(3_600), threads: 1, steps, seed: 1 };
	solve(round, digest(round), &settings).unwrap()
}

fn floor(round: &Round) -> Plan {
	greedy(round, digest(round), u32::MAX).unwrap()
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

prop_compose! {
	fn any_job()(
		(x, y, service, skills) in (-200..200i32, -200..200i32, 0..60u32, 0..4u32),
		windows in proptest::collection::vec((0..300u32, 0..400u32), 1..=3), power in prop_oneof![3 => Just(0), 1 => 1..9u32],
		(demand, class, plmns) in (0..4u32, 0..4usize, 1..=4u8), outage in 0..100u32, autonomy in 0..1_500u32,
		pinned in proptest::option::weighted(0.2, 0..6u16),
	) -> Job {
		let mut from = 0;
		let windows: Vec<_> = windows.into_iter().map(|(gap, length)| {
			let window = Window { from: from + gap, to: from + gap + length };
			from = window.to + 1;
			window
		}).collect();
		let class = [SlaClass::One, SlaClass::Two, SlaClass::Three, SlaClass::Four][class];
		let (windows, pinned) = (windows.try_into().unwrap(), pinned.map(ResourceIndex));
		Job { service, windows, skills: Skills(skills), power, demand, class, plmns, outage, autonomy, pinned, ..job(0, x, y) }
	}
}

prop_compose! {
	fn any_resource()(
		power in proptest::option::weighted(0.3, 1..9u32), start in (-200..200i32, -200..200i32),
		base in (-200..200i32, -200..200i32), (from, shift, free) in (0..300u32, 0..1_500u32, 0..400u32),
		speed in 100_000..400_000u32, capacity in 0..12u32, skills in 0..4u32, is_home: bool,
	) -> Resource {
		let kind = power.map_or(ResourceKind::Crew, |power| ResourceKind::Generator { power });
		let [start, base] = [start, base].map(|(x, y)| if is_home { Point::default() } else { Point { x, y } });
		Resource { kind, start, base, from, to: from + shift, free, speed, capacity, skills: Skills(skills), ..crew(0) }
	}
}

prop_compose! {
	/// A valid round with up to so many jobs and resources.
	fn any_round(jobs: usize, resources: usize)(
		mut jobs in proptest::collection::vec(any_job(), 0..=jobs),
		mut resources in proptest::collection::vec(any_resource(), 0..=resources),
		on_earth: bool, twins: bool,
	) -> Round {
		if twins {
			// Crews that are alike, as most are.
			let all = resources.iter().flat_map(|resource| [resource.clone(), resource.clone()]);
			resources = all.take(resources.len()).collect();
		}
		(1..).zip(&mut jobs).for_each(|(id, job)| job.id = id);
		(1..).zip(&mut resources).for_each(|(id, resource)| resource.id = id);
		let mut round = round(jobs, resources);
		if on_earth {
			round.rules.metric = Metric::Earth { detour: 1_200 };
		}
		pinned_where_possible(round)
	}
}

/// The round without the pins that cannot be.
fn pinned_where_possible(mut round: Round) -> Round {
	for last in 0..round.jobs.len() {
		let mut jobs = round.jobs.to_vec();
		jobs.truncate(last + 1);
		if (Round { jobs: jobs.try_into().unwrap(), ..round.clone() }).check().is_err() {
			let mut jobs = round.jobs.to_vec();
			jobs[last].pinned = None;
			round.jobs = jobs.try_into().unwrap();
		}
	}
	round
}
