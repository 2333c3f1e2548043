// SPDX-License-Identifier: Apache-2.0

//! What the chain says of the calls in a stretch of blocks.

use super::baseline::Baseline;
use crate::chain::{Chain, ChainConfig};
use anyhow::{bail, ensure, Context, Result};
use codec::{Compact, Decode};
use subxt::events::Event;
use trimast_primitives::{LocalNetworkId, OrgId};

/// What became of the tag of a local network.
#[derive(Decode, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum NetworkResult {
	/// All of it is as the baseline says.
	Matches,
	/// Something is not.
	Differs,
	/// Violations stand open in it.
	HasOpenViolations,
	/// The company has said before that pages differ.
	HasDifferences,
	/// It is none of the sweep's or of the account's.
	Outside,
}

/// What became of the tags of a page's cells.
#[derive(Decode, Clone, PartialEq, Eq, Debug)]
pub(super) enum CellsResult {
	/// So many cells differ.
	Differ(Vec<u16>),
	/// The page was revised since.
	Stale,
	/// No baseline stands there.
	Unknown,
	/// There are more or fewer tags than cells.
	WrongLength,
	/// More violations stand open in it than one call is heard about.
	Unheard,
}

/// What became of the values of a page's cells.
#[derive(Decode, Clone, PartialEq, Eq, Debug)]
pub(super) enum ValuesResult {
	/// So many values differ.
	Taken(u32),
	/// The page was revised since.
	Stale,
	/// Refused, with the number of the reason.
	Refused(u8),
}

/// What the chain says of one call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Answer {
	/// Of tags of local networks.
	Networks(Vec<(LocalNetworkId, NetworkResult)>),
	/// Of tags of pages: the local network, the first page, how many, and which of them differ.
	Pages(LocalNetworkId, u16, u16, Vec<u16>),
	/// Of tags of cells, page by page.
	Cells(LocalNetworkId, Vec<(u16, CellsResult)>),
	/// Of values of cells, page by page.
	Values(LocalNetworkId, Vec<(u16, ValuesResult)>),
}

impl Answer {
	/// How many cells it is about. Of values it says how many values differ: one in each cell here.
	fn records(&self, baseline: &Baseline) -> u64 {
		let cells_in = |id: &LocalNetworkId, pages: &dyn Fn(u16) -> bool| -> u64 {
			let network = baseline.find(*id).map(|n| &baseline.networks[n]);
			let pages =
				network.into_iter().flat_map(|network| &network.pages).filter(|page| pages(page.number));
			pages.map(|page| u64::from(page.cells)).sum()
		};
		match self {
			Self::Networks(results) => results.iter().map(|(id, _)| cells_in(id, &|_| true)).sum(),
			Self::Pages(id, first, count, _) => {
				cells_in(id, &|page| page.checked_sub(*first).is_some_and(|n| n < *count))
			}
			Self::Cells(id, results) => cells_in(id, &|page| results.iter().any(|(other, _)| *other == page)),
			Self::Values(_, results) => results
				.iter()
				.map(
					|(_, result)| if let ValuesResult::Taken(count) = result { u64::from(*count) } else { 0 },
				)
				.sum(),
		}
	}
}

/// What the events of one block say.
pub(super) struct Block {
	/// Its number.
	pub(super) number: u64,
	/// Weight of its signed transactions, picoseconds.
	pub(super) weight: u64,
	/// Cells that they are about.
	pub(super) records: u64,
	/// What it says of each call, and to whom.
	pub(super) answers: Vec<(OrgId, Answer)>,
}

/// Reads the blocks after `from` up to `to`, for the calls about one sweep.
///
/// # Errors
///
/// A transaction has failed.
pub(super) async fn read(
	chain: &Chain,
	from: u64,
	to: u64,
	sweep: Option<u32>,
	baseline: &Baseline,
) -> Result<Vec<Block>> {
	let mut blocks = Vec::new();
	for number in from + 1..=to {
		let hash = chain.block_hash(number).await?.with_context(|| format!("block {number}"))?;
		let at = chain.api().await?.at_block(hash).await?;
		let mut block = Block { number, weight: 0, records: 0, answers: Vec::new() };
		for event in at.events().fetch().await?.iter() {
			let event = event?;
			match (event.pallet_name(), event.event_name()) {
				("System", "ExtrinsicSuccess") => block.weight += signed_weight(event.field_bytes())?,
				("System", "ExtrinsicFailed") => {
					let reason =
						subxt::error::DispatchError::decode_from(event.field_bytes(), at.metadata())?;
					bail!("a transaction in block {number} has failed: {reason}");
				}
				("ConfigGuard", _) => block.answers.extend(answer(&event, sweep)?),
				_ => {}
			}
		}
		block.records = block.answers.iter().map(|(_, answer)| answer.records(baseline)).sum();
		blocks.push(block);
	}
	Ok(blocks)
}

