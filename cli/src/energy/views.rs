// SPDX-License-Identifier: Apache-2.0
//! What the chain answers about energy.

use super::words::{no_such, ReportId};
use crate::{
	chain::{storage, views::At},
	error::{Failure, Result},
};
use codec::{Decode, Encode};
use trimast_primitives::{
	apis::{
		EnergyCellView, EnergyLineView, EnergyPlanPagesView, EnergyPlanView, EnergyPlansView,
		EnergyProvinceSavingsView, EnergyProvinceTotalsView, EnergyReportView, EnergyRulesView,
		EnergySavingsView, EnergySleptView, EnergyTariffView, EnergyTotalView, MAX_PAGE,
	},
	energy::{FactorVersion, WindowRules},
	page::{SiteId, PAGE_SLOTS},
	site::StationEntry,
	LocalNetworkId, OrgId, ProvinceId,
};

/// Keys that one question asks for.
const KEYS_AT_ONCE: u32 = 500;

impl At<'_> {
	async fn energy<A: Encode, T: Decode>(&self, method: &str, arguments: A) -> Result<T> {
		self.chain().call(&format!("EnergyApi_{method}"), arguments, self.hash).await
	}

	/// The reports of an owner's stations of a page on a day.
	pub(crate) async fn energy_reports(
		&self,
		day: u16,
		local_network: LocalNetworkId,
		page: u16,
		owner: OrgId,
	) -> Result<Vec<EnergyReportView>> {
		self.energy("reports", (day, local_network, page, owner)).await
	}

	/// One report.
	pub(super) async fn energy_report(&self, id: ReportId) -> Result<EnergyReportView> {
		let all = self.energy_reports(id.day, id.local_network, id.page, id.owner).await?;
		all.into_iter().find(|view| view.span.first == id.first).ok_or_else(|| no_such(id))
	}

	/// What an owner's stations of a local network come to in a month.
	pub(crate) async fn energy_total(
		&self,
		month: u16,
		local_network: LocalNetworkId,
		owner: OrgId,
	) -> Result<EnergyTotalView> {
		self.energy("total", (month, local_network, owner)).await
	}

	/// What stations of a province come to in a month: one owner's, or everybody's.
	pub(super) async fn province_totals(
		&self,
		month: u16,
		province: ProvinceId,
		owner: Option<OrgId>,
	) -> Result<EnergyProvinceTotalsView> {
		self.energy("province_totals", (month, province, owner)).await
	}

	/// The lines of a statement.
	pub(crate) async fn energy_statement(
		&self,
		month: u16,
		owner: OrgId,
		payer: OrgId,
		province: ProvinceId,
	) -> Result<Vec<EnergyLineView>> {
		self.energy("statement", (month, owner, payer, province)).await
	}

	/// What reports of a day are accounted by in a local network.
	pub(crate) async fn energy_rules(
		&self,
		local_network: LocalNetworkId,
		day: u16,
	) -> Result<EnergyRulesView> {
		self.energy("energy_rules", (local_network, day)).await
	}

	/// The versions of a province's tariff that hold in a month, as far as they are kept.
	pub(super) async fn tariffs(&self, province: ProvinceId, month: u16) -> Result<Vec<EnergyTariffView>> {
		self.energy("tariffs", (province, month)).await
	}

	/// All versions of what a kilowatt-hour emits that are looked at for a month of a province.
	pub(super) async fn emission_factors(
		&self,
		province: ProvinceId,
		month: u16,
	) -> Result<Vec<FactorVersion>> {
		self.energy("emission_factors", (province, month)).await
	}

	/// The plans of saving windows by number: of a local network, or all that are kept.
	pub(crate) async fn saving_plans(&self, of: Option<LocalNetworkId>) -> Result<Vec<EnergyPlanView>> {
		let (mut all, mut after) = (Vec::new(), None::<u32>);
		loop {
			let page: EnergyPlansView = match of {
				Some(id) => self.energy("saving_plans_in", (id, after, MAX_PAGE)).await?,
				None => self.energy("saving_plans", (after, MAX_PAGE)).await?,
			};
			all.extend(page.plans);
			after = page.next;
			if after.is_none() {
				return Ok(all);
			}
		}
	}

	/// One plan, with its pages.
	pub(super) async fn saving_plan(&self, number: u32) -> Result<EnergyPlanPagesView> {
		let found: Option<EnergyPlanPagesView> = self.energy("saving_plan", number).await?;
		found.ok_or_else(|| {
			Failure::input("there is no such plan, or it is forgotten")
				.at(format!("plan {number}"))
				.remedy("`trimast energy plan list` shows those that are kept")
		})
	}

	/// What an owner's stations of a local network have saved in a month, as far as it is proven.
	pub(super) async fn savings(
		&self,
		month: u16,
		local_network: LocalNetworkId,
		owner: OrgId,
	) -> Result<EnergySavingsView> {
		self.energy("savings", (month, local_network, owner)).await
	}

	/// What stations of a province have saved in a month, as far as it is proven: one owner's, or everybody's.
	pub(super) async fn province_savings(
		&self,
		month: u16,
		province: ProvinceId,
		owner: Option<OrgId>,
	) -> Result<EnergyProvinceSavingsView> {
		self.energy("province_savings", (month, province, owner)).await
	}

	/// The cells of a page that save energy now, or compensate for one that does.
	pub(super) async fn cell_states(
		&self,
		local_network: LocalNetworkId,
		page: u16,
	) -> Result<Vec<EnergyCellView>> {
		self.energy("cell_states", (local_network, page)).await
	}

	/// When stations of a page have slept, or stood in for others.
	pub(super) async fn slept_in(
		&self,
		local_network: LocalNetworkId,
		page: u16,
	) -> Result<Vec<EnergySleptView>> {
		self.energy("slept_in", (local_network, page)).await
	}

	/// What governs saving windows.
	pub(super) async fn window_rules(&self) -> Result<WindowRules> {
		self.energy("window_rules", ()).await
	}

	/// Of which pages and owners there are reports of a day in a local network.
	pub(crate) async fn energy_pages(
		&self,
		day: u16,
		local_network: LocalNetworkId,
	) -> Result<Vec<(u16, OrgId)>> {
		let front = [&day.to_le_bytes()[..], &local_network.0.to_le_bytes()];
		let keys = self.keys(&storage::twox_concat("Energy", "Reports", &front)).await?;
		let mut all: Vec<(u16, OrgId)> = keys.iter().filter_map(|key| page_of(key)).collect();
		all.sort_unstable();
		Ok(all)
	}

	/// Of which local networks and owners there are totals of a month.
	pub(crate) async fn energy_totals(&self, month: u16) -> Result<Vec<(LocalNetworkId, OrgId)>> {
		let keys = self.keys(&storage::twox_concat("Energy", "Totals", &[&month.to_le_bytes()])).await?;
		let mut all: Vec<_> = keys.iter().filter_map(|key| total_of(key)).collect();
		all.sort_unstable();
		Ok(all)
	}

	/// The stations of a page, by slot.
	pub(super) async fn page_stations(
		&self,
		local_network: LocalNetworkId,
		page: u16,
	) -> Result<Vec<StationEntry>> {
		let from = SiteId::new(local_network, page, 0).index;
		let views = self.stations(local_network, from, PAGE_SLOTS).await?;
		Ok(views.into_iter().filter(|view| view.id.page() == Some(page)).map(|view| view.entry).collect())
	}

	async fn keys(&self, prefix: &[u8]) -> Result<Vec<Vec<u8>>> {
		let chain = self.chain();
		let mut all: Vec<Vec<u8>> = Vec::new();
		loop {
			let last = all.last().cloned();
			let ask =
				|| chain.rpc().state_get_keys_paged(prefix, KEYS_AT_ONCE, last.as_deref(), Some(self.hash));
			let keys = chain.ask(ask).await.map_err(|failure: Failure| failure.at("state_getKeysPaged"))?;
			if keys.is_empty() {
				return Ok(all);
			}
			all.extend(keys);
		}
	}
}

