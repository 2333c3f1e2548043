// SPDX-License-Identifier: Apache-2.0

//! What the pallet tells the world.

use frame_support::pallet_macros::pallet_section;

/// The pallet's events.
#[pallet_section]
mod events {
	use crate::types::{Charges, Deadline};
	use crate::{
		resources::types::Details,
		rounds::types::{Trigger, MAX_VISITS},
	};
	use trimast_primitives::{
		order::OutageLevel,
		plan::{PlanDefect, Score as PlanScore, SlaClass},
	};

	/// What has happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A responsibility table is in force.
		TableSet {
			/// Its version.
			version: u32,
		},
		/// A service level is in force, or none of its own is any more.
		ServiceLevelSet {
			/// Where.
			scope: Scope,
			/// For which kind of order.
			kind: OrderKind,
			/// The service level.
			table: Option<SlaTable>,
		},
		/// Limits are in force.
		LimitsSet {
			/// Their version.
			version: u32,
		},
		/// Rules of outages are in force.
		OutageRulesSet {
			/// Their version.
			version: u32,
		},
		/// An order is opened.
		OrderOpened {
			/// Its number.
			order: u32,
			/// Who has raised it.
			raiser: OrgId,
			/// Who is to handle it.
			handler: OrgId,
			/// What for.
			kind: OrderKind,
			/// Where.
			place: Place,
			/// Class of its service level.
			class: SlaClass,
			/// The order that it is a part of.
			parent: Option<u32>,
		},
		/// An order is in another state.
		OrderMoved {
			/// The order.
			order: u32,
			/// The state before.
			from: State,
			/// The state now.
			to: State,
			/// Who has moved it; nobody when it was the chain.
			by: Option<OrgId>,
		},
		/// The clock of an order stands, since the other party has signed that it is held.
		HoldSigned {
			/// The order.
			order: u32,
			/// Who has signed.
			org: OrgId,
		},
		/// A deadline has passed.
		DeadlinePassed {
			/// The order.
			order: u32,
			/// Which one.
			deadline: Deadline,
		},
		/// What is to be done is described anew.
		WorkUpdated {
			/// The order.
			order: u32,
			/// What it is.
			work: Work,
		},
		/// Somebody has said something about an order.
		OrderNoted {
			/// The order.
			order: u32,
			/// Who.
			org: OrgId,
			/// What.
			words: Words,
		},
		/// An order has to do with another one.
		OrdersRelated {
			/// The order.
			order: u32,
			/// How.
			relation: Relation,
			/// The other one.
			other: u32,
		},
		/// A settled order has given way to later ones.
		OrderForgotten {
			/// The order.
			order: u32,
		},
		/// A fact is anchored.
		FactAnchored {
			/// The order.
			order: u32,
			/// Number of the fact.
			fact: u8,
			/// Who says it.
			org: OrgId,
			/// What others sign who stand behind it.
			digest: Hash,
		},
		/// A company stands behind a fact of another one.
		FactCountersigned {
			/// The order.
			order: u32,
			/// Number of the fact.
			fact: u8,
			/// Who has signed.
			org: OrgId,
		},
		/// A company denies a fact that speaks against it.
		FactDenied {
			/// The order.
			order: u32,
			/// Number of the fact.
			fact: u8,
			/// Who denies it.
			org: OrgId,
		},
		/// The body of a fact is asked for.
		BodyAsked {
			/// The order.
			order: u32,
			/// Number of the fact.
			fact: u8,
			/// Who asks.
			by: OrgId,
			/// The last moment for it.
			until: Moment,
		},
		/// The body of a fact is delivered.
		BodyDelivered {
			/// The order.
			order: u32,
			/// Number of the fact.
			fact: u8,
			/// Who has shown it, or says that it has it.
			org: OrgId,
			/// Whether it was shown to the chain.
			is_shown: bool,
		},
		/// A fact counts no more: its body was asked for and not delivered.
		FactVoid {
			/// The order.
			order: u32,
			/// Number of the fact.
			fact: u8,
		},
		/// The stations that are down in an area are a large-area outage, or are none any more.
		LargeAreaOutage {
			/// The local network.
			local_network: LocalNetworkId,
			/// The county; all of them where none is named.
			county: Option<u8>,
			/// How many are down.
			stations: u32,
			/// Whether it is one.
			is_large: bool,
		},
		/// The outages of a local network are of another level.
		OutageLevelChanged {
			/// The local network.
			local_network: LocalNetworkId,
			/// The level.
			level: OutageLevel,
		},
		/// There is a verdict, or another one by a ruling.
		VerdictGiven {
			/// The order.
			order: u32,
			/// Digest of the whole verdict.
			digest: Hash,
			/// Its sums.
			charges: Charges,
			/// What was ruled.
			ruling: Option<Ruling>,
		},
		/// There is an appeal.
		Appealed {
			/// The order.
			order: u32,
			/// Who has made it.
			org: OrgId,
			/// Why.
			reason: Words,
		},
		/// A company has said how it would rule.
		RulingSaid {
			/// The order.
			order: u32,
			/// Who.
			org: OrgId,
			/// How.
			ruling: Ruling,
			/// Why.
			reason: Words,
		},
		/// A verdict is final, and counted.
		VerdictFinal {
			/// The order.
			order: u32,
			/// Digest of the whole verdict.
			digest: Hash,
			/// Whether there was an appeal on which nobody has ruled in time.
			is_disputed: bool,
		},
		/// A company has signed the scores of a month.
		StatementSigned {
			/// The month.
			month: u16,
			/// Whose scores.
			subject: OrgId,
			/// Who has signed.
			org: OrgId,
			/// Their digest.
			digest: Hash,
		},
		/// A company disputes the scores of a month.
		StatementDisputed {
			/// The month.
			month: u16,
			/// Whose scores.
			subject: OrgId,
			/// Who disputes them.
			org: OrgId,
			/// Their digest.
			digest: Hash,
			/// Why.
			reason: Words,
		},
		/// Rules of rounds are in force.
		RoundRulesSet {
			/// Their version.
			version: u32,
		},
		/// A resource is in the books.
		ResourceAdded {
			/// Its number.
			resource: u32,
			/// Whose it is.
			org: OrgId,
			/// What it is.
			details: Details,
		},
		/// A resource is described anew.
		ResourceChanged {
			/// The resource.
			resource: u32,
			/// What it is.
			details: Details,
		},
		/// A resource is out of the books.
		ResourceRemoved {
			/// The resource.
			resource: u32,
		},
		/// A resource is offered to another company.
		ResourceOffered {
			/// The resource.
			resource: u32,
			/// Whose it is.
			org: OrgId,
			/// To whom.
			to: OrgId,
			/// From when on.
			from: Moment,
			/// Until when.
			until: Moment,
		},
		/// An offer that nobody has taken is taken back.
		OfferWithdrawn {
			/// The resource.
			resource: u32,
		},
		/// A resource is lent.
		LeaseBegun {
			/// The resource.
			resource: u32,
			/// To whom.
			org: OrgId,
		},
		/// A meter is read.
		LeaseMetered {
			/// The resource.
			resource: u32,
			/// Who has read it.
			org: OrgId,
			/// What it shows.
			reading: u64,
			/// Whether the other company says the same.
			is_agreed: bool,
		},
		/// A company has signed that a resource is given back.
		ReleaseSigned {
			/// The resource.
			resource: u32,
			/// Who has signed.
			org: OrgId,
		},
		/// A resource is given back.
		LeaseEnded {
			/// The resource.
			resource: u32,
			/// What the owner has read.
			by_owner: u64,
			/// What the other company has read.
			by_borrower: u64,
		},
		/// Spares are used up.
		SparesUsed {
			/// The resource.
			resource: u32,
			/// By whom.
			org: OrgId,
			/// For which order.
			order: u32,
			/// How many.
			used: u32,
			/// How many are left.
			left: u32,
		},
		/// A round is opened.
		RoundOpened {
			/// Its number.
			round: u32,
			/// Where.
			local_network: LocalNetworkId,
			/// Why.
			trigger: Trigger,
		},
		/// A round is frozen, and bids are taken where it has jobs.
		RoundFrozen {
			/// The round.
			round: u32,
			/// Its digest.
			digest: Hash,
			/// How many jobs it has.
			jobs: u16,
			/// How many resources it has.
			resources: u16,
			/// The last moment for bids.
			until: Moment,
		},
		/// A bid is valid.
		BidTaken {
			/// The round.
			round: u32,
			/// Whose it is.
			org: OrgId,
			/// What it is worth.
			score: PlanScore,
			/// Whether it is the best so far.
			is_best: bool,
		},
		/// A bid is not valid: that costs a mark.
		BidRefused {
			/// The round.
			round: u32,
			/// Whose it is.
			org: OrgId,
			/// What is wrong with it.
			defect: PlanDefect,
			/// Whether the company is barred by it.
			is_barred: bool,
		},
		/// A plan has won.
		RoundDecided {
			/// The round.
			round: u32,
			/// Whose it is; nobody's where it is the greedy one.
			winner: Option<OrgId>,
			/// What it is worth.
			score: PlanScore,
		},
		/// All routes of a round are out.
		RoundOver {
			/// The round.
			round: u32,
		},
		/// A company is to acknowledge a route, or has more on one that is under way.
		RouteSent {
			/// The round.
			round: u32,
			/// The resource.
			resource: u32,
			/// The company.
			org: OrgId,
			/// How many visits it has.
			visits: u32,
		},
		/// A company has taken a route on.
		RouteAcknowledged {
			/// The resource.
			resource: u32,
			/// The company.
			org: OrgId,
		},
		/// A company has refused a route, or given it up; or one that waits for it, since it is late.
		RouteRefused {
			/// The resource.
			resource: u32,
			/// The company that has said so.
			org: OrgId,
			/// Why.
			reason: Words,
		},
		/// A company has not answered in time, or has no room in the agenda for an answer.
		RouteUnanswered {
			/// The resource.
			resource: u32,
			/// The company.
			org: OrgId,
		},
		/// A route is taken away: its orders wait again.
		RouteDropped {
			/// The resource.
			resource: u32,
			/// The company.
			org: OrgId,
			/// How many visits were left.
			visits: u32,
		},
		/// A visit is done. Of a generator: it runs, or is free again.
		VisitFinished {
			/// The resource.
			resource: u32,
			/// The company.
			org: OrgId,
			/// The order.
			order: u32,
		},
		/// A visit is late, or a generator has run for so long that its company is to say anew that it does.
		VisitLate {
			/// The resource.
			resource: u32,
			/// The company.
			org: OrgId,
			/// The order.
			order: u32,
		},
		/// Nothing is left of a route.
		RouteFinished {
			/// The resource.
			resource: u32,
			/// The company.
			org: OrgId,
		},
		/// A dispatcher sends a resource by hand.
		RouteOverridden {
			/// The resource.
			resource: u32,
			/// The company.
			org: OrgId,
			/// Where to, in this order.
			orders: BoundedVec<u32, ConstU32<MAX_VISITS>>,
			/// Why.
			reason: Words,
		},
	}
}
