// SPDX-License-Identifier: Apache-2.0

//! What becomes of power alarms: of one that concerns three companies, from the fault to the month's score, and of those of a
//! whole county, imported by somebody who is killed in the middle.
//!
//! All of it, and what [`appeal`] and [`signers`] have, is in the largest local network, in which no cell has a baseline: an
//! open fault keeps changes out of its station's cells. The council gives it a service level of seconds first.

mod appeal;
mod signers;

use super::{
	cells::{just_now, now, of_type, time_text, wait_until},
	desk::{Terminal, PRINCIPALS},
	shared::{shared, Shared, PLAN},
};
use codec::{Decode, Encode};
use futures::future::join_all;
use serde_json::{json, Value};
use std::{collections::BTreeMap, fs, future::Future, path::PathBuf, process::Stdio, time::Duration};
use subxt_signer::sr25519::Keypair;
use trimast_primitives::{
	access::{Role, Roles, Scope},
	apis::{FactsView, OrderView, SiteView, StatementView, VerdictView},
	calendar::month_of,
	order::{
		agreed_class, Evidence, Fact, Order, OrderKind, Phase, Place, Record, ResponsibilityTable, Share,
		SlaTable, State, Subject, Terms, Words,
	},
	page::SiteId,
	site::{Station, StationState},
	LocalNetworkId, Moment, OrgId, OrgSet, ProvinceId,
};
use trimast_testbed::{
	calls,
	chain::{to_hex, Chain},
	generate::{Country, Outage, OutagePlan, Word, CARRIER_ONE, CARRIER_TWO},
	keys,
	trimast::Output,
};

const TOWER: usize = 2;
const WITNESS: usize = 3;
/// Seconds within which a fact counts alone.
const EVIDENCE: u32 = 20;
/// What is promised for every class.
const TERMS: Terms = Terms { response: 15, restoration: 22, jeopardy: 700 };
/// How long power is away yet once restoration is late.
const LATE: Duration = Duration::from_secs(8);
/// Accounts of each company: one that imports, two that work beside the dispatcher, and three that may not: of another
/// company, role or province.
const ACCOUNTS: [&str; 6] = ["alarms", "second", "appeals", "other", "role", "place"];

/// The secret URI of one of [`ACCOUNTS`].
fn account(org: usize, name: &str) -> String {
	format!("{}//{name}", keys::uri(org, Some("dispatcher")))
}

fn key(org: usize, name: &str) -> Keypair {
	keys::key(&account(org, name)).unwrap()
}

fn org(org: usize) -> OrgId {
	OrgId(u8::try_from(org).unwrap())
}

fn words() -> Words {
	Words { text: b"why not".to_vec().try_into().unwrap(), body: None }
}

/// What a function of the runtime answers about the last final block: not what the command says.
pub(crate) async fn runtime<T: Decode>(chain: &Chain, function: &str, arguments: impl Encode) -> T {
	chain.runtime(&format!("DispatchApi_{function}"), arguments, None).await.unwrap()
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
	sharer: usize,
	/// A station of the owner's that the other one shares, on a tower company's site.
	site: SiteView,
	/// One that the other one has nothing to do with.
	alone: SiteView,
	/// Another one on a tower company's site.
	apart: SiteView,
}

impl<'a> Scene<'a> {
	/// Accounts are added, and the council decides on terms that a test can wait for.
	async fn given(shared: &'a Shared) -> Self {
		let (chain, place) = (shared.chain(0).await, shared.largest());
		let failing = outage(place).county;
		let stations = views(&chain, place).await;
		let is_quiet = |view: &&SiteView| {
			view.entry.state == StationState::OnAir
				&& view.entry.station.county != failing
				&& view.entry.station.tower.is_some()
		};
		let quiet = || stations.iter().filter(is_quiet);
		let site = quiet()
			.find(|view| {
				!view.entry.station.sharers.is_empty()
					&& view.entry.station.backhaul == view.entry.station.owner
			})
			.expect("carriers and tower company share a station");
		let owner = site.entry.station.owner;
		let alone = quiet()
			.find(|view| view.entry.station.sharers.is_empty() && view.entry.station.owner == owner)
			.expect("a station is its owner's alone");
		let apart = quiet().find(|view| view.id != site.id && view.id != alone.id);
		let scene = Self {
			shared,
			terminal: shared.terminal(),
			place,
			owner: usize::from(owner.0),
			sharer: 1 - usize::from(owner.0),
			site: site.clone(),
			alone: alone.clone(),
			apart: apart.expect("there is a third station").clone(),
			chain,
		};
		join_all((0..keys::ORGS.len()).map(|org| scene.add_accounts(org))).await;
		scene.decide_terms().await;
		scene
	}

