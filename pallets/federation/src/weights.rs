// SPDX-License-Identifier: Apache-2.0

//! Weights of the calls, of admission and of the hook.
//!
//! A runtime measures them with its own database and settings.

use frame_support::weights::Weight;

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
