// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{Error, FirstPlan, OpenPlans, WindowRulesInForce};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;
use trimast_primitives::energy::{plan_hash, WindowRules, MAX_SLEEPING};

fn call(origin: RuntimeOrigin, saving: SavingPlan) -> DispatchResult {
	Energy::propose_plan(origin, Box::new(saving))
}

fn rules() -> WindowRules {
	WindowRules::default()
}

#[test]
fn propose_works() {
	test(|| {
		assert_ok!(call(planner(OWNER), saving()));
		let hash = plan_hash(Hash::repeat_byte(7), 0, OWNER, &saving());
		let (plan, by, local_network) = (0, OWNER, HERE);
		let told = Event::PlanProposed { plan, by, local_network, hash, first_day: FIRST, last_day: LAST };
		assert_eq!(events(), [told]);
		let view = Energy::saving_plan(0).unwrap();
		assert_eq!((view.plan.phase, view.plan.hash, view.plan.cells), (PlanPhase::Proposed, hash, 2));
		assert_eq!((view.plan.pages, view.plan.examined, view.plan.subject), (1, 0, Hash::zero()));
		assert_eq!(view.pages[0].cells, saving().pages[0]);
		assert_eq!((view.pages[0].hash, view.pages[0].examined, view.pages[0].expires), (None, None, None));
		assert_eq!(OpenPlans::<Test>::get(OWNER, HERE), 1);
	});
}

#[test]
fn propose_fails_for_everybody_else() {
	test(|| {
		assert_refusals(OWNER, &[PLANNER, IDLE], |origin| call(origin, saving()));
		assert_eq!(crate::NextPlan::<Test>::get(), 0);
		assert_ok!(call(account(OWNER, IDLE), saving()));
	});
}

#[test]
fn propose_fails_when_the_plan_cannot_be() {
	test(|| {
		let refused = |saving: SavingPlan, error: Error<Test>| {
			assert_noop!(call(planner(OWNER), saving), error);
		};
		let of = |number| page(number, &[(0, 1)]);
		refused(with_pages(&[]), Error::PlanPages);
		refused(with_pages(&[of(1), of(0)]), Error::PlanPages);
		refused(with_pages(&[page(0, &[])]), Error::PlanCells);
		refused(with_pages(&[page(0, &[(0, 0)])]), Error::PlanCells);
		refused(with_pages(&[page(0, &[(0, 1 << 24)])]), Error::PlanCells);
		refused(SavingPlan { days: 0, ..saving() }, Error::PlanDays);
		refused(SavingPlan { days: 32, ..saving() }, Error::PlanDays);
		refused(SavingPlan { from: 12, ..saving() }, Error::PlanQuarters);
		refused(SavingPlan { until: 97, ..saving() }, Error::PlanQuarters);
		let baseline =
			|weeks, elasticity| SavingPlan { baseline: BaselineMethod { weeks, elasticity }, ..saving() };
		refused(baseline(0, 0), Error::PlanBaseline);
		refused(baseline(1, 1_001), Error::PlanBaseline);
		// Baoding and Shijiazhuang have 200 pages, and Guangzhou is not there.
		refused(with_pages(&[of(200)]), Error::NoSuchPage);
		refused(SavingPlan { local_network: nowhere(), ..saving() }, Error::UnknownTerritory);
		// 64 stations with three cells are as many as may sleep in a page.
		let all = |cells: u32| (0..64).map(|slot| (slot, cells)).collect::<Vec<_>>();
		assert_eq!(page(0, &all(0b111)).len(), MAX_SLEEPING);
		let mut one_more = all(0b111);
		one_more[63].1 = 0b1111;
		refused(with_pages(&[page(0, &one_more)]), Error::TooManyCells);
		assert_ok!(call(planner(OWNER), with_pages(&[page(0, &all(0b111))])));
	});
}

#[test]
fn propose_fails_when_it_begins_too_soon_or_too_late() {
	test(|| {
		// It is noon, and quarter 48.
		let from = |first_day, from, until| SavingPlan { first_day, from, until, ..saving() };
		assert_noop!(call(planner(OWNER), from(TODAY, 48, 60)), Error::<Test>::WindowBegun);
		assert_noop!(call(planner(OWNER), from(YESTERDAY, 60, 70)), Error::<Test>::WindowBegun);
		assert_ok!(call(planner(OWNER), from(TODAY, 49, 60)));
		let ahead = rules().ahead;
		assert_noop!(call(planner(OWNER), from(TODAY + ahead + 1, 4, 12)), Error::<Test>::TooFarAhead);
		assert_ok!(call(planner(OWNER), from(TODAY + ahead, 4, 12)));
	});
}

#[test]
fn propose_fails_beyond_the_companys_number() {
	test(|| {
		let most = WindowRules { plans: 2, ..rules() };
		assert_ok!(Energy::set_window_rules(RuntimeOrigin::root(), most));
		assert_ok!(call(planner(OWNER), saving()));
		assert_ok!(call(planner(OWNER), saving()));
		assert_noop!(call(planner(OWNER), saving()), Error::<Test>::TooManyPlans);
		// Another company, and another place, have their own
		assert_ok!(call(planner(SHARER), saving()));
		assert_ok!(call(planner(OWNER), SavingPlan { local_network: NEARBY, ..saving() }));
		// What is withdrawn makes room as soon as nothing is left of it
		assert_ok!(Energy::withdraw_plan(planner(OWNER), 0));
		assert_noop!(call(planner(OWNER), saving()), Error::<Test>::TooManyPlans);
		blocks(1, NOON);
		assert_ok!(call(planner(OWNER), saving()));
	});
}

