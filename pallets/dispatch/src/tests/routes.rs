// SPDX-License-Identifier: Apache-2.0

//! Routes: acknowledged, refused, late, finished, decided by hand; and what is under way stays.

use crate::{
	agenda::{second_of, MAX_DUE, MAX_SHIFT},
	mock::*,
	rounds::types::*,
	Agenda, Error, Event, RoundRulesInForce, RouteOfOrder,
};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{
	order::{Opening, OrderKind, OutageLevel, State},
	org::OrgStatus,
	plan::ResourceIndex,
	OrgId,
};

/// A crew of the tower company with three faults, 10, 20 and 30 thousandths of a degree north, planned.
fn three_planned() -> u32 {
	put_north(&[10, 20, 30]);
	own(TOWER, crew());
	(0..3).for_each(|slot| {
		open(OWNER, fault_at(slot));
	});
	planned(TOWER)
}

fn orders_of(resource: u32) -> Vec<u32> {
	Dispatch::route(resource).map_or(vec![], |route| route.visits.iter().map(|visit| visit.order).collect())
}

fn list(orders: &[u32]) -> frame_support::BoundedVec<u32, frame_support::traits::ConstU32<MAX_VISITS>> {
	orders.to_vec().try_into().unwrap()
}

#[test]
fn route_is_gone_along() {
	run(|| {
		three_planned();
		assert_eq!(orders_of(0), [0, 1, 2]);
		assert_noop!(Dispatch::finish_visit(dispatcher(TOWER), 0, 0), Error::<Test>::NotUnderWay);
		assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), 0));
		assert_eq!(last_event(), Event::RouteAcknowledged { resource: 0, org: TOWER });
		assert_noop!(Dispatch::acknowledge_route(dispatcher(TOWER), 0), Error::<Test>::AlreadyGiven);
		assert_noop!(Dispatch::finish_visit(dispatcher(TOWER), 0, 1), Error::<Test>::NotUnderWay);
		assert_ok!(Dispatch::finish_visit(dispatcher(TOWER), 0, 0));
		assert_eq!(Dispatch::resource(0).unwrap().details.at.latitude, 38_080_600);
		assert_eq!((orders_of(0), RouteOfOrder::<Test>::get(0)), (vec![1, 2], None));
		// An order that ends leaves the route, also the one that it is under way to.
		assert_ok!(Dispatch::step(dispatcher(OWNER), 2, State::Cancelled));
		assert_eq!(orders_of(0), [1]);
		assert_ok!(Dispatch::step(dispatcher(OWNER), 1, State::Cancelled));
		assert_eq!(last_event_of_routes(), Some(Event::RouteFinished { resource: 0, org: TOWER }));
		assert_eq!(Dispatch::route(0), None);
	});
}

fn last_event_of_routes() -> Option<Event<Test>> {
	events().into_iter().rev().find(|event| matches!(event, Event::RouteFinished { .. }))
}

#[test]
fn routes_are_for_who_was_sent() {
	run(|| {
		three_planned();
		let others = [NO_COLLECTOR, NO_AUDITOR];
		assert_refusals(TOWER, &others, |origin| Dispatch::acknowledge_route(origin, 0));
		assert_refusals(TOWER, &others, |origin| Dispatch::refuse_route(origin, 0, words("no")));
		assert_refusals(TOWER, &others, |origin| Dispatch::finish_visit(origin, 0, 0));
		assert_refusals(TOWER, &others, |origin| {
			Dispatch::override_route(origin, 0, HERE, list(&[0]), words("by hand"))
		});
		let other = || dispatcher(OWNER);
		assert_noop!(Dispatch::acknowledge_route(other(), 0), Error::<Test>::NotOwner);
		assert_noop!(Dispatch::refuse_route(other(), 0, words("no")), Error::<Test>::NotOwner);
		assert_noop!(Dispatch::finish_visit(other(), 0, 0), Error::<Test>::NotOwner);
		assert_noop!(Dispatch::acknowledge_route(other(), 9), Error::<Test>::NoRoute);
		assert_noop!(Dispatch::refuse_route(other(), 9, words("no")), Error::<Test>::NoRoute);
		assert_noop!(Dispatch::finish_visit(other(), 9, 0), Error::<Test>::NoRoute);
		assert_noop!(Dispatch::refuse_route(dispatcher(TOWER), 0, words("")), Error::<Test>::BadWords);
	});
}

