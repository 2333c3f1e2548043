// SPDX-License-Identifier: Apache-2.0
//! Alarms of a station in any order, imported in any steps, beside what is expected of them by counting.
//!
//! The station is the company's own, so that it handles what it raises. Each alarm is acknowledged when it is raised: nothing
//! waits for people.

use super::{
	super::notification::tests::sample,
	tests::{acknowledged, fact, of, place, told, MINUTE, TERMS},
	*,
};
use crate::order::evidence::alarm_id;
use proptest::prelude::*;
use serde_json::Value;
use trimast_primitives::order::AlarmType;

/// How many alarms the station has.
const ALARMS: usize = 3;

/// What happens: to which alarm, whether it changes where it lasts, and whether time goes on before.
type Happening = (usize, bool, bool);

/// What a line says of its alarm: from then on its severity, if it lasts.
type Turn = (usize, Option<Severity>);

/// The lines of a file, each with what it says; none of an acknowledgement.
fn lines(happenings: &[Happening], mains: [bool; ALARMS]) -> Vec<(Value, Moment, Option<Turn>)> {
	let name = |alarm: usize| format!("A-{alarm}");
	let cause = |alarm: usize| if mains[alarm] { "commercialPowerFailure" } else { "powerProblem" };
	let mut lasting: [Option<Severity>; ALARMS] = [None; ALARMS];
	let mut used: BTreeSet<usize> = BTreeSet::new();
	let (mut minute, mut lines) = (1u32, Vec::new());
	for (alarm, changes, goes_on) in happenings.iter().copied() {
		// Of one moment an alarm says one thing.
		if goes_on || !used.insert(alarm) {
			minute += 1;
			used = [alarm].into();
		}
		let at = Moment::from(minute) * MINUTE;
		let now = match lasting[alarm] {
			None => Some(Severity::Major),
			Some(Severity::Major) if changes => Some(Severity::Critical),
			Some(_) if changes => Some(Severity::Major),
			Some(_) => None,
		};
		let (what, severity) = match (lasting[alarm], now) {
			(_, None) => ("notifyClearedAlarm", "CLEARED"),
			(None, _) => ("notifyNewAlarm", "MAJOR"),
			(_, Some(Severity::Critical)) => ("notifyChangedAlarm", "CRITICAL"),
			(_, Some(_)) => ("notifyChangedAlarm", "MAJOR"),
		};
		let line = sample(what, &name(alarm), severity, cause(alarm), minute);
		lines.push((line, at, Some((alarm, now))));
		if lasting[alarm].is_none() {
			lines.push((acknowledged(&name(alarm), minute), at, None));
		}
		lasting[alarm] = now;
	}
	lines
}

/// The facts of each outage of these lines, and whether the last one lasts.
fn expected(
	lines: &[(Value, Moment, Option<Turn>)],
	mains: [bool; ALARMS],
) -> (Vec<Vec<(Moment, Evidence)>>, bool) {
	let mut outages: Vec<Vec<(Moment, Evidence)>> = Vec::new();
	let mut lasting: [Option<Severity>; ALARMS] = [None; ALARMS];
	let failed = |lasting: &[Option<Severity>; ALARMS]| {
		(0..ALARMS).any(|alarm| mains[alarm] && lasting[alarm].is_some())
	};
	for (_, at, turn) in lines {
		let Some((alarm, now)) = *turn else { continue };
		if lasting.iter().all(Option::is_none) {
			outages.push(Vec::new());
		}
		let (before, had_failed) = (lasting[alarm], failed(&lasting));
		lasting[alarm] = now;
		let phase = match (before, now) {
			(None, _) => Phase::Raised,
			(Some(_), Some(_)) => Phase::Changed,
			(Some(_), None) => Phase::Cleared,
		};
		let evidence = if !mains[alarm] {
			let (id, kind) = (alarm_id(&format!("A-{alarm}")), AlarmType::Equipment);
			let severity = now.unwrap_or(Severity::Cleared);
			Evidence::Alarm(Alarm { id, phase, kind, severity, subject: Subject::Power, plmn: None })
		} else if had_failed != failed(&lasting) {
			Evidence::GridFailure { phase }
		} else {
			continue;
		};
		outages.last_mut().unwrap().push((*at, evidence));
	}
	let lasts = lasting.iter().any(Option::is_some);
	(outages, lasts)
}

/// The faults of a station, as the chain has them.
#[derive(Default)]
struct Chain {
	faults: Vec<Fault>,
}

impl Chain {
	fn place(&self) -> Place {
		let mut place = place(Vec::new());
		// Its owner answers for all of it.
		place.station.tower = None;
		let is_open = |fault: &&Fault| !fault.state.is_final();
		place.faults = self.faults.iter().filter(is_open).cloned().collect();
		place
	}

	fn open(&self) -> Option<&Fault> {
		self.faults.iter().find(|fault| !fault.state.is_final())
	}

