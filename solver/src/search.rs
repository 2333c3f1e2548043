// SPDX-License-Identifier: Apache-2.0

//! The crews' routes: ruin and recreate with simulated annealing, in three phases.
//!
//! A step takes some strings of stops out of routes that lie near each other, puts the jobs back one by one where each costs
//! least, and keeps what came of it or takes it back: slack induction by string removals (J. Christiaens and G. Vanden Berghe,
//! Transportation Science 54, 2020), with offers that count lateness and with crews that differ. The phases follow the score:
//!
//! 1. **Lost service**, until none is lost that could be saved.
//! 2. **Routes**: one is dissolved, and its jobs go around until each has found a place. Who has been left out often is left out
//!    last. No more may be lost than before.
//! 3. **Travel**, with no more lost and no more routes than before.
//!
//! Each thread does this by itself and tells the others of what it has found that is better.

use crate::{
	problem::{CrewId, JobId, Problem},
	random::Random,
	route::Offer,
	state::{Routes, State, Worth},
};
use std::{
	cmp::Reverse,
	sync::{
		atomic::{AtomicU64, Ordering},
		Mutex, MutexGuard, PoisonError,
	},
	time::{Duration, Instant},
};

/// Jobs that a step takes out on the average, and the longest string of them.
const TAKEN: f64 = 10.0;
const STRING: usize = 10;
/// A place is not looked at once in so many times.
const BLINK: u64 = 100;
/// Steps between two looks at the clock and at what the others have found.
const STRIDE: u64 = 32;
/// By when a phase is over, as a part of the whole search: lost service, and routes.
const LOST_UNTIL: f64 = 0.6;
const ROUTES_UNTIL: f64 = 0.4;
/// The same when lost service is left, which decides more.
const ROUTES_UNTIL_LATE: f64 = 0.7;
/// Price of a job that is left out on the way, in legs; how many plans should be whole, and how fast the price follows.
const PRICE: f64 = 4.0;
const WHOLE: f64 = 0.5;
const PACE: f64 = 0.002;
/// Temperature of travel at the begin and at the end, in legs of average length.
const WARM: f64 = 1.0;
const COLD: f64 = 0.01;

/// How long a search goes on: until the time is over or the steps of each thread are done.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
	pub(crate) from: Instant,
	pub(crate) until: Instant,
	pub(crate) steps: u64,
}

/// What all threads know.
struct Shared {
	best: Mutex<(Worth, Routes)>,
	/// Grows with each better plan.
	version: AtomicU64,
}

impl Shared {
	fn best(&self) -> MutexGuard<'_, (Worth, Routes)> {
		// Nothing panics while it is locked, and if it did the plan would still be whole.
		self.best.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// Tells of a plan, if it is better.
	fn tell(&self, worth: Worth, plan: impl FnOnce() -> Routes) {
		let mut best = self.best();
		if worth < best.0 {
			*best = (worth, plan());
			self.version.fetch_add(1, Ordering::Relaxed);
		}
	}
}

/// The best plan that is found, beginning with `first`, and how many steps it took.
pub(crate) fn search(
	problem: &Problem,
	first: Routes,
	effort: Effort,
	threads: usize,
	seed: u64,
) -> (Routes, u64) {
	let worth = State::new(problem, &first).worth();
	let shared = Shared { best: Mutex::new((worth, first)), version: AtomicU64::new(0) };
	let run = |thread: usize| {
		let mut random = Random::new(seed);
		for _ in 0..thread {
			random = Random::new(random.next());
		}
		Worker::new(problem, &shared, effort, random).run()
	};
	let steps = std::thread::scope(|scope| {
		let others: Vec<_> = (1..threads).map(|thread| scope.spawn(move || run(thread))).collect();
		run(0) + others.into_iter().map(|other| other.join().unwrap_or(0)).sum::<u64>()
	});
	let (_, best) = shared.best.into_inner().unwrap_or_else(PoisonError::into_inner);
	(best, steps)
}

struct Worker<'a> {
	problem: &'a Problem,
	shared: &'a Shared,
	effort: Effort,
	random: Random,
	state: State<'a>,
	/// What jobs on routes may lose together.
	may_lose: u64,
	/// How many routes there may be.
	may_go: usize,
	/// How often each job has been left out.
	absences: Vec<u64>,
	/// Which kinds of idle crews were asked for the job at hand.
	asked: Vec<bool>,
	steps: u64,
	/// How much of the search is over, 0 to 1, when it was looked at last.
	progress: f64,
	/// Version of the best plan that was looked at last.
	version: u64,
}

