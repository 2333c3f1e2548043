// SPDX-License-Identifier: Apache-2.0
//! What the chain's answers to calls say, and what is sent again by them.

use super::{jobs::Job, network::Network, Sending};
use crate::{
	chain::events::Event, config::sweep::plan::Verdict, error::Failure, output::Output, submit::Inclusion,
};
use serde_json::{json, Value};
use std::{collections::BTreeSet, ops::Range};
use trimast_primitives::LocalNetworkId;

/// What a chain answers that has been told, or asked, too much at once.
pub(super) const TOO_MUCH: &str = "TooManyViolations";

impl Sending<'_> {
	/// Takes the answer to a call.
	pub(super) fn take(
		&mut self,
		job: &Job,
		inclusion: &Inclusion,
		output: Output,
		bar: &indicatif::ProgressBar,
	) {
		let find = |name: &str| inclusion.events.iter().find(|event| event.is("ConfigGuard", name));
		let unheard = match job {
			Job::Networks(_) => {
				for (id, result) in find("NetworksAttested").map(results).unwrap_or_default() {
					let Some(network) = self.networks.get_mut(&LocalNetworkId(id)) else { continue };
					if !network.take_tag(&result) {
						let text = format!(
							"local network {id} lies outside of the sweep or of the account's scope: compare them with \
							 `trimast account show`"
						);
						bar.suspend(|| output.say(&text));
					}
				}
				BTreeSet::new()
			}
			Job::Pages(id, first, count) => {
				let Some(network) = self.networks.get_mut(id) else { return };
				network.take_pages(*first..first.saturating_add(*count), find("PagesAttested"))
			}
			Job::Cells(id, _) => {
				let Some(network) = self.networks.get_mut(id) else { return };
				network.take_cells(find("CellsAttested"))
			}
			Job::Values(id, _) => {
				let Some(network) = self.networks.get_mut(id) else { return };
				let count = |name: &str| {
					let events = inclusion.events.iter().filter(|event| event.is("ConfigGuard", name));
					u64::try_from(events.count()).unwrap_or(0)
				};
				network.tally.opened += count("ViolationOpened");
				network.tally.seen += count("ViolationSeen");
				let (unheard, refused) = network.take_values(job, find("ValuesAttested"));
				for (page, why) in refused {
					output.json_line(&json!({
						"type": "refused", "local_network": id, "page": page, "reason": why,
					}));
					bar.suspend(|| output.say(&format!("local network {}, page {page}: {why}", id.0)));
				}
				unheard
			}
		};
		if unheard.is_empty() {
			return;
		}
		match job.rest(&unheard) {
			Some(parts) => self.too_much.extend(parts),
			None => {
				let what = "more violations stand open in the page than one call is heard about";
				self.fail(job, &Failure::chain(what).remedy("repeat the command"), bar);
			}
		}
	}
}

impl Network {
	/// Takes the answer to its own tag. Says whether it was heard at all.
	fn take_tag(&mut self, result: &Value) -> bool {
		match result.as_str() {
			Some("Matches") => self.matching = self.plans.keys().copied().collect(),
			Some("Outside") => {
				self.failed = true;
				self.tally.refused += 1;
				return false;
			}
			_ => self.needs_pages = true,
		}
		true
	}

	/// Takes the answer to the tags of pages in a row. Says which were not heard.
	fn take_pages(&mut self, pages: Range<u16>, answer: Option<&Event>) -> BTreeSet<u16> {
		let list = |name: &str| {
			let found = answer.and_then(|event| event.fields.get(name)).map(numbers);
			found.unwrap_or_default().into_iter().collect::<BTreeSet<u16>>()
		};
		let (differing, unheard) = (list("differing"), list("unheard"));
		for page in pages.filter(|page| !unheard.contains(page)) {
			let Some(plan) = self.plans.get(&page) else { continue };
			match (&plan.verdict, differing.contains(&page)) {
				(_, false) => {
					self.matching.insert(page);
				}
				(Verdict::Differs { .. }, true) => {}
				// By the export it is as the baseline was: it is looked at anew, with its cells.
				(_, true) => {
					self.stale.insert(page);
				}
			}
		}
		unheard
	}

