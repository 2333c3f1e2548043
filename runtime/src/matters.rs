// SPDX-License-Identifier: Apache-2.0
//! What a motion of the council may carry out, and as which matter. A call that is sorted nowhere cannot be enacted.

use crate::RuntimeCall;
use frame_support::dispatch::DispatchResult;
use trimast_primitives::{matter::Matter, org::OrgKind, params::ParameterBounds};

/// Sorts calls into matters.
pub struct Matters;

impl pallet_federation::Matters<RuntimeCall> for Matters {
	fn matter(call: &RuntimeCall) -> Option<Matter> {
		use pallet_config_guard::Call as ConfigGuard;
		use pallet_dispatch::Call as Dispatch;
		use pallet_energy::Call as Energy;
		use pallet_federation::Call as Federation;
		use pallet_sites::Call as Sites;
		match call {
			RuntimeCall::System(frame_system::Call::authorize_upgrade { .. }) => Some(Matter::Constitution),
			// A witness that two thirds could invite would undo what replacing one needs.
			RuntimeCall::Federation(
				Federation::replace_witness { .. } | Federation::invite { kind: OrgKind::Witness, .. },
			) => Some(Matter::Witness),
			RuntimeCall::Federation(
				Federation::invite { .. } | Federation::confirm { .. } | Federation::set_parameters { .. },
			) => Some(Matter::Constitution),
			RuntimeCall::Sites(
				Sites::set_local_network { .. } | Sites::remove_local_network { .. } | Sites::reassign { .. },
			) => Some(Matter::Rules),
			RuntimeCall::ConfigGuard(
				ConfigGuard::set_parameter { .. }
				| ConfigGuard::set_rule { .. }
				| ConfigGuard::set_freeze { .. }
				| ConfigGuard::set_holdings { .. },
			) => Some(Matter::Rules),
			RuntimeCall::Dispatch(
				Dispatch::set_table { .. }
				| Dispatch::set_service_level { .. }
				| Dispatch::set_limits { .. }
				| Dispatch::set_outage_rules { .. }
				| Dispatch::set_round_rules { .. },
			) => Some(Matter::Rules),
			RuntimeCall::Energy(
				Energy::set_sharing { .. }
				| Energy::set_tariff { .. }
				| Energy::set_emission_factor { .. }
				| Energy::set_tolerance { .. }
				| Energy::set_settings { .. }
				| Energy::set_window_rules { .. },
			) => Some(Matter::Rules),
			// Several calls of one matter go together; calls of different matters are different motions.
			RuntimeCall::Utility(pallet_utility::Call::batch_all { calls }) => {
				let (first, rest) = calls.split_first()?;
				let matter = Self::matter(first)?;
				rest.iter().all(|call| Self::matter(call) == Some(matter)).then_some(matter)
			}
			_ => None,
		}
	}

	fn check(call: &RuntimeCall, bounds: &ParameterBounds) -> DispatchResult {
		match call {
			RuntimeCall::Federation(call) => crate::Federation::check_call(call, bounds),
			RuntimeCall::Sites(call) => crate::Sites::check_call(call),
			RuntimeCall::ConfigGuard(call) => crate::ConfigGuard::check_call(call),
			RuntimeCall::Dispatch(call) => crate::Dispatch::check_call(call),
			RuntimeCall::Energy(call) => crate::Energy::check_call(call),
			RuntimeCall::Utility(pallet_utility::Call::batch_all { calls }) => {
				calls.iter().try_for_each(|call| Self::check(call, bounds))
			}
			_ => Ok(()),
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn constitutional_call(bytes: u32) -> RuntimeCall {
		let one =
			|| RuntimeCall::from(frame_system::Call::authorize_upgrade { code_hash: Default::default() });
		// The batch's own two numbers, and the number of its calls.
		let room = (bytes as usize).saturating_sub(6);
		let calls = (0..(room / codec::Encode::encoded_size(&one())).max(1)).map(|_| one()).collect();
		pallet_utility::Call::batch_all { calls }.into()
	}
}
