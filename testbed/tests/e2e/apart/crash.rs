// SPDX-License-Identifier: Apache-2.0

//! A validator and the importer are killed in the middle of an import: of stations, and of their cells. The importer alone of
//! crews. And whoever observes is killed in the middle of a sweep.

use crate::{
	cells::{just_now, of_type, time_text, violations, wait_until},
	shared::{folder, import, turn, Said},
};
use serde_json::Value;
use std::{
	collections::{BTreeMap, BTreeSet},
	fs,
	path::Path,
	process::Stdio,
	time::Duration,
};
use subxt::utils::H256;
use tokio::process::Child;
use trimast_primitives::{
	apis::{BaselineView, CoverageView, QuestionView, MAX_PAGE},
	LocalNetworkId, OrgId,
};
use trimast_testbed::{
	chain::{rpc_params, Chain},
	generate::{CellPlan, Country, Plan},
	keys,
	network::{Network, Options},
	trimast::Trimast,
	views,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn import_survives_the_kill_of_a_validator_and_of_the_importer() {
	let turn = turn().await;
	let plan = Plan { seed: 7, ..Plan::of(20_000) };
	let mut network = turn.start(&Options { fresh: true, ..Options::local(&folder("crash")) }).await;
	let data = network.folder().join("data");
	let written = Country::new(plan).unwrap().write(&data).unwrap();

	// Given an import that is under way at the first validator, slowly enough to be caught in the middle
	let trimast = Trimast::new(network.folder(), &network.nodes()[0].url()).unwrap();
	let witness = Chain::connect(&network.nodes()[3].url()).await.unwrap();
	let planner = keys::uri(0, Some("planner"));
	let file = data.join("stations-0.csv");
	let slowly = ["--json", "--quiet", "site", "import", "--window", "24", file.to_str().unwrap()];
	let mut importer = trimast
		.command(Some(&planner), &slowly)
		.unwrap()
		.stdout(Stdio::null())
		.stderr(Stdio::null())
		.spawn()
		.unwrap();
	let most = written.stations[0];
	let caught = loop {
		let head = witness.finalized().await.unwrap();
		let (stations, _) = views::totals(&witness, Some(head.hash)).await.unwrap();
		assert!(importer.try_wait().unwrap().is_none(), "the importer was done before it could be killed");
		if stations > most / 10 {
			break stations;
		}
		tokio::time::sleep(Duration::from_millis(100)).await;
	};

	// When both are killed as a power cut would
	network.kill(0).unwrap();
	importer.start_kill().unwrap();
	importer.wait().await.unwrap();
	assert!(caught < most, "{caught} of {most} stations were in already");

	// Then the other three go on finalising
	let then = witness.finalized().await.unwrap().number;
	witness.wait_finalized(then + 5, Duration::from_secs(60)).await.unwrap();

	// And when both are started again, the rest goes in: nothing lost, nothing twice
	network.restart(0).await.unwrap();
	let summary = import(&trimast, &data, 0, &[]).await;
	assert_eq!(summary["on_chain"]["equal"], most, "{summary}");
	assert_eq!(summary["refused"], 0);
	import(&trimast, &data, 1, &[]).await;
	let head = witness.finalized().await.unwrap();
	for node in network.nodes() {
		let said = Said::by(&Chain::connect(&node.url()).await.unwrap(), head).await;
		assert_eq!(said.totals.0, 20_000, "{}", node.name);
		said.assert_is(plan);
	}

	resources_survive_the_kill_of_the_importer(&network, &trimast).await;
	finality_that_stands_still_is_told_and_loses_nothing(&mut network, &trimast).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn baseline_and_sweep_survive_kills() {
	let turn = turn().await;
	let plan = Plan { seed: 7, ..Plan::of(10_000) };
	let mut network = turn.start(&Options { fresh: true, ..Options::local(&folder("crash-cells")) }).await;
	let data = network.folder().join("data");
	let country = Country::new(plan).unwrap();
	country.write(&data).unwrap();
	country.write_cells(&data, &CellPlan::default()).unwrap();
	let trimast = Trimast::new(network.folder(), &network.nodes()[0].url()).unwrap();
	let witness = Chain::connect(&network.nodes()[3].url()).await.unwrap();
	for owner in 0..2 {
		import(&trimast, &data, owner, &[]).await;
	}
	baseline_survives_the_kill_of_a_validator_and_of_the_importer(&mut network, &trimast, &data).await;
	sweep_survives_the_kill_of_who_observes(&trimast, &witness, &data).await;
}

/// Starts a command that is going to be killed.
fn start(trimast: &Trimast, who: &str, arguments: &[&str]) -> Child {
	let mut command = trimast.command(Some(who), arguments).unwrap();
	command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Waits until a command has come so far that it is in the middle of its work.
async fn catch<F: std::future::Future<Output = bool>>(running: &mut Child, mut is_caught: impl FnMut() -> F) {
	while !is_caught().await {
		assert!(running.try_wait().unwrap().is_none(), "it was done before it could be killed");
		tokio::time::sleep(Duration::from_millis(50)).await;
	}
}

/// Runs a command to its end and gives its summary.
async fn finish(trimast: &Trimast, who: &str, arguments: &[&str]) -> Value {
	let output = trimast.run(Some(who), arguments).await.unwrap().ok().unwrap();
	of_type(&output.json_lines().unwrap(), "summary").clone()
}

async fn baseline_survives_the_kill_of_a_validator_and_of_the_importer(
	network: &mut Network,
	trimast: &Trimast,
	cells: &Path,
) {
	let (witness, engineer) =
		(Chain::connect(&network.nodes()[3].url()).await.unwrap(), keys::uri(0, Some("engineer")));
	let file = cells.join("cells-0.csv");
	let total = fs::read_to_string(&file).unwrap().lines().count() as u64 - 1;
	let import = ["--json", "--quiet", "config", "baseline", "import", file.to_str().unwrap()];
	// Given an import that is under way, slowly enough to be caught in the middle
	let mut importer = start(trimast, &engineer, &[&import[..], &["--window", "32"]].concat());
	let witness = &witness;
	catch(&mut importer, || async move {
		let at = witness.finalized().await.unwrap().hash;
		let all: Vec<BaselineView> = witness
			.ask("configGuard_baselines", rpc_params![None::<LocalNetworkId>, MAX_PAGE, at])
			.await
			.unwrap();
		all.iter().filter(|view| view.cells > 0).count() > 20
	})
	.await;
	// When it is killed, and the node that it talks to with it
	network.kill(0).unwrap();
	importer.start_kill().unwrap();
	importer.wait().await.unwrap();
	network.restart(0).await.unwrap();
	// Then it goes on where it was: nothing lost, nothing twice
	let summary = finish(trimast, &engineer, &import).await;
	let number = |name: &str| summary[name].as_u64().unwrap_or_else(|| panic!("{name}: {summary}"));
	assert!(number("resumed") > 0 && number("sent") < total, "{summary}");
	assert_eq!((number("written") + number("unchanged"), number("refused")), (total, 0), "{summary}");
	assert_eq!(summary["on_chain"]["equal"], total, "{summary}");
	let again = finish(trimast, &engineer, &import).await;
	assert_eq!(again["unchanged"], total, "{again}");
}

/// The rows of a file by local network, station and cell: the first values, as many as the other file has.
fn rows(file: &Path, values: usize) -> BTreeMap<String, String> {
	let text = fs::read_to_string(file).unwrap();
	let row = |line: &str| {
		let fields: Vec<&str> = line.split(',').collect();
		(fields[..3].join("/"), fields[3..values].join(","))
	};
	text.lines().skip(1).map(row).collect()
}

async fn sweep_survives_the_kill_of_who_observes(trimast: &Trimast, witness: &Chain, cells: &Path) {
	let (file, collector) = (cells.join("export-0.csv"), keys::uri(0, Some("collector")));
	// The network was read after the baseline had been imported: what was imported later is no finding.
	tokio::time::sleep(Duration::from_secs(6)).await;
	let observed = time_text(just_now());
	let sweep = ["--json", "--quiet", "config", "sweep", file.to_str().unwrap(), "--observed", &observed];
	let attested = || async {
		let all: Vec<CoverageView> =
			witness.ask("configGuard_coverage", rpc_params![None::<LocalNetworkId>, MAX_PAGE]).await.unwrap();
		all.iter().map(|view| view.matching).sum::<u32>()
	};
	let done = || {
		let state = fs::read_to_string(cells.join("export-0.csv.sweep/state.json")).unwrap_or_default();
		let state: Value = serde_json::from_str(&state).unwrap_or_default();
		state["done"].as_object().map_or(0, |done| done.len())
	};
	// Given a sweep in which the first tags stand on the chain, and whose first local networks are noted as done
	let mut observer = start(trimast, &collector, &sweep);
	catch(&mut observer, || async { attested().await > 0 && done() > 0 }).await;
	// When it is killed
	observer.start_kill().unwrap();
	observer.wait().await.unwrap();
	let before = done();
	// And rows are drawn of what it has said
	let export = fs::read_to_string(cells.join("export-0.csv.sweep/export.json")).unwrap();
	let root: H256 =
		serde_json::from_value(serde_json::from_str::<Value>(&export).unwrap()["root"].clone()).unwrap();
	wait_until("rows are drawn", || async {
		let asked: Vec<QuestionView> =
			witness.ask("configGuard_questions", rpc_params![OrgId(0), root]).await.unwrap();
		(!asked.is_empty()).then_some(())
	})
	.await;
	// Then it opens them, goes on in the same sweep behind what is done, and everything that differs is found, once
	let output = trimast.run(Some(&collector), &[&sweep[..], &["--openings", "0"]].concat()).await.unwrap();
	let lines = output.ok().unwrap().json_lines().unwrap();
	let first = lines.iter().find(|line| line["type"] == "progress").expect("it had something left to do");
	assert!(first["done"].as_u64() >= Some(before as u64), "{first} behind {before}");
	assert!(of_type(&lines, "openings")["opened"].as_u64() > Some(0), "{lines:?}");
	let summary = of_type(&lines, "summary");
	assert!(summary["openings"]["named_until"].is_u64(), "it says what may still be asked: {summary}");
	assert_eq!((&summary["sweep"], &summary["undone"]), (&0.into(), &Value::Array(vec![])), "{summary}");
	let values = fs::read_to_string(cells.join("cells-0.csv")).unwrap();
	let values = values.lines().next().unwrap().split(',').count();
	let (baseline, seen) = (rows(&cells.join("cells-0.csv"), values), rows(&file, values));
	let differ = |(cell, values): &(&String, &String)| seen.get(*cell).is_some_and(|seen| seen != *values);
	let expected = baseline.iter().filter(differ).count();
	let at = witness.finalized().await.unwrap().hash;
	let found = violations(witness, Some(at)).await;
	let places: BTreeSet<_> = found.iter().map(|view| (view.cell, view.key)).collect();
	assert!(expected > 0);
	assert_eq!((found.len(), places.len()), (expected, expected));
}

/// An importer is killed when its transactions are in the pool, and started again at once.
async fn resources_survive_the_kill_of_the_importer(network: &Network, trimast: &Trimast) {
	const CREWS: usize = 300;
	let node = &Chain::connect(&network.nodes()[0].url()).await.unwrap();
	let dispatcher = keys::uri(0, Some("dispatcher"));
	let account = &keys::key(&dispatcher).unwrap().public_key().to_account_id().to_string();
	let head = "number,kind,area,base_latitude,base_longitude,latitude,longitude,shift,speed_kmh,capacity,skills,power_kw,part,count";
	let crew = |n: usize| format!(",crew,national,38.{n:06},114.000000,,,08:00-18:00,60,20,,,,");
	let lines: Vec<String> = [head.to_owned()].into_iter().chain((0..CREWS).map(crew)).collect();
	let file = network.folder().join("crews.csv");
	fs::write(&file, lines.join("\n") + "\n").unwrap();
	let import = ["--json", "--quiet", "resource", "import", file.to_str().unwrap()];
	// Given an import of which much is under way
	let under_way =
		|| async { node.ask::<u64>("system_accountNextIndex", rpc_params![account]).await.unwrap() };
	let before = under_way().await;
	let mut importer = start(trimast, &dispatcher, &import);
	catch(&mut importer, || async { under_way().await > before + 50 }).await;
	// When it is killed
	importer.start_kill().unwrap();
	importer.wait().await.unwrap();
	// Then the next one enters what is missing, and nothing twice
	trimast.run(Some(&dispatcher), &import).await.unwrap().ok().unwrap();
	let list = ["--json", "resource", "list", "--of", "carrier-one"];
	let listed = trimast.run(None, &list).await.unwrap().ok().unwrap().json().unwrap();
	let all = listed["resources"].as_array().unwrap();
	let places: BTreeSet<String> =
		all.iter().map(|view| view["resource"]["details"]["base"].to_string()).collect();
	assert_eq!((all.len(), places.len()), (CREWS, CREWS));
}

/// With two of four validators gone blocks go on, and none becomes final.
async fn finality_that_stands_still_is_told_and_loses_nothing(network: &mut Network, trimast: &Trimast) {
	// Given a command that waits for finality in vain
	for node in [1, 2] {
		network.kill(node).unwrap();
	}
	let add = ["federation", "branches", "add", "7", "--name", "a branch", "--scope", "national"];
	let arguments = [&["--patience", "31"], &add[..]].concat();
	let principal = keys::uri(0, None);
	let run = trimast.run(Some(&principal), &arguments);
	let output = tokio::time::timeout(Duration::from_secs(150), run).await.expect("it gives up").unwrap();
	// Then it says so, names its transaction, and says how to look for it
	assert_eq!(output.code, Some(4), "{output:?}");
	for words in [
		"waiting: transaction 0x",
		"gave up waiting",
		"finality has stood at block",
		"look before you repeat",
	] {
		assert!(output.stderr.contains(words), "{words}: {output:?}");
	}
	// And when finality goes on, what it sent is final
	for node in [1, 2] {
		network.restart(node).await.unwrap();
	}
	let list = ["--json", "federation", "branches", "list", "carrier-one"];
	for _ in 0..90 {
		let branches = trimast.run(None, &list).await.unwrap().ok().unwrap().json().unwrap();
		if branches.as_array().is_some_and(|all| all.iter().any(|branch| branch["id"] == 7)) {
			return;
		}
		tokio::time::sleep(Duration::from_secs(1)).await;
	}
	panic!("the transaction is lost");
}
