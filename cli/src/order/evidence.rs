// SPDX-License-Identifier: Apache-2.0
//! Facts in words, as people write them and as they are shown:
//!
//! ```text
//!   alarm raised id=A-17 about=power severity=CRITICAL [type=EQUIPMENT_ALARM] [plmn=46011]
//!   alarm cleared id=A-17 about=power
//!   grid failed | grid back
//!   battery measured=60 [contracted=90]                     minutes
//!   generator arrived=TIME [contracted=120] | generator missing [contracted=120]
//!   planned from=TIME to=TIME
//!   access asked|granted by=ORG from=TIME to=TIME | access refused by=ORG
//!   appointment made by=ORG time=TIME | appointment missed by=ORG
//!   arrival by=ORG
//!   reading energy|power|voltage|temperature value=N        Wh, W, mV, 0.1 degree
//!   violation raised|changed|cleared number=N by=ORG
//!   {"GridFailure":{"phase":"Raised"}}                      as JSON has it
//! ```
//!
//! What the station's record says (contracted times, owners of link and equipment) need not be said again where it is known.

use super::{
	people::People,
	words::{one_of, severity, severity_text},
};
use crate::{
	config::{catalogue::read_plmn, export::time, words::plmn_words},
	names::{hex0x, unhex, OrgName},
	output::quoted,
};
use std::collections::BTreeMap;
use trimast_primitives::{
	order::{Alarm, AlarmType, Companies, Contract, Evidence, Phase, Quantity, Severity, Subject},
	Moment, OrgId,
};

/// What need not be said, since it is known.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Known {
	/// What is contracted for the station.
	pub(crate) contract: Option<Contract>,
	/// Who owns the station.
	pub(crate) owner: Option<OrgId>,
}

impl Known {
	/// Of an order.
	pub(crate) const fn of(contract: Option<Contract>, companies: &Companies) -> Self {
		Self { contract, owner: Some(companies.owner) }
	}
}

const PHASES: [(&str, Phase); 3] =
	[("raised", Phase::Raised), ("changed", Phase::Changed), ("cleared", Phase::Cleared)];

const QUANTITIES: [(&str, Quantity); 4] = [
	("energy", Quantity::Energy),
	("power", Quantity::Power),
	("voltage", Quantity::Voltage),
	("temperature", Quantity::Temperature),
];

/// Types of alarms as TS 28.532 names them, and as its first issues did.
const TYPES: [(&str, AlarmType); 10] = [
	("COMMUNICATIONS_ALARM", AlarmType::Communications),
	("QUALITY_OF_SERVICE_ALARM", AlarmType::QualityOfService),
	("PROCESSING_ERROR_ALARM", AlarmType::ProcessingError),
	("EQUIPMENT_ALARM", AlarmType::Equipment),
	("ENVIRONMENTAL_ALARM", AlarmType::Environmental),
	("COMMUNICATIONS", AlarmType::Communications),
	("QUALITY_OF_SERVICE", AlarmType::QualityOfService),
	("PROCESSING_ERROR", AlarmType::ProcessingError),
	("EQUIPMENT", AlarmType::Equipment),
	("ENVIRONMENTAL", AlarmType::Environmental),
];

/// A type of alarm.
pub(crate) fn alarm_type(text: &str) -> Result<AlarmType, String> {
	one_of(text, "alarmType of TS 28.532", &TYPES)
}

fn type_text(kind: AlarmType) -> &'static str {
	TYPES.iter().find(|(_, known)| *known == kind).map_or("", |(name, _)| *name)
}

/// By what an alarm is known again: the first 8 bytes of the BLAKE2 hash of 256 bits of its alarmId.
pub(crate) fn alarm_id(text: &str) -> u64 {
	let [a, b, c, d, e, f, g, h, ..] = sp_io::hashing::blake2_256(text.as_bytes());
	u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// An alarmId, or `0x` and the 16 digits of what it is known by.
fn id(text: &str) -> u64 {
	let digits = text.strip_prefix("0x").filter(|digits| digits.len() == 16);
	let bytes = digits.and_then(|digits| unhex(digits).ok()?.try_into().ok());
	bytes.map_or_else(|| alarm_id(text), u64::from_be_bytes)
}

/// The named parts of a fact. Each is taken out as it is read, so that what is left over is told.
struct Parts<'a> {
	words: Vec<&'a str>,
	named: BTreeMap<&'a str, &'a str>,
}

