// SPDX-License-Identifier: Apache-2.0

//! The territory: local networks as the council sets them, in the provinces that GB/T 2260 has.

use crate::{
	types::{LocalNetwork, Totals, MAX_LOCAL_NETWORKS},
	Config, Error, Event, LocalNetworks, Pallet, Rounds, Territory,
};
use alloc::string::String;
use frame_support::{ensure, traits::ConstU32};
use serde::{Deserialize, Serialize};
use trimast_primitives::{page::MAX_BUCKETS, territory::Position, text::is_plain, LocalNetworkId, Text};

/// A local network as it stands in the genesis configuration.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GenesisLocalNetwork {
	/// GB/T 2260 code, four digits, the first two of a province.
	pub id: LocalNetworkId,
	/// Its name.
	pub name: String,
	/// Longitude of the centroid, millionths of a degree.
	pub longitude: i32,
	/// Latitude of the centroid, millionths of a degree.
	pub latitude: i32,
	/// Buckets of its pages, 1 to [`MAX_BUCKETS`]: about one for every forty stations.
	pub buckets: u16,
}

/// Whether there can be such a local network, whatever stands in the territory.
pub(crate) fn check<T: Config>(
	id: LocalNetworkId,
	name: &[u8],
	centre: Position,
	buckets: u16,
) -> Result<(), Error<T>> {
	let is_named = !name.is_empty() && is_plain(name);
	ensure!(
		id.is_code() && is_named && centre.is_valid() && (1..=MAX_BUCKETS).contains(&buckets),
		Error::<T>::BadLocalNetwork
	);
	Ok(())
}

/// Adds a local network or changes one. The number of buckets is fixed once it holds stations, since it decides where
/// they stand.
pub(crate) fn set<T: Config>(
	id: LocalNetworkId,
	name: Text<ConstU32<64>>,
	centre: Position,
	buckets: u16,
) -> Result<(), Error<T>> {
	check::<T>(id, &name, centre, buckets)?;
	let before = LocalNetworks::<T>::get(id);
	let (depth, totals) = match &before {
		Some(before) => {
			ensure!(before.buckets == buckets || before.totals.pages == 0, Error::<T>::BucketsFixed);
			(before.depth, before.totals)
		}
		None => (0, Totals::default()),
	};
	if before.is_none() {
		Territory::<T>::try_mutate(|ids| match ids.binary_search(&id) {
			Ok(_) => Ok(()),
			Err(place) => ids.try_insert(place, id).map_err(|_| Error::<T>::TooManyLocalNetworks),
		})?;
	}
	LocalNetworks::<T>::insert(id, LocalNetwork { name, centre, buckets, depth, totals });
	Pallet::<T>::deposit_event(Event::LocalNetworkSet { id, buckets });
	Ok(())
}

/// Removes a local network that has never held anything.
pub(crate) fn remove<T: Config>(id: LocalNetworkId) -> Result<(), Error<T>> {
	let network = LocalNetworks::<T>::get(id).ok_or(Error::<T>::UnknownLocalNetwork)?;
	ensure!(network.totals.pages == 0 && !Rounds::<T>::contains_key(id), Error::<T>::NotEmpty);
	LocalNetworks::<T>::remove(id);
	Territory::<T>::mutate(|ids| ids.retain(|other| *other != id));
	Pallet::<T>::deposit_event(Event::LocalNetworkRemoved { id });
	Ok(())
}

/// Sets the territory of a new chain.
///
/// # Panics
///
/// When the genesis configuration names a local network twice or wrongly, or too many: no chain comes of it.
pub(crate) fn build<T: Config>(local_networks: &[GenesisLocalNetwork]) {
	assert!(
		u32::try_from(local_networks.len()).is_ok_and(|count| count <= MAX_LOCAL_NETWORKS),
		"genesis: at most {MAX_LOCAL_NETWORKS} local networks"
	);
	for GenesisLocalNetwork { id, name, longitude, latitude, buckets } in local_networks {
		assert!(!LocalNetworks::<T>::contains_key(id), "genesis: local network {} stands there twice", id.0);
		let centre = Position { latitude: *latitude, longitude: *longitude };
		let bytes = Text::try_from(name.as_bytes().to_vec());
		let set = bytes.ok().and_then(|name| set::<T>(*id, name, centre, *buckets).ok());
		assert!(set.is_some(), "genesis: local network {} ({}) is wrong", id.0, name);
	}
}
