// SPDX-License-Identifier: Apache-2.0

//! What can be said of a call as it stands: whether a motion for it makes sense, and whether a pause may stop it.

use crate::{governed, rounds, Call, Config, Pallet};
use frame_support::dispatch::DispatchResult;

impl<T: Config> Pallet<T> {
	/// Whether an emergency pause may stop a call. What would be too late afterwards goes on: steps and the signature of a hold,
	/// since the clock runs on, facts, since they are in time for a while only, and what is said of routes that are out, since
	/// people are under way. Terms for answers begin anew after a pause.
	pub const fn may_be_paused(call: &Call<T>) -> bool {
		let of_orders = matches!(call, Call::step { .. } | Call::sign_hold { .. } | Call::anchor_fact { .. });
		let of_routes = matches!(
			call,
			Call::acknowledge_route { .. } | Call::refuse_route { .. } | Call::finish_visit { .. }
		);
		!of_orders && !of_routes
	}

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
