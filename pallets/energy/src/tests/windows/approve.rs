// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::Error;
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::energy::WindowRules;

fn call(origin: RuntimeOrigin, number: u32, page: u16) -> DispatchResult {
	plain(Energy::approve_page(origin, number, page))
}

#[test]
fn approve_works() {
	test(|| {
		let number = agreed();
		System::reset_events();
		assert_ok!(call(planner(OWNER), number, 0));
		let page = Event::PageApproved { plan: number, page: 0 };
		assert_eq!(events(), [page, Event::PlanApproved { plan: number }]);
		assert_eq!(phase(number), PlanPhase::Approved);
		assert_eq!(Energy::saving_plan(number).unwrap().plan.approved, 1);
	});
}

#[test]
fn approve_fails_for_everybody_else() {
	test(|| {
		let number = agreed();
		assert_refusals(SHARER, &[PLANNER, IDLE], |origin| call(origin, number, 0));
		for org in [TOWER, OTHER, WITNESS] {
			assert_noop!(call(planner(org), number, 0), Error::<Test>::NotAsked);
		}
		assert_noop!(call(planner(OWNER), number, 1), Error::<Test>::NoSuchPage);
		assert_noop!(call(planner(OWNER), 9, 0), Error::<Test>::NoSuchPlan);
		Now::set(at(FIRST, 4));
		assert_noop!(call(planner(OWNER), number, 0), Error::<Test>::WindowBegun);
		Now::set(NOON);
		assert_ok!(call(planner(OWNER), number, 0));
		assert_noop!(call(planner(OWNER), number, 0), Error::<Test>::WrongPhase);
	});
}

#[test]
fn approve_fails_before_everybody_has_consented() {
	test(|| {
		let number = examined();
		assert_noop!(call(planner(OWNER), number, 0), Error::<Test>::NotAgreed);
	});
}

#[test]
fn approve_fails_when_the_examination_is_old() {
	test(|| {
		let rules = WindowRules { examination: 3_600, ..WindowRules::default() };
		assert_ok!(Energy::set_window_rules(RuntimeOrigin::root(), rules));
		let number = agreed();
		Now::set(NOON + HOUR + 1);
		assert_noop!(call(planner(OWNER), number, 0), Error::<Test>::ExaminationExpired);
		// Examined again it may be, without another consent
		assert_eq!(examine(number), None);
		Now::set(NOON + 2 * HOUR);
		assert_eq!(approve(number), None);
		assert_eq!(phase(number), PlanPhase::Approved);
	});
}

#[test]
fn approve_looks_again() {
	test(|| {
		let number = agreed();
		let is_refused = |cell, refusal| {
			assert_eq!(cells_refused(approve(number)), [(0, cell, refusal)]);
			assert_eq!(phase(number), PlanPhase::Agreed);
		};
		let by = cell(0, 0);
		Changing::set(vec![cell(0, 1)]);
		is_refused(1, CellRefusal::ChangeOpen);
		Changing::set(vec![by]);
		is_refused(1, CellRefusal::CoverChanges { by });
		Changing::set(vec![]);
		Locked::set(vec![by]);
		is_refused(1, CellRefusal::CoverLocked { by });
		Locked::set(vec![]);
		Down::set(vec![by.site]);
		is_refused(1, CellRefusal::Outage);
		// A neighbour has an outage that the cell covers
		relate(cell(0, 1), cell(2, 0), None);
		relate(cell(2, 0), cell(0, 1), Some(Cover::Partial));
		Down::set(vec![cell(2, 0).site]);
		is_refused(1, CellRefusal::CoversOutage { cell: cell(2, 0) });
		Down::set(vec![]);
		// A change that is closed by now has made another relation of it
		let lists = Relations::get();
		Relations::mutate(|all| all.insert(cell(0, 1), vec![(by, Some(Cover::Partial))]));
		is_refused(1, CellRefusal::NotCovered);
		Relations::set(lists);
		Frozen::set(vec![(at(LAST, 11), at(LAST, 11))]);
		assert_eq!(approve(number), Some(PageRefusal::Frozen { day: LAST }));
		// When nothing is in the way any more
		Frozen::set(vec![]);
		assert_eq!(approve(number), None);
		assert_eq!(phase(number), PlanPhase::Approved);
	});
}

#[test]
fn approve_fails_when_others_share_the_station_by_now() {
	test(|| {
		let number = agreed();
		Inventory::mutate(|all| {
			for entry in all.get_mut(&(HERE, 0)).unwrap() {
				entry.station.sharers = OrgSet::of(SHARER).with(OTHER);
				entry.signed = OrgSet(0b1111);
			}
		});
		assert_noop!(call(planner(OWNER), number, 0), Error::<Test>::PartiesChanged);
		// Examined again, the other one is asked
		assert_eq!(examine(number), None);
		assert_noop!(call(planner(OWNER), number, 0), Error::<Test>::NotAgreed);
	});
}

#[test]
fn approve_fails_when_others_share_what_stands_in_by_now() {
	test(|| {
		covered_from_beside(OWNER, OrgSet::of(SHARER));
		let number = propose(saving());
		assert_eq!(examine(number), None);
		assert_ok!(consent(SHARER, number));
		share_third(OWNER, OrgSet::of(SHARER).with(OTHER));
		assert_noop!(call(planner(OWNER), number, 0), Error::<Test>::PartiesChanged);
		// Examined again, the other one is asked
		assert_eq!(examine(number), None);
		assert_ok!(consent(SHARER, number));
		assert_noop!(call(planner(OWNER), number, 0), Error::<Test>::NotAgreed);
		assert_ok!(consent(OTHER, number));
		assert_ok!(call(planner(OWNER), number, 0));
	});
}

#[test]
fn all_pages_are_approved() {
	test(|| {
		Inventory::mutate(|all| all.insert((HERE, 5), vec![station(10)]));
		covered();
		relate(cell_in(5, 0, 1), cell(0, 0), Some(Cover::Full));
		let number = propose(with_pages(&[page(0, &[(0, 0b10)]), page(5, &[(0, 0b10)])]));
		for page in [0, 5] {
			assert_ok!(plain(Energy::examine_page(planner(OWNER), number, page)));
		}
		assert_ok!(consent(SHARER, number));
		assert_ok!(call(planner(SHARER), number, 5));
		assert_eq!(phase(number), PlanPhase::Agreed);
		assert_noop!(call(planner(SHARER), number, 5), Error::<Test>::AlreadyGiven);
		assert_ok!(call(planner(SHARER), number, 0));
		assert_eq!(phase(number), PlanPhase::Approved);
	});
}
