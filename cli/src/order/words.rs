// SPDX-License-Identifier: Apache-2.0
//! How people write and read what belongs to orders: kinds, states, severities, places, spans of time.

use crate::{
	config::export::time,
	names::{self, site_text, SiteName},
	output::quoted,
};
use std::str::FromStr;
use trimast_primitives::{
	order::{Alerts, Condition, Conditions, Deadlines, OrderKind, Place, Row, Severity, Stage, State},
	plan::SlaClass,
	LocalNetworkId, Moment,
};

/// Every state, in the order of TMF621 and TMF697.
const STATES: [State; 13] = [
	State::Acknowledged,
	State::Rejected,
	State::Pending,
	State::Held,
	State::InProgress,
	State::Resolved,
	State::Closed,
	State::Cancelled,
	State::Completed,
	State::Failed,
	State::Partial,
	State::AssessingCancellation,
	State::PendingCancellation,
];

/// Every severity, as TS 28.532 names it.
const SEVERITIES: [(&str, Severity); 6] = [
	("CRITICAL", Severity::Critical),
	("MAJOR", Severity::Major),
	("MINOR", Severity::Minor),
	("WARNING", Severity::Warning),
	("INDETERMINATE", Severity::Indeterminate),
	("CLEARED", Severity::Cleared),
];

/// One of a list by its name, whatever the case of its letters.
pub(crate) fn one_of<T: Copy>(text: &str, what: &str, known: &[(&str, T)]) -> Result<T, String> {
	let found = known.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, value)| *value);
	found.ok_or_else(|| {
		let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
		format!("{} is no {what}: one of {}", quoted(text), names.join(", "))
	})
}

/// A kind of order.
pub(crate) fn kind(text: &str) -> Result<OrderKind, String> {
	one_of(text, "kind of order", &OrderKind::ALL.map(|kind| (kind_text(kind), kind)))
}

/// A kind as [`kind`] reads it.
pub(crate) const fn kind_text(kind: OrderKind) -> &'static str {
	match kind {
		OrderKind::Fault => "fault",
		OrderKind::Remedial => "remedial",
		OrderKind::Construction => "construction",
		OrderKind::Inspection => "inspection",
		OrderKind::GeneratorRun => "generator-run",
		OrderKind::Energy => "energy",
	}
}

/// A state by its name in TMF621 and TMF697.
pub(crate) fn state(text: &str) -> Result<State, String> {
	one_of(text, "state", &STATES.map(|state| (state.name(), state)))
}

/// A severity by its name in TS 28.532.
pub(crate) fn severity(text: &str) -> Result<Severity, String> {
	one_of(text, "severity", &SEVERITIES)
}

/// A severity as [`severity`] reads it.
pub(crate) fn severity_text(severity: Severity) -> &'static str {
	SEVERITIES.iter().find(|(_, known)| *known == severity).map_or("", |(name, _)| *name)
}

/// A class of the service level, as people number it.
pub(crate) const fn class_text(class: SlaClass) -> &'static str {
	match class {
		SlaClass::One => "1",
		SlaClass::Two => "2",
		SlaClass::Three => "3",
		SlaClass::Four => "4",
	}
}

/// Where an order is, as people name it: a station, `county:130102`, or a local network.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum PlaceName {
	/// A station; its number is known once the chain has been asked.
	Station(SiteName),
	/// A county or a local network.
	Area(Place),
}

impl FromStr for PlaceName {
	type Err = String;
	fn from_str(text: &str) -> Result<Self, String> {
		if let Some(digits) = text.strip_prefix("county:") {
			let wrong = || "a county is the six digits of its code, such as county:130102".to_string();
			let (network, county) = digits.split_at_checked(4).ok_or_else(wrong)?;
			let county: u8 = county.parse().map_err(|_| wrong())?;
			if digits.len() != 6 || !digits.bytes().all(|c| c.is_ascii_digit()) {
				return Err(wrong());
			}
			return Ok(Self::Area(Place::County(names::local_network(network)?, county)));
		}
		match text.contains([':', '/']) {
			true => text.parse().map(Self::Station),
			false => {
				names::local_network(text).map(|id| Self::Area(Place::LocalNetwork(id))).map_err(|_| {
					"a place is a station (1301:197 or 1301/HE-0001), county:130102, or a local network (1301)".into()
				})
			}
		}
	}
}

/// A place as [`PlaceName`] reads it.
pub(crate) fn place_text(place: Place) -> String {
	match place {
		Place::Station(site) => site_text(site),
		Place::County(LocalNetworkId(network), county) => format!("county:{network}{county:02}"),
		Place::LocalNetwork(LocalNetworkId(network)) => network.to_string(),
	}
}

