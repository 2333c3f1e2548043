// SPDX-License-Identifier: Apache-2.0

//! What the pallet asks of the rest of the runtime.

use alloc::vec::Vec;
use frame_support::dispatch::DispatchResult;
use trimast_primitives::{matter::Matter, Hash};

/// The council: one seat a company, held by its principal.
pub trait CouncilSeats<AccountId> {
	/// Seats exactly these accounts. Fails when they are more than the council can hold.
	fn set_seats(principals: Vec<AccountId>) -> DispatchResult;

	/// Who is seated.
	fn seats() -> Vec<AccountId>;

	/// Who has voted for the motion with this hash, which is being dispatched. Nobody when there is no such
	/// motion.
	fn ayes(proposal: Hash) -> Vec<AccountId>;

	/// Makes [`Self::ayes`] answer `ayes` for `proposal`.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_ayes(proposal: Hash, ayes: Vec<AccountId>);
}

/// Sorts the runtime's calls into matters.
pub trait Matters<RuntimeCall> {
	/// What kind of thing `call` decides; none when no motion may decide it.
	fn matter(call: &RuntimeCall) -> Option<Matter>;

	/// Some call that belongs to the constitution.
	#[cfg(feature = "runtime-benchmarks")]
	fn constitutional_call() -> RuntimeCall;
}

/// Who has session keys.
pub trait SessionKeys<AccountId> {
	/// Whether `who` has put session keys on the chain.
	fn has_keys(who: &AccountId) -> bool;

	/// Puts some keys of `who` on the chain.
	#[cfg(feature = "runtime-benchmarks")]
	fn give_keys(who: &AccountId);
}