#[test]
fn who_does_not_answer_loses_the_route() {
	run(|| {
		let number = three_planned();
		let until = Now::get() + 600 * SECOND;
		Now::set(until + SECOND);
		assert_noop!(Dispatch::acknowledge_route(dispatcher(TOWER), 0), Error::<Test>::TooLate);
		go_on(SECOND);
		assert!(events().contains(&Event::RouteUnanswered { resource: 0, org: TOWER }));
		// The next round does without the crew.
		go_on(3 * SECOND);
		let next = Dispatch::round(number + 1).unwrap();
		assert_eq!((next.trigger, next.resources, next.jobs), (Trigger::Refused, 0, 3));
	});
}

#[test]
fn silent_company_does_not_keep_a_job_by_one_crew_after_another() {
	run(|| {
		put_north(&[10]);
		let mut far = crew();
		far.at.latitude -= 10_000;
		let (first, second, third) = (own(TOWER, crew()), own(TOWER, crew()), own(SHARER, far));
		open(OWNER, fault_at(0));
		planned(TOWER);
		assert_eq!(orders_of(first), [0]);
		go_on(700 * SECOND);
		assert_eq!((orders_of(first), orders_of(second), orders_of(third)), (vec![], vec![], vec![0]));
		// Elsewhere it has not been asked.
		assert!(crate::SilentUntil::<Test>::contains_key(HERE, TOWER));
		assert!(!crate::SilentUntil::<Test>::contains_key(NEARBY, TOWER));
		// It is asked again.
		assert_ok!(Dispatch::refuse_route(dispatcher(SHARER), third, words("no fuel")));
		go_on(600 * SECOND);
		planned(SHARER);
		assert_eq!(orders_of(first), [0]);
	});
}

#[test]
fn who_cannot_answer_is_asked_again_when_it_can() {
	run(|| {
		three_planned();
		Orgs::mutate(|orgs| orgs[2] = OrgStatus::Suspended);
		go_on(602 * SECOND);
		assert!(events().contains(&Event::RouteUnanswered { resource: 0, org: TOWER }));
		assert_eq!(orders_of(0), [0; 0]);
		go_on(120 * SECOND);
		Orgs::mutate(|orgs| orgs[2] = OrgStatus::Active);
		planned(TOWER);
		assert_eq!(orders_of(0), [0, 1, 2]);
	});
}

#[test]
fn who_could_not_answer_for_a_while_has_the_whole_time() {
	run(|| {
		three_planned();
		let sent = Now::get();
		silence(TOWER, sent + 300 * SECOND);
		let unanswered = Event::RouteUnanswered { resource: 0, org: TOWER };
		go_on(602 * SECOND);
		assert!(!events().contains(&unanswered));
		go_to(sent + 900 * SECOND);
		assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), 0));
		// The same of one that is late.
		let due = Dispatch::route(0).unwrap().visits[0].end + 900 * SECOND;
		go_to(due + 2 * SECOND);
		silence(TOWER, due + 302 * SECOND);
		go_on(800 * SECOND);
		assert!(!events().contains(&unanswered));
		go_on(200 * SECOND);
		assert!(events().contains(&unanswered));
		assert_eq!(orders_of(0), [0; 0]);
	});
}

#[test]
fn what_a_company_has_that_has_left_is_not_sent() {
	run(|| {
		put_north(&[10]);
		own(OTHER, crew());
		open(OWNER, fault_at(0));
		Orgs::mutate(|orgs| orgs[3] = OrgStatus::Left);
		let number = planned(TOWER);
		assert_eq!((Dispatch::round(number).unwrap().resources, orders_of(0)), (0, vec![]));
		Orgs::mutate(|orgs| orgs[3] = OrgStatus::Active);
	});
}

#[test]
fn refusal_plans_anew_without_who_has_refused() {
	run(|| {
		own(SHARER, crew());
		let number = {
			put_north(&[10]);
			own(TOWER, crew());
			open(OWNER, fault_at(0));
			planned(TOWER)
		};
		assert_eq!((orders_of(0), orders_of(1)), (vec![0], vec![]));
		assert_ok!(Dispatch::refuse_route(dispatcher(SHARER), 0, words("no fuel")));
		go_on(120 * SECOND);
		assert_eq!(Dispatch::round(number + 1).unwrap().trigger, Trigger::Refused);
		assert_eq!((orders_of(0), orders_of(1)), (vec![], vec![0]));
	});
}

#[test]
fn who_has_refused_rests_also_when_it_is_told_of_anew() {
	run(|| {
		own(SHARER, crew());
		put_north(&[10]);
		open(OWNER, fault_at(0));
		planned(OWNER);
		assert_ok!(Dispatch::refuse_route(dispatcher(SHARER), 0, words("no fuel")));
		let rests = Dispatch::resource(0).unwrap().rests;
		assert_ok!(Dispatch::change_resource(dispatcher(SHARER), 0, crew()));
		assert_eq!(Dispatch::resource(0).unwrap().rests, rests);
		assert!(rests > Now::get());
	});
}

