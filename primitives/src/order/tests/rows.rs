// SPDX-License-Identifier: Apache-2.0

//! Each row of version 1, and where it begins and ends. The outage is from minute 100 to minute 200.

use super::*;

const UNDECIDED: Share = Share::Undecided;
const WHOLE: (Moment, Moment) = (100, 200);

fn whole(row: u8, share: Share) -> Vec<Short> {
	vec![(WHOLE.0, WHOLE.1, Some(row), share)]
}

fn undecided() -> Vec<Short> {
	vec![(WHOLE.0, WHOLE.1, None, UNDECIDED)]
}

fn power(number: u8, minute: Moment) -> Fact {
	fact(number, minute, alarm(number.into(), Phase::Raised, Subject::Power))
}

fn backhaul(number: u8, minute: Moment, owner: OrgId) -> Fact {
	fact(number, minute, alarm(number.into(), Phase::Raised, Subject::Backhaul { owner }))
}

fn equipment(number: u8, minute: Moment) -> Fact {
	fact(number, minute, alarm(number.into(), Phase::Raised, Subject::Equipment { owner: OWNER }))
}

fn violation(number: u8, minute: Moment, by: OrgId) -> Fact {
	fact(number, minute, Evidence::Violation { number: number.into(), by, phase: Phase::Raised })
}

/// Of this number and author again, that it is over.
fn cleared(number: u8, minute: Moment, of: &Fact) -> Fact {
	let evidence = match of.evidence {
		Evidence::Alarm(Alarm { id, subject, .. }) => alarm(id, Phase::Cleared, subject),
		Evidence::Violation { number, by, .. } => Evidence::Violation { number, by, phase: Phase::Cleared },
		_ => Evidence::GridFailure { phase: Phase::Cleared },
	};
	fact(number, minute, evidence)
}

fn grid(number: u8, minute: Moment) -> Fact {
	fact(number, minute, Evidence::GridFailure { phase: Phase::Raised })
}

fn battery(number: u8, contracted: u16, measured: u16) -> Fact {
	fact(number, 100, Evidence::BatteryAutonomy { contracted, measured })
}

fn generator(number: u8, contracted: u16, arrived: Option<Moment>) -> Fact {
	let arrived = arrived.map(|minute| minute * MINUTE);
	fact(number, 200, Evidence::GeneratorArrival { contracted, arrived })
}

/// Said at this minute of one that was due within an hour.
fn generator_at(number: u8, minute: Moment, arrived: Option<Moment>) -> Fact {
	fact(number, minute, generator(number, 60, arrived).evidence)
}

/// Neighbours of one row in one, whichever facts they rest on.
fn joined(pieces: Vec<Short>) -> Vec<Short> {
	let mut all: Vec<Short> = Vec::new();
	for piece in pieces {
		match all.last_mut() {
			Some(last) if (last.2, last.3) == (piece.2, piece.3) => last.1 = piece.1,
			_ => all.push(piece),
		}
	}
	all
}

#[test]
fn default_table_is_one() {
	let table = ResponsibilityTable::default();
	assert_eq!((table.check(), table.version, table.rows.len()), (Ok(()), 1, 9));
}

#[test]
fn nothing_known_is_undecided() {
	assert_eq!(pieces(&[]), undecided());
}

#[test]
fn row_1_excuses_inside_the_window_that_all_others_have_approved() {
	let planned = |from, to| {
		let (from, to) = (from * MINUTE, to * MINUTE);
		fact(0, 50, Evidence::PlannedOutage { from, to }).by(TOWER).signed(OWNER)
	};
	assert_eq!(pieces(&[planned(0, 300)]), whole(1, Share::Nobody));
	let inside =
		vec![(100, 120, None, UNDECIDED), (120, 150, Some(1), Share::Nobody), (150, 200, None, UNDECIDED)];
	assert_eq!(pieces(&[planned(120, 150)]), inside);
	assert_eq!(pieces(&[planned(150, 120)]), undecided());
	// It goes before everything else.
	assert_eq!(pieces(&[planned(0, 300), power(1, 90)]), whole(1, Share::Nobody));
	// Without the approval, or made up once service is down.
	assert_eq!(pieces(&[Fact { countersigned: OrgSet::EMPTY, ..planned(0, 300) }]), undecided());
	assert_eq!(pieces(&[Fact { countersigned: OrgSet::of(SHARER), ..planned(0, 300) }]), undecided());
	let late = Fact { claimed: 100 * MINUTE + 1, anchored: 100 * MINUTE + 1, ..planned(0, 300) };
	assert_eq!(pieces(&[late]), undecided());
	assert_eq!(pieces(&[Fact { claimed: 100 * MINUTE, ..late }]), whole(1, Share::Nobody));
}

#[test]
fn row_2_excuses_when_batteries_and_generator_are_within_contract() {
	// The grid failed at 40, the batteries lasted 60 minutes, the generator came at 160.
	let facts = [grid(0, 40), battery(1, 60, 60), generator(2, 120, Some(160))];
	assert_eq!(pieces(&facts), whole(2, Share::Nobody));
	// Both have to be shown.
	assert_eq!(pieces(&facts[..1]), undecided());
	assert_eq!(pieces(&facts[..2]), undecided());
	assert_eq!(pieces(&[facts[0], facts[2]]), undecided());
	assert_eq!(pieces(&facts[1..]), undecided());
	// Until the grid is back.
	let back = [facts[0], facts[1], facts[2], cleared(3, 170, &facts[0])];
	assert_eq!(pieces(&back), [(100, 170, Some(2), Share::Nobody), (170, 200, None, UNDECIDED)]);
}

