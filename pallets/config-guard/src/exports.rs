// SPDX-License-Identifier: Apache-2.0

//! Exports and their openings: what stands behind a company's testimony, and how far others can check it.
//!
//! A company binds itself to a raw export of the network by one hash, before the sweep in which it testifies from it is
//! opened. The export stays with the company. Later it has to *open* some of its cells: to send their rows with what shows
//! that they are part of the export.
//!
//! ```text
//!   anchored ──► testifies ──► drawn: the first later block of each other company's author draws leaves
//!                         └──► named: another company names cells
//!                                │
//!                                ▼   within the opening term
//!                             opened ──► as testified: good
//!                                │ └───► not as testified, unreadable, out of order, or a cell that it does not have: wrong
//!                                └─ not: missing
//! ```
//!
//! # Draws
//!
//! Leaves are drawn by the hash of a block that another company than the export's has authored, after the export's latest
//! word. The company cannot know it when it binds itself, and cannot make it. Every word is followed by draws: whoever
//! speaks again is drawn from again. A company that authors no block within the opening term draws nothing.
//!
//! # What a testimony is worth
//!
//! * Tags show integrity and freshness, and that a difference cannot hide from an honest witness. They never show that
//!   anybody has looked: all members know the baseline.
//! * Openings make it costly to testify without an export: whoever copies the baseline has no rows, and rows have fields
//!   that are not on the chain, such as serial numbers, which are compared between witnesses.
//! * They do not make lying impossible. A made-up export opens well as long as nobody else has opened the same cells. A
//!   change that is undone between two exports stays unseen.
//! * What a testimony is worth comes from witnesses with opposed interests: a made-up export is found by the witness that
//!   differs.
//!
//! How probable it is that at least one of `k` drawn leaves is a made-up one, when `m` of the export's `n` rows are:
//! `1 - (1 - m/n)^k`. Leaves are drawn independently of each other, so the same one may be drawn twice.
//!
//! | made up (m/n) | k = 4 | k = 8 | k = 12 | k = 24 | k = 48 | k = 96 |
//! |---|---|---|---|---|---|---|
//! | 0.1 % | 0.4 % | 0.8 % | 1.2 % | 2.4 % | 4.7 % | 9.2 % |
//! | 1 % | 3.9 % | 7.7 % | 11.4 % | 21.4 % | 38.3 % | 61.9 % |
//! | 5 % | 18.5 % | 33.7 % | 46.0 % | 70.8 % | 91.5 % | 99.3 % |
//! | 10 % | 34.4 % | 57.0 % | 71.8 % | 92.0 % | 99.4 % | 100.0 % |
//! | 20 % | 59.0 % | 83.2 % | 93.1 % | 99.5 % | 100.0 % | 100.0 % |
//! | 50 % | 93.8 % | 99.6 % | 100.0 % | 100.0 % | 100.0 % | 100.0 % |
//!
//! Each other company draws [`DRAWN`] leaves: with three other companies `k` is 12 after the first word. To hit a made-up
//! row is to find it only where it contradicts something: what the company has testified, the order of the rows, or what
//! another company has opened of the same cell.
//!
//! # What follows from a mark
//!
//! From an export of which an opening was wrong or missing nothing more is taken. What was testified from it stays on
//! record and is shown with its marks. It does not count in coverage, and the company's word about that local network does
//! not confirm a violation, neither as a second witness nor by the accused's silence, until it testifies anew from another
//! export. A violation that was confirmed before the mark stays confirmed: only another observation closes it.
//! Where witnesses differ nobody is doubted for it, since the chain cannot know who is right; it is counted and shown for
//! both.

use crate::{
	agenda::{self, Due},
	pages::Page,
	testimony::{given, is_party},
	Asked, Config, Differences, Drawing, Error, Event, ExportRoots, Exports, LastAuthor, MarksOf,
	OpenedCells, OpenedFields, OpenedNext, Pallet, Testimonies,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	ensure,
	traits::{ConstU32, Get, Time},
	BoundedVec, Hashable,
};
use frame_system::pallet_prelude::BlockNumberFor;
use scale_info::TypeInfo;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	access::{Authority, Scope},
	cells::{
		export::{Fields, Opening, Row, MAX_FIELDS},
		CellId, CellValues,
	},
	org::MAX_ORGS,
	params::Governed,
	site::SiteRegistry,
	BlockNumber, Hash, LocalNetworkId, Moment, OrgId, OrgSet,
};

