// SPDX-License-Identifier: Apache-2.0

//! How a whole is shared out so that nothing is lost.

use alloc::{vec, vec::Vec};
use core::num::NonZeroU64;

/// Shares `whole` out by `weights` (TS 23.501 annex: E_x = E / DV · DV_x, with data volumes as weights).
///
/// Each share is its exact value rounded down. What is left, less than a unit a share, goes out unit by unit: to the largest
/// fraction first, and of equal ones to the one that stands first. Where all weights are 0 the shares are alike.
///
/// So shares always add up to the whole, none differs from its exact value by a unit or more, and who has no weight beside
/// others that have gets nothing. Where there are no weights there are no shares.
pub fn split(whole: u32, weights: &[u32]) -> Vec<u32> {
	let mut shares = vec![0; weights.len()];
	split_into(whole, weights, &mut shares);
	shares
}

/// The same into a place that is there already, as long as the weights are: a report has thousands of readings.
pub(super) fn split_into(whole: u32, weights: &[u32], shares: &mut [u32]) {
	match (weights, shares) {
		([_], [share]) => *share = whole,
		([a, b], [first, second]) => {
			*first = first_of_two(whole, *a, *b);
			*second = whole.saturating_sub(*first);
		}
		(_, shares) => split_among_many(whole, weights, shares),
	}
}

/// The same for readings one after another, for as many participants as there are weights: of equal fractions that one goes first
/// whose turn it is. Else the one with the lowest number would gain half a watt-hour by every odd reading that is shared alike.
pub(super) fn split_in_turn(whole: u32, weights: &[u32], turn: usize, shares: &mut [u32]) {
	let first = turn.checked_rem(weights.len()).unwrap_or(0);
	if first == 0 {
		return split_into(whole, weights, shares);
	}
	match *weights {
		// As most have: nothing is put aside for them.
		[a, b] => split_into(whole, &[b, a], shares),
		_ => {
			let mut turned = weights.to_vec();
			turned.rotate_left(first);
			split_into(whole, &turned, shares);
		}
	}
	shares.rotate_right(first);
}

/// The first share of two, as most stations have: the fractions of both are a unit together, and the greater one gets it.
fn first_of_two(whole: u32, first: u32, second: u32) -> u32 {
	let (first, second) = if (first, second) == (0, 0) { (1, 1) } else { (first, second) };
	let sum = not_zero(u64::from(first).saturating_add(second.into()));
	let part = u64::from(whole).saturating_mul(first.into());
	let (share, rest) = (part / sum, part % sum);
	let gets_it = rest > 0 && rest.saturating_mul(2) >= sum.get();
	share.saturating_add(gets_it.into()).try_into().unwrap_or(u32::MAX)
}

/// What to divide by: only without any weight is there nothing, and nobody to share out to.
fn not_zero(sum: u64) -> NonZeroU64 {
	NonZeroU64::new(sum).unwrap_or(NonZeroU64::MIN)
}

fn split_among_many(whole: u32, weights: &[u32], shares: &mut [u32]) {
	let is_empty = weights.iter().all(|weight| *weight == 0);
	let weight = |weight: u32| if is_empty { 1 } else { u64::from(weight) };
	let sum = not_zero(weights.iter().fold(0u64, |sum, of| sum.saturating_add(weight(*of))));
	let part = |of: &u32| u64::from(whole).saturating_mul(weight(*of));
	let mut left = whole;
	for (share, of) in shares.iter_mut().zip(weights) {
		*share = u32::try_from(part(of) / sum).unwrap_or(u32::MAX);
		left = left.saturating_sub(*share);
	}
	let mut order: Vec<(usize, u64)> = weights.iter().map(|of| part(of) % sum).enumerate().collect();
	order.sort_by_key(|(_, rest)| core::cmp::Reverse(*rest));
	for ((place, _), _) in order.into_iter().zip(0..left) {
		if let Some(share) = shares.get_mut(place) {
			*share = share.saturating_add(1);
		}
	}
}
