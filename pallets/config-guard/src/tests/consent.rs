// SPDX-License-Identifier: Apache-2.0

use crate::{changes::types::Phase, mock::*, Error, Event};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{OrgId, OrgSet};

#[test]
fn consent_works() {
	run(|| {
		baseline();
		let number = ask(CARRIER, terms(), &[item(0, 0, TILT, 1)]);
		let subject = request_of(number).consents.subject;
		assert_ok!(consent(TOWER, number));
		let missing = OrgSet::of(SHARER);
		let told =
			|org, missing| Event::RequestConsented { request: number, org, subject, revision: 0, missing };
		assert_eq!(last_event(), told(TOWER, missing));
		assert_ok!(consent(SHARER, number));
		assert_eq!(last_event(), told(SHARER, OrgSet::EMPTY));
		assert_eq!((phase(number), approved(0, 0, TILT)), (Phase::Asked, Some(0)));
	});
}

#[test]
fn consent_fails_twice_unasked_late_and_of_a_draft() {
	run(|| {
		baseline();
		let number = ask(CARRIER, terms(), &[item(0, 0, POWER, 13)]);
		assert_eq!(consent(TOWER, number), Err(Error::<Test>::NotRequired.into()));
		let mut missing_one = request_of(number);
		missing_one.consents.required = OrgSet(0b111);
		assert_eq!(consent(CARRIER, number), Err(Error::<Test>::AlreadyGiven.into()));
		go_to(22);
		assert_eq!(consent(SHARER, number), Err(Error::<Test>::WrongPhase.into()));
		assert_ok!(ConfigGuard::draft(engineer(CARRIER), HERE, terms()));
		assert_eq!(consent(SHARER, number + 1), Err(Error::<Test>::WrongPhase.into()));
		let none = plain(ConfigGuard::consent(engineer(SHARER), 99, Default::default(), 0));
		assert_noop!(none, Error::<Test>::NoSuchRequest);
	});
}

#[test]
fn consent_fails_late_also_where_the_chain_has_not_come_to_it() {
	run(|| {
		baseline();
		let number = ask(CARRIER, terms(), &[item(0, 0, POWER, 13)]);
		// Without what the chain does by itself
		System::set_block_number(request_of(number).consents.expires + 1);
		assert_eq!(
			(phase(number), consent(SHARER, number)),
			(Phase::Asked, Err(Error::<Test>::Expired.into()))
		);
	});
}

#[test]
fn who_has_left_is_not_waited_for() {
	run(|| {
		baseline();
		let number = ask(CARRIER, emergency(), &[item(0, 0, TILT, 1)]);
		assert_ok!(consent(SHARER, number));
		assert_eq!(approved(0, 0, TILT), Some(0));
		// When the tower company has left, whoever has consented may call again
		Members::set(OrgSet::of(CARRIER).with(SHARER));
		assert_ok!(consent(SHARER, number));
		assert_eq!((phase(number), approved(0, 0, TILT)), (Phase::Executed, Some(1)));
	});
}

#[test]
fn who_has_left_has_agreed_to_what_it_has_agreed_to() {
	run(|| {
		baseline();
		let number = ask(CARRIER, terms(), &[item(0, 0, TILT, 1)]);
		assert_ok!(consent(TOWER, number));
		Members::set(OrgSet::of(CARRIER).with(SHARER));
		assert_ok!(consent(SHARER, number));
		let all = OrgSet::of(CARRIER).with(SHARER).with(TOWER);
		assert_eq!((request_of(number).consents.given, request_of(number).consents.required), (all, all));
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
		assert_eq!(approved(0, 0, TILT), Some(1));
	});
}

#[test]
fn consent_fails_without_the_right() {
	run(|| {
		baseline();
		let number = ask(CARRIER, terms(), &[item(0, 0, POWER, 13)]);
		let subject = request_of(number).consents.subject;
		let companies: [OrgId; 1] = [SHARER];
		for org in companies {
			assert_refusals(org, |origin| ConfigGuard::consent(origin, number, subject, 0));
		}
	});
}
