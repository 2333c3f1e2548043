// SPDX-License-Identifier: Apache-2.0

//! polkadot.js connects, reads every call, event, error and entry of the storage with its documentation, and submits an extrinsic.

use super::shared::shared;
use serde_json::Value;
use std::{path::Path, process::Stdio, time::Duration};
use tokio::process::Command;

/// Runs a program in the folder of the check and gives its output; fails loudly where it is missing or fails.
async fn run(program: &str, arguments: &[&str], limit: Duration) -> String {
	let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("polkadot-js");
	let child = Command::new(program)
		.args(arguments)
		.current_dir(folder)
		.stdin(Stdio::null())
		.kill_on_drop(true)
		.output();
	let output = tokio::time::timeout(limit, child)
		.await
		.unwrap_or_else(|_| panic!("{program} {arguments:?} takes longer than {limit:?}"))
		.unwrap_or_else(|error| panic!("this test needs Node.js: {program} cannot be started: {error}"));
	let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
	assert!(output.status.success(), "{program} {arguments:?}\n{stdout}\n{stderr}");
	stdout.into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn polkadot_js_reads_everything_and_submits() {
	let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("polkadot-js/node_modules/.package-lock.json");
	if !installed.exists() {
		run("npm", &["ci", "--no-audit", "--no-fund"], Duration::from_secs(300)).await;
	}
	let shared = shared().await;
	// Blocks of the chain's beginning are read too: their state is at the archive node.
	let url = shared.network.archive().unwrap().url();
	let output = run("node", &["check.mjs", &url, "//carrier-one"], Duration::from_secs(180)).await;
	let answer: Value = serde_json::from_str(output.lines().last().unwrap_or_default()).unwrap();

	assert_eq!(answer["problems"], serde_json::json!([]));
	let count = |pointer: &str| answer.pointer(pointer).and_then(Value::as_u64).unwrap_or_default();
	// More than the five pallets of this chain's own have: every pallet was read.
	assert!(count("/documented/calls") > 140, "{answer}");
	assert!(count("/documented/events") > 170, "{answer}");
	assert!(count("/documented/errors") > 320, "{answer}");
	assert!(count("/documented/storage") > 190, "{answer}");
	assert!(count("/seen/blocks") > 10 && count("/seen/events") > count("/seen/blocks"), "{answer}");
	assert!(answer["submitted"]["block"].as_str().is_some_and(|hash| hash.starts_with("0x")), "{answer}");
}
