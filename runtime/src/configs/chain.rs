// SPDX-License-Identifier: Apache-2.0
//! What makes a chain: blocks, time, authors, finality, sessions, upgrades.

use crate::{
	filter::BaseCallFilter, weights, AccountId, Aura, Block, Federation, Nonce, PalletInfo, Runtime,
	RuntimeCall, RuntimeEvent, RuntimeHoldReason, RuntimeOrigin, RuntimeTask, SessionKeys, SLOT_MILLIS,
	VERSION,
};
use frame_support::{
	derive_impl,
	dispatch::DispatchClass,
	migrations::{FailedMigrationHandler, FailedMigrationHandling},
	parameter_types,
	traits::{ConstBool, ConstU32, ConstU64},
	weights::{
		constants::{ParityDbWeight, WEIGHT_REF_TIME_PER_MILLIS},
		Weight,
	},
};
use frame_system::limits::{BlockLength, BlockWeights};
use sp_consensus_aura::sr25519::AuthorityId as AuraId;
use sp_runtime::{
	transaction_validity::{InvalidTransaction, TransactionValidityError},
	DispatchError, Perbill,
};
use sp_staking::offence::OffenceReportSystem;

/// Part of a block that ordinary calls may fill; the rest is kept for governance and upgrades.
const NORMAL_RATIO: Perbill = Perbill::from_percent(75);

/// Milliseconds that executing a full block takes on the machine the weights were made on. Two fifths of a slot, so
/// that every validator has a block executed, voted on and passed on before the next one comes.
const BLOCK_MILLIS: u64 = 400;

/// Bytes of extrinsics in a full block. The node's proposer allows more, so that this decides.
pub const BLOCK_BYTES: u32 = 5 * 1024 * 1024;

parameter_types! {
	pub const Version: sp_version::RuntimeVersion = VERSION;
	/// The weight of a block. Proof size is of no concern on a chain that is nobody's parachain.
	pub RuntimeBlockWeights: BlockWeights = BlockWeights::with_sensible_defaults(
		Weight::from_parts(BLOCK_MILLIS.saturating_mul(WEIGHT_REF_TIME_PER_MILLIS), u64::MAX),
		NORMAL_RATIO,
	);
	pub RuntimeBlockLength: BlockLength = BlockLength::builder()
		.max_length(BLOCK_BYTES)
		.modify_max_length_for_class(DispatchClass::Normal, |max| *max = NORMAL_RATIO * *max)
		.build();
	pub MigrationWeight: Weight = Perbill::from_percent(60) * RuntimeBlockWeights::get().max_block;
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
	type BaseCallFilter = BaseCallFilter;
	type Block = Block;
	type BlockWeights = RuntimeBlockWeights;
	type BlockLength = RuntimeBlockLength;
	type AccountId = AccountId;
	type Nonce = Nonce;
	/// A transaction may be valid for as many blocks; more than an hour at one-second slots.
	type BlockHashCount = ConstU32<4_096>;
	type DbWeight = ParityDbWeight;
	type Version = Version;
	type SS58Prefix = frame_support::traits::ConstU16<42>;
	type MaxConsumers = ConstU32<16>;
	type SystemWeightInfo = weights::frame_system::WeightInfo<Runtime>;
	type ExtensionsWeightInfo = weights::frame_system_extensions::WeightInfo<Runtime>;
	type SingleBlockMigrations = crate::SingleBlockMigrations;
	type MultiBlockMigrator = crate::Migrations;
}

impl pallet_timestamp::Config for Runtime {
	type Moment = u64;
	type OnTimestampSet = Aura;
	type MinimumPeriod = ConstU64<{ SLOT_MILLIS / 2 }>;
	type WeightInfo = weights::pallet_timestamp::WeightInfo<Runtime>;
}

/// Most validators the chain can have: every organisation with the most seats a company can be given.
pub type MaxAuthorities = ConstU32<224>;

impl pallet_aura::Config for Runtime {
	type AuthorityId = AuraId;
	type DisabledValidators = crate::Session;
	type MaxAuthorities = MaxAuthorities;
	type AllowMultipleBlocksPerSlot = ConstBool<false>;
	type SlotDuration = ConstU64<SLOT_MILLIS>;
}

/// What GRANDPA's own calls weigh: nothing, since `filter` lists none of them.
pub struct RefusedCalls;
impl pallet_grandpa::WeightInfo for RefusedCalls {
	fn report_equivocation(_: u32, _: u32) -> Weight {
		Weight::zero()
	}

	fn note_stalled() -> Weight {
		Weight::zero()
	}
}

/// Takes no report of an equivocation, signed or not: an offence that nobody keeps must not look as if it were kept.
pub struct NoReports;
impl<Reporter, Evidence> OffenceReportSystem<Reporter, Evidence> for NoReports {
	type Longevity = ConstU64<0>;

	fn publish_evidence(_: Evidence) -> Result<(), ()> {
		Err(())
	}

	fn check_evidence(_: Evidence) -> Result<(), TransactionValidityError> {
		Err(InvalidTransaction::Call.into())
	}

	fn process_evidence(_: Reporter, _: Evidence) -> Result<(), DispatchError> {
		Err(DispatchError::Unavailable)
	}
}

impl pallet_grandpa::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = RefusedCalls;
	type MaxAuthorities = MaxAuthorities;
	type MaxNominators = ConstU32<0>;
	type MaxSetIdSessionEntries = ConstU64<168>;
	type KeyOwnerProof = sp_session::MembershipProof;
	type EquivocationReportSystem = NoReports;
}

impl pallet_authorship::Config for Runtime {
	type FindAuthor = pallet_session::FindAccountFromAuthorIndex<Self, Aura>;
	type EventHandler = ();
}

impl pallet_session::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type ValidatorId = AccountId;
	type ValidatorIdOf = pallet_federation::seats::AccountOfMember<Runtime>;
	type ShouldEndSession = Federation;
	type NextSessionRotation = Federation;
	type SessionManager = Federation;
	type SessionHandler = <SessionKeys as sp_runtime::traits::OpaqueKeys>::KeyTypeIdProviders;
	type Keys = SessionKeys;
	type DisablingStrategy = ();
	type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
	type Currency = pallet_federation::quota::NoFunds<RuntimeHoldReason>;
	type KeyDeposit = ConstU32<0>;
}

/// A failed migration leaves governance and upgrades open and pauses all business, until the council lifts the pause.
pub struct PauseOnFailure;
impl FailedMigrationHandler for PauseOnFailure {
	fn failed(_: Option<u32>) -> FailedMigrationHandling {
		Federation::pause_without_end();
		FailedMigrationHandling::ForceUnstuck
	}
}

impl pallet_migrations::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	#[cfg(not(feature = "runtime-benchmarks"))]
	type Migrations = ();
	#[cfg(feature = "runtime-benchmarks")]
	type Migrations = pallet_migrations::mock_helpers::MockedMigrations;
	type CursorMaxLen = ConstU32<65_536>;
	type IdentifierMaxLen = ConstU32<256>;
	type MigrationStatusHandler = ();
	type FailedMigrationHandler = PauseOnFailure;
	type MaxServiceWeight = MigrationWeight;
	type WeightInfo = pallet_migrations::weights::SubstrateWeight<Runtime>;
}
