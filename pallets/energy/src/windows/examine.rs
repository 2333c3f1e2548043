// SPDX-License-Identifier: Apache-2.0

//! Examining a page: finding who stands in for each of its cells, and freezing what its baseline is read from.

use super::{
	around::Around,
	consent, holds, moments, now, slept,
	types::{CellRefusals, Compensations, Examination, FrozenReports, PageRefusal, Window, MAX_WEEKDAYS},
};
use crate::{
	charges, forgetting, types::Entry, Agreements, Config, Error, Event, Examinations, Pallet, Plans,
	Reports, SettingsInForce, Windows,
};
use alloc::vec::Vec;
use frame_support::{ensure, weights::Weight, BoundedVec};
use sp_runtime::{traits::ConstU32, SaturatedConversion};
use trimast_primitives::{
	energy::{
		examination_hash, frozen_hash, FrozenReport, PageCells, PlanPhase, SavingPlan, MAX_PAST_REPORTS,
	},
	interlock::{Cover, Coverage, Neighbours},
	Hash, OrgId, OrgSet,
};

/// What is found of a page that may be agreed on.
struct Found {
	compensations: Compensations,
	/// Who has to consent.
	asked: OrgSet,
	frozen: FrozenReports,
	/// The hashes of these by weekday.
	roots: Roots,
	/// The fewest days that these are of, by weekday.
	days: u8,
}

/// The hash of the reports that each weekday is measured against.
type Roots = BoundedVec<Hash, ConstU32<MAX_WEEKDAYS>>;

/// Examines a page of a plan, and holds its cells and those that stand in for them. What was found before is void. Says what it
/// weighed.
pub(crate) fn examine<T: Config>(
	org: OrgId,
	number: u32,
	mut window: Window,
	page: u16,
) -> Result<Weight, Error<T>> {
	ensure!(window.by == org, Error::<T>::NotProposer);
	ensure!(matches!(window.phase, PlanPhase::Proposed | PlanPhase::Agreed), Error::<T>::WrongPhase);
	ensure!(now::<T>() < window.begin(), Error::<T>::WindowBegun);
	let plan = Plans::<T>::get(number).ok_or(Error::<T>::NoSuchPlan)?;
	let cells = plan.cells_of(page).ok_or(Error::<T>::NoSuchPage)?;
	let mut agreement = Agreements::<T>::get(number).ok_or(Error::<T>::NoSuchPlan)?;
	let before = Examinations::<T>::take(number, page);
	let released = before
		.map_or(0, |before| holds::release::<T>(number, plan.local_network, page, &before.compensations));
	let (outcome, looked) = find::<T>(number, window, &plan, cells);
	let outcome = outcome.and_then(|found| {
		holds::hold::<T>((number, org), plan.local_network, cells, &found.compensations)?;
		Ok(found)
	});
	let standing = agreement.page_mut(page).ok_or(Error::<T>::NoSuchPage)?;
	(standing.is_approved, standing.at) = (false, Pallet::<T>::moment());
	match outcome {
		Ok(Found { compensations, asked, frozen, roots, days }) => {
			let hash = examination_hash(page, &compensations, &roots);
			(standing.examined, standing.asked) = (Some(hash), asked);
			let examination = Examination {
				block: Pallet::<T>::block(),
				compensations: compensations.clone(),
				frozen: roots,
			};
			Examinations::<T>::insert(number, page, examination);
			Pallet::<T>::deposit_event(Event::PageExamined {
				plan: number,
				page,
				hash,
				asked,
				compensations,
				frozen,
				days,
			});
		}
		Err(refusal) => {
			(standing.examined, standing.asked) = (None, OrgSet::EMPTY);
			Pallet::<T>::deposit_event(Event::PageRefused { plan: number, page, refusal });
		}
	}
	consent::renew::<T>(number, &mut window, &mut agreement);
	Agreements::<T>::insert(number, agreement);
	Windows::<T>::insert(number, window);
	Ok(charges::examined::<T>(cells.len(), looked.max(released)))
}

