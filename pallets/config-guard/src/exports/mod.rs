// SPDX-License-Identifier: Apache-2.0

//! Exports and their openings: what stands behind a company's testimony, and how far others can check it.
//!
//! A company binds itself to a raw export of the network by one hash, before the sweep in which it testifies from it is
//! opened. The company is part of the hash, and so is the territory: nobody else can open rows under it. The export stays
//! with the company. Later it has to *open* some of its cells: to send their rows with what shows
//! that they are part of the export.
//!
//! ```text
//!   anchored ──► testifies ──► drawn: the first later block of each other company's author draws cells
//!                         └──► named: another company names cells
//!                                │
//!                                ▼   within the opening term
//!                             opened ──► as it was said when it was asked for: good
//!                                │ └───► otherwise, unreadable, out of order, or a cell that it does not have: wrong
//!                                └─ not: missing
//! ```
//!
//! # Draws
//!
//! Cells are drawn among those that the company has attested from the export and is party to: a page of all that it has
//! spoken of, then a cell of the page. So a draw falls where the company has said something, whatever its export has. The
//! answer is the row of the cell, or what shows that the export does not have it, which is wrong: it was attested.
//!
//! They are drawn by the hash of a block that another company than the export's has authored, after the export's latest
//! word. The company cannot know it when it binds itself, and cannot make it. Every word is followed by draws: whoever
//! speaks again is drawn from again, by the blocks in which it says nothing. Whoever speaks in every block is drawn from once an
//! opening term has passed since the first of these words, and then again, at the latest a term later, for what it has said
//! since. A company that authors no block within the opening term draws nothing. Each block begins with
//! another company's exports.
//!
//! A question keeps what was said of its cell by then ([`Said`]), and the row is judged by that. What the company says later,
//! or what the baseline is then, changes nothing. Whoever has contested a violation or closed it, or has accused of one that
//! stands open or confirmed it, is held to what it said then, also where it has said something else before the cell is named,
//! or the export's testimony has expired.
//!
//! Of the rows that may be asked for of an export at once draws leave room for the cells that the others may yet name, in half of
//! the places at least: nobody is kept from naming by what is drawn.
//!
//! As many exports of a company wait for draws as there is room for. Nobody is kept from speaking by companies that author
//! nothing: where the room is used up, the oldest export that waits for such companies alone gives up their draws.
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
//! How probable it is that at least one of `k` drawn cells is one that cannot be opened well, when `m` of the `n` attested
//! cells are: `1 - (1 - m/n)^k`, where pages have as many cells each. Cells are drawn independently of each other, so the
//! same one may be drawn twice. Rounded to a tenth of a percent:
//!
//! | not as attested (m/n) | k = 4 | k = 8 | k = 12 | k = 24 | k = 48 | k = 96 |
//! |---|---|---|---|---|---|---|
//! | 0.1 % | 0.4 % | 0.8 % | 1.2 % | 2.4 % | 4.7 % | 9.2 % |
//! | 1 % | 3.9 % | 7.7 % | 11.4 % | 21.4 % | 38.3 % | 61.9 % |
//! | 5 % | 18.5 % | 33.7 % | 46.0 % | 70.8 % | 91.5 % | 99.3 % |
//! | 10 % | 34.4 % | 57.0 % | 71.8 % | 92.0 % | 99.4 % | 100.0 % |
//! | 20 % | 59.0 % | 83.2 % | 93.1 % | 99.5 % | 100.0 % | 100.0 % |
//! | 50 % | 93.8 % | 99.6 % | 100.0 % | 100.0 % | 100.0 % | 100.0 % |
//!
//! Each other company draws [`DRAWN`] cells: with three other companies `k` is 12 after the first word. To hit a made-up
//! row is to find it only where it contradicts something: what the company has testified, the order of the rows, or what
//! another company has opened of the same cell.
//!
//! # What follows from a mark
//!
//! From an export of which an opening was wrong or missing nothing more is taken. What was testified from it stays on
//! record and is shown with its marks. It does not count in coverage. A company's word about a violation that it has seen
//! from it confirms nothing, neither as a second witness nor by the accused's silence, until the company has seen the same
//! from another export. A violation that was confirmed before the mark stays confirmed: only another observation closes it.
//! An export that has given way to newer ones is doubted as it was before, and its root is not taken again.
//! Where witnesses differ nobody is doubted for it, since the chain cannot know who is right; it is counted and shown for
//! both.

