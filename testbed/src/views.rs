// SPDX-License-Identifier: Apache-2.0

//! What a node says about the inventory, through its JSON-RPC.

use crate::chain::{rpc_params, Chain};
use anyhow::Result;
use std::fmt::{self, Display, Formatter};
use subxt::utils::H256;
use trimast_primitives::{
	apis::{
		BaselineHeadView, BaselineView, LocalNetworkView, ReconciliationView, SiteView, SweepView, MAX_PAGE,
	},
	LocalNetworkId,
};

/// Every local network as of a block, or now.
///
/// # Errors
///
/// The node refuses.
pub async fn local_networks(chain: &Chain, at: Option<H256>) -> Result<Vec<LocalNetworkView>> {
	let mut networks: Vec<LocalNetworkView> = Vec::new();
	loop {
		let after = networks.last().map(|network| network.id);
		let page: Vec<LocalNetworkView> =
			chain.ask("sites_localNetworks", rpc_params![after, MAX_PAGE, at]).await?;
		if page.is_empty() {
			return Ok(networks);
		}
		networks.extend(page);
	}
}

/// Every station of a local network as of a block, or now.
///
/// # Errors
///
/// The node refuses.
pub async fn stations(
	chain: &Chain,
	local_network: LocalNetworkId,
	at: Option<H256>,
) -> Result<Vec<SiteView>> {
	let mut stations: Vec<SiteView> = Vec::new();
	loop {
		let from = stations.last().map_or(0, |view| view.id.index + 1);
		let page: Vec<SiteView> =
			chain.ask("sites_stations", rpc_params![local_network, from, MAX_PAGE, at]).await?;
		if page.is_empty() {
			return Ok(stations);
		}
		stations.extend(page);
	}
}

/// How far the reconciliation of a local network is as of a block, or now; nothing when there has never been one.
///
/// # Errors
///
/// The node refuses.
pub async fn reconciliation(
	chain: &Chain,
	local_network: LocalNetworkId,
	at: Option<H256>,
) -> Result<Option<ReconciliationView>> {
	chain.ask("sites_reconciliation", rpc_params![local_network, at]).await
}

/// How the baseline of every local network stands as of a block, or now.
///
/// # Errors
///
/// The node refuses.
pub async fn baselines(chain: &Chain, at: Option<H256>) -> Result<Vec<BaselineView>> {
	let mut baselines: Vec<BaselineView> = Vec::new();
	loop {
		let after = baselines.last().map(|baseline| baseline.id);
		let page: Vec<BaselineView> =
			chain.ask("configGuard_baselines", rpc_params![after, MAX_PAGE, at]).await?;
		if page.is_empty() {
			return Ok(baselines);
		}
		baselines.extend(page);
	}
}

/// Revisions and cells of every page of a local network that has a baseline, as of a block, or now.
///
/// # Errors
///
/// The node refuses.
pub async fn heads(
	chain: &Chain,
	local_network: LocalNetworkId,
	at: Option<H256>,
) -> Result<Vec<BaselineHeadView>> {
	let mut heads: Vec<BaselineHeadView> = Vec::new();
	loop {
		let from = heads.last().map_or(0, |head| head.page + 1);
		let page: Vec<BaselineHeadView> =
			chain.ask("configGuard_heads", rpc_params![local_network, from, MAX_PAGE, at]).await?;
		if page.is_empty() {
			return Ok(heads);
		}
		heads.extend(page);
	}
}

/// The sweep with the highest number as of a block, or now, if there is any after the one given.
///
/// # Errors
///
/// The node refuses.
pub async fn last_sweep(chain: &Chain, after: Option<u32>, at: Option<H256>) -> Result<Option<SweepView>> {
	let sweeps: Vec<SweepView> = chain.ask("configGuard_sweeps", rpc_params![after, MAX_PAGE, at]).await?;
	Ok(sweeps.into_iter().next_back())
}

/// How much stands in an inventory.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
	/// Stations in service.
	pub stations: u64,
	/// Of these, confirmed by everybody that they name.
	pub confirmed: u64,
	/// Retired stations.
	pub retired: u64,
}

impl Counts {
	/// Of these local networks together.
	pub fn of(networks: &[LocalNetworkView]) -> Self {
		let sum =
			|of: fn(&LocalNetworkView) -> u32| networks.iter().map(|network| u64::from(of(network))).sum();
		Self {
			stations: sum(|network| network.stations),
			confirmed: sum(|network| network.confirmed),
			retired: sum(|network| network.retired),
		}
	}
}

impl Display for Counts {
	fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
		let Self { stations, confirmed, retired } = self;
		write!(f, "{stations} stations in service, {confirmed} of them confirmed by everybody they name")?;
		match retired {
			0 => Ok(()),
			1 => write!(f, "; 1 retired"),
			more => write!(f, "; {more} retired"),
		}
	}
}

/// How much stands in the inventory as of a block, or now.
///
/// # Errors
///
/// The node refuses.
pub async fn counts(chain: &Chain, at: Option<H256>) -> Result<Counts> {
	Ok(Counts::of(&local_networks(chain, at).await?))
}

/// How many stations are in service and how many of these everybody has confirmed, as of a block, or now.
///
/// # Errors
///
/// The node refuses.
pub async fn totals(chain: &Chain, at: Option<H256>) -> Result<(u64, u64)> {
	let Counts { stations, confirmed, .. } = counts(chain, at).await?;
	Ok((stations, confirmed))
}

#[cfg(test)]
mod tests {
	use super::*;
	use trimast_primitives::territory::Position;

	#[test]
	fn counts_say_what_is_retired() {
		let network = |id, stations, confirmed, retired| LocalNetworkView {
			id: LocalNetworkId(id),
			name: "x".into(),
			centre: Position::default(),
			buckets: 1,
			pages: 1,
			stations,
			confirmed,
			retired,
		};
		let none = Counts::of(&[network(1301, 7, 3, 0)]);
		assert!(!none.to_string().contains("retired"), "{none}");
		let one = Counts::of(&[network(1301, 6, 2, 1), network(1302, 10, 5, 0)]);
		assert_eq!(
			one.to_string(),
			"16 stations in service, 7 of them confirmed by everybody they name; 1 retired"
		);
	}
}