	async fn add_accounts(&self, org: usize) {
		let everything: Roles = Role::ALL.into_iter().collect();
		let those = [Role::Dispatcher, Role::Collector, Role::Auditor];
		let nothing_here: Roles = Role::ALL.into_iter().filter(|role| !those.contains(role)).collect();
		let elsewhere = if self.place.province() == ProvinceId(13) { 14 } else { 13 };
		let add = ACCOUNTS.map(|name| {
			let (roles, scope) = match name {
				"other" => (everything, Scope::National),
				"role" => (nothing_here, Scope::National),
				"place" => (everything, Scope::Province(ProvinceId(elsewhere))),
				_ => (Roles::of(Role::Dispatcher), Scope::National),
			};
			calls::add_account(&key(org, name), roles, scope)
		});
		self.chain.carry_out_all(&keys::principal(org).unwrap(), &add).await.unwrap();
	}

	/// Two thirds of the companies set a table and a service level by one motion. It is in force after its delay.
	async fn decide_terms(&self) {
		let table = ResponsibilityTable { evidence_term: EVIDENCE, ..ResponsibilityTable::default() };
		let level = SlaTable { version: 1, silence: 60, classes: [TERMS; 4] };
		let (scope, kind) = (Scope::LocalNetwork(self.place), OrderKind::Fault);
		let calls = json!({ "calls": [
			{ "Dispatch": { "set_table": { "table": table } } },
			{ "Dispatch": { "set_service_level": { "scope": scope, "kind": kind, "table": level } } },
		] });
		let propose = ["vote", "propose", "Utility.batch_all", &calls.to_string()];
		self.shared.decide(&[PRINCIPALS[0], PRINCIPALS[2]], &propose).await;
		wait_until("the terms are in force", || async {
			let rules = self.shared.ask(&["order", "rules"]).await;
			let levels = rules["service_levels"].as_array().unwrap().clone();
			let is_here = |level: &Value| level[0] == json!(scope) && level[2]["classes"][0] == json!(TERMS);
			(rules["table"]["evidence_term"] == EVIDENCE && levels.iter().any(is_here)).then_some(())
		})
		.await;
	}

	async fn order(&self, order: u32) -> OrderView {
		let view: Option<OrderView> = runtime(&self.chain, "order", order).await;
		view.unwrap()
	}

	async fn facts(&self, order: u32) -> Vec<Fact> {
		let view: Option<FactsView> = runtime(&self.chain, "facts", order).await;
		view.unwrap().facts.into_inner()
	}

	async fn verdict(&self, order: u32) -> Option<VerdictView> {
		runtime(&self.chain, "verdict", order).await
	}

	fn file(&self, name: &str) -> String {
		text_of(self.shared.data().join(name))
	}
}

fn text_of(path: PathBuf) -> String {
	path.to_str().unwrap().to_owned()
}

pub(crate) async fn views(chain: &Chain, place: LocalNetworkId) -> Vec<SiteView> {
	trimast_testbed::views::stations(chain, place, None).await.unwrap()
}

/// A county of the local network loses the mains for seconds, a moment ago.
pub(crate) fn outage(place: LocalNetworkId) -> Outage {
	let plan = OutagePlan {
		place: Some(place),
		minute: 20,
		planted_per_mille: 600,
		..OutagePlan::at(now() - 10_000)
	};
	Country::new(*PLAN).unwrap().outage(&plan).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn power_alarm_becomes_an_order_a_verdict_a_ruling_and_a_score() {
	let shared = shared().await;
	let scene = Scene::given(&shared).await;
	tokio::join!(
		story(&scene),
		appeal::tower_company_appeals(&scene),
		signers::wrong_signers_are_refused(&scene),
		alarms_are_imported_once(&scene),
	);
}

/// What the stages of the story need of one another.
struct Case<'a> {
	scene: &'a Scene<'a>,
	order: u32,
	id: String,
	owner: String,
	sharer: String,
	tower: String,
}

