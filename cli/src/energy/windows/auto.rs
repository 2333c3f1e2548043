// SPDX-License-Identifier: Apache-2.0
//! `trimast energy plan propose --auto`: windows from what was recorded, by the solver, and what they would have saved then.

use super::{
	super::{
		record::{body, open, Entry, ReportEntry},
		words::{kwh, percent},
	},
	facts::{self, Parameters},
	propose::WhenArgs,
	words::{hours_text, signed_kwh, signed_percent},
};
use crate::{
	chain::views::At,
	config::{access, catalogue::Catalogue, scores::month_text},
	context::Context,
	error::{Failure, Result},
	names::{self, cell_text},
	order::people::People,
	output::{counted, facts as fact_lines, table},
};
use clap::Args;
use serde_json::{json, Value};
use std::{
	collections::{BTreeMap, BTreeSet, HashMap},
	path::{Path, PathBuf},
	sync::Arc,
};
use trimast_primitives::{
	apis::AccountView,
	energy::{account, Report, Rules, SavingPlan},
	site::StationEntry,
	Hash, LocalNetworkId, OrgId,
};
use trimast_solver::windows::{
	assumed, propose, Guard, LeftOut, Proposal, Recorded, Replay, Settings, Window,
};

/// How the solver goes about it.
#[derive(Args, Clone, Debug)]
pub(super) struct AutoArgs {
	/// Propose what the solver makes of these months, as `trimast energy export` writes them: quiet hours of cells that another
	/// covers in full.
	#[arg(long, value_name = "MONTH.jsonl", num_args = 1..)]
	pub(super) auto: Vec<PathBuf>,
	/// Only in this local network; may stand several times. All that the months have and that lie in the account's scope otherwise.
	#[arg(long = "in", value_name = "LOCAL-NETWORK", value_parser = names::local_network, requires = "auto")]
	places: Vec<LocalNetworkId>,
	/// Of the traffic of its busiest quarter of an hour, what a covering cell keeps free, thousandths.
	#[arg(long, value_name = "PER-MILLE", default_value_t = Guard::USUAL.share, value_parser = clap::value_parser!(u16).range(0..=1_000), requires = "auto")]
	share: u16,
	/// How many quarters of an hour before and behind a window have to be as quiet.
	#[arg(long, value_name = "QUARTERS", default_value_t = Guard::USUAL.quarters, value_parser = clap::value_parser!(u8).range(0..=48), requires = "auto")]
	margin: u8,
	/// On how many days each quarter of an hour has to have been read, of workdays and of weekends.
	#[arg(long, value_name = "DAYS", default_value_t = Guard::USUAL.days, value_parser = clap::value_parser!(u8).range(1..), requires = "auto")]
	read_on: u8,
	/// One window for workdays and weekends: fewer plans, and shorter windows.
	#[arg(long, requires = "auto")]
	together: bool,
	/// The shortest window, quarters of an hour.
	#[arg(long, value_name = "QUARTERS", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=96), requires = "auto")]
	least: u8,
	/// Most windows of workdays, and of weekends.
	#[arg(long, value_name = "COUNT", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=24), requires = "auto")]
	windows: u8,
	/// What a sleeping cell is assumed to save, thousandths of its part of the station's energy; for the table alone. Without it 500
	/// for carrier, 250 for channel, 100 for symbol, 700 for deep-sleep.
	#[arg(long, value_name = "PER-MILLE", value_parser = clap::value_parser!(u16).range(0..=1_000), requires = "auto")]
	saves: Option<u16>,
}

impl AutoArgs {
	/// What the solver is told. `kept`: for how many days the chain keeps reports.
	fn settings(&self, owner: OrgId, when: &WhenArgs, kept: u16) -> Result<Settings> {
		let method = when.method;
		Ok(Settings {
			owner,
			first_day: when.first_day()?,
			days: when.days.unwrap_or(28),
			method,
			baseline: when.baseline(),
			guard: Guard { share: self.share, quarters: self.margin, days: self.read_on },
			is_apart: !self.together,
			least: self.least,
			windows: self.windows,
			saves: self.saves.unwrap_or(assumed(method)),
			kept,
		})
	}
}

/// What files have of each local network.
type Records = BTreeMap<LocalNetworkId, Vec<Recorded>>;