/// Most exports of one company whose roots are kept; the oldest that nothing is asked of gives way.
pub const MAX_EXPORTS: u32 = 256;
/// Leaves that one block draws of an export.
pub const DRAWN: u32 = 4;
/// Most cells that one company names of an export.
pub const MAX_NAMED: u32 = 16;
/// Most rows that are asked for at the same time of one export.
pub const MAX_ASKED: u32 = 256;
/// Most rows of one call that opens them.
pub const MAX_OPENINGS: u32 = 16;
/// Most exports of one company that wait for draws at the same time.
pub const MAX_DRAWING: u32 = 64;
/// Most exports that one block draws of. The others wait for a later block of the same author.
const MAX_DRAWN_EXPORTS: u32 = 16;
/// Opened rows of one export whose order is remembered, the latest.
pub const MAX_SEEN: u32 = 256;
/// Opened cells of one company whose fields are remembered, the latest.
pub const MAX_OPENED: u32 = 4_096;
/// How many of the oldest exports are looked at for one that nothing is asked of.
const MAX_LOOKED: usize = 16;

/// What became of openings: of one export, or of all exports of a company.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug, Default,
)]
pub struct Marks {
	/// Rows that were opened and nothing was wrong with.
	pub opened: u32,
	/// Openings that were wrong.
	pub wrong: u32,
	/// Rows that were asked for and not opened in time.
	pub missing: u32,
	/// Rows with fields that another company has opened with other texts.
	pub differing: u32,
}

impl Marks {
	/// Whether nothing was wrong or missing.
	pub const fn is_clean(&self) -> bool {
		self.wrong == 0 && self.missing == 0
	}
}

/// A raw export whose contents a company has bound itself to.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct Export {
	/// Its root ([`trimast_primitives::cells::export`]).
	pub root: Hash,
	/// How many rows it has.
	pub leaves: u32,
	/// Of which territory.
	pub scope: Scope,
	/// When the network was read, as the company says.
	pub observed: Moment,
	/// In which block the root came.
	pub anchored: BlockNumber,
	/// What became of its openings.
	pub marks: Marks,
}

/// An export that has testified and waits for draws.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct Waiting {
	/// Its root.
	pub root: Hash,
	/// Block of its latest word.
	pub spoke: BlockNumber,
	/// The companies whose authors have not drawn since.
	pub awaits: OrgSet,
}

/// Which row is asked for.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum Wanted {
	/// The one in this place, drawn.
	Leaf(u32),
	/// That of this cell, named.
	Cell(CellId),
}

/// A row that is asked for.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct Question {
	/// Which row.
	pub wanted: Wanted,
	/// Who asks: the author of the block that has drawn it, or who has named it.
	pub by: OrgId,
	/// Last block in which it can be opened.
	pub due: BlockNumber,
}

/// What is asked of an export, and what it has opened.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug, Default,
)]
pub struct Questions {
	/// Rows that are asked for.
	pub open: BoundedVec<Question, ConstU32<MAX_ASKED>>,
	/// How many cells each company has named.
	pub named: BoundedVec<(OrgId, u32), ConstU32<{ MAX_ORGS as u32 }>>,
	/// Places and cells of the rows that were opened, the latest last.
	pub seen: BoundedVec<(u32, CellId), ConstU32<MAX_SEEN>>,
}

/// A field of an opened row: the first bytes of the hashes of its name and of its text.
pub type FieldMark = ([u8; 4], [u8; 4]);

/// What a company has opened of a cell beside its values, the latest.
#[derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct CellFields {
	/// From which export.
	pub root: Hash,
	/// When the network was read, as the company says.
	pub observed: Moment,
	/// Where it stands among the company's opened cells.
	pub place: u32,
	/// The fields, in the order of their names.
	pub fields: BoundedVec<FieldMark, ConstU32<MAX_FIELDS>>,
}

/// What is wrong with an opening.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum Wrong {
	/// The bytes are no row.
	Unreadable,
	/// It does not stand in the order of the cells, beside another row that was opened.
	Disordered,
	/// The company has testified that the cell is as the baseline says, and the row has other values.
	NotMatching,
	/// The company has testified that the cell differs, and the row has the values of the baseline.
	NotDiffering,
	/// The company has given other values of the cell.
	NotGiven,
	/// The company has testified about the cell, and the export does not have it.
	Absent,
}

