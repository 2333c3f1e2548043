// SPDX-License-Identifier: Apache-2.0
//! Headers and votes that do not make a block final.

use super::*;

#[test]
fn verify_fails_when_a_header_is_of_a_fork() {
	let fork = |proof: &Proof| header(3, &proof.block, Hash::repeat_byte(8), None);
	let failure = changed(|proof| proof.later[0] = fork(proof));
	assert!(failure.starts_with("header of block 4: its parent is 0x"), "{failure}");
	let failure = changed(|proof| {
		let third = fork(proof);
		let fourth = header(4, &third, Hash::repeat_byte(4), None);
		proof.later = vec![third, fourth];
	});
	assert!(failure.starts_with("votes for block 4: the votes are for block 4 (0x"), "{failure}");
	let failure = changed(|proof| proof.block.state_root = Hash::repeat_byte(8));
	assert!(failure.starts_with("header of block 3: its parent is 0x"), "{failure}");
	let failure = changed(|proof| proof.later[1].number = 5);
	assert!(failure.starts_with("header of block 5: "), "{failure}");
}

#[test]
fn verify_fails_when_there_are_too_few_votes() {
	let with_votes = |by: &[(Pair, &Header)], between: Vec<Header>| {
		changed(|proof| proof.justification = votes(1, &world().proof.later[1], by, between))
	};
	let (fourth, second) = (&world().proof.later[1], &world().second);
	let of = |n: usize| (second[n], fourth);
	let failure = with_votes(&[of(0), of(1)], vec![]);
	let expected = "votes for block 4: 2 of 4 in set 1 have voted, with 2 votes where 3 are needed";
	assert!(failure.starts_with(expected), "{failure}");
	assert!(with_votes(&[], vec![]).contains("0 of 4"));
	// A vote for the block before is none for this one
	let third = (second[2], &world().proof.later[0]);
	let failure = with_votes(&[of(0), of(1), third], vec![fourth.clone()]);
	assert!(failure.contains("are needed for this very block"), "{failure}");
}

#[test]
fn verify_fails_when_votes_are_repeated_before_it_looks_at_a_signature() {
	let (fourth, second) = (&world().proof.later[1], &world().second);
	let with = |change: &dyn Fn(&mut Justification)| {
		changed(|proof| {
			let mut votes = plain_votes(1, fourth, &second[..3]);
			// None of the signatures is right.
			votes
				.commit
				.precommits
				.iter_mut()
				.for_each(|vote| vote.signature = Pair::from_seed(&[9; 32]).sign(b"").into());
			change(&mut votes);
			proof.justification = votes;
		})
	};
	let failure = with(&|_| {});
	assert!(failure.contains("is not for this vote"), "{failure}");
	let again = |votes: &mut Justification, n: usize| {
		votes.commit.precommits.push(votes.commit.precommits[n].clone())
	};
	let failure = with(&|votes| again(votes, 1));
	let expected = "stands more than once among the votes";
	assert!(failure.starts_with("votes for block 4: 0x") && failure.contains(expected), "{failure}");
	// With another signature it is the same vote
	let failure = with(&|votes| {
		again(votes, 1);
		votes.commit.precommits[3].signature = Pair::from_seed(&[8; 32]).sign(b"").into();
	});
	assert!(failure.contains(expected), "{failure}");
	// Two that contradict each other are what GRANDPA knows, three are not
	let other = |votes: &mut Justification, number: u32| {
		again(votes, 1);
		votes.commit.precommits.last_mut().unwrap().precommit.target_number = number;
	};
	assert!(with(&|votes| other(votes, 5)).contains("is not for this vote"));
	let failure = with(&|votes| (5..7).for_each(|number| other(votes, number)));
	assert!(failure.contains(expected), "{failure}");
	let failure = with(&|votes| (0..6).for_each(|_| again(votes, 1)));
	assert!(failure.contains("9 votes; set 1 has 4 voters"), "{failure}");
	// In a change of the voters, too
	let failure = changed(|proof| again(&mut proof.changes[0].justification, 0));
	assert!(
		failure.starts_with("change of the voters in block 1: 0x") && failure.contains(expected),
		"{failure}"
	);
}

#[test]
fn votes_of_a_voter_who_has_voted_twice_count() {
	let world = world();
	let fourth = &world.proof.later[1];
	let fifth = header(5, fourth, Hash::repeat_byte(5), None);
	let of = |n: usize, block| (world.second[n], block);
	let by = [of(0, fourth), of(1, fourth), of(2, fourth), of(2, &fifth)];
	let mut proof = world.proof.clone();
	proof.justification = votes(1, fourth, &by, vec![fifth.clone()]);
	assert_eq!(checked(&proof).map(|_| ()), Ok(()));
}

