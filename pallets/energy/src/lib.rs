// SPDX-License-Identifier: Apache-2.0

//! Energy of shared stations: what meters show, whose it is, and what it costs.
//!
//! # Terminology
//!
//! * **Report**: the readings of one owner's stations of a page over some intervals of a day ([`trimast_primitives::energy`]).
//! * **Participant**: owner or sharer of a station. Energy is shared out among them ([`governed`] says how).
//! * **Attest**, **contest**: to have seen the same, or something else ([`disputes`]).
//! * **Total**: what an owner's stations of a local network come to in a month.
//! * **Statement**: what one participant owes the owner for a month, by local network ([`statements`]).
//! * **Plan**, **saving window**: which cells sleep from when to when while others stand in for them ([`windows`]).
//!
//! # What it guarantees
//!
//! * **Shares add up**: to the last watt-hour, and amounts are not rounded at all.
//! * **Totals are sums**: at any time they are the sums of what stands of the reports, whatever came in which order ([`reports`]).
//! * **Nothing is silent**: each reading has a result, each correction a number ([`reports`]).
//! * **Two sides**: what another company has seen differently stands at its lower value until that is settled ([`disputes`]), and
//!   what is owed is signed by both ([`statements`]).
//! * **No coverage is taken away**: a cell sleeps only while another one covers all of it, with the consent of everybody who shares
//!   it, and is woken by any of them ([`windows`]).
//! * **Measured**: a saving is what was expected, by a baseline that was frozen before, minus what was metered, and is shown also
//!   where it is below 0 ([`windows`]).
//! * **Small**: what meters show stays in blocks. The state has a digest and sums of each report, for a governed number of days,
//!   and totals for [`forgetting::MONTHS`] months.
//! * **Bounded**: every list has its limit in its type, and a hook does a bounded amount of work a block.
//!
//! # How it flows
//!
//! ```text
//!   collector: report -> accounted -> total of the month ----------------> line of a statement -> signed by owner and payer: final
//!                 |                     ^   ^                                   |
//!                 correction (number) --+   |                                   disputed, with a reason
//!   other party: attest | contest -> lower value stands -> settled
//!
//!   owner: plan -> examined -> consents of all -> approved -> days, in which anybody wakes -> proven by reports -> savings of the month
//! ```
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
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod calls;
mod charges;
pub mod disputes;
mod errors;
mod events;
pub mod forgetting;
pub mod governed;
pub mod migrations;
#[cfg(test)]
mod mock;
mod motions;
pub mod reports;
pub mod statements;
mod storage;
#[cfg(test)]
mod tests;
#[cfg(any(test, feature = "try-runtime"))]
mod try_state;
pub mod types;
mod views;
pub mod weights;
pub mod windows;

#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use pallet::*;
pub use weights::WeightInfo;

use frame_support::pallet_macros::import_section;

/// Energy.
#[import_section(storage::storage)]
#[import_section(events::events)]
#[import_section(errors::errors)]
#[import_section(calls::calls)]
#[frame_support::pallet]
pub mod pallet {
	// What one section alone names, it imports itself.
	use crate::{
		charges, disputes, forgetting, governed, migrations, reports, statements,
		types::{ReportId, Settings, MAX_REPORTS, USUAL_TOLERANCE},
		windows, WeightInfo,
	};
	use alloc::vec::Vec;
	use frame_support::{pallet_prelude::*, traits::Time};
	use frame_system::pallet_prelude::*;
	use sp_runtime::SaturatedConversion;
	use trimast_primitives::{
		access::{Authority, Scope},
		energy::{EmissionFactor, SavingPlan, SharingRule, Tariff, WindowRules},
		interlock::{Coverage, OpenChanges, Outages},
		order::Words,
		page::PAGE_SLOTS,
		site::{PlmnHolders, SiteRegistry},
		Hash, LocalNetworkId, Moment, OrgId, OrgSet, ProvinceId,
	};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// Energy.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the pallet needs of the runtime.
	#[pallet::config]
	pub trait Config: frame_system::Config<Hash = Hash, RuntimeEvent: From<Event<Self>>> {
		/// Who may do what, and who is a member.
		type Authority: Authority<Self::AccountId>;

		/// The inventory: whose stations are, who shares them, and what they may draw.
		type Sites: SiteRegistry;

		/// Who holds which network.
		type Holders: PlmnHolders;

		/// Which cells cover which, which are locked, and when settings are frozen.
		type Coverage: Coverage;

		/// Of which cells a change is open.
		type Changes: OpenChanges;

		/// At which stations an outage is open.
		type Outages: Outages;

		/// The chain's clock.
		type Time: Time<Moment = Moment>;

		/// Who sets rules, tariffs and factors: the council by a motion on rules, which arrives as Root.
		type RulesOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Most reports of a call.
		#[pallet::constant]
		type MaxReports: Get<u32>;

		/// What each call weighs.
		type WeightInfo: WeightInfo;

		/// What the benchmarks need.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::BenchmarkHelper<Self::AccountId>;
	}

	/// What governs the energy of a new chain.
	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// How energy is shared out, by territory.
		pub sharing: Vec<(Scope, SharingRule)>,
		/// What it costs, by province.
		pub tariffs: Vec<(ProvinceId, Tariff)>,
		/// What it emits, by province or in the country, and by year.
		pub factors: Vec<(Option<ProvinceId>, u16, EmissionFactor)>,
		/// What a meter may show above the rated power, in thousandths of it.
		pub tolerance: u16,
		/// Limits and terms.
		pub settings: Settings,
		#[serde(skip)]
		#[doc(hidden)]
		pub _config: PhantomData<T>,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		fn default() -> Self {
			Self {
				sharing: Vec::new(),
				tariffs: Vec::new(),
				factors: Vec::new(),
				tolerance: USUAL_TOLERANCE,
				settings: Settings::default(),
				_config: PhantomData,
			}
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			let Self { sharing, tariffs, factors, tolerance, settings, .. } = self;
			governed::build::<T>(sharing, tariffs, factors, *tolerance, settings);
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_now: BlockNumberFor<T>) -> Weight {
			forgetting::forget::<T>().saturating_add(windows::work::<T>())
		}

		fn on_runtime_upgrade() -> Weight {
			migrations::begin::<T>()
		}

		fn integrity_test() {
			assert!(T::MaxReports::get() > 0, "a call has a report");
			charges::assert_they_fit::<T>();
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_n: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}
}
