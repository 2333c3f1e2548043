// SPDX-License-Identifier: Apache-2.0

//! What calls and hooks cost in the worst case: lists are as long as they may be, and nothing is refused early.

use crate::{
	forgetting::{KINDS, MAX_REMOVED, MONTHS},
	types::{
		Dispute, Entry, ReportId, Signatures, Standing, MAX_ATTESTED, MAX_REPORTS, MAX_SIGNED, MAX_VERSIONS,
	},
	windows::{
		agenda, noted,
		outages::MAX_WOKEN,
		types::{
			Compensations, Examination, Hold, Noting, Proof, Proofs, Saved, Urgency, Waking, Window,
			MAX_HOLDS, MAX_WAKINGS,
		},
		MAX_PAGES_LOOKED,
	},
	*,
};
use alloc::{boxed::Box, vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{EnsureOrigin, Get},
	BoundedVec,
};
use frame_system::RawOrigin;
use trimast_primitives::{
	access::Scope,
	calendar::{begin_of, month_of_day},
	cells::{CellId, MAX_NEIGHBOURS},
	energy::{
		frozen_hash, report_digest, BaselineMethod, Compensation, FrozenReport, Interval, Line, PageCells,
		PlanPhase, Reading, Report, SavingMethod, SavingPlan, SharingRule, Span, StationColumns, Sums,
		SumsOf, Tariff, Waker, MAX_CONTRACT, MAX_PARTICIPANTS, MAX_PAST_REPORTS, MAX_PLAN_DAYS,
		MAX_PLAN_PAGES, MAX_SLEEPING, MAX_WEEKS, QUARTERS,
	},
	interlock::{Cover, StationListener},
	order::Words,
	org::MAX_ORGS,
	page::{SiteId, PAGE_SLOTS},
	site::{
		Plmn, SharingMode, Station, StationClass, StationEntry, StationState, Technology, TowerSite,
		MAX_CELLS,
	},
	territory::Position,
	Hash, LocalNetworkId, Moment, OrgId, OrgSet,
};

/// What a benchmark needs of the runtime.
pub trait BenchmarkHelper<AccountId> {
	/// Makes as many organisations as there may be active members (2 is a tower company, the others are carriers), and gives an
	/// account of `org` that is collector, planner and auditor everywhere.
	fn account(org: OrgId) -> AccountId;

	/// Writes the stations of a page, in a local network that has it.
	fn write_stations(local_network: LocalNetworkId, page: u16, stations: Vec<StationEntry>);

	/// Writes the neighbours of cells of a page, each with its station's slot and its number, and how far they cover it. The cells are
	/// unlocked.
	fn write_coverage(local_network: LocalNetworkId, page: u16, cells: Vec<(u8, u8, Vec<(CellId, Cover)>)>);

	/// Has an outage open at a station.
	fn write_outage(site: SiteId);

	/// Sets the chain's clock.
	fn set_time(now: Moment);
}

const HERE: LocalNetworkId = LocalNetworkId(1301);
const OWNER: OrgId = OrgId(0);
const SHARER: OrgId = OrgId(1);
const TOWER: OrgId = OrgId(2);
/// 2027-01-15.
const TODAY: u16 = 20_833;
const YESTERDAY: u16 = TODAY - 1;

fn account<T: Config>(org: OrgId) -> RawOrigin<T::AccountId> {
	RawOrigin::Signed(T::BenchmarkHelper::account(org))
}

