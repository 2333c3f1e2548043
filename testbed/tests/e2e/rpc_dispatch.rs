// SPDX-License-Identifier: Apache-2.0

//! The JSON-RPC methods of work orders, resources and rounds over the wire (`dispatch_*`), each beside the runtime's interface and
//! what the scene has done itself. And what the metrics of them are to say, by the other methods.
//!
//! It has a local network to itself, in which nobody has opened an order yet, and leaves nothing open there.

use super::{
	cells::{just_now, now, wait_until},
	config_metrics::stored,
	rpc::{add, metrics_are_those_of_their_block, Asked, Samples},
	shared::{shared, Shared},
};
use codec::Decode;
use serde::de::DeserializeOwned;
use serde_json::{json, Value};
use std::{collections::BTreeMap, fmt::Debug, time::Duration};
use subxt::utils::H256;
use subxt_signer::sr25519::Keypair;
use trimast_primitives::{
	access::Scope,
	apis::{
		BidderView, DispatchSummaryView, FactsView, OrderFilter, OrderRulesView, OrderView, OrdersView,
		OrgView, OutageView, ResourceView, ResourcesView, RoundStageView, RoundView, RouteStageView,
		StatementView, TerritoryView, TriggerView, UnservedView, VerdictView, MAX_PAGE,
	},
	calendar::month_of,
	order::{
		statement_digest, Alarm, AlarmType, Evidence, Opening, Order, OrderKind, Phase, Place, Record,
		ResponsibilityTable, Score, Severity, Stage, State, Subject, Words, Work,
	},
	page::SiteId,
	plan::{check, Plan, Round, Skills, Unserved},
	resource::{Details, Kind, Shift},
	site::StationState,
	Hash, LocalNetworkId, Moment, OrgId,
};
use trimast_testbed::{
	calls::{self, dispatch},
	chain::{rpc_params, BlockId, Chain},
	generate::{CARRIER_ONE, CARRIER_TWO, TOWER_COMPANY},
	keys, views,
};

const DAY: u32 = 86_400;
/// What no crew of the scene knows.
const RARE: Skills = Skills(1 << 30);

fn dispatcher(org: OrgId) -> Keypair {
	keys::key(&keys::uri(org.0.into(), Some("dispatcher"))).unwrap()
}

/// What the scene has opened.
struct Done {
	place: LocalNetworkId,
	/// The carrier that raises the orders. The tower company handles them.
	owner: OrgId,
	/// Of the fault, of the inspections, of the generator run.
	sites: [SiteId; 3],
	fault: u32,
	/// Of the second one no crew is capable.
	inspections: [u32; 2],
	/// None of the generators is large enough.
	run: u32,
	crew: u32,
	generator: u32,
}

/// A local network without orders, a carrier, and three of its stations on sites of the tower company.
async fn find_place(shared: &Shared, chain: &Chain) -> (LocalNetworkId, OrgId, [SiteId; 3]) {
	let largest = shared.largest();
	let mut all: Vec<_> = shared.said[0].stations.iter().filter(|(id, _)| **id != largest).collect();
	all.sort_by_key(|(_, sites)| std::cmp::Reverse(sites.len()));
	for (id, _) in all {
		let filter = json!({ "local_network": id });
		let found: OrdersView =
			chain.ask("dispatch_orders", rpc_params![filter, None::<u32>, MAX_PAGE]).await.unwrap();
		if !found.orders.is_empty() {
			continue;
		}
		let stations = views::stations(chain, *id, None).await.unwrap();
		for owner in [CARRIER_ONE, CARRIER_TWO] {
			let fits = stations.iter().filter(|view| {
				let station = &view.entry.station;
				view.entry.state == StationState::OnAir
					&& station.owner == owner
					&& station.tower.as_ref().is_some_and(|tower| tower.org == TOWER_COMPANY)
			});
			if let [one, two, three, ..] = fits.map(|view| view.id).collect::<Vec<_>>()[..] {
				return (*id, owner, [one, two, three]);
			}
		}
	}
	panic!("no local network has three stations of one carrier on the tower company's sites");
}

