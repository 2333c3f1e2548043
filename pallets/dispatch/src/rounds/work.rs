// SPDX-License-Identifier: Apache-2.0

//! What a block does of open rounds: as much as there is room for, round after round in turn.

use super::{
	commit, gather,
	types::{Cursor, Head, RoundStage, MAX_VISITS},
};
use crate::{charges, Config, Greedies, Pallet, Rounds, WeightInfo, Working};
use alloc::vec::Vec;
use frame_support::{weights::Weight, BoundedVec};
use sp_runtime::SaturatedConversion;

/// Steps of the greedy plan that are counted together.
pub(crate) const STEPS: u32 = 1_000;

/// Most rounds that one block looks at: so looking leaves room for what is to be done.
pub(crate) const MAX_TURNS: u32 = 64;

/// Works at what is open. Says what it weighed.
pub(crate) fn work<T: Config>() -> Weight {
	work_within::<T>(MAX_TURNS, charges::room_for_rounds::<T>())
}

/// The same of so many rounds at most, within so much room.
pub(crate) fn work_within<T: Config>(turns: u32, room: Weight) -> Weight {
	let mut working = Working::<T>::get().into_inner();
	let others = working.split_off(working.len().min(turns.saturated_into()));
	let mut spent = T::WeightInfo::look_for_rounds(working.len().saturated_into());
	if working.is_empty() {
		return spent;
	}
	let mut kept = Vec::new();
	let mut waiting = Vec::new();
	for number in working {
		if !spent.all_lte(room) {
			waiting.push(number);
			continue;
		}
		let (weight, state) = go_on::<T>(number, room.saturating_sub(spent));
		spent = spent.saturating_add(weight);
		match state {
			// Who had no room at all comes first in the next block.
			State::NoRoom => waiting.push(number),
			State::Goes => kept.push(number),
			State::Rests => {}
		}
	}
	waiting.extend(others);
	waiting.append(&mut kept);
	// No more than there were.
	Working::<T>::put(BoundedVec::<_, _>::truncate_from(waiting));
	spent
}

/// What comes of a round in a block.
enum State {
	/// It goes on in the next block.
	Goes,
	/// There was no room for any step of it.
	NoRoom,
	/// There is nothing to do until something is due.
	Rests,
}

/// How many times `each` fits behind `base`. `None` where not even once.
fn fits(room: Weight, base: Weight, each: Weight) -> Option<u32> {
	let left = room.checked_sub(&base)?;
	let times = left.checked_div_per_component(&each).unwrap_or(u32::MAX.into()).min(u32::MAX.into());
	u32::try_from(times).ok().filter(|times| *times > 0)
}

/// One step more of a weight that grows with `n`.
fn each(of: impl Fn(u32) -> Weight) -> Weight {
	of(1).saturating_sub(of(0))
}

/// Takes a round as far as there is room.
fn go_on<T: Config>(number: u32, room: Weight) -> (Weight, State) {
	let mut spent = Weight::zero();
	loop {
		let Some(mut head) = Rounds::<T>::get(number) else { return (spent, State::Rests) };
		let step = match head.stage {
			RoundStage::Over => return (spent, State::Rests),
			_ => step::<T>(number, &mut head, room.saturating_sub(spent)),
		};
		match step {
			Step::Done(weight) => spent = spent.saturating_add(weight),
			Step::Waits => return (spent, State::Goes),
			Step::Rests => return (spent, State::Rests),
			Step::NoRoom if spent == Weight::zero() => return (spent, State::NoRoom),
			Step::NoRoom => return (spent, State::Goes),
		}
	}
}

enum Step {
	/// Something was done, which weighs so much.
	Done(Weight),
	/// There is no room for the next one.
	NoRoom,
	/// It looks at the clock in the next block: nothing in the agenda says when the time for bids is over.
	Waits,
	/// It is in the agenda.
	Rests,
}

fn step<T: Config>(number: u32, head: &mut Head, room: Weight) -> Step {
	let jobs: u32 = head.jobs.into();
	match head.stage {
		RoundStage::Gathering { at: Cursor::Resources { .. } } => {
			// Each may have a full route that is taken back.
			let weight = |n: u32| T::WeightInfo::gather_resources(n, n.saturating_mul(MAX_VISITS));
			let Some(entries) = fits(room, weight(0), each(weight)) else { return Step::NoRoom };
			let (looked, visits) = gather::gather_resources::<T>(number, head, entries);
			Step::Done(T::WeightInfo::gather_resources(looked, visits))
		}
		RoundStage::Gathering { at: Cursor::Orders { .. } } => {
			let weight = |n| T::WeightInfo::gather_orders(jobs, n);
			let Some(entries) = fits(room, weight(0), each(weight)) else { return Step::NoRoom };
			let looked = gather::gather_orders::<T>(number, head, entries);
			Step::Done(T::WeightInfo::gather_orders(jobs, looked))
		}
		RoundStage::Freezing => {
			let weight = T::WeightInfo::freeze(jobs, head.resources.into());
			if !weight.all_lte(room) {
				return Step::NoRoom;
			}
			gather::freeze::<T>(number, head);
			Step::Done(weight)
		}
		RoundStage::Bidding { .. } | RoundStage::Closing if Greedies::<T>::contains_key(number) => {
			let weight = |n| T::WeightInfo::greedy(jobs, n);
			let Some(times) = fits(room, weight(0), each(weight)) else { return Step::NoRoom };
			commit::close::<T>(head);
			let used = commit::run_greedy::<T>(number, head, times.saturating_mul(STEPS));
			Step::Done(T::WeightInfo::greedy(jobs, used.div_ceil(STEPS)))
		}
		RoundStage::Bidding { until } if Pallet::<T>::moment() <= until => {
			let is_entered = crate::Territories::<T>::get(head.local_network).next.is_some();
			if is_entered {
				Step::Rests
			} else {
				Step::Waits
			}
		}
		RoundStage::Bidding { .. } | RoundStage::Closing => {
			commit::decide::<T>(number, head);
			Step::Done(T::WeightInfo::decide())
		}
		RoundStage::Committing { .. } => {
			let weight = |n, v| T::WeightInfo::commit(jobs, n, v);
			if !weight(1, MAX_VISITS).all_lte(room) {
				return Step::NoRoom;
			}
			let (routes, visits) = commit::commit::<T>(number, head, |n, v| weight(n, v).all_lte(room));
			Step::Done(weight(routes, visits))
		}
		RoundStage::Over => Step::Rests,
	}
}
