// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{Error, Held};
use frame_support::{assert_noop, assert_ok};

fn refuse(org: OrgId, number: u32) -> DispatchResult {
	Energy::refuse_plan(planner(org), number, words())
}

#[test]
fn refuse_works() {
	// Whether who refuses has consented or not
	for advance in [examined, agreed] {
		test(|| {
			let number = advance();
			System::reset_events();
			assert_ok!(refuse(SHARER, number));
			let refused = Event::PlanRefused { plan: number, by: SHARER, reason: words() };
			let ended = Event::PlanEnded { plan: number, phase: PlanPhase::Refused, last_day: LAST };
			assert_eq!(events(), [refused, ended]);
			assert_eq!(Energy::saving_plan(number).unwrap().plan.phase, PlanPhase::Refused);
			assert_noop!(refuse(SHARER, number), Error::<Test>::WrongPhase);
			// Then the chain comes to it at once, and nothing is left
			blocks(1, NOON);
			assert_noop!(refuse(SHARER, number), Error::<Test>::NoSuchPlan);
			assert_nothing_left();
		});
	}
}

#[test]
fn nothing_is_done_with_what_is_refused() {
	test(|| {
		let number = agreed();
		assert_ok!(refuse(SHARER, number));
		assert_noop!(Energy::withdraw_plan(planner(OWNER), number), Error::<Test>::WrongPhase);
		assert_noop!(consent(SHARER, number), Error::<Test>::WrongPhase);
		for call in [Energy::examine_page, Energy::approve_page] {
			assert_noop!(plain(call(planner(OWNER), number, 0)), Error::<Test>::WrongPhase);
		}
	});
}

#[test]
fn what_is_refused_is_in_nobodys_way() {
	test(|| {
		// Given a cell that stands in for one of a plan, and that another plan would put to sleep at that time
		relate(cell(0, 1), cell(1, 0), Some(Cover::Full));
		relate(cell(1, 0), cell(1, 1), Some(Cover::Full));
		let first = propose(with_pages(&[page(0, &[(0, 0b10)])]));
		assert_eq!(examine(first), None);
		let second = propose(with_pages(&[page(0, &[(1, 0b1)])]));
		let compensates = CellRefusal::Compensates { plan: first };
		assert_eq!(cells_refused(examine(second)), [(1, 0, compensates)]);
		// When the first one is refused, then the second one may be agreed on, also before the chain has cleared up
		assert_ok!(refuse(SHARER, first));
		assert_eq!(examine(second), None);
		blocks(1, NOON);
		let held = Held::<Test>::get(HERE, 0);
		assert!(!held.is_empty() && held.iter().all(|hold| hold.plan == second));
	});
}

#[test]
fn refuse_fails_for_everybody_else() {
	test(|| {
		let number = examined();
		assert_refusals(SHARER, &[PLANNER, IDLE], |origin| Energy::refuse_plan(origin, number, words()));
		// Who has proposed it withdraws it
		for org in [OWNER, TOWER, OTHER, WITNESS] {
			assert_noop!(refuse(org, number), Error::<Test>::NotAsked);
		}
		assert_noop!(refuse(SHARER, 9), Error::<Test>::NoSuchPlan);
		let nothing = Words { text: Default::default(), body: None };
		assert_noop!(Energy::refuse_plan(planner(SHARER), number, nothing), Error::<Test>::BadWords);
		assert_eq!(phase(number), PlanPhase::Proposed);
		assert_ok!(Energy::refuse_plan(account(SHARER, IDLE), number, words()));
	});
}

#[test]
fn refuse_fails_when_the_plan_is_approved() {
	test(|| {
		let number = approved();
		assert_noop!(refuse(SHARER, number), Error::<Test>::WrongPhase);
		Now::set(at(FIRST, 5));
		assert_noop!(refuse(SHARER, number), Error::<Test>::WrongPhase);
	});
}

#[test]
fn who_is_asked_so_far_refuses() {
	test(|| {
		// Given a plan of two pages, of which the sharer shares what is in the first, and another company what is in the second
		let mut entry = station(10);
		(entry.station.sharers, entry.signed) = (OrgSet::of(OTHER), OrgSet(0b1111));
		Inventory::mutate(|all| all.insert((HERE, 5), vec![entry]));
		covered();
		relate(cell_in(5, 0, 1), cell_in(5, 0, 0), Some(Cover::Full));
		let number = propose(with_pages(&[page(0, &[(0, 0b10)]), page(5, &[(0, 0b10)])]));
		// Nobody is asked before a page is examined
		for org in [SHARER, OTHER] {
			assert_noop!(refuse(org, number), Error::<Test>::NotAsked);
		}
		// And who shares what is examined is, though not all is
		assert_eq!(examine(number), None);
		assert_noop!(refuse(OTHER, number), Error::<Test>::NotAsked);
		assert_noop!(consent(SHARER, number), Error::<Test>::NotExamined);
		assert_ok!(refuse(SHARER, number));
		// Both pages give up what they hold, one a block
		blocks(2, NOON);
		assert_nothing_left();
	});
}

#[test]
fn whoever_shares_what_stands_in_refuses() {
	test(|| {
		let number = of_three();
		assert_ok!(refuse(OTHER, number));
		assert_eq!(phase(number), PlanPhase::Refused);
	});
	test(|| {
		covered_from_beside(OWNER, OrgSet::of(SHARER).with(OTHER));
		let number = propose(saving());
		assert_eq!(examine(number), None);
		assert_ok!(refuse(OTHER, number));
	});
}

#[test]
fn what_was_refused_may_be_proposed_again() {
	test(|| {
		assert_ok!(refuse(SHARER, examined()));
		let number = propose(saving());
		assert_eq!(examine(number), None);
		assert_ok!(refuse(SHARER, number));
		blocks(2, NOON);
		assert_nothing_left();
	});
}