async fn story(scene: &Scene<'_>) {
	let from = scene.chain.finalized().await.unwrap().number;
	let case = fault_is_opened_and_taken_up(scene).await;
	tower_company_is_late(&case).await;
	service_is_restored(&case).await;
	deadlines_were_told_once(&case, from).await;
	verdict_is_split(&case).await;
	verdict_is_replayed(&case, "story.json").await;
	appeal::third_company_rules(&case).await;
	verdict_is_replayed(&case, "story-ruled.json").await;
	month_has_it(&case).await;
}

/// A notification of the owner's element manager.
fn notification(scene: &Scene<'_>, what: &str, severity: &str, at: Moment) -> String {
	let code = String::from_utf8(scene.site.entry.station.code.to_vec()).unwrap();
	let notification = json!({
		"notificationType": what, "objectInstance": format!("SubNetwork={:04},ManagedElement={code}", scene.place.0),
		"notificationId": at % 1_000_000, "eventTime": time_text(at), "alarmId": "P-1",
		"alarmType": "EQUIPMENT_ALARM", "probableCause": "powerProblem", "perceivedSeverity": severity,
	});
	format!("{notification}\n")
}

/// The owner's system reports that power has failed: a fault of the tower company's.
async fn fault_is_opened_and_taken_up<'a>(scene: &'a Scene<'a>) -> Case<'a> {
	let [owner, sharer, tower] =
		[scene.owner, scene.sharer, TOWER].map(|org| keys::uri(org, Some("dispatcher")));
	let [auditor, collector] = ["auditor", "collector"].map(|part| keys::uri(TOWER, Some(part)));

	// Given an alarm of the power supply
	let (raised, file) = (just_now(), scene.file("story.jsonl"));
	fs::write(&file, notification(scene, "notifyNewAlarm", "CRITICAL", raised)).unwrap();
	// When the owner imports it, then there is a fault for the tower company, with the alarm as evidence
	let lines = scene.terminal.act(&owner, &["alarm", "import", "--no-checkpoint", &file]).await;
	let (summary, line) = (of_type(&lines, "summary"), of_type(&lines, "notification"));
	assert_eq!((&summary["opened"], &line["result"]), (&json!(1), &json!("fact")), "{lines:?}");
	let order = line["order"].as_u64().and_then(|order| u32::try_from(order).ok()).unwrap();
	let OrderView { order: opened, .. } = scene.order(order).await;
	assert_eq!((opened.kind, opened.state), (OrderKind::Fault, State::Acknowledged));
	assert_eq!((opened.raiser, opened.handler), (org(scene.owner), org(TOWER)));
	assert_eq!((opened.place, opened.terms), (Place::Station(scene.site.id), Some(TERMS)));
	assert_eq!(opened.concerned, [0, 1, 2].map(OrgId).into_iter().collect::<OrgSet>());
	// And by whose record it is judged
	let entry = &scene.site.entry;
	let by_record = (entry.signed, agreed_class(entry, opened.concerned));
	assert_eq!((opened.companies.signed, opened.class), by_record);

	// Then it waits for the tower company alone, and nobody else takes it up
	let id = order.to_string();
	let (ack, at_link) = (["order", "ack", &id], time_text(raised + 500));
	let link = ["order", "fact", &id, "alarm", "raised", "id=L-1", "about=backhaul", "severity=MAJOR"];
	let ((_, left), ..) = tokio::join!(
		scene.terminal.due(&tower, "trimast order ack"),
		scene.terminal.fails(&auditor, &ack, 1, "lacks the role"),
		scene.terminal.fails(&owner, &ack, 1, "`ack` is for the other side to say"),
		scene.terminal.fails(&sharer, &ack, 1, "`ack` is for others to say"),
		// The tower company's own system has seen the owner's link fail, too, a little later
		scene.terminal.act(&collector, &[&link[..], &["--at", &at_link]].concat()),
	);
	// Others may wait that are due before it
	assert!(left <= TERMS.response.into(), "{left} blocks");
	// When the tower company does, and stands behind the alarm
	let taken = scene.terminal.act(&tower, &ack).await;
	let view: OrderView = serde_json::from_value(of_type(&taken, "order")["order"].clone()).unwrap();
	assert_eq!((view.id, view.order.state), (order, State::InProgress));
	let case = Case { scene, order, id, owner, sharer, tower };
	let power = case.power().await;
	scene.terminal.act(&case.tower, &["order", "sign", &case.id, &power.number.to_string()]).await;
	let signed = case.fact(|said| *said == power.evidence).await;
	assert_eq!((signed.author, signed.countersigned), (org(scene.owner), OrgSet::of(org(TOWER))));
	case
}

