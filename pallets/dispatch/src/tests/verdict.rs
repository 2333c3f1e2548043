// SPDX-License-Identifier: Apache-2.0

//! Verdicts follow from the record, and whoever has it computes them anew.

use crate::{mock::*, Error, Event, Verdicts};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{
	order::{verdict_digest, Alarm, Evidence, Opening, Phase, Record, Share, Stage, State, Subject},
	site::Station,
	Moment, OrgSet,
};

const APPEAL: Moment = LIMITS.appeal as Moment * SECOND;

#[test]
fn verdict_is_given_after_the_evidence_term() {
	run(|| {
		let number = open(OWNER, fault());
		assert_ok!(say(OWNER, number, START, power()));
		go_on(30 * MINUTE);
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved), (OWNER, State::Closed)]);
		go_on(EVIDENCE_TERM);
		assert_eq!(Dispatch::verdict(number), None);
		go_on(SECOND);
		let view = Dispatch::verdict(number).unwrap();
		assert_eq!(view.charges.len(), 1);
		assert_eq!(view.charges[0].share, Share::Company(TOWER));
		assert_eq!((view.charges[0].time, view.charges[0].on_one_word), (30 * MINUTE, 30 * MINUTE));
		assert!(!view.is_final && !view.is_disputed && view.ruling.is_none());
		let (digest, charges) = (view.digest, Verdicts::<Test>::get(number).unwrap().charges);
		assert_eq!(last_event(), Event::VerdictGiven { order: number, digest, charges, ruling: None });
	});
}

#[test]
fn whoever_has_the_record_computes_it_anew() {
	run(|| {
		let number = judged(30, &[(OWNER, power()), (TOWER, alarm(2, Phase::Raised, Subject::Environment))]);
		let bytes = codec::Encode::encode(&Dispatch::record(number).unwrap());
		let record: Record = codec::Decode::decode(&mut &bytes[..]).unwrap();
		let verdict = record.verdict().unwrap();
		let given = Verdicts::<Test>::get(number).unwrap();
		assert_eq!(verdict_digest(record.genesis, record.order, &verdict), given.digest);
		// What if the fact had not been?
		let mut other = record.clone();
		other.facts.remove(0);
		other.facts[0].number = 0;
		let verdict = other.verdict().unwrap();
		assert_ne!(verdict_digest(record.genesis, record.order, &verdict), given.digest);
	});
}

#[test]
fn contract_is_held_against_nobody_who_has_not_signed_it() {
	run(|| {
		let all = station().named();
		// The record says so, and the tower company what was.
		put(vec![Station { autonomy_minutes: 6_000, ..station() }]);
		let facts = [
			(TOWER, Evidence::GridFailure { phase: Phase::Raised }),
			(TOWER, Evidence::BatteryAutonomy { contracted: 6_000, measured: 120 }),
		];
		let late = 30 * MINUTE;
		for (signed, is_bound) in [
			(OrgSet::of(OWNER), false),
			(all.without(TOWER), false),
			(OrgSet::of(OWNER).with(TOWER), true),
			(all, true),
		] {
			signed_by(0, signed);
			let number = judged(150, &facts);
			// A signature that comes later changes nothing.
			signed_by(0, all);
			let view = Dispatch::verdict(number).unwrap();
			let rows: Vec<_> = view.verdict.pieces.iter().map(|piece| piece.row).collect();
			assert_eq!((rows, view.charges[0].share), (vec![Some(3)], Share::Company(TOWER)));
			let told = (view.charges[0].penalty, view.charges[0].penalty_on_one_word);
			assert_eq!(told, if is_bound { (late, 0) } else { (0, late) }, "{signed:?}");
			// Whoever replays it has the signatures in the record, and they decide.
			let bytes = codec::Encode::encode(&Dispatch::record(number).unwrap());
			let mut record: Record = codec::Decode::decode(&mut &bytes[..]).unwrap();
			let digest = |record: &Record| verdict_digest(record.genesis, number, &record.verdict().unwrap());
			assert_eq!((record.companies.signed, digest(&record)), (signed, view.digest));
			record.companies.signed = all;
			assert_eq!(digest(&record) == view.digest, is_bound);
		}
	});
}

