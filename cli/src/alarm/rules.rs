// SPDX-License-Identifier: Apache-2.0
//! What follows from a station's alarms, by rule:
//!
//! * **Opened**: a fault, where a grave alarm stands at the end of the file and no fault is open at the station, or only ones
//!   that were resolved before it began. The handler is who answers for what the first such alarm is about.
//! * **Updated**: each begin, change of severity and end becomes a fact of the open fault that has the alarm, or of the first one.
//!   An alarm of a failure of the mains becomes a failure of the grid. Facts that are there are not said again.
//! * **Cleared**: when nothing that anybody has raised in a fault lasts any more, its handler resolves it, and who has raised it
//!   closes what is resolved. An acknowledgement takes up what the company is to handle.
//!
//! What is over within one file and known to no fault opens none, unless that is asked for. An alarm that is not grave opens none
//! and is no evidence.

use super::{
	cause::About,
	notification::{Kind, News, Notification},
};
use crate::order::evidence::alarm_id;
use std::collections::{BTreeMap, BTreeSet};
use trimast_primitives::{
	order::{Alarm, Evidence, Fact, Phase, Severities, Severity, State},
	page::SiteId,
	site::Station,
	Moment, OrgId,
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
		said: fault.map(|fault| fault.facts.clone()).unwrap_or_default(),
		open: None,
		is_taken_up: false,
		is_cleared: false,
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
		let is_over = state.is_cleared && state.lasting.is_empty();
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
	said: Vec<Fact>,
	open: Option<(OrgId, Severity)>,
	is_taken_up: bool,
	is_cleared: bool,
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
			News::Cleared(kind) => self.ends(one, kind),
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
		if !is_open {
			self.open = Some((about.handler(&self.place.station), kind.severity));
		} else if let Some((_, severity)) = &mut self.open {
			// The gravest counts: severities are in that order.
			if (kind.severity as u8) < (*severity as u8) {
				*severity = kind.severity;
			}
		}
		let phase = if known.is_some() { Phase::Changed } else { Phase::Raised };
		self.say(one, about, kind, phase, key)
	}

	fn ends(&mut self, one: &Notification, kind: Kind) -> Outcome {
		let about = kind.about.unwrap_or(About::Service);
		let key = self.lasting_key(one, about);
		if !self.lasting.contains_key(&key) {
			let is_over = self.over.contains(one.alarm.as_str()) && !self.has_fault;
			return Outcome::Nothing(match self.was_said(one) {
				true => Reason::Known,
				false if is_over => Reason::Over,
				false => Reason::NotRaised,
			});
		}
		self.is_cleared = true;
		self.say(one, about, kind, Phase::Cleared, key)
	}

	/// Whether the company has said that this alarm was over then.
	fn was_said(&self, one: &Notification) -> bool {
		let id = alarm_id(&one.alarm);
		self.said.iter().filter(|fact| fact.author == self.terms.own && fact.claimed == one.at).any(|fact| {
			match fact.evidence {
				Evidence::Alarm(alarm) => alarm.id == id && alarm.phase == Phase::Cleared,
				Evidence::GridFailure { phase } => phase == Phase::Cleared,
				_ => false,
			}
		})
	}

	fn say(&mut self, one: &Notification, about: About, kind: Kind, phase: Phase, key: Lasting) -> Outcome {
		let station = &self.place.station;
		let evidence = match key.1.and_then(|id| Some((id, self.subject(id, about, station)?))) {
			None => Evidence::GridFailure { phase },
			Some((id, (subject, plmn))) => Evidence::Alarm(Alarm {
				id,
				phase,
				kind: kind.kind,
				severity: kind.severity,
				subject,
				plmn: plmn.or(kind.plmn),
			}),
		};
		note(&mut self.lasting, self.terms.own, &evidence);
		Outcome::Fact { claimed: one.at, evidence }
	}

	/// What an alarm is about, and which network is down: as its first fact has it, where there is one.
	fn subject(
		&self,
		id: u64,
		about: About,
		station: &Station,
	) -> Option<(trimast_primitives::order::Subject, Option<trimast_primitives::site::Plmn>)> {
		let first = self.said.iter().find_map(|fact| match fact.evidence {
			Evidence::Alarm(alarm) if alarm.id == id && fact.author == self.terms.own => {
				Some((alarm.subject, alarm.plmn))
			}
			_ => None,
		});
		first.or_else(|| Some((about.subject(station.owner, station.backhaul)?, None)))
	}
}

#[cfg(test)]
mod tests {
	use super::{
		super::{
			cause::Causes,
			notification::{read, tests::sample, Read},
		},
		*,
	};
	use crate::config::export::resolve::tests::site;
	use serde_json::Value;
	use trimast_primitives::{
		order::{AlarmType, Subject},
		site::Technology,
		OrgSet,
	};

