// SPDX-License-Identifier: Apache-2.0

//! What the parties do with an order that is under way.

use super::{enter_state, find, find_of_party, note_late_answer, remind, silent_from, wait_for_raiser, By};
use crate::{ChangesOf, Config, Error, Event, Notes, Orders, Pallet};
use frame_support::ensure;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	access::Authority,
	interlock::{Ending, Violations},
	order::{part_of, share_of, Note, Order, Relation, Stage, State, Words, Work, MAX_NOTES, MAX_RELATIONS},
	OrgId,
};

/// Whether a company calls off what a raiser that has left has left behind: nobody else could, and the order would be under way,
/// its station down and a job of rounds for ever. It is for whom the order concerns, and not for its handler, who is rid of the
/// verdict by that.
fn stands_in<T: Config>(org: OrgId, order: &Order, to: State) -> bool {
	let calls_off = matches!(to, State::Cancelled | State::AssessingCancellation);
	let is_beside = order.concerned.contains(org) && !order.parties().contains(org);
	calls_off && is_beside && !T::Authority::members().contains(order.raiser)
}

/// An order that a company may take there: it is a party, or stands in for a raiser that has left. Says whether it does.
fn find_to_step<T: Config>(org: OrgId, number: u32, to: State) -> Result<(Order, bool), Error<T>> {
	let order = find::<T>(number)?;
	let stands_in = stands_in::<T>(org, &order, to);
	ensure!(stands_in || order.parties().contains(org), Error::<T>::NotParty);
	ensure!(order.stage == Stage::Open, Error::<T>::TooLate);
	Ok((order, stands_in))
}

/// Whether a remedial order may go there. Its handler answers for the violation, and would be rid of it by ending the order: in none
/// of its own ways while the violation stands open, and as done only where another company has seen that it is put right. A
/// violation that is known no more is over, and nobody can say any more how.
fn may_enter<T: Config>(violation: u32, to: State) -> bool {
	let Some(known) = T::Violations::violation(violation) else { return true };
	match to {
		State::Completed => known.ended == Some(Ending::Restored),
		State::Rejected | State::Failed | State::Partial => known.ended.is_some(),
		_ => true,
	}
}

/// Takes an order to another state.
pub(crate) fn step<T: Config>(org: OrgId, number: u32, to: State) -> Result<(), Error<T>> {
	let (mut order, stands_in) = find_to_step::<T>(org, number, to)?;
	let mut changes = ChangesOf::<T>::get(number);
	wait_for_raiser::<T>(&mut order, &changes);
	let is_reopened = order.state == State::Resolved && to == State::InProgress;
	let is_too_late = silent_from(&order, &changes).is_some_and(|last| last < Pallet::<T>::moment());
	// The clock has ended with the silence: nobody sets it going again.
	ensure!(!(is_reopened && is_too_late), Error::<T>::TooLate);
	if is_reopened {
		note_late_answer::<T>(&order, &mut changes);
	}
	let is_allowed = order.violation.is_none_or(|violation| may_enter::<T>(violation, to));
	ensure!(is_allowed, Error::<T>::NotRestored);
	let side = if stands_in { order.raiser } else { org };
	enter_state::<T>(number, &mut order, &mut changes, to, Some(By { org, side }))?;
	ChangesOf::<T>::insert(number, changes);
	remind::<T>(org, number, order)
}

/// Signs that an order is held: the clock stands from now on.
pub(crate) fn sign_hold<T: Config>(org: OrgId, number: u32, change: u8) -> Result<(), Error<T>> {
	let order = find_of_party::<T>(org, number)?;
	ensure!(order.raiser != order.handler, Error::<T>::NoOtherParty);
	ensure!(org == order.raiser, Error::<T>::OtherSide);
	ChangesOf::<T>::try_mutate(number, |changes| {
		let last = changes.len().saturating_sub(1);
		ensure!(order.state == State::Held && usize::from(change) == last, Error::<T>::NotHeld);
		let held = changes.last_mut().ok_or(Error::<T>::NotHeld)?;
		ensure!(held.signed.is_none(), Error::<T>::AlreadyGiven);
		held.signed = Some(Pallet::<T>::moment());
		Ok::<(), Error<T>>(())
	})?;
	Pallet::<T>::deposit_event(Event::HoldSigned { order: number, org });
	// What has fallen due by now stays due: the chain comes to it as it is in the agenda.
	Orders::<T>::insert(number, order);
	Ok(())
}

/// Says how far an order is and when it is done. What is asked for stays as its raiser has it.
pub(crate) fn update<T: Config>(org: OrgId, number: u32, work: Work) -> Result<(), Error<T>> {
	let mut order = find_of_party::<T>(org, number)?;
	ensure!(org == order.handler, Error::<T>::OtherSide);
	let Work { planned, slot, percent, .. } = work;
	ensure!(work.is_valid() && work == Work { planned, slot, percent, ..order.work }, Error::<T>::BadWork);
	order.work = work;
	Orders::<T>::insert(number, order);
	Pallet::<T>::deposit_event(Event::WorkUpdated { order: number, work });
	Ok(())
}

/// Adds a note.
pub(crate) fn note<T: Config>(org: OrgId, number: u32, words: Words) -> Result<(), Error<T>> {
	let order = find::<T>(number)?;
	ensure!(order.concerned.contains(org), Error::<T>::NotConcerned);
	ensure!(order.stage != Stage::Settled, Error::<T>::TooLate);
	ensure!(words.is_valid(), Error::<T>::BadWords);
	Notes::<T>::try_mutate(number, |notes| {
		let own: u32 = notes.iter().filter(|note| note.author == org).count().saturated_into();
		let most = share_of(org, order.parties(), order.concerned, MAX_NOTES);
		ensure!(own < most, Error::<T>::TooManyNotes);
		let note = Note { author: org, at: Pallet::<T>::moment(), words: words.clone() };
		notes.try_push(note).map_err(|_| Error::<T>::TooManyNotes)
	})?;
	Pallet::<T>::deposit_event(Event::OrderNoted { order: number, org, words });
	Ok(())
}

/// Says how an order has to do with another one.
pub(crate) fn relate<T: Config>(
	org: OrgId,
	number: u32,
	relation: Relation,
	other: u32,
) -> Result<(), Error<T>> {
	let mut order = find_of_party::<T>(org, number)?;
	ensure!(number != other && Orders::<T>::contains_key(other), Error::<T>::NoSuchOrder);
	let is_known = order.relations.iter().any(|(_, of, to)| (*of, *to) == (relation, other));
	let own: u32 = order.relations.iter().filter(|(by, ..)| *by == org).count().saturated_into();
	let is_within = own < part_of(org, order.parties(), MAX_RELATIONS);
	ensure!(!is_known && is_within, Error::<T>::TooManyRelations);
	order.relations.try_push((org, relation, other)).map_err(|_| Error::<T>::TooManyRelations)?;
	Orders::<T>::insert(number, order);
	Pallet::<T>::deposit_event(Event::OrdersRelated { order: number, relation, other });
	Ok(())
}
