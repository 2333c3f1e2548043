// SPDX-License-Identifier: Apache-2.0

//! Bids: checked whole by the chain, linear in the jobs of the round.

use super::types::{Best, Head, MarksOf, RoundStage};
use crate::{BidsOf, Config, Error, Event, Marks, Pallet, Plans, Rounds, Snapshots};
use frame_support::ensure;
use trimast_primitives::{
	access::Authority,
	org::OrgKind,
	plan::{check, Plan},
	OrgId,
};

/// Whether a company is barred from a round.
pub(super) fn is_barred<T: Config>(org: OrgId, head: &Head) -> bool {
	Marks::<T>::get(head.local_network, org).barred_until.is_some_and(|last| head.turn <= last)
}

/// Refuses a bid that need not be looked at.
pub(crate) fn admit<T: Config>(org: OrgId, number: u32, head: &Head) -> Result<(), Error<T>> {
	ensure!(T::Authority::kind(org).is_some_and(OrgKind::has_council_seat), Error::<T>::NotMember);
	let RoundStage::Bidding { until } = head.stage else { return Err(Error::<T>::NotBidding) };
	ensure!(Pallet::<T>::moment() <= until, Error::<T>::TooLate);
	ensure!(!is_barred::<T>(org, head), Error::<T>::Barred);
	ensure!(BidsOf::<T>::get(number, org) < head.rules.bids, Error::<T>::TooManyBids);
	Ok(())
}

/// Takes a bid that was admitted. An invalid one costs a mark.
pub(crate) fn take<T: Config>(org: OrgId, number: u32, mut head: Head, plan: Plan) -> Result<(), Error<T>> {
	let round = Snapshots::<T>::get(number).ok_or(Error::<T>::NoSuchRound)?;
	BidsOf::<T>::mutate(number, org, |count| *count = count.saturating_add(1));
	match check(&round, head.digest, &plan) {
		Err(defect) => {
			let is_barred = mark::<T>(org, &head);
			Pallet::<T>::deposit_event(Event::BidRefused { round: number, org, defect, is_barred });
		}
		Ok(score) => {
			let is_best = [head.floor, head.best.map(|best| best.score)]
				.into_iter()
				.flatten()
				.all(|other| score < other);
			if is_best {
				head.best = Some(Best { org, score });
				Rounds::<T>::insert(number, head);
				Plans::<T>::insert(number, plan);
			}
			Pallet::<T>::deposit_event(Event::BidTaken { round: number, org, score, is_best });
		}
	}
	Ok(())
}

/// Gives a company a mark. As many as governed bar it from this round, and from as many more as governed of those of the local
/// network that take bids: rounds elsewhere or about nothing do not count, or it would call for those to be free again.
fn mark<T: Config>(org: OrgId, head: &Head) -> bool {
	let MarksOf { count, barred_until } = Marks::<T>::get(head.local_network, org);
	let count = count.saturating_add(1);
	let is_barred = count >= head.rules.marks;
	let marks = if is_barred {
		MarksOf { count: 0, barred_until: Some(head.turn.saturating_add(head.rules.barred)) }
	} else {
		MarksOf { count, barred_until }
	};
	Marks::<T>::insert(head.local_network, org, marks);
	is_barred
}
