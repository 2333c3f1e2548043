// SPDX-License-Identifier: Apache-2.0

use super::*;
use proptest::prelude::*;
use trimast_primitives::energy::Reading;

/// A report whose readings are `n` Wh each.
fn numbered(number: u16, energy: i32) -> Report {
	let readings = vec![Reading { energy: Some(energy), volumes: [Some(1), Some(1), None, None] }; 2];
	with_readings(&report(hours(0, 2), number, 1), 0, readings)
}

#[test]
fn a_correction_takes_the_place_of_what_it_corrects() {
	test(|| {
		// Given a report, and another one that stays
		send(&report(hours(4, 1), 0, 3));
		let others = total();
		send(&numbered(0, 1_000));
		assert_eq!(sums(&total().sums, OWNER).energy, sums(&others.sums, OWNER).energy + 1_000);
		// When it is corrected
		send(&numbered(1, 10));
		// Then only the correction counts, and says so
		assert_eq!(last().0, Outcome::Corrected);
		assert_eq!(sums(&total().sums, OWNER).energy, sums(&others.sums, OWNER).energy + 10);
		assert_eq!((total().counted, entries().len(), entries()[0].number), (3 + 2, 2, 1));
		// And what comes later under a lower number changes nothing
		send(&numbered(0, 1_000));
		assert_eq!(last().0, Outcome::Superseded);
		assert_eq!(entries()[0].digest, digest(&numbered(1, 10)));
	});
}

#[test]
fn a_correction_is_attested_anew() {
	test(|| {
		send(&numbered(0, 1_000));
		let attested = vec![(YESTERDAY, 0, OWNER, 0, digest(&numbered(0, 1_000)))].try_into().unwrap();
		frame_support::assert_ok!(Energy::attest(collector(SHARER), HERE, attested));
		assert!(entries()[0].attested.contains(SHARER));
		send(&numbered(1, 10));
		assert!(entries()[0].attested.is_empty());
	});
}

#[test]
fn a_correction_may_arrive_before_what_it_corrects() {
	test(|| {
		send(&numbered(2, 10));
		assert_eq!(last().0, Outcome::Accepted);
		send(&numbered(0, 1_000));
		assert_eq!(last().0, Outcome::Superseded);
		assert_eq!(sums(&total().sums, OWNER).energy, 10);
	});
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	/// Reports of several spans and their corrections end in the same state in any order.
	#[test]
	fn any_order_of_corrections_ends_in_the_same_state(
		energies in proptest::collection::vec(0..4_000i32, 9),
		order in Just((0..9usize).collect::<Vec<_>>()).prop_shuffle(),
	) {
		// Three corrections each of three spans
		let all: Vec<Report> = energies.iter().enumerate().map(|(n, energy)| {
			let readings = vec![Reading { energy: Some(*energy), volumes: [Some(1), Some(2), None, None] }; 2];
			let span = hours(u8::try_from(n / 3).unwrap() * 2, 2);
			with_readings(&report(span, u16::try_from(n % 3).unwrap(), 1), 0, readings)
		}).collect();
		let state = |order: &[usize]| {
			new_test_ext().execute_with(|| {
				for place in order {
					send(&all[*place]);
				}
				Energy::do_try_state().unwrap();
				(entries(), total(), crate::Meters::<Test>::get((HERE, 0, OWNER)))
			})
		};
		let sorted: Vec<_> = (0..9).collect();
		prop_assert_eq!(state(&order), state(&sorted));
	}
}
