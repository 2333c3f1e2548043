// SPDX-License-Identifier: Apache-2.0

//! The orders by which confirmed violations are put right.

use crate::{
	agenda::{self, Due},
	Config, Event, Pallet, Violations, WeightInfo,
};
use frame_support::weights::Weight;
use sp_runtime::DispatchError;
use trimast_primitives::{interlock::Remedies, OrgId};

/// A violation is confirmed: it gets an order in the next block with room for it, by the queue for orders of `org`.
pub(crate) fn ask_remedy<T: Config>(org: OrgId, id: u32) {
	let next = Pallet::<T>::now().saturating_add(1);
	if let Err(full) = agenda::enter::<T>(agenda::orders_of(org), next, Due::Remedy { violation: id }) {
		refused::<T>(id, full.into());
	}
}

/// Opens the order of a violation that is not over meanwhile. Says what it weighed.
pub(crate) fn open_remedy<T: Config>(id: u32) -> Weight {
	let open = Violations::<T>::get(id).filter(|violation| violation.closed.is_none());
	let answer = open.map(|one| T::Remedies::open(id, one.cell, one.accuser, one.against));
	if let Some(Err(error)) = answer {
		refused::<T>(id, error);
	}
	remedy_weight::<T>()
}

/// What that weighs, opened or refused.
pub(crate) fn remedy_weight<T: Config>() -> Weight {
	T::WeightInfo::read_records(1).saturating_add(T::Remedies::open_weight())
}

fn refused<T: Config>(id: u32, error: DispatchError) {
	Pallet::<T>::deposit_event(Event::NoRemedy { id, error });
}
