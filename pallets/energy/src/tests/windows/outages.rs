// SPDX-License-Identifier: Apache-2.0

//! Outages that begin while cells sleep, or before they do.

use super::*;
use crate::{
	windows::{
		covering::MAX_ENTERED,
		noted::MAX_STATIONS,
		types::{Covers, MAX_COVERING_PAGES},
	},
	Covering, CoveringIn, Noted, NotedBy,
};
use trimast_primitives::{energy::Compensation, interlock::StationListener};

/// A plan of the second cell of the first station alone, for which one of the second station stands in.
pub(super) fn one() -> u32 {
	relate(cell(0, 1), cell(1, 0), Some(Cover::Full));
	let number = propose(with_pages(&[page(0, &[(0, 0b10)])]));
	assert_eq!(examine(number), None);
	assert_ok!(consent(SHARER, number));
	assert_eq!(approve(number), None);
	number
}

/// The same that sleeps: its page was looked at when its first window began.
pub(super) fn asleep() -> u32 {
	let number = one();
	blocks(1, at(FIRST, 4));
	assert_eq!(woken(number, FIRST), []);
	number
}

/// An outage begins where a cell stands.
fn begin(of: CellId) {
	Down::mutate(|down| down.push(of.site));
	Energy::outage_began(of.site, OWNER);
}

pub(super) fn noted() -> usize {
	Noted::<Test>::iter_keys().count()
}

/// What is woken of the plan.
const ITS_CELL: (Waker, u8, u32) = (Waker::Outage, 0, 0b10);

#[test]
fn outage_wakes_cells_of_its_station_and_those_for_which_it_stands_in() {
	for (of, is_around) in [(cell(0, 2), true), (cell(1, 2), true), (cell(2, 0), false)] {
		test(|| {
			let number = asleep();
			// When an outage begins there, it is noted
			begin(of);
			assert_eq!((woken(number, FIRST), noted()), (vec![], 1));
			// Then the next block wakes the cell, and tells who need not stand in for it any more
			blocks(1, at(FIRST, 5));
			let cells = vec![Compensation { slot: 0, cell: 1, by: cell(1, 0) }].try_into().unwrap();
			let (by, reason) = (Waker::Outage, None);
			let told = Event::CellsWoken { plan: number, page: 0, day: FIRST, by, cells, reason };
			let expected = if is_around { vec![told] } else { vec![] };
			assert_eq!((events(), woken(number, FIRST).len()), (expected, usize::from(is_around)), "{of:?}");
			// And it is looked at again the next day only where another station's cell covers one of it
			assert_eq!(noted(), usize::from(of == cell(0, 2)), "{of:?}");
		});
	}
}

#[test]
fn outage_wakes_cells_that_cover_it_day_by_day_until_it_is_over() {
	let nearby = CellId { site: SiteId::new(NEARBY, 3, 7), cell: 0 };
	for (of, cover) in
		[(cell(2, 2), Cover::Partial), (cell_in(5, 9, 0), Cover::Full), (nearby, Cover::Partial)]
	{
		test(|| {
			// Given a cell that the sleeping one covers, as its own list says
			relate(of, cell(0, 1), Some(cover));
			let number = asleep();
			begin(of);
			blocks(1, at(FIRST, 5));
			assert_eq!(woken(number, FIRST), [ITS_CELL], "{of:?}");
			// Then it is woken on the next day, too, before its window begins
			assert_eq!(noted(), 1);
			blocks(1, at(FIRST + 1, 0) - 1);
			assert_eq!((woken(number, FIRST + 1), noted()), (vec![], 1));
			blocks(1, at(FIRST + 1, 0));
			assert_eq!((woken(number, FIRST + 1), noted()), (vec![ITS_CELL], 1));
			// And not when the outage is over
			Down::set(vec![]);
			blocks(2, at(FIRST + 2, 4));
			assert_eq!((woken(number, FIRST + 2), noted()), (vec![], 0));
			assert_eq!((Covering::<Test>::iter().count(), CoveringIn::<Test>::iter().count()), (0, 0));
		});
	}
	test(|| {
		// One that is a neighbour and does not cover it sleeps on
		relate(cell(2, 2), cell(0, 1), None);
		let number = asleep();
		begin(cell(2, 0));
		blocks(1, at(FIRST, 5));
		assert_eq!((woken(number, FIRST), noted()), (vec![], 0));
	});
}

