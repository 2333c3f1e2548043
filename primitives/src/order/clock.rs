// SPDX-License-Identifier: Apache-2.0

//! The clock of the service level: when it ran and when it stood still, and what falls due when.
//!
//! It follows from the states that an order went through ([`State::stop`]):
//!
//! ```text
//!   from one state to the next     it runs,
//!   in held                        until the other party's signature; from there on it stands
//!   in resolved                    it stands when the raiser confirms, or `silence` is over: it has ended with the begin
//!                                  of resolved. When the raiser reopens it, it has run all along, or as long as the handler
//!                                  would have had for its own answer; behind that it stood. It is refused when it comes too
//!                                  late.
//!   in a final state               it has ended
//! ```
//!
//! A signature works from the moment it is given, so what has fallen due stays due. A confirmation works back to the begin
//! of `resolved`, or the raiser could let a repaired station run late by saying nothing. So nothing falls due while a ticket
//! is resolved and unanswered; what would have comes when it is reopened. Within one company there is no other party, and
//! the clock does not stand in `held`.
//!
//! All times are the chain's, as the author of each block sets it: never behind the block before, and never so far ahead of
//! the others' clocks that they refuse the block.
//!
//! # What it guarantees
//!
//! * **Total**: any list of changes has a clock. A change that claims to be before the one before it is taken to be at its
//!   time, and one behind `now` is not looked at.
//! * **Without gap**: spans follow one another from the begin to the end, running and standing in turn.
//! * **Monotone**: later moments and further changes never take back time that has run.

use super::state::{State, Stop};
use crate::Moment;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{traits::ConstU32, BoundedVec};

/// Most changes of state of an order. Who keeps them leaves room for the steps that end one.
pub const MAX_CHANGES: u32 = 64;
/// Most spans of a clock: two for each change.
pub const MAX_SPANS: u32 = 2 * MAX_CHANGES;

const SECOND: Moment = 1_000;

/// A change of an order's state.
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
pub struct Change {
	/// The state from now on.
	pub state: State,
	/// When.
	pub at: Moment,
	/// From when on the clock stands: in `held` since the other party has signed it, in `resolved` that is reopened since the raiser
	/// had been silent for as long as the handler had for its own answer.
	pub signed: Option<Moment>,
}

/// The states of an order, from the first one on.
pub type Changes = BoundedVec<Change, ConstU32<MAX_CHANGES>>;

/// A time in which the clock ran, or stood still.
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
pub struct Span {
	/// Its begin.
	pub from: Moment,
	/// Its end, which is not part of it.
	pub to: Moment,
	/// Whether the clock ran.
	pub runs: bool,
}

impl Span {
	/// How long it is, ms.
	pub const fn length(&self) -> u64 {
		self.to.saturating_sub(self.from)
	}
}

/// What the clock does now.
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
pub enum Motion {
	/// It runs.
	Runs,
	/// It stands: the order is held.
	Stands,
	/// It waits for the raiser's answer: the order is resolved.
	Waits,
	/// It has ended.
	Ended,
}

/// The clock of an order at a moment.
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
pub struct Clock {
	/// When it began: with the first change.
	pub start: Moment,
	/// When the handler first answered: with the first state that is not `acknowledged`.
	pub answered: Option<Moment>,
	/// When it ran and stood since; none is empty.
	pub spans: BoundedVec<Span, ConstU32<MAX_SPANS>>,
	/// What it does now.
	pub motion: Motion,
}

/// How long an order was in progress (actualDuration), ms, as long as it still is up to `now`.
pub fn worked(changes: &Changes, now: Moment) -> u64 {
	let ends = changes.iter().skip(1).map(|change| change.at).chain([now]);
	let spans = changes.iter().zip(ends).filter(|(change, _)| change.state == State::InProgress);
	spans.fold(0, |sum, (change, end)| sum.saturating_add(end.saturating_sub(change.at)))
}

impl Clock {
	/// The clock of an order that went through these changes, as it is at `now`. `silence` is how long the raiser of a ticket
	/// has to answer that it is resolved, as it is now, seconds. Without a change the clock begins and ends `now`.
	pub fn new(changes: &Changes, silence: u32, now: Moment) -> Self {
		let silence = Moment::from(silence).saturating_mul(SECOND);
		let start = changes.first().map_or(now, |change| change.at);
		let mut clock = Self { start, answered: None, spans: BoundedVec::new(), motion: Motion::Ended };
		let mut changes = ordered(changes).into_iter().take_while(|change| change.at <= now).peekable();
		while let Some(change) = changes.next() {
			let next = changes.peek();
			let to = next.map_or(now, |next| next.at);
			if change.state != State::Acknowledged {
				clock.answered = clock.answered.or(Some(change.at));
			}
			clock.motion = match change.state.stop() {
				Stop::Never => {
					clock.push(change.at, to, true);
					Motion::Runs
				}
				Stop::Signed => {
					let signed = change.signed.filter(|signed| *signed <= to);
					let stands = signed.map_or(to, |signed| signed.max(change.at));
					clock.push(change.at, stands, true);
					clock.push(stands, to, false);
					signed.map_or(Motion::Runs, |_| Motion::Stands)
				}
				Stop::Confirmed => match next {
					None if to > change.at.saturating_add(silence) => Motion::Ended,
					None => Motion::Waits,
					Some(next) if next.state.is_final() => Motion::Ended,
					Some(_) => {
						let stands = change.signed.map_or(to, |late| late.max(change.at).min(to));
						clock.push(change.at, stands, true);
						clock.push(stands, to, false);
						Motion::Runs
					}
				},
				Stop::Over => Motion::Ended,
			};
			if clock.motion == Motion::Ended {
				break;
			}
		}
		clock
	}

