// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{
	windows::types::{Hold, MAX_HOLDS, MAX_OWN_HOLDS},
	Error, Examinations, Held,
};
use frame_support::{assert_noop, assert_ok, BoundedVec};
use trimast_primitives::{
	energy::{examination_hash, frozen_hash, Compensation, FrozenReport, Interval, Span},
	site::{Station, StationState},
};

fn call(origin: RuntimeOrigin, number: u32, page: u16) -> DispatchResult {
	plain(Energy::examine_page(origin, number, page))
}

/// Why the cells of a plan are refused.
fn of_plan(saving: SavingPlan) -> Vec<(u8, u8, CellRefusal)> {
	let number = propose(saving);
	cells_refused(examine(number))
}

/// Why the second cell of the first station cannot sleep.
fn of_one() -> CellRefusal {
	let cells = of_plan(with_pages(&[page(0, &[(0, 0b10)])]));
	let [(0, 1, refusal)] = cells[..] else { panic!("{cells:?}") };
	refusal
}

/// Puts a station of the first page otherwise.
fn change(slot: usize, change: impl FnOnce(&mut trimast_primitives::site::StationEntry)) {
	Inventory::mutate(|all| change(&mut all.get_mut(&(HERE, 0)).unwrap()[slot]));
}

/// A report of two hours from 01:00 on of a day, as many weeks before tomorrow.
fn week_before(weeks: u16, number: u16) -> Report {
	report(Span { day: FIRST - 7 * weeks, ..hours(1, 2) }, number, 3)
}

#[test]
fn examine_works() {
	test(|| {
		// Given two weeks in which the window was reported, and an hour beside it
		for weeks in [1, 2] {
			send(&week_before(weeks, 0));
		}
		send(&report(Span { day: FIRST - 7, ..hours(3, 1) }, 0, 3));
		covered();
		let number = propose(SavingPlan { days: 1, ..saving() });
		System::reset_events();
		// When the page is examined
		assert_ok!(call(planner(OWNER), number, 0));
		// Then the first cell of each station stands in for the second, and the reports of the weekday are frozen
		let compensations = [0, 1].map(|slot| Compensation { slot, cell: 1, by: cell(slot.into(), 0) });
		let known = |weeks: u16| FrozenReport {
			day: FIRST - 7 * weeks,
			first: 4,
			digest: digest(&week_before(weeks, 0)),
			block: 1,
		};
		let frozen = vec![known(2), known(1)];
		let roots = vec![frozen_hash(&frozen)];
		let hash = examination_hash(0, &compensations, &roots);
		let asked = OrgSet::of(OWNER).with(SHARER);
		let compensations: BoundedVec<_, _> = compensations.to_vec().try_into().unwrap();
		let frozen = frozen.try_into().unwrap();
		let told = Event::PageExamined {
			plan: number,
			page: 0,
			hash,
			asked,
			compensations: compensations.clone(),
			frozen,
			days: 2,
		};
		assert_eq!(events(), [told]);
		let found = Examinations::<Test>::get(number, 0).unwrap();
		assert_eq!((found.block, found.compensations, found.frozen.to_vec()), (1, compensations, roots));
		let view = Energy::saving_plan(number).unwrap();
		assert_eq!((view.plan.examined, view.plan.required), (1, OrgSet::of(SHARER)));
		assert_eq!((view.pages[0].hash, view.pages[0].expires), (Some(hash), Some(NOON + DAY)));
		// And the cells are held
		let held = Held::<Test>::get(HERE, 0).into_inner();
		let hold = |slot| Hold { plan: number, by: OWNER, of: 0, slot, sleeping: 0b10, compensating: 0b1 };
		assert_eq!(held, [hold(0), hold(1)]);
	});
}

