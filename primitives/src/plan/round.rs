// SPDX-License-Identifier: Apache-2.0

//! The problem of one round: jobs and resources as they stood when they were gathered, by the rules of its opening. Frozen under a
//! digest.

use super::{
	ensure,
	metric::{Metric, Point},
	tour::{self, Obstacle},
	Time,
};
use crate::{site::MAX_PLMNS, Hash, Moment, OrgId};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{traits::ConstU32, BoundedVec};

/// Most jobs of a round.
pub const MAX_JOBS: u32 = 5_000;
/// Most resources of a round.
pub const MAX_RESOURCES: u32 = 512;
/// Most windows of a job.
pub const MAX_WINDOWS: u32 = 4;

/// A job's place in its round, counted from 0.
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
	Default,
)]
pub struct JobIndex(pub u16);

/// A resource's place in its round, counted from 0.
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
	Default,
)]
pub struct ResourceIndex(pub u16);

/// A set of skills: bit `n` is the skill with this number in the governed list.
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
	Default,
)]
pub struct Skills(pub u32);

impl Skills {
	/// Whether every skill of `needed` is in the set.
	pub const fn cover(self, needed: Self) -> bool {
		needed.0 & !self.0 == 0
	}
}

/// Class of the service level that a job falls under, 1 the highest.
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
pub enum SlaClass {
	/// VIP and cascade node, or either with under two hours of battery.
	One,
	/// VIP or cascade node.
	Two,
	/// Under two hours of battery, or far away.
	Three,
	/// The rest.
	Four,
}

/// What the federation governs of a round.
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
pub struct Rules {
	/// Version of the governed data that the rest was taken from.
	pub version: u32,
	/// How travel is computed.
	pub metric: Metric,
	/// What a PLMN out of service weighs in classes 1, 2, 3 and 4.
	pub weights: [u8; 4],
}

impl Rules {
	/// What a job of this class with so many affected PLMNs weighs: their product.
	pub fn weight(&self, class: SlaClass, plmns: u8) -> u16 {
		let [one, two, three, four] = self.weights;
		let weight = match class {
			SlaClass::One => one,
			SlaClass::Two => two,
			SlaClass::Three => three,
			SlaClass::Four => four,
		};
		u16::from(weight).saturating_mul(plmns.into())
	}
}

/// A time in which a site may be entered.
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
pub struct Window {
	/// Its begin.
	pub from: Time,
	/// Its end: by then the work is done.
	pub to: Time,
}

/// Something to be done at one place by one visit.
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
pub struct Job {
	/// Number of the work order.
	pub id: u64,
	/// Where.
	pub at: Point,
	/// How long the work takes; a generator's, until it runs.
	pub service: Time,
	/// When the site may be entered: ascending, apart, one at least. The work lies within one of them.
	pub windows: BoundedVec<Window, ConstU32<MAX_WINDOWS>>,
	/// What whoever comes has to know.
	pub skills: Skills,
	/// W that a generator has to give, or 0: a crew's job.
	pub power: u32,
	/// How much of a resource's capacity it takes.
	pub demand: u32,
	/// Class of its service level.
	pub class: SlaClass,
	/// PLMNs that are or will be out of service, 1 to [`MAX_PLMNS`].
	pub plmns: u8,
	/// When the outage began, the round's origin if that was before; of a job without an outage, or of a fault for which
	/// a generator is sent, when it was ordered.
	pub outage: Time,
	/// How long the batteries last from there, or how long it may wait.
	pub autonomy: Time,
	/// The resource that is under way to it: the job is the first one on its route.
	pub pinned: Option<ResourceIndex>,
}

impl Job {
	/// Until when no service is lost: the begin of the outage and the batteries' autonomy.
	pub fn deadline(&self) -> u64 {
		u64::from(self.outage).saturating_add(self.autonomy.into())
	}

