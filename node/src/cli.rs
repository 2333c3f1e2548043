// SPDX-License-Identifier: Apache-2.0

//! The command line: the SDK's options, with defaults of ours where its own do not suit a permissioned chain
//! without fees, and without what we do not support.

use crate::{chain_spec, pool};
use clap::{Args, Parser};
use sc_cli::{
	CliConfiguration, Error, ImportParams, KeystoreParams, NetworkBackendType, NetworkParams,
	OffchainWorkerParams, Result, RpcEndpoint, SharedParams, SubstrateCli, SyncMode, TransactionPoolType,
};
use sc_network::multiaddr::{Multiaddr, Protocol};
use sc_service::{
	config::{
		BasePath, IpNetwork, NetworkConfiguration, NodeKeyConfig, PrometheusConfig, RpcBatchRequestConfig,
		TelemetryEndpoints, TransactionPoolOptions, TransportConfig,
	},
	BlocksPruning, ChainSpec, PruningMode, Role,
};
use std::{num::NonZeroU32, path::PathBuf};

/// Calls a minute that one WebSocket connection may make. The SDK has no limit unless one is given.
///
/// A hundred a second, and as many as six thousand at once: several times what `trimast` needs for an import
/// at full speed. Beyond that calls wait, then are refused. The SDK counts each HTTP request as a connection
/// of its own, so they are not limited: a node that serves strangers needs a proxy that does it.
const RPC_CALLS_A_MINUTE: &str = "6000";

/// Most calls in one JSON-RPC batch; the SDK has no limit. Each counts towards the rate.
const RPC_BATCH: &str = "128";

/// Light clients that may connect. They cost a peer slot each, and people here ask a node of their own
/// company by JSON-RPC.
const LIGHT_PEERS: &str = "0";

/// Bytes of state kept in memory. Half of the SDK's default: a validator is to stay below 2 GiB, and the
/// whole state of two million stations is about half of this.
const TRIE_CACHE: &str = "536870912";

/// Whose keys a node that is started with `--dev` has: those of the one validator in the `dev` preset.
const DEV_VALIDATOR: &str = "//carrier-one//validator";

/// The SDK's shortcuts for the names of its own development keys.
const FOREIGN_KEYS: [&str; 8] = ["alice", "bob", "charlie", "dave", "eve", "ferdie", "one", "two"];

/// The name of this program, as it was called.
pub(crate) fn executable() -> String {
	Cli::executable_name()
}

/// The node of the Trimast chain.
#[derive(Debug, Parser)]
pub(crate) struct Cli {
	/// What to do instead of running a node.
	#[command(subcommand)]
	pub(crate) subcommand: Option<Subcommand>,

	/// How to run the node.
	#[command(flatten)]
	pub(crate) run: RunCmd,
}

/// What can be done instead of running a node.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Subcommand {
	/// Make, inspect and insert keys.
	#[command(
		subcommand,
		mut_subcommand("generate-node-key", |command| command
			.mut_arg("base_path", |arg| arg.requires("chain"))
			.mut_arg("default_base_path", |arg| arg.requires("chain")))
	)]
	Key(sc_cli::KeySubcommand),

	/// Print a chain spec: for people to read, or raw.
	#[command(alias = "build-spec", alias = "export-chain-spec")]
	ChainSpec(ChainSpecCmd),

	/// Execute a block of the database again and verify it.
	CheckBlock(sc_cli::CheckBlockCmd),

	/// Write blocks to a file.
	#[command(visible_alias = "export")]
	ExportBlocks(sc_cli::ExportBlocksCmd),

	/// Import blocks from a file.
	#[command(visible_alias = "import")]
	ImportBlocks(sc_cli::ImportBlocksCmd),

	/// Print the state of a block as a raw chain spec.
	ExportState(sc_cli::ExportStateCmd),

	/// Take back blocks that are not final.
	Revert(sc_cli::RevertCmd),

	/// Remove the database of a chain. Keys stay.
	#[command(visible_alias = "purge")]
	PurgeChain(sc_cli::PurgeChainCmd),

	/// Print what the database holds: best, finalised and genesis block.
	ChainInfo(sc_cli::ChainInfoCmd),
}

/// Prints a chain spec.
#[derive(Debug, Clone, Args)]
pub(crate) struct ChainSpecCmd {
	/// dev, local, consortium, or a file.
	#[arg(long, value_name = "CHAIN_SPEC")]
	pub(crate) chain: String,

