// SPDX-License-Identifier: Apache-2.0
//! What the chain says of reports in its events, and what to do about it.

use super::words::ReportId;
use crate::chain::events::Event;
use serde::{
	de::{DeserializeOwned, Error},
	Deserialize, Deserializer, Serialize,
};
use trimast_primitives::{
	energy::{MeterBreak, ReadingFault, Record},
	Hash, OrgId,
};

/// What became of a report.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Outcome {
	/// It is the first one of its span.
	Accepted,
	/// It supersedes what stood there.
	Corrected,
	/// It supersedes what stood there under a greater number and lacked stations of it.
	Completed,
	/// It stands there already.
	Repeated,
	/// What stands there has the same number or a greater one.
	Superseded,
	/// It lacks stations of what stands there: bit `n` stands for slot `n`.
	StationsMissing(#[serde(deserialize_with = "bits")] u64),
	/// It overlaps another report, and does not have its span.
	Overlapping,
	/// The day has as many reports of the page as it may.
	TooMany,
	/// The page has no station.
	NoSuchPage,
	/// None of its stations is in service and the reporter's.
	NoneOwned,
	/// None of these has a record that all who share it have signed.
	Unconfirmed,
	/// Its last interval is not over.
	TooEarly,
	/// Its day is forgotten.
	TooLate,
	/// Statements of its month are final.
	MonthClosed,
	/// Nothing of its month is reported any more.
	Reviewed,
	/// It was ruled on.
	Ruled,
	/// It cannot be read.
	Unreadable(Unreadable),
}

/// Reads a number as JSON of the chain has it: past 2^53 it is text.
fn bits<'de, D: Deserializer<'de>>(input: D) -> Result<u64, D::Error> {
	#[derive(Deserialize)]
	#[serde(untagged)]
	enum Said {
		Number(u64),
		Text(String),
	}
	match Said::deserialize(input)? {
		Said::Number(number) => Ok(number),
		Said::Text(text) => text.parse().map_err(D::Error::custom),
	}
}

/// Why a report cannot be read.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Unreadable {
	/// The span.
	Span,
	/// It has no station.
	NoStation,
	/// The list of networks.
	Networks,
	/// The columns.
	Columns,
	/// More participants than sums are kept of.
	Participants,
}

impl Outcome {
	/// Whether it stands there now.
	pub(super) const fn stands(self) -> bool {
		matches!(self, Self::Accepted | Self::Corrected | Self::Completed | Self::Repeated)
	}

	/// The slots of the stations that it lacks.
	pub(super) fn missing(self) -> impl Iterator<Item = u8> {
		let slots = if let Self::StationsMissing(slots) = self { slots } else { 0 };
		(0..64u8).filter(move |slot| slots >> slot & 1 == 1)
	}

	/// What it means, and what to do where it does not stand.
	pub(super) const fn words(self) -> (&'static str, &'static str) {
		match self {
			Self::Accepted => ("accepted", ""),
			Self::Corrected => ("corrected", ""),
			Self::Completed => ("has taken the place of one with a greater number that lacked stations of it", ""),
			Self::Repeated => ("stands there already", ""),
			Self::Superseded => (
				"another report of this span stands there, with the same number or a greater one",
				"if this is right, say --correct with a greater number (`trimast energy show` has that which stands)",
			),
			Self::StationsMissing(_) => (
				"it lacks stations of the report that stands there",
				"a correction is the whole report anew: put the readings of these stations into the file, and report it again; one of which \
				 nothing is right has a line without an energy",
			),
			Self::Overlapping => (
				"reports of a part of this time stand there, with another span",
				"a correction has the span of what it corrects: cut the file as it was reported",
			),
			Self::NoSuchPage => ("the page has no station", "import the stations first (`trimast site import`)"),
			Self::TooMany => (
				"the day has as many reports of the page as it may",
				"report more hours at once: `trimast energy rules` says how many reports a day takes",
			),
			Self::NoneOwned => (
				"none of its stations is in service and the company's",
				"`trimast site show STATION` has who owns it, and whether it is in service",
			),
			Self::Unconfirmed => (
				"who shares its stations has not signed their records",
				"have them countersigned (`trimast site countersign`), and report it again as it is",
			),
			Self::TooEarly => {
				("its last interval is not over by the chain's clock", "report it again when it is, or compare the clocks")
			}
			Self::TooLate => ("its day is forgotten", "`trimast energy rules` says for how many days reports are taken"),
			Self::MonthClosed => (
				"a statement of its month is final, by the owner's stations there",
				"`trimast energy total` shows the month: settle the difference with the next one",
			),
			Self::Reviewed => (
				"its month is over for so long that nothing of it is reported or corrected any more",
				"`trimast energy rules` says until when that is: settle the difference with the next month",
			),
			Self::Ruled => ("it was ruled on, and stays as it is", "`trimast energy show` has how it stands"),
			Self::Unreadable(_) => {
				("the chain cannot read it", "this `trimast` and the chain's runtime differ: install the version that goes with it")
			}
		}
	}
}

