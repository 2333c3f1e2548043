// SPDX-License-Identifier: Apache-2.0

//! The baselines of a country through the command: imported by their owners, signed by those whose the stations
//! are too, and fixed by that.

use super::cells::{import_cells, of_type, shared_with_cells, Place, Scene, Sheet};
use serde_json::{json, Value};
use trimast_testbed::keys;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_carriers_import_the_cells_of_their_own_stations() {
	let shared = shared_with_cells().await;
	let cells = shared.cells.as_ref().unwrap();
	let mut written = 0;
	for (summary, of_owner) in cells.summaries.iter().zip(cells.written.cells) {
		let cells = summary["cells"].as_u64().unwrap();
		assert!(cells > 0 && cells <= of_owner, "{summary}");
		assert_eq!(summary["written"], cells, "{summary}");
		for nothing in ["unchanged", "refused", "invalid"] {
			assert_eq!(summary[nothing], 0, "{summary}");
		}
		written += cells;
	}
	assert!(written >= cells.observed, "{written} of {}", cells.observed);
	let networks = shared.ask(&["config", "baseline", "networks"]).await;
	assert!(networks.to_string().contains(&cells.place(Scene::Baseline).id.0.to_string()), "{networks}");
}

/// How the baseline of a cell stands: who has signed it, and whether it is provisional.
async fn stands(shared: &super::shared::Shared, cell: &str) -> (Value, Value) {
	let shown = shared.ask(&["config", "baseline", "show", cell]).await;
	(shown["signed"].clone(), shown["provisional"].clone())
}

/// Another value of the first cell that all companies see, in the sheet's own form.
fn with_another_value(place: &Place, sheet: &Sheet, text: &str) -> Sheet {
	let (station, cell) = place.seen_by_all();
	let mut sheet = sheet.clone();
	let row = sheet.row(&station, &cell).unwrap();
	text.clone_into(&mut sheet.rows[row][place.column("hysteresis")]);
	sheet
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn baseline_is_provisional_until_it_is_signed_and_changes_by_no_import_then() {
	let shared = shared_with_cells().await;
	let place = shared.cells.as_ref().unwrap().place(Scene::Baseline);
	let (owner, sharer) = (place.owner, place.sharer);
	let file = shared.data().join("baseline.csv");
	let total = place.baseline.rows.len() as u64;
	let (station, cell) = place.seen_by_all();
	let shown = format!("{}/{station}/{cell}", place.id.0);

	// Given an import, it changes nothing a second time
	place.baseline.write(&file);
	let (output, summary) = import_cells(&shared, owner, &file, &["--no-checkpoint"]).await;
	assert_eq!(output.code, Some(0), "{output:?}");
	assert_eq!((&summary["unchanged"], &summary["written"]), (&total.into(), &0.into()), "{summary}");

	// And a line that is wrong is named, and keeps out what it belongs to and nothing else
	let wrong = with_another_value(place, &place.baseline, "31");
	wrong.write(&file);
	let at = 2 + wrong.row(&station, &cell).unwrap();
	let import = ["config", "baseline", "import", file.to_str().unwrap(), "--no-checkpoint"];
	let engineer = keys::uri(owner, Some("engineer"));
	let output = shared.command(Some(&engineer), &import).await;
	assert_eq!(output.code, Some(3), "{output:?}");
	let lines = output.json_lines().unwrap();
	let named = lines.iter().find(|line| line["type"] == "invalid" && line["line"] == at);
	let named = named.unwrap_or_else(|| panic!("line {at}: {output:?}"));
	assert!(named.to_string().contains("hysteresis"), "{named}");
	let (output, summary) = import_cells(&shared, owner, &file, &["--no-checkpoint", "--skip-invalid"]).await;
	assert_eq!(output.code, Some(5), "{output:?}");
	let of_station = place.baseline.rows.iter().filter(|row| row[1] == station).count() as u64;
	assert_eq!((&summary["unchanged"], &summary["written"]), (&(total - of_station).into(), &0.into()));

	// When the sharer signs by its own books, a page with a value that differs is left out and named
	assert_eq!(stands(&shared, &shown).await, (json!([owner]), json!(true)));
	let books = with_another_value(place, &place.exports[sharer], "30");
	books.write(&file);
	let local_network = format!("{:04}", place.id.0);
	let sign = ["config", "baseline", "sign", &local_network, "--against", file.to_str().unwrap()];
	let signer = keys::uri(sharer, Some("engineer"));
	let output = shared.command(Some(&signer), &sign).await;
	assert_eq!(output.code, Some(5), "{output:?}");
	let lines = output.json_lines().unwrap();
	let plan = &of_type(&lines, "plan")["local_networks"][0];
	assert_eq!(
		(&plan["left_out"], &plan["contradictions"].as_array().unwrap().len()),
		(&json!(1), &1),
		"{plan}"
	);
	assert!(plan["contradictions"][0].as_str().unwrap().contains(&station), "{plan}");
	assert_eq!(stands(&shared, &shown).await, (json!([owner]), json!(true)));
	// And with the right ones it is signed
	place.exports[sharer].write(&file);
	shared.carry_out(&signer, &sign).await.event("ConfigGuard.BaselineSigned");
	assert_eq!(stands(&shared, &shown).await, (json!([0, 1]), json!(true)));
	// As it is by the tower company on whose site it stands, and then it is no more provisional
	const TOWER: usize = 2;
	let tower = keys::uri(TOWER, Some("engineer"));
	shared.carry_out(&tower, &sign[..4]).await.event("ConfigGuard.BaselineSigned");
	assert_eq!(stands(&shared, &shown).await, (json!([0, 1, TOWER]), json!(false)));

	// Then its owner alone changes nothing in it any more
	with_another_value(place, &place.baseline, "30").write(&file);
	let (output, summary) = import_cells(&shared, owner, &file, &["--no-checkpoint"]).await;
	assert_eq!(output.code, Some(5), "{output:?}");
	assert_eq!((&summary["refused"], &summary["written"]), (&of_station.into(), &0.into()), "{summary}");
	let on_chain = &summary["on_chain"];
	let expected = (&json!(total - of_station), &json!(of_station), &json!(0));
	assert_eq!((&on_chain["equal"], &on_chain["different"], &on_chain["missing"]), expected, "{summary}");
	let refused = of_type(&output.json_lines().unwrap(), "refused").to_string();
	assert!(refused.contains("another company has signed its baseline"), "{refused}");
	let value = shared.ask(&["config", "baseline", "show", &shown]).await["values"].to_string();
	assert!(value.contains("hysteresis"), "{value}");
}