#[test]
fn day_in_which_no_block_came_is_not_made_up_for() {
	test(|| {
		// Given an outage that has to be looked at every day, and three days without a block
		relate(cell(2, 2), cell(0, 1), Some(Cover::Partial));
		let number = asleep();
		begin(cell(2, 2));
		blocks(1, at(FIRST, 5));
		blocks(2, at(FIRST + 4, 1));
		let days: Vec<_> = (FIRST..=LAST).filter(|day| !woken(number, *day).is_empty()).collect();
		assert_eq!((days, noted()), (vec![FIRST, FIRST + 4], 1));
		// Then it is due on the next day
		blocks(2, at(FIRST + 5, 0));
		assert_eq!(woken(number, FIRST + 5), [ITS_CELL]);
	});
}

#[test]
fn outage_that_is_over_when_its_turn_comes_wakes_nothing() {
	test(|| {
		let number = asleep();
		begin(cell(1, 0));
		Down::set(vec![]);
		blocks(1, at(FIRST, 5));
		assert_eq!((woken(number, FIRST), noted()), (vec![], 0));
	});
}

#[test]
fn cells_are_woken_whose_window_is_to_come_today_or_runs() {
	for (moment, is_woken) in [
		(at(FIRST, 0) - 1, false),
		(at(FIRST, 0), true),
		(at(FIRST, 12) - 1, true),
		(at(FIRST, 12), false),
		(at(FIRST, 95), false),
	] {
		test(|| {
			let number = if moment < at(FIRST, 4) { one() } else { asleep() };
			Now::set(moment);
			begin(cell(1, 0));
			blocks(2, moment);
			assert_eq!(noted(), 0);
			let expected = if is_woken { vec![ITS_CELL] } else { vec![] };
			assert_eq!(woken(number, FIRST), expected, "{moment}");
			assert_eq!(Woken::<Test>::iter_keys().count(), expected.len(), "{moment}");
		});
	}
}

#[test]
fn cells_of_a_plan_that_is_not_approved_are_not_woken() {
	test(|| {
		let number = agreed();
		Now::set(at(FIRST, 0));
		begin(cell(0, 0));
		blocks(2, at(FIRST, 0));
		assert_eq!((woken(number, FIRST), noted()), (vec![], 0));
	});
}

/// A plan of the second cell of the first station alone, for one day.
fn alone(first_day: u16) -> u32 {
	propose(SavingPlan { first_day, days: 1, ..with_pages(&[page(0, &[(0, 0b10)])]) })
}

/// That it covers a cell with an outage.
fn covers(of: CellId) -> Vec<(u8, u8, CellRefusal)> {
	vec![(0, 1, CellRefusal::CoversOutage { cell: of })]
}

#[test]
fn cell_that_covers_an_outage_does_not_sleep_where_its_own_list_does_not_have_it() {
	let nearby = CellId { site: SiteId::new(NEARBY, 3, 7), cell: 4 };
	for (of, cover) in [(cell(2, 2), Cover::Full), (cell_in(5, 9, 0), Cover::Partial), (nearby, Cover::Full)]
	{
		test(|| {
			// Given a cell that another one covers, as its own list says, and no plan that holds anything
			relate(of, cell(0, 1), Some(cover));
			relate(cell(0, 1), cell(1, 0), Some(Cover::Full));
			begin(of);
			assert_eq!((noted(), NotedBy::<Test>::get().0.contains(OWNER)), (1, true));
			// When the chain has looked at its outage
			blocks(1, NOON);
			// Then the other one does not sleep
			let number = alone(FIRST);
			assert_eq!((cells_refused(examine(number)), noted()), (covers(of), 1), "{of:?}");
			// And it may when the outage is over, also before the chain has seen that
			Down::set(vec![]);
			assert_eq!((examine(number), Covering::<Test>::iter().count()), (None, 1), "{of:?}");
			blocks(1, at(FIRST, 0));
			assert_eq!((noted(), Covering::<Test>::iter().count()), (0, 0), "{of:?}");
		});
	}
	test(|| {
		// One that is a neighbour, and does not cover it, is in nobody's way
		relate(cell(2, 2), cell(0, 1), None);
		relate(cell(0, 1), cell(1, 0), Some(Cover::Full));
		begin(cell(2, 2));
		blocks(1, NOON);
		assert_eq!((examine(alone(FIRST)), noted()), (None, 0));
	});
}

