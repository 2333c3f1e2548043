// SPDX-License-Identifier: Apache-2.0

//! What cells have carried, as far as readings of their stations tell it.

use super::{CellFacts, Recorded, StationFacts, Weekdays, DAY};
use std::collections::BTreeMap;
use trimast_primitives::{
	cells::CellId,
	energy::{account, Interval, Reading, MAX_NETWORKS},
	page::SiteId,
	site::Plmn,
	LocalNetworkId,
};

/// What is known of the stations of a local network.
pub(super) struct Known<'a> {
	/// The local network.
	pub(super) place: LocalNetworkId,
	/// The stations.
	pub(super) stations: BTreeMap<SiteId, &'a StationFacts>,
	traffic: BTreeMap<SiteId, StationTraffic>,
	/// Quarters of the longest interval: what windows are made of, since only whole intervals are compared.
	pub(super) grain: u8,
	/// Reports that could not be read.
	pub(super) unreadable: u32,
}

/// What a station's cells have carried.
struct StationTraffic {
	/// On how many days each quarter was read, by group of weekdays.
	days: Vec<[u16; DAY]>,
	cells: Vec<CellTraffic>,
}

/// What a cell has carried, Mbit in a quarter.
struct CellTraffic {
	/// The most on any day, by group of weekdays; rounded up.
	most: Vec<[u32; DAY]>,
	/// The most of all; rounded down.
	busiest: u32,
}

/// A cell's traffic on days that are looked at together.
#[derive(Clone, Copy)]
pub(super) struct Traffic<'a> {
	/// On how many days each quarter was read.
	pub(super) days: &'a [u16; DAY],
	/// The most on any of them, Mbit.
	pub(super) most: &'a [u32; DAY],
	/// The most in any quarter of all days, Mbit.
	pub(super) busiest: u32,
}

/// Over which cells of a station each network of a report is spread: bit `n` stands for cell `n`.
struct Spread(Vec<u32>);

impl Spread {
	fn new(facts: &StationFacts, networks: &[Plmn]) -> Self {
		let bits = |has: &dyn Fn(&CellFacts) -> bool| {
			let cells = (0u32..).zip(&facts.cells).filter(|(_, cell)| has(cell));
			cells.fold(0u32, |bits, (n, _)| bits | 1 << n)
		};
		let over = |plmn: &Plmn| match bits(&|cell| cell.networks.contains(plmn)) {
			0 => bits(&|_| true),
			some => some,
		};
		Self(networks.iter().map(over).collect())
	}

	/// What a cell has carried in each quarter of an interval, rounded up and down.
	fn of(&self, cell: u32, volumes: &[u32], quarters: u32) -> (u32, u32) {
		let own = self.0.iter().zip(volumes).filter(|(over, _)| *over >> cell & 1 == 1);
		own.fold((0, 0), |(up, down): (u32, u32), (over, volume)| {
			let parts = over.count_ones() * quarters;
			(up.saturating_add(volume.div_ceil(parts)), down.saturating_add(volume / parts))
		})
	}
}

/// What each network of a report has carried, Mbit; 0 where it is none of those that the station lists. `None` where that was not
/// measured of one that is, or the report has none of them.
fn measured(reading: &Reading, networks: &[Plmn], listed: &[Plmn]) -> Option<[u32; MAX_NETWORKS as usize]> {
	if !networks.iter().any(|plmn| listed.contains(plmn)) {
		return None;
	}
	let mut all = [0; MAX_NETWORKS as usize];
	for ((all, plmn), volume) in all.iter_mut().zip(networks).zip(&reading.volumes) {
		*all = match volume {
			Some(volume) => *volume,
			None if listed.contains(plmn) => return None,
			None => 0,
		};
	}
	Some(all)
}

impl StationTraffic {
	fn new(cells: usize, groups: usize) -> Self {
		let cell = || CellTraffic { most: vec![[0; DAY]; groups], busiest: 0 };
		Self { days: vec![[0; DAY]; groups], cells: (0..cells).map(|_| cell()).collect() }
	}

