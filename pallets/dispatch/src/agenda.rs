// SPDX-License-Identifier: Apache-2.0

//! The agenda: the orders that the chain looks at by itself, by the second of its clock.
//!
//! An order has one second in which it is looked at next ([`Order::next`]): that of the first of all its deadlines. Whatever
//! brings one nearer enters the order anew; what stands in the agenda from before is recognised by its second and passed over.
//! A deadline that moves away is found when the order is looked at. So entering costs the same however much is open, and a
//! block reads as many lists as seconds have passed.
//!
//! Each company has a queue of its own, in which stands what its calls have caused, in a bounded list a second. A block works
//! off as much as there is room for, the companies in turn; what is left over comes in the next blocks before anything that is
//! due later. So no block is full of it, nothing is lost, and who fills its lists keeps out nobody but itself. Whose turn it is
//! has all of the room that it needs: another one waits for a block of each other at most. Of the lists that a block looks into
//! each that is behind has an equal part.
//!
//! Rounds and routes stand in the same lists, by numbers that no order has ([`rounds`]): routes in the queue of who is sent, rounds in
//! one that is nobody's.
//!
//! The clock is that of the block before: what is due in a second is done when a block has shown a later one.
//!
//! [`Order::next`]: trimast_primitives::order::Order::next

use crate::{charges, rounds, Agenda, AgendaFrom, Config, Error, Pallet, WeightInfo};
use alloc::{collections::VecDeque, vec::Vec};
use frame_support::{traits::ConstU32, weights::Weight, BoundedVec};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{org::MAX_ORGS, Moment, OrgId};

/// Most orders of one company that are due in one second.
pub const MAX_DUE: u32 = 1_024;
/// How many seconds later than asked an order may be entered, when the seconds before are full.
pub(crate) const MAX_SHIFT: u32 = 16;
/// Most lists that one block looks into: at least one of each company.
pub(crate) const MAX_LOOKED: u32 = 64;

/// The companies in their turn, and the first second in which each may have something left.
/// One more of them is for what nobody has caused: rounds.
pub(crate) type Queues = BoundedVec<(OrgId, u32), ConstU32<{ MAX_ORGS as u32 + 1 }>>;

/// The second that a moment lies in.
pub(crate) fn second_of(at: Moment) -> u32 {
	(at / 1_000).saturated_into()
}

/// Enters an order into the queue of `org`, in the first second with room that begins at `at` or later. Says which. One that stands
/// in a second already is entered before that, or left there if that is no later than it would be entered.
pub(crate) fn enter<T: Config>(
	org: OrgId,
	at: Moment,
	order: u32,
	stands: Option<u32>,
) -> Result<u32, Error<T>> {
	let next = second_of(Pallet::<T>::moment()).saturating_add(1);
	let first = at.div_ceil(1_000).saturated_into::<u32>().max(next);
	let is_nearer = |second: &u32| stands.is_none_or(|stands| *second < stands);
	let mut seconds = (0..MAX_SHIFT).map(|shift| first.saturating_add(shift)).filter(is_nearer);
	// What stands there already is not decoded for it.
	let Some(second) = seconds.find(|second| Agenda::<T>::try_append(org, second, order).is_ok()) else {
		let is_soon = |second: &u32| second.saturating_sub(first) <= MAX_SHIFT;
		return stands.filter(is_soon).ok_or(Error::<T>::AgendaFull);
	};
	let mut queues = AgendaFrom::<T>::get();
	if queues.iter().all(|(other, _)| *other != org) {
		// There are no more of them than companies, and the chain.
		let _ = queues.try_push((org, next));
		AgendaFrom::<T>::put(queues);
	}
	Ok(second)
}

/// Works off what is due by now, as long as there is room for the next order. Says what it weighed.
pub(crate) fn work<T: Config>() -> Weight {
	work_within::<T>(second_of(Pallet::<T>::moment()), charges::room_for_due::<T>())
}

/// How many seconds it is since the oldest thing was due that is left over of any company.
pub(crate) fn lag<T: Config>() -> u32 {
	let now = second_of(Pallet::<T>::moment()).saturating_add(1);
	let queues = AgendaFrom::<T>::get();
	queues.iter().map(|(_, first)| now.saturating_sub(*first)).max().unwrap_or(0)
}

/// What is due by a second, within so much room.
pub(crate) fn work_within<T: Config>(now: u32, room: Weight) -> Weight {
	let before = AgendaFrom::<T>::get();
	let mut queues = before.clone().into_inner();
	let mut run = Run { now, room, spent: T::WeightInfo::look_for_due(MAX_LOOKED), looked: 0 };
	let mut served = None;
	// Of what may be looked into each has an equal part, as far as it is behind; what one does not need is for those before it.
	let part = MAX_LOOKED.checked_div(queues.len().saturated_into()).unwrap_or(0);
	let needs = |from: u32| now.saturating_add(1).saturating_sub(from).min(part);
	let mut others = queues.iter().fold(0u32, |sum, (_, from)| sum.saturating_add(needs(*from)));
	for (n, (org, from)) in queues.iter_mut().enumerate() {
		others = others.saturating_sub(needs(*from));
		// The first that has something due has been counted with the search.
		let list = if served.is_none() { Weight::zero() } else { T::WeightInfo::look_for_due(0) };
		if served.is_some() && !run.has_room(list) {
			break;
		}
		if run.work_off::<T>(*org, from, MAX_LOOKED.saturating_sub(others)) {
			run.spent = run.spent.saturating_add(list);
			served = served.or(Some(n));
		}
	}
	if let Some(first) = served {
		let first = queues.remove(first);
		queues.push(first);
	}
	let is_new = |(org, _): &(OrgId, u32)| queues.iter().all(|(other, _)| other != org);
	let new: Vec<_> = AgendaFrom::<T>::get().into_iter().filter(is_new).collect();
	queues.extend(new);
	// No more than companies, and the chain.
	let queues = Queues::truncate_from(queues);
	if queues != before {
		AgendaFrom::<T>::put(queues);
	}
	let unused =
		T::WeightInfo::look_for_due(MAX_LOOKED).saturating_sub(T::WeightInfo::look_for_due(run.looked));
	run.spent.saturating_sub(unused)
}

/// What a block does of the agenda.
struct Run {
	now: u32,
	room: Weight,
	spent: Weight,
	/// How many lists were looked into.
	looked: u32,
}

impl Run {
	fn has_room(&self, weight: Weight) -> bool {
		self.spent.saturating_add(weight).all_lte(self.room)
	}

	/// Works off a queue from a second on, until so many lists were looked into. Says whether anything was due.
	fn work_off<T: Config>(&mut self, org: OrgId, from: &mut u32, most_looked: u32) -> bool {
		let mut was_due = false;
		while *from <= self.now && self.looked < most_looked {
			self.looked = self.looked.saturating_add(1);
			let mut orders: VecDeque<_> = Agenda::<T>::take(org, *from).into_iter().collect();
			was_due |= !orders.is_empty();
			while let Some(order) = orders.front().copied().filter(|_| self.has_room(charges::look::<T>())) {
				let (weight, is_done) = rounds::look::<T>(org, order, *from);
				self.spent = self.spent.saturating_add(weight);
				if !is_done {
					// It waits for room in the agenda, and nothing goes on before it.
					break;
				}
				orders.pop_front();
			}
			if !orders.is_empty() {
				// No more than there were.
				Agenda::<T>::insert(org, *from, BoundedVec::truncate_from(orders.into()));
				break;
			}
			*from = from.saturating_add(1);
		}
		was_due
	}
}
