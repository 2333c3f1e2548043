// SPDX-License-Identifier: Apache-2.0

//! What the pallet keeps.

use frame_support::pallet_macros::pallet_section;

/// The pallet's storage.
#[pallet_section]
mod storage {
	use crate::{
		agenda::{Due, Queues, MAX_DUE},
		changes::types::MAX_CHANGES,
		exports::{Attested, CellFields, NetworkList, Questions, MAX_DRAWING, MAX_EXPORTS},
		notices::NoticeList,
		policy::{FreezeList, HoldingList, RuleList},
		scores::Oldest,
		tallies::{BaselineTally, OpenTally},
		types::{
			self, Catalogue, Difference, ImportTimes, OpenList, PageHead, Settled, Sweep, Testimony,
			MAX_SETTLED, MAX_SWEEPS, MAX_UNSALTED,
		},
		PageSet, MAX_PAGES,
	};

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

	/// When the cells of each station of a page got other values by an import. Unlike a change that was asked for, an import
	/// leaves no trace of the values before.
	#[pallet::storage]
	pub type Imported<T> =
		StorageDoubleMap<_, Identity, LocalNetworkId, Identity, u16, ImportTimes, ValueQuery>;

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

	/// From which export each company has seen a violation that stands open, the latest, and the first bytes of the digest of
	/// the values that it has given of the cell.
	#[pallet::storage]
	pub type Words<T> = StorageMap<
		_,
		Twox64Concat,
		u32,
		BoundedVec<(OrgId, Hash, [u8; 8]), ConstU32<{ trimast_primitives::org::MAX_ORGS as u32 }>>,
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

	/// The values of a page whose violations were confirmed and are restored, and when the network was read then. It is kept
	/// as long as an export may be spoken of that was read before.
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

	/// In which block the violations of a page are looked at next that nobody has confirmed, in the queue of each company.
	#[pallet::storage]
	pub type NextLook<T> = StorageNMap<
		_,
		(NMapKey<Twox64Concat, LocalNetworkId>, NMapKey<Twox64Concat, u16>, NMapKey<Twox64Concat, OrgId>),
		BlockNumber,
	>;

	/// How many violations stand open in a local network.
	#[pallet::storage]
	pub type OpenViolations<T> = StorageMap<_, Twox64Concat, LocalNetworkId, u32, ValueQuery>;

	/// How many violations stand open against each company, by kind and standing.
	#[pallet::storage]
	pub type OpenTallies<T> = StorageMap<_, Twox64Concat, OrgId, OpenTally, ValueQuery>;

	/// How much baseline each local network has.
	#[pallet::storage]
	pub type BaselineTallies<T> = StorageMap<_, Identity, LocalNetworkId, BaselineTally, ValueQuery>;

	/// The latest violations that are over, in rings by who saw them first, one behind the other.
	#[pallet::storage]
	pub type PastViolations<T> = StorageMap<_, Twox64Concat, u32, u32>;

	/// How many violations that each company saw first have come to their end.
	#[pallet::storage]
	pub type PastViolationCounts<T> = StorageValue<
		_,
		frame_support::BoundedBTreeMap<OrgId, u32, ConstU32<{ trimast_primitives::org::MAX_ORGS as u32 }>>,
		ValueQuery,
	>;

	/// The latest notices of changes in a page, who has sent them and in which block they came.
	#[pallet::storage]
	pub type Notices<T> =
		StorageDoubleMap<_, Twox64Concat, LocalNetworkId, Twox64Concat, u16, NoticeList, ValueQuery>;

	/// What the chain does by itself: the queues of each company, by block. That of its orders has another number
	/// (`agenda::orders_of`).
	#[pallet::storage]
	pub type Agenda<T> = StorageDoubleMap<
		_,
		Twox64Concat,
		OrgId,
		Twox64Concat,
		BlockNumber,
		BoundedVec<Due, ConstU32<MAX_DUE>>,
		ValueQuery,
	>;

	/// The queues that there are, in their turn, and the first block in which each may have something left.
	#[pallet::storage]
	pub type AgendaFrom<T> = StorageValue<_, Queues, ValueQuery>;

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

	/// How many requests of each company are open, and emergencies whose violations are not all opened yet.
	#[pallet::storage]
	pub type OpenRequests<T> = StorageMap<_, Twox64Concat, OrgId, u32, ValueQuery>;

	/// The latest requests of each company that are over, in the order of their ends: those that were carried out, and the
	/// others.
	#[pallet::storage]
	pub type Past<T> = StorageDoubleMap<_, Twox64Concat, (OrgId, bool), Twox64Concat, u32, u32>;

	/// How many requests of each company that were carried out, and how many others, have come to their end.
	#[pallet::storage]
	pub type NextPast<T> = StorageMap<_, Twox64Concat, (OrgId, bool), u32, ValueQuery>;

	/// How many of these are forgotten.
	#[pallet::storage]
	pub type FirstPast<T> = StorageMap<_, Twox64Concat, (OrgId, bool), u32, ValueQuery>;

	/// The cross-cell rules in force.
	#[pallet::storage]
	pub type Rules<T> = StorageValue<_, RuleList, ValueQuery>;

	/// The freezes that are set.
	#[pallet::storage]
	pub type Freezes<T> = StorageValue<_, FreezeList, ValueQuery>;

	/// Who holds which PLMN and which spectrum.
	#[pallet::storage]
	pub type Holdings<T> = StorageValue<_, HoldingList, ValueQuery>;
}
