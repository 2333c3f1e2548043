// SPDX-License-Identifier: Apache-2.0

//! JSON-RPC beyond what the SDK's service brings along.
//!
//! The service itself serves `author_*`, `chain_*`, `state_*`, `system_*` and the new `chainHead_v1_*`,
//! `transaction_v1_*`, `transactionWatch_v1_*`, `chainSpec_v1_*`; on archive nodes `archive_v1_*`. Added
//! here: `system_accountNextIndex`, `grandpa_*`, and what people ask of this chain, `federation_*`,
//! `sites_*`, `configGuard_*`, `dispatch_*` and `energy_*`. All added methods only read.

mod config_guard;
mod dispatch;
mod energy;
mod federation;
mod sites;

use crate::{
	opaque::Block,
	pool::Pool,
	service::{FullBackend, FullClient},
};
use jsonrpsee::{
	core::RegisterMethodError,
	types::{ErrorObject, ErrorObjectOwned},
	RpcModule,
};
use sc_consensus_grandpa::{
	FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState,
};
use sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer};
use sc_rpc::SubscriptionTaskExecutor;
use sp_api::ApiError;
use sp_blockchain::HeaderBackend;
use std::{fmt::Display, sync::Arc};
use substrate_frame_rpc_system::{System, SystemApiServer};
use trimast_primitives::{apis::MAX_PAGE, BlockNumber, Hash};

use config_guard::{ConfigGuard, ConfigGuardRpcServer};
use dispatch::{Dispatch, DispatchRpcServer};
use energy::{Energy, EnergyRpcServer};
use federation::{Federation, FederationRpcServer};
use sites::{Sites, SitesRpcServer};

/// Error code: the runtime cannot answer, or the block is not known (any more).
const CANNOT_ANSWER: i32 = 1;
/// Error code: a parameter is not what it has to be.
const BAD_PARAMETER: i32 = 2;

/// What GRANDPA's methods need.
#[derive(Clone)]
pub(crate) struct Finality {
	/// Who votes.
	pub(crate) authority_set: SharedAuthoritySet<Hash, BlockNumber>,
	/// How far the round is.
	pub(crate) voter_state: SharedVoterState,
	/// Justifications as they are made.
	pub(crate) justifications: GrandpaJustificationStream<Block>,
	/// Proofs of finality of blocks in the database.
	pub(crate) proofs: Arc<FinalityProofProvider<FullBackend, Block>>,
}

/// Builds the methods.
///
/// # Errors
///
/// Two methods have one name.
pub(crate) fn build(
	client: Arc<FullClient>,
	pool: Arc<Pool>,
	finality: Finality,
	executor: SubscriptionTaskExecutor,
) -> Result<RpcModule<()>, RegisterMethodError> {
	let mut module = RpcModule::new(());
	module.merge(System::new(client.clone(), pool).into_rpc())?;
	let Finality { authority_set, voter_state, justifications, proofs } = finality;
	module.merge(Grandpa::new(executor, authority_set, voter_state, justifications, proofs).into_rpc())?;
	module.merge(Federation::new(client.clone()).into_rpc())?;
	module.merge(Sites::new(client.clone()).into_rpc())?;
	module.merge(ConfigGuard::new(client.clone()).into_rpc())?;
	module.merge(Dispatch::new(client.clone()).into_rpc())?;
	module.merge(Energy::new(client).into_rpc())?;
	Ok(module)
}

/// The block that a question is about: the one given, or the best.
fn at_or_best(client: &FullClient, at: Option<Hash>) -> Hash {
	at.unwrap_or_else(|| client.info().best_hash)
}

/// How many items an answer may have: as many as asked for, at most [`MAX_PAGE`].
fn page_limit(limit: Option<u32>) -> u32 {
	limit.unwrap_or(MAX_PAGE).min(MAX_PAGE)
}

fn cannot_answer(error: ApiError) -> ErrorObjectOwned {
	ErrorObject::owned(
		CANNOT_ANSWER,
		"the runtime of this block cannot answer, or this node does not have the block's state",
		Some(error.to_string()),
	)
}

fn bad_parameter(what: impl Display) -> ErrorObjectOwned {
	ErrorObject::owned(BAD_PARAMETER, what.to_string(), None::<()>)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn page_limit_is_bounded() {
		assert_eq!(
			[page_limit(None), page_limit(Some(5)), page_limit(Some(u32::MAX))],
			[MAX_PAGE, 5, MAX_PAGE]
		);
	}
}
