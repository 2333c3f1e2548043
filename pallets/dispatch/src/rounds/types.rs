// SPDX-License-Identifier: Apache-2.0

//! What is kept of rounds and routes.

use crate::resources::types::Details;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use trimast_primitives::{
	access::Scope,
	order::OutageLevel,
	org::MAX_ORGS,
	page::SiteId,
	plan::{Job, Metric, Point, Score, Time as Tick, MAX_JOBS, MAX_RESOURCES},
	resource::MAX_CAPACITY,
	Hash, LocalNetworkId, Moment, OrgId,
};

/// Most visits of a route: nobody can do more.
pub const MAX_VISITS: u32 = MAX_CAPACITY;
/// Most rounds that are worked at: one a local network.
pub const MAX_WORKING: u32 = 1_024;
/// How often a company refuses in a local network, within the time for an answer, until all that it has rests there.
pub const MAX_REFUSALS: u8 = 6;
/// For how long a generator runs before its company says anew that it does, seconds.
pub const RUNNING: u32 = 14_400;

/// What the council governs of rounds. Times are seconds.
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
pub struct RoundRules {
	/// Counts the changes.
	pub version: u32,
	/// How travel is computed: on Earth.
	pub metric: Metric,
	/// What a PLMN out of service weighs in classes 1, 2, 3 and 4.
	pub weights: [u8; 4],
	/// Most jobs of a round, [`MAX_JOBS`] or fewer.
	pub jobs: u16,
	/// Most resources of a round, [`MAX_RESOURCES`] or fewer.
	pub resources: u16,
	/// Most bids of a company in a round (k).
	pub bids: u8,
	/// After how many invalid bids a company is barred (n).
	pub marks: u8,
	/// For how many rounds of the local network after the one under way (m).
	pub barred: u32,
	/// How long bids are taken.
	pub bidding: u32,
	/// How far a round plans.
	pub horizon: u32,
	/// How long after a round the next one is opened while orders there are under way; 0 never.
	pub period: u32,
	/// How long after a round none is opened.
	pub pause: u32,
	/// From which level of outages on a round is opened; none never.
	pub level: Option<OutageLevel>,
	/// After how many new jobs a round is opened; 0 never.
	pub fresh: u16,
	/// How long a company has to acknowledge a route, and to say that it goes on when it is late.
	pub answer: u32,
	/// How much later than planned a visit may be done.
	pub grace: u32,
	/// How long the work takes of which nobody has said it.
	pub service: u32,
	/// How long a job without outage and terms may wait.
	pub patience: u32,
	/// Most steps of the greedy plan: one is a job tried with a resource.
	pub steps: u32,
}

impl Default for RoundRules {
	/// Version 1: roads 1.3 times the straight line, weights 8, 4, 2, 1; three bids, barred for ten rounds after three marks;
	/// a quarter of a minute for bids; a day ahead; every hour, but not within a minute; from orange on, or after 20 new jobs; ten minutes
	/// to acknowledge, a quarter of an hour of grace; an hour of work, a week of patience; every job tried with every
	/// resource.
	fn default() -> Self {
		Self {
			version: 1,
			metric: Metric::Earth { detour: 1_300 },
			weights: [8, 4, 2, 1],
			jobs: 5_000,
			resources: 512,
			bids: 3,
			marks: 3,
			barred: 10,
			bidding: 15,
			horizon: 86_400,
			period: 3_600,
			pause: 60,
			level: Some(OutageLevel::Orange),
			fresh: 20,
			answer: 600,
			grace: 900,
			service: 3_600,
			patience: 604_800,
			steps: 2_560_000,
		}
	}
}