/// Orders of a filter in JSON.
async fn orders(chain: &Chain, filter: Value) -> Vec<(u32, Order)> {
	let found: OrdersView =
		chain.ask("dispatch_orders", rpc_params![filter, None::<u32>, MAX_PAGE]).await.unwrap();
	found.orders
}

impl Done {
	/// The tower company enters a crew and a small generator into the books, and offers them. A carrier opens a fault, two
	/// inspections and a generator run for it, says what has failed, and anchors a log, for which the tower company asks.
	async fn open(shared: &Shared, chain: &Chain) -> Self {
		let (place, owner, sites) = find_place(shared, chain).await;
		let stations = views::stations(chain, place, None).await.unwrap();
		let at = stations.iter().find(|view| view.id == sites[0]).unwrap().entry.station.position;
		// On duty since an hour, for most of a day
		let second = u32::try_from((now() / 1_000 + 8 * 3_600 - 3_600) % u64::from(DAY)).unwrap();
		let shift = Shift { from: second, to: second + DAY };
		let crew = Details {
			area: Scope::LocalNetwork(place),
			kind: Kind::Crew,
			base: at,
			at,
			shift,
			speed: 60_000,
			capacity: 10,
			skills: Skills(1),
		};
		let generator = Details { kind: Kind::Generator { power: 1 }, ..crew };
		let enter = [crew, generator].map(|details| dispatch("add_resource", details));
		chain.carry_out_all(&dispatcher(TOWER_COMPANY), &enter).await.unwrap();

		let work = Work { planned: 60, ..Work::default() };
		let opening = |kind, site, work| Opening {
			kind,
			handler: TOWER_COMPANY,
			place: Place::Station(site),
			severity: Severity::Critical,
			work,
			parent: None,
			violation: None,
		};
		let open = [
			opening(OrderKind::Fault, sites[0], work),
			opening(OrderKind::Inspection, sites[1], work),
			opening(OrderKind::Inspection, sites[1], Work { skills: RARE, ..work }),
			opening(OrderKind::GeneratorRun, sites[2], work),
		];
		chain.carry_out_all(&dispatcher(owner), &open.map(calls::open_order)).await.unwrap();
		let all = orders(chain, json!({ "local_network": place })).await;
		let [fault, one, two, run] = all.iter().map(|(id, _)| *id).collect::<Vec<_>>()[..] else {
			panic!("{all:?}")
		};

		let alarm = Evidence::Alarm(Alarm {
			id: 1,
			phase: Phase::Raised,
			kind: AlarmType::Equipment,
			severity: Severity::Critical,
			subject: Subject::Power,
			plmn: None,
		});
		let arrival = Evidence::Arrival { of: TOWER_COMPANY };
		let log = Some(Hash::repeat_byte(9));
		let said = [
			dispatch("anchor_fact", (fault, just_now(), alarm, None::<Hash>)),
			dispatch("anchor_fact", (one, just_now(), arrival, log)),
		];
		chain.carry_out_all(&dispatcher(owner), &said).await.unwrap();
		let filter = rpc_params![TOWER_COMPANY, None::<u32>, MAX_PAGE];
		let own: ResourcesView = chain.ask("dispatch_resources", filter).await.unwrap();
		let of = |details: Details| {
			let found = own.resources.iter().rfind(|view| view.resource.details == details);
			found.unwrap_or_else(|| panic!("{own:?}")).id
		};
		let (crew, generator) = (of(crew), of(generator));
		let term = (now(), now() + 3_600_000);
		let offer = |resource: u32| dispatch("offer_resource", (resource, owner, term));
		let asked =
			[offer(crew), offer(generator), dispatch("ask_body", (one, 0u8)), dispatch("open_round", place)];
		chain.carry_out_all(&dispatcher(TOWER_COMPANY), &asked).await.unwrap();
		Self { place, owner, sites, fault, inspections: [one, two], run, crew, generator }
	}