impl<'a> Parts<'a> {
	fn of(words: &[&'a str]) -> Result<Self, String> {
		let mut parts = Self { words: Vec::new(), named: BTreeMap::new() };
		for word in words {
			match word.split_once('=') {
				None => parts.words.push(word),
				Some((name, value)) => {
					if parts.named.insert(name, value).is_some() {
						return Err(format!("{} stands there twice", quoted(name)));
					}
				}
			}
		}
		Ok(parts)
	}

	fn take(&mut self, name: &str) -> Option<&'a str> {
		self.named.remove(name)
	}

	fn need(&mut self, name: &str, example: &str) -> Result<&'a str, String> {
		self.take(name).ok_or_else(|| format!("{name} is missing: {name}={example}"))
	}

	fn moment(&mut self, name: &str) -> Result<Moment, String> {
		time::read(self.need(name, "2026-05-07T12:00:00+08:00")?).map_err(|what| format!("{name}: {what}"))
	}

	fn number<T: std::str::FromStr>(&mut self, name: &str) -> Result<T, String> {
		let text = self.need(name, "60")?;
		text.parse().map_err(|_| format!("{name}: {} is no number that it can have", quoted(text)))
	}

	/// A number that is known where it is not said.
	fn number_or<T: std::str::FromStr>(&mut self, name: &str, known: Option<T>) -> Result<T, String> {
		match known {
			Some(known) if !self.named.contains_key(name) => Ok(known),
			_ => self.number(name),
		}
	}

	fn org(&mut self, name: &str, people: &People) -> Result<OrgId, String> {
		let org: OrgName = self.need(name, "ORG")?.parse()?;
		people.find(&org).map_err(|failure| failure.to_string())
	}

	fn org_or(&mut self, name: &str, known: Option<OrgId>, people: &People) -> Result<OrgId, String> {
		match known {
			Some(known) if !self.named.contains_key(name) => Ok(known),
			_ => self.org(name, people),
		}
	}

	/// A company and from when to when.
	fn window(&mut self, people: &People) -> Result<(OrgId, Moment, Moment), String> {
		Ok((self.org("by", people)?, self.moment("from")?, self.moment("to")?))
	}

	fn end(self) -> Result<(), String> {
		match self.named.keys().next() {
			Some(name) => Err(format!("{} says nothing there: leave it out", quoted(name))),
			None => Ok(()),
		}
	}
}

/// What is expected.
const FORM: &str =
	"a fact is one of alarm, grid, battery, generator, planned, access, appointment, arrival, reading, \
	violation; `trimast order fact --help` has each";