/// What became of one opening.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum OpeningResult {
	/// Nothing is wrong with it.
	Opened,
	/// It is marked.
	Wrong(Wrong),
	/// The row is not asked for, and is no neighbour of a cell that is asked for and not there.
	NotAsked,
	/// It does not lead to the export's root. What was asked for stays so.
	Unproven,
}

/// Binds a company to the contents of an export, before a sweep that it observes for is opened.
pub(crate) fn anchor<T: Config>(
	org: OrgId,
	scope: Scope,
	root: Hash,
	leaves: u32,
	observed: Moment,
) -> Result<(), Error<T>> {
	ensure!(leaves > 0, Error::<T>::EmptyExport);
	ensure!(observed <= T::Time::now(), Error::<T>::ObservedInFuture);
	ensure!(!is_expired::<T>(observed), Error::<T>::ObservedTooEarly);
	ensure!(!Exports::<T>::contains_key(org, root), Error::<T>::AlreadyAnchored);
	ExportRoots::<T>::try_mutate(org, |roots| {
		if u32::try_from(roots.len()).is_ok_and(|count| count >= MAX_EXPORTS) {
			let waiting = Drawing::<T>::get(org);
			let is_idle = |root: &Hash| {
				waiting.iter().all(|one| one.root != *root) && Asked::<T>::get(org, root).open.is_empty()
			};
			let place = roots.iter().take(MAX_LOOKED).position(is_idle).ok_or(Error::<T>::TooManyExports)?;
			let gone = roots.remove(place);
			Exports::<T>::remove(org, gone);
			Asked::<T>::remove(org, gone);
		}
		roots.try_push(root).map_err(|_| Error::<T>::TooManyExports)
	})?;
	let (anchored, marks) = (Pallet::<T>::now(), Marks::default());
	Exports::<T>::insert(org, root, Export { root, leaves, scope, observed, anchored, marks });
	Pallet::<T>::deposit_event(Event::ExportAnchored { org, root, leaves, observed });
	Ok(())
}

/// Whether what was read then is too old to say anything about now.
pub(crate) fn is_expired<T: Config>(observed: Moment) -> bool {
	let term = Moment::from(T::Governed::parameters().attestation_term).saturating_mul(1_000);
	observed.saturating_add(term) < T::Time::now()
}

/// Whether an export is kept, and nothing wrong or missing stands against it.
pub(crate) fn is_clean<T: Config>(org: OrgId, root: Hash) -> bool {
	Exports::<T>::get(org, root).is_some_and(|export| export.marks.is_clean())
}

/// Those of the companies whose word about a local network counts as nobody's: they have testified there last from an
/// export that is not clean or not kept any more.
pub(crate) fn doubted<T: Config>(local_network: LocalNetworkId, orgs: OrgSet) -> OrgSet {
	let is_doubted = |org: &OrgId| {
		let testimony = Testimonies::<T>::get(local_network, org);
		testimony.is_some_and(|testimony| !is_clean::<T>(*org, testimony.export))
	};
	orgs.iter().filter(is_doubted).collect()
}

/// A company has spoken from an export: every other company's author draws of it.
pub(crate) fn spoke<T: Config>(org: OrgId, root: Hash) -> Result<(), Error<T>> {
	let spoke = Pallet::<T>::now();
	Drawing::<T>::try_mutate(org, |waiting| {
		let found = waiting.iter_mut().find(|one| one.root == root);
		if found.as_ref().is_some_and(|one| one.spoke == spoke) {
			return Ok(());
		}
		let one = Waiting { root, spoke, awaits: T::Authority::members().without(org) };
		match found {
			Some(place) => *place = one,
			None => waiting.try_push(one).map_err(|_| Error::<T>::TooManyExports)?,
		}
		Ok(())
	})
}

