// SPDX-License-Identifier: Apache-2.0

//! What a request is, what stands of it in the pages that it changes, and what can be wrong with it.

use crate::types::KeyDefect;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use trimast_primitives::{
	cells::{rules::RuleDefect, ParamKey},
	BlockNumber, Consents, Hash, LocalNetworkId, Moment, OrgId, OrgSet,
};

pub use trimast_primitives::cells::change::{is_part, Item, Part, Terms, MAX_ITEMS, MAX_PARTS};

/// Most changes of one page that are kept: open ones, and of the others the latest.
pub const MAX_CHANGES: u32 = 768;
/// Most changes of one page that one company has open, so that it keeps no other out: a third.
pub const MAX_OPEN_CHANGES: u32 = 256;
/// Most requests of one company that are open.
pub const MAX_OPEN_REQUESTS: u32 = 4_096;
/// Most requests of one company that are open or kept after their end.
pub const MAX_REQUESTS: u32 = 8_192;
/// How many requests of a company that were carried out are kept after their end at least: the recorded history. And how many
/// of the others.
pub const MAX_PAST: u32 = 1_024;
/// Longest execution window, milliseconds: two weeks.
pub const MAX_WINDOW: Moment = 14 * 24 * 3_600_000;
/// How far back a window may begin when it is asked for, milliseconds: clocks differ, and a call takes its time.
pub const MAX_LATE: Moment = 600_000;
/// How far ahead a window may end, milliseconds: 90 days.
pub const MAX_AHEAD: Moment = 90 * 24 * 3_600_000;

/// Where a request stands.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum Phase {
	/// Its parts are being gathered.
	Draft,
	/// It waits for consents or, once it has them, for its window.
	Asked,
	/// At least one page is carried out. It is observed.
	Executed,
	/// A company objects, nobody has attested it, or it may lean on a page of it that was not carried out. The companies that are not party to it may rule.
	Disputed,
	/// The companies that are not party to it have ruled that it does not stand: its pages are to be rolled back.
	Overruled,
	/// It stands.
	Closed,
	/// Every page of it has its former values again, but for what was changed again since and what they were kept out of, or it
	/// was overruled before any was carried out.
	RolledBack,
	/// Its time has passed before it was carried out.
	Lapsed,
	/// Who had asked for it has taken it back.
	Withdrawn,
	/// The network was changed in an emergency, and not everybody has agreed in time, or it was taken back or overruled.
	Unratified,
}

impl Phase {
	/// Whether nothing more becomes of it.
	pub const fn is_final(self) -> bool {
		matches!(self, Self::Closed | Self::RolledBack | Self::Lapsed | Self::Withdrawn | Self::Unratified)
	}

	/// Whether values of it stand, or stood, in the baseline.
	pub const fn was_executed(self) -> bool {
		matches!(self, Self::Executed | Self::Disputed | Self::Overruled | Self::Closed | Self::RolledBack)
	}
}

/// A request for a change.
#[derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct Request {
	/// Who asks: the owner of the stations, or the operator of the PLMNs.
	pub by: OrgId,
	/// Where.
	pub local_network: LocalNetworkId,
	/// How it is to be made.
	pub terms: Terms,
	/// How many pages it changes.
	pub parts: u16,
	/// How many values it changes.
	pub items: u32,
	/// How many pages of it are carried out and not rolled back.
	pub standing: u16,
	/// Whom it concerns: they may object.
	pub concerned: OrgSet,
	/// Whose word counts for the stations that it changes.
	pub witnesses: OrgSet,
	/// Who must agree, and who has. It expires with the window; as a draft, with the term for consents.
	pub consents: Consents,
	/// Where it stands.
	pub phase: Phase,
	/// Block in which it was asked for. A draft explains nothing.
	pub asked: Option<BlockNumber>,
	/// When it was objected to before anything of it was carried out. Until it is ruled that it stands it explains nothing that
	/// is seen since.
	pub objected: Option<Moment>,
	/// Block in which a page of it was last carried out.
	pub executed: Option<BlockNumber>,
	/// Whether rules have looked at other pages when a page of it was carried out.
	pub leans: bool,
	/// Whether a page of it was carried out without some of its items.
	pub partial: bool,
	/// Who has read it back from the network since a page of it was last carried out.
	pub attested: OrgSet,
	/// Who objects.
	pub objections: OrgSet,
	/// Who has ruled that it stands.
	pub upheld: OrgSet,
	/// Who has ruled that it does not.
	pub overruled: OrgSet,
	/// Whether it, as it stands, has been disputed.
	pub disputed: bool,
	/// Block in which the last dispute is over at the latest: an earlier one's has no say in it.
	pub ruling: Option<BlockNumber>,
	/// When it came to its end.
	pub ended: Option<Moment>,
}

/// What is known of a page of a request beside its items.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct PartHead {
	/// The page.
	pub page: u16,
	/// How many items it has.
	pub items: u16,
	/// Hash of its items.
	pub hash: Hash,
	/// Who must agree to them.
	pub required: OrgSet,
	/// Whom they concern.
	pub concerned: OrgSet,
	/// Whose word counts for the stations.
	pub witnesses: OrgSet,
	/// Whether its rules look at cells of other pages.
	pub leans: bool,
	/// What has become of it.
	pub state: PartState,
}

