// SPDX-License-Identifier: Apache-2.0

//! What the pallet stores, beyond the types that every part of Trimast shares.

use crate::exports::Said;
use crate::lists;
use crate::page_set::{PageSet, MAX_PAGES};
use crate::violations::kinds::Kind;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use trimast_primitives::{
	access::Scope,
	cells::{
		catalogue::{Parameter, ValueDefect},
		digest::{SweepKey, CHUNK_PAGES},
		CellId, ParamId, ParamKey, MAX_PAGE_CELLS,
	},
	org::MAX_ORGS,
	page::PAGE_SLOTS,
	site::MAX_CELLS,
	BlockNumber, Hash, Moment, OrgId, OrgSet,
};

/// Most parameters of the catalogue.
pub const MAX_PARAMETERS: u32 = 128;

/// The parameters in the order of their numbers.
pub type Parameters = BoundedVec<(ParamId, Parameter), ConstU32<MAX_PARAMETERS>>;

/// Digests of the cells of one page, in the order of its table.
pub type CellDigests = BoundedVec<Hash, ConstU32<MAX_PAGE_CELLS>>;

/// Digests of so many pages in a row; zero where a page has no baseline.
pub type PageDigests = BoundedVec<Hash, ConstU32<{ CHUNK_PAGES as u32 }>>;

/// Digests of the chunks of one local network; zero where a chunk has no baseline.
pub type ChunkDigests = BoundedVec<Hash, ConstU32<{ MAX_PAGES.div_ceil(CHUNK_PAGES as u32) }>>;

/// The catalogue: what is watched, and since which version of it.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug, Default,
)]
pub struct Catalogue {
	/// Counts its changes.
	pub version: u32,
	/// Its parameters.
	pub parameters: Parameters,
}

impl Catalogue {
	/// A parameter by its number.
	pub fn get(&self, id: ParamId) -> Option<&Parameter> {
		let found = self.parameters.binary_search_by_key(&id, |(id, _)| *id).ok()?;
		self.parameters.get(found).map(|(_, parameter)| parameter)
	}
}

/// When imports have changed the station in each slot of a page.
pub type ImportTimes = BoundedVec<StationImports, ConstU32<PAGE_SLOTS>>;

/// When cells of a station got other values by an import, the last time; 0 where none did.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug, Default,
)]
pub struct StationImports {
	/// All of them at once.
	pub all: Moment,
	/// Each by itself.
	pub cells: BoundedVec<Moment, ConstU32<{ MAX_CELLS as u32 }>>,
}

impl StationImports {
	/// When a cell did.
	pub fn of(&self, cell: u8) -> Moment {
		self.all.max(self.cells.get(usize::from(cell)).copied().unwrap_or(0))
	}

	/// When any of them did.
	pub(crate) fn last(&self) -> Moment {
		self.cells.iter().copied().fold(self.all, Moment::max)
	}

	/// These of so many cells have other values now.
	pub(crate) fn note(&mut self, differing: &[u8], cells: u8, now: Moment) {
		if (0..cells).all(|cell| differing.contains(&cell)) {
			*self = Self { all: now, cells: BoundedVec::new() };
			return;
		}
		for cell in differing {
			lists::put(&mut self.cells, (*cell).into(), now);
		}
	}
}

/// What is known of a page's baseline beside its values.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug, Default,
)]
pub struct PageHead {
	/// Counts the changes of its values.
	pub revision: u32,
	/// Version of the catalogue under which it was last written.
	pub catalogue: u32,
	/// Block of the last change.
	pub changed: BlockNumber,
	/// Who stands behind the values of the station in each slot.
	pub signed: BoundedVec<OrgSet, ConstU32<PAGE_SLOTS>>,
	/// How many cells the station in each slot has.
	pub cells: BoundedVec<u8, ConstU32<PAGE_SLOTS>>,
	/// Revision since which cells have their places: as many stand in each slot since.
	pub laid_out: u32,
	/// Block since which nobody had attested its values: that of its first cells, or of the change that has made them others
	/// than those that somebody had attested last.
	pub unattested: BlockNumber,
}

impl PageHead {
	/// How many cells the station in `slot` has.
	pub fn cells(&self, slot: usize) -> u8 {
		self.cells.get(slot).copied().unwrap_or(0)
	}

