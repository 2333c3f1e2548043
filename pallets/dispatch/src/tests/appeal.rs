// SPDX-License-Identifier: Apache-2.0

//! Appeals, and rulings by the companies that are not party to it.

use crate::{mock::*, Error, Event};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchResult;
use trimast_primitives::{
	order::{FactSet, Phase, Ruling, Share, Stage, State, Subject, Words},
	org::OrgStatus,
	Moment, OrgId, OrgSet,
};

const APPEAL: Moment = LIMITS.appeal as Moment * SECOND;
const RULING: Moment = LIMITS.ruling as Moment * SECOND;

/// That the first fact does not count.
const DISMISS: Ruling = Ruling { admitted: FactSet::of(63), dismissed: FactSet::of(0) };

fn dismiss() -> Ruling {
	Ruling { admitted: FactSet::default(), ..DISMISS }
}

fn appeal(org: OrgId, number: u32) -> DispatchResult {
	Dispatch::appeal(dispatcher(org), number, words("the alarm was a test"))
}

fn rule(org: OrgId, number: u32, ruling: Ruling) -> DispatchResult {
	Dispatch::rule(dispatcher(org), number, ruling, words("seen"))
}

/// By the owner against the tower company, for half an hour.
fn case() -> u32 {
	judged(30, &[(OWNER, power())])
}

fn share(number: u32) -> Share {
	Dispatch::verdict(number).unwrap().charges[0].share
}

#[test]
fn appeal_works_for_parties_within_the_window() {
	run(|| {
		let number = case();
		assert_noop!(appeal(SHARER, number), Error::<Test>::NotParty);
		assert_noop!(appeal(OTHER, number), Error::<Test>::NotParty);
		assert_refusals(TOWER, &[NO_COLLECTOR], |origin| Dispatch::appeal(origin, number, words("no")));
		let nothing = Words { text: Default::default(), body: None };
		assert_noop!(Dispatch::appeal(dispatcher(TOWER), number, nothing), Error::<Test>::BadWords);
		assert_ok!(Dispatch::appeal(auditor(TOWER), number, words("no")));
		assert_eq!(last_event(), Event::Appealed { order: number, org: TOWER, reason: words("no") });
		assert!(matches!(order(number).stage, Stage::Appealed { .. }));
		assert_noop!(appeal(OWNER, number), Error::<Test>::AlreadyAppealed);
	});
}

#[test]
fn appeal_fails_before_and_after_its_time() {
	run(|| {
		let number = closed();
		assert_noop!(appeal(TOWER, number), Error::<Test>::NoVerdict);
		go_on(EVIDENCE_TERM + SECOND);
		let Stage::Judged { until } = order(number).stage else { panic!("no verdict") };
		go_to(until);
		// The chain has not come to it yet.
		Now::set(until + 1);
		assert_noop!(appeal(TOWER, number), Error::<Test>::TooLate);
		Now::set(until);
		assert_ok!(appeal(TOWER, number));
	});
}

#[test]
fn who_answers_may_appeal_also_where_it_is_no_party() {
	run(|| {
		let link = alarm(1, Phase::Raised, Subject::Backhaul { owner: SHARER });
		let number = judged(30, &[(OWNER, link)]);
		assert_eq!(share(number), Share::Company(SHARER));
		assert_ok!(appeal(SHARER, number));
	});
}

fn rulers(number: u32) -> OrgSet {
	Dispatch::verdict(number).unwrap().appeal.unwrap().rulers
}

#[test]
fn who_answers_on_more_than_one_word_does_not_rule() {
	run(|| {
		let link = alarm(1, Phase::Raised, Subject::Backhaul { owner: SHARER });
		let number = open(OWNER, fault());
		assert_ok!(say(OWNER, number, START, link));
		assert_ok!(countersign(TOWER, number, 0));
		go_on(30 * MINUTE);
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved), (OWNER, State::Closed)]);
		go_on(EVIDENCE_TERM + SECOND);
		assert_ok!(appeal(OWNER, number));
		assert_noop!(rule(SHARER, number, Ruling::default()), Error::<Test>::NotRuler);
		assert_eq!(rulers(number), OrgSet::of(OTHER));
	});
}

#[test]
fn a_party_does_not_choose_who_rules_by_what_it_says_of_others() {
	run(|| {
		// The sharer's link for a moment, and power for the rest.
		let link = |phase| alarm(1, phase, Subject::Backhaul { owner: SHARER });
		let number = open(OWNER, fault());
		assert_ok!(say(OWNER, number, START - 1, link(Phase::Raised)));
		assert_ok!(say(OWNER, number, START, power()));
		go_on(30 * MINUTE);
		assert_ok!(say(OWNER, number, START + 1, link(Phase::Cleared)));
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved), (OWNER, State::Closed)]);
		let late = 2;
		assert_ok!(countersign(TOWER, number, late));
		go_on(EVIDENCE_TERM + SECOND);
		let charges = Dispatch::verdict(number).unwrap().charges;
		assert_eq!((charges[0].share, charges[0].time), (Share::Company(SHARER), 1));
		assert_ok!(appeal(TOWER, number));
		assert_eq!(rulers(number), OrgSet::of(SHARER).with(OTHER));
		// It counts where nothing changes for it, and not for itself.
		let without = |fact| Ruling { admitted: FactSet::default(), dismissed: FactSet::of(fact) };
		assert_noop!(rule(SHARER, number, without(0)), Error::<Test>::NotRuler);
		assert_ok!(rule(SHARER, number, without(1)));
		assert_ok!(rule(OTHER, number, without(1)));
		assert!(Dispatch::verdict(number).unwrap().ruling.is_some());
	});
}

