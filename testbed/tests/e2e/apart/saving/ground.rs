// SPDX-License-Identifier: Apache-2.0

//! Where cells sleep: a network whose clock is moved, a small country in it, and what its readings have to come to, worked out here
//! from the files alone.

use crate::{
	cells::of_type,
	desk::Terminal,
	shared::{folder, import, Turn},
};
use serde_json::Value;
use std::{
	collections::{BTreeMap, BTreeSet},
	fs,
	path::{Path, PathBuf},
	time::Duration,
};
use trimast_primitives::{
	apis::{EnergyPlanPageView, EnergyPlanPagesView, SiteView},
	calendar::begin_of,
	cells::CellId,
	energy::Compensation,
	page::SiteId,
	site::Station,
	LocalNetworkId, Moment, OrgId,
};
use trimast_testbed::{
	chain::Chain,
	generate::{parse_day, Asleep, CellPlan, Country, EnergyPlan, Plan},
	keys,
	mass_outage::countersign,
	network::{Network, Options},
	time::local,
	trimast::Trimast,
	views,
};

/// The country. In one of its local networks three shared stations of a carrier have cells that others cover.
const COUNTRY: Plan = Plan::of(2_000);
/// The day on which cells sleep: a Wednesday. The four before it lie in one month, and none of them is a holiday.
const DAY: &str = "2026-07-01";
/// Weeks that the baseline is read from.
const WEEKS: u16 = 4;
/// By how much traffic counts where nothing else is said, thousandths.
const ELASTICITY: i128 = 200;
/// What a meter may show of the rated power, thousandths.
const TOLERATED: u64 = 1_100;
/// A quarter of an hour.
const QUARTER: Moment = 900_000;

/// A line of a file, by the names of its columns.
type Row = BTreeMap<String, String>;
/// Readings by station and start.
type Readings = BTreeMap<(String, String), Row>;

fn rows(path: &Path) -> impl Iterator<Item = Row> {
	csv::Reader::from_path(path).unwrap().into_deserialize().map(|row: csv::Result<Row>| row.unwrap())
}

/// Copies the first line of a file, and those of the others that are wanted.
fn copy_lines(source: &Path, target: &Path, is_wanted: impl Fn(&str) -> bool) {
	let text = fs::read_to_string(source).unwrap();
	let (header, lines) = text.split_once('\n').unwrap();
	let lines: Vec<&str> = lines.lines().filter(|line| is_wanted(line)).collect();
	assert!(!lines.is_empty(), "{} has nothing of it", source.display());
	fs::write(target, format!("{header}\n{}\n", lines.join("\n"))).unwrap();
}

fn code(station: &Station) -> String {
	String::from_utf8(station.code.to_vec()).unwrap()
}

pub(super) fn org(org: usize) -> OrgId {
	OrgId(u8::try_from(org).unwrap())
}

/// A day as files and commands write it.
pub(super) fn date(day: u16) -> String {
	local(begin_of(day))[..10].to_owned()
}

/// When a quarter of an hour begins, as files have it.
fn start_of(day: u16, quarter: u8) -> String {
	local(begin_of(day) + Moment::from(quarter) * QUARTER)
}

/// That a cell is covered by another one of its station.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Covered {
	pub(super) station: String,
	pub(super) cell: u8,
	pub(super) by: u8,
	/// Or in part only.
	pub(super) is_full: bool,
}

/// What the stations of a page have saved.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Saved {
	pub(super) expected: u64,
	pub(super) metered: u64,
	pub(super) compared: u64,
	pub(super) left_out: u64,
}

impl Saved {
	/// Expected minus metered.
	pub(super) fn saved(&self) -> i64 {
		i64::try_from(self.expected).unwrap() - i64::try_from(self.metered).unwrap()
	}

	pub(super) const fn plus(self, other: &Self) -> Self {
		Self {
			expected: self.expected + other.expected,
			metered: self.metered + other.metered,
			compared: self.compared + other.compared,
			left_out: self.left_out + other.left_out,
		}
	}
}

/// Has a cell of a file of cells be allowed to sleep at any time: those of the country are by night alone.
fn allow_always(file: &Path, Covered { station, cell, .. }: &Covered) {
	let mut reader = csv::Reader::from_path(file).unwrap();
	let header = reader.headers().unwrap().clone();
	let column = |name: &str| header.iter().position(|title| title == name).unwrap();
	let (of_station, of_cell, hours) = (column("station"), column("cell"), column("esNotAllowedTimePeriod"));
	let number = cell.to_string();
	let mut records: Vec<Vec<String>> = Vec::new();
	for record in reader.into_records() {
		records.push(record.unwrap().iter().map(str::to_owned).collect());
	}
	let is_it = |record: &&mut Vec<String>| record[of_station] == *station && record[of_cell] == number;
	records.iter_mut().find(is_it).unwrap()[hours] = "never".to_owned();
	let mut writer = csv::Writer::from_path(file).unwrap();
	writer.write_record(&header).unwrap();
	records.iter().for_each(|record| writer.write_record(record).unwrap());
	writer.flush().unwrap();
}

