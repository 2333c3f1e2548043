// SPDX-License-Identifier: Apache-2.0

//! For whom a call is made, and on which chain and when.

use crate::{
	rounds::{self, types::Head},
	Config, Error, Orders, Pallet, Resources, Rounds, RouteOf,
};
use frame_support::traits::Time;
use frame_system::{
	ensure_signed,
	pallet_prelude::{BlockNumberFor, OriginFor},
};
use sp_runtime::{traits::Zero, DispatchError};
use trimast_primitives::{
	access::{Authority, Role, Scope},
	Hash, LocalNetworkId, Moment, OrgId,
};

/// Who moves orders and signs.
pub(crate) const DISPATCHER: &[Role] = &[Role::Dispatcher];
/// Who says what has happened: people, and the machines that see alarms and readings.
pub(crate) const WITNESS: &[Role] = &[Role::Dispatcher, Role::Collector];
/// Who asks and disputes.
pub(crate) const CRITIC: &[Role] = &[Role::Dispatcher, Role::Auditor];

impl<T: Config> Pallet<T> {
	/// The company for which `origin` may act in one of `roles` in `scope`.
	pub(crate) fn authorise(
		origin: OriginFor<T>,
		roles: &[Role],
		scope: Scope,
	) -> Result<OrgId, DispatchError> {
		let who = ensure_signed(origin)?;
		Ok(T::Authority::authorise_as_any(&who, roles, scope).map_err(Error::<T>::from)?)
	}

	/// The same where an order belongs.
	pub(crate) fn authorise_for(
		origin: OriginFor<T>,
		roles: &[Role],
		order: u32,
	) -> Result<OrgId, DispatchError> {
		ensure_signed(origin.clone())?;
		let order = Orders::<T>::get(order).ok_or(Error::<T>::NoSuchOrder)?;
		Self::authorise(origin, roles, Scope::LocalNetwork(order.place.local_network()))
	}

	/// The same where a resource may be sent.
	pub(crate) fn authorise_for_resource(
		origin: OriginFor<T>,
		resource: u32,
	) -> Result<OrgId, DispatchError> {
		ensure_signed(origin.clone())?;
		let owned = Resources::<T>::get(resource).ok_or(Error::<T>::NoSuchResource)?;
		Self::authorise(origin, DISPATCHER, owned.details.area)
	}

	/// The same where a resource has been sent.
	pub(crate) fn authorise_for_route(origin: OriginFor<T>, resource: u32) -> Result<OrgId, DispatchError> {
		ensure_signed(origin.clone())?;
		let route = RouteOf::<T>::get(resource).ok_or(Error::<T>::NoRoute)?;
		Self::authorise(origin, DISPATCHER, Scope::LocalNetwork(route.local_network))
	}

	/// The same where a resource is to be sent by hand, where it has been sent, and where a round plans it.
	pub(crate) fn authorise_by_hand(
		origin: OriginFor<T>,
		resource: u32,
		local_network: LocalNetworkId,
	) -> Result<OrgId, DispatchError> {
		let org = Self::authorise(origin.clone(), DISPATCHER, Scope::LocalNetwork(local_network))?;
		let sent = RouteOf::<T>::get(resource).map(|route| route.local_network);
		let round = Resources::<T>::get(resource).and_then(|owned| Rounds::<T>::get(owned.round?));
		for place in sent.into_iter().chain(round.map(|head| head.local_network)) {
			Self::authorise(origin.clone(), DISPATCHER, Scope::LocalNetwork(place))?;
		}
		Ok(org)
	}

	/// Who bids for a round, where it takes bids of that company.
	pub(crate) fn admit_bid(origin: OriginFor<T>, round: u32) -> Result<(OrgId, Head), DispatchError> {
		ensure_signed(origin.clone())?;
		let head = Rounds::<T>::get(round).ok_or(Error::<T>::NoSuchRound)?;
		let org = Self::authorise(origin, DISPATCHER, Scope::LocalNetwork(head.local_network))?;
		rounds::admit::<T>(org, round, &head)?;
		Ok((org, head))
	}

	/// What the chain's clock shows.
	pub(crate) fn moment() -> Moment {
		T::Time::now()
	}

	/// The hash that tells this chain from any other. The chain knows it from its first block on.
	pub(crate) fn genesis_hash() -> Hash {
		frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
	}
}
