// SPDX-License-Identifier: Apache-2.0

//! Migrations of this pallet's storage. The storage version is 1, the first: what there is to do is to begin.

use crate::{governed, Config, TableInForce, WeightInfo};
use frame_support::weights::Weight;

/// Gives a chain that gets the pallet by an upgrade what a new chain has from its genesis: version 1 of what is governed. Without
/// it the first vote would write over the table by which orders are judged already.
pub(crate) fn begin<T: Config>() -> Weight {
	if !TableInForce::<T>::exists() {
		let (table, limits) = (Default::default(), Default::default());
		governed::build::<T>(&table, &[], &limits, &Default::default(), &Default::default());
	}
	// Five writes, none dearer than that of a table.
	T::WeightInfo::set_governed().saturating_mul(5)
}