	/// Whether cells have the places that they had at a revision.
	pub(crate) fn is_laid_out_as(&self, revision: u32) -> bool {
		(self.laid_out..=self.revision).contains(&revision)
	}

	/// The place in the table of a cell of the station in `slot`.
	pub(crate) fn position(&self, slot: usize, cell: u8) -> Option<u16> {
		let before =
			self.cells.iter().take(slot).fold(0u16, |sum, count| sum.saturating_add((*count).into()));
		(cell < self.cells(slot)).then(|| before.saturating_add(cell.into()))
	}

	/// Who stands behind the values of the station in `slot`.
	pub fn signed(&self, slot: usize) -> OrgSet {
		self.signed.get(slot).copied().unwrap_or_default()
	}

	/// Notes who does.
	pub(crate) fn set_signed(&mut self, slot: usize, orgs: OrgSet) {
		lists::put(&mut self.signed, slot, orgs);
	}
}

/// What became of a station's cells in an import.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum BaselineResult {
	/// They stand there now, signed by their owner alone.
	Written,
	/// They stood there already.
	Unchanged,
	/// Refused, the rest of the call was taken.
	Refused(BaselineRefusal),
	/// The station is retired, and its cells stand in the baseline no more.
	Removed,
}

/// Why a station's cells are refused.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum BaselineRefusal {
	/// No station stands in this slot.
	NotFound,
	/// Another company owns it.
	NotOwner,
	/// It is retired: an import that has no cells of it takes out what stands there.
	Retired,
	/// It has fewer cells than that by its record.
	TooManyCells,
	/// Another company has signed its baseline: it changes through the workflow alone.
	Countersigned,
	/// A violation stands open there: set the network right, or ask for the change.
	ViolationOpen {
		/// The violation.
		id: u32,
	},
	/// A value of this cell.
	Value {
		/// The cell.
		cell: u8,
		/// The parameter.
		key: ParamKey,
		/// What is wrong with it.
		defect: KeyDefect,
	},
	/// A value is the station's, and this cell does not have that of the first one.
	CellsDiffer {
		/// The cell.
		cell: u8,
		/// The parameter.
		key: ParamKey,
	},
	/// This cell would change, and an energy-saving window in which it sleeps or stands in for another runs now.
	EnergyWindow {
		/// The cell.
		cell: u8,
	},
}

/// Why a value of a key is refused.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum KeyDefect {
	/// The catalogue has no such parameter.
	UnknownParameter,
	/// The station has no such PLMN, the cell cannot have so many neighbours or frequencies, or the parameter has one value
	/// alone.
	NoSuchPlace,
	/// Cells of this technology do not have the parameter.
	Technology,
	/// The value does not belong to the parameter's domain.
	Domain,
	/// The value is further from the present one than one change may go; or it has a greatest step and is taken away, and
	/// others of the cell, or of the neighbour or frequency whose value it is, stay.
	Step,
}

impl From<ValueDefect> for KeyDefect {
	fn from(defect: ValueDefect) -> Self {
		match defect {
			ValueDefect::Technology => Self::Technology,
			ValueDefect::Domain => Self::Domain,
			ValueDefect::Step => Self::Step,
		}
	}
}

/// What became of one page of a countersignature.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum SignResult {
	/// So many stations carry the company's signature that did not before. Zero when it had signed already.
	Signed(u32),
	/// No baseline stands there of a station of that owner which names the company.
	NotFound,
	/// It is not what was signed: it has changed meanwhile, or was another. Look at it again.
	OtherDigest,
}

/// Most sweeps that wait for their salt.
pub const MAX_UNSALTED: u32 = 64;
/// Most of them that one company has opened.
pub const MAX_OWN_UNSALTED: u32 = 8;
/// Most sweeps of one company that stand.
pub const MAX_SWEEPS: u32 = 1_024;
/// Most violations that stand open in one page.
pub const MAX_OPEN_IN_PAGE: u32 = 256;
/// Most of them that one company saw first, or that its emergencies have opened, so that it keeps no other out: a third.
pub const MAX_OPEN_OF_COMPANY: u32 = 85;
/// Most values of one page of which it is kept when they were last seen as restored; the earliest gives way.
pub const MAX_SETTLED: u32 = 256;

