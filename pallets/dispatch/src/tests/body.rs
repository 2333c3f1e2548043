// SPDX-License-Identifier: Apache-2.0

//! Bodies that are asked for are delivered, or their facts are void.

use crate::{
	agenda::{second_of, MAX_DUE, MAX_SHIFT},
	mock::*,
	Agenda, Error, Event, Evidence as EvidenceMap,
};
use frame_support::{assert_noop, assert_ok, BoundedVec};
use sp_runtime::DispatchResult;
use trimast_primitives::{
	order::{Demand, Stage, State},
	org::OrgStatus,
	Moment, OrgId, OrgSet,
};

const BODY_TERM: Moment = LIMITS.body as Moment * SECOND;
const PHOTO: &[u8] = b"a photograph of a burnt fuse";

/// An order with a fact of the tower company with a body, one without, and one of the owner with one.
fn with_bodies() -> u32 {
	let number = open(OWNER, fault());
	for (org, body) in [(TOWER, Some(PHOTO)), (TOWER, None), (OWNER, Some(&b"log"[..]))] {
		let body = body.map(hash_of);
		assert_ok!(Dispatch::anchor_fact(dispatcher(org), number, START, power(), body));
	}
	number
}

fn ask(org: OrgId, number: u32, fact: u8) -> DispatchResult {
	Dispatch::ask_body(dispatcher(org), number, fact)
}

fn deliver(org: OrgId, number: u32, fact: u8, bytes: &[u8]) -> DispatchResult {
	Dispatch::deliver_body(dispatcher(org), number, fact, bytes.to_vec().try_into().unwrap())
}

fn demand(number: u32, fact: usize) -> Demand {
	EvidenceMap::<Test>::get(number).facts[fact].body.unwrap().demand
}

#[test]
fn ask_body_works_for_others_once() {
	run(|| {
		let number = with_bodies();
		assert_noop!(ask(TOWER, number, 0), Error::<Test>::OwnFact);
		assert_noop!(ask(OTHER, number, 0), Error::<Test>::NotConcerned);
		assert_noop!(ask(OWNER, number, 1), Error::<Test>::NoBody);
		assert_noop!(ask(OWNER, number, 9), Error::<Test>::NoSuchFact);
		assert_refusals(OWNER, &[NO_COLLECTOR], |origin| Dispatch::ask_body(origin, number, 0));
		assert_ok!(Dispatch::ask_body(auditor(SHARER), number, 0));
		let until = START + BODY_TERM;
		assert_eq!(last_event(), Event::BodyAsked { order: number, fact: 0, by: SHARER, until });
		assert_eq!((order(number).demand, demand(number, 0)), (Some(until), Demand::Open));
		assert_noop!(ask(SHARER, number, 0), Error::<Test>::AlreadyAsked);
	});
}

#[test]
fn body_is_shown_to_the_chain() {
	run(|| {
		let number = with_bodies();
		assert_noop!(deliver(TOWER, number, 0, PHOTO), Error::<Test>::NotAsked);
		assert_ok!(ask(OWNER, number, 0));
		assert_noop!(deliver(TOWER, number, 0, b"another one"), Error::<Test>::OtherBody);
		assert_noop!(deliver(SHARER, number, 0, PHOTO), Error::<Test>::NotAuthor);
		assert_noop!(deliver(TOWER, number, 9, PHOTO), Error::<Test>::NoSuchFact);
		assert_refusals(TOWER, &[NO_AUDITOR], |origin| {
			Dispatch::deliver_body(origin, number, 0, PHOTO.to_vec().try_into().unwrap())
		});
		go_on(BODY_TERM);
		assert_ok!(deliver(TOWER, number, 0, PHOTO));
		assert_eq!((demand(number, 0), order(number).demand), (Demand::Met, None));
		assert_eq!(last_event(), Event::BodyDelivered { order: number, fact: 0, org: TOWER, is_shown: true });
		// It is not asked for again.
		assert_noop!(ask(OWNER, number, 0), Error::<Test>::AlreadyAsked);
		go_on(2 * BODY_TERM);
		assert_eq!(demand(number, 0), Demand::Met);
	});
}

