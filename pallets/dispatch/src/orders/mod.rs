// SPDX-License-Identifier: Apache-2.0

//! Orders: opened, moved from state to state, looked at by the chain, ended and forgotten.
//!
//! # What it guarantees
//!
//! * **One way to a state**: whoever moves an order, a company or the chain, comes through `enter_state`, and that asks the
//!   table of the order's machine.
//! * **The record is that of its opening**: companies, contract, who has signed it, terms, limits and table are written once.
//! * **Nothing due is forgotten**: an order that is not settled stands in the agenda for the first moment at which anything
//!   happens to it by itself (`remind`).

mod look;
mod open;
mod step;

pub(crate) use look::look;
#[cfg(any(test, feature = "try-runtime"))]
pub(crate) use look::next_due;
pub(crate) use open::{open, remedy};
pub(crate) use step::{note, relate, sign_hold, step, update};

use crate::{
	agenda, outages, rounds, silence,
	types::{Deadline, Ring},
	Appeals, ChangesOf, Config, Error, Event, Evidence, Notes, OpenAt, OpenOf, Orders, Pallet, Past, PastOf,
	RemedyOf, Unsettled, Verdicts,
};
use frame_support::{ensure, traits::Get};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	order::{Change, Changes, Clock, Order, OrderKind, Side, Stage, State},
	Moment, OrgId, OrgSet,
};

const SECOND: Moment = 1_000;

/// So many seconds after a moment.
pub(crate) fn after(at: Moment, seconds: u32) -> Moment {
	at.saturating_add(Moment::from(seconds).saturating_mul(SECOND))
}

/// An order by its number.
pub(crate) fn find<T: Config>(number: u32) -> Result<Order, Error<T>> {
	Orders::<T>::get(number).ok_or(Error::<T>::NoSuchOrder)
}

/// An order that is under way, of which `org` is a party.
fn find_of_party<T: Config>(org: OrgId, number: u32) -> Result<Order, Error<T>> {
	let order = find::<T>(number)?;
	ensure!(order.parties().contains(org), Error::<T>::NotParty);
	ensure!(order.stage == Stage::Open, Error::<T>::TooLate);
	Ok(order)
}

/// When its last state began.
pub(crate) fn since(changes: &Changes) -> Moment {
	changes.last().map_or(0, |change| change.at)
}

/// The last moment for the raiser's answer, of a ticket that is resolved.
fn silent_from(order: &Order, changes: &Changes) -> Option<Moment> {
	(order.state == State::Resolved).then(|| after(since(changes), order.silence))
}

/// Gives the raiser of a ticket that is resolved longer for its answer, where it could not answer in time.
fn wait_for_raiser<T: Config>(order: &mut Order, changes: &Changes) {
	let now = Pallet::<T>::moment();
	if let Some(last) = silent_from(order, changes).filter(|last| *last < now) {
		let longer = silence::extended::<T>(last, order.silence_term, OrgSet::of(order.raiser));
		order.silence = longer.saturating_sub(since(changes)).div_ceil(SECOND).saturated_into();
	}
}

/// Notes from when on the clock of a ticket that is reopened stood: the raiser has as long to say that it is not repaired as the
/// handler has for its own answer. What it waits beyond that is not the handler's time.
fn note_late_answer<T: Config>(order: &Order, changes: &mut Changes) {
	let Some(terms) = order.terms else { return };
	let could_not = order.silence.saturating_sub(order.silence_term);
	let last = after(since(changes), terms.response.saturating_add(could_not));
	let last = silence::extended::<T>(last, terms.response, OrgSet::of(order.raiser));
	if let Some(resolved) = changes.last_mut().filter(|_| last < Pallet::<T>::moment()) {
		resolved.signed = Some(last);
	}
}

/// By whom an order goes to another state.
#[derive(Clone, Copy)]
struct By {
	/// Who takes it there.
	org: OrgId,
	/// For which party: for itself, or for a raiser that has left.
	side: OrgId,
}

/// Takes an order to another state, by one of its parties, for one or by the chain.
fn enter_state<T: Config>(
	number: u32,
	order: &mut Order,
	changes: &mut Changes,
	to: State,
	by: Option<By>,
) -> Result<(), Error<T>> {
	let (machine, from, now) = (order.kind.machine(), order.state, Pallet::<T>::moment());
	match by {
		None => machine.step(from, to, Side::Chain)?,
		Some(By { side: org, .. }) => {
			let mut sides = Side::of(org, order.raiser, order.handler).peekable();
			ensure!(sides.peek().is_some(), Error::<T>::NotParty);
			let mut answer = Err(Error::<T>::OtherSide);
			for side in sides {
				answer = answer.or(machine.step(from, to, side).map_err(Error::<T>::from));
			}
			answer?;
		}
	}
	let was_outage = order.is_outage();
	if machine.has_room(changes, to) {
		let change = Change { state: to, at: now, signed: None };
		changes.try_push(change).map_err(|_| Error::<T>::TooManyChanges)?;
	} else {
		// What is reopened in time has run all along: without `resolved` the clock is the same, and there is room for another one.
		let is_reopened = from == State::Resolved && !to.is_final();
		let is_in_time = changes.last().is_some_and(|resolved| resolved.signed.is_none());
		ensure!(is_reopened && is_in_time, Error::<T>::TooManyChanges);
		changes.pop();
	}
	order.state = to;
	if to == State::Resolved {
		// What was added for an earlier answer was for that one.
		order.silence = order.silence_term;
	}
	order.is_taken_up |= to == State::InProgress;
	order.is_visited = false;
	outages::changed::<T>(order, was_outage);
	if to.is_final() {
		end::<T>(number, order, now);
	}
	let by = by.map(|by| by.org);
	Pallet::<T>::deposit_event(Event::OrderMoved { order: number, from, to, by });
	alert::<T>(number, order, changes);
	Ok(())
}

