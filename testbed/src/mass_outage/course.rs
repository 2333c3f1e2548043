// SPDX-License-Identifier: Apache-2.0

//! What happened when.

use crate::trimast::Output;
use std::{
	collections::BTreeMap,
	fmt::{self, Display, Formatter},
	time::Duration,
};
use trimast_primitives::{
	page::SiteId,
	plan::{PlanDefect, Score},
	OrgId,
};

/// A bid that the chain has taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bid {
	/// When it was final.
	pub at: Duration,
	/// Whose it is.
	pub org: OrgId,
	/// What it is worth.
	pub score: Score,
	/// Whether it was the best so far.
	pub is_best: bool,
}

/// What was frozen of a round.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Frozen {
	/// When that was final.
	pub at: Duration,
	/// Jobs.
	pub jobs: u16,
	/// Crews and generators.
	pub resources: u16,
}

/// A round. Times count from the first alarm.
#[derive(Debug, Default)]
pub struct RoundCourse {
	/// Its number.
	pub id: u32,
	/// When its opening was final.
	pub opened: Duration,
	/// What is in it.
	pub frozen: Option<Frozen>,
	/// The valid bids, in their order.
	pub bids: Vec<Bid>,
	/// The others.
	pub refused: Vec<(OrgId, PlanDefect)>,
	/// When it was decided, for whom, and what the plan is worth.
	pub decided: Option<(Duration, Option<OrgId>, Score)>,
	/// When its routes were out.
	pub over: Option<Duration>,
	/// How each bidder's command has ended.
	pub solved: Vec<(OrgId, Output)>,
}

/// What happened when. Times count from the moment when the first alarm was sent.
#[derive(Debug, Default)]
pub struct Course {
	/// The faults by station.
	pub faults: BTreeMap<SiteId, u32>,
	/// The generator runs by station.
	pub runs: BTreeMap<SiteId, u32>,
	/// How many faults and generator runs there have to be.
	pub expected: (usize, usize),
	/// When the first fault was final, and when the last was.
	pub opened: Option<(Duration, Duration)>,
	/// When the last generator run was final.
	pub ordered: Option<Duration>,
	/// When the last import had ended: its alarms are facts.
	pub imported: Option<Duration>,
	/// The rounds, in their order.
	pub rounds: Vec<RoundCourse>,
	/// When the plan of the last round had been checked here.
	pub checked: Option<Duration>,
}

impl Course {
	/// The first round with all orders, once its routes are out.
	pub fn last(&self) -> Option<&RoundCourse> {
		let all = self.expected.0 + self.expected.1;
		let is_it = |round: &&RoundCourse| {
			round.over.is_some() && round.frozen.is_some_and(|frozen| usize::from(frozen.jobs) == all)
		};
		self.rounds.iter().find(is_it)
	}
}

/// Seconds with one digit behind the point, or that it was not.
fn seconds(at: Option<Duration>) -> String {
	at.map_or_else(|| "-".to_owned(), |at| format!("{:.1} s", at.as_secs_f64()))
}

impl Display for Course {
	fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
		let (faults, runs) = self.expected;
		let [first, last] =
			[self.opened.map(|(first, _)| first), self.opened.map(|(_, last)| last)].map(seconds);
		writeln!(f, "{} of {faults} faults: {first} to {last}", self.faults.len())?;
		writeln!(f, "{} of {runs} generator runs: to {}", self.runs.len(), seconds(self.ordered))?;
		writeln!(f, "all alarms are facts: {}", seconds(self.imported))?;
		for round in &self.rounds {
			let RoundCourse { id, opened, frozen, bids, refused, decided, over, solved } = round;
			writeln!(f, "round {id}: opened {}", seconds(Some(*opened)))?;
			if let Some(Frozen { at, jobs, resources }) = frozen {
				writeln!(f, "  frozen {}: {jobs} jobs, {resources} resources", seconds(Some(*at)))?;
			}
			for Bid { at, org, score, is_best } in bids {
				let best = if *is_best { ", the best so far" } else { "" };
				writeln!(f, "  bid of company {} {}: {score:?}{best}", org.0, seconds(Some(*at)))?;
			}
			for (org, defect) in refused {
				writeln!(f, "  bid of company {} refused: {defect:?}", org.0)?;
			}
			if let Some((at, winner, score)) = decided {
				writeln!(f, "  decided {} for {winner:?}: {score:?}", seconds(Some(*at)))?;
			}
			writeln!(f, "  routes out: {}", seconds(*over))?;
			for (org, output) in solved {
				let said = output.stderr.trim();
				writeln!(f, "  solver of company {} ended with {:?}: {said}", org.0, output.code)?;
			}
		}
		write!(f, "checked: {}", seconds(self.checked))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn it_is_over_with_the_first_round_that_has_all_orders() {
		let of = |id, jobs, over| RoundCourse {
			id,
			frozen: Some(Frozen { at: Duration::ZERO, jobs, resources: 1 }),
			over,
			..RoundCourse::default()
		};
		let mut course = Course { expected: (2, 1), ..Course::default() };
		course.rounds = vec![of(1, 2, Some(Duration::ZERO)), of(2, 3, None)];
		assert!(course.last().is_none());
		course.rounds[1].over = Some(Duration::from_secs(30));
		assert_eq!(course.last().map(|round| round.id), Some(2));
		let text = course.to_string();
		assert!(text.contains("0 of 2 faults: - to -") && text.contains("routes out: 30.0 s"), "{text}");
	}
}
