// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, Amendments, Error, Event, OpenAmendments};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{
	org::OrgStatus,
	page::SiteId,
	site::{ImportRefusal, ImportResult, Plmn, SharingMode, Station, StationClass, TowerSite},
	OrgSet,
};

fn vip(code: &str) -> Station {
	Station { class: StationClass::Vip, ..station(code) }
}

#[test]
fn amend_of_what_decides_nothing_works_at_once() {
	run(|| {
		let id = register_confirmed(station("A"));
		assert_ok!(Sites::amend(planner(CARRIER), id, Station { tenants: 3, ..station("A") }));
		assert_eq!(last_event(), Event::Amended { id, revision: 1, signed: OrgSet(0b111) });
		assert_eq!(entry(id).station.tenants, 3);
		assert_eq!(network(HERE).totals.confirmed, 1);
	});
}

#[test]
fn amend_of_what_decides_waits_for_everybody_named() {
	run(|| {
		// Given a confirmed station
		let id = register_confirmed(station("A"));
		// When its owner makes it a VIP station
		assert_ok!(Sites::amend(planner(CARRIER), id, vip("A")));
		// Then nothing has changed, and the other two are asked
		let (subject, revision) = subject(id);
		let missing = OrgSet::of(SHARER).with(TOWER);
		let expires = 1 + CONSENT_TERM;
		assert_eq!(
			last_event(),
			Event::AmendmentProposed { id, org: CARRIER, subject, revision, missing, expires }
		);
		assert_eq!(entry(id).station.class, StationClass::Ordinary);
	});
}

#[test]
fn amend_asks_those_named_before_and_after() {
	run(|| {
		let id = register_confirmed(station("A"));
		let other = Station { sharers: OrgSet::of(OTHER_CARRIER), ..station("A") };
		assert_ok!(Sites::amend(planner(CARRIER), id, other));
		let consents = Amendments::<Test>::get(id).unwrap().consents;
		assert_eq!(consents.required, OrgSet(0b10111));
		assert_eq!(consents.given, OrgSet::of(CARRIER));
	});
}

#[test]
fn amend_of_a_station_that_one_other_has_signed_needs_consent() {
	run(|| {
		// Given an unconfirmed station that the tower company has countersigned
		let id = register(station("A"));
		countersign_page_of(id, TOWER);
		assert!(!entry(id).is_confirmed());
		// When its owner changes what decides, then it has to ask
		assert_ok!(Sites::amend(planner(CARRIER), id, vip("A")));
		assert!(Amendments::<Test>::contains_key(id));
		// And moving the station a metre does not shed the signature
		assert_ok!(Sites::withdraw(planner(CARRIER), id));
		assert_ok!(Sites::amend(planner(CARRIER), id, Station { county: 3, ..station("A") }));
		assert_eq!(entry(id).signed, OrgSet::of(CARRIER).with(TOWER));
	});
}

#[test]
fn amend_of_a_station_that_nobody_else_has_signed_works_at_once() {
	run(|| {
		let id = register(station("A"));
		assert_ok!(Sites::amend(planner(CARRIER), id, vip("A")));
		assert_eq!(last_event(), Event::Amended { id, revision: 1, signed: OrgSet::of(CARRIER) });
		// But not to drop whom it names
		assert_ok!(Sites::amend(planner(CARRIER), id, exclusive("A")));
		assert_eq!(Amendments::<Test>::get(id).unwrap().consents.required, OrgSet(0b111));
	});
}

#[test]
fn amend_alone_leaves_every_member_its_part() {
	run(|| {
		// Given an unconfirmed station that only its owner has signed, with a backhaul of another carrier
		let before = Station { backhaul: OTHER_CARRIER, ..station("A") };
		let id = register(before.clone());
		// When its owner gives a company another part, or a sharer another mode, then it has to ask, though all are named
		for after in [
			// The sharer owns the backhaul and shares nothing
			Station {
				mode: SharingMode::Exclusive,
				sharers: OrgSet::EMPTY,
				backhaul: SHARER,
				..before.clone()
			},
			Station { sharers: OrgSet::of(OTHER_CARRIER), backhaul: SHARER, ..before.clone() },
			Station { mode: SharingMode::MocnOneCellId, ..before.clone() },
			Station { mode: SharingMode::Moran, ..before.clone() },
			// The tower company owns the backhaul, and the station stands on no site
			Station { tower: None, backhaul: TOWER, ..before.clone() },
			// The owner of the backhaul shares the station and owns no backhaul
			Station { backhaul: CARRIER, sharers: OrgSet::of(SHARER).with(OTHER_CARRIER), ..before.clone() },
		] {
			assert_ok!(Sites::amend(planner(CARRIER), id, after.clone()));
			assert!(Amendments::<Test>::contains_key(id), "{after:?}");
			assert_eq!(entry(id).station, before);
			assert_ok!(Sites::withdraw(planner(CARRIER), id));
			let refused = ImportResult::Refused(ImportRefusal::NeedsConsent);
			assert_eq!(import(HERE, vec![after]), [refused]);
		}
		// But the rest it corrects alone: another site of the tower company, one more sharer
		let after = Station {
			tower: Some(TowerSite { org: TOWER, code: b"T-78".to_vec().try_into().unwrap() }),
			sharers: OrgSet::of(SHARER).with(OTHER_CARRIER),
			..before
		};
		assert_ok!(Sites::amend(planner(CARRIER), id, after.clone()));
		assert_eq!(entry(id).station, after);
		// And who has left the federation keeps nobody's record as it is
		set_status(SHARER, OrgStatus::Left);
		let without = Station { sharers: OrgSet::of(OTHER_CARRIER), ..after };
		assert_ok!(Sites::amend(planner(CARRIER), id, without.clone()));
		assert_eq!(entry(id).station, without);
	});
}

