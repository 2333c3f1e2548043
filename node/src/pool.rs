// SPDX-License-Identifier: Apache-2.0

//! The transaction pool.
//!
//! Everything in the node that submits, gossips or takes transactions goes through [`Pool`] and gets it from
//! [`build`]: a wrapper that bounds what each company may have pending goes here and nowhere else. It has to
//! stand before the pool, which ranks by the priority that a transaction had when it was submitted, and so
//! protects nobody from a flood by itself.

use crate::{opaque::Block, service::FullClient};
use sc_service::{Configuration, TaskManager};
use sc_transaction_pool::{Builder, TransactionPoolHandle};
use std::sync::Arc;

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

/// The pool of the node.
pub(crate) type Pool = TransactionPoolHandle<Block, FullClient>;

/// Builds the pool: fork-aware, with the limits of the command line.
pub(crate) fn build(config: &Configuration, client: &Arc<FullClient>, tasks: &TaskManager) -> Arc<Pool> {
	let pool =
		Builder::new(tasks.spawn_essential_handle(), client.clone(), config.role.is_authority().into())
			.with_options(config.transaction_pool.clone())
			.with_prometheus(config.prometheus_registry())
			.build();
	Arc::new(pool)
}
