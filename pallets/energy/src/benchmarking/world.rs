// SPDX-License-Identifier: Apache-2.0

//! The chain on which every benchmark runs: full pages of stations, reports that contradict each other, plans that hold all that they
//! may.

use super::*;
use crate::{
	types::{Dispute, Standing, USUAL_TOLERANCE},
	windows::types::{Covers, Hold, Saved, SleptWindow, MAX_COVERS, MAX_HOLDS, MAX_SLEPT},
};
use frame_support::traits::ConstU32;
use trimast_primitives::{
	access::Scope,
	calendar::last_day_of,
	cells::MAX_NEIGHBOURS,
	energy::{
		factor_places, report_digest, BaselineMethod, EmissionFactor, Interval, Reading, SavingMethod,
		SharingRule, Span, StationColumns, Sums, SumsOf, MAX_CONTRACT, MAX_WEEKS,
	},
	order::Words,
	site::{SharingMode, Station, StationClass, StationState, Technology, TowerSite, MAX_CELLS},
	territory::Position,
};

pub(super) const HERE: LocalNetworkId = LocalNetworkId(1301);
pub(super) const OWNER: OrgId = OrgId(0);
pub(super) const SHARER: OrgId = OrgId(1);
pub(super) const TOWER: OrgId = OrgId(2);
/// Shares the stations, too.
const OTHER: OrgId = OrgId(3);
/// 2027-01-15.
pub(super) const TODAY: u16 = 20_833;
pub(super) const YESTERDAY: u16 = TODAY - 1;

pub(super) fn account<T: Config>(org: OrgId) -> RawOrigin<T::AccountId> {
	RawOrigin::Signed(T::BenchmarkHelper::account(org))
}

/// The networks of reports and stations: the carriers that share stations have one each, nobody has the others.
fn networks() -> impl Iterator<Item = Plmn> {
	(0..12).map(|mnc| Plmn { mcc: 460, mnc, three_digit_mnc: false })
}

/// Stations that three carriers share.
fn stations() -> Vec<StationEntry> {
	let station = |n: u32| Station {
		code: BoundedVec::truncate_from(alloc::format!("BENCHMARK-STATION-{n:06}").into_bytes()),
		technology: Technology::Nr,
		mode: SharingMode::MocnSeveralCellIds,
		owner: OWNER,
		sharers: OrgSet::of(SHARER).with(OTHER),
		tower: Some(TowerSite { org: TOWER, code: BoundedVec::truncate_from(vec![b'T'; 24]) }),
		plmns: BoundedVec::truncate_from(networks().collect()),
		position: Position { latitude: 38_070_600, longitude: 114_440_300 },
		county: 2,
		cells: 24,
		vendor: BoundedVec::truncate_from(vec![b'V'; 16]),
		class: StationClass::VipCascadeNode,
		tenants: 3,
		systems: 6,
		battery_ah: 1_000,
		autonomy_minutes: 600,
		rated_power_w: 3_700,
		generator_minutes: 120,
		road_distance_hm: 123,
		road_minutes: 25,
		backhaul: SHARER,
	};
	let entry = |n| StationEntry {
		station: station(n),
		state: StationState::OnAir,
		revision: 1,
		signed: OrgSet(0b1111),
	};
	(0..PAGE_SLOTS).map(entry).collect()
}

/// As many versions as there may be, one a day from a day on.
fn versions<V>(first: u16, value: impl Fn() -> V) -> BoundedVec<(u16, V), ConstU32<MAX_VERSIONS>> {
	BoundedVec::truncate_from((first..).take(MAX_VERSIONS as usize).map(|from| (from, value())).collect())
}

/// The inventory, what is governed, and the time.
pub(super) fn set_up<T: Config>(pages: u32) {
	T::BenchmarkHelper::set_time(begin_of(TODAY).saturating_add(43_200_000));
	for page in 0..pages {
		T::BenchmarkHelper::write_stations(HERE, page as u16, stations());
	}
	for (plmn, org) in networks().zip([OWNER, SHARER, OTHER]) {
		T::BenchmarkHelper::write_holder(plmn, org);
	}
	SettingsInForce::<T>::mutate(|settings| settings.reports = QUARTERS);
	Tariffs::<T>::insert(HERE.province(), versions(0, || Tariff::flat(8_000)));
	Tolerances::<T>::put(versions(0, || USUAL_TOLERANCE));
	let month = month_of_day(YESTERDAY);
	// Wherever a factor of the month is looked for there are as many as may be, and none that holds yet: so all of them are read.
	for (province, year) in factor_places(HERE.province(), month) {
		EmissionFactors::<T>::insert(province, year, versions(last_day_of(month) + 1, || EmissionFactor(1)));
	}
	let contract = BoundedVec::truncate_from((0..MAX_CONTRACT).map(|n| (OrgId(n as u8), 1)).collect());
	let rule = SharingRule { method: Default::default(), contract };
	for scope in [Scope::National, Scope::Province(HERE.province())] {
		SharingRules::<T>::insert(scope, versions(0, || Some(rule.clone())));
	}
	let sums = BoundedVec::truncate_from((0..MAX_PARTICIPANTS).map(|n| (OrgId(n as u8), many())).collect());
	let total = types::Total { sums, counted: 1 << 40, ..Default::default() };
	Totals::<T>::insert((month, HERE, OWNER), total);
}

