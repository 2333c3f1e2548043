// SPDX-License-Identifier: Apache-2.0
//! The council's motions: read from the collective's storage, proposed, voted on and closed.

use super::text::motion_text;
use crate::{
	chain::{errors, storage, views::At, wrap::quarter_block, Call, Chain, Spec},
	context::Context,
	error::{Failure, Result},
	names,
	output::counted,
};
use codec::{Compact, Decode};
use serde_json::json;
use trimast_primitives::{matter::MotionDefect, AccountId, BlockNumber, Hash};

/// A motion that is open.
#[derive(Clone, Debug)]
pub(crate) struct Motion {
	/// Hash of its call, by which the collective knows it.
	pub(crate) hash: Hash,
	/// Its number.
	pub(crate) index: u32,
	/// Ayes that it needs.
	pub(crate) threshold: u32,
	/// Who is for it.
	pub(crate) ayes: Vec<AccountId>,
	/// Who is against it.
	pub(crate) nays: Vec<AccountId>,
	/// Block after which it may be closed whoever has not voted.
	pub(crate) end: BlockNumber,
	/// Its call.
	pub(crate) call: Call,
}

/// As the collective stores the votes.
#[derive(Decode)]
struct Votes {
	index: u32,
	threshold: u32,
	ayes: Vec<AccountId>,
	nays: Vec<AccountId>,
	end: BlockNumber,
}

/// The accounts that hold seats.
pub(crate) async fn seats(at: At<'_>) -> Result<Vec<AccountId>> {
	Ok(storage::get(at.chain(), &storage::plain("Council", "Members"), at.hash).await?.unwrap_or_default())
}

/// The open motions, in the order of their numbers.
pub(crate) async fn motions(at: At<'_>) -> Result<Vec<Motion>> {
	let chain = at.chain();
	let hashes: Vec<Hash> =
		storage::get(chain, &storage::plain("Council", "Proposals"), at.hash).await?.unwrap_or_default();
	let mut motions = Vec::with_capacity(hashes.len());
	for hash in hashes {
		let key = |item: &str| storage::identity("Council", item, hash.as_bytes());
		let votes: Option<Votes> = storage::get(chain, &key("Voting"), at.hash).await?;
		let call = storage::read(chain, &key("ProposalOf"), at.hash).await?;
		if let (Some(Votes { index, threshold, ayes, nays, end }), Some(call)) = (votes, call) {
			motions.push(Motion { hash, index, threshold, ayes, nays, end, call: Call(call) });
		}
	}
	motions.sort_by_key(|motion| motion.index);
	Ok(motions)
}

/// How many ayes a proposal asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Threshold {
	/// Two thirds of the seats, rounded up: enough for every motion, which then waits for its delay.
	TwoThirds,
	/// All: what they decide on the constitution is carried out at once.
	All,
	/// So many.
	Exactly(u32),
}

impl Threshold {
	/// From the command line's options.
	pub(crate) fn of(all: bool) -> Self {
		if all {
			Self::All
		} else {
			Self::TwoThirds
		}
	}

	fn ayes(self, seats: u32) -> u32 {
		match self {
			Self::TwoThirds => seats.saturating_mul(2).div_ceil(3),
			Self::All => seats,
			Self::Exactly(ayes) => ayes,
		}
	}
}

