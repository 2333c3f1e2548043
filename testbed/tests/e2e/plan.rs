// SPDX-License-Identifier: Apache-2.0

//! A round from the fleet's file to a finished visit: crews are imported, orders wait, a company's daemon bids a plan that is
//! better than the greedy one, and the crews' company takes its route on.
//!
//! All of it is in the local network with the fewest stations of those that have enough, where no other scene is.

use super::{
	cells::{now, wait_until},
	shared::{shared, Shared},
};
use serde_json::Value;
use std::{fs, process::Stdio, time::Duration};
use tokio::{
	io::{AsyncBufReadExt, BufReader},
	process::{Child, Command},
	time::timeout,
};
use trimast_primitives::{apis::SiteView, LocalNetworkId, OrgId};
use trimast_testbed::{binaries, keys};

const TOWER: usize = 2;
/// How many orders wait: enough that the greedy plan goes a longer way than it has to.
const ORDERS: usize = 7;

fn dispatcher(org: usize) -> String {
	keys::uri(org, Some("dispatcher"))
}

/// Stations of a carrier on the tower company's sites, in a small local network.
fn stations(shared: &Shared) -> (LocalNetworkId, Vec<&SiteView>) {
	let is_there = |view: &&SiteView| {
		let station = &view.entry.station;
		let tower = station.tower.as_ref().map(|site| site.org);
		tower == Some(OrgId(2)) && station.owner == OrgId(0)
	};
	let mut all: Vec<(LocalNetworkId, Vec<&SiteView>)> = shared.said[0]
		.stations
		.iter()
		.map(|(id, sites)| (*id, sites.iter().filter(is_there).collect()))
		.filter(|(_, sites): &(_, Vec<_>)| sites.len() >= ORDERS)
		.collect();
	all.sort_by_key(|(id, sites)| (sites.len(), *id));
	let (id, sites) = all.into_iter().next().expect("there are towers");
	assert_ne!(id, shared.largest(), "the scenes of work orders are there");
	(id, sites.into_iter().take(ORDERS).collect())
}

/// Imports a crew at a station, and says what would be left to do.
async fn import_crew(shared: &Shared, place: LocalNetworkId, at: &SiteView) -> Value {
	let degrees = |units: i32| f64::from(units) / 1e6;
	let position = at.entry.station.position;
	// On duty for a day from this hour on, at UTC+8.
	let hour = (now() / 3_600_000 + 8) % 24;
	let line = format!(
		",crew,local:{},{:.6},{:.6},,,{hour:02}:00-{hour:02}:00,60,20,,,,\n",
		place.0,
		degrees(position.latitude),
		degrees(position.longitude)
	);
	let head = "number,kind,area,base_latitude,base_longitude,latitude,longitude,shift,speed_kmh,capacity,skills,power_kw,part,count\n";
	let file = shared.network.folder().join("fleet.csv");
	fs::write(&file, format!("{head}{line}")).unwrap();
	let file = file.to_str().unwrap();
	shared.carry_out(&dispatcher(TOWER), &["resource", "import", file]).await;
	let check = shared.command(Some(&dispatcher(TOWER)), &["resource", "import", file, "--check"]).await;
	check.ok().unwrap().json().unwrap()
}