#[test]
fn row_3_holds_the_site_to_its_batteries_as_long_as_they_should_have_lasted() {
	let facts =
		|contracted, measured| [grid(0, 40), battery(1, contracted, measured), generator(2, 160, Some(200))];
	assert_eq!(pieces(&facts(61, 60)), [(100, 101, Some(3), on(TOWER)), (101, 200, Some(2), Share::Nobody)]);
	assert_eq!(pieces(&facts(160, 60)), whole(3, on(TOWER)));
	assert_eq!(pieces(&facts(60, 61)), whole(2, Share::Nobody));
	// It needs no word about the generator, and no row does without the grid.
	assert_eq!(pieces(&facts(160, 60)[..2]), whole(3, on(TOWER)));
	assert_eq!(pieces(&facts(160, 60)[1..]), undecided());
}

#[test]
fn row_3_holds_the_site_to_its_generator_until_it_comes() {
	let facts = |arrived| [grid(0, 40), battery(1, 60, 60), generator(2, 80, arrived)];
	let late = vec![
		(100, 120, Some(2), Share::Nobody),
		(120, 150, Some(3), on(TOWER)),
		(150, 200, Some(2), Share::Nobody),
	];
	assert_eq!(pieces(&facts(Some(150))), late);
	assert_eq!(pieces(&facts(None)), [(100, 120, Some(2), Share::Nobody), (120, 200, Some(3), on(TOWER))]);
	assert_eq!(pieces(&facts(Some(120))), whole(2, Share::Nobody));
	// Not there yet, and then it came.
	let waited = Fact { claimed: 130 * MINUTE, anchored: 130 * MINUTE, ..generator(3, 80, None) };
	assert_eq!(joined(pieces(&[facts(Some(150)).as_slice(), &[waited]].concat())), late);
	// Somebody still says later that it is not there.
	let waited = Fact { claimed: 180 * MINUTE, anchored: 180 * MINUTE, ..waited };
	let disputed = [facts(Some(150)).as_slice(), &[waited]].concat();
	assert_eq!(joined(pieces(&disputed))[1], (120, 180, Some(3), on(TOWER)));
}

#[test]
fn supplies_that_are_disputed_count_as_the_worse_unless_two_stand_behind_the_better() {
	let good = battery(1, 60, 60).by(TOWER);
	let bad = battery(2, 160, 60);
	let facts = |good, bad| [grid(0, 40), good, bad, generator(3, 160, Some(200)).by(TOWER)];
	let verdict = judged(&facts(good, bad), &ran(100, 200));
	assert_eq!(short(&verdict), whole(3, on(TOWER)));
	assert!(verdict.pieces[0].on_one_word);
	assert_eq!(pieces(&facts(good.signed(OWNER), bad)), whole(2, Share::Nobody));
	assert_eq!(pieces(&facts(good.signed(OWNER), bad.signed(SHARER))), whole(3, on(TOWER)));
}

#[test]
fn of_several_that_speak_of_one_supply_the_worst_for_it_counts() {
	// For the batteries the grid failed when the last saw it.
	let failed = [grid(0, 40), grid(1, 60).by(TOWER)];
	let short = |contracted| battery(2, contracted, 60);
	let until = |end| [(100, end, Some(3), on(TOWER)), (end, 200, None, UNDECIDED)];
	assert_eq!(joined(pieces(&[failed[0], failed[1], short(70)])), until(130));
	// The batteries should have lasted as long as somebody says.
	let other = Fact { number: 3, ..short(80) };
	assert_eq!(pieces(&[failed[0], short(70), other]), until(120));
	// The generator was due when the first says.
	let facts = [failed[0], short(60), generator(3, 100, None), generator(4, 80, None)];
	assert_eq!(pieces(&facts), [(100, 120, Some(2), Share::Nobody), (120, 200, Some(3), on(TOWER))]);
}

#[test]
fn row_4_holds_the_site_to_power_and_environment_that_were_first() {
	let environment = fact(1, 90, alarm(7, Phase::Raised, Subject::Environment));
	assert_eq!(pieces(&[power(0, 90)]), whole(4, on(TOWER)));
	assert_eq!(pieces(&[environment]), whole(4, on(TOWER)));
	// A failed grid takes nothing from it, unless row 2 is shown.
	assert_eq!(pieces(&[grid(1, 40), power(0, 90)]), whole(4, on(TOWER)));
	assert_eq!(pieces(&[power(0, 90), backhaul(1, 91, SHARER)]), whole(4, on(TOWER)));
	assert_eq!(pieces(&[power(0, 91), backhaul(1, 90, SHARER)]), whole(5, on(SHARER)));
	assert_eq!(pieces(&[power(0, 91), equipment(1, 90)]), whole(6, on(OWNER)));
	assert_eq!(pieces(&[power(0, 91), violation(1, 90, SHARER)]), whole(8, on(SHARER)));
}

#[test]
fn first_is_who_began_first_of_those_in_force_and_rows_decide_between_equals() {
	// Of one millisecond, the row that comes first.
	assert_eq!(pieces(&[backhaul(0, 90, SHARER), power(1, 90)]), whole(4, on(TOWER)));
	// What is over leaves the rest to the next.
	let first = power(0, 80);
	let facts = [first, backhaul(1, 90, SHARER), cleared(2, 150, &first)];
	assert_eq!(pieces(&facts), [(100, 150, Some(4), on(TOWER)), (150, 200, Some(5), on(SHARER))]);
	// Of one row and millisecond, the one that was anchored first.
	assert_eq!(pieces(&[backhaul(0, 90, SHARER), backhaul(1, 90, OWNER)]), whole(5, on(SHARER)));
	assert_eq!(pieces(&[backhaul(1, 90, SHARER), backhaul(0, 90, OWNER)]), whole(5, on(OWNER)));
	// Whatever their authors call them.
	let link = |number, id, owner| fact(number, 90, alarm(id, Phase::Raised, Subject::Backhaul { owner }));
	assert_eq!(pieces(&[link(0, 9, SHARER), link(1, 1, OWNER)]), whole(5, on(SHARER)));
	// What only says that service is down is no cause.
	let service = fact(1, 70, alarm(9, Phase::Raised, Subject::Service));
	assert_eq!(pieces(&[service, power(0, 90)]), whole(4, on(TOWER)));
}

