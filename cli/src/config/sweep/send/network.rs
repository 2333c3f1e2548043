// SPDX-License-Identifier: Apache-2.0
//! How a local network stands in a round: what the export says of its pages, and what the chain has answered.

use crate::config::sweep::{
	plan::{PagePlan, Verdict},
	state::{State, Tally},
};
use std::collections::{BTreeMap, BTreeSet};
use trimast_primitives::LocalNetworkId;

/// What is sent of a local network, one step after the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Step {
	/// Its own tag, where that may do.
	#[default]
	Whole,
	/// Tags of its pages.
	Pages,
	/// Tags of cells.
	Cells,
	/// Values of cells.
	Values,
	/// Nothing any more.
	Over,
}

/// How a local network stands in a round.
#[derive(Debug, Default)]
pub(super) struct Network {
	/// What the export says of its pages.
	pub(super) plans: BTreeMap<u16, PagePlan>,
	/// Whether its tag may do: all pages are in the plans and match, and nothing on the chain asks for more.
	pub(super) by_tag: bool,
	/// Whether its own tag is not sent, or did not do.
	pub(super) needs_pages: bool,
	/// The step that it is at.
	pub(super) step: Step,
	/// Calls of that step that are not answered yet.
	pub(super) open: usize,
	/// Pages whose tags the chain found equal.
	pub(super) matching: BTreeSet<u16>,
	/// Cells that differ by the chain's word, by page: their places in the table.
	pub(super) differing: BTreeMap<u16, Vec<u16>>,
	/// Pages that were revised since they were looked at, and are looked at anew.
	pub(super) stale: BTreeSet<u16>,
	/// Whether a call about it has failed.
	pub(super) failed: bool,
	/// What has come of it so far.
	pub(super) tally: Tally,
}

impl Network {
	/// One call of it is answered. Says whether that was the last one of the step.
	pub(super) fn is_answered(&mut self) -> bool {
		self.open = self.open.saturating_sub(1);
		self.open == 0
	}

	/// Goes on to the next step.
	pub(super) fn go_on(&mut self) -> Step {
		self.step = match self.step {
			Step::Whole => Step::Pages,
			Step::Pages => Step::Cells,
			Step::Cells => Step::Values,
			Step::Values | Step::Over => Step::Over,
		};
		self.step
	}

	/// All of its own calls are answered. Notes whether it is done, so that a killed sweep does not begin with it again, and
	/// gives it back when pages of it are to be looked at anew: those that were revised meanwhile.
	pub(super) fn end(mut self, id: LocalNetworkId, state: &mut State) -> Option<Self> {
		self.settle();
		if self.failed {
			// It is not done: a later run tries again.
			state.done.remove(&id);
			state.left.insert(id, self.tally);
			return None;
		}
		if self.stale.is_empty() {
			state.done.insert(id, self.tally);
			return None;
		}
		self.tally.stale += u64::try_from(self.stale.len()).unwrap_or(0);
		Some(self)
	}

	/// Counts what is settled by this round's plans and answers.
	fn settle(&mut self) {
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
		(page, PagePlan { page, revision: 1, digest: Hash::repeat_byte(1), verdict, cells, by_cells: false })
	}

	fn differs() -> Verdict {
		Verdict::Differs { cells: vec![Some(Hash::zero())], seen: Vec::new() }
	}

	fn incomplete() -> Verdict {
		Verdict::Incomplete { cells: vec![Some(Hash::zero()), None], seen: Vec::new() }
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
	fn local_network_is_done_with_its_own_last_answer() {
		// Given two local networks with two calls each under way
		let mut state = State::default();
		let place = LocalNetworkId;
		let of = || Network { plans: [plan(0, Verdict::Matches)].into(), open: 2, ..Network::default() };
		let (mut first, mut second) = (of(), of());
		// When all of the first are answered, step by step, and one of the second
		assert!(!first.is_answered() && !second.is_answered());
		assert!(first.is_answered());
		first.matching.insert(0);
		assert_eq!([(); 4].map(|()| first.go_on()), [Step::Pages, Step::Cells, Step::Values, Step::Over]);
		assert!(first.end(place(1301), &mut state).is_none());
		// Then the first is done, whatever becomes of the second
		assert_eq!((state.done.len(), state.done[&place(1301)].pages), (1, 1));
		assert!(second.is_answered());
		second.failed = true;
		assert!(second.end(place(1302), &mut state).is_none());
		assert_eq!((state.done.len(), state.left.len()), (1, 1));
	}

	#[test]
	fn local_network_with_revised_pages_is_looked_at_anew() {
		let mut state = State::default();
		let plans = [plan(0, Verdict::Matches), plan(1, differs())].into();
		let network = Network { plans, matching: [0].into(), stale: [1].into(), ..Network::default() };
		let again = network.end(LocalNetworkId(1301), &mut state).unwrap();
		assert_eq!((again.stale, again.tally.stale, again.tally.pages), ([1].into(), 1, 1));
		assert!(state.done.is_empty());
	}
}
