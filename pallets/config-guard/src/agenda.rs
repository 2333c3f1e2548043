// SPDX-License-Identifier: Apache-2.0

//! The agenda: what the chain does by itself in a block to come.
//!
//! Each company has a queue of its own: what it has caused is entered there, in a bounded list a block. Each block works off
//! as much as there is room for. What is left over is done in the next blocks, in its order, before anything of its queue
//! that is due later. So no block is ever full of it, and nothing is lost.
//!
//! The queues are served in turn: the one that was first goes behind the others. While many companies have something left
//! over each of them has all of a block's room in its turn, and none waits longer than for one block of each other. Who fills
//! its lists, or has more due than is done, keeps out and delays nobody but itself.
//!
//! Orders for confirmed violations are not urgent, and a sweep of the country may call for thousands of them. So they have
//! queues apart, one for each company ([`orders_of`]): nothing else waits for them longer than for another queue.

use crate::{
	changes::{self, network::MAX_SETTLED_EXPORTS},
	charges, exports, sweeps,
	types::MAX_OPEN_IN_PAGE,
	violations, Agenda, AgendaFrom, Config, Error, Pallet, WeightInfo,
};
use alloc::{collections::VecDeque, vec::Vec};
use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, weights::Weight, BoundedVec};
use scale_info::TypeInfo;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{org::MAX_ORGS, BlockNumber, Hash, LocalNetworkId, OrgId};

/// Most items of one company that are due in one block.
pub const MAX_DUE: u32 = 1_024;
/// How many blocks later than asked an item may be entered, when the blocks before are full.
pub(crate) const MAX_SHIFT: u32 = 16;
/// Most lists of the agenda that one block looks into: at least one of each queue.
pub(crate) const MAX_LOOKED: u32 = 128;

/// The queues in their turn, and the first block in which each may have something left: two of each company.
pub(crate) type Queues = BoundedVec<(OrgId, BlockNumber), ConstU32<{ 2 * MAX_ORGS as u32 }>>;

/// No company has a number from this one on.
const ORDERS: u8 = 0x80;
const _: () = assert!(MAX_ORGS <= ORDERS);

/// The queue of a company in which orders for confirmed violations stand.
pub(crate) const fn orders_of(org: OrgId) -> OrgId {
	OrgId(org.0 | ORDERS)
}

/// Something that is due.
#[derive(Encode, Decode, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Due {
	/// The violations of a page are looked at that nobody has confirmed: whether the accused, or who has seen them, has been
	/// silent for long enough.
	Silence {
		/// The local network.
		local_network: LocalNetworkId,
		/// The page.
		page: u16,
	},
	/// Nobody needs this sweep any more.
	Sweep(u32),
	/// The time of a draft, or the window of a request, is over.
	Lapse {
		/// The request.
		request: u32,
	},
	/// The time in which a change is observed is over.
	Observed {
		/// The request.
		request: u32,
		/// Whether it was over once before, and nobody had attested the change.
		is_last: bool,
	},
	/// The time for a ruling is over.
	Ruling {
		/// The request.
		request: u32,
	},
	/// A request is overruled: its values are rolled back, so many at once, page after page.
	RollBack {
		/// The request.
		request: u32,
		/// Who has decided the ruling.
		org: OrgId,
		/// The page.
		page: u16,
		/// The next item, by its place in the part.
		first: u16,
	},
	/// An emergency was not ratified: a violation for each of its items, so many at once.
	Unratified {
		/// The request.
		request: u32,
		/// The next item, by its place in the part.
		first: u16,
	},
	/// A request is forgotten: what is left of its parts goes, so many at once.
	Forget {
		/// The request.
		request: u32,
	},
	/// What was asked of an export and is not opened by now is missing.
	Openings {
		/// The company.
		org: OrgId,
		/// The export's root.
		root: Hash,
	},
	/// A violation is confirmed: who answers for it gets an order.
	Remedy {
		/// The violation.
		violation: u32,
	},
}

