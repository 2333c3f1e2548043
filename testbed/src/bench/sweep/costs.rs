// SPDX-License-Identifier: Apache-2.0

//! What one tag and one change cost, whatever the size of the country. The calls are the same at each size: on the same local
//! networks, on pages of about as many cells, and as many tags.

use super::{
	baseline::{LocalBaseline, OwnCell},
	descent::{Field, OpenSweep},
	execution,
	levels::Testimony,
	observation::{LocalDigests, Observation},
};
use crate::calls::{self, EncodedCall};
use anyhow::{Context, Result};
use std::time::{SystemTime, UNIX_EPOCH};
use trimast_primitives::{
	cells::{
		change::{Item, Terms},
		CellTable, ParamId, ParamKey,
	},
	Hash, Moment,
};

/// Local networks on which a call is measured.
const CALLS: usize = 64;

/// Calls whose cost is measured, and how many units they have together.
struct Calls {
	what: &'static str,
	calls: Vec<EncodedCall>,
	units: usize,
}

/// What one unit of something costs.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Cost {
	/// Of what.
	pub(super) what: &'static str,
	/// Microseconds of execution time.
	pub(super) micros: f64,
}

/// Measures the cost of everything that there is exactly one of, as calls of the first carrier that are carried out on
/// trial.
pub(super) async fn costs(field: &mut Field) -> Result<Vec<Cost>> {
	let (sweep, digests) = field.rehearse().await?;
	let open = field.open_violations().await?;
	let mut costs = Vec::new();
	let tags = tags(field, &sweep, &digests, &open)?;
	for Calls { what, calls, units } in tags.into_iter().chain(changes(field)?) {
		let senders = &field.senders[0];
		let seconds = execution::of_calls(&senders.chain, senders.first(), &calls).await?;
		costs.push(Cost { what, micros: seconds * 1e6 / units.max(1) as f64 });
	}
	Ok(costs)
}

/// Tags in calls of one, and in full calls.
fn tags(field: &Field, sweep: &OpenSweep, digests: &[LocalDigests], open: &[u32]) -> Result<Vec<Calls>> {
	let networks = &field.baseline.networks;
	let observation = Observation::default();
	let testimony = Testimony {
		baseline: &field.baseline,
		observation: &observation,
		digests,
		sweep: sweep.number,
		key: sweep.key,
		export: sweep.exports[0],
		limits: field.limits,
		open,
	};
	let used = |network: &LocalBaseline| network.pages.len();
	let spread: Vec<usize> = spread(networks.len()).filter(|n| used(&networks[*n]) > 0).collect();
	let greatest = (0..networks.len()).max_by_key(|n| used(&networks[*n])).context("no local network")?;

	let (number, export) = (sweep.number, testimony.export);
	let network_tag = |n: &usize| {
		let tag = (networks[*n].id, sweep.key.tag(&digests[*n].network));
		calls::attest_networks(number, export, &[tag])
	};
	let page_of = |n: usize| networks[n].ordinary_pages()[0];
	let page_tag = |n: &usize| {
		let p = page_of(*n);
		let tag = sweep.key.tag(&digests[*n].pages[p].page);
		calls::attest_pages(number, export, networks[*n].id, networks[*n].pages[p].number, &[tag])
	};
	let cells_of_page = |n: &usize| {
		calls::attest_cells(number, export, networks[*n].id, &[testimony.page_tags(*n, page_of(*n))])
	};
	let mut pages = networks[greatest].ordinary_pages();
	pages.truncate(field.limits.pages);
	pages.sort_unstable();
	let full: Vec<_> = pages.into_iter().map(|p| testimony.page_tags(greatest, p)).collect();
	let cells_alone: u32 = spread.iter().map(|n| networks[*n].pages[page_of(*n)].cells).sum();
	eprintln!("single calls: {:.1} cells a page", f64::from(cells_alone) / spread.len() as f64);
	let full_pages = testimony.page_calls(greatest).into_iter().next().context("no page")?;
	let full_page_tags = networks[greatest].used().min(field.limits.tags);
	let calls = |what, one: &dyn Fn(&usize) -> EncodedCall| Calls {
		what,
		calls: spread.iter().map(one).collect(),
		units: spread.len(),
	};
	Ok(vec![
		calls("tag of a local network, alone in its call", &network_tag),
		calls("tag of a page, alone in its call", &page_tag),
		Calls { what: "tag of a page, in a full call", calls: vec![full_pages], units: full_page_tags },
		calls("tags of one page's cells, alone in their call", &cells_of_page),
		Calls {
			what: "tag of a cell, in a full call",
			units: full.iter().map(|(_, _, tags)| tags.len()).sum(),
			calls: vec![calls::attest_cells(number, export, networks[greatest].id, &full)],
		},
	])
}

/// Hysteresis, of class J: a change of it waits for consents.
const JOINT: ParamId = ParamId(34);
/// qHyst, of class N: a change of it in its envelope is carried out at once.
const NOTIFIED: ParamId = ParamId(47);

/// Requests of one value.
fn changes(field: &Field) -> Result<[Calls; 2]> {
	let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as Moment;
	// A minute ago at the earliest: the chain's clock may be behind.
	let window = (now - 60_000, now + 3_600_000);
	let request = |param: ParamId, other: fn(i64) -> i64| {
		let key = ParamKey { param, place: 0 };
		let of = |network: &LocalBaseline| {
			let OwnCell { page, slot, cell } = network.own?;
			let table = &network.pages[network.find(page)?].table;
			let value = other(CellTable::peek(table, slot.into(), cell, key)?);
			let terms = Terms {
				window,
				whole: true,
				emergency: false,
				guard: Default::default(),
				reason: Hash::zero(),
			};
			Some(calls::request(network.id, terms, page, vec![Item { slot, cell, key, value: Some(value) }]))
		};
		field.baseline.networks.iter().filter_map(of).take(CALLS).collect::<Vec<_>>()
	};
	let calls = |what, calls: Vec<EncodedCall>| Calls { what, units: calls.len(), calls };
	Ok([
		calls("request of one value, checked", request(JOINT, |value| if value > 0 { value - 1 } else { 1 })),
		calls("request of one value, checked and carried out", request(NOTIFIED, |value| (value - 1).max(1))),
	])
}

/// At most [`CALLS`] numbers below `count`, evenly spread.
fn spread(count: usize) -> impl Iterator<Item = usize> {
	let wanted = count.min(CALLS);
	(0..wanted).map(move |n| n * count / wanted)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn spread_takes_each_number_once() {
		for count in [0, 1, 63, 64, 65, 342] {
			let mut numbers: Vec<_> = spread(count).collect();
			assert!(numbers.iter().all(|n| *n < count));
			numbers.dedup();
			assert_eq!(numbers.len(), count.min(CALLS));
		}
	}
}
