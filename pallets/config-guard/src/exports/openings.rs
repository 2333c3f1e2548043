// SPDX-License-Identifier: Apache-2.0

//! Openings: which cells others name, and what the rows that are opened say.

use super::{
	attestation_term, attested::Word, is_expired, mark, mark_wrong, opening_term, CellFields, Export,
	FieldMark, OpeningResult, Question, Questions, Said, Wrong, MAX_ABSENT, MAX_NAMED, MAX_OPENED,
};
use crate::{
	agenda::{self, Due},
	testimony::given,
	types::MAX_OPEN_IN_PAGE,
	Asked, Config, Error, Event, Exports, OpenedCells, OpenedFields, OpenedNext, Pallet, WeightInfo,
};
use alloc::vec::Vec;
use frame_support::{ensure, traits::ConstU32, weights::Weight, BoundedVec, Hashable};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	access::{Authority, Scope},
	cells::{
		export::{Fields, Opening, Row, MAX_FIELDS},
		CellId,
	},
	Hash, OrgId,
};

/// `by` names cells of another company's export. Says how many violations were looked at.
pub(crate) fn demand<T: Config>(
	by: OrgId,
	org: OrgId,
	root: Hash,
	cells: BoundedVec<CellId, ConstU32<MAX_NAMED>>,
) -> Result<u32, Error<T>> {
	ensure!(by != org, Error::<T>::OwnExport);
	let export = Exports::<T>::get(org, root).ok_or(Error::<T>::NotAnchored)?;
	let is_expired = is_expired::<T>(export.observed);
	let due = Pallet::<T>::now().saturating_add(opening_term::<T>());
	let mut questions = Asked::<T>::get(org, root);
	let count: u32 = cells.len().saturated_into();
	match questions.named.iter_mut().find(|(other, _)| *other == by) {
		Some((_, named)) => {
			*named = named.saturating_add(count);
			ensure!(*named <= MAX_NAMED, Error::<T>::TooManyDemands);
		}
		None => questions.named.try_push((by, count)).map_err(|_| Error::<T>::TooManyDemands)?,
	}
	let mut looked = 0u32;
	for cell in &cells {
		let CellId { site, cell: number } = *cell;
		let page = site.page().ok_or(Error::<T>::UnknownCell)?;
		let word = Word::read::<T>(org, root, site.local_network, page);
		ensure!(word.is_of_export(), Error::<T>::NotTestified);
		let (held, violations) = word.held::<T>(site.slot(), number);
		looked = looked.saturating_add(violations);
		// One cell by itself never has more.
		ensure!(looked <= MAX_OPEN_IN_PAGE, Error::<T>::TooManyDemands);
		// What it says of violations counts as long as they stand: it is held to that as long.
		ensure!(!is_expired || !held.is_empty(), Error::<T>::NotTestified);
		ensure!(word.is_party_to(site.slot(), number) || !held.is_empty(), Error::<T>::UnknownCell);
		let before = questions.open.len();
		let said = word.said::<T>(site.slot(), number);
		let is_one = |said: &Said| !is_expired && (*said != Said::Nothing || held.is_empty());
		let other = Some(said).filter(|said| is_one(said) && !held.contains(said));
		for said in held.iter().copied().chain(other) {
			if questions.has(*cell, said) {
				continue;
			}
			let question = Question { cell: *cell, by, due, said };
			questions.open.try_push(question).map_err(|_| Error::<T>::TooManyDemands)?;
		}
		ensure!(questions.open.len() > before, Error::<T>::AlreadyAsked);
	}
	agenda::enter::<T>(by, due.saturating_add(1), Due::Openings { org, root })?;
	Asked::<T>::insert(org, root, questions);
	Pallet::<T>::deposit_event(Event::OpeningsDemanded { org, root, by, cells, due });
	Ok(looked)
}

