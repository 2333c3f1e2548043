// SPDX-License-Identifier: Apache-2.0

//! What `try_state` finds of a state that no call makes.

use crate::{
	mock::*, Agenda, ChangesOf, Counties, Evidence as EvidenceMap, Notes, OpenOf, Orders, Past, RemedyOf,
	ScoresFrom, Stations, Tables, Unsettled, Verdicts,
};
use frame_support::assert_ok;
use sp_runtime::DispatchError;
use trimast_primitives::{
	interlock::{Ending, KnownViolation},
	order::{Body, Demand, Opening, OrderKind, Stage, State},
	Hash,
};

/// Checks that a state with an open order (0) with a fact, and a judged one (1), that was changed like this is told by these
/// words.
fn is_found(words: &'static str, change: impl FnOnce()) {
	ext().execute_with(|| {
		System::set_block_number(1);
		put(vec![station()]);
		open(SHARER, fault());
		assert_ok!(say(OWNER, 0, START, power()));
		judged(20, &[(OWNER, power())]);
		assert_eq!(Dispatch::do_try_state(), Ok(()));
		change();
		assert_eq!(Dispatch::do_try_state(), Err(DispatchError::Other(words)));
	});
}

fn order_0(change: impl FnOnce(&mut trimast_primitives::order::Order)) {
	Orders::<Test>::mutate(0, |order| change(order.as_mut().unwrap()));
}

#[test]
fn states_that_no_step_leads_to() {
	is_found("states: another one", || order_0(|order| order.state = State::Pending));
	is_found("states: no line", || {
		ChangesOf::<Test>::mutate(0, |changes| {
			let mut change = changes[0];
			change.state = State::Resolved;
			changes.try_push(change).unwrap();
		});
		order_0(|order| order.state = State::Resolved);
	});
	is_found("states: taken up, or not", || order_0(|order| order.is_taken_up = true));
	is_found("states: visited after its end, or nowhere", || {
		order_0(|order| (order.is_visited, order.stage) = (true, Stage::Settled));
	});
	is_found("parts, relations: by no party", || {
		order_0(|order| order.children.try_push((OWNER, 1)).unwrap());
	});
	is_found("stage: not that of the state", || order_0(|order| order.stage = Stage::Settled));
	is_found("record: signed by who is not concerned", || {
		order_0(|order| order.companies.signed = order.companies.signed.with(OTHER));
	});
	is_found("class: of a record that not all have signed", || {
		order_0(|order| {
			order.companies.signed = order.companies.signed.without(TOWER);
			order.class = trimast_primitives::plan::SlaClass::One;
		});
	});
}

#[test]
fn facts_that_nobody_anchored() {
	let fact = |change: fn(&mut trimast_primitives::order::Fact)| {
		EvidenceMap::<Test>::mutate(0, |evidence| change(&mut evidence.facts[0]));
	};
	is_found("fact: another number", || fact(|fact| fact.number = 1));
	is_found("fact: by who is not concerned", || fact(|fact| fact.author = OTHER));
	is_found("fact: signed by its author", || fact(|fact| fact.countersigned = fact.signers()));
	is_found("fact: asked for and not listed, or listed and not asked for", || {
		fact(|fact| fact.body = Some(Body { hash: Hash::zero(), demand: Demand::Open }));
	});
	is_found("fact: denied by a party", || fact(|fact| fact.denied = true));
	is_found("demand: of who has not asked", || {
		let (by, asked) = (trimast_primitives::OrgSet::of(OWNER), Default::default());
		let demand = crate::types::Demanded { fact: 0, by, asked, until: START };
		EvidenceMap::<Test>::mutate(0, |evidence| {
			evidence.facts[0].body = Some(Body { hash: Hash::zero(), demand: Demand::Open });
			evidence.demands.try_push(demand).unwrap();
		});
		order_0(|order| order.demand = Some(START));
	});
	is_found("demand: another first one", || order_0(|order| order.demand = Some(1)));
}