/// Reads a file's reports, to its end: of a month that was cut off nothing is proposed.
fn read(path: &Path, genesis: Hash, all: &mut Records) -> Result<u16> {
	let (head, mut reader) = open(path)?;
	if head.genesis != genesis {
		return Err(Failure::input("the month is of another chain")
			.at(path.display())
			.remedy("export it from an archive node of this chain (`trimast energy export`)"));
	}
	let mut stations: HashMap<u32, Arc<Vec<StationEntry>>> = HashMap::new();
	let mut rules: HashMap<u32, Arc<Rules>> = HashMap::new();
	while let Some(entry) = reader.entry()? {
		match entry {
			Entry::Stations { number, stations: entries } => {
				stations.insert(number, Arc::new(entries));
			}
			Entry::Rules { number, sharing, tariff, tolerance } => {
				rules.insert(number, Arc::new(Rules { sharing, tariff, tolerance }));
			}
			Entry::Report(entry) => {
				let one = recorded(&entry, &stations, &rules).map_err(|failure| reader.wrong(failure))?;
				all.entry(entry.id.local_network).or_default().push(one);
			}
			_ => {}
		}
	}
	Ok(head.month)
}

/// A report as it stands: of a contested one the lower of both, unless that comes to more.
fn recorded(
	entry: &ReportEntry,
	stations: &HashMap<u32, Arc<Vec<StationEntry>>>,
	rules: &HashMap<u32, Arc<Rules>>,
) -> Result<Recorded> {
	let missing = |what: &str| {
		Failure::input(format!("{what} of this number do not stand in front of it")).at(entry.id)
	};
	let stations = stations.get(&entry.stations).ok_or_else(|| missing("stations"))?.clone();
	let rules = rules.get(&entry.rules).ok_or_else(|| missing("rules"))?.clone();
	let reported = body(&entry.body)?;
	let report = match &entry.seen {
		None => reported,
		Some(seen) => {
			let lower = reported.lower(&body(&seen.body)?).ok_or_else(|| {
				Failure::input("what another has seen is not of the same readings").at(entry.id)
			})?;
			let comes_to = |report: &Report| {
				let accounted = account(entry.id.owner, report, &stations, &entry.holders, &rules);
				accounted.map(|accounted| accounted.energy())
			};
			// As the chain has it: nobody makes others owe more by contesting. What cannot be read the solver leaves out.
			match (comes_to(&reported), comes_to(&lower)) {
				(Ok(own), Ok(of_lower)) if of_lower > own => reported,
				_ => lower,
			}
		}
	};
	Ok(Recorded { owner: entry.id.owner, report, stations, holders: entry.holders.clone(), rules })
}

/// What the solver has made of a local network.
struct Solved {
	local_network: LocalNetworkId,
	proposal: Proposal,
}

impl Solved {
	/// A window for programs.
	fn window_json(&self, window: &Window) -> Value {
		json!({
			"type": "window", "local_network": self.local_network, "weekdays": window.weekdays.name(),
			"window": hours_text(window.from, window.until), "cells": window.cells, "stations": window.stations,
			"pages": window.pages, "replay": replay_json(&window.replay),
		})
	}

	/// Why cells are in no window, for programs.
	fn left_out_json(&self) -> impl Iterator<Item = Value> + '_ {
		self.proposal.left_out.iter().map(
			|(cell, why)| json!({ "type": "left_out", "cell": cell_text(*cell), "id": cell, "reason": why.text() }),
		)
	}

	fn row(&self, name: [String; 4], replay: &Replay) -> Vec<String> {
		let mut row = vec![self.local_network.0.to_string()];
		row.extend(name);
		row.extend([
			replay.station_days.to_string(),
			kwh(replay.expected),
			kwh(replay.metered),
			kwh(replay.estimated),
			signed_kwh(replay.saved),
			signed_percent(replay.saved, replay.expected),
		]);
		row
	}

	fn rows(&self) -> Vec<Vec<String>> {
		let each = self.proposal.windows.iter().map(|window| {
			let name = [
				window.weekdays.name().into(),
				hours_text(window.from, window.until),
				window.stations.to_string(),
				window.cells.to_string(),
			];
			self.row(name, &window.replay)
		});
		each.collect()
	}
}

/// What a window would have come to, for programs.
fn replay_json(replay: &Replay) -> Value {
	json!({
		"station_days": replay.station_days, "compared": replay.compared, "left_out": replay.left_out,
		"expected": replay.expected, "metered": replay.metered, "estimated": replay.estimated, "saved": replay.saved,
		"saved_kwh": signed_kwh(replay.saved), "shares": replay.shares.iter().collect::<Vec<_>>(),
	})
}

