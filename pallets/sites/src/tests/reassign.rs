// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, Amendments, Error, Event, OpenAmendments};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;
use trimast_primitives::{
	org::OrgStatus,
	page::SiteId,
	site::{ImportRefusal, ImportResult, Station, StationClass, StationState},
	OrgSet,
};

fn council() -> RuntimeOrigin {
	RuntimeOrigin::root()
}

/// The station as it is in the books of the carrier whose code it is.
fn rightful(code: &str) -> Station {
	Station { owner: SHARER, sharers: OrgSet::of(CARRIER), backhaul: SHARER, ..station(code) }
}

#[test]
fn reassign_of_a_squatted_code_works() {
	run(|| {
		// Given a code of another carrier that this one has registered first, as its alone
		let id = register(exclusive("A"));
		assert!(entry(id).is_confirmed());
		let theirs = import_by(SHARER, HERE, vec![rightful("A")]);
		assert_eq!(theirs, [ImportResult::Refused(ImportRefusal::OwnedByAnother)]);
		// When the council gives it to whose it is
		assert_ok!(Sites::reassign(council(), id, rightful("A")));
		// Then it is theirs under the same number, and nobody has signed it
		assert_eq!(last_event(), Event::Reassigned { id, from: CARRIER, to: SHARER, revision: 1 });
		assert_eq!((entry(id).station, entry(id).signed), (rightful("A"), OrgSet::EMPTY));
		assert_eq!(network(HERE).totals.confirmed, 0);
		assert_eq!(import_by(SHARER, HERE, vec![rightful("A")]), [ImportResult::Unchanged]);
		// And all that it names countersign it, its owner too
		for org in [SHARER, CARRIER, TOWER] {
			assert!(!entry(id).is_confirmed());
			countersign_page_of(id, org);
		}
		assert!(entry(id).is_confirmed());
	});
}

#[test]
fn reassign_of_a_station_lets_its_new_owner_correct_it() {
	run(|| {
		let id = register(station("A"));
		assert_ok!(Sites::reassign(council(), id, rightful("A")));
		// Who sends a record stands behind it
		let corrected = Station { autonomy_minutes: 60, ..rightful("A") };
		assert_eq!(import_by(SHARER, HERE, vec![corrected.clone()]), [ImportResult::Amended]);
		assert_eq!((entry(id).station, entry(id).signed), (corrected, OrgSet::of(SHARER)));
		// The former owner has lost it
		assert_noop!(Sites::amend(planner(CARRIER), id, station("A")), Error::<Test>::NotOwner);
	});
}

#[test]
fn reassign_of_a_station_without_its_owners_signature_waits_for_all() {
	run(|| {
		// Given a reassigned station that another company has countersigned before its new owner
		let id = register(station("A"));
		assert_ok!(Sites::reassign(council(), id, rightful("A")));
		countersign_page_of(id, TOWER);
		assert_eq!(entry(id).signed, OrgSet::of(TOWER));
		// Then the owner changes what decides with consents only, and takes it no more by motion
		let vip = Station { class: StationClass::Vip, ..rightful("A") };
		assert_ok!(Sites::amend(planner(SHARER), id, vip));
		assert!(Amendments::<Test>::contains_key(id));
		assert_noop!(Sites::reassign(council(), id, station("A")), Error::<Test>::Countersigned);
		// And what it changes alone it has signed
		assert_ok!(Sites::withdraw(planner(SHARER), id));
		assert_ok!(Sites::amend(planner(SHARER), id, Station { county: 9, ..rightful("A") }));
		assert_eq!(entry(id).signed, OrgSet::of(TOWER).with(SHARER));
	});
}

#[test]
fn reassign_drops_an_open_amendment() {
	run(|| {
		// Given a squatted station that is on its way to an accomplice
		let id = register(exclusive("A"));
		assert_ok!(Sites::transfer(planner(CARRIER), id, OTHER_CARRIER));
		let (subject, revision) = subject(id);
		// When it is reassigned
		assert_ok!(Sites::reassign(council(), id, rightful("A")));
		// Then a consent to what was proposed is worth nothing
		assert!(OpenAmendments::<Test>::get(HERE, CARRIER).is_empty());
		assert_noop!(
			Sites::consent(planner(OTHER_CARRIER), id, subject, revision),
			Error::<Test>::NoAmendment
		);
	});
}

#[test]
fn reassign_of_a_retired_station_puts_it_into_service() {
	run(|| {
		let id = register(exclusive("A"));
		assert_ok!(Sites::retire(planner(CARRIER), id));
		assert_eq!(network(HERE).totals.retired, 1);
		assert_ok!(Sites::reassign(council(), id, rightful("A")));
		assert_eq!((entry(id).state, entry(id).revision), (StationState::OnAir, 2));
		let totals = network(HERE).totals;
		assert_eq!((totals.stations, totals.confirmed, totals.retired), (1, 0, 0));
	});
}

#[test]
fn reassign_fails_when_another_has_signed() {
	run(|| {
		// Given a station that one of two others has countersigned, and one that all have
		let one = register(station("A"));
		countersign_page_of(one, TOWER);
		let all = register_confirmed(station("B"));
		for (id, code) in [(one, "A"), (all, "B")] {
			assert_noop!(Sites::reassign(council(), id, rightful(code)), Error::<Test>::Countersigned);
		}
	});
}

#[test]
fn reassign_fails_when_the_station_cannot_become_so() {
	run(|| {
		let id = register(station("A"));
		let refused = |id, station, error: Error<Test>| {
			assert_noop!(Sites::reassign(council(), id, station), error);
		};
		refused(id, Station { county: 9, ..station("A") }, Error::NothingToChange);
		refused(id, rightful("B"), Error::CodeFixed);
		refused(id, Station { county: 0, ..rightful("A") }, Error::BadCounty);
		refused(id, exclusive_of(TOWER, "A"), Error::UnknownOrg);
		refused(SiteId { index: id.index + 1, ..id }, rightful("A"), Error::NotFound);
		refused(SiteId { index: u32::MAX, ..id }, rightful("A"), Error::NotFound);
		set_status(SHARER, OrgStatus::Left);
		refused(id, rightful("A"), Error::UnknownOrg);
	});
}

#[test]
fn reassign_fails_when_not_the_council() {
	run(|| {
		let id = register(exclusive("A"));
		for origin in [RuntimeOrigin::none(), planner(CARRIER), planner(SHARER), planner(WITNESS)] {
			assert_noop!(Sites::reassign(origin, id, rightful("A")), DispatchError::BadOrigin);
		}
	});
}
