// SPDX-License-Identifier: Apache-2.0

//! Rounds: when they are opened, what is in them, who wins.

use crate::{mock::*, rounds::types::*, Error, Event, RoundRulesInForce, Rounds, RouteOfOrder};
use codec::{Decode, Encode};
use frame_support::{assert_noop, assert_ok, BoundedVec};
use proptest::prelude::*;
use sp_runtime::DispatchError;
use trimast_primitives::{
	access::Scope,
	order::{Opening, OrderKind, OutageLevel, State, Work},
	org::OrgStatus,
	plan::{
		self, check::score, JobIndex, Metric, Obstacle, Plan, PlanDefect, ResourceIndex, Score, Skills,
		Unserved,
	},
	resource::Details,
	LocalNetworkId, OrgId,
};

type Extrinsic = <Block as sp_runtime::traits::Block>::Extrinsic;

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
fn best_bid_wins_and_ties_are_the_first_ones() {
	run(|| {
		own(TOWER, crew());
		three_faults();
		let number = frozen(TOWER);
		let best = plan_of(number, &[(0, &[1, 2, 0])]);
		assert_ok!(bid(SHARER, number, best.clone()));
		assert_ok!(bid(OTHER, number, best.clone()));
		let (org, score) = (OTHER, best.score);
		assert_eq!(last_event(), Event::BidTaken { round: number, org, score, is_best: false });
		go_on(31 * SECOND);
		assert!(events().contains(&Event::RoundDecided { round: number, winner: Some(SHARER), score }));
		assert_eq!(Dispatch::plan(number), Some(best));
		let orders: Vec<_> = Dispatch::route(0).unwrap().visits.iter().map(|visit| visit.order).collect();
		assert_eq!(orders, [1, 2, 0]);
	});
}

#[test]
fn bid_that_does_not_beat_the_floor_wins_nothing() {
	run(|| {
		own(TOWER, crew());
		three_faults();
		let number = frozen(TOWER);
		assert_ok!(bid(SHARER, number, plan_of(number, &[])));
		assert_ok!(bid(SHARER, number, plan_of(number, &[(0, &[0, 1, 2])])));
		assert_eq!(Dispatch::round(number).unwrap().best, None);
		go_on(31 * SECOND);
		let floor = Dispatch::round(number).unwrap().floor.unwrap();
		assert!(events().contains(&Event::RoundDecided { round: number, winner: None, score: floor }));
	});
}

#[test]
fn invalid_bids_cost_a_mark_and_marks_bar() {
	run(|| {
		own(TOWER, crew());
		three_faults();
		let number = frozen(TOWER);
		let other = Plan { round: Default::default(), ..plan_of(number, &[]) };
		assert_ok!(bid(SHARER, number, other));
		let (round, org) = (number, SHARER);
		assert_eq!(
			last_event(),
			Event::BidRefused { round, org, defect: PlanDefect::Round, is_barred: false }
		);
		assert_eq!(Dispatch::marks(HERE, SHARER), MarksOf { count: 1, barred_until: None });
		let mut false_score = plan_of(number, &[(0, &[1, 2, 0])]);
		false_score.score.travel -= 1;
		let found = Score { travel: false_score.score.travel + 1, ..false_score.score };
		assert_ok!(bid(SHARER, number, false_score));
		let defect = PlanDefect::Score { found };
		assert_eq!(last_event(), Event::BidRefused { round, org, defect, is_barred: true });
		let good = plan_of(number, &[(0, &[1, 2, 0])]);
		assert_noop!(bid(SHARER, number, good.clone()), Error::<Test>::Barred);
		assert_ok!(bid(OTHER, number, good));
		// In the next round there, too, and no longer. Rounds elsewhere do not count.
		go_on(31 * SECOND);
		assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), 0));
		go_on(90 * SECOND);
		open(OWNER, elsewhere());
		let far = frozen_in(TOWER, NEARBY);
		assert_ok!(bid(SHARER, far, plan_of(far, &[])));
		go_on(120 * SECOND);
		assert_eq!(Dispatch::territory(NEARBY).turns, 1);
		let next = frozen(TOWER);
		assert_noop!(bid(SHARER, next, plan_of(next, &[])), Error::<Test>::Barred);
		go_on(120 * SECOND);
		let after = frozen(TOWER);
		assert_ok!(bid(SHARER, after, plan_of(after, &[])));
	});
}