	/// The whole genesis state, the runtime's code in it: every node makes the same chain of it.
	///
	/// Without it the genesis configuration is printed for people to read, without the code.
	#[arg(long)]
	pub(crate) raw: bool,

	/// Write to this file instead of the standard output.
	#[arg(long, value_name = "FILE")]
	pub(crate) output: Option<PathBuf>,

	/// No effect: there is never a default bootnode. Tools pass it.
	#[arg(long, hide = true)]
	pub(crate) disable_default_bootnode: bool,
}

/// Runs a node.
#[derive(Debug, Clone, Args)]
#[command(
	mut_arg("rpc_methods", |arg| arg.default_value("safe")),
	mut_arg("rpc_rate_limit", |arg| arg.default_value(RPC_CALLS_A_MINUTE)),
	mut_arg("rpc_max_batch_request_len", |arg| arg.default_value(RPC_BATCH)),
	mut_arg("in_peers_light", |arg| arg.default_value(LIGHT_PEERS)),
	mut_arg("trie_cache_size", |arg| arg.default_value(TRIE_CACHE)),
	mut_arg("pool_limit", |arg| arg.default_value(pool::LIMIT)),
	mut_arg("pool_kbytes", |arg| arg.default_value(pool::KBYTES)),
	mut_arg("tx_ban_seconds", |arg| arg.default_value(pool::BAN_SECONDS)),
	// The runtime has no off-chain worker: calling it in every block would be work for nothing.
	mut_arg("enabled", |arg| arg.default_value("never")),
	mut_arg("chain", |arg| arg
		.help("The chain: dev, local, consortium, or a file with a chain spec")
		.long_help(None::<&'static str>)),
	mut_arg("dev", |arg| arg
		.help("One validator alone, with public keys and a database that is gone afterwards")
		.long_help("One validator alone: --chain dev --validator --force-authoring --tmp --rpc-cors all, \
			with the public keys of the dev preset")),
	mut_arg("network_backend", |arg| arg.hide(true)),
	mut_arg("pool_type", |arg| arg.hide(true)),
	mut_arg("pool_best_blocks_only", |arg| arg.hide(true)),
	mut_arg("ipfs_server", |arg| arg.hide(true)),
	mut_arg("ipfs_bootnodes", |arg| arg.hide(true)),
	mut_arg("force_enable_webrtc", |arg| arg.hide(true)),
	mut_args(|arg| if FOREIGN_KEYS.contains(&arg.get_id().as_str()) { arg.hide(true) } else { arg })
)]
pub(crate) struct RunCmd {
	/// The SDK's options.
	#[command(flatten)]
	pub(crate) base: sc_cli::RunCmd,

	/// Archive node: keeps the state and the body of every block, and serves archive_v1_* by JSON-RPC.
	///
	/// Short for --state-pruning archive --blocks-pruning archive. Give it at every start; a database that
	/// was made without it cannot become an archive.
	#[arg(long, conflicts_with_all = ["state_pruning", "blocks_pruning"])]
	pub(crate) archive: bool,
}

impl RunCmd {
	/// Fails on what the SDK offers and this chain does not.
	///
	/// # Errors
	///
	/// Names the option and why it is refused.
	pub(crate) fn check(&self) -> Result<()> {
		let base = &self.base;
		let archive = self.archive || matches!(self.state_pruning()?, Some(PruningMode::ArchiveAll));
		let refusal = if base.get_keyring().is_some() {
			"the keys of --alice to --two are not those of this chain: use --dev for one validator alone, \
			 or insert session keys ('key insert') and start with --validator"
		} else if matches!(base.network_params.network_backend, NetworkBackendType::Libp2p) {
			"--network-backend libp2p: this node speaks litep2p only, so that all nodes are tested with one \
			 backend"
		} else if matches!(base.pool_config.pool_type, TransactionPoolType::SingleState) {
			"--pool-type single-state: this node has the fork-aware pool only"
		} else if base.no_grandpa && (base.validator || base.shared_params.dev) {
			"--no-grandpa on a validator: one that does not vote takes away from finality. Leave out \
			 --validator to stop it"
		} else if archive && base.network_params.sync != SyncMode::Full {
			"an archive node needs every block: it cannot begin in the middle. Leave out --sync"
		} else {
			return Ok(());
		};
		Err(Error::Application(refusal.into()))
	}

	fn network(&self) -> &NetworkParams {
		&self.base.network_params
	}
}

impl CliConfiguration for RunCmd {
	fn shared_params(&self) -> &SharedParams {
		self.base.shared_params()
	}

