// SPDX-License-Identifier: Apache-2.0

//! A connection to a node: questions, signatures, and what became of a transaction.

use anyhow::{anyhow, bail, Context, Result};
use codec::{Decode, Encode};
use serde::{de::DeserializeOwned, Deserialize};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use subxt::{
	config::{substrate::BlakeTwo256, DefaultExtrinsicParamsBuilder, Hasher, PolkadotConfig},
	rpcs::{client::RpcParams, Error, RpcClient, UserError},
	tx::Payload,
	utils::H256,
	OnlineClient, OnlineClientAtBlock,
};
use subxt_signer::sr25519::Keypair;
use tokio::sync::OnceCell;

pub use subxt::{rpcs::rpc_params, utils::Static};

/// What the chain signs and hashes with, as subxt knows it.
pub type ChainConfig = PolkadotConfig;

/// How many blocks a transaction of the testbed may wait for its place, unless a test says otherwise.
pub const LIFETIME: u64 = 1_024;

/// Number and hash of a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BlockId {
	/// Its number.
	pub number: u64,
	/// Its hash.
	pub hash: H256,
}

/// A header as the node's JSON has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Header {
	#[serde(deserialize_with = "hex_number")]
	/// Its number.
	pub number: u64,
	/// Hash of the block before.
	pub parent_hash: H256,
	/// Root of the state after the block.
	pub state_root: H256,
}

fn hex_number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
	let text = String::deserialize(deserializer)?;
	u64::from_str_radix(text.trim_start_matches("0x"), 16).map_err(serde::de::Error::custom)
}

/// Bytes of `0x`-prefixed hex.
///
/// # Errors
///
/// It is not hex.
pub fn unhex(text: &str) -> Result<Vec<u8>> {
	hex::decode(text.trim_start_matches("0x")).map_err(|error| anyhow!("'{text:.40}': {error}"))
}

