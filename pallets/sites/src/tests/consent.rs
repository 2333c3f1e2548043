// SPDX-License-Identifier: Apache-2.0

use crate::{amendment_subject, mock::*, Amendments, Error, Event};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{
	org::OrgStatus,
	page::SiteId,
	site::{Station, StationClass},
	Hash, OrgSet,
};

fn vip() -> Station {
	Station { class: StationClass::Vip, ..station("A") }
}

/// A confirmed station that its owner wants to make a VIP station.
fn proposed() -> SiteId {
	let id = register_confirmed(station("A"));
	assert_ok!(Sites::amend(planner(CARRIER), id, vip()));
	id
}

#[test]
fn consent_works() {
	run(|| {
		// Given a proposal
		let id = proposed();
		let (subject, revision) = subject(id);
		// When the first of two consents, then one is missing
		assert_ok!(consent(SHARER, id));
		let missing = OrgSet::of(TOWER);
		assert_eq!(last_event(), Event::Consented { id, org: SHARER, subject, revision, missing });
		assert_eq!(entry(id).station.class, StationClass::Ordinary);
		// When the second consents, then it is carried out and signed by all
		assert_ok!(consent(TOWER, id));
		assert_eq!(last_event(), Event::Amended { id, revision: 1, signed: OrgSet(0b111) });
		assert_eq!((entry(id).station, entry(id).revision), (vip(), 1));
		assert!(!Amendments::<Test>::contains_key(id));
	});
}

#[test]
fn consent_is_to_what_anyone_can_compute() {
	run(|| {
		let id = proposed();
		let proposed = Sites::amendments(None, 1).remove(0).proposed;
		assert_eq!(subject(id).0, amendment_subject(System::block_hash(0), id, &proposed));
	});
}

#[test]
fn consent_fails_when_not_asked_twice_or_to_something_else() {
	run(|| {
		let id = proposed();
		let (subject, revision) = subject(id);
		let refused = |org, subject, revision, error: Error<Test>| {
			assert_noop!(Sites::consent(planner(org), id, subject, revision), error);
		};
		refused(OTHER_CARRIER, subject, revision, Error::NotRequired);
		refused(WITNESS, subject, revision, Error::NotRequired);
		refused(CARRIER, subject, revision, Error::AlreadyGiven);
		refused(SHARER, Hash::zero(), revision, Error::OtherSubject);
		refused(SHARER, subject, revision + 1, Error::OtherSubject);
		assert_ok!(consent(SHARER, id));
		refused(SHARER, subject, revision, Error::AlreadyGiven);
		assert_noop!(
			Sites::consent(planner(TOWER), SiteId { index: 7, ..id }, subject, revision),
			Error::<Test>::NoAmendment
		);
	});
}

#[test]
fn consent_fails_when_expired() {
	run(|| {
		let id = proposed();
		System::set_block_number(1 + CONSENT_TERM);
		assert_ok!(consent(SHARER, id));
		System::set_block_number(2 + CONSENT_TERM);
		assert_noop!(consent(TOWER, id), Error::<Test>::Expired);
	});
}

#[test]
fn consent_of_a_suspended_company_is_waited_for() {
	run(|| {
		// Given a proposal that needs the sharer, which is suspended meanwhile
		let id = proposed();
		set_status(SHARER, OrgStatus::Suspended);
		// When the rest has consented, then the change still waits: nobody replaces a suspended company's consent
		assert_ok!(consent(TOWER, id));
		assert_eq!(entry(id).revision, 0);
		assert_noop!(consent(SHARER, id), Error::<Test>::OrgNotActive);
		set_status(SHARER, OrgStatus::Active);
		assert_ok!(consent(SHARER, id));
		assert_eq!(entry(id).revision, 1);
	});
}

#[test]
fn consent_of_a_company_that_has_left_is_not_waited_for() {
	run(|| {
		// Given a proposal that lacks only the sharer's consent
		let id = proposed();
		assert_ok!(consent(TOWER, id));
		// When the sharer has left, then whoever has consented has the change carried out
		set_status(SHARER, OrgStatus::Left);
		assert_noop!(consent(SHARER, id), Error::<Test>::OrgNotActive);
		assert_ok!(consent(CARRIER, id));
		// Then the record still names who has left, and is not confirmed for that
		assert_eq!(entry(id).signed, OrgSet::of(CARRIER).with(TOWER));
		assert!(!entry(id).is_confirmed());
	});
}

#[test]
fn consent_of_the_last_member_carries_out_when_another_has_left() {
	run(|| {
		let id = proposed();
		set_status(SHARER, OrgStatus::Left);
		assert_ok!(consent(TOWER, id));
		assert_eq!(entry(id).station, vip());
	});
}

#[test]
fn consent_keeps_the_signature_of_who_has_left_on_what_does_not_change() {
	run(|| {
		let id = register_confirmed(station("A"));
		set_status(SHARER, OrgStatus::Left);
		assert_ok!(Sites::retire(planner(CARRIER), id));
		assert_ok!(consent(TOWER, id));
		assert_eq!(entry(id).signed, OrgSet(0b111));
	});
}

#[test]
fn consent_fails_when_the_change_names_who_has_left() {
	run(|| {
		// Given a proposal to share with a carrier that leaves before it has consented
		let id = register_confirmed(station("A"));
		let wider = Station { sharers: OrgSet::of(SHARER).with(OTHER_CARRIER), ..station("A") };
		assert_ok!(Sites::amend(planner(CARRIER), id, wider));
		assert_ok!(consent(SHARER, id));
		set_status(OTHER_CARRIER, OrgStatus::Left);
		// Then it cannot be carried out any more
		assert_noop!(consent(TOWER, id), Error::<Test>::UnknownOrg);
		assert_ok!(Sites::withdraw(planner(CARRIER), id));
	});
}

#[test]
fn consent_waits_for_a_member_that_was_none_when_it_was_proposed() {
	run(|| {
		// Given a station that names a carrier which does not count as a member now
		let id = register_confirmed(station("A"));
		set_status(SHARER, OrgStatus::Left);
		assert_ok!(Sites::amend(planner(CARRIER), id, vip()));
		assert_eq!(Amendments::<Test>::get(id).unwrap().consents.required, OrgSet::of(CARRIER).with(TOWER));
		// When it counts again before the change is carried out, then it has its say
		set_status(SHARER, OrgStatus::Active);
		assert_ok!(consent(TOWER, id));
		assert_eq!(entry(id).revision, 0);
		assert_ok!(consent(SHARER, id));
		assert_eq!(entry(id).revision, 1);
	});
}

#[test]
fn consent_survives_a_countersignature() {
	run(|| {
		let id = register(station("A"));
		assert_ok!(Sites::retire(planner(CARRIER), id));
		assert_ok!(consent(SHARER, id));
		countersign_page_of(id, TOWER);
		assert_ok!(consent(TOWER, id));
		assert!(entry(id).is_confirmed());
	});
}

#[test]
fn consent_fails_when_not_authorised() {
	run(|| {
		let id = proposed();
		let (subject, revision) = subject(id);
		assert_refusals(SHARER, |origin| Sites::consent(origin, id, subject, revision));
		assert_noop!(Sites::consent(auditor(SHARER), id, subject, revision), Error::<Test>::MissingRole);
	});
}
