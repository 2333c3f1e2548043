// SPDX-License-Identifier: Apache-2.0

//! Ties together what a node is made of: client and database, pool, network, authorship, finality, JSON-RPC.

use crate::{
	checks::{self, SessionKeys},
	fake_runtime_api::RuntimeApi,
	import::ProofHeaders,
	metrics,
	opaque::Block,
	pool, rpc, settings,
};
use futures::FutureExt;
use sc_client_api::Backend as _;
use sc_consensus::{DefaultImportQueue, LongestChain};
use sc_consensus_aura::{CompatibilityMode, ImportQueueParams, StartAuraParams};
use sc_consensus_grandpa::{
	warp_proof::NetworkProvider, FinalityProofProvider, GrandpaBlockImport, GrandpaParams,
	GrandpaPruningFilter, LinkHalf, SharedVoterState,
};
use sc_executor::WasmExecutor;
use sc_network::{config::FullNetworkConfiguration, Litep2pNetworkBackend, NetworkBackend};
use sc_service::{
	error::Error, BuildNetworkParams, Configuration, GenesisBlockBuilder, KeystoreContainer,
	PartialComponents, SpawnTasksParams, TaskManager, WarpSyncConfig,
};
use sc_telemetry::{Telemetry, TelemetryWorker};
use sc_transaction_pool::Options;
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_consensus_aura::{
	inherents::InherentDataProvider as SlotProvider, sr25519::AuthorityPair as AuraPair, AuraApi,
	SlotDuration,
};
use sp_consensus_grandpa::GrandpaApi;
use sp_timestamp::InherentDataProvider as TimeProvider;
use std::sync::Arc;
use trimast_primitives::Hash;

/// Executes the runtime, with the host functions that every Substrate node has and none of our own.
type Executor = WasmExecutor<sp_io::SubstrateHostFunctions>;
/// The client: blocks, state, runtime calls.
pub(crate) type FullClient = sc_service::TFullClient<Block, RuntimeApi, Executor>;
/// The database behind it.
pub(crate) type FullBackend = sc_service::TFullBackend<Block>;
/// Which block to build on: the one on the longest chain.
type SelectChain = LongestChain<FullBackend, Block>;
type BlockImport = GrandpaBlockImport<FullBackend, Block, FullClient, SelectChain>;

/// The parts of a node that commands without network need, too.
pub(crate) type Partial = PartialComponents<
	FullClient,
	FullBackend,
	SelectChain,
	DefaultImportQueue<Block>,
	// What needs no network needs no pool.
	(),
	(BlockImport, LinkHalf<Block, FullClient, SelectChain>, Option<Telemetry>),
>;

/// Opens the database and makes client, pool and import queue.
///
/// # Errors
///
/// The base path holds another chain than the spec says, or anything that the SDK finds wrong.
pub(crate) fn new_partial(config: &Configuration) -> Result<Partial, Error> {
	let telemetry = config
		.telemetry_endpoints
		.clone()
		.filter(|endpoints| !endpoints.is_empty())
		.map(|endpoints| -> Result<_, sc_telemetry::Error> {
			let worker = TelemetryWorker::new(16)?;
			let telemetry = worker.handle().new_telemetry(endpoints);
			Ok((worker, telemetry))
		})
		.transpose()?;

	let executor = executor(config)?;
	let (backend, genesis) = open_database(config, &executor)?;
	let (client, backend, keystore_container, task_manager) =
		sc_service::new_full_parts_with_genesis_builder::<Block, RuntimeApi, _, _>(
			config,
			telemetry.as_ref().map(|(_, telemetry)| telemetry.handle()),
			executor,
			backend,
			genesis,
			// No storage proofs are recorded: this chain is nobody's parachain.
			false,
		)?;
	let client = Arc::new(client);
	let telemetry = telemetry.map(|(worker, telemetry)| {
		task_manager.spawn_handle().spawn("telemetry", None, worker.run());
		telemetry
	});

	let select_chain = LongestChain::new(backend.clone());
	let (block_import, grandpa_link) = sc_consensus_grandpa::block_import(
		client.clone(),
		settings::JUSTIFICATION_PERIOD,
		&client,
		select_chain.clone(),
		telemetry.as_ref().map(Telemetry::handle),
	)?;

	let slot_duration = sc_consensus_aura::slot_duration(&*client)?;
	let import_queue = sc_consensus_aura::import_queue::<AuraPair, _, _, _, _, _>(ImportQueueParams {
		block_import: ProofHeaders(block_import.clone()),
		justification_import: Some(Box::new(block_import.clone())),
		client: client.clone(),
		create_inherent_data_providers: move |_, ()| async move { Ok(inherents_now(slot_duration)) },
		spawner: &task_manager.spawn_essential_handle(),
		registry: config.prometheus_registry(),
		check_for_equivocation: settings::CHECK_FOR_EQUIVOCATION,
		telemetry: telemetry.as_ref().map(Telemetry::handle),
		compatibility_mode: CompatibilityMode::None,
	})?;

	Ok(PartialComponents {
		client,
		backend,
		task_manager,
		import_queue,
		keystore_container,
		select_chain,
		transaction_pool: Arc::new(()),
		other: (block_import, grandpa_link, telemetry),
	})
}

