// SPDX-License-Identifier: Apache-2.0

//! Resources, rounds and routes of the benchmarks: as many and as full as may be.

use super::{
	world::{self, changes, evidence, facts, order, HERE, OWNER, TIME, TOWER},
	*,
};
use crate::{
	resources::types::{Details, Kind, Lending, Owned, Shift},
	rounds::types::*,
};
use trimast_primitives::{
	access::Scope,
	order::Order,
	page::SiteId,
	plan::{
		self, check::score, Job, JobIndex, Metric, Plan, Point, ResourceIndex, ResourceKind, Rules, SlaClass,
		Window, MAX_JOBS, MAX_RESOURCES, MAX_WINDOWS,
	},
	territory::Position,
};

/// Crews of a round: all resources but one.
pub(super) const CREWS: u32 = MAX_RESOURCES - 1;
/// What its generator gives, and each run needs, W.
const POWER: u32 = 5_000;
/// How long a round of the benchmarks lasts, ms.
const END: u32 = 604_800_000;

pub(super) fn details() -> Details {
	let base = Position { latitude: 38_070_600, longitude: 114_440_300 };
	Details {
		area: Scope::LocalNetwork(HERE),
		kind: Kind::Crew,
		base,
		at: base,
		shift: Shift { from: 0, to: 86_400 },
		speed: 60_000,
		capacity: MAX_VISITS,
		skills: plan::Skills(u32::MAX),
	}
}

/// Puts a resource of the tower company into the books.
pub(super) fn own<T: Config>(number: u32) {
	own_by::<T>(TOWER, number);
}

/// Puts a resource of a company into the books.
pub(super) fn own_by<T: Config>(owner: OrgId, number: u32) {
	let owned = Owned { owner, details: details(), lending: None, round: None, seen: TIME, rests: 0 };
	Resources::<T>::insert(number, owned);
	ResourcesIn::<T>::insert((details().area, owner, number), ());
	VehiclesIn::<T>::mutate(details().area, |count| *count += 1);
	ResourceCount::<T>::insert(owner, 2);
	NextResource::<T>::put(10_000);
}

/// The company of a resource of the benchmarks' rounds: each another one's, in turn.
pub(super) fn company(resource: u32) -> OrgId {
	OrgId((resource % u32::from(MAX_ORGS)) as u8)
}

/// The tower company has refused as often as it may.
pub(super) fn refused<T: Config>() {
	Refusals::<T>::insert(HERE, TOWER, RefusalsOf { count: MAX_REFUSALS - 1, until: TIME });
}

/// A company that is no member.
pub(super) const LEFT: OrgId = OrgId(MAX_ORGS);

/// Gives a resource a route of a company that has left, with as many visits as may be. The chain's agenda is full.
pub(super) fn left<T: Config>(resource: u32) {
	route::<T>(resource, 0, MAX_VISITS, RouteStage::Running { since: TIME, is_late: false });
	RouteOf::<T>::mutate(resource, |route| route.as_mut().expect("there is one").org = LEFT);
	full_agenda::<T>(rounds::CHAIN, 1);
}

/// Lends it.
pub(super) fn lend<T: Config>(number: u32) {
	Resources::<T>::mutate(number, |owned| {
		let owned = owned.as_mut().expect("there is one");
		owned.lending = Some(Lending {
			to: OWNER,
			from: TIME - 1,
			until: TIME + 1_000,
			is_taken: true,
			read_by_owner: 1,
			read_by_borrower: 1,
			released: OrgSet::of(OWNER),
		});
	});
}

/// Offers it.
pub(super) fn offer<T: Config>(number: u32) {
	lend::<T>(number);
	Resources::<T>::mutate(number, |owned| {
		let lending = owned.as_mut().and_then(|owned| owned.lending.as_mut()).expect("it is lent");
		(lending.is_taken, lending.released) = (false, OrgSet::EMPTY);
	});
	OffersTo::<T>::insert(OWNER, number, ());
}

/// Gives a resource of the tower company a route of so many visits, with orders from a number on.
pub(super) fn route<T: Config>(resource: u32, first: u32, visits: u32, stage: RouteStage) {
	route_of::<T>(TOWER, resource, first, visits, stage);
}