/// Bytes as `0x`-prefixed hex.
pub fn to_hex(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

/// A connection to one node.
#[derive(Clone)]
pub struct Chain {
	rpc: RpcClient,
	url: String,
	// One for a connection: a node allows few followers of its head on each.
	api: Arc<OnceCell<OnlineClient<ChainConfig>>>,
}

impl Chain {
	/// Connects.
	///
	/// # Errors
	///
	/// Nobody listens there.
	pub async fn connect(url: &str) -> Result<Self> {
		let rpc =
			RpcClient::from_insecure_url(url).await.with_context(|| format!("no connection to {url}"))?;
		Ok(Self { rpc, url: url.to_owned(), api: Arc::default() })
	}

	/// Where this connection leads.
	pub fn url(&self) -> &str {
		&self.url
	}

	/// The connection itself.
	pub const fn rpc(&self) -> &RpcClient {
		&self.rpc
	}

	/// Asks the node.
	///
	/// # Errors
	///
	/// The node refuses, or its answer has another shape.
	pub async fn ask<T: DeserializeOwned>(&self, method: &str, params: RpcParams) -> Result<T> {
		self.rpc.request(method, params).await.map_err(|error| match error {
			// The pool's reason stands in the data.
			Error::User(UserError { message, data: Some(data), .. }) => {
				anyhow!("{method}: {message}: {}", data.get())
			}
			error => anyhow!("{method} at {}: {error}", self.url),
		})
	}

	/// What a function of the runtime answers as of a block, or of the last finalised one.
	///
	/// # Errors
	///
	/// There is no such function, or its answer has another shape.
	pub async fn runtime<T: Decode>(
		&self,
		function: &str,
		arguments: impl Encode,
		at: Option<H256>,
	) -> Result<T> {
		let at = match at {
			Some(at) => at,
			None => self.finalized().await?.hash,
		};
		let arguments = to_hex(&arguments.encode());
		let answer: String = self.ask("state_call", rpc_params![function, arguments, at]).await?;
		T::decode(&mut &unhex(&answer)?[..]).with_context(|| format!("the answer of {function}"))
	}

	/// The last finalised block.
	///
	/// # Errors
	///
	/// See [`Self::ask`].
	pub async fn finalized(&self) -> Result<BlockId> {
		let hash: H256 = self.ask("chain_getFinalizedHead", rpc_params![]).await?;
		Ok(BlockId { number: self.header(hash).await?.number, hash })
	}

	/// The best block.
	///
	/// # Errors
	///
	/// See [`Self::ask`].
	pub async fn best(&self) -> Result<BlockId> {
		let hash: H256 = self.ask("chain_getBlockHash", rpc_params![]).await?;
		Ok(BlockId { number: self.header(hash).await?.number, hash })
	}

	/// The header of a block.
	///
	/// # Errors
	///
	/// The node does not know the block.
	pub async fn header(&self, hash: H256) -> Result<Header> {
		let header: Option<Header> = self.ask("chain_getHeader", rpc_params![hash]).await?;
		header.with_context(|| format!("{} does not know block {hash}", self.url))
	}

	/// The hash of the block with this number on the node's best chain, if it has one.
	///
	/// # Errors
	///
	/// See [`Self::ask`].
	pub async fn block_hash(&self, number: u64) -> Result<Option<H256>> {
		self.ask("chain_getBlockHash", rpc_params![number]).await
	}

	/// The encoded extrinsics of a block.
	///
	/// # Errors
	///
	/// The node does not have the block's body.
	pub async fn extrinsics(&self, hash: H256) -> Result<Vec<Vec<u8>>> {
		#[derive(Deserialize)]
		struct Signed {
			block: Block,
		}
		#[derive(Deserialize)]
		struct Block {
			extrinsics: Vec<String>,
		}
		let signed: Option<Signed> = self.ask("chain_getBlock", rpc_params![hash]).await?;
		let signed = signed.with_context(|| format!("{} does not have the body of {hash}", self.url))?;
		signed.block.extrinsics.iter().map(|text| unhex(text)).collect()
	}

	/// Waits until the node has finalised `number`.
	///
	/// # Errors
	///
	/// It has not within `limit`.
	pub async fn wait_finalized(&self, number: u64, limit: Duration) -> Result<BlockId> {
		let wait = async {
			loop {
				match self.finalized().await {
					Ok(block) if block.number >= number => return block,
					_ => tokio::time::sleep(Duration::from_millis(200)).await,
				}
			}
		};
		tokio::time::timeout(limit, wait)
			.await
			.with_context(|| format!("{} has not finalised block {number} within {limit:?}", self.url))
	}

	/// The whole protocol of subxt, with the chain's metadata.
	///
	/// # Errors
	///
	/// The node does not answer.
	pub async fn api(&self) -> Result<&OnlineClient<ChainConfig>> {
		let config = PolkadotConfig::builder().use_historic_types(false).build();
		let connect = || OnlineClient::from_rpc_client_with_config(config, self.rpc.clone());
		Ok(self.api.get_or_try_init(connect).await?)
	}

	/// Something to sign with whose transactions are born in the last finalised block.
	///
	/// # Errors
	///
	/// The node does not answer.
	pub async fn signing(&self) -> Result<Signing> {
		let at = self.api().await?.at_current_block().await?;
		let born = BlockId { number: at.block_number(), hash: at.block_hash() };
		Ok(Signing { at, born, lifetime: LIFETIME })
	}

	/// The next nonce of an account, with what waits in the node's pool counted.
	///
	/// # Errors
	///
	/// See [`Self::ask`].
	pub async fn nonce(&self, key: &Keypair) -> Result<u64> {
		let account = key.public_key().to_account_id().to_string();
		self.ask("system_accountNextIndex", rpc_params![account]).await
	}

	/// Hands a signed transaction to the node's pool; gives the transaction's hash.
	///
	/// # Errors
	///
	/// The pool refuses it.
	pub async fn submit(&self, transaction: &[u8]) -> Result<H256> {
		self.ask("author_submitExtrinsic", rpc_params![to_hex(transaction)]).await
	}

	/// Signs a call, hands it in and waits until it is final; gives the block. The transaction is born in the last finalised
	/// block.
	///
	/// # Errors
	///
	/// The pool refuses it, or the call fails: the error's text has the reason's name.
	pub async fn carry_out<Call: Payload>(&self, key: &Keypair, call: &Call) -> Result<BlockId> {
		let signing = self.signing().await?;
		let nonce = self.nonce(key).await?;
		self.carry_out_signed(&signing, signing.sign(call, key, nonce)?).await
	}

	/// The same for several calls in a row, all under way at once; gives the block of the last.
	///
	/// # Errors
	///
	/// There is none, or see [`Self::carry_out`].
	pub async fn carry_out_all<Call: Payload>(&self, key: &Keypair, calls: &[Call]) -> Result<BlockId> {
		let signing = self.signing().await?;
		let first = self.nonce(key).await?;
		let signed = (first..).zip(calls).map(|(nonce, call)| signing.sign(call, key, nonce));
		self.follow(&signing, signed.collect::<Result<_>>()?).await
	}

	/// The same as [`Self::carry_out`] for what is signed already.
	///
	/// # Errors
	///
	/// See [`Self::carry_out`].
	pub async fn carry_out_signed(&self, signing: &Signing, transaction: Vec<u8>) -> Result<BlockId> {
		self.follow(signing, vec![transaction]).await
	}

	/// Signs calls in a row, hands all of them in and waits until all are final; says of each whether it went well: the
	/// error's text has the reason's name.
	///
	/// # Errors
	///
	/// There is none, or the pool refuses one.
	pub async fn try_all<Call: Payload>(&self, key: &Keypair, calls: &[Call]) -> Result<Vec<Result<()>>> {
		let signing = self.signing().await?;
		let first = self.nonce(key).await?;
		let signed = (first..).zip(calls).map(|(nonce, call)| signing.sign(call, key, nonce));
		Ok(self.settle(&signing, signed.collect::<Result<_>>()?).await?.1)
	}

	/// Hands transactions in and waits until all are final; gives the block of the last.
	async fn follow(&self, signing: &Signing, transactions: Vec<Vec<u8>>) -> Result<BlockId> {
		let (block, outcomes) = self.settle(signing, transactions).await?;
		outcomes.into_iter().collect::<Result<()>>()?;
		Ok(block)
	}

	/// The same, with what became of each.
	async fn settle(
		&self,
		signing: &Signing,
		transactions: Vec<Vec<u8>>,
	) -> Result<(BlockId, Vec<Result<()>>)> {
		let mut waiting = BTreeMap::new();
		for (n, transaction) in transactions.iter().enumerate() {
			// Asked of the pool first, since its answer says more than the stream of a watched transaction.
			waiting.insert(self.submit(transaction).await?, n);
		}
		let mut outcomes: Vec<Result<()>> = transactions.iter().map(|_| Ok(())).collect();
		let start = signing.born.number;
		let mut next = start + 1;
		for _ in 0..600 {
			let finalized = self.finalized().await?;
			while next <= finalized.number {
				let Some(hash) = self.block_hash(next).await? else { break };
				for (index, bytes) in self.extrinsics(hash).await?.iter().enumerate() {
					if let Some(n) = waiting.remove(&hash_of(bytes)) {
						outcomes[n] = self.outcome(hash, index).await;
						if waiting.is_empty() {
							return Ok((BlockId { number: next, hash }, outcomes));
						}
					}
				}
				next += 1;
			}
			tokio::time::sleep(Duration::from_millis(200)).await;
		}
		bail!("{} transactions ({waiting:?}) are in no finalised block after two minutes", waiting.len())
	}

	/// Whether the extrinsic with this index in a block went well.
	///
	/// # Errors
	///
	/// It did not: the error's text has the reason's name.
	async fn outcome(&self, block: H256, index: usize) -> Result<()> {
		let at = self.api().await?.at_block(block).await?;
		let events = at.events().fetch().await?;
		for event in events.iter() {
			let event = event?;
			if event.phase() != subxt::events::Phase::ApplyExtrinsic(index as u32) {
				continue;
			}
			if event.pallet_name() == "System" && event.event_name() == "ExtrinsicFailed" {
				let reason = subxt::error::DispatchError::decode_from(event.field_bytes(), at.metadata())?;
				bail!("refused: {reason}");
			}
			// A proxy's own transaction goes well whatever becomes of the call in it: `Ok`, or 1 and the error.
			if let ("Proxy", "ProxyExecuted", [1, error @ ..]) =
				(event.pallet_name(), event.event_name(), event.field_bytes())
			{
				let reason = subxt::error::DispatchError::decode_from(error, at.metadata())?;
				bail!("refused: {reason}");
			}
		}
		Ok(())
	}

	/// What a pallet has told in the blocks after `from` up to `to`.
	///
	/// # Errors
	///
	/// The node does not have one of these blocks' states.
	pub async fn events(&self, pallet: &str, from: u64, to: u64) -> Result<Vec<Told>> {
		let api = self.api().await?;
		let mut told = Vec::new();
		for block in from + 1..=to {
			for event in api.at_block(block).await?.events().fetch().await?.iter() {
				let event = event?;
				if event.pallet_name() == pallet {
					let (name, fields) = (event.event_name().to_owned(), event.field_bytes().to_vec());
					told.push(Told { block, name, fields });
				}
			}
		}
		Ok(told)
	}
}

/// An event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
	/// The block.
	pub block: u64,
	/// Its name.
	pub name: String,
	/// Its fields, encoded.
	pub fields: Vec<u8>,
}