#[test]
fn outage_that_begins_after_the_examination_keeps_a_page_from_approval() {
	test(|| {
		relate(cell(2, 2), cell(0, 1), Some(Cover::Partial));
		relate(cell(0, 1), cell(1, 0), Some(Cover::Full));
		let number = alone(FIRST);
		assert_eq!(examine(number), None);
		assert_ok!(consent(SHARER, number));
		begin(cell(2, 2));
		blocks(1, NOON);
		assert_eq!(cells_refused(approve(number)), covers(cell(2, 2)));
		Down::set(vec![]);
		assert_eq!(approve(number), None);
		assert_eq!(phase(number), PlanPhase::Approved);
	});
}

#[test]
fn relations_that_come_and_go_while_an_outage_lasts_count_from_the_next_day_on() {
	test(|| {
		// Given an outage at a station that one cell covers, and another one that comes to cover it
		relate(cell(2, 2), cell(1, 2), Some(Cover::Partial));
		relate(cell(0, 1), cell(1, 0), Some(Cover::Full));
		begin(cell(2, 0));
		blocks(1, NOON);
		relate(cell(2, 1), cell(0, 1), Some(Cover::Full));
		relate(cell(2, 1), cell_in(4, 0, 0), Some(Cover::Full));
		let number = alone(FIRST + 2);
		assert_eq!(examine(number), None);
		// Then it counts from the next day on
		blocks(1, at(FIRST, 0));
		assert_eq!(cells_refused(examine(number)), covers(cell(2, 1)));
		assert_eq!(CoveringIn::<Test>::get(cell(2, 0).site).to_vec(), [(HERE, 0), (HERE, 4)]);
		// And not from the day on that follows its end
		Relations::mutate(|all| all.remove(&cell(2, 1)));
		blocks(1, at(FIRST + 1, 0));
		assert_eq!((examine(number), noted()), (None, 1));
		assert_eq!(CoveringIn::<Test>::get(cell(2, 0).site).to_vec(), [(HERE, 0)]);
		// Where nothing covers the station any more there is nothing to look at
		Relations::mutate(|all| all.remove(&cell(2, 2)));
		blocks(1, at(FIRST + 2, 0));
		assert_eq!((noted(), Covering::<Test>::iter().count()), (0, 0));
	});
}

#[test]
fn cells_are_entered_in_so_many_pages_around_and_no_more() {
	test(|| {
		// Given a station whose cells are covered from 40 pages, of which its own is the last
		Inventory::mutate(|all| all.insert((HERE, 40), vec![station(40)]));
		for (number, of) in (1..=40).zip((0..3u8).cycle()) {
			relate(cell_in(40, 0, of), cell_in(number, 1, 0), Some(Cover::Partial));
		}
		begin(cell_in(40, 0, 0));
		blocks(1, NOON);
		let pages = CoveringIn::<Test>::get(cell_in(40, 0, 0).site);
		assert_eq!(pages.len(), usize::try_from(MAX_COVERING_PAGES).unwrap());
		assert_eq!(pages.last(), Some(&(HERE, 40)));
		assert_eq!(Covering::<Test>::get((HERE, 40, cell_in(40, 0, 0).site)).to_vec(), [(1, 0, 0)]);
	});
}