#[test]
fn every_sort_of_invalid_bid_is_refused() {
	run(|| {
		govern(|rules| (rules.bids, rules.marks) = (200, 200));
		let crews = crew();
		own(TOWER, crate::resources::types::Details { capacity: 2, ..crews });
		own(
			TOWER,
			crate::resources::types::Details {
				shift: crate::resources::types::Shift { from: 57_600, to: 57_900 },
				..crews
			},
		);
		three_faults();
		let skilled = Work { skills: Skills(0b100), ..Work::default() };
		open(OWNER, Opening { kind: OrderKind::Inspection, work: skilled, ..fault_at(1) });
		let number = frozen(TOWER);
		let refused = |routes: &[(u16, &[u16])], is_it: fn(PlanDefect) -> bool| {
			assert_ok!(bid(SHARER, number, plan_of(number, routes)));
			let Event::BidRefused { defect, .. } = last_event() else { panic!("taken: {routes:?}") };
			assert!(is_it(defect), "{defect:?}");
		};
		refused(&[(0, &[1, 1])], |defect| matches!(defect, PlanDefect::Twice(_)));
		refused(&[(0, &[1]), (1, &[1])], |defect| matches!(defect, PlanDefect::Twice(_)));
		refused(&[(0, &[0, 1, 2])], |defect| {
			matches!(defect, PlanDefect::Unfit { obstacle: Obstacle::Capacity, .. })
		});
		refused(&[(0, &[3])], |defect| {
			matches!(defect, PlanDefect::Unfit { obstacle: Obstacle::Skills, .. })
		});
		refused(&[(1, &[0])], |defect| matches!(defect, PlanDefect::Unfit { obstacle: Obstacle::Shift, .. }));
		refused(&[(0, &[9])], |defect| matches!(defect, PlanDefect::NoSuchJob(_)));
		refused(&[(7, &[0])], |defect| matches!(defect, PlanDefect::NoSuchResource { .. }));
		refused(&[(0, &[])], |defect| matches!(defect, PlanDefect::Empty { .. }));
		assert_eq!(Dispatch::marks(HERE, SHARER).count, 8);
	});
}

#[test]
fn bid_fails_when_it_need_not_be_looked_at() {
	run(|| {
		own(TOWER, crew());
		open(OWNER, fault());
		assert_noop!(bid(SHARER, 0, Plan { ..empty() }), Error::<Test>::NoSuchRound);
		assert_ok!(Dispatch::open_round(dispatcher(TOWER), HERE));
		assert_noop!(bid(SHARER, 0, empty()), Error::<Test>::NotBidding);
		go_on(SECOND);
		assert_refusals(SHARER, &[NO_COLLECTOR, NO_AUDITOR], |origin| {
			Dispatch::bid(origin, 0, Box::new(empty())).map(|_| ()).map_err(|error| error.error)
		});
		assert_noop!(bid(WITNESS, 0, empty()), Error::<Test>::NotMember);
		assert_ok!(bid(SHARER, 0, plan_of(0, &[])));
		assert_ok!(bid(SHARER, 0, plan_of(0, &[])));
		assert_noop!(bid(SHARER, 0, plan_of(0, &[])), Error::<Test>::TooManyBids);
		let now = Now::get();
		Now::set(now + 31 * SECOND);
		assert_noop!(bid(OTHER, 0, plan_of(0, &[])), Error::<Test>::TooLate);
		Now::set(now);
		go_on(31 * SECOND);
		assert_noop!(bid(OTHER, 0, plan_of(0, &[])), Error::<Test>::NotBidding);
	});
}

#[test]
fn bid_weighs_what_it_meets() {
	use crate::WeightInfo;
	run(|| {
		own(TOWER, crew());
		three_faults();
		let number = frozen(TOWER);
		let weight = |org, plan: Plan| {
			let answer = Dispatch::bid(dispatcher(org), number, Box::new(plan));
			answer.unwrap_or_else(|error| error.post_info).actual_weight
		};
		let plan = plan_of(number, &[(0, &[1, 2])]);
		assert_eq!(weight(SHARER, plan.clone()), Some(<() as WeightInfo>::bid(3, 2)));
		// A refused one weighs as much, and one that is not looked at next to nothing.
		assert_eq!(weight(SHARER, empty()), Some(<() as WeightInfo>::bid(3, 0)));
		assert_eq!(weight(SHARER, plan), Some(<() as WeightInfo>::admit()));
	});
}

fn empty() -> Plan {
	Plan {
		round: Default::default(),
		score: Score::default(),
		routes: Default::default(),
		stops: Default::default(),
	}
}

