// SPDX-License-Identifier: Apache-2.0

//! What kind of violation is found, and what is none: windows, notices, rules.

use crate::{
	changes::types::{Item, Phase, Terms, MAX_CHANGES},
	mock::*,
	notices::{Notice, Source},
	types::{Standing, ValuesResult},
	violations::kinds::Kind,
	Error, Event, Violations,
};
use frame_support::{assert_noop, assert_ok, traits::Time};
use trimast_primitives::{
	access::Scope,
	cells::{digest::cell_digest, CellTable, ParamId, ParamKey},
	site::{SharingMode, Station},
	Hash, Moment, OrgId, OrgSet,
};

/// A value that is seen otherwise than the baseline: the place of its cell in the table, its key, what is seen.
pub(super) type Other = (u16, ParamKey, Option<i64>);

pub(super) fn of(n: u16, param: ParamId, value: i64) -> Other {
	(n, ParamKey::of(param), Some(value))
}

/// `org` reads the network at a time, and sees the first page but for these values as the baseline says. The kinds of what
/// is opened, and the requests that have to do with it.
pub(super) fn observe(org: OrgId, observed: Moment, others: &[Other]) -> Vec<(Kind, Option<u32>)> {
	if Clock::now() < observed {
		go_to(u32::try_from(observed.div_ceil(1_000)).unwrap());
	}
	let root = anchor(org, observed);
	tell(org, root, others)
}

/// `org` is bound to an export that it has read at a time.
pub(super) fn anchor(org: OrgId, observed: Moment) -> Hash {
	let root = Hash::from_low_u64_be(u64::from(org.0) << 32 | u64::from(System::block_number()));
	assert_ok!(ConfigGuard::anchor_export(collector(org), Scope::National, root, 1_000, observed));
	root
}

/// `org` says what it has seen in an export.
pub(super) fn tell(org: OrgId, root: Hash, others: &[Other]) -> Vec<(Kind, Option<u32>)> {
	let (sweep, key) = open_sweep(&[]);
	let bytes = crate::Tables::<Test>::get(HERE, 0);
	let mut cells = CellTable::from_bytes(&bytes).unwrap().stations().concat();
	for (n, key, value) in others {
		let cell = &mut cells[usize::from(*n)];
		cell.retain(|(other, _)| other != key);
		cell.extend(value.map(|value| (*key, value)));
		cell.sort_unstable();
	}
	let revision = crate::Heads::<Test>::get(HERE, 0).revision;
	let tags: Vec<_> = cells.iter().map(|cell| key.tag(&cell_digest(cell))).collect();
	let pages = vec![(0, revision, tags.try_into().unwrap())].try_into().unwrap();
	assert_ok!(ConfigGuard::attest_cells(collector(org), sweep, root, HERE, pages));
	if others.is_empty() {
		return Vec::new();
	}
	let mut differing: Vec<u16> = others.iter().map(|(n, ..)| *n).collect();
	differing.dedup();
	let values: Vec<_> =
		differing.into_iter().map(|n| (n, cells[usize::from(n)].clone().try_into().unwrap())).collect();
	System::reset_events();
	let pages = vec![(0, revision, values.try_into().unwrap())].try_into().unwrap();
	assert_ok!(ConfigGuard::attest_values(collector(org), sweep, root, HERE, pages));
	let opened = |event| match event {
		Event::ViolationOpened { kind, request, .. } => Some((kind, request)),
		_ => None,
	};
	let opened: Vec<_> = events().into_iter().filter_map(opened).collect();
	let ValuesResult::Taken(differing) = values_result() else { panic!("not taken") };
	assert!(usize::try_from(differing).unwrap() >= opened.len());
	opened
}

pub(super) fn notice(item: Item, source: Source) -> Notice {
	let Item { slot, cell, key, value } = item;
	Notice { slot, cell, key, old: None, new: value.expect("a value"), source, at: Clock::now() }
}

pub(super) fn notify(org: OrgId, notices: &[Notice]) -> sp_runtime::DispatchResult {
	ConfigGuard::notify(collector(org), HERE, 0, notices.to_vec().try_into().unwrap())
}

#[test]
fn what_nobody_has_made_known_is_hidden() {
	run(|| {
		baseline();
		assert_eq!(observe(SHARER, 1_000, &[of(0, POWER, 13)]), [(Kind::Hidden, None)]);
	});
}

#[test]
fn what_was_made_known_has_no_request() {
	run(|| {
		baseline();
		assert_ok!(notify(CARRIER, &[notice(item(0, 0, POWER, 13), Source::Management)]));
		go_to(2);
		// A notice of another value is none of this one
		let seen = observe(SHARER, 1_000, &[of(0, POWER, 13), of(1, POWER, 13)]);
		assert_eq!(seen, [(Kind::NoRequest, None), (Kind::Hidden, None)]);
	});
}

