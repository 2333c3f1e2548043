// SPDX-License-Identifier: Apache-2.0

//! Why calls are refused: the pallet's errors, and the refusals of the shared types in their words.

use crate::Error;
use frame_support::pallet_macros::pallet_section;
use trimast_primitives::{
	access::AccessRefusal,
	order::{FactRefusal, StepRefusal},
};

/// The pallet's errors.
#[pallet_section]
mod errors {
	/// Why a call was refused, and what to do.
	#[pallet::error]
	pub enum Error<T> {
		/// No organisation has this account: have it added by your company's admin.
		UnknownAccount,
		/// The account's organisation may not do business now: it is suspended, has left or has not joined yet. Or the handler of
		/// a fault cannot answer now: give it to another company.
		OrgNotActive,
		/// The account lacks the role that the call needs: dispatcher, or one of those that the call names beside.
		MissingRole,
		/// The place lies outside the account's scope.
		OutsideScope,
		/// There is no such order, or it is forgotten.
		NoSuchOrder,
		/// The territory has no such local network, or the county is not 1 to 99.
		UnknownTerritory,
		/// The inventory has no such station in service.
		NoSuchStation,
		/// An order of this kind is about a station.
		StationNeeded,
		/// The company, the one that is named or one's own, is no carrier or tower company of the federation; or what goes to another
		/// one names one's own.
		NotMember,
		/// The station's record does not name this company, and the order is none of its business.
		NotConcerned,
		/// Only who has raised or handles the order does this.
		NotParty,
		/// Both sides are one company: there is nobody else to sign, or to ask for a violation to be put right.
		NoOtherParty,
		/// A severity is one of a thing that lasts, a share is 100 % at most, and a time begins before it ends. What is asked for
		/// stays as its raiser has it.
		BadWork,
		/// A remedial order is for a violation, and no other order is.
		ViolationNeeded,
		/// There is no such violation, or it is another company's or another station's; or it is over already. Of a fact: or it
		/// was taken back, or seen later than is claimed.
		OtherViolation,
		/// An order for this violation is under way or completed already, or the company has a fault open at this station.
		AlreadyExists,
		/// No service level is in force for faults there: the council sets one.
		NoServiceLevel,
		/// As many of the company's orders are not settled as may be.
		TooManyOrders,
		/// The order has as many parts of the company as may be.
		TooManyChildren,
		/// The order has as many relations of the company as may be, or has this one.
		TooManyRelations,
		/// The company has as many notes in the order as it may.
		TooManyNotes,
		/// A note has a text of printable characters, or a hash.
		BadWords,
		/// The order does not go there from the state that it is in.
		NoTransition,
		/// This is for the other side to do.
		OtherSide,
		/// The order has changed so often that it can only be ended.
		TooManyChanges,
		/// The time for it is over.
		TooLate,
		/// The order is not held, or held anew since.
		NotHeld,
		/// It has been signed already.
		AlreadyGiven,
		/// The violation stands open, and while it does who answers for it does not end its order; or no observation by another
		/// company shows that it is put right.
		NotRestored,
		/// The company has as many facts in the order as it may.
		TooManyFacts,
		/// The contracted time is not that of the station's record.
		OtherContract,
		/// The owner or the network is not that of the station's record.
		OtherOwner,
		/// That cannot have been: a time lies in the future, an end before its begin, or it does not change in this way.
		Impossible,
		/// The order has no such fact.
		NoSuchFact,
		/// The digest is not that of this fact: look at it again.
		OtherDigest,
		/// A company signs others' facts, and asks for others' bodies.
		OwnFact,
		/// The fact does not speak against the company, or that is a party of the order, which appeals instead.
		NotAccused,
		/// The fact has no body.
		NoBody,
		/// Nobody asks for this body now; or the company that says that it has it does not.
		NotAsked,
		/// The company has asked for it already, or it was shown, or the fact is void.
		AlreadyAsked,
		/// The bytes have another hash.
		OtherBody,
		/// The order has no verdict that is open to appeal.
		NoVerdict,
		/// There is an appeal already, or the company has had its time to appeal before a ruling.
		AlreadyAppealed,
		/// There is no appeal to rule on.
		NoAppeal,
		/// The company is party to the order, has appealed, answers on more than one word, has no seat, or the ruling changes what it
		/// answers for.
		NotRuler,
		/// The ruling names facts that there are not, or one in both ways.
		BadRuling,
		/// The month is not over, or is forgotten.
		OtherMonth,
		/// So many of the company's orders are due in these seconds that none can be entered: try again later.
		AgendaFull,
		/// The table cannot be used: it has no row, a row asks for nothing, or does not say who answers; or evidence has less time than
		/// its floor, or more than a year.
		BadTable,
		/// The terms of a class are impossible, or promise less than those of a lower one; or an answer has less time
		/// than its floor, or more than a year.
		BadServiceLevel,
		/// A limit is below its floor, or more than a year.
		BadLimits,
		/// Each level begins behind the one before it.
		BadOutageRules,
		/// Rounds cannot be held by these rules: a time or a count is nothing or too much, or roads are shorter than the straight
		/// line; or bids or answers have less time than their floor.
		BadRoundRules,
		/// There is no such resource.
		NoSuchResource,
		/// There cannot be such a resource (it is faster or does more than any), or it cannot be sent, or not there.
		BadResource,
		/// The company has as many resources as it may: take others out of the books first.
		TooManyResources,
		/// The resource is another company's, or another company has it now.
		NotOwner,
		/// A round plans it, or it is on a route: wait, or refuse the route.
		InUse,
		/// It is offered or lent: withdraw the offer, or have it given back first.
		AlreadyLent,
		/// There is no such offer or lease: it may have been withdrawn, or made anew for another time.
		NoOffer,
		/// A lease ends after its begin and after now, and lasts a year at most.
		BadTerm,
		/// A meter does not go back, but to what the other company has read; and spares have none.
		BadReading,
		/// These are no spares, or there are fewer.
		NoSpares,
		/// A round is open there: wait until it is over.
		RoundOpen,
		/// The last round there has been over for less than the governed pause: wait.
		TooSoon,
		/// No order is under way at a station there.
		NothingWaits,
		/// There is no such round, or it is forgotten.
		NoSuchRound,
		/// The round takes no bids now: it is not frozen yet, or has no jobs, or the time for bids is over.
		NotBidding,
		/// The company has given too many invalid bids there, and waits as many rounds there as governed.
		Barred,
		/// The company has bid as often in this round as it may: bid in the next one.
		TooManyBids,
		/// The resource has no route: it was finished, refused, not answered in time, or is planned anew.
		NoRoute,
		/// The resource is not under way to this order: the route is not acknowledged yet, or another visit comes first.
		NotUnderWay,
		/// The order wants no visit now (it is neither acknowledged nor in progress, or at no station), or not in this local network.
		NotWaiting,
		/// The fact is another company's: its author shows its body.
		NotAuthor,
	}
}

impl<T> From<AccessRefusal> for Error<T> {
	fn from(refusal: AccessRefusal) -> Self {
		match refusal {
			AccessRefusal::UnknownAccount => Self::UnknownAccount,
			AccessRefusal::OrgNotActive => Self::OrgNotActive,
			AccessRefusal::MissingRole => Self::MissingRole,
			AccessRefusal::OutsideScope => Self::OutsideScope,
		}
	}
}

impl<T> From<StepRefusal> for Error<T> {
	fn from(refusal: StepRefusal) -> Self {
		match refusal {
			StepRefusal::NoTransition => Self::NoTransition,
			StepRefusal::OtherSide => Self::OtherSide,
		}
	}
}

impl<T> From<FactRefusal> for Error<T> {
	fn from(refusal: FactRefusal) -> Self {
		match refusal {
			FactRefusal::OtherContract => Self::OtherContract,
			FactRefusal::OtherOwner => Self::OtherOwner,
			FactRefusal::NotConcerned => Self::NotConcerned,
			FactRefusal::Impossible => Self::Impossible,
		}
	}
}
