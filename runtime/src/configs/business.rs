// SPDX-License-Identifier: Apache-2.0
//! What the consortium's companies do together.

use crate::{
	configs::{
		council::{CouncilInstance, MaxMotions, Seats},
		signing::Delegations,
	},
	matters::Matters,
	weights, AccountId, Authorship, BlockNumber, ConfigGuard, Dispatch, Energy, Federation, OriginCaller,
	Runtime, RuntimeCall, Scheduler, Sites, System, Timestamp, SLOT_MILLIS,
};
use frame_support::{
	parameter_types,
	traits::{ConstU32, ConstU64, Contains, Get},
};
use frame_system::EnsureRoot;
use pallet_federation::types::PauseKind;
use trimast_primitives::{cells::ParamId, interlock::WindowsAndOutages, org::OrgStatus, Moment, OrgId};

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
	type OnChange = Energy;
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

/// Whether a company is suspended now.
fn is_suspended(org: &OrgId) -> bool {
	let status = pallet_federation::Orgs::<Runtime>::get(org).map(|org| org.status(System::block_number()));
	status == Some(OrgStatus::Suspended)
}

/// The companies that cannot speak to the configuration guard now.
pub struct SilencedByFederation;
impl Contains<OrgId> for SilencedByFederation {
	fn contains(org: &OrgId) -> bool {
		Federation::is_paused(PauseKind::ConfigGuard) || is_suspended(org)
	}
}

/// Until when companies could not answer an order, or cannot: by the last pause of orders, and by their suspension.
pub struct SilenceInOrders;
impl pallet_dispatch::Silence for SilenceInOrders {
	fn until(org: OrgId) -> Option<Moment> {
		let pause = pallet_federation::Paused::<Runtime>::get();
		let pause = pause.filter(|pause| pause.kinds.contains(PauseKind::Dispatch));
		let paused = pause.map(|pause| pause.until.map_or_else(Timestamp::get, last_before));
		let org = pallet_federation::Orgs::<Runtime>::get(org);
		let suspended = org.and_then(|org| org.suspended_until).map(last_before);
		paused.max(suspended)
	}
}

/// The moment of the last block before this one, if blocks come slot after slot between then and now.
fn last_before(block: BlockNumber) -> Moment {
	let (now, last) = (System::block_number(), block.saturating_sub(1));
	let slots = Moment::from(last.abs_diff(now)).saturating_mul(SLOT_MILLIS);
	match last >= now {
		true => Timestamp::get().saturating_add(slots),
		false => Timestamp::get().saturating_sub(slots),
	}
}

parameter_types! {
	/// `adjacentNRCellRef` of data/catalogue.csv.
	pub const NeighbourParam: ParamId = ParamId(65);
	/// `isESCoveredBy` of it, whose words are NO, PARTIAL and FULL.
	pub const CoverParam: ParamId = ParamId(57);
	/// `administrativeState` of `NRCellDU` and of `EUtranGenericCell`, whose words are LOCKED, SHUTTINGDOWN and UNLOCKED.
	pub const StateParams: [ParamId; 2] = [ParamId(1), ParamId(68)];
	/// `esNotAllowedTimePeriod`, of half hours.
	pub const NotAllowedParam: ParamId = ParamId(56);
}

impl pallet_config_guard::Config for Runtime {
	type Authority = Federation;
	type Silenced = SilencedByFederation;
	type Sites = Sites;
	type Interlocks = WindowsAndOutages<Energy, Dispatch>;
	type OnChange = Energy;
	type Remedies = Dispatch;
	type Governed = Federation;
	type Time = Timestamp;
	type Author = AuthorOfBlock;
	type RulesOrigin = EnsureRoot<AccountId>;
	type Neighbour = NeighbourParam;
	type Cover = CoverParam;
	type States = StateParams;
	type NotAllowed = NotAllowedParam;
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

impl pallet_dispatch::Config for Runtime {
	type Authority = Federation;
	type Silenced = SilenceInOrders;
	type Sites = Sites;
	type Holders = ConfigGuard;
	type Violations = ConfigGuard;
	type Vehicles = Dispatch;
	type OnOutage = Energy;
	type Time = Timestamp;
	type RulesOrigin = EnsureRoot<AccountId>;
	// A company of a million stations has them down by the ten thousand in a typhoon.
	type MaxOpen = ConstU32<131_072>;
	type MaxPast = ConstU32<65_536>;
	// It has a crew or a generator for some tens of stations, and stores of parts.
	type MaxResources = ConstU32<65_536>;
	type MaxBody = ConstU32<{ 256 * 1_024 }>;
	type WeightInfo = weights::pallet_dispatch::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Helper;
}

impl pallet_energy::Config for Runtime {
	type Authority = Federation;
	type Sites = Sites;
	type Holders = ConfigGuard;
	type Coverage = ConfigGuard;
	type Changes = ConfigGuard;
	type Outages = Dispatch;
	type Time = Timestamp;
	type RulesOrigin = EnsureRoot<AccountId>;
	// A day of hours of as many pages is half a megabyte.
	type MaxReports = ConstU32<32>;
	type WeightInfo = weights::pallet_energy::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Helper;
}
