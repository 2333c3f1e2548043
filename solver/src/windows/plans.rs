// SPDX-License-Identifier: Apache-2.0

//! Windows as plans: of pages and days that one plan can have.

use super::{Settings, Weekdays, Window};
use std::collections::BTreeMap;
use trimast_primitives::{
	cells::CellId,
	energy::{PageCells, SavingPlan, MAX_PLAN_DAYS, MAX_PLAN_PAGES},
	LocalNetworkId,
};

/// Cells by page and station, as a plan has them. One that stands in no page is left out.
pub fn pages(cells: impl Iterator<Item = CellId>) -> Vec<PageCells> {
	let mut pages: BTreeMap<u16, BTreeMap<u8, u32>> = BTreeMap::new();
	for cell in cells {
		let Some((page, slot)) = cell.site.page().zip(u8::try_from(cell.site.slot()).ok()) else { continue };
		*pages.entry(page).or_default().entry(slot).or_default() |= 1 << cell.cell;
	}
	let page = |(page, stations): (u16, BTreeMap<u8, u32>)| {
		let stations = stations.into_iter().collect::<Vec<_>>().try_into().ok()?;
		Some(PageCells { page, stations })
	};
	pages.into_iter().filter_map(page).collect()
}

/// The days of a time that are some weekdays, in runs of as many as a plan may have: the first, and how many.
pub(super) fn runs(weekdays: Weekdays, first_day: u16, days: u16) -> Vec<(u16, u8)> {
	let mut runs: Vec<(u16, u8)> = Vec::new();
	for day in (first_day..=u16::MAX).take(days.into()).filter(|day| weekdays.has(*day)) {
		match runs.last_mut() {
			Some((first, count)) if *count < MAX_PLAN_DAYS && *first + u16::from(*count) == day => {
				*count += 1
			}
			_ => runs.push((day, 1)),
		}
	}
	runs
}

/// The plans of a window.
pub(super) fn of(window: &Window, local_network: LocalNetworkId, settings: &Settings) -> Vec<SavingPlan> {
	let chunks: Vec<_> = window.pages.chunks(MAX_PLAN_PAGES as usize).collect();
	let plan = |(first_day, days), pages: &[PageCells]| {
		Some(SavingPlan {
			local_network,
			pages: pages.to_vec().try_into().ok()?,
			first_day,
			days,
			from: window.from,
			until: window.until,
			method: settings.method,
			baseline: settings.baseline,
		})
	};
	let runs = runs(window.weekdays, settings.first_day, settings.days);
	let each = runs.into_iter().flat_map(|run| chunks.iter().map(move |pages| (run, *pages)));
	each.filter_map(|(run, pages)| plan(run, pages)).collect()
}
