// SPDX-License-Identifier: Apache-2.0

//! The guarantee by itself: what two companies stand behind is decided, whatever single companies add, and by whatever table.

use super::*;

/// What these decide alone is decided with the others, too: the same row and company, as firmly, by the same facts at least.
fn is_decided_by(
	facts: &[Fact],
	others: &[Fact],
	clock: &Clock,
	table: &ResponsibilityTable,
) -> Result<(), TestCaseError> {
	let judged = |facts: &[Fact]| judge(&companies(), facts, clock, table, None).unwrap();
	let (alone, together) = (judged(facts), judged(&[facts, others].concat()));
	for at in alone.pieces.iter().chain(&together.pieces).map(|piece| piece.from) {
		let piece = |verdict: &Verdict| {
			verdict.pieces.iter().find(|piece| piece.from <= at && at < piece.to).copied()
		};
		let (Some(before), Some(after)) = (piece(&alone), piece(&together)) else { continue };
		if before.row.is_none() {
			continue;
		}
		let told = |piece: &Piece| (piece.row, piece.share, piece.on_one_word);
		prop_assert_eq!(told(&before), told(&after), "at {}", at);
		prop_assert!(before.facts.iter().all(|number| after.facts.contains(number)), "at {}", at);
	}
	Ok(())
}

/// What a fact is about, of twelve things.
fn matter(evidence: &Evidence) -> usize {
	match evidence {
		Evidence::Alarm(alarm) => match alarm.subject {
			Subject::Power => 0,
			Subject::Environment => 1,
			Subject::Backhaul { .. } => 2,
			Subject::Equipment { .. } => 3,
			Subject::Service => 4,
		},
		Evidence::GridFailure { .. } => 5,
		Evidence::BatteryAutonomy { .. } => 6,
		Evidence::GeneratorArrival { .. } => 7,
		Evidence::AccessRefused { .. } => 8,
		Evidence::AppointmentMissed { .. } => 9,
		Evidence::Violation { .. } => 10,
		_ => 11,
	}
}

prop_compose! {
	/// Facts that two companies have signed, and others: a single company's, or several companies' of which no two speak of the
	/// same.
	fn signed_and_others()(
		facts in proptest::collection::vec((any::<bool>(), any_fact(), 1..3u8), 0..24),
		speakers in prop_oneof![
			any_org().prop_map(|org| vec![org; 12]),
			proptest::collection::vec(any_org(), 12),
		],
	) -> (Vec<Fact>, Vec<Fact>) {
		let (mut signed, mut others) = (Vec::new(), Vec::new());
		for (number, (is_signed, fact, next)) in (0..).zip(facts) {
			let fact = Fact { number, ..fact };
			if is_signed {
				signed.push(fact.signed(OrgId((fact.author.0 + next) % 3)));
			} else {
				let author = speakers[matter(&fact.evidence)];
				others.push(Fact { author, countersigned: OrgSet::EMPTY, ..fact });
			}
		}
		(signed, others)
	}
}

/// Someone else than the three.
const STRANGER: OrgId = OrgId(3);

/// Nobody speaks of itself, and all of one contract.
fn of_a_stranger(evidence: Evidence) -> Evidence {
	match evidence {
		Evidence::AccessRefused { .. } => Evidence::AccessRefused { by: STRANGER },
		Evidence::AccessGranted { from, to, .. } => Evidence::AccessGranted { by: STRANGER, from, to },
		Evidence::AppointmentMissed { .. } => Evidence::AppointmentMissed { by: STRANGER },
		Evidence::Arrival { .. } => Evidence::Arrival { of: STRANGER },
		Evidence::BatteryAutonomy { measured, .. } => Evidence::BatteryAutonomy { contracted: 10, measured },
		Evidence::GeneratorArrival { arrived, .. } => Evidence::GeneratorArrival { contracted: 10, arrived },
		other => other,
	}
}

prop_compose! {
	/// Facts that two companies say, each for itself, and others of the third.
	fn twins_and_others()(
		facts in proptest::collection::vec((any::<bool>(), any_fact()), 0..18),
	) -> (Vec<Fact>, Vec<Fact>) {
		let (mut twins, mut others) = (Vec::new(), Vec::new());
		for (number, (is_twin, fact)) in (0..).step_by(2).zip(facts) {
			let evidence = of_a_stranger(fact.evidence);
			let said = |number, author| {
				Fact { number, author, countersigned: OrgSet::EMPTY, evidence, ..fact }
			};
			if is_twin {
				twins.extend([said(number, OWNER), said(number + 1, SHARER)]);
			} else {
				others.push(said(number, TOWER));
			}
		}
		(twins, others)
	}
}

prop_compose! {
	/// What is said of the generator, and whether two say it. Every second number is free.
	fn said_of_the_generator()(
		facts in proptest::collection::vec((any::<bool>(), any_moment(), proptest::option::of(any_moment())), 0..8),
	) -> Vec<(bool, Fact)> {
		let said = |(number, (is_by_two, claimed, arrived)): (u8, (bool, Moment, Option<Moment>))| {
			let evidence = Evidence::GeneratorArrival { contracted: 10, arrived };
			(is_by_two, Fact { claimed, anchored: claimed, ..fact(number, 0, evidence) })
		};
		(1..).step_by(2).zip(facts).map(said).collect()
	}
}

/// One of several outages that end at minute 40.
fn any_outage() -> impl Strategy<Value = Clock> {
	(8..25u64).prop_map(|from| ran(from, 40))
}

/// The rows in any order.
fn any_table() -> impl Strategy<Value = ResponsibilityTable> {
	let table = ResponsibilityTable::default();
	Just(table.rows.to_vec())
		.prop_shuffle()
		.prop_map(|rows| ResponsibilityTable { rows: rows.try_into().unwrap(), ..Default::default() })
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(4_000))]

	#[test]
	fn what_two_have_signed_is_decided_whatever_single_companies_say(
		(signed, others) in signed_and_others(), clock in any_outage(), table in any_table(),
	) {
		is_decided_by(&signed, &others, &clock, &table)?;
	}

	#[test]
	fn what_two_say_each_for_itself_is_decided_whatever_a_third_says(
		(twins, others) in twins_and_others(), clock in any_outage(), table in any_table(),
	) {
		is_decided_by(&twins, &others, &clock, &table)?;
	}

	#[test]
	fn what_two_say_of_a_generator_is_decided_whatever_a_third_says(
		said in said_of_the_generator(), third in any_org(), clock in any_outage(),
	) {
		let grid = fact(0, 1, Evidence::GridFailure { phase: Phase::Raised }).signed(TOWER);
		let [one, other] = [1, 2].map(|next| OrgId((third.0 + next) % 3));
		let others: Vec<Fact> =
			said.iter().filter(|(is_by_two, _)| !is_by_two).map(|(_, fact)| fact.by(third)).collect();
		let by_two: Vec<Fact> =
			said.iter().filter(|(is_by_two, _)| *is_by_two).map(|(_, fact)| fact.by(one)).collect();
		let signed = by_two.iter().map(|fact| fact.signed(other));
		let signed: Vec<Fact> = [grid].into_iter().chain(signed).collect();
		is_decided_by(&signed, &others, &clock, &ResponsibilityTable::default())?;
		let twin = |fact: &Fact| [*fact, Fact { number: fact.number + 1, ..fact.by(other) }];
		let twins: Vec<Fact> = [grid].into_iter().chain(by_two.iter().flat_map(twin)).collect();
		is_decided_by(&twins, &others, &clock, &ResponsibilityTable::default())?;
	}
}