	/// The first final block by which the local network has such rounds.
	async fn rounds(
		&self,
		chain: &Chain,
		what: &str,
		is_it: impl Fn(&TerritoryView) -> Option<u32>,
	) -> (BlockId, u32) {
		wait_until(what, || async {
			let block = chain.finalized().await.unwrap();
			let asked = Asked { chain, at: block.hash };
			let all: Vec<TerritoryView> =
				asked.ask("dispatch_territories", &json!([null, MAX_PAGE])).await.unwrap();
			let view = all.into_iter().find(|view| view.local_network == self.place)?;
			is_it(&view).map(|round| (block, round))
		})
		.await
	}

	/// The tower company repairs the fault, the carrier closes it, and there is a verdict against which the tower company appeals.
	async fn judge(&self, chain: &Chain) -> BlockId {
		let (tower, owner) = (dispatcher(TOWER_COMPANY), dispatcher(self.owner));
		let step = |state: State| dispatch("step", (self.fault, state));
		chain.carry_out_all(&tower, &[State::InProgress, State::Resolved].map(step)).await.unwrap();
		chain.carry_out(&owner, &step(State::Closed)).await.unwrap();
		wait_until("there is a verdict", || async {
			let given: Option<VerdictView> =
				chain.ask("dispatch_verdict", rpc_params![self.fault]).await.unwrap();
			given
		})
		.await;
		let reason = Words { text: b"the batteries held".to_vec().try_into().unwrap(), body: None };
		chain.carry_out(&tower, &dispatch("appeal", (self.fault, reason))).await.unwrap()
	}