#[test]
fn examine_fails_for_everybody_else() {
	test(|| {
		covered();
		let number = propose(saving());
		assert_refusals(OWNER, &[PLANNER, IDLE], |origin| call(origin, number, 0));
		for org in [SHARER, TOWER, OTHER, WITNESS] {
			assert_noop!(call(planner(org), number, 0), Error::<Test>::NotProposer);
		}
		assert_noop!(call(planner(OWNER), number, 1), Error::<Test>::NoSuchPage);
		assert_noop!(call(planner(OWNER), 7, 0), Error::<Test>::NoSuchPlan);
		Now::set(at(FIRST, 4));
		assert_noop!(call(planner(OWNER), number, 0), Error::<Test>::WindowBegun);
	});
	test(|| {
		let number = approved();
		assert_noop!(call(planner(OWNER), number, 0), Error::<Test>::WrongPhase);
	});
}

#[test]
fn cell_without_cover_does_not_sleep() {
	test(|| {
		assert_eq!(of_one(), CellRefusal::NotCovered);
		// Neither in part nor by a neighbour that is none is it covered
		relate(cell(0, 1), cell(0, 0), Some(Cover::Partial));
		relate(cell(0, 1), cell(1, 0), None);
		assert_eq!(of_one(), CellRefusal::NotCovered);
		relate(cell(0, 1), cell(2, 0), Some(Cover::Full));
		let number = propose(with_pages(&[page(0, &[(0, 0b10)])]));
		assert_eq!(examine(number), None);
	});
}

#[test]
fn another_companys_cell_and_one_that_is_not_there_do_not_sleep() {
	test(|| {
		covered();
		let refusal = |slot, cells| {
			let cells = of_plan(with_pages(&[page(0, &[(slot, cells)])]));
			cells.into_iter().map(|(.., refusal)| refusal).collect::<Vec<_>>()
		};
		assert_eq!(refusal(40, 0b1), [CellRefusal::NoSuchStation]);
		assert_eq!(refusal(0, 0b1000), [CellRefusal::NoSuchCell]);
		change(0, |entry| entry.station.owner = OTHER);
		assert_eq!(refusal(0, 0b10), [CellRefusal::NotOwner]);
		change(1, |entry| entry.signed = OrgSet::of(OWNER));
		assert_eq!(refusal(1, 0b10), [CellRefusal::Unconfirmed]);
		change(2, |entry| entry.state = StationState::Retired);
		assert_eq!(refusal(2, 0b110), [CellRefusal::NoSuchStation; 2]);
	});
}

#[test]
fn cell_does_not_sleep_when_its_baseline_does_not_allow_it() {
	test(|| {
		covered();
		let examine_at = |from, until, half_hours: u64| {
			NotAllowedHours::mutate(|all| all.insert(cell(0, 1), half_hours));
			let number = propose(SavingPlan { from, until, ..with_pages(&[page(0, &[(0, 0b10)])]) });
			let refusal = examine(number);
			assert_ok!(Energy::withdraw_plan(planner(OWNER), number));
			blocks(1, NOON);
			refusal.map(|refusal| cells_refused(Some(refusal)))
		};
		let refused = Some(vec![(0, 1, CellRefusal::NotAllowed)]);
		// From 01:00 to 03:00: the third half hour to the sixth
		for half_hour in 2..6 {
			assert_eq!(examine_at(4, 12, 1 << half_hour), refused, "{half_hour}");
		}
		assert_eq!(examine_at(4, 12, !0b11_1100), None);
		// A quarter of an hour of it is too much, and the last of the day has one
		assert_eq!(examine_at(5, 11, 1 << 2), refused);
		assert_eq!(examine_at(5, 11, 1 << 5), refused);
		assert_eq!(examine_at(95, 96, 1 << 47), refused);
		assert_eq!(examine_at(94, 96, 1 << 46), None);
		assert_eq!(examine_at(0, 96, 0), None);
		// What stands in is not asked
		NotAllowedHours::set([(cell(0, 0), u64::MAX)].into());
		assert_eq!(examine(propose(with_pages(&[page(0, &[(0, 0b10)])]))), None);
	});
}

