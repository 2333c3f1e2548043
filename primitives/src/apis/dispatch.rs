// SPDX-License-Identifier: Apache-2.0

//! What can be asked of work orders, of crews, generators and spares, and of the rounds that plan them.

use crate::{
	order::{
		Changes, Clock, Deadlines, Facts, Limits, Note, Order, OrderKind, OutageLevel, OutageRules, Record,
		ResponsibilityTable, Ruling, Score, ScoreKey, SlaTable, State, Total, Verdict, Words,
	},
	page::SiteId,
	plan::{self, Plan, Point, Unserved},
	resource::Owned,
	Hash, LocalNetworkId, Moment, OrgId, OrgSet, ProvinceId,
};
use alloc::{string::String, vec::Vec};
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// An order as it stands.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct OrderView {
	/// Its number.
	pub id: u32,
	/// What is kept of it.
	pub order: Order,
	/// Its states.
	pub changes: Changes,
	/// Its clock now.
	pub clock: Clock,
	/// What falls due when.
	pub deadlines: Option<Deadlines>,
	/// How many facts it has.
	pub facts: u8,
	/// Its notes.
	pub notes: Vec<Note>,
}

/// Of which orders an answer is. In JSON each field may be left out.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug, Default)]
#[serde(default, deny_unknown_fields)]
pub struct OrderFilter {
	/// Those that this company has raised or handles.
	pub party: Option<OrgId>,
	/// Those in this state.
	pub state: Option<State>,
	/// Those of this kind.
	pub kind: Option<OrderKind>,
	/// Those in this local network.
	pub local_network: Option<LocalNetworkId>,
	/// Those at this station.
	pub station: Option<SiteId>,
}

impl OrderFilter {
	/// Whether it lets this one through.
	pub fn lets(&self, order: &Order) -> bool {
		self.party.is_none_or(|org| order.parties().contains(org))
			&& self.state.is_none_or(|state| order.state == state)
			&& self.kind.is_none_or(|kind| order.kind == kind)
			&& self.local_network.is_none_or(|place| order.place.local_network() == place)
			&& self.station.is_none_or(|site| order.place.station() == Some(site))
	}
}

/// Orders that a filter lets through.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct OrdersView {
	/// The orders by number.
	pub orders: Vec<(u32, Order)>,
	/// After which number to ask on; `None` when all were looked at. There may be none in an answer, and some in the next.
	pub next: Option<u32>,
}

/// An appeal against a verdict.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct AppealView {
	/// Who has made it.
	pub by: OrgId,
	/// When.
	pub at: Moment,
	/// Why.
	pub reason: Words,
	/// How each company would rule that has said so.
	pub said: Vec<(OrgId, Ruling)>,
	/// Who may rule now.
	pub rulers: OrgSet,
}

/// A verdict that is kept, with the whole that follows from the record.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct VerdictView {
	/// When it was given.
	pub at: Moment,
	/// Digest of the whole.
	pub digest: Hash,
	/// Its sums, as they are kept.
	pub charges: Vec<Total>,
	/// What was ruled.
	pub ruling: Option<Ruling>,
	/// Whether there was an appeal on which nobody has ruled in time.
	pub is_disputed: bool,
	/// Whether nothing can change it any more.
	pub is_final: bool,
	/// The whole.
	pub verdict: Verdict,
	/// The appeal, if there is one.
	pub appeal: Option<AppealView>,
}

/// A body that is asked for.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
pub struct DemandView {
	/// Number of the fact.
	pub fact: u8,
	/// Who waits for it.
	pub by: OrgSet,
	/// The last moment for it.
	pub until: Moment,
}

/// The facts of an order.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct FactsView {
	/// The facts by number.
	pub facts: Facts,
	/// What others sign who stand behind each.
	pub digests: Vec<Hash>,
	/// What is asked for.
	pub demands: Vec<DemandView>,
}

/// The outages of a local network.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct OutageView {
	/// Where.
	pub local_network: LocalNetworkId,
	/// Stations that are down.
	pub stations: u32,
	/// Whether that is a large-area outage.
	pub is_large: bool,
	/// How grave it is together.
	pub level: OutageLevel,
	/// Stations that are down in each county where there are any, and whether that is a large-area outage.
	pub counties: Vec<(u8, u32, bool)>,
}

/// A company's scores of a month, and what companies say of them.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct StatementView {
	/// The month: twelve times the year and 0 for January, at UTC+8.
	pub month: u16,
	/// Whose scores.
	pub subject: OrgId,
	/// The scores by province and class.
	pub scores: Vec<(ScoreKey, Score)>,
	/// What is signed.
	pub digest: Hash,
	/// Who has signed it.
	pub signed: OrgSet,
	/// Who disputes it.
	pub disputed: OrgSet,
}