#[test]
fn open_fails_for_who_may_not_and_while_one_is_open() {
	run(|| {
		assert_refusals(TOWER, &[NO_COLLECTOR, NO_AUDITOR], |origin| Dispatch::open_round(origin, HERE));
		assert_noop!(Dispatch::open_round(dispatcher(WITNESS), HERE), Error::<Test>::NotMember);
		let nowhere = LocalNetworkId(1302);
		assert_noop!(Dispatch::open_round(dispatcher(TOWER), nowhere), Error::<Test>::UnknownTerritory);
		own(TOWER, crew());
		assert_noop!(Dispatch::open_round(dispatcher(TOWER), HERE), Error::<Test>::NothingWaits);
		open(OWNER, fault());
		frozen(TOWER);
		assert_noop!(Dispatch::open_round(dispatcher(TOWER), HERE), Error::<Test>::RoundOpen);
		go_on(31 * SECOND);
		assert_noop!(Dispatch::open_round(dispatcher(TOWER), HERE), Error::<Test>::TooSoon);
		go_on(60 * SECOND);
		assert_ok!(Dispatch::open_round(dispatcher(TOWER), HERE));
	});
}

#[test]
fn round_without_jobs_is_over_at_once_and_takes_no_turn() {
	run(|| {
		let crew = own(TOWER, crew());
		let held = open(OWNER, fault());
		steps(held, &[(TOWER, State::InProgress), (TOWER, State::Held)]);
		let number = frozen(TOWER);
		assert_eq!(Dispatch::territory(HERE).turns, 0);
		assert_eq!(stage(number), RoundStage::Over);
		assert_eq!(Dispatch::resource(crew).unwrap().round, None);
	});
}

#[test]
fn jobs_are_the_orders_that_want_a_visit() {
	run(|| {
		put_north(&[0, 1, 2, 3, 4]);
		own(TOWER, crew());
		own(TOWER, generator(8_500));
		let slot = Some((START + 3_600_000, START + 7_200_000));
		let later = Some((START + 90_000_000, START + 97_200_000));
		let work = |slot| Work { slot, planned: 60, skills: Skills(1), ..Work::default() };
		let fault = open(OWNER, fault_at(0));
		let run = open(OWNER, Opening { kind: OrderKind::GeneratorRun, parent: Some(fault), ..fault_at(0) });
		let timed = open(OWNER, Opening { kind: OrderKind::Inspection, work: work(slot), ..fault_at(2) });
		open(OWNER, Opening { kind: OrderKind::Inspection, work: work(later), ..fault_at(3) });
		let held = open(OWNER, fault_at(4));
		steps(held, &[(TOWER, State::InProgress), (TOWER, State::Held)]);
		let county = trimast_primitives::order::Place::County(HERE, 2);
		open(OWNER, Opening { kind: OrderKind::Inspection, place: county, ..fault_at(0) });
		Now::set(START + 60 * MINUTE);
		let number = frozen(TOWER);
		let round = Dispatch::snapshot(number).unwrap();
		let ids: Vec<_> = round.jobs.iter().map(|job| job.id as u32).collect();
		assert_eq!(ids, [fault, run, timed]);
		// The batteries last 120 minutes, of which 60 are over; the generator run is for this outage, and the fault is to be repaired
		// within as long.
		let [fault, run, timed] = [0, 1, 2].map(|place| round.jobs[place].clone());
		assert_eq!((fault.outage, fault.autonomy, fault.power), (0, 60 * MINUTE as u32, 0));
		assert_eq!((run.outage, run.autonomy, run.power), (0, 60 * MINUTE as u32, 8_500));
		assert_eq!((fault.plmns, fault.service), (2, 600_000));
		assert_eq!(
			(timed.service, timed.skills, timed.autonomy),
			(60_000, Skills(1), 11 * 60 * MINUTE as u32)
		);
		assert_eq!((timed.windows[0].from, timed.windows[0].to), (0, 3_600_000));
	});
}

#[test]
fn what_cannot_be_served_says_why() {
	run(|| {
		own(TOWER, generator(5_000));
		open(OWNER, fault());
		open(OWNER, Opening { kind: OrderKind::GeneratorRun, ..fault() });
		let number = planned(TOWER);
		assert_eq!(
			Dispatch::unserved(number, None, 9),
			[(0, Unserved::Nobody(Obstacle::Crew)), (1, Unserved::Nobody(Obstacle::Power))]
		);
		assert_eq!(Dispatch::unserved(number, Some(0), 9).len(), 1);
		assert_eq!(Dispatch::route(0), None);
	});
}