	/// Takes the answer to the tags of cells. Says the cells of which pages were not heard.
	fn take_cells(&mut self, answer: Option<&Event>) -> BTreeSet<u16> {
		let mut unheard = BTreeSet::new();
		for (page, result) in answer.map(results).unwrap_or_default() {
			if result.as_str() == Some("Unheard") {
				unheard.insert(page);
				continue;
			}
			match result.get("Differ").map(numbers) {
				Some(cells) if cells.is_empty() => {
					self.matching.insert(page);
				}
				Some(cells) => {
					self.differing.insert(page, cells);
				}
				// Cells have other places since.
				None => {
					self.stale.insert(page);
				}
			}
		}
		unheard
	}

	/// Takes the answer to values. Says of which pages they were too many, and of which they were refused, and why.
	fn take_values(&mut self, job: &Job, answer: Option<&Event>) -> (BTreeSet<u16>, Vec<(u16, String)>) {
		let (mut unheard, mut refused) = (BTreeSet::new(), Vec::new());
		for (page, result) in answer.map(results).unwrap_or_default() {
			if let Some(values) = result.get("Taken").and_then(Value::as_u64) {
				self.tally.values += values;
			} else if result.as_str() == Some("Stale") {
				self.stale.insert(page);
			} else if is_too_much(&result) && job.rest(&[page].into()).is_some() {
				unheard.insert(page);
			} else {
				self.tally.refused += 1;
				self.failed = true;
				let why = result.get("Refused").map_or_else(String::new, refusal_text);
				refused.push((page, why));
			}
		}
		(unheard, refused)
	}
}

/// Whether a page was refused since there was no room for so much.
fn is_too_much(result: &Value) -> bool {
	result.get("Refused").and_then(Value::as_str) == Some(TOO_MUCH)
}

/// Pairs of a number and a result, as an event lists them.
fn results(event: &Event) -> Vec<(u16, Value)> {
	let items = event.fields.get("results").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
	let pair = |item: &Value| {
		let number = item.get(0)?.as_u64().and_then(|number| u16::try_from(number).ok())?;
		Some((number, item.get(1)?.clone()))
	};
	items.iter().filter_map(pair).collect()
}

fn numbers(list: &Value) -> Vec<u16> {
	let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
	items.iter().filter_map(|item| item.as_u64().and_then(|number| u16::try_from(number).ok())).collect()
}

