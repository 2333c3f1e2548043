// SPDX-License-Identifier: Apache-2.0

//! The companies of an order, as they stood when it was opened.

use crate::{
	site::{Plmn, StationEntry, MAX_PLMNS},
	OrgId, OrgSet,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{traits::ConstU32, BoundedVec};

/// A network on air at the station, and the carrier whose it is.
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
pub struct Network {
	/// The network.
	pub plmn: Plmn,
	/// Who holds it.
	pub carrier: OrgId,
}

/// Who is who in an order.
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
pub struct Companies {
	/// The parties: who has raised it and who handles it, and whoever else has a say in what counts.
	pub parties: OrgSet,
	/// The owner of the station.
	pub owner: OrgId,
	/// The tower company on whose site it stands.
	pub tower: Option<OrgId>,
	/// The networks on air there.
	pub networks: BoundedVec<Network, ConstU32<MAX_PLMNS>>,
	/// Who had signed the station's record. What it promises is held against nobody else.
	pub signed: OrgSet,
}

impl Companies {
	/// Those of an order at this station. `carrier` says who holds a network; one that nobody holds is left out.
	pub fn at(entry: &StationEntry, parties: OrgSet, carrier: impl Fn(Plmn) -> Option<OrgId>) -> Self {
		let station = &entry.station;
		let networks = station.plmns.iter().filter_map(|plmn| {
			let carrier = carrier(*plmn)?;
			Some(Network { plmn: *plmn, carrier })
		});
		Self {
			parties,
			owner: station.owner,
			tower: station.tower.as_ref().map(|site| site.org),
			networks: BoundedVec::truncate_from(networks.collect()),
			signed: entry.signed,
		}
	}

	/// Who answers for tower, power, batteries, air conditioning and room: the tower company, or the owner where the station
	/// stands on no tower company's site.
	pub fn site(&self) -> OrgId {
		self.tower.unwrap_or(self.owner)
	}

	/// Who holds a network that is on air there.
	pub fn carrier(&self, plmn: Plmn) -> Option<OrgId> {
		self.networks.iter().find(|network| network.plmn == plmn).map(|network| network.carrier)
	}
}
