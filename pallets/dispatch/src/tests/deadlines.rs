// SPDX-License-Identifier: Apache-2.0

//! What the chain says and does by itself when a time is over.

use crate::{mock::*, types::Deadline, Error, Event};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{
	access::Scope,
	order::{Opening, OrderKind, Place, Stage, State},
	org::OrgStatus,
	Moment,
};

/// The deadlines that were told of, and when.
fn told() -> Vec<Deadline> {
	let deadline = |event| match event {
		Event::DeadlinePassed { deadline, .. } => Some(deadline),
		_ => None,
	};
	events().into_iter().filter_map(deadline).collect()
}

const RESPONSE: Moment = 15 * MINUTE;
const JEOPARDY: Moment = 90 * MINUTE;
const RESTORATION: Moment = 120 * MINUTE;

#[test]
fn deadlines_are_told_once_each_when_they_have_passed() {
	run(|| {
		let number = open(OWNER, fault());
		go_to(START + RESPONSE);
		assert_eq!(told(), []);
		go_to(START + RESPONSE + SECOND);
		assert_eq!(told(), [Deadline::Response]);
		go_to(START + JEOPARDY - 1);
		assert_eq!(told(), [Deadline::Response]);
		go_to(START + JEOPARDY);
		assert_eq!(told(), [Deadline::Response, Deadline::Jeopardy]);
		// The deadline itself is in time.
		go_to(START + RESTORATION);
		assert_eq!(told().len(), 2);
		go_to(START + RESTORATION + SECOND);
		assert_eq!(told(), [Deadline::Response, Deadline::Jeopardy, Deadline::Restoration]);
		go_on(300 * MINUTE);
		assert_eq!((told().len(), order(number).next), (3, None));
	});
}

#[test]
fn who_answers_in_time_is_not_told_of() {
	run(|| {
		let number = open(OWNER, fault());
		go_to(START + RESPONSE);
		steps(number, &[(TOWER, State::InProgress)]);
		go_to(START + JEOPARDY - SECOND);
		steps(number, &[(TOWER, State::Resolved), (OWNER, State::Closed)]);
		go_on(300 * MINUTE);
		assert_eq!(told(), []);
	});
}

#[test]
fn deadlines_move_while_the_clock_stands() {
	run(|| {
		let number = open(OWNER, fault());
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Held)]);
		// It is held for an hour, and stands for half of it.
		go_on(30 * MINUTE);
		assert_ok!(Dispatch::sign_hold(dispatcher(OWNER), number, 2));
		go_on(30 * MINUTE);
		steps(number, &[(TOWER, State::InProgress)]);
		go_to(START + JEOPARDY + 30 * MINUTE - SECOND);
		assert_eq!(told(), []);
		go_to(START + JEOPARDY + 30 * MINUTE);
		assert_eq!(told(), [Deadline::Jeopardy]);
		go_to(START + RESTORATION + 30 * MINUTE);
		assert_eq!(told(), [Deadline::Jeopardy]);
		go_on(SECOND);
		assert_eq!(told(), [Deadline::Jeopardy, Deadline::Restoration]);
	});
}

#[test]
fn an_order_that_stands_for_long_is_not_looked_at_again_and_again() {
	run(|| {
		let number = open(OWNER, fault());
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Held)]);
		assert_ok!(Dispatch::sign_hold(dispatcher(OWNER), number, 2));
		go_on(1_000 * MINUTE);
		assert_eq!((told(), order(number).next), (vec![], None));
		steps(number, &[(OWNER, State::InProgress)]);
		go_on(JEOPARDY);
		assert_eq!(told(), [Deadline::Jeopardy]);
	});
}

#[test]
fn what_was_late_when_it_was_resolved_is_told_when_it_is_reopened() {
	run(|| {
		let number = open(OWNER, fault());
		go_to(START + RESTORATION - MINUTE);
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved)]);
		go_on(10 * MINUTE);
		assert_eq!(told(), [Deadline::Response, Deadline::Jeopardy]);
		steps(number, &[(OWNER, State::InProgress)]);
		assert_eq!(told().last(), Some(&Deadline::Restoration));
	});
}

