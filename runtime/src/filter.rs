// SPDX-License-Identifier: Apache-2.0
//! Which calls may be made at all. What is not listed here is refused, signed, unsigned, batched, proxied or scheduled
//! by anyone but Root. Who may make a listed call stands in that call's own origin check.

use crate::RuntimeCall;
use frame_support::traits::Contains;
use pallet_federation::PauseKind;

/// The base call filter.
pub struct BaseCallFilter;

impl Contains<RuntimeCall> for BaseCallFilter {
	fn contains(call: &RuntimeCall) -> bool {
		is_listed(call) && pause_kind(call).is_none_or(|kind| !crate::Federation::is_paused(kind))
	}
}

/// Whether the call is one that this chain offers.
pub fn is_listed(call: &RuntimeCall) -> bool {
	match call {
		// Anyone applies code that the council has authorised.
		RuntimeCall::System(call) => matches!(call, frame_system::Call::apply_authorized_upgrade { .. }),
		RuntimeCall::Timestamp(call) => matches!(call, pallet_timestamp::Call::set { .. }),
		// No `purge_keys`: a seat without keys would make the validator set smaller.
		RuntimeCall::Session(call) => matches!(call, pallet_session::Call::set_keys { .. }),
		RuntimeCall::Federation(_) | RuntimeCall::Sites(_) => true,
		// `execute` would let one seat act as a member origin, `disapprove` and `kill` are Root's.
		RuntimeCall::Council(call) => matches!(
			call,
			pallet_collective::Call::propose { .. }
				| pallet_collective::Call::vote { .. }
				| pallet_collective::Call::close { .. }
		),
		RuntimeCall::Preimage(call) => {
			matches!(
				call,
				pallet_preimage::Call::note_preimage { .. } | pallet_preimage::Call::unnote_preimage { .. }
			)
		}
		// No `as_derivative`: a derived account belongs to no company. `dispatch_as` and `with_weight` are Root's.
		RuntimeCall::Utility(call) => matches!(
			call,
			pallet_utility::Call::batch { .. }
				| pallet_utility::Call::batch_all { .. }
				| pallet_utility::Call::force_batch { .. }
		),
		// No pure proxies: an account without a key belongs to no company.
		RuntimeCall::Proxy(call) => {
			!matches!(call, pallet_proxy::Call::create_pure { .. } | pallet_proxy::Call::kill_pure { .. })
		}
		RuntimeCall::Multisig(call) => matches!(
			call,
			pallet_multisig::Call::as_multi_threshold_1 { .. }
				| pallet_multisig::Call::as_multi { .. }
				| pallet_multisig::Call::approve_as_multi { .. }
				| pallet_multisig::Call::cancel_as_multi { .. }
		),
		// Seats follow the federation, tasks and migrations follow motions; nobody keeps offences yet.
		RuntimeCall::Membership(_)
		| RuntimeCall::Scheduler(_)
		| RuntimeCall::Migrations(_)
		| RuntimeCall::Grandpa(_) => false,
	}
}

/// The kind of calls that an emergency pause can stop and this call belongs to. Governance, objection, export, exit and
/// upgrade belong to none.
pub fn pause_kind(call: &RuntimeCall) -> Option<PauseKind> {
	use pallet_federation::Call;
	match call {
		RuntimeCall::Sites(_) => Some(PauseKind::Sites),
		RuntimeCall::Federation(
			Call::add_account { .. }
			| Call::set_account { .. }
			| Call::remove_account { .. }
			| Call::add_branch { .. }
			| Call::remove_branch { .. }
			| Call::register_node { .. }
			| Call::retire_node { .. },
		) => Some(PauseKind::Accounts),
		_ => None,
	}
}
