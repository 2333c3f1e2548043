// SPDX-License-Identifier: Apache-2.0

//! `trimast watch` goes on behind its cursor: none lost, none twice, though it was killed and its node restarted.

use super::shared::{shared, Shared};
use serde_json::Value;
use std::{fs, path::Path, process::Stdio, time::Duration};
use subxt::{
	tx::{dynamic, DynamicPayload},
	utils::Static,
};
use tokio::process::Child;
use trimast_primitives::access::Scope;
use trimast_testbed::{
	chain::{BlockId, Chain},
	keys,
	trimast::Trimast,
};

/// `federation.add_branch`.
pub(crate) fn add_branch(id: u16) -> DynamicPayload<(Static<u16>, Static<Vec<u8>>, Static<Scope>)> {
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
		// Slowly enough that not all are in one block, nor final at once.
		tokio::time::sleep(Duration::from_millis(300)).await;
	}
	unreachable!("a range that is not empty has a last one")
}

/// Block, index and name of the event in each whole line of the watcher's file.
fn said(file: &Path) -> Vec<(u64, u64, String)> {
	let text = fs::read_to_string(file).unwrap_or_default();
	let whole = text.rfind('\n').map_or("", |end| &text[..end]);
	whole
		.lines()
		.map(|line| {
			let line: Value = serde_json::from_str(line).unwrap();
			let number = |field: &str| line[field].as_u64().unwrap_or_else(|| panic!("{field} of {line}"));
			(number("block"), number("index"), line["event"].as_str().unwrap_or_default().to_owned())
		})
		.collect()
}

/// Waits until the watcher has written `count` events.
async fn wait_for(watcher: &mut Child, file: &Path, count: usize) {
	for _ in 0..900 {
		if said(file).len() >= count {
			return;
		}
		assert!(watcher.try_wait().unwrap().is_none(), "the watcher has ended by itself");
		tokio::time::sleep(Duration::from_millis(100)).await;
	}
	panic!("{} of {count} events after 90 seconds", said(file).len());
}

async fn kill(mut watcher: Child) {
	watcher.start_kill().unwrap();
	watcher.wait().await.unwrap();
}

/// What the chain itself has of the federation's events, read without the command.
async fn truth(shared: &Shared, from: u64, to: u64) -> Vec<(u64, u64, String)> {
	let chain = shared.chain(0).await;
	let api = chain.api().await.unwrap();
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
	let (cursor, file) = (folder.path().join("cursor"), folder.path().join("events"));
	let archive = shared.network.archive_index().unwrap();
	let trimast = Trimast::new(shared.network.folder(), &shared.network.archive().unwrap().url()).unwrap();
	let chain = shared.chain(0).await;
	let from = chain.finalized().await.unwrap().number + 1;
	let first_block = from.to_string();
	let mut arguments = vec!["--quiet", "watch", "--pallet", "Federation", "--from", &first_block];
	arguments.extend(["--cursor", cursor.to_str().unwrap(), "--output", file.to_str().unwrap()]);
	let watch = || trimast.command(None, &arguments).unwrap().stderr(Stdio::null()).spawn().unwrap();

	// Given a watcher that is killed while events come
	let mut first = watch();
	tokio::join!(add_branches(&chain, 0..24), async {
		wait_for(&mut first, &file, 5).await;
		kill(first).await;
	});
	assert!((5..24).contains(&said(&file).len()), "{} events", said(&file).len());

	// And a second one, whose node is killed under it and started again, with more events meanwhile
	let mut second = watch();
	wait_for(&mut second, &file, 24).await;
	shared.network.kill(archive).unwrap();
	add_branches(&chain, 24..32).await;
	shared.network.restart(archive).await.unwrap();
	wait_for(&mut second, &file, 32).await;
	tokio::join!(add_branches(&chain, 32..48), async {
		wait_for(&mut second, &file, 34).await;
		kill(second).await;
	});

	// When a third one goes on to the end
	let last = chain.finalized().await.unwrap().number;
	let until = last.to_string();
	let mut to_the_end = arguments.clone();
	to_the_end.extend(["--until", &until]);
	let run = trimast.run(None, &to_the_end);
	tokio::time::timeout(Duration::from_secs(90), run).await.unwrap().unwrap().ok().unwrap();

	// Then everything stands in the file once, in its order
	let said = said(&file);
	assert_eq!(said, truth(&shared, from, last).await);
	assert_eq!(said.iter().filter(|(.., event)| event == "BranchAdded").count(), 48);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn watch_loses_nothing_when_it_is_killed_before_its_first_line() {
	let shared = shared().await;
	let folder = tempfile::tempdir().unwrap();
	let (cursor, file) = (folder.path().join("events.cursor"), folder.path().join("events"));
	let trimast = Trimast::new(shared.network.folder(), &shared.network.archive().unwrap().url()).unwrap();
	let chain = shared.chain(0).await;
	let arguments = ["--quiet", "watch", "--pallet", "Federation", "--output", file.to_str().unwrap()];

	// Given a watcher without a cursor of its own that is killed before anything happens
	let mut first = trimast.command(None, &arguments).unwrap().stderr(Stdio::null()).spawn().unwrap();
	for _ in 0..300 {
		if cursor.exists() {
			break;
		}
		assert!(first.try_wait().unwrap().is_none(), "the watcher has ended by itself");
		tokio::time::sleep(Duration::from_millis(100)).await;
	}
	kill(first).await;
	assert!(said(&file).is_empty());
	// When something happens while nobody watches, and it is started again
	let last = add_branches(&chain, 48..50).await.number.to_string();
	let to_the_end = [&arguments[..], &["--until", &last]].concat();
	let run = trimast.run(None, &to_the_end);
	tokio::time::timeout(Duration::from_secs(90), run).await.unwrap().unwrap().ok().unwrap();
	// Then it stands in the file
	assert_eq!(said(&file).iter().filter(|(.., event)| event == "BranchAdded").count(), 2);
}
