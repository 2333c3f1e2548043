// SPDX-License-Identifier: Apache-2.0

//! The desk: what people do about orders, word by word, and that no other company does it. A fault whose clock stands once both
//! sides say so; evidence with bodies that are asked for; alarms whose end resolves and closes a fault, by the companies whose
//! turn it is.
//!
//! It happens in the largest local network, as the scene of work orders does, at other stations. Nothing of it stays open.

use super::{
	cells::{just_now, of_type, time_text, wait_until},
	desk::Terminal,
	dispatch::{outage, runtime, views},
	shared::{shared, Shared},
};
use futures::future::join_all;
use serde_json::{json, Value};
use std::{fs, future::Future};
use subxt_signer::sr25519::Keypair;
use trimast_primitives::{
	access::{Role, Roles, Scope},
	apis::{FactsView, OrderView, SiteView, VerdictView},
	order::{Demand, Fact, Motion, OrderKind, Relation, State},
	site::{Plmn, StationState},
	LocalNetworkId, Moment, OrgId,
};
use trimast_testbed::{
	calls,
	chain::{to_hex, Chain},
	keys,
};

const TOWER: usize = 2;
/// Accounts of each company beside its dispatcher: what goes on at the same time is signed by different ones.
const ACCOUNTS: [&str; 2] = ["evidence", "network"];

/// The secret URI of one of [`ACCOUNTS`], or of the dispatcher.
fn account(org: usize, name: &str) -> String {
	let dispatcher = keys::uri(org, Some("dispatcher"));
	if name == "dispatcher" {
		dispatcher
	} else {
		format!("{dispatcher}//{name}")
	}
}

fn org(org: usize) -> OrgId {
	OrgId(u8::try_from(org).unwrap())
}

/// Where it happens, and to whom.
struct Scene<'a> {
	shared: &'a Shared,
	terminal: Terminal,
	chain: Chain,
	place: LocalNetworkId,
	/// A carrier.
	owner: usize,
	/// The other one.
	other: usize,
	/// Stations of the owner's on sites of the tower company that the other one has nothing to do with.
	alone: [SiteView; 2],
	/// Stations that it shares.
	together: [SiteView; 2],
}

/// People of the three companies.
struct People {
	owner: String,
	other: String,
	tower: String,
}

impl<'a> Scene<'a> {
	async fn given(shared: &'a Shared) -> Self {
		let (chain, place) = (shared.chain(0).await, shared.largest());
		let failing = outage(place).county;
		let stations = views(&chain, place).await;
		// The scene of work orders takes the first ones.
		let of = |owner: usize, is_shared: bool| -> Vec<SiteView> {
			let fits = |view: &&SiteView| {
				let station = &view.entry.station;
				let is_quiet = view.entry.state == StationState::OnAir && station.county != failing;
				let is_its = station.owner == org(owner) && station.tower.is_some();
				is_quiet && is_its && station.sharers.is_empty() != is_shared
			};
			stations.iter().rev().filter(fits).take(2).cloned().collect()
		};
		let mut found = (0..2).filter_map(|owner| {
			let pair = |is_shared| <[SiteView; 2]>::try_from(of(owner, is_shared)).ok();
			Some((owner, pair(false)?, pair(true)?))
		});
		let (owner, alone, together) = found.next().expect("a carrier has stations alone, and shares some");
		let terminal = shared.terminal();
		let scene = Self { shared, terminal, place, owner, other: 1 - owner, alone, together, chain };
		join_all([scene.owner, scene.other, TOWER].map(|org| scene.add_accounts(org))).await;
		scene
	}

	async fn add_accounts(&self, org: usize) {
		let key = |name: &str| -> Keypair { keys::key(&account(org, name)).unwrap() };
		let add =
			ACCOUNTS.map(|name| calls::add_account(&key(name), Roles::of(Role::Dispatcher), Scope::National));
		self.chain.carry_out_all(&keys::principal(org).unwrap(), &add).await.unwrap();
	}

	fn people(&self, name: &str) -> People {
		let of = |org| account(org, name);
		People { owner: of(self.owner), other: of(self.other), tower: of(TOWER) }
	}

	/// A station as the command takes it.
	fn name(&self, view: &SiteView) -> String {
		format!("{}:{}", self.place.0, view.id.index)
	}