	/// What is open is called off, and the books are as before.
	async fn clean_up(&self, chain: &Chain) {
		let open = [self.inspections[0], self.inspections[1], self.run];
		let cancel = open.map(|order| dispatch("step", (order, State::Cancelled)));
		chain.carry_out_all(&dispatcher(self.owner), &cancel).await.unwrap();
		// Not while a round plans them
		for resource in [self.crew, self.generator] {
			let withdraw = dispatch("withdraw_offer", resource);
			chain.carry_out(&dispatcher(TOWER_COMPANY), &withdraw).await.unwrap();
			let remove = dispatch("remove_resource", resource);
			wait_until("no round plans it any more", || async {
				chain.carry_out(&dispatcher(TOWER_COMPANY), &remove).await.ok()
			})
			.await;
		}
	}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn methods_of_orders_and_rounds_say_what_the_runtime_says_and_what_was_done() {
	let shared = shared().await;
	let chain = shared.chain(0).await;
	let archive = Chain::connect(&shared.network.archive().unwrap().url()).await.unwrap();
	let genesis = chain.block_hash(0).await.unwrap().unwrap();
	let start = chain.finalized().await.unwrap();
	let done = Done::open(&shared, &chain).await;
	let takes_bids = |view: &TerritoryView| {
		let round = view.open.as_ref()?;
		matches!(round.stage, RoundStageView::Bidding { .. }).then_some(round.id)
	};
	let (bidding, round) = done.rounds(&chain, "the round takes bids", takes_bids).await;
	let is_over = |view: &TerritoryView| view.last.as_ref().map(|last| last.id).filter(|id| *id == round);
	let (planned, _) = done.rounds(&chain, "the round is over", is_over).await;
	let judged = done.judge(&chain).await;
	archive.wait_finalized(judged.number, Duration::from_secs(60)).await.unwrap();
	let [before, bidding, planned, judged_at] =
		[start, bidding, planned, judged].map(|block| Asked { chain: &archive, at: block.hash });
	says_what_is_governed(judged_at).await;
	says_what_is_under_way(before, bidding, &done).await;
	says_who_there_is_to_send(before, bidding, &done).await;
	says_what_is_planned(before, bidding, planned, genesis, round, &done).await;
	says_what_was_judged(bidding, judged_at, genesis, &done).await;
	says_the_country_at_a_glance(before, bidding, &done).await;
	metrics_are_those_of_their_block(&shared, &archive, judged).await;
	done.clean_up(&chain).await;
}

/// The rules, and the tables.
async fn says_what_is_governed(now: Asked<'_>) {
	let (method, function) = ("dispatch_orderRules", "DispatchApi_order_rules");
	let rules: OrderRulesView = now.same(method, json!([]), function, &()).await;
	assert!(rules.service_levels.iter().any(|(_, kind, _)| *kind == OrderKind::Fault), "{rules:?}");
	let (method, function) = ("dispatch_responsibilityTable", "DispatchApi_responsibility_table");
	for (version, expected) in [(rules.table.version, Some(&rules.table)), (u32::MAX, None)] {
		let table: Option<ResponsibilityTable> = now.same(method, json!([version]), function, &version).await;
		assert_eq!(table.as_ref(), expected);
	}
	let _: u32 = now.same("dispatch_orderLag", json!([]), "DispatchApi_order_lag", &()).await;
}

/// Orders one by one, by filters, by company and station; their facts; outages.
async fn says_what_is_under_way(before: Asked<'_>, open: Asked<'_>, done: &Done) {
	let (method, function) = ("dispatch_order", "DispatchApi_order");
	let view: Option<OrderView> = open.same(method, json!([done.fault]), function, &done.fault).await;
	let view = view.unwrap();
	assert_eq!((view.order.raiser, view.order.handler), (done.owner, TOWER_COMPANY));
	assert_eq!((view.id, view.facts, view.order.state), (done.fault, 1, State::Acknowledged));
	let view: Option<OrderView> = before.same(method, json!([done.fault]), function, &done.fault).await;
	assert_eq!(view, None);

	// Every field of a filter may be left out, and the filter too
	let (method, function) = ("dispatch_orders", "DispatchApi_orders");
	let [one, two] = done.inspections;
	let here = OrderFilter { local_network: Some(done.place), ..OrderFilter::default() };
	let at = json!(done.sites[1]);
	let [here_json, inspections, station] = [
		json!({ "local_network": done.place }),
		json!({ "local_network": done.place, "kind": "Inspection", "state": "Acknowledged" }),
		json!({ "party": TOWER_COMPANY, "station": at }),
	];
	let (kind, state) = (Some(OrderKind::Inspection), Some(State::Acknowledged));
	let of_station =
		OrderFilter { party: Some(TOWER_COMPANY), station: Some(done.sites[1]), ..OrderFilter::default() };
	for (filter, same, expected) in [
		(here_json.clone(), here, vec![done.fault, one, two, done.run]),
		(inspections, OrderFilter { kind, state, ..here }, vec![one, two]),
		(station, of_station, vec![one, two]),
	] {
		let arguments = json!([filter, null, MAX_PAGE]);
		let found: OrdersView = open.same(method, arguments, function, &(same, None::<u32>, MAX_PAGE)).await;
		assert_eq!(found.orders.iter().map(|(id, _)| *id).collect::<Vec<_>>(), expected);
	}
	let arguments = json!([null, null, MAX_PAGE]);
	let encoded = (OrderFilter::default(), None::<u32>, MAX_PAGE);
	let _: OrdersView = open.same(method, arguments, function, &encoded).await;
	let (mut found, mut after) = (Vec::new(), None::<u32>);
	loop {
		let page: OrdersView = open.ask(method, &json!([here_json, after, 1])).await.unwrap();
		assert!(page.orders.len() <= 1, "{page:?}");
		found.extend(page.orders.into_iter().map(|(id, _)| id));
		after = page.next;
		if after.is_none() {
			break;
		}
	}
	assert_eq!(found, [done.fault, one, two, done.run]);
	let unknown = json!([{ "locality": 1301 }, null, null]);
	let refused = open.ask::<OrdersView>(method, &unknown).await.unwrap_err().to_string();
	assert!(refused.contains("Invalid params"), "{refused}");

	let (method, function) = ("dispatch_openOrders", "DispatchApi_open_orders");
	let (arguments, encoded) =
		(json!([TOWER_COMPANY, null, MAX_PAGE]), (TOWER_COMPANY, None::<u32>, MAX_PAGE));
	let all: Vec<(u32, Order)> = open.same(method, arguments, function, &encoded).await;
	assert!([done.fault, one, two, done.run].iter().all(|id| all.iter().any(|(found, _)| found == id)));
	open.paged(&all, method, &[json!(TOWER_COMPANY)], all.len() / 3, |(id, _)| json!(id)).await;

	let (method, function) = ("dispatch_ordersAt", "DispatchApi_orders_at");
	let site = done.sites[1];
	let arguments = json!([site.local_network, site.index, null, MAX_PAGE]);
	let all: Vec<(u32, Order)> = open.same(method, arguments, function, &(site, None::<u32>, MAX_PAGE)).await;
	assert_eq!(all.len(), 2);
	let about = [json!(site.local_network), json!(site.index)];
	open.paged(&all, method, &about, 1, |(id, _)| json!(id)).await;

	let (method, function) = ("dispatch_facts", "DispatchApi_facts");
	let view: Option<FactsView> = open.same(method, json!([one]), function, &one).await;
	let view = view.unwrap();
	let waits: Vec<_> = view.demands.iter().map(|demand| (demand.fact, demand.by)).collect();
	assert_eq!(waits, [(0, trimast_primitives::OrgSet::of(TOWER_COMPANY))]);
	assert_eq!((view.facts.len(), view.digests.len()), (1, 1));

	let (method, function) = ("dispatch_outages", "DispatchApi_outages");
	let all: Vec<OutageView> =
		goes_on_after(open, method, function, done.place, |view: &OutageView| view.local_network).await;
	let view = all.iter().find(|view| view.local_network == done.place).unwrap();
	assert_eq!((view.stations, view.counties.len()), (1, 1), "{view:?}");
}

/// Asks for a list by local network, in which this one is. It goes on behind it.
async fn goes_on_after<T>(
	block: Asked<'_>,
	method: &str,
	function: &str,
	place: LocalNetworkId,
	of: impl Fn(&T) -> LocalNetworkId,
) -> Vec<T>
where
	T: DeserializeOwned + Decode + PartialEq + Debug,
{
	let (arguments, encoded) = (json!([null, MAX_PAGE]), (None::<LocalNetworkId>, MAX_PAGE));
	let all: Vec<T> = block.same(method, arguments, function, &encoded).await;
	let index = all.iter().position(|view| of(view) == place).unwrap_or_else(|| panic!("{all:?}"));
	let rest: Vec<T> = block.ask(method, &json!([place, MAX_PAGE])).await.unwrap();
	assert_eq!(rest, all[index + 1..]);
	let one: Vec<T> = block.ask(method, &json!([null, 1])).await.unwrap();
	assert_eq!(one, all[..1]);
	all
}

/// Crews and generators.
async fn says_who_there_is_to_send(before: Asked<'_>, open: Asked<'_>, done: &Done) {
	let (method, function) = ("dispatch_resource", "DispatchApi_resource");
	let crew: Option<ResourceView> = open.same(method, json!([done.crew]), function, &done.crew).await;
	let crew = crew.unwrap();
	assert_eq!((crew.user, crew.resource.owner, crew.route), (TOWER_COMPANY, TOWER_COMPANY, None));
	assert!(crew.resource.round.is_some(), "{:?}", crew.resource);
	let crew: Option<ResourceView> = before.same(method, json!([done.crew]), function, &done.crew).await;
	assert_eq!(crew, None);

	let (method, function) = ("dispatch_resources", "DispatchApi_resources");
	for of in [Some(TOWER_COMPANY), None] {
		let arguments = json!([of, null, MAX_PAGE]);
		let all: ResourcesView = open.same(method, arguments, function, &(of, None::<u32>, MAX_PAGE)).await;
		let ids: Vec<u32> = all.resources.iter().map(|view| view.id).collect();
		assert!(ids.contains(&done.crew) && ids.contains(&done.generator), "{ids:?}");
		let (mut found, mut after) = (Vec::new(), None::<u32>);
		loop {
			let page: ResourcesView = open.ask(method, &json!([of, after, 1])).await.unwrap();
			assert!(page.resources.len() <= 1, "{page:?}");
			found.extend(page.resources.into_iter().map(|view| view.id));
			after = page.next;
			if after.is_none() {
				break;
			}
		}
		assert_eq!(found, ids);
	}

	let (method, function) = ("dispatch_offersTo", "DispatchApi_offers_to");
	let (arguments, encoded) = (json!([done.owner, null, MAX_PAGE]), (done.owner, None::<u32>, MAX_PAGE));
	let none: Vec<ResourceView> = before.same(method, arguments.clone(), function, &encoded).await;
	let all: Vec<ResourceView> = open.same(method, arguments, function, &encoded).await;
	let earlier: Vec<u32> = none.iter().map(|view| view.id).collect();
	let mut ids: Vec<u32> = all.iter().map(|view| view.id).filter(|id| !earlier.contains(id)).collect();
	ids.sort_unstable();
	assert_eq!(ids, [done.crew, done.generator]);
	open.paged(&all, method, &[json!(done.owner)], 1, |view| json!(view.id)).await;
}

/// The round while it takes bids and when it is over; its plan, what that leaves, and the route that follows from it.
async fn says_what_is_planned(
	before: Asked<'_>,
	bidding: Asked<'_>,
	planned: Asked<'_>,
	genesis: H256,
	round: u32,
	done: &Done,
) {
	let (method, function) = ("dispatch_round", "DispatchApi_round");
	let none: Option<RoundView> = before.same(method, json!([round]), function, &round).await;
	assert_eq!(none, None);
	let open: Option<RoundView> = bidding.same(method, json!([round]), function, &round).await;
	let open = open.unwrap();
	assert_eq!((open.local_network, open.trigger), (done.place, TriggerView::Call(TOWER_COMPANY)));
	assert_eq!((open.jobs, open.resources, open.bids.len()), (4, 2, 0));
	let over: Option<RoundView> = planned.same(method, json!([round]), function, &round).await;
	let over = over.unwrap();
	assert_eq!((over.stage, over.best, over.digest), (RoundStageView::Over, None, open.digest));

	let (method, function) = ("dispatch_territories", "DispatchApi_territories");
	for (block, expected) in [(bidding, (Some(&open), None)), (planned, (None, Some(&over)))] {
		let place = |view: &TerritoryView| view.local_network;
		let all: Vec<TerritoryView> = goes_on_after(block, method, function, done.place, place).await;
		let view = all.iter().find(|view| view.local_network == done.place).unwrap();
		assert_eq!((view.open.as_ref(), view.last.as_ref()), expected);
	}

	let (method, function) = ("dispatch_snapshot", "DispatchApi_snapshot");
	let snapshot: Option<Round> = bidding.same(method, json!([round]), function, &round).await;
	let snapshot = snapshot.unwrap();
	assert_eq!(snapshot.digest(genesis), open.digest);
	let [one, two] = done.inspections;
	let jobs: Vec<u64> = snapshot.jobs.iter().map(|job| job.id).collect();
	assert_eq!(jobs, [done.fault, one, two, done.run].map(u64::from));
	let sent: Vec<u32> = snapshot.resources.iter().map(|resource| resource.id).collect();
	assert_eq!(sent, [done.crew, done.generator]);

	let (method, function) = ("dispatch_bidder", "DispatchApi_bidder");
	let (arguments, encoded) = (json!([round, CARRIER_ONE]), (round, CARRIER_ONE));
	let bidder: Option<BidderView> = bidding.same(method, arguments, function, &encoded).await;
	assert_eq!(bidder, Some(BidderView { left: open.bids_each, marks: 0, is_barred: false }));

	// Nobody has bid: the chain's own plan
	let (method, function) = ("dispatch_plan", "DispatchApi_plan");
	let none: Option<Plan> = before.same(method, json!([round]), function, &round).await;
	assert_eq!(none, None);
	let plan: Option<Plan> = planned.same(method, json!([round]), function, &round).await;
	let plan = plan.unwrap();
	assert_eq!(check(&snapshot, over.digest, &plan), Ok(plan.score));
	assert_eq!(over.floor, Some(plan.score));

	let (method, function) = ("dispatch_unserved", "DispatchApi_unserved");
	let (arguments, encoded) = (json!([round, null, MAX_PAGE]), (round, None::<u32>, MAX_PAGE));
	let left: Vec<UnservedView> = planned.same(method, arguments, function, &encoded).await;
	assert_eq!(left.iter().map(|view| view.order).collect::<Vec<_>>(), [two, done.run]);
	assert!(left.iter().all(|view| matches!(view.why, Unserved::Nobody(_))), "{left:?}");
	planned.paged(&left, method, &[json!(round)], 1, |view| json!(view.order)).await;

	let (method, function) = ("dispatch_sentTo", "DispatchApi_sent_to");
	for (order, is_served) in [(done.fault, true), (one, true), (two, false), (done.run, false)] {
		let sent: Option<ResourceView> = planned.same(method, json!([order]), function, &order).await;
		assert_eq!(sent.is_some(), is_served, "{sent:?}");
		let Some(ResourceView { id, route, .. }) = sent else { continue };
		let route = route.unwrap();
		assert_eq!((id, route.org, route.round), (done.crew, TOWER_COMPANY, Some(round)));
		assert!(matches!(route.stage, RouteStageView::Sent { .. }), "{route:?}");
		assert!(route.visits.iter().any(|visit| visit.order == order), "{route:?}");
	}
}

/// The record, the verdict with its appeal, and the month.
async fn says_what_was_judged(open: Asked<'_>, judged: Asked<'_>, genesis: H256, done: &Done) {
	let (method, function) = ("dispatch_verdict", "DispatchApi_verdict");
	let none: Option<VerdictView> = open.same(method, json!([done.fault]), function, &done.fault).await;
	assert_eq!(none, None);
	let given: Option<VerdictView> = judged.same(method, json!([done.fault]), function, &done.fault).await;
	let given = given.unwrap();
	assert!(!given.is_final && given.appeal.as_ref().is_some_and(|appeal| appeal.by == TOWER_COMPANY));

	let (method, function) = ("dispatch_record", "DispatchApi_record");
	let record: Option<Record> = judged.same(method, json!([done.fault]), function, &done.fault).await;
	assert_eq!(record.unwrap().verdict(), Ok(given.verdict));

	let (method, function) = ("dispatch_statement", "DispatchApi_statement");
	let month = month_of(stored::<u64>(judged, "Timestamp", "Now").await);
	let (arguments, encoded) = (json!([month, TOWER_COMPANY]), (month, TOWER_COMPANY));
	let view: StatementView = judged.same(method, arguments, function, &encoded).await;
	assert_eq!((view.month, view.subject), (month, TOWER_COMPANY));
	assert_eq!(view.digest, statement_digest(genesis, month, TOWER_COMPANY, &view.scores));
}

/// The summary. What it says is compared with the other methods by the metrics.
async fn says_the_country_at_a_glance(before: Asked<'_>, open: Asked<'_>, done: &Done) {
	let (method, function) = ("dispatch_summary", "DispatchApi_summary");
	let earlier: DispatchSummaryView = before.same(method, json!([]), function, &()).await;
	let summary: DispatchSummaryView = open.same(method, json!([]), function, &()).await;
	assert_ne!(summary, earlier);
	let of = |org: OrgId| summary.orgs.iter().find(|view| view.org == org).unwrap();
	assert!(of(done.owner).unsettled >= 4 && of(TOWER_COMPANY).resources >= 2, "{summary:?}");
	let province = done.place.province();
	assert!(summary.outages.iter().any(|view| view.province == province), "{summary:?}");
	assert!(summary.rounds.iter().any(|(stage, count)| stage == "bidding" && *count > 0), "{summary:?}");
}

/// Everything in a list whose answers say where to go on.
async fn whole<T: DeserializeOwned, I>(
	block: Asked<'_>,
	method: &str,
	parts: impl Fn(T) -> (Vec<I>, Option<u32>),
) -> Vec<I> {
	let (mut found, mut after) = (Vec::new(), None::<u32>);
	loop {
		let page: T = block.ask(method, &json!([null, after, MAX_PAGE])).await.unwrap();
		let (items, next) = parts(page);
		found.extend(items);
		after = next;
		if after.is_none() {
			return found;
		}
	}
}

/// The samples of work orders and rounds that go with a block.
pub(crate) async fn samples_of_orders(block: Asked<'_>, orgs: &[OrgView]) -> Samples {
	let mut samples = Samples::new();
	let mut add = |name: &str, labels: &[(&str, &str)], number: u64| {
		add(&mut samples, &format!("dispatch_{name}"), labels, number);
	};
	let all = whole(block, "dispatch_orders", |page: OrdersView| (page.orders, page.next)).await;
	let mut unsettled: BTreeMap<OrgId, u64> = BTreeMap::new();
	for (_, order) in all.iter().filter(|(_, order)| order.stage != Stage::Settled) {
		*unsettled.entry(order.raiser).or_default() += 1;
	}
	let all = whole(block, "dispatch_resources", |page: ResourcesView| (page.resources, page.next)).await;
	let mut resources: BTreeMap<OrgId, u64> = BTreeMap::new();
	for view in &all {
		*resources.entry(view.resource.owner).or_default() += 1;
	}
	let month = month_of(stored::<Moment>(block, "Timestamp", "Now").await);
	for OrgView { id, name, status, .. } in orgs {
		let view: StatementView = block.ask("dispatch_statement", &json!([month, id])).await.unwrap();
		let score = view.scores.iter().fold(Score::default(), |sum, (_, score)| sum.plus(*score));
		let of = |counts: &BTreeMap<OrgId, u64>| counts.get(id).copied().unwrap_or_default();
		let (unsettled, resources) = (of(&unsettled), of(&resources));
		// Of who is no member there is nothing but what stands of it
		if !status.is_member() && unsettled + resources == 0 && score == Score::default() {
			continue;
		}
		let number = id.0.to_string();
		let labels = [("org", number.as_str()), ("name", name.as_str())];
		add("unsettled", &labels, unsettled);
		add("resources", &labels, resources);
		add("month_penalty_seconds", &labels, score.penalty / 1_000);
		for (result, count) in [
			("handled", score.handled),
			("late", score.late),
			("breached", score.breached),
			("charged", score.charged),
		] {
			add("month_orders", &[labels[0], labels[1], ("result", result)], count.into());
		}
	}
	let down: Vec<OutageView> = block.ask("dispatch_outages", &json!([null, MAX_PAGE])).await.unwrap();
	for view in &down {
		let province = view.local_network.province().0.to_string();
		let labels = [("province", province.as_str())];
		add("stations_down", &labels, view.stations.into());
		add("large_outages", &labels, view.is_large.into());
	}
	for stage in ["gathering", "freezing", "bidding", "closing", "committing"] {
		add("rounds", &[("stage", stage)], 0);
	}
	let all: Vec<TerritoryView> = block.ask("dispatch_territories", &json!([null, MAX_PAGE])).await.unwrap();
	for round in all.into_iter().filter_map(|view| view.open) {
		let stage = match round.stage {
			RoundStageView::Gathering => "gathering",
			RoundStageView::Freezing => "freezing",
			RoundStageView::Bidding { .. } => "bidding",
			RoundStageView::Closing => "closing",
			RoundStageView::Committing => "committing",
			RoundStageView::Over => panic!("{round:?} is open and over"),
		};
		add("rounds", &[("stage", stage)], 1);
	}
	let lag: u32 = block.ask("dispatch_orderLag", &json!([])).await.unwrap();
	add("agenda_lag_seconds", &[], lag.into());
	samples
}
