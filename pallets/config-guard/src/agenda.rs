// SPDX-License-Identifier: Apache-2.0

//! The agenda: what the chain does by itself in a block to come.
//!
//! Each block has a bounded list, and each block works off as much as there is room for. What is left over is done in the
//! next blocks, in its order, before anything that is due later. So no block is ever full of it, and nothing is lost.

use crate::{
	changes, charges, exports, sweeps, types::MAX_OPEN_IN_PAGE, violations, Agenda, AgendaFrom, Config,
	Error, Pallet, WeightInfo,
};
use alloc::collections::VecDeque;
use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{weights::Weight, BoundedVec};
use scale_info::TypeInfo;
use trimast_primitives::{BlockNumber, Hash, LocalNetworkId, OrgId};

/// Most items that are due in one block.
pub const MAX_DUE: u32 = 1_024;
/// How many blocks later than asked an item may be entered, when the blocks before are full.
pub(crate) const MAX_SHIFT: u32 = 16;
/// Most blocks of the agenda that one block looks into.
pub(crate) const MAX_LOOKED: u32 = 64;

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
	/// A request is forgotten: its parts go, so many at once.
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
}

impl Due {
	/// What it weighs at most.
	fn at_most<T: Config>(&self) -> Weight {
		match self {
			Self::Silence { .. } => T::WeightInfo::silence(MAX_OPEN_IN_PAGE, violations::CHANGED_AT_ONCE)
				.saturating_add(T::WeightInfo::read_records(MAX_OPEN_IN_PAGE)),
			Self::Sweep(_) => T::WeightInfo::remove_sweep(),
			Self::Lapse { .. } | Self::Observed { .. } | Self::Ruling { .. } => T::WeightInfo::end_request(),
			Self::RollBack { .. } => charges::roll_back_next::<T>(),
			Self::Unratified { .. } => T::WeightInfo::unratified().saturating_add(
				T::WeightInfo::read_records(MAX_OPEN_IN_PAGE.saturating_add(changes::LOOKED_TO_WAIT)),
			),
			Self::Forget { .. } => T::WeightInfo::forget_request(),
			Self::Openings { .. } => T::WeightInfo::overdue(),
		}
	}

	/// Does it, or as much of it as may be done at once. Says what it weighed, and what is left of it.
	fn carry_out<T: Config>(self) -> (Weight, Option<Self>) {
		let weight = match self {
			Self::Silence { local_network, page } => violations::silent::<T>(local_network, page),
			Self::Sweep(sweep) => {
				sweeps::remove::<T>(sweep);
				T::WeightInfo::remove_sweep()
			}
			Self::Lapse { request } => return changes::lapse::<T>(request),
			Self::Observed { request, is_last } => changes::observed::<T>(request, is_last),
			Self::Ruling { request } => changes::ruling_over::<T>(request),
			Self::RollBack { request, org, page, first } => {
				changes::roll_back_next::<T>(request, org, page, first)
			}
			Self::Unratified { request, first } => return changes::unratified::<T>(request, first),
			Self::Forget { request } => {
				changes::forget_rest::<T>(request);
				T::WeightInfo::forget_request()
			}
			Self::Openings { org, root } => {
				exports::overdue::<T>(org, root);
				T::WeightInfo::overdue()
			}
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
	];
	let dearest = all.iter().fold(Weight::zero(), |most, due| most.max(due.at_most::<T>()));
	T::WeightInfo::look_for_due(MAX_LOOKED).saturating_add(dearest)
}

/// Enters something into the agenda, in `at` or in the first later block with room. What was entered there last is not
/// entered twice.
pub(crate) fn enter<T: Config>(at: BlockNumber, due: Due) -> Result<BlockNumber, Error<T>> {
	let first = at.max(Pallet::<T>::now().saturating_add(1));
	let has_room = |block: &BlockNumber| {
		Agenda::<T>::decode_len(block).is_none_or(|count| u32::try_from(count).is_ok_and(|n| n < MAX_DUE))
	};
	let mut blocks = (0..MAX_SHIFT).map(|shift| first.saturating_add(shift));
	let block = blocks.find(has_room).ok_or(Error::<T>::AgendaFull)?;
	Agenda::<T>::mutate(block, |items| {
		if items.last() != Some(&due) {
			// There is room for one.
			let _ = items.try_push(due);
		}
	});
	Ok(block)
}

/// Works off what is due in this block and what earlier ones have left, as long as there is room for the next item. Says
/// what it weighed.
pub(crate) fn work<T: Config>(now: BlockNumber) -> Weight {
	work_within::<T>(now, charges::room_for_due::<T>())
}

/// How many blocks it is, this one among them, since the oldest thing was due that is left over.
pub(crate) fn lag<T: Config>(now: BlockNumber) -> BlockNumber {
	match AgendaFrom::<T>::get() {
		// Nothing was looked for yet.
		0 => 0,
		// What is due in a block is done in it: where nothing is left over, the next one is the first.
		first => now.saturating_add(1).saturating_sub(first),
	}
}

/// The same, within so much room.
pub(crate) fn work_within<T: Config>(now: BlockNumber, room: Weight) -> Weight {
	let mut block = AgendaFrom::<T>::get();
	if block == 0 {
		block = now;
	}
	let mut looked = 0u32;
	let mut spent = T::WeightInfo::look_for_due(MAX_LOOKED);
	while block <= now && looked < MAX_LOOKED {
		looked = looked.saturating_add(1);
		let mut items: VecDeque<_> = Agenda::<T>::take(block).into_iter().collect();
		let has_room = |due: &&Due, spent: Weight| spent.saturating_add(due.at_most::<T>()).all_lte(room);
		while let Some(due) = items.front().filter(|due| has_room(due, spent)).copied() {
			let (weight, rest) = due.carry_out::<T>();
			spent = spent.saturating_add(weight);
			items.pop_front();
			// It goes on before anything else, here or in the next block.
			rest.into_iter().for_each(|rest| items.push_front(rest));
		}
		if !items.is_empty() {
			// No more than there were.
			Agenda::<T>::insert(block, BoundedVec::truncate_from(items.into()));
			break;
		}
		block = block.saturating_add(1);
	}
	AgendaFrom::<T>::put(block);
	let unused = T::WeightInfo::look_for_due(MAX_LOOKED).saturating_sub(T::WeightInfo::look_for_due(looked));
	spent.saturating_sub(unused)
}
