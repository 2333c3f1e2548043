// SPDX-License-Identifier: Apache-2.0
//! The connection: JSON-RPC over a WebSocket that is opened again when it breaks. A request that was under way is sent
//! anew; everything asked here may be asked twice.

use super::Spec;
use crate::error::{Failure, Result};
use codec::{Decode, Encode};
use sp_consensus_grandpa::GRANDPA_ENGINE_ID;
use std::{
	collections::HashMap,
	future::Future,
	sync::{Arc, Mutex},
	time::Duration,
};
use subxt::rpcs::{
	client::{
		reconnecting_rpc_client::{FixedInterval, RpcClient as Reconnecting},
		RpcClient, RpcParams,
	},
	methods::legacy::{LegacyRpcMethods, NumberOrHex},
	Error as RpcError, RpcConfig, UserError,
};
use tokio::time::{sleep, timeout, Instant};
use trimast_primitives::{AccountId, BlockNumber, Hash, Header};

/// The chain's types, as JSON-RPC carries them.
pub(crate) enum Types {}

impl RpcConfig for Types {
	type Header = Header;
	type Hash = Hash;
	type AccountId = AccountId;
}

/// How long to wait for a node that does not answer, or on which nothing becomes final.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience(pub(crate) Duration);

/// Code of a node that has had enough requests in this minute.
const RATE_LIMITED: i32 = -32_999;
/// Code of a server with too many requests at once.
const SERVER_BUSY: i32 = -32_009;

/// A connection to a node.
pub(crate) struct Chain {
	rpc: LegacyRpcMethods<Types>,
	raw: RpcClient,
	url: String,
	patience: Patience,
	genesis: Hash,
	specs: Mutex<HashMap<u32, Arc<Spec>>>,
}

/// A block's contents.
pub(crate) struct Block {
	/// Its header.
	pub(crate) header: Header,
	/// Its transactions, encoded, each with its length in front.
	pub(crate) extrinsics: Vec<Vec<u8>>,
	/// GRANDPA's justification, encoded, where the node keeps one with the block.
	pub(crate) justification: Option<Vec<u8>>,
}

impl Chain {
	/// Connects. A node that is not there is an error at once; one that goes away later is waited for.
	pub(crate) async fn connect(url: &str, patience: Patience) -> Result<Self> {
		if !(url.starts_with("ws://") || url.starts_with("wss://")) {
			return Err(Failure::usage("the address of a node starts with ws:// or wss://").at(url));
		}
		let unreachable = |error: String| {
			Failure::connection(error).at(url).remedy(
				"check that the node runs and its --rpc-port; say --url or TRIMAST_URL where it listens",
			)
		};
		Self::probe(url).await.map_err(unreachable)?;
		let client = Reconnecting::builder()
			.retry_policy(FixedInterval::from_millis(500))
			.max_request_size(32 * 1024 * 1024)
			.max_response_size(64 * 1024 * 1024)
			.request_timeout(Duration::from_secs(60))
			.build(url)
			.await
			.map_err(|e| unreachable(plain(&e)))?;
		let raw = RpcClient::new(client);
		let rpc = LegacyRpcMethods::new(raw.clone());
		let genesis = retry(url, patience, || rpc.genesis_hash()).await?;
		Ok(Self { rpc, raw, url: url.into(), patience, genesis, specs: Mutex::default() })
	}

	/// Three attempts within about three seconds.
	async fn probe(url: &str) -> Result<(), String> {
		let mut last = String::new();
		for attempt in 0..3u64 {
			sleep(Duration::from_millis(attempt * 700)).await;
			match timeout(Duration::from_secs(10), RpcClient::from_insecure_url(url)).await {
				Ok(Ok(_)) => return Ok(()),
				Ok(Err(error)) => last = words(&error),
				Err(_) => last = "no answer within 10 s".into(),
			}
		}
		Err(last)
	}

	/// Where this connection goes to.
	pub(crate) fn url(&self) -> &str {
		&self.url
	}

	/// Hash of block 0, which tells this chain from every other.
	pub(crate) fn genesis(&self) -> Hash {
		self.genesis
	}

	/// How long to wait for what does not come.
	pub(crate) fn patience(&self) -> Duration {
		self.patience.0
	}

	/// The methods every node has.
	pub(crate) fn rpc(&self) -> &LegacyRpcMethods<Types> {
		&self.rpc
	}

	/// Asks, again and again while the connection is down, until patience ends.
	pub(crate) async fn ask<T, F, A>(&self, ask: A) -> Result<T>
	where
		F: Future<Output = Result<T, RpcError>>,
		A: Fn() -> F,
	{
		retry(&self.url, self.patience, ask).await
	}

	/// Asks a method by name.
	pub(crate) async fn request<T: serde::de::DeserializeOwned>(
		&self,
		method: &str,
		params: RpcParams,
	) -> Result<T> {
		self.ask(|| self.raw.request(method, params.clone())).await.map_err(|failure| failure.at(method))
	}

