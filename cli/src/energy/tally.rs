// SPDX-License-Identifier: Apache-2.0
//! What `energy report` comes to: a line for what is wrong with a file, for each report, and for each run of readings that do
//! not count; and the sums. Nothing is lost: JSON and `--result` have all of them, people the first few.

use super::{
	again::{Recalled, Source},
	batches::{Directory, Seen},
	read::Wrong,
	said::{break_words, fault_words, Outcome, Reported},
	words::{time_text, ReportId},
};
use crate::{
	chain::errors::reason,
	error::{Failure, Result},
	output::{counted, facts, table, Output},
	results::ResultFile,
};
use serde::{Deserialize, Serialize};
use serde_json::{json, Value};
use std::{collections::BTreeMap, ops::AddAssign};
use trimast_primitives::{
	energy::{ReadingFault, Report, Span},
	page::SiteId,
	LocalNetworkId, OrgId,
};

/// Lines that people are shown of what is wrong.
const SHOWN: u64 = 20;

/// Why readings do not count.
const FAULTS: [ReadingFault; 10] = [
	ReadingFault::Gap,
	ReadingFault::Backwards,
	ReadingFault::OverRating,
	ReadingFault::OtherNetwork,
	ReadingFault::OverCapacity,
	ReadingFault::VolumeMissing,
	ReadingFault::NetworkMissing,
	ReadingFault::NoSuchStation,
	ReadingFault::NotOwner,
	ReadingFault::Unconfirmed,
];

/// What reports have come to. A run that goes on has this of the interrupted one, too.
#[derive(Serialize, Deserialize, Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Counts {
	/// First ones of their span.
	pub(super) accepted: u64,
	/// Ones that supersede others.
	pub(super) corrected: u64,
	/// Ones that stood there already.
	pub(super) repeated: u64,
	/// Ones that the chain has not taken.
	pub(super) refused: u64,
	/// Readings that count.
	pub(super) counted: u64,
	/// Readings of which the file itself has nothing.
	pub(super) gaps: u64,
	/// The others that do not count.
	pub(super) faults: u64,
	/// All that do not count, by why: in the order of [`FAULTS`].
	#[serde(default)]
	pub(super) by_fault: [u64; FAULTS.len()],
	/// Meters that do not go on from their last report.
	#[serde(default)]
	pub(super) breaks: u64,
}

impl AddAssign for Counts {
	fn add_assign(&mut self, other: Self) {
		let all = [
			(&mut self.accepted, other.accepted),
			(&mut self.corrected, other.corrected),
			(&mut self.repeated, other.repeated),
			(&mut self.refused, other.refused),
			(&mut self.counted, other.counted),
			(&mut self.gaps, other.gaps),
			(&mut self.faults, other.faults),
			(&mut self.breaks, other.breaks),
		];
		let by_fault = self.by_fault.iter_mut().zip(other.by_fault);
		all.into_iter().chain(by_fault).for_each(|(all, more)| *all = all.saturating_add(more));
	}
}

impl Counts {
	/// Reports that stand there now.
	pub(super) const fn standing(&self) -> u64 {
		self.accepted.saturating_add(self.corrected).saturating_add(self.repeated)
	}

	/// The readings that do not count, by why.
	fn why(&self) -> BTreeMap<ReadingFault, u64> {
		FAULTS.into_iter().zip(self.by_fault).filter(|(_, count)| *count > 0).collect()
	}

	/// What one report comes to.
	fn of(said: &Reported) -> Self {
		let breaks = u64::try_from(said.breaks.len()).unwrap_or(u64::MAX);
		let mut counts = Self { counted: said.counted.into(), breaks, ..Self::default() };
		for record in &said.records {
			let Self { gaps, faults, by_fault, .. } = &mut counts;
			let all = if record.fault == ReadingFault::Gap { gaps } else { faults };
			let place = FAULTS.iter().position(|fault| *fault == record.fault);
			let by_fault = place.and_then(|place| by_fault.get_mut(place));
			for all in [Some(all), by_fault].into_iter().flatten() {
				*all = all.saturating_add(record.count.into());
			}
		}
		match said.outcome {
			Outcome::Accepted => counts.accepted = 1,
			Outcome::Corrected | Outcome::Completed => counts.corrected = 1,
			Outcome::Repeated => counts.repeated = 1,
			_ => counts.refused = 1,
		}
		counts
	}
}