/// Page and owner at the end of a key of reports: 32 bytes of pallet and item, then day, local network, page and owner, each
/// behind 8 bytes of hash.
fn page_of(key: &[u8]) -> Option<(u16, OrgId)> {
	let page: [u8; 2] = key.get(60..62)?.try_into().ok()?;
	let owner = key.get(70).filter(|_| key.len() == 71)?;
	Some((u16::from_le_bytes(page), OrgId(*owner)))
}

/// Local network and owner at the end of a key of totals: 32 bytes of pallet and item, then month, local network and owner.
fn total_of(key: &[u8]) -> Option<(LocalNetworkId, OrgId)> {
	let place: [u8; 2] = key.get(50..52)?.try_into().ok()?;
	let owner = key.get(60).filter(|_| key.len() == 61)?;
	Some((LocalNetworkId(u16::from_le_bytes(place)), OrgId(*owner)))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn keys_of_reports_and_totals_name_what_they_are_of() {
		let bytes = |n: u16| n.to_le_bytes();
		let key =
			storage::twox_concat("Energy", "Reports", &[&bytes(20_785), &bytes(1_301), &bytes(300), &[7u8]]);
		assert_eq!(page_of(&key), Some((300, OrgId(7))));
		assert_eq!(page_of(&key[..70]), None);
		let key = storage::twox_concat("Energy", "Totals", &[&bytes(24_322), &bytes(1_301), &[7u8]]);
		assert_eq!((total_of(&key), total_of(&key[1..])), (Some((LocalNetworkId(1_301), OrgId(7))), None));
	}
}
