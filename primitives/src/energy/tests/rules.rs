// SPDX-License-Identifier: Apache-2.0

//! What governs the sharing, and what it costs.

use super::*;

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
