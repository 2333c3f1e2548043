// SPDX-License-Identifier: Apache-2.0

//! The configuration guard's metrics beside what its other methods say of the same block, one by one.

use super::{
	cells::violations,
	rpc::{add, scrape, Asked, Samples},
	shared::Shared,
};
use serde::de::DeserializeOwned;
use serde_json::{json, Value};
use std::{
	collections::{BTreeMap, BTreeSet},
	time::{Duration, Instant},
};
use subxt::{dynamic::Value as Dynamic, ext::scale_decode::DecodeAsType};
use trimast_primitives::{
	apis::{
		BaselineView, CoverageView, ExportView, OrgView, QuestionView, RequestView, ScoreView, TestimonyView,
		MAX_PAGE,
	},
	Moment, OrgId,
};
use trimast_testbed::chain::{BlockId, Chain};

const HOUR: Moment = 3_600_000;

/// All items of a list that goes on after the last one.
async fn all<T: DeserializeOwned>(block: Asked<'_>, method: &str, next: impl Fn(&T) -> Value) -> Vec<T> {
	let mut found: Vec<T> = Vec::new();
	loop {
		let after = found.last().map_or(Value::Null, &next);
		let page: Vec<T> = block.ask(method, &json!([after, MAX_PAGE])).await.unwrap();
		if page.is_empty() {
			return found;
		}
		found.extend(page);
	}
}

/// A value of the state that stands by itself.
pub(crate) async fn stored<V: DecodeAsType>(block: Asked<'_>, pallet: &str, item: &str) -> V {
	let at = block.chain.api().await.unwrap().at_block(block.at).await.unwrap();
	let item = subxt::dynamic::storage::<Vec<Dynamic>, V>(pallet, item);
	at.storage().fetch(item, vec![]).await.unwrap().decode().unwrap()
}

