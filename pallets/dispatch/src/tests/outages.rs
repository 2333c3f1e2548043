// SPDX-License-Identifier: Apache-2.0

//! Stations that are down are counted, and many of them are a large-area outage.

use crate::{
	mock::*,
	rounds::types::{RoundRules, Trigger},
	Counties, Event, Networks, Stations,
};
use frame_support::assert_ok;
use trimast_primitives::{
	cells::CellId,
	interlock::{Interlocks, NothingOpen, Outages, WindowsAndOutages},
	order::{Opening, OutageLevel, OutageRules, Place, Severity, State},
	page::SiteId,
	site::Station,
};

fn site(index: u32) -> SiteId {
	SiteId { index, ..SITE }
}

/// So many stations, in counties 1 and 2 in turn.
fn stations(count: u8) {
	put((0..count).map(|n| Station { county: 1 + n % 2, ..station() }).collect());
}

fn down(index: u32) -> u32 {
	open(OWNER, Opening { place: Place::Station(site(index)), ..fault() })
}

fn outages() -> (u32, bool, OutageLevel) {
	let of = Networks::<Test>::get(HERE);
	(of.stations, of.is_large, of.level)
}

#[test]
fn a_station_is_down_while_a_grave_fault_is_not_repaired() {
	run(|| {
		let first = down(0);
		let second = open(SHARER, fault());
		assert_eq!((outages().0, Counties::<Test>::get(HERE, 2).stations), (1, 1));
		for number in [first, second] {
			steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved)]);
		}
		assert_eq!((outages().0, Counties::<Test>::iter().count()), (0, 0));
		steps(first, &[(OWNER, State::InProgress)]);
		assert_eq!(outages().0, 1);
		steps(first, &[(OWNER, State::Cancelled)]);
		assert_eq!((outages().0, Networks::<Test>::iter().count()), (0, 0));
		// Neither a job nor a fault that is not grave.
		open(OWNER, job());
		open(TOWER, Opening { severity: Severity::Minor, ..fault() });
		assert_eq!(outages().0, 0);
	});
}

#[test]
fn many_stations_down_in_a_county_are_a_large_area_outage() {
	run(|| {
		stations(40);
		let rules = OutageRules { large_area: 5, ..OutageRules::default() };
		assert_ok!(Dispatch::set_outage_rules(RuntimeOrigin::root(), rules));
		// Four in each county, eight in all.
		Fleet::set(Some(4));
		let numbers: Vec<_> = (0..4).map(down).collect();
		assert_eq!(outages(), (4, false, OutageLevel::Blue));
		(4..8).for_each(|index| {
			down(index);
		});
		assert_eq!(outages(), (8, true, OutageLevel::Yellow));
		let told = |county, stations, is_large| {
			let event = Event::LargeAreaOutage { local_network: HERE, county, stations, is_large };
			events().contains(&event)
		};
		assert!(told(None, 5, true) && !told(Some(1), 5, true));
		down(8);
		assert!(told(Some(1), 5, true));
		assert_eq!(Networks::<Test>::get(HERE).large_counties, 1);
		// It raises the level by one, however many areas there are.
		assert_eq!(outages().2, OutageLevel::Yellow);
		(9..12).for_each(|index| {
			down(index);
		});
		assert_eq!(outages(), (12, true, OutageLevel::Orange));
		assert!(
			events().contains(&Event::OutageLevelChanged { local_network: HERE, level: OutageLevel::Orange })
		);
		numbers.iter().for_each(|number| steps(*number, &[(OWNER, State::Cancelled)]));
		assert!(told(Some(1), 4, false));
		assert_eq!(outages(), (8, true, OutageLevel::Yellow));
		Fleet::set(None);
	});
}

#[test]
fn station_stays_counted_in_the_county_in_which_it_went_down() {
	run(|| {
		let first = down(0);
		put(vec![Station { county: 9, ..station() }]);
		let second = open(SHARER, fault());
		let counties = || {
			let of = |(place, county, of): (_, u8, crate::types::CountyOutages)| (place, county, of.stations);
			Counties::<Test>::iter().map(of).collect::<Vec<_>>()
		};
		assert_eq!((order(second).county, counties()), (Some(9), vec![(HERE, 2, 1)]));
		steps(first, &[(OWNER, State::Cancelled)]);
		assert_eq!(counties(), [(HERE, 2, 1)]);
		steps(second, &[(SHARER, State::Cancelled)]);
		assert_eq!(counties(), []);
		// It goes down anew where it is now.
		down(0);
		assert_eq!(counties(), [(HERE, 9, 1)]);
	});
}

#[test]
fn without_known_vehicles_the_level_is_blue_or_raised() {
	run(|| {
		stations(12);
		(0..9).for_each(|index| {
			down(index);
		});
		assert_eq!(outages().2, OutageLevel::Blue);
		down(9);
		assert_eq!(outages(), (10, true, OutageLevel::Yellow));
	});
}