#[test]
fn places_where_an_order_does_not_stand() {
	is_found("open: not as the order says", || OpenOf::<Test>::remove(TOWER, 0));
	is_found("agenda: the order is not there", || order_0(|order| order.next = Some(1)));
	is_found("agenda: nothing, and something is due", || order_0(|order| order.next = None));
	is_found("agenda: a list that is passed over", || {
		Agenda::<Test>::try_append(OWNER, 1, 9).unwrap();
	});
	is_found("notes: of no order", || Notes::<Test>::insert(9, Notes::<Test>::get(0)));
	is_found("agenda: a queue that begins later", || {
		crate::AgendaFrom::<Test>::mutate(|queues| queues[0].1 = u32::MAX);
	});
	is_found("part: one that does not know its whole", || {
		order_0(|order| order.children.try_push((SHARER, 1)).unwrap());
	});
	is_found("part: of a whole that does not know it", || {
		Orders::<Test>::mutate(1, |order| order.as_mut().unwrap().parent = Some(0));
	});
	is_found("remedy: no order", || RemedyOf::<Test>::insert(3, 0));
	is_found("remedy: ended, and its violation stands open", || {
		let known = |ended| {
			Known::mutate(|all| all.insert(7, KnownViolation { ended, ..seen() }));
		};
		known(None);
		let remedial = Opening { kind: OrderKind::Remedial, violation: Some(7), ..fault() };
		let number = open(OWNER, remedial);
		known(Some(Ending::TakenBack));
		steps(number, &[(TOWER, State::Rejected)]);
		known(None);
	});
}

#[test]
fn verdicts_that_do_not_follow() {
	is_found("verdict: missing, or of no outage", || Verdicts::<Test>::remove(1));
	is_found("verdict: another one follows", || {
		EvidenceMap::<Test>::mutate(1, |evidence| evidence.facts[0].claimed += 1);
	});
	is_found("verdict: other sums", || {
		Verdicts::<Test>::mutate(1, |given| given.as_mut().unwrap().charges[0].penalty += 1);
	});
	is_found("verdict: ruled on without an appeal", || {
		Verdicts::<Test>::mutate(1, |given| given.as_mut().unwrap().ruling = Some(Default::default()));
	});
}

#[test]
fn counts_that_are_others() {
	is_found("outages: other counts of a station", || {
		Stations::<Test>::mutate(SITE, |of| of.raisers = of.raisers.with(OWNER));
	});
	is_found("outages: other counts of a county", || {
		Counties::<Test>::mutate(HERE, 2, |of| of.stations = 2);
	});
	is_found("orders: another count", || Unsettled::<Test>::insert(OWNER, 2));
	is_found("past: not the settled orders", || Past::<Test>::insert((OWNER, false), 0, 0));
	is_found("statement: signed and disputed", || {
		let both = trimast_primitives::OrgSet::of(OWNER);
		let statement = crate::types::Statement { digest: Hash::zero(), signed: both, disputed: both };
		crate::Statements::<Test>::insert(5, OWNER, statement);
	});
	is_found("table: missing", || Tables::<Test>::remove(1));
	is_found("scores: of a month that is over", || {
		crate::Scores::<Test>::insert(
			(
				5,
				OWNER,
				trimast_primitives::order::ScoreKey {
					province: HERE.province(),
					class: trimast_primitives::plan::SlaClass::One,
				},
			),
			trimast_primitives::order::Score::default(),
		);
		ScoresFrom::<Test>::put(6);
	});
}

/// The same of a chain with a crew on its way to an order (0), spares (1), and a round (1) that takes bids.
fn is_found_in_rounds(words: &'static str, change: impl FnOnce()) {
	use crate::resources::types::{Details, Kind};
	ext().execute_with(|| {
		System::set_block_number(1);
		put(vec![station()]);
		own(TOWER, crew());
		own(TOWER, Details { kind: Kind::Spares { part: 1, count: 1 }, ..crew() });
		open(OWNER, fault());
		planned(TOWER);
		assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), 0));
		go_on(60 * SECOND);
		frozen(TOWER);
		assert_eq!(Dispatch::do_try_state(), Ok(()));
		change();
		assert_eq!(Dispatch::do_try_state(), Err(DispatchError::Other(words)));
	});
}

