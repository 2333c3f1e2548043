// SPDX-License-Identifier: Apache-2.0

//! What is shared out adds up, and no share is off by a unit.

use super::*;

#[test]
fn equal_fractions_take_turns() {
	let shares = |whole, weights: &[u32], turn| {
		let mut shares = vec![0; weights.len()];
		crate::energy::share::split_in_turn(whole, weights, turn, &mut shares);
		shares
	};
	assert_eq!([0, 1, 2].map(|turn| shares(7, &[1, 1], turn)), [[4, 3], [3, 4], [4, 3]]);
	assert_eq!([0, 1, 2].map(|turn| shares(7, &[1, 1, 1], turn)), [[3, 2, 2], [2, 3, 2], [2, 2, 3]]);
	// What is not equal has no turn.
	assert_eq!([0, 1, 2].map(|turn| shares(1_000, &[2, 1], turn)), [[667, 333]; 3]);
	assert_eq!(shares(7, &[5], 3), [7]);
	assert_eq!(shares(7, &[], 3), [0u32; 0]);
}

#[test]
fn split_works() {
	assert_eq!(split(1_000, &[2, 1]), [667, 333]);
	assert_eq!(split(1_000, &[1, 2]), [333, 667]);
	assert_eq!(split(100, &[1, 1, 1]), [34, 33, 33]);
	// 0.5, 1.5 and 3: of two equal fractions the first one has the unit.
	assert_eq!(split(5, &[1, 3, 6]), [1, 1, 3]);
	assert_eq!(split(5, &[3, 1, 6]), [2, 0, 3]);
	// 2.4, 2.4 and 1.2: the larger fractions first.
	assert_eq!(split(6, &[2, 2, 1]), [3, 2, 1]);
	assert_eq!(split(7, &[5]), [7]);
	assert_eq!(split(7, &[0]), [7]);
	assert_eq!(split(0, &[3, 0]), [0, 0]);
}

#[test]
fn split_is_alike_where_nobody_has_a_weight() {
	assert_eq!(split(7, &[0, 0]), [4, 3]);
	assert_eq!(split(8, &[0, 0, 0]), [3, 3, 2]);
}

#[test]
fn split_gives_nothing_to_who_has_no_weight_beside_others() {
	assert_eq!(split(7, &[0, 1]), [0, 7]);
	assert_eq!(split(7, &[1, 0, 1]), [4, 0, 3]);
}

#[test]
fn split_fails_to_share_out_where_there_is_nobody() {
	assert_eq!(split(7, &[]), [0u32; 0]);
}

#[test]
fn split_holds_at_the_ends_of_what_there_is() {
	let max = u32::MAX;
	assert_eq!(split(max, &[max, max]), [1 << 31, (1 << 31) - 1]);
	assert_eq!(split(max, &[max, 0]), [max, 0]);
	assert_eq!(split(max, &[max, 1]), [max - 1, 1]);
	assert_eq!(split(1, &[1, max]), [0, 1]);
	let thirds = max / 3;
	assert_eq!(split(max, &[max; 3]), [thirds; 3]);
	assert_eq!(split(max, &[max; 32]).iter().map(|share| u64::from(*share)).sum::<u64>(), u64::from(max));
}

fn any_weights() -> impl Strategy<Value = Vec<u32>> {
	let weight = prop_oneof![2 => Just(0), 4 => 0..10u32, 2 => any::<u32>(), 1 => Just(u32::MAX)];
	proptest::collection::vec(weight, 1..9usize)
}

fn any_whole() -> impl Strategy<Value = u32> {
	prop_oneof![0..20u32, 0..5_000u32, any::<u32>()]
}

/// The exact share as a fraction: above and below the line.
fn exact(whole: u32, weights: &[u32], place: usize) -> (i128, i128) {
	let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
	if sum == 0 {
		(whole.into(), weights.len() as i128)
	} else {
		(i128::from(whole) * i128::from(weights[place]), sum)
	}
}

proptest! {
	#[test]
	fn shares_add_up(whole in any_whole(), weights in any_weights()) {
		let shares = split(whole, &weights);
		prop_assert_eq!(shares.len(), weights.len());
		prop_assert_eq!(shares.iter().map(|share| u64::from(*share)).sum::<u64>(), u64::from(whole));
	}

	#[test]
	fn no_share_is_off_by_a_unit(whole in any_whole(), weights in any_weights()) {
		for (place, share) in split(whole, &weights).into_iter().enumerate() {
			let (above, below) = exact(whole, &weights, place);
			prop_assert!((i128::from(share) * below - above).abs() < below, "{place}: {share}");
		}
	}

	#[test]
	fn rest_goes_to_the_largest_fractions_and_then_the_first(whole in any_whole(), weights in any_weights()) {
		let shares = split(whole, &weights);
		let fraction = |place| {
			let (above, below) = exact(whole, &weights, place);
			above % below
		};
		let is_up = |place: usize| {
			let (above, below) = exact(whole, &weights, place);
			i128::from(shares[place]) > above / below
		};
		for up in (0..weights.len()).filter(|place| is_up(*place)) {
			for down in (0..weights.len()).filter(|place| !is_up(*place)) {
				prop_assert!((fraction(up), down) > (fraction(down), up), "{up} before {down}");
			}
		}
	}

	#[test]
	fn who_has_more_weight_never_has_less(whole in any_whole(), weights in any_weights()) {
		let shares = split(whole, &weights);
		for (n, a) in weights.iter().enumerate() {
			for (m, b) in weights.iter().enumerate() {
				prop_assert!(a <= b || shares[n] >= shares[m]);
				// Of equal ones the first.
				prop_assert!(a != b || n > m || shares[n] >= shares[m]);
			}
		}
	}

	#[test]
	fn order_decides_between_equal_fractions_alone(
		whole in any_whole(), (weights, mixed) in any_weights().prop_flat_map(|w| (Just(w.clone()), Just(w).prop_shuffle())),
	) {
		let sorted = |weights: &[u32]| {
			let mut pairs: Vec<_> = weights.iter().copied().zip(split(whole, weights)).collect();
			pairs.sort();
			pairs
		};
		let fractions: Vec<_> = (0..weights.len())
			.map(|place| {
				let (above, below) = exact(whole, &weights, place);
				(above % below, weights[place])
			})
			.collect();
		let is_tie = |(n, a): (usize, &(i128, u32))| fractions.iter().skip(n).any(|b| a.0 > 0 && a.0 == b.0 && a.1 != b.1);
		prop_assume!(!fractions.iter().enumerate().any(is_tie));
		prop_assert_eq!(sorted(&weights), sorted(&mixed));
	}

	#[test]
	fn two_are_shared_out_as_many_are(whole in any_whole(), a in any::<u32>(), b in any::<u32>()) {
		prop_assume!((a, b) != (0, 0));
		let two = split(whole, &[a, b]);
		prop_assert_eq!(&split(whole, &[a, b, 0])[..2], &two[..]);
	}

	#[test]
	fn two_small_ones_are_shared_out_as_many_are(whole in 0..50u32, a in 0..6u32, b in 1..6u32) {
		let two = split(whole, &[a, b]);
		prop_assert_eq!(&split(whole, &[a, b, 0])[..2], &two[..]);
	}
}
