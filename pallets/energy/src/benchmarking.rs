// SPDX-License-Identifier: Apache-2.0

//! What calls and hooks cost in the worst case: lists are as long as they may be, and nothing is refused early.

use crate::{
	forgetting::{MAX_REMOVED, MONTHS},
	types::{Dispute, Entry, ReportId, Signatures, Standing, MAX_ATTESTED, MAX_SIGNED, MAX_VERSIONS},
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
	energy::{
		report_digest, Interval, Line, Reading, Report, SharingRule, Span, StationColumns, Sums, SumsOf,
		Tariff, MAX_CONTRACT, MAX_PARTICIPANTS, QUARTERS,
	},
	order::Words,
	page::PAGE_SLOTS,
	site::{Plmn, SharingMode, Station, StationClass, StationEntry, StationState, Technology, TowerSite},
	territory::Position,
	Hash, LocalNetworkId, Moment, OrgId, OrgSet, ProvinceId,
};

/// What a benchmark needs of the runtime.
pub trait BenchmarkHelper<AccountId> {
	/// Makes as many organisations as there may be active members (2 is a tower company, the others are carriers), and gives an
	/// account of `org` that is collector, planner and auditor everywhere.
	fn account(org: OrgId) -> AccountId;

	/// Writes the stations of a page, in a local network that has it.
	fn write_stations(local_network: LocalNetworkId, page: u16, stations: Vec<StationEntry>);

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

/// A statement of as many lines as there may be, of which this are the networks and digests.
fn statement<T: Config>(lines: u32) -> Vec<(LocalNetworkId, Hash)> {
	world::<T>(1);
	let month = month_of_day(YESTERDAY);
	T::BenchmarkHelper::set_time(begin_of(TODAY + 40));
	let networks = (0..lines).map(|n| LocalNetworkId(HERE.0 + n as u16));
	networks
		.map(|local_network| {
			let total = Totals::<T>::get((month, HERE, OWNER));
			Totals::<T>::insert((month, local_network, OWNER), total);
			let line: Line = statements::line::<T>(month, OWNER, SHARER, local_network).unwrap().line;
			let signed = Signatures { line, signed: OrgSet::of(OWNER), disputed: OrgSet::of(SHARER) };
			Lines::<T>::insert((month, OWNER, SHARER, local_network), signed);
			(local_network, statements::digest::<T>(month, OWNER, SHARER, &line))
		})
		.collect()
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
		for report in &reports {
			full_day::<T>(report.page, report.span.first);
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

	/// A ruling has a reason beside what the others have.
	#[benchmark]
	fn settle() {
		let origin = account::<T>(TOWER);
		let report = contested::<T>();

		#[extrinsic_call]
		rule(origin, report, Hash::repeat_byte(2), false, words());

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

	/// A third of them are days of pages that are full.
	#[benchmark]
	fn forget(n: Linear<0, { MAX_REMOVED * 3 }>) {
		world::<T>(1);
		let month = month_of_day(YESTERDAY);
		Totals::<T>::remove((month, HERE, OWNER));
		let each = |third: u32| (n + third) / 3;
		for page in 0..each(0) {
			full_day::<T>(page as u16, QUARTERS);
		}
		let line = Line { local_network: HERE, share: many(), whole: many(), factor: Default::default() };
		for owner in 0..each(1) {
			Totals::<T>::insert((month, LocalNetworkId(owner as u16), OWNER), types::Total::default());
		}
		for payer in 0..each(2) {
			let signed = Signatures { line, signed: OrgSet::EMPTY, disputed: OrgSet::EMPTY };
			Lines::<T>::insert((month, OWNER, SHARER, LocalNetworkId(payer as u16)), signed);
		}
		DaysFrom::<T>::put(YESTERDAY);
		MonthsFrom::<T>::put(month);
		T::BenchmarkHelper::set_time(begin_of(TODAY + 31 * MONTHS));
		let mut removed = 0;

		#[block]
		{
			removed = forgetting::forget::<T>();
		}

		assert_eq!(removed, n);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