#[test]
fn who_has_asked_says_that_it_has_it() {
	run(|| {
		let number = with_bodies();
		assert_ok!(ask(OWNER, number, 0));
		let acknowledge = |org| Dispatch::acknowledge_body(dispatcher(org), number, 0);
		assert_noop!(acknowledge(TOWER), Error::<Test>::NotAsked);
		assert_noop!(acknowledge(SHARER), Error::<Test>::NotAsked);
		assert_refusals(OWNER, &[NO_COLLECTOR], |origin| Dispatch::acknowledge_body(origin, number, 0));
		assert_ok!(acknowledge(OWNER));
		assert_eq!(demand(number, 0), Demand::Met);
		assert_noop!(acknowledge(OWNER), Error::<Test>::NotAsked);
	});
}

#[test]
fn nobody_has_a_body_for_another() {
	run(|| {
		let number = with_bodies();
		let acknowledge = |org| Dispatch::acknowledge_body(dispatcher(org), number, 0);
		assert_ok!(ask(SHARER, number, 0));
		assert_ok!(ask(OWNER, number, 0));
		assert_ok!(acknowledge(SHARER));
		assert_eq!((demand(number, 0), order(number).demand), (Demand::Open, Some(START + BODY_TERM)));
		assert_eq!(Dispatch::facts(number).unwrap().demands[0].by, OrgSet::of(OWNER));
		assert_noop!(acknowledge(SHARER), Error::<Test>::NotAsked);
		assert_noop!(ask(SHARER, number, 0), Error::<Test>::AlreadyAsked);
		go_on(BODY_TERM + SECOND);
		assert_eq!(demand(number, 0), Demand::Missed);
		assert_noop!(ask(OWNER, number, 0), Error::<Test>::AlreadyAsked);
	});
}

#[test]
fn body_that_one_company_has_may_be_asked_for_by_another() {
	run(|| {
		let number = with_bodies();
		assert_ok!(ask(SHARER, number, 0));
		assert_ok!(Dispatch::acknowledge_body(dispatcher(SHARER), number, 0));
		assert_eq!((demand(number, 0), order(number).demand), (Demand::Met, None));
		assert_ok!(ask(OWNER, number, 0));
		assert_ok!(deliver(TOWER, number, 0, PHOTO));
		assert_eq!(demand(number, 0), Demand::Met);
	});
}

#[test]
fn who_asks_late_takes_no_time_from_the_author() {
	run(|| {
		let number = with_bodies();
		assert_ok!(ask(SHARER, number, 0));
		go_on(BODY_TERM);
		assert_ok!(ask(OWNER, number, 0));
		go_on(BODY_TERM);
		assert_ok!(deliver(TOWER, number, 0, PHOTO));
	});
}

#[test]
fn fact_is_void_when_its_body_is_not_delivered() {
	run(|| {
		let number = with_bodies();
		assert_ok!(ask(OWNER, number, 0));
		go_on(MINUTE);
		assert_ok!(ask(TOWER, number, 2));
		go_to(START + BODY_TERM);
		assert_eq!(demand(number, 0), Demand::Open);
		// The chain has not come to it yet: it is late all the same.
		Now::mutate(|now| *now += 1);
		assert_noop!(deliver(TOWER, number, 0, PHOTO), Error::<Test>::TooLate);
		go_on(SECOND);
		assert_eq!((demand(number, 0), demand(number, 2)), (Demand::Missed, Demand::Open));
		assert!(events().contains(&Event::FactVoid { order: number, fact: 0 }));
		go_on(MINUTE);
		assert_eq!((demand(number, 2), order(number).demand), (Demand::Missed, None));
	});
}

