// SPDX-License-Identifier: Apache-2.0
//! A round with its plan: who comes where and when, what stays out of service, and what the plan is worth, worked out.

use super::words::{
	minutes, resource_text, score_text, service_text, stage_text, time_text, trigger_text, why_text,
};
use crate::{
	chain::views::At,
	config::export::time,
	error::{Failure, Result},
	order::{
		people::People,
		words::{place_text, span},
	},
	output::{counted, facts, listed, table},
};
use futures::{stream, StreamExt};
use serde_json::{json, Value};
use std::collections::BTreeMap;
use trimast_primitives::{
	apis::{RoundStageView, RoundView, UnservedView},
	order::Place,
	plan::{schedule, Job, Plan, ResourceIndex, Round, Visit},
	Moment,
};

/// How many orders are asked for at once.
const AT_ONCE: usize = 16;

/// A round with its plan.
pub(crate) struct Sheet {
	pub(crate) view: RoundView,
	pub(crate) round: Round,
	/// The best plan so far, or the one that has won.
	pub(crate) plan: Option<Plan>,
	/// Its visits, route by route.
	pub(crate) visits: Vec<Visit>,
	/// What it leaves.
	pub(crate) unserved: Vec<UnservedView>,
	/// Where the orders are that are still kept.
	places: BTreeMap<u64, Place>,
	pub(crate) people: People,
	now: Moment,
}

impl Sheet {
	/// Asks for it.
	pub(crate) async fn ask(at: At<'_>, id: u32) -> Result<Self> {
		let view = at.round(id).await?;
		let (round, plan) = (at.snapshot(id).await?, at.plan(id).await?);
		let unserved = if plan.is_some() { at.unserved(id).await? } else { Vec::new() };
		let sheet = Self::of(view, round, plan, unserved, People::of(&at.orgs().await?), at.moment().await?)?;
		let places = places(at, &sheet.round).await?;
		Ok(Self { places, ..sheet })
	}

	/// Of what is known.
	pub(crate) fn of(
		view: RoundView,
		round: Round,
		plan: Option<Plan>,
		unserved: Vec<UnservedView>,
		people: People,
		now: Moment,
	) -> Result<Self> {
		let visits = match &plan {
			None => Vec::new(),
			Some(plan) => schedule(&round, view.digest, plan).map_err(|defect| {
				Failure::chain(format!("the plan cannot be followed: {defect:?}"))
					.at(format!("round {}", view.id))
					.remedy("this `trimast` and the chain's runtime differ: install the version that goes with the runtime")
			})?,
		};
		Ok(Self { view, round, plan, visits, unserved, places: BTreeMap::new(), people, now })
	}

	/// The same round with another plan.
	pub(crate) fn with(self, plan: Plan, unserved: Vec<UnservedView>) -> Result<Self> {
		let Self { view, round, places, people, now, .. } = self;
		Ok(Self { places, ..Self::of(view, round, Some(plan), unserved, people, now)? })
	}

	/// Its jobs that nobody visits, with what each loses.
	fn left(&self) -> impl Iterator<Item = (&UnservedView, &Job, u64)> {
		self.unserved.iter().filter_map(|one| {
			let place = self.round.jobs.binary_search_by_key(&u64::from(one.order), |job| job.id).ok()?;
			let job = self.round.jobs.get(place)?;
			Some((one, job, self.round.lost_if_left(job)))
		})
	}

	/// Where an order is.
	pub(crate) fn place(&self, id: u64) -> String {
		self.places.get(&id).map_or_else(|| "-".into(), |place| place_text(*place))
	}

	/// A resource with whose it is.
	pub(crate) fn who(&self, index: ResourceIndex) -> String {
		self.round.resource(index).map_or_else(
			|| "-".into(),
			|resource| format!("{}, {}", resource_text(resource), self.people.name(resource.owner)),
		)
	}

	/// Whose plan it is.
	fn author(&self) -> String {
		match (&self.plan, self.view.best, self.view.stage) {
			(None, _, _) => "none yet".into(),
			(Some(_), Some((org, _)), RoundStageView::Bidding { .. } | RoundStageView::Closing) => {
				format!("the best bid so far, of {}", self.people.name(org))
			}
			(Some(_), Some((org, _)), _) => format!("the bid of {}", self.people.name(org)),
			(Some(_), None, _) => "the greedy plan of the chain: no bid was better".into(),
		}
	}

	/// The round in short.
	pub(crate) fn head(&self) -> String {
		let score = |score: Option<_>| score.map_or_else(|| "-".into(), score_text);
		facts(&[
			("round", self.view.id.to_string()),
			("local network", self.view.local_network.0.to_string()),
			(
				"opened",
				format!(
					"{}: {}",
					time::text(self.view.opened),
					trigger_text(self.view.trigger, &self.people)
				),
			),
			("stands", stage_text(self.view.stage, self.now)),
			(
				"in it",
				format!("{}, {}", counted(self.view.jobs, "job"), counted(self.view.resources, "resource")),
			),
			("greedy plan", score(self.view.floor)),
			("best bid", score(self.view.best.map(|(_, score)| score))),
			("plan", self.author()),
			("its worth", score(self.plan.as_ref().map(|plan| plan.score))),
		])
	}