/// What runs the runtime. What it has compiled is kept in the base path, so that a start need not compile it anew, which takes
/// some twelve seconds of a core.
fn executor(config: &Configuration) -> Result<Executor, Error> {
	let settings = &config.executor;
	Ok(Executor::builder()
		.with_execution_method(settings.wasm_method)
		.with_max_runtime_instances(settings.max_runtime_instances)
		.with_runtime_cache_size(settings.runtime_cache_size)
		.with_cache_path(std::path::absolute(config.base_path.path())?.join("runtimes"))
		.build())
}

/// Opens the database, and fails when it holds another chain. The SDK would go on with whatever is there.
fn open_database(
	config: &Configuration,
	executor: &Executor,
) -> Result<(Arc<FullBackend>, GenesisBlockBuilder<Block, FullBackend, Executor>), Error> {
	let storage = config.chain_spec.as_storage_builder().build_storage().map_err(Error::Other)?;
	let expected = checks::genesis_hash(&storage, executor)?;
	let mut database = config.db_config();
	// A node that prunes blocks keeps those with a justification: others warp-sync from it, and proofs of
	// finality need them.
	database.pruning_filters = vec![Arc::new(GrandpaPruningFilter)];
	let backend = sc_service::new_db_backend(database)?;
	checks::same_genesis(backend.blockchain().info().genesis_hash, expected, config).map_err(Error::Other)?;
	let genesis = GenesisBlockBuilder::new_with_storage(
		storage,
		!config.no_genesis(),
		backend.clone(),
		executor.clone(),
	)?;
	Ok((backend, genesis))
}

/// What the node tells the runtime in each block: slot and time.
fn inherents_now(slot_duration: SlotDuration) -> (SlotProvider, TimeProvider) {
	let time = TimeProvider::from_system_time();
	(SlotProvider::from_timestamp_and_slot_duration(*time, slot_duration), time)
}

