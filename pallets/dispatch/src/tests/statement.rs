// SPDX-License-Identifier: Apache-2.0

//! Scores of a month, and who stands behind them.

use crate::{
	mock::*,
	scores::{MAX_REMOVED, MONTHS},
	Error, Event, Scores, ScoresFrom, Statements,
};
use frame_support::{assert_noop, assert_ok, traits::Hooks};
use trimast_primitives::{
	calendar::month_of,
	order::{statement_digest, Opening, Score, ScoreKey, State},
	org::OrgStatus,
	plan::SlaClass,
	Hash, Moment, OrgId, OrgSet, ProvinceId,
};

const KEY: ScoreKey = ScoreKey { province: ProvinceId(13), class: SlaClass::Four };
const DAY: Moment = 86_400_000;

/// A verdict that is final: the tower company, for so many minutes.
fn final_verdict(minutes: Moment) -> u32 {
	let number = judged(minutes, &[(OWNER, power())]);
	go_on(Moment::from(LIMITS.appeal) * SECOND + SECOND);
	number
}

/// To the month after next, without its blocks.
fn month_over() -> u16 {
	let month = month_of(Now::get());
	Now::mutate(|now| *now += 35 * DAY);
	month
}

#[test]
fn final_verdicts_are_counted_by_company_province_and_class() {
	run(|| {
		let month = month_of(START);
		judged(30, &[(OWNER, power())]);
		assert_eq!(Scores::<Test>::iter().count(), 0);
		final_verdict(150);
		// The first one is final by now, too.
		let expected = Score {
			handled: 2,
			late: 0,
			breached: 1,
			charged: 2,
			time: 180 * MINUTE,
			on_one_word: 180 * MINUTE,
			penalty: 0,
			penalty_on_one_word: 30 * MINUTE,
		};
		assert_eq!(Dispatch::statement(month, TOWER).scores, [(KEY, expected)]);
		assert_eq!(Dispatch::statement(month, OWNER).scores, []);
		let job = open(OWNER, job());
		steps(job, &[(TOWER, State::InProgress), (TOWER, State::Completed)]);
		go_on(EVIDENCE_TERM + 2 * SECOND);
		assert_eq!(Scores::<Test>::get((month, TOWER, KEY)).handled, 3);
	});
}

#[test]
fn what_a_company_does_for_itself_dresses_up_no_score() {
	run(|| {
		let own = Opening { handler: TOWER, ..fault() };
		let number = open(TOWER, own);
		steps(number, &[State::InProgress, State::Resolved, State::Closed].map(|state| (TOWER, state)));
		let number = open(TOWER, Opening { handler: TOWER, ..job() });
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Completed)]);
		go_on(EVIDENCE_TERM + Moment::from(LIMITS.appeal) * SECOND + 3 * SECOND);
		assert_eq!(Scores::<Test>::iter().count(), 0);
	});
}

#[test]
fn statement_is_signed_by_each_company() {
	run(|| {
		final_verdict(30);
		let digest = Dispatch::statement(month_of(START), TOWER).digest;
		let sign = |org, month, digest| Dispatch::sign_statement(dispatcher(org), month, TOWER, digest);
		assert_noop!(sign(TOWER, month_of(START), digest), Error::<Test>::OtherMonth);
		let month = month_over();
		assert_noop!(sign(TOWER, month, Hash::zero()), Error::<Test>::OtherDigest);
		assert_noop!(sign(TOWER, month - MONTHS, digest), Error::<Test>::OtherMonth);
		assert_noop!(sign(WITNESS, month, digest), Error::<Test>::NotMember);
		let subject = OrgId(99);
		let nobody = Dispatch::sign_statement(dispatcher(TOWER), month, subject, digest);
		assert_noop!(nobody, Error::<Test>::OtherMonth);
		assert_refusals(TOWER, &[NO_COLLECTOR], |origin| {
			Dispatch::sign_statement(origin, month, TOWER, digest)
		});
		assert_ok!(sign(TOWER, month, digest));
		assert_eq!(last_event(), Event::StatementSigned { month, subject: TOWER, org: TOWER, digest });
		assert_noop!(sign(TOWER, month, digest), Error::<Test>::AlreadyGiven);
		assert_ok!(Dispatch::sign_statement(auditor(OWNER), month, TOWER, digest));
		let view = Dispatch::statement(month, TOWER);
		assert_eq!((view.signed, view.disputed), (OrgSet(0b101), OrgSet::EMPTY));
		let scores = [(KEY, view.scores[0].1)];
		assert_eq!(statement_digest(Dispatch::genesis_hash(), month, TOWER, &scores), digest);
	});
}

