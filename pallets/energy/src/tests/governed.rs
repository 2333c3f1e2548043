// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{Error, SharingRules};
use frame_support::{assert_noop, assert_ok, dispatch::DispatchResult};
use sp_runtime::DispatchError;
use trimast_primitives::{
	access::Scope,
	energy::{EmissionFactor, SharingMethod, SharingRule, Tariff, MAX_EMISSION_FACTOR, MAX_PRICE},
	ProvinceId,
};

fn rule(method: SharingMethod, contract: &[(OrgId, u16)]) -> Option<SharingRule> {
	Some(SharingRule { method, contract: contract.to_vec().try_into().unwrap() })
}

#[test]
fn nobody_but_the_council_governs() {
	test(|| {
		let tomorrow = TODAY + 1;
		let calls: [fn(RuntimeOrigin, u16) -> DispatchResult; 4] = [
			|origin, from| Energy::set_sharing(origin, Scope::National, from, None),
			|origin, from| Energy::set_tariff(origin, PROVINCE, from, TARIFF),
			|origin, _| Energy::set_emission_factor(origin, None, 2026, FACTOR),
			|origin, _| Energy::set_settings(origin, SETTINGS),
		];
		for call in calls {
			for role in [COLLECTOR, PLANNER, AUDITOR, IDLE] {
				assert_noop!(call(account(OWNER, role), tomorrow), DispatchError::BadOrigin);
			}
			assert_noop!(call(RuntimeOrigin::none(), tomorrow), DispatchError::BadOrigin);
			assert_ok!(call(RuntimeOrigin::root(), tomorrow));
		}
	});
}

#[test]
fn sharing_follows_the_narrowest_territory_and_its_day() {
	test(|| {
		// Given that from tomorrow on all is shared alike here, and by contract in the province
		let root = RuntimeOrigin::root;
		let here = Scope::LocalNetwork(HERE);
		let alike = rule(SharingMethod::Equal, &[]);
		assert_ok!(Energy::set_sharing(root(), here, TODAY + 1, alike));
		let contract = rule(SharingMethod::Contract, &[(OWNER, 6), (SHARER, 4)]);
		assert_ok!(Energy::set_sharing(root(), Scope::Province(PROVINCE), TODAY + 1, contract.clone()));
		// And that from the day after that the province's holds here, too
		assert_ok!(Energy::set_sharing(root(), here, TODAY + 2, None));
		Now::set(NOON + 5 * DAY);
		let shares = |day| {
			let span = trimast_primitives::energy::Span { day, ..hours(0, 1) };
			let before = sums(&total().sums, SHARER).energy;
			send(&report(span, 0, 1));
			sums(&total().sums, SHARER).energy - before
		};
		assert_eq!([TODAY, TODAY + 1, TODAY + 2].map(shares), [333, 500, 400]);
		assert_eq!(Energy::energy_rules(HERE, TODAY + 1).sharing.method, SharingMethod::Equal);
		assert_eq!(Some(Energy::energy_rules(HERE, TODAY + 2).sharing), contract);
	});
}

#[test]
fn tariffs_follow_their_day() {
	test(|| {
		assert_ok!(Energy::set_tariff(RuntimeOrigin::root(), PROVINCE, TODAY + 1, Tariff::flat(1)));
		Now::set(NOON + 5 * DAY);
		send(&report(trimast_primitives::energy::Span { day: TODAY + 1, ..hours(9, 1) }, 0, 1));
		assert_eq!(sums(&total().sums, OWNER).amount, 667);
	});
}

#[test]
fn nothing_is_set_backwards() {
	test(|| {
		let set = |from| Energy::set_tariff(RuntimeOrigin::root(), PROVINCE, from, TARIFF);
		assert_noop!(set(TODAY), Error::<Test>::Backwards);
		assert_ok!(set(TODAY + 3));
		assert_noop!(set(TODAY + 3), Error::<Test>::Backwards);
		assert_noop!(set(TODAY + 2), Error::<Test>::Backwards);
		let set = |from| Energy::set_sharing(RuntimeOrigin::root(), Scope::National, from, None);
		assert_noop!(set(TODAY), Error::<Test>::Backwards);
	});
}

