// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::Error;
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{energy::Reading, order::Words, OrgSet};

fn words() -> Words {
	Words { text: b"The tower's meter agrees".to_vec().try_into().unwrap(), body: None }
}

fn reported() -> Report {
	report(hours(0, 2), 0, 3)
}

/// The same with less energy at one station, and more volume of its own network.
fn seen() -> Report {
	let readings = vec![Reading { energy: Some(500), volumes: [Some(150), Some(200), None, None] }; 2];
	with_readings(&reported(), 1, readings)
}

fn contest() {
	send(&reported());
	assert_ok!(Energy::contest(collector(SHARER), HERE, OWNER, Box::new(reported()), Box::new(seen())));
}

fn energy() -> u64 {
	total().sums.iter().map(|(_, sums)| sums.energy).sum()
}

/// What the three stations have drawn by either report.
const REPORTED: u64 = 3 * 2_001;
const SEEN: u64 = 2 * 2_001 + 1_000;

#[test]
fn attest_works() {
	test(|| {
		send(&reported());
		let this = (YESTERDAY, 0, OWNER, 0, digest(&reported()));
		let all = vec![this, (YESTERDAY, 0, OWNER, 4, this.4), (YESTERDAY, 0, OWNER, 0, Hash::zero()), this];
		assert_ok!(Energy::attest(collector(TOWER), HERE, all.try_into().unwrap()));
		let refusals = System::read_events_for_pallet::<Event<Test>>().into_iter().filter_map(|e| match e {
			Event::NotAttested { refusal, .. } => Some(refusal),
			_ => None,
		});
		use AttestRefusal::{AlreadyGiven, NoSuchReport, OtherDigest};
		assert_eq!(refusals.collect::<Vec<_>>(), [NoSuchReport, OtherDigest, AlreadyGiven]);
		assert_eq!(entries()[0].attested, OrgSet::of(TOWER));
	});
}

#[test]
fn attest_fails_for_everybody_else() {
	test(|| {
		send(&reported());
		let this = vec![(YESTERDAY, 0, OWNER, 0, digest(&reported()))];
		assert_refusals(SHARER, &[COLLECTOR], |o| Energy::attest(o, HERE, this.clone().try_into().unwrap()));
		for org in [OWNER, OTHER] {
			assert_ok!(Energy::attest(collector(org), HERE, this.clone().try_into().unwrap()));
		}
		assert!(entries()[0].attested.is_empty());
	});
}

#[test]
fn attest_fails_for_who_contests_it() {
	test(|| {
		contest();
		let attest = |org| {
			let this = vec![(YESTERDAY, 0, OWNER, 0, digest(&reported()))].try_into().unwrap();
			assert_ok!(Energy::attest(collector(org), HERE, this));
			System::read_events_for_pallet::<Event<Test>>().pop()
		};
		let (report, refusal) = (id(&reported()), AttestRefusal::Contested);
		assert_eq!(attest(SHARER), Some(Event::NotAttested { report, by: SHARER, refusal }));
		// Another one may have seen the same
		assert_eq!(attest(TOWER), Some(Event::Attested { report, by: TOWER }));
		assert_eq!((entries()[0].attested, energy()), (OrgSet::of(TOWER), SEEN));
		// And so may it, when it says so first
		assert_ok!(Energy::withdraw_contest(planner(SHARER), report));
		assert_eq!(attest(SHARER), Some(Event::Attested { report, by: SHARER }));
		assert_eq!((entries()[0].attested, energy()), (OrgSet::of(TOWER).with(SHARER), REPORTED));
	});
}

#[test]
fn the_lower_reading_stands_while_it_is_contested() {
	test(|| {
		contest();
		assert_eq!((energy(), total().contested), (SEEN, 1));
		// Volumes stand as they were reported: 100 Mbit in each of six readings, of which the sharer has seen 150 in two.
		assert_eq!(sums(&total().sums, SHARER).volume, 600);
		let dispute = entries()[0].dispute.clone().unwrap();
		assert_eq!((dispute.by, dispute.digest, dispute.until), (SHARER, digest(&seen()), NOON + HOUR));
		assert_eq!(entries()[0].digest, digest(&reported()));
	});
}

