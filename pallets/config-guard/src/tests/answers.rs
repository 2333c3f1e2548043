// SPDX-License-Identifier: Apache-2.0

//! Who answers for a value: the owner of the station, or the operator whose it is.

use super::kinds::{anchor, notice, notify, observe, tell};
use crate::{
	changes::types::{Item, Terms},
	mock::*,
	notices::{Notice, Source},
	types::Standing,
	violations::kinds::Kind,
	Violations,
};
use frame_support::{assert_ok, traits::Time};
use trimast_primitives::{cells::ParamKey, Moment, OrgId};

/// The tracking area code of the sharer's PLMN in the carrier's first cell.
pub(super) const TAC_OF_SHARER: ParamKey = ParamKey { param: TAC, place: 1 };

/// Against whom the first violation is, and how it stands.
fn first() -> (OrgId, Standing) {
	let violation = Violations::<Test>::get(0).unwrap();
	(violation.against, violation.standing)
}

#[test]
fn owner_answers_for_what_an_operator_has_not_made_known() {
	run(|| {
		baseline();
		// The sharer finds its own tracking area changed: that is no confession, since the equipment is the owner's
		observe(SHARER, 1_000, &[(0, TAC_OF_SHARER, Some(7))]);
		assert_eq!(first(), (CARRIER, Standing::Alleged));
		observe(TOWER, 2_000, &[(0, TAC_OF_SHARER, Some(7))]);
		assert_eq!(first(), (CARRIER, Standing::Confirmed));
	});
	run(|| {
		baseline();
		// What the owner reports of its equipment decides the kind
		let known = Notice { key: TAC_OF_SHARER, ..notice(item(0, 0, TAC, 7), Source::Management) };
		assert_ok!(notify(CARRIER, &[known]));
		go_to(2);
		let seen = observe(SHARER, 2_000, &[(0, TAC_OF_SHARER, Some(7))]);
		assert_eq!((seen, first().0), (vec![(Kind::NoRequest, None)], CARRIER));
	});
}

#[test]
fn operator_answers_for_what_it_has_made_known_or_asked_for() {
	run(|| {
		baseline();
		let known = Notice { key: TAC_OF_SHARER, ..notice(item(0, 0, TAC, 7), Source::Management) };
		assert_ok!(notify(SHARER, &[known]));
		go_to(2);
		let seen = observe(TOWER, 2_000, &[(0, TAC_OF_SHARER, Some(7))]);
		assert_eq!((seen, first()), (vec![(Kind::NoRequest, None)], (SHARER, Standing::Alleged)));
	});
	run(|| {
		baseline();
		let later = Terms { window: (50_000, 400_000), ..terms() };
		let number = ask(SHARER, later, &[Item { key: TAC_OF_SHARER, ..item(0, 0, TAC, 7) }]);
		let seen = observe(TOWER, 2_000, &[(0, TAC_OF_SHARER, Some(7))]);
		assert_eq!((seen, first().0), (vec![(Kind::OutsideWindow, Some(number))], SHARER));
		// Not for another value than its own
		let seen = observe(TOWER, 2_001, &[(0, TAC_OF_SHARER, Some(8))]);
		assert_eq!(seen, []);
		observe(TOWER, 2_002, &[]);
		observe(TOWER, 2_003, &[(0, TAC_OF_SHARER, Some(8))]);
		assert_eq!(Violations::<Test>::get(1).unwrap().against, CARRIER);
	});
}

/// The sharer asks for this tracking area code of its own, in a window that begins later.
fn ask_tac(value: i64) -> u32 {
	let now = Clock::now();
	let later = Terms { window: (now + 50_000, now + 400_000), ..terms() };
	ask(SHARER, later, &[Item { key: TAC_OF_SHARER, ..item(0, 0, TAC, value) }])
}

