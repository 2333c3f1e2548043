// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, types::NetworkResult, Error, Event, NextSweep, PageSet, Testimonies};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{access::Scope, cells::digest::Tag, Hash, LocalNetworkId, OrgId, ProvinceId};

fn attest(org: OrgId, sweep: u32, tags: Vec<(LocalNetworkId, Tag)>) -> Vec<(LocalNetworkId, NetworkResult)> {
	assert_ok!(ConfigGuard::attest_networks(collector(org), sweep, EXPORT, tags.try_into().unwrap()));
	match last_event() {
		Event::NetworksAttested { results, .. } => results.into_inner(),
		other => panic!("{other:?}"),
	}
}

fn network_digest() -> Hash {
	ConfigGuard::network_digest(HERE).unwrap()
}

#[test]
fn attest_networks_works() {
	run(|| {
		put(130, vec![station()]);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 130, table(&[vec![cell(1)]])));
		let (sweep, key) = open_sweep(&[SHARER]);
		let right = key.tag(&network_digest());
		let nowhere = LocalNetworkId(9_999);
		let results = attest(SHARER, sweep, vec![(HERE, right), (NEARBY, right), (nowhere, right)]);
		assert_eq!(
			results,
			[
				(HERE, NetworkResult::Matches),
				(NEARBY, NetworkResult::Differs),
				(nowhere, NetworkResult::Outside)
			]
		);
		let testimony = Testimonies::<Test>::get(HERE, SHARER).unwrap();
		assert_eq!((testimony.sweep, testimony.export, testimony.observed), (sweep, EXPORT, 1_000));
		assert_eq!((testimony.at, testimony.matching), (System::block_number(), PageSet::from_iter([130])));
		assert_eq!(Testimonies::<Test>::get(NEARBY, SHARER), None);
	});
}

#[test]
fn tags_of_another_sweep_or_another_state_differ() {
	run(|| {
		put(0, vec![station()]);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![cell(1)]])));
		let (first, key) = open_sweep(&[SHARER]);
		let old = key.tag(&network_digest());
		let (second, key) = open_sweep(&[SHARER]);
		assert_eq!(attest(SHARER, second, vec![(HERE, old)]), [(HERE, NetworkResult::Differs)]);
		assert_eq!(attest(SHARER, first, vec![(HERE, old)]), [(HERE, NetworkResult::Matches)]);
		let before = key.tag(&network_digest());
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![cell(2)]])));
		assert_eq!(attest(SHARER, second, vec![(HERE, before)]), [(HERE, NetworkResult::Differs)]);
	});
}

#[test]
fn page_that_changes_is_not_attested_any_more() {
	run(|| {
		put(3, vec![station()]);
		let import = |pci| ConfigGuard::import(engineer(CARRIER), HERE, 3, table(&[vec![cell(pci)]]));
		assert_ok!(import(1));
		one_cell(4, 1);
		let (sweep, key) = open_sweep(&[SHARER, TOWER]);
		for org in [SHARER, TOWER] {
			attest(org, sweep, vec![(HERE, key.tag(&network_digest()))]);
		}
		assert_ok!(import(2));
		for org in [SHARER, TOWER] {
			let matching = Testimonies::<Test>::get(HERE, org).unwrap().matching;
			assert!(matching.iter().eq([4]));
		}
	});
}

#[test]
fn differences_are_taken_back_by_the_tags_of_their_pages() {
	run(|| {
		one_cell(7, 1);
		let (sweep, key) = open_sweep(&[SHARER]);
		let pages = |tag: Tag| {
			let tags = vec![tag].try_into().unwrap();
			assert_ok!(ConfigGuard::attest_pages(collector(SHARER), sweep, EXPORT, HERE, 7, tags));
		};
		let network = || attest(SHARER, sweep, vec![(HERE, key.tag(&network_digest()))]);
		pages(Tag([0; 8]));
		assert_eq!(network(), [(HERE, NetworkResult::HasDifferences)]);
		pages(key.tag(&digest(7)));
		assert_eq!(network(), [(HERE, NetworkResult::Matches)]);
	});
}

#[test]
fn attest_networks_fails_outside_of_sweep_and_export() {
	run(|| {
		let call = |sweep, export| {
			let tags = vec![(HERE, Tag([0; 8]))].try_into().unwrap();
			ConfigGuard::attest_networks(collector(SHARER), sweep, export, tags)
		};
		assert_noop!(call(0, EXPORT), Error::<Test>::NoSuchSweep);
		assert_ok!(ConfigGuard::open_sweep(collector(CARRIER), Scope::Province(ProvinceId(14))));
		assert_noop!(call(0, EXPORT), Error::<Test>::NotSalted);
		go_to(3);
		assert_noop!(call(0, EXPORT), Error::<Test>::NotAnchored);
		assert_ok!(ConfigGuard::anchor_export(collector(SHARER), Scope::National, EXPORT, 5, 7));
		assert_noop!(call(0, EXPORT), Error::<Test>::AnchoredTooLate);
		// A sweep of another province has nothing to say here
		let (_, key) = open_sweep(&[SHARER]);
		assert_ok!(ConfigGuard::open_sweep(collector(CARRIER), Scope::Province(ProvinceId(14))));
		go_to(System::block_number() + 2);
		let right = key.tag(&network_digest());
		assert_eq!(attest(SHARER, 2, vec![(HERE, right)]), [(HERE, NetworkResult::Outside)]);
		go_to(System::block_number() + SWEEP_TERM);
		assert_noop!(call(2, EXPORT), Error::<Test>::SweepClosed);
	});
}

#[test]
fn attest_networks_fails_where_the_export_is_no_older_than_the_sweep() {
	run(|| {
		for (before, result) in [(0, Err(Error::<Test>::AnchoredTooLate)), (1, Ok(()))] {
			let root = Hash::repeat_byte(40 + before as u8);
			assert_ok!(ConfigGuard::anchor_export(collector(SHARER), Scope::National, root, 5, 7));
			go_to(System::block_number() + before);
			let sweep = NextSweep::<Test>::get();
			assert_ok!(ConfigGuard::open_sweep(collector(CARRIER), Scope::National));
			go_to(System::block_number() + 2);
			let tags = vec![(HERE, Tag([0; 8]))].try_into().unwrap();
			let attested = ConfigGuard::attest_networks(collector(SHARER), sweep, root, tags);
			assert_eq!(attested, result.map_err(Into::into));
		}
	});
}

#[test]
fn attest_networks_fails_without_the_right() {
	run(|| {
		let (sweep, _) = open_sweep(&[SHARER]);
		assert_refusals_of(SHARER, collector(SHARER), |origin| {
			let tags = vec![(HERE, Tag([0; 8]))].try_into().unwrap();
			ConfigGuard::attest_networks(origin, sweep, EXPORT, tags)
		});
	});
}
