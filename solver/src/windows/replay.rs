// SPDX-License-Identifier: Apache-2.0

//! What windows would have come to on recorded days, by the code that proves savings.

use super::{traffic::Known, Recorded, Replay, Settings, Slept, StationFacts, Window, WHOLE};
use std::collections::BTreeMap;
use trimast_primitives::{
	cells::CellId,
	energy::{prove, PageCells, Report, SavingPlan, StationSaving},
	page::SiteId,
	OrgId,
};

/// What the cells of a station weigh that these bits name, and what all of them do: the most that they transmit, or alike.
fn weights(facts: &StationFacts, bits: u32) -> (u64, u64) {
	let is_known = facts.cells.iter().all(|cell| cell.power_mw > 0);
	let weight = |power: u32| if is_known { u64::from(power) } else { 1 };
	(0u32..).zip(&facts.cells).fold((0, 0), |(some, all), (n, cell)| {
		let weight = weight(cell.power_mw);
		(some + if bits >> n & 1 == 1 { weight } else { 0 }, all + weight)
	})
}

/// What it is worth that a cell sleeps: its part of the rated power, mW, at least 1.
pub(super) fn gain(known: &Known<'_>, cell: CellId, saves: u16) -> u64 {
	let Some(facts) = known.stations.get(&cell.site) else { return 1 };
	let (own, all) = weights(facts, 1 << cell.cell);
	(u64::from(facts.rated_power_w) * u64::from(saves) * own / all.max(1)).max(1)
}

/// What sleeping cells would have saved of an interval's energy, Wh; rounded down. See the [module](super): estimated.
fn estimated(facts: &StationFacts, bits: u32, energy: u32, quarters: u8, saves: u16) -> u32 {
	let (own, all) = weights(facts, bits);
	let rated = u64::from(facts.rated_power_w) * u64::from(quarters) / 4;
	let part = u128::from(rated.min(energy.into())) * u128::from(own) * u128::from(saves);
	let saved = part / (u128::from(all.max(1)) * u128::from(WHOLE));
	u32::try_from(saved).unwrap_or(u32::MAX).min(energy)
}

/// Reports by page and owner, and there by day.
pub(super) struct Records<'a>(BTreeMap<(u16, OrgId), BTreeMap<u16, Vec<&'a Recorded>>>);

impl<'a> Records<'a> {
	pub(super) fn new(recorded: &'a [Recorded]) -> Self {
		let mut all: BTreeMap<(u16, OrgId), BTreeMap<u16, Vec<&Recorded>>> = BTreeMap::new();
		for one in recorded {
			let of_page = all.entry((one.report.page, one.owner)).or_default();
			of_page.entry(one.report.span.day).or_default().push(one);
		}
		Self(all)
	}

	/// What a window would have come to.
	pub(super) fn replay(&self, known: &Known<'_>, window: &Window, settings: &Settings) -> Replay {
		let mut replay = Replay::default();
		for ((page, owner), days) in &self.0 {
			let Some(cells) = window.pages.iter().find(|cells| cells.page == *page) else { continue };
			let site = |slot: u8| SiteId::new(known.place, *page, slot.into());
			let is_own =
				|slot: u8| known.stations.get(&site(slot)).is_some_and(|facts| facts.owner == *owner);
			let own = cells.stations.iter().filter(|(slot, _)| is_own(*slot)).copied().collect::<Vec<_>>();
			let Ok(stations) = own.try_into() else { continue };
			let cells = PageCells { page: *page, stations };
			if cells.stations.is_empty() {
				continue;
			}
			let of_station = |(slot, _): &(u8, u32)| known.stations.get(&site(*slot));
			let slept: Vec<Slept> = cells
				.stations
				.iter()
				.filter_map(of_station)
				.flat_map(|facts| facts.slept.iter().copied())
				.filter(|of| of.from < window.until && window.from < of.until)
				.collect();
			for day in days.keys().copied().filter(|day| window.weekdays.has(*day)) {
				if has_slept(&slept, day) {
					continue;
				}
				let plan = SavingPlan {
					local_network: known.place,
					pages: vec![cells.clone()].try_into().unwrap_or_default(),
					first_day: day,
					days: 1,
					from: window.from,
					until: window.until,
					method: settings.method,
					baseline: settings.baseline,
				};
				let Some(past_days) = past_days(&plan, settings.kept, &slept) else { continue };
				let one = Day { known, plan: &plan, cells: &cells, owner: *owner, saves: settings.saves };
				replay.add(&one.replay(days, &past_days));
			}
		}
		replay
	}
}