/// Sums as they are in a large month.
pub(super) fn many() -> Sums {
	Sums { energy: 1 << 50, volume: 1 << 50, amount: 1 << 60 }
}

/// What as many participants as there may be have saved in a large month.
pub(super) fn saved() -> Saved {
	let shares = (0..MAX_PARTICIPANTS).map(|n| (OrgId(n as u8), -(1i64 << 50)));
	let shares = BoundedVec::truncate_from(shares.collect());
	Saved { expected: 1 << 50, metered: 1 << 60, compared: 1 << 40, left_out: 1 << 40, shares }
}

/// A report of `size` readings of yesterday's last hours, in which a reading that counts follows one that does not.
pub(super) fn report(page: u16, number: u16, size: u32) -> Report {
	let count = size.clamp(1, u32::from(QUARTERS) - 1).min(size.div_ceil(PAGE_SLOTS).max(1)) as u8;
	let stations = (size / u32::from(count)).clamp(1, PAGE_SLOTS);
	let span = Span { day: YESTERDAY, first: QUARTERS - count, interval: Interval::Quarter, count };
	let reading = |n: u8| Reading {
		energy: Some(if n.is_multiple_of(2) { 900 } else { 30_000 }),
		volumes: [Some(70_001), Some(80_003), Some(60_007), None],
	};
	let of = |slot: u32| StationColumns {
		slot: slot as u8,
		register: 1_000_000,
		readings: (0..count).map(reading).collect(),
	};
	let stations: Vec<_> = (0..stations).map(of).collect();
	let networks = networks().take(3).collect();
	// The columns are shorter than they may be.
	Report::new(page, span, number, BoundedVec::truncate_from(networks), &stations).unwrap()
}

pub(super) fn digest<T: Config>(report: &Report) -> Hash {
	report_digest(Pallet::<T>::genesis_hash(), HERE, OWNER, report)
}

fn standing() -> Standing {
	let sums = (0..MAX_PARTICIPANTS).map(|n| (OrgId(n as u8), Sums { energy: 1, volume: 1, amount: 1 }));
	Standing { counted: 1, sums: SumsOf::truncate_from(sums.collect()) }
}

/// What stands of a quarter of an hour.
pub(super) fn entry(first: u8, digest: Hash) -> Entry {
	Entry {
		span: Span { day: YESTERDAY, first, interval: Interval::Quarter, count: 1 },
		number: 0,
		stations: u64::MAX,
		digest,
		block: 1,
		standing: standing(),
		concerned: OrgSet::of(SHARER).with(TOWER),
		attested: OrgSet::EMPTY,
		contested: OrgSet::EMPTY,
		dispute: None,
		settlement: None,
	}
}

pub(super) fn dispute() -> Dispute {
	Dispute {
		by: SHARER,
		digest: Hash::repeat_byte(2),
		block: 1,
		reported: standing(),
		seen: standing(),
		until: begin_of(TODAY + 1),
	}
}

/// A page whose day is full up to its last quarters, from `end` on.
pub(super) fn full_day<T: Config>(page: u16, end: u8) {
	let entries = (0..end).map(|first| entry(first, Hash::repeat_byte(1))).collect();
	Reports::<T>::insert((YESTERDAY, HERE, page, OWNER), BoundedVec::truncate_from(entries));
}

/// A report that is contested, at the end of a day that is full.
pub(super) fn contested<T: Config>() -> ReportId {
	set_up::<T>(1);
	full_day::<T>(0, QUARTERS);
	let last = QUARTERS - 1;
	Reports::<T>::mutate((YESTERDAY, HERE, 0, OWNER), |day| {
		if let Some(entry) = day.last_mut() {
			entry.dispute = Some(dispute());
		}
	});
	ReportId { day: YESTERDAY, local_network: HERE, page: 0, owner: OWNER, first: last }
}