impl Case<'_> {
	/// The first fact that says so.
	async fn fact(&self, is_it: impl Fn(&Evidence) -> bool) -> Fact {
		let facts = self.scene.facts(self.order).await;
		let found = facts.iter().find(|fact| is_it(&fact.evidence)).copied();
		found.unwrap_or_else(|| panic!("no such fact: {facts:?}"))
	}

	/// That power has failed.
	async fn power(&self) -> Fact {
		self.fact(|said| matches!(said, Evidence::Alarm(alarm) if alarm.subject == Subject::Power)).await
	}

	/// Says `order VERB ID` and more as `who`; gives the order as it stands then.
	async fn order(&self, who: &str, verb: &str, more: &[&str]) -> Order {
		let lines = self.scene.terminal.act(who, &[&["order", verb, &self.id], more].concat()).await;
		let view: OrderView = serde_json::from_value(of_type(&lines, "order")["order"].clone()).unwrap();
		view.order
	}

	/// Tries that. It must fail with this code, for this reason.
	fn fails(
		&self,
		who: &str,
		verb: &str,
		more: &[&str],
		code: i32,
		reason: &str,
	) -> impl Future<Output = ()> + use<> {
		self.scene.terminal.fails(who, &[&["order", verb, &self.id], more].concat(), code, reason)
	}
}

/// The chain itself raises the alert, and says that the deadline has passed. Meanwhile facts are tried that are none.
async fn tower_company_is_late(case: &Case<'_>) {
	let tomorrow = time_text(now() + 86_400_000);
	let contract = case.scene.order(case.order).await.order.contract.unwrap();
	let other = format!("contracted={}", contract.autonomy + 1);
	let owner = &case.owner;
	tokio::join!(
		case.fails(owner, "fact", &["alarm", "raised", "id=A", "about=powr", "severity=MAJOR"], 3, "`powr`"),
		case.fails(owner, "fact", &["alarm", "raised", "about=power", "severity=MAJOR"], 3, "id is missing"),
		case.fails(owner, "fact", &["flood"], 3, "is no fact"),
		case.fails(owner, "fact", &["{\"GridFailure\":{}}"], 3, "not a fact in JSON"),
		case.fails(owner, "fact", &["grid", "failed", "--at", &tomorrow], 3, "that cannot be"),
		case.fails(owner, "fact", &["battery", "measured=60", &other], 3, "by the record the batteries last"),
		case.fails(&case.sharer, "resolve", &[], 1, "is for others to say"),
		case.fails(owner, "resolve", &[], 1, "is for the other side to say"),
	);
	wait_until("restoration is late", || async {
		let alerts = case.scene.order(case.order).await.order.alerts;
		alerts.breach.then(|| assert!(alerts.jeopardy, "{alerts:?}"))
	})
	.await;
}

