// SPDX-License-Identifier: Apache-2.0

//! What docs/trimast.md promises of the command beside its verbs: signing offline, acting for another account, and the
//! form of errors.

use super::shared::{shared, Shared};
use serde_json::Value;
use std::{fs, time::Duration};
use trimast_testbed::{keys, trimast::Trimast};

/// Runs the command with `--json`; it must end well. Gives the last document.
async fn run(trimast: &Trimast, key: &str, arguments: &[&str]) -> Value {
	let arguments = [&["--json", "--quiet", "--yes"], arguments].concat();
	let output = trimast.run(Some(key), &arguments).await.unwrap().ok().unwrap();
	output.json_lines().unwrap().pop().unwrap()
}

fn has_event(answer: &Value, event: &str) -> bool {
	answer["events"].as_array().is_some_and(|events| events.iter().any(|one| one["event"] == event))
}

/// A branch to add, which is what these scenes do with the rights of others.
fn branch(id: &str) -> [&str; 8] {
	["federation", "branches", "add", id, "--name", "for a test", "--scope", "province:13"]
}

async fn remove_branch(shared: &Shared, org: usize, id: &str) {
	run(&shared.trimast(), &keys::uri(org, None), &["federation", "branches", "remove", id]).await;
}

/// What an inbox says of an operation of this multisig.
fn waiting_for_multisig<'a>(inbox: &'a Value, multisig: &str) -> Option<&'a Value> {
	let is_of = |item: &&Value| {
		item["kind"] == "multisig operation"
			&& item["what"].as_str().is_some_and(|what| what.contains(multisig))
	};
	inbox["items"].as_array()?.iter().find(is_of)
}

fn address(uri: &str) -> String {
	keys::key(uri).unwrap().public_key().to_account_id().to_string()
}

/// Each with accounts of another company, so they go on beside one another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_signed_offline_or_for_another_is_carried_out() {
	let shared = shared().await;
	tokio::join!(
		signed_without_a_network_is_carried_out_once(&shared),
		multisig_acts_once_enough_have_given_the_same_command(&shared),
		proxy_acts_for_the_account_that_named_it(&shared),
	);
}

async fn signed_without_a_network_is_carried_out_once(shared: &Shared) {
	let trimast = shared.trimast();
	let (principal, folder) = (keys::uri(0, None), shared.data());
	let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
	let (file, metadata, forged) = (path("offline.json"), path("metadata.scale"), path("forged.json"));
	let late = path("late.json");
	let id = "7001";

	// Given a transaction that a machine with a network has written down, and the metadata
	let signer = address(&principal);
	let write = [&["--quiet", "--signer", &signer, "--unsigned", &file], &branch(id)[..]].concat();
	trimast.run(None, &write).await.unwrap().ok().unwrap();
	// and another one with the same nonce
	let another = [&["--quiet", "--signer", &signer, "--unsigned", &late], &branch("7004")[..]].concat();
	trimast.run(None, &another).await.unwrap().ok().unwrap();
	let save = ["chain", "metadata", "--output", &metadata];
	trimast.run(None, &save).await.unwrap().ok().unwrap();
	// What is there already is not overwritten
	for again in [&write[..], &save] {
		let refused = trimast.run(None, again).await.unwrap();
		assert_eq!(refused.code, Some(3), "{refused:?}");
		assert!(refused.stderr.contains(": the file exists"), "{refused:?}");
	}

	// When it is signed where no node answers
	let nowhere = Trimast::new(shared.network.folder(), "ws://127.0.0.1:9").unwrap();
	let mut says: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
	assert!(says["call_text"].as_str().unwrap().contains("add_branch"), "{says}");
	says["call_text"] = "System.remark".into();
	fs::write(&forged, says.to_string()).unwrap();
	// Then a file that says something else than its payload does is refused,
	let sign = |file| ["--yes", "sign", file, "--metadata", &metadata];
	let refused = nowhere.run(Some(&principal), &sign(&forged)).await.unwrap();
	assert_eq!(refused.code, Some(3), "{refused:?}");
	// a key of another account too,
	let other = nowhere.run(Some(&keys::uri(3, None)), &sign(&file)).await.unwrap();
	assert_eq!(other.code, Some(3), "{other:?}");
	// and the right one is signed
	for right in [&file, &late] {
		nowhere.run(Some(&principal), &sign(right)).await.unwrap().ok().unwrap();
	}
	// When its signature does not hold, then that is said at once, and not after its last block
	let dead = path("dead.json");
	fs::write(&dead, with_a_bad_signature(&fs::read(&file).unwrap())).unwrap();
	let sending = ["send", dead.as_str()];
	let refused = tokio::time::timeout(Duration::from_secs(90), trimast.run(None, &sending));
	let refused = refused.await.expect("said long before 256 blocks").unwrap();
	assert_eq!(refused.code, Some(1), "{refused:?}");
	assert!(refused.stderr.contains("sign it anew"), "{refused:?}");
	// And the right one is final once it is sent
	let send = ["--json", "send", &file];
	let sent = trimast.run(None, &send).await.unwrap().ok().unwrap().json().unwrap();
	assert!(has_event(&sent, "BranchAdded"), "{sent}");
	// And sent once more it is the same transaction in the same block
	let again = trimast.run(None, &send).await.unwrap().ok().unwrap().json().unwrap();
	assert_eq!((&again["block"], &again["transaction"]), (&sent["block"], &sent["transaction"]));
	// And the other one is dead, which is said at once
	let sending = ["send", late.as_str()];
	let refused = tokio::time::timeout(Duration::from_secs(90), trimast.run(None, &sending));
	let refused = refused.await.expect("said long before 256 blocks").unwrap();
	assert_eq!(refused.code, Some(1), "{refused:?}");
	for words in ["has used its nonce", "sign it anew"] {
		assert!(refused.stderr.contains(words), "{words}: {refused:?}");
	}
	remove_branch(shared, 0, id).await;
}