#[test]
fn row_5_holds_the_owner_of_the_link() {
	assert_eq!(pieces(&[backhaul(0, 90, SHARER)]), whole(5, on(SHARER)));
	assert_eq!(pieces(&[backhaul(0, 90, OWNER)]), whole(5, on(OWNER)));
	assert_eq!(pieces(&[backhaul(0, 91, SHARER), equipment(1, 90)]), whole(6, on(OWNER)));
}

#[test]
fn row_6_holds_the_owner_of_the_station_whether_equipment_was_first_or_not() {
	assert_eq!(pieces(&[equipment(0, 90)]), whole(6, on(OWNER)));
	assert_eq!(pieces(&[equipment(0, 90), violation(1, 80, SHARER)]), whole(6, on(OWNER)));
	// Whoever's equipment it is.
	let others = fact(0, 90, alarm(1, Phase::Raised, Subject::Equipment { owner: SHARER }));
	assert_eq!(pieces(&[others]), whole(6, on(OWNER)));
	assert_eq!(pieces(&[equipment(0, 90), power(1, 89)]), whole(4, on(TOWER)));
}

#[test]
fn row_7_holds_the_carrier_of_the_only_plmn_that_is_down() {
	let down = |number: u8, plmn| fact(number, 90, of_plmn(number.into(), Phase::Raised, plmn));
	assert_eq!(pieces(&[down(0, PLMNS[1])]), whole(7, on(SHARER)));
	assert_eq!(pieces(&[down(0, PLMNS[0])]), whole(7, on(OWNER)));
	assert_eq!(pieces(&[down(0, PLMNS[1]), down(1, PLMNS[1])]), whole(7, on(SHARER)));
	assert_eq!(pieces(&[down(0, PLMNS[0]), down(1, PLMNS[1])]), undecided());
	let service = fact(1, 90, alarm(9, Phase::Raised, Subject::Service));
	assert_eq!(pieces(&[down(0, PLMNS[1]), service]), undecided());
	assert_eq!(pieces(&[down(0, Plmn { mnc: 7, ..PLMNS[0] })]), undecided());
	// Where there is only one, it is no more than that service is down.
	let mut alone = companies();
	alone.networks.truncate(1);
	let table = ResponsibilityTable::default();
	let verdict = judge(&alone, &[down(0, PLMNS[0])], &ran(100, 200), &table, None).unwrap();
	assert_eq!(short(&verdict), undecided());
}

#[test]
fn row_8_holds_who_made_the_violation_that_was_first() {
	assert_eq!(pieces(&[violation(0, 90, SHARER)]), whole(8, on(SHARER)));
	assert_eq!(pieces(&[violation(0, 95, SHARER), violation(1, 92, OWNER)]), whole(8, on(OWNER)));
	assert_eq!(pieces(&[violation(0, 90, SHARER), backhaul(1, 80, OWNER)]), whole(5, on(OWNER)));
	let made = violation(0, 90, SHARER);
	let facts = [made, cleared(1, 130, &made)];
	assert_eq!(pieces(&facts), [(100, 130, Some(8), on(SHARER)), (130, 200, None, UNDECIDED)]);
}

#[test]
fn row_9_holds_who_refused_access_until_it_is_granted() {
	let refused = fact(0, 120, Evidence::AccessRefused { by: TOWER });
	let grant =
		|by, from| fact(1, 150, Evidence::AccessGranted { by, from: from * MINUTE, to: 500 * MINUTE });
	let granted = grant(TOWER, 150);
	let until = |end| {
		let mut pieces = vec![(100, 120, None, UNDECIDED), (120, end, Some(9), on(TOWER))];
		if end < 200 {
			pieces.push((end, 200, None, UNDECIDED));
		}
		pieces
	};
	assert_eq!(pieces(&[refused]), until(200));
	assert_eq!(pieces(&[refused, granted]), until(150));
	// A window that is open already, and one that opens later.
	assert_eq!(pieces(&[refused, grant(TOWER, 130)]), until(150));
	assert_eq!(pieces(&[refused, grant(TOWER, 180)]), until(180));
	assert_eq!(pieces(&[refused, grant(TOWER, 300)]), until(200));
	assert_eq!(pieces(&[refused, granted.by(TOWER).signed(SHARER)]), until(150));
	// Not by its own word, nor by that of who has not said that it was refused, nor by another's grant.
	assert_eq!(pieces(&[refused, granted.by(TOWER)]), until(200));
	assert_eq!(pieces(&[refused, granted.by(SHARER)]), until(200));
	assert_eq!(pieces(&[refused, grant(SHARER, 150)]), until(200));
	// A cause goes before it.
	assert_eq!(pieces(&[refused, equipment(1, 90)]), whole(6, on(OWNER)));
}

#[test]
fn row_9_holds_who_missed_the_appointment_until_it_comes() {
	let missed = fact(0, 120, Evidence::AppointmentMissed { by: SHARER });
	let came = |of| fact(1, 150, Evidence::Arrival { of });
	let expected =
		[(100, 120, None, UNDECIDED), (120, 150, Some(9), on(SHARER)), (150, 200, None, UNDECIDED)];
	assert_eq!(pieces(&[missed, came(SHARER)]), expected);
	assert_eq!(pieces(&[missed]), [(100, 120, None, UNDECIDED), (120, 200, Some(9), on(SHARER))]);
	assert_eq!(pieces(&[missed, came(TOWER)])[1].1, 200);
	assert_eq!(pieces(&[missed, came(SHARER).by(SHARER)])[1].1, 200);
	// Two at once: the first, until it has come.
	let other = fact(2, 110, Evidence::AppointmentMissed { by: TOWER });
	assert_eq!(pieces(&[missed, other])[1..], [(110, 200, Some(9), on(TOWER))]);
}

