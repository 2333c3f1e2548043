// SPDX-License-Identifier: Apache-2.0

//! What a company says by values: of the cells that differ, what they are set to.

use super::{denial, is_party};
use crate::{
	changes::{network::Elsewhere, types::MAX_CHANGES},
	charges,
	exports::Said,
	sweeps::Open,
	types::{Difference, OpenViolation, ValuesRefusal, ValuesResult},
	violations, Config, Differences, Error, Event, Heads, Imported, OpenInPage, Pallet, Tables, Testimonies,
};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use core::cell::Cell;
use frame_support::{ensure, storage::with_storage_layer, traits::ConstU32, weights::Weight, BoundedVec};
use sp_runtime::{DispatchError, SaturatedConversion};
use trimast_primitives::{
	cells::{are_ordered, digest::cell_digest, CellTable, CellValues, ParamKey, MAX_KEYS},
	site::SiteRegistry,
	Hash, LocalNetworkId, OrgId,
};

/// Most values that one call says are others, beside one of each cell, and open violations that it says are none: as many as
/// one cell may have.
const MAX_FURTHER: u32 = MAX_KEYS - 1;
/// And on an average of its cells, where they are several.
const FURTHER_A_CELL: u32 = 3;
/// Most pages of which one call says that violations are none.
pub(crate) const MAX_DENIED_PAGES: u32 = 2;
/// Most requests that are read to judge the values of one call: those of all changes that a page keeps, so a page by itself
/// is never too much.
const MAX_REQUESTS: u32 = MAX_CHANGES;
/// Most exports that are read for it. What was seen in more of them stands as it did.
const MAX_EXPORTS: u32 = 64;
/// Most records that one call reads.
pub(crate) const MAX_RECORDS: u32 = MAX_REQUESTS + MAX_EXPORTS;

/// Most values that one call of so many cells says are others, beside one of each cell, and open violations that it says are
/// none. A cell by itself is never too much. Of several cells seldom all is another, and a call is charged beforehand for all
/// that it may say: a block has room for more of them when that is little. What was too much is sent by itself.
pub(crate) fn most_further(cells: u32) -> u32 {
	match cells {
		0 | 1 => MAX_FURTHER,
		_ => FURTHER_A_CELL.saturating_mul(cells).min(MAX_FURTHER),
	}
}

/// What a company says of one page: its number, its revision, and cells by their places with all of their values.
pub(crate) type SeenPage<S> =
	(u16, u32, BoundedVec<(u16, BoundedVec<(ParamKey, i64), ConstU32<MAX_KEYS>>), S>);

/// Takes all values of cells that differ, page by page, in the places that they had at a revision. They are compared with
/// the present ones, and what was approved or imported meanwhile explains them. What is refused of one page leaves
/// the others alone. Says what it weighed.
pub(crate) fn attest_values<T: Config>(
	org: OrgId,
	sweep: &Open,
	local_network: LocalNetworkId,
	pages: BoundedVec<SeenPage<T::MaxValues>, T::MaxPagesOfCells>,
) -> Result<Weight, Error<T>> {
	sweep.covers::<T>(local_network)?;
	let count = pages.len().saturated_into();
	let cells = charges::count_all(&pages, |page| page.2.len());
	let session = Values::<T> {
		org,
		sweep,
		local_network,
		is_alone: cells == 1,
		most_further: most_further(cells),
		further: Cell::new(0),
		scored: Cell::new(0),
		heard: Cell::new((0, 0)),
		elsewhere: Elsewhere::of(MAX_REQUESTS, MAX_EXPORTS),
	};
	let mut judged = Weight::zero();
	let taken = |(page, revision, cells): SeenPage<T::MaxValues>| {
		let mut refusal = None;
		let cells: Vec<_> = cells.into_iter().map(|(n, values)| (n, values.into_inner())).collect();
		let values = with_storage_layer(|| {
			values_of(&session, page, revision, &cells).map_err(|why| {
				refusal = Some(why);
				// What one page was too much for leaves the others alone.
				session.elsewhere.go_on();
				DispatchError::Other("refused")
			})
		});
		let (result, weight) = values.unwrap_or_else(|_| {
			// Else it is as deep in storage layers as can be.
			let why = refusal.unwrap_or(ValuesRefusal::AgendaFull);
			(ValuesResult::Refused(why), charges::judged_at_most::<T>())
		});
		judged = judged.saturating_add(weight);
		(page, result)
	};
	let results = BoundedVec::truncate_from(pages.into_iter().map(taken).collect());
	let (violations, heard_pages) = session.heard.get();
	let denied = (heard_pages, violations);
	let (further, scored) = (session.further.get(), session.scored.get());
	let weight = charges::seen_values::<T>((count, cells), further, scored, denied).saturating_add(judged);
	let sweep = sweep.number;
	Pallet::<T>::deposit_event(Event::ValuesAttested { sweep, org, local_network, results });
	Ok(weight.saturating_add(charges::looked::<T>(&session.elsewhere.looked())))
}

