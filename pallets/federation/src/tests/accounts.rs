// SPDX-License-Identifier: Apache-2.0

//! `add_account`, `set_account`, `remove_account`, and what the other pallets are told about an account.

use super::*;
use crate::{Accounts, Event, Orgs, ParametersInForce, WeightInfo};
use trimast_primitives::access::{AccessRefusal, Authority};

fn set(admin: &str, name: &str, role: Role, scope: Scope) -> sp_runtime::DispatchResult {
	Federation::set_account(by(admin), account(name), roles(role), scope, None)
}

#[test]
fn add_set_remove_works() {
	run(|| {
		// Given an account that the company's admin adds.
		let who = add("carrier-one", "p", Role::Planner, SHIJIAZHUANG);
		assert_eq!(Federation::authorise(&who, Role::Planner, SHIJIAZHUANG), Ok(ONE));
		assert_eq!(Federation::authorise(&who, Role::Planner, HEBEI), Err(AccessRefusal::OutsideScope));
		// When it is given another role and scope.
		assert_ok!(set("carrier-one", "p", Role::Engineer, HEBEI));
		assert_eq!(Federation::authorise(&who, Role::Engineer, HEBEI), Ok(ONE));
		assert_eq!(Federation::authorise(&who, Role::Planner, HEBEI), Err(AccessRefusal::MissingRole));
		// And removed.
		assert_ok!(Federation::remove_account(by("carrier-one"), who.clone()));
		assert_eq!(last_event(), Event::AccountRemoved { org: ONE, account: who.clone() });
		assert_eq!(Federation::authorise(&who, Role::Engineer, HEBEI), Err(AccessRefusal::UnknownAccount));
		// Then its nonce stays where it was.
		assert_eq!(System::providers(&who), 1);
	});
}

#[test]
fn add_account_gives_weight_back_for_one_that_is_new_to_the_chain() {
	run(|| {
		let attempt = |name: &str| {
			let added =
				Federation::add_account(by("carrier-one"), account(name), roles(Role::Planner), HEBEI, None);
			added.unwrap().actual_weight
		};
		// Nobody signs for an account that the chain has never seen, so there is nothing to end
		let new = <<Test as crate::Config>::WeightInfo as WeightInfo>::add_new_account();
		let announced = <<Test as crate::Config>::WeightInfo as WeightInfo>::add_account();
		assert!(new.ref_time() < announced.ref_time());
		assert_eq!(attempt("p"), Some(new));
		// One that comes back weighs what was announced
		assert_ok!(Federation::remove_account(by("carrier-one"), account("p")));
		assert_eq!(attempt("p"), None);
	});
}

#[test]
fn admin_of_a_province_manages_its_province() {
	run(|| {
		add("carrier-one", "hebei", Role::Admin, HEBEI);
		add("hebei", "p", Role::Planner, SHIJIAZHUANG);
		assert_ok!(set("hebei", "p", Role::Engineer, HEBEI));
		assert_ok!(Federation::remove_account(by("hebei"), account("p")));
	});
}

#[test]
fn add_account_fails_when_outside_scope() {
	run(|| {
		add("carrier-one", "hebei", Role::Admin, HEBEI);
		for scope in [Scope::National, Scope::Province(ProvinceId(14))] {
			let refused =
				Federation::add_account(by("hebei"), account("p"), roles(Role::Planner), scope, None);
			assert_noop!(refused, E::OutsideScope);
		}
	});
}

#[test]
fn set_account_fails_when_old_or_new_scope_lies_outside() {
	run(|| {
		add("carrier-one", "hebei", Role::Admin, HEBEI);
		add("carrier-one", "national", Role::Planner, Scope::National);
		add("carrier-one", "local", Role::Planner, SHIJIAZHUANG);
		assert_noop!(set("hebei", "national", Role::Planner, HEBEI), E::OutsideScope);
		assert_noop!(set("hebei", "local", Role::Planner, Scope::National), E::OutsideScope);
		assert_noop!(Federation::remove_account(by("hebei"), account("national")), E::OutsideScope);
	});
}

