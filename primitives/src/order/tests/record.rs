// SPDX-License-Identifier: Apache-2.0

//! Records, rulings, digests.

use super::*;
use crate::{
	order::{fact_digest, statement_digest, verdict_digest, Record, Ruling, Score, ScoreKey},
	plan::SlaClass,
	Hash, ProvinceId,
};

fn record(facts: Vec<Fact>) -> Record {
	let list = changes([
		change(State::Acknowledged, 100),
		change(State::InProgress, 100),
		change(State::Resolved, 200),
		change(State::Closed, 210),
	]);
	Record {
		genesis: Hash::repeat_byte(1),
		order: 7,
		companies: companies(),
		changes: list,
		silence: 3_600,
		terms: Some(Terms { response: 900, restoration: 3_000, jeopardy: 750 }),
		facts: facts.try_into().unwrap(),
		table: ResponsibilityTable::default(),
		ruling: Ruling::default(),
	}
}

fn power() -> Fact {
	fact(0, 90, alarm(1, Phase::Raised, Subject::Power))
}

#[test]
fn verdict_of_a_record_is_that_of_its_facts_and_clock() {
	let record = record(vec![power()]);
	assert_eq!(record.clock().run(), 100 * MINUTE);
	let verdict = record.verdict().unwrap();
	assert_eq!(short(&verdict), [(100, 200, Some(4), on(TOWER))]);
	assert_eq!(verdict.charged(), OrgSet::of(TOWER));
}

#[test]
fn order_under_way_is_judged_up_to_a_moment() {
	let list = [change(State::Acknowledged, 100), change(State::InProgress, 110)];
	let open = Record { changes: changes(list), ..record(vec![power().signed(TOWER)]) };
	let of = |now| open.verdict_at(now * MINUTE).unwrap();
	for (now, to) in [(0, 110), (105, 110), (180, 180)] {
		assert_eq!(short(&of(now)), [(100, to, Some(4), on(TOWER))], "at {now}");
	}
	// The deadline is at 150.
	assert_eq!([110, 180].map(|now| of(now).total(on(TOWER)).penalty), [0, 30 * MINUTE]);
	// It waits for the raiser since 200, whatever is answered: what is not reopened has ended then.
	let list = [change(State::Acknowledged, 100), change(State::Resolved, 200)];
	let resolved = Record { changes: changes(list), ..open };
	for now in [200, 230, 300] {
		assert_eq!(resolved.clock_at(now * MINUTE).run(), 100 * MINUTE, "at {now}");
	}
	// What has ended is judged as a whole.
	let ended = record(vec![power()]);
	for now in [0, 150, 205, 1_000] {
		assert_eq!(ended.verdict_at(now * MINUTE).unwrap(), ended.verdict().unwrap(), "at {now}");
	}
}

#[test]
fn ruling_dismisses_and_admits_facts() {
	let dismissed = Ruling { dismissed: FactSet::of(0), ..Ruling::default() };
	let share = |record: Record| record.verdict().unwrap().pieces[0].share;
	assert_eq!(share(Record { ruling: dismissed, ..record(vec![power()]) }), Share::Undecided);
	let late = Fact { anchored: 200 * MINUTE, ..power() };
	assert_eq!(share(record(vec![late])), Share::Undecided);
	let admitted = Ruling { admitted: FactSet::of(0), ..Ruling::default() };
	assert_eq!(share(Record { ruling: admitted, ..record(vec![late]) }), on(TOWER));
	// Also one whose body was not delivered.
	let body = Some(Body { hash: Hash::zero(), demand: Demand::Missed });
	let void = Fact { body, ..power() };
	// Or that is denied.
	for fact in [void, Fact { denied: true, ..power() }] {
		assert_eq!(share(record(vec![fact])), Share::Undecided);
		assert_eq!(share(Record { ruling: admitted, ..record(vec![fact]) }), on(TOWER));
	}
}

#[test]
fn ruling_is_about_facts_that_there_are() {
	let of = |admitted: &[u8], dismissed: &[u8]| Ruling {
		admitted: admitted.iter().copied().collect(),
		dismissed: dismissed.iter().copied().collect(),
	};
	assert!(of(&[], &[]).is_valid(0) && of(&[], &[]).upholds());
	assert!(of(&[0], &[1]).is_valid(2) && !of(&[0], &[1]).upholds());
	assert!(!of(&[0], &[1]).is_valid(1));
	assert!(!of(&[1], &[1]).is_valid(2));
}

#[test]
fn penalty_is_what_lies_behind_the_deadline() {
	// The clock runs from 100 to 200, and the deadline is at 150.
	let total = |record: Record, org| record.verdict().unwrap().total(on(org));
	let signed = record(vec![power().signed(TOWER)]);
	let of_tower = total(signed.clone(), TOWER);
	assert_eq!((of_tower.time, of_tower.penalty), (100 * MINUTE, 50 * MINUTE));
	assert_eq!(of_tower.penalty_on_one_word, 0);
	assert_eq!(total(signed.clone(), OWNER).penalty, 0);
	// What no company answers for is nobody's penalty.
	let nothing = record(vec![]).verdict().unwrap().total(Share::Undecided);
	assert_eq!((nothing.time, nothing.penalty), (100 * MINUTE, 0));
	// Whoever replays it has the terms from the record.
	let later = Terms { restoration: 6_000, ..signed.terms.unwrap() };
	for terms in [Some(later), None] {
		let other = Record { terms, ..signed.clone() };
		assert_eq!(total(other.clone(), TOWER).penalty, 0);
		let digest = |record: Record| verdict_digest(record.genesis, 7, &record.verdict().unwrap());
		assert_ne!(digest(other), digest(signed.clone()));
	}
}