/// A call for observations of a territory.
#[derive(Encode, Decode, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct Sweep {
	/// Who opened it.
	pub opener: OrgId,
	/// Which territory.
	pub scope: Scope,
	/// In which block.
	pub opened: BlockNumber,
	/// Last block that takes observations.
	pub closes: BlockNumber,
	/// The key of its tags, once it is salted.
	pub key: Option<SweepKey>,
}

/// What a company has attested of a local network in its latest sweep there.
#[derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct Testimony {
	/// In which sweep.
	pub sweep: u32,
	/// From which export.
	pub export: Hash,
	/// When the network was read, as the company says.
	pub observed: Moment,
	/// Block of the last word.
	pub at: BlockNumber,
	/// Pages that are as the baseline says now: a page that has changed since is none of them.
	pub matching: PageSet,
	/// Pages that differed when the company has last spoken of them, in this sweep or an earlier one.
	pub differing: PageSet,
	/// Those of them of which it has not given the values of every cell that differs.
	pub unexplained: PageSet,
}

/// A page that a company has seen otherwise than the baseline. It stands until the company has seen it as the baseline
/// says.
#[derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct Difference {
	/// In which sweep.
	pub sweep: u32,
	/// From which export.
	pub export: Hash,
	/// Revision of the page then; the one before, where the company has not named the cells and may have looked at that.
	pub revision: u32,
	/// Since which block it has not been explained.
	pub since: BlockNumber,
	/// The cells that are not explained yet, by their places in the table; none as long as the company has not named them.
	pub cells: Option<BoundedVec<u16, ConstU32<MAX_PAGE_CELLS>>>,
	/// The cells that are explained, by their places in the table, and the first bytes of the digest of the values that
	/// the company has given.
	pub given: BoundedVec<(u16, [u8; 8]), ConstU32<MAX_PAGE_CELLS>>,
	/// The cells that the company has not seen, by their places in the table: of these it says nothing.
	pub unseen: BoundedVec<u16, ConstU32<MAX_PAGE_CELLS>>,
}

impl Difference {
	/// Nothing was said to differ.
	pub(crate) fn of_nothing(sweep: u32, export: Hash, revision: u32) -> Self {
		let (cells, given, unseen) = (Some(BoundedVec::new()), BoundedVec::new(), BoundedVec::new());
		Self { sweep, export, revision, since: 0, cells, given, unseen }
	}

	/// Whether the company has given the values of every cell that differs.
	pub fn is_explained(&self) -> bool {
		self.cells.as_ref().is_some_and(|cells| cells.is_empty())
	}

	/// Whether all that the company has seen of the page was as the baseline says, and it has not seen all.
	pub fn is_partial(&self) -> bool {
		self.is_explained() && self.given.is_empty()
	}
}

/// How far a violation is believed.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
)]
pub enum Standing {
	/// On one company's word.
	Alleged,
	/// A second company has seen it too, or the accused itself, or it has kept silent.
	Confirmed,
	/// Another company has seen the approved value, in an export that is not doubted.
	Contested,
}

/// Why a violation is over.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum Closing {
	/// Another company than the offender has seen the approved value since.
	Restored,
	/// Who had alleged it has seen the approved value since, and nobody else had seen it.
	TakenBack,
	/// What was seen is the approved value since.
	Approved,
	/// Another company has seen the approved value, or nobody's word counts that has seen it, and for a term nobody has said
	/// it again.
	NotRepeated,
	/// The cell has no baseline any more: its station is retired, or a change has taken its values away.
	Removed,
}

/// A company's word that it has seen the approved value, the latest.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct Denied {
	/// The company.
	pub org: OrgId,
	/// From which export.
	pub export: Hash,
	/// When the network was read.
	pub observed: Moment,
	/// What it has said of the cell. The row is judged by it as long as this word stands, whatever the company says of the
	/// page later.
	pub said: Said,
}

