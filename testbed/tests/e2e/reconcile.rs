// SPDX-License-Identifier: Apache-2.0

//! The three companies compare their own books, in which the generator has planted mistakes: all are found, none invented.

use super::{
	rpc::Asked,
	shared::{shared, Shared, PLAN},
};
use serde_json::{json, Value};
use std::{
	collections::{BTreeMap, BTreeSet},
	time::Duration,
};
use trimast_primitives::{
	apis::DifferenceView,
	inventory::{inventory_page_digest, Digest, InventoryRecord},
	LocalNetworkId, OrgId,
};
use trimast_testbed::{
	chain::Chain,
	generate::{Books, Country, Kind, Planted, Record, PARTIES},
	keys, views,
};

/// One finding, as the list of planted mistakes and the report both have it: kind, party, common code, own code, column.
type Finding = (Kind, u64, String, String, String);

fn planted(planted: &Planted) -> Finding {
	let Planted { kind, party, code, own_code, field, .. } = planted.clone();
	// The report names a contradiction by its station and column.
	let own_code = if kind == Kind::Contradictory { String::new() } else { own_code };
	(kind, party.0.into(), code, own_code, field.to_owned())
}

fn text(item: &Value, field: &str) -> String {
	item[field].as_str().unwrap_or_else(|| panic!("{field} of {item}")).to_owned()
}

fn list<'a>(item: &'a Value, field: &str) -> &'a [Value] {
	item[field].as_array().unwrap_or_else(|| panic!("{field} of {item}"))
}

/// Own codes that a report gives by party. `null` stands for one of a page that agrees, which nobody publishes.
fn by_party<'a>(item: &'a Value, field: &str) -> Vec<(u64, &'a str)> {
	let all = item[field].as_object().unwrap_or_else(|| panic!("{field} of {item}"));
	all.iter().filter_map(|(party, code)| Some((party.parse().unwrap(), code.as_str()?))).collect()
}

/// What a report says of these books.
fn found(report: &Value, books: &Books) -> Vec<Finding> {
	let party = |item: &Value| item["party"].as_u64().unwrap_or_else(|| panic!("party of {item}"));
	let planted = &books.planted;
	let own: Vec<BTreeSet<&str>> = books
		.records
		.iter()
		.map(|records| records.iter().map(|record| record.own_code.as_str()).collect())
		.collect();
	let assert_own = |item: &Value, party: u64, own_code: &str| {
		assert!(own[party as usize].contains(own_code), "{own_code} is not of party {party}: {item}");
	};
	let mut found = Vec::new();
	for item in list(report, "duplicates") {
		let own_codes: Vec<&str> = list(item, "own_codes").iter().filter_map(Value::as_str).collect();
		assert_eq!(item["records"], 2, "{item}");
		own_codes.iter().for_each(|own_code| assert_own(item, party(item), own_code));
		// The planted one of the two; the other is the station's first record.
		let is_planted = |own_code: &&str| planted.iter().any(|planted| planted.own_code == **own_code);
		let second = own_codes.iter().find(|own_code| is_planted(own_code)).copied().unwrap_or_default();
		found.push((Kind::Duplicate, party(item), text(item, "code"), second.to_owned(), String::new()));
	}
	for item in list(report, "missing") {
		let present = by_party(item, "present");
		present.iter().for_each(|(party, own_code)| assert_own(item, *party, own_code));
		found.push((Kind::Missing, party(item), text(item, "code"), String::new(), String::new()));
	}
	for item in list(report, "contradictory") {
		let own_codes = by_party(item, "own_codes");
		own_codes.iter().for_each(|(party, own_code)| assert_own(item, *party, own_code));
		let parties: Vec<u64> = list(item, "parties").iter().filter_map(Value::as_u64).collect();
		let (code, field) = (text(item, "code"), text(item, "field"));
		let party = match parties[..] {
			[alone] => alone,
			// Where two keep the station, no majority says which of them is wrong.
			_ => {
				assert_eq!((parties.len(), item["values"].as_object().unwrap().len()), (2, 2), "{item}");
				let is_this = |planted: &&Planted| planted.code == code && planted.field == field;
				let wrong = planted.iter().find(is_this).map(|planted| u64::from(planted.party.0));
				wrong.filter(|wrong| parties.contains(wrong)).unwrap_or(parties[0])
			}
		};
		found.push((Kind::Contradictory, party, code, String::new(), field));
	}
	for item in list(report, "matched_without_code") {
		let codes = (text(item, "code"), text(item, "own_code"));
		found.push((Kind::WithoutCode, party(item), codes.0, codes.1, String::new()));
	}
	for item in list(report, "unmatched") {
		found.push((Kind::Unmatched, party(item), String::new(), text(item, "own_code"), String::new()));
	}
	found
}

