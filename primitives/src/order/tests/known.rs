// SPDX-License-Identifier: Apache-2.0

//! What is known of an order that was opened in minute 100.

use super::*;

fn known<R>(facts: &[Fact], ask: impl Fn(Known<'_>) -> R) -> R {
	ask(Known::new(&companies(), facts, 600, 100 * MINUTE))
}

fn began(facts: &[Fact]) -> Moment {
	known(facts, |known| known.began()) / MINUTE
}

fn grid(phase: Phase) -> Evidence {
	Evidence::GridFailure { phase }
}

/// Anchored in the minute in which the order was opened.
fn late(fact: Fact) -> Fact {
	Fact { anchored: 100 * MINUTE, ..fact }
}

#[test]
fn outage_lasts_since_what_two_companies_say() {
	assert_eq!(began(&[]), 100);
	let failed = late(fact(0, 30, grid(Phase::Raised)));
	assert_eq!(began(&[failed.signed(SHARER)]), 30);
	// A single one comes no further back than the evidence term.
	assert_eq!(began(&[failed]), 90);
	assert_eq!(began(&[late(fact(0, 95, grid(Phase::Raised)))]), 95);
	// Each for itself: from when the second of them says.
	let other = Fact { number: 1, ..late(fact(1, 40, grid(Phase::Raised))).by(TOWER) };
	assert_eq!(began(&[failed, other]), 40);
	let alarm = late(fact(1, 40, alarm(1, Phase::Raised, Subject::Power))).by(TOWER);
	assert_eq!(began(&[failed, alarm]), 90);
}

#[test]
fn outage_lasts_since_what_counts_and_was_in_force_at_the_opening() {
	let failed = late(fact(0, 30, grid(Phase::Raised))).signed(SHARER);
	let back = late(fact(1, 35, grid(Phase::Cleared)));
	assert_eq!(began(&[failed, back.signed(SHARER)]), 100);
	// What two have signed does not end by the word of one.
	assert_eq!(began(&[failed, back]), 30);
	// What comes later is no begin of it, and what is anchored too late does not count.
	assert_eq!(began(&[fact(0, 110, grid(Phase::Raised)).signed(SHARER)]), 100);
	assert_eq!(began(&[Fact { anchored: 111 * MINUTE, ..failed }]), 100);
	assert_eq!(began(&[Fact { anchored: 111 * MINUTE, ..failed }.signed(TOWER)]), 30);
	let minor = match alarm(1, Phase::Raised, Subject::Power) {
		Evidence::Alarm(alarm) => Evidence::Alarm(Alarm { severity: Severity::Minor, ..alarm }),
		other => other,
	};
	assert_eq!(began(&[late(fact(0, 30, minor)).signed(SHARER)]), 100);
}

#[test]
fn batteries_have_lasted_as_two_companies_say() {
	let lasted = |number, minute, measured| {
		fact(number, minute, Evidence::BatteryAutonomy { contracted: 120, measured })
	};
	let autonomy = |facts: &[Fact]| known(facts, |known| known.autonomy());
	assert_eq!(autonomy(&[lasted(0, 130, 5), lasted(1, 130, 7).by(TOWER)]), None);
	assert_eq!(autonomy(&[lasted(0, 130, 5), lasted(1, 130, 70).signed(TOWER)]), Some(70));
	assert_eq!(autonomy(&[lasted(0, 130, 60).signed(TOWER), lasted(1, 140, 40).signed(TOWER)]), Some(40));
	// That of another outage says nothing.
	assert_eq!(autonomy(&[late(lasted(0, 90, 60)).signed(TOWER)]), None);
}

#[test]
fn networks_are_down_that_all_alarms_name() {
	let down = |facts: &[Fact]| known(facts, |known| known.networks_down(OWNER, 120 * MINUTE));
	let one = fact(0, 100, of_plmn(1, Phase::Raised, PLMNS[0]));
	let other = fact(1, 101, of_plmn(2, Phase::Raised, PLMNS[1]));
	assert_eq!(down(&[]), None);
	assert_eq!(down(&[one]), Some(1));
	assert_eq!(down(&[one, fact(1, 101, of_plmn(2, Phase::Raised, PLMNS[0])).by(SHARER)]), Some(1));
	assert_eq!(down(&[one, other.by(SHARER)]), Some(2));
	// Nobody else makes the order weigh less on its own word.
	assert_eq!(down(&[one.by(SHARER)]), None);
	assert_eq!(down(&[one.by(SHARER).signed(TOWER)]), Some(1));
	// What names none is about all, and so is the grid.
	assert_eq!(down(&[one, fact(1, 101, alarm(2, Phase::Raised, Subject::Power))]), None);
	assert_eq!(down(&[one, fact(1, 101, grid(Phase::Raised))]), None);
	// What is over is not down any more.
	let over = fact(2, 110, of_plmn(2, Phase::Cleared, PLMNS[1]));
	assert_eq!(down(&[one, other, over]), Some(1));
}

/// A window in minutes.
fn granted(number: u8, minute: Moment, by: OrgId, (from, to): (Moment, Moment)) -> Fact {
	fact(number, minute, Evidence::AccessGranted { by, from: from * MINUTE, to: to * MINUTE }).by(by)
}

fn refused(number: u8, minute: Moment, by: OrgId) -> Fact {
	fact(number, minute, Evidence::AccessRefused { by }).by(by)
}

/// When the site may be entered, asked in minute 120 of minutes 100 to 1,000.
fn open(facts: &[Fact]) -> Vec<(Moment, Moment)> {
	let spans = known(facts, |known| known.access((100 * MINUTE, 1_000 * MINUTE), 120 * MINUTE));
	spans.iter().map(|(from, to)| (from / MINUTE, to / MINUTE)).collect()
}

#[test]
fn site_is_entered_in_the_windows_that_are_granted() {
	assert_eq!(open(&[]), [(100, 1_000)]);
	let facts = [
		granted(0, 100, TOWER, (300, 400)),
		granted(1, 101, TOWER, (130, 200)),
		granted(2, 102, TOWER, (150, 210)),
		granted(3, 103, TOWER, (900, 1_100)),
	];
	assert_eq!(open(&facts), [(130, 210), (300, 400), (900, 1_000)]);
	// One that is over binds nobody, one behind the span leaves nothing.
	assert_eq!(open(&[granted(0, 100, TOWER, (110, 120))]), [(100, 1_000)]);
	assert_eq!(open(&[granted(0, 100, TOWER, (1_000, 1_100))]), []);
	// Of two companies both have to let them in.
	let other = granted(4, 104, OWNER, (190, 350)).signed(TOWER);
	assert_eq!(open(&[&facts[..], &[other]].concat()), [(190, 210), (300, 350)]);
}

#[test]
fn site_is_not_entered_from_a_refusal_until_the_window_opens() {
	let before = granted(0, 100, TOWER, (130, 200));
	assert_eq!(open(&[before, refused(1, 101, TOWER)]), []);
	assert_eq!(open(&[before, refused(1, 101, TOWER), granted(2, 102, TOWER, (500, 600))]), [(500, 600)]);
	// The same when it is told in another order.
	assert_eq!(open(&[granted(0, 102, TOWER, (500, 600)), refused(1, 101, TOWER)]), [(500, 600)]);
	assert_eq!(open(&[granted(0, 102, TOWER, (102, 110)), refused(1, 101, TOWER)]), [(100, 1_000)]);
}

#[test]
fn nobody_closes_another_ones_site_by_its_own_word() {
	assert_eq!(open(&[refused(0, 100, SHARER)]), [(100, 1_000)]);
	assert_eq!(open(&[refused(0, 100, TOWER).by(SHARER)]), [(100, 1_000)]);
	assert_eq!(open(&[granted(0, 100, SHARER, (500, 600))]), [(100, 1_000)]);
	assert_eq!(open(&[refused(0, 100, TOWER).by(SHARER).signed(OWNER)]), []);
	// What is denied or void does not count.
	assert_eq!(open(&[Fact { denied: true, ..refused(0, 100, TOWER) }]), [(100, 1_000)]);
}