	/// Who comes where and when.
	pub(crate) fn routes(&self) -> String {
		let (mut last, mut stop) = (None, 0usize);
		let rows = self.visits.iter().filter_map(|visit| {
			let job = self.round.job(visit.job)?;
			let is_first = last.replace(visit.resource) != Some(visit.resource);
			stop = if is_first { 1 } else { stop.saturating_add(1) };
			let times = visit.times;
			Some(vec![
				if is_first { self.who(visit.resource) } else { String::new() },
				stop.to_string(),
				job.id.to_string(),
				self.place(job.id),
				time_text(&self.round, times.arrival),
				time_text(&self.round, times.start),
				time_text(&self.round, times.end),
				service_text(job),
				self.late_text(job, times.end),
			])
		});
		let header = ["resource", "stop", "order", "place", "there", "begins", "restored", "what", "in time"];
		listed("visits", &header, rows.collect::<Vec<_>>())
	}

	/// How a job stands that is done at a time.
	fn late_text(&self, job: &Job, end: trimast_primitives::plan::Time) -> String {
		match u64::from(end).saturating_sub(job.deadline()) {
			0 => "yes".into(),
			late => format!("{} late, {} lost", span(late), minutes(self.round.lost(job, end))),
		}
	}

	/// What nobody comes to, and why.
	pub(crate) fn leftovers(&self) -> String {
		let rows = self.left().map(|(one, job, lost)| {
			let deadline = u32::try_from(job.deadline()).unwrap_or(u32::MAX);
			vec![
				one.order.to_string(),
				self.place(job.id),
				service_text(job),
				time_text(&self.round, deadline),
				minutes(lost),
				why_text(&self.round, one.why),
			]
		});
		table(&["not served", "place", "what", "deadline", "lost", "why"], rows)
	}

	/// What loses service, job by job: the first part of the score.
	pub(crate) fn losses(&self) -> String {
		let weight = |job: &Job| {
			let one = self.round.rules.weight(job.class, 1);
			format!("{one} x {} = {}", job.plmns, self.round.rules.weight(job.class, job.plmns))
		};
		let row = |job: &Job, end: String, late: u64, lost: u64| {
			let deadline = u32::try_from(job.deadline()).unwrap_or(u32::MAX);
			vec![
				job.id.to_string(),
				weight(job),
				time_text(&self.round, deadline),
				end,
				late.to_string(),
				lost.to_string(),
			]
		};
		let visited = self.visits.iter().filter_map(|visit| {
			let job = self.round.job(visit.job)?;
			let late = u64::from(visit.times.end).checked_sub(job.deadline()).filter(|late| *late > 0)?;
			let lost = self.round.lost(job, visit.times.end);
			Some(row(job, time_text(&self.round, visit.times.end), late, lost))
		});
		let left = self.left().map(|(_, job, lost)| {
			let late = u64::from(self.round.end).saturating_sub(job.deadline());
			row(job, "not served".into(), late, lost)
		});
		let header = [
			"order",
			"class weight x PLMNs",
			"deadline",
			"restored",
			"ms behind the deadline",
			"lost, weight x ms",
		];
		listed("service is lost", &header, visited.chain(left).collect::<Vec<_>>())
	}

	/// For programs.
	pub(crate) fn to_json(&self) -> Value {
		let at = |tick: u32| self.round.origin.saturating_add(tick.into());
		let visits: Vec<Value> = self
			.visits
			.iter()
			.filter_map(|visit| {
				let (job, resource) = (self.round.job(visit.job)?, self.round.resource(visit.resource)?);
				Some(json!({
					"resource": resource.id, "org": resource.owner, "order": job.id, "place": self.place(job.id),
					"arrival": at(visit.times.arrival), "start": at(visit.times.start), "end": at(visit.times.end),
					"plmns": job.plmns, "class": job.class, "deadline": self.round.origin.saturating_add(job.deadline()),
					"lost": self.round.lost(job, visit.times.end),
				}))
			})
			.collect();
		let unserved: Vec<Value> = self
			.left()
			.map(|(one, job, lost)| {
				json!({
					"order": one.order, "place": self.place(job.id), "plmns": job.plmns, "class": job.class,
					"deadline": self.round.origin.saturating_add(job.deadline()), "lost": lost, "why": one.why,
					"reason": why_text(&self.round, one.why),
				})
			})
			.collect();
		json!({
			"round": self.view, "score": self.plan.as_ref().map(|plan| plan.score), "visits": visits, "unserved": unserved,
		})
	}
}