/// A signed transaction file with another digit in the middle of its signature.
fn with_a_bad_signature(file: &[u8]) -> String {
	let mut file: Value = serde_json::from_slice(file).unwrap();
	let mut transaction = file["transaction"].as_str().unwrap().to_owned();
	// Bytes 37 to 100: behind the length, the version, the address and the kind of the signature.
	let place = 120..121;
	let digit = if &transaction[place.clone()] == "0" { "1" } else { "0" };
	transaction.replace_range(place, digit);
	file["transaction"] = transaction.into();
	file.to_string()
}

async fn proxy_acts_for_the_account_that_named_it(shared: &Shared) {
	let trimast = shared.trimast();
	let (real, delegate) = (keys::uri(2, None), keys::uri(2, Some("auditor")));
	let id = "7002";
	let account = address(&real);
	let command = [&["--proxy", &account], &branch(id)[..]].concat();

	// Given an account that nobody has named
	let refused = trimast.run(Some(&delegate), &command).await.unwrap();
	assert_eq!(refused.code, Some(1), "{refused:?}");
	// When the principal names it its proxy for governance, as docs/federation.md says
	let naming =
		format!(r#"{{"delegate":{{"Id":"{}"}},"proxy_type":"Governance","delay":0}}"#, address(&delegate));
	run(&trimast, &real, &["chain", "call", "Proxy.add_proxy", &naming]).await;
	// Then it acts with the principal's rights
	let done = run(&trimast, &delegate, &command).await;
	assert!(has_event(&done, "BranchAdded"), "{done}");
	// And what the proxied call itself fails with is the command's failure
	let again = trimast.run(Some(&delegate), &command).await.unwrap();
	assert_eq!(again.code, Some(1), "{again:?}");
	assert!(again.stderr.contains("AlreadyExists"), "{again:?}");
	run(&trimast, &real, &["chain", "call", "Proxy.remove_proxy", &naming]).await;
	remove_branch(shared, 2, id).await;
}

async fn multisig_acts_once_enough_have_given_the_same_command(shared: &Shared) {
	let trimast = shared.trimast();
	let (admin, id) = (keys::uri(1, None), "7003");
	let signatories = ["planner", "auditor"].map(|part| keys::uri(1, Some(part)));
	let [first, second] = [0, 1].map(|other: usize| format!("2+{}", address(&signatories[1 - other])));

	// Given a multisig of two, added by the company's admin
	let inbox = run(&trimast, &signatories[0], &["--multisig", &first, "inbox"]).await;
	let multisig = inbox["account"].as_str().unwrap().to_owned();
	let add = ["account", "add", &multisig, "--roles", "admin", "--scope", "province:13"];
	run(&trimast, &admin, &add).await;
	// When one of them gives the command
	let command = |others| [&["--multisig", others], &branch(id)[..]].concat();
	let opened = run(&trimast, &signatories[0], &command(&first)).await;
	// Then nothing is done yet
	assert!(has_event(&opened, "NewMultisig") && !has_event(&opened, "BranchAdded"), "{opened}");
	let waiting = serde_json::json!({ "multisig": multisig, "signatures": 1 });
	assert_eq!(opened["waiting"], waiting, "{opened}");
	// And the other one is told what waits, and how to go on with it
	let inbox = run(&trimast, &signatories[1], &["inbox"]).await;
	let item = waiting_for_multisig(&inbox, &multisig).unwrap_or_else(|| panic!("{multisig} in {inbox}"));
	let says = |field: &str, words: &str| item[field].as_str().is_some_and(|text| text.contains(words));
	assert!(says("what", "1 of 2 have approved") && says("what", "add_branch"), "{item}");
	assert!(says("command", &format!("--multisig {second} chain call 0x")), "{item}");
	let inbox = run(&trimast, &signatories[0], &["inbox"]).await;
	assert_eq!(waiting_for_multisig(&inbox, &multisig), None, "who has approved has done its part");
	// And when the other one gives it too, it is
	let done = run(&trimast, &signatories[1], &command(&second)).await;
	assert!(has_event(&done, "BranchAdded") && done["waiting"].is_null(), "{done}");
	remove_branch(shared, 1, id).await;
	run(&trimast, &admin, &["account", "remove", &multisig]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_failure_has_its_exit_code_and_its_document() {
	let shared = shared().await;
	let trimast = shared.trimast();
	let nowhere = Trimast::new(shared.network.folder(), "ws://127.0.0.1:9").unwrap();
	let planner = keys::uri(0, Some("planner"));
	let missing = shared.data().join("missing.csv");
	let someone = address("//nobody");
	let nowhere_on_the_map = ["account", "add", &someone, "--roles", "planner", "--scope", "province:16"];
	let cases: [(&Trimast, &[&str], i32); 9] = [
		(&trimast, &["site", "withdraw", "1301:0"], 1),
		// What cannot succeed costs no transaction
		(&trimast, &["vote", "aye", "s4000000"], 3),
		(&trimast, &["vote", "object", "e4000000"], 3),
		(&trimast, &nowhere_on_the_map, 3),
		(&trimast, &["federation", "parameters", "propose", "--set", "pause_term=4000000000"], 2),
		(&trimast, &["site", "export", "--colour"], 2),
		(&trimast, &["site", "import"], 2),
		(&trimast, &["site", "import", missing.to_str().unwrap()], 3),
		(&nowhere, &["chain", "status"], 4),
	];
	for (trimast, arguments, code) in cases {
		let output = trimast.run(Some(&planner), &[&["--json"], arguments].concat()).await.unwrap();
		assert_eq!(output.code, Some(code), "{arguments:?}: {output:?}");
		let document = output.json_lines().unwrap().pop().unwrap();
		assert_eq!((&document["type"], &document["code"]), (&"error".into(), &code.into()), "{document}");
		assert!(output.stderr.contains("error: "), "{output:?}");
		assert!(
			!output.stderr.contains("RPC error"),
			"a label that the libraries add, each once more: {output:?}"
		);
	}
	for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
		let script = nowhere.run(None, &["completions", shell]).await.unwrap().ok().unwrap().stdout;
		assert!(script.contains("reconcile"), "{shell}");
	}
}

#[tokio::test]
async fn key_of_the_command_line_counts_before_that_of_the_environment() {
	let folder = tempfile::tempdir().unwrap();
	let nowhere = Trimast::new(folder.path(), "ws://127.0.0.1:9").unwrap();
	let keystore = folder.path().join("key.json");
	let keystore = keystore.to_str().unwrap();
	// Given a keystore, and an environment that names another key
	let generate = ["--json", "key", "generate", "--plain", "--output", keystore];
	let made = nowhere.run(None, &generate).await.unwrap().ok().unwrap().json().unwrap();
	// When the command line names the keystore
	let mut inspect = nowhere.command(None, &["--json", "--keystore", keystore, "key", "inspect"]).unwrap();
	let output = inspect.env("TRIMAST_KEY_FILE", folder.path().join("another")).output().await.unwrap();
	// Then its key it is
	assert!(output.status.success(), "{output:?}");
	let shown: Value = serde_json::from_slice(&output.stdout).unwrap();
	assert_eq!(shown["address"], made["address"], "{shown}");
}