#[test]
fn resources_of_the_area_and_of_who_does_business_are_sent() {
	run(|| {
		use crate::resources::types::Details;
		use trimast_primitives::access::Scope;
		let area = |area| Details { area, ..crew() };
		let here = own(TOWER, crew());
		let everywhere = own(TOWER, area(Scope::National));
		let province = own(SHARER, area(Scope::Province(HERE.province())));
		own(SHARER, area(Scope::LocalNetwork(NEARBY)));
		own(OTHER, crew());
		open(OWNER, fault());
		Orgs::mutate(|orgs| orgs[3] = OrgStatus::Suspended);
		let number = frozen(TOWER);
		let ids: Vec<_> = Dispatch::snapshot(number).unwrap().resources.iter().map(|one| one.id).collect();
		assert_eq!(ids, [here, everywhere, province]);
		// Another round does without them.
		open(OWNER, elsewhere());
		assert_eq!(Dispatch::round(frozen_in(TOWER, NEARBY)).unwrap().resources, 1);
		Orgs::mutate(|orgs| orgs[3] = OrgStatus::Active);
	});
}

#[test]
fn rounds_are_bounded_as_governed() {
	run(|| {
		govern(|rules| (rules.jobs, rules.resources) = (2, 1));
		own(TOWER, crew());
		own(TOWER, crew());
		three_faults();
		let head = Dispatch::round(frozen(TOWER)).unwrap();
		assert_eq!((head.jobs, head.resources), (2, 1));
	});
}

#[test]
fn of_what_is_too_much_each_company_has_its_share() {
	run(|| {
		govern(|rules| (rules.jobs, rules.resources) = (3, 2));
		put_north(&[0, 1, 2, 3, 4, 5, 6]);
		(0..7).for_each(|_| {
			own(TOWER, crew());
		});
		let of_sharer = own(SHARER, crew());
		let inspection = |slot| Opening { kind: OrderKind::Inspection, ..fault_at(slot) };
		(0..6).for_each(|slot| {
			open(TOWER, inspection(slot));
		});
		let of_owner = open(OWNER, inspection(6));
		let round = Dispatch::snapshot(frozen(SHARER)).unwrap();
		assert_eq!((round.jobs.len(), round.resources.len()), (3, 2));
		assert_eq!(round.jobs.last().unwrap().id as u32, of_owner);
		assert_eq!(round.resources.last().unwrap().id, of_sharer);
		// Who gave way is planned by nobody.
		let planned = |resource| Dispatch::resource(resource).unwrap().round.is_some();
		assert_eq!((0..8).filter(|resource| planned(*resource)).count(), 2);
	});
}

#[test]
fn outages_come_before_what_can_wait() {
	run(|| {
		govern(|rules| rules.jobs = 2);
		own(TOWER, crew());
		put_north(&[0, 1, 2, 3, 4, 5]);
		(0..4).for_each(|slot| {
			open(OWNER, Opening { kind: OrderKind::Inspection, ..fault_at(slot) });
		});
		let outages = [4, 5].map(|slot| u64::from(open(OWNER, fault_at(slot))));
		let round = Dispatch::snapshot(frozen(TOWER)).unwrap();
		assert_eq!(round.jobs.iter().map(|job| job.id).collect::<Vec<_>>(), outages);
	});
}

/// A company that enters many keeps the others' round waiting for as many as it may have in it, twice.
#[test]
fn what_one_company_has_in_the_books_is_not_walked_to_its_end() {
	use crate::rounds::{gather_orders, gather_resources};
	run(|| {
		govern(|rules| (rules.jobs, rules.resources) = (2, 2));
		let national = || Details { area: Scope::National, ..crew() };
		(0..8).for_each(|_| {
			own(TOWER, national());
		});
		let of_sharer = own(SHARER, national());
		put_north(&(0..60).collect::<Vec<_>>());
		(0..59).for_each(|slot| {
			open(TOWER, Opening { kind: OrderKind::Inspection, ..fault_at(slot) });
		});
		let of_owner = open(OWNER, Opening { kind: OrderKind::Inspection, ..fault_at(59) });
		assert_ok!(Dispatch::open_round(dispatcher(SHARER), HERE));
		let mut head = Dispatch::round(0).unwrap();
		// Four of the tower company's, what is behind them, the other's, and the ends of three areas.
		let (looked, _) = gather_resources::<Test>(0, &mut head, 1_000);
		assert!(looked <= 9, "{looked}");
		// Two, what is behind them, the other's, and the end.
		let looked = gather_orders::<Test>(0, &mut head, 1_000);
		assert!(looked <= 5, "{looked}");
		let draft = crate::Drafts::<Test>::get(0).unwrap();
		assert!(draft.resources.iter().any(|candidate| candidate.resource == of_sharer));
		assert!(draft.jobs.iter().any(|(_, wanted)| wanted.job.id == u64::from(of_owner)));
	});
}