/// What is found of a page, and how many pages were looked at for it.
fn find<T: Config>(
	number: u32,
	window: Window,
	plan: &SavingPlan,
	cells: &PageCells,
) -> (Result<Found, PageRefusal>, u32) {
	if let Some(refusal) = frozen_day::<T>(&window) {
		return (Err(refusal), 0);
	}
	let (frozen, roots, days) = match baseline::<T>(plan, window.by, cells) {
		Ok(baseline) => baseline,
		Err(refusal) => return (Err(refusal), 0),
	};
	let all: Vec<(u8, u8)> = cells.cells().collect();
	let lists = T::Coverage::neighbours(plan.local_network, cells.page, &all);
	let full = |list: &Neighbours| -> Vec<_> {
		list.iter().filter(|(_, cover)| *cover == Some(Cover::Full)).map(|(by, _)| *by).collect()
	};
	let others = lists.iter().flat_map(full);
	let mut around = Around::<T>::new(number, window, plan, cells.page, &all, others);
	let (mut compensations, mut refused, mut asked) = (Vec::new(), Vec::new(), OrgSet::EMPTY);
	for ((slot, cell), list) in all.iter().zip(&lists) {
		match around.find(*slot, *cell, list) {
			Ok((compensation, orgs)) => {
				compensations.push(compensation);
				asked = asked.union(orgs);
			}
			Err(refusal) => refused.push((*slot, *cell, refusal)),
		}
	}
	let looked = around.looked();
	if !refused.is_empty() {
		return (Err(PageRefusal::Cells(CellRefusals::truncate_from(refused))), looked);
	}
	// No plan has more cells of a page than there is room for.
	let compensations = Compensations::truncate_from(compensations);
	(Ok(Found { compensations, asked, frozen, roots, days }), looked)
}

/// The first day of a plan in whose window settings are frozen.
pub(super) fn frozen_day<T: Config>(window: &Window) -> Option<PageRefusal> {
	let is_frozen = |day: &u16| {
		let (from, to) = moments(window, *day);
		T::Coverage::is_frozen(window.local_network, from, to)
	};
	(window.first_day..=window.last_day).find(is_frozen).map(|day| PageRefusal::Frozen { day })
}

/// The reports of an owner's page that have a part in a plan's window of a day and a station of the plan, in the order of their
/// time.
pub(super) fn reports_of<T: Config>(
	plan: &SavingPlan,
	owner: OrgId,
	cells: &PageCells,
	day: u16,
) -> impl Iterator<Item = Entry> {
	let (window, mask) = (plan.window(day), cells.mask());
	let reports = Reports::<T>::get((day, plan.local_network, cells.page, owner));
	reports.into_iter().filter(move |entry| entry.span.overlaps(&window) && entry.stations & mask != 0)
}

/// What the baseline of a page is read from: the reports of each weekday, the hash of these, and the fewest days that they are of. What is
/// contested is not read: nobody knows yet what it will say. Nor are days on which a station of it has slept in these hours, or stood in:
/// earlier ones take their place, as far as reports are kept.
fn baseline<T: Config>(
	plan: &SavingPlan,
	owner: OrgId,
	cells: &PageCells,
) -> Result<(FrozenReports, Roots, u8), PageRefusal> {
	let most: usize = MAX_PAST_REPORTS.saturated_into();
	let (mut all, mut roots, mut fewest) = (Vec::new(), Vec::new(), plan.baseline.weeks);
	let first = forgetting::first_day::<T>(SettingsInForce::<T>::get().days);
	let slept = slept::days::<T>(plan, cells);
	let has_slept = |day: u16| slept.iter().any(|(first, last)| (*first..=*last).contains(&day));
	for weekday in 0..plan.weekdays() {
		let day = plan.first_day.saturating_add(weekday);
		let past_days = plan.past_days(day, first, has_slept);
		if past_days.len() < plan.past_days(day, first, |_| false).len() {
			return Err(PageRefusal::TooFewDays { day });
		}
		let reports = past_days.into_iter().rev().flat_map(|past| {
			let standing = reports_of::<T>(plan, owner, cells, past).filter(|entry| entry.dispute.is_none());
			standing.map(move |Entry { span, digest, block, .. }| FrozenReport {
				day: past,
				first: span.first,
				digest,
				block,
			})
		});
		let of_weekday: Vec<FrozenReport> = reports.collect();
		// Those of a day stand one after another.
		let days = of_weekday.chunk_by(|one, next| one.day == next.day).count();
		if days == 0 {
			return Err(PageRefusal::NothingReported { day });
		}
		fewest = fewest.min(days.saturated_into());
		if of_weekday.len() > most {
			return Err(PageRefusal::TooManyReports { day });
		}
		roots.push(frozen_hash(&of_weekday));
		all.extend(of_weekday);
	}
	Ok((FrozenReports::truncate_from(all), BoundedVec::truncate_from(roots), fewest))
}
