// SPDX-License-Identifier: Apache-2.0

//! Saving windows, from a plan to what it has saved.

mod approve;
mod changes;
mod consent;
mod days;
mod docs;
mod examine;
mod interlock;
mod model;
mod outages;
mod plan;
mod prove;
mod refuse;
mod slept;
mod wake;

use super::*;
use crate::{
	windows::types::{CellRefusal, PageRefusal, Window},
	Agreements, DaysFrom, MonthsFrom, Windows, Woken,
};
use frame_support::{
	assert_ok,
	dispatch::{DispatchResult, DispatchResultWithPostInfo},
};
use trimast_primitives::{
	calendar::{begin_of, month_of_day},
	cells::CellId,
	energy::{BaselineMethod, Interval, PageCells, PlanPhase, SavingMethod, SavingPlan, Span, Waker},
	interlock::Cover,
	order::Words,
	page::SiteId,
	Moment, OrgSet,
};

/// Tomorrow.
const FIRST: u16 = TODAY + 1;
/// The last of nine days.
const LAST: u16 = FIRST + 8;
const QUARTER: Moment = HOUR / 4;

/// A cell of a page of Shijiazhuang.
fn cell_in(page: u16, slot: u32, cell: u8) -> CellId {
	CellId { site: SiteId::new(HERE, page, slot), cell }
}

/// One of its first page.
fn cell(slot: u32, cell: u8) -> CellId {
	cell_in(0, slot, cell)
}

fn page(page: u16, stations: &[(u8, u32)]) -> PageCells {
	PageCells { page, stations: stations.to_vec().try_into().unwrap() }
}

/// The second cells of the first two stations, from 01:00 to 03:00 for nine days from tomorrow on, against two weeks.
fn saving() -> SavingPlan {
	with_pages(&[page(0, &[(0, 0b10), (1, 0b10)])])
}

fn with_pages(pages: &[PageCells]) -> SavingPlan {
	SavingPlan {
		local_network: HERE,
		pages: pages.to_vec().try_into().unwrap(),
		first_day: FIRST,
		days: 9,
		from: 4,
		until: 12,
		method: SavingMethod::Carrier,
		baseline: BaselineMethod { weeks: 2, elasticity: 0 },
	}
}

/// One of these cells stands beside the other, and covers it so far.
fn relate(cell: CellId, by: CellId, cover: Option<Cover>) {
	Relations::mutate(|all| all.entry(cell).or_default().push((by, cover)));
}

/// The first cell of each station of the first page covers the second one.
fn covered() {
	for slot in 0..3 {
		relate(cell(slot, 1), cell(slot, 0), Some(Cover::Full));
	}
}

/// The owner has reported a page on a day from one quarter to another. No reading of it counts.
fn reported_before(page: u16, day: u16, from: u8, until: u8) {
	let entry = Entry {
		span: Span { day, first: from, interval: Interval::Quarter, count: until - from },
		number: 0,
		stations: u64::MAX,
		digest: Hash::repeat_byte(8),
		block: 1,
		standing: Standing { counted: 0, sums: Default::default() },
		concerned: OrgSet::EMPTY,
		attested: OrgSet::EMPTY,
		contested: OrgSet::EMPTY,
		dispute: None,
		settlement: None,
	};
	Reports::<Test>::mutate((day, HERE, page, OWNER), |all| {
		let place = all.partition_point(|of| of.span.first < from);
		all.try_insert(place, entry).unwrap();
	});
	let month = month_of_day(day);
	Totals::<Test>::mutate((month, HERE, OWNER), |total| total.last_report = total.last_report.max(day));
	let earliest = |known: u16, new: u16| if known == 0 { new } else { known.min(new) };
	DaysFrom::<Test>::mutate(|first| *first = earliest(*first, day));
	MonthsFrom::<Test>::mutate(|first| *first = earliest(*first, month));
}

/// Of each weekday of a plan a day before is reported, if none is yet and one is over: where there is none the page is refused.
fn report_before(saving: &SavingPlan) {
	let weekdays = (saving.first_day..).take(saving.weekdays().into());
	let all = saving.pages.iter().flat_map(|cells| weekdays.clone().map(move |day| (cells.page, day)));
	for (page, day) in all.filter(|_| saving.local_network == HERE) {
		let past = saving.past_days(day, 0, |_| false);
		let of = |past: u16| {
			let mut reports = Reports::<Test>::get((past, HERE, page, OWNER)).into_inner();
			reports.retain(|entry| entry.span.overlaps(&saving.window(past)));
			reports
		};
		if past.iter().any(|past| of(*past).iter().any(|entry| entry.dispute.is_none())) {
			continue;
		}
		let is_over = |past: u16| at(past, saving.until.into()) <= Now::get();
		if let Some(past) = past.iter().find(|past| is_over(**past) && of(**past).is_empty()) {
			reported_before(page, *past, saving.from, saving.until);
		}
	}
}

