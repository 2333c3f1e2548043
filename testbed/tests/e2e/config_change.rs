// SPDX-License-Identifier: Apache-2.0

//! Changes of a cell's values, and what becomes of them, through the command alone: as the companies' people make them, and
//! as programs and people read what it says.

use super::{
	cells::{just_now, now, of_type, shared_with_cells, sweep, time_text, wait_until, Place, Scene},
	desk::Terminal,
	shared::Shared,
};
use serde_json::{json, Value};
use std::{collections::BTreeMap, fs, path::PathBuf};
use trimast_primitives::{
	apis::{CoverageView, PageCoverageView, PolicyView, RequestView, ScoreView, ViolationView},
	OrgId, OrgSet,
};
use trimast_testbed::keys;

const TOWER: usize = 2;

/// A row of a table by the titles of its columns.
type Row = BTreeMap<String, String>;

/// The rows of a table for people. A row of several lines is one.
fn rows(text: &str) -> Vec<Row> {
	let split = |line: &str| -> Vec<String> {
		let inside = line.trim_matches('│');
		inside.split('┆').map(|cell| cell.trim().to_owned()).collect()
	};
	let mut lines = text.lines().filter(|line| line.contains('┆')).map(split);
	let Some(titles) = lines.next() else { return Vec::new() };
	let mut rows: Vec<Row> = Vec::new();
	for cells in lines {
		let goes_on = cells[0].is_empty();
		let row = titles.iter().cloned().zip(cells);
		match rows.last_mut().filter(|_| goes_on) {
			Some(last) => {
				for (title, cell) in row.filter(|(_, cell)| !cell.is_empty()) {
					let whole = last.entry(title).or_default();
					whole.push('\n');
					whole.push_str(&cell);
				}
			}
			None => rows.push(row.collect()),
		}
	}
	rows
}

/// The row with this text in this column.
fn row(text: &str, title: &str, cell: &str) -> Row {
	let found = rows(text).into_iter().find(|row| row.get(title).is_some_and(|other| other == cell));
	found.unwrap_or_else(|| panic!("no row with {title} {cell}:\n{text}"))
}

fn assert_row(row: &Row, expected: &[(&str, &str)]) {
	for (title, cell) in expected {
		assert_eq!(row.get(*title).map(String::as_str), Some(*cell), "{title}: {row:?}");
	}
}

/// The cell that is changed, and who does it.
struct Desk<'a> {
	shared: &'a Shared,
	terminal: Terminal,
	place: &'a Place,
	/// Its name.
	cell: String,
	/// Its values as files have them, by column.
	before: BTreeMap<String, String>,
	/// A document that gives a reason.
	reason: String,
}

impl<'a> Desk<'a> {
	fn new(shared: &'a Shared, place: &'a Place) -> Self {
		let (station, cell) = place.seen_by_all();
		let row = &place.baseline.rows[place.baseline.row(&station, &cell).unwrap()];
		let before = place.baseline.columns().map(str::to_owned).zip(row.iter().cloned()).collect();
		let reason = shared.data().join("reason.txt");
		fs::write(&reason, "coverage hole").unwrap();
		let (cell, reason) = (format!("{}/{station}/{cell}", place.id.0), text_of(reason));
		Self { shared, terminal: shared.terminal(), place, cell, before, reason }
	}

	fn value(&self, name: &str) -> i64 {
		self.before[name].parse().unwrap_or_else(|_| panic!("{name}: {:?}", self.before[name]))
	}

	/// Asks for a value of the cell. Gives the request as it stands then.
	async fn request(&self, who: &str, name: &str, value: i64) -> RequestView {
		let set = format!("{name}={value}");
		let ask = ["config", "request", "--cell", &self.cell, "--set", &set, "--reason", &self.reason];
		request_of(&self.terminal.act(who, &ask).await)
	}

	/// A request as the list has it.
	async fn listed(&self, number: u32) -> RequestView {
		let id = self.place.id.0.to_string();
		let listed = self.terminal.ask(&["config", "requests", &id]).await;
		let all: Vec<RequestView> = serde_json::from_value(listed["requests"].clone()).unwrap();
		all.into_iter().find(|view| view.id == number).unwrap_or_else(|| panic!("no {number}: {listed}"))
	}

