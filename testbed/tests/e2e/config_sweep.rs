// SPDX-License-Identifier: Apache-2.0

//! Two parties observe a country in which values were changed without authority, and find just those. And what witnesses
//! can make each other believe: a hidden change, a slander, a repeated baseline, an export that is made up.
//!
//! All of it goes on at the same time, each in local networks of its own: most of it is waiting for terms to pass.

use super::{
	cells::{
		just_now, now, of_type, root, shared_with_cells, summary, sweep, violations, violations_in,
		wait_until, Cells, Names, Place, Scene, Sheet,
	},
	shared::{Shared, PLAN},
};
use futures::future::join_all;
use serde::Deserialize;
use serde_json::Value;
use std::{
	collections::{BTreeMap, BTreeSet},
	fmt::Debug,
	path::Path,
	time::Duration,
};
use subxt::{tx::Payload, utils::H256};
use trimast_primitives::{
	access::Scope,
	apis::{
		BaselineView, CoverageView, ExportView, PageCoverageView, QuestionView, RequestView, ScoreView,
		SweepView, ViolationView, WordView, MAX_PAGE,
	},
	cells::{
		change::{Item, Terms},
		digest::SweepKey,
		CellId, ParamKey,
	},
	LocalNetworkId, Moment, OrgId, OrgSet, ProvinceId,
};
use trimast_testbed::{
	calls::{self, Notice, Source},
	chain::{rpc_params, Chain},
	generate::{Legitimate, Unauthorised},
	keys,
};

/// How long the windows are open that have to be over when the exports are made, milliseconds. All that is carried out in them takes
/// half of that where nothing else goes on.
const WINDOW: Moment = 60_000;
const HOUR: Moment = 3_600_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sweeps_find_exactly_what_was_changed_without_authority_and_witnesses_are_worth_what_they_are() {
	let shared = shared_with_cells().await;
	let cells = shared.cells.as_ref().unwrap();
	let chain = shared.chain(0).await;
	let names = Names::ask(&shared, &chain).await;
	tokio::join!(
		two_parties_find_exactly_what_was_planted(&shared, cells, &chain, &names),
		hidden_change_is_found_by_the_sharer_alone(&shared, cells.place(Scene::Hidden), &chain, &names),
		slander_ends_as_contested(&shared, cells.place(Scene::Slander), &chain, &names),
		copied_baseline_is_caught_by_the_openings(cells.place(Scene::Copied), &chain, &names),
		made_up_export_stands_until_another_differs(&shared, cells.place(Scene::MadeUp), &chain, &names),
	);
	scores_count_what_is_confirmed(&chain).await;
}

/// A line of `actions.csv`.
#[derive(Clone, Debug, Deserialize)]
struct Line {
	action: String,
	local_network: u16,
	station: String,
	cell: String,
	parameter: String,
	place: String,
	before: String,
	after: String,
	party: u8,
	consents: String,
	window: String,
	source: String,
	kind: String,
}

/// What has to be submitted, as the chain has it.
#[derive(Debug)]
struct Action {
	line: Line,
	cell: CellId,
	key: ParamKey,
	before: Option<i64>,
	after: i64,
	/// Whose consent it takes beside that of who asks.
	consents: OrgSet,
	/// What tells its request from others.
	reason: H256,
}

/// A line of `planted-cells.csv`.
#[derive(Clone, Debug, Deserialize)]
struct PlantedLine {
	local_network: u16,
	station: String,
	cell: String,
	parameter: String,
	place: String,
	kind: String,
	before: String,
	after: String,
	party: u8,
}

/// What is found: the value, its kind, what is approved, what was seen, and who answers for it.
type Found = (CellId, ParamKey, String, Option<i64>, Option<i64>, OrgId);

fn read<T: for<'a> Deserialize<'a>>(file: &Path, is_asked_for: impl Fn(&T) -> bool) -> Vec<T> {
	let lines = csv::Reader::from_path(file).unwrap().into_deserialize::<T>();
	lines.map(Result::unwrap).filter(is_asked_for).collect()
}

