// SPDX-License-Identifier: Apache-2.0

//! `energy_*`: reports, totals and statements of energy, plans of saving windows and what they have saved, and what governs them.

use super::{at_or_best, cannot_answer, page_limit};
use crate::service::FullClient;
use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use sp_api::ProvideRuntimeApi;
use std::sync::Arc;
use trimast_primitives::{
	apis::{
		EnergyApi, EnergyCellView, EnergyLineView, EnergyPlanPagesView, EnergyPlansView,
		EnergyProvinceSavingsView, EnergyProvinceTotalsView, EnergyReportView, EnergyRulesView,
		EnergySavingsView, EnergySleptView, EnergyTariffView, EnergyTotalView,
	},
	energy::{FactorVersion, WindowRules},
	Hash, LocalNetworkId, OrgId, ProvinceId,
};

/// What can be asked. The last parameter of each is the block whose state answers; left out, the best block. Days are counted from
/// 1970-01-01 at UTC+8, and a month is twelve times the year, and 0 for January.
#[rpc(server)]
pub(crate) trait EnergyRpc {
	/// The reports of an owner's stations of a page on a day, in the order of their time.
	#[method(name = "energy_reports", blocking)]
	fn reports(
		&self,
		day: u16,
		local_network: LocalNetworkId,
		page: u16,
		owner: OrgId,
		at: Option<Hash>,
	) -> RpcResult<Vec<EnergyReportView>>;

	/// What an owner's stations of a local network come to in a month.
	#[method(name = "energy_total", blocking)]
	fn total(
		&self,
		month: u16,
		local_network: LocalNetworkId,
		owner: OrgId,
		at: Option<Hash>,
	) -> RpcResult<EnergyTotalView>;

	/// What stations of a province come to in a month, local network by local network and together: an owner's, or everybody's where
	/// none is named.
	#[method(name = "energy_provinceTotals", blocking)]
	fn province_totals(
		&self,
		month: u16,
		province: ProvinceId,
		owner: Option<OrgId>,
		at: Option<Hash>,
	) -> RpcResult<EnergyProvinceTotalsView>;

	/// The lines of a statement: what `payer` owes `owner` for a month in a province.
	#[method(name = "energy_statement", blocking)]
	fn statement(
		&self,
		month: u16,
		owner: OrgId,
		payer: OrgId,
		province: ProvinceId,
		at: Option<Hash>,
	) -> RpcResult<Vec<EnergyLineView>>;

	/// What reports of a day are accounted by in a local network.
	#[method(name = "energy_rules", blocking)]
	fn rules(&self, local_network: LocalNetworkId, day: u16, at: Option<Hash>) -> RpcResult<EnergyRulesView>;

	/// The versions of a province's tariff that hold on some day of a month, as far as they are kept, in the order of their days.
	#[method(name = "energy_tariffs", blocking)]
	fn tariffs(&self, province: ProvinceId, month: u16, at: Option<Hash>)
		-> RpcResult<Vec<EnergyTariffView>>;

	/// What a kilowatt-hour of a month emits in a province, 10⁻⁴ kg CO₂, and by which version; none where no factor is known.
	#[method(name = "energy_emissionFactor", blocking)]
	fn emission_factor(
		&self,
		province: ProvinceId,
		month: u16,
		at: Option<Hash>,
	) -> RpcResult<Option<FactorVersion>>;

	/// All versions that are looked at for that.
	#[method(name = "energy_emissionFactors", blocking)]
	fn emission_factors(
		&self,
		province: ProvinceId,
		month: u16,
		at: Option<Hash>,
	) -> RpcResult<Vec<FactorVersion>>;

