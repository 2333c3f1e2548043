// SPDX-License-Identifier: Apache-2.0

//! A round and a plan for it, in any bytes: what is read is what was written, nothing panics or overflows, and a plan that says what it is
//! worth is taken.

#![no_main]

use codec::{Decode, Encode};
use libfuzzer_sys::fuzz_target;
use trimast_primitives::{
	plan::{check, check::score, greedy, schedule, why_unserved, Plan, Round},
	Hash,
};

fuzz_target!(|data: &[u8]| {
	let mut rest = data;
	let Some(round) = read::<Round>(&mut rest) else { return };
	let Some(mut plan) = read::<Plan>(&mut rest) else { return };
	let digest = round.digest(Hash::repeat_byte(1));
	let verdict = check(&round, digest, &plan);
	assert!(verdict.is_err() || verdict == Ok(plan.score));
	plan.round = digest;
	match score(&round, digest, &plan) {
		Ok(found) => {
			plan.score = found;
			assert_eq!(check(&round, digest, &plan), Ok(found));
			assert_eq!(schedule(&round, digest, &plan).map(|visits| visits.len()), Ok(plan.stops.len()));
		}
		Err(defect) => assert_eq!(check(&round, digest, &plan), Err(defect)),
	}
	for (index, _) in round.jobs() {
		let _ = why_unserved(&round, &plan, index);
	}
	if round.check().is_ok() {
		let floor = greedy(&round, digest, 1_000).expect("a valid round has a plan");
		assert_eq!(check(&round, digest, &floor), Ok(floor.score));
	}
});

/// The next thing, which has one encoding.
fn read<T: Decode + Encode>(rest: &mut &[u8]) -> Option<T> {
	let bytes = *rest;
	let value = T::decode(rest).ok()?;
	assert_eq!(value.encode(), bytes[..bytes.len() - rest.len()]);
	Some(value)
}
