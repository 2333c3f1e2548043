// SPDX-License-Identifier: Apache-2.0

//! Whatever comes in, nothing panics.

use super::{
	model::{model, numbers, routes_of},
	*,
};
use codec::{Decode, Encode};

/// Numbers at their ends as often as not.
fn wild() -> impl Strategy<Value = u32> {
	prop_oneof![Just(0), Just(u32::MAX), Just(u32::MAX / 2), any::<u32>(), 0..100u32]
}

prop_compose! {
	fn wild_point()(x in wild(), y in wild()) -> Point {
		Point { x: x as i32, y: y as i32 }
	}
}

prop_compose! {
	fn wild_job()(
		(id, at, service, skills) in (any::<u64>(), wild_point(), wild(), wild()),
		windows in proptest::collection::vec((wild(), wild()), 0..=4), power in wild(), demand in wild(), plmns: u8,
		outage in wild(), autonomy in wild(), pinned in proptest::option::of(0..6u16),
	) -> Job {
		let windows: Vec<_> = windows.into_iter().map(|(from, to)| Window { from, to }).collect();
		let (windows, pinned, skills) = (windows.try_into().unwrap(), pinned.map(ResourceIndex), Skills(skills));
		let class = SlaClass::One;
		Job { id, at, service, windows, skills, power, demand, class, plmns, outage, autonomy, pinned }
	}
}

prop_compose! {
	fn wild_resource()(
		power in proptest::option::of(wild()), (start, base) in (wild_point(), wild_point()), from in wild(), to in wild(),
		free in wild(), speed in wild(), capacity in wild(), skills in wild(),
	) -> Resource {
		let kind = power.map_or(ResourceKind::Crew, |power| ResourceKind::Generator { power });
		let skills = Skills(skills);
		Resource { id: 0, owner: OrgId(0), kind, start, base, from, to, free, speed, capacity, skills }
	}
}

prop_compose! {
	fn wild_round()(
		jobs in proptest::collection::vec(wild_job(), 0..8), resources in proptest::collection::vec(wild_resource(), 0..5),
		end in wild(), detour in proptest::option::of(any::<u16>()), weights: [u8; 4],
	) -> Round {
		let metric = detour.map_or(Metric::Plane, |detour| Metric::Earth { detour });
		Round { end, rules: Rules { version: 0, metric, weights }, ..round(jobs, resources) }
	}
}

prop_compose! {
	fn wild_plan()(
		routes in proptest::collection::vec((0..6u16, 0..5u16), 0..6), stops in proptest::collection::vec(0..9u16, 0..9),
	) -> Plan {
		let routes: Vec<_> =
			routes.into_iter().map(|(resource, stops)| Route { resource: ResourceIndex(resource), stops }).collect();
		let stops: Vec<_> = stops.into_iter().map(JobIndex).collect();
		let (routes, stops) = (routes.try_into().unwrap(), stops.try_into().unwrap());
		Plan { round: Hash::zero(), score: Score::default(), routes, stops }
	}
}

fn try_all(round: &Round, mut plan: Plan) {
	plan.round = digest(round);
	let _ = round.check();
	let verdict = check(round, plan.round, &plan);
	let _ = schedule(round, plan.round, &plan);
	if let Err(PlanDefect::Score { found }) = verdict {
		plan.score = found;
		assert_eq!(check(round, plan.round, &plan), Ok(found));
	}
	for (index, _) in round.jobs() {
		let _ = why_unserved(round, &plan, index);
	}
	let _ = greedy(round, plan.round, 1_000);
}

/// What becomes of bytes on their way. Places are counted from the begin, and begin anew behind the end.
#[derive(Clone, Debug)]
enum Change {
	Flip(usize, u8),
	Insert(usize, u8),
	Remove(usize),
	Repeat(usize, usize),
	Cut(usize),
}

impl Change {
	fn apply(&self, bytes: &mut Vec<u8>) {
		let count = bytes.len().max(1);
		match *self {
			_ if bytes.is_empty() => (),
			Self::Flip(place, bits) => bytes[place % count] ^= bits,
			Self::Insert(place, byte) => bytes.insert(place % count, byte),
			Self::Remove(place) => drop(bytes.remove(place % count)),
			Self::Repeat(from, to) => bytes[to % count] = bytes[from % count],
			Self::Cut(place) => bytes.truncate(place % count),
		}
	}
}

