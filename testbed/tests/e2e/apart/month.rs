// SPDX-License-Identifier: Apache-2.0

//! A whole month of many stations, hour by hour, from files of meters to final statements: cells sleep by night, as both carriers agree to
//! ([`nights`]); both report, each contests what it has seen otherwise of the other's stations and attests the rest; what differs is
//! corrected; what was saved is proven; a statement with it is signed by one side, disputed, corrected and final; and the month is
//! computed anew without a network. After each step the chain has to the last unit what was generated ([`expected`]). Then the clock is
//! moved on over the end of the next month, and the statement of the work orders of that one is disputed and signed ([`orders`]).
//!
//! The network is one of its own, whose clock is moved over the month, and the stations are in one local network. They are 500, or as many as
//! `TRIMAST_METERED` says: `scripts/torture` has 20,000, with some gigabytes of files.

mod expected;
mod nights;
mod orders;

use crate::{
	cells::of_type,
	desk::Terminal,
	energy::{
		ground::org,
		planted::{list, Planted},
	},
	shared::{folder, import, turn, Turn, PLAN},
};
use expected::{Expected, Records, Stage};
use nights::{asleep, noon, Sleepers, NIGHTS};
use serde_json::{json, Value};
use std::{collections::BTreeSet, env, fs, path::PathBuf, time::Duration};
use trimast_primitives::{
	apis::EnergyTotalView,
	calendar::{begin_of, month_of_day},
	LocalNetworkId,
};
use trimast_testbed::{
	chain::Chain,
	generate::{parse_day, Country, EnergyPlan, Plan, MIN_STATIONS},
	keys,
	mass_outage::countersign,
	network::{Network, Options},
	trimast::Trimast,
};

/// Where the stations stand. Both carriers build there, and it has few pages: 1,000 stations are 17 to a page.
const PLACE: LocalNetworkId = LocalNetworkId(4403);
/// How many have meters, where nothing else is said.
const STATIONS: u32 = 500;
/// The month, which has a public holiday.
const MONTH: &str = "2026-06";
/// Its first day.
const FIRST: &str = "2026-06-01";
/// Its days.
const DAYS: u16 = 30;
/// On how many of a thousand days of a station the other carrier has seen something else.
const DIFFERING: u32 = 2;

struct Scene {
	network: Network,
	terminal: Terminal,
	chain: Chain,
	archive: Chain,
	/// With the files.
	data: PathBuf,
	/// What is planted in each owner's file.
	planted: [Planted; 2],
	/// What each owner's stations come to.
	expected: [Expected; 2],
	/// Each owner's cells that sleep by night.
	sleepers: [Sleepers; 2],
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_hour_of_many_stations_is_reported_contested_corrected_signed_and_computed_anew() {
	let turn = turn().await;
	let scene = Scene::given(&turn).await;
	let plans = scene.cells_are_put_to_sleep().await;
	scene.one_is_woken(&plans[0]).await;
	scene.move_to(begin_of(parse_day(FIRST).unwrap() + DAYS) + 3_600_000).await;
	scene.both_report().await;
	scene.copies_are_contested().await;
	scene.owners_correct().await;
	for (owner, plan) in plans.iter().enumerate() {
		scene.nights_are_proven(owner, plan).await;
	}
	scene.statements_become_final(&plans[0]).await;
	scene.month_is_computed_anew().await;
	scene.month_of_orders_is_signed().await;
	fs::remove_dir_all(&scene.data).unwrap();
}

impl Scene {
	/// A network in which the month has begun, with an inventory that everybody has signed, and the files.
	async fn given(turn: &Turn) -> Self {
		let metered = env::var("TRIMAST_METERED")
			.map_or(STATIONS, |text| text.parse().expect("TRIMAST_METERED is a number"));
		let first = parse_day(FIRST).unwrap();
		let options = Options { fresh: true, clock: Some(noon()), ..Options::local(&folder("month")) };
		let network = turn.start(&options).await;
		let url = network.nodes()[0].url();
		let trimast = Trimast::new(network.folder(), &url).unwrap();
		let data = network.folder().join("data");
		let plan = Plan { seed: PLAN.seed, ..Plan::of(metered.max(MIN_STATIONS)) };
		let country = Country::only(plan, PLACE).unwrap();
		country.write(&data).unwrap();
		for owner in 0..2 {
			import(&trimast, &data, owner, &[]).await;
		}
		countersign(&trimast, country.codes()).await.unwrap();
		let readings = EnergyPlan {
			stations: usize::try_from(metered).unwrap(),
			days: DAYS,
			interval: 60,
			differing_per_mille: DIFFERING,
			asleep: asleep(),
			..EnergyPlan::month(first)
		};
		country.write_energy(&data, &readings).unwrap();
		let sleepers = Sleepers::choose(&country, &data, &readings);
		let chain = Chain::connect(&url).await.unwrap();
		let archive = Chain::connect(&network.archive().unwrap().url()).await.unwrap();
		let records = Records::ask(&chain, first).await;
		let expected = records.month(country.energy(&readings).unwrap());
		let rows = list(&data);
		let planted = [0, 1].map(|owner| Planted::of(&rows, owner, first + DAYS - 1));
		Self { network, terminal: Terminal::new(trimast), chain, archive, data, planted, expected, sleepers }
	}