/// What has become of a page of a request.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum PartState {
	/// Nothing yet.
	Open,
	/// It is carried out.
	Executed,
	/// It was, and has its former values again, but where its changes say that they are carried out.
	RolledBack,
	/// Nothing yet, and it is to be put in again as it is before the draft can be submitted: it breaks a rule with a cell of
	/// another page, or another page was changed since its rules were looked at.
	Unchecked,
}

impl PartState {
	/// Whether nothing has become of it yet.
	pub const fn is_waiting(self) -> bool {
		matches!(self, Self::Open | Self::Unchecked)
	}
}

/// The pages of a request, in ascending order.
pub type PartHeads = BoundedVec<PartHead, ConstU32<MAX_PARTS>>;

/// A change of a value, as it stands at the page.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct Change {
	/// Slot of the station.
	pub slot: u8,
	/// The cell.
	pub cell: u8,
	/// The parameter.
	pub key: ParamKey,
	/// Who has asked for it.
	pub by: OrgId,
	/// The request that it belongs to. When that is known no more, the change is over.
	pub request: u32,
	/// Block in which it was put into the request.
	pub asked: BlockNumber,
	/// The value before.
	pub before: Option<i64>,
	/// The new value; `None` where it was taken away.
	pub after: Option<i64>,
	/// What has become of it.
	pub state: ChangeState,
}

impl Change {
	/// Which value it is of, within the page.
	pub const fn place(&self) -> (u8, u8, ParamKey) {
		(self.slot, self.cell, self.key)
	}

	/// Ends what it explains: another value is approved since.
	pub(crate) fn ends(&mut self, now: Moment) {
		match &mut self.state {
			ChangeState::Executed { window_end, .. } | ChangeState::RolledBack { window_end, .. } => {
				*window_end = now.min(*window_end);
			}
			ChangeState::Open | ChangeState::Refused => {}
		}
	}
}

/// What has become of a change of a value.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum ChangeState {
	/// It is asked for.
	Open,
	/// It was refused when the rest of the page was carried out.
	Refused,
	/// The new value stands in the baseline since.
	Executed {
		/// When.
		at: Moment,
		/// Last moment in which the former value may be seen: of its window, or when the value was changed again.
		window_end: Moment,
	},
	/// The former value stands in the baseline again.
	RolledBack {
		/// Since when.
		at: Moment,
		/// Last moment in which the new value may still be seen: the network is changed back, until the value is changed again.
		window_end: Moment,
	},
}

/// Why an item of a request is refused.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum ItemRefusal {
	/// No such station stands in the page, it has no such cell by its record, or no baseline at all: import that first.
	NotFound,
	/// The cell has no baseline yet, and neither has this one before it, which gets none with it.
	CellBefore {
		/// The cell before.
		cell: u8,
	},
	/// The station is retired.
	Retired,
	/// Another company owns the station.
	NotOwner,
	/// The value belongs to an operator's PLMN, and another company holds it.
	NotOperator,
	/// The value itself.
	Value(KeyDefect),
	/// The value stands there already; or it is to be taken away, and there is none.
	Unchanged,
	/// Another change of the value is open, which can still be carried out.
	ChangeOpen {
		/// The request that it belongs to.
		request: u32,
	},
	/// As many changes of the page as the company may have open.
	TooManyChanges,
	/// The parameters of the territory are frozen at that time.
	Frozen {
		/// The freeze.
		freeze: u16,
	},
	/// An energy-saving window of the cell lies in that time.
	EnergyWindow,
	/// An outage is open in the cell.
	Outage,
	/// A value is the station's, alike in all of its cells, and with what is asked for this cell would have another one: ask
	/// for all of them at once, and for a cell that is new with what the others have.
	StationDiffers {
		/// The cell.
		cell: u8,
	},
	/// With it a cross-cell rule would be broken.
	RuleBroken {
		/// The rule.
		rule: u16,
		/// How.
		defect: RuleDefect,
	},
	/// The rules would have to look at more pages or values than one check may, at the neighbours of the part's cells above
	/// all: ask for fewer cells at once.
	TooManyNeighbours,
	/// Only where a change is rolled back: the station was imported since. Ask for a change back.
	Imported,
	/// Only where a change is rolled back: these companies must agree today, and have not agreed to the change. Ask for a change
	/// back: then they are asked.
	NotAgreed {
		/// The companies.
		orgs: OrgSet,
	},
}

/// The items of a part that are refused, by their places in it.
pub type Refusals = BoundedVec<(u8, ItemRefusal), ConstU32<MAX_ITEMS>>;

/// An item of a change that was made, and what another policy would have done to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PastRefusal {
	/// The request.
	pub request: u32,
	/// Who had asked.
	pub by: OrgId,
	/// The local network.
	pub local_network: LocalNetworkId,
	/// The page.
	pub page: u16,
	/// The item.
	pub item: Item,
	/// The value before, as far as it is kept.
	pub before: Option<i64>,
	/// What would have become of it.
	pub why: WouldBe,
}

/// What would have become of an item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WouldBe {
	/// It would have been refused.
	Refused(ItemRefusal),
	/// These companies would have had to agree, and have not.
	Unapproved(OrgSet),
}