/// Draws for the author of the block before this one, whose hash is known now. Says of how many exports.
pub(crate) fn draw<T: Config>(now: BlockNumber) -> u32 {
	let (author, next) = (LastAuthor::<T>::get(), T::Author::get());
	if author != next {
		LastAuthor::<T>::set(next);
	}
	let Some(author) = author else { return 0 };
	let (before, term) = (now.saturating_sub(1), opening_term::<T>());
	let hash = frame_system::Pallet::<T>::block_hash(before.saturated_into::<BlockNumberFor<T>>());
	let mut drawn = 0u32;
	for org in T::Authority::members().without(author).iter() {
		let waiting = Drawing::<T>::get(org);
		if waiting.is_empty() {
			continue;
		}
		let kept = waiting.into_iter().filter_map(|mut one| {
			let is_turn = one.awaits.contains(author) && one.spoke < before && drawn < MAX_DRAWN_EXPORTS;
			if is_turn && draw_of::<T>(org, one.root, author, hash) {
				one.awaits = one.awaits.without(author);
				drawn = drawn.saturating_add(1);
			}
			// Who authors nothing for so long draws nothing.
			(!one.awaits.is_empty() && now <= one.spoke.saturating_add(term)).then_some(one)
		});
		let kept = BoundedVec::truncate_from(kept.collect());
		Drawing::<T>::insert(org, kept);
	}
	drawn
}

/// Draws leaves of an export. `false` when there is no room to ask for them now.
fn draw_of<T: Config>(org: OrgId, root: Hash, author: OrgId, hash: Hash) -> bool {
	let Some(export) = Exports::<T>::get(org, root).filter(|export| export.marks.is_clean()) else {
		return true;
	};
	let number = |n: u32| {
		let [a, b, c, d, e, f, g, h, ..] = (*b"trimast/draw", hash, root, org, n).blake2_256();
		let of_leaves = u64::from_le_bytes([a, b, c, d, e, f, g, h]).checked_rem(export.leaves.into());
		of_leaves.unwrap_or(0).saturated_into::<u32>()
	};
	let mut leaves: Vec<u32> = (0..DRAWN).map(number).collect();
	leaves.sort_unstable();
	leaves.dedup();
	let due = Pallet::<T>::now().saturating_add(opening_term::<T>());
	let mut questions = Asked::<T>::get(org, root);
	for leaf in &leaves {
		let wanted = Wanted::Leaf(*leaf);
		let is_asked = questions.open.iter().any(|one| one.wanted == wanted);
		if !is_asked && questions.open.try_push(Question { wanted, by: author, due }).is_err() {
			return false;
		}
	}
	if agenda::enter::<T>(due.saturating_add(1), Due::Openings { org, root }).is_err() {
		return false;
	}
	Asked::<T>::insert(org, root, questions);
	let leaves = BoundedVec::truncate_from(leaves);
	Pallet::<T>::deposit_event(Event::OpeningsDrawn { org, root, by: author, leaves, due });
	true
}

/// How many blocks a company has to open a row.
fn opening_term<T: Config>() -> BlockNumber {
	T::Governed::blocks(T::Governed::parameters().opening_term)
}

/// `by` names cells of another company's export.
pub(crate) fn demand<T: Config>(
	by: OrgId,
	org: OrgId,
	root: Hash,
	cells: BoundedVec<CellId, ConstU32<MAX_NAMED>>,
) -> Result<(), Error<T>> {
	ensure!(by != org, Error::<T>::OwnExport);
	ensure!(Exports::<T>::contains_key(org, root), Error::<T>::NotAnchored);
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
	for cell in &cells {
		let testimony = Testimonies::<T>::get(cell.site.local_network, org);
		ensure!(testimony.is_some_and(|testimony| testimony.export == root), Error::<T>::NotTestified);
		ensure!(is_party_to::<T>(org, *cell), Error::<T>::UnknownCell);
		let wanted = Wanted::Cell(*cell);
		ensure!(questions.open.iter().all(|one| one.wanted != wanted), Error::<T>::AlreadyAsked);
		let question = Question { wanted, by, due };
		questions.open.try_push(question).map_err(|_| Error::<T>::TooManyDemands)?;
	}
	agenda::enter::<T>(due.saturating_add(1), Due::Openings { org, root })?;
	Asked::<T>::insert(org, root, questions);
	Pallet::<T>::deposit_event(Event::OpeningsDemanded { org, root, by, cells, due });
	Ok(())
}

/// Whether a cell stands in the inventory, at a station that `org` owns or shares or has on its tower.
fn is_party_to<T: Config>(org: OrgId, cell: CellId) -> bool {
	let Some(page) = cell.site.page() else { return false };
	let entries = T::Sites::stations(cell.site.local_network, page);
	let station = usize::try_from(cell.site.slot()).ok().and_then(|slot| entries.get(slot));
	station.is_some_and(|entry| cell.cell < entry.station.cells && is_party(&entry.station, org))
}

