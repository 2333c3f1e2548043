// SPDX-License-Identifier: Apache-2.0

//! The crews' part of a round, laid out for the search: jobs that some crew can serve, crews, and a table of travel.

use crate::state::Routes;
use std::{collections::BTreeMap, time::Instant};
use trimast_primitives::plan::{
	alone, JobIndex, Metric, Point, Resource, ResourceIndex, ResourceKind, Round, MAX_WINDOWS,
};

/// No arrival is as early.
pub(crate) const NEVER: i64 = -1;
/// Most entries of the table of travel: 128 MB. Beyond, travel is computed whenever it is asked for.
const TABLE: usize = 1 << 25;
/// How many jobs near a job are known.
const NEAR: usize = 256;

/// A job, by its place among those of the search.
pub(crate) type JobId = usize;
/// A crew, by its place among the crews.
pub(crate) type CrewId = usize;
/// A place: first the jobs', then those where crews start and end.
pub(crate) type Node = usize;

/// A job that some crew can serve.
pub(crate) struct Job {
	/// Its place in the round.
	pub(crate) index: JobIndex,
	service: i64,
	/// Earliest and latest begin in each window, ascending.
	windows: [(i64, i64); MAX_WINDOWS as usize],
	number: usize,
	pub(crate) demand: u64,
	weight: u64,
	pub(crate) deadline: i64,
	/// What it loses when nobody comes.
	pub(crate) left: u64,
	/// The crew that is under way to it.
	pub(crate) pinned: Option<CrewId>,
	/// The least travel from where a crew starts.
	pub(crate) remote: u32,
}

impl Job {
	/// When the work is done that could begin with this arrival.
	pub(crate) fn end(&self, arrival: i64) -> Option<i64> {
		let window = self.windows[..self.number].iter().find(|(_, last)| arrival <= *last)?;
		Some(arrival.max(window.0) + self.service)
	}

	/// The latest arrival with which the work is done by `bound`.
	pub(crate) fn latest(&self, bound: i64) -> i64 {
		let latest = self.windows[..self.number].iter().rev().find_map(|(from, last)| {
			let begin = (bound - self.service).min(*last);
			(begin >= *from).then_some(begin)
		});
		latest.unwrap_or(NEVER)
	}

	/// Weighted service that is lost when the work is done then.
	pub(crate) fn lost(&self, end: i64) -> u64 {
		match end - self.deadline {
			late @ 1.. => late as u64 * self.weight,
			_ => 0,
		}
	}

	/// Earliest and latest begin of all.
	pub(crate) fn span(&self) -> (i64, i64) {
		(self.windows[0].0, self.windows[self.number - 1].1)
	}
}

/// A crew.
pub(crate) struct Crew {
	/// Its place in the round.
	pub(crate) index: ResourceIndex,
	pub(crate) start: Node,
	pub(crate) base: Node,
	/// When it leaves.
	pub(crate) leave: i64,
	pub(crate) to: i64,
	pub(crate) capacity: u64,
	/// Which table of travel is its.
	pub(crate) speed: usize,
	/// Crews of one kind may stand in for each other.
	pub(crate) kind: usize,
}

/// What the search works on.
pub(crate) struct Problem {
	pub(crate) jobs: Vec<Job>,
	pub(crate) crews: Vec<Crew>,
	/// How many kinds of crews there are.
	pub(crate) kinds: usize,
	/// Whether a kind can serve a job at all.
	can: Vec<bool>,
	/// What is lost at the least: each job served alone by whom serves it first.
	pub(crate) least_lost: u64,
	/// Whether what is lost depends on when jobs are served.
	pub(crate) can_be_late: bool,
	/// For each job the others, the nearest first.
	pub(crate) near: Vec<Vec<u16>>,
	travel: Travel,
}

/// Travel between one place and any other, the same both ways.
pub(crate) struct Legs<'a> {
	travel: &'a Travel,
	speed: usize,
	node: Node,
	/// Out of the table.
	row: Option<&'a [u32]>,
}

