// SPDX-License-Identifier: Apache-2.0

//! The configuration guard: the signed baseline of every key parameter of every cell, and who must agree to a change.
//!
//! # Terminology
//!
//! * **Catalogue**: the parameters that the federation watches: their values, and who must agree to a change
//!   ([`trimast_primitives::cells::catalogue`]).
//! * **Baseline**: the values that a cell should have. It stands in tables, one for each page of stations
//!   ([`trimast_primitives::cells`]).
//! * **Provisional**: a station's baseline that not everybody has signed whose station it is: its owner, its sharers and its
//!   tower company.
//! * **Request**: what a company wants changed, from draft to closed ([`changes`]).
//! * **Policy**: cross-cell rules, freezes, and who holds which PLMN and which spectrum ([`policy`]).
//! * **Notice**: what an owner's network reports of its own changes ([`notices`]).
//! * **Violation**: a value in the network that is not the approved one, of one of nine kinds ([`violations`]).
//! * **Digest**: 32 bytes over the values of a page, bound to the chain, the place, the revision and the version of the
//!   catalogue.
//!
//! # What it guarantees
//!
//! * **Nobody writes for another**: a company imports the cells of the stations that it owns. Nor does it take a change back
//!   where the value is another's by now, or needs a company that has not agreed to the change.
//! * **Every value belongs to its domain**: what the catalogue does not know or allow is refused by cell and parameter.
//! * **Signed is fixed**: a baseline that another company than the owner has signed is changed by no import.
//! * **Exact subject**: a signature is for the digest of one owner's stations in a page, or of a local network as it stands;
//!   what has changed meanwhile is refused.
//! * **Idempotent import**: the same cells twice change nothing and say so; a refused station is named with the reason and
//!   does not keep the others out.
//! * **Digests follow values**: they are written in the same call, and `try_state` computes them anew.
//! * **No change without consent**: a value of a signed baseline changes by a request that everybody has agreed to who must,
//!   by the class of the parameter and the members and stations of the day; or in the agreed envelope of its owner.
//! * **Tallies follow what they count**: they are changed in the same call, and `try_state` counts anew ([`tallies`]).
//! * **What is confirmed is put right**: whoever answers for a confirmed violation is given an order, once; where that cannot
//!   be, an event says why, and nothing else fails for it ([`violations`]).
//! * **Testimony is accounted for**: it is given from an export that was bound before, of which others draw and name rows
//!   that have to be opened ([`exports`]); it expires, and what nobody attests is found ([`coverage`]).
//! * **Bounded**: a call reads and writes single pages, and a hook does a bounded number of things a block.
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
mod baseline;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod calls;
mod catalogue;
pub mod changes;
mod charges;
pub mod coverage;
mod errors;
mod events;
pub mod exports;
mod interlock;
mod lists;
pub mod migrations;
#[cfg(test)]
mod mock;
mod motions;
pub mod notices;
mod page_set;
mod pages;
pub mod policy;
mod relations;
pub mod scores;
mod storage;
mod summary;
mod sweeps;
pub mod tallies;
mod testimony;
#[cfg(test)]
mod tests;
#[cfg(any(test, feature = "try-runtime"))]
mod try_state;
pub mod types;
mod views;
pub mod violations;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use catalogue::GenesisParameter;
pub use page_set::{PageSet, MAX_PAGES};
pub use pallet::*;
pub use policy::{GenesisHolding, GenesisRule};
pub use weights::WeightInfo;

use frame_support::pallet_macros::import_section;