	/// Says something about an order as `who`; gives it as it stands then.
	fn order(&self, who: &str, arguments: &[&str]) -> impl Future<Output = OrderView> + use<> {
		let acted = self.terminal.act(who, &[&["order"], arguments].concat());
		async move {
			let lines = acted.await;
			serde_json::from_value(of_type(&lines, "order")["order"].clone()).unwrap()
		}
	}

	/// Tries something about an order that must fail.
	fn refused(&self, who: &str, arguments: &[&str], reason: &str) -> impl Future<Output = ()> + use<> {
		self.terminal.fails_with_remedy(who, &[&["order"], arguments].concat(), 1, reason)
	}

	/// What the command answers to a question about orders.
	fn ask(&self, arguments: &[&str]) -> impl Future<Output = Value> + use<> {
		self.terminal.ask(&[&["order"], arguments].concat())
	}

	/// An order as the command shows it, with the chain's clock.
	async fn show(&self, id: &str) -> (Shown, Value) {
		let shown = self.ask(&["show", id]).await;
		let read = Shown {
			now: shown["now"].as_u64().unwrap(),
			view: serde_json::from_value(shown["order"].clone()).unwrap(),
			evidence: serde_json::from_value(shown["evidence"].clone()).unwrap(),
		};
		(read, shown)
	}

	fn file(&self, name: &str) -> String {
		self.shared.data().join(name).to_str().unwrap().to_owned()
	}
}