/// The same of another company's.
pub(super) fn route_of<T: Config>(org: OrgId, resource: u32, first: u32, visits: u32, stage: RouteStage) {
	own_by::<T>(org, resource);
	// There was a round before: whether the next one has to wait is asked.
	Territories::<T>::mutate(HERE, |territory| territory.last = Some(0));
	let visit = |n: u32| Planned { order: first + n, at: details().at.into(), end: TIME + 1_000 };
	let visits: Vec<_> = (0..visits).map(visit).collect();
	for visit in &visits {
		RouteOfOrder::<T>::insert(visit.order, resource);
		world::put::<T>(visit.order, order(OWNER, TOWER, State::InProgress), changes(2));
		Waiting::<T>::insert((HERE, 0, OWNER, visit.order), ());
	}
	let route = Route {
		org,
		local_network: HERE,
		round: Some(0),
		visits: BoundedVec::truncate_from(visits),
		grace: 900,
		stage,
		next: Some(9),
	};
	RouteOf::<T>::insert(resource, route);
}

/// An order is at a station of a page of its own.
pub(super) fn move_to_page<T: Config>(order: u32, page: u16) {
	world::page::<T>(page);
	Orders::<T>::mutate(order, |order| {
		let place = Place::Station(SiteId::new(HERE, page, PAGE_SLOTS - 1));
		order.as_mut().expect("there is one").place = place;
	});
}

/// Makes all lists of a company's agenda full that may take what is due so many seconds from now.
pub(super) fn no_agenda<T: Config>(org: OrgId, after: u32) {
	world::full_agenda::<T>(org, after);
	let last = agenda::second_of(Pallet::<T>::moment()) + after + agenda::MAX_SHIFT - 1;
	Agenda::<T>::insert(org, last, BoundedVec::<_, _>::truncate_from((0..MAX_DUE).collect()));
}

/// As many rounds but `less` are worked at as may be.
pub(super) fn working<T: Config>(less: u32) {
	Working::<T>::put(BoundedVec::<_, _>::truncate_from(
		(0..MAX_WORKING - less).map(|n| 1_000 + n).collect(),
	));
	NextRound::<T>::put(5_000);
}

pub(super) fn head(stage: RoundStage, jobs: u32) -> Head {
	Head {
		local_network: HERE,
		trigger: Trigger::Timer,
		is_urgent: true,
		opened: TIME,
		origin: TIME,
		rules: RoundRules { horizon: END / 1_000, ..RoundRules::default() },
		stage,
		turn: 1,
		digest: Default::default(),
		jobs: jobs as u16,
		resources: MAX_RESOURCES as u16,
		floor: None,
		best: None,
	}
}

fn job(n: u32) -> Job {
	let window = |n: u32| Window { from: n * 10, to: if n + 1 == MAX_WINDOWS { END } else { n * 10 } };
	Job {
		id: n.into(),
		at: Point { x: 114_440_300 + n as i32, y: 38_070_600 + n as i32 },
		service: 1_000,
		windows: BoundedVec::truncate_from((0..MAX_WINDOWS).map(window).collect()),
		skills: plan::Skills(1),
		power: 0,
		demand: 1,
		class: SlaClass::One,
		plmns: 1,
		outage: 0,
		autonomy: 0,
		pinned: None,
	}
}

/// So many jobs and as many resources as may be.
pub(super) fn snapshot(jobs: u32) -> plan::Round {
	let resource = |n: u32| plan::Resource {
		id: n,
		owner: company(n),
		kind: ResourceKind::Crew,
		start: details().at.into(),
		base: details().base.into(),
		from: 0,
		to: END - 1,
		free: 0,
		speed: 60_000,
		capacity: 10_000,
		skills: plan::Skills(u32::MAX),
	};
	plan::Round {
		number: 1,
		origin: TIME,
		end: END,
		rules: Rules { version: 1, metric: Metric::Earth { detour: 1_300 }, weights: [8, 4, 2, 1] },
		jobs: BoundedVec::truncate_from((0..jobs).map(job).collect()),
		resources: BoundedVec::truncate_from((0..MAX_RESOURCES).map(resource).collect()),
	}
}

/// What an order wants: the first ones are faults, all others generator runs for them, each at a station of its own.
fn wanted(n: u32) -> Wanted {
	let is_run = n >= MAX_RESOURCES;
	Wanted {
		job: Job { power: if is_run { POWER } else { 0 }, ..job(n) },
		site: SiteId { local_network: HERE, index: n },
		outage: Some(n % MAX_RESOURCES),
		without_outage: (0, 1),
	}
}

