// SPDX-License-Identifier: Apache-2.0

//! `trimast watch` goes on behind its cursor: none lost, none twice, though it was killed and its node restarted.

use super::shared::{shared, Shared};
use serde_json::Value;
use std::{collections::BTreeSet, path::Path, process::Stdio, time::Duration};
use subxt::{
	tx::{dynamic, DynamicPayload},
	utils::Static,
};
use tokio::io::{AsyncBufReadExt, BufReader};
use trimast_primitives::access::Scope;
use trimast_testbed::{
	chain::{BlockId, Chain},
	keys,
	trimast::Trimast,
};

/// `federation.add_branch`.
fn add_branch(id: u16) -> DynamicPayload<(Static<u16>, Static<Vec<u8>>, Static<Scope>)> {
	let name = format!("branch {id}").into_bytes();
	dynamic("Federation", "add_branch", (Static(id), Static(name), Static(Scope::National)))
}

/// Adds branches of a company, a few in each block, and waits until the last is final.
async fn add_branches(chain: &Chain, ids: std::ops::Range<u16>) -> BlockId {
	let key = keys::principal(2).unwrap();
	let signing = chain.signing().await.unwrap();
	let first = chain.nonce(&key).await.unwrap();
	let last = ids.end - 1;
	for (nonce, id) in (first..).zip(ids) {
		let transaction = signing.sign(&add_branch(id), &key, nonce).unwrap();
		if id == last {
			return chain.carry_out_signed(&signing, transaction).await.unwrap();
		}
		chain.submit(&transaction).await.unwrap();
		tokio::time::sleep(Duration::from_millis(150)).await;
	}
	unreachable!("a range that is not empty has a last one")
}

/// Block and index of an event, by which it is known.
fn place(line: &Value) -> (u64, u64) {
	(line["block"].as_u64().expect("a block"), line["index"].as_u64().expect("an index"))
}

fn read(line: &str) -> Option<Value> {
	let line: Value = serde_json::from_str(line).ok()?;
	line.get("event").is_some().then_some(line)
}

struct Watch<'a> {
	trimast: &'a Trimast,
	cursor: &'a Path,
	from: String,
}

impl Watch<'_> {
	fn arguments(&self) -> Vec<&str> {
		let cursor = self.cursor.to_str().unwrap();
		vec!["--json", "watch", "--pallet", "Federation", "--cursor", cursor, "--from", &self.from]
	}

	/// Watches, and is killed after `count` events.
	async fn killed_after(&self, count: usize) -> Vec<Value> {
		let mut child =
			self.trimast.command(None, &self.arguments()).unwrap().stdout(Stdio::piped()).spawn().unwrap();
		let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
		let mut seen = Vec::new();
		let watch = async {
			while let Some(line) = lines.next_line().await.unwrap() {
				seen.extend(read(&line));
				if seen.len() == count {
					child.start_kill().unwrap();
				}
			}
		};
		tokio::time::timeout(Duration::from_secs(60), watch).await.unwrap();
		child.wait().await.unwrap();
		assert!(seen.len() >= count, "{} of {count} events before the watcher ended", seen.len());
		seen
	}

	/// Watches up to a block.
	async fn until(&self, block: u64) -> Vec<Value> {
		let until = block.to_string();
		let mut arguments = self.arguments();
		arguments.extend(["--until", &until]);
		let run = self.trimast.run(None, &arguments);
		let output = tokio::time::timeout(Duration::from_secs(90), run).await.unwrap().unwrap().ok().unwrap();
		output.stdout.lines().filter_map(read).collect()
	}
}

/// What the chain itself has of the federation's events, read without the command.
async fn truth(shared: &Shared, from: u64, to: u64) -> Vec<(u64, u64, String)> {
	let api = shared.chain(0).await.api().await.unwrap();
	let mut found = Vec::new();
	for number in from..=to {
		let at = api.at_block(number).await.unwrap();
		for event in at.events().fetch().await.unwrap().iter() {
			let event = event.unwrap();
			if event.pallet_name() == "Federation" {
				found.push((number, u64::from(event.index()), event.event_name().to_owned()));
			}
		}
	}
	found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn watch_loses_nothing_and_repeats_nothing() {
	let mut shared = shared().await;
	let folder = tempfile::tempdir().unwrap();
	let archive = shared.network.archive_index().unwrap();
	let trimast = Trimast::new(shared.network.folder(), &shared.network.archive().unwrap().url()).unwrap();
	let chain = shared.chain(0).await;
	let from = chain.finalized().await.unwrap().number + 1;
	let cursor = folder.path().join("cursor");
	let watch = Watch { trimast: &trimast, cursor: &cursor, from: from.to_string() };

	// Given a watcher that is killed while events come
	let (mut seen, first) = tokio::join!(watch.killed_after(5), add_branches(&chain, 0..24));
	assert!(!seen.is_empty() && seen.len() < 24);

	// And its node, killed and started again, with more events meanwhile
	shared.network.kill(archive).unwrap();
	let second = add_branches(&chain, 24..32).await;
	shared.network.restart(archive).await.unwrap();
	assert!(second.number > first.number);

	// And a second watcher, killed too
	let (more, last) = tokio::join!(watch.killed_after(12), add_branches(&chain, 32..48));
	seen.extend(more);

	// When a third one goes on to the end
	seen.extend(watch.until(last.number).await);

	// Then together they have said everything once, in its order
	let said: Vec<_> = seen
		.iter()
		.map(|line| {
			let (block, index) = place(line);
			(block, index, line["event"].as_str().expect("a name").to_owned())
		})
		.collect();
	let distinct: BTreeSet<_> = said.iter().collect();
	assert_eq!(distinct.len(), said.len(), "an event was said twice");
	assert_eq!(said, truth(&shared, from, last.number).await);
	assert_eq!(said.iter().filter(|(.., event)| event == "BranchAdded").count(), 48);
}
