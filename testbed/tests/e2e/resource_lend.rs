// SPDX-License-Identifier: Apache-2.0

//! What a company lends another one: offered, taken, sent by a round, metered by both, used up, given back; and nobody else has a
//! say in it. The plan of the round is that of a solver that has no code of ours, bid by a company that has no part in the orders.
//!
//! It happens in a small local network in which nobody has opened an order before, and nothing of it stays there.

use super::{
	cells::{now, time_text, wait_until},
	dispatch::runtime,
	examples,
	shared::{shared, Shared},
};
use codec::{Decode, Encode};
use serde_json::{json, Value};
use std::{
	collections::{BTreeMap, BTreeSet},
	fs,
	future::Future,
	process::Stdio,
};
use subxt_signer::sr25519::Keypair;
use tokio::{io::AsyncWriteExt, process::Command};
use trimast_primitives::{
	access::Scope,
	apis::{OrdersView, ResourceView, RoundStageView, RoundView, RouteStageView, SiteView, MAX_PAGE},
	order::{sla_class, Opening, OrderKind, Place, Severity, State, Work},
	page::SiteId,
	plan::{Metric, Plan, Point, Round, Score},
	resource::Kind,
	LocalNetworkId, OrgId, OrgSet,
};
use trimast_testbed::{
	calls::{self, dispatch},
	chain::{rpc_params, to_hex, Chain},
	keys,
};

/// Lends.
const TOWER: usize = 2;
/// Borrows.
const ONE: usize = 0;
/// Has no part in it, and bids.
const TWO: usize = 1;
const DAY: u64 = 86_400_000;
/// A part that nobody else has.
const PART: u16 = 4_711;
/// What the generator gives, W: enough for any station.
const POWER: u32 = 20_500;

fn dispatcher(org: usize) -> String {
	keys::uri(org, Some("dispatcher"))
}

fn key(org: usize) -> Keypair {
	keys::key(&dispatcher(org)).unwrap()
}

/// Where it happens.
struct Ground<'a> {
	place: LocalNetworkId,
	/// Where all that is lent stands, and the crew's base.
	base: &'a SiteView,
	/// Stations of the borrower's on the tower company's sites, all of one weight. Who visits them in this order goes a longer way
	/// than in another one.
	stations: [&'a SiteView; 3],
}

fn point(view: &SiteView) -> Point {
	view.entry.station.position.into()
}

/// The round trip from the base by three stations.
fn trip(base: &SiteView, stations: [&SiteView; 3]) -> u64 {
	let metric = Metric::Earth { detour: 1_300 };
	let [one, two, three] = stations;
	let legs = [(base, one), (one, two), (two, three), (three, base)];
	legs.iter().map(|(from, to)| metric.travel(point(from), point(to), 60_000)).sum()
}

/// Three stations of equal weight and a base beside them, all at different places.
fn stations(sites: &[SiteView]) -> Option<(&SiteView, [&SiteView; 3])> {
	let mut alike: BTreeMap<_, BTreeMap<(i32, i32), &SiteView>> = BTreeMap::new();
	for view in sites {
		let station = &view.entry.station;
		let is_on_tower = station.tower.as_ref().is_some_and(|tower| tower.org == OrgId(2));
		if station.owner == OrgId(0) && is_on_tower {
			let weight = (sla_class(station) as u8, station.plmns.len());
			let Point { x, y } = point(view);
			alike.entry(weight).or_default().insert((x, y), view);
		}
	}
	let those = alike.into_values().find(|those| those.len() >= 4)?;
	let [base, one, two, three] = those.into_values().take(4).collect::<Vec<_>>().try_into().ok()?;
	let orders = [[one, two, three], [two, one, three], [one, three, two]];
	Some((base, orders.into_iter().max_by_key(|stations| trip(base, *stations))?))
}