/// A few local networks in which every kind of mistake was planted, with the parties' books.
fn chosen() -> BTreeMap<u16, Books> {
	let country = Country::new(*PLAN).unwrap();
	let mut all: Vec<(u16, Books)> = country
		.local_networks()
		.map(|local_network| (local_network.id.0, country.books(&local_network)))
		.collect();
	all.sort_by_key(|(code, books)| (std::cmp::Reverse(books.planted.len()), *code));
	let mut chosen = BTreeMap::new();
	let mut kinds = BTreeSet::new();
	for (code, books) in all {
		let before = kinds.len();
		kinds.extend(books.planted.iter().map(|planted| planted.kind));
		if kinds.len() > before || chosen.len() < 2 {
			chosen.insert(code, books);
		}
		if kinds.len() == Kind::ALL.len() && chosen.len() >= 2 {
			break;
		}
	}
	assert_eq!(kinds.len(), Kind::ALL.len());
	chosen
}

/// Takes a step of a reconciliation for one party.
async fn step(shared: &Shared, local_network: u16, party: usize, step: &str, json: bool) -> String {
	let books = shared.data().join(format!("inventory-{party}.csv"));
	let local_network = format!("{local_network:04}");
	let mut arguments = vec!["--quiet", "--yes", "site", "reconcile", local_network.as_str()];
	arguments.extend(["--inventory", books.to_str().unwrap(), "--step", step]);
	if json {
		arguments.insert(0, "--json");
	}
	let planner = keys::uri(party, Some("planner"));
	shared.trimast().run(Some(&planner), &arguments).await.unwrap().ok().unwrap().stdout
}

/// A party's books by page.
type Pages = BTreeMap<u16, Vec<InventoryRecord>>;

fn pages(records: &[Record], buckets: u16) -> Pages {
	let mut pages = Pages::new();
	for Record { own_code, name, station } in records {
		let record = InventoryRecord {
			own_code: own_code.clone().into_bytes().try_into().unwrap(),
			name: name.clone().into_bytes().try_into().unwrap(),
			station: station.clone(),
		};
		pages.entry(record.page(buckets)).or_default().push(record);
	}
	pages
}

/// The records of one page in which the parties' books differ: key, and whose digest it is, in order.
fn differing(parties: &[Pages], page: u16) -> BTreeMap<u64, Vec<(OrgId, Digest)>> {
	let mut records: BTreeMap<u64, Vec<(OrgId, Digest)>> = BTreeMap::new();
	for (org, pages) in PARTIES.into_iter().zip(parties) {
		for record in pages.get(&page).into_iter().flatten() {
			records.entry(record.key()).or_default().push((org, record.digest()));
		}
	}
	records.values_mut().for_each(|digests| digests.sort_unstable());
	let of = |digests: &[(OrgId, Digest)], org: OrgId| -> Vec<Digest> {
		digests.iter().filter(|(party, _)| *party == org).map(|(_, digest)| *digest).collect()
	};
	records.retain(|_, digests| PARTIES.iter().any(|org| of(digests, *org) != of(digests, PARTIES[0])));
	records
}