/// BLAKE2b, 256 bit: the hash by which a transaction is known.
pub fn hash_of(bytes: &[u8]) -> H256 {
	BlakeTwo256.hash(bytes)
}

/// Metadata and a block of birth: enough to sign any number of transactions without asking anybody.
#[derive(Clone)]
pub struct Signing {
	at: OnlineClientAtBlock<ChainConfig>,
	/// The block from which the transactions are valid.
	pub born: BlockId,
	/// For how many blocks.
	pub lifetime: u64,
}

impl Signing {
	/// Signs a call.
	///
	/// # Errors
	///
	/// The chain has no such call, or its arguments have another shape.
	pub fn sign<Call: Payload>(&self, call: &Call, key: &Keypair, nonce: u64) -> Result<Vec<u8>> {
		let params = DefaultExtrinsicParamsBuilder::<ChainConfig>::new()
			.mortal_from_unchecked(self.lifetime, self.born.number, self.born.hash)
			.nonce(nonce)
			.build();
		let mut signable = self.at.transactions().create_signable_offline(call, params)?;
		Ok(signable.sign(key)?.into_encoded())
	}

	/// Signs a call for ever: nothing that the chain accepts.
	///
	/// # Errors
	///
	/// See [`Self::sign`].
	pub fn sign_immortal<Call: Payload>(&self, call: &Call, key: &Keypair, nonce: u64) -> Result<Vec<u8>> {
		let params = DefaultExtrinsicParamsBuilder::<ChainConfig>::new().immortal().nonce(nonce).build();
		let mut signable = self.at.transactions().create_signable_offline(call, params)?;
		Ok(signable.sign(key)?.into_encoded())
	}

	/// The encoded call.
	///
	/// # Errors
	///
	/// See [`Self::sign`].
	pub fn call_data<Call: Payload>(&self, call: &Call) -> Result<Vec<u8>> {
		Ok(self.at.transactions().call_data(call)?)
	}
}