pub(super) fn words() -> Words {
	let text = vec![b'a'; 64];
	Words { text: BoundedVec::truncate_from(text), body: Some(Hash::repeat_byte(3)) }
}

/// A statement of as many lines as there may be, of which this are the networks and digests. Everybody has saved something there.
pub(super) fn statement<T: Config>(lines: u32) -> Vec<(LocalNetworkId, Hash)> {
	set_up::<T>(1);
	let month = month_of_day(YESTERDAY);
	T::BenchmarkHelper::set_time(begin_of(TODAY + 40));
	let networks = (0..lines).map(|n| LocalNetworkId(HERE.0 + n as u16));
	networks
		.map(|local_network| {
			let total = Totals::<T>::get((month, HERE, OWNER));
			Totals::<T>::insert((month, local_network, OWNER), total);
			Savings::<T>::insert((month, local_network, OWNER), saved());
			let line: Line = statements::line::<T>(month, OWNER, SHARER, local_network).unwrap().line;
			let signed = Signatures { line, signed: OrgSet::of(OWNER), disputed: OrgSet::of(SHARER) };
			Lines::<T>::insert((month, OWNER, SHARER, local_network), signed);
			(local_network, statements::digest::<T>(month, OWNER, SHARER, &line))
		})
		.collect()
}

/// The first day of a plan.
pub(super) const FIRST: u16 = TODAY + 1;

/// A plan over a page, of as many cells, each of another station as far as there are.
pub(super) fn saving(cells: u32) -> SavingPlan {
	let mut stations = vec![0u32; PAGE_SLOTS as usize];
	for n in 0..cells {
		stations[(n % PAGE_SLOTS) as usize] |= 1 << (1 + n / PAGE_SLOTS);
	}
	let stations = (0u8..).zip(stations).filter(|(_, cells)| *cells != 0).collect();
	let page = PageCells { page: 0, stations: BoundedVec::truncate_from(stations) };
	SavingPlan {
		local_network: HERE,
		pages: BoundedVec::truncate_from(vec![page]),
		first_day: FIRST,
		days: MAX_PLAN_DAYS,
		from: 0,
		until: 32,
		method: SavingMethod::Carrier,
		baseline: BaselineMethod { weeks: MAX_WEEKS, elasticity: 200 },
	}
}

/// The first page of neighbours that stand in for nobody, and how many of them have an outage: as many as an examination looks at.
const FAR: u16 = 1_000;
const DOWN: usize = 32;
/// The first number of other plans, and how many there are: as many as three companies may have.
const OTHERS: u32 = 1_000_000;
const PLANS: u32 = 192;

/// One of many cells, each of a station of its own.
pub(super) fn neighbour(n: u32) -> CellId {
	CellId { site: SiteId::new(HERE, FAR + (n / PAGE_SLOTS) as u16, n % PAGE_SLOTS), cell: 0 }
}

/// As many neighbours from one on as a cell may have, but for one. They cover a part of it.
fn neighbours(first: u32) -> impl Iterator<Item = (CellId, Cover)> {
	(first..).take(usize::from(MAX_NEIGHBOURS) - 1).map(|n| (neighbour(n), Cover::Partial))
}

