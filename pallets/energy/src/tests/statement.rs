// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::Error;
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{calendar::begin_of, order::Words};

/// The first moment of February.
fn february() -> u64 {
	begin_of(TODAY + 17)
}

/// The first one in which a line of January may be signed.
fn reviewed() -> u64 {
	february() + u64::from(SETTINGS.review) * DAY
}

fn line() -> trimast_primitives::apis::EnergyLineView {
	Energy::statement(JANUARY, OWNER, SHARER, PROVINCE).remove(0)
}

fn sign(origin: RuntimeOrigin, digest: Hash) -> frame_support::dispatch::DispatchResult {
	Energy::sign_lines(origin, JANUARY, OWNER, SHARER, vec![(HERE, digest)].try_into().unwrap())
}

fn words() -> Words {
	Words { text: b"The meter of HE-0001 was replaced".to_vec().try_into().unwrap(), body: None }
}

fn dispute(origin: RuntimeOrigin, digest: Hash) -> frame_support::dispatch::DispatchResult {
	Energy::dispute_line(origin, JANUARY, OWNER, SHARER, HERE, digest, words())
}

#[test]
fn a_statement_says_what_the_sharer_owes() {
	test(|| {
		send(&report(hours(9, 1), 0, 3));
		let reports = vec![report(hours(9, 1), 0, 1)].try_into().unwrap();
		assert_ok!(Energy::report(collector(OWNER), NEARBY, reports));
		let lines = Energy::statement(JANUARY, OWNER, SHARER, PROVINCE);
		assert_eq!(lines.iter().map(|of| of.line.local_network).collect::<Vec<_>>(), [HERE, NEARBY]);
		let line = lines[0].line;
		// A third of 3 kWh at 0.8 CNY, and 0.7252 kg each, in 10⁻⁷
		assert_eq!(line.share, Sums { energy: 999, volume: 300, amount: 999 * 8_000 });
		assert_eq!(line.whole, Sums { energy: 3_000, volume: 900, amount: 3_000 * 8_000 });
		assert_eq!(line.emitted(), 999 * 7_252);
		assert!(Energy::statement(JANUARY, OWNER, OWNER, PROVINCE).is_empty());
		assert!(Energy::statement(JANUARY, SHARER, OWNER, PROVINCE).is_empty());
		assert!(Energy::statement(JANUARY + 1, OWNER, SHARER, PROVINCE).is_empty());
	});
}

#[test]
fn sign_works_and_closes_the_month() {
	test(|| {
		send(&report(hours(9, 1), 0, 3));
		let digest = line().digest;
		assert_noop!(sign(planner(OWNER), digest), Error::<Test>::MonthNotOver);
		Now::set(reviewed());
		assert_refusals(OWNER, &[PLANNER, AUDITOR], |origin| sign(origin, digest));
		for org in [TOWER, OTHER, WITNESS] {
			assert_noop!(sign(planner(org), digest), Error::<Test>::NotParty);
		}
		assert_noop!(sign(planner(OWNER), Hash::zero()), Error::<Test>::OtherDigest);
		assert_ok!(sign(planner(OWNER), digest));
		assert_noop!(sign(account(OWNER, AUDITOR), digest), Error::<Test>::AlreadyGiven);
		assert!(!total().is_closed);
		assert_ok!(sign(account(SHARER, AUDITOR), digest));
		assert!(total().is_closed);
		// Nothing of it changes any more: neither by reports nor by a factor of the year, nor what all of it has emitted
		let emitted = || Energy::province_totals(JANUARY, PROVINCE, None).emitted;
		let before = emitted();
		send(&report(hours(9, 1), 1, 3));
		assert_eq!(last().0, Outcome::MonthClosed);
		let factor = trimast_primitives::energy::EmissionFactor(1);
		let tomorrow = TODAY + 28;
		assert_ok!(Energy::set_emission_factor(
			RuntimeOrigin::root(),
			Some(PROVINCE),
			2027,
			tomorrow,
			factor
		));
		Now::set(begin_of(tomorrow));
		assert_eq!((line().digest, emitted()), (digest, before));
		assert_noop!(sign(planner(SHARER), digest), Error::<Test>::AlreadyGiven);
	});
}

