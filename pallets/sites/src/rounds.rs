// SPDX-License-Identifier: Apache-2.0

//! A round of reconciliation as a machine of three steps, apart from where it is stored.
//!
//! ```text
//!              all have committed              all who committed have revealed
//!   Commit ──────────────────────────► Reveal ──────────────────────────────► Publish ──► over
//!      │  or: term over, two have        ▲ │  or: term over, two have            ▲         when nothing differs
//!      └─────────────────────────────────┘ └─────────────────────────────────────┘         or the term is over
//! ```
//!
//! Time moves nothing by itself: whoever takes the next step after a term moves the round on, without those who
//! missed it. Their absence stays visible as the difference between `parties`, `commitments` and `revealed`.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedBTreeMap};
use scale_info::TypeInfo;
use trimast_primitives::{BlockNumber, Hash, OrgId, OrgSet};

/// Most parties to a round: as many as an [`OrgSet`] can hold.
pub const MAX_PARTIES: u32 = 32;

/// Fewer parties than this have nothing to compare.
const LEAST_PARTIES: u32 = 2;

/// What is done in a round now.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum Step {
	/// Each party commits to its books; nobody has shown anything yet.
	Commit,
	/// Who has committed reveals its page digests.
	Reveal,
	/// Who has revealed publishes the records of the pages that differ.
	Publish,
}

/// A round of reconciliation of one local network.
#[derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct Round {
	/// Counts the rounds of this local network, from 0.
	pub number: u32,
	/// Buckets of the local network when the round was opened: the books have twice as many pages.
	pub buckets: u16,
	/// Who is asked to take part: the members with a council seat when the round was opened.
	pub parties: OrgSet,
	/// Who has committed, to what.
	pub commitments: BoundedBTreeMap<OrgId, Hash, ConstU32<MAX_PARTIES>>,
	/// Who has revealed.
	pub revealed: OrgSet,
	/// Who revealed first: the others' page digests are compared with its.
	pub reference: Option<OrgId>,
	/// What is done now.
	pub step: Step,
	/// Last block for it.
	pub deadline: BlockNumber,
}

/// Why a step was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RoundRefusal {
	/// The organisation is not asked to take part.
	NotParty,
	/// The round is at another step.
	OtherStep,
	/// The term for this step is over.
	DeadlinePassed,
	/// The organisation has done it already.
	AlreadyDone,
	/// The organisation did not take the step before this one.
	StepMissed,
	/// The term is over and fewer than two have taken part: open a new round.
	TooFewParties,
}

impl Round {
	/// A new round. Refused when there are fewer than two parties.
	pub fn open(
		number: u32,
		buckets: u16,
		parties: OrgSet,
		deadline: BlockNumber,
	) -> Result<Self, RoundRefusal> {
		if parties.len() < LEAST_PARTIES {
			return Err(RoundRefusal::TooFewParties);
		}
		Ok(Self {
			number,
			buckets,
			parties,
			commitments: BoundedBTreeMap::new(),
			revealed: OrgSet::EMPTY,
			reference: None,
			step: Step::Commit,
			deadline,
		})
	}

	/// Who has committed.
	pub fn committed(&self) -> OrgSet {
		self.commitments.keys().copied().collect()
	}

	/// Takes the commitment of `org`. The last one begins the next step, which lasts `term` blocks.
	pub fn commit(
		&mut self,
		org: OrgId,
		commitment: Hash,
		now: BlockNumber,
		term: BlockNumber,
	) -> Result<(), RoundRefusal> {
		self.admit(org)?;
		match self.step {
			Step::Commit if now <= self.deadline => (),
			Step::Commit => return Err(RoundRefusal::DeadlinePassed),
			_ => return Err(RoundRefusal::OtherStep),
		}
		if self.commitments.contains_key(&org) {
			return Err(RoundRefusal::AlreadyDone);
		}
		// The map has room for every organisation that there can be.
		self.commitments.try_insert(org, commitment).map_err(|_| RoundRefusal::NotParty)?;
		if self.committed().is_superset(self.parties) {
			self.begin(Step::Reveal, now, term);
		}
		Ok(())
	}

