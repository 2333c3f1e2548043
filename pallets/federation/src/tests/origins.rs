// SPDX-License-Identifier: Apache-2.0

//! `AnyMember`, `TwoThirds`, `All`.

use super::*;
use crate::origins::{All, AnyMember, TwoThirds};
use frame_support::traits::EnsureOrigin;

/// Whether a motion with these ayes passes as two thirds, and as all.
fn passes(ayes: &[&str]) -> (bool, bool) {
	Motion::set(Some((Default::default(), ayes.iter().map(|name| account(name)).collect())));
	let origin = || RuntimeOrigin::signed(council());
	let passed = (TwoThirds::<Test>::try_origin(origin()).is_ok(), All::<Test>::try_origin(origin()).is_ok());
	Motion::set(None);
	passed
}

#[test]
fn any_member_is_the_principal_of_a_seated_company() {
	run(|| {
		assert_eq!(AnyMember::<Test>::try_origin(by("tower")).ok(), Some(TOWER));
		for stranger in ["tower//planner", "witness", "stranger"] {
			assert!(AnyMember::<Test>::try_origin(by(stranger)).is_err());
		}
		assert!(AnyMember::<Test>::try_origin(RuntimeOrigin::root()).is_err());
	});
}

#[test]
fn two_thirds_and_all_count_the_companies() {
	run(|| {
		assert_eq!(passes(&[]), (false, false));
		assert_eq!(passes(&["tower"]), (false, false));
		assert_eq!(passes(TWO_OF_THREE), (true, false));
		assert_eq!(passes(ALL), (true, true));
		assert!(TwoThirds::<Test>::try_origin(RuntimeOrigin::root()).is_err());
		assert!(All::<Test>::try_origin(by("tower")).is_err());
	});
}
