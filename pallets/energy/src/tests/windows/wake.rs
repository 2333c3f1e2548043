// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::Error;
use frame_support::{assert_noop, assert_ok, BoundedVec};
use trimast_primitives::{
	energy::{Compensation, SavingState},
	org::OrgStatus,
};

fn call(origin: RuntimeOrigin, number: u32, stations: &[(u8, u32)]) -> DispatchResult {
	Energy::wake(origin, number, 0, BoundedVec::truncate_from(stations.to_vec()), words())
}

/// The cells of the first page that sleep, and those that stand in.
fn states() -> [Vec<(u8, u8)>; 2] {
	[SavingState::EnergySaving, SavingState::CompensatingForEnergySaving].map(|state| {
		let states = Energy::cell_states(HERE, 0).into_iter();
		states.filter(|of| of.state == state).map(|of| (of.slot, of.cell)).collect()
	})
}

#[test]
fn cells_sleep_in_their_windows() {
	test(|| {
		approved();
		for (moment, sleep) in [
			(at(FIRST, 4) - 1, false),
			(at(FIRST, 4), true),
			(at(FIRST, 12) - 1, true),
			(at(FIRST, 12), false),
			(at(LAST, 4), true),
			(at(LAST + 1, 4), false),
		] {
			Now::set(moment);
			let all = [vec![(0, 1), (1, 1)], vec![(0, 0), (1, 0)]];
			assert_eq!(states(), if sleep { all } else { [vec![], vec![]] }, "{moment}");
		}
	});
}

#[test]
fn wake_works() {
	test(|| {
		let number = approved();
		Now::set(at(FIRST, 5));
		System::reset_events();
		// When the sharer wakes a cell, and names others that do not sleep
		assert_ok!(call(planner(SHARER), number, &[(0, 0b111), (2, 0b111)]));
		// Then it is awake, and what stood in for it needs not any more
		let cells = vec![Compensation { slot: 0, cell: 1, by: cell(0, 0) }].try_into().unwrap();
		let (by, reason) = (Waker::Org(SHARER), Some(words()));
		let told = Event::CellsWoken { plan: number, page: 0, day: FIRST, by, cells, reason };
		assert_eq!(events(), [told]);
		assert_eq!(states(), [vec![(1, 1)], vec![(1, 0)]]);
		assert_noop!(call(planner(SHARER), number, &[(0, 0b10)]), Error::<Test>::NotAsleep);
		// For the rest of the day
		Now::set(at(FIRST, 11));
		assert_eq!(states()[0], [(1, 1)]);
		Now::set(at(FIRST + 1, 4));
		assert_eq!(states()[0], [(0, 1), (1, 1)]);
		let view = Energy::saving_plan(number).unwrap();
		let woken: Vec<_> = view.pages[0].woken.iter().map(|of| (of.day, of.slot, of.cells, of.by)).collect();
		assert_eq!(woken, [(FIRST, 0, 0b10, by)]);
	});
}

#[test]
fn wake_works_for_everybody_who_shares_the_cell_before_the_window_too() {
	test(|| {
		let number = approved();
		Now::set(at(FIRST, 0));
		assert_ok!(call(account(OWNER, IDLE), number, &[(0, 0b10)]));
		assert_ok!(call(account(SHARER, IDLE), number, &[(1, 0b10)]));
		Now::set(at(FIRST, 4));
		assert_eq!(states(), [vec![], vec![]]);
	});
}

#[test]
fn wake_fails_for_everybody_else() {
	test(|| {
		let number = approved();
		assert_noop!(call(planner(SHARER), number, &[(0, 0b10)]), Error::<Test>::NotToday);
		Now::set(at(FIRST, 5));
		assert_refusals(SHARER, &[PLANNER, IDLE], |origin| call(origin, number, &[(0, 0b10)]));
		for org in [TOWER, OTHER, WITNESS] {
			assert_noop!(call(planner(org), number, &[(0, 0b10)]), Error::<Test>::NotSharer);
		}
		assert_noop!(call(planner(SHARER), number, &[(40, 0b10)]), Error::<Test>::NotSharer);
		assert_noop!(call(planner(SHARER), number, &[(0, 0b101), (2, 0b10)]), Error::<Test>::NotAsleep);
		assert_noop!(call(planner(SHARER), number, &[]), Error::<Test>::NotAsleep);
		assert_noop!(call(planner(SHARER), 9, &[(0, 0b10)]), Error::<Test>::NoSuchPlan);
		let nothing = Words { text: Default::default(), body: None };
		let stations = BoundedVec::truncate_from(vec![(0, 0b10)]);
		assert_noop!(
			Energy::wake(planner(SHARER), number, 0, stations.clone(), nothing),
			Error::<Test>::BadWords
		);
		assert_noop!(
			Energy::wake(planner(SHARER), number, 1, BoundedVec::new(), words()),
			Error::<Test>::NoSuchPage
		);
		Now::set(at(FIRST, 12));
		assert_noop!(call(planner(SHARER), number, &[(0, 0b10)]), Error::<Test>::NotToday);
		assert!(Woken::<Test>::iter().next().is_none());
	});
	test(|| {
		let number = agreed();
		assert_noop!(call(planner(SHARER), number, &[(0, 0b10)]), Error::<Test>::WrongPhase);
	});
}

#[test]
fn suspended_company_wakes_nothing_and_others_do() {
	test(|| {
		let number = approved();
		Now::set(at(FIRST, 5));
		Orgs::mutate(|orgs| orgs[usize::from(SHARER.0)] = OrgStatus::Suspended);
		assert_noop!(call(planner(SHARER), number, &[(0, 0b10)]), Error::<Test>::OrgNotActive);
		assert_ok!(call(planner(OWNER), number, &[(0, 0b10)]));
	});
}

#[test]
fn waking_is_never_paused() {
	let wake = crate::Call::<Test>::wake { plan: 0, page: 0, stations: Default::default(), reason: words() };
	assert!(!Energy::may_be_paused(&wake));
	assert!(Energy::may_be_paused(&crate::Call::withdraw_plan { plan: 0 }));
	assert!(Energy::may_be_paused(&crate::Call::refuse_plan { plan: 0, reason: words() }));
	assert!(Energy::may_be_paused(&crate::Call::examine_page { plan: 0, page: 0 }));
}
