// SPDX-License-Identifier: Apache-2.0

//! A solver by docs/solver.md alone, with no code of Trimast: it reads a round, makes a plan by insertion, and writes it as the chain
//! takes it. It is short rather than good.
//!
//! ```text
//! source scripts/env && build
//! $bin/examples/outsider GENESIS <snapshot >plan
//! ```
//!
//! `GENESIS` is the hash of the chain's first block (`chain_getBlockHash` of 0), `snapshot` what `state_call` answers to
//! `DispatchApi_snapshot` with the number of a round that takes bids; `plan` is the second argument of the call `Dispatch.bid`. All
//! three are in hexadecimal. It needs a decoder of SCALE and BLAKE2b.

use codec::{Decode, Encode};
use std::{
	cmp::Reverse,
	env,
	error::Error,
	io::{read_to_string, stdin},
};

#[derive(Decode)]
struct Round {
	_number: u32,
	_origin: u64,
	end: u32,
	rules: Rules,
	jobs: Vec<Job>,
	resources: Vec<Resource>,
}

#[derive(Decode)]
struct Rules {
	_version: u32,
	metric: Metric,
	weights: [u8; 4],
}

#[derive(Decode)]
enum Metric {
	Plane,
	Earth { detour: u16 },
}

#[derive(Clone, Copy, Decode)]
struct Point {
	x: i32,
	y: i32,
}

#[derive(Decode)]
struct Job {
	_id: u64,
	at: Point,
	service: u32,
	windows: Vec<(u32, u32)>,
	skills: u32,
	power: u32,
	demand: u32,
	class: u8,
	plmns: u8,
	outage: u32,
	autonomy: u32,
	pinned: Option<u16>,
}

#[derive(Decode)]
struct Resource {
	_id: u32,
	_owner: u8,
	kind: Kind,
	start: Point,
	base: Point,
	from: u32,
	to: u32,
	free: u32,
	speed: u32,
	capacity: u32,
	skills: u32,
}

#[derive(Decode)]
enum Kind {
	Crew,
	Generator { power: u32 },
}

/// 1 in the fixed point of the cosine.
const ONE: u64 = 1 << 30;

/// A plan in the order of its bytes.
#[derive(Encode)]
struct Plan {
	round: [u8; 32],
	lost: u64,
	resources: u16,
	travel: u64,
	routes: Vec<(u16, u16)>,
	stops: Vec<u16>,
}

fn ceil_sqrt(square: u64) -> u64 {
	let root = square.isqrt();
	root + u64::from(root * root < square)
}

impl Metric {
	fn travel(&self, a: Point, b: Point, speed: u32) -> u64 {
		let (dx, dy) = (u64::from(a.x.abs_diff(b.x)), u64::from(a.y.abs_diff(b.y)));
		let Self::Earth { detour } = self else { return ceil_sqrt(dx * dx + dy * dy) };
		let x = (i64::from(a.y) + i64::from(b.y)).unsigned_abs() * 18_740_330 / 2_000_000;
		let t = x * x / ONE;
		let cosine = [90, 56, 30, 12, 2].iter().fold(ONE, |c, n| ONE.saturating_sub(t * c / ONE / n));
		let north = 8 * dy;
		let east = (8 * dx.min(360_000_000 - dx) * cosine).div_ceil(ONE);
		let arc = ceil_sqrt(north * north + east * east);
		(arc * 1_251 * u64::from(*detour)).div_ceil(25 * u64::from(speed))
	}
}

impl Round {
	/// What a job loses whose work ends then.
	fn lost(&self, job: &Job, end: u64) -> u64 {
		let weight = u64::from(self.rules.weights[usize::from(job.class)]) * u64::from(job.plmns);
		weight * end.saturating_sub(u64::from(job.outage) + u64::from(job.autonomy))
	}

