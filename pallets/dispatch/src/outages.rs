// SPDX-License-Identifier: Apache-2.0

//! Which stations are down, and how grave that is together: counted with every order, never walked.
//!
//! A station is down while a fault of severity CRITICAL or MAJOR is under way there that nobody has repaired, and that others have to
//! mind ([`Order::is_outage`]): no company makes outages of what it says to itself about others' stations. As many as governed in one
//! county, or in one local network, are a large-area outage; that raises the level by one.

use crate::{governed, rounds, types::CountyOutages, Config, Counties, Event, Networks, Pallet, Stations};
use trimast_primitives::{
	interlock::{Outages, StationListener},
	order::{Order, OutageLevel, OutageRules},
	page::SiteId,
	LocalNetworkId, OrgId,
};

/// Who knows how many vehicles there are.
pub trait Vehicles {
	/// How many may be sent in a local network; `None` where that is not known.
	fn vehicles(local_network: LocalNetworkId) -> Option<u32>;
}

/// Nothing is known: the level is blue, or raised by one in a large-area outage.
impl Vehicles for () {
	fn vehicles(_local_network: LocalNetworkId) -> Option<u32> {
		None
	}
}

/// Whether a company has a fault open at a station.
pub(crate) fn has_fault<T: Config>(site: SiteId, raiser: OrgId) -> bool {
	Stations::<T>::get(site).raisers.contains(raiser)
}

/// A fault is opened at a station, where its raiser has none. Whoever listens is told of the first one there that others have to
/// mind: it lasts until the last one is closed, also where it was said to be repaired meanwhile.
pub(crate) fn fault_opened<T: Config>(site: SiteId, order: &Order) {
	let begins = Stations::<T>::mutate(site, |station| {
		let begins = order.is_minded() && station.minded.is_empty();
		station.raisers = station.raisers.with(order.raiser);
		if order.is_minded() {
			station.minded = station.minded.with(order.raiser);
		}
		begins
	});
	if begins {
		T::OnOutage::outage_began(site, order.raiser);
	}
}

/// A fault has ended at a station.
pub(crate) fn fault_over<T: Config>(site: SiteId, raiser: OrgId) {
	Stations::<T>::mutate_exists(site, |station| {
		*station = station.take().and_then(|mut station| {
			station.raisers = station.raisers.without(raiser);
			station.minded = station.minded.without(raiser);
			(!station.raisers.is_empty()).then_some(station)
		});
	});
}

/// Counts what an order says of its station now, where that is another thing than before.
pub(crate) fn changed<T: Config>(order: &Order, was_outage: bool) {
	let (Some(site), is_outage) = (order.place.station(), order.is_outage()) else { return };
	if is_outage == was_outage {
		return;
	}
	let mut station = Stations::<T>::get(site);
	let was_down = station.down > 0;
	if is_outage {
		station.down = station.down.saturating_add(1);
		if !was_down {
			// It stays counted there, also if the record says something else by and by.
			station.county = order.county.unwrap_or(0);
		}
	} else {
		station.down = station.down.saturating_sub(1);
	}
	let is_down = station.down > 0;
	let county = station.county;
	Stations::<T>::insert(site, station);
	if is_down != was_down {
		count::<T>(site.local_network, county, is_down);
	}
}

/// A station more is down, or one fewer.
fn count<T: Config>(local_network: LocalNetworkId, county: u8, is_down: bool) {
	let rules = governed::outage_rules::<T>();
	let step = |stations: u32| if is_down { stations.saturating_add(1) } else { stations.saturating_sub(1) };
	let mut of_county = Counties::<T>::get(local_network, county);
	let mut all = Networks::<T>::get(local_network);
	of_county.stations = step(of_county.stations);
	all.stations = step(all.stations);

	let is_large = rules.is_large_area(of_county.stations, 0);
	if is_large != of_county.is_large {
		of_county.is_large = is_large;
		let counties = all.large_counties;
		all.large_counties = if is_large { counties.saturating_add(1) } else { counties.saturating_sub(1) };
		let (county, stations) = (Some(county), of_county.stations);
		Pallet::<T>::deposit_event(Event::LargeAreaOutage { local_network, county, stations, is_large });
	}
	let is_large = rules.is_large_area(0, all.stations);
	if is_large != all.is_large {
		all.is_large = is_large;
		let stations = all.stations;
		Pallet::<T>::deposit_event(Event::LargeAreaOutage {
			local_network,
			county: None,
			stations,
			is_large,
		});
	}
	let level = level::<T>(local_network, &rules, all.stations, all.is_large || all.large_counties > 0);
	let is_changed = level != all.level;
	if is_changed {
		all.level = level;
		Pallet::<T>::deposit_event(Event::OutageLevelChanged { local_network, level });
	}

	if of_county == CountyOutages::default() {
		Counties::<T>::remove(local_network, county);
	} else {
		Counties::<T>::insert(local_network, county, of_county);
	}
	if all == Default::default() {
		Networks::<T>::remove(local_network);
	} else {
		Networks::<T>::insert(local_network, all);
	}
	// Whether it is an emergency is asked of what is kept.
	if is_changed {
		rounds::level_changed::<T>(local_network, level);
	}
}

fn level<T: Config>(
	local_network: LocalNetworkId,
	rules: &OutageRules,
	stations: u32,
	is_large: bool,
) -> OutageLevel {
	let vehicles = T::Vehicles::vehicles(local_network);
	let level = vehicles.map_or(OutageLevel::Blue, |vehicles| rules.level(stations, vehicles));
	if is_large {
		level.raised()
	} else {
		level
	}
}

impl<T: Config> Outages for Pallet<T> {
	fn at_station(station: SiteId) -> bool {
		!Stations::<T>::get(station).minded.is_empty()
	}
}
