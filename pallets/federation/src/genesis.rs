// SPDX-License-Identifier: Apache-2.0

//! The federation at the start of the chain, and what its constants must satisfy.

use crate::{
	types::{Name, Org, Stage},
	Bounds, Config, GenesisConfig, GenesisOrg, NextOrg, Orgs, Pallet, ParametersInForce, Validators,
};
use sp_runtime::BoundedVec;
use trimast_primitives::{
	access::{Role, Roles, Scope},
	org::MAX_ORGS,
	AccountId, OrgId,
};

/// Writes the genesis state.
///
/// Panics, as a genesis may, when the configuration contradicts itself.
pub(crate) fn build<T: Config>(config: &GenesisConfig<T>) {
	assert!(config.bounds.admit(&config.parameters), "the parameters lie within their bounds");
	Bounds::<T>::put(config.bounds);
	ParametersInForce::<T>::put(config.parameters);
	assert!(config.orgs.len() <= usize::from(MAX_ORGS), "there are at most {MAX_ORGS} organisations");
	for (number, org) in (0..MAX_ORGS).zip(&config.orgs) {
		build_org::<T>(OrgId(number), org, config);
		NextOrg::<T>::put(number.saturating_add(1));
	}
}

fn build_org<T: Config>(id: OrgId, org: &GenesisOrg, config: &GenesisConfig<T>) {
	let name: Name = org
		.name
		.as_bytes()
		.to_vec()
		.try_into()
		.unwrap_or_else(|_| panic!("{}: the name is too long", org.name));
	assert!(Pallet::<T>::check_name(&name).is_ok(), "organisation {} has a name", id.0);
	assert!(org.principal != org.recovery, "{}: principal and recovery account differ", org.name);
	let mut record = Org::invited(org.kind, name, org.principal.clone(), 0);
	record.recovery = org.recovery.clone();
	record.stage = Stage::Member;
	Orgs::<T>::insert(id, record);
	Pallet::<T>::count_in(id, org.kind);

	let own = [
		(org.principal.clone(), Roles::of(Role::Admin), Scope::National),
		(org.recovery.clone(), Roles::of(Role::Auditor), Scope::National),
	];
	let listed = |account: &AccountId| org.accounts.iter().any(|(other, ..)| other == account);
	let unlisted = own.into_iter().filter(|(account, ..)| !listed(account));
	for (account, roles, scope) in org.accounts.iter().cloned().chain(unlisted) {
		assert!(roles.is_valid(), "{}: every account has roles", org.name);
		assert!(
			Pallet::<T>::live(&account).is_none(),
			"an account of {} stands twice, or in two organisations",
			org.name
		);
		Pallet::<T>::admit_account(id, &account, roles, scope, None)
			.expect("its organisation was just written; qed");
	}
	let principal = Pallet::<T>::live(&org.principal);
	assert!(
		principal.is_some_and(|account| account.is_national_admin()),
		"{}: its principal is an admin",
		org.name
	);

	let own_account =
		|account: &AccountId| Pallet::<T>::live(account).is_some_and(|account| account.org == id);
	assert!(org.validators.iter().all(own_account), "{}: its validators are its accounts", org.name);
	let seats = Pallet::<T>::seats_of(org.kind, &config.parameters);
	assert!(org.validators.len() <= seats, "{}: it has {seats} seats", org.name);
	let validators = BoundedVec::try_from(org.validators.clone()).expect("seats_of is within the limit; qed");
	Validators::<T>::insert(id, validators);
}

/// Checks the constants of the runtime.
#[cfg(feature = "std")]
pub(crate) fn check_constants<T: Config>() {
	use crate::{
		pallet::{MAX_USERS, MAX_VALIDATORS},
		weights::WeightInfo,
	};
	use frame_support::traits::Get;
	assert!(T::SlotMillis::get() > 0, "a slot takes time");
	assert!(T::MaxValidatorsPerOrg::get() > 0, "an organisation may have a validator");
	assert!(MAX_USERS >= u32::from(MAX_ORGS), "every organisation's use can be counted");
	assert!(
		T::MaxValidatorsPerOrg::get().saturating_mul(u32::from(MAX_ORGS)) <= MAX_VALIDATORS,
		"a session holds every validator that can be named"
	);
	let max = T::BlockWeights::get().max_block;
	assert!(
		T::WeightInfo::carry_out(crate::types::MAX_CALL_BYTES).all_lt(max),
		"a decision can be carried out"
	);
}