#[test]
fn admin_role_is_granted_and_taken_by_national_admins_only() {
	run(|| {
		add("carrier-one", "hebei", Role::Admin, HEBEI);
		add("carrier-one", "peer", Role::Admin, HEBEI);
		let grant = Federation::add_account(by("hebei"), account("x"), roles(Role::Admin), HEBEI, None);
		assert_noop!(grant, E::NationalAdminRequired);
		assert_noop!(set("hebei", "peer", Role::Planner, HEBEI), E::NationalAdminRequired);
		assert_noop!(Federation::remove_account(by("hebei"), account("peer")), E::NationalAdminRequired);
		assert_ok!(set("carrier-one", "peer", Role::Planner, HEBEI));
	});
}

#[test]
fn nobody_manages_another_companys_accounts() {
	run(|| {
		let planner = account("carrier-one//planner");
		assert_noop!(set("carrier-two", "carrier-one//planner", Role::Admin, HEBEI), E::NotAuthorized);
		assert_noop!(Federation::remove_account(by("carrier-two"), planner.clone()), E::NotAuthorized);
		let grab = Federation::add_account(by("carrier-two"), planner, roles(Role::Planner), HEBEI, None);
		assert_noop!(grab, E::AccountTaken);
		let remove = Federation::remove_account(RuntimeOrigin::root(), account("carrier-one//planner"));
		assert_noop!(remove, sp_runtime::traits::BadOrigin);
	});
}

#[test]
fn removed_account_stays_with_its_company() {
	run(|| {
		// Given an account that its company has removed, and whose colleagues may have named it as proxy
		let planner = account("carrier-one//planner");
		assert_ok!(Federation::remove_account(by("carrier-one"), planner.clone()));
		let add =
			|admin| Federation::add_account(by(admin), planner.clone(), roles(Role::Planner), HEBEI, None);
		// Then no other takes it, and its own does
		assert_noop!(add("carrier-two"), E::AccountTaken);
		assert_ok!(add("carrier-one"));
	});
}

#[test]
fn nobody_but_admins_manages_accounts() {
	run(|| {
		let attempt =
			|who: &str| Federation::add_account(by(who), account("x"), roles(Role::Planner), HEBEI, None);
		assert_noop!(attempt("carrier-one//planner"), E::NotAuthorized);
		assert_noop!(attempt("carrier-one//recovery"), E::NotAuthorized);
		assert_noop!(attempt("stranger"), E::UnknownAccount);
		assert_noop!(
			set("carrier-one//operator", "carrier-one//planner", Role::Admin, HEBEI),
			E::NotAuthorized
		);
	});
}

#[test]
fn add_account_fails_when_ill_formed_or_known() {
	run(|| {
		let attempt = |roles, scope, branch| {
			Federation::add_account(by("carrier-one"), account("x"), roles, scope, branch)
		};
		assert_noop!(attempt(Roles(0), HEBEI, None), E::InvalidRoles);
		assert_noop!(attempt(Roles(1 << 7), HEBEI, None), E::InvalidRoles);
		assert_noop!(attempt(roles(Role::Planner), Scope::Province(ProvinceId(1)), None), E::InvalidScope);
		// No province has these codes, though they look like one
		assert_noop!(attempt(roles(Role::Planner), Scope::Province(ProvinceId(16)), None), E::InvalidScope);
		for nowhere in [99, 1_601, 9_901, 26_701].map(|code| Scope::LocalNetwork(LocalNetworkId(code))) {
			assert_noop!(attempt(roles(Role::Planner), nowhere, None), E::InvalidScope);
		}
		assert_noop!(attempt(roles(Role::Planner), HEBEI, Some(1)), E::NotFound);
		add("carrier-one", "x", Role::Planner, HEBEI);
		assert_noop!(attempt(roles(Role::Planner), HEBEI, None), E::AlreadyExists);
	});
}

#[test]
fn last_admin_recovery_and_validators_cannot_be_removed() {
	run(|| {
		let remove = |name| Federation::remove_account(by("carrier-one"), account(name));
		assert_noop!(remove("carrier-one"), E::IsPrincipal);
		assert_noop!(remove("carrier-one//recovery"), E::IsRecovery);
		assert_noop!(remove("carrier-one//validator"), E::IsValidator);
		assert_noop!(set("carrier-one", "carrier-one", Role::Planner, Scope::National), E::IsPrincipal);
		assert_noop!(set("carrier-one", "carrier-one", Role::Admin, HEBEI), E::IsPrincipal);
	});
}