#[test]
fn what_is_not_approved_has_no_request_that_counts() {
	run(|| {
		baseline();
		let number = ask(CARRIER, terms(), &[item(0, 0, POWER, 13)]);
		assert_eq!(observe(SHARER, 1_000, &[of(0, POWER, 13)]), [(Kind::NoRequest, Some(number))]);
	});
}

#[test]
fn inside_the_window_old_and_new_value_match() {
	run(|| {
		baseline();
		go_to(10);
		let number = ask(CARRIER, terms(), &[item(0, 0, POWER, 13)]);
		assert_ok!(consent(SHARER, number));
		// Not in an export that was bound before it was asked for
		assert_eq!(observe(TOWER, 10_000, &[of(0, POWER, 13)]), [(Kind::NoRequest, Some(number))]);
		assert_eq!(observe(TOWER, 10_001, &[]), []);
		// Before it is carried out the new one
		go_to(12);
		assert_eq!(observe(SHARER, 10_000, &[of(0, POWER, 13)]), []);
		// After it the old one, whenever it was read before
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
		assert_eq!(observe(SHARER, 12_000, &[of(0, POWER, 10)]), []);
		assert_eq!(observe(TOWER, 1_000, &[of(0, POWER, 10)]), []);
		assert_eq!(observe(TOWER, 10_000 + WINDOW, &[of(0, POWER, 10)]), []);
		// Neither a third one
		assert_eq!(observe(TOWER, 12_000, &[of(0, POWER, 12)]), [(Kind::NotAsApproved, Some(number))]);
	});
}

#[test]
fn what_is_taken_away_and_its_absence_match_in_the_window() {
	run(|| {
		baseline();
		go_to(10);
		let number = ask(CARRIER, terms(), &[gone(0, 0, CARRIER_FREQUENCY)]);
		let none: Other = (0, ParamKey::of(CARRIER_FREQUENCY), None);
		// Not before everybody has agreed
		assert_eq!(observe(SHARER, 9_900, &[none]), [(Kind::NoRequest, Some(number))]);
		assert_eq!(observe(SHARER, 9_901, &[]), []);
		assert_ok!(consent(SHARER, number));
		assert_eq!(observe(SHARER, 10_000, &[none]), []);
		assert_eq!(observe(SHARER, 9_999, &[none]), [(Kind::OutsideWindow, Some(number))]);
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
		let over = Violations::<Test>::get(1).unwrap().closed.unwrap().1;
		assert_eq!(over, crate::types::Closing::Approved);
		// Carried out, what was there may still be seen, and no third value
		assert_eq!(observe(SHARER, 10_000 + WINDOW, &[of(0, CARRIER_FREQUENCY, 630_000)]), []);
		assert_eq!(
			observe(SHARER, 12_000, &[of(0, CARRIER_FREQUENCY, 631_000)]),
			[(Kind::NotAsApproved, Some(number))]
		);
		assert_eq!(observe(SHARER, 12_001, &[]), []);
		assert_eq!(
			observe(SHARER, 10_001 + WINDOW, &[of(0, CARRIER_FREQUENCY, 630_000)]),
			[(Kind::SilentRollback, Some(number))]
		);
		let violation = Violations::<Test>::get(3).unwrap();
		assert_eq!((violation.approved, violation.observed), (None, Some(630_000)));
	});
}

#[test]
fn what_is_seen_without_a_value_is_looked_at_so() {
	run(|| {
		baseline();
		// Given shares of a PLMN of which one is taken away in silence, so that the other is more than it
		let [_, min, max] = RATIOS;
		let shares = [item(0, 0, max, 30), item(0, 0, min, 20)];
		let number = ask(CARRIER, terms(), &shares.map(|one| one));
		assert_ok!(consent(SHARER, number));
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
		go_to(400);
		let min_40 = of(0, min, 40);
		assert_eq!(observe(SHARER, 399_998, &[min_40]), [(Kind::RuleBroken, None)]);
		assert_eq!(observe(SHARER, 399_999, &[]), []);
		let none: Other = (0, ParamKey::of(max), None);
		let seen = observe(SHARER, 400_000, &[none, min_40]);
		assert_eq!(seen, [(Kind::SilentRollback, Some(number)), (Kind::Hidden, None)]);
	});
}

