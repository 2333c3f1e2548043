// SPDX-License-Identifier: Apache-2.0

//! Draws: of which cells the blocks of other companies ask for the rows of an export.

use super::{attested, opening_term, Question, Questions, Said, Waiting, DRAWN, MAX_ASKED, MAX_NAMED};
use crate::{
	agenda::{self, Due},
	Asked, Authored, Config, Drawing, Error, Event, Exports, LastAuthor, Pallet, WeightInfo,
};
use alloc::vec::Vec;
use frame_support::{traits::Get, weights::Weight, BoundedVec, Hashable};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{access::Authority, cells::CellId, BlockNumber, Hash, OrgId, OrgSet};

/// Most exports that one block draws of, or tries to: of some more rows cannot be asked for now. The others wait for a later
/// block of the same author.
pub(crate) const MAX_DRAWN_EXPORTS: u32 = 6;
/// A company that has authored no block for so many is absent.
const ABSENT_AFTER: BlockNumber = 300;
/// How often a block looks for a cell of an export that it can ask for.
const MAX_TRIED: u32 = 2 * DRAWN;

/// A company has spoken from an export: every other company's author draws of it, in its first block in which the company says
/// nothing. Once draws are overdue, since it has spoken on and on, they wait no longer for such a block, and what it says now
/// is for the next ones.
pub(crate) fn spoke<T: Config>(org: OrgId, root: Hash) -> Result<(), Error<T>> {
	let (now, others) = (Pallet::<T>::now(), T::Authority::members().without(org));
	if others.is_empty() {
		// Nobody is left to draw.
		return Ok(());
	}
	Drawing::<T>::try_mutate(org, |waiting| {
		match waiting.iter_mut().find(|one| one.root == root) {
			Some(one) if one.spoke == now => {}
			Some(one) => {
				one.spoke = now;
				if now <= one.first.saturating_add(opening_term::<T>()) {
					one.awaits = others;
				}
			}
			None => {
				let one = Waiting { root, first: now, spoke: now, awaits: others };
				// The oldest stands first.
				if waiting.is_full() {
					let vain = waiting.iter().position(is_in_vain::<T>).ok_or(Error::<T>::TooManyExports)?;
					waiting.remove(vain);
				}
				waiting.try_push(one).map_err(|_| Error::<T>::TooManyExports)?;
			}
		}
		Ok(())
	})
}

/// Whether an export waits for companies alone that author nothing.
pub(super) fn is_in_vain<T: Config>(one: &Waiting) -> bool {
	let now = Pallet::<T>::now();
	let is_absent =
		|org: OrgId| Authored::<T>::get(org).is_none_or(|last| last.saturating_add(ABSENT_AFTER) < now);
	one.awaits.iter().all(is_absent)
}

/// Last block in which is drawn of an export for what it has said by now.
pub(super) fn last_draw<T: Config>(one: &Waiting) -> BlockNumber {
	let term = opening_term::<T>();
	one.spoke.min(one.first.saturating_add(term)).saturating_add(term)
}

