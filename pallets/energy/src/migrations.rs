// SPDX-License-Identifier: Apache-2.0

//! Migrations of this pallet's storage. The storage version is 1, the first: what there is to do is to begin.

use crate::{
	governed,
	types::{Settings, USUAL_TOLERANCE},
	Config, SettingsInForce, WeightInfo,
};
use frame_support::weights::Weight;

/// Gives a chain that gets the pallet by an upgrade what a new chain has from its genesis: settings and the tolerance. What is shared out
/// by which rule, and what it costs and emits, the council says before the first report.
pub(crate) fn begin<T: Config>() -> Weight {
	if !SettingsInForce::<T>::exists() {
		governed::build::<T>(&[], &[], &[], USUAL_TOLERANCE, &Settings::default());
	}
	T::WeightInfo::set_governed()
}
