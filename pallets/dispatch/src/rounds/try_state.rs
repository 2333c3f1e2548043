// SPDX-License-Identifier: Apache-2.0

//! What must hold of resources, rounds and routes between calls.

use super::types::{Best, RefusalsOf, RoundStage, RouteStage, MAX_REFUSALS};
use crate::{
	resources::{self, types::Kind},
	Agenda, BidsOf, Config, Drafts, Greedies, GreedyPlans, Leaving, NextResource, NextRound, OffersTo,
	Orders, Pallet, Plans, Refusals, ResourceCount, Resources, ResourcesIn, RoundRulesInForce, Rounds,
	RouteOf, RouteOfOrder, Snapshots, Territories, VehiclesIn, Waiting, Working,
};
use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::{ensure, traits::Get};
use sp_runtime::TryRuntimeError;
use trimast_primitives::{
	access::Scope,
	order::Stage,
	plan::check::{check, score},
	LocalNetworkId, OrgId,
};

type Check = Result<(), TryRuntimeError>;

impl<T: Config> Pallet<T> {
	/// Checks that indexes are those of the resources and orders, that a resource has one route and an order is on one, that each
	/// open round has what its stage says, and that its best plan is valid and better than the floor.
	pub(crate) fn check_scheduling() -> Check {
		Self::check_resources()?;
		Self::check_rounds()?;
		Self::check_territories()?;
		Self::check_routes()?;
		let rules = RoundRulesInForce::<T>::get();
		ensure!(
			super::check_rules::<T>(&rules).is_ok(),
			"rounds: rules that cannot be, or below their floors"
		);
		let waiting = Orders::<T>::iter()
			.filter(|(_, order)| order.stage == Stage::Open && order.place.station().is_some());
		for (number, order) in waiting {
			ensure!(
				Waiting::<T>::contains_key(super::waits_at(number, &order)),
				"waiting: an order is missing"
			);
		}
		let is_open = |key: (LocalNetworkId, u8, OrgId, u32)| {
			let order = Orders::<T>::get(key.3);
			order.is_some_and(|order| order.stage == Stage::Open && super::waits_at(key.3, &order) == key)
		};
		ensure!(Waiting::<T>::iter_keys().all(is_open), "waiting: an order that does not");
		Ok(())
	}

	fn check_resources() -> Check {
		let mut counts: BTreeMap<OrgId, u32> = BTreeMap::new();
		let mut vehicles: BTreeMap<Scope, u32> = BTreeMap::new();
		let mut offers = BTreeSet::new();
		for (number, owned) in Resources::<T>::iter() {
			ensure!(
				number < NextResource::<T>::get() && number < resources::MAX_NUMBER,
				"resource: a number to come"
			);
			ensure!(owned.details.is_valid() && owned.details.area.exists(), "resource: cannot be");
			let is_vehicle = owned.details.kind.is_vehicle();
			let is_there = ResourcesIn::<T>::contains_key((owned.details.area, owned.owner, number));
			ensure!(is_there == is_vehicle, "resource: not in its area, or spares in one");
			*counts.entry(owned.owner).or_default() += 1;
			if is_vehicle {
				*vehicles.entry(owned.details.area).or_default() += 1;
			}
			if let Some(round) = owned.round {
				let is_open = Rounds::<T>::get(round).is_some_and(|head| head.stage != RoundStage::Over);
				ensure!(is_open, "resource: planned by no open round");
			}
			if let Some(lending) = owned.lending {
				ensure!(lending.to != owned.owner && lending.from < lending.until, "lease: cannot be");
				ensure!(lending.is_taken || lending.released.is_empty(), "lease: given back and not taken");
				if !lending.is_taken {
					offers.insert((lending.to, number));
				}
			}
		}
		let kept: BTreeSet<_> = OffersTo::<T>::iter_keys().collect();
		ensure!(kept == offers, "offers: not as the resources say");
		let kept: BTreeMap<_, _> = ResourceCount::<T>::iter().collect();
		ensure!(kept == counts, "resources: another count of a company");
		ensure!(counts.values().all(|count| *count <= T::MaxResources::get()), "resources: too many");
		let kept: BTreeMap<_, _> = VehiclesIn::<T>::iter().collect();
		ensure!(kept == vehicles, "resources: another count of an area");
		let is_known = |(area, org, number): (Scope, OrgId, u32)| {
			Resources::<T>::get(number).is_some_and(|owned| (owned.details.area, owned.owner) == (area, org))
		};
		ensure!(ResourcesIn::<T>::iter_keys().all(is_known), "resources: an area of none");
		Ok(())
	}

