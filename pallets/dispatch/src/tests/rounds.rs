// SPDX-License-Identifier: Apache-2.0

//! Rounds: one from its opening to its routes, and the rules of all.

mod bids;
mod contents;
mod opening;
mod stages;

use crate::{
	mock::*,
	rounds::types::{RoundRules, RoundStage, RouteStage, Trigger},
	Error, Event, RoundRulesInForce,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;
use trimast_primitives::{
	plan::{self, check::score, JobIndex, Metric, Plan, ResourceIndex, Score},
	OrgId,
};

/// A plan for a round with the score that it is worth.
fn plan_of(number: u32, routes: &[(u16, &[u16])]) -> Plan {
	let digest = Dispatch::round(number).unwrap().digest;
	let route = |(resource, stops): &(u16, &[u16])| plan::Route {
		resource: ResourceIndex(*resource),
		stops: stops.len() as u16,
	};
	let stops = routes.iter().flat_map(|(_, stops)| stops.iter().map(|stop| JobIndex(*stop)));
	let mut plan = Plan {
		round: digest,
		score: Score::default(),
		routes: routes.iter().map(route).collect::<Vec<_>>().try_into().unwrap(),
		stops: stops.collect::<Vec<_>>().try_into().unwrap(),
	};
	if let Ok(found) = score(&Dispatch::snapshot(number).unwrap(), digest, &plan) {
		plan.score = found;
	}
	plan
}

fn bid(org: OrgId, number: u32, plan: Plan) -> Result<(), DispatchError> {
	Dispatch::bid(dispatcher(org), number, Box::new(plan)).map(|_| ()).map_err(|error| error.error)
}

fn stage(number: u32) -> RoundStage {
	Dispatch::round(number).unwrap().stage
}

/// Three faults, of which the first is the furthest: the greedy plan goes there first.
fn three_faults() {
	put_north(&[30, 10, 20]);
	(0..3).for_each(|slot| {
		open(OWNER, fault_at(slot));
	});
}

fn govern(change: impl FnOnce(&mut RoundRules)) {
	let mut rules = RoundRulesInForce::<Test>::get();
	change(&mut rules);
	assert_ok!(Dispatch::set_round_rules(RuntimeOrigin::root(), rules));
}

#[test]
fn round_works() {
	run(|| {
		let crew = own(TOWER, crew());
		let order = open(OWNER, fault());
		let number = frozen(TOWER);
		let head = Dispatch::round(number).unwrap();
		assert!(matches!(head.stage, RoundStage::Bidding { .. }));
		assert_eq!((head.jobs, head.resources, head.trigger), (1, 1, Trigger::Call(TOWER)));
		assert_eq!(head.floor, Some(Score { lost: 0, resources: 1, travel: 0 }));
		go_on(31 * SECOND);
		assert_eq!(stage(number), RoundStage::Over);
		assert!(events().contains(&Event::RoundDecided {
			round: number,
			winner: None,
			score: head.floor.unwrap()
		}));
		let route = Dispatch::route(crew).unwrap();
		assert_eq!((route.org, route.round, route.visits[0].order), (TOWER, Some(number), order));
		assert!(matches!(route.stage, RouteStage::Sent { .. }));
		assert!(Dispatch::unserved(number, None, 9).is_empty());
	});
}

#[test]
fn set_round_rules_works_and_fails_when_they_cannot_be() {
	run(|| {
		let rules = RoundRulesInForce::<Test>::get();
		assert_ok!(Dispatch::set_round_rules(RuntimeOrigin::root(), RoundRules { version: 9, ..rules }));
		assert_eq!(last_event(), Event::RoundRulesSet { version: 2 });
		assert_eq!(RoundRulesInForce::<Test>::get().version, 2);
		assert_noop!(Dispatch::set_round_rules(dispatcher(TOWER), rules), DispatchError::BadOrigin);
		let bad: [fn(&mut RoundRules); 13] = [
			|rules| rules.metric = Metric::Plane,
			|rules| rules.metric = Metric::Earth { detour: 999 },
			|rules| rules.weights[2] = 0,
			|rules| rules.jobs = 0,
			|rules| rules.jobs = 5_001,
			|rules| rules.resources = 513,
			|rules| rules.bids = 0,
			|rules| rules.marks = 0,
			|rules| rules.bidding = 0,
			|rules| rules.bidding = rules.horizon,
			|rules| rules.horizon = 604_801,
			|rules| rules.answer = 0,
			|rules| rules.patience = 0,
		];
		for change in bad {
			let mut rules = rules;
			change(&mut rules);
			assert_noop!(
				Dispatch::set_round_rules(RuntimeOrigin::root(), rules),
				Error::<Test>::BadRoundRules
			);
			let call = crate::Call::<Test>::set_round_rules { rules };
			assert_eq!(Dispatch::check_call(&call), Err(Error::<Test>::BadRoundRules.into()));
		}
		assert!(RoundRules::default().is_valid());
	});
}
