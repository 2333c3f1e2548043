// SPDX-License-Identifier: Apache-2.0

//! Confirmed violations by day and month.

use crate::violations::kinds::Kind;
use crate::{
	mock::*,
	scores::{confirmed, day_of, month_of, ScoreKey, DAYS, MAX_REMOVED, MONTHS},
	DayScores, MonthScores, ScoresFrom,
};
use trimast_primitives::{Moment, OrgId, ProvinceId};

const DAY: Moment = 86_400_000;
/// 2026-11-27 16:00 UTC, when the 28th begins at UTC+8.
const AT: Moment = 1_795_795_200_000;

fn key(against: u8, kind: u8) -> ScoreKey {
	ScoreKey { against: OrgId(against), province: ProvinceId(13), kind: Kind::ALL[usize::from(kind)] }
}

fn count(against: u8, kind: u8, at: Moment) {
	confirmed::<Test>(OrgId(against), ProvinceId(13), Kind::ALL[usize::from(kind)], at);
}

#[test]
fn confirmed_violations_are_counted_by_company_and_kind() {
	run(|| {
		Ahead::set(AT);
		for (against, kind) in [(1, 2), (0, 1), (0, 2), (0, 1)] {
			count(against, kind, AT);
		}
		count(0, 1, AT - DAY);
		let all = [(key(0, 1), 2), (key(0, 2), 1), (key(1, 2), 1)];
		assert_eq!(ConfigGuard::day_scores(day_of(AT), None, 10), all);
		assert_eq!(ConfigGuard::day_scores(day_of(AT), None, 1), all[..1]);
		assert_eq!(ConfigGuard::day_scores(day_of(AT), Some(key(0, 1)), 1), all[1..2]);
		assert_eq!(ConfigGuard::day_scores(day_of(AT - DAY), None, 10), [(key(0, 1), 1)]);
		let of_month = ConfigGuard::month_scores(month_of(AT), None, 10);
		assert_eq!(of_month, [(key(0, 1), 3), (key(0, 2), 1), (key(1, 2), 1)]);
		assert_eq!(ConfigGuard::month_scores(month_of(AT), Some(key(1, 2)), 10), []);
		Ahead::set(0);
	});
}

#[test]
fn old_days_and_months_are_removed() {
	run(|| {
		Ahead::set(AT);
		count(0, 1, AT);
		count(1, 1, AT - DAY * Moment::from(DAYS - 1));
		// Too old already
		count(1, 1, AT - DAY * Moment::from(DAYS));
		assert_eq!(DayScores::<Test>::iter().count(), 2);
		Ahead::mutate(|ahead| *ahead += DAY);
		go_to(5);
		assert_eq!(DayScores::<Test>::iter_keys().collect::<Vec<_>>(), [(day_of(AT), key(0, 1))]);
		Ahead::mutate(|ahead| *ahead += DAY * 31 * Moment::from(MONTHS));
		go_to(200);
		assert_eq!((DayScores::<Test>::iter().count(), MonthScores::<Test>::iter().count()), (0, 0));
		Ahead::set(0);
	});
}

#[test]
fn one_block_removes_so_many() {
	let mut externalities = ext();
	externalities.execute_with(|| {
		Ahead::set(AT);
		for n in 0..MAX_REMOVED as u8 * 2 {
			count(n / 9, n % 9, AT);
		}
		System::set_block_number(1);
	});
	externalities.commit_all().unwrap();
	externalities.execute_with(|| {
		Ahead::set(AT + DAY * 62);
		go_to(2);
		assert_eq!(DayScores::<Test>::iter().count() as u32, MAX_REMOVED);
		assert_eq!(ScoresFrom::<Test>::get().day, day_of(AT));
		ConfigGuard::do_try_state().unwrap();
	});
	externalities.commit_all().unwrap();
	externalities.execute_with(|| {
		go_to(4);
		assert_eq!(DayScores::<Test>::iter().count(), 0);
		Ahead::set(0);
	});
}

#[test]
fn violation_counts_once_when_it_is_confirmed() {
	run(|| {
		four_cells();
		let see = |org| {
			let book = book([300, 2, 3, 4]);
			book.anchor(org);
			let (sweep, sweep_key) = open_sweep(&[]);
			book.attest(org, sweep, &sweep_key, &[300, 2, 3, 4].map(cell));
			DayScores::<Test>::iter_values().sum::<u32>()
		};
		assert_eq!((see(SHARER), see(TOWER), see(TOWER), see(SHARER)), (0, 1, 1, 1));
		assert_eq!(ConfigGuard::day_scores(0, None, 10), [(key(0, 6), 1)]);
		// What the owner reports of itself is confirmed at once
		let own = book([300, 200, 3, 4]);
		own.anchor(CARRIER);
		let (sweep, sweep_key) = open_sweep(&[]);
		own.attest(CARRIER, sweep, &sweep_key, &[300, 200, 3, 4].map(cell));
		assert_eq!(ConfigGuard::day_scores(0, None, 10), [(key(0, 6), 2)]);
	});
}

#[test]
fn silence_counts() {
	run(|| {
		four_cells();
		let book = book([300, 2, 3, 4]);
		book.anchor(SHARER);
		let (sweep, sweep_key) = open_sweep(&[]);
		book.attest(SHARER, sweep, &sweep_key, &[300, 2, 3, 4].map(cell));
		go_to(System::block_number() + SILENCE_TERM + 1);
		assert_eq!(MonthScores::<Test>::iter_values().sum::<u32>(), 1);
	});
}