	fn check_rounds() -> Check {
		for (number, head) in Rounds::<T>::iter() {
			ensure!(number < NextRound::<T>::get(), "round: a number to come");
			let is_gathered = matches!(head.stage, RoundStage::Gathering { .. } | RoundStage::Freezing);
			ensure!(Drafts::<T>::contains_key(number) == is_gathered, "round: a draft missing, or left");
			let Some(round) = Snapshots::<T>::get(number) else {
				ensure!(is_gathered, "round: nothing is frozen");
				continue;
			};
			ensure!(!is_gathered && round.check().is_ok(), "round: cannot be planned");
			ensure!(round.digest(Self::genesis_hash()) == head.digest, "round: another digest");
			let is_decided = matches!(head.stage, RoundStage::Committing { .. } | RoundStage::Over);
			let is_running = Greedies::<T>::contains_key(number);
			ensure!(!(is_decided && is_running), "round: decided without a floor");
			let is_closing = head.stage == RoundStage::Closing;
			ensure!(!is_closing || is_running, "round: closing, and its floor is complete");
			let takes_bids = matches!(head.stage, RoundStage::Bidding { .. });
			ensure!(!takes_bids || head.jobs > 0, "round: bids for nothing");
			ensure!(
				GreedyPlans::<T>::contains_key(number) != (is_decided || is_running),
				"floor: missing, or left"
			);
			if let Some(floor) = GreedyPlans::<T>::get(number) {
				ensure!(Some(floor.score) == head.floor, "floor: another score");
				ensure!(check(&round, head.digest, &floor).is_ok(), "floor: not valid");
			}
			let plan = Plans::<T>::get(number);
			ensure!(plan.is_some() == (is_decided || head.best.is_some()), "plan: missing, or nobody's");
			if let Some(plan) = plan {
				let worth = score(&round, head.digest, &plan).map_err(|_| "plan: not valid")?;
				ensure!(worth == plan.score, "plan: another score");
				ensure!(head.best.is_none_or(|Best { score, .. }| score == worth), "plan: not the best bid");
				ensure!(
					!is_decided || head.floor.is_none_or(|floor| worth <= floor),
					"plan: worse than the floor"
				);
			}
			let bids: u32 = BidsOf::<T>::iter_prefix_values(number).map(u32::from).max().unwrap_or(0);
			ensure!(bids <= head.rules.bids.into(), "bids: more than a company has");
		}
		let known = |number: u32| Rounds::<T>::contains_key(number);
		ensure!(Snapshots::<T>::iter_keys().all(known), "snapshot: of no round");
		ensure!(Plans::<T>::iter_keys().all(known), "plan: of no round");
		ensure!(
			Greedies::<T>::iter_keys().chain(GreedyPlans::<T>::iter_keys()).all(known),
			"floor: of no round"
		);
		ensure!(Drafts::<T>::iter_keys().all(known), "draft: of no round");
		let is_open =
			|number: u32| Rounds::<T>::get(number).is_some_and(|head| head.stage != RoundStage::Over);
		ensure!(BidsOf::<T>::iter_keys().all(|(number, _)| is_open(number)), "bids: of no open round");
		for (number, leaving) in Leaving::<T>::iter() {
			let is_claimed = |resource: &u32| {
				Resources::<T>::get(resource).is_some_and(|owned| owned.round == Some(number))
			};
			// Those that a commitment has come to are free.
			let is_whole = Rounds::<T>::get(number)
				.is_some_and(|head| !matches!(head.stage, RoundStage::Committing { .. }));
			ensure!(is_open(number) && !leaving.is_empty(), "leaving: of no open round");
			ensure!(!is_whole || leaving.iter().all(is_claimed), "leaving: a resource that is free");
		}
		ensure!(Working::<T>::get().iter().copied().all(is_open), "working: at no open round");
		Ok(())
	}

	fn check_territories() -> Check {
		let mut kept = 0usize;
		for (place, territory) in Territories::<T>::iter() {
			for (number, is_over) in [(territory.open, false), (territory.last, true)] {
				let Some(number) = number else { continue };
				let head = Rounds::<T>::get(number).ok_or("territory: no such round")?;
				ensure!(head.local_network == place, "territory: a round of another one");
				ensure!((head.stage == RoundStage::Over) == is_over, "territory: open and over");
				kept += 1;
			}
			if let Some(next) = territory.next {
				let subject = super::place(place);
				ensure!(
					Agenda::<T>::get(super::CHAIN, next).contains(&subject),
					"territory: not in the agenda"
				);
			}
			let is_worked_at = territory.open.is_none_or(|number| Working::<T>::get().contains(&number));
			ensure!(is_worked_at || territory.next.is_some(), "round: nobody comes to it");
		}
		ensure!(Rounds::<T>::iter_keys().count() == kept, "round: of no territory");
		Ok(())
	}

	fn check_routes() -> Check {
		let mut on_routes = 0usize;
		for (resource, route) in RouteOf::<T>::iter() {
			let owned = Resources::<T>::get(resource).ok_or("route: of no resource")?;
			ensure!(!route.visits.is_empty(), "route: without a visit");
			for visit in &route.visits {
				ensure!(
					RouteOfOrder::<T>::get(visit.order) == Some(resource),
					"route: the order is on another one"
				);
				let order = Orders::<T>::get(visit.order).ok_or("route: to no order")?;
				ensure!(order.stage == Stage::Open, "route: to an order that is over");
				on_routes += 1;
			}
			let is_generator = matches!(owned.details.kind, Kind::Generator { .. });
			ensure!(
				is_generator || !matches!(route.stage, RouteStage::Running { .. }),
				"route: a crew that runs"
			);
			let next = route.next.ok_or("route: nobody looks at it")?;
			let subject = super::routes::subject(resource);
			ensure!(Agenda::<T>::get(route.org, next).contains(&subject), "route: not in the agenda");
		}
		ensure!(RouteOfOrder::<T>::iter_keys().count() == on_routes, "orders: on no route");
		let counts = |refused: RefusalsOf| (1..MAX_REFUSALS).contains(&refused.count);
		ensure!(Refusals::<T>::iter_values().all(counts), "refusals: none, or too many");
		Ok(())
	}
}
