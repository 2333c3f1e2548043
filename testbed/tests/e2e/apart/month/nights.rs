// SPDX-License-Identifier: Apache-2.0

//! Saving windows in the month: each carrier puts cells of a station that the other one shares to sleep by night, measured against the
//! two weeks before; one of a cell that nothing covers is refused, and one that sleeps is woken. What that has saved stands in the lines that
//! both sign.

use super::{Scene, FIRST, MONTH, PLACE, STATIONS};
use crate::{cells::of_type, energy::ground::org};
use serde_json::{json, Value};
use std::{
	collections::{BTreeMap, BTreeSet},
	fs,
	path::Path,
	time::Duration,
};
use trimast_primitives::{
	apis::EnergySavingsView,
	calendar::{begin_of, month_of_day},
	Moment,
};
use trimast_testbed::{
	generate::{parse_day, Asleep, CellPlan, Country, EnergyPlan, StationDay},
	keys,
};

/// The first night, a Wednesday's. The month has begun by then, and nothing of it is reported yet: what the nights are measured against lies in
/// the one before.
const NIGHT: &str = "2026-06-03";
/// How many nights there are.
pub(super) const NIGHTS: u16 = 28;
/// What is reported of the month before: the last day of each weekday.
const BEFORE: u16 = 7;
/// From when to when cells sleep, as the command has it and as quarters of an hour.
const WINDOW: (&str, u8, u8) = ("01:00-05:00", 4, 20);
/// An hour.
const HOUR: Moment = 3_600_000;

/// Noon of the day before the first night.
pub(super) fn noon() -> Moment {
	begin_of(parse_day(NIGHT).unwrap()) - 12 * HOUR
}

/// When cells sleep by the meters of the month.
pub(super) fn asleep() -> Option<Asleep> {
	Some(Asleep { from: parse_day(NIGHT).unwrap(), first: WINDOW.1, until: WINDOW.2 })
}

/// A line of a file.
type Line = Vec<String>;

/// Cells of a station that the other carrier shares.
pub(super) struct Sleepers {
	station: String,
	/// Those that cells cover in full which nothing covers so.
	cells: BTreeSet<u8>,
	/// One of these.
	awake: u8,
}

/// The first line of a file, and those of each of these stations, whose codes it has in a column.
fn by_station(path: &Path, column: usize, codes: &BTreeSet<String>) -> (String, BTreeMap<String, Vec<Line>>) {
	let text = fs::read_to_string(path).unwrap();
	let mut stations: BTreeMap<String, Vec<Line>> = BTreeMap::new();
	for line in text.lines().filter(|line| codes.contains(line.split(',').nth(column).unwrap())) {
		let fields: Line = line.split(',').map(str::to_owned).collect();
		stations.entry(fields[column].clone()).or_default().push(fields);
	}
	(text.lines().next().unwrap().to_owned(), stations)
}

/// Writes lines with the first one of another file.
fn write(path: &Path, head: &str, lines: &[Line]) {
	let lines: Vec<String> = lines.iter().map(|fields| fields.join(",")).collect();
	fs::write(path, format!("{head}\n{}\n", lines.join("\n"))).unwrap();
}

impl Sleepers {
	/// Of those of the stations with a meter that each owner has, the one with most of them. Writes the baseline of its cells, and what its meter has shown
	/// in the week before the month: the register ends with what it shows when the month begins.
	pub(super) fn choose(country: &Country, data: &Path, readings: &EnergyPlan) -> [Self; 2] {
		let first = parse_day(FIRST).unwrap();
		let sound = EnergyPlan { planted_per_mille: 0, differing_per_mille: 0, asleep: None, ..*readings };
		let stations = readings.stations.min(usize::try_from(STATIONS).unwrap());
		let sound = EnergyPlan { from: first - BEFORE, days: BEFORE, stations, ..sound };
		country.write_energy(&data.join("before"), &sound).unwrap();
		country.write_cells(data, &CellPlan::default()).unwrap();
		let metered = country.energy(&sound).unwrap().next().unwrap().stations;
		let code = |of: &StationDay| String::from_utf8_lossy(&of.station.code).into_owned();
		let codes: BTreeSet<String> = metered.iter().map(code).collect();
		let (_, coverage) = by_station(&data.join("coverage.csv"), 1, &codes);
		[0, 1].map(|owner| {
			let (head, cells) = by_station(&data.join(format!("cells-{owner}.csv")), 1, &codes);
			let is_shared = |of: &&StationDay| {
				of.station.owner == org(owner) && of.station.sharers.contains(org(1 - owner))
			};
			let sleepers = metered.iter().filter(is_shared).filter_map(|of| {
				let station = code(of);
				let is_open = |cell: &Line| cell.iter().all(|value| value != "LOCKED");
				cells.get(&station).filter(|cells| cells.iter().all(is_open))?;
				let number = |text: &str| text.rsplit('/').next().unwrap().parse::<u8>().unwrap();
				let full = coverage.get(&station)?.iter().filter(|row| row[4] == "FULL");
				let full: Vec<(u8, u8)> = full.map(|row| (number(&row[2]), number(&row[3]))).collect();
				let base = full.iter().filter(|(_, by)| full.iter().all(|(covered, _)| covered != by));
				let (cells, covers): (BTreeSet<u8>, Vec<u8>) = base.copied().unzip();
				Some(Self { station, cells, awake: *covers.first()? })
			});
			let most = sleepers.max_by_key(|of| of.cells.len()).expect("a shared station has covered cells");
			write(&data.join(format!("baseline-{owner}.csv")), &head, &cells[&most.station]);
			let (head, mut meters) = by_station(&data.join(format!("before/energy-{owner}.csv")), 0, &codes);
			let mut lines = meters.remove(&most.station).unwrap();
			let number = |text: &String| text.parse::<u64>().unwrap();
			let drawn: u64 = lines.iter().map(|line| number(&line[4])).sum();
			for line in &mut lines {
				line[3] = number(&line[3]).checked_sub(drawn).unwrap().to_string();
			}
			write(&data.join(format!("before-{owner}.csv")), &head, &lines);
			most
		})
	}