#[test]
fn cell_with_an_outage_or_a_change_does_not_sleep() {
	test(|| {
		covered();
		Down::set(vec![cell(0, 0).site]);
		assert_eq!(of_one(), CellRefusal::Outage);
		Down::set(vec![]);
		Changing::set(vec![cell(0, 1)]);
		assert_eq!(of_one(), CellRefusal::ChangeOpen);
		// A change of a third cell is in nobody's way
		Changing::set(vec![cell(0, 2)]);
		assert_eq!(examine(propose(with_pages(&[page(0, &[(0, 0b10)])]))), None);
	});
}

#[test]
fn cell_that_covers_an_outage_does_not_sleep() {
	for cover in [Cover::Partial, Cover::Full] {
		test(|| {
			// Given a neighbour that the cell covers, as the neighbour's own list says
			covered();
			relate(cell(0, 1), cell(2, 0), None);
			relate(cell(2, 0), cell(0, 1), Some(cover));
			Down::set(vec![cell(2, 0).site]);
			assert_eq!(of_one(), CellRefusal::CoversOutage { cell: cell(2, 0) });
			// One that it does not cover is not in the way
			Relations::mutate(|all| all.remove(&cell(2, 0)));
			assert_eq!(examine(propose(with_pages(&[page(0, &[(0, 0b10)])]))), None);
		});
	}
}

#[test]
fn cell_that_covers_it_has_to_be_in_service() {
	test(|| {
		let by = |page, slot, number| {
			Relations::mutate(|all| all.remove(&cell(0, 1)));
			relate(cell(0, 1), cell_in(page, slot, number), Some(Cover::Full));
			of_one()
		};
		for gone in [cell_in(0, 50, 0), cell_in(7, 0, 0), cell(1, 3)] {
			let refusal = by(gone.site.page().unwrap(), gone.site.slot(), gone.cell);
			assert_eq!(refusal, CellRefusal::CoverOutOfService { by: gone });
		}
		change(1, |entry| entry.state = StationState::Retired);
		assert_eq!(by(0, 1, 0), CellRefusal::CoverOutOfService { by: cell(1, 0) });
	});
}

#[test]
fn cell_that_covers_it_has_to_serve_everybody_who_shares_it() {
	test(|| {
		relate(cell(0, 1), cell(1, 0), Some(Cover::Full));
		let not_for_all = CellRefusal::CoverNotForAll { by: cell(1, 0) };
		// Given a station that the owner has for itself
		change(1, |entry| entry.station.sharers = OrgSet::EMPTY);
		assert_eq!(of_one(), not_for_all);
		// Or of which it says alone that the sharer is served there
		change(1, |entry| {
			entry.station.sharers = OrgSet::of(SHARER);
			entry.signed = OrgSet::of(OWNER);
		});
		assert_eq!(of_one(), not_for_all);
		// Then another one has to stand in, that of the sharer for example; and who owns it is asked
		change(2, |entry| {
			let station = Station { owner: OTHER, sharers: OrgSet(0b11), ..entry.station.clone() };
			(entry.station, entry.signed) = (station, OrgSet(0b1011));
		});
		relate(cell(0, 1), cell(2, 0), Some(Cover::Full));
		let number = propose(with_pages(&[page(0, &[(0, 0b10)])]));
		assert_eq!(examine(number), None);
		let required = Agreements::<Test>::get(number).unwrap().consents.required;
		assert_eq!(required, OrgSet::of(SHARER).with(OTHER));
	});
}

