// SPDX-License-Identifier: Apache-2.0

//! A country's inventory through the command, seen from every node.

use super::shared::{import, shared, PLAN};
use std::fs;
use trimast_testbed::keys;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn import_is_final_and_the_same_from_every_node() {
	let shared = shared().await;

	// Given an import of 20,000 stations by their two owners
	assert_eq!(shared.written.stations.iter().sum::<u64>(), 20_000);
	for (summary, stations) in shared.summaries.iter().zip(shared.written.stations) {
		assert_eq!(summary["type"], "summary");
		assert_eq!(summary["records"], stations);
		assert_eq!(summary["added"], stations);
		assert_eq!((&summary["refused"], &summary["invalid"]), (&0.into(), &0.into()));
		// Then the importer itself has found every record in the final state
		assert_eq!(summary["on_chain"]["equal"], stations, "{summary}");
	}

	// And every node gives the same state for one final block, with every station in it
	assert_eq!(shared.said.len(), 5);
	for said in &shared.said {
		assert_eq!(said.root, shared.said[0].root, "{}", said.url);
		assert_eq!(said.totals.0, 20_000, "{}", said.url);
		assert!(said.totals.1 < 20_000, "imported stations wait for the others' signatures");
		said.assert_is(PLAN);
	}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn importing_again_changes_nothing() {
	let shared = shared().await;
	let summary = import(&shared.trimast(), &shared.data(), 1, &["--restart", "--no-count"]).await;
	assert_eq!(summary["unchanged"], shared.written.stations[1], "{summary}");
	assert_eq!(
		(&summary["added"], &summary["amended"], &summary["refused"]),
		(&0.into(), &0.into(), &0.into())
	);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn export_is_the_inverse_of_import() {
	let shared = shared().await;
	for owner in ["0", "1"] {
		let file = shared.data().join(format!("export-{owner}.csv"));
		let arguments = ["site", "export", "--owner", owner, "--output", file.to_str().unwrap()];
		shared.trimast().run(None, &arguments).await.unwrap().ok().unwrap();

		// Byte for byte, but for the order: an export goes by local network and number.
		let sorted = |path| {
			let text = fs::read_to_string(path).unwrap();
			assert!(text.ends_with('\n') && !text.contains('\r'));
			let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
			let header = lines.remove(0);
			lines.sort_unstable();
			(header, lines)
		};
		let imported = sorted(shared.data().join(format!("stations-{owner}.csv")));
		let exported = sorted(file);
		assert_eq!(imported.0, exported.0);
		assert_eq!(imported.1.len(), exported.1.len());
		for (imported, exported) in imported.1.iter().zip(&exported.1) {
			assert_eq!(imported, exported);
		}
	}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn check_names_line_and_column_and_sends_nothing() {
	let shared = shared().await;
	let text = fs::read_to_string(shared.data().join("stations-0.csv")).unwrap();
	let mut lines: Vec<String> = text.lines().take(50).map(str::to_owned).collect();
	let mut cells: Vec<&str> = lines[6].split(',').collect();
	cells[9] = "95.000000";
	let wrong = cells.join(",");
	lines[6] = wrong;
	let file = shared.data().join("wrong.csv");
	fs::write(&file, lines.join("\n") + "\n").unwrap();

	let planner = keys::uri(0, Some("planner"));
	let arguments = ["--json", "site", "import", "--check", file.to_str().unwrap()];
	let output = shared.trimast().run(Some(&planner), &arguments).await.unwrap();
	assert_eq!(output.code, Some(3), "{output:?}");
	let found = output.json_lines().unwrap();
	let invalid: Vec<_> = found.iter().filter(|line| line["type"] == "invalid").collect();
	assert_eq!(invalid.len(), 1, "{output:?}");
	assert_eq!((&invalid[0]["line"], &invalid[0]["column"]), (&7.into(), &"latitude".into()));
}