/// Which report it is.
pub(super) fn id_of(local_network: LocalNetworkId, owner: OrgId, report: &Report) -> ReportId {
	ReportId { day: report.span.day, local_network, page: report.page, owner, first: report.span.first }
}

/// From when to when readings of a report are.
pub(super) fn times(span: &Span, first: u8, count: u8) -> (String, String) {
	let at = |n: u16| {
		let quarters = n.saturating_mul(span.interval.quarters().into());
		time_text(span.day, u16::from(span.first).saturating_add(quarters))
	};
	(at(first.into()), at(u16::from(first).saturating_add(count.into())))
}

/// The report of a line of the result that stands, so that no other line of it is needed.
pub(super) fn settled(line: &Value) -> Option<String> {
	(line["type"] == "report" && line["what"].is_null()).then(|| line["report"].to_string())
}

/// Tells, writes down and counts.
pub(super) struct Tally<'a> {
	output: Output,
	file: Option<ResultFile>,
	directory: &'a Directory,
	/// What this run has come to.
	counts: Counts,
	/// What an earlier one has seen final.
	earlier: Counts,
	/// Lines of files that are wrong.
	malformed: u64,
	/// Reports of other companies' stations, which are not sent.
	others: u64,
	/// Where the results of reports are from that stood there already.
	again: Again,
	shown: u64,
}

/// Of how many reports that stood there already the result is from where.
#[derive(Serialize, Clone, Copy, Default, PartialEq, Eq, Debug)]
struct Again {
	/// From the event of the block that has brought it.
	event: u64,
	/// It was computed, with what holds now.
	computed: u64,
	/// Of these, where the chain has something else.
	changed: u64,
	/// From nowhere.
	unknown: u64,
}

impl<'a> Tally<'a> {
	/// With the file for the result, where there is one.
	pub(super) fn new(output: Output, file: Option<ResultFile>, directory: &'a Directory) -> Self {
		Self {
			output,
			file,
			directory,
			counts: Counts::default(),
			earlier: Counts::default(),
			malformed: 0,
			others: 0,
			again: Again::default(),
			shown: 0,
		}
	}

	/// Puts what was noted on the disk.
	pub(super) fn sync(&mut self) -> Result<()> {
		self.file.as_mut().map_or(Ok(()), ResultFile::sync)
	}

	/// Writes a line of the result.
	fn write(&mut self, value: &Value) -> Result<()> {
		self.file.as_mut().map_or(Ok(()), |file| file.add(value))
	}

	/// What both runs have come to.
	pub(super) fn all(&self) -> Counts {
		let mut all = self.earlier;
		all += self.counts;
		all
	}

	fn note(&mut self, value: &Value, words: impl FnOnce() -> String) -> Result<()> {
		self.write(value)?;
		self.output.json_line(value);
		match self.shown {
			shown if shown < SHOWN => self.output.say(&words()),
			SHOWN => self.output.say("... and more; --result FILE and --json have them all"),
			_ => {}
		}
		self.shown = self.shown.saturating_add(1);
		Ok(())
	}

	/// Notes a line that is wrong.
	pub(super) fn wrong(&mut self, wrong: &Wrong) -> Result<()> {
		self.malformed = self.malformed.saturating_add(1);
		let value = json!({
			"type": "malformed", "file": wrong.file, "line": wrong.line, "station": wrong.station,
			"column": wrong.column, "what": wrong.what, "remedy": wrong.remedy,
		});
		self.note(&value, || wrong.to_string())
	}

	/// How many lines are wrong.
	pub(super) fn malformed(&self) -> u64 {
		self.malformed
	}

	/// Notes a report of another company's stations.
	pub(super) fn other(&mut self) {
		self.others = self.others.saturating_add(1);
	}

