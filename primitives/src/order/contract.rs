// SPDX-License-Identifier: Apache-2.0

//! What the station's record promises, as it stood when the order was opened; and whether a fact agrees with it.

use super::{
	company::Companies,
	ensure,
	fact::{Alarm, Evidence, Phase, Severity, Subject},
};
use crate::{site::Station, Moment, OrgId, OrgSet};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// What is contracted for a station. It is held against who had signed the station's record ([`Companies::signed`]).
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
pub struct Contract {
	/// Battery autonomy, minutes.
	pub autonomy: u16,
	/// Time until a generator is there, minutes.
	pub generator: u16,
	/// Owner of the backhaul link.
	pub backhaul: OrgId,
}

impl Contract {
	/// That of this station.
	pub fn of(station: &Station) -> Self {
		Self {
			autonomy: station.autonomy_minutes,
			generator: station.generator_minutes,
			backhaul: station.backhaul,
		}
	}
}

/// Why a fact is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FactRefusal {
	/// It gives a contracted time that is not the record's, or needs one where the order is about no station.
	OtherContract,
	/// It names an owner or a network that is not the record's.
	OtherOwner,
	/// It names a company that the order does not concern.
	NotConcerned,
	/// It cannot be: the claimed time is in the future, a plan ends before it begins, the grid has changed without
	/// failing, or an alarm is cleared in one word and not in the other.
	Impossible,
}

impl Evidence {
	/// Whether it agrees with the record, and can be. `concerned` are all companies of the order. A violation is looked up
	/// elsewhere.
	///
	/// # Errors
	/// Says what does not agree.
	pub fn check(
		&self,
		companies: &Companies,
		contract: Option<&Contract>,
		concerned: OrgSet,
	) -> Result<(), FactRefusal> {
		use FactRefusal::*;
		let names = |org: OrgId| ensure(concerned.contains(org), NotConcerned);
		let promised = contract.ok_or(OtherContract);
		match *self {
			Self::Alarm(Alarm { subject, plmn, phase, severity, .. }) => {
				ensure((phase == Phase::Cleared) == (severity == Severity::Cleared), Impossible)?;
				let is_on_air = plmn.is_none_or(|plmn| companies.carrier(plmn).is_some());
				ensure(is_on_air, OtherOwner)?;
				match subject {
					Subject::Backhaul { owner } => ensure(owner == promised?.backhaul, OtherOwner),
					Subject::Equipment { owner } => ensure(owner == companies.owner, OtherOwner),
					Subject::Power | Subject::Environment | Subject::Service => Ok(()),
				}
			}
			Self::GridFailure { phase } => ensure(phase != Phase::Changed, Impossible),
			Self::BatteryAutonomy { contracted, .. } => {
				ensure(contracted == promised?.autonomy, OtherContract)
			}
			Self::GeneratorArrival { contracted, .. } => {
				ensure(contracted == promised?.generator, OtherContract)
			}
			Self::PlannedOutage { from, to } => ensure(from < to, Impossible),
			Self::AccessAsked { of: org, from, to } | Self::AccessGranted { by: org, from, to } => {
				ensure(from < to, Impossible)?;
				names(org)
			}
			Self::Arrival { of } => names(of),
			Self::AccessRefused { by }
			| Self::AppointmentMade { by, .. }
			| Self::AppointmentMissed { by }
			| Self::Violation { by, .. } => names(by),
			Self::Reading { .. } => Ok(()),
		}
	}

	/// Whether what it says can have happened by `now`, and was claimed by then. A plan, a window or an appointment may lie ahead.
	///
	/// # Errors
	/// When it cannot.
	pub fn has_happened(&self, claimed: Moment, now: Moment) -> Result<(), FactRefusal> {
		let arrived = match self {
			Self::GeneratorArrival { arrived, .. } => *arrived,
			_ => None,
		};
		ensure(claimed <= now && arrived.is_none_or(|arrived| arrived <= now), FactRefusal::Impossible)
	}
}
