// SPDX-License-Identifier: Apache-2.0

//! Evidence as typed facts: what somebody says has happened, when it was, and who stands behind it.
//!
//! A fact is a point in time. What lasts has two: an alarm is raised and cleared, the grid fails and is back. Who says that
//! it began says that it is over, of an alarm under the same number.

use super::company::Companies;
use crate::{site::Plmn, Hash, Moment, OrgId, OrgSet};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Most facts of an order. Their numbers are below it.
pub const MAX_FACTS: u8 = 64;

const SECOND: Moment = 1_000;

/// Type of an alarm (3GPP TS 28.532, alarmType).
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
pub enum AlarmType {
	/// COMMUNICATIONS_ALARM.
	Communications,
	/// QUALITY_OF_SERVICE_ALARM.
	QualityOfService,
	/// PROCESSING_ERROR_ALARM.
	ProcessingError,
	/// EQUIPMENT_ALARM.
	Equipment,
	/// ENVIRONMENTAL_ALARM.
	Environmental,
}

/// Severity of an alarm (3GPP TS 28.532, perceivedSeverity).
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
pub enum Severity {
	/// CRITICAL.
	Critical,
	/// MAJOR.
	Major,
	/// MINOR.
	Minor,
	/// WARNING.
	Warning,
	/// INDETERMINATE.
	Indeterminate,
	/// CLEARED.
	Cleared,
}

/// A set of severities: bit `n` stands for the `n`-th severity, CRITICAL for the first.
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
pub struct Severities(pub u8);

impl Severities {
	/// CRITICAL and MAJOR.
	pub const GRAVE: Self = Self(0b11);

	/// Whether a severity is in the set.
	pub const fn contains(self, severity: Severity) -> bool {
		self.0 & Self::bit(severity) != 0
	}

	/// Whether there is one in the set, none that does not exist, and not CLEARED.
	pub const fn is_valid(self) -> bool {
		self.0 != 0 && self.0 < Self::bit(Severity::Cleared)
	}

	/// There are six severities: nothing wraps.
	const fn bit(severity: Severity) -> u8 {
		1u8.wrapping_shl(severity as u32)
	}
}

/// What becomes of something that lasts (3GPP TS 28.532: notifyNewAlarm, notifyChangedAlarm, notifyClearedAlarm).
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
pub enum Phase {
	/// It has begun.
	Raised,
	/// It goes on; an alarm with another severity.
	Changed,
	/// It is over.
	Cleared,
}

/// What an alarm is probably about.
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
#[serde(deny_unknown_fields)]
pub enum Subject {
	/// Power supply of the site: mains, rectifier, battery.
	Power,
	/// Its room: temperature, water, fire, door.
	Environment,
	/// A link between the station and a carrier's network.
	Backhaul {
		/// Whose link it is.
		owner: OrgId,
	},
	/// Radio equipment: BBU, AAU.
	Equipment {
		/// Whose equipment it is.
		owner: OrgId,
	},
	/// That service is down, and nothing about why: what follows from a cause and names none.
	Service,
}

/// An alarm of a network.
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
#[serde(deny_unknown_fields)]
pub struct Alarm {
	/// By what its author knows it again: of an alarmId of TS 28.532 the first 8 bytes of its BLAKE2 hash.
	pub id: u64,
	/// What became of it.
	pub phase: Phase,
	/// Its type.
	pub kind: AlarmType,
	/// Its severity from now on.
	pub severity: Severity,
	/// What it is about. The first fact of an alarm decides, until it is cleared.
	pub subject: Subject,
	/// The network that is down, where the others are not. The first fact decides, as above.
	pub plmn: Option<Plmn>,
}

/// What is measured.
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
pub enum Quantity {
	/// Energy of a meter, Wh.
	Energy,
	/// Power, W.
	Power,
	/// Voltage, mV.
	Voltage,
	/// Temperature, 0.1 degree Celsius.
	Temperature,
}

