// SPDX-License-Identifier: Apache-2.0

//! Which round comes next, and how long it is solved.

use std::{collections::BTreeSet, time::Duration};
use trimast_primitives::{apis::RoundView, Moment};
use trimast_solver::bid;

/// A round whose turn it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Turn<'a> {
	/// The round.
	pub(crate) view: &'a RoundView,
	/// How long it is solved.
	pub(crate) budget: Duration,
	/// How long bids are taken.
	pub(crate) left: Duration,
}

/// The round that takes bids at `now`, was not seen yet, and whose time ends first. What there is for it is shared with the
/// others that wait; `most` bounds it.
pub(crate) fn next<'a>(
	open: &'a [RoundView],
	seen: &BTreeSet<u32>,
	now: Moment,
	most: Option<Duration>,
) -> Option<Turn<'a>> {
	let waiting = open.iter().filter(|view| !seen.contains(&view.id));
	let waiting: Vec<_> = waiting.filter_map(|view| Some((bid::until(view, now)?, view))).collect();
	let (until, view) = waiting.iter().min_by_key(|(until, view)| (*until, view.id)).copied()?;
	let left = Duration::from_millis(until.saturating_sub(now));
	let share = bid::budget(left) / u32::try_from(waiting.len()).unwrap_or(u32::MAX).max(1);
	Some(Turn { view, budget: most.map_or(share, |most| share.min(most)), left })
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use trimast_primitives::{
		apis::{RoundStageView, TriggerView},
		Hash, LocalNetworkId,
	};

	/// A round that takes bids.
	pub(crate) fn view(id: u32, until: Moment) -> RoundView {
		RoundView {
			id,
			local_network: LocalNetworkId(1301),
			trigger: TriggerView::Timer,
			opened: 0,
			stage: RoundStageView::Bidding { until },
			digest: Hash::zero(),
			jobs: 3,
			resources: 2,
			floor: None,
			best: None,
			bids_each: 3,
			bids: Vec::new(),
			grace: 900,
		}
	}

	#[test]
	fn round_whose_time_ends_first_comes_first_and_shares_what_there_is() {
		let open = [view(3, 60_000), view(4, 30_000), view(5, 10_000)];
		let of = |seen: &[u32], now, most| {
			let turn = next(&open, &seen.iter().copied().collect(), now, most);
			turn.map(|turn| (turn.view.id, turn.budget.as_millis()))
		};
		// 22 s of 30, for two; the third is over
		assert_eq!(of(&[], 10_001, None).map(|(id, _)| id), Some(4));
		assert_eq!(of(&[5], 0, None), Some((4, 11_000)));
		assert_eq!(of(&[4, 5], 0, None), Some((3, 52_000)));
		assert_eq!(of(&[4, 5], 0, Some(Duration::from_secs(7))), Some((3, 7_000)));
		assert_eq!((of(&[3, 4, 5], 0, None), of(&[], 60_001, None)), (None, None));
	}
}
