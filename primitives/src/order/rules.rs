// SPDX-License-Identifier: Apache-2.0

//! Who answers for an outage, as versioned data: the rows of a table, each a condition and an answer.
//!
//! A row matches where all the conditions of `all` hold, and one of `any` if it names some. The first row that matches decides: by
//! what two companies stand behind; where none matches by that, by all that is said ([`super::verdict`]).
//! Version 1 is [`ResponsibilityTable::default`]:
//!
//! | row | where | who answers |
//! |---|---|---|
//! | 1 | planned and approved | nobody |
//! | 2 | grid failure, batteries and generator within contract | nobody |
//! | 3 | grid failure, batteries below contract or generator late | who answers for the site |
//! | 4 | a power or environment alarm first | who answers for the site |
//! | 5 | a backhaul alarm first | owner of the link |
//! | 6 | an equipment alarm | owner of the station |
//! | 7 | one PLMN down, the others not | its carrier |
//! | 8 | a configuration violation first | who made it |
//! | 9 | access refused, or an appointment missed | who did that |
//!
//! # What the conditions mean
//!
//! A cause is *in force* from the time claimed for its begin until the time claimed for its end. All of the following is of one
//! moment; [`super::verdict`] cuts the outage so that nothing changes within a piece.
//!
//! * **Planned**: a planned outage that every other party has countersigned covers the moment. Its own side's plan is none.
//! * **Batteries**: below contract from the grid's failure until they should have lasted, if they lasted shorter; within
//!   contract otherwise. **Generator**: late from the time when it had to be there until it came; within contract otherwise. So
//!   a supply that falls short answers for as long as it fell short, no more. Without a fact about it a supply is neither: who
//!   wants to be excused by row 2 shows both. What a single company says does not count where it contradicts what two stand
//!   behind: a generator of which two say that it is not there is there when two say that it came; one of which a single company
//!   says that, when any other one says so. Where they still disagree, also about when the grid failed, what is worse for the
//!   supply counts, unless one company says that and two what is better: the verdict then says if it is on one party's word. So
//!   it does of what is compared with a contract that who answers has not signed, whoever says the rest.
//! * **First**: of the causes that compete - alarms about power, environment, backhaul and equipment, and violations - those in
//!   force at the moment that began first. What is over does not compete any more, so it decides no later piece. While two
//!   companies stand behind one of them, those that a single one speaks of do not compete; and these are taken to be no older
//!   than the evidence term before the clock's start, so that nobody comes first by saying a longer ago. Of several that
//!   began in the same millisecond all are first, and the order of the rows decides; within a row, the one that was anchored
//!   first. A grid failure does not compete: it has rows of its own, and without them the power alarm that follows from it
//!   stands. Nor does an alarm that only says that service is down.
//! * **Equipment**: an equipment alarm is in force, first or not; but none of a single company while two stand behind another
//!   cause that competes.
//! * **One PLMN**: all alarms in force name one PLMN and the same, of several on air at the station; while two companies stand
//!   behind some of them, all of those.
//! * **Access refused**: until it is granted; **appointment missed**: until who missed it arrives; both with the word of somebody
//!   else than who did it: who says so alone ends what it has said alone. Of several, those that two companies stand behind go
//!   first, then refusals, then what began first.

use super::{
	ensure,
	fact::{Evidence, Severities, Subject},
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{traits::ConstU32, BoundedVec};

/// Most rows of a table.
pub const MAX_ROWS: u32 = 32;

/// What may hold at a moment of an outage.
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
	PartialOrd,
	Ord,
	Debug,
)]
pub enum Condition {
	/// A planned and approved outage.
	Planned,
	/// The grid has failed.
	GridFailure,
	/// It has, and the batteries are within contract.
	BatteryInContract,
	/// It has, and the batteries are below contract.
	BatteryShort,
	/// It has, and the generator is within contract.
	GeneratorInContract,
	/// It has, and the generator is late.
	GeneratorLate,
	/// A power alarm began first.
	PowerFirst,
	/// An environment alarm began first.
	EnvironmentFirst,
	/// A backhaul alarm began first.
	BackhaulFirst,
	/// There is an equipment alarm.
	Equipment,
	/// One PLMN is down, and the others are not.
	OnePlmn,
	/// A configuration violation began first.
	ViolationFirst,
	/// Access is refused.
	AccessRefused,
	/// An appointment was missed, and nobody has come since.
	AppointmentMissed,
}