#[test]
fn raiser_that_reopens_late_does_not_have_the_clock_run_meanwhile() {
	run(|| {
		let number = open(OWNER, fault());
		let response = Moment::from(TERMS.response) * SECOND;
		let run = || Dispatch::order(number).unwrap().clock.run();
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved)]);
		go_on(response);
		steps(number, &[(OWNER, State::InProgress), (TOWER, State::Resolved)]);
		assert_eq!(run(), response);
		// At the last moment.
		go_on(SILENCE);
		steps(number, &[(OWNER, State::InProgress)]);
		assert_eq!(run(), 2 * response);
		go_on(MINUTE);
		assert_eq!(run(), 2 * response + MINUTE);
	});
}

#[test]
fn silent_raiser_has_its_ticket_closed() {
	run(|| {
		let number = open(OWNER, fault());
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved)]);
		go_on(SILENCE);
		assert_eq!(order(number).state, State::Resolved);
		assert_ok!(Dispatch::step(dispatcher(OWNER), number, State::InProgress));
		steps(number, &[(TOWER, State::Resolved)]);
		go_on(SILENCE + SECOND);
		assert_eq!(order(number).state, State::Closed);
		let (from, to) = (State::Resolved, State::Closed);
		assert!(events().contains(&Event::OrderMoved { order: number, from, to, by: None }));
	});
}

#[test]
fn nobody_reopens_what_the_silence_has_ended() {
	run(|| {
		let number = open(OWNER, fault());
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved)]);
		// The chain has not come to it yet.
		Now::mutate(|now| *now += SILENCE + 1);
		let reopen = Dispatch::step(dispatcher(OWNER), number, State::InProgress);
		assert_noop!(reopen, Error::<Test>::TooLate);
		assert_ok!(Dispatch::step(dispatcher(OWNER), number, State::Closed));
	});
}

#[test]
fn silence_of_who_cannot_answer_says_nothing() {
	run(|| {
		let number = open(OWNER, fault());
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved)]);
		Orgs::mutate(|orgs| orgs[0] = OrgStatus::Suspended);
		go_on(SILENCE + SECOND);
		assert_eq!(order(number).state, State::Resolved);
		Orgs::mutate(|orgs| orgs[0] = OrgStatus::Active);
		// It has as long again.
		go_on(SILENCE - 2 * SECOND);
		assert_ok!(Dispatch::step(dispatcher(OWNER), number, State::InProgress));
		// And as long as the handler for an answer that it could have given at once.
		let run = SILENCE + SECOND + Moment::from(TERMS.response) * SECOND;
		assert_eq!(Dispatch::order(number).unwrap().clock.run(), run);
	});
}

#[test]
fn longer_silence_is_for_one_answer() {
	run(|| {
		let number = open(OWNER, fault());
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved)]);
		Orgs::mutate(|orgs| orgs[0] = OrgStatus::Suspended);
		go_on(SILENCE + SECOND);
		Orgs::mutate(|orgs| orgs[0] = OrgStatus::Active);
		go_on(SILENCE - 2 * SECOND);
		steps(number, &[(OWNER, State::InProgress), (TOWER, State::Resolved)]);
		go_on(SILENCE + SECOND);
		assert_eq!(order(number).state, State::Closed);
		// It has not run behind the second time that it was resolved.
		let run = SILENCE + SECOND + Moment::from(TERMS.response) * SECOND;
		assert_eq!(Dispatch::record(number).unwrap().clock().run(), run);
	});
}

#[test]
fn job_that_waits_for_too_long_is_called_off() {
	run(|| {
		let number = open(OWNER, job());
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Pending)]);
		go_on(Moment::from(LIMITS.pending) * SECOND);
		assert_eq!(order(number).state, State::Pending);
		go_on(SECOND);
		assert_eq!(order(number).state, State::Cancelled);
		// A ticket is not.
		let ticket = open(OWNER, fault());
		steps(ticket, &[(TOWER, State::InProgress), (TOWER, State::Pending)]);
		go_on(10 * Moment::from(LIMITS.pending) * SECOND);
		assert_eq!(order(ticket).state, State::Pending);
	});
}

