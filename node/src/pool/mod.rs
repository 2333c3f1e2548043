// SPDX-License-Identifier: Apache-2.0

//! The transaction pool: the SDK's fork-aware one, with limits of our own and without its busy-work.
//!
//! Everything in the node that submits, gossips or takes transactions goes through [`Pool`] and gets it from
//! [`build`]: what bounds what each company may have pending goes here and nowhere else. It has to stand before
//! the SDK's pool, which ranks by the priority that a transaction had when it was submitted, and so protects nobody
//! from a flood by itself.

mod api;

use crate::{opaque::Block, service::FullClient};
use api::PoolApi;
use async_trait::async_trait;
use sc_cli::TransactionPoolParams;
use sc_service::{Configuration, TaskManager};
use sc_transaction_pool::{ForkAwareTxPool, Options, PoolLimit};
use sc_transaction_pool_api::{
	ChainEvent, ImportNotificationStream, LocalTransactionFor, LocalTransactionPool,
	MaintainedTransactionPool, PoolStatus, ReadyTransactions, TransactionFor, TransactionPool,
	TransactionSource, TransactionStatusStreamFor, TxHash, TxInvalidityReportMap,
};
use sp_blockchain::HeaderBackend;
use std::{collections::HashMap, pin::Pin, sync::Arc, time::Duration};
use trimast_primitives::Hash;

/// Most transactions that are ready to go into a block; a tenth as many may wait for an earlier nonce.
///
/// Sixteen seconds of a thousand a second.
pub(crate) const LIMIT: &str = "16384";

/// Most kilobytes of these, and a tenth of it for those that wait.
///
/// An import sends a hundred batches of 30 kB ahead, and over gossip they arrive in any order: 6.4 MB take
/// them all. The SDK's 20 MB would leave 2 MB for them, and drop the rest.
pub(crate) const KBYTES: &str = "65536";

/// Seconds for which a dropped transaction is not taken again.
///
/// The SDK's half an hour makes sense where fees make a transaction final in what it offers. Here the same
/// bytes become valid as soon as there is room, and clients send them again: long enough to break gossip's
/// echo, no longer.
pub(crate) const BAN_SECONDS: &str = "5";

/// What the pool may hold, as the command line says.
pub(crate) fn options(params: &TransactionPoolParams) -> Options {
	let bytes = params.pool_kbytes.saturating_mul(1024);
	Options {
		ready: PoolLimit { count: params.pool_limit, total_bytes: bytes },
		future: PoolLimit { count: params.pool_limit / 10, total_bytes: bytes / 10 },
		reject_future_transactions: false,
		ban_time: params.tx_ban_seconds.map_or(Duration::ZERO, Duration::from_secs),
	}
}

/// The pool of the node.
pub(crate) struct Pool {
	inner: Inner,
	api: Arc<PoolApi>,
}

type Inner = ForkAwareTxPool<PoolApi, Block>;
type InnerError = <Inner as TransactionPool>::Error;
type InPool = <Inner as TransactionPool>::InPoolTransaction;
type Ready = Box<dyn ReadyTransactions<Item = Arc<InPool>> + Send>;

/// Builds the pool.
pub(crate) fn build(
	config: &Configuration,
	options: Options,
	client: &Arc<FullClient>,
	tasks: &TaskManager,
) -> Arc<Pool> {
	let spawner = tasks.spawn_essential_handle();
	let prometheus = config.prometheus_registry();
	let api = Arc::new(PoolApi::new(client.clone(), prometheus, &spawner));
	let info = client.info();
	let inner = ForkAwareTxPool::new_with_background_worker(
		options,
		config.role.is_authority().into(),
		api.clone(),
		prometheus,
		spawner,
		info.best_hash,
		info.finalized_hash,
	);
	Arc::new(Pool { inner, api })
}

#[async_trait]
impl MaintainedTransactionPool for Pool {
	async fn maintain(&self, event: ChainEvent<Block>) {
		let _maintaining = self.api.maintaining();
		self.inner.maintain(event).await;
	}
}

#[async_trait]
impl TransactionPool for Pool {
	type Block = Block;
	type Hash = Hash;
	type InPoolTransaction = InPool;
	type Error = InnerError;

	async fn submit_at(
		&self,
		at: Hash,
		source: TransactionSource,
		transactions: Vec<TransactionFor<Self>>,
	) -> Result<Vec<Result<TxHash<Self>, InnerError>>, InnerError> {
		self.inner.submit_at(at, source, transactions).await
	}

	async fn submit_one(
		&self,
		at: Hash,
		source: TransactionSource,
		transaction: TransactionFor<Self>,
	) -> Result<TxHash<Self>, InnerError> {
		self.inner.submit_one(at, source, transaction).await
	}

	async fn submit_and_watch(
		&self,
		at: Hash,
		source: TransactionSource,
		transaction: TransactionFor<Self>,
	) -> Result<Pin<Box<TransactionStatusStreamFor<Self>>>, InnerError> {
		self.inner.submit_and_watch(at, source, transaction).await
	}

	async fn ready_at(&self, at: Hash) -> Ready {
		self.inner.ready_at(at).await
	}

	async fn ready_at_with_timeout(&self, at: Hash, timeout: Duration) -> Ready {
		self.inner.ready_at_with_timeout(at, timeout).await
	}

	fn ready(&self) -> Ready {
		self.inner.ready()
	}

	async fn report_invalid(
		&self,
		at: Option<Hash>,
		errors: TxInvalidityReportMap<TxHash<Self>>,
	) -> Vec<Arc<InPool>> {
		self.inner.report_invalid(at, errors).await
	}

	fn futures(&self) -> Vec<InPool> {
		self.inner.futures()
	}

	fn status(&self) -> PoolStatus {
		self.inner.status()
	}

	fn import_notification_stream(&self) -> ImportNotificationStream<TxHash<Self>> {
		self.inner.import_notification_stream()
	}

	fn on_broadcasted(&self, propagations: HashMap<TxHash<Self>, Vec<String>>) {
		self.inner.on_broadcasted(propagations);
	}

	fn hash_of(&self, transaction: &TransactionFor<Self>) -> TxHash<Self> {
		self.inner.hash_of(transaction)
	}

	fn ready_transaction(&self, hash: &TxHash<Self>) -> Option<Arc<InPool>> {
		self.inner.ready_transaction(hash)
	}
}

impl LocalTransactionPool for Pool {
	type Block = Block;
	type Hash = Hash;
	type Error = InnerError;

	fn submit_local(&self, at: Hash, transaction: LocalTransactionFor<Self>) -> Result<Hash, InnerError> {
		self.inner.submit_local(at, transaction)
	}
}