pub(crate) mod attested;
mod draws;
mod openings;
mod types;

pub use attested::{Attested, NetworkList};
pub(crate) use draws::{draw, spoke, MAX_DRAWN_EXPORTS};
#[cfg(feature = "runtime-benchmarks")]
pub(crate) use openings::field_marks;
pub(crate) use openings::{demand, open};
pub use types::*;

use crate::{
	Asked, AttestedNetworks, Config, Doubted, DoubtedNext, DoubtedRoots, Drawing, Error, Event, ExportRoots,
	Exports, MarksOf, Pallet, Words,
};
use alloc::vec::Vec;
use frame_support::{
	ensure,
	traits::{ConstU32, Get, Time},
	BoundedVec,
};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	access::Scope, cells::CellId, params::Governed, BlockNumber, Hash, Moment, OrgId, OrgSet,
};

/// How many of the oldest exports are looked at for one that nothing is asked of.
const MAX_LOOKED: usize = 16;

/// Binds a company to the contents of an export, before a sweep that it observes for is opened. Says about how many local
/// networks the one was that gives way.
pub(crate) fn anchor<T: Config>(
	org: OrgId,
	scope: Scope,
	root: Hash,
	leaves: u32,
	observed: Moment,
) -> Result<u32, Error<T>> {
	ensure!(scope.exists(), Error::<T>::UnknownTerritory);
	ensure!(leaves > 0, Error::<T>::EmptyExport);
	ensure!(observed <= T::Time::now(), Error::<T>::ObservedInFuture);
	ensure!(!is_expired::<T>(observed), Error::<T>::ObservedTooEarly);
	ensure!(!Exports::<T>::contains_key(org, root), Error::<T>::AlreadyAnchored);
	ensure!(!Doubted::<T>::contains_key(org, root), Error::<T>::ExportDoubted);
	let forgotten = ExportRoots::<T>::try_mutate(org, |roots| {
		let is_full = u32::try_from(roots.len()).is_ok_and(|count| count >= MAX_EXPORTS);
		let forgotten = if is_full { give_way::<T>(org, roots)? } else { 0 };
		roots.try_push(root).map_err(|_| Error::<T>::TooManyExports)?;
		Ok::<_, Error<T>>(forgotten)
	})?;
	let (anchored, marks) = (Pallet::<T>::now(), Marks::default());
	Exports::<T>::insert(org, root, Export { root, leaves, scope, observed, anchored, marks });
	Pallet::<T>::deposit_event(Event::ExportAnchored { org, root, leaves, observed });
	Ok(forgotten)
}

/// One of the oldest exports of a company that nothing is asked of gives way: at first one that nothing was testified from
/// or that is doubted, then one whose testimony has expired. One whose testimony counts stays, since its rows may be asked for
/// as long; and an opening term longer, for what the company is held to. Says about how many local networks it was.
fn give_way<T: Config>(
	org: OrgId,
	roots: &mut BoundedVec<Hash, ConstU32<MAX_EXPORTS>>,
) -> Result<u32, Error<T>> {
	let mut waiting = Drawing::<T>::get(org);
	let is_idle = |root: &Hash| {
		let is_drawn = waiting.iter().all(|one| one.root != *root || draws::is_in_vain::<T>(one));
		is_drawn && Asked::<T>::get(org, root).open.is_empty()
	};
	let may_be_named = Moment::from(T::Governed::parameters().opening_term).saturating_mul(1_000);
	// One that is doubted is remembered as that.
	let rank =
		|root: &Hash| match (AttestedNetworks::<T>::decode_len(org, root), Exports::<T>::get(org, root)) {
			(None | Some(0), _) | (_, None) => Some(0u8),
			(_, Some(export)) if !export.marks.is_clean() => Some(0),
			(_, Some(export)) if is_expired::<T>(export.observed.saturating_add(may_be_named)) => Some(1),
			_ => None,
		};
	let ranked = |(place, root): (usize, &Hash)| Some((rank(root).filter(|_| is_idle(root))?, place));
	let oldest = roots.iter().enumerate().take(MAX_LOOKED).filter_map(ranked);
	let (_, place) = oldest.min().ok_or(Error::<T>::TooManyExports)?;
	let gone = roots.remove(place);
	if waiting.iter().any(|one| one.root == gone) {
		waiting.retain(|one| one.root != gone);
		Drawing::<T>::insert(org, waiting);
	}
	let export = Exports::<T>::take(org, gone);
	Asked::<T>::remove(org, gone);
	if export.is_some_and(|export| !export.marks.is_clean()) {
		remember_doubted::<T>(org, gone);
	}
	Ok(attested::forget::<T>(org, gone))
}