	/// Notes reports that an earlier run has seen final.
	pub(super) fn known(&mut self, counts: Counts) {
		self.earlier += counts;
	}

	/// Notes a report that stands there already, of whose readings nothing can be said any more.
	pub(super) fn repeated(&mut self, id: ReportId) -> Result<Counts> {
		let counts = Counts { repeated: 1, ..Counts::default() };
		self.counts += counts;
		self.again.unknown = self.again.unknown.saturating_add(1);
		let value = json!({ "type": "report", "report": id.to_string(), "id": id, "outcome": "Repeated" });
		self.output.json_line(&value);
		self.write(&value)?;
		Ok(counts)
	}

	/// Notes what the chain says of a report. Gives back what it comes to.
	pub(super) fn said(&mut self, span: &Span, said: &Reported, block: u32) -> Result<Counts> {
		self.tell(span, said, block, None)
	}

	/// Notes what a report has come to that stands there already. Gives that back.
	pub(super) fn again(&mut self, span: &Span, recalled: &Recalled) -> Result<Counts> {
		let Again { event, computed, changed, .. } = &mut self.again;
		let (count, other) = match recalled.source {
			Source::Event => (event, None),
			Source::Computed { is_same: true, .. } => (computed, None),
			Source::Computed { is_same: false, .. } => (computed, Some(changed)),
		};
		for count in [Some(count), other].into_iter().flatten() {
			*count = count.saturating_add(1);
		}
		self.tell(span, &recalled.said, recalled.block, Some(recalled.source))
	}

	/// Tells of a report and its readings. The lines of readings are the same wherever that is from, so that a result which is gone on
	/// with has each of them once.
	fn tell(&mut self, span: &Span, said: &Reported, block: u32, source: Option<Source>) -> Result<Counts> {
		let (id, counts) = (said.report, Counts::of(said));
		let (what, remedy) = said.outcome.words();
		let stands = said.outcome.stands();
		let station = |slot: u8| SiteId::new(id.local_network, id.page, slot.into());
		let missing: Vec<String> =
			said.outcome.missing().map(|slot| self.directory.name(station(slot))).collect();
		let (result_of, as_of, is_same) = match source {
			None => (None, None, None),
			Some(Source::Event) => (Some("event"), None, None),
			Some(Source::Computed { as_of, is_same }) => (Some("computed"), Some(as_of), Some(is_same)),
		};
		let value = json!({
			"type": "report", "report": id.to_string(), "id": id, "number": said.number, "digest": said.digest,
			"outcome": said.outcome, "block": block, "counted": said.counted,
			"not_counted": counts.gaps.saturating_add(counts.faults), "stations_missing": missing,
			"result_of": result_of, "as_of": as_of, "same": is_same, "what": (!stands).then_some(what),
			"remedy": (!stands).then_some(remedy),
		});
		match said.outcome {
			Outcome::Completed => self.note(&value, || {
				format!(
					"report {id}: it stands, and {what}: report what that had corrected again, with all stations (--correct, and a \
					 greater number)"
				)
			})?,
			_ if stands => {
				self.output.json_line(&value);
				self.write(&value)?;
			}
			_ => self.note(&value, || {
				let names = if missing.is_empty() { String::new() } else { format!(": {}", missing.join(", ")) };
				format!("report {id}: {what}{names} - {remedy}")
			})?,
		}
		for record in &said.records {
			let name = self.directory.name(station(record.slot));
			let (from, to) = times(span, record.first, record.count);
			let (what, remedy) = fault_words(record.fault);
			// Where nothing stands there is nothing to be corrected.
			let remedy = match record.fault {
				ReadingFault::Unconfirmed if !stands => Outcome::Unconfirmed.words().1,
				_ => remedy,
			};
			let value = json!({
				"type": "reading", "report": id.to_string(), "station": name, "from": from, "to": to,
				"readings": record.count, "fault": record.fault, "what": what, "remedy": remedy,
			});
			self.note(&value, || {
				format!("{name} {from} to {to} ({}): {what} - {remedy}", counted(record.count, "reading"))
			})?;
		}
		for (slot, broken) in &said.breaks {
			let (name, what) = (self.directory.name(station(*slot)), break_words(*broken));
			let (from, _) = times(span, 0, 0);
			let value = json!({
				"type": "meter", "report": id.to_string(), "station": name, "at": from, "break": broken, "what": what,
			});
			self.note(&value, || {
				format!("{name} {from}: the meter {what}; it changes nothing of what counts")
			})?;
		}
		self.counts += counts;
		Ok(counts)
	}

