// SPDX-License-Identifier: Apache-2.0

//! Scores: how many violations were confirmed, by the company that answers for them, province and kind, by day and by
//! month.
//!
//! Days and months are those of UTC+8. Days are kept [`DAYS`] long, months [`MONTHS`]; what is older is removed, a bounded
//! number of entries a block. Only what is confirmed counts; that it is closed later takes nothing back.

use crate::{types::Violation, violations::kinds::Kind, Config, DayScores, MonthScores, ScoresFrom};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::traits::{Get, Time};
use scale_info::TypeInfo;
use sp_runtime::SaturatedConversion;
pub use trimast_primitives::calendar::{day_of, month_of};
use trimast_primitives::{Moment, OrgId, ProvinceId};

/// Days that are kept, today among them.
pub const DAYS: u16 = 62;
/// Months that are kept, this one among them.
pub const MONTHS: u16 = 36;
/// Most entries that one block removes of each.
pub const MAX_REMOVED: u32 = 32;

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
	pub kind: Kind,
}

/// From which day and which month on entries may be left: 0 while nothing was counted.
#[derive(Encode, Decode, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Oldest {
	/// The day.
	pub day: u16,
	/// The month.
	pub month: u16,
}

/// Counts a violation that is confirmed since now.
pub(crate) fn count<T: Config>(violation: &Violation) {
	let province = violation.cell.site.local_network.province();
	confirmed::<T>(violation.against, province, violation.kind, T::Time::now());
}

/// Counts a violation that was confirmed then.
pub(crate) fn confirmed<T: Config>(against: OrgId, province: ProvinceId, kind: Kind, at: Moment) {
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
