// SPDX-License-Identifier: Apache-2.0

//! Who cannot answer is waited for, whenever that was within the term.

use crate::{agenda::second_of, mock::*, Call, Error, Event};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{
	order::{Opening, Ruling, Stage, State},
	Moment,
};

const APPEAL: Moment = LIMITS.appeal as Moment * SECOND;
const RULING: Moment = LIMITS.ruling as Moment * SECOND;
const BODY: Moment = LIMITS.body as Moment * SECOND;
const PENDING: Moment = LIMITS.pending as Moment * SECOND;

fn resolved() -> u32 {
	let number = open(OWNER, fault());
	steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved)]);
	number
}

#[test]
fn raiser_that_can_answer_again_before_the_end_has_the_whole_term() {
	run(|| {
		let number = resolved();
		silence(OWNER, START + SILENCE - MINUTE);
		let last = START + 2 * SILENCE - MINUTE;
		go_to(last);
		assert_eq!(order(number).state, State::Resolved);
		go_on(SECOND);
		assert_eq!(order(number).state, State::Closed);
	});
}

#[test]
fn raiser_reopens_also_before_the_chain_has_noticed() {
	run(|| {
		let number = resolved();
		silence(OWNER, START + SILENCE - MINUTE);
		Now::mutate(|now| *now += SILENCE + 1);
		assert_ok!(Dispatch::step(dispatcher(OWNER), number, State::InProgress));
		assert_eq!(Dispatch::order(number).unwrap().clock.run(), SILENCE + 1);
	});
}

#[test]
fn silence_before_a_term_gives_no_more_time() {
	run(|| {
		silence(OWNER, START - 1);
		let number = resolved();
		go_on(SILENCE + SECOND);
		assert_eq!(order(number).state, State::Closed);
	});
}

#[test]
fn silence_whose_end_is_known_is_not_asked_for_again_and_again() {
	run(|| {
		let number = resolved();
		let until = START + 100 * SILENCE;
		silence(OWNER, until);
		go_on(SILENCE + SECOND);
		assert_eq!(order(number).next, Some(second_of(until + SILENCE) + 1));
	});
}

#[test]
fn evidence_waits_for_parties_and_accused() {
	run(|| {
		let link = |owner| {
			let subject = trimast_primitives::order::Subject::Backhaul { owner };
			alarm(1, trimast_primitives::order::Phase::Raised, subject)
		};
		let number = open(OWNER, fault());
		assert_ok!(say(OWNER, number, START, link(SHARER)));
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved), (OWNER, State::Closed)]);
		let until = START + 9 * MINUTE;
		silence(SHARER, until);
		// It is none of its business.
		silence(OTHER, until + MINUTE);
		go_to(until + EVIDENCE_TERM);
		assert_eq!(Dispatch::verdict(number), None);
		assert_ok!(countersign(SHARER, number, 0));
		go_on(SECOND);
		assert!(Dispatch::verdict(number).is_some());
	});
}

#[test]
fn body_is_waited_for() {
	run(|| {
		let number = open(OWNER, fault());
		let hash = hash_of(b"log");
		assert_ok!(Dispatch::anchor_fact(dispatcher(TOWER), number, START, power(), Some(hash)));
		assert_ok!(Dispatch::ask_body(dispatcher(OWNER), number, 0));
		silence(TOWER, START + BODY - SECOND);
		go_on(2 * BODY - SECOND);
		let bytes = b"log".to_vec().try_into().unwrap();
		assert_ok!(Dispatch::deliver_body(dispatcher(TOWER), number, 0, bytes));
	});
}

#[test]
fn window_and_ruling_are_waited_for() {
	run(|| {
		let number = judged(30, &[(OWNER, power())]);
		let Stage::Judged { until } = order(number).stage else { panic!("no verdict") };
		silence(TOWER, until - SECOND);
		go_to(until - SECOND + APPEAL);
		assert_ok!(Dispatch::appeal(dispatcher(TOWER), number, words("no")));
		let Stage::Appealed { until } = order(number).stage else { panic!("no appeal") };
		silence(SHARER, until - SECOND);
		go_to(until - SECOND + RULING);
		for org in [SHARER, OTHER] {
			assert_ok!(Dispatch::rule(dispatcher(org), number, Ruling::default(), words("seen")));
		}
	});
}

#[test]
fn who_has_ruled_is_not_waited_for() {
	run(|| {
		let number = judged(30, &[(OWNER, power())]);
		assert_ok!(Dispatch::appeal(dispatcher(TOWER), number, words("no")));
		assert_ok!(Dispatch::rule(dispatcher(SHARER), number, Ruling::default(), words("seen")));
		silence(SHARER, Now::get() + RULING - SECOND);
		go_on(RULING + 2 * SECOND);
		assert!(Dispatch::verdict(number).unwrap().is_final);
	});
}

#[test]
fn job_is_pending_until_who_is_waited_for_could_answer() {
	run(|| {
		let number = open(OWNER, job());
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Pending)]);
		silence(OWNER, START + PENDING - SECOND);
		go_on(2 * PENDING - SECOND);
		assert_eq!(order(number).state, State::Pending);
		go_on(SECOND);
		assert_eq!(order(number).state, State::Cancelled);
	});
}

#[test]
fn handler_that_cannot_answer_is_asked_for_longer_whether_a_job_is_cancelled() {
	run(|| {
		let number = open(OWNER, job());
		steps(number, &[(TOWER, State::InProgress), (OWNER, State::AssessingCancellation)]);
		silence(TOWER, START + PENDING - SECOND);
		// It is not waited for.
		silence(OWNER, START + 2 * PENDING);
		go_on(2 * PENDING - SECOND);
		assert_eq!(order(number).state, State::AssessingCancellation);
		go_on(SECOND);
		assert_eq!(order(number).state, State::Cancelled);
	});
}

#[test]
fn who_cannot_answer_gets_no_faults() {
	run(|| {
		silence(TOWER, START);
		assert_noop!(Dispatch::open(dispatcher(OWNER), fault()), Error::<Test>::OrgNotActive);
		// A job has no clock that runs against it, and who raised a fault may repair it itself.
		assert_ok!(Dispatch::open(dispatcher(OWNER), job()));
		assert_ok!(Dispatch::open(dispatcher(OWNER), Opening { handler: OWNER, ..fault() }));
		assert!(matches!(last_event(), Event::OrderOpened { .. }));
		go_on(1);
		assert_ok!(Dispatch::open(dispatcher(SHARER), fault()));
	});
}

#[test]
fn pause_stops_nothing_that_would_be_too_late_afterwards() {
	let step = Call::<Test>::step { order: 0, to: State::Resolved };
	let sign = Call::<Test>::sign_hold { order: 0, change: 0 };
	let say = Call::<Test>::anchor_fact { order: 0, claimed: 0, evidence: power(), body: None };
	assert!(![step, sign, say].iter().any(Dispatch::may_be_paused));
	let acknowledge = Call::<Test>::acknowledge_route { resource: 0 };
	let refuse = Call::<Test>::refuse_route { resource: 0, reason: words("no fuel") };
	let finish = Call::<Test>::finish_visit { resource: 0, order: 0 };
	assert!(![acknowledge, refuse, finish].iter().any(Dispatch::may_be_paused));
	assert!(Dispatch::may_be_paused(&Call::open_round { local_network: HERE }));
	assert!(Dispatch::may_be_paused(&Call::add_resource { details: crew() }));
	assert!(Dispatch::may_be_paused(&Call::open { opening: fault() }));
	assert!(Dispatch::may_be_paused(&Call::ask_body { order: 0, fact: 0 }));
}
