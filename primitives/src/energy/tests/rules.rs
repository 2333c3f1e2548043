// SPDX-License-Identifier: Apache-2.0

//! What governs the sharing, and what it costs and emits.

use super::*;
use crate::{calendar::last_day_of, ProvinceId};

fn rule(method: SharingMethod, contract: &[(u8, u16)]) -> SharingRule {
	let contract: Vec<_> = contract.iter().map(|(org, part)| (OrgId(*org), *part)).collect();
	SharingRule { method, contract: contract.try_into().unwrap() }
}

#[test]
fn contract_works_with_each_company_once() {
	assert!(rule(SharingMethod::Contract, &[]).is_valid());
	assert!(rule(SharingMethod::Contract, &[(1, 0), (0, u16::MAX), (31, 1)]).is_valid());
}

#[test]
fn contract_fails_when_a_company_stands_twice_or_is_none() {
	assert!(!rule(SharingMethod::Contract, &[(0, 1), (1, 1), (0, 2)]).is_valid());
	assert!(!rule(SharingMethod::Contract, &[(32, 1)]).is_valid());
}

#[test]
fn weights_are_the_parts_of_the_contract_or_alike() {
	let among = [OWNER, SHARER, OTHER];
	let contract = [(1, 4), (0, 6)];
	assert_eq!(rule(SharingMethod::Contract, &contract).weights(&among), [6, 4, 0]);
	assert_eq!(rule(SharingMethod::Volume, &contract).weights(&among), [6, 4, 0]);
	assert_eq!(rule(SharingMethod::Equal, &contract).weights(&among), [1, 1, 1]);
	assert_eq!(rule(SharingMethod::Contract, &contract).weights(&[OTHER]), [0]);
}

#[test]
fn tariff_works_by_hour() {
	let tariff = Tariff { prices: core::array::from_fn(|hour| hour as u32 * 100) };
	assert!(tariff.is_valid());
	assert_eq!([0, 8, 23].map(|hour| tariff.price(hour)), [0, 800, 2_300]);
	assert_eq!(Tariff::flat(7_000).prices, [7_000; HOURS]);
}

#[test]
fn tariff_fails_when_a_price_is_too_high() {
	let mut tariff = Tariff::flat(MAX_PRICE);
	assert!(tariff.is_valid());
	tariff.prices[23] = MAX_PRICE + 1;
	assert!(!tariff.is_valid());
}

#[test]
fn hour_beyond_the_day_costs_nothing() {
	assert_eq!(Tariff::flat(7_000).price(24), 0);
}

/// November 2026.
const MONTH: u16 = 2026 * 12 + 10;
const HEBEI: ProvinceId = ProvinceId(13);

/// What the month has by these versions: whose factor it is, of which year, and how much.
fn factor_by(versions: &[(Option<ProvinceId>, u16, u16, u32)]) -> Option<(Option<ProvinceId>, u16, u32)> {
	let of = |province: Option<ProvinceId>, year: u16| {
		let all = versions.iter().filter(move |of| (of.0, of.1) == (province, year));
		all.map(|of| (of.2, EmissionFactor(of.3))).collect::<Vec<_>>()
	};
	let found = factor_of_month(HEBEI, MONTH, of)?;
	Some((found.province, found.year, found.factor.0))
}

#[test]
fn factor_is_the_provinces_or_the_countrys_of_the_last_year_that_has_one() {
	let (own, country) = (Some(HEBEI), None);
	let other = Some(ProvinceId(14));
	assert_eq!(factor_by(&[]), None);
	assert_eq!(factor_by(&[(country, 2026, 0, 1), (own, 2026, 0, 2)]), Some((own, 2026, 2)));
	assert_eq!(factor_by(&[(country, 2026, 0, 1), (own, 2025, 0, 2)]), Some((country, 2026, 1)));
	assert_eq!(factor_by(&[(other, 2026, 0, 1), (own, 2017, 0, 2)]), Some((own, 2017, 2)));
	// Too old, and of a year to come
	assert_eq!(factor_by(&[(own, 2016, 0, 1), (own, 2027, 0, 2)]), None);
	assert_eq!(factor_places(HEBEI, MONTH).count(), 2 * usize::from(FACTOR_YEARS));
	assert_eq!(factor_places(HEBEI, MONTH).last(), Some((country, 2017)));
}

#[test]
fn factor_that_holds_behind_the_month_changes_nothing_of_it() {
	let (own, last) = (Some(HEBEI), last_day_of(MONTH));
	let with = |from| factor_by(&[(own, 2026, 0, 1), (own, 2026, from, 2)]).map(|found| found.2);
	assert_eq!([last, last + 1].map(with), [Some(2), Some(1)]);
	// In whichever order they come
	assert_eq!(factor_by(&[(own, 2026, 9, 2), (own, 2026, 8, 1)]), Some((own, 2026, 2)));
	// A year of which nothing holds yet is passed over
	assert_eq!(factor_by(&[(own, 2026, last + 1, 2), (own, 2022, 0, 1)]), Some((own, 2022, 1)));
}
