// SPDX-License-Identifier: Apache-2.0

//! `propose_subject`, `vote_subject`, `veto_recovery`, `carry_out_subject`.

use super::*;
use crate::{types::Lapse, Event, Orgs, SubjectMatter, SubjectMotions, Validators};
use trimast_primitives::{
	access::{AccessRefusal, Authority},
	org::OrgStatus,
	OrgId,
};

fn propose(who: &str, org: OrgId, matter: SubjectMatter) -> sp_runtime::DispatchResult {
	Federation::propose_subject(by(who), org, matter)
}

fn recover(name: &str) -> SubjectMatter {
	SubjectMatter::Recover { principal: account(name) }
}

/// The others decide `matter` about the tower company.
fn decide(matter: SubjectMatter) -> u32 {
	let id = crate::NextSubjectMotion::<Test>::get();
	assert_ok!(propose("carrier-one", TOWER, matter));
	assert_ok!(Federation::vote_subject(by("carrier-two"), id));
	id
}

fn status() -> OrgStatus {
	Orgs::<Test>::get(TOWER).unwrap().status(System::block_number())
}

#[test]
fn suspension_starts_after_notice_and_ends_by_itself() {
	run(|| {
		decide(SubjectMatter::Suspend);
		run_to(PARAMETERS.suspension_notice);
		assert_eq!(status(), OrgStatus::Active);
		run_to(1 + PARAMETERS.suspension_notice);
		// Business is refused at once; seat, validators, own accounts and exit stay.
		assert_eq!(status(), OrgStatus::Suspended);
		let planner = account("tower//planner");
		let refused = Federation::authorise(&planner, Role::Planner, HEBEI);
		assert_eq!(refused, Err(AccessRefusal::OrgNotActive));
		assert!(Seats::get().contains(&account("tower")));
		assert_eq!(Validators::<Test>::get(TOWER).len(), 1);
		// It stays a member: what it has begun is not for others to end, as what a company leaves behind is.
		assert!(<Federation as Authority<_>>::members().contains(TOWER));
		add("tower", "tower//new", Role::Planner, HEBEI);
		assert_ok!(Federation::declare_exit(by("tower")));
		assert_ok!(Federation::withdraw_exit(by("tower")));
		// And it ends.
		run_to(1 + PARAMETERS.suspension_notice + PARAMETERS.suspension_term);
		assert_eq!(status(), OrgStatus::Active);
		assert_eq!(Federation::authorise(&planner, Role::Planner, HEBEI), Ok(TOWER));
	});
}

#[test]
fn renewed_suspension_starts_its_term_anew() {
	run(|| {
		decide(SubjectMatter::Suspend);
		run_to(30);
		decide(SubjectMatter::Suspend);
		run_to(40);
		let until = 40 + PARAMETERS.suspension_term;
		assert_eq!(Orgs::<Test>::get(TOWER).unwrap().suspended_until, Some(until));
	});
}

#[test]
fn readmission_takes_effect_at_once_and_drops_what_waits() {
	run(|| {
		decide(SubjectMatter::Suspend);
		run_to(1 + PARAMETERS.suspension_notice);
		decide(SubjectMatter::Suspend);
		assert_eq!((status(), Agenda::get().len()), (OrgStatus::Suspended, 1));
		decide(SubjectMatter::Readmit);
		assert_eq!((status(), Agenda::get().len()), (OrgStatus::Active, 0));
		// When it ended stays known
		assert_eq!(Orgs::<Test>::get(TOWER).unwrap().suspended_until, Some(System::block_number()));
		assert_eq!(SubjectMotions::<Test>::count(), 0);
	});
}

#[test]
fn witness_can_be_suspended_by_all_companies() {
	run(|| {
		assert_ok!(propose("carrier-one", WITNESS, SubjectMatter::Suspend));
		assert_ok!(Federation::vote_subject(by("carrier-two"), 0));
		assert_eq!(SubjectMotions::<Test>::get(0).unwrap().effective, None);
		assert_ok!(Federation::vote_subject(by("tower"), 0));
		assert!(SubjectMotions::<Test>::get(0).unwrap().effective.is_some());
	});
}

#[test]
fn company_has_no_voice_in_its_own_suspension() {
	run(|| {
		assert_noop!(propose("tower", TOWER, SubjectMatter::Readmit), E::OwnMotion);
		assert_ok!(propose("carrier-one", TOWER, SubjectMatter::Suspend));
		assert_noop!(Federation::vote_subject(by("tower"), 0), E::OwnMotion);
	});
}

