// SPDX-License-Identifier: Apache-2.0

//! Facts are anchored and countersigned.

use crate::{mock::*, Error, Event, Evidence as EvidenceMap};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{
	interlock::{Ending, KnownViolation},
	order::{
		share_of, Alarm, Evidence, Opening, Phase, Quantity, Severity, Share, State, Subject, MAX_FACTS,
	},
	site::Plmn,
	Hash, Moment, OrgId, OrgSet,
};

const DAY: Moment = 86_400_000;

#[test]
fn anchor_fact_works() {
	run(|| {
		let number = open(OWNER, fault());
		go_on(MINUTE);
		assert_ok!(say(OWNER, number, START - MINUTE, power()));
		assert_ok!(Dispatch::anchor_fact(collector(TOWER), number, START, power(), Some(Hash::zero())));
		let facts = EvidenceMap::<Test>::get(number).facts;
		let [first, second] = facts.as_slice() else { panic!("two facts") };
		assert_eq!((first.number, first.author), (0, OWNER));
		assert_eq!((first.claimed, first.anchored), (START - MINUTE, START + MINUTE));
		assert_eq!((second.number, second.author, second.body.is_some()), (1, TOWER, true));
		let digest = Dispatch::facts(number).unwrap().digests[1];
		assert_eq!(last_event(), Event::FactAnchored { order: number, fact: 1, org: TOWER, digest });
	});
}

#[test]
fn anchor_fact_fails_for_who_must_not() {
	run(|| {
		let number = open(OWNER, fault());
		assert_refusals(TOWER, &[NO_AUDITOR], |origin| {
			Dispatch::anchor_fact(origin, number, START, power(), None)
		});
		assert_noop!(say(OTHER, number, START, power()), Error::<Test>::NotConcerned);
		assert_noop!(say(OWNER, 9, START, power()), Error::<Test>::NoSuchOrder);
	});
}

#[test]
fn anchor_fact_fails_when_it_is_not_as_the_record_says() {
	use Evidence::*;
	run(|| {
		let number = open(OWNER, fault());
		let about = |subject| alarm(1, Phase::Raised, subject);
		let of_plmn = |plmn| match about(Subject::Service) {
			Alarm(alarm) => Alarm(trimast_primitives::order::Alarm { plmn: Some(plmn), ..alarm }),
			other => other,
		};
		let unknown = Plmn { mcc: 460, mnc: 99, three_digit_mnc: false };
		for (evidence, error) in [
			(BatteryAutonomy { contracted: 119, measured: 60 }, Error::<Test>::OtherContract),
			(GeneratorArrival { contracted: 181, arrived: None }, Error::OtherContract),
			(about(Subject::Backhaul { owner: OWNER }), Error::OtherOwner),
			(about(Subject::Equipment { owner: SHARER }), Error::OtherOwner),
			(of_plmn(unknown), Error::OtherOwner),
			(AccessRefused { by: OTHER }, Error::NotConcerned),
			(AccessGranted { by: OTHER, from: START, to: START + 1 }, Error::NotConcerned),
			(AccessAsked { of: OrgId(40), from: START, to: START + 1 }, Error::NotConcerned),
			(AccessAsked { of: TOWER, from: START, to: START }, Error::Impossible),
			(AccessGranted { by: TOWER, from: START + 1, to: START }, Error::Impossible),
			(AppointmentMade { by: OTHER, at: START }, Error::NotConcerned),
			(AppointmentMissed { by: OTHER }, Error::NotConcerned),
			(Arrival { of: OTHER }, Error::NotConcerned),
			(GridFailure { phase: Phase::Changed }, Error::Impossible),
			(PlannedOutage { from: START, to: START }, Error::Impossible),
			(GeneratorArrival { contracted: 180, arrived: Some(START + 1) }, Error::Impossible),
			(Violation { number: 3, by: OWNER, phase: Phase::Raised }, Error::OtherViolation),
			(Violation { number: 1 << 40, by: OWNER, phase: Phase::Raised }, Error::OtherViolation),
		] {
			assert_noop!(say(OWNER, number, START, evidence), error);
		}
		assert_noop!(say(OWNER, number, START + 1, power()), Error::<Test>::Impossible);
		let cleared = |phase, severity| match power() {
			Alarm(alarm) => Alarm(trimast_primitives::order::Alarm { phase, severity, ..alarm }),
			other => other,
		};
		for evidence in [cleared(Phase::Cleared, Severity::Major), cleared(Phase::Raised, Severity::Cleared)]
		{
			assert_noop!(say(OWNER, number, START, evidence), Error::<Test>::Impossible);
		}
		for evidence in [
			BatteryAutonomy { contracted: 120, measured: 60 },
			GeneratorArrival { contracted: 180, arrived: Some(START) },
			about(Subject::Backhaul { owner: SHARER }),
			about(Subject::Equipment { owner: OWNER }),
			of_plmn(PLMNS[1]),
			AccessRefused { by: SHARER },
			GridFailure { phase: Phase::Raised },
			PlannedOutage { from: START, to: START + 1 },
			AccessAsked { of: TOWER, from: START + MINUTE, to: START + 2 * MINUTE },
			AppointmentMade { by: TOWER, at: START + MINUTE },
			Reading { quantity: Quantity::Voltage, value: 1 },
		] {
			assert_ok!(say(OWNER, number, START, evidence));
		}
	});
}