impl Due {
	/// What it weighs at most.
	fn at_most<T: Config>(&self) -> Weight {
		match self {
			Self::Silence { .. } => T::WeightInfo::silence(MAX_OPEN_IN_PAGE, violations::CHANGED_AT_ONCE)
				.saturating_add(charges::scores::<T>(violations::CHANGED_AT_ONCE))
				.saturating_add(T::WeightInfo::read_records(MAX_OPEN_IN_PAGE))
				.saturating_add(T::WeightInfo::settled(MAX_SETTLED_EXPORTS)),
			Self::Sweep(_) => T::WeightInfo::remove_sweep(),
			Self::Lapse { .. } | Self::Observed { .. } | Self::Ruling { .. } => T::WeightInfo::end_request(),
			Self::RollBack { .. } => charges::roll_back_next::<T>(),
			Self::Unratified { .. } => T::WeightInfo::unratified().saturating_add(
				T::WeightInfo::read_records(MAX_OPEN_IN_PAGE.saturating_add(changes::LOOKED_TO_WAIT)),
			),
			Self::Forget { .. } => T::WeightInfo::forget_request(),
			Self::Openings { .. } => T::WeightInfo::overdue(),
			Self::Remedy { .. } => violations::remedy_weight::<T>(),
		}
	}

	/// Does it, or as much of it as may be done at once, in the queue of `org`. Says what it weighed, and what is left of it.
	fn carry_out<T: Config>(self, org: OrgId) -> (Weight, Option<Self>) {
		let weight = match self {
			Self::Silence { local_network, page } => violations::silent::<T>(org, local_network, page),
			Self::Sweep(sweep) => {
				sweeps::remove::<T>(sweep);
				T::WeightInfo::remove_sweep()
			}
			Self::Lapse { request } => return changes::lapse::<T>(request),
			Self::Observed { request, is_last } => changes::observed::<T>(request, is_last),
			Self::Ruling { request } => return changes::ruling_over::<T>(request),
			Self::RollBack { request, org, page, first } => {
				changes::roll_back_next::<T>(request, org, page, first)
			}
			Self::Unratified { request, first } => return changes::unratified::<T>(org, request, first),
			Self::Forget { request } => return changes::forget_rest::<T>(request),
			Self::Openings { org, root } => {
				exports::overdue::<T>(org, root);
				T::WeightInfo::overdue()
			}
			Self::Remedy { violation } => violations::open_remedy::<T>(violation),
		};
		(weight, None)
	}
}

/// What the dearest item weighs, with the search for it.
pub(crate) fn dearest<T: Config>() -> Weight {
	let (request, root, org) = (0, Default::default(), OrgId(0));
	let all = [
		Due::Silence { local_network: LocalNetworkId(0), page: 0 },
		Due::Sweep(0),
		Due::Lapse { request },
		Due::Observed { request, is_last: true },
		Due::Ruling { request },
		Due::RollBack { request, org, page: 0, first: 0 },
		Due::Unratified { request, first: 0 },
		Due::Forget { request },
		Due::Openings { org, root },
		Due::Remedy { violation: 0 },
	];
	let dearest = all.iter().fold(Weight::zero(), |most, due| most.max(due.at_most::<T>()));
	T::WeightInfo::look_for_due(MAX_LOOKED).saturating_add(dearest)
}

/// Enters something into the agenda of `org`, in `at` or in the first later block with room.
pub(crate) fn enter<T: Config>(org: OrgId, at: BlockNumber, due: Due) -> Result<BlockNumber, Error<T>> {
	let next = Pallet::<T>::now().saturating_add(1);
	let first = at.max(next);
	let mut blocks = (0..MAX_SHIFT).map(|shift| first.saturating_add(shift));
	// What stands there already is not decoded for it.
	let block = blocks.find(|block| Agenda::<T>::try_append(org, block, due).is_ok());
	let block = block.ok_or(Error::<T>::AgendaFull)?;
	let mut queues = AgendaFrom::<T>::get();
	if queues.iter().all(|(other, _)| *other != org) {
		// There are two of each company.
		let _ = queues.try_push((org, next));
		AgendaFrom::<T>::put(queues);
	}
	Ok(block)
}

