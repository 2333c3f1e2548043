// SPDX-License-Identifier: Apache-2.0

//! What the chain does by itself.

use super::*;
use crate::{Due, Examinations, Held, OpenPlans, Queued};
use frame_support::assert_ok;
use trimast_primitives::org::OrgStatus;

#[test]
fn plan_that_nobody_has_agreed_on_lapses() {
	for advance in [examined, agreed] {
		test(|| {
			let number = advance();
			blocks(1, at(FIRST, 4) - 1);
			assert_ne!(phase(number), PlanPhase::Lapsed);
			blocks(1, at(FIRST, 4));
			assert_eq!(phase(number), PlanPhase::Lapsed);
			assert!(events().contains(&Event::PlanEnded {
				plan: number,
				phase: PlanPhase::Lapsed,
				last_day: LAST
			}));
			blocks(1, at(FIRST, 4));
			assert_eq!(Windows::<Test>::get(number), None);
			assert!(Held::<Test>::get(HERE, 0).is_empty());
			assert_eq!(OpenPlans::<Test>::get(OWNER, HERE), 0);
		});
	}
}

#[test]
fn each_day_is_looked_at_again() {
	test(|| {
		let number = approved();
		// Given an outage, a change, a freeze and another station, day by day
		Down::set(vec![cell(0, 0).site]);
		blocks(1, at(FIRST, 4));
		assert_eq!(woken(number, FIRST), [(Waker::Outage, 0, 0b10)]);
		Down::set(vec![]);
		Changing::set(vec![cell(1, 0)]);
		blocks(1, at(FIRST + 1, 4));
		assert_eq!(woken(number, FIRST + 1), [(Waker::Change, 1, 0b10)]);
		Changing::set(vec![]);
		Frozen::set(vec![(at(FIRST + 2, 10), at(FIRST + 2, 11))]);
		blocks(1, at(FIRST + 2, 4));
		assert_eq!(woken(number, FIRST + 2), [(Waker::Freeze, 0, 0b10), (Waker::Freeze, 1, 0b10)]);
		Inventory::mutate(|all| {
			let station = &mut all.get_mut(&(HERE, 0)).unwrap()[1];
			station.state = trimast_primitives::site::StationState::Retired;
		});
		blocks(1, at(FIRST + 3, 4));
		assert_eq!(woken(number, FIRST + 3), [(Waker::Inventory, 1, 0b10)]);
		// And one on which nothing is in the way
		Inventory::mutate(|all| all.insert((HERE, 0), (0..3).map(station).collect()));
		blocks(1, at(FIRST + 4, 4));
		assert_eq!(woken(number, FIRST + 4), []);
		assert_eq!(phase(number), PlanPhase::Approved);
		// And one on which what stands in is locked
		Locked::set(vec![cell(0, 0), cell(1, 1)]);
		blocks(1, at(FIRST + 5, 4));
		assert_eq!(woken(number, FIRST + 5), [(Waker::Inventory, 0, 0b10)]);
	});
}

#[test]
fn cell_that_is_not_covered_in_full_any_more_is_woken() {
	test(|| {
		// Given that changes by day have made PARTIAL of the one relation, and taken the other away
		let number = approved();
		Relations::mutate(|all| {
			all.insert(cell(0, 1), vec![(cell(0, 0), Some(Cover::Partial))]);
			all.remove(&cell(1, 1));
		});
		blocks(1, at(FIRST, 4));
		assert_eq!(woken(number, FIRST), [(Waker::Inventory, 0, 0b10), (Waker::Inventory, 1, 0b10)]);
	});
}

#[test]
fn cell_that_may_not_sleep_at_that_time_any_more_is_woken() {
	test(|| {
		// Given that a change by day has made it so
		let number = approved();
		NotAllowedHours::set([(cell(1, 1), 1 << 3), (cell(0, 1), 1 << 7)].into());
		blocks(1, at(FIRST, 4));
		assert_eq!(woken(number, FIRST), [(Waker::Inventory, 1, 0b10)]);
	});
	test(|| {
		// And before it is approved it keeps the page from that
		let number = agreed();
		NotAllowedHours::set([(cell(1, 1), 1 << 3)].into());
		assert_eq!(cells_refused(approve(number)), [(1, 1, CellRefusal::NotAllowed)]);
	});
}

#[test]
fn cell_that_somebody_shares_who_was_not_asked_is_woken() {
	test(|| {
		// Given that another company has come to share both stations, and has signed, since everybody consented
		let number = approved();
		Inventory::mutate(|all| {
			for entry in all.get_mut(&(HERE, 0)).unwrap() {
				entry.station.sharers = OrgSet::of(SHARER).with(OTHER);
				entry.signed = OrgSet(0b1111);
			}
		});
		blocks(1, at(FIRST, 4));
		assert_eq!(woken(number, FIRST), [(Waker::Inventory, 0, 0b10), (Waker::Inventory, 1, 0b10)]);
		// Who has left is asked for nothing
		Orgs::mutate(|orgs| orgs[usize::from(OTHER.0)] = OrgStatus::Left);
		blocks(1, at(FIRST + 1, 4));
		assert_eq!(woken(number, FIRST + 1), []);
	});
}

