// SPDX-License-Identifier: Apache-2.0

//! `invite`, `accept`, `confirm`, `replace_witness`.

use super::*;
use crate::{Event, Members, Orgs, Seated, Validators};
use trimast_primitives::{
	org::{OrgKind, OrgStatus},
	OrgId,
};

const THREE: OrgId = OrgId(4);

fn invite() -> crate::Call<Test> {
	crate::Call::invite {
		kind: OrgKind::Carrier,
		name: b"carrier-three".to_vec().try_into().unwrap(),
		principal: account("three"),
	}
}

/// Invited and accepted, in block 1.
fn accepted() {
	assert_ok!(enact(invite(), ALL));
	assert_ok!(Federation::accept(by("three"), account("three//recovery")));
}

#[test]
fn invite_accept_confirm_works() {
	run(|| {
		// Given an invitation that all companies decided.
		assert_ok!(enact(invite(), ALL));
		assert_eq!(Orgs::<Test>::get(THREE).unwrap().status(1), OrgStatus::Invited);
		assert!(!Members::<Test>::get().contains(THREE));
		// When the invited accepts and the council confirms.
		assert_ok!(Federation::accept(by("three"), account("three//recovery")));
		assert_ok!(enact(crate::Call::confirm { org: THREE }, ALL));
		// Then it is a member with a seat, a principal and a recovery account.
		let org = Orgs::<Test>::get(THREE).unwrap();
		assert_eq!((org.status(1), org.accounts), (OrgStatus::Active, 2));
		assert!(Seated::<Test>::get().contains(THREE) && Seats::get().contains(&account("three")));
		assert!(events().contains(&Event::Confirmed { org: THREE }));
		add("three", "three//planner", Role::Planner, HEBEI);
	});
}

#[test]
fn invite_fails_when_not_decided_by_the_council() {
	run(|| {
		let crate::Call::invite { kind, name, principal } = invite() else { unreachable!() };
		let signed = Federation::invite(by("carrier-one"), kind, name.clone(), principal.clone());
		assert_noop!(signed, sp_runtime::traits::BadOrigin);
		let empty = Federation::invite(RuntimeOrigin::root(), kind, Default::default(), principal);
		assert_noop!(empty, E::InvalidName);
		has_signed("tower//planner");
		for taken in ["tower//planner", "tower", "tower//recovery", "tower//validator"] {
			let invited = Federation::invite(RuntimeOrigin::root(), kind, name.clone(), account(taken));
			assert_noop!(invited, E::AccountTaken);
		}
	});
}

#[test]
fn invite_takes_an_account_that_a_member_has_only_added() {
	run(|| {
		// Given a member that has added the key that is about to be invited.
		add("tower", "three", Role::Planner, HEBEI);
		let before = Orgs::<Test>::get(TOWER).unwrap().accounts;
		assert_ok!(enact(invite(), ALL));
		// Then the invited has it, and the member does not.
		assert_eq!(Federation::live(&account("three")).unwrap().org, THREE);
		assert_eq!(Orgs::<Test>::get(TOWER).unwrap().accounts, before - 1);
		assert!(events().contains(&Event::AccountRemoved { org: TOWER, account: account("three") }));
		assert_ok!(Federation::accept(by("three"), account("three//recovery")));
	});
}

#[test]
fn witness_is_invited_by_all_companies() {
	run(|| {
		let crate::Call::invite { name, principal, .. } = invite() else { unreachable!() };
		let call = crate::Call::invite { kind: OrgKind::Witness, name, principal };
		assert_noop!(enact(call.clone(), TWO_OF_THREE), E::NotEnoughVotes);
		assert_ok!(enact(call, ALL));
	});
}

#[test]
fn invite_fails_when_every_number_is_given() {
	run(|| {
		let name: crate::types::Name = b"x".to_vec().try_into().unwrap();
		for n in 4..32 {
			let who = account(&format!("org-{n}"));
			assert_ok!(Federation::invite(RuntimeOrigin::root(), OrgKind::Carrier, name.clone(), who));
		}
		let one_more = Federation::invite(RuntimeOrigin::root(), OrgKind::Carrier, name, account("x"));
		assert_noop!(one_more, E::TooMany);
	});
}

#[test]
fn accept_fails_when_not_the_invited_late_or_twice() {
	run(|| {
		assert_ok!(enact(invite(), ALL));
		assert_noop!(Federation::accept(by("stranger"), account("r")), E::UnknownAccount);
		assert_noop!(Federation::accept(by("carrier-one"), account("r")), E::NotInvited);
		assert_noop!(Federation::accept(by("carrier-one//planner"), account("r")), E::NotPrincipal);
		assert_noop!(Federation::accept(by("three"), account("three")), E::AlreadyExists);
		assert_noop!(Federation::accept(by("three"), account("tower//planner")), E::AccountTaken);
		assert_ok!(Federation::accept(by("three"), account("three//recovery")));
		assert_noop!(Federation::accept(by("three"), account("three//recovery")), E::NotInvited);
	});
	run(|| {
		assert_ok!(enact(invite(), ALL));
		System::set_block_number(1 + PARAMETERS.motion_term + 1);
		assert_noop!(Federation::accept(by("three"), account("three//recovery")), E::Expired);
	});
}

#[test]
fn confirm_fails_when_not_accepted() {
	run(|| {
		assert_ok!(enact(invite(), ALL));
		assert_noop!(Federation::confirm(RuntimeOrigin::root(), THREE), E::NotAccepted);
		assert_noop!(Federation::confirm(RuntimeOrigin::root(), OrgId(9)), E::NotFound);
		assert_ok!(Federation::accept(by("three"), account("three//recovery")));
		assert_ok!(Federation::confirm(RuntimeOrigin::root(), THREE));
		assert_noop!(Federation::confirm(RuntimeOrigin::root(), THREE), E::NotAccepted);
	});
}

