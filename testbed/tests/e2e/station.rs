// SPDX-License-Identifier: Apache-2.0

//! A station goes over to the carrier that shares it, is retired, and comes back: each time with the consent of every
//! company that its record names, and by nobody else's word.

use super::shared::{shared, Shared};
use serde_json::{json, Value};
use std::fs;
use subxt::utils::H256;

/// What the record's companies sign with: owner and sharer at first, tower company, and one that it does not name.
const ONE: &str = "//carrier-one//planner";
const TWO: &str = "//carrier-two//planner";
const TOWER: &str = "//tower//planner";
const WITNESS: &str = "//witness//planner";

/// A station that the chain does not have: of the first carrier, shared by the second, on a site of the tower company.
struct Newcomer {
	/// Its name.
	name: String,
	/// A file with it as it is.
	file: String,
	/// A file with it as it would be once owner and sharer have changed places.
	swapped: String,
}

fn newcomer(shared: &Shared) -> Newcomer {
	let text = fs::read_to_string(shared.data().join("stations-0.csv")).unwrap();
	let (header, lines) = text.split_once('\n').unwrap();
	let mut rows = lines.lines().map(|line| line.split(',').collect::<Vec<_>>());
	// The columns are: code, local network, technology, mode, owner, sharers, tower company and so on.
	let mut row = rows.find(|row| row[4..7] == ["0", "1", "2"]).expect("a station with three parties");
	row[0] = "GOES-OVER-1";
	let write = |file: &str, row: &[&str]| {
		let file = shared.data().join(file);
		fs::write(&file, format!("{header}\n{}\n", row.join(","))).unwrap();
		file.to_str().unwrap().to_owned()
	};
	let (name, file) = (format!("{}/{}", row[1], row[0]), write("newcomer.csv", &row));
	row.swap(4, 5);
	Newcomer { name, file, swapped: write("newcomer-swapped.csv", &row) }
}

/// Owner, sharers, state and who has signed.
async fn stands(shared: &Shared, site: &str) -> [Value; 4] {
	let mut shown = shared.ask(&["site", "show", site]).await;
	["owner", "sharers", "state", "signed"].map(|field| shown[field].take())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn station_goes_over_retires_and_comes_back_with_everybodys_consent() {
	let shared = shared().await;
	let newcomer = newcomer(&shared);
	let site = newcomer.name.as_str();
	let [retire, restore, consent, withdraw] =
		["retire", "restore", "consent", "withdraw"].map(|verb| ["site", verb, site]);
	let transfer = ["site", "transfer", site, "--to", "carrier-two"];
	let register = ["site", "register", newcomer.file.as_str()];
	let register_swapped = ["site", "register", newcomer.swapped.as_str()];

	// Given a station of the first carrier
	shared.carry_out(ONE, &register).await.event("Sites.Registered");
	assert_eq!(stands(&shared, site).await, [json!("0"), json!("1"), json!("on-air"), json!([0])]);

	// When it is to go over: not by the word of another company, nor of another role
	tokio::join!(
		shared.refused(TWO, &transfer, "Sites.NotOwner"),
		shared.refused(TOWER, &retire, "Sites.NotOwner"),
		shared.refused("//carrier-one//auditor", &transfer, "Sites.MissingRole"),
	);
	shared.carry_out(ONE, &transfer).await.event("Sites.AmendmentProposed");
	let waiting = shared.ask(&["site", "amendments"]).await;
	let number = shared.ask(&["site", "show", site]).await["site"].take();
	let amendment = waiting.as_array().unwrap().iter().find(|amendment| amendment["site"] == number);
	let amendment = amendment.unwrap_or_else(|| panic!("{site} among {waiting}"));
	assert_eq!(amendment["missing"], json!([1, 2]));
	// Then it waits for the consents of both others: each given once, by a planner, to what is proposed
	let (local_network, index) = number.as_str().unwrap().split_once(':').unwrap();
	let (subject, revision) = (H256::zero(), &amendment["revision"]);
	let id = format!(r#"{{"local_network":{local_network},"index":{index}}}"#);
	let other_subject = format!(r#"{{"id":{id},"subject":"{subject:?}","revision":{revision}}}"#);
	let consent_to_other = ["chain", "call", "Sites.consent", &other_subject];
	let (consented, ..) = tokio::join!(
		shared.carry_out(TOWER, &consent),
		shared.refused(TWO, &consent_to_other, "Sites.OtherSubject"),
		shared.refused(ONE, &consent, "Sites.AlreadyGiven"),
		shared.refused(WITNESS, &consent, "Sites.NotRequired"),
		shared.refused("//carrier-two//auditor", &consent, "Sites.MissingRole"),
	);
	assert_eq!(consented.event("Sites.Consented")["org"], 2);
	assert_eq!(stands(&shared, site).await[0], "0");
	shared.carry_out(TWO, &consent).await.event("Sites.Amended");
	assert_eq!(stands(&shared, site).await, [json!("1"), json!("0"), json!("on-air"), json!([0, 1, 2])]);

	// When its new owner retires it, which the former cannot any more
	tokio::join!(shared.refused(ONE, &retire, "Sites.NotOwner"), async {
		shared.carry_out(TWO, &retire).await.event("Sites.AmendmentProposed");
	},);
	tokio::join!(shared.carry_out(ONE, &consent), shared.carry_out(TOWER, &consent));
	assert_eq!(stands(&shared, site).await[2], "retired");
	// Then registering it anew sheds nothing: it comes back with everybody's consent
	tokio::join!(shared.refused(ONE, &register, "Sites.OwnedByAnother"), async {
		shared.refused(TWO, &register_swapped, "Sites.Retired").await;
		shared.carry_out(TWO, &restore).await.event("Sites.AmendmentProposed");
	},);
	tokio::join!(shared.carry_out(ONE, &consent), shared.carry_out(TOWER, &consent));
	assert_eq!(stands(&shared, site).await, [json!("1"), json!("0"), json!("on-air"), json!([0, 1, 2])]);

	// When it is to retire again, only who has proposed it takes it back
	shared.carry_out(TWO, &retire).await;
	shared.refused(ONE, &withdraw, "Sites.NotProposer").await;
	shared.carry_out(TWO, &withdraw).await.event("Sites.AmendmentWithdrawn");
	assert_eq!(stands(&shared, site).await[2], "on-air");
	// And it leaves the inventory of the other scenes as it was
	shared.carry_out(TWO, &retire).await;
	tokio::join!(shared.carry_out(ONE, &consent), shared.carry_out(TOWER, &consent));
	assert_eq!(stands(&shared, site).await[2], "retired");
}