/// What follows when an order has ended: facts are taken for a while still.
fn end<T: Config>(number: u32, order: &mut Order, now: Moment) {
	let until = after(now, order.evidence);
	order.stage = Stage::Evidence { until, answers: until };
	order.parties().iter().for_each(|org| OpenOf::<T>::remove(org, number));
	if let Some(site) = order.place.station() {
		OpenAt::<T>::remove(site, number);
		rounds::order_over::<T>(number, order);
		if order.kind == OrderKind::Fault {
			outages::fault_over::<T>(site, order.raiser);
		}
	}
	if let Some(violation) = order.violation.filter(|_| order.state != State::Completed) {
		// It is not put right: another order may be opened for it.
		RemedyOf::<T>::remove(violation);
	}
}

/// Tells of deadlines that have passed.
fn alert<T: Config>(number: u32, order: &mut Order, changes: &Changes) {
	let Some(terms) = order.terms else { return };
	let clock = Clock::new(changes, order.silence, Pallet::<T>::moment());
	let tell = |told: &mut bool, is_due: bool, deadline| {
		if is_due && !*told {
			*told = true;
			Pallet::<T>::deposit_event(Event::DeadlinePassed { order: number, deadline });
		}
	};
	tell(&mut order.alerts.response, clock.is_answered_late(&terms), Deadline::Response);
	tell(&mut order.alerts.jeopardy, clock.is_in_jeopardy(&terms), Deadline::Jeopardy);
	tell(&mut order.alerts.breach, clock.is_breached(&terms), Deadline::Restoration);
}

/// Sees to it that the chain looks at an order when something is due, and keeps it. `org` is whose call it is.
pub(crate) fn remind<T: Config>(org: OrgId, number: u32, mut order: Order) -> Result<(), Error<T>> {
	bring_forward::<T>(org, number, &mut order)?;
	Orders::<T>::insert(number, order);
	Ok(())
}

/// The same for an order that stands in the agenda. Where there is no room before, the chain comes to it when it would have.
pub(crate) fn remind_if_room<T: Config>(org: OrgId, number: u32, mut order: Order) {
	let _ = bring_forward::<T>(org, number, &mut order);
	Orders::<T>::insert(number, order);
}

fn bring_forward<T: Config>(org: OrgId, number: u32, order: &mut Order) -> Result<(), Error<T>> {
	if let Some(at) = look::next_due::<T>(number, order) {
		let second = at.div_ceil(SECOND);
		if order.next.is_none_or(|next| second < next.into()) {
			order.next = Some(agenda::enter::<T>(org, at, number, order.next)?);
		}
	}
	Ok(())
}

/// Nothing comes any more: the order goes into a ring of its raiser, which forgets its oldest when it is full. What has no verdict
/// pushes out nothing that has one.
fn settle<T: Config>(number: u32, order: &mut Order) {
	order.stage = Stage::Settled;
	let raiser = order.raiser;
	Unsettled::<T>::mutate(raiser, |count| *count = count.saturating_sub(1));
	let ring = (raiser, order.is_judged());
	let Ring { mut first, next } = PastOf::<T>::get(ring);
	if next.wrapping_sub(first) >= T::MaxPast::get() {
		if let Some(oldest) = Past::<T>::take(ring, first) {
			forget::<T>(oldest);
		}
		first = first.wrapping_add(1);
	}
	Past::<T>::insert(ring, next, number);
	PastOf::<T>::insert(ring, Ring { first, next: next.wrapping_add(1) });
}

fn forget<T: Config>(number: u32) {
	if let Some(violation) = Orders::<T>::take(number).and_then(|order| order.violation) {
		if RemedyOf::<T>::get(violation) == Some(number) {
			RemedyOf::<T>::remove(violation);
		}
	}
	ChangesOf::<T>::remove(number);
	Evidence::<T>::remove(number);
	Notes::<T>::remove(number);
	Verdicts::<T>::remove(number);
	Appeals::<T>::remove(number);
	Pallet::<T>::deposit_event(Event::OrderForgotten { order: number });
}