/// Why a reading does not count, and what to do.
pub(super) const fn fault_words(fault: ReadingFault) -> (&'static str, &'static str) {
	match fault {
		ReadingFault::Gap => ("nothing was read", "read it later and report a correction (--correct)"),
		ReadingFault::Backwards => {
			("the meter has run backwards", "look whether it was replaced, and report a correction (--correct)")
		}
		ReadingFault::OverRating => (
			"more than the station's rated power gives in that time",
			"look at the meter, and at the rated power of the station's record (`trimast site show`)",
		),
		ReadingFault::OtherNetwork => (
			"a network has carried something that is not on the station's list, or whose holder does not share it",
			"`trimast site show` has the station's networks, `trimast config policy` who holds them",
		),
		ReadingFault::OverCapacity => {
			("more than a station can carry", "a volume is in Mbit, of one interval: look at the unit")
		}
		ReadingFault::NetworkMissing => (
			"the report has no column of a carrier's network that the station lists",
			"add the volumes of the networks of all who share it (`trimast site show`), and report a correction (--correct)",
		),
		ReadingFault::VolumeMissing => (
			"what one of its networks has carried was not measured, and decides whose the energy is",
			"measure it (an empty field and NIL are no 0), and report a correction (--correct)",
		),
		ReadingFault::NoSuchStation => {
			("the station is out of service", "restore it (`trimast site restore`), or leave it out")
		}
		ReadingFault::NotOwner => ("the station is another company's", "its owner reports it"),
		ReadingFault::Unconfirmed => (
			"who shares the station has not signed its record",
			"have it countersigned (`trimast site countersign`), and report it again, as a correction (--correct) where its report stands",
		),
	}
}

/// A meter that does not go on from its last report, in words.
pub(super) const fn break_words(broken: MeterBreak) -> &'static str {
	match broken {
		MeterBreak::Behind => "shows less than at the end of its last report: replaced, or set back",
		MeterBreak::Ahead => "shows more than the station can have drawn since its last report",
	}
}

/// Why a report was not attested.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum AttestRefusal {
	/// There is no such report.
	NoSuchReport,
	/// What stands is something else.
	OtherDigest,
	/// The company has no say in it.
	NotConcerned,
	/// It was attested already.
	AlreadyGiven,
	/// The company contests it.
	Contested,
}

impl AttestRefusal {
	/// What it means, and what to do.
	pub(super) const fn words(self) -> (&'static str, &'static str) {
		match self {
			Self::NoSuchReport => ("it is not there any more", "repeat the command"),
			Self::OtherDigest => {
				("it was corrected meanwhile", "repeat the command: it compares with what stands")
			}
			Self::NotConcerned => (
				"no station of it names your company as sharer or tower company",
				"`trimast site show` has whom the record names",
			),
			Self::AlreadyGiven => ("your company has attested it already", "nothing is left to say"),
			Self::Contested => (
				"your company contests it",
				"where it has seen the same after all, withdraw that first (`trimast energy withdraw REPORT`)",
			),
		}
	}
}

/// The event of a report.
#[derive(Deserialize, Clone, PartialEq, Eq, Debug)]
pub(super) struct Reported {
	/// Which.
	pub(super) report: ReportId,
	/// Its number among the corrections.
	pub(super) number: u16,
	/// Its digest.
	pub(super) digest: Hash,
	/// What became of it.
	pub(super) outcome: Outcome,
	/// How many of its readings count.
	pub(super) counted: u32,
	/// Those that do not.
	pub(super) records: Vec<Record>,
	/// Meters that do not go on from their last report.
	pub(super) breaks: Vec<(u8, MeterBreak)>,
}

/// Whether a report was attested.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Attested {
	/// Which.
	pub(super) report: ReportId,
	/// Why not.
	pub(super) refusal: Option<AttestRefusal>,
}

/// An event of energy by name, if it is that and can be read.
fn read<T: DeserializeOwned>(event: &Event, name: &str) -> Option<T> {
	event.is("Energy", name).then(|| serde_json::from_value(event.fields.clone()).ok())?
}

/// What became of reports, in the order in which they were sent.
pub(super) fn reported(events: &[Event]) -> Vec<Reported> {
	events.iter().filter_map(|event| read(event, "Reported")).collect()
}

/// Which reports were attested, and which were not, in the order in which they were sent.
pub(super) fn attested(events: &[Event]) -> Vec<Attested> {
	#[derive(Deserialize)]
	struct Said {
		report: ReportId,
		#[serde(rename = "by")]
		_by: OrgId,
		refusal: Option<AttestRefusal>,
	}
	let one = |event: &Event| {
		let said: Said = read(event, "Attested").or_else(|| read(event, "NotAttested"))?;
		Some(Attested { report: said.report, refusal: said.refusal })
	};
	events.iter().filter_map(one).collect()
}

