// SPDX-License-Identifier: Apache-2.0

//! The federation at the start of the chain.

use super::*;
use crate::{GenesisOrg, Members};
use sp_runtime::BuildStorage;
use trimast_primitives::{
	org::OrgKind,
	params::{ParameterBounds, Parameters},
	OrgSet,
};

fn build(orgs: Vec<GenesisOrg>, parameters: Parameters) -> sp_io::TestExternalities {
	let bounds = ParameterBounds::LOCAL;
	let federation = crate::GenesisConfig { orgs, parameters, bounds, ..Default::default() };
	RuntimeGenesisConfig { federation, ..Default::default() }.build_storage().unwrap().into()
}

#[test]
fn genesis_has_members_with_accounts_that_keep_their_nonce() {
	run(|| {
		assert_eq!(Members::<Test>::get(), OrgSet(0b1111));
		assert!(Federation::live(&account("tower")).unwrap().is_national_admin());
		assert!(Federation::live(&account("tower//recovery")).unwrap().may(Role::Auditor, Scope::National));
		assert_eq!(System::providers(&account("tower//planner")), 1);
	});
}

#[test]
fn genesis_is_read_from_json() {
	let config = crate::GenesisConfig::<Test> {
		orgs: vec![org(OrgKind::Carrier, "carrier-one")],
		parameters: PARAMETERS,
		bounds: ParameterBounds::LOCAL,
		..Default::default()
	};
	assert_eq!(config.orgs.len(), 1);
	assert_eq!(crate::GenesisConfig::<Test>::default().parameters, Parameters::PRODUCTION);
}

#[test]
#[should_panic(expected = "its principal is an admin")]
fn genesis_fails_when_the_principal_is_no_admin() {
	let mut one = org(OrgKind::Carrier, "carrier-one");
	one.accounts.push((account("carrier-one"), roles(Role::Planner), Scope::National));
	build(vec![one], PARAMETERS);
}

#[test]
#[should_panic(expected = "stands twice, or in two organisations")]
fn genesis_fails_when_two_companies_share_an_account() {
	let (one, mut two) = (org(OrgKind::Carrier, "one"), org(OrgKind::Carrier, "two"));
	two.accounts.push((account("one//planner"), roles(Role::Planner), Scope::National));
	build(vec![one, two], PARAMETERS);
}

#[test]
#[should_panic(expected = "its validators are its accounts")]
fn genesis_fails_when_a_validator_is_no_account() {
	let mut one = org(OrgKind::Carrier, "one");
	one.validators.push(account("stranger"));
	build(vec![one], PARAMETERS);
}

#[test]
#[should_panic(expected = "it has 1 seats")]
fn genesis_fails_when_seats_lack() {
	let mut witness = org(OrgKind::Witness, "witness");
	witness.validators.push(account("witness//planner"));
	build(vec![witness], PARAMETERS);
}

#[test]
#[should_panic(expected = "within their bounds")]
fn genesis_fails_when_parameters_are_out_of_bounds() {
	build(vec![], Parameters { session_blocks: 1, ..PARAMETERS });
}
