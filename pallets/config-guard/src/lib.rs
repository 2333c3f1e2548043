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
mod catalogue;
pub mod coverage;
mod errors;
mod events;
pub mod exports;
pub mod migrations;
#[cfg(test)]
mod mock;
mod page_set;
mod pages;
pub mod scores;
mod sweeps;
mod testimony;
#[cfg(test)]
mod tests;
#[cfg(any(test, feature = "try-runtime"))]
mod try_state;
pub mod types;
mod violations;
pub mod weights;

pub use catalogue::GenesisParameter;
pub use page_set::{PageSet, MAX_PAGES};
pub use pallet::*;
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
		baseline, catalogue, coverage, exports, pages, scores, sweeps, testimony, types, violations,
		GenesisParameter, PageSet, WeightInfo,
	};
	use crate::coverage::{NetworkCoverage, NetworkFindings, PageCoverage, TestimonyView};
	use crate::exports::{
		CellFields, Export, Marks, OpeningResult, Questions, Waiting, Wrong, DRAWN, MAX_DRAWING, MAX_EXPORTS,
		MAX_NAMED, MAX_OPENINGS,
	};
	use crate::scores::{Oldest, ScoreKey};
	use crate::types::{
		BaselineResult, Catalogue, CellsResult, Closing, Difference, NetworkResult, OpenViolation, PageHead,
		SignResult, Standing, Sweep, Testimony, ValuesResult, Violation, MAX_OPEN_IN_PAGE, MAX_UNSALTED,
	};
	use alloc::vec::Vec;
	use frame_support::{pallet_prelude::*, traits::Time};
	use frame_system::pallet_prelude::*;
	use sp_runtime::SaturatedConversion;
	use trimast_primitives::{
		access::{Authority, Scope},
		cells::{
			catalogue::{ParamText, Parameter},
			digest::Tag,
			export::Opening,
			table::TableBytes,
			CellId, ParamId, ParamKey, MAX_KEYS, MAX_PAGE_CELLS,
		},
		page::PAGE_SLOTS,
		params::Governed,
		site::SiteRegistry,
		BlockNumber, Hash, LocalNetworkId, Moment, OrgId, OrgSet,
	};

	/// How much all items have together.
	fn count_all<I>(items: &[I], of: impl Fn(&I) -> usize) -> u32 {
		items.iter().fold(0u32, |sum, item| sum.saturating_add(of(item).saturated_into()))
	}

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

		/// The inventory: whose the stations are, and who shares them.
		type Sites: SiteRegistry;

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

	/// The digests of the cells of each page.
	#[pallet::storage]
	pub type CellDigests<T> =
		StorageDoubleMap<_, Identity, LocalNetworkId, Identity, u16, types::CellDigests, ValueQuery>;

	/// The digests of pages, so many in a row together: one read or two serve a whole local network.
	#[pallet::storage]
	pub type PageDigests<T> =
		StorageDoubleMap<_, Identity, LocalNetworkId, Identity, u16, types::PageDigests, ValueQuery>;

	/// Number of the next sweep.
	#[pallet::storage]
	pub type NextSweep<T> = StorageValue<_, u32, ValueQuery>;

	/// The sweeps by number.
	#[pallet::storage]
	pub type Sweeps<T> = StorageMap<_, Twox64Concat, u32, Sweep>;

	/// Sweeps that wait for their salt, and the blocks in which they were opened.
	#[pallet::storage]
	pub type Unsalted<T> =
		StorageValue<_, BoundedVec<(u32, BlockNumber), ConstU32<MAX_UNSALTED>>, ValueQuery>;

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

	/// The exports of each company that wait for draws.
	#[pallet::storage]
	pub type Drawing<T> =
		StorageMap<_, Twox64Concat, OrgId, BoundedVec<Waiting, ConstU32<MAX_DRAWING>>, ValueQuery>;

	/// The company that has authored the block before.
	#[pallet::storage]
	pub type LastAuthor<T> = StorageValue<_, OrgId>;

	/// From which export each company has seen a violation that stands open, the latest.
	#[pallet::storage]
	pub type Words<T> = StorageDoubleMap<_, Twox64Concat, u32, Twox64Concat, OrgId, Hash>;

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

	/// Number of the next violation.
	#[pallet::storage]
	pub type NextViolation<T> = StorageValue<_, u32, ValueQuery>;

	/// The violations by number.
	#[pallet::storage]
	pub type Violations<T> = StorageMap<_, Twox64Concat, u32, Violation>;

	/// Violations that stand open in a page.
	#[pallet::storage]
	pub type OpenInPage<T> = StorageDoubleMap<
		_,
		Twox64Concat,
		LocalNetworkId,
		Twox64Concat,
		u16,
		BoundedVec<OpenViolation, ConstU32<MAX_OPEN_IN_PAGE>>,
		ValueQuery,
	>;

	/// How many violations stand open in a local network.
	#[pallet::storage]
	pub type OpenViolations<T> = StorageMap<_, Twox64Concat, LocalNetworkId, u32, ValueQuery>;

	/// What the chain does by itself, by block.
	#[pallet::storage]
	pub type Agenda<T> =
		StorageMap<_, Twox64Concat, BlockNumber, BoundedVec<Due, ConstU32<MAX_DUE>>, ValueQuery>;

	/// First block of the agenda that may have something left.
	#[pallet::storage]
	pub type AgendaFrom<T> = StorageValue<_, BlockNumber, ValueQuery>;

	/// The catalogue of a new chain.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// The parameters, in any order.
		pub parameters: Vec<GenesisParameter>,
		#[serde(skip)]
		#[doc(hidden)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			catalogue::build::<T>(&self.parameters);
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(now: BlockNumberFor<T>) -> Weight {
			let now = now.saturated_into();
			let done = agenda::work::<T>(now, |due| match due {
				Due::Silence { local_network, page } => violations::silent::<T>(local_network, page),
				Due::Sweep(sweep) => sweeps::remove::<T>(sweep),
				Due::Openings { org, root } => exports::overdue::<T>(org, root),
			});
			let salted = sweeps::salt::<T>(now);
			let drawn = exports::draw::<T>(now);
			let removed = scores::forget::<T>();
			coverage::scan::<T>(now);
			T::WeightInfo::salt(salted)
				.saturating_add(T::WeightInfo::due(done))
				.saturating_add(T::WeightInfo::draw(drawn))
				.saturating_add(T::WeightInfo::forget_scores(removed))
				.saturating_add(T::WeightInfo::scan())
		}

		fn integrity_test() {
			let least = [T::MaxSign::get(), T::MaxNetworks::get(), T::MaxTags::get(), T::MaxValues::get()];
			assert!(
				least.into_iter().chain([T::MaxPage::get(), T::MaxPagesOfCells::get()]).all(|most| most > 0),
				"a call takes an item"
			);
			let kept: u32 = T::BlockHashCount::get().saturated_into();
			assert!(kept > 2, "a salt is the hash of the block before the last");
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
		/// rest goes in. What is written is signed by its owner alone: it is provisional until the sharers sign it.
		///
		/// # Errors
		/// Those of the origin; `BadTable`, `UnknownPage`, `TooLarge`.
		///
		/// # Events
		/// `BaselineImported` with all results.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::import(table.len().saturated_into()))]
		pub fn import(
			origin: OriginFor<T>,
			local_network: LocalNetworkId,
			page: u16,
			table: TableBytes,
		) -> DispatchResult {
			let org = Self::engineer(origin, local_network)?;
			Ok(baseline::import::<T>(org, local_network, page, &table)?)
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
		/// `scope` the territory that was read and `observed` the time at which it was. The oldest export of the company that
		/// nothing is asked of gives way.
		///
		/// # Errors
		/// Those of the origin; `AlreadyAnchored`, `EmptyExport`, `ObservedInFuture`, `ObservedTooEarly`, `TooManyExports`.
		///
		/// # Events
		/// `ExportAnchored`.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::anchor_export())]
		pub fn anchor_export(
			origin: OriginFor<T>,
			scope: Scope,
			root: Hash,
			leaves: u32,
			observed: Moment,
		) -> DispatchResult {
			let org = Self::collector(origin, scope)?;
			Ok(exports::anchor::<T>(org, scope, root, leaves, observed)?)
		}

		/// Call for observations of a territory.
		///
		/// # Origin
		/// A collector of a member, with the territory in its scope.
		///
		/// # Details
		/// The sweep has its salt, and so its tags, two blocks later.
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
		/// A tag that is the one that the chain expects attests every page of the local network. Where violations stand
		/// open the tags of pages are needed.
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
			let mut results = BoundedVec::with_bounded_capacity(tags.len());
			let (org, allowed) =
				Self::collector_of(origin, tags.iter().map(|(local_network, _)| *local_network))?;
			let open = sweeps::Open::speak::<T>(org, sweep, export)?;
			for ((local_network, tag), allowed) in tags.into_iter().zip(allowed) {
				let result = match allowed {
					true => testimony::attest_network::<T>(org, &open, local_network, tag),
					false => NetworkResult::Outside,
				};
				// There are no more results than tags.
				let _ = results.try_push((local_network, result));
			}
			Self::deposit_event(Event::NetworksAttested { sweep, org, results });
			Ok(())
		}

		/// Attest pages in a row by their tags.
		///
		/// # Origin
		/// A collector of a member, with the local network in its scope.
		///
		/// # Details
		/// A page whose tag is the expected one is attested. One that differs stands as a difference until it is explained by
		/// `attest_cells` and `attest_values`, or matches.
		///
		/// # Errors
		/// Those of the origin and of `attest_networks`; `OutsideSweep`, `UnknownPage`.
		///
		/// # Events
		/// `PagesAttested` with the pages that differ.
		#[pallet::call_index(6)]
		#[pallet::weight({
			let count = tags.len().saturated_into();
			T::WeightInfo::attest_pages(count, count)
		})]
		pub fn attest_pages(
			origin: OriginFor<T>,
			sweep: u32,
			export: Hash,
			local_network: LocalNetworkId,
			first: u16,
			tags: BoundedVec<Tag, T::MaxTags>,
		) -> DispatchResultWithPostInfo {
			let org = Self::collector(origin, Scope::LocalNetwork(local_network))?;
			let open = sweeps::Open::speak::<T>(org, sweep, export)?;
			let (differing, touched) = testimony::attest_pages::<T>(org, &open, local_network, first, &tags)?;
			let weight = T::WeightInfo::attest_pages(tags.len().saturated_into(), touched);
			let (count, differing) = (tags.len().saturated_into(), BoundedVec::truncate_from(differing));
			Self::deposit_event(Event::PagesAttested { sweep, org, local_network, first, count, differing });
			Ok(Some(weight).into())
		}

		/// Attest all cells of pages by their tags.
		///
		/// # Origin
		/// A collector of a member, with the local network in its scope.
		///
		/// # Details
		/// Each page goes with the revision that was looked at, and the tags of its cells in the order of its table. A page
		/// that was revised since is answered with `Stale`, and is no finding. What is wrong with one page leaves the others
		/// alone.
		///
		/// # Errors
		/// Those of the origin and of `attest_networks`; `OutsideSweep`.
		///
		/// # Events
		/// `CellsAttested` with the cells of each page that differ.
		#[pallet::call_index(7)]
		#[pallet::weight({
			let count = pages.len().saturated_into();
			T::WeightInfo::attest_cells(count, count_all(pages, |page| page.2.len()), count)
		})]
		#[allow(clippy::type_complexity)] // What a client sends, written out for its metadata.
		pub fn attest_cells(
			origin: OriginFor<T>,
			sweep: u32,
			export: Hash,
			local_network: LocalNetworkId,
			pages: BoundedVec<(u16, u32, BoundedVec<Tag, ConstU32<MAX_PAGE_CELLS>>), T::MaxPagesOfCells>,
		) -> DispatchResultWithPostInfo {
			let org = Self::collector(origin, Scope::LocalNetwork(local_network))?;
			let open = sweeps::Open::speak::<T>(org, sweep, export)?;
			let (count, cells) = (pages.len().saturated_into(), count_all(&pages, |page| page.2.len()));
			let pages = pages.iter().map(|(page, revision, tags)| (*page, *revision, tags.as_slice()));
			let (results, touched) = testimony::attest_cells::<T>(org, &open, local_network, pages)?;
			let results = BoundedVec::truncate_from(results);
			Self::deposit_event(Event::CellsAttested { sweep, org, local_network, results });
			Ok(Some(T::WeightInfo::attest_cells(count, cells, touched)).into())
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
		/// open. A page of which anything is refused is left alone, the others are taken.
		///
		/// # Errors
		/// Those of the origin and of `attest_networks`; `OutsideSweep`, `TooManyCells`.
		///
		/// # Events
		/// `ValuesAttested` with a result for each page; `ViolationOpened`, `ViolationSeen`, `ViolationStands`.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::attest_values(pages.len().saturated_into(), count_all(pages, |page| page.2.len())))]
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
		) -> DispatchResult {
			let org = Self::collector(origin, Scope::LocalNetwork(local_network))?;
			ensure!(count_all(&pages, |page| page.2.len()) <= T::MaxValues::get(), Error::<T>::TooManyCells);
			let open = sweeps::Open::speak::<T>(org, sweep, export)?;
			let plain = |(page, revision, cells): (u16, u32, BoundedVec<(u16, BoundedVec<_, _>), _>)| {
				let cells = cells.into_iter().map(|(n, values)| (n, values.into_inner())).collect();
				(page, revision, cells)
			};
			let pages: Vec<testimony::SeenPage> = pages.into_iter().map(plain).collect();
			let results = testimony::attest_values::<T>(org, &open, local_network, &pages)?;
			let results = BoundedVec::truncate_from(results);
			Self::deposit_event(Event::ValuesAttested { sweep, org, local_network, results });
			Ok(())
		}

		/// Name cells that another company has to open from an export that it has testified from.
		///
		/// # Origin
		/// An engineer, collector or auditor of another company, with the cells' local networks in its scope.
		///
		/// # Details
		/// Of stations that the export's company owns or shares or has on its towers, in local networks of which its latest
		/// testimony is from this export. Each company may name so many cells of one export. They are to be opened within
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
		#[pallet::weight(T::WeightInfo::open_cells(openings.len().saturated_into()))]
		pub fn open_cells(
			origin: OriginFor<T>,
			scope: Scope,
			root: Hash,
			openings: BoundedVec<Opening, ConstU32<MAX_OPENINGS>>,
		) -> DispatchResult {
			let org = Self::collector(origin, scope)?;
			let export = Exports::<T>::get(org, root).ok_or(Error::<T>::NotAnchored)?;
			ensure!(export.scope == scope, Error::<T>::OutsideScope);
			let results = BoundedVec::truncate_from(exports::open::<T>(org, &export, &openings));
			Self::deposit_event(Event::CellsOpened { org, root, results });
			Ok(())
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
			Some(pages::network_digest::<T>(local_network, T::Sites::pages(local_network)?))
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
