// SPDX-License-Identifier: Apache-2.0
//! Final blocks as they come, through lost connections.

use super::{rpc::Types, Chain};
use crate::error::Result;
use std::time::Duration;
use subxt::rpcs::{client::RpcSubscription, RpcConfig};
use tokio::time::{sleep, timeout};
use trimast_primitives::Header;

/// How long a subscription may stay silent before the head is asked for.
const SILENCE: Duration = Duration::from_secs(6);

/// Announces final heads. Heads in between may be left out: whoever needs every block walks from the last to this one.
pub(crate) struct Heads<'a> {
	chain: &'a Chain,
	subscription: Option<RpcSubscription<<Types as RpcConfig>::Header>>,
	broken: bool,
}

impl<'a> Heads<'a> {
	/// Of this chain.
	pub(crate) fn new(chain: &'a Chain) -> Self {
		Self { chain, subscription: None, broken: false }
	}

	/// Whether the connection was lost since this was last asked. The node may have been restarted, its pool with it.
	pub(crate) fn was_broken(&mut self) -> bool {
		std::mem::take(&mut self.broken)
	}

	/// The next final head, or the present one when nothing was heard for a while. May be called again after having been
	/// dropped half-way: nothing is lost.
	pub(crate) async fn next(&mut self) -> Result<Header> {
		loop {
			let subscription = match &mut self.subscription {
				Some(subscription) => subscription,
				None => {
					let opened =
						self.chain.ask(|| self.chain.rpc().chain_subscribe_finalized_heads()).await?;
					self.subscription.insert(opened)
				}
			};
			match timeout(SILENCE, subscription.next()).await {
				Ok(Some(Ok(header))) => return Ok(header),
				// Broken: open another one after a moment.
				Ok(Some(Err(_)) | None) => {
					self.subscription = None;
					self.broken = true;
					sleep(Duration::from_millis(300)).await;
				}
				Err(_) => {
					let (_, hash) = self.chain.finalized().await?;
					return self.chain.header(hash).await;
				}
			}
		}
	}
}
