// SPDX-License-Identifier: Apache-2.0

//! A plan in the making, in which any change can be taken back.

use crate::{
	problem::{CrewId, JobId, Problem},
	route::{Offer, Route},
};

/// What a plan for the crews is worth: as [`trimast_primitives::plan::Score`], of the jobs of the search. The lesser is better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(crate) struct Worth {
	pub(crate) lost: u64,
	pub(crate) routes: usize,
	pub(crate) travel: i64,
}

/// A plan for the crews: the jobs of each.
pub(crate) type Routes = Vec<Vec<JobId>>;

/// A plan in the making.
pub(crate) struct State<'a> {
	problem: &'a Problem,
	/// One of each crew.
	pub(crate) routes: Vec<Route>,
	/// Whose route a job is on.
	of: Vec<Option<CrewId>>,
	/// What is on no route.
	pub(crate) absent: Vec<JobId>,
	now: Totals,
	/// What was before the change: the totals, who was absent, and the routes that it has touched, the rest being room.
	before: Totals,
	absent_before: Vec<JobId>,
	saved: Vec<Route>,
	touched: usize,
	is_touched: Vec<bool>,
}

#[derive(Clone, Copy, Default)]
struct Totals {
	/// What is lost by jobs on routes, and by the others.
	late: u64,
	left: u64,
	routes: usize,
	travel: i64,
}

impl Totals {
	fn add(&mut self, route: &Route) {
		self.late += route.lost();
		self.routes += usize::from(!route.stops.is_empty());
		self.travel += route.travel;
	}

	fn subtract(&mut self, route: &Route) {
		self.late -= route.lost();
		self.routes -= usize::from(!route.stops.is_empty());
		self.travel -= route.travel;
	}
}

impl<'a> State<'a> {
	/// The state with these routes, which the crews can go.
	pub(crate) fn new(problem: &'a Problem, plan: &Routes) -> Self {
		let crews = problem.crews.len();
		let mut state = Self {
			problem,
			routes: (0..crews).map(Route::new).collect(),
			of: vec![None; problem.jobs.len()],
			absent: Vec::new(),
			now: Totals::default(),
			before: Totals::default(),
			absent_before: Vec::new(),
			saved: Vec::new(),
			touched: 0,
			is_touched: vec![false; crews],
		};
		state.load(plan);
		state
	}

	/// Becomes another plan.
	pub(crate) fn load(&mut self, plan: &Routes) {
		self.of.fill(None);
		self.now = Totals::default();
		for (crew, jobs) in plan.iter().enumerate() {
			let route = &mut self.routes[crew];
			route.stops.clear();
			for job in jobs {
				route.put(route.stops.len(), *job);
				self.of[*job] = Some(crew);
			}
			route.is_pinned = jobs.first().is_some_and(|job| self.problem.jobs[*job].pinned.is_some());
			let goes = route.refresh(self.problem);
			debug_assert!(goes, "a plan that is loaded was valid");
			self.now.add(route);
		}
		self.absent.clear();
		self.absent.extend((0..self.of.len()).filter(|job| self.of[*job].is_none()));
		self.now.left = self.absent.iter().map(|job| self.problem.jobs[*job].left).sum();
		self.begin();
	}

	/// The plan that it is.
	pub(crate) fn plan(&self) -> Routes {
		self.routes.iter().map(|route| route.stops.iter().map(|stop| stop.job).collect()).collect()
	}

	pub(crate) const fn worth(&self) -> Worth {
		Worth { lost: self.now.late + self.now.left, routes: self.now.routes, travel: self.now.travel }
	}

	/// What was worth what is taken back.
	pub(crate) const fn worth_before(&self) -> Worth {
		let Totals { late, left, routes, travel } = self.before;
		Worth { lost: late + left, routes, travel }
	}

	/// What the jobs on routes lose.
	pub(crate) const fn late(&self) -> u64 {
		self.now.late
	}

	pub(crate) fn served(&self) -> usize {
		self.of.len() - self.absent.len()
	}

	pub(crate) fn crew_of(&self, job: JobId) -> Option<CrewId> {
		self.of[job]
	}