	/// Marks `org` as having revealed and gives the commitment that its reveal must open. The last one begins the
	/// next step, which lasts `term` blocks.
	pub fn reveal(&mut self, org: OrgId, now: BlockNumber, term: BlockNumber) -> Result<Hash, RoundRefusal> {
		self.admit(org)?;
		if self.step == Step::Commit && now > self.deadline {
			if self.committed().len() < LEAST_PARTIES {
				return Err(RoundRefusal::TooFewParties);
			}
			self.begin(Step::Reveal, now, term);
		}
		match self.step {
			Step::Reveal if now <= self.deadline => (),
			Step::Reveal => return Err(RoundRefusal::DeadlinePassed),
			_ => return Err(RoundRefusal::OtherStep),
		}
		let commitment = *self.commitments.get(&org).ok_or(RoundRefusal::StepMissed)?;
		if self.revealed.contains(org) {
			return Err(RoundRefusal::AlreadyDone);
		}
		self.revealed = self.revealed.with(org);
		self.reference.get_or_insert(org);
		if self.revealed.is_superset(self.committed()) && self.revealed.len() >= LEAST_PARTIES {
			self.begin(Step::Publish, now, term);
		}
		Ok(commitment)
	}

	/// Whether `org` may publish records now. The deadline of this step only says until when no new round may be
	/// opened: to publish later is better than not at all.
	pub fn publish(&mut self, org: OrgId, now: BlockNumber, term: BlockNumber) -> Result<(), RoundRefusal> {
		self.admit(org)?;
		if self.step == Step::Reveal && now > self.deadline {
			if self.revealed.len() < LEAST_PARTIES {
				return Err(RoundRefusal::TooFewParties);
			}
			self.begin(Step::Publish, now, term);
		}
		if self.step != Step::Publish {
			return Err(RoundRefusal::OtherStep);
		}
		if !self.revealed.contains(org) {
			return Err(RoundRefusal::StepMissed);
		}
		Ok(())
	}

	/// Whether a new round may be opened. `agreed` says that no page differs. When enough have taken a step to go on
	/// without the rest, they have another `term` for it, or a company that does not like to be gone on without
	/// could have every round begin again.
	pub fn is_over(&self, now: BlockNumber, term: BlockNumber, agreed: bool) -> bool {
		let may_go_on = match self.step {
			Step::Commit => self.committed().len() >= LEAST_PARTIES,
			Step::Reveal => self.revealed.len() >= LEAST_PARTIES,
			Step::Publish => return agreed || now > self.deadline,
		};
		now > if may_go_on { self.deadline.saturating_add(term) } else { self.deadline }
	}

	fn admit(&self, org: OrgId) -> Result<(), RoundRefusal> {
		if self.parties.contains(org) {
			Ok(())
		} else {
			Err(RoundRefusal::NotParty)
		}
	}

