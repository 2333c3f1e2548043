// SPDX-License-Identifier: Apache-2.0

//! For whom a call is made, and on which chain and when.

use crate::{windows::types::Window, Config, Error, Pallet, Windows};
use frame_support::traits::Time;
use frame_system::{
	ensure_signed,
	pallet_prelude::{BlockNumberFor, OriginFor},
};
use sp_runtime::{traits::Zero, DispatchError, SaturatedConversion};
use trimast_primitives::{
	access::{Authority, Role, Scope},
	BlockNumber, Hash, LocalNetworkId, Moment, OrgId,
};

/// Who says what meters show: machines.
pub(crate) const COLLECTOR: &[Role] = &[Role::Collector];
/// Who decides about what was said, and signs for it.
pub(crate) const CRITIC: &[Role] = &[Role::Planner, Role::Auditor];

/// Who decides which cells sleep: those who plan networks and those who run them.
pub(crate) const SAVER: &[Role] = &[Role::Planner, Role::Engineer];
/// Who wakes a cell: those, and who is on duty when somebody complains.
pub(crate) const WAKER: &[Role] = &[Role::Engineer, Role::Dispatcher, Role::Planner];
/// Who proves what was saved: machines that have the reports, and who looks into them.
pub(crate) const PROVER: &[Role] = &[Role::Collector, Role::Planner, Role::Auditor];

impl<T: Config> Pallet<T> {
	/// The company for which `origin` may act in one of `roles` in a local network.
	pub(crate) fn authorise(
		origin: OriginFor<T>,
		roles: &[Role],
		local_network: LocalNetworkId,
	) -> Result<OrgId, DispatchError> {
		let who = ensure_signed(origin)?;
		let scope = Scope::LocalNetwork(local_network);
		Ok(T::Authority::authorise_as_any(&who, roles, scope).map_err(Error::<T>::from)?)
	}

	/// The company for which `origin` may act in one of `roles` where a plan of saving windows lies, and that plan.
	pub(crate) fn authorise_on(
		origin: OriginFor<T>,
		roles: &[Role],
		plan: u32,
	) -> Result<(OrgId, Window), DispatchError> {
		ensure_signed(origin.clone())?;
		let window = Windows::<T>::get(plan).ok_or(Error::<T>::NoSuchPlan)?;
		Ok((Self::authorise(origin, roles, window.local_network)?, window))
	}

	/// What the chain's clock shows.
	pub(crate) fn moment() -> Moment {
		T::Time::now()
	}

	/// The block that is being made.
	pub(crate) fn block() -> BlockNumber {
		frame_system::Pallet::<T>::block_number().saturated_into()
	}

	/// The hash that tells this chain from any other. The chain knows it from its first block on.
	pub(crate) fn genesis_hash() -> Hash {
		frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
	}
}