/// The table, and how it is to be read.
fn text(all: &[Solved], settings: &Settings, people: &People) -> String {
	let header = [
		"where",
		"days",
		"window",
		"stations",
		"cells",
		"station days",
		"expected kWh",
		"metered kWh",
		"estimated kWh",
		"saved kWh",
		"of expected",
	];
	let mut lines = vec![table(&header, all.iter().flat_map(Solved::rows))];
	let mut whole = Replay::default();
	let (mut reasons, mut unreadable): (BTreeMap<LeftOut, u32>, u32) = (BTreeMap::new(), 0);
	for solved in all {
		whole.add(&solved.proposal.replay());
		unreadable = unreadable.saturating_add(solved.proposal.unreadable);
		for (why, count) in solved.proposal.reasons() {
			let all = reasons.entry(why).or_default();
			*all = all.saturating_add(count);
		}
	}
	let plans = all.iter().fold(0usize, |sum, solved| sum.saturating_add(solved.proposal.plans.len()));
	let mut pairs = vec![
		("plans", plans.to_string()),
		(
			"saved in the recorded time",
			format!("{} kWh, {}", signed_kwh(whole.saved), signed_percent(whole.saved, whole.expected)),
		),
		(
			"  of which estimated",
			format!(
				"{} kWh: a sleeping cell is assumed to save {} of its part",
				kwh(whole.estimated),
				percent(settings.saves.into(), 1_000)
			),
		),
		(
			"  of which the formula's error",
			format!("{} kWh: nothing has slept then", signed_kwh(error_of(&whole))),
		),
	];
	for (org, share) in &whole.shares {
		pairs.push(("  share", format!("{} {} kWh", people.name(*org), signed_kwh(*share))));
	}
	if unreadable > 0 {
		pairs.push(("unreadable reports", unreadable.to_string()));
	}
	for (why, count) in &reasons {
		pairs.push(("left out", format!("{}: {}", counted(*count, "cell"), why.text())));
	}
	lines.push(fact_lines(&pairs));
	lines.join("\n")
}

/// What would have been saved though nothing has slept: days on which something has are left out.
fn error_of(replay: &Replay) -> i64 {
	replay.saved.saturating_sub(i64::try_from(replay.estimated).unwrap_or(i64::MAX))
}

/// Solves, tells the table, and gives back the plans.
pub(super) async fn solve(
	context: &Context,
	at: At<'_>,
	account: &AccountView,
	args: &AutoArgs,
	when: &WhenArgs,
	people: &People,
) -> Result<Vec<SavingPlan>> {
	// What is wrong with it is said before files are read.
	args.settings(account.org, when, 0)?;
	let (mut records, mut months) = (Records::new(), BTreeSet::new());
	let bar = context.output.progress(args.auto.len().try_into().unwrap_or(u64::MAX), "months read");
	for path in &args.auto {
		let month = read(path, at.chain().genesis(), &mut records)?;
		if !months.insert(month) {
			context.output.remark(&format!("{}: {} once more", path.display(), month_text(month)));
		}
		bar.inc(1);
	}
	bar.finish_and_clear();
	for place in &args.places {
		access::expect_local_network(account, *place)?;
		if !records.contains_key(place) {
			return Err(Failure::input("the months have no report of it")
				.at(format!("--in {}", place.0))
				.remedy("export it, too (`trimast energy export`)"));
		}
	}
	let is_meant = |id: &LocalNetworkId| args.places.is_empty() || args.places.contains(id);
	records.retain(|id, _| account.scope.covers(*id) && is_meant(id));
	if records.is_empty() {
		return Err(Failure::input("the months have no report of a place in the account's scope")
			.at("--auto")
			.remedy("export a month of a place that is (`trimast energy export`)"));
	}
	let parameters = Parameters::of(&Catalogue::ask(at).await?)?;
	// They are governed for the whole country.
	let place = records.keys().next().copied().unwrap_or_default();
	let kept = at.energy_rules(place, when.first_day()?).await?.days;
	let settings = args.settings(account.org, when, kept)?;
	let mut all = Vec::new();
	for (local_network, records) in records {
		let stations = facts::stations(at, &parameters, local_network, context.output).await?;
		if !stations.iter().any(|facts| facts.owner == account.org) {
			continue;
		}
		let proposal = propose(&stations, &records, &settings)
			.map_err(|error| Failure::input(error).at(format!("local network {}", local_network.0)))?;
		all.push(Solved { local_network, proposal });
	}
	for solved in &all {
		for window in &solved.proposal.windows {
			context.output.json_line(&solved.window_json(window));
		}
		solved.left_out_json().for_each(|value| context.output.json_line(&value));
	}
	context.output.say(&text(&all, &settings, people));
	Ok(all.into_iter().flat_map(|solved| solved.proposal.plans).map(|(_, plan)| plan).collect())
}