	fn import_params(&self) -> Option<&ImportParams> {
		self.base.import_params()
	}

	fn network_params(&self) -> Option<&NetworkParams> {
		self.base.network_params()
	}

	fn keystore_params(&self) -> Option<&KeystoreParams> {
		self.base.keystore_params()
	}

	fn offchain_worker_params(&self) -> Option<&OffchainWorkerParams> {
		self.base.offchain_worker_params()
	}

	fn base_path(&self) -> Result<Option<BasePath>> {
		self.base.base_path()
	}

	fn role(&self, is_dev: bool) -> Result<Role> {
		self.base.role(is_dev)
	}

	fn node_name(&self) -> Result<String> {
		self.base.node_name()
	}

	fn force_authoring(&self) -> Result<bool> {
		self.base.force_authoring()
	}

	fn disable_grandpa(&self) -> Result<bool> {
		self.base.disable_grandpa()
	}

	fn dev_key_seed(&self, is_dev: bool) -> Result<Option<String>> {
		Ok(is_dev.then(|| DEV_VALIDATOR.to_owned()))
	}

	fn state_pruning(&self) -> Result<Option<PruningMode>> {
		if self.archive {
			Ok(Some(PruningMode::ArchiveAll))
		} else {
			self.base.state_pruning()
		}
	}

	fn blocks_pruning(&self) -> Result<BlocksPruning> {
		if self.archive {
			Ok(BlocksPruning::KeepAll)
		} else {
			self.base.blocks_pruning()
		}
	}

	fn transaction_pool(&self, is_dev: bool) -> Result<TransactionPoolOptions> {
		self.base.transaction_pool(is_dev)
	}

	fn max_runtime_instances(&self) -> Result<Option<usize>> {
		self.base.max_runtime_instances()
	}

	fn runtime_cache_size(&self) -> Result<u8> {
		self.base.runtime_cache_size()
	}

	fn telemetry_endpoints(&self, chain_spec: &Box<dyn ChainSpec>) -> Result<Option<TelemetryEndpoints>> {
		self.base.telemetry_endpoints(chain_spec)
	}

	fn prometheus_config(
		&self,
		port: u16,
		chain_spec: &Box<dyn ChainSpec>,
	) -> Result<Option<PrometheusConfig>> {
		self.base.prometheus_config(port, chain_spec)
	}

	/// The SDK's, and a missing node key named with the command that makes it.
	fn node_key(&self, net_config_dir: &PathBuf) -> Result<NodeKeyConfig> {
		self.base.node_key(net_config_dir).map_err(|error| match error {
			Error::NetworkKeyNotFound(path) => {
				Error::Application(no_node_key(&path, &self.base.shared_params, self.network()).into())
			}
			other => other,
		})
	}

	/// The SDK's, with the same plain TCP in every role, no announcing of oneself on the local link, and
	/// private addresses allowed also on the consortium's chain, since its nodes meet in a private network.
	fn network_config(
		&self,
		chain_spec: &Box<dyn ChainSpec>,
		is_dev: bool,
		is_validator: bool,
		net_config_dir: PathBuf,
		client_id: &str,
		node_name: &str,
		node_key: NodeKeyConfig,
		default_listen_port: u16,
	) -> Result<NetworkConfiguration> {
		let params = self.network();
		let mut config = self.base.network_config(
			chain_spec,
			is_dev,
			is_validator,
			net_config_dir,
			client_id,
			node_name,
			node_key,
			default_listen_port,
		)?;
		if params.listen_addr.is_empty() {
			let port = Protocol::Tcp(params.port.unwrap_or(default_listen_port));
			config.listen_addresses = [Protocol::Ip6([0u16; 8].into()), Protocol::Ip4([0; 4].into())]
				.map(|ip| Multiaddr::empty().with(ip).with(port.clone()))
				.to_vec();
		}
		config.transport = TransportConfig::Normal {
			enable_mdns: params.discover_local && !params.no_mdns,
			allow_private_ip: !params.no_private_ip,
		};
		config.allow_non_globals_in_dht = !params.no_private_ip;
		Ok(config)
	}

	/// The SDK's, except that a taken port is an error: a node on another port than it was told would be
	/// looked for in vain.
	fn rpc_addr(&self, default_listen_port: u16) -> Result<Option<Vec<RpcEndpoint>>> {
		let mut endpoints = self.base.rpc_addr(default_listen_port)?;
		endpoints.iter_mut().flatten().for_each(|endpoint| endpoint.retry_random_port = false);
		Ok(endpoints)
	}