	/// The earliest time that work which arrives then can be begun and done in one window: its begin and its end.
	pub(super) fn earliest(&self, arrival: u64) -> Option<(Time, Time)> {
		self.windows.iter().find_map(|window| {
			let from = arrival.max(window.from.into());
			let to = from.saturating_add(self.service.into());
			(to <= window.to.into()).then_some((Time::try_from(from).ok()?, Time::try_from(to).ok()?))
		})
	}
}

/// What a resource is.
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
pub enum ResourceKind {
	/// People with a vehicle. They visit jobs that need no generator, one after another, and end at their base.
	Crew,
	/// A mobile generator with its vehicle and driver. It serves one job that needs a generator and stays there until the
	/// round ends.
	Generator {
		/// What it gives, W.
		power: u32,
	},
}

/// Somebody or something that can be sent.
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
pub struct Resource {
	/// Its number in the books of the federation.
	pub id: u32,
	/// Who sends it: its owner, or who has it on a lease.
	pub owner: OrgId,
	/// What it is.
	pub kind: ResourceKind,
	/// Where it is when it may leave.
	pub start: Point,
	/// Where a crew ends.
	pub base: Point,
	/// Begin of the shift.
	pub from: Time,
	/// End of the shift: by then a crew is back at its base, and a generator runs.
	pub to: Time,
	/// When it is free to leave. It leaves when the shift has begun and it is free.
	pub free: Time,
	/// Metres an hour. Means nothing on the plane.
	pub speed: u32,
	/// What all jobs of its route may demand together.
	pub capacity: u32,
	/// What its people know.
	pub skills: Skills,
}

/// Jobs, resources and rules of one round.
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
pub struct Round {
	/// Number of the round on its chain.
	pub number: u32,
	/// The moment that times count from: the past that a round has to know of begins here. 0 on the plane.
	pub origin: Moment,
	/// Until when the service of a job that nobody visits counts as lost.
	pub end: Time,
	/// What is governed.
	pub rules: Rules,
	/// In ascending order of `id`.
	pub jobs: BoundedVec<Job, ConstU32<MAX_JOBS>>,
	/// In ascending order of `id`.
	pub resources: BoundedVec<Resource, ConstU32<MAX_RESOURCES>>,
}

/// What is wrong with a round.
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
pub enum RoundDefect {
	/// Roads are shorter than the straight line.
	Detour,
	/// A class weighs nothing.
	Weights,
	/// A job is wrong.
	Job {
		/// Which.
		job: JobIndex,
		/// In what.
		defect: JobDefect,
	},
	/// A resource is wrong.
	Resource {
		/// Which.
		resource: ResourceIndex,
		/// In what.
		defect: ResourceDefect,
	},
}

/// What is wrong with a job.
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
pub enum JobDefect {
	/// Its number is not greater than that of the one before.
	Order,
	/// There is no such point.
	Point,
	/// No window, one that ends before it begins, or not in ascending order and apart.
	Windows,
	/// The number of PLMNs is not 1 to [`MAX_PLMNS`].
	Plmns,
	/// Its deadline is not before the round's end: it would cost nothing to leave it.
	Deadline,
	/// It is pinned to a resource that is not in the round.
	NoSuchPin,
	/// Another job is pinned to the same resource.
	PinTaken,
	/// The resource that it is pinned to cannot serve it any more.
	PinImpossible(Obstacle),
}

/// What is wrong with a resource.
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
pub enum ResourceDefect {
	/// Its number is not greater than that of the one before.
	Order,
	/// There is no such start or base.
	Point,
	/// Its shift ends before it begins, or not before the round.
	Shift,
	/// It does not move.
	Speed,
	/// It is a generator that gives no power.
	Power,
}

impl Round {
	/// The job at this place.
	pub fn job(&self, index: JobIndex) -> Option<&Job> {
		self.jobs.get(usize::from(index.0))
	}

	/// The resource at this place.
	pub fn resource(&self, index: ResourceIndex) -> Option<&Resource> {
		self.resources.get(usize::from(index.0))
	}

	/// The jobs with their places.
	pub fn jobs(&self) -> impl Iterator<Item = (JobIndex, &Job)> {
		(0..).map(JobIndex).zip(&self.jobs)
	}

