// SPDX-License-Identifier: Apache-2.0
//! `trimast plan solve`: a plan of one's own, made here, and bid where it is worth it.

use super::{
	map,
	sheet::Sheet,
	words::{defect_text, score_text},
};
use crate::{
	chain::views::At,
	config::access,
	context::Context,
	error::{Failure, Result},
	files::{self, check_folder},
	order::{about::About, desk::DISPATCHER},
	output::counted,
	submit::Inclusion,
};
use clap::Args;
use serde_json::{json, Value};
use std::{path::PathBuf, time::Duration};
use trimast_primitives::{
	apis::{RoundView, UnservedView},
	plan::{check, why_unserved, Plan, Round},
	Hash,
};
use trimast_solver::{bid, solve, Settings, Solved};

/// Solve a round with the cores of this machine, and check the plan by the code that the chain uses.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  trimast plan solve 12
  trimast plan solve 12 --budget 10 --bid
  trimast plan solve 12 --budget 60 --svg round-12.svg")]
pub(crate) struct SolveCommand {
	/// The round.
	id: u32,
	/// How long it may take; otherwise what is left of the time for bids, or 20 s where none are taken.
	#[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=86_400))]
	budget: Option<u32>,
	/// On how many threads; on all cores otherwise.
	#[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
	threads: Option<u16>,
	/// Where random numbers begin.
	#[arg(long, default_value_t = 1)]
	seed: u64,
	/// Bid the plan, where it is better than the greedy one and than the best bid so far.
	#[arg(long)]
	bid: bool,
	/// Draw it as a map in this new file.
	#[arg(long, value_name = "FILE")]
	svg: Option<PathBuf>,
}

/// What to do where the solver itself fails.
const AGAIN: &str = "repeat the command with another --seed; the greedy plan holds where nobody bids";

/// A round as it was frozen. Refused where the node gives another one than the chain has the digest of.
pub(crate) async fn frozen(at: At<'_>, view: &RoundView) -> Result<Round> {
	let round = at.snapshot(view.id).await?;
	match round.digest(at.chain().genesis()) == view.digest {
		true => Ok(round),
		false => Err(Failure::chain(
			"jobs and resources have another digest than the round has on the chain",
		)
		.at(format!("round {}", view.id))
		.remedy("this `trimast` and the chain's runtime differ, or the node lies: ask another node (--url)")),
	}
}

/// Solves a round on threads of their own.
pub(crate) async fn solved(round: Round, digest: Hash, settings: Settings) -> Result<(Round, Solved)> {
	let number = round.number;
	let work = move || {
		let solved = solve(&round, digest, &settings);
		(round, solved)
	};
	let (round, solved) = tokio::task::spawn_blocking(work)
		.await
		.map_err(|error| Failure::chain(format!("the solver has failed: {error}")))
		.map_err(|failure| failure.at(format!("round {number}")).remedy(AGAIN))?;
	let of = |what: String| Failure::chain(what).at(format!("round {number}")).remedy(AGAIN);
	let solved = solved.map_err(|error| of(error.to_string()))?;
	check(&round, digest, &solved.plan)
		.map_err(|defect| of(format!("the plan is refused: {}", defect_text(&defect))))?;
	Ok((round, solved))
}

/// What a plan leaves, and why.
pub(crate) fn unserved(round: &Round, plan: &Plan) -> Vec<UnservedView> {
	let why = |(index, job): (_, &trimast_primitives::plan::Job)| {
		let order = u32::try_from(job.id).ok()?;
		Some(UnservedView { order, why: why_unserved(round, plan, index)? })
	};
	round.jobs().filter_map(why).collect()
}

