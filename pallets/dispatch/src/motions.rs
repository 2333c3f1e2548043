// SPDX-License-Identifier: Apache-2.0

//! What can be said of a motion before anybody has voted.

use crate::{governed, rounds, Call, Config, Pallet};
use frame_support::dispatch::DispatchResult;

impl<T: Config> Pallet<T> {
	/// Refuses a call that would be refused whatever the state is by then.
	///
	/// # Errors
	///
	/// What is wrong with the call itself.
	pub fn check_call(call: &Call<T>) -> DispatchResult {
		match call {
			Call::set_table { table } => Ok(governed::check_table::<T>(table)?),
			Call::set_service_level { scope, table, .. } => {
				Ok(governed::check_service_level::<T>(*scope, table)?)
			}
			Call::set_limits { limits } => Ok(governed::check_limits::<T>(limits)?),
			Call::set_outage_rules { rules } => Ok(governed::check_outage_rules::<T>(rules)?),
			Call::set_round_rules { rules } => Ok(rounds::check_rules::<T>(rules)?),
			_ => Ok(()),
		}
	}
}
