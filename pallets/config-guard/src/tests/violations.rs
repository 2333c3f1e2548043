// SPDX-License-Identifier: Apache-2.0

//! The life of a violation, by what companies see one after the other, each time in an export that is read then. The
//! baseline is one cell with PCI 1.

use super::kinds::{observe, of};
use crate::{
	changes::types::Phase,
	coverage::Sees,
	mock::*,
	notices::{Notice, Source},
	types::{BaselineRefusal, BaselineResult, Closing, Standing, Violation},
	violations::{kinds::Kind, past_place, MAX_PAST_VIOLATIONS},
	DayScores, Event, NextLook, OpenInPage, OpenViolations, PastViolationCounts, PastViolations,
	SettledInPage, Violations,
};
use frame_support::{assert_ok, traits::Time};
use trimast_primitives::{
	access::Scope,
	cells::{digest::cell_digest, CellValues, ParamId},
	org::OrgStatus,
	BlockNumber, Hash, OrgId, OrgSet,
};
use Standing::{Alleged, Confirmed, Contested};

/// Binds a company to an export that is read now.
fn read(org: OrgId) -> Hash {
	let root = Hash::from_low_u64_be(u64::from(org.0) << 32 | u64::from(System::block_number()));
	assert_ok!(ConfigGuard::anchor_export(collector(org), Scope::National, root, 100, Clock::now()));
	root
}

/// `org` has read this PCI in an export, and says so by as much as is needed.
fn say(org: OrgId, root: Hash, pci: i64) {
	say_cell(org, root, cell(pci));
}

/// `org` has read these values in an export, and says so by as much as is needed.
fn say_cell(org: OrgId, root: Hash, seen: CellValues) {
	let (sweep, key) = open_sweep(&[]);
	let revision = crate::Heads::<Test>::get(HERE, 0).revision;
	let tags = vec![key.tag(&cell_digest(&seen))].try_into().unwrap();
	let pages = vec![(0, revision, tags)].try_into().unwrap();
	assert_ok!(ConfigGuard::attest_cells(collector(org), sweep, root, HERE, pages));
	if cells_result() != crate::types::CellsResult::Differ(Default::default()) {
		let values = vec![(0, seen.try_into().unwrap())].try_into().unwrap();
		let pages = vec![(0, revision, values)].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_values(collector(org), sweep, root, HERE, pages));
	}
}

/// `org` reads this PCI now, and says so.
fn see(org: OrgId, pci: i64) {
	let root = read(org);
	say(org, root, pci);
}

/// `org` reads the first page as the baseline has it, and says so by the page's tag.
fn see_page(org: OrgId) {
	let root = read(org);
	let (sweep, key) = open_sweep(&[]);
	let tags = vec![key.tag(&digest(0))].try_into().unwrap();
	assert_ok!(ConfigGuard::attest_pages(collector(org), sweep, root, HERE, 0, tags));
}

fn first() -> Violation {
	ConfigGuard::violation(0).expect("something is alleged")
}

fn standing() -> (Standing, Option<Closing>) {
	let violation = first();
	(violation.standing, violation.closed.map(|(_, closing)| closing))
}

fn run_with_a_cell(test: impl FnOnce()) {
	run(|| {
		put(0, vec![station()]);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![cell(1)]])));
		test();
		let is_open = ConfigGuard::violation(0).is_some_and(|violation| violation.closed.is_none());
		assert_eq!(OpenViolations::<Test>::get(HERE), u32::from(is_open));
		assert_eq!(OpenInPage::<Test>::get(HERE, 0).len(), usize::from(is_open));
	});
}

#[test]
fn second_witness_confirms_and_another_than_the_offender_closes() {
	run_with_a_cell(|| {
		see(SHARER, 300);
		assert_eq!(standing(), (Alleged, None));
		see(TOWER, 300);
		assert_eq!(standing(), (Confirmed, None));
		assert_eq!(first().witnesses, OrgSet::of(SHARER).with(TOWER));
		// The offender's own word closes nothing
		see(CARRIER, 1);
		assert_eq!(standing(), (Confirmed, None));
		see(TOWER, 1);
		assert_eq!(standing(), (Confirmed, Some(Closing::Restored)));
	});
}