/// Why the values of a page were refused, and what to do.
fn refusal_text(why: &Value) -> String {
	match why.as_str().unwrap_or_default() {
		"NoDifference" => "the chain has no difference noted there: repeat the command".into(),
		"NotParty" => "the company does not own or share a station of it any more: export anew".into(),
		"Unknown" => "no baseline or no station stands there any more: repeat the command".into(),
		"TooManyViolations" => "as many violations stand open there as may: settle some first".into(),
		"AgendaFull" => "the chain has too much to do by itself then: try again later".into(),
		_ => crate::chain::json::short(why),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::config::sweep::plan::{Cells, PagePlan};
	use trimast_primitives::Hash;

	const PLACE: LocalNetworkId = LocalNetworkId(1301);

	fn event(fields: Value) -> Event {
		Event {
			index: 0,
			phase: crate::chain::events::Phase::Initialization,
			pallet: "ConfigGuard".into(),
			name: "Attested".into(),
			fields,
			bytes: Vec::new(),
		}
	}

	/// A local network with two pages that the export has as the baseline, and one that it has otherwise.
	fn network() -> Network {
		let differs = Verdict::Differs { cells: vec![Some(Hash::zero())], seen: Vec::new() };
		let plans = [Verdict::Matches, Verdict::Matches, differs];
		let plan = |(page, verdict)| {
			let digest = Hash::repeat_byte(1);
			(page, PagePlan { page, revision: 1, digest, verdict, cells: Cells::default(), by_cells: false })
		};
		Network { plans: (0..).zip(plans).map(plan).collect(), ..Network::default() }
	}

	#[test]
	fn answers_are_read_from_events() {
		let found = results(&event(json!({ "results": [[7, { "Differ": [1, 2] }], [8, "Stale"]] })));
		assert_eq!((found[0].0, found[0].1.get("Differ").map(numbers)), (7, Some(vec![1, 2])));
		assert_eq!((found[1].0, found[1].1.as_str()), (8, Some("Stale")));
	}

	#[test]
	fn local_network_is_equal_or_needs_its_pages_or_was_not_heard() {
		let mut equal = network();
		assert!(equal.take_tag(&json!("Matches")));
		assert_eq!((equal.matching, equal.needs_pages), ([0, 1, 2].into(), false));
		let mut other = network();
		assert!(other.take_tag(&json!("Differs")));
		assert_eq!((other.matching.len(), other.needs_pages, other.failed), (0, true, false));
		let mut outside = network();
		assert!(!outside.take_tag(&json!("Outside")));
		assert_eq!((outside.needs_pages, outside.failed, outside.tally.refused), (false, true, 1));
	}

	#[test]
	fn page_that_differs_against_the_export_was_revised() {
		let mut network = network();
		let answer = event(json!({ "differing": [1, 2], "unheard": [] }));
		assert!(network.take_pages(0..3, Some(&answer)).is_empty());
		assert_eq!((network.matching, network.stale), ([0].into(), [1].into()));
	}

	#[test]
	fn pages_that_were_not_heard_are_neither_equal_nor_revised() {
		let mut network = network();
		let answer = event(json!({ "differing": [], "unheard": [1, 2] }));
		assert_eq!(network.take_pages(0..3, Some(&answer)), [1, 2].into());
		assert_eq!((network.matching, network.stale), ([0].into(), [].into()));
	}

	#[test]
	fn cells_differ_or_do_not_or_are_others_by_now() {
		let mut network = network();
		let results = json!([[0, { "Differ": [] }], [1, "Stale"], [2, { "Differ": [4] }], [3, "Unheard"]]);
		assert_eq!(network.take_cells(Some(&event(json!({ "results": results })))), [3].into());
		assert_eq!((network.matching, network.stale), ([0].into(), [1].into()));
		assert_eq!(network.differing, [(2, vec![4])].into());
	}

	#[test]
	fn values_are_taken_sent_in_parts_or_refused_with_the_reason() {
		let too_many = json!({ "Refused": TOO_MUCH });
		assert!(is_too_much(&too_many));
		assert!(!is_too_much(&json!({ "Refused": "NotParty" })) && !is_too_much(&json!({ "Taken": 3 })));
		let mut network = network();
		let results = json!([[0, { "Taken": 3 }], [1, "Stale"], [2, too_many]]);
		let job = Job::Values(PLACE, vec![(0, vec![1]), (1, vec![1]), (2, vec![1, 2])]);
		let answer = event(json!({ "results": results }));
		assert_eq!(network.take_values(&job, Some(&answer)), ([2].into(), vec![]));
		assert_eq!((network.tally.values, network.stale.len(), network.failed), (3, 1, false));
		// One cell alone has no parts
		let alone = Job::Values(PLACE, vec![(2, vec![1])]);
		let answer = event(json!({ "results": [[2, too_many]] }));
		let (unheard, refused) = network.take_values(&alone, Some(&answer));
		assert!(unheard.is_empty() && refused[0].1.contains("settle some first"), "{refused:?}");
		assert_eq!((network.tally.refused, network.failed), (1, true));
	}
}