/// Works off what is due in this block and what earlier ones have left, as long as there is room for the next item. Says
/// what it weighed.
pub(crate) fn work<T: Config>(now: BlockNumber) -> Weight {
	work_within::<T>(now, charges::room_for_due::<T>())
}

/// How many blocks it is, this one among them, since the oldest thing was due that is left over of any company, but for orders.
pub(crate) fn lag<T: Config>(now: BlockNumber) -> BlockNumber {
	let queues = AgendaFrom::<T>::get();
	// What is due in a block is done in it: where nothing is left over, the next one is the first.
	let lag = |(_, first): &(OrgId, BlockNumber)| now.saturating_add(1).saturating_sub(*first);
	queues.iter().filter(|(org, _)| org.0 < ORDERS).map(lag).max().unwrap_or(0)
}

/// The same, within so much room.
pub(crate) fn work_within<T: Config>(now: BlockNumber, room: Weight) -> Weight {
	let mut queues = AgendaFrom::<T>::get().into_inner();
	let mut run = Run { now, room, spent: T::WeightInfo::look_for_due(MAX_LOOKED), looked: 0 };
	let mut served = None;
	let count = queues.len();
	for (n, (org, from)) in queues.iter_mut().enumerate() {
		// The first that has something due has been counted with the search.
		let list = if served.is_none() { Weight::zero() } else { T::WeightInfo::look_for_due(0) };
		if served.is_some() && !run.has_room(list) {
			break;
		}
		let others: u32 = count.saturating_sub(n).saturating_sub(1).saturated_into();
		if run.work_off::<T>(*org, from, MAX_LOOKED.saturating_sub(others)) {
			run.spent = run.spent.saturating_add(list);
			served = served.or(Some(n));
		}
	}
	if let Some(first) = served {
		let first = queues.remove(first);
		queues.push(first);
	}
	let is_new = |(org, _): &(OrgId, BlockNumber)| queues.iter().all(|(other, _)| other != org);
	let new: Vec<_> = AgendaFrom::<T>::get().into_iter().filter(is_new).collect();
	queues.extend(new);
	// No more than two of each company.
	AgendaFrom::<T>::put(Queues::truncate_from(queues));
	let unused =
		T::WeightInfo::look_for_due(MAX_LOOKED).saturating_sub(T::WeightInfo::look_for_due(run.looked));
	run.spent.saturating_sub(unused)
}

/// What a block does of the agenda.
struct Run {
	now: BlockNumber,
	room: Weight,
	spent: Weight,
	/// How many lists were looked into.
	looked: u32,
}

impl Run {
	fn has_room(&self, weight: Weight) -> bool {
		self.spent.saturating_add(weight).all_lte(self.room)
	}

	/// Works off a queue from a block on, until so many lists were looked into. Says whether anything was due.
	fn work_off<T: Config>(&mut self, org: OrgId, from: &mut BlockNumber, most_looked: u32) -> bool {
		let mut was_due = false;
		while *from <= self.now && self.looked < most_looked {
			self.looked = self.looked.saturating_add(1);
			let mut items: VecDeque<_> = Agenda::<T>::take(org, *from).into_iter().collect();
			was_due |= !items.is_empty();
			while let Some(due) = items.front().copied().filter(|due| self.has_room(due.at_most::<T>())) {
				let (weight, rest) = due.carry_out::<T>(org);
				self.spent = self.spent.saturating_add(weight);
				items.pop_front();
				// It goes on before anything else, here or in the next block.
				rest.into_iter().for_each(|rest| items.push_front(rest));
				if rest == Some(due) && matches!(due, Due::Unratified { .. }) {
					// It waits for room, and nothing goes on before it.
					break;
				}
			}
			if !items.is_empty() {
				// No more than there were.
				Agenda::<T>::insert(org, *from, BoundedVec::truncate_from(items.into()));
				break;
			}
			*from = from.saturating_add(1);
		}
		was_due
	}
}
