// SPDX-License-Identifier: Apache-2.0

//! What is old is removed, a bounded number of entries a block: reports after the governed number of days, totals, lines and savings
//! after [`MONTHS`]. Plans of saving windows are removed page by page ([`crate::windows::agenda`]).

use crate::{Config, DaysFrom, Lines, MonthsFrom, Pallet, Reports, Savings, SettingsInForce, Totals};
use trimast_primitives::calendar::{day_of, month_of};

/// Months that are kept, this one among them.
pub const MONTHS: u16 = 36;
/// Most entries of a kind that one block removes. A country of two million stations has 62,500 a day, in 86,400 blocks.
pub const MAX_REMOVED: u32 = 16;
/// Kinds of entries: reports, totals, lines, savings.
pub const KINDS: u32 = 4;

/// Removes a bounded number of entries that are too old. Says how many.
pub(crate) fn forget<T: Config>() -> u32 {
	forget_days::<T>().saturating_add(forget_months::<T>())
}

fn forget_days<T: Config>() -> u32 {
	let oldest = DaysFrom::<T>::get();
	let today = day_of(Pallet::<T>::moment());
	let first = today.saturating_add(1).saturating_sub(SettingsInForce::<T>::get().days);
	if oldest == 0 || oldest >= first {
		return 0;
	}
	let removed = Reports::<T>::clear_prefix((oldest,), MAX_REMOVED, None);
	if removed.maybe_cursor.is_none() {
		DaysFrom::<T>::put(oldest.saturating_add(1));
	}
	removed.loops
}

fn forget_months<T: Config>() -> u32 {
	let oldest = MonthsFrom::<T>::get();
	let first = month_of(Pallet::<T>::moment()).saturating_add(1).saturating_sub(MONTHS);
	if oldest == 0 || oldest >= first {
		return 0;
	}
	let totals = Totals::<T>::clear_prefix((oldest,), MAX_REMOVED, None);
	let lines = Lines::<T>::clear_prefix((oldest,), MAX_REMOVED, None);
	let savings = Savings::<T>::clear_prefix((oldest,), MAX_REMOVED, None);
	if [&totals, &lines, &savings].into_iter().all(|removed| removed.maybe_cursor.is_none()) {
		MonthsFrom::<T>::put(oldest.saturating_add(1));
	}
	totals.loops.saturating_add(lines.loops).saturating_add(savings.loops)
}