	fn path(&self, name: &str) -> String {
		self.data.join(name).to_str().unwrap().to_owned()
	}

	/// The archive node has what is final here.
	async fn archive(&self) -> String {
		let last = self.chain.finalized().await.unwrap().number;
		self.archive.wait_finalized(last, Duration::from_secs(60)).await.unwrap();
		self.archive.url().to_owned()
	}

	/// A carrier's collector runs a command of energy about a file of an owner's stations; it may end well in part. Gives what it has
	/// said.
	async fn collect(
		&self,
		who: usize,
		verb: &str,
		(name, owner): (&str, usize),
		more: &[&str],
	) -> Vec<Value> {
		let file = self.path(&format!("{name}-{owner}.csv"));
		let arguments = [&["energy", verb, file.as_str()][..], more].concat();
		let output = self.terminal.run(Some(&keys::uri(who, Some("collector"))), &arguments).await;
		output.json_lines().unwrap()
	}

	/// The chain has what each owner's reports come to at such a stage.
	async fn assert_stand(&self, stages: [Stage; 2]) {
		let month = month_of_day(parse_day(FIRST).unwrap());
		for (owner, stage) in stages.into_iter().enumerate() {
			let arguments = (month, PLACE, org(owner));
			let view: EnergyTotalView = self.chain.runtime("EnergyApi_total", arguments, None).await.unwrap();
			let total = self.expected[owner].at(stage);
			assert_eq!(view.sums, total.sums.to_vec(), "{stage:?} of {owner}");
			let (told, expected) = ((view.counted, view.contested), (total.counted, total.contested));
			assert_eq!(told, expected, "{stage:?} of {owner}");
		}
	}

	/// What is planted is found, and nothing else.
	async fn both_report(&self) {
		let report = |owner| self.collect(owner, "report", ("energy", owner), &["--no-checkpoint"]);
		let (one, two) = tokio::join!(report(0), report(1));
		for (owner, lines) in [one, two].iter().enumerate() {
			let file = self.path(&format!("energy-{owner}.csv"));
			let malformed = self.planted[owner].assert_found(lines, &file);
			let summary = of_type(lines, "summary");
			let counts = ["accepted", "refused", "malformed"].map(|name| summary[name].clone());
			let reports = self.expected[owner].reports;
			assert_eq!(counts, [json!(reports), json!(0), json!(malformed)], "{summary}");
		}
		self.assert_stand([Stage::Reported, Stage::Reported]).await;
	}

	/// Each carrier attests what it has seen alike of the other's stations, and contests what it has not: exactly that is named, and the
	/// lower reading stands.
	async fn copies_are_contested(&self) {
		let archive = self.archive().await;
		let more = ["--archive", archive.as_str(), "--contest"];
		let attest = |owner: usize| self.collect(1 - owner, "attest", ("energy-copy", owner), &more);
		let (one, two) = tokio::join!(attest(0), attest(1));
		for (owner, lines) in [one, two].iter().enumerate() {
			let expected = &self.expected[owner];
			let told = lines.iter().filter(|line| line["type"] == "differs").flat_map(|line| {
				let readings = line["readings"].as_array().unwrap().iter();
				let text = |value: &Value| value.as_str().unwrap().to_owned();
				readings.map(move |one| (text(&line["report"]), text(&one["station"]), text(&one["from"])))
			});
			assert_eq!(told.collect::<BTreeSet<_>>(), expected.readings);
			let contested = expected.at(Stage::Contested).contested;
			let attested = expected.concerned - usize::try_from(contested).unwrap();
			let summary = of_type(lines, "summary");
			let counts = ["attested", "contested", "not_concerned", "refused"];
			let counts = counts.map(|name| summary[name].clone());
			let rest = expected.reports - expected.concerned;
			assert_eq!(counts, [json!(attested), json!(contested), json!(rest), json!(0)], "{summary}");
			assert!(contested > 0, "{summary}");
		}
		self.assert_stand([Stage::Contested, Stage::Contested]).await;
	}

	/// An owner corrects its reports by a file: what differs is superseded, and the rest stands.
	async fn correct(&self, owner: usize, name: &str, number: &str) {
		let more = ["--no-checkpoint", "--correct", number];
		let lines = self.collect(owner, "report", (name, owner), &more).await;
		let summary = of_type(&lines, "summary");
		let [accepted, corrected, repeated, refused] = ["accepted", "corrected", "repeated", "refused"]
			.map(|name| usize::try_from(summary[name].as_u64().unwrap()).unwrap());
		let Expected { reports, differing, .. } = self.expected[owner];
		assert_eq!((accepted, corrected + repeated, refused), (0, reports, 0), "{summary}");
		// Of the same readings another register makes another report.
		assert!(corrected >= differing, "{differing} differ: {summary}");
	}

