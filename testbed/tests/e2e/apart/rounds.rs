// SPDX-License-Identifier: Apache-2.0

//! A county loses the mains: from the first alarm to a plan for all of it within a minute, and what becomes of the plan. Beside
//! it, in the other local network, bids that are not valid.
//!
//! It has a network of its own, with as many stations as the shared one in two local networks, so that 404 stand in one county. And
//! it has the machine for itself: that the plan is there within a minute is what is promised of two cores.

use crate::{
	cells::{just_now, now, wait_until},
	desk::Terminal,
	shared::{alone, folder, import, Turn},
};
use codec::{Decode, Encode};
use futures::future::join_all;
use serde_json::{json, Value};
use std::{
	collections::{BTreeMap, BTreeSet},
	fs::{self, File},
	path::PathBuf,
	process::Stdio,
	time::Duration,
};
use subxt_signer::sr25519::Keypair;
use tokio::process::Command;
use trimast_primitives::{
	access::Scope,
	apis::{
		BidderView, OutageView, ResourceView, ResourcesView, RoundStageView, RoundView, RouteStageView,
		TerritoryView, TriggerView, MAX_PAGE,
	},
	order::{sla_class, Opening, OrderKind, OutageLevel, OutageRules, Place, Severity, Words, Work},
	plan::{
		greedy, JobIndex, Obstacle, Place as Stop, Plan as Bid, PlanDefect, Resource, ResourceIndex,
		ResourceKind, Round, Route, Score, Skills, SlaClass,
	},
	resource::{Details, Kind, Shift},
	site::StationState,
	territory::Position,
	Hash, LocalNetworkId, OrgId,
};
use trimast_testbed::{
	binaries,
	calls::{self, dispatch, EncodedCall},
	chain::Chain,
	generate::{Country, Outage, OutagePlan, Plan, CARRIER_ONE, CARRIER_TWO, PARTIES, TOWER_COMPANY},
	keys,
	mass_outage::{self, bidder, dispatcher, Bidder, Course, MassOutage, Plans},
	network::{Network, Options},
	trimast::Trimast,
	views,
};

/// What alarms, orders, rounds, bids and routes may take together.
const LIMIT: Duration = Duration::from_secs(60);
/// The time after a round in which none is opened, and a little more.
const PAUSE: Duration = Duration::from_secs(6);

/// What a function of the runtime answers about the last final block: not what the command says.
async fn runtime<T: Decode>(chain: &Chain, function: &str, arguments: impl Encode) -> T {
	chain.runtime(&format!("DispatchApi_{function}"), arguments, None).await.unwrap()
}

/// The network, and what fails in it.
struct Scene {
	// Ends with the scene.
	_network: Network,
	/// A node of each company.
	chains: Vec<Chain>,
	trimast: Trimast,
	terminal: Terminal,
	data: PathBuf,
	country: Country,
	outage: Outage,
}

impl Scene {
	async fn given(turn: &Turn) -> Self {
		let options = Options { archive: false, fresh: true, ..Options::local(&folder("rounds")) };
		let network = turn.start(&options).await;
		let chains = join_all(network.nodes().iter().map(|node| {
			let url = node.url();
			async move { Chain::connect(&url).await.unwrap() }
		}))
		.await;
		let trimast = Trimast::new(network.folder(), chains[0].url()).unwrap();
		let data = network.folder().join("data");
		let country = Country::dense(Plan::of(10_000)).unwrap();
		country.write(&data).unwrap();
		for owner in 0..2 {
			import(&trimast, &data, owner, &[]).await;
		}
		mass_outage::countersign(&trimast, country.codes()).await.unwrap();
		mass_outage::add_bidders(&chains[0]).await.unwrap();
		let plan = OutagePlan { minute: 0, ..OutagePlan::at(just_now()) };
		let outage = country.outage(&plan).unwrap();
		country.write_fleet(&data, &outage).unwrap();
		let terminal = Terminal::new(trimast.clone());
		Self { _network: network, chains, trimast, terminal, data, country, outage }
	}

	fn chain(&self) -> &Chain {
		&self.chains[0]
	}

	/// Where the mains fail.
	fn place(&self) -> LocalNetworkId {
		self.outage.local_network
	}