/// A value in the network that is not the approved one.
#[derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct Violation {
	/// The cell.
	pub cell: CellId,
	/// The parameter.
	pub key: ParamKey,
	/// What kind of violation it is. It is fixed once the violation is confirmed, and counted as that.
	pub kind: Kind,
	/// The request that has to do with it, if any.
	pub request: Option<u32>,
	/// The approved value, if there is one.
	pub approved: Option<i64>,
	/// The value that was seen last by another company than the accused; the accused's own while it alone has seen it.
	pub observed: Option<i64>,
	/// When the network was read in which another company has seen that value; none while the accused alone has.
	pub shown: Option<Moment>,
	/// Who answers for it.
	pub against: OrgId,
	/// Who saw it first.
	pub accuser: OrgId,
	/// Everybody who has seen it.
	pub witnesses: OrgSet,
	/// Who has seen the approved value since.
	pub deniers: OrgSet,
	/// From which exports they have, as long as it stands open.
	pub denials: BoundedVec<Denied, ConstU32<{ MAX_ORGS as u32 }>>,
	/// When the network was read in which it was seen first: until it is confirmed, what another has read later contests it.
	pub since: Moment,
	/// When the network was read in which it was seen last: only what was read later takes it back, or shows it restored.
	pub last: Moment,
	/// Block in which it was opened.
	pub opened: BlockNumber,
	/// Block in which it was seen last.
	pub seen: BlockNumber,
	/// Since which block an answer is waited for: of the accused while it is alleged, of who has seen it while it is
	/// contested.
	pub asked: BlockNumber,
	/// How far it is believed.
	pub standing: Standing,
	/// When and why it is over.
	pub closed: Option<(BlockNumber, Closing)>,
}

/// A value of a page of which a violation was confirmed, and that was seen as approved since by another than the offender.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct Settled {
	/// Slot of the station.
	pub slot: u8,
	/// The cell.
	pub cell: u8,
	/// The parameter.
	pub key: ParamKey,
	/// Whose word that was: what was read no later is no sighting any more, unless its export is doubted.
	pub denied: Denied,
}

/// A violation that stands open in a page: where, against whom, and its number.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct OpenViolation {
	/// Slot of the station.
	pub slot: u8,
	/// The cell.
	pub cell: u8,
	/// The parameter.
	pub key: ParamKey,
	/// Who answers for it.
	pub against: OrgId,
	/// Who saw it first.
	pub accuser: OrgId,
	/// The violation's number.
	pub id: u32,
}

/// The violations that stand open in a page.
pub type OpenList = BoundedVec<OpenViolation, ConstU32<MAX_OPEN_IN_PAGE>>;

/// What became of the tag of a local network.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum NetworkResult {
	/// All of it is as the baseline says.
	Matches,
	/// Something is not: send the tags of its pages.
	Differs,
	/// Violations stand open in it, which only the tags of their pages can close: send them.
	HasOpenViolations,
	/// The company has said of pages that they differ, which only their tags can take back: send them.
	HasDifferences,
	/// The territory of the sweep, or of the account, does not have it.
	Outside,
}

/// What became of the tags of a page's cells.
#[derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub enum CellsResult {
	/// So many cells are not as the baseline says now: send their values. Of a page with a station that the company is party
	/// to, those of such stations.
	Differ(BoundedVec<u16, ConstU32<MAX_PAGE_CELLS>>),
	/// Cells have other places since: look at the page again. No finding.
	Stale,
	/// No baseline stands there.
	Unknown,
	/// There are more or fewer tags than the page has cells.
	WrongLength,
	/// More violations stand open in it than this call could still be heard about: send it anew. Nothing of it was taken.
	Unheard,
}

/// What became of the values of a page's cells.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum ValuesResult {
	/// So many values are not as the baseline says. Those of cells that an import has changed since the network was read are
	/// none of them.
	Taken(u32),
	/// Cells have other places since: look at the page again. No finding.
	Stale,
	/// Nothing of the page was taken.
	Refused(ValuesRefusal),
}

/// Why the values of a page's cells are refused.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum ValuesRefusal {
	/// The company has not said in this sweep that this cell differs, or its values do not.
	NoDifference,
	/// Only who owns or shares a station, its tower company, and who is accused in the cell says what it is set to.
	NotParty,
	/// Values do not stand in ascending order of their keys.
	Disordered,
	/// No baseline stands there, or no station.
	Unknown,
	/// More violations than may stand open in one page, or than one call may be about: send fewer pages or cells at once.
	TooManyViolations,
	/// The chain has too much to do by itself in the blocks in which this would be due: try again later.
	AgendaFull,
}
