// SPDX-License-Identifier: Apache-2.0

use super::*;

fn weak(facts: &[Fact]) -> Vec<bool> {
	judged(facts, &ran(100, 200)).pieces.iter().map(|piece| piece.on_one_word).collect()
}

fn power(number: u8) -> Fact {
	fact(number, 90, alarm(1, Phase::Raised, Subject::Power))
}

#[test]
fn verdict_says_when_it_is_on_one_partys_word() {
	assert_eq!(weak(&[power(0)]), [true]);
	assert_eq!(weak(&[power(0).by(TOWER)]), [false]);
	assert_eq!(weak(&[power(0).signed(TOWER)]), [false]);
	assert_eq!(weak(&[power(0).signed(SHARER)]), [false]);
	// Two that have seen the same stand behind it together, also when the second came later.
	let second = fact(1, 91, alarm(1, Phase::Raised, Subject::Power)).by(SHARER);
	assert_eq!(weak(&[power(0), second]), [false]);
	// Not when the second has seen something else.
	let link = alarm(1, Phase::Raised, Subject::Backhaul { owner: OWNER });
	assert_eq!(weak(&[power(0), fact(1, 95, link).by(SHARER)]), [true]);
	assert_eq!(weak(&[]), [false]);
}

#[test]
fn links_of_two_owners_do_not_vouch_for_one_another() {
	let link = |number, owner| {
		fact(number, 90, alarm(u64::from(number), Phase::Raised, Subject::Backhaul { owner }))
	};
	assert_eq!(weak(&[link(0, SHARER), link(1, OWNER).by(TOWER)]), [true]);
	assert_eq!(weak(&[link(0, SHARER), link(1, SHARER).by(TOWER)]), [false]);
}

#[test]
fn excuse_on_the_word_of_a_single_company_says_so() {
	let grid = fact(0, 40, Evidence::GridFailure { phase: Phase::Raised }).by(TOWER);
	let battery = fact(1, 100, Evidence::BatteryAutonomy { contracted: 60, measured: 60 }).by(TOWER);
	let arrived = Some(160 * MINUTE);
	let generator = fact(2, 160, Evidence::GeneratorArrival { contracted: 120, arrived }).by(TOWER);
	assert_eq!(weak(&[grid, battery, generator]), [true]);
	assert_eq!(weak(&[grid.signed(OWNER), battery.signed(OWNER), generator]), [true]);
	assert_eq!(weak(&[grid.signed(OWNER), battery.signed(OWNER), generator.signed(OWNER)]), [false]);
}

#[test]
fn one_of_two_reasons_that_stands_is_enough() {
	let grid = fact(0, 40, Evidence::GridFailure { phase: Phase::Raised }).by(TOWER);
	let battery = fact(1, 100, Evidence::BatteryAutonomy { contracted: 160, measured: 60 });
	let generator = fact(2, 200, Evidence::GeneratorArrival { contracted: 60, arrived: None });
	assert_eq!(weak(&[grid, battery, generator]), [true]);
	assert_eq!(weak(&[grid, battery, generator.signed(TOWER)]), [false]);
	// The grid is needed, and not said by the one who answers.
	assert_eq!(weak(&[grid.by(OWNER), battery, generator.signed(TOWER)]), [true]);
}

