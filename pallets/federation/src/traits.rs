// SPDX-License-Identifier: Apache-2.0

//! What the pallet asks of the rest of the runtime.

use alloc::vec::Vec;
use frame_support::dispatch::DispatchResult;
use trimast_primitives::{apis::MotionView, matter::Matter, params::ParameterBounds, Hash};

/// The council: one seat a company, held by its principal.
pub trait CouncilSeats<AccountId> {
	/// Seats exactly these accounts. Fails when they are more than the council can hold.
	fn set_seats(principals: Vec<AccountId>) -> DispatchResult;

	/// Who is seated.
	fn seats() -> Vec<AccountId>;

	/// Who has voted for the open motion with this hash, whether it is being dispatched or not. Nobody when there
	/// is no such motion.
	fn ayes(proposal: Hash) -> Vec<AccountId>;

	/// Hash and number of the motion that is being put on the council's list.
	fn proposed() -> Option<(Hash, u32)>;

	/// Whether the motion with this hash and number is open.
	fn is_open(proposal: Hash, index: u32) -> bool;

	/// The open motions, by number, after the one given, at most `limit`.
	fn motions(after: Option<u32>, limit: u32) -> Vec<MotionView>;

	/// Makes [`Self::ayes`] answer `ayes` for `proposal`.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_ayes(proposal: Hash, ayes: Vec<AccountId>);

	/// Opens as many motions as there may be, for each of which everybody who is seated has voted.
	#[cfg(feature = "runtime-benchmarks")]
	fn fill();
}

/// Sorts the runtime's calls into matters.
pub trait Matters<RuntimeCall> {
	/// What kind of thing `call` decides; none when no motion may decide it.
	fn matter(call: &RuntimeCall) -> Option<Matter>;

	/// Refuses `call` when it, or a call in it, would be refused whatever the state is when it is carried out. `bounds`
	/// are those of the parameters, which never change.
	fn check(call: &RuntimeCall, bounds: &ParameterBounds) -> DispatchResult;

	/// Some call that belongs to the constitution and that takes as long to encode and to decode as one of at most
	/// `bytes` can.
	#[cfg(feature = "runtime-benchmarks")]
	fn constitutional_call(bytes: u32) -> RuntimeCall;
}

/// Who may sign for an account in its place.
pub trait Delegations<AccountId> {
	/// Ends every delegation of `who` with what was announced under it, and drops what `who` has announced for others.
	/// That others have named `who` stays, until they take it back.
	fn clear(who: &AccountId);

	/// Makes as many as there may be.
	#[cfg(feature = "runtime-benchmarks")]
	fn fill(who: &AccountId);
}

/// Who has session keys.
pub trait SessionKeys<AccountId> {
	/// Whether `who` has put session keys on the chain.
	fn has_keys(who: &AccountId) -> bool;

	/// Puts some keys of `who` on the chain.
	#[cfg(feature = "runtime-benchmarks")]
	fn give_keys(who: &AccountId);
}
