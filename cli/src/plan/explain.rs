// SPDX-License-Identifier: Apache-2.0
//! `trimast plan explain`: who has bid what, whose plan it is and by which rule, and what it is worth, worked out.

use super::{
	sheet::Sheet,
	words::{defect_text, minutes, score_text},
};
use crate::{
	chain::{
		events::{self, Event},
		rpc::is_pruned,
		Chain,
	},
	context::Context,
	error::Result,
	order::{people::People, words::span},
	output::listed,
};
use clap::Args;
use futures::{stream, StreamExt};
use serde::Deserialize;
use serde_json::{json, Value};
use trimast_primitives::{
	apis::{RoundStageView, RoundView},
	plan::{Metric, Score},
	BlockNumber, Moment, OrgId,
};

/// How many blocks are asked for at once.
const AT_ONCE: usize = 16;

/// Who has bid what for a round, who has won by which rule, and what the plan is worth.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  trimast plan explain 12
  trimast plan explain 12 --archive ws://archive:9944")]
pub(crate) struct ExplainCommand {
	/// The round.
	id: u32,
	/// Archive node to ask for the bids, where the node has dropped the states of those blocks.
	#[arg(long, value_name = "URL")]
	archive: Option<String>,
}

/// What became of a bid.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Fate {
	/// It is valid, and worth this.
	Taken { score: Score, is_best: bool },
	/// It is not valid: why.
	Refused(String),
}

/// A bid.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Bid {
	block: BlockNumber,
	org: OrgId,
	fate: Fate,
}

/// What an event says of a round.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Said {
	Bid(OrgId, Fate),
	Decided,
}

/// A score as events have it.
#[derive(Deserialize)]
struct ScoreFields {
	lost: u64,
	resources: u16,
	travel: u64,
}

fn said(event: &Event, round: u32) -> Option<Said> {
	let field = |name: &str| event.fields.get(name);
	if event.pallet != "Dispatch" || field("round")?.as_u64() != Some(round.into()) {
		return None;
	}
	let org = || Some(OrgId(u8::try_from(field("org")?.as_u64()?).ok()?));
	match event.name.as_str() {
		"RoundDecided" => Some(Said::Decided),
		"BidTaken" => {
			let ScoreFields { lost, resources, travel } = score(field("score")?)?;
			let is_best = field("is_best")?.as_bool()?;
			let score = Score { lost, resources, travel };
			Some(Said::Bid(org()?, Fate::Taken { score, is_best }))
		}
		"BidRefused" => {
			let defect = field("defect")?;
			let text = serde_json::from_value(defect.clone())
				.map_or_else(|_| crate::chain::json::short(defect), |defect| defect_text(&defect));
			let barred = field("is_barred")?.as_bool()?;
			let text = if barred { format!("{text}; the company is barred by it") } else { text };
			Some(Said::Bid(org()?, Fate::Refused(text)))
		}
		_ => None,
	}
}

/// Integers beyond 2^53 may stand as text.
fn score(value: &Value) -> Option<ScoreFields> {
	let number = |name: &str| {
		let field = value.get(name)?;
		field.as_u64().or_else(|| field.as_str()?.parse().ok())
	};
	Some(ScoreFields {
		lost: number("lost")?,
		resources: u16::try_from(number("resources")?).ok()?,
		travel: number("travel")?,
	})
}

/// The chain's clock in a block; none where the node has dropped its state.
async fn clock(chain: &Chain, number: BlockNumber) -> Result<Option<Moment>> {
	let at = chain.at(number, chain.hash_of(number).await?);
	match at.moment().await {
		Ok(moment) => Ok(Some(moment)),
		Err(failure) if is_pruned(&failure) => Ok(None),
		Err(failure) => Err(failure),
	}
}

