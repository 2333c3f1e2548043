// SPDX-License-Identifier: Apache-2.0

//! What is old is removed, a bounded number of entries a block: reports after the governed number of days, totals, lines and savings
//! after [`MONTHS`]. Plans of saving windows are removed page by page ([`crate::windows::agenda`]).
//!
//! What is contested of a report that is forgotten ends then ([`crate::disputes`]), of one page and day a block.

use crate::{
	disputes, Config, DaysFrom, FirstDay, Lines, MonthsFrom, Pallet, Reports, Savings, SettingsInForce,
	Totals, WeightInfo,
};
use alloc::vec::Vec;
use frame_support::weights::Weight;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	calendar::{day_of, month_of, month_of_day},
	LocalNetworkId, OrgId,
};

/// Months that are kept, this one among them.
pub const MONTHS: u16 = 36;
/// Most entries of a kind that one block removes. A country of two million stations has 62,500 a day, in 86,400 blocks.
pub const MAX_REMOVED: u32 = 4;
/// Kinds of entries: reports, totals, lines, savings.
pub const KINDS: u32 = 4;

/// Removes a bounded number of entries that are too old. Says what it weighed.
pub(crate) fn forget<T: Config>() -> Weight {
	let (days, is_settled) = forget_days::<T>();
	let weight = T::WeightInfo::forget(days.saturating_add(forget_months::<T>()));
	if is_settled {
		weight.saturating_add(T::WeightInfo::forget_contested())
	} else {
		weight
	}
}

/// The first day of which reports are taken: as long as they are kept, and not one of which some are forgotten. Their sums stand, and
/// would be counted twice where reports are kept for longer from some day on.
pub(crate) fn first_day<T: Config>(days: u16) -> u16 {
	day_of(Pallet::<T>::moment()).saturating_add(1).saturating_sub(days).max(FirstDay::<T>::get())
}

/// The first month that is kept.
pub(crate) fn first_month<T: Config>() -> u16 {
	month_of(Pallet::<T>::moment()).saturating_add(1).saturating_sub(MONTHS)
}

/// Removes reports of a day. Says how many entries, and whether something was contested.
fn forget_days<T: Config>() -> (u32, bool) {
	let oldest = DaysFrom::<T>::get();
	let today = day_of(Pallet::<T>::moment());
	let first = today.saturating_add(1).saturating_sub(SettingsInForce::<T>::get().days);
	if oldest == 0 || oldest >= first {
		return (0, false);
	}
	let most: usize = MAX_REMOVED.saturated_into();
	let all: Vec<(LocalNetworkId, u16, OrgId)> =
		Reports::<T>::iter_key_prefix((oldest,)).take(most).collect();
	if !all.is_empty() && FirstDay::<T>::get() <= oldest {
		FirstDay::<T>::put(oldest.saturating_add(1));
	}
	let (mut removed, mut is_settled) = (0usize, false);
	for (local_network, page, owner) in &all {
		let key = (oldest, *local_network, *page, *owner);
		// Where nothing is contested in the month reports are not read.
		let total = Totals::<T>::get((month_of_day(oldest), *local_network, *owner));
		if total.contested > 0 && Reports::<T>::get(key).iter().any(|entry| entry.dispute.is_some()) {
			// A page has many reports of a day: the next page has its turn in the next block.
			if is_settled {
				continue;
			}
			is_settled = true;
			disputes::forgotten::<T>(oldest, *local_network, *page, *owner);
		}
		Reports::<T>::remove(key);
		removed = removed.saturating_add(1);
	}
	if removed == all.len() && removed < most {
		DaysFrom::<T>::put(oldest.saturating_add(1));
	}
	(removed.saturated_into(), is_settled)
}

fn forget_months<T: Config>() -> u32 {
	let oldest = MonthsFrom::<T>::get();
	if oldest == 0 || oldest >= first_month::<T>() {
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
