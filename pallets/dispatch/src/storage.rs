// SPDX-License-Identifier: Apache-2.0

//! What the pallet keeps.

use frame_support::pallet_macros::pallet_section;

/// The pallet's storage.
#[pallet_section]
mod storage {
	use crate::{
		agenda::{Queues, MAX_DUE},
		types::{
			Appeal, CountyOutages, EvidenceOf, Judgement, NetworkOutages, Ring, Statement, StationOutages,
		},
	};
	use crate::{
		resources::types::Owned,
		rounds::types::{Draft, Head, MarksOf, RefusalsOf, RoundRules, Route, Territory, MAX_WORKING},
	};
	use trimast_primitives::{
		order::{Changes, Note, Order, Score, ScoreKey, MAX_NOTES},
		page::SiteId,
		plan::{self, Greedy, Plan, MAX_RESOURCES},
	};

	/// Number of the next order.
	#[pallet::storage]
	pub type NextOrder<T> = StorageValue<_, u32, ValueQuery>;

	/// The orders by number.
	#[pallet::storage]
	pub type Orders<T> = StorageMap<_, Twox64Concat, u32, Order>;

	/// The states of each order.
	#[pallet::storage]
	pub type ChangesOf<T> = StorageMap<_, Twox64Concat, u32, Changes, ValueQuery>;

	/// The facts of each order.
	#[pallet::storage]
	pub type Evidence<T> = StorageMap<_, Twox64Concat, u32, EvidenceOf, ValueQuery>;

	/// The notes of each order.
	#[pallet::storage]
	pub type Notes<T> = StorageMap<_, Twox64Concat, u32, BoundedVec<Note, ConstU32<MAX_NOTES>>, ValueQuery>;

	/// The orders under way of each party. Those that it handles are bounded by what the others may raise: nothing walks them but
	/// a view, in pages.
	#[pallet::storage]
	pub type OpenOf<T> = StorageDoubleMap<_, Twox64Concat, OrgId, Twox64Concat, u32, ()>;

	/// The orders under way at each station.
	#[pallet::storage]
	pub type OpenAt<T> = StorageDoubleMap<_, Twox64Concat, SiteId, Twox64Concat, u32, ()>;

	/// How many orders each company has raised that are not settled.
	#[pallet::storage]
	pub type Unsettled<T> = StorageMap<_, Twox64Concat, OrgId, u32, ValueQuery>;

	/// The settled orders that each company has raised, in two rings: those with a verdict, and the others.
	#[pallet::storage]
	pub type Past<T> = StorageDoubleMap<_, Twox64Concat, (OrgId, bool), Twox64Concat, u32, u32>;

	/// Where each ring begins and ends.
	#[pallet::storage]
	pub type PastOf<T> = StorageMap<_, Twox64Concat, (OrgId, bool), Ring, ValueQuery>;

	/// The order that puts a violation right: one that is under way or completed.
	#[pallet::storage]
	pub type RemedyOf<T> = StorageMap<_, Twox64Concat, u32, u32>;

	/// The verdicts by order.
	#[pallet::storage]
	pub type Verdicts<T> = StorageMap<_, Twox64Concat, u32, Judgement>;

	/// The appeals by order.
	#[pallet::storage]
	pub type Appeals<T> = StorageMap<_, Twox64Concat, u32, Appeal>;

	/// The open faults of each station.
	#[pallet::storage]
	pub type Stations<T> = StorageMap<_, Twox64Concat, SiteId, StationOutages, ValueQuery>;

	/// The outages of each local network.
	#[pallet::storage]
	pub type Networks<T> = StorageMap<_, Twox64Concat, LocalNetworkId, NetworkOutages, ValueQuery>;

	/// The outages of each county of a local network.
	#[pallet::storage]
	pub type Counties<T> =
		StorageDoubleMap<_, Twox64Concat, LocalNetworkId, Twox64Concat, u8, CountyOutages, ValueQuery>;

	/// The version of the responsibility table in force.
	#[pallet::storage]
	pub type TableInForce<T> = StorageValue<_, u32, ValueQuery>;

	/// The responsibility tables by version: an order is judged by the one of its opening.
	#[pallet::storage]
	pub type Tables<T> = StorageMap<_, Twox64Concat, u32, ResponsibilityTable>;

	/// The service levels in force, by territory and kind of order.
	#[pallet::storage]
	pub type ServiceLevels<T> = StorageDoubleMap<_, Twox64Concat, Scope, Twox64Concat, OrderKind, SlaTable>;

	/// How often service levels were set.
	#[pallet::storage]
	pub type LevelsVersion<T> = StorageValue<_, u32, ValueQuery>;

	/// The shortest terms that may be set.
	#[pallet::storage]
	pub type FloorsOf<T> = StorageValue<_, Floors, ValueQuery>;

	/// The limits in force.
	#[pallet::storage]
	pub type LimitsInForce<T> = StorageValue<_, Limits, ValueQuery>;

	/// From how many stations on an outage is what, in force.
	#[pallet::storage]
	pub type OutageRulesInForce<T> = StorageValue<_, OutageRules, ValueQuery>;

	/// The scores of a month, by company.
	#[pallet::storage]
	pub type Scores<T> = StorageNMap<
		_,
		(NMapKey<Twox64Concat, u16>, NMapKey<Twox64Concat, OrgId>, NMapKey<Twox64Concat, ScoreKey>),
		Score,
		ValueQuery,
	>;

	/// The first month of which scores may be left: 0 while nothing was counted.
	#[pallet::storage]
	pub type ScoresFrom<T> = StorageValue<_, u16, ValueQuery>;