	/// Plans of saving windows that are kept, by number, after the one given. `next` is what to go on after; none at the end.
	#[method(name = "energy_savingPlans", blocking)]
	fn saving_plans(
		&self,
		after: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<EnergyPlansView>;

	/// Those of one local network.
	#[method(name = "energy_savingPlansIn", blocking)]
	fn saving_plans_in(
		&self,
		local_network: LocalNetworkId,
		after: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<EnergyPlansView>;

	/// A plan with its pages: what was found, who was woken, what is proven.
	#[method(name = "energy_savingPlan", blocking)]
	fn saving_plan(&self, number: u32, at: Option<Hash>) -> RpcResult<Option<EnergyPlanPagesView>>;

	/// What an owner's stations of a local network have saved in a month, as far as it is proven.
	#[method(name = "energy_savings", blocking)]
	fn savings(
		&self,
		month: u16,
		local_network: LocalNetworkId,
		owner: OrgId,
		at: Option<Hash>,
	) -> RpcResult<EnergySavingsView>;

	/// What stations of a province have saved in a month, as far as it is proven, local network by local network and together: an
	/// owner's, or everybody's where none is named.
	#[method(name = "energy_provinceSavings", blocking)]
	fn province_savings(
		&self,
		month: u16,
		province: ProvinceId,
		owner: Option<OrgId>,
		at: Option<Hash>,
	) -> RpcResult<EnergyProvinceSavingsView>;

	/// The cells of a page that sleep now or stand in for some that do.
	#[method(name = "energy_cellStates", blocking)]
	fn cell_states(
		&self,
		local_network: LocalNetworkId,
		page: u16,
		at: Option<Hash>,
	) -> RpcResult<Vec<EnergyCellView>>;

	/// When stations of a page have slept or stood in for others: days that no baseline of theirs is read from at these hours.
	#[method(name = "energy_sleptIn", blocking)]
	fn slept_in(
		&self,
		local_network: LocalNetworkId,
		page: u16,
		at: Option<Hash>,
	) -> RpcResult<Vec<EnergySleptView>>;

	/// Limits and terms of plans in force.
	#[method(name = "energy_windowRules", blocking)]
	fn window_rules(&self, at: Option<Hash>) -> RpcResult<WindowRules>;
}

/// Answers from the runtime of the block that is asked.
pub(crate) struct Energy {
	client: Arc<FullClient>,
}

impl Energy {
	/// Answers from this client's blocks.
	pub(crate) fn new(client: Arc<FullClient>) -> Self {
		Self { client }
	}
}

impl EnergyRpcServer for Energy {
	fn reports(
		&self,
		day: u16,
		local_network: LocalNetworkId,
		page: u16,
		owner: OrgId,
		at: Option<Hash>,
	) -> RpcResult<Vec<EnergyReportView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.reports(at, day, local_network, page, owner).map_err(cannot_answer)
	}

	fn total(
		&self,
		month: u16,
		local_network: LocalNetworkId,
		owner: OrgId,
		at: Option<Hash>,
	) -> RpcResult<EnergyTotalView> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.total(at, month, local_network, owner).map_err(cannot_answer)
	}

	fn province_totals(
		&self,
		month: u16,
		province: ProvinceId,
		owner: Option<OrgId>,
		at: Option<Hash>,
	) -> RpcResult<EnergyProvinceTotalsView> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.province_totals(at, month, province, owner).map_err(cannot_answer)
	}

	fn statement(
		&self,
		month: u16,
		owner: OrgId,
		payer: OrgId,
		province: ProvinceId,
		at: Option<Hash>,
	) -> RpcResult<Vec<EnergyLineView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.statement(at, month, owner, payer, province).map_err(cannot_answer)
	}

	fn rules(&self, local_network: LocalNetworkId, day: u16, at: Option<Hash>) -> RpcResult<EnergyRulesView> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.energy_rules(at, local_network, day).map_err(cannot_answer)
	}

	fn tariffs(
		&self,
		province: ProvinceId,
		month: u16,
		at: Option<Hash>,
	) -> RpcResult<Vec<EnergyTariffView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.tariffs(at, province, month).map_err(cannot_answer)
	}

	fn emission_factor(
		&self,
		province: ProvinceId,
		month: u16,
		at: Option<Hash>,
	) -> RpcResult<Option<FactorVersion>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.emission_factor(at, province, month).map_err(cannot_answer)
	}

	fn emission_factors(
		&self,
		province: ProvinceId,
		month: u16,
		at: Option<Hash>,
	) -> RpcResult<Vec<FactorVersion>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.emission_factors(at, province, month).map_err(cannot_answer)
	}

	fn saving_plans(
		&self,
		after: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<EnergyPlansView> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.saving_plans(at, after, page_limit(limit)).map_err(cannot_answer)
	}

	fn saving_plans_in(
		&self,
		local_network: LocalNetworkId,
		after: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<EnergyPlansView> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.saving_plans_in(at, local_network, after, page_limit(limit)).map_err(cannot_answer)
	}

	fn saving_plan(&self, number: u32, at: Option<Hash>) -> RpcResult<Option<EnergyPlanPagesView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.saving_plan(at, number).map_err(cannot_answer)
	}

	fn savings(
		&self,
		month: u16,
		local_network: LocalNetworkId,
		owner: OrgId,
		at: Option<Hash>,
	) -> RpcResult<EnergySavingsView> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.savings(at, month, local_network, owner).map_err(cannot_answer)
	}

	fn province_savings(
		&self,
		month: u16,
		province: ProvinceId,
		owner: Option<OrgId>,
		at: Option<Hash>,
	) -> RpcResult<EnergyProvinceSavingsView> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.province_savings(at, month, province, owner).map_err(cannot_answer)
	}

	fn cell_states(
		&self,
		local_network: LocalNetworkId,
		page: u16,
		at: Option<Hash>,
	) -> RpcResult<Vec<EnergyCellView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.cell_states(at, local_network, page).map_err(cannot_answer)
	}

	fn slept_in(
		&self,
		local_network: LocalNetworkId,
		page: u16,
		at: Option<Hash>,
	) -> RpcResult<Vec<EnergySleptView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.slept_in(at, local_network, page).map_err(cannot_answer)
	}

	fn window_rules(&self, at: Option<Hash>) -> RpcResult<WindowRules> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.window_rules(at).map_err(cannot_answer)
	}
}