#[test]
fn subject_motions_fail_when_not_a_companys_principal() {
	run(|| {
		let suspend = || SubjectMatter::Suspend;
		assert_noop!(propose("witness", TOWER, suspend()), E::NoCouncilSeat);
		assert_noop!(propose("carrier-one//planner", TOWER, suspend()), E::NotPrincipal);
		assert_noop!(propose("stranger", TOWER, suspend()), E::UnknownAccount);
		assert_noop!(propose("carrier-one", OrgId(9), suspend()), E::OrgNotMember);
		assert_ok!(propose("carrier-one", TOWER, suspend()));
		assert_noop!(Federation::vote_subject(by("witness"), 0), E::NoCouncilSeat);
		assert_noop!(Federation::vote_subject(by("carrier-one"), 0), E::AlreadyVoted);
		assert_noop!(Federation::vote_subject(by("carrier-two"), 5), E::NotFound);
		assert_noop!(propose("carrier-one", TOWER, suspend()), E::AlreadyExists);
	});
}

#[test]
fn vote_fails_when_decided_or_late() {
	run(|| {
		decide(SubjectMatter::Suspend);
		assert_noop!(Federation::vote_subject(by("carrier-two"), 0), E::AlreadyDecided);
		assert_ok!(propose("carrier-one", TOWER, SubjectMatter::Readmit));
		System::set_block_number(1 + PARAMETERS.motion_term + 1);
		assert_noop!(Federation::vote_subject(by("carrier-two"), 1), E::Expired);
	});
}

#[test]
fn stale_motions_make_room() {
	run(|| {
		assert_ok!(propose("carrier-one", TOWER, SubjectMatter::Readmit));
		System::set_block_number(1 + PARAMETERS.motion_term + 1);
		assert_ok!(propose("carrier-one", TOWER, SubjectMatter::Readmit));
		assert_eq!(SubjectMotions::<Test>::count(), 1);
	});
}

#[test]
fn company_cannot_fill_the_list_of_subject_motions() {
	run(|| {
		// Given a list with room for two of each company.
		assert_ok!(propose("carrier-one", TOWER, SubjectMatter::Suspend));
		assert_ok!(propose("carrier-one", WITNESS, SubjectMatter::Suspend));
		assert_noop!(propose("carrier-one", TOWER, recover("tower//new")), E::TooMany);
		assert_ok!(propose("carrier-two", TOWER, recover("tower//new")));
		// One that is decided is nobody's any more.
		assert_ok!(Federation::vote_subject(by("carrier-two"), 0));
		assert_ok!(propose("carrier-one", TOWER, recover("tower//new")));
	});
}

#[test]
fn one_company_alone_cannot_decide_about_the_other() {
	run(|| {
		// Given a council of two.
		assert_ok!(Federation::declare_exit(by("carrier-two")));
		System::set_block_number(1 + PARAMETERS.exit_notice);
		assert_ok!(Federation::complete_exit(by("carrier-two")));
		assert_noop!(propose("carrier-one", TOWER, SubjectMatter::Suspend), E::TooFewVoters);
	});
}

#[test]
fn decision_lapses_when_a_new_member_has_not_voted() {
	run(|| {
		decide(SubjectMatter::Suspend);
		let name: crate::types::Name = b"three".to_vec().try_into().unwrap();
		let carrier = trimast_primitives::org::OrgKind::Carrier;
		assert_ok!(Federation::invite(RuntimeOrigin::root(), carrier, name, account("three")));
		assert_ok!(Federation::accept(by("three"), account("three//recovery")));
		assert_ok!(Federation::confirm(RuntimeOrigin::root(), OrgId(4)));
		run_to(1 + PARAMETERS.suspension_notice);
		let lapsed = Event::SubjectLapsed { id: 0, subject: TOWER, reason: Lapse::VotesGone };
		assert_eq!((last_event(), status()), (lapsed, OrgStatus::Active));
	});
}

#[test]
fn recovery_works_after_its_delay() {
	run(|| {
		decide(recover("tower//new"));
		run_to(PARAMETERS.recovery_delay);
		assert_eq!(Orgs::<Test>::get(TOWER).unwrap().principal, account("tower"));
		run_to(1 + PARAMETERS.recovery_delay);
		assert_eq!(Orgs::<Test>::get(TOWER).unwrap().principal, account("tower//new"));
		assert!(Seats::get().contains(&account("tower//new")));
		// The new principal decides about the old one.
		assert_ok!(Federation::remove_account(by("tower//new"), account("tower")));
	});
}

#[test]
fn recovery_may_name_an_account_of_the_company() {
	run(|| {
		decide(recover("tower//planner"));
		run_to(1 + PARAMETERS.recovery_delay);
		let account = Federation::live(&account("tower//planner")).unwrap();
		assert!(account.is_national_admin() && account.roles.contains(Role::Planner));
	});
}

#[test]
fn recovery_can_be_vetoed_by_the_company() {
	for vetoer in ["tower", "tower//recovery"] {
		run(|| {
			let id = decide(recover("tower//new"));
			assert_ok!(Federation::veto_recovery(by(vetoer), id));
			assert_eq!(last_event(), Event::RecoveryVetoed { id, subject: TOWER });
			run_to(1 + PARAMETERS.recovery_delay);
			assert_eq!(Orgs::<Test>::get(TOWER).unwrap().principal, account("tower"));
		});
	}
}

