// SPDX-License-Identifier: Apache-2.0

//! For whom a call is made, and on which chain and in which block.

use crate::{Config, Error, Pallet};
use frame_system::{
	ensure_signed,
	pallet_prelude::{BlockNumberFor, OriginFor},
};
use sp_runtime::{traits::Zero, DispatchError, SaturatedConversion};
use trimast_primitives::{
	access::{Authority, Role, Scope},
	BlockNumber, Hash, LocalNetworkId, OrgId,
};

impl<T: Config> Pallet<T> {
	/// The company for which `origin` may act as planner in `local_network`.
	pub(crate) fn planner(
		origin: OriginFor<T>,
		local_network: LocalNetworkId,
	) -> Result<OrgId, DispatchError> {
		Self::authorise(origin, &[Role::Planner], local_network)
	}

	/// The company for which `origin` may act in one of `roles` in `local_network`.
	pub(crate) fn authorise(
		origin: OriginFor<T>,
		roles: &[Role],
		local_network: LocalNetworkId,
	) -> Result<OrgId, DispatchError> {
		let who = ensure_signed(origin)?;
		let answer = T::Authority::authorise_as_any(&who, roles, Scope::LocalNetwork(local_network));
		Ok(answer.map_err(Error::<T>::from)?)
	}

	/// The block that is being built.
	pub(crate) fn now() -> BlockNumber {
		frame_system::Pallet::<T>::block_number().saturated_into()
	}

	/// The hash that tells this chain from any other. The chain knows it from its first block on.
	pub(crate) fn genesis_hash() -> Hash {
		frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
	}
}