/// Draws for the author of the block before this one, whose hash is known now. Says what it weighed.
pub(crate) fn draw<T: Config>(now: BlockNumber) -> Weight {
	let (author, next) = (LastAuthor::<T>::get(), T::Author::get());
	if author != next {
		LastAuthor::<T>::set(next);
	}
	if let Some(author) = next {
		Authored::<T>::insert(author, now);
	}
	let (mut waits, mut drawn) = (0u32, 0u32);
	let Some(author) = author else { return T::WeightInfo::draw(waits, drawn) };
	let (before, term) = (now.saturating_sub(1), opening_term::<T>());
	let hash = frame_system::Pallet::<T>::block_hash(before.saturated_into::<BlockNumberFor<T>>());
	let others: Vec<OrgId> = T::Authority::members().without(author).iter().collect();
	let first = usize::try_from(now).unwrap_or(0).checked_rem(others.len()).unwrap_or(0);
	for org in others.iter().cycle().skip(first).take(others.len()).copied() {
		let waiting = Drawing::<T>::get(org);
		if waiting.is_empty() {
			continue;
		}
		waits = waits.saturating_add(1);
		let all = T::Authority::members().without(org);
		let mut waiting = waiting.into_inner();
		// Each block begins with another one: those without room keep nobody from drawing of the others.
		let places = waiting.len();
		let chosen = usize::from(hash.to_fixed_bytes()[0]).checked_rem(places).unwrap_or(0);
		for place in (0..places).cycle().skip(chosen).take(places) {
			let Some(one) = waiting.get_mut(place) else { break };
			let is_later = one.spoke < before || one.first.saturating_add(term) < before;
			if one.awaits.contains(author) && is_later && drawn < MAX_DRAWN_EXPORTS {
				drawn = drawn.saturating_add(1);
				if draw_of::<T>(org, one.root, author, hash) {
					one.awaits = one.awaits.without(author);
				}
			}
		}
		let kept = waiting.into_iter().filter_map(|one| {
			// Who authors nothing for so long draws nothing.
			if !one.awaits.is_empty() && now <= last_draw::<T>(&one) {
				return Some(one);
			}
			let overdue = one.first.saturating_add(term);
			// What was said once draws were overdue is for the next ones.
			let is_again = one.spoke > overdue && !all.is_empty();
			is_again.then_some(Waiting { first: before, spoke: before, awaits: all, ..one })
		});
		let kept = BoundedVec::truncate_from(kept.collect());
		Drawing::<T>::insert(org, kept);
	}
	T::WeightInfo::draw(waits, drawn)
}

/// How many rows of an export may be asked for for draws to ask for more: the others have room for the cells that they may yet
/// name, in half of the places at least.
fn most_drawn(questions: &Questions, others: OrgSet) -> usize {
	let named = |org: OrgId| questions.named.iter().find(|(by, _)| *by == org).map_or(0, |(_, count)| *count);
	let may_name = |org: OrgId| MAX_NAMED.saturating_sub(named(org));
	let kept = others.iter().map(may_name).fold(0, u32::saturating_add).min(MAX_ASKED / 2);
	MAX_ASKED.saturating_sub(kept).saturated_into()
}

/// Draws cells of an export. `false` when there is no room to ask for them now.
fn draw_of<T: Config>(org: OrgId, root: Hash, author: OrgId, hash: Hash) -> bool {
	if Exports::<T>::get(org, root).is_none_or(|export| !export.marks.is_clean()) {
		return true;
	}
	let mut questions = Asked::<T>::get(org, root);
	let most = most_drawn(&questions, T::Authority::members().without(org));
	let room = most.saturating_sub(questions.open.len());
	if room == 0 {
		return false;
	}
	let number = |n: u32| (*b"trimast/draw", hash, root, org, n).blake2_256();
	let picked = (0..MAX_TRIED).filter_map(|n| attested::pick::<T>(org, root, number(n)));
	let mut picked: Vec<(CellId, Said)> = picked.take(DRAWN.saturated_into()).collect();
	if picked.is_empty() {
		return true;
	}
	picked.sort_unstable_by_key(|(cell, _)| *cell);
	picked.dedup();
	let due = Pallet::<T>::now().saturating_add(opening_term::<T>());
	let is_new = |(cell, said): &&(CellId, Said)| !questions.has(*cell, *said);
	let new: Vec<_> = picked.iter().filter(is_new).copied().collect();
	if new.len() > room {
		return false;
	}
	for (cell, said) in new {
		// There is room.
		let _ = questions.open.try_push(Question { cell, by: author, due, said });
	}
	if agenda::enter::<T>(author, due.saturating_add(1), Due::Openings { org, root }).is_err() {
		return false;
	}
	Asked::<T>::insert(org, root, questions);
	let cells = BoundedVec::truncate_from(picked.into_iter().map(|(cell, _)| cell).collect());
	Pallet::<T>::deposit_event(Event::OpeningsDrawn { org, root, by: author, cells, due });
	true
}