/// Its people come, power is back, and the owner confirms it. By now the link is what is left.
async fn service_is_restored(case: &Case<'_>) {
	let Case { scene, id, owner, sharer, tower, .. } = case;
	case.order(tower, "fact", &["arrival", &format!("by={}", keys::ORGS[TOWER])]).await;
	// Some of the time without power lies behind the deadline
	tokio::time::sleep(LATE).await;
	let updated = case.order(tower, "update", &["--percent", "80"]).await;
	assert_eq!(updated.work.percent, 80);
	let file = scene.file("story.jsonl");
	let text = fs::read_to_string(&file).unwrap();
	fs::write(&file, text + &notification(scene, "notifyClearedAlarm", "CLEARED", just_now())).unwrap();
	let lines = scene.terminal.act(owner, &["alarm", "import", "--no-checkpoint", &file]).await;
	let summary = of_type(&lines, "summary");
	let results = json!({ "known": 1, "fact": 1 });
	assert_eq!(
		(&summary["results"], &summary["opened"], &summary["steps"]),
		(&results, &json!(0), &json!(0))
	);
	// It has signed that power failed, so it is over when it has signed that, too
	let is_cleared =
		|said: &Evidence| matches!(said, Evidence::Alarm(alarm) if alarm.phase == Phase::Cleared);
	let cleared = case.fact(is_cleared).await.number.to_string();
	scene.terminal.act(tower, &["order", "sign", id, &cleared]).await;

	let close = format!("trimast order close {id}");
	let resolved = case.order(tower, "resolve", &[]).await;
	assert_eq!(resolved.state, State::Resolved);
	// Whose turn it is has the governed time for it
	let view = scene.order(case.order).await;
	let until = view.changes.last().unwrap().at + u64::from(view.order.silence) * 1_000;
	tokio::join!(
		assert_due(scene, owner, &close, until, view.order.silence),
		case.fails(tower, "close", &[], 1, "is for the other side to say"),
		case.fails(sharer, "close", &[], 1, "is for others to say"),
	);
	let closed = case.order(owner, "close", &[]).await;
	assert_eq!(closed.state, State::Closed);
	case.fails(owner, "appeal", &["--text", "too early"], 1, "there is no verdict yet").await;
}

/// That something waits for `who` until then, as the inbox says it in words and in blocks of a second. There are `term` seconds
/// for it in all.
async fn assert_due(scene: &Scene<'_>, who: &str, command: &str, until: Moment, term: u32) {
	let (what, left) = scene.terminal.due(who, command).await;
	let local = time_text(until + 8 * 3_600_000);
	let first = format!("; the first by {} {}+08:00", &local[..10], &local[11..19]);
	assert!(what.ends_with(&first), "{who}: '{first}' is expected: {what}");
	let least = until.saturating_sub(now()) / 1_000;
	assert!((least..=term.into()).contains(&left), "{who}: {what}: {least} to {term} blocks, not {left}");
}

/// The event stream has the alert and the deadline, once.
async fn deadlines_were_told_once(case: &Case<'_>, from: u64) {
	let until = case.scene.chain.finalized().await.unwrap().number.to_string();
	let from = from.to_string();
	let watch = ["watch", "--pallet", "Dispatch", "--from", &from, "--until", &until];
	let output = case.scene.shared.command(None, &watch).await.ok().unwrap();
	let lines = output.json_lines().unwrap();
	// Whether the answer came in time is the machine's matter
	let is_own =
		|line: &&Value| line["fields"]["order"] == case.order && line["fields"]["deadline"] != "Response";
	let own = lines.iter().filter(is_own);
	let passed: Vec<&Value> = own
		.filter(|line| line["event"] == "DeadlinePassed")
		.map(|line| &line["fields"]["deadline"])
		.collect();
	assert_eq!(passed, ["Jeopardy", "Restoration"], "{lines:?}");
}