#[test]
fn nobody_closes_a_month_before_the_others_could_look() {
	test(|| {
		// Given a month that is over, of stations that a third company has a say in
		let reported = report(hours(9, 1), 0, 3);
		send(&reported);
		let digest = line().digest;
		assert_eq!(line().signable_from, TODAY + 27);
		// Then owner and payer do not sign for ten days
		for now in [february(), reviewed() - 1] {
			Now::set(now);
			for org in [OWNER, SHARER] {
				assert_noop!(sign(planner(org), digest), Error::<Test>::ReviewNotOver);
			}
		}
		// And the third one contests on the last of them
		let seen = with_readings(&reported, 0, vec![drawn(1)]);
		assert_ok!(Energy::contest(collector(TOWER), HERE, OWNER, Box::new(reported), Box::new(seen)));
		Now::set(reviewed());
		assert_noop!(sign(planner(OWNER), line().digest), Error::<Test>::StillContested);
	});
}

#[test]
fn sign_follows_the_days_that_are_in_force() {
	test(|| {
		send(&report(hours(9, 1), 0, 3));
		Now::set(reviewed());
		let digest = line().digest;
		let set = |review| {
			assert_ok!(Energy::set_settings(RuntimeOrigin::root(), Settings { review, ..SETTINGS }));
		};
		set(11);
		assert_noop!(sign(planner(OWNER), digest), Error::<Test>::ReviewNotOver);
		assert_eq!(line().signable_from, TODAY + 28);
		set(10);
		assert_ok!(sign(planner(OWNER), digest));
		// Without such days a month is signed as soon as it is over
		set(0);
		Now::set(february() - 1);
		assert_noop!(sign(planner(SHARER), digest), Error::<Test>::MonthNotOver);
		Now::set(february());
		assert_ok!(sign(planner(SHARER), digest));
	});
}

/// What comes when the days after the month are over, with what was known before: the first report of it, or a correction.
fn late_reports() -> [(Option<Report>, Report); 2] {
	let first = report(hours(9, 1), 0, 3);
	[(None, first.clone()), (Some(first), report(hours(9, 1), 1, 3))]
}

#[test]
fn who_reports_late_leaves_the_others_the_same_time() {
	let days = u64::from(SETTINGS.review) * DAY;
	for (known, late) in late_reports() {
		test(|| {
			known.iter().for_each(send);
			Now::set(reviewed() + HOUR);
			send(&late);
			// When owner and payer would sign it in the same block, or before its own days are over
			assert_eq!(line().signable_from, TODAY + 37);
			for now in [reviewed() + HOUR, reviewed() + days - 1] {
				Now::set(now);
				for org in [OWNER, SHARER] {
					assert_noop!(sign(planner(org), line().digest), Error::<Test>::ReviewNotOver);
				}
			}
			// Then that is too early, and on the day that is shown it is not
			Now::set(reviewed() + days);
			for org in [OWNER, SHARER] {
				assert_ok!(sign(planner(org), line().digest));
			}
			assert!(total().is_closed);
		});
	}
}

#[test]
fn without_a_review_what_is_reported_late_is_signed_at_once() {
	test(|| {
		assert_ok!(Energy::set_settings(RuntimeOrigin::root(), Settings { review: 0, ..SETTINGS }));
		Now::set(reviewed());
		send(&report(hours(9, 1), 0, 3));
		assert_eq!(line().signable_from, TODAY + 27);
		assert_ok!(sign(planner(SHARER), line().digest));
	});
}

/// The same report with so much energy of the first station.
fn seen(reported: &Report, energy: i32) -> Report {
	with_readings(reported, 0, vec![drawn(energy)])
}

/// A company has seen so much of the first station.
fn contest(org: OrgId, reported: &Report, energy: i32) -> frame_support::dispatch::DispatchResult {
	let seen = seen(reported, energy);
	Energy::contest(collector(org), HERE, OWNER, Box::new(reported.clone()), Box::new(seen))
}

#[test]
fn nothing_but_what_its_owner_says_begins_the_review_anew() {
	for is_ruled in [false, true] {
		test(|| {
			let reported = report(hours(9, 1), 0, 3);
			send(&reported);
			Now::set(reviewed() - 1);
			assert_ok!(contest(SHARER, &reported, 1));
			// What is refused, and what others make of the dispute
			Now::set(reviewed());
			send(&reported);
			assert_eq!(last().0, Outcome::Repeated);
			let this = id(&reported);
			if is_ruled {
				let digest = digest(&seen(&reported, 1));
				assert_ok!(Energy::rule(planner(OTHER), this, digest, false, words()));
			} else {
				assert_ok!(Energy::withdraw_contest(planner(SHARER), this));
			}
			assert_eq!(line().signable_from, TODAY + 27);
			assert_ok!(sign(planner(OWNER), line().digest));
		});
	}
}

