// SPDX-License-Identifier: Apache-2.0

//! What calls and hooks cost in the worst case: lists are as long as they may be, and nothing is refused early.

mod world;

use crate::{
	forgetting::{KINDS, MAX_REMOVED, MONTHS},
	types::{Entry, ReportId, Signatures, MAX_ATTESTED, MAX_REPORTS, MAX_SIGNED, MAX_VERSIONS},
	windows::{
		agenda,
		covering::MAX_ENTERED,
		noted,
		outages::MAX_WOKEN,
		types::{Compensations, Examination, Noting, Proof, Proofs, Urgency, Waking, Window, MAX_WAKINGS},
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
	calendar::{begin_of, month_of_day},
	cells::CellId,
	energy::{
		frozen_hash, Compensation, FrozenReport, Line, PageCells, PlanPhase, Report, SavingPlan, Tariff,
		Waker, MAX_PARTICIPANTS, MAX_PAST_REPORTS, MAX_PLAN_DAYS, MAX_PLAN_PAGES, MAX_SLEEPING, QUARTERS,
	},
	interlock::{Cover, StationListener},
	org::MAX_ORGS,
	page::{SiteId, PAGE_SLOTS},
	site::{Plmn, StationEntry},
	Hash, LocalNetworkId, Moment, OrgId, OrgSet,
};
use world::{
	account, approved, consented, contested, digest, dispute, entry, examined, full_day, known, many, outage,
	propose, quarters_of, report, saved, saving, set_up, slept, statement, words, FIRST, HERE, OWNER, SHARER,
	TODAY, TOWER, YESTERDAY,
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

	/// Has a network be a carrier's.
	fn write_holder(plmn: Plmn, org: OrgId);

	/// Has an outage open at a station.
	fn write_outage(site: SiteId);

	/// Sets the chain's clock.
	fn set_time(now: Moment);
}

#[benchmarks]
mod benches {
	use super::*;

	/// Of what is governed the versions of a tariff are the largest.
	#[benchmark]
	fn set_governed() -> Result<(), BenchmarkError> {
		let origin = T::RulesOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		set_up::<T>(1);

		#[extrinsic_call]
		set_tariff(origin as T::RuntimeOrigin, HERE.province(), TODAY + 1, Tariff::flat(1));

		let versions = Tariffs::<T>::get(HERE.province());
		assert_eq!(
			(versions.len() as u32, versions.last()),
			(MAX_VERSIONS, Some(&(TODAY + 1, Tariff::flat(1))))
		);
		Ok(())
	}

	/// Reports of pages that have as many on that day as they may beside this one. None of their readings is like the one before.
	#[benchmark]
	fn report(r: Linear<1, { T::MaxReports::get() }>, n: Linear<1, { PAGE_SLOTS * 95 }>) {
		let origin = account::<T>(OWNER);
		set_up::<T>(r);
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
		set_up::<T>(1);
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
		set_up::<T>(1);
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
		set_up::<T>(1);
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
		set_up::<T>(1);
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
		set_up::<T>(1);
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
		set_up::<T>(1);
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

	/// The only page of a plan: in it everybody has saved something on each day, and as many were woken as may be. Others stood in for them
	/// in as many pages as may be, of each of which as much is known of when stations have slept, all of it of other plans. The plans behind
	/// it are forgotten already.
	#[benchmark]
	fn forget_page() {
		set_up::<T>(1);
		let number = propose::<T>(saving(MAX_SLEEPING));
		let mut window = Windows::<T>::get(number).unwrap();
		Due::<T>::remove(agenda::position(number, &window));
		(window.phase, window.holds, window.due) = (PlanPhase::Over, false, 0);
		Due::<T>::insert(agenda::position(number, &window), ());
		Windows::<T>::insert(number, window);
		let stands_in = |n: u32| {
			let site = SiteId::new(HERE, 1 + (n % MAX_PAGES_LOOKED) as u16, n % PAGE_SLOTS);
			let by = CellId { site, cell: 0 };
			Compensation { slot: (n % PAGE_SLOTS) as u8, cell: (n / PAGE_SLOTS) as u8, by }
		};
		for page in 0..=MAX_PAGES_LOOKED as u16 {
			Slept::<T>::insert(HERE, page, BoundedVec::truncate_from(slept(FIRST, u16::MAX)));
		}
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
		T::BenchmarkHelper::set_time(begin_of(FIRST + 500));

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