#[test]
fn contract_that_who_answers_has_not_signed_is_one_partys_word() {
	let all = companies().signed;
	let both = |number, minute, evidence| fact(number, minute, evidence).by(TOWER).signed(OWNER);
	let weak = |signed, facts: &[Fact]| {
		let verdict = judged_by_record_of(signed, facts, &ran(100, 200));
		verdict.pieces.iter().map(|piece| (piece.row, piece.on_one_word)).collect::<Vec<_>>()
	};
	// What happened both say; what was promised stands in the record.
	let grid = both(0, 40, Evidence::GridFailure { phase: Phase::Raised });
	let battery = |measured| both(1, 100, Evidence::BatteryAutonomy { contracted: 160, measured });
	let absent = both(2, 200, Evidence::GeneratorArrival { contracted: 60, arrived: None });
	for facts in [&[grid, battery(60)][..], &[grid, absent], &[grid, battery(60), absent]] {
		for signed in [all, OrgSet::of(TOWER), OrgSet::of(TOWER).with(OWNER)] {
			assert_eq!(weak(signed, facts), [(Some(3), false)], "{signed:?}");
		}
		// Two others do not bind it either.
		for signed in [OrgSet::EMPTY, OrgSet::of(OWNER), all.without(TOWER)] {
			assert_eq!(weak(signed, facts), [(Some(3), true)], "{signed:?}");
		}
	}
	// What excuses is nobody's promise, and takes two.
	let there = Evidence::GeneratorArrival { contracted: 200, arrived: Some(150 * MINUTE) };
	let excused = [grid, battery(160), both(2, 150, there)];
	for signed in [all, all.without(TOWER)] {
		assert_eq!(weak(signed, &excused), [(Some(2), false)], "{signed:?}");
	}
	for signed in [OrgSet::EMPTY, OrgSet::of(OWNER), OrgSet::of(TOWER)] {
		assert_eq!(weak(signed, &excused), [(Some(2), true)], "{signed:?}");
	}
	// Where nothing is compared with it, nobody asks who has signed it.
	assert_eq!(weak(OrgSet::EMPTY, &[power(0).by(TOWER)]), [(Some(4), false)]);
}

#[test]
fn what_another_did_vouches_for_nothing() {
	// The tower company has refused on the owner's word, the sharer has stayed away by its own.
	let refused = fact(0, 100, Evidence::AccessRefused { by: TOWER });
	let missed = fact(1, 100, Evidence::AppointmentMissed { by: SHARER }).by(SHARER);
	let verdict = judged(&[refused, missed], &ran(100, 200));
	let piece = verdict.pieces[0];
	assert_eq!((piece.share, piece.on_one_word), (on(TOWER), true));
	assert_eq!(Vec::from(piece.facts), [0]);
	// Of one company one of both is enough.
	let own = fact(1, 100, Evidence::AppointmentMissed { by: TOWER }).signed(SHARER);
	assert_eq!(weak(&[refused, own]), [false]);
}

#[test]
fn only_who_says_so_now_vouches_for_a_supply() {
	let grid = fact(0, 40, Evidence::GridFailure { phase: Phase::Raised }).by(TOWER).signed(OWNER);
	let battery =
		fact(1, 100, Evidence::BatteryAutonomy { contracted: 60, measured: 60 }).by(TOWER).signed(OWNER);
	let generator = |number, minute, arrived: Option<Moment>| {
		let arrived = arrived.map(|minute| minute * MINUTE);
		fact(number, minute, Evidence::GeneratorArrival { contracted: 60, arrived })
	};
	let told = |facts: &[Fact]| {
		let all = [&[grid, battery], facts].concat();
		let pieces = judged(&all, &ran(100, 200)).pieces;
		pieces.iter().map(|piece| (piece.from / MINUTE, piece.row, piece.on_one_word)).collect::<Vec<_>>()
	};
	// It was due at 100. That it was not there at 150 is no word for that it came at 160.
	let came = generator(3, 160, Some(160)).by(TOWER);
	let expected = [(100, Some(3), false), (160, Some(2), true)];
	assert_eq!(told(&[generator(2, 150, None), came]), expected);
	// By both it was late until 160; what comes then the owner says alone.
	let expected = [(100, Some(3), false), (160, Some(3), true), (170, Some(2), false)];
	assert_eq!(told(&[generator(2, 170, Some(170)), came]), expected);
}

