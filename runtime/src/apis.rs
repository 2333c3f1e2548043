// SPDX-License-Identifier: Apache-2.0
//! What nodes and people may ask of the runtime.

use crate::{
	genesis, AccountId, Block, ConfigGuard, Dispatch, Energy, Executive, Federation, Grandpa,
	InherentDataExt, Nonce, Runtime, RuntimeGenesisConfig, SessionKeys, Sites, System, SLOT_MILLIS, VERSION,
};
use alloc::{string::String, vec::Vec};
use frame_support::{
	genesis_builder_helper::{build_state, get_preset},
	view_functions::{ViewFunctionDispatchError, ViewFunctionId},
};
use sp_api::impl_runtime_apis;
use sp_consensus_aura::sr25519::AuthorityId as AuraId;
use sp_consensus_grandpa::AuthorityId as GrandpaId;
use sp_core::OpaqueMetadata;
use sp_inherents::{CheckInherentsResult, InherentData};
use sp_runtime::{
	traits::{Block as BlockT, NumberFor},
	transaction_validity::{TransactionSource, TransactionValidity},
	ApplyExtrinsicResult, ExtrinsicInclusionMode,
};
use sp_session::OpaqueGeneratedSessionKeys;
use sp_version::RuntimeVersion;
use trimast_primitives::{
	apis::{
		AccountView, AmendmentView, BaselineHeadView, BaselinePageView, BaselineView, BidderView, BranchView,
		CoverageView, DifferenceView, DispatchSummaryView, EnactmentView, EnergyCellView, EnergyLineView,
		EnergyPlanPagesView, EnergyPlansView, EnergyProvinceSavingsView, EnergyProvinceTotalsView,
		EnergyReportView, EnergyRulesView, EnergySavingsView, EnergySleptView, EnergyTariffView,
		EnergyTotalView, ExportView, FactsView, ItemView, LocalNetworkView, MotionView, NodeView,
		OrderFilter, OrderRulesView, OrderView, OrdersView, OrgView, OutageView, PageCoverageView,
		PageDifferenceView, ParameterView, PastPlace, PauseView, PolicyDefectView, PolicyPart, PolicyRunView,
		PolicyView, QuestionView, ReconciliationView, RefusalView, RequestView, ResourceView, ResourcesView,
		RoundView, ScoreView, SiteView, StatementView, SubjectMotionView, SummaryView, SweepView,
		TerritoryView, TestimonyView, UnservedView, VerdictView, ViolationView,
	},
	cells::{ParamId, ParamKey},
	energy::{FactorVersion, WindowRules},
	inventory::Digest,
	matter::MotionDefect,
	order::{Order, Record, ResponsibilityTable},
	page::SiteId,
	params::{ParameterBounds, Parameters},
	plan::{Plan, Round},
	site::StationCode,
	Hash, LocalNetworkId, Moment, OrgId, ProvinceId,
};