#[test]
fn contest_fails_when_the_review_is_over() {
	test(|| {
		// Given that a company contests a report on the last day of the review, and takes that back
		let reported = report(hours(9, 1), 0, 3);
		send(&reported);
		Now::set(reviewed() - 1);
		assert_ok!(contest(TOWER, &reported, 1));
		assert_ok!(Energy::withdraw_contest(planner(TOWER), id(&reported)));
		// When another one would the day after
		Now::set(reviewed());
		assert_noop!(contest(SHARER, &reported, 1), Error::<Test>::ReviewOver);
		// Then nothing holds up the line
		for org in [OWNER, SHARER] {
			assert_ok!(sign(planner(org), line().digest));
		}
		assert!(total().is_closed);
	});
}

#[test]
fn what_is_reported_late_is_contested_as_long() {
	let days = u64::from(SETTINGS.review) * DAY;
	for (known, late) in late_reports() {
		test(|| {
			known.iter().for_each(send);
			Now::set(reviewed() + HOUR);
			send(&late);
			Now::set(reviewed() + days);
			assert_noop!(contest(SHARER, &late, 1), Error::<Test>::ReviewOver);
			Now::set(reviewed() + days - 1);
			assert_ok!(contest(SHARER, &late, 1));
		});
	}
}

#[test]
fn without_a_review_a_report_is_contested_until_its_month_is_final() {
	test(|| {
		assert_ok!(Energy::set_settings(RuntimeOrigin::root(), Settings { review: 0, ..SETTINGS }));
		let reported = report(hours(9, 1), 0, 3);
		send(&reported);
		Now::set(reviewed());
		assert_ok!(contest(SHARER, &reported, 1));
		assert_ok!(Energy::withdraw_contest(planner(SHARER), id(&reported)));
		for org in [OWNER, SHARER] {
			assert_ok!(sign(planner(org), line().digest));
		}
		assert_noop!(contest(TOWER, &reported, 1), Error::<Test>::MonthClosed);
	});
}

#[test]
fn what_an_owner_concedes_is_looked_at_as_a_correction_is() {
	test(|| {
		// Given a report that is contested on the last day of the review
		let reported = report(hours(9, 1), 0, 3);
		send(&reported);
		Now::set(reviewed() - 1);
		assert_ok!(contest(SHARER, &reported, 1));
		// When its owner takes days later what the sharer has seen
		Now::set(reviewed() + 3 * DAY);
		let conceded = seen(&reported, 1);
		assert_ok!(Energy::concede_contest(planner(OWNER), id(&reported), digest(&conceded)));
		// Then the two do not sign it before a third one could look, which contests it
		assert_eq!(line().signable_from, TODAY + 40);
		for org in [OWNER, SHARER] {
			assert_noop!(sign(planner(org), line().digest), Error::<Test>::ReviewNotOver);
		}
		assert_noop!(contest(SHARER, &conceded, 2), Error::<Test>::AlreadyGiven);
		assert_ok!(contest(TOWER, &conceded, 2));
	});
}

#[test]
fn nothing_of_a_month_is_reported_behind_three_reviews() {
	let end = february() + 3 * u64::from(SETTINGS.review) * DAY;
	let outcome_at = |now| {
		Now::set(now);
		send(&report(hours(9, 1), 0, 3));
		last().0
	};
	test(|| {
		assert_eq!(outcome_at(end), Outcome::Reviewed);
		assert_eq!(total(), Total::default());
		assert_eq!(outcome_at(end - 1), Outcome::Accepted);
	});
	test(|| {
		// Without a review it is as long as reports are kept
		assert_ok!(Energy::set_settings(RuntimeOrigin::root(), Settings { review: 0, ..SETTINGS }));
		assert_eq!(outcome_at(end), Outcome::Accepted);
	});
}

#[test]
fn who_corrects_every_day_holds_a_line_up_for_a_bounded_time() {
	test(|| {
		// Given an owner that corrects a report on each day after the month
		for day in 0..40u16 {
			Now::set(february() + u64::from(day) * DAY);
			send(&report(hours(9, 1), day, 3));
			let expected = match day {
				0 => Outcome::Accepted,
				1..30 => Outcome::Corrected,
				_ => Outcome::Reviewed,
			};
			assert_eq!(last().0, expected, "{day}");
		}
		// And somebody who contests what stands on the last of the days
		let (standing, over) = (report(hours(9, 1), 29, 3), february() + 39 * DAY);
		assert_eq!(line().signable_from, TODAY + 17 + 39);
		Now::set(over);
		assert_noop!(contest(SHARER, &standing, 1), Error::<Test>::ReviewOver);
		Now::set(over - 1);
		assert_ok!(contest(SHARER, &standing, 1));
		// When the term for rulings is over, an hour
		Now::set(over + HOUR);
		assert_ok!(Energy::end_contest(planner(TOWER), id(&standing)));
		// Then both sign
		for org in [OWNER, SHARER] {
			assert_ok!(sign(planner(org), line().digest));
		}
		assert!(total().is_closed);
	});
}