	/// Notes reports whose call the chain has refused, or of which it says nothing.
	pub(super) fn refused(&mut self, reports: &[ReportId], failure: &Failure) -> Result<()> {
		let count = u64::try_from(reports.len()).unwrap_or(u64::MAX);
		self.counts.refused = self.counts.refused.saturating_add(count);
		let names: Vec<String> = reports.iter().map(ToString::to_string).collect();
		let value = json!({ "type": "refused", "reports": names, "reason": reason(failure) });
		self.note(&value, || {
			let first = names.first().map_or("", String::as_str);
			format!("{} ({first}...): {failure}", counted(count, "report"))
		})
	}

	/// Tells the sums, and says what is lacking.
	pub(super) fn end(mut self, seen: Seen, is_sent: bool, blocks: Option<(u32, u32)>) -> Result<()> {
		self.sync()?;
		let all = self.all();
		let records = seen.counts;
		let value = json!({
			"type": "summary", "sent": is_sent, "readings": records.readings, "repeated_records": records.repeated,
			"differing_records": records.differing, "unknown_records": records.unknown,
			"refused_records": records.refused, "held_back": records.held_back, "added_up": records.added_up,
			"suspect_readings": seen.suspect, "malformed": self.malformed, "others": self.others,
			"resumed": self.earlier.standing(), "accepted": all.accepted, "corrected": all.corrected, "repeated": all.repeated,
			"refused": all.refused, "counted": all.counted, "gaps": all.gaps, "faults": all.faults,
			"by_fault": all.why(), "breaks": all.breaks, "results": self.again,
			"blocks": blocks.map(|(first, last)| vec![first, last]),
		});
		self.output.answer(&value, || self.text(seen, is_sent));
		self.shortfall(is_sent).map_or(Ok(()), Err)
	}

	fn text(&self, seen: Seen, is_sent: bool) -> String {
		let all = self.all();
		let mut pairs = vec![("readings in the file", seen.counts.readings.to_string())];
		let mut more = |name, count: u64| {
			if count > 0 {
				pairs.push((name, count.to_string()));
			}
		};
		more("lines that repeat others", seen.counts.repeated);
		more("held unreliable by the element manager", seen.suspect);
		more("malformed or left out", self.malformed);
		more("of these held back: the register says something else", seen.counts.held_back);
		more("hours added up of quarters, as others of their page have hours", seen.counts.added_up);
		more("reports of others' stations, not sent", self.others);
		more("reports to send", if is_sent { 0 } else { all.accepted });
		if is_sent {
			more("final from an earlier run", self.earlier.standing());
			more("reports accepted", all.accepted);
			more("reports corrected", all.corrected);
			more("reports that stood there", all.repeated);
			more("  their results as their blocks have them", self.again.event);
			more("  computed as of now", self.again.computed);
			more("  of which other than the chain has them: changed since, or contested", self.again.changed);
			more("  of which nothing is known any more", self.again.unknown);
			more("reports refused", all.refused);
			more("readings that count", all.counted);
			more("readings without a value", all.gaps);
			more("readings that do not count", all.faults);
			more("meters that do not go on", all.breaks);
		}
		let by_fault = all.why();
		let faults = by_fault.iter().map(|(fault, count)| {
			let (what, remedy) = fault_words(*fault);
			vec![count.to_string(), what.into(), remedy.into()]
		});
		match by_fault.is_empty() {
			true => facts(&pairs),
			false => format!(
				"{}\n{}",
				facts(&pairs),
				table(&["readings", "do not count: why", "what to do"], faults)
			),
		}
	}