#[test]
fn an_emergency_knows_no_pause() {
	run(|| {
		Fleet::set(Some(1));
		govern(|rules| (rules.level, rules.pause) = (Some(OutageLevel::Yellow), 3_600));
		own(TOWER, crew());
		put_north(&[10, 20, 30, 40]);
		(0..2).for_each(|slot| {
			open(OWNER, fault_at(slot));
		});
		planned(TOWER);
		// One more station is down: it is yellow, and the round follows at once.
		open(OWNER, fault_at(2));
		go_on(2 * SECOND);
		assert!(matches!(stage(1), RoundStage::Bidding { .. }));
		assert_eq!(Dispatch::round(1).unwrap().trigger, Trigger::Level);
		go_on(31 * SECOND);
		// Not again within the time for an answer.
		open(SHARER, fault_at(3));
		assert_ok!(Dispatch::refuse_route(dispatcher(TOWER), 0, words("no fuel")));
		go_on(60 * SECOND);
		assert_eq!(Dispatch::round(2), None);
	});
}

/// Nobody confirms that a vehicle exists.
#[test]
fn large_area_opens_a_round_however_many_vehicles_are_entered() {
	run(|| {
		Fleet::set(Some(u32::MAX));
		govern(|rules| (rules.level, rules.fresh, rules.period) = (Some(OutageLevel::Yellow), 0, 0));
		put_north(&[0; 10]);
		(0..9).for_each(|slot| {
			open(OWNER, fault_at(slot));
		});
		go_on(2 * SECOND);
		assert_eq!(Dispatch::round(0), None);
		open(OWNER, fault_at(9));
		go_on(2 * SECOND);
		assert_eq!(Dispatch::round(0).map(|head| head.trigger), Some(Trigger::Level));
		Fleet::set(None);
	});
}

#[test]
fn what_is_sent_in_an_emergency_can_be_answered() {
	run(|| {
		govern(|rules| (rules.level, rules.fresh, rules.pause) = (Some(OutageLevel::Blue), 1, 5));
		(0..2).for_each(|_| {
			own(TOWER, Details { capacity: 1, ..crew() });
		});
		put_north(&[10, 20, 30, 40, 50]);
		// Something asks for a round in each.
		for slot in 0..4 {
			open(OWNER, fault_at(slot));
			go_on(40 * SECOND);
		}
		assert!(stage(3) == RoundStage::Over);
		// The last two that were sent were not taken back by what came behind.
		let sent = |resource| Dispatch::route(resource).map(|route| route.stage);
		let stages = [sent(0), sent(1)];
		assert!(stages.iter().all(|stage| matches!(stage, Some(RouteStage::Sent { .. }))), "{stages:?}");
		open(OWNER, fault_at(4));
		go_on(10 * SECOND);
		for resource in 0..2 {
			assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), resource));
		}
	});
}

#[test]
fn as_many_routes_are_sent_as_there_is_room_for_their_visits() {
	run(|| {
		(0..3).for_each(|_| {
			own(TOWER, Details { capacity: 1, ..crew() });
		});
		three_faults();
		let number = frozen(TOWER);
		let mut head = Dispatch::round(number).unwrap();
		crate::rounds::decide::<Test>(number, &mut head);
		assert_eq!(crate::rounds::commit::<Test>(number, &mut head, |_, visits| visits <= 2), (2, 2));
		assert_eq!(head.stage, RoundStage::Committing { next: 2 });
		assert_eq!(crate::rounds::commit::<Test>(number, &mut head, |_, _| true), (1, 1));
		assert_eq!((head.stage, RouteOfOrder::<Test>::iter().count()), (RoundStage::Over, 3));
	});
}

#[test]
fn nobody_leaves_before_bids_are_in() {
	run(|| {
		own(TOWER, crew());
		open(OWNER, fault());
		let number = frozen(TOWER);
		let RoundStage::Bidding { until } = stage(number) else { panic!("it takes bids") };
		go_on(31 * SECOND);
		// It is at the place, and works for ten minutes.
		assert_eq!(Dispatch::route(0).unwrap().visits[0].end, until + 600 * SECOND);
	});
}