#[test]
fn others_rule_on_what_is_said_of_a_company_without_it() {
	run(|| {
		let link = alarm(1, Phase::Raised, Subject::Backhaul { owner: SHARER });
		let number = judged(30, &[(OWNER, link)]);
		assert_ok!(appeal(OWNER, number));
		assert_noop!(rule(SHARER, number, dismiss()), Error::<Test>::NotRuler);
		// It is the only other one that counts for this ruling.
		assert_ok!(rule(OTHER, number, dismiss()));
		assert_eq!(share(number), Share::Undecided);
	});
}

/// A link alarm of the owner that came late, and a power alarm: by a ruling that admits the first the sharer newly answers.
fn newly() -> u32 {
	let link = alarm(1, Phase::Raised, Subject::Backhaul { owner: SHARER });
	let number = open(OWNER, fault());
	assert_ok!(say(OWNER, number, START, power()));
	go_on(EVIDENCE_TERM + SECOND);
	assert_ok!(say(OWNER, number, START - MINUTE, link));
	go_on(30 * MINUTE);
	steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved), (OWNER, State::Closed)]);
	go_on(EVIDENCE_TERM + SECOND);
	assert_eq!(share(number), Share::Company(TOWER));
	assert_ok!(appeal(TOWER, number));
	let admit = Ruling { admitted: FactSet::of(1), dismissed: FactSet::default() };
	assert_noop!(rule(SHARER, number, admit), Error::<Test>::NotRuler);
	assert_ok!(rule(OTHER, number, admit));
	assert_eq!(share(number), Share::Company(SHARER));
	number
}

#[test]
fn who_newly_answers_by_a_ruling_appeals() {
	run(|| {
		let number = newly();
		go_on(APPEAL);
		assert!(!Dispatch::verdict(number).unwrap().is_final);
		for org in [OWNER, TOWER] {
			assert_noop!(appeal(org, number), Error::<Test>::AlreadyAppealed);
		}
		assert_ok!(appeal(SHARER, number));
		assert_noop!(appeal(SHARER, number), Error::<Test>::AlreadyAppealed);
		assert_eq!(rulers(number), OrgSet::of(OTHER));
		let without = Ruling { admitted: FactSet::default(), dismissed: FactSet::of(1) };
		assert_ok!(rule(OTHER, number, without));
		assert_eq!(share(number), Share::Company(TOWER));
		assert_noop!(rule(OTHER, number, dismiss()), Error::<Test>::NoAppeal);
		go_on(2 * SECOND);
		let view = Dispatch::verdict(number).unwrap();
		assert!(view.is_final && !view.is_disputed);
	});
}

#[test]
fn ruling_that_is_said_again_stands() {
	run(|| {
		let number = newly();
		assert_ok!(appeal(SHARER, number));
		let admit = Ruling { admitted: FactSet::of(1), dismissed: FactSet::default() };
		assert_ok!(rule(OTHER, number, admit));
		go_on(2 * SECOND);
		let view = Dispatch::verdict(number).unwrap();
		assert!(view.is_final && !view.is_disputed);
		assert_eq!(share(number), Share::Company(SHARER));
	});
}

#[test]
fn ruling_is_final_when_who_newly_answers_is_content() {
	run(|| {
		let number = newly();
		go_on(APPEAL + 2 * SECOND);
		let view = Dispatch::verdict(number).unwrap();
		assert!(view.is_final && !view.is_disputed && view.ruling.is_some());
	});
}

#[test]
fn ruling_stands_disputed_when_nobody_rules_again() {
	run(|| {
		let number = newly();
		assert_ok!(appeal(SHARER, number));
		go_on(RULING + 2 * SECOND);
		let view = Dispatch::verdict(number).unwrap();
		assert!(view.is_final && view.is_disputed && view.ruling.is_some());
		assert_eq!(share(number), Share::Company(SHARER));
	});
}

