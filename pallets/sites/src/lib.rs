// SPDX-License-Identifier: Apache-2.0

//! The one inventory of stations of all companies, and the comparison of their own books with each other.
//!
//! # Terminology
//!
//! * **Station**: one radio station of one technology, with its owner, its sharers and its site ([`Station`]). Its
//!   number, [`SiteId`], is given once and never again.
//! * **Local network**: a prefecture; the unit in which stations are numbered, found by code and reconciled.
//! * **Page**: up to 64 stations of one local network that are stored, read and countersigned together
//!   ([`trimast_primitives::page`]). A station's code decides its *bucket*, a chain of pages.
//! * **Fields that decide**: owner, sharers, mode, tower company, PLMNs, class, ratings, deadlines: whatever consents
//!   and verdicts later rest on ([`Station::decides_alike`]). The rest (position, county, cells, vendor, tenants,
//!   systems) the owner keeps up to date alone.
//! * **Named**: the companies that stand in a record: owner, sharers, tower company, owner of the backhaul.
//! * **Confirmed**: every company that the record names stands behind it. What is not confirmed is treated as the
//!   strictest class throughout.
//! * **Amendment**: a change that waits for the consents of everybody named before and after.
//! * **Round**: one reconciliation of a local network: commit, reveal, publish ([`rounds`]).
//!
//! # What it guarantees
//!
//! * **One station a code**: within a local network no two stations have the same code, and a station's code and number
//!   never change.
//! * **Nobody writes for another**: a company registers and proposes changes only of what it owns; whether the account
//!   has the role and the place in its scope is checked in every call, however the call was wrapped. Who has registered
//!   the codes of another loses them by a motion of the council, as long as nobody else has signed them.
//! * **Nobody shuts others out**: one owner registers at most half of what a bucket holds, and what it changes alone keeps
//!   nobody's countersignature out.
//! * **No silent change**: the fields that decide change only with the consent of every member that the record names
//!   before and after. Who must consent is computed again when the change is carried out.
//! * **Nothing is shed**: a station that was retired keeps its number and refuses to be registered anew; one that nobody
//!   has countersigned may be corrected by its owner, but no member that it names loses its part, nor a sharer its mode,
//!   without its consent; a change that decides nothing leaves the signatures. What is registered under another code
//!   stands beside the old record and takes nothing from it; that two codes are one mast the chain cannot see, but a
//!   reconciliation shows it.
//! * **Baselines keep their meaning**: where a baseline of a station's cells stands, no record has fewer cells than it, nor
//!   a PLMN in another place.
//! * **Exact subject**: a countersignature is for the digest of a page or a station: code, fields that decide and state.
//!   What has changed and changed back is the same and takes a signature that was on its way. A consent is for the hash
//!   and revision of one proposal. Both are bound to this chain.
//! * **Idempotent import**: the same batch twice changes nothing and says so; a refused record is named with the reason
//!   and does not keep the others out.
//! * **Pages once**: a call reads each page that it needs once and writes each that it changes once.
//! * **Nobody peeks**: in a round all commit before anybody reveals, and all reveal before anybody publishes, except
//!   that the others go on without a company that lets the term pass, which stays visible.
//! * **Bounded**: no hook does anything; no call walks a map; a view answers with a page of items and reads pages by
//!   their numbers.
//!
//! # How it flows
//!
//! ```text
//!                      register, import (owner)
//!                                 │
//!                                 ▼
//!   amend what decides     ┌─────────────┐   countersign (each named, by digest)       ┌───────────┐
//!   nothing (owner) ┌────► │ unconfirmed │ ──────────────────────────────────────────► │ confirmed │
//!   or, unsigned,   └───── └─────────────┘                                             └───────────┘
//!   anything                      │     amend, transfer, retire, restore (owner)             │
//!                                 └──────────────────────────┬───────────────────────────────┘
//!                                                            ▼
//!            withdraw (proposer; all once expired)    ┌─────────────┐   consent (each named before and after)
//!          nothing has changed ◄───────────────────── │  amendment  │ ─────────────────────► carried out, confirmed,
//!                                                     └─────────────┘                        on air or retired
//! ```
//!
//! `reassign`, by the council, leads from whatever only its owner has signed to unconfirmed, signed by nobody.
//!
//! A round of reconciliation is drawn in [`rounds`], what the chain keeps of it in `reconciliation`.
//!
//! # How calls are documented
//!
//! Each call names who may make it, its errors and its events. An origin of another kind is refused with `BadOrigin`,
//! which is not listed.
//!
//! # Example
//!
//! What a company's own systems compute for a round: the pages of its books, their digests, the commitment.
//!
//! ```
//! use trimast_primitives::{inventory::*, page::bucket_of, Hash, LocalNetworkId, OrgId};
//!
//! let (local_network, round, buckets) = (LocalNetworkId(1301), 0, 4u16);
//! let mut pages: Vec<Vec<InventoryRecord>> = vec![Vec::new(); 2 * usize::from(buckets)];
//! # let books: Vec<InventoryRecord> = Vec::new();
//! for record in books {
//!     pages[usize::from(record.page(buckets))].push(record);
//! }
//! let digests: Vec<Digest> = pages.iter().map(|page| inventory_page_digest(page.iter())).collect();
//! let salt = Hash::repeat_byte(7); // from a good source of randomness, kept until the reveal
//! let commitment = inventory_commitment(local_network, round, OrgId(1), &salt, &digests);
//! // commit(local_network, round, commitment), and once all have: reveal(local_network, round, salt, digests)
//! # assert_ne!(commitment, Hash::zero());
//! # assert!(bucket_of(b"HE-0001", buckets) < buckets);
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