#[test]
fn violations_are_those_that_are_known() {
	run(|| {
		put(vec![station(), station()]);
		let number = open(OWNER, fault());
		let violation = |by| Evidence::Violation { number: 3, by, phase: Phase::Raised };
		let known = |index| {
			let site = trimast_primitives::page::SiteId { index, ..SITE };
			let cell = trimast_primitives::cells::CellId { site, cell: 0 };
			Known::mutate(|all| all.insert(3, KnownViolation { cell, against: SHARER, ..seen() }));
		};
		known(1);
		assert_noop!(say(OWNER, number, START, violation(SHARER)), Error::<Test>::OtherViolation);
		known(0);
		assert_noop!(say(OWNER, number, START, violation(TOWER)), Error::<Test>::OtherViolation);
		assert_ok!(say(OWNER, number, START, violation(SHARER)));
	});
}

#[test]
fn violations_count_since_they_were_seen_and_not_once_they_are_taken_back() {
	run(|| {
		let number = open(OWNER, fault());
		let of = |phase| Evidence::Violation { number: 3, by: SHARER, phase };
		let known = |ended| {
			let known = KnownViolation { against: SHARER, ended, since: START - DAY, ..seen() };
			Known::mutate(|all| all.insert(3, known));
		};
		known(None);
		assert_noop!(say(OWNER, number, START - DAY - 1, of(Phase::Raised)), Error::<Test>::OtherViolation);
		// Long before the order, and it counts.
		assert_ok!(say(OWNER, number, START - DAY, of(Phase::Raised)));
		known(Some(Ending::TakenBack));
		assert_noop!(say(OWNER, number, START, of(Phase::Raised)), Error::<Test>::OtherViolation);
		assert_noop!(say(OWNER, number, START, of(Phase::Changed)), Error::<Test>::OtherViolation);
		go_on(30 * MINUTE);
		assert_ok!(say(OWNER, number, START + 20 * MINUTE, of(Phase::Cleared)));
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved), (OWNER, State::Closed)]);
		go_on(EVIDENCE_TERM + 2 * SECOND);
		let charges = Dispatch::verdict(number).unwrap().charges;
		let told: Vec<_> = charges.iter().map(|charge| (charge.share, charge.time / MINUTE)).collect();
		assert_eq!(told, [(Share::Company(SHARER), 20), (Share::Undecided, 10)]);
	});
}

#[test]
fn contracted_times_are_a_matter_of_stations() {
	run(|| {
		let place = trimast_primitives::order::Place::LocalNetwork(HERE);
		let number = open(OWNER, Opening { place, ..job() });
		let evidence = Evidence::BatteryAutonomy { contracted: 120, measured: 60 };
		assert_noop!(say(OWNER, number, START, evidence), Error::<Test>::OtherContract);
	});
}

#[test]
fn nobody_fills_an_order_for_another() {
	run(|| {
		let number = open(OWNER, fault());
		for org in [SHARER, OWNER, TOWER] {
			let most = share_of(org, OrgSet(0b101), OrgSet(0b111), MAX_FACTS.into());
			(0..most).for_each(|_| {
				assert_ok!(say(org, number, START, power()));
			});
			assert_noop!(say(org, number, START, power()), Error::<Test>::TooManyFacts);
		}
		assert_eq!(EvidenceMap::<Test>::get(number).facts.len(), usize::from(MAX_FACTS));
	});
}

#[test]
fn countersign_works_for_exactly_this_fact() {
	run(|| {
		let number = open(OWNER, fault());
		assert_ok!(say(OWNER, number, START, power()));
		assert_ok!(say(OWNER, number, START, power()));
		let digests = Dispatch::facts(number).unwrap().digests;
		let sign = |org, fact, digest| Dispatch::countersign_fact(dispatcher(org), number, fact, digest);
		assert_ne!(digests[0], digests[1]);
		assert_noop!(sign(TOWER, 0, digests[1]), Error::<Test>::OtherDigest);
		assert_noop!(sign(TOWER, 2, digests[1]), Error::<Test>::NoSuchFact);
		assert_noop!(sign(OWNER, 0, digests[0]), Error::<Test>::OwnFact);
		assert_noop!(sign(OTHER, 0, digests[0]), Error::<Test>::NotConcerned);
		assert_refusals(TOWER, &[NO_COLLECTOR, NO_AUDITOR], |origin| {
			Dispatch::countersign_fact(origin, number, 0, digests[0])
		});
		assert_ok!(sign(TOWER, 0, digests[0]));
		assert_eq!(last_event(), Event::FactCountersigned { order: number, fact: 0, org: TOWER });
		assert_noop!(sign(TOWER, 0, digests[0]), Error::<Test>::AlreadyGiven);
		// Signatures are no part of what is signed.
		assert_ok!(sign(SHARER, 0, digests[0]));
		assert_eq!(EvidenceMap::<Test>::get(number).facts[0].countersigned, OrgSet(0b110));
		// The same words in another order are another fact.
		let other = open(SHARER, fault());
		assert_ok!(say(OWNER, other, START, power()));
		assert_ne!(Dispatch::facts(other).unwrap().digests[0], digests[0]);
	});
}

