// SPDX-License-Identifier: Apache-2.0

//! Notes and relations.

use crate::{mock::*, Error, Event, Notes};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{
	order::{share_of, Relation, State, Words, MAX_NOTES, MAX_RELATIONS},
	Hash, OrgSet,
};

#[test]
fn note_works_for_whom_it_concerns_within_its_share() {
	run(|| {
		let number = open(OWNER, fault());
		let note = |org| Dispatch::note(dispatcher(org), number, words("on the way"));
		assert_noop!(note(OTHER), Error::<Test>::NotConcerned);
		assert_refusals(OWNER, &[NO_COLLECTOR, NO_AUDITOR], |origin| {
			Dispatch::note(origin, number, words("on the way"))
		});
		assert_ok!(note(SHARER));
		assert_eq!(
			last_event(),
			Event::OrderNoted { order: number, org: SHARER, words: words("on the way") }
		);
		let most = share_of(TOWER, OrgSet(0b101), OrgSet(0b111), MAX_NOTES);
		(0..most).for_each(|_| {
			assert_ok!(note(TOWER));
		});
		assert_noop!(note(TOWER), Error::<Test>::TooManyNotes);
		assert_ok!(note(OWNER));
		assert_eq!(Notes::<Test>::get(number).len() as u32, most + 2);
	});
}

#[test]
fn note_fails_when_it_says_nothing_that_can_be_shown() {
	run(|| {
		let number = open(OWNER, fault());
		let note = |words| Dispatch::note(dispatcher(OWNER), number, words);
		assert_noop!(note(words("")), Error::<Test>::BadWords);
		assert_noop!(note(words("a\nb")), Error::<Test>::BadWords);
		assert_ok!(note(Words { text: Default::default(), body: Some(Hash::repeat_byte(1)) }));
	});
}

#[test]
fn note_is_taken_until_the_order_is_settled() {
	run(|| {
		let number = open(OWNER, job());
		steps(number, &[(TOWER, State::Rejected)]);
		assert_ok!(Dispatch::note(dispatcher(TOWER), number, words("not ours")));
		go_on(EVIDENCE_TERM + 2 * SECOND);
		let late = Dispatch::note(dispatcher(TOWER), number, words("not ours"));
		assert_noop!(late, Error::<Test>::TooLate);
	});
}

#[test]
fn relate_works_for_parties_and_is_bounded() {
	run(|| {
		let others: Vec<_> = (0..=MAX_RELATIONS).map(|_| open(OWNER, job())).collect();
		let number = open(OWNER, fault());
		let relate = |org, other| Dispatch::relate(dispatcher(org), number, Relation::CausedBy, other);
		assert_noop!(relate(SHARER, others[0]), Error::<Test>::NotParty);
		assert_noop!(relate(OWNER, 99), Error::<Test>::NoSuchOrder);
		assert_noop!(relate(OWNER, number), Error::<Test>::NoSuchOrder);
		assert_refusals(TOWER, &[NO_COLLECTOR, NO_AUDITOR], |origin| {
			Dispatch::relate(origin, number, Relation::CausedBy, others[0])
		});
		assert_ok!(relate(OWNER, others[0]));
		let relation = Relation::CausedBy;
		assert_eq!(last_event(), Event::OrdersRelated { order: number, relation, other: others[0] });
		assert_noop!(relate(TOWER, others[0]), Error::<Test>::TooManyRelations);
		// Half of them is each party's.
		let half = MAX_RELATIONS as usize / 2;
		others[1..=half].iter().for_each(|other| {
			assert_ok!(relate(TOWER, *other));
		});
		assert_noop!(relate(TOWER, others[half + 1]), Error::<Test>::TooManyRelations);
		others[half + 1..MAX_RELATIONS as usize].iter().for_each(|other| {
			assert_ok!(relate(OWNER, *other));
		});
		assert_noop!(relate(OWNER, others[MAX_RELATIONS as usize]), Error::<Test>::TooManyRelations);
	});
}
