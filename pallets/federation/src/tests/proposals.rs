// SPDX-License-Identifier: Apache-2.0

//! Which motions can take effect at all.

use super::*;
use crate::{PauseKind, PauseKinds};
use codec::Encode;
use sp_runtime::DispatchError;
use trimast_primitives::{
	matter::MotionDefect,
	org::OrgKind,
	params::{ParameterBounds, Parameters},
};

fn enacted(call: impl Into<RuntimeCall>) -> RuntimeCall {
	crate::Call::enact { call: Box::new(call.into()) }.into()
}

fn invite(kind: OrgKind, name: &[u8]) -> RuntimeCall {
	let name = name.to_vec().try_into().unwrap();
	crate::Call::invite { kind, name, principal: account("new") }.into()
}

fn set_parameters(parameters: Parameters) -> RuntimeCall {
	crate::Call::set_parameters { parameters }.into()
}

fn refused(error: E) -> Option<MotionDefect> {
	Some(MotionDefect::Refused(error.into()))
}

/// The defect of a motion of the three companies, as it is asked for from outside: without the error's message.
fn defect(proposal: &RuntimeCall, ayes: u32) -> Option<MotionDefect> {
	let inside = Federation::defect_of(proposal, ayes);
	assert_eq!(Federation::motion_defect(proposal.encode(), ayes), inside);
	inside
}

#[test]
fn motions_that_can_take_effect_have_no_defect() {
	run(|| {
		let pause = crate::Call::pause { kinds: PauseKinds::of(PauseKind::Sites) }.into();
		for (proposal, fewest) in [
			(enacted(rule()), 2),
			(enacted(set_parameters(PARAMETERS)), 2),
			(enacted(invite(OrgKind::Carrier, b"new")), 2),
			(enacted(invite(OrgKind::Witness, b"new")), 3),
			(enacted(crate::Call::replace_witness { org: WITNESS, principal: account("new") }), 3),
			(pause, 2),
			(crate::Call::lift_pause {}.into(), 2),
		] {
			for ayes in 0..5 {
				let wrong = MotionDefect::Ayes { needed: fewest, seats: 3 };
				let expected = (!(fewest..=3).contains(&ayes)).then_some(wrong);
				assert_eq!(defect(&proposal, ayes), expected, "{proposal:?} with {ayes}");
			}
		}
	});
}

#[test]
fn motion_fails_when_no_motion_may_decide_the_call() {
	run(|| {
		let kinds = PauseKinds::of(PauseKind::Sites);
		for proposal in [
			// A pause is the council's own, and so is deciding: Root makes neither
			enacted(crate::Call::pause { kinds }),
			enacted(enacted(rule())),
			enacted(crate::Call::declare_exit {}),
			// And what is enacted is not voted on bare
			rule(),
			set_parameters(PARAMETERS),
		] {
			assert_eq!(defect(&proposal, 3), refused(E::NotEnactable), "{proposal:?}");
		}
		for unreadable in [vec![255, 255], [rule().encode(), vec![0]].concat()] {
			assert_eq!(Federation::motion_defect(unreadable, 3), Some(MotionDefect::UnknownCall));
		}
	});
}

#[test]
fn motion_fails_when_its_call_would_be_refused_in_every_state() {
	run(|| {
		let endless = Parameters { pause_term: u32::MAX, ..PARAMETERS };
		assert!(!ParameterBounds::LOCAL.admit(&endless));
		assert_eq!(defect(&enacted(set_parameters(endless)), 2), refused(E::OutOfBounds));
		let no_way_out = Parameters { exit_notice: PARAMETERS.long_delay, ..PARAMETERS };
		assert_eq!(defect(&enacted(set_parameters(no_way_out)), 2), refused(E::OutOfBounds));
		assert_eq!(defect(&enacted(invite(OrgKind::Carrier, b"")), 2), refused(E::InvalidName));
		assert_eq!(defect(&enacted(invite(OrgKind::Carrier, b"a\nb")), 2), refused(E::InvalidName));
		assert_eq!(defect(&crate::Call::pause { kinds: PauseKinds(0) }.into(), 2), refused(E::InvalidKinds));
	});
}

#[test]
fn what_was_voted_all_the_same_is_refused_when_it_is_decided() {
	run(|| {
		// Given votes that nobody should have been asked for, whether they act at once or later
		let endless = || set_parameters(Parameters { pause_term: u32::MAX, ..PARAMETERS });
		let nameless = || invite(OrgKind::Carrier, b"");
		for ayes in [ALL, TWO_OF_THREE] {
			assert_noop!(enact(endless(), ayes), E::OutOfBounds);
			assert_noop!(enact(nameless(), ayes), E::InvalidName);
		}
		let too_few: DispatchError = E::NotEnoughVotes.into();
		assert_noop!(enact(invite(OrgKind::Witness, b"new"), TWO_OF_THREE), too_few);
	});
}
