// SPDX-License-Identifier: Apache-2.0

//! The examples for who integrates by subxt, run as they are against the live network.

use super::shared::{shared, Shared};
use std::{path::PathBuf, process::Stdio, time::Duration};
use tokio::process::Command;
use trimast_primitives::{
	apis::OrderView,
	order::{OrderKind, State},
	OrgId,
};
use trimast_testbed::keys;

/// Where an example is: Cargo builds them with the tests, beside this test's own folder.
pub(crate) fn path(name: &str) -> PathBuf {
	let test = std::env::current_exe().unwrap();
	test.ancestors().nth(2).unwrap().join("examples").join(name)
}

/// Runs an example against the archive node and gives what it prints.
async fn example(shared: &Shared, name: &str) -> String {
	let path = path(name);
	let url = shared.network.archive().unwrap().url();
	let run = Command::new(&path).arg(url).stdin(Stdio::null()).kill_on_drop(true).output();
	let output = tokio::time::timeout(Duration::from_secs(60), run)
		.await
		.unwrap_or_else(|_| panic!("{name} takes longer than a minute"))
		.unwrap_or_else(|error| panic!("{} cannot be started: {error}", path.display()));
	let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
	assert!(output.status.success(), "{name} ended with {}\n{stdout}\n{stderr}", output.status);
	stdout.into_owned()
}

#[track_caller]
fn assert_says(said: &str, words: &str) {
	assert!(said.contains(words), "'{words}' is expected:\n{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn examples_work_against_the_live_network() {
	let shared = shared().await;
	tokio::join!(federation(&shared), sites(&shared), orders(&shared));
}

/// Reads organisations, accounts, parameters and motions.
async fn federation(shared: &Shared) {
	let trimast = shared.trimast();
	let principal = |org| keys::uri(org, None);
	// Given an open motion
	let propose = ["--json", "--quiet", "vote", "propose", "--threshold", "3"];
	let call = ["Sites.remove_local_network", r#"{"id":9998}"#];
	trimast.run(Some(&principal(0)), &[&propose[..], &call].concat()).await.unwrap().ok().unwrap();
	// When the example runs
	let said = example(shared, "federation").await;
	// Then it shows who is there,
	for (number, org) in keys::ORGS.iter().enumerate() {
		assert_says(&said, &format!("\n{number} {org}: "));
	}
	let planner = keys::planner(0).unwrap().public_key().to_account_id();
	assert_says(&said, &format!("  {planner} Planner National"));
	// what is governed,
	assert_says(&said, "reconciliation_term: 600");
	// and what is open
	assert_says(&said, "remove_local_network");
	let motion = said.lines().find(|line| line.contains("9998") && line.starts_with('m')).unwrap();
	// And the motion is voted down, so that it is in nobody's way
	let id = motion.split(':').next().unwrap();
	let nay = |org| {
		let (trimast, key) = (trimast.clone(), principal(org));
		async move { trimast.run(Some(&key), &["vote", "nay", id]).await.unwrap().ok().unwrap() }
	};
	tokio::join!(nay(1), nay(2));
	trimast.run(Some(&principal(1)), &["vote", "close", id]).await.unwrap().ok().unwrap();
}

/// Reads a page, registers a station and retires it.
async fn sites(shared: &Shared) {
	let said = example(shared, "sites").await;
	assert_says(&said, "  1301:");
	assert_says(&said, "Sites.Registered");
	assert_says(&said, "Sites.Amended");
	// It leaves nothing in service: the command shows the station as the example has left it.
	let code = said.lines().find_map(|line| line.strip_prefix("registering ")).unwrap();
	let show = ["--json", "site", "show", &format!("1301/{code}")];
	let station = shared.trimast().run(None, &show).await.unwrap().ok().unwrap().json().unwrap();
	assert_eq!((&station["state"], &station["owner"]), (&"retired".into(), &"0".into()));
}

/// Is given an order, takes it up and completes it.
async fn orders(shared: &Shared) {
	let said = example(shared, "orders").await;
	for word in ["Dispatch.OrderOpened", "becomes InProgress", "becomes Completed", "  Completed since"] {
		assert_says(&said, word);
	}
	// It leaves nothing open
	let line = said.lines().find(|line| line.contains("is given by organisation 0")).unwrap();
	let id: u32 = line.split(' ').nth(1).unwrap().parse().unwrap();
	let view: Option<OrderView> = shared.chain(0).await.runtime("DispatchApi_order", id, None).await.unwrap();
	let order = view.unwrap().order;
	assert_eq!((order.kind, order.state), (OrderKind::Inspection, State::Completed));
	assert_eq!((order.raiser, order.handler), (OrgId(0), OrgId(2)));
}
