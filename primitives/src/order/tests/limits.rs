// SPDX-License-Identifier: Apache-2.0

//! Room for what ends an order, and shares of its lists.

use super::*;
use crate::order::state::State;

fn list(count: u32, state: State) -> Changes {
	changes((0..count).map(|n| change(state, n.into())))
}

#[test]
fn every_state_is_a_few_steps_from_an_end_that_needs_no_raiser() {
	let ticket = |state| Machine::Ticket.steps_to_end(state);
	assert_eq!(
		[State::Acknowledged, State::InProgress, State::Resolved, State::Pending, State::Held, State::Closed]
			.map(ticket),
		[1, 2, 1, 3, 3, 0]
	);
	let job = |state| Machine::WorkOrder.steps_to_end(state);
	assert_eq!(
		[State::Acknowledged, State::InProgress, State::Pending, State::Held, State::AssessingCancellation]
			.map(job),
		[1, 1, 1, 1, 1]
	);
	assert_eq!(job(State::PendingCancellation), 1);
}

#[test]
fn room_is_left_for_the_end_and_half_of_it_for_other_steps_than_waiting() {
	let room = |count, to| Machine::Ticket.has_room(&list(count, State::InProgress), to);
	assert!(room(MAX_CHANGES - 3, State::InProgress) && !room(MAX_CHANGES - 2, State::InProgress));
	assert!(room(MAX_CHANGES - 2, State::Resolved) && !room(MAX_CHANGES - 1, State::Resolved));
	assert!(room(MAX_CHANGES - 1, State::Closed) && !room(MAX_CHANGES, State::Closed));
	assert!(room(MAX_CHANGES / 2 - 4, State::Held) && !room(MAX_CHANGES / 2 - 3, State::Held));
}

#[test]
fn limits_are_some_time_and_a_year_at_most() {
	let (floors, limits) = (Floors::default(), Limits::default());
	assert!(floors.lets_limits(&limits));
	for bad in [
		Limits { pending: 0, ..limits },
		Limits { body: 0, ..limits },
		Limits { appeal: 0, ..limits },
		Limits { ruling: 31_536_001, ..limits },
	] {
		assert!(!floors.lets_limits(&bad));
	}
	assert!(floors.lets_evidence(1) && !floors.lets_evidence(0) && !floors.lets_evidence(31_536_001));
	assert!(floors.lets_silence(31_536_000) && !floors.lets_silence(0));
	assert!(floors.lets_round(1, 1) && !floors.lets_round(0, 1) && !floors.lets_round(1, 31_536_001));
}

#[test]
fn no_limit_is_below_its_floor() {
	let limits = Limits::default();
	let floors = Floors { limits, evidence: 600, silence: 3_600, bidding: 20, answer: 300 };
	assert!(floors.lets_limits(&limits) && floors.lets_evidence(600) && floors.lets_silence(3_600));
	for bad in [
		Limits { pending: limits.pending - 1, ..limits },
		Limits { body: limits.body - 1, ..limits },
		Limits { appeal: limits.appeal - 1, ..limits },
		Limits { ruling: limits.ruling - 1, ..limits },
	] {
		assert!(!floors.lets_limits(&bad));
	}
	assert!(!floors.lets_evidence(599) && !floors.lets_silence(3_599));
	assert!(floors.lets_round(20, 300) && !floors.lets_round(19, 300) && !floors.lets_round(20, 299));
}

proptest! {
	#[test]
	fn shares_fit_into_the_list_together(parties in 1u32..16, concerned: u32, most in 0u32..100) {
		let (parties, concerned) = (OrgSet(parties), OrgSet(concerned).union(OrgSet(parties)));
		let share = |org| share_of(org, parties, concerned, most);
		prop_assert!(concerned.iter().map(share).sum::<u32>() <= most);
		prop_assert!((0..40).map(OrgId).all(|org| concerned.contains(org) || share(org) == 0));
		// Nobody has nothing where there is room for all.
		prop_assert!(most < 64 || concerned.iter().all(|org| share(org) > 0));
	}
}