extern crate alloc;

mod access;
mod amendments;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod countersign;
mod errors;
mod events;
mod import;
pub mod migrations;
#[cfg(test)]
mod mock;
mod motions;
pub mod page;
mod reconciliation;
mod registry;
mod roster;
pub mod rounds;
mod stations;
mod territory;
#[cfg(test)]
mod tests;
#[cfg(any(test, feature = "try-runtime"))]
mod try_state;
pub mod types;
mod views;
pub mod weights;

pub use amendments::amendment_subject;
#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use pallet::*;
pub use territory::GenesisLocalNetwork;
pub use weights::WeightInfo;

use frame_support::pallet_macros::import_section;
use trimast_primitives::{page::SiteId, site::Station};

/// The inventory of stations.
#[import_section(events::events)]
#[import_section(errors::errors)]
#[frame_support::pallet]
pub mod pallet {
	use super::{
		amendments, countersign, import,
		page::Page,
		reconciliation, territory,
		types::{
			Amendment, CountersignResult, LocalNetwork, OpenList, PageDigests, PageList, PublishedRecords,
			RevealedDigests, MAX_LOCAL_NETWORKS,
		},
		views, GenesisLocalNetwork, SiteId, Station, WeightInfo,
	};
	use crate::rounds::Round;
	use alloc::vec::Vec;
	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::*;
	use sp_runtime::SaturatedConversion;
	use trimast_primitives::{
		access::{Authority, Role},
		apis::{AmendmentView, DifferenceView, LocalNetworkView, ReconciliationView, SiteView},
		interlock::{Baselines, StationListener},
		inventory::{Digest, InventoryRecord, MAX_INVENTORY_PAGE},
		params::Governed,
		site::{ImportResult, StationCode, StationState},
		territory::Position,
		BlockNumber, Hash, LocalNetworkId, OrgId, OrgSet, Text,
	};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// The inventory of stations.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the pallet needs of the runtime.
	#[pallet::config]
	pub trait Config: frame_system::Config<Hash = Hash, RuntimeEvent: From<Event<Self>>> {
		/// Who may do what, and who is a member.
		type Authority: Authority<Self::AccountId>;

		/// The governed parameters: how long amendments and the steps of a round last.
		type Governed: Governed;

		/// What stands in the baseline of the stations' cells.
		type Baselines: Baselines;