#[test]
fn slander_ends_as_contested_and_is_taken_back_by_who_said_it_alone() {
	for witness in [CARRIER, TOWER] {
		run_with_a_cell(|| {
			see(SHARER, 300);
			see(witness, 1);
			assert_eq!(standing(), (Contested, None));
			// Silence is over: the term changes nothing any more
			go_to(System::block_number() + SILENCE_TERM + 1);
			assert_eq!(standing(), (Contested, None));
			see(SHARER, 1);
			assert_eq!(standing(), (Contested, Some(Closing::TakenBack)));
		});
	}
}

#[test]
fn value_is_heard_as_approved_whatever_else_differs_in_its_cell() {
	run(|| {
		put(0, vec![station(), station()]);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![full_cell(1)]])));
		let other = |keys: &[ParamId]| {
			let mut seen = full_cell(1);
			seen.iter_mut().filter(|(key, _)| keys.contains(&key.param)).for_each(|(_, value)| *value += 1);
			seen
		};
		let see = |org, keys: &[ParamId]| {
			let root = read(org);
			say_cell(org, root, other(keys));
		};
		let standing = |id| {
			let violation = ConfigGuard::violation(id).expect("it was alleged");
			(violation.standing, violation.closed.map(|(_, closing)| closing))
		};
		// Given a power that the owner has changed, and a hysteresis that it has not
		see(SHARER, &[POWER, HYSTERESIS]);
		// When the owner has seen the one as it is alleged, and the other as it is approved
		see(CARRIER, &[POWER]);
		// Then the one is confirmed and the other contested, and silence changes nothing any more
		let stand = [(Confirmed, None), (Contested, None)];
		assert_eq!([0, 1].map(standing), stand);
		go_to(System::block_number() + SILENCE_TERM + 1);
		assert_eq!([0, 1].map(standing), stand);
		assert_eq!(DayScores::<Test>::iter_values().sum::<u32>(), 1);
		// What the owner has put right is closed by another, who has seen something else there
		see(TOWER, &[HYSTERESIS]);
		assert_eq!([0, 1].map(standing), [(Confirmed, Some(Closing::Restored)), (Confirmed, None)]);
		assert_eq!(OpenInPage::<Test>::get(HERE, 0).len(), 1);
	});
}

#[test]
fn who_is_no_party_neither_contests_nor_closes() {
	for (witness, standing_then) in [(None, Alleged), (Some(TOWER), Confirmed)] {
		run_with_a_cell(|| {
			// Given a violation that is alleged, or confirmed, at a station that has left the tower since
			see(SHARER, 300);
			if let Some(witness) = witness {
				see(witness, 300);
			}
			let moved = trimast_primitives::site::Station { tower: None, ..station() };
			put(0, vec![moved]);
			// When the tower company, by cells and by pages, has seen what is approved
			see(TOWER, 1);
			see_page(TOWER);
			// Then nothing has changed
			assert_eq!((standing(), first().deniers), ((standing_then, None), OrgSet::EMPTY));
		});
	}
}

#[test]
fn contested_is_confirmed_by_a_second_witness() {
	run_with_a_cell(|| {
		see(SHARER, 300);
		see(CARRIER, 1);
		see(TOWER, 300);
		assert_eq!(standing(), (Confirmed, None));
		assert_eq!(first().deniers, OrgSet::of(CARRIER));
	});
}

#[test]
fn silence_confirms() {
	run_with_a_cell(|| {
		see(SHARER, 300);
		go_to(System::block_number() + SILENCE_TERM);
		assert_eq!(standing(), (Alleged, None));
		go_to(System::block_number() + 1);
		assert_eq!(standing(), (Confirmed, None));
		// And gives the accused an order, raised by who has seen it
		assert_eq!(Remedied::get(), []);
		go_to(System::block_number() + 1);
		assert_eq!(Remedied::get(), [(0, cell_id(0, 0), SHARER, CARRIER)]);
		// What comes after it is too late to contest
		see(CARRIER, 1);
		assert_eq!(standing(), (Confirmed, None));
	});
}

