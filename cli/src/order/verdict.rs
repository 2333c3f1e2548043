// SPDX-License-Identifier: Apache-2.0
//! A verdict as a table: the pieces of the outage, each with the row that matched and the facts by which it did, and the
//! split of the time. Two verdicts beside each other, cut wherever either is.

use super::{
	people::People,
	words::{row_text, span},
};
use crate::{config::export::time, output::table};
use serde_json::{json, Value};
use std::collections::BTreeSet;
use trimast_primitives::{
	order::{FactSet, Motion, Piece, Record, ResponsibilityTable, Share, Verdict},
	Moment,
};

/// When restoration was due, or is, by the clock of a record at a moment.
pub(crate) fn breach(record: &Record, now: Moment) -> Option<Moment> {
	record.terms.and_then(|terms| record.clock_at(now).deadlines(&terms).breach)
}

/// Up to when an order is judged that has not ended; none once it has: then it is judged as a whole.
pub(crate) fn until(record: &Record, now: Moment) -> Option<Moment> {
	let is_over = record.clock_at(now).motion == Motion::Ended;
	(!is_over).then(|| record.last_change().max(now))
}

/// The same in words.
pub(crate) fn until_text(record: &Record, now: Moment) -> Option<String> {
	let until = time::text(until(record, now)?);
	let clock = record.clock_at(now);
	let waits = match clock.motion {
		Motion::Waits => {
			let since = time::text(clock.end());
			format!("; it is resolved since {since}, and what becomes of the time since then is the raiser's answer")
		}
		Motion::Runs | Motion::Stands | Motion::Ended => String::new(),
	};
	Some(format!("it has not ended: judged up to {until}, by the chain's clock{waits}"))
}

/// Numbers of facts.
fn facts_text(facts: FactSet) -> String {
	let numbers: Vec<String> = facts.iter().map(|number| number.to_string()).collect();
	if numbers.is_empty() {
		"-".into()
	} else {
		numbers.join(", ")
	}
}

/// What matched, of a piece.
fn why(piece: &Piece, rules: &ResponsibilityTable) -> String {
	let row = piece.row.and_then(|number| rules.rows.get(usize::from(number.checked_sub(1)?)));
	match (piece.share, row) {
		(Share::Stopped, _) => "the clock stood".into(),
		(_, Some(row)) => row_text(row),
		(_, None) => "no row matches".into(),
	}
}

fn word(is_on_one_word: bool) -> String {
	if is_on_one_word { "one party's" } else { "" }.into()
}

/// A part of a whole in thousandths, rounded down.
fn part(time: u64, whole: u64) -> String {
	let thousandths = u128::from(time).saturating_mul(1_000).checked_div(whole.into()).unwrap_or(0);
	format!("{}.{} %", thousandths / 10, thousandths % 10)
}

/// How long the clock ran in all.
fn run(verdict: &Verdict) -> u64 {
	let counted = verdict.totals.iter().filter(|total| total.share != Share::Stopped);
	counted.fold(0, |sum, total| sum.saturating_add(total.time))
}

/// For people.
pub(crate) fn text(verdict: &Verdict, rules: &ResponsibilityTable, people: &People) -> String {
	if verdict.pieces.is_empty() {
		return format!("responsibility table {}, no time counted: nobody answers for any", verdict.table);
	}
	let pieces = verdict.pieces.iter().map(|piece| {
		vec![
			time::text(piece.from),
			time::text(piece.to),
			span(piece.length()),
			piece.row.map_or_else(|| "-".into(), |row| row.to_string()),
			why(piece, rules),
			people.share(piece.share),
			facts_text(piece.facts),
			word(piece.on_one_word),
		]
	});
	let header = ["from", "to", "lasts", "row", "where", "who answers", "by facts", "word"];
	let whole = run(verdict);
	let totals = verdict.totals.iter().map(|total| {
		let counts = total.share != Share::Stopped;
		vec![
			people.share(total.share),
			span(total.time),
			if counts { part(total.time, whole) } else { "-".into() },
			span(total.on_one_word),
			span(total.penalty),
			span(total.penalty_on_one_word),
		]
	});
	let split = ["who answers", "time", "part", "on one party's word", "penalty", "penalty but for that"];
	format!(
		"responsibility table {}, {} counted\n{}\n{}",
		verdict.table,
		span(whole),
		table(&header, pieces),
		table(&split, totals)
	)
}

