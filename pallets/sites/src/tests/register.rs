// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, Error, Event};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{
	org::OrgStatus,
	site::{ImportResult, Plmn, Station},
	territory::Position,
	LocalNetworkId, OrgSet,
};

#[test]
fn register_works() {
	run(|| {
		// When a planner registers a station, sends it again, and then changes what decides nothing
		let id = register(station("A"));
		assert_eq!(last_event(), Event::Registered { id, org: CARRIER, result: ImportResult::Added });
		assert_ok!(Sites::register(planner(CARRIER), HERE, station("A")));
		assert_eq!(last_event(), Event::Registered { id, org: CARRIER, result: ImportResult::Unchanged });
		assert_ok!(Sites::register(planner(CARRIER), HERE, Station { cells: 6, ..station("A") }));
		// Then it is the same station each time
		assert_eq!(last_event(), Event::Registered { id, org: CARRIER, result: ImportResult::Amended });
		assert_eq!((entry(id).station.cells, network(HERE).totals.stations), (6, 1));
	});
}

#[test]
fn register_fails_when_the_record_is_defective() {
	run(|| {
		let refused = |change: fn(&mut Station), error: Error<Test>| {
			let mut station = station("A");
			change(&mut station);
			assert_noop!(Sites::register(planner(CARRIER), HERE, station), error);
		};
		refused(|s| s.code = b"a b".to_vec().try_into().unwrap(), Error::BadCode);
		refused(|s| s.sharers = OrgSet::EMPTY, Error::BadSharers);
		refused(|s| s.tower.as_mut().unwrap().code = Default::default(), Error::BadTowerSite);
		refused(|s| s.plmns[0] = Plmn { mcc: 1_000, mnc: 1, three_digit_mnc: false }, Error::BadPlmns);
		refused(|s| s.position = Position { latitude: 0, longitude: 180_000_001 }, Error::BadPosition);
		refused(|s| s.county = 100, Error::BadCounty);
		refused(|s| s.cells = 25, Error::BadCells);
		refused(|s| s.vendor = vec![0xc0].try_into().unwrap(), Error::BadVendor);
		refused(|s| s.vendor = b"V1\nsigned by 0".to_vec().try_into().unwrap(), Error::BadVendor);
	});
}

#[test]
fn register_fails_when_another_company_is_the_owner() {
	run(|| {
		assert_noop!(Sites::register(planner(SHARER), HERE, station("A")), Error::<Test>::NotOwner);
		register(station("A"));
		let theirs = Station { owner: SHARER, sharers: OrgSet::of(CARRIER), ..station("A") };
		assert_noop!(Sites::register(planner(SHARER), HERE, theirs), Error::<Test>::OwnedByAnother);
	});
}

#[test]
fn register_fails_when_the_tower_company_owns_radio() {
	run(|| {
		let station = Station { owner: TOWER, ..exclusive("A") };
		assert_noop!(Sites::register(planner(TOWER), HERE, station), Error::<Test>::UnknownOrg);
	});
}

#[test]
fn register_fails_when_a_named_company_is_not_a_member() {
	run(|| {
		set_status(SHARER, OrgStatus::Left);
		assert_noop!(Sites::register(planner(CARRIER), HERE, station("A")), Error::<Test>::UnknownOrg);
	});
}

#[test]
fn register_names_a_suspended_company_since_it_is_a_member() {
	run(|| {
		set_status(SHARER, OrgStatus::Suspended);
		assert!(!entry(register(station("A"))).is_confirmed());
	});
}

#[test]
fn register_anew_sheds_nothing() {
	run(|| {
		// Given a station that its owner has had retired with everybody's consent
		let id = register_confirmed(station("A"));
		assert_ok!(Sites::retire(planner(CARRIER), id));
		assert_ok!(consent(SHARER, id));
		assert_ok!(consent(TOWER, id));
		// When the owner registers it anew, as it was or as its own alone, then it is refused
		assert_noop!(Sites::register(planner(CARRIER), HERE, station("A")), Error::<Test>::Retired);
		assert_noop!(Sites::register(planner(CARRIER), HERE, exclusive("A")), Error::<Test>::Retired);
		// In service again it still needs those who signed
		assert_ok!(Sites::restore(planner(CARRIER), id));
		assert_ok!(consent(SHARER, id));
		assert_ok!(consent(TOWER, id));
		assert_noop!(Sites::register(planner(CARRIER), HERE, exclusive("A")), Error::<Test>::NeedsConsent);
	});
}

#[test]
fn register_fails_when_an_amendment_is_open() {
	run(|| {
		let id = register(exclusive("A"));
		assert_ok!(Sites::transfer(planner(CARRIER), id, SHARER));
		assert_noop!(
			Sites::register(planner(CARRIER), HERE, Station { cells: 6, ..exclusive("A") }),
			Error::<Test>::AmendmentOpen
		);
	});
}

#[test]
fn register_fails_when_not_authorised() {
	run(|| {
		assert_refusals(CARRIER, |origin| {
			Sites::register(origin, HERE, station("A")).map_err(|refused| refused.error)
		});
		assert_noop!(
			Sites::register(planner(CARRIER), LocalNetworkId(1399), station("A")),
			Error::<Test>::UnknownLocalNetwork
		);
	});
}