		/// Who has to know at once that a station is out of service, or another company's, or shared otherwise.
		type OnChange: StationListener;

		/// Who sets the territory: the council by a motion on rules, which arrives as Root.
		type RulesOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Most records in one import, and most stations in one countersignature of single stations.
		#[pallet::constant]
		type MaxBatch: Get<u32>;

		/// Most pages in one countersignature.
		#[pallet::constant]
		type MaxCountersign: Get<u32>;

		/// What each call weighs.
		type WeightInfo: WeightInfo;

		/// Accounts for benchmarks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: super::BenchmarkHelper<Self::AccountId>;
	}

	/// The local networks by code, ascending.
	#[pallet::storage]
	pub type Territory<T> =
		StorageValue<_, BoundedVec<LocalNetworkId, ConstU32<MAX_LOCAL_NETWORKS>>, ValueQuery>;

	/// Each local network, and how much stands in it.
	#[pallet::storage]
	pub type LocalNetworks<T> = StorageMap<_, Twox64Concat, LocalNetworkId, LocalNetwork>;

	/// The stations, by local network and page. The keys are given by the council and by hashes of codes below a bound
	/// that the council sets, so that nobody can make the trie deep; they stand in it as they are.
	#[pallet::storage]
	pub type Pages<T> = StorageDoubleMap<_, Identity, LocalNetworkId, Identity, u16, Page, ValueQuery>;

	/// Changes that wait for consents, by station.
	#[pallet::storage]
	pub type Amendments<T> = StorageMap<_, Twox64Concat, SiteId, Amendment>;

	/// Indices of the stations that an organisation has proposed to amend, by local network and proposer.
	#[pallet::storage]
	pub type OpenAmendments<T> =
		StorageDoubleMap<_, Twox64Concat, LocalNetworkId, Twox64Concat, OrgId, OpenList, ValueQuery>;

	/// The last round of reconciliation of each local network.
	#[pallet::storage]
	pub type Rounds<T> = StorageMap<_, Twox64Concat, LocalNetworkId, Round>;

	/// Page digests that a party has revealed, the latest.
	#[pallet::storage]
	pub type Revealed<T> =
		StorageDoubleMap<_, Twox64Concat, LocalNetworkId, Twox64Concat, OrgId, RevealedDigests>;

	/// Pages in which the parties that have revealed in the last round differ, ascending.
	#[pallet::storage]
	pub type DifferingPages<T> = StorageMap<_, Twox64Concat, LocalNetworkId, PageList, ValueQuery>;

	/// Records that a party has published of a page, the latest.
	#[pallet::storage]
	pub type Published<T> = StorageNMap<
		_,
		(NMapKey<Twox64Concat, LocalNetworkId>, NMapKey<Twox64Concat, u16>, NMapKey<Twox64Concat, OrgId>),
		PublishedRecords,
	>;

	/// The territory of a new chain.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// The local networks, in any order.
		pub local_networks: Vec<GenesisLocalNetwork>,
		#[serde(skip)]
		#[doc(hidden)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			territory::build::<T>(&self.local_networks);
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			crate::types::check_constants();
			assert!(T::MaxBatch::get() > 0 && T::MaxCountersign::get() > 0, "a call takes at least one item");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_n: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Register a batch of stations or bring them up to date.
		///
		/// # Origin
		/// A planner of the company that the records name as owner, with the local network in its scope.
		///
		/// # Details
		/// Each record has a result of its own: added, unchanged, amended, or refused with the reason while the rest goes
		/// in. The same batch once more changes nothing. A new station is signed by its owner alone: it is unconfirmed
		/// until the others countersign its page. Sort a batch by bucket where possible: it touches fewer pages and
		/// weighs less.
		///
		/// # Errors
		/// `UnknownAccount`, `OrgNotActive`, `MissingRole`, `OutsideScope`; `UnknownLocalNetwork`. What is wrong with a
		/// record is in its result.
		///
		/// # Events
		/// `Imported` with all results.
		#[pallet::call_index(0)]
		#[pallet::weight(import::most_weight::<T>(stations.len()))]
		pub fn import(
			origin: OriginFor<T>,
			local_network: LocalNetworkId,
			stations: BoundedVec<Station, T::MaxBatch>,
		) -> DispatchResultWithPostInfo {
			let org = Self::planner(origin, local_network)?;
			let weight = import::import::<T>(org, local_network, stations)?;
			Ok(Some(weight).into())
		}