async fn ground(shared: &Shared) -> Ground<'_> {
	let chain = shared.chain(0).await;
	let mut all: Vec<_> = shared.said[0].stations.iter().collect();
	all.sort_by_key(|(id, sites)| (sites.len(), **id));
	for (id, sites) in all {
		let Some((base, stations)) = stations(sites) else { continue };
		let filter = json!({ "local_network": id });
		let found: OrdersView =
			chain.ask("dispatch_orders", rpc_params![filter, None::<u32>, MAX_PAGE]).await.unwrap();
		if found.orders.is_empty() {
			return Ground { place: *id, base, stations };
		}
	}
	panic!("there are orders wherever the borrower has stations");
}

/// A generator, a store of spares and a crew of the tower company, by their numbers.
async fn import(shared: &Shared, ground: &Ground<'_>) -> [String; 3] {
	let degrees = |units: i32| f64::from(units) / 1e6;
	let (place, position) = (ground.place, ground.base.entry.station.position);
	let (latitude, longitude) = (degrees(position.latitude), degrees(position.longitude));
	let base = format!("local:{},{latitude:.6},{longitude:.6},,", place.0);
	// On duty for a day from this hour on, at UTC+8.
	let hour = (now() / 3_600_000 + 8) % 24;
	let lines = [
		"number,kind,area,base_latitude,base_longitude,latitude,longitude,shift,speed_kmh,capacity,skills,power_kw,part,count",
		&format!(",generator,{base},,40,1,,20.5,,"),
		&format!(",spares,{base},,,,,,{PART},5"),
		&format!(",crew,{base},{hour:02}:00-{hour:02}:00,60,20,,,,"),
	];
	every_mistake_is_named(shared, lines[0]).await;
	let file = shared.network.folder().join("to-lend.csv");
	fs::write(&file, lines.join("\n") + "\n").unwrap();
	shared.carry_out(&dispatcher(TOWER), &["resource", "import", file.to_str().unwrap()]).await;
	let listed = shared.ask(&["resource", "list", "--of", "tower"]).await;
	let all: Vec<ResourceView> = serde_json::from_value(listed["resources"].clone()).unwrap();
	let number = |is_it: fn(Kind) -> bool| {
		let is_here = |view: &&ResourceView| {
			view.resource.details.area == Scope::LocalNetwork(place) && is_it(view.resource.details.kind)
		};
		all.iter().rfind(is_here).unwrap_or_else(|| panic!("{listed}")).id.to_string()
	};
	[
		number(|kind| matches!(kind, Kind::Generator { power: POWER })),
		number(|kind| matches!(kind, Kind::Spares { part: PART, count: 5 })),
		number(|kind| matches!(kind, Kind::Crew)),
	]
}