	fn begin(&mut self, step: Step, now: BlockNumber, term: BlockNumber) {
		self.step = step;
		self.deadline = now.saturating_add(term);
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const TERM: BlockNumber = 10;
	const A: OrgId = OrgId(0);
	const B: OrgId = OrgId(1);
	const C: OrgId = OrgId(2);

	fn opened() -> Round {
		Round::open(0, 8, OrgSet(0b111), TERM).unwrap()
	}

	fn hash(org: OrgId) -> Hash {
		Hash::repeat_byte(org.0)
	}

	#[test]
	fn round_of_all_three_works() {
		// Given a round, when all commit and reveal in time
		let mut round = opened();
		for org in [A, B, C] {
			assert_eq!(
				round.reveal(org, 1, TERM),
				Err(RoundRefusal::OtherStep),
				"all commit before any reveals"
			);
			round.commit(org, hash(org), 1, TERM).unwrap();
		}
		assert_eq!((round.step, round.deadline), (Step::Reveal, 11));
		for org in [B, A, C] {
			assert_eq!(round.publish(org, 2, TERM), Err(RoundRefusal::OtherStep));
			assert_eq!(round.reveal(org, 2, TERM), Ok(hash(org)));
		}
		// Then who revealed first is the reference, and records may be published, late ones too
		assert_eq!((round.step, round.deadline, round.reference), (Step::Publish, 12, Some(B)));
		assert_eq!(round.publish(A, 1_000, TERM), Ok(()));
	}

	#[test]
	fn open_fails_when_there_is_nobody_to_compare_with() {
		assert_eq!(Round::open(0, 8, OrgSet::of(A), TERM), Err(RoundRefusal::TooFewParties));
	}

	#[test]
	fn commit_fails_when_stranger_twice_late_or_at_another_step() {
		let mut round = opened();
		assert_eq!(round.commit(OrgId(3), hash(A), 1, TERM), Err(RoundRefusal::NotParty));
		round.commit(A, hash(A), 1, TERM).unwrap();
		assert_eq!(round.commit(A, hash(B), 1, TERM), Err(RoundRefusal::AlreadyDone));
		assert_eq!(round.commit(B, hash(B), 11, TERM), Err(RoundRefusal::DeadlinePassed));
		round.commit(B, hash(B), 10, TERM).unwrap();
		assert_eq!(round.reveal(A, 11, TERM), Ok(hash(A)));
		assert_eq!(round.commit(C, hash(C), 11, TERM), Err(RoundRefusal::OtherStep));
	}

	#[test]
	fn round_goes_on_without_who_misses_a_term() {
		// Given two commitments of three when the term is over
		let mut round = opened();
		round.commit(A, hash(A), 1, TERM).unwrap();
		round.commit(B, hash(B), 1, TERM).unwrap();
		assert_eq!(round.reveal(A, 10, TERM), Err(RoundRefusal::OtherStep));
		// When the two go on
		assert_eq!(round.reveal(A, 11, TERM), Ok(hash(A)));
		assert_eq!(round.reveal(C, 11, TERM), Err(RoundRefusal::StepMissed));
		assert_eq!(round.reveal(A, 11, TERM), Err(RoundRefusal::AlreadyDone));
		assert_eq!(round.reveal(B, 12, TERM), Ok(hash(B)));
		// Then the third is seen to be missing
		assert_eq!(round.publish(C, 12, TERM), Err(RoundRefusal::StepMissed));
		assert_eq!(round.parties.difference(round.committed()), OrgSet::of(C));
	}

	#[test]
	fn publication_goes_on_without_who_does_not_reveal() {
		let mut round = opened();
		for org in [A, B, C] {
			round.commit(org, hash(org), 1, TERM).unwrap();
		}
		round.reveal(A, 2, TERM).unwrap();
		round.reveal(B, 2, TERM).unwrap();
		assert_eq!(round.publish(A, 11, TERM), Err(RoundRefusal::OtherStep));
		assert_eq!(round.reveal(C, 12, TERM), Err(RoundRefusal::DeadlinePassed));
		assert_eq!(round.publish(A, 12, TERM), Ok(()));
		assert_eq!(round.publish(C, 12, TERM), Err(RoundRefusal::StepMissed));
		assert_eq!(round.publish(OrgId(7), 12, TERM), Err(RoundRefusal::NotParty));
	}

	#[test]
	fn round_lapses_when_fewer_than_two_take_part() {
		let mut round = opened();
		round.commit(A, hash(A), 1, TERM).unwrap();
		assert_eq!(round.reveal(A, 11, TERM), Err(RoundRefusal::TooFewParties));
		round.commit(B, hash(B), 1, TERM).unwrap();
		round.reveal(A, 11, TERM).unwrap();
		assert_eq!(round.publish(A, 22, TERM), Err(RoundRefusal::TooFewParties));
		assert!(round.is_over(22, TERM, false));
	}

	#[test]
	fn is_over_leaves_a_term_to_those_who_can_go_on() {
		let mut round = opened();
		assert!(!round.is_over(10, TERM, false) && round.is_over(11, TERM, false));
		round.commit(A, hash(A), 1, TERM).unwrap();
		round.commit(B, hash(B), 1, TERM).unwrap();
		assert!(!round.is_over(20, TERM, false) && round.is_over(21, TERM, false));
		round.commit(C, hash(C), 1, TERM).unwrap();
		for org in [A, B, C] {
			round.reveal(org, 2, TERM).unwrap();
		}
		assert!(round.is_over(3, TERM, true), "nothing differs, nothing to wait for");
		assert!(!round.is_over(12, TERM, false) && round.is_over(13, TERM, false));
	}
}
