// SPDX-License-Identifier: Apache-2.0
//! What follows from a station's alarms, by rule:
//!
//! * **Opened**: a fault, where a grave alarm stands at the end of the file and no fault is open at the station, or only ones
//!   that were resolved before it began. The handler is who answers for what the first such alarm is about.
//! * **Updated**: each begin, change of severity and end becomes a fact of the open fault that has the alarm, or of the first one.
//!   An alarm of a failure of the mains becomes a failure of the grid. Facts that are there are not said again.
//! * **Cleared**: when nothing that anybody has raised in a fault lasts any more, its handler resolves it, and who has raised it
//!   closes what is resolved: also when the end was said before, by an import that got no further or while something else lasted.
//!   What was reopened since waits for another end. An acknowledgement takes up what the company is to handle.
//!
//! Nothing is begun in a fault that the company could not end there, too: it has its share of the facts of an order.
//!
//! What is over within one file and known to no fault opens none, unless that is asked for. An alarm that is not grave opens none
//! and is no evidence.

#[cfg(test)]
mod tests;

use super::{
	cause::About,
	notification::{Kind, News, Notification},
};
use crate::order::evidence::alarm_id;
use std::collections::{BTreeMap, BTreeSet};
use trimast_primitives::{
	order::{share_of, Alarm, Evidence, Fact, Phase, Severities, Severity, State, Subject, MAX_FACTS},
	page::SiteId,
	site::{Plmn, Station},
	Moment, OrgId, OrgSet,
};

/// A fault that is open at a station.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fault {
	/// Its number.
	pub(crate) id: u32,
	/// Who has raised it.
	pub(crate) raiser: OrgId,
	/// Who handles it.
	pub(crate) handler: OrgId,
	/// Its state.
	pub(crate) state: State,
	/// Since when it is in that.
	pub(crate) since: Moment,
	/// Whether it was resolved before, and is under way again.
	pub(crate) is_reopened: bool,
	/// How many facts of it may be the company's.
	pub(crate) share: u32,
	/// Its facts.
	pub(crate) facts: Vec<Fact>,
}

/// A station, with what the chain knows of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Place {
	/// The station.
	pub(crate) site: SiteId,
	/// Its record.
	pub(crate) station: Station,
	/// Faults that are open there and concern the company, by number.
	pub(crate) faults: Vec<Fault>,
}

/// By what is decided, beside the station.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
	/// The company whose network it is.
	pub(crate) own: OrgId,
	/// Which alarms are grave.
	pub(crate) grave: Severities,
	/// The chain's clock.
	pub(crate) now: Moment,
	/// Whether what is over opens a fault, too.
	pub(crate) with_over: bool,
}

/// What becomes of a notification.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
	/// A fact is to be anchored.
	Fact { claimed: Moment, evidence: Evidence },
	/// The order is to be taken up.
	TakenUp,
	/// Nothing, for this reason.
	Nothing(Reason),
	/// It cannot be used.
	Refused(&'static str, &'static str),
}

/// Why nothing becomes of a notification.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Reason {
	/// A fact says so already.
	Known,
	/// It stands in the file twice.
	Twice,
	/// It is over within the file, and no fault knows it.
	Over,
	/// It is not grave.
	NotGrave,
	/// No fault knows the alarm that is over.
	NotRaised,
	/// It is not the company's to take up, or is taken up.
	NotToTakeUp,
	/// The company could not say its end in the order, too.
	NoRoom,
}

impl Reason {
	/// As results name it.
	pub(crate) const fn word(self) -> &'static str {
		match self {
			Self::Known => "known",
			Self::Twice => "twice",
			Self::Over => "over",
			Self::NotGrave => "not_grave",
			Self::NotRaised => "not_raised",
			Self::NotToTakeUp => "not_to_take_up",
			Self::NoRoom => "no_room",
		}
	}

	/// For people.
	pub(crate) const fn text(self) -> &'static str {
		match self {
			Self::Known => "the chain has it",
			Self::Twice => "it stands in the file twice",
			Self::Over => "it is over within the file, and no fault is open for it (--with-over opens one)",
			Self::NotGrave => "it is not grave: no fault follows from it",
			Self::NotRaised => "no open fault knows the alarm",
			Self::NotToTakeUp => "acknowledged: no fault there waits for this company to take it up",
			Self::NoRoom => {
				"the order has no room for it and its end: import it again when the order has ended"
			}
		}
	}
}

