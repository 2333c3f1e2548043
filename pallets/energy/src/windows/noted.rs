// SPDX-License-Identifier: Apache-2.0

//! Stations at which something begins while cells sleep, or before they do. They are noted at once, by the call that says so, and the chain
//! looks at them in blocks to come: an outage ([`super::outages`]), or a station that is not what it was ([`super::changes`]).
//!
//! What is noted stands in queues of the companies whose word it is, which have their turns: who raises much delays nobody but itself. Of a
//! company what was noted in an earlier quarter of an hour comes first.
//!
//! A look at a page of a plan is as dear as all that a block may spend. So it waits for the begin of a block, and the company whose turn it
//! is for one has the first turn of the next block; outages of the others go on meanwhile.

use super::{agenda::in_turn, changes, now, outages, types::Noting};
use crate::{charges, Config, Held, Noted, NotedBy, Pallet, WeightInfo};
use frame_support::{traits::Get, weights::Weight};
use trimast_primitives::{interlock::StationListener, page::SiteId, LocalNetworkId, OrgId, OrgSet};

/// Most stations that a block looks at, however little each of them weighs.
pub(crate) const MAX_STATIONS: u32 = 16;

/// Where something stands in the queue of a company: what is due first, first.
pub(crate) type Key = [u8; 11];

/// Where what is noted of a station stands that is due in this quarter of an hour. Several of a page stand at its first slot.
pub(crate) fn key(at: u32, SiteId { local_network, index }: SiteId, noting: &Noting) -> Key {
	let ([a, b, c, d], [e, f]) = (at.to_be_bytes(), local_network.0.to_be_bytes());
	let [g, h, i, j] = index.to_be_bytes();
	[a, b, c, d, e, f, g, h, i, j, matches!(noting, Noting::Changed { .. }).into()]
}

/// When what stands there is due, and which station it is.
pub(crate) fn of_key([a, b, c, d, e, f, g, h, i, j, _]: Key) -> (u32, SiteId) {
	let local_network = LocalNetworkId(u16::from_be_bytes([e, f]));
	(u32::from_be_bytes([a, b, c, d]), SiteId { local_network, index: u32::from_be_bytes([g, h, i, j]) })
}

/// Enters what is noted of a station where it is due.
pub(super) fn note<T: Config>(org: OrgId, at: u32, station: SiteId, noting: Noting) {
	Noted::<T>::insert(org, key(at, station, &noting), noting);
	NotedBy::<T>::mutate(|(orgs, _)| *orgs = orgs.with(org));
}

impl<T: Config> StationListener for Pallet<T> {
	fn outage_began(station: SiteId, raiser: OrgId) {
		// Also where plans hold nothing: what covers the station is entered, for plans to come.
		note::<T>(raiser, now::<T>(), station, Noting::Outage { done: None });
	}

	fn stations_changed(local_network: LocalNetworkId, page: u16, slots: u64, by: OrgId) {
		// What plans hold of a station stands in its own page.
		if slots == 0 || !Held::<T>::contains_key(local_network, page) {
			return;
		}
		let (at, first) = (now::<T>(), SiteId::new(local_network, page, 0));
		let changed = |slots| Noting::Changed { slots, done: None, next: None };
		let slots = match Noted::<T>::get(by, key(at, first, &changed(slots))) {
			Some(Noting::Changed { slots: known, .. }) => slots | known,
			_ => slots,
		};
		note::<T>(by, at, first, changed(slots));
	}

	fn told_weight() -> Weight {
		T::WeightInfo::note_stations()
	}
}

/// Looks at stations that are due, as long as there is room for the next one. Says what that has weighed, and whether there was one.
pub(crate) fn work<T: Config>() -> (Weight, bool) {
	if NotedBy::<T>::get().0.is_empty() {
		return (T::DbWeight::get().reads(1), false);
	}
	let room = charges::room_for_outages::<T>();
	let (mut weight, mut count) = (Weight::zero(), 0u32);
	// Whose look at a page waits for the next block, and the first of them.
	let (mut waiting, mut first) = (OrgSet::EMPTY, None);
	while count < MAX_STATIONS {
		let has_room = weight.saturating_add(charges::outage_at_most::<T>()).all_lte(room);
		if count > 0 && !has_room {
			break;
		}
		let has_room_for_look = weight.saturating_add(charges::look_at_most::<T>()).all_lte(room);
		weight = weight.saturating_add(T::WeightInfo::look_for_due());
		let Some((org, key, noting)) = next_due::<T>(waiting) else { break };
		let is_look = matches!(noting, Noting::Changed { next: Some(_), .. });
		if count > 0 && is_look && !has_room_for_look {
			waiting = waiting.with(org);
			first = first.or(Some(org));
			continue;
		}
		Noted::<T>::remove(org, key);
		let (at, station) = of_key(key);
		weight = weight.saturating_add(match noting {
			Noting::Outage { done } => outages::step::<T>(org, at, station, done),
			Noting::Changed { slots, done, next } => changes::step::<T>(org, at, station, slots, done, next),
		});
		count = count.saturating_add(1);
	}
	if let Some(org) = first {
		NotedBy::<T>::mutate(|(_, last)| *last = before(org));
	}
	(weight, count > 0)
}

/// Whose turn was the last one where the next is this company's.
fn before(org: OrgId) -> OrgId {
	OrgId(org.0.checked_sub(1).unwrap_or(u8::MAX))
}

/// What is due of the company whose turn it is, but for those that wait.
fn next_due<T: Config>(waiting: OrgSet) -> Option<(OrgId, Key, Noting)> {
	let (all, last) = NotedBy::<T>::get();
	let first = |org: OrgId| {
		let key = Noted::<T>::iter_key_prefix(org).next()?;
		Some((of_key(key).0, key))
	};
	let (left, served) = in_turn((all.difference(waiting), last), now::<T>(), first);
	let orgs = left.union(all.intersection(waiting));
	let turn = served.map_or(last, |(org, ..)| org);
	if (orgs, turn) != (all, last) {
		NotedBy::<T>::put((orgs, turn));
	}
	let (org, _, key) = served?;
	Some((org, key, Noted::<T>::get(org, key)?))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn who_waits_for_the_begin_of_a_block_has_its_first_turn() {
		let all = OrgSet(0b1101);
		for org in all.iter() {
			let (_, served) = in_turn((all, before(org)), 0, |of| Some((0, of)));
			assert_eq!(served, Some((org, 0, org)));
		}
	}

	#[test]
	fn what_is_due_first_stands_first() {
		let site = |local_network, index| SiteId { local_network: LocalNetworkId(local_network), index };
		let all = [(1, site(6590, 9)), (256, site(1301, 700)), (256, site(1302, 1)), (70_000, site(1101, 0))];
		let outage = Noting::Outage { done: None };
		assert!(all.map(|(at, site)| key(at, site, &outage)).is_sorted());
		for (at, site) in all {
			assert_eq!(of_key(key(at, site, &outage)), (at, site));
			// What else is noted of it stands apart
			let changed = Noting::Changed { slots: 1, done: None, next: None };
			assert_ne!(key(at, site, &changed), key(at, site, &outage));
		}
	}
}
