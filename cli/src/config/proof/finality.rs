// SPDX-License-Identifier: Apache-2.0
//! Who votes for finality, and whether they have voted for a block.

use crate::{
	error::{Failure, Result},
	names::hex0x,
};
use finality_grandpa::{voter_set::VoterSet, Chain, Error as NoDescendant, Message, SignedPrecommit};
use sp_consensus_grandpa::{
	check_message_signature, AuthorityId, AuthorityList, AuthoritySignature, ConsensusLog,
	GrandpaJustification, ScheduledChange, SetId, SignatureResult, GRANDPA_ENGINE_ID,
};
use sp_runtime::generic::OpaqueDigestItemId;
use std::collections::{HashMap, HashSet};
use trimast_primitives::{BlockNumber, Hash, Header};

/// The votes that made a block final.
pub(crate) type Justification = GrandpaJustification<Header>;

type Precommit = finality_grandpa::Precommit<Hash, BlockNumber>;
type Vote = SignedPrecommit<Hash, BlockNumber, AuthoritySignature, AuthorityId>;

/// The voters of one set. Its number is part of what they sign, so a vote counts in one set alone.
#[derive(Clone, Debug)]
pub(crate) struct Voters {
	id: SetId,
	set: VoterSet<AuthorityId>,
}

/// How many have voted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Votes {
	/// Number of the set.
	pub(crate) set: SetId,
	/// How many of it have voted.
	pub(crate) given: usize,
	/// How many it has.
	pub(crate) voters: usize,
}

impl Voters {
	/// The first set of a chain.
	pub(crate) fn first(voters: AuthorityList) -> Result<Self> {
		Self::new(0, voters)
	}

	fn new(id: SetId, voters: AuthorityList) -> Result<Self> {
		let set = VoterSet::new(voters).ok_or_else(|| Failure::input(format!("set {id} has no voters")))?;
		Ok(Self { id, set })
	}

	/// The set after a block that hands over to it.
	pub(crate) fn after(&self, block: &Header) -> Result<Self> {
		let id =
			self.id.checked_add(1).ok_or_else(|| Failure::input("a set's number is past all numbers"))?;
		if find(block, ConsensusLog::try_into_forced_change).is_some() {
			return Err(Failure::input(
				"the header forces other voters on the chain; on this one that is refused",
			));
		}
		match find(block, ConsensusLog::try_into_change) {
			Some(ScheduledChange { next_authorities, delay: 0 }) => Self::new(id, next_authorities),
			Some(ScheduledChange { delay, .. }) => Err(Failure::input(format!(
				"the header hands over to set {id} after {delay} blocks; on this chain that is at once"
			))),
			None => Err(Failure::input(format!("the header does not hand over to set {id}"))),
		}
	}

	/// Refuses votes that do not make this block final.
	pub(crate) fn check(&self, block: &Header, justification: &Justification) -> Result<Votes> {
		let commit = &justification.commit;
		let (hash, voted) = (block.hash(), commit.target_hash);
		if (commit.target_number, voted) != (block.number, hash) {
			return Err(Failure::input(format!(
				"the votes are for block {} ({}); votes for block {} ({}) were expected",
				commit.target_number,
				hex0x(voted),
				block.number,
				hex0x(hash)
			)));
		}
		self.check_number(&commit.precommits)?;
		for vote in &commit.precommits {
			self.check_vote(&vote.id, |id| {
				let message = Message::Precommit(vote.precommit.clone());
				check_message_signature(&message, id, &vote.signature, justification.round, self.id)
			})?;
		}
		let ancestry = Ancestry(justification.votes_ancestries.iter().map(|one| (one.hash(), one)).collect());
		let voters: HashSet<&AuthorityId> = commit.precommits.iter().map(|vote| &vote.id).collect();
		let votes = Votes { set: self.id, given: voters.len(), voters: self.set.len().get() };
		let is_final = finality_grandpa::validate_commit(commit, &self.set, &ancestry)
			.is_ok_and(|result| result.is_valid());
		if !is_final {
			let weight = |id: &&AuthorityId| self.set.get(id).map_or(0, |voter| voter.weight().get());
			return Err(Failure::input(format!(
				"{} of {} in set {} have voted, with {} votes where {} are needed for this very block",
				votes.given,
				votes.voters,
				self.id,
				voters.iter().map(weight).sum::<u64>(),
				self.set.threshold().get()
			)));
		}
		let lowest =
			commit.precommits.iter().map(|vote| &vote.precommit).min_by_key(|vote| vote.target_number);
		let base = lowest.map_or(voted, |vote| vote.target_hash);
		let mut used = HashSet::new();
		for vote in &commit.precommits {
			let target = vote.precommit.target_hash;
			let route = ancestry.ancestry(base, target).map_err(|_| {
				Failure::input(format!("a vote for {} that no header leads to", hex0x(target)))
			})?;
			if target != base {
				used.insert(target);
				used.extend(route);
			}
		}
		if used.len() != justification.votes_ancestries.len() || used != ancestry.hashes() {
			return Err(Failure::input("headers among the votes that no vote is for"));
		}
		Ok(votes)
	}

