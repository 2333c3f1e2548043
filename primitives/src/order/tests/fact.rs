// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::order::fact::is_on_one_word;

const TERM: u32 = 600;

fn refusal() -> Fact {
	fact(0, 100, Evidence::AccessRefused { by: TOWER })
}

fn counts(fact: Fact) -> bool {
	fact.counts(TERM, 0, &companies())
}

#[test]
fn fact_in_time_counts_to_the_millisecond() {
	let late = |ms| Fact { anchored: refusal().claimed + ms, ..refusal() };
	assert!(counts(late(0)) && counts(late(600_000)));
	assert!(!counts(late(600_001)));
	assert!(!counts(Fact { anchored: refusal().claimed - 1, ..refusal() }));
}

#[test]
fn term_of_what_was_before_the_opening_counts_from_then_on() {
	let opened = 500 * MINUTE;
	let anchored = |ms| Fact { anchored: opened + ms, ..refusal() }.counts(TERM, opened, &companies());
	assert!(anchored(0) && anchored(600_000));
	assert!(!anchored(600_001));
	// What is claimed later has its own.
	let later = Fact { claimed: opened + 1, anchored: opened + 600_001, ..refusal() };
	assert!(later.counts(TERM, opened, &companies()));
}

#[test]
fn late_fact_counts_when_all_others_whose_matter_it_is_sign() {
	let late = Fact { anchored: refusal().claimed + 600_001, ..refusal() };
	assert!(counts(late.signed(TOWER)));
	assert!(!counts(late.signed(SHARER)));
	// Of a third company, both parties.
	let third = late.by(SHARER);
	assert!(!counts(third.signed(TOWER)) && !counts(third.signed(OWNER)));
	assert!(counts(third.signed(TOWER).signed(OWNER)));
	// And whom it speaks against, though it is no party.
	let against = Evidence::AccessRefused { by: SHARER };
	assert!(!counts(Fact { evidence: against, ..late }.signed(TOWER)));
	assert!(counts(Fact { evidence: against, ..late }.signed(TOWER).signed(SHARER)));
}

#[test]
fn late_fact_within_one_company_does_not_count() {
	let alone = Companies { parties: OrgSet::of(OWNER), ..companies() };
	let reading = Evidence::Reading { quantity: Quantity::Energy, value: 1 };
	let late = Fact { evidence: reading, anchored: 900 * MINUTE, ..refusal() };
	assert!(!late.counts(TERM, 0, &alone) && !late.signed(OWNER).counts(TERM, 0, &alone));
}

#[test]
fn fact_without_the_body_asked_for_is_void() {
	let with =
		|demand| Fact { body: Some(Body { hash: Default::default(), demand }), ..refusal().signed(TOWER) };
	assert!([Demand::None, Demand::Open, Demand::Met].into_iter().all(|demand| counts(with(demand))));
	assert!(!counts(with(Demand::Missed)));
}

#[test]
fn denied_fact_counts_when_a_second_company_stands_behind_it() {
	let denied = Fact { denied: true, ..refusal() };
	assert!(!counts(denied) && counts(denied.signed(SHARER)));
}

#[test]
fn fact_speaks_against_whom_it_concerns() {
	let against = |evidence: Evidence| evidence.against(&companies());
	let raised = |subject| alarm(1, Phase::Raised, subject);
	assert_eq!(against(raised(Subject::Power)), Some(TOWER));
	assert_eq!(against(raised(Subject::Environment)), Some(TOWER));
	assert_eq!(against(raised(Subject::Backhaul { owner: SHARER })), Some(SHARER));
	assert_eq!(against(raised(Subject::Equipment { owner: SHARER })), Some(SHARER));
	assert_eq!(against(raised(Subject::Service)), None);
	assert_eq!(against(of_plmn(1, Phase::Changed, PLMNS[1])), Some(SHARER));
	assert_eq!(against(alarm(1, Phase::Cleared, Subject::Power)), None);
	assert_eq!(against(Evidence::BatteryAutonomy { contracted: 1, measured: 2 }), Some(TOWER));
	assert_eq!(against(Evidence::GeneratorArrival { contracted: 1, arrived: None }), Some(TOWER));
	assert_eq!(against(Evidence::AppointmentMissed { by: OWNER }), Some(OWNER));
	let violation = |phase| Evidence::Violation { number: 1, by: SHARER, phase };
	assert_eq!(against(violation(Phase::Raised)), Some(SHARER));
	assert_eq!(against(violation(Phase::Cleared)), None);
	assert_eq!(against(Evidence::GridFailure { phase: Phase::Raised }), None);
	let own = Companies { tower: None, ..companies() };
	assert_eq!(raised(Subject::Power).against(&own), Some(OWNER));
}

#[test]
fn one_word_is_that_of_a_single_company_which_is_not_the_accused() {
	let set = |orgs: &[OrgId]| orgs.iter().copied().collect::<OrgSet>();
	assert!(is_on_one_word(set(&[OWNER]), Some(TOWER)));
	assert!(!is_on_one_word(set(&[TOWER]), Some(TOWER)));
	assert!(!is_on_one_word(set(&[OWNER, SHARER]), Some(TOWER)));
	assert!(is_on_one_word(set(&[TOWER]), None));
	assert!(!is_on_one_word(set(&[TOWER, OWNER]), None));
	assert!(refusal().is_on_one_word(Some(TOWER)));
	assert!(!refusal().signed(TOWER).is_on_one_word(Some(TOWER)));
	// Its own signature is no second one.
	assert!(refusal().signed(OWNER).is_on_one_word(Some(TOWER)));
}

#[test]
fn severities_are_those_that_exist_but_not_cleared() {
	assert!(Severities::GRAVE.is_valid() && Severities(0b1_1111).is_valid());
	assert!(!Severities(0).is_valid() && !Severities(0b10_0000).is_valid() && !Severities(0x80).is_valid());
	assert!(Severities::GRAVE.contains(Severity::Major) && !Severities::GRAVE.contains(Severity::Minor));
}

#[test]
fn set_of_facts_is_a_list_in_json() {
	let set: FactSet = [3, 0, 63, 64, 200].into_iter().collect();
	assert_eq!(Vec::from(set), [0, 3, 63]);
	assert!(set.contains(63) && !set.contains(64) && FactSet::of(64).is_empty());
}