#[test]
fn cell_is_woken_where_somebody_shares_what_stands_in_who_was_not_asked() {
	test(|| {
		covered_from_beside(OWNER, OrgSet::of(SHARER));
		let number = propose(saving());
		assert_eq!(examine(number), None);
		assert_ok!(consent(SHARER, number));
		assert_eq!(approve(number), None);
		// When another company has come to share the third station, then the one cell that it covers is awake
		share_third(OWNER, OrgSet::of(SHARER).with(OTHER));
		blocks(1, at(FIRST, 4));
		assert_eq!(woken(number, FIRST), [(Waker::Inventory, 0, 0b10)]);
	});
}

#[test]
fn a_day_that_the_chain_has_missed_is_passed_over() {
	test(|| {
		let number = approved();
		Down::set(vec![cell(0, 0).site]);
		// No block came in the window of the first day: there is nothing to wake any more
		blocks(1, at(FIRST, 12));
		assert_eq!((woken(number, FIRST), window(number).due), (vec![], window(number).begins(FIRST + 1)));
		// In that of the second one late
		blocks(1, at(FIRST + 1, 11));
		assert_eq!(woken(number, FIRST + 1), [(Waker::Outage, 0, 0b10)]);
	});
}

#[test]
fn plan_is_over_after_its_last_window_and_kept_as_long_as_its_reports() {
	test(|| {
		let number = approved();
		for day in FIRST..=LAST {
			blocks(1, at(day, 4));
		}
		assert_eq!((phase(number), window(number).due), (PlanPhase::Approved, window(number).end()));
		blocks(1, at(LAST, 12));
		assert_eq!((phase(number), window(number).holds), (PlanPhase::Over, true));
		blocks(1, at(LAST, 12));
		assert!(!window(number).holds && Held::<Test>::get(HERE, 0).is_empty());
		assert_eq!(OpenPlans::<Test>::get(OWNER, HERE), 0);
		assert!(Examinations::<Test>::contains_key(number, 0));
		// Reports are kept for 62 days
		blocks(1, at(LAST + 62, 0) - 1);
		assert_eq!(phase(number), PlanPhase::Over);
		blocks(1, at(LAST + 62, 0));
		assert_eq!(Windows::<Test>::get(number), None);
		assert!(!Examinations::<Test>::contains_key(number, 0));
		// The next look finds nobody in the queue
		blocks(1, at(LAST + 62, 0));
		assert!(Queued::<Test>::get().0.is_empty() && Due::<Test>::iter().next().is_none());
	});
}

#[test]
fn plan_may_be_ended_early() {
	test(|| {
		// Given that the window of the third day has begun
		let number = approved();
		for day in FIRST..=FIRST + 2 {
			blocks(1, at(day, 4));
		}
		assert_ok!(Energy::withdraw_plan(planner(OWNER), number));
		// Then that day is the last one
		assert_eq!((phase(number), window(number).last_day), (PlanPhase::Over, FIRST + 2));
		// And until its window is over no other plan has its cells: all of it may be proven
		blocks(1, at(FIRST + 2, 12) - 1);
		assert!(window(number).holds);
		blocks(1, at(FIRST + 2, 12));
		assert!(!window(number).holds);
	});
	test(|| {
		// Before it has, the second one is
		let number = approved();
		for day in FIRST..=FIRST + 1 {
			blocks(1, at(day, 4));
		}
		Now::set(at(FIRST + 2, 3));
		assert_ok!(Energy::withdraw_plan(planner(OWNER), number));
		assert_eq!((phase(number), window(number).last_day), (PlanPhase::Over, FIRST + 1));
	});
}

#[test]
fn companies_have_their_turns() {
	test(|| {
		// Given many plans of the sharer that are due, and then one of the owner
		let theirs: Vec<u32> = (0..5)
			.map(|_| {
				assert_ok!(Energy::propose_plan(planner(SHARER), Box::new(saving())));
				crate::NextPlan::<Test>::get() - 1
			})
			.collect();
		let own = propose(saving());
		for number in theirs.iter().chain([&own]) {
			let by = window(*number).by;
			assert_ok!(Energy::withdraw_plan(planner(by), *number));
		}
		// Then the owner's is done in the second block at the latest
		blocks(2, NOON);
		assert_eq!(Windows::<Test>::get(own), None);
		assert_eq!(theirs.iter().filter(|number| Windows::<Test>::contains_key(**number)).count(), 4);
		blocks(4, NOON);
		assert_eq!(Windows::<Test>::iter().count(), 0);
	});
}

