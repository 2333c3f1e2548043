// SPDX-License-Identifier: Apache-2.0

//! What can be said of a motion before anybody has voted.

use crate::{catalogue, policy, Call, Config, Pallet};
use frame_support::dispatch::DispatchResult;

impl<T: Config> Pallet<T> {
	/// Refuses a call that would be refused whatever the state is by then.
	///
	/// # Errors
	///
	/// What is wrong with the call itself.
	pub fn check_call(call: &Call<T>) -> DispatchResult {
		match call {
			Call::set_parameter { parameter, text, .. } => Ok(catalogue::check::<T>(parameter, text)?),
			Call::set_rule { rule, .. } => Ok(policy::check_rule::<T>(rule)?),
			Call::set_freeze { freeze, .. } => Ok(policy::check_freeze::<T>(freeze)?),
			Call::set_holdings { holding, .. } => Ok(policy::check_holding::<T>(holding)?),
			_ => Ok(()),
		}
	}
}