/// For programs: times in ms.
pub(crate) fn to_json(verdict: &Verdict, people: &People) -> Value {
	let pieces: Vec<Value> = verdict
		.pieces
		.iter()
		.map(|piece| {
			json!({
				"from": piece.from, "to": piece.to, "ms": piece.length(), "row": piece.row, "share": piece.share,
				"who": people.share(piece.share), "facts": piece.facts, "on_one_word": piece.on_one_word,
			})
		})
		.collect();
	let totals: Vec<Value> = verdict
		.totals
		.iter()
		.map(|total| {
			json!({
				"share": total.share, "who": people.share(total.share), "ms": total.time,
				"on_one_word_ms": total.on_one_word, "penalty_ms": total.penalty,
				"penalty_on_one_word_ms": total.penalty_on_one_word,
			})
		})
		.collect();
	json!({ "table": verdict.table, "pieces": pieces, "totals": totals })
}

/// The piece at a moment.
fn piece_at(verdict: &Verdict, at: Moment) -> Option<&Piece> {
	verdict.pieces.iter().find(|piece| piece.from <= at && at < piece.to)
}

/// A piece of either of two verdicts: from, to, and what each says.
type Both<'v> = (Moment, Moment, Option<&'v Piece>, Option<&'v Piece>);

/// Both, cut wherever either is.
fn cut<'v>(one: &'v Verdict, other: &'v Verdict) -> Vec<Both<'v>> {
	let all = one.pieces.iter().chain(&other.pieces);
	let cuts: Vec<Moment> =
		all.flat_map(|piece| [piece.from, piece.to]).collect::<BTreeSet<_>>().into_iter().collect();
	let spans = cuts.iter().zip(cuts.iter().skip(1));
	spans.map(|(from, to)| (*from, *to, piece_at(one, *from), piece_at(other, *from))).collect()
}

fn short(piece: Option<&Piece>, people: &People) -> String {
	let Some(piece) = piece else { return "-".into() };
	let row = piece.row.map_or_else(String::new, |row| format!(" (row {row})"));
	let word = if piece.on_one_word { ", one party's word" } else { "" };
	format!("{}{row}{word}", people.share(piece.share))
}

/// Whether they say the same.
fn is_same(one: Option<&Piece>, other: Option<&Piece>) -> bool {
	let says = |piece: &Piece| (piece.share, piece.row, piece.on_one_word);
	one.map(says) == other.map(says)
}

/// What has more, and by how much.
fn difference(one: u64, other: u64) -> String {
	match other.checked_sub(one) {
		Some(0) => "".into(),
		Some(more) => format!("+ {}", span(more)),
		None => format!("- {}", span(one.saturating_sub(other))),
	}
}

/// Two verdicts beside each other, for people.
pub(crate) fn side_by_side(
	(name, one): (&str, &Verdict),
	(other_name, other): (&str, &Verdict),
	people: &People,
) -> String {
	if one.pieces.is_empty() && other.pieces.is_empty() {
		return format!("{name} and {other_name}: no time counted, so nobody answers for any");
	}
	let pieces = cut(one, other).into_iter().map(|(from, to, here, there)| {
		let mark = if is_same(here, there) { "" } else { "differs" };
		vec![
			time::text(from),
			time::text(to),
			span(to.saturating_sub(from)),
			short(here, people),
			short(there, people),
			mark.into(),
		]
	});
	let shares: BTreeSet<Share> = one.totals.iter().chain(&other.totals).map(|total| total.share).collect();
	let totals = shares.into_iter().map(|share| {
		let (here, there) = (one.total(share), other.total(share));
		vec![
			people.share(share),
			span(here.time),
			span(there.time),
			difference(here.time, there.time),
			span(here.penalty),
			span(there.penalty),
		]
	});
	let behind = |name: &str| format!("penalty, {name}");
	let (first, second) = (behind(name), behind(other_name));
	format!(
		"{}\n{}",
		table(&["from", "to", "lasts", name, other_name, ""], pieces),
		table(&["who answers", name, other_name, "difference", first.as_str(), second.as_str()], totals)
	)
}

