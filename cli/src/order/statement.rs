// SPDX-License-Identifier: Apache-2.0
//! `trimast order scores` and `statement`: what a company answers for in a month, and who has signed that.

use super::{
	about::About,
	desk::CRITIC,
	open::WordsArgs,
	people::People,
	words::{class_text, span},
};
use crate::{
	config::{
		access,
		scores::{month, month_text},
	},
	context::Context,
	error::{Failure, Result},
	names::{hex0x, OrgName},
	output::listed,
};
use clap::{Args, Subcommand};
use serde_json::{json, Value};
use trimast_primitives::{
	access::Scope,
	apis::StatementView,
	order::{statement_digest, Score},
	Hash, OrgId,
};

/// Scores of a month.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  trimast order scores --month 2026-05")]
pub(crate) struct ScoresCommand {
	/// The month (2026-05), UTC+8.
	#[arg(long, value_name = "MONTH", value_parser = month)]
	month: u16,
	/// Only this company's.
	org: Option<OrgName>,
}

/// A company's statement of a month.
#[derive(Subcommand, Debug)]
pub(crate) enum StatementCommand {
	/// Shows it, with its digest and who has signed or disputes it.
	Show {
		/// Whose.
		org: OrgName,
		/// The month (2026-05), UTC+8.
		#[arg(long, value_name = "MONTH", value_parser = month)]
		month: u16,
	},
	/// Signs it, exactly as it is shown.
	Sign {
		/// Whose.
		org: OrgName,
		/// The month (2026-05), UTC+8.
		#[arg(long, value_name = "MONTH", value_parser = month)]
		month: u16,
	},
	/// Disputes it.
	Dispute {
		/// Whose.
		org: OrgName,
		/// The month (2026-05), UTC+8.
		#[arg(long, value_name = "MONTH", value_parser = month)]
		month: u16,
		#[command(flatten)]
		reason: WordsArgs,
	},
}

fn score_row(name: String, place: &str, class: &str, score: &Score) -> Vec<String> {
	vec![
		name,
		place.into(),
		class.into(),
		score.handled.to_string(),
		score.late.to_string(),
		score.breached.to_string(),
		score.charged.to_string(),
		span(score.time),
		span(score.on_one_word),
		(score.penalty / 60_000).to_string(),
		(score.penalty_on_one_word / 60_000).to_string(),
	]
}

const HEADER: [&str; 11] = [
	"company",
	"province",
	"class",
	"handled",
	"answered late",
	"restored late",
	"outages",
	"time",
	"on one party's word",
	"penalty, min",
	"on one word, min",
];

/// Scores of companies, a line each, and the sum of each with more than one.
fn scores_text(views: &[StatementView], people: &People) -> String {
	let rows = views.iter().flat_map(|view| {
		let name = people.name(view.subject);
		let mut rows: Vec<Vec<String>> = view
			.scores
			.iter()
			.map(|(key, score)| {
				score_row(name.clone(), &key.province.0.to_string(), class_text(key.class), score)
			})
			.collect();
		if rows.len() > 1 {
			let sum = view.scores.iter().fold(Score::default(), |sum, (_, score)| sum.plus(*score));
			rows.push(score_row(name, "all", "all", &sum));
		}
		rows
	});
	listed("scores", &HEADER, rows)
}

/// `order scores`.
pub(crate) async fn scores(context: &Context, command: ScoresCommand) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let orgs = at.orgs().await?;
	let people = People::of(&orgs);
	let subjects: Vec<OrgId> = match &command.org {
		Some(name) => vec![people.find(name)?],
		None => orgs.iter().filter(|org| org.kind.has_council_seat()).map(|org| org.id).collect(),
	};
	let mut views = Vec::new();
	for subject in subjects {
		views.push(at.statement(command.month, subject).await?);
	}
	let month = month_text(command.month);
	context.output.answer(&json!({ "month": month, "statements": views }), || {
		format!("scores of {month}\n{}", scores_text(&views, &people))
	});
	Ok(())
}

/// Which statement it is.
const fn about(view: &StatementView) -> About {
	About::Statement { subject: view.subject, month: view.month }
}