	/// What is lacking for success. That the file itself has nothing of an interval is no failure.
	fn shortfall(&self, is_sent: bool) -> Option<Failure> {
		let all = self.all();
		if self.malformed == 0 && all.refused == 0 && all.faults == 0 {
			return None;
		}
		let parts = [
			(self.malformed, "malformed or left out"),
			(all.refused, "reports refused"),
			(all.faults, "readings that do not count"),
		];
		let parts: Vec<String> = parts
			.iter()
			.filter(|(count, _)| *count > 0)
			.map(|(count, what)| format!("{count} {what}"))
			.collect();
		let what = parts.join(", ");
		let failure = match is_sent && all.standing() == 0 {
			true => Failure::chain(what),
			false => Failure::partial(what),
		};
		Some(failure.remedy(
			"mend them and repeat the command: what stands there already is known, and not accounted twice",
		))
	}
}

#[cfg(test)]
mod tests {
	use super::{super::said::tests::ID, *};
	use trimast_primitives::{
		energy::{Interval, MeterBreak, Record},
		Hash,
	};

	fn output() -> Output {
		Output { json: false, quiet: true, yes: true }
	}

	fn said(outcome: Outcome, records: Vec<Record>) -> Reported {
		Reported { report: ID, number: 0, digest: Hash::zero(), outcome, counted: 7, records, breaks: vec![] }
	}

	fn record(fault: ReadingFault) -> Record {
		Record { slot: 1, first: 3, count: 2, fault }
	}

	const SPAN: Span = Span { day: 20_785, first: 4, interval: Interval::Hour, count: 12 };

