// SPDX-License-Identifier: Apache-2.0

//! What the chain does with an order by itself, when its time has come.

use super::{after, alert, enter_state, settle, silent_from, since, SECOND};
use crate::{agenda, facts, scores, verdicts, ChangesOf, Config, Orders, Pallet, WeightInfo};
use frame_support::{defensive, traits::Contains, weights::Weight};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	order::{Changes, Clock, Motion, Order, Side, Stage, State, Terms},
	Moment, OrgId,
};

/// When something happens to an order next by itself, as things stand. All of it is for when a last moment has passed.
pub(crate) fn next_due<T: Config>(number: u32, order: &Order) -> Option<Moment> {
	let last = match order.stage {
		Stage::Open => return of_open(order, &ChangesOf::<T>::get(number), Pallet::<T>::moment()),
		Stage::Evidence { until } => order.demand.unwrap_or(until),
		Stage::Judged { until } | Stage::Appealed { until } => until,
		Stage::Settled => return None,
	};
	Some(last.saturating_add(1))
}

fn of_open(order: &Order, changes: &Changes, now: Moment) -> Option<Moment> {
	let alert = order.terms.and_then(|terms| next_alert(order, changes, &terms, now));
	let ends = silent_from(order, changes).or_else(|| pending_until(order, changes));
	let passed = ends.into_iter().chain(order.demand).map(|last| last.saturating_add(1));
	passed.chain(alert).min()
}

/// When there is something to tell of the deadlines. While the clock stands or waits there is only what has passed before.
fn next_alert(order: &Order, changes: &Changes, terms: &Terms, now: Moment) -> Option<Moment> {
	let (clock, told) = (Clock::new(changes, order.silence, now), order.alerts);
	let due = clock.deadlines(terms);
	let all = [
		(told.response, clock.is_answered_late(terms), due.response.map(|last| last.saturating_add(1))),
		// This one is at the moment itself.
		(told.jeopardy, clock.is_in_jeopardy(terms), due.jeopardy),
		(told.breach, clock.is_breached(terms), due.breach.map(|last| last.saturating_add(1))),
	];
	let untold = all.into_iter().filter(|(is_told, ..)| !is_told);
	let next = |(_, is_due, at): (bool, bool, Option<Moment>)| {
		if is_due {
			Some(now)
		} else {
			at.filter(|_| clock.motion == Motion::Runs)
		}
	};
	untold.filter_map(next).min()
}

/// The last moment for what a job waits for.
fn pending_until(order: &Order, changes: &Changes) -> Option<Moment> {
	// A ticket has no such line: it stays pending.
	let is_line = order.kind.machine().step(order.state, State::Cancelled, Side::Chain).is_ok();
	(order.state == State::Pending && is_line).then(|| after(since(changes), order.limits.pending))
}

/// Looks at an order that is due in a second, in the queue of `org`. Says what it weighed, and whether it is done: it is not
/// where there is no room in the agenda for what comes next.
pub(crate) fn look<T: Config>(org: OrgId, number: u32, second: u32) -> (Weight, bool) {
	let Some(mut order) = Orders::<T>::get(number).filter(|order| order.next == Some(second)) else {
		return (T::WeightInfo::pass_over(), true);
	};
	let now = Pallet::<T>::moment();
	if order.demand.is_some_and(|last| last < now) {
		facts::miss::<T>(number, &mut order, now);
	}
	let mut weight = T::WeightInfo::look();
	match order.stage {
		Stage::Open => {
			if look_at_open::<T>(number, &mut order, now) {
				weight = T::WeightInfo::end();
			}
		}
		Stage::Evidence { until } if until < now && order.demand.is_none() => {
			if order.is_judged() {
				weight = T::WeightInfo::judge();
				verdicts::judge::<T>(number, &mut order, now);
			} else {
				scores::handled::<T>(&order);
				settle::<T>(number, &mut order);
			}
		}
		Stage::Judged { until } if until < now && !verdicts::may_be_final::<T>(number, &order) => {
			order.stage = Stage::Judged { until: after(now, order.limits.appeal) };
		}
		Stage::Judged { until } | Stage::Appealed { until } if until < now => {
			verdicts::finish::<T>(number, &order);
			settle::<T>(number, &mut order);
		}
		_ => {}
	}
	let next = next_due::<T>(number, &order).map(|at| agenda::enter::<T>(org, at, number)).transpose();
	let is_done = next.is_ok();
	order.next = next.unwrap_or(Some(second));
	Orders::<T>::insert(number, order);
	(weight, is_done)
}

/// Says whether the order has ended.
fn look_at_open<T: Config>(number: u32, order: &mut Order, now: Moment) -> bool {
	let mut changes = ChangesOf::<T>::get(number);
	let is_silent = silent_from(order, &changes).is_some_and(|last| last < now);
	let to = if is_silent {
		if T::Silenced::contains(&order.raiser) {
			let waited: u32 = (now.saturating_sub(since(&changes)) / SECOND).saturated_into();
			order.silence = waited.saturating_add(order.silence_term);
			None
		} else {
			Some(State::Closed)
		}
	} else {
		pending_until(order, &changes).filter(|last| *last < now).map(|_| State::Cancelled)
	};
	match to {
		Some(to) if enter_state::<T>(number, order, &mut changes, to, None).is_ok() => {
			ChangesOf::<T>::insert(number, changes);
			return true;
		}
		Some(_) => {
			defensive!("there is a line for it, and room");
		}
		None => alert::<T>(number, order, &changes),
	}
	false
}
