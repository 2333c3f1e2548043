// SPDX-License-Identifier: Apache-2.0
//! The WASM runtime of the Trimast chain.
//!
//! # What it guarantees
//!
//! * **No token**: there is no balance, no fee and no tip. Admission and a company's share of every block stand where
//!   other chains have a price ([`pallet_federation::admission`]).
//! * **Deny by default**: a call that [`filter`] does not list cannot be made, wrapped or not.
//! * **No superuser**: Root is reached by motions of the council alone ([`matters`]).
//! * **Fixed numbers**: pallets and calls keep their indices for good.
//!
//! # Where things are
//!
//! [`configs`] has the configuration of every pallet, a file a group; [`apis`] what the node and people may ask;
//! [`genesis`] the presets from which a chain starts; [`weights`] what each call weighs.
#![cfg_attr(not(feature = "std"), no_std)]
#![recursion_limit = "256"]
// What runs in WASM must neither panic nor wrap. (Truncating casts would be on the list, but the derives of SCALE have
// one for every enum.)
#![cfg_attr(
	not(any(test, feature = "runtime-benchmarks", feature = "try-runtime")),
	warn(
		clippy::unwrap_used,
		clippy::indexing_slicing,
		clippy::arithmetic_side_effects,
		clippy::cast_possible_wrap,
		clippy::cast_sign_loss
	)
)]
// The runtime and API macros generate items without documentation.
#![allow(missing_docs)]

extern crate alloc;

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
// Parts of a block are taken with an operator; a part cannot be more than the whole.
#[allow(clippy::arithmetic_side_effects)]
pub mod configs;
pub mod filter;
pub mod genesis;
pub mod matters;
pub mod weights;

#[cfg(test)]
mod tests;

use alloc::{borrow::Cow, vec::Vec};
use sp_runtime::{generic, impl_opaque_keys, traits::BlakeTwo256};
use sp_version::RuntimeVersion;

pub use trimast_primitives::{AccountId, Address, BlockNumber, Hash, Header, Nonce, Signature};

/// Milliseconds of a slot. Fixed for the life of the chain (docs/decisions: slots, voting rule and gossip period).
pub const SLOT_MILLIS: u64 = 1_000;

/// What the runtime says of itself. `spec_version` grows with every upgrade.
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
	spec_name: Cow::Borrowed("trimast"),
	impl_name: Cow::Borrowed("trimast"),
	authoring_version: 1,
	spec_version: 1,
	impl_version: 1,
	apis: apis::RUNTIME_API_VERSIONS,
	transaction_version: 1,
	system_version: 1,
};

impl_opaque_keys! {
	/// The keys with which a validator authors and finalises.
	pub struct SessionKeys {
		/// sr25519, authors blocks.
		pub aura: Aura,
		/// ed25519, votes for finality.
		pub grandpa: Grandpa,
	}
}

/// What a transaction carries beside its call, in the order in which it is checked.
pub type TxExtension = (
	frame_system::AuthorizeCall<Runtime>,
	frame_system::CheckNonZeroSender<Runtime>,
	frame_system::CheckSpecVersion<Runtime>,
	frame_system::CheckTxVersion<Runtime>,
	frame_system::CheckGenesis<Runtime>,
	pallet_federation::admission::CheckMortal<Runtime>,
	pallet_federation::admission::CheckMember<Runtime>,
	frame_system::CheckWeight<Runtime>,
	frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
	frame_system::WeightReclaim<Runtime>,
);

/// A transaction as it travels.
pub type UncheckedExtrinsic = generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;
/// What a transaction's signature is over.
pub type SignedPayload = generic::SignedPayload<RuntimeCall, TxExtension>;
/// A block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;

/// Migrations that run within the block of an upgrade. Longer ones are steps of `pallet-migrations`.
pub type SingleBlockMigrations = ();

/// Carries blocks out.
pub type Executive = frame_executive::Executive<
	Runtime,
	Block,
	frame_system::ChainContext<Runtime>,
	Runtime,
	AllPalletsWithSystem,
>;

/// Header of this chain's blocks, hashed with BLAKE2b.
pub type RuntimeHeader = generic::Header<BlockNumber, BlakeTwo256>;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Runtime;

	// The chain.
	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Timestamp = pallet_timestamp;
	#[runtime::pallet_index(2)]
	pub type Aura = pallet_aura;
	#[runtime::pallet_index(3)]
	pub type Grandpa = pallet_grandpa;
	#[runtime::pallet_index(4)]
	pub type Authorship = pallet_authorship;
	#[runtime::pallet_index(5)]
	pub type Session = pallet_session;

	// The trade.
	#[runtime::pallet_index(10)]
	pub type Federation = pallet_federation;
	#[runtime::pallet_index(11)]
	pub type Sites = pallet_sites;
	#[runtime::pallet_index(12)]
	pub type ConfigGuard = pallet_config_guard;
	#[runtime::pallet_index(13)]
	pub type Dispatch = pallet_dispatch;
	#[runtime::pallet_index(14)]
	pub type Energy = pallet_energy;

	// Ruling together.
	#[runtime::pallet_index(20)]
	pub type Membership = pallet_membership<Instance1>;
	#[runtime::pallet_index(21)]
	pub type Council = pallet_collective<Instance1>;
	#[runtime::pallet_index(22)]
	pub type Scheduler = pallet_scheduler;
	#[runtime::pallet_index(23)]
	pub type Preimage = pallet_preimage;

	// Ways to sign.
	#[runtime::pallet_index(24)]
	pub type Utility = pallet_utility;
	#[runtime::pallet_index(25)]
	pub type Proxy = pallet_proxy;
	#[runtime::pallet_index(26)]
	pub type Multisig = pallet_multisig;

	#[runtime::pallet_index(27)]
	pub type Migrations = pallet_migrations;
}