	/// What follows from these lines now.
	fn plan(&self, lines: &[(Value, Moment, Option<Turn>)]) -> Plan {
		let values: Vec<Value> = lines.iter().map(|(value, ..)| value.clone()).collect();
		let all = of(&values);
		decide(&self.place(), &all.iter().collect::<Vec<_>>(), &TERMS)
	}

	/// Does so many of the things that follow, in the order in which the command does them.
	fn carry_out(&mut self, plan: &Plan, now: Moment, most: usize) {
		if plan.open.is_none() && plan.order.is_none() || most == 0 {
			return;
		}
		let mut left = most;
		let id = plan.order.unwrap_or_else(|| {
			let (handler, _) = plan.open.unwrap();
			assert!(self.open().is_none(), "a company has one fault at a station");
			left -= 1;
			self.faults.push(Fault {
				id: u32::try_from(self.faults.len()).unwrap(),
				raiser: TERMS.own,
				handler,
				opened: now,
				state: State::Acknowledged,
				since: now,
				is_reopened: false,
				share: 64,
				recorded: place(Vec::new()).recorded,
				facts: Vec::new(),
			});
			self.faults.last().unwrap().id
		});
		let fault = &mut self.faults[usize::try_from(id).unwrap()];
		for (claimed, evidence) in told(plan) {
			if left == 0 {
				return;
			}
			left -= 1;
			let number = u8::try_from(fault.facts.len()).unwrap();
			fault.facts.push(fact(number, claimed, evidence));
		}
		for state in &plan.steps {
			if left == 0 {
				return;
			}
			left -= 1;
			let is_next = matches!(
				(fault.state, state),
				(State::Acknowledged, State::InProgress)
					| (State::InProgress, State::Resolved)
					| (State::Resolved, State::Closed)
			);
			assert!(is_next, "{:?} to {state:?}", fault.state);
			(fault.state, fault.since) = (*state, now);
		}
	}

	/// Imports these lines: killed after so many things, if that is said, and again.
	fn import(&mut self, lines: &[(Value, Moment, Option<Turn>)], killed: Option<usize>) {
		let now = lines.last().map_or(0, |(_, at, _)| *at);
		if let Some(most) = killed {
			let plan = self.plan(lines);
			self.carry_out(&plan, now, most);
		}
		let plan = self.plan(lines);
		self.carry_out(&plan, now, usize::MAX);
		let again = self.plan(lines);
		assert_eq!((again.open, told(&again), &again.steps), (None, Vec::new(), &Vec::new()), "{lines:?}");
	}
}

fn said(fault: &Fault) -> Vec<(Moment, Evidence)> {
	fault.facts.iter().map(|fact| (fact.claimed, fact.evidence)).collect()
}

proptest! {
	#[test]
	fn any_alarms_in_any_steps_come_to_the_same_and_a_fault_is_open_while_one_lasts(
		happenings in prop::collection::vec((0..ALARMS, any::<bool>(), any::<bool>()), 1..14),
		mains in any::<[bool; ALARMS]>(),
		steps in prop::collection::vec((any::<bool>(), prop::option::of(0usize..6)), 32),
	) {
		let lines = lines(&happenings, mains);
		let mut chain = Chain::default();
		// For each fault, the outages that it is of: from the one that lasted when it was opened on.
		let mut spans: Vec<(usize, usize)> = Vec::new();
		let whole = (lines.len(), true, None);
		let cuts = (1..lines.len()).zip(&steps).map(|(until, (cuts, killed))| (until, *cuts, *killed));
		for (until, _, killed) in cuts.filter(|(_, cuts, _)| *cuts).chain([whole]) {
			let some = &lines[..until];
			let (outages, lasts) = expected(some, mains);
			let was_open = chain.open().is_some();
			chain.import(some, killed);
			prop_assert_eq!(chain.open().is_some(), lasts, "{:?}", some);
			let last = outages.len() - 1;
			if lasts && !was_open {
				spans.push((last, last));
			} else if was_open {
				spans.last_mut().unwrap().1 = last;
			}
			prop_assert_eq!(chain.faults.len(), spans.len());
			let (open, (first, last)) = match (chain.faults.last(), spans.last()) {
				(Some(open), Some(span)) => (open, *span),
				_ => continue,
			};
			prop_assert_eq!(said(open), outages[first..=last].concat(), "{:?}", some);
		}
		// As a whole it comes to the same.
		let mut once = Chain::default();
		once.import(&lines, None);
		prop_assert_eq!(chain.open().is_some(), once.open().is_some(), "{:?}", lines);
		prop_assert_eq!(once.open().is_some(), !once.faults.is_empty(), "what is over opens nothing");
		if let (Some(steps), Some(once)) = (chain.open(), once.open()) {
			prop_assert!(said(steps).ends_with(&said(once)), "{:?} {:?}", said(steps), said(once));
			prop_assert_eq!(steps.state, once.state);
		}
	}
}
