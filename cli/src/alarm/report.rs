// SPDX-License-Identifier: Apache-2.0
//! What an import of alarms comes to: a line for each notification, and the sums. Nothing is lost: what cannot be read or is
//! refused stands there as it came.

use super::rules::Reason;
use crate::{
	error::{Failure, Result},
	order::runs::Left,
	output::{counted, facts, Output},
	results::ResultFile,
};
use serde_json::{json, Value};
use std::collections::BTreeMap;

/// Lines that people are shown of what is wrong. A file with the result has them all.
const SHOWN: u64 = 20;

/// Outages without a generator run, in words.
const NO_RUNS: [(&str, &str); 5] = [
	("has_run", "with a run for the site"),
	("has_generator", "with a generator there"),
	("same_site", "with another's run there"),
	("has_power", "with power"),
	("too_many_parts", "with too many parts"),
];

/// What became of a notification in the end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum End {
	/// It is a fact of this order.
	Fact(u32),
	/// It is to be one; nothing was sent. The order is not open yet where there is none.
	WouldBe(Option<u32>),
	/// The order was taken up.
	TakenUp(u32),
	/// Nothing, for this reason.
	Nothing(Reason),
	/// It is no matter of alarms that begin, change or end.
	Other(String),
	/// It cannot be read.
	Malformed(String, String),
	/// It can, and was refused.
	Refused(String, String),
}

impl End {
	fn word(&self) -> &'static str {
		match self {
			Self::Fact(_) => "fact",
			Self::WouldBe(_) => "would_be_fact",
			Self::TakenUp(_) => "taken_up",
			Self::Nothing(reason) => reason.word(),
			Self::Other(_) => "other",
			Self::Malformed(..) => "malformed",
			Self::Refused(..) => "refused",
		}
	}

	fn is_wrong(&self) -> bool {
		matches!(self, Self::Malformed(..) | Self::Refused(..))
	}
}

/// A notification in the result.
pub(crate) struct Line<'t> {
	/// Its line in the file.
	pub(crate) line: u64,
	/// The station, as far as it is known.
	pub(crate) station: Option<String>,
	/// alarmId, as far as it is known.
	pub(crate) alarm: Option<&'t str>,
	/// As it stands in the file.
	pub(crate) text: &'t str,
	/// What became of it.
	pub(crate) end: End,
}

impl Line<'_> {
	fn to_json(&self) -> Value {
		let (order, what, remedy) = match &self.end {
			End::Fact(order) | End::TakenUp(order) => (Some(*order), None, None),
			End::WouldBe(order) => (*order, None, None),
			End::Nothing(reason) => (None, Some(reason.text()), None),
			End::Other(what) => (None, Some(what.as_str()), None),
			End::Malformed(what, remedy) | End::Refused(what, remedy) => {
				(None, Some(what.as_str()), Some(remedy.as_str()))
			}
		};
		let text = self.end.is_wrong().then_some(self.text);
		json!({
			"type": "notification", "line": self.line, "station": self.station, "alarm": self.alarm,
			"result": self.end.word(), "order": order, "what": what, "remedy": remedy, "text": text,
		})
	}
}

/// The notification of a line of the result about which nothing is left to do.
pub(crate) fn settled(line: &Value) -> Option<String> {
	let is_wrong = matches!(line["result"].as_str(), None | Some("malformed" | "refused"));
	(!is_wrong).then(|| format!("{} {} {}", line["line"], line["station"], line["alarm"]))
}

/// Tells, writes down and counts.
pub(crate) struct Report {
	output: Output,
	file: Option<ResultFile>,
	/// How many notifications came to what.
	counts: BTreeMap<&'static str, u64>,
	shown: u64,
	/// Orders that were opened.
	pub(crate) opened: u64,
	/// Steps that orders were taken.
	pub(crate) stepped: u64,
	/// Generator runs that were ordered.
	pub(crate) runs: u64,
	/// Outages without one, by why.
	no_runs: BTreeMap<&'static str, u64>,
	/// Steps and orders that were refused.
	pub(crate) refused_calls: u64,
}