	pub(crate) fn absent_before(&self) -> &[JobId] {
		&self.absent_before
	}

	/// From here on, changes are one that can be taken back.
	pub(crate) fn begin(&mut self) {
		for route in &self.saved[..self.touched] {
			self.is_touched[route.crew] = false;
		}
		self.touched = 0;
		self.before = self.now;
		self.absent_before.clone_from(&self.absent);
	}

	/// Takes back what was changed since [`Self::begin`].
	pub(crate) fn take_back(&mut self) {
		std::mem::swap(&mut self.absent, &mut self.absent_before);
		for job in &self.absent {
			self.of[*job] = None;
		}
		for saved in &mut self.saved[..self.touched] {
			let route = &mut self.routes[saved.crew];
			std::mem::swap(saved, route);
			for stop in &route.stops {
				self.of[stop.job] = Some(route.crew);
			}
		}
		self.now = self.before;
	}

	/// Whether the change has touched a crew's route.
	pub(crate) fn is_touched(&self, crew: CrewId) -> bool {
		self.is_touched[crew]
	}

	/// Puts an absent job where it was offered to. The caller takes it off the absent.
	pub(crate) fn put(&mut self, job: JobId, offer: Offer) {
		let goes = self.edit(offer.crew, |route| route.put(offer.at, job));
		debug_assert!(goes, "what is offered can be done");
		self.of[job] = Some(offer.crew);
		self.now.left -= self.problem.jobs[job].left;
	}

	/// Takes the stops from `from` to `to` off a crew's route, but those from `keep` to `kept`.
	pub(crate) fn take(&mut self, crew: CrewId, from: usize, keep: usize, kept: usize, to: usize) {
		let first = self.absent.len();
		let mut taken = std::mem::take(&mut self.absent);
		let goes = self.edit(crew, |route| {
			taken.extend(route.stops[from..keep].iter().chain(&route.stops[kept..to]).map(|stop| stop.job));
			route.stops.drain(kept..to);
			route.stops.drain(from..keep);
		});
		// On Earth two legs may be a little shorter than the straight one.
		if !goes {
			self.edit(crew, |route| {
				let pinned = usize::from(route.is_pinned);
				taken.extend(route.stops.drain(pinned..).map(|stop| stop.job));
			});
		}
		for job in &taken[first..] {
			self.of[*job] = None;
			self.now.left += self.problem.jobs[*job].left;
		}
		self.absent = taken;
	}

	/// Exchanges the routes of two crews, neither pinned, as the only change. False when one of them cannot go the other's: then
	/// it is to be taken back.
	pub(crate) fn exchange(&mut self, a: CrewId, b: CrewId) -> bool {
		let mut stops = std::mem::take(&mut self.touch(a).stops);
		std::mem::swap(&mut self.touch(b).stops, &mut stops);
		self.touch(a).stops = stops;
		let mut goes = true;
		for crew in [a, b] {
			let route = &mut self.routes[crew];
			goes &= route.refresh(self.problem)
				&& route.stops.iter().all(|stop| self.problem.can(crew, stop.job));
			for stop in &route.stops {
				self.of[stop.job] = Some(crew);
			}
		}
		if goes {
			for saved in &self.saved[..self.touched] {
				self.now.subtract(saved);
				self.now.add(&self.routes[saved.crew]);
			}
		}
		goes
	}

	fn touch(&mut self, crew: CrewId) -> &mut Route {
		if !self.is_touched[crew] {
			self.is_touched[crew] = true;
			if self.touched == self.saved.len() {
				self.saved.push(Route::new(crew));
			}
			self.saved[self.touched].copy_from(&self.routes[crew]);
			self.touched += 1;
		}
		&mut self.routes[crew]
	}

	fn edit(&mut self, crew: CrewId, change: impl FnOnce(&mut Route)) -> bool {
		let problem = self.problem;
		let mut now = self.now;
		let route = self.touch(crew);
		now.subtract(route);
		change(route);
		let goes = route.refresh(problem);
		// The totals of a route that its crew cannot go mean nothing, but they are taken off again.
		now.add(route);
		self.now = now;
		goes
	}
}