#[test]
fn order_that_ends_leaves_its_route_without_room_in_the_agenda() {
	run(|| {
		three_planned();
		assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), 0));
		let late = |order| Event::VisitLate { resource: 0, org: TOWER, order };
		let due = |place: usize| Dispatch::route(0).unwrap().visits[place].end + 900 * SECOND;
		let (first, second) = (due(0), due(1));
		let full: frame_support::BoundedVec<_, _> = vec![u32::MAX; MAX_DUE as usize].try_into().unwrap();
		let seconds = || (second_of(second)..).take(MAX_SHIFT as usize + 1);
		seconds().for_each(|at| Agenda::<Test>::insert(TOWER, at, full.clone()));
		assert_ok!(Dispatch::step(dispatcher(OWNER), 0, State::Cancelled));
		assert_eq!(orders_of(0), [1, 2]);
		seconds().for_each(|at| Agenda::<Test>::remove(TOWER, at));
		// The next one has the time that was planned for it.
		go_to(first + 2 * SECOND);
		assert!(!events().contains(&late(0)) && !events().contains(&late(1)));
		go_to(second + 2 * SECOND);
		assert!(events().contains(&late(1)));
	});
}

#[test]
fn who_refuses_too_often_rests_with_all_that_it_has() {
	run(|| {
		put_north(&[10]);
		let mut far = crew();
		far.at.latitude -= 10_000;
		let other = own(SHARER, far);
		open(OWNER, fault_at(0));
		let number = crate::NextRound::<Test>::get();
		// It has a new crew for each round, and has refused by others before.
		let before = RefusalsOf { count: MAX_REFUSALS - 3, until: Now::get() + 600 * SECOND };
		crate::Refusals::<Test>::insert(HERE, TOWER, before);
		for times in 0..3 {
			let next = own(TOWER, crew());
			if times == 0 {
				planned(OWNER);
			} else {
				go_on(120 * SECOND);
			}
			assert_eq!((orders_of(next), crate::NextRound::<Test>::get()), (vec![0], number + times + 1));
			assert_ok!(Dispatch::refuse_route(dispatcher(TOWER), next, words("no fuel")));
			assert_ok!(Dispatch::remove_resource(dispatcher(TOWER), next));
		}
		let last = own(TOWER, crew());
		go_on(120 * SECOND);
		assert_eq!((orders_of(last), orders_of(other)), (vec![], vec![0]));
		// Not for ever, and what was long ago does not count.
		assert_ok!(Dispatch::refuse_route(dispatcher(SHARER), other, words("no fuel")));
		assert_ok!(Dispatch::remove_resource(dispatcher(SHARER), other));
		go_on(600 * SECOND);
		planned(OWNER);
		assert_eq!(orders_of(last), [0]);
		assert_ok!(Dispatch::refuse_route(dispatcher(TOWER), last, words("no fuel")));
		assert_eq!(crate::Refusals::<Test>::get(HERE, TOWER).count, 1);
		go_on(601 * SECOND);
		planned(OWNER);
		assert_ok!(Dispatch::refuse_route(dispatcher(TOWER), last, words("no fuel")));
		assert_eq!(crate::Refusals::<Test>::get(HERE, TOWER).count, 1);
	});
}

#[test]
fn lateness_plans_anew_and_keeps_what_is_under_way() {
	run(|| {
		let number = three_planned();
		assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), 0));
		own(SHARER, crew());
		let due = Dispatch::route(0).unwrap().visits[0].end + 900 * SECOND;
		go_to(due + 2 * SECOND);
		assert!(events().contains(&Event::VisitLate { resource: 0, org: TOWER, order: 0 }));
		go_on(3 * SECOND);
		let round = Dispatch::snapshot(number + 1).unwrap();
		assert_eq!(Dispatch::round(number + 1).unwrap().trigger, Trigger::Late);
		assert_eq!(round.jobs[0].pinned, Some(ResourceIndex(0)));
		assert_eq!(round.jobs.iter().filter(|job| job.pinned.is_some()).count(), 1);
		// While it is planned, only the visit that is under way goes on.
		assert_eq!(orders_of(0), [0]);
		go_on(40 * SECOND);
		assert_eq!(orders_of(0).first(), Some(&0));
		assert!(matches!(Dispatch::route(0).unwrap().stage, RouteStage::UnderWay { is_late: true, .. }));
	});
}

