// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, types::MAX_EXPORTS, Error, Event, ExportRoots, Exports};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{access::Scope, Hash};

#[test]
fn anchor_export_works() {
	run(|| {
		assert_ok!(ConfigGuard::anchor_export(collector(SHARER), Scope::National, EXPORT, 7));
		assert_eq!(last_event(), Event::ExportAnchored { org: SHARER, root: EXPORT, observed: 7 });
		let again = ConfigGuard::anchor_export(collector(SHARER), Scope::National, EXPORT, 8);
		assert_noop!(again, Error::<Test>::AlreadyAnchored);
	});
}

#[test]
fn the_oldest_export_gives_way() {
	run(|| {
		let anchor = |n: u32| {
			let root = Hash::from_low_u64_be(n.into());
			assert_ok!(ConfigGuard::anchor_export(collector(SHARER), Scope::National, root, 7));
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

#[test]
fn anchor_export_fails_without_the_right() {
	run(|| {
		assert_refusals_of(SHARER, collector(SHARER), |origin| {
			ConfigGuard::anchor_export(origin, Scope::National, EXPORT, 7)
		});
	});
}
