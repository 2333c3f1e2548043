// SPDX-License-Identifier: Apache-2.0

//! `pause`, `lift_pause`.

use super::*;
use crate::{PauseKind, PauseKinds};
use sp_runtime::traits::BadOrigin;

const SITES: PauseKinds = PauseKinds::of(PauseKind::Sites);

fn pause(ayes: &[&str]) -> sp_runtime::DispatchResult {
	motion(crate::Call::pause { kinds: SITES }, ayes)
}

fn lift(ayes: &[&str]) -> sp_runtime::DispatchResult {
	motion(crate::Call::lift_pause {}, ayes)
}

#[test]
fn pause_holds_for_its_term_and_for_its_kinds() {
	run(|| {
		assert_ok!(pause(TWO_OF_THREE));
		assert!(Federation::is_paused(PauseKind::Sites) && !Federation::is_paused(PauseKind::Dispatch));
		System::set_block_number(PARAMETERS.pause_term);
		assert!(Federation::is_paused(PauseKind::Sites));
		System::set_block_number(1 + PARAMETERS.pause_term);
		assert!(!Federation::is_paused(PauseKind::Sites));
	});
}

#[test]
fn pause_fails_when_one_company_wants_it() {
	run(|| {
		assert_noop!(pause(&["carrier-one"]), E::NotEnoughVotes);
		assert_noop!(Federation::pause(by("carrier-one"), SITES), BadOrigin);
		assert_noop!(Federation::pause(RuntimeOrigin::root(), SITES), BadOrigin);
		assert_noop!(motion(crate::Call::pause { kinds: PauseKinds(0) }, ALL), E::InvalidKinds);
		assert_noop!(motion(crate::Call::pause { kinds: PauseKinds(32) }, ALL), E::InvalidKinds);
	});
}

#[test]
fn pause_fails_when_soon_after_the_last_unless_all_agree() {
	run(|| {
		assert_ok!(pause(TWO_OF_THREE));
		let over = 1 + PARAMETERS.pause_term;
		assert_noop!(pause(TWO_OF_THREE), E::PauseTooSoon);
		System::set_block_number(over + PARAMETERS.pause_gap - 1);
		assert_noop!(pause(TWO_OF_THREE), E::PauseTooSoon);
		assert_ok!(pause(ALL));
		System::set_block_number(
			over + PARAMETERS.pause_gap - 1 + PARAMETERS.pause_term + PARAMETERS.pause_gap,
		);
		assert_ok!(pause(TWO_OF_THREE));
	});
}

#[test]
fn lift_pause_works_and_starts_the_gap() {
	run(|| {
		assert_noop!(lift(TWO_OF_THREE), E::NotPaused);
		assert_ok!(pause(TWO_OF_THREE));
		assert_noop!(lift(&["tower"]), E::NotEnoughVotes);
		System::set_block_number(2);
		assert_ok!(lift(TWO_OF_THREE));
		assert!(!Federation::is_paused(PauseKind::Sites));
		// What was paused, and until when, stays known
		assert_eq!(crate::Paused::<Test>::get(), Some(crate::types::Pause { kinds: SITES, until: Some(2) }));
		System::set_block_number(1 + PARAMETERS.pause_gap);
		assert_noop!(pause(TWO_OF_THREE), E::PauseTooSoon);
		System::set_block_number(2 + PARAMETERS.pause_gap);
		assert_ok!(pause(TWO_OF_THREE));
	});
}

#[test]
fn pause_without_end_lasts_until_lifted() {
	run(|| {
		Federation::pause_without_end();
		System::set_block_number(1_000_000);
		assert!(PauseKind::ALL.into_iter().all(Federation::is_paused));
		assert_noop!(pause(TWO_OF_THREE), E::PauseTooSoon);
		assert_ok!(lift(TWO_OF_THREE));
		assert!(!PauseKind::ALL.into_iter().any(Federation::is_paused));
	});
}