#[test]
fn generator_of_which_two_say_that_it_is_not_there_is_there_when_two_say_so() {
	let facts =
		|generators: &[Fact]| joined(pieces(&[&[grid(0, 40), battery(1, 60, 60)], generators].concat()));
	let until = |minute| vec![(100, minute, Some(3), on(TOWER)), (minute, 200, Some(2), Share::Nobody)];
	let absent = generator_at(2, 150, None).signed(TOWER);
	// Not when one says so, whoever it is and for whatever moment.
	for author in [OWNER, SHARER, TOWER] {
		for minute in [149, 150, 160] {
			let came = generator_at(3, 160, Some(minute)).by(author);
			assert_eq!(facts(&[absent, came]), whole(3, on(TOWER)), "{author:?} {minute}");
		}
		let came = generator_at(3, 160, Some(160)).by(author);
		assert_eq!(facts(&[absent, came.signed(TOWER).signed(OWNER)]), until(160), "{author:?}");
	}
	assert_eq!(facts(&[absent, generator_at(3, 160, Some(160)).by(SHARER).signed(OWNER)]), until(160));
	// So it is where two say it each for itself,
	let twins = [generator_at(2, 150, None), generator_at(3, 140, None).by(SHARER)];
	let came = generator_at(4, 160, Some(160));
	assert_eq!(facts(&[twins[0], twins[1], came.by(TOWER)]), whole(3, on(TOWER)));
	assert_eq!(facts(&[twins[0], twins[1], came.by(TOWER).signed(OWNER)]), until(160));
	// or one takes back its own word, and the other's is left.
	let told = |said: &[Fact]| {
		told(&[&[grid(0, 40).signed(TOWER), battery(1, 60, 60).signed(TOWER)], said].concat())
	};
	let taken_back = told(&[twins[0], twins[1], came.by(SHARER)]);
	assert_eq!(taken_back, [(Some(3), on(TOWER), false), (Some(3), on(TOWER), true)]);
	let both = [came, Fact { number: 5, ..came }.by(SHARER)];
	assert_eq!(facts(&[twins[0], twins[1], both[0], both[1]]), until(160));
	// Each of two from when the second says so.
	let later = generator_at(5, 170, Some(170)).by(SHARER);
	assert_eq!(facts(&[twins[0], twins[1], came.by(TOWER), later]), until(170));
}

#[test]
fn generator_of_which_one_says_that_it_is_not_there_is_there_when_another_says_so() {
	let facts =
		|generators: &[Fact]| joined(pieces(&[&[grid(0, 40), battery(1, 60, 60)], generators].concat()));
	let until = |minute| vec![(100, minute, Some(3), on(TOWER)), (minute, 200, Some(2), Share::Nobody)];
	assert_eq!(facts(&[generator_at(2, 150, None), generator_at(3, 160, Some(160)).by(TOWER)]), until(160));
	// An arrival before that contradicts it, and the worse counts.
	assert_eq!(facts(&[generator_at(2, 150, None), generator_at(3, 160, Some(140)).by(TOWER)]), until(150));
	// What two say of the arrival goes before what one says.
	let came = generator_at(3, 160, Some(160)).by(TOWER).signed(OWNER);
	assert_eq!(facts(&[generator_at(2, 170, None), came]), until(160));
}

/// The outage is from minute 100 to minute 325, with 24 minutes to restore service. The generator was due when it began, and was
/// not there at minute 110.
#[test]
fn penalty_for_a_generator_is_not_shortened_by_who_says_alone_that_it_came() {
	let failed = grid(0, 40).signed(TOWER);
	let sums = |said: &[Fact]| {
		let (all, clock) = ([&[failed], said].concat(), ran(100, 325));
		let deadline = Some(124 * MINUTE);
		let verdict = judge(&companies(), &all, &clock, &ResponsibilityTable::default(), deadline).unwrap();
		let tower = verdict.total(on(TOWER));
		(tower.penalty, tower.penalty_on_one_word, verdict.total(UNDECIDED).time)
	};
	let absent = generator_at(1, 110, None).signed(TOWER);
	assert_eq!(sums(&[absent]), (12_060_000, 0, 0));
	let came = generator_at(2, 160, Some(160));
	for author in [OWNER, SHARER, TOWER] {
		assert_eq!(sums(&[absent, came.by(author)]), (12_060_000, 0, 0), "{author:?}");
	}
	// Who suffers says so, and who is excused signs it; or the other way round.
	assert_eq!(sums(&[absent, came.signed(TOWER)]), (2_160_000, 0, 165 * MINUTE));
	assert_eq!(sums(&[absent, came.by(TOWER).signed(OWNER)]), (2_160_000, 0, 165 * MINUTE));
	// A ruling that dismisses what two have signed loses nothing of the time until the arrival: that says it itself.
	assert_eq!(sums(&[came.by(TOWER)]), (2_160_000, 0, 165 * MINUTE));
	// Where the tower company alone has said that it is not there, who says honestly that it came loses nothing of before.
	assert_eq!(sums(&[generator_at(1, 110, None).by(TOWER), came]), (2_160_000, 0, 165 * MINUTE));
}

