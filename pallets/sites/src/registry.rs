// SPDX-License-Identifier: Apache-2.0

//! What other pallets ask of the inventory.

use crate::{Config, LocalNetworks, Pages, Pallet, Territory};
use alloc::vec::Vec;
use trimast_primitives::{
	site::{SiteRegistry, StationEntry},
	LocalNetworkId,
};

impl<T: Config> SiteRegistry for Pallet<T> {
	fn stations(local_network: LocalNetworkId, page: u16) -> Vec<StationEntry> {
		Pages::<T>::get(local_network, page).iter().collect()
	}

	fn pages(local_network: LocalNetworkId) -> Option<u16> {
		let network = LocalNetworks::<T>::get(local_network)?;
		Some(network.buckets.saturating_mul(network.depth))
	}

	fn next(after: Option<LocalNetworkId>) -> Option<LocalNetworkId> {
		let territory = Territory::<T>::get();
		territory.into_iter().find(|id| after.is_none_or(|after| *id > after))
	}
}
