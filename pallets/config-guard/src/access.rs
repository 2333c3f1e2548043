// SPDX-License-Identifier: Apache-2.0

//! For whom a call is made, and on which chain and in which block.

use crate::{Config, Error, Pallet};
use alloc::vec::Vec;
use frame_system::{
	ensure_signed,
	pallet_prelude::{BlockNumberFor, OriginFor},
};
use sp_runtime::{traits::Zero, DispatchError, SaturatedConversion};
use trimast_primitives::{
	access::{AccessRefusal, Authority, Role, Scope},
	BlockNumber, Hash, LocalNetworkId, OrgId,
};

impl<T: Config> Pallet<T> {
	/// The company for which `origin` may act as engineer in `local_network`.
	pub(crate) fn engineer(
		origin: OriginFor<T>,
		local_network: LocalNetworkId,
	) -> Result<OrgId, DispatchError> {
		let who = ensure_signed(origin)?;
		let answer = T::Authority::authorise(&who, Role::Engineer, Scope::LocalNetwork(local_network));
		Ok(answer.map_err(Error::<T>::from)?)
	}

	/// The company for which `origin` may act as collector in `scope`.
	pub(crate) fn collector(origin: OriginFor<T>, scope: Scope) -> Result<OrgId, DispatchError> {
		let who = ensure_signed(origin)?;
		Ok(T::Authority::authorise(&who, Role::Collector, scope).map_err(Error::<T>::from)?)
	}

	/// The company for which `origin` may act as collector in any of the local networks, and in which of them it may.
	pub(crate) fn collector_of(
		origin: OriginFor<T>,
		local_networks: impl Iterator<Item = LocalNetworkId>,
	) -> Result<(OrgId, Vec<bool>), DispatchError> {
		let who = ensure_signed(origin)?;
		let mut org = Err(AccessRefusal::OutsideScope);
		let mut allowed = Vec::new();
		for local_network in local_networks {
			let answer = T::Authority::authorise(&who, Role::Collector, Scope::LocalNetwork(local_network));
			allowed.push(answer.is_ok());
			if org.is_err() {
				org = answer;
			}
		}
		Ok((org.map_err(Error::<T>::from)?, allowed))
	}

	/// The company for which `origin` may look into others' exports in all of the local networks: as engineer, collector or
	/// auditor.
	pub(crate) fn inspector(
		origin: OriginFor<T>,
		local_networks: impl Iterator<Item = LocalNetworkId>,
	) -> Result<OrgId, DispatchError> {
		let who = ensure_signed(origin)?;
		let mut org = Err(AccessRefusal::OutsideScope);
		for local_network in local_networks {
			let answer = |role| T::Authority::authorise(&who, role, Scope::LocalNetwork(local_network));
			let [first, second, third] = [Role::Engineer, Role::Collector, Role::Auditor].map(answer);
			// That the account has a role and not the place says more than that it lacks another role.
			let is_misplaced = [first, second, third].contains(&Err(AccessRefusal::OutsideScope));
			let refusal = if is_misplaced { Err(AccessRefusal::OutsideScope) } else { first };
			org = Ok(first.or(second).or(third).or(refusal).map_err(Error::<T>::from)?);
		}
		Ok(org.map_err(Error::<T>::from)?)
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
