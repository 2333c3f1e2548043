// SPDX-License-Identifier: Apache-2.0

//! `federation_*`: who is in the federation and what it has decided.

use super::{at_or_best, cannot_answer, page_limit};
use crate::service::FullClient;
use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use sp_api::ProvideRuntimeApi;
use std::sync::Arc;
use trimast_primitives::{
	apis::{AccountView, BranchView, EnactmentView, FederationApi, NodeView, OrgView, SubjectMotionView},
	params::Parameters,
	AccountId, Hash, OrgId,
};

/// What can be asked. The last parameter of each is the block whose state answers; left out, the best block.
#[rpc(server)]
pub(crate) trait FederationRpc {
	/// Every organisation, by number.
	#[method(name = "federation_orgs", blocking)]
	fn orgs(&self, at: Option<Hash>) -> RpcResult<Vec<OrgView>>;

	/// One account, by address.
	#[method(name = "federation_account", blocking)]
	fn account(&self, account: AccountId, at: Option<Hash>) -> RpcResult<Option<AccountView>>;

	/// Accounts of one company after the one given, at most `limit`.
	#[method(name = "federation_accounts", blocking)]
	fn accounts(
		&self,
		org: OrgId,
		after: Option<AccountId>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<AccountView>>;

	/// Branches of one company.
	#[method(name = "federation_branches", blocking)]
	fn branches(&self, org: OrgId, at: Option<Hash>) -> RpcResult<Vec<BranchView>>;

	/// Registered nodes after the peer id given, at most `limit`.
	#[method(name = "federation_nodes", blocking)]
	fn nodes(&self, after: Option<String>, limit: Option<u32>, at: Option<Hash>) -> RpcResult<Vec<NodeView>>;

	/// Decided motions that wait for their delay.
	#[method(name = "federation_enactments", blocking)]
	fn enactments(&self, at: Option<Hash>) -> RpcResult<Vec<EnactmentView>>;

	/// Motions of the others about one company, open and decided.
	#[method(name = "federation_subjectMotions", blocking)]
	fn subject_motions(&self, at: Option<Hash>) -> RpcResult<Vec<SubjectMotionView>>;

	/// The parameters in force.
	#[method(name = "federation_parameters", blocking)]
	fn parameters(&self, at: Option<Hash>) -> RpcResult<Parameters>;
}

/// Answers them.
pub(crate) struct Federation {
	client: Arc<FullClient>,
}

impl Federation {
	/// Answers from this client's state.
	pub(crate) fn new(client: Arc<FullClient>) -> Self {
		Self { client }
	}
}

impl FederationRpcServer for Federation {
	fn orgs(&self, at: Option<Hash>) -> RpcResult<Vec<OrgView>> {
		self.client.runtime_api().orgs(at_or_best(&self.client, at)).map_err(cannot_answer)
	}

	fn account(&self, account: AccountId, at: Option<Hash>) -> RpcResult<Option<AccountView>> {
		self.client.runtime_api().account(at_or_best(&self.client, at), account).map_err(cannot_answer)
	}

	fn accounts(
		&self,
		org: OrgId,
		after: Option<AccountId>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<AccountView>> {
		let at = at_or_best(&self.client, at);
		self.client.runtime_api().accounts(at, org, after, page_limit(limit)).map_err(cannot_answer)
	}

	fn branches(&self, org: OrgId, at: Option<Hash>) -> RpcResult<Vec<BranchView>> {
		self.client.runtime_api().branches(at_or_best(&self.client, at), org).map_err(cannot_answer)
	}

	fn nodes(&self, after: Option<String>, limit: Option<u32>, at: Option<Hash>) -> RpcResult<Vec<NodeView>> {
		let at = at_or_best(&self.client, at);
		self.client.runtime_api().nodes(at, after, page_limit(limit)).map_err(cannot_answer)
	}

	fn enactments(&self, at: Option<Hash>) -> RpcResult<Vec<EnactmentView>> {
		self.client.runtime_api().enactments(at_or_best(&self.client, at)).map_err(cannot_answer)
	}

	fn subject_motions(&self, at: Option<Hash>) -> RpcResult<Vec<SubjectMotionView>> {
		self.client.runtime_api().subject_motions(at_or_best(&self.client, at)).map_err(cannot_answer)
	}

	fn parameters(&self, at: Option<Hash>) -> RpcResult<Parameters> {
		self.client.runtime_api().parameters(at_or_best(&self.client, at)).map_err(cannot_answer)
	}
}