#[test]
fn import_is_refused_where_its_owner_is_accused() {
	run_with_a_cell(|| {
		put(0, vec![station(), station()]);
		see(SHARER, 300);
		let import = |pci| {
			let cells = table(&[vec![cell(pci)], vec![cell(pci)]]);
			assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, cells));
			match last_event() {
				Event::BaselineImported { results, .. } => results.into_inner(),
				other => panic!("{other:?}"),
			}
		};
		// Neither what was seen nor anything else is written over it, whatever becomes of the station beside it
		let refused = BaselineResult::Refused(BaselineRefusal::ViolationOpen { id: 0 });
		assert_eq!(import(300), [(0, refused), (1, BaselineResult::Written)]);
		assert_eq!(import(7), [(0, refused), (1, BaselineResult::Written)]);
		assert_eq!((standing(), first().approved), ((Alleged, None), Some(1)));
		// What stands there is unchanged, and refused is nothing
		assert_eq!(import(1), [(0, BaselineResult::Unchanged), (1, BaselineResult::Written)]);
	});
}

#[test]
fn import_is_refused_while_anothers_violation_stands_open() {
	run_with_a_cell(|| {
		// Given a tracking area code that the sharer has made known
		confirm(0);
		let mut other = cell(1);
		other[1].1 = 7;
		let known = Notice {
			slot: 0,
			cell: 0,
			key: other[1].0,
			old: None,
			new: 7,
			source: Source::Management,
			at: Clock::now(),
		};
		assert_ok!(ConfigGuard::notify(collector(SHARER), HERE, 0, vec![known].try_into().unwrap()));
		go_to(System::block_number() + 1);
		let root = read(TOWER);
		say_cell(TOWER, root, other.clone());
		assert_eq!(first().against, SHARER);
		// When the owner imports what was seen
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![other]])));
		let refused = BaselineResult::Refused(BaselineRefusal::ViolationOpen { id: 0 });
		let refused =
			|event| matches!(event, Event::BaselineImported { results, .. } if results[..] == [(0, refused)]);
		assert!(refused(last_event()));
		assert_eq!(standing(), (Alleged, None));
	});
}

#[test]
fn what_the_owner_reports_of_itself_is_confirmed() {
	run_with_a_cell(|| {
		see(CARRIER, 300);
		assert_eq!(standing(), (Confirmed, None));
	});
}

#[test]
fn local_network_with_open_violations_is_not_attested_as_a_whole() {
	run_with_a_cell(|| {
		see(SHARER, 300);
		let root = read(TOWER);
		let (sweep, key) = open_sweep(&[]);
		let tag = key.tag(&ConfigGuard::network_digest(HERE).unwrap());
		let tags = vec![(HERE, tag)].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_networks(collector(TOWER), sweep, root, tags));
		let Event::NetworksAttested { results, .. } = last_event() else { panic!("no result") };
		assert_eq!(results.into_inner(), [(HERE, crate::types::NetworkResult::HasOpenViolations)]);
		// By pages it is, and that contests what was alleged
		see_page(TOWER);
		assert_eq!(standing(), (Contested, None));
	});
}

#[test]
fn what_was_read_before_says_nothing_against_it() {
	run_with_a_cell(|| {
		// Given exports of before a change
		let earlier = [read(CARRIER), read(TOWER)];
		go_to(5);
		see(SHARER, 300);
		// When they are spoken of after it was seen
		say(CARRIER, earlier[0], 1);
		say(TOWER, earlier[1], 1);
		// Then nothing is contested, and nothing is closed once a second company has seen it
		assert_eq!((standing(), first().deniers), ((Alleged, None), OrgSet::EMPTY));
		see(TOWER, 300);
		say(TOWER, earlier[1], 1);
		assert_eq!(standing(), (Confirmed, None));
		assert!(first().since < first().last);
		// And an older sighting does not make the last one older, nor say what is set there now
		let root = read(TOWER);
		go_to(System::block_number() + 1);
		see(SHARER, 301);
		let last = first().last;
		say(TOWER, root, 300);
		assert_eq!((first().last, first().observed), (last, Some(301)));
	});
}