/// Proposes a call in the council, and then votes for it, since the collective does not count the proposal itself.
/// `enact`: the call is one that Root makes, so the motion asks the federation to enact it.
pub(crate) async fn propose(
	context: &Context,
	chain: &Chain,
	call: Call,
	threshold: Threshold,
	enact: bool,
) -> Result<()> {
	let at = chain.now().await?;
	let spec = chain.spec(at.hash).await?;
	let motion = if enact { spec.call("Federation", "enact", call)? } else { call };
	let seats = seats(at).await?;
	let acting = context.acting_account()?;
	if !seats.contains(&acting) {
		let holders: Vec<String> = seats.iter().map(names::ss58).collect();
		return Err(Failure::chain("only who holds a seat in the council proposes")
			.at(names::ss58(&acting))
			.remedy(format!("sign as one of: {}", holders.join(", "))));
	}
	let ayes = threshold.ayes(seats.len().try_into().unwrap_or(u32::MAX));
	if let Some(defect) = at.motion_defect(&motion, ayes).await? {
		return Err(vain(&spec, defect, ayes));
	}
	let text = motion_text(&spec, &motion.0, &at.parameters().await?);
	context.output.remark(&format!("proposing, {ayes} of {} ayes needed: {text}", seats.len()));
	let (hash, length) = (motion.hash(), bound(&motion)?);
	let made = spec.call("Council", "propose", (Compact(ayes), motion, Compact(length)))?;
	let done = context.perform(chain, made).await?;
	let index = done.iter().flat_map(|done| &done.events).find_map(|event| {
		let index = event.fields.get("proposal_index")?.as_u64();
		index.filter(|_| event.is("Council", "Proposed")).and_then(|index| u32::try_from(index).ok())
	});
	let Some(index) = index else {
		// Signed elsewhere, or by a multisig that is not complete, or carried out at once with one seat.
		context.output.remark("once it is proposed, vote for it: trimast vote aye");
		return Ok(());
	};
	let vote = spec.call("Council", "vote", (hash, Compact(index), true))?;
	context.perform(chain, vote).await?;
	context.output.remark(&format!("m{index} is proposed, with your aye"));
	Ok(())
}

/// Why a motion is not proposed at all: it could never take effect.
fn vain(spec: &Spec, defect: MotionDefect, ayes: u32) -> Failure {
	match defect {
		MotionDefect::UnknownCall => Failure::input("the chain does not know this call")
			.remedy("check its name and arguments against the runtime in force (`trimast chain status`)"),
		MotionDefect::Refused(error) => errors::dispatch(spec, &json!(error)),
		MotionDefect::Ayes { needed, seats } => too_few(needed, seats, ayes),
	}
}

fn too_few(needed: u32, seats: u32, ayes: u32) -> Failure {
	let failure = Failure::usage(format!(
		"with {} such a motion never takes effect: it takes {needed} of {seats}",
		counted(ayes, "aye")
	));
	if needed == seats {
		failure.remedy("ask for the ayes of all: --all")
	} else {
		failure.remedy(format!("ask for {needed} to {seats} ayes (`trimast vote propose --threshold`)"))
	}
}

/// A vote.
pub(crate) fn vote(spec: &Spec, motion: &Motion, approve: bool) -> Result<Call> {
	spec.call("Council", "vote", (motion.hash, Compact(motion.index), approve))
}

/// Closes a motion that has its votes, or whose term is over.
pub(crate) fn close(spec: &Spec, motion: &Motion) -> Result<Call> {
	let (time, proof) = quarter_block(spec);
	let length = bound(&motion.call)?;
	spec.call(
		"Council",
		"close",
		(motion.hash, Compact(motion.index), (Compact(time), Compact(proof)), Compact(length)),
	)
}

fn bound(call: &Call) -> Result<u32> {
	u32::try_from(call.0.len()).map_err(|_| Failure::input("the call is too long"))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn too_few_ayes_say_how_many_it_takes() {
		let all = too_few(3, 3, 2).to_string();
		assert!(all.contains("3 of 3") && all.contains("--all"), "{all}");
		let some = too_few(3, 4, 2).to_string();
		assert!(some.contains("3 of 4") && some.contains("--threshold"), "{some}");
		assert_eq!(too_few(3, 4, 2).exit_code(), 2);
		assert!(too_few(2, 3, 1).to_string().starts_with("with 1 aye such"), "{}", too_few(2, 3, 1));
	}

	#[test]
	fn two_thirds_are_rounded_up() {
		let of = |seats| Threshold::TwoThirds.ayes(seats);
		assert_eq!((of(1), of(2), of(3), of(4), of(5), of(6)), (1, 2, 2, 3, 4, 4));
		assert_eq!(Threshold::All.ayes(3), 3);
	}
}