#[test]
fn lines_wait_each_for_its_own_reports() {
	test(|| {
		send(&report(hours(9, 1), 0, 3));
		Now::set(reviewed());
		let reports = vec![report(hours(9, 1), 0, 1)].try_into().unwrap();
		assert_ok!(Energy::report(collector(OWNER), NEARBY, reports));
		let lines = Energy::statement(JANUARY, OWNER, SHARER, PROVINCE);
		assert_eq!(lines.iter().map(|of| of.signable_from).collect::<Vec<_>>(), [TODAY + 27, TODAY + 37]);
		assert_ok!(sign(planner(OWNER), lines[0].digest));
		let nearby = vec![(NEARBY, lines[1].digest)].try_into().unwrap();
		assert_noop!(
			Energy::sign_lines(planner(OWNER), JANUARY, OWNER, SHARER, nearby),
			Error::<Test>::ReviewNotOver
		);
	});
}

#[test]
fn a_correction_voids_what_was_signed() {
	test(|| {
		send(&report(hours(9, 1), 0, 3));
		Now::set(reviewed());
		let before = line().digest;
		assert_ok!(sign(planner(OWNER), before));
		send(&with_readings(&report(hours(9, 1), 1, 3), 0, vec![reading(1)]));
		assert!(line().signed.is_empty());
		assert_noop!(sign(planner(SHARER), before), Error::<Test>::OtherDigest);
		Now::set(reviewed() + u64::from(SETTINGS.review) * DAY);
		let after = line().digest;
		assert_ok!(sign(planner(SHARER), after));
		assert!(!total().is_closed);
		assert_ok!(sign(planner(OWNER), after));
		assert!(total().is_closed);
	});
}

#[test]
fn dispute_works() {
	test(|| {
		send(&report(hours(9, 1), 0, 3));
		let digest = line().digest;
		assert_noop!(dispute(planner(SHARER), digest), Error::<Test>::MonthNotOver);
		Now::set(february());
		assert_refusals(SHARER, &[PLANNER, AUDITOR], |origin| dispute(origin, digest));
		assert_noop!(dispute(planner(TOWER), digest), Error::<Test>::NotParty);
		assert_ok!(dispute(planner(SHARER), digest));
		assert!(line().disputed.contains(SHARER));
		assert_noop!(dispute(planner(SHARER), digest), Error::<Test>::AlreadyGiven);
		let nothing = Words { text: Default::default(), body: None };
		assert_noop!(
			Energy::dispute_line(planner(OWNER), JANUARY, OWNER, SHARER, HERE, digest, nothing),
			Error::<Test>::BadWords
		);
		// Who disputes may sign once that is possible; then it disputes no more.
		Now::set(reviewed());
		assert_ok!(sign(planner(SHARER), digest));
		assert!(line().disputed.is_empty());
		assert_noop!(dispute(planner(SHARER), digest), Error::<Test>::AlreadyGiven);
	});
}

#[test]
fn sign_fails_while_a_report_is_contested() {
	test(|| {
		let reported = report(hours(9, 1), 0, 3);
		send(&reported);
		let seen = with_readings(&reported, 0, vec![drawn(1)]);
		assert_ok!(Energy::contest(
			collector(SHARER),
			HERE,
			OWNER,
			Box::new(reported.clone()),
			Box::new(seen)
		));
		Now::set(reviewed());
		let digest = line().digest;
		assert_noop!(sign(planner(SHARER), digest), Error::<Test>::StillContested);
		assert_ok!(Energy::end_contest(planner(TOWER), id(&reported)));
		assert_noop!(sign(planner(SHARER), digest), Error::<Test>::OtherDigest);
		assert_ok!(sign(planner(SHARER), line().digest));
	});
}

#[test]
fn a_company_without_a_share_has_no_line() {
	test(|| {
		send(&report(hours(9, 1), 0, 3));
		Now::set(february());
		let lines = vec![(HERE, Hash::zero())].try_into().unwrap();
		assert_noop!(
			Energy::sign_lines(planner(OTHER), JANUARY, OWNER, OTHER, lines),
			Error::<Test>::NoSuchLine
		);
	});
}