fn any_change() -> impl Strategy<Value = Change> {
	prop_oneof![
		8 => (any::<usize>(), any::<u8>()).prop_map(|(place, bits)| Change::Flip(place, bits)),
		// A stop in the place of another.
		4 => (any::<usize>(), any::<usize>()).prop_map(|(from, to)| Change::Repeat(from, to)),
		2 => (any::<usize>(), any::<u8>()).prop_map(|(place, byte)| Change::Insert(place, byte)),
		2 => any::<usize>().prop_map(Change::Remove),
		1 => any::<usize>().prop_map(Change::Cut),
	]
}

/// A compact length in one of the four ways that SCALE has, also where the number does not need or does not fit it.
fn compact(number: u32, way: u8) -> Vec<u8> {
	match way {
		0 => vec![(number << 2) as u8],
		1 => (((number << 2) as u16) | 1).to_le_bytes().to_vec(),
		2 => ((number << 2) | 2).to_le_bytes().to_vec(),
		_ => [&[3][..], &number.to_le_bytes()].concat(),
	}
}

/// Bytes that may be a plan for a round: read, they are what was written, and the check agrees with the model.
fn try_bytes(round: &Round, bytes: &[u8]) {
	let input = &mut &bytes[..];
	let Ok(mut plan) = Plan::decode(input) else { return };
	assert_eq!(plan.encode(), bytes[..bytes.len() - input.len()]);
	if let Ok(score) = check(round, digest(round), &plan) {
		assert_eq!(score, plan.score);
	}
	plan.round = digest(round);
	let found = check::score(round, plan.round, &plan);
	if found != Err(PlanDefect::Stops) {
		assert_eq!(found.ok().map(numbers), model(round, &routes_of(&plan)));
	}
	try_all(round, plan);
}

proptest! {
	#[test]
	fn any_bytes_are_a_plan_of_one_encoding_or_refused(bytes: Vec<u8>, round in any_round(5)) {
		let input = &mut &bytes[..];
		if let Ok(plan) = Plan::decode(input) {
			let taken = bytes.len() - input.len();
			prop_assert_eq!(&plan.encode()[..], &bytes[..taken]);
			try_all(&round, plan);
		}
	}

	#[test]
	fn plan_with_a_changed_byte_is_refused_or_as_good(round in any_round(12), place: usize, change in 1..=255u8) {
		let plan = full_greedy(&round);
		let mut bytes = plan.encode();
		let place = place % bytes.len();
		bytes[place] ^= change;
		if let Ok(other) = Plan::decode(&mut &bytes[..]) {
			prop_assert_ne!(&other, &plan);
			if let Ok(score) = check(&round, digest(&round), &other) {
				prop_assert_eq!(score, other.score);
			}
		}
	}

	#[test]
	fn changed_plan_is_refused_or_worth_what_the_model_says(
		round in any_round(40), changes in proptest::collection::vec(any_change(), 1..8),
	) {
		let mut bytes = full_greedy(&round).encode();
		for change in changes {
			change.apply(&mut bytes);
			try_bytes(&round, &bytes);
		}
	}

	#[test]
	fn plan_with_other_lengths_is_refused_or_worth_what_the_model_says(
		round in any_round(40), swap: bool, others in [proptest::option::of(wild()), proptest::option::of(wild())],
		ways in [0..4u8, 0..4u8], changes in proptest::collection::vec(any_change(), 0..3),
	) {
		let plan = full_greedy(&round);
		let mut lengths = [plan.routes.len() as u32, plan.stops.len() as u32];
		if swap {
			lengths.reverse();
		}
		let [routes, stops] = [0, 1].map(|n| compact(others[n].unwrap_or(lengths[n]), ways[n]));
		let items = plan.stops.iter().flat_map(Encode::encode).collect();
		let head = (plan.round, plan.score).encode();
		let mut bytes = [head, routes, plan.routes.iter().flat_map(Encode::encode).collect(), stops, items].concat();
		try_bytes(&round, &bytes);
		for change in changes {
			change.apply(&mut bytes);
			try_bytes(&round, &bytes);
		}
	}

	#[test]
	fn any_bytes_are_a_round_or_refused(bytes: Vec<u8>, plan in wild_plan()) {
		if let Ok(round) = Round::decode(&mut &bytes[..]) {
			try_all(&round, plan);
		}
	}

	#[test]
	fn nothing_panics_on_wild_numbers(round in wild_round(), plan in wild_plan()) {
		try_all(&round, plan);
	}

	#[test]
	fn round_and_plan_are_read_as_they_were_written(round in any_round(12)) {
		let read = Round::decode(&mut &round.encode()[..]);
		prop_assert_eq!(read.as_ref(), Ok(&round));
		let plan = full_greedy(&round);
		prop_assert_eq!(Plan::decode(&mut &plan.encode()[..]), Ok(plan));
	}
}
