// SPDX-License-Identifier: Apache-2.0

//! What docs/solver.md shows byte by byte is so.

use super::*;
use codec::Encode;
use trimast_primitives::plan::{check, JobIndex, Route, Score};

const PAGE: &str = include_str!("../../../docs/solver.md");
const EARTH: Metric = Metric::Earth { detour: 1_300 };
/// The page's leg, at 40,000 metres an hour.
const LEG: (Point, Point) =
	(Point { x: 116_400_000, y: 39_900_000 }, Point { x: 116_500_000, y: 39_950_000 });

/// The round of the page, which is the example of [`trimast_primitives::plan`].
fn example() -> Round {
	let job = Job {
		windows: vec![Window { from: 0, to: 500 }].try_into().unwrap(),
		skills: Skills(0b01),
		class: SlaClass::One,
		plmns: 2,
		autonomy: 45,
		..job(1, 30, 40)
	};
	let crew = Resource { to: 400, skills: Skills(0b11), speed: 1, ..crew(1) };
	Round {
		number: 1,
		origin: 0,
		end: 500,
		rules: Rules { version: 1, metric: Metric::Plane, weights: [8, 4, 2, 1] },
		jobs: vec![job].try_into().unwrap(),
		resources: vec![crew].try_into().unwrap(),
	}
}

/// The second round of the page: Earth, a generator, a pin, two windows.
fn second() -> Round {
	let point = |x, y| Point { x, y };
	let base = point(116_400_000, 39_900_000);
	let windows = |windows: &[(u32, u32)]| {
		let windows: Vec<_> = windows.iter().map(|(from, to)| Window { from: *from, to: *to }).collect();
		windows.try_into().unwrap()
	};
	let pinned = Job {
		at: LEG.1,
		service: 1_800_000,
		windows: windows(&[(0, 2_400_000), (7_200_000, 10_800_000)]),
		skills: Skills(0b10),
		class: SlaClass::Two,
		plmns: 3,
		autonomy: 3_600_000,
		pinned: Some(ResourceIndex(0)),
		..job(7, 0, 0)
	};
	let run = Job {
		at: point(116_300_000, 39_800_000),
		service: 1_200_000,
		windows: windows(&[(0, 32_400_000)]),
		power: 6_000,
		class: SlaClass::One,
		plmns: 2,
		outage: 600_000,
		autonomy: 1_800_000,
		..job(9, 0, 0)
	};
	let of = |resource: Resource, owner| Resource {
		owner: OrgId(owner),
		start: base,
		base,
		to: 32_400_000,
		free: 30_000,
		speed: 40_000,
		..resource
	};
	let crew = Resource { capacity: 8, skills: Skills(0b11), ..of(crew(3), 2) };
	let generator = Resource { capacity: 1, ..of(generator(4, 8_000), 0) };
	Round {
		number: 2,
		origin: 1_800_000_000_000,
		end: 36_000_000,
		rules: Rules { version: 1, metric: EARTH, weights: [8, 4, 2, 1] },
		jobs: vec![pinned, run].try_into().unwrap(),
		resources: vec![crew, generator].try_into().unwrap(),
	}
}

/// A plan in which each resource has the job of its own number.
fn one_each(round: &Round, score: Score) -> Plan {
	let numbers = 0..round.resources.len() as u16;
	let routes: Vec<_> = numbers.clone().map(|n| Route { resource: ResourceIndex(n), stops: 1 }).collect();
	let stops: Vec<_> = numbers.map(JobIndex).collect();
	let (routes, stops) = (routes.try_into().unwrap(), stops.try_into().unwrap());
	Plan { round: digest(round), score, routes, stops }
}

fn hex(bytes: &[u8]) -> String {
	bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn bytes_of_the_page_are_those_of_the_chain() {
	// The page breaks long lines.
	let page: String = PAGE.split_whitespace().collect();
	for (round, score) in [
		(example(), Score { lost: 240, resources: 1, travel: 100 }),
		(second(), Score { lost: 72_323_856, resources: 2, travel: 4_022_411 }),
	] {
		assert_eq!(round.check(), Ok(()));
		let plan = one_each(&round, score);
		assert_eq!(check(&round, digest(&round), &plan), Ok(score));
		for (what, bytes) in
			[("round", round.encode()), ("digest", plan.round.encode()), ("plan", plan.encode())]
		{
			assert!(page.contains(&hex(&bytes)), "{what}: {}", hex(&bytes));
		}
	}
}

#[test]
fn leg_of_the_page_is_as_long_as_the_chain_has_it() {
	let (there, back) = (EARTH.travel(LEG.0, LEG.1, 40_000), EARTH.travel(LEG.1, LEG.0, 40_000));
	assert_eq!(there, back);
	assert!(PAGE.contains(&format!("travel = {there}\n")), "{there}");
}