/// The weight that `System.ExtrinsicSuccess` says, when it is of an ordinary transaction.
fn signed_weight(mut fields: &[u8]) -> Result<u64> {
	let (Compact(time), Compact(_), class) = <(Compact<u64>, Compact<u64>, u8)>::decode(&mut fields)?;
	// Normal, operational, mandatory.
	Ok(if class == 0 { time } else { 0 })
}

fn answer(event: &Event<'_, ChainConfig>, wanted: Option<u32>) -> Result<Option<(OrgId, Answer)>> {
	let fields = &mut event.field_bytes();
	let answer = match event.event_name() {
		"BaselineImported" => return check_import(fields).map(|()| None),
		"NetworksAttested" | "PagesAttested" | "CellsAttested" | "ValuesAttested" => {
			let (sweep, org) = <(u32, OrgId)>::decode(fields)?;
			if Some(sweep) != wanted {
				return Ok(None);
			}
			let answer = match event.event_name() {
				"NetworksAttested" => Answer::Networks(Decode::decode(fields)?),
				"PagesAttested" => {
					let (id, first, count, differing) = Decode::decode(fields)?;
					let unheard = Vec::<u16>::decode(fields)?;
					ensure!(unheard.is_empty(), "pages {unheard:?} were not heard");
					Answer::Pages(id, first, count, differing)
				}
				"CellsAttested" => {
					let (id, results) = Decode::decode(fields)?;
					Answer::Cells(id, results)
				}
				_ => {
					let (id, results) = Decode::decode(fields)?;
					Answer::Values(id, results)
				}
			};
			Some((org, answer))
		}
		_ => return Ok(None),
	};
	ensure!(fields.is_empty(), "{} has another shape than expected", event.event_name());
	Ok(answer)
}

/// Refuses the event of an import that did not take everything.
fn check_import(fields: &mut &[u8]) -> Result<()> {
	let (id, page, org) = <(LocalNetworkId, u16, OrgId)>::decode(fields)?;
	let Compact(count) = Compact::<u32>::decode(fields)?;
	for _ in 0..count {
		let (slot, result) = <(u8, u8)>::decode(fields)?;
		// Written, unchanged; anything else is a refusal with its reason behind.
		ensure!(
			result < 2,
			"cells of organisation {} in slot {slot} of page {page} of {} were refused: {fields:02x?}",
			org.0,
			id.0
		);
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::{super::baseline::tests::baseline, *};
	use codec::Encode;

	#[test]
	fn weight_is_of_signed_transactions_alone() {
		let info = |class: u8| (Compact(123_456u64), Compact(7u64), class, 0u8).encode();
		assert_eq!(signed_weight(&info(0)).unwrap(), 123_456);
		assert_eq!(signed_weight(&info(2)).unwrap(), 0);
	}

	#[test]
	fn check_import_fails_when_something_was_refused() {
		let event = |results: &[(u8, u8)]| (1301u16, 4u16, 0u8, results).encode();
		check_import(&mut &event(&[(0, 0), (5, 1)])[..]).unwrap();
		let refused = check_import(&mut &event(&[(0, 0), (5, 2)])[..]).unwrap_err();
		assert!(refused.to_string().contains("slot 5 of page 4 of 1301"), "{refused}");
	}

	#[test]
	fn records_are_the_cells_that_an_answer_is_about() {
		let baseline = baseline(3);
		let network = &baseline.networks[0];
		let first = &network.pages[0];
		let all = Answer::Networks(vec![(network.id, NetworkResult::Differs)]);
		assert_eq!(all.records(&baseline), network.cells());
		// Page 0 has no cells.
		let pages = |count| Answer::Pages(network.id, 0, count, vec![]).records(&baseline);
		assert_eq!((pages(1), pages(2)), (0, u64::from(first.cells)));
		let cells = Answer::Cells(network.id, vec![(first.number, CellsResult::Differ(vec![]))]);
		assert_eq!(cells.records(&baseline), u64::from(first.cells));
		let values = vec![(1, ValuesResult::Taken(3)), (2, ValuesResult::Stale)];
		assert_eq!(Answer::Values(network.id, values).records(&baseline), 3);
	}
}
