// SPDX-License-Identifier: Apache-2.0

//! What was saved: proven by anybody once the window is over, what the files of the meters come to, and computed anew without a
//! network.

use super::{account, date, ground::Saved, of_type, org, signers::prove, Ground, Scene, Terminal, TOWER};
use crate::rpc::Asked;
use serde_json::{json, Value};
use std::{collections::BTreeMap, fs, path::Path};
use trimast_primitives::{
	apis::{
		EnergyPlaceSavingsView, EnergyPlanPagesView, EnergyProvinceSavingsView, EnergySavingsView,
		EnergySleptView,
	},
	calendar::month_of_day,
	OrgId,
};
use trimast_testbed::{keys, trimast::Trimast, views};

/// The lines of a file before a day.
fn lines_before(file: &Path, date: &str) -> Vec<String> {
	let text = fs::read_to_string(file).unwrap();
	let is_before = |line: &&str| line.split(',').nth(1).is_some_and(|start| start < date);
	text.lines().filter(is_before).map(str::to_owned).collect()
}

/// What proofs have come to is what the files do, page by page.
fn assert_are(lines: &[Value], kind: &str, expected: &BTreeMap<u16, Saved>) {
	assert_eq!(lines.len(), expected.len(), "{lines:?}");
	for line in lines {
		let page = u16::try_from(line["page"].as_u64().unwrap()).unwrap();
		let own = expected[&page];
		let told = ["type", "expected", "metered", "compared", "left_out", "saved"];
		let told = told.map(|field| line[field].clone());
		let [energy, metered, compared, left_out] =
			[own.expected, own.metered, own.compared, own.left_out].map(|number| json!(number));
		assert_eq!(told, [json!(kind), energy, metered, compared, left_out, json!(own.saved())], "{line}");
		let shares: Vec<(u8, i64)> = serde_json::from_value(line["shares"].clone()).unwrap();
		assert_eq!(shares.iter().map(|(_, share)| share).sum::<i64>(), own.saved(), "{line}");
	}
}

impl Scene {
	/// Has somebody prove a plan; gives what is said of each page, by its kind, and the summary.
	async fn prove(&self, who: &str, plan: u32, more: &[&str]) -> (Vec<Value>, Value) {
		let (number, archive) = (plan.to_string(), self.ground.archive().await);
		let prove = ["energy", "prove", &number, "--archive", &archive];
		let output = self.terminal().run(Some(who), &[&prove[..], more].concat()).await;
		let mut lines = output.json_lines().unwrap();
		let summary = of_type(&lines, "summary").clone();
		lines.retain(|line| ["computed", "proven", "skipped"].map(Value::from).contains(&line["type"]));
		(lines, summary)
	}

	/// While its cells sleep nothing is proven.
	pub(super) async fn window_is_not_over(&self, view: &EnergyPlanPagesView) {
		let collector = self.owner("collector");
		let (lines, summary) = self.prove(&collector, view.plan.number, &[]).await;
		assert_eq!((lines.len(), &summary["proven"]), (0, &json!(0)), "{summary}");
		let key = keys::key(&collector).unwrap();
		let early = self.ground.chain.carry_out(&key, &prove(view)).await;
		let said = format!("{:#}", early.expect_err("this must be refused"));
		assert!(said.contains("WindowNotOver"), "{said}");
	}

	/// The day is over and reported: what was saved is what the files come to, whoever proves it, and where it is corrected what
	/// stands then.
	pub(super) async fn savings_are_proven(&self, by_hand: u32, solved: u32) {
		let day = self.ground.day;
		self.ground.move_to(Ground::quarter(day + 1, 1)).await;
		let (hand, solver) = (self.ground.plan(by_hand).await, self.ground.plan(solved).await);
		let (collector, auditor) = (self.owner("collector"), account(TOWER, "auditor"));
		// Given what the meters show where the solver's cells sleep; nothing of it is reported yet
		let file = self.ground.write_readings("after", Some((solver.plan.from, solver.plan.until)));
		let days = lines_before(&file, &date(day));
		assert!(!days.is_empty() && days == lines_before(&self.before, &date(day)));
		let (lines, summary) = self.prove(&auditor, solved, &[]).await;
		assert_eq!(lines[0]["reason"], "nothing is reported", "{summary}");
		let summary = self.ground.report(&file, &[day], &[]).await;
		assert_eq!(summary["accepted"], json!(self.ground.pages()), "{summary}");
		// When both are proven, then it is what the files come to
		let mut all = Saved::default();
		for (plan, who) in [(&hand, &collector), (&solver, &auditor)] {
			let expected = self.ground.saved(plan, &file);
			let number = plan.plan.number;
			let (computed, _) = self.prove(who, number, &["--dry-run"]).await;
			assert_are(&computed, "computed", &expected);
			let (proven, _) = self.prove(who, number, &[]).await;
			assert_are(&proven, "proven", &expected);
			all = expected.values().fold(all, |all, page| all.plus(page));
			// And once only
			let (again, summary) = self.prove(who, number, &["--again"]).await;
			assert_eq!((again.len(), &summary["standing"]), (0, &json!(expected.len())), "{summary}");
		}
		assert!(all.compared > 0 && all.left_out > 0, "{all:?}");
		let slept = self.ground.saved(&solver, &file).values().map(Saved::saved).sum::<i64>();
		assert!(slept > 0, "cells have slept, and nothing is saved: {slept} Wh");
		self.month_has(&all).await;
		self.month_is_computed_anew(&all).await;
		for plan in [&hand, &solver] {
			self.stations_have_slept(plan).await;
		}

		// When the owner corrects the day to what would have been drawn without sleep, then that is proven anew, and what was proven is
		// named until then
		assert!(self.stale().await.is_empty());
		let awake = self.before.clone();
		let summary = self.ground.report(&awake, &[day], &["--correct", "1"]).await;
		assert!(summary["corrected"].as_u64().unwrap() > 0, "{summary}");
		let stale = self.stale().await;
		let (mut all, mut anew) = (Saved::default(), Vec::new());
		for plan in [&hand, &solver] {
			let expected = self.ground.saved(plan, &awake);
			let (proven, summary) = self.prove(&collector, plan.plan.number, &["--again"]).await;
			let standing = usize::try_from(summary["standing"].as_u64().unwrap()).unwrap();
			assert_eq!(proven.len() + standing, expected.len(), "{summary}");
			anew.extend(proven.iter().map(plan_and_page));
			all = expected.values().fold(all, |all, page| all.plus(page));
		}
		anew.sort_unstable();
		assert!(!anew.is_empty() && stale == anew, "{stale:?}, and {anew:?} were proven anew");
		assert!(self.stale().await.is_empty());
		self.month_has(&all).await;
	}

