// SPDX-License-Identifier: Apache-2.0

//! Where the scene of energy happens, its files, and what has to come of them: reports are put together here from the files and the list
//! of what is planted in them, with nothing of the command's. What each comes to is computed by `account` of the primitives, as the chain
//! and the command do.

use super::planted::{day, list, station, time, Planted, Row};
use crate::{
	cells::now,
	dispatch::views,
	shared::{Shared, PLAN},
};
use std::{
	collections::{BTreeMap, BTreeSet},
	fs,
	path::PathBuf,
};
use trimast_primitives::{
	apis::{EnergyReportView, EnergyRulesView, EnergyTotalView, SiteView},
	calendar::{begin_of, day_of, month_of, month_of_day},
	energy::{account, add, Accounted, Interval, Reading, Report, Rules, Span, StationColumns, Sums, SumsOf},
	page::SiteId,
	site::{Plmn, StationState},
	LocalNetworkId, OrgId,
};
use trimast_testbed::{
	chain::Chain,
	generate::{Country, EnergyPlan, MeterFault, NetworkDay},
	mass_outage::countersign,
	time::local,
};

/// How many days are reported.
const DAYS: u16 = 3;
/// Intervals of a day: hours.
const HOURS: usize = 24;
/// The networks of the files in the order of reports, with who holds each.
const NETWORKS: [(&str, u16, Option<OrgId>); 3] =
	[("46000", 0, None), ("46001", 1, Some(OrgId(1))), ("46011", 11, Some(OrgId(0)))];

const fn plmn(mnc: u16) -> Plmn {
	Plmn { mcc: 460, mnc, three_digit_mnc: false }
}

/// A day and a page: of each there is one report of an owner.
pub(super) type Key = (u16, u16);
/// Reports of an owner.
pub(super) type Reports = BTreeMap<Key, Report>;

pub(crate) fn org(org: usize) -> OrgId {
	OrgId(u8::try_from(org).unwrap())
}

/// A day as files and commands write it.
pub(crate) fn date(day: u16) -> String {
	local(begin_of(day))[..10].to_owned()
}

/// The local network, the companies, the files.
pub(super) struct Ground {
	pub(super) place: LocalNetworkId,
	/// The carrier whose stations it is about.
	pub(super) owner: usize,
	/// The other one, which shares them, and has stations of its own.
	pub(super) sharer: usize,
	/// The last month.
	pub(super) month: u16,
	pub(super) folder: PathBuf,
	days: Vec<u16>,
	/// The stations by code.
	sites: BTreeMap<String, SiteView>,
	rules: Rules,
	/// What is planted: the rows of its list.
	planted: Vec<Row>,
}

/// The reports in which copies differ, and whether a copy has less energy somewhere in it: of those with a station that is shared.
fn differing(days: &[NetworkDay], sites: &BTreeMap<String, SiteView>, owner: usize) -> BTreeMap<Key, bool> {
	let shared = shared_pages(sites, owner);
	let mut all: BTreeMap<Key, bool> = BTreeMap::new();
	for (day, of) in days.iter().flat_map(|day| day.stations.iter().map(move |of| (day.day, of))) {
		let is_planted = of.planted.iter().any(|planted| planted.fault == MeterFault::Differing);
		let page = page_of(sites, &String::from_utf8_lossy(&of.station.code));
		if is_planted && of.station.owner == org(owner) && shared.contains(&page) {
			let is_less = of.copy.iter().zip(&of.readings).any(|(copy, own)| copy.energy < own.energy);
			*all.entry((day, page)).or_default() |= is_less;
		}
	}
	all
}

fn page_of(sites: &BTreeMap<String, SiteView>, code: &str) -> u16 {
	sites[code].id.page().unwrap()
}

/// The pages on which an owner has a station that the other carrier shares.
fn shared_pages(sites: &BTreeMap<String, SiteView>, owner: usize) -> BTreeSet<u16> {
	let is_shared = |view: &&SiteView| {
		view.entry.station.owner == org(owner) && view.entry.station.sharers.contains(org(1 - owner))
	};
	sites.values().filter(is_shared).map(|view| view.id.page().unwrap()).collect()
}