impl<'a> Worker<'a> {
	fn new(problem: &'a Problem, shared: &'a Shared, effort: Effort, random: Random) -> Self {
		let first = shared.best().1.clone();
		Self {
			problem,
			shared,
			effort,
			random,
			state: State::new(problem, &first),
			may_lose: u64::MAX,
			may_go: problem.crews.len(),
			absences: vec![1; problem.jobs.len()],
			asked: vec![false; problem.kinds],
			steps: 0,
			progress: 0.0,
			version: 0,
		}
	}

	fn run(mut self) -> u64 {
		if !self.problem.jobs.is_empty() {
			self.save_service();
			self.save_routes();
			self.save_travel();
		}
		self.steps
	}

	/// Whether there is time until `end`, a part of the whole search. Looks at the clock now and then.
	fn goes_on(&mut self, end: f64) -> bool {
		if self.steps.is_multiple_of(STRIDE) {
			let whole = self.effort.until.saturating_duration_since(self.effort.from);
			let time =
				self.effort.from.elapsed().as_secs_f64() / whole.max(Duration::from_nanos(1)).as_secs_f64();
			self.progress = time.max(self.steps as f64 / self.effort.steps as f64);
		}
		self.progress < end
	}

	/// Whether another thread has found a better plan since this was asked last.
	fn is_news(&mut self) -> bool {
		if !self.steps.is_multiple_of(STRIDE) {
			return false;
		}
		let version = self.shared.version.load(Ordering::Relaxed);
		std::mem::replace(&mut self.version, version) != version
	}

	fn tell(&self) {
		self.shared.tell(self.state.worth(), || self.state.plan());
	}

	/// Goes on from the best plan.
	fn load_best(&mut self) -> Worth {
		let best = self.shared.best();
		self.state.load(&best.1);
		best.0
	}

	/// Phase 1.
	fn save_service(&mut self) {
		let least = self.problem.least_lost;
		let mut best = self.state.worth();
		let begin = best.lost.saturating_sub(least) as f64 / self.problem.jobs.len() as f64;
		while best.lost > least && self.goes_on(LOST_UNTIL) {
			if self.is_news() {
				let shared = self.shared.best().0;
				if shared.lost <= least {
					return;
				}
			}
			self.step();
			let (old, new) = (self.state.worth_before(), self.state.worth());
			let heat = begin * 1e-3f64.powf(self.progress / LOST_UNTIL);
			let bar = -heat * self.random.unit().ln();
			let accepted = match new.lost.cmp(&old.lost) {
				std::cmp::Ordering::Less => true,
				std::cmp::Ordering::Equal => (new.routes, new.travel) <= (old.routes, old.travel),
				std::cmp::Ordering::Greater => ((new.lost - old.lost) as f64) < bar,
			};
			if !accepted {
				self.state.take_back();
			} else if new < best {
				best = new;
				self.tell();
			}
		}
	}

	/// Phase 2.
	fn save_routes(&mut self) {
		let mut best = self.load_best();
		let end = if best.lost > self.problem.least_lost { ROUTES_UNTIL_LATE } else { ROUTES_UNTIL };
		while best.routes > self.fewest_routes() && self.goes_on(end) {
			self.may_lose = best.lost;
			self.may_go = best.routes - 1;
			if !self.dissolve() {
				break;
			}
			while self.state.worth().lost > self.may_lose {
				if !self.goes_on(end) {
					break;
				}
				if self.is_news() {
					let shared = self.shared.best().0;
					if (shared.lost, shared.routes) < (best.lost, best.routes) {
						break;
					}
				}
				self.step();
				self.decide_on_routes();
			}
			if self.state.worth().lost <= self.may_lose {
				self.tell();
			}
			best = self.load_best();
		}
	}

	/// Takes one route out: the one whose jobs have been left out least.
	fn dissolve(&mut self) -> bool {
		let weight = |crew: &CrewId| -> u64 {
			self.state.routes[*crew].stops.iter().map(|stop| self.absences[stop.job]).sum()
		};
		let routes = 0..self.problem.crews.len();
		let used = routes.filter(|crew| {
			let route = &self.state.routes[*crew];
			!route.stops.is_empty() && !route.is_pinned
		});
		let Some(crew) = used.min_by_key(weight) else { return false };
		let stops = self.state.routes[crew].stops.len();
		self.state.begin();
		self.state.take(crew, 0, stops, stops, stops);
		true
	}

