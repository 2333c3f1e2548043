// SPDX-License-Identifier: Apache-2.0

//! What the pool asks of the chain.
//!
//! After every block the SDK's pool validates all that is ready once more, without a pause, until the next block comes:
//! to learn early what the block's author finds out anyway, and what the pool's own check of everything it holds finds
//! every ten blocks. [`PoolApi`] lets these requests wait, so that the next block calls them off; all others pass at
//! once.

use crate::{opaque::Block, service::FullClient};
use async_trait::async_trait;
use sc_transaction_pool::{ChainApi, FullChainApi, ValidateTransactionPriority};
use sc_transaction_pool_api::TransactionSource;
use sp_blockchain::TreeRoute;
use sp_core::traits::SpawnEssentialNamed;
use sp_runtime::{generic::BlockId, transaction_validity::TransactionValidity};
use std::{
	sync::{
		atomic::{AtomicUsize, Ordering},
		Arc,
	},
	time::Duration,
};
use substrate_prometheus_endpoint::Registry;
use trimast_primitives::{BlockNumber, Hash, Header};

/// How long a request of the pool for its own sake waits: two slots, by when a block has called it off, unless the chain
/// stands still and there is time for it.
const PATIENCE: Duration = Duration::from_secs(2);

type Inner = FullChainApi<FullClient, Block>;
type Error = <Inner as ChainApi>::Error;
type Extrinsic = <Block as sp_runtime::traits::Block>::Extrinsic;

/// The chain as the pool sees it.
pub(crate) struct PoolApi {
	chain: Inner,
	/// How many blocks are being taken in.
	maintaining: AtomicUsize,
}

/// While this lives the pool takes a block in, and nothing that it asks may wait.
pub(crate) struct Maintaining<'a>(&'a AtomicUsize);

impl Drop for Maintaining<'_> {
	fn drop(&mut self) {
		self.0.fetch_sub(1, Ordering::SeqCst);
	}
}

impl PoolApi {
	pub(crate) fn new(
		client: Arc<FullClient>,
		prometheus: Option<&Registry>,
		spawner: &impl SpawnEssentialNamed,
	) -> Self {
		Self { chain: Inner::new(client, prometheus, spawner), maintaining: AtomicUsize::new(0) }
	}

	/// To be held while the pool takes a block in.
	pub(crate) fn maintaining(&self) -> Maintaining<'_> {
		self.maintaining.fetch_add(1, Ordering::SeqCst);
		Maintaining(&self.maintaining)
	}

	/// Whether a request serves neither somebody who submits nor a block that is being taken in.
	fn may_wait(&self, priority: ValidateTransactionPriority) -> bool {
		priority == ValidateTransactionPriority::Maintained && self.maintaining.load(Ordering::SeqCst) == 0
	}
}

#[async_trait]
impl ChainApi for PoolApi {
	type Block = Block;
	type Error = Error;

	async fn validate_transaction(
		&self,
		at: Hash,
		source: TransactionSource,
		transaction: Arc<Extrinsic>,
		priority: ValidateTransactionPriority,
	) -> Result<TransactionValidity, Error> {
		if self.may_wait(priority) {
			tokio::time::sleep(PATIENCE).await;
		}
		self.chain.validate_transaction(at, source, transaction, priority).await
	}

	fn validate_transaction_blocking(
		&self,
		at: Hash,
		source: TransactionSource,
		transaction: Arc<Extrinsic>,
	) -> Result<TransactionValidity, Error> {
		self.chain.validate_transaction_blocking(at, source, transaction)
	}

	fn block_id_to_number(&self, at: &BlockId<Block>) -> Result<Option<BlockNumber>, Error> {
		self.chain.block_id_to_number(at)
	}

	fn block_id_to_hash(&self, at: &BlockId<Block>) -> Result<Option<Hash>, Error> {
		self.chain.block_id_to_hash(at)
	}

	fn hash_and_length(&self, transaction: &Extrinsic) -> (Hash, usize) {
		self.chain.hash_and_length(transaction)
	}

	async fn block_body(&self, at: Hash) -> Result<Option<Vec<Extrinsic>>, Error> {
		self.chain.block_body(at).await
	}

	fn block_header(&self, at: Hash) -> Result<Option<Header>, Error> {
		self.chain.block_header(at)
	}

	fn tree_route(&self, from: Hash, to: Hash) -> Result<TreeRoute<Block>, Error> {
		self.chain.tree_route(from, to)
	}
}