/// What a test submits, in the local networks that are observed.
fn actions(cells: &Cells, largest: LocalNetworkId, names: &Names) -> Vec<Action> {
	let is_observed = |id: u16| id != largest.0 && cells.is_changed(LocalNetworkId(id));
	let lines: Vec<Line> = read(&cells.file("actions.csv"), |line: &Line| is_observed(line.local_network));
	let action = |(n, line): (u64, Line)| {
		let (cell, station) = names.cell(line.local_network, &line.station, &line.cell);
		let value = |text: &str| names.value(station, &line.parameter, text);
		Action {
			cell,
			key: names.key(station, &line.parameter, &line.place),
			before: value(&line.before),
			after: value(&line.after).expect("a new value"),
			consents: line.consents.split('+').filter_map(|org| org.parse().ok()).map(OrgId).collect(),
			reason: H256::from_low_u64_be(1_000_000 + n),
			line,
		}
	};
	(0..).zip(lines).map(action).collect()
}

/// What a sweep has to find there.
fn planted(cells: &Cells, largest: LocalNetworkId, names: &Names) -> BTreeSet<Found> {
	let is_observed = |id: u16| id != largest.0 && cells.is_changed(LocalNetworkId(id));
	let file = cells.file("planted-cells.csv");
	let lines: Vec<PlantedLine> = read(&file, |line: &PlantedLine| is_observed(line.local_network));
	let found = |line: PlantedLine| {
		let (cell, station) = names.cell(line.local_network, &line.station, &line.cell);
		let value = |text: &str| names.value(station, &line.parameter, text);
		let key = names.key(station, &line.parameter, &line.place);
		(cell, key, line.kind.clone(), value(&line.before), value(&line.after), OrgId(line.party))
	};
	lines.into_iter().map(found).collect()
}

fn found(view: &ViolationView) -> Found {
	let ViolationView { cell, key, kind, approved, observed, against, .. } = view.clone();
	(cell, key, kind, approved, observed, against)
}

/// The windows of the requests.
#[derive(Clone, Copy)]
struct Windows {
	start: Moment,
}

impl Windows {
	/// Its clock is somewhat behind this one's.
	fn new() -> Self {
		Self { start: now() }
	}

	/// Last moment of those that are over when the exports are made.
	const fn past(self) -> Moment {
		self.start + WINDOW
	}

	fn of(self, name: &str) -> (Moment, Moment) {
		let begun = self.start - 10_000;
		match name {
			"past" => (begun, self.past()),
			"now" => (begun, self.start + HOUR),
			"later" => (self.start + 2 * HOUR, self.start + 3 * HOUR),
			other => panic!("no window is called {other}"),
		}
	}
}

fn slot(cell: CellId) -> u8 {
	u8::try_from(cell.site.slot()).unwrap()
}

impl Action {
	fn request(&self, windows: Windows) -> impl Payload {
		let terms = Terms {
			window: windows.of(&self.line.window),
			whole: true,
			emergency: matches!(self.line.action.as_str(), "emergency" | "ratify"),
			guard: Default::default(),
			reason: self.reason,
		};
		let item =
			Item { slot: slot(self.cell), cell: self.cell.cell, key: self.key, value: Some(self.after) };
		let site = self.cell.site;
		calls::request(site.local_network, terms, site.page().unwrap(), vec![item])
	}

	fn notice(&self, at: Moment) -> impl Payload {
		let source = match self.line.source.as_str() {
			"SON_OPERATION" => Source::Son,
			"MANAGEMENT_OPERATION" => Source::Management,
			other => panic!("no source is called {other}"),
		};
		let notice = Notice {
			slot: slot(self.cell),
			cell: self.cell.cell,
			key: self.key,
			old: self.before,
			new: self.after,
			source,
			at,
		};
		let site = self.cell.site;
		calls::notify(site.local_network, site.page().unwrap(), vec![notice])
	}
}

