// SPDX-License-Identifier: Apache-2.0

//! Who is a member, and of which kind, asked at most once a call for each organisation.

use crate::Config;
use alloc::collections::BTreeMap;
use core::marker::PhantomData;
use trimast_primitives::{
	access::Authority,
	org::OrgKind,
	site::{ImportRefusal, Station},
	OrgId, OrgSet,
};

/// The members as one call sees them.
pub(crate) struct Roster<T> {
	members: Option<OrgSet>,
	kinds: BTreeMap<OrgId, Option<OrgKind>>,
	_pallet: PhantomData<T>,
}

impl<T> Default for Roster<T> {
	fn default() -> Self {
		Self { members: None, kinds: BTreeMap::new(), _pallet: PhantomData }
	}
}

impl<T: Config> Roster<T> {
	/// The organisations that count as members.
	pub(crate) fn members(&mut self) -> OrgSet {
		*self.members.get_or_insert_with(T::Authority::members)
	}

	/// Checks that whoever `station` names in a part is a member of the kind that this part needs. Who stood in that
	/// part `before` may stay though it is no member any more, or nothing else of the record could ever be changed.
	pub(crate) fn admit(&mut self, station: &Station, before: Option<&Station>) -> Result<(), ImportRefusal> {
		let is_carrier = |kind| kind == OrgKind::Carrier;
		let is_tower_company = |kind| kind == OrgKind::TowerCompany;
		let tower = station.tower.as_ref().map(|site| site.org);
		let stayed = |part: fn(&Station) -> OrgSet| before.map_or(OrgSet::EMPTY, part);

		let mut named_right = true;
		if !stayed(|before| OrgSet::of(before.owner)).contains(station.owner) {
			named_right &= self.is(station.owner, is_carrier);
		}
		for sharer in station.sharers.difference(stayed(|before| before.sharers)).iter() {
			named_right &= self.is(sharer, is_carrier);
		}
		if let Some(tower) = tower {
			let stayed =
				stayed(|before| before.tower.as_ref().map_or(OrgSet::EMPTY, |site| OrgSet::of(site.org)));
			named_right &= stayed.contains(tower) || self.is(tower, is_tower_company);
		}
		if !stayed(|before| OrgSet::of(before.backhaul)).contains(station.backhaul) {
			named_right &= self.is(station.backhaul, OrgKind::has_council_seat);
		}
		named_right.then_some(()).ok_or(ImportRefusal::UnknownOrg)
	}

	fn is(&mut self, org: OrgId, right: impl Fn(OrgKind) -> bool) -> bool {
		self.kinds.entry(org).or_insert_with(|| T::Authority::kind(org)).is_some_and(right)
	}
}
