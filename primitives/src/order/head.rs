// SPDX-License-Identifier: Apache-2.0

//! An order as the chain keeps it.

use super::{
	class::SlaTable,
	clock::Terms,
	company::Companies,
	contract::Contract,
	fact::Severity,
	limits::Limits,
	state::{OrderKind, State},
};
use crate::{
	page::SiteId,
	plan::{Skills, SlaClass},
	text::is_plain,
	Hash, LocalNetworkId, Moment, OrgId, OrgSet,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{traits::ConstU32, BoundedVec};

/// Most relations of an order to others.
pub const MAX_RELATIONS: u32 = 8;
/// Most children of an order.
pub const MAX_CHILDREN: u32 = 32;
/// Most notes of an order.
pub const MAX_NOTES: u32 = 32;
/// Most bytes of a note.
pub const MAX_NOTE: u32 = 128;

/// Where an order is to be carried out.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
)]
pub enum Place {
	/// At a station.
	Station(SiteId),
	/// In a county of a local network, by the last two digits of its code.
	County(LocalNetworkId, u8),
	/// In a local network.
	LocalNetwork(LocalNetworkId),
}

impl Place {
	/// The local network.
	pub const fn local_network(&self) -> LocalNetworkId {
		match self {
			Self::Station(site) => site.local_network,
			Self::County(local_network, _) | Self::LocalNetwork(local_network) => *local_network,
		}
	}

	/// The station.
	pub const fn station(&self) -> Option<SiteId> {
		match self {
			Self::Station(site) => Some(*site),
			_ => None,
		}
	}
}

/// What is to be done and how far it is: the fields of TMF697.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Default,
	Debug,
)]
pub struct Work {
	/// What the company's own books call this sort of work (workType).
	pub kind: u16,
	/// 1 is the most urgent, 0 says nothing (workPriority).
	pub priority: u8,
	/// What whoever does it has to be able to do (skillType).
	pub skills: Skills,
	/// How long it is planned to take, seconds (plannedDuration).
	pub planned: u32,
	/// When it is to be done (deliveryTimeSlot).
	pub slot: Option<(Moment, Moment)>,
	/// How far it is (percentageComplete).
	pub percent: u8,
}

impl Work {
	/// Whether it can be.
	pub fn is_valid(&self) -> bool {
		self.percent <= 100 && self.slot.is_none_or(|(from, to)| from < to)
	}
}

/// How an order has to do with another one (TMF621, relationshipType).
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
)]
pub enum Relation {
	/// It is the other one again.
	Duplicates,
	/// It follows from the other one.
	CausedBy,
	/// It waits for the other one.
	DependsOn,
}

/// The text of a note: UTF-8 without control characters.
pub type NoteText = BoundedVec<u8, ConstU32<MAX_NOTE>>;

/// What somebody has to say: in short, or by the hash of more, or both.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	PartialEq,
	Eq,
	Debug,
)]
pub struct Words {
	/// In short.
	#[serde(with = "crate::json::text")]
	pub text: NoteText,
	/// Hash of more.
	pub body: Option<Hash>,
}

impl Words {
	/// Whether they say something, in text that can be shown.
	pub fn is_valid(&self) -> bool {
		is_plain(&self.text) && (!self.text.is_empty() || self.body.is_some())
	}
}

/// What somebody has said about an order.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	PartialEq,
	Eq,
	Debug,
)]
pub struct Note {
	/// Who.
	pub author: OrgId,
	/// When.
	pub at: Moment,
	/// What.
	pub words: Words,
}

/// What a company asks for when it opens an order.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
)]
pub struct Opening {
	/// What for.
	pub kind: OrderKind,
	/// Who is to do it.
	pub handler: OrgId,
	/// Where.
	pub place: Place,
	/// How grave it is.
	pub severity: Severity,
	/// What is to be done.
	pub work: Work,
	/// The order that it is a part of.
	pub parent: Option<u32>,
	/// The violation that it is to put right.
	pub violation: Option<u32>,
}

/// What the chain has said of an order's deadlines.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Default,
	Debug,
)]
pub struct Alerts {
	/// That nobody has answered in time.
	pub response: bool,
	/// That time is running out.
	pub jeopardy: bool,
	/// That service was not restored in time.
	pub breach: bool,
}

/// How far an order is once its last state is reached.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
)]
pub enum Stage {
	/// It is under way.
	Open,
	/// It has ended. Facts are taken for a while still, and what is said of them.
	Evidence {
		/// The last moment for facts.
		until: Moment,
		/// The last moment to sign them and to ask for bodies: no earlier, and a whole term after the last fact.
		answers: Moment,
	},
	/// There is a verdict, and time for an appeal.
	Judged {
		/// The last moment.
		until: Moment,
	},
	/// There is an appeal.
	Appealed {
		/// The last moment for a ruling.
		until: Moment,
	},
	/// Nothing comes any more.
	Settled,
}