#[test]
fn statement_is_disputed_until_it_is_signed() {
	run(|| {
		final_verdict(30);
		let month = month_over();
		let digest = Dispatch::statement(month, TOWER).digest;
		let dispute =
			|org, reason| Dispatch::dispute_statement(dispatcher(org), month, TOWER, digest, words(reason));
		assert_noop!(dispute(TOWER, ""), Error::<Test>::BadWords);
		assert_refusals(TOWER, &[NO_COLLECTOR], |origin| {
			Dispatch::dispute_statement(origin, month, TOWER, digest, words("no"))
		});
		assert_ok!(dispute(TOWER, "our books say 20 minutes"));
		assert_noop!(dispute(TOWER, "again"), Error::<Test>::AlreadyGiven);
		assert_eq!(Dispatch::statement(month, TOWER).disputed, OrgSet::of(TOWER));
		assert_ok!(Dispatch::sign_statement(dispatcher(TOWER), month, TOWER, digest));
		let view = Dispatch::statement(month, TOWER);
		assert_eq!((view.signed, view.disputed), (OrgSet::of(TOWER), OrgSet::EMPTY));
		assert_noop!(dispute(TOWER, "after all"), Error::<Test>::AlreadyGiven);
	});
}

#[test]
fn month_of_a_company_without_scores_has_a_statement_too() {
	run(|| {
		let month = month_over();
		let digest = Dispatch::statement(month, SHARER).digest;
		assert_ok!(Dispatch::sign_statement(dispatcher(SHARER), month, SHARER, digest));
		assert_eq!(ScoresFrom::<Test>::get(), month);
	});
}

#[test]
fn suspended_company_signs_nothing() {
	run(|| {
		let month = month_over();
		let digest = Dispatch::statement(month, TOWER).digest;
		Orgs::mutate(|orgs| orgs[2] = OrgStatus::Suspended);
		let sign = Dispatch::sign_statement(dispatcher(TOWER), month, TOWER, digest);
		assert_noop!(sign, Error::<Test>::OrgNotActive);
		Orgs::mutate(|orgs| orgs[2] = OrgStatus::Active);
	});
}

#[test]
fn what_is_too_old_is_forgotten_some_entries_a_block() {
	let first = month_of(START);
	let block = || {
		Dispatch::on_initialize(1);
	};
	let mut externalities = ext();
	externalities.execute_with(|| {
		for n in 0..=MAX_REMOVED as u8 {
			let key = ScoreKey { province: ProvinceId(n), ..KEY };
			Scores::<Test>::insert((first, TOWER, key), Score { charged: 1, ..Score::default() });
		}
		Scores::<Test>::insert((first + 1, TOWER, KEY), Score { charged: 1, ..Score::default() });
		ScoresFrom::<Test>::put(first);
		let month = month_over();
		let digest = Dispatch::statement(month, TOWER).digest;
		assert_ok!(Dispatch::sign_statement(dispatcher(TOWER), month, TOWER, digest));
		block();
		assert_eq!(Scores::<Test>::iter().count() as u32, MAX_REMOVED + 2);
		Now::set(START + DAY * 1_110);
		assert_eq!(month_of(Now::get()), first + MONTHS);
	});
	externalities.commit_all().unwrap();
	externalities.execute_with(|| {
		block();
		assert_eq!((Scores::<Test>::iter().count(), ScoresFrom::<Test>::get()), (2, first));
		Dispatch::do_try_state().unwrap();
	});
	externalities.commit_all().unwrap();
	externalities.execute_with(|| {
		(0..3).for_each(|_| block());
		assert_eq!((Scores::<Test>::iter().count(), Statements::<Test>::iter().count()), (1, 0));
		assert_eq!(ScoresFrom::<Test>::get(), first + 1);
		Dispatch::do_try_state().unwrap();
	});
}
