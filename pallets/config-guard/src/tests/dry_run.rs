// SPDX-License-Identifier: Apache-2.0

//! What would be refused, of a change and of those that were made.

use crate::{
	changes::types::{ItemRefusal, PastRefusal, WouldBe, MAX_PAST},
	mock::*,
	types::KeyDefect,
	Catalogues,
};
use frame_support::assert_ok;
use trimast_primitives::{
	cells::catalogue::{ApprovalClass, Domain, Parameter},
	OrgSet,
};

#[test]
fn check_change_says_what_a_request_would() {
	run(|| {
		baseline();
		let items = || part(&[item(0, 0, POWER, 17), item(0, 1, POWER, 13), item(1, 0, POWER, 13)]);
		let window = terms().window;
		let expected = [(0, ItemRefusal::Value(KeyDefect::Step)), (2, ItemRefusal::NotOwner)];
		let state = crate::NextRequest::<Test>::get();
		assert_eq!(ConfigGuard::check_change(CARRIER, HERE, 0, items(), window, false), expected);
		assert_eq!(crate::NextRequest::<Test>::get(), state);
		assert_ok!(ConfigGuard::request(engineer(CARRIER), HERE, terms(), 0, items()));
		assert_eq!(refused(), expected);
	});
}

#[test]
fn dry_run_of_a_parameter_looks_at_what_was_made() {
	run(|| {
		baseline();
		// Given a power of 13 in the place of 10 that the carriers have agreed to, and another request beside it
		let number = executed();
		ask(CARRIER, terms(), &[item(0, 0, HYSTERESIS, 9)]);
		go_to(400);
		let today = Catalogues::<Test>::get().get(POWER).unwrap().clone();
		let dry_run = |parameter| ConfigGuard::dry_run_parameter(POWER, parameter, 0, 100).0;
		assert_eq!(dry_run(today.clone()), []);
		// Then another step, domain or class would have refused it
		let refusal = |why| [PastRefusal { request: number, page: 0, item: item(0, 0, POWER, 13), why }];
		let smaller = Parameter { step: Some(2), ..today.clone() };
		assert_eq!(dry_run(smaller), refusal(WouldBe::Refused(KeyDefect::Step)));
		let lower = Parameter { domain: Domain::Range { least: 0, most: 12, every: 1 }, ..today.clone() };
		assert_eq!(dry_run(lower), refusal(WouldBe::Refused(KeyDefect::Domain)));
		let tower = Parameter { class: ApprovalClass::Tower, ..today.clone() };
		assert_eq!(dry_run(tower.clone()), refusal(WouldBe::Unapproved(OrgSet::of(TOWER))));
		// By pages
		assert_eq!(ConfigGuard::dry_run_parameter(POWER, tower.clone(), 0, 1).1, Some(1));
		assert_eq!(ConfigGuard::dry_run_parameter(POWER, tower.clone(), 1, 1), (vec![], None));
		assert_eq!(ConfigGuard::dry_run_parameter(POWER, tower.clone(), MAX_PAST, 1), (vec![], None));
		// One company's ring stands behind the other's
		let other = ask(SHARER, terms(), &[item(1, 0, HYSTERESIS, 9)]);
		go_to(800);
		assert!(phase(other).is_final());
		assert_eq!(ConfigGuard::dry_run_parameter(POWER, tower, 1, 1), (vec![], Some(MAX_PAST)));
	});
}