/// What governs orders that are opened now.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct OrderRulesView {
	/// The responsibility table.
	pub table: ResponsibilityTable,
	/// The service levels, by territory and kind.
	pub service_levels: Vec<(crate::access::Scope, OrderKind, SlaTable)>,
	/// The limits.
	pub limits: Limits,
	/// The rules of outages.
	pub outages: OutageRules,
}

/// A visit of a route.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
pub struct VisitView {
	/// The order.
	pub order: u32,
	/// Where.
	pub at: Point,
	/// When it is to be done.
	pub end: Moment,
}

/// How far a route is.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
pub enum RouteStageView {
	/// Sent out, and its company has not answered.
	Sent {
		/// The last moment for it.
		until: Moment,
	},
	/// Under way to its first visit, or there.
	UnderWay {
		/// Since when.
		since: Moment,
		/// Whether it is late, and its company has not said since that it goes on.
		is_late: bool,
	},
	/// Late with its first visit, and its company has said that it goes on.
	GoesOn {
		/// Since when it was under way.
		since: Moment,
	},
	/// A generator that runs where it is.
	Running {
		/// Since when it was under way.
		since: Moment,
		/// Whether its company is to say anew that it runs.
		is_late: bool,
	},
}

/// What a crew or a generator is to do.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct RouteView {
	/// Who sends it.
	pub org: OrgId,
	/// Where.
	pub local_network: LocalNetworkId,
	/// The round that it is of; none where a dispatcher has decided.
	pub round: Option<u32>,
	/// How far it is.
	pub stage: RouteStageView,
	/// What is left, the next one first: 64 at most.
	pub visits: Vec<VisitView>,
}

/// A crew, a generator or spares.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct ResourceView {
	/// Its number.
	pub id: u32,
	/// What is kept of it.
	pub resource: Owned,
	/// Who sends it now.
	pub user: OrgId,
	/// What it is to do.
	pub route: Option<RouteView>,
}

/// Crews, generators and spares of a company, or of all.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct ResourcesView {
	/// Them by number.
	pub resources: Vec<ResourceView>,
	/// After which number to ask on; `None` when all were looked at. There may be none in an answer, and some in the next.
	pub next: Option<u32>,
}

/// Why a round is opened.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
pub enum TriggerView {
	/// It is time.
	Timer,
	/// Outages have reached the governed level.
	Level,
	/// As many new jobs as governed.
	Jobs,
	/// A route was refused, not answered or taken back by hand, or its company has left.
	Refused,
	/// A visit is late.
	Late,
	/// A company has called for it.
	Call(OrgId),
}

/// How far a round is.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
pub enum RoundStageView {
	/// Resources and jobs are gathered.
	Gathering,
	/// All are there, and the round is to be put together.
	Freezing,
	/// Bids are taken, or no block has come to the round since their time is over.
	Bidding {
		/// The last moment for them.
		until: Moment,
	},
	/// No bids are taken, since their time is over or there are no jobs, and the greedy plan is not complete.
	Closing,
	/// The best plan is carried over into routes.
	Committing,
	/// The routes are out.
	Over,
}

/// A round, without what is large.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct RoundView {
	/// Its number.
	pub id: u32,
	/// Where.
	pub local_network: LocalNetworkId,
	/// Why.
	pub trigger: TriggerView,
	/// When it was opened.
	pub opened: Moment,
	/// How far it is.
	pub stage: RoundStageView,
	/// Its digest, once it is frozen: what plans name.
	pub digest: Hash,
	/// How many jobs it has.
	pub jobs: u16,
	/// How many resources it has.
	pub resources: u16,
	/// What the greedy plan is worth, once it is complete: a bid has to be better.
	pub floor: Option<plan::Score>,
	/// The best bid, and whose it is; none where the greedy plan was as good.
	pub best: Option<(OrgId, plan::Score)>,
	/// How many bids a company has.
	pub bids_each: u8,
	/// Who has made how many, until the routes are out: of a round that is over nobody. Events have them for good.
	pub bids: Vec<(OrgId, u8)>,
	/// How much later than planned a visit may be done, seconds.
	pub grace: u32,
}

/// The rounds of a local network.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct TerritoryView {
	/// Where.
	pub local_network: LocalNetworkId,
	/// The round that is open.
	pub open: Option<RoundView>,
	/// The last one that is over: its plan is kept.
	pub last: Option<RoundView>,
	/// Why there is to be another one.
	pub wanted: Option<TriggerView>,
}

/// How a company stands that would bid for a round.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
pub struct BidderView {
	/// How many bids it has left. Once the routes of the round are out its bids are not counted any more: then it is all that a company
	/// has in a round, though none is taken.
	pub left: u8,
	/// The marks that it has for invalid bids.
	pub marks: u8,
	/// Whether it is barred from this round.
	pub is_barred: bool,
}

