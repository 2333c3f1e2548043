// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, Error};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{org::OrgStatus, page::SiteId, site::SharingMode, OrgSet};

#[test]
fn transfer_of_a_shared_station_works() {
	run(|| {
		// Given a confirmed station
		let id = register_confirmed(station("A"));
		// When it goes to the sharer with everybody's consent
		assert_ok!(Sites::transfer(planner(CARRIER), id, SHARER));
		assert_ok!(consent(SHARER, id));
		assert_eq!(entry(id).station.owner, CARRIER);
		Told::set(vec![]);
		assert_ok!(consent(TOWER, id));
		assert_eq!(Told::get(), [(HERE, id.page().unwrap(), 1u64 << id.slot(), CARRIER)]);
		// Then owner and sharer have changed places, and all have signed what it is now
		let after = entry(id);
		assert_eq!((after.station.owner, after.station.sharers), (SHARER, OrgSet::of(CARRIER)));
		assert!(after.is_confirmed());
		// And the former owner proposes nothing any more
		assert_noop!(Sites::retire(planner(CARRIER), id), Error::<Test>::NotOwner);
	});
}

#[test]
fn transfer_of_an_unconfirmed_station_needs_everybody_too() {
	run(|| {
		let id = register(station("A"));
		assert_ok!(Sites::transfer(planner(CARRIER), id, SHARER));
		assert_eq!(entry(id).station.owner, CARRIER);
	});
}

#[test]
fn transfer_of_an_exclusive_station_works() {
	run(|| {
		let id = register(exclusive("A"));
		assert_ok!(Sites::transfer(planner(CARRIER), id, OTHER_CARRIER));
		assert_ok!(consent(OTHER_CARRIER, id));
		let after = entry(id);
		assert_eq!((after.station.owner, after.station.mode), (OTHER_CARRIER, SharingMode::Exclusive));
		assert!(!after.station.sharers.contains(CARRIER));
		// The backhaul is still the former owner's, which has consented
		assert!(after.is_confirmed());
	});
}

#[test]
fn transfer_of_an_orphaned_station_to_its_sharer_works() {
	run(|| {
		// Given a station whose owner has left
		let id = register_confirmed(station("A"));
		set_status(CARRIER, OrgStatus::Left);
		// When the sharer takes it over with the tower company's consent
		assert_ok!(Sites::transfer(planner(SHARER), id, SHARER));
		assert_ok!(consent(TOWER, id));
		// Then it is the sharer's alone
		let after = entry(id).station;
		assert_eq!((after.owner, after.sharers, after.mode), (SHARER, OrgSet::EMPTY, SharingMode::Exclusive));
	});
}

#[test]
fn transfer_fails_when_the_receiver_is_wrong() {
	run(|| {
		let shared = register_confirmed(station("A"));
		let alone = register(exclusive("B"));
		let refused = |id, to, error: Error<Test>| {
			assert_noop!(Sites::transfer(planner(CARRIER), id, to), error);
		};
		refused(shared, CARRIER, Error::NothingToChange);
		refused(shared, OTHER_CARRIER, Error::NotSharer);
		refused(alone, TOWER, Error::UnknownOrg);
		refused(SiteId { index: u32::MAX, ..alone }, SHARER, Error::NotFound);
		set_status(SHARER, OrgStatus::Left);
		refused(alone, SHARER, Error::UnknownOrg);
	});
}

#[test]
fn transfer_fails_when_not_the_owner_or_retired() {
	run(|| {
		let id = register(exclusive("A"));
		assert_noop!(Sites::transfer(planner(SHARER), id, SHARER), Error::<Test>::NotOwner);
		assert_ok!(Sites::retire(planner(CARRIER), id));
		assert_noop!(Sites::transfer(planner(CARRIER), id, SHARER), Error::<Test>::Retired);
	});
}

#[test]
fn transfer_fails_when_not_authorised() {
	run(|| {
		let id = register(station("A"));
		assert_refusals(CARRIER, |origin| Sites::transfer(origin, id, SHARER));
	});
}