#[test]
fn routes_are_not_for_who_has_refused_is_silent_or_has_it_no_more() {
	let sent = |is_lent: bool, change: fn()| {
		run(|| {
			let (from, until) = (Now::get() + 100 * SECOND, Now::get() + 80_000 * SECOND);
			own(TOWER, crew());
			if is_lent {
				assert_ok!(Dispatch::offer_resource(dispatcher(TOWER), 0, SHARER, from, until));
				assert_ok!(Dispatch::take_offer(dispatcher(SHARER), 0, from, until));
			}
			put_north(&[10, 20]);
			(0..2).for_each(|slot| {
				open(OWNER, fault_at(slot));
			});
			planned(TOWER);
			assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), 0));
			go_on(60 * SECOND);
			let number = frozen(TOWER);
			assert_eq!(Dispatch::round(number).unwrap().resources, 1);
			change();
			go_on(31 * SECOND);
			assert_eq!(stage(number), RoundStage::Over);
			assert_eq!(Dispatch::resource(0).unwrap().round, None);
			assert_eq!(RouteOfOrder::<Test>::get(1), None);
			// Another round is to be held.
			assert_eq!(Dispatch::territory(HERE).wanted, Some(Trigger::Refused));
			Orgs::mutate(|orgs| orgs[2] = OrgStatus::Active);
		});
	};
	sent(false, || {
		assert_ok!(Dispatch::refuse_route(dispatcher(TOWER), 0, words("no fuel")));
	});
	sent(false, || Orgs::mutate(|orgs| orgs[2] = OrgStatus::Suspended));
	sent(true, || ());
}

#[test]
fn who_has_no_room_in_the_agenda_keeps_nobody_else_waiting() {
	use crate::{agenda::MAX_DUE, resources::types::Details};
	run(|| {
		let one_job = || Details { capacity: 1, ..crew() };
		let (full, other) = (own(TOWER, one_job()), own(SHARER, one_job()));
		put_north(&[10, -10]);
		(0..2).for_each(|slot| {
			open(OWNER, fault_at(slot));
		});
		let number = frozen(TOWER);
		let now = crate::agenda::second_of(Now::get());
		crate::AgendaFrom::<Test>::mutate(|queues| queues.try_push((TOWER, now)).unwrap());
		for second in now + 600..now + 660 {
			let list: Vec<_> = (1_000..1_000 + MAX_DUE).collect();
			crate::Agenda::<Test>::insert(TOWER, second, sp_runtime::BoundedVec::try_from(list).unwrap());
		}
		go_on(31 * SECOND);
		assert_eq!(stage(number), RoundStage::Over);
		assert_eq!((Dispatch::route(full), Dispatch::route(other).is_some()), (None, true));
		assert!(events().contains(&Event::RouteUnanswered { resource: full, org: TOWER }));
		assert_eq!(Dispatch::territory(HERE).wanted, Some(Trigger::Refused));
	});
}

#[test]
fn greedy_plan_is_bounded_as_governed() {
	run(|| {
		govern(|rules| rules.steps = 2);
		own(TOWER, crew());
		three_faults();
		let number = planned(TOWER);
		assert_eq!(Dispatch::route(0).unwrap().visits.len(), 2);
		assert_eq!(Dispatch::unserved(number, None, 9), [(2, Unserved::Free(ResourceIndex(0)))]);
	});
}

#[test]
fn timer_opens_rounds_while_orders_wait() {
	run(|| {
		govern(|rules| rules.period = 600);
		own(TOWER, crew());
		let order = open(OWNER, fault());
		go_on(601 * SECOND);
		assert_eq!(Dispatch::round(0).unwrap().trigger, Trigger::Timer);
		go_on(700 * SECOND);
		assert_eq!(Dispatch::round(1).unwrap().trigger, Trigger::Timer);
		assert_ok!(Dispatch::step(dispatcher(OWNER), order, State::Cancelled));
		go_on(7_000 * SECOND);
		assert!(Rounds::<Test>::iter_keys().all(|number| number < 4));
		assert!(Dispatch::territory(HERE).next.is_none());
	});
}

#[test]
fn new_jobs_open_a_round() {
	run(|| {
		govern(|rules| rules.fresh = 3);
		own(TOWER, crew());
		three_faults();
		go_on(2 * SECOND);
		let head = Dispatch::round(0).unwrap();
		assert_eq!((head.trigger, head.jobs), (Trigger::Jobs, 3));
		// While it is open, what is new waits for the next one.
		(0..3).for_each(|slot| {
			open(SHARER, fault_at(slot));
		});
		go_on(31 * SECOND);
		assert_eq!(Dispatch::territory(HERE).open, None);
		go_on(61 * SECOND);
		// The others are on a route that is to be acknowledged.
		assert_eq!(Dispatch::round(1).unwrap().jobs, 3);
	});
}

