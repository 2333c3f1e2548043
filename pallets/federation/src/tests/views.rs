// SPDX-License-Identifier: Apache-2.0

//! What can be asked.

use super::*;
use crate::SubjectMatter;
use codec::Encode;
use sp_core::hexdisplay::HexDisplay;
use trimast_primitives::{
	matter::Matter,
	org::{OrgKind, OrgStatus},
	OrgSet,
};

#[test]
fn orgs_are_listed_by_number() {
	run(|| {
		let orgs = Federation::orgs();
		let names: Vec<_> = orgs.iter().map(|org| org.name.as_str()).collect();
		assert_eq!(names, ["carrier-one", "carrier-two", "tower", "witness"]);
		let tower = &orgs[2];
		assert_eq!((tower.id, tower.kind, tower.status), (TOWER, OrgKind::TowerCompany, OrgStatus::Active));
		assert_eq!((&tower.principal, tower.accounts), (&account("tower"), 5));
		assert_eq!(tower.validators, [(account("tower//validator"), true)]);
		Keyless::set(vec![account("tower//validator")]);
		assert_eq!(Federation::orgs()[2].validators, [(account("tower//validator"), false)]);
	});
}

#[test]
fn accounts_are_paged() {
	run(|| {
		let all = Federation::accounts(ONE, None, 1_000_000);
		assert_eq!(all.len(), 5);
		let mut paged = Vec::new();
		loop {
			let after = paged.last().map(|view: &trimast_primitives::apis::AccountView| view.account.clone());
			let page = Federation::accounts(ONE, after, 2);
			if page.is_empty() {
				break;
			}
			paged.extend(page);
		}
		assert_eq!(paged, all);
		assert!(Federation::accounts(ONE, None, 0).is_empty());
	});
}

#[test]
fn account_is_found_until_removed() {
	run(|| {
		let planner = account("carrier-one//planner");
		let view = Federation::account(planner.clone()).unwrap();
		assert_eq!((view.org, view.roles, view.scope), (ONE, roles(Role::Planner), Scope::National));
		assert_ok!(Federation::remove_account(by("carrier-one"), planner.clone()));
		assert_eq!(Federation::account(planner), None);
		assert_eq!(Federation::account(account("stranger")), None);
	});
}

#[test]
fn branches_are_listed_by_number() {
	run(|| {
		for id in [2, 1] {
			let name = format!("branch {id}").into_bytes().try_into().unwrap();
			assert_ok!(Federation::add_branch(by("tower"), id, name, HEBEI));
		}
		let ids: Vec<_> = Federation::branches(TOWER).into_iter().map(|view| view.id).collect();
		assert_eq!(ids, [1, 2]);
		assert!(Federation::branches(ONE).is_empty());
	});
}

#[test]
fn motions_are_listed_while_they_wait() {
	run(|| {
		assert_ok!(enact(rule(), TWO_OF_THREE));
		let view = &Federation::enactments()[0];
		assert_eq!(
			(view.matter, view.ayes, view.call.clone()),
			(Matter::Rules, OrgSet(0b11), rule().encode())
		);

		let principal = account("new");
		assert_ok!(Federation::propose_subject(by("tower"), ONE, SubjectMatter::Recover { principal }));
		let view = &Federation::subject_motions()[0];
		assert_eq!((view.ayes, view.required), (OrgSet::of(TOWER), OrgSet(0b110)));
		let new: [u8; 32] = account("new").into();
		assert_eq!(view.matter, format!("recover 0x{}", HexDisplay::from(&new)));
		System::set_block_number(1 + PARAMETERS.motion_term + 1);
		assert!(Federation::subject_motions().is_empty());
		assert_eq!(Federation::parameters_in_force(), PARAMETERS);
	});
}
