// SPDX-License-Identifier: Apache-2.0
//! `trimast-solver`: watches the rounds of a chain, solves them, and bids.
//!
//! ```text
//!   final block -> rounds that take bids, in its places -> the one whose time ends first
//!      -> solve within the time, on all cores -> check -> better than floor and best? -> bid -> final
//!                                                            +-> no bid
//! ```
//!
//! # What it guarantees
//!
//! * **Each round once**: a line for each, whatever came of it.
//! * **In time**: a part of the time for bids is kept for the bid itself ([`trimast_solver::bid::budget`]); rounds that are open
//!   at once share the rest.
//! * **Nothing invalid**: a plan has passed the chain's own check before it is sent, since an invalid one costs a mark.
//! * **Nothing in vain**: what is no better than the greedy plan or the best bid is not sent.
//! * **It goes on**: through lost connections and restarted nodes, and after whatever goes wrong with a round. It ends when it is
//!   told to (TERM, or an interrupt).

mod turn;

use clap::Parser;
use serde_json::json;
use std::{
	collections::BTreeSet,
	process::ExitCode,
	time::{Duration, Instant},
};
use tokio::{signal, time::timeout};
use trimast_cli::{Bidder, Failure, Options};
use trimast_primitives::{
	apis::RoundView,
	plan::{Plan, Score},
};
use trimast_solver::{bid::NoBid, Settings, Solved};
use turn::{next, Turn};

/// How long a bid may take to become final once the time for bids is over.
const SETTLES: Duration = Duration::from_secs(60);

/// Solves the rounds of a Trimast chain, and bids for a company.
#[derive(Parser, Debug)]
#[command(
	name = "trimast-solver",
	version,
	max_term_width = 110,
	after_help = "Examples:
  trimast-solver --key-file dispatcher.key
  trimast-solver --url wss://node:9944 --keystore dispatcher.json --password-file p --in province:13 --in local:1401

Exit codes: 0 told to end; otherwise those of `trimast`."
)]
struct Arguments {
	#[command(flatten)]
	options: Options,
	/// Longest time that a round is solved for; what its time for bids leaves otherwise.
	#[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
	budget: Option<u32>,
	/// On how many threads; on all cores otherwise.
	#[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
	threads: Option<u16>,
	/// Where random numbers begin.
	#[arg(long, default_value_t = 1)]
	seed: u64,
}

fn main() -> ExitCode {
	let arguments = Arguments::parse();
	let json = arguments.options.json;
	let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
		Ok(runtime) => runtime,
		Err(error) => {
			eprintln!("error: no asynchronous runtime: {error}");
			return ExitCode::FAILURE;
		}
	};
	let result = runtime.block_on(async {
		tokio::select! {
			result = run(arguments) => result,
			() = told_to_end() => Ok(()),
		}
	});
	// A round that is being solved is not waited for.
	runtime.shutdown_background();
	match result {
		Ok(()) => ExitCode::SUCCESS,
		Err(failure) => {
			if json {
				println!("{}", failure.to_json());
			}
			eprintln!("error: {failure}");
			ExitCode::from(failure.exit_code())
		}
	}
}

/// Waits for TERM or an interrupt.
async fn told_to_end() {
	#[cfg(unix)]
	if let Ok(mut terminated) = signal::unix::signal(signal::unix::SignalKind::terminate()) {
		tokio::select! {
			_ = terminated.recv() => {},
			_ = signal::ctrl_c() => {},
		}
		return;
	}
	let _ = signal::ctrl_c().await;
}

async fn run(arguments: Arguments) -> Result<(), Failure> {
	let Arguments { options, budget, threads, seed } = arguments;
	let bidder = Bidder::connect(options).await?;
	let usual = Settings::default();
	let settings = Settings { threads: threads.map_or(usual.threads, usize::from), seed, ..usual };
	let most = budget.map(|seconds| Duration::from_secs(seconds.into()));
	let mut seen = BTreeSet::new();
	let each = async || {
		// What goes wrong with a look is looked at again with the next block.
		loop {
			let (open, now) = match bidder.rounds().await {
				Ok(found) => found,
				Err(failure) => {
					eprintln!("error: {failure}");
					return Ok(());
				}
			};
			seen.retain(|id| open.iter().any(|view| view.id == *id));
			let Some(Turn { view, budget, left }) = next(&open, &seen, now, most) else { return Ok(()) };
			seen.insert(view.id);
			let begun = Instant::now();
			let came = attempt(&bidder, view, Settings { budget, ..settings }, left).await;
			let outcome = Outcome { view, took: begun.elapsed(), came };
			bidder.tell(now, &outcome.to_json(), &outcome.text());
		}
	};
	bidder.follow(each).await
}

/// What came of a plan.
enum Came {
	/// It was not sent.
	NoBid { found: Option<(Score, Score)>, why: NoBid },
	/// It is the company's bid.
	Bid { floor: Score, score: Score },
	/// Something went wrong.
	Failed(Failure),
}