impl RoundRules {
	/// Whether rounds can be held by them: there is time for everything, also behind that for bids, and none of more than a week
	/// (patience a year).
	pub fn is_valid(&self) -> bool {
		const WEEK: u32 = 604_800;
		const YEAR: u32 = 31_536_000;
		let is_metric = matches!(self.metric, Metric::Earth { detour: 1_000.. });
		let is_count = |count: u16, most: u32| count > 0 && u32::from(count) <= most;
		let times = [self.bidding, self.horizon, self.pause, self.answer, self.service];
		is_metric
			&& !self.weights.contains(&0)
			&& is_count(self.jobs, MAX_JOBS)
			&& is_count(self.resources, MAX_RESOURCES)
			&& self.bids > 0
			&& self.marks > 0
			&& times.iter().all(|time| (1..=WEEK).contains(time))
			&& self.bidding < self.horizon
			&& self.period <= YEAR
			&& self.grace <= WEEK
			&& (1..=YEAR).contains(&self.patience)
	}
}

/// Why a round is opened.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum Trigger {
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
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum RoundStage {
	/// Resources and jobs are gathered.
	Gathering {
		/// How far that is.
		at: Cursor,
	},
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
	Committing {
		/// The next resource; behind them those that the round does without.
		next: u16,
	},
	/// The routes are out.
	Over,
}

/// The best bid so far.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct Best {
	/// Whose.
	pub org: OrgId,
	/// What it is worth.
	pub score: Score,
}

/// A round, without what is large.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct Head {
	/// Where.
	pub local_network: LocalNetworkId,
	/// Why.
	pub trigger: Trigger,
	/// Whether it takes back what was sent and not acknowledged: an emergency soon after another round.
	pub is_urgent: bool,
	/// When it was opened.
	pub opened: Moment,
	/// What its times count from.
	pub origin: Moment,
	/// The rules of then.
	pub rules: RoundRules,
	/// How far it is.
	pub stage: RoundStage,
	/// Of the rounds of its local network that have taken bids, the how-many-eth; 0 where it takes none yet.
	pub turn: u32,
	/// Its digest, once it is frozen.
	pub digest: Hash,
	/// How many jobs it has.
	pub jobs: u16,
	/// How many resources it has.
	pub resources: u16,
	/// What the greedy plan is worth, once it is complete.
	pub floor: Option<Score>,
	/// The best bid; none where the greedy plan was as good.
	pub best: Option<Best>,
}

/// Where the gathering stands.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum Cursor {
	/// At the resources of an area, behind this one.
	Resources {
		/// The area.
		area: Scope,
		/// The last one, and whose it is.
		after: Option<(OrgId, u32)>,
	},
	/// At the orders, behind this one.
	Orders {
		/// The last one: its rank, its raiser and its number.
		after: Option<(u8, OrgId, u32)>,
	},
}

/// A resource that is in a round.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct Candidate {
	/// Its number.
	pub resource: u32,
	/// Who sends it.
	pub user: OrgId,
	/// What it is.
	pub details: Details,
	/// Since when it is where it is said to be.
	pub seen: Moment,
	/// The order that it is under way to, and since when.
	pub under_way: Option<(u32, Moment)>,
}

/// What an order wants of a round.
#[derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct Wanted {
	/// The job, with the deadline of its outage.
	pub job: Job,
	/// Where.
	pub site: SiteId,
	/// The fault whose outage it is about: of a fault itself, or what a generator run is a part of.
	pub outage: Option<u32>,
	/// Since when it waits, and for how long it may, without the outage: what a fault has for which a generator is sent.
	pub without_outage: (Tick, Tick),
}

impl Wanted {
	/// Whether it is a generator run: nothing else needs power.
	pub const fn is_run(&self) -> bool {
		self.job.power > 0
	}
}

/// A generator that is sent, and not by this round.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct SentElsewhere {
	/// Who has raised the run.
	pub raiser: OrgId,
	/// Where.
	pub site: SiteId,
	/// The fault whose outage it is for, as of [`Wanted`].
	pub outage: Option<u32>,
}

/// A round that is being gathered.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug, Default,
)]
pub struct Draft {
	/// The resources, as they come.
	pub resources: BoundedVec<Candidate, ConstU32<MAX_RESOURCES>>,
	/// What orders want, as they come, and who has raised them.
	pub jobs: BoundedVec<(OrgId, Wanted), ConstU32<MAX_JOBS>>,
	/// Generators that others have sent: what is more than that is not known.
	pub elsewhere: BoundedVec<SentElsewhere, ConstU32<MAX_RESOURCES>>,
	/// How many entries of each company were looked at: of resources, then of orders.
	pub looked: [u32; MAX_ORGS as usize],
}