#[test]
fn withdraw_leaves_nothing() {
	for advance in [propose_one, examined, agreed, approved] {
		test(|| {
			let number = advance();
			assert_ok!(Energy::withdraw_plan(planner(OWNER), number));
			assert_eq!(phase(number), PlanPhase::Withdrawn);
			assert_noop!(Energy::withdraw_plan(planner(OWNER), number), Error::<Test>::WrongPhase);
			blocks(1, NOON);
			assert_eq!(Windows::<Test>::get(number), None);
			assert_eq!(Energy::saving_plan(number), None);
			assert_noop!(Energy::withdraw_plan(planner(OWNER), number), Error::<Test>::NoSuchPlan);
			assert_nothing_left();
		});
	}
}

#[test]
fn withdraw_leaves_nothing_of_who_was_woken_before_the_first_window() {
	test(|| {
		// Given a cell that was woken on the first day, before its window has begun
		let number = approved();
		Now::set(at(FIRST, 0));
		let stations = vec![(0, 0b10)].try_into().unwrap();
		assert_ok!(Energy::wake(planner(SHARER), number, 0, stations, words()));
		assert_eq!(woken(number, FIRST), [(Waker::Org(SHARER), 0, 0b10)]);
		// When the plan is taken back before that, too
		assert_ok!(Energy::withdraw_plan(planner(OWNER), number));
		assert_eq!(phase(number), PlanPhase::Withdrawn);
		blocks(1, at(FIRST, 1));
		assert_nothing_left();
	});
}

fn propose_one() -> u32 {
	propose(saving())
}

#[test]
fn withdraw_fails_for_everybody_else() {
	test(|| {
		let number = agreed();
		assert_refusals(OWNER, &[PLANNER, IDLE], |origin| Energy::withdraw_plan(origin, number));
		for org in [SHARER, TOWER, OTHER, WITNESS] {
			assert_noop!(Energy::withdraw_plan(planner(org), number), Error::<Test>::NotProposer);
		}
		assert_noop!(Energy::withdraw_plan(planner(OWNER), 7), Error::<Test>::NoSuchPlan);
		assert_eq!(phase(number), PlanPhase::Agreed);
	});
}

#[test]
fn plans_are_listed_by_number_and_place() {
	test(|| {
		let elsewhere = || SavingPlan { local_network: NEARBY, ..saving() };
		for saving in [saving(), elsewhere(), saving(), elsewhere(), saving()] {
			propose(saving);
		}
		let numbers = |view: trimast_primitives::apis::EnergyPlansView| {
			(view.plans.iter().map(|plan| plan.number).collect::<Vec<_>>(), view.next)
		};
		assert_eq!(numbers(Energy::saving_plans(None, 2)), (vec![0, 1], Some(1)));
		assert_eq!(numbers(Energy::saving_plans(Some(1), 2)), (vec![2, 3], Some(3)));
		assert_eq!(numbers(Energy::saving_plans(Some(3), 2)), (vec![4], None));
		assert_eq!(numbers(Energy::saving_plans(Some(4), 2)), (vec![], None));
		assert_eq!(numbers(Energy::saving_plans_in(HERE, None, 2)), (vec![0, 2], Some(2)));
		assert_eq!(numbers(Energy::saving_plans_in(HERE, Some(2), 2)), (vec![4], None));
		assert_eq!(numbers(Energy::saving_plans_in(NEARBY, None, 9)), (vec![1, 3], None));
		// What is forgotten is passed over
		for number in [0, 1] {
			assert_ok!(Energy::withdraw_plan(planner(OWNER), number));
		}
		blocks(2, NOON);
		assert_eq!(FirstPlan::<Test>::get(), 2);
		assert_eq!(numbers(Energy::saving_plans(None, 2)), (vec![2, 3], Some(3)));
	});
}

#[test]
fn nobody_but_the_council_sets_rules() {
	test(|| {
		let other = WindowRules { version: 9, examination: 3_600, ahead: 10, plans: 5 };
		for role in [COLLECTOR, PLANNER, AUDITOR, IDLE] {
			let origin = account(OWNER, role);
			assert_noop!(Energy::set_window_rules(origin, other), DispatchError::BadOrigin);
		}
		assert_noop!(Energy::set_window_rules(RuntimeOrigin::none(), other), DispatchError::BadOrigin);
		let wrong = WindowRules { plans: 0, ..other };
		assert_noop!(Energy::set_window_rules(RuntimeOrigin::root(), wrong), Error::<Test>::BadWindowRules);
		let call = crate::Call::<Test>::set_window_rules { rules: wrong };
		assert_noop!(Energy::check_call(&call), Error::<Test>::BadWindowRules);
		assert_ok!(Energy::set_window_rules(RuntimeOrigin::root(), other));
		assert_eq!(WindowRulesInForce::<Test>::get(), WindowRules { version: 1, ..other });
		assert_eq!(Energy::window_rules().plans, 5);
	});
}