/// The bids of a round, and whether all of them are there: the node may have dropped the states of its first blocks.
async fn bids(chain: &Chain, view: &RoundView) -> Result<(Vec<Bid>, bool)> {
	let (head, _) = chain.finalized().await?;
	let (mut from, mut to) = (1u32, head);
	while from < to {
		let middle = from + (to - from) / 2;
		match clock(chain, middle).await? {
			Some(moment) if moment >= view.opened => to = middle,
			_ => from = middle.saturating_add(1),
		}
	}
	let is_whole = match from.checked_sub(1).filter(|before| *before > 0) {
		None => true,
		Some(before) => clock(chain, before).await?.is_some(),
	};
	let ask = |number: BlockNumber| async move {
		let hash = chain.hash_of(number).await?;
		Ok::<_, crate::error::Failure>((number, events::fetch(chain, hash).await?.1))
	};
	let mut blocks = stream::iter(from..=head).map(ask).buffered(AT_ONCE);
	let mut all = Vec::new();
	while let Some(found) = blocks.next().await {
		let (block, events) = found?;
		for one in events.iter().filter_map(|event| said(event, view.id)) {
			match one {
				Said::Bid(org, fate) => all.push(Bid { block, org, fate }),
				Said::Decided => return Ok((all, is_whole)),
			}
		}
	}
	Ok((all, is_whole))
}

fn bids_table(bids: &[Bid], people: &People) -> String {
	let rows = bids.iter().map(|bid| {
		let [lost, routes, travel, became] = match &bid.fate {
			Fate::Taken { score, is_best } => [
				minutes(score.lost),
				score.resources.to_string(),
				span(score.travel),
				if *is_best { "the best so far" } else { "no better" }.into(),
			],
			Fate::Refused(why) => ["-".into(), "-".into(), "-".into(), format!("refused: {why}")],
		};
		vec![bid.block.to_string(), people.name(bid.org), lost, routes, travel, became]
	});
	listed("bids", &["bid in block", "of", "weighted minutes lost", "routes", "travel", "was"], rows)
}

/// Whose plan it is, and by which rule.
fn verdict(view: &RoundView, people: &People) -> String {
	let is_open = matches!(
		view.stage,
		RoundStageView::Gathering
			| RoundStageView::Freezing
			| RoundStageView::Bidding { .. }
			| RoundStageView::Closing
	);
	if is_open {
		return "It is not decided yet: the best valid bid wins that is better than the greedy plan, of equal ones the first; \
		        else the greedy plan."
			.into();
	}
	match (view.best, view.floor) {
		(Some((org, _)), floor) => {
			let floor = match floor {
				Some(floor) => format!("it is better than the greedy plan ({})", score_text(floor)),
				None => "there was no greedy plan".into(),
			};
			format!(
				"{} wins: no valid bid was better, of equal ones the first counts, and {floor}.",
				people.name(org)
			)
		}
		(None, Some(_)) => {
			"The greedy plan of the chain wins: a bid has to be better than it, and none was.".into()
		}
		(None, None) => "Nobody wins: there was no valid plan.".into(),
	}
}