#[cfg(test)]
mod tests {
	use super::{
		super::super::{
			gather::tests::{contested, contested_in_vain, gathered, GENESIS},
			record::tests::{file, file_of},
		},
		*,
	};
	use crate::order::people::tests::people;
	use trimast_primitives::energy::{BaselineMethod, SavingMethod};

	fn written(text: &str) -> (tempfile::TempDir, PathBuf) {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("month.jsonl");
		std::fs::write(&path, text).unwrap();
		(folder, path)
	}

	#[test]
	fn months_are_read_as_their_reports_stand() {
		for one in [gathered(), contested(), contested_in_vain()] {
			let (_folder, path) = written(&file_of(&one));
			let mut all = Records::new();
			assert_eq!(read(&path, GENESIS, &mut all), Ok(super::super::super::record::tests::MONTH));
			let recorded = &all[&LocalNetworkId(1301)][0];
			assert_eq!((recorded.owner, all.len()), (one.id.owner, 1));
			assert_eq!(recorded.report, one.standing().unwrap().0.into_owned());
			assert_eq!((&*recorded.stations, &*recorded.rules), (&one.stations, &one.rules));
			assert_eq!(recorded.holders, one.holders);
		}
	}

	#[test]
	fn months_fail_when_they_are_of_another_chain_or_cut() {
		let (_folder, path) = written(&file(false));
		let failure = read(&path, Hash::zero(), &mut Records::new()).unwrap_err().to_string();
		assert!(failure.contains("another chain") && failure.contains("energy export"), "{failure}");
		let without: String = file(false)
			.lines()
			.filter(|line| !line.contains("\"type\":\"rules\""))
			.map(|line| format!("{line}\n"))
			.collect();
		let (_folder, path) = written(&without);
		let failure = read(&path, GENESIS, &mut Records::new()).unwrap_err().to_string();
		assert!(failure.contains("rules of this number"), "{failure}");
		// As `recompute` refuses it: cut off behind a report, and with a report less than its end says.
		let text = file(false);
		let (reports, _) = text.split_once("{\"type\":\"total\"").unwrap();
		let fewer: String = text
			.lines()
			.filter(|line| !line.contains("\"type\":\"report\""))
			.map(|line| format!("{line}\n"))
			.collect();
		for (text, what) in [(reports, "the file was cut off"), (fewer.as_str(), "1 reports, 1 totals")] {
			let (_folder, path) = written(text);
			let failure = read(&path, GENESIS, &mut Records::new()).unwrap_err().to_string();
			assert!(failure.contains(what) && failure.contains("export it again"), "{failure}");
		}
	}

	#[test]
	fn table_says_what_of_it_is_estimated() {
		let replay = Replay {
			station_days: 15,
			compared: 240,
			left_out: 80,
			expected: 60_000,
			metered: 61_000,
			estimated: 15_000,
			saved: 14_000,
			shares: [(OrgId(0), 9_000), (OrgId(1), 5_000)].into(),
		};
		let window = Window {
			weekdays: trimast_solver::windows::Weekdays::Workdays,
			from: 4,
			until: 20,
			pages: vec![],
			cells: 3,
			stations: 1,
			replay,
		};
		let cell = trimast_primitives::cells::CellId {
			site: trimast_primitives::page::SiteId { local_network: LocalNetworkId(1301), index: 7 },
			cell: 2,
		};
		let left_out = vec![(cell, LeftOut::InPart)];
		let proposal = Proposal { windows: vec![window], plans: vec![], left_out, unreadable: 0 };
		let solved = Solved { local_network: LocalNetworkId(1301), proposal };
		let settings = Settings {
			method: SavingMethod::Carrier,
			baseline: BaselineMethod { weeks: 4, elasticity: 200 },
			..Settings::from_day(OrgId(0), 20_785)
		};
		assert_eq!(solved.left_out_json().next().unwrap()["cell"], "1301:7/2");
		assert_eq!(solved.window_json(&solved.proposal.windows[0])["replay"]["saved_kwh"], "14.000");
		let text = text(&[solved], &settings, &people());
		for part in [
			"workdays",
			"01:00-05:00",
			"14.000 kWh, 23.33 %",
			"15.000 kWh: a sleeping cell is assumed to save 50.00 %",
			"-1.000 kWh: nothing has slept then",
			"one 9.000 kWh",
			"1 cell: it is covered in part only",
		] {
			assert!(text.contains(part), "{part} in:\n{text}");
		}
	}
}