#[test]
fn approved_change_is_made_in_its_window_and_to_its_value() {
	run(|| {
		baseline();
		let window = (5_000, 9_000);
		let items = [item(0, 0, POWER, 13), item(0, 1, POWER, 13)];
		let number = ask(CARRIER, Terms { window, ..terms() }, &items);
		assert_ok!(consent(SHARER, number));
		let seen = observe(SHARER, 6_000, &[of(0, POWER, 13), of(1, POWER, 12)]);
		assert_eq!(seen, [(Kind::NotAsApproved, Some(number))]);
		assert_eq!(observe(SHARER, 4_999, &[of(0, POWER, 13)]), [(Kind::OutsideWindow, Some(number))]);
		// It was never carried out
		go_to(30);
		let seen = observe(TOWER, 9_001, &[of(0, POWER, 13)]);
		assert_eq!(seen, []);
		assert_eq!(Violations::<Test>::get(1).unwrap().kind, Kind::OutsideWindow);
	});
}

#[test]
fn what_is_undone_in_silence_is_found() {
	run(|| {
		baseline();
		let number = executed();
		assert_eq!(observe(SHARER, 21_001, &[of(0, POWER, 10)]), [(Kind::SilentRollback, Some(number))]);
		// Also once the request is over
		go_to(400);
		assert!(phase(number).is_final());
		assert_eq!(observe(TOWER, 400_000, &[of(0, POWER, 10), of(1, POWER, 9)]), [(Kind::Hidden, None)]);
		assert_eq!(Violations::<Test>::get(0).unwrap().kind, Kind::SilentRollback);
	});
}

#[test]
fn of_changes_one_after_the_other_the_latest_counts() {
	run(|| {
		baseline();
		executed();
		go_to(300);
		let second = ask(CARRIER, terms(), &[item(0, 0, POWER, 15)]);
		assert_ok!(consent(SHARER, second));
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), second, 0));
		// What the first has set is undone by the second, and not to be seen after its window
		assert_eq!(observe(SHARER, 320_000, &[of(0, POWER, 13)]), []);
		assert_eq!(observe(SHARER, 320_001, &[of(0, POWER, 13)]), [(Kind::SilentRollback, Some(second))]);
		// Further back is another value than the approved one
		assert_eq!(observe(TOWER, 320_001, &[of(0, POWER, 10)]), []);
		let violation = Violations::<Test>::get(0).unwrap();
		assert_eq!((violation.kind, violation.request), (Kind::NotAsApproved, Some(second)));
	});
}

/// How long a network may be changed back, milliseconds.
const WAY_BACK: Moment = OBSERVATION_TERM as Moment * 1_000;

#[test]
fn what_was_rolled_back_is_seen_until_the_network_is_changed_back() {
	// Also where a ruling has rolled it back in its own block
	for is_overruled in [false, true] {
		run(|| {
			baseline();
			let number = executed();
			assert_ok!(ConfigGuard::object(engineer(SHARER), number, Hash::zero()));
			// Long after its window
			go_to(40);
			if is_overruled {
				assert_ok!(ConfigGuard::rule(engineer(TOWER), number, false, Hash::zero()));
			} else {
				assert_ok!(ConfigGuard::roll_back(engineer(CARRIER), number, 0));
			}
			assert_eq!(approved(0, 0, POWER), Some(10));
			for at in [41_000, 40_000 + WAY_BACK] {
				assert_eq!(observe(SHARER, at, &[of(0, POWER, 13)]), []);
				assert_eq!(observe(TOWER, at, &[]), []);
			}
			let seen = observe(TOWER, 40_001 + WAY_BACK, &[of(0, POWER, 13)]);
			assert_eq!(seen, [(Kind::OutsideWindow, Some(number))]);
		});
	}
}

#[test]
fn next_change_ends_what_a_roll_back_explains() {
	run(|| {
		baseline();
		let number = executed();
		go_to(5);
		assert_ok!(ConfigGuard::roll_back(engineer(CARRIER), number, 0));
		go_to(6);
		let next = ask(CARRIER, terms(), &[item(0, 0, POWER, 12)]);
		assert_ok!(consent(SHARER, next));
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), next, 0));
		assert_eq!(observe(SHARER, 6_000, &[of(0, POWER, 13)]), []);
		assert_eq!(observe(TOWER, 6_001, &[of(0, POWER, 13)]), [(Kind::NotAsApproved, Some(next))]);
	});
}

#[test]
fn what_stood_between_two_changes_is_seen_in_the_window_of_the_second() {
	run(|| {
		baseline();
		let first = executed();
		go_to(3);
		let second = ask(CARRIER, emergency(), &[item(0, 0, POWER, 16)]);
		assert_ok!(consent(SHARER, second));
		assert_ok!(ConfigGuard::roll_back(engineer(CARRIER), first, 0));
		let end = request_of(second).terms.window.1;
		for value in [10, 13] {
			assert_eq!(observe(SHARER, end, &[of(0, POWER, value)]), []);
		}
		assert_eq!(observe(TOWER, end + 1, &[of(0, POWER, 13)]), [(Kind::NotAsApproved, Some(second))]);
	});
}