	#[test]
	fn faults_are_named_by_station_and_time() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("result");
		let directory = Directory::of([(SiteId::new(ID.local_network, 0, 1), "HE-1".into())]);
		let file = ResultFile::create(&path, settled).unwrap();
		let mut tally = Tally::new(output(), Some(file), &directory);
		let mut one =
			said(Outcome::Accepted, vec![record(ReadingFault::Gap), record(ReadingFault::OverRating)]);
		one.breaks = vec![(0, MeterBreak::Behind)];
		let counts = tally.said(&SPAN, &one, 9).unwrap();
		assert_eq!((counts.accepted, counts.counted, counts.gaps, counts.faults), (1, 7, 2, 2));
		let failure = tally.end(Seen::default(), true, Some((9, 9))).unwrap_err();
		assert_eq!(failure.exit_code(), 5);
		assert!(failure.to_string().starts_with("2 readings that do not count"), "{failure}");
		let text = std::fs::read_to_string(&path).unwrap();
		let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
		let types: Vec<&str> = lines.iter().map(|line| line["type"].as_str().unwrap()).collect();
		assert_eq!(types, ["report", "reading", "reading", "meter"]);
		assert_eq!((&lines[2]["station"], &lines[2]["fault"]), (&json!("1301/HE-1"), &json!("OverRating")));
		// The span begins at one o'clock; its fourth hour is that of four.
		assert_eq!(
			(&lines[2]["from"], &lines[2]["to"]),
			(&json!("2026-11-28 04:00"), &json!("2026-11-28 06:00"))
		);
		assert_eq!(lines[3]["station"], json!("1301:0"));
	}

	#[test]
	fn stations_that_a_correction_lacks_are_named() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("result");
		let directory = Directory::of([(SiteId::new(ID.local_network, 0, 1), "HE-1".into())]);
		let file = ResultFile::create(&path, settled).unwrap();
		let mut tally = Tally::new(output(), Some(file), &directory);
		let counts = tally.said(&SPAN, &said(Outcome::StationsMissing(0b1010), vec![]), 9).unwrap();
		assert_eq!((counts.refused, counts.standing()), (1, 0));
		let counts = tally.said(&SPAN, &said(Outcome::Completed, vec![]), 9).unwrap();
		assert_eq!((counts.refused, counts.standing()), (0, 1));
		assert_eq!(tally.end(Seen::default(), true, None).unwrap_err().exit_code(), 5);
		let text = std::fs::read_to_string(&path).unwrap();
		let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
		assert_eq!(lines[0]["stations_missing"], json!(["1301/HE-1", "1301:3"]));
		assert!(lines[0]["what"].as_str().unwrap().contains("lacks stations"), "{}", lines[0]);
		assert_eq!((&lines[1]["outcome"], &lines[1]["what"]), (&json!("Completed"), &Value::Null));
	}

	#[test]
	fn nothing_is_to_be_corrected_of_a_report_that_does_not_stand() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("result");
		let directory = Directory::default();
		let mut tally = Tally::new(output(), Some(ResultFile::create(&path, settled).unwrap()), &directory);
		for outcome in [Outcome::Unconfirmed, Outcome::Accepted] {
			tally.said(&SPAN, &said(outcome, vec![record(ReadingFault::Unconfirmed)]), 9).unwrap();
		}
		tally.sync().unwrap();
		let text = std::fs::read_to_string(&path).unwrap();
		let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
		assert_eq!([&lines[0]["outcome"], &lines[2]["outcome"]], [&json!("Unconfirmed"), &json!("Accepted")]);
		let remedy = |n: usize| lines[n]["remedy"].as_str().unwrap();
		assert!(remedy(0).contains("site countersign") && !remedy(0).contains("--correct"), "{}", lines[0]);
		assert!(remedy(1).contains("site countersign") && !remedy(1).contains("--correct"), "{}", lines[1]);
		assert!(remedy(3).contains("--correct"), "{}", lines[3]);
	}

	#[test]
	fn run_that_goes_on_says_nothing_again_of_a_report_that_stands() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("result");
		let directory = Directory::default();
		let noted = |file: ResultFile, outcome: Outcome| {
			let mut tally = Tally::new(output(), Some(file), &directory);
			tally.said(&SPAN, &said(outcome, vec![record(ReadingFault::Gap)]), 9).unwrap();
			tally.sync().unwrap();
		};
		noted(ResultFile::create(&path, settled).unwrap(), Outcome::Superseded);
		noted(ResultFile::go_on(&path, settled).unwrap(), Outcome::Accepted);
		noted(ResultFile::go_on(&path, settled).unwrap(), Outcome::Repeated);
		let text = std::fs::read_to_string(&path).unwrap();
		let outcome = |line: &str| serde_json::from_str::<Value>(line).unwrap()["outcome"].clone();
		let outcomes: Vec<Value> = text.lines().map(outcome).collect();
		assert_eq!(outcomes, [json!("Superseded"), Value::Null, json!("Accepted")]);
	}

	#[test]
	fn every_fault_is_counted_and_kept_for_a_run_that_goes_on() {
		use ReadingFault::*;
		for fault in FAULTS {
			match fault {
				// A fault that is missing here is missing above.
				Gap | Backwards | OverRating | OtherNetwork | OverCapacity | VolumeMissing
				| NetworkMissing | NoSuchStation | NotOwner | Unconfirmed => {}
			}
		}
		let mut one = said(Outcome::Accepted, FAULTS.map(record).to_vec());
		one.breaks = vec![(0, MeterBreak::Ahead)];
		let mut counts = Counts::of(&one);
		counts += Counts::of(&one);
		assert_eq!((counts.gaps, counts.faults, counts.breaks), (4, 36, 2));
		let expected: BTreeMap<ReadingFault, u64> = FAULTS.into_iter().map(|fault| (fault, 4)).collect();
		assert_eq!(counts.why(), expected);
		let kept = serde_json::to_value(counts).unwrap();
		assert_eq!(serde_json::from_value::<Counts>(kept.clone()).unwrap(), counts);
		// A checkpoint of before they were kept.
		let Value::Object(mut old) = kept else { panic!("{counts:?}") };
		old.remove("by_fault");
		old.remove("breaks");
		let old: Counts = serde_json::from_value(Value::Object(old)).unwrap();
		assert_eq!((old.faults, old.why().len()), (36, 0));
	}

	#[test]
	fn report_that_stood_there_has_its_results_and_the_exit_code_of_the_first_run() {
		let directory = Directory::default();
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("result");
		let mut one = said(Outcome::Repeated, vec![record(ReadingFault::OverRating)]);
		one.breaks = vec![(0, MeterBreak::Behind)];
		let recalled = |source| Recalled { said: one.clone(), block: 7, source };
		let mut tally = Tally::new(output(), Some(ResultFile::create(&path, settled).unwrap()), &directory);
		for source in [
			Source::Event,
			Source::Computed { as_of: 9, is_same: true },
			Source::Computed { as_of: 9, is_same: false },
		] {
			let counts = tally.again(&SPAN, &recalled(source)).unwrap();
			assert_eq!((counts.repeated, counts.counted, counts.faults, counts.breaks), (1, 7, 2, 1));
		}
		assert_eq!(tally.again, Again { event: 1, computed: 2, changed: 1, unknown: 0 });
		assert!(tally.text(Seen::default(), true).contains("changed since"));
		let failure = tally.end(Seen::default(), true, None).unwrap_err();
		assert_eq!(failure.exit_code(), 5);
		let text = std::fs::read_to_string(&path).unwrap();
		let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
		let types: Vec<&str> = lines.iter().map(|line| line["type"].as_str().unwrap()).collect();
		assert_eq!(types, ["report", "reading", "meter"].repeat(3));
		let told = ["outcome", "block", "result_of", "as_of", "same"].map(|field| lines[6][field].clone());
		assert_eq!(told, [json!("Repeated"), json!(7), json!("computed"), json!(9), json!(false)]);
		// Lines of readings and meters do not say where they are from.
		assert_eq!((&lines[1], &lines[2]), (&lines[7], &lines[8]));
	}

	#[test]
	fn run_that_goes_on_completes_the_lines_of_a_report_whose_first_ones_stand() {
		let directory = Directory::default();
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("result");
		let records = vec![record(ReadingFault::OverRating), record(ReadingFault::Backwards)];
		let mut tally = Tally::new(output(), Some(ResultFile::create(&path, settled).unwrap()), &directory);
		tally.said(&SPAN, &said(Outcome::Accepted, records.clone()), 9).unwrap();
		tally.sync().unwrap();
		// Killed while it wrote the last line, before the batch was noted.
		let text = std::fs::read_to_string(&path).unwrap();
		std::fs::write(&path, &text[..text.len() - 9]).unwrap();
		let mut tally = Tally::new(output(), Some(ResultFile::go_on(&path, settled).unwrap()), &directory);
		let recalled = Recalled { said: said(Outcome::Repeated, records), block: 9, source: Source::Event };
		tally.again(&SPAN, &recalled).unwrap();
		tally.sync().unwrap();
		assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
	}

	#[test]
	fn what_stood_there_and_what_was_not_read_is_no_failure() {
		let directory = Directory::default();
		let mut tally = Tally::new(output(), None, &directory);
		tally.said(&SPAN, &said(Outcome::Repeated, vec![]), 9).unwrap();
		tally.said(&SPAN, &said(Outcome::Accepted, vec![record(ReadingFault::Gap)]), 9).unwrap();
		tally.repeated(ID).unwrap();
		assert_eq!((tally.all().standing(), tally.all().repeated), (3, 2));
		assert_eq!(tally.end(Seen::default(), true, None), Ok(()));
	}

	#[test]
	fn refused_reports_are_a_failure_and_in_part_where_others_stand() {
		let directory = Directory::default();
		let refuse = |others: bool| {
			let mut tally = Tally::new(output(), None, &directory);
			tally.said(&SPAN, &said(Outcome::Superseded, vec![]), 9).unwrap();
			tally.refused(&[ID, ID], &Failure::chain("no")).unwrap();
			if others {
				tally.said(&SPAN, &said(Outcome::Corrected, vec![]), 9).unwrap();
			}
			tally.end(Seen::default(), true, None).unwrap_err()
		};
		assert_eq!((refuse(false).exit_code(), refuse(true).exit_code()), (1, 5));
		assert!(refuse(true).to_string().starts_with("3 reports refused"), "{}", refuse(true));
	}
}
