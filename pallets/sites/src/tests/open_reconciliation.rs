// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, Error, Event};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{org::OrgStatus, Hash, LocalNetworkId, OrgSet};

#[test]
fn open_reconciliation_works() {
	run(|| {
		// When an auditor opens a round
		assert_ok!(Sites::open_reconciliation(auditor(TOWER), HERE));
		// Then every member with a council seat is asked, the witness is not
		let parties = OrgSet(0b10111);
		let deadline = 1 + ROUND_TERM;
		assert_eq!(
			last_event(),
			Event::RoundOpened { local_network: HERE, round: 0, org: TOWER, parties, deadline }
		);
		let view = Sites::reconciliation(HERE).unwrap();
		assert_eq!(
			(view.round, view.parties, view.committed, view.deadline),
			(0, parties, OrgSet::EMPTY, deadline)
		);
		assert_eq!(Sites::reconciliation(NEARBY), None);
	});
}

#[test]
fn open_reconciliation_asks_a_suspended_company_and_not_one_that_has_left() {
	run(|| {
		set_status(SHARER, OrgStatus::Suspended);
		set_status(OTHER_CARRIER, OrgStatus::Left);
		assert_ok!(Sites::open_reconciliation(planner(CARRIER), HERE));
		assert_eq!(Sites::reconciliation(HERE).unwrap().parties, OrgSet(0b111));
	});
}

#[test]
fn open_reconciliation_fails_when_a_round_is_open() {
	run(|| {
		// Given a round to which two have committed
		assert_ok!(Sites::open_reconciliation(planner(CARRIER), HERE));
		for org in [CARRIER, SHARER] {
			assert_ok!(Sites::commit(planner(org), HERE, 0, Hash::zero()));
		}
		let open = || Sites::open_reconciliation(planner(TOWER), HERE);
		// Then they have a term more to go on before another round may begin
		System::set_block_number(1 + 2 * ROUND_TERM);
		assert_noop!(open(), Error::<Test>::RoundOpen);
		System::set_block_number(2 + 2 * ROUND_TERM);
		assert_ok!(open());
		assert_eq!(Sites::reconciliation(HERE).unwrap().round, 1);
		assert_ok!(Sites::open_reconciliation(planner(TOWER), NEARBY));
	});
}

#[test]
fn open_reconciliation_fails_when_there_is_nobody_to_compare_with() {
	run(|| {
		for org in [SHARER, TOWER, OTHER_CARRIER] {
			set_status(org, OrgStatus::Left);
		}
		assert_noop!(Sites::open_reconciliation(planner(CARRIER), HERE), Error::<Test>::TooFewParties);
	});
}

#[test]
fn open_reconciliation_fails_when_not_authorised() {
	run(|| {
		assert_refusals(CARRIER, |origin| Sites::open_reconciliation(origin, HERE));
		assert_noop!(
			Sites::open_reconciliation(planner(CARRIER), LocalNetworkId(1399)),
			Error::<Test>::UnknownLocalNetwork
		);
	});
}