#[cfg(test)]
mod tests {
	use super::{
		super::{people::tests::people, replay::tests::record},
		*,
	};

	#[test]
	fn verdict_is_told_with_row_facts_and_split() {
		let record = record();
		let verdict = record.verdict().unwrap();
		let text = text(&verdict, &record.table, &people());
		for part in [
			"responsibility table 1, 1 h 20 min counted",
			"grid failure, batteries below contract or",
			"tower",
			"50 min",
			"62.5 %",
			"nobody",
			"0, 1",
		] {
			assert!(text.contains(part), "{part} in:\n{text}");
		}
		// Of the tower company's pieces that from minute 130 on lies behind the deadline.
		let value = to_json(&verdict, &people());
		assert_eq!(value["totals"][0]["ms"], 50 * 60_000);
		assert_eq!(value["totals"][0]["penalty_ms"], 20 * 60_000);
		assert_eq!(value["pieces"][0]["facts"], json!([0, 1]));
		assert_eq!(value["pieces"][0]["who"], "tower");
	}

	#[test]
	fn verdict_of_no_time_says_so() {
		let mut record = record();
		record.changes.truncate(1);
		let verdict = record.verdict().unwrap();
		let told = text(&verdict, &record.table, &people());
		assert_eq!(told, "responsibility table 1, no time counted: nobody answers for any");
		let told = side_by_side(("as it is", &verdict), ("what if", &verdict), &people());
		assert_eq!(told, "as it is and what if: no time counted, so nobody answers for any");
	}

	#[test]
	fn verdicts_stand_side_by_side_cut_wherever_either_is() {
		let record = record();
		let one = record.verdict().unwrap();
		let mut other = record.clone();
		other.facts.retain(|fact| fact.number != 2);
		let other = other.verdict().unwrap();
		let all = cut(&one, &other);
		assert_eq!(all.first().map(|both| both.0), one.pieces.first().map(|piece| piece.from));
		assert!(all.windows(2).all(|pair| pair[0].1 == pair[1].0), "without gap");
		let text = side_by_side(("as it is", &one), ("what if", &other), &people());
		assert!(
			text.contains("differs") && text.contains("as it is") && text.contains("undecided"),
			"{text}"
		);
		let same = side_by_side(("a", &one), ("b", &one), &people());
		assert!(!same.contains("differs"), "{same}");
	}

	#[test]
	fn order_under_way_says_up_to_when_it_is_judged() {
		const MINUTE: Moment = 60_000;
		let mut record = record();
		assert_eq!((until(&record, 999 * MINUTE), until_text(&record, 999 * MINUTE)), (None, None));
		// Resolved at minute 150, and not confirmed.
		record.changes.truncate(3);
		let text = until_text(&record, 155 * MINUTE).unwrap();
		for part in ["judged up to 1970-01-01 10:35:00+08:00", "resolved since 1970-01-01 10:30:00+08:00"] {
			assert!(text.contains(part), "{text}");
		}
		record.changes.truncate(2);
		assert_eq!(until(&record, 200 * MINUTE), Some(200 * MINUTE));
		assert_eq!(until(&record, 0), Some(75 * MINUTE), "at its last change at the earliest");
		let text = until_text(&record, 200 * MINUTE).unwrap();
		assert!(text.ends_with("up to 1970-01-01 11:20:00+08:00, by the chain's clock"), "{text}");
		// The outage began at minute 70, and is to be over within an hour.
		assert_eq!(breach(&record, 200 * MINUTE), Some(130 * MINUTE));
	}

	#[test]
	fn parts_and_differences_are_told_exactly() {
		assert_eq!((part(1, 3), part(0, 0), part(7, 7)), ("33.3 %".into(), "0.0 %".into(), "100.0 %".into()));
		assert_eq!((difference(60_000, 0), difference(0, 1_000)), ("- 1 min".into(), "+ 1 s".into()));
	}
}
