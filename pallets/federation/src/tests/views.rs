// SPDX-License-Identifier: Apache-2.0

//! What can be asked.

use super::*;
use crate::{PauseKind, SubjectMatter};
use codec::Encode;
use sp_core::crypto::Ss58Codec;
use trimast_primitives::{
	apis::PauseView,
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
		let ids = |after, limit| -> Vec<_> {
			Federation::branches(TOWER, after, limit).into_iter().map(|view| view.id).collect()
		};
		assert_eq!(ids(None, 10), [1, 2]);
		assert_eq!((ids(None, 1), ids(Some(1), 10), ids(Some(2), 10)), (vec![1], vec![2], vec![]));
		assert!(Federation::branches(ONE, None, 10).is_empty());
	});
}

#[test]
fn motions_are_listed_while_they_wait() {
	run(|| {
		assert_ok!(enact(rule(), TWO_OF_THREE));
		let view = &Federation::enactments(None, 10)[0];
		assert_eq!(
			(view.matter, view.ayes, view.call.clone()),
			(Matter::Rules, OrgSet(0b11), rule().encode())
		);
		assert!(Federation::enactments(Some(0), 10).is_empty() && Federation::enactments(None, 0).is_empty());

		let principal = account("new");
		assert_ok!(Federation::propose_subject(by("tower"), ONE, SubjectMatter::Recover { principal }));
		let view = &Federation::subject_motions()[0];
		assert_eq!((view.ayes, view.required), (OrgSet::of(TOWER), OrgSet(0b110)));
		// In SS58, as every wallet shows an account
		assert_eq!(view.matter, format!("recover {}", account("new").to_ss58check()));
		assert!(view.matter.starts_with("recover 5"), "{}", view.matter);
		System::set_block_number(1 + PARAMETERS.motion_term + 1);
		assert!(Federation::subject_motions().is_empty());
		assert_eq!(Federation::parameters_in_force(), PARAMETERS);
		assert_eq!(Federation::parameter_bounds(), trimast_primitives::params::ParameterBounds::LOCAL);
	});
}

#[test]
fn pause_is_told_with_its_end_and_the_next_one() {
	run(|| {
		let idle = PauseView { kinds: vec![], until: None, again_from: None };
		assert_eq!(Federation::pause_in_force(), idle);
		let kinds = [PauseKind::Sites, PauseKind::Accounts].into_iter().collect();
		assert_ok!(motion(crate::Call::pause { kinds }, TWO_OF_THREE));
		let until = 1 + PARAMETERS.pause_term;
		let again_from = Some(until + PARAMETERS.pause_gap);
		let words = ["sites", "accounts"].map(String::from).to_vec();
		let paused = PauseView { kinds: words, until: Some(until), again_from };
		assert_eq!(Federation::pause_in_force(), paused);
		System::set_block_number(until);
		assert_eq!(Federation::pause_in_force(), PauseView { again_from, ..idle.clone() });
		System::set_block_number(until + PARAMETERS.pause_gap);
		assert_eq!(Federation::pause_in_force(), idle);
		Federation::pause_without_end();
		let view = Federation::pause_in_force();
		assert_eq!((view.kinds.len(), view.until, view.again_from), (5, None, None));
	});
}