/// The owner has this PCI approved, alone.
fn approve(pci: i64) {
	confirm(0);
	let number = ask(CARRIER, terms(), &[item(0, 0, PCI, pci)]);
	assert_eq!(phase(number), Phase::Executed);
}

/// What companies have seen of violations, by the events.
fn seen() -> Vec<(OrgId, Option<i64>)> {
	let of = |event| match event {
		Event::ViolationOpened { accuser, observed, .. } => Some((accuser, observed)),
		Event::ViolationSeen { org, observed, .. } => Some((org, observed)),
		_ => None,
	};
	events().into_iter().filter_map(of).collect()
}

#[test]
fn accused_confirms_and_has_no_say_in_what_was_seen() {
	for (pci, closing) in [(6, None), (300, Some(Closing::Approved))] {
		// A value that it may approve alone, and one of another kind
		for word in [6, 2_000] {
			run_with_a_cell(|| {
				see(SHARER, 300);
				see(CARRIER, word);
				assert_eq!(standing(), (Confirmed, None));
				assert_eq!((first().kind, first().observed), (Kind::Hidden, Some(300)));
				assert_eq!(seen(), [(SHARER, Some(300)), (CARRIER, Some(word))]);
				// Only what others have seen is over once it is approved
				approve(pci);
				assert_eq!(standing(), (Confirmed, closing));
			});
		}
	}
	// Nor once a second company has seen it
	run_with_a_cell(|| {
		for (org, pci) in [(SHARER, 300), (TOWER, 300), (CARRIER, 6)] {
			see(org, pci);
		}
		approve(6);
		assert_eq!((standing(), first().observed), ((Confirmed, None), Some(300)));
		see(SHARER, 6);
		assert_eq!(standing(), (Confirmed, Some(Closing::Restored)));
	});
}

#[test]
fn what_the_accused_reports_stands_until_another_sees_it() {
	run_with_a_cell(|| {
		see(CARRIER, 6);
		see(CARRIER, 7);
		assert_eq!((first().observed, first().shown), (Some(6), None));
		approve(6);
		assert_eq!(standing(), (Confirmed, Some(Closing::Approved)));
	});
	run_with_a_cell(|| {
		// Given others that have read it before
		let [of_sharer, of_tower] = [SHARER, TOWER].map(|org| {
			go_to(System::block_number() + 1);
			read(org)
		});
		go_to(System::block_number() + 1);
		see(CARRIER, 6);
		// Then what they have seen stands, by the last of their exports
		say(SHARER, of_sharer, 300);
		assert_eq!(first().observed, Some(300));
		see(CARRIER, 6);
		say(TOWER, of_tower, 301);
		assert_eq!(first().observed, Some(301));
		say(SHARER, of_sharer, 300);
		assert_eq!(first().observed, Some(301));
		approve(6);
		assert_eq!(standing(), (Confirmed, None));
	});
}

#[test]
fn two_who_have_seen_different_values_confirm_each_other() {
	run_with_a_cell(|| {
		see(SHARER, 300);
		see(TOWER, 301);
		assert_eq!((standing(), first().observed), ((Confirmed, None), Some(301)));
		assert_eq!(seen(), [(SHARER, Some(300)), (TOWER, Some(301))]);
	});
}

