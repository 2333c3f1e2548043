// SPDX-License-Identifier: Apache-2.0

//! Which cells may sleep: those that another one covers and that cover none that sleeps.

use super::{traffic::Known, LeftOut, Settings};
use std::collections::{BTreeMap, BTreeSet};
use trimast_primitives::{cells::CellId, interlock::Cover};

/// A cell that may sleep.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Sleeper {
	/// Which.
	pub(super) cell: CellId,
	/// The cells that can take its traffic: each of them has to have room for all of it, since it may be any.
	pub(super) covering: Vec<CellId>,
}

/// The cells that cover another in full.
fn full(known: &Known<'_>, cell: CellId) -> BTreeSet<CellId> {
	let list = known.cell(cell).map_or(&[][..], |facts| facts.covered_by.as_slice());
	let is_full = |(other, cover): &&(CellId, Cover)| *cover == Cover::Full && *other != cell;
	list.iter().filter(is_full).map(|(other, _)| *other).collect()
}

/// The cells that could take a cell's traffic, or why there is none.
fn covering(known: &Known<'_>, cell: CellId) -> Result<Vec<CellId>, LeftOut> {
	let facts = known.cell(cell).ok_or(LeftOut::NotRead)?;
	if facts.covered_by.is_empty() {
		return Err(LeftOut::NotCovered);
	}
	let full = full(known, cell);
	if full.is_empty() {
		return Err(LeftOut::InPart);
	}
	if !known.is_read(cell) {
		return Err(LeftOut::NotRead);
	}
	let there: Vec<CellId> = full.into_iter().filter(|other| known.is_read(*other)).collect();
	if there.is_empty() {
		return Err(LeftOut::CoveringNotRead);
	}
	let carries = |other: &CellId| {
		let of = known.cell(*other).map_or(&[][..], |other| other.networks.as_slice());
		facts.networks.iter().all(|plmn| of.contains(plmn))
	};
	let there: Vec<CellId> = there.into_iter().filter(carries).collect();
	if there.is_empty() {
		return Err(LeftOut::OtherNetworks);
	}
	Ok(there)
}

/// Chooses cells of the proposer's stations, by number, and says why the others are left out.
pub(super) fn choose(known: &Known<'_>, settings: &Settings) -> (Vec<Sleeper>, Vec<(CellId, LeftOut)>) {
	let (mut candidates, mut left_out) = (BTreeMap::new(), Vec::new());
	for (site, facts) in known.stations.iter().filter(|(_, facts)| facts.owner == settings.owner) {
		for n in 0..facts.cells.len() as u8 {
			let cell = CellId { site: *site, cell: n };
			match covering(known, cell) {
				Ok(covering) => {
					candidates.insert(cell, covering);
				}
				Err(why) => left_out.push((cell, why)),
			}
		}
	}
	// Who covers and who is covered exclude each other, whether the one that covers can take its traffic or not.
	let mut excludes: BTreeMap<CellId, BTreeSet<CellId>> = BTreeMap::new();
	for cell in candidates.keys() {
		for other in full(known, *cell).into_iter().filter(|other| candidates.contains_key(other)) {
			excludes.entry(*cell).or_default().insert(other);
			excludes.entry(other).or_default().insert(*cell);
		}
	}
	let mut order: Vec<CellId> = candidates.keys().copied().collect();
	order.sort_by_key(|cell| (excludes.get(cell).map_or(0, BTreeSet::len), *cell));
	let mut sleep: BTreeSet<CellId> = BTreeSet::new();
	for cell in order {
		let others = excludes.get(&cell);
		let asleep = others.and_then(|others| others.iter().find(|other| sleep.contains(*other)));
		match asleep {
			None => {
				sleep.insert(cell);
			}
			Some(other) if full(known, *other).contains(&cell) => left_out.push((cell, LeftOut::Covers)),
			Some(_) => left_out.push((cell, LeftOut::CoveringSleeps)),
		}
	}
	let chosen = candidates.into_iter().filter(|(cell, _)| sleep.contains(cell));
	(chosen.map(|(cell, covering)| Sleeper { cell, covering }).collect(), left_out)
}