/// What came of a round.
struct Outcome<'a> {
	view: &'a RoundView,
	took: Duration,
	came: Came,
}

impl Outcome<'_> {
	fn text(&self) -> String {
		let view = self.view;
		let head = format!(
			"round {} in {}, {} jobs, {} resources",
			view.id, view.local_network.0, view.jobs, view.resources
		);
		let worth = |floor: Score, score: Score| {
			format!(
				"{:.1} s: {} (greedy: {})",
				self.took.as_secs_f64(),
				Bidder::score_text(score),
				Bidder::score_text(floor)
			)
		};
		match &self.came {
			Came::NoBid { found: None, why } => format!("{head}: no bid: {why}"),
			Came::NoBid { found: Some((floor, score)), why } => {
				format!("{head}: {}: no bid: {why}", worth(*floor, *score))
			}
			Came::Bid { floor, score } => format!("{head}: {}: bid", worth(*floor, *score)),
			// One line a round.
			Came::Failed(failure) => {
				let text = failure.to_string();
				let lines: Vec<&str> = text.lines().map(str::trim).collect();
				format!("{head}: failed: {}", lines.join("; "))
			}
		}
	}

	fn to_json(&self) -> serde_json::Value {
		let (found, bid, why) = match &self.came {
			Came::NoBid { found, why } => (*found, false, Some(why.to_string())),
			Came::Bid { floor, score } => (Some((*floor, *score)), true, None),
			Came::Failed(failure) => (None, false, Some(failure.to_string())),
		};
		json!({
			"type": "round", "round": self.view.id, "local_network": self.view.local_network, "jobs": self.view.jobs,
			"resources": self.view.resources, "seconds": self.took.as_secs_f64(), "bid": bid, "why_not": why,
			"failed": matches!(self.came, Came::Failed(_)),
			"floor": found.map(|(floor, _)| floor), "score": found.map(|(_, score)| score),
		})
	}
}

/// Solves a round, and bids where it is worth it.
async fn attempt(bidder: &Bidder, view: &RoundView, settings: Settings, left: Duration) -> Came {
	match try_it(bidder, view, settings, left).await {
		Ok(came) => came,
		Err(failure) => Came::Failed(failure),
	}
}

async fn try_it(
	bidder: &Bidder,
	view: &RoundView,
	settings: Settings,
	left: Duration,
) -> Result<Came, Failure> {
	let standing = bidder.standing(view.id).await?;
	if standing.is_barred {
		return Ok(Came::NoBid { found: None, why: NoBid::Barred });
	}
	if standing.left == 0 {
		return Ok(Came::NoBid { found: None, why: NoBid::NoneLeft });
	}
	let Solved { plan, floor, .. } = bidder.solve(view, settings).await?;
	let score = plan.score;
	if let Err(why) = bidder.worth(view.id, floor, score).await? {
		return Ok(Came::NoBid { found: Some((floor, score)), why });
	}
	send(bidder, view.id, plan, left.saturating_add(SETTLES)).await?;
	Ok(Came::Bid { floor, score })
}

/// Bids. What is not final long after the time for bids is given up: another round may be open.
async fn send(bidder: &Bidder, round: u32, plan: Plan, patience: Duration) -> Result<(), Failure> {
	match timeout(patience, bidder.bid(round, plan)).await {
		Ok(result) => result,
		Err(_) => Err(Failure::connection("the bid does not become final")),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::CommandFactory;
	use trimast_primitives::OrgId;

	#[test]
	fn command_line_is_consistent() {
		Arguments::command().debug_assert();
	}

	#[test]
	fn each_round_is_a_line() {
		let view = turn::tests::view(12, 30_000);
		let score = |lost| Score { lost, resources: 2, travel: 60_000 };
		let of = |came| Outcome { view: &view, took: Duration::from_millis(1_500), came };
		let bid = of(Came::Bid { floor: score(120_000), score: score(60_000) });
		assert_eq!(
			bid.text(),
			"round 12 in 1301, 3 jobs, 2 resources: 1.5 s: 1.00 weighted minutes lost, 2 routes, 1 min of travel (greedy: \
			 2.00 weighted minutes lost, 2 routes, 1 min of travel): bid"
		);
		assert_eq!(
			(bid.to_json()["bid"].as_bool(), bid.to_json()["score"]["lost"].as_u64()),
			(Some(true), Some(60_000))
		);
		let beaten = NoBid::Beaten(OrgId(1), score(1));
		let none = of(Came::NoBid { found: Some((score(2), score(1))), why: beaten });
		assert!(
			none.text().ends_with("no bid: it is no better than the bid of company 1"),
			"{}",
			none.text()
		);
		let failed = of(Came::Failed(Failure::connection("a\nb")));
		assert_eq!(failed.text().lines().count(), 1);
		assert_eq!(failed.to_json()["failed"].as_bool(), Some(true));
	}
}