	const MINUTE: Moment = 60_000;
	const TERMS: Terms =
		Terms { own: OrgId(0), grave: Severities::GRAVE, now: 600 * MINUTE, with_over: false };

	fn place(faults: Vec<Fault>) -> Place {
		let view = site(7, "A", Technology::Nr);
		Place { site: view.id, station: view.entry.station, faults }
	}

	fn tower() -> OrgId {
		place(Vec::new()).station.tower.unwrap().org
	}

	fn of(values: &[Value]) -> Vec<Notification> {
		let one = |value: &Value| match read(value, &Causes::with(&[])).unwrap() {
			Read::Alarm(one) => one,
			Read::Other(what) => panic!("{what}"),
		};
		values.iter().map(one).collect()
	}

	fn plan(place: &Place, values: &[Value], terms: &Terms) -> Plan {
		let all = of(values);
		decide(place, &all.iter().collect::<Vec<_>>(), terms)
	}

	/// A fault that this company has raised for the tower company, with these facts of it.
	fn fault(state: State, facts: &[(Moment, Evidence)]) -> Fault {
		let fact = |(number, (minute, evidence)): (u8, &(Moment, Evidence))| Fact {
			number,
			author: TERMS.own,
			claimed: minute * MINUTE,
			anchored: minute * MINUTE,
			countersigned: OrgSet::EMPTY,
			body: None,
			evidence: *evidence,
		};
		Fault {
			id: 3,
			raiser: TERMS.own,
			handler: tower(),
			state,
			since: 20 * MINUTE,
			facts: (0..).zip(facts).map(fact).collect(),
		}
	}

	fn power(phase: Phase, severity: Severity) -> Evidence {
		let (id, kind) = (alarm_id("A"), AlarmType::Equipment);
		Evidence::Alarm(Alarm { id, phase, kind, severity, subject: Subject::Power, plmn: None })
	}

	fn new(alarm: &str, severity: &str, cause: &str, minute: u32) -> Value {
		sample("notifyNewAlarm", alarm, severity, cause, minute)
	}

	fn cleared(alarm: &str, minute: u32) -> Value {
		sample("notifyClearedAlarm", alarm, "CLEARED", "powerProblem", minute)
	}

	fn facts(plan: &Plan) -> Vec<Evidence> {
		let fact = |(_, outcome): &(usize, Outcome)| match outcome {
			Outcome::Fact { evidence, .. } => Some(*evidence),
			_ => None,
		};
		plan.outcomes.iter().filter_map(fact).collect()
	}

	fn reasons(plan: &Plan) -> Vec<Option<Reason>> {
		let reason = |(_, outcome): &(usize, Outcome)| match outcome {
			Outcome::Nothing(reason) => Some(*reason),
			_ => None,
		};
		plan.outcomes.iter().map(reason).collect()
	}

	#[test]
	fn grave_alarm_opens_a_fault_for_who_answers_for_it() {
		let plan = plan(&place(Vec::new()), &[new("A", "CRITICAL", "powerProblem", 10)], &TERMS);
		assert_eq!((plan.open, plan.order), (Some((tower(), Severity::Critical)), None));
		assert_eq!(facts(&plan), [power(Phase::Raised, Severity::Critical)]);
	}

	#[test]
	fn alarms_of_one_station_are_one_fault_and_the_first_decides_for_whom() {
		let all = [new("B", "MAJOR", "lossOfSignal", 12), new("A", "CRITICAL", "commercialPowerFailure", 10)];
		let plan = plan(&place(Vec::new()), &all, &TERMS);
		assert_eq!(plan.open, Some((tower(), Severity::Critical)));
		// By time, not as the file has them.
		assert_eq!(plan.outcomes.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [1, 0]);
		assert_eq!(facts(&plan)[0], Evidence::GridFailure { phase: Phase::Raised });
	}

	#[test]
	fn what_is_not_grave_or_over_opens_nothing() {
		let minor = plan(&place(Vec::new()), &[new("A", "MINOR", "powerProblem", 10)], &TERMS);
		assert_eq!((minor.open, reasons(&minor)), (None, vec![Some(Reason::NotGrave)]));
		let short = [new("A", "CRITICAL", "powerProblem", 10), cleared("A", 12)];
		let over = plan(&place(Vec::new()), &short, &TERMS);
		assert_eq!((over.open, reasons(&over)), (None, vec![Some(Reason::Over); 2]));
		let asked = plan(&place(Vec::new()), &short, &Terms { with_over: true, ..TERMS });
		assert_eq!((asked.open.is_some(), facts(&asked).len()), (true, 2));
		// What begins again is not over.
		let again = [&short[..], &[new("A", "CRITICAL", "powerProblem", 14)]].concat();
		assert!(plan(&place(Vec::new()), &again, &TERMS).open.is_some());
	}

