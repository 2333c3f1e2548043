// SPDX-License-Identifier: Apache-2.0
//! `trimast order table` and `rules`: what governs orders, and motions on the table.

use super::words::{class_text, conditions, kind_text, row_text, span};
use crate::{
	context::Context,
	error::{Failure, Result},
	files::read,
	names::scope_text,
	output::{facts, listed, table},
	vote::council::{propose, Threshold},
};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use trimast_primitives::{
	order::{Answer, ResponsibilityTable, Severities, TableDefect},
	plan::SlaClass,
};

/// Every class of the service level.
const CLASSES: [SlaClass; 4] = [SlaClass::One, SlaClass::Two, SlaClass::Three, SlaClass::Four];

/// The responsibility table.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  trimast order table
  trimast order table --json > table.json      # then mend it, and
  trimast order table --propose table.json")]
pub(crate) struct TableCommand {
	/// Another version than the one in force.
	#[arg(long, value_name = "NUMBER", conflicts_with = "propose")]
	version: Option<u32>,
	/// Propose the table in this file, as --json shows one, as a motion.
	#[arg(long, value_name = "FILE")]
	propose: Option<PathBuf>,
	/// Ask for the ayes of all companies.
	#[arg(long, requires = "propose")]
	all: bool,
}

/// What leads to a table that can be used.
const FORM: &str =
	"begin with what `trimast order table --json` shows; docs/dispatch.md has its form (the responsibility table as a file)";

const fn answer_text(answer: Answer) -> &'static str {
	match answer {
		Answer::Nobody => "nobody",
		Answer::Site => "who answers for the site",
		Answer::StationOwner => "owner of the station",
		Answer::LinkOwner => "owner of the link",
		Answer::PlmnCarrier => "the PLMN's carrier",
		Answer::Violator => "who made the violation",
		Answer::Offender => "who refused, or was not there",
	}
}

fn severities(set: Severities) -> String {
	use trimast_primitives::order::Severity::*;
	let all = [Critical, Major, Minor, Warning, Indeterminate, Cleared];
	let names = all.into_iter().filter(|one| set.contains(*one)).map(super::words::severity_text);
	names.collect::<Vec<_>>().join(", ")
}

fn text(rules: &ResponsibilityTable) -> String {
	let list = |set| conditions(set).collect::<Vec<_>>().join(", ");
	let head = facts(&[
		("version", rules.version.to_string()),
		("facts count alone within", span(u64::from(rules.evidence_term).saturating_mul(1_000))),
		("alarms that are causes", severities(rules.grave)),
		("begun by the clock's start", list(rules.before)),
		("between its start and end", list(rules.within)),
	]);
	let rows = (1..).zip(&rules.rows).map(|(number, row): (u32, _)| {
		vec![number.to_string(), row_text(row), answer_text(row.answer).into()]
	});
	format!("{head}\n{}", table(&["row", "where", "who answers"], rows))
}

/// A table from a file.
fn from_json(bytes: &[u8]) -> Result<ResponsibilityTable> {
	let rules: ResponsibilityTable = serde_json::from_slice(bytes)
		.map_err(|e| Failure::input(format!("not a responsibility table: {e}")).remedy(FORM))?;
	rules.check().map_err(|defect| {
		let what = match defect {
			TableDefect::Severities => {
				"grave: no severity makes a cause, or CLEARED or one that does not exist does".into()
			}
			TableDefect::Timing => {
				"before, within: a condition stands in both, or one that does not exist".into()
			}
			TableDefect::Row(number) => {
				format!("row {number} asks for nothing that exists, or does not say who answers")
			}
			TableDefect::NoRows => "rows: there is none, so every outage would be undecided".into(),
		};
		Failure::input(what).remedy(FORM)
	})?;
	Ok(rules)
}

/// `order table`.
pub(crate) async fn run(context: &Context, command: TableCommand) -> Result<()> {
	if let Some(path) = &command.propose {
		let rules = from_json(&read(path)?).map_err(|failure| failure.at(path.display()))?;
		let chain = context.chain().await?;
		let call = context.spec(&chain).await?.call("Dispatch", "set_table", rules)?;
		let threshold = if command.all { Threshold::All } else { Threshold::TwoThirds };
		return propose(context, &chain, call, threshold, true).await;
	}
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let rules = match command.version {
		Some(version) => at.responsibility_table(version).await?,
		None => at.order_rules().await?.table,
	};
	context.output.answer(&json!(rules), || text(&rules));
	Ok(())
}

