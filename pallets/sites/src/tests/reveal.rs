// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, DifferingPages, Error, Event};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchResult;
use trimast_primitives::{
	inventory::{inventory_commitment, Digest},
	org::OrgStatus,
	Hash, OrgId, OrgSet,
};

const SALT: Hash = Hash::repeat_byte(5);

/// Page digests with `digest` in page `page`.
fn book(page: usize, digest: u8) -> Vec<Digest> {
	let mut book = vec![[0; 16]; 8];
	book[page] = [digest; 16];
	book
}

fn commit(org: OrgId, book: &[Digest]) {
	let commitment = inventory_commitment(HERE, 0, org, &SALT, book);
	assert_ok!(Sites::commit(planner(org), HERE, 0, commitment));
}

fn reveal(org: OrgId, book: &[Digest]) -> DispatchResult {
	Sites::reveal(planner(org), HERE, 0, SALT, book.to_vec().try_into().unwrap())
}

/// A round of the first three organisations, each with a book of its own, committed to by all.
fn committed(books: [&[Digest]; 3]) {
	set_status(OTHER_CARRIER, OrgStatus::Left);
	assert_ok!(Sites::open_reconciliation(planner(CARRIER), HERE));
	for (org, book) in [CARRIER, SHARER, TOWER].into_iter().zip(books) {
		commit(org, book);
	}
}

#[test]
fn reveal_works_and_shows_where_the_three_agree() {
	run(|| {
		// Given books of which the tower company's differs in page 5, and the sharer's in page 2
		let (first, second, third) = (book(5, 0), book(2, 7), book(5, 9));
		committed([&first, &second, &third]);
		// When all reveal
		assert_ok!(reveal(CARRIER, &first));
		assert_eq!(DifferingPages::<Test>::get(HERE).into_inner(), [0u16; 0]);
		assert_ok!(reveal(TOWER, &third));
		assert_eq!(DifferingPages::<Test>::get(HERE).into_inner(), [5]);
		assert_ok!(reveal(SHARER, &second));
		// Then the chain shows in which pages they differ, and everybody's digests
		let missing = OrgSet::EMPTY;
		assert_eq!(
			last_event(),
			Event::Revealed { local_network: HERE, round: 0, org: SHARER, missing, differing: 2 }
		);
		assert_eq!(DifferingPages::<Test>::get(HERE).into_inner(), [2, 5]);
		for (org, digests) in [(CARRIER, first), (SHARER, second), (TOWER, third)] {
			assert_eq!(Sites::reconciliation(HERE).unwrap().pages as usize, digests.len());
			assert_eq!(Sites::revealed_digests(HERE, org, 0, 1_000), digests);
			assert_eq!(Sites::revealed_digests(HERE, org, 3, 2), digests[3..5]);
			assert_eq!(Sites::revealed_digests(HERE, org, 7, 9), digests[7..]);
		}
	});
}

#[test]
fn reveal_fails_when_not_all_have_committed() {
	run(|| {
		set_status(OTHER_CARRIER, OrgStatus::Left);
		assert_ok!(Sites::open_reconciliation(planner(CARRIER), HERE));
		commit(CARRIER, &book(0, 1));
		commit(SHARER, &book(0, 1));
		assert_noop!(reveal(CARRIER, &book(0, 1)), Error::<Test>::OtherStep);
	});
}

#[test]
fn reveal_goes_on_without_who_missed_the_term() {
	run(|| {
		// Given two commitments of three when the term is over
		set_status(OTHER_CARRIER, OrgStatus::Left);
		assert_ok!(Sites::open_reconciliation(planner(CARRIER), HERE));
		commit(CARRIER, &book(0, 1));
		commit(SHARER, &book(0, 1));
		System::set_block_number(2 + ROUND_TERM);
		// When the two go on, then the state says who is missing
		assert_ok!(reveal(CARRIER, &book(0, 1)));
		assert_noop!(reveal(TOWER, &book(0, 1)), Error::<Test>::StepMissed);
		assert_ok!(reveal(SHARER, &book(0, 1)));
		let view = Sites::reconciliation(HERE).unwrap();
		assert_eq!(view.parties.difference(view.committed), OrgSet::of(TOWER));
		// And since nothing differs, a new round may be opened at once
		assert_ok!(Sites::open_reconciliation(planner(TOWER), HERE));
		assert!(Sites::revealed_digests(HERE, CARRIER, 0, 1_000).is_empty());
	});
}

#[test]
fn reveal_fails_when_fewer_than_two_have_committed() {
	run(|| {
		assert_ok!(Sites::open_reconciliation(planner(CARRIER), HERE));
		commit(CARRIER, &book(0, 1));
		System::set_block_number(2 + ROUND_TERM);
		assert_noop!(reveal(CARRIER, &book(0, 1)), Error::<Test>::TooFewParties);
	});
}

#[test]
fn reveal_fails_when_it_is_not_what_was_committed_to() {
	run(|| {
		let mine = book(0, 1);
		// The sharer has copied the carrier's commitment: it cannot open it
		set_status(OTHER_CARRIER, OrgStatus::Left);
		assert_ok!(Sites::open_reconciliation(planner(CARRIER), HERE));
		commit(CARRIER, &mine);
		let copied = inventory_commitment(HERE, 0, CARRIER, &SALT, &mine);
		assert_ok!(Sites::commit(planner(SHARER), HERE, 0, copied));
		let short = &mine[..7];
		commit(TOWER, short);
		assert_noop!(reveal(CARRIER, &book(0, 2)), Error::<Test>::WrongCommitment);
		assert_noop!(
			Sites::reveal(planner(CARRIER), HERE, 0, Hash::zero(), mine.clone().try_into().unwrap()),
			Error::<Test>::WrongCommitment
		);
		assert_ok!(reveal(CARRIER, &mine));
		assert_noop!(reveal(SHARER, &mine), Error::<Test>::WrongCommitment);
		assert_noop!(reveal(TOWER, short), Error::<Test>::WrongLength);
	});
}

#[test]
fn reveal_fails_when_twice_late_or_not_a_party() {
	run(|| {
		let mine = book(0, 1);
		assert_noop!(reveal(CARRIER, &mine), Error::<Test>::NoRound);
		committed([&mine, &mine, &mine]);
		assert_ok!(reveal(CARRIER, &mine));
		assert_noop!(reveal(CARRIER, &mine), Error::<Test>::AlreadyDone);
		assert_noop!(reveal(WITNESS, &mine), Error::<Test>::NotParty);
		assert_noop!(
			Sites::reveal(planner(SHARER), HERE, 1, SALT, mine.clone().try_into().unwrap()),
			Error::<Test>::OtherRound
		);
		System::set_block_number(2 + ROUND_TERM);
		assert_noop!(reveal(SHARER, &mine), Error::<Test>::DeadlinePassed);
	});
}

#[test]
fn reveal_fails_when_not_authorised() {
	run(|| {
		let mine = book(0, 1);
		committed([&mine, &mine, &mine]);
		assert_refusals(CARRIER, |origin| {
			Sites::reveal(origin, HERE, 0, SALT, mine.clone().try_into().unwrap())
		});
	});
}
