// SPDX-License-Identifier: Apache-2.0

//! The configuration guard: the signed baseline of every key parameter of every cell, and who must agree to a change.
//!
//! # Terminology
//!
//! * **Catalogue**: the parameters that the federation watches: their values, and who must agree to a change
//!   ([`trimast_primitives::cells::catalogue`]).
//! * **Baseline**: the values that a cell should have. It stands in tables, one for each page of stations
//!   ([`trimast_primitives::cells`]).
//! * **Provisional**: a station's baseline that not everybody has signed whose station it is: its owner and its sharers.
//! * **Request**: what a company wants changed, from draft to closed ([`changes`]).
//! * **Policy**: cross-cell rules, freezes, and who holds which PLMN and which spectrum ([`policy`]).
//! * **Notice**: what an owner's network reports of its own changes ([`notices`]).
//! * **Violation**: a value in the network that is not the approved one, of one of nine kinds ([`violations`]).
//! * **Digest**: 32 bytes over the values of a page, bound to the chain, the place, the revision and the version of the
//!   catalogue.
//!
//! # What it guarantees
//!
//! * **Nobody writes for another**: a company imports the cells of the stations that it owns.
//! * **Every value belongs to its domain**: what the catalogue does not know or allow is refused by cell and parameter.
//! * **Signed is fixed**: a baseline that another company than the owner has signed is changed by no import.
//! * **Exact subject**: a signature is for the digest of a page and one revision of it; what has changed meanwhile is
//!   refused.
//! * **Idempotent import**: the same cells twice change nothing and say so; a refused station is named with the reason and
//!   does not keep the others out.
//! * **Digests follow values**: they are written in the same call, and `try_state` computes them anew.
//! * **No change without consent**: a value of a signed baseline changes by a request that everybody has agreed to who must,
//!   by the class of the parameter and the members and stations of the day; or in the agreed envelope of its owner.
//! * **Tallies follow what they count**: they are changed in the same call, and `try_state` counts anew ([`tallies`]).
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

extern crate alloc;

