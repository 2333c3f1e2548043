// SPDX-License-Identifier: Apache-2.0
//! Ruling together: the council, its seats, and what carries out its motions.

use crate::{
	configs::chain::RuntimeBlockWeights, AccountId, BlockNumber, Council, Federation, Hash, Membership,
	OriginCaller, Preimage, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin,
};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use frame_support::{
	dispatch::DispatchResult,
	parameter_types,
	traits::{ConstU32, EqualPrivilegeOnly, Get, NeverEnsureOrigin},
	weights::Weight,
};
use frame_system::EnsureRoot;
use sp_runtime::Perbill;
use trimast_primitives::params::Governed;

/// The council's instance of membership and collective.
pub type CouncilInstance = pallet_collective::Instance1;

/// Most seats: one a company.
pub type MaxSeats = ConstU32<{ trimast_primitives::org::MAX_ORGS as u32 }>;

parameter_types! {
	pub MaxProposalWeight: Weight = Perbill::from_percent(50) * RuntimeBlockWeights::get().max_block;
	pub MaxSchedulerWeight: Weight = Perbill::from_percent(60) * RuntimeBlockWeights::get().max_block;
}

/// How long a motion stays open, as governed.
pub struct MotionTerm;
impl Get<BlockNumber> for MotionTerm {
	fn get() -> BlockNumber {
		Federation::blocks(Federation::parameters().motion_term)
	}
}

impl pallet_collective::Config<CouncilInstance> for Runtime {
	type RuntimeOrigin = RuntimeOrigin;
	type Proposal = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type MotionDuration = MotionTerm;
	type MaxProposals = ConstU32<64>;
	type MaxMembers = MaxSeats;
	// There is no prime, so silence counts as no.
	type DefaultVote = pallet_collective::PrimeDefaultVote;
	type WeightInfo = pallet_collective::weights::SubstrateWeight<Runtime>;
	type SetMembersOrigin = NeverEnsureOrigin<()>;
	type MaxProposalWeight = MaxProposalWeight;
	type DisapproveOrigin = EnsureRoot<AccountId>;
	type KillOrigin = EnsureRoot<AccountId>;
	type Consideration = ();
}

impl pallet_membership::Config<CouncilInstance> for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type AddOrigin = NeverEnsureOrigin<()>;
	type RemoveOrigin = NeverEnsureOrigin<()>;
	type SwapOrigin = NeverEnsureOrigin<()>;
	// Federation alone says who sits, through `Seats`.
	type ResetOrigin = EnsureRoot<AccountId>;
	type PrimeOrigin = NeverEnsureOrigin<()>;
	type MembershipInitialized = Council;
	type MembershipChanged = Council;
	type MaxMembers = MaxSeats;
	type WeightInfo = pallet_membership::weights::SubstrateWeight<Runtime>;
}

/// Keeps the council's seats as federation says, and tells it who voted.
pub struct Seats;
impl pallet_federation::CouncilSeats<AccountId> for Seats {
	fn set_seats(principals: Vec<AccountId>) -> DispatchResult {
		Membership::reset_members(RuntimeOrigin::root(), principals)
	}

	fn seats() -> Vec<AccountId> {
		pallet_membership::Members::<Runtime, CouncilInstance>::get().into_inner()
	}

	fn ayes(proposal: Hash) -> Vec<AccountId> {
		// The fields of `pallet_collective::Votes` are private; its encoding is not.
		type Votes = (u32, u32, Vec<AccountId>, Vec<AccountId>, BlockNumber);
		pallet_collective::Voting::<Runtime, CouncilInstance>::get(proposal)
			.and_then(|votes| Votes::decode(&mut votes.encode().as_slice()).ok())
			.map(|(_, _, ayes, _, _)| ayes)
			.unwrap_or_default()
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_ayes(proposal: Hash, ayes: Vec<AccountId>) {
		crate::benchmarks::write_ayes(proposal, ayes);
	}
}

impl pallet_scheduler::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeOrigin = RuntimeOrigin;
	type PalletsOrigin = OriginCaller;
	type RuntimeCall = RuntimeCall;
	type MaximumWeight = MaxSchedulerWeight;
	type ScheduleOrigin = EnsureRoot<AccountId>;
	type OriginPrivilegeCmp = EqualPrivilegeOnly;
	type MaxScheduledPerBlock = ConstU32<64>;
	type WeightInfo = pallet_scheduler::weights::SubstrateWeight<Runtime>;
	type Preimages = Preimage;
	type BlockNumberProvider = frame_system::Pallet<Runtime>;
}

impl pallet_preimage::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_preimage::weights::SubstrateWeight<Runtime>;
	type Currency = pallet_federation::quota::BytesOfState<Runtime>;
	type ManagerOrigin = EnsureRoot<AccountId>;
	type Consideration = pallet_federation::quota::CouncilTicket<Runtime>;
}
