// SPDX-License-Identifier: Apache-2.0
//! `trimast order appeal` and `rule`.

use super::{
	desk::{Desk, CRITIC},
	open::WordsArgs,
	replay, verdict,
	words::due,
};
use crate::{
	context::Context,
	error::{Failure, Result},
};
use clap::Args;
use trimast_primitives::{
	apis::VerdictView,
	order::{FactSet, Record, Ruling, Stage},
};

/// Appeal against a verdict.
#[derive(Args, Debug)]
#[command(
	after_help = "Example:\n  trimast order appeal 7 --text 'the log of the batteries came late' --document log.pdf"
)]
pub(crate) struct AppealCommand {
	/// The order.
	id: u32,
	#[command(flatten)]
	reason: WordsArgs,
}

/// The verdict that a desk has before it.
async fn given(desk: &Desk<'_>) -> Result<VerdictView> {
	let found = desk.chain.now().await?.verdict(desk.id()).await?;
	found.ok_or_else(|| desk.refused("there is no verdict"))
}

/// `order appeal`.
pub(crate) async fn appeal(context: &Context, command: AppealCommand) -> Result<()> {
	let reason = command.reason.read()?;
	let desk = Desk::on(context, command.id, CRITIC).await?;
	match desk.order().stage {
		Stage::Judged { until } if desk.now <= until => {}
		Stage::Judged { until } => {
			return Err(desk.refused(format!("the term for appeals was over {}", due(until, desk.now))))
		}
		Stage::Appealed { .. } => return Err(desk.refused("there is an appeal already")),
		Stage::Open | Stage::Evidence { .. } => return Err(desk.refused("there is no verdict yet")),
		Stage::Settled => return Err(desk.refused("its verdict is final, or it has none")),
	}
	let may = desk.order().parties().union(given(&desk).await?.verdict.charged());
	if !may.contains(desk.org) {
		return Err(desk.refused(format!("only these appeal: {}", desk.people.names(may))));
	}
	desk.make("appeal", (command.id, reason)).await
}

/// Say how one would rule on an appeal. What follows from it is shown first.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  trimast order rule 7 --stands --text 'nothing new'
  trimast order rule 7 --admit 3 --dismiss 1 --text 'the log is real, the photograph is not'")]
pub(crate) struct RuleCommand {
	/// The order.
	id: u32,
	/// The verdict stands.
	#[arg(long, conflicts_with_all = ["admit", "dismiss"])]
	stands: bool,
	/// A fact that counts although it came late. May stand several times.
	#[arg(long, value_name = "FACT")]
	admit: Vec<u8>,
	/// A fact that does not count. May stand several times.
	#[arg(long, value_name = "FACT")]
	dismiss: Vec<u8>,
	#[command(flatten)]
	reason: WordsArgs,
}

/// A ruling about these facts of an order.
fn ruling(admit: &[u8], dismiss: &[u8], record: &Record) -> Result<Ruling> {
	let set = |numbers: &[u8]| numbers.iter().copied().collect::<FactSet>();
	let ruling = Ruling { admitted: set(admit), dismissed: set(dismiss) };
	let count = u8::try_from(record.facts.len()).unwrap_or(u8::MAX);
	let missing = admit.iter().chain(dismiss).find(|number| **number >= count);
	if let Some(number) = missing {
		return Err(Failure::input(format!("it has no fact {number}"))
			.at(format!("order {}", record.order))
			.remedy(format!("`trimast order explain {}` shows its facts", record.order)));
	}
	match ruling.is_valid(count) {
		true => Ok(ruling),
		false => Err(Failure::usage("a fact is admitted and dismissed at once")
			.at(format!("order {}", record.order))
			.remedy("name each fact with --admit or with --dismiss")),
	}
}

/// `order rule`.
pub(crate) async fn rule(context: &Context, command: RuleCommand) -> Result<()> {
	let reason = command.reason.read()?;
	if !command.stands && command.admit.is_empty() && command.dismiss.is_empty() {
		return Err(Failure::usage("nothing is ruled").remedy("say --stands, --admit FACT or --dismiss FACT"));
	}
	let desk = Desk::on(context, command.id, CRITIC).await?;
	let at = desk.chain.now().await?;
	let given = given(&desk).await?;
	let Some(appeal) = &given.appeal else { return Err(desk.refused("there is no appeal")) };
	match desk.order().stage {
		Stage::Appealed { until } if desk.now <= until => {}
		_ => return Err(desk.refused("there is no appeal to rule on any more")),
	}
	if !appeal.rulers.contains(desk.org) {
		let rulers = desk.people.names(appeal.rulers);
		return Err(desk.refused(format!("only who is no party and does not answer rules: {rulers}")));
	}
	if appeal.said.iter().any(|(org, _)| *org == desk.org) {
		return Err(desk.refused("your company has said how it would rule"));
	}
	let record = at.order_record(command.id).await?;
	let ruling = ruling(&command.admit, &command.dismiss, &record)?;
	let ruled = Record { ruling, ..record.clone() };
	let (now, then) = (replay::judge(&record, desk.now)?, replay::judge(&ruled, desk.now)?);
	context.output.say(&verdict::side_by_side(
		("as it stands", &now),
		("by this ruling", &then),
		&desk.people,
	));
	desk.ask("Say that you would rule so?")?;
	desk.make("rule", (command.id, ruling, reason)).await
}

#[cfg(test)]
mod tests {
	use super::{super::replay::tests::record, *};

	#[test]
	fn ruling_is_about_facts_of_the_order() {
		let record = record();
		assert_eq!(ruling(&[], &[], &record), Ok(Ruling::default()));
		let one = ruling(&[0], &[1], &record).unwrap();
		assert!(one.admitted.contains(0) && one.dismissed.contains(1));
		assert!(ruling(&[9], &[], &record).unwrap_err().to_string().contains("no fact 9"));
		assert_eq!(ruling(&[1], &[1], &record).unwrap_err().exit_code(), 2);
	}
}
