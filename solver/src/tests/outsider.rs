// SPDX-License-Identifier: Apache-2.0

//! The solver that was written from docs/solver.md alone reads, reckons and writes as the chain does.

use super::*;
use codec::{Decode, Encode};
use trimast_primitives::plan::check;

#[path = "../../../testbed/examples/outsider.rs"]
#[allow(dead_code)]
mod example;

const GENESIS: [u8; 32] = [1; 32];

/// Its plan for a round.
fn plan(round: &Round) -> Plan {
	let bytes = example::solve(GENESIS, &round.encode()).unwrap();
	let mut rest = &bytes[..];
	let plan = Plan::decode(&mut rest).unwrap();
	assert!(rest.is_empty());
	plan
}

prop_compose! {
	/// The round in another measure, anywhere on Earth: ten degrees wide, some months long.
	fn far(round: Round)(
		x in -180_000_000..=180_000_000i64, y in -85_000_000..=85_000_000i64, detour in 1_000..2_000u16,
	) -> Round {
		let mut round = round.clone();
		round.rules.metric = Metric::Earth { detour };
		let place = |point: &mut Point| {
			let east = x + 25_000 * i64::from(point.x);
			let east = (east + 540_000_000).rem_euclid(360_000_000) - 180_000_000;
			*point = Point { x: east as i32, y: (y + 25_000 * i64::from(point.y)) as i32 };
		};
		let long = |time: &mut u32| *time *= 100_000;
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
		pinned_where_possible(round)
	}
}

proptest! {
	#[test]
	fn plan_passes_the_check(round in prop_oneof![
		any_round(20, 8), any_round(20, 8).prop_flat_map(far),
	]) {
		let plan = plan(&round);
		prop_assert_eq!(check(&round, digest(&round), &plan), Ok(plan.score));
		prop_assert_eq!(plan.stops.is_empty(), floor(&round).stops.is_empty());
	}
}

#[test]
fn what_is_no_round_is_refused() {
	let bytes = round(vec![job(1, 3, 4)], vec![crew(1)]).encode();
	assert!(example::solve(GENESIS, &bytes).is_ok());
	assert!(example::solve(GENESIS, &bytes[1..]).is_err());
	assert!(example::solve(GENESIS, &[&bytes[..], &[0]].concat()).is_err());
}
