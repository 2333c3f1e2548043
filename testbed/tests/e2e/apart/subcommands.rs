// SPDX-License-Identifier: Apache-2.0

//! What an operator does with a node that is not running, by the node's own binary: its subcommands on the database of a
//! chain, and starts that are refused.

use crate::shared::{folder, turn};
use serde_json::Value;
use std::{
	fs,
	net::{Ipv4Addr, TcpListener},
	path::{Path, PathBuf},
	process::{Output, Stdio},
	time::Duration,
};
use subxt::utils::H256;
use tokio::process::Command;
use trimast_testbed::{binaries, chain::Chain, network::Options};

/// The last block that is exported.
const LAST: u64 = 3;

/// The node's binary, for one chain.
struct Binary {
	path: PathBuf,
	chain: PathBuf,
}

impl Binary {
	/// Runs it on a base path until it ends by itself.
	async fn run(&self, arguments: &[&str], base_path: &Path) -> Output {
		let child = Command::new(&self.path)
			.args(arguments)
			.arg("--chain")
			.arg(&self.chain)
			.arg("--base-path")
			.arg(base_path)
			.stdin(Stdio::null())
			.kill_on_drop(true)
			.output();
		// It may have to compile the runtime first, while both cores are busy.
		let limit = Duration::from_secs(120);
		let ended = tokio::time::timeout(limit, child).await;
		ended.unwrap_or_else(|_| panic!("{arguments:?} still runs after {limit:?}")).unwrap()
	}

	/// What it writes; it must end well.
	async fn done(&self, arguments: &[&str], base_path: &Path) -> Vec<u8> {
		let Output { status, stdout, stderr } = self.run(arguments, base_path).await;
		assert!(status.success(), "{arguments:?}: {status}: {}", String::from_utf8_lossy(&stderr));
		stdout
	}

	/// What it says of why it does not do it.
	async fn refused(&self, arguments: &[&str], base_path: &Path) -> String {
		let Output { status, stderr, .. } = self.run(arguments, base_path).await;
		let said = String::from_utf8_lossy(&stderr).into_owned();
		assert_eq!(status.code(), Some(1), "{arguments:?}: {status}: {said}");
		said
	}

	/// What the database of a base path knows.
	async fn info(&self, base_path: &Path) -> Info {
		let info: Value = serde_json::from_slice(&self.done(&["chain-info"], base_path).await).unwrap();
		let text =
			|field: &str| info[field].as_str().unwrap_or_else(|| panic!("{field} of {info}")).to_owned();
		let number = |field: &str| info[field].as_u64().unwrap_or_else(|| panic!("{field} of {info}"));
		Info {
			genesis: text("genesis_hash"),
			best: (number("best_number"), text("best_hash")),
			finalized: (number("finalized_number"), text("finalized_hash")),
		}
	}
}

