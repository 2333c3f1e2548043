// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, Error};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::site::StationState;

#[test]
fn restore_works_with_everybodys_consent() {
	run(|| {
		// Given a station that was retired
		let id = register_confirmed(station("A"));
		assert_ok!(Sites::retire(planner(CARRIER), id));
		assert_ok!(consent(SHARER, id));
		assert_ok!(consent(TOWER, id));
		// When all consent to its return
		assert_ok!(Sites::restore(planner(CARRIER), id));
		assert_ok!(consent(SHARER, id));
		assert_eq!(entry(id).state, StationState::Retired);
		assert_ok!(consent(TOWER, id));
		// Then it is in service as it was
		assert_eq!((entry(id).state, entry(id).revision), (StationState::OnAir, 2));
		assert_eq!(network(HERE).totals.confirmed, 1);
	});
}

#[test]
fn restore_fails_when_in_service_or_anothers() {
	run(|| {
		let id = register(exclusive("A"));
		assert_noop!(Sites::restore(planner(CARRIER), id), Error::<Test>::NotRetired);
		assert_ok!(Sites::retire(planner(CARRIER), id));
		assert_noop!(Sites::restore(planner(SHARER), id), Error::<Test>::NotOwner);
	});
}

#[test]
fn restore_fails_when_not_authorised() {
	run(|| {
		let id = register(exclusive("A"));
		assert_ok!(Sites::retire(planner(CARRIER), id));
		assert_refusals(CARRIER, |origin| Sites::restore(origin, id));
	});
}
