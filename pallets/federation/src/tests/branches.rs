// SPDX-License-Identifier: Apache-2.0

//! `add_branch`, `remove_branch`.

use super::*;
use crate::Event;

fn branch(admin: &str, id: u16, scope: Scope) -> sp_runtime::DispatchResult {
	Federation::add_branch(by(admin), id, b"Hebei".to_vec().try_into().unwrap(), scope)
}

#[test]
fn add_and_remove_branch_works() {
	run(|| {
		assert_ok!(branch("carrier-one", 13, HEBEI));
		assert_eq!(last_event(), Event::BranchAdded { org: ONE, branch: 13, scope: HEBEI });
		let planner = roles(Role::Planner);
		assert_ok!(Federation::add_account(by("carrier-one"), account("p"), planner, HEBEI, Some(13)));
		assert_eq!(Federation::account(account("p")).unwrap().branch, Some(13));
		// The account of a removed branch belongs to none.
		assert_ok!(Federation::remove_branch(by("carrier-one"), 13));
		assert_eq!(Federation::account(account("p")).unwrap().branch, None);
	});
}

#[test]
fn branches_fail_when_outside_scope_or_another_companys() {
	run(|| {
		add("carrier-one", "shanxi", Role::Admin, Scope::Province(ProvinceId(14)));
		assert_noop!(branch("shanxi", 13, HEBEI), E::OutsideScope);
		assert_ok!(branch("carrier-one", 13, HEBEI));
		assert_noop!(Federation::remove_branch(by("shanxi"), 13), E::OutsideScope);
		assert_noop!(Federation::remove_branch(by("carrier-two"), 13), E::NotFound);
		assert_noop!(branch("carrier-one//planner", 14, HEBEI), E::NotAuthorized);
		assert_noop!(branch("stranger", 14, HEBEI), E::UnknownAccount);
	});
}

#[test]
fn add_branch_fails_when_ill_formed_known_or_too_many() {
	run(|| {
		let nameless = Federation::add_branch(by("carrier-one"), 1, Default::default(), HEBEI);
		assert_noop!(nameless, E::InvalidName);
		let garbled = Federation::add_branch(by("carrier-one"), 1, vec![0xff].try_into().unwrap(), HEBEI);
		assert_noop!(garbled, E::InvalidName);
		let forged = b"Hebei\x1b[1A\nyes".to_vec().try_into().unwrap();
		assert_noop!(Federation::add_branch(by("carrier-one"), 1, forged, HEBEI), E::InvalidName);
		assert_noop!(branch("carrier-one", 1, Scope::Province(ProvinceId(3))), E::InvalidScope);
		for id in 1..=3 {
			assert_ok!(branch("carrier-one", id, HEBEI));
		}
		assert_noop!(branch("carrier-one", 1, HEBEI), E::AlreadyExists);
		assert_noop!(branch("carrier-one", 4, HEBEI), E::TooMany);
		assert_ok!(branch("carrier-two", 4, HEBEI));
	});
}