/// Takes the rows that a company opens of its export with this territory and this root. Each has a result of its own. Says
/// what it weighed.
pub(crate) fn open<T: Config>(
	org: OrgId,
	scope: Scope,
	root: Hash,
	openings: &[Opening],
) -> Result<Weight, Error<T>> {
	let export = Exports::<T>::get(org, root).ok_or(Error::<T>::NotAnchored)?;
	ensure!(export.scope == scope, Error::<T>::OutsideScope);
	let (mut differing, bound) = (0u32, export.bound(org));
	let mut questions = Asked::<T>::get(org, root);
	// What each opening shows: nothing, bytes that are no row, or a row.
	let shown: Vec<Option<Option<Row>>> = openings
		.iter()
		.map(|opening| opening.is_in(root, &bound).then(|| Row::from_bytes(&opening.row)))
		.collect();
	let rows: Vec<(u32, &Row)> = openings
		.iter()
		.zip(&shown)
		.filter_map(|(opening, shown)| Some((opening.leaf, shown.as_ref()?.as_ref()?)))
		.collect();
	let now = Pallet::<T>::now();
	let is_late = |question: &Question| question.due < now;
	// Cells that are asked for and lie between two rows that are neighbours. Those that are too many wait for another call.
	let gaps: Vec<Question> = questions
		.open
		.iter()
		.filter(|question| !is_late(question) && is_absent(&rows, export.leaves, question.cell))
		.take(MAX_ABSENT.saturated_into())
		.copied()
		.collect();
	let is_beside = |leaf: u32| {
		let cell_of =
			|n: Option<u32>| rows.iter().find(|(leaf, _)| Some(*leaf) == n).map(|(_, row)| row.cell);
		gaps.iter().any(|Question { cell, .. }| match cell_of(Some(leaf)) {
			Some(own) if own < *cell => {
				leaf.saturating_add(1) == export.leaves
					|| cell_of(leaf.checked_add(1)).is_some_and(|next| *cell < next)
			}
			Some(_) => leaf == 0 || cell_of(leaf.checked_sub(1)).is_some_and(|last| last < *cell),
			None => false,
		})
	};
	let mut results = Vec::new();
	for (opening, shown) in openings.iter().zip(&shown) {
		let Some(shown) = shown else {
			results.push(OpeningResult::Unproven);
			continue;
		};
		// What is no row is that of no cell.
		let Some(row) = shown else {
			results.push(OpeningResult::NotAsked);
			continue;
		};
		let is_of_row = |question: &Question| question.cell == row.cell;
		let is_asked = |question: &Question| is_of_row(question) && !is_late(question);
		let asked: Vec<Question> = questions.open.iter().copied().filter(is_asked).collect();
		if asked.is_empty() && questions.open.iter().any(is_of_row) {
			results.push(OpeningResult::Late);
			continue;
		}
		if asked.is_empty() && !is_beside(opening.leaf) {
			results.push(OpeningResult::NotAsked);
			continue;
		}
		questions.open.retain(|question| !is_asked(question));
		let wrong = judge::<T>(org, &export, &mut questions, &asked, opening.leaf, row, &mut differing);
		match wrong {
			None => mark::<T>(org, root, |marks| marks.opened = marks.opened.saturating_add(1)),
			Some(wrong) => mark_wrong::<T>(org, root, Some(opening.leaf), Some(row.cell), wrong),
		}
		results.push(wrong.map_or(OpeningResult::Opened, OpeningResult::Wrong));
	}
	questions.open.retain(|question| !gaps.contains(question));
	Asked::<T>::insert(org, root, questions);
	let looked = openings.len().saturating_add(gaps.len()).saturated_into();
	for Question { cell, said, .. } in gaps {
		match said {
			Said::Nothing => Pallet::<T>::deposit_event(Event::CellAbsent { org, root, cell }),
			_ => mark_wrong::<T>(org, root, None, Some(cell), Wrong::Absent),
		}
	}
	let results = BoundedVec::truncate_from(results);
	Pallet::<T>::deposit_event(Event::CellsOpened { org, root, results });
	Ok(T::WeightInfo::open_cells(looked, differing))
}

/// Whether these rows show that a cell is not in the export.
fn is_absent(rows: &[(u32, &Row)], leaves: u32, cell: CellId) -> bool {
	let at = |wanted: u32| rows.iter().find(|(leaf, _)| *leaf == wanted).map(|(_, row)| row.cell);
	let is_there = rows.iter().any(|(_, row)| row.cell == cell);
	let is_between = |(leaf, row): &(u32, &Row)| {
		let next = leaf.saturating_add(1);
		let is_first = *leaf == 0 && cell < row.cell;
		let is_last = next == leaves && row.cell < cell;
		is_first || is_last || (row.cell < cell && at(next).is_some_and(|after| cell < after))
	};
	!is_there && rows.iter().any(is_between)
}