#[test]
fn emergency_explains_both_values_until_it_is_over() {
	run(|| {
		baseline();
		go_to(10);
		let number = ask(CARRIER, emergency(), &[item(0, 0, POWER, 13)]);
		go_to(11);
		assert_eq!(observe(SHARER, 9_000, &[of(0, POWER, 13)]), []);
		assert_eq!(observe(SHARER, 8_999, &[of(0, POWER, 13)]), [(Kind::OutsideWindow, Some(number))]);
		go_to(System::block_number() + 80);
		// What stands open is one violation: it was confirmed by silence before, and keeps the kind that was counted
		let violation = Violations::<Test>::get(0).unwrap();
		assert_eq!((violation.kind, violation.request), (Kind::OutsideWindow, Some(number)));
		assert_eq!(Violations::<Test>::get(1), None);
	});
}

#[test]
fn emergency_explains_no_export_that_was_bound_before() {
	run(|| {
		baseline();
		go_to(10);
		let root = Hash::repeat_byte(7);
		assert_ok!(ConfigGuard::anchor_export(collector(SHARER), Scope::National, root, 9, 9_500));
		// Given who has changed the network, and reports it when it sees that it was read
		let number = ask(CARRIER, emergency(), &[item(0, 0, POWER, 13)]);
		let sight = |export: Hash| {
			let (sweep, key) = open_sweep(&[]);
			let mut cells =
				CellTable::from_bytes(&crate::Tables::<Test>::get(HERE, 0)).unwrap().stations().concat();
			cells[0].iter_mut().find(|(key, _)| key.param == POWER).unwrap().1 = 13;
			let tags: Vec<_> = cells.iter().map(|cell| key.tag(&cell_digest(cell))).collect();
			let revision = crate::Heads::<Test>::get(HERE, 0).revision;
			let pages = vec![(0, revision, tags.try_into().unwrap())].try_into().unwrap();
			assert_ok!(ConfigGuard::attest_cells(collector(SHARER), sweep, export, HERE, pages));
			let values = vec![(0, cells[0].clone().try_into().unwrap())].try_into().unwrap();
			let pages = vec![(0, revision, values)].try_into().unwrap();
			assert_ok!(ConfigGuard::attest_values(collector(SHARER), sweep, export, HERE, pages));
			values_result()
		};
		assert_eq!(sight(root), ValuesResult::Taken(1));
		let violation = Violations::<Test>::get(0).unwrap();
		assert_eq!((violation.kind, violation.request), (Kind::NoRequest, Some(number)));
	});
}

#[test]
fn emergency_explains_what_an_amendment_adds_from_then_on() {
	run(|| {
		baseline();
		go_to(10);
		let number = ask(CARRIER, emergency(), &[item(0, 0, POWER, 13)]);
		go_to(20);
		let both = part(&[item(0, 0, POWER, 13), item(0, 1, POWER, 12)]);
		assert_ok!(ConfigGuard::add(engineer(CARRIER), number, 0, both));
		let asked: Vec<_> = crate::Changes::<Test>::get(HERE, 0).iter().map(|change| change.asked).collect();
		assert_eq!(asked, [10, 20]);
		// Of the same block, of which nobody can say what was first
		let seen = observe(SHARER, 20_000, &[of(0, POWER, 13), of(1, POWER, 12)]);
		assert_eq!(seen, [(Kind::NoRequest, Some(number))]);
		assert_eq!(observe(TOWER, 20_000, &[of(0, POWER, 13), of(1, POWER, 12)]), []);
		assert_eq!(Violations::<Test>::get(0).unwrap().witnesses.len(), 1);
		// And what was reported stays
		let less = ConfigGuard::add(engineer(CARRIER), number, 0, part(&[item(0, 1, POWER, 12)]));
		assert_noop!(less, Error::<Test>::EmergencyStands);
	});
}

