// SPDX-License-Identifier: Apache-2.0

//! Scores: how many violations were confirmed, by the company that answers for them, province and kind, by day and by
//! month.
//!
//! Days and months are those of UTC+8. Days are kept [`DAYS`] long, months [`MONTHS`]; what is older is removed, a bounded
//! number of entries a block. Only what is confirmed counts; that it is closed later takes nothing back.

use crate::{types::Violation, Config, DayScores, MonthScores, ScoresFrom};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::traits::{Get, Time};
use scale_info::TypeInfo;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{Moment, OrgId, ProvinceId};

/// Days that are kept, today among them.
pub const DAYS: u16 = 62;
/// Months that are kept, this one among them.
pub const MONTHS: u16 = 36;
/// Most entries that one block removes of each.
pub const MAX_REMOVED: u32 = 32;

const DAY: Moment = 86_400_000;
const EIGHT_HOURS: Moment = 28_800_000;

/// What is counted together.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
)]
pub struct ScoreKey {
	/// Who answers for it.
	pub against: OrgId,
	/// Where the cells stand.
	pub province: ProvinceId,
	/// The kind of violation.
	pub kind: u8,
}

/// From which day and which month on entries may be left: 0 while nothing was counted.
#[derive(Encode, Decode, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Oldest {
	/// The day.
	pub day: u16,
	/// The month.
	pub month: u16,
}

/// The day at UTC+8, counted from 1970-01-01.
pub fn day_of(at: Moment) -> u16 {
	(at.saturating_add(EIGHT_HOURS) / DAY).saturated_into()
}

/// The month at UTC+8, counted from January of the year 0: twelve times the year, and 0 for January to 11 for December.
pub fn month_of(at: Moment) -> u16 {
	// Days from 0000-03-01, so that the leap day is the last of its year; then centuries of Gregory's calendar
	// (Hinnant, 'chrono-compatible low-level date algorithms', civil_from_days).
	let days = (at.saturating_add(EIGHT_HOURS) / DAY).saturating_add(719_468);
	let (era, day) = (days / 146_097, days % 146_097);
	let without_leap_days =
		day.saturating_sub(day / 1_460).saturating_add(day / 36_524).saturating_sub(day / 146_096);
	let year = without_leap_days / 365;
	let before = year.saturating_mul(365).saturating_add(year / 4).saturating_sub(year / 100);
	let of_year = day.saturating_sub(before);
	// Months from March on.
	let march = of_year.saturating_mul(5).saturating_add(2) / 153;
	let months = era.saturating_mul(400).saturating_add(year).saturating_mul(12);
	months.saturating_add(march).saturating_add(2).saturated_into()
}

/// The kind of a violation, as a number.
fn kind_of(_violation: &Violation) -> u8 {
	0
}

/// Counts a violation that is confirmed since now.
pub(crate) fn count<T: Config>(violation: &Violation) {
	let province = violation.cell.site.local_network.province();
	confirmed::<T>(violation.against, province, kind_of(violation), T::Time::now());
}

/// Counts a violation that was confirmed then.
pub(crate) fn confirmed<T: Config>(against: OrgId, province: ProvinceId, kind: u8, at: Moment) {
	let key = ScoreKey { against, province, kind };
	let (day, month) = (day_of(at), month_of(at));
	let now = T::Time::now();
	let oldest = ScoresFrom::<T>::get();
	let from = |oldest: u16, new: u16| if oldest == 0 { new } else { oldest.min(new) };
	let mut changed = oldest;
	if day >= first_day(now) {
		DayScores::<T>::mutate(day, key, |count| *count = count.saturating_add(1));
		changed.day = from(oldest.day, day);
	}
	if month >= first_month(now) {
		MonthScores::<T>::mutate(month, key, |count| *count = count.saturating_add(1));
		changed.month = from(oldest.month, month);
	}
	if changed != oldest {
		ScoresFrom::<T>::put(changed);
	}
}

fn first_day(now: Moment) -> u16 {
	day_of(now).saturating_add(1).saturating_sub(DAYS)
}

fn first_month(now: Moment) -> u16 {
	month_of(now).saturating_add(1).saturating_sub(MONTHS)
}

/// Removes a bounded number of entries that are too old. Says how many.
pub(crate) fn forget<T: Config>() -> u32 {
	let oldest = ScoresFrom::<T>::get();
	let now = T::Time::now();
	let mut changed = oldest;
	let mut removed = 0u32;
	if oldest.day != 0 && oldest.day < first_day(now) {
		let result = DayScores::<T>::clear_prefix(oldest.day, MAX_REMOVED, None);
		removed = removed.saturating_add(result.loops);
		if result.maybe_cursor.is_none() {
			changed.day = oldest.day.saturating_add(1);
		}
	}
	if oldest.month != 0 && oldest.month < first_month(now) {
		let result = MonthScores::<T>::clear_prefix(oldest.month, MAX_REMOVED, None);
		removed = removed.saturating_add(result.loops);
		if result.maybe_cursor.is_none() {
			changed.month = oldest.month.saturating_add(1);
		}
	}
	if changed != oldest {
		ScoresFrom::<T>::put(changed);
	}
	removed
}

/// The entries of a day by key, after the one given.
pub(crate) fn of_day<T: Config>(day: u16, after: Option<ScoreKey>, limit: u32) -> Vec<(ScoreKey, u32)> {
	page::<T>(DayScores::<T>::iter_prefix(day).collect(), after, limit)
}

/// The entries of a month by key, after the one given.
pub(crate) fn of_month<T: Config>(month: u16, after: Option<ScoreKey>, limit: u32) -> Vec<(ScoreKey, u32)> {
	page::<T>(MonthScores::<T>::iter_prefix(month).collect(), after, limit)
}

/// There are as many entries as companies, provinces and kinds: a few thousand at most.
fn page<T: Config>(
	mut all: Vec<(ScoreKey, u32)>,
	after: Option<ScoreKey>,
	limit: u32,
) -> Vec<(ScoreKey, u32)> {
	all.sort_unstable();
	let limit = limit.min(T::MaxPage::get()).saturated_into();
	all.into_iter().filter(|(key, _)| after.is_none_or(|after| *key > after)).take(limit).collect()
}