#[test]
fn who_is_late_and_silent_loses_the_route() {
	run(|| {
		let number = three_planned();
		assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), 0));
		let due = Dispatch::route(0).unwrap().visits[0].end + 900 * SECOND;
		go_to(due + 2 * SECOND);
		assert!(events().contains(&Event::VisitLate { resource: 0, org: TOWER, order: 0 }));
		go_on(602 * SECOND);
		assert!(events().contains(&Event::RouteUnanswered { resource: 0, org: TOWER }));
		assert_eq!((Dispatch::route(0), RouteOfOrder::<Test>::get(0)), (None, None));
		go_on(62 * SECOND);
		let last = crate::NextRound::<Test>::get() - 1;
		let next = Dispatch::round(last).unwrap();
		assert!(last > number);
		assert_eq!((next.trigger, next.resources, next.jobs), (Trigger::Refused, 0, 3));
	});
}

#[test]
fn who_is_late_goes_on_once() {
	run(|| {
		three_planned();
		assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), 0));
		let due = Dispatch::route(0).unwrap().visits[0].end + 900 * SECOND;
		go_to(due + 2 * SECOND);
		// It goes on: that holds for as long as a visit may be late, also through another round.
		assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), 0));
		let goes_on = || matches!(Dispatch::route(0).unwrap().stage, RouteStage::GoesOn { .. });
		assert!(goes_on());
		assert_noop!(Dispatch::acknowledge_route(dispatcher(TOWER), 0), Error::<Test>::AlreadyGiven);
		go_on(899 * SECOND);
		assert!(goes_on());
		go_on(2 * SECOND);
		assert_eq!(orders_of(0), [0; 0]);
		let owned = Dispatch::resource(0).unwrap();
		assert!(owned.rests > Now::get());
		// All else that the company has is sent.
		own(TOWER, crew());
		go_on(100 * SECOND);
		assert_eq!((orders_of(0), orders_of(1)), (vec![], vec![0, 1, 2]));
	});
}

#[test]
fn who_waits_for_a_late_route_has_it_given_up() {
	run(|| {
		own(SHARER, crew());
		put_north(&[10, 20]);
		(0..2).for_each(|slot| {
			open(OWNER, fault_at(slot));
		});
		planned(OWNER);
		assert_ok!(Dispatch::acknowledge_route(dispatcher(SHARER), 0));
		let refuse = |org| Dispatch::refuse_route(dispatcher(org), 0, words("nobody has come"));
		assert_noop!(refuse(OWNER), Error::<Test>::NotOwner);
		let due = Dispatch::route(0).unwrap().visits[0].end + 900 * SECOND;
		go_to(due + 2 * SECOND);
		assert_ok!(Dispatch::acknowledge_route(dispatcher(SHARER), 0));
		assert_noop!(refuse(OTHER), Error::<Test>::NotOwner);
		// Raiser and handler alike.
		for org in [OWNER, TOWER] {
			frame_support::storage::with_transaction(
				|| -> sp_runtime::TransactionOutcome<sp_runtime::DispatchResult> {
					assert_ok!(refuse(org));
					assert_eq!(Dispatch::route(0), None);
					sp_runtime::TransactionOutcome::Rollback(Ok(()))
				},
			)
			.unwrap();
		}
		assert_ok!(refuse(OWNER));
		assert!(Dispatch::resource(0).unwrap().rests > Now::get());
	});
}

#[test]
fn who_is_late_with_a_visit_goes_on_with_the_next() {
	run(|| {
		put_north(&[10, 20, 30]);
		own(TOWER, crew());
		(0..3).for_each(|slot| {
			open(OWNER, fault_at(slot));
		});
		// No round touches it.
		assert_ok!(Dispatch::override_route(dispatcher(TOWER), 0, HERE, list(&[0, 1, 2]), words("by hand")));
		for order in 0..2 {
			let next = Dispatch::route(0).unwrap().next.unwrap();
			go_to(u64::from(next + 1) * SECOND);
			assert!(events().contains(&Event::VisitLate { resource: 0, org: TOWER, order }));
			assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), 0));
			assert_ok!(Dispatch::step(dispatcher(OWNER), order, State::Cancelled));
			assert!(matches!(Dispatch::route(0).unwrap().stage, RouteStage::UnderWay { is_late: false, .. }));
		}
		assert_eq!(orders_of(0), [2]);
	});
}

#[test]
fn what_a_silenced_company_is_not_under_way_to_waits_again() {
	run(|| {
		three_planned();
		assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), 0));
		own(SHARER, crew());
		go_on(60 * SECOND);
		Orgs::mutate(|orgs| orgs[2] = OrgStatus::Suspended);
		planned(SHARER);
		assert_eq!((orders_of(0), orders_of(1)), (vec![0], vec![1, 2]));
		Orgs::mutate(|orgs| orgs[2] = OrgStatus::Active);
	});
}

