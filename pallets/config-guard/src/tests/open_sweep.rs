// SPDX-License-Identifier: Apache-2.0

use crate::{
	mock::*,
	types::{Sweep, MAX_OWN_UNSALTED, MAX_SWEEPS, MAX_UNSALTED},
	Error, Event, NextSweep, Sweeps, SweepsOf, Unsalted,
};
use frame_support::{assert_noop, assert_ok, BoundedVec};
use trimast_primitives::{access::Scope, cells::digest::SweepKey, Hash, LocalNetworkId, OrgId, ProvinceId};

#[test]
fn open_sweep_works() {
	run(|| {
		assert_ok!(ConfigGuard::open_sweep(collector(TOWER), Scope::Province(ProvinceId(13))));
		let scope = Scope::Province(ProvinceId(13));
		let closes = 1 + SWEEP_TERM;
		assert_eq!(last_event(), Event::SweepOpened { sweep: 0, opener: TOWER, scope, closes });
		// It has no key in the next block, and then that of the block after its opening
		go_to(2);
		assert_eq!(Sweeps::<Test>::get(0).unwrap().key, None);
		go_to(3);
		let key = SweepKey::new(ConfigGuard::genesis_hash(), 0, System::block_hash(2));
		assert_eq!(Sweeps::<Test>::get(0).unwrap().key, Some(key));
		assert!(Unsalted::<Test>::get().is_empty());
	});
}

#[test]
fn sweep_is_removed_when_its_testimony_has_expired() {
	run(|| {
		four_cells();
		let (sweep, key) = open_sweep(&[SHARER]);
		let tags = vec![(HERE, key.tag(&ConfigGuard::network_digest(HERE).unwrap()))].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_networks(collector(SHARER), sweep, EXPORT, tags));
		let closes = Sweeps::<Test>::get(sweep).unwrap().closes;
		go_to(closes + ATTESTATION_TERM);
		assert!(Sweeps::<Test>::get(sweep).is_some());
		go_to(closes + ATTESTATION_TERM + 1);
		assert!(Sweeps::<Test>::get(sweep).is_none());
		assert_eq!(crate::Testimonies::<Test>::get(HERE, SHARER).unwrap().sweep, sweep);
	});
}

#[test]
fn open_sweep_fails_when_too_many_wait_for_their_salt() {
	run(|| {
		let open = |org| ConfigGuard::open_sweep(collector(org), Scope::National);
		for _ in 0..MAX_OWN_UNSALTED {
			assert_ok!(open(TOWER));
		}
		assert_noop!(open(TOWER), Error::<Test>::TooManySweeps);
		// Which keeps nobody else from it
		assert_ok!(open(SHARER));
		go_to(3);
		assert_ok!(open(TOWER));
		assert!((0..=MAX_OWN_UNSALTED).all(|sweep| Sweeps::<Test>::get(sweep).unwrap().key.is_some()));
		// As many as may wait of all
		let others = (0..MAX_UNSALTED).map(|n| (n, 3, OrgId(9))).collect::<Vec<_>>();
		let before = Unsalted::<Test>::get();
		Unsalted::<Test>::put(BoundedVec::truncate_from(others));
		assert_noop!(open(SHARER), Error::<Test>::TooManySweeps);
		Unsalted::<Test>::put(before);
	});
}

#[test]
fn the_oldest_sweep_of_a_company_that_is_over_gives_way() {
	run(|| {
		let open = |org| ConfigGuard::open_sweep(collector(org), Scope::National);
		assert_ok!(open(SHARER));
		assert_ok!(open(TOWER));
		// Given as many as may stand
		let mine = Sweeps::<Test>::get(1).unwrap();
		let more: Vec<u32> = (1_000..1_000 + MAX_SWEEPS - 1).collect();
		for number in &more {
			let key = Some(SweepKey::new(Hash::zero(), *number, Hash::zero()));
			Sweeps::<Test>::insert(number, Sweep { key, ..mine.clone() });
			SweepsOf::<Test>::mutate(TOWER, |own| own.try_push(*number).unwrap());
		}
		NextSweep::<Test>::put(1_000 + MAX_SWEEPS);
		assert_noop!(open(TOWER), Error::<Test>::TooManySweeps);
		go_to(mine.closes + 1);
		assert_ok!(open(TOWER));
		assert!(!Sweeps::<Test>::contains_key(1) && Sweeps::<Test>::contains_key(0));
		assert!(more.iter().all(Sweeps::<Test>::contains_key));
	});
}

#[test]
fn open_sweep_and_anchor_export_fail_where_there_is_no_such_territory() {
	run(|| {
		for scope in [Scope::Province(ProvinceId(99)), Scope::LocalNetwork(LocalNetworkId(9_901))] {
			let open = ConfigGuard::open_sweep(collector(TOWER), scope);
			assert_noop!(open, Error::<Test>::UnknownTerritory);
			let anchor = ConfigGuard::anchor_export(collector(TOWER), scope, EXPORT, 1, 0);
			assert_noop!(plain(anchor), Error::<Test>::UnknownTerritory);
		}
	});
}

#[test]
fn open_sweep_fails_without_the_right() {
	run(|| {
		assert_refusals_of(TOWER, collector(TOWER), |origin| {
			ConfigGuard::open_sweep(origin, Scope::National)
		});
	});
}