		/// Register one station or bring it up to date.
		///
		/// # Origin
		/// A planner of the company that the record names as owner, with the local network in its scope.
		///
		/// # Details
		/// As `import` of one record, but a refusal is an error.
		///
		/// # Errors
		/// `UnknownAccount`, `OrgNotActive`, `MissingRole`, `OutsideScope`; `UnknownLocalNetwork`; a defect of the
		/// record (`BadCode`, `BadSharers`, `BadTowerSite`, `BadPlmns`, `BadPosition`, `BadCounty`, `BadCells`,
		/// `BadVendor`); `NotOwner`, `OwnedByAnother`, `Retired`, `AmendmentOpen`, `UnknownOrg`, `NeedsConsent`,
		/// `FewerCells`, `PlmnsFixed`, `TooManyInBucket`, `BucketFull`.
		///
		/// # Events
		/// `Registered` with the station's number and what became of the record.
		#[pallet::call_index(1)]
		#[pallet::weight(import::most_weight::<T>(1))]
		pub fn register(
			origin: OriginFor<T>,
			local_network: LocalNetworkId,
			station: Station,
		) -> DispatchResultWithPostInfo {
			let org = Self::planner(origin, local_network)?;
			let weight = import::register::<T>(org, local_network, station)?;
			Ok(Some(weight).into())
		}

		/// Change a station's record.
		///
		/// # Origin
		/// A planner of the owner with the local network in its scope. When the owner has left the federation: of any
		/// company that the record names.
		///
		/// # Details
		/// What decides nothing changes at once, and so does everything in a station that is unconfirmed and signed by
		/// nobody but its owner, as long as every member keeps its part: a sharer shares it, in the same mode. The rest opens
		/// an amendment, or writes the open one anew and voids the consents to it. The proposer's own consent counts as
		/// given; if no other is needed the change is carried out at once. Where a baseline of the station's cells stands,
		/// PLMNs are only added behind the others, and no fewer cells remain than it has.
		///
		/// # Errors
		/// `UnknownAccount`, `OrgNotActive`, `MissingRole`, `OutsideScope`; a defect of the record (`BadCode`,
		/// `BadSharers`, `BadTowerSite`, `BadPlmns`, `BadPosition`, `BadCounty`, `BadCells`, `BadVendor`); `NotFound`,
		/// `NotOwner`, `Retired`, `CodeFixed`, `NothingToChange`, `UnknownOrg`, `FewerCells`, `PlmnsFixed`,
		/// `AmendmentOpen`, `AlreadyProposed`, `TooManyAmendments`.
		///
		/// # Events
		/// `Amended` or `AmendmentProposed`, or both when no consent but the proposer's is needed.
		#[pallet::call_index(2)]
		#[pallet::weight(amendments::at_most::<T>(T::WeightInfo::amend()))]
		pub fn amend(origin: OriginFor<T>, id: SiteId, station: Station) -> DispatchResultWithPostInfo {
			let org = Self::planner(origin, id.local_network)?;
			amendments::amend::<T>(org, id, station)
		}