#[test]
fn removed_account_has_no_authority_and_may_come_back() {
	run(|| {
		let who = add("carrier-one", "a", Role::Admin, Scope::National);
		assert_ok!(Federation::remove_account(by("carrier-one"), who.clone()));
		let attempt = Federation::add_account(by("a"), account("x"), roles(Role::Planner), HEBEI, None);
		assert_noop!(attempt, E::AccountRemoved);
		assert_noop!(Federation::remove_account(by("carrier-one"), who.clone()), E::UnknownAccount);
		// Taken back, it starts in the block of its readmission, with its nonce as it was.
		System::set_block_number(9);
		add("carrier-one", "a", Role::Planner, HEBEI);
		assert_eq!((Accounts::<Test>::get(&who).unwrap().since, System::providers(&who)), (9, 1));
	});
}

#[test]
fn removed_account_comes_back_with_one_provider() {
	run(|| {
		let who = add("carrier-one", "mover", Role::Planner, HEBEI);
		assert_ok!(Federation::remove_account(by("carrier-one"), who.clone()));
		assert_eq!(Orgs::<Test>::get(ONE).unwrap().accounts, 5);
		add("carrier-one", "mover", Role::Planner, HEBEI);
		assert_eq!(Federation::authorise(&who, Role::Planner, HEBEI), Ok(ONE));
		assert_eq!(System::providers(&who), 1);
	});
}

#[test]
fn delegations_end_when_an_account_is_removed_and_when_it_comes_back() {
	run(|| {
		// Given an account that is removed, and one whose company leaves.
		let mover = add("carrier-one", "mover", Role::Planner, HEBEI);
		assert!(Cleared::get().is_empty(), "a new account has none");
		assert_ok!(Federation::remove_account(by("carrier-one"), mover.clone()));
		assert_eq!(Cleared::take().first(), Some(&mover));
		assert_ok!(Federation::declare_exit(by("tower")));
		System::set_block_number(1 + PARAMETERS.exit_notice);
		assert_ok!(Federation::complete_exit(by("tower")));
		// Then neither brings along who signed for it.
		let planner = add("carrier-two", "tower//planner", Role::Planner, HEBEI);
		add("carrier-one", "mover", Role::Planner, HEBEI);
		assert_eq!(Cleared::take(), [planner, mover]);
	});
}

#[test]
fn add_account_fails_when_the_company_has_added_as_many_as_it_may() {
	run(|| {
		// Given a company that has added all it may, and removed one of them.
		let added = || Orgs::<Test>::get(ONE).unwrap().added;
		for n in added()..PARAMETERS.max_accounts {
			add("carrier-one", &format!("account-{n}"), Role::Planner, HEBEI);
		}
		assert_ok!(Federation::remove_account(by("carrier-one"), account("account-9")));
		let attempt = |who: &str, name: &str| {
			Federation::add_account(by(who), account(name), roles(Role::Planner), HEBEI, None)
		};
		// Then no new one enters the state through it, while those that are there may come back.
		assert_noop!(attempt("carrier-one", "one-more"), E::TooMany);
		assert_ok!(attempt("carrier-one", "account-9"));
		assert_eq!(added(), PARAMETERS.max_accounts);
		assert_ok!(attempt("carrier-two", "one-more"));
		// And the limit is governed.
		ParametersInForce::<Test>::mutate(|parameters| parameters.max_accounts += 1);
		assert_ok!(attempt("carrier-one", "another"));
	});
}

#[test]
fn authority_knows_members_and_kinds() {
	run(|| {
		use trimast_primitives::{org::OrgKind, OrgId, OrgSet};
		assert_eq!(<Federation as Authority<_>>::members(), OrgSet(0b1111));
		assert_eq!(Federation::kind(TOWER), Some(OrgKind::TowerCompany));
		assert_eq!(Federation::kind(WITNESS), Some(OrgKind::Witness));
		assert_eq!(Federation::kind(OrgId(9)), None);
		let stranger = Federation::authorise(&account("stranger"), Role::Planner, HEBEI);
		assert_eq!(stranger, Err(AccessRefusal::UnknownAccount));
	});
}
