// SPDX-License-Identifier: Apache-2.0

//! Settled orders give way to later ones of their raiser.

use crate::{mock::*, ChangesOf, Event, Evidence as EvidenceMap, Notes, Orders, Past, Unsettled};
use frame_support::{assert_ok, traits::Get};
use trimast_primitives::{order::State, Moment};

fn settled(org: trimast_primitives::OrgId) -> u32 {
	let number = open(org, job());
	assert_ok!(say(org, number, Now::get(), power()));
	assert_ok!(Dispatch::note(dispatcher(org), number, words("for the books")));
	steps(number, &[(org, State::Cancelled)]);
	go_on(EVIDENCE_TERM + 2 * SECOND);
	number
}

#[test]
fn oldest_is_forgotten_with_all_of_it() {
	run(|| {
		let most: u32 = <Test as crate::Config>::MaxPast::get();
		let other = settled(SHARER);
		let first = settled(OWNER);
		(1..most).for_each(|_| {
			settled(OWNER);
		});
		assert!(Orders::<Test>::contains_key(first));
		let last = settled(OWNER);
		assert!(events().contains(&Event::OrderForgotten { order: first }));
		assert!(!Orders::<Test>::contains_key(first) && Orders::<Test>::contains_key(last));
		assert!(Orders::<Test>::contains_key(other));
		assert!(!ChangesOf::<Test>::contains_key(first));
		assert!(!EvidenceMap::<Test>::contains_key(first) && !Notes::<Test>::contains_key(first));
		assert_eq!(Past::<Test>::iter_prefix((OWNER, false)).count() as u32, most);
		assert_eq!(Unsettled::<Test>::get(OWNER), 0);
	});
}

#[test]
fn what_has_no_verdict_pushes_out_nothing_that_has_one() {
	run(|| {
		let judged = judged(1, &[(OWNER, power())]);
		go_on(Moment::from(LIMITS.appeal) * SECOND + SECOND);
		assert!(Dispatch::verdict(judged).unwrap().is_final);
		let most: u32 = <Test as crate::Config>::MaxPast::get();
		(0..2 * most).for_each(|_| {
			settled(OWNER);
		});
		assert!(Dispatch::verdict(judged).is_some());
	});
}