	fn rpc_methods(&self) -> Result<sc_service::config::RpcMethods> {
		self.base.rpc_methods()
	}

	fn rpc_cors(&self, is_dev: bool) -> Result<Option<Vec<String>>> {
		self.base.rpc_cors(is_dev)
	}

	fn rpc_max_connections(&self) -> Result<u32> {
		self.base.rpc_max_connections()
	}

	fn rpc_max_request_size(&self) -> Result<u32> {
		self.base.rpc_max_request_size()
	}

	fn rpc_max_response_size(&self) -> Result<u32> {
		self.base.rpc_max_response_size()
	}

	fn rpc_max_subscriptions_per_connection(&self) -> Result<u32> {
		self.base.rpc_max_subscriptions_per_connection()
	}

	fn rpc_buffer_capacity_per_connection(&self) -> Result<u32> {
		self.base.rpc_buffer_capacity_per_connection()
	}

	fn rpc_batch_config(&self) -> Result<RpcBatchRequestConfig> {
		self.base.rpc_batch_config()
	}

	fn rpc_rate_limit(&self) -> Result<Option<NonZeroU32>> {
		self.base.rpc_rate_limit()
	}

	fn rpc_rate_limit_whitelisted_ips(&self) -> Result<Vec<IpNetwork>> {
		self.base.rpc_rate_limit_whitelisted_ips()
	}

	fn rpc_rate_limit_trust_proxy_headers(&self) -> Result<bool> {
		self.base.rpc_rate_limit_trust_proxy_headers()
	}
}

/// What a validator without node key is told.
fn no_node_key(path: &std::path::Path, shared: &SharedParams, network: &NetworkParams) -> String {
	let program = executable();
	let chain = shared.chain.as_deref().unwrap_or("CHAIN");
	let place = match (&network.node_key_params.node_key_file, &shared.base_path) {
		(Some(file), _) => format!("--file {}", file.display()),
		(None, Some(base_path)) => format!("--base-path {}", base_path.display()),
		(None, None) => "--default-base-path".to_owned(),
	};
	format!(
		"this validator has no node key: {} does not exist. Others reach it under the identity that the key \
		 gives, and the chain's registry of nodes names it, so it is made once and kept:\n  {program} key \
		 generate-node-key --chain {chain} {place}\nFor a network that is thrown away, \
		 --unsafe-force-node-key-generation makes one at the start",
		path.display(),
	)
}

impl SubstrateCli for Cli {
	fn impl_name() -> String {
		"Trimast node".into()
	}

	fn impl_version() -> String {
		env!("CARGO_PKG_VERSION").into()
	}

	fn description() -> String {
		"Runs a node of the Trimast chain: validator, full node or archive node.".into()
	}

	fn author() -> String {
		env!("CARGO_PKG_AUTHORS").into()
	}

	fn support_url() -> String {
		concat!(env!("CARGO_PKG_REPOSITORY"), "/issues").into()
	}

	fn copyright_start_year() -> i32 {
		2026
	}

