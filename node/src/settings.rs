// SPDX-License-Identifier: Apache-2.0

//! Settings of block building and consensus that the SDK leaves to the node, each set on purpose.
//!
//! They are constants and no flags: nodes of different companies should behave alike, and a change of them is
//! a release.

use sc_consensus_aura::{CheckForEquivocation, SlotProportion};
use sc_consensus_grandpa::{VotingRule, VotingRulesBuilder};
use sc_consensus_slots::BackoffAuthoringOnFinalizedHeadLagging;
use sp_runtime::Percent;
use std::time::Duration;
use trimast_primitives::BlockNumber;

use crate::{opaque::Block, service::FullClient};

/// Bytes after which the proposer closes a block, header included.
///
/// How large a block may be is the runtime's to say (its block length, which the council can change by an
/// upgrade). This ceiling stands above it, unlike the SDK's default of 4 MiB, and below the 16 MiB that an
/// answer to a block request may have: a larger block could be built and never be fetched.
pub(crate) const BLOCK_SIZE_LIMIT: usize = 8 * 1024 * 1024;

/// Part of the proposing time after which eight transactions that do not fit end a block.
///
/// A company that has used up its room in a block has transactions that do not fit, and others behind them
/// do. The later this is, the more of the others' get in; the earlier, the less time a full block spends on
/// trying. The SDK's default is one half. The pool passes over an account as soon as one of its transactions
/// did not fit, so what is tried is at most one transaction an account.
pub(crate) const SOFT_DEADLINE: Percent = Percent::from_percent(75);

/// Part of a slot that may be spent on proposing.
///
/// With slots of a second: half of it to build, the rest to pass the block on and to execute it elsewhere
/// before the next author begins. The SDK takes a tenth off for sealing.
pub(crate) const PROPOSAL_SLOT_PORTION: f32 = 0.5;

/// Blocks between two that are certain to have a justification, made and kept.
///
/// Whoever verifies a record offline needs the headers from its block to the next justified one: at most 31
/// of some 200 bytes. A justification of ten votes has some 1.4 kB, so keeping them costs about 45 bytes a
/// block. The SDK's nodes use 512: a hundred kilobytes of headers in a proof.
pub(crate) const JUSTIFICATION_PERIOD: u32 = 32;

/// How long GRANDPA reckons a vote takes to reach everybody. It prevotes two of these after a round began and
/// precommits after four, unless the votes are there before; so it bounds finality from below.
///
/// The SDK's 333 ms are made for hundreds of validators around the world. Ten within one country hear one
/// another within a tenth of a second. Too short a time costs rounds that finalise less, never safety.
pub(crate) const GOSSIP_DURATION: Duration = Duration::from_millis(100);

/// Blocks without finality after which authors begin to slow down: two minutes, so that a restart of several
/// nodes goes unnoticed.
///
/// Unfinalised state is held in memory. When two companies are gone at once finality stops, and blocks must
/// not pile up.
const UNFINALISED_SLACK: BlockNumber = 120;

/// Longest pause between two blocks while finality lags, in slots: the chain goes on, or no vote could ever
/// repair it.
const LONGEST_BACKOFF: BlockNumber = 100;

/// The part of a slot for proposing.
pub(crate) fn proposal_slot_portion() -> SlotProportion {
	SlotProportion::new(PROPOSAL_SLOT_PORTION)
}

/// The most that skipped slots may lengthen proposing: without a bound of ours, so up to the SDK's 2^7 slots.
///
/// What goes into a block is bounded by its weight. The longer time serves the one block that needs more than
/// a slot whoever builds it, the first after an upgrade, which compiles the new runtime: a bound would stop
/// the chain there.
pub(crate) fn longest_proposal_slot_portion() -> Option<SlotProportion> {
	None
}

/// When authors slow down because finality lags.
pub(crate) fn backoff() -> BackoffAuthoringOnFinalizedHeadLagging<BlockNumber> {
	BackoffAuthoringOnFinalizedHeadLagging {
		max_interval: LONGEST_BACKOFF,
		unfinalized_slack: UNFINALISED_SLACK,
		authoring_bias: 2,
	}
}

/// Whether the import queue looks for authors who sealed two blocks in one slot: no.
///
/// The SDK's check only logs, and what it keeps has lost its seal, so it proves nothing. It writes under the
/// same keys in the database as a check that keeps the seals would: to such a check its entries would look
/// like equivocations of everybody.
pub(crate) const CHECK_FOR_EQUIVOCATION: CheckForEquivocation = CheckForEquivocation::No;

/// What a GRANDPA vote may be for: the best block, without holding back.
///
/// The SDK's default rules stay two blocks behind the best and go only three quarters of the way on a long
/// unfinalised chain. They leave time to challenge blocks elsewhere (bridges, availability), which this chain
/// does not do, and cost two slots of finality.
pub(crate) fn voting_rule() -> impl VotingRule<Block, FullClient> + Clone {
	VotingRulesBuilder::<Block, FullClient>::new().build()
}

#[cfg(test)]
mod tests {
	use super::*;
	use sc_consensus_slots::BackoffAuthoringBlocksStrategy;

	#[test]
	fn proposer_leaves_the_size_of_blocks_to_the_runtime() {
		const RUNTIME: usize = trimast_runtime::configs::chain::BLOCK_BYTES as usize;
		const { assert!(BLOCK_SIZE_LIMIT > RUNTIME + 64 * 1024, "a full block and its header fit") };
		const { assert!(BLOCK_SIZE_LIMIT < 15 * 1024 * 1024, "an answer to a block request holds it") };
	}

	#[test]
	fn authors_slow_down_when_finality_lags() {
		let backs_off = |unfinalised: u32, slots_since: u64| {
			backoff().should_backoff(unfinalised, 1_000.into(), 0, (1_000 + slots_since).into(), "test")
		};
		assert!(!backs_off(UNFINALISED_SLACK, 1));
		assert!(backs_off(UNFINALISED_SLACK + 2, 1));
		assert!(backs_off(1_000_000, u64::from(LONGEST_BACKOFF)));
		assert!(!backs_off(1_000_000, u64::from(LONGEST_BACKOFF) + 1), "blocks never stop");
	}
}
