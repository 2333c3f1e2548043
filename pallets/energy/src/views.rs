// SPDX-License-Identifier: Apache-2.0

//! What can be asked. Each answer is bounded, and nothing is walked but what its prefix names.

use crate::{governed, statements, types::Entry, Config, Pallet, Reports, SettingsInForce, Totals};
use alloc::vec::Vec;
use trimast_primitives::{
	apis::{EnergyDisputeView, EnergyLineView, EnergyReportView, EnergyRulesView, EnergyTotalView},
	energy::EmissionFactor,
	LocalNetworkId, OrgId, ProvinceId,
};

impl<T: Config> Pallet<T> {
	/// [`trimast_primitives::apis::EnergyApi::reports`]
	pub fn reports(
		day: u16,
		local_network: LocalNetworkId,
		page: u16,
		owner: OrgId,
	) -> Vec<EnergyReportView> {
		Reports::<T>::get((day, local_network, page, owner)).into_iter().map(view).collect()
	}

	/// [`trimast_primitives::apis::EnergyApi::total`]
	pub fn total(month: u16, local_network: LocalNetworkId, owner: OrgId) -> EnergyTotalView {
		let total = Totals::<T>::get((month, local_network, owner));
		EnergyTotalView {
			sums: total.sums.into_inner(),
			counted: total.counted,
			contested: total.contested,
			is_closed: total.is_closed,
		}
	}

	/// [`trimast_primitives::apis::EnergyApi::statement`]
	pub fn statement(month: u16, owner: OrgId, payer: OrgId, province: ProvinceId) -> Vec<EnergyLineView> {
		let view = |of: crate::types::Signatures| EnergyLineView {
			line: of.line,
			digest: statements::digest::<T>(month, owner, payer, &of.line),
			signed: of.signed,
			disputed: of.disputed,
		};
		statements::lines::<T>(month, owner, payer, province).into_iter().map(view).collect()
	}

	/// [`trimast_primitives::apis::EnergyApi::energy_rules`]
	pub fn energy_rules(local_network: LocalNetworkId, day: u16) -> EnergyRulesView {
		let rules = governed::rules::<T>(local_network, day);
		let settings = SettingsInForce::<T>::get();
		EnergyRulesView {
			sharing: rules.sharing,
			tariff: rules.tariff,
			tolerance: rules.tolerance,
			days: settings.days,
			reports: settings.reports,
			ruling: settings.ruling,
		}
	}

	/// [`trimast_primitives::apis::EnergyApi::emission_factor`]
	pub fn emission_factor(province: ProvinceId, year: u16) -> EmissionFactor {
		governed::factor::<T>(province, year)
	}
}

fn view(entry: Entry) -> EnergyReportView {
	EnergyReportView {
		span: entry.span,
		number: entry.number,
		stations: entry.stations,
		digest: entry.digest,
		block: entry.block,
		counted: entry.standing.counted,
		sums: entry.standing.sums.into_inner(),
		concerned: entry.concerned,
		attested: entry.attested,
		dispute: entry.dispute.map(|dispute| EnergyDisputeView {
			by: dispute.by,
			seen: dispute.digest,
			block: dispute.block,
			until: dispute.until,
		}),
		is_ruled: entry.settlement.is_some_and(crate::types::Settlement::is_ruling),
	}
}
