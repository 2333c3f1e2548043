// SPDX-License-Identifier: Apache-2.0

//! `set_principal`, `set_recovery`.

use super::*;
use crate::{Event, Orgs, SubjectMatter};

#[test]
fn set_principal_works() {
	run(|| {
		let new = add("carrier-one", "new", Role::Admin, Scope::National);
		assert_ok!(Federation::set_principal(by("carrier-one"), new.clone()));
		assert_eq!(last_event(), Event::PrincipalSet { org: ONE, principal: new.clone() });
		// The council's seat goes with it, and the old one may now be removed.
		assert!(Seats::get().contains(&new) && !Seats::get().contains(&account("carrier-one")));
		assert_noop!(Federation::set_principal(by("carrier-one"), new.clone()), E::NotPrincipal);
		assert_ok!(Federation::remove_account(by("new"), account("carrier-one")));
	});
}

#[test]
fn set_principal_fails_when_not_a_national_admin_of_the_company() {
	run(|| {
		let attempt = |name| Federation::set_principal(by("carrier-one"), account(name));
		add("carrier-one", "hebei", Role::Admin, HEBEI);
		assert_noop!(attempt("hebei"), E::NotNationalAdmin);
		assert_noop!(attempt("carrier-one//planner"), E::NotNationalAdmin);
		assert_noop!(attempt("carrier-two"), E::NotNationalAdmin);
		assert_noop!(attempt("stranger"), E::UnknownAccount);
		let by_another = Federation::set_principal(by("carrier-two"), account("carrier-one"));
		assert_noop!(by_another, E::NotNationalAdmin);
	});
}

#[test]
fn set_recovery_works() {
	run(|| {
		let planner = account("carrier-one//planner");
		assert_ok!(Federation::set_recovery(by("carrier-one//recovery"), planner.clone()));
		assert_eq!(Orgs::<Test>::get(ONE).unwrap().recovery, planner.clone());
		assert_noop!(Federation::remove_account(by("carrier-one"), planner), E::IsRecovery);
	});
}

#[test]
fn set_recovery_fails_when_not_by_itself_or_not_the_companys() {
	run(|| {
		let attempt = |who, name| Federation::set_recovery(by(who), account(name));
		assert_noop!(attempt("carrier-one", "carrier-one//planner"), E::NotRecovery);
		assert_noop!(attempt("carrier-two//recovery", "carrier-one//planner"), E::UnknownAccount);
		assert_noop!(attempt("carrier-one//recovery", "carrier-one"), E::IsPrincipal);
		assert_noop!(attempt("carrier-one//recovery", "stranger"), E::UnknownAccount);
	});
}

#[test]
fn lost_recovery_account_is_replaced_after_the_delay() {
	run(|| {
		// Given a principal that names another recovery account.
		let planner = account("tower//planner");
		assert_ok!(Federation::replace_recovery(by("tower"), planner.clone()));
		let at = 1 + PARAMETERS.recovery_delay;
		assert_eq!(last_event(), Event::RecoveryWanted { org: TOWER, recovery: planner.clone(), at });
		System::set_block_number(at - 1);
		assert_noop!(Federation::replace_recovery(by("tower"), planner.clone()), E::TooEarly);
		// When the delay is over and the present one has not refused.
		System::set_block_number(at);
		assert_ok!(Federation::replace_recovery(by("tower"), planner.clone()));
		// Then it takes the place.
		assert_eq!(last_event(), Event::RecoverySet { org: TOWER, recovery: planner.clone() });
		assert_eq!(Orgs::<Test>::get(TOWER).unwrap().recovery, planner);
		assert_noop!(Federation::keep_recovery(by("tower//planner")), E::NotFound);
		assert_ok!(Federation::remove_account(by("tower"), account("tower//recovery")));
	});
}

#[test]
fn recovery_account_that_is_not_lost_refuses() {
	run(|| {
		let planner = account("tower//planner");
		let at = 1 + PARAMETERS.recovery_delay;
		// By saying so, or by naming one itself.
		assert_ok!(Federation::replace_recovery(by("tower"), planner.clone()));
		assert_noop!(Federation::keep_recovery(by("tower")), E::NotRecovery);
		assert_ok!(Federation::keep_recovery(by("tower//recovery")));
		assert_eq!(last_event(), Event::RecoveryKept { org: TOWER });
		System::set_block_number(at);
		assert_ok!(Federation::replace_recovery(by("tower"), planner.clone()));
		assert_eq!(
			Orgs::<Test>::get(TOWER).unwrap().recovery,
			account("tower//recovery"),
			"the delay runs anew"
		);
		assert_ok!(Federation::set_recovery(by("tower//recovery"), account("tower//operator")));
		assert_eq!(Orgs::<Test>::get(TOWER).unwrap().next_recovery, None);
	});
}

#[test]
fn recovered_principal_does_not_inherit_what_the_former_wanted() {
	run(|| {
		assert_ok!(Federation::replace_recovery(by("tower"), account("tower//planner")));
		let principal = account("tower//new");
		let recover = SubjectMatter::Recover { principal };
		assert_ok!(Federation::propose_subject(by("carrier-one"), TOWER, recover));
		assert_ok!(Federation::vote_subject(by("carrier-two"), 0));
		run_to(1 + PARAMETERS.recovery_delay);
		assert_eq!(Orgs::<Test>::get(TOWER).unwrap().next_recovery, None);
	});
}

#[test]
fn replace_recovery_fails_when_not_by_the_principal_or_not_the_companys() {
	run(|| {
		let attempt = |who: &str, name: &str| Federation::replace_recovery(by(who), account(name));
		assert_noop!(attempt("tower//operator", "tower//planner"), E::NotPrincipal);
		assert_noop!(attempt("carrier-one", "tower//planner"), E::UnknownAccount);
		assert_noop!(attempt("tower", "stranger"), E::UnknownAccount);
		assert_noop!(attempt("tower", "tower"), E::IsPrincipal);
		assert_noop!(attempt("tower", "tower//recovery"), E::AlreadyExists);
		// Another account is another beginning.
		assert_ok!(attempt("tower", "tower//planner"));
		System::set_block_number(1 + PARAMETERS.recovery_delay);
		assert_ok!(attempt("tower", "tower//operator"));
		assert_eq!(Orgs::<Test>::get(TOWER).unwrap().recovery, account("tower//recovery"));
	});
}
