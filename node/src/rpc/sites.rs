// SPDX-License-Identifier: Apache-2.0

//! `sites_*`: the inventory of stations, and how far the companies' books agree.

use super::{at_or_best, bad_parameter, cannot_answer, page_limit};
use crate::service::FullClient;
use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use sp_api::ProvideRuntimeApi;
use std::sync::Arc;
use trimast_primitives::{
	apis::{AmendmentView, DifferenceView, LocalNetworkView, ReconciliationView, SiteView, SitesApi},
	inventory::Digest,
	page::SiteId,
	site::StationCode,
	Hash, LocalNetworkId, OrgId,
};

/// What can be asked. The last parameter of each is the block whose state answers; left out, the best block.
#[rpc(server)]
pub(crate) trait SitesRpc {
	/// Local networks after the one given, at most `limit`.
	#[method(name = "sites_localNetworks", blocking)]
	fn local_networks(
		&self,
		after: Option<LocalNetworkId>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<LocalNetworkView>>;

	/// Stations of a local network from the index given, at most `limit`.
	#[method(name = "sites_stations", blocking)]
	fn stations(
		&self,
		local_network: LocalNetworkId,
		from: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<SiteView>>;

	/// One station, by local network and index.
	#[method(name = "sites_station", blocking)]
	fn station(
		&self,
		local_network: LocalNetworkId,
		index: u32,
		at: Option<Hash>,
	) -> RpcResult<Option<SiteView>>;

	/// One station, by local network and station code.
	#[method(name = "sites_find", blocking)]
	fn find(
		&self,
		local_network: LocalNetworkId,
		code: String,
		at: Option<Hash>,
	) -> RpcResult<Option<SiteView>>;

	/// The digest of a page as it is countersigned.
	#[method(name = "sites_pageDigest", blocking)]
	fn page_digest(
		&self,
		local_network: LocalNetworkId,
		page: u16,
		at: Option<Hash>,
	) -> RpcResult<Option<Hash>>;

	/// The digest of one station as it is countersigned on its own.
	#[method(name = "sites_stationDigest", blocking)]
	fn station_digest(
		&self,
		local_network: LocalNetworkId,
		index: u32,
		at: Option<Hash>,
	) -> RpcResult<Option<Hash>>;

	/// Amendments that wait for consents after the station given, at most `limit`.
	#[method(name = "sites_amendments", blocking)]
	fn amendments(
		&self,
		after: Option<SiteId>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<AmendmentView>>;

	/// How far the reconciliation of a local network is.
	#[method(name = "sites_reconciliation", blocking)]
	fn reconciliation(
		&self,
		local_network: LocalNetworkId,
		at: Option<Hash>,
	) -> RpcResult<Option<ReconciliationView>>;

	/// Page digests that a party has revealed in the last round, by page number, from the one given, at most `limit`.
	#[method(name = "sites_revealedDigests", blocking)]
	fn revealed_digests(
		&self,
		local_network: LocalNetworkId,
		org: OrgId,
		from: Option<u16>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<Digest>>;

	/// Published records of one page in which the parties differ, side by side.
	#[method(name = "sites_differences", blocking)]
	fn differences(
		&self,
		local_network: LocalNetworkId,
		page: u16,
		at: Option<Hash>,
	) -> RpcResult<Vec<DifferenceView>>;
}

/// Answers them.
pub(crate) struct Sites {
	client: Arc<FullClient>,
}

impl Sites {
	/// Answers from this client's state.
	pub(crate) fn new(client: Arc<FullClient>) -> Self {
		Self { client }
	}
}

impl SitesRpcServer for Sites {
	fn local_networks(
		&self,
		after: Option<LocalNetworkId>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<LocalNetworkView>> {
		let at = at_or_best(&self.client, at);
		self.client.runtime_api().local_networks(at, after, page_limit(limit)).map_err(cannot_answer)
	}

	fn stations(
		&self,
		local_network: LocalNetworkId,
		from: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<SiteView>> {
		let at = at_or_best(&self.client, at);
		let from = from.unwrap_or_default();
		self.client.runtime_api().stations(at, local_network, from, page_limit(limit)).map_err(cannot_answer)
	}

	fn station(
		&self,
		local_network: LocalNetworkId,
		index: u32,
		at: Option<Hash>,
	) -> RpcResult<Option<SiteView>> {
		let at = at_or_best(&self.client, at);
		self.client.runtime_api().station(at, SiteId { local_network, index }).map_err(cannot_answer)
	}

	fn find(
		&self,
		local_network: LocalNetworkId,
		code: String,
		at: Option<Hash>,
	) -> RpcResult<Option<SiteView>> {
		let code = station_code(code)?;
		let at = at_or_best(&self.client, at);
		self.client.runtime_api().find(at, local_network, code).map_err(cannot_answer)
	}

	fn page_digest(
		&self,
		local_network: LocalNetworkId,
		page: u16,
		at: Option<Hash>,
	) -> RpcResult<Option<Hash>> {
		let at = at_or_best(&self.client, at);
		self.client.runtime_api().page_digest(at, local_network, page).map_err(cannot_answer)
	}

	fn station_digest(
		&self,
		local_network: LocalNetworkId,
		index: u32,
		at: Option<Hash>,
	) -> RpcResult<Option<Hash>> {
		let at = at_or_best(&self.client, at);
		let id = SiteId { local_network, index };
		self.client.runtime_api().station_digest(at, id).map_err(cannot_answer)
	}

	fn amendments(
		&self,
		after: Option<SiteId>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<AmendmentView>> {
		let at = at_or_best(&self.client, at);
		self.client.runtime_api().amendments(at, after, page_limit(limit)).map_err(cannot_answer)
	}

	fn reconciliation(
		&self,
		local_network: LocalNetworkId,
		at: Option<Hash>,
	) -> RpcResult<Option<ReconciliationView>> {
		let at = at_or_best(&self.client, at);
		self.client.runtime_api().reconciliation(at, local_network).map_err(cannot_answer)
	}

	fn revealed_digests(
		&self,
		local_network: LocalNetworkId,
		org: OrgId,
		from: Option<u16>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<Digest>> {
		let at = at_or_best(&self.client, at);
		let (from, limit) = (from.unwrap_or(0), page_limit(limit));
		self.client.runtime_api().revealed_digests(at, local_network, org, from, limit).map_err(cannot_answer)
	}

	fn differences(
		&self,
		local_network: LocalNetworkId,
		page: u16,
		at: Option<Hash>,
	) -> RpcResult<Vec<DifferenceView>> {
		let at = at_or_best(&self.client, at);
		self.client.runtime_api().differences(at, local_network, page).map_err(cannot_answer)
	}
}

fn station_code(code: String) -> RpcResult<StationCode> {
	let length = code.len();
	code.into_bytes()
		.try_into()
		.map_err(|_| bad_parameter(format!("a station code has at most 24 bytes, this one has {length}")))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn station_code_fails_when_too_long() {
		assert_eq!(station_code("HE-0001".into()).unwrap().as_slice(), b"HE-0001");
		assert!(station_code("X".repeat(25)).unwrap_err().message().contains("24"));
	}
}