#[test]
fn new_job_keeps_what_is_under_way() {
	run(|| {
		let number = three_planned();
		assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), 0));
		put_north(&[10, 20, 30, 1]);
		open(OWNER, fault_at(3));
		go_on(60 * SECOND);
		planned(TOWER);
		let round = Dispatch::snapshot(number + 1).unwrap();
		assert_eq!((round.jobs.len(), round.jobs[0].pinned), (4, Some(ResourceIndex(0))));
		// It has left before the round was opened.
		assert!(round.origin < Dispatch::round(number + 1).unwrap().opened);
		assert_eq!(orders_of(0).first(), Some(&0));
		assert_eq!(orders_of(0).len(), 4);
	});
}

#[test]
fn visit_that_is_finished_while_a_round_is_open_is_not_planned_again() {
	run(|| {
		three_planned();
		assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), 0));
		go_on(60 * SECOND);
		frozen(TOWER);
		assert_ok!(Dispatch::finish_visit(dispatcher(TOWER), 0, 0));
		assert_ok!(Dispatch::step(dispatcher(OWNER), 0, State::Cancelled));
		go_on(31 * SECOND);
		assert_eq!(orders_of(0), [1, 2]);
		assert!(matches!(Dispatch::route(0).unwrap().stage, RouteStage::Sent { .. }));
	});
}

#[test]
fn who_has_time_to_answer_keeps_it_except_in_an_emergency() {
	run(|| {
		three_planned();
		own(SHARER, crew());
		put_north(&[10, 20, 30, 40]);
		open(OWNER, fault_at(3));
		go_on(60 * SECOND);
		// Calm: the round does without the crew and what it was asked to do.
		planned(TOWER);
		assert_eq!((orders_of(0), orders_of(1)), (vec![0, 1, 2], vec![3]));
		RoundRulesInForce::<Test>::mutate(|rules| rules.level = Some(OutageLevel::Blue));
		go_on(60 * SECOND);
		frozen(TOWER);
		// Now all that nobody is under way to is planned anew.
		assert_noop!(Dispatch::acknowledge_route(dispatcher(TOWER), 0), Error::<Test>::NoRoute);
		go_on(31 * SECOND);
		assert_eq!(orders_of(0).len() + orders_of(1).len(), 4);
		assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), 0));
	});
}

#[test]
fn who_is_in_no_round_keeps_its_route() {
	run(|| {
		three_planned();
		own(TOWER, crew());
		let keys: Vec<_> = crate::ResourcesIn::<Test>::iter_keys().map(|(_, _, number)| number).collect();
		let [first, last] = keys[..] else { panic!("two crews") };
		if orders_of(last).is_empty() {
			assert_ok!(Dispatch::refuse_route(dispatcher(TOWER), first, words("no fuel")));
			go_on(120 * SECOND);
		}
		assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), last));
		assert_eq!(orders_of(last), [0, 1, 2]);
		go_on(600 * SECOND);
		// There is room for the first one in the index alone.
		RoundRulesInForce::<Test>::mutate(|rules| rules.resources = 1);
		let head = Dispatch::round(frozen(TOWER)).unwrap();
		assert_eq!((head.resources, head.jobs), (1, 0));
		assert_eq!(orders_of(last), [0, 1, 2]);
	});
}

#[test]
fn who_cannot_be_done_in_its_shift_goes_on_and_the_round_does_without() {
	run(|| {
		// The shift ends twenty minutes from now: there is time for one visit.
		go_to(START + 100 * MINUTE);
		let shift = crate::resources::types::Shift { from: 28_800, to: 64_800 };
		put_north(&[10, 20]);
		own(TOWER, crate::resources::types::Details { shift, ..crew() });
		(0..2).for_each(|slot| {
			open(OWNER, fault_at(slot));
		});
		let number = planned(TOWER);
		assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), 0));
		go_to(START + 121 * MINUTE);
		own(SHARER, crew());
		go_on(60 * SECOND);
		let next = frozen(TOWER);
		assert!(next > number);
		let round = Dispatch::snapshot(next).unwrap();
		assert_eq!(round.jobs.iter().map(|job| job.id).collect::<Vec<_>>(), [1]);
		assert_eq!(round.resources.iter().map(|one| one.id).collect::<Vec<_>>(), [1]);
		assert_eq!(orders_of(0), [0]);
		let planned_by = || Dispatch::resource(0).unwrap().round;
		assert_eq!(planned_by(), Some(next));
		go_on(31 * SECOND);
		assert_eq!((orders_of(0), orders_of(1), planned_by()), (vec![0], vec![1], None));
	});
}

