// SPDX-License-Identifier: Apache-2.0

//! Weights of the calls, of admission and of the hook.
//!
//! These are **estimates**: the storage that each touches at worst, counted by hand, and a time for its
//! computation on the safe side of what a two-core machine takes. `benchmarking.rs` measures them; what it
//! prints goes to the runtime's `weights/`.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What each call weighs at most.
pub trait WeightInfo {
	/// `invite`.
	fn invite() -> Weight;
	/// `accept`.
	fn accept() -> Weight;
	/// `confirm`.
	fn confirm() -> Weight;
	/// `add_account`.
	fn add_account() -> Weight;
	/// `add_account` of one that no organisation ever had.
	fn add_new_account() -> Weight;
	/// `set_account`.
	fn set_account() -> Weight;
	/// `remove_account`.
	fn remove_account() -> Weight;
	/// `add_branch`.
	fn add_branch() -> Weight;
	/// `remove_branch`.
	fn remove_branch() -> Weight;
	/// `set_principal`.
	fn set_principal() -> Weight;
	/// `set_recovery`.
	fn set_recovery() -> Weight;
	/// `set_validators` with `v` validators.
	fn set_validators(v: u32) -> Weight;
	/// `register_node`.
	fn register_node() -> Weight;
	/// `retire_node`.
	fn retire_node() -> Weight;
	/// `enact` of a call of `b` bytes, without its dispatch.
	fn enact(b: u32) -> Weight;
	/// `carry_out` of a call of `b` bytes, without its dispatch.
	fn carry_out(b: u32) -> Weight;
	/// `object`.
	fn object() -> Weight;
	/// `withdraw_objection`.
	fn withdraw_objection() -> Weight;
	/// `pause`.
	fn pause() -> Weight;
	/// `lift_pause`.
	fn lift_pause() -> Weight;
	/// `propose_subject`.
	fn propose_subject() -> Weight;
	/// `vote_subject`.
	fn vote_subject() -> Weight;
	/// `veto_recovery`.
	fn veto_recovery() -> Weight;
	/// `carry_out_subject`.
	fn carry_out_subject() -> Weight;
	/// `declare_exit`.
	fn declare_exit() -> Weight;
	/// `withdraw_exit`.
	fn withdraw_exit() -> Weight;
	/// `complete_exit`.
	fn complete_exit() -> Weight;
	/// `set_parameters`.
	fn set_parameters() -> Weight;
	/// `replace_witness`.
	fn replace_witness() -> Weight;
	/// `replace_recovery`.
	fn replace_recovery() -> Weight;
	/// `keep_recovery`.
	fn keep_recovery() -> Weight;
	/// The extension `CheckMember`, beyond `CheckNonce`, and what it books and gives back.
	fn check_member() -> Weight;
	/// The extension `CheckMortal`, beyond `CheckMortality`.
	fn check_mortal() -> Weight;
	/// Folding the use of a block into the recent use.
	fn on_finalize() -> Weight;
}

/// The estimates, with the runtime's database weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

/// `micros` millionths of a second, `reads` and `writes` of the database.
fn estimate<T: frame_system::Config>(micros: u64, reads: u64, writes: u64) -> Weight {
	Weight::from_parts(micros.saturating_mul(1_000_000), 0)
		.saturating_add(T::DbWeight::get().reads_writes(reads, writes))
}

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn invite() -> Weight {
		estimate::<T>(130, 45, 43)
	}

	fn accept() -> Weight {
		estimate::<T>(130, 46, 41)
	}

	fn confirm() -> Weight {
		estimate::<T>(300, 104, 72)
	}

	fn add_account() -> Weight {
		estimate::<T>(130, 47, 41)
	}

	fn add_new_account() -> Weight {
		estimate::<T>(30, 8, 5)
	}

	fn set_account() -> Weight {
		estimate::<T>(25, 5, 1)
	}

	fn remove_account() -> Weight {
		estimate::<T>(125, 46, 40)
	}

	fn add_branch() -> Weight {
		estimate::<T>(20, 3, 2)
	}

	fn remove_branch() -> Weight {
		estimate::<T>(20, 3, 2)
	}

	fn set_principal() -> Weight {
		estimate::<T>(300, 103, 70)
	}

	fn set_recovery() -> Weight {
		estimate::<T>(20, 4, 1)
	}

	fn set_validators(v: u32) -> Weight {
		estimate::<T>(20, 5, 1).saturating_add(estimate::<T>(2, 2, 0).saturating_mul(v.into()))
	}

	fn register_node() -> Weight {
		estimate::<T>(20, 4, 2)
	}

	fn retire_node() -> Weight {
		estimate::<T>(20, 4, 2)
	}

	fn enact(b: u32) -> Weight {
		estimate::<T>(60, 44, 7).saturating_add(Weight::from_parts(4_000, 0).saturating_mul(b.into()))
	}

	fn carry_out(b: u32) -> Weight {
		estimate::<T>(45, 8, 5).saturating_add(Weight::from_parts(4_000, 0).saturating_mul(b.into()))
	}

	fn object() -> Weight {
		estimate::<T>(350, 8, 5)
	}

	fn withdraw_objection() -> Weight {
		estimate::<T>(350, 8, 5)
	}

	fn pause() -> Weight {
		estimate::<T>(15, 2, 1)
	}

	fn lift_pause() -> Weight {
		estimate::<T>(10, 1, 1)
	}

	fn propose_subject() -> Weight {
		estimate::<T>(90, 42, 36)
	}

	fn vote_subject() -> Weight {
		estimate::<T>(90, 106, 98)
	}

	fn veto_recovery() -> Weight {
		estimate::<T>(25, 5, 4)
	}

	fn carry_out_subject() -> Weight {
		estimate::<T>(420, 152, 112)
	}

	fn declare_exit() -> Weight {
		estimate::<T>(20, 3, 1)
	}

	fn withdraw_exit() -> Weight {
		estimate::<T>(20, 2, 1)
	}

	fn complete_exit() -> Weight {
		estimate::<T>(400, 270, 180)
	}

	fn set_parameters() -> Weight {
		estimate::<T>(15, 1, 1)
	}

	fn replace_witness() -> Weight {
		estimate::<T>(190, 110, 98)
	}

	fn replace_recovery() -> Weight {
		estimate::<T>(20, 5, 1)
	}

	fn keep_recovery() -> Weight {
		estimate::<T>(20, 2, 1)
	}

	fn check_member() -> Weight {
		estimate::<T>(15, 8, 2)
	}

	fn check_mortal() -> Weight {
		estimate::<T>(5, 1, 0)
	}

	fn on_finalize() -> Weight {
		estimate::<T>(15, 4, 2)
	}
}

