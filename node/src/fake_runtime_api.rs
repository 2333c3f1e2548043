// SPDX-License-Identifier: Apache-2.0

//! A stand-in for the runtime, for its types alone.
//!
//! The client is generic over a type that implements the runtime APIs which the node calls. All of these
//! calls are encoded and go into the WASM of the block that they ask; nothing here is ever executed.

use crate::opaque::Block;
use sc_cli::RuntimeVersion;
use sp_consensus_aura::{sr25519::AuthorityId as AuraId, SlotDuration};
use sp_consensus_grandpa::{AuthorityId as GrandpaId, AuthorityList, OpaqueKeyOwnershipProof, SetId};
use sp_core::{crypto::KeyTypeId, OpaqueMetadata};
use sp_genesis_builder::PresetId;
use sp_inherents::{CheckInherentsResult, InherentData};
use sp_runtime::{
	traits::{Block as BlockT, NumberFor},
	transaction_validity::{TransactionSource, TransactionValidity},
	ApplyExtrinsicResult, ExtrinsicInclusionMode,
};
use sp_session::OpaqueGeneratedSessionKeys;
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
	AccountId, Hash, LocalNetworkId, Moment, Nonce, OrgId, ProvinceId,
};

/// What every function of the stand-in does. Nobody calls them.
#[allow(dead_code)]
fn never() -> ! {
	unreachable!("runtime APIs are executed in WASM; qed")
}

/// The stand-in. Its only use is as a name for the macro below.
#[allow(dead_code)]
struct Runtime;