#[test]
fn cell_that_covers_it_must_not_sleep_itself() {
	test(|| {
		// Given two cells that cover each other
		relate(cell(0, 1), cell(1, 1), Some(Cover::Full));
		relate(cell(1, 1), cell(0, 1), Some(Cover::Full));
		let sleeps = |by| CellRefusal::CoverSleeps { by };
		assert_eq!(of_plan(saving()), [(0, 1, sleeps(cell(1, 1))), (1, 1, sleeps(cell(0, 1)))]);
		// Each by itself may sleep
		let first = propose(with_pages(&[page(0, &[(0, 0b10)])]));
		assert_eq!(examine(first), None);
		// And then the other one may not at that time: it stands in, and has nobody
		let other = with_pages(&[page(0, &[(1, 0b10)])]);
		assert_eq!(of_plan(other.clone()), [(1, 1, CellRefusal::Compensates { plan: first })]);
		let earlier = SavingPlan { from: 0, until: 4, ..other.clone() };
		assert_eq!(examine(propose(earlier)), None);
		// A third one that the sleeping cell covers may not either
		relate(cell(2, 1), cell(0, 1), Some(Cover::Full));
		let third = with_pages(&[page(0, &[(2, 0b10)])]);
		assert_eq!(of_plan(third), [(2, 1, sleeps(cell(0, 1)))]);
	});
}

#[test]
fn cell_that_covers_it_must_not_be_locked() {
	test(|| {
		Inventory::mutate(|all| all.insert((HERE, 5), vec![station(10)]));
		for by in [cell(1, 0), cell_in(5, 0, 2)] {
			Relations::mutate(|all| all.remove(&cell(0, 1)));
			relate(cell(0, 1), by, Some(Cover::Full));
			Locked::set(vec![by]);
			assert_eq!(of_one(), CellRefusal::CoverLocked { by });
		}
		// Where another one covers it, too, that one stands in; and a cell that is locked itself may sleep
		Locked::mutate(|locked| locked.push(cell(0, 1)));
		relate(cell(0, 1), cell(2, 0), Some(Cover::Full));
		let number = propose(with_pages(&[page(0, &[(0, 0b10)])]));
		assert_eq!(examine(number), None);
		let found = Examinations::<Test>::get(number, 0).unwrap();
		assert_eq!(found.compensations.to_vec(), [Compensation { slot: 0, cell: 1, by: cell(2, 0) }]);
	});
}

#[test]
fn plans_that_overlap_are_refused() {
	test(|| {
		covered();
		relate(cell(1, 2), cell(1, 0), Some(Cover::Full));
		let first = propose(saving());
		assert_eq!(examine(first), None);
		let refused = |saving: SavingPlan| {
			let number = propose(saving);
			let refusal = examine(number);
			assert_ok!(Energy::withdraw_plan(planner(OWNER), number));
			refusal.is_some_and(|refusal| {
				let cells = cells_refused(Some(refusal));
				assert!(cells.iter().all(|(.., why)| *why == CellRefusal::Overlaps { plan: first }));
				true
			})
		};
		let days = |first_day, days| SavingPlan { first_day, days, ..saving() };
		let quarters = |from, until| SavingPlan { from, until, ..saving() };
		for (saving, is_refused) in [
			(saving(), true),
			(days(LAST, 1), true),
			(days(LAST + 1, 5), false),
			(quarters(11, 20), true),
			(quarters(12, 20), false),
			(quarters(0, 4), false),
			(quarters(0, 5), true),
			// Other cells of the station
			(with_pages(&[page(0, &[(0, 0b10), (2, 0b10)])]), true),
			(with_pages(&[page(0, &[(2, 0b10)])]), false),
			// Another cell of a station of which the first one sleeps: both would have what the station saves
			(with_pages(&[page(0, &[(1, 0b100)])]), true),
			(SavingPlan { from: 12, until: 20, ..with_pages(&[page(0, &[(1, 0b100)])]) }, false),
		] {
			assert_eq!(refused(saving.clone()), is_refused, "{saving:?}");
			blocks(1, NOON);
		}
		// What is withdrawn is in nobody's way, also before the chain has cleared up
		assert_ok!(Energy::withdraw_plan(planner(OWNER), first));
		assert_eq!(examine(propose(saving())), None);
		blocks(1, NOON);
	});
}

