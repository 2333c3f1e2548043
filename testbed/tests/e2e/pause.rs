// SPDX-License-Identifier: Apache-2.0

//! An emergency pause by two companies: it stops the kind of calls that it names and no other, until it is lifted.

use super::{rpc::Asked, shared::shared};
use serde_json::json;
use std::time::Duration;
use trimast_primitives::apis::PauseView;
use trimast_testbed::chain::Chain;

/// A countersignature of no page: it changes nothing, and is taken whenever the inventory's calls are.
const NOTHING: &str = r#"{"local_network":1301,"pages":[]}"#;
/// The same in a batch.
const NOTHING_BATCHED: &str = r#"{"calls":[{"Sites":{"countersign":{"local_network":1301,"pages":[]}}}]}"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pause_stops_the_inventory_alone_until_it_is_lifted() {
	let shared = shared().await;
	let bare = ["chain", "call", "Sites.countersign", NOTHING];
	let batched = ["chain", "call", "Utility.batch_all", NOTHING_BATCHED];
	let (one, two) = ("//carrier-one//planner", "//carrier-two//planner");
	let pause = ["federation", "pause", "sites"];

	// Given a pause that two companies have decided
	let (paused, ..) = tokio::join!(
		shared.decide(&["//carrier-one", "//tower"], &pause),
		shared.carry_out(one, &bare),
		shared.carry_out(two, &batched),
	);
	assert_eq!(paused.event("Federation.Paused")["kinds"], json!(1));

	// When calls are made meanwhile, and it is lifted by two companies. What is found is judged when it is lifted: whatever
	// it is, the others' scenes go on.
	let withdraw = ["federation", "exit", "withdraw"];
	let branch = ["federation", "branches", "add", "1", "--name", "a branch", "--scope", "national"];
	let (bare_found, batch_found, exit_found, branch_found, status, inbox) = tokio::join!(
		shared.command(Some(one), &bare),
		shared.command(Some(two), &batched),
		shared.command(Some("//tower"), &withdraw),
		shared.command(Some("//carrier-two"), &branch),
		shared.command(None, &["chain", "status"]),
		shared.command(Some("//tower//planner"), &["inbox"]),
	);
	let lifted = shared.decide(&["//carrier-two", "//tower"], &["federation", "lift-pause"]).await;
	lifted.event("Federation.PauseLifted");

	// Then the inventory's calls were refused, batched too
	for found in [bare_found, batch_found] {
		assert!(found.code == Some(1) && found.stderr.contains("System.CallFiltered"), "{found:?}");
	}
	// And everybody could see why, and until when
	for found in [status, inbox] {
		let found = found.ok().unwrap().json().unwrap();
		assert_eq!(found["paused"]["kinds"], json!(["sites"]), "{found}");
		assert!(found["paused"]["until"].is_u64(), "{found}");
	}
	// And exit, accounts and branches were open, and the motion that lifted it
	assert!(exit_found.stderr.contains("Federation.NotLeaving"), "{exit_found:?}");
	assert_eq!(branch_found.code, Some(0), "{branch_found:?}");
	// And all is open again
	tokio::join!(shared.carry_out(one, &bare), shared.carry_out(two, &batched));
	// And whoever asks a node is told how it stood, and that two companies alone do not pause again at once
	let archive = Chain::connect(&shared.network.archive().unwrap().url()).await.unwrap();
	archive.wait_finalized(lifted.block, Duration::from_secs(30)).await.unwrap();
	for (block, kinds) in [(paused.block - 1, None), (paused.block, Some("sites")), (lifted.block, None)] {
		let at = archive.block_hash(block).await.unwrap().unwrap();
		let asked = Asked { chain: &archive, at };
		let pause: PauseView = asked.same("federation_pause", json!([]), "FederationApi_pause", &()).await;
		assert_eq!(pause.kinds, Vec::from_iter(kinds), "{pause:?}");
		assert_eq!(pause.until.is_some(), kinds.is_some(), "{pause:?}");
		assert!(pause.again_from.is_some() || block < paused.block, "{pause:?}");
	}
}
