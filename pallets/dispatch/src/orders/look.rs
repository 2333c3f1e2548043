// SPDX-License-Identifier: Apache-2.0

//! What the chain does with an order by itself, when its time has come.

use super::{after, alert, enter_state, settle, silent_from, since, wait_for_raiser};
use crate::{agenda, facts, scores, silence, verdicts, ChangesOf, Config, Error, Orders, Pallet, WeightInfo};
use frame_support::{defensive, weights::Weight};
use trimast_primitives::{
	order::{Changes, Clock, Motion, Order, OrderKind, Side, Stage, State, Terms},
	Moment, OrgId, OrgSet,
};

/// When something happens to an order next by itself, as things stand. All of it is for when a last moment has passed.
pub(crate) fn next_due<T: Config>(number: u32, order: &Order) -> Option<Moment> {
	let last = match order.stage {
		Stage::Open => return of_open::<T>(order, &ChangesOf::<T>::get(number), Pallet::<T>::moment()),
		Stage::Evidence { answers, .. } => order.demand.unwrap_or(answers),
		Stage::Judged { until } | Stage::Appealed { until } => until,
		Stage::Settled => return None,
	};
	Some(last.saturating_add(1))
}

fn of_open<T: Config>(order: &Order, changes: &Changes, now: Moment) -> Option<Moment> {
	let alert = order.terms.and_then(|terms| next_alert(order, changes, &terms, now));
	let ends = silent_from(order, changes).or_else(|| pending_until::<T>(order, changes, now));
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

/// The last moment for what a job waits for: for what the raiser has to do, or for the handler to cancel it. Who could not do it
/// has longer.
fn pending_until<T: Config>(order: &Order, changes: &Changes, now: Moment) -> Option<Moment> {
	// Who answers for a violation is not rid of it by waiting until nobody answers.
	if order.kind == OrderKind::Remedial && order.state == State::Pending {
		return None;
	}
	// A ticket has no such line: it stays pending.
	order.kind.machine().step(order.state, State::Cancelled, Side::Chain).ok()?;
	let (last, term) = (after(since(changes), order.limits.pending), order.limits.pending);
	let waits_for = if order.state == State::Pending { order.raiser } else { order.handler };
	Some(if last < now { silence::extended::<T>(last, term, OrgSet::of(waits_for)) } else { last })
}

/// Enters an order anew, for a moment at which something happens to it. Where there is no room by then, the chain looks at it
/// half-way there, when nothing is due yet, and enters it again: else all that is behind it in its queue would wait for that
/// moment, and who fills a few seconds that lie far ahead would have nothing of its queue looked at until then.
fn enter_anew<T: Config>(org: OrgId, number: u32, at: Moment) -> Result<u32, Error<T>> {
	agenda::enter::<T>(org, at, number, None).or_else(|full| {
		let now = Pallet::<T>::moment();
		let ahead = at.saturating_sub(now) / 2;
		if ahead == 0 {
			return Err(full);
		}
		agenda::enter::<T>(org, now.saturating_add(ahead), number, None)
	})
}

/// Looks at an order that is due in a second, in the queue of `org`. Says what it weighed, and whether it is done: it is not
/// where there is no room in the agenda for what comes next, by then and before.
pub(crate) fn look<T: Config>(org: OrgId, number: u32, second: u32) -> (Weight, bool) {
	let Some(mut order) = Orders::<T>::get(number).filter(|order| order.next == Some(second)) else {
		return (T::WeightInfo::pass_over(), true);
	};
	let now = Pallet::<T>::moment();
	let is_missed = order.demand.is_some_and(|last| last < now);
	let mut weight = T::WeightInfo::look(0);
	match order.stage {
		// What follows from it comes in the next second.
		_ if is_missed => {
			weight = T::WeightInfo::miss_bodies();
			facts::miss::<T>(number, &mut order, now);
		}
		Stage::Open => {
			weight = match look_at_open::<T>(number, &mut order, now) {
				true => T::WeightInfo::end(),
				false => T::WeightInfo::tell(),
			}
		}
		Stage::Evidence { answers, .. } if answers < now && order.demand.is_none() => {
			if !order.is_judged() {
				scores::handled::<T>(&order);
				settle::<T>(number, &mut order);
			} else {
				weight = T::WeightInfo::judge();
				let answerable = facts::answerable::<T>(number, &order);
				let last = silence::extended::<T>(answers, order.evidence, answerable);
				if last < now {
					verdicts::judge::<T>(number, &mut order, now);
				} else {
					order.stage = Stage::Evidence { until: last, answers: last };
				}
			}
		}
		Stage::Judged { until } | Stage::Appealed { until } if until < now => {
			let last = verdicts::last_moment::<T>(number, &order, until);
			if last < now && verdicts::decide_late::<T>(number, &mut order, now) {
				weight = T::WeightInfo::rule();
			} else if last < now {
				weight = T::WeightInfo::look(verdicts::finish::<T>(number, &order));
				settle::<T>(number, &mut order);
			} else if let Stage::Judged { until } | Stage::Appealed { until } = &mut order.stage {
				*until = last;
			}
		}
		_ => {}
	}
	let next = next_due::<T>(number, &order).map(|at| enter_anew::<T>(org, number, at)).transpose();
	let is_done = next.is_ok();
	order.next = next.unwrap_or(Some(second));
	Orders::<T>::insert(number, order);
	(weight, is_done)
}

/// Says whether the order has ended.
fn look_at_open<T: Config>(number: u32, order: &mut Order, now: Moment) -> bool {
	let mut changes = ChangesOf::<T>::get(number);
	wait_for_raiser::<T>(order, &changes);
	let is_over = |last: &Moment| *last < now;
	let closes = silent_from(order, &changes).filter(is_over).map(|_| State::Closed);
	let cancels = pending_until::<T>(order, &changes, now).filter(is_over).map(|_| State::Cancelled);
	let to = closes.or(cancels);
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