/// Whether something has slept on a day.
fn has_slept(slept: &[Slept], day: u16) -> bool {
	slept.iter().any(|of| (of.first_day..=of.last_day).contains(&day))
}

/// The days that the first one of a plan is measured against, where reports are kept for so many days. `None` where the chain would refuse
/// the plan, since too few are left on which nothing has slept.
fn past_days(plan: &SavingPlan, kept: u16, slept: &[Slept]) -> Option<Vec<u16>> {
	let day = plan.first_day;
	let first = day.saturating_add(1).saturating_sub(kept);
	let past = plan.past_days(day, first, |day| has_slept(slept, day));
	(past.len() == plan.past_days(day, first, |_| false).len()).then_some(past)
}

/// A recorded day, as a plan of its own.
struct Day<'a> {
	known: &'a Known<'a>,
	plan: &'a SavingPlan,
	cells: &'a PageCells,
	owner: OrgId,
	saves: u16,
}

impl Day<'_> {
	/// Of the reports of its page and owner by day, where it is measured against these.
	fn replay(&self, days: &BTreeMap<u16, Vec<&Recorded>>, past_days: &[u16]) -> Replay {
		let day = self.plan.first_day;
		let today = days.get(&day).map_or(&[][..], Vec::as_slice);
		let past: Vec<&Recorded> =
			past_days.iter().filter_map(|day| days.get(day)).flatten().copied().collect();
		let asleep: Vec<(&Recorded, Report)> =
			today.iter().filter_map(|one| Some((*one, self.asleep(one)?))).collect();
		let asleep: Vec<(&Recorded, &Report)> = asleep.iter().map(|(one, report)| (*one, report)).collect();
		let awake: Vec<(&Recorded, &Report)> = asleep.iter().map(|(one, _)| (*one, &one.report)).collect();
		let (with, without) = (self.prove(&asleep, &past), self.prove(&awake, &past));
		let mut replay = Replay::default();
		for (with, without) in with.iter().zip(&without) {
			replay.station_days += u32::from(with.compared > 0);
			replay.compared += u64::from(with.compared);
			replay.left_out += u64::from(with.left_out);
			replay.expected += with.expected;
			replay.metered += without.metered;
			replay.estimated += without.metered.saturating_sub(with.metered);
			replay.saved += with.saved;
			for (org, share) in &with.shares {
				*replay.shares.entry(*org).or_default() += share;
			}
		}
		replay
	}

	/// What the chain would prove by these reports. Where it would refuse them there is nothing.
	fn prove(&self, today: &[(&Recorded, &Report)], past: &[&Recorded]) -> Vec<StationSaving> {
		let today: Vec<_> = today.iter().map(|(one, report)| one.source(report)).collect();
		let past: Vec<_> = past.iter().map(|one| one.source(&one.report)).collect();
		let (page, day) = (self.cells.page, self.plan.first_day);
		prove(self.owner, self.plan, page, day, &today, &past).unwrap_or_default()
	}

	/// A report as it would have been, had the cells slept. `None` when it cannot be read.
	fn asleep(&self, one: &Recorded) -> Option<Report> {
		let report = &one.report;
		let mut stations = report.columns().ok()?.to_stations();
		let quarters = report.span.interval.quarters();
		for station in &mut stations {
			let Some((slot, bits)) = self.cells.stations.iter().find(|(slot, _)| *slot == station.slot)
			else {
				continue;
			};
			let site = SiteId::new(self.known.place, report.page, (*slot).into());
			let Some(facts) = self.known.stations.get(&site) else { continue };
			for (n, reading) in (0u8..).zip(&mut station.readings) {
				let from = report.span.quarter(n);
				let is_in = self.plan.from <= from && from.saturating_add(quarters) <= self.plan.until;
				let Some(energy) = reading.energy.filter(|energy| is_in && *energy > 0) else { continue };
				let saved = estimated(facts, *bits, energy.unsigned_abs(), quarters, self.saves);
				reading.energy = Some(energy.saturating_sub_unsigned(saved));
			}
		}
		Report::new(report.page, report.span, report.number, report.networks.clone(), &stations)
	}
}