/// What is to be done at a station.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Plan {
	/// A fault to open: for whom, and how grave.
	pub(crate) open: Option<(OrgId, Severity)>,
	/// The fault that facts go to, where one is open.
	pub(crate) order: Option<u32>,
	/// What becomes of each notification, by its place.
	pub(crate) outcomes: Vec<(usize, Outcome)>,
	/// States that the fault goes through, one after the other.
	pub(crate) steps: Vec<State>,
}

/// By what something that lasts is known again: an author's alarm, or its failure of the grid.
type Lasting = (OrgId, Option<u64>);

/// What lasts, with the severity of an alarm.
fn lasting(facts: &[Fact]) -> BTreeMap<Lasting, Severity> {
	let mut facts: Vec<&Fact> = facts.iter().filter(|fact| !fact.is_void()).collect();
	facts.sort_by_key(|fact| (fact.claimed, fact.number));
	let mut lasting = BTreeMap::new();
	for fact in facts {
		note(&mut lasting, fact.author, &fact.evidence);
	}
	lasting
}

fn note(lasting: &mut BTreeMap<Lasting, Severity>, author: OrgId, evidence: &Evidence) {
	match *evidence {
		Evidence::Alarm(Alarm { id, phase: Phase::Cleared, .. }) => {
			lasting.remove(&(author, Some(id)));
		}
		Evidence::Alarm(Alarm { id, severity, .. }) => {
			lasting.insert((author, Some(id)), severity);
		}
		Evidence::GridFailure { phase: Phase::Cleared } => {
			lasting.remove(&(author, None));
		}
		Evidence::GridFailure { .. } => {
			lasting.insert((author, None), Severity::Critical);
		}
		_ => {}
	}
}

/// Notifications of a station in the order in which they came about: by time, then as the file has them.
fn ordered<'n>(all: &[&'n Notification]) -> Vec<(usize, &'n Notification)> {
	let mut all: Vec<(usize, &Notification)> = all.iter().copied().enumerate().collect();
	all.sort_by_key(|(place, one)| (one.at, *place));
	all
}

/// Alarms that the file ends, behind their last begin.
fn over<'n>(all: &[(usize, &'n Notification)]) -> BTreeSet<&'n str> {
	let mut over = BTreeSet::new();
	for (_, one) in all {
		match one.news {
			News::New(_) | News::Changed(_) => {
				over.remove(one.alarm.as_str());
			}
			News::Cleared(_) => {
				over.insert(one.alarm.as_str());
			}
			News::Acknowledged => {}
		}
	}
	over
}

/// The fault that these go to: the first that knows one of them, else the first that an alarm can still be part of.
fn fault_for<'p>(place: &'p Place, all: &[(usize, &Notification)], terms: &Terms) -> Option<&'p Fault> {
	let ids: BTreeSet<u64> = all.iter().map(|(_, one)| alarm_id(&one.alarm)).collect();
	let knows = |fault: &&Fault| {
		let lasting = lasting(&fault.facts);
		lasting.keys().any(|(author, id)| *author == terms.own && id.is_some_and(|id| ids.contains(&id)))
	};
	let begins = |one: &Notification| matches!(one.news, News::New(_) | News::Changed(_));
	let first = all.iter().filter(|(_, one)| begins(one)).map(|(_, one)| one.at).min();
	let may_have = |fault: &&Fault| {
		// What begins when service is restored is another outage's.
		fault.state != State::Resolved || first.is_none_or(|first| first <= fault.since)
	};
	place.faults.iter().find(knows).or_else(|| place.faults.iter().find(may_have))
}

