// SPDX-License-Identifier: Apache-2.0

//! What a month comes to, worked out from what was generated. Which readings there are, and of which report, is put together here, with
//! the numbers and records of stations and the rules that the chain has. What a report comes to, and the lower of two, is computed by
//! `account` and `Report::lower` of the primitives, by which the chain and the command do it, too: these have tests of their own.

use super::PLACE;
use crate::energy::{
	ground::{date, org},
	planted::time,
};
use std::collections::{BTreeMap, BTreeSet};
use trimast_primitives::{
	apis::{EnergyRulesView, SiteView},
	calendar::begin_of,
	energy::{account, add, Accounted, Interval, Reading, Report, Rules, Span, StationColumns, Sums, SumsOf},
	page::SiteId,
	site::{Plmn, StationEntry},
	Moment, OrgId,
};
use trimast_testbed::{
	chain::Chain,
	generate::{MeterFault, NetworkDay, Reading as Line, StationDay},
	time::local,
	views,
};

/// An hour, which is an interval.
const HOUR: Moment = 3_600_000;
/// Intervals of a day.
const HOURS: usize = 24;
/// The networks of lines in their order: code, and who holds it.
const NETWORKS: [(u16, Option<OrgId>); 3] = [(11, Some(OrgId(0))), (1, Some(OrgId(1))), (0, None)];

const fn plmn(mnc: u16) -> Plmn {
	Plmn { mcc: 460, mnc, three_digit_mnc: false }
}

/// Which readings stand of an owner's stations.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stage {
	/// Its own.
	Reported,
	/// Where the other carrier contests them, the lower ones.
	Contested,
	/// Those that the other carrier has seen.
	Corrected,
}

/// What readings come to.
#[derive(Default)]
pub(super) struct Total {
	/// By participant.
	pub(super) sums: SumsOf,
	/// How many count.
	pub(super) counted: u64,
	/// How many reports are contested.
	pub(super) contested: u32,
}

impl Total {
	fn put(&mut self, report: &Accounted, is_contested: bool) {
		for (org, sums) in report.sums.iter().filter(|(_, sums)| *sums != Sums::default()) {
			add(&mut self.sums, *org, *sums).unwrap();
		}
		self.counted += u64::from(report.counted);
		self.contested += u32::from(is_contested);
	}

	/// What falls to a company, and to all of them.
	pub(super) fn of(&self, org: OrgId) -> (Sums, Sums) {
		let own = self.sums.iter().find(|(of, _)| *of == org).map_or(Sums::default(), |(_, sums)| *sums);
		(own, self.sums.iter().fold(Sums::default(), |all, (_, sums)| all.plus(*sums)))
	}
}

/// What an owner's stations come to.
#[derive(Default)]
pub(super) struct Expected {
	reported: Total,
	contested: Total,
	corrected: Total,
	/// How many reports there are.
	pub(super) reports: usize,
	/// In how many of them the other carrier has a say.
	pub(super) concerned: usize,
	/// Of how many it has something else, with a say in them or none.
	pub(super) differing: usize,
	/// The readings in which it has, where it has a say: report, station, from when, as commands have them.
	pub(super) readings: BTreeSet<(String, String, String)>,
}

impl Expected {
	/// What its readings come to at a stage.
	pub(super) const fn at(&self, stage: Stage) -> &Total {
		match stage {
			Stage::Reported => &self.reported,
			Stage::Contested => &self.contested,
			Stage::Corrected => &self.corrected,
		}
	}
}

/// The stations as the chain has them, and by what their readings are accounted.
pub(super) struct Records {
	/// By code.
	sites: BTreeMap<String, SiteId>,
	/// By page, in the order of their slots.
	pages: BTreeMap<u16, Vec<StationEntry>>,
	rules: Rules,
}

impl Records {
	/// With the rules of a day.
	pub(super) async fn ask(chain: &Chain, day: u16) -> Self {
		let view: EnergyRulesView =
			chain.runtime("EnergyApi_energy_rules", (PLACE, day), None).await.unwrap();
		let rules = Rules { sharing: view.sharing, tariff: view.tariff, tolerance: view.tolerance };
		let (mut sites, mut pages) = (BTreeMap::new(), BTreeMap::<u16, Vec<StationEntry>>::new());
		for SiteView { id, entry } in views::stations(chain, PLACE, None).await.unwrap() {
			sites.insert(String::from_utf8(entry.station.code.to_vec()).unwrap(), id);
			pages.entry(id.page().unwrap()).or_default().push(entry);
		}
		Self { sites, pages, rules }
	}