/// An order.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	PartialEq,
	Eq,
	Debug,
)]
pub struct Order {
	/// What it is for.
	pub kind: OrderKind,
	/// Who has raised it.
	pub raiser: OrgId,
	/// Who handles it.
	pub handler: OrgId,
	/// Where.
	pub place: Place,
	/// The county, where that is known.
	pub county: Option<u8>,
	/// Class of the service level.
	pub class: SlaClass,
	/// How grave it is.
	pub severity: Severity,
	/// What is to be done.
	pub work: Work,
	/// The companies, as they stood when it was opened.
	pub companies: Companies,
	/// Everybody whom it concerns: the companies, and whoever else the station's record named.
	pub concerned: OrgSet,
	/// What was contracted then.
	pub contract: Option<Contract>,
	/// What the service level promised then, where it promised something.
	pub terms: Option<Terms>,
	/// How long the raiser has to answer that it is resolved, seconds.
	pub silence: u32,
	/// The same as it was promised: `silence` grows where the raiser could not answer.
	pub silence_term: u32,
	/// The limits of then.
	pub limits: Limits,
	/// The version of the responsibility table of then.
	pub table: u32,
	/// How long facts are taken after its end, seconds: the evidence term of that table.
	pub evidence: u32,
	/// The state.
	pub state: State,
	/// Whether its handler has taken it up.
	pub is_taken_up: bool,
	/// Whether whoever was sent has been there since its last change of state.
	pub is_visited: bool,
	/// How far it is beyond that.
	pub stage: Stage,
	/// What the chain has said of its deadlines.
	pub alerts: Alerts,
	/// When the first body is due that was asked for and is not delivered.
	pub demand: Option<Moment>,
	/// The second in which the chain looks at it next.
	pub next: Option<u32>,
	/// The order that it is a part of.
	pub parent: Option<u32>,
	/// Its parts, and which party has opened each: an equal part of them is each party's.
	pub children: BoundedVec<(OrgId, u32), ConstU32<MAX_CHILDREN>>,
	/// What it has to do with others, and which party says so: an equal part of that is each party's.
	pub relations: BoundedVec<(OrgId, Relation, u32), ConstU32<MAX_RELATIONS>>,
	/// The violation that it is to put right.
	pub violation: Option<u32>,
}

impl Order {
	/// Who has raised it and who handles it.
	pub fn parties(&self) -> OrgSet {
		OrgSet::of(self.raiser).with(self.handler)
	}

	/// Whether others have to mind it: a grave fault that one company has raised and another one handles, or that the station's owner
	/// handles itself. What somebody says to itself about another's station keeps nobody from anything, and counts for nothing.
	pub fn is_minded(&self) -> bool {
		let is_between = self.raiser != self.handler || self.raiser == self.companies.owner;
		self.kind == OrderKind::Fault && super::Severities::GRAVE.contains(self.severity) && is_between
	}

	/// Whether its station is down by it: a fault that [others have to mind](Self::is_minded) and that nobody has repaired yet. Stations
	/// that are down, levels and large areas, and the outages of rounds are those of such faults.
	pub fn is_outage(&self) -> bool {
		self.is_minded() && !self.state.is_final() && self.state != State::Resolved
	}

	/// Whether a verdict is given when it has ended: of every fault, but of one that its raiser has called off in time for an
	/// answer, before anybody took it up.
	pub fn is_judged(&self) -> bool {
		self.kind == OrderKind::Fault
			&& self.state.is_final()
			&& (self.state != State::Cancelled || self.is_taken_up || self.alerts.response)
	}

	/// Whether facts are taken.
	pub fn takes_facts(&self, now: Moment) -> bool {
		match self.stage {
			Stage::Open => true,
			Stage::Evidence { until, .. } => now <= until,
			Stage::Judged { .. } | Stage::Appealed { .. } | Stage::Settled => false,
		}
	}

	/// Whether signatures of facts and questions for bodies are taken.
	pub fn takes_answers(&self, now: Moment) -> bool {
		match self.stage {
			Stage::Open => true,
			Stage::Evidence { answers, .. } => now <= answers,
			Stage::Judged { .. } | Stage::Appealed { .. } | Stage::Settled => false,
		}
	}
}

impl Default for SlaTable {
	/// Version 1: answers within 15 minutes to 2 hours, restoration within 2 to 24 hours, an alert after three quarters of it, an
	/// hour of silence.
	fn default() -> Self {
		const MINUTE: u32 = 60;
		const HOUR: u32 = 60 * MINUTE;
		let terms = |response, restoration| Terms { response, restoration, jeopardy: 750 };
		Self {
			version: 1,
			silence: HOUR,
			classes: [
				terms(15 * MINUTE, 2 * HOUR),
				terms(30 * MINUTE, 4 * HOUR),
				terms(HOUR, 12 * HOUR),
				terms(2 * HOUR, 24 * HOUR),
			],
		}
	}
}
