// SPDX-License-Identifier: Apache-2.0

//! Plans: which resource visits which jobs, in which order. When is not said: each visit begins as early as it can.

use super::{JobIndex, ResourceIndex, Score, MAX_JOBS, MAX_RESOURCES};
use crate::Hash;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{traits::ConstU32, BoundedVec};

/// The part of a plan that is one resource's.
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
pub struct Route {
	/// Whose.
	pub resource: ResourceIndex,
	/// How many of the plan's stops are its, after those of the routes before it.
	pub stops: u16,
}

/// A plan for one round, with the score that its author claims.
///
/// The stops of all routes stand in one list, so that the greatest plan is no greater than its jobs: 12 KB. Routes are in
/// ascending order of resources and none is empty, so equal plans are equal bytes.
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
pub struct Plan {
	/// Digest of the round that it is for.
	pub round: Hash,
	/// What it is said to be worth.
	pub score: Score,
	/// Who goes.
	pub routes: BoundedVec<Route, ConstU32<MAX_RESOURCES>>,
	/// Where to: the jobs of the first route in the order of visits, then those of the next.
	pub stops: BoundedVec<JobIndex, ConstU32<MAX_JOBS>>,
}

impl Plan {
	/// The routes with their stops. Where the numbers of stops do not add up to the stops there are, what is missing or
	/// left over is not given.
	pub fn routes(&self) -> impl Iterator<Item = (ResourceIndex, &[JobIndex])> {
		let mut rest = self.stops.as_slice();
		self.routes.iter().map_while(move |route| {
			let (stops, others) = rest.split_at_checked(route.stops.into())?;
			rest = others;
			Some((route.resource, stops))
		})
	}
}