#[test]
fn what_was_ended_in_its_window_is_measured_by_no_other_plan_that_day() {
	test(|| {
		// Given a plan that was ended in its first window, of which all may be proven
		let first = approved();
		Now::set(at(FIRST, 5));
		assert_ok!(Energy::withdraw_plan(planner(OWNER), first));
		// When the rest of that window is planned, and the hours behind it
		let quarters = |from, until| SavingPlan { first_day: FIRST, days: 1, from, until, ..saving() };
		let overlaps = CellRefusal::Overlaps { plan: first };
		assert_eq!(of_plan(quarters(6, 12)), [(0, 1, overlaps), (1, 1, overlaps)]);
		assert_eq!(examine(propose(quarters(12, 16))), None);
		// And other days
		assert_eq!(examine(propose(SavingPlan { first_day: FIRST + 1, ..saving() })), None);
	});
}

#[test]
fn cell_that_covers_it_must_have_no_outage_and_no_change() {
	test(|| {
		relate(cell(0, 1), cell(1, 0), Some(Cover::Full));
		Down::set(vec![cell(1, 0).site]);
		assert_eq!(of_one(), CellRefusal::CoverOutage { by: cell(1, 0) });
		Down::set(vec![]);
		Changing::set(vec![cell(1, 0)]);
		assert_eq!(of_one(), CellRefusal::CoverChanges { by: cell(1, 0) });
		// Where another one covers it, too, that one stands in
		relate(cell(0, 1), cell(2, 0), Some(Cover::Full));
		let number = propose(with_pages(&[page(0, &[(0, 0b10)])]));
		assert_eq!(examine(number), None);
		let found = Examinations::<Test>::get(number, 0).unwrap();
		assert_eq!(found.compensations.to_vec(), [Compensation { slot: 0, cell: 1, by: cell(2, 0) }]);
	});
}

#[test]
fn so_many_pages_are_looked_at_and_no_more() {
	test(|| {
		// Given a cell with neighbours in 32 other pages, and one with a neighbour in yet another
		for page in 1..=32 {
			relate(cell(0, 1), cell_in(page, 0, 0), Some(Cover::Full));
		}
		relate(cell(1, 1), cell_in(33, 0, 0), Some(Cover::Full));
		Inventory::mutate(|all| all.insert((HERE, 33), vec![station(33)]));
		let first = CellRefusal::CoverOutOfService { by: cell_in(1, 0, 0) };
		assert_eq!(of_plan(saving()), [(0, 1, first), (1, 1, CellRefusal::TooManyNeighbours)]);
		// By itself it is looked at
		assert_eq!(examine(propose(with_pages(&[page(0, &[(1, 0b10)])]))), None);
	});
}

#[test]
fn so_many_neighbours_with_outages_are_looked_at_and_no_more() {
	test(|| {
		covered();
		for page in 1..=33 {
			relate(cell(0, 1), cell_in(page, 0, 0), None);
		}
		let down = |count: u16| (1..=count).map(|page| cell_in(page, 0, 0).site).collect::<Vec<_>>();
		Down::set(down(33));
		assert_eq!(of_one(), CellRefusal::TooManyNeighbours);
		Down::set(down(32));
		assert_eq!(examine(propose(with_pages(&[page(0, &[(0, 0b10)])]))), None);
	});
}

#[test]
fn frozen_days_are_refused() {
	test(|| {
		covered();
		let number = propose(saving());
		// By day a freeze is in nobody's way
		Frozen::set(vec![(at(FIRST, 12), at(FIRST + 1, 4) - 1)]);
		assert_eq!(examine(number), None);
		for (from, to) in [(at(FIRST + 3, 0), at(FIRST + 3, 4)), (at(FIRST + 3, 12) - 1, at(FIRST + 4, 0))] {
			Frozen::set(vec![(from, to)]);
			assert_eq!(examine(number), Some(PageRefusal::Frozen { day: FIRST + 3 }));
		}
		// And nothing is left of what was found before
		assert_eq!(Examinations::<Test>::get(number, 0), None);
		assert!(Held::<Test>::get(HERE, 0).is_empty());
	});
}