#[test]
fn accused_that_is_no_party_denies_what_one_company_says() {
	run(|| {
		let link = |id| alarm(id, Phase::Raised, Subject::Backhaul { owner: SHARER });
		// The owner makes an order with itself and says alone that it is the sharer's.
		let number = open(OWNER, Opening { handler: OWNER, ..fault() });
		assert_ok!(say(OWNER, number, START, link(1)));
		assert_ok!(say(OWNER, number, START, power()));
		let deny = |org, fact| Dispatch::deny_fact(auditor(org), number, fact);
		assert_noop!(deny(OTHER, 0), Error::<Test>::NotConcerned);
		assert_noop!(deny(TOWER, 0), Error::<Test>::NotAccused);
		assert_noop!(deny(OWNER, 0), Error::<Test>::NotAccused);
		assert_noop!(deny(SHARER, 1), Error::<Test>::NotAccused);
		assert_noop!(deny(SHARER, 9), Error::<Test>::NoSuchFact);
		assert_refusals(SHARER, &[NO_COLLECTOR], |origin| Dispatch::deny_fact(origin, number, 0));
		assert_ok!(deny(SHARER, 0));
		assert_eq!(last_event(), Event::FactDenied { order: number, fact: 0, org: SHARER });
		assert_noop!(deny(SHARER, 0), Error::<Test>::AlreadyGiven);
		assert_ok!(deny(TOWER, 1));
		go_on(MINUTE);
		steps(number, &[State::InProgress, State::Resolved, State::Closed].map(|state| (OWNER, state)));
		// The tower company stands behind what is said of the link, and behind what is said of itself.
		assert_ok!(countersign(TOWER, number, 0));
		assert_ok!(countersign(TOWER, number, 1));
		assert!(!EvidenceMap::<Test>::get(number).facts[1].denied);
		let counts = |fact: usize| {
			let order = order(number);
			EvidenceMap::<Test>::get(number).facts[fact].counts(order.evidence, 0, &order.companies)
		};
		assert!(counts(0) && counts(1));
		go_on(EVIDENCE_TERM + SECOND);
		assert_noop!(deny(SHARER, 0), Error::<Test>::TooLate);
	});
}

#[test]
fn nobody_answers_for_what_it_denies_and_one_company_says() {
	run(|| {
		let number = open(OWNER, Opening { handler: OWNER, ..fault() });
		assert_ok!(say(OWNER, number, START, power()));
		assert_ok!(Dispatch::deny_fact(dispatcher(TOWER), number, 0));
		go_on(30 * MINUTE);
		steps(number, &[State::InProgress, State::Resolved, State::Closed].map(|state| (OWNER, state)));
		go_on(EVIDENCE_TERM + SECOND);
		let shares: Vec<_> = Dispatch::verdict(number).unwrap().charges.iter().map(|c| c.share).collect();
		assert_eq!(shares, [trimast_primitives::order::Share::Undecided]);
	});
}

#[test]
fn facts_are_taken_until_the_evidence_term_after_the_end() {
	run(|| {
		let number = open(OWNER, fault());
		assert_ok!(say(OWNER, number, START, power()));
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved), (OWNER, State::Closed)]);
		go_on(EVIDENCE_TERM);
		assert_ok!(countersign(TOWER, number, 0));
		Now::mutate(|now| *now += 1);
		assert_noop!(say(TOWER, number, START, power()), Error::<Test>::TooLate);
		assert_noop!(countersign(SHARER, number, 0), Error::<Test>::TooLate);
	});
}

#[test]
fn a_fact_of_the_last_moment_is_answered_for_a_whole_term() {
	run(|| {
		let number = closed();
		go_on(EVIDENCE_TERM);
		let body = Some(Hash::repeat_byte(1));
		assert_ok!(Dispatch::anchor_fact(dispatcher(TOWER), number, START, power(), body));
		go_on(EVIDENCE_TERM);
		assert_eq!(Dispatch::verdict(number), None);
		assert_noop!(say(OWNER, number, START, power()), Error::<Test>::TooLate);
		assert_ok!(countersign(SHARER, number, 0));
		assert_ok!(Dispatch::ask_body(dispatcher(OWNER), number, 0));
		Now::mutate(|now| *now += 1);
		assert_noop!(countersign(OWNER, number, 0), Error::<Test>::TooLate);
		// Nothing came in the last moment here, and the verdict is given after one term.
		let other = judged(1, &[]);
		assert!(Dispatch::verdict(other).is_some());
	});
}

#[test]
fn alarm_is_encoded_with_room() {
	// What an order's facts take at most.
	use codec::MaxEncodedLen;
	assert!(Alarm::max_encoded_len() <= 64);
	assert!(crate::types::EvidenceOf::max_encoded_len() <= 8_192);
}