#[test]
fn others_ask_whether_an_outage_is_open() {
	run(|| {
		put(vec![station(), station()]);
		let number = open(OWNER, fault());
		let ask = |index| {
			type Locks = WindowsAndOutages<NothingOpen, Dispatch>;
			let cell = CellId { site: site(index), cell: 1 };
			assert_eq!(Locks::outage(cell), Dispatch::in_cell(cell));
			assert!(!Locks::energy_window(cell, 0, u64::MAX));
			Dispatch::at_station(site(index))
		};
		assert!(ask(0) && !ask(1));
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved)]);
		// Nobody has confirmed it yet.
		assert!(ask(0));
		steps(number, &[(OWNER, State::Closed)]);
		assert!(!ask(0));
		assert_eq!(Stations::<Test>::iter().count(), 0);
	});
}

#[test]
fn outage_that_begins_is_told_once() {
	run(|| {
		put(vec![station(), station()]);
		// Neither a job nor a fault that is not grave, nor what a company says to itself of another's station, is one.
		open(OWNER, job());
		let minor = open(TOWER, Opening { severity: Severity::Minor, ..fault() });
		let own = open(SHARER, Opening { handler: SHARER, ..fault() });
		assert_eq!(Begun::get(), []);
		steps(own, &[(SHARER, State::Cancelled)]);
		// When a fault begins, and a second one while it lasts
		let first = open(OWNER, fault());
		let second = open(SHARER, fault());
		assert_eq!(Begun::get(), [(SITE, OWNER)]);
		// And one that was said to be repaired is reopened
		steps(first, &[(TOWER, State::InProgress), (TOWER, State::Resolved), (OWNER, State::InProgress)]);
		steps(first, &[(OWNER, State::Cancelled)]);
		let third = open(OWNER, fault());
		assert_eq!(Begun::get(), [(SITE, OWNER)]);
		// Then it is told again when all of them are over, and of another station for itself
		for (raiser, number) in [(SHARER, second), (OWNER, third), (TOWER, minor)] {
			steps(number, &[(raiser, State::Cancelled)]);
		}
		down(1);
		open(SHARER, fault());
		assert_eq!(Begun::get(), [(SITE, OWNER), (site(1), OWNER), (SITE, SHARER)]);
	});
}

#[test]
fn what_a_company_says_to_itself_of_anothers_station_keeps_nobody_from_anything() {
	run(|| {
		for (raiser, handler, severity, is_minded) in [
			(OWNER, TOWER, Severity::Warning, false),
			(OWNER, TOWER, Severity::Major, true),
			(SHARER, SHARER, Severity::Critical, false),
			(SHARER, OWNER, Severity::Critical, true),
			(OWNER, OWNER, Severity::Critical, true),
			(OWNER, OWNER, Severity::Minor, false),
		] {
			let number = open(raiser, Opening { handler, severity, ..fault() });
			assert_eq!(Dispatch::at_station(SITE), is_minded, "{raiser:?} {handler:?} {severity:?}");
			assert_eq!(outages().0, u32::from(is_minded), "{raiser:?} {handler:?} {severity:?}");
			assert_eq!((order(number).is_minded(), order(number).is_outage()), (is_minded, is_minded));
			steps(number, &[(raiser, State::Cancelled)]);
			assert!(!Dispatch::at_station(SITE));
			assert_eq!((outages().0, order(number).is_outage()), (0, false));
		}
	});
}

#[test]
fn no_company_makes_a_large_area_outage_of_what_it_says_to_itself() {
	run(|| {
		stations(12);
		let rules = RoundRules { level: Some(OutageLevel::Yellow), ..ROUND_RULES };
		assert_ok!(Dispatch::set_round_rules(RuntimeOrigin::root(), rules));
		let itself =
			|org, index| open(org, Opening { handler: org, place: Place::Station(site(index)), ..fault() });
		// When a company says to itself that all stations of another one are down
		let said: Vec<_> = (0..12).map(|index| itself(SHARER, index)).collect();
		steps(
			said[0],
			&[(SHARER, State::InProgress), (SHARER, State::Resolved), (SHARER, State::InProgress)],
		);
		// Then none is counted, and nothing follows
		assert_eq!((outages(), Counties::<Test>::iter().count()), ((0, false, OutageLevel::Blue), 0));
		let is_told = |event: &Event<Test>| {
			matches!(event, Event::LargeAreaOutage { .. } | Event::OutageLevelChanged { .. })
		};
		assert!(!events().iter().any(is_told));
		go_on(2 * SECOND);
		assert_eq!(Dispatch::round(0), None);
		// But what it says to others is, and what a station's owner says of its own
		(0..5).for_each(|index| {
			down(index);
		});
		(5..10).for_each(|index| {
			itself(OWNER, index);
		});
		assert_eq!(outages(), (10, true, OutageLevel::Yellow));
		go_on(2 * SECOND);
		assert_eq!(Dispatch::round(0).map(|head| head.trigger), Some(Trigger::Level));
		// And the sharer's own end without a trace.
		said.iter().for_each(|number| steps(*number, &[(SHARER, State::Cancelled)]));
		assert_eq!(outages().0, 10);
	});
}