#[test]
fn who_is_under_way_elsewhere_is_left_alone() {
	run(|| {
		use trimast_primitives::access::Scope;
		own(TOWER, crate::resources::types::Details { area: Scope::National, ..crew() });
		open(OWNER, fault());
		planned(TOWER);
		let route = Dispatch::route(0);
		open(OWNER, elsewhere());
		assert_eq!(Dispatch::round(frozen_in(TOWER, NEARBY)).unwrap().resources, 0);
		assert_eq!(Dispatch::route(0), route);
	});
}

#[test]
fn generator_runs_until_it_is_free() {
	run(|| {
		let crew = own(TOWER, generator(8_500));
		let order = open(OWNER, Opening { kind: OrderKind::GeneratorRun, ..fault() });
		let number = planned(TOWER);
		assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), crew));
		assert_ok!(Dispatch::finish_visit(dispatcher(TOWER), crew, order));
		assert!(matches!(Dispatch::route(crew).unwrap().stage, RouteStage::Running { .. }));
		// It stays where it is, through another round.
		go_on(60 * SECOND);
		planned(TOWER);
		assert_eq!(Dispatch::snapshot(number + 1).unwrap().jobs[0].pinned, Some(ResourceIndex(0)));
		assert!(matches!(Dispatch::route(crew).unwrap().stage, RouteStage::Running { .. }));
		assert_ok!(Dispatch::finish_visit(dispatcher(TOWER), crew, order));
		assert_eq!(Dispatch::route(crew), None);
	});
}

/// A generator of the tower company that runs at the first station.
fn running(org: OrgId) -> u32 {
	let resource = own(org, generator(8_500));
	let order = open(OWNER, Opening { kind: OrderKind::GeneratorRun, ..fault() });
	planned(TOWER);
	assert_ok!(Dispatch::acknowledge_route(dispatcher(org), resource));
	assert_ok!(Dispatch::finish_visit(dispatcher(org), resource, order));
	resource
}

#[test]
fn generator_runs_on_as_long_as_its_company_says_so() {
	run(|| {
		let resource = running(TOWER);
		let late = Event::VisitLate { resource, org: TOWER, order: 0 };
		let four_hours = u64::from(RUNNING) * SECOND;
		let acknowledge = || Dispatch::acknowledge_route(dispatcher(TOWER), resource);
		for times in 1..3 {
			assert_noop!(acknowledge(), Error::<Test>::AlreadyGiven);
			go_on(four_hours + 2 * SECOND);
			assert_eq!(events().iter().filter(|event| **event == late).count(), times);
			assert_ok!(acknowledge());
		}
		go_on(four_hours + 604 * SECOND);
		assert!(events().contains(&Event::RouteUnanswered { resource, org: TOWER }));
		assert_eq!((Dispatch::route(resource), RouteOfOrder::<Test>::get(0)), (None, None));
	});
}

/// That it is asked whether it still runs is no lateness: nobody else turns it off.
#[test]
fn generator_that_runs_is_not_given_up_by_who_waits_for_it() {
	run(|| {
		let resource = running(SHARER);
		go_on(u64::from(RUNNING) * SECOND + 2 * SECOND);
		let is_asked =
			matches!(Dispatch::route(resource).unwrap().stage, RouteStage::Running { is_late: true, .. });
		assert!(is_asked);
		for org in [OWNER, TOWER] {
			let refused = Dispatch::refuse_route(dispatcher(org), resource, words("off"));
			assert_noop!(refused, Error::<Test>::NotOwner);
		}
		assert_ok!(Dispatch::acknowledge_route(dispatcher(SHARER), resource));
	});
}

/// Who is no party of an order does not keep it out of rounds by saying that it was there.
#[test]
fn order_is_visited_by_the_word_of_its_parties_alone() {
	run(|| {
		let resource = own(SHARER, crew());
		let order = open(OWNER, fault());
		planned(TOWER);
		assert_ok!(Dispatch::acknowledge_route(dispatcher(SHARER), resource));
		assert_ok!(Dispatch::finish_visit(dispatcher(SHARER), resource, order));
		assert!(!crate::mock::order(order).is_visited);
		go_on(60 * SECOND);
		assert_eq!(Dispatch::round(frozen(TOWER)).unwrap().jobs, 1);
	});
}

