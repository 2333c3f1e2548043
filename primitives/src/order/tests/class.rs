// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{
	plan::SlaClass,
	site::{tests::station, Station, StationClass, StationEntry, StationState},
};

fn with(change: impl Fn(&mut Station)) -> Station {
	let mut station = Station { battery_ah: 100, tenants: 1, systems: 1, ..station() };
	(station.autonomy_minutes, station.road_distance_hm, station.road_minutes) = (120, 300, 40);
	change(&mut station);
	station
}

#[test]
fn class_follows_importance_battery_and_road() {
	let class = |change: &dyn Fn(&mut Station)| sla_class(&with(change));
	assert_eq!(class(&|_| ()), SlaClass::Four);
	assert_eq!(class(&|s| s.autonomy_minutes = 119), SlaClass::Three);
	assert_eq!(class(&|s| s.road_distance_hm = 301), SlaClass::Three);
	assert_eq!(class(&|s| s.road_minutes = 41), SlaClass::Three);
	for important in [StationClass::Vip, StationClass::CascadeNode] {
		assert_eq!(class(&|s| s.class = important), SlaClass::Two);
		assert_eq!(class(&|s| (s.class, s.road_minutes) = (important, 99)), SlaClass::Two);
		assert_eq!(class(&|s| (s.class, s.autonomy_minutes) = (important, 119)), SlaClass::One);
	}
	assert_eq!(class(&|s| s.class = StationClass::VipCascadeNode), SlaClass::One);
}

#[test]
fn class_is_agreed_once_all_have_signed() {
	let all = OrgSet(0b111);
	let class = |signed| {
		let station = with(|station| station.class = StationClass::VipCascadeNode);
		agreed_class(&StationEntry { station, state: StationState::OnAir, revision: 0, signed }, all)
	};
	assert_eq!([class(all), class(all.with(OrgId(9)))], [SlaClass::One; 2]);
	for missing in [OWNER, SHARER, TOWER] {
		assert_eq!(class(all.without(missing)), SlaClass::Four, "{missing:?}");
	}
}

#[test]
fn level_counts_outages_a_vehicle() {
	let level = |outages, vehicles| OutageRules::default().level(outages, vehicles);
	assert_eq!([level(0, 1), level(2, 1), level(5, 2)], [OutageLevel::Blue; 3]);
	assert_eq!([level(3, 1), level(5, 1), level(6, 2), level(11, 2)], [OutageLevel::Yellow; 4]);
	assert_eq!([level(6, 1), level(9, 1), level(19, 2)], [OutageLevel::Orange; 3]);
	assert_eq!([level(10, 1), level(20, 2), level(u32::MAX, 1), level(1, 0)], [OutageLevel::Red; 4]);
	assert_eq!([level(0, 0), level(1, u32::MAX)], [OutageLevel::Blue; 2]);
}

#[test]
fn ten_stations_down_in_a_county_or_local_network_raise_the_level() {
	let rules = OutageRules::default();
	assert!(!rules.is_large_area(9, 9) && rules.is_large_area(10, 9) && rules.is_large_area(0, 10));
	assert_eq!(rules.level_in(9, 9, 9, 9), OutageLevel::Blue);
	assert_eq!(rules.level_in(10, 10, 10, 10), OutageLevel::Yellow);
	assert_eq!(rules.level_in(30, 10, 10, 30), OutageLevel::Orange);
	assert_eq!(rules.level_in(60, 10, 9, 60), OutageLevel::Red);
	assert_eq!(rules.level_in(100, 10, 10, 100), OutageLevel::Red);
	assert!(rules.is_valid());
	assert!(
		!OutageRules { orange: 3, ..rules }.is_valid() && !OutageRules { large_area: 0, ..rules }.is_valid()
	);
	assert!(!OutageRules { yellow: 0, ..rules }.is_valid() && !OutageRules { red: 6, ..rules }.is_valid());
}

#[test]
fn generator_is_the_greatest_that_any_criterion_reaches() {
	let power = |change: &dyn Fn(&mut Station)| generator_power(&with(change));
	assert_eq!(power(&|s| (s.tenants, s.systems, s.battery_ah) = (1, 3, 599)), 5_000);
	assert_eq!(power(&|s| s.tenants = 2), 8_500);
	assert_eq!([power(&|s| s.systems = 4), power(&|s| s.systems = 5)], [8_500; 2]);
	assert_eq!([power(&|s| s.battery_ah = 600), power(&|s| s.battery_ah = 1_000)], [8_500; 2]);
	assert_eq!(
		[power(&|s| s.tenants = 3), power(&|s| s.systems = 6), power(&|s| s.battery_ah = 1_001)],
		[12_000; 3]
	);
	for class in [StationClass::Vip, StationClass::CascadeNode, StationClass::VipCascadeNode] {
		assert_eq!(power(&|s| s.class = class), 20_000);
	}
	assert_eq!(power(&|s| (s.tenants, s.battery_ah) = (2, 1_001)), 12_000);
}

#[test]
fn service_levels_promise_no_less_to_a_higher_class() {
	let terms = |minutes: u32| Terms { response: minutes, restoration: minutes * 60, jeopardy: 800 };
	let table = SlaTable { version: 1, silence: 3_600, classes: [1, 2, 3, 4].map(terms) };
	assert!(table.is_valid());
	assert_eq!(table.terms(SlaClass::One), terms(1));
	assert_eq!(table.terms(SlaClass::Four), terms(4));
	assert!(!SlaTable { classes: [1, 3, 2, 4].map(terms), ..table }.is_valid());
	assert!(!SlaTable { classes: [0, 1, 2, 3].map(terms), ..table }.is_valid());
}