/// Who says what cells are set to, and how much was looked at for it in this call.
struct Values<'a, T> {
	org: OrgId,
	sweep: &'a Open,
	local_network: LocalNetworkId,
	/// Whether the call speaks of one cell alone.
	is_alone: bool,
	/// Most values that are others, beside one of each cell, and violations that are heard.
	most_further: u32,
	/// Values that are others and were judged, beside one of each cell.
	further: Cell<u32>,
	/// Values that were counted as violations that are confirmed, and those of pages that are refused.
	scored: Cell<u32>,
	/// Open violations whose values were seen as approved, in cells of which others differ, and their pages.
	heard: Cell<(u32, u32)>,
	elsewhere: Elsewhere<T>,
}

impl<T: Config> Values<'_, T> {
	/// The violations that stand open in these cells of a page and whose values are none of those that differ: they were seen
	/// as approved. Refused where they are more than the call is still heard about, with so many values that are others. A cell
	/// by itself never is: of too many the first are heard, and the others the next time.
	fn denied(
		&self,
		open: &[OpenViolation],
		cells: &[(u8, u8)],
		differing: &BTreeSet<(u8, u8, ParamKey)>,
		more: u32,
	) -> Result<Vec<u32>, ValuesRefusal> {
		let is_denied = |one: &&OpenViolation| {
			let place = (one.slot, one.cell, one.key);
			cells.contains(&(one.slot, one.cell)) && !differing.contains(&place)
		};
		let mut denied: Vec<u32> = open.iter().filter(is_denied).map(|one| one.id).collect();
		let (violations, pages) = self.heard.get();
		let room: usize = self.most_further.saturating_sub(more).saturating_sub(violations).saturated_into();
		if self.is_alone {
			denied.truncate(room);
		}
		let fits = denied.len() <= room && pages < MAX_DENIED_PAGES;
		ensure!(denied.is_empty() || fits, ValuesRefusal::TooManyViolations);
		denied.sort_unstable();
		Ok(denied)
	}

	/// Hears of these open violations of a page, by their numbers in order, that they were seen as approved, in cells with
	/// values whose digests begin so.
	fn deny(&self, page: u16, denied: &[u32], said: &BTreeMap<(u8, u8), [u8; 8]>) {
		if denied.is_empty() {
			return;
		}
		let (violations, pages) = self.heard.get();
		self.heard.set((violations.saturating_add(denied.len().saturated_into()), pages.saturating_add(1)));
		let open = OpenInPage::<T>::get(self.local_network, page);
		let said = |one: &OpenViolation, _: u16, _: bool| {
			let values = said.get(&(one.slot, one.cell)).filter(|_| denied.binary_search(&one.id).is_ok());
			values.map(|values| Said::Gave(*values))
		};
		violations::deny::<T>(denial(self.org, self.sweep), self.local_network, page, open, said);
	}
}

