// SPDX-License-Identifier: Apache-2.0

//! What is kept of exports and their openings.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use trimast_primitives::{
	access::Scope,
	cells::{
		export::{Bound, MAX_FIELDS},
		CellId,
	},
	org::MAX_ORGS,
	BlockNumber, Hash, Moment, OrgId, OrgSet,
};

/// Most exports of one company whose roots are kept; of those that nothing is asked of one gives way.
pub const MAX_EXPORTS: u32 = 256;
/// Most doubted exports of one company that are remembered when they have given way, the latest.
pub const MAX_DOUBTED: u32 = 4_096;
/// Most local networks that a company testifies of from one export.
pub const MAX_NETWORKS: u32 = 512;
/// Cells that one block draws of an export.
pub const DRAWN: u32 = 4;
/// Most cells that one company names of an export.
pub const MAX_NAMED: u32 = 16;
/// Most rows that are asked for at the same time of one export.
pub const MAX_ASKED: u32 = 256;
/// Most rows of one call that opens them.
pub const MAX_OPENINGS: u32 = 16;
/// Most exports of one company that wait for draws at the same time.
pub const MAX_DRAWING: u32 = 64;
/// Most cells that the rows of one call show not to be in the export.
pub const MAX_ABSENT: u32 = 16;
/// Opened rows of one export whose order is remembered, the latest.
pub const MAX_SEEN: u32 = 256;
/// Opened cells of one company whose fields are remembered, the latest.
pub const MAX_OPENED: u32 = 4_096;
/// What became of openings: of one export, or of all exports of a company.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug, Default,
)]
pub struct Marks {
	/// Rows that were opened and nothing was wrong with.
	pub opened: u32,
	/// Openings that were wrong.
	pub wrong: u32,
	/// Rows that were asked for and not opened in time.
	pub missing: u32,
	/// Rows with fields that another company has opened with other texts.
	pub differing: u32,
}

impl Marks {
	/// Whether nothing was wrong or missing.
	pub const fn is_clean(&self) -> bool {
		self.wrong == 0 && self.missing == 0
	}
}

/// A raw export whose contents a company has bound itself to.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct Export {
	/// Its root ([`trimast_primitives::cells::export`]).
	pub root: Hash,
	/// How many rows it has.
	pub leaves: u32,
	/// Of which territory.
	pub scope: Scope,
	/// When the network was read, as the company says.
	pub observed: Moment,
	/// In which block the root came.
	pub anchored: BlockNumber,
	/// What became of its openings.
	pub marks: Marks,
}

impl Export {
	/// What the root of this company's export is bound to beside its rows, as the company says.
	pub const fn bound(&self, org: OrgId) -> Bound {
		Bound { org, scope: self.scope, leaves: self.leaves, observed: self.observed }
	}
}

/// An export that has testified and waits for draws.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct Waiting {
	/// Its root.
	pub root: Hash,
	/// Block of the first word that draws are due for.
	pub first: BlockNumber,
	/// Block of its latest word.
	pub spoke: BlockNumber,
	/// The companies whose authors have not drawn since.
	pub awaits: OrgSet,
}

/// What a company has said of a cell, with the first bytes of a digest of values.
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
pub enum Said {
	/// Nothing: any row of it will do, and none.
	Nothing,
	/// It is as the baseline says: that of its values.
	Matches([u8; 8]),
	/// It is otherwise: that of the baseline's values.
	Differs([u8; 8]),
	/// It has other values: that of those.
	Gave([u8; 8]),
}

impl Said {
	/// As what the digest of the row begins by it, where that is said.
	pub(super) const fn row(self) -> Option<[u8; 8]> {
		match self {
			Self::Matches(values) | Self::Gave(values) => Some(values),
			Self::Differs(_) | Self::Nothing => None,
		}
	}

	/// What is wrong with a row of which the digest begins so.
	pub(super) fn contradicted_by(self, row: [u8; 8]) -> Option<Wrong> {
		match self {
			Self::Matches(values) => (row != values).then_some(Wrong::NotMatching),
			Self::Differs(values) => (row == values).then_some(Wrong::NotDiffering),
			Self::Gave(values) => (row != values).then_some(Wrong::NotGiven),
			Self::Nothing => None,
		}
	}
}

/// A row that is asked for.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct Question {
	/// The row of which cell.
	pub cell: CellId,
	/// Who asks: the author of the block that has drawn it, or who has named it.
	pub by: OrgId,
	/// Last block in which it can be opened.
	pub due: BlockNumber,
	/// What the company had said of the cell by then. It is judged by that, whatever it says later, and whatever the
	/// baseline is then.
	pub said: Said,
}

/// What is asked of an export, and what it has opened.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug, Default,
)]
pub struct Questions {
	/// Rows that are asked for: of one cell again for each other thing that the company has said of it.
	pub open: BoundedVec<Question, ConstU32<MAX_ASKED>>,
	/// How many cells each company has named.
	pub named: BoundedVec<(OrgId, u32), ConstU32<{ MAX_ORGS as u32 }>>,
	/// Places and cells of the rows that were opened, the latest last.
	pub seen: BoundedVec<(u32, CellId), ConstU32<MAX_SEEN>>,
}

impl Questions {
	/// Whether the row of a cell of which this was said is asked for.
	pub(super) fn has(&self, cell: CellId, said: Said) -> bool {
		self.open.iter().any(|one| (one.cell, one.said) == (cell, said))
	}
}

/// A field of an opened row: the first bytes of the hashes of its name and of its text.
pub type FieldMark = ([u8; 4], [u8; 4]);

/// What a company has opened of a cell beside its values, the latest.
#[derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct CellFields {
	/// From which export.
	pub root: Hash,
	/// When the network was read, as the company says.
	pub observed: Moment,
	/// Where it stands among the company's opened cells.
	pub place: u32,
	/// The fields, in the order of their names.
	pub fields: BoundedVec<FieldMark, ConstU32<MAX_FIELDS>>,
}

/// What is wrong with an opening.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum Wrong {
	/// It does not stand in the order of the cells, beside another row that was opened.
	Disordered,
	/// The company has testified that the cell is as the baseline says, and the row has other values.
	NotMatching,
	/// The company has testified that the cell differs, and the row has the values of the baseline.
	NotDiffering,
	/// The company has given other values of the cell.
	NotGiven,
	/// The company has testified about the cell, and the export does not have it.
	Absent,
}

/// What became of one opening.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum OpeningResult {
	/// Nothing is wrong with it.
	Opened,
	/// It is marked.
	Wrong(Wrong),
	/// The row is not asked for, and is no neighbour of a cell that is asked for and not there.
	NotAsked,
	/// It does not lead to the export's root. What was asked for stays so.
	Unproven,
	/// The row was asked for, and the time to open it is over.
	Late,
}