impl Report {
	/// With the file for the result, where there is one.
	pub(crate) fn new(output: Output, file: Option<ResultFile>) -> Self {
		let counts = BTreeMap::new();
		let no_runs = BTreeMap::new();
		Self { output, file, counts, shown: 0, opened: 0, stepped: 0, runs: 0, no_runs, refused_calls: 0 }
	}

	/// Puts what was noted on the disk.
	pub(crate) fn sync(&mut self) -> Result<()> {
		self.file.as_mut().map_or(Ok(()), ResultFile::sync)
	}

	/// Notes what became of a notification.
	pub(crate) fn note(&mut self, line: &Line<'_>) -> Result<()> {
		let count = self.counts.entry(line.end.word()).or_default();
		*count = count.saturating_add(1);
		let value = line.to_json();
		if let Some(file) = &mut self.file {
			file.add(&value)?;
		}
		self.output.json_line(&value);
		if let End::Malformed(what, remedy) | End::Refused(what, remedy) = &line.end {
			match self.shown {
				shown if shown < SHOWN => self.output.say(&format!("line {}: {what} - {remedy}", line.line)),
				SHOWN => self.output.say("... and more; --result FILE and --json have them all"),
				_ => {}
			}
			self.shown = self.shown.saturating_add(1);
		}
		Ok(())
	}

	/// Notes that an outage gets no generator run.
	pub(crate) fn note_no_run(&mut self, why: Left) {
		let count = self.no_runs.entry(why.word()).or_default();
		*count = count.saturating_add(1);
	}

	/// Says why something that belongs to no single notification was refused.
	pub(crate) fn refused(&mut self, what: &str, failure: &Failure) {
		self.refused_calls = self.refused_calls.saturating_add(1);
		let (code, reason) = (failure.exit_code(), crate::chain::errors::reason(failure));
		self.output.json_line(&json!({ "type": "refused", "what": what, "code": code, "reason": reason }));
		self.output.say(&format!("{what}: {failure}"));
	}

	fn count(&self, word: &str) -> u64 {
		self.counts.get(word).copied().unwrap_or(0)
	}

