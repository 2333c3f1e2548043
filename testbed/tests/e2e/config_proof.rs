// SPDX-License-Identifier: Apache-2.0

//! A proof of a cell, checked by somebody who has no node and trusts nobody but the hash of block 0.

use super::{
	cells::{just_now, root, shared_with_cells, sweep, Scene},
	shared::Shared,
};
use serde_json::{json, Value};
use std::{fs, path::Path};
use trimast_testbed::trimast::{Output, Trimast};

/// Checks a proof where there is no node.
async fn verify(shared: &Shared, file: &Path, genesis: &str) -> Output {
	let nowhere = Trimast::new(shared.network.folder(), "ws://127.0.0.1:1").unwrap();
	let arguments = ["--json", "config", "verify", file.to_str().unwrap(), "--genesis", genesis];
	nowhere.run(None, &arguments).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn proof_is_checked_offline_and_refused_with_any_byte_changed() {
	const TOWER: usize = 2;
	let shared = shared_with_cells().await;
	let place = shared.cells.as_ref().unwrap().place(Scene::Proof);
	let (station, cell) = place.seen_by_all();
	let shown = format!("{}/{station}/{cell}", place.id.0);

	// Given a cell that a company has attested
	let export = shared.data().join("proven.csv");
	place.exports[TOWER].write(&export);
	let lines = sweep(&shared, &Scene::Proof.collector(TOWER), &export, just_now(), &[]).await;
	// When a proof of it is written
	let archive = shared.network.archive().unwrap().url();
	let file = shared.data().join("cell.proof");
	let _ = fs::remove_file(&file);
	let path = file.to_str().unwrap();
	let made = shared.ask(&["config", "proof", &shown, "--archive", &archive, "--output", path]).await;
	let bytes = fs::read(&file).unwrap();
	assert_eq!(made["bytes"], bytes.len(), "{made}");

	// Then it shows offline what the chain says of the cell, and who has said what
	let genesis = shared.chain(0).await.block_hash(0).await.unwrap().unwrap();
	let genesis = format!("{genesis:?}");
	let proven = verify(&shared, &file, &genesis).await.ok().unwrap().json().unwrap();
	assert_eq!(proven, made["proven"]);
	let baseline = shared.ask(&["config", "baseline", "show", &shown]).await;
	for field in ["page", "revision", "catalogue", "changed"] {
		assert_eq!(proven[field], baseline[field], "{field}: {proven}");
	}
	let values = |list: &Value| -> Vec<[Value; 3]> {
		let list = list.as_array().unwrap().iter();
		list.map(|one| ["parameter", "place", "value"].map(|field| one[field].clone())).collect()
	};
	assert!(!values(&proven["values"]).is_empty());
	assert_eq!(values(&proven["values"]), values(&baseline["values"]));
	let word = &proven["organisations"][TOWER];
	assert_eq!((&word["page"], &word["signed"]), (&json!("matches"), &json!(false)), "{word}");
	assert_eq!(word["testimony"]["export"], format!("{:?}", root(&lines)), "{word}");
	assert_eq!(proven["organisations"][place.owner]["signed"], json!(true), "{proven}");

	// And a changed byte is refused, wherever it is, with the reason
	let wrong = shared.data().join("wrong.proof");
	for part in 0..48 {
		let mut changed = bytes.clone();
		let at = part * (bytes.len() - 1) / 47;
		changed[at] ^= 1 << (part % 8);
		fs::write(&wrong, changed).unwrap();
		let output = verify(&shared, &wrong, &genesis).await;
		assert_ne!(output.code, Some(0), "byte {at}: {output:?}");
		assert!(output.stderr.contains("wrong.proof"), "byte {at}: {output:?}");
	}
	// And so is the proof of another chain
	let output = verify(&shared, &file, &format!("0x{}", "77".repeat(32))).await;
	assert!(output.code == Some(3) && output.stderr.contains("genesis"), "{output:?}");
}