/// What is said.
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
#[serde(deny_unknown_fields)]
pub enum Evidence {
	/// An alarm was raised, changed or cleared.
	Alarm(Alarm),
	/// The grid failed, or is back. It has one severity, so nothing of it changes.
	GridFailure {
		/// Which of both.
		phase: Phase,
	},
	/// How long the batteries lasted without the grid.
	BatteryAutonomy {
		/// As the station's record has it, minutes.
		contracted: u16,
		/// As it was, minutes.
		measured: u16,
	},
	/// A generator has come, or is not there yet.
	GeneratorArrival {
		/// Within how many minutes of the grid's failure, as the station's record has it.
		contracted: u16,
		/// When it came. `None`: by the time claimed it has not.
		arrived: Option<Moment>,
	},
	/// A time in which the service is taken down on purpose. It is approved when every other party has countersigned it.
	PlannedOutage {
		/// Its begin.
		from: Moment,
		/// Its end.
		to: Moment,
	},
	/// Access to the site was asked for, within a window.
	AccessAsked {
		/// Of whom.
		of: OrgId,
		/// The window's begin.
		from: Moment,
		/// Its end.
		to: Moment,
	},
	/// It was granted, within a window.
	AccessGranted {
		/// By whom.
		by: OrgId,
		/// The window's begin.
		from: Moment,
		/// Its end.
		to: Moment,
	},
	/// It was refused.
	AccessRefused {
		/// By whom.
		by: OrgId,
	},
	/// A time to meet was agreed.
	AppointmentMade {
		/// Who is to come.
		by: OrgId,
		/// When.
		at: Moment,
	},
	/// It passed, and somebody was not there.
	AppointmentMissed {
		/// Who.
		by: OrgId,
	},
	/// Somebody came to the site.
	Arrival {
		/// Who.
		of: OrgId,
	},
	/// Something was measured.
	Reading {
		/// What.
		quantity: Quantity,
		/// How much, in the unit of the quantity.
		value: i64,
	},
	/// A value in the network that is not the approved one was seen, or is gone.
	Violation {
		/// Its number.
		number: u64,
		/// Who made it.
		by: OrgId,
		/// Which of both.
		phase: Phase,
	},
}

/// Whether a body was asked for.
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
pub enum Demand {
	/// Nobody has asked.
	None,
	/// Somebody has, and the time for it is not over.
	Open,
	/// It was delivered.
	Met,
	/// It was not. The fact is void.
	Missed,
}

/// What stands behind a fact outside of the chain: a photograph, a log.
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
pub struct Body {
	/// Its hash.
	pub hash: Hash,
	/// Whether it was asked for.
	pub demand: Demand,
}

/// A fact of an order.
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
pub struct Fact {
	/// Its number in the order, by the order in which they are anchored; below [`MAX_FACTS`].
	pub number: u8,
	/// Who says it.
	pub author: OrgId,
	/// When it was, as the author says.
	pub claimed: Moment,
	/// When the chain had it.
	pub anchored: Moment,
	/// Who else stands behind it.
	pub countersigned: OrgSet,
	/// Whether whom it speaks against has denied it, being no party of the order.
	pub denied: bool,
	/// What stands behind it.
	pub body: Option<Body>,
	/// What is said.
	pub evidence: Evidence,
}

impl Evidence {
	/// Whom it speaks against. A supply falls to who answers for the site, also where it was within contract.
	pub fn against(&self, companies: &Companies) -> Option<OrgId> {
		match *self {
			Self::Alarm(Alarm { phase: Phase::Raised | Phase::Changed, subject, plmn, .. }) => {
				match subject {
					Subject::Power | Subject::Environment => Some(companies.site()),
					Subject::Backhaul { owner } | Subject::Equipment { owner } => Some(owner),
					Subject::Service => plmn.and_then(|plmn| companies.carrier(plmn)),
				}
			}
			Self::BatteryAutonomy { .. } | Self::GeneratorArrival { .. } => Some(companies.site()),
			Self::AccessRefused { by } | Self::AppointmentMissed { by } => Some(by),
			Self::Violation { by, phase: Phase::Raised | Phase::Changed, .. } => Some(by),
			Self::Alarm(_)
			| Self::GridFailure { .. }
			| Self::PlannedOutage { .. }
			| Self::AccessAsked { .. }
			| Self::AccessGranted { .. }
			| Self::AppointmentMade { .. }
			| Self::Arrival { .. }
			| Self::Reading { .. }
			| Self::Violation { .. } => None,
		}
	}
}