#[test]
fn confirmation_by_two_thirds_finds_the_acceptance_in_force() {
	run(|| {
		// Given parameters under which the long delay is as long as the invitation.
		crate::ParametersInForce::<Test>::mutate(|parameters| parameters.motion_term = parameters.long_delay);
		accepted();
		assert_ok!(enact(crate::Call::confirm { org: THREE }, TWO_OF_THREE));
		run_to(2 + PARAMETERS.long_delay);
		assert_eq!(Orgs::<Test>::get(THREE).unwrap().status(System::block_number()), OrgStatus::Active);
	});
}

#[test]
fn invited_organisation_may_do_nothing_else() {
	run(|| {
		accepted();
		let planner = roles(Role::Planner);
		let add = Federation::add_account(by("three"), account("x"), planner, HEBEI, None);
		assert_noop!(add, E::OrgNotMember);
		assert_noop!(Federation::declare_exit(by("three")), E::OrgNotMember);
		let principal = Federation::set_principal(by("three"), account("three//recovery"));
		assert_noop!(principal, E::OrgNotMember);
	});
}

#[test]
fn lapsed_invitation_frees_its_accounts() {
	run(|| {
		assert_ok!(enact(invite(), ALL));
		System::set_block_number(1 + PARAMETERS.motion_term + 1);
		assert_ok!(enact(invite(), ALL));
		assert_eq!(Federation::live(&account("three")).unwrap().org, OrgId(5));
	});
}

#[test]
fn replace_witness_works() {
	run(|| {
		// Given a witness whose operator all companies want to replace.
		System::set_block_number(7);
		let call = crate::Call::replace_witness { org: WITNESS, principal: account("neutral") };
		assert_ok!(enact(call, ALL));
		// Then the former operator has no say any more, and its validator stays until the new one names
		// another.
		let add_to = |admin: &str| {
			Federation::add_account(
				by(admin),
				account("neutral//validator"),
				roles(Role::Operator),
				Scope::National,
				None,
			)
		};
		assert_noop!(add_to("witness"), E::AccountRemoved);
		assert_eq!(Validators::<Test>::get(WITNESS).to_vec(), [account("witness//validator")]);
		assert_ok!(add_to("neutral"));
		let named = vec![account("neutral//validator")].try_into().unwrap();
		assert_ok!(Federation::set_validators(by("neutral//validator"), named));
		// And the new one is its own recovery account until it names another.
		let org = Orgs::<Test>::get(WITNESS).unwrap();
		assert_eq!((org.recovery, org.term), (account("neutral"), 1));
		add("neutral", "neutral//recovery", Role::Auditor, Scope::National);
		assert_ok!(Federation::set_recovery(by("neutral"), account("neutral//recovery")));
	});
}

#[test]
fn replaced_witness_is_rid_of_motions_about_the_former_operator() {
	run(|| {
		// Given a suspension of the witness that is decided, and a recovery that is open.
		let propose = |matter| Federation::propose_subject(by("carrier-one"), WITNESS, matter);
		assert_ok!(propose(crate::SubjectMatter::Suspend));
		assert_ok!(Federation::vote_subject(by("carrier-two"), 0));
		assert_ok!(Federation::vote_subject(by("tower"), 0));
		assert_ok!(propose(crate::SubjectMatter::Recover { principal: account("other") }));
		// When its operator is replaced.
		let call = crate::Call::replace_witness { org: WITNESS, principal: account("neutral") };
		assert_ok!(enact(call, ALL));
		// Then the new one is not suspended for the old.
		assert_eq!((crate::SubjectMotions::<Test>::count(), Agenda::get().len()), (0, 0));
		run_to(1 + PARAMETERS.suspension_notice);
		assert_eq!(Orgs::<Test>::get(WITNESS).unwrap().status(11), OrgStatus::Active);
	});
}

#[test]
fn replace_witness_fails_when_not_all_agree_or_a_company_would_run_it() {
	run(|| {
		let replace = |org, who: &str| crate::Call::replace_witness { org, principal: account(who) };
		assert_noop!(enact(replace(WITNESS, "neutral"), TWO_OF_THREE), E::NotEnoughVotes);
		assert_noop!(enact(replace(WITNESS, "carrier-one"), ALL), E::AccountTaken);
		assert_noop!(enact(replace(ONE, "neutral"), ALL), E::NotWitness);
	});
}

#[test]
fn nobody_keeps_an_operator_out_by_adding_its_key() {
	run(|| {
		// Given a company that has added the key of the next operator
		add("carrier-one", "neutral", Role::Planner, HEBEI);
		let call = crate::Call::replace_witness { org: WITNESS, principal: account("neutral") };
		// Then it loses it, as long as nobody has signed with it
		assert_ok!(enact(call, ALL));
		assert_eq!(Orgs::<Test>::get(WITNESS).unwrap().principal, account("neutral"));
		let (entry, _) = Federation::account_and_org(&account("neutral")).unwrap();
		assert_eq!(entry.org, WITNESS);
	});
}

#[test]
fn validator_of_a_former_operator_cannot_sit_twice() {
	run(|| {
		let call = crate::Call::replace_witness { org: WITNESS, principal: account("neutral") };
		assert_ok!(enact(call, ALL));
		let operator = roles(Role::Operator);
		let validator = account("witness//validator");
		let add =
			|admin| Federation::add_account(by(admin), validator.clone(), operator, Scope::National, None);
		assert_noop!(add("carrier-one"), E::AccountTaken);
		assert_ok!(add("neutral"));
	});
}