#[test]
fn two_exports_in_turn_open_and_count_once() {
	run_with_a_cell(|| {
		let violated = [read(SHARER), read(TOWER)];
		go_to(5);
		let mended = read(TOWER);
		say(SHARER, violated[0], 300);
		say(TOWER, violated[1], 300);
		assert_eq!((standing(), score()), ((Confirmed, None), 1));
		say(TOWER, mended, 1);
		assert_eq!(standing(), (Confirmed, Some(Closing::Restored)));
		// What was read before it was mended opens nothing
		say(SHARER, violated[0], 300);
		say(TOWER, violated[1], 300);
		assert_eq!((Violations::<Test>::iter().count(), score()), (1, 1));
		assert_eq!(OpenViolations::<Test>::get(HERE), 0);
		// What is read later does
		see(SHARER, 300);
		assert_eq!(OpenViolations::<Test>::get(HERE), 1);
		see(TOWER, 300);
		see(SHARER, 1);
		// One record of the value is kept, with what was read last
		let settled = SettledInPage::<Test>::get(HERE, 0);
		assert_eq!(settled.iter().map(|one| one.denied.observed > 5_000).collect::<Vec<_>>(), [true]);
	});
}

#[test]
fn what_one_company_alone_takes_back_settles_nothing() {
	run(|| {
		put(0, vec![station()]);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![cell(1)]])));
		let open = || OpenInPage::<Test>::get(HERE, 0).iter().map(|one| one.accuser).collect::<Vec<_>>();
		// Given a change in silence that the sharer has read, and an accomplice that alleges it and takes it back later
		let honest = read(SHARER);
		go_to(5);
		let accomplice = read(TOWER);
		say(TOWER, accomplice, 300);
		see(TOWER, 1);
		assert_eq!(standing(), (Alleged, Some(Closing::TakenBack)));
		assert_eq!(SettledInPage::<Test>::get(HERE, 0).len(), 0);
		// When the sharer says what it has read
		say(SHARER, honest, 300);
		// Then that is alleged, and the accused has to answer
		assert_eq!(open(), [SHARER]);
		go_to(System::block_number() + SILENCE_TERM + 1);
		assert_eq!(ConfigGuard::violation(1).unwrap().standing, Confirmed);
		assert_eq!(score(), 1);
	});
}

#[test]
fn what_one_company_alleges_and_takes_back_in_turn_counts_never() {
	run(|| {
		put(0, vec![station()]);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![cell(1)]])));
		let violated = read(TOWER);
		go_to(5);
		let (mended, answer) = (read(TOWER), read(CARRIER));
		for round in 0..3 {
			say(TOWER, violated, 300);
			assert_eq!(ConfigGuard::violation(round).unwrap().standing, Alleged);
			// One reading answers all of it
			say(CARRIER, answer, 1);
			assert_eq!(ConfigGuard::violation(round).unwrap().standing, Contested);
			say(TOWER, mended, 1);
			assert_eq!(OpenViolations::<Test>::get(HERE), 0);
		}
		go_to(System::block_number() + SILENCE_TERM + 1);
		assert_eq!(score(), 0);
	});
}

#[test]
fn what_was_not_repeated_settles_nothing() {
	run_with_a_cell(|| {
		see(SHARER, 300);
		see(CARRIER, 1);
		go_to(System::block_number() + ATTESTATION_TERM + 1);
		assert_eq!(standing(), (Contested, Some(Closing::NotRepeated)));
		assert_eq!(SettledInPage::<Test>::get(HERE, 0).len(), 0);
	});
}

#[test]
fn what_was_read_before_it_was_restored_stands_as_a_contradiction() {
	run_with_a_cell(|| {
		// Given what the sharer has read, and two others have confirmed and seen as restored meanwhile
		let honest = read(SHARER);
		go_to(5);
		see(TOWER, 300);
		see(CARRIER, 300);
		see(TOWER, 1);
		assert_eq!((standing(), score()), ((Confirmed, Some(Closing::Restored)), 1));
		// When the sharer says it
		say(SHARER, honest, 300);
		// Then it is no violation, and its word stands against theirs
		assert_eq!(Violations::<Test>::iter().count(), 1);
		let page = ConfigGuard::page_coverage(HERE, 0, 1).remove(0);
		assert!(page.contradicting);
		let says_otherwise = |one: &crate::coverage::Word| matches!(one.sees, Sees::Otherwise { .. });
		let otherwise = page.words.iter().filter(|one| says_otherwise(one)).map(|one| one.org);
		assert!(otherwise.eq([CARRIER, SHARER]));
	});
}