	/// Both owners take what the other carrier has seen. That ends what is contested.
	async fn owners_correct(&self) {
		tokio::join!(self.correct(0, "energy-copy", "1"), self.correct(1, "energy-copy", "1"));
		self.assert_stand([Stage::Corrected, Stage::Corrected]).await;
	}

	/// A carrier's planner does something with the statement about an owner's stations.
	async fn statement(&self, who: usize, verb: &str, owner: usize, more: &[&str]) -> Vec<Value> {
		let province = PLACE.province().0.to_string();
		let (of, payer) = (keys::ORGS[owner], keys::ORGS[1 - owner]);
		let which = ["energy", "statement", verb, "--month", MONTH, "--owner", of, "--payer", payer];
		let arguments = [&which[..], &["--province", province.as_str()], more].concat();
		self.terminal.act(&keys::uri(who, Some("planner")), &arguments).await
	}

	/// How the statement's line stands, and that it has what the payer's share comes to.
	async fn assert_line(&self, owner: usize, is: &str, stage: Stage) {
		let shown = self.statement(owner, "show", owner, &[]).await.pop().unwrap();
		let lines = shown["lines"].as_array().unwrap();
		assert_eq!(lines.len(), 1, "{shown}");
		let told = [&lines[0]["is"], &lines[0]["share"]["energy"], &lines[0]["share"]["amount"]];
		let (share, whole) = self.expected[owner].at(stage).of(org(1 - owner));
		let expected = [json!(is), json!(share.energy), json!(share.amount.to_string())];
		assert_eq!(told.map(Value::clone), expected, "{shown}");
		assert_eq!(lines[0]["whole"]["energy"], json!(whole.energy), "{shown}");
		// With what falls to each company, and the tariff of all hours
		let shares = lines[0]["shares"].as_array().unwrap();
		let of_payer = shares.iter().find(|of| of["org"] == json!(1 - owner)).unwrap();
		assert_eq!(of_payer["energy"], json!(share.energy), "{shown}");
		let of_all: u64 = shares.iter().map(|of| of["energy"].as_u64().unwrap()).sum();
		assert_eq!(of_all, whole.energy, "{shown}");
		let bands = lines[0]["tariffs"][0]["bands"].as_array().unwrap();
		let ends = [&bands[0]["from_hour"], &bands[bands.len() - 1]["until_hour"]];
		assert_eq!(ends, [&json!(0), &json!(24)], "{shown}");
		self.assert_saved(owner, &lines[0]).await;
	}

	/// One side signs, the other disputes it, the owner corrects it back to what it has reported and proves its nights by that, and then
	/// both sign; so they do what the other one owes.
	async fn statements_become_final(&self, plan: &str) {
		self.statement(0, "sign", 0, &[]).await;
		self.assert_line(0, "signed by one", Stage::Corrected).await;
		let place = PLACE.0.to_string();
		let why = ["--line", &place, "--text", "the first readings were right"];
		self.statement(1, "dispute", 0, &why).await;
		self.assert_line(0, "disputed", Stage::Corrected).await;
		// What was signed is void by a correction
		self.correct(0, "energy", "2").await;
		self.assert_stand([Stage::Reported, Stage::Corrected]).await;
		self.nights_are_proven(0, plan).await;
		self.assert_line(0, "open", Stage::Reported).await;
		for (owner, stage) in [(0, Stage::Reported), (1, Stage::Corrected)] {
			tokio::join!(self.statement(0, "sign", owner, &[]), self.statement(1, "sign", owner, &[]));
			self.assert_line(owner, "final", stage).await;
		}
		self.assert_stand([Stage::Reported, Stage::Corrected]).await;
	}

	/// All of it is written to a file and computed anew where no node is.
	async fn month_is_computed_anew(&self) {
		let (archive, file, place) = (self.archive().await, self.path("month.jsonl"), PLACE.0.to_string());
		let export = ["energy", "export", &place, "--month", MONTH, "--archive", &archive, "--output", &file];
		let written = self.terminal.ask(&export).await;
		let counts = |of: &Value| ["reports", "totals", "lines", "proofs"].map(|field| of[field].clone());
		let reports: usize = self.expected.iter().map(|of| of.reports).sum();
		let expected = [json!(reports), json!(2), json!(2), json!(2 * NIGHTS)];
		assert_eq!(counts(&written), expected, "{written}");
		let nowhere = Terminal::new(Trimast::new(self.network.folder(), "ws://127.0.0.1:1").unwrap());
		let same = nowhere.ask(&["energy", "recompute", &file]).await;
		assert_eq!((&same["same"], counts(&same)), (&json!(true), counts(&written)), "{same}");
	}
}
