// SPDX-License-Identifier: Apache-2.0

//! Who may not plan, agree, wake or prove is refused by the chain, however the call comes.

use super::{account, Scene, TOWER};
use crate::signers::are_refused;
use trimast_primitives::{
	access::{Role, Scope},
	apis::EnergyPlanPagesView,
	energy::{PageCells, Report, SavingPlan, WindowRules},
	order::Words,
	LocalNetworkId,
};
use trimast_testbed::{
	calls::{self, energy, EncodedCall},
	keys,
};

/// The plan of a view.
fn plan(view: &EnergyPlanPagesView) -> SavingPlan {
	let pages: Vec<PageCells> = view.pages.iter().map(|page| page.cells.clone()).collect();
	let of = &view.plan;
	SavingPlan {
		local_network: of.local_network,
		pages: pages.try_into().unwrap(),
		first_day: of.first_day,
		days: u8::try_from(of.last_day - of.first_day + 1).unwrap(),
		from: of.from,
		until: of.until,
		method: of.method,
		baseline: of.baseline,
	}
}

/// A call that proves nothing: no report is in it.
pub(super) fn prove(view: &EnergyPlanPagesView) -> EncodedCall {
	let (page, none) = (view.pages[0].cells.page, Vec::<Report>::new());
	energy("prove_page", (view.plan.number, page, view.plan.first_day, &none, &none))
}

impl Scene {
	/// What the command would not send about a plan that waits for consents: by another role, for another place, by a company that
	/// is not asked; bare, in a batch and through a proxy.
	pub(super) async fn wrong_signers_are_refused(&self, view: &EnergyPlanPagesView) {
		let (number, page) = (view.plan.number, view.pages[0].cells.page);
		let words = Words { text: b"calls drop".to_vec().try_into().unwrap(), body: None };
		let propose = energy("propose_plan", plan(view));
		let examine = energy("examine_page", (number, page));
		let consent = energy("consent_to_plan", (number, view.plan.subject, view.plan.revision));
		let approve = energy("approve_page", (number, page));
		let withdraw = energy("withdraw_plan", number);
		let refuse = energy("refuse_plan", (number, &words));
		let wake = energy("wake", (number, page, &view.pages[0].cells.stations, &words));
		let of_planners = [&propose, &examine, &consent, &approve, &withdraw, &refuse];
		let those = |calls: &[&EncodedCall], error: &'static str| -> Vec<(EncodedCall, &'static str)> {
			calls.iter().map(|call| ((*call).clone(), error)).collect()
		};
		// A planner of the owner's for another local network
		let elsewhere = keys::key(&self.owner("planner//elsewhere")).unwrap();
		let other = LocalNetworkId(if self.ground.place.0 == 1301 { 1302 } else { 1301 });
		let roles = Role::ALL.into_iter().collect();
		let add = calls::add_account(&elsewhere, roles, Scope::LocalNetwork(other));
		self.ground.chain.carry_out(&keys::principal(self.ground.owner).unwrap(), &add).await.unwrap();
		let key = |uri: &str| keys::key(uri).unwrap();
		let (early, of_waking) = (prove(view), [&of_planners[..], &[&wake]].concat());
		let of_proving = [&of_planners[..], &[&early]].concat();
		let council = (energy("set_window_rules", WindowRules::default()), "Bad origin");
		let of_others = those(&[&examine, &withdraw], "NotProposer");
		let signers = [
			(elsewhere, those(&[&of_waking[..], &[&early]].concat(), "OutsideScope")),
			// Who proves, and who wakes, may do nothing else
			(key(&self.owner("auditor")), those(&of_waking, "MissingRole")),
			(key(&self.sharer("dispatcher")), those(&of_proving, "MissingRole")),
			(key(&self.sharer("planner")), [of_others.clone(), vec![council]].concat()),
			(
				key(&account(TOWER, "planner")),
				[of_others, those(&[&consent, &approve, &refuse], "NotAsked"), those(&[&wake], "NotSharer")]
					.concat(),
			),
		];
		are_refused(&self.ground.chain, &signers).await;
		// Nothing has come of it
		assert_eq!(self.ground.plan(number).await, *view);
	}
}