#[test]
fn the_oldest_version_gives_way_once_no_report_is_accounted_by_it() {
	test(|| {
		// Given as many versions as may be, one of which is older than all reports
		let most = u16::try_from(MAX_VERSIONS).unwrap();
		let set = |from| Energy::set_sharing(RuntimeOrigin::root(), Scope::National, from, None);
		for n in 1..most {
			assert_ok!(set(TODAY + n));
		}
		let oldest = || {
			let versions = SharingRules::<Test>::get(Scope::National);
			(versions.len(), versions[0].0)
		};
		assert_eq!(oldest(), (most.into(), 0));
		// Then today's does not go, by which reports are accounted yet
		let next = TODAY + 200;
		assert_noop!(set(next), Error::<Test>::TooManyVersions);
		Now::set(NOON + 61 * DAY);
		assert_noop!(set(next), Error::<Test>::TooManyVersions);
		// And does when no report of its days is taken any more
		Now::set(NOON + 62 * DAY);
		assert_ok!(set(next));
		assert_eq!(oldest(), (most.into(), TODAY + 1));
	});
}

#[test]
fn what_cannot_be_is_refused() {
	test(|| {
		let root = RuntimeOrigin::root;
		let twice = rule(SharingMethod::Contract, &[(OWNER, 1), (OWNER, 2)]);
		assert_noop!(Energy::set_sharing(root(), Scope::National, TODAY + 1, twice), Error::<Test>::BadRule);
		assert_noop!(
			Energy::set_sharing(root(), Scope::Province(ProvinceId(99)), TODAY + 1, None),
			Error::<Test>::UnknownTerritory
		);
		assert_noop!(
			Energy::set_tariff(root(), PROVINCE, TODAY + 1, Tariff::flat(MAX_PRICE + 1)),
			Error::<Test>::BadTariff
		);
		for (year, factor) in [(1999, 1), (2201, 1), (2026, MAX_EMISSION_FACTOR + 1)] {
			let factor = EmissionFactor(factor);
			let set = Energy::set_emission_factor(root(), None, year, factor);
			assert_eq!(set, Err(Error::<Test>::BadFactor.into()));
		}
		for settings in [
			Settings { tolerance: 1_001, ..SETTINGS },
			Settings { days: 61, ..SETTINGS },
			Settings { days: 401, ..SETTINGS },
			Settings { reports: 0, ..SETTINGS },
			Settings { reports: 97, ..SETTINGS },
			Settings { ruling: 0, ..SETTINGS },
			Settings { review: 61, ..SETTINGS },
		] {
			assert_noop!(Energy::set_settings(root(), settings), Error::<Test>::BadSettings);
		}
	});
}

#[test]
fn settings_are_told_as_they_were_set() {
	test(|| {
		let settings =
			Settings { version: 0, tolerance: 1_000, days: 400, reports: 96, ruling: 31_536_000, review: 60 };
		assert_ok!(Energy::set_settings(RuntimeOrigin::root(), settings));
		let view = Energy::energy_rules(HERE, TODAY);
		let told = (view.tolerance, view.days, view.reports, view.ruling, view.review);
		assert_eq!(told, (1_000, 400, 96, 31_536_000, 60));
		assert_eq!(Settings::default().review, 10);
	});
}

#[test]
fn factors_are_the_provinces_or_the_countrys_of_the_last_year_known() {
	test(|| {
		assert_eq!(Energy::emission_factor(PROVINCE, 2022), FACTOR);
		assert_eq!(Energy::emission_factor(PROVINCE, 2027), FACTOR);
		assert_eq!(Energy::emission_factor(ProvinceId(14), 2027), EmissionFactor(5_366));
		assert_eq!(Energy::emission_factor(PROVINCE, 2021), EmissionFactor(0));
		let newer = EmissionFactor(5_000);
		assert_ok!(Energy::set_emission_factor(RuntimeOrigin::root(), None, 2026, newer));
		assert_eq!(Energy::emission_factor(PROVINCE, 2027), newer);
	});
}
