// SPDX-License-Identifier: Apache-2.0

use crate::mock::*;
use frame_support::assert_ok;
use trimast_primitives::{apis::MAX_PAGE, page::SiteId, LocalNetworkId};

#[test]
fn local_networks_go_on_after_the_one_given() {
	run(|| {
		register(exclusive("A"));
		let ids = |after, limit| -> Vec<LocalNetworkId> {
			Sites::local_networks(after, limit).into_iter().map(|it| it.id).collect()
		};
		assert_eq!(ids(None, 10), [HERE, NEARBY, ELSEWHERE]);
		assert_eq!(ids(None, 1), [HERE]);
		assert_eq!(ids(Some(HERE), 1), [NEARBY]);
		assert_eq!(ids(Some(LocalNetworkId(1310)), 10), [ELSEWHERE]);
		assert_eq!(ids(Some(ELSEWHERE), 10), []);
		let view = Sites::local_networks(None, 1).remove(0);
		assert_eq!((view.name.as_str(), view.buckets), ("石家庄市", 4));
		assert_eq!((view.stations, view.confirmed, view.retired, view.pages), (1, 1, 0, 1));
	});
}

#[test]
fn stations_go_on_from_the_index_given() {
	run(|| {
		// Given stations in two pages that are not neighbours, and one in a page of overflow
		let (low, high) = (codes_in_bucket(0, 4, 70), codes_in_bucket(3, 4, 2));
		for code in low.iter().chain(&high) {
			register(exclusive(code));
		}
		let indices = |from, limit| -> Vec<u32> {
			Sites::stations(HERE, from, limit).into_iter().map(|it| it.id.index).collect()
		};
		// Then they come by index over the gaps, and nothing is left out or shown twice
		let all: Vec<u32> = (0..64).chain(192..194).chain(256..262).collect();
		assert_eq!(indices(0, 1_000), all);
		assert_eq!(indices(0, 3), [0, 1, 2]);
		assert_eq!(indices(62, 3), [62, 63, 192]);
		assert_eq!(indices(193, 3), [193, 256, 257]);
		assert_eq!(indices(262, 3), [0; 0]);
		assert_eq!(indices(u32::MAX, 3), [0; 0]);
		assert_eq!(Sites::stations(LocalNetworkId(1399), 0, 3), []);
	});
}

#[test]
fn no_answer_is_longer_than_the_limit() {
	run(|| {
		let codes = codes_in_bucket(0, 1, 1_001);
		import_by_halves(ELSEWHERE, &codes);
		assert_eq!(Sites::stations(ELSEWHERE, 0, u32::MAX).len(), MAX_PAGE as usize);
		assert_eq!(Sites::stations(ELSEWHERE, MAX_PAGE, u32::MAX).len(), 1);
	});
}

#[test]
fn station_and_find_give_the_same() {
	run(|| {
		let id = register(station("A"));
		let code = |code: &str| code.as_bytes().to_vec().try_into().unwrap();
		assert_eq!(Sites::station(id), Sites::find(HERE, code("A")));
		assert!(Sites::station(id).is_some());
		assert_eq!(Sites::find(HERE, code("B")), None);
		assert_eq!(Sites::find(NEARBY, code("A")), None);
		assert_eq!(Sites::find(LocalNetworkId(1399), code("A")), None);
		assert_eq!(Sites::station(SiteId { index: u32::MAX, ..id }), None);
	});
}

#[test]
fn digests_are_of_pages_and_stations_in_use() {
	run(|| {
		let id = register(station("A"));
		let page = id.page().unwrap();
		assert!(Sites::page_digest(HERE, page).is_some());
		assert!(Sites::station_digest(id).is_some());
		assert_eq!(Sites::station_digest(SiteId { index: id.index + 1, ..id }), None);
		assert_eq!(Sites::station_digest(SiteId { index: u32::MAX, ..id }), None);
		assert_eq!(Sites::page_digest(HERE, page + 4), None);
		assert_eq!(Sites::page_digest(NEARBY, page), None);
	});
}

#[test]
fn amendments_go_on_after_the_station_given() {
	run(|| {
		// Given amendments of two companies in two local networks
		let mut ids: Vec<SiteId> = ["A", "B", "C"].map(|code| register(exclusive(code))).to_vec();
		let theirs = register(trimast_primitives::site::Station { owner: SHARER, ..exclusive("D") });
		assert_ok!(Sites::register(planner(CARRIER), ELSEWHERE, exclusive("E")));
		let far = Sites::stations(ELSEWHERE, 0, 1).remove(0).id;
		for id in ids.iter().chain([&far]) {
			assert_ok!(Sites::transfer(planner(CARRIER), *id, SHARER));
		}
		assert_ok!(Sites::transfer(planner(SHARER), theirs, CARRIER));
		ids.extend([theirs, far]);
		ids.sort();
		// Then they come by station, whoever has proposed them
		let shown = |after, limit| -> Vec<SiteId> {
			Sites::amendments(after, limit).into_iter().map(|it| it.id).collect()
		};
		assert_eq!(shown(None, 10), ids);
		assert_eq!(shown(None, 2), ids[..2]);
		assert_eq!(shown(Some(ids[1]), 2), ids[2..4]);
		assert_eq!(shown(Some(ids[4]), 2), []);
		assert_eq!(Sites::amendments(Some(ids[3]), 1)[0].proposer, CARRIER);
	});
}

#[test]
fn reconciliation_and_differences_of_what_never_was_are_empty() {
	run(|| {
		assert_eq!(Sites::reconciliation(HERE), None);
		assert_eq!(Sites::differences(HERE, 0), []);
		assert_ok!(Sites::open_reconciliation(planner(CARRIER), HERE));
		assert_eq!(Sites::differences(HERE, 0), []);
	});
}
