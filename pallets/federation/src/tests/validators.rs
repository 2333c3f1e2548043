// SPDX-License-Identifier: Apache-2.0

//! `set_validators` and sessions.

use super::*;
use crate::{ParametersInForce, SubjectMatter, Validators};
use pallet_session::{SessionManager, ShouldEndSession};
use sp_runtime::traits::Convert;
use trimast_primitives::params::Parameters;

fn name(who: &str, validators: &[&str]) -> sp_runtime::DispatchResult {
	let validators = validators.iter().map(|name| account(name)).collect::<Vec<_>>().try_into().unwrap();
	Federation::set_validators(by(who), validators)
}

const VALIDATORS: [&str; 4] =
	["carrier-one//validator", "carrier-two//validator", "tower//validator", "witness//validator"];

#[test]
fn set_validators_works() {
	run(|| {
		add("carrier-one", "v2", Role::Operator, Scope::National);
		assert_ok!(name("carrier-one//operator", &["v2", "carrier-one//validator"]));
		let session = Federation::new_session(2).unwrap();
		let expected = ["v2", VALIDATORS[0], VALIDATORS[1], VALIDATORS[2], VALIDATORS[3]];
		assert_eq!(session, expected.map(account));
		assert_eq!(Federation::new_session(3), None, "nothing has changed");
	});
}

#[test]
fn set_validators_fails_when_not_by_a_national_operator() {
	run(|| {
		add("carrier-one", "hebei", Role::Operator, HEBEI);
		assert_noop!(name("hebei", &["carrier-one//validator"]), E::OutsideScope);
		assert_noop!(name("carrier-one", &["carrier-one//validator"]), E::NotAuthorized);
		assert_noop!(name("carrier-two//operator", &["carrier-one//validator"]), E::UnknownAccount);
		assert_noop!(name("stranger", &["carrier-one//validator"]), E::UnknownAccount);
	});
}

#[test]
fn set_validators_fails_when_seats_accounts_or_keys_lack() {
	run(|| {
		let attempt = |validators: &[&str]| name("carrier-one//operator", validators);
		add("carrier-one", "v2", Role::Operator, Scope::National);
		add("carrier-one", "v3", Role::Operator, Scope::National);
		assert_noop!(attempt(&[]), E::NoValidators);
		assert_noop!(attempt(&["carrier-one//validator", "v2", "v3"]), E::TooManyValidators);
		assert_noop!(attempt(&["v2", "v2"]), E::AlreadyExists);
		assert_noop!(attempt(&["stranger"]), E::UnknownAccount);
		Keyless::set(vec![account("v2")]);
		assert_noop!(attempt(&["v2"]), E::NoSessionKeys);
		let of_witness = name("witness//operator", &["witness//validator", "witness//operator"]);
		assert_noop!(of_witness, E::TooManyValidators);
	});
}

#[test]
fn set_validators_fails_when_fewer_than_before_unless_the_seats_fell() {
	run(|| {
		add("carrier-one", "v2", Role::Operator, Scope::National);
		assert_ok!(name("carrier-one//operator", &["carrier-one//validator", "v2"]));
		assert_noop!(name("carrier-one//operator", &["v2"]), E::TooFewValidators);
		assert_ok!(name("carrier-one//operator", &["v2", "carrier-one//validator"]));
		ParametersInForce::<Test>::put(Parameters { seats_per_company: 1, ..PARAMETERS });
		assert_ok!(name("carrier-one//operator", &["v2"]));
	});
}

#[test]
fn suspension_keeps_the_validators() {
	run(|| {
		assert_ok!(Federation::propose_subject(by("carrier-one"), TOWER, SubjectMatter::Suspend));
		assert_ok!(Federation::vote_subject(by("carrier-two"), 0));
		run_to(1 + PARAMETERS.suspension_notice);
		assert_eq!(Federation::new_session(2), Some(VALIDATORS.map(account).to_vec()));
		assert_ok!(name("tower//operator", &["tower//validator"]));
	});
}

#[test]
fn validators_without_keys_are_left_out_and_an_empty_set_is_never_handed_on() {
	run(|| {
		Keyless::set(vec![account(VALIDATORS[1])]);
		assert_eq!(Federation::new_session(2).unwrap().len(), 3);
		Keyless::set(VALIDATORS.map(account).to_vec());
		assert_eq!(Federation::new_session(3), None);
	});
}

#[test]
fn fewer_seats_leave_the_last_named_out() {
	run(|| {
		add("carrier-one", "v2", Role::Operator, Scope::National);
		assert_ok!(name("carrier-one//operator", &["carrier-one//validator", "v2"]));
		ParametersInForce::<Test>::put(Parameters { seats_per_company: 1, ..PARAMETERS });
		assert_eq!(Federation::new_session(2), Some(VALIDATORS.map(account).to_vec()));
		assert_eq!(Validators::<Test>::get(ONE).len(), 2);
	});
}

#[test]
fn sessions_have_the_governed_length() {
	run(|| {
		System::set_block_number(7);
		Federation::start_session(1);
		let end = 7 + PARAMETERS.session_blocks;
		assert!(!Federation::should_end_session(end - 1) && Federation::should_end_session(end));
	});
}

#[test]
fn session_keys_are_for_accounts_of_members() {
	run(|| {
		let validator_of = crate::seats::AccountOfMember::<Test>::convert;
		assert_eq!(validator_of(account("tower//planner")), Some(account("tower//planner")));
		assert_eq!(validator_of(account("stranger")), None);
		assert_ok!(Federation::remove_account(by("tower"), account("tower//planner")));
		assert_eq!(validator_of(account("tower//planner")), None);
	});
}
