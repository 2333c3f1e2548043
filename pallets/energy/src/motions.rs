// SPDX-License-Identifier: Apache-2.0

//! What can be said of a call as it stands: whether a motion for it makes sense.

use crate::{governed, Call, Config, Pallet};
use frame_support::dispatch::DispatchResult;

impl<T: Config> Pallet<T> {
	/// Refuses a call that would be refused whatever the state is by then.
	///
	/// # Errors
	///
	/// What is wrong with the call itself.
	pub fn check_call(call: &Call<T>) -> DispatchResult {
		match call {
			Call::set_sharing { scope, rule, .. } => Ok(governed::check_sharing::<T>(*scope, rule)?),
			Call::set_tariff { province, tariff, .. } => Ok(governed::check_tariff::<T>(*province, tariff)?),
			Call::set_emission_factor { province, year, factor } => {
				Ok(governed::check_factor::<T>(*province, *year, *factor)?)
			}
			Call::set_settings { settings } => Ok(governed::check_settings::<T>(settings)?),
			_ => Ok(()),
		}
	}
}