#[test]
fn level_of_outages_opens_a_round() {
	run(|| {
		Fleet::set(Some(1));
		govern(|rules| rules.level = Some(OutageLevel::Yellow));
		own(TOWER, crew());
		three_faults();
		go_on(2 * SECOND);
		assert_eq!(Dispatch::round(0).unwrap().trigger, Trigger::Level);
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

#[test]
fn steps_wait_for_room() {
	use crate::rounds::work::{work_within, MAX_TURNS};
	use frame_support::weights::Weight;
	run(|| {
		own(TOWER, crew());
		three_faults();
		assert_ok!(Dispatch::open_round(dispatcher(TOWER), HERE));
		let room = Weight::from_parts(5, 0);
		let mut blocks = 0;
		while !matches!(stage(0), RoundStage::Bidding { .. }) {
			assert!(work_within::<Test>(MAX_TURNS, room).all_lte(room));
			Dispatch::do_try_state().unwrap();
			blocks += 1;
		}
		assert!(blocks > 2);
		assert_eq!(Dispatch::round(0).unwrap().jobs, 3);
		go_on(31 * SECOND);
		assert_eq!(stage(0), RoundStage::Over);
	});
}

#[test]
fn round_is_closing_while_the_greedy_plan_is_behind_the_time_for_bids() {
	use crate::rounds::work::{work_within, MAX_TURNS};
	use frame_support::weights::Weight;
	run(|| {
		// Given a greedy plan of 2,048 steps
		govern(|rules| (rules.jobs, rules.resources, rules.steps) = (64, 32, 10_000));
		for org in [OWNER, SHARER, TOWER, OTHER] {
			(0..8).for_each(|_| {
				own(org, crew());
			});
		}
		put_north(&(0..64).collect::<Vec<_>>());
		(0..64).for_each(|slot| {
			open(OWNER, fault_at(slot));
		});
		assert_ok!(Dispatch::open_round(dispatcher(TOWER), HERE));
		while !matches!(stage(0), RoundStage::Bidding { .. }) {
			work_within::<Test>(MAX_TURNS, Weight::from_parts(5, 0));
		}
		// When blocks have room for 1,000 of them
		let block = || work_within::<Test>(MAX_TURNS, Weight::from_parts(3, 0));
		let RoundStage::Bidding { until } = stage(0) else { panic!("it takes bids") };
		Now::set(until);
		block();
		// Then bids are taken until the last moment
		assert_eq!(stage(0), RoundStage::Bidding { until });
		assert_ok!(bid(SHARER, 0, plan_of(0, &[])));
		// And the round closes behind it
		Now::set(until + 1);
		block();
		assert_eq!((stage(0), Dispatch::round(0).unwrap().floor), (RoundStage::Closing, None));
		let view = Dispatch::round_view(0).unwrap();
		assert_eq!(view.stage, trimast_primitives::apis::RoundStageView::Closing);
		assert!(Dispatch::summary().rounds.contains(&("closing".into(), 1)));
		assert_noop!(bid(SHARER, 0, plan_of(0, &[])), Error::<Test>::NotBidding);
		Dispatch::do_try_state().unwrap();
		// Until the greedy plan is complete, which wins
		go_on(10 * SECOND);
		assert_eq!((stage(0), Dispatch::round(0).unwrap().best), (RoundStage::Over, None));
	});
}

#[test]
fn round_that_has_used_up_the_room_comes_behind_the_others() {
	use crate::rounds::work::{work_within, MAX_TURNS};
	use frame_support::weights::Weight;
	run(|| {
		for area in [HERE, NEARBY] {
			(0..3).for_each(|_| {
				own(TOWER, Details { area: Scope::LocalNetwork(area), ..crew() });
			});
		}
		three_faults();
		open(OWNER, elsewhere());
		assert_ok!(Dispatch::open_round(dispatcher(TOWER), HERE));
		assert_ok!(Dispatch::open_round(dispatcher(TOWER), NEARBY));
		let resources = || [0, 1].map(|number| Dispatch::round(number).unwrap().resources);
		// Room for looking at both, and for one resource of one.
		let room = Weight::from_parts(5, 0);
		for expected in [[1, 0], [1, 1], [2, 1], [2, 2]] {
			work_within::<Test>(MAX_TURNS, room);
			assert_eq!(resources(), expected);
		}
	});
}

#[test]
fn rounds_have_their_turn() {
	use crate::rounds::work::{work, MAX_TURNS};
	run(|| {
		own(TOWER, crew());
		three_faults();
		assert_ok!(Dispatch::open_round(dispatcher(TOWER), HERE));
		// As many before it as a block looks at, about which there is nothing to do.
		let others = (0..MAX_TURNS).map(|n| 1_000 + n);
		crate::Working::<Test>::put(BoundedVec::truncate_from(others.chain([0]).collect()));
		work::<Test>();
		assert!(matches!(stage(0), RoundStage::Gathering { .. }));
		assert_eq!(crate::Working::<Test>::get()[..], [0]);
		work::<Test>();
		assert!(matches!(stage(0), RoundStage::Bidding { .. }));
	});
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(48))]

	/// A bid as it comes in, changed on its way: what is a bid yet is judged as the check has it, and nothing else is done.
	#[test]
	fn bid_in_changed_bytes_is_judged_by_what_it_says(
		changes in proptest::collection::vec((0..4u8, any::<usize>(), any::<u8>()), 0..5),
	) {
		run(|| {
			govern(|rules| (rules.bids, rules.marks) = (200, 200));
			own(TOWER, crew());
			three_faults();
			let number = frozen(TOWER);
			let (head, round) = (Dispatch::round(number).unwrap(), Dispatch::snapshot(number).unwrap());
			let plan = Box::new(plan_of(number, &[(0, &[1, 2, 0])]));
			let call = RuntimeCall::from(crate::Call::bid { round: number, plan });
			// A transaction is a list of bytes.
			let mut bytes = Vec::<u8>::decode(&mut &Extrinsic::new_bare(call).encode()[..]).unwrap();
			for (kind, place, byte) in [(0, 0, 0)].into_iter().chain(changes) {
				let place = place % bytes.len().max(1);
				match kind {
					_ if bytes.is_empty() => (),
					0 | 1 => bytes[place] ^= byte,
					2 => bytes.insert(place, byte),
					_ => drop(bytes.remove(place)),
				}
				let Ok(extrinsic) = Extrinsic::decode(&mut &bytes.encode()[..]) else { continue };
				let RuntimeCall::Dispatch(crate::Call::bid { round: meant, plan }) = extrinsic.function else {
					continue;
				};
				let told = events().len();
				let answer = bid(SHARER, meant, (*plan).clone());
				if meant != number {
					assert_eq!((answer, events().len()), (Err(Error::<Test>::NoSuchRound.into()), told));
					continue;
				}
				assert_ok!(answer);
				match (last_event(), plan::check(&round, head.digest, &plan)) {
					(Event::BidTaken { score, .. }, Ok(found)) => assert_eq!(score, found),
					(Event::BidRefused { defect, .. }, Err(found)) => assert_eq!(defect, found),
					(event, found) => panic!("{event:?}, but {found:?}"),
				}
			}
			go_on(31 * SECOND);
			let won = Dispatch::plan(number).unwrap();
			assert!(plan::check(&round, head.digest, &won).unwrap() <= head.floor.unwrap());
		});
	}

	/// Whatever is bid, what wins is valid, no worse than the greedy plan, and no worse than any valid bid.
	#[test]
	fn winner_is_never_worse_than_the_floor(
		places in proptest::collection::vec(-60i32..60, 1..8),
		crews in proptest::collection::vec((-60i32..60, 1u32..5, 0u32..4), 1..4),
		bids in proptest::collection::vec(proptest::collection::vec((0u16..4, 0u16..9), 0..10), 0..6),
		is_honest in proptest::collection::vec(any::<bool>(), 6),
	) {
		run(|| {
			govern(|rules| (rules.bids, rules.marks) = (200, 200));
			put_north(&places);
			for (place, capacity, skills) in &crews {
				let mut details = crew();
				details.at.latitude += place * 1_000;
				(details.capacity, details.skills) = (*capacity, Skills(*skills));
				own(TOWER, details);
			}
			for slot in 0..places.len() as u32 {
				let work = Work { skills: Skills(slot % 3), ..Work::default() };
				open(OWNER, Opening { work, ..fault_at(slot) });
			}
			let number = frozen(TOWER);
			let mut best = Dispatch::round(number).unwrap().floor.unwrap();
			for (visits, is_honest) in bids.iter().zip(&is_honest) {
				let routes: Vec<(u16, Vec<u16>)> = (0..4u16)
					.map(|of| (of, visits.iter().filter(|(by, _)| *by == of).map(|(_, job)| *job).collect()))
					.filter(|(_, stops): &(u16, Vec<u16>)| !stops.is_empty())
					.collect();
				let routes: Vec<_> = routes.iter().map(|(of, stops)| (*of, stops.as_slice())).collect();
				let mut plan = plan_of(number, &routes);
				if !is_honest {
					plan.score.lost = plan.score.lost.saturating_sub(1);
				}
				let round = Dispatch::snapshot(number).unwrap();
				if let Ok(found) = plan::check(&round, plan.round, &plan) {
					best = best.min(found);
				}
				bid(SHARER, number, plan).unwrap();
			}
			go_on(31 * SECOND);
			let head = Dispatch::round(number).unwrap();
			let (round, won) = (Dispatch::snapshot(number).unwrap(), Dispatch::plan(number).unwrap());
			assert_eq!(plan::check(&round, head.digest, &won), Ok(best));
			assert!(best <= head.floor.unwrap());
		});
	}
}