/// The network, the local network, the companies, the files.
pub(super) struct Ground {
	network: Network,
	pub(super) terminal: Terminal,
	pub(super) chain: Chain,
	archive: Chain,
	country: Country,
	pub(super) place: LocalNetworkId,
	/// The carrier whose cells sleep.
	pub(super) owner: usize,
	/// The other one, which shares them.
	pub(super) sharer: usize,
	/// When they do.
	pub(super) day: u16,
	/// The stations by code.
	pub(super) sites: BTreeMap<String, SiteView>,
	/// What covers the cells of shared stations of the owner's.
	pub(super) covered: Vec<Covered>,
}

impl Ground {
	/// A network at noon of the day before, with the country's inventory; everybody has signed for the stations of the local
	/// network, and the baseline of their cells is there.
	pub(super) async fn prepare(turn: &Turn) -> Self {
		let day = parse_day(DAY).unwrap();
		let noon = begin_of(day) - 48 * QUARTER;
		let options = Options { fresh: true, clock: Some(noon), ..Options::local(&folder("saving")) };
		let network = turn.start(&options).await;
		let data = network.folder().join("data");
		let country = Country::new(COUNTRY).unwrap();
		country.write(&data).unwrap();
		country.write_cells(&data, &CellPlan::default()).unwrap();
		let (place, owner, covered) = choose(&country, &data);
		let url = network.nodes()[0].url();
		let trimast = Trimast::new(network.folder(), &url).unwrap();
		for of in 0..2 {
			import(&trimast, &data, of, &[]).await;
		}
		countersign(&trimast, [place].into_iter()).await.unwrap();
		let chain = Chain::connect(&url).await.unwrap();
		let archive = Chain::connect(&network.archive().unwrap().url()).await.unwrap();
		let views = views::stations(&chain, place, None).await.unwrap();
		let sites = views.into_iter().map(|view| (code(&view.entry.station), view)).collect();
		let (terminal, sharer) = (Terminal::new(trimast), 1 - owner);
		let ground =
			Self { network, terminal, chain, archive, country, place, owner, sharer, day, sites, covered };
		ground.import_baseline(&data).await;
		ground
	}

	async fn import_baseline(&self, data: &Path) {
		let begin = format!("{:04},", self.place.0);
		let file = data.join("baseline.csv");
		let source = data.join(format!("cells-{}.csv", self.owner));
		copy_lines(&source, &file, |line| line.starts_with(&begin));
		allow_always(&file, self.by_hand());
		let engineer = keys::uri(self.owner, Some("engineer"));
		let import = ["config", "baseline", "import", file.to_str().unwrap()];
		self.terminal.act(&engineer, &import).await;
	}

	/// The cell that is planned by hand. It may sleep at any time.
	pub(super) fn by_hand(&self) -> &Covered {
		self.covered.iter().find(|of| of.is_full).expect("a cell is covered in full")
	}

	/// A new file.
	pub(super) fn path(&self, name: &str) -> PathBuf {
		self.network.folder().join("data").join(name)
	}

	/// The archive node, which has what is final here.
	pub(super) async fn archive(&self) -> String {
		let last = self.chain.finalized().await.unwrap().number;
		self.archive.wait_finalized(last, Duration::from_secs(60)).await.unwrap();
		self.archive.url().to_owned()
	}

	/// Five minutes into a quarter of an hour of a day.
	pub(super) fn quarter(day: u16, quarter: u8) -> Moment {
		begin_of(day) + Moment::from(quarter) * QUARTER + 300_000
	}

	/// Moves the nodes' clock, and waits for final blocks of that time.
	pub(super) async fn move_to(&self, time: Moment) {
		self.network.clock().unwrap().move_to(time).unwrap();
		// The first one may have been begun before.
		self.pass(3).await;
	}

	/// Waits until so many more blocks are final.
	pub(super) async fn pass(&self, blocks: u64) {
		let last = self.chain.best().await.unwrap().number;
		self.chain.wait_finalized(last + blocks, Duration::from_secs(60)).await.unwrap();
	}

	/// A station as commands name it.
	pub(super) fn station(&self, code: &str) -> String {
		format!("{}/{code}", self.place.0)
	}

	/// A cell as commands name it.
	pub(super) fn cell(&self, station: &str, cell: u8) -> String {
		format!("{}/{station}/{cell}", self.place.0)
	}