/// An export that was doubted stays so when it has given way: the latest of a company are remembered.
fn remember_doubted<T: Config>(org: OrgId, root: Hash) {
	let place = DoubtedNext::<T>::get(org);
	DoubtedNext::<T>::insert(org, place.saturating_add(1) % MAX_DOUBTED);
	if let Some(earlier) = DoubtedRoots::<T>::get(org, place) {
		Doubted::<T>::remove(org, earlier);
	}
	DoubtedRoots::<T>::insert(org, place, root);
	Doubted::<T>::insert(org, root, ());
}

/// Whether what was read then is too old to say anything about now.
pub(crate) fn is_expired<T: Config>(observed: Moment) -> bool {
	observed < earliest::<T>()
}

/// What was read before is too old to say anything about now.
pub(crate) fn earliest<T: Config>() -> Moment {
	T::Time::now().saturating_sub(attestation_term::<T>())
}

/// How long a testimony holds.
pub(crate) fn attestation_term<T: Config>() -> Moment {
	Moment::from(T::Governed::parameters().attestation_term).saturating_mul(1_000)
}

/// Whether nothing wrong or missing stands against an export, or did when it gave way.
pub(crate) fn is_clean<T: Config>(org: OrgId, root: Hash) -> bool {
	match Exports::<T>::get(org, root) {
		Some(export) => export.marks.is_clean(),
		None => !Doubted::<T>::contains_key(org, root),
	}
}

/// Whether an export has shown what was asked of it by others than the accused, who may not put off what it is accused of by
/// asking on and on.
pub(crate) fn is_settled<T: Config>(org: OrgId, root: Hash, accused: OrgId) -> bool {
	let now = Pallet::<T>::now();
	let awaits = |one: &Waiting| !one.awaits.without(accused).is_empty() && now <= draws::last_draw::<T>(one);
	let waits = |one: &Waiting| one.root == root && awaits(one);
	!Drawing::<T>::get(org).iter().any(waits)
		&& Asked::<T>::get(org, root).open.iter().all(|question| question.by == accused)
}

/// Notes from which export a company has seen a violation last, and in a cell with values whose digest begins so.
pub(crate) fn word<T: Config>(violation: u32, org: OrgId, root: Hash, values: [u8; 8]) {
	let word = (org, root, values);
	Words::<T>::mutate(violation, |words| match words.iter_mut().find(|(other, ..)| *other == org) {
		Some(known) => *known = word,
		None => {
			// There are no more of them than companies.
			let _ = words.try_push(word);
		}
	});
}

/// Forgets from which exports a violation was seen: it is over.
pub(crate) fn forget_words<T: Config>(violation: u32) {
	Words::<T>::remove(violation);
}

/// Those of the companies whose word about a violation counts as nobody's: they have seen it last from an export that is
/// not clean.
pub(crate) fn doubted<T: Config>(violation: u32, orgs: OrgSet) -> OrgSet {
	doubted_by::<T>(violation, orgs, is_clean::<T>)
}

/// The same, when this says which exports are clean.
pub(crate) fn doubted_by<T: Config>(
	violation: u32,
	orgs: OrgSet,
	is_clean: impl Fn(OrgId, Hash) -> bool,
) -> OrgSet {
	let words = Words::<T>::get(violation).into_iter();
	words
		.filter(|(org, root, _)| orgs.contains(*org) && !is_clean(*org, *root))
		.map(|(org, ..)| org)
		.collect()
}

/// How many blocks a company has to open a row.
fn opening_term<T: Config>() -> BlockNumber {
	T::Governed::blocks(T::Governed::parameters().opening_term)
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