#[test]
fn veto_fails_when_not_by_the_company_or_not_a_recovery() {
	run(|| {
		decide(recover("tower//new"));
		let veto = |who: &str, id| Federation::veto_recovery(by(who), id);
		assert_noop!(veto("carrier-one", 0), E::NotAuthorized);
		assert_noop!(veto("tower//planner", 0), E::NotAuthorized);
		assert_noop!(veto("carrier-one//recovery", 0), E::NotAuthorized);
		decide(SubjectMatter::Suspend);
		assert_noop!(veto("tower", 1), E::NotRecoveryMotion);
		assert_noop!(veto("tower", 9), E::NotFound);
	});
}

#[test]
fn recovery_fails_when_the_account_is_anothers() {
	run(|| {
		has_signed("carrier-one//planner");
		assert_noop!(propose("carrier-one", TOWER, recover("carrier-one//planner")), E::AccountTaken);
		assert_noop!(propose("carrier-one", TOWER, recover("tower//recovery")), E::AccountTaken);
		// Nor does it have to have signed when it has a place there.
		for placed in ["carrier-two", "carrier-two//recovery", "carrier-two//validator"] {
			assert_noop!(propose("carrier-one", TOWER, recover(placed)), E::AccountTaken);
		}
		// Taken and used in the meantime, it lapses.
		decide(recover("free"));
		add("carrier-two", "free", Role::Planner, HEBEI);
		has_signed("free");
		run_to(1 + PARAMETERS.recovery_delay);
		let lapsed = Event::SubjectLapsed { id: 0, subject: TOWER, reason: Lapse::AccountTaken };
		assert_eq!(last_event(), lapsed);
	});
}

#[test]
fn recovery_takes_an_account_that_another_company_has_only_added() {
	run(|| {
		decide(recover("free"));
		add("carrier-two", "free", Role::Planner, HEBEI);
		let before = Orgs::<Test>::get(TWO).unwrap().accounts;
		run_to(1 + PARAMETERS.recovery_delay);
		assert_eq!(Orgs::<Test>::get(TOWER).unwrap().principal, account("free"));
		assert_eq!(Orgs::<Test>::get(TWO).unwrap().accounts, before - 1);
		assert!(events().contains(&Event::AccountRemoved { org: TWO, account: account("free") }));
	});
}

#[test]
fn vote_already_cast_decides_when_the_last_that_is_missing_leaves() {
	run(|| {
		// Given a fourth company, and motions for which all have voted but one.
		let name: crate::types::Name = b"three".to_vec().try_into().unwrap();
		let carrier = trimast_primitives::org::OrgKind::Carrier;
		assert_ok!(Federation::invite(RuntimeOrigin::root(), carrier, name, account("three")));
		assert_ok!(Federation::accept(by("three"), account("three//recovery")));
		assert_ok!(Federation::confirm(RuntimeOrigin::root(), OrgId(4)));
		let suspend = decide(SubjectMatter::Suspend);
		let open = crate::NextSubjectMotion::<Test>::get();
		assert_ok!(propose("carrier-one", TOWER, recover("tower//new")));
		// When that one leaves.
		assert_ok!(Federation::declare_exit(by("three")));
		System::set_block_number(1 + PARAMETERS.exit_notice);
		assert_ok!(Federation::complete_exit(by("three")));
		// Then the votes decide, and what has too few waits on.
		let at = 1 + PARAMETERS.exit_notice + PARAMETERS.suspension_notice;
		assert_eq!(SubjectMotions::<Test>::get(suspend).unwrap().effective, Some(at));
		assert_eq!(SubjectMotions::<Test>::get(open).unwrap().effective, None);
		run_to(at);
		assert_eq!(status(), OrgStatus::Suspended);
	});
}

#[test]
fn motion_whose_task_is_lost_takes_effect_by_a_company() {
	run(|| {
		let id = decide(SubjectMatter::Suspend);
		Agenda::set(vec![]);
		System::set_block_number(1 + PARAMETERS.suspension_notice);
		assert_noop!(Federation::carry_out_subject(by("witness"), id), E::NoCouncilSeat);
		assert_ok!(Federation::carry_out_subject(by("carrier-two"), id));
		assert_eq!(status(), OrgStatus::Suspended);
	});
}

#[test]
fn carry_out_subject_fails_when_early_or_by_a_stranger() {
	run(|| {
		assert_ok!(propose("carrier-one", TOWER, SubjectMatter::Suspend));
		let attempt = Federation::carry_out_subject;
		assert_noop!(attempt(RuntimeOrigin::root(), 0), E::TooEarly);
		assert_ok!(Federation::vote_subject(by("carrier-two"), 0));
		assert_noop!(attempt(RuntimeOrigin::root(), 0), E::TooEarly);
		assert_noop!(attempt(by("carrier-one"), 0), E::TooEarly);
		assert_noop!(attempt(by("carrier-one//planner"), 0), E::NotPrincipal);
		assert_noop!(attempt(RuntimeOrigin::none(), 0), sp_runtime::traits::BadOrigin);
		assert_noop!(attempt(RuntimeOrigin::root(), 9), E::NotFound);
	});
}