/// What companies sign, computed here.
fn digest(genesis: Hash, view: &StatementView) -> Result<Hash> {
	let own = statement_digest(genesis, view.month, view.subject, &view.scores);
	match own == view.digest {
		true => Ok(own),
		false => Err(Failure::chain("the digest is not that of the scores that the node shows")
			.at(about(view))
			.remedy("ask another node (--url)")),
	}
}

fn standing(view: &StatementView, people: &People) -> String {
	format!(
		"statement of {} for {}: digest {}; signed by {}; disputed by {}",
		people.name(view.subject),
		month_text(view.month),
		hex0x(view.digest),
		people.names(view.signed),
		people.names(view.disputed)
	)
}

fn to_json(view: &StatementView) -> Value {
	json!({ "type": "statement", "month": month_text(view.month), "statement": view })
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: StatementCommand) -> Result<()> {
	let (name, month) = match &command {
		StatementCommand::Show { org, month }
		| StatementCommand::Sign { org, month }
		| StatementCommand::Dispute { org, month, .. } => (org, *month),
	};
	let reason = match &command {
		StatementCommand::Dispute { reason, .. } => Some(reason.read()?),
		_ => None,
	};
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let people = People::of(&at.orgs().await?);
	let view = at.statement(month, people.find(name)?).await?;
	let text =
		|| format!("{}\n{}", scores_text(std::slice::from_ref(&view), &people), standing(&view, &people));
	if matches!(command, StatementCommand::Show { .. }) {
		context.output.answer(&to_json(&view), text);
		return Ok(());
	}
	let account = access::acting(context, at, CRITIC).await?;
	access::expect_place(&account, Scope::National)?;
	if view.signed.contains(account.org) {
		context.output.remark("your company has signed it: nothing is sent");
		return Ok(());
	}
	let digest = digest(chain.genesis(), &view)?;
	context.output.say(&text());
	let question = match reason {
		None => "Sign that?",
		Some(_) => "Dispute that?",
	};
	if !context.output.confirm(question) {
		return Err(Failure::declined("nothing done"));
	}
	let spec = context.spec(&chain).await?;
	let call = match reason {
		None => spec.call("Dispatch", "sign_statement", (month, view.subject, digest))?,
		Some(reason) => spec.call("Dispatch", "dispute_statement", (month, view.subject, digest, reason))?,
	};
	if about(&view).perform(context, &chain, call).await?.is_some() {
		let view = chain.now().await?.statement(month, view.subject).await?;
		context.output.answer(&to_json(&view), || standing(&view, &people));
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::{super::people::tests::people, *};
	use trimast_primitives::{order::ScoreKey, plan::SlaClass, OrgSet, ProvinceId};

	fn view() -> StatementView {
		let key = |province| ScoreKey { province: ProvinceId(province), class: SlaClass::Two };
		let score = Score {
			handled: 3,
			late: 1,
			breached: 1,
			charged: 2,
			time: 5_400_000,
			on_one_word: 60_000,
			penalty: 119_999,
			penalty_on_one_word: 0,
		};
		let scores = vec![(key(13), score), (key(14), score)];
		let (month, subject) = (2026 * 12 + 4, OrgId(2));
		let digest = statement_digest(Hash::zero(), month, subject, &scores);
		StatementView {
			month,
			subject,
			scores,
			digest,
			signed: OrgSet::of(OrgId(0)),
			disputed: OrgSet::EMPTY,
		}
	}

	#[test]
	fn statement_has_its_sums_and_minutes_rounded_down() {
		let text = scores_text(&[view()], &people());
		for part in ["tower", "13", "14", "all", "1 h 30 min", "3 h", "penalty, min"] {
			assert!(text.contains(part), "{part} in:\n{text}");
		}
		let line = text.lines().find(|line| line.contains(" 13 ")).unwrap();
		let columns: Vec<&str> = line.split(['│', '┆']).map(str::trim).collect();
		assert!(columns.ends_with(&["1 min", "1", "0", ""]), "{line}");
		assert!(standing(&view(), &people()).contains("tower for 2026-05"));
	}

	#[test]
	fn statement_is_signed_by_a_digest_of_ones_own() {
		assert_eq!(digest(Hash::zero(), &view()), Ok(view().digest));
		let mut other = view();
		other.scores[0].1.penalty = 0;
		assert!(digest(Hash::zero(), &other).is_err());
	}
}
