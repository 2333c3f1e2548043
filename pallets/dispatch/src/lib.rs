// SPDX-License-Identifier: Apache-2.0

//! Work orders across companies: one state, one clock, one record of evidence, and who answers by it.
//!
//! # Terminology
//!
//! * **Order**: a fault or a job, raised by one company and handled by another, or by itself ([`trimast_primitives::order`]).
//! * **Party**: who has raised an order, and who handles it. It *concerns* whoever else the station's record names.
//! * **Fact**: what a company says has happened, anchored by the chain's own clock ([`facts`]).
//! * **Verdict**: who answers for an outage, computed from the order's record ([`verdicts`]).
//! * **Statement**: a company's scores of a month, which companies sign or dispute ([`scores`]).
//!
//! # What it guarantees
//!
//! * **The tables and nothing else**: an order moves by the state machines of TMF621 and TMF697 ([`orders`]).
//! * **Frozen at opening**: companies, contract and who has signed it, service level, limits and table of an order are those of its
//!   opening, so no later vote, signature or amendment of the inventory changes what it is judged by.
//! * **A record binds who has signed it**: no penalty rests on a contract that who answers has not signed, and the class of a
//!   station counts once everybody has signed the record whose matter the station is.
//! * **Deadlines by the chain itself**: alerts, the end of silence, void facts, verdicts and their finality need nobody's call,
//!   and what is entered and read for them does not grow with what is open ([`agenda`]).
//! * **Who cannot answer is waited for**: terms for answers begin anew when a suspension or a pause is over ([`Silence`]).
//! * **Same record, same verdict**: whoever has the record computes the verdict anew and compares its digest ([`verdicts`]).
//! * **Nobody fills it for another**: facts and notes have shares, open orders, past orders and the agenda are by company.
//! * **Bounded**: every list has its limit in its type, and a hook does a bounded amount of work a block.
//!
//! # How it flows
//!
//! ```text
//!   open -> steps of both parties -> end -> evidence term -> verdict -> appeal? -> final, counted -> forgotten by later ones
//!             |            |                     ^                                    |
//!             facts, countersignatures, bodies --+               statement of the month, signed or disputed
//! ```
//!
//! Crews, generators and spares ([`resources`]), and rounds that send them ([`rounds`]), have call numbers from 64 on.
#![cfg_attr(not(feature = "std"), no_std)]
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
// The sections of the pallet are macros, which this crate alone calls.
#![allow(clippy::crate_in_macro_def)]

extern crate alloc;

mod access;
pub mod agenda;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod calls;
mod charges;
mod errors;
mod events;
pub mod facts;
pub mod governed;
pub mod migrations;
#[cfg(test)]
mod mock;
mod motions;
pub mod orders;
pub mod outages;
mod remedies;
pub mod resources;
pub mod rounds;
pub mod scores;
mod silence;
mod storage;
mod summary;
#[cfg(test)]
mod tests;
#[cfg(any(test, feature = "try-runtime"))]
mod try_state;
pub mod types;
pub mod verdicts;
mod views;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use outages::Vehicles;
pub use pallet::*;
pub use silence::Silence;
pub use weights::WeightInfo;

use frame_support::pallet_macros::import_section;

/// Work orders.
#[import_section(storage::storage)]
#[import_section(events::events)]
#[import_section(errors::errors)]
#[import_section(calls::calls)]
#[frame_support::pallet]
pub mod pallet {
	// What one section alone names, it imports itself.
	use crate::{
		agenda, charges, facts, governed, migrations, orders, resources, rounds, scores, verdicts, Silence,
		Vehicles, WeightInfo,
	};
	use alloc::vec::Vec;
	use frame_support::{pallet_prelude::*, traits::Time};
	use frame_system::pallet_prelude::*;
	use sp_runtime::SaturatedConversion;
	use trimast_primitives::{
		access::{Authority, Scope},
		interlock::{StationListener, Violations},
		order::{
			Floors, Limits, Opening, OrderKind, OutageRules, Place, Relation, ResponsibilityTable, Ruling,
			SlaTable, State, Words, Work,
		},
		site::{PlmnHolders, SiteRegistry},
		Hash, LocalNetworkId, Moment, OrgId,
	};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// Work orders.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the pallet needs of the runtime.
	#[pallet::config]
	pub trait Config: frame_system::Config<Hash = Hash, RuntimeEvent: From<Event<Self>>> {
		/// Who may do what, and who is a member.
		type Authority: Authority<Self::AccountId>;

		/// Until when companies could not answer, or cannot: their silence says nothing.
		type Silenced: Silence;

		/// The inventory: what is contracted for stations, and whose they are.
		type Sites: SiteRegistry;

		/// Who holds which network.
		type Holders: PlmnHolders;

		/// The violations that remedial orders put right.
		type Violations: Violations;

		/// How many vehicles there are.
		type Vehicles: Vehicles;

		/// Who has to know at once that an outage begins.
		type OnOutage: StationListener;

		/// The chain's clock.
		type Time: Time<Moment = Moment>;

		/// Who sets tables and limits: the council by a motion on rules, which arrives as Root.
		type RulesOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Most orders that a company has raised and that are not settled.
		#[pallet::constant]
		type MaxOpen: Get<u32>;

		/// Most settled orders that are kept of those that a company has raised: as many with a verdict, and as many others.
		#[pallet::constant]
		type MaxPast: Get<u32>;

		/// Most crews, generators and spares of a company.
		#[pallet::constant]
		type MaxResources: Get<u32>;

		/// Most bytes of a body that is shown to the chain.
		#[pallet::constant]
		type MaxBody: Get<u32>;

		/// What each call weighs.
		type WeightInfo: WeightInfo;

		/// What the benchmarks need.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::BenchmarkHelper<Self::AccountId>;
	}

	/// What governs the orders of a new chain.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// The responsibility table.
		pub table: ResponsibilityTable,
		/// The service levels.
		pub service_levels: Vec<(Scope, OrderKind, SlaTable)>,
		/// The limits.
		pub limits: Limits,
		/// The rules of outages.
		pub outages: OutageRules,
		/// The shortest terms that may be set.
		pub floors: Floors,
		/// The rules of rounds.
		pub rounds: rounds::types::RoundRules,
		#[serde(skip)]
		#[doc(hidden)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			let Self { table, service_levels, limits, outages, floors, rounds, .. } = self;
			governed::build::<T>(table, service_levels, limits, outages, floors);
			rounds::build::<T>(rounds);
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_now: BlockNumberFor<T>) -> Weight {
			let due = agenda::work::<T>().saturating_add(T::WeightInfo::forget_scores(scores::forget::<T>()));
			due.saturating_add(rounds::work::work::<T>())
		}

		fn on_runtime_upgrade() -> Weight {
			migrations::begin::<T>()
		}

		fn integrity_test() {
			assert!(T::MaxOpen::get() > 0 && T::MaxPast::get() > 0, "a company has an order");
			rounds::assert_bounds::<T>();
			charges::assert_they_fit::<T>();
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_n: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}
}