#[test]
fn word_against_an_allegation_stands_however_often_that_is_repeated() {
	for witness in [CARRIER, TOWER] {
		for is_repeated_before in [true, false] {
			run_with_a_cell(|| {
				// Given a slander, what another reads then, and the slander once more, from what is read later
				let earlier = read(witness);
				go_to(2);
				see(SHARER, 300);
				let answer = read(witness);
				go_to(System::block_number() + 1);
				let again = read(SHARER);
				let repeat = || say(SHARER, again, 300);
				if is_repeated_before {
					repeat();
				}
				// What was read before it says nothing
				say(witness, earlier, 1);
				assert_eq!((standing(), first().deniers), ((Alleged, None), OrgSet::EMPTY));
				say(witness, answer, 1);
				assert_eq!((standing(), first().deniers), ((Contested, None), OrgSet::of(witness)));
				if !is_repeated_before {
					repeat();
				}
				assert!(first().since < first().denials[0].observed);
				assert!(first().denials[0].observed < first().last);
				// Then silence confirms nothing
				go_to(System::block_number() + SILENCE_TERM + 1);
				assert_eq!((standing(), score()), ((Contested, None), 0));
				// Until it is nobody's word
				doubt(witness, answer);
				go_to(next_look_of(witness) + 2 * SILENCE_TERM);
				assert_eq!((standing(), score()), ((Confirmed, None), 1));
			});
		}
	}
}

#[test]
fn second_witness_confirms_over_a_word_read_between() {
	run_with_a_cell(|| {
		see(SHARER, 300);
		let [owner, sharer] = [CARRIER, SHARER].map(read);
		go_to(System::block_number() + 1);
		let tower = read(TOWER);
		go_to(System::block_number() + 1);
		see(SHARER, 300);
		say(CARRIER, owner, 1);
		assert_eq!(standing(), (Contested, None));
		// Who alleges it takes it back by what was read later than all that it has said, and by nothing else
		say(SHARER, sharer, 1);
		assert_eq!((standing(), first().deniers), ((Contested, None), OrgSet::of(CARRIER)));
		say(TOWER, tower, 300);
		assert_eq!((standing(), score()), ((Confirmed, None), 1));
		// What is confirmed is restored by what was read later than it was seen last, whoever says so
		say(SHARER, sharer, 1);
		assert_eq!((standing(), first().deniers), ((Confirmed, None), OrgSet::of(CARRIER)));
		see(SHARER, 1);
		assert_eq!(standing(), (Confirmed, Some(Closing::Restored)));
	});
}

/// Marks an export, and its company.
fn doubt(org: OrgId, root: Hash) {
	crate::Exports::<Test>::mutate(org, root, |export| export.as_mut().unwrap().marks.missing += 1);
	crate::MarksOf::<Test>::mutate(org, |marks| marks.missing += 1);
}

/// When the violations are looked at next that the sharer has seen.
fn next_look() -> BlockNumber {
	next_look_of(SHARER)
}

/// When the violations are looked at next that a company has spoken of.
fn next_look_of(org: OrgId) -> BlockNumber {
	NextLook::<Test>::get((HERE, 0, org)).expect("they are looked at")
}

fn score() -> u32 {
	crate::DayScores::<Test>::iter_values().sum()
}

#[test]
fn doubted_denial_is_nobodys() {
	run_with_a_cell(|| {
		see(SHARER, 300);
		let roots = [CARRIER, TOWER].map(|org| {
			let root = read(org);
			say(org, root, 1);
			root
		});
		assert_eq!(standing(), (Contested, None));
		// Given one of two that is doubted
		doubt(CARRIER, roots[0]);
		go_to(next_look());
		assert_eq!(standing(), (Contested, None));
		// When the other one is too
		doubt(TOWER, roots[1]);
		let look = next_look();
		go_to(look - 1);
		assert_eq!(standing(), (Contested, None));
		go_to(look);
		// Then it is alleged, and the accused is asked from now on
		assert_eq!(standing(), (Alleged, None));
		go_to(look + SILENCE_TERM);
		assert_eq!((standing(), score()), ((Alleged, None), 0));
		go_to(look + SILENCE_TERM + 1);
		assert_eq!((standing(), score()), ((Confirmed, None), 1));
	});
}