#[test]
fn verdict_waits_for_bodies_that_are_asked_for() {
	run(|| {
		let number = with_bodies();
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved), (OWNER, State::Closed)]);
		go_on(EVIDENCE_TERM);
		assert_ok!(ask(OWNER, number, 0));
		go_on(BODY_TERM);
		assert!(matches!(order(number).stage, Stage::Evidence { .. }));
		assert_ok!(deliver(TOWER, number, 0, PHOTO));
		go_on(2 * SECOND);
		assert!(matches!(order(number).stage, Stage::Judged { .. }));
	});
}

#[test]
fn verdict_comes_without_what_was_missed() {
	run(|| {
		let number = with_bodies();
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved), (OWNER, State::Closed)]);
		go_on(EVIDENCE_TERM);
		assert_ok!(ask(OWNER, number, 0));
		go_on(BODY_TERM + SECOND);
		// One thing at a time: each is charged for.
		assert_eq!(demand(number, 0), Demand::Missed);
		assert!(matches!(order(number).stage, Stage::Evidence { .. }));
		go_on(SECOND);
		assert!(matches!(order(number).stage, Stage::Judged { .. }));
		assert_noop!(deliver(TOWER, number, 0, PHOTO), Error::<Test>::TooLate);
	});
}

#[test]
fn ask_body_fails_when_the_time_for_answers_is_over() {
	run(|| {
		let number = with_bodies();
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved), (OWNER, State::Closed)]);
		let Stage::Evidence { answers, .. } = order(number).stage else { panic!("it has ended") };
		go_to(answers);
		// The chain has not come to the verdict yet: it is late all the same.
		Now::mutate(|now| *now += 1);
		assert!(matches!(order(number).stage, Stage::Evidence { .. }));
		assert_noop!(ask(OWNER, number, 0), Error::<Test>::TooLate);
		// Nor is one asked for of an order that is judged, so that the verdict would have to wait for it.
		go_on(2 * SECOND);
		assert!(matches!(order(number).stage, Stage::Judged { .. }));
		assert_noop!(ask(OWNER, number, 0), Error::<Test>::TooLate);
		assert_eq!((demand(number, 0), order(number).demand), (Demand::None, None));
	});
}

#[test]
fn who_cannot_answer_has_as_long_again() {
	run(|| {
		let number = with_bodies();
		assert_ok!(ask(OWNER, number, 0));
		assert_ok!(ask(TOWER, number, 2));
		Orgs::mutate(|orgs| orgs[2] = OrgStatus::Suspended);
		go_on(BODY_TERM + SECOND);
		assert_eq!((demand(number, 0), demand(number, 2)), (Demand::Open, Demand::Missed));
		Orgs::mutate(|orgs| orgs[2] = OrgStatus::Active);
		go_on(BODY_TERM - 2 * SECOND);
		assert_ok!(deliver(TOWER, number, 0, PHOTO));
	});
}

#[test]
fn body_is_delivered_however_full_the_agenda_is() {
	run(|| {
		let number = with_bodies();
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved), (OWNER, State::Closed)]);
		go_on(EVIDENCE_TERM);
		assert_ok!(ask(OWNER, number, 0));
		go_on(MINUTE);
		let due = order(number).next;
		let next = second_of(Now::get()) + 1;
		let full = BoundedVec::truncate_from(vec![u32::MAX; MAX_DUE as usize]);
		(next..next + MAX_SHIFT).for_each(|second| Agenda::<Test>::insert(TOWER, second, full.clone()));
		// There would be a verdict now. It comes when the body was due.
		assert_ok!(deliver(TOWER, number, 0, PHOTO));
		assert_eq!(order(number).next, due);
		let _ = Agenda::<Test>::clear_prefix(TOWER, u32::MAX, None);
		go_on(BODY_TERM);
		assert!(matches!(order(number).stage, Stage::Judged { .. }));
	});
}
