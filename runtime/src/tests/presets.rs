// SPDX-License-Identifier: Apache-2.0
use super::*;
use crate::{genesis::preset_names, Federation, Session, Sites};
use trimast_primitives::{
	org::OrgStatus,
	params::{Governed, ParameterBounds},
};

#[test]
fn every_preset_builds() {
	for name in preset_names() {
		chain(name.as_ref()).execute_with(|| {
			assert_eq!(Federation::orgs().len(), 4, "{name}");
			assert!(Federation::orgs().iter().all(|org| org.status == OrgStatus::Active));
			assert_eq!(Sites::local_networks(None, 1_000).len(), 342);
		});
	}
}

#[test]
fn validators_are_as_many_as_the_preset_says() {
	for (preset, validators) in [("dev", 1), ("local", 4), ("consortium", 10)] {
		chain(preset).execute_with(|| {
			assert_eq!(Session::validators().len(), validators, "{preset}");
			assert_eq!(pallet_aura::Authorities::<Runtime>::get().len(), validators);
			assert_eq!(pallet_grandpa::Authorities::<Runtime>::get().len(), validators);
		});
	}
}

#[test]
fn consortium_keeps_its_floors() {
	chain("consortium").execute_with(|| {
		assert!(ParameterBounds::PRODUCTION.admit(&<Federation as Governed>::parameters()));
	});
}

#[test]
fn every_preset_lets_a_company_leave_before_the_long_delay() {
	for name in preset_names() {
		chain(name.as_ref()).execute_with(|| {
			let parameters = <Federation as Governed>::parameters();
			assert!(parameters.exit_notice < parameters.long_delay, "{name}");
		});
	}
}

#[test]
fn sessions_turn_and_keep_every_validator() {
	local().execute_with(|| {
		let (before, index) = (Session::validators(), Session::current_index());
		pass(2 * <Federation as Governed>::parameters().session_blocks + 1);
		assert!(Session::current_index() >= index + 2);
		let sorted = |mut validators: Vec<AccountId>| {
			validators.sort();
			validators
		};
		assert_eq!(sorted(Session::validators()), sorted(before));
	});
}