		/// Propose that another carrier owns a station.
		///
		/// # Origin
		/// A planner of the owner with the local network in its scope. When the owner has left the federation: of any
		/// company that the record names.
		///
		/// # Details
		/// The owner and the sharer `to` change places; an exclusive station goes over to `to`. An owner that has left
		/// the federation does not stay as a sharer; where none is left, the station is exclusive. Opens an amendment.
		///
		/// # Errors
		/// `UnknownAccount`, `OrgNotActive`, `MissingRole`, `OutsideScope`; `NotFound`, `NotOwner`, `Retired`,
		/// `NothingToChange`, `NotSharer`, `UnknownOrg`, `AmendmentOpen`, `AlreadyProposed`, `TooManyAmendments`.
		///
		/// # Events
		/// `AmendmentProposed`, and `Amended` when no consent but the proposer's is needed.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::amend().saturating_add(T::OnChange::told_weight()))]
		pub fn transfer(origin: OriginFor<T>, id: SiteId, to: OrgId) -> DispatchResult {
			let org = Self::planner(origin, id.local_network)?;
			amendments::transfer::<T>(org, id, to)
		}

		/// Propose that a station goes out of service.
		///
		/// # Origin
		/// A planner of the owner with the local network in its scope. When the owner has left the federation: of any
		/// company that the record names.
		///
		/// # Details
		/// Opens an amendment that every member which the record names must consent to. The station keeps its number, its
		/// code and its history.
		///
		/// # Errors
		/// `UnknownAccount`, `OrgNotActive`, `MissingRole`, `OutsideScope`; `NotFound`, `NotOwner`, `Retired`,
		/// `AmendmentOpen`, `AlreadyProposed`, `TooManyAmendments`.
		///
		/// # Events
		/// `AmendmentProposed`, and `Amended` when no other member is named.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::amend().saturating_add(T::OnChange::told_weight()))]
		pub fn retire(origin: OriginFor<T>, id: SiteId) -> DispatchResult {
			let org = Self::planner(origin, id.local_network)?;
			amendments::set_state::<T>(org, id, StationState::Retired)
		}

		/// Propose that a retired station comes back into service as it was.
		///
		/// # Origin
		/// A planner of the owner with the local network in its scope. When the owner has left the federation: of any
		/// company that the record names.
		///
		/// # Details
		/// Opens an amendment that every member which the record names must consent to.
		///
		/// # Errors
		/// `UnknownAccount`, `OrgNotActive`, `MissingRole`, `OutsideScope`; `NotFound`, `NotOwner`, `NotRetired`,
		/// `AmendmentOpen`, `AlreadyProposed`, `TooManyAmendments`.
		///
		/// # Events
		/// `AmendmentProposed`, and `Amended` when no other member is named.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::amend().saturating_add(T::OnChange::told_weight()))]
		pub fn restore(origin: OriginFor<T>, id: SiteId) -> DispatchResult {
			let org = Self::planner(origin, id.local_network)?;
			amendments::set_state::<T>(org, id, StationState::OnAir)
		}

		/// Consent to an amendment.
		///
		/// # Origin
		/// A planner of a member that the record names before or after, with the local network in its scope.
		///
		/// # Details
		/// The consent is to exactly `subject` (see `amendment_subject`) and `revision`. Who must consent is computed
		/// anew; when all have, the change is carried out. If a company that was waited for has left meanwhile, whoever
		/// has consented calls again to have it carried out.
		///
		/// # Errors
		/// `UnknownAccount`, `OrgNotActive`, `MissingRole`, `OutsideScope`; `NoAmendment`, `Expired`, `OtherSubject`,
		/// `NotRequired`, `AlreadyGiven`, `UnknownOrg` when a company that the change names anew is not a member any
		/// more; `FewerCells`, `PlmnsFixed` when it does not go with a baseline that was written meanwhile.
		///
		/// # Events
		/// `Consented`, and `Amended` when it was the last one; `Amended` alone when the call only has the change
		/// carried out.
		#[pallet::call_index(6)]
		#[pallet::weight(amendments::at_most::<T>(T::WeightInfo::consent()))]
		pub fn consent(origin: OriginFor<T>, id: SiteId, subject: Hash, revision: u32) -> DispatchResult {
			let org = Self::planner(origin, id.local_network)?;
			amendments::consent::<T>(org, id, subject, revision)
		}