	/// When it ends, or how far it has come.
	pub fn end(&self) -> Moment {
		self.spans.last().map_or(self.start, |span| span.to)
	}

	/// How long it has run, ms.
	pub fn run(&self) -> u64 {
		self.spans.iter().filter(|span| span.runs).fold(0, |sum, span| sum.saturating_add(span.length()))
	}

	/// When it has run for so many ms, or will have if nothing else happens; `None` if it will not.
	pub fn reaches(&self, run: u64) -> Option<Moment> {
		let mut left = run;
		for span in self.spans.iter().filter(|span| span.runs) {
			match left.checked_sub(span.length()) {
				None | Some(0) => return Some(span.from.saturating_add(left)),
				Some(rest) => left = rest,
			}
		}
		(left == 0 || self.motion == Motion::Runs).then(|| self.end().saturating_add(left))
	}

	/// What falls due when.
	pub fn deadlines(&self, terms: &Terms) -> Deadlines {
		Deadlines {
			response: self.answered.is_none().then(|| self.reaches(terms.response_run())).flatten(),
			jeopardy: self.reaches(terms.jeopardy_run()),
			breach: self.reaches(terms.restoration_run()),
		}
	}

	/// Whether the handler answered too late, or has not yet although it is too late.
	pub fn is_answered_late(&self, terms: &Terms) -> bool {
		let answered = self.answered.unwrap_or_else(|| self.end());
		answered.saturating_sub(self.start) > terms.response_run()
	}

	/// Whether so much of the time for restoration is used up that there is an alert.
	pub fn is_in_jeopardy(&self, terms: &Terms) -> bool {
		self.run() >= terms.jeopardy_run()
	}

	/// Whether service is restored too late, or not yet although it is too late. The deadline itself is in time.
	pub fn is_breached(&self, terms: &Terms) -> bool {
		self.run() > terms.restoration_run()
	}

	/// Whether it runs at a moment between its begin and its end.
	pub fn runs_at(&self, at: Moment) -> bool {
		self.spans.iter().any(|span| span.runs && span.from <= at && at < span.to)
	}

	fn push(&mut self, from: Moment, to: Moment, runs: bool) {
		if from >= to {
			return;
		}
		match self.spans.last_mut() {
			Some(last) if last.runs == runs => last.to = to,
			_ => {
				// There is room: two for each change at most.
				let _ = self.spans.try_push(Span { from, to, runs });
			}
		}
	}
}

/// The changes, none before the one before it.
fn ordered(changes: &Changes) -> Vec<Change> {
	let mut latest = 0;
	let order = |change: &Change| {
		latest = change.at.max(latest);
		Change { at: latest, ..*change }
	};
	changes.iter().map(order).collect()
}

/// What the service level of a class promises.
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
pub struct Terms {
	/// Within which the handler answers, seconds.
	pub response: u32,
	/// Within which service is restored, seconds.
	pub restoration: u32,
	/// After which part of it there is an alert, thousandths.
	pub jeopardy: u16,
}

impl Terms {
	/// Whether an answer is due no later than restoration, which is due some time, and the alert comes no later than that.
	pub const fn is_valid(&self) -> bool {
		self.restoration > 0 && self.response <= self.restoration && self.jeopardy <= 1_000
	}

	fn response_run(&self) -> u64 {
		Moment::from(self.response).saturating_mul(SECOND)
	}

	fn restoration_run(&self) -> u64 {
		Moment::from(self.restoration).saturating_mul(SECOND)
	}

	fn jeopardy_run(&self) -> u64 {
		// A thousandth of a second is a millisecond.
		Moment::from(self.restoration).saturating_mul(self.jeopardy.into())
	}
}

/// What falls due when, as things stand; `None` where nothing does.
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
pub struct Deadlines {
	/// The last moment for an answer.
	pub response: Option<Moment>,
	/// When there is an alert.
	pub jeopardy: Option<Moment>,
	/// The last moment for restoration.
	pub breach: Option<Moment>,
}