#[test]
fn who_has_read_nothing_lowers_nothing() {
	test(|| {
		send(&reported());
		let readings = vec![Reading { energy: None, ..Default::default() }, drawn(-5)];
		let seen = Box::new(with_readings(&reported(), 1, readings));
		assert_ok!(Energy::contest(collector(SHARER), HERE, OWNER, Box::new(reported()), seen));
		assert_eq!(energy(), REPORTED);
	});
}

#[test]
fn contesting_makes_nobody_owe_more() {
	test(|| {
		// Given a station that counted for nothing when it was reported, since nobody had signed its record
		let sign = |signed| Inventory::mutate(|all| all.get_mut(&(HERE, 0)).unwrap()[2].signed = signed);
		sign(OrgSet::of(OWNER));
		send(&reported());
		let known = total();
		// When it is contested after that was done
		sign(OrgSet(0b111));
		let seen = with_readings(&reported(), 0, vec![reading(-1), reading(0)]);
		assert_ok!(Energy::contest(collector(TOWER), HERE, OWNER, Box::new(reported()), Box::new(seen)));
		// Then what was reported stands
		assert_eq!((energy(), total().sums), (2 * 2_001, known.sums));
		assert_eq!(total().contested, 1);
	});
}

#[test]
fn contest_fails_for_everybody_else_and_for_anything_else() {
	test(|| {
		let contest = |origin, reported: Report, seen: Report| {
			Energy::contest(origin, HERE, OWNER, Box::new(reported), Box::new(seen))
		};
		assert_noop!(contest(collector(SHARER), reported(), seen()), Error::<Test>::NoSuchReport);
		send(&reported());
		assert_refusals(SHARER, &[COLLECTOR], |origin| contest(origin, reported(), seen()));
		for org in [OWNER, OTHER] {
			assert_noop!(contest(collector(org), reported(), seen()), Error::<Test>::NotConcerned);
		}
		assert_noop!(contest(collector(SHARER), seen(), seen()), Error::<Test>::OtherDigest);
		for other in [reported(), report(hours(0, 2), 0, 2), report(hours(0, 2), 1, 3)] {
			assert_noop!(contest(collector(SHARER), reported(), other), Error::<Test>::OtherReport);
		}
		let mut unreadable = seen();
		unreadable.columns.pop();
		assert_noop!(contest(collector(SHARER), reported(), unreadable), Error::<Test>::OtherReport);
		// Once, and not by who has attested it
		let attested = vec![(YESTERDAY, 0, OWNER, 0, digest(&reported()))].try_into().unwrap();
		assert_ok!(Energy::attest(collector(TOWER), HERE, attested));
		assert_noop!(contest(collector(TOWER), reported(), seen()), Error::<Test>::AlreadyGiven);
		assert_ok!(contest(collector(SHARER), reported(), seen()));
		assert_noop!(contest(collector(SHARER), reported(), seen()), Error::<Test>::AlreadyContested);
		assert_ok!(Energy::withdraw_contest(planner(SHARER), id(&reported())));
		assert_noop!(contest(collector(SHARER), reported(), seen()), Error::<Test>::AlreadyGiven);
	});
}

