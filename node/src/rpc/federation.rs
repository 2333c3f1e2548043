// SPDX-License-Identifier: Apache-2.0

//! `federation_*`: who is in the federation and what it has decided.

use super::{at_or_best, cannot_answer, page_limit};
use crate::service::FullClient;
use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use sp_api::ProvideRuntimeApi;
use sp_core::Bytes;
use std::sync::Arc;
use trimast_primitives::{
	apis::{
		AccountView, BranchView, EnactmentView, FederationApi, MotionView, NodeView, OrgView, PauseView,
		SubjectMotionView,
	},
	matter::MotionDefect,
	params::{ParameterBounds, Parameters},
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

	/// Branches of one company, by number, after the one given, at most `limit`.
	#[method(name = "federation_branches", blocking)]
	fn branches(
		&self,
		org: OrgId,
		after: Option<u16>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<BranchView>>;

	/// Registered nodes after the peer id given, at most `limit`.
	#[method(name = "federation_nodes", blocking)]
	fn nodes(&self, after: Option<String>, limit: Option<u32>, at: Option<Hash>) -> RpcResult<Vec<NodeView>>;

	/// Motions that are open in the council, by number, after the one given, at most `limit`.
	#[method(name = "federation_motions", blocking)]
	fn motions(&self, after: Option<u32>, limit: Option<u32>, at: Option<Hash>)
		-> RpcResult<Vec<MotionView>>;

	/// Why a motion that consists of this encoded call and asks for so many ayes can never take effect.
	#[method(name = "federation_motionDefect", blocking)]
	fn motion_defect(&self, call: Bytes, ayes: u32, at: Option<Hash>) -> RpcResult<Option<MotionDefect>>;

	/// Decided motions that wait for their delay, by number, after the one given, at most `limit`.
	#[method(name = "federation_enactments", blocking)]
	fn enactments(
		&self,
		after: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<EnactmentView>>;

	/// Motions of the others about one company, open and decided.
	#[method(name = "federation_subjectMotions", blocking)]
	fn subject_motions(&self, at: Option<Hash>) -> RpcResult<Vec<SubjectMotionView>>;

	/// How the emergency pause stands.
	#[method(name = "federation_pause", blocking)]
	fn pause(&self, at: Option<Hash>) -> RpcResult<PauseView>;

	/// The parameters in force.
	#[method(name = "federation_parameters", blocking)]
	fn parameters(&self, at: Option<Hash>) -> RpcResult<Parameters>;

	/// The range of each parameter, fixed at genesis.
	#[method(name = "federation_parameterBounds", blocking)]
	fn parameter_bounds(&self, at: Option<Hash>) -> RpcResult<ParameterBounds>;
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

	fn branches(
		&self,
		org: OrgId,
		after: Option<u16>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<BranchView>> {
		let at = at_or_best(&self.client, at);
		self.client.runtime_api().branches(at, org, after, page_limit(limit)).map_err(cannot_answer)
	}

	fn nodes(&self, after: Option<String>, limit: Option<u32>, at: Option<Hash>) -> RpcResult<Vec<NodeView>> {
		let at = at_or_best(&self.client, at);
		self.client.runtime_api().nodes(at, after, page_limit(limit)).map_err(cannot_answer)
	}

	fn motions(
		&self,
		after: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<MotionView>> {
		let at = at_or_best(&self.client, at);
		self.client.runtime_api().motions(at, after, page_limit(limit)).map_err(cannot_answer)
	}

	fn motion_defect(&self, call: Bytes, ayes: u32, at: Option<Hash>) -> RpcResult<Option<MotionDefect>> {
		let at = at_or_best(&self.client, at);
		self.client.runtime_api().motion_defect(at, call.0, ayes).map_err(cannot_answer)
	}

	fn enactments(
		&self,
		after: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<EnactmentView>> {
		let at = at_or_best(&self.client, at);
		self.client.runtime_api().enactments(at, after, page_limit(limit)).map_err(cannot_answer)
	}

	fn subject_motions(&self, at: Option<Hash>) -> RpcResult<Vec<SubjectMotionView>> {
		self.client.runtime_api().subject_motions(at_or_best(&self.client, at)).map_err(cannot_answer)
	}

	fn pause(&self, at: Option<Hash>) -> RpcResult<PauseView> {
		self.client.runtime_api().pause(at_or_best(&self.client, at)).map_err(cannot_answer)
	}

	fn parameters(&self, at: Option<Hash>) -> RpcResult<Parameters> {
		self.client.runtime_api().parameters(at_or_best(&self.client, at)).map_err(cannot_answer)
	}

	fn parameter_bounds(&self, at: Option<Hash>) -> RpcResult<ParameterBounds> {
		self.client.runtime_api().parameter_bounds(at_or_best(&self.client, at)).map_err(cannot_answer)
	}
}