	/// All crews, generators and spares.
	async fn resources(&self) -> Vec<ResourceView> {
		let (mut all, mut after) = (Vec::new(), None::<u32>);
		loop {
			let page: ResourcesView =
				runtime(self.chain(), "resources", (None::<OrgId>, after, MAX_PAGE)).await;
			all.extend(page.resources);
			after = page.next;
			if after.is_none() {
				return all;
			}
		}
	}

	async fn resource(&self, id: u32) -> ResourceView {
		let view: Option<ResourceView> = runtime(self.chain(), "resource", id).await;
		view.unwrap_or_else(|| panic!("there is no resource {id}"))
	}

	/// The rounds of a local network.
	async fn rounds(&self, place: LocalNetworkId) -> Option<TerritoryView> {
		let before = LocalNetworkId(place.0 - 1);
		let views: Vec<TerritoryView> = runtime(self.chain(), "territories", (Some(before), 1u32)).await;
		views.into_iter().find(|view| view.local_network == place)
	}

	/// The words of a round for failures.
	async fn story(&self, round: u32) -> String {
		let output =
			self.trimast.run(None, &["--quiet", "plan", "explain", &round.to_string()]).await.unwrap();
		format!("{}\n{}", output.stdout, output.stderr)
	}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn county_without_mains_has_a_plan_within_a_minute_and_invalid_bids_cost_marks() {
	let turn = alone().await;
	let scene = Scene::given(&turn).await;
	fleet_is_imported_once(&scene).await;
	let (course, plans, daemon) = outage_is_planned(&scene).await;
	outage_is_graver_than_its_vehicles(&scene).await;
	best_valid_plan_has_won(&course, &plans, &daemon);
	plan_is_shown(&scene, &course, &plans).await;
	tokio::join!(routes_are_answered(&scene, &course), invalid_bids_cost_marks(&scene));
}

/// Crews, generators and spares go in as the files have them; again, nothing does.
async fn fleet_is_imported_once(scene: &Scene) {
	let fleet = scene.country.fleet(&scene.outage).unwrap();
	mass_outage::import_fleet(&scene.trimast, &scene.data).await.unwrap();
	let mut expected: Vec<_> = fleet.own.iter().map(|own| (own.org, own.details).encode()).collect();
	let views = scene.resources().await;
	let mut found: Vec<_> =
		views.iter().map(|view| (view.resource.owner, view.resource.details).encode()).collect();
	expected.sort();
	found.sort();
	assert_eq!(found, expected);
	for org in PARTIES {
		let file = scene.data.join(format!("fleet-{}.csv", org.0));
		let check = ["resource", "import", file.to_str().unwrap(), "--check"];
		let said = scene.terminal.act(&dispatcher(org), &check).await.pop().unwrap();
		assert_eq!((&said["to_add"], &said["to_change"]), (&json!(0), &json!(0)), "{said}");
	}
}

/// Two companies' solvers compete: one's people use the command for some seconds, the other one has the daemon. Gives what the
/// daemon has said, too.
async fn outage_is_planned(scene: &Scene) -> (Course, Plans, Vec<Value>) {
	let (said, log) = (scene.data.join("solver.jsonl"), scene.data.join("solver.log"));
	let place = format!("local:{:04}", scene.place().0);
	let mut daemon = Command::new(binaries::solver().unwrap())
		.args(["--url", scene.chains[0].url(), "--suri", &bidder(CARRIER_ONE), "--in", &place])
		.args(["--threads", "1", "--seed", "2", "--json"])
		.stdin(Stdio::null())
		.stdout(File::create(&said).unwrap())
		.stderr(File::create(&log).unwrap())
		.kill_on_drop(true)
		.spawn()
		.unwrap();
	let bidders = [Bidder { org: TOWER_COMPANY, budget: Some(3), seed: 1 }];
	let Scene { chains, trimast, data, outage, .. } = scene;
	let case = MassOutage { chains, trimast, folder: data, outage, bidders: &bidders };
	let planned = case.run().await;
	let log = fs::read_to_string(&log).unwrap();
	let (course, plans) = planned.unwrap_or_else(|error| panic!("{error:?}\nthe daemon: {log}"));
	assert!(daemon.try_wait().unwrap().is_none(), "the daemon has ended: {log}");
	daemon.start_kill().unwrap();
	daemon.wait().await.unwrap();
	let said = fs::read_to_string(&said).unwrap();
	let said: Vec<Value> = said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
	let last = course.last().unwrap();
	// The orders of the round are those of the outage
	assert_eq!(course.faults.len(), 404, "{course}");
	let orders = course.faults.values().chain(course.runs.values()).map(|order| u64::from(*order));
	let jobs = plans.round.jobs.iter().map(|job| job.id);
	assert_eq!(orders.collect::<BTreeSet<_>>(), jobs.collect::<BTreeSet<_>>(), "{course}");
	expect_classes_of_the_records(scene, &course, &plans).await;
	let took = course.checked.unwrap();
	assert!(took < LIMIT, "{took:?} until the plan of round {} was final and checked:\n{course}", last.id);
	(course, plans, said)
}

/// All companies have signed the records, so a job weighs what its station's says, and they are not all alike.
async fn expect_classes_of_the_records(scene: &Scene, course: &Course, plans: &Plans) {
	let stations = views::stations(scene.chain(), scene.place(), None).await.unwrap();
	let class_of: BTreeMap<_, _> =
		stations.iter().map(|view| (view.id, sla_class(&view.entry.station))).collect();
	let orders = course.faults.iter().chain(&course.runs);
	let expected: BTreeMap<u64, SlaClass> =
		orders.map(|(site, order)| (u64::from(*order), class_of[site])).collect();
	let found = plans.round.jobs.iter().map(|job| (job.id, job.class));
	assert_eq!(found.collect::<BTreeMap<_, _>>(), expected, "{course}");
	assert!(expected.values().collect::<BTreeSet<_>>().len() > 1, "{expected:?}");
}

/// The chain says how grave it is by so many stations and vehicles, a level higher for a large area; the command says the same.
async fn outage_is_graver_than_its_vehicles(scene: &Scene) {
	let place = scene.place();
	let may_be_sent = |view: &&ResourceView| {
		let Details { area, kind, .. } = view.resource.details;
		!matches!(kind, Kind::Spares { .. }) && area.covers(place)
	};
	let vehicles = u32::try_from(scene.resources().await.iter().filter(may_be_sent).count()).unwrap();
	let all: Vec<OutageView> = runtime(scene.chain(), "outages", (None::<LocalNetworkId>, MAX_PAGE)).await;
	let [view] = &all[..] else { panic!("outages elsewhere, too: {all:?}") };
	let rules = OutageRules::default();
	assert_eq!((view.local_network, view.stations, view.is_large), (place, 404, true));
	assert_eq!(view.counties, [(scene.outage.county, 404, true)]);
	assert!(vehicles > 0 && rules.level(404, vehicles) > OutageLevel::Blue, "{vehicles} vehicles");
	assert_eq!(view.level, rules.level_in(404, vehicles, 404, 404), "{vehicles} vehicles");
	let said = scene.terminal.ask(&["order", "outages", &place.0.to_string()]).await;
	assert_eq!(said, json!({ "outages": [view] }));
}

/// Of the valid bids the best one wins, of equal ones the first. It is better than the greedy plan, and than first come, first
/// served.
fn best_valid_plan_has_won(course: &Course, plans: &Plans, daemon: &[Value]) {
	let last = course.last().unwrap();
	assert!(last.refused.is_empty(), "{course}");
	let best = last.bids.iter().min_by_key(|bid| bid.score);
	let best = best.unwrap_or_else(|| panic!("nobody has bid:\n{course}"));
	assert_eq!(plans.view.best, Some((best.org, best.score)), "{course}");
	assert_eq!(last.decided.map(|(_, org, score)| (org, score)), Some((Some(best.org), best.score)));
	assert_eq!(plans.won.score, best.score);
	assert!(best.score < plans.floor.score, "{course}");
	assert!(best.score.lost < plans.first_come.score.lost, "{:?}:\n{course}", plans.first_come.score);
	let mut so_far: Option<Score> = None;
	for bid in &last.bids {
		assert!(!bid.is_best || so_far.is_none_or(|score| bid.score < score), "{course}");
		so_far = if bid.is_best { Some(bid.score) } else { so_far };
	}
	// Generators are sent, and more are wanted than there are
	let worth = plans.worth(&plans.won);
	assert!(worth.generators > 0 && worth.crews > 0 && worth.served < plans.round.jobs.len(), "{worth:?}");
	// Each solver has found one, and has bid it where it was worth it
	let bid_of = |org: OrgId| last.bids.iter().find(|bid| bid.org == org).map(|bid| bid.score);
	let score_of = |said: &Value| -> Score { serde_json::from_value(said["score"].clone()).unwrap() };
	let [(TOWER_COMPANY, output)] = &last.solved[..] else { panic!("one command:\n{course}") };
	assert_eq!(output.code, Some(0), "{course}");
	let said = output.json_lines().unwrap().swap_remove(0);
	assert_eq!(said["floor"], json!(plans.floor.score), "{course}");
	let expected = said["no_bid"].is_null().then(|| score_of(&said));
	assert_eq!(bid_of(TOWER_COMPANY), expected, "{}:\n{course}", said["no_bid"]);
	let said = daemon.iter().find(|line| line["round"] == last.id);
	let said = said.unwrap_or_else(|| panic!("the daemon says nothing of round {}: {daemon:?}", last.id));
	assert_eq!((&said["floor"], &said["failed"]), (&json!(plans.floor.score), &json!(false)), "{said}");
	let expected = (said["bid"] == true).then(|| score_of(said));
	assert_eq!(bid_of(CARRIER_ONE), expected, "{said}:\n{course}");
}

/// The command shows the plan as tables and as a map, and who has bid what.
async fn plan_is_shown(scene: &Scene, course: &Course, plans: &Plans) {
	let (id, place) = (plans.view.id.to_string(), scene.place().0.to_string());
	let file = scene.data.join("plan.svg");
	let _ = fs::remove_file(&file);
	let show = ["plan", "show", &id, "--svg", file.to_str().unwrap()];
	let explain = ["plan", "explain", &id];
	let list = ["plan", "list", &place];
	let (shown, explained, listed) =
		tokio::join!(scene.terminal.ask(&show), scene.terminal.ask(&explain), scene.terminal.ask(&list));
	let entries = |list: &str| shown[list].as_array().unwrap();
	let (visits, left) = (entries("visits"), entries("unserved"));
	assert_eq!(visits.len(), plans.won.stops.len());
	assert_eq!(visits.len() + left.len(), plans.round.jobs.len());
	let lost = visits.iter().chain(left).map(|one| one["lost"].as_u64().unwrap()).sum::<u64>();
	assert_eq!(lost, plans.won.score.lost, "losses add up to the score");
	assert!(left.iter().all(|one| !one["reason"].as_str().unwrap().is_empty()));
	let map = fs::read_to_string(&file).unwrap();
	assert!(map.starts_with("<svg") && map.ends_with("</svg>\n"), "{map:.200}");
	assert_eq!(map.matches("<polyline").count(), plans.won.routes.len());
	let bids = explained["bids"].as_array().unwrap();
	assert_eq!(bids.len(), course.last().unwrap().bids.len(), "{explained}");
	assert_eq!(explained["all_bids"], true);
	let networks = listed["local_networks"].as_array().unwrap();
	assert_eq!(networks.len(), 1, "{listed}");
}

/// Routes are sent to companies: acknowledged, gone along, refused, and overridden by hand.
async fn routes_are_answered(scene: &Scene, course: &Course) {
	let (tower, carrier) = (dispatcher(TOWER_COMPANY), dispatcher(CARRIER_ONE));
	// Given that no round is about to take back what is not answered
	let last = wait_until("the last round is over", || async {
		let view = scene.rounds(scene.place()).await?;
		let is_calm = view.open.is_none() && matches!(view.wanted, None | Some(TriggerView::Timer));
		view.last.filter(|_| is_calm)
	})
	.await;
	let sent: Vec<ResourceView> =
		scene.resources().await.into_iter().filter(|one| is_sent(one, scene)).collect();
	let mut of: BTreeMap<OrgId, Vec<String>> = BTreeMap::new();
	for view in &sent {
		of.entry(view.user).or_default().push(view.id.to_string());
	}
	assert!(of.contains_key(&TOWER_COMPANY), "{}", scene.story(last.id).await);

	// Then they wait for whoever sends them, and nobody else answers
	let inbox = scene.terminal.act(&tower, &["inbox"]).await.pop().unwrap();
	let items = inbox["items"].as_array().unwrap();
	let is_waiting = |item: &Value| item["command"].as_str().unwrap().starts_with("trimast plan ack");
	assert!(items.iter().any(is_waiting), "{inbox}");
	let first = &of[&TOWER_COMPANY][0];
	let not_yet = sent.iter().find(|view| view.id.to_string() == *first).unwrap();
	let order = not_yet.route.as_ref().unwrap().visits[0].order.to_string();
	tokio::join!(
		scene.terminal.fails(&carrier, &["plan", "ack", first], 1, "sends it"),
		scene.terminal.fails(&tower, &["plan", "done", first, &order], 1, "is not acknowledged"),
	);

	// When the companies acknowledge them, then all are under way
	let answers = of.iter().map(|(org, resources)| async move {
		let arguments: Vec<&str> =
			["plan", "ack"].into_iter().chain(resources.iter().map(String::as_str)).collect();
		scene.terminal.act(&dispatcher(*org), &arguments).await
	});
	join_all(answers).await;
	let views = scene.resources().await;
	for id in sent.iter().map(|view| view.id) {
		let stage = views.iter().find(|view| view.id == id).and_then(|view| Some(view.route.as_ref()?.stage));
		assert!(matches!(stage, Some(RouteStageView::UnderWay { is_late: false, .. })), "{id}: {stage:?}");
	}

	// Crews of the tower company: one goes on, one is sent elsewhere by hand, one breaks down
	let own = |view: &&ResourceView| {
		let visits = view.route.as_ref().map_or(0, |route| route.visits.len());
		view.user == TOWER_COMPANY && view.resource.details.kind == Kind::Crew && visits > 1
	};
	let crews: Vec<&ResourceView> = sent.iter().filter(own).collect();
	let [going, sent_elsewhere, broken, ..] = crews[..] else {
		panic!("{} crews of the tower company:\n{}", crews.len(), scene.story(last.id).await)
	};
	visit_is_done(scene, going).await;
	crew_is_sent_by_hand(scene, course, last.id, sent_elsewhere, &sent).await;
	crew_breaks_down(scene, going, broken, last.id).await;
}

/// Whether a crew or generator waits for an answer to a route there.
fn is_sent(view: &ResourceView, scene: &Scene) -> bool {
	let is_it = |stage| matches!(stage, RouteStageView::Sent { .. });
	view.route.as_ref().is_some_and(|route| route.local_network == scene.place() && is_it(route.stage))
}

/// Who has done the first visit is there, and under way to the second.
async fn visit_is_done(scene: &Scene, crew: &ResourceView) {
	let (tower, id) = (dispatcher(TOWER_COMPANY), crew.id.to_string());
	let visits = &crew.route.as_ref().unwrap().visits;
	let [first, second] = [0, 1].map(|n| visits[n].order.to_string());
	scene.terminal.fails(&tower, &["plan", "done", &id, &second], 1, "it is under way to order").await;
	scene.terminal.act(&tower, &["plan", "done", &id, &first]).await;
	let view = scene.resource(crew.id).await;
	let route = view.route.unwrap();
	assert_eq!(route.visits.first().map(|visit| visit.order), Some(visits[1].order));
	let at = Position { latitude: visits[0].at.y, longitude: visits[0].at.x };
	assert_eq!(view.resource.details.at, at);
}

/// A dispatcher decides otherwise, with a reason that stands on record.
async fn crew_is_sent_by_hand(
	scene: &Scene,
	course: &Course,
	round: u32,
	crew: &ResourceView,
	sent: &[ResourceView],
) {
	let (tower, carrier) = (dispatcher(TOWER_COMPANY), dispatcher(CARRIER_ONE));
	// Faults that the tower company handles, to which nobody is under way, nor will be next
	let next = |view: &ResourceView| -> Vec<u32> {
		let visits = view.route.iter().flat_map(|route| &route.visits);
		visits.take(2).map(|visit| visit.order).collect()
	};
	let busy: BTreeSet<u32> = sent.iter().flat_map(next).collect();
	let its = course.runs.keys().filter_map(|site| course.faults.get(site).copied());
	let orders: Vec<u32> = its.filter(|order| !busy.contains(order)).take(2).collect();
	let (id, round) = (crew.id.to_string(), round.to_string());
	let names: Vec<String> = orders.iter().map(u32::to_string).collect();
	let by_hand = ["plan", "override", &round, &id, &names[0], &names[1]];
	let reason = "the road to the others is flooded";
	let with_reason = [&by_hand[..], &["--text", reason]].concat();
	tokio::join!(
		scene.terminal.fails(&carrier, &with_reason, 1, "sends it"),
		scene.terminal.fails(&tower, &by_hand, 2, "--text"),
	);
	let from = scene.chain().finalized().await.unwrap().number;
	scene.terminal.act(&tower, &with_reason).await;
	let route = scene.resource(crew.id).await.route.unwrap();
	assert_eq!((route.round, route.org), (None, TOWER_COMPANY));
	assert_eq!(route.visits.iter().map(|visit| visit.order).collect::<Vec<_>>(), orders);
	for order in &orders {
		let who: Option<ResourceView> = runtime(scene.chain(), "sent_to", *order).await;
		assert_eq!(who.map(|view| view.id), Some(crew.id));
	}
	let until = scene.chain().finalized().await.unwrap().number;
	let told = scene.chain().events("Dispatch", from, until).await.unwrap();
	let on_record = told.iter().filter(|event| event.name == "RouteOverridden").map(|event| {
		let (resource, org, orders, words) =
			<(u32, OrgId, Vec<u32>, Words)>::decode(&mut &event.fields[..]).unwrap();
		(resource, org, orders, String::from_utf8(words.text.to_vec()).unwrap())
	});
	assert_eq!(on_record.collect::<Vec<_>>(), [(crew.id, TOWER_COMPANY, orders, reason.to_owned())]);
}

/// A route that is given up is planned anew: without the crew, and what is under way stays.
async fn crew_breaks_down(scene: &Scene, going: &ResourceView, broken: &ResourceView, before: u32) {
	let (tower, id) = (dispatcher(TOWER_COMPANY), broken.id.to_string());
	scene.terminal.fails(&tower, &["plan", "refuse", &id], 2, "--text").await;
	scene.terminal.act(&tower, &["plan", "refuse", &id, "--text", "the vehicle has broken down"]).await;
	assert_eq!(scene.resource(broken.id).await.route, None);
	let again = wait_until("another round is frozen", || async {
		let view = scene.rounds(scene.place()).await?;
		let is_it = |round: &RoundView| {
			let is_frozen = !matches!(round.stage, RoundStageView::Gathering | RoundStageView::Freezing);
			round.id > before && round.trigger == TriggerView::Refused && is_frozen
		};
		view.open.into_iter().chain(view.last).find(is_it)
	})
	.await;
	let round: Option<Round> = runtime(scene.chain(), "snapshot", again.id).await;
	let round = round.unwrap();
	assert!(round.resources.iter().all(|one| one.id != broken.id), "{}", scene.story(again.id).await);
	let place = round.resources().find(|(_, one)| one.id == going.id).map(|(index, _)| index);
	let pinned = round.jobs.iter().find(|job| job.pinned.is_some() && job.pinned == place);
	let second = going.route.as_ref().unwrap().visits[1].order;
	assert_eq!(pinned.map(|job| job.id), Some(second.into()), "{}", scene.story(again.id).await);
}

/// A small round in the local network where the mains have not failed.
struct Field {
	place: LocalNetworkId,
	view: RoundView,
	round: Round,
}

impl Field {
	/// A bid with one route.
	fn bid(&self, resource: ResourceIndex, stops: &[JobIndex]) -> Bid {
		Bid {
			round: self.view.digest,
			score: Score::default(),
			routes: vec![Route { resource, stops: stops.len() as u16 }].try_into().unwrap(),
			stops: stops.to_vec().try_into().unwrap(),
		}
	}

