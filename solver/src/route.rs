// SPDX-License-Identifier: Apache-2.0

//! One crew's route with what is needed to tell at once what another job in it would cost: when each visit ends, and how much
//! later each could be reached.

use crate::problem::{CrewId, JobId, Node, Problem, NEVER};

/// A visit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stop {
	pub(crate) job: JobId,
	/// Travel to it.
	leg: i64,
	end: i64,
	/// The latest arrival with which it and all that follow are still served and the crew is home in time.
	latest: i64,
	/// The latest arrival with which nothing is lost from here on.
	on_time: i64,
	/// What is lost from here on.
	lost: u64,
}

/// A crew's route.
#[derive(Clone, Debug)]
pub(crate) struct Route {
	pub(crate) crew: CrewId,
	pub(crate) stops: Vec<Stop>,
	/// Whether the first stop is pinned.
	pub(crate) is_pinned: bool,
	load: u64,
	/// Travel of the way home.
	home: i64,
	/// Travel of all legs with the way home.
	pub(crate) travel: i64,
}

/// What it costs to serve a job at a place of a route. The lesser is better: what is lost in addition, whether a further crew
/// goes, travel in addition.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Offer {
	pub(crate) lost: i64,
	pub(crate) opens: bool,
	pub(crate) travel: i64,
	pub(crate) crew: CrewId,
	/// Before this stop.
	pub(crate) at: usize,
}

impl Route {
	pub(crate) const fn new(crew: CrewId) -> Self {
		Self { crew, stops: Vec::new(), is_pinned: false, load: 0, home: 0, travel: 0 }
	}

	/// What its jobs lose.
	pub(crate) fn lost(&self) -> u64 {
		self.stops.first().map_or(0, |stop| stop.lost)
	}

	/// Stops that may be moved: all but a pinned one.
	pub(crate) fn movable(&self) -> usize {
		self.stops.len() - usize::from(self.is_pinned)
	}

	/// Becomes a copy of another route. Nothing is allocated where there is room.
	pub(crate) fn copy_from(&mut self, other: &Self) {
		let Self { crew, stops, is_pinned, load, home, travel } = other;
		self.stops.clone_from(stops);
		(self.crew, self.is_pinned) = (*crew, *is_pinned);
		(self.load, self.home, self.travel) = (*load, *home, *travel);
	}

	/// Puts a job before a stop. [`Self::refresh`] must follow.
	pub(crate) fn put(&mut self, at: usize, job: JobId) {
		self.stops.insert(at, Stop { job, leg: 0, end: 0, latest: NEVER, on_time: NEVER, lost: 0 });
	}

	/// Computes everything anew. False when the crew cannot go this way.
	pub(crate) fn refresh(&mut self, problem: &Problem) -> bool {
		let crew = &problem.crews[self.crew];
		let (mut at, mut time) = (crew.start, crew.leave);
		(self.load, self.home, self.travel) = (0, 0, 0);
		for stop in &mut self.stops {
			let job = &problem.jobs[stop.job];
			stop.leg = problem.legs(crew.speed, stop.job).to(at);
			let Some(end) = job.end(time + stop.leg).filter(|end| *end <= crew.to) else { return false };
			stop.end = end;
			self.load += job.demand;
			self.travel += stop.leg;
			(at, time) = (stop.job, end);
		}
		if self.stops.is_empty() {
			return true;
		}
		self.home = problem.legs(crew.speed, crew.base).to(at);
		self.travel += self.home;
		let (mut latest, mut on_time, mut lost) = (crew.to - self.home, crew.to - self.home, 0);
		for stop in self.stops.iter_mut().rev() {
			let job = &problem.jobs[stop.job];
			lost += job.lost(stop.end);
			stop.latest = job.latest(latest);
			stop.on_time = job.latest(on_time.min(job.deadline));
			stop.lost = lost;
			(latest, on_time) = (stop.latest - stop.leg, stop.on_time - stop.leg);
		}
		self.load <= crew.capacity && crew.leave <= latest
	}

	/// Takes up into `best` where the job costs least in this route, if that is better, `room` being what may be lost in
	/// addition. `skips` says which places are not looked at.
	pub(crate) fn offer(
		&self,
		problem: &Problem,
		id: JobId,
		room: i64,
		best: &mut Option<Offer>,
		mut skips: impl FnMut() -> bool,
	) {
		let crew = &problem.crews[self.crew];
		let job = &problem.jobs[id];
		if self.load + job.demand > crew.capacity || !problem.can(self.crew, id) {
			return;
		}
		let (opens, legs) = (self.stops.is_empty(), problem.legs(crew.speed, id));
		let (_, last_begin) = job.span();
		let first = usize::from(self.is_pinned);
		let (mut from, mut time): (Node, i64) = match first.checked_sub(1).map(|stop| &self.stops[stop]) {
			Some(stop) => (stop.job, stop.end),
			None => (crew.start, crew.leave),
		};
		for at in first..=self.stops.len() {
			if time > last_begin {
				break;
			}
			let next = self.stops.get(at);
			let (leg, departed) = (legs.to(from), time);
			if let Some(stop) = next {
				(from, time) = (stop.job, stop.end);
			}
			let Some(end) = job.end(departed + leg).filter(|end| *end <= crew.to) else { continue };
			let onward = legs.to(next.map_or(crew.base, |stop| stop.job));
			let arrival = end + onward;
			if arrival > next.map_or(crew.to, |stop| stop.latest) || skips() {
				continue;
			}
			let travel = leg + onward - next.map_or(self.home, |stop| stop.leg);
			let after = next.map_or(0, |stop| stop.lost);
			let own = job.lost(end);
			let offer = |lost| Offer { lost, opens, travel, crew: self.crew, at };
			let floor = own as i64 - after as i64;
			let is_better = |offer: Offer| offer.lost <= room && best.is_none_or(|best| offer < best);
			if !is_better(offer(floor)) {
				continue;
			}
			let later = match next {
				Some(stop) if arrival > stop.on_time => self.lost_later(problem, at, arrival),
				_ => Some(0),
			};
			let Some(later) = later else { continue };
			let offer = offer(floor + later as i64);
			if is_better(offer) {
				*best = Some(offer);
			}
		}
	}

	/// What is lost from a stop on when it is reached then.
	fn lost_later(&self, problem: &Problem, at: usize, mut arrival: i64) -> Option<u64> {
		let mut lost = 0;
		let mut stops = self.stops[at..].iter().peekable();
		while let Some(stop) = stops.next() {
			let job = &problem.jobs[stop.job];
			let end = job.end(arrival)?;
			if end == stop.end {
				return Some(lost + stop.lost);
			}
			lost += job.lost(end);
			arrival = end + stops.peek().map_or(0, |next| next.leg);
		}
		Some(lost)
	}
}