	/// The resources with their places.
	pub fn resources(&self) -> impl Iterator<Item = (ResourceIndex, &Resource)> {
		(0..).map(ResourceIndex).zip(&self.resources)
	}

	/// Weighted service that a job loses when it is done at `time`: weight times the ticks past its deadline.
	pub fn lost(&self, job: &Job, time: Time) -> u64 {
		let late = u64::from(time).saturating_sub(job.deadline());
		late.saturating_mul(self.rules.weight(job.class, job.plmns).into())
	}

	/// What a job loses that nobody visits.
	pub fn lost_if_left(&self, job: &Job) -> u64 {
		self.lost(job, self.end)
	}

	/// The digest that plans name: BLAKE2b, 256 bit, over the SCALE encoding of `("trimast/round", genesis, round)`.
	pub fn digest(&self, genesis: Hash) -> Hash {
		(b"trimast/round", genesis, self).using_encoded(sp_io::hashing::blake2_256).into()
	}

	/// Checks what a round has to be so that there is a plan for it, and so that no plan gains by leaving what it could serve.
	///
	/// # Errors
	/// The first defect: of the rules, then of resources, then of jobs, each in its order.
	pub fn check(&self) -> Result<(), RoundDefect> {
		let detour_is_one = !matches!(self.rules.metric, Metric::Earth { detour: ..1_000 });
		ensure(detour_is_one, RoundDefect::Detour)?;
		ensure(!self.rules.weights.contains(&0), RoundDefect::Weights)?;
		let mut last = None;
		for (index, resource) in self.resources() {
			self.check_resource(resource, last)
				.map_err(|defect| RoundDefect::Resource { resource: index, defect })?;
			last = Some(resource.id);
		}
		let (mut last, mut pinned) = (None, alloc::vec![false; self.resources.len()]);
		for (index, job) in self.jobs() {
			self.check_job(job, last, &mut pinned)
				.map_err(|defect| RoundDefect::Job { job: index, defect })?;
			last = Some(job.id);
		}
		Ok(())
	}

	fn check_resource(&self, resource: &Resource, last: Option<u32>) -> Result<(), ResourceDefect> {
		let metric = self.rules.metric;
		ensure(last.is_none_or(|last| last < resource.id), ResourceDefect::Order)?;
		ensure(metric.has(resource.start) && metric.has(resource.base), ResourceDefect::Point)?;
		ensure(resource.from <= resource.to && resource.to < self.end, ResourceDefect::Shift)?;
		ensure(resource.speed > 0 || metric == Metric::Plane, ResourceDefect::Speed)?;
		ensure(resource.kind != ResourceKind::Generator { power: 0 }, ResourceDefect::Power)
	}

	/// `pinned` says of each resource whether a job before this one is pinned to it.
	fn check_job(&self, job: &Job, last: Option<u64>, pinned: &mut [bool]) -> Result<(), JobDefect> {
		ensure(last.is_none_or(|last| last < job.id), JobDefect::Order)?;
		ensure(self.rules.metric.has(job.at), JobDefect::Point)?;
		let apart = job.windows.iter().zip(job.windows.iter().skip(1)).all(|(a, b)| a.to < b.from);
		let forward = job.windows.iter().all(|window| window.from <= window.to);
		ensure(!job.windows.is_empty() && apart && forward, JobDefect::Windows)?;
		ensure((1..=MAX_PLMNS).contains(&job.plmns.into()), JobDefect::Plmns)?;
		ensure(job.deadline() < self.end.into(), JobDefect::Deadline)?;
		let Some(pin) = job.pinned else { return Ok(()) };
		let resource = self.resource(pin).ok_or(JobDefect::NoSuchPin)?;
		let taken = pinned.get_mut(usize::from(pin.0)).ok_or(JobDefect::NoSuchPin)?;
		ensure(!core::mem::replace(taken, true), JobDefect::PinTaken)?;
		tour::alone(self, resource, job).map(|_| ()).map_err(JobDefect::PinImpossible)
	}
}
