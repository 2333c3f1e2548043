// SPDX-License-Identifier: Apache-2.0

//! A validator and the importer are killed in the middle of an import.

use super::shared::{folder, import, turn, Said};
use std::{process::Stdio, time::Duration};
use trimast_testbed::{
	chain::Chain,
	generate::{Country, Plan},
	keys,
	network::{Network, Options},
	trimast::Trimast,
	views,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn import_survives_the_kill_of_a_validator_and_of_the_importer() {
	let _turn = turn().await;
	let plan = Plan { seed: 7, ..Plan::of(20_000) };
	let mut network =
		Network::start(&Options { fresh: true, ..Options::local(&folder("crash")) }).await.unwrap();
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

	finality_that_stands_still_is_told_and_loses_nothing(&mut network, &trimast).await;
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