#[test]
fn penalty_is_what_lies_behind_the_deadline() {
	run(|| {
		let charge = |minutes, by| Dispatch::verdict(judged(minutes, &[(by, power())])).unwrap().charges[0];
		let own = charge(150, TOWER);
		assert_eq!((own.time, own.penalty, own.penalty_on_one_word), (150 * MINUTE, 30 * MINUTE, 0));
		assert_eq!(charge(120, TOWER).penalty, 0);
		// On one party's word it is none.
		let weak = charge(150, OWNER);
		assert_eq!((weak.penalty, weak.penalty_on_one_word), (0, 30 * MINUTE));
	});
}

#[test]
fn one_company_changes_nothing_that_two_have_signed() {
	run(|| {
		let down = |plmn| match alarm(7, Phase::Raised, Subject::Service) {
			Evidence::Alarm(alarm) => Evidence::Alarm(Alarm { plmn, ..alarm }),
			other => other,
		};
		let refused = Evidence::AccessRefused { by: TOWER };
		let granted = Evidence::AccessGranted { by: TOWER, from: START, to: START + MINUTE };
		for (signed, more, who) in [
			(down(Some(PLMNS[1])), down(None), SHARER),
			(down(Some(PLMNS[1])), power(), SHARER),
			(refused, granted, TOWER),
			(refused, power(), TOWER),
		] {
			let number = open(OWNER, fault());
			assert_ok!(say(OWNER, number, Now::get(), signed));
			assert_ok!(countersign(TOWER, number, 0));
			assert_ok!(say(SHARER, number, Now::get(), more));
			steps(number, &[(TOWER, State::InProgress)]);
			go_on(150 * MINUTE);
			steps(number, &[(TOWER, State::Resolved), (OWNER, State::Closed)]);
			go_on(EVIDENCE_TERM + 2 * SECOND);
			let charges = Dispatch::verdict(number).unwrap().charges;
			let told = (charges.len(), charges[0].share, charges[0].time, charges[0].penalty);
			assert_eq!(told, (1, Share::Company(who), 150 * MINUTE, 30 * MINUTE), "{more:?}");
		}
	});
}

#[test]
fn what_is_late_counts_when_the_others_sign() {
	run(|| {
		for is_signed in [false, true] {
			let number = open(OWNER, fault());
			let opened = Now::get();
			go_on(EVIDENCE_TERM + SECOND);
			assert_ok!(say(OWNER, number, opened, power()));
			if is_signed {
				assert_ok!(countersign(TOWER, number, 0));
			}
			go_on(MINUTE);
			steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved), (OWNER, State::Closed)]);
			go_on(EVIDENCE_TERM + SECOND);
			let share = Dispatch::verdict(number).unwrap().charges[0].share;
			assert_eq!(share, if is_signed { Share::Company(TOWER) } else { Share::Undecided });
		}
	});
}

#[test]
fn what_was_before_the_order_is_in_time_when_it_is_said_at_once() {
	run(|| {
		for late in [0, SECOND] {
			let number = open(OWNER, fault());
			let before = Now::get() - 300 * MINUTE;
			go_on(EVIDENCE_TERM + late);
			assert_ok!(say(OWNER, number, before, power()));
			steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved), (OWNER, State::Closed)]);
			go_on(EVIDENCE_TERM + SECOND);
			let share = Dispatch::verdict(number).unwrap().charges[0].share;
			assert_eq!(share, if late == 0 { Share::Company(TOWER) } else { Share::Undecided });
		}
	});
}

#[test]
fn verdict_is_final_when_nobody_appeals() {
	run(|| {
		let number = judged(30, &[(OWNER, power())]);
		go_on(APPEAL);
		let view = Dispatch::verdict(number).unwrap();
		assert!(view.is_final && !view.is_disputed);
		let digest = view.digest;
		assert!(events().contains(&Event::VerdictFinal { order: number, digest, is_disputed: false }));
		let late = Dispatch::appeal(dispatcher(TOWER), number, words("no"));
		assert_noop!(late, Error::<Test>::NoVerdict);
	});
}