/// Reads a fact.
pub(crate) fn read(words: &[&str], people: &People, known: &Known) -> Result<Evidence, String> {
	if words.first().is_some_and(|word| word.starts_with('{')) {
		return serde_json::from_str(&words.join(" ")).map_err(|e| format!("not a fact in JSON: {e}"));
	}
	let mut parts = Parts::of(words)?;
	let contract = known.contract;
	let phase = |text: &str| one_of(text, "phase", &PHASES);
	let evidence = match parts.words[..] {
		["alarm", word] => Evidence::Alarm(alarm(phase(word)?, &mut parts, people, known)?),
		["grid", "failed"] => Evidence::GridFailure { phase: Phase::Raised },
		["grid", "back"] => Evidence::GridFailure { phase: Phase::Cleared },
		["battery"] => Evidence::BatteryAutonomy {
			contracted: parts.number_or("contracted", contract.map(|contract| contract.autonomy))?,
			measured: parts.number("measured")?,
		},
		["generator"] | ["generator", "arrived" | "missing"] => {
			let is_missing = parts.words.contains(&"missing");
			let arrived = if is_missing { None } else { Some(parts.moment("arrived")?) };
			let contracted = parts.number_or("contracted", contract.map(|contract| contract.generator))?;
			Evidence::GeneratorArrival { contracted, arrived }
		}
		["planned"] => Evidence::PlannedOutage { from: parts.moment("from")?, to: parts.moment("to")? },
		["access", "asked"] => {
			let (of, from, to) = parts.window(people)?;
			Evidence::AccessAsked { of, from, to }
		}
		["access", "granted"] => {
			let (by, from, to) = parts.window(people)?;
			Evidence::AccessGranted { by, from, to }
		}
		["access", "refused"] => Evidence::AccessRefused { by: parts.org("by", people)? },
		["appointment", "made"] => {
			Evidence::AppointmentMade { by: parts.org("by", people)?, at: parts.moment("time")? }
		}
		["appointment", "missed"] => Evidence::AppointmentMissed { by: parts.org("by", people)? },
		["arrival"] => Evidence::Arrival { of: parts.org("by", people)? },
		["reading", word] => Evidence::Reading {
			quantity: one_of(word, "quantity", &QUANTITIES)?,
			value: parts.number("value")?,
		},
		["violation", word] => Evidence::Violation {
			number: parts.number("number")?,
			by: parts.org("by", people)?,
			phase: phase(word)?,
		},
		_ => return Err(format!("{} is no fact: {FORM}", quoted(&parts.words.join(" ")))),
	};
	parts.end()?;
	Ok(evidence)
}

fn alarm(phase: Phase, parts: &mut Parts<'_>, people: &People, known: &Known) -> Result<Alarm, String> {
	let id = id(parts.need("id", "ALARM-ID")?);
	let about = parts.need("about", "power|environment|backhaul|equipment|service")?;
	let backhaul = known.contract.map(|contract| contract.backhaul);
	let (subject, usual) = match about {
		"power" => (Subject::Power, AlarmType::Equipment),
		"environment" => (Subject::Environment, AlarmType::Environmental),
		"backhaul" => {
			(Subject::Backhaul { owner: parts.org_or("owner", backhaul, people)? }, AlarmType::Communications)
		}
		"equipment" => {
			(Subject::Equipment { owner: parts.org_or("owner", known.owner, people)? }, AlarmType::Equipment)
		}
		"service" => (Subject::Service, AlarmType::QualityOfService),
		other => {
			return Err(format!(
				"{} is nothing that an alarm is about: one of power, environment, backhaul, equipment, service",
				quoted(other)
			))
		}
	};
	let kind = parts.take("type").map_or(Ok(usual), alarm_type)?;
	let severity = match (phase, parts.take("severity")) {
		(Phase::Cleared, None) => Severity::Cleared,
		(_, Some(text)) => severity(text)?,
		(_, None) => return Err("severity is missing: severity=CRITICAL".into()),
	};
	let plmn = parts
		.take("plmn")
		.map(|text| read_plmn(text).ok_or("plmn: it is the digits of MCC and MNC, such as plmn=46011"));
	Ok(Alarm { id, phase, kind, severity, subject, plmn: plmn.transpose()? })
}

