// SPDX-License-Identifier: Apache-2.0

use crate::{exports::MAX_EXPORTS, mock::*, types::Standing, Error, Event, ExportRoots, Exports, Violations};
use frame_support::{assert_noop, assert_ok, traits::Time};
use trimast_primitives::{access::Scope, Hash, OrgSet};

#[test]
fn anchor_export_works() {
	run(|| {
		assert_ok!(ConfigGuard::anchor_export(collector(SHARER), Scope::National, EXPORT, 5, 7));
		assert_eq!(last_event(), Event::ExportAnchored { org: SHARER, root: EXPORT, leaves: 5, observed: 7 });
		let again = plain(ConfigGuard::anchor_export(collector(SHARER), Scope::National, EXPORT, 5, 8));
		assert_noop!(again, Error::<Test>::AlreadyAnchored);
	});
}

#[test]
fn anchor_export_fails_when_it_cannot_have_been_read_then_or_says_nothing() {
	run(|| {
		go_to(ATTESTATION_TERM + 10);
		let now = Clock::now();
		let anchor = |leaves, observed| {
			plain(ConfigGuard::anchor_export(collector(SHARER), Scope::National, EXPORT, leaves, observed))
		};
		assert_noop!(anchor(0, now), Error::<Test>::EmptyExport);
		assert_noop!(anchor(5, now + 1), Error::<Test>::ObservedInFuture);
		let earliest = now - 1_000 * u64::from(ATTESTATION_TERM);
		assert_noop!(anchor(5, earliest - 1), Error::<Test>::ObservedTooEarly);
		assert_ok!(anchor(5, earliest));
	});
}

#[test]
fn nothing_is_taken_from_an_export_that_has_expired() {
	run(|| {
		let anchor = ConfigGuard::anchor_export(collector(SHARER), Scope::National, EXPORT, 5, 1_000);
		assert_ok!(anchor);
		go_to(ATTESTATION_TERM);
		let (sweep, _) = open_sweep(&[]);
		let call =
			plain(ConfigGuard::attest_pages(collector(SHARER), sweep, EXPORT, HERE, 0, Default::default()));
		assert_noop!(call, Error::<Test>::ExportExpired);
	});
}

#[test]
fn export_speaks_of_its_own_territory() {
	run(|| {
		let scope = Scope::LocalNetwork(NEARBY);
		assert_ok!(ConfigGuard::anchor_export(collector(SHARER), scope, EXPORT, 5, 1_000));
		let (sweep, _) = open_sweep(&[]);
		let call = |place| {
			plain(ConfigGuard::attest_pages(collector(SHARER), sweep, EXPORT, place, 0, Default::default()))
		};
		assert_noop!(call(HERE), Error::<Test>::OutsideSweep);
		assert_ok!(call(NEARBY));
	});
}

#[test]
fn export_of_which_something_is_asked_does_not_give_way() {
	run(|| {
		four_cells();
		let books = [[1, 2, 3, 4], [1, 2, 3, 5]].map(book);
		books[0].anchor(SHARER);
		books[1].anchor(SHARER);
		let (sweep, key) = open_sweep(&[]);
		books[0].attest(SHARER, sweep, &key, &[1, 2, 3, 4].map(cell));
		assert_ok!(demand(TOWER, SHARER, books[0].root(), &[cell_id(0, 0)]));
		for n in 0..MAX_EXPORTS - 1 {
			let root = Hash::from_low_u64_be(n.into());
			assert_ok!(ConfigGuard::anchor_export(collector(SHARER), Scope::National, root, 5, 7));
		}
		assert!(Exports::<Test>::contains_key(SHARER, books[0].root()));
		assert!(!Exports::<Test>::contains_key(SHARER, books[1].root()));
		assert_eq!(ConfigGuard::exports(SHARER, 254, 10).len(), 2);
	});
}

#[test]
fn the_oldest_export_gives_way() {
	run(|| {
		let anchor = |n: u32| {
			let root = Hash::from_low_u64_be(n.into());
			assert_ok!(ConfigGuard::anchor_export(collector(SHARER), Scope::National, root, 5, 7));
		};
		(0..=MAX_EXPORTS).for_each(anchor);
		let roots = ExportRoots::<Test>::get(SHARER);
		assert_eq!(Exports::<Test>::iter_prefix(SHARER).count(), roots.len());
		assert_eq!(roots.len(), MAX_EXPORTS as usize);
		assert_eq!(
			(roots[0], roots[MAX_EXPORTS as usize - 1]),
			(Hash::from_low_u64_be(1), Hash::from_low_u64_be(MAX_EXPORTS.into()))
		);
	});
}

/// As many exports of the sharer as push all earlier ones out.
fn anchor_others() {
	for n in 0..MAX_EXPORTS {
		let root = Hash::from_low_u64_be(n.into());
		assert_ok!(ConfigGuard::anchor_export(collector(SHARER), Scope::National, root, 5, 7));
	}
}

