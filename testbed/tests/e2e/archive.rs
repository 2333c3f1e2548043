// SPDX-License-Identifier: Apache-2.0

//! The archive node serves old states through `archive_v1_*`.

use super::shared::{shared, PLAN};
use codec::{Decode, Encode};
use serde::Deserialize;
use serde_json::{json, Value};
use std::time::Duration;
use subxt::{dynamic::Value as Dynamic, utils::H256};
use trimast_primitives::{apis::LocalNetworkView, LocalNetworkId};
use trimast_testbed::chain::{rpc_params, to_hex, unhex, Chain};

/// Answer of `archive_v1_call`.
#[derive(Deserialize, Debug)]
struct CallResult {
	success: bool,
	value: String,
}

/// How many stations the state of a block has, asked of the runtime as it was then.
async fn stations_at(archive: &Chain, hash: H256) -> u32 {
	let arguments = to_hex(&(None::<LocalNetworkId>, 1_000u32).encode());
	let params = rpc_params![hash, "SitesApi_local_networks", arguments];
	let result: CallResult = archive.ask("archive_v1_call", params).await.unwrap();
	assert!(result.success, "{result:?}");
	let networks = Vec::<LocalNetworkView>::decode(&mut &unhex(&result.value).unwrap()[..]).unwrap();
	assert_eq!(networks.len(), 342);
	networks.iter().map(|network| network.stations).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn archive_node_serves_an_old_state() {
	let shared = shared().await;
	let archive = Chain::connect(&shared.network.archive().unwrap().url()).await.unwrap();
	archive.wait_finalized(shared.after.number, Duration::from_secs(30)).await.unwrap();

	// The block is found by its height
	let hashes: Vec<H256> =
		archive.ask("archive_v1_hashByHeight", rpc_params![shared.before.number]).await.unwrap();
	assert_eq!(hashes, [shared.before.hash]);
	let height: u64 = archive.ask("archive_v1_finalizedHeight", rpc_params![]).await.unwrap();
	assert!(height >= shared.after.number);
	let body: Option<Vec<String>> =
		archive.ask("archive_v1_body", rpc_params![shared.before.hash]).await.unwrap();
	assert!(body.is_some_and(|body| !body.is_empty()));

	// Its state is that before the import, though the import has been final for long
	assert_eq!(stations_at(&archive, shared.before.hash).await, 0);
	assert_eq!(stations_at(&archive, shared.after.hash).await, PLAN.stations);
	let genesis = archive.block_hash(0).await.unwrap().unwrap();
	assert_eq!(stations_at(&archive, genesis).await, 0);

	// And a value of it is read by its key
	let at = archive.api().await.unwrap().at_block(shared.before.hash).await.unwrap();
	let number = subxt::dynamic::storage::<Vec<Dynamic>, Dynamic>("System", "Number");
	let key = to_hex(&at.storage().entry(number).unwrap().key_prefix());
	let items = json!([{ "key": key, "type": "value" }]);
	let mut answers = archive
		.rpc()
		.subscribe::<Value>(
			"archive_v1_storage",
			rpc_params![shared.before.hash, items],
			"archive_v1_stopStorage",
		)
		.await
		.unwrap();
	let mut found = None;
	while let Some(answer) = answers.next().await {
		let answer = answer.unwrap();
		match answer["event"].as_str() {
			Some("storage") => found = answer["value"].as_str().map(str::to_owned),
			Some("storageDone") => break,
			_ => panic!("{answer}"),
		}
	}
	let number = u32::decode(&mut &unhex(&found.unwrap()).unwrap()[..]).unwrap();
	assert_eq!(u64::from(number), shared.before.number);
}
