// SPDX-License-Identifier: Apache-2.0

//! Crews, generators and spares, as their owners describe them and as the chain keeps them.

use crate::{access::Scope, plan::Skills, territory::Position, Moment, OrgId, OrgSet};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// The greatest speed of a vehicle, metres an hour: faster than any on a road.
pub const MAX_SPEED: u32 = 200_000;
/// Most jobs that a resource can do on one route.
pub const MAX_CAPACITY: u32 = 64;

/// Seconds of a day.
const DAY: u32 = 86_400;
/// UTC+8, by which shifts are, ms.
const EIGHT_HOURS: Moment = 28_800_000;
const SECOND: Moment = 1_000;

/// What a resource is.
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
pub enum Kind {
	/// People with a vehicle.
	Crew,
	/// A mobile generator with its vehicle and driver.
	Generator {
		/// What it gives, W.
		power: u32,
	},
	/// Spare parts of one sort in a store. They are used up, and no round sends them.
	Spares {
		/// What the company's own books call the part.
		part: u16,
		/// How many are left.
		count: u32,
	},
}

impl Kind {
	/// Whether a round can send it.
	pub const fn is_vehicle(self) -> bool {
		!matches!(self, Self::Spares { .. })
	}
}

/// When people work, every day at UTC+8.
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
pub struct Shift {
	/// Its begin, seconds of the day.
	pub from: u32,
	/// Its end, seconds from the begin of the same day: past midnight it is more than a day.
	pub to: u32,
}

impl Shift {
	/// Whether it begins within a day, and is not longer than one.
	pub fn is_valid(&self) -> bool {
		self.from < DAY && self.from < self.to && self.to.saturating_sub(self.from) <= DAY
	}

	/// Begin and end of the first shift that is not over at `at`.
	pub fn at(&self, at: Moment) -> (Moment, Moment) {
		let day = Moment::from(DAY).saturating_mul(SECOND);
		let local = at.saturating_add(EIGHT_HOURS);
		let begun = local.checked_div(day).unwrap_or(0);
		let shift = |number: Moment| {
			let start = number.saturating_mul(day);
			let of = |seconds: u32| {
				start.saturating_add(Moment::from(seconds).saturating_mul(SECOND)).saturating_sub(EIGHT_HOURS)
			};
			(of(self.from), of(self.to))
		};
		let days = [begun.saturating_sub(1), begun];
		let found = days.into_iter().map(shift).find(|(_, to)| *to > at);
		found.unwrap_or_else(|| shift(begun.saturating_add(1)))
	}
}

/// What its owner says of a resource.
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
pub struct Details {
	/// Where it may be sent: it is in the rounds of this territory.
	pub area: Scope,
	/// What it is.
	pub kind: Kind,
	/// Where it belongs.
	pub base: Position,
	/// Where it is when it is not under way.
	pub at: Position,
	/// When its people work.
	pub shift: Shift,
	/// Metres an hour, [`MAX_SPEED`] at most.
	pub speed: u32,
	/// How many jobs it can do on one route, [`MAX_CAPACITY`] at most.
	pub capacity: u32,
	/// What its people know.
	pub skills: Skills,
}

impl Details {
	/// Whether there can be such a resource. Spares do not move.
	pub fn is_valid(&self) -> bool {
		let moves = (1..=MAX_SPEED).contains(&self.speed) && (1..=MAX_CAPACITY).contains(&self.capacity);
		let is_kind = match self.kind {
			Kind::Crew => moves,
			Kind::Generator { power } => moves && power > 0,
			Kind::Spares { .. } => true,
		};
		is_kind && self.shift.is_valid() && self.base.is_valid() && self.at.is_valid()
	}
}

/// An offer to lend, or a lease.
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
pub struct Lending {
	/// To whom.
	pub to: OrgId,
	/// From when on.
	pub from: Moment,
	/// Until when.
	pub until: Moment,
	/// Whether the other company has taken it: then it is a lease.
	pub is_taken: bool,
	/// What the owner has read from the meter.
	pub read_by_owner: u64,
	/// What the other company has read.
	pub read_by_borrower: u64,
	/// Who has signed that it is given back.
	pub released: OrgSet,
}

impl Lending {
	/// Whether the other company has it.
	pub fn is_in_force(&self, now: Moment) -> bool {
		self.is_taken && (self.from..=self.until).contains(&now)
	}
}

/// A crew, a generator, or spares.
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
pub struct Owned {
	/// Whose it is.
	pub owner: OrgId,
	/// What it is.
	pub details: Details,
	/// To whom it is offered or lent.
	pub lending: Option<Lending>,
	/// The round that plans it now: another one does not.
	pub round: Option<u32>,
	/// Since when it is where it is said to be. A shift that begins later begins at the base.
	pub seen: Moment,
	/// Rounds that are opened before do not plan it: its company has just refused a route, or not answered.
	pub rests: Moment,
}

impl Owned {
	/// Who sends it now: the owner, or the company that has it on a lease.
	pub fn user(&self, now: Moment) -> OrgId {
		self.lending.filter(|lending| lending.is_in_force(now)).map_or(self.owner, |lending| lending.to)
	}
}