#[test]
fn resources_that_nobody_entered() {
	use crate::{ResourceCount, Resources, ResourcesIn, VehiclesIn};
	use trimast_primitives::access::Scope;
	let crew_0 = |change: fn(&mut crate::resources::types::Owned)| {
		Resources::<Test>::mutate(0, |owned| change(owned.as_mut().unwrap()));
	};
	is_found_in_rounds("resource: cannot be", || crew_0(|owned| owned.details.speed = 0));
	is_found_in_rounds("resource: planned by no open round", || crew_0(|owned| owned.round = Some(0)));
	is_found_in_rounds("resource: not in its area, or spares in one", || {
		ResourcesIn::<Test>::insert((Scope::LocalNetwork(HERE), TOWER, 1), ());
	});
	is_found_in_rounds("resources: another count of a company", || ResourceCount::<Test>::insert(TOWER, 1));
	is_found_in_rounds("offers: not as the resources say", || crate::OffersTo::<Test>::insert(OWNER, 0, ()));
	is_found_in_rounds("resources: another count of an area", || {
		VehiclesIn::<Test>::insert(Scope::LocalNetwork(HERE), 2);
	});
}

#[test]
fn rounds_that_nobody_held() {
	/// Of a fault at a station of class 4.
	const RANK: u8 = 3;
	use crate::{
		rounds::types::{Best, RoundStage},
		BidsOf, GreedyPlans, Leaving, Plans, Rounds, Snapshots, Territories, Waiting,
	};
	let round_1 = |change: fn(&mut crate::rounds::types::Head)| {
		Rounds::<Test>::mutate(1, |head| change(head.as_mut().unwrap()));
	};
	is_found_in_rounds("round: a draft missing, or left", || {
		round_1(|head| head.stage = RoundStage::Freezing)
	});
	is_found_in_rounds("round: closing, and its floor is complete", || {
		round_1(|head| head.stage = RoundStage::Closing)
	});
	is_found_in_rounds("round: bids for nothing", || round_1(|head| head.jobs = 0));
	is_found_in_rounds("round: another digest", || round_1(|head| head.digest = Hash::zero()));
	is_found_in_rounds("round: nothing is frozen", || Snapshots::<Test>::remove(1));
	is_found_in_rounds("floor: missing, or left", || GreedyPlans::<Test>::remove(1));
	is_found_in_rounds("floor: another score", || {
		GreedyPlans::<Test>::mutate(1, |plan| plan.as_mut().unwrap().score.lost += 1);
	});
	is_found_in_rounds("plan: missing, or nobody's", || {
		round_1(|head| head.best = Some(Best { org: OWNER, score: Default::default() }));
	});
	is_found_in_rounds("plan: another score", || {
		Plans::<Test>::mutate(0, |plan| plan.as_mut().unwrap().score.lost += 1);
	});
	is_found_in_rounds("bids: more than a company has", || BidsOf::<Test>::insert(1, OWNER, 3));
	is_found_in_rounds("bids: of no open round", || BidsOf::<Test>::insert(0, OWNER, 1));
	is_found_in_rounds("leaving: of no open round", || {
		Leaving::<Test>::insert(0, frame_support::BoundedVec::truncate_from(vec![0]))
	});
	is_found_in_rounds("leaving: a resource that is free", || {
		Leaving::<Test>::insert(1, frame_support::BoundedVec::truncate_from(vec![1]));
	});
	is_found_in_rounds("round: nobody comes to it", || {
		Territories::<Test>::mutate(HERE, |territory| territory.next = None);
	});
	is_found_in_rounds("waiting: an order is missing", || Waiting::<Test>::remove((HERE, RANK, OWNER, 0)));
	is_found_in_rounds("waiting: an order that does not", || {
		Waiting::<Test>::insert((NEARBY, RANK, OWNER, 0), ())
	});
}

#[test]
fn routes_that_nobody_sent() {
	use crate::{RouteOf, RouteOfOrder};
	is_found_in_rounds("route: the order is on another one", || RouteOfOrder::<Test>::insert(0, 1));
	is_found_in_rounds("orders: on no route", || RouteOfOrder::<Test>::insert(9, 0));
	is_found_in_rounds("route: without a visit", || {
		RouteOf::<Test>::mutate(0, |route| route.as_mut().unwrap().visits.clear());
	});
	is_found_in_rounds("route: not in the agenda", || {
		RouteOf::<Test>::mutate(0, |route| route.as_mut().unwrap().next = Some(1));
	});
}