#[test]
fn amend_that_needs_nobody_else_is_carried_out_at_once() {
	run(|| {
		let id = register(exclusive("A"));
		let vip = Station { class: StationClass::Vip, ..exclusive("A") };
		assert_ok!(Sites::amend(planner(CARRIER), id, vip));
		assert_eq!(last_event(), Event::Amended { id, revision: 1, signed: OrgSet::of(CARRIER) });
		assert!(!Amendments::<Test>::contains_key(id));
		assert!(entry(id).is_confirmed());
	});
}

#[test]
fn amend_again_takes_a_new_revision_and_voids_consents() {
	run(|| {
		// Given an amendment with one of two consents
		let id = register_confirmed(station("A"));
		assert_ok!(Sites::amend(planner(CARRIER), id, vip("A")));
		assert_ok!(consent(SHARER, id));
		let (old, _) = subject(id);
		// When the owner proposes something else
		let cascade = Station { class: StationClass::CascadeNode, ..station("A") };
		assert_ok!(Sites::amend(planner(CARRIER), id, cascade));
		// Then nobody but the owner has consented to it, and a consent to the old text is refused
		let consents = Amendments::<Test>::get(id).unwrap().consents;
		assert_eq!((consents.revision, consents.given), (1, OrgSet::of(CARRIER)));
		assert_noop!(Sites::consent(planner(TOWER), id, old, 0), Error::<Test>::OtherSubject);
		assert_noop!(Sites::consent(planner(TOWER), id, old, 1), Error::<Test>::OtherSubject);
	});
}

#[test]
fn amend_with_the_same_twice_keeps_the_consents() {
	run(|| {
		let id = register_confirmed(station("A"));
		assert_ok!(Sites::amend(planner(CARRIER), id, vip("A")));
		assert_ok!(consent(SHARER, id));
		assert_noop!(Sites::amend(planner(CARRIER), id, vip("A")), Error::<Test>::AlreadyProposed);
		// Once it has expired, it is proposed anew
		System::set_block_number(2 + CONSENT_TERM);
		assert_ok!(Sites::amend(planner(CARRIER), id, vip("A")));
		assert_eq!(Amendments::<Test>::get(id).unwrap().consents.given, OrgSet::of(CARRIER));
	});
}

#[test]
fn amend_of_a_station_whose_owner_has_left_is_for_whom_it_names() {
	run(|| {
		// Given a confirmed station whose owner has left the federation
		let id = register_confirmed(station("A"));
		assert_noop!(Sites::amend(planner(SHARER), id, vip("A")), Error::<Test>::NotOwner);
		set_status(CARRIER, OrgStatus::Left);
		// When the sharer proposes a change, then only the members named are asked
		assert_ok!(Sites::amend(planner(SHARER), id, vip("A")));
		assert_eq!(Amendments::<Test>::get(id).unwrap().consents.required, OrgSet::of(SHARER).with(TOWER));
		assert_noop!(Sites::amend(planner(OTHER_CARRIER), id, vip("A")), Error::<Test>::NotOwner);
		// Another named company does not overwrite the proposal while it is open
		let other = Station { autonomy_minutes: 1, ..station("A") };
		assert_noop!(Sites::amend(planner(TOWER), id, other.clone()), Error::<Test>::AmendmentOpen);
		System::set_block_number(2 + CONSENT_TERM);
		assert_ok!(Sites::amend(planner(TOWER), id, other));
		assert!(OpenAmendments::<Test>::get(HERE, SHARER).is_empty());
		assert_ok!(consent(SHARER, id));
		assert_eq!((entry(id).station.autonomy_minutes, entry(id).signed), (1, OrgSet(0b110)));
		assert!(!entry(id).is_confirmed(), "it still names who has left");
	});
}

#[test]
fn amend_fails_when_the_station_cannot_become_so() {
	run(|| {
		let id = register_confirmed(station("A"));
		let refused = |id, station, error: Error<Test>| {
			assert_noop!(Sites::amend(planner(CARRIER), id, station), error);
		};
		refused(id, station("A"), Error::NothingToChange);
		refused(id, station("B"), Error::CodeFixed);
		refused(id, Station { county: 0, ..station("A") }, Error::BadCounty);
		refused(id, Station { backhaul: WITNESS, ..station("A") }, Error::UnknownOrg);
		refused(SiteId { index: id.index + 1, ..id }, station("A"), Error::NotFound);
		refused(SiteId { index: u32::MAX, ..id }, station("A"), Error::NotFound);
		assert_noop!(Sites::amend(planner(SHARER), id, vip("A")), Error::<Test>::NotOwner);
		assert_noop!(Sites::amend(planner(TOWER), id, vip("A")), Error::<Test>::NotOwner);
	});
}

