// SPDX-License-Identifier: Apache-2.0

//! What a node says about the inventory, through its JSON-RPC.

use crate::chain::{rpc_params, Chain};
use anyhow::Result;
use subxt::utils::H256;
use trimast_primitives::{
	apis::{LocalNetworkView, SiteView, MAX_PAGE},
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

/// How many stations are in service and how many of these everybody has confirmed, as of a block, or now.
///
/// # Errors
///
/// The node refuses.
pub async fn totals(chain: &Chain, at: Option<H256>) -> Result<(u64, u64)> {
	let networks = local_networks(chain, at).await?;
	let sum = |of: fn(&LocalNetworkView) -> u32| networks.iter().map(|network| u64::from(of(network))).sum();
	Ok((sum(|network| network.stations), sum(|network| network.confirmed)))
}
