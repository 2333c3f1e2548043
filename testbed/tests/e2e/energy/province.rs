// SPDX-License-Identifier: Apache-2.0

//! A province has what its local networks have.

use super::{ground::org, Ground, Scene};
use crate::rpc::Asked;
use serde_json::json;
use std::collections::BTreeMap;
use trimast_primitives::{
	apis::{EnergyProvinceTotalsView, EnergyTariffView, EnergyTotalView},
	energy::{FactorVersion, Sums},
	OrgId,
};
use trimast_testbed::{keys, views};

impl Scene<'_> {
	/// What a province comes to is the sum of what each of its local networks does, asked one by one; the command says the same.
	pub(super) async fn province_is_the_sum_of_its_local_networks(&self) {
		let Ground { place, month, .. } = self.ground;
		let (province, at) = (place.province(), self.chain.finalized().await.unwrap().hash);
		let asked = Asked { chain: &self.chain, at };
		let (method, function) = ("energy_provinceTotals", "EnergyApi_province_totals");
		let (arguments, encoded) = (json!([month, province, null]), (month, province, None::<OrgId>));
		let all: EnergyProvinceTotalsView = asked.same(method, arguments, function, &encoded).await;
		let (mut sums, mut counted, mut contested) = (BTreeMap::<OrgId, Sums>::new(), 0, 0);
		let networks = views::local_networks(&self.chain, Some(at)).await.unwrap();
		for id in networks.into_iter().map(|network| network.id).filter(|id| id.province() == province) {
			for owner in (0..keys::ORGS.len()).map(org) {
				let (arguments, encoded) = (json!([month, id, owner]), (month, id, owner));
				let one: EnergyTotalView =
					asked.same("energy_total", arguments, "EnergyApi_total", &encoded).await;
				match all.totals.iter().find(|of| (of.local_network, of.owner) == (id, owner)) {
					Some(of) => assert_eq!(of.total, one, "of {owner:?} in {id:?}"),
					None => assert_eq!((one.counted, one.sums.len()), (0, 0), "of {owner:?} in {id:?}"),
				}
				for (org, more) in one.sums {
					let sum = sums.entry(org).or_default();
					*sum = sum.plus(more);
				}
				counted += one.counted;
				contested += one.contested;
			}
		}
		assert!(all.totals.len() >= 2 && contested > 0, "{all:?}");
		let energy: u64 = sums.values().map(|sums| sums.energy).sum();
		assert_eq!(all.whole.sums, sums.into_iter().collect::<Vec<_>>());
		assert_eq!((all.whole.counted, all.whole.contested), (counted, contested));
		assert_eq!(all.emitted, energy * u64::from(all.factor.0));
		// By the version of the factor that the chain names, which is one of those that it has looked at; and by the tariff of genesis
		let (arguments, encoded) = (json!([province, month]), (province, month));
		let version: Option<FactorVersion> = asked
			.same("energy_emissionFactor", arguments.clone(), "EnergyApi_emission_factor", &encoded)
			.await;
		assert_eq!(version.map(|version| (version.factor, version.from)), Some((all.factor, 0)));
		let versions: Vec<FactorVersion> = asked
			.same("energy_emissionFactors", arguments.clone(), "EnergyApi_emission_factors", &encoded)
			.await;
		assert!(version.is_some_and(|version| versions.contains(&version)), "{versions:?}");
		let tariffs: Vec<EnergyTariffView> =
			asked.same("energy_tariffs", arguments, "EnergyApi_tariffs", &encoded).await;
		assert_eq!(tariffs.iter().map(|view| view.from).collect::<Vec<_>>(), [0]);
		let total = ["energy", "total", "--month", &self.month, "--province", &self.province];
		let said = self.terminal.ask(&total).await;
		assert_eq!(said["totals"].as_array().unwrap().len(), all.totals.len(), "{said}");
		assert_eq!(said["whole"]["energy"], json!(energy), "{said}");
	}
}