		/// Drop an amendment.
		///
		/// # Origin
		/// A planner of the company that proposed it, with the local network in its scope; of any company once it has
		/// expired.
		///
		/// # Details
		/// The station stays as it is.
		///
		/// # Errors
		/// `UnknownAccount`, `OrgNotActive`, `MissingRole`, `OutsideScope`; `NoAmendment`, `NotProposer`.
		///
		/// # Events
		/// `AmendmentWithdrawn`.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::withdraw())]
		pub fn withdraw(origin: OriginFor<T>, id: SiteId) -> DispatchResult {
			let org = Self::planner(origin, id.local_network)?;
			amendments::withdraw::<T>(org, id)
		}

		/// Stand behind every station of some pages that names the signer's company.
		///
		/// # Origin
		/// A planner of the company, with the local network in its scope.
		///
		/// # Details
		/// Each page goes with the digest of what was looked at: codes, fields that decide, states. A page that is another
		/// now is refused by name, the rest is taken. Neither signatures nor what an owner changes without consent in a
		/// confirmed station changes a page's digest, so companies may countersign at the same time.
		///
		/// # Errors
		/// `UnknownAccount`, `OrgNotActive`, `MissingRole`, `OutsideScope`; `UnknownLocalNetwork`. What is wrong with a
		/// page is in its result.
		///
		/// # Events
		/// `Countersigned` with a result for each page.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::countersign(pages.len().saturated_into()))]
		pub fn countersign(
			origin: OriginFor<T>,
			local_network: LocalNetworkId,
			pages: BoundedVec<(u16, Hash), T::MaxCountersign>,
		) -> DispatchResult {
			let org = Self::planner(origin, local_network)?;
			Ok(countersign::countersign::<T>(org, local_network, pages)?)
		}

