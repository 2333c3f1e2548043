// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, Error};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{page::SiteId, site::StationState};

#[test]
fn retire_works_with_everybodys_consent() {
	run(|| {
		// Given a confirmed station
		let id = register_confirmed(station("A"));
		// When all consent to its retirement
		assert_ok!(Sites::retire(planner(CARRIER), id));
		assert_ok!(consent(SHARER, id));
		assert_eq!(entry(id).state, StationState::OnAir);
		assert_ok!(consent(TOWER, id));
		// Then it keeps its number, its record and its signatures
		assert_eq!((entry(id).state, entry(id).station.clone()), (StationState::Retired, station("A")));
		assert!(entry(id).is_confirmed());
		let totals = network(HERE).totals;
		assert_eq!((totals.stations, totals.confirmed, totals.retired), (0, 0, 1));
	});
}

#[test]
fn retirement_is_told_when_it_is_carried_out() {
	run(|| {
		let id = register_confirmed(station("A"));
		Told::set(vec![]);
		assert_ok!(Sites::retire(planner(CARRIER), id));
		assert_ok!(consent(SHARER, id));
		assert_eq!(Told::get(), []);
		assert_ok!(consent(TOWER, id));
		assert_eq!(Told::get(), [(HERE, id.page().unwrap(), 1u64 << id.slot(), CARRIER)]);
	});
}

#[test]
fn retire_of_an_unconfirmed_station_needs_everybody_too() {
	run(|| {
		let id = register(station("A"));
		assert_ok!(Sites::retire(planner(CARRIER), id));
		assert_eq!(entry(id).state, StationState::OnAir);
		assert_ok!(consent(TOWER, id));
		assert_eq!(entry(id).state, StationState::OnAir);
		assert_ok!(consent(SHARER, id));
		assert_eq!(entry(id).state, StationState::Retired);
	});
}

#[test]
fn retire_of_what_names_nobody_else_works_at_once() {
	run(|| {
		let id = register(exclusive("A"));
		assert_ok!(Sites::retire(planner(CARRIER), id));
		assert_eq!(entry(id).state, StationState::Retired);
	});
}

#[test]
fn retire_fails_when_retired_unknown_or_anothers() {
	run(|| {
		let id = register(exclusive("A"));
		assert_noop!(Sites::retire(planner(SHARER), id), Error::<Test>::NotOwner);
		assert_ok!(Sites::retire(planner(CARRIER), id));
		assert_noop!(Sites::retire(planner(CARRIER), id), Error::<Test>::Retired);
		let nowhere = SiteId { index: 63, ..id };
		assert_noop!(Sites::retire(planner(CARRIER), nowhere), Error::<Test>::NotFound);
	});
}

#[test]
fn retire_fails_when_not_authorised() {
	run(|| {
		let id = register(station("A"));
		assert_refusals(CARRIER, |origin| Sites::retire(origin, id));
	});
}