/// Where the orders of a round are, of those that are kept still.
async fn places(at: At<'_>, round: &Round) -> Result<BTreeMap<u64, Place>> {
	let orders: Vec<u32> = round.jobs.iter().filter_map(|job| u32::try_from(job.id).ok()).collect();
	let ask = |id: u32| async move { (id, at.order(id).await) };
	let mut asked = stream::iter(orders).map(ask).buffered(AT_ONCE);
	let mut places = BTreeMap::new();
	while let Some((id, found)) = asked.next().await {
		match found {
			Ok(view) => {
				places.insert(id.into(), view.order.place);
			}
			Err(failure) if crate::submit::is_passing(&failure) => return Err(failure),
			// It is forgotten.
			Err(_) => {}
		}
	}
	Ok(places)
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use crate::order::people::tests::people;
	use trimast_primitives::{
		apis::TriggerView,
		plan::{
			greedy, why_unserved, Metric, Point, Resource, ResourceKind, Rules, Skills, SlaClass, Window,
		},
		Hash, LocalNetworkId, OrgId,
	};

	const MINUTE: u32 = 60_000;

	fn job(id: u64, x: i32, skills: u32, autonomy: u32) -> Job {
		Job {
			id,
			at: Point { x: 114_000_000 + x, y: 38_000_000 },
			service: 10 * MINUTE,
			windows: vec![Window { from: 0, to: 600 * MINUTE }].try_into().unwrap(),
			skills: Skills(skills),
			power: 0,
			demand: 1,
			class: SlaClass::One,
			plmns: 3,
			outage: 0,
			autonomy,
			pinned: None,
		}
	}

	/// A crew, an order in time, one that is late, and one that nobody has the skills for.
	pub(crate) fn sheet() -> Sheet {
		let crew = Resource {
			id: 5,
			owner: OrgId(2),
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
		let jobs = vec![job(17, 0, 0, 0), job(18, 100_000, 1, 300 * MINUTE), job(19, 0, 2, 0)];
		let round = Round {
			number: 7,
			origin: 1_000 * u64::from(MINUTE),
			end: 600 * MINUTE,
			rules: Rules { version: 1, metric: Metric::Earth { detour: 1_300 }, weights: [8, 4, 2, 1] },
			jobs: jobs.try_into().unwrap(),
			resources: vec![crew].try_into().unwrap(),
		};
		let digest = round.digest(Hash::zero());
		let plan = greedy(&round, digest, u32::MAX).unwrap();
		let why = |(index, job): (_, &Job)| {
			Some(UnservedView { order: job.id as u32, why: why_unserved(&round, &plan, index)? })
		};
		let unserved = round.jobs().filter_map(why).collect();
		let view = RoundView {
			id: 7,
			local_network: LocalNetworkId(1301),
			trigger: TriggerView::Call(OrgId(0)),
			opened: round.origin,
			stage: RoundStageView::Over,
			digest,
			jobs: 3,
			resources: 1,
			floor: Some(plan.score),
			best: None,
			bids_each: 3,
			bids: Vec::new(),
			grace: 900,
		};
		Sheet::of(view, round, Some(plan), unserved, people(), 0).unwrap()
	}

	#[test]
	fn routes_say_who_comes_when_and_what_is_restored() {
		let text = sheet().routes();
		assert!(text.contains("crew 5, tower") && text.contains("3 PLMNs, class 1"), "{text}");
		// Done after ten minutes, without batteries: 24 a minute
		assert!(text.contains("10 min late, 240.00 lost"), "{text}");
		assert_eq!(text.matches("crew 5").count(), 1, "{text}");
		assert!(text.contains("yes"), "{text}");
	}

	#[test]
	fn what_is_not_served_says_why() {
		let text = sheet().leftovers();
		assert!(text.contains("the skills are missing") && text.contains("14400.00"), "{text}");
		let value = sheet().to_json();
		assert_eq!(value["unserved"][0]["order"], 19);
		assert_eq!(value["visits"].as_array().map(Vec::len), Some(2));
	}

	#[test]
	fn losses_add_up_to_the_score() {
		let sheet = sheet();
		let value = sheet.to_json();
		let lost = |list: &str| {
			value[list].as_array().unwrap().iter().map(|one| one["lost"].as_u64().unwrap()).sum::<u64>()
		};
		assert_eq!(lost("visits") + lost("unserved"), sheet.plan.as_ref().unwrap().score.lost);
		let text = sheet.losses();
		assert!(text.contains("8 x 3 = 24") && text.contains("not served"), "{text}");
	}

	#[test]
	fn head_says_whose_plan_it_is() {
		let greedy = sheet();
		assert!(greedy.head().contains("the greedy plan of the chain: no bid was better"));
		assert!(greedy.head().contains("called for by one"));
		let best = Some((OrgId(1), greedy.plan.as_ref().unwrap().score));
		let won = Sheet { view: RoundView { best, ..greedy.view.clone() }, ..greedy };
		assert!(won.head().contains("the bid of two"));
	}
}