	fn call(&self, bid: &Bid) -> EncodedCall {
		dispatch("bid", (self.view.id, bid))
	}

	/// The crew with this capacity.
	fn crew(&self, capacity: u32) -> ResourceIndex {
		let is_it = |one: &Resource| one.kind == ResourceKind::Crew && one.capacity == capacity;
		let found = self.round.resources().find(|(_, one)| is_it(one));
		found.unwrap_or_else(|| panic!("no crew for {capacity} jobs: {:?}", self.round.resources)).0
	}

	/// The jobs in the order in which they were opened.
	fn jobs(&self) -> [JobIndex; 4] {
		assert_eq!(self.round.jobs.len(), 4, "{:?}", self.round.jobs);
		[0, 1, 2, 3].map(JobIndex)
	}
}

/// What each crew of the field takes, by which it is known: a job, several, several and it is about to go home.
const ONE_JOB: u32 = 1;
const USUAL: u32 = 8;
const SHORT_SHIFT: u32 = 9;
/// What no crew there can do.
const MISSING: Skills = Skills(1 << 5);

fn key(uri: &str) -> Keypair {
	keys::key(uri).unwrap()
}

/// Where the mains have not failed, four jobs and three crews: one job wants a skill that nobody has, one has no window that is
/// long enough.
async fn field(scene: &Scene) -> Field {
	let chain = scene.chain();
	let place = scene.country.codes().find(|code| *code != scene.place()).unwrap();
	let stations = views::stations(chain, place, None).await.unwrap();
	let own = stations.iter().filter(|view| {
		view.entry.state == StationState::OnAir && view.entry.station.named().contains(CARRIER_ONE)
	});
	let own: Vec<_> = own.take(4).collect();
	let hour = 3_600_000;
	let work = [
		Work::default(),
		Work::default(),
		Work { skills: MISSING, ..Work::default() },
		Work { slot: Some((now() + hour, now() + hour + 60_000)), ..Work::default() },
	];
	let orders: Vec<EncodedCall> = own
		.iter()
		.zip(work)
		.map(|(view, work)| {
			calls::open_order(Opening {
				kind: OrderKind::Inspection,
				handler: TOWER_COMPANY,
				place: Place::Station(view.id),
				severity: Severity::Minor,
				work,
				parent: None,
				violation: None,
			})
		})
		.collect();
	// Where the first job is, so that nothing is wrong with a visit but what is meant
	let base = own[0].entry.station.position;
	let second_of_day = u32::try_from((now() / 1_000 + 8 * 3_600 - 60) % 86_400).unwrap();
	let always = Shift { from: 0, to: 86_400 };
	let crews = [
		(ONE_JOB, always),
		(USUAL, always),
		(SHORT_SHIFT, Shift { from: second_of_day, to: second_of_day + 900 }),
	];
	let crews = crews.map(|(capacity, shift)| {
		let details = Details {
			area: Scope::LocalNetwork(place),
			kind: Kind::Crew,
			base,
			at: base,
			shift,
			speed: 60_000,
			capacity,
			skills: Skills(1),
		};
		dispatch("add_resource", details)
	});
	let (tower, carrier) = (key(&bidder(TOWER_COMPANY)), key(&bidder(CARRIER_ONE)));
	let (opened, added) =
		tokio::join!(chain.carry_out_all(&carrier, &orders), chain.carry_out_all(&tower, &crews));
	opened.unwrap();
	added.unwrap();
	let view = round_is_open(scene, place).await;
	let round: Option<Round> = runtime(chain, "snapshot", view.id).await;
	Field { place, view, round: round.unwrap() }
}

/// A dispatcher calls for a round, and it takes bids.
async fn round_is_open(scene: &Scene, place: LocalNetworkId) -> RoundView {
	scene.terminal.act(&bidder(CARRIER_ONE), &["plan", "open", &place.0.to_string()]).await;
	wait_until("a round takes bids", || async {
		let open = scene.rounds(place).await?.open?;
		matches!(open.stage, RoundStageView::Bidding { .. }).then_some(open)
	})
	.await
}

async fn is_refused(chain: &Chain, key: Keypair, call: &EncodedCall, reason: &str) {
	let said = chain.carry_out(&key, call).await;
	let said = format!("{:#}", said.expect_err("this must be refused"));
	assert!(said.contains(reason), "'{reason}' is expected: {said}");
}

/// Invalid bids of every sort are refused by name. Each costs a mark, and as many as governed bar the company.
async fn invalid_bids_cost_marks(scene: &Scene) {
	let (chain, field) = (scene.chain(), field(scene).await);
	let ([first, second, skilled, late], id) = (field.jobs(), field.view.id);
	let [one_job, usual, short] = [ONE_JOB, USUAL, SHORT_SHIFT].map(|capacity| field.crew(capacity));
	let floor = greedy(&field.round, field.view.digest, u32::MAX).unwrap();
	let claimed = Score { lost: floor.score.lost.saturating_sub(1), ..Score::default() };
	let (at, then) = (Stop { route: 0, stop: 0 }, Stop { route: 0, stop: 1 });
	let unfit = |place, obstacle| PlanDefect::Unfit { place, obstacle };
	let false_score = Bid { score: claimed, ..floor.clone() };
	let other_round = Bid { round: Hash::repeat_byte(7), ..floor.clone() };
	// Three bids a company, and three marks that bar it
	let of_one = [field.bid(usual, &[first, first]), field.bid(usual, &[late]), field.bid(usual, &[skilled])];
	let of_two = [field.bid(one_job, &[first, second]), field.bid(short, &[first]), other_round];
	let of_tower = [false_score, floor.clone(), floor.clone()];
	let bids = [(CARRIER_ONE, of_one), (CARRIER_TWO, of_two), (TOWER_COMPANY, of_tower)];
	let from = chain.finalized().await.unwrap().number;
	let send = bids.map(|(org, bids)| {
		let calls = bids.map(|bid| field.call(&bid));
		async move { chain.carry_out_all(&key(&bidder(org)), &calls).await.unwrap().number }
	});
	let until = join_all(send).await.into_iter().max().unwrap();

	// And who may not bid does not, while bids are taken
	let call = &field.call(&floor);
	let collector = keys::uri(usize::from(TOWER_COMPANY.0), Some("collector"));
	tokio::join!(
		is_refused(chain, key(&bidder(CARRIER_ONE)), call, "Barred"),
		is_refused(chain, key(&bidder(TOWER_COMPANY)), call, "TooManyBids"),
		is_refused(chain, key(&dispatcher(OrgId(3))), call, "NotMember"),
		is_refused(chain, key(&collector), call, "MissingRole"),
	);

	// Then each is refused for what is wrong with it, and the third of a company bars it
	let told = chain.events("Dispatch", from, until).await.unwrap();
	let mut refused: BTreeMap<OrgId, Vec<(PlanDefect, bool)>> = BTreeMap::new();
	let mut taken = Vec::new();
	for event in &told {
		let fields = &mut &event.fields[..];
		match event.name.as_str() {
			"BidRefused" => {
				let (round, org, defect, is_barred) =
					<(u32, OrgId, PlanDefect, bool)>::decode(fields).unwrap();
				assert_eq!(round, id);
				refused.entry(org).or_default().push((defect, is_barred));
			}
			"BidTaken" => {
				let (round, org, score, _) = <(u32, OrgId, Score, bool)>::decode(fields).unwrap();
				// Elsewhere others bid
				if round == id {
					taken.push((org, score));
				}
			}
			_ => {}
		}
	}
	let expected = [
		(
			CARRIER_ONE,
			vec![
				(PlanDefect::Twice(then), false),
				(unfit(at, Obstacle::Window), false),
				(unfit(at, Obstacle::Skills), true),
			],
		),
		(
			CARRIER_TWO,
			vec![
				(unfit(then, Obstacle::Capacity), false),
				(unfit(at, Obstacle::Shift), false),
				(PlanDefect::Round, true),
			],
		),
		(TOWER_COMPANY, vec![(PlanDefect::Score { found: floor.score }, false)]),
	];
	let story = scene.story(id).await;
	assert_eq!(refused, BTreeMap::from(expected), "{story}");
	assert_eq!(taken, [(TOWER_COMPANY, floor.score); 2], "{story}");
	let standing = |org: OrgId| async move {
		let view: Option<BidderView> = runtime(chain, "bidder", (id, org)).await;
		view.unwrap()
	};
	let barred = BidderView { left: 0, marks: 0, is_barred: true };
	assert_eq!(standing(CARRIER_ONE).await, barred);
	assert_eq!(standing(CARRIER_TWO).await, barred);
	assert_eq!(standing(TOWER_COMPANY).await, BidderView { left: 0, marks: 1, is_barred: false });

	let over = wait_until("the round is over", || async {
		scene.rounds(field.place).await?.last.filter(|last| last.id == id)
	})
	.await;
	// What is as good as the greedy plan does not win
	assert_eq!((over.best, over.floor), (None, Some(floor.score)), "{}", scene.story(id).await);
	let explained = scene.terminal.ask(&["plan", "explain", &id.to_string()]).await;
	let told = explained["bids"].as_array().unwrap();
	assert_eq!(told.iter().filter(|bid| bid["refused"].is_string()).count(), 7, "{explained}");
	is_refused(chain, key(&bidder(TOWER_COMPANY)), call, "NotBidding").await;

	// Marks last: in the next round they are barred still, and the chain is not even asked
	tokio::time::sleep(PAUSE).await;
	let next = round_is_open(scene, field.place).await;
	let round: Option<Round> = runtime(chain, "snapshot", next.id).await;
	let again = greedy(&round.unwrap(), next.digest, u32::MAX).unwrap();
	let again = dispatch("bid", (next.id, &again));
	let number = next.id.to_string();
	let solve = ["plan", "solve", &number, "--budget", "1", "--bid"];
	tokio::join!(
		is_refused(chain, key(&bidder(CARRIER_TWO)), &again, "Barred"),
		scene.terminal.fails(&bidder(CARRIER_ONE), &solve, 1, "is barred from this round"),
	);
}