	fn decide_on_routes(&mut self) {
		let weight = |absent: &[JobId]| -> u64 { absent.iter().map(|job| self.absences[*job]).sum() };
		let (absent, before) = (&self.state.absent, self.state.absent_before());
		let (new, old) = (weight(absent), weight(before));
		let fewer = new < old;
		let heat = self.mean_leg() * 0.3;
		let change = (self.state.worth().travel - self.state.worth_before().travel) as f64;
		let as_good = absent.len() <= before.len() && new <= old + 2 * absent.len() as u64;
		let accepted = fewer || (as_good && change < -heat * self.random.unit().ln());
		for job in &self.state.absent {
			self.absences[*job] += 1;
		}
		if !accepted {
			self.state.take_back();
		}
	}

	/// Phase 3. On the way jobs may be left out, at a price: plans with as few routes as there can be lie far apart. The price
	/// rises while there are too few whole plans, and falls while there are more.
	fn save_travel(&mut self) {
		let mut best = self.load_best();
		(self.may_lose, self.may_go) = (best.lost, best.routes);
		let mut spare = self.state.absent.len();
		let (mut begin, leg) = (self.progress, self.mean_leg());
		let mut price = leg * PRICE;
		while self.goes_on(1.0) {
			if self.is_news() {
				let shared = self.shared.best().0;
				if (shared.lost, shared.routes) < (best.lost, best.routes) {
					best = self.load_best();
					(self.may_lose, self.may_go) = (best.lost, best.routes);
					spare = self.state.absent.len();
					begin = self.progress;
				}
			}
			if self.problem.kinds > 1 && self.random.once_in(20) {
				self.exchange();
			} else {
				self.step();
			}
			let cooled = (self.progress - begin) / (1.0 - begin);
			let heat = leg * WARM * (COLD / WARM).powf(cooled);
			let bar = -heat * self.random.unit().ln();
			let (old, new) = (self.state.worth_before(), self.state.worth());
			let [missed, missing] = [self.state.absent_before(), &self.state.absent[..]]
				.map(|absent| absent.len().saturating_sub(spare) as f64);
			let is_whole = new.lost <= self.may_lose;
			let change = (new.travel - old.travel) as f64 + price * (missing - missed);
			let is_fewer = is_whole && (new.lost, new.routes) < (best.lost, best.routes);
			let may_be = (is_whole || missing > 0.0) && new.routes <= self.may_go;
			let accepted = may_be && (is_fewer || change < bar);
			if !accepted {
				self.state.take_back();
			} else if is_whole && new < best {
				best = new;
				(self.may_lose, self.may_go) = (best.lost, best.routes);
				spare = self.state.absent.len();
				self.tell();
				if is_fewer {
					// Nobody has looked for short ways with so few: warm again.
					begin = self.progress;
				}
			}
			let is_whole = self.state.worth().lost <= self.may_lose;
			price *= if is_whole { 1.0 - PACE * (1.0 - WHOLE) } else { 1.0 + PACE * WHOLE };
			price = price.clamp(leg * 0.1, leg * 100.0);
		}
	}

	/// Exchanges the routes of two crews, one of which may be idle.
	fn exchange(&mut self) {
		self.steps += 1;
		self.state.begin();
		let crews = self.problem.crews.len();
		let (a, b) = (self.random.below(crews), self.random.below(crews));
		let [one, other] = [a, b].map(|crew| &self.state.routes[crew]);
		let idle = one.stops.is_empty() && other.stops.is_empty();
		let alike = self.problem.crews[a].kind == self.problem.crews[b].kind;
		if alike || idle || one.is_pinned || other.is_pinned {
			return;
		}
		if !self.state.exchange(a, b) {
			self.state.take_back();
		}
	}

	/// Takes jobs out and puts them back where they cost least.
	fn step(&mut self) {
		self.steps += 1;
		self.state.begin();
		self.ruin();
		self.recreate();
	}