fn engineer(org: usize) -> String {
	keys::uri(org, Some("engineer"))
}

/// Every company makes its calls, all at the same time.
async fn carry_out<C: Payload>(chain: &Chain, who: fn(usize) -> String, calls: [Vec<C>; 3]) {
	let made = (0..).zip(&calls).filter(|(_, calls)| !calls.is_empty()).map(|(org, calls)| async move {
		let key = keys::key(&who(org)).unwrap();
		chain.carry_out_all(&key, calls).await.unwrap();
	});
	join_all(made).await;
}

/// The requests of these actions, by what tells them apart.
async fn requests(chain: &Chain) -> BTreeMap<H256, RequestView> {
	let at = chain.finalized().await.unwrap().hash;
	let mut all: Vec<RequestView> = Vec::new();
	loop {
		let after = all.last().map(|view| view.id);
		let page: Vec<RequestView> =
			chain.ask("configGuard_requests", rpc_params![after, MAX_PAGE, at]).await.unwrap();
		if page.is_empty() {
			return all.into_iter().map(|view| (view.reason, view)).collect();
		}
		all.extend(page);
	}
}

/// Submits what goes before the exports, and says when they may be made.
async fn submit(chain: &Chain, actions: &[Action]) -> Moment {
	let windows = Windows::new();
	let is_notice = |action: &&Action| action.line.action == "notice";
	let is_emergency = |action: &&Action| action.line.action == "emergency";
	let of = |org: u8| move |action: &&Action| action.line.party == org;

	// What is to be executed is asked for first: it needs the most time
	let asked = [0, 1, 2].map(|org| {
		let own = || actions.iter().filter(of(org)).filter(|action| !is_notice(action));
		let (late, early): (Vec<_>, Vec<_>) = own().partition(is_emergency);
		early.into_iter().chain(late).map(|action| action.request(windows)).collect()
	});
	let reported = [0, 1, 2].map(|org| {
		let own = actions.iter().filter(of(org)).filter(is_notice);
		own.map(|action| action.notice(windows.start - 10_000)).collect()
	});
	let collector = |org| keys::uri(org, Some("collector"));
	tokio::join!(carry_out(chain, engineer, asked), carry_out(chain, collector, reported));

	// Each request waits for just those whose consent it takes
	let known = requests(chain).await;
	let mut consents: [Vec<_>; 3] = Default::default();
	for action in actions.iter().filter(|action| !is_notice(action)) {
		let view = known.get(&action.reason).unwrap_or_else(|| panic!("it was refused: {action:?}"));
		let required = view.consents.required.without(view.by);
		assert_eq!((view.by, required), (OrgId(action.line.party), action.consents), "{action:?}: {view:?}");
		let agree = if is_emergency(&action) { OrgSet::EMPTY } else { action.consents };
		for org in agree.iter() {
			let call = calls::consent(view.id, view.consents.subject, view.consents.revision);
			consents[usize::from(org.0)].push(call);
		}
	}
	carry_out(chain, engineer, consents).await;

	let known = requests(chain).await;
	let mut executions: [Vec<_>; 3] = Default::default();
	for action in actions.iter().filter(|action| action.line.action == "execute") {
		let view = &known[&action.reason];
		// What takes nobody else's consent was carried out at once
		if view.phase == "asked" {
			executions[usize::from(action.line.party)].push(calls::execute(view.id, view.parts[0].page));
		}
	}
	carry_out(chain, engineer, executions).await;
	let known = requests(chain).await;
	for action in actions.iter().filter(|action| !is_notice(action)) {
		let view = &known[&action.reason];
		let expected: &[&str] = match action.line.action.as_str() {
			"emergency" => &["asked", "unratified"],
			"approve" if action.line.window == "later" || !action.consents.is_empty() => &["asked"],
			_ => &["executed"],
		};
		assert!(expected.contains(&view.phase.as_str()), "{action:?}: {view:?}");
	}
	let observed = windows.past() + 500;
	let rest = Duration::from_millis((observed + 1_500).saturating_sub(now()));
	tokio::time::sleep(rest).await;
	observed
}