impl Ground {
	/// The smallest local network whose stations are as they were imported, and in which as many reports can differ as the scene
	/// needs: three or four of one owner's, some of the other's, and not all.
	pub(super) async fn choose(shared: &Shared, chain: &Chain) -> Self {
		let month = month_of(now()) - 1;
		let first = (0..day_of(now())).find(|day| month_of_day(*day) == month).unwrap();
		// In the middle of the month: there is no holiday that moves it.
		let from = first + 9;
		let country = Country::new(*PLAN).unwrap();
		let mut all: Vec<_> = shared.said[0].stations.iter().collect();
		all.sort_by_key(|(id, imported)| (imported.len(), **id));
		for (place, imported) in all {
			let by_code = |view: &SiteView| {
				(String::from_utf8(view.entry.station.code.to_vec()).unwrap(), view.clone())
			};
			let sites: BTreeMap<String, SiteView> = imported.iter().map(by_code).collect();
			let pages = [0, 1].map(|owner| shared_pages(&sites, owner).len());
			if pages.contains(&0) || !is_as_imported(&views(chain, *place).await, imported) {
				continue;
			}
			let reports = pages.iter().sum::<usize>() * usize::from(DAYS);
			for differing_per_mille in [5, 10, 20, 40, 80, 160, 320] {
				let plan = EnergyPlan {
					place: Some(*place),
					stations: imported.len(),
					days: DAYS,
					interval: 60,
					planted_per_mille: 150,
					differing_per_mille,
					xml: true,
					..EnergyPlan::month(from)
				};
				let days: Vec<NetworkDay> = country.energy(&plan).unwrap().collect();
				let of = [0, 1].map(|owner| differing(&days, &sites, owner));
				let fits = |owner: &usize| {
					let (own, other) = (&of[*owner], &of[1 - *owner]);
					let is_enough = (3..=4).contains(&own.len()) && !other.is_empty();
					is_enough && own.len() + other.len() < reports && own.values().any(|is_less| *is_less)
				};
				if let Some(owner) = [0, 1].into_iter().find(fits) {
					let folder = shared.data().join("energy");
					let _ = fs::remove_dir_all(&folder);
					country.write_energy(&folder, &plan).unwrap();
					// Nobody pays for a record that it has not signed.
					countersign(&shared.trimast(), [*place].into_iter()).await.unwrap();
					let sites = views(chain, *place).await.iter().map(by_code).collect();
					return Self::new(chain, *place, owner, month, folder, sites, from).await;
				}
			}
		}
		panic!("no local network has enough shared stations of both carriers");
	}

	async fn new(
		chain: &Chain,
		place: LocalNetworkId,
		owner: usize,
		month: u16,
		folder: PathBuf,
		sites: BTreeMap<String, SiteView>,
		from: u16,
	) -> Self {
		let view: EnergyRulesView =
			chain.runtime("EnergyApi_energy_rules", (place, from), None).await.unwrap();
		let rules = Rules { sharing: view.sharing, tariff: view.tariff, tolerance: view.tolerance };
		let planted = list(&folder);
		let days = (from..from + DAYS).collect();
		Self { place, owner, sharer: 1 - owner, month, folder, days, sites, rules, planted }
	}

	pub(super) fn path(&self, name: &str) -> String {
		self.folder.join(name).to_str().unwrap().to_owned()
	}

	/// A report as commands name it.
	pub(super) fn name(&self, owner: usize, (day, page): Key) -> String {
		format!("{}/{page}/{owner}/{}", self.place.0, date(day))
	}

	/// What is planted in an owner's file.
	pub(super) fn planted(&self, owner: usize) -> Planted {
		Planted::of(&self.planted, owner, *self.days.last().unwrap())
	}

	/// Where the other carrier's copy differs in reports in which it has a say: report, station, from when.
	pub(super) fn differing(&self, owner: usize) -> BTreeSet<(String, String, String)> {
		let concerned = shared_pages(&self.sites, owner);
		let file = format!("energy-copy-{owner}.csv");
		let rows = self.planted.iter().filter(|row| row["file"] == file);
		let one = |row: &Row| {
			let page = page_of(&self.sites, &row["station"]);
			let told = (self.name(owner, (day(row), page)), station(row), time(&row["start"]));
			concerned.contains(&page).then_some(told)
		};
		rows.filter_map(one).collect()
	}

	/// How many reports of an owner's the other carrier has a say in.
	pub(super) fn concerned(&self, owner: usize) -> usize {
		shared_pages(&self.sites, owner).len() * self.days.len()
	}

	/// The reports that a file of an owner's readings makes. Registers are of no account, but for those that say something else than
	/// the energies: their readings are held back.
	pub(super) fn reports(&self, owner: usize, file: &str) -> Reports {
		let is_of_register = |row: &&Row| row["kind"].starts_with("register-");
		let held_back: BTreeSet<(&str, &str)> = self
			.planted
			.iter()
			.filter(is_of_register)
			.map(|row| (&*row["station"], &*row["start"]))
			.collect();
		let mut pages: BTreeMap<Key, BTreeMap<u8, Vec<Option<Row>>>> = BTreeMap::new();
		for row in csv::Reader::from_path(self.folder.join(file)).unwrap().deserialize() {
			let row: Row = row.unwrap();
			let view = &self.sites[&row["station"]];
			assert_eq!(view.entry.station.owner, org(owner));
			let day = *self.days.iter().find(|day| row["start"].starts_with(&date(**day))).unwrap();
			let page = pages.entry((day, view.id.page().unwrap())).or_default();
			let slot = u8::try_from(view.id.slot()).unwrap();
			let hour: usize = row["start"][11..13].parse().unwrap();
			let is_held_back = held_back.contains(&(row["station"].as_str(), row["start"].as_str()));
			// Of two lines of an hour the first one stands.
			let line = page.entry(slot).or_insert_with(|| vec![None; HOURS])[hour].get_or_insert(row);
			if is_held_back {
				line.insert("energy_wh".to_owned(), String::new());
			}
		}
		pages.into_iter().map(|(key, stations)| (key, report(key, &stations))).collect()
	}