/// A fact as [`read`] reads it.
pub(crate) fn text(evidence: &Evidence, people: &People) -> String {
	let word = |phase| PHASES.iter().find(|(_, known)| *known == phase).map_or("", |(name, _)| *name);
	let by = |org: OrgId| format!("by={}", people.name(org));
	let window = |from, to| format!(" from={} to={}", moment(from), moment(to));
	match *evidence {
		Evidence::Alarm(Alarm { id, phase, kind, severity, subject, plmn }) => {
			let about = match subject {
				Subject::Power => "power".into(),
				Subject::Environment => "environment".into(),
				Subject::Backhaul { owner } => format!("backhaul owner={}", people.name(owner)),
				Subject::Equipment { owner } => format!("equipment owner={}", people.name(owner)),
				Subject::Service => "service".to_string(),
			};
			let plmn = plmn.map_or_else(String::new, |plmn| format!(" plmn={}", plmn_words(plmn)));
			format!(
				"alarm {} id={} about={about} severity={} type={}{plmn}",
				word(phase),
				hex0x(id.to_be_bytes()),
				severity_text(severity),
				type_text(kind)
			)
		}
		Evidence::GridFailure { phase: Phase::Cleared } => "grid back".into(),
		Evidence::GridFailure { .. } => "grid failed".into(),
		Evidence::BatteryAutonomy { contracted, measured } => {
			format!("battery measured={measured} contracted={contracted}")
		}
		Evidence::GeneratorArrival { contracted, arrived: None } => {
			format!("generator missing contracted={contracted}")
		}
		Evidence::GeneratorArrival { contracted, arrived: Some(at) } => {
			format!("generator arrived={} contracted={contracted}", moment(at))
		}
		Evidence::PlannedOutage { from, to } => {
			format!("planned{}", window(from, to))
		}
		Evidence::AccessAsked { of, from, to } => format!("access asked {}{}", by(of), window(from, to)),
		Evidence::AccessGranted { by: org, from, to } => {
			format!("access granted {}{}", by(org), window(from, to))
		}
		Evidence::AccessRefused { by: org } => format!("access refused {}", by(org)),
		Evidence::AppointmentMade { by: org, at } => {
			format!("appointment made {} time={}", by(org), moment(at))
		}
		Evidence::AppointmentMissed { by: org } => format!("appointment missed {}", by(org)),
		Evidence::Arrival { of } => format!("arrival {}", by(of)),
		Evidence::Reading { quantity, value } => {
			let name = QUANTITIES.iter().find(|(_, known)| *known == quantity).map_or("", |(name, _)| *name);
			format!("reading {name} value={value}")
		}
		Evidence::Violation { number, by: org, phase } => {
			format!("violation {} number={number} {}", word(phase), by(org))
		}
	}
}

/// A moment without a space in it: one word of a fact.
pub(crate) fn moment(at: Moment) -> String {
	time::text(at).replace(' ', "T")
}

#[cfg(test)]
pub(crate) mod tests {
	use super::{super::people::tests::people, *};
	use trimast_primitives::site::Plmn;

	pub(crate) const CONTRACT: Contract = Contract { autonomy: 90, generator: 120, backhaul: OrgId(1) };

	const KNOWN: Known = Known { contract: Some(CONTRACT), owner: Some(OrgId(0)) };

	fn said(line: &str) -> Result<Evidence, String> {
		read(&line.split(' ').collect::<Vec<_>>(), &people(), &KNOWN)
	}

	#[test]
	fn facts_read_what_they_write() {
		for line in [
			"alarm raised id=A-17 about=power severity=CRITICAL",
			"alarm changed id=A-17 about=backhaul severity=minor plmn=46011",
			"alarm cleared id=A-17 about=equipment",
			"alarm raised id=B about=service severity=MAJOR type=COMMUNICATIONS plmn=460-011",
			"alarm raised id=B about=environment severity=WARNING",
			"grid failed",
			"grid back",
			"battery measured=60",
			"generator arrived=2026-05-07T12:00:00Z",
			"generator missing",
			"planned from=2026-05-07T12:00:00 to=2026-05-07T13:00:00",
			"access asked by=tower from=2026-05-07T12:00:00 to=2026-05-07T13:00:00",
			"access granted by=tower from=2026-05-07T14:00:00 to=2026-05-07T15:00:00",
			"access refused by=2",
			"appointment made by=one time=2026-05-07T12:00:00",
			"appointment missed by=one",
			"arrival by=two",
			"reading temperature value=-5",
			"violation raised number=5 by=one",
		] {
			let fact = said(line).unwrap();
			// What is shown needs no knowledge of the record.
			let shown = text(&fact, &people());
			let again = read(&shown.split(' ').collect::<Vec<_>>(), &people(), &Known::default());
			assert_eq!(again, Ok(fact), "{line} as {shown}");
			let json = serde_json::to_string(&fact).unwrap();
			assert_eq!(said(&json), Ok(fact), "{json}");
		}
	}

