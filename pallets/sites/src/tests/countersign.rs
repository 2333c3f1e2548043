// SPDX-License-Identifier: Apache-2.0

use crate::{
	mock::*,
	types::{CountersignRefusal, CountersignResult},
	Error, Event,
};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{
	site::{stations_digest, ImportResult, Station},
	Hash, LocalNetworkId, OrgId, OrgSet,
};

fn countersign(org: OrgId, pages: &[(u16, Hash)]) -> Vec<(u16, CountersignResult)> {
	assert_ok!(Sites::countersign(planner(org), HERE, pages.to_vec().try_into().unwrap()));
	let Event::Countersigned { results, .. } = last_event() else { panic!() };
	results.into_inner()
}

/// Three stations in one page, of which the last is the carrier's alone. Gives the page and its digest.
fn page() -> (u16, Hash) {
	let codes = codes_in_bucket(1, 4, 3);
	import(HERE, vec![station(&codes[0]), station(&codes[1]), exclusive(&codes[2])]);
	(1, Sites::page_digest(HERE, 1).unwrap())
}

#[test]
fn countersign_works() {
	run(|| {
		// Given a page of three stations, of which two name others
		let page = page();
		assert_eq!(network(HERE).totals.confirmed, 1);
		// When both others countersign the same digest
		assert_eq!(countersign(SHARER, &[page]), [(1, CountersignResult::Signed(2))]);
		assert_eq!(network(HERE).totals.confirmed, 1);
		assert_eq!(countersign(TOWER, &[page]), [(1, CountersignResult::Signed(2))]);
		// Then all are confirmed, and only who is named has signed
		assert_eq!(network(HERE).totals.confirmed, 3);
		let signed: Vec<OrgSet> = Sites::stations(HERE, 0, 9).into_iter().map(|it| it.entry.signed).collect();
		assert_eq!(signed, [OrgSet(0b111), OrgSet(0b111), OrgSet::of(CARRIER)]);
	});
}

#[test]
fn countersign_twice_or_by_a_stranger_signs_nothing() {
	run(|| {
		let page = page();
		countersign(SHARER, &[page]);
		assert_eq!(countersign(SHARER, &[page]), [(1, CountersignResult::Signed(0))]);
		assert_eq!(countersign(OTHER_CARRIER, &[page]), [(1, CountersignResult::Signed(0))]);
		assert_eq!(network(HERE).totals.confirmed, 1);
	});
}

#[test]
fn countersign_refuses_by_name_what_is_another_page_now() {
	run(|| {
		// Given a page that changes after the sharer has looked at it
		let (number, digest) = page();
		let code = codes_in_bucket(1, 4, 1).remove(0);
		import(HERE, vec![Station { autonomy_minutes: 9, ..station(&code) }]);
		let elsewhere = codes_in_bucket(2, 4, 1).remove(0);
		import(HERE, vec![station(&elsewhere)]);
		// When it countersigns that page, one that is not in use, one out of range, and one that is right
		let right = Sites::page_digest(HERE, 2).unwrap();
		let results = countersign(SHARER, &[(number, digest), (3, digest), (u16::MAX, digest), (2, right)]);
		// Then only the right one is signed
		use CountersignRefusal::*;
		let refused = CountersignResult::Refused;
		assert_eq!(
			results,
			[
				(1, refused(OtherDigest)),
				(3, refused(NotFound)),
				(u16::MAX, refused(NotFound)),
				(2, CountersignResult::Signed(1)),
			]
		);
	});
}

#[test]
fn countersign_is_not_kept_out_by_what_decides_nothing() {
	run(|| {
		// Given a page that a company has looked at
		let page = page();
		let code = codes_in_bucket(1, 4, 1).remove(0);
		// When the owner changes in it what decides nothing, as cheaply as it can
		let mut moved = Station { county: 9, cells: 9, tenants: 9, systems: 9, ..station(&code) };
		moved.position.latitude += 1;
		moved.vendor = b"V2".to_vec().try_into().unwrap();
		assert_eq!(import(HERE, vec![moved]), [ImportResult::Amended]);
		// Then the signature is taken
		assert_eq!(countersign(SHARER, &[page]), [(1, CountersignResult::Signed(2))]);
	});
}

#[test]
fn countersign_is_for_the_content_and_not_for_the_revision() {
	run(|| {
		// Given a page that a company has looked at
		let page = page();
		let code = codes_in_bucket(1, 4, 1).remove(0);
		// When a field that decides changes, then the signature is refused
		let refused = CountersignResult::Refused(CountersignRefusal::OtherDigest);
		import(HERE, vec![Station { autonomy_minutes: 9, ..station(&code) }]);
		assert_eq!(countersign(SHARER, &[page]), [(1, refused)]);
		// And when it has changed back, it is for what stands there
		import(HERE, vec![station(&code)]);
		assert_eq!(Sites::stations(HERE, 0, 1)[0].entry.revision, 2);
		assert_eq!(countersign(SHARER, &[page]), [(1, CountersignResult::Signed(2))]);
	});
}

#[test]
fn countersign_of_another_chain_or_place_is_worth_nothing() {
	run(|| {
		let (number, _) = page();
		let entries: Vec<_> = crate::Pages::<Test>::get(HERE, number).iter().collect();
		let genesis = System::block_hash(0);
		let digests = [
			stations_digest(Hash::repeat_byte(9), HERE, number, &entries),
			stations_digest(genesis, NEARBY, number, &entries),
			stations_digest(genesis, HERE, number + 1, &entries),
		];
		for digest in digests {
			let refused = CountersignResult::Refused(CountersignRefusal::OtherDigest);
			assert_eq!(countersign(SHARER, &[(number, digest)]), [(number, refused)]);
		}
	});
}

#[test]
fn countersign_fails_when_the_local_network_is_unknown() {
	run(|| {
		assert_noop!(
			Sites::countersign(planner(SHARER), LocalNetworkId(1399), vec![].try_into().unwrap()),
			Error::<Test>::UnknownLocalNetwork
		);
	});
}

#[test]
fn countersign_fails_when_not_authorised() {
	run(|| {
		let page = page();
		assert_refusals(SHARER, |origin| Sites::countersign(origin, HERE, vec![page].try_into().unwrap()));
		assert_noop!(
			Sites::countersign(auditor(SHARER), HERE, vec![page].try_into().unwrap()),
			Error::<Test>::MissingRole
		);
	});
}