/// A span of time: `2 d 3 h`, `1 h 30 min`, `45 s`, `250 ms`. Parts of a second are shown where there is nothing else.
pub(crate) fn span(ms: u64) -> String {
	let seconds = ms / 1_000;
	let parts = [
		(seconds / 86_400, "d"),
		(seconds / 3_600 % 24, "h"),
		(seconds / 60 % 60, "min"),
		(seconds % 60, "s"),
	];
	let words: Vec<String> =
		parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n} {unit}")).collect();
	match words.is_empty() {
		true if ms > 0 => format!("{ms} ms"),
		true => "0".into(),
		false => words.join(" "),
	}
}

/// Reads a span of minutes or hours into seconds: `90`, `90min`, `2h`, `3d`. Without a unit it is minutes.
pub(crate) fn seconds(text: &str) -> Result<u32, String> {
	let wrong = || format!("{} is no span of time, such as 90min, 2h or 3d", quoted(text));
	let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
	let unit: u32 = match text.get(digits.len()..).unwrap_or_default() {
		"s" => 1,
		"" | "min" => 60,
		"h" => 3_600,
		"d" => 86_400,
		_ => return Err(wrong()),
	};
	digits.parse::<u32>().ok().and_then(|count| count.checked_mul(unit)).ok_or_else(wrong)
}

/// A moment and how far it is from `now`: `2026-05-07 12:00:00+08:00 (in 25 min)`.
pub(crate) fn due(at: Moment, now: Moment) -> String {
	let away = match at.checked_sub(now) {
		Some(ahead) => format!("in {}", span(ahead)),
		None => format!("{} ago", span(now.saturating_sub(at))),
	};
	format!("{} ({away})", time::text(at))
}

/// How far an order is once its last state is reached.
pub(crate) fn stage_text(stage: &Stage, now: Moment) -> String {
	match stage {
		Stage::Open => "under way".into(),
		Stage::Evidence { until, .. } if now <= *until => {
			format!("ended, facts are taken until {}", due(*until, now))
		}
		Stage::Evidence { answers, .. } => format!("ended, facts are signed until {}", due(*answers, now)),
		Stage::Judged { until } => format!("judged, open to appeal until {}", due(*until, now)),
		Stage::Appealed { until } => format!("appealed, to be ruled on until {}", due(*until, now)),
		Stage::Settled => "settled".into(),
	}
}

/// The deadlines of an order with their names: each with its moment, where there is one, and whether the chain has said that it has
/// passed.
pub(crate) const fn named_deadlines(
	deadlines: &Deadlines,
	alerts: Alerts,
) -> [(&'static str, Option<Moment>, bool); 3] {
	[
		("answer", deadlines.response, alerts.response),
		("alert", deadlines.jeopardy, alerts.jeopardy),
		("restoration", deadlines.breach, alerts.breach),
	]
}

/// What is due of an order under way.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct Due {
	/// The deadlines that have passed, by name: also that of an answer that came late.
	pub(crate) passed: Vec<&'static str>,
	/// The first one that lies ahead.
	pub(crate) next: Option<(&'static str, Moment)>,
}

impl Due {
	/// By its deadlines and what the chain has said of them, at a moment.
	pub(crate) fn of(deadlines: &Deadlines, alerts: Alerts, now: Moment) -> Self {
		let all = named_deadlines(deadlines, alerts);
		let has_passed = |at: Option<Moment>, is_said: bool| is_said || at.is_some_and(|at| at < now);
		let passed = all.iter().filter(|(_, at, is_said)| has_passed(*at, *is_said));
		let ahead = all.iter().filter_map(|(name, at, _)| Some((*name, (*at)?)));
		Self {
			passed: passed.map(|(name, ..)| *name).collect(),
			next: ahead.filter(|(_, at)| *at >= now).min_by_key(|(_, at)| *at),
		}
	}

	/// `answer PASSED; alert 2026-05-07 12:00:00+08:00 (in 25 min)`; nothing where nothing is due.
	pub(crate) fn text(&self, now: Moment) -> String {
		let passed = self.passed.iter().map(|name| format!("{name} PASSED"));
		let next = self.next.map(|(name, at)| format!("{name} {}", due(at, now)));
		passed.chain(next).collect::<Vec<_>>().join("; ")
	}
}

/// A condition of the responsibility table.
pub(crate) const fn condition_text(condition: Condition) -> &'static str {
	match condition {
		Condition::Planned => "planned and approved",
		Condition::GridFailure => "grid failure",
		Condition::BatteryInContract => "batteries within contract",
		Condition::BatteryShort => "batteries below contract",
		Condition::GeneratorInContract => "generator within contract",
		Condition::GeneratorLate => "generator late",
		Condition::PowerFirst => "power alarm first",
		Condition::EnvironmentFirst => "environment alarm first",
		Condition::BackhaulFirst => "backhaul alarm first",
		Condition::Equipment => "equipment alarm",
		Condition::OnePlmn => "only one PLMN down",
		Condition::ViolationFirst => "configuration violation first",
		Condition::AccessRefused => "access refused",
		Condition::AppointmentMissed => "appointment missed",
	}
}