	/// Calls a runtime API with SCALE-encoded arguments.
	pub(crate) async fn call<A: Encode, T: Decode>(
		&self,
		function: &str,
		arguments: A,
		at: Hash,
	) -> Result<T> {
		let arguments = arguments.encode();
		let bytes = self
			.ask(|| self.rpc.state_call(function, Some(&arguments), Some(at)))
			.await
			.map_err(|failure| failure.at(function))?;
		T::decode(&mut &bytes[..]).map_err(|e| {
			Failure::chain(format!("the answer cannot be read: {e}"))
				.at(function)
				.remedy("this `trimast` and the chain's runtime differ: install the version that goes with the runtime")
		})
	}

	/// The latest final block.
	pub(crate) async fn finalized(&self) -> Result<(BlockNumber, Hash)> {
		let hash = self.ask(|| self.rpc.chain_get_finalized_head()).await?;
		Ok((self.header(hash).await?.number, hash))
	}

	/// The head of the node's best chain.
	pub(crate) async fn best(&self) -> Result<Header> {
		let header = self.ask(|| self.rpc.chain_get_header(None)).await?;
		header.ok_or_else(|| unknown("the node has no best block"))
	}

	/// A header by hash.
	pub(crate) async fn header(&self, hash: Hash) -> Result<Header> {
		let header = self.ask(|| self.rpc.chain_get_header(Some(hash))).await?;
		header.ok_or_else(|| unknown(format!("the node does not know block {hash:?}")))
	}

	/// The hash of a block on the node's best chain.
	pub(crate) async fn hash_of(&self, number: BlockNumber) -> Result<Hash> {
		let hash = self.ask(|| self.rpc.chain_get_block_hash(Some(NumberOrHex::from(number)))).await?;
		hash.ok_or_else(|| unknown(format!("the node has no block {number}")))
	}

	/// A block by hash.
	pub(crate) async fn block(&self, hash: Hash) -> Result<Block> {
		let found = self.ask(|| self.rpc.chain_get_block(Some(hash))).await?;
		let found = found.ok_or_else(|| {
			Failure::chain(format!("the node does not have block {hash:?}"))
				.remedy("ask an archive node (--url)")
		})?;
		let extrinsics = found.block.extrinsics.into_iter().map(|bytes| bytes.0).collect();
		let mut justifications = found.justifications.into_iter().flatten();
		let justification = justifications.find(|(engine, _)| *engine == GRANDPA_ENGINE_ID);
		Ok(Block {
			header: found.block.header,
			extrinsics,
			justification: justification.map(|(_, encoded)| encoded),
		})
	}

	/// The runtime's description at a block, fetched once a runtime version.
	pub(crate) async fn spec(&self, at: Hash) -> Result<Arc<Spec>> {
		let version = self.ask(|| self.rpc.state_get_runtime_version(Some(at))).await?;
		if let Some(spec) = self.specs.lock().map_err(poisoned)?.get(&version.spec_version) {
			return Ok(spec.clone());
		}
		let metadata: Option<Vec<u8>> = self.call("Metadata_metadata_at_version", 15u32, at).await?;
		let metadata = metadata.ok_or_else(|| Failure::chain("the runtime has no metadata of version 15"))?;
		let spec =
			Arc::new(Spec::new(self.genesis, version.spec_version, version.transaction_version, metadata)?);
		self.specs.lock().map_err(poisoned)?.insert(spec.version, spec.clone());
		Ok(spec)
	}

	/// The next nonce of an account, counting what waits in the node's pool.
	pub(crate) async fn next_nonce(&self, account: &AccountId) -> Result<u32> {
		let nonce = self.ask(|| self.rpc.system_account_next_index(account)).await?;
		u32::try_from(nonce).map_err(|_| Failure::chain("the account's nonce is past what the chain counts"))
	}

	/// The nonce of an account in the state of a block.
	pub(crate) async fn nonce_at(&self, account: &AccountId, at: Hash) -> Result<u32> {
		self.call("AccountNonceApi_account_nonce", account, at).await
	}

	/// Hands a signed transaction to the node's pool. Not asked again by itself: the submitter decides.
	pub(crate) async fn submit(&self, extrinsic: &[u8]) -> Result<Hash, Submission> {
		match timeout(Duration::from_secs(30), self.rpc.author_submit_extrinsic(extrinsic)).await {
			Ok(Ok(hash)) => Ok(hash),
			Ok(Err(RpcError::User(error))) if !is_busy(&error) => Err(Submission::Refused(error)),
			// Another error, or no answer within the time.
			Ok(Err(_)) | Err(_) => Err(Submission::NotDelivered),
		}
	}
}

#[cfg(test)]
impl Chain {
	/// One whose node is a test's.
	pub(crate) fn over(raw: RpcClient) -> Self {
		let (rpc, patience) = (LegacyRpcMethods::new(raw.clone()), Patience(Duration::from_secs(60)));
		Self { rpc, raw, url: String::new(), patience, genesis: Hash::zero(), specs: Mutex::default() }
	}
}