#[test]
fn generator_of_who_has_left_runs_for_nobody() {
	run(|| {
		let resource = running(OTHER);
		let other = own(TOWER, generator(8_500));
		go_on(60 * SECOND);
		Orgs::mutate(|orgs| orgs[3] = OrgStatus::Left);
		planned(TOWER);
		assert_eq!((orders_of(resource), orders_of(other)), (vec![], vec![0]));
		Orgs::mutate(|orgs| orgs[3] = OrgStatus::Active);
	});
}

#[test]
fn override_works() {
	run(|| {
		let number = three_planned();
		own(SHARER, crew());
		let own_crew = own(TOWER, crew());
		let by_hand = |orders: &[u32]| {
			Dispatch::override_route(dispatcher(TOWER), own_crew, HERE, list(orders), words("the mayor's"))
		};
		assert_ok!(by_hand(&[2, 0]));
		let (orders, reason) = (list(&[2, 0]), words("the mayor's"));
		assert_eq!(last_event(), Event::RouteOverridden { resource: own_crew, org: TOWER, orders, reason });
		assert_eq!((orders_of(0), orders_of(own_crew)), (vec![1], vec![2, 0]));
		let route = Dispatch::route(own_crew).unwrap();
		assert_eq!(route.round, None);
		assert!(matches!(route.stage, RouteStage::UnderWay { .. }));
		// No round touches it.
		assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), 0));
		go_on(60 * SECOND);
		planned(TOWER);
		assert_eq!(orders_of(own_crew), [2, 0]);
		assert_eq!(Dispatch::round(number + 1).unwrap().jobs, 1);
		assert_ok!(by_hand(&[]));
		assert_eq!(Dispatch::route(own_crew), None);
	});
}

#[test]
fn what_is_sent_by_hand_is_late_within_the_horizon() {
	run(|| {
		put_north(&[10]);
		let slow = own(TOWER, crate::resources::types::Details { speed: 1, ..crew() });
		let order = open(OWNER, fault_at(0));
		assert_ok!(Dispatch::override_route(dispatcher(TOWER), slow, HERE, list(&[order]), words("by hand")));
		go_on(86_400 * SECOND + 902 * SECOND);
		assert!(events().contains(&Event::VisitLate { resource: slow, org: TOWER, order }));
	});
}

#[test]
fn override_goes_before_a_round_that_is_open() {
	run(|| {
		put_north(&[10, 20]);
		let (first, second) = (own(TOWER, crew()), own(TOWER, crew()));
		(0..2).for_each(|slot| {
			open(OWNER, fault_at(slot));
		});
		frozen(TOWER);
		assert_ok!(Dispatch::override_route(dispatcher(TOWER), second, HERE, list(&[1]), words("by hand")));
		go_on(31 * SECOND);
		assert_eq!((orders_of(first), orders_of(second)), (vec![0], vec![1]));
		assert_eq!(Dispatch::resource(second).unwrap().round, None);
	});
}

#[test]
fn who_withdraws_from_a_round_has_refused() {
	run(|| {
		put_north(&[10, 20, 30]);
		(0..3).for_each(|slot| {
			open(OWNER, fault_at(slot));
		});
		let mut far = crew();
		far.at.latitude -= 10_000;
		let (near, other) = (own(TOWER, crew()), own(SHARER, far));
		let by_hand = |orders: &[u32]| {
			assert_ok!(Dispatch::override_route(dispatcher(TOWER), near, HERE, list(orders), words("no")));
		};
		let count = || crate::Refusals::<Test>::get(HERE, TOWER).count;
		let number = frozen(OWNER);
		by_hand(&[2]);
		assert_eq!(count(), 0);
		go_on(31 * SECOND);
		assert_eq!((count(), orders_of(near), orders_of(other)), (1, vec![2], vec![]));
		// It is free in time, and the next round is held without it.
		by_hand(&[]);
		go_on(120 * SECOND);
		assert_eq!(Dispatch::round(number + 1).unwrap().trigger, Trigger::Refused);
		assert_eq!((count(), orders_of(near), orders_of(other)), (1, vec![], vec![0, 1, 2]));
	});
}

#[test]
fn who_takes_its_resource_off_a_route_has_refused() {
	run(|| {
		let number = three_planned();
		own(SHARER, crew());
		assert_ok!(Dispatch::override_route(dispatcher(TOWER), 0, HERE, list(&[1]), words("by hand")));
		assert_eq!(crate::Refusals::<Test>::get(HERE, TOWER).count, 1);
		assert!(Dispatch::resource(0).unwrap().rests > Now::get());
		go_on(120 * SECOND);
		assert_eq!(Dispatch::round(number + 1).unwrap().trigger, Trigger::Refused);
		assert_eq!((orders_of(0), orders_of(1)), (vec![1], vec![0, 2]));
	});
}