	/// The same as the chain knows it.
	pub(super) fn id(&self, station: &str, cell: u8) -> CellId {
		CellId { site: self.sites[station].id, cell }
	}

	/// The slot of a station in its page.
	pub(super) fn slot(&self, station: &str) -> u8 {
		u8::try_from(self.sites[station].id.slot()).unwrap()
	}

	/// The code of the station in a slot of a page.
	fn in_slot(&self, page: u16, slot: u8) -> &str {
		let is_it = |(_, view): &(&String, &SiteView)| {
			view.id.page() == Some(page) && view.id.slot() == u32::from(slot)
		};
		self.sites.iter().find(is_it).unwrap().0
	}

	/// Which cells a plan puts to sleep: station and number.
	pub(super) fn sleeping(&self, plan: &EnergyPlanPagesView) -> BTreeSet<(String, u8)> {
		let of_page = |page: &EnergyPlanPageView| {
			let number = page.cells.page;
			let cells: Vec<(u8, u8)> = page.cells.cells().collect();
			cells.into_iter().map(move |(slot, cell)| (number, slot, cell))
		};
		let all = plan.pages.iter().flat_map(of_page);
		all.map(|(page, slot, cell)| (self.in_slot(page, slot).to_owned(), cell)).collect()
	}

	/// Which cell stands in for which, by a plan: the one that sleeps first.
	pub(super) fn compensations(&self, plan: &EnergyPlanPagesView) -> BTreeSet<(CellId, CellId)> {
		let of_page = |page: &EnergyPlanPageView| {
			let (place, number) = (self.place, page.cells.page);
			let of = move |of: &Compensation| {
				let site = SiteId::new(place, number, of.slot.into());
				(CellId { site, cell: of.cell }, of.by)
			};
			page.compensations.iter().map(of).collect::<Vec<_>>()
		};
		plan.pages.iter().flat_map(of_page).collect()
	}

	/// A plan as it stands.
	pub(super) async fn plan(&self, number: u32) -> EnergyPlanPagesView {
		let shown = self.terminal.ask(&["energy", "plan", "show", &number.to_string()]).await;
		serde_json::from_value(shown["plan"].clone()).unwrap()
	}

	/// What the owner's meters show in the four weeks before and on the day, with faults. If it is said, cells that others cover
	/// sleep on the day from one quarter of an hour to another, and one of their stations is not read in the first.
	pub(super) fn write_readings(&self, name: &str, asleep: Option<(u8, u8)>) -> PathBuf {
		let folder = self.path(name);
		let plan = EnergyPlan {
			place: Some(self.place),
			from: self.day - 7 * WEEKS,
			days: 7 * WEEKS + 1,
			planted_per_mille: 60,
			differing_per_mille: 0,
			asleep: asleep.map(|(first, until)| Asleep { from: self.day, first, until }),
			..EnergyPlan::month(self.day)
		};
		self.country.write_energy(&folder, &plan).unwrap();
		let written = folder.join(format!("energy-{}.csv", self.owner));
		let Some((first, _)) = asleep else { return written };
		let unread = format!("{},{},", self.covered[0].station, start_of(self.day, first));
		let file = folder.join("readings.csv");
		copy_lines(&written, &file, |line| !line.starts_with(&unread));
		file
	}

	/// The same weekday in the weeks before.
	pub(super) fn past(&self) -> Vec<u16> {
		(1..=WEEKS).rev().map(|weeks| self.day - 7 * weeks).collect()
	}

	/// Has the owner report what a file has of these days. Gives the command's summary.
	pub(super) async fn report(&self, file: &Path, days: &[u16], more: &[&str]) -> Value {
		let part = file.with_extension("part.csv");
		let dates: Vec<String> = days.iter().map(|day| date(*day)).collect();
		let is_of = |line: &str| {
			let start = line.split(',').nth(1).unwrap_or_default();
			dates.iter().any(|date| start.starts_with(date))
		};
		copy_lines(file, &part, is_of);
		let collector = keys::uri(self.owner, Some("collector"));
		let report = ["energy", "report", part.to_str().unwrap(), "--no-checkpoint"];
		let output = self.terminal.run(Some(&collector), &[&report[..], more].concat()).await;
		let lines = output.json_lines().unwrap();
		let summary = of_type(&lines, "summary").clone();
		assert_eq!(summary["refused"], 0, "{summary}");
		summary
	}

	/// Of how many pages the owner has stations.
	pub(super) fn pages(&self) -> usize {
		let own = self.sites.values().filter(|view| view.entry.station.owner == org(self.owner));
		own.map(|view| view.id.page()).collect::<BTreeSet<_>>().len()
	}