#[test]
fn when_the_grid_failed_is_somebodys_word_too() {
	let grid = |number, minute| fact(number, minute, Evidence::GridFailure { phase: Phase::Raised });
	let battery =
		fact(2, 100, Evidence::BatteryAutonomy { contracted: 60, measured: 30 }).by(TOWER).signed(OWNER);
	// By the tower company they should have lasted until 110, by the owner until 130.
	let facts = [grid(0, 50).by(TOWER), grid(1, 70), battery];
	let verdict = judged(&facts, &ran(100, 130));
	let told: Vec<_> = verdict.pieces.iter().map(|p| (p.from / MINUTE, p.share, p.on_one_word)).collect();
	assert_eq!(told, [(100, on(TOWER), false), (110, on(TOWER), true)]);
}

#[test]
fn facts_by_which_a_row_matched_are_named() {
	let cleared = fact(5, 150, alarm(1, Phase::Cleared, Subject::Power));
	let second = fact(7, 95, alarm(1, Phase::Raised, Subject::Power)).by(SHARER);
	let other = fact(9, 95, alarm(9, Phase::Raised, Subject::Backhaul { owner: SHARER }));
	let verdict = judged(&[power(3), cleared, second, other], &ran(100, 200));
	let facts: Vec<Vec<u8>> = verdict.pieces.iter().map(|piece| piece.facts.into()).collect();
	// The first power alarm is over at 150. The second began with the link's, and goes before it by its row.
	assert_eq!(facts, [vec![3, 7], vec![7]]);
}

#[test]
fn stopped_clock_is_counted_to_nobody() {
	let list = changes([
		change(State::Acknowledged, 100),
		Change { signed: Some(130 * MINUTE), ..change(State::Held, 120) },
		change(State::InProgress, 150),
		change(State::Resolved, 200),
		change(State::Closed, 201),
	]);
	let clock = Clock::new(&list, 3_600, 300 * MINUTE);
	let verdict = judged(&[power(0)], &clock);
	let expected =
		[(100, 130, Some(4), on(TOWER)), (130, 150, None, Share::Stopped), (150, 200, Some(4), on(TOWER))];
	assert_eq!(short(&verdict), expected);
	let total = verdict.total(on(TOWER));
	assert_eq!((total.time, total.on_one_word), (80 * MINUTE, 80 * MINUTE));
	assert_eq!(verdict.total(Share::Stopped).time, 20 * MINUTE);
	assert_eq!(verdict.total(Share::Nobody).time, 0);
}

#[test]
fn facts_that_are_not_numbered_give_no_verdict() {
	let judge =
		|facts: &[Fact]| judge(&companies(), facts, &ran(100, 200), &ResponsibilityTable::default(), None);
	assert_eq!(judge(&[power(64)]), Err(NoVerdict::FactNumber(64)));
	assert_eq!(judge(&[power(3), power(0), power(3)]), Err(NoVerdict::FactTwice(3)));
	assert!(judge(&[power(63), power(0)]).is_ok());
}

#[test]
fn as_many_cuts_as_can_be_fit() {
	// Grids that fail and are back, each with its batteries and its generator, while the clock stops and starts.
	let mut facts = vec![
		fact(0, 200, Evidence::BatteryAutonomy { contracted: 1, measured: 0 }),
		fact(1, 200, Evidence::GeneratorArrival { contracted: 2, arrived: None }),
	];
	for n in 0..31u8 {
		let start = 100 * MINUTE + u64::from(n) * 3 * MINUTE;
		let grid = |number, claimed, phase| Fact {
			claimed,
			anchored: claimed,
			..fact(number, 0, Evidence::GridFailure { phase })
		};
		facts.push(grid(2 + 2 * n, start, Phase::Raised));
		facts.push(grid(3 + 2 * n, start + 2 * MINUTE + 30_000, Phase::Cleared));
	}
	let states = (0..MAX_CHANGES).map(|n| {
		let at = 100 * MINUTE + u64::from(n) * 90_000 + 10_000;
		let state = if n % 2 == 0 { State::InProgress } else { State::Held };
		Change { state, at, signed: Some(at + 7_000) }
	});
	let clock = Clock::new(&changes(states), 0, 300 * MINUTE);
	let table = ResponsibilityTable { before: Conditions::EMPTY, ..Default::default() };
	let verdict = judge(&companies(), &facts, &clock, &table, None).unwrap();
	assert!(verdict.pieces.len() > 64 && verdict.pieces.len() <= MAX_PIECES as usize);
	assert_eq!(verdict.pieces.last().unwrap().to, clock.end());
}

