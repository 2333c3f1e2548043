// SPDX-License-Identifier: Apache-2.0

//! What can be said of a call as it stands: whether a motion for it makes sense, and whether it may be paused.

use crate::{governed, windows, Call, Config, Pallet};
use frame_support::dispatch::DispatchResult;

impl<T: Config> Pallet<T> {
	/// Whether an emergency pause stops the call. A cell that sleeps where it should not is woken whatever else is paused.
	pub const fn may_be_paused(call: &Call<T>) -> bool {
		!matches!(call, Call::wake { .. })
	}

	/// Refuses a call that would be refused whatever the state is by then. What begins today or before would be: it is decided later yet.
	///
	/// # Errors
	///
	/// What is wrong with the call itself.
	pub fn check_call(call: &Call<T>) -> DispatchResult {
		match call {
			Call::set_sharing { scope, from, rule } => {
				governed::check_sharing::<T>(*scope, rule)?;
				Ok(governed::check_from::<T>(*from)?)
			}
			Call::set_tariff { province, from, tariff } => {
				governed::check_tariff::<T>(*province, tariff)?;
				Ok(governed::check_from::<T>(*from)?)
			}
			Call::set_emission_factor { province, year, from, factor } => {
				governed::check_factor::<T>(*province, *year, *factor)?;
				Ok(governed::check_from::<T>(*from)?)
			}
			Call::set_tolerance { from, tolerance } => {
				governed::check_tolerance::<T>(*tolerance)?;
				Ok(governed::check_from::<T>(*from)?)
			}
			Call::set_settings { settings } => Ok(governed::check_settings::<T>(settings)?),
			Call::set_window_rules { rules } => Ok(windows::check_rules::<T>(rules)?),
			_ => Ok(()),
		}
	}
}
