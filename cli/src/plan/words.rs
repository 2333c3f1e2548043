// SPDX-License-Identifier: Apache-2.0
//! Rounds, scores and reasons in words.

use crate::{
	config::export::time,
	order::{
		people::People,
		words::{class_text, due, span},
	},
	output::counted,
};
use trimast_primitives::{
	apis::{RoundStageView, RouteStageView, TriggerView},
	plan::{Job, Obstacle, PlanDefect, Resource, ResourceKind, Round, Score, Time, Unserved},
	Moment,
};

/// Why a round is opened.
pub(crate) fn trigger_text(trigger: TriggerView, people: &People) -> String {
	match trigger {
		TriggerView::Timer => "it is time".into(),
		TriggerView::Level => "the level of outages".into(),
		TriggerView::Jobs => "new orders".into(),
		TriggerView::Refused => "a route was refused, or not answered".into(),
		TriggerView::Late => "a visit is late".into(),
		TriggerView::Call(org) => format!("called for by {}", people.name(org)),
	}
}

/// How far a round is.
pub(crate) fn stage_text(stage: RoundStageView, now: Moment) -> String {
	match stage {
		RoundStageView::Gathering => "gathers resources and orders".into(),
		RoundStageView::Freezing => "is put together".into(),
		RoundStageView::Bidding { until } if now <= until => format!("takes bids until {}", due(until, now)),
		RoundStageView::Bidding { .. } => "takes no more bids".into(),
		RoundStageView::Closing => "takes no bids, and the greedy plan is not complete".into(),
		RoundStageView::Committing => "routes go out".into(),
		RoundStageView::Over => "over".into(),
	}
}

/// How far a route is.
pub(crate) fn route_text(stage: RouteStageView, now: Moment) -> String {
	match stage {
		RouteStageView::Sent { until } => format!("to acknowledge until {}", due(until, now)),
		RouteStageView::UnderWay { is_late: true, .. } => "under way, LATE".into(),
		RouteStageView::UnderWay { .. } => "under way".into(),
		RouteStageView::GoesOn { .. } => "under way, late, goes on".into(),
		RouteStageView::Running { is_late: true, .. } => "runs, to acknowledge anew".into(),
		RouteStageView::Running { .. } => "runs".into(),
	}
}

/// Weighted ticks as weighted minutes, the rest cut off.
pub(crate) fn minutes(lost: u64) -> String {
	format!("{}.{:02}", lost / 60_000, lost % 60_000 / 600)
}

/// A score in words.
pub(crate) fn score_text(score: Score) -> String {
	format!(
		"{} weighted minutes lost, {}, {} of travel",
		minutes(score.lost),
		counted(score.resources, "route"),
		span(score.travel)
	)
}

/// A resource: `crew 3`, `generator 4`.
pub(crate) fn resource_text(resource: &Resource) -> String {
	match resource.kind {
		ResourceKind::Crew => format!("crew {}", resource.id),
		ResourceKind::Generator { .. } => format!("generator {}", resource.id),
	}
}

/// A time of a round, at UTC+8, without its year: `05-07 12:00:00`.
pub(crate) fn time_text(round: &Round, at: Time) -> String {
	let text = time::text(round.origin.saturating_add(at.into()));
	text.get(5..19).unwrap_or(&text).into()
}

/// What is out of service at a job: `2 PLMNs, class 1`.
pub(crate) fn service_text(job: &Job) -> String {
	format!("{}, class {}", counted(job.plmns, "PLMN"), class_text(job.class))
}

/// What keeps everybody off a job.
const fn obstacle_text(obstacle: Obstacle) -> &'static str {
	match obstacle {
		Obstacle::Crew => "nobody can: there is no crew in the round",
		Obstacle::Power => "nobody can: no generator of the round gives as much power",
		Obstacle::Stays => "nobody can: each generator stays elsewhere",
		Obstacle::Skills => "nobody can: the skills are missing",
		Obstacle::Capacity => "nobody can: it is more than whoever has the skills can take",
		Obstacle::Window => "nobody can: whoever else could is not there in its window",
		Obstacle::Shift => "nobody can: whoever else could is not done by the end of the shift",
		Obstacle::Return => "nobody can: whoever else could is not back by the end of the shift",
	}
}

/// What keeps those off a job, after their other jobs, who could serve it alone.
const fn busy_text(obstacle: Obstacle) -> &'static str {
	match obstacle {
		Obstacle::Stays => "every generator that could is given to another job",
		Obstacle::Capacity => "whoever could is full with other jobs",
		Obstacle::Window => "after the other jobs whoever could and is not full is not there in its window",
		Obstacle::Shift => {
			"after the other jobs whoever could and is not full is not done by the end of the shift"
		}
		Obstacle::Return => {
			"after the other jobs whoever could and is not full is not back by the end of the shift"
		}
		// Other jobs change neither kind nor skills.
		Obstacle::Crew | Obstacle::Power | Obstacle::Skills => "whoever could has other jobs",
	}
}

/// Why a job is not served.
pub(crate) fn why_text(round: &Round, why: Unserved) -> String {
	match why {
		Unserved::Nobody(obstacle) => obstacle_text(obstacle).into(),
		Unserved::Busy(obstacle) => busy_text(obstacle).into(),
		Unserved::Free(index) => {
			let who = round.resource(index).map_or_else(|| "somebody".into(), resource_text);
			format!("{who} could after its route: the plan was not made to")
		}
	}
}

/// What is wrong with a plan.
pub(crate) fn defect_text(defect: &PlanDefect) -> String {
	match defect {
		PlanDefect::Round => "it is for another round".into(),
		PlanDefect::Score { found } => format!("it is worth something else: {}", score_text(*found)),
		other => format!("it is not valid: {other:?}"),
	}
}

#[cfg(test)]
mod tests {
	use super::{super::sheet::tests::sheet, *};

	#[test]
	fn scores_are_told_in_minutes_routes_and_travel() {
		let score = Score { lost: 90_000, resources: 1, travel: 5_400_000 };
		assert_eq!(score_text(score), "1.50 weighted minutes lost, 1 route, 1 h 30 min of travel");
		assert_eq!([minutes(0), minutes(59_999), minutes(600)], ["0.00", "0.99", "0.01"]);
	}

	#[test]
	fn what_is_left_says_what_stands_in_the_way() {
		let round = sheet().round;
		let met = [
			(Obstacle::Stays, "every generator"),
			(Obstacle::Capacity, "full with other jobs"),
			(Obstacle::Window, "window"),
			(Obstacle::Shift, "not done by the end of the shift"),
			(Obstacle::Return, "not back by the end of the shift"),
		];
		for (obstacle, words) in met {
			let text = why_text(&round, Unserved::Busy(obstacle));
			assert!(text.contains(words) && !text.contains("nobody can"), "{text}");
			assert!(why_text(&round, Unserved::Nobody(obstacle)).contains("nobody can"));
		}
	}

	#[test]
	fn bids_are_taken_until_the_last_moment() {
		let stage = RoundStageView::Bidding { until: 60_000 };
		assert!(stage_text(stage, 60_000).starts_with("takes bids until 1970-01-01 08:01:00"));
		assert_eq!(stage_text(stage, 60_001), "takes no more bids");
		assert!(stage_text(RoundStageView::Closing, 60_001).contains("the greedy plan is not complete"));
	}
}
