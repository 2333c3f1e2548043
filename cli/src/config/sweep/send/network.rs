// SPDX-License-Identifier: Apache-2.0
//! How a local network stands in a round: what the export says of its pages, and what the chain has answered.

use crate::config::sweep::{
	plan::{PagePlan, Verdict},
	state::Tally,
};
use std::collections::{BTreeMap, BTreeSet};

/// How a local network stands in a round.
#[derive(Debug, Default)]
pub(super) struct Network {
	/// What the export says of its pages.
	pub(super) plans: BTreeMap<u16, PagePlan>,
	/// Whether its tag may do: all pages are in the plans and match, and nothing on the chain asks for more.
	pub(super) by_tag: bool,
	/// Whether its tag was sent and did not do.
	pub(super) needs_pages: bool,
	/// Pages whose tags the chain found equal.
	pub(super) matching: BTreeSet<u16>,
	/// Cells that differ by the chain's word, by page: their places in the table.
	pub(super) differing: BTreeMap<u16, Vec<u16>>,
	/// Pages that were revised since they were looked at.
	pub(super) stale: BTreeSet<u16>,
	/// Whether a call about it has failed.
	pub(super) failed: bool,
	/// What has come of it so far.
	pub(super) tally: Tally,
}

impl Network {
	/// Whether nothing is left to do, once the tags of its pages are final.
	pub(super) fn is_quiet(&self) -> bool {
		let is_settled = |(page, plan): (&u16, &PagePlan)| match plan.verdict {
			Verdict::Empty | Verdict::Unseen | Verdict::Strange => true,
			Verdict::Matches | Verdict::Differs { .. } | Verdict::Incomplete { .. } => {
				self.matching.contains(page)
			}
		};
		!self.failed && self.stale.is_empty() && self.plans.iter().all(is_settled)
	}

	/// Counts what is settled by this round's plans and answers.
	pub(super) fn settle(&mut self) {
		for (page, plan) in &self.plans {
			if self.stale.contains(page) {
				continue;
			}
			let tally = &mut self.tally;
			tally.cells_unbased += u64::from(plan.cells.unbased);
			match &plan.verdict {
				Verdict::Empty | Verdict::Strange => {}
				Verdict::Unseen => {
					tally.pages_incomplete += 1;
					tally.cells_missing += u64::from(plan.cells.missing);
				}
				Verdict::Matches | Verdict::Differs { .. } | Verdict::Incomplete { .. } => {
					let is_whole = plan.verdict.is_attested();
					if self.matching.contains(page) {
						tally.pages += u64::from(is_whole);
					} else if let Some(differing) = self.differing.get(page) {
						tally.pages_differing += u64::from(is_whole);
						tally.cells_differing += u64::try_from(differing.len()).unwrap_or(0);
					} else {
						continue;
					}
					tally.pages_incomplete += u64::from(!is_whole);
					tally.cells_missing += u64::from(plan.cells.missing);
					tally.cells += u64::from(plan.cells.seen);
					tally.cells_of_others += u64::from(plan.cells.others);
					tally.cells_unheard += u64::from(plan.cells.unheard);
				}
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::config::sweep::plan::Cells;
	use trimast_primitives::Hash;

	fn plan(page: u16, verdict: Verdict) -> (u16, PagePlan) {
		let cells = Cells { seen: 10, others: 2, unheard: 1, missing: 1, unbased: 3 };
		(page, PagePlan { page, revision: 1, digest: Hash::repeat_byte(1), verdict, cells })
	}

	fn differs() -> Verdict {
		Verdict::Differs { cells: vec![Some(Hash::zero())], differing: Vec::new() }
	}

	fn incomplete() -> Verdict {
		Verdict::Incomplete { cells: vec![Some(Hash::zero()), None], differing: Vec::new() }
	}

	#[test]
	fn pages_are_counted_once_and_by_what_became_of_them() {
		let mut network = Network {
			plans: [
				plan(0, Verdict::Matches),
				plan(1, differs()),
				plan(2, Verdict::Unseen),
				plan(3, Verdict::Matches),
				plan(4, Verdict::Empty),
				plan(5, differs()),
				plan(6, incomplete()),
				plan(7, incomplete()),
			]
			.into(),
			matching: [0, 6].into(),
			differing: [(1, vec![4, 7]), (5, vec![1]), (7, vec![0])].into(),
			stale: [3, 5].into(),
			..Network::default()
		};
		network.settle();
		let tally = network.tally;
		assert_eq!((tally.pages, tally.pages_differing, tally.pages_incomplete), (1, 1, 3));
		assert_eq!((tally.cells, tally.cells_differing, tally.cells_missing), (40, 3, 5));
		assert_eq!((tally.cells_of_others, tally.cells_unheard, tally.cells_unbased), (8, 4, 18));
	}

	#[test]
	fn local_network_is_done_when_every_page_that_can_be_attested_is() {
		let mut network = Network {
			plans: [
				plan(0, Verdict::Matches),
				plan(1, differs()),
				plan(2, Verdict::Unseen),
				plan(3, incomplete()),
			]
			.into(),
			matching: [0, 3].into(),
			..Network::default()
		};
		assert!(!network.is_quiet());
		network.matching.insert(1);
		assert!(network.is_quiet(), "the chain has found it equal after all");
		network.stale.insert(1);
		assert!(!network.is_quiet());
	}
}