/// For mocks.
#[cfg(test)]
impl WeightInfo for () {
	fn invite() -> Weight {
		Weight::from_parts(30, 0)
	}

	fn accept() -> Weight {
		Weight::from_parts(30, 0)
	}

	fn confirm() -> Weight {
		Weight::from_parts(40, 0)
	}

	fn add_account() -> Weight {
		Weight::from_parts(30, 0)
	}

	fn add_new_account() -> Weight {
		Weight::from_parts(20, 0)
	}

	fn set_account() -> Weight {
		Weight::from_parts(25, 0)
	}

	fn remove_account() -> Weight {
		Weight::from_parts(25, 0)
	}

	fn add_branch() -> Weight {
		Weight::from_parts(20, 0)
	}

	fn remove_branch() -> Weight {
		Weight::from_parts(20, 0)
	}

	fn set_principal() -> Weight {
		Weight::from_parts(40, 0)
	}

	fn set_recovery() -> Weight {
		Weight::from_parts(20, 0)
	}

	fn set_validators(_: u32) -> Weight {
		Weight::from_parts(20, 0)
	}

	fn register_node() -> Weight {
		Weight::from_parts(20, 0)
	}

	fn retire_node() -> Weight {
		Weight::from_parts(20, 0)
	}

	fn enact(_: u32) -> Weight {
		Weight::from_parts(60, 0)
	}

	fn carry_out(_: u32) -> Weight {
		Weight::from_parts(40, 0)
	}

	fn object() -> Weight {
		Weight::from_parts(35, 0)
	}

	fn withdraw_objection() -> Weight {
		Weight::from_parts(35, 0)
	}

	fn pause() -> Weight {
		Weight::from_parts(15, 0)
	}

	fn lift_pause() -> Weight {
		Weight::from_parts(10, 0)
	}

	fn propose_subject() -> Weight {
		Weight::from_parts(60, 0)
	}

	fn vote_subject() -> Weight {
		Weight::from_parts(50, 0)
	}

	fn veto_recovery() -> Weight {
		Weight::from_parts(25, 0)
	}

	fn carry_out_subject() -> Weight {
		Weight::from_parts(60, 0)
	}

	fn declare_exit() -> Weight {
		Weight::from_parts(20, 0)
	}

	fn withdraw_exit() -> Weight {
		Weight::from_parts(20, 0)
	}

	fn complete_exit() -> Weight {
		Weight::from_parts(80, 0)
	}

	fn set_parameters() -> Weight {
		Weight::from_parts(15, 0)
	}

	fn replace_witness() -> Weight {
		Weight::from_parts(30, 0)
	}

	fn replace_recovery() -> Weight {
		Weight::from_parts(20, 0)
	}

	fn keep_recovery() -> Weight {
		Weight::from_parts(20, 0)
	}

	fn check_member() -> Weight {
		Weight::from_parts(15, 0)
	}

	fn check_mortal() -> Weight {
		Weight::from_parts(5, 0)
	}

	fn on_finalize() -> Weight {
		Weight::from_parts(15, 0)
	}
}