/// What is wrong with a row, if anything, by what was said when it was asked for. Of one that is not asked for and shows that
/// another is not there, nothing but its place and its fields is looked at. Counts the rows of other companies that differ
/// from it.
fn judge<T: Config>(
	org: OrgId,
	export: &Export,
	questions: &mut Questions,
	asked: &[Question],
	leaf: u32,
	row: &Row,
	differing: &mut u32,
) -> Option<Wrong> {
	let is_in_order = |(other, cell): &(u32, CellId)| other.cmp(&leaf) == cell.cmp(&row.cell);
	if !questions.seen.iter().all(is_in_order) {
		return Some(Wrong::Disordered);
	}
	if !questions.seen.contains(&(leaf, row.cell)) {
		if questions.seen.is_full() {
			questions.seen.remove(0);
		}
		// There is room for one.
		let _ = questions.seen.try_push((leaf, row.cell));
	}
	let values = given(&row.values);
	let wrong = asked.iter().find_map(|question| question.said.contradicted_by(values));
	if wrong.is_none() {
		*differing = differing.saturating_add(compare_fields::<T>(org, export, row));
	}
	wrong
}

/// The first bytes of the hashes of names and texts.
pub(crate) fn field_marks(fields: &Fields) -> BoundedVec<FieldMark, ConstU32<MAX_FIELDS>> {
	let first = |[a, b, c, d, ..]: [u8; 16]| [a, b, c, d];
	let mark = |name: [u8; 16], text: [u8; 16]| (first(name), first(text));
	let marks = fields.iter().map(|(name, text)| mark(name.blake2_128(), text.blake2_128()));
	BoundedVec::truncate_from(marks.collect())
}

/// Compares the fields of a row with what other companies have opened of the same cell from exports of about the same
/// time, and remembers them. Says how many differ.
fn compare_fields<T: Config>(org: OrgId, export: &Export, row: &Row) -> u32 {
	let mut differing = 0u32;
	let fields = field_marks(&row.fields);
	if fields.is_empty() {
		return differing;
	}
	let term = attestation_term::<T>();
	for other in T::Authority::members().without(org).iter() {
		let Some(theirs) = OpenedFields::<T>::get(other, row.cell) else { continue };
		let is_other_text =
			|(name, text): &FieldMark| theirs.fields.iter().any(|(of, is)| of == name && is != text);
		if theirs.observed.abs_diff(export.observed) <= term && fields.iter().any(is_other_text) {
			differing = differing.saturating_add(1);
			for (org, root) in [(org, export.root), (other, theirs.root)] {
				mark::<T>(org, root, |marks| marks.differing = marks.differing.saturating_add(1));
			}
			let (first, second) = ((org, export.root), (other, theirs.root));
			Pallet::<T>::deposit_event(Event::WitnessesDiffer { cell: row.cell, first, second });
		}
	}
	remember::<T>(org, export, row.cell, fields);
	differing
}

/// The company's latest opened cells are remembered, and no more.
fn remember<T: Config>(
	org: OrgId,
	export: &Export,
	cell: CellId,
	fields: BoundedVec<FieldMark, ConstU32<MAX_FIELDS>>,
) {
	let (root, observed) = (export.root, export.observed);
	if let Some(known) = OpenedFields::<T>::get(org, cell) {
		OpenedFields::<T>::insert(org, cell, CellFields { root, observed, fields, ..known });
		return;
	}
	let place = OpenedNext::<T>::get(org);
	if let Some(gone) = OpenedCells::<T>::get(org, place) {
		OpenedFields::<T>::remove(org, gone);
	}
	OpenedNext::<T>::insert(org, place.saturating_add(1) % MAX_OPENED);
	OpenedCells::<T>::insert(org, place, cell);
	OpenedFields::<T>::insert(org, cell, CellFields { root, observed, place, fields });
}
