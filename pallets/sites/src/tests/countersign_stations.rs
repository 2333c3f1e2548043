// SPDX-License-Identifier: Apache-2.0

use crate::{
	mock::*,
	types::{CountersignRefusal, CountersignResult},
	Error, Event,
};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{
	page::SiteId,
	site::{station_digest, Station, StationClass},
	Hash, LocalNetworkId, OrgId, OrgSet,
};

const OTHER_DIGEST: CountersignResult = CountersignResult::Refused(CountersignRefusal::OtherDigest);
const NOT_FOUND: CountersignResult = CountersignResult::Refused(CountersignRefusal::NotFound);

fn countersign(org: OrgId, stations: &[(u32, Hash)]) -> Vec<(u32, CountersignResult)> {
	assert_ok!(Sites::countersign_stations(planner(org), HERE, stations.to_vec().try_into().unwrap()));
	let Event::StationsCountersigned { results, .. } = last_event() else { panic!() };
	results.into_inner()
}

/// Three stations of one page and one of another. Gives each with its digest.
fn stations() -> Vec<(u32, Hash)> {
	let mut codes = codes_in_bucket(1, 4, 3);
	codes.extend(codes_in_bucket(2, 4, 1));
	codes.iter().map(|code| looked_at(register(station(code)))).collect()
}

/// A station as somebody has looked at it: its index and its digest.
fn looked_at(id: SiteId) -> (u32, Hash) {
	(id.index, Sites::station_digest(id).unwrap())
}

fn id(index: u32) -> SiteId {
	SiteId { local_network: HERE, index }
}

#[test]
fn countersign_stations_works() {
	run(|| {
		// Given four stations in two pages
		let stations = stations();
		// When both others countersign three of them
		for org in [SHARER, TOWER] {
			let results = countersign(org, &stations[1..]);
			assert!(results.iter().all(|(_, result)| *result == CountersignResult::Signed(1)), "{results:?}");
		}
		// Then these are confirmed and the first is not, though it stands in the same page
		assert_eq!(network(HERE).totals.confirmed, 3);
		assert_eq!(entry(id(stations[0].0)).signed, OrgSet::of(CARRIER));
	});
}

#[test]
fn countersign_stations_is_not_kept_out_by_a_neighbour_that_changes() {
	run(|| {
		// Given a page that was looked at, and an owner that changes what decides in one station of it block by block
		let stations = stations();
		let page = (1, Sites::page_digest(HERE, 1).unwrap());
		let flapping = Station { class: StationClass::Vip, ..entry(id(stations[0].0)).station };
		assert_ok!(Sites::amend(planner(CARRIER), id(stations[0].0), flapping));
		// When the page is refused
		assert_ok!(Sites::countersign(planner(SHARER), HERE, vec![page].try_into().unwrap()));
		let Event::Countersigned { results, .. } = last_event() else { panic!() };
		assert_eq!(results.into_inner(), [(1, OTHER_DIGEST)]);
		// Then its other stations are taken one by one
		let results: Vec<_> = countersign(SHARER, &stations).into_iter().map(|(_, result)| result).collect();
		let signed = CountersignResult::Signed(1);
		assert_eq!(results, [OTHER_DIGEST, signed, signed, signed]);
	});
}

#[test]
fn countersign_stations_twice_or_by_a_stranger_signs_nothing() {
	run(|| {
		let stations = stations();
		let twice = [stations[0], stations[0]];
		let results: Vec<_> = countersign(SHARER, &twice).into_iter().map(|(_, result)| result).collect();
		assert_eq!(results, [CountersignResult::Signed(1), CountersignResult::Signed(0)]);
		let stranger = countersign(OTHER_CARRIER, &stations[..1]);
		assert_eq!(stranger, [(stations[0].0, CountersignResult::Signed(0))]);
		assert_eq!(entry(id(stations[0].0)).signed, OrgSet::of(CARRIER).with(SHARER));
	});
}

#[test]
fn countersign_stations_refuses_by_name_what_is_another_station() {
	run(|| {
		let stations = stations();
		let (index, digest) = stations[0];
		let standing = entry(id(index));
		let elsewhere = SiteId { local_network: NEARBY, index };
		let digests = [
			station_digest(Hash::repeat_byte(9), id(index), &standing),
			station_digest(System::block_hash(0), elsewhere, &standing),
			stations[1].1,
		];
		for digest in digests {
			assert_eq!(countersign(SHARER, &[(index, digest)]), [(index, OTHER_DIGEST)]);
		}
		let nowhere = [stations[2].0 + 1, 3 * 64, u32::MAX];
		for index in nowhere {
			assert_eq!(countersign(SHARER, &[(index, digest)]), [(index, NOT_FOUND)]);
		}
	});
}

#[test]
fn countersign_stations_fails_when_the_local_network_is_unknown() {
	run(|| {
		assert_noop!(
			Sites::countersign_stations(planner(SHARER), LocalNetworkId(1399), vec![].try_into().unwrap()),
			Error::<Test>::UnknownLocalNetwork
		);
	});
}

#[test]
fn countersign_stations_fails_when_not_authorised() {
	run(|| {
		let stations = stations();
		assert_refusals(SHARER, |origin| {
			Sites::countersign_stations(origin, HERE, stations.clone().try_into().unwrap())
		});
		assert_noop!(
			Sites::countersign_stations(auditor(SHARER), HERE, stations.try_into().unwrap()),
			Error::<Test>::MissingRole
		);
	});
}