	/// What a report comes to.
	pub(super) fn account(&self, owner: usize, report: &Report) -> Accounted {
		let on_page = |view: &&SiteView| view.id.page() == Some(report.page);
		let by_id: BTreeMap<SiteId, &SiteView> =
			self.sites.values().filter(on_page).map(|view| (view.id, view)).collect();
		let stations: Vec<_> = by_id.into_values().map(|view| view.entry.clone()).collect();
		let holder = |(_, mnc, org): &(&str, u16, Option<OrgId>)| Some((plmn(*mnc), (*org)?));
		let holders: Vec<_> = NETWORKS.iter().filter_map(holder).collect();
		account(org(owner), report, &stations, &holders, &self.rules).unwrap()
	}

	/// What an owner's reports come to: by participant, and how many readings count.
	pub(super) fn total(&self, owner: usize, reports: &Reports) -> (Vec<(OrgId, Sums)>, u64) {
		let (mut all, mut counted) = (SumsOf::default(), 0);
		for report in reports.values() {
			let own = self.account(owner, report);
			counted += u64::from(own.counted);
			for (org, sums) in own.sums.iter().filter(|(_, sums)| *sums != Sums::default()) {
				add(&mut all, *org, *sums).unwrap();
			}
		}
		(all.to_vec(), counted)
	}

	/// What the chain has of it: sums, readings that count, contested reports.
	pub(super) async fn standing(&self, chain: &Chain, owner: usize) -> (Vec<(OrgId, Sums)>, u64, u32) {
		let arguments = (self.month, self.place, org(owner));
		let view: EnergyTotalView = chain.runtime("EnergyApi_total", arguments, None).await.unwrap();
		(view.sums, view.counted, view.contested)
	}

	/// A report as the chain has it.
	pub(super) async fn view(&self, chain: &Chain, owner: usize, (day, page): Key) -> EnergyReportView {
		let arguments = (day, self.place, page, org(owner));
		let mut views: Vec<EnergyReportView> =
			chain.runtime("EnergyApi_reports", arguments, None).await.unwrap();
		assert_eq!(views.len(), 1, "{views:?}");
		views.remove(0)
	}

	/// Writes what a file has of one report as a file of its own; gives its path.
	pub(super) fn part(&self, name: &str, of: &str, (day, page): Key) -> String {
		let text = fs::read_to_string(self.folder.join(of)).unwrap();
		let (header, lines) = text.split_once('\n').unwrap();
		let is_of = |line: &&str| {
			let mut fields = line.split(',');
			let (station, start) = (fields.next().unwrap(), fields.next().unwrap());
			page_of(&self.sites, station) == page && start.starts_with(&date(day))
		};
		let lines: Vec<&str> = lines.lines().filter(is_of).collect();
		fs::write(self.folder.join(name), format!("{header}\n{}\n", lines.join("\n"))).unwrap();
		self.path(name)
	}
}

fn is_as_imported(now: &[SiteView], imported: &[SiteView]) -> bool {
	let is_same = |(now, imported): (&SiteView, &SiteView)| {
		let is_on_air = now.entry.state == StationState::OnAir;
		is_on_air && now.id == imported.id && now.entry.station == imported.entry.station
	};
	now.len() == imported.len() && now.iter().zip(imported).all(is_same)
}

/// A report of these lines, by slot and hour.
fn report((day, page): Key, stations: &BTreeMap<u8, Vec<Option<Row>>>) -> Report {
	let volume = |row: &Row, network: &str| -> Option<u32> {
		let of = |way: &str| row[&format!("{network}_{way}_mbit")].parse::<u32>().ok();
		Some(of("dl")? + of("ul")?)
	};
	let has = |network: &str| stations.values().flatten().flatten().any(|row| volume(row, network).is_some());
	let networks: Vec<_> = NETWORKS.iter().filter(|(digits, ..)| has(digits)).collect();
	let reading = |row: &Option<Row>| {
		let mut reading = Reading::default();
		if let Some(row) = row {
			reading.energy = row["energy_wh"].parse().ok();
			for (of, (digits, ..)) in reading.volumes.iter_mut().zip(&networks) {
				*of = volume(row, digits).filter(|_| reading.energy.is_some());
			}
		}
		reading
	};
	let columns: Vec<StationColumns> = stations
		.iter()
		.map(|(slot, rows)| StationColumns {
			slot: *slot,
			register: 0,
			readings: rows.iter().map(&reading).collect(),
		})
		.collect();
	let plmns: Vec<Plmn> = networks.iter().map(|(_, mnc, _)| plmn(*mnc)).collect();
	Report::new(page, Span::of_day(day, Interval::Hour), 0, plmns.try_into().unwrap(), &columns).unwrap()
}