	/// What a plan's stations have saved on the day, by page: by the formula that docs/energy.md has, from a file of readings.
	pub(super) fn saved(&self, plan: &EnergyPlanPagesView, file: &Path) -> BTreeMap<u16, Saved> {
		let mut readings = Readings::new();
		for row in rows(file) {
			// Of two lines of an interval the first one stands.
			readings.entry((row["station"].clone(), row["start"].clone())).or_insert(row);
		}
		// What a register does not bear out is held back.
		for row in rows(&file.with_file_name("planted-energy.csv")) {
			if row["kind"].starts_with("register-") {
				readings.remove(&(row["station"].clone(), row["start"].clone()));
			}
		}
		let mut all = BTreeMap::new();
		for page in &plan.pages {
			let saved: &mut Saved = all.entry(page.cells.page).or_default();
			for (slot, _) in &page.cells.stations {
				let station = &self.sites[self.in_slot(page.cells.page, *slot)].entry.station;
				for quarter in plan.plan.from..plan.plan.until {
					let read = |day: u16| counted(&readings, station, day, quarter);
					let past: Vec<(u64, u64)> = self.past().into_iter().filter_map(read).collect();
					match read(self.day).filter(|_| !past.is_empty()) {
						None => saved.left_out += 1,
						Some((energy, volume)) => {
							saved.expected += expected(&past, volume).min(most(station));
							saved.metered += energy;
							saved.compared += 1;
						}
					}
				}
			}
		}
		all
	}
}

/// The local network and the carrier of whose shared stations most cells are covered in full, and at least one in part; and what
/// covers them.
fn choose(country: &Country, data: &Path) -> (LocalNetworkId, usize, Vec<Covered>) {
	let mut owners: BTreeMap<(u16, String), OrgId> = BTreeMap::new();
	for network in country.local_networks() {
		let shared = network.stations.into_iter().filter(|named| !named.station.sharers.is_empty());
		owners.extend(shared.map(|named| ((network.id.0, code(&named.station)), named.station.owner)));
	}
	let mut all: BTreeMap<(u16, OrgId), Vec<Covered>> = BTreeMap::new();
	for row in rows(&data.join("coverage.csv")) {
		let (id, station): (u16, String) = (row["local_network"].parse().unwrap(), row["station"].clone());
		let Some(owner) = owners.get(&(id, station.clone())) else { continue };
		let (of, by) = row["by"].rsplit_once('/').unwrap();
		assert!(of.ends_with(&station), "{of} covers a cell of {station}");
		let (cell, by) = (row["cell"].parse().unwrap(), by.parse().unwrap());
		let covered = Covered { station, cell, by, is_full: row["covered"] == "FULL" };
		all.entry((id, *owner)).or_default().push(covered);
	}
	let full = |of: &[Covered]| of.iter().filter(|covered| covered.is_full).count();
	let fitting = all.into_iter().filter(|(_, of)| full(of) < of.len());
	let ((id, owner), covered) = fitting.max_by_key(|(_, of)| full(of)).unwrap();
	(LocalNetworkId(id), usize::from(owner.0), covered)
}

/// The most that a reading of a quarter of an hour may have, Wh.
fn most(station: &Station) -> u64 {
	(u64::from(station.rated_power_w) * TOLERATED).div_ceil(4_000)
}

/// Energy, Wh, and volume, Mbit, of a reading, if it counts.
fn counted(readings: &Readings, station: &Station, day: u16, quarter: u8) -> Option<(u64, u64)> {
	let row = readings.get(&(code(station), start_of(day, quarter)))?;
	let volume = |network: &str| -> u64 {
		let of = |way: &str| row[&format!("{network}_{way}_mbit")].parse::<u64>().unwrap_or(0);
		of("dl") + of("ul")
	};
	let energy = row["energy_wh"].parse::<u64>().ok()?;
	let is_sound = energy <= most(station) && volume("46000") == 0;
	is_sound.then(|| (energy, volume("46011") + volume("46001")))
}

/// What would have been drawn while this was carried, by energies and volumes of the weeks before.
fn expected(past: &[(u64, u64)], now: u64) -> u64 {
	let sum = |of: fn(&(u64, u64)) -> u64| i128::from(past.iter().map(of).sum::<u64>());
	let (energy, volume) = (sum(|(energy, _)| *energy), sum(|(_, volume)| *volume));
	let weeks = i128::try_from(past.len()).unwrap();
	let expected = if volume == 0 {
		energy / weeks
	} else {
		let by_traffic = ELASTICITY * (weeks * i128::from(now) - volume);
		energy * (1_000 * volume + by_traffic) / (weeks * 1_000 * volume)
	};
	u64::try_from(expected.max(0)).unwrap()
}