#[test]
fn one_word_displaces_no_cause_that_two_stand_behind() {
	let link = backhaul(0, 95, SHARER).signed(TOWER);
	assert_eq!(pieces(&[link, power(1, 91)]), whole(5, on(SHARER)));
	assert_eq!(pieces(&[link, power(1, 91).signed(TOWER)]), whole(4, on(TOWER)));
	// Not by equipment either, which need not be first.
	let others = Fact { author: TOWER, ..equipment(1, 91) };
	assert_eq!(pieces(&[link, others]), whole(5, on(SHARER)));
	assert_eq!(pieces(&[violation(0, 95, SHARER).signed(TOWER), others]), whole(8, on(SHARER)));
	assert_eq!(pieces(&[violation(0, 95, SHARER).signed(TOWER), others.signed(SHARER)]), whole(6, on(OWNER)));
	// When it is over, the others are what is left.
	let over = [link, power(1, 91), cleared(2, 150, &link).signed(TOWER)];
	assert_eq!(pieces(&over), [(100, 150, Some(5), on(SHARER)), (150, 200, Some(4), on(TOWER))]);
	// Two that have seen the same stand behind it from when the second has.
	let second = Fact { author: SHARER, ..power(2, 96) };
	assert_eq!(pieces(&[link, power(1, 91), second]), whole(5, on(SHARER)));
	assert_eq!(pieces(&[link, power(1, 91), Fact { claimed: 94 * MINUTE, ..second }]), whole(4, on(TOWER)));
	// Whose fault it is lifts nothing over that by signing what another one says of something later.
	let later = backhaul(0, 95, SHARER).by(SHARER);
	let seen = [power(1, 91), Fact { claimed: 94 * MINUTE, ..second }];
	assert_eq!(pieces(&[&seen[..], &[later.signed(TOWER)]].concat()), whole(4, on(TOWER)));
}

/// As [`pieces`], with whether each is on one party's word.
fn told(facts: &[Fact]) -> Vec<(Option<u8>, Share, bool)> {
	judged(facts, &ran(100, 200))
		.pieces
		.iter()
		.map(|piece| (piece.row, piece.share, piece.on_one_word))
		.collect()
}

#[test]
fn one_word_displaces_no_network_that_two_say_is_down() {
	let down = |number: u8, plmn| fact(number, 90, of_plmn(number.into(), Phase::Raised, plmn));
	let service = |number: u8| fact(number, 90, alarm(number.into(), Phase::Raised, Subject::Service));
	let signed = down(0, PLMNS[1]).signed(TOWER);
	let twins = [down(0, PLMNS[1]), down(1, PLMNS[1]).by(TOWER)];
	let expected = [(Some(7), on(SHARER), false)];
	// Neither by saying that more is down, nor by a cause of its own, whoever says so and since when.
	for more in [service(9), down(9, PLMNS[0]), power(9, 70), equipment(9, 90), backhaul(9, 90, OWNER)] {
		for author in [OWNER, SHARER, TOWER] {
			assert_eq!(told(&[signed, more.by(author)]), expected, "{author:?} {more:?}");
		}
		assert_eq!(told(&[twins[0], twins[1], more.by(SHARER)]), expected, "{more:?}");
	}
	// Two do.
	assert_eq!(told(&[signed, service(9).by(SHARER).signed(OWNER)]), [(None, UNDECIDED, false)]);
	assert_eq!(told(&[signed, service(8), service(9).by(SHARER)]), [(None, UNDECIDED, false)]);
	assert_eq!(told(&[signed, power(9, 70).by(SHARER).signed(OWNER)]), [(Some(4), on(TOWER), false)]);
	// A network of which one speaks alone is not what another one says of it by something else.
	let of_power = match power(9, 95).evidence {
		Evidence::Alarm(alarm) => Evidence::Alarm(Alarm { plmn: Some(PLMNS[1]), ..alarm }),
		other => other,
	};
	let other = Fact { evidence: of_power, ..power(9, 95) };
	assert_eq!(told(&[down(0, PLMNS[1]), other.by(TOWER)])[0].0, Some(4));
}

#[test]
fn one_word_excuses_nobody_from_what_two_stand_behind() {
	let excuse = [grid(0, 40), battery(1, 60, 60), generator(2, 120, Some(160))].map(|fact| fact.by(TOWER));
	assert_eq!(told(&excuse), [(Some(2), Share::Nobody, true)]);
	// Of what one has seen it does; of what two have, it has to be signed, all of it.
	assert_eq!(told(&[&excuse[..], &[power(3, 90)]].concat()), [(Some(2), Share::Nobody, true)]);
	let seen = [power(3, 90), power(4, 91).by(SHARER)];
	let all = [&excuse[..], &seen].concat();
	assert_eq!(told(&all), [(Some(4), on(TOWER), false)]);
	for alone in 0..3 {
		let signed = |fact: &Fact| if fact.number == alone { *fact } else { fact.signed(OWNER) };
		let facts: Vec<Fact> = all.iter().map(signed).collect();
		assert_eq!(told(&facts), [(Some(4), on(TOWER), false)], "{alone}");
	}
	let signed: Vec<Fact> = all.iter().map(|fact| fact.signed(OWNER)).collect();
	assert_eq!(told(&signed), [(Some(2), Share::Nobody, false)]);
	// Nor does it accuse somebody instead.
	let short = [grid(0, 40), battery(1, 160, 60)];
	let link = backhaul(3, 90, SHARER).signed(TOWER);
	assert_eq!(told(&[short[0], short[1], link]), [(Some(5), on(SHARER), false)]);
}