/// The sweep that an organisation has opened over a territory, salted; none of these.
async fn opened(chain: &Chain, org: usize, scope: Scope, before: &BTreeSet<u32>) -> SweepView {
	wait_until("a sweep", || async {
		let is_it = |view: &SweepView| {
			!before.contains(&view.id)
				&& (view.opener, view.scope) == (name(org), scope)
				&& view.key.is_some()
		};
		sweeps(chain).await.into_iter().find(is_it)
	})
	.await
}

async fn sweeps(chain: &Chain) -> Vec<SweepView> {
	let at = chain.finalized().await.unwrap().hash;
	chain.ask("configGuard_sweeps", rpc_params![None::<u32>, MAX_PAGE, at]).await.unwrap()
}

/// Both carriers observe the country at the same time, in one sweep.
async fn observe(shared: &Shared, cells: &Cells, chain: &Chain, observed: Moment) {
	let by = |party: usize, more: Vec<String>| async move {
		let (who, more) = (keys::uri(party, Some("collector")), more.iter().map(String::as_str));
		sweep(shared, &who, &cells.export(party), observed, &more.collect::<Vec<_>>()).await
	};
	// Both are bound to what they have read before the sweep is opened
	tokio::join!(by(0, vec!["--anchor-only".into()]), by(1, vec!["--anchor-only".into()]));
	let before: BTreeSet<u32> = sweeps(chain).await.iter().map(|view| view.id).collect();
	let (one, two) = tokio::join!(by(0, vec![]), async {
		let number = opened(chain, 0, Scope::National, &before).await.id;
		by(1, vec!["--sweep".into(), number.to_string()]).await
	});
	for lines in [&one, &two] {
		let summary = summary(lines);
		let tally = &summary["tally"];
		for nothing in ["pages_incomplete", "cells_missing", "refused", "cells_unheard"] {
			assert_eq!(tally[nothing], 0, "{nothing}: {summary}");
		}
		assert_eq!(
			(&summary["undone"], &summary["invalid"]),
			(&Value::Array(vec![]), &0.into()),
			"{summary}"
		);
		let openings = of_type(lines, "openings");
		assert!(openings["opened"].as_u64() > Some(0), "{openings}");
		assert_eq!(openings["wrong"], 0, "{openings}");
	}
	assert_eq!(summary(&one)["sweep"], summary(&two)["sweep"]);
}

async fn two_parties_find_exactly_what_was_planted(
	shared: &Shared,
	cells: &Cells,
	chain: &Chain,
	names: &Names,
) {
	// Given at least three cells a station, with every kind of change in them
	let enough = u64::from(PLAN.stations).saturating_sub(600) * 3;
	assert!(cells.observed >= enough, "{} cells are observed", cells.observed);
	let largest = shared.largest();
	let (actions, planted) = (actions(cells, largest, names), planted(cells, largest, names));
	let kinds: BTreeSet<&str> = planted.iter().map(|(_, _, kind, ..)| kind.as_str()).collect();
	assert_eq!(kinds, Unauthorised::ALL.map(Unauthorised::name).into());
	let kinds: BTreeSet<&str> = actions.iter().map(|action| action.line.kind.as_str()).collect();
	assert!(Legitimate::ALL.iter().all(|kind| kinds.contains(kind.name())), "{kinds:?}");

	// When the companies have done what they say, and both carriers have seen the rest
	let observed = submit(chain, &actions).await;
	observe(shared, cells, chain, observed).await;

	// Then what was not ratified is found by the chain itself, and all together is what was planted, of the right kind
	let of_country = || async {
		let at = chain.finalized().await.unwrap().hash;
		let all = violations(chain, Some(at)).await;
		let is_observed = |view: &ViolationView| cells.is_changed(view.cell.site.local_network);
		all.into_iter().filter(is_observed).collect::<Vec<ViolationView>>()
	};
	let unratified = |all: &BTreeSet<Found>| all.iter().filter(|found| found.2 == "unratified").count();
	let expected = unratified(&planted);
	let all = wait_until("emergencies that nobody ratifies", || async {
		let all = of_country().await;
		(unratified(&all.iter().map(found).collect()) >= expected).then_some(all)
	})
	.await;
	let seen: BTreeSet<Found> = all.iter().map(found).collect();
	assert_same(&seen, &planted);
	assert_eq!(all.len(), planted.len(), "each once");
	// Each carrier has seen it, or its owner itself
	for view in &all {
		assert_eq!((view.standing.as_str(), &view.closing), ("confirmed", &None), "{view:?}");
	}
	let total = all.len();
	assert!(total as u64 <= cells.written.planted, "{total}");
}