	/// The chain knows on which day and at which hours stations have slept: no baseline of theirs is read from it.
	async fn stations_have_slept(&self, plan: &EnergyPlanPagesView) {
		let (chain, place, day) = (&self.ground.chain, self.ground.place, self.ground.day);
		let asked = Asked { chain, at: chain.finalized().await.unwrap().hash };
		let window = (plan.plan.from, plan.plan.until);
		for page in &plan.pages {
			let (arguments, encoded) = (json!([place, page.cells.page]), (place, page.cells.page));
			let all: Vec<EnergySleptView> =
				asked.same("energy_sleptIn", arguments, "EnergyApi_slept_in", &encoded).await;
			let is_it = |of: &&EnergySleptView| {
				((of.first_day, of.last_day), (of.from, of.until)) == ((day, day), window)
			};
			let slept = all.iter().filter(is_it).fold(0, |all, of| all | of.stations);
			assert_eq!(slept & page.cells.mask(), page.cells.mask(), "{all:?}");
		}
	}

	/// The proofs of the month that rest on a report that was corrected since: plan and page of each, in their order.
	async fn stale(&self) -> Vec<(u64, u64)> {
		let (month, place) = (date(self.ground.day)[..7].to_owned(), self.ground.place.0.to_string());
		let said = self.terminal().ask(&["energy", "savings", "--month", &month, &place]).await;
		let mut all: Vec<_> = said["stale_proofs"].as_array().unwrap().iter().map(plan_and_page).collect();
		all.sort_unstable();
		all
	}

	/// What the chain has of the month: the sum of what is proven, and what that has not emitted.
	async fn month_has(&self, all: &Saved) {
		let (month, place) = (date(self.ground.day)[..7].to_owned(), self.ground.place.0.to_string());
		let said = self.terminal().ask(&["energy", "savings", "--month", &month, &place]).await;
		let savings = said["savings"].as_array().unwrap();
		assert_eq!((savings.len(), &savings[0]["owner"]), (1, &json!(self.ground.owner)), "{said}");
		let view: EnergySavingsView = serde_json::from_value(savings[0]["savings"].clone()).unwrap();
		let told = Saved {
			expected: view.expected,
			metered: view.metered,
			compared: view.compared,
			left_out: view.left_out,
		};
		assert_eq!(told, *all, "{said}");
		assert_eq!(
			(view.saved, view.shares.iter().map(|(_, share)| share).sum::<i64>()),
			(all.saved(), all.saved())
		);
		assert!(view.factor.0 > 0 && view.avoided == view.saved * i64::from(view.factor.0), "{said}");
		let province = self.ground.place.province().0.to_string();
		let of_province = ["energy", "savings", "--month", &month, "--province", &province];
		let said = self.terminal().ask(&of_province).await;
		assert_eq!(said["whole"]["saved"], json!(view.saved), "{said}");
		self.statement_has(&month, &view).await;
		self.province_has(view).await;
	}

	/// The statement of what the sharer owes says the same of it and of all.
	async fn statement_has(&self, month: &str, savings: &EnergySavingsView) {
		let Ground { owner, sharer, place, .. } = self.ground;
		let province = place.province().0.to_string();
		let [to, from] = [owner, sharer].map(|of| keys::ORGS[of]);
		let which = ["--month", month, "--owner", to, "--payer", from, "--province", &province];
		let said = self.terminal().ask(&[&["energy", "statement", "show"], &which[..]].concat()).await;
		let is_here = |line: &&Value| line["local_network"] == json!(place);
		let line = said["lines"].as_array().unwrap().iter().find(is_here).expect("the sharer has a share");
		let share = savings.shares.iter().find(|(of, _)| *of == org(sharer)).map_or(0, |(_, share)| *share);
		assert_eq!((&line["saved"], &line["saved_by_all"]), (&json!(share), &json!(savings.saved)), "{line}");
	}