	fn ruin(&mut self) {
		let (jobs, routes) = (self.problem.jobs.len(), self.state.worth().routes);
		if routes == 0 {
			return;
		}
		let mean = (self.state.served() / routes).clamp(1, STRING);
		let most = 4.0 * TAKEN / (1.0 + mean as f64) - 1.0;
		let mut strings = between(&mut self.random, most);
		let absent = &self.state.absent;
		// Where somebody waits for a place, room is made for him half of the time.
		let seed = match absent.is_empty() || self.random.once_in(2) {
			true => self.random.below(jobs),
			false => absent[self.random.below(absent.len())],
		};
		let problem = self.problem;
		for job in std::iter::once(seed).chain(problem.near[seed].iter().map(|job| usize::from(*job))) {
			if strings == 0 {
				break;
			}
			let Some(crew) = self.state.crew_of(job).filter(|crew| !self.state.is_touched(*crew)) else {
				continue;
			};
			let route = &self.state.routes[crew];
			let pinned = usize::from(route.is_pinned);
			let place = route.stops.iter().position(|stop| stop.job == job).unwrap_or(0);
			if place < pinned {
				continue;
			}
			strings -= 1;
			let movable = route.movable();
			let length = between(&mut self.random, movable.min(mean) as f64).min(movable);
			// A split string is longer by what stays in its midst.
			let mut stays = 0;
			if self.random.once_in(2) {
				while length + stays < movable {
					stays += 1;
					if !self.random.once_in(100) {
						break;
					}
				}
			}
			let whole = length + stays;
			let earliest = (place + 1).saturating_sub(whole).max(pinned);
			let latest = place.min(route.stops.len() - whole);
			let from = earliest + self.random.below(latest - earliest + 1);
			let keep = from + if stays > 0 { 1 + self.random.below(length) } else { length };
			self.state.take(crew, from, keep, keep + stays, from + whole);
		}
	}

	fn recreate(&mut self) {
		let mut absent = std::mem::take(&mut self.state.absent);
		self.sort(&mut absent);
		absent.retain(|job| match self.best_offer(*job) {
			Some(offer) => {
				self.state.put(*job, offer);
				false
			}
			None => true,
		});
		self.state.absent = absent;
	}

	/// In which order jobs are put back, drawn at random.
	fn sort(&mut self, absent: &mut [JobId]) {
		let jobs = &self.problem.jobs;
		let orders = if self.problem.can_be_late { 25 } else { 17 };
		match self.random.below(orders) {
			0..4 => {
				for place in (1..absent.len()).rev() {
					absent.swap(place, self.random.below(place + 1));
				}
			}
			4..8 => absent.sort_unstable_by_key(|job| Reverse(jobs[*job].demand)),
			8..10 => absent.sort_unstable_by_key(|job| Reverse(jobs[*job].remote)),
			10 => absent.sort_unstable_by_key(|job| jobs[*job].remote),
			11..13 => absent.sort_unstable_by_key(|job| {
				let (from, last) = jobs[*job].span();
				last - from
			}),
			13..15 => absent.sort_unstable_by_key(|job| jobs[*job].span().0),
			15..17 => absent.sort_unstable_by_key(|job| Reverse(jobs[*job].span().1)),
			17..21 => absent.sort_unstable_by_key(|job| Reverse(jobs[*job].left)),
			_ => absent.sort_unstable_by_key(|job| jobs[*job].deadline),
		}
	}

	/// Where a job costs least. Of idle crews, one of each kind is asked.
	fn best_offer(&mut self, job: JobId) -> Option<Offer> {
		let room = i64::try_from(self.may_lose.saturating_sub(self.state.late())).unwrap_or(i64::MAX);
		let may_open = self.state.worth().routes < self.may_go;
		self.asked.fill(!may_open);
		let mut best = None;
		for route in &self.state.routes {
			if route.stops.is_empty()
				&& std::mem::replace(&mut self.asked[self.problem.crews[route.crew].kind], true)
			{
				continue;
			}
			route.offer(self.problem, job, room, &mut best, || self.random.once_in(BLINK));
		}
		best
	}

	fn mean_leg(&self) -> f64 {
		let worth = self.state.worth();
		worth.travel as f64 / (self.state.served() + worth.routes).max(1) as f64
	}

	/// No fewer crews carry what is served.
	fn fewest_routes(&self) -> usize {
		let routes = &self.state.routes;
		let demand = |route: &crate::route::Route| -> u64 {
			route.stops.iter().map(|stop| self.problem.jobs[stop.job].demand).sum()
		};
		let all: u64 = routes.iter().map(demand).sum();
		let mut capacities: Vec<_> = self.problem.crews.iter().map(|crew| crew.capacity).collect();
		capacities.sort_unstable_by_key(|capacity| Reverse(*capacity));
		let mut carried = 0;
		let crews = capacities.iter().take_while(|capacity| {
			let is_short = carried < all;
			carried += **capacity;
			is_short
		});
		let pinned = routes.iter().filter(|route| route.is_pinned).count();
		crews.count().max(pinned).max(usize::from(self.state.served() > 0))
	}
}

/// A whole number from 1 to `most`, rounded up.
fn between(random: &mut Random, most: f64) -> usize {
	(1.0 + random.unit() * most).floor().min(most.ceil()).max(1.0) as usize
}
