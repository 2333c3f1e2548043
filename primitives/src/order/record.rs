// SPDX-License-Identifier: Apache-2.0

//! An order's record: all that its verdict follows from, and nothing else. The chain judges by it, and so does whoever replays
//! the order offline.

use super::{
	clock::{Changes, Clock, Terms},
	company::Companies,
	fact::{Body, Demand, Fact, FactSet, MAX_FACTS},
	rules::ResponsibilityTable,
	verdict::{judge, NoVerdict, Verdict},
};
use crate::{Hash, Moment};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{traits::ConstU32, BoundedVec};

/// The facts of an order, by number.
pub type Facts = BoundedVec<Fact, ConstU32<{ MAX_FACTS as u32 }>>;

/// What a ruling says about the evidence. The table decides the rest, so a ruling is as replayable as the verdict. A ruling that
/// says nothing lets the verdict stand.
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
pub struct Ruling {
	/// Facts that count although they came late, or are denied or void.
	pub admitted: FactSet,
	/// Facts that do not count.
	pub dismissed: FactSet,
}

impl Ruling {
	/// Whether the verdict stands.
	pub const fn upholds(&self) -> bool {
		self.admitted.is_empty() && self.dismissed.is_empty()
	}

	/// Whether it speaks of facts below this number alone, and not of one in both ways.
	pub fn is_valid(&self, facts: u8) -> bool {
		let all = self.admitted.union(self.dismissed);
		let is_both = |number| self.admitted.contains(number) && self.dismissed.contains(number);
		all.iter().all(|number| number < facts && !is_both(number))
	}

	/// The fact as it counts then.
	fn of(&self, fact: &Fact) -> Fact {
		let mut fact = *fact;
		if self.dismissed.contains(fact.number) {
			let hash = fact.body.map_or_else(Hash::zero, |body| body.hash);
			fact.body = Some(Body { hash, demand: Demand::Missed });
		} else if self.admitted.contains(fact.number) {
			fact.anchored = fact.claimed;
			fact.denied = false;
			fact.body = fact.body.map(|body| Body { demand: Demand::None, ..body });
		}
		fact
	}
}

/// All that a verdict follows from.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct Record {
	/// Hash of the chain's first block.
	pub genesis: Hash,
	/// Number of the order.
	pub order: u32,
	/// The companies, as they stood when it was opened.
	pub companies: Companies,
	/// Its states.
	pub changes: Changes,
	/// How long the raiser had to answer that it is resolved, seconds.
	pub silence: u32,
	/// What the service level promised, where it promised something: what lies behind that is a penalty.
	pub terms: Option<Terms>,
	/// Its facts.
	pub facts: Facts,
	/// The table in force when it was opened.
	pub table: ResponsibilityTable,
	/// What was ruled, if anything was.
	pub ruling: Ruling,
}

impl Record {
	/// The clock of the order at its last change: when it has ended, that of all of it.
	pub fn clock(&self) -> Clock {
		self.clock_at(0)
	}

	/// The clock of the order at a moment, or at its last change where that is later. Of an order that has ended every moment has the
	/// same spans.
	pub fn clock_at(&self, now: Moment) -> Clock {
		Clock::new(&self.changes, self.silence, self.last_change().max(now))
	}

	/// When it came to the state that it is in.
	pub fn last_change(&self) -> Moment {
		self.changes.iter().map(|change| change.at).max().unwrap_or(0)
	}

	/// Who answers: what the chain gives once the order has ended.
	///
	/// # Errors
	/// As [`judge`].
	pub fn verdict(&self) -> Result<Verdict, NoVerdict> {
		self.verdict_at(0)
	}

	/// Who would answer for what has run up to a moment, as things stand. Once the order has ended it is the verdict, whatever the
	/// moment.
	///
	/// # Errors
	/// As [`judge`].
	pub fn verdict_at(&self, now: Moment) -> Result<Verdict, NoVerdict> {
		let facts: alloc::vec::Vec<Fact> = self.facts.iter().map(|fact| self.ruling.of(fact)).collect();
		let clock = self.clock_at(now);
		let deadline = self.terms.and_then(|terms| clock.deadlines(&terms).breach);
		judge(&self.companies, &facts, &clock, &self.table, deadline)
	}
}

/// What a company signs who stands behind a fact: exactly this one, in this order, on this chain. Who has signed or denied it,
/// and whether its body was asked for, is no part of it.
pub fn fact_digest(genesis: Hash, order: u32, fact: &Fact) -> Hash {
	let body = fact.body.map(|body| body.hash);
	(
		b"trimast/fact",
		genesis,
		order,
		fact.number,
		fact.author,
		fact.claimed,
		fact.anchored,
		body,
		&fact.evidence,
	)
		.using_encoded(sp_io::hashing::blake2_256)
		.into()
}

/// The digest of a whole verdict, by which a replay is compared.
pub fn verdict_digest(genesis: Hash, order: u32, verdict: &Verdict) -> Hash {
	(b"trimast/verdict", genesis, order, verdict).using_encoded(sp_io::hashing::blake2_256).into()
}
