// SPDX-License-Identifier: Apache-2.0

//! States of orders and who may take an order from one to the next: trouble tickets by TMF621, work orders by TMF697.
//!
//! TMF621 (Trouble Ticket) and TMF697 (Work Order) name their states and say in words what each is for. Which transitions
//! there are their public documents leave to a picture or do not say. So each line of the tables names its [`Source`]:
//!
//! * **TM Forum**: the definitions of the states in TMF621, and the life cycle of TMF641 v5 (Service Ordering), which has the
//!   eleven states of TMF697 and the same words for them.
//! * **MEF**: MEF 113 and its guide for developers (W124), which is the trouble ticket of TMF621 with its transitions spelt
//!   out.
//! * **Chosen** here, where these are silent.
//!
//! What was chosen, and why:
//!
//! * An order is `acknowledged` when it is opened: the chain has received it and has checked its form, which is what the
//!   standard means by the word. The handler *responds* when it takes it up, or rejects it.
//! * TMF621 has no `reopened` and no `assessingCancellation`, which MEF adds. What is reopened is `inProgress` again; a ticket
//!   is cancelled at once.
//! * `held` is not in MEF's machine. A ticket that is held may be cancelled like one that is pending.
//! * A work order that nobody has taken up is cancelled at once: TMF641 assesses what is under way only.
//! * A handler that says nothing of a cancellation in time has nothing against it: the chain calls the order off, as it
//!   does where what was begun is not undone in time.
//! * A denied cancellation goes to any of the three states that TMF641 names: what was in progress may be held up by then. A
//!   hold that is entered anew needs a new signature.
//! * Whoever of the two sees that a reason to wait is over ends it, so that neither keeps the clock from running on.
//! * Whose violation a remedial order is to put right handles it. The table is that of any job; while the violation stands open its
//!   handler enters no final state but `cancelled`, where the raiser calls it off (`pallet-dispatch` asks for the violation).
//!
//! Sides: the standards know the one who asks and the one who does it. Within one company it is both.

use super::ensure;
use crate::OrgId;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// A state of an order, by its name in TMF621 and TMF697.
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
	Hash,
	Debug,
)]
pub enum State {
	/// Received, and right in form. Every order begins here.
	Acknowledged,
	/// The handler does not take it: what it says is wrong, or it is none of the handler's business.
	Rejected,
	/// Waits for something that the raiser has to do.
	Pending,
	/// Cannot go on, for a reason that lies with neither or with the handler.
	Held,
	/// The handler is at it.
	InProgress,
	/// Of a ticket: the handler says that it is repaired, and the raiser has not answered yet.
	Resolved,
	/// Of a ticket: the raiser has confirmed it, or was silent for too long.
	Closed,
	/// Called off.
	Cancelled,
	/// Of a work order: done.
	Completed,
	/// Of a work order: could not be done.
	Failed,
	/// Of a work order: some of it was done, the rest could not be.
	Partial,
	/// Of a work order: the raiser wants to call it off, and the handler looks whether that can still be.
	AssessingCancellation,
	/// Of a work order: it is called off, and what was begun is being undone.
	PendingCancellation,
}

/// When the clock of the service level stands still in a state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stop {
	/// Never.
	Never,
	/// From the other party's signature of the hold on.
	Signed,
	/// From the begin of the state, if the raiser confirms it or is silent for too long.
	Confirmed,
	/// From the begin of the state: the order is over.
	Over,
}

