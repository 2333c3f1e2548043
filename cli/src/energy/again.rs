// SPDX-License-Identifier: Apache-2.0
//! What a report has come to that stands there already. The chain answers it with `Repeated`, and says nothing of its readings.
//!
//! They are told once more:
//!
//! * as the event has them of the block that has brought the report, from the node where it still keeps that, or from an archive node;
//! * else as they come to here, by the code that the chain uses, with stations, holders of networks and rules **as they are now**. It is
//!   compared with what stands: where that is another count or other sums, one of them has changed since, or the report is contested,
//!   and that is said. How a meter stands against its last report follows then from the reports of the same files alone.

use super::{
	gather::{Gathered, Gatherer},
	said::{self, Outcome, Reported},
	words::ReportId,
};
use crate::{
	chain::{events, views::At, Chain},
	error::{Kind, Result},
};
use std::{
	collections::{BTreeMap, HashMap},
	sync::Arc,
};
use trimast_primitives::{
	apis::EnergyReportView,
	energy::{Meter, MeterBreak, Report},
	BlockNumber, LocalNetworkId,
};

/// Blocks whose events are kept at hand.
const MOST_BLOCKS: usize = 64;

/// Where the result of a report is from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Source {
	/// The event of the block that has brought it.
	Event,
	/// It was computed here.
	Computed {
		/// With what holds as of this block.
		as_of: BlockNumber,
		/// Whether the chain has as many readings that count, and the same sums.
		is_same: bool,
	},
}

/// What a report has come to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Recalled {
	/// Its result.
	pub(super) said: Reported,
	/// The block that has brought it.
	pub(super) block: BlockNumber,
	/// Where that is from.
	pub(super) source: Source,
}

/// What meters have shown when a report ended, by the slots of a page.
type Meters = HashMap<(LocalNetworkId, u16), BTreeMap<u8, Meter>>;

/// Looks results up.
pub(super) struct Recall<'a> {
	chain: &'a Chain,
	archive: Option<&'a Chain>,
	/// Of each block what it has said of reports. `None` where the node does not keep it.
	blocks: BTreeMap<BlockNumber, Option<Arc<Vec<Reported>>>>,
	gatherer: Gatherer<'a>,
	meters: Meters,
}

impl<'a> Recall<'a> {
	/// Of this node; events that it has dropped from an archive node where there is one.
	pub(super) fn new(chain: &'a Chain, archive: Option<&'a Chain>) -> Self {
		let gatherer = Gatherer::new(chain);
		Self { chain, archive, blocks: BTreeMap::new(), gatherer, meters: Meters::new() }
	}

	/// What a report that stands has come to. `None` where nothing can be made of it any more.
	///
	/// # Errors
	/// A node does not answer; or the archive node does not have the block.
	pub(super) async fn of(
		&mut self,
		at: At<'_>,
		id: ReportId,
		view: &EnergyReportView,
		report: &Report,
	) -> Result<Option<Recalled>> {
		let block = view.block;
		let told = self.told_in(block).await?;
		if let Some(said) = told.and_then(|all| found(&all, id, view)) {
			return Ok(Some(Recalled { said, block, source: Source::Event }));
		}
		let one = self.gatherer.accounted_in(at.number, id, view, report, None).await?;
		let computed = computed(&one, &mut self.meters);
		Ok(computed.map(|(said, is_same)| {
			let source = Source::Computed { as_of: at.number, is_same };
			Recalled { said, block, source }
		}))
	}

	/// What a block has said of reports, as far as that is kept.
	async fn told_in(&mut self, number: BlockNumber) -> Result<Option<Arc<Vec<Reported>>>> {
		if let Some(known) = self.blocks.get(&number) {
			return Ok(known.clone());
		}
		let told = match (told_by(self.chain, number).await, self.archive) {
			(Ok(told), _) => Some(told),
			(Err(failure), _) if failure.kind() == Kind::Connection => return Err(failure),
			// The node has dropped the block, or its state.
			(Err(_), None) => None,
			(Err(_), Some(archive)) => {
				let told = told_by(archive, number).await;
				Some(told.map_err(|failure| failure.naming("--archive").at(format!("block {number}")))?)
			}
		};
		let told = told.map(Arc::new);
		if self.blocks.len() >= MOST_BLOCKS {
			self.blocks.pop_first();
		}
		self.blocks.insert(number, told.clone());
		Ok(told)
	}
}

/// What a block has said of reports.
async fn told_by(chain: &Chain, number: BlockNumber) -> Result<Vec<Reported>> {
	let hash = chain.hash_of(number).await?;
	let (_, events) = events::fetch(chain, hash).await?;
	Ok(said::reported(&events))
}

/// What was said of a report when it came to stand, as of one that stands there.
fn found(all: &[Reported], id: ReportId, view: &EnergyReportView) -> Option<Reported> {
	let is_it = |one: &&Reported| {
		let is_first = matches!(one.outcome, Outcome::Accepted | Outcome::Corrected | Outcome::Completed);
		is_first && one.report == id && one.digest == view.digest
	};
	all.iter().find(is_it).map(|one| Reported { outcome: Outcome::Repeated, ..one.clone() })
}