	/// Refuses more votes than GRANDPA knows: of each voter one, or two for different blocks where it has voted twice in a
	/// round. Signatures take long, so this comes first.
	fn check_number(&self, votes: &[Vote]) -> Result<()> {
		let most = self.set.len().get().saturating_mul(2);
		if votes.len() > most {
			return Err(Failure::input(format!(
				"{} votes; set {} has {} voters, each with one vote, or two that contradict each other",
				votes.len(),
				self.id,
				self.set.len()
			)));
		}
		let mut given: HashMap<&AuthorityId, Vec<&Precommit>> = HashMap::new();
		for vote in votes {
			let own = given.entry(&vote.id).or_default();
			if own.contains(&&vote.precommit) || own.len() > 1 {
				return Err(Failure::input(format!(
					"{} stands more than once among the votes",
					hex0x(&vote.id)
				)));
			}
			own.push(&vote.precommit);
		}
		Ok(())
	}

	/// Refuses a vote of somebody else, or one that was signed for something else.
	fn check_vote(&self, id: &AuthorityId, check: impl Fn(&AuthorityId) -> SignatureResult) -> Result<()> {
		if !self.set.contains(id) {
			return Err(Failure::input(format!("{} has voted and is not in set {}", hex0x(id), self.id)));
		}
		match check(id) {
			SignatureResult::Valid => Ok(()),
			SignatureResult::Invalid => {
				Err(Failure::input(format!("the signature of {} is not for this vote", hex0x(id))))
			}
			SignatureResult::OutdatedSet => Err(Failure::input(format!(
				"{} has voted as one of set {}; a vote in set {} was expected",
				hex0x(id),
				self.id.saturating_sub(1),
				self.id
			))),
		}
	}
}

/// Whether others vote after a block.
pub(crate) fn hands_over(block: &Header) -> bool {
	find(block, ConsensusLog::try_into_change).is_some()
		|| find(block, ConsensusLog::try_into_forced_change).is_some()
}

/// The first thing of a kind that a block tells its voters.
fn find<T>(block: &Header, kind: impl Fn(ConsensusLog<BlockNumber>) -> Option<T>) -> Option<T> {
	let id = OpaqueDigestItemId::Consensus(&GRANDPA_ENGINE_ID);
	block.digest.convert_first(|item| item.try_to(id).and_then(&kind))
}

/// Headers by hash, to walk from a vote down to the block that all votes have in common.
struct Ancestry<'a>(HashMap<Hash, &'a Header>);

impl Ancestry<'_> {
	fn hashes(&self) -> HashSet<Hash> {
		self.0.keys().copied().collect()
	}
}

impl Chain<Hash, BlockNumber> for Ancestry<'_> {
	fn ancestry(&self, base: Hash, block: Hash) -> Result<Vec<Hash>, NoDescendant> {
		let mut route = Vec::new();
		let mut current = block;
		while current != base {
			current = self.0.get(&current).ok_or(NoDescendant::NotDescendent)?.parent_hash;
			route.push(current);
		}
		// The base is not part of the way.
		route.pop();
		Ok(route)
	}
}