	fn load_spec(&self, id: &str) -> std::result::Result<Box<dyn ChainSpec>, String> {
		chain_spec::load(id).map(|spec| Box::new(spec) as Box<dyn ChainSpec>)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::CommandFactory;

	fn parse(line: &str) -> std::result::Result<Cli, clap::Error> {
		Cli::try_parse_from(std::iter::once("trimast-node").chain(line.split_whitespace()))
	}

	fn refusal(line: &str) -> String {
		parse(line).unwrap().run.check().unwrap_err().to_string()
	}

	#[test]
	fn command_line_is_sound() {
		Cli::command().debug_assert();
	}

	#[test]
	fn defaults_are_ours() {
		let run = parse("--chain local").unwrap().run;
		assert!(matches!(run.rpc_methods().unwrap(), sc_service::config::RpcMethods::Safe));
		assert_eq!(run.rpc_rate_limit().unwrap().map(NonZeroU32::get), Some(6_000));
		assert!(matches!(run.rpc_batch_config().unwrap(), RpcBatchRequestConfig::Limit(128)));
		assert_eq!(run.trie_cache_maximum_size().unwrap(), Some(512 * 1024 * 1024));
		assert!(!run.offchain_worker(&Role::Authority).unwrap().enabled);
		let pool = &run.base.pool_config;
		assert_eq!((pool.pool_limit, pool.pool_kbytes, pool.tx_ban_seconds), (16_384, 65_536, Some(5)));
		assert_eq!(run.base.network_params.in_peers_light, 0);
		assert!(run.rpc_addr(9944).unwrap().unwrap().iter().all(|endpoint| !endpoint.retry_random_port));
		assert!(run.check().is_ok());
	}

	#[test]
	fn what_is_given_goes_before_defaults() {
		let line = "--chain local --rpc-methods unsafe --rpc-rate-limit 7 --pool-limit 9 --pool-kbytes 8 \
			--tx-ban-seconds 6 --rpc-disable-batch-requests --rpc-rate-limit-whitelisted-ips 127.0.0.1/32";
		let run = parse(line).unwrap().run;
		assert!(matches!(run.rpc_methods().unwrap(), sc_service::config::RpcMethods::Unsafe));
		assert_eq!(run.rpc_rate_limit().unwrap().map(NonZeroU32::get), Some(7));
		assert!(matches!(run.rpc_batch_config().unwrap(), RpcBatchRequestConfig::Disabled));
		assert_eq!(run.rpc_rate_limit_whitelisted_ips().unwrap().len(), 1);
		let pool = &run.base.pool_config;
		assert_eq!((pool.pool_limit, pool.pool_kbytes, pool.tx_ban_seconds), (9, 8, Some(6)));
	}

	#[test]
	fn archive_keeps_everything() {
		for line in ["--archive", "--state-pruning archive --blocks-pruning archive"] {
			let run = parse(line).unwrap().run;
			assert!(matches!(run.state_pruning().unwrap(), Some(PruningMode::ArchiveAll)), "{line}");
			assert!(matches!(run.blocks_pruning().unwrap(), BlocksPruning::KeepAll), "{line}");
			assert!(run.check().is_ok());
		}
		assert!(parse("--archive --state-pruning 100").is_err());
	}

	#[test]
	fn dev_has_the_keys_of_its_preset() {
		let run = parse("--dev").unwrap().run;
		assert_eq!(run.dev_key_seed(true).unwrap().as_deref(), Some("//carrier-one//validator"));
		assert_eq!(run.chain_id(true).unwrap(), "dev");
		assert!(run.role(true).unwrap().is_authority());
		assert_eq!(run.dev_key_seed(false).unwrap(), None);
	}

	#[test]
	fn check_fails_when_the_chain_does_not_offer_it() {
		assert!(refusal("--chain local --alice").contains("not those of this chain"));
		assert!(refusal("--chain local --network-backend libp2p").contains("litep2p"));
		assert!(refusal("--chain local --pool-type single-state").contains("fork-aware"));
		assert!(refusal("--chain local --validator --no-grandpa").contains("finality"));
		assert!(refusal("--chain local --archive --sync warp").contains("archive"));
		assert!(refusal("--chain local --state-pruning archive --sync warp").contains("archive"));
	}

	#[test]
	fn missing_node_key_names_the_command_that_makes_it() {
		let folder = tempfile::tempdir().unwrap();
		let network = folder.path().join("network");
		let missing = |line: &str| parse(line).unwrap().run.node_key(&network).unwrap_err().to_string();
		let words = missing("--chain local --validator --base-path /srv/x");
		assert!(words.contains("key generate-node-key --chain local --base-path /srv/x"), "{words}");
		let words = missing("--chain local --validator --node-key-file /srv/key");
		assert!(words.contains("key generate-node-key --chain local --file /srv/key"), "{words}");
		for line in ["--chain local", "--chain local --validator --unsafe-force-node-key-generation", "--dev"]
		{
			assert!(parse(line).unwrap().run.node_key(&network).is_ok(), "{line}");
		}
	}

	#[test]
	fn node_key_in_a_base_path_needs_the_chain() {
		assert!(parse("key generate-node-key --base-path /srv/x").is_err());
		assert!(parse("key generate-node-key --base-path /srv/x --chain local").is_ok());
		assert!(parse("key generate-node-key --file /srv/key").is_ok());
	}

	#[test]
	fn subcommands_have_their_names() {
		for line in [
			"chain-spec --chain local",
			"build-spec --chain local --raw --disable-default-bootnode",
			"check-block 1 --chain local",
			"export --chain local",
			"export-blocks --chain local",
			"import-blocks --chain local",
			"export-state --chain local",
			"revert 1 --chain local",
			"purge --chain local",
			"purge-chain --chain local",
			"chain-info --chain local",
			"key inspect //x",
		] {
			assert!(parse(line).unwrap().subcommand.is_some(), "{line}");
		}
	}
}