#[test]
fn one_word_fills_what_two_leave_open() {
	let link = backhaul(0, 95, SHARER).signed(TOWER);
	let over = cleared(1, 150, &link).signed(TOWER);
	let facts = [link, over, power(2, 90)];
	assert_eq!(told(&facts), [(Some(5), on(SHARER), false), (Some(4), on(TOWER), true)]);
	// Without contradicting them: two say that service is down, and not of which network.
	let service = fact(0, 90, alarm(1, Phase::Raised, Subject::Service)).signed(TOWER);
	assert_eq!(
		told(&[service, fact(1, 90, of_plmn(2, Phase::Raised, PLMNS[1]))]),
		[(None, UNDECIDED, false)]
	);
	// Or that the batteries lasted.
	let good = battery(0, 60, 60).by(TOWER).signed(OWNER);
	assert_eq!(told(&[good, battery(1, 160, 60), grid(2, 40)]), [(None, UNDECIDED, false)]);
}

#[test]
fn what_two_have_signed_is_over_when_two_say_so() {
	let until = |row, share, end| match end {
		200 => vec![(100, 200, Some(row), share)],
		_ => vec![(100, end, Some(row), share), (end, 200, None, UNDECIDED)],
	};
	for (begun, row, share) in [
		(power(0, 90), 4, on(TOWER)),
		(backhaul(0, 90, SHARER), 5, on(SHARER)),
		(violation(0, 90, SHARER), 8, on(SHARER)),
	] {
		let over = cleared(1, 150, &begun);
		assert_eq!(pieces(&[begun, over]), until(row, share, 150));
		assert_eq!(pieces(&[begun, over.signed(TOWER)]), until(row, share, 150));
		assert_eq!(pieces(&[begun.signed(TOWER), over]), until(row, share, 200));
		assert_eq!(pieces(&[begun.signed(TOWER), over.signed(SHARER)]), until(row, share, 150));
	}
	let begun = power(0, 90);
	let milder = match begun.evidence {
		Evidence::Alarm(alarm) => {
			Evidence::Alarm(Alarm { phase: Phase::Changed, severity: Severity::Minor, ..alarm })
		}
		other => other,
	};
	let milder = fact(1, 150, milder);
	assert_eq!(pieces(&[begun, milder]), until(4, on(TOWER), 150));
	assert_eq!(pieces(&[begun.signed(TOWER), milder]), until(4, on(TOWER), 200));
	assert_eq!(pieces(&[begun.signed(TOWER), milder.signed(TOWER)]), until(4, on(TOWER), 150));
	let failed = [grid(0, 40), battery(1, 160, 60)].map(|fact| fact.signed(TOWER));
	let back = cleared(2, 150, &failed[0]);
	assert_eq!(pieces(&[failed[0], failed[1], back]), until(3, on(TOWER), 200));
	assert_eq!(pieces(&[failed[0], failed[1], back.signed(TOWER)]), until(3, on(TOWER), 150));
}

#[test]
fn access_and_arrival_by_one_word_end_no_more_than_its_own() {
	let granted = Evidence::AccessGranted { by: TOWER, from: 0, to: 500 * MINUTE };
	for (begun, over) in [
		(Evidence::AccessRefused { by: TOWER }, granted),
		(Evidence::AppointmentMissed { by: TOWER }, Evidence::Arrival { of: TOWER }),
	] {
		let (begun, over) = (fact(0, 100, begun), fact(1, 150, over));
		let until = |facts: &[Fact]| joined(pieces(facts))[0].1;
		// Of what the tower company has signed itself neither who has said it ends anything alone, nor another one.
		for author in [OWNER, SHARER, TOWER] {
			assert_eq!(until(&[begun.signed(TOWER), over.by(author)]), 200, "{author:?}");
		}
		assert_eq!(until(&[begun.signed(TOWER), over.signed(TOWER)]), 150);
		assert_eq!(until(&[begun.signed(TOWER), over.by(SHARER).signed(OWNER)]), 150);
		// Of what two have said for themselves each takes back its own, and is left with the word of the other.
		let twins = [begun, Fact { number: 2, ..begun }.by(SHARER)];
		assert_eq!(told(&[twins[0], twins[1], over.by(TOWER)]), [(Some(9), on(TOWER), false)]);
		let told = told(&[twins[0], twins[1], over.by(SHARER)]);
		assert_eq!(told, [(Some(9), on(TOWER), false), (Some(9), on(TOWER), true)]);
	}
}

#[test]
fn one_word_is_nothing_against_what_two_say_of_a_supply_each_for_itself() {
	let grids = [grid(0, 40), Fact { number: 1, ..grid(0, 41) }.by(SHARER)];
	let good = [battery(2, 60, 60), battery(3, 60, 60).by(SHARER)];
	let there = [generator(4, 100, Some(110)), generator(5, 100, Some(110)).by(SHARER)];
	let all = [grids, good, there].concat();
	assert_eq!(joined(pieces(&all)), whole(2, Share::Nobody));
	assert!(told(&all).iter().all(|(.., on_one_word)| !on_one_word));
	// The batteries were short, the generator is not there, the grid failed earlier.
	for worse in [battery(6, 160, 60), generator(6, 100, None), grid(6, 5)] {
		assert_eq!(
			joined(pieces(&[&all[..], &[worse.by(TOWER)]].concat())),
			whole(2, Share::Nobody),
			"{worse:?}"
		);
	}
	// Against a single company it is what counts.
	let alone = [all[0], all[1], all[2], all[4], all[5]];
	assert_eq!(pieces(&[&alone[..], &[battery(6, 160, 60).by(TOWER)]].concat())[0].2, Some(3));
}

