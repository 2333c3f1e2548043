// SPDX-License-Identifier: Apache-2.0

//! The configuration guard's JSON-RPC methods over the wire (`configGuard_*`), each beside another way of asking: the
//! runtime's interface, and what the scene has done itself.

use super::{
	cells::{just_now, now, root, shared_with_cells, sweep, time_text, wait_until, Names, Place, Scene},
	config_metrics::guard_metrics_are_those_of_their_block,
	rpc::{Asked, Samples},
	shared::Shared,
};
use codec::{Decode, Input};
use serde::Deserialize;
use serde_json::json;
use std::{collections::BTreeSet, time::Duration};
use subxt::utils::H256;
use trimast_primitives::{
	apis::{
		BaselineHeadView, BaselinePageView, BaselineView, CoverageView, ExportView, ItemView,
		PageCoverageView, PageDifferenceView, ParameterView, PastPlace, PolicyDefectView, PolicyPart,
		PolicyRunView, PolicyView, QuestionView, RefusalView, RequestView, ScoreView, SummaryView, SweepView,
		TestimonyView, ViolationView, MAX_PAGE,
	},
	cells::{
		change::{Item, Terms},
		digest::{cell_digests, local_network_digest, page_digest, PagePlace, Tag},
		rules::Rule,
		table::counts_of,
		CellId, CellTable, ParamId, ParamKey,
	},
	Hash, LocalNetworkId, Moment, OrgId,
};
use trimast_testbed::{
	calls,
	chain::{rpc_params, Chain},
	keys, views,
};

const HOUR: Moment = 3_600_000;
/// The value that the scene changes.
const NAME: &str = "hysteresis";

/// What the scene has done in its local network.
struct Done {
	/// Cells in which the owner has seen another value than the approved one.
	violated: Vec<CellId>,
	/// What is asked for, and tells the request from others.
	item: Item,
	reason: H256,
	/// The page in which it stands.
	page: u16,
	/// The parameter.
	key: ParamKey,
	/// The export that the owner has observed by.
	read: H256,
	/// The root that the sharer has anchored.
	claimed: H256,
	window: (Moment, Moment),
}

/// A change that was made and is over before the scene begins.
struct Past {
	id: u32,
	key: ParamKey,
	value: i64,
	window: (Moment, Moment),
}

fn name(org: usize) -> OrgId {
	OrgId(u8::try_from(org).unwrap())
}

/// The owner changes a value with everybody's consent, and takes the change back.
async fn make_history(shared: &Shared, place: &Place, chain: &Chain) -> Past {
	let names = Names::ask(shared, chain).await;
	let (station, cell) = place.seen_by_all();
	let (changed, record) = names.cell(place.id.0, &station, &cell);
	let key = names.key(record, NAME, "");
	let row = place.baseline.row(&station, &cell).unwrap();
	let before: i64 = place.baseline.rows[row][place.column(NAME)].parse().unwrap();
	let (slot, page) = (u8::try_from(changed.site.slot()).unwrap(), changed.site.page().unwrap());
	let value = before + 2;
	let (reason, window) = (H256::repeat_byte(0x7b), (just_now(), now() + HOUR));
	let terms = Terms { window, whole: true, emergency: false, guard: Default::default(), reason };
	let engineer = |org: usize| keys::key(&keys::uri(org, Some("engineer"))).unwrap();
	let item = Item { slot, cell: changed.cell, key, value: Some(value) };
	let request = calls::request(place.id, terms, page, vec![item]);
	chain.carry_out(&engineer(place.owner), &request).await.unwrap();
	let all: Vec<RequestView> =
		chain.ask("configGuard_requests", rpc_params![None::<u32>, MAX_PAGE]).await.unwrap();
	let view = all.into_iter().find(|view| view.reason == reason).unwrap();
	let consents = view.consents;
	for org in consents.missing().iter() {
		let call = calls::consent(view.id, consents.subject, consents.revision);
		chain.carry_out(&engineer(org.0.into()), &call).await.unwrap();
	}
	let calls = [calls::execute(view.id, page), calls::roll_back(view.id, page)];
	chain.carry_out_all(&engineer(place.owner), &calls).await.unwrap();
	Past { id: view.id, key, value, window }
}

