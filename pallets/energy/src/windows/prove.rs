// SPDX-License-Identifier: Apache-2.0

//! Proving what was saved: of a page and a day, by the reports themselves, which the chain knows by their digests.
//!
//! Exactly those of the weeks before are taken that were frozen, and exactly those of the day that stand. So who proves does not
//! choose what is compared. A correction of the day makes room for another proof, which takes the place of the first one, until a line of
//! the month is final: what was saved stands in it.

use super::{
	examine::reports_of,
	now,
	types::{Proof, Proofs, Saved, Window},
};
use crate::{
	reports::Desk, types::Entry, Config, Error, Event, Examinations, Pallet, Plans, Proven, Savings, Totals,
};
use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::ensure;
use trimast_primitives::{
	calendar::month_of_day,
	energy::{
		self, frozen_hash, report_digest, FrozenReport, PageCells, PlanPhase, Report, Rules, SavingPlan,
		Source,
	},
	site::{Plmn, SiteRegistry, StationEntry},
	Hash, LocalNetworkId, OrgId,
};

/// Proves what the stations of a plan's page have saved in the window of a day.
pub(crate) fn prove<T: Config>(
	number: u32,
	window: Window,
	page: u16,
	day: u16,
	today: &[Report],
	past: &[Report],
) -> Result<(), Error<T>> {
	ensure!(matches!(window.phase, PlanPhase::Approved | PlanPhase::Over), Error::<T>::WrongPhase);
	let plan = Plans::<T>::get(number).ok_or(Error::<T>::NoSuchPlan)?;
	let weekday = plan.weekday(day).filter(|_| window.has_day(day)).ok_or(Error::<T>::NoSuchDay)?;
	ensure!(now::<T>() >= window.ends(day), Error::<T>::WindowNotOver);
	let month = (month_of_day(day), window.local_network, window.by);
	ensure!(!Totals::<T>::get(month).is_closed, Error::<T>::MonthClosed);
	let cells = plan.cells_of(page).ok_or(Error::<T>::NoSuchPage)?;
	let owner = window.by;
	let standing = standing::<T>(&plan, owner, cells, day)?;
	let reports = frozen_hash(&standing);
	let mut proofs: Proofs = Proven::<T>::get(number, page);
	let place = proofs.binary_search_by_key(&day, |proof| proof.day);
	let known = place.ok().and_then(|place| proofs.get(place));
	ensure!(known.is_none_or(|known| known.reports != reports), Error::<T>::AlreadyProven);
	ensure!(brought::<T>(&window, today) == reports, Error::<T>::ReportsMissing);
	let frozen = Examinations::<T>::get(number, page).ok_or(Error::<T>::NotExamined)?.frozen;
	let frozen = frozen.get(usize::from(weekday)).copied().ok_or(Error::<T>::NoSuchDay)?;
	ensure!(brought::<T>(&window, past) == frozen, Error::<T>::OtherReports);
	let saved = compute::<T>(&plan, owner, page, day, today, past)?;

	add_up::<T>(month, known.map(|known| &known.saved), &saved)?;
	let proof = Proof { day, reports, saved: saved.clone() };
	match place {
		Ok(place) => {
			if let Some(known) = proofs.get_mut(place) {
				*known = proof;
			}
		}
		// A plan has no more days than there is room for.
		Err(place) => proofs.try_insert(place, proof).map_err(|_| Error::<T>::NoSuchDay)?,
	}
	Proven::<T>::insert(number, page, proofs);
	let Saved { expected, metered, compared, left_out, shares } = saved;
	Pallet::<T>::deposit_event(Event::PageProven {
		plan: number,
		page,
		day,
		owner,
		expected,
		metered,
		compared,
		left_out,
		shares,
	});
	Ok(())
}

/// Adds what was saved to the sum of its month, and takes out what was proven of the same before.
fn add_up<T: Config>(
	month: (u16, LocalNetworkId, OrgId),
	known: Option<&Saved>,
	saved: &Saved,
) -> Result<(), Error<T>> {
	let mut total = Savings::<T>::get(month);
	if let Some(known) = known {
		total = total.minus(known);
	}
	Savings::<T>::insert(month, total.plus(saved).ok_or(Error::<T>::Unreadable)?);
	Ok(())
}

/// The reports of a day that stand, as what is frozen is known. While one of them is contested nothing is proven by them.
fn standing<T: Config>(
	plan: &SavingPlan,
	owner: OrgId,
	cells: &PageCells,
	day: u16,
) -> Result<Vec<FrozenReport>, Error<T>> {
	let entries: Vec<Entry> = reports_of::<T>(plan, owner, cells, day).collect();
	ensure!(!entries.is_empty(), Error::<T>::NothingReported);
	ensure!(entries.iter().all(|entry| entry.dispute.is_none()), Error::<T>::StillContested);
	let known = |Entry { span, digest, block, .. }: &Entry| FrozenReport {
		day,
		first: span.first,
		digest: *digest,
		block: *block,
	};
	Ok(entries.iter().map(known).collect())
}

/// The hash of reports as they are brought, in whichever order.
fn brought<T: Config>(window: &Window, reports: &[Report]) -> Hash {
	let genesis = Pallet::<T>::genesis_hash();
	let of = |report: &Report| FrozenReport {
		day: report.span.day,
		first: report.span.first,
		digest: report_digest(genesis, window.local_network, window.by, report),
		// No hash is over it.
		block: 0,
	};
	let mut all: Vec<FrozenReport> = reports.iter().map(of).collect();
	all.sort_unstable_by_key(|report| (report.day, report.first));
	frozen_hash(&all)
}

/// What it comes to.
fn compute<T: Config>(
	plan: &SavingPlan,
	owner: OrgId,
	page: u16,
	day: u16,
	today: &[Report],
	past: &[Report],
) -> Result<Saved, Error<T>> {
	let local_network = plan.local_network;
	let stations = T::Sites::stations(local_network, page);
	let mut desk = Desk::<T>::new(owner, local_network);
	let mut rules: BTreeMap<u16, Rules> = BTreeMap::new();
	for report in today.iter().chain(past) {
		let day = report.span.day;
		rules.entry(day).or_insert_with(|| desk.rules(day).clone());
	}
	let today = sources(today, &stations, &desk.holders, &rules);
	let past = sources(past, &stations, &desk.holders, &rules);
	let savings = energy::prove(owner, plan, page, day, &today, &past).map_err(|_| Error::<T>::Unreadable)?;
	let sum = savings.iter().try_fold(Saved::default(), Saved::with_station);
	sum.ok_or(Error::<T>::Unreadable)
}

/// Reports with what they are read by.
fn sources<'a>(
	reports: &'a [Report],
	stations: &'a [StationEntry],
	holders: &'a [(Plmn, OrgId)],
	rules: &'a BTreeMap<u16, Rules>,
) -> Vec<Source<'a>> {
	let of = |report: &'a Report| {
		let rules = rules.get(&report.span.day)?;
		Some(Source { report, stations, holders, rules })
	};
	reports.iter().filter_map(of).collect()
}