impl Legs<'_> {
	/// Ticks to, or from, another place.
	pub(crate) fn to(&self, other: Node) -> i64 {
		match self.row {
			Some(row) => row[other].into(),
			None => self.travel.compute(self.travel.speeds[self.speed], self.node, other).into(),
		}
	}
}

struct Travel {
	metric: Metric,
	points: Vec<Point>,
	speeds: Vec<u32>,
	/// For each speed; empty when it would be too large.
	tables: Vec<Vec<u32>>,
}

impl Travel {
	fn compute(&self, speed: u32, a: Node, b: Node) -> u32 {
		// Nobody is back after 2^32 ticks.
		u32::try_from(self.metric.travel(self.points[a], self.points[b], speed)).unwrap_or(u32::MAX)
	}

	/// Fills the tables. `None` when `until` comes.
	fn fill(&mut self, until: Instant) -> Option<()> {
		let nodes = self.points.len();
		if nodes * nodes * self.speeds.len() > TABLE {
			return Some(());
		}
		for speed in &self.speeds {
			let mut table = vec![0; nodes * nodes];
			for a in 0..nodes {
				if Instant::now() >= until {
					return None;
				}
				for b in 0..a {
					let travel = self.compute(*speed, a, b);
					table[a * nodes + b] = travel;
					table[b * nodes + a] = travel;
				}
			}
			self.tables.push(table);
		}
		Some(())
	}
}

impl Problem {
	/// The crews' part of a round that passes [`Round::check`]. `None` when `until` comes before it is laid out.
	pub(crate) fn new(round: &Round, until: Instant) -> Option<Self> {
		let crews: Vec<_> =
			round.resources().filter(|(_, resource)| resource.kind == ResourceKind::Crew).collect();
		// One crew of each kind, in the order of the kinds.
		let mut models: Vec<&Resource> = Vec::new();
		let mut speeds: Vec<u32> = Vec::new();
		let kinds: Vec<usize> =
			crews.iter().map(|(_, crew)| place_of(&mut models, *crew, |a, b| are_alike(a, b))).collect();
		let (mut jobs, mut can_of, mut least_lost, mut can_be_late) = (Vec::new(), Vec::new(), 0u64, false);
		for (index, job) in round.jobs().filter(|(_, job)| job.power == 0) {
			if Instant::now() >= until {
				return None;
			}
			let ends: Vec<_> =
				models.iter().map(|crew| alone(round, crew, job).ok().map(|times| times.end)).collect();
			let Some(first) = ends.iter().flatten().min() else { continue };
			least_lost += round.lost(job, *first);
			let service = i64::from(job.service);
			let begins =
				job.windows.iter().map(|window| (i64::from(window.from), i64::from(window.to) - service));
			let mut windows = [(0, 0); MAX_WINDOWS as usize];
			let mut number = 0;
			for window in begins.filter(|(from, last): &(i64, i64)| from <= last) {
				windows[number] = window;
				number += 1;
			}
			let deadline = i64::try_from(job.deadline()).unwrap_or(i64::MAX);
			let latest = models.iter().map(|crew| i64::from(crew.to)).max().unwrap_or(0);
			can_be_late |= deadline < latest.min(windows[number - 1].1 + service);
			can_of.push(ends);
			jobs.push(Job {
				index,
				service,
				windows,
				number,
				demand: job.demand.into(),
				weight: round.rules.weight(job.class, job.plmns).into(),
				deadline,
				left: round.lost_if_left(job),
				pinned: job.pinned.and_then(|pin| crews.iter().position(|(index, _)| *index == pin)),
				remote: 0,
			});
		}
		let mut points: Vec<Point> = jobs.iter().filter_map(|job| Some(round.job(job.index)?.at)).collect();
		let mut depots: Vec<Point> = Vec::new();
		let crews: Vec<_> = crews
			.into_iter()
			.zip(kinds)
			.map(|((index, crew), kind)| Crew {
				index,
				start: jobs.len() + place_of(&mut depots, crew.start, |a, b| a == b),
				base: jobs.len() + place_of(&mut depots, crew.base, |a, b| a == b),
				leave: crew.from.max(crew.free).into(),
				to: crew.to.into(),
				capacity: crew.capacity.into(),
				speed: place_of(&mut speeds, crew.speed, |a, b| a == b),
				kind,
			})
			.collect();
		points.extend(depots);
		let mut travel = Travel { metric: round.rules.metric, points, speeds, tables: Vec::new() };
		travel.fill(until)?;
		let can = (0..models.len()).flat_map(|kind| can_of.iter().map(move |ends| ends[kind].is_some()));
		let mut problem = Self {
			can: can.collect(),
			kinds: models.len(),
			jobs,
			crews,
			least_lost,
			can_be_late,
			near: Vec::new(),
			travel,
		};
		problem.find_near(until)?;
		Some(problem)
	}