#[test]
fn override_stays_while_a_round_is_gathered() {
	use crate::rounds::work::{work_within, MAX_TURNS};
	use frame_support::weights::Weight;
	run(|| {
		three_planned();
		assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), 0));
		go_on(60 * SECOND);
		assert_ok!(Dispatch::open_round(dispatcher(TOWER), HERE));
		while Dispatch::resource(0).unwrap().round.is_none() {
			work_within::<Test>(MAX_TURNS, Weight::from_parts(5, 0));
		}
		assert_ok!(Dispatch::override_route(dispatcher(TOWER), 0, HERE, list(&[1]), words("by hand")));
		assert_ok!(Dispatch::step(dispatcher(OWNER), 0, State::Cancelled));
		go_on(SECOND);
		go_on(31 * SECOND);
		assert_eq!((orders_of(0), Dispatch::route(0).unwrap().round), (vec![1], None));
		assert_eq!(Dispatch::resource(0).unwrap().round, None);
	});
}

#[test]
fn override_stays_within_scope_and_area() {
	run(|| {
		use trimast_primitives::access::Scope;
		let far = own(TOWER, crate::resources::types::Details { area: Scope::National, ..crew() });
		let here = own(TOWER, crew());
		let there = open(OWNER, elsewhere());
		open(OWNER, fault());
		let baoding = || RuntimeOrigin::signed(u64::from(TOWER.0) * 100 + BAODING);
		let by_hand = |origin, resource, orders: &[u32]| {
			Dispatch::override_route(origin, resource, NEARBY, list(orders), words("by hand"))
		};
		assert_noop!(by_hand(dispatcher(TOWER), here, &[there]), Error::<Test>::BadResource);
		assert_ok!(by_hand(baoding(), far, &[there]));
		assert_ok!(by_hand(baoding(), far, &[]));
		// Neither from a round elsewhere, nor from its route.
		Dispatch::remove_resource(dispatcher(TOWER), here).unwrap();
		frozen(OWNER);
		assert!(Dispatch::resource(far).unwrap().round.is_some());
		assert_noop!(by_hand(baoding(), far, &[there]), Error::<Test>::OutsideScope);
		go_on(31 * SECOND);
		assert_eq!(orders_of(far), [1]);
		assert_noop!(by_hand(baoding(), far, &[]), Error::<Test>::OutsideScope);
		assert_ok!(by_hand(dispatcher(TOWER), far, &[there]));
	});
}

#[test]
fn override_fails_where_it_may_not() {
	run(|| {
		put_north(&[0, 1]);
		let area = trimast_primitives::access::Scope::National;
		let crew_of_tower = own(TOWER, crate::resources::types::Details { area, ..crew() });
		let spares = own(
			TOWER,
			crate::resources::types::Details {
				kind: crate::resources::types::Kind::Spares { part: 1, count: 1 },
				..crew()
			},
		);
		let order = open(OWNER, fault_at(0));
		let by = |org: OrgId, resource, orders: &[u32]| {
			Dispatch::override_route(dispatcher(org), resource, HERE, list(orders), words("by hand"))
		};
		assert_noop!(by(TOWER, 9, &[order]), Error::<Test>::NoSuchResource);
		assert_noop!(by(OWNER, crew_of_tower, &[order]), Error::<Test>::NotOwner);
		assert_noop!(by(TOWER, spares, &[order]), Error::<Test>::BadResource);
		assert_noop!(by(TOWER, crew_of_tower, &[order, order]), Error::<Test>::AlreadyExists);
		assert_noop!(by(TOWER, crew_of_tower, &[99]), Error::<Test>::NoSuchOrder);
		let crew_of_other = own(OTHER, crew());
		assert_noop!(by(OTHER, crew_of_other, &[order]), Error::<Test>::NotParty);
		// Who has raised it takes nobody's people off.
		let crew_of_owner = own(OWNER, crew());
		assert_noop!(by(OWNER, crew_of_owner, &[order]), Error::<Test>::OtherSide);
		let silent =
			Dispatch::override_route(dispatcher(TOWER), crew_of_tower, HERE, list(&[order]), words(""));
		assert_eq!(silent, Err(Error::<Test>::BadWords.into()));
		let elsewhere = Dispatch::override_route(
			dispatcher(TOWER),
			crew_of_tower,
			NEARBY,
			list(&[order]),
			words("by hand"),
		);
		assert_eq!(elsewhere, Err(Error::<Test>::NotWaiting.into()));
		steps(order, &[(TOWER, State::InProgress), (TOWER, State::Resolved)]);
		assert_noop!(by(TOWER, crew_of_tower, &[order]), Error::<Test>::NotWaiting);
	});
}