	/// What a province has saved is the sum of what each of its local networks has, asked one by one: that of one alone.
	async fn province_has(&self, savings: EnergySavingsView) {
		let (month, local_network) = (month_of_day(self.ground.day), self.ground.place);
		let (chain, province) = (&self.ground.chain, local_network.province());
		let asked = Asked { chain, at: chain.finalized().await.unwrap().hash };
		let (method, function) = ("energy_provinceSavings", "EnergyApi_province_savings");
		let (arguments, encoded) = (json!([month, province, null]), (month, province, None::<OrgId>));
		let all: EnergyProvinceSavingsView = asked.same(method, arguments, function, &encoded).await;
		let (mut saved, mut avoided) = (0, 0);
		let networks = views::local_networks(chain, Some(asked.at)).await.unwrap();
		for id in networks.into_iter().map(|network| network.id).filter(|id| id.province() == province) {
			for owner in (0..=TOWER).map(org) {
				let (arguments, encoded) = (json!([month, id, owner]), (month, id, owner));
				let one: EnergySavingsView =
					asked.same("energy_savings", arguments, "EnergyApi_savings", &encoded).await;
				saved += one.saved;
				avoided += one.avoided;
			}
		}
		assert_eq!((all.whole.saved, all.whole.avoided), (saved, avoided), "{all:?}");
		let owner = org(self.ground.owner);
		assert_eq!(all.savings, [EnergyPlaceSavingsView { local_network, owner, savings }]);
	}

	/// What each station has saved is told of the same file, day by day.
	async fn stations_have_together(&self, nowhere: &Terminal, file: &str, all: &Saved) {
		let output = nowhere.run(None, &["energy", "recompute", file, "--stations"]).await;
		let lines = output.ok().unwrap().json_lines().unwrap();
		let stations: Vec<&Value> = lines.iter().filter(|line| line["type"] == "station").collect();
		for of in &stations {
			let (place, code) = of["station"].as_str().unwrap().split_once('/').unwrap();
			assert!(place == self.ground.place.0.to_string() && self.ground.sites.contains_key(code), "{of}");
			let days = of["days"].as_array().unwrap();
			assert!(days.iter().all(|day| day["day"] == date(self.ground.day)), "{of}");
		}
		let sum = |field: &str| stations.iter().map(|of| of[field].as_i64().unwrap()).sum::<i64>();
		let expected = [all.expected, all.metered, all.compared, all.left_out];
		let told = ["expected", "metered", "compared", "left_out"].map(sum);
		assert_eq!(told, expected.map(|number| i64::try_from(number).unwrap()));
		assert_eq!(sum("saved"), all.saved());
	}

	/// The month is written to a file and computed anew where no node is; a watt-hour that is changed is found.
	async fn month_is_computed_anew(&self, all: &Saved) {
		let (written, file) = self.export("after.jsonl", &date(self.ground.day)[..7]).await;
		let nowhere = Terminal::new(Trimast::new(&self.ground.path("keys"), "ws://127.0.0.1:1").unwrap());
		let same = nowhere.ask(&["energy", "recompute", &file]).await;
		assert!(written["proofs"].as_u64().unwrap() >= 2, "{written}");
		assert_eq!((&same["same"], &same["proofs"]), (&json!(true), &written["proofs"]), "{same}");
		assert_eq!((&same["saved"], &same["stale_proofs"]), (&json!(all.saved()), &json!([])), "{same}");
		self.stations_have_together(&nowhere, &file, all).await;
		let text = fs::read_to_string(&file).unwrap();
		let mut lines: Vec<Value> = text.lines().map(|line| line.parse().unwrap()).collect();
		let proof = lines.iter_mut().find(|line| line["type"] == "proof").unwrap();
		let (plan, page) = (proof["plan"].clone(), proof["page"].clone());
		proof["proof"]["metered"] = json!(proof["proof"]["metered"].as_u64().unwrap() ^ 1);
		let changed = self.ground.path("changed.jsonl");
		let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
		fs::write(&changed, lines.join("\n") + "\n").unwrap();
		let output = nowhere.run(None, &["energy", "recompute", changed.to_str().unwrap()]).await;
		assert_eq!(output.code, Some(1), "{output:?}");
		let said = output.json_lines().unwrap();
		let first = of_type(&said, "recomputed")["differences"][0].as_str().unwrap().to_owned();
		let begin = format!("proof of plan {plan}, page {page}, {}: metered: ", date(self.ground.day));
		assert!(first.starts_with(&begin), "{first}");
	}
}

/// Of which plan and page something is that the command line tells.
fn plan_and_page(told: &Value) -> (u64, u64) {
	(told["plan"].as_u64().unwrap(), told["page"].as_u64().unwrap())
}