/// What is compared, in its order, with the plan's own numbers.
fn objective(sheet: &Sheet) -> String {
	let rules = sheet.round.rules;
	let weights = rules.weights.map(|weight| weight.to_string()).join(", ");
	let Some(score) = sheet.plan.as_ref().map(|plan| plan.score) else { return "no plan yet".into() };
	let travel = match rules.metric {
		Metric::Earth { detour } => {
			format!("roads {}.{:03} times the straight line", detour / 1_000, detour % 1_000)
		}
		Metric::Plane => "straight lines".into(),
	};
	format!(
		"What counts, one after the other; less is better (weights of classes 1 to 4: {weights}; rules of version {}):\n\
		 1. service lost, weight x ms: class weight x PLMNs x what lies behind the deadline, of all jobs = {} ({} weighted \
		 minutes)\n{}\n\
		 2. routes = {}\n\
		 3. travel of all legs, crews' ways home included, ms: {travel} = {} ({})",
		rules.version,
		score.lost,
		minutes(score.lost),
		sheet.losses(),
		score.resources,
		score.travel,
		span(score.travel)
	)
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: ExplainCommand) -> Result<()> {
	let chain = context.chain().await?;
	let archive = context.archive(&chain, command.archive.as_deref()).await?;
	let sheet = Sheet::ask(chain.now().await?, command.id).await?;
	let (bids, is_whole) = bids(archive.as_ref().unwrap_or(&chain), &sheet.view).await?;
	if !is_whole {
		context.output.remark(
			"the node has dropped the states of earlier blocks: bids in them are not shown; ask an archive node (--archive)",
		);
	}
	let of_bid = |bid: &Bid| match &bid.fate {
		Fate::Taken { score, is_best } => {
			json!({ "block": bid.block, "org": bid.org, "score": score, "is_best": is_best })
		}
		Fate::Refused(why) => json!({ "block": bid.block, "org": bid.org, "refused": why }),
	};
	let mut value = sheet.to_json();
	if let Value::Object(map) = &mut value {
		map.insert("bids".into(), bids.iter().map(of_bid).collect());
		map.insert("all_bids".into(), json!(is_whole));
		map.insert("rules".into(), json!(sheet.round.rules));
	}
	context.output.answer(&value, || {
		let mut text =
			vec![sheet.head(), bids_table(&bids, &sheet.people), verdict(&sheet.view, &sheet.people)];
		text.push(objective(&sheet));
		if !sheet.unserved.is_empty() {
			text.push(sheet.leftovers());
		}
		text.join("\n\n")
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::{super::sheet::tests::sheet, *};
	use crate::{chain::events::Phase, order::people::tests::people};

	fn event(name: &str, fields: Value) -> Event {
		let (phase, pallet, name) = (Phase::Initialization, "Dispatch".into(), name.into());
		Event { index: 0, phase, pallet, name, fields, bytes: Vec::new() }
	}

	#[test]
	fn events_tell_the_bids_of_their_round_alone() {
		let score = json!({ "lost": "9007199254740993", "resources": 2, "travel": 5 });
		let taken = event("BidTaken", json!({ "round": 7, "org": 1, "score": score, "is_best": true }));
		let expected = Score { lost: 9_007_199_254_740_993, resources: 2, travel: 5 };
		assert_eq!(
			said(&taken, 7),
			Some(Said::Bid(OrgId(1), Fate::Taken { score: expected, is_best: true }))
		);
		assert_eq!(said(&taken, 8), None);
		let refused =
			json!({ "round": 7, "org": 1, "defect": { "Empty": { "route": 3 } }, "is_barred": true });
		let Some(Said::Bid(_, Fate::Refused(why))) = said(&event("BidRefused", refused), 7) else {
			panic!("a bid")
		};
		assert!(why.contains("route: 3") && why.ends_with("barred by it"), "{why}");
		assert_eq!(said(&event("RoundDecided", json!({ "round": 7 })), 7), Some(Said::Decided));
	}

	#[test]
	fn round_without_bids_says_so() {
		assert_eq!(bids_table(&[], &people()), "no bids");
		let bid = Bid { block: 7, org: OrgId(1), fate: Fate::Refused("late".into()) };
		assert!(bids_table(&[bid], &people()).contains("refused: late"));
	}

	#[test]
	fn verdict_names_the_rule() {
		let sheet = sheet();
		let told = |view: &RoundView| verdict(view, &people());
		assert!(told(&sheet.view).starts_with("The greedy plan of the chain wins"));
		let best = Some((OrgId(1), Score::default()));
		let won = RoundView { best, ..sheet.view.clone() };
		assert!(told(&won).starts_with("two wins") && told(&won).contains("better than the greedy plan"));
		let open = RoundView { stage: RoundStageView::Bidding { until: 1 }, ..won };
		assert!(told(&open).starts_with("It is not decided yet"));
	}

	#[test]
	fn objective_is_worked_out_with_its_units() {
		let sheet = sheet();
		let text = objective(&sheet);
		let score = sheet.plan.as_ref().unwrap().score;
		assert!(text.contains(&format!("= {} (", score.lost)) && text.contains("weight x ms"), "{text}");
		assert!(text.contains("2. routes = 1") && text.contains("roads 1.300 times"), "{text}");
	}
}