sp_api::impl_runtime_apis! {
	impl sp_api::Core<Block> for Runtime {
		fn version() -> RuntimeVersion {
			never()
		}

		fn execute_block(_: <Block as BlockT>::LazyBlock) {
			never()
		}

		fn initialize_block(_: &<Block as BlockT>::Header) -> ExtrinsicInclusionMode {
			never()
		}
	}

	impl sp_api::Metadata<Block> for Runtime {
		fn metadata() -> OpaqueMetadata {
			never()
		}

		fn metadata_at_version(_: u32) -> Option<OpaqueMetadata> {
			never()
		}

		fn metadata_versions() -> Vec<u32> {
			never()
		}
	}

	impl sp_block_builder::BlockBuilder<Block> for Runtime {
		fn apply_extrinsic(_: <Block as BlockT>::Extrinsic) -> ApplyExtrinsicResult {
			never()
		}

		fn finalize_block() -> <Block as BlockT>::Header {
			never()
		}

		fn inherent_extrinsics(_: InherentData) -> Vec<<Block as BlockT>::Extrinsic> {
			never()
		}

		fn check_inherents(_: <Block as BlockT>::LazyBlock, _: InherentData) -> CheckInherentsResult {
			never()
		}
	}

	impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
		fn validate_transaction(
			_: TransactionSource,
			_: <Block as BlockT>::Extrinsic,
			_: <Block as BlockT>::Hash,
		) -> TransactionValidity {
			never()
		}
	}

	impl sp_offchain::OffchainWorkerApi<Block> for Runtime {
		fn offchain_worker(_: &<Block as BlockT>::Header) {
			never()
		}
	}

	impl sp_session::SessionKeys<Block> for Runtime {
		fn generate_session_keys(_: Vec<u8>, _: Option<Vec<u8>>) -> OpaqueGeneratedSessionKeys {
			never()
		}

		fn decode_session_keys(_: Vec<u8>) -> Option<Vec<(Vec<u8>, KeyTypeId)>> {
			never()
		}
	}

	impl sp_consensus_aura::AuraApi<Block, AuraId> for Runtime {
		fn slot_duration() -> SlotDuration {
			never()
		}

		fn authorities() -> Vec<AuraId> {
			never()
		}
	}

	impl sp_consensus_grandpa::GrandpaApi<Block> for Runtime {
		fn grandpa_authorities() -> AuthorityList {
			never()
		}

		fn current_set_id() -> SetId {
			never()
		}

		fn submit_report_equivocation_unsigned_extrinsic(
			_: sp_consensus_grandpa::EquivocationProof<<Block as BlockT>::Hash, NumberFor<Block>>,
			_: OpaqueKeyOwnershipProof,
		) -> Option<()> {
			never()
		}

		fn generate_key_ownership_proof(_: SetId, _: GrandpaId) -> Option<OpaqueKeyOwnershipProof> {
			never()
		}
	}

	impl frame_system_rpc_runtime_api::AccountNonceApi<Block, AccountId, Nonce> for Runtime {
		fn account_nonce(_: AccountId) -> Nonce {
			never()
		}
	}

	impl sp_genesis_builder::GenesisBuilder<Block> for Runtime {
		fn build_state(_: Vec<u8>) -> sp_genesis_builder::Result {
			never()
		}

		fn get_preset(_: &Option<PresetId>) -> Option<Vec<u8>> {
			never()
		}

		fn preset_names() -> Vec<PresetId> {
			never()
		}
	}

	impl trimast_primitives::apis::FederationApi<Block> for Runtime {
		fn orgs() -> Vec<OrgView> {
			never()
		}

		fn account(_: AccountId) -> Option<AccountView> {
			never()
		}

		fn accounts(_: OrgId, _: Option<AccountId>, _: u32) -> Vec<AccountView> {
			never()
		}

		fn branches(_: OrgId, _: Option<u16>, _: u32) -> Vec<BranchView> {
			never()
		}

		fn nodes(_: Option<String>, _: u32) -> Vec<NodeView> {
			never()
		}

		fn motions(_: Option<u32>, _: u32) -> Vec<MotionView> {
			never()
		}

		fn motion_defect(_: Vec<u8>, _: u32) -> Option<MotionDefect> {
			never()
		}

		fn enactments(_: Option<u32>, _: u32) -> Vec<EnactmentView> {
			never()
		}

		fn subject_motions() -> Vec<SubjectMotionView> {
			never()
		}

		fn pause() -> PauseView {
			never()
		}

		fn parameters() -> Parameters {
			never()
		}

		fn parameter_bounds() -> ParameterBounds {
			never()
		}
	}

	impl trimast_primitives::apis::SitesApi<Block> for Runtime {
		fn local_networks(_: Option<LocalNetworkId>, _: u32) -> Vec<LocalNetworkView> {
			never()
		}

		fn stations(_: LocalNetworkId, _: u32, _: u32) -> Vec<SiteView> {
			never()
		}

		fn station(_: SiteId) -> Option<SiteView> {
			never()
		}

		fn find(_: LocalNetworkId, _: StationCode) -> Option<SiteView> {
			never()
		}

		fn page_digest(_: LocalNetworkId, _: u16) -> Option<Hash> {
			never()
		}

		fn station_digest(_: SiteId) -> Option<Hash> {
			never()
		}

		fn amendments(_: Option<SiteId>, _: u32) -> Vec<AmendmentView> {
			never()
		}

		fn reconciliation(_: LocalNetworkId) -> Option<ReconciliationView> {
			never()
		}

		fn revealed_digests(_: LocalNetworkId, _: OrgId, _: u16, _: u32) -> Vec<Digest> {
			never()
		}

		fn differences(_: LocalNetworkId, _: u16) -> Vec<DifferenceView> {
			never()
		}
	}

	impl trimast_primitives::apis::ConfigGuardApi<Block> for Runtime {
		fn dry_run_policy(_: Vec<PolicyPart>, _: PastPlace, _: u32) -> Result<PolicyRunView, PolicyDefectView> {
			never()
		}

		fn summary() -> SummaryView {
			never()
		}

		fn catalogue(_: Option<ParamId>, _: u32) -> Vec<ParameterView> {
			never()
		}

		fn baselines(_: Option<LocalNetworkId>, _: u32) -> Vec<BaselineView> {
			never()
		}

		fn baseline(_: LocalNetworkId, _: u16, _: u32) -> Vec<BaselinePageView> {
			never()
		}

		fn heads(_: LocalNetworkId, _: u16, _: u32) -> Vec<BaselineHeadView> {
			never()
		}

		fn sweeps(_: Option<u32>, _: u32) -> Vec<SweepView> {
			never()
		}

		fn testimonies(_: LocalNetworkId) -> Vec<TestimonyView> {
			never()
		}

		fn unexplained(_: LocalNetworkId, _: u16, _: u32) -> Vec<PageDifferenceView> {
			never()
		}

		fn violations(_: Option<u32>, _: u32) -> Vec<ViolationView> {
			never()
		}

		fn open_violations(_: LocalNetworkId, _: u16, _: u32) -> Vec<ViolationView> {
			never()
		}

		fn violation(_: u32) -> Option<ViolationView> {
			never()
		}

		fn requests(_: Option<u32>, _: u32) -> Vec<RequestView> {
			never()
		}

		fn request(_: u32) -> Option<RequestView> {
			never()
		}

		fn request_items(_: u32, _: u16) -> Vec<ItemView> {
			never()
		}

		fn check_change(_: OrgId, _: LocalNetworkId, _: u16, _: Vec<(u8, u8, ParamKey, Option<i64>)>, _: (Moment, Moment), _: bool) -> Vec<RefusalView> {
			never()
		}

		fn coverage(_: Option<LocalNetworkId>, _: u32) -> Vec<CoverageView> {
			never()
		}

		fn page_coverage(_: LocalNetworkId, _: u16, _: u32) -> Vec<PageCoverageView> {
			never()
		}

		fn exports(_: OrgId, _: u32, _: u32) -> Vec<ExportView> {
			never()
		}

		fn questions(_: OrgId, _: Hash) -> Vec<QuestionView> {
			never()
		}

		fn day_scores(_: u16, _: u32, _: u32) -> Vec<ScoreView> {
			never()
		}

		fn month_scores(_: u16, _: u32, _: u32) -> Vec<ScoreView> {
			never()
		}

		fn policy() -> PolicyView {
			never()
		}
	}

	impl trimast_primitives::apis::DispatchApi<Block> for Runtime {
		fn order(_: u32) -> Option<OrderView> {
			never()
		}

		fn orders(_: OrderFilter, _: Option<u32>, _: u32) -> OrdersView {
			never()
		}

		fn open_orders(_: OrgId, _: Option<u32>, _: u32) -> Vec<(u32, Order)> {
			never()
		}

		fn orders_at(_: SiteId, _: Option<u32>, _: u32) -> Vec<(u32, Order)> {
			never()
		}

		fn facts(_: u32) -> Option<FactsView> {
			never()
		}

		fn record(_: u32) -> Option<Record> {
			never()
		}

		fn verdict(_: u32) -> Option<VerdictView> {
			never()
		}

		fn outages(_: Option<LocalNetworkId>, _: u32) -> Vec<OutageView> {
			never()
		}

		fn statement(_: u16, _: OrgId) -> StatementView {
			never()
		}

		fn order_rules() -> OrderRulesView {
			never()
		}

		fn responsibility_table(_: u32) -> Option<ResponsibilityTable> {
			never()
		}

		fn order_lag() -> u32 {
			never()
		}

		fn summary() -> DispatchSummaryView {
			never()
		}

		fn resource(_: u32) -> Option<ResourceView> {
			never()
		}

		fn resources(_: Option<OrgId>, _: Option<u32>, _: u32) -> ResourcesView {
			never()
		}

		fn offers_to(_: OrgId, _: Option<u32>, _: u32) -> Vec<ResourceView> {
			never()
		}

		fn sent_to(_: u32) -> Option<ResourceView> {
			never()
		}

		fn territories(_: Option<LocalNetworkId>, _: u32) -> Vec<TerritoryView> {
			never()
		}

		fn round(_: u32) -> Option<RoundView> {
			never()
		}

		fn snapshot(_: u32) -> Option<Round> {
			never()
		}

		fn plan(_: u32) -> Option<Plan> {
			never()
		}

		fn unserved(_: u32, _: Option<u32>, _: u32) -> Vec<UnservedView> {
			never()
		}

		fn bidder(_: u32, _: OrgId) -> Option<BidderView> {
			never()
		}
	}

	impl trimast_primitives::apis::EnergyApi<Block> for Runtime {
		fn reports(_: u16, _: LocalNetworkId, _: u16, _: OrgId) -> Vec<EnergyReportView> {
			never()
		}

		fn total(_: u16, _: LocalNetworkId, _: OrgId) -> EnergyTotalView {
			never()
		}

		fn province_totals(_: u16, _: ProvinceId, _: Option<OrgId>) -> EnergyProvinceTotalsView {
			never()
		}

		fn statement(_: u16, _: OrgId, _: OrgId, _: ProvinceId) -> Vec<EnergyLineView> {
			never()
		}

		fn energy_rules(_: LocalNetworkId, _: u16) -> EnergyRulesView {
			never()
		}

		fn tariffs(_: ProvinceId, _: u16) -> Vec<EnergyTariffView> {
			never()
		}

		fn emission_factor(_: ProvinceId, _: u16) -> Option<FactorVersion> {
			never()
		}

		fn emission_factors(_: ProvinceId, _: u16) -> Vec<FactorVersion> {
			never()
		}

		fn saving_plans(_: Option<u32>, _: u32) -> EnergyPlansView {
			never()
		}

		fn saving_plans_in(_: LocalNetworkId, _: Option<u32>, _: u32) -> EnergyPlansView {
			never()
		}

		fn saving_plan(_: u32) -> Option<EnergyPlanPagesView> {
			never()
		}

		fn savings(_: u16, _: LocalNetworkId, _: OrgId) -> EnergySavingsView {
			never()
		}

		fn province_savings(_: u16, _: ProvinceId, _: Option<OrgId>) -> EnergyProvinceSavingsView {
			never()
		}

		fn cell_states(_: LocalNetworkId, _: u16) -> Vec<EnergyCellView> {
			never()
		}

		fn slept_in(_: LocalNetworkId, _: u16) -> Vec<EnergySleptView> {
			never()
		}

		fn window_rules() -> WindowRules {
			never()
		}
	}
}