/// Proposes what has something to be measured against.
fn propose(saving: SavingPlan) -> u32 {
	report_before(&saving);
	let number = crate::NextPlan::<Test>::get();
	assert_ok!(Energy::propose_plan(planner(OWNER), Box::new(saving)));
	number
}

/// What became of a call, whatever it weighed.
fn plain(result: DispatchResultWithPostInfo) -> DispatchResult {
	result.map(|_| ()).map_err(|refusal| refusal.error)
}

/// Has the first page examined. Says why it is refused.
fn examine(number: u32) -> Option<PageRefusal> {
	assert_ok!(plain(Energy::examine_page(planner(OWNER), number, 0)));
	refused()
}

/// Why a page was refused last, if that was the last thing that was told of one.
fn refused() -> Option<PageRefusal> {
	let told = System::read_events_for_pallet::<Event<Test>>();
	told.into_iter().rev().find_map(|event| match event {
		Event::PageRefused { refusal, .. } => Some(Some(refusal)),
		Event::PageExamined { .. } | Event::PageApproved { .. } => Some(None),
		_ => None,
	})?
}

/// Why the cells of it were.
fn cells_refused(refusal: Option<PageRefusal>) -> Vec<(u8, u8, CellRefusal)> {
	match refusal {
		Some(PageRefusal::Cells(cells)) => cells.into_inner(),
		other => panic!("{other:?}"),
	}
}

/// A plan whose page is examined, with all cells covered.
fn examined() -> u32 {
	covered();
	let number = propose(saving());
	assert_eq!(examine(number), None);
	number
}

/// A plan whose first cell another carrier's cell stands in for.
fn of_three() -> u32 {
	covered_from_beside(OTHER, OrgSet(0b11));
	let number = propose(saving());
	assert_eq!(examine(number), None);
	number
}

/// The cell of the first station is covered by one of the third alone, which this company owns and these share.
fn covered_from_beside(owner: OrgId, sharers: OrgSet) {
	covered();
	share_third(owner, sharers);
	Relations::mutate(|all| all.remove(&cell(0, 1)));
	relate(cell(0, 1), cell(2, 0), Some(Cover::Full));
}

/// The third station is this company's, and these share it. All have signed.
fn share_third(owner: OrgId, sharers: OrgSet) {
	Inventory::mutate(|all| {
		let entry = &mut all.get_mut(&(HERE, 0)).unwrap()[2];
		(entry.station.owner, entry.station.sharers) = (owner, sharers);
		entry.signed = sharers.with(owner);
	});
}

/// Consents to a plan as it stands.
fn consent(org: OrgId, number: u32) -> DispatchResult {
	let consents = Agreements::<Test>::get(number).unwrap().consents;
	Energy::consent_to_plan(planner(org), number, consents.subject, consents.revision)
}

/// The same to which everybody has consented.
fn agreed() -> u32 {
	let number = examined();
	assert_ok!(consent(SHARER, number));
	number
}

fn approve(number: u32) -> Option<PageRefusal> {
	assert_ok!(plain(Energy::approve_page(planner(SHARER), number, 0)));
	refused()
}

/// The same that is approved.
fn approved() -> u32 {
	let number = agreed();
	assert_eq!(approve(number), None);
	number
}

fn window(number: u32) -> Window {
	Windows::<Test>::get(number).expect("there is such a plan")
}

fn phase(number: u32) -> PlanPhase {
	window(number).phase
}

/// Who was woken of the first page on a day: by whom, and which cells.
fn woken(number: u32, day: u16) -> Vec<(Waker, u8, u32)> {
	let woken = Woken::<Test>::get((number, 0, day));
	woken.into_iter().map(|waking| (waking.by, waking.slot, waking.cells)).collect()
}

/// A quarter of an hour of a day.
fn at(day: u16, quarter: u64) -> Moment {
	begin_of(day) + quarter * QUARTER
}

fn words() -> Words {
	Words { text: b"Complaints in the market".to_vec().try_into().unwrap(), body: None }
}

/// Nothing is left of any plan.
fn assert_nothing_left() {
	let maps = ["Windows", "Plans", "Agreements", "Examinations", "Held", "Slept", "Woken"];
	for map in maps.into_iter().chain(["OpenPlans", "PlansIn", "Due"]) {
		let key = [&b"Energy"[..], map.as_bytes()].map(sp_io::hashing::twox_128).concat();
		let next = sp_io::storage::next_key(&key);
		assert!(next.is_none_or(|next| !next.starts_with(&key)), "{map}");
	}
}

/// The same events as told.
fn events() -> Vec<Event<Test>> {
	System::read_events_for_pallet::<Event<Test>>()
}