/// Why a transaction is not in the node's pool.
#[derive(Debug)]
pub(crate) enum Submission {
	/// The node looked at it and said no.
	Refused(UserError),
	/// The node may have seen it or not.
	NotDelivered,
}

fn poisoned<E>(_: E) -> Failure {
	Failure::connection("another part of this command failed while it read the metadata")
}

fn is_busy(error: &UserError) -> bool {
	matches!(error.code, RATE_LIMITED | SERVER_BUSY)
}

async fn retry<T, F, A>(url: &str, patience: Patience, ask: A) -> Result<T>
where
	F: Future<Output = Result<T, RpcError>>,
	A: Fn() -> F,
{
	let start = Instant::now();
	let mut pause = Duration::from_millis(100);
	loop {
		let left = patience.0.saturating_sub(start.elapsed());
		let error = match timeout(left.max(Duration::from_secs(1)), ask()).await {
			Ok(Ok(answer)) => return Ok(answer),
			Ok(Err(RpcError::User(error))) if !is_busy(&error) => return Err(refusal(&error)),
			Ok(Err(RpcError::Deserialization(error))) => return Err(unreadable(&error)),
			Ok(Err(RpcError::Decode(error))) => return Err(unreadable(&error)),
			Ok(Err(error)) => words(&error),
			Err(_) => "no answer".into(),
		};
		if start.elapsed() >= patience.0 {
			return Err(Failure::connection(format!("{error} (waited {} s)", start.elapsed().as_secs()))
				.at(url)
				.remedy("start the node again and repeat the command; --patience waits longer"));
		}
		sleep(pause).await;
		pause = (pause * 2).min(Duration::from_secs(3));
	}
}

/// A block that the node does not have.
fn unknown(what: impl std::fmt::Display) -> Failure {
	Failure::chain(what)
		.remedy("check the number, or ask a node that has come further (`trimast chain status`)")
}

fn unreadable(error: &dyn std::fmt::Display) -> Failure {
	Failure::chain(format!("the node's answer cannot be read: {error}"))
}

/// What is wrong with a connection, once. Each layer of the libraries that an error passes through wraps it in another
/// one of the same words.
fn words(error: &RpcError) -> String {
	match error {
		RpcError::Client(inner) => match inner.downcast_ref::<RpcError>() {
			Some(inner) => words(inner),
			None => plain(inner),
		},
		RpcError::DisconnectedWillReconnect(reason) => reason.clone(),
		other => plain(other),
	}
}

/// Without the labels that say no more than that it is an error.
fn plain(error: &dyn std::fmt::Display) -> String {
	let text = error.to_string();
	let labels = ["RPC error: ", "client error: ", "Error when opening the TCP socket: "];
	labels.iter().fold(&text[..], |text, label| text.strip_prefix(label).unwrap_or(text)).into()
}

/// Whether a node has said that it keeps the state no more which it was asked about.
pub(crate) fn is_pruned(failure: &Failure) -> bool {
	failure.says("State already discarded")
}

fn refusal(error: &UserError) -> Failure {
	let data = error.data.as_ref().map(|data| format!(": {}", data.get())).unwrap_or_default();
	let failure = Failure::chain(format!("{}{data} (code {})", error.message, error.code));
	if is_pruned(&failure) {
		return failure.remedy("the node has pruned that state: ask an archive node (--url)");
	}
	match error.code {
		-32_601 => {
			failure.remedy("the node does not serve this method to you: ask another node or who runs it")
		}
		_ => failure,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn state_that_a_node_has_dropped_leads_to_the_option_for_another_node() {
		let error = |message: &str| {
			let data = serde_json::value::to_raw_value(&format!("UnknownBlock: {message}")).ok();
			UserError { code: 4_003, message: "Client error".into(), data }
		};
		let pruned = refusal(&error("State already discarded for 0x12"));
		assert!(is_pruned(&pruned) && pruned.to_string().contains("archive node (--url)"), "{pruned}");
		assert!(!is_pruned(&refusal(&error("Header was not found"))));
	}

	#[test]
	fn errors_of_a_connection_say_what_is_wrong_once() {
		let refused = || RpcError::Client("Error when opening the TCP socket: Connection refused".into());
		// As the libraries wrap it when they connect
		let wrapped = RpcError::Client(Box::new(refused()));
		assert!(wrapped.to_string().starts_with("RPC error: client error: RPC error: client error: "));
		for error in [refused(), wrapped] {
			assert_eq!(words(&error), "Connection refused");
		}
		let lost = RpcError::DisconnectedWillReconnect("The connection was closed".into());
		assert_eq!(words(&lost), "The connection was closed");
		assert_eq!(words(&RpcError::InsecureUrl("http://a".into())), "insecure URL: http://a");
	}
}