#[cfg(test)]
pub(super) mod tests {
	use super::*;
	use crate::chain::events::Phase;
	use serde_json::{json, Value};
	use trimast_primitives::LocalNetworkId;

	pub(crate) const ID: ReportId =
		ReportId { day: 20_785, local_network: LocalNetworkId(1301), page: 0, owner: OrgId(0), first: 0 };

	pub(crate) fn event(name: &str, fields: Value) -> Event {
		let (pallet, name) = ("Energy".into(), name.into());
		Event { index: 0, phase: Phase::ApplyExtrinsic(1), pallet, name, fields, bytes: Vec::new() }
	}

	/// As [`crate::chain::json`] makes it of the metadata.
	pub(crate) fn reported_event(outcome: Value) -> Event {
		event(
			"Reported",
			json!({
				"report": { "day": 20_785, "local_network": 1301, "page": 0, "owner": 0, "first": 0 },
				"number": 0, "digest": format!("0x{}", "07".repeat(32)), "outcome": outcome, "counted": 46,
				"records": [{ "slot": 1, "first": 3, "count": 2, "fault": "OverRating" }],
				"breaks": [[0, "Behind"]],
			}),
		)
	}

	#[test]
	fn events_of_reports_are_read_by_name() {
		let other = event("LineSigned", json!({}));
		let all = reported(&[other, reported_event(json!("Accepted"))]);
		let record = Record { slot: 1, first: 3, count: 2, fault: ReadingFault::OverRating };
		let expected = Reported {
			report: ID,
			number: 0,
			digest: Hash::repeat_byte(7),
			outcome: Outcome::Accepted,
			counted: 46,
			records: vec![record],
			breaks: vec![(0, MeterBreak::Behind)],
		};
		assert_eq!(all, [expected]);
		let unreadable = reported(&[reported_event(json!({ "Unreadable": "Columns" }))]);
		assert_eq!(unreadable[0].outcome, Outcome::Unreadable(Unreadable::Columns));
		// Numbers past 2^53 are text.
		for (slots, expected) in
			[(json!(0b101), vec![0, 2]), (json!((1u64 << 63 | 1).to_string()), vec![0, 63])]
		{
			let missing = reported(&[reported_event(json!({ "StationsMissing": slots }))])[0].outcome;
			assert_eq!(missing.missing().collect::<Vec<_>>(), expected);
			assert!(!missing.stands() && !missing.words().1.is_empty());
		}
		assert_eq!(Outcome::Superseded.missing().count(), 0);
	}

	#[test]
	fn events_of_attestations_are_read_by_name() {
		let report = json!({ "day": 20_785, "local_network": 1301, "page": 0, "owner": 0, "first": 0 });
		let events = [
			event("Attested", json!({ "report": report, "by": 1 })),
			event("NotAttested", json!({ "report": report, "by": 1, "refusal": "OtherDigest" })),
		];
		let all = attested(&events);
		assert_eq!(
			all.iter().map(|one| one.refusal).collect::<Vec<_>>(),
			[None, Some(AttestRefusal::OtherDigest)]
		);
	}

	/// The names of an enum of the pallet, as its source has them.
	fn names(source: &'static str, of: &str) -> Vec<&'static str> {
		let head = format!("pub enum {of} {{");
		let body = source
			.split_once(&head)
			.and_then(|(_, rest)| rest.split_once("\n}"))
			.map_or("", |(body, _)| body);
		let lines = body.lines().map(str::trim).filter(|line| !line.starts_with("//"));
		lines
			.filter_map(|line| line.strip_suffix(','))
			.map(|line| line.split('(').next().unwrap_or(line))
			.collect()
	}

	#[test]
	fn every_word_of_the_pallet_is_known() {
		let source = include_str!("../../../pallets/energy/src/types.rs");
		let with_data = ["Unreadable", "StationsMissing"];
		for name in names(source, "Outcome").into_iter().filter(|name| !with_data.contains(name)) {
			let outcome: Outcome = serde_json::from_value(json!(name)).expect(name);
			let (what, remedy) = outcome.words();
			assert!(!what.is_empty() && remedy.is_empty() == outcome.stands(), "{name}");
		}
		for name in names(source, "Unreadable") {
			let _: Unreadable = serde_json::from_value(json!(name)).expect(name);
		}
		for name in names(source, "AttestRefusal") {
			let _: AttestRefusal = serde_json::from_value(json!(name)).expect(name);
		}
		assert_eq!((names(source, "Outcome").len(), names(source, "Unreadable").len()), (17, 5));
		assert_eq!(names(source, "AttestRefusal").len(), 5);
	}
}