	#[test]
	fn what_the_record_says_need_not_be_said() {
		assert_eq!(
			said("battery measured=60"),
			Ok(Evidence::BatteryAutonomy { contracted: 90, measured: 60 })
		);
		let link = said("alarm raised id=A about=backhaul severity=MAJOR plmn=46001");
		let Ok(Evidence::Alarm(alarm)) = link else { panic!("{link:?}") };
		assert_eq!(alarm.subject, Subject::Backhaul { owner: OrgId(1) });
		assert_eq!(alarm.plmn, Some(Plmn { mcc: 460, mnc: 1, three_digit_mnc: false }));
		let failure = read(&["battery", "measured=60"], &people(), &Known::default()).unwrap_err();
		assert!(failure.contains("contracted is missing"), "{failure}");
	}

	#[test]
	fn facts_fail_with_what_is_expected() {
		for (line, part) in [
			("", "one of alarm, grid"),
			("grid", "one of alarm, grid"),
			("alarm lost id=A about=power", "one of raised, changed, cleared"),
			("alarm raised about=power severity=MAJOR", "id is missing"),
			("alarm raised id=A about=power", "severity is missing"),
			("alarm raised id=A about=tower severity=MAJOR", "one of power, environment"),
			("alarm raised id=A about=power severity=GRAVE", "one of CRITICAL"),
			("alarm raised id=A about=power severity=MAJOR plmn=4601", "digits of MCC"),
			("battery measured=sixty", "`sixty` is no number"),
			("battery measured=99999", "`99999` is no number"),
			("battery measured=1 measured=2", "twice"),
			("grid failed since=now", "`since` says nothing"),
			("arrival by=nobody", "no company `nobody`"),
			("planned from=today to=tomorrow", "from: a time is written as"),
			("{\"Grid\":1}", "not a fact in JSON"),
			// What is not known would be signed unseen.
			("{\"GridFailure\":{\"phase\":\"Raised\",\"x\":1}}", "unknown field `x`"),
			("{\"Alarm\":{\"id\":1,\"level\":1}}", "unknown field `level`"),
		] {
			let failure = said(line).unwrap_err();
			assert!(failure.contains(part), "{line}: {failure}");
		}
	}

	#[test]
	fn fields_that_there_are_not_are_refused_wherever_they_stand() {
		for line in [
			"alarm changed id=A-17 about=backhaul severity=minor plmn=46011",
			"battery measured=60",
			"access refused by=2",
			"violation raised number=3 by=tower",
		] {
			let whole = serde_json::to_value(said(line).unwrap()).unwrap();
			for path in objects(&whole, String::new()) {
				let mut other = whole.clone();
				other.pointer_mut(&path).unwrap().as_object_mut().unwrap().insert("typo".into(), 1.into());
				let failure = said(&other.to_string()).unwrap_err();
				assert!(failure.starts_with("not a fact in JSON"), "{other}: {failure}");
			}
		}
	}

	/// Where in a value there are objects.
	fn objects(value: &serde_json::Value, path: String) -> Vec<String> {
		let Some(map) = value.as_object() else { return Vec::new() };
		let within = map.iter().flat_map(|(name, inner)| objects(inner, format!("{path}/{name}")));
		let mut all: Vec<String> = within.collect();
		all.push(path);
		all
	}

	#[test]
	fn alarms_are_known_by_the_hash_of_their_alarm_id() {
		let hash = sp_io::hashing::blake2_256(b"A-17");
		assert_eq!(hex0x(alarm_id("A-17").to_be_bytes()), hex0x(&hash[..8]));
		assert_eq!(id(&hex0x(&hash[..8])), alarm_id("A-17"));
		assert_ne!(id("0x12"), 0x12);
	}
}
