// SPDX-License-Identifier: Apache-2.0

//! What must hold of the state between calls. Walks everything: for tests and `try-runtime` only.

use crate::{
	types::{Entry, Total},
	Config, DaysFrom, Lines, MonthsFrom, Pallet, Reports, Totals,
};
use alloc::collections::BTreeMap;
use frame_support::ensure;
use sp_runtime::TryRuntimeError;
use trimast_primitives::{
	calendar::month_of_day,
	energy::{Sums, SumsOf},
	LocalNetworkId, OrgId,
};

type Check = Result<(), TryRuntimeError>;

impl<T: Config> Pallet<T> {
	/// Checks that totals are the sums of what stands of reports, wherever no report of their month is forgotten; that reports of
	/// a day stand in the order of their time and do not overlap; that a contested report has the lower sums; and that a month is
	/// closed where both sides have signed, and nowhere else.
	pub fn do_try_state() -> Check {
		let mut totals: BTreeMap<_, Total> = BTreeMap::new();
		for ((day, local_network, _, owner), entries) in Reports::<T>::iter() {
			ensure!(!entries.is_empty() && (1..=day).contains(&DaysFrom::<T>::get()), "reports: of no day");
			let is_ordered = entries.is_sorted_by(|a, b| u16::from(b.span.first) >= a.span.end());
			ensure!(is_ordered && entries.iter().all(|entry| entry.span.day == day), "reports: out of order");
			for entry in &entries {
				Self::check_entry(entry, owner)?;
				let total = totals.entry((month_of_day(day), local_network, owner)).or_default();
				total.put_in(entry).ok_or("reports: too many participants")?;
			}
		}
		let first_whole = month_of_day(DaysFrom::<T>::get()).saturating_add(1);
		for (key, total) in Totals::<T>::iter() {
			ensure!((1..=key.0).contains(&MonthsFrom::<T>::get()), "totals: forgotten");
			let found = totals.remove(&key).unwrap_or_default();
			let is_same = (&total.sums, total.counted, total.contested)
				== (&found.sums, found.counted, found.contested);
			ensure!(is_same || key.0 < first_whole, "totals: not the sums of reports");
			ensure!(total.is_closed == Self::is_final(key), "totals: closed, or not");
		}
		ensure!(totals.keys().all(|(month, ..)| *month < MonthsFrom::<T>::get()), "totals: missing");
		Ok(())
	}

	fn check_entry(entry: &Entry, owner: OrgId) -> Check {
		ensure!(entry.span.is_valid() && entry.stations != 0, "reports: empty");
		ensure!(
			entry.concerned.is_superset(entry.attested) && !entry.concerned.contains(owner),
			"reports: witnesses"
		);
		let Some(dispute) = &entry.dispute else { return Ok(()) };
		ensure!(entry.concerned.contains(dispute.by) && entry.settlement.is_none(), "dispute: by whom");
		let energy =
			|sums: &SumsOf| sums.iter().fold(Sums::default(), |all, (_, more)| all.plus(*more)).energy;
		let lower = energy(&entry.standing.sums);
		ensure!(lower <= energy(&dispute.reported.sums), "dispute: not the lower");
		Ok(())
	}

	/// Whether both sides have signed a line that rests on a total.
	fn is_final((month, local_network, owner): (u16, LocalNetworkId, OrgId)) -> bool {
		let mut lines = Lines::<T>::iter_prefix((month, owner));
		lines.any(|((_, at), line)| at == local_network && line.is_final())
	}
}
