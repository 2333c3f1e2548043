// SPDX-License-Identifier: Apache-2.0

//! The whole country at a glance: what an operator watches. No order is read for it.

use crate::{
	agenda, rounds::types::RoundStage, scores, Config, Networks, Pallet, ResourceCount, Rounds, Territories,
	Unsettled,
};
use alloc::{collections::BTreeMap, string::String, vec::Vec};
use trimast_primitives::{
	access::Authority,
	apis::{DispatchSummaryView, OrgOrdersView, ProvinceOutagesView},
	order::Score,
	org::MAX_ORGS,
	OrgId, ProvinceId,
};

/// The stages of a round that is open, in a word.
const STAGES: [&str; 5] = ["gathering", "freezing", "bidding", "closing", "committing"];

impl<T: Config> Pallet<T> {
	/// [`trimast_primitives::apis::DispatchApi::summary`]
	pub fn summary() -> DispatchSummaryView {
		let members = T::Authority::members();
		let all = (0..MAX_ORGS).map(OrgId).map(view_of::<T>);
		let stands =
			|view: &OrgOrdersView| view.unsettled > 0 || view.resources > 0 || view.score != Score::default();
		let is_shown = |view: &OrgOrdersView| members.contains(view.org) || stands(view);
		DispatchSummaryView {
			orgs: all.filter(is_shown).collect(),
			outages: outages::<T>(),
			rounds: rounds::<T>(),
			lag: agenda::lag::<T>(),
		}
	}
}

fn view_of<T: Config>(org: OrgId) -> OrgOrdersView {
	let scores = scores::of::<T>(scores::month_now::<T>(), org).into_iter();
	OrgOrdersView {
		org,
		unsettled: Unsettled::<T>::get(org),
		resources: ResourceCount::<T>::get(org),
		score: scores.fold(Score::default(), |sum, (_, score)| sum.plus(score)),
	}
}

fn outages<T: Config>() -> Vec<ProvinceOutagesView> {
	let mut provinces: BTreeMap<ProvinceId, ProvinceOutagesView> = BTreeMap::new();
	// No more of them than local networks: a few hundred.
	for (local_network, of) in Networks::<T>::iter() {
		let province = local_network.province();
		let sums =
			provinces.entry(province).or_insert(ProvinceOutagesView { province, stations: 0, large: 0 });
		sums.stations = sums.stations.saturating_add(of.stations);
		sums.large = sums.large.saturating_add(of.is_large.into());
	}
	provinces.into_values().collect()
}

fn rounds<T: Config>() -> Vec<(String, u32)> {
	let mut counts: [(String, u32); 5] = STAGES.map(|stage| (stage.into(), 0));
	// One of a local network is open at most.
	for head in Territories::<T>::iter_values().filter_map(|of| Rounds::<T>::get(of.open?)) {
		let stage = match head.stage {
			RoundStage::Gathering { .. } => 0,
			RoundStage::Freezing => 1,
			RoundStage::Bidding { .. } => 2,
			RoundStage::Closing => 3,
			RoundStage::Committing { .. } => 4,
			RoundStage::Over => continue,
		};
		if let Some((_, count)) = counts.get_mut(stage) {
			*count = count.saturating_add(1);
		}
	}
	counts.into()
}
