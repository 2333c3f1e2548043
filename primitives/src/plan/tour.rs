// SPDX-License-Identifier: Apache-2.0

//! The way of one resource: visit after visit, each as early as it can be. Checker, greedy plan and explanations all go by it.

use super::{
	ensure,
	metric::Point,
	round::{Job, Resource, ResourceKind, Round},
	Time,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Why a resource cannot serve a job next, in the order in which it is looked at.
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
pub enum Obstacle {
	/// The job needs a crew, and the resource is a generator.
	Crew,
	/// The job needs a generator, and the resource is none or gives too little power.
	Power,
	/// The generator stays where it is.
	Stays,
	/// A skill is missing.
	Skills,
	/// It takes more of the capacity than is left.
	Capacity,
	/// It would be too late for every window.
	Window,
	/// It would not be done by the end of the shift.
	Shift,
	/// The crew would not be back at its base by the end of the shift.
	Return,
}

/// When a visit takes place.
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
pub struct Times {
	/// The resource is there.
	pub arrival: Time,
	/// The work begins.
	pub start: Time,
	/// The work is done: service is restored.
	pub end: Time,
}

/// How far a resource has come.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub(super) struct Tour {
	at: Point,
	time: Time,
	load: u32,
	visits: u16,
	/// Ticks on the road, without the way home.
	travel: u64,
}

impl Tour {
	/// Before the first visit.
	pub(super) fn start(resource: &Resource) -> Self {
		let time = resource.from.max(resource.free);
		Self { at: resource.start, time, load: 0, visits: 0, travel: 0 }
	}

	/// Whether the resource has a route.
	pub(super) const fn is_begun(&self) -> bool {
		self.visits > 0
	}

	/// The tour with this job as the next visit.
	pub(super) fn visit(
		&self,
		round: &Round,
		resource: &Resource,
		job: &Job,
	) -> Result<(Self, Times), Obstacle> {
		match resource.kind {
			ResourceKind::Generator { .. } if job.power == 0 => return Err(Obstacle::Crew),
			ResourceKind::Generator { power } => {
				ensure(job.power <= power, Obstacle::Power)?;
				ensure(!self.is_begun(), Obstacle::Stays)?;
			}
			ResourceKind::Crew => ensure(job.power == 0, Obstacle::Power)?,
		}
		ensure(resource.skills.cover(job.skills), Obstacle::Skills)?;
		let load = self.load.checked_add(job.demand).filter(|load| *load <= resource.capacity);
		let load = load.ok_or(Obstacle::Capacity)?;
		let way = round.rules.metric.travel(self.at, job.at, resource.speed);
		let arrival = u64::from(self.time).saturating_add(way);
		let (start, end) = job.earliest(arrival).ok_or(Obstacle::Window)?;
		ensure(end <= resource.to, Obstacle::Shift)?;
		let arrival = Time::try_from(arrival).map_err(|_| Obstacle::Window)?;
		let (visits, travel) = (self.visits.saturating_add(1), self.travel.saturating_add(way));
		Ok((Self { at: job.at, time: end, load, visits, travel }, Times { arrival, start, end }))
	}

	/// Ticks on the road with the way home, where there is one.
	pub(super) fn home(&self, round: &Round, resource: &Resource) -> Result<u64, Obstacle> {
		if !self.is_begun() || resource.kind != ResourceKind::Crew {
			return Ok(self.travel);
		}
		let way = round.rules.metric.travel(self.at, resource.base, resource.speed);
		let is_back = u64::from(self.time).saturating_add(way) <= resource.to.into();
		is_back.then_some(self.travel.saturating_add(way)).ok_or(Obstacle::Return)
	}
}

/// When a resource that does nothing else serves a job.
///
/// # Errors
/// Why it cannot.
pub fn alone(round: &Round, resource: &Resource, job: &Job) -> Result<Times, Obstacle> {
	let (tour, times) = Tour::start(resource).visit(round, resource, job)?;
	tour.home(round, resource).map(|_| times)
}
