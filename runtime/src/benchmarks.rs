// SPDX-License-Identifier: Apache-2.0
//! What the benchmarks of the pallets need of the runtime. `scripts/weights` runs them and writes [`crate::weights`].

use crate::{
	configs::council::CouncilInstance, AccountId, BlockNumber, Federation, Hash, Runtime, SessionKeys,
};
use alloc::{format, string::String, vec, vec::Vec};
use frame_benchmarking::{account, BenchmarkBatch, BenchmarkConfig, BenchmarkList};
use frame_support::{
	storage::unhashed,
	traits::{BuildGenesisConfig, StorageInfo, StorageInfoTrait, WhitelistedStorageKeys},
};
use pallet_federation::GenesisOrg;
use sp_core::{ed25519, sr25519};
use trimast_primitives::{
	access::{Role, Roles, Scope},
	org::{OrgKind, MAX_ORGS},
	params::{ParameterBounds, Parameters},
	OrgId,
};

use frame_system_benchmarking::{extensions::Pallet as SystemExtensionsBench, Pallet as SystemBench};

frame_benchmarking::define_benchmarks!(
	[frame_system, SystemBench::<Runtime>]
	[frame_system_extensions, SystemExtensionsBench::<Runtime>]
	[pallet_timestamp, crate::Timestamp]
	[pallet_federation, crate::Federation]
	[pallet_sites, crate::Sites]
	[pallet_collective, crate::Council]
	[pallet_utility, crate::Utility]
);

impl frame_system_benchmarking::Config for Runtime {}

/// Which benchmarks there are.
pub(crate) fn metadata(extra: bool) -> (Vec<BenchmarkList>, Vec<StorageInfo>) {
	let mut list = Vec::new();
	list_benchmarks!(list, extra);
	(list, crate::AllPalletsWithSystem::storage_info())
}

/// Runs one.
pub(crate) fn dispatch(config: BenchmarkConfig) -> Result<Vec<BenchmarkBatch>, String> {
	let whitelist = crate::AllPalletsWithSystem::whitelisted_storage_keys();
	let (mut batches, params) = (Vec::new(), (&config, &whitelist));
	add_benchmarks!(params, batches);
	Ok(batches)
}

/// As many organisations as there can be: two carriers, a tower company, and carriers.
fn found() {
	let org = |n: u8| GenesisOrg {
		kind: if n == 2 { OrgKind::TowerCompany } else { OrgKind::Carrier },
		name: format!("organisation {n}"),
		principal: account("principal", n.into(), 0),
		recovery: account("recovery", n.into(), 0),
		validators: vec![],
		accounts: vec![(planner(OrgId(n)), Roles::of(Role::Planner).with(Role::Auditor), Scope::National)],
	};
	let genesis = pallet_federation::GenesisConfig::<Runtime> {
		orgs: (0..MAX_ORGS).map(org).collect(),
		parameters: Parameters::SECONDS,
		bounds: ParameterBounds::LOCAL,
		..Default::default()
	};
	genesis.build();
}

fn planner(org: OrgId) -> AccountId {
	account("planner", org.0.into(), 0)
}

/// Members for the inventory.
pub struct Helper;

impl pallet_sites::BenchmarkHelper<AccountId> for Helper {
	fn planner(org: OrgId) -> AccountId {
		if Federation::orgs().is_empty() {
			found();
		}
		planner(org)
	}
}

/// Puts a vote of the council into the collective's books.
pub(crate) fn write_ayes(proposal: Hash, ayes: Vec<AccountId>) {
	let key = pallet_collective::Voting::<Runtime, CouncilInstance>::hashed_key_for(proposal);
	// The fields are private; the encoding is not.
	unhashed::put(&key, &(0u32, 1u32, ayes, Vec::<AccountId>::new(), BlockNumber::MAX));
}

/// Puts session keys of `who` on the chain.
pub(crate) fn write_keys(who: &AccountId) {
	let bytes: [u8; 32] = *who.as_ref();
	let keys = SessionKeys {
		aura: sr25519::Public::from_raw(bytes).into(),
		grandpa: ed25519::Public::from_raw(bytes).into(),
	};
	pallet_session::NextKeys::<Runtime>::insert(who, keys);
}
