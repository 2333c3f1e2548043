// SPDX-License-Identifier: Apache-2.0

//! When cells may sleep, and which hours many of them have in common. Quarters of a day are bits: bit 0 is the first.

use super::{
	sleepers::Sleeper,
	traffic::{Known, Traffic},
	Guard, Settings, DAY, WHOLE,
};
use std::{
	cmp::Reverse,
	collections::{BTreeMap, BTreeSet},
};
use trimast_primitives::{cells::CellId, page::SiteId};

/// Every quarter.
const ALL: u128 = (1 << DAY) - 1;

/// Hours that cells have in common.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Hours {
	/// The quarter in which they begin.
	pub(super) from: u8,
	/// The quarter before which they end.
	pub(super) until: u8,
	/// The cells, by their places among the sleepers.
	pub(super) cells: Vec<usize>,
}

/// The quarters that an interval of so many more on both sides touches.
fn widened(quarters: u128, by: u8) -> u128 {
	let mut wide = quarters;
	for _ in 0..by {
		let later = wide << 1 | wide >> (DAY - 1);
		let earlier = wide >> 1 | (wide & 1) << (DAY - 1);
		wide = (wide | later | earlier) & ALL;
	}
	wide
}

/// The quarters that were read on so many days.
fn read(traffic: Traffic<'_>, guard: Guard) -> u128 {
	let is_read = |n: &usize| traffic.days[*n] >= u16::from(guard.days);
	(0..DAY).filter(is_read).fold(0u128, |quarters, n| quarters | 1 << n)
}

/// The quarters in which a covering cell has room for all that may fall to it.
fn with_room(traffic: Traffic<'_>, load: &[u64; DAY], guard: Guard) -> u128 {
	let most = u64::from(traffic.busiest) * u64::from(WHOLE - guard.share);
	let has_room = |n: &usize| load[*n].saturating_mul(WHOLE.into()) <= most;
	(0..DAY).filter(has_room).fold(0u128, |quarters, n| quarters | 1 << n) & read(traffic, guard)
}

/// In which quarters of the days of a group each sleeper may sleep.
pub(super) fn quiet(known: &Known<'_>, sleepers: &[Sleeper], guard: Guard, group: usize) -> Vec<u128> {
	let mut loads: BTreeMap<CellId, [u64; DAY]> = BTreeMap::new();
	for one in sleepers {
		let Some(own) = known.traffic(one.cell, group) else { continue };
		for covering in &one.covering {
			let Some(traffic) = known.traffic(*covering, group) else { continue };
			let load = loads.entry(*covering).or_insert_with(|| traffic.most.map(u64::from));
			load.iter_mut().zip(own.most).for_each(|(load, more)| *load += u64::from(*more));
		}
	}
	let room: BTreeMap<CellId, u128> = loads
		.iter()
		.filter_map(|(cell, load)| Some((*cell, with_room(known.traffic(*cell, group)?, load, guard))))
		.collect();
	let of = |one: &Sleeper| {
		let Some((own, facts)) = known.traffic(one.cell, group).zip(known.cell(one.cell)) else { return 0 };
		let of_covering = |cell: &CellId| room.get(cell).copied().unwrap_or(0);
		let quiet = one.covering.iter().map(of_covering).fold(read(own, guard), |all, of| all & of);
		let is_allowed = |n: &usize| facts.not_allowed >> (n / 2) & 1 == 0;
		let allowed = (0..DAY).filter(is_allowed).fold(0u128, |quarters, n| quarters | 1 << n);
		!widened(!quiet & ALL, guard.quarters) & allowed & ALL
	};
	sleepers.iter().map(of).collect()
}

/// How many quarters from one on a cell may sleep.
fn run(quarters: u128, from: usize) -> usize {
	(quarters >> from).trailing_ones() as usize
}

/// The shortest window, in whole intervals.
fn shortest(least: u8, grain: u8) -> usize {
	usize::from(least.div_ceil(grain)) * usize::from(grain)
}

/// Whether a cell may sleep for as long as a window has.
pub(super) fn has_window(quarters: u128, least: u8, grain: u8) -> bool {
	let least = shortest(least, grain);
	(0..DAY).step_by(grain.into()).any(|from| run(quarters, from) >= least)
}

/// Takes windows of whole intervals one by one, as long as there are any: the one in which the cells that have all of it gain most
/// together, the longer and then the earlier of equals. No two windows of cells of one station overlap: what a station saves is measured
/// by one plan at a time. `sites` are the cells' stations.
pub(super) fn windows(
	mut quiet: Vec<u128>,
	sites: &[SiteId],
	gains: &[u64],
	settings: &Settings,
	grain: u8,
) -> Vec<Hours> {
	let least = shortest(settings.least, grain);
	let mut taken = Vec::new();
	while taken.len() < usize::from(settings.windows) {
		let mut best: Option<((u64, usize, Reverse<usize>), usize)> = None;
		for from in (0..DAY).step_by(grain.into()) {
			// By length: what cells gain in a quarter that may sleep for that long and no longer.
			let mut by_run = [0u64; DAY + 1];
			for (quarters, gain) in quiet.iter().zip(gains) {
				by_run[run(*quarters, from)] += gain;
			}
			let mut together = 0u64;
			for length in (least.max(1)..=DAY - from).rev() {
				together += by_run[length];
				if length % usize::from(grain) == 0 && together > 0 {
					let worth = (together.saturating_mul(length as u64), length, Reverse(from));
					if best.is_none_or(|(most, _)| worth > most) {
						best = Some((worth, from));
					}
				}
			}
		}
		let Some(((_, length, _), from)) = best else { break };
		let window = ((1u128 << length) - 1) << from;
		let has_all = |quarters: u128| quarters & window == window;
		let cells: Vec<usize> = (0..quiet.len()).filter(|one| has_all(quiet[*one])).collect();
		let measured: BTreeSet<SiteId> = cells.iter().map(|one| sites[*one]).collect();
		let of_stations = quiet.iter_mut().zip(sites).filter(|(_, site)| measured.contains(*site));
		of_stations.for_each(|(quarters, _)| *quarters &= !window);
		taken.push(Hours { from: from as u8, until: (from + length) as u8, cells });
	}
	taken
}