#[test]
fn emergency_keeps_the_value_that_was_reported() {
	// What the owner may do alone, and what is joint
	for (param, former, reported, before) in [(HYSTERESIS, 6, 50, 5), (POWER, 13, 15, 10)] {
		run(|| {
			baseline();
			let first = ask(CARRIER, terms(), &[item(0, 0, param, former)]);
			if phase(first) == Phase::Asked {
				assert_ok!(consent(SHARER, first));
				assert_ok!(ConfigGuard::execute(engineer(CARRIER), first, 0));
			}
			go_to(3);
			let number = ask(CARRIER, emergency(), &[item(0, 0, param, reported)]);
			assert_eq!(observe(SHARER, 5_000, &[of(0, param, reported)]), []);
			// When it is amended to what the baseline has once the first change is rolled back, or to anything else
			for value in [before, before + 2] {
				let amend = ConfigGuard::add(engineer(CARRIER), number, 0, part(&[item(0, 0, param, value)]));
				assert_noop!(amend, Error::<Test>::EmergencyStands);
			}
			assert_ok!(ConfigGuard::roll_back(engineer(CARRIER), first, 0));
			assert_eq!(approved(0, 0, param), Some(before));
			// Then it cannot be put away: it is a violation of what was reported
			assert_ok!(ConfigGuard::withdraw(engineer(CARRIER), number));
			assert_eq!(phase(number), Phase::Unratified);
			go_to(System::block_number() + 1);
			let violation = Violations::<Test>::get(0).unwrap();
			assert_eq!((violation.kind, violation.request), (Kind::Unratified, Some(number)));
			assert_eq!(violation.observed, Some(reported));
		});
	}
}

#[test]
fn emergency_that_is_taken_back_is_not_ratified_however_often_it_is_reported() {
	run(|| {
		baseline();
		go_to(10);
		// Given a frozen network, which an emergency passes
		let freeze = crate::policy::Freeze { scope: Scope::National, from: 10_000, to: 500_000 };
		assert_ok!(ConfigGuard::set_freeze(RuntimeOrigin::root(), 1, Some(freeze)));
		let number = ask(CARRIER, emergency(), &[item(0, 0, POWER, 13)]);
		go_to(11);
		assert_eq!(observe(SHARER, 10_500, &[of(0, POWER, 13)]), []);
		// When it is taken back
		assert_ok!(ConfigGuard::withdraw(engineer(CARRIER), number));
		assert_eq!(phase(number), Phase::Unratified);
		go_to(System::block_number() + 1);
		// Then it is a violation, which another report does not end
		let again = ask(CARRIER, emergency(), &[item(0, 0, POWER, 13)]);
		go_to(System::block_number() + 1);
		assert_eq!(observe(SHARER, Clock::now(), &[of(0, POWER, 13)]), []);
		let violation = Violations::<Test>::get(0).unwrap();
		assert_eq!(
			(violation.kind, violation.request, violation.closed),
			(Kind::Unratified, Some(number), None)
		);
		assert_eq!(violation.standing, crate::types::Standing::Confirmed);
		// But by another's sight of the approved value
		assert_eq!(observe(SHARER, Clock::now(), &[]), []);
		assert!(Violations::<Test>::get(0).unwrap().closed.is_some());
		assert_ok!(ConfigGuard::withdraw(engineer(CARRIER), again));
		go_to(System::block_number() + 1);
		assert_eq!(Violations::<Test>::get(1).unwrap().request, Some(again));
	});
}

#[test]
fn unratified_emergency_changes_nothing_of_what_others_have_seen() {
	run(|| {
		baseline();
		go_to(10);
		assert_eq!(observe(SHARER, 10_000, &[of(0, POWER, 12)]), [(Kind::Hidden, None)]);
		let number = ask(CARRIER, emergency(), &[item(0, 0, POWER, 13)]);
		assert_ok!(ConfigGuard::withdraw(engineer(CARRIER), number));
		go_to(System::block_number() + 1);
		// It says so itself, which confirms it
		let violation = Violations::<Test>::get(0).unwrap();
		assert_eq!((violation.standing, violation.witnesses), (Standing::Confirmed, OrgSet(0b11)));
		assert_eq!((violation.kind, violation.request, violation.observed), (Kind::Hidden, None, Some(12)));
	});
}

#[test]
fn draft_explains_nothing_whatever_becomes_of_it() {
	run(|| {
		baseline();
		go_to(10);
		for terms in [terms(), emergency()] {
			let number = crate::NextRequest::<Test>::get();
			assert_ok!(ConfigGuard::draft(engineer(CARRIER), HERE, terms));
			assert_ok!(ConfigGuard::add(engineer(CARRIER), number, 0, part(&[item(0, 0, POWER, 13)])));
			go_to(System::block_number() + 1);
			assert_ok!(ConfigGuard::withdraw(engineer(CARRIER), number));
			assert_eq!(crate::Requests::<Test>::get(number), None);
		}
		let seen = observe(SHARER, 10_500, &[of(0, POWER, 13)]);
		assert_eq!(seen.len(), 1);
	});
}

