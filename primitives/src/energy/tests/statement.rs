// SPDX-License-Identifier: Apache-2.0

//! Lines of statements.

use super::*;

const REGIONS: &str = include_str!("../../../../data/regions.csv");
const MONTH: u16 = 2026 * 12 + 10;

fn line() -> Line {
	Line {
		local_network: PLACE,
		share: sums(1_000, 20, 7_000_000),
		whole: sums(3_000, 60, 21_000_000),
		factor: EmissionFactor(7_252),
		saved: -300,
		saved_by_all: 200,
	}
}

#[test]
fn emission_works_without_rounding() {
	// 1 kWh at 0.7252 kg
	assert_eq!(line().emitted(), 7_252_000);
	assert_eq!(Line { share: Sums::default(), ..line() }.emitted(), 0);
}

#[test]
fn emission_is_all_that_can_be_told_when_it_is_more() {
	let most = Line { share: sums(u64::MAX, 0, 0), factor: EmissionFactor(u32::MAX), ..line() };
	assert_eq!(most.emitted(), u64::MAX);
}

#[test]
fn avoided_emission_has_the_sign_of_what_was_saved() {
	assert_eq!(line().avoided(), -300 * 7_252);
	assert_eq!(Line { saved: 1_000, ..line() }.avoided(), 7_252_000);
	assert_eq!(Line { saved: 0, ..line() }.avoided(), 0);
	let most = |saved| Line { saved, factor: EmissionFactor(u32::MAX), ..line() };
	assert_eq!((most(i64::MAX).avoided(), most(i64::MIN).avoided()), (i64::MAX, i64::MIN));
}

#[test]
fn what_is_avoided_has_the_sign_of_what_is_saved() {
	let factor = EmissionFactor(7_252);
	assert_eq!((factor.avoided(1_000), factor.avoided(-1_000)), (7_252_000, -7_252_000));
	assert_eq!(factor.avoided(1_000).unsigned_abs(), factor.emitted(1_000));
	let most = EmissionFactor(u32::MAX);
	assert_eq!((most.avoided(i64::MAX), most.avoided(i64::MIN)), (i64::MAX, i64::MIN));
}

#[test]
fn digest_binds_every_part_of_the_line_and_its_place() {
	let digest = statement_digest(GENESIS, MONTH, OWNER, SHARER, &line());
	assert_eq!(digest, statement_digest(GENESIS, MONTH, OWNER, SHARER, &line()));
	for other in [
		statement_digest(Hash::repeat_byte(2), MONTH, OWNER, SHARER, &line()),
		statement_digest(GENESIS, MONTH + 1, OWNER, SHARER, &line()),
		statement_digest(GENESIS, MONTH, SHARER, OWNER, &line()),
		statement_digest(GENESIS, MONTH, OWNER, OTHER, &line()),
	] {
		assert_ne!(other, digest);
	}
	for line in [
		Line { local_network: LocalNetworkId(1302), ..line() },
		Line { share: sums(1_001, 20, 7_000_000), ..line() },
		Line { share: sums(1_000, 21, 7_000_000), ..line() },
		Line { share: sums(1_000, 20, 7_000_001), ..line() },
		Line { whole: sums(3_001, 60, 21_000_000), ..line() },
		Line { whole: sums(3_000, 61, 21_000_000), ..line() },
		Line { whole: sums(3_000, 60, 21_000_001), ..line() },
		Line { share: line().whole, whole: line().share, ..line() },
		Line { factor: EmissionFactor(7_253), ..line() },
		Line { saved: -301, ..line() },
		Line { saved: 300, ..line() },
		Line { saved_by_all: 201, ..line() },
		Line { saved: line().saved_by_all, saved_by_all: line().saved, ..line() },
	] {
		assert_ne!(statement_digest(GENESIS, MONTH, OWNER, SHARER, &line), digest, "{line:?}");
	}
}

#[test]
fn every_province_has_room_for_its_local_networks() {
	let mut count = std::collections::BTreeMap::<_, u32>::new();
	for line in REGIONS.lines().skip(1) {
		*count.entry(line.split(',').nth(1).unwrap()).or_default() += 1;
	}
	assert_eq!(count.len(), 31);
	assert!(count.values().all(|count| *count <= MAX_LINES));
}

proptest! {
	#[test]
	fn part_and_rest_are_the_whole(a in any::<[u32; 3]>(), b in any::<[u32; 3]>()) {
		let of = |[energy, volume, amount]: [u32; 3]| sums(energy.into(), volume.into(), amount.into());
		prop_assert_eq!(of(a).plus(of(b)).minus(of(b)), of(a));
		prop_assert_eq!(of(a).plus(of(b)), of(b).plus(of(a)));
		prop_assert_eq!(of(a).plus(Sums::default()), of(a));
	}

	#[test]
	fn sums_stay_sorted_and_add_up(parts in proptest::collection::vec((0..MAX_PARTICIPANTS as u8, 0..1_000u64), 0..40)) {
		let mut all = SumsOf::default();
		for (org, energy) in &parts {
			prop_assert_eq!(add(&mut all, OrgId(*org), sums(*energy, 0, 0)), Some(()));
		}
		prop_assert!(all.is_sorted_by(|a, b| a.0 < b.0));
		for (org, sums) in &all {
			let expected: u64 = parts.iter().filter(|(of, _)| of == &org.0).map(|(_, energy)| energy).sum();
			prop_assert_eq!(sums.energy, expected);
		}
		prop_assert_eq!(all.iter().map(|(_, s)| s.energy).sum::<u64>(), parts.iter().map(|(_, e)| e).sum::<u64>());
	}
}

#[test]
fn sums_fail_when_there_are_too_many() {
	let mut all = SumsOf::default();
	for org in 0..MAX_PARTICIPANTS as u8 {
		assert_eq!(add(&mut all, OrgId(org), sums(1, 0, 0)), Some(()));
	}
	let before = all.clone();
	assert_eq!(add(&mut all, OrgId(MAX_PARTICIPANTS as u8), sums(1, 0, 0)), None);
	assert_eq!(all, before);
	// Who stands there already has room.
	assert_eq!(add(&mut all, OrgId(0), sums(1, 0, 0)), Some(()));
}