/// So many pages, the cells of the first of which are covered by those of the others, and all weeks before reported by the quarter of
/// an hour. Each cell has as many neighbours as it may, each at a station of its own, and some have an outage. Of as many stations as may be
/// it is entered that cells of the first page cover them; that outages there are over is not seen yet. Its stations have slept as often as is
/// kept, all of it before these weeks. Other plans hold of each page what leaves room for one more, at other hours.
fn country<T: Config>(cells: u32, pages: u32) {
	set_up::<T>(pages);
	let others = pages.saturating_sub(1).max(1);
	let each = u32::from(MAX_NEIGHBOURS);
	// Whether a cell that covers is locked is read.
	for page in 1..pages {
		let of_slot = |slot: u32| (slot as u8, 0, neighbours(50_000).collect::<Vec<_>>());
		T::BenchmarkHelper::write_coverage(HERE, page as u16, (0..PAGE_SLOTS).map(of_slot).collect());
	}
	let cell = |n: u32| {
		let page = if pages > 1 { 1 + n % others } else { 0 };
		let by = CellId { site: SiteId::new(HERE, page as u16, n % PAGE_SLOTS), cell: 0 };
		// The last one stands in.
		let covers: Vec<_> = neighbours(n * each).chain([(by, Cover::Full)]).collect();
		((n % PAGE_SLOTS) as u8, (1 + n / PAGE_SLOTS) as u8, covers)
	};
	let down = (0..cells).flat_map(|n| neighbours(n * each)).take(DOWN);
	down.for_each(|(cell, _)| T::BenchmarkHelper::write_outage(cell.site));
	let mut cells: Vec<_> = (0..cells).map(cell).collect();
	cells.sort_by_key(|(slot, number, _)| (*slot, *number));
	T::BenchmarkHelper::write_coverage(HERE, 0, cells);
	// Whom those with an outage have for neighbours is read.
	let of_slot = |slot: u32| {
		let covers: Vec<_> = neighbours(50_000).collect();
		(0u8..3).map(move |number| (slot as u8, number, covers.clone()))
	};
	T::BenchmarkHelper::write_coverage(HERE, FAR, (0..PAGE_SLOTS).flat_map(of_slot).collect());
	for n in 0..MAX_ENTERED {
		// The cells of plans from the first one on.
		let covers = |n: u32| ((n % PAGE_SLOTS) as u8, (1 + n / PAGE_SLOTS) as u8, 0);
		let mut covers: Vec<_> = (0..MAX_COVERS).map(covers).collect();
		covers.sort_unstable();
		let station = SiteId::new(HERE, 2 * FAR, n);
		Covering::<T>::insert((HERE, 0, station), Covers::truncate_from(covers));
	}
	Slept::<T>::insert(HERE, 0, BoundedVec::truncate_from(slept(FIRST - 60, FIRST - 40)));
	for page in 0..pages as u16 {
		let hold = |n: u32| {
			let (plan, slot) = (OTHERS + n % PLANS, (n % PAGE_SLOTS) as u8);
			Hold { plan, by: SHARER, of: page, slot, sleeping: 1, compensating: 0 }
		};
		let holds = (0..MAX_HOLDS - PAGE_SLOTS).map(hold).collect();
		Held::<T>::insert(HERE, page, BoundedVec::truncate_from(holds));
	}
	let other = Window {
		by: SHARER,
		local_network: HERE,
		first_day: FIRST,
		last_day: FIRST + u16::from(MAX_PLAN_DAYS) - 1,
		from: 32,
		until: 33,
		phase: PlanPhase::Approved,
		due: 0,
		cursor: 0,
		holds: true,
	};
	(0..PLANS).for_each(|n| Windows::<T>::insert(OTHERS + n, other));
	for back in 1..=7 * u16::from(MAX_WEEKS) {
		let day = FIRST - back;
		let of_day = |first| Entry {
			span: Span { day, first, interval: Interval::Quarter, count: 1 },
			..entry(first, Hash::repeat_byte(1))
		};
		let entries = (0..QUARTERS).map(of_day).collect();
		Reports::<T>::insert((day, HERE, 0, OWNER), BoundedVec::truncate_from(entries));
	}
}

/// As many windows as are kept in which stations of a page have slept, all of them from one day to another.
pub(super) fn slept(first_day: u16, last_day: u16) -> Vec<SleptWindow> {
	let window =
		|n: u32| SleptWindow { first_day, last_day, from: 0, until: 1 + (n % 32) as u8, stations: u64::MAX };
	(0..MAX_SLEPT).map(window).collect()
}

