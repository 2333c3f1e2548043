// SPDX-License-Identifier: Apache-2.0

//! Each company's part of the council's list of open motions.

use super::*;
use crate::{motions::MotionTicket, types::MAX_OPEN_MOTIONS, OpenMotions, Seated};
use frame_support::traits::{Consideration, MaybeConsideration};
use sp_runtime::DispatchError;
use trimast_primitives::{Hash, OrgId, OrgSet};

/// Puts a motion on the council's list, as the collective does before it asks for the ticket.
fn propose(who: &str, index: u32) -> Result<(), DispatchError> {
	Open::mutate(|open| open.push((Hash::from_low_u64_be(index.into()), index, vec![])));
	let ticket = MotionTicket::<Test>::new(&account(who), index);
	if ticket.is_err() {
		Open::mutate(|open| open.pop());
	}
	ticket.map(|ticket| assert!(ticket.is_none(), "nothing is held"))
}

fn close(index: u32) {
	Open::mutate(|open| open.retain(|(_, number, _)| *number != index));
}

#[test]
fn company_has_so_many_motions_open_and_no_more() {
	run(|| {
		// Given a council of three with sixteen places: five for each.
		assert_eq!(Federation::motions_each(), 5);
		for index in 0..5 {
			assert_ok!(propose("tower", index));
		}
		assert_eq!(propose("tower", 5), Err(E::TooManyMotions.into()));
		// Then the others have theirs, and one that is closed makes room.
		assert_ok!(propose("carrier-one", 6));
		close(3);
		assert_ok!(propose("tower", 7));
		assert_eq!(OpenMotions::<Test>::get(TOWER).len(), 5);
		assert_eq!(propose("tower", 8), Err(E::TooManyMotions.into()));
	});
}

#[test]
fn motion_proposed_again_by_another_counts_for_that_one() {
	run(|| {
		assert_ok!(propose("tower", 0));
		close(0);
		Open::mutate(|open| open.push((Hash::from_low_u64_be(0), 1, vec![])));
		assert_ok!(propose("tower", 2));
		assert_eq!(OpenMotions::<Test>::get(TOWER).to_vec(), [(Hash::from_low_u64_be(2), 2)]);
	});
}

#[test]
fn part_of_each_follows_the_number_of_companies() {
	run(|| {
		let with = |companies: u8| {
			Seated::<Test>::put((0..companies).map(OrgId).collect::<OrgSet>());
			Federation::motions_each()
		};
		assert_eq!(
			[with(0), with(1), with(2), with(4), with(16), with(32)],
			[MAX_OPEN_MOTIONS, 8, 8, 4, 1, 1]
		);
		with(3);
	});
}

#[test]
fn ticket_fails_when_not_a_companys_principal() {
	run(|| {
		assert_eq!(propose("witness", 0), Err(E::NoCouncilSeat.into()));
		assert_eq!(propose("tower//planner", 0), Err(E::NotPrincipal.into()));
		assert_eq!(propose("stranger", 0), Err(E::UnknownAccount.into()));
	});
}