/// Compares what was found with what should have been, and names the difference.
fn assert_same<T: Ord + Debug>(found: &BTreeSet<T>, expected: &BTreeSet<T>) {
	let invented: Vec<_> = found.difference(expected).collect();
	let missed: Vec<_> = expected.difference(found).collect();
	assert!(
		invented.is_empty() && missed.is_empty(),
		"{} found, {} expected\nfound and not planted: {invented:#?}\nplanted and not found: {missed:#?}",
		found.len(),
		expected.len()
	);
}

/// Changes a value in what a party sees, and writes it as a file. Gives the cell, the parameter, the value before and the
/// new one.
fn change(place: &Place, party: usize, names: &Names, file: &Path) -> (CellId, ParamKey, i64, i64) {
	change_in(place, place.exports[party].clone(), names, file)
}

/// The same in a sheet.
fn change_in(place: &Place, mut sheet: Sheet, names: &Names, file: &Path) -> (CellId, ParamKey, i64, i64) {
	const NAME: &str = "hysteresis";
	let (station, cell) = place.seen_by_all();
	let (before, after) = add_to(place, &mut sheet, NAME);
	sheet.write(file);
	let (id, station) = names.cell(place.id.0, &station, &cell);
	(id, names.key(station, NAME, ""), before, after)
}

/// Changes a value of that cell, and says what it was and is.
fn add_to(place: &Place, sheet: &mut Sheet, name: &str) -> (i64, i64) {
	let (station, cell) = place.seen_by_all();
	let (row, column) = (sheet.row(&station, &cell).unwrap(), place.column(name));
	let before: i64 = sheet.rows[row][column].parse().unwrap();
	let after = before + 3;
	sheet.rows[row][column] = after.to_string();
	(before, after)
}

fn name(org: usize) -> OrgId {
	OrgId(u8::try_from(org).unwrap())
}

async fn hidden_change_is_found_by_the_sharer_alone(
	shared: &Shared,
	place: &Place,
	chain: &Chain,
	names: &Names,
) {
	// Given a value that the owner has changed and told nobody of
	let file = shared.data().join("hidden.csv");
	let (cell, key, before, after) = change(place, place.sharer, names, &file);
	// When only the sharer observes
	let who = Scene::Hidden.collector(place.sharer);
	let lines = sweep(shared, &who, &file, just_now(), &[]).await;
	assert_eq!(summary(&lines)["tally"]["opened"], 1, "{lines:?}");
	// Then it is found, on the sharer's word
	let all = violations_in(chain, place.id).await;
	let [view] = &all[..] else { panic!("{all:?}") };
	let expected = (cell, key, "hidden".to_owned(), Some(before), Some(after), name(place.owner));
	assert_eq!(found(view), expected);
	assert_eq!((view.accuser, view.witnesses), (name(place.sharer), OrgSet::of(name(place.sharer))));
	// And the owner's silence confirms it
	wait_until("the owner keeps silent", || async {
		let all = violations_in(chain, place.id).await;
		(all[0].standing == "confirmed").then_some(())
	})
	.await;
	let id = view.id.to_string();
	let story = shared.ask(&["config", "explain", &id]).await["story"].to_string();
	assert!(story.contains("hidden") && story.contains("has said nothing in time"), "{story}");
}