#[test]
fn more_reports_than_a_proof_brings_are_refused() {
	test(|| {
		// Given two weeks reported by the quarter of an hour
		let settings = Settings { reports: 96, ..SETTINGS };
		assert_ok!(Energy::set_settings(RuntimeOrigin::root(), settings));
		for (day, first) in (0..65).flat_map(|n| [(FIRST - 7, n), (FIRST - 14, n)]) {
			send(&report(Span { day, first, interval: Interval::Quarter, count: 1 }, 0, 1));
		}
		covered();
		let until = |until| SavingPlan { from: 0, until, ..saving() };
		assert_eq!(examine(propose(until(65))), Some(PageRefusal::TooManyReports { day: FIRST }));
		assert_eq!(examine(propose(until(64))), None);
	});
}

#[test]
fn page_is_held_so_often_and_no_more() {
	new_test_ext().execute_with(|| {
		covered();
		let other = Hold { plan: 99, by: SHARER, of: 0, slot: 63, sleeping: 1, compensating: 0 };
		let write = |count: u32| {
			Held::<Test>::insert(HERE, 0, BoundedVec::truncate_from(vec![other; count as usize]));
		};
		// Two stations have to be held
		write(MAX_HOLDS - 1);
		let number = propose(saving());
		assert_eq!(examine(number), Some(PageRefusal::TooManyHolds { local_network: HERE, page: 0 }));
		write(MAX_HOLDS - 2);
		assert_eq!(examine(number), None);
	});
}

#[test]
fn one_company_holds_a_page_half_as_often() {
	new_test_ext().execute_with(|| {
		covered();
		let write = |count: u32| {
			let own = Hold { plan: 99, by: OWNER, of: 0, slot: 63, sleeping: 1, compensating: 0 };
			Held::<Test>::insert(HERE, 0, BoundedVec::truncate_from(vec![own; count as usize]));
		};
		// The page has room, and the company has not
		write(MAX_OWN_HOLDS - 1);
		let number = propose(saving());
		assert_eq!(examine(number), Some(PageRefusal::TooManyHolds { local_network: HERE, page: 0 }));
		write(MAX_OWN_HOLDS - 2);
		assert_eq!(examine(number), None);
	});
}

#[test]
fn what_is_contested_is_not_read() {
	test(|| {
		let reported = week_before(1, 0);
		send(&reported);
		let seen = with_readings(&reported, 0, vec![reading(-500), reading(-500)]);
		let report = id(&reported);
		let known = FrozenReport { day: FIRST - 7, first: 4, digest: digest(&reported), block: 1 };
		let (reported, seen) = (Box::new(reported), Box::new(seen));
		assert_ok!(Energy::contest(collector(SHARER), HERE, OWNER, reported, seen));
		covered();
		let baseline = BaselineMethod { weeks: 1, elasticity: 0 };
		let number = propose(SavingPlan { days: 1, baseline, ..saving() });
		assert_eq!(examine(number), Some(PageRefusal::NothingReported { day: FIRST }));
		// And is once it is not contested any more
		assert_ok!(Energy::withdraw_contest(planner(SHARER), report));
		assert_eq!(examine(number), None);
		assert_eq!(Examinations::<Test>::get(number, 0).unwrap().frozen.to_vec(), [frozen_hash(&[known])]);
	});
}

/// The fewest days that a weekday is measured against, as it was told last.
fn fewest_days() -> Option<u8> {
	events().into_iter().rev().find_map(|event| match event {
		Event::PageExamined { days, .. } => Some(days),
		_ => None,
	})
}