/// The configuration guard.
#[import_section(storage::storage)]
#[import_section(events::events)]
#[import_section(errors::errors)]
#[import_section(calls::calls)]
#[frame_support::pallet]
pub mod pallet {
	// What one section alone names, it imports itself.
	use crate::{
		agenda, catalogue,
		changes::{
			self,
			types::{Change, Item, ItemRefusal, Part, PartHeads, Request},
		},
		charges,
		coverage::{self, NetworkCoverage, NetworkFindings, PageCoverage, TestimonyView},
		exports::{self, Export, Marks, Waiting, MAX_NAMED, MAX_OPENINGS},
		notices::{self, Notice},
		pages,
		policy::{self, Freeze},
		scores::{self, ScoreKey},
		sweeps,
		types::Violation,
		GenesisHolding, GenesisParameter, GenesisRule, WeightInfo,
	};
	use alloc::vec::Vec;
	use frame_support::{
		pallet_prelude::*,
		traits::{Contains, Time},
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::SaturatedConversion;
	use trimast_primitives::{
		access::{Authority, Scope},
		cells::{
			catalogue::{ParamText, Parameter},
			rules::Rule,
			table::TableBytes,
			CellId, ParamId, ParamKey,
		},
		interlock::{Interlocks, Remedies, StationListener},
		params::Governed,
		site::SiteRegistry,
		BlockNumber, Hash, LocalNetworkId, Moment, OrgId, OrgSet,
	};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// The configuration guard.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the pallet needs of the runtime.
	#[pallet::config]
	pub trait Config: frame_system::Config<Hash = Hash, RuntimeEvent: From<Event<Self>>> {
		/// Who may do what, and who is a member.
		type Authority: Authority<Self::AccountId>;

		/// The companies that cannot answer now: one that is suspended, and all while the guard is paused. Their silence says
		/// nothing.
		type Silenced: Contains<OrgId>;

		/// The inventory: whose the stations are, and who shares them.
		type Sites: SiteRegistry;

		/// What stands in the way of a change: energy-saving windows and outages.
		type Interlocks: Interlocks;

		/// Who has to know at once of a change that was made in an emergency.
		type OnChange: StationListener;

		/// Who has violations put right that are confirmed.
		type Remedies: Remedies;

		/// The governed parameters: how long everything lasts.
		type Governed: Governed;

		/// The chain's clock.
		type Time: Time<Moment = Moment>;

		/// The company whose validator authors the present block.
		type Author: Get<Option<OrgId>>;

		/// Who sets the catalogue: the council by a motion on rules, which arrives as Root.
		type RulesOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The parameter of a relation that says which cell the neighbour is.
		#[pallet::constant]
		type Neighbour: Get<ParamId>;

		/// The parameter of a relation that says how far the neighbour covers the cell: 1 some of it, 2 all of it.
		#[pallet::constant]
		type Cover: Get<ParamId>;

		/// The parameters of a cell, one for each technology, that say whether it is in use: 2 unlocked, all else locked or about to be.
		#[pallet::constant]
		type States: Get<[ParamId; 2]>;

		/// The parameter of a cell that says in which half hours of the day it may not sleep.
		#[pallet::constant]
		type NotAllowed: Get<ParamId>;

		/// Most pages in one signature.
		#[pallet::constant]
		type MaxSign: Get<u32>;

		/// Most local networks in one observation.
		#[pallet::constant]
		type MaxNetworks: Get<u32>;

		/// Most pages in one observation.
		#[pallet::constant]
		type MaxTags: Get<u32>;

		/// Most pages of which one observation has the cells.
		#[pallet::constant]
		type MaxPagesOfCells: Get<u32>;

		/// Most cells of which one observation gives the values, over all of its pages.
		#[pallet::constant]
		type MaxValues: Get<u32>;

		/// Most items in an answer.
		#[pallet::constant]
		type MaxPage: Get<u32>;

		/// What each call weighs.
		type WeightInfo: WeightInfo;

		/// What the benchmarks need.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::BenchmarkHelper<Self::AccountId>;
	}

	/// The catalogue and the policy of a new chain.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// The parameters, in any order.
		pub parameters: Vec<GenesisParameter>,
		/// The cross-cell rules, in any order.
		#[serde(default)]
		pub rules: Vec<GenesisRule>,
		/// Who holds which PLMN and which spectrum, in any order.
		#[serde(default)]
		pub holdings: Vec<GenesisHolding>,
		#[serde(skip)]
		#[doc(hidden)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			catalogue::build::<T>(&self.parameters);
			policy::build::<T>(&self.rules, &self.holdings);
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(now: BlockNumberFor<T>) -> Weight {
			let now = now.saturated_into();
			agenda::work::<T>(now)
				.saturating_add(T::WeightInfo::salt(sweeps::salt::<T>(now)))
				.saturating_add(exports::draw::<T>(now))
				.saturating_add(T::WeightInfo::forget_scores(scores::forget::<T>()))
				.saturating_add(coverage::scan::<T>(now))
		}

		fn integrity_test() {
			let least = [T::MaxSign::get(), T::MaxNetworks::get(), T::MaxTags::get(), T::MaxValues::get()];
			assert!(
				least.into_iter().chain([T::MaxPage::get(), T::MaxPagesOfCells::get()]).all(|most| most > 0),
				"a call takes an item"
			);
			let kept: u32 = T::BlockHashCount::get().saturated_into();
			assert!(kept > 2, "a salt is the hash of the block before the last");
			charges::assert_they_fit::<T>();
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_n: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	// No section: what FRAME derives for their arguments does not see through its macro.
	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// Parameters of the catalogue by number, after the one given.
		pub fn parameters(after: Option<ParamId>, limit: u32) -> Vec<(ParamId, Parameter, ParamText)> {
			catalogue::page::<T>(after, limit.saturated_into())
		}

		/// One violation, as it stands now.
		pub fn violation(id: u32) -> Option<Violation> {
			Violations::<T>::get(id)
		}

		/// What would be refused of a part, by the places of its items, if `by` asked for it now.
		pub fn check_change(
			by: OrgId,
			local_network: LocalNetworkId,
			page: u16,
			part: Part,
			window: (Moment, Moment),
			emergency: bool,
		) -> Vec<(u8, ItemRefusal)> {
			let named = changes::of_part::<T>(by, local_network, page, &part, window, emergency);
			let refused = named.into_iter().filter(|(.., ratify)| ratify.is_none());
			refused.map(|(n, refusal, _)| (n, refusal)).collect()
		}

		/// A request and its pages.
		pub fn request_of(number: u32) -> Option<(Request, PartHeads)> {
			Some((Requests::<T>::get(number)?, Manifests::<T>::get(number)))
		}

		/// Requests that are known, by number from one on: of so many numbers, and the number to go on at.
		pub fn requests(from: u32, limit: u32) -> (Vec<(u32, Request)>, Option<u32>) {
			let end = NextRequest::<T>::get();
			let next = from.saturating_add(limit.clamp(1, T::MaxPage::get())).min(end);
			let known = |number| Some((number, Requests::<T>::get(number)?));
			((from..next).filter_map(known).collect(), Some(next).filter(|next| *next < end))
		}

		/// The changes of a page's values that are open, and of the others the latest.
		pub fn changes_of(local_network: LocalNetworkId, page: u16) -> Vec<Change> {
			Changes::<T>::get(local_network, page).into_inner()
		}

		/// The latest notices of a page, who has sent them and in which block they came.
		pub fn notices_of(local_network: LocalNetworkId, page: u16) -> Vec<(OrgId, BlockNumber, Notice)> {
			Notices::<T>::get(local_network, page).into_inner()
		}

		/// The items of a request in a page.
		pub fn part_of(request: u32, page: u16) -> Vec<Item> {
			Parts::<T>::get(request, page).into_inner()
		}

		/// Those of a violation's witnesses whose word counts as nobody's: the openings of the exports from which they have
		/// seen it are wrong or missing.
		pub fn doubted(id: u32) -> OrgSet {
			let witnesses = Violations::<T>::get(id).map(|violation| violation.witnesses);
			exports::doubted::<T>(id, witnesses.unwrap_or_default())
		}

		/// The digest of a page's baseline, as signed.
		pub fn page_digest(local_network: LocalNetworkId, page: u16) -> Option<Hash> {
			Some(pages::digest_of::<T>(local_network, page)).filter(|digest| !digest.is_zero())
		}

		/// The digest of a whole local network's baseline.
		pub fn network_digest(local_network: LocalNetworkId) -> Option<Hash> {
			T::Sites::pages(local_network).map(|_| pages::network_digest::<T>(local_network))
		}

		/// What is known about local networks by number, after the one given.
		pub fn coverage(after: Option<LocalNetworkId>, limit: u32) -> Vec<NetworkCoverage> {
			coverage::networks::<T>(after, limit)
		}

		/// What is known about the pages of a local network, from the one given.
		pub fn page_coverage(local_network: LocalNetworkId, from: u16, limit: u32) -> Vec<PageCoverage> {
			coverage::pages::<T>(local_network, from, limit)
		}

		/// The pages of a local network that nobody has attested in time, and those that were not explained in time.
		pub fn findings(local_network: LocalNetworkId) -> NetworkFindings {
			Findings::<T>::get(local_network)
		}

		/// What each company has testified of a local network, what it is worth and until when.
		pub fn testimonies(local_network: LocalNetworkId) -> Vec<TestimonyView> {
			coverage::testimonies::<T>(local_network)
		}

		/// The exports of a company that are kept, the latest first, after so many.
		pub fn exports(org: OrgId, skip: u32, limit: u32) -> Vec<Export> {
			exports::page::<T>(org, skip, limit)
		}

		/// What is asked of an export and not opened yet.
		pub fn questions(org: OrgId, root: Hash) -> Vec<exports::Question> {
			Asked::<T>::get(org, root).open.into_inner()
		}

		/// The exports of a company that wait for draws, and for whose.
		pub fn drawing(org: OrgId) -> Vec<Waiting> {
			Drawing::<T>::get(org).into_inner()
		}

		/// What became of the openings of all exports of a company.
		pub fn marks(org: OrgId) -> Marks {
			MarksOf::<T>::get(org)
		}

		/// Confirmed violations of a day, counted from 1970-01-01 at UTC+8, by key after the one given.
		pub fn day_scores(day: u16, after: Option<ScoreKey>, limit: u32) -> Vec<(ScoreKey, u32)> {
			scores::of_day::<T>(day, after, limit)
		}

		/// Confirmed violations of a month, twelve times the year and 0 to 11 at UTC+8, by key after the one given.
		pub fn month_scores(month: u16, after: Option<ScoreKey>, limit: u32) -> Vec<(ScoreKey, u32)> {
			scores::of_month::<T>(month, after, limit)
		}
	}
}