	/// The approved value.
	async fn approved(&self, name: &str) -> i64 {
		let shown = self.terminal.ask(&["config", "baseline", "show", &self.cell]).await;
		let value = shown["values"].as_array().unwrap().iter().find(|value| value["name"] == name);
		value.unwrap_or_else(|| panic!("{name}: {shown}"))["value"].as_i64().unwrap()
	}
}

fn text_of(path: PathBuf) -> String {
	path.to_str().unwrap().to_owned()
}

fn request_of(lines: &[Value]) -> RequestView {
	serde_json::from_value(of_type(lines, "request")["request"].clone()).unwrap()
}

fn org(org: usize) -> OrgId {
	OrgId(u8::try_from(org).unwrap())
}

/// Half decibels in words, and the number that is written for them.
fn half_decibels(value: i64) -> String {
	format!("{}.{} dB ({value})", value * 5 / 10, value * 5 % 10)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn change_goes_through_the_companies_hands_and_what_nobody_asked_for_is_found() {
	let shared = shared_with_cells().await;
	let place = shared.cells.as_ref().unwrap().place(Scene::Change);
	let desk = Desk::new(&shared, place);
	let (joint, alone) = tokio::join!(change_that_two_agree_to(&desk), changes_of_the_owner_alone(&desk));
	unapproved_values_are_found(&desk, &joint, &alone).await;
	baseline_is_exported(&desk, &joint, &alone).await;
	policy_is_told_and_tried(&desk, &alone).await;
	change_closes(&desk, &joint).await;
}

/// A change that was made: its request, the parameter, the value now.
struct Made {
	request: u32,
	name: &'static str,
	value: i64,
}

/// A change of class J: looked at, asked for, agreed to, carried out, and read back by both.
async fn change_that_two_agree_to(desk: &Desk<'_>) -> Made {
	const NAME: &str = "hysteresis";
	let Desk { place, cell, .. } = desk;
	let [owner, sharer, tower] =
		[place.owner, place.sharer, TOWER].map(|org| keys::uri(org, Some("engineer")));
	let auditor = keys::uri(place.sharer, Some("auditor"));
	let [by, other] = [place.owner, place.sharer].map(|org| keys::ORGS[org]);
	let before = desk.value(NAME);
	let value = if before < 28 { before + 2 } else { before - 2 };
	let set = format!("{NAME}={value}");
	let ask = ["config", "request", "--cell", cell, "--set", &set, "--reason", &desk.reason];
	let check = [&ask[..], &["--check"]].concat();

	// Given that the chain would take it, and says who must agree
	let checked = desk.terminal.act(&owner, &check).await;
	let checked = of_type(&checked, "checked");
	assert_eq!((&checked["required"], &checked["refused"]), (&json!([0, 1]), &json!(0)), "{checked}");
	let one = &checked["values"][0];
	let fields = ["cell", "parameter", "before", "value", "refused", "required"].map(|field| &one[field]);
	let expected = [&json!(cell), &json!(NAME), &json!(before), &json!(value), &Value::Null, &json!([0, 1])];
	assert_eq!(fields, expected, "{one}");
	let text = desk.terminal.told(&owner, &check).await;
	assert_row(
		&row(&text, "cell", cell),
		&[
			("line", "1"),
			("parameter", NAME),
			("now", &half_decibels(before)),
			("asked for", &half_decibels(value)),
			("who else must agree", other),
		],
	);
	assert!(text.contains("1 of 1 value pass"), "{text}");
	// And not from another company, nor another role
	tokio::join!(
		desk.terminal.fails(&tower, &ask, 1, "another company owns the station"),
		desk.terminal.fails(&auditor, &ask, 1, "lacks the role"),
		desk.terminal.fails(&owner, &[&ask[..5], &["hysteresis=99"]].concat(), 3, "1 line wrong"),
	);

	// When it is asked for
	let asked = desk.request(&owner, NAME, value).await;
	let number = asked.id.to_string();
	assert_eq!((asked.phase.as_str(), asked.by, asked.items), ("asked", org(place.owner), 1), "{asked:?}");
	assert_eq!(asked.consents.required, OrgSet(0b11), "{asked:?}");
	assert_eq!(asked.consents.given, OrgSet::of(org(place.owner)), "{asked:?}");
	// Then it stands in the list, and in the inbox of who must agree
	let expires = asked.consents.expires.to_string();
	let (mine, listed, inbox, unread) = tokio::join!(
		desk.terminal.act(&sharer, &["config", "requests", "--open", "--mine"]),
		desk.terminal.told(&sharer, &["config", "requests", "--open", "--mine"]),
		desk.terminal.told(&sharer, &["inbox"]),
		desk.terminal.waiting(&auditor, "trimast config approve"),
	);
	let mine: Vec<RequestView> = serde_json::from_value(mine[0]["requests"].clone()).unwrap();
	assert!(mine.contains(&asked), "{mine:?}");
	let id = place.id.0.to_string();
	assert_row(
		&row(&listed, "number", &number),
		&[
			("asked for by", by),
			("local network", &id),
			("values", "1"),
			("it is", "waiting for consents"),
			("waits for", other),
			("until block", &expires),
		],
	);
	let item = row(&inbox, "command", &format!("trimast config approve {number}"));
	assert_eq!(item["kind"], "change", "{item:?}");
	assert!(item["until block"].starts_with(&format!("{expires} (in ")), "{item:?}");
	assert!(item["what"].starts_with(&format!("{by}: 1 value in local network {id}, ")), "{item:?}");
	assert_eq!(unread, None, "an auditor agrees to nothing");
	// As do the baselines that wait for its signature
	let unsigned = row(&inbox, "kind", "baseline to sign");
	assert_row(&unsigned, &[("command", "trimast config baseline sign --all --against FILE")]);
	assert!(unsigned["what"].contains("local networks ("), "{unsigned:?}");

	// And it is neither carried out, nor agreed to by others
	let (approve, execute) = (["config", "approve", &number], ["config", "execute", &number]);
	tokio::join!(
		desk.terminal.fails(&owner, &execute, 1, &format!("it waits for the consent of {other}")),
		desk.terminal.fails(&tower, &approve, 1, "only these are asked"),
		desk.terminal.fails(&auditor, &approve, 1, "lacks the role"),
		desk.terminal.fails(
			&sharer,
			&["config", "withdraw", &number],
			1,
			"who has asked for it takes it back"
		),
	);
	let agreed = request_of(&desk.terminal.act(&sharer, &approve).await);
	assert_eq!(agreed.consents.given, OrgSet(0b11), "{agreed:?}");
	let due = desk.terminal.waiting(&owner, &format!("trimast config execute {number}")).await;
	assert_eq!(due.unwrap()["kind"], "change to carry out");
	tokio::join!(
		desk.terminal.fails(&sharer, &execute, 1, "who has asked for it carries it out"),
		desk.terminal.fails(&owner, &["config", "attest", &number], 1, "approved, and not carried out yet"),
	);
	// When it is carried out, then the baseline has it
	let carried = desk.terminal.act(&owner, &execute).await;
	let summary = of_type(&carried, "executed");
	let fields = ["values", "refused", "failed"].map(|field| &summary[field]);
	assert_eq!(fields, [&json!(1), &json!([]), &json!([])], "{summary}");
	assert_eq!(desk.approved(NAME).await, value);

	// When both have read it back, each once
	let attest = ["config", "attest", &number];
	let attested = request_of(&desk.terminal.act(&owner, &attest).await);
	assert_eq!(attested.attested, OrgSet::of(org(place.owner)), "{attested:?}");
	let (read_back, _, _) = tokio::join!(
		desk.terminal.waiting(&sharer, &format!("trimast config attest {number}")),
		desk.terminal.fails(&owner, &attest, 1, "your company has attested it"),
		desk.terminal.fails(&keys::uri(3, Some("engineer")), &attest, 1, "the word of these counts"),
	);
	assert_eq!(read_back.unwrap()["kind"], "change to read back");
	let attested = request_of(&desk.terminal.act(&sharer, &attest).await);
	assert_eq!(attested.attested, OrgSet(0b11), "{attested:?}");
	// Then its story says so
	let explain = ["config", "explain", "request", &number];
	let (told, text) =
		tokio::join!(desk.terminal.act(&sharer, &explain), desk.terminal.told(&sharer, &explain));
	let story: Vec<&str> =
		told[0]["story"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
	let asked_for = format!("{by} asked for it in block ");
	assert!(story[0].starts_with(&asked_for), "{story:?}");
	for words in ["1 of 1 page carried out", "carrier-one, carrier-two read it back from the network."] {
		assert!(story.iter().any(|line| line.starts_with(words)), "{words}: {story:?}");
		assert!(text.contains(words), "{words}: {text}");
	}
	let one = &told[0]["values"][0];
	let fields = ["cell", "parameter", "before", "value"].map(|field| &one[field]);
	assert_eq!(fields, [&json!(cell), &json!(NAME), &json!(before), &json!(value)], "{one}");
	assert_row(
		&row(&text, "cell", cell),
		&[
			("parameter", NAME),
			("before", &half_decibels(before)),
			("after", &half_decibels(value)),
			("who must agree to the page", "carrier-one, carrier-two"),
		],
	);
	Made { request: asked.id, name: NAME, value }
}

/// Changes of class N, which their owner makes alone: one that falls, one that stands, one that its owner rolls back; and
/// a request that is taken back. Gives those that were made, with the value that each has left.
async fn changes_of_the_owner_alone(desk: &Desk<'_>) -> Vec<Made> {
	let [owner, sharer, tower] =
		[desk.place.owner, desk.place.sharer, TOWER].map(|org| Scene::Change.collector(org));
	let auditor = keys::uri(TOWER, Some("auditor"));
	let reason = ["--reason", &desk.reason];
	let mut made = Vec::new();

	for (name, verdict, phase) in [("qHyst", "--falls", "rolled-back"), ("pMax", "--stands", "closed")] {
		// Given a change that stands in the baseline with the request
		let before = desk.value(name);
		let value = match (name, before) {
			("qHyst", 4) => 3,
			("qHyst", _) => 4,
			(_, 23) => 24,
			_ => 23,
		};
		let asked = desk.request(&owner, name, value).await;
		let number = asked.id.to_string();
		assert_eq!(
			(asked.phase.as_str(), asked.consents.missing()),
			("executed", OrgSet::EMPTY),
			"{asked:?}"
		);
		assert_eq!(desk.approved(name).await, value);
		// When the sharer, whom alone it concerns, objects
		let object = [&["config", "object", &number][..], &reason].concat();
		let rule = |verdict| [&["config", "rule", &number, verdict][..], &reason].concat();
		tokio::join!(
			desk.terminal.fails(&owner, &object, 1, "it concerns only these"),
			desk.terminal.fails(&tower, &object, 1, "it concerns only these"),
			desk.terminal.fails(&auditor, &object, 1, "lacks the role"),
			desk.terminal.fails(&tower, &rule(verdict), 1, "carried out, and observed"),
		);
		let open = desk.terminal.waiting(&sharer, &format!("trimast config object {number}")).await;
		assert_eq!(open.unwrap()["kind"], "change, open to objection");
		let disputed = request_of(&desk.terminal.act(&sharer, &object).await);
		assert_eq!(
			(disputed.phase.as_str(), disputed.objections),
			("disputed", OrgSet::of(org(desk.place.sharer)))
		);
		// Then who is not party to it rules
		let wordless = [&["config", "rule", &number][..], &reason].concat();
		tokio::join!(
			desk.terminal.fails(&tower, &wordless, 2, "--stands or --falls"),
			desk.terminal.fails(&sharer, &rule(verdict), 1, "only who is not party to it rules: tower"),
			desk.terminal.fails(&auditor, &rule(verdict), 1, "lacks the role"),
		);
		let due = desk.terminal.waiting(&tower, &format!("trimast config rule {number}")).await;
		assert_eq!(due.unwrap()["kind"], "dispute to rule on");
		let ruled = request_of(&desk.terminal.act(&tower, &rule(verdict)).await);
		let (falls, stands) = if phase == "closed" { (0, 0b100) } else { (0b100, 0) };
		assert_eq!((ruled.overruled, ruled.upheld), (OrgSet(falls), OrgSet(stands)), "{ruled:?}");
		assert_eq!((ruled.phase.as_str(), ruled.disputed), (phase, true), "{ruled:?}");
		// And the baseline has the value that was before, or the new one
		let value = if phase == "closed" { value } else { before };
		assert_eq!(desk.approved(name).await, value);
		made.push(Made { request: asked.id, name, value });
	}

	// When its owner takes a change back that was carried out
	let (name, before) = ("maximumDeviationHoTrigger", desk.value("maximumDeviationHoTrigger"));
	let asked = desk.request(&owner, name, if before < 10 { before + 1 } else { before - 1 }).await;
	let number = asked.id.to_string();
	let (roll_back, withdraw) = (["config", "roll-back", &number], ["config", "withdraw", &number]);
	tokio::join!(
		desk.terminal.fails(&sharer, &roll_back, 1, "who has asked for it rolls it back"),
		desk.terminal.fails(&auditor, &roll_back, 1, "lacks the role"),
		desk.terminal.fails(&owner, &withdraw, 1, "carried out, and observed"),
	);
	let rolled_back = request_of(&desk.terminal.act(&owner, &roll_back).await);
	assert_eq!((rolled_back.phase.as_str(), rolled_back.disputed), ("rolled-back", false), "{rolled_back:?}");
	assert_eq!(desk.approved(name).await, before);
	made.push(Made { request: asked.id, name, value: before });

	// And one that waits for consents
	let before = desk.value("loadThreshold");
	let asked = desk.request(&owner, "loadThreshold", before + 1).await;
	let number = asked.id.to_string();
	let withdraw = ["config", "withdraw", &number];
	tokio::join!(
		desk.terminal.fails(&sharer, &withdraw, 1, "who has asked for it takes it back"),
		desk.terminal.fails(&auditor, &withdraw, 1, "lacks the role"),
	);
	let withdrawn = request_of(&desk.terminal.act(&owner, &withdraw).await);
	assert_eq!((withdrawn.phase.as_str(), withdrawn.executed), ("withdrawn", None), "{withdrawn:?}");
	desk.terminal.fails(&sharer, &["config", "approve", &number], 1, "taken back").await;
	made
}

/// The owner's network makes two changes known that nobody asked for, two companies see them, and all who ask are told.
async fn unapproved_values_are_found(desk: &Desk<'_>, joint: &Made, alone: &[Made]) {
	const SON: &str = "preambleReceivedTargetPower";
	const MANAGED: &str = "zeroCorrelationZoneConfig";
	let Desk { place, shared, cell, .. } = desk;
	let [owner, sharer, tower] = [place.owner, place.sharer, TOWER].map(|org| Scene::Change.collector(org));
	let auditor = keys::uri(place.owner, Some("auditor"));
	let (station, number) = place.seen_by_all();
	// Outside of what the owner may do alone; and a value that is as good as any
	let beyond = if desk.value(SON) == -80 { -78 } else { -80 };
	let managed = (desk.value(MANAGED) + 1) % 16;

	// Given what the network says of itself
	let is_lte = desk.before["nRPCI"].is_empty();
	let class = if is_lte { "ENBFunction=1,EUtranCellFDD" } else { "GNBDUFunction=1,NRCellDU" };
	let object = format!("SubNetwork={},ManagedElement={station},{class}={number}", place.id.0);
	let notice = |name: &str, value: i64, source: &str| {
		json!({
			"notificationType": "notifyMOIAttributeValueChanges", "objectInstance": object,
			"eventTime": time_text(just_now()), "sourceIndicator": source,
			"attributeListValueChanges": [{ name: value }, { name: desk.value(name) }],
		})
	};
	let file = shared.data().join("notices.json");
	let notices = [notice(SON, beyond, "SON_OPERATION"), notice(MANAGED, managed, "MANAGEMENT_OPERATION")];
	fs::write(&file, json!(notices).to_string()).unwrap();
	let (file, wrong) = (text_of(file), shared.data().join("no-notices.json"));
	fs::write(&wrong, json!([notice(SON, beyond, "NOBODY")]).to_string()).unwrap();
	let notify = ["config", "notify", &file];
	let (checked, ..) = tokio::join!(
		desk.terminal.act(&owner, &[&notify[..], &["--check"]].concat()),
		desk.terminal.fails(&auditor, &notify, 1, "lacks the role"),
		desk.terminal.fails(
			&owner,
			&["config", "notify", &text_of(wrong)],
			3,
			"1 notifications or values are wrong"
		),
		// It is not the one who changes the values
		desk.terminal.fails(&sharer, &notify, 5, "2 notices not kept"),
	);
	let counts = ["notifications", "notices", "invalid"].map(|field| &checked[0][field]);
	assert_eq!(counts, [&json!(2), &json!(2), &json!(0)], "{checked:?}");
	let kept = shared.carry_out(&owner, &notify).await;
	let kept = kept.event("ConfigGuard.Notified");
	assert_eq!((&kept["taken"], &kept["refused"]), (&json!(2), &json!(0)), "{kept}");
	// Which nobody has agreed to
	assert_eq!(
		(desk.approved(SON).await, desk.approved(MANAGED).await),
		(desk.value(SON), desk.value(MANAGED))
	);

	// When two companies have read it
	let (station, number) = (&station, &number);
	let observe = |org: usize, who: String| async move {
		let mut sheet = place.exports[org].clone();
		let row = sheet.row(station, number).unwrap();
		let made = alone.iter().chain([joint]).map(|made| (made.name, made.value));
		for (name, value) in made.chain([(SON, beyond), (MANAGED, managed)]) {
			sheet.rows[row][place.column(name)] = value.to_string();
		}
		let file = shared.data().join(format!("change-{org}.csv"));
		sheet.write(&file);
		sweep(shared, &who, &file, just_now(), &[]).await
	};
	tokio::join!(observe(place.sharer, sharer.clone()), observe(TOWER, tower));
	// Then each is found by its kind, as who has changed it says, and nothing else is
	let id = place.id.0.to_string();
	let (against, by) = (keys::ORGS[place.owner], keys::ORGS[place.sharer]);
	let of_owner = ["config", "violations", &id, "--open", "--standing", "confirmed", "--against", against];
	let (found, text, none, _) = tokio::join!(
		desk.terminal.ask(&of_owner),
		desk.terminal.told(&owner, &of_owner),
		desk.terminal.ask(&["config", "violations", &id, "--against", by]),
		desk.terminal.fails(&owner, &["config", "violations", "9999"], 3, "9999"),
	);
	let found: Vec<ViolationView> = serde_json::from_value(found["violations"].clone()).unwrap();
	assert_eq!(none["violations"], json!([]));
	let kinds: BTreeMap<&str, (Option<i64>, Option<i64>)> =
		found.iter().map(|view| (view.kind.as_str(), (view.approved, view.observed))).collect();
	let expected = [
		("son-beyond-bound", (Some(desk.value(SON)), Some(beyond))),
		("no-request", (Some(desk.value(MANAGED)), Some(managed))),
	];
	assert_eq!((found.len(), kinds), (2, expected.into()), "{found:?}");
	let son = found.iter().find(|view| view.kind == "son-beyond-bound").unwrap();
	assert_row(
		&row(&text, "number", &son.id.to_string()),
		&[
			("kind", "son-beyond-bound"),
			("cell", cell),
			("parameter", SON),
			("approved", &format!("{} dBm", desk.value(SON))),
			("observed", &format!("{beyond} dBm")),
			("against", against),
			("seen by", &format!("{by}, {}", keys::ORGS[TOWER])),
			("standing", "confirmed"),
		],
	);
	// And the company is told: everybody whose work it is
	let command = format!("trimast config violations --open --standing confirmed --against {}", place.owner);
	let (engineer, collector) = (keys::uri(place.owner, Some("engineer")), owner.clone());
	for who in [&auditor, &engineer, &collector] {
		let item = desk.terminal.waiting(who, &command).await.unwrap_or_else(|| panic!("{who} is not told"));
		assert_eq!(item["kind"], "confirmed violations of your company");
	}
	assert_eq!(desk.terminal.waiting(&keys::uri(place.owner, Some("planner")), &command).await, None);

	// And the page is shown as it was seen
	let page = son.cell.site.page().unwrap();
	let (pages, text, networks, of_all, _) = tokio::join!(
		desk.terminal.ask(&["config", "coverage", &id]),
		desk.terminal.told(&owner, &["config", "coverage", &id]),
		desk.terminal.ask(&["config", "coverage"]),
		desk.terminal.told(&owner, &["config", "coverage"]),
		desk.terminal.fails(&owner, &["config", "coverage", "9999"], 3, "9999"),
	);
	let pages: Vec<PageCoverageView> = serde_json::from_value(pages["pages"].clone()).unwrap();
	let seen = pages.iter().find(|view| view.page == page).unwrap();
	let says: BTreeMap<OrgId, (bool, bool)> =
		seen.words.iter().map(|word| (word.org, (word.matches, word.counts))).collect();
	assert_eq!(says, [(org(place.sharer), (false, true)), (org(TOWER), (false, true))].into());
	let told = row(&text, "page", &page.to_string());
	assert_eq!(told["revision"], seen.revision.to_string());
	for company in [by, keys::ORGS[TOWER]] {
		let words = format!("{company}: otherwise, read ");
		assert!(told["who has said what"].contains(&words), "{told:?}");
	}
	let networks: Vec<CoverageView> = serde_json::from_value(networks).unwrap();
	let view = networks.iter().find(|view| view.local_network == place.id).unwrap();
	assert_eq!((view.differing, view.unexplained), (1, 0), "{view:?}");
	let told = row(&of_all, "local network", &id);
	let counts = [
		("pages", view.pages),
		("attested", view.matching),
		("by two", view.matching_twice),
		("seen otherwise", view.differing),
		("contradicting", view.contradicting),
		("not explained", view.unexplained),
	];
	for (title, count) in counts {
		assert_eq!(told[title], count.to_string(), "{title}: {told:?}");
	}
	// And counted
	let (scores, text) = tokio::join!(
		desk.terminal.ask(&["config", "scores"]),
		desk.terminal.told(&owner, &["config", "scores"])
	);
	let all: Vec<ScoreView> = serde_json::from_value(scores["scores"].clone()).unwrap();
	assert!(text.starts_with(&format!(
		"confirmed violations of {}: {}",
		scores["of"].as_str().unwrap(),
		scores["total"]
	)));
	for kind in ["son-beyond-bound", "no-request"] {
		let is_it = |score: &&ScoreView| {
			(score.against, score.province) == (org(place.owner), place.id.province()) && score.kind == kind
		};
		let score = all.iter().find(is_it).unwrap_or_else(|| panic!("{kind}: {all:?}"));
		let (province, count) = (score.province.0.to_string(), score.count.to_string());
		let told = |row: &Row| {
			let cells = ["company", "province", "kind", "confirmed"].map(|title| row[title].as_str());
			cells == [against, &province, kind, &count]
		};
		assert!(rows(&text).iter().any(told), "{kind}: {text}");
	}

	// When a company opens a sweep of its own and says nothing in it, then it is reminded
	let territory = json!({ "scope": place.scope() }).to_string();
	let opened = shared.carry_out(&owner, &["chain", "call", "ConfigGuard.open_sweep", &territory]).await;
	let sweep = opened.event("ConfigGuard.SweepOpened")["sweep"].to_string();
	let item =
		desk.terminal.waiting(&owner, "trimast config sweep FILE (the same").await.expect("a sweep is open");
	let what = item["what"].as_str().unwrap();
	assert!(what.contains(&format!("{sweep} (")) && what.contains("0 of 1 testified of"), "{item}");
}

/// What is exported is what was imported, but for what was changed.
async fn baseline_is_exported(desk: &Desk<'_>, joint: &Made, alone: &[Made]) {
	let Desk { place, shared, .. } = desk;
	let (id, file) = (format!("{:04}", place.id.0), shared.data().join("exported.csv"));
	let path = text_of(file.clone());
	let export = ["config", "baseline", "export", "--local-network", &id, "--output", &path];
	let said = desk.terminal.ask(&export).await;
	assert_eq!(
		(&said["type"], &said["cells"]),
		(&json!("exported"), &json!(place.baseline.rows.len())),
		"{said}"
	);
	let engineer = keys::uri(place.owner, Some("engineer"));
	tokio::join!(
		desk.terminal.fails(&engineer, &export, 3, "the file exists"),
		desk.terminal.fails(
			&engineer,
			&["config", "baseline", "export", "--local-network", "9999"],
			3,
			"9999"
		),
	);
	let text = fs::read_to_string(file).unwrap();
	let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
	let titles = lines.next().unwrap();
	let (station, cell) = place.seen_by_all();
	let changed: BTreeMap<&str, String> =
		alone.iter().chain([joint]).map(|made| (made.name, made.value.to_string())).collect();
	for line in lines {
		let row = place.baseline.row(line[1], line[2]).unwrap_or_else(|| panic!("{line:?}"));
		for (title, value) in titles.iter().zip(&line) {
			let before = &place.baseline.rows[row][place.column(title)];
			let is_it = (line[1], line[2]) == (station.as_str(), cell.as_str());
			let expected = changed.get(title).filter(|_| is_it).unwrap_or(before);
			assert_eq!(value, expected, "{title} of {}/{}", line[1], line[2]);
		}
	}
}

/// The policy in force, the catalogue, and what another policy would have refused of what was done here.
async fn policy_is_told_and_tried(desk: &Desk<'_>, alone: &[Made]) {
	let Desk { place, shared, cell, .. } = desk;
	let engineer = keys::uri(place.owner, Some("engineer"));
	let (policy, text) = tokio::join!(
		desk.terminal.ask(&["config", "policy"]),
		desk.terminal.told(&engineer, &["config", "policy"])
	);
	let policy: PolicyView = serde_json::from_value(policy).unwrap();
	let (_, parts) = text.split_once("cross-cell rules\n").unwrap();
	let (rules, parts) = parts.split_once("freezes\n").unwrap();
	let (_, holdings) = parts.split_once("holdings\n").unwrap();
	let numbers: Vec<String> = rows(rules).into_iter().map(|mut row| row.remove("number").unwrap()).collect();
	let expected: Vec<String> = policy.rules.iter().map(|(number, _)| number.to_string()).collect();
	assert!(!numbers.is_empty() && numbers == expected, "{numbers:?}: {expected:?}");
	for (holder, plmns, _) in &policy.holdings {
		let told = row(holdings, "company", keys::ORGS[usize::from(holder.0)]);
		let words: Vec<String> =
			plmns.iter().map(|plmn| format!("{:03}-{:02}", plmn.mcc, plmn.mnc)).collect();
		assert_eq!(told["PLMNs"], words.join(", "));
	}

	let show = ["config", "catalogue", "show", "hysteresis"];
	let (list, shown, one, _) = tokio::join!(
		desk.terminal.told(&engineer, &["config", "catalogue", "list"]),
		desk.terminal.ask(&show),
		desk.terminal.told(&engineer, &show),
		desk.terminal.fails(
			&engineer,
			&["config", "catalogue", "show", "hystresis"],
			3,
			"no parameter `hystresis`"
		),
	);
	let told = row(&list, "name", "hysteresis");
	assert_row(&told, &[("number", "34"), ("values", "0..30"), ("unit", "0.5 dB"), ("class", "J")]);
	assert_eq!((shown.as_array().unwrap().len(), &shown[0]["id"]), (1, &json!(34)), "{shown}");
	assert!(one.lines().any(|line| line.starts_with("change at once") && line.ends_with(" 6")), "{one}");

	// A freeze over all that was done here
	let (from, to) = (now() - 3_600_000, now() + 3_600_000);
	let freeze = json!({ "ConfigGuard.set_freeze": { "number": 9, "freeze": [place.scope(), from, to] } });
	let (file, wrong) = (shared.data().join("policy.json"), shared.data().join("no-policy.json"));
	fs::write(&file, json!([freeze]).to_string()).unwrap();
	fs::write(&wrong, json!([{ "ConfigGuard.import": {} }]).to_string()).unwrap();
	let file = text_of(file);
	let try_it = ["config", "dry-run", &file];
	let (run, text, _) = tokio::join!(
		desk.terminal.ask(&try_it),
		desk.terminal.told(&engineer, &try_it),
		desk.terminal.fails(
			&engineer,
			&["config", "dry-run", &text_of(wrong)],
			3,
			"sets nothing of the policy"
		),
	);
	let refused = run["refused"].as_array().unwrap();
	for made in alone {
		let one = refused.iter().find(|one| one["request"] == made.request);
		let one = one.unwrap_or_else(|| panic!("{}: {run}", made.name));
		assert_eq!(one["why"], "freeze 9 holds at that time", "{one}");
		assert_eq!(one["before"], desk.value(made.name), "{one}");
		let told = row(&text, "change", &made.request.to_string());
		assert_row(
			&told,
			&[("asked for by", keys::ORGS[place.owner]), ("cell", cell), ("parameter", made.name)],
		);
		assert_eq!(told["why not"], "freeze 9 holds at that time");
	}
	let (some, all) = (&run["refused_changes"], &run["changes"]);
	let begin = format!("would have refused {some} of {all} change");
	assert!(text.starts_with(&begin), "{begin}: {text}");
}

/// What both have read back closes by itself.
async fn change_closes(desk: &Desk<'_>, joint: &Made) {
	let closed = wait_until("the change is observed", || async {
		let view = desk.listed(joint.request).await;
		(view.phase != "executed").then_some(view)
	})
	.await;
	assert_eq!((closed.phase.as_str(), closed.disputed), ("closed", false), "{closed:?}");
	let number = joint.request.to_string();
	let story = desk.terminal.ask(&["config", "explain", "request", &number]).await["story"].to_string();
	assert!(story.contains("closed: it stands."), "{story}");
	let engineer = keys::uri(desk.place.sharer, Some("engineer"));
	assert_eq!(desk.terminal.waiting(&engineer, &format!("trimast config attest {number}")).await, None);
}