/// What is wrong by itself and what only the chain knows is named in one run, also to who wants to hear little (`--quiet`).
async fn every_mistake_is_named(shared: &Shared, head: &str) {
	let file = shared.network.folder().join("mistaken.csv");
	let lines = [head, ",crews,national,38,114,,,,40,8,,,,", ",crew,local:9999,38,114,,,,40,8,,,,"];
	fs::write(&file, lines.join("\n") + "\n").unwrap();
	let import = ["resource", "import", file.to_str().unwrap()];
	let output = shared.command(Some(&dispatcher(TOWER)), &import).await;
	assert_eq!(output.code, Some(3), "{output:?}");
	let said = output.json_lines().unwrap();
	let places: Vec<_> = said.iter().map(|one| (&one["type"], &one["line"], &one["column"])).collect();
	let invalid = json!("invalid");
	assert_eq!(places[0], (&invalid, &json!(2), &json!("kind")));
	assert_eq!(places[1], (&invalid, &json!(3), &json!("area")));
	assert!(said.len() == 3 && said[2]["what"].as_str().unwrap().starts_with("2 mistakes"), "{said:?}");
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

/// What is lent, and where.
struct Case<'a> {
	shared: &'a Shared,
	ground: Ground<'a>,
	generator: String,
	spares: String,
	crew: String,
	one: String,
	two: String,
	tower: String,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn generator_and_spares_are_lent_sent_metered_used_and_given_back_by_the_two_companies() {
	let shared = shared().await;
	let ground = ground(&shared).await;
	let [generator, spares, crew] = import(&shared, &ground).await;
	let [one, two, tower] = [ONE, TWO, TOWER].map(dispatcher);
	let case = Case { shared: &shared, ground, generator, spares, crew, one, two, tower };
	case.both_are_offered_and_taken().await;
	let (round, orders) = case.round_is_called().await;
	tokio::join!(case.outsider_wins(round), case.spares_are_used_up());
	case.generator_runs_and_both_read_the_meter(round, orders[0]).await;
	case.all_is_given_back(&orders).await;
}

impl Case<'_> {
	/// Tries something that must be refused, with what to do.
	fn refused(&self, who: &str, arguments: &[&str], reason: &str) -> impl Future<Output = ()> + use<> {
		self.shared.terminal().fails_with_remedy(who, arguments, 1, reason)
	}

	async fn both_are_offered_and_taken(&self) {
		let Self { shared, generator, spares, one, two, tower, .. } = self;
		let until = time_text(now() + DAY);
		let lend = |id| ["resource", "lend", id, "--to", "carrier-one", "--until", until.as_str()];

		// Given that the owner offers both, and nobody else does
		tokio::join!(
			self.refused(one, &lend(generator), "it is tower's"),
			self.refused(one, &["resource", "borrow", generator], "it is not offered to your company"),
			self.refused(tower, &["resource", "withdraw", generator], "it is offered to nobody"),
		);
		shared.carry_out(tower, &lend(generator)).await;
		shared.carry_out(tower, &lend(spares)).await;
		// Then that waits for who it is offered to, and for nobody else
		let (waits, ..) = tokio::join!(
			shared.offers(one),
			async { assert_eq!(shared.offers(two).await, BTreeSet::new()) },
			self.refused(tower, &lend(generator), "offered to carrier-one"),
			self.refused(two, &["resource", "withdraw", generator], "it is tower's"),
			self.refused(two, &["resource", "borrow", generator], "it is not offered to your company"),
			self.refused(one, &["resource", "meter", generator, "1"], "it is not lent"),
			self.refused(one, &["resource", "use", spares, "0", "1"], "tower has it"),
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
	}

	/// The borrower orders a generator run and three inspections, and calls for a round. Gives its number, and the orders.
	async fn round_is_called(&self) -> (u32, Vec<u32>) {
		let Self { shared, ground, one, .. } = self;
		let chain = shared.chain(ONE).await;
		let open = |kind, handler, site: SiteId| {
			let work = Work { planned: 60, ..Work::default() };
			let (place, severity) = (Place::Station(site), Severity::Minor);
			calls::open_order(Opening { kind, handler, place, severity, work, parent: None, violation: None })
		};
		let run = open(OrderKind::GeneratorRun, OrgId(0), ground.base.id);
		let visits = ground.stations.map(|view| open(OrderKind::Inspection, OrgId(2), view.id));
		let all: Vec<_> = [run].into_iter().chain(visits).collect();
		let from = chain.finalized().await.unwrap().number;
		let until = chain.carry_out_all(&key(ONE), &all).await.unwrap().number;
		let told = chain.events("Dispatch", from, until).await.unwrap();
		let opened = told.iter().filter(|event| event.name == "OrderOpened").filter_map(|event| {
			let (order, .., place) =
				<(u32, OrgId, OrgId, OrderKind, Place)>::decode(&mut &event.fields[..]).unwrap();
			(place.local_network() == ground.place).then_some(order)
		});
		let orders: Vec<u32> = opened.collect();
		assert_eq!(orders.len(), all.len(), "{told:?}");
		let network = ground.place.0.to_string();
		let opened = shared.carry_out(one, &["plan", "open", &network]).await;
		let round = opened.event("Dispatch.RoundOpened")["round"].as_u64().unwrap();
		(round.try_into().unwrap(), orders)
	}

	async fn round(&self, chain: &Chain, round: u32) -> RoundView {
		runtime::<Option<RoundView>>(chain, "round", round).await.expect("the round is kept")
	}

	/// A company that has no part in the orders bids what the outsider's solver makes of the round, and wins: of equal losses it goes
	/// the shorter way.
	async fn outsider_wins(&self, number: u32) {
		let chain = self.shared.chain(TWO).await;
		wait_until("the round takes bids", || async {
			let stage = self.round(&chain, number).await.stage;
			matches!(stage, RoundStageView::Bidding { .. }).then_some(())
		})
		.await;
		// Given that the generator is in the round as the borrower's
		let round = runtime::<Option<Round>>(&chain, "snapshot", number).await.unwrap();
		assert_eq!((round.jobs.len(), round.resources.len()), (4, 2), "{round:?}");
		let generator = round.resources.iter().find(|one| one.id.to_string() == self.generator);
		assert_eq!(generator.map(|one| one.owner), Some(OrgId(0)), "{round:?}");
		// When its plan is bid
		let plan = outsiders_plan(&chain, number).await;
		let bid = dispatch("bid", (number, &plan));
		let block = chain.carry_out(&key(TWO), &bid).await.unwrap().number;
		// Then it is valid, and worth what it says
		let told = chain.events("Dispatch", block - 1, block).await.unwrap();
		let taken = told.iter().filter(|event| event.name == "BidTaken");
		let taken = taken.map(|event| <(u32, OrgId, Score, bool)>::decode(&mut &event.fields[..]).unwrap());
		let own: Vec<_> = taken.filter(|(round, ..)| *round == number).collect();
		assert_eq!(own, [(number, OrgId(1), plan.score, true)], "{told:?}");
		// And it wins, since the chain's own plan visits the stations as they were opened
		let over = wait_until("the round is over", || async {
			let view = self.round(&chain, number).await;
			(view.stage == RoundStageView::Over).then_some(view)
		})
		.await;
		let floor = over.floor.expect("the greedy plan is complete");
		assert_eq!(over.best, Some((OrgId(1), plan.score)), "{floor:?}");
		let without_way = |score: Score| Score { travel: 0, ..score };
		assert_eq!(without_way(plan.score), without_way(floor));
		assert!(plan.score.travel < floor.travel && plan.stops.len() == 4, "{plan:?}, {floor:?}");
		let explained = self.shared.ask(&["plan", "explain", &number.to_string()]).await;
		let bids = explained["bids"].as_array().unwrap();
		assert_eq!(bids.len(), 1, "{explained}");
		assert_eq!((&bids[0]["org"], &bids[0]["is_best"]), (&json!(1), &json!(true)), "{explained}");
	}

	/// The borrower uses up spares for an order of its own.
	async fn spares_are_used_up(&self) {
		let Self { shared, generator, spares, one, two, tower, .. } = self;
		let largest = shared.largest().0.to_string();
		let open = ["order", "open", "inspection", &largest, "--for", "tower", "--severity", "MINOR"];
		let opened = shared.carry_out(one, &open).await;
		let order = &opened.event("Dispatch.OrderOpened")["order"].to_string();
		let use_up = |count| ["resource", "use", spares, order, count];
		tokio::join!(
			async { shared.carry_out(one, &use_up("2")).await },
			self.refused(tower, &use_up("1"), "carrier-one has it"),
			self.refused(two, &use_up("1"), "carrier-one has it"),
		);
		let left = shared.resource(spares).await.resource.details.kind;
		assert_eq!(left, Kind::Spares { part: PART, count: 3 });
		tokio::join!(
			self.refused(one, &use_up("4"), "3 are left"),
			self.refused(one, &["resource", "use", generator, order, "1"], "it is no store of spares"),
		);
		shared.carry_out(one, &["order", "cancel", order]).await;
	}

	/// The round has sent the generator for the borrower, which alone takes the route on. Both read the meter while it runs, and it
	/// does not go back.
	async fn generator_runs_and_both_read_the_meter(&self, round: u32, number: u32) {
		let Self { shared, generator, one, two, tower, .. } = self;
		let run = number.to_string();
		let terminal = shared.terminal();
		let route = shared.resource(generator).await.route.expect("it is sent");
		assert_eq!((route.org, route.round, route.local_network), (OrgId(0), Some(round), self.ground.place));
		assert_eq!(route.visits.iter().map(|visit| visit.order).collect::<Vec<_>>(), [number]);
		let (ack, done) = (["plan", "ack", generator], ["plan", "done", generator, &run]);
		tokio::join!(
			async { shared.carry_out(one, &ack).await },
			terminal.fails(tower, &ack, 1, "sends it"),
			terminal.fails(two, &ack, 1, "sends it"),
		);
		// When it is there, then it runs
		shared.carry_out(one, &done).await;
		let running = shared.resource(generator).await;
		let stage = running.route.map(|route| route.stage);
		assert!(matches!(stage, Some(RouteStageView::Running { is_late: false, .. })), "{stage:?}");
		assert_eq!(running.resource.details.at, self.ground.base.entry.station.position);
		let meter = |reading| ["resource", "meter", generator, reading];
		tokio::join!(
			async { shared.carry_out(one, &meter("90")).await },
			async { shared.carry_out(tower, &meter("100")).await },
			self.refused(two, &meter("95"), "it is lent between others"),
			self.refused(two, &["resource", "return", generator], "it is lent between others"),
			self.refused(two, &["resource", "borrow", generator], "it is not offered to your company"),
			terminal.fails(tower, &done, 1, "sends it"),
		);
		let lending = shared.resource(generator).await.resource.lending.unwrap();
		assert_eq!((lending.read_by_borrower, lending.read_by_owner), (90, 100));
		self.refused(one, &meter("89"), "a meter goes back only to what the other has read").await;
		// When the run is over, then it is free
		let finished = shared.carry_out(one, &done).await;
		assert_eq!(finished.event("Dispatch.RouteFinished")["resource"].to_string(), *generator);
		assert_eq!(shared.resource(generator).await.route, None);
	}

	/// When both say so, then what was lent is given back. The orders are over, and nothing of it stays.
	async fn all_is_given_back(&self, orders: &[u32]) {
		let Self { shared, generator, spares, crew, one, tower, .. } = self;
		let (run, visits) = orders.split_first().unwrap();
		let step = |order: &u32, state: State| dispatch("step", (*order, state));
		let steps: Vec<_> = [State::InProgress, State::Completed]
			.map(|state| step(run, state))
			.into_iter()
			.chain(visits.iter().map(|order| step(order, State::Cancelled)))
			.collect();
		shared.chain(ONE).await.carry_out_all(&key(ONE), &steps).await.unwrap();
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
			self.refused(one, &["resource", "remove", id], "it is tower's").await;
			shared.carry_out(tower, &["resource", "remove", id]).await;
		}
		shared.carry_out(tower, &["resource", "remove", crew]).await;
	}
}

/// What the example makes of the node's answer: nothing is read or written here for it.
async fn outsiders_plan(chain: &Chain, round: u32) -> Plan {
	let genesis: String = chain.ask("chain_getBlockHash", rpc_params![0u32]).await.unwrap();
	let arguments = rpc_params!["DispatchApi_snapshot", to_hex(&round.encode())];
	let snapshot: String = chain.ask("state_call", arguments).await.unwrap();
	let mut outsider = Command::new(examples::path("outsider"))
		.arg(genesis)
		.stdin(Stdio::piped())
		.stdout(Stdio::piped())
		.kill_on_drop(true)
		.spawn()
		.unwrap();
	outsider.stdin.take().unwrap().write_all(snapshot.as_bytes()).await.unwrap();
	let output = outsider.wait_with_output().await.unwrap();
	assert!(output.status.success(), "{output:?}");
	let said = String::from_utf8(output.stdout).unwrap();
	let bytes = hex::decode(said.trim().trim_start_matches("0x")).unwrap();
	let mut rest = &bytes[..];
	let plan = Plan::decode(&mut rest).unwrap();
	assert!(rest.is_empty(), "{said}");
	plan
}