/// The daemon of the first carrier, for one local network.
fn daemon(shared: &Shared, place: LocalNetworkId) -> Child {
	let trimast = shared.trimast();
	Command::new(binaries::solver().unwrap())
		.args(["--json", "--quiet", "--url", &trimast.url])
		.arg("--key-file")
		.arg(trimast.key_file(&dispatcher(0)).unwrap())
		.args(["--in", &format!("local:{}", place.0)])
		.kill_on_drop(true)
		.stdin(Stdio::null())
		.stdout(Stdio::piped())
		.spawn()
		.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn daemon_bids_a_better_plan_than_the_greedy_one_and_its_route_is_taken_on() {
	let shared = shared().await;
	let (place, sites) = stations(&shared);
	let from = shared.chain(0).await.finalized().await.unwrap().number;
	// Given a crew, and orders at stations far from one another.
	let checked = import_crew(&shared, place, sites[0]).await;
	assert_eq!(
		(&checked["to_add"], &checked["to_change"]),
		(&0.into(), &0.into()),
		"an import repeats nothing"
	);
	let mut orders = Vec::new();
	for site in &sites {
		let station = format!("{}:{}", place.0, site.id.index);
		let open = ["order", "open", "inspection", station.as_str(), "--for", "tower", "--severity", "MINOR"];
		let open = [&open[..], &["--planned", "1min"]].concat();
		let opened = shared.carry_out(&dispatcher(0), &open).await;
		orders.push(opened.event("Dispatch.OrderOpened")["order"].to_string());
	}
	let mut daemon = daemon(&shared, place);
	let mut lines = BufReader::new(daemon.stdout.take().unwrap()).lines();
	// When a round is called for.
	let network = place.0.to_string();
	let opened = shared.carry_out(&dispatcher(TOWER), &["plan", "open", &network]).await;
	let number = opened.event("Dispatch.RoundOpened")["round"].as_u64().unwrap();
	// Then the daemon bids, once.
	let line = timeout(Duration::from_secs(90), lines.next_line()).await.unwrap().unwrap().unwrap();
	let line: Value = serde_json::from_str(&line).unwrap();
	assert_eq!((line["round"].as_u64(), line["bid"].as_bool()), (Some(number), Some(true)), "{line}");
	let list = ["plan", "list", network.as_str()];
	let over = wait_until("the round is over", || async {
		let found = shared.ask(&list).await;
		let last = found["local_networks"][0]["last"].clone();
		(last["id"].as_u64() == Some(number)).then_some(last)
	})
	.await;
	assert_eq!(over["best"][0], 0, "{over}");
	// And the round is shown and explained.
	let round = number.to_string();
	let svg = shared.network.folder().join(format!("round-{round}.svg"));
	let _ = fs::remove_file(&svg);
	let shown = shared.ask(&["plan", "show", &round, "--svg", svg.to_str().unwrap()]).await;
	assert!(shown["visits"].as_array().is_some_and(|visits| visits.len() >= ORDERS), "{shown}");
	assert!(fs::read_to_string(&svg).unwrap().starts_with("<svg"));
	let explained = shared.ask(&["plan", "explain", &round]).await;
	assert_eq!((&explained["bids"][0]["org"], &explained["bids"][0]["is_best"]), (&0.into(), &true.into()));
	// And the crew's company takes the route on, and goes along.
	let resource = shown["visits"][0]["resource"].to_string();
	shared.carry_out(&dispatcher(TOWER), &["plan", "ack", &resource]).await;
	let first = shown["visits"][0]["order"].to_string();
	shared.carry_out(&dispatcher(TOWER), &["plan", "done", &resource, &first]).await;
	let other = shown["visits"][2]["order"].to_string();
	shared.refused(&dispatcher(TOWER), &["plan", "done", &resource, &other], "it is under way to").await;
	let by_hand = ["plan", "override", &round, &resource, &other, "--text", "the road is flooded"];
	let sent = shared.carry_out(&dispatcher(TOWER), &by_hand).await;
	assert_eq!(sent.event("Dispatch.RouteOverridden")["orders"][0].to_string(), other);
	// And the daemon ends when it is told to.
	let pid = daemon.id().unwrap().to_string();
	assert!(Command::new("kill").args(["-TERM", &pid]).status().await.unwrap().success());
	let ended = timeout(Duration::from_secs(10), daemon.wait()).await.unwrap().unwrap();
	assert!(ended.success(), "{ended}");
	people_watch_it_in_words(&shared, from, place, number, &resource).await;
	// What waits no more opens no round in the scenes behind.
	for order in &orders {
		shared.carry_out(&dispatcher(0), &["order", "cancel", order]).await;
	}
}

/// The command tells what has happened in the round's blocks, an event a line.
async fn people_watch_it_in_words(shared: &Shared, from: u64, place: LocalNetworkId, round: u64, crew: &str) {
	let until = shared.chain(0).await.finalized().await.unwrap().number.to_string();
	let from = from.to_string();
	let watch = ["--quiet", "watch", "--pallet", "Dispatch", "--from", &from, "--until", &until];
	let told = shared.trimast().run(None, &watch).await.unwrap().ok().unwrap().stdout;
	let mut lines = told.lines();
	// In this order: what is told of a round begins with its number, after block and index.
	for (begin, more) in [
		(format!("round {round}: opened in {} (", place.0), "call"),
		(format!("round {round}: "), " jobs, 1 resources, bids until "),
		(format!("round {round}: company 0 bids the best plan so far"), ""),
		(format!("round {round}: company 0 wins (`trimast plan explain {round}`)"), ""),
		(format!("round {round}: "), &format!("for resource {crew}, of company 2, to acknowledge")),
		(format!("round {round}: the routes are out"), ""),
		(format!("resource {crew}: company 2 takes its route on"), ""),
		(format!("resource {crew}: the visit to order "), " is done"),
		(format!("resource {crew}: company 2 sends it by hand to "), "the road is flooded"),
	] {
		let is_it = |line: &str| {
			let text = line.splitn(3, ' ').nth(2).unwrap_or_default();
			text.starts_with(&begin) && text.contains(more)
		};
		assert!(lines.any(is_it), "no '{begin}...{more}', or out of order:\n{told}");
	}
}