#[test]
fn amend_fails_when_retired_or_an_amendment_is_open() {
	run(|| {
		let id = register(exclusive("A"));
		assert_ok!(Sites::transfer(planner(CARRIER), id, SHARER));
		let moved = Station { county: 3, ..exclusive("A") };
		assert_noop!(Sites::amend(planner(CARRIER), id, moved.clone()), Error::<Test>::AmendmentOpen);
		assert_ok!(Sites::withdraw(planner(CARRIER), id));
		assert_ok!(Sites::retire(planner(CARRIER), id));
		assert_noop!(Sites::amend(planner(CARRIER), id, moved), Error::<Test>::Retired);
	});
}

/// The station with PLMNs of these MNC.
fn with_plmns(mncs: &[u16], station: Station) -> Station {
	let plmns = mncs.iter().map(|mnc| Plmn { mcc: 460, mnc: *mnc, three_digit_mnc: false });
	Station { plmns: plmns.collect::<Vec<_>>().try_into().unwrap(), ..station }
}

#[test]
fn amend_fails_when_it_does_not_go_with_the_baseline() {
	run(|| {
		// Given a station with three cells and the PLMNs 11 and 1, and a baseline of two of the cells
		let id = register(station("A"));
		InBaseline::set([(id.index, 2)].into());
		let refused = |station: Station, error: Error<Test>, refusal| {
			assert_noop!(Sites::amend(planner(CARRIER), id, station.clone()), error);
			assert_eq!(import(HERE, vec![station]), [ImportResult::Refused(refusal)]);
		};
		let fixed = || (Error::<Test>::PlmnsFixed, ImportRefusal::PlmnsFixed);
		// Then no fewer cells remain, and every PLMN has its place
		refused(Station { cells: 1, ..station("A") }, Error::FewerCells, ImportRefusal::FewerCells);
		for mncs in [&[1, 11][..], &[11], &[1], &[15, 11, 1], &[11, 15]] {
			let (error, refusal) = fixed();
			refused(with_plmns(mncs, station("A")), error, refusal);
		}
		// But what has no baseline may go, and PLMNs are added behind the others
		assert_ok!(Sites::amend(planner(CARRIER), id, Station { cells: 2, ..station("A") }));
		let more = with_plmns(&[11, 1, 15], Station { cells: 5, ..station("A") });
		assert_ok!(Sites::amend(planner(CARRIER), id, more.clone()));
		assert_eq!(entry(id).station, more);
		// And without a baseline anything goes
		InBaseline::set(Default::default());
		let other = with_plmns(&[1], Station { cells: 1, ..station("A") });
		assert_ok!(Sites::amend(planner(CARRIER), id, other.clone()));
		assert_eq!(entry(id).station, other);
	});
}

#[test]
fn amendment_is_checked_again_against_the_baseline_when_it_is_carried_out() {
	run(|| {
		// Given an amendment to which all but one have agreed
		let id = register_confirmed(station("A"));
		assert_ok!(Sites::amend(planner(CARRIER), id, with_plmns(&[1, 11], station("A"))));
		assert_ok!(consent(SHARER, id));
		// When a baseline is written meanwhile, then it is not carried out
		InBaseline::set([(id.index, 3)].into());
		assert_noop!(consent(TOWER, id), Error::<Test>::PlmnsFixed);
		assert_eq!(entry(id).station, station("A"));
		// Once there is none any more, it is
		InBaseline::set(Default::default());
		assert_ok!(consent(TOWER, id));
		assert_eq!(entry(id).station, with_plmns(&[1, 11], station("A")));
	});
}

#[test]
fn amend_fails_when_too_many_are_open() {
	run(|| {
		// Given as many open amendments as a company may have in a local network
		let codes: Vec<String> = (0..=crate::types::MAX_OPEN_AMENDMENTS).map(|n| format!("S{n}")).collect();
		for code in &codes {
			let id = register(exclusive(code));
			if *code != codes[0] {
				assert_ok!(Sites::transfer(planner(CARRIER), id, SHARER));
			}
		}
		// Then one more is refused to it, and to nobody else
		let id = Sites::find(HERE, codes[0].as_bytes().to_vec().try_into().unwrap()).unwrap().id;
		assert_noop!(Sites::transfer(planner(CARRIER), id, SHARER), Error::<Test>::TooManyAmendments);
		let theirs = register(Station { owner: SHARER, ..exclusive("THEIRS") });
		assert_ok!(Sites::transfer(planner(SHARER), theirs, CARRIER));
	});
}

#[test]
fn amend_fails_when_not_authorised() {
	run(|| {
		let id = register(station("A"));
		assert_refusals(CARRIER, |origin| {
			Sites::amend(origin, id, vip("A")).map_err(|refused| refused.error)
		});
	});
}
