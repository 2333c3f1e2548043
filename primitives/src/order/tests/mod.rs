// SPDX-License-Identifier: Apache-2.0

//! Orders for the tests, by hand and at random.

mod class;
mod clock;
mod company;
mod docs;
mod fact;
mod guarantee;
mod known;
mod limits;
mod model;
mod record;
mod rows;
mod state;
mod verdict;

use super::*;
use crate::{site::Plmn, Moment, OrgId, OrgSet};
use proptest::prelude::*;

const MINUTE: Moment = 60_000;

/// Owner of the station.
const OWNER: OrgId = OrgId(0);
/// A sharer, and party of the order as the owner of a link or a PLMN.
const SHARER: OrgId = OrgId(1);
/// The tower company.
const TOWER: OrgId = OrgId(2);

const PLMNS: [Plmn; 2] =
	[Plmn { mcc: 460, mnc: 11, three_digit_mnc: false }, Plmn { mcc: 460, mnc: 1, three_digit_mnc: false }];

/// Raised by the owner, handled by the tower company, at a station whose record all have signed.
fn companies() -> Companies {
	let network = |plmn, carrier| Network { plmn, carrier };
	Companies {
		parties: OrgSet::of(OWNER).with(TOWER),
		owner: OWNER,
		tower: Some(TOWER),
		networks: vec![network(PLMNS[0], OWNER), network(PLMNS[1], SHARER)].try_into().unwrap(),
		signed: [OWNER, SHARER, TOWER].into_iter().collect(),
	}
}

/// Said by the owner in time, with nobody's signature.
fn fact(number: u8, minute: Moment, evidence: Evidence) -> Fact {
	Fact {
		number,
		author: OWNER,
		claimed: minute * MINUTE,
		anchored: minute * MINUTE + 1,
		countersigned: OrgSet::EMPTY,
		denied: false,
		body: None,
		evidence,
	}
}

impl Fact {
	fn by(self, author: OrgId) -> Self {
		Self { author, ..self }
	}

	fn signed(self, org: OrgId) -> Self {
		Self { countersigned: self.countersigned.with(org), ..self }
	}
}

fn alarm(id: u64, phase: Phase, subject: Subject) -> Evidence {
	let severity = if phase == Phase::Cleared { Severity::Cleared } else { Severity::Critical };
	Evidence::Alarm(Alarm { id, phase, kind: AlarmType::Equipment, severity, subject, plmn: None })
}

fn of_plmn(id: u64, phase: Phase, plmn: Plmn) -> Evidence {
	match alarm(id, phase, Subject::Service) {
		Evidence::Alarm(alarm) => Evidence::Alarm(Alarm { plmn: Some(plmn), ..alarm }),
		other => other,
	}
}

fn change(state: State, minute: Moment) -> Change {
	Change { state, at: minute * MINUTE, signed: None }
}

fn changes(changes: impl IntoIterator<Item = Change>) -> Changes {
	changes.into_iter().collect::<Vec<_>>().try_into().unwrap()
}

/// Ran from one minute to the other.
fn ran(from: Moment, to: Moment) -> Clock {
	let changes = changes([
		change(State::Acknowledged, from),
		change(State::InProgress, from),
		change(State::Resolved, to),
		change(State::Closed, to),
	]);
	Clock::new(&changes, 0, to * MINUTE)
}

/// From, to, row and who, in minutes.
type Short = (Moment, Moment, Option<u8>, Share);

fn judged(facts: &[Fact], clock: &Clock) -> Verdict {
	judge(&companies(), facts, clock, &ResponsibilityTable::default(), None).unwrap()
}

/// The same where these have signed the record.
fn judged_by_record_of(signed: OrgSet, facts: &[Fact], clock: &Clock) -> Verdict {
	let companies = Companies { signed, ..companies() };
	judge(&companies, facts, clock, &ResponsibilityTable::default(), None).unwrap()
}

fn short(verdict: &Verdict) -> Vec<Short> {
	verdict.pieces.iter().map(|p| (p.from / MINUTE, p.to / MINUTE, p.row, p.share)).collect()
}

/// The pieces of an outage from minute 100 to minute 200.
fn pieces(facts: &[Fact]) -> Vec<Short> {
	short(&judged(facts, &ran(100, 200)))
}

fn on(org: OrgId) -> Share {
	Share::Company(org)
}