#[test]
fn one_word_displaces_no_conduct_that_two_stand_behind() {
	let refused = |number, minute, by| fact(number, minute, Evidence::AccessRefused { by });
	let both = refused(0, 120, SHARER).signed(TOWER);
	let expected =
		[(100, 110, None, UNDECIDED), (110, 120, Some(9), on(TOWER)), (120, 200, Some(9), on(SHARER))];
	assert_eq!(pieces(&[both, refused(1, 110, TOWER)]), expected);
	let missed = fact(0, 120, Evidence::AppointmentMissed { by: SHARER }).signed(TOWER);
	assert_eq!(pieces(&[missed, refused(1, 110, TOWER)]), expected);
	// Nor by a cause.
	assert_eq!(joined(pieces(&[both, power(1, 90)]))[1..], [(120, 200, Some(9), on(SHARER))]);
}

#[test]
fn nobody_is_first_by_saying_a_longer_ago() {
	// Anchored when the order is opened, the one cause of yesterday, the other one of an hour ago.
	let old = |fact: Fact| Fact { anchored: 100 * MINUTE, ..fact };
	let facts = [old(backhaul(0, 1, SHARER)), old(power(1, 40))];
	assert_eq!(pieces(&facts), whole(4, on(TOWER)));
	assert_eq!(pieces(&[old(backhaul(0, 1, SHARER))]), whole(5, on(SHARER)));
	// Within the term, or by two, it is what they say.
	assert_eq!(pieces(&[old(backhaul(0, 89, SHARER)), power(1, 91)]), whole(5, on(SHARER)));
	assert_eq!(pieces(&[facts[0].signed(TOWER), facts[1].signed(TOWER)]), whole(5, on(SHARER)));
}

#[test]
fn grid_that_failed_long_before_counts_from_then() {
	let failed = Fact { anchored: 110 * MINUTE, ..grid(0, 10) };
	let facts = [failed, battery(1, 90, 90), generator(2, 120, Some(160))];
	// The generator was due at 130.
	let expected = [
		(100, 130, Some(2), Share::Nobody),
		(130, 160, Some(3), on(TOWER)),
		(160, 200, Some(2), Share::Nobody),
	];
	assert_eq!(pieces(&facts), expected);
	let late = Fact { anchored: 110 * MINUTE + 1, ..failed };
	assert_eq!(pieces(&[late, facts[1], facts[2]]), undecided());
}

#[test]
fn of_two_times_at_which_the_grid_failed_the_worse_counts() {
	let facts = |first: Fact, second: Fact| {
		pieces(&[first, Fact { author: TOWER, ..second }, battery(2, 60, 50), generator(3, 110, Some(180))])
	};
	let row = |from, to, row| (from, to, Some(row), if row == 2 { Share::Nobody } else { on(TOWER) });
	// Batteries since 60, generator since 50.
	let expected = [row(100, 120, 3), row(120, 160, 2), row(160, 180, 3), row(180, 200, 2)];
	assert_eq!(facts(grid(0, 60), grid(1, 50)), expected);
	// Both since what two stand behind.
	let expected = [row(100, 110, 3), row(110, 160, 2), row(160, 180, 3), row(180, 200, 2)];
	assert_eq!(facts(grid(0, 60), grid(1, 50).signed(OWNER)), expected);
}

#[test]
fn evidence_of_causes_is_no_younger_than_the_clocks_start() {
	let late = |fact: Fact| Fact { claimed: 100 * MINUTE + 1, anchored: 100 * MINUTE + 1, ..fact };
	let service = fact(0, 100, of_plmn(1, Phase::Raised, PLMNS[1]));
	let environment = fact(0, 100, alarm(7, Phase::Raised, Subject::Environment));
	for cause in [
		power(0, 100),
		environment,
		backhaul(0, 100, SHARER),
		equipment(0, 100),
		service,
		violation(0, 100, SHARER),
	] {
		assert_ne!(pieces(&[cause]), undecided(), "{cause:?}");
		assert_eq!(pieces(&[late(cause)]), undecided(), "{cause:?}");
	}
	let supplies = [battery(1, 60, 60), generator(2, 100, Some(200))];
	assert_eq!(pieces(&[&supplies[..], &[grid(0, 100)]].concat()), whole(2, Share::Nobody));
	assert_eq!(pieces(&[&supplies[..], &[late(grid(0, 100))]].concat()), undecided());
}

#[test]
fn evidence_of_conduct_lies_between_the_clocks_start_and_its_end() {
	let at = |ms, fact: Fact| Fact { claimed: ms, anchored: ms, ..fact };
	let (start, end) = (100 * MINUTE, 200 * MINUTE);
	let refused = fact(0, 100, Evidence::AccessRefused { by: TOWER });
	assert_eq!(pieces(&[at(start, refused)]), whole(9, on(TOWER)));
	assert_eq!(pieces(&[at(start - 1, refused)]), undecided());
	let missed = fact(0, 100, Evidence::AppointmentMissed { by: TOWER });
	assert_eq!(pieces(&[at(start - 1, missed)]), undecided());
	let short = battery(1, 160, 60);
	let facts = |ms| [grid(0, 40), at(ms, short)];
	assert_eq!(pieces(&facts(start)), whole(3, on(TOWER)));
	assert_eq!(pieces(&facts(end)), whole(3, on(TOWER)));
	assert_eq!(pieces(&facts(start - 1)), undecided());
	assert_eq!(pieces(&facts(end + 1)), undecided());
	let late = |ms| [grid(0, 40), at(ms, generator(1, 60, None))];
	assert_eq!(pieces(&late(end)), whole(3, on(TOWER)));
	assert_eq!(pieces(&late(end + 1)), undecided());
}

