// SPDX-License-Identifier: Apache-2.0

//! The plans of a round that is over, checked and compared.

use crate::chain::Chain;
use anyhow::{anyhow, ensure, Context, Result};
use trimast_primitives::{
	apis::RoundView,
	plan::{check, greedy, Greedy, Plan, PlanDefect, ResourceKind, Round, Score},
	Hash,
};

/// The plans of a round: the one that has won, and two to compare with.
#[derive(Clone, Debug)]
pub struct Plans {
	/// The round.
	pub round: Round,
	/// How the chain shows it.
	pub view: RoundView,
	/// The plan that has won.
	pub won: Plan,
	/// The greedy one.
	pub floor: Plan,
	/// First come, first served: orders in the order in which they were opened, each to whom serves it best then.
	pub first_come: Plan,
}

/// What a plan comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Worth {
	/// Its score.
	pub score: Score,
	/// Jobs that somebody comes to.
	pub served: usize,
	/// Crews that are sent.
	pub crews: usize,
	/// Generators that are sent.
	pub generators: usize,
}

impl Plans {
	/// Asks for a round that is over, and checks its plan.
	///
	/// # Errors
	///
	/// The round is forgotten, the plan is not valid or worse than the greedy one, or the chain says another thing of it.
	pub async fn ask(chain: &Chain, id: u32) -> Result<Self> {
		let at = Some(chain.finalized().await?.hash);
		let view: Option<RoundView> = chain.runtime("DispatchApi_round", id, at).await?;
		let round: Option<Round> = chain.runtime("DispatchApi_snapshot", id, at).await?;
		let won: Option<Plan> = chain.runtime("DispatchApi_plan", id, at).await?;
		let forgotten = || format!("round {id} is forgotten");
		let (view, round) = (view.with_context(forgotten)?, round.with_context(forgotten)?);
		let genesis = chain.block_hash(0).await?.context("no first block")?;
		Self::of(Hash::from(genesis.0), view, round, won.with_context(forgotten)?)
	}

	fn of(genesis: Hash, view: RoundView, round: Round, won: Plan) -> Result<Self> {
		let digest = round.digest(genesis);
		ensure!(digest == view.digest, "round {} has another digest than the chain says", view.id);
		let not_valid = |what: &'static str| move |defect: PlanDefect| anyhow!("{what}: {defect:?}");
		let score = check(&round, digest, &won).map_err(not_valid("the plan that has won"))?;
		let floor = greedy(&round, digest, u32::MAX).map_err(not_valid("the greedy plan"))?;
		ensure!(view.floor == Some(floor.score), "the floor is {:?}, not {:?}", floor.score, view.floor);
		ensure!(score <= floor.score, "{score:?} is worse than the floor, {:?}", floor.score);
		let mut served = Greedy::by(&round, |job| job.outage);
		served.run(&round, u32::MAX);
		let first_come = served.into_plan(&round, digest).map_err(not_valid("first come, first served"))?;
		Ok(Self { round, view, won, floor, first_come })
	}

	/// What a plan of the round comes to.
	pub fn worth(&self, plan: &Plan) -> Worth {
		let is_crew = |index| self.round.resource(index).is_some_and(|one| one.kind == ResourceKind::Crew);
		let crews = plan.routes().filter(|(index, _)| is_crew(*index)).count();
		Worth { score: plan.score, served: plan.stops.len(), crews, generators: plan.routes.len() - crews }
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::generate::TOWER_COMPANY;
	use trimast_primitives::{
		apis::{RoundStageView, TriggerView},
		plan::{
			Job, JobIndex, Metric, Point, Resource, ResourceIndex, Route, Rules, Skills, SlaClass, Window,
		},
		LocalNetworkId,
	};

	const MINUTE: u32 = 60_000;

	/// Two jobs and a crew that is in time for one of them: the one that came first is far away and weighs little.
	fn round() -> Round {
		let job = |id, x, class, outage| Job {
			id,
			at: Point { x: 114_000_000 + x, y: 38_000_000 },
			service: 10 * MINUTE,
			windows: vec![Window { from: 0, to: 600 * MINUTE }].try_into().unwrap(),
			skills: Skills(0),
			power: 0,
			demand: 1,
			class,
			plmns: 1,
			outage,
			autonomy: 30 * MINUTE,
			pinned: None,
		};
		let crew = Resource {
			id: 5,
			owner: TOWER_COMPANY,
			kind: ResourceKind::Crew,
			start: Point { x: 114_000_000, y: 38_000_000 },
			base: Point { x: 114_000_000, y: 38_000_000 },
			from: 0,
			to: 590 * MINUTE,
			free: 0,
			speed: 60_000,
			capacity: 9,
			skills: Skills(1),
		};
		Round {
			number: 7,
			origin: 0,
			end: 600 * MINUTE,
			rules: Rules { version: 1, metric: Metric::Earth { detour: 1_300 }, weights: [8, 4, 2, 1] },
			jobs: vec![job(17, 500_000, SlaClass::Four, 0), job(18, 0, SlaClass::One, 1)].try_into().unwrap(),
			resources: vec![crew].try_into().unwrap(),
		}
	}

	fn view(round: &Round, floor: Score) -> RoundView {
		RoundView {
			id: round.number,
			local_network: LocalNetworkId(1301),
			trigger: TriggerView::Jobs,
			opened: 0,
			stage: RoundStageView::Over,
			digest: round.digest(Hash::zero()),
			jobs: 2,
			resources: 1,
			floor: Some(floor),
			best: None,
			bids_each: 3,
			bids: Vec::new(),
			grace: 900,
		}
	}

	#[test]
	fn plans_are_compared_with_the_floor_and_with_first_come_first_served() {
		let round = round();
		let digest = round.digest(Hash::zero());
		let floor = greedy(&round, digest, u32::MAX).unwrap();
		let plans = Plans::of(Hash::zero(), view(&round, floor.score), round.clone(), floor.clone()).unwrap();
		// Who came first keeps the one waiting that matters more
		assert_eq!(plans.first_come.stops.to_vec(), [JobIndex(0), JobIndex(1)]);
		assert!(plans.won.score.lost < plans.first_come.score.lost, "{plans:?}");
		let worth = plans.worth(&plans.won);
		assert_eq!((worth.served, worth.crews, worth.generators), (2, 1, 0));
		// What the chain says of it has to be so
		let other = Score { lost: floor.score.lost + 1, ..floor.score };
		assert!(Plans::of(Hash::zero(), view(&round, other), round.clone(), floor.clone()).is_err());
		assert!(
			Plans::of(Hash::repeat_byte(1), view(&round, floor.score), round.clone(), floor.clone()).is_err()
		);
		let route = Route { resource: ResourceIndex(0), stops: 1 };
		let worse = Plan {
			routes: vec![route].try_into().unwrap(),
			stops: vec![JobIndex(0)].try_into().unwrap(),
			..floor.clone()
		};
		let score = check::score(&round, digest, &worse).unwrap();
		let worse = Plan { score, ..worse };
		assert!(Plans::of(Hash::zero(), view(&round, floor.score), round, worse).is_err());
	}
}
