// SPDX-License-Identifier: Apache-2.0

use super::{
	answers::TAC_OF_SHARER,
	kinds::{notice, notify, observe, of},
};
use crate::{
	mock::*,
	notices::{Notice, Source},
	violations::kinds::Kind,
	Error, Event, Violations,
};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{
	access::Scope,
	cells::{digest::cell_digest, ParamKey},
	Hash, OrgSet,
};

#[test]
fn notify_takes_what_is_the_companys_own() {
	run(|| {
		baseline();
		let own = notice(item(0, 0, POWER, 13), Source::Unknown);
		let tac = Notice { key: ParamKey { param: TAC, place: 1 }, ..own };
		let future = Notice { at: 1_001, new: 12, ..own };
		let no_cell = Notice { cell: 3, ..own };
		assert_ok!(notify(
			CARRIER,
			&[own, own, future, no_cell, Notice { slot: 1, ..own }, Notice { slot: 9, ..own }]
		));
		let told =
			|org, taken, refused| Event::Notified { local_network: HERE, page: 0, org, taken, refused };
		assert_eq!(last_event(), told(CARRIER, 1, 5));
		// The sharer's PLMN in the owner's cell
		assert_ok!(notify(SHARER, &[own, tac]));
		assert_eq!(last_event(), told(SHARER, 1, 1));
		assert_eq!(crate::Notices::<Test>::get(HERE, 0).into_inner(), [(CARRIER, 1, own), (SHARER, 1, tac)]);
		// People report too
		assert_ok!(ConfigGuard::notify(engineer(CARRIER), HERE, 0, Default::default()));
		let nowhere = ConfigGuard::notify(engineer(CARRIER), HERE, 5, Default::default());
		assert_noop!(nowhere, Error::<Test>::UnknownPage);
	});
}

#[test]
fn oldest_notices_give_way() {
	run(|| {
		baseline();
		for from in [0i64, 64, 128, 192, 256] {
			let more: Vec<_> =
				(from..from + 64).map(|n| notice(item(0, 0, PCI, n), Source::Resource)).collect();
			assert_ok!(notify(CARRIER, &more));
		}
		let kept = crate::Notices::<Test>::get(HERE, 0);
		assert_eq!((kept.len(), kept[0].2.new, kept[255].2.new), (256, 64, 319));
		// And of the company that has the most
		let tac =
			Notice { key: ParamKey { param: TAC, place: 1 }, ..notice(item(0, 0, TAC, 7), Source::Resource) };
		assert_ok!(notify(SHARER, &[tac]));
		assert_ok!(notify(CARRIER, &[notice(item(0, 0, PCI, 999), Source::Resource)]));
		let kept = crate::Notices::<Test>::get(HERE, 0);
		assert_eq!((kept.len(), kept[0].2.new, kept[254]), (256, 66, (SHARER, 1, tac)));
	});
}

#[test]
fn notify_fails_without_the_right() {
	run(|| {
		baseline();
		assert_refusals_of(CARRIER, collector(CARRIER), |origin| {
			ConfigGuard::notify(origin, HERE, 0, Default::default())
		});
	});
}

#[test]
fn notice_that_comes_after_the_export_says_nothing() {
	run(|| {
		baseline();
		// Given an export that shows a change, and notices that its owner sends when it is anchored
		let before = Notice { at: 1_000, ..notice(item(0, 0, HYSTERESIS, 9), Source::Son) };
		let root = Hash::from_low_u64_be(u64::from(SHARER.0) << 32 | 2);
		go_to(2);
		assert_ok!(ConfigGuard::anchor_export(collector(SHARER), Scope::National, root, 1_000, 2_000));
		assert_ok!(notify(CARRIER, &[before]));
		let (sweep, key) = open_sweep(&[]);
		let mut cells = [full_cell(1), full_cell(2), full_cell(3)];
		cells[0].iter_mut().filter(|(key, _)| key.param == HYSTERESIS).for_each(|(_, value)| *value = 9);
		let revision = crate::Heads::<Test>::get(HERE, 0).revision;
		let tags: Vec<_> = cells.iter().map(|cell| key.tag(&cell_digest(cell))).collect();
		let pages = vec![(0, revision, tags.try_into().unwrap())].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_cells(collector(SHARER), sweep, root, HERE, pages));
		let values = vec![(0, cells[0].clone().try_into().unwrap())].try_into().unwrap();
		let pages = vec![(0, revision, values)].try_into().unwrap();
		// When it is spoken of
		assert_ok!(ConfigGuard::attest_values(collector(SHARER), sweep, root, HERE, pages));
		// Then the change is as hidden as it was
		assert_eq!(Violations::<Test>::get(0).unwrap().kind, Kind::Hidden);
		// In a later export it is made known
		assert_eq!(observe(TOWER, 3_000, &[of(0, HYSTERESIS, 9)]), []);
		assert_eq!(Violations::<Test>::get(0).unwrap().witnesses, OrgSet::of(SHARER));
	});
}

#[test]
fn nobody_makes_known_what_others_change() {
	run(|| {
		baseline();
		let known = notice(item(0, 0, POWER, 13), Source::Son);
		for other in [SHARER, TOWER] {
			assert_ok!(notify(other, &[known]));
			assert_ok!(notify(other, &[Notice { key: ParamKey { param: TAC, place: 0 }, ..known }]));
		}
		assert_ok!(notify(TOWER, &[Notice { key: TAC_OF_SHARER, ..known }]));
		assert!(crate::Notices::<Test>::get(HERE, 0).is_empty());
		go_to(2);
		assert_eq!(observe(TOWER, 2_000, &[of(0, POWER, 13)]), [(Kind::Hidden, None)]);
	});
}