impl State {
	/// Its name in TMF621 and TMF697.
	pub const fn name(self) -> &'static str {
		match self {
			Self::Acknowledged => "acknowledged",
			Self::Rejected => "rejected",
			Self::Pending => "pending",
			Self::Held => "held",
			Self::InProgress => "inProgress",
			Self::Resolved => "resolved",
			Self::Closed => "closed",
			Self::Cancelled => "cancelled",
			Self::Completed => "completed",
			Self::Failed => "failed",
			Self::Partial => "partial",
			Self::AssessingCancellation => "assessingCancellation",
			Self::PendingCancellation => "pendingCancellation",
		}
	}

	/// When the clock stands still in it.
	pub const fn stop(self) -> Stop {
		match self {
			Self::Acknowledged
			| Self::Pending
			| Self::InProgress
			| Self::AssessingCancellation
			| Self::PendingCancellation => Stop::Never,
			Self::Held => Stop::Signed,
			Self::Resolved => Stop::Confirmed,
			Self::Rejected
			| Self::Closed
			| Self::Cancelled
			| Self::Completed
			| Self::Failed
			| Self::Partial => Stop::Over,
		}
	}

	/// Whether nothing comes after it.
	pub const fn is_final(self) -> bool {
		matches!(self.stop(), Stop::Over)
	}
}

/// Who takes an order from one state to the next.
#[derive(
	Encode, Decode, DecodeWithMemTracking, TypeInfo, Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum Side {
	/// The company that has opened it.
	Raiser,
	/// The company that it was given to.
	Handler,
	/// The chain itself, when a time is over.
	Chain,
}

impl Side {
	/// What `org` is in an order of these two: both in one within its own company, neither when it is a third.
	pub fn of(org: OrgId, raiser: OrgId, handler: OrgId) -> impl Iterator<Item = Self> {
		let raises = (org == raiser).then_some(Self::Raiser);
		raises.into_iter().chain((org == handler).then_some(Self::Handler))
	}
}

/// Where a transition is from; see [the module](self).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
	/// TM Forum's own words or pictures.
	TmForum,
	/// MEF 113.
	Mef,
	/// The standards are silent.
	Chosen,
}

/// A line of a machine's table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Transition {
	/// The state before.
	pub from: State,
	/// The state after.
	pub to: State,
	/// Who may take it.
	pub by: &'static [Side],
	/// Where it is from.
	pub source: Source,
}

const fn line(from: State, to: State, by: &'static [Side], source: Source) -> Transition {
	Transition { from, to, by, source }
}

const RAISER: &[Side] = &[Side::Raiser];
const HANDLER: &[Side] = &[Side::Handler];
const EITHER: &[Side] = &[Side::Raiser, Side::Handler];
const HANDLER_OR_CHAIN: &[Side] = &[Side::Handler, Side::Chain];
const CHAIN: &[Side] = &[Side::Chain];
const RAISER_OR_CHAIN: &[Side] = &[Side::Raiser, Side::Chain];

/// The trouble ticket of TMF621.
pub const TICKET: &[Transition] = &[
	line(State::Acknowledged, State::InProgress, HANDLER, Source::Mef),
	line(State::Acknowledged, State::Rejected, HANDLER, Source::TmForum),
	line(State::Acknowledged, State::Cancelled, RAISER, Source::Mef),
	line(State::InProgress, State::Pending, HANDLER, Source::Mef),
	line(State::InProgress, State::Held, HANDLER, Source::TmForum),
	line(State::InProgress, State::Resolved, HANDLER, Source::Mef),
	line(State::InProgress, State::Cancelled, RAISER, Source::Mef),
	line(State::Pending, State::InProgress, EITHER, Source::Mef),
	line(State::Pending, State::Cancelled, RAISER, Source::Mef),
	line(State::Held, State::InProgress, EITHER, Source::TmForum),
	line(State::Held, State::Cancelled, RAISER, Source::Chosen),
	line(State::Resolved, State::Closed, RAISER_OR_CHAIN, Source::Mef),
	line(State::Resolved, State::InProgress, RAISER, Source::Mef),
];

