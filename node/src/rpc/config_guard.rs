// SPDX-License-Identifier: Apache-2.0

//! `configGuard_*`: the catalogue, the baseline, sweeps and violations.

use super::{at_or_best, cannot_answer, page_limit};
use crate::service::FullClient;
use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use sp_api::ProvideRuntimeApi;
use std::sync::Arc;
use trimast_primitives::{
	apis::{
		BaselineHeadView, BaselinePageView, BaselineView, ConfigGuardApi, PageDifferenceView, ParameterView,
		SweepView, TestimonyView, ViolationView,
	},
	cells::ParamId,
	Hash, LocalNetworkId,
};

/// What can be asked. The last parameter of each is the block whose state answers; left out, the best block.
#[rpc(server)]
pub(crate) trait ConfigGuardRpc {
	/// Parameters of the catalogue after the number given, at most `limit`.
	#[method(name = "configGuard_catalogue", blocking)]
	fn catalogue(
		&self,
		after: Option<ParamId>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<ParameterView>>;

	/// How the baselines of local networks after the one given stand, at most `limit`.
	#[method(name = "configGuard_baselines", blocking)]
	fn baselines(
		&self,
		after: Option<LocalNetworkId>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<BaselineView>>;

	/// Pages of the baseline from the number given, with their values, at most `limit`, and no more than 64.
	#[method(name = "configGuard_baseline", blocking)]
	fn baseline(
		&self,
		local_network: LocalNetworkId,
		from: Option<u16>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<BaselinePageView>>;

	/// The same without their values.
	#[method(name = "configGuard_heads", blocking)]
	fn heads(
		&self,
		local_network: LocalNetworkId,
		from: Option<u16>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<BaselineHeadView>>;

	/// Sweeps after the number given, at most `limit`.
	#[method(name = "configGuard_sweeps", blocking)]
	fn sweeps(&self, after: Option<u32>, limit: Option<u32>, at: Option<Hash>) -> RpcResult<Vec<SweepView>>;

	/// What each company has attested of a local network, the latest.
	#[method(name = "configGuard_testimonies", blocking)]
	fn testimonies(&self, local_network: LocalNetworkId, at: Option<Hash>) -> RpcResult<Vec<TestimonyView>>;

	/// Pages from the number given that differ and are not explained, at most `limit`.
	#[method(name = "configGuard_unexplained", blocking)]
	fn unexplained(
		&self,
		local_network: LocalNetworkId,
		from: Option<u16>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<PageDifferenceView>>;

	/// Violations after the number given, at most `limit`.
	#[method(name = "configGuard_violations", blocking)]
	fn violations(
		&self,
		after: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<ViolationView>>;

	/// Violations that stand open in a local network, from the page given, whole pages until there are `limit`.
	#[method(name = "configGuard_openViolations", blocking)]
	fn open_violations(
		&self,
		local_network: LocalNetworkId,
		from: Option<u16>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<ViolationView>>;

	/// One violation.
	#[method(name = "configGuard_violation", blocking)]
	fn violation(&self, id: u32, at: Option<Hash>) -> RpcResult<Option<ViolationView>>;
}

/// Answers them.
pub(crate) struct ConfigGuard {
	client: Arc<FullClient>,
}

impl ConfigGuard {
	/// Answers from this client's state.
	pub(crate) fn new(client: Arc<FullClient>) -> Self {
		Self { client }
	}
}

impl ConfigGuardRpcServer for ConfigGuard {
	fn catalogue(
		&self,
		after: Option<ParamId>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<ParameterView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.catalogue(at, after, page_limit(limit)).map_err(cannot_answer)
	}

	fn baselines(
		&self,
		after: Option<LocalNetworkId>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<BaselineView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.baselines(at, after, page_limit(limit)).map_err(cannot_answer)
	}

	fn baseline(
		&self,
		local_network: LocalNetworkId,
		from: Option<u16>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<BaselinePageView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.baseline(at, local_network, from.unwrap_or(0), page_limit(limit)).map_err(cannot_answer)
	}

	fn heads(
		&self,
		local_network: LocalNetworkId,
		from: Option<u16>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<BaselineHeadView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.heads(at, local_network, from.unwrap_or(0), page_limit(limit)).map_err(cannot_answer)
	}

	fn sweeps(&self, after: Option<u32>, limit: Option<u32>, at: Option<Hash>) -> RpcResult<Vec<SweepView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.sweeps(at, after, page_limit(limit)).map_err(cannot_answer)
	}

	fn testimonies(&self, local_network: LocalNetworkId, at: Option<Hash>) -> RpcResult<Vec<TestimonyView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.testimonies(at, local_network).map_err(cannot_answer)
	}

	fn unexplained(
		&self,
		local_network: LocalNetworkId,
		from: Option<u16>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<PageDifferenceView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.unexplained(at, local_network, from.unwrap_or(0), page_limit(limit)).map_err(cannot_answer)
	}

	fn violations(
		&self,
		after: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<ViolationView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.violations(at, after, page_limit(limit)).map_err(cannot_answer)
	}

	fn open_violations(
		&self,
		local_network: LocalNetworkId,
		from: Option<u16>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<ViolationView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.open_violations(at, local_network, from.unwrap_or(0), page_limit(limit)).map_err(cannot_answer)
	}

	fn violation(&self, id: u32, at: Option<Hash>) -> RpcResult<Option<ViolationView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.violation(at, id).map_err(cannot_answer)
	}
}