/// A draft with so many jobs and resources: a generator, and crews, each under way to a job where there are enough. As many
/// generators as may be are sent elsewhere.
pub(super) fn draft(jobs: u32, resources: u32) -> Draft {
	let candidate = |n: u32| Candidate {
		resource: n,
		user: TOWER,
		details: if n < CREWS {
			details()
		} else {
			Details { kind: Kind::Generator { power: POWER }, ..details() }
		},
		seen: TIME,
		under_way: (n < CREWS && n < jobs).then_some((n, TIME)),
	};
	let elsewhere = |n: u32| SentElsewhere {
		raiser: OWNER,
		site: SiteId { local_network: HERE, index: MAX_JOBS + n },
		outage: Some(MAX_JOBS + n),
	};
	Draft {
		resources: BoundedVec::truncate_from((0..resources).map(candidate).collect()),
		jobs: BoundedVec::truncate_from((0..jobs).map(|n| (OWNER, wanted(n))).collect()),
		elsewhere: BoundedVec::truncate_from((0..MAX_RESOURCES).map(elsewhere).collect()),
		looked: Default::default(),
	}
}

/// Puts a round under number 1 with its head at this stage, open in its local network.
pub(super) fn round<T: Config>(stage: RoundStage, jobs: u32) -> Head {
	let snapshot = snapshot(jobs);
	let digest = snapshot.digest(Pallet::<T>::genesis_hash());
	let head = Head { digest, ..head(stage, jobs) };
	Snapshots::<T>::insert(1, snapshot);
	Rounds::<T>::insert(1, head);
	NextRound::<T>::put(5_000);
	Territories::<T>::insert(HERE, Territory { open: Some(1), next: Some(9), ..Default::default() });
	head
}

/// A plan for it with so many stops, as many resources as may be of them with a route.
pub(super) fn plan<T: Config>(head: &Head, stops: u32) -> Plan {
	let routes = stops.min(MAX_RESOURCES);
	let route = |n: u32| plan::Route {
		resource: ResourceIndex(n as u16),
		stops: (stops / routes + u32::from(n < stops % routes)) as u16,
	};
	let mut plan = Plan {
		round: head.digest,
		score: Default::default(),
		routes: BoundedVec::truncate_from((0..routes).map(route).collect()),
		stops: BoundedVec::truncate_from((0..stops).map(|n| JobIndex(n as u16)).collect()),
	};
	let round = Snapshots::<T>::get(1).expect("there is one");
	plan.score = score(&round, head.digest, &plan).expect("it is valid");
	plan
}

/// A plan of which the last so many resources have a visit, and the first of them so many, to orders that wait. Each is under way
/// to an order that does not any more.
pub(super) fn last_routes<T: Config>(head: &Head, routes: u32, visits: u32) -> Plan {
	let first = MAX_RESOURCES - routes;
	let stops = |place: u32| if place == 0 { visits } else { 1 };
	let planned: Vec<_> = (0..routes)
		.filter(|place| stops(*place) > 0)
		.map(|place| plan::Route {
			resource: ResourceIndex((first + place) as u16),
			stops: stops(place) as u16,
		})
		.collect();
	let count: u32 = (0..routes).map(stops).sum();
	let mut plan = Plan {
		round: head.digest,
		score: Default::default(),
		routes: BoundedVec::truncate_from(planned),
		stops: BoundedVec::truncate_from((0..count).map(|n| JobIndex(n as u16)).collect()),
	};
	let round = Snapshots::<T>::get(1).expect("there is one");
	plan.score = score(&round, head.digest, &plan).expect("it is valid");
	for number in first..MAX_RESOURCES {
		route::<T>(number, MAX_JOBS + number, 1, RouteStage::UnderWay { since: TIME, is_late: false });
		own_by::<T>(company(number), number);
		world::put::<T>(MAX_JOBS + number, order(OWNER, TOWER, State::Pending), changes(2));
	}
	for number in 0..count {
		world::put::<T>(number, order(OWNER, TOWER, State::InProgress), changes(2));
	}
	plan
}

/// Generator runs that wait: each for a fault of its own at a station of another page, both with as many facts as may be, and on the
/// route of the last resource.
pub(super) fn waiting<T: Config>(count: u32) {
	for (number, page) in (0..count).zip(0..) {
		world::page::<T>(page);
		let place = Place::Station(SiteId::new(HERE, page, PAGE_SLOTS - 1));
		let fault = Order { place, ..order(OWNER, TOWER, State::InProgress) };
		let parent = 500 + number;
		let run = Order { kind: OrderKind::GeneratorRun, parent: Some(parent), ..fault.clone() };
		for (number, order) in [(number, run), (parent, fault)] {
			world::put::<T>(number, order, changes(MAX_CHANGES - 4));
		}
		Evidence::<T>::insert(number, evidence(world::windows(), 0));
		Evidence::<T>::insert(parent, evidence(facts(MAX_FACTS, OWNER), MAX_FACTS));
		RouteOfOrder::<T>::insert(number, MAX_RESOURCES - 1);
		Waiting::<T>::insert((HERE, 0, OWNER, number), ());
	}
}