#[test]
fn penalty_rests_on_no_contract_that_who_answers_has_not_signed() {
	let said = |number, minute, evidence| fact(number, minute, evidence).by(TOWER);
	let facts = vec![
		said(0, 95, Evidence::GridFailure { phase: Phase::Raised }),
		said(1, 100, Evidence::BatteryAutonomy { contracted: 6_000, measured: 120 }),
	];
	let signed = |signed| {
		let record = record(facts.clone());
		Record { companies: Companies { signed, ..companies() }, ..record }
	};
	let penalty = |record: &Record| {
		let total = record.verdict().unwrap().total(on(TOWER));
		(total.penalty / MINUTE, total.penalty_on_one_word / MINUTE)
	};
	let [accuser, accused] = [OWNER, TOWER].map(|org| signed(OrgSet::of(org)));
	assert_eq!([penalty(&accuser), penalty(&accused)], [(0, 50), (50, 0)]);
	// Whoever replays it has the signatures from the record.
	let digest = |record: &Record| verdict_digest(record.genesis, 7, &record.verdict().unwrap());
	assert_ne!(digest(&accuser), digest(&accused));
}

#[test]
fn penalty_on_one_partys_word_is_told_apart() {
	// Until 170 on the owner's word, from then on by the tower company's own alarm.
	let weak = fact(0, 90, alarm(1, Phase::Raised, Subject::Power));
	let cleared = fact(1, 170, alarm(1, Phase::Cleared, Subject::Power));
	let own = fact(2, 95, alarm(2, Phase::Raised, Subject::Environment)).by(TOWER);
	let total = record(vec![weak, cleared, own]).verdict().unwrap().total(on(TOWER));
	assert_eq!((total.time, total.on_one_word), (100 * MINUTE, 70 * MINUTE));
	assert_eq!((total.penalty, total.penalty_on_one_word), (30 * MINUTE, 20 * MINUTE));
}

#[test]
fn fact_digest_is_of_what_is_said_and_nothing_that_comes_later() {
	let body = |hash, demand| Some(Body { hash: Hash::repeat_byte(hash), demand });
	let said = Fact { body: body(1, Demand::None), ..power() };
	let (chain, digest) = (Hash::repeat_byte(1), |fact: &Fact| fact_digest(Hash::repeat_byte(1), 7, fact));
	for same in [said.signed(TOWER), Fact { body: body(1, Demand::Met), ..said }] {
		assert_eq!(digest(&same), digest(&said));
	}
	for other in [
		Fact { number: 1, ..said },
		said.by(TOWER),
		Fact { claimed: 1, ..said },
		Fact { anchored: 1, ..said },
		Fact { body: None, ..said },
		Fact { body: body(2, Demand::None), ..said },
		Fact { evidence: alarm(2, Phase::Raised, Subject::Power), ..said },
	] {
		assert_ne!(digest(&other), digest(&said));
	}
	assert_ne!(fact_digest(chain, 8, &said), digest(&said));
	assert_ne!(fact_digest(Hash::zero(), 7, &said), digest(&said));
}

#[test]
fn digests_bind_chain_and_subject() {
	let verdict = record(vec![power()]).verdict().unwrap();
	let chain = Hash::repeat_byte(1);
	assert_ne!(verdict_digest(chain, 7, &verdict), verdict_digest(chain, 8, &verdict));
	assert_ne!(verdict_digest(chain, 7, &verdict), verdict_digest(Hash::zero(), 7, &verdict));
	let key = ScoreKey { province: ProvinceId(13), class: SlaClass::Two };
	let one = Score { time: 1, ..Score::default() };
	let statement = |month, org, score| statement_digest(chain, month, org, &[(key, score)]);
	assert_ne!(statement(1, OWNER, one), statement(2, OWNER, one));
	assert_ne!(statement(1, OWNER, one), statement(1, TOWER, one));
	assert_ne!(statement(1, OWNER, one), statement(1, OWNER, one.plus(one)));
}

proptest! {
	#[test]
	fn any_ruling_has_a_verdict_that_covers_the_outage(
		facts in any_facts(), admitted: u16, dismissed: u16,
	) {
		let bits = |set: u16| (0..16u8).filter(move |n| set & (1 << n) != 0);
		let ruling = Ruling {
			admitted: bits(admitted & !dismissed).collect(),
			dismissed: bits(dismissed).collect(),
		};
		let record = Record { ruling, ..record(facts) };
		let verdict = record.verdict().unwrap();
		prop_assert_eq!(verdict.totals.iter().map(|total| total.time).sum::<u64>(), 100 * MINUTE);
		prop_assert!(verdict.pieces.iter().all(|piece| bits(dismissed).all(|n| !piece.facts.contains(n))));
	}
}