/// Refuses a bid that the chain has refused: its call has succeeded, so that the mark stays.
pub(crate) fn judge(inclusion: &Inclusion, round: u32) -> Result<()> {
	let refused = inclusion.events.iter().find(|event| event.is("Dispatch", "BidRefused"));
	match refused {
		None => Ok(()),
		Some(event) => {
			Err(Failure::chain("the chain has refused the bid, which costs a mark")
				.at(event.text())
				.at(format!("round {round}"))
				.remedy(
					"this `trimast` checks plans otherwise than the chain: install the version that goes with its runtime before \
					 the next bid",
				))
		}
	}
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: SolveCommand) -> Result<()> {
	if let Some(path) = &command.svg {
		check_folder(path)?;
	}
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let view = at.round(command.id).await?;
	let now = at.moment().await?;
	let refused = |reason: bid::NoBid| {
		Failure::chain(reason).at(format!("round {}", command.id)).remedy(
			"`trimast plan list` shows the rounds that take bids; without --bid it is solved all the same",
		)
	};
	let org = match command.bid {
		false => None,
		true => {
			let account = access::acting(context, at, DISPATCHER).await?;
			access::expect_local_network(&account, view.local_network)?;
			bid::may(&view, &at.bidder(view.id, account.org).await?, now).map_err(refused)?;
			Some(account.org)
		}
	};
	let left = bid::until(&view, now).map(|until| Duration::from_millis(until.saturating_sub(now)));
	let usual = left.map_or(Settings::default().budget, bid::budget);
	let budget = command.budget.map_or(usual, |seconds| Duration::from_secs(seconds.into()));
	let threads = command.threads.map_or(Settings::default().threads, usize::from);
	let settings = Settings { budget, threads, seed: command.seed, ..Settings::default() };
	let round = frozen(at, &view).await?;
	context.output.remark(&format!(
		"{}, {}: {:.1} s on {}",
		counted(view.jobs, "job"),
		counted(view.resources, "resource"),
		budget.as_secs_f64(),
		counted(threads, "thread")
	));
	// What the orders are is asked meanwhile: a bid does not wait for it.
	let (found, sheet) = tokio::join!(solved(round, view.digest, settings), Sheet::ask(at, command.id));
	let ((round, Solved { plan, floor, steps }), sheet) = (found?, sheet?);
	// Others have bid meanwhile.
	let at = chain.now().await?;
	let (fresh, now) = (at.round(command.id).await?, at.moment().await?);
	let worth = bid::worth(&fresh, Some(floor), plan.score);
	let left = unserved(&round, &plan);
	let sheet = sheet.with(plan.clone(), left)?;
	if let Some(path) = &command.svg {
		files::create(path, map::svg(&sheet).as_bytes())?;
	}
	let mut value = sheet.to_json();
	if let Value::Object(map) = &mut value {
		map.insert("floor".into(), json!(floor));
		map.insert("steps".into(), json!(steps));
		map.insert("no_bid".into(), json!(worth.err().map(|reason| reason.to_string())));
		map.insert("plan".into(), json!(plan));
	}
	context.output.answer(&value, || {
		let mut text = vec![
			format!("greedy plan  {}", score_text(floor)),
			format!("this plan    {}; it passes the chain's check", score_text(plan.score)),
			sheet.routes(),
		];
		if !sheet.unserved.is_empty() {
			text.push(sheet.leftovers());
		}
		text.extend(worth.err().map(|reason| format!("not worth a bid: {reason}")));
		text.join("\n")
	});
	let Some(org) = org.filter(|_| worth.is_ok()) else { return Ok(()) };
	bid::may(&fresh, &at.bidder(fresh.id, org).await?, now).map_err(refused)?;
	let call = context.spec(&chain).await?.call("Dispatch", "bid", (fresh.id, plan))?;
	match About::Round(fresh.id).perform(context, &chain, call).await? {
		Some(inclusion) => judge(&inclusion, fresh.id),
		None => Ok(()),
	}
}

#[cfg(test)]
mod tests {
	use super::{super::sheet::tests::sheet, *};
	use trimast_primitives::Hash;

	#[tokio::test]
	async fn plan_of_the_solver_passes_the_check_and_leaves_what_nobody_can_do() {
		let sheet = sheet();
		let settings = Settings { budget: Duration::from_millis(20), threads: 1, ..Settings::default() };
		let digest = sheet.round.digest(Hash::zero());
		let (round, found) = solved(sheet.round.clone(), digest, settings).await.unwrap();
		assert!(found.plan.score <= found.floor);
		let left: Vec<u32> = unserved(&round, &found.plan).iter().map(|one| one.order).collect();
		assert_eq!(left, [19]);
	}

	#[test]
	fn bid_that_the_chain_refuses_is_a_failure_though_its_call_succeeds() {
		let event = |name: &str| crate::chain::events::Event {
			index: 0,
			phase: crate::chain::events::Phase::Initialization,
			pallet: "Dispatch".into(),
			name: name.into(),
			fields: json!({ "round": 7 }),
			bytes: Vec::new(),
		};
		let of = |name: &str| Inclusion {
			block: 1,
			block_hash: Hash::zero(),
			index: 1,
			hash: Hash::zero(),
			events: vec![event(name)],
			failure: None,
		};
		assert_eq!(judge(&of("BidTaken"), 7), Ok(()));
		let refused = judge(&of("BidRefused"), 7).unwrap_err();
		let told = refused.to_string();
		assert!(
			refused.exit_code() == 1 && told.starts_with("round 7: ") && told.contains("remedy: "),
			"{told}"
		);
	}
}