impl Condition {
	/// Every condition, in the order of their bits.
	pub const ALL: [Self; 14] = [
		Self::Planned,
		Self::GridFailure,
		Self::BatteryInContract,
		Self::BatteryShort,
		Self::GeneratorInContract,
		Self::GeneratorLate,
		Self::PowerFirst,
		Self::EnvironmentFirst,
		Self::BackhaulFirst,
		Self::Equipment,
		Self::OnePlmn,
		Self::ViolationFirst,
		Self::AccessRefused,
		Self::AppointmentMissed,
	];

	/// For which conditions a fact of this sort is evidence.
	pub(super) const fn of(evidence: &Evidence) -> Conditions {
		match evidence {
			Evidence::PlannedOutage { .. } => Conditions::of(&[Self::Planned]),
			Evidence::GridFailure { .. } => Conditions::of(&[Self::GridFailure]),
			Evidence::BatteryAutonomy { .. } => {
				Conditions::of(&[Self::BatteryInContract, Self::BatteryShort])
			}
			Evidence::GeneratorArrival { .. } => {
				Conditions::of(&[Self::GeneratorInContract, Self::GeneratorLate])
			}
			Evidence::Alarm(alarm) => match alarm.subject {
				Subject::Power => Conditions::of(&[Self::PowerFirst]),
				Subject::Environment => Conditions::of(&[Self::EnvironmentFirst]),
				Subject::Backhaul { .. } => Conditions::of(&[Self::BackhaulFirst]),
				Subject::Equipment { .. } => Conditions::of(&[Self::Equipment]),
				Subject::Service => Conditions::of(&[Self::OnePlmn]),
			},
			Evidence::Violation { .. } => Conditions::of(&[Self::ViolationFirst]),
			Evidence::AccessRefused { .. } => Conditions::of(&[Self::AccessRefused]),
			Evidence::AppointmentMissed { .. } => Conditions::of(&[Self::AppointmentMissed]),
			Evidence::AccessAsked { .. }
			| Evidence::AccessGranted { .. }
			| Evidence::AppointmentMade { .. }
			| Evidence::Arrival { .. }
			| Evidence::Reading { .. } => Conditions::EMPTY,
		}
	}
}

/// A set of conditions: bit `n` stands for the `n`-th of [`Condition::ALL`].
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
pub struct Conditions(pub u32);

impl Conditions {
	/// The empty set.
	pub const EMPTY: Self = Self(0);

	/// The set of these.
	pub const fn of(mut conditions: &[Condition]) -> Self {
		let mut set = Self::EMPTY;
		while let [first, rest @ ..] = conditions {
			set = set.with(*first);
			conditions = rest;
		}
		set
	}

	/// The set with `condition` in it.
	#[must_use]
	pub const fn with(self, condition: Condition) -> Self {
		Self(self.0 | Self::bit(condition))
	}

	/// Whether `condition` is in the set.
	pub const fn contains(self, condition: Condition) -> bool {
		self.0 & Self::bit(condition) != 0
	}

	/// What is in both sets.
	#[must_use]
	pub const fn intersection(self, other: Self) -> Self {
		Self(self.0 & other.0)
	}

	/// What is in either set.
	#[must_use]
	pub const fn union(self, other: Self) -> Self {
		Self(self.0 | other.0)
	}

	/// Whether every condition of `other` is in this set.
	pub const fn is_superset(self, other: Self) -> bool {
		other.0 & !self.0 == 0
	}

	/// Whether the set is empty.
	pub const fn is_empty(self) -> bool {
		self.0 == 0
	}

	/// There are fewer than 32 conditions: nothing wraps.
	const fn bit(condition: Condition) -> u32 {
		1u32.wrapping_shl(condition as u32)
	}

	/// Whether there is no condition in it that does not exist.
	pub const fn is_valid(self) -> bool {
		self.0 < 1 << Condition::ALL.len()
	}
}

/// Who answers, of a row.
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
pub enum Answer {
	/// Nobody.
	Nobody,
	/// Who answers for the site: the tower company, or the owner where there is none.
	Site,
	/// The owner of the station.
	StationOwner,
	/// The owner of the link that an alarm names.
	LinkOwner,
	/// The carrier of the PLMN that is down.
	PlmnCarrier,
	/// Who made the violation.
	Violator,
	/// Who refused access or missed the appointment.
	Offender,
}

impl Answer {
	/// Which conditions say who it is; none where that is known without.
	pub(super) const fn known_by(self) -> Conditions {
		match self {
			Self::Nobody | Self::Site | Self::StationOwner => Conditions::EMPTY,
			Self::LinkOwner => Conditions::of(&[Condition::BackhaulFirst]),
			Self::PlmnCarrier => Conditions::of(&[Condition::OnePlmn]),
			Self::Violator => Conditions::of(&[Condition::ViolationFirst]),
			Self::Offender => Conditions::of(&[Condition::AccessRefused, Condition::AppointmentMissed]),
		}
	}
}