/// The time is split between the tower company, whose power failed first, and the owner, whose link was left.
async fn verdict_is_split(case: &Case<'_>) {
	let Case { scene, order, id, .. } = case;
	let given = wait_until("there is a verdict", || scene.verdict(*order)).await;
	let record: Option<Record> = runtime(&scene.chain, "record", order).await;
	assert_eq!(record.unwrap().verdict(), Ok(given.verdict.clone()));
	let [tower, owner] = [TOWER, scene.owner].map(|company| Share::Company(org(company)));
	let pieces: Vec<_> =
		given.verdict.pieces.iter().map(|piece| (piece.row, piece.share, piece.on_one_word)).collect();
	// The tower company stands behind the first itself; of the link it speaks alone
	assert_eq!(pieces, [(Some(4), tower, false), (Some(5), owner, true)], "{given:?}");
	let explained = scene.shared.ask(&["order", "explain", id]).await;
	let said: Vec<_> = explained["verdict"]["pieces"]
		.as_array()
		.unwrap()
		.iter()
		.map(|piece| (piece["row"].clone(), piece["who"].clone(), piece["ms"].as_u64().unwrap()))
		.collect();
	let expected: Vec<_> = given
		.verdict
		.pieces
		.iter()
		.zip([TOWER, scene.owner])
		.map(|(piece, who)| (json!(piece.row), json!(keys::ORGS[who]), piece.length()))
		.collect();
	assert_eq!(said, expected, "{explained}");
	let charge = given.charges.iter().find(|charge| charge.share == tower).unwrap();
	assert!(charge.penalty > 0 && charge.penalty < charge.time, "{charge:?}");
}

/// Who has the evidence computes the verdict anew without a network, and what it would be otherwise.
async fn verdict_is_replayed(case: &Case<'_>, name: &str) {
	let Case { scene, order, id, .. } = case;
	let given = scene.verdict(*order).await.unwrap();
	let power = case.power().await;
	let file = scene.file(name);
	let _ = fs::remove_file(&file);
	scene.shared.command(None, &["order", "export", id, "--output", &file]).await.ok().unwrap();
	let mut offline = scene.shared.trimast();
	offline.url = "ws://127.0.0.1:1".to_owned();
	let (drop_it, zero) = (format!("{}=drop", power.number), to_hex(&[0; 32]));
	let replay = ["order", "replay", "--from", &file];
	let offline = Terminal::new(offline);
	let run = |more: &[&str]| offline.run(None, &[&replay[..], more].concat());
	let (same, other, wrong) =
		tokio::join!(run(&[]), run(&["--what-if", &drop_it]), run(&["--digest", &zero]));
	let same = same.ok().unwrap().json().unwrap();
	assert_eq!(
		(&same["same"], &same["digest"]),
		(&json!(true), &json!(to_hex(given.digest.as_bytes()))),
		"{same}"
	);
	let other = other.ok().unwrap().json().unwrap();
	let supposed = &other["what_if"];
	assert_ne!(supposed["digest"], other["digest"]);
	let totals = supposed["verdict"]["totals"].as_array().unwrap();
	assert!(totals.iter().all(|total| total["who"] != keys::ORGS[TOWER]), "without the alarm: {supposed}");
	assert!(wrong.code == Some(1) && wrong.stderr.contains("another one"), "{wrong:?}");
}

/// The month's score has what the tower company answers for, and nobody signs it before the month is over.
async fn month_has_it(case: &Case<'_>) {
	let Case { scene, order, tower, .. } = case;
	let given = scene.verdict(*order).await.unwrap();
	let charge = *given.charges.iter().find(|charge| charge.share == Share::Company(org(TOWER))).unwrap();
	let month = month_of(now());
	let month = format!("{:04}-{:02}", month / 12, month % 12 + 1);
	let name = keys::ORGS[TOWER];
	let shown = scene.shared.ask(&["order", "statement", "show", name, "--month", &month]).await;
	let view: StatementView = serde_json::from_value(shown["statement"].clone()).unwrap();
	let class = scene.order(*order).await.order.class;
	let here =
		view.scores.iter().find(|(key, _)| key.province == scene.place.province() && key.class == class);
	let (_, score) = here.unwrap_or_else(|| panic!("{view:?}"));
	assert!(score.handled > 0 && score.breached > 0, "{score:?}");
	let expected = (1, charge.time, charge.on_one_word, charge.penalty);
	assert_eq!((score.charged, score.time, score.on_one_word, score.penalty), expected);
	let sign = ["order", "statement", "sign", name, "--month", &month];
	scene.shared.refused(tower, &sign, "Dispatch.OtherMonth").await;
}

