// SPDX-License-Identifier: Apache-2.0

//! `declare_exit`, `withdraw_exit`, `complete_exit`.

use super::*;
use crate::{Members, Orgs, SubjectMatter, SubjectMotions, Validators};
use trimast_primitives::{access::Authority, org::OrgStatus, OrgSet};

#[test]
fn exit_works() {
	run(|| {
		// Given a company that declares its exit: it goes on doing business.
		assert_ok!(Federation::declare_exit(by("tower")));
		let at = 1 + PARAMETERS.exit_notice;
		assert_eq!(Orgs::<Test>::get(TOWER).unwrap().status(1), OrgStatus::Leaving);
		assert_eq!(Federation::authorise(&account("tower//planner"), Role::Planner, HEBEI), Ok(TOWER));
		assert_noop!(Federation::complete_exit(by("tower")), E::TooEarly);
		// When the notice is over.
		System::set_block_number(at);
		assert_ok!(Federation::complete_exit(by("tower")));
		// Then seat, validators and authority are gone.
		assert_eq!(Members::<Test>::get(), OrgSet(0b1011));
		assert!(!Seats::get().contains(&account("tower")));
		assert!(Validators::<Test>::get(TOWER).is_empty());
		assert!(Federation::authorise(&account("tower//planner"), Role::Planner, HEBEI).is_err());
		assert_noop!(Federation::declare_exit(by("tower")), E::OrgNotMember);
		// Its accounts are free for others.
		add("carrier-one", "tower//planner", Role::Planner, HEBEI);
	});
}

#[test]
fn withdraw_exit_works() {
	run(|| {
		assert_ok!(Federation::declare_exit(by("tower")));
		assert_noop!(Federation::declare_exit(by("tower")), E::AlreadyLeaving);
		assert_ok!(Federation::withdraw_exit(by("tower")));
		assert_noop!(Federation::withdraw_exit(by("tower")), E::NotLeaving);
		assert_noop!(Federation::complete_exit(by("tower")), E::NotLeaving);
	});
}

#[test]
fn exit_lapses_when_not_completed_in_time() {
	run(|| {
		assert_ok!(Federation::declare_exit(by("tower")));
		let until = 1 + 2 * PARAMETERS.exit_notice;
		System::set_block_number(until);
		assert_eq!(Orgs::<Test>::get(TOWER).unwrap().status(until), OrgStatus::Leaving);
		assert_noop!(Federation::declare_exit(by("tower")), E::AlreadyLeaving);
		System::set_block_number(until + 1);
		assert_eq!(Orgs::<Test>::get(TOWER).unwrap().status(until + 1), OrgStatus::Active);
		assert_noop!(Federation::complete_exit(by("tower")), E::NotLeaving);
		assert_noop!(Federation::withdraw_exit(by("tower")), E::NotLeaving);
		// Declared again, the notice starts again.
		assert_ok!(Federation::declare_exit(by("tower")));
		assert_noop!(Federation::complete_exit(by("tower")), E::TooEarly);
	});
}

#[test]
fn exit_fails_when_not_by_the_principal() {
	run(|| {
		add("tower", "admin", Role::Admin, Scope::National);
		assert_noop!(Federation::declare_exit(by("admin")), E::NotPrincipal);
		assert_noop!(Federation::declare_exit(by("tower//recovery")), E::NotPrincipal);
		assert_ok!(Federation::declare_exit(by("tower")));
		assert_noop!(Federation::withdraw_exit(by("carrier-one")), E::NotLeaving);
		System::set_block_number(1 + PARAMETERS.exit_notice);
		assert_noop!(Federation::complete_exit(by("admin")), E::NotPrincipal);
	});
}

#[test]
fn exit_is_open_to_the_suspended_and_ends_motions_about_it() {
	run(|| {
		let suspend = SubjectMatter::Suspend;
		assert_ok!(Federation::propose_subject(by("carrier-one"), TOWER, suspend.clone()));
		assert_ok!(Federation::vote_subject(by("carrier-two"), 0));
		run_to(1 + PARAMETERS.suspension_notice);
		assert_eq!(Orgs::<Test>::get(TOWER).unwrap().status(11), OrgStatus::Suspended);
		// Given a renewal that waits for its notice.
		assert_ok!(Federation::propose_subject(by("carrier-one"), TOWER, suspend));
		assert_ok!(Federation::vote_subject(by("carrier-two"), 1));
		// When the suspended company leaves.
		assert_ok!(Federation::declare_exit(by("tower")));
		System::set_block_number(11 + PARAMETERS.exit_notice);
		assert_ok!(Federation::complete_exit(by("tower")));
		// Then nothing about it is left.
		assert_eq!(SubjectMotions::<Test>::count(), 0);
		assert!(Agenda::get().is_empty());
	});
}