	#[test]
	fn import_again_says_nothing_twice() {
		let raised = power(Phase::Raised, Severity::Critical);
		let place = place(vec![fault(State::InProgress, &[(10, raised)])]);
		let line = new("A", "CRITICAL", "powerProblem", 10);
		let again = plan(&place, &[line.clone(), line], &TERMS);
		assert_eq!((again.open, again.order), (None, Some(3)));
		assert_eq!(reasons(&again), [Some(Reason::Known), Some(Reason::Twice)]);
		assert!(again.steps.is_empty());
	}

	#[test]
	fn change_and_end_go_to_the_fault_that_knows_the_alarm() {
		let raised = power(Phase::Raised, Severity::Critical);
		let other = Fault { id: 1, ..fault(State::InProgress, &[]) };
		let place = place(vec![other, fault(State::InProgress, &[(10, raised)])]);
		let changed = sample("notifyChangedAlarm", "A", "MINOR", "powerProblem", 11);
		let plan = plan(&place, &[changed, cleared("A", 12)], &TERMS);
		assert_eq!(plan.order, Some(3));
		let expected = [power(Phase::Changed, Severity::Minor), power(Phase::Cleared, Severity::Cleared)];
		assert_eq!(facts(&plan), expected);
		// Only its handler says that it is repaired.
		assert!(plan.steps.is_empty());
	}

	#[test]
	fn lost_begin_is_made_up_for_by_a_change() {
		let place = place(vec![fault(State::InProgress, &[])]);
		let changed = sample("notifyChangedAlarm", "A", "MAJOR", "powerProblem", 11);
		assert_eq!(facts(&plan(&place, &[changed], &TERMS)), [power(Phase::Raised, Severity::Major)]);
	}

	#[test]
	fn end_of_all_alarms_resolves_and_closes_by_who_may() {
		let raised = power(Phase::Raised, Severity::Critical);
		let resolved = place(vec![fault(State::Resolved, &[(10, raised)])]);
		assert_eq!(plan(&resolved, &[cleared("A", 12)], &TERMS).steps, [State::Closed]);
		let own = Fault { handler: TERMS.own, ..fault(State::InProgress, &[(10, raised)]) };
		let handled = place(vec![own.clone()]);
		assert_eq!(plan(&handled, &[cleared("A", 12)], &TERMS).steps, [State::Resolved, State::Closed]);
		// Another alarm lasts, also one that another company has raised.
		let mut two = own;
		two.facts.push(Fact { number: 1, author: OrgId(1), ..two.facts[0] });
		assert!(plan(&place(vec![two]), &[cleared("A", 12)], &TERMS).steps.is_empty());
	}

	#[test]
	fn acknowledgement_takes_up_what_is_the_companys_to_handle() {
		let mut ack = sample("notifyAckStateChanged", "A", "MAJOR", "powerProblem", 11);
		ack["ackState"] = "ACKNOWLEDGED".into();
		let own = Fault { handler: TERMS.own, ..fault(State::Acknowledged, &[]) };
		let taken = plan(&place(vec![own]), std::slice::from_ref(&ack), &TERMS);
		assert_eq!(taken.steps, [State::InProgress]);
		assert_eq!(taken.outcomes, [(0, Outcome::TakenUp)]);
		let others = plan(&place(vec![fault(State::Acknowledged, &[])]), &[ack], &TERMS);
		assert_eq!(reasons(&others), [Some(Reason::NotToTakeUp)]);
	}

	#[test]
	fn alarm_behind_a_restoration_is_another_fault() {
		let place = place(vec![fault(State::Resolved, &[])]);
		let later = plan(&place, &[new("B", "MAJOR", "powerProblem", 25)], &TERMS);
		assert!(later.open.is_some() && later.order.is_none());
		let before = plan(&place, &[new("B", "MAJOR", "powerProblem", 15)], &TERMS);
		assert_eq!((before.open, before.order), (None, Some(3)));
	}

	#[test]
	fn grid_fails_once_and_is_back_once() {
		let failed = Evidence::GridFailure { phase: Phase::Raised };
		let place = place(vec![fault(State::InProgress, &[(10, failed)])]);
		let back = sample("notifyClearedAlarm", "M", "CLEARED", "mainsFailure", 30);
		let all = [new("M", "MAJOR", "mainsFailure", 10), back];
		let plan = plan(&place, &all, &TERMS);
		assert_eq!(reasons(&plan), [Some(Reason::Known), None]);
		assert_eq!(facts(&plan), [Evidence::GridFailure { phase: Phase::Cleared }]);
	}

	#[test]
	fn what_the_clock_has_not_reached_is_refused() {
		let terms = Terms { now: 5 * MINUTE, ..TERMS };
		let plan = plan(&place(Vec::new()), &[new("A", "CRITICAL", "powerProblem", 10)], &terms);
		assert!(plan.open.is_none());
		assert!(matches!(plan.outcomes[0].1, Outcome::Refused(what, _) if what.contains("future")));
	}
}