async fn slander_ends_as_contested(shared: &Shared, place: &Place, chain: &Chain, names: &Names) {
	const TOWER: usize = 2;
	const CHANGED: &str = "loadThreshold";
	// Given a tower company that claims two values of a cell, of which the network has one
	let (slander, file) = (shared.data().join("slander.csv"), shared.data().join("slandered.csv"));
	let mut claimed = place.exports[TOWER].clone();
	add_to(place, &mut claimed, CHANGED);
	let (_, slandered, ..) = change_in(place, claimed, names, &slander);
	let lines = sweep(shared, &Scene::Slander.collector(TOWER), &slander, just_now(), &[]).await;
	assert_eq!(summary(&lines)["tally"]["opened"], 2, "{lines:?}");
	let opened = violations_in(chain, place.id).await;
	assert!(opened.len() == 2 && opened.iter().all(|view| view.standing == "alleged"), "{opened:?}");
	// When the accused shows what it has read itself
	let mut read = place.exports[place.owner].clone();
	add_to(place, &mut read, CHANGED);
	read.write(&file);
	let who = Scene::Slander.collector(place.owner);
	let lines = sweep(shared, &who, &file, just_now(), &[]).await;
	assert_eq!(summary(&lines)["tally"]["pages_differing"], 1, "{lines:?}");
	// Then what it has is confirmed by itself; the other is contested, and stays so when the time is over in which silence
	// confirms
	let last = u64::from(opened[0].opened) + 64;
	chain.wait_finalized(last, Duration::from_secs(180)).await.unwrap();
	for view in violations_in(chain, place.id).await {
		let expected = if view.key == slandered { "contested" } else { "confirmed" };
		assert_eq!((view.standing.as_str(), view.closed), (expected, None), "{view:?}");
		assert_eq!(view.deniers.contains(name(place.owner)), view.key == slandered, "{view:?}");
	}
	// And a network that has not changed is read anew
	let observed = word_of(chain, place, place.owner).await.observed;
	let again = shared.data().join("read-again.csv");
	read.write(&again);
	let lines = sweep(shared, &who, &again, just_now(), &[]).await;
	let word = word_of(chain, place, place.owner).await;
	assert!(word.observed > observed && word.counts, "{word:?} after {observed}");
	assert_eq!(word.export, root(&lines));
}

/// What a company has said last of the page of the cell that all see.
async fn word_of(chain: &Chain, place: &Place, org: usize) -> WordView {
	let at = chain.finalized().await.unwrap().hash;
	let pages: Vec<PageCoverageView> =
		chain.ask("configGuard_pageCoverage", rpc_params![place.id, 0, MAX_PAGE, at]).await.unwrap();
	let mut words = pages.into_iter().flat_map(|page| page.words);
	words.find(|word| word.org == name(org) && !word.matches).expect("it has seen a page that differs")
}

/// The latest exports of an organisation.
async fn export(chain: &Chain, org: usize, root: H256) -> ExportView {
	let at = chain.finalized().await.unwrap().hash;
	let all: Vec<ExportView> =
		chain.ask("configGuard_exports", rpc_params![name(org), 0, MAX_PAGE, at]).await.unwrap();
	all.into_iter().find(|view| view.root == root).expect("it is kept")
}

async fn coverage(chain: &Chain, id: LocalNetworkId) -> CoverageView {
	let (at, before) = (chain.finalized().await.unwrap().hash, LocalNetworkId(id.0 - 1));
	let all: Vec<CoverageView> = chain.ask("configGuard_coverage", rpc_params![before, 1, at]).await.unwrap();
	assert_eq!(all[0].local_network, id);
	all[0].clone()
}