/// The owner asks for a change and reports two values of its own that are not approved; the sharer says that a page
/// differs, and not in what.
async fn act(shared: &Shared, place: &Place, chain: &Chain) -> Done {
	let names = Names::ask(shared, chain).await;
	let (station, cell) = place.seen_by_all();
	let (asked, record) = names.cell(place.id.0, &station, &cell);
	let key = names.key(record, NAME, "");
	let column = place.column(NAME);

	// Two cells of other stations
	let mut sheet = place.exports[place.owner].clone();
	let mut violated = Vec::new();
	for row in sheet.rows.iter_mut().filter(|row| row[1] != station).take(2) {
		let before: i64 = row[column].parse().unwrap();
		row[column] = (before + 3).to_string();
		violated.push(names.cell(place.id.0, &row[1], &row[2]).0);
	}
	let file = shared.data().join("rpc.csv");
	sheet.write(&file);
	let row = place.baseline.row(&station, &cell).unwrap();
	let before: i64 = place.baseline.rows[row][column].parse().unwrap();
	let (slot, page) = (u8::try_from(asked.site.slot()).unwrap(), asked.site.page().unwrap());
	let item = Item { slot, cell: asked.cell, key, value: Some(before + 1) };

	let (reason, claimed) = (H256::repeat_byte(0x7c), H256::repeat_byte(0xcc));
	let window = (now() + HOUR, now() + 2 * HOUR);
	let terms = Terms { window, whole: true, emergency: false, guard: Default::default(), reason };
	let request = calls::request(place.id, terms, page, vec![item]);
	let engineer = keys::key(&keys::uri(place.owner, Some("engineer"))).unwrap();
	let claim = async {
		let key = keys::key(&Scene::Rpc.collector(place.sharer)).unwrap();
		let anchor = calls::anchor_export(place.scope(), claimed, 7, just_now());
		chain.carry_out(&key, &anchor).await.unwrap();
		chain.carry_out(&key, &calls::open_sweep(place.scope())).await.unwrap();
		let sweep = wait_until("the sweep's salt", || async {
			let all: Vec<SweepView> =
				chain.ask("configGuard_sweeps", rpc_params![None::<u32>, MAX_PAGE]).await.unwrap();
			let is_own = |view: &SweepView| {
				(view.opener, view.scope) == (name(place.sharer), place.scope()) && view.key.is_some()
			};
			all.into_iter().find(is_own)
		})
		.await;
		let attest = calls::attest_pages(sweep.id, claimed, place.id, page, &[Tag([0; 8])]);
		chain.carry_out(&key, &attest).await.unwrap();
	};
	let collector = Scene::Rpc.collector(place.owner);
	let (lines, ..) = tokio::join!(
		// What is asked of it stays open for a while
		sweep(shared, &collector, &file, just_now(), &["--openings", "0"]),
		async { chain.carry_out(&engineer, &request).await.unwrap() },
		claim,
	);
	Done { violated, item, reason, page, key, read: root(&lines), claimed, window }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn configuration_guards_methods_say_what_the_runtime_says_and_what_was_done() {
	let shared = shared_with_cells().await;
	let place = shared.cells.as_ref().unwrap().place(Scene::Rpc);
	let chain = shared.chain(0).await;
	let archive = Chain::connect(&shared.network.archive().unwrap().url()).await.unwrap();
	let genesis = chain.block_hash(0).await.unwrap().unwrap();
	let past = make_history(&shared, place, &chain).await;
	let start = chain.finalized().await.unwrap();
	let shown_before = guard_metrics_are_those_of_their_block(&shared, &archive, start).await;
	let done = act(&shared, place, &chain).await;
	// Rows are drawn by the first blocks of the others
	let drawn = wait_until("rows are drawn", || async {
		let asked: Vec<QuestionView> =
			chain.ask("configGuard_questions", rpc_params![name(place.owner), done.read]).await.unwrap();
		(!asked.is_empty()).then_some(())
	});
	drawn.await;
	let best = chain.best().await.unwrap();
	archive.wait_finalized(best.number, Duration::from_secs(60)).await.unwrap();
	let [before, after] = [start.hash, best.hash].map(|at| Asked { chain: &archive, at });
	says_what_is_governed(after).await;
	says_what_another_policy_would_have_refused(after, place, &past).await;
	says_what_the_baseline_is(before, after, place, genesis).await;
	says_what_was_observed(after, place, &done).await;
	says_what_was_found(before, after, place, &done).await;
	says_what_is_asked_for(before, after, place, &done).await;
	says_the_country_at_a_glance(before, after).await;
	// And what was asked of the owner's export is opened in the end
	let folder = shared.data().join("rpc.csv.sweep");
	let open = ["config", "openings", folder.to_str().unwrap()];
	shared.command(Some(&Scene::Rpc.collector(place.owner)), &open).await.ok().unwrap();
	// All of it shows in the metrics
	let end = chain.finalized().await.unwrap();
	let shown_after = guard_metrics_are_those_of_their_block(&shared, &archive, end).await;
	metrics_have_moved(&shown_before, &shown_after, place, &done);
}

/// The catalogue, and the policy.
async fn says_what_is_governed(now: Asked<'_>) {
	let (method, function) = ("configGuard_catalogue", "ConfigGuardApi_catalogue");
	let encoded = (None::<ParamId>, MAX_PAGE);
	let all: Vec<ParameterView> = now.same(method, json!([null, MAX_PAGE]), function, &encoded).await;
	let file = include_str!("../../../data/catalogue.csv").lines().skip(1);
	let numbers: Vec<u16> = file.map(|line| line.split(',').next().unwrap().parse().unwrap()).collect();
	assert_eq!(all.iter().map(|view| view.id.0).collect::<Vec<_>>(), numbers);
	now.paged(&all, method, &[], 20, |view| json!(view.id)).await;

	let (method, function) = ("configGuard_policy", "ConfigGuardApi_policy");
	let policy: PolicyView = now.same(method, json!([]), function, &()).await;
	assert!(!policy.rules.is_empty() && policy.freezes.is_empty(), "{policy:?}");
	let holders: Vec<OrgId> = policy.holdings.iter().map(|(org, ..)| *org).collect();
	assert_eq!(holders, [OrgId(0), OrgId(1)]);
}

/// What the method answers. The runtime says beside it whether the policy is one.
#[derive(Deserialize, PartialEq, Debug)]
struct Run(PolicyRunView);

impl Decode for Run {
	fn decode<I: Input>(input: &mut I) -> Result<Self, codec::Error> {
		let answer = Result::<PolicyRunView, PolicyDefectView>::decode(input)?;
		answer.map(Self).map_err(|_| "the policy is none".into())
	}
}

/// The dry run of a policy: a smaller step of the parameter that was changed, a freeze at that time, a rule that is dropped.
async fn says_what_another_policy_would_have_refused(now: Asked<'_>, place: &Place, past: &Past) {
	let catalogue: Vec<ParameterView> =
		now.ask("configGuard_catalogue", &json!([null, MAX_PAGE])).await.unwrap();
	let view = catalogue.into_iter().find(|view| view.id == past.key.param).unwrap();
	let mut parameter = view.parameter;
	parameter.step = Some(1);
	let step = PolicyPart::Parameter { id: view.id, parameter };
	let (from, to) = past.window;
	let freeze = PolicyPart::Freeze { number: 200, freeze: Some((place.scope(), from, to)) };
	let dropped = PolicyPart::Rule { number: 1, rule: None };

	let (method, function) = ("configGuard_dryRunPolicy", "ConfigGuardApi_dry_run_policy");
	let start: PastPlace = (0, 0);
	for (parts, why) in [
		(vec![], None),
		(vec![dropped.clone()], None),
		(vec![step.clone()], Some("further")),
		(vec![freeze.clone(), dropped], Some("freeze 200")),
	] {
		let arguments = json!([parts, null, MAX_PAGE]);
		let Run(run) = now.same(method, arguments, function, &(&parts, start, MAX_PAGE)).await;
		assert!(run.requests > 0 && run.items >= run.requests, "{run:?}");
		let own: Vec<_> = run.refused.iter().filter(|one| one.request == past.id).collect();
		assert_eq!(own.len(), usize::from(why.is_some()), "{parts:?}: {run:?}");
		for (one, why) in own.into_iter().zip(why) {
			assert_eq!((one.by, one.key, one.value), (name(place.owner), past.key, Some(past.value)));
			assert!(one.why.contains(why) && one.missing.is_empty(), "{one:?}");
			assert_eq!(one.before, Some(past.value - 2));
		}
	}

	// Page by page
	let parts = vec![step, freeze];
	let Run(whole) = now.ask(method, &json!([parts, start, 64])).await.unwrap();
	let (mut refused, mut requests, mut next) = (Vec::new(), 0, Some(start));
	while let Some(from) = next.filter(|_| next != whole.next) {
		let Run(run) = now.ask(method, &json!([parts, from, 1])).await.unwrap();
		assert!(run.requests <= 1, "{run:?}");
		refused.extend(run.refused);
		requests += run.requests;
		next = run.next;
	}
	assert_eq!((refused, requests), (whole.refused, whole.requests));

	let unknown = PolicyPart::Rule { number: 9, rule: Some(Rule::SharersListed { list: ParamId(9_999) }) };
	let refusal = now.ask::<Run>(method, &json!([[unknown], null, null])).await.unwrap_err().to_string();
	assert!(refusal.contains("part 0"), "{refusal}");
}

/// Tables, heads and digests, which are worked out here once more.
async fn says_what_the_baseline_is(before: Asked<'_>, after: Asked<'_>, place: &Place, genesis: H256) {
	let (method, function) = ("configGuard_baselines", "ConfigGuardApi_baselines");
	let (arguments, encoded) = (json!([null, MAX_PAGE]), (None::<LocalNetworkId>, MAX_PAGE));
	let all: Vec<BaselineView> = after.same(method, arguments, function, &encoded).await;
	after.paged(&all, method, &[], 100, |view| json!(view.id)).await;
	let view = all.iter().find(|view| view.id == place.id).unwrap();
	let stations = views::stations(after.chain, place.id, Some(after.at)).await.unwrap();

	let (arguments, encoded) = (json!([place.id, 0, MAX_PAGE]), (place.id, 0u16, MAX_PAGE));
	let (method, function) = ("configGuard_baseline", "ConfigGuardApi_baseline");
	let pages: Vec<BaselinePageView> = after.same(method, arguments.clone(), function, &encoded).await;
	if pages.len() > 1 {
		after.paged(&pages, method, &[json!(place.id)], 1, |page| json!(page.page + 1)).await;
	}
	let (mut digests, mut cells) = (vec![Hash::zero(); view.pages.into()], 0);
	for page in &pages {
		let table = CellTable::from_bytes(&page.table).unwrap();
		let place = PagePlace {
			genesis,
			local_network: place.id,
			page: page.page,
			revision: page.revision,
			catalogue: page.catalogue,
		};
		let digest = page_digest(&place, table.counts(), &cell_digests(&table));
		assert_eq!(digest, page.digest, "page {}", page.page);
		digests[usize::from(page.page)] = page.digest;
		cells += table.len();
	}
	assert_eq!((cells, view.cells as usize), (place.baseline.rows.len(), cells));
	// A page is provisional as long as not everybody whose a station with cells is has signed
	let is_provisional = |page: &BaselinePageView| {
		let cells = counts_of(&page.table).unwrap();
		let mut of_page = stations.iter().filter(|site| site.id.page() == Some(page.page));
		of_page.any(|site| {
			let slot = site.id.slot() as usize;
			let signed = page.signed.get(slot).copied().unwrap_or_default();
			let has_cells = cells.get(slot).is_some_and(|cells| *cells > 0);
			has_cells && !signed.is_superset(site.entry.station.signatories())
		})
	};
	assert_eq!(view.provisional as usize, pages.iter().filter(|page| is_provisional(page)).count());
	assert_eq!(local_network_digest(genesis, place.id, &digests), view.digest);

	let (method, function) = ("configGuard_heads", "ConfigGuardApi_heads");
	let heads: Vec<BaselineHeadView> = after.same(method, arguments.clone(), function, &encoded).await;
	let of_page = |page: &BaselinePageView| BaselineHeadView {
		page: page.page,
		revision: page.revision,
		catalogue: page.catalogue,
		cells: counts_of(&page.table).unwrap(),
	};
	assert_eq!(heads, pages.iter().map(of_page).collect::<Vec<_>>());
	let earlier: Vec<BaselineHeadView> = before.same(method, arguments, function, &encoded).await;
	assert_eq!(earlier, heads, "nothing of it has changed");
}

/// Sweeps, exports, what is asked of them, testimony and coverage.
async fn says_what_was_observed(after: Asked<'_>, place: &Place, done: &Done) {
	let (method, function) = ("configGuard_sweeps", "ConfigGuardApi_sweeps");
	let (arguments, encoded) = (json!([null, MAX_PAGE]), (None::<u32>, MAX_PAGE));
	let all: Vec<SweepView> = after.same(method, arguments, function, &encoded).await;
	after.paged(&all, method, &[], 1, |view| json!(view.id)).await;
	let own = all.iter().filter(|view| view.scope == place.scope());
	let openers: BTreeSet<OrgId> = own.map(|view| view.opener).collect();
	assert_eq!(openers, [OrgId(0), OrgId(1)].into());

	for (org, root) in [(place.owner, done.read), (place.sharer, done.claimed)] {
		let (method, function) = ("configGuard_exports", "ConfigGuardApi_exports");
		let (arguments, encoded) = (json!([name(org), 0, MAX_PAGE]), (name(org), 0u32, MAX_PAGE));
		let all: Vec<ExportView> = after.same(method, arguments, function, &encoded).await;
		// The latest first
		assert_eq!((all[0].root, all[0].scope), (root, place.scope()));
		let more: Vec<ExportView> = after.ask(method, &json!([name(org), 1, MAX_PAGE])).await.unwrap();
		assert_eq!(more, all[1..]);

		let (method, function) = ("configGuard_questions", "ConfigGuardApi_questions");
		let arguments = json!([name(org), root]);
		let asked: Vec<QuestionView> = after.same(method, arguments, function, &(name(org), root)).await;
		let is_drawn = |one: &QuestionView| one.by != name(org) && one.cell.site.local_network == place.id;
		assert!(!asked.is_empty() && asked.iter().all(is_drawn), "{asked:?}");
	}

	let (method, function) = ("configGuard_testimonies", "ConfigGuardApi_testimonies");
	let all: Vec<TestimonyView> = after.same(method, json!([place.id]), function, &place.id).await;
	let of = |org: usize| all.iter().find(|view| view.org == name(org)).unwrap();
	assert_eq!((of(place.owner).export, of(place.sharer).export), (done.read, done.claimed));
	assert_eq!((&of(place.sharer).matching, &of(place.sharer).differing), (&vec![], &vec![done.page]));
	let violated: BTreeSet<u16> = done.violated.iter().map(|cell| cell.site.page().unwrap()).collect();
	assert_eq!(of(place.owner).differing.iter().copied().collect::<BTreeSet<_>>(), violated);

	let (method, function) = ("configGuard_unexplained", "ConfigGuardApi_unexplained");
	let (arguments, encoded) = (json!([place.id, 0, MAX_PAGE]), (place.id, 0u16, MAX_PAGE));
	let all: Vec<PageDifferenceView> = after.same(method, arguments.clone(), function, &encoded).await;
	let found: Vec<_> = all.iter().map(|view| (view.page, view.org, &view.cells)).collect();
	assert_eq!(found, [(done.page, name(place.sharer), &None)]);

	let (method, function) = ("configGuard_pageCoverage", "ConfigGuardApi_page_coverage");
	let pages: Vec<PageCoverageView> = after.same(method, arguments, function, &encoded).await;
	let page = pages.iter().find(|view| view.page == done.page).unwrap();
	let words: Vec<_> = page.words.iter().map(|word| (word.org, word.matches, word.counts)).collect();
	let sharers = (name(place.sharer), false, true);
	assert!(words.len() == 2 && words.contains(&sharers), "{page:?}");

	let (method, function) = ("configGuard_coverage", "ConfigGuardApi_coverage");
	let (arguments, encoded) = (json!([null, MAX_PAGE]), (None::<LocalNetworkId>, MAX_PAGE));
	let all: Vec<CoverageView> = after.same(method, arguments, function, &encoded).await;
	after.paged(&all, method, &[], 100, |view| json!(view.local_network)).await;
	let view = all.iter().find(|view| view.local_network == place.id).unwrap();
	let differing: BTreeSet<u16> = violated.into_iter().chain([done.page]).collect();
	assert_eq!((view.pages as usize, view.differing as usize), (pages.len(), differing.len()));
	let contradicting = pages.iter().filter(|page| page.contradicting).count();
	assert_eq!(view.contradicting as usize, contradicting);
}

/// The summary. What it says is compared with the other methods by the metrics.
async fn says_the_country_at_a_glance(before: Asked<'_>, after: Asked<'_>) {
	let (method, function) = ("configGuard_summary", "ConfigGuardApi_summary");
	let earlier: SummaryView = before.same(method, json!([]), function, &()).await;
	let summary: SummaryView = after.same(method, json!([]), function, &()).await;
	assert_ne!(summary, earlier);
	assert_eq!(summary.agenda_lag, 0);
}

/// What the scene has done shows in the metrics. What earlier scenes have begun goes on meanwhile: silence confirms, windows
/// pass.
fn metrics_have_moved(before: &Samples, after: &Samples, place: &Place, done: &Done) {
	let number = |samples: &Samples, name: &str, labels: &[(&str, &str)]| {
		let name = format!("trimast_config_{name}");
		let labels: Vec<String> =
			labels.iter().map(|(label, value)| format!("{label}=\"{value}\"")).collect();
		let is_of = |(of, has): &(String, BTreeSet<String>)| {
			*of == name && labels.iter().all(|label| has.contains(label))
		};
		samples.iter().filter(|(sample, _)| is_of(sample)).map(|(_, number)| *number).sum::<u64>()
	};
	let grows = |name: &str, labels: &[(&str, &str)], by: u64| {
		let [before, after] = [before, after].map(|samples| number(samples, name, labels));
		assert!(after >= before + by, "{name} {labels:?}: {before}, then {after}");
	};
	let [owner, sharer] = [place.owner, place.sharer].map(|org| org.to_string());
	let violated = done.violated.len() as u64;
	let hidden = [("org", owner.as_str()), ("kind", "hidden"), ("standing", "confirmed")];
	grows("violations", &hidden, violated);
	grows("confirmed_today", &hidden[..2], violated);
	for org in [owner.as_str(), sharer.as_str()] {
		grows("observed_timestamp_seconds", &[("org", org)], 1);
	}
	grows("rows_total", &[("org", owner.as_str()), ("result", "opened")], 1);
	assert!(number(after, "requests", &[("phase", "asked")]) > 0, "{after:?}");
	assert!(number(after, "consents_awaited", &[("org", sharer.as_str())]) > 0, "{after:?}");
	let province = place.id.province().0.to_string();
	let differing = [("province", province.as_str()), ("finding", "differing")];
	assert!(number(after, "pages_found", &differing) > 0, "{after:?}");
}

/// Violations and scores.
async fn says_what_was_found(before: Asked<'_>, after: Asked<'_>, place: &Place, done: &Done) {
	let (method, function) = ("configGuard_violations", "ConfigGuardApi_violations");
	let (arguments, encoded) = (json!([null, MAX_PAGE]), (None::<u32>, MAX_PAGE));
	let all: Vec<ViolationView> = after.same(method, arguments, function, &encoded).await;
	after.paged(&all, method, &[], (all.len() / 3).max(1), |view| json!(view.id)).await;
	let own: Vec<&ViolationView> =
		all.iter().filter(|view| view.cell.site.local_network == place.id).collect();
	let found: BTreeSet<CellId> = own.iter().map(|view| view.cell).collect();
	assert_eq!(found, done.violated.iter().copied().collect());
	for view in &own {
		let said = (view.key, view.against, view.accuser, view.kind.as_str(), view.standing.as_str());
		let owner = name(place.owner);
		assert_eq!(said, (done.key, owner, owner, "hidden", "confirmed"), "{view:?}");
		let (method, function) = ("configGuard_violation", "ConfigGuardApi_violation");
		let one: Option<ViolationView> = after.same(method, json!([view.id]), function, &view.id).await;
		assert_eq!(one.as_ref(), Some(*view));
		let one: Option<ViolationView> = before.same(method, json!([view.id]), function, &view.id).await;
		assert_eq!(one, None);
	}
	let (method, function) = ("configGuard_openViolations", "ConfigGuardApi_open_violations");
	let (arguments, encoded) = (json!([place.id, 0, MAX_PAGE]), (place.id, 0u16, MAX_PAGE));
	let mut open: Vec<ViolationView> = after.same(method, arguments, function, &encoded).await;
	open.sort_by_key(|view| view.id);
	assert_eq!(open.iter().collect::<Vec<_>>(), own);

	// Today, and this month, at UTC+8
	let at = now();
	let day = u16::try_from((at + 8 * HOUR) / (24 * HOUR)).unwrap();
	let (method, function) = ("configGuard_dayScores", "ConfigGuardApi_day_scores");
	let (arguments, encoded) = (json!([day, 0, MAX_PAGE]), (day, 0u32, MAX_PAGE));
	let days: Vec<ScoreView> = after.same(method, arguments.clone(), function, &encoded).await;
	let earlier: Vec<ScoreView> = before.same(method, arguments, function, &encoded).await;
	let count = |scores: &[ScoreView]| {
		let is_own = |score: &&ScoreView| {
			(score.against, score.province) == (name(place.owner), place.id.province())
				&& score.kind == "hidden"
		};
		scores.iter().find(is_own).map_or(0, |score| score.count)
	};
	assert!(count(&days) >= count(&earlier) + 2, "{days:?}");
	let more: Vec<ScoreView> = after.ask(method, &json!([day, 1, MAX_PAGE])).await.unwrap();
	assert_eq!(more, days[1..]);

	let (method, function) = ("configGuard_monthScores", "ConfigGuardApi_month_scores");
	let date = time_text(at + 8 * HOUR);
	let number = |range: std::ops::Range<usize>| date[range].parse::<u16>().unwrap();
	let month = number(0..4) * 12 + number(5..7) - 1;
	let (arguments, encoded) = (json!([month, 0, MAX_PAGE]), (month, 0u32, MAX_PAGE));
	let months: Vec<ScoreView> = after.same(method, arguments, function, &encoded).await;
	assert!(count(&months) >= count(&days), "{months:?}");
}

/// Requests, their values, and what would be refused.
async fn says_what_is_asked_for(before: Asked<'_>, after: Asked<'_>, place: &Place, done: &Done) {
	let (method, function) = ("configGuard_requests", "ConfigGuardApi_requests");
	let (arguments, encoded) = (json!([null, MAX_PAGE]), (None::<u32>, MAX_PAGE));
	let all: Vec<RequestView> = after.same(method, arguments.clone(), function, &encoded).await;
	let earlier: Vec<RequestView> = before.same(method, arguments, function, &encoded).await;
	assert!(earlier.iter().all(|view| view.reason != done.reason), "{earlier:?}");
	let view = all.iter().find(|view| view.reason == done.reason).unwrap();
	let none: Vec<RequestView> = after.ask(method, &json!([view.id, MAX_PAGE])).await.unwrap();
	assert!(none.iter().all(|later| later.id > view.id), "{none:?}");
	assert_eq!((view.by, view.phase.as_str(), view.window), (name(place.owner), "asked", done.window));
	assert_eq!(view.consents.missing(), trimast_primitives::OrgSet::of(name(place.sharer)), "{view:?}");
	let (method, function) = ("configGuard_request", "ConfigGuardApi_request");
	let one: Option<RequestView> = after.same(method, json!([view.id]), function, &view.id).await;
	assert_eq!(one.as_ref(), Some(view));

	let (method, function) = ("configGuard_requestItems", "ConfigGuardApi_request_items");
	let (arguments, encoded) = (json!([view.id, done.page]), (view.id, done.page));
	let items: Vec<ItemView> = after.same(method, arguments, function, &encoded).await;
	let Item { cell, key, value, .. } = done.item;
	let value = value.expect("a new value");
	let [item] = &items[..] else { panic!("{items:?}") };
	assert_eq!(
		(item.cell.cell, item.key, item.value, item.before),
		(cell, key, Some(value), Some(value - 1))
	);
	assert_eq!(item.state.as_deref(), Some("open"));

	// Of these, the first is asked for already and the second is no value of the parameter; the other cell's may be changed
	let other = done.violated[0];
	let slot = u8::try_from(other.site.slot()).unwrap();
	let page = other.site.page().unwrap();
	let asked = |slot: u8, cell: u8, value: i64| (slot, cell, key, Some(value));
	let cases = [
		(done.page, asked(done.item.slot, cell, value), 1),
		(page, asked(slot, other.cell, 31), 1),
		(page, asked(slot, other.cell, 5), 0),
	];
	for (page, item, refused) in cases {
		let (method, function) = ("configGuard_checkChange", "ConfigGuardApi_check_change");
		let (by, items) = (name(place.owner), vec![item]);
		let arguments = json!([by, place.id, page, items, done.window, false]);
		let encoded = (by, place.id, page, items, done.window, false);
		let refusals: Vec<RefusalView> = after.same(method, arguments, function, &encoded).await;
		let items: Vec<u8> = refusals.iter().map(|refusal| refusal.item).collect();
		assert_eq!(items, vec![0; refused], "{item:?}: {refusals:?}");
		assert!(refusals.iter().all(|refusal| !refusal.why.is_empty()), "{refusals:?}");
	}
}
