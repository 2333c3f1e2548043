// SPDX-License-Identifier: Apache-2.0
//! Ruling together: the council, its seats, and what carries out its motions.

use crate::{
	configs::chain::RuntimeBlockWeights, weights, AccountId, BlockNumber, Council, Federation, Hash,
	Membership, OriginCaller, Preimage, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin,
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
use sp_runtime::{traits::SaturatedConversion, Perbill};
use trimast_primitives::{apis::MotionView, params::Governed};

/// The council's instance of membership and collective.
pub type CouncilInstance = pallet_collective::Instance1;

/// Most open motions. Each company has its part of them.
pub type MaxMotions = ConstU32<64>;

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
	type MaxProposals = MaxMotions;
	type MaxMembers = MaxSeats;
	// There is no prime, so silence counts as no.
	type DefaultVote = pallet_collective::PrimeDefaultVote;
	type WeightInfo = weights::pallet_collective::WeightInfo<Runtime>;
	/// Federation alone says who sits, through `Seats`; benchmarks seat whom they need.
	#[cfg(not(feature = "runtime-benchmarks"))]
	type SetMembersOrigin = NeverEnsureOrigin<()>;
	#[cfg(feature = "runtime-benchmarks")]
	type SetMembersOrigin = EnsureRoot<AccountId>;
	type MaxProposalWeight = MaxProposalWeight;
	type DisapproveOrigin = EnsureRoot<AccountId>;
	type KillOrigin = EnsureRoot<AccountId>;
	type Consideration = pallet_federation::motions::MotionTicket<Runtime>;
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
		votes(proposal).map(|votes| votes.ayes).unwrap_or_default()
	}

	fn proposed() -> Option<(Hash, u32)> {
		let hash = *pallet_collective::Proposals::<Runtime, CouncilInstance>::get().last()?;
		Some((hash, pallet_collective::ProposalCount::<Runtime, CouncilInstance>::get()))
	}

	fn is_open(proposal: Hash, index: u32) -> bool {
		votes(proposal).is_some_and(|votes| votes.index == index)
	}

	fn motions(after: Option<u32>, limit: u32) -> Vec<MotionView> {
		let mut open: Vec<(Hash, Votes)> = pallet_collective::Proposals::<Runtime, CouncilInstance>::get()
			.into_iter()
			.filter_map(|hash| votes(hash).map(|votes| (hash, votes)))
			.filter(|(_, votes)| after.is_none_or(|after| after < votes.index))
			.collect();
		open.sort_by_key(|(_, votes)| votes.index);
		let view = |(hash, votes): (Hash, Votes)| MotionView {
			index: votes.index,
			hash,
			threshold: votes.threshold,
			ayes: Federation::seated_by(&votes.ayes),
			nays: Federation::seated_by(&votes.nays),
			closes: votes.end,
			call: pallet_collective::ProposalOf::<Runtime, CouncilInstance>::get(hash)
				.map(|call| call.encode())
				.unwrap_or_default(),
		};
		open.into_iter().take(limit.saturated_into()).map(view).collect()
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_ayes(proposal: Hash, ayes: Vec<AccountId>) {
		crate::benchmarks::write_ayes(proposal, ayes);
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn fill() {
		use pallet_collective::{ProposalOf, Proposals};
		let most: u32 = MaxMotions::get();
		let hashes = (0..most).map(|n| Hash::repeat_byte(n.saturated_into()));
		for hash in hashes.clone() {
			crate::benchmarks::write_ayes(hash, Self::seats());
			let call: RuntimeCall = frame_system::Call::remark { remark: Vec::new() }.into();
			ProposalOf::<Runtime, CouncilInstance>::insert(hash, call);
		}
		let hashes = hashes.collect::<Vec<_>>().try_into().unwrap_or_default();
		Proposals::<Runtime, CouncilInstance>::put::<frame_support::BoundedVec<Hash, MaxMotions>>(hashes);
	}
}

/// `pallet_collective::Votes`, whose fields are private; its encoding is not.
#[derive(Decode)]
struct Votes {
	index: u32,
	threshold: u32,
	ayes: Vec<AccountId>,
	nays: Vec<AccountId>,
	end: BlockNumber,
}

/// The votes for the open motion with this hash.
fn votes(proposal: Hash) -> Option<Votes> {
	let votes = pallet_collective::Voting::<Runtime, CouncilInstance>::get(proposal)?;
	Votes::decode(&mut votes.encode().as_slice()).ok()
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