/// Stations that three carriers share.
fn stations() -> Vec<StationEntry> {
	let station = |n: u32| Station {
		code: BoundedVec::truncate_from(alloc::format!("BENCHMARK-STATION-{n:06}").into_bytes()),
		technology: Technology::Nr,
		mode: SharingMode::MocnSeveralCellIds,
		owner: OWNER,
		sharers: OrgSet::of(SHARER).with(OrgId(3)),
		tower: Some(TowerSite { org: TOWER, code: BoundedVec::truncate_from(vec![b'T'; 24]) }),
		plmns: BoundedVec::truncate_from(
			(0..12).map(|mnc| Plmn { mcc: 460, mnc, three_digit_mnc: false }).collect(),
		),
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

/// The inventory, and the time.
fn world<T: Config>(pages: u32) {
	T::BenchmarkHelper::set_time(begin_of(TODAY).saturating_add(43_200_000));
	for page in 0..pages {
		T::BenchmarkHelper::write_stations(HERE, page as u16, stations());
	}
	SettingsInForce::<T>::mutate(|settings| settings.reports = QUARTERS);
	let versions = (0..MAX_VERSIONS).map(|n| (n as u16, Tariff::flat(8_000))).collect();
	Tariffs::<T>::insert(HERE.province(), BoundedVec::truncate_from(versions));
	let contract = BoundedVec::truncate_from((0..MAX_CONTRACT).map(|n| (OrgId(n as u8), 1)).collect());
	let rule = SharingRule { method: Default::default(), contract };
	for scope in [Scope::National, Scope::Province(HERE.province())] {
		let versions = (0..MAX_VERSIONS).map(|n| (n as u16, Some(rule.clone()))).collect();
		SharingRules::<T>::insert(scope, BoundedVec::truncate_from(versions));
	}
	let sums = BoundedVec::truncate_from((0..MAX_PARTICIPANTS).map(|n| (OrgId(n as u8), many())).collect());
	let total = types::Total { sums, counted: 1 << 40, ..Default::default() };
	Totals::<T>::insert((month_of_day(YESTERDAY), HERE, OWNER), total);
}

/// Sums as they are in a large month.
fn many() -> Sums {
	Sums { energy: 1 << 50, volume: 1 << 50, amount: 1 << 60 }
}

/// What as many participants as there may be have saved in a large month.
fn saved() -> Saved {
	let shares = (0..MAX_PARTICIPANTS).map(|n| (OrgId(n as u8), -(1i64 << 50)));
	let shares = BoundedVec::truncate_from(shares.collect());
	Saved { expected: 1 << 50, metered: 1 << 60, compared: 1 << 40, left_out: 1 << 40, shares }
}

/// A report of `size` readings of yesterday's last hours, in which a reading that counts follows one that does not.
fn report(page: u16, number: u16, size: u32) -> Report {
	let count = size.clamp(1, u32::from(QUARTERS) - 1).min(size.div_ceil(PAGE_SLOTS).max(1)) as u8;
	let stations = (size / u32::from(count)).clamp(1, PAGE_SLOTS);
	let span = Span { day: YESTERDAY, first: QUARTERS - count, interval: Interval::Quarter, count };
	let reading = |n: u8| Reading {
		energy: Some(if n.is_multiple_of(2) { 900 } else { 30_000 }),
		volumes: [70_001, 80_003, 90_007, 0],
	};
	let of = |slot: u32| StationColumns {
		slot: slot as u8,
		register: 1_000_000,
		readings: (0..count).map(reading).collect(),
	};
	let stations: Vec<_> = (0..stations).map(of).collect();
	let networks = (0..3).map(|mnc| Plmn { mcc: 460, mnc, three_digit_mnc: false }).collect();
	// The columns are shorter than they may be.
	Report::new(page, span, number, BoundedVec::truncate_from(networks), &stations).unwrap()
}

fn digest<T: Config>(report: &Report) -> Hash {
	report_digest(Pallet::<T>::genesis_hash(), HERE, OWNER, report)
}

fn standing() -> Standing {
	let sums = (0..MAX_PARTICIPANTS).map(|n| (OrgId(n as u8), Sums { energy: 1, volume: 1, amount: 1 }));
	Standing { counted: 1, sums: SumsOf::truncate_from(sums.collect()) }
}

/// What stands of a quarter of an hour.
fn entry(first: u8, digest: Hash) -> Entry {
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

fn dispute() -> Dispute {
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
fn full_day<T: Config>(page: u16, end: u8) {
	let entries = (0..end).map(|first| entry(first, Hash::repeat_byte(1))).collect();
	Reports::<T>::insert((YESTERDAY, HERE, page, OWNER), BoundedVec::truncate_from(entries));
}

/// A report that is contested, at the end of a day that is full.
fn contested<T: Config>() -> ReportId {
	world::<T>(1);
	full_day::<T>(0, QUARTERS);
	let last = QUARTERS - 1;
	Reports::<T>::mutate((YESTERDAY, HERE, 0, OWNER), |day| {
		if let Some(entry) = day.last_mut() {
			entry.dispute = Some(dispute());
		}
	});
	ReportId { day: YESTERDAY, local_network: HERE, page: 0, owner: OWNER, first: last }
}

fn words() -> Words {
	let text = vec![b'a'; 64];
	Words { text: BoundedVec::truncate_from(text), body: Some(Hash::repeat_byte(3)) }
}

/// A statement of as many lines as there may be, of which this are the networks and digests. Everybody has saved something there.
fn statement<T: Config>(lines: u32) -> Vec<(LocalNetworkId, Hash)> {
	world::<T>(1);
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
const FIRST: u16 = TODAY + 1;

/// A plan over a page, of as many cells, each of another station as far as there are.
fn saving(cells: u32) -> SavingPlan {
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
fn neighbour(n: u32) -> CellId {
	CellId { site: SiteId::new(HERE, FAR + (n / PAGE_SLOTS) as u16, n % PAGE_SLOTS), cell: 0 }
}

/// As many neighbours from one on as a cell may have, but for one. They cover a part of it.
fn neighbours(first: u32) -> impl Iterator<Item = (CellId, Cover)> {
	(first..).take(usize::from(MAX_NEIGHBOURS) - 1).map(|n| (neighbour(n), Cover::Partial))
}

/// So many pages, the cells of the first of which are covered by those of the others, and all weeks before reported by the quarter of
/// an hour. Each cell has as many neighbours as it may, each at a station of its own, and some have an outage. Other plans hold of each
/// page what leaves room for one more, at other hours.
fn country<T: Config>(cells: u32, pages: u32) {
	world::<T>(pages);
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

/// A station with an outage, each of whose cells has as many neighbours that cover it as it may, in so many pages of which as much is
/// held as may be. In so many pages of plans as many cells sleep as may, for all of which a cell of the station stands in.
fn outage<T: Config>(pages: u32, plans: u32) -> SiteId {
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

fn propose<T: Config>(saving: SavingPlan) -> u32 {
	let number = NextPlan::<T>::get();
	Pallet::<T>::propose_plan(account::<T>(OWNER).into(), Box::new(saving)).unwrap();
	number
}

/// A plan of a page that is examined.
fn examined<T: Config>(cells: u32, pages: u32) -> u32 {
	country::<T>(cells, pages);
	let number = propose::<T>(saving(cells));
	assert!(Pallet::<T>::examine_page(account::<T>(OWNER).into(), number, 0).is_ok());
	assert!(Examinations::<T>::contains_key(number, 0));
	number
}

/// The same to which all but so many have consented.
fn consented<T: Config>(cells: u32, pages: u32, missing: usize) -> u32 {
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
fn approved<T: Config>(cells: u32, pages: u32) -> u32 {
	let number = consented::<T>(cells, pages, 0);
	assert!(Pallet::<T>::approve_page(account::<T>(OWNER).into(), number, 0).is_ok());
	assert_eq!(Windows::<T>::get(number).unwrap().phase, PlanPhase::Approved);
	number
}

/// What a report is known by, where it is frozen.
fn known<T: Config>(report: &Report) -> FrozenReport {
	FrozenReport { day: report.span.day, first: report.span.first, digest: digest::<T>(report), block: 0 }
}

/// A report of stations of quarters of an hour of a day.
fn quarters_of(day: u16, first: u8, count: u8, stations: core::ops::Range<u32>) -> Report {
	let span = Span { day, first, interval: Interval::Quarter, count };
	let reading = Reading { energy: Some(900), volumes: [70_001, 80_003, 0, 0] };
	let of = |slot: u32| StationColumns {
		slot: slot as u8,
		register: 1_000_000,
		readings: vec![reading; usize::from(count)],
	};
	let stations: Vec<_> = stations.map(of).collect();
	let networks = (0..2).map(|mnc| Plmn { mcc: 460, mnc, three_digit_mnc: false }).collect();
	Report::new(0, span, 0, BoundedVec::truncate_from(networks), &stations).unwrap()
}

#[benchmarks]
mod benches {
	use super::*;

	/// Of what is governed a sharing rule is the largest.
	#[benchmark]
	fn set_governed() -> Result<(), BenchmarkError> {
		let origin = T::RulesOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		world::<T>(1);
		let scope = Scope::Province(HERE.province());
		let rule = SharingRules::<T>::get(scope).last().and_then(|(_, rule)| rule.clone());

		#[extrinsic_call]
		set_sharing(origin as T::RuntimeOrigin, scope, TODAY + 1, rule);

		assert_eq!(SharingRules::<T>::get(scope).last().map(|(from, _)| *from), Some(TODAY + 1));
		Ok(())
	}

	/// Reports of pages that have as many on that day as they may beside this one. None of their readings is like the one before.
	#[benchmark]
	fn report(r: Linear<1, { T::MaxReports::get() }>, n: Linear<1, { PAGE_SLOTS * 95 }>) {
		let origin = account::<T>(OWNER);
		world::<T>(r);
		// All but one are of a single reading.
		let reports: Vec<_> = (0..r)
			.map(|page| super::report(page as u16, 0, if page == 0 { n.saturating_sub(r).max(1) } else { 1 }))
			.collect();
		// A benchmark's name is that of a type here.
		for of in &reports {
			full_day::<T>(of.page, of.span.first);
		}
		let reports = BoundedVec::truncate_from(reports);

		#[extrinsic_call]
		_(origin, HERE, reports);

		let last = Reports::<T>::get((YESTERDAY, HERE, (r - 1) as u16, OWNER));
		assert!(last.last().is_some_and(|entry| entry.standing.counted > 0));
	}

	/// Each of another page, at the end of a day that is full.
	#[benchmark]
	fn attest(a: Linear<1, MAX_ATTESTED>) {
		let origin = account::<T>(TOWER);
		world::<T>(1);
		let last = QUARTERS - 1;
		let reports = (0..a as u16).map(|page| {
			full_day::<T>(page, QUARTERS);
			(YESTERDAY, page, OWNER, last, Hash::repeat_byte(1))
		});
		let reports = BoundedVec::truncate_from(reports.collect());

		#[extrinsic_call]
		_(origin, HERE, reports);

		let day = Reports::<T>::get((YESTERDAY, HERE, 0, OWNER));
		assert!(day.last().is_some_and(|entry| entry.attested.contains(TOWER)));
	}

	/// At the end of a day that is full before it.
	#[benchmark]
	fn contest(n: Linear<1, { PAGE_SLOTS * 95 }>) {
		let origin = account::<T>(SHARER);
		world::<T>(1);
		let reported = super::report(0, 0, n);
		let mut stations = reported.columns().unwrap().to_stations();
		stations[0].readings[0].energy = Some(1);
		let networks = reported.networks.clone();
		let seen = Report::new(0, reported.span, 0, networks, &stations).unwrap();
		full_day::<T>(0, reported.span.first);
		Reports::<T>::mutate((YESTERDAY, HERE, 0, OWNER), |day| {
			let entry = Entry { span: reported.span, ..entry(0, digest::<T>(&reported)) };
			day.try_push(entry).unwrap();
		});

		#[extrinsic_call]
		_(origin, HERE, OWNER, Box::new(reported), Box::new(seen));

		let day = Reports::<T>::get((YESTERDAY, HERE, 0, OWNER));
		assert!(day.last().is_some_and(|entry| entry.dispute.is_some()));
	}

	/// A ruling has a reason beside what the others have. It is of a company that pays nothing of it.
	#[benchmark]
	fn settle() {
		let origin = account::<T>(OrgId(MAX_PARTICIPANTS as u8));
		let id = contested::<T>();

		#[extrinsic_call]
		rule(origin, id, Hash::repeat_byte(2), false, words());

		let day = Reports::<T>::get((YESTERDAY, HERE, 0, OWNER));
		assert!(day.last().is_some_and(|entry| entry.dispute.is_none()));
	}

	/// Each is final then.
	#[benchmark]
	fn sign_lines(l: Linear<1, MAX_SIGNED>) {
		let origin = account::<T>(SHARER);
		let lines = BoundedVec::truncate_from(statement::<T>(l));
		let month = month_of_day(YESTERDAY);

		#[extrinsic_call]
		_(origin, month, OWNER, SHARER, lines);

		assert!(Totals::<T>::get((month, HERE, OWNER)).is_closed);
	}

	/// One that the other has signed.
	#[benchmark]
	fn dispute_line() {
		let origin = account::<T>(SHARER);
		let lines = statement::<T>(1);
		let month = month_of_day(YESTERDAY);
		Lines::<T>::mutate((month, OWNER, SHARER, HERE), |line| {
			if let Some(line) = line {
				line.disputed = OrgSet::EMPTY;
			}
		});

		#[extrinsic_call]
		_(origin, month, OWNER, SHARER, HERE, lines[0].1, words());

		let line = Lines::<T>::get((month, OWNER, SHARER, HERE));
		assert!(line.is_some_and(|line| line.disputed.contains(SHARER)));
	}

	/// A quarter of them are days of pages that are full, and something else of their month is contested.
	#[benchmark]
	fn forget(n: Linear<0, { MAX_REMOVED * KINDS }>) {
		world::<T>(1);
		let month = month_of_day(YESTERDAY);
		let total = Totals::<T>::take((month, HERE, OWNER));
		let each = |kind: u32| (n + kind) / KINDS;
		for page in 0..each(0) {
			full_day::<T>(page as u16, QUARTERS);
		}
		let line = Line {
			local_network: HERE,
			share: many(),
			whole: many(),
			factor: Default::default(),
			saved: 0,
			saved_by_all: 0,
		};
		for owner in 0..each(1) {
			let place = if owner == 0 { HERE } else { LocalNetworkId(owner as u16) };
			Totals::<T>::insert((month, place, OWNER), types::Total { contested: 1, ..total.clone() });
		}
		for payer in 0..each(2) {
			let signed = Signatures { line, signed: OrgSet::EMPTY, disputed: OrgSet::EMPTY };
			Lines::<T>::insert((month, OWNER, SHARER, LocalNetworkId(payer as u16)), signed);
		}
		for owner in 0..each(3) {
			Savings::<T>::insert((month, LocalNetworkId(owner as u16), OWNER), saved());
		}
		DaysFrom::<T>::put(YESTERDAY);
		MonthsFrom::<T>::put(month);
		T::BenchmarkHelper::set_time(begin_of(TODAY + 31 * MONTHS));

		#[block]
		{
			forgetting::forget::<T>();
		}

		let left = Reports::<T>::iter_keys().count() + Totals::<T>::iter_keys().count();
		assert_eq!(left + Lines::<T>::iter_keys().count() + Savings::<T>::iter_keys().count(), 0);
	}

	/// A day of a page with as many reports as there may be.
	#[benchmark]
	fn forget_contested() {
		contested::<T>();
		let total = (month_of_day(YESTERDAY), HERE, OWNER);
		Reports::<T>::mutate((YESTERDAY, HERE, 0, OWNER), |day| {
			day.iter_mut().for_each(|entry| entry.dispute = Some(dispute()));
		});
		Totals::<T>::mutate(total, |total| total.contested = QUARTERS.into());
		DaysFrom::<T>::put(YESTERDAY);
		T::BenchmarkHelper::set_time(begin_of(TODAY + 31 * MONTHS));

		#[block]
		{
			forgetting::forget::<T>();
		}

		assert!(Reports::<T>::iter_keys().next().is_none());
		assert_eq!(Totals::<T>::get(total).contested, 0);
	}

	/// Over as many pages as there may be.
	#[benchmark]
	fn propose_plan(s: Linear<1, { MAX_PLAN_PAGES * PAGE_SLOTS }>) {
		let origin = account::<T>(OWNER);
		world::<T>(1);
		let pages = (0..s.div_ceil(PAGE_SLOTS)).map(|page| {
			let count = (s - page * PAGE_SLOTS).min(PAGE_SLOTS);
			let stations = (0..count).map(|slot| (slot as u8, 0b111)).collect();
			PageCells { page: page as u16, stations: BoundedVec::truncate_from(stations) }
		});
		let pages = BoundedVec::truncate_from(pages.collect());
		let plan = Box::new(SavingPlan { pages, ..saving(1) });

		#[extrinsic_call]
		_(origin, plan);

		assert!(Windows::<T>::contains_key(0));
	}

	/// Examined before, with other cells that stood in.
	#[benchmark]
	fn examine_page(c: Linear<1, MAX_SLEEPING>, p: Linear<1, { MAX_PAGES_LOOKED + 1 }>) {
		let origin = account::<T>(OWNER);
		let number = examined::<T>(c, p);
		Agreements::<T>::mutate(number, |agreement| {
			if let Some(page) = agreement.as_mut().and_then(|agreement| agreement.page_mut(0)) {
				page.at = 0;
			}
		});

		#[extrinsic_call]
		_(origin, number, 0);

		assert!(Agreements::<T>::get(number).is_some_and(|agreement| agreement.pages[0].at > 0));
	}

	/// The last one.
	#[benchmark]
	fn consent_to_plan() {
		let number = consented::<T>(1, 1, 1);
		let consents = Agreements::<T>::get(number).unwrap().consents;
		let last = consents.missing().iter().next().unwrap();
		let origin = account::<T>(last);

		#[extrinsic_call]
		_(origin, number, consents.subject, consents.revision);

		assert_eq!(Windows::<T>::get(number).map(|window| window.phase), Some(PlanPhase::Agreed));
	}

	/// The last page.
	#[benchmark]
	fn approve_page(c: Linear<1, MAX_SLEEPING>, p: Linear<1, { MAX_PAGES_LOOKED + 1 }>) {
		let origin = account::<T>(OWNER);
		let number = consented::<T>(c, p, 0);

		#[extrinsic_call]
		_(origin, number, 0);

		assert_eq!(Windows::<T>::get(number).map(|window| window.phase), Some(PlanPhase::Approved));
	}

	/// One that is in force.
	#[benchmark]
	fn withdraw_plan() {
		let origin = account::<T>(OWNER);
		let number = approved::<T>(1, 1);
		T::BenchmarkHelper::set_time(begin_of(FIRST).saturating_add(3_600_000));

		#[extrinsic_call]
		_(origin, number);

		assert_eq!(Windows::<T>::get(number).map(|window| window.phase), Some(PlanPhase::Over));
	}

	/// By one that had consented, as all had.
	#[benchmark]
	fn refuse_plan() {
		let origin = account::<T>(SHARER);
		let number = consented::<T>(1, 1, 0);

		#[extrinsic_call]
		_(origin, number, words());

		assert_eq!(Windows::<T>::get(number).map(|window| window.phase), Some(PlanPhase::Refused));
	}

	/// Three cells of each station.
	#[benchmark]
	fn wake(s: Linear<1, PAGE_SLOTS>) {
		let origin = account::<T>(SHARER);
		let number = approved::<T>(MAX_SLEEPING, 1);
		T::BenchmarkHelper::set_time(begin_of(FIRST).saturating_add(3_600_000));
		let stations = BoundedVec::truncate_from((0..s).map(|slot| (slot as u8, 0b1110)).collect());

		#[extrinsic_call]
		_(origin, number, 0, stations, words());

		assert_eq!(Woken::<T>::get((number, 0, FIRST)).len() as u32, s);
	}

	/// Most of them of a single reading, and two of all others: one of the day, and one of a week before with which it is compared. The
	/// month has savings of everybody.
	#[benchmark]
	fn prove_page(
		r: Linear<2, { MAX_REPORTS + MAX_PAST_REPORTS }>,
		n: Linear<224, { PAGE_SLOTS * 95 + MAX_REPORTS + MAX_PAST_REPORTS }>,
	) {
		let origin = account::<T>(OWNER);
		world::<T>(1);
		Savings::<T>::insert((month_of_day(FIRST), HERE, OWNER), saved());
		let saving = SavingPlan { until: QUARTERS, ..saving(PAGE_SLOTS) };
		let number = propose::<T>(saving);
		let count = r.saturating_sub(MAX_PAST_REPORTS).max(1);
		let size = (n.saturating_sub(r) / 2).max(1);
		let length = size.div_ceil(PAGE_SLOTS - 1).clamp(1, 95);
		let stations = 1..1 + (size / length).clamp(1, PAGE_SLOTS - 1);
		let mut today = vec![quarters_of(FIRST, 0, length as u8, stations.clone())];
		today.extend((1..count).map(|n| quarters_of(FIRST, n as u8, 1, 0..1)));
		let mut past = vec![quarters_of(FIRST - 7, 0, length as u8, stations)];
		let others = r - count - 1;
		let single = |n: u32| quarters_of(FIRST - 14 - 7 * (n / 96) as u16, (n % 96) as u8, 1, 0..1);
		past.extend((0..others).map(single));
		let mut frozen: Vec<FrozenReport> = past.iter().map(known::<T>).collect();
		frozen.sort_by_key(|of| (of.day, of.first));
		let frozen = BoundedVec::truncate_from(vec![frozen_hash(&frozen); 7]);
		let examination = Examination { block: 1, compensations: Default::default(), frozen };
		Examinations::<T>::insert(number, 0, examination);
		let entries = today.iter().map(|of| Entry { span: of.span, ..entry(0, digest::<T>(of)) });
		Reports::<T>::insert((FIRST, HERE, 0, OWNER), BoundedVec::truncate_from(entries.collect()));
		Windows::<T>::mutate(number, |window| {
			if let Some(window) = window {
				window.phase = PlanPhase::Approved;
			}
		});
		T::BenchmarkHelper::set_time(begin_of(FIRST + 1));
		let (today, past) = (BoundedVec::truncate_from(today), BoundedVec::truncate_from(past));

		#[extrinsic_call]
		_(origin, number, 0, FIRST, today, past);

		assert_eq!(Proven::<T>::get(number, 0).len(), 1);
	}

	/// Of a page of which as much is held as may be.
	#[benchmark]
	fn note_stations() {
		outage::<T>(1, 0);
		Pallet::<T>::stations_changed(HERE, 0, 1, OWNER);

		#[block]
		{
			Pallet::<T>::stations_changed(HERE, 0, u64::MAX, OWNER);
		}

		// The outage is noted apart.
		assert_eq!(Noted::<T>::iter_keys().count(), 2);
	}

	/// Every company has a look and something else that is due later, but for the last one that is asked: that has nothing at all.
	#[benchmark]
	fn look_for_due() {
		world::<T>(1);
		for org in (0..MAX_ORGS).map(OrgId) {
			if org.0 > 0 {
				for urgency in Urgency::ALL {
					Due::<T>::insert((org, urgency, [u8::MAX; 8]), ());
				}
			}
			Queued::<T>::mutate(|(orgs, _)| *orgs = orgs.with(org));
		}

		#[block]
		{
			agenda::work::<T>();
		}

		assert!(!Queued::<T>::get().0.contains(OrgId(0)));
	}

	/// A page at the begin of a day.
	#[benchmark]
	fn step_window(c: Linear<0, MAX_SLEEPING>, p: Linear<1, { MAX_PAGES_LOOKED + 1 }>) {
		let number = approved::<T>(c.max(1), p);
		T::BenchmarkHelper::set_time(begin_of(FIRST));

		#[block]
		{
			agenda::work::<T>();
		}

		let due = |window: Window| (window.due, window.begins(FIRST + 1));
		assert!(Windows::<T>::get(number).map(due).is_some_and(|(due, next)| due == next));
	}

	/// The only page of a plan: in it everybody has saved something on each day, and as many were woken as may be. The plans behind it are
	/// forgotten already.
	#[benchmark]
	fn forget_page() {
		world::<T>(1);
		let number = propose::<T>(saving(MAX_SLEEPING));
		let mut window = Windows::<T>::get(number).unwrap();
		Due::<T>::remove(agenda::position(number, &window));
		(window.phase, window.holds, window.due) = (PlanPhase::Over, false, 0);
		Due::<T>::insert(agenda::position(number, &window), ());
		Windows::<T>::insert(number, window);
		let by = neighbour(0);
		let stands_in =
			|n: u32| Compensation { slot: (n % PAGE_SLOTS) as u8, cell: (n / PAGE_SLOTS) as u8, by };
		let compensations = Compensations::truncate_from((0..MAX_SLEEPING).map(stands_in).collect());
		let frozen = BoundedVec::truncate_from(vec![Hash::zero(); 7]);
		Examinations::<T>::insert(number, 0, Examination { block: 1, compensations, frozen });
		let days = FIRST..FIRST + u16::from(MAX_PLAN_DAYS);
		let proof = |day| Proof { day, reports: Hash::zero(), saved: saved() };
		Proven::<T>::insert(number, 0, Proofs::truncate_from(days.clone().map(proof).collect()));
		let waking = |n: u32| {
			let by = Waker::Org(OrgId((n / PAGE_SLOTS) as u8));
			Waking { slot: (n % PAGE_SLOTS) as u8, cells: 0b1110, by }
		};
		for day in days {
			let woken = BoundedVec::truncate_from((0..MAX_WAKINGS).map(waking).collect());
			Woken::<T>::insert((number, 0, day), woken);
		}
		NextPlan::<T>::put(u32::MAX);

		#[block]
		{
			agenda::work::<T>();
		}

		assert!(!Windows::<T>::contains_key(number) && !Proven::<T>::contains_key(number, 0));
		assert_eq!(Woken::<T>::iter_keys().count(), 0);
	}

	/// A station with an outage, and what plans hold around it.
	#[benchmark]
	fn step_outage(p: Linear<1, { MAX_PAGES_LOOKED + 1 }>, n: Linear<0, MAX_WOKEN>) {
		let station = outage::<T>(p, n);
		let key = noted::key(windows::now::<T>(), station, &Noting::Outage { done: None });

		#[block]
		{
			noted::work::<T>();
		}

		assert!(!Noted::<T>::contains_key(OWNER, key));
		assert_eq!(Woken::<T>::iter_keys().count() as u32, n);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
