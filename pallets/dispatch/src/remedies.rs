// SPDX-License-Identifier: Apache-2.0

//! Violations that are put right: the configuration guard asks for an order, once for each.

use crate::{orders, Config, Pallet, WeightInfo};
use frame_support::weights::Weight;
use sp_runtime::DispatchError;
use trimast_primitives::{cells::CellId, interlock::Remedies, OrgId};

impl<T: Config> Remedies for Pallet<T> {
	fn open(violation: u32, cell: CellId, raiser: OrgId, handler: OrgId) -> Result<u32, DispatchError> {
		// Nothing of it is left where it is refused, whoever asks.
		frame_support::storage::with_storage_layer(|| {
			Ok(orders::remedy::<T>(violation, cell, raiser, handler)?)
		})
	}

	/// That of a fault: it looks at more than a remedial order does.
	fn open_weight() -> Weight {
		T::WeightInfo::open()
	}
}
