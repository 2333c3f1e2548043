// SPDX-License-Identifier: Apache-2.0

//! `set_principal`, `set_recovery`.

use super::*;
use crate::{Event, Orgs};

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