#[test]
fn however_many_changes_of_a_value_there_are_it_can_be_seen() {
	run(|| {
		baseline();
		// Given as many as a page keeps, each of a request of its own that was taken back
		let first = crate::NextRequest::<Test>::get();
		super::add::over(CARRIER, MAX_CHANGES);
		let change = crate::Changes::<Test>::get(HERE, 0)[0];
		let all = (0..MAX_CHANGES).map(|n| crate::changes::types::Change { request: first + n, ..change });
		let all = frame_support::BoundedVec::truncate_from(all.collect());
		crate::Changes::<Test>::insert(HERE, 0, all);
		let seen = observe(SHARER, 1_000, &[of(0, POWER, 13)]);
		assert_eq!(seen, [(Kind::NoRequest, Some(first + MAX_CHANGES - 1))]);
	});
}

#[test]
fn later_change_ends_what_earlier_ones_explain() {
	run(|| {
		baseline();
		let long = Terms { window: (1_000, 1_000_000), ..terms() };
		let first = ask(CARRIER, long.clone(), &[item(0, 0, POWER, 13), item(0, 1, POWER, 13)]);
		assert_ok!(consent(SHARER, first));
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), first, 0));
		for org in [CARRIER, SHARER] {
			assert_ok!(ConfigGuard::attest_change(engineer(org), first));
		}
		assert_eq!(observe(TOWER, 5_000, &[of(0, POWER, 10)]), []);
		// When it is closed, its window is over
		go_to(62);
		assert_eq!(phase(first), Phase::Closed);
		assert_eq!(observe(TOWER, 62_000, &[of(1, POWER, 10)]), []);
		assert_eq!(observe(TOWER, 62_001, &[of(1, POWER, 10)]), [(Kind::SilentRollback, Some(first))]);
		// And when the value is changed again, the former one but one is not to be seen any more
		let second = ask(CARRIER, emergency(), &[item(0, 0, POWER, 15)]);
		assert_ok!(consent(SHARER, second));
		let at = Clock::now();
		assert_eq!(observe(TOWER, at + 1_000, &[of(0, POWER, 10)]), [(Kind::NotAsApproved, Some(second))]);
		assert_eq!(observe(TOWER, at + 1_000, &[of(0, POWER, 13)]), []);
	});
}

#[test]
fn change_beside_one_that_is_observed_ends_what_that_explains() {
	run(|| {
		baseline();
		let long = Terms { window: (1_000, 1_000_000), ..terms() };
		let first = ask(CARRIER, long, &[item(0, 0, POWER, 13)]);
		assert_ok!(consent(SHARER, first));
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), first, 0));
		go_to(10);
		let second = ask(CARRIER, emergency(), &[item(0, 0, POWER, 15)]);
		assert_ok!(consent(SHARER, second));
		assert_eq!(observe(SHARER, 10_000, &[of(0, POWER, 10)]), []);
		assert_eq!(observe(SHARER, 10_001, &[of(0, POWER, 10)]).len(), 1);
	});
}

#[test]
fn values_outside_their_domain_and_against_rules_are_found() {
	run(|| {
		baseline();
		let number = ask(CARRIER, terms(), &[item(0, 0, POWER, 13)]);
		assert_ok!(consent(SHARER, number));
		go_to(2);
		let [dedicated, ..] = RATIOS;
		let ratio = (1, ParamKey { param: dedicated, place: 1 }, Some(20));
		let seen = observe(SHARER, 1_000, &[of(0, POWER, 51), of(1, CARRIER_FREQUENCY, 640_001), ratio]);
		assert_eq!(
			seen,
			[(Kind::RuleBroken, Some(number)), (Kind::RuleBroken, None), (Kind::RuleBroken, None),]
		);
	});
}

#[test]
fn optimisation_moves_inside_the_envelope() {
	run(|| {
		baseline();
		let notices =
			[notice(item(0, 0, HYSTERESIS, 9), Source::Son), notice(item(0, 1, HYSTERESIS, 11), Source::Son)];
		assert_ok!(notify(CARRIER, &notices));
		go_to(2);
		let seen = observe(SHARER, 1_000, &[of(0, HYSTERESIS, 9), of(1, HYSTERESIS, 11)]);
		assert_eq!(seen, [(Kind::SonBeyondBound, None)]);
		// Without a notice it is hidden wherever it moves
		assert_eq!(observe(SHARER, 1_000, &[of(0, HYSTERESIS, 8)]), [(Kind::Hidden, None)]);
	});
}

#[test]
fn optimisation_moves_anywhere_where_no_envelope_is_agreed() {
	run(|| {
		baseline();
		assert_ok!(notify(CARRIER, &[notice(item(0, 0, PCI, 700), Source::Son)]));
		go_to(2);
		assert_eq!(observe(SHARER, 1_000, &[of(0, PCI, 700)]), []);
	});
}

