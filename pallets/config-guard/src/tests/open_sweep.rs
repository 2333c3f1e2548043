// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, types::MAX_UNSALTED, Error, Event, Sweeps, Unsalted};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{access::Scope, cells::digest::SweepKey, ProvinceId};

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
		for _ in 0..MAX_UNSALTED {
			assert_ok!(ConfigGuard::open_sweep(collector(TOWER), Scope::National));
		}
		let more = || ConfigGuard::open_sweep(collector(TOWER), Scope::National);
		assert_noop!(more(), Error::<Test>::TooManySweeps);
		go_to(3);
		assert_ok!(more());
		assert!((0..MAX_UNSALTED).all(|sweep| Sweeps::<Test>::get(sweep).unwrap().key.is_some()));
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