#[test]
fn votes_for_blocks_after_it_count() {
	let world = world();
	let fourth = &world.proof.later[1];
	let fifth = header(5, fourth, Hash::repeat_byte(5), None);
	let of = |n: usize, block| (world.second[n], block);
	let by = [of(0, fourth), of(1, &fifth), of(2, &fifth)];
	let mut proof = world.proof.clone();
	proof.justification = votes(1, fourth, &by, vec![fifth.clone()]);
	assert!(checked(&proof).is_ok());
	// Without the header that leads there they do not, and headers that lead nowhere are refused
	proof.justification = votes(1, fourth, &by, vec![]);
	assert!(checked(&proof).unwrap_err().starts_with("votes for block 4: "));
	let stray = header(6, &fifth, Hash::repeat_byte(6), None);
	for between in [vec![fifth.clone(), stray], vec![fifth.clone(), fifth.clone()]] {
		proof.justification = votes(1, fourth, &by, between);
		let failure = checked(&proof).unwrap_err();
		assert!(failure.contains("headers among the votes that no vote is for"), "{failure}");
	}
}

#[test]
fn verify_fails_when_the_votes_are_of_another_set() {
	let fourth = &world().proof.later[1];
	let second = &world().second;
	let failure = changed(|proof| proof.justification = plain_votes(0, fourth, &second[..3]));
	assert!(failure.contains("has voted as one of set 0; a vote in set 1 was expected"), "{failure}");
	let failure = changed(|proof| proof.justification = plain_votes(2, fourth, &second[..3]));
	assert!(failure.contains("is not for this vote"), "{failure}");
	let failure = changed(|proof| proof.justification = plain_votes(1, fourth, &voters(1)));
	assert!(failure.contains("has voted and is not in set 1"), "{failure}");
	// Three good votes do not carry one of somebody else
	let by = [&second[..3], &voters(21)[..1]].concat();
	let failure = changed(|proof| proof.justification = plain_votes(1, fourth, &by));
	assert!(failure.contains("is not in set 1"), "{failure}");
}

#[test]
fn verify_fails_when_a_change_of_the_voters_is_missing_or_wrong() {
	let failure = changed(|proof| proof.changes.clear());
	assert!(failure.contains("has voted and is not in set 0"), "{failure}");
	let failure = changed(|proof| proof.changes.push(proof.changes[0].clone()));
	assert!(
		failure.starts_with("change of the voters in block 1: it stands after that in block 1"),
		"{failure}"
	);
	let failure = changed(|proof| proof.changes[0].header.state_root = Hash::zero());
	assert!(failure.starts_with("change of the voters in block 1: the votes are for"), "{failure}");
	let with = |log: Option<ConsensusLog<u32>>| {
		changed(|proof| {
			let header = header(1, &proof.genesis, Hash::zero(), log);
			let justification = plain_votes(0, &header, &voters(1));
			proof.changes = vec![Justified { header, justification }];
		})
	};
	assert!(with(None).contains("does not hand over to set 1"));
	assert!(with(Some(hand_over(&voters(21), 5))).contains("to set 1 after 5 blocks"));
	assert!(with(Some(hand_over(&[], 0))).contains("set 1 has no voters"));
	let change = ScheduledChange { next_authorities: list(&voters(21)), delay: 0 };
	assert!(with(Some(ConsensusLog::ForcedChange(0, change))).contains("forces other voters"));
}

#[test]
fn verify_fails_when_others_vote_from_a_block_between() {
	let second = &world().second;
	let with = |log: Option<ConsensusLog<u32>>, last: Option<ConsensusLog<u32>>| {
		let mut proof = world().proof.clone();
		let third = header(3, &proof.block, Hash::repeat_byte(3), log);
		let fourth = header(4, &third, Hash::repeat_byte(4), last);
		proof.justification = plain_votes(1, &fourth, &second[..3]);
		proof.later = vec![third, fourth];
		checked(&proof)
	};
	let forced = ScheduledChange { next_authorities: list(&voters(21)), delay: 0 };
	for log in [hand_over(&voters(21), 0), ConsensusLog::ForcedChange(0, forced)] {
		let failure = with(Some(log), None).unwrap_err();
		let expected = "header of block 3: it hands over to other voters, whom the file does not name";
		assert!(failure.starts_with(expected), "{failure}");
	}
	// The block that hands over is still theirs
	assert!(with(None, Some(hand_over(&voters(21), 0))).is_ok());
}