#[test]
fn so_many_outages_that_a_page_covers_are_looked_at_and_no_more() {
	new_test_ext().execute_with(|| {
		// Given that cells of the page cover some of stations elsewhere, as far as is entered
		relate(cell(0, 1), cell(1, 0), Some(Cover::Full));
		let write = |index: u32| {
			let station = SiteId { local_network: NEARBY, index };
			Covering::<Test>::insert((HERE, 0, station), Covers::truncate_from(vec![(0, 1, 0), (5, 3, 0)]));
		};
		(0..MAX_ENTERED).for_each(write);
		let number = alone(FIRST);
		assert_eq!(examine(number), None);
		write(MAX_ENTERED);
		assert_eq!(cells_refused(examine(number)), [(0, 1, CellRefusal::TooManyNeighbours)]);
	});
}

#[test]
fn storm_neither_holds_plans_up_nor_is_lost() {
	test(|| {
		// Given that 404 stations go down just before the window of a plan begins; the last one is covered by a cell that sleeps in it
		relate(cell(2, 2), cell(0, 1), Some(Cover::Partial));
		let number = one();
		Now::set(at(FIRST, 3));
		(0..403).for_each(|index| Energy::outage_began(SiteId { local_network: NEARBY, index }, OWNER));
		Now::set(at(FIRST, 4));
		begin(cell(2, 2));
		assert_eq!(noted(), 404);
		// Then one of two blocks is the plan's, and one is theirs
		blocks(2, at(FIRST, 4));
		assert_eq!(window(number).due, window(number).begins(FIRST + 1));
		let most = usize::try_from(MAX_STATIONS).unwrap();
		assert_eq!((noted(), woken(number, FIRST)), (404 - most, vec![]));
		// Where nothing is due of plans each is theirs
		blocks(24, at(FIRST, 4));
		assert_eq!((noted(), woken(number, FIRST)), (404 - 25 * most, vec![]));
		blocks(1, at(FIRST, 4));
		// One is left, for the day to come
		assert_eq!((noted(), woken(number, FIRST)), (1, vec![ITS_CELL]));
	});
}

#[test]
fn storm_of_one_company_holds_up_no_other() {
	test(|| {
		let number = asleep();
		let other = LocalNetworkId(1101);
		(0..40).for_each(|index| Energy::outage_began(SiteId { local_network: other, index }, OTHER));
		begin(cell(1, 0));
		blocks(1, at(FIRST, 4));
		let most = usize::try_from(MAX_STATIONS).unwrap();
		assert_eq!((noted(), woken(number, FIRST)), (41 - most, vec![ITS_CELL]));
	});
}

/// 48 pages of three plans, for whose cells the first one of the first page stands in.
pub(super) fn of_48_pages() {
	for number in 1..=48 {
		Inventory::mutate(|all| all.insert((HERE, number), vec![station(number.into())]));
		relate(cell_in(number, 0, 1), cell(0, 0), Some(Cover::Full));
	}
	for first in [1, 17, 33] {
		let pages: Vec<_> = (first..first + 16).map(|number| page(number, &[(0, 0b10)])).collect();
		let plan = propose(with_pages(&pages));
		for number in first..first + 16 {
			assert_ok!(plain(Energy::examine_page(planner(OWNER), plan, number)));
		}
		assert_ok!(consent(SHARER, plan));
		for number in first..first + 16 {
			assert_ok!(plain(Energy::approve_page(planner(OWNER), plan, number)));
		}
		assert_eq!(phase(plan), PlanPhase::Approved);
	}
}

#[test]
fn more_than_is_woken_at_once_is_woken_all_the_same() {
	test(|| {
		of_48_pages();
		// When an outage begins at its station
		Now::set(at(FIRST, 0));
		begin(cell(0, 0));
		blocks(1, at(FIRST, 0));
		// Then none of them is left out
		assert_eq!((Woken::<Test>::iter_keys().count(), noted()), (48, 0));
	});
}
