// SPDX-License-Identifier: Apache-2.0

//! What a company lends another one: offered, taken, metered by both, used up, given back; and nobody else has a say in it.
//!
//! It happens in a small local network in which nobody has opened an order: no round plans what is there.

use super::{
	cells::{now, time_text},
	shared::{shared, Shared},
};
use serde_json::{json, Value};
use std::{collections::BTreeSet, fs};
use trimast_primitives::{
	apis::{OrdersView, ResourceView, SiteView, MAX_PAGE},
	resource::Kind,
	LocalNetworkId, OrgId, OrgSet,
};
use trimast_testbed::{chain::rpc_params, keys};

/// Lends.
const TOWER: usize = 2;
/// Borrows.
const ONE: usize = 0;
/// Has no part in it.
const TWO: usize = 1;
const DAY: u64 = 86_400_000;
/// A part that nobody else has.
const PART: u16 = 4_711;

fn dispatcher(org: usize) -> String {
	keys::uri(org, Some("dispatcher"))
}

async fn place(shared: &Shared) -> (LocalNetworkId, &SiteView) {
	let chain = shared.chain(0).await;
	let mut all: Vec<_> = shared.said[0].stations.iter().filter(|(_, sites)| !sites.is_empty()).collect();
	all.sort_by_key(|(id, sites)| (sites.len(), **id));
	for (id, sites) in all {
		let filter = json!({ "local_network": id });
		let found: OrdersView =
			chain.ask("dispatch_orders", rpc_params![filter, None::<u32>, MAX_PAGE]).await.unwrap();
		if found.orders.is_empty() {
			return (*id, &sites[0]);
		}
	}
	panic!("there are orders in every local network");
}

/// A generator and a store of spares of the tower company, by their numbers.
async fn import(shared: &Shared, place: LocalNetworkId, at: &SiteView) -> [String; 2] {
	let degrees = |units: i32| f64::from(units) / 1e6;
	let position = at.entry.station.position;
	let (latitude, longitude) = (degrees(position.latitude), degrees(position.longitude));
	let base = format!("local:{},{latitude:.6},{longitude:.6},,", place.0);
	let lines = [
		"number,kind,area,base_latitude,base_longitude,latitude,longitude,shift,speed_kmh,capacity,skills,power_kw,part,count",
		&format!(",generator,{base},,40,1,,8.5,,"),
		&format!(",spares,{base},,,,,,{PART},5"),
	];
	let file = shared.network.folder().join("to-lend.csv");
	fs::write(&file, lines.join("\n") + "\n").unwrap();
	shared.carry_out(&dispatcher(TOWER), &["resource", "import", file.to_str().unwrap()]).await;
	let listed = shared.ask(&["resource", "list", "--of", "tower"]).await;
	let all: Vec<ResourceView> = serde_json::from_value(listed["resources"].clone()).unwrap();
	let number = |is_it: fn(Kind) -> bool| {
		let is_here = |view: &&ResourceView| {
			view.resource.details.area.covers(place) && is_it(view.resource.details.kind)
		};
		all.iter().rfind(is_here).unwrap_or_else(|| panic!("{listed}")).id.to_string()
	};
	[
		number(|kind| matches!(kind, Kind::Generator { power: 8_500 })),
		number(|kind| matches!(kind, Kind::Spares { part: PART, count: 5 })),
	]
}

impl Shared {
	async fn resource(&self, id: &str) -> ResourceView {
		let shown = self.ask(&["resource", "show", id]).await;
		serde_json::from_value(shown["resource"].clone()).unwrap()
	}