/// What of a fact tells it from others: when, whether it is about the grid, and what became of it.
fn told(fact: &Fact) -> (Moment, bool, String) {
	match fact.evidence {
		Evidence::GridFailure { phase } => (fact.claimed, true, format!("{phase:?}")),
		Evidence::Alarm(alarm) => (fact.claimed, false, format!("{:?}", alarm.phase)),
		other => panic!("{other:?}"),
	}
}

/// A generator run is opened for each site of these stations, as a part of the fault at one of them, and none when that is said
/// again.
async fn generator_runs_are_ordered_once(
	scene: &Scene<'_>,
	who: &str,
	stations: &[&Station],
	sites: &BTreeMap<Vec<u8>, SiteId>,
) {
	let Scene { shared, chain, place, .. } = scene;
	let place = place.0.to_string();
	let order_runs = ["order", "runs", place.as_str()];
	let output = shared.command(Some(who), &order_runs).await;
	assert_eq!(output.code, Some(0), "{output:?}");
	let mut runs: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
	for station in stations {
		let site = sites[station.code.as_slice()];
		let orders: Vec<(u32, Order)> = runtime(chain, "orders_at", (site, None::<u32>, 100u32)).await;
		let handler = station.tower.as_ref().map_or(station.owner, |tower| tower.org);
		let key = station.tower.as_ref().map_or(station.code.to_vec(), |tower| tower.code.to_vec());
		let count = runs.entry(key).or_default();
		for (_, run) in orders.iter().filter(|(_, order)| order.kind == OrderKind::GeneratorRun) {
			*count += 1;
			assert_eq!((run.raiser, run.handler), (station.owner, handler));
			let parent = orders.iter().find(|(id, _)| run.parent == Some(*id));
			assert!(parent.is_some_and(|(_, order)| order.kind == OrderKind::Fault), "{orders:?}");
		}
	}
	assert!(!runs.is_empty() && runs.values().all(|count| *count == 1), "{runs:?}");
	let again = shared.command(Some(who), &order_runs).await;
	assert_eq!(again.code, Some(0), "{again:?}");
	let said = of_type(&again.json_lines().unwrap(), "runs").clone();
	let left = said["left"].as_array().unwrap();
	assert_eq!(said["to_open"], json!([]), "{said}");
	assert!(left.len() >= stations.len() && left.iter().any(|one| one["why"] == "has_run"), "{said}");
}