	/// What each owner's stations come to on these days.
	pub(super) fn month(&self, days: impl Iterator<Item = NetworkDay>) -> [Expected; 2] {
		let mut all = [Expected::default(), Expected::default()];
		for NetworkDay { day, stations, .. } in days {
			let mut pages: BTreeMap<(usize, u16), BTreeMap<u8, &StationDay>> = BTreeMap::new();
			for of in &stations {
				let id = self.sites[&*String::from_utf8_lossy(&of.station.code)];
				let key = (usize::from(of.station.owner.0), id.page().unwrap());
				pages.entry(key).or_default().insert(u8::try_from(id.slot()).unwrap(), of);
			}
			for ((owner, page), stations) in pages {
				self.add(&mut all[owner], owner, (day, page), &stations);
			}
		}
		all
	}

	/// Adds what an owner's stations of a page come to on a day.
	fn add(
		&self,
		all: &mut Expected,
		owner: usize,
		(day, page): (u16, u16),
		stations: &BTreeMap<u8, &StationDay>,
	) {
		let held_back = |of: &StationDay| {
			let planted = of.planted.iter().find(|planted| planted.fault.is_of_register());
			planted.map(|planted| planted.start)
		};
		let own =
			report((day, page), stations.iter().map(|(slot, of)| (*slot, &of.readings[..], held_back(of))));
		let seen =
			report((day, page), stations.iter().map(|(slot, of)| (*slot, &of.copy[..], held_back(of))));
		let comes_to = |report: &Report| {
			let holder = |(mnc, org): &(u16, Option<OrgId>)| Some((plmn(*mnc), (*org)?));
			let holders: Vec<_> = NETWORKS.iter().filter_map(holder).collect();
			account(org(owner), report, &self.pages[&page], &holders, &self.rules).unwrap()
		};
		let reported = comes_to(&own);
		let (differs, is_concerned) = (own != seen, reported.concerned.contains(org(1 - owner)));
		let lower = (differs && is_concerned).then(|| comes_to(&own.lower(&seen).unwrap()));
		let other = differs.then(|| comes_to(&seen));
		all.reported.put(&reported, false);
		all.contested.put(lower.as_ref().unwrap_or(&reported), lower.is_some());
		all.corrected.put(other.as_ref().unwrap_or(&reported), false);
		all.reports += 1;
		all.concerned += usize::from(is_concerned);
		all.differing += usize::from(differs);
		if lower.is_none() {
			return;
		}
		let name = format!("{}/{page}/{owner}/{}", PLACE.0, date(day));
		for of in stations.values() {
			let station = format!("{}/{}", PLACE.0, String::from_utf8_lossy(&of.station.code));
			let planted = of.planted.iter().filter(|planted| planted.fault == MeterFault::Differing);
			let told = planted.map(|planted| (name.clone(), station.clone(), time(&local(planted.start))));
			all.readings.extend(told);
		}
	}
}

/// The report of these stations' lines. Registers are of no account, but that a reading is held back whose register says something
/// else than the energies: of each station when that begins, if there is one.
fn report<'a>(
	(day, page): (u16, u16),
	stations: impl Iterator<Item = (u8, &'a [Line], Option<Moment>)>,
) -> Report {
	let stations: Vec<_> = stations.collect();
	let has = |network: &usize| {
		let mut lines = stations.iter().flat_map(|(_, lines, _)| lines.iter());
		lines.any(|line| line.volumes[*network].is_some())
	};
	// Reports have them in the order of their codes.
	let networks: Vec<usize> = (0..NETWORKS.len()).rev().filter(has).collect();
	let columns: Vec<StationColumns> = stations
		.iter()
		.map(|(slot, lines, held_back)| {
			let mut readings = vec![Reading::default(); HOURS];
			// Of two lines of an hour the first one stands.
			for line in lines.iter().rev().filter(|line| Some(line.start) != *held_back) {
				let hour = usize::try_from((line.start - begin_of(day)) / HOUR).unwrap();
				let energy = Some(i32::try_from(line.energy).unwrap());
				let mut reading = Reading { energy, ..Reading::default() };
				for (volume, network) in reading.volumes.iter_mut().zip(&networks) {
					*volume = line.volumes[*network].map(|[down, up]| down + up);
				}
				readings[hour] = reading;
			}
			StationColumns { slot: *slot, register: 0, readings }
		})
		.collect();
	let plmns: Vec<Plmn> = networks.iter().map(|network| plmn(NETWORKS[*network].0)).collect();
	Report::new(page, Span::of_day(day, Interval::Hour), 0, plmns.try_into().unwrap(), &columns).unwrap()
}