/// The sharer changes its tracking area code, which the owner has read back, and nobody objects.
fn change_tac(value: i64) {
	let number = ask(SHARER, terms(), &[Item { key: TAC_OF_SHARER, ..item(0, 0, TAC, value) }]);
	for org in [SHARER, CARRIER] {
		assert_ok!(ConfigGuard::attest_change(engineer(org), number));
	}
	go_to(System::block_number() + 62);
	assert_eq!(phase(number), crate::changes::types::Phase::Closed);
}

/// The sharer makes known what its tracking area code was set to, and when.
fn notify_tac(value: i64, at: Moment) {
	let known = Notice { key: TAC_OF_SHARER, at, ..notice(item(0, 0, TAC, value), Source::Management) };
	assert_ok!(notify(SHARER, &[known]));
}

/// The tower company reads the sharer's tracking area code now. The kind, and who answers.
fn see_tac(value: i64) -> (Kind, OrgId) {
	go_to(System::block_number() + 1);
	let seen = observe(TOWER, Clock::now(), &[(0, TAC_OF_SHARER, Some(value))]);
	(seen[0].0, first().0)
}

#[test]
fn operator_answers_for_what_it_asks_for_while_that_waits() {
	// What it had before it changed it again
	run(|| {
		baseline();
		change_tac(7);
		change_tac(9);
		assert_eq!(see_tac(7), (Kind::SilentRollback, CARRIER));
	});
	// What it has taken back
	run(|| {
		baseline();
		let number = ask_tac(7);
		assert_ok!(ConfigGuard::withdraw(engineer(SHARER), number));
		assert_eq!(see_tac(7), (Kind::OutsideWindow, CARRIER));
	});
	// What it has never asked for
	run(|| {
		baseline();
		assert_ok!(ConfigGuard::draft(engineer(SHARER), HERE, terms()));
		let tac = Item { key: TAC_OF_SHARER, ..item(0, 0, TAC, 7) };
		assert_ok!(ConfigGuard::add(engineer(SHARER), 0, 0, part(&[tac])));
		assert_eq!(see_tac(7), (Kind::NoRequest, CARRIER));
	});
	// What it asks for, or takes back, once the export is bound
	for is_asked_before in [false, true] {
		run(|| {
			baseline();
			let before = is_asked_before.then(|| ask_tac(7));
			go_to(2);
			let root = anchor(TOWER, 2_000);
			go_to(3);
			if let Some(number) = before {
				assert_ok!(ConfigGuard::withdraw(engineer(SHARER), number));
			} else {
				ask_tac(7);
			}
			tell(TOWER, root, &[(0, TAC_OF_SHARER, Some(7))]);
			assert_eq!(first().0, if is_asked_before { SHARER } else { CARRIER });
		});
	}
}

#[test]
fn operator_answers_for_what_it_has_made_known_last() {
	run(|| {
		baseline();
		go_to(3);
		notify_tac(7, 1_000);
		notify_tac(9, 2_000);
		assert_eq!(see_tac(7), (Kind::Hidden, CARRIER));
	});
	// By when it was set, in whatever order they come
	run(|| {
		baseline();
		go_to(3);
		notify_tac(7, 2_000);
		notify_tac(9, 1_000);
		assert_eq!(see_tac(7), (Kind::NoRequest, SHARER));
	});
	// Not what a change has taken the place of
	run(|| {
		baseline();
		notify_tac(7, 1_000);
		go_to(2);
		change_tac(9);
		assert_eq!(see_tac(7), (Kind::Hidden, CARRIER));
	});
	// But what it was set to after it
	run(|| {
		baseline();
		go_to(2);
		change_tac(9);
		notify_tac(7, Clock::now());
		assert_eq!(see_tac(7), (Kind::NoRequest, SHARER));
	});
	// Nor what an import has
	run(|| {
		put(0, vec![crate::mock::station()]);
		confirm(0);
		let import = |pci| {
			let cells = table(&[vec![full_cell(pci)]]);
			assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, cells));
		};
		import(1);
		notify_tac(7, 1_000);
		go_to(2);
		import(2);
		assert_eq!(see_tac(7), (Kind::Hidden, CARRIER));
	});
}