#[test]
fn alarm_is_a_cause_while_it_is_grave() {
	let of = |number, minute, phase, severity| {
		let alarm =
			Alarm { id: 1, phase, kind: AlarmType::Equipment, severity, subject: Subject::Power, plmn: None };
		fact(number, minute, Evidence::Alarm(alarm))
	};
	assert_eq!(pieces(&[of(0, 90, Phase::Raised, Severity::Major)]), whole(4, on(TOWER)));
	assert_eq!(pieces(&[of(0, 90, Phase::Raised, Severity::Minor)]), undecided());
	let graver = [of(0, 80, Phase::Raised, Severity::Minor), of(1, 95, Phase::Changed, Severity::Critical)];
	assert_eq!(pieces(&graver), whole(4, on(TOWER)));
	// It began when it became grave.
	let other = [graver[0], graver[1], backhaul(2, 92, SHARER)];
	assert_eq!(pieces(&other), whole(5, on(SHARER)));
	for (phase, severity) in [
		(Phase::Changed, Severity::Warning),
		(Phase::Changed, Severity::Cleared),
		(Phase::Cleared, Severity::Critical),
	] {
		let facts = [of(0, 90, Phase::Raised, Severity::Critical), of(1, 150, phase, severity)];
		assert_eq!(pieces(&facts), [(100, 150, Some(4), on(TOWER)), (150, 200, None, UNDECIDED)]);
	}
	// What is raised again once service is down is another cause.
	let again = [
		of(0, 80, Phase::Raised, Severity::Critical),
		of(1, 150, Phase::Cleared, Severity::Cleared),
		of(2, 160, Phase::Raised, Severity::Critical),
	];
	assert_eq!(pieces(&again), [(100, 150, Some(4), on(TOWER)), (150, 200, None, UNDECIDED)]);
}

#[test]
fn facts_are_taken_by_the_time_claimed() {
	let raised = power(1, 90);
	let facts = [raised, cleared(0, 150, &raised)];
	assert_eq!(pieces(&facts), [(100, 150, Some(4), on(TOWER)), (150, 200, None, UNDECIDED)]);
}

#[test]
fn fact_that_does_not_count_decides_nothing() {
	let late = Fact { anchored: 110 * MINUTE + 1, ..power(0, 90) };
	assert_eq!(pieces(&[late]), undecided());
	assert_eq!(pieces(&[late.signed(TOWER)]), whole(4, on(TOWER)));
	let body = Some(Body { hash: Default::default(), demand: Demand::Missed });
	assert_eq!(pieces(&[Fact { body, ..power(0, 90) }]), undecided());
}

#[test]
fn nobody_ends_what_another_has_seen() {
	let seen = power(0, 90);
	assert_eq!(pieces(&[seen, cleared(1, 150, &seen).by(TOWER)]), whole(4, on(TOWER)));
	let other = fact(1, 150, alarm(99, Phase::Cleared, Subject::Power));
	assert_eq!(pieces(&[seen, other]), whole(4, on(TOWER)));
}

#[test]
fn without_a_tower_company_the_owner_answers_for_the_site() {
	let own = Companies { tower: None, ..companies() };
	let verdict =
		judge(&own, &[power(0, 90)], &ran(100, 200), &ResponsibilityTable::default(), None).unwrap();
	assert_eq!(short(&verdict), whole(4, on(OWNER)));
}

#[test]
fn table_that_cannot_be_used_is_refused() {
	let broken = |change: &dyn Fn(&mut ResponsibilityTable)| {
		let mut table = ResponsibilityTable::default();
		change(&mut table);
		table.check()
	};
	assert_eq!(broken(&|t| t.grave = Severities(0)), Err(TableDefect::Severities));
	assert_eq!(broken(&|t| t.before.0 |= 1 << 14), Err(TableDefect::Timing));
	assert_eq!(broken(&|t| t.within.0 |= 1 << 31), Err(TableDefect::Timing));
	assert_eq!(broken(&|t| t.within = t.within.with(Condition::Planned)), Err(TableDefect::Timing));
	assert_eq!(broken(&|t| t.rows[0].all = Conditions::EMPTY), Err(TableDefect::Row(1)));
	assert_eq!(broken(&|t| t.rows[1].all.0 |= 1 << 14), Err(TableDefect::Row(2)));
	assert_eq!(broken(&|t| t.rows[2].any.0 |= 1 << 14), Err(TableDefect::Row(3)));
	// Power does not say whose link it is, and one of two does not always.
	assert_eq!(broken(&|t| t.rows[3].answer = Answer::LinkOwner), Err(TableDefect::Row(4)));
	assert_eq!(broken(&|t| t.rows[8].any = t.rows[8].any.with(Condition::Planned)), Err(TableDefect::Row(9)));
	assert_eq!(broken(&|t| t.rows[8].answer = Answer::Violator), Err(TableDefect::Row(9)));
	assert_eq!(broken(&|t| t.rows[3].answer = Answer::StationOwner), Ok(()));
	// One row is enough, though none of a table matches always.
	assert_eq!(broken(&|t| t.rows = Default::default()), Err(TableDefect::NoRows));
	assert_eq!(broken(&|t| t.rows.truncate(1)), Ok(()));
	let table = ResponsibilityTable { grave: Severities(0), ..Default::default() };
	assert_eq!(
		judge(&companies(), &[], &ran(1, 2), &table, None),
		Err(NoVerdict::Table(TableDefect::Severities))
	);
}

#[test]
fn another_table_gives_another_verdict_and_says_its_version() {
	let mut table = ResponsibilityTable { version: 2, ..Default::default() };
	// Equipment before power, and alarms that come later count.
	(table.rows[3], table.rows[5]) = (table.rows[5], table.rows[3]);
	table.before = Conditions::EMPTY;
	let facts = [power(0, 120), equipment(1, 150)];
	let verdict = judge(&companies(), &facts, &ran(100, 200), &table, None).unwrap();
	let expected =
		[(100, 120, None, UNDECIDED), (120, 150, Some(6), on(TOWER)), (150, 200, Some(4), on(OWNER))];
	assert_eq!((short(&verdict), verdict.table), (expected.to_vec(), 2));
}
