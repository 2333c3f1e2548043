// SPDX-License-Identifier: Apache-2.0
//! What follows from alarms as networks send them.

use super::{
	super::{
		cause::Causes,
		notification::{read, tests::sample, Read},
	},
	*,
};
use crate::{config::export::resolve::tests::site, order::evidence::alarm_id};
use serde_json::Value;
use trimast_primitives::{order::AlarmType, site::Technology, OrgSet};

pub(super) const MINUTE: Moment = 60_000;
pub(super) const TERMS: Terms =
	Terms { own: OrgId(0), grave: Severities::GRAVE, now: 600 * MINUTE, with_over: false };

pub(super) fn place(faults: Vec<Fault>) -> Place {
	let view = site(7, "A", Technology::Nr);
	let recorded = Recorded::now(&view.entry, TERMS.own, |_| Some(TERMS.own));
	let (site, station) = (view.id, view.entry.station);
	Place { site, station, recorded, barred: None, faults, past: Vec::new() }
}

fn tower() -> OrgId {
	place(Vec::new()).station.tower.unwrap().org
}

pub(super) fn of(values: &[Value]) -> Vec<Notification> {
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

/// What this company has said.
pub(super) fn fact(number: u8, claimed: Moment, evidence: Evidence) -> Fact {
	Fact {
		number,
		author: TERMS.own,
		claimed,
		anchored: claimed,
		countersigned: OrgSet::EMPTY,
		body: None,
		denied: false,
		evidence,
	}
}

/// A fault that this company has raised for the tower company, with these facts of it.
fn fault(state: State, facts: &[(Moment, Evidence)]) -> Fault {
	let fact =
		|(number, (minute, evidence)): (u8, &(Moment, Evidence))| fact(number, minute * MINUTE, *evidence);
	Fault {
		id: 3,
		raiser: TERMS.own,
		handler: tower(),
		opened: 20 * MINUTE,
		state,
		since: 20 * MINUTE,
		is_reopened: false,
		share: 16,
		recorded: place(Vec::new()).recorded,
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

/// The facts to say, with when they were.
pub(super) fn told(plan: &Plan) -> Vec<(Moment, Evidence)> {
	let fact = |(_, outcome): &(usize, Outcome)| match outcome {
		Outcome::Fact { claimed, evidence } => Some((*claimed, *evidence)),
		_ => None,
	};
	plan.outcomes.iter().filter_map(fact).collect()
}

fn facts(plan: &Plan) -> Vec<Evidence> {
	told(plan).into_iter().map(|(_, evidence)| evidence).collect()
}

/// A notification about the mains.
fn mains(what: &str, alarm: &str, minute: u32) -> Value {
	let severity = if what == "notifyClearedAlarm" { "CLEARED" } else { "MAJOR" };
	sample(what, alarm, severity, "commercialPowerFailure", minute)
}

fn failed(alarm: &str, minute: u32) -> Value {
	mains("notifyNewAlarm", alarm, minute)
}

fn back(alarm: &str, minute: u32) -> Value {
	mains("notifyClearedAlarm", alarm, minute)
}

pub(super) fn acknowledged(alarm: &str, minute: u32) -> Value {
	let mut value = sample("notifyAckStateChanged", alarm, "MAJOR", "x", minute);
	value["ackState"] = "ACKNOWLEDGED".into();
	value
}

const FAILED: Evidence = Evidence::GridFailure { phase: Phase::Raised };
const BACK: Evidence = Evidence::GridFailure { phase: Phase::Cleared };

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
	// What begins again is another outage: what was over before is no evidence in its fault, and none when that is open.
	let again = [&short[..], &[new("A", "CRITICAL", "powerProblem", 14)]].concat();
	let second = plan(&place(Vec::new()), &again, &TERMS);
	assert_eq!((second.open.is_some(), told(&second).len(), told(&second)[0].0), (true, 1, 14 * MINUTE));
	let open = place(vec![fault(State::InProgress, &[(14, power(Phase::Raised, Severity::Critical))])]);
	let known = plan(&open, &again, &TERMS);
	let expected = [Some(Reason::Over), Some(Reason::Over), Some(Reason::Known)];
	assert_eq!((reasons(&known), known.steps.is_empty()), (expected.to_vec(), true));
}

#[test]
fn what_is_over_opens_nothing_again_once_its_fault_has_ended() {
	let terms = Terms { with_over: true, ..TERMS };
	let file = [new("A", "CRITICAL", "powerProblem", 10), cleared("A", 12)];
	let said = plan(&place(Vec::new()), &file, &terms);
	let past = (0..).zip(told(&said)).map(|(number, (claimed, evidence))| fact(number, claimed, evidence));
	let ended = Place { past: past.collect(), ..place(Vec::new()) };
	let again = plan(&ended, &file, &terms);
	assert_eq!((again.open, reasons(&again)), (None, vec![Some(Reason::Known); 2]));
	// Another one is told.
	let more = [&file[..], &[new("A", "CRITICAL", "powerProblem", 20), cleared("A", 22)]].concat();
	let second = plan(&ended, &more, &terms);
	assert_eq!((second.open.is_some(), told(&second).len(), told(&second)[0].0), (true, 2, 20 * MINUTE));
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
fn import_again_of_what_has_changed_or_ended_since_says_nothing_twice() {
	let changed = || sample("notifyChangedAlarm", "A", "CRITICAL", "powerProblem", 12);
	let file = [new("A", "MAJOR", "powerProblem", 10), changed(), cleared("A", 14)];
	let said = [
		(10, power(Phase::Raised, Severity::Major)),
		(12, power(Phase::Changed, Severity::Critical)),
		(14, power(Phase::Cleared, Severity::Cleared)),
	];
	for count in 1..=said.len() {
		let place = place(vec![fault(State::InProgress, &said[..count])]);
		let plan = plan(&place, &file[..count], &TERMS);
		assert_eq!((plan.open, facts(&plan)), (None, vec![]), "{count} lines");
		assert!(plan.outcomes.iter().all(|(_, outcome)| *outcome == Outcome::Nothing(Reason::Known)));
	}
	// What comes about later is said
	let place = place(vec![fault(State::InProgress, &said)]);
	let again = plan(&place, &[new("A", "MAJOR", "powerProblem", 16)], &TERMS);
	assert_eq!(facts(&again), [power(Phase::Raised, Severity::Major)]);
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
fn end_that_was_said_before_resolves_and_closes_but_for_what_was_reopened() {
	let said =
		[(10, power(Phase::Raised, Severity::Critical)), (12, power(Phase::Cleared, Severity::Cleared))];
	let steps = |fault: Fault| {
		let plan = plan(&place(vec![fault]), &[cleared("A", 12)], &TERMS);
		assert_eq!(reasons(&plan), [Some(Reason::Known)]);
		plan.steps
	};
	let own = |state| Fault { handler: TERMS.own, ..fault(state, &said) };
	// The import that has said it was killed, or had no dispatcher's account
	assert_eq!(steps(own(State::InProgress)), [State::Resolved, State::Closed]);
	// It was said before the other company has resolved it
	assert_eq!(steps(fault(State::Resolved, &said)), [State::Closed]);
	assert!(steps(Fault { is_reopened: true, ..own(State::InProgress) }).is_empty());
}

#[test]
fn acknowledgement_takes_up_what_is_the_companys_to_handle() {
	let ack = acknowledged("A", 11);
	let own = Fault { handler: TERMS.own, ..fault(State::Acknowledged, &[]) };
	let taken = plan(&place(vec![own]), std::slice::from_ref(&ack), &TERMS);
	assert_eq!(taken.steps, [State::InProgress]);
	assert_eq!(taken.outcomes, [(0, Outcome::TakenUp)]);
	let others = plan(&place(vec![fault(State::Acknowledged, &[])]), &[ack], &TERMS);
	assert_eq!(reasons(&others), [Some(Reason::NotToTakeUp)]);
}

#[test]
fn acknowledgement_of_an_earlier_outage_takes_up_nothing() {
	let file = [
		new("A", "MAJOR", "equipmentMalfunction", 10),
		acknowledged("A", 11),
		cleared("A", 12),
		new("A", "MAJOR", "equipmentMalfunction", 30),
	];
	// The owner answers for its equipment: what it opens waits for its own people.
	let opened = plan(&place(Vec::new()), &file, &TERMS);
	assert_eq!((opened.open, opened.steps.len()), (Some((TERMS.own, Severity::Major)), 0));
	let evidence = told(&opened)[0].1;
	let own = Fault { handler: TERMS.own, ..fault(State::Acknowledged, &[(30, evidence)]) };
	let again = plan(&place(vec![own.clone()]), &file, &TERMS);
	assert_eq!(reasons(&again)[1], Some(Reason::NotToTakeUp));
	let now = [&file[..], &[acknowledged("A", 31)]].concat();
	assert_eq!(plan(&place(vec![own]), &now, &TERMS).steps, [State::InProgress]);
	// Also where it is opened only then.
	assert_eq!(plan(&place(Vec::new()), &now, &TERMS).steps, [State::InProgress]);
}

#[test]
fn alarm_behind_a_restoration_is_another_fault() {
	let resolved = fault(State::Resolved, &[]);
	let later = [new("B", "MAJOR", "powerProblem", 25)];
	// A company has one fault at a station: the next one is opened when that has ended.
	let own = plan(&place(vec![resolved.clone()]), &later, &TERMS);
	assert_eq!((own.open, reasons(&own)), (None, vec![Some(Reason::Later)]));
	let others = Fault { raiser: OrgId(1), ..resolved.clone() };
	let plan_of_others = plan(&place(vec![others]), &later, &TERMS);
	assert!(plan_of_others.open.is_some() && plan_of_others.order.is_none());
	let before = plan(&place(vec![resolved]), &[new("B", "MAJOR", "powerProblem", 15)], &TERMS);
	assert_eq!((before.open, before.order), (None, Some(3)));
}

#[test]
fn end_of_what_was_restored_is_said_and_what_began_since_waits() {
	let said = [(10, power(Phase::Raised, Severity::Critical))];
	let file = [
		new("A", "CRITICAL", "powerProblem", 10),
		cleared("A", 18),
		new("B", "CRITICAL", "powerProblem", 25),
	];
	let mends = plan(&place(vec![fault(State::Resolved, &said)]), &file, &TERMS);
	assert_eq!(reasons(&mends), [Some(Reason::Known), None, Some(Reason::Later)]);
	assert_eq!(mends.steps, [State::Closed]);
	// Once that is closed
	let opens = plan(&place(Vec::new()), &file, &TERMS);
	assert_eq!((opens.open.is_some(), told(&opens).len(), told(&opens)[0].0), (true, 1, 25 * MINUTE));
}

#[test]
fn import_that_came_no_further_than_to_open_a_fault_goes_on_there() {
	let file =
		[new("A", "CRITICAL", "powerProblem", 2), cleared("A", 4), new("A", "CRITICAL", "powerProblem", 10)];
	let opened = place(vec![fault(State::Acknowledged, &[])]);
	let goes_on = plan(&opened, &file, &TERMS);
	assert_eq!((told(&goes_on).len(), told(&goes_on)[0].0, goes_on.order), (1, 10 * MINUTE, Some(3)));
	// Also where that is over meanwhile
	let over = plan(&opened, &[&file[..], &[cleared("A", 22)]].concat(), &TERMS);
	assert_eq!(told(&over).iter().map(|(at, _)| at / MINUTE).collect::<Vec<_>>(), [10, 22]);
}

#[test]
fn nothing_begins_that_has_no_room_to_end() {
	let begins: Vec<Value> =
		(0..10).map(|n| new(&format!("A-{n}"), "MAJOR", "powerProblem", 10 + n)).collect();
	let ends = |count: u32| (0..count).map(|n| cleared(&format!("A-{n}"), 30 + n)).collect::<Vec<_>>();
	let place = place(vec![Fault { handler: TERMS.own, ..fault(State::InProgress, &[]) }]);
	let some = plan(&place, &[&begins[..], &ends(8)].concat(), &TERMS);
	// Eight begins, and as many ends.
	assert_eq!(facts(&some).len(), 16);
	assert_eq!(reasons(&some)[8..10], [Some(Reason::NoRoom); 2]);
	// Two last that it does not know.
	assert!(some.steps.is_empty());
	let all = plan(&place, &[&begins[..], &ends(10)].concat(), &TERMS);
	assert_eq!((facts(&all).len(), &reasons(&all)[18..]), (16, &[Some(Reason::NotRaised); 2][..]));
	assert_eq!(all.steps, [State::Resolved, State::Closed]);
}

#[test]
fn another_severity_leaves_room_for_the_end() {
	let severity = |n: u32| if n.is_multiple_of(2) { "MAJOR" } else { "CRITICAL" };
	let begin = new("A", severity(0), "powerProblem", 10);
	let change = |n: u32| sample("notifyChangedAlarm", "A", severity(n), "powerProblem", 10 + n);
	let file: Vec<Value> = [begin].into_iter().chain((1..20).map(change)).chain([cleared("A", 40)]).collect();
	let open = plan(&place(Vec::new()), &file, &Terms { with_over: true, ..TERMS });
	// Also in a fault that is opened by it.
	assert_eq!((open.open.is_some(), facts(&open).len()), (true, 16));
	assert!(matches!(open.outcomes.last(), Some((_, Outcome::Fact { .. }))));
	// Severities from the fifteenth on: what it has not is without room, what it has is known.
	let late = reasons(&open);
	assert!([15, 17, 19].iter().all(|at| late[*at] == Some(Reason::NoRoom)));
	assert!([16, 18].iter().all(|at| late[*at] == Some(Reason::Known)));
}

#[test]
fn grid_fails_once_and_is_back_once() {
	let place = place(vec![fault(State::InProgress, &[(10, FAILED)])]);
	let plan = plan(&place, &[failed("M", 10), back("M", 30)], &TERMS);
	assert_eq!((reasons(&plan), facts(&plan)), (vec![Some(Reason::Known), None], vec![BACK]));
}

/// Two alarms of the mains of one station, of which one is over: the grid is back when the other one is, too.
#[test]
fn grid_is_back_when_the_last_alarm_of_the_mains_is_over() {
	let ack = acknowledged("M1", 13);
	let file = [failed("M1", 10), failed("M2", 12), ack, back("M1", 20)];
	let opened = plan(&place(Vec::new()), &file, &TERMS);
	assert_eq!((opened.open.is_some(), facts(&opened)), (true, vec![FAILED]));
	let own = Fault { handler: TERMS.own, ..fault(State::InProgress, &[(10, FAILED)]) };
	let open = place(vec![own]);
	let again = plan(&open, &file, &TERMS);
	let expected = [Reason::Known, Reason::OtherMains, Reason::NotToTakeUp, Reason::OtherMains].map(Some);
	assert_eq!((reasons(&again), again.steps.is_empty()), (expected.to_vec(), true));
	let over = plan(&open, &[&file[..], &[back("M2", 30)]].concat(), &TERMS);
	assert_eq!(told(&over), [(30 * MINUTE, BACK)]);
	assert_eq!(over.steps, [State::Resolved, State::Closed]);
}

#[test]
fn end_of_an_earlier_failure_is_not_written_into_the_next_one() {
	let file = [failed("M1", 10), back("M1", 12), failed("M2", 14)];
	let own = Fault { handler: TERMS.own, ..fault(State::InProgress, &[(14, FAILED)]) };
	let again = plan(&place(vec![own]), &file, &TERMS);
	let expected = [Reason::Over, Reason::Over, Reason::Known].map(Some);
	assert_eq!((reasons(&again), again.steps.is_empty()), (expected.to_vec(), true));
}

#[test]
fn fault_that_lasts_by_the_file_is_not_closed_by_what_its_people_said_of_the_mains() {
	let own = Fault { handler: TERMS.own, ..fault(State::InProgress, &[(10, FAILED), (20, BACK)]) };
	let file = [failed("M1", 10), failed("M2", 12), back("M1", 20)];
	assert!(plan(&place(vec![own.clone()]), &file, &TERMS).steps.is_empty());
	let over = plan(&place(vec![own]), &[&file[..], &[back("M2", 30)]].concat(), &TERMS);
	assert_eq!((facts(&over), over.steps), (vec![], vec![State::Resolved, State::Closed]));
}

#[test]
fn mains_that_failed_in_another_file_are_back_by_the_end_of_that() {
	let own = Fault { handler: TERMS.own, ..fault(State::InProgress, &[(10, FAILED)]) };
	let open = place(vec![own]);
	let second = [failed("M2", 12), back("M2", 16)];
	let beside = plan(&open, &second, &TERMS);
	assert_eq!((reasons(&beside), beside.steps.is_empty()), (vec![Some(Reason::OtherMains); 2], true));
	assert_eq!(told(&plan(&open, &[back("M1", 20)], &TERMS)), [(20 * MINUTE, BACK)]);
	let both = [&second[..1], &[back("M1", 14)], &second[1..]].concat();
	assert_eq!(told(&plan(&open, &both, &TERMS)), [(16 * MINUTE, BACK)]);
	// An alarm of the mains that was not grave has failed nothing, and ends nothing.
	let minor = sample("notifyNewAlarm", "M3", "MINOR", "commercialPowerFailure", 12);
	let ended = plan(&open, &[minor, back("M3", 14)], &TERMS);
	assert_eq!(reasons(&ended), [Some(Reason::NotGrave), Some(Reason::NotRaised)]);
}

#[test]
fn end_of_an_alarm_of_the_mains_need_not_name_its_cause() {
	let mut ends = back("M", 30);
	for field in ["probableCause", "alarmType"] {
		ends.as_object_mut().unwrap().remove(field);
	}
	let open = place(vec![fault(State::InProgress, &[(10, FAILED)])]);
	assert_eq!(facts(&plan(&open, &[failed("M", 10), ends], &TERMS)), [BACK]);
}

#[test]
fn what_the_clock_has_not_reached_is_refused() {
	let terms = Terms { now: 5 * MINUTE, ..TERMS };
	let plan = plan(&place(Vec::new()), &[new("A", "CRITICAL", "powerProblem", 10)], &terms);
	assert!(plan.open.is_none());
	assert!(refused(&plan)[0].contains("future"));
}

/// Why each notification is refused, or nothing.
fn refused(plan: &Plan) -> Vec<&str> {
	let outcomes = plan.outcomes.iter().map(|(_, outcome)| match outcome {
		Outcome::Refused(what, remedy) if !remedy.is_empty() => what.as_str(),
		_ => "",
	});
	outcomes.collect()
}

/// An alarm that names a network.
fn of_network(alarm: &str, plmn: &str, minute: u32) -> Value {
	let mut value = new(alarm, "CRITICAL", "powerProblem", minute);
	value["additionalInformation"] = serde_json::json!({ "plmn": plmn });
	value
}

#[test]
fn alarm_of_a_network_that_is_not_on_air_there_opens_nothing_and_keeps_nothing_open() {
	let wrong = of_network("N", "99999", 10);
	let alone = plan(&place(Vec::new()), std::slice::from_ref(&wrong), &TERMS);
	assert_eq!((alone.open, alone.steps.len(), facts(&alone).len()), (None, 0, 0));
	let why = refused(&alone)[0];
	assert!(why.contains("999-99 is no network") && why.contains("460-11, 460-01"), "{why}");
	// It takes nothing with it: neither another alarm nor the end of a fault.
	let file = [wrong, of_network("A", "46011", 12), acknowledged("N", 13), cleared("N", 14)];
	let beside = plan(&place(Vec::new()), &file, &TERMS);
	assert_eq!((beside.open.is_some(), told(&beside).len(), told(&beside)[0].0), (true, 1, 12 * MINUTE));
	assert_eq!(beside.outcomes[3].1, Outcome::Nothing(Reason::NotRaised));
	let Evidence::Alarm(alarm) = facts(&beside)[0] else { panic!("{beside:?}") };
	assert_eq!(alarm.plmn.map(|plmn| plmn.mnc), Some(11));
	let raised = [(12, facts(&beside)[0])];
	let own = |state| Fault { handler: TERMS.own, ..fault(state, &raised) };
	let waits = plan(&place(vec![own(State::Acknowledged)]), &file, &TERMS);
	assert!(waits.steps.is_empty(), "an acknowledgement of it takes up nothing: {waits:?}");
	let over = [&file[..1], &[cleared("A", 20)]].concat();
	let steps = plan(&place(vec![own(State::InProgress)]), &over, &TERMS).steps;
	assert_eq!(steps, [State::Resolved, State::Closed]);
}

#[test]
fn facts_agree_with_the_record_by_which_their_fault_was_opened() {
	let mut open = place(vec![fault(State::InProgress, &[])]);
	let recorded = &mut open.faults[0].recorded;
	recorded.companies.owner = OrgId(1);
	recorded.companies.networks = Default::default();
	let file = [new("E", "MAJOR", "equipmentMalfunction", 10), of_network("N", "46011", 11)];
	let plan = plan(&open, &file, &TERMS);
	let [Evidence::Alarm(alarm)] = facts(&plan)[..] else { panic!("{plan:?}") };
	assert_eq!(alarm.subject, Subject::Equipment { owner: OrgId(1) });
	assert!(refused(&plan)[1].contains("460-11 is no network"), "{plan:?}");
}

#[test]
fn who_cannot_open_a_fault_is_told_before_anything_is_sent() {
	let mut entry = site(7, "A", Technology::Nr).entry;
	let recorded = place(Vec::new()).recorded;
	assert_eq!(barred(&entry, &recorded, TERMS.own), None);
	let (stranger, _) = barred(&entry, &recorded, OrgId(9)).unwrap();
	assert!(stranger.contains("no matter of your company"), "{stranger}");
	entry.state = StationState::Retired;
	let why = barred(&entry, &recorded, TERMS.own);
	let shut = Place { barred: why, ..place(Vec::new()) };
	let plan_there = plan(&shut, &[failed("M", 10), new("A", "MAJOR", "powerProblem", 11)], &TERMS);
	assert_eq!((plan_there.open, facts(&plan_there).len()), (None, 0));
	assert!(refused(&plan_there).iter().all(|why| why.contains("out of service")), "{plan_there:?}");
	// A fault that is open goes on.
	let open = Place { barred: shut.barred.clone(), ..place(vec![fault(State::InProgress, &[])]) };
	assert_eq!(facts(&plan(&open, &[failed("M", 10)], &TERMS)), [FAILED]);
}

#[test]
fn alarm_is_about_what_its_first_notification_says() {
	let place = place(vec![fault(State::InProgress, &[])]);
	let other = sample("notifyClearedAlarm", "A", "CLEARED", "mainsFailure", 12);
	let plan = plan(&place, &[new("A", "CRITICAL", "powerProblem", 10), other], &TERMS);
	let expected = [power(Phase::Raised, Severity::Critical), power(Phase::Cleared, Severity::Cleared)];
	assert_eq!(facts(&plan), expected);
}