/// The conditions of a set.
pub(crate) fn conditions(set: Conditions) -> impl Iterator<Item = &'static str> {
	Condition::ALL.into_iter().filter(move |condition| set.contains(*condition)).map(condition_text)
}

/// What a row of the table asks for.
pub(crate) fn row_text(row: &Row) -> String {
	let all: Vec<&str> = conditions(row.all).collect();
	let any: Vec<&str> = conditions(row.any).collect();
	match (all.is_empty(), any.is_empty()) {
		(_, true) => all.join(", "),
		(true, _) => any.join(" or "),
		(false, _) => format!("{}, {}", all.join(", "), any.join(" or ")),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use trimast_primitives::{order::ResponsibilityTable, page::SiteId};

	#[test]
	fn kinds_states_and_severities_read_what_they_write() {
		for one in OrderKind::ALL {
			assert_eq!(kind(kind_text(one)), Ok(one));
		}
		for one in STATES {
			assert_eq!(state(one.name()), Ok(one));
		}
		for (name, one) in SEVERITIES {
			assert_eq!((severity_text(one), severity(&name.to_lowercase())), (name, Ok(one)));
		}
		assert!(kind("falt").unwrap_err().contains("one of fault, remedial"));
	}

	#[test]
	fn places_read_what_they_write() {
		let network = LocalNetworkId(1301);
		for place in [
			Place::Station(SiteId { local_network: network, index: 7 }),
			Place::County(network, 2),
			Place::LocalNetwork(network),
		] {
			let read = match place_text(place).parse() {
				Ok(PlaceName::Station(SiteName::Id(site))) => Place::Station(site),
				Ok(PlaceName::Area(place)) => place,
				other => panic!("{other:?}"),
			};
			assert_eq!(read, place);
		}
		for wrong in ["", "13", "county:1301", "county:13010é", "county:1301021", "county:13010a", "place"] {
			assert!(wrong.parse::<PlaceName>().is_err(), "{wrong}");
		}
	}

	#[test]
	fn spans_are_told_in_the_units_that_they_have() {
		for (ms, text) in [
			(0, "0"),
			(250, "250 ms"),
			(45_999, "45 s"),
			(5_400_000, "1 h 30 min"),
			(97_200_000, "1 d 3 h"),
			(90_061_000, "1 d 1 h 1 min 1 s"),
		] {
			assert_eq!(span(ms), text);
		}
		let read = ["90", "90min", "2h", "3d", "5s"].map(seconds);
		assert_eq!(read, [Ok(5_400), Ok(5_400), Ok(7_200), Ok(259_200), Ok(5)]);
		for wrong in ["", "h", "-1h", "2 h", "2w", "99999999d"] {
			assert!(seconds(wrong).is_err(), "{wrong}");
		}
	}

	#[test]
	fn each_deadline_that_has_passed_stands_before_the_next_one() {
		let deadlines = Deadlines { response: Some(10), jeopardy: Some(30), breach: Some(40) };
		let none = Alerts::default();
		let of = |now| Due::of(&deadlines, none, now);
		assert_eq!(of(10), Due { passed: vec![], next: Some(("answer", 10)) });
		assert_eq!(of(11), Due { passed: vec!["answer"], next: Some(("alert", 30)) });
		assert_eq!(of(41), Due { passed: vec!["answer", "alert", "restoration"], next: None });
		assert_eq!(of(11).text(11), "answer PASSED; alert 1970-01-01 08:00:00+08:00 (in 19 ms)");
		assert_eq!(of(41).text(41), "answer PASSED; alert PASSED; restoration PASSED");
		// Answered late: nothing is due, and the deadline has passed.
		let answered = Deadlines { response: None, ..deadlines };
		let late = Due::of(&answered, Alerts { response: true, ..none }, 20);
		assert_eq!(late, Due { passed: vec!["answer"], next: Some(("alert", 30)) });
		assert_eq!(Due::default().text(0), "");
		assert_eq!(due(1_000, 61_000), "1970-01-01 08:00:01+08:00 (1 min ago)");
	}

	#[test]
	fn rows_of_version_1_read_as_the_docs_have_them() {
		let table = ResponsibilityTable::default();
		let texts: Vec<String> = table.rows.iter().map(row_text).collect();
		assert_eq!(texts[1], "grid failure, batteries within contract, generator within contract");
		assert_eq!(texts[2], "grid failure, batteries below contract or generator late");
		assert_eq!(texts[8], "access refused or appointment missed");
	}
}