mod access;
pub mod agenda;
mod baseline;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod catalogue;
pub mod changes;
mod charges;
pub mod coverage;
mod errors;
mod events;
pub mod exports;
pub mod migrations;
#[cfg(test)]
mod mock;
mod motions;
pub mod notices;
mod page_set;
mod pages;
pub mod policy;
pub mod scores;
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
#[import_section(events::events)]
#[import_section(errors::errors)]
#[frame_support::pallet]
pub mod pallet {
	use super::{
		agenda,
		agenda::{Due, MAX_DUE},
		baseline, catalogue, changes, charges, coverage, exports, notices, pages, policy, scores, sweeps,
		testimony, types, GenesisHolding, GenesisParameter, GenesisRule, PageSet, WeightInfo, MAX_PAGES,
	};
	use crate::changes::types::{
		Change, Item, ItemRefusal, Part, PartHeads, Phase, Refusals, Request, Terms, MAX_CHANGES, MAX_ITEMS,
	};
	use crate::coverage::{NetworkCoverage, NetworkFindings, PageCoverage, TestimonyView};
	use crate::exports::{
		Attested, CellFields, Export, Marks, NetworkList, OpeningResult, Questions, Waiting, Wrong, DRAWN,
		MAX_DRAWING, MAX_EXPORTS, MAX_NAMED, MAX_NETWORKS, MAX_OPENINGS,
	};
	use crate::notices::{Notice, NoticeList, MAX_SENT};
	use crate::policy::{Freeze, FreezeList, Holding, HoldingList, RuleList};
	use crate::scores::{Oldest, ScoreKey};
	use crate::tallies::{BaselineTally, OpenTally};
	use crate::types::{
		BaselineResult, Catalogue, CellsResult, Closing, Difference, ImportBlocks, NetworkResult, OpenList,
		PageHead, Settled, SignResult, Standing, Sweep, Testimony, ValuesResult, Violation, MAX_SETTLED,
		MAX_SWEEPS, MAX_UNSALTED,
	};
	use crate::violations::kinds::Kind;
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
			digest::Tag,
			export::Opening,
			rules::Rule,
			table::TableBytes,
			CellId, ParamId, ParamKey, MAX_KEYS, MAX_PAGE_CELLS,
		},
		interlock::Interlocks,
		page::PAGE_SLOTS,
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

		/// The governed parameters: how long everything lasts.
		type Governed: Governed;

		/// The chain's clock.
		type Time: Time<Moment = Moment>;

		/// The company whose validator authors the present block.
		type Author: Get<Option<OrgId>>;

		/// Who sets the catalogue: the council by a motion on rules, which arrives as Root.
		type RulesOrigin: EnsureOrigin<Self::RuntimeOrigin>;

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

	/// The catalogue in force.
	#[pallet::storage]
	pub type Catalogues<T> = StorageValue<_, Catalogue, ValueQuery>;

	/// Names, units and words of the catalogue's parameters.
	#[pallet::storage]
	pub type ParamTexts<T> = StorageMap<_, Twox64Concat, ParamId, ParamText>;

	/// The values of the cells, by local network and page: a `CellTable`. The keys are those of the stations' pages.
	#[pallet::storage]
	pub type Tables<T> = StorageDoubleMap<_, Identity, LocalNetworkId, Identity, u16, TableBytes, ValueQuery>;

	/// Revision and signatures of each page.
	#[pallet::storage]
	pub type Heads<T> = StorageDoubleMap<_, Identity, LocalNetworkId, Identity, u16, PageHead, ValueQuery>;

	/// In which block each station of a page was imported last. Unlike a change that was asked for, an import leaves no
	/// trace of the values before.
	#[pallet::storage]
	pub type Imported<T> =
		StorageDoubleMap<_, Identity, LocalNetworkId, Identity, u16, ImportBlocks, ValueQuery>;

	/// The digests of the cells of each page.
	#[pallet::storage]
	pub type CellDigests<T> =
		StorageDoubleMap<_, Identity, LocalNetworkId, Identity, u16, types::CellDigests, ValueQuery>;

	/// The digests of pages, so many in a row together: one read or two serve a whole local network.
	#[pallet::storage]
	pub type PageDigests<T> =
		StorageDoubleMap<_, Identity, LocalNetworkId, Identity, u16, types::PageDigests, ValueQuery>;

	/// The digests of a local network's chunks of pages: one read serves all of it.
	#[pallet::storage]
	pub type ChunkDigests<T> = StorageMap<_, Identity, LocalNetworkId, types::ChunkDigests, ValueQuery>;

	/// Number of the next sweep.
	#[pallet::storage]
	pub type NextSweep<T> = StorageValue<_, u32, ValueQuery>;

	/// The sweeps by number.
	#[pallet::storage]
	pub type Sweeps<T> = StorageMap<_, Twox64Concat, u32, Sweep>;

	/// Sweeps that wait for their salt, the blocks in which they were opened, and who has opened them.
	#[pallet::storage]
	pub type Unsalted<T> =
		StorageValue<_, BoundedVec<(u32, BlockNumber, OrgId), ConstU32<MAX_UNSALTED>>, ValueQuery>;

	/// The sweeps that each company has opened, the oldest first.
	#[pallet::storage]
	pub type SweepsOf<T> =
		StorageMap<_, Twox64Concat, OrgId, BoundedVec<u32, ConstU32<MAX_SWEEPS>>, ValueQuery>;

	/// The exports that each company has bound itself to, by their roots.
	#[pallet::storage]
	pub type Exports<T> = StorageDoubleMap<_, Twox64Concat, OrgId, Identity, Hash, Export>;

	/// The roots of the exports that are kept of each company, the latest last.
	#[pallet::storage]
	pub type ExportRoots<T> =
		StorageMap<_, Twox64Concat, OrgId, BoundedVec<Hash, ConstU32<MAX_EXPORTS>>, ValueQuery>;

	/// What is asked of each export, and what it has opened.
	#[pallet::storage]
	pub type Asked<T> = StorageDoubleMap<_, Twox64Concat, OrgId, Identity, Hash, Questions, ValueQuery>;

	/// The local networks that each company has testified of from an export.
	#[pallet::storage]
	pub type AttestedNetworks<T> =
		StorageDoubleMap<_, Twox64Concat, OrgId, Identity, Hash, NetworkList, ValueQuery>;

	/// What each company has said of a local network from an export.
	#[pallet::storage]
	pub type AttestedPages<T> = StorageNMap<
		_,
		(NMapKey<Twox64Concat, OrgId>, NMapKey<Identity, Hash>, NMapKey<Twox64Concat, LocalNetworkId>),
		Attested,
		ValueQuery,
	>;

	/// The exports of each company that wait for draws.
	#[pallet::storage]
	pub type Drawing<T> =
		StorageMap<_, Twox64Concat, OrgId, BoundedVec<Waiting, ConstU32<MAX_DRAWING>>, ValueQuery>;

	/// The company that has authored the block before.
	#[pallet::storage]
	pub type LastAuthor<T> = StorageValue<_, OrgId>;

	/// In which block each company has authored one last.
	#[pallet::storage]
	pub type Authored<T> = StorageMap<_, Twox64Concat, OrgId, BlockNumber>;

	/// The doubted exports of each company that have given way, by their roots.
	#[pallet::storage]
	pub type Doubted<T> = StorageDoubleMap<_, Twox64Concat, OrgId, Identity, Hash, ()>;

	/// The exports that stand in `Doubted`, in a ring.
	#[pallet::storage]
	pub type DoubtedRoots<T> = StorageDoubleMap<_, Twox64Concat, OrgId, Twox64Concat, u32, Hash>;

	/// The next place of each company's ring of doubted exports.
	#[pallet::storage]
	pub type DoubtedNext<T> = StorageMap<_, Twox64Concat, OrgId, u32, ValueQuery>;

	/// From which export each company has seen a violation that stands open, the latest.
	#[pallet::storage]
	pub type Words<T> = StorageMap<
		_,
		Twox64Concat,
		u32,
		BoundedVec<(OrgId, Hash), ConstU32<{ trimast_primitives::org::MAX_ORGS as u32 }>>,
		ValueQuery,
	>;

	/// What became of the openings of all exports of a company.
	#[pallet::storage]
	pub type MarksOf<T> = StorageMap<_, Twox64Concat, OrgId, Marks, ValueQuery>;

	/// What each company has opened of a cell beside its values.
	#[pallet::storage]
	pub type OpenedFields<T> = StorageDoubleMap<_, Twox64Concat, OrgId, Twox64Concat, CellId, CellFields>;

	/// The cells of which something is remembered in `OpenedFields`, in a ring.
	#[pallet::storage]
	pub type OpenedCells<T> = StorageDoubleMap<_, Twox64Concat, OrgId, Twox64Concat, u32, CellId>;

	/// The next place of each company's ring of opened cells.
	#[pallet::storage]
	pub type OpenedNext<T> = StorageMap<_, Twox64Concat, OrgId, u32, ValueQuery>;

	/// The pages of each local network that have a baseline.
	#[pallet::storage]
	pub type Written<T> = StorageMap<_, Identity, LocalNetworkId, PageSet, ValueQuery>;

	/// The companies that are party to stations of each page with a baseline, as they were when it was looked at last.
	#[pallet::storage]
	pub type Parties<T> =
		StorageMap<_, Identity, LocalNetworkId, BoundedVec<OrgSet, ConstU32<MAX_PAGES>>, ValueQuery>;

	/// From which page on the parties of each local network are looked at next.
	#[pallet::storage]
	pub type PartiesFrom<T> = StorageMap<_, Identity, LocalNetworkId, u16, ValueQuery>;

	/// The local network that was looked at last.
	#[pallet::storage]
	pub type Scanned<T> = StorageValue<_, LocalNetworkId>;

	/// What is found about the pages of each local network.
	#[pallet::storage]
	pub type Findings<T> = StorageMap<_, Identity, LocalNetworkId, NetworkFindings, ValueQuery>;

	/// Confirmed violations by day.
	#[pallet::storage]
	pub type DayScores<T> = StorageDoubleMap<_, Twox64Concat, u16, Twox64Concat, ScoreKey, u32, ValueQuery>;

	/// Confirmed violations by month.
	#[pallet::storage]
	pub type MonthScores<T> = StorageDoubleMap<_, Twox64Concat, u16, Twox64Concat, ScoreKey, u32, ValueQuery>;

	/// From which day and month on scores may be left.
	#[pallet::storage]
	pub type ScoresFrom<T> = StorageValue<_, Oldest, ValueQuery>;

	/// What each company has attested of a local network, the latest.
	#[pallet::storage]
	pub type Testimonies<T> =
		StorageDoubleMap<_, Twox64Concat, LocalNetworkId, Twox64Concat, OrgId, Testimony>;

	/// Pages that a company has seen otherwise than the baseline, and how far it has explained them.
	#[pallet::storage]
	pub type Differences<T> = StorageNMap<
		_,
		(NMapKey<Twox64Concat, LocalNetworkId>, NMapKey<Twox64Concat, u16>, NMapKey<Twox64Concat, OrgId>),
		Difference,
	>;

	/// Pages of which a company has not seen all cells: a subset of those that it has seen otherwise.
	#[pallet::storage]
	pub type Partial<T> =
		StorageDoubleMap<_, Twox64Concat, LocalNetworkId, Twox64Concat, OrgId, PageSet, ValueQuery>;

	/// Number of the next violation.
	#[pallet::storage]
	pub type NextViolation<T> = StorageValue<_, u32, ValueQuery>;

	/// The violations by number.
	#[pallet::storage]
	pub type Violations<T> = StorageMap<_, Twox64Concat, u32, Violation>;

	/// Violations that stand open in a page.
	#[pallet::storage]
	pub type OpenInPage<T> =
		StorageDoubleMap<_, Twox64Concat, LocalNetworkId, Twox64Concat, u16, OpenList, ValueQuery>;

	/// The values of a page whose violations were closed by what was seen since, and when the network was read then. It is
	/// kept as long as an export may be spoken of that was read before.
	#[pallet::storage]
	pub type SettledInPage<T> = StorageDoubleMap<
		_,
		Twox64Concat,
		LocalNetworkId,
		Twox64Concat,
		u16,
		BoundedVec<Settled, ConstU32<MAX_SETTLED>>,
		ValueQuery,
	>;

	/// In which block the violations of a page are looked at next that nobody has confirmed.
	#[pallet::storage]
	pub type NextLook<T> = StorageDoubleMap<_, Twox64Concat, LocalNetworkId, Twox64Concat, u16, BlockNumber>;

	/// How many violations stand open in a local network.
	#[pallet::storage]
	pub type OpenViolations<T> = StorageMap<_, Twox64Concat, LocalNetworkId, u32, ValueQuery>;

	/// How many violations stand open against each company, by kind and standing.
	#[pallet::storage]
	pub type OpenTallies<T> = StorageMap<_, Twox64Concat, OrgId, OpenTally, ValueQuery>;

	/// How much baseline each local network has.
	#[pallet::storage]
	pub type BaselineTallies<T> = StorageMap<_, Identity, LocalNetworkId, BaselineTally, ValueQuery>;

	/// The latest violations that are over, in a ring.
	#[pallet::storage]
	pub type PastViolations<T> = StorageMap<_, Twox64Concat, u32, u32>;

	/// How many violations have come to their end.
	#[pallet::storage]
	pub type NextPastViolation<T> = StorageValue<_, u32, ValueQuery>;

	/// The latest notices of changes in a page, who has sent them and in which block they came.
	#[pallet::storage]
	pub type Notices<T> =
		StorageDoubleMap<_, Twox64Concat, LocalNetworkId, Twox64Concat, u16, NoticeList, ValueQuery>;

	/// What the chain does by itself, by block.
	#[pallet::storage]
	pub type Agenda<T> =
		StorageMap<_, Twox64Concat, BlockNumber, BoundedVec<Due, ConstU32<MAX_DUE>>, ValueQuery>;

	/// First block of the agenda that may have something left.
	#[pallet::storage]
	pub type AgendaFrom<T> = StorageValue<_, BlockNumber, ValueQuery>;

	/// Number of the next request.
	#[pallet::storage]
	pub type NextRequest<T> = StorageValue<_, u32, ValueQuery>;

	/// The requests by number: those that are open, and of the others the latest.
	#[pallet::storage]
	pub type Requests<T> = StorageMap<_, Twox64Concat, u32, Request>;

	/// The pages of each request.
	#[pallet::storage]
	pub type Manifests<T> = StorageMap<_, Twox64Concat, u32, PartHeads, ValueQuery>;

	/// The items of each request, by request and page.
	#[pallet::storage]
	pub type Parts<T> = StorageDoubleMap<_, Twox64Concat, u32, Twox64Concat, u16, Part, ValueQuery>;

	/// The changes of each page's values that are open, and of the others the latest, the oldest first.
	#[pallet::storage]
	pub type Changes<T> = StorageDoubleMap<
		_,
		Twox64Concat,
		LocalNetworkId,
		Twox64Concat,
		u16,
		BoundedVec<Change, ConstU32<MAX_CHANGES>>,
		ValueQuery,
	>;

	/// How many requests of each company are open.
	#[pallet::storage]
	pub type OpenRequests<T> = StorageMap<_, Twox64Concat, OrgId, u32, ValueQuery>;

	/// The latest requests of each company that are over, in rings: those that were carried out, and the others.
	#[pallet::storage]
	pub type Past<T> = StorageDoubleMap<_, Twox64Concat, (OrgId, bool), Twox64Concat, u32, u32>;

	/// How many requests of each company that were carried out, and how many others, have come to their end.
	#[pallet::storage]
	pub type NextPast<T> = StorageMap<_, Twox64Concat, (OrgId, bool), u32, ValueQuery>;

	/// The cross-cell rules in force.
	#[pallet::storage]
	pub type Rules<T> = StorageValue<_, RuleList, ValueQuery>;

	/// The freezes that are set.
	#[pallet::storage]
	pub type Freezes<T> = StorageValue<_, FreezeList, ValueQuery>;

	/// Who holds which PLMN and which spectrum.
	#[pallet::storage]
	pub type Holdings<T> = StorageValue<_, HoldingList, ValueQuery>;

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

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Put a parameter into the catalogue, or change it.
		///
		/// # Origin
		/// `RulesOrigin`.
		///
		/// # Details
		/// Baselines that stand keep their values, also where the new domain would refuse them.
		///
		/// # Errors
		/// `BadOrigin`; `BadParameter`, `TooManyParameters`.
		///
		/// # Events
		/// `ParameterSet`.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::set_parameter())]
		pub fn set_parameter(
			origin: OriginFor<T>,
			id: ParamId,
			parameter: Parameter,
			text: ParamText,
		) -> DispatchResult {
			T::RulesOrigin::ensure_origin(origin)?;
			Ok(catalogue::set::<T>(id, parameter, text)?)
		}

		/// Import the cells of one's own stations of a page.
		///
		/// # Origin
		/// An engineer of the stations' owner, with the local network in its scope.
		///
		/// # Details
		/// `table` has the cells of the stations to be written, each by its slot in the page; the others' slots are empty.
		/// The cells of each station have a result of their own: written, unchanged, or refused with the reason while the
		/// rest goes in. What is written is signed by its owner alone: it is provisional until the sharers sign it. The
		/// cells of the page's retired stations that the company owns or shares leave the baseline with any import that
		/// has none of them, also with an empty one.
		///
		/// # Errors
		/// Those of the origin; `BadTable`, `UnknownPage`, `TooLarge`.
		///
		/// # Events
		/// `BaselineImported` with all results.
		#[pallet::call_index(1)]
		#[pallet::weight(charges::import::<T>(table))]
		pub fn import(
			origin: OriginFor<T>,
			local_network: LocalNetworkId,
			page: u16,
			table: TableBytes,
		) -> DispatchResultWithPostInfo {
			let org = Self::engineer(origin, local_network).map_err(charges::refused::<T>)?;
			Ok(Some(baseline::import::<T>(org, local_network, page, &table)?).into())
		}

		/// Stand behind the baseline of every station of some pages that is owned or shared by the signer's company.
		///
		/// # Origin
		/// An engineer of the company, with the local network in its scope.
		///
		/// # Details
		/// Each page goes with the digest of what was looked at. A page that is another now is refused by name, the rest is
		/// taken. Signatures do not change a page's digest, so companies may sign at the same time.
		///
		/// # Errors
		/// Those of the origin.
		///
		/// # Events
		/// `BaselineSigned` with a result for each page.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::sign(pages.len().saturated_into()))]
		pub fn sign(
			origin: OriginFor<T>,
			local_network: LocalNetworkId,
			pages: BoundedVec<(u16, Hash), T::MaxSign>,
		) -> DispatchResult {
			let org = Self::engineer(origin, local_network)?;
			baseline::sign::<T>(org, local_network, pages);
			Ok(())
		}

		/// Bind one's company to the contents of an export of the network, before a sweep is opened.
		///
		/// # Origin
		/// A collector of the company, with `scope` in its scope.
		///
		/// # Details
		/// `root` is the root of the raw export ([`trimast_primitives::cells::export`]) and `leaves` the number of its rows,
		/// `scope` the territory that was read and `observed` the time at which it was. Of the oldest exports of the company
		/// that nothing is asked of one gives way: at first one that nothing was testified from or that is doubted, then one that has expired.
		///
		/// # Errors
		/// Those of the origin; `AlreadyAnchored`, `ExportDoubted`, `EmptyExport`, `ObservedInFuture`, `ObservedTooEarly`, `TooManyExports`.
		///
		/// # Events
		/// `ExportAnchored`.
		#[pallet::call_index(3)]
		#[pallet::weight(charges::anchor_export::<T>(MAX_NETWORKS))]
		pub fn anchor_export(
			origin: OriginFor<T>,
			scope: Scope,
			root: Hash,
			leaves: u32,
			observed: Moment,
		) -> DispatchResultWithPostInfo {
			let org = Self::collector(origin, scope).map_err(charges::refused::<T>)?;
			let forgotten =
				exports::anchor::<T>(org, scope, root, leaves, observed).map_err(charges::refusal)?;
			Ok(Some(charges::anchor_export::<T>(forgotten)).into())
		}

		/// Call for observations of a territory.
		///
		/// # Origin
		/// A collector of a member, with the territory in its scope.
		///
		/// # Details
		/// The sweep has its salt, and so its tags, two blocks later. Each company has so many that wait for their salt. Where
		/// as many of its sweeps stand as may, the oldest that takes no more observations gives way.
		///
		/// # Errors
		/// Those of the origin; `TooManySweeps`.
		///
		/// # Events
		/// `SweepOpened`, then `SweepSalted`.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::open_sweep())]
		pub fn open_sweep(origin: OriginFor<T>, scope: Scope) -> DispatchResult {
			let org = Self::collector(origin, scope)?;
			Ok(sweeps::open::<T>(org, scope)?)
		}

		/// Attest whole local networks by their tags.
		///
		/// # Origin
		/// A collector of a member, with each of the local networks in its scope.
		///
		/// # Details
		/// A tag that is the one that the chain expects attests every page of the local network with a station that the company
		/// owns or shares or has on its towers. Where violations stand open the tags of pages are needed.
		///
		/// # Errors
		/// Those of the origin; `NoSuchSweep`, `SweepClosed`, `NotSalted`, `NotAnchored`, `AnchoredTooLate`,
		/// `ExportExpired`, `ExportDoubted`, `TooManyExports`.
		///
		/// # Events
		/// `NetworksAttested` with a result for each.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::attest_networks(tags.len().saturated_into()))]
		pub fn attest_networks(
			origin: OriginFor<T>,
			sweep: u32,
			export: Hash,
			tags: BoundedVec<(LocalNetworkId, Tag), T::MaxNetworks>,
		) -> DispatchResult {
			let (org, allowed) =
				Self::collector_of(origin, tags.iter().map(|(local_network, _)| *local_network))?;
			let open = sweeps::Open::speak::<T>(org, sweep, export)?;
			testimony::attest_networks::<T>(org, &open, tags, &allowed);
			Ok(())
		}

		/// Attest pages in a row by their tags.
		///
		/// # Origin
		/// A collector of a member, with the local network in its scope.
		///
		/// # Details
		/// A page whose tag is the expected one is attested. One that differs stands as a difference until it is explained by
		/// `attest_cells` and `attest_values`, or matches. Of a page without a station that the company owns or shares or has
		/// on its towers there is a result and no record. Of pages that match and have more open violations than a call may
		/// be heard about nothing is taken: they are named, and are to be sent anew.
		///
		/// # Errors
		/// Those of the origin and of `attest_networks`; `OutsideSweep`, `UnknownPage`.
		///
		/// # Events
		/// `PagesAttested` with the pages that differ, and those of which nothing was heard.
		#[pallet::call_index(6)]
		#[pallet::weight(charges::attest_pages::<T>(tags.len().saturated_into()))]
		pub fn attest_pages(
			origin: OriginFor<T>,
			sweep: u32,
			export: Hash,
			local_network: LocalNetworkId,
			first: u16,
			tags: BoundedVec<Tag, T::MaxTags>,
		) -> DispatchResultWithPostInfo {
			let org =
				Self::collector(origin, Scope::LocalNetwork(local_network)).map_err(charges::refused::<T>)?;
			let open = sweeps::Open::speak::<T>(org, sweep, export).map_err(charges::refusal)?;
			let weight = testimony::attest_pages::<T>(org, &open, local_network, first, &tags);
			Ok(Some(weight.map_err(charges::refusal)?).into())
		}

		/// Attest all cells of pages by their tags.
		///
		/// # Origin
		/// A collector of a member, with the local network in its scope.
		///
		/// # Details
		/// Each page goes with the revision that was looked at, and the tags of its cells in the order of its table, 8 zero bytes
		/// for one that was not seen. Cells of retired stations neither match nor differ. A page
		/// that was revised since is answered with `Stale`, and is no finding. What is wrong with one page leaves the others
		/// alone.
		///
		/// # Errors
		/// Those of the origin and of `attest_networks`; `OutsideSweep`.
		///
		/// # Events
		/// `CellsAttested` with the cells of each page that differ.
		#[pallet::call_index(7)]
		#[pallet::weight(charges::attest_cells::<T>(pages.len().saturated_into(), charges::count_all(pages, |page| page.2.len())))]
		#[allow(clippy::type_complexity)] // What a client sends, written out for its metadata.
		pub fn attest_cells(
			origin: OriginFor<T>,
			sweep: u32,
			export: Hash,
			local_network: LocalNetworkId,
			pages: BoundedVec<(u16, u32, BoundedVec<Tag, ConstU32<MAX_PAGE_CELLS>>), T::MaxPagesOfCells>,
		) -> DispatchResultWithPostInfo {
			let org =
				Self::collector(origin, Scope::LocalNetwork(local_network)).map_err(charges::refused::<T>)?;
			let open = sweeps::Open::speak::<T>(org, sweep, export).map_err(charges::refusal)?;
			let weight = testimony::attest_cells::<T>(org, &open, local_network, &pages);
			Ok(Some(weight.map_err(charges::refusal)?).into())
		}

		/// Say what the cells are set to that differ.
		///
		/// # Origin
		/// A collector of a company that owns or shares the stations or has them on its towers, with the local network in
		/// its scope.
		///
		/// # Details
		/// Each page with the revision that was looked at and its cells, by their places in the page's table, each with all
		/// of its values. Every value that is not the approved one opens a violation, or is noted at the one that stands
		/// open. What was imported since the export was anchored is no finding. A page of which anything is refused is left alone, the others are taken.
		///
		/// # Errors
		/// Those of the origin and of `attest_networks`; `OutsideSweep`, `TooManyCells`.
		///
		/// # Events
		/// `ValuesAttested` with a result for each page; `ViolationOpened`, `ViolationSeen`, `ViolationStands`.
		#[pallet::call_index(8)]
		#[pallet::weight(charges::attest_values::<T>(pages.len().saturated_into(), charges::count_all(pages, |page| page.2.len())))]
		#[allow(clippy::type_complexity)] // What a client sends, written out for its metadata.
		pub fn attest_values(
			origin: OriginFor<T>,
			sweep: u32,
			export: Hash,
			local_network: LocalNetworkId,
			pages: BoundedVec<
				(u16, u32, BoundedVec<(u16, BoundedVec<(ParamKey, i64), ConstU32<MAX_KEYS>>), T::MaxValues>),
				T::MaxPagesOfCells,
			>,
		) -> DispatchResultWithPostInfo {
			let org =
				Self::collector(origin, Scope::LocalNetwork(local_network)).map_err(charges::refused::<T>)?;
			let cells = charges::count_all(&pages, |page| page.2.len());
			ensure!(cells <= T::MaxValues::get(), Error::<T>::TooManyCells);
			let open = sweeps::Open::speak::<T>(org, sweep, export).map_err(charges::refusal)?;
			let weight = testimony::attest_values::<T>(org, &open, local_network, pages);
			Ok(Some(weight.map_err(charges::refusal)?).into())
		}

		/// Ask for a change in one page, or report one that was made in an emergency.
		///
		/// # Origin
		/// An engineer of the stations' owner, or of the PLMNs' operator, with the local network in its scope.
		///
		/// # Details
		/// `draft`, `add` and `submit` in one. What nobody else must agree to is carried out at once when its window has
		/// begun. Where nothing passes the check, the event says why, and no request is left.
		///
		/// # Errors
		/// Those of the origin, and of `draft`, `add` and `submit`.
		///
		/// # Events
		/// `RequestDrafted`, `PartChecked`, `RequestAsked`; `PartExecuted`, `RequestMoved` when it is carried out.
		#[pallet::call_index(9)]
		#[pallet::weight(charges::request::<T>(part.len().saturated_into()))]
		pub fn request(
			origin: OriginFor<T>,
			local_network: LocalNetworkId,
			terms: Terms,
			page: u16,
			part: Part,
		) -> DispatchResultWithPostInfo {
			let org = Self::engineer(origin, local_network).map_err(charges::refused::<T>)?;
			Ok(Some(changes::request::<T>(org, local_network, terms, page, &part).map_err(charges::refusal)?)
				.into())
		}

		/// Open a request whose parts follow.
		///
		/// # Origin
		/// An engineer of a member, with the local network in its scope.
		///
		/// # Details
		/// A draft that is not submitted lapses with the term for consents. In an emergency the window begins when the
		/// network was changed, which is not long ago; its end is set by the chain.
		///
		/// # Errors
		/// Those of the origin; `UnknownPage`, `BadText`, `BadWindow`, `TooManyRequests`, `AgendaFull`.
		///
		/// # Events
		/// `RequestDrafted`.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::draft())]
		pub fn draft(origin: OriginFor<T>, local_network: LocalNetworkId, terms: Terms) -> DispatchResult {
			let org = Self::engineer(origin, local_network)?;
			Ok(changes::draft::<T>(org, local_network, terms)?)
		}

		/// Put the items of a page into a request, in the place of those that it has.
		///
		/// # Origin
		/// An engineer of the company that asks, with the local network in its scope.
		///
		/// # Details
		/// Every item is checked and has a result, on the network as the request's other pages will make it. What passes is
		/// taken; of a request that is whole, all or nothing. In a draft an item that breaks a rule with a cell of another page
		/// is taken and named, and the page is unchecked; so is a page that looks at others when one of them is changed. It is
		/// checked when it is put in again as it is. An emergency is named what it breaks. An empty part takes the page out. Of a request that is submitted this is an amendment: a new revision, to which nobody but
		/// the proposer has agreed yet. No value is taken out of an emergency that was reported.
		///
		/// # Errors
		/// Those of the origin; `NoSuchRequest`, `NotProposer`, `WrongPhase`, `Expired`, `BadPart`, `TooManyParts`,
		/// `NothingToChange`, `NothingAsked`, `EmergencyStands`.
		///
		/// # Events
		/// `PartChecked`; `RequestAsked` for an amendment.
		#[pallet::call_index(11)]
		#[pallet::weight(charges::add::<T>(part.len().saturated_into()))]
		pub fn add(origin: OriginFor<T>, request: u32, page: u16, part: Part) -> DispatchResultWithPostInfo {
			let org = Self::engineer_of(origin, request).map_err(charges::refused::<T>)?;
			let (_, weight) = changes::add::<T>(org, request, page, &part).map_err(charges::refusal)?;
			Ok(Some(weight).into())
		}

		/// Ask for what a draft has gathered.
		///
		/// # Origin
		/// As for `add`.
		///
		/// # Details
		/// The proposer's consent counts as given. The request lapses when its window is over.
		///
		/// # Errors
		/// Those of the origin; `NoSuchRequest`, `NotProposer`, `WrongPhase`, `Expired`, `NothingAsked`, `Unchecked`, `BadWindow`,
		/// `AgendaFull`.
		///
		/// # Events
		/// `RequestAsked`; `PartExecuted`, `RequestMoved` when it is carried out at once.
		#[pallet::call_index(12)]
		#[pallet::weight(charges::submit::<T>())]
		pub fn submit(origin: OriginFor<T>, request: u32) -> DispatchResultWithPostInfo {
			let org = Self::engineer_of(origin, request).map_err(charges::refused::<T>)?;
			Ok(Some(changes::submit::<T>(org, request).map_err(charges::refusal)?).into())
		}

		/// Take back a draft, or a request that is not carried out.
		///
		/// # Origin
		/// As for `add`.
		///
		/// # Details
		/// An emergency that was reported and is taken back is not ratified: a violation is opened for each of its values that
		/// the baseline does not have.
		///
		/// # Errors
		/// Those of the origin; `NoSuchRequest`, `NotProposer`, `WrongPhase`, `AgendaFull`.
		///
		/// # Events
		/// `RequestMoved`.
		#[pallet::call_index(13)]
		#[pallet::weight(T::WeightInfo::withdraw())]
		pub fn withdraw(origin: OriginFor<T>, request: u32) -> DispatchResult {
			let org = Self::engineer_of(origin, request)?;
			Ok(changes::withdraw::<T>(org, request)?)
		}

		/// Agree to a request.
		///
		/// # Origin
		/// An engineer of a company that must agree, with the local network in its scope.
		///
		/// # Details
		/// For exactly this subject and revision. The last consent to an emergency puts its values into the baseline. When a
		/// company that was waited for has left the federation, whoever has agreed may call again.
		///
		/// # Errors
		/// Those of the origin; `NoSuchRequest`, `WrongPhase`, `Expired`, `OtherSubject`, `NotRequired`, `AlreadyGiven`.
		///
		/// # Events
		/// `RequestConsented`; `PartExecuted`, `RequestMoved` of an emergency.
		#[pallet::call_index(14)]
		#[pallet::weight(charges::consent::<T>())]
		pub fn consent(
			origin: OriginFor<T>,
			request: u32,
			subject: Hash,
			revision: u32,
		) -> DispatchResultWithPostInfo {
			let org = Self::engineer_of(origin, request).map_err(charges::refused::<T>)?;
			Ok(Some(changes::consent::<T>(org, request, subject, revision).map_err(charges::refusal)?).into())
		}

		/// Object to a change that is observed, or that its proposer may make alone, which makes it disputed.
		///
		/// # Origin
		/// An engineer of a company that the change concerns, with the local network in its scope.
		///
		/// # Details
		/// Within the term for objections since it was carried out; what needs nobody else also while it is asked. `reason` is the hash of the document that says why.
		///
		/// # Errors
		/// Those of the origin; `NoSuchRequest`, `NotConcerned`, `WrongPhase`, `AlreadyGiven`, `TooLate`, `AgendaFull`.
		///
		/// # Events
		/// `RequestObjected`, `RequestMoved`.
		#[pallet::call_index(15)]
		#[pallet::weight(T::WeightInfo::object())]
		pub fn object(origin: OriginFor<T>, request: u32, reason: Hash) -> DispatchResult {
			let org = Self::engineer_of(origin, request)?;
			Ok(changes::object::<T>(org, request, reason)?)
		}

		/// Carry out one page of a request: its values become the baseline.
		///
		/// # Origin
		/// An engineer of the company that asks, with the local network in its scope.
		///
		/// # Details
		/// In the window, with the consents of everybody who must agree by today's members and stations. Every item is
		/// checked again. What passes is carried out; of a request that is whole, all of the page or nothing. Where nothing is
		/// carried out the page may be tried again.
		///
		/// # Errors
		/// Those of the origin; `NoSuchRequest`, `NotProposer`, `WrongPhase`, `NotInWindow`, `UnknownPage`, `Expired`,
		/// `ConsentsMissing`, `TooLarge`, `AgendaFull`.
		///
		/// # Events
		/// `PartExecuted`; `RequestMoved` with the first page.
		#[pallet::call_index(16)]
		#[pallet::weight(charges::execute::<T>(MAX_ITEMS))]
		pub fn execute(origin: OriginFor<T>, request: u32, page: u16) -> DispatchResultWithPostInfo {
			let org = Self::engineer_of(origin, request).map_err(charges::refused::<T>)?;
			Ok(Some(changes::execute::<T>(org, request, page).map_err(charges::refusal)?).into())
		}

		/// Say that a change was read back from the network.
		///
		/// # Origin
		/// An engineer of the company that asks, of one that owns or shares the stations, or of their tower company, with the
		/// local network in its scope.
		///
		/// # Details
		/// A change that its proposer and another company have attested is closed when the time is over in which it is
		/// observed. One that is not attested by twice that time is disputed.
		///
		/// # Errors
		/// Those of the origin; `NoSuchRequest`, `NotConcerned`, `WrongPhase`, `AlreadyGiven`.
		///
		/// # Events
		/// `RequestAttested`.
		#[pallet::call_index(17)]
		#[pallet::weight(T::WeightInfo::attest_change())]
		pub fn attest_change(origin: OriginFor<T>, request: u32) -> DispatchResult {
			let org = Self::engineer_of(origin, request)?;
			Ok(changes::attest::<T>(org, request)?)
		}

		/// Approve the former values of a page again.
		///
		/// # Origin
		/// An engineer of the company that asks; once the request is overruled, of any company that it concerns. With the
		/// local network in its scope.
		///
		/// # Details
		/// Whoever has agreed to the change has agreed to this. Values that were changed again since stay as they are. Where a
		/// freeze, an energy-saving window, an outage or a rule keeps a value out, nothing is rolled back, and the event says
		/// what; not of a request that is overruled. An emergency passes all of them but the rules. What is overruled the chain
		/// rolls back by itself; this does it sooner.
		///
		/// # Errors
		/// Those of the origin; `NoSuchRequest`, `WrongPhase`, `NotProposer`, `UnknownPage`, `TooLarge`.
		///
		/// # Events
		/// `PartRolledBack`, or `RollBackRefused`; `RequestMoved` with the last page.
		#[pallet::call_index(18)]
		#[pallet::weight(charges::roll_back::<T>())]
		pub fn roll_back(origin: OriginFor<T>, request: u32, page: u16) -> DispatchResultWithPostInfo {
			let org = Self::engineer_of(origin, request).map_err(charges::refused::<T>)?;
			Ok(Some(changes::roll_back::<T>(org, request, page).map_err(charges::refusal)?).into())
		}

		/// Rule on a dispute: whether the change stands.
		///
		/// # Origin
		/// An engineer of a carrier or tower company that is not party to it, with the local network in its scope.
		///
		/// # Details
		/// More than half of those who may rule decide. What does not stand is rolled back: a request of one page at once, of
		/// more by the chain itself, page after page in the next blocks. Silence past the term: it stands, and is shown as
		/// disputed. What stands and is not carried out yet may be, as long as its window is open.
		///
		/// # Errors
		/// Those of the origin; `NoSuchRequest`, `WrongPhase`, `NobodyToRule`, `NotRuler`, `AlreadyGiven`, `TooLarge`,
		/// `AgendaFull`.
		///
		/// # Events
		/// `RequestRuled`; `RequestMoved`, `PartRolledBack`.
		#[pallet::call_index(19)]
		#[pallet::weight(charges::rule::<T>())]
		pub fn rule(
			origin: OriginFor<T>,
			request: u32,
			stands: bool,
			reason: Hash,
		) -> DispatchResultWithPostInfo {
			let org = Self::engineer_of(origin, request).map_err(charges::refused::<T>)?;
			Ok(Some(changes::rule::<T>(org, request, stands, reason).map_err(charges::refusal)?).into())
		}

		/// Set a cross-cell rule, or take it out of force.
		///
		/// # Origin
		/// `RulesOrigin`.
		///
		/// # Details
		/// In force from this block on. Baselines that stand are not looked at, changes that are asked for are checked again
		/// when they are carried out.
		///
		/// # Errors
		/// `BadOrigin`; `BadPolicy`, `TooMuchPolicy`.
		///
		/// # Events
		/// `RuleSet`.
		#[pallet::call_index(30)]
		#[pallet::weight(T::WeightInfo::set_policy())]
		pub fn set_rule(origin: OriginFor<T>, number: u16, rule: Option<Rule>) -> DispatchResult {
			T::RulesOrigin::ensure_origin(origin)?;
			Ok(policy::set_rule::<T>(number, rule)?)
		}

		/// Set a freeze, or take it away.
		///
		/// # Origin
		/// `RulesOrigin`.
		///
		/// # Details
		/// A freeze that has begun already begins now. It keeps out what is not carried out yet, whoever has agreed to it.
		///
		/// # Errors
		/// `BadOrigin`; `BadPolicy`, `Backwards`, `TooMuchPolicy`.
		///
		/// # Events
		/// `FreezeSet`.
		#[pallet::call_index(31)]
		#[pallet::weight(T::WeightInfo::set_policy())]
		pub fn set_freeze(origin: OriginFor<T>, number: u16, freeze: Option<Freeze>) -> DispatchResult {
			T::RulesOrigin::ensure_origin(origin)?;
			Ok(policy::set_freeze::<T>(number, freeze)?)
		}

		/// Say which PLMNs and which spectrum a company holds.
		///
		/// # Origin
		/// `RulesOrigin`.
		///
		/// # Details
		/// In the place of what it held before.
		///
		/// # Errors
		/// `BadOrigin`; `BadPolicy`, `HeldByAnother`, `TooMuchPolicy`.
		///
		/// # Events
		/// `HoldingsSet`.
		#[pallet::call_index(32)]
		#[pallet::weight(T::WeightInfo::set_policy())]
		pub fn set_holdings(origin: OriginFor<T>, org: OrgId, holding: Holding) -> DispatchResult {
			T::RulesOrigin::ensure_origin(origin)?;
			Ok(policy::set_holdings::<T>(org, holding)?)
		}

		/// Report changes that the network has made known.
		///
		/// # Origin
		/// A collector or an engineer of the company that answers for the values, with the local network in its scope.
		///
		/// # Details
		/// As TS 28.532 has them (notifyMOIAttributeValueChanges). The latest of each page are kept. A notice approves nothing;
		/// it decides of which kind a violation is that is seen in an export which is anchored in a later block.
		///
		/// # Errors
		/// Those of the origin; `UnknownPage`.
		///
		/// # Events
		/// `Notified`.
		#[pallet::call_index(33)]
		#[pallet::weight(T::WeightInfo::notify(notices.len().saturated_into()))]
		pub fn notify(
			origin: OriginFor<T>,
			local_network: LocalNetworkId,
			page: u16,
			notices: BoundedVec<Notice, ConstU32<MAX_SENT>>,
		) -> DispatchResult {
			let org = Self::reporter(origin, local_network)?;
			Ok(notices::notify::<T>(org, local_network, page, notices)?)
		}

		/// Name cells that another company has to open from an export that it has testified from.
		///
		/// # Origin
		/// An engineer, collector or auditor of another company, with the cells' local networks in its scope.
		///
		/// # Details
		/// Of stations that the export's company owns or shares or has on its towers, in local networks that it has testified of
		/// from this export within the attestation term, also when it has testified from another one since. Each company may name so many cells of one export. They are to be opened within
		/// the opening term; what is not is marked as missing.
		///
		/// # Errors
		/// Those of the origin; `OwnExport`, `NotAnchored`, `NotTestified`, `UnknownCell`, `AlreadyAsked`, `TooManyDemands`,
		/// `AgendaFull`.
		///
		/// # Events
		/// `OpeningsDemanded`.
		#[pallet::call_index(20)]
		#[pallet::weight(T::WeightInfo::demand_openings(cells.len().saturated_into()))]
		pub fn demand_openings(
			origin: OriginFor<T>,
			org: OrgId,
			root: Hash,
			cells: BoundedVec<CellId, ConstU32<MAX_NAMED>>,
		) -> DispatchResult {
			let by = Self::inspector(origin, cells.iter().map(|cell| cell.site.local_network))?;
			Ok(exports::demand::<T>(by, org, root, cells)?)
		}

		/// Open rows of one's company's export that were drawn or named.
		///
		/// # Origin
		/// A collector of the export's company, with `scope` in its scope.
		///
		/// # Details
		/// `scope` is that of the export. A cell that the export does not have is answered with the two rows between which it
		/// would stand, in one call; with the first or the last row where it would stand before or behind all. Each opening
		/// has a result of its own: opened, wrong and marked so, not asked for, or not proven.
		///
		/// # Errors
		/// Those of the origin; `NotAnchored`, `OutsideScope`.
		///
		/// # Events
		/// `CellsOpened` with a result for each; `OpeningWrong`, `CellAbsent`, `WitnessesDiffer`.
		#[pallet::call_index(21)]
		#[pallet::weight(charges::open_cells::<T>(openings.len().saturated_into()))]
		pub fn open_cells(
			origin: OriginFor<T>,
			scope: Scope,
			root: Hash,
			openings: BoundedVec<Opening, ConstU32<MAX_OPENINGS>>,
		) -> DispatchResultWithPostInfo {
			let org = Self::collector(origin, scope).map_err(charges::refused::<T>)?;
			let weight = exports::open::<T>(org, scope, root, &openings).map_err(charges::refusal)?;
			Ok(Some(weight).into())
		}

		/// Stand behind the baseline of every station of a local network that is owned or shared by the signer's company, by
		/// one digest.
		///
		/// # Origin
		/// An engineer of the company, with the local network in its scope.
		///
		/// # Details
		/// As `sign`, of every page with a baseline from `first` to `last`, however many they are. `digest` is that of the whole
		/// local network as it was looked at: if any page of it is another now, nothing is taken.
		///
		/// # Errors
		/// Those of the origin; `UnknownPage` when `last` comes before `first`; `TooManyPages`, `OtherDigest`.
		///
		/// # Events
		/// `BaselineSigned` with a result for each page.
		#[pallet::call_index(22)]
		#[pallet::weight(charges::sign_network::<T>(*first, *last))]
		pub fn sign_network(
			origin: OriginFor<T>,
			local_network: LocalNetworkId,
			digest: Hash,
			first: u16,
			last: u16,
		) -> DispatchResultWithPostInfo {
			let org = Self::engineer(origin, local_network).map_err(charges::refused::<T>)?;
			let pages = baseline::sign_network::<T>(org, local_network, digest, first, last);
			Ok(Some(T::WeightInfo::sign_network(pages.map_err(charges::refusal)?)).into())
		}
	}

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
			changes::of_part::<T>(by, local_network, page, &part, window, emergency)
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