	/// Takes a reading that counts.
	fn take(&mut self, groups: &[usize], quarters: std::ops::Range<usize>, spread: &Spread, volumes: &[u32]) {
		let length = quarters.len() as u32;
		for group in groups {
			self.days[*group][quarters.clone()].iter_mut().for_each(|days| *days = days.saturating_add(1));
		}
		for (n, cell) in (0u32..).zip(&mut self.cells) {
			let (up, down) = spread.of(n, volumes, length);
			cell.busiest = cell.busiest.max(down);
			for group in groups {
				cell.most[*group][quarters.clone()].iter_mut().for_each(|most| *most = up.max(*most));
			}
		}
	}
}

impl<'a> Known<'a> {
	/// Reads reports of the stations' local network. Those of other stations are left out.
	pub(super) fn new(
		stations: BTreeMap<SiteId, &'a StationFacts>,
		recorded: &[Recorded],
		weekdays: &[Weekdays],
	) -> Self {
		let place = stations.keys().next().map_or(LocalNetworkId::default(), |site| site.local_network);
		let mut known = Self { place, stations, traffic: BTreeMap::new(), grain: 1, unreadable: 0 };
		for one in recorded {
			if known.read(one, weekdays).is_none() {
				known.unreadable += 1;
			}
		}
		known
	}

	/// Reads a report. `None` when it cannot be read.
	fn read(&mut self, one: &Recorded, weekdays: &[Weekdays]) -> Option<()> {
		let report = &one.report;
		let accounted = account(one.owner, report, &one.stations, &one.holders, &one.rules).ok()?;
		let columns = report.columns().ok()?;
		let day = report.span.day;
		let groups: Vec<usize> =
			weekdays.iter().enumerate().filter(|(_, of)| of.has(day)).map(|(group, _)| group).collect();
		let length = usize::from(report.span.interval.quarters());
		for (slot, _, at) in columns.stations() {
			let site = SiteId::new(self.place, report.page, slot.into());
			let Some(facts) = self.stations.get(&site).copied().filter(|facts| facts.owner == one.owner)
			else {
				continue;
			};
			let spread = Spread::new(facts, &report.networks);
			let entry = one.stations.get(usize::from(slot));
			let listed = entry.map_or(&[][..], |entry| &entry.station.plmns[..]);
			let wrong: Vec<_> = accounted.records.iter().filter(|record| record.slot == slot).collect();
			for (n, reading) in (0u8..).zip(columns.readings(at)) {
				if wrong.iter().any(|of| (of.first..of.first.saturating_add(of.count)).contains(&n)) {
					continue;
				}
				// What was not measured is not quiet.
				let Some(volumes) = measured(&reading, &report.networks, listed) else { continue };
				let first = usize::from(report.span.quarter(n));
				let traffic = self
					.traffic
					.entry(site)
					.or_insert_with(|| StationTraffic::new(facts.cells.len(), weekdays.len()));
				traffic.take(&groups, first..first + length, &spread, &volumes);
				if report.span.interval == Interval::Hour {
					self.grain = Interval::Hour.quarters();
				}
			}
		}
		Some(())
	}

	/// A cell.
	pub(super) fn cell(&self, id: CellId) -> Option<&'a CellFacts> {
		self.stations.get(&id.site)?.cells.get(usize::from(id.cell))
	}

	/// Whether anything of a cell was read.
	pub(super) fn is_read(&self, id: CellId) -> bool {
		self.traffic.get(&id.site).is_some_and(|traffic| usize::from(id.cell) < traffic.cells.len())
	}

	/// What a cell has carried on the days of a group.
	pub(super) fn traffic(&self, id: CellId, group: usize) -> Option<Traffic<'_>> {
		let station = self.traffic.get(&id.site)?;
		let cell = station.cells.get(usize::from(id.cell))?;
		Some(Traffic { days: station.days.get(group)?, most: cell.most.get(group)?, busiest: cell.busiest })
	}
}