#[test]
fn fault_is_judged_however_it_ends() {
	run(|| {
		for way in [
			&[(TOWER, State::Rejected)][..],
			&[(TOWER, State::InProgress), (OWNER, State::Cancelled)],
			&[(TOWER, State::InProgress), (TOWER, State::Pending), (OWNER, State::Cancelled)],
		] {
			let number = open(OWNER, fault());
			assert_ok!(say(OWNER, number, Now::get(), power()));
			go_on(5 * MINUTE);
			steps(number, way);
			go_on(EVIDENCE_TERM + 2 * SECOND);
			let charge = Dispatch::verdict(number).unwrap().charges[0];
			assert_eq!((charge.share, charge.time), (Share::Company(TOWER), 5 * MINUTE), "{way:?}");
			go_on(APPEAL);
			assert!(Dispatch::verdict(number).unwrap().is_final);
		}
	});
}

#[test]
fn handler_that_never_answers_is_judged_and_counted() {
	run(|| {
		let month = trimast_primitives::calendar::month_of(START);
		let cancelled_after = |time| {
			let number = open(OWNER, fault());
			assert_ok!(say(OWNER, number, Now::get(), power()));
			go_on(time);
			steps(number, &[(OWNER, State::Cancelled)]);
			go_on(EVIDENCE_TERM + APPEAL + 3 * SECOND);
			number
		};
		let response = Moment::from(TERMS.response) * SECOND;
		// Called off before an answer was due.
		let number = cancelled_after(response);
		assert_eq!((order(number).stage, Dispatch::verdict(number)), (Stage::Settled, None));
		assert_eq!(Dispatch::statement(month, TOWER).scores, []);
		let number = cancelled_after(response + SECOND);
		let charge = Dispatch::verdict(number).unwrap().charges[0];
		assert_eq!((charge.share, charge.time), (Share::Company(TOWER), response + SECOND));
		let score = Dispatch::statement(month, TOWER).scores[0].1;
		assert_eq!((score.handled, score.late, score.charged), (1, 1, 1));
	});
}

#[test]
fn what_is_opened_anew_goes_on_where_the_first_ended() {
	run(|| {
		let failed = START - 40 * MINUTE;
		let link = alarm(3, Phase::Raised, Subject::Backhaul { owner: SHARER });
		let first = open(OWNER, fault());
		assert_ok!(say(OWNER, first, failed, link));
		go_on(10 * MINUTE);
		steps(first, &[(TOWER, State::Rejected)]);
		// What was said there is said here again, in time.
		let second = open(OWNER, Opening { handler: OWNER, ..fault() });
		assert_ok!(say(OWNER, second, failed, link));
		go_on(20 * MINUTE);
		steps(second, &[State::InProgress, State::Resolved, State::Closed].map(|state| (OWNER, state)));
		go_on(EVIDENCE_TERM + 2 * SECOND);
		let told = |number| {
			let charge = Dispatch::verdict(number).unwrap().charges[0];
			(charge.share, charge.time / MINUTE)
		};
		assert_eq!([told(first), told(second)], [(Share::Company(SHARER), 10), (Share::Company(SHARER), 20)]);
		let end = |number| Dispatch::record(number).unwrap().clock().end();
		assert_eq!(end(first), Dispatch::record(second).unwrap().clock().start);
	});
}

#[test]
fn jobs_are_not_judged() {
	run(|| {
		let number = open(OWNER, job());
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Completed)]);
		go_on(EVIDENCE_TERM + 2 * SECOND);
		assert_eq!((order(number).stage, Dispatch::verdict(number)), (Stage::Settled, None));
	});
}

#[test]
fn approved_plan_excuses() {
	run(|| {
		let number = open(OWNER, fault());
		let plan = Evidence::PlannedOutage { from: START, to: START + 20 * MINUTE };
		assert_ok!(say(TOWER, number, START, plan));
		assert_ok!(say(OWNER, number, START, power()));
		assert_ok!(countersign(OWNER, number, 0));
		go_on(30 * MINUTE);
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved), (OWNER, State::Closed)]);
		go_on(EVIDENCE_TERM + 2 * SECOND);
		let charges = Dispatch::verdict(number).unwrap().charges;
		let told: Vec<_> = charges.iter().map(|charge| (charge.share, charge.time / MINUTE)).collect();
		assert_eq!(told, [(Share::Company(TOWER), 10), (Share::Nobody, 20)]);
	});
}