	/// What is said of a company's scores of a month.
	#[pallet::storage]
	pub type Statements<T> = StorageDoubleMap<_, Twox64Concat, u16, Twox64Concat, OrgId, Statement>;

	/// The orders that the chain looks at in a second, by whose call it is.
	#[pallet::storage]
	pub type Agenda<T> = StorageDoubleMap<
		_,
		Twox64Concat,
		OrgId,
		Twox64Concat,
		u32,
		BoundedVec<u32, ConstU32<MAX_DUE>>,
		ValueQuery,
	>;

	/// The companies in their turn, and from which second on each may have something left.
	#[pallet::storage]
	pub type AgendaFrom<T> = StorageValue<_, Queues, ValueQuery>;

	/// Number of the next resource.
	#[pallet::storage]
	pub type NextResource<T> = StorageValue<_, u32, ValueQuery>;

	/// Crews, generators and spares by number.
	#[pallet::storage]
	pub type Resources<T> = StorageMap<_, Twox64Concat, u32, Owned>;

	/// The crews and generators by the area where they may be sent and by whose they are.
	#[pallet::storage]
	pub type ResourcesIn<T> = StorageNMap<
		_,
		(NMapKey<Twox64Concat, Scope>, NMapKey<Twox64Concat, OrgId>, NMapKey<Twox64Concat, u32>),
		(),
	>;

	/// How many crews and generators each area has.
	#[pallet::storage]
	pub type VehiclesIn<T> = StorageMap<_, Twox64Concat, Scope, u32, ValueQuery>;

	/// How many resources each company has.
	#[pallet::storage]
	pub type ResourceCount<T> = StorageMap<_, Twox64Concat, OrgId, u32, ValueQuery>;

	/// What is offered to each company and not taken: each company can fill it with `MaxResources` at most.
	#[pallet::storage]
	pub type OffersTo<T> = StorageDoubleMap<_, Twox64Concat, OrgId, Twox64Concat, u32, ()>;

	/// The rules of rounds in force.
	#[pallet::storage]
	pub type RoundRulesInForce<T> = StorageValue<_, RoundRules, ValueQuery>;

	/// Number of the next round.
	#[pallet::storage]
	pub type NextRound<T> = StorageValue<_, u32, ValueQuery>;

	/// The rounds by number: those that are open, and the last one of each local network.
	#[pallet::storage]
	pub type Rounds<T> = StorageMap<_, Twox64Concat, u32, Head>;

	/// Rounds that are being gathered.
	#[pallet::storage]
	pub type Drafts<T> = StorageMap<_, Twox64Concat, u32, Draft>;

	/// What rounds are about, frozen.
	#[pallet::storage]
	pub type Snapshots<T> = StorageMap<_, Twox64Concat, u32, plan::Round>;

	/// Greedy plans in the making, and the steps that are left for each.
	#[pallet::storage]
	pub type Greedies<T> = StorageMap<_, Twox64Concat, u32, (Greedy, u32)>;

	/// Greedy plans that are complete, of rounds that are not decided.
	#[pallet::storage]
	pub type GreedyPlans<T> = StorageMap<_, Twox64Concat, u32, Plan>;

	/// The best bid of each round, and in the end the plan that has won.
	#[pallet::storage]
	pub type Plans<T> = StorageMap<_, Twox64Concat, u32, Plan>;

	/// How often each company has bid in each open round.
	#[pallet::storage]
	pub type BidsOf<T> = StorageDoubleMap<_, Twox64Concat, u32, Twox64Concat, OrgId, u8, ValueQuery>;

	/// What companies have for invalid bids, by local network.
	#[pallet::storage]
	pub type Marks<T> =
		StorageDoubleMap<_, Twox64Concat, LocalNetworkId, Twox64Concat, OrgId, MarksOf, ValueQuery>;

	/// Resources that rounds do without: they are free again when the round is over.
	#[pallet::storage]
	pub type Leaving<T> =
		StorageMap<_, Twox64Concat, u32, BoundedVec<u32, ConstU32<MAX_RESOURCES>>, ValueQuery>;

	/// The rounds that a block works at, in their turn.
	#[pallet::storage]
	pub type Working<T> = StorageValue<_, BoundedVec<u32, ConstU32<MAX_WORKING>>, ValueQuery>;

	/// Rounds by local network.
	#[pallet::storage]
	pub type Territories<T> = StorageMap<_, Twox64Concat, LocalNetworkId, Territory, ValueQuery>;

	/// The orders under way at stations, by local network, rank and raiser: ranks as a round comes to them.
	#[pallet::storage]
	pub type Waiting<T> = StorageNMap<
		_,
		(
			NMapKey<Twox64Concat, LocalNetworkId>,
			NMapKey<Identity, u8>,
			NMapKey<Twox64Concat, OrgId>,
			NMapKey<Twox64Concat, u32>,
		),
		(),
	>;

	/// The route of each resource that has one.
	#[pallet::storage]
	pub type RouteOf<T> = StorageMap<_, Twox64Concat, u32, Route>;

	/// Until when no round of a local network plans a company's resources, since it has not answered, or refused too often.
	#[pallet::storage]
	pub type SilentUntil<T> =
		StorageDoubleMap<_, Twox64Concat, LocalNetworkId, Twox64Concat, OrgId, Moment, ValueQuery>;

	/// What companies have refused of late, by local network.
	#[pallet::storage]
	pub type Refusals<T> =
		StorageDoubleMap<_, Twox64Concat, LocalNetworkId, Twox64Concat, OrgId, RefusalsOf, ValueQuery>;

	/// The resource on whose route an order is.
	#[pallet::storage]
	pub type RouteOfOrder<T> = StorageMap<_, Twox64Concat, u32, u32>;
}