	/// What the inbox has of offers.
	async fn offers(&self, who: &str) -> BTreeSet<String> {
		let inbox = self.command(Some(who), &["inbox"]).await.ok().unwrap().json().unwrap();
		let items = inbox["items"].as_array().unwrap().iter();
		let commands = items.filter_map(|item: &Value| item["command"].as_str());
		commands.filter(|command| command.starts_with("trimast resource")).map(str::to_owned).collect()
	}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn generator_and_spares_are_lent_metered_used_and_given_back_by_the_two_companies() {
	let shared = shared().await;
	let (place, at) = place(&shared).await;
	let [generator, spares] = &import(&shared, place, at).await;
	let [one, two, tower] = &[ONE, TWO, TOWER].map(dispatcher);
	let terminal = shared.terminal();
	let refused =
		|who: &str, arguments: &[&str], reason: &str| terminal.fails_with_remedy(who, arguments, 1, reason);
	let until = time_text(now() + DAY);
	let lend = |id| ["resource", "lend", id, "--to", "carrier-one", "--until", until.as_str()];

	// Given that the owner offers both, and nobody else does
	tokio::join!(
		refused(one, &lend(generator), "it is tower's"),
		refused(one, &["resource", "borrow", generator], "it is not offered to your company"),
		refused(tower, &["resource", "withdraw", generator], "it is offered to nobody"),
	);
	shared.carry_out(tower, &lend(generator)).await;
	shared.carry_out(tower, &lend(spares)).await;
	// Then that waits for who it is offered to, and for nobody else
	let (waits, ..) = tokio::join!(
		shared.offers(one),
		async { assert_eq!(shared.offers(two).await, BTreeSet::new()) },
		refused(tower, &lend(generator), "offered to carrier-one"),
		refused(two, &["resource", "withdraw", generator], "it is tower's"),
		refused(two, &["resource", "borrow", generator], "it is not offered to your company"),
		refused(one, &["resource", "meter", generator, "1"], "it is not lent"),
		refused(one, &["resource", "use", spares, "0", "1"], "tower has it"),
	);
	// One line a company: both run as long, so the lower number comes first
	let borrow = |id: &String| BTreeSet::from([format!("trimast resource borrow {id}")]);
	let first = [generator, spares].into_iter().min_by_key(|id| id.parse::<u32>().unwrap()).unwrap();
	assert_eq!(waits, borrow(first));
	// When it takes both
	shared.carry_out(one, &["resource", "borrow", generator]).await;
	assert_eq!(shared.offers(one).await, borrow(spares));
	shared.carry_out(one, &["resource", "borrow", spares]).await;
	let lent = shared.resource(generator).await;
	assert_eq!((lent.resource.owner, lent.user), (OrgId(2), OrgId(0)));
	assert!(shared.offers(one).await.is_empty());

	// Then both read the meter, and it does not go back
	let meter = |reading| ["resource", "meter", generator, reading];
	tokio::join!(
		async { shared.carry_out(one, &meter("90")).await },
		async { shared.carry_out(tower, &meter("100")).await },
		refused(two, &meter("95"), "it is lent between others"),
		refused(two, &["resource", "return", generator], "it is lent between others"),
		refused(two, &["resource", "borrow", generator], "it is not offered to your company"),
	);
	let lending = shared.resource(generator).await.resource.lending.unwrap();
	assert_eq!((lending.read_by_borrower, lending.read_by_owner), (90, 100));
	refused(one, &meter("89"), "a meter goes back only to what the other has read").await;

	// And the borrower uses up spares for an order of its own
	let largest = shared.largest().0.to_string();
	let open = ["order", "open", "inspection", &largest, "--for", "tower", "--severity", "MINOR"];
	let opened = shared.carry_out(one, &open).await;
	let order = &opened.event("Dispatch.OrderOpened")["order"].to_string();
	let use_up = |count| ["resource", "use", spares, order, count];
	tokio::join!(
		async { shared.carry_out(one, &use_up("2")).await },
		refused(tower, &use_up("1"), "carrier-one has it"),
		refused(two, &use_up("1"), "carrier-one has it"),
	);
	let left = shared.resource(spares).await.resource.details.kind;
	assert_eq!(left, Kind::Spares { part: PART, count: 3 });
	tokio::join!(
		refused(one, &use_up("4"), "3 are left"),
		refused(one, &["resource", "use", generator, order, "1"], "it is no store of spares"),
	);

	// When both say so, then it is given back
	for id in [generator, spares] {
		let give_back = ["resource", "return", id];
		shared.carry_out(one, &give_back).await;
		let lending = shared.resource(id).await.resource.lending.unwrap();
		assert_eq!(lending.released, OrgSet::of(OrgId(0)), "the owner has not signed");
		let ended = shared.carry_out(tower, &give_back).await;
		// Of spares, what was used
		let (by_owner, by_borrower) = if id == generator { (100, 90) } else { (2, 2) };
		let ended = ended.event("Dispatch.LeaseEnded");
		assert_eq!((&ended["by_owner"], &ended["by_borrower"]), (&json!(by_owner), &json!(by_borrower)));
		let back = shared.resource(id).await;
		assert_eq!((back.user, back.resource.lending), (OrgId(2), None));
		refused(one, &["resource", "remove", id], "it is tower's").await;
		shared.carry_out(tower, &["resource", "remove", id]).await;
	}
	shared.carry_out(one, &["order", "cancel", order]).await;
}