	/// Routes of the round, as a plan of the search.
	pub(crate) fn plan(&self, routes: &[(ResourceIndex, Vec<JobIndex>)]) -> Routes {
		let jobs: BTreeMap<_, _> = (0..).zip(&self.jobs).map(|(place, job)| (job.index, place)).collect();
		let stops_of: BTreeMap<_, _> = routes.iter().map(|(index, stops)| (index, stops)).collect();
		let stops = |crew: &Crew| stops_of.get(&crew.index).copied().into_iter().flatten();
		self.crews.iter().map(|crew| stops(crew).filter_map(|job| jobs.get(job).copied()).collect()).collect()
	}

	/// A plan of the search, as routes of the round.
	pub(crate) fn routes(&self, plan: &Routes) -> Vec<(ResourceIndex, Vec<JobIndex>)> {
		let used = self.crews.iter().zip(plan).filter(|(_, jobs)| !jobs.is_empty());
		used.map(|(crew, jobs)| (crew.index, jobs.iter().map(|job| self.jobs[*job].index).collect()))
			.collect()
	}

	/// The legs of a place at this speed.
	pub(crate) fn legs(&self, speed: usize, node: Node) -> Legs<'_> {
		let (travel, nodes) = (&self.travel, self.travel.points.len());
		let row = travel.tables.get(speed).map(|table| &table[node * nodes..(node + 1) * nodes]);
		Legs { travel, speed, node, row }
	}

	/// Whether a crew could serve a job if it did nothing else.
	pub(crate) fn can(&self, crew: CrewId, job: JobId) -> bool {
		self.can[self.crews[crew].kind * self.jobs.len() + job]
	}

	fn find_near(&mut self, until: Instant) -> Option<()> {
		let mut starts: Vec<_> = self.crews.iter().map(|crew| (crew.speed, crew.start)).collect();
		starts.sort_unstable();
		starts.dedup();
		for job in 0..self.jobs.len() {
			if Instant::now() >= until {
				return None;
			}
			let remote = starts.iter().map(|(speed, start)| self.legs(*speed, *start).to(job)).min();
			self.jobs[job].remote = remote.and_then(|remote| u32::try_from(remote).ok()).unwrap_or(u32::MAX);
			let legs = self.legs(0, job);
			let others = (0..self.jobs.len()).filter(|other| *other != job);
			let mut near: Vec<_> = others.map(|other| (legs.to(other), other as u16)).collect();
			if near.len() > NEAR {
				near.select_nth_unstable(NEAR);
				near.truncate(NEAR);
			}
			near.sort_unstable();
			self.near.push(near.into_iter().map(|(_, other)| other).collect());
		}
		Some(())
	}
}

/// Whether two crews can do the same.
fn are_alike(a: &Resource, b: &Resource) -> bool {
	let able = |crew: &Resource| {
		let leave = crew.from.max(crew.free);
		(crew.start, crew.base, leave, crew.to, crew.speed, crew.capacity, crew.skills)
	};
	able(a) == able(b)
}

/// The place of the first that is equal; what is new goes to the end.
fn place_of<T>(list: &mut Vec<T>, item: T, mut is_equal: impl FnMut(&T, &T) -> bool) -> usize {
	list.iter().position(|other| is_equal(other, &item)).unwrap_or_else(|| {
		list.push(item);
		list.len() - 1
	})
}