prop_compose! {
	/// A moment between minutes 0 and 40, often a whole minute.
	fn any_moment()(minute in 0..40u64, off in prop_oneof![3 => Just(0u64), 1 => 0..MINUTE]) -> Moment {
		minute * MINUTE + off
	}
}

fn any_org() -> impl Strategy<Value = OrgId> {
	(0..3u8).prop_map(OrgId)
}

fn any_phase() -> impl Strategy<Value = Phase> {
	prop_oneof![3 => Just(Phase::Raised), 1 => Just(Phase::Changed), 2 => Just(Phase::Cleared)]
}

fn any_evidence() -> impl Strategy<Value = Evidence> {
	let subject = prop_oneof![
		2 => Just(Subject::Power),
		1 => Just(Subject::Environment),
		1 => any_org().prop_map(|owner| Subject::Backhaul { owner }),
		1 => any_org().prop_map(|owner| Subject::Equipment { owner }),
		2 => Just(Subject::Service),
	];
	let severity =
		prop_oneof![3 => Just(Severity::Critical), 1 => Just(Severity::Major), 1 => Just(Severity::Minor)];
	let plmn = proptest::option::of(proptest::sample::select(PLMNS.to_vec()));
	let alarm =
		(0..3u64, any_phase(), severity, subject, plmn).prop_map(|(id, phase, severity, subject, plmn)| {
			Evidence::Alarm(Alarm { id, phase, kind: AlarmType::Equipment, severity, subject, plmn })
		});
	prop_oneof![
		6 => alarm,
		3 => any_phase().prop_map(|phase| Evidence::GridFailure { phase }),
		2 => (0..30u16, 0..30u16)
			.prop_map(|(contracted, measured)| Evidence::BatteryAutonomy { contracted, measured }),
		2 => (0..30u16, proptest::option::of(any_moment()))
			.prop_map(|(contracted, arrived)| Evidence::GeneratorArrival { contracted, arrived }),
		1 => (any_moment(), any_moment()).prop_map(|(from, to)| Evidence::PlannedOutage { from, to }),
		1 => any_org().prop_map(|by| Evidence::AccessRefused { by }),
		1 => (any_org(), any_moment(), any_moment())
			.prop_map(|(by, from, to)| Evidence::AccessGranted { by, from, to }),
		1 => any_org().prop_map(|by| Evidence::AppointmentMissed { by }),
		1 => any_org().prop_map(|of| Evidence::Arrival { of }),
		2 => (0..2u64, any_org(), any_phase())
			.prop_map(|(number, by, phase)| Evidence::Violation { number, by, phase }),
	]
}

prop_compose! {
	/// Mostly early, in time, and said by the owner or the tower company.
	fn any_fact()(
		author in any_org(),
		claimed in any_moment(),
		late in prop_oneof![4 => 0..=600_000u64, 1 => 600_000..700_000u64],
		signed in 0..8u32,
		is_signed in any::<bool>(),
		is_void in proptest::bool::weighted(0.05),
		denied in proptest::bool::weighted(0.05),
		evidence in any_evidence(),
	) -> Fact {
		let body = is_void.then_some(Body { hash: Default::default(), demand: Demand::Missed });
		let countersigned = OrgSet(if is_signed { signed } else { 0 });
		Fact { number: 0, author, claimed, anchored: claimed + late, countersigned, denied, body, evidence }
	}
}

/// Facts of one order, numbered.
fn any_facts() -> impl Strategy<Value = Vec<Fact>> {
	proptest::collection::vec(any_fact(), 0..16)
		.prop_map(|facts| (0..).zip(facts).map(|(number, fact)| Fact { number, ..fact }).collect())
}

fn any_state() -> impl Strategy<Value = State> {
	proptest::sample::select(vec![
		State::Acknowledged,
		State::InProgress,
		State::Held,
		State::Held,
		State::Pending,
		State::Resolved,
		State::Resolved,
		State::Closed,
	])
}

/// States in any order, not only as the machines allow.
fn any_changes() -> impl Strategy<Value = Changes> {
	let change = (any_state(), any_moment(), proptest::option::of(any_moment()));
	proptest::collection::vec(change, 0..8).prop_map(|mut list| {
		list.sort_by_key(|(_, at, _)| *at);
		changes(list.into_iter().map(|(state, at, signed)| Change { state, at, signed }))
	})
}

fn any_clock() -> impl Strategy<Value = Clock> {
	(any_changes(), 0..900u32, any_moment())
		.prop_map(|(changes, silence, now)| Clock::new(&changes, silence, now))
}