impl Draft {
	/// Notes that an entry of a company is looked at.
	pub(super) fn look(&mut self, org: OrgId) {
		if let Some(looked) = self.looked.get_mut(usize::from(org.0)) {
			*looked = looked.saturating_add(1);
		}
	}

	/// Whether as many entries of a company were looked at as may be.
	pub(super) fn has_seen(&self, org: OrgId, most: u32) -> bool {
		self.looked.get(usize::from(org.0)).is_none_or(|looked| *looked >= most)
	}
}

/// The rounds of a local network.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug, Default,
)]
pub struct Territory {
	/// The round that is open.
	pub open: Option<u32>,
	/// The last one that is over: its plan is kept.
	pub last: Option<u32>,
	/// When that was over.
	pub ended: Moment,
	/// How many rounds have taken bids.
	pub turns: u32,
	/// Why there is to be another one.
	pub wanted: Option<Trigger>,
	/// When the last emergency began that did not wait for the round before.
	pub hurried: Option<Moment>,
	/// Orders that were opened since the last round was.
	pub fresh: u16,
	/// The second in which the chain looks at it next.
	pub next: Option<u32>,
}

/// A visit of a route.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct Planned {
	/// The order.
	pub order: u32,
	/// Where.
	pub at: Point,
	/// When it is to be done.
	pub end: Moment,
}

/// How far a route is.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum RouteStage {
	/// Sent out, and nobody has answered.
	Sent {
		/// The last moment for it.
		until: Moment,
	},
	/// Under way to its first visit, or there.
	UnderWay {
		/// Since when.
		since: Moment,
		/// Whether it was told that it is late, and its company has not said anything since.
		is_late: bool,
	},
	/// Late with its first visit, and its company has said that it goes on: it does so once.
	GoesOn {
		/// Since when it was under way.
		since: Moment,
	},
	/// A generator that runs where it is.
	Running {
		/// Since when it was under way.
		since: Moment,
		/// Whether it is time to say anew that it runs, and its company has not said anything since.
		is_late: bool,
	},
}

/// What one resource is to do.
#[derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct Route {
	/// Who sends it.
	pub org: OrgId,
	/// Where.
	pub local_network: LocalNetworkId,
	/// The round that it is of; none where a dispatcher has decided.
	pub round: Option<u32>,
	/// What is left, the next one first.
	pub visits: BoundedVec<Planned, ConstU32<MAX_VISITS>>,
	/// How much later than planned a visit may be done, seconds.
	pub grace: u32,
	/// How far it is.
	pub stage: RouteStage,
	/// The second in which the chain looks at it next.
	pub next: Option<u32>,
}

impl Route {
	/// Whether it is late, or was when its company last said that it goes on.
	pub fn is_late(&self) -> bool {
		let is_asked = matches!(
			self.stage,
			RouteStage::UnderWay { is_late: true, .. } | RouteStage::Running { is_late: true, .. }
		);
		is_asked || matches!(self.stage, RouteStage::GoesOn { .. })
	}

	/// The order that it is under way to, and since when.
	pub fn under_way(&self) -> Option<(u32, Moment)> {
		let first = self.visits.first()?.order;
		match self.stage {
			RouteStage::Sent { .. } => None,
			RouteStage::UnderWay { since, .. }
			| RouteStage::GoesOn { since }
			| RouteStage::Running { since, .. } => Some((first, since)),
		}
	}
}

/// The refusals of a company in a local network that count.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug, Default,
)]
pub struct RefusalsOf {
	/// How many.
	pub count: u8,
	/// The last moment at which they count: the time for an answer after the first.
	pub until: Moment,
}

/// The marks of a company in a local network.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug, Default,
)]
pub struct MarksOf {
	/// How many since it was barred last.
	pub count: u8,
	/// The last round in which it is barred, by its turn.
	pub barred_until: Option<u32>,
}