/// What came of one page, and what stands in it weighed.
fn values_of<T: Config>(
	session: &Values<'_, T>,
	page: u16,
	revision: u32,
	cells: &[(u16, CellValues)],
) -> Result<(ValuesResult, Weight), ValuesRefusal> {
	let Values { org, sweep, local_network, further, elsewhere, .. } = session;
	let (org, sweep, local_network) = (*org, *sweep, *local_network);
	let place = (local_network, page, org);
	let told = Differences::<T>::get(place)
		.filter(|one| (one.sweep, one.export) == (sweep.number, sweep.export.root));
	let standing = OpenInPage::<T>::get(local_network, page);
	// Who is no party to a station answers what it is accused of there, and says nothing else.
	let is_accused = |slot: u8, cell: u8| {
		standing.iter().any(|one| (one.slot, one.cell, one.against) == (slot, cell, org))
	};
	let is_told = told.is_some();
	let answer = || {
		let answers = standing.iter().any(|one| one.against == org);
		answers.then(|| Difference::of_nothing(sweep.number, sweep.export.root, revision))
	};
	let mut difference = told.or_else(answer).ok_or(ValuesRefusal::NoDifference)?;
	let head = Heads::<T>::get(local_network, page);
	if !head.is_laid_out_as(difference.revision) || !head.is_laid_out_as(revision) {
		return Ok((ValuesResult::Stale, Weight::zero()));
	}
	let mut open = difference.cells.take().ok_or(ValuesRefusal::NoDifference)?;
	let table = CellTable::from_trusted(&Tables::<T>::get(local_network, page))
		.map_err(|_| ValuesRefusal::Unknown)?;
	let entries = T::Sites::stations(local_network, page);
	let imported = Imported::<T>::get(local_network, page);
	let (mut differing, mut looked_at, mut all_differing) = (Vec::new(), Vec::new(), BTreeSet::new());
	let mut said = BTreeMap::new();
	// A change since may have approved what was seen.
	let is_revised = difference.revision != head.revision;
	let mut more = further.get();
	for (n, seen) in cells {
		ensure!(are_ordered(seen), ValuesRefusal::Disordered);
		let found = open.binary_search(n);
		let position = usize::from(*n);
		let (slot, cell) = table.cells().nth(position).ok_or(ValuesRefusal::NoDifference)?;
		let station =
			entries.get(usize::try_from(slot).unwrap_or(usize::MAX)).ok_or(ValuesRefusal::Unknown)?;
		let signed = head.signed(slot.saturated_into());
		let slot: u8 = slot.saturated_into();
		let is_party = is_party(&station.station, signed, org);
		let answers = !is_party && is_accused(slot, cell);
		if !is_party && !is_told && !answers {
			continue;
		}
		ensure!(answers || found.is_ok(), ValuesRefusal::NoDifference);
		ensure!(answers || is_party, ValuesRefusal::NotParty);
		let values = differing_values(&table.values(position), seen);
		ensure!(answers || is_revised || !values.is_empty(), ValuesRefusal::NoDifference);
		let digest = given(seen);
		said.insert((slot, cell), digest);
		all_differing.extend(values.iter().map(|(key, ..)| (slot, cell, *key)));
		// What was read before an import may be what stood there: that leaves no trace.
		let is_later =
			imported.get(usize::from(slot)).is_some_and(|one| one.of(cell) > sweep.export.observed);
		if answers {
			if !is_later {
				looked_at.push((slot, cell));
			}
			continue;
		}
		// A cell by itself is never too much.
		let values: Vec<_> = values.into_iter().take(MAX_KEYS.saturated_into()).collect();
		more = more.saturating_add(values.len().saturating_sub(1).saturated_into());
		let all = more.saturating_add(session.heard.get().0);
		ensure!(all <= session.most_further, ValuesRefusal::TooManyViolations);
		let of_cell = |(key, approved, observed)| violations::Seen { slot, cell, key, approved, observed };
		if !is_later {
			looked_at.push((slot, cell));
			differing.extend(values.into_iter().map(of_cell));
		}
		if let Ok(found) = found {
			open.remove(found);
		}
		// A cell is given once, so there are no more of them than cells.
		let _ = difference.given.try_push((*n, digest));
	}
	let denied = session.denied(&standing, &looked_at, &all_differing, more)?;
	let (head, table, entries) = (&head, &table, &entries);
	let (imported, given) = (&imported, &said);
	let sighting = violations::Sighting {
		org,
		sweep,
		local_network,
		page,
		head,
		table,
		entries,
		imported,
		given,
		elsewhere,
	};
	// What is judged is charged for, also where it is refused then.
	further.set(more);
	let scored = session.scored.get();
	session.scored.set(scored.saturating_add(differing.len().saturated_into()));
	let sighted = violations::sight::<T>(&sighting, &differing).map_err(refusal)?;
	session.scored.set(scored.saturating_add(sighted.scored));
	session.deny(page, &denied, &said);
	if !is_told {
		return Ok((
			ValuesResult::Taken(sighted.violations),
			charges::judged::<T>(table.size(), sighted.records),
		));
	}
	if open.is_empty() {
		Testimonies::<T>::mutate_exists(local_network, org, |testimony| {
			testimony.as_mut().map(|testimony| testimony.unexplained.remove(page))
		});
	}
	Differences::<T>::insert(place, Difference { cells: Some(open), ..difference });
	Ok((ValuesResult::Taken(sighted.violations), charges::judged::<T>(table.size(), sighted.records)))
}

/// The first bytes of the digest of a cell's values.
pub(crate) fn given(values: &[(ParamKey, i64)]) -> [u8; 8] {
	first_bytes(&cell_digest(values))
}

/// The first bytes of a digest.
pub(crate) fn first_bytes(digest: &Hash) -> [u8; 8] {
	let mut first = [0u8; 8];
	first.iter_mut().zip(digest.as_bytes()).for_each(|(place, byte)| *place = *byte);
	first
}

/// Why a violation cannot be noted, as a result of one page.
fn refusal<T: Config>(error: Error<T>) -> ValuesRefusal {
	match error {
		Error::<T>::TooManyViolations => ValuesRefusal::TooManyViolations,
		_ => ValuesRefusal::AgendaFull,
	}
}

/// Each key whose value differs: the approved value and the one that was seen.
fn differing_values(approved: &CellValues, seen: &CellValues) -> Vec<(ParamKey, Option<i64>, Option<i64>)> {
	let of = |values: &CellValues, key| {
		values
			.binary_search_by_key(&key, |(key, _)| *key)
			.ok()
			.and_then(|n| values.get(n))
			.map(|(_, value)| *value)
	};
	let mut keys: Vec<_> = approved.iter().chain(seen).map(|(key, _)| *key).collect();
	keys.sort_unstable();
	keys.dedup();
	let both = keys.into_iter().map(|key| (key, of(approved, key), of(seen, key)));
	both.filter(|(_, approved, seen)| approved != seen).collect()
}