#[test]
fn who_answers_for_a_violation_is_not_rid_of_it_by_waiting() {
	run(|| {
		Known::mutate(|all| all.insert(5, seen()));
		let remedial = Opening { kind: OrderKind::Remedial, violation: Some(5), ..fault() };
		let number = open(OWNER, remedial);
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Pending)]);
		go_on(10 * Moment::from(LIMITS.pending) * SECOND);
		assert_eq!((order(number).state, order(number).next), (State::Pending, None));
		// Its raiser calls it off, and a handler that says nothing of that has nothing against it.
		steps(number, &[(OWNER, State::AssessingCancellation)]);
		go_on(Moment::from(LIMITS.pending) * SECOND + SECOND);
		assert_eq!(order(number).state, State::Cancelled);
	});
}

#[test]
fn job_whose_handler_says_nothing_of_its_cancellation_is_called_off() {
	run(|| {
		let way = [(TOWER, State::InProgress), (OWNER, State::AssessingCancellation)];
		let assessed = open(OWNER, job());
		steps(assessed, &way);
		let pending = open(OWNER, job());
		steps(pending, &[&way[..], &[(TOWER, State::PendingCancellation)]].concat());
		let denied = open(OWNER, job());
		steps(denied, &[&way[..], &[(TOWER, State::InProgress)]].concat());
		go_on(Moment::from(LIMITS.pending) * SECOND);
		let states = || [assessed, pending, denied].map(|number| order(number).state);
		assert_eq!(states(), [State::AssessingCancellation, State::PendingCancellation, State::InProgress]);
		go_on(SECOND);
		assert_eq!(states(), [State::Cancelled, State::Cancelled, State::InProgress]);
	});
}

#[test]
fn jobs_have_deadlines_where_the_council_has_set_some() {
	run(|| {
		assert_ok!(Dispatch::set_service_level(
			RuntimeOrigin::root(),
			Scope::National,
			OrderKind::GeneratorRun,
			Some(service_level())
		));
		open(OWNER, Opening { kind: OrderKind::GeneratorRun, ..job() });
		open(OWNER, job());
		go_on(RESPONSE + SECOND);
		assert_eq!(told(), [Deadline::Response]);
	});
}

#[test]
fn what_has_ended_is_settled_after_the_evidence_term() {
	run(|| {
		for (opening, way) in [
			(job(), &[(TOWER, State::Rejected)][..]),
			(fault(), &[(OWNER, State::Cancelled)]),
			(job(), &[(TOWER, State::InProgress), (TOWER, State::Failed)]),
		] {
			let number = open(OWNER, opening);
			steps(number, way);
			go_on(EVIDENCE_TERM);
			assert_ne!(order(number).stage, Stage::Settled);
			go_on(SECOND);
			assert_eq!((order(number).stage, order(number).next), (Stage::Settled, None));
			assert_eq!(Dispatch::verdict(number), None);
		}
	});
}

#[test]
fn what_ends_at_the_deadline_itself_is_in_time_and_rests() {
	run(|| {
		let resolved = open(OWNER, fault());
		put(vec![station(), station()]);
		let other = trimast_primitives::page::SiteId { index: 1, ..SITE };
		let held = open(OWNER, Opening { place: Place::Station(other), ..fault() });
		let way = [(TOWER, State::InProgress)];
		steps(resolved, &way);
		steps(held, &way);
		go_to(START + RESTORATION);
		steps(held, &[(TOWER, State::Held)]);
		assert_ok!(Dispatch::sign_hold(dispatcher(OWNER), held, 2));
		steps(resolved, &[(TOWER, State::Resolved)]);
		go_on(10 * SECOND);
		assert_eq!(told(), [Deadline::Jeopardy; 2]);
		let silent = crate::agenda::second_of(START + RESTORATION + SILENCE) + 1;
		assert_eq!((order(resolved).next, order(held).next), (Some(silent), None));
	});
}
