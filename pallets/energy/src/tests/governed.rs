// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{forgetting::MONTHS, EmissionFactors, Error, SharingRules, Tariffs, Tolerances};
use frame_support::{assert_noop, assert_ok, dispatch::DispatchResult};
use sp_runtime::DispatchError;
use trimast_primitives::{
	access::Scope,
	calendar::begin_of,
	energy::{
		EmissionFactor, FactorVersion, Reading, SharingMethod, SharingRule, Span, Tariff,
		MAX_EMISSION_FACTOR, MAX_PRICE,
	},
	ProvinceId,
};

fn rule(method: SharingMethod, contract: &[(OrgId, u16)]) -> Option<SharingRule> {
	Some(SharingRule { method, contract: contract.to_vec().try_into().unwrap() })
}

#[test]
fn nobody_but_the_council_governs() {
	test(|| {
		let tomorrow = TODAY + 1;
		let calls: [fn(RuntimeOrigin, u16) -> DispatchResult; 5] = [
			|origin, from| Energy::set_sharing(origin, Scope::National, from, None),
			|origin, from| Energy::set_tariff(origin, PROVINCE, from, TARIFF),
			|origin, from| Energy::set_emission_factor(origin, None, 2026, from, FACTOR),
			|origin, from| Energy::set_tolerance(origin, from, 100),
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
fn tariffs_of_a_month_are_those_that_hold_in_it() {
	test(|| {
		let (february, root) = (TODAY + 17, RuntimeOrigin::root);
		for (n, from) in [(1, TODAY + 3), (2, february), (3, february + 5), (4, february + 28)] {
			assert_ok!(Energy::set_tariff(root(), PROVINCE, from, Tariff::flat(n)));
		}
		let of = |month| {
			let all = Energy::tariffs(PROVINCE, month).into_iter();
			all.map(|view| (view.from, view.tariff.price(23))).collect::<Vec<_>>()
		};
		assert_eq!(of(JANUARY - 1), [(0, 8_000)]);
		assert_eq!(of(JANUARY), [(0, 8_000), (TODAY + 3, 1)]);
		// That of the first day is all that is left of January
		assert_eq!(of(JANUARY + 1), [(february, 2), (february + 5, 3)]);
		assert_eq!([2, 30].map(|more| of(JANUARY + more)), [[(february + 28, 4)]; 2].map(Vec::from));
		assert!(Energy::tariffs(ProvinceId(14), JANUARY).is_empty());
		// What is forgotten is not made up
		Tariffs::<Test>::mutate(PROVINCE, |versions| {
			versions.remove(0);
		});
		assert_eq!((of(JANUARY - 1), of(JANUARY)), (vec![], vec![(TODAY + 3, 1)]));
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
		let set = |from| Energy::set_emission_factor(RuntimeOrigin::root(), None, 2027, from, FACTOR);
		assert_noop!(set(TODAY), Error::<Test>::Backwards);
		assert_ok!(set(TODAY + 1));
		assert_noop!(set(TODAY + 1), Error::<Test>::Backwards);
		let set = |from| Energy::set_tolerance(RuntimeOrigin::root(), from, 0);
		assert_noop!(set(TODAY), Error::<Test>::Backwards);
		assert_ok!(set(TODAY + 1));
		assert_noop!(set(TODAY + 1), Error::<Test>::Backwards);
	});
}

/// A report of one hour of a day, in which a station of 3.7 kW has drawn 4 kWh: a tenth more than that counts.
fn above_the_rating(day: u16) -> Report {
	let span = Span { day, ..hours(9, 1) };
	let reading = Reading { energy: Some(4_000), volumes: [Some(100), Some(200), None, None] };
	with_readings(&report(span, 0, 1), 0, vec![reading])
}

#[test]
fn tolerance_follows_its_day() {
	test(|| {
		// Given that from tomorrow on meters show nothing above the rated power
		assert_ok!(Energy::set_tolerance(RuntimeOrigin::root(), TODAY + 1, 0));
		Now::set(NOON + 5 * DAY);
		// Then what is reported late of earlier days counts as it would have
		let counted = |day| {
			send(&above_the_rating(day));
			last().1
		};
		assert_eq!([YESTERDAY, TODAY, TODAY + 1, TODAY + 2].map(counted), [1, 1, 0, 0]);
		let told = |day| {
			let rules = Energy::energy_rules(HERE, day);
			(rules.tolerance, rules.tolerance_from)
		};
		assert_eq!([TODAY, TODAY + 1].map(told), [(100, Some(0)), (0, Some(TODAY + 1))]);
	});
}

#[test]
fn what_is_contested_of_an_earlier_day_counts_by_the_tolerance_of_its_day() {
	test(|| {
		let reported = above_the_rating(TODAY);
		Now::set(NOON + DAY);
		send(&reported);
		assert_ok!(Energy::set_tolerance(RuntimeOrigin::root(), TODAY + 2, 0));
		Now::set(NOON + 3 * DAY);
		// 10 Wh less: by today's tolerance that would be nothing
		let less = Reading { energy: Some(3_990), volumes: [Some(100), Some(200), None, None] };
		let seen = with_readings(&reported, 0, vec![less]);
		assert_ok!(Energy::contest(collector(SHARER), HERE, OWNER, Box::new(reported), Box::new(seen)));
		let energy: u64 = total().sums.iter().map(|(_, sums)| sums.energy).sum();
		assert_eq!(energy, 3_990);
	});
}

#[test]
fn oldest_tolerance_stays_as_long_as_a_proof_may_have_its_days() {
	test(|| {
		let set = |from| Energy::set_tolerance(RuntimeOrigin::root(), from, 7);
		for n in 1..u16::try_from(MAX_VERSIONS).unwrap() {
			assert_ok!(set(TODAY + n));
		}
		// A plan of 31 days is proven as long as reports of its last day are kept, 62 days. It was examined up to 62 days before its first
		// one, and where its stations have slept since a day may be in its baseline that was the oldest of which reports were kept then.
		let (last, next) = (61 + 30 + 62 + 61, TODAY + 300);
		Now::set(NOON + last * DAY);
		assert_noop!(set(next), Error::<Test>::TooManyVersions);
		Now::set(NOON + (last + 4) * DAY);
		assert_ok!(set(next));
		let versions = Tolerances::<Test>::get();
		assert_eq!((versions.len(), versions[0]), (MAX_VERSIONS as usize, (TODAY + 1, 7)));
	});
}

#[test]
fn factor_changes_nothing_of_a_month_that_is_over() {
	test(|| {
		// Given energy of January, and a factor that holds from February on
		send(&report(hours(9, 1), 0, 3));
		let february = TODAY + 17;
		let said = || {
			let totals = Energy::province_totals(JANUARY, PROVINCE, None);
			let line = Energy::statement(JANUARY, OWNER, SHARER, PROVINCE).remove(0);
			let savings = Energy::savings(JANUARY, HERE, OWNER).factor;
			let savings_of_all = Energy::province_savings(JANUARY, PROVINCE, None).whole.factor;
			(totals.factor, totals.emitted, line.line.factor, line.digest, savings, savings_of_all)
		};
		let before = said();
		assert_eq!((before.0, before.1), (FACTOR, 3_000 * 7_252));
		let (root, later) = (RuntimeOrigin::root, EmissionFactor(1));
		assert_ok!(Energy::set_emission_factor(root(), Some(PROVINCE), 2027, february, later));
		// Then January says what it said, before and after
		assert_eq!(said(), before);
		Now::set(begin_of(february + 20));
		assert_eq!(said(), before);
		// And so it does where one is set of its own year when it is over
		let latest = EmissionFactor(2);
		assert_ok!(Energy::set_emission_factor(root(), Some(PROVINCE), 2027, february + 21, latest));
		assert_eq!(said(), before);
		let factor = |month| Energy::emission_factor(PROVINCE, month).unwrap();
		let version = |year, from, factor| FactorVersion { province: Some(PROVINCE), year, from, factor };
		assert_eq!(factor(JANUARY), version(2022, 0, FACTOR));
		assert_eq!(factor(JANUARY + 1), version(2027, february + 21, latest));
		// All of them are shown, of each place and year in the order of their days
		let country = FactorVersion { province: None, year: 2022, from: 0, factor: EmissionFactor(5_366) };
		let all = [
			version(2027, february, later),
			version(2027, february + 21, latest),
			version(2022, 0, FACTOR),
			country,
		];
		assert_eq!(Energy::emission_factors(PROVINCE, JANUARY + 1), all);
	});
}

#[test]
fn factor_that_is_set_before_the_month_ends_is_that_of_the_month() {
	test(|| {
		send(&report(hours(9, 1), 0, 3));
		let last = TODAY + 16;
		let factor = EmissionFactor(10);
		assert_ok!(Energy::set_emission_factor(RuntimeOrigin::root(), Some(PROVINCE), 2026, last, factor));
		let totals = Energy::province_totals(JANUARY, PROVINCE, None);
		assert_eq!((totals.factor, totals.emitted), (factor, 30_000));
		assert_eq!(Energy::emission_factor(PROVINCE, JANUARY - 1).map(|of| of.factor), Some(FACTOR));
	});
}

#[test]
fn oldest_factor_stays_as_long_as_a_month_is_kept_that_has_it() {
	test(|| {
		let set = |from| Energy::set_emission_factor(RuntimeOrigin::root(), None, 2027, from, FACTOR);
		// Given as many versions as may be, of which the first is January's
		let february = TODAY + 17;
		assert_ok!(set(TODAY + 1));
		for n in 1..u16::try_from(MAX_VERSIONS).unwrap() {
			assert_ok!(set(february + n));
		}
		let oldest = || {
			let versions = EmissionFactors::<Test>::get(None::<ProvinceId>, 2027);
			(versions.len(), versions[0].0)
		};
		let next = TODAY + 2_000;
		// Then the first stays as long as January is kept: until the end of December 2029
		let end = begin_of(trimast_primitives::calendar::first_day_of(JANUARY + MONTHS));
		Now::set(end - 1);
		assert_noop!(set(next), Error::<Test>::TooManyVersions);
		assert_eq!(oldest(), (MAX_VERSIONS as usize, TODAY + 1));
		Now::set(end);
		assert_ok!(set(next));
		assert_eq!(oldest(), (MAX_VERSIONS as usize, february + 1));
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
			let set = Energy::set_emission_factor(root(), None, year, TODAY + 1, factor);
			assert_eq!(set, Err(Error::<Test>::BadFactor.into()));
		}
		let set = Energy::set_tolerance(root(), TODAY + 1, 1_001);
		assert_eq!(set, Err(Error::<Test>::BadTolerance.into()));
		let call = crate::Call::<Test>::set_tolerance { from: 0, tolerance: 1_001 };
		assert_eq!(Energy::check_call(&call), Err(Error::<Test>::BadTolerance.into()));
		// Nor is a motion made for what would begin today, and one for tomorrow is
		let calls: [fn(u16) -> crate::Call<Test>; 4] = [
			|from| crate::Call::set_sharing { scope: Scope::National, from, rule: None },
			|from| crate::Call::set_tariff { province: PROVINCE, from, tariff: TARIFF },
			|from| crate::Call::set_emission_factor { province: None, year: 2026, from, factor: FACTOR },
			|from| crate::Call::set_tolerance { from, tolerance: 100 },
		];
		for call in calls {
			assert_eq!(Energy::check_call(&call(TODAY)), Err(Error::<Test>::Backwards.into()));
			assert_ok!(Energy::check_call(&call(TODAY + 1)));
		}
		for settings in [
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
		let settings = Settings { version: 0, days: 400, reports: 96, ruling: 31_536_000, review: 60 };
		assert_ok!(Energy::set_settings(RuntimeOrigin::root(), settings));
		let view = Energy::energy_rules(HERE, TODAY);
		let told = (view.days, view.reports, view.ruling, view.review);
		assert_eq!(told, (400, 96, 31_536_000, 60));
		assert_eq!(Settings::default().review, 10);
	});
}

#[test]
fn factors_are_the_provinces_or_the_countrys_of_the_last_year_known() {
	test(|| {
		let of = |province, year: u16| {
			let version = Energy::emission_factor(province, year * 12)?;
			Some((version.province, version.year, version.factor))
		};
		let own = Some((Some(PROVINCE), 2022, FACTOR));
		assert_eq!([2022, 2027, 2031].map(|year| of(PROVINCE, year)), [own; 3]);
		assert_eq!(of(ProvinceId(14), 2027), Some((None, 2022, EmissionFactor(5_366))));
		assert_eq!([2021, 2032].map(|year| of(PROVINCE, year)), [None; 2]);
		let newer = EmissionFactor(5_000);
		assert_ok!(Energy::set_emission_factor(RuntimeOrigin::root(), None, 2026, TODAY + 1, newer));
		assert_eq!(of(PROVINCE, 2027), Some((None, 2026, newer)));
	});
}