/// Decides what follows from the notifications of a station.
pub(crate) fn decide(place: &Place, notifications: &[&Notification], terms: &Terms) -> Plan {
	let all = ordered(notifications);
	let over = over(&all);
	let fault = fault_for(place, &all, terms);
	let mut state = Deciding {
		terms,
		place,
		over: &over,
		has_fault: fault.is_some(),
		lasting: fault.map(|fault| lasting(&fault.facts)).unwrap_or_default(),
		said: fault.map(|fault| fault.facts.as_slice()).unwrap_or_default(),
		subjects: fault.map(|fault| subjects(&fault.facts, terms.own)).unwrap_or_default(),
		open: None,
		is_taken_up: false,
		is_cleared: false,
		room: fault.map(|fault| room(fault, terms.own)).unwrap_or_default(),
		unsaid: BTreeSet::new(),
	};
	let mut keys = BTreeSet::new();
	let outcomes = all
		.iter()
		.map(|(at, one)| {
			let is_new = keys.insert(one.key());
			(*at, if is_new { state.one(one, fault) } else { Outcome::Nothing(Reason::Twice) })
		})
		.collect();
	let mut steps = Vec::new();
	if let Some(fault) = fault {
		let mut now = fault.state;
		let is_handler = fault.handler == terms.own;
		if state.is_taken_up {
			now = State::InProgress;
			steps.push(now);
		}
		let is_over = state.is_cleared && state.lasting.is_empty() && state.unsaid.is_empty();
		if is_over && is_handler && now == State::InProgress {
			now = State::Resolved;
			steps.push(now);
		}
		if is_over && fault.raiser == terms.own && now == State::Resolved {
			steps.push(State::Closed);
		}
	}
	Plan { open: state.open, order: fault.map(|fault| fault.id), outcomes, steps }
}

/// What is known while the notifications of a station are gone through.
struct Deciding<'p> {
	terms: &'p Terms,
	place: &'p Place,
	over: &'p BTreeSet<&'p str>,
	has_fault: bool,
	lasting: BTreeMap<Lasting, Severity>,
	said: &'p [Fact],
	subjects: BTreeMap<u64, (Subject, Option<Plmn>)>,
	open: Option<(OrgId, Severity)>,
	is_taken_up: bool,
	is_cleared: bool,
	/// How many facts more may be the company's.
	room: usize,
	/// Alarms that last and found no room.
	unsaid: BTreeSet<u64>,
}

/// How many facts more of a fault may be the company's.
fn room(fault: &Fault, own: OrgId) -> usize {
	let said = fault.facts.iter().filter(|fact| fact.author == own).count();
	usize::try_from(fault.share).unwrap_or(usize::MAX).saturating_sub(said)
}