/// A station with an outage, each of whose cells has as many neighbours that cover it as it may, in so many pages of which as much is
/// held as may be. In so many pages of plans as many cells sleep as may, for all of which a cell of the station stands in.
pub(super) fn outage<T: Config>(pages: u32, plans: u32) -> SiteId {
	T::BenchmarkHelper::account(OWNER);
	T::BenchmarkHelper::set_time(begin_of(FIRST));
	let (station, each, others) =
		(SiteId::new(HERE, 0, 0), u32::from(MAX_NEIGHBOURS), pages.saturating_sub(1));
	let by = |n: u32| {
		let page = if others > 0 { 1 + n % others } else { 0 };
		// Behind the slot of the station.
		let (slot, cell) = (1 + n % (PAGE_SLOTS - 1), n / PAGE_SLOTS % u32::from(MAX_CELLS));
		(CellId { site: SiteId::new(HERE, page as u16, slot), cell: cell as u8 }, Cover::Partial)
	};
	let of = |n: u32| (0, n as u8, (n * each..(n + 1) * each).map(by).collect::<Vec<_>>());
	// The table has cells of other stations, too.
	let other = |slot: u32| (slot as u8, 0, (0..each).map(by).collect::<Vec<_>>());
	let cells = (0..u32::from(MAX_CELLS)).map(of).chain((1..PAGE_SLOTS).map(other)).collect();
	T::BenchmarkHelper::write_coverage(HERE, 0, cells);
	T::BenchmarkHelper::write_outage(station);
	for page in 0..pages as u16 {
		// All of it by the same plans, which are looked at once.
		let hold = |n: u32| {
			let (plan, bits) = if plans > 0 { (n % plans, u32::MAX) } else { (0, 0) };
			let slot = if plans > 0 { n % PAGE_SLOTS } else { 1 + n % (PAGE_SLOTS - 1) };
			Hold { plan, by: OWNER, of: 0, slot: slot as u8, sleeping: bits, compensating: bits }
		};
		Held::<T>::insert(HERE, page, BoundedVec::truncate_from((0..MAX_HOLDS).map(hold).collect()));
	}
	let window = Window {
		by: OWNER,
		local_network: HERE,
		first_day: FIRST,
		last_day: FIRST,
		from: 0,
		until: QUARTERS,
		phase: PlanPhase::Approved,
		due: 0,
		cursor: 0,
		holds: true,
	};
	let by = CellId { site: station, cell: 0 };
	let stands_in = |n: u32| Compensation { slot: (n % PAGE_SLOTS) as u8, cell: (n / PAGE_SLOTS) as u8, by };
	let compensations = Compensations::truncate_from((0..MAX_SLEEPING).map(stands_in).collect());
	for plan in 0..plans {
		Windows::<T>::insert(plan, window);
		let compensations = compensations.clone();
		let examination = Examination { block: 1, compensations, frozen: Default::default() };
		Examinations::<T>::insert(plan, 0, examination);
	}
	let outage = Noting::Outage { done: None };
	Noted::<T>::insert(OWNER, noted::key(windows::now::<T>(), station, &outage), outage);
	NotedBy::<T>::put((OrgSet::of(OWNER), OWNER));
	station
}

pub(super) fn propose<T: Config>(saving: SavingPlan) -> u32 {
	let number = NextPlan::<T>::get();
	Pallet::<T>::propose_plan(account::<T>(OWNER).into(), Box::new(saving)).unwrap();
	number
}

/// A plan of a page that is examined.
pub(super) fn examined<T: Config>(cells: u32, pages: u32) -> u32 {
	country::<T>(cells, pages);
	let number = propose::<T>(saving(cells));
	assert!(Pallet::<T>::examine_page(account::<T>(OWNER).into(), number, 0).is_ok());
	assert!(Examinations::<T>::contains_key(number, 0));
	number
}

/// The same to which all but so many have consented.
pub(super) fn consented<T: Config>(cells: u32, pages: u32, missing: usize) -> u32 {
	let number = examined::<T>(cells, pages);
	let consents = Agreements::<T>::get(number).unwrap().consents;
	let required: Vec<OrgId> = consents.required.iter().collect();
	for org in required.iter().take(required.len().saturating_sub(missing)) {
		let (subject, revision) = (consents.subject, consents.revision);
		Pallet::<T>::consent_to_plan(account::<T>(*org).into(), number, subject, revision).unwrap();
	}
	number
}

/// The same that is approved.
pub(super) fn approved<T: Config>(cells: u32, pages: u32) -> u32 {
	let number = consented::<T>(cells, pages, 0);
	assert!(Pallet::<T>::approve_page(account::<T>(OWNER).into(), number, 0).is_ok());
	assert_eq!(Windows::<T>::get(number).unwrap().phase, PlanPhase::Approved);
	number
}

/// What a report is known by, where it is frozen.
pub(super) fn known<T: Config>(report: &Report) -> FrozenReport {
	FrozenReport { day: report.span.day, first: report.span.first, digest: digest::<T>(report), block: 0 }
}

/// A report of stations of quarters of an hour of a day.
pub(super) fn quarters_of(day: u16, first: u8, count: u8, stations: core::ops::Range<u32>) -> Report {
	let span = Span { day, first, interval: Interval::Quarter, count };
	let reading = Reading { energy: Some(900), volumes: [Some(70_001), Some(80_003), Some(60_007), None] };
	let of = |slot: u32| StationColumns {
		slot: slot as u8,
		register: 1_000_000,
		readings: vec![reading; usize::from(count)],
	};
	let stations: Vec<_> = stations.map(of).collect();
	// One of each carrier: else no reading counts.
	let networks = networks().take(3).collect();
	Report::new(0, span, 0, BoundedVec::truncate_from(networks), &stations).unwrap()
}
