// SPDX-License-Identifier: Apache-2.0

//! A country's inventory through the command, seen from every node.

use super::shared::{import, shared, Shared, PLAN};
use std::{fs, process::Stdio};
use trimast_primitives::{apis::SiteView, LocalNetworkId, OrgId};
use trimast_testbed::{keys, views};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn import_is_final_and_the_same_from_every_node() {
	let shared = shared().await;

	// Given an import of the stations by their two owners
	let total = u64::from(PLAN.stations);
	assert_eq!(shared.written.stations.iter().sum::<u64>(), total);
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
		assert_eq!(said.totals.0, total, "{}", said.url);
		assert!(said.totals.1 < total, "imported stations wait for the others' signatures");
		said.assert_is(*PLAN);
	}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn importing_again_changes_nothing() {
	let shared = shared().await;
	let summary = import(&shared.trimast(), &shared.data(), 1, &["--no-count"]).await;
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

		// Byte for byte, the order of the lines too: the generator writes them by local network and code, as an export does.
		let imported = fs::read(shared.data().join(format!("stations-{owner}.csv"))).unwrap();
		let exported = fs::read(&file).unwrap();
		let differs = imported.iter().zip(&exported).position(|(a, b)| a != b);
		assert_eq!((exported.len(), differs), (imported.len(), None), "{}", file.display());
	}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn countersign_leaves_out_what_differs_from_the_books_and_nothing_else() {
	let shared = shared().await;
	let tower = OrgId(2);
	let place = shared.largest();
	let sites = &shared.said[0].stations[&place];
	let named: Vec<_> = sites.iter().filter(|site| site.entry.station.named().contains(tower)).collect();

	// Given the tower company's books, which contradict one station that has a neighbour in its page
	let neighbours = named.windows(2).find(|pair| pair[0].id.page() == pair[1].id.page()).unwrap();
	let wrong = &neighbours[0].entry.station.code;
	let mut books = String::new();
	for owner in 0..2 {
		let text = fs::read_to_string(shared.data().join(format!("stations-{owner}.csv"))).unwrap();
		for (n, line) in text.lines().enumerate() {
			let mut cells: Vec<&str> = line.split(',').collect();
			if cells[0].as_bytes() == wrong.as_slice() {
				cells[14] = if cells[14] == "VIP" { "ORDINARY" } else { "VIP" };
			}
			if cells[1] == place.0.to_string() || (n, owner) == (0, 0) {
				books += &(cells.join(",") + "\n");
			}
		}
	}
	let file = shared.data().join("tower-books.csv");
	fs::write(&file, books).unwrap();

	// When it countersigns by them
	let (planner, place_text) = (keys::uri(2, Some("planner")), place.0.to_string());
	let arguments =
		["--json", "--yes", "site", "countersign", &place_text, "--inventory", file.to_str().unwrap()];
	let output = shared.trimast().run(Some(&planner), &arguments).await.unwrap();
	assert_eq!(output.code, Some(5), "{output:?}");
	let plan = &output.json_lines().unwrap()[0]["local_networks"][0];
	assert_eq!(plan["stations"], named.len() - 1, "{plan}");
	assert!(plan["singles"].as_u64().unwrap() > 0, "{plan}");
	assert_eq!(plan["contradictions"].as_array().unwrap().len(), 1, "{plan}");

	// Then it has signed all that names it but this one
	for site in views::stations(&shared.chain(0).await, place, None).await.unwrap() {
		let station = &site.entry.station;
		let expected = station.named().contains(tower) && station.code != *wrong;
		assert_eq!(site.entry.signed.contains(tower), expected, "{site:?}");
	}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reassigning_takes_a_record_as_the_node_gives_it_and_is_nobodys_alone() {
	let shared = shared().await;
	let site = shared.said[0].stations.values().flatten().find(|site| site.entry.station.tower.is_some());
	let SiteView { id, entry } = site.unwrap();
	let arguments = serde_json::json!({ "id": id, "station": entry.station }).to_string();
	for signer in [keys::uri(0, Some("planner")), keys::uri(0, None)] {
		let call = ["chain", "call", "Sites.reassign", &arguments];
		let output = shared.trimast().run(Some(&signer), &call).await.unwrap();
		assert_eq!(output.code, Some(1), "{output:?}");
		assert!(output.stderr.contains("may not make this call"), "{output:?}");
	}
}

/// A file with 48 stations of the first carrier as they were imported, and one, in line 7, with a wrong latitude.
fn write_with_a_wrong_line(shared: &Shared, name: &str) -> String {
	let text = fs::read_to_string(shared.data().join("stations-0.csv")).unwrap();
	let mut lines: Vec<String> = text.lines().take(50).map(str::to_owned).collect();
	let mut cells: Vec<&str> = lines[6].split(',').collect();
	cells[9] = "95.000000";
	let wrong = cells.join(",");
	lines[6] = wrong;
	let file = shared.data().join(name);
	fs::write(&file, lines.join("\n") + "\n").unwrap();
	file.to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn import_goes_on_to_its_end_when_nobody_reads_what_it_says() {
	let shared = shared().await;
	// Given a pipe that nobody reads
	let (reader, writer) = std::io::pipe().unwrap();
	drop(reader);
	// When a file is imported that gives something to say before anything is sent
	let file = write_with_a_wrong_line(&shared, "unread.csv");
	let arguments = ["--json", "--quiet", "site", "import", "--no-checkpoint", "--skip-invalid", &file];
	let mut command = shared.trimast().command(Some(&keys::uri(0, Some("planner"))), &arguments).unwrap();
	let status = command.stdout(writer).stderr(Stdio::null()).status().await.unwrap();
	// Then it ends as it would have otherwise: everything but the wrong line stands there
	assert_eq!(status.code(), Some(5), "{status}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_sent_where_progress_cannot_be_kept() {
	let shared = shared().await;
	// Given a station of the first carrier with another latitude, and a checkpoint in a folder that is not there
	let text = fs::read_to_string(shared.data().join("stations-0.csv")).unwrap();
	let mut lines = text.lines();
	let header = lines.next().unwrap();
	let mut cells: Vec<&str> = lines.next().unwrap().split(',').collect();
	let (code, place) = (cells[0].to_owned(), LocalNetworkId(cells[1].parse().unwrap()));
	cells[9] = "30.500001";
	let (file, nowhere) = (shared.data().join("unsent.csv"), shared.data().join("nowhere/a.checkpoint"));
	fs::write(&file, format!("{header}\n{}\n", cells.join(","))).unwrap();
	// When it is imported
	let (file, nowhere) = (file.to_str().unwrap(), nowhere.to_str().unwrap());
	let arguments = ["--quiet", "site", "import", file, "--checkpoint", nowhere];
	let output = shared.trimast().run(Some(&keys::uri(0, Some("planner"))), &arguments).await.unwrap();
	// Then that is said, and the station stands as it stood
	assert_eq!(output.code, Some(3), "{output:?}");
	assert!(output.stderr.contains("a.checkpoint"), "{output:?}");
	let stations = views::stations(&shared.chain(0).await, place, None).await.unwrap();
	let found = stations.iter().find(|site| site.entry.station.code.as_slice() == code.as_bytes()).unwrap();
	assert_ne!(found.entry.station.position.latitude, 30_500_001);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn skipped_lines_are_those_that_the_check_has_named() {
	let shared = shared().await;
	// Given 49 records with a wrong latitude, a local network that the chain does not have, and a station in two ways
	let file = write_with_a_wrong_line(&shared, "skipped.csv");
	let text = fs::read_to_string(&file).unwrap();
	let mut lines: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
	lines[10][1] = "1399";
	lines[21] = lines[20].clone();
	lines[21][9] = "30.500001";
	let lines: Vec<String> = lines.iter().map(|cells| cells.join(",")).collect();
	fs::write(&file, lines.join("\n") + "\n").unwrap();
	// When it is imported without them
	let arguments = ["--json", "--quiet", "site", "import", "--no-checkpoint", "--skip-invalid", &file];
	let output = shared.trimast().run(Some(&keys::uri(0, Some("planner"))), &arguments).await.unwrap();
	// Then the others stand there
	assert_eq!(output.code, Some(5), "{output:?}");
	let summary = output.json_lines().unwrap().into_iter().find(|line| line["type"] == "summary").unwrap();
	let found = (&summary["invalid"], &summary["sent"], &summary["unchanged"], &summary["refused"]);
	assert_eq!(found, (&3.into(), &46.into(), &46.into(), &0.into()), "{summary}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refused_records_that_stand_there_already_are_no_failure() {
	let shared = shared().await;
	let file = shared.data().join("refused.csv");
	let text = fs::read_to_string(shared.data().join("stations-1.csv")).unwrap();
	let lines: Vec<&str> = text.lines().take(21).collect();
	fs::write(&file, lines.join("\n") + "\n").unwrap();
	// When an auditor, who may not, imports what stands there
	let arguments = ["--json", "--quiet", "site", "import", file.to_str().unwrap()];
	let output = shared.trimast().run(Some(&keys::uri(1, Some("auditor"))), &arguments).await.unwrap();
	let summary = output.ok().unwrap().json_lines().unwrap().pop().unwrap();
	// Then every batch is refused, and nothing is missing
	let found = (&summary["refused"], &summary["unchanged"], &summary["on_chain"]["equal"]);
	assert_eq!(found, (&20.into(), &0.into(), &20.into()), "{summary}");
	// And no checkpoint is left that a later import would trust
	assert!(!shared.data().join("refused.csv.checkpoint").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn check_names_line_and_column_and_sends_nothing() {
	let shared = shared().await;
	let file = write_with_a_wrong_line(&shared, "wrong.csv");
	let planner = keys::uri(0, Some("planner"));
	let arguments = ["--json", "site", "import", "--check", &file];
	let output = shared.trimast().run(Some(&planner), &arguments).await.unwrap();
	assert_eq!(output.code, Some(3), "{output:?}");
	let found = output.json_lines().unwrap();
	let invalid: Vec<_> = found.iter().filter(|line| line["type"] == "invalid").collect();
	assert_eq!(invalid.len(), 1, "{output:?}");
	assert_eq!((&invalid[0]["line"], &invalid[0]["column"]), (&7.into(), &"latitude".into()));
}