#[test]
fn a_report_that_leaves_a_network_out_is_contested() {
	test(|| {
		// Given an owner that has left its own network out: nothing counts
		let (reported, seen) = (sharers_alone(1_000), report(hours(0, 1), 0, 1));
		send(&reported);
		assert_eq!(energy(), 0);
		// When the sharer says what both have carried
		let (own, other) = (Box::new(reported.clone()), Box::new(seen.clone()));
		assert_ok!(Energy::contest(collector(SHARER), HERE, OWNER, own, other));
		assert_eq!((energy(), total().contested), (0, 1));
		// Then that counts once it was ruled on
		assert_ok!(Energy::rule(planner(TOWER), id(&reported), digest(&seen), false, words()));
		assert_eq!((energy(), sums(&total().sums, SHARER).energy), (1_000, 333));
	});
	test(|| {
		// The networks of what stands meanwhile are those that were reported
		let (reported, seen) = (report(hours(0, 1), 0, 1), sharers_alone(900));
		send(&reported);
		let (own, other) = (Box::new(reported.clone()), Box::new(seen));
		assert_ok!(Energy::contest(collector(SHARER), HERE, OWNER, own, other));
		assert_eq!((energy(), sums(&total().sums, SHARER).energy), (900, 300));
	});
}

#[test]
fn one_company_does_not_contest_in_the_place_of_another() {
	test(|| {
		// Given that the tower company has contested the report and taken that back
		send(&reported());
		let contest =
			|org, seen| Energy::contest(collector(org), HERE, OWNER, Box::new(reported()), Box::new(seen));
		assert_ok!(contest(TOWER, seen()));
		assert_ok!(Energy::withdraw_contest(planner(TOWER), id(&reported())));
		// Then the sharer contests it still
		assert_ok!(contest(SHARER, seen()));
		assert_eq!(energy(), SEEN);
		// But for what was ruled on
		assert_ok!(Energy::rule(planner(TOWER), id(&reported()), digest(&seen()), true, words()));
		assert_noop!(contest(OTHER, seen()), Error::<Test>::NotConcerned);
		assert_noop!(contest(TOWER, seen()), Error::<Test>::AlreadyGiven);
	});
}

#[test]
fn withdraw_works_for_the_contester_alone() {
	test(|| {
		contest();
		let this = id(&reported());
		assert_refusals(SHARER, &[PLANNER, AUDITOR], |origin| Energy::withdraw_contest(origin, this));
		for org in [OWNER, TOWER, OTHER, WITNESS] {
			assert_noop!(Energy::withdraw_contest(planner(org), this), Error::<Test>::NotParty);
		}
		assert_ok!(Energy::withdraw_contest(account(SHARER, AUDITOR), this));
		assert_eq!((energy(), total().contested), (REPORTED, 0));
		assert_noop!(Energy::withdraw_contest(planner(SHARER), this), Error::<Test>::NotContested);
		// The owner may still correct it.
		send(&report(hours(0, 2), 1, 3));
		assert_eq!(last().0, Outcome::Corrected);
	});
}

#[test]
fn concede_works_for_the_owner_alone() {
	test(|| {
		contest();
		let (this, other) = (id(&reported()), digest(&seen()));
		assert_refusals(OWNER, &[PLANNER, AUDITOR], |origin| Energy::concede_contest(origin, this, other));
		for org in [SHARER, TOWER, OTHER, WITNESS] {
			assert_noop!(Energy::concede_contest(planner(org), this, other), Error::<Test>::NotParty);
		}
		assert_noop!(Energy::concede_contest(planner(OWNER), this, Hash::zero()), Error::<Test>::OtherDigest);
		assert_ok!(Energy::concede_contest(planner(OWNER), this, other));
		assert_eq!((energy(), total().contested), (SEEN, 0));
		let [entry] = &entries()[..] else { panic!("one report") };
		assert_eq!((entry.digest, entry.attested), (other, OrgSet::of(SHARER)));
	});
}