#[test]
fn doubted_export_that_gave_way_stays_doubted_and_is_taken_no_more() {
	run(|| {
		four_cells();
		let lie = book([301, 2, 3, 4]);
		lie.anchor(SHARER);
		let (sweep, key) = open_sweep(&[]);
		lie.attest(SHARER, sweep, &key, &[300, 2, 3, 4].map(cell));
		assert_ok!(demand(TOWER, SHARER, lie.root(), &[cell_id(0, 0)]));
		lie.open(SHARER, &[0]);
		anchor_others();
		assert!(!Exports::<Test>::contains_key(SHARER, lie.root()));
		assert_eq!(ConfigGuard::doubted(0), OrgSet::of(SHARER));
		let (origin, root) = (collector(SHARER), lie.root());
		let again = plain(ConfigGuard::anchor_export(origin, Scope::National, root, 4, Clock::now()));
		assert_noop!(again, Error::<Test>::ExportDoubted);
	});
}

#[test]
fn clean_export_that_gave_way_counts_as_clean() {
	run(|| {
		four_cells();
		let book = book([300, 2, 3, 4]);
		book.anchor(SHARER);
		let (sweep, key) = open_sweep(&[]);
		book.attest(SHARER, sweep, &key, &[300, 2, 3, 4].map(cell));
		// It stays as long as there are others that nothing was testified from
		anchor_others();
		assert!(Exports::<Test>::contains_key(SHARER, book.root()));
		crate::AttestedNetworks::<Test>::remove(SHARER, book.root());
		crate::AttestedPages::<Test>::remove((SHARER, book.root(), HERE));
		let more = Hash::repeat_byte(9);
		assert_ok!(ConfigGuard::anchor_export(collector(SHARER), Scope::National, more, 5, 7));
		assert!(!Exports::<Test>::contains_key(SHARER, book.root()));
		// Then silence confirms what was seen in it
		assert_eq!(ConfigGuard::doubted(0), OrgSet::EMPTY);
		go_to(System::block_number() + SILENCE_TERM + 1);
		assert_eq!(Violations::<Test>::get(0).unwrap().standing, Standing::Confirmed);
	});
}

#[test]
fn export_whose_testimony_counts_does_not_give_way() {
	run(|| {
		four_cells();
		// Given as many exports as are looked at, from which something was testified, and others behind them
		let anchor = |n: u32| {
			let root = Hash::from_low_u64_be(n.into());
			plain(ConfigGuard::anchor_export(collector(SHARER), Scope::National, root, 5, 1_000))
		};
		for n in 0..16 {
			assert_ok!(anchor(n));
		}
		let (sweep, key) = open_sweep(&[]);
		let speak = |n: u32| {
			let (root, tags) = (Hash::from_low_u64_be(n.into()), vec![key.tag(&digest(0))]);
			let tags = tags.try_into().unwrap();
			assert_ok!(ConfigGuard::attest_pages(collector(SHARER), sweep, root, HERE, 0, tags));
		};
		(0..15).for_each(speak);
		for n in 16..=MAX_EXPORTS {
			assert_ok!(anchor(n));
		}
		assert!(!Exports::<Test>::contains_key(SHARER, Hash::from_low_u64_be(15)));
		// Then the next one behind gives way, and once that has testified too, none
		speak_later(16);
		assert_noop!(anchor(1_000), Error::<Test>::TooManyExports);
		assert_ok!(demand(TOWER, SHARER, Hash::from_low_u64_be(1), &[cell_id(0, 0)]));
		// Until they have expired for an opening term: the first of which nothing is asked
		let late =
			|| plain(ConfigGuard::anchor_export(collector(SHARER), Scope::National, EXPORT, 5, Clock::now()));
		System::set_block_number(ATTESTATION_TERM + OPENING_TERM + 1);
		assert_noop!(late(), Error::<Test>::TooManyExports);
		System::set_block_number(ATTESTATION_TERM + OPENING_TERM + 2);
		assert_ok!(late());
		let is_kept = |n: u64| Exports::<Test>::contains_key(SHARER, Hash::from_low_u64_be(n));
		assert_eq!((is_kept(0), is_kept(1), is_kept(2)), (false, true, true));
	});
}

/// The sharer testifies from an export in a sweep of its own.
fn speak_later(n: u64) {
	let (sweep, key) = open_sweep(&[]);
	let tags = vec![key.tag(&digest(0))].try_into().unwrap();
	let root = Hash::from_low_u64_be(n);
	assert_ok!(ConfigGuard::attest_pages(collector(SHARER), sweep, root, HERE, 0, tags));
}

#[test]
fn anchor_export_fails_without_the_right() {
	run(|| {
		assert_refusals_of(SHARER, collector(SHARER), |origin| {
			ConfigGuard::anchor_export(origin, Scope::National, EXPORT, 5, 7)
		});
	});
}