		/// Add a local network to the territory, or change its name, centre or buckets.
		///
		/// # Origin
		/// `RulesOrigin`: the council by a motion on rules, which arrives as Root.
		///
		/// # Details
		/// A local network has four digits, the first two those of a province in GB/T 2260. The runtime knows the
		/// provinces; only local networks are governed. The number of buckets is fixed once stations stand in it.
		///
		/// # Errors
		/// `BadLocalNetwork`, `BucketsFixed`, `TooManyLocalNetworks`.
		///
		/// # Events
		/// `LocalNetworkSet`.
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::set_local_network())]
		pub fn set_local_network(
			origin: OriginFor<T>,
			id: LocalNetworkId,
			name: Text<ConstU32<64>>,
			centre: Position,
			buckets: u16,
		) -> DispatchResult {
			T::RulesOrigin::ensure_origin(origin)?;
			Ok(territory::set::<T>(id, name, centre, buckets)?)
		}

		/// Remove a local network that holds no station and was never reconciled.
		///
		/// # Origin
		/// `RulesOrigin`: the council by a motion on rules, which arrives as Root.
		///
		/// # Details
		/// Stations are never removed, so this corrects a mistake and does nothing else.
		///
		/// # Errors
		/// `UnknownLocalNetwork`, `NotEmpty`.
		///
		/// # Events
		/// `LocalNetworkRemoved`.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::remove_local_network())]
		pub fn remove_local_network(origin: OriginFor<T>, id: LocalNetworkId) -> DispatchResult {
			T::RulesOrigin::ensure_origin(origin)?;
			Ok(territory::remove::<T>(id)?)
		}

		/// Open a round of reconciliation.
		///
		/// # Origin
		/// A planner or an auditor of a member, with the local network in its scope.
		///
		/// # Details
		/// Every member with a council seat is asked to take part. One round at a time: see `rounds` for when it is over.
		///
		/// # Errors
		/// `UnknownAccount`, `OrgNotActive`, `MissingRole`, `OutsideScope`; `UnknownLocalNetwork`, `RoundOpen`,
		/// `TooFewParties`.
		///
		/// # Events
		/// `RoundOpened`.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::open_reconciliation())]
		pub fn open_reconciliation(origin: OriginFor<T>, local_network: LocalNetworkId) -> DispatchResult {
			let org = Self::authorise(origin, &[Role::Planner, Role::Auditor], local_network)?;
			Ok(reconciliation::open::<T>(org, local_network)?)
		}

		/// Commit to one's own books of a local network.
		///
		/// # Origin
		/// A planner of a party, with the local network in its scope. Once a round.
		///
		/// # Details
		/// The commitment is `inventory_commitment` over a salt and all page digests; it shows nothing of them. When the
		/// last party has committed, the reveals begin.
		///
		/// # Errors
		/// `UnknownAccount`, `OrgNotActive`, `MissingRole`, `OutsideScope`; `NoRound`, `OtherRound`, `NotParty`,
		/// `OtherStep`, `DeadlinePassed`, `AlreadyDone`.
		///
		/// # Events
		/// `Committed`.
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::commit())]
		pub fn commit(
			origin: OriginFor<T>,
			local_network: LocalNetworkId,
			round: u32,
			commitment: Hash,
		) -> DispatchResult {
			let org = Self::planner(origin, local_network)?;
			Ok(reconciliation::commit::<T>(org, local_network, round, commitment)?)
		}

		/// Reveal the page digests that one has committed to.
		///
		/// # Origin
		/// A planner of a party that has committed, with the local network in its scope. Once a round.
		///
		/// # Details
		/// Only after all have committed, or the term for it is over and two have. The chain notes in which pages those
		/// who have revealed differ.
		///
		/// # Errors
		/// `UnknownAccount`, `OrgNotActive`, `MissingRole`, `OutsideScope`; `NoRound`, `OtherRound`, `NotParty`,
		/// `TooFewParties`, `OtherStep`, `DeadlinePassed`, `StepMissed`, `AlreadyDone`, `WrongLength`,
		/// `WrongCommitment`.
		///
		/// # Events
		/// `Revealed`.
		#[pallet::call_index(13)]
		#[pallet::weight(T::WeightInfo::reveal(digests.len().div_ceil(2).saturated_into()))]
		pub fn reveal(
			origin: OriginFor<T>,
			local_network: LocalNetworkId,
			round: u32,
			salt: Hash,
			digests: PageDigests,
		) -> DispatchResult {
			let org = Self::planner(origin, local_network)?;
			Ok(reconciliation::reveal::<T>(org, local_network, round, salt, digests)?)
		}

		/// Publish the records of a page in which the parties differ.
		///
		/// # Origin
		/// A planner of a party that has revealed, with the local network in its scope. Once a page and round.
		///
		/// # Details
		/// Only after all have revealed, or the term for it is over and two have. A page for records without a common code
		/// may be published even if the digests agree. The records stay in the block; the chain keeps the key and the
		/// digest of each.
		///
		/// # Errors
		/// `UnknownAccount`, `OrgNotActive`, `MissingRole`, `OutsideScope`; `NoRound`, `OtherRound`, `NotParty`,
		/// `TooFewParties`, `OtherStep`, `StepMissed`, `NothingToPublish`, `AlreadyDone`, `WrongPage`, `WrongRecords`.
		///
		/// # Events
		/// `Published`.
		#[pallet::call_index(14)]
		#[pallet::weight(T::WeightInfo::publish(records.len().saturated_into()))]
		pub fn publish(
			origin: OriginFor<T>,
			local_network: LocalNetworkId,
			round: u32,
			page: u16,
			records: BoundedVec<InventoryRecord, ConstU32<MAX_INVENTORY_PAGE>>,
		) -> DispatchResult {
			let org = Self::planner(origin, local_network)?;
			Ok(reconciliation::publish::<T>(org, local_network, round, page, &records)?)
		}

		/// Give a station that nobody but its owner has signed to another carrier.
		///
		/// # Origin
		/// `RulesOrigin`: the council by a motion on rules, which arrives as Root.
		///
		/// # Details
		/// For codes that one carrier has registered and that are another's. `station` is the whole record as it becomes; it
		/// names the new owner. Nobody has signed it, so it is unconfirmed until all that it names countersign it, its owner
		/// too. A retired station is in service again. An open amendment is dropped. The bound on one owner's stations in
		/// a bucket is not asked.
		///
		/// # Errors
		/// A defect of the record (`BadCode`, `BadSharers`, `BadTowerSite`, `BadPlmns`, `BadPosition`, `BadCounty`,
		/// `BadCells`, `BadVendor`); `NotFound`, `CodeFixed`, `NothingToChange` when it has this owner already,
		/// `Countersigned` when anyone but the owner has signed it, `UnknownOrg`, `FewerCells`, `PlmnsFixed`.
		///
		/// # Events
		/// `Reassigned`.
		#[pallet::call_index(15)]
		#[pallet::weight(amendments::at_most::<T>(T::WeightInfo::reassign()))]
		pub fn reassign(origin: OriginFor<T>, id: SiteId, station: Station) -> DispatchResult {
			T::RulesOrigin::ensure_origin(origin)?;
			amendments::reassign::<T>(id, station)
		}

		/// Stand behind single stations that name the signer's company.
		///
		/// # Origin
		/// A planner of the company, with the local network in its scope.
		///
		/// # Details
		/// As `countersign`, for stations in pages that change faster than they can be signed: each goes by its index with
		/// the digest of what was looked at (`station_digest`), and what else stands in its page does not matter. A station
		/// that is another now is refused by name, the rest is taken.
		///
		/// # Errors
		/// `UnknownAccount`, `OrgNotActive`, `MissingRole`, `OutsideScope`; `UnknownLocalNetwork`. What is wrong with a
		/// station is in its result.
		///
		/// # Events
		/// `StationsCountersigned` with a result for each station.
		#[pallet::call_index(16)]
		#[pallet::weight(T::WeightInfo::countersign_stations(stations.len().saturated_into()))]
		pub fn countersign_stations(
			origin: OriginFor<T>,
			local_network: LocalNetworkId,
			stations: BoundedVec<(u32, Hash), T::MaxBatch>,
		) -> DispatchResult {
			let org = Self::planner(origin, local_network)?;
			Ok(countersign::countersign_stations::<T>(org, local_network, stations)?)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// Local networks, by code, after the one given.
		pub fn local_networks(after: Option<LocalNetworkId>, limit: u32) -> Vec<LocalNetworkView> {
			views::local_networks::<T>(after, limit)
		}

		/// Stations of a local network, by index, from the one given.
		pub fn stations(local_network: LocalNetworkId, from: u32, limit: u32) -> Vec<SiteView> {
			views::stations::<T>(local_network, from, limit)
		}

		/// One station by number.
		pub fn station(id: SiteId) -> Option<SiteView> {
			views::station::<T>(id)
		}

		/// One station by its code.
		pub fn find(local_network: LocalNetworkId, code: StationCode) -> Option<SiteView> {
			views::find::<T>(local_network, &code)
		}

		/// The digest of a page, as countersigned.
		pub fn page_digest(local_network: LocalNetworkId, page: u16) -> Option<Hash> {
			views::page_digest::<T>(local_network, page)
		}

		/// The digest of one station, as countersigned on its own.
		pub fn station_digest(id: SiteId) -> Option<Hash> {
			views::station_digest::<T>(id)
		}

		/// Amendments that wait for consents, by station, after the one given.
		pub fn amendments(after: Option<SiteId>, limit: u32) -> Vec<AmendmentView> {
			views::amendments::<T>(after, limit)
		}

		/// How far the reconciliation of a local network is.
		pub fn reconciliation(local_network: LocalNetworkId) -> Option<ReconciliationView> {
			views::reconciliation::<T>(local_network)
		}

		/// Page digests that a party has revealed in the last round, by page number, from the one given.
		pub fn revealed_digests(
			local_network: LocalNetworkId,
			org: OrgId,
			from: u16,
			limit: u32,
		) -> Vec<Digest> {
			views::revealed_digests::<T>(local_network, org, from, limit)
		}

		/// Records of one page in which the parties differ, side by side.
		pub fn differences(local_network: LocalNetworkId, page: u16) -> Vec<DifferenceView> {
			views::differences::<T>(local_network, page)
		}
	}
}