#[test]
fn rule_works_for_who_is_not_party() {
	for (for_owner, energy_then) in [(true, REPORTED), (false, SEEN)] {
		test(|| {
			contest();
			let (this, other) = (id(&reported()), digest(&seen()));
			let rule = |origin, digest, words| Energy::rule(origin, this, digest, for_owner, words);
			assert_refusals(TOWER, &[PLANNER, AUDITOR], |origin| rule(origin, other, words()));
			for org in [OWNER, SHARER, WITNESS] {
				assert_noop!(rule(planner(org), other, words()), Error::<Test>::NotRuler);
			}
			assert_noop!(rule(planner(TOWER), Hash::zero(), words()), Error::<Test>::OtherDigest);
			let nothing = Words { text: Default::default(), body: None };
			assert_noop!(rule(planner(TOWER), other, nothing), Error::<Test>::BadWords);
			Now::set(NOON + HOUR + 1);
			assert_noop!(rule(planner(TOWER), other, words()), Error::<Test>::TooLate);
			Now::set(NOON + HOUR);
			assert_ok!(rule(planner(TOWER), other, words()));
			assert_eq!((energy(), total().contested), (energy_then, 0));
			// What was ruled on stays.
			send(&report(hours(0, 2), 1, 3));
			assert_eq!(last().0, Outcome::Ruled);
			assert_noop!(rule(planner(TOWER), other, words()), Error::<Test>::NotContested);
		});
	}
}

#[test]
fn who_pays_a_share_rules_for_the_owner_alone() {
	test(|| {
		// Given that the tower company has seen next to nothing of what the sharer pays for
		send(&reported());
		let seen = seen();
		assert_ok!(Energy::contest(
			collector(TOWER),
			HERE,
			OWNER,
			Box::new(reported()),
			Box::new(seen.clone())
		));
		let rule =
			|org, for_owner| Energy::rule(planner(org), id(&reported()), digest(&seen), for_owner, words());
		// Then the sharer does not say that this is so, and the two have not made it final against the owner
		assert_noop!(rule(SHARER, false), Error::<Test>::NotRuler);
		// And may say that it is not, so that a statement does not wait
		assert_ok!(rule(SHARER, true));
		assert_eq!((energy(), total().contested), (REPORTED, 0));
	});
	test(|| {
		// Who shares nothing rules for either
		send(&reported());
		let seen = seen();
		let (reported, other) = (Box::new(reported()), Box::new(seen.clone()));
		assert_ok!(Energy::contest(collector(TOWER), HERE, OWNER, reported.clone(), other));
		assert_ok!(Energy::rule(planner(OTHER), id(&reported), digest(&seen), false, words()));
		assert_eq!(energy(), SEEN);
	});
}

#[test]
fn a_dispute_ends_when_nobody_rules() {
	test(|| {
		contest();
		let this = id(&reported());
		assert_refusals(OWNER, &[PLANNER, AUDITOR], |origin| Energy::end_contest(origin, this));
		Now::set(NOON + HOUR);
		assert_noop!(Energy::end_contest(planner(OWNER), this), Error::<Test>::TooEarly);
		Now::set(NOON + HOUR + 1);
		assert_ok!(Energy::end_contest(planner(OWNER), this));
		assert_eq!(energy(), REPORTED);
		assert_eq!(entries()[0].settlement, Some(Settlement::Lapsed));
	});
}

#[test]
fn a_correction_ends_a_dispute() {
	test(|| {
		contest();
		let corrected = with_readings(&report(hours(0, 2), 1, 3), 1, vec![drawn(100); 2]);
		send(&corrected);
		assert_eq!((last().0, energy(), total().contested), (Outcome::Corrected, 2 * 2_001 + 200, 0));
		let told = System::read_events_for_pallet::<Event<Test>>();
		let is_told = told
			.iter()
			.any(|event| matches!(event, Event::Settled { settlement: Settlement::Corrected, .. }));
		assert!(is_told);
		// And may be contested itself.
		let seen = with_readings(&corrected, 0, vec![drawn(1); 2]);
		assert_ok!(Energy::contest(collector(TOWER), HERE, OWNER, Box::new(corrected), Box::new(seen)));
		assert_eq!(energy(), 2 + 200 + 2_001);
	});
}