#[test]
fn only_the_others_rule() {
	run(|| {
		let number = case();
		assert_noop!(rule(OTHER, number, dismiss()), Error::<Test>::NoAppeal);
		assert_ok!(appeal(TOWER, number));
		let rulers = Dispatch::verdict(number).unwrap().appeal.unwrap().rulers;
		assert_eq!(rulers, OrgSet::of(SHARER).with(OTHER));
		for org in [OWNER, TOWER, WITNESS] {
			assert_noop!(rule(org, number, dismiss()), Error::<Test>::NotRuler);
		}
		assert_refusals(OTHER, &[NO_COLLECTOR], |origin| {
			Dispatch::rule(origin, number, dismiss(), words("seen"))
		});
		assert_noop!(rule(OTHER, number, DISMISS), Error::<Test>::BadRuling);
		let both = Ruling { admitted: FactSet::of(0), dismissed: FactSet::of(0) };
		assert_noop!(rule(OTHER, number, both), Error::<Test>::BadRuling);
		let nothing = Words { text: Default::default(), body: None };
		let silent = Dispatch::rule(dispatcher(OTHER), number, dismiss(), nothing);
		assert_noop!(silent, Error::<Test>::BadWords);
		assert_ok!(rule(OTHER, number, dismiss()));
		assert_noop!(rule(OTHER, number, dismiss()), Error::<Test>::AlreadyGiven);
	});
}

#[test]
fn ruling_says_which_facts_count_and_the_table_who_answers() {
	run(|| {
		let number = case();
		let first = Dispatch::verdict(number).unwrap();
		assert_ok!(appeal(TOWER, number));
		assert_ok!(rule(OTHER, number, dismiss()));
		// One of two is not more than half.
		assert_eq!(share(number), Share::Company(TOWER));
		assert_ok!(Dispatch::rule(auditor(SHARER), number, dismiss(), words("seen")));
		let view = Dispatch::verdict(number).unwrap();
		assert_eq!((view.charges[0].share, view.ruling), (Share::Undecided, Some(dismiss())));
		assert_ne!(view.digest, first.digest);
		assert_eq!(Dispatch::record(number).unwrap().ruling, dismiss());
		go_on(2 * SECOND);
		let view = Dispatch::verdict(number).unwrap();
		assert!(view.is_final && !view.is_disputed);
	});
}

#[test]
fn ruling_admits_what_came_late() {
	run(|| {
		let number = open(OWNER, fault());
		go_on(EVIDENCE_TERM + SECOND);
		assert_ok!(say(OWNER, number, START, power()));
		steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved), (OWNER, State::Closed)]);
		go_on(EVIDENCE_TERM + SECOND);
		assert_eq!(share(number), Share::Undecided);
		assert_ok!(appeal(OWNER, number));
		let admit = Ruling { admitted: FactSet::of(0), dismissed: FactSet::default() };
		for org in [SHARER, OTHER] {
			assert_ok!(rule(org, number, admit));
		}
		assert_eq!(share(number), Share::Company(TOWER));
	});
}

#[test]
fn verdict_is_upheld() {
	run(|| {
		let number = case();
		let digest = Dispatch::verdict(number).unwrap().digest;
		assert_ok!(appeal(TOWER, number));
		for org in [SHARER, OTHER] {
			assert_ok!(rule(org, number, Ruling::default()));
		}
		assert_noop!(rule(SHARER, number, Ruling::default()), Error::<Test>::NoAppeal);
		go_on(2 * SECOND);
		let view = Dispatch::verdict(number).unwrap();
		assert_eq!((view.digest, view.ruling), (digest, Some(Ruling::default())));
		assert!(view.ruling.unwrap().upholds() && view.is_final && !view.is_disputed);
	});
}

#[test]
fn silence_lets_the_verdict_stand_disputed() {
	run(|| {
		let number = case();
		let digest = Dispatch::verdict(number).unwrap().digest;
		assert_ok!(appeal(TOWER, number));
		// They do not agree.
		assert_ok!(rule(SHARER, number, Ruling::default()));
		assert_ok!(rule(OTHER, number, dismiss()));
		go_on(RULING);
		assert!(!Dispatch::verdict(number).unwrap().is_final);
		go_on(SECOND);
		let view = Dispatch::verdict(number).unwrap();
		assert!(view.is_final && view.is_disputed && view.ruling.is_none());
		assert_eq!(view.digest, digest);
		assert!(events().contains(&Event::VerdictFinal { order: number, digest, is_disputed: true }));
	});
}

#[test]
fn ruling_is_taken_until_its_term() {
	run(|| {
		let number = case();
		assert_ok!(appeal(TOWER, number));
		go_on(RULING);
		Now::mutate(|now| *now += 1);
		assert_noop!(rule(OTHER, number, dismiss()), Error::<Test>::TooLate);
		Now::mutate(|now| *now -= 1);
		assert_ok!(rule(OTHER, number, dismiss()));
	});
}

#[test]
fn window_lasts_as_long_again_for_who_cannot_appeal() {
	run(|| {
		let number = case();
		Orgs::mutate(|orgs| orgs[2] = OrgStatus::Suspended);
		go_on(APPEAL + SECOND);
		Orgs::mutate(|orgs| orgs[2] = OrgStatus::Active);
		assert!(!Dispatch::verdict(number).unwrap().is_final);
		go_on(APPEAL - 3 * SECOND);
		assert_ok!(appeal(TOWER, number));
	});
}
