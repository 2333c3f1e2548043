// SPDX-License-Identifier: Apache-2.0

//! Who may not say something about energy is refused by the chain, however the call comes.

use super::{ground::org, key, Ground, Scene, TOWER};
use crate::signers::are_refused;
use trimast_primitives::{energy::EmissionFactor, order::Words, Hash, ProvinceId};
use trimast_testbed::calls::{self, energy, EncodedCall};

impl Scene<'_> {
	/// What the command would not send: by another role, for another province, by no party; bare, in a batch and through a proxy.
	pub(super) async fn wrong_signers_are_refused(&self) {
		let Ground { owner, sharer, place, month, .. } = self.ground;
		// A report of the other carrier's that is contested
		let contested = self.ground.differing(sharer);
		let (name, ..) = contested.first().unwrap();
		let mut reports = self.ground.reports(sharer, &format!("energy-{sharer}.csv")).into_keys();
		let (day, page) = reports.find(|key| self.ground.name(sharer, *key) == *name).unwrap();
		let report = (day, place, page, org(sharer), 0u8);
		let words = Words { text: b"it is so".to_vec().try_into().unwrap(), body: None };
		let (zero, parties) = (Hash::zero(), (org(owner), org(sharer)));
		let sign = energy("sign_lines", (month, parties.0, parties.1, vec![(place, zero)]));
		let dispute = energy("dispute_line", (month, parties.0, parties.1, place, zero, &words));
		let rule = energy("rule", (report, zero, true, &words));
		let concede = energy("concede_contest", (report, zero));
		let withdraw = energy("withdraw_contest", report);
		let end = energy("end_contest", report);
		let factor = (None::<ProvinceId>, 2_024u16, u16::MAX, EmissionFactor(1));
		let council = energy("set_emission_factor", factor);
		let all = |error: &'static str| -> Vec<(EncodedCall, &'static str)> {
			let machines = [calls::energy_report(place, &[]), calls::energy_attest(place, &[])];
			let people = [&sign, &dispute, &rule, &concede, &withdraw, &end].map(Clone::clone);
			machines.into_iter().chain(people).map(|call| (call, error)).collect()
		};
		let signers = [
			(key(owner, "role"), all("MissingRole")),
			(key(owner, "place"), all("OutsideScope")),
			(
				// No party, and no collector
				key(TOWER, "desk"),
				vec![
					(sign.clone(), "NotParty"),
					(dispute.clone(), "NotParty"),
					(concede.clone(), "NotParty"),
					(withdraw.clone(), "NotParty"),
					(calls::energy_report(place, &[]), "MissingRole"),
				],
			),
			(
				// Who contests it
				key(owner, "desk"),
				vec![(rule.clone(), "NotRuler"), (concede.clone(), "NotParty"), (council, "Bad origin")],
			),
		];
		are_refused(&self.chain, &signers).await;
	}
}