/// What `order show` has.
struct Shown {
	now: Moment,
	view: OrderView,
	evidence: FactsView,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_of_three_companies_do_all_there_is_to_do_about_orders_and_nobody_does_it_for_another() {
	let shared = shared().await;
	let scene = Scene::given(&shared).await;
	tokio::join!(
		clock_stands_once_both_sides_say_so(&scene),
		evidence_has_bodies(&scene),
		end_of_alarms_resolves_and_closes(&scene)
	);
}

/// A fault goes through its states; it is held, and its clock stands once the raiser has signed that; it is judged, and the chain's
/// verdict is computed anew.
async fn clock_stands_once_both_sides_say_so(scene: &Scene<'_>) {
	let People { owner, other, tower } = &scene.people("dispatcher");
	let station = scene.name(&scene.alone[0]);
	let open = ["open", "fault", &station, "--for", "tower", "--severity", "MINOR"];
	scene.refused(other, &open, "Dispatch.NotConcerned").await;
	let opened = scene.order(owner, &open).await;
	assert_eq!((opened.order.state, opened.clock.motion), (State::Acknowledged, Motion::Runs));
	let id = &opened.id.to_string();
	let ((), (), not_yet) = tokio::join!(
		scene.refused(other, &["ack", id], "`ack` is for others to say"),
		scene.refused(owner, &["ack", id], "`ack` is for the other side to say"),
		scene.ask(&["replay", id]),
	);
	assert_eq!((&not_yet["same"], &not_yet["expected"]), (&Value::Null, &Value::Null), "{not_yet}");
	// It is judged up to the clock of the block that is read, and not to its last change
	let opened_at = opened.changes.last().unwrap().at;
	wait_until("the time that runs is judged", || async {
		let replayed = scene.ask(&["replay", id]).await;
		let until = replayed["until"].as_u64().unwrap_or_else(|| panic!("up to when: {replayed}"));
		let last = replayed["verdict"]["pieces"].as_array().and_then(|pieces| pieces.last()?["to"].as_u64());
		(until > opened_at && last == Some(until)).then_some(())
	})
	.await;

	let taken = scene.order(tower, &["ack", id]).await;
	assert_eq!(taken.order.state, State::InProgress);
	scene.refused(other, &["wait", id], "`wait` is for others to say").await;
	let pending = scene.order(tower, &["wait", id]).await;
	assert_eq!((pending.order.state, pending.clock.motion), (State::Pending, Motion::Runs));
	scene.refused(other, &["resume", id], "`resume` is for others to say").await;
	assert_eq!(scene.order(tower, &["resume", id]).await.order.state, State::InProgress);
	scene.refused(owner, &["sign", id, "--hold"], "it is inProgress, not held").await;
	scene.refused(other, &["hold", id], "`hold` is for others to say").await;

	// Held on the handler's word alone, the clock runs
	let held = scene.order(tower, &["hold", id]).await;
	assert_eq!((held.order.state, held.clock.motion), (State::Held, Motion::Runs));
	assert_eq!(held.changes.last().unwrap().signed, None);
	let by = format!("{} signs that it is held", keys::ORGS[scene.owner]);
	let runs = async {
		wait_until("the clock runs", || async {
			let (shown, json) = scene.show(id).await;
			assert_eq!(json["order"]["clock"]["motion"], "Runs");
			(shown.view.clock.run() > held.clock.run()).then_some(())
		})
		.await;
	};
	tokio::join!(
		runs,
		async { assert!(scene.terminal.waits(owner, "trimast order sign ").await) },
		scene.refused(tower, &["sign", id, "--hold"], &by),
		scene.refused(other, &["sign", id, "--hold"], &by),
	);
	// With the raiser's signature it stands
	let signed = scene.order(owner, &["sign", id, "--hold"]).await;
	assert_eq!((signed.order.state, signed.clock.motion), (State::Held, Motion::Stands));
	let since = signed.changes.last().unwrap().signed.unwrap();
	wait_until("it has stood for seconds", || async {
		let (shown, json) = scene.show(id).await;
		assert_eq!(json["order"]["clock"]["motion"], "Stands");
		assert_eq!(shown.view.clock.run(), signed.clock.run());
		(shown.now > since + 4_000).then_some(())
	})
	.await;
	let resumed = scene.order(owner, &["resume", id]).await;
	assert_eq!((resumed.order.state, resumed.clock.motion), (State::InProgress, Motion::Runs));

	scene.refused(owner, &["resolve", id], "`resolve` is for the other side to say").await;
	let resolved = scene.order(tower, &["resolve", id]).await;
	assert_eq!((resolved.order.state, resolved.clock.motion), (State::Resolved, Motion::Waits));
	scene.refused(other, &["close", id], "`close` is for others to say").await;
	// It is not repaired yet; then it is
	assert_eq!(scene.order(owner, &["resume", id]).await.order.state, State::InProgress);
	scene.order(tower, &["resolve", id]).await;
	let closed = scene.order(owner, &["close", id]).await;
	assert_eq!((closed.order.state, closed.clock.motion), (State::Closed, Motion::Ended));
	scene.refused(tower, &["resume", id], "`resume` leads nowhere").await;

	// The verdict that anybody computes from what the chain has is the chain's
	let given: VerdictView = wait_until("there is a verdict", || {
		runtime::<Option<VerdictView>>(&scene.chain, "verdict", opened.id)
	})
	.await;
	let zero = to_hex(&[0; 32]);
	let (same, ()) = tokio::join!(
		scene.ask(&["replay", id]),
		scene.refused(owner, &["replay", id, "--digest", &zero], "the verdict computed here is another one"),
	);
	let digest = json!(to_hex(given.digest.as_bytes()));
	assert_eq!((&same["same"], &same["digest"], &same["expected"]), (&json!(true), &digest, &digest));
	assert_eq!(same["until"], Value::Null, "{same}");
}

/// A job with bodies: one is shown to the chain, one handed over, and one never delivered. Notes, relations, what a company says to
/// what is said of it, and lists.
async fn evidence_has_bodies(scene: &Scene<'_>) {
	let People { owner, other, tower } = &scene.people("evidence");
	let station = scene.name(&scene.alone[0]);
	let open =
		["open", "inspection", &station, "--for", "tower", "--severity", "MINOR", "--planned", "10min"];
	let job = scene.order(owner, &open).await.id;
	let nowhere = format!("county:{}99", scene.place.0);
	let open = ["order", "open", "inspection", &nowhere, "--for", "tower", "--severity", "MINOR"];
	scene.terminal.fails_with_remedy(owner, &open, 3, &format!("{nowhere} no station stands there")).await;
	let (id, not_concerned) = (&job.to_string(), format!("and not {}", keys::ORGS[scene.other]));
	let files = ["arrival.jpg", "meter.log", "battery.log"].map(|name| {
		let file = scene.file(name);
		fs::write(&file, name).unwrap();
		file
	});
	let fact = |words: &'static str, file: usize| ["fact", id, words, "--body", &files[file]];
	scene.refused(other, &fact("arrival by=tower", 0), &not_concerned).await;
	scene.order(tower, &fact("arrival by=tower", 0)).await;
	// What is never delivered is asked for first: that takes a minute
	scene.order(owner, &["ask", id, "0"]).await;
	let until = scene.show(id).await.0.evidence.demands[0].until;
	let (missed, ()) = tokio::join!(void_in_time(scene, id, until), async {
		scene.order(tower, &fact("reading energy value=1200", 1)).await;
		scene.order(tower, &fact("reading voltage value=53500", 2)).await;
		bodies_are_delivered(scene, id, &files).await;
		words_and_lists(scene, job, &station).await;
		company_denies_what_is_said_of_it(scene).await;
	});
	assert_eq!(demands(&missed), [Demand::Missed, Demand::Met, Demand::Met]);
	assert!(missed[0].is_void() && !missed[1].is_void());
	scene.refused(tower, &["body", id, "0", &files[0]], "Dispatch.NotAsked").await;
	let called_off = scene.order(owner, &["cancel", id]).await;
	assert_eq!(called_off.order.state, State::Cancelled);
}

fn demands(facts: &[Fact]) -> Vec<Demand> {
	facts.iter().filter_map(|fact| Some(fact.body?.demand)).collect()
}

/// Waits until the first fact is void: not before its term is over.
async fn void_in_time(scene: &Scene<'_>, id: &str, until: Moment) -> Vec<Fact> {
	let (shown, facts) = wait_until("what is not delivered is void", || async {
		let (shown, _) = scene.show(id).await;
		let facts = shown.evidence.facts.to_vec();
		// The others are delivered by then.
		(demands(&facts)[0] == Demand::Missed && facts.len() == 3).then_some((shown, facts))
	})
	.await;
	assert!(shown.now > until, "due {until}, void at {}", shown.now);
	facts
}

/// Whoever has asked is shown a body, or says that it has it. Nobody else asks, delivers or says so.
async fn bodies_are_delivered(scene: &Scene<'_>, id: &str, files: &[String; 3]) {
	let People { owner, other, tower } = &scene.people("evidence");
	let not_concerned = format!("and not {}", keys::ORGS[scene.other]);
	let deliver = |file: usize| ["body", id, "1", files[file].as_str()];
	let wrong = [&["order"], &deliver(2)[..]].concat();
	scene.refused(tower, &deliver(1), "Dispatch.NotAsked").await;
	tokio::join!(
		scene.refused(other, &["ask", id, "1"], &not_concerned),
		scene.refused(tower, &["ask", id, "1"], "is your own company's"),
		scene.refused(owner, &["ask", id, "9"], "it has no fact 9"),
	);
	scene.order(owner, &["ask", id, "1"]).await;
	scene.order(owner, &["ask", id, "2"]).await;
	assert!(scene.terminal.waits(tower, "trimast order body ").await);
	tokio::join!(
		async {
			scene.refused(other, &deliver(1), "its author shows its body").await;
			let not_asked = "does not wait for the body of fact 2";
			scene.refused(other, &["body", id, "2", "--received"], not_asked).await;
		},
		scene.terminal.fails_with_remedy(tower, &wrong, 3, "its hash is 0x"),
		scene.refused(owner, &["ask", id, "1"], "Dispatch.AlreadyAsked"),
	);
	tokio::join!(scene.order(tower, &deliver(1)), scene.order(owner, &["body", id, "2", "--received"]),);
}

/// Notes and relations, and the lists that an order is in.
async fn words_and_lists(scene: &Scene<'_>, job: u32, station: &str) {
	let People { owner, other, tower } = &scene.people("evidence");
	let (id, not_concerned) = (&job.to_string(), format!("and not {}", keys::ORGS[scene.other]));
	let open = ["open", "inspection", station, "--for", "tower", "--severity", "MINOR"];
	let second = scene.order(owner, &open).await.id;
	let second_id = &second.to_string();
	let (note, relate) =
		(["note", id, "--text", "the gate is locked"], ["relate", id, "depends-on", second_id]);
	tokio::join!(
		async { assert_eq!(scene.order(tower, &["reject", second_id]).await.order.state, State::Rejected) },
		scene.order(owner, &note),
		scene.refused(other, &note, &not_concerned),
	);
	scene.refused(other, &relate, "Dispatch.NotParty").await;
	scene.order(owner, &relate).await;
	let (shown, _) = scene.show(id).await;
	let said: Vec<_> = shown.view.notes.iter().map(|note| (note.author, note.words.text.to_vec())).collect();
	assert_eq!(said, [(org(scene.owner), b"the gate is locked".to_vec())]);
	assert_eq!(shown.view.order.relations.to_vec(), [(org(scene.owner), Relation::DependsOn, second)]);

	// By station, party, state, kind, whether they are under way; and page by page
	let list = |more: &[&str]| {
		let listed = scene.ask(&[&["list", station], more].concat());
		async move {
			let said = listed.await;
			let ids = said["orders"].as_array().unwrap().iter().map(|one| one["id"].as_u64().unwrap());
			(ids.collect::<Vec<_>>(), said["next"].as_u64())
		}
	};
	let (one, two) = (u64::from(job), u64::from(second));
	let name = keys::ORGS[scene.other];
	let jobs = ["--kind", "inspection"];
	let (all, open, rejected, others) = tokio::join!(
		list(&jobs),
		list(&["--kind", "inspection", "--open", "--party", "tower"]),
		list(&["--state", "rejected", "--party", "tower"]),
		list(&["--party", name]),
	);
	assert_eq!(all, (vec![one, two], None));
	assert_eq!((open, rejected, others), ((vec![one], None), (vec![two], None), (vec![], None)));
	let first = list(&[&jobs[..], &["--limit", "1"]].concat()).await;
	assert_eq!(first, (vec![one], Some(one)));
	let rest = list(&[&jobs[..], &["--limit", "1", "--after", id]].concat()).await;
	assert_eq!(rest, (vec![two], None));
	let mine = scene
		.terminal
		.act(tower, &["order", "list", "--mine", "--open", "--limit", "1000"])
		.await
		.pop()
		.unwrap();
	let entry = mine["orders"].as_array().unwrap().iter().find(|entry| entry["id"] == one);
	assert_eq!(entry.unwrap()["order"]["kind"], json!(OrderKind::Inspection), "{mine}");
}

fn digits(plmn: Plmn) -> String {
	let width = if plmn.three_digit_mnc { 3 } else { 2 };
	format!("{:03}{:0width$}", plmn.mcc, plmn.mnc)
}

/// In an order of others a company denies what is said against it.
async fn company_denies_what_is_said_of_it(scene: &Scene<'_>) {
	let People { owner, other, tower } = &scene.people("evidence");
	let station = scene.name(&scene.together[0]);
	let open = ["open", "fault", &station, "--for", "tower", "--severity", "MINOR"];
	let opened = scene.order(owner, &open).await;
	let (id, networks) = (&opened.id.to_string(), &opened.order.companies.networks);
	let own = networks.iter().find(|network| network.carrier == org(scene.other));
	let plmn = format!("plmn={}", digits(own.expect("it has a network on air there").plmn));
	let down = ["fact", id, "alarm", "raised", "id=S-1", "about=service", "severity=MAJOR", &plmn];
	scene.order(tower, &down).await;
	let refute = ["refute", id, "0"];
	tokio::join!(
		scene.refused(owner, &refute, "you are a party"),
		scene.refused(tower, &refute, "you are a party"),
	);
	scene.order(other, &refute).await;
	let (shown, _) = scene.show(id).await;
	assert!(shown.evidence.facts[0].denied && !shown.evidence.facts[0].is_upheld());
	scene.shared.refused(other, &["order", "refute", id, "0"], "Dispatch.AlreadyGiven").await;
	scene.order(owner, &["cancel", id]).await;
}

const EQUIPMENT: &str = "equipmentMalfunction";
const MAINS: &str = "commercialPowerFailure";

/// A notification about something at a station.
fn notification(
	scene: &Scene<'_>,
	site: &SiteView,
	alarm: &str,
	cause: &str,
	(what, severity): (&str, &str),
) -> String {
	let (at, code) = (just_now(), String::from_utf8(site.entry.station.code.to_vec()).unwrap());
	let notification = json!({
		"notificationType": what, "objectInstance": format!("SubNetwork={:04},ManagedElement={code}", scene.place.0),
		"notificationId": at % 1_000_000, "eventTime": time_text(at), "alarmId": alarm,
		"alarmType": "EQUIPMENT_ALARM", "probableCause": cause, "perceivedSeverity": severity,
		"ackState": "ACKNOWLEDGED",
	});
	format!("{notification}\n")
}

const RAISED: (&str, &str) = ("notifyNewAlarm", "CRITICAL");
const ENDED: (&str, &str) = ("notifyClearedAlarm", "CLEARED");
const NOTICED: (&str, &str) = ("notifyAckStateChanged", "CRITICAL");

/// Adds a notification to a file.
fn add(scene: &Scene<'_>, file: &str, site: &SiteView, alarm: &str, cause: &str, what: (&str, &str)) {
	let text = fs::read_to_string(file).unwrap_or_default();
	fs::write(file, text + &notification(scene, site, alarm, cause, what)).unwrap();
}

/// Imports a file. Gives what its notifications have come to, how many faults were opened and steps taken, and in which orders.
fn import(
	scene: &Scene<'_>,
	who: &str,
	file: &str,
) -> impl Future<Output = (Value, Value, Value, Vec<u64>)> + use<> {
	let act = scene.terminal.act(who, &["alarm", "import", "--no-checkpoint", file]);
	async move {
		let lines = act.await;
		let summary = of_type(&lines, "summary").clone();
		let orders: Vec<u64> = lines.iter().filter_map(|line| line["order"].as_u64()).collect();
		(summary["results"].clone(), summary["opened"].clone(), summary["steps"].clone(), orders)
	}
}

/// Two companies' systems report the same outage: one raises the fault that the other one handles, and each import does what its
/// company has to do next, until the fault is closed.
async fn end_of_alarms_resolves_and_closes(scene: &Scene<'_>) {
	let People { owner, other, .. } = &scene.people("network");
	let (site, own) = (&scene.together[1], &scene.alone[1]);
	let [of_owner, of_other] = ["desk-owner.jsonl", "desk-other.jsonl"].map(|name| scene.file(name));
	let [raise, end, acknowledge] = [RAISED, ENDED, NOTICED].map(|what| {
		move |file: &str, site: &SiteView, alarm: &str| add(scene, file, site, alarm, EQUIPMENT, what)
	});
	let import = |who: &str, file: &str| import(scene, who, file);
	let state = |order: u64| async move {
		let view = scene.show(&order.to_string()).await.0.view;
		(view.order.state, view.order.raiser, view.order.handler)
	};
	for file in [&of_owner, &of_other] {
		let _ = fs::remove_file(file);
	}
	let (first, second) = (org(scene.owner), org(scene.other));

	// Given a fault that the sharer's alarm has opened for the owner of the equipment
	raise(&of_other, site, "E-1");
	let (results, opened, steps, orders) = import(other, &of_other).await;
	assert_eq!((results, opened, steps), (json!({ "fact": 1 }), json!(1), json!(0)));
	let fault = orders[0];
	assert_eq!(state(fault).await, (State::Acknowledged, second, first));
	// When the owner's people have taken notice of theirs, then it is taken up; another outage is their own matter
	raise(&of_owner, site, "E-2");
	acknowledge(&of_owner, site, "E-2");
	raise(&of_owner, own, "E-3");
	let (results, opened, steps, orders) = import(owner, &of_owner).await;
	assert_eq!((results, opened, steps), (json!({ "fact": 2, "taken_up": 1 }), json!(1), json!(1)));
	let alone = *orders.iter().find(|order| **order != fault).unwrap();
	assert_eq!(state(fault).await, (State::InProgress, second, first));
	assert_eq!(state(alone).await, (State::Acknowledged, first, first));
	// When the sharer's alarm is over, then the owner's is not yet
	end(&of_other, site, "E-1");
	let (results, opened, steps, _) = import(other, &of_other).await;
	assert_eq!((results, opened, steps), (json!({ "known": 1, "fact": 1 }), json!(0), json!(0)));
	assert_eq!(state(fault).await.0, State::InProgress);
	// When that is over, too, then its handler has repaired it; its own fault goes all the way
	end(&of_owner, site, "E-2");
	acknowledge(&of_owner, own, "E-3");
	end(&of_owner, own, "E-3");
	let (results, opened, steps, _) = import(owner, &of_owner).await;
	let expected = json!({ "known": 2, "not_to_take_up": 1, "fact": 2, "taken_up": 1 });
	assert_eq!((results, opened, steps), (expected, json!(0), json!(4)));
	let (one, two) = tokio::join!(state(fault), state(alone));
	assert_eq!((one.0, two.0), (State::Resolved, State::Closed));
	// When who has raised it imports its file again, then it is closed
	let (results, opened, steps, _) = import(other, &of_other).await;
	assert_eq!((results, opened, steps), (json!({ "known": 2 }), json!(0), json!(1)));
	assert_eq!(state(fault).await.0, State::Closed);
	// And nothing more comes of either
	for (who, file) in [(owner, &of_owner), (other, &of_other)] {
		let (_, opened, steps, _) = import(who, file).await;
		assert_eq!((opened, steps), (json!(0), json!(0)));
	}
	mains_are_back_with_the_last_of_their_alarms(scene).await;
	alarm_of_another_network_opens_nothing(scene).await;
}

/// What the chain would refuse as a fact opens no fault, and is named before anything is sent.
async fn alarm_of_another_network_opens_nothing(scene: &Scene<'_>) {
	let People { owner, .. } = &scene.people("network");
	let (site, file) = (&scene.alone[1], scene.file("desk-network.jsonl"));
	let mut alarm: Value = notification(scene, site, "N-1", EQUIPMENT, RAISED).parse().unwrap();
	alarm["additionalInformation"] = json!({ "plmn": "99999" });
	fs::write(&file, format!("{alarm}\n")).unwrap();
	for more in [&["--check"][..], &[]] {
		let import = [&["alarm", "import", "--no-checkpoint", &file], more].concat();
		let output = scene.terminal.run(Some(owner.as_str()), &import).await;
		assert_eq!(output.code, Some(5), "{output:?}");
		let lines = output.json_lines().unwrap();
		let (summary, line) = (of_type(&lines, "summary"), of_type(&lines, "notification"));
		assert_eq!((&summary["opened"], &line["result"]), (&json!(0), &json!("refused")), "{lines:?}");
		assert!(line["what"].as_str().unwrap().contains("999-99 is no network"), "{line}");
	}
}

/// A station has two alarms of the mains, of which one is over first. The tower company says that it is repaired.
async fn mains_are_back_with_the_last_of_their_alarms(scene: &Scene<'_>) {
	let People { owner, tower, .. } = &scene.people("network");
	let (site, file) = (&scene.alone[1], scene.file("desk-mains.jsonl"));
	let _ = fs::remove_file(&file);
	let add = |alarm: &str, what: (&str, &str)| add(scene, &file, site, alarm, MAINS, what);
	let nothing = (json!(0), json!(0));

	// Given a fault of both alarms, taken up by the tower company
	add("M-1", RAISED);
	add("M-2", RAISED);
	let (results, opened, steps, orders) = import(scene, owner, &file).await;
	assert_eq!((results, opened, steps), (json!({ "fact": 1, "other_mains": 1 }), json!(1), json!(0)));
	let fault = orders[0].to_string();
	scene.order(tower, &["ack", &fault]).await;
	// When one is over and the fault resolved, then it is not closed, however often that is imported
	add("M-1", ENDED);
	scene.order(tower, &["resolve", &fault]).await;
	for _ in 0..2 {
		let (results, opened, steps, _) = import(scene, owner, &file).await;
		assert_eq!((results, (opened, steps)), (json!({ "known": 1, "other_mains": 2 }), nothing.clone()));
	}
	let (shown, _) = scene.show(&fault).await;
	assert_eq!((shown.view.order.state, shown.evidence.facts.len()), (State::Resolved, 1));
	// When the other one is over, too, then it is closed, and stays so
	add("M-2", ENDED);
	let (results, opened, steps, _) = import(scene, owner, &file).await;
	let expected = json!({ "known": 1, "other_mains": 2, "fact": 1 });
	assert_eq!((results, opened, steps), (expected, json!(0), json!(1)));
	let (shown, _) = scene.show(&fault).await;
	assert_eq!((shown.view.order.state, shown.evidence.facts.len()), (State::Closed, 2));
	for _ in 0..2 {
		let (results, opened, steps, _) = import(scene, owner, &file).await;
		assert_eq!((results, (opened, steps)), (json!({ "over": 4 }), nothing.clone()));
	}
}