/// The hash of the first block; number and hash of the best and of the last final one.
#[derive(Debug)]
struct Info {
	genesis: String,
	best: (u64, String),
	finalized: (u64, String),
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn subcommands_do_with_a_database_what_they_are_documented_to() {
	let turn = turn().await;
	// Given a validator alone that has finalised some blocks and has stopped
	let options = Options {
		fresh: true,
		validators: 1,
		archive: false,
		chain: "dev".to_owned(),
		..Options::local(&folder("subcommands"))
	};
	let network = turn.start(&options).await;
	let chain = Chain::connect(&network.nodes()[0].url()).await.unwrap();
	chain.wait_finalized(LAST, Duration::from_secs(60)).await.unwrap();
	let mut hashes = Vec::new();
	for number in 0..=LAST {
		hashes.push(chain.block_hash(number).await.unwrap().unwrap());
	}
	let base_path = network.nodes()[0].base_path().to_owned();
	let node = Binary { path: binaries::node().unwrap(), chain: network.folder().join("chain.json") };
	drop((chain, network));
	let files = tempfile::tempdir().unwrap();

	// Then its database says what the running node said
	let info = node.info(&base_path).await;
	assert_eq!(info.genesis, name(hashes[0]));
	assert!(info.best.0 >= info.finalized.0 && info.finalized.0 >= LAST, "{info:?}");
	// and gives its blocks to another one, while a block of it is executed again and what is not final is taken back
	let exported = exports_blocks(&node, &base_path, files.path(), &hashes).await;
	let another = files.path().join("another");
	tokio::join!(imports_and_reverts(&node, &exported, &another, &hashes), async {
		node.done(&["check-block", "2"], &base_path).await;
		node.done(&["revert"], &base_path).await;
	});
	let reverted = node.info(&base_path).await;
	assert_eq!((&reverted.best, &reverted.finalized), (&info.finalized, &info.finalized));

	let nowhere = files.path().join("nowhere");
	tokio::join!(
		refuses_the_base_path_of_another_chain(&node, &base_path, files.path()),
		refuses_ports_that_are_taken(&node, &nowhere),
	);

	// And what is purged is gone, but for the keys
	let folder = base_path.join("chains/trimast_dev");
	let (database, keystore) = (folder.join("paritydb"), folder.join("keystore"));
	let keys = || fs::read_dir(&keystore).unwrap().count();
	assert!(database.is_dir() && keys() == 2);
	node.done(&["purge-chain", "-y"], &base_path).await;
	assert!(!database.exists() && keys() == 2);

	// And of a base path of nothing there is nothing to export
	let nothing = files.path().join("nothing.json");
	let refused = node.refused(&["export-blocks", nothing.to_str().unwrap()], &base_path).await;
	assert!(refused.contains("Invalid block range"), "{refused}");
}

/// A hash as it stands in JSON.
fn name(hash: H256) -> String {
	format!("{hash:?}")
}

/// Exports the first blocks in both forms; gives the file with JSON.
async fn exports_blocks(node: &Binary, base_path: &Path, files: &Path, hashes: &[H256]) -> PathBuf {
	let last = LAST.to_string();
	let export = ["export-blocks", "--from", "1", "--to", &last];
	let (json, binary) = (files.join("blocks.json"), files.join("blocks.bin"));
	node.done(&[&export[..], &[json.to_str().unwrap()]].concat(), base_path).await;
	node.done(&[&export[..], &["--binary", binary.to_str().unwrap()]].concat(), base_path).await;

	let bytes = fs::read(&json).unwrap();
	let blocks = serde_json::Deserializer::from_slice(&bytes).into_iter::<Value>();
	let blocks: Vec<Value> = blocks.collect::<Result<_, _>>().unwrap();
	assert_eq!(blocks.len() as u64, LAST);
	for ((number, block), parent) in (1u64..).zip(&blocks).zip(hashes) {
		let header = &block["block"]["header"];
		assert_eq!(header["number"], format!("0x{number:x}"), "{block}");
		assert_eq!(header["parentHash"], name(*parent), "{block}");
		// The time at least
		assert!(!block["block"]["extrinsics"].as_array().unwrap().is_empty(), "{block}");
	}
	// Binary, their number stands before them
	let bytes = fs::read(&binary).unwrap();
	assert_eq!(bytes[..8], LAST.to_le_bytes());
	assert!(bytes.len() > 8);
	json
}

/// Imports the blocks elsewhere, and takes the last one back.
async fn imports_and_reverts(node: &Binary, blocks: &Path, base_path: &Path, hashes: &[H256]) {
	let block = |number: u64| (number, name(hashes[number as usize]));
	node.done(&["import-blocks", blocks.to_str().unwrap()], base_path).await;
	let imported = node.info(base_path).await;
	assert_eq!(imported.best, block(LAST));
	// Nobody votes on them here. The first one that was final has its proof with it, and stays.
	node.done(&["revert", "1"], base_path).await;
	let reverted = node.info(base_path).await;
	assert_eq!(reverted.best, block(imported.finalized.0.max(LAST - 1)));
	assert_eq!(reverted.finalized, imported.finalized);
}

async fn refuses_the_base_path_of_another_chain(node: &Binary, base_path: &Path, files: &Path) {
	// Given a chain of the same name whose genesis has one item more
	let mut spec: Value = serde_json::from_slice(&fs::read(&node.chain).unwrap()).unwrap();
	spec["genesis"]["raw"]["top"]["0x00"] = "0x00".into();
	let chain = files.join("another-chain.json");
	fs::write(&chain, spec.to_string()).unwrap();
	let another = Binary { path: node.path.clone(), chain };
	// When its node is started there, then it ends and names both
	let any_port = ["--rpc-port", "0", "--no-prometheus", "--listen-addr", "/ip4/127.0.0.1/tcp/0"];
	let refused = another.refused(&any_port, base_path).await;
	let place = base_path.display().to_string();
	for words in ["holds another chain", place.as_str(), "purge-chain"] {
		assert!(refused.contains(words), "{words}: {refused}");
	}
}

async fn refuses_ports_that_are_taken(node: &Binary, base_path: &Path) {
	// Given a process that listens where the node would
	let taken = [(); 3].map(|()| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
	let [rpc, metrics, peers] = taken.each_ref().map(|listener| listener.local_addr().unwrap());
	let (rpc_port, metrics_port) = (rpc.port().to_string(), metrics.port().to_string());
	let listen = format!("/ip4/127.0.0.1/tcp/{}", peers.port());
	// When it is started, then it ends and names every port with the option that changes it
	let ports = ["--rpc-port", &rpc_port, "--prometheus-port", &metrics_port, "--listen-addr", &listen];
	let refused = node.refused(&ports, base_path).await;
	assert!(refused.contains("another process"), "{refused}");
	for (address, option) in [(rpc, "--rpc-port"), (metrics, "--prometheus-port"), (peers, "--port")] {
		let words = format!("{address} (change it with {option})");
		assert!(refused.contains(&words), "{words}: {refused}");
	}
}
