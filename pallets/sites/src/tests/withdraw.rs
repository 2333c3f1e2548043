// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, Amendments, Error, Event, OpenAmendments};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::org::OrgStatus;

#[test]
fn withdraw_works() {
	run(|| {
		let id = register_confirmed(station("A"));
		assert_ok!(Sites::retire(planner(CARRIER), id));
		assert_ok!(Sites::withdraw(planner(CARRIER), id));
		assert_eq!(last_event(), Event::AmendmentWithdrawn { id, org: CARRIER });
		assert!(!Amendments::<Test>::contains_key(id));
		assert!(!OpenAmendments::<Test>::contains_key(HERE, CARRIER));
		assert_eq!(entry(id).revision, 0);
	});
}

#[test]
fn withdraw_by_others_works_once_expired() {
	run(|| {
		// Given an amendment of a company that has left
		let id = register_confirmed(station("A"));
		assert_ok!(Sites::retire(planner(CARRIER), id));
		set_status(CARRIER, OrgStatus::Left);
		// When it has expired, then anybody may drop it
		System::set_block_number(1 + CONSENT_TERM);
		assert_noop!(Sites::withdraw(planner(OTHER_CARRIER), id), Error::<Test>::NotProposer);
		System::set_block_number(2 + CONSENT_TERM);
		assert_ok!(Sites::withdraw(planner(OTHER_CARRIER), id));
	});
}

#[test]
fn withdraw_fails_when_another_has_proposed() {
	run(|| {
		let id = register_confirmed(station("A"));
		assert_ok!(Sites::retire(planner(CARRIER), id));
		assert_noop!(Sites::withdraw(planner(SHARER), id), Error::<Test>::NotProposer);
	});
}

#[test]
fn withdraw_fails_when_none_is_open() {
	run(|| {
		let id = register(station("A"));
		assert_noop!(Sites::withdraw(planner(CARRIER), id), Error::<Test>::NoAmendment);
	});
}

#[test]
fn withdraw_fails_when_not_authorised() {
	run(|| {
		let id = register_confirmed(station("A"));
		assert_ok!(Sites::retire(planner(CARRIER), id));
		assert_refusals(CARRIER, |origin| Sites::withdraw(origin, id));
	});
}