impl_runtime_apis! {
	impl sp_api::Core<Block> for Runtime {
		fn version() -> RuntimeVersion {
			VERSION
		}

		fn execute_block(block: <Block as BlockT>::LazyBlock) {
			Executive::execute_block(block)
		}

		fn initialize_block(header: &<Block as BlockT>::Header) -> ExtrinsicInclusionMode {
			Executive::initialize_block(header)
		}
	}

	impl sp_api::Metadata<Block> for Runtime {
		fn metadata() -> OpaqueMetadata {
			OpaqueMetadata::new(Runtime::metadata().into())
		}

		fn metadata_at_version(version: u32) -> Option<OpaqueMetadata> {
			Runtime::metadata_at_version(version)
		}

		fn metadata_versions() -> Vec<u32> {
			Runtime::metadata_versions()
		}
	}

	impl frame_support::view_functions::runtime_api::RuntimeViewFunction<Block> for Runtime {
		fn execute_view_function(id: ViewFunctionId, input: Vec<u8>) -> Result<Vec<u8>, ViewFunctionDispatchError> {
			Runtime::execute_view_function(id, input)
		}
	}

	impl sp_block_builder::BlockBuilder<Block> for Runtime {
		fn apply_extrinsic(extrinsic: <Block as BlockT>::Extrinsic) -> ApplyExtrinsicResult {
			Executive::apply_extrinsic(extrinsic)
		}

		fn finalize_block() -> <Block as BlockT>::Header {
			Executive::finalize_block()
		}

		fn inherent_extrinsics(data: InherentData) -> Vec<<Block as BlockT>::Extrinsic> {
			data.create_extrinsics()
		}

		fn check_inherents(block: <Block as BlockT>::LazyBlock, data: InherentData) -> CheckInherentsResult {
			data.check_extrinsics(&block)
		}
	}

	impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
		fn validate_transaction(
			source: TransactionSource,
			tx: <Block as BlockT>::Extrinsic,
			block_hash: <Block as BlockT>::Hash,
		) -> TransactionValidity {
			Executive::validate_transaction(source, tx, block_hash)
		}
	}

	impl sp_offchain::OffchainWorkerApi<Block> for Runtime {
		fn offchain_worker(header: &<Block as BlockT>::Header) {
			Executive::offchain_worker(header)
		}
	}

	impl sp_consensus_aura::AuraApi<Block, AuraId> for Runtime {
		fn slot_duration() -> sp_consensus_aura::SlotDuration {
			sp_consensus_aura::SlotDuration::from_millis(SLOT_MILLIS)
		}

		fn authorities() -> Vec<AuraId> {
			pallet_aura::Authorities::<Runtime>::get().into_inner()
		}
	}

	impl sp_session::SessionKeys<Block> for Runtime {
		fn generate_session_keys(owner: Vec<u8>, seed: Option<Vec<u8>>) -> OpaqueGeneratedSessionKeys {
			SessionKeys::generate(&owner, seed).into()
		}

		fn decode_session_keys(encoded: Vec<u8>) -> Option<Vec<(Vec<u8>, sp_core::crypto::KeyTypeId)>> {
			SessionKeys::decode_into_raw_public_keys(&encoded)
		}
	}

	impl sp_consensus_grandpa::GrandpaApi<Block> for Runtime {
		fn grandpa_authorities() -> sp_consensus_grandpa::AuthorityList {
			Grandpa::grandpa_authorities()
		}

		fn current_set_id() -> sp_consensus_grandpa::SetId {
			pallet_grandpa::CurrentSetId::<Runtime>::get()
		}

		fn submit_report_equivocation_unsigned_extrinsic(
			_: sp_consensus_grandpa::EquivocationProof<<Block as BlockT>::Hash, NumberFor<Block>>,
			_: sp_consensus_grandpa::OpaqueKeyOwnershipProof,
		) -> Option<()> {
			None
		}

		fn generate_key_ownership_proof(
			_: sp_consensus_grandpa::SetId,
			_: GrandpaId,
		) -> Option<sp_consensus_grandpa::OpaqueKeyOwnershipProof> {
			None
		}
	}

	impl frame_system_rpc_runtime_api::AccountNonceApi<Block, AccountId, Nonce> for Runtime {
		fn account_nonce(account: AccountId) -> Nonce {
			System::account_nonce(account)
		}
	}

	impl sp_genesis_builder::GenesisBuilder<Block> for Runtime {
		fn build_state(config: Vec<u8>) -> sp_genesis_builder::Result {
			build_state::<RuntimeGenesisConfig>(config)
		}

		fn get_preset(id: &Option<sp_genesis_builder::PresetId>) -> Option<Vec<u8>> {
			get_preset::<RuntimeGenesisConfig>(id, genesis::get_preset)
		}

		fn preset_names() -> Vec<sp_genesis_builder::PresetId> {
			genesis::preset_names()
		}
	}

	impl trimast_primitives::apis::FederationApi<Block> for Runtime {
		fn orgs() -> Vec<OrgView> {
			Federation::orgs()
		}

		fn account(account: AccountId) -> Option<AccountView> {
			Federation::account(account)
		}

		fn accounts(org: OrgId, after: Option<AccountId>, limit: u32) -> Vec<AccountView> {
			Federation::accounts(org, after, limit)
		}

		fn branches(org: OrgId, after: Option<u16>, limit: u32) -> Vec<BranchView> {
			Federation::branches(org, after, limit)
		}

		fn nodes(after: Option<String>, limit: u32) -> Vec<NodeView> {
			Federation::nodes(after, limit)
		}

		fn motions(after: Option<u32>, limit: u32) -> Vec<MotionView> {
			Federation::motions(after, limit)
		}

		fn motion_defect(call: Vec<u8>, ayes: u32) -> Option<MotionDefect> {
			Federation::motion_defect(call, ayes)
		}

		fn enactments(after: Option<u32>, limit: u32) -> Vec<EnactmentView> {
			Federation::enactments(after, limit)
		}

		fn subject_motions() -> Vec<SubjectMotionView> {
			Federation::subject_motions()
		}

		fn pause() -> PauseView {
			Federation::pause_in_force()
		}

		fn parameters() -> Parameters {
			Federation::parameters_in_force()
		}

		fn parameter_bounds() -> ParameterBounds {
			Federation::parameter_bounds()
		}
	}

	impl trimast_primitives::apis::SitesApi<Block> for Runtime {
		fn local_networks(after: Option<LocalNetworkId>, limit: u32) -> Vec<LocalNetworkView> {
			Sites::local_networks(after, limit)
		}

		fn stations(local_network: LocalNetworkId, from: u32, limit: u32) -> Vec<SiteView> {
			Sites::stations(local_network, from, limit)
		}

		fn station(id: SiteId) -> Option<SiteView> {
			Sites::station(id)
		}

		fn find(local_network: LocalNetworkId, code: StationCode) -> Option<SiteView> {
			Sites::find(local_network, code)
		}

		fn page_digest(local_network: LocalNetworkId, page: u16) -> Option<Hash> {
			Sites::page_digest(local_network, page)
		}

		fn station_digest(id: SiteId) -> Option<Hash> {
			Sites::station_digest(id)
		}

		fn amendments(after: Option<SiteId>, limit: u32) -> Vec<AmendmentView> {
			Sites::amendments(after, limit)
		}

		fn reconciliation(local_network: LocalNetworkId) -> Option<ReconciliationView> {
			Sites::reconciliation(local_network)
		}

		fn revealed_digests(local_network: LocalNetworkId, org: OrgId, from: u16, limit: u32) -> Vec<Digest> {
			Sites::revealed_digests(local_network, org, from, limit)
		}

		fn differences(local_network: LocalNetworkId, page: u16) -> Vec<DifferenceView> {
			Sites::differences(local_network, page)
		}
	}

	impl trimast_primitives::apis::ConfigGuardApi<Block> for Runtime {
		fn catalogue(after: Option<ParamId>, limit: u32) -> Vec<ParameterView> {
			ConfigGuard::catalogue_page(after, limit)
		}

		fn baselines(after: Option<LocalNetworkId>, limit: u32) -> Vec<BaselineView> {
			ConfigGuard::baselines(after, limit)
		}

		fn baseline(local_network: LocalNetworkId, from: u16, limit: u32) -> Vec<BaselinePageView> {
			ConfigGuard::baseline(local_network, from, limit)
		}

		fn heads(local_network: LocalNetworkId, from: u16, limit: u32) -> Vec<BaselineHeadView> {
			ConfigGuard::heads(local_network, from, limit)
		}

		fn sweeps(after: Option<u32>, limit: u32) -> Vec<SweepView> {
			ConfigGuard::sweeps(after, limit)
		}

		fn testimonies(local_network: LocalNetworkId) -> Vec<TestimonyView> {
			ConfigGuard::testimony_views(local_network)
		}

		fn unexplained(local_network: LocalNetworkId, from: u16, limit: u32) -> Vec<PageDifferenceView> {
			ConfigGuard::unexplained(local_network, from, limit)
		}

		fn violations(after: Option<u32>, limit: u32) -> Vec<ViolationView> {
			ConfigGuard::violations_after(after, limit)
		}

		fn open_violations(local_network: LocalNetworkId, from: u16, limit: u32) -> Vec<ViolationView> {
			ConfigGuard::open_violations(local_network, from, limit)
		}

		fn violation(id: u32) -> Option<ViolationView> {
			ConfigGuard::violation_view(id)
		}

		fn requests(after: Option<u32>, limit: u32) -> Vec<RequestView> {
			ConfigGuard::requests_after(after, limit)
		}

		fn request(id: u32) -> Option<RequestView> {
			ConfigGuard::request_view(id)
		}

		fn request_items(id: u32, page: u16) -> Vec<ItemView> {
			ConfigGuard::request_items(id, page)
		}

		fn check_change(by: OrgId, local_network: LocalNetworkId, page: u16, items: Vec<(u8, u8, ParamKey, Option<i64>)>, window: (Moment, Moment), emergency: bool) -> Vec<RefusalView> {
			ConfigGuard::check_views(by, local_network, page, items, window, emergency)
		}

		fn coverage(after: Option<LocalNetworkId>, limit: u32) -> Vec<CoverageView> {
			ConfigGuard::coverage_views(after, limit)
		}

		fn page_coverage(local_network: LocalNetworkId, from: u16, limit: u32) -> Vec<PageCoverageView> {
			ConfigGuard::page_coverage_views(local_network, from, limit)
		}

		fn exports(org: OrgId, skip: u32, limit: u32) -> Vec<ExportView> {
			ConfigGuard::export_views(org, skip, limit)
		}

		fn questions(org: OrgId, root: Hash) -> Vec<QuestionView> {
			ConfigGuard::question_views(org, root)
		}

		fn day_scores(day: u16, skip: u32, limit: u32) -> Vec<ScoreView> {
			ConfigGuard::day_score_views(day, skip, limit)
		}

		fn month_scores(month: u16, skip: u32, limit: u32) -> Vec<ScoreView> {
			ConfigGuard::month_score_views(month, skip, limit)
		}

		fn policy() -> PolicyView {
			ConfigGuard::policy_view()
		}

		fn summary() -> SummaryView {
			ConfigGuard::summary()
		}

		fn dry_run_policy(parts: Vec<PolicyPart>, from: PastPlace, limit: u32) -> Result<PolicyRunView, PolicyDefectView> {
			ConfigGuard::dry_run_views(parts, from, limit)
		}
	}

	impl trimast_primitives::apis::DispatchApi<Block> for Runtime {
		fn order(id: u32) -> Option<OrderView> {
			Dispatch::order(id)
		}

		fn orders(filter: OrderFilter, after: Option<u32>, limit: u32) -> OrdersView {
			Dispatch::orders(filter, after, limit)
		}

		fn open_orders(party: OrgId, after: Option<u32>, limit: u32) -> Vec<(u32, Order)> {
			Dispatch::open_orders(party, after, limit)
		}

		fn orders_at(station: SiteId, after: Option<u32>, limit: u32) -> Vec<(u32, Order)> {
			Dispatch::orders_at(station, after, limit)
		}

		fn facts(id: u32) -> Option<FactsView> {
			Dispatch::facts(id)
		}

		fn record(id: u32) -> Option<Record> {
			Dispatch::record(id)
		}

		fn verdict(id: u32) -> Option<VerdictView> {
			Dispatch::verdict(id)
		}

		fn outages(after: Option<LocalNetworkId>, limit: u32) -> Vec<OutageView> {
			Dispatch::outages(after, limit)
		}

		fn statement(month: u16, subject: OrgId) -> StatementView {
			Dispatch::statement(month, subject)
		}

		fn order_rules() -> OrderRulesView {
			Dispatch::order_rules()
		}

		fn responsibility_table(version: u32) -> Option<ResponsibilityTable> {
			Dispatch::responsibility_table(version)
		}

		fn order_lag() -> u32 {
			Dispatch::order_lag()
		}

		fn summary() -> DispatchSummaryView {
			Dispatch::summary()
		}

		fn resource(id: u32) -> Option<ResourceView> {
			Dispatch::resource_view(id)
		}

		fn resources(of: Option<OrgId>, after: Option<u32>, limit: u32) -> ResourcesView {
			Dispatch::resources_view(of, after, limit)
		}

		fn offers_to(org: OrgId, after: Option<u32>, limit: u32) -> Vec<ResourceView> {
			Dispatch::offers_to(org, after, limit)
		}

		fn sent_to(order: u32) -> Option<ResourceView> {
			Dispatch::sent_to(order)
		}

		fn territories(after: Option<LocalNetworkId>, limit: u32) -> Vec<TerritoryView> {
			Dispatch::territories(after, limit)
		}

		fn round(id: u32) -> Option<RoundView> {
			Dispatch::round_view(id)
		}

		fn snapshot(round: u32) -> Option<Round> {
			Dispatch::snapshot(round)
		}

		fn plan(round: u32) -> Option<Plan> {
			Dispatch::plan(round)
		}

		fn unserved(round: u32, after: Option<u32>, limit: u32) -> Vec<UnservedView> {
			Dispatch::unserved_view(round, after, limit)
		}

		fn bidder(round: u32, org: OrgId) -> Option<BidderView> {
			Dispatch::bidder(round, org)
		}
	}

	impl trimast_primitives::apis::EnergyApi<Block> for Runtime {
		fn reports(
			day: u16,
			local_network: LocalNetworkId,
			page: u16,
			owner: OrgId,
		) -> Vec<EnergyReportView> {
			Energy::reports(day, local_network, page, owner)
		}

		fn total(month: u16, local_network: LocalNetworkId, owner: OrgId) -> EnergyTotalView {
			Energy::total(month, local_network, owner)
		}

		fn province_totals(
			month: u16,
			province: ProvinceId,
			owner: Option<OrgId>,
		) -> EnergyProvinceTotalsView {
			Energy::province_totals(month, province, owner)
		}

		fn statement(month: u16, owner: OrgId, payer: OrgId, province: ProvinceId) -> Vec<EnergyLineView> {
			Energy::statement(month, owner, payer, province)
		}

		fn energy_rules(local_network: LocalNetworkId, day: u16) -> EnergyRulesView {
			Energy::energy_rules(local_network, day)
		}

		fn tariffs(province: ProvinceId, month: u16) -> Vec<EnergyTariffView> {
			Energy::tariffs(province, month)
		}

		fn emission_factor(province: ProvinceId, month: u16) -> Option<FactorVersion> {
			Energy::emission_factor(province, month)
		}

		fn emission_factors(province: ProvinceId, month: u16) -> Vec<FactorVersion> {
			Energy::emission_factors(province, month)
		}

		fn saving_plans(after: Option<u32>, limit: u32) -> EnergyPlansView {
			Energy::saving_plans(after, limit)
		}

		fn saving_plans_in(
			local_network: LocalNetworkId,
			after: Option<u32>,
			limit: u32,
		) -> EnergyPlansView {
			Energy::saving_plans_in(local_network, after, limit)
		}

		fn saving_plan(number: u32) -> Option<EnergyPlanPagesView> {
			Energy::saving_plan(number)
		}

		fn savings(month: u16, local_network: LocalNetworkId, owner: OrgId) -> EnergySavingsView {
			Energy::savings(month, local_network, owner)
		}

		fn province_savings(
			month: u16,
			province: ProvinceId,
			owner: Option<OrgId>,
		) -> EnergyProvinceSavingsView {
			Energy::province_savings(month, province, owner)
		}

		fn cell_states(local_network: LocalNetworkId, page: u16) -> Vec<EnergyCellView> {
			Energy::cell_states(local_network, page)
		}

		fn slept_in(local_network: LocalNetworkId, page: u16) -> Vec<EnergySleptView> {
			Energy::slept_in(local_network, page)
		}

		fn window_rules() -> WindowRules {
			Energy::window_rules()
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	impl frame_benchmarking::Benchmark<Block> for Runtime {
		fn benchmark_metadata(
			extra: bool,
		) -> (Vec<frame_benchmarking::BenchmarkList>, Vec<frame_support::traits::StorageInfo>) {
			crate::benchmarks::metadata(extra)
		}

		fn dispatch_benchmark(
			config: frame_benchmarking::BenchmarkConfig,
		) -> Result<Vec<frame_benchmarking::BenchmarkBatch>, String> {
			crate::benchmarks::dispatch(config)
		}
	}

	#[cfg(feature = "try-runtime")]
	impl frame_try_runtime::TryRuntime<Block> for Runtime {
		fn on_runtime_upgrade(
			checks: frame_try_runtime::UpgradeCheckSelect,
		) -> (frame_support::weights::Weight, frame_support::weights::Weight) {
			let weight = Executive::try_runtime_upgrade(checks).expect("a failed upgrade ends the dry run");
			(weight, crate::configs::chain::RuntimeBlockWeights::get().max_block)
		}

		fn execute_block(
			block: <Block as BlockT>::LazyBlock,
			state_root_check: bool,
			signature_check: bool,
			select: frame_try_runtime::TryStateSelect,
		) -> frame_support::weights::Weight {
			Executive::try_execute_block(block, state_root_check, signature_check, select)
				.expect("a failed block ends the dry run")
		}
	}
}