#[test]
fn doubted_denial_is_forgotten_once_it_is_seen_again() {
	run_with_a_cell(|| {
		see(SHARER, 300);
		let root = read(CARRIER);
		say(CARRIER, root, 1);
		doubt(CARRIER, root);
		see(SHARER, 300);
		let asked = System::block_number();
		assert_eq!((standing(), first().asked), ((Alleged, None), asked));
		go_to(asked + SILENCE_TERM + 1);
		assert_eq!(standing(), (Confirmed, None));
	});
}

#[test]
fn contested_ends_when_nobody_says_it_again() {
	run_with_a_cell(|| {
		see(SHARER, 300);
		see(CARRIER, 1);
		// It is said again, and waited for from then on
		see(SHARER, 300);
		let said = System::block_number();
		go_to(said + ATTESTATION_TERM);
		assert_eq!(standing(), (Contested, None));
		go_to(said + ATTESTATION_TERM + 1);
		assert_eq!((standing(), score()), ((Contested, Some(Closing::NotRepeated)), 0));
		assert_eq!(NextLook::<Test>::get((HERE, 0, SHARER)), None);
	});
}

#[test]
fn what_only_doubted_exports_show_ends() {
	run_with_a_cell(|| {
		let root = read(SHARER);
		say(SHARER, root, 300);
		let said = System::block_number();
		doubt(SHARER, root);
		go_to(said + ATTESTATION_TERM);
		assert_eq!(standing(), (Alleged, None));
		go_to(said + ATTESTATION_TERM + 1);
		assert_eq!((standing(), score()), ((Alleged, Some(Closing::NotRepeated)), 0));
	});
}

#[test]
fn silence_of_who_cannot_answer_confirms_nothing() {
	run_with_a_cell(|| {
		see(SHARER, 300);
		Orgs::mutate(|orgs| orgs[usize::from(CARRIER.0)] = OrgStatus::Suspended);
		let look = next_look();
		go_to(look);
		assert_eq!(standing(), (Alleged, None));
		// It is asked again, a term long
		Orgs::mutate(|orgs| orgs[usize::from(CARRIER.0)] = OrgStatus::Active);
		assert_eq!((first().asked, next_look()), (look, look + SILENCE_TERM + 1));
		go_to(look + SILENCE_TERM);
		assert_eq!((standing(), score()), ((Alleged, None), 0));
		go_to(look + SILENCE_TERM + 1);
		assert_eq!((standing(), score()), ((Confirmed, None), 1));
	});
}

#[test]
fn violations_that_are_over_are_kept_for_so_many_others_of_their_accuser() {
	run(|| {
		baseline();
		let come_round = |org| {
			PastViolationCounts::<Test>::mutate(|counts| counts.try_insert(org, MAX_PAST_VIOLATIONS))
				.unwrap();
		};
		let first = |org| PastViolations::<Test>::get(past_place(org, 0));
		observe(SHARER, 1_000, &[of(0, POWER, 13)]);
		observe(SHARER, 2_000, &[]);
		assert!(Violations::<Test>::get(0).unwrap().closed.is_some());
		assert_eq!(first(SHARER), Some(0));
		// Another company opens as many as it likes, and takes them back
		come_round(TOWER);
		observe(TOWER, 3_000, &[of(0, POWER, 13)]);
		observe(TOWER, 4_000, &[]);
		assert!(Violations::<Test>::get(1).unwrap().closed.is_some());
		assert_eq!(
			(Violations::<Test>::contains_key(0), first(SHARER), first(TOWER)),
			(true, Some(0), Some(1))
		);
		// When its own ring has come round
		come_round(SHARER);
		observe(SHARER, 5_000, &[of(0, POWER, 13)]);
		observe(SHARER, 6_000, &[]);
		assert_eq!((Violations::<Test>::get(0), first(SHARER), first(TOWER)), (None, Some(2), Some(1)));
	});
}