	/// Tells the sums. What could not be read or was refused makes it a result in part.
	pub(crate) fn end(mut self) -> Result<()> {
		self.sync()?;
		let total: u64 = self.counts.values().sum();
		let value = json!({
			"type": "summary", "notifications": total, "results": self.counts, "opened": self.opened,
			"steps": self.stepped, "runs": self.runs, "no_runs": self.no_runs, "refused_calls": self.refused_calls,
		});
		self.output.answer(&value, || {
			let mut pairs = vec![
				("notifications", total.to_string()),
				("faults opened", self.opened.to_string()),
				("faults moved", self.stepped.to_string()),
			];
			let words = [
				("fact", "facts anchored"),
				("would_be_fact", "facts to anchor"),
				("taken_up", "acknowledged"),
				("known", "known before"),
				("twice", "twice in the file"),
				("over", "over within the file"),
				("other_mains", "of the mains, beside another alarm"),
				("later", "later than what is resolved"),
				("not_grave", "not grave"),
				("not_raised", "ends of nothing that is open"),
				("not_to_take_up", "acknowledged elsewhere"),
				("no_room", "without room in the order"),
				("other", "of other kinds"),
				("malformed", "malformed"),
				("refused", "refused"),
			];
			let counts = words.iter().map(|(word, text)| (*text, self.count(word)));
			pairs.extend(
				counts.filter(|(_, count)| *count > 0).map(|(text, count)| (text, count.to_string())),
			);
			if self.runs > 0 || !self.no_runs.is_empty() {
				pairs.push(("generator runs ordered", self.runs.to_string()));
			}
			pairs.extend(NO_RUNS.iter().filter_map(|(word, text)| {
				let count = self.no_runs.get(word)?;
				Some((*text, count.to_string()))
			}));
			facts(&pairs)
		});
		let wrong = self.count("malformed").saturating_add(self.count("refused"));
		let again = "mend them and import the file again: what is done is known, and not done twice";
		match (wrong, self.refused_calls) {
			(0, 0) => Ok(()),
			(0, calls) => Err(Failure::partial(format!("{} refused", counted(calls, "step"))).remedy(again)),
			(wrong, _) => {
				let what = format!("{} malformed or refused", counted(wrong, "notification"));
				Err(Failure::partial(what).remedy(again))
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn output() -> Output {
		Output { json: false, quiet: true, yes: true }
	}

	fn line(end: End) -> Line<'static> {
		Line { line: 3, station: Some("1301/A".into()), alarm: Some("A-17"), text: "{broken", end }
	}

	#[test]
	fn result_has_every_notification_and_what_is_wrong_as_it_came() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("result");
		let file = ResultFile::create(&path, settled).unwrap();
		let mut report = Report::new(output(), Some(file));
		report.note(&line(End::Fact(7))).unwrap();
		report.note(&line(End::Malformed("not JSON".into(), "mend it".into()))).unwrap();
		let failure = report.end().unwrap_err();
		assert_eq!(failure.exit_code(), 5);
		assert!(failure.to_string().contains("1 notification malformed or refused"), "{failure}");
		let text = std::fs::read_to_string(&path).unwrap();
		let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
		assert_eq!(
			(&lines[0]["result"], &lines[0]["order"], &lines[0]["text"]),
			(&json!("fact"), &json!(7), &json!(null))
		);
		assert_eq!((&lines[1]["text"], &lines[1]["remedy"]), (&json!("{broken"), &json!("mend it")));
		// A result is never written over.
		assert!(ResultFile::create(&path, settled).is_err());
	}

	#[test]
	fn import_that_goes_on_says_nothing_again_of_what_became_a_fact() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("result");
		let noted = |file: ResultFile, ends: &[End]| {
			let mut report = Report::new(output(), Some(file));
			ends.iter().for_each(|end| report.note(&line(end.clone())).unwrap());
			report.sync().unwrap();
		};
		let refused = || End::Refused("no".into(), "mend it".into());
		noted(ResultFile::create(&path, settled).unwrap(), &[refused()]);
		noted(ResultFile::go_on(&path, settled).unwrap(), &[refused()]);
		noted(ResultFile::go_on(&path, settled).unwrap(), &[End::Fact(7)]);
		noted(ResultFile::go_on(&path, settled).unwrap(), &[End::Nothing(Reason::Known)]);
		let text = std::fs::read_to_string(&path).unwrap();
		let result = |line: &str| serde_json::from_str::<Value>(line).unwrap()["result"].clone();
		assert_eq!(text.lines().map(result).collect::<Vec<_>>(), ["refused", "fact"]);
	}

	#[test]
	fn what_came_to_nothing_is_no_failure() {
		let mut report = Report::new(output(), None);
		report.note(&line(End::Nothing(Reason::Known))).unwrap();
		report.note(&line(End::Other("notifyComments".into()))).unwrap();
		assert_eq!((report.count("known"), report.count("other")), (1, 1));
		let all = [
			Left::HasPower,
			Left::HasRun(1),
			Left::HasGenerator(2),
			Left::SameSite(3),
			Left::TooManyParts,
			Left::HasRun(4),
		];
		all.into_iter().for_each(|why| report.note_no_run(why));
		assert!(NO_RUNS.iter().all(|(word, _)| report.no_runs.contains_key(word)));
		assert_eq!((report.no_runs.len(), report.no_runs["has_run"]), (NO_RUNS.len(), 2));
		assert_eq!(report.end(), Ok(()));
	}
}