async fn copied_baseline_is_caught_by_the_openings(place: &Place, chain: &Chain, names: &Names) {
	let key = keys::key(&Scene::Copied.collector(place.sharer)).unwrap();
	// Given a sharer that has read nothing, and binds itself to some hash
	let (made_up, leaves) = (H256::repeat_byte(0xc0), u32::try_from(place.baseline.rows.len()).unwrap());
	let before: BTreeSet<u32> = sweeps(chain).await.iter().map(|view| view.id).collect();
	let anchor = calls::anchor_export(place.scope(), made_up, leaves, just_now());
	chain.carry_out(&key, &anchor).await.unwrap();
	chain.carry_out(&key, &calls::open_sweep(place.scope())).await.unwrap();
	let opened = opened(chain, place.sharer, place.scope(), &before).await;
	// When it repeats what the baseline says
	let before = LocalNetworkId(place.id.0 - 1);
	let baselines: Vec<BaselineView> =
		chain.ask("configGuard_baselines", rpc_params![before, 1]).await.unwrap();
	assert_eq!(baselines[0].id, place.id);
	let tag = SweepKey::from_hash(opened.key.unwrap()).tag(&baselines[0].digest);
	let attest = calls::attest_networks(opened.id, made_up, &[(place.id, tag)]);
	chain.carry_out(&key, &attest).await.unwrap();
	// Then that is taken at first
	let covered = coverage(chain, place.id).await;
	let page = |row: &Vec<String>| names.cell(place.id.0, &row[1], &row[2]).0.site.page();
	let own: BTreeSet<_> = place.exports[place.sharer].rows.iter().map(page).collect();
	assert_eq!((covered.matching as usize, covered.differing), (own.len(), 0), "{covered:?}");
	// But rows are drawn that it does not have
	let asked = wait_until("rows are drawn", || async {
		let asked: Vec<QuestionView> =
			chain.ask("configGuard_questions", rpc_params![name(place.sharer), made_up]).await.unwrap();
		Some(asked).filter(|asked| !asked.is_empty())
	})
	.await;
	let due = u64::from(asked.iter().map(|question| question.due).max().unwrap());
	// And when the time to open them is over, nothing of what it has said counts
	chain.wait_finalized(due + 8, Duration::from_secs(180)).await.unwrap();
	let view = export(chain, place.sharer, made_up).await;
	assert!(view.missing > 0 && view.opened == 0, "{view:?}");
	let covered = coverage(chain, place.id).await;
	assert_eq!(covered.matching, 0, "{covered:?}");
	// Nor is more taken from there
	let refused = chain.carry_out(&key, &attest).await.unwrap_err().to_string();
	assert!(refused.contains("ExportDoubted"), "{refused}");
}