/// Takes the rows that a company opens. Each has a result of its own.
pub(crate) fn open<T: Config>(org: OrgId, export: &Export, openings: &[Opening]) -> Vec<OpeningResult> {
	let root = export.root;
	let mut questions = Asked::<T>::get(org, root);
	// What each opening shows: nothing, bytes that are no row, or a row.
	let shown: Vec<Option<Option<Row>>> = openings
		.iter()
		.map(|opening| opening.is_in(root, export.leaves).then(|| Row::from_bytes(&opening.row)))
		.collect();
	let rows: Vec<(u32, &Row)> = openings
		.iter()
		.zip(&shown)
		.filter_map(|(opening, shown)| Some((opening.leaf, shown.as_ref()?.as_ref()?)))
		.collect();
	// Cells that are asked for and lie between two rows that are neighbours.
	let gaps: Vec<CellId> = questions
		.open
		.iter()
		.filter_map(|question| match question.wanted {
			Wanted::Cell(cell) => is_absent(&rows, export.leaves, cell).then_some(cell),
			Wanted::Leaf(_) => None,
		})
		.collect();
	let is_beside = |leaf: u32| {
		let cell_of =
			|n: Option<u32>| rows.iter().find(|(leaf, _)| Some(*leaf) == n).map(|(_, row)| row.cell);
		gaps.iter().any(|cell| match cell_of(Some(leaf)) {
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
		let cell = shown.as_ref().map(|row| row.cell);
		let answers = |wanted: Wanted| match wanted {
			Wanted::Leaf(leaf) => leaf == opening.leaf,
			Wanted::Cell(wanted) => Some(wanted) == cell,
		};
		let before = questions.open.len();
		questions.open.retain(|question| !answers(question.wanted));
		if questions.open.len() == before && !is_beside(opening.leaf) {
			results.push(OpeningResult::NotAsked);
			continue;
		}
		let wrong = match shown {
			Some(row) => judge::<T>(org, export, &mut questions, opening.leaf, row),
			None => Some(Wrong::Unreadable),
		};
		match wrong {
			None => mark::<T>(org, root, |marks| marks.opened = marks.opened.saturating_add(1)),
			Some(wrong) => mark_wrong::<T>(org, root, Some(opening.leaf), cell, wrong),
		}
		results.push(wrong.map_or(OpeningResult::Opened, OpeningResult::Wrong));
	}
	questions.open.retain(|question| !gaps.iter().any(|cell| question.wanted == Wanted::Cell(*cell)));
	Asked::<T>::insert(org, root, questions);
	for cell in gaps {
		match said::<T>(org, root, cell) {
			Some(_) => mark_wrong::<T>(org, root, None, Some(cell), Wrong::Absent),
			None => Pallet::<T>::deposit_event(Event::CellAbsent { org, root, cell }),
		}
	}
	results
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

/// What is wrong with a row, if anything.
fn judge<T: Config>(
	org: OrgId,
	export: &Export,
	questions: &mut Questions,
	leaf: u32,
	row: &Row,
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
	let wrong = match said::<T>(org, export.root, row.cell) {
		Some((Said::Matches, baseline)) => (row.values != baseline).then_some(Wrong::NotMatching),
		Some((Said::Differs, baseline)) => (row.values == baseline).then_some(Wrong::NotDiffering),
		Some((Said::Gave(values), _)) => (given(&row.values) != values).then_some(Wrong::NotGiven),
		None => None,
	};
	if wrong.is_none() {
		compare_fields::<T>(org, export, row);
	}
	wrong
}

/// What a company has said of a cell.
enum Said {
	Matches,
	Differs,
	Gave([u8; 8]),
}

/// What `org` has testified of a cell from this export, about the baseline as it is now, with its values. Nothing where it
/// is no party: there it has only repeated the baseline.
fn said<T: Config>(org: OrgId, root: Hash, cell: CellId) -> Option<(Said, CellValues)> {
	let (local_network, page) = (cell.site.local_network, cell.site.page()?);
	let testimony = Testimonies::<T>::get(local_network, org).filter(|testimony| testimony.export == root)?;
	let is_spoken_of = testimony.matching.contains(page) || testimony.differing.contains(page);
	if !is_spoken_of || !is_party_to::<T>(org, cell) {
		return None;
	}
	let Page { table, head, .. } = Page::<T>::open(local_network, page);
	let position = table.position(cell.site.slot(), cell.cell)?;
	let baseline = table.values(position);
	if testimony.matching.contains(page) {
		return Some((Said::Matches, baseline));
	}
	let difference = Differences::<T>::get((local_network, page, org))
		.filter(|difference| (difference.export, difference.revision) == (root, head.revision))?;
	let open = difference.cells?;
	let n: u16 = position.saturated_into();
	let gave = difference.given.iter().find(|(other, _)| *other == n).map(|(_, values)| *values);
	let said = match gave {
		Some(values) => Said::Gave(values),
		None if open.contains(&n) => Said::Differs,
		None => Said::Matches,
	};
	Some((said, baseline))
}

/// The first bytes of the hashes of names and texts.
fn field_marks(fields: &Fields) -> BoundedVec<FieldMark, ConstU32<MAX_FIELDS>> {
	let first = |[a, b, c, d, ..]: [u8; 16]| [a, b, c, d];
	let mark = |name: [u8; 16], text: [u8; 16]| (first(name), first(text));
	let marks = fields.iter().map(|(name, text)| mark(name.blake2_128(), text.blake2_128()));
	BoundedVec::truncate_from(marks.collect())
}

/// Compares the fields of a row with what other companies have opened of the same cell from exports of about the same
/// time, and remembers them.
fn compare_fields<T: Config>(org: OrgId, export: &Export, row: &Row) {
	let fields = field_marks(&row.fields);
	if fields.is_empty() {
		return;
	}
	let term = Moment::from(T::Governed::parameters().attestation_term).saturating_mul(1_000);
	for other in T::Authority::members().without(org).iter() {
		let Some(theirs) = OpenedFields::<T>::get(other, row.cell) else { continue };
		let is_other_text =
			|(name, text): &FieldMark| theirs.fields.iter().any(|(of, is)| of == name && is != text);
		if theirs.observed.abs_diff(export.observed) <= term && fields.iter().any(is_other_text) {
			for (org, root) in [(org, export.root), (other, theirs.root)] {
				mark::<T>(org, root, |marks| marks.differing = marks.differing.saturating_add(1));
			}
			let (first, second) = ((org, export.root), (other, theirs.root));
			Pallet::<T>::deposit_event(Event::WitnessesDiffer { cell: row.cell, first, second });
		}
	}
	remember::<T>(org, export, row.cell, fields);
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

/// Marks an export and its company.
fn mark<T: Config>(org: OrgId, root: Hash, change: impl Fn(&mut Marks)) {
	Exports::<T>::mutate_exists(org, root, |export| {
		if let Some(export) = export {
			change(&mut export.marks);
		}
	});
	MarksOf::<T>::mutate(org, |marks| change(marks));
}

fn mark_wrong<T: Config>(org: OrgId, root: Hash, leaf: Option<u32>, cell: Option<CellId>, wrong: Wrong) {
	mark::<T>(org, root, |marks| marks.wrong = marks.wrong.saturating_add(1));
	Pallet::<T>::deposit_event(Event::OpeningWrong { org, root, leaf, cell, wrong });
}

/// What was asked of an export and not opened in time is missing.
pub(crate) fn overdue<T: Config>(org: OrgId, root: Hash) {
	let now = Pallet::<T>::now();
	let mut questions = Asked::<T>::get(org, root);
	let before = questions.open.len();
	questions.open.retain(|question| now <= question.due);
	let count: u32 = before.saturating_sub(questions.open.len()).saturated_into();
	if count == 0 {
		return;
	}
	Asked::<T>::insert(org, root, questions);
	mark::<T>(org, root, |marks| marks.missing = marks.missing.saturating_add(count));
	Pallet::<T>::deposit_event(Event::OpeningsMissing { org, root, count });
}

/// The exports of a company, the latest first, after so many.
pub(crate) fn page<T: Config>(org: OrgId, skip: u32, limit: u32) -> Vec<Export> {
	let limit = limit.min(T::MaxPage::get()).saturated_into();
	let roots = ExportRoots::<T>::get(org).into_iter().rev().skip(skip.saturated_into()).take(limit);
	roots.filter_map(|root| Exports::<T>::get(org, root)).collect()
}