	fn cell(&self, cell: u8) -> String {
		format!("{}/{}/{cell}", PLACE.0, self.station)
	}
}

impl Scene {
	/// Moves the nodes' clock, and waits for final blocks of that time.
	pub(super) async fn move_to(&self, time: Moment) {
		self.network.clock().unwrap().move_to(time).unwrap();
		let last = self.chain.best().await.unwrap().number;
		self.chain.wait_finalized(last + 3, Duration::from_secs(60)).await.unwrap();
	}

	/// An owner's planner proposes that cells sleep. Gives the number of the plan, and what became of its page.
	async fn propose(&self, owner: usize, cells: impl Iterator<Item = u8>) -> (String, Value) {
		let names: Vec<String> = cells.map(|cell| self.sleepers[owner].cell(cell)).collect();
		let nights = NIGHTS.to_string();
		let mut propose = vec!["energy", "plan", "propose", "--first-day", NIGHT, "--days", &nights];
		propose.extend(["--window", WINDOW.0, "--weeks", "2"]);
		names.iter().for_each(|name| propose.extend(["--cell", name.as_str()]));
		let output = self.terminal.run(Some(&keys::uri(owner, Some("planner"))), &propose).await;
		let lines = output.json_lines().unwrap();
		(of_type(&lines, "proposed")["plan"].to_string(), of_type(&lines, "page").clone())
	}

	/// Each carrier plans its nights, and the other one agrees; what nothing covers stays awake. Gives the numbers of the plans.
	pub(super) async fn cells_are_put_to_sleep(&self) -> [String; 2] {
		let mut plans = [String::new(), String::new()];
		for (owner, plan) in plans.iter_mut().enumerate() {
			let [engineer, planner] = ["engineer", "planner"].map(|part| keys::uri(owner, Some(part)));
			let baseline = self.path(&format!("baseline-{owner}.csv"));
			self.terminal.act(&engineer, &["config", "baseline", "import", &baseline]).await;
			let lines = self.collect(owner, "report", ("before", owner), &["--no-checkpoint"]).await;
			let summary = of_type(&lines, "summary");
			assert_eq!((&summary["accepted"], &summary["refused"]), (&json!(BEFORE), &json!(0)), "{summary}");
			let Sleepers { cells, awake, .. } = &self.sleepers[owner];
			if owner == 0 {
				let (number, page) = self.propose(owner, [*awake].into_iter()).await;
				assert_eq!(page["refusal"]["Cells"][0][2], "NotCovered", "{page}");
				self.terminal.act(&planner, &["energy", "plan", "withdraw", &number]).await;
			}
			let (number, page) = self.propose(owner, cells.iter().copied()).await;
			assert_eq!(page["outcome"], "examined", "{page}");
			let other = keys::uri(1 - owner, Some("planner"));
			self.terminal.act(&other, &["energy", "consent", &number]).await;
			self.terminal.act(&planner, &["energy", "plan", "approve", &number]).await;
			*plan = number;
		}
		plans
	}

	/// In the first night the other carrier wakes a cell of the first owner's.
	pub(super) async fn one_is_woken(&self, plan: &str) {
		let night = parse_day(NIGHT).unwrap();
		self.move_to(begin_of(night) + 2 * HOUR).await;
		let cell = self.sleepers[0].cell(*self.sleepers[0].cells.first().unwrap());
		let wake = ["energy", "wake", plan, &cell, "--text", "calls drop"];
		let woken = self.terminal.carry_out(&keys::uri(1, Some("dispatcher")), &wake).await;
		assert_eq!(woken.event("Energy.CellsWoken")["day"], json!(night));
	}

	/// Each night of an owner's plan is proven by the reports that stand, once more where they are others than before.
	pub(super) async fn nights_are_proven(&self, owner: usize, plan: &str) {
		let archive = self.archive().await;
		let prove = ["energy", "prove", plan, "--again", "--archive", &archive];
		let output = self.terminal.run(Some(&keys::uri(owner, Some("collector"))), &prove).await;
		let lines = output.json_lines().unwrap();
		let summary = of_type(&lines, "summary");
		let done = ["proven", "standing"].map(|field| summary[field].as_u64().unwrap());
		assert_eq!(done.iter().sum::<u64>(), u64::from(NIGHTS), "{summary}");
	}

	/// A line has what its payer and all have saved, and that is something.
	pub(super) async fn assert_saved(&self, owner: usize, line: &Value) {
		let month = month_of_day(parse_day(FIRST).unwrap());
		let arguments = (month, PLACE, org(owner));
		let view: EnergySavingsView = self.chain.runtime("EnergyApi_savings", arguments, None).await.unwrap();
		let share = view.shares.iter().find(|(of, _)| *of == org(1 - owner)).map_or(0, |(_, share)| *share);
		assert_eq!((&line["saved"], &line["saved_by_all"]), (&json!(share), &json!(view.saved)), "{line}");
		assert!(view.saved > 0 && share > 0 && view.compared > 0, "{MONTH}: {view:?}");
	}
}