async fn made_up_export_stands_until_another_differs(
	shared: &Shared,
	place: &Place,
	chain: &Chain,
	names: &Names,
) {
	const TOWER: usize = 2;
	let by = |org| Scene::MadeUp.collector(org);
	// Given a change that the sharer does not want to have seen: it makes up an export from the baseline, with numbers of
	// units that are none
	let (made_up, real) = (shared.data().join("made-up.csv"), shared.data().join("real.csv"));
	let mut sheet = place.exports[place.sharer].clone();
	for (n, row) in sheet.rows.iter_mut().enumerate() {
		let serial = row.len() - 2;
		row[serial] = format!("XX{n:012}");
	}
	sheet.write(&made_up);
	let lines = sweep(shared, &by(place.sharer), &made_up, just_now(), &[]).await;
	let invented = root(&lines);
	// Then nothing is wrong with it: its rows open well
	assert!(of_type(&lines, "openings")["opened"].as_u64() > Some(0), "{lines:?}");
	let view = export(chain, place.sharer, invented).await;
	assert_eq!((view.wrong, view.missing, view.differing), (0, 0, 0), "{view:?}");
	let covered = coverage(chain, place.id).await;
	let page = |row: &Vec<String>| names.cell(place.id.0, &row[1], &row[2]).0.site.page();
	let own: BTreeSet<_> = place.exports[place.sharer].rows.iter().map(page).collect();
	assert_eq!((covered.matching as usize, covered.differing), (own.len(), 0), "{covered:?}");

	// When the tower company has read the network
	let (cell, ..) = change(place, TOWER, names, &real);
	let lines = sweep(shared, &by(TOWER), &real, just_now(), &[]).await;
	let read = root(&lines);
	let opened = violations_in(chain, place.id).await;
	assert_eq!(opened.len(), 1, "{opened:?}");
	// Then the two contradict each other in the page
	let page = cell.site.page().unwrap();
	let at = chain.finalized().await.unwrap().hash;
	let pages: Vec<PageCoverageView> =
		chain.ask("configGuard_pageCoverage", rpc_params![place.id, page, 1, at]).await.unwrap();
	assert!(pages[0].page == page && pages[0].contradicting, "{pages:?}");
	let says: BTreeMap<OrgId, bool> = pages[0].words.iter().map(|word| (word.org, word.matches)).collect();
	assert_eq!(says, [(name(place.sharer), true), (name(TOWER), false)].into());
	// And when each names a cell to the other, what is beside the values differs
	let named = |by: usize, org: usize, root| {
		let key = keys::key(&Scene::MadeUp.collector(by)).unwrap();
		let call = calls::demand_openings(name(org), root, vec![cell]);
		async move { chain.carry_out(&key, &call).await.unwrap() }
	};
	tokio::join!(named(TOWER, place.sharer, invented), named(place.sharer, TOWER, read));
	let answer = |org: usize, file: &'static str| async move {
		let folder = shared.data().join(file);
		let arguments = ["config", "openings", folder.to_str().unwrap()];
		let output = shared.command(Some(&Scene::MadeUp.collector(org)), &arguments).await.ok().unwrap();
		assert_eq!(of_type(&output.json_lines().unwrap(), "openings")["wrong"], 0, "{output:?}");
	};
	tokio::join!(answer(place.sharer, "made-up.csv.sweep"), answer(TOWER, "real.csv.sweep"));
	for (org, root) in [(place.sharer, invented), (TOWER, read)] {
		let view = export(chain, org, root).await;
		assert!(view.differing > 0 && view.wrong == 0 && view.missing == 0, "{view:?}");
	}
}

/// The scores are the confirmed violations by company, province and kind, and nothing else: who was slandered has none for
/// it.
async fn scores_count_what_is_confirmed(chain: &Chain) {
	let at = chain.finalized().await.unwrap().hash;
	let mut confirmed: BTreeMap<(OrgId, ProvinceId, String), u32> = BTreeMap::new();
	let mut contested = 0;
	for view in violations(chain, Some(at)).await {
		contested += u32::from(view.standing == "contested");
		if view.standing == "confirmed" {
			let province = view.cell.site.local_network.province();
			*confirmed.entry((view.against, province, view.kind)).or_default() += 1;
		}
	}
	assert!(contested > 0);
	let today = u16::try_from((now() + 8 * HOUR) / (24 * HOUR)).unwrap();
	let mut scores: BTreeMap<(OrgId, ProvinceId, String), u32> = BTreeMap::new();
	for day in [today - 1, today] {
		let all: Vec<ScoreView> =
			chain.ask("configGuard_dayScores", rpc_params![day, 0, MAX_PAGE, at]).await.unwrap();
		assert!(all.len() < MAX_PAGE as usize);
		for score in all {
			*scores.entry((score.against, score.province, score.kind)).or_default() += score.count;
		}
	}
	assert_eq!(scores, confirmed);
}