/// So many plans of a company that are taken back: what is left of them is due.
fn withdrawn(by: OrgId, count: u32) -> Vec<u32> {
	let mut numbers = Vec::new();
	for _ in 0..count {
		let number = crate::NextPlan::<Test>::get();
		let plan = SavingPlan { first_day: LAST + 9, ..saving() };
		assert_ok!(Energy::propose_plan(planner(by), Box::new(plan)));
		assert_ok!(Energy::withdraw_plan(planner(by), number));
		numbers.push(number);
	}
	numbers
}

#[test]
fn what_is_left_of_other_plans_delays_no_look() {
	test(|| {
		// Given an approved plan, and many of the same company that were withdrawn long before its window begins
		let number = approved();
		let others = withdrawn(OWNER, 5);
		let left = || others.iter().filter(|number| Windows::<Test>::contains_key(**number)).count();
		Down::set(vec![cell(0, 0).site]);
		// When its window begins, then its page is looked at in the first block
		blocks(1, at(FIRST, 4));
		assert_eq!((woken(number, FIRST), left()), (vec![(Waker::Outage, 0, 0b10)], 5));
		// And so on each day; between its windows the chain goes on with the others
		blocks(2, at(FIRST, 4));
		assert_eq!(left(), 3);
		for day in FIRST + 1..=LAST {
			Down::set(vec![cell(1, 0).site]);
			blocks(1, at(day, 4));
			assert_eq!((woken(number, day), left()), (vec![(Waker::Outage, 1, 0b10)], 3));
		}
		// Behind its last window it is over first, and then it is one of them: what was due first comes first
		blocks(1, at(LAST, 12));
		assert_eq!((phase(number), left()), (PlanPhase::Over, 3));
		blocks(3, at(LAST, 12));
		assert_eq!((left(), window(number).holds), (0, true));
		blocks(1, at(LAST, 12));
		assert!(!window(number).holds);
	});
}

#[test]
fn look_waits_for_the_turns_of_others_alone() {
	test(|| {
		// Given that the owner had its turn, and that both companies have much that is left of others
		let number = approved();
		withdrawn(OWNER, 5);
		withdrawn(SHARER, 5);
		Down::set(vec![cell(0, 0).site]);
		blocks(2, NOON);
		assert_eq!(Queued::<Test>::get().1, OWNER);
		// Then the owner's page is looked at in the first block of its next one
		blocks(1, at(FIRST, 4));
		assert_eq!(woken(number, FIRST), []);
		blocks(1, at(FIRST, 4));
		assert_eq!(woken(number, FIRST), [(Waker::Outage, 0, 0b10)]);
	});
}

#[test]
fn pages_are_looked_at_one_a_block() {
	test(|| {
		let pages: Vec<_> = (1..=3).map(|number| page(number, &[(0, 0b10)])).collect();
		for number in 1..=3 {
			Inventory::mutate(|all| all.insert((HERE, number), vec![station(number.into())]));
			relate(cell_in(number, 0, 1), cell_in(number, 0, 0), Some(Cover::Full));
		}
		let number = propose(with_pages(&pages));
		for page in 1..=3 {
			assert_ok!(plain(Energy::examine_page(planner(OWNER), number, page)));
		}
		assert_ok!(consent(SHARER, number));
		for page in 1..=3 {
			assert_ok!(plain(Energy::approve_page(planner(OWNER), number, page)));
		}
		Down::set((1..=3).map(|page| cell_in(page, 0, 0).site).collect());
		for done in 1..=3u16 {
			blocks(1, at(FIRST, 4));
			let pages: Vec<u16> =
				(1..=3).filter(|page| !Woken::<Test>::get((number, *page, FIRST)).is_empty()).collect();
			assert_eq!(pages, (1..=done).collect::<Vec<_>>());
		}
		assert_eq!(window(number).due, window(number).begins(FIRST + 1));
		// And give up what they hold likewise
		assert_ok!(Energy::withdraw_plan(planner(OWNER), number));
		for left in (0..3).rev() {
			blocks(1, at(FIRST, 12));
			assert_eq!(Held::<Test>::iter().count(), left);
		}
		assert!(!window(number).holds);
	});
}

#[test]
fn page_that_is_forgotten_is_charged_for_as_such() {
	test(|| {
		// Given a plan that is over and holds nothing any more
		let number = approved();
		blocks(20, at(LAST, 12));
		assert_eq!((phase(number), window(number).holds), (PlanPhase::Over, false));
		// When its day comes
		Now::set(at(LAST + SETTINGS.days, 0));
		let weight = crate::windows::work::<Test>();
		assert_eq!(weight, <() as crate::WeightInfo>::forget_page());
		assert_eq!(Windows::<Test>::get(number), None);
	});
}
