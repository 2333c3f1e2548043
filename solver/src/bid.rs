// SPDX-License-Identifier: Apache-2.0

//! Whether a plan is worth a bid, and how long there is to make one.
//!
//! A bid that is no better than the floor, or than the best one so far, wins nothing, and one that is invalid costs a mark. So
//! nobody sends them: [`worth`] says first what the chain would say.

use std::{fmt, time::Duration};
use trimast_primitives::{
	apis::{BidderView, RoundStageView, RoundView},
	plan::Score,
	Moment, OrgId,
};

/// What is kept of the time for bids at most: the bid has to be in a block before it is over.
const MOST_KEPT: Duration = Duration::from_secs(8);
/// What is kept of the time for bids at least.
const LEAST_KEPT: Duration = Duration::from_secs(2);

/// Why a plan is not bid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoBid {
	/// The round takes no bids, or none any more.
	Closed,
	/// The company is barred from the round.
	Barred,
	/// The company has made all its bids.
	NoneLeft,
	/// It is no better than the greedy plan, which is worth this.
	Floor(Score),
	/// It is no better than the bid of this company.
	Beaten(OrgId, Score),
}

impl fmt::Display for NoBid {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Closed => write!(f, "the round takes no bids"),
			Self::Barred => write!(f, "the company is barred from this round by its invalid bids"),
			Self::NoneLeft => write!(f, "the company has made all its bids for this round"),
			Self::Floor(_) => write!(f, "it is no better than the greedy plan"),
			Self::Beaten(org, _) => write!(f, "it is no better than the bid of company {}", org.0),
		}
	}
}

/// Until when a round takes bids; none where it takes none at `now`.
pub fn until(round: &RoundView, now: Moment) -> Option<Moment> {
	match round.stage {
		RoundStageView::Bidding { until } if now <= until => Some(until),
		_ => None,
	}
}

/// Whether a company may bid for a round at `now`.
///
/// # Errors
/// Why it may not.
pub fn may(round: &RoundView, bidder: &BidderView, now: Moment) -> Result<(), NoBid> {
	if until(round, now).is_none() {
		Err(NoBid::Closed)
	} else if bidder.is_barred {
		Err(NoBid::Barred)
	} else if bidder.left == 0 {
		Err(NoBid::NoneLeft)
	} else {
		Ok(())
	}
}

/// Whether a plan of this score would be the best so far. `floor` is what the greedy plan is worth, where that is known before
/// the chain has computed it: it may come to it before the time for bids is over.
///
/// # Errors
/// Why it would not.
pub fn worth(round: &RoundView, floor: Option<Score>, score: Score) -> Result<(), NoBid> {
	if let Some(floor) = round.floor.or(floor).filter(|floor| score >= *floor) {
		return Err(NoBid::Floor(floor));
	}
	match round.best {
		Some((org, best)) if score >= best => Err(NoBid::Beaten(org, best)),
		_ => Ok(()),
	}
}

/// How long a plan may be looked for, where bids are taken for `left` more: all but a third, and no more than eight seconds and
/// no less than two are kept.
pub fn budget(left: Duration) -> Duration {
	left.saturating_sub((left / 3).clamp(LEAST_KEPT, MOST_KEPT))
}

#[cfg(test)]
mod tests {
	use super::*;
	use trimast_primitives::{apis::TriggerView, Hash, LocalNetworkId};

	fn score(lost: u64) -> Score {
		Score { lost, resources: 1, travel: 1 }
	}

	fn round(floor: Option<u64>, best: Option<u64>) -> RoundView {
		RoundView {
			id: 7,
			local_network: LocalNetworkId(1301),
			trigger: TriggerView::Timer,
			opened: 0,
			stage: RoundStageView::Bidding { until: 30_000 },
			digest: Hash::zero(),
			jobs: 1,
			resources: 1,
			floor: floor.map(score),
			best: best.map(|lost| (OrgId(1), score(lost))),
			bids_each: 3,
			bids: Vec::new(),
			grace: 900,
		}
	}

	#[test]
	fn bid_has_to_be_better_than_floor_and_best() {
		assert_eq!(worth(&round(Some(10), Some(8)), None, score(7)), Ok(()));
		assert_eq!(worth(&round(None, None), None, score(99)), Ok(()));
		assert_eq!(worth(&round(Some(10), None), None, score(10)), Err(NoBid::Floor(score(10))));
		assert_eq!(worth(&round(Some(10), Some(8)), None, score(8)), Err(NoBid::Beaten(OrgId(1), score(8))));
		// The chain has not come to it yet
		assert_eq!(worth(&round(None, None), Some(score(10)), score(10)), Err(NoBid::Floor(score(10))));
		// It has not come to the end of it: there is no other floor than its own
		assert_eq!(worth(&round(Some(12), None), Some(score(10)), score(11)), Ok(()));
	}

	#[test]
	fn nobody_bids_who_may_not() {
		let bidder = BidderView { left: 1, marks: 0, is_barred: false };
		assert_eq!(may(&round(None, None), &bidder, 30_000), Ok(()));
		assert_eq!(may(&round(None, None), &bidder, 30_001), Err(NoBid::Closed));
		let over = RoundView { stage: RoundStageView::Over, ..round(None, None) };
		assert_eq!(may(&over, &bidder, 0), Err(NoBid::Closed));
		let barred = BidderView { is_barred: true, ..bidder };
		assert_eq!(may(&round(None, None), &barred, 0), Err(NoBid::Barred));
		let spent = BidderView { left: 0, ..bidder };
		assert_eq!(may(&round(None, None), &spent, 0), Err(NoBid::NoneLeft));
	}

	#[test]
	fn time_is_kept_for_the_bid() {
		let seconds = |left| budget(Duration::from_secs(left)).as_secs();
		assert_eq!([seconds(600), seconds(30), seconds(15), seconds(3), seconds(1)], [592, 22, 10, 1, 0]);
	}
}
