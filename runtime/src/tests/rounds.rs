// SPDX-License-Identifier: Apache-2.0
//! Rounds on the chain of the `local` preset: the chain plans and sends, companies bid and answer, and what a company has in its
//! books says how grave an outage is.

use super::*;
use crate::{Dispatch, Sites};
use alloc::boxed::Box;
use pallet_dispatch::{
	resources::types::{Details, Kind, Shift},
	rounds::types::{RoundRules, RoundStage, RouteStage},
	Call, Event,
};
use trimast_primitives::{
	access::Scope,
	order::{Opening, OrderKind, OutageLevel, Place, Severity, State, Work},
	plan::{Greedy, Plan, Score, Skills},
	LocalNetworkId,
};

const PLACE: LocalNetworkId = LocalNetworkId(1301);
const ONE: &str = "//carrier-one//dispatcher";
const TWO: &str = "//carrier-two//dispatcher";
const TOWER: &str = "//tower//dispatcher";

/// Three faults of the first carrier, which the second handles with a crew of its own.
fn given() {
	let base = station("A", 0, 1).position;
	let details = Details {
		area: Scope::LocalNetwork(PLACE),
		kind: Kind::Crew,
		base,
		at: base,
		shift: Shift { from: 0, to: 86_400 },
		speed: 60_000,
		capacity: 10,
		skills: Skills(0),
	};
	admitted(TWO, Call::add_resource { details }).unwrap();
	for code in ["A", "B", "C"] {
		let station = station(code, 0, 1);
		admitted("//carrier-one//planner", pallet_sites::Call::register { local_network: PLACE, station })
			.unwrap();
	}
	for entry in Sites::stations(PLACE, 0, 3) {
		let opening = Opening {
			kind: OrderKind::Fault,
			handler: OrgId(1),
			place: Place::Station(entry.id),
			severity: Severity::Critical,
			work: Work::default(),
			parent: None,
			violation: None,
		};
		admitted(ONE, Call::open { opening }).unwrap();
	}
}

fn rules() -> RoundRules {
	pallet_dispatch::RoundRulesInForce::<Runtime>::get()
}

fn stage(number: u32) -> RoundStage {
	Dispatch::round(number).unwrap().stage
}

#[test]
fn round_goes_from_its_call_to_the_last_visit() {
	local().execute_with(|| {
		given();
		// When a company calls for a round
		admitted(TOWER, Call::open_round { local_network: PLACE }).unwrap();
		pass(1);
		assert!(matches!(stage(0), RoundStage::Bidding { .. }));
		// Then the chain has a plan of its own, and takes bids of those who do business there
		let (head, round) = (Dispatch::round(0).unwrap(), Dispatch::snapshot(0).unwrap());
		assert_eq!((head.jobs, head.resources), (3, 1));
		let mut greedy = Greedy::new(&round);
		greedy.run(&round, u32::MAX);
		let plan = greedy.into_plan(&round, head.digest).unwrap();
		assert_eq!(head.floor, Some(plan.score));
		let bid = |plan: Plan| Call::bid { round: 0, plan: Box::new(plan) };
		assert_eq!(admitted(TOWER, bid(plan.clone())), Ok(()));
		let is_floor = |event: &RuntimeEvent| {
			matches!(event, RuntimeEvent::Dispatch(Event::BidTaken { is_best: false, .. }))
		};
		assert!(saw(is_floor), "no better than the floor");
		let claims_more = Plan { score: Score { lost: 0, resources: 0, travel: 0 }, ..plan };
		assert_eq!(admitted(ONE, bid(claims_more)), Ok(()));
		assert_eq!(Dispatch::marks(PLACE, OrgId(0)).count, 1);
		// And the floor wins, and the crew is sent
		pass(rules().bidding + 2);
		assert_eq!((stage(0), Dispatch::plan(0).map(|plan| plan.score)), (RoundStage::Over, head.floor));
		let visits: Vec<_> = Dispatch::route(0).unwrap().visits.iter().map(|visit| visit.order).collect();
		assert_eq!(visits.len(), 3);
		// Its company takes the route on, and goes along it with the orders
		admitted(TWO, Call::acknowledge_route { resource: 0 }).unwrap();
		for order in visits {
			assert!(matches!(Dispatch::route(0).unwrap().stage, RouteStage::UnderWay { .. }));
			admitted(TWO, Call::step { order, to: State::InProgress }).unwrap();
			admitted(TWO, Call::finish_visit { resource: 0, order }).unwrap();
			pass(1);
		}
		assert_eq!(Dispatch::route(0), None);
	});
}

#[test]
fn outages_are_as_grave_as_there_are_few_vehicles() {
	local().execute_with(|| {
		given();
		let outages = Dispatch::outages(None, 10).swap_remove(0);
		assert_eq!((outages.stations, outages.level), (3, OutageLevel::Yellow));
	});
}

#[test]
fn every_preset_has_version_one_of_the_rules_of_rounds() {
	for preset in ["dev", "local", "consortium"] {
		chain(preset).execute_with(|| assert_eq!((rules().version, rules().bidding), (1, 15), "{preset}"));
	}
	// And no vote leaves less time than the floors
	chain("consortium").execute_with(|| {
		let check = |rules| Dispatch::check_call(&Call::set_round_rules { rules }).map_err(error_name);
		assert_eq!(check(RoundRules::default()), Ok(()));
		assert_eq!(check(RoundRules { bidding: 14, ..RoundRules::default() }), Err("BadRoundRules"));
		assert_eq!(check(RoundRules { answer: 299, ..RoundRules::default() }), Err("BadRoundRules"));
	});
}
