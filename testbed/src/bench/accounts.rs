// SPDX-License-Identifier: Apache-2.0

//! The accounts that send: a few for each carrier, so that one transaction that is late holds up no others.

use super::load::sequence;
use crate::{
	calls::{self, EncodedCall},
	chain::Chain,
	keys,
};
use anyhow::Result;
use futures::future::try_join_all;
use subxt_signer::{sr25519::Keypair, DeriveJunction};
use trimast_primitives::access::{Role, Roles, Scope};

/// The accounts of a carrier.
pub(super) struct Senders {
	/// They may import, report and attest, everywhere.
	pub(super) keys: Vec<Keypair>,
	/// The node that they hand in at.
	pub(super) chain: Chain,
	/// Transactions under way, all accounts together.
	window: usize,
}

impl Senders {
	/// Adds accounts to the carrier with this number.
	pub(super) async fn add(chain: &Chain, org: usize, accounts: usize, window: usize) -> Result<Self> {
		let company = keys::key(&format!("{}//load", keys::uri(org, None)))?;
		let derive = |n| company.derive([DeriveJunction::hard(n as u64)]);
		let keys: Vec<Keypair> = (0..accounts.max(1)).map(derive).collect();
		let roles = Roles::of(Role::Engineer).with(Role::Collector);
		let signing = chain.signing().await?;
		let add = |key: &Keypair| signing.call_data(&calls::add_account(key, roles, Scope::National));
		let calls = keys.iter().map(add).collect::<Result<_>>()?;
		chain.carry_out(&keys::principal(org)?, &calls::batch_all(calls)).await?;
		Ok(Self { keys, chain: chain.clone(), window })
	}

	/// Sends calls, in any order, until all are final.
	pub(super) async fn send(&self, calls: impl Iterator<Item = Result<EncodedCall>>) -> Result<u64> {
		let window = (self.window / self.keys.len()).max(1);
		// What cannot be encoded ends the load, and is told when the rest is final.
		let mut defect = None;
		let mut calls = calls.map_while(|call| call.map_err(|error| defect = Some(error)).ok());
		let mut sent = 0;
		// Each account takes the next call as soon as it has room.
		let shared = std::cell::RefCell::new(&mut calls);
		let loads = self.keys.iter().map(|key| {
			let own = std::iter::from_fn(|| shared.borrow_mut().next());
			sequence(&self.chain, key, own, window, |_| {})
		});
		for count in try_join_all(loads).await? {
			sent += count;
		}
		match defect {
			Some(defect) => Err(defect),
			None => Ok(sent),
		}
	}

	/// Sends calls that are made already.
	pub(super) async fn send_all(&self, calls: &[EncodedCall]) -> Result<u64> {
		self.send(calls.iter().cloned().map(Ok)).await
	}

	/// The first account.
	pub(super) fn first(&self) -> &Keypair {
		&self.keys[0]
	}
}
