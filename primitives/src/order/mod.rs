// SPDX-License-Identifier: Apache-2.0

//! Work orders: states, evidence, clock and responsibility. The chain and whoever replays an order offline use this code;
//! nothing here reads a chain.
//!
//! # Terminology
//!
//! * **Order**: a fault or a job, raised by one company and handled by another, or by itself ([`state::OrderKind`]).
//! * **Fact** ([`Fact`]): what somebody says has happened, with the time claimed and the time anchored.
//! * **Clock** ([`Clock`]): when the time of the service level ran, and when it stood still.
//! * **Cause** and **conduct**: what service is down for, and what companies did about it.
//! * **Table** ([`ResponsibilityTable`]): who answers for what; versioned data.
//! * **Verdict** ([`Verdict`]): the outage in pieces, each with who answers for it, by which row and which facts.
//! * **Record** ([`Record`]): all that a verdict follows from. **Ruling** ([`Ruling`]): which facts count, as the others say.
//! * **Statement** ([`statement`]): a company's sums of a month.
//!
//! # How it flows
//!
//! ```text
//!   steps -> state (TMF621, TMF697) -> changes -> Clock::new -> clock -+-> deadlines: response, jeopardy, breach
//!                                                                      |
//!   facts -> counts (in time, or agreed) -> causes, supplies, plans ---+-> judge -> verdict
//!                                                                      |
//!                                               companies, table ------+
//! ```
//!
//! # What it guarantees
//!
//! * **The tables and nothing else**: an order goes where its machine has a line, by who the line names ([`state`]).
//! * **No word is taken for more than it is**: what is late counts when the others sign, and a verdict on one party's word
//!   says so ([`fact`], [`verdict`]).
//! * **Nobody is held to what it has not signed**: neither to the contract of a station's record nor, while others have not signed
//!   that either, to its class ([`verdict`], [`class`]).
//! * **Nobody stops the clock alone** ([`clock`]).
//! * **Same evidence, same verdict**, down to the millisecond ([`verdict`]).
//! * **Bounded**: [`MAX_FACTS`] facts, [`MAX_CHANGES`] changes of state, [`MAX_ROWS`] rows, [`MAX_PIECES`] pieces.
//!
//! # Example
//!
//! ```
//! use trimast_primitives::{order::*, OrgId, OrgSet};
//!
//! const MINUTE: u64 = 60_000;
//! let (carrier, tower) = (OrgId(0), OrgId(2));
//! let companies = Companies {
//! 	parties: OrgSet::of(carrier).with(tower),
//! 	owner: carrier,
//! 	tower: Some(tower),
//! 	networks: Default::default(),
//! 	signed: OrgSet::of(carrier).with(tower),
//! };
//! // The grid failed at minute 10, and the batteries lasted 60 minutes instead of 90; a generator came at minute 150, for which
//! // the contract gives 120 minutes. Service was down from minute 70 on.
//! let fact = |number, claimed, evidence| Fact {
//! 	number,
//! 	author: tower,
//! 	claimed: claimed * MINUTE,
//! 	anchored: claimed * MINUTE,
//! 	countersigned: OrgSet::of(carrier),
//! 	denied: false,
//! 	body: None,
//! 	evidence,
//! };
//! let facts = [
//! 	fact(0, 10, Evidence::GridFailure { phase: Phase::Raised }),
//! 	fact(1, 70, Evidence::BatteryAutonomy { contracted: 90, measured: 60 }),
//! 	fact(2, 150, Evidence::GeneratorArrival { contracted: 120, arrived: Some(150 * MINUTE) }),
//! ];
//! let change = |state, at| Change { state, at: at * MINUTE, signed: None };
//! let changes = vec![
//! 	change(State::Acknowledged, 70),
//! 	change(State::InProgress, 75),
//! 	change(State::Resolved, 150),
//! 	change(State::Closed, 160),
//! ];
//! let clock = Clock::new(&changes.try_into().unwrap(), 3_600, 200 * MINUTE);
//! assert_eq!(clock.run(), 80 * MINUTE);
//!
//! let verdict = judge(&companies, &facts, &clock, &ResponsibilityTable::default(), None).unwrap();
//! let pieces: Vec<_> = verdict.pieces.iter().map(|p| (p.from / MINUTE, p.to / MINUTE, p.row, p.share)).collect();
//! assert_eq!(
//! 	pieces,
//! 	[
//! 		(70, 100, Some(3), Share::Company(tower)), // the batteries should have lasted until 100
//! 		(100, 130, Some(2), Share::Nobody),
//! 		(130, 150, Some(3), Share::Company(tower)), // the generator was due at 130
//! 	]
//! );
//! assert_eq!(verdict.total(Share::Company(tower)).time, 50 * MINUTE);
//! ```

mod cause;
pub mod class;
pub mod clock;
pub mod company;
pub mod contract;
pub mod fact;
pub mod head;
pub mod known;
pub mod limits;
pub mod record;
pub mod rules;
pub mod state;
pub mod statement;
#[cfg(test)]
mod tests;
pub mod verdict;

pub use class::{agreed_class, generator_power, sla_class, OutageLevel, OutageRules, SlaTable};
pub use clock::{worked, Change, Changes, Clock, Deadlines, Motion, Span, Terms, MAX_CHANGES, MAX_SPANS};
pub use company::{Companies, Network};
pub use contract::{Contract, FactRefusal};
pub use fact::{
	Alarm, AlarmType, Body, Demand, Evidence, Fact, FactSet, Phase, Quantity, Severities, Severity, Subject,
	MAX_FACTS,
};
pub use head::{
	Alerts, Note, NoteText, Opening, Order, Place, Relation, Stage, Words, Work, MAX_CHILDREN, MAX_NOTE,
	MAX_NOTES, MAX_RELATIONS,
};
pub use known::Known;
pub use limits::{part_of, share_of, Floors, Limits};
pub use record::{fact_digest, verdict_digest, Facts, Record, Ruling};
pub use rules::{Answer, Condition, Conditions, ResponsibilityTable, Row, TableDefect, MAX_ROWS};
pub use state::{Machine, OrderKind, Side, State, StepRefusal, Stop, Transition};
pub use statement::{statement_digest, Score, ScoreKey};
pub use verdict::{judge, NoVerdict, Piece, Share, Total, Verdict, MAX_PIECES, MAX_TOTALS};

fn ensure<E>(ok: bool, error: E) -> Result<(), E> {
	if ok {
		Ok(())
	} else {
		Err(error)
	}
}