#[test]
fn what_is_shared_differs_between_plmns() {
	run(|| {
		put(0, vec![Station { mode: SharingMode::MocnOneCellId, ..station() }]);
		confirm(0);
		let mut alike = full_cell(1);
		alike[1].1 = 100;
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![alike]])));
		let tac = |place, value| (0, ParamKey { param: TAC, place }, Some(value));
		assert_eq!(observe(SHARER, 1_000, &[tac(1, 7)]), [(Kind::PlmnsDiffer, None)]);
		// Set alike it is merely another value
		assert_eq!(observe(TOWER, 1_000, &[tac(0, 7), tac(1, 7)]), [(Kind::Hidden, None)]);
	});
}

#[test]
fn optimisation_moves_on_from_what_it_had_set() {
	run(|| {
		baseline();
		go_to(3);
		let set = |value, at| Notice { at, ..notice(item(0, 0, HYSTERESIS, value), Source::Son) };
		assert_ok!(notify(CARRIER, &[set(9, 1_000), set(8, 2_000)]));
		go_to(4);
		assert_eq!(observe(SHARER, 1_999, &[of(0, HYSTERESIS, 9)]), []);
		assert_eq!(observe(TOWER, 2_000, &[of(0, HYSTERESIS, 8)]), []);
		assert_eq!(observe(SHARER, 2_000, &[of(0, HYSTERESIS, 9)]), [(Kind::Hidden, None)]);
	});
	for is_rolled_back in [false, true] {
		run(|| {
			baseline();
			assert_ok!(notify(CARRIER, &[notice(item(0, 0, HYSTERESIS, 9), Source::Son)]));
			go_to(2);
			let number = ask(CARRIER, terms(), &[item(0, 0, HYSTERESIS, 7)]);
			assert_eq!(phase(number), Phase::Executed);
			// In the window of a change its value need not be set yet
			assert_eq!(observe(SHARER, 2_000 + WINDOW, &[of(0, HYSTERESIS, 9)]), []);
			let (at, found) = if is_rolled_back {
				assert_ok!(ConfigGuard::roll_back(engineer(CARRIER), number, 0));
				(Clock::now() + WAY_BACK, (Kind::Hidden, None))
			} else {
				(2_000 + WINDOW, (Kind::NotAsApproved, Some(number)))
			};
			assert_eq!(observe(TOWER, at, &[of(0, HYSTERESIS, 9)]), []);
			assert_eq!(observe(SHARER, at + 1, &[of(0, HYSTERESIS, 9)]), [found]);
		});
	}
}

#[test]
fn what_is_approved_explains_nothing_while_a_freeze_holds() {
	run(|| {
		baseline();
		let later = Terms { window: (5_000, 400_000), ..terms() };
		let number = ask(CARRIER, later, &[item(0, 0, HYSTERESIS, 9)]);
		let freeze = crate::policy::Freeze { scope: Scope::National, from: 8_000, to: 9_000 };
		assert_ok!(ConfigGuard::set_freeze(RuntimeOrigin::root(), 1, Some(freeze)));
		for at in [7_999, 9_001] {
			assert_eq!(observe(SHARER, at, &[of(0, HYSTERESIS, 9)]), []);
		}
		for (id, at) in [(0, 8_000), (1, 9_000)] {
			let seen = observe(TOWER, at, &[of(0, HYSTERESIS, 9)]);
			assert_eq!(seen, [(Kind::OutsideWindow, Some(number))]);
			observe(TOWER, at + 100, &[]);
			assert!(Violations::<Test>::get(id).unwrap().closed.is_some());
		}
	});
}

#[test]
fn who_has_signed_the_baseline_is_heard_whatever_the_record_says_since() {
	run(|| {
		baseline();
		let alone = Station { sharers: trimast_primitives::OrgSet::EMPTY, ..station() };
		put(0, vec![alone, crate::mock::station_of(SHARER)]);
		confirm(0);
		assert_eq!(observe(SHARER, 1_000, &[of(0, POWER, 13)]), [(Kind::Hidden, None)]);
		// Also of what is not so
		observe(SHARER, 1_001, &[]);
		assert!(Violations::<Test>::get(0).unwrap().closed.is_some());
	});
}

