// SPDX-License-Identifier: Apache-2.0
//! The cross-cell rules of a new chain, and which PLMN and which spectrum each company of the presets for one machine holds,
//! from `data/holdings.csv`.

use alloc::{collections::BTreeMap, vec::Vec};
use pallet_config_guard::{policy::Holding, GenesisHolding, GenesisRule};
use trimast_primitives::{
	cells::{rules::Rule, spectrum::Band, ParamId},
	site::{Plmn, Technology},
	OrgId,
};

const HOLDINGS: &str = include_str!("../../../data/holdings.csv");

/// Numbers of `data/catalogue.csv` that rules are about.
mod param {
	use trimast_primitives::cells::ParamId;

	pub(super) const PLMNS: ParamId = ParamId(3);
	pub(super) const NR_PCI: ParamId = ParamId(11);
	pub(super) const LTE_PCI: ParamId = ParamId(12);
	pub(super) const ARFCN: ParamId = ParamId(13);
	pub(super) const BANDWIDTH: ParamId = ParamId(15);
	pub(super) const MAX_RATIO: ParamId = ParamId(30);
	pub(super) const MIN_RATIO: ParamId = ParamId(31);
	pub(super) const DEDICATED_RATIO: ParamId = ParamId(32);
	pub(super) const TDD_PERIOD: ParamId = ParamId(52);
	pub(super) const EARFCN: ParamId = ParamId(62);
	pub(super) const NEIGHBOUR: ParamId = ParamId(65);
}

/// The rules that engineers expect of any network.
pub(super) fn rules() -> Vec<GenesisRule> {
	let distinct = |identity: ParamId, carrier: ParamId| Rule::Distinct {
		neighbour: param::NEIGHBOUR,
		identity,
		carrier,
	};
	let in_spectrum = |carrier, bandwidth, technology| Rule::InSpectrum { carrier, bandwidth, technology };
	let rules = [
		distinct(param::NR_PCI, param::ARFCN),
		distinct(param::LTE_PCI, param::EARFCN),
		Rule::SharersListed { list: param::PLMNS },
		in_spectrum(param::ARFCN, Some(param::BANDWIDTH), Technology::Nr),
		in_spectrum(param::EARFCN, None, Technology::Lte),
		Rule::Ratios { dedicated: param::DEDICATED_RATIO, min: param::MIN_RATIO, max: param::MAX_RATIO },
		Rule::Alike { neighbour: param::NEIGHBOUR, value: param::TDD_PERIOD, carrier: param::ARFCN },
	];
	(1u16..).zip(rules).map(|(number, rule)| GenesisRule { number, rule }).collect()
}

/// What the companies hold. Columns: org, plmn, from_khz, to_khz; a row has either a PLMN or a band.
pub(super) fn holdings() -> Vec<GenesisHolding> {
	let mut all: BTreeMap<OrgId, Holding> = BTreeMap::new();
	for row in HOLDINGS.lines().skip(1) {
		// A row that cannot be read is missing: a test counts them.
		let _ = enter(row, &mut all);
	}
	all.into_iter().map(|(org, holding)| GenesisHolding { org, holding }).collect()
}

fn enter(row: &str, all: &mut BTreeMap<OrgId, Holding>) -> Option<()> {
	let mut fields = row.split(',');
	let org = OrgId(fields.next()?.parse().ok()?);
	let (plmn, from, to) = (fields.next()?, fields.next()?, fields.next()?);
	let holding = all.entry(org).or_default();
	if plmn.is_empty() {
		let band = Band { from_khz: from.parse().ok()?, to_khz: to.parse().ok()? };
		holding.spectrum.try_push(band).ok()
	} else {
		let (mcc, mnc) = plmn.split_at_checked(3)?;
		let three_digit_mnc = mnc.len() == 3;
		let plmn = Plmn { mcc: mcc.parse().ok()?, mnc: mnc.parse().ok()?, three_digit_mnc };
		holding.plmns.try_push(plmn).ok()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn every_row_is_held() {
		let held: usize =
			holdings().iter().map(|one| one.holding.plmns.len() + one.holding.spectrum.len()).sum();
		assert_eq!(held, HOLDINGS.lines().count() - 1);
	}

	#[test]
	fn rules_name_parameters_of_the_catalogue() {
		let catalogue = super::super::catalogue::parameters();
		let find = |id: ParamId| catalogue.iter().find(|one| one.id == id).map(|one| &one.parameter);
		assert!(rules().iter().all(|one| one.rule.is_valid(find)));
	}
}
