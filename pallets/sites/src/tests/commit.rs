// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, Error, Event};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{Hash, OrgSet};

const MINE: Hash = Hash::repeat_byte(1);

#[test]
fn commit_works() {
	run(|| {
		assert_ok!(Sites::open_reconciliation(planner(CARRIER), HERE));
		assert_ok!(Sites::commit(planner(CARRIER), HERE, 0, MINE));
		let missing = OrgSet(0b10110);
		assert_eq!(last_event(), Event::Committed { local_network: HERE, round: 0, org: CARRIER, missing });
		assert_eq!(Sites::reconciliation(HERE).unwrap().committed, OrgSet::of(CARRIER));
	});
}

#[test]
fn commit_fails_when_there_is_no_such_round() {
	run(|| {
		assert_noop!(Sites::commit(planner(CARRIER), HERE, 0, MINE), Error::<Test>::NoRound);
		assert_ok!(Sites::open_reconciliation(planner(CARRIER), HERE));
		assert_noop!(Sites::commit(planner(CARRIER), HERE, 1, MINE), Error::<Test>::OtherRound);
	});
}

#[test]
fn commit_fails_when_not_a_party_twice_or_late() {
	run(|| {
		assert_ok!(Sites::open_reconciliation(planner(CARRIER), HERE));
		assert_noop!(Sites::commit(planner(WITNESS), HERE, 0, MINE), Error::<Test>::NotParty);
		assert_ok!(Sites::commit(planner(CARRIER), HERE, 0, MINE));
		assert_noop!(Sites::commit(planner(CARRIER), HERE, 0, MINE), Error::<Test>::AlreadyDone);
		System::set_block_number(2 + ROUND_TERM);
		assert_noop!(Sites::commit(planner(SHARER), HERE, 0, MINE), Error::<Test>::DeadlinePassed);
	});
}

#[test]
fn commit_fails_when_the_reveals_have_begun() {
	run(|| {
		assert_ok!(Sites::open_reconciliation(planner(CARRIER), HERE));
		for org in [CARRIER, SHARER, TOWER, OTHER_CARRIER] {
			assert_ok!(Sites::commit(planner(org), HERE, 0, MINE));
		}
		assert_noop!(Sites::commit(planner(CARRIER), HERE, 0, MINE), Error::<Test>::OtherStep);
	});
}

#[test]
fn commit_fails_when_not_authorised() {
	run(|| {
		assert_ok!(Sites::open_reconciliation(planner(CARRIER), HERE));
		assert_refusals(CARRIER, |origin| Sites::commit(origin, HERE, 0, MINE));
		assert_noop!(Sites::commit(auditor(CARRIER), HERE, 0, MINE), Error::<Test>::MissingRole);
	});
}