/// `order rules`.
pub(crate) async fn rules(context: &Context) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let view = at.order_rules().await?;
	context.output.answer(&json!(view), || {
		let seconds = |seconds: u32| span(u64::from(seconds).saturating_mul(1_000));
		let levels = view.service_levels.iter().flat_map(|(scope, kind, level)| {
			CLASSES.map(|class| {
				let terms = level.terms(class);
				vec![
					scope_text(*scope),
					kind_text(*kind).into(),
					level.version.to_string(),
					class_text(class).into(),
					seconds(terms.response),
					seconds(terms.restoration),
					format!("{}.{} %", terms.jeopardy / 10, terms.jeopardy % 10),
					seconds(level.silence),
				]
			})
		});
		let header = ["scope", "kind", "version", "class", "answer", "restoration", "alert after", "silence"];
		let (limits, outages) = (&view.limits, &view.outages);
		let others = facts(&[
			("responsibility table", format!("version {} (`trimast order table`)", view.table.version)),
			("limits", format!("version {}", limits.version)),
			("pending job is called off after", seconds(limits.pending)),
			("body is due within", seconds(limits.body)),
			("appeal within", seconds(limits.appeal)),
			("ruling within", seconds(limits.ruling)),
			("outage levels", format!("version {}", outages.version)),
			(
				"outages a vehicle",
				format!("yellow {}, orange {}, red {}", outages.yellow, outages.orange, outages.red),
			),
			("large area", format!("{} stations", outages.large_area)),
		]);
		format!("{}\n{others}", listed("service levels", &header, levels))
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::{
		super::words::{condition_text, severity_text},
		*,
	};
	use trimast_primitives::order::{Condition, Conditions, Severity};

	#[test]
	fn documentation_has_the_form_of_a_table() {
		let docs = include_str!("../../../docs/dispatch.md");
		let title = FORM.split_once('(').unwrap().1.trim_end_matches(')');
		let is_title = |line: &&str| line.trim_start_matches('#').trim().to_lowercase() == title;
		assert_eq!(docs.lines().filter(|line| line.starts_with('#')).filter(is_title).count(), 1);
		let section = docs.split("### The responsibility table as a file").nth(1).unwrap();
		let section = section.split("\n#").next().unwrap();
		let example = section.split("```json").nth(1).unwrap().split("```").next().unwrap();
		assert_eq!(from_json(example.as_bytes()), Ok(ResponsibilityTable::default()));
		let lines: Vec<&str> = section.lines().collect();
		for condition in Condition::ALL {
			let line = format!("| {} | {} |", condition_text(condition), Conditions::of(&[condition]).0);
			assert!(lines.contains(&line.as_str()), "{line}");
		}
		for (n, severity) in
			[Severity::Critical, Severity::Major, Severity::Minor, Severity::Warning, Severity::Indeterminate]
				.into_iter()
				.enumerate()
		{
			let (text, number) = (severity_text(severity), 1u8 << n);
			assert!(Severities(number).contains(severity) && section.contains(&format!("{text} {number}")));
		}
		for (answer, asked) in [
			(Answer::Nobody, vec![]),
			(Answer::Site, vec![]),
			(Answer::StationOwner, vec![]),
			(Answer::LinkOwner, vec![256]),
			(Answer::PlmnCarrier, vec![1024]),
			(Answer::Violator, vec![2048]),
			(Answer::Offender, vec![4096, 8192]),
		] {
			let numbers: Vec<String> = asked.iter().map(u32::to_string).collect();
			let asks = if asked.is_empty() { "anything".into() } else { numbers.join(" or ") };
			let line = format!("| `{answer:?}` | {} | {asks} |", answer_text(answer));
			assert!(lines.contains(&line.as_str()), "{line}");
			// It is known who answers by these conditions, and by no other.
			for condition in Condition::ALL {
				let all = Conditions::of(&[condition]);
				let mut table = ResponsibilityTable::default();
				table.rows[0] = trimast_primitives::order::Row { all, any: Conditions::EMPTY, answer };
				assert_eq!(table.check().is_ok(), asked.is_empty() || asked.contains(&all.0), "{line}");
			}
		}
	}

	#[test]
	fn table_is_told_row_by_row_and_read_back() {
		let rules = ResponsibilityTable::default();
		let shown = text(&rules);
		for part in ["CRITICAL, MAJOR", "10 min", "owner of the link", "access refused or appointment missed"]
		{
			assert!(shown.contains(part), "{part} in:\n{shown}");
		}
		let json = serde_json::to_vec(&rules).unwrap();
		assert_eq!(from_json(&json), Ok(rules));
	}

	#[test]
	fn table_fails_with_the_row_that_is_wrong() {
		let mut rules = ResponsibilityTable::default();
		rules.rows[3].any = Default::default();
		let failure = from_json(&serde_json::to_vec(&rules).unwrap()).unwrap_err().to_string();
		assert!(failure.starts_with("row 4 asks for nothing"), "{failure}");
		let without = ResponsibilityTable { rows: Default::default(), ..rules };
		let failure = from_json(&serde_json::to_vec(&without).unwrap()).unwrap_err().to_string();
		assert!(failure.starts_with("rows: there is none"), "{failure}");
		// What is not known would be proposed unseen.
		for place in ["", "/rows/0"] {
			let mut value = serde_json::to_value(ResponsibilityTable::default()).unwrap();
			value.pointer_mut(place).unwrap().as_object_mut().unwrap().insert("typo".into(), json!(1));
			let failure = from_json(value.to_string().as_bytes()).unwrap_err().to_string();
			assert!(
				failure.contains("unknown field `typo`") && failure.contains("order table --json"),
				"{failure}"
			);
		}
		assert!(from_json(b"{}").unwrap_err().to_string().contains("order table --json"));
	}
}