impl Deciding<'_> {
	fn one(&mut self, one: &Notification, fault: Option<&Fault>) -> Outcome {
		if one.at > self.terms.now {
			return Outcome::Refused(
				"eventTime lies in the future by the chain's clock",
				"compare the clocks, and import it later",
			);
		}
		match one.news {
			News::New(kind) | News::Changed(kind) => self.lasts(one, kind),
			News::Cleared(kind) => self.ends(one, kind, fault),
			News::Acknowledged => {
				let waits = |fault: &&Fault| {
					fault.handler == self.terms.own && fault.state == State::Acknowledged && !self.is_taken_up
				};
				if fault.filter(waits).is_none() {
					return Outcome::Nothing(Reason::NotToTakeUp);
				}
				self.is_taken_up = true;
				Outcome::TakenUp
			}
		}
	}

	/// By what it is known. An alarm that names no cause any more is what it was.
	fn lasting_key(&self, one: &Notification, about: About) -> Lasting {
		let own = self.terms.own;
		let id = Some(alarm_id(&one.alarm));
		match about {
			About::Grid if !self.lasting.contains_key(&(own, id)) => (own, None),
			_ => (own, id),
		}
	}

	fn lasts(&mut self, one: &Notification, kind: Kind) -> Outcome {
		let about = kind.about.unwrap_or(About::Service);
		let key = self.lasting_key(one, about);
		let is_grave = self.terms.grave.contains(kind.severity);
		// Also where it has another severity since, or is over.
		if self.was_said(one, Some(kind.severity)) {
			return Outcome::Nothing(Reason::Known);
		}
		let known = self.lasting.get(&key).copied();
		let is_open = self.has_fault || self.open.is_some();
		match known {
			// A grid that has failed has one severity.
			Some(severity) if key.1.is_none() || severity == kind.severity => {
				return Outcome::Nothing(Reason::Known)
			}
			Some(_) => {}
			None if !is_grave => return Outcome::Nothing(Reason::NotGrave),
			None if !is_open && !self.terms.with_over && self.over.contains(one.alarm.as_str()) => {
				return Outcome::Nothing(Reason::Over)
			}
			None => {}
		}
		if is_open && !self.has_room(known.is_some()) {
			if known.is_none() {
				self.unsaid.insert(alarm_id(&one.alarm));
			}
			return Outcome::Nothing(Reason::NoRoom);
		}
		if !is_open {
			let handler = about.handler(&self.place.station);
			let parties = OrgSet::of(self.terms.own).with(handler);
			// All others that it concerns have the other half.
			let share = share_of(self.terms.own, parties, parties, MAX_FACTS.into());
			self.room = usize::try_from(share).unwrap_or(usize::MAX);
			self.open = Some((handler, kind.severity));
		} else if let Some((_, severity)) = &mut self.open {
			// The gravest counts: severities are in that order.
			if (kind.severity as u8) < (*severity as u8) {
				*severity = kind.severity;
			}
		}
		let phase = if known.is_some() { Phase::Changed } else { Phase::Raised };
		self.say(one, about, kind, phase, key)
	}

	/// Whether one fact more leaves room for the end of all that the company has said to last, also of what begins by it.
	fn has_room(&self, is_known: bool) -> bool {
		let own = self.lasting.keys().filter(|(author, _)| *author == self.terms.own).count();
		let ends = if is_known { own } else { own.saturating_add(1) };
		self.room > ends
	}

	fn ends(&mut self, one: &Notification, kind: Kind, fault: Option<&Fault>) -> Outcome {
		let about = kind.about.unwrap_or(About::Service);
		let key = self.lasting_key(one, about);
		if !self.lasting.contains_key(&key) {
			self.unsaid.remove(&alarm_id(&one.alarm));
			let is_over = self.over.contains(one.alarm.as_str()) && !self.has_fault;
			let is_known = self.was_said(one, None);
			self.is_cleared |= is_known && fault.is_some_and(|fault| !fault.is_reopened);
			return Outcome::Nothing(match is_known {
				true => Reason::Known,
				false if is_over => Reason::Over,
				false => Reason::NotRaised,
			});
		}
		self.is_cleared = true;
		self.say(one, about, kind, Phase::Cleared, key)
	}

	/// Whether the company has said that this alarm had that severity from then on, or was over.
	fn was_said(&self, one: &Notification, severity: Option<Severity>) -> bool {
		let id = alarm_id(&one.alarm);
		let lasts = |phase: Phase| phase != Phase::Cleared;
		self.said.iter().filter(|fact| fact.author == self.terms.own && fact.claimed == one.at).any(|fact| {
			match fact.evidence {
				Evidence::Alarm(alarm) => {
					alarm.id == id && lasts(alarm.phase).then_some(alarm.severity) == severity
				}
				Evidence::GridFailure { phase } => lasts(phase) == severity.is_some(),
				_ => false,
			}
		})
	}

	fn say(&mut self, one: &Notification, about: About, kind: Kind, phase: Phase, key: Lasting) -> Outcome {
		let evidence = match key.1.and_then(|id| Some((id, self.subject(id, about, kind.plmn)?))) {
			None => Evidence::GridFailure { phase },
			Some((id, (subject, plmn))) => {
				let (kind, severity) = (kind.kind, kind.severity);
				Evidence::Alarm(Alarm { id, phase, kind, severity, subject, plmn })
			}
		};
		note(&mut self.lasting, self.terms.own, &evidence);
		self.room = self.room.saturating_sub(1);
		Outcome::Fact { claimed: one.at, evidence }
	}

	/// What an alarm is about, and which network is down: as its first fact has it, whatever is said later.
	fn subject(&mut self, id: u64, about: About, plmn: Option<Plmn>) -> Option<(Subject, Option<Plmn>)> {
		if let Some(first) = self.subjects.get(&id) {
			return Some(*first);
		}
		let station = &self.place.station;
		let found = (about.subject(station.owner, station.backhaul)?, plmn);
		self.subjects.insert(id, found);
		Some(found)
	}
}

/// What each of a company's alarms is about, by its first fact.
fn subjects(facts: &[Fact], own: OrgId) -> BTreeMap<u64, (Subject, Option<Plmn>)> {
	let mut subjects = BTreeMap::new();
	for fact in facts.iter().filter(|fact| fact.author == own) {
		if let Evidence::Alarm(alarm) = fact.evidence {
			subjects.entry(alarm.id).or_insert((alarm.subject, alarm.plmn));
		}
	}
	subjects
}
