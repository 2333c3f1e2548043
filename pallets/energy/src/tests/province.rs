// SPDX-License-Identifier: Apache-2.0

//! What stations of a province come to.

use super::*;
use frame_support::assert_ok;
use trimast_primitives::{
	apis::{EnergyProvinceTotalsView, EnergyTotalView},
	calendar::begin_of,
	energy::Reading,
	OrgSet, ProvinceId,
};

/// Reports as an owner, in a local network.
fn send_to(owner: OrgId, local_network: LocalNetworkId, report: Report) {
	assert_ok!(Energy::report(collector(owner), local_network, vec![report].try_into().unwrap()));
}

/// Three stations of the owner and one of the sharer in Shijiazhuang, and one of the owner in Baoding: six readings.
fn both_have_reported() {
	let mut other = station(20);
	other.station.owner = SHARER;
	other.station.sharers = OrgSet::of(OWNER);
	Inventory::mutate(|all| all.insert((HERE, 1), vec![other]));
	send(&report(hours(9, 1), 0, 3));
	send_to(SHARER, HERE, Report { page: 1, ..report(hours(9, 1), 0, 1) });
	send_to(OWNER, NEARBY, report(hours(9, 2), 0, 1));
}

fn province(owner: Option<OrgId>) -> EnergyProvinceTotalsView {
	Energy::province_totals(JANUARY, PROVINCE, owner)
}

#[test]
fn province_has_its_local_networks_one_by_one_and_together() {
	test(|| {
		both_have_reported();
		let view = province(None);
		let places: Vec<_> = view.totals.iter().map(|of| (of.local_network, of.owner)).collect();
		assert_eq!(places, [(HERE, OWNER), (HERE, SHARER), (NEARBY, OWNER)]);
		for of in &view.totals {
			assert_eq!(of.total, Energy::total(JANUARY, of.local_network, of.owner));
		}
		// 2,001, 667 and 1,334 Wh are the owner's, 999, 333 and 667 the sharer's, at 0.8 CNY and 0.7252 kg
		let owner = Sums { energy: 4_002, volume: 6 * 200, amount: 4_002 * 8_000 };
		let sharer = Sums { energy: 1_999, volume: 6 * 100, amount: 1_999 * 8_000 };
		let whole = EnergyTotalView {
			sums: vec![(OWNER, owner), (SHARER, sharer)],
			counted: 6,
			contested: 0,
			is_closed: false,
		};
		assert_eq!(view.whole, whole);
		assert_eq!((view.factor, view.emitted), (FACTOR, 6_001 * 7_252));
	});
}

#[test]
fn province_has_those_of_one_owner_where_it_is_named() {
	test(|| {
		both_have_reported();
		let view = province(Some(SHARER));
		let [own] = &view.totals[..] else { panic!("{view:?}") };
		assert_eq!((own.local_network, own.owner), (HERE, SHARER));
		assert_eq!((&view.whole, view.emitted), (&own.total, 1_000 * 7_252));
		assert_eq!(province(Some(OWNER)).totals.len(), 2);
		for nothing in [
			province(Some(OTHER)),
			Energy::province_totals(JANUARY, ProvinceId(44), None),
			Energy::province_totals(JANUARY, ProvinceId(255), None),
			Energy::province_totals(JANUARY - 1, PROVINCE, None),
		] {
			assert_eq!((nothing.totals, nothing.whole.sums, nothing.emitted), (vec![], vec![], 0));
			assert!(!nothing.whole.is_closed);
		}
	});
}

#[test]
fn what_is_contested_in_a_local_network_is_so_in_its_province() {
	test(|| {
		both_have_reported();
		let reported = report(hours(9, 2), 0, 1);
		let less = vec![Reading { energy: Some(900), volumes: [Some(100), Some(200), None, None] }; 2];
		let seen = Box::new(with_readings(&reported, 0, less));
		assert_ok!(Energy::contest(collector(SHARER), NEARBY, OWNER, Box::new(reported), seen));
		let view = province(None);
		assert_eq!((view.whole.contested, province(Some(SHARER)).whole.contested), (1, 0));
		// 201 Wh less
		assert_eq!(view.emitted, 5_800 * 7_252);
	});
}

#[test]
fn province_is_closed_where_each_of_its_local_networks_is() {
	test(|| {
		both_have_reported();
		Now::set(begin_of(TODAY + 17 + u16::from(SETTINGS.review)));
		let mut closed = Vec::new();
		for place in [HERE, NEARBY] {
			for org in [OWNER, SHARER] {
				let lines = Energy::statement(JANUARY, OWNER, SHARER, PROVINCE);
				let line = lines.iter().find(|of| of.line.local_network == place).unwrap();
				let named = vec![(place, line.digest)].try_into().unwrap();
				assert_ok!(Energy::sign_lines(planner(org), JANUARY, OWNER, SHARER, named));
			}
			closed.push(province(Some(OWNER)).whole.is_closed);
		}
		assert_eq!(closed, [false, true]);
		assert!(!province(None).whole.is_closed, "what the sharer's stations have is not signed");
	});
}
