// SPDX-License-Identifier: Apache-2.0
//! What the consortium's companies do together.

use crate::{
	configs::{
		council::{CouncilInstance, MaxMotions, Seats},
		signing::Delegations,
	},
	matters::Matters,
	weights, AccountId, Authorship, ConfigGuard, Federation, OriginCaller, Runtime, RuntimeCall, Scheduler,
	Sites, System, Timestamp, SLOT_MILLIS,
};
use frame_support::traits::{ConstU32, ConstU64, Contains, Get};
use frame_system::EnsureRoot;
use pallet_federation::types::PauseKind;
use trimast_primitives::{interlock::NothingOpen, org::OrgStatus, OrgId};

/// Session keys as the session pallet holds them.
pub struct RegisteredKeys;
impl pallet_federation::SessionKeys<AccountId> for RegisteredKeys {
	fn has_keys(account: &AccountId) -> bool {
		pallet_session::NextKeys::<Runtime>::contains_key(account)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn give_keys(account: &AccountId) {
		crate::benchmarks::write_keys(account);
	}
}

impl pallet_federation::Config for Runtime {
	type RuntimeCall = RuntimeCall;
	type PalletsOrigin = OriginCaller;
	type CouncilOrigin = pallet_collective::EnsureMembers<AccountId, CouncilInstance, 1>;
	type Council = Seats;
	type Matters = Matters;
	type Scheduler = Scheduler;
	type SessionKeys = RegisteredKeys;
	type Delegations = Delegations;
	type SlotMillis = ConstU64<SLOT_MILLIS>;
	type MaxValidatorsPerOrg = ConstU32<8>;
	type MaxNodes = ConstU32<512>;
	type MaxBranches = ConstU32<1024>;
	type MaxMotions = MaxMotions;
	type MaxEnactments = ConstU32<64>;
	type MaxSubjectMotions = ConstU32<32>;
	type WeightInfo = weights::pallet_federation::WeightInfo<Runtime>;
}

impl pallet_sites::Config for Runtime {
	type Authority = Federation;
	type Governed = Federation;
	type Baselines = ConfigGuard;
	type RulesOrigin = EnsureRoot<AccountId>;
	type MaxBatch = ConstU32<256>;
	type MaxCountersign = ConstU32<64>;
	type WeightInfo = weights::pallet_sites::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Helper;
}

/// The company whose validator authors the present block.
pub struct AuthorOfBlock;
impl Get<Option<OrgId>> for AuthorOfBlock {
	fn get() -> Option<OrgId> {
		Federation::account(Authorship::author()?).map(|account| account.org)
	}
}

/// The companies that cannot speak to the configuration guard now.
pub struct SilencedByFederation;
impl Contains<OrgId> for SilencedByFederation {
	fn contains(org: &OrgId) -> bool {
		let status =
			pallet_federation::Orgs::<Runtime>::get(org).map(|org| org.status(System::block_number()));
		Federation::is_paused(PauseKind::ConfigGuard) || status == Some(OrgStatus::Suspended)
	}
}

impl pallet_config_guard::Config for Runtime {
	type Authority = Federation;
	type Silenced = SilencedByFederation;
	type Sites = Sites;
	type Interlocks = NothingOpen;
	type Governed = Federation;
	type Time = Timestamp;
	type Author = AuthorOfBlock;
	type RulesOrigin = EnsureRoot<AccountId>;
	type MaxSign = ConstU32<256>;
	type MaxNetworks = ConstU32<320>;
	type MaxTags = ConstU32<256>;
	type MaxPagesOfCells = ConstU32<16>;
	type MaxValues = ConstU32<72>;
	type MaxPage = ConstU32<1000>;
	type WeightInfo = weights::pallet_config_guard::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Helper;
}
