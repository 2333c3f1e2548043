// SPDX-License-Identifier: Apache-2.0

//! How long what belongs to an order may take, beside the terms of its class; and how much of its lists is whose.

use super::{
	clock::{Changes, MAX_CHANGES},
	state::{Machine, Side, State},
};
use crate::{OrgId, OrgSet};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Changes of state from which on nobody has an order wait any more: the rest is for what ends it.
const MAX_WAITS: u32 = MAX_CHANGES / 2;

/// Terms that the federation governs for all orders, seconds.
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
pub struct Limits {
	/// Counts the changes.
	pub version: u32,
	/// How long a job may be pending, or its handler say nothing of a cancellation, until the chain calls it off.
	pub pending: u32,
	/// How long a company has to deliver a body that is asked for.
	pub body: u32,
	/// How long a verdict can be appealed against.
	pub appeal: u32,
	/// How long the others have to rule on an appeal.
	pub ruling: u32,
}

impl Default for Limits {
	/// Version 1: a week for a pending job and for a ruling, a day for a body, three days for an appeal.
	fn default() -> Self {
		const DAY: u32 = 86_400;
		Self { version: 1, pending: 7 * DAY, body: DAY, appeal: 3 * DAY, ruling: 7 * DAY }
	}
}

/// The longest term, seconds: a year. What nobody lives to see, no order may wait for.
const LONGEST: u32 = 31_536_000;

/// The shortest terms that the federation may set, seconds: fixed at genesis, so that no vote leaves companies without time for an
/// answer.
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
pub struct Floors {
	/// Of [`Limits`].
	pub limits: Limits,
	/// Of the evidence term of a table.
	pub evidence: u32,
	/// Of the time for the raiser's answer in a service level.
	pub silence: u32,
	/// Of the time for bids in a round.
	pub bidding: u32,
	/// Of the time to answer a route.
	pub answer: u32,
}

impl Default for Floors {
	/// A second for everything.
	fn default() -> Self {
		Self {
			limits: Limits { version: 0, pending: 1, body: 1, appeal: 1, ruling: 1 },
			evidence: 1,
			silence: 1,
			bidding: 1,
			answer: 1,
		}
	}
}

impl Floors {
	/// Whether a term lies between its floor and a year.
	const fn lets(floor: u32, term: u32) -> bool {
		floor <= term && term <= LONGEST
	}

	/// Whether there is time for everything, and no more than a year.
	pub const fn lets_limits(&self, limits: &Limits) -> bool {
		Self::lets(self.limits.pending, limits.pending)
			&& Self::lets(self.limits.body, limits.body)
			&& Self::lets(self.limits.appeal, limits.appeal)
			&& Self::lets(self.limits.ruling, limits.ruling)
	}

	/// The same of an evidence term.
	pub const fn lets_evidence(&self, term: u32) -> bool {
		Self::lets(self.evidence, term)
	}

	/// The same of the time for the raiser's answer.
	pub const fn lets_silence(&self, term: u32) -> bool {
		Self::lets(self.silence, term)
	}

	/// The same of the time for bids in a round, and of that to answer a route.
	pub const fn lets_round(&self, bidding: u32, answer: u32) -> bool {
		Self::lets(self.bidding, bidding) && Self::lets(self.answer, answer)
	}
}

/// How many items of a list of `most` are a company's in an order that concerns all of these: half of the list is the
/// parties', the other half the others', in equal parts. So nobody fills it for another.
pub fn share_of(org: OrgId, parties: OrgSet, concerned: OrgSet, most: u32) -> u32 {
	let others = concerned.difference(parties);
	let among = if parties.contains(org) {
		parties
	} else if others.contains(org) {
		others
	} else {
		return 0;
	};
	part_of(org, among, most / 2)
}

/// How many items of a list of `most` that these companies fill alone are a company's: equal parts.
pub fn part_of(org: OrgId, among: OrgSet, most: u32) -> u32 {
	if among.contains(org) {
		most.checked_div(among.len()).unwrap_or(0)
	} else {
		0
	}
}

impl Machine {
	/// The fewest steps from a state to a final one that the raiser is not needed for: the handler or the chain takes them.
	pub fn steps_to_end(self, state: State) -> u32 {
		let is_without_raiser = |by: &[Side]| by.iter().any(|side| *side != Side::Raiser);
		let mut reached = alloc::vec![state];
		let mut steps = 0u32;
		// Each round reaches another state, or there is none left.
		while !reached.iter().any(|state| state.is_final()) && steps < MAX_CHANGES {
			let from = |state: &State| {
				self.from(*state).filter(|line| is_without_raiser(line.by)).map(|line| line.to)
			};
			reached = reached.iter().flat_map(from).collect();
			reached.sort_unstable();
			reached.dedup();
			steps = steps.saturating_add(1);
		}
		steps
	}

	/// Whether an order that went through these changes has room for another one to this state: afterwards it can still be
	/// ended, and nobody has it wait again and again.
	pub fn has_room(self, changes: &Changes, to: State) -> bool {
		let count = u32::try_from(changes.len()).unwrap_or(MAX_CHANGES);
		let is_wait = matches!(to, State::Pending | State::Held);
		let most = if is_wait { MAX_WAITS } else { MAX_CHANGES };
		count.saturating_add(1).saturating_add(self.steps_to_end(to)) <= most
	}
}
