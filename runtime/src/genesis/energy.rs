// SPDX-License-Identifier: Apache-2.0
//! What governs energy at genesis: how it is shared out, what it costs and emits, and the limits of readings.

use crate::EnergyConfig;
use alloc::{vec, vec::Vec};
use pallet_energy::types::Settings;
use trimast_primitives::{
	access::Scope,
	energy::{EmissionFactor, SharingRule, Tariff},
	ProvinceId,
};

/// The provincial-level divisions by the regional grid that feeds them (Inner Mongolia by its western and larger one).
const GRIDS: [(&[u8], u32); 7] = [
	// North
	(&[11, 12, 13, 14, 15, 37], 6_776),
	// North-east
	(&[21, 22, 23], 5_564),
	// East
	(&[31, 32, 33, 34, 35], 5_617),
	// Central
	(&[36, 41, 42, 43], 5_395),
	// North-west
	(&[61, 62, 63, 64, 65], 5_857),
	// South
	(&[44, 45, 46, 52, 53], 3_869),
	// South-west
	(&[50, 51, 54], 2_268),
];

/// Emission factors as they are published: of 2022 by grid and of two provinces, and of the country for two years.
fn factors() -> Vec<(Option<ProvinceId>, u16, EmissionFactor)> {
	let mut factors = vec![(None, 2021, EmissionFactor(5_568)), (None, 2022, EmissionFactor(5_366))];
	for (provinces, factor) in GRIDS {
		let of = |province: &u8| (Some(ProvinceId(*province)), 2022, EmissionFactor(factor));
		factors.extend(provinces.iter().map(of));
	}
	// Those that have one of their own.
	for (province, factor) in [(13, 7_252), (53, 1_073)] {
		factors.push((Some(ProvinceId(province)), 2022, EmissionFactor(factor)));
	}
	factors
}

/// Prices to begin with, until the council votes on those of each province: a valley from 23 to 7, peaks from 8 to 11 and from 18
/// to 21, between 0.69 and 0.90 CNY on average.
fn tariff() -> Tariff {
	let mut prices = [7_900; 24];
	for (hour, price) in prices.iter_mut().enumerate() {
		match hour {
			23 | 0..=6 => *price = 4_900,
			8..=10 | 18..=20 => *price = 11_800,
			_ => {}
		}
	}
	Tariff { prices }
}

/// As the companies have agreed.
pub(super) fn agreed() -> EnergyConfig {
	let provinces = (0..=u8::MAX).map(ProvinceId).filter(|province| province.exists());
	EnergyConfig {
		sharing: vec![(Scope::National, SharingRule::default())],
		tariffs: provinces.map(|province| (province, tariff())).collect(),
		factors: factors(),
		settings: Settings::default(),
		..Default::default()
	}
}

/// For networks on one machine: each hour may be reported on its own, rulings have a minute, and a month is signed as soon as it is
/// over, whatever day it is.
pub(super) fn in_seconds() -> EnergyConfig {
	EnergyConfig {
		settings: Settings { reports: 24, ruling: 60, review: 0, ..Default::default() },
		..agreed()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn every_province_of_the_mainland_has_a_factor_and_all_have_a_price() {
		let EnergyConfig { tariffs, factors, settings, .. } = agreed();
		assert!(settings.is_valid() && in_seconds().settings.is_valid());
		assert!(tariffs.iter().all(|(_, tariff)| tariff.is_valid()));
		let has = |province: ProvinceId| factors.iter().any(|(of, ..)| *of == Some(province));
		let without: Vec<u8> =
			tariffs.iter().filter(|(province, _)| !has(*province)).map(|(province, _)| province.0).collect();
		// Of these only the country's factor is known.
		assert_eq!(without, [71, 81, 82]);
	}

	#[test]
	fn meters_may_show_a_tenth_above_the_rated_power() {
		assert_eq!([agreed(), in_seconds()].map(|of| of.tolerance), [100, 100]);
	}

	#[test]
	fn companies_have_ten_days_to_look_at_a_month_and_networks_on_one_machine_none() {
		assert_eq!([agreed(), in_seconds()].map(|of| of.settings.review), [10, 0]);
	}

	#[test]
	fn the_price_lies_where_carriers_pay_it() {
		let prices = tariff().prices;
		let mean = prices.iter().sum::<u32>() / 24;
		assert!((6_900..=9_000).contains(&mean), "{mean}");
	}
}
