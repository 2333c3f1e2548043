// SPDX-License-Identifier: Apache-2.0

//! The agenda: what the chain does by itself in a block to come.
//!
//! Each block has a bounded list, and each block works off a bounded number of items. What is left over is done in the
//! next blocks, in its order, before anything that is due later. So no block is ever full of it, and nothing is lost.

use crate::{Agenda, AgendaFrom, Config, Error, Pallet};
use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{BlockNumber, Hash, LocalNetworkId, OrgId};

/// Most items that are due in one block.
pub const MAX_DUE: u32 = 1_024;
/// Most items that one block works off.
pub const MAX_DONE: u32 = 32;
/// How many blocks later than asked an item may be entered, when the blocks before are full.
const MAX_SHIFT: u32 = 64;
/// Most blocks of the agenda that one block looks into.
const MAX_LOOKED: u32 = 64;

/// Something that is due.
#[derive(Encode, Decode, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Due {
	/// The accused has been silent for long enough about what was alleged in a page before.
	Silence {
		/// The local network.
		local_network: LocalNetworkId,
		/// The page.
		page: u16,
	},
	/// Nobody needs this sweep any more.
	Sweep(u32),
	/// What was asked of an export and is not opened by now is missing.
	Openings {
		/// The company.
		org: OrgId,
		/// The export's root.
		root: Hash,
	},
}

/// Enters something into the agenda, in `at` or in the first later block with room. What was entered there last is not
/// entered twice.
pub(crate) fn enter<T: Config>(at: BlockNumber, due: Due) -> Result<BlockNumber, Error<T>> {
	let first = at.max(Pallet::<T>::now().saturating_add(1));
	let mut blocks = (0..MAX_SHIFT).map(|shift| first.saturating_add(shift));
	blocks
		.find(|block| {
			Agenda::<T>::mutate(block, |items| items.last() == Some(&due) || items.try_push(due).is_ok())
		})
		.ok_or(Error::<T>::AgendaFull)
}

/// Works off what is due in this block and what earlier ones have left. Says how many items it has done.
pub(crate) fn work<T: Config>(now: BlockNumber, mut carry_out: impl FnMut(Due)) -> u32 {
	let mut block = AgendaFrom::<T>::get();
	if block == 0 {
		block = now;
	}
	let mut done = 0u32;
	for _ in 0..MAX_LOOKED {
		if block > now {
			break;
		}
		let mut items = Agenda::<T>::take(block).into_inner();
		let room: usize = MAX_DONE.saturating_sub(done).saturated_into();
		let rest = items.split_off(room.min(items.len()));
		done = done.saturating_add(items.len().saturated_into());
		items.into_iter().for_each(&mut carry_out);
		if !rest.is_empty() {
			Agenda::<T>::insert(block, frame_support::BoundedVec::truncate_from(rest));
			break;
		}
		block = block.saturating_add(1);
	}
	AgendaFrom::<T>::put(block);
	done
}