/// The work order of TMF697.
pub const WORK_ORDER: &[Transition] = &[
	line(State::Acknowledged, State::InProgress, HANDLER, Source::TmForum),
	line(State::Acknowledged, State::Rejected, HANDLER, Source::TmForum),
	line(State::Acknowledged, State::Cancelled, RAISER, Source::Chosen),
	line(State::InProgress, State::Pending, HANDLER, Source::TmForum),
	line(State::InProgress, State::Held, HANDLER, Source::TmForum),
	line(State::InProgress, State::AssessingCancellation, RAISER, Source::TmForum),
	line(State::InProgress, State::Completed, HANDLER, Source::TmForum),
	line(State::InProgress, State::Failed, HANDLER, Source::TmForum),
	line(State::InProgress, State::Partial, HANDLER, Source::TmForum),
	line(State::Pending, State::InProgress, EITHER, Source::TmForum),
	line(State::Pending, State::AssessingCancellation, RAISER, Source::TmForum),
	line(State::Pending, State::Partial, HANDLER, Source::TmForum),
	line(State::Pending, State::Cancelled, CHAIN, Source::TmForum),
	line(State::Held, State::InProgress, EITHER, Source::TmForum),
	line(State::Held, State::AssessingCancellation, RAISER, Source::TmForum),
	line(State::Held, State::Partial, HANDLER, Source::TmForum),
	line(State::AssessingCancellation, State::InProgress, HANDLER, Source::TmForum),
	line(State::AssessingCancellation, State::Pending, HANDLER, Source::TmForum),
	line(State::AssessingCancellation, State::Held, HANDLER, Source::TmForum),
	line(State::AssessingCancellation, State::PendingCancellation, HANDLER, Source::TmForum),
	line(State::AssessingCancellation, State::Cancelled, CHAIN, Source::Chosen),
	line(State::PendingCancellation, State::Cancelled, HANDLER_OR_CHAIN, Source::TmForum),
];

/// Why an order does not go where it was told to.
#[derive(
	Encode, Decode, DecodeWithMemTracking, TypeInfo, Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum StepRefusal {
	/// The table has no such line.
	NoTransition,
	/// This is for the other side to do.
	OtherSide,
}

/// Which table an order follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Machine {
	/// [`TICKET`].
	Ticket,
	/// [`WORK_ORDER`].
	WorkOrder,
}

impl Machine {
	/// Where every order begins.
	pub const START: State = State::Acknowledged;

	/// Its table.
	pub const fn table(self) -> &'static [Transition] {
		match self {
			Self::Ticket => TICKET,
			Self::WorkOrder => WORK_ORDER,
		}
	}

	/// What may come after a state, and by whom.
	pub fn from(self, state: State) -> impl Iterator<Item = &'static Transition> {
		self.table().iter().filter(move |line| line.from == state)
	}

	/// Whether `by` may take an order from one state to another.
	///
	/// # Errors
	/// Says whether nobody may, or somebody else.
	pub fn step(self, from: State, to: State, by: Side) -> Result<(), StepRefusal> {
		let line = self.from(from).find(|line| line.to == to).ok_or(StepRefusal::NoTransition)?;
		ensure(line.by.contains(&by), StepRefusal::OtherSide)
	}
}

/// What an order is for.
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
	Hash,
	Debug,
)]
pub enum OrderKind {
	/// Service is down or impaired.
	Fault,
	/// A value in the network that is not the approved one is to be put right.
	Remedial,
	/// Something is to be built.
	Construction,
	/// Something is to be looked at.
	Inspection,
	/// A generator is to be brought and run.
	GeneratorRun,
	/// Cells are to be put to sleep or woken.
	Energy,
}

impl OrderKind {
	/// Every kind.
	pub const ALL: [Self; 6] =
		[Self::Fault, Self::Remedial, Self::Construction, Self::Inspection, Self::GeneratorRun, Self::Energy];

	/// Which table it follows: faults are tickets, jobs are work orders.
	pub const fn machine(self) -> Machine {
		match self {
			Self::Fault => Machine::Ticket,
			Self::Remedial | Self::Construction | Self::Inspection | Self::GeneratorRun | Self::Energy => {
				Machine::WorkOrder
			}
		}
	}
}
