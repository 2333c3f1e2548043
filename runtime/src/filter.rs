// SPDX-License-Identifier: Apache-2.0
//! Which calls may be made at all. What is not listed here is refused, signed, unsigned, batched, proxied or scheduled
//! by anyone but Root. Who may make a listed call stands in that call's own origin check.

use crate::RuntimeCall;
use frame_support::traits::Contains;
use pallet_federation::{types::MAX_PROPOSAL_BYTES, PauseKind};

/// The base call filter.
pub struct BaseCallFilter;

impl Contains<RuntimeCall> for BaseCallFilter {
	fn contains(call: &RuntimeCall) -> bool {
		is_listed(call)
			&& pause_kind(call).is_none_or(|kind| !crate::Federation::is_paused(kind))
			&& !is_vain_motion(call)
	}
}

/// Whether the call proposes a motion that can never take effect: a call that no motion may decide, or one that would
/// be refused in every state, or too few ayes for its matter. Looking at it takes as long as the motion is, which is
/// bounded, and a few reads.
pub fn is_vain_motion(call: &RuntimeCall) -> bool {
	match call {
		RuntimeCall::Council(pallet_collective::Call::propose { threshold, proposal, .. }) => {
			crate::Federation::defect_of(proposal, *threshold).is_some()
		}
		_ => false,
	}
}

/// Whether the call is one that this chain offers.
pub fn is_listed(call: &RuntimeCall) -> bool {
	match call {
		// The benchmarks of the SDK's pallets carry out remarks.
		#[cfg(feature = "runtime-benchmarks")]
		RuntimeCall::System(frame_system::Call::remark { .. }) => true,
		// Anyone applies code that the council has authorised.
		RuntimeCall::System(call) => matches!(call, frame_system::Call::apply_authorized_upgrade { .. }),
		RuntimeCall::Timestamp(call) => matches!(call, pallet_timestamp::Call::set { .. }),
		// No `purge_keys`: a seat without keys would make the validator set smaller.
		RuntimeCall::Session(call) => matches!(call, pallet_session::Call::set_keys { .. }),
		RuntimeCall::Federation(_)
		| RuntimeCall::Sites(_)
		| RuntimeCall::ConfigGuard(_)
		| RuntimeCall::Dispatch(_)
		| RuntimeCall::Energy(_) => true,
		// `execute` would let one seat act as a member origin, `disapprove` and `kill` are Root's, and there is no cost
		// of a motion that could be released. The collective sees to it that a motion is no longer than its bound.
		RuntimeCall::Council(call) => match call {
			pallet_collective::Call::propose { length_bound, .. } => *length_bound <= MAX_PROPOSAL_BYTES,
			call => {
				matches!(call, pallet_collective::Call::vote { .. } | pallet_collective::Call::close { .. })
			}
		},
		RuntimeCall::Preimage(call) => {
			matches!(
				call,
				pallet_preimage::Call::note_preimage { .. } | pallet_preimage::Call::unnote_preimage { .. }
			)
		}
		// No `as_derivative`: a derived account belongs to no company. `dispatch_as` and `with_weight` are Root's.
		RuntimeCall::Utility(call) => match call {
			pallet_utility::Call::batch { calls }
			| pallet_utility::Call::batch_all { calls }
			| pallet_utility::Call::force_batch { calls } => !calls.iter().any(is_enact),
			_ => false,
		},
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

/// Whether the call asks the federation to enact another. That has to be a motion of its own: in a batch it could be
/// part of a motion of one company and meet the votes of another motion, which is open and enacts the same. A batch in a
/// batch is dispatched through this filter in its turn, so a batch has to look at its own calls only.
fn is_enact(call: &RuntimeCall) -> bool {
	matches!(call, RuntimeCall::Federation(pallet_federation::Call::enact { .. }))
}

/// The kind of calls that an emergency pause can stop and this call belongs to. Governance, objection, export, exit and
/// upgrade belong to none, nor does removing an account: a stolen key must be cut off at any time.
pub fn pause_kind(call: &RuntimeCall) -> Option<PauseKind> {
	use pallet_federation::Call;
	match call {
		RuntimeCall::Sites(_) => Some(PauseKind::Sites),
		RuntimeCall::ConfigGuard(_) => Some(PauseKind::ConfigGuard),
		RuntimeCall::Dispatch(call) => crate::Dispatch::may_be_paused(call).then_some(PauseKind::Dispatch),
		RuntimeCall::Energy(call) => crate::Energy::may_be_paused(call).then_some(PauseKind::Energy),
		RuntimeCall::Federation(
			Call::add_account { .. }
			| Call::set_account { .. }
			| Call::add_branch { .. }
			| Call::remove_branch { .. }
			| Call::register_node { .. }
			| Call::retire_node { .. },
		) => Some(PauseKind::Accounts),
		_ => None,
	}
}