/// A row of the table.
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
pub struct Row {
	/// What has to hold.
	pub all: Conditions,
	/// Of what one has to hold, if there is anything in it.
	pub any: Conditions,
	/// Who answers then.
	pub answer: Answer,
}

impl Row {
	/// Whether it matches where these conditions hold.
	pub const fn matches(&self, held: Conditions) -> bool {
		held.is_superset(self.all) && (self.any.is_empty() || !held.intersection(self.any).is_empty())
	}

	/// Whether it asks for anything, and where it matches it is known who answers.
	const fn is_valid(&self) -> bool {
		let known_by = self.answer.known_by();
		self.all.is_valid()
			&& self.any.is_valid()
			&& !self.all.union(self.any).is_empty()
			&& (known_by.is_empty()
				|| !self.all.intersection(known_by).is_empty()
				|| !self.any.is_empty() && known_by.is_superset(self.any))
	}
}

/// The responsibility table, with what evidence has to be like.
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
#[serde(deny_unknown_fields)]
pub struct ResponsibilityTable {
	/// Counts the changes.
	pub version: u32,
	/// Within which a fact is anchored to count without the others' signature, seconds.
	pub evidence_term: u32,
	/// Which severities make an alarm a cause.
	pub grave: Severities,
	/// For which conditions evidence is no younger than the clock's start: causes.
	pub before: Conditions,
	/// For which conditions evidence lies between the clock's start and its end, both included: conduct.
	pub within: Conditions,
	/// The rows, the first that matches decides.
	pub rows: BoundedVec<Row, ConstU32<MAX_ROWS>>,
}

/// What is wrong with a table.
#[derive(
	Encode, Decode, DecodeWithMemTracking, TypeInfo, Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum TableDefect {
	/// No severity makes a cause, or CLEARED or one that does not exist does.
	Severities,
	/// A condition that does not exist, or one whose evidence has to be both before and within.
	Timing,
	/// A row asks for nothing or for a condition that does not exist, or does not say who answers. Counted from 1.
	Row(u8),
	/// There is no row: every outage would be undecided.
	NoRows,
}

impl ResponsibilityTable {
	/// Whether the table can be used. No row needs to match always, nor can it: what none matches is undecided.
	///
	/// # Errors
	/// Names the first defect.
	pub fn check(&self) -> Result<(), TableDefect> {
		ensure(self.grave.is_valid(), TableDefect::Severities)?;
		let timing = self.before.is_valid()
			&& self.within.is_valid()
			&& self.before.intersection(self.within).is_empty();
		ensure(timing, TableDefect::Timing)?;
		ensure(!self.rows.is_empty(), TableDefect::NoRows)?;
		(1..).zip(&self.rows).try_for_each(|(number, row)| ensure(row.is_valid(), TableDefect::Row(number)))
	}
}

impl Default for ResponsibilityTable {
	/// Version 1: the nine rows. Facts have ten minutes; CRITICAL and MAJOR alarms are causes.
	fn default() -> Self {
		use Condition::*;
		let row = |all: &[Condition], any: &[Condition], answer| Row {
			all: Conditions::of(all),
			any: Conditions::of(any),
			answer,
		};
		let rows = [
			row(&[Planned], &[], Answer::Nobody),
			row(&[GridFailure, BatteryInContract, GeneratorInContract], &[], Answer::Nobody),
			row(&[GridFailure], &[BatteryShort, GeneratorLate], Answer::Site),
			row(&[], &[PowerFirst, EnvironmentFirst], Answer::Site),
			row(&[BackhaulFirst], &[], Answer::LinkOwner),
			row(&[Equipment], &[], Answer::StationOwner),
			row(&[OnePlmn], &[], Answer::PlmnCarrier),
			row(&[ViolationFirst], &[], Answer::Violator),
			row(&[], &[AccessRefused, AppointmentMissed], Answer::Offender),
		];
		Self {
			version: 1,
			evidence_term: 600,
			grave: Severities::GRAVE,
			before: Conditions::of(&[
				Planned,
				GridFailure,
				PowerFirst,
				EnvironmentFirst,
				BackhaulFirst,
				Equipment,
				OnePlmn,
				ViolationFirst,
			]),
			within: Conditions::of(&[
				BatteryInContract,
				BatteryShort,
				GeneratorInContract,
				GeneratorLate,
				AccessRefused,
				AppointmentMissed,
			]),
			rows: BoundedVec::truncate_from(rows.to_vec()),
		}
	}
}