/// A file with duplicates and malformed lines is imported while it grows. Who imports it is killed in the middle.
async fn alarms_are_imported_once(scene: &Scene<'_>) {
	let Scene { shared, chain, place, .. } = scene;
	let outage = outage(*place);
	let own = |owner: OrgId| outage.stations.iter().filter(move |failing| failing.station.owner == owner);
	let owner = [CARRIER_ONE, CARRIER_TWO].into_iter().max_by_key(|owner| own(*owner).count()).unwrap();
	let who = account(usize::from(owner.0), "alarms");
	let (lines, planted) = outage.file(owner);
	let count = |until: usize, is_duplicate: bool| {
		let those = planted.iter().filter(|one| one.line <= until && one.kind.is_duplicate() == is_duplicate);
		those.count()
	};
	assert!(count(lines.len(), true) > 0 && count(lines.len(), false) > 0, "{planted:?}");
	let sites: BTreeMap<Vec<u8>, SiteId> = views(chain, *place)
		.await
		.into_iter()
		.map(|view| (view.entry.station.code.to_vec(), view.id))
		.collect();
	let is_own = |site: &SiteId| own(owner).any(|failing| sites[failing.station.code.as_slice()] == *site);

	// Given what is reported until the first station has the mains back
	let end = lines.iter().position(|line| line.contains(Word::MainsBack.notification())).unwrap();
	let file = scene.file("county.jsonl");
	fs::write(&file, lines[..end].join("\n") + "\n").unwrap();
	let mut from = chain.finalized().await.unwrap().number;
	let import = ["alarm", "import", file.as_str()];
	let quietly = [&["--json", "--quiet", "--yes"], &import[..]].concat();
	let mut running = shared
		.trimast()
		.command(Some(&who), &quietly)
		.unwrap()
		.stdout(Stdio::null())
		.stderr(Stdio::null())
		.spawn()
		.unwrap();
	// When the importer is killed between the faults and their facts
	loop {
		let until = chain.finalized().await.unwrap().number;
		let events = chain.events("Dispatch", from, until).await.unwrap();
		let opened = events.iter().filter(|event| event.name == "OrderOpened").any(|event| {
			let (.., place) =
				<(u32, OrgId, OrgId, OrderKind, Place)>::decode(&mut &event.fields[..]).unwrap();
			place.station().is_some_and(|site| is_own(&site))
		});
		assert!(running.try_wait().unwrap().is_none(), "it was done before it could be killed");
		if opened {
			break;
		}
		from = until;
		tokio::time::sleep(Duration::from_millis(100)).await;
	}
	running.start_kill().unwrap();
	running.wait().await.unwrap();

	// Then the next import goes on from there, and names what it could not read
	let checked = |output: Output, until: usize| {
		assert_eq!(output.code, Some(5), "{output:?}");
		let lines = output.json_lines().unwrap();
		let summary = of_type(&lines, "summary").clone();
		let of = |word: &str| summary["results"][word].as_u64().unwrap_or(0) as usize;
		assert_eq!((of("malformed"), of("twice")), (count(until, false), count(until, true)), "{summary}");
		assert_eq!((of("refused"), &summary["refused_calls"]), (0, &json!(0)), "{summary}");
		assert_eq!(of("fact") + of("known") + of("malformed") + of("twice"), until, "{summary}");
		let named: Vec<u64> = lines
			.iter()
			.filter(|line| line["result"] == "malformed")
			.map(|line| line["line"].as_u64().unwrap())
			.collect();
		let malformed = planted.iter().filter(|one| one.line <= until && !one.kind.is_duplicate());
		let expected: Vec<u64> = malformed.map(|one| one.line as u64).collect();
		assert_eq!(named, expected, "{lines:?}");
		of("fact")
	};
	checked(shared.command(Some(&who), &import).await, end);
	let stations: Vec<&Station> = own(owner).map(|failing| &failing.station).collect();
	generator_runs_are_ordered_once(scene, &who, &stations, &sites).await;
	// When the file has grown, then the rest is new, and nothing is when it has not
	fs::write(&file, lines.join("\n") + "\n").unwrap();
	let rest = checked(shared.command(Some(&who), &import).await, lines.len());
	let sound_rest = lines.len() - end - (planted.len() - count(end, true) - count(end, false));
	assert_eq!(rest, sound_rest);
	assert_eq!(checked(shared.command(Some(&who), &import).await, lines.len()), 0);

	// And each station has one fault, with each of its notifications as a fact once
	let notifications = outage.notifications(owner);
	for failing in own(owner) {
		let site = sites[failing.station.code.as_slice()];
		let orders: Vec<(u32, Order)> = runtime(chain, "orders_at", (site, None::<u32>, 100u32)).await;
		let faults: Vec<_> = orders.iter().filter(|(_, order)| order.kind == OrderKind::Fault).collect();
		let [(order, opened)] = &faults[..] else { panic!("{site:?}: {orders:?}") };
		let handler = failing.station.tower.as_ref().map_or(owner, |tower| tower.org);
		assert_eq!((opened.raiser, opened.handler, opened.kind), (owner, handler, OrderKind::Fault));
		let mut facts: Vec<_> = scene.facts(*order).await.iter().map(told).collect();
		let code = String::from_utf8(failing.station.code.to_vec()).unwrap();
		let said = notifications.iter().filter(|one| one.code == code);
		let mut expected: Vec<_> = said
			.map(|one| {
				let (is_grid, phase) = match one.word {
					Word::MainsFailed => (true, Phase::Raised),
					Word::BatteryLow => (false, Phase::Raised),
					Word::BatteryEmpty => (false, Phase::Changed),
					Word::BatteryBack => (false, Phase::Cleared),
					Word::MainsBack => (true, Phase::Cleared),
				};
				(one.at, is_grid, format!("{phase:?}"))
			})
			.collect();
		facts.sort();
		expected.sort();
		assert_eq!(facts, expected, "{code}");
	}
}