/// The samples of the configuration guard that go with a block.
async fn expected(block: Asked<'_>) -> Samples {
	let mut samples = Samples::new();
	let mut add = |name: &str, labels: &[(&str, &str)], number: u64| {
		add(&mut samples, &format!("config_{name}"), labels, number);
	};
	let baselines: Vec<BaselineView> =
		all(block, "configGuard_baselines", |view: &BaselineView| json!(view.id)).await;
	let mut observed: BTreeMap<OrgId, Moment> = BTreeMap::new();
	for view in &baselines {
		let province = view.id.province().0.to_string();
		let province = ("province", province.as_str());
		add("cells", &[province], view.cells.into());
		add("pages_provisional", &[province], view.provisional.into());
		let said: Vec<TestimonyView> = block.ask("configGuard_testimonies", &json!([view.id])).await.unwrap();
		for one in said {
			let last = observed.entry(one.org).or_default();
			*last = one.observed.max(*last);
		}
	}
	let coverage: Vec<CoverageView> =
		all(block, "configGuard_coverage", |view: &CoverageView| json!(view.local_network)).await;
	for view in &coverage {
		let province = view.local_network.province().0.to_string();
		let province = ("province", province.as_str());
		for (attested, pages) in [
			("nobody", view.pages - view.matching),
			("one", view.matching - view.matching_twice),
			("several", view.matching_twice),
		] {
			add("pages", &[province, ("attested", attested)], pages.into());
		}
		for (finding, pages) in [
			("differing", view.differing),
			("contradicting", view.contradicting),
			("unattested", view.unattested),
			("unexplained", view.unexplained),
		] {
			add("pages_found", &[province, ("finding", finding)], pages.into());
		}
	}

	let phases = ["draft", "asked", "executed", "disputed", "overruled"];
	for phase in phases {
		add("requests", &[("phase", phase)], 0);
	}
	let requests: Vec<RequestView> =
		all(block, "configGuard_requests", |view: &RequestView| json!(view.id)).await;
	for request in requests.iter().filter(|request| phases.contains(&request.phase.as_str())) {
		add("requests", &[("phase", request.phase.as_str())], 1);
	}
	let mut open = violations(block.chain, Some(block.at)).await;
	open.retain(|view| view.closed.is_none());
	let now: Moment = stored(block, "Timestamp", "Now").await;
	let today = (now + 8 * HOUR) / (24 * HOUR);
	let scores: Vec<ScoreView> =
		block.ask("configGuard_dayScores", &json!([today, 0, MAX_PAGE])).await.unwrap();
	let orgs: Vec<OrgView> = block.ask("federation_orgs", &json!([])).await.unwrap();
	for OrgView { id, name, status, .. } in orgs {
		let number = id.0.to_string();
		let labels = [("org", number.as_str()), ("name", name.as_str())];
		let with = |more: &[(&'static str, &str)]| -> Vec<(String, String)> {
			let all = labels.iter().chain(more);
			all.map(|(label, value)| ((*label).to_owned(), (*value).to_owned())).collect()
		};
		let mut count = |name: &str, labels: Vec<(String, String)>, number: u64| {
			let labels: Vec<(&str, &str)> =
				labels.iter().map(|(label, value)| (label.as_str(), value.as_str())).collect();
			add(name, &labels, number);
		};
		for one in open.iter().filter(|one| one.against == id) {
			count("violations", with(&[("kind", one.kind.as_str()), ("standing", one.standing.as_str())]), 1);
		}
		for score in scores.iter().filter(|score| score.against == id) {
			count("confirmed_today", with(&[("kind", score.kind.as_str())]), score.count.into());
		}
		if let Some(at) = observed.get(&id) {
			count("observed_timestamp_seconds", with(&[]), at / 1_000);
		}
		let exports: Vec<ExportView> =
			block.ask("configGuard_exports", &json!([id, 0, MAX_PAGE])).await.unwrap();
		assert!(exports.len() < 256, "all are kept");
		let mut asked: Vec<QuestionView> = Vec::new();
		for export in &exports {
			let more: Vec<QuestionView> =
				block.ask("configGuard_questions", &json!([id, export.root])).await.unwrap();
			asked.extend(more);
		}
		if let Some(due) = asked.iter().map(|question| question.due).min() {
			count("rows_due_block", with(&[]), due.into());
		}
		let awaits =
			|request: &&RequestView| request.phase == "asked" && request.consents.missing().contains(id);
		let awaited = requests.iter().filter(awaits).count();
		// Of who is no member there is nothing but what stands of it
		if status.is_member() || !exports.is_empty() {
			count("rows_asked", with(&[]), asked.len() as u64);
			count("consents_awaited", with(&[]), awaited as u64);
			let results: [(&str, fn(&ExportView) -> u32); 4] = [
				("opened", |view| view.opened),
				("wrong", |view| view.wrong),
				("missing", |view| view.missing),
				("differing", |view| view.differing),
			];
			for (result, of) in results {
				let rows: u32 = exports.iter().map(of).sum();
				count("rows_total", with(&[("result", result)]), rows.into());
			}
		}
	}
	let next = stored::<u64>(block, "System", "Number").await + 1;
	let queues = stored::<Vec<(u8, u64)>>(block, "ConfigGuard", "AgendaFrom").await;
	// Those from 128 on are for orders, which may be behind.
	let first = queues.into_iter().filter(|(queue, _)| *queue < 128).map(|(_, first)| first).min();
	let first = first.unwrap_or(next);
	add("agenda_lag_blocks", &[], next - first);
	samples
}

/// A node shows the configuration guard as of a block that it names, this one or a later one. Gives what it shows.
pub(crate) async fn guard_metrics_are_those_of_their_block(
	shared: &Shared,
	archive: &Chain,
	from: BlockId,
) -> Samples {
	let port = shared.network.archive().unwrap().ports.metrics;
	// It looks every minute.
	let limit = Instant::now() + Duration::from_secs(180);
	let mut known: Option<(u64, Samples)> = None;
	loop {
		let mut shown = scrape(port).await;
		shown.retain(|(name, _), _| name.starts_with("trimast_config_"));
		let block = shown.remove(&("trimast_config_block".to_owned(), BTreeSet::new())).unwrap();
		if block >= from.number {
			if known.as_ref().is_none_or(|(of, _)| *of != block) {
				let at = archive.block_hash(block).await.unwrap().unwrap();
				known = Some((block, expected(Asked { chain: archive, at }).await));
			}
			let asked = known.as_ref().map(|(_, samples)| samples);
			// What was shown once and is gone stays as nought
			shown.retain(|key, count| *count > 0 || asked.is_some_and(|asked| asked.contains_key(key)));
			if asked == Some(&shown) {
				return shown;
			}
			// It may have been on its way from one block to another.
			assert!(Instant::now() < limit, "block {block}: {shown:?} are not {asked:?}");
		}
		assert!(Instant::now() < limit, "block {block} is shown, {} is final", from.number);
		tokio::time::sleep(Duration::from_millis(500)).await;
	}
}