/// A job that a plan leaves, and why.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnservedView {
	/// The order.
	pub order: u32,
	/// Why.
	pub why: Unserved,
}

/// Work orders and rounds of the whole country at a glance.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug, Default)]
pub struct DispatchSummaryView {
	/// The members, and who is none any more and something still stands of.
	pub orgs: Vec<OrgOrdersView>,
	/// The outages of provinces where there are any.
	pub outages: Vec<ProvinceOutagesView>,
	/// How many rounds are open at each stage, the stage in a word: `gathering`, `freezing`, `bidding`, `closing`, `committing`.
	pub rounds: Vec<(String, u32)>,
	/// How many seconds it is since the oldest thing was due that is left over.
	pub lag: u32,
}

/// What stands of a company.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct OrgOrdersView {
	/// The company.
	pub org: OrgId,
	/// Orders that it has raised and that are not settled: under way, or not yet beyond evidence, appeal and ruling.
	pub unsettled: u32,
	/// Crews, generators and stores of spares that it owns.
	pub resources: u32,
	/// Its scores of this month (UTC+8), of all provinces and classes together.
	pub score: Score,
}

/// The outages of a province's local networks together, as in [`OutageView`].
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct ProvinceOutagesView {
	/// The province.
	pub province: ProvinceId,
	/// Stations that are down.
	pub stations: u32,
	/// Local networks with a large-area outage.
	pub large: u32,
}

sp_api::decl_runtime_apis! {
	/// What can be asked of work orders, resources and rounds.
	pub trait DispatchApi {
		/// One order.
		fn order(id: u32) -> Option<OrderView>;
		/// Orders that are kept, by number, after the one given. It looks at [`MAX_NUMBERS`](super::MAX_NUMBERS) of them.
		fn orders(filter: OrderFilter, after: Option<u32>, limit: u32) -> OrdersView;
		/// Orders under way that a company has raised or handles, in the order in which they are stored, after the one given.
		fn open_orders(party: OrgId, after: Option<u32>, limit: u32) -> Vec<(u32, Order)>;
		/// Orders under way at a station, in the order in which they are stored, after the one given.
		fn orders_at(station: SiteId, after: Option<u32>, limit: u32) -> Vec<(u32, Order)>;
		/// The facts of an order.
		fn facts(id: u32) -> Option<FactsView>;
		/// All that the order's verdict follows from, as it stands: what is replayed offline.
		fn record(id: u32) -> Option<Record>;
		/// The verdict of an order.
		fn verdict(id: u32) -> Option<VerdictView>;
		/// The outages of local networks where there are any, by code, after the one given.
		fn outages(after: Option<LocalNetworkId>, limit: u32) -> Vec<OutageView>;
		/// A company's scores of a month.
		fn statement(month: u16, subject: OrgId) -> StatementView;
		/// What is in force.
		fn order_rules() -> OrderRulesView;
		/// A version of the responsibility table.
		fn responsibility_table(version: u32) -> Option<ResponsibilityTable>;
		/// How many seconds it is since the oldest thing was due that is left over.
		fn order_lag() -> u32;
		/// The whole country at a glance. It looks at every local network with outages or rounds, at the scores of a month, and at no order.
		fn summary() -> DispatchSummaryView;
		/// A crew, a generator or spares.
		fn resource(id: u32) -> Option<ResourceView>;
		/// Crews, generators and spares that a company owns or has on a lease, or all, by number, after the one given. It looks at
		/// [`MAX_NUMBERS`](super::MAX_NUMBERS) of them.
		fn resources(of: Option<OrgId>, after: Option<u32>, limit: u32) -> ResourcesView;
		/// What is offered to a company and not taken, in the order in which it is stored, after the one given; also where the term
		/// is over.
		fn offers_to(org: OrgId, after: Option<u32>, limit: u32) -> Vec<ResourceView>;
		/// Who is to come to an order: the resource, with its route.
		fn sent_to(order: u32) -> Option<ResourceView>;
		/// The rounds of local networks where there were any, by code, after the one given.
		fn territories(after: Option<LocalNetworkId>, limit: u32) -> Vec<TerritoryView>;
		/// One round.
		fn round(id: u32) -> Option<RoundView>;
		/// What a round is about: all that a solver needs, once it is frozen.
		fn snapshot(round: u32) -> Option<plan::Round>;
		/// The best bid of a round, or the plan that has won.
		fn plan(round: u32) -> Option<Plan>;
		/// The jobs that the plan of a round leaves, and why, by number, after the one given.
		fn unserved(round: u32, after: Option<u32>, limit: u32) -> Vec<UnservedView>;
		/// How a company stands that would bid for a round.
		fn bidder(round: u32, org: OrgId) -> Option<BidderView>;
	}
}
