// SPDX-License-Identifier: Apache-2.0
//! `trimast plan`: rounds, their plans, and the routes that come of them.
//!
//! * [`sheet`]: a round with its plan, as tables; [`map`]: as a map. [`explain`]: who has won, and why.
//! * [`solve`]: a plan of one's own. [`bidder`]: who bids for every round. [`act`]: what dispatchers say. [`words`]: rounds and reasons in words.

mod act;
pub(crate) mod bidder;
mod explain;
pub(crate) mod map;
mod sheet;
mod solve;
mod views;
pub(crate) mod words;

use crate::{
	context::Context,
	error::Result,
	files::{self, check_folder},
	names,
	order::people::People,
	output::listed,
};
use clap::Subcommand;
use serde_json::json;
use sheet::Sheet;
use std::path::PathBuf;
use trimast_primitives::{
	apis::{RoundView, TerritoryView},
	LocalNetworkId, Moment,
};
use words::{score_text, stage_text, trigger_text};

/// Rounds and their plans.
#[derive(Subcommand, Debug)]
pub(crate) enum PlanCommand {
	/// The rounds that are open, and the last one of each local network.
	List {
		/// Only those of this local network.
		#[arg(value_parser = names::local_network)]
		local_network: Option<LocalNetworkId>,
	},
	/// The plan of a round: who comes where and when, what is restored, what is not served and why.
	#[command(after_help = "Examples:
  trimast plan show 12
  trimast plan show 12 --svg round-12.svg")]
	Show {
		/// The round.
		id: u32,
		/// Draw it as a map in this new file.
		#[arg(long, value_name = "FILE")]
		svg: Option<PathBuf>,
	},
	/// Who has bid what, who has won by which rule, and what the plan is worth, worked out.
	Explain(explain::ExplainCommand),
	/// Makes a plan on this machine, and bids it where it is worth it.
	Solve(solve::SolveCommand),
	/// Calls for a round.
	Open {
		/// Where.
		#[arg(value_parser = names::local_network)]
		local_network: LocalNetworkId,
	},
	/// Sends a crew or a generator by hand, with a reason.
	Override(act::OverrideCommand),
	/// Takes routes on, or says of late ones that they go on.
	Ack {
		/// The crews and generators.
		#[arg(required = true)]
		resources: Vec<u32>,
	},
	/// Refuses a route, or gives it up.
	Refuse(act::RefuseCommand),
	/// Says that a visit is done; of a generator that it runs, and then that it is free.
	Done {
		/// The crew or generator.
		resource: u32,
		/// The order to which it is under way.
		order: u32,
	},
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: PlanCommand) -> Result<()> {
	match command {
		PlanCommand::List { local_network } => list(context, local_network).await,
		PlanCommand::Show { id, svg } => show(context, id, svg).await,
		PlanCommand::Explain(command) => explain::run(context, command).await,
		PlanCommand::Solve(command) => solve::run(context, command).await,
		PlanCommand::Open { local_network } => act::open(context, local_network).await,
		PlanCommand::Override(command) => act::override_plan(context, command).await,
		PlanCommand::Ack { resources } => act::acknowledge(context, &resources).await,
		PlanCommand::Refuse(command) => act::refuse(context, command).await,
		PlanCommand::Done { resource, order } => act::done(context, resource, order).await,
	}
}

/// The rounds of a local network, the one that is over first.
fn rounds(view: &TerritoryView) -> impl Iterator<Item = &RoundView> {
	view.last.iter().chain(&view.open)
}

fn row(view: &RoundView, people: &People, now: Moment) -> Vec<String> {
	let best = match (view.best, view.floor) {
		(Some((org, score)), _) => format!("{}: {}", people.name(org), score_text(score)),
		(None, Some(floor)) => format!("greedy: {}", score_text(floor)),
		(None, None) => "-".into(),
	};
	vec![
		view.local_network.0.to_string(),
		view.id.to_string(),
		stage_text(view.stage, now),
		trigger_text(view.trigger, people),
		view.jobs.to_string(),
		view.resources.to_string(),
		best,
	]
}

/// `plan list`.
async fn list(context: &Context, only: Option<LocalNetworkId>) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let all = match only {
		None => at.planned_networks().await?,
		Some(id) => {
			at.local_network(id).await?;
			at.planned_network(id).await?.into_iter().collect()
		}
	};
	let (people, now) = (People::of(&at.orgs().await?), at.moment().await?);
	context.output.answer(&json!({ "now": now, "local_networks": all }), || {
		let header = ["local network", "round", "stands", "opened for", "jobs", "resources", "best plan"];
		listed("rounds", &header, all.iter().flat_map(rounds).map(|view| row(view, &people, now)))
	});
	Ok(())
}

/// `plan show`.
async fn show(context: &Context, id: u32, svg: Option<PathBuf>) -> Result<()> {
	if let Some(path) = &svg {
		check_folder(path)?;
	}
	let chain = context.chain().await?;
	let sheet = Sheet::ask(chain.now().await?, id).await?;
	if let Some(path) = &svg {
		files::create(path, map::svg(&sheet).as_bytes())?;
	}
	context.output.answer(&sheet.to_json(), || {
		let mut text = vec![sheet.head()];
		if sheet.plan.is_some() {
			text.push(sheet.routes());
			text.push(match sheet.unserved.is_empty() {
				true => "all jobs are served".into(),
				false => sheet.leftovers(),
			});
		}
		text.join("\n")
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::{sheet::tests::sheet, *};
	use crate::order::people::tests::people;
	use trimast_primitives::{apis::RoundStageView, OrgId};

	#[test]
	fn rows_say_how_far_a_round_is_and_whose_plan_is_best() {
		let view = sheet().view;
		let text = |view: &RoundView| row(view, &people(), 0).join("|");
		assert!(text(&view).starts_with("1301|7|over|called for by one|3|1|greedy: "), "{}", text(&view));
		let best = view.floor.map(|score| (OrgId(1), score));
		let stage = RoundStageView::Bidding { until: 60_000 };
		let open = RoundView { stage, best, ..view };
		assert!(text(&open).contains("takes bids until") && text(&open).contains("|two: "));
	}
}