/// Starts a node.
///
/// # Errors
///
/// A validator's keystore cannot do its work, or anything that the SDK finds wrong.
pub(crate) fn new_full(config: Configuration, pool: Options) -> Result<TaskManager, Error> {
	let role = config.role;
	// Before anything is started. With --dev the SDK makes the keys further below.
	let session_keys = if role.is_authority() && config.dev_key_seed.is_none() {
		let keystore = KeystoreContainer::new(&config.keystore)?.keystore();
		Some(SessionKeys::of(&*keystore).map_err(|mistake| Error::Application(Box::new(mistake)))?)
	} else {
		None
	};
	let Partial {
		client,
		backend,
		mut task_manager,
		import_queue,
		keystore_container,
		select_chain,
		other: (block_import, grandpa_link, mut telemetry),
		..
	} = new_partial(&config)?;
	let transaction_pool = pool::build(&config, pool, &client, &task_manager);

	let keystore = keystore_container.keystore();
	if let Some(keys) = session_keys {
		advise(&client, &keys);
	}

	let genesis_hash = client.info().genesis_hash;
	let prometheus = config.prometheus_registry().cloned();
	let mut net_config = FullNetworkConfiguration::<Block, Hash, Litep2pNetworkBackend>::new(
		&config.network,
		prometheus.clone(),
	);
	let net_metrics = <Litep2pNetworkBackend as NetworkBackend<Block, Hash>>::register_notification_metrics(
		prometheus.as_ref(),
	);
	let grandpa_protocol = sc_consensus_grandpa::protocol_standard_name(&genesis_hash, &config.chain_spec);
	let (grandpa_peers, grandpa_notifications) =
		sc_consensus_grandpa::grandpa_peers_set_config::<Block, Litep2pNetworkBackend>(
			grandpa_protocol.clone(),
			net_metrics.clone(),
			net_config.peer_store_handle(),
		);
	net_config.add_notification_protocol(grandpa_peers);
	let warp_sync = Arc::new(NetworkProvider::new(
		backend.clone(),
		grandpa_link.shared_authority_set().clone(),
		Vec::new(),
	));

	let (network, system_rpc_tx, tx_handler_controller, sync_service, _) =
		sc_service::build_network(BuildNetworkParams {
			config: &config,
			net_config,
			client: client.clone(),
			transaction_pool: transaction_pool.clone(),
			spawn_handle: task_manager.spawn_handle(),
			spawn_essential_handle: task_manager.spawn_essential_handle(),
			import_queue,
			block_announce_validator_builder: None,
			warp_sync_config: Some(WarpSyncConfig::WithProvider(warp_sync)),
			block_relay: None,
			metrics: net_metrics,
			gap_sync_body_policy: None,
		})?;

	if config.offchain_worker.enabled {
		let workers = sc_offchain::OffchainWorkers::new(sc_offchain::OffchainWorkerOptions {
			runtime_api_provider: client.clone(),
			is_validator: role.is_authority(),
			keystore: Some(keystore.clone()),
			offchain_db: backend.offchain_storage(),
			transaction_pool: Some(OffchainTransactionPoolFactory::new(transaction_pool.clone())),
			network_provider: Arc::new(network.clone()),
			enable_http_requests: false,
			custom_extensions: |_| Vec::new(),
		})?;
		task_manager.spawn_handle().spawn(
			"offchain-workers-runner",
			"offchain-worker",
			workers.run(client.clone(), task_manager.spawn_handle()).boxed(),
		);
	}
	if let Some(registry) = &prometheus {
		metrics::start(registry, client.clone(), &task_manager)?;
	}

	let name = config.network.node_name.clone();
	let force_authoring = config.force_authoring;
	let votes = !config.disable_grandpa;
	let shared_voter_state = SharedVoterState::empty();
	let rpc_builder = {
		let client = client.clone();
		let pool = transaction_pool.clone();
		let finality = rpc::Finality {
			authority_set: grandpa_link.shared_authority_set().clone(),
			voter_state: shared_voter_state.clone(),
			justifications: grandpa_link.justification_stream(),
			proofs: FinalityProofProvider::new_for_service(
				backend.clone(),
				Some(grandpa_link.shared_authority_set().clone()),
			),
		};
		Box::new(move |executor| {
			rpc::build(client.clone(), pool.clone(), finality.clone(), executor)
				.map_err(|error| Error::Application(Box::new(error)))
		})
	};
	let _rpc_handlers = sc_service::spawn_tasks(SpawnTasksParams {
		config,
		client: client.clone(),
		backend,
		task_manager: &mut task_manager,
		keystore: keystore.clone(),
		transaction_pool: transaction_pool.clone(),
		rpc_builder,
		network: network.clone(),
		system_rpc_tx,
		tx_handler_controller,
		sync_service: sync_service.clone(),
		telemetry: telemetry.as_mut(),
		tracing_execute_block: None,
	})?;

	if role.is_authority() {
		let mut proposer = sc_basic_authorship::ProposerFactory::new(
			task_manager.spawn_handle(),
			client.clone(),
			transaction_pool.clone(),
			prometheus.as_ref(),
			telemetry.as_ref().map(Telemetry::handle),
		);
		proposer.set_default_block_size_limit(settings::BLOCK_SIZE_LIMIT);
		proposer.set_soft_deadline(settings::SOFT_DEADLINE);
		let slot_duration = sc_consensus_aura::slot_duration(&*client)?;
		let author =
			sc_consensus_aura::start_aura::<AuraPair, _, _, _, _, _, _, _, _, _, _>(StartAuraParams {
				slot_duration,
				client: client.clone(),
				select_chain,
				block_import,
				proposer_factory: proposer,
				sync_oracle: sync_service.clone(),
				justification_sync_link: sync_service.clone(),
				create_inherent_data_providers: move |_, ()| async move { Ok(inherents_now(slot_duration)) },
				force_authoring,
				backoff_authoring_blocks: Some(settings::backoff()),
				keystore: keystore.clone(),
				block_proposal_slot_portion: settings::proposal_slot_portion(),
				max_block_proposal_slot_portion: settings::longest_proposal_slot_portion(),
				telemetry: telemetry.as_ref().map(Telemetry::handle),
				compatibility_mode: CompatibilityMode::None,
			})?;
		// Without its author a validator is none: the node ends when the author does.
		task_manager.spawn_essential_handle().spawn_blocking("aura", Some("block-authoring"), author);
	}

	if votes {
		// Full nodes run the voter without keys: it follows the votes and finalises, as validators do.
		let grandpa = sc_consensus_grandpa::run_grandpa_voter(GrandpaParams {
			config: sc_consensus_grandpa::Config {
				gossip_duration: settings::GOSSIP_DURATION,
				justification_generation_period: settings::JUSTIFICATION_PERIOD,
				name: Some(name),
				observer_enabled: false,
				keystore: role.is_authority().then_some(keystore),
				local_role: role,
				telemetry: telemetry.as_ref().map(Telemetry::handle),
				protocol_name: grandpa_protocol,
			},
			link: grandpa_link,
			network,
			sync: sync_service,
			notification_service: grandpa_notifications,
			voting_rule: settings::voting_rule(),
			prometheus_registry: prometheus,
			shared_voter_state,
			telemetry: telemetry.as_ref().map(Telemetry::handle),
			offchain_tx_pool_factory: OffchainTransactionPoolFactory::new(transaction_pool),
		})?;
		task_manager.spawn_essential_handle().spawn_blocking("grandpa-voter", None, grandpa);
	}

	Ok(task_manager)
}

/// Says what the operator of a validator should know about its session keys.
fn advise(client: &Arc<FullClient>, keys: &SessionKeys) {
	let best = client.info().best_hash;
	let api = client.runtime_api();
	// Without state (in the middle of a warp sync) it is not known who the chain's authorities are.
	let (Ok(aura), Ok(grandpa)) = (api.authorities(best), api.grandpa_authorities(best)) else { return };
	let aura: Vec<_> = aura.into_iter().map(Into::into).collect();
	let grandpa: Vec<_> = grandpa.into_iter().map(|(key, _)| key.into()).collect();
	if let Some(advice) = keys.advice(&aura, &grandpa) {
		log::warn!("⚠️  {advice}.");
	}
}