/// What a report comes to here, and whether that is what the chain has.
fn computed(one: &Gathered, meters: &mut Meters) -> Option<(Reported, bool)> {
	let (id, view) = (one.id, &one.view);
	let accounted = one.account().ok()?;
	let is_same =
		view.dispute.is_none() && accounted.counted == view.counted && accounted.sums[..] == view.sums[..];
	let known = meters.entry((id.local_network, id.page)).or_default();
	let mut breaks: Vec<(u8, MeterBreak)> = Vec::new();
	// As the chain compares them.
	for (slot, register, limit, end) in &accounted.meters {
		let before = known.entry(*slot).or_insert(*end);
		let broken = before.is_broken_by(&one.body.span, *register, *limit);
		breaks.extend(broken.map(|broken| (*slot, broken)));
		if end.at >= before.at {
			*before = *end;
		}
	}
	let said = Reported {
		report: id,
		number: view.number,
		digest: view.digest,
		outcome: Outcome::Repeated,
		counted: accounted.counted,
		records: accounted.records,
		breaks,
	};
	Some((said, is_same))
}

#[cfg(test)]
mod tests {
	use super::{
		super::{
			gather::tests::{contested, gathered, GENESIS},
			said::tests::reported_event,
		},
		*,
	};
	use serde_json::json;
	use trimast_primitives::energy::{report_digest, ReadingFault, Record, StationColumns};

	#[test]
	fn result_is_that_of_the_event_in_which_the_report_came_to_stand() {
		let all = said::reported(&["TooEarly", "Repeated", "Accepted"].map(|of| reported_event(json!(of))));
		let mut view = gathered().view;
		view.digest = all[0].digest;
		let said = found(&all, all[0].report, &view).unwrap();
		assert_eq!((said.outcome, said.counted, &said.records), (Outcome::Repeated, 46, &all[2].records));
		// One that has taken the place of a correction that lacked stations of it came to stand, too.
		let completed = said::reported(&[reported_event(json!("Completed"))]);
		let said = found(&completed, all[0].report, &view).unwrap();
		assert_eq!((said.outcome, said.counted), (Outcome::Repeated, 46));
		// A report that was not taken then, or another one, has none.
		assert_eq!(found(&all[..2], all[0].report, &view), None);
		assert_eq!(found(&all, ReportId { page: 1, ..all[0].report }, &view), None);
		assert_eq!(found(&all, all[0].report, &gathered().view), None);
	}

	#[test]
	fn result_is_computed_as_of_now_and_compared_with_what_stands() {
		let (said, is_same) = computed(&gathered(), &mut Meters::new()).unwrap();
		let record = Record { slot: 1, first: 5, count: 1, fault: ReadingFault::OverRating };
		assert_eq!((said.counted, &said.records[..], is_same), (47, &[record][..], true));
		assert_eq!((said.outcome, said.digest), (Outcome::Repeated, gathered().view.digest));
		// The rating was amended since: less counts by now than the chain has.
		let mut amended = gathered();
		amended.stations[0].station.rated_power_w = 900;
		let (said, is_same) = computed(&amended, &mut Meters::new()).unwrap();
		assert_eq!((said.records.len(), is_same), (2, false));
		// Nor can it be compared with what stands of a contested one.
		let one = Gathered { seen: None, ..contested() };
		assert!(!computed(&one, &mut Meters::new()).unwrap().1);
	}

	#[test]
	fn meters_are_compared_from_report_to_report_as_the_chain_does() {
		// The same stations on the next day, their registers as they are said to be.
		let next = |registers: [u64; 2]| {
			let mut one = gathered();
			let mut span = one.body.span;
			span.day += 1;
			one.id.day += 1;
			let of = |(station, register): (StationColumns, u64)| StationColumns { register, ..station };
			let stations = one.body.columns().unwrap().to_stations();
			let stations: Vec<_> = stations.into_iter().zip(registers).map(of).collect();
			one.body = Report::new(0, span, 0, one.body.networks.clone(), &stations).unwrap();
			one.view.digest = report_digest(GENESIS, one.id.local_network, one.id.owner, &one.body);
			one
		};
		let ended = {
			let meters = gathered().account().unwrap().meters;
			[meters[0].3.register, meters[1].3.register]
		};
		let breaks = |registers| {
			let mut meters = Meters::new();
			assert_eq!(computed(&gathered(), &mut meters).unwrap().0.breaks, []);
			computed(&next(registers), &mut meters).unwrap().0.breaks
		};
		assert_eq!(breaks(ended), []);
		let other = breaks([ended[0] - 1, ended[1] + 1_000_000]);
		assert_eq!(other, [(0, MeterBreak::Behind), (1, MeterBreak::Ahead)]);
	}
}
