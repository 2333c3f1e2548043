// SPDX-License-Identifier: Apache-2.0

//! What docs/dispatch.md says in tables is what is here.

use super::*;
use crate::order::state::{Side, Source};

const DOCS: &str = include_str!("../../../../docs/dispatch.md");

#[test]
fn docs_have_the_tables_of_states() {
	for (machine, title) in
		[(Machine::Ticket, "### Trouble tickets"), (Machine::WorkOrder, "### Work orders")]
	{
		let section = DOCS.split(title).nth(1).and_then(|rest| rest.split("\n#").next()).unwrap();
		let lines: Vec<_> = section.lines().filter(|line| line.starts_with("| `")).collect();
		let expected: Vec<_> = machine
			.table()
			.iter()
			.map(|line| {
				let by = line.by.iter().map(|side| match side {
					Side::Raiser => "raiser",
					Side::Handler => "handler",
					Side::Chain => "chain",
				});
				let source = match line.source {
					Source::TmForum => "TM Forum",
					Source::Mef => "MEF",
					Source::Chosen => "chosen",
				};
				let by = by.collect::<Vec<_>>().join(", ");
				format!("| `{}` | `{}` | {by} | {source} |", line.from.name(), line.to.name())
			})
			.collect();
		assert_eq!(lines, expected);
	}
}

fn at(hour: Moment, minute: Moment) -> Moment {
	hour * 60 + minute
}

fn told(verdict: &Verdict) -> Vec<(Moment, Moment, Option<u8>, Share, bool)> {
	verdict
		.pieces
		.iter()
		.map(|piece| (piece.from / MINUTE, piece.to / MINUTE, piece.row, piece.share, piece.on_one_word))
		.collect()
}

#[test]
fn example_of_batteries_and_generator_is_right() {
	let arrived = Some(at(11, 30) * MINUTE);
	let facts = [
		fact(0, at(8, 0), Evidence::GridFailure { phase: Phase::Raised }).by(TOWER).signed(OWNER),
		fact(1, at(9, 0), Evidence::BatteryAutonomy { contracted: 120, measured: 60 })
			.by(TOWER)
			.signed(OWNER),
		fact(2, at(11, 30), Evidence::GeneratorArrival { contracted: 180, arrived }).by(TOWER),
	];
	let list = changes([
		change(State::Acknowledged, at(9, 0)),
		change(State::InProgress, at(9, 5)),
		Change { signed: Some(at(11, 45) * MINUTE), ..change(State::Held, at(11, 40)) },
		change(State::InProgress, at(11, 50)),
		change(State::Resolved, at(12, 0)),
		change(State::Closed, at(12, 10)),
	]);
	let clock = Clock::new(&list, 3_600, at(13, 0) * MINUTE);
	let verdict = judged(&facts, &clock);
	let expected = [
		(at(9, 0), at(10, 0), Some(3), on(TOWER), false),
		(at(10, 0), at(11, 0), Some(2), Share::Nobody, true),
		(at(11, 0), at(11, 30), Some(3), on(TOWER), false),
		(at(11, 30), at(11, 45), Some(2), Share::Nobody, true),
		(at(11, 45), at(11, 50), None, Share::Stopped, false),
		(at(11, 50), at(12, 0), Some(2), Share::Nobody, true),
	];
	assert_eq!(told(&verdict), expected);
	assert_eq!(clock.run(), 175 * MINUTE);
	assert_eq!(
		(verdict.total(on(TOWER)).time, verdict.total(Share::Nobody).time),
		(90 * MINUTE, 85 * MINUTE)
	);
}

#[test]
fn example_of_causes_that_overlap_is_right() {
	let link = Subject::Backhaul { owner: SHARER };
	let facts = [
		fact(0, at(8, 50), alarm(1, Phase::Raised, Subject::Power)),
		fact(1, at(8, 55), alarm(2, Phase::Raised, link)),
		fact(2, at(10, 30), alarm(1, Phase::Cleared, Subject::Power)),
		fact(3, at(11, 30), alarm(2, Phase::Cleared, link)),
		fact(4, at(11, 40), Evidence::AccessRefused { by: TOWER }).signed(TOWER),
		fact(5, at(11, 50), Evidence::AccessGranted { by: TOWER, from: at(11, 50), to: at(14, 0) })
			.signed(TOWER),
	];
	let expected = [
		(at(9, 0), at(10, 30), Some(4), on(TOWER), true),
		(at(10, 30), at(11, 30), Some(5), on(SHARER), true),
		(at(11, 30), at(11, 40), None, Share::Undecided, false),
		(at(11, 40), at(11, 50), Some(9), on(TOWER), false),
		(at(11, 50), at(12, 0), None, Share::Undecided, false),
	];
	assert_eq!(told(&judged(&facts, &ran(at(9, 0), at(12, 0)))), expected);
}

#[test]
fn docs_have_the_limits() {
	for (what, most) in [
		("facts of an order", u32::from(MAX_FACTS)),
		("changes of state of an order", MAX_CHANGES),
		("rows of a table", MAX_ROWS),
		("pieces of a verdict", MAX_PIECES),
		("parts of an order", MAX_CHILDREN),
		("relations of an order", MAX_RELATIONS),
		("notes of an order", MAX_NOTES),
	] {
		assert!(DOCS.contains(&format!("| {what} | {most} |")), "{what}");
	}
}