/// What the parties have revealed and published is what follows from their books, as any node says it.
async fn node_says_what_follows_from_the_books(shared: &Shared, local_network: u16, books: &Books) {
	const PAGE: usize = 40;
	let place = LocalNetworkId(local_network);
	let now = shared.chain(0).await.finalized().await.unwrap();
	let archive = Chain::connect(&shared.network.archive().unwrap().url()).await.unwrap();
	archive.wait_finalized(now.number, Duration::from_secs(30)).await.unwrap();
	let asked = Asked { chain: &archive, at: now.hash };
	let networks = views::local_networks(&archive, Some(now.hash)).await.unwrap();
	let buckets = networks.iter().find(|network| network.id == place).unwrap().buckets;
	let parties: Vec<Pages> = books.records.iter().map(|records| pages(records, buckets)).collect();

	for (org, pages) in PARTIES.into_iter().zip(&parties) {
		let digest = |page: u16| inventory_page_digest(pages.get(&page).into_iter().flatten());
		let expected: Vec<Digest> = (0..buckets * 2).map(digest).collect();
		let mut revealed: Vec<Digest> = Vec::new();
		while revealed.len() < expected.len() {
			let from = revealed.len() as u16;
			let (arguments, encoded) = (json!([place, org, from, PAGE]), (place, org, from, PAGE as u32));
			let (method, function) = ("sites_revealedDigests", "SitesApi_revealed_digests");
			let page: Vec<Digest> = asked.same(method, arguments, function, &encoded).await;
			assert!((1..=PAGE).contains(&page.len()), "{} digests, {PAGE} asked for", page.len());
			revealed.extend(page);
		}
		assert_eq!(revealed, expected, "{org:?} in {place:?}");
	}

	let used: BTreeSet<u16> = parties.iter().flat_map(|pages| pages.keys().copied()).collect();
	let mut differ = 0;
	for page in used.into_iter().take(PAGE) {
		let (arguments, encoded) = (json!([place, page]), (place, page));
		let (method, function) = ("sites_differences", "SitesApi_differences");
		let found: Vec<DifferenceView> = asked.same(method, arguments, function, &encoded).await;
		assert!(found.iter().all(|view| view.page == page && view.unpublished.is_empty()), "{found:?}");
		let found = found.into_iter().map(|mut view| {
			view.digests.sort_unstable();
			(view.key, view.digests)
		});
		let expected = differing(&parties, page);
		assert_eq!(found.collect::<BTreeMap<_, _>>(), expected, "page {page} of {place:?}");
		differ += expected.len();
	}
	assert!(differ > 0, "books with mistakes differ");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reconciliation_finds_exactly_what_was_planted() {
	let shared = shared().await;
	for (local_network, books) in chosen() {
		let concerns_all = |record: &Record| record.station.named().len() == 3;
		assert!(!books.records.iter().flatten().all(concerns_all), "some stations concern two parties alone");
		// Given books that everybody has committed to before anybody showed theirs
		step(&shared, local_network, 0, "open", false).await;
		for part in ["commit", "reveal", "publish"] {
			let all = [0, 1, 2].map(|party| step(&shared, local_network, party, part, false));
			futures::future::join_all(all).await;
		}
		let mut expected: Vec<Finding> = books.planted.iter().map(planted).collect();
		expected.sort();
		for party in 0..PARTIES.len() {
			// When a party asks for the report
			let report = step(&shared, local_network, party, "report", true).await;
			let report: Value = serde_json::from_str(&report).unwrap();
			// Then it has every planted mistake and nothing else, whoever asks
			assert_eq!(report["local_network"], local_network);
			assert_eq!(report["parties"], serde_json::json!([0, 1, 2]));
			assert_eq!(report["unpublished"], serde_json::json!([]));
			let mut found = found(&report, &books);
			found.sort();
			assert_eq!(found, expected, "local network {local_network}, as party {party} sees it");
		}
		// And any node says where the books differ, without their contents
		node_says_what_follows_from_the_books(&shared, local_network, &books).await;
	}
}