fn judge_all(facts: &[Fact], clock: &Clock) -> Verdict {
	judge(&companies(), facts, clock, &ResponsibilityTable::default(), None).unwrap()
}

proptest! {
	#[test]
	fn pieces_cover_the_outage_once_and_sum_up_to_the_clock(facts in any_facts(), clock in any_clock()) {
		let verdict = judge_all(&facts, &clock);
		let mut at = clock.start;
		for piece in &verdict.pieces {
			prop_assert!(piece.from == at && piece.from < piece.to);
			at = piece.to;
		}
		prop_assert_eq!(at, clock.end());
		let counted = verdict.pieces.iter().filter(|piece| piece.share != Share::Stopped);
		prop_assert_eq!(counted.map(Piece::length).sum::<u64>(), clock.run());
		for total in &verdict.totals {
			let mine = verdict.pieces.iter().filter(|piece| piece.share == total.share);
			prop_assert_eq!(mine.clone().map(Piece::length).sum::<u64>(), total.time);
			let weak = mine.filter(|piece| piece.on_one_word);
			prop_assert_eq!(weak.map(Piece::length).sum::<u64>(), total.on_one_word);
		}
		prop_assert_eq!(verdict.totals.iter().map(|total| total.time).sum::<u64>(), clock.end() - clock.start);
		prop_assert!(verdict.totals.is_sorted_by(|a, b| a.share < b.share));
	}

	#[test]
	fn order_of_facts_does_not_matter(
		(facts, other) in any_facts().prop_flat_map(|facts| (Just(facts.clone()), Just(facts).prop_shuffle())),
		clock in any_clock(),
	) {
		prop_assert_eq!(judge_all(&facts, &clock), judge_all(&other, &clock));
	}

	#[test]
	fn what_does_not_count_changes_nothing(facts in any_facts(), clock in any_clock()) {
		let table = ResponsibilityTable::default();
		let counting = facts.iter().copied().filter(|fact| fact.counts(table.evidence_term, clock.start, &companies()));
		prop_assert_eq!(judge_all(&facts, &clock), judge_all(&counting.collect::<Vec<_>>(), &clock));
	}

	#[test]
	fn every_piece_says_why(facts in any_facts(), clock in any_clock()) {
		for piece in judge_all(&facts, &clock).pieces {
			let decided = matches!(piece.share, Share::Company(_) | Share::Nobody);
			prop_assert_eq!(piece.row.is_some(), decided);
			prop_assert_eq!(!piece.facts.is_empty(), decided);
			prop_assert!(decided || !piece.on_one_word);
			prop_assert!(piece.facts.iter().all(|number| facts.iter().any(|fact| fact.number == number)));
		}
	}

	#[test]
	fn who_has_signed_the_record_changes_nobodys_part(facts in any_facts(), clock in any_clock(), signed in 0..8u32) {
		let verdict = judged_by_record_of(OrgSet(signed), &facts, &clock);
		let agreed = judge_all(&facts, &clock);
		let parts = |verdict: &Verdict| verdict.totals.iter().map(|of| (of.share, of.time)).collect::<Vec<_>>();
		prop_assert_eq!(parts(&verdict), parts(&agreed));
		for (total, agreed) in verdict.totals.iter().zip(&agreed.totals) {
			prop_assert!(agreed.on_one_word <= total.on_one_word);
		}
	}

	#[test]
	fn signatures_of_all_leave_no_word_alone(facts in any_facts(), clock in any_clock()) {
		let signed: Vec<_> = facts.into_iter().map(|fact| Fact { countersigned: OrgSet(7), ..fact }).collect();
		let verdict = judge_all(&signed, &clock);
		prop_assert!(verdict.pieces.iter().all(|piece| !piece.on_one_word));
	}
}