#[test]
fn what_needs_nobody_else_explains_from_its_window_on_until_it_is_objected_to() {
	run(|| {
		baseline();
		let later = Terms { window: (5_000, 400_000), ..terms() };
		let number = ask(CARRIER, later, &[item(0, 0, HYSTERESIS, 9), item(0, 1, HYSTERESIS, 9)]);
		assert_eq!(observe(SHARER, 4_999, &[of(0, HYSTERESIS, 9)]), [(Kind::OutsideWindow, Some(number))]);
		assert_eq!(observe(SHARER, 9_000, &[of(1, HYSTERESIS, 9)]), []);
		let at = Clock::now();
		assert_ok!(ConfigGuard::object(engineer(SHARER), number, Hash::zero()));
		assert_eq!(observe(SHARER, at, &[of(1, HYSTERESIS, 9)]), []);
		assert_eq!(observe(SHARER, at + 1, &[of(1, HYSTERESIS, 9)]), [(Kind::OutsideWindow, Some(number))]);
	});
}

/// The operator of the second PLMN asks for another tracking area, from 5 s on.
fn operators_change() -> (u32, Other) {
	baseline();
	let later = Terms { window: (5_000, 400_000), ..terms() };
	let (param, place) = (TAC, 1);
	let key = ParamKey { param, place };
	(ask(SHARER, later, &[Item { slot: 0, cell: 0, key, value: Some(500) }]), (0, key, Some(500)))
}

fn amend(change: impl FnOnce(&mut Station)) {
	Inventory::mutate(|all| change(&mut all.get_mut(&(HERE, 0)).unwrap()[0].station));
	confirm(0);
}

#[test]
fn what_its_company_may_not_do_alone_any_more_explains_nothing() {
	run(|| {
		let (number, seen) = operators_change();
		assert_eq!(observe(TOWER, 5_000, &[seen]), []);
		// When the station has one cell identity for all PLMNs, by which the value needs all of them and the owner asks
		amend(|station| station.mode = SharingMode::MocnOneCellId);
		assert_ok!(ConfigGuard::execute(engineer(SHARER), number, 0));
		assert_eq!(refused(), [(0, crate::changes::types::ItemRefusal::NotOwner)]);
		assert_eq!(observe(TOWER, 9_000, &[seen]), [(Kind::PlmnsDiffer, Some(number))]);
	});
}

#[test]
fn what_is_another_companys_by_now_explains_nothing() {
	run(|| {
		let (number, seen) = operators_change();
		let holding = crate::Holdings::<Test>::get()[1].1.clone();
		assert_ok!(ConfigGuard::set_holdings(RuntimeOrigin::root(), SHARER, Default::default()));
		assert_ok!(ConfigGuard::set_holdings(RuntimeOrigin::root(), TOWER, holding));
		assert_eq!(observe(TOWER, 5_000, &[seen]), [(Kind::NoRequest, Some(number))]);
		assert_eq!(Violations::<Test>::get(0).unwrap().against, CARRIER);
	});
}

#[test]
fn what_a_new_sharer_has_not_agreed_to_explains_nothing() {
	run(|| {
		baseline();
		let number = ask(CARRIER, terms(), &[item(0, 0, POWER, 13)]);
		assert_ok!(consent(SHARER, number));
		assert_eq!(observe(TOWER, 2_000, &[of(0, POWER, 13)]), []);
		amend(|station| station.sharers = station.sharers.with(TOWER));
		assert_eq!(observe(TOWER, 6_000, &[of(0, POWER, 13)]), [(Kind::NoRequest, Some(number))]);
		// Once it agrees it does
		assert_ok!(ConfigGuard::add(engineer(CARRIER), number, 0, part(&[item(0, 0, POWER, 13)])));
		for org in [SHARER, TOWER] {
			assert_ok!(consent(org, number));
		}
		go_to(System::block_number() + 1);
		let at = Clock::now();
		assert_eq!(observe(SHARER, at, &[of(0, POWER, 13)]), []);
		assert_eq!(Violations::<Test>::get(0).unwrap().witnesses, OrgSet::of(TOWER));
	});
}

#[test]
fn kind_is_fixed_once_it_is_confirmed() {
	run(|| {
		baseline();
		observe(SHARER, 1_000, &[of(0, POWER, 13)]);
		// As long as it is alleged it is what was seen last
		observe(SHARER, 2_000, &[of(0, POWER, 51)]);
		let kind = || Violations::<Test>::get(0).unwrap().kind;
		assert_eq!(kind(), Kind::RuleBroken);
		observe(TOWER, 3_000, &[of(0, POWER, 51)]);
		observe(TOWER, 4_000, &[of(0, POWER, 13)]);
		let violation = Violations::<Test>::get(0).unwrap();
		assert_eq!((violation.kind, violation.observed), (Kind::RuleBroken, Some(13)));
		let counted: Vec<_> = crate::DayScores::<Test>::iter().map(|(_, key, n)| (key.kind, n)).collect();
		assert_eq!(counted, [(Kind::RuleBroken, 1)]);
	});
}
