// SPDX-License-Identifier: Apache-2.0

//! The chain on which every benchmark runs: its time, its companies, its policy, its agenda.

use super::{
	cells::{parameter, SHARES},
	stations::{plmn, stations},
	BenchmarkHelper,
};
use crate::{
	agenda::{orders_of, Due, MAX_DUE, MAX_SHIFT},
	policy::{Freeze, Holding, MAX_FREEZES, MAX_HELD_BANDS, MAX_HELD_PLMNS, MAX_RULES},
	types::{Catalogue, MAX_PARAMETERS},
	Agenda, Catalogues, Config, Freezes, Holdings, Rules,
};
use alloc::{vec, vec::Vec};
use frame_support::BoundedVec;
use frame_system::RawOrigin;
use trimast_primitives::{
	access::Scope,
	cells::{digest::CHUNK_PAGES, rules::Rule, spectrum::Band, ParamId},
	org::MAX_ORGS,
	params::Governed,
	site::Plmn,
	BlockNumber, Hash, LocalNetworkId, Moment, OrgId,
};

pub(super) const HERE: LocalNetworkId = LocalNetworkId(8_299);
pub(super) const OWNER: OrgId = OrgId(0);
pub(super) const SHARER: OrgId = OrgId(1);
pub(super) const TOWER: OrgId = OrgId(2);
/// The last page of a chunk of digests.
pub(super) const PAGE: u16 = CHUNK_PAGES - 1;
/// The block of every benchmark.
pub(super) const NOW: BlockNumber = 1_000;
/// The time of every benchmark, milliseconds.
pub(super) const TIME: Moment = 1_800_000_000_000;

pub(super) fn all_orgs() -> impl Iterator<Item = OrgId> {
	(0..MAX_ORGS).map(OrgId)
}

/// An account of `org` on a chain with a full catalogue, full policy and one full page of stations.
pub(super) fn account<T: Config>(org: OrgId) -> RawOrigin<T::AccountId> {
	frame_system::Pallet::<T>::set_block_number(NOW.into());
	let account = T::BenchmarkHelper::account(org);
	T::BenchmarkHelper::set_time(TIME);
	T::BenchmarkHelper::write_network(HERE);
	stations::<T>(HERE, PAGE);
	let parameters = (0..MAX_PARAMETERS as u16).map(|id| (ParamId(id), parameter(id))).collect::<Vec<_>>();
	let parameters = parameters.try_into().expect("as many as may be");
	Catalogues::<T>::put(Catalogue { version: 1, parameters });
	let [dedicated, min, max] = SHARES;
	let rule = Rule::Ratios { dedicated, min, max };
	let rules: Vec<_> = (0..MAX_RULES as u16).map(|number| (number, rule)).collect();
	Rules::<T>::put(BoundedVec::truncate_from(rules));
	let elsewhere = Freeze { scope: Scope::LocalNetwork(LocalNetworkId(1)), from: 0, to: Moment::MAX };
	let freezes: Vec<_> = (0..MAX_FREEZES as u16).map(|number| (number, elsewhere)).collect();
	Freezes::<T>::put(BoundedVec::truncate_from(freezes));
	let holdings: Vec<_> = all_orgs().map(|org| (org, holding(org))).collect();
	Holdings::<T>::put(BoundedVec::truncate_from(holdings));
	RawOrigin::Signed(account)
}

/// What a company holds: as much as it may, and nothing that another one does.
pub(super) fn holding(org: OrgId) -> Holding {
	let first = |most: u32| u32::from(org.0) * most;
	let plmns = (first(MAX_HELD_PLMNS)..).take(MAX_HELD_PLMNS as usize).map(|n| plmn(100 + n as u16));
	let band = |n: u32| Band { from_khz: 10_000 * n, to_khz: 10_000 * (n + 1) };
	let spectrum = (first(MAX_HELD_BANDS)..).take(MAX_HELD_BANDS as usize).map(band);
	Holding {
		plmns: BoundedVec::truncate_from(plmns.map(|plmn| Plmn { three_digit_mnc: true, ..plmn }).collect()),
		spectrum: BoundedVec::truncate_from(spectrum.collect()),
	}
}

/// Makes the blocks of every company's agenda full that come before the last that may take what is due in `at`.
pub(super) fn full_agenda<T: Config>(at: BlockNumber) {
	agenda_with_room::<T>(at, 1);
}

/// The same with room for so much in that last one.
pub(super) fn agenda_with_room<T: Config>(at: BlockNumber, room: u32) {
	let due = Due::Openings { org: OrgId(9), root: Hash::repeat_byte(9) };
	let items = vec![due; MAX_DUE as usize];
	for shift in 0..MAX_SHIFT {
		let mut items = items.clone();
		if shift == MAX_SHIFT - 1 {
			items.truncate((MAX_DUE - room) as usize);
		}
		for org in [OWNER, SHARER, TOWER] {
			Agenda::<T>::insert(org, at + shift, BoundedVec::<_, _>::truncate_from(items.clone()));
		}
	}
}

/// Makes a company's queue for orders full but for so much in each block that may take what is due in `at`.
pub(super) fn orders_with_little_room<T: Config>(at: BlockNumber, room: u32) {
	let due = Due::Openings { org: OrgId(9), root: Hash::repeat_byte(9) };
	let items = vec![due; (MAX_DUE - room) as usize];
	for shift in 0..MAX_SHIFT {
		Agenda::<T>::insert(orders_of(OWNER), at + shift, BoundedVec::<_, _>::truncate_from(items.clone()));
	}
}

/// The block so many seconds from now.
pub(super) fn after<T: Config>(seconds: u32) -> BlockNumber {
	NOW + T::Governed::blocks(seconds)
}

/// A hash that is another for each number.
pub(super) fn numbered(n: u64) -> Hash {
	let mut hash = Hash::zero();
	hash.0[24..].copy_from_slice(&n.to_be_bytes());
	hash
}