impl Fact {
	/// Who stands behind it.
	pub const fn signers(&self) -> OrgSet {
		self.countersigned.with(self.author)
	}

	/// Whether a body was asked for and not delivered.
	pub fn is_void(&self) -> bool {
		self.body.is_some_and(|body| body.demand == Demand::Missed)
	}

	/// Whether it was anchored within `term` seconds after the time claimed, and not before. Nothing can be anchored before the
	/// order is opened: of what was before that the term counts from then on.
	pub fn is_in_time(&self, term: u32, opened: Moment) -> bool {
		let latest = self.claimed.max(opened).saturating_add(seconds(term));
		self.claimed <= self.anchored && self.anchored <= latest
	}

	/// Whether everybody else whose matter it is has countersigned it: the parties of the order, and whom it speaks against.
	/// Where there is nobody else, nobody has.
	pub fn is_agreed(&self, companies: &Companies) -> bool {
		let accused = self.evidence.against(companies).map_or(OrgSet::EMPTY, OrgSet::of);
		let others = companies.parties.union(accused).without(self.author);
		!others.is_empty() && self.countersigned.is_superset(others)
	}

	/// Whether it stands against a denial: a second company stands behind it.
	pub const fn is_upheld(&self) -> bool {
		!self.denied || self.is_backed()
	}

	/// Whether it counts: it is not void, it is in time or agreed, and it stands against a denial. `term` is governed, in
	/// seconds.
	pub fn counts(&self, term: u32, opened: Moment, companies: &Companies) -> bool {
		let is_in_time = self.is_in_time(term, opened) || self.is_agreed(companies);
		!self.is_void() && self.is_upheld() && is_in_time
	}

	/// Whether two companies stand behind it.
	pub(super) const fn is_backed(&self) -> bool {
		self.signers().len() > 1
	}

	/// Whether it is on one party's word; see [`is_on_one_word`].
	pub fn is_on_one_word(&self, against: Option<OrgId>) -> bool {
		is_on_one_word(self.signers(), against)
	}
}

/// So many, ms.
pub(super) fn seconds(count: u32) -> u64 {
	u64::from(count).saturating_mul(SECOND)
}

/// Whether what these companies say is on one party's word: neither the company that it is held against nor a second one
/// stands behind it. What is held against nobody is so when a single company says it.
pub fn is_on_one_word(signers: OrgSet, against: Option<OrgId>) -> bool {
	signers.len() < 2 && !against.is_some_and(|org| signers.contains(org))
}

/// A set of facts of one order, by their numbers. In JSON a list.
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
	Default,
)]
#[serde(into = "Vec<u8>", from = "Vec<u8>")]
pub struct FactSet(u64);

impl FactSet {
	/// The set of one fact. A number that no fact can have gives the empty set.
	pub const fn of(number: u8) -> Self {
		match 1u64.checked_shl(number as u32) {
			Some(bit) => Self(bit),
			None => Self(0),
		}
	}

	/// Whether a fact is in the set.
	pub const fn contains(self, number: u8) -> bool {
		self.0 & Self::of(number).0 != 0
	}

	/// What is in either set.
	#[must_use]
	pub const fn union(self, other: Self) -> Self {
		Self(self.0 | other.0)
	}

	/// Whether the set is empty.
	pub const fn is_empty(self) -> bool {
		self.0 == 0
	}

	/// The numbers in the set, the least first.
	pub fn iter(self) -> impl Iterator<Item = u8> {
		(0..MAX_FACTS).filter(move |number| self.contains(*number))
	}
}

impl FromIterator<u8> for FactSet {
	fn from_iter<I: IntoIterator<Item = u8>>(numbers: I) -> Self {
		numbers.into_iter().fold(Self::default(), |set, number| set.union(Self::of(number)))
	}
}

impl From<Vec<u8>> for FactSet {
	fn from(numbers: Vec<u8>) -> Self {
		numbers.into_iter().collect()
	}
}

impl From<FactSet> for Vec<u8> {
	fn from(set: FactSet) -> Self {
		set.iter().collect()
	}
}
