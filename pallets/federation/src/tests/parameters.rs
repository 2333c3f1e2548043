// SPDX-License-Identifier: Apache-2.0

//! `set_parameters`, and how seconds become blocks.

use super::*;
use crate::ParametersInForce;
use trimast_primitives::params::{Governed, Parameters};

#[test]
fn set_parameters_works() {
	run(|| {
		let parameters = Parameters { long_delay: 60, ..PARAMETERS };
		assert_ok!(Federation::set_parameters(RuntimeOrigin::root(), parameters));
		assert_eq!(<Federation as Governed>::parameters(), parameters);
	});
}

#[test]
fn set_parameters_fails_when_out_of_bounds_or_not_decided() {
	run(|| {
		let endless = Parameters { pause_term: u32::MAX, ..PARAMETERS };
		assert_noop!(Federation::set_parameters(RuntimeOrigin::root(), endless), E::OutOfBounds);
		let no_way_out = Parameters { exit_notice: PARAMETERS.long_delay, ..PARAMETERS };
		assert_noop!(Federation::set_parameters(RuntimeOrigin::root(), no_way_out), E::OutOfBounds);
		let attempt = Federation::set_parameters(by("carrier-one"), PARAMETERS);
		assert_noop!(attempt, sp_runtime::traits::BadOrigin);
		assert_eq!(ParametersInForce::<Test>::get(), PARAMETERS);
	});
}

#[test]
fn seconds_are_blocks_of_a_slot_each() {
	run(|| {
		assert_eq!([0, 1, 72 * 3_600].map(Federation::blocks), [1, 1, 72 * 3_600]);
		assert_eq!(Federation::blocks(u32::MAX), u32::MAX);
	});
}