	/// What the jobs of a route lose, and its travel, where the route is valid.
	fn walk(&self, place: u16, stops: &[u16]) -> Option<(u64, u64)> {
		let resource = &self.resources[usize::from(place)];
		let (shift_end, mut at) = (u64::from(resource.to), resource.start);
		let (mut time, mut load) = (u64::from(resource.from.max(resource.free)), 0);
		let (mut lost, mut travel) = (0, 0);
		for (n, stop) in stops.iter().enumerate() {
			let job = &self.jobs[usize::from(*stop)];
			load += u64::from(job.demand);
			let is_able = match resource.kind {
				Kind::Crew => job.power == 0,
				Kind::Generator { power } => job.power > 0 && job.power <= power && stops.len() == 1,
			};
			let is_pin_kept = job.pinned.is_none_or(|pin| pin == place && n == 0);
			let is_skilled = job.skills & !resource.skills == 0;
			let way = self.rules.metric.travel(at, job.at, resource.speed);
			let (arrival, service) = (time + way, u64::from(job.service));
			let begin = job.windows.iter().find_map(|(from, to)| {
				let begin = arrival.max(u64::from(*from));
				(begin + service <= u64::from(*to)).then_some(begin)
			})?;
			(time, at) = (begin + service, job.at);
			if !is_able
				|| !is_pin_kept
				|| !is_skilled
				|| load > u64::from(resource.capacity)
				|| time > shift_end
			{
				return None;
			}
			lost += self.lost(job, time);
			travel += way;
		}
		if matches!(resource.kind, Kind::Crew) && !stops.is_empty() {
			let way = self.rules.metric.travel(at, resource.base, resource.speed);
			travel += way;
			if time + way > shift_end {
				return None;
			}
		}
		Some((lost, travel))
	}

	/// The route of each resource. Each job, those first that are pinned and then those that lose most, goes where it costs least: less
	/// service, then no further resource, then less travel.
	fn insert_all(&self) -> Vec<Vec<u16>> {
		let left = |job: &Job| self.lost(job, self.end.into());
		let mut order: Vec<(u16, &Job)> = (0..).zip(&self.jobs).collect();
		order.sort_by_key(|(_, job)| (job.pinned.is_none(), Reverse(left(job))));
		let mut routes: Vec<Vec<u16>> = self.resources.iter().map(|_| Vec::new()).collect();
		for (number, job) in order {
			let mut best: Option<((i128, bool, i128), u16, Vec<u16>)> = None;
			for (resource, route) in (0..).zip(&routes) {
				let Some(before) = self.walk(resource, route) else { continue };
				for place in 0..=route.len() {
					let mut longer = route.clone();
					longer.insert(place, number);
					let Some(after) = self.walk(resource, &longer) else { continue };
					let more = |after: u64, before: u64| i128::from(after) - i128::from(before);
					let lost = more(after.0, before.0) - i128::from(left(job));
					let cost = (lost, route.is_empty(), more(after.1, before.1));
					let is_less = best.as_ref().is_none_or(|(least, ..)| cost < *least);
					if is_less && (lost < 0 || job.pinned.is_some()) {
						best = Some((cost, resource, longer));
					}
				}
			}
			if let Some((_, resource, longer)) = best {
				routes[usize::from(resource)] = longer;
			}
		}
		routes
	}
}

/// The bytes of a plan for the round with these bytes.
///
/// # Errors
///
/// The bytes are no round.
pub(crate) fn solve(genesis: [u8; 32], snapshot: &[u8]) -> Result<Vec<u8>, codec::Error> {
	let mut rest = snapshot;
	let round = Round::decode(&mut rest)?;
	if !rest.is_empty() {
		return Err("there is more than a round".into());
	}
	let preimage = [b"trimast/round", &genesis[..], snapshot].concat();
	let digest = sp_crypto_hashing::blake2_256(&preimage);
	let mut plan =
		Plan { round: digest, lost: 0, resources: 0, travel: 0, routes: Vec::new(), stops: Vec::new() };
	for (resource, stops) in (0..).zip(round.insert_all()) {
		if stops.is_empty() {
			continue;
		}
		let (lost, travel) = round.walk(resource, &stops).ok_or("a route is not valid")?;
		plan.lost += lost;
		plan.resources += 1;
		plan.travel += travel;
		plan.routes.push((resource, stops.len() as u16));
		plan.stops.extend(stops);
	}
	for (number, job) in (0..).zip(&round.jobs) {
		if !plan.stops.contains(&number) {
			plan.lost += round.lost(job, round.end.into());
		}
	}
	Ok(plan.encode())
}

fn unhex(text: &str) -> Result<Vec<u8>, Box<dyn Error>> {
	let digits = text.trim().trim_start_matches("0x");
	let byte = |n| digits.get(n..n + 2).ok_or("an odd number of digits");
	(0..digits.len()).step_by(2).map(|n| Ok(u8::from_str_radix(byte(n)?, 16)?)).collect()
}

fn main() -> Result<(), Box<dyn Error>> {
	let genesis = unhex(&env::args().nth(1).ok_or("the hash of the first block is needed")?)?;
	let genesis = genesis.try_into().map_err(|_| "a hash has 32 bytes")?;
	let answer = unhex(&read_to_string(stdin())?)?;
	let snapshot = answer.strip_prefix(&[1]).ok_or("there is no such round")?;
	let plan = solve(genesis, snapshot)?;
	println!("0x{}", plan.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
	Ok(())
}