#[test]
fn weekday_that_nothing_is_reported_for_is_refused() {
	test(|| {
		// Given two days, of which the week before the first alone was reported; and an hour beside the window of the other
		let before = |day: u16, hour: u8| report(Span { day, ..hours(hour, 2) }, 0, 3);
		send(&before(FIRST - 7, 1));
		send(&before(FIRST - 6, 3));
		covered();
		let number = crate::NextPlan::<Test>::get();
		let plan = Box::new(SavingPlan { days: 2, ..saving() });
		assert_ok!(Energy::propose_plan(planner(OWNER), plan));
		assert_eq!(examine(number), Some(PageRefusal::NothingReported { day: FIRST + 1 }));
		assert!(Held::<Test>::get(HERE, 0).is_empty());
		// When it is, too, then it is told that it is one week of two
		send(&before(FIRST - 6, 1));
		assert_eq!((examine(number), fewest_days()), (None, Some(1)));
		// Also as long as one of the days has one only
		send(&before(FIRST - 14, 1));
		assert_eq!((examine(number), fewest_days()), (None, Some(1)));
		send(&before(FIRST - 13, 1));
		assert_eq!((examine(number), fewest_days()), (None, Some(2)));
	});
}

#[test]
fn examined_again_means_looked_at_again() {
	test(|| {
		let number = examined();
		let before = Agreements::<Test>::get(number).unwrap();
		// When nothing has changed
		Now::set(NOON + HOUR);
		assert_eq!(examine(number), None);
		// Then companies are asked for the same, and there is more time for it
		let after = Agreements::<Test>::get(number).unwrap();
		assert_eq!(after.consents, before.consents);
		assert_eq!(after.pages[0].at, NOON + HOUR);
		assert_eq!(Held::<Test>::get(HERE, 0).len(), 2);
		// When another cell has to stand in
		Down::set(vec![]);
		Changing::set(vec![cell(0, 0)]);
		relate(cell(0, 1), cell(2, 0), Some(Cover::Full));
		assert_eq!(examine(number), None);
		// Then for something else
		let other = Agreements::<Test>::get(number).unwrap();
		assert_ne!(other.consents.subject, before.consents.subject);
		assert_eq!(other.consents.revision, before.consents.revision + 1);
		assert_eq!(Held::<Test>::get(HERE, 0).len(), 3);
	});
}

#[test]
fn pages_are_examined_one_by_one() {
	test(|| {
		Inventory::mutate(|all| all.insert((HERE, 5), (10..12).map(station).collect()));
		covered();
		// The cell of the other page is covered by one of this page
		relate(cell_in(5, 0, 1), cell(0, 0), Some(Cover::Full));
		let number = propose(with_pages(&[page(0, &[(0, 0b10)]), page(5, &[(0, 0b10)])]));
		assert_eq!(examine(number), None);
		let subject = || Agreements::<Test>::get(number).unwrap().consents.subject;
		assert_eq!(subject(), Hash::zero());
		assert_ok!(call(planner(OWNER), number, 5));
		assert_eq!(refused(), None);
		assert_ne!(subject(), Hash::zero());
		// Both pages hold the cell that stands in
		let of: Vec<_> = Held::<Test>::get(HERE, 0).iter().map(|hold| (hold.of, hold.compensating)).collect();
		assert_eq!(of, [(0, 0b1), (5, 0b1)]);
		// When one is refused later, what the other one holds stays
		Changing::set(vec![cell_in(5, 0, 1)]);
		assert_ok!(call(planner(OWNER), number, 5));
		assert_eq!(cells_refused(refused()), [(0, 1, CellRefusal::ChangeOpen)]);
		assert_eq!(Held::<Test>::get(HERE, 0).len(), 1);
		assert_eq!((subject(), Energy::saving_plan(number).unwrap().plan.examined), (Hash::zero(), 1));
	});
}
