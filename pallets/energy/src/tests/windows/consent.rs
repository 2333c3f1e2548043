// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::Error;
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{org::OrgStatus, Consents};

fn consents(number: u32) -> Consents {
	Agreements::<Test>::get(number).unwrap().consents
}

#[test]
fn consent_works() {
	test(|| {
		let number = examined();
		let subject = consents(number).subject;
		System::reset_events();
		assert_ok!(consent(SHARER, number));
		let consented = Event::PlanConsented { plan: number, by: SHARER, subject };
		assert_eq!(events(), [consented, Event::PlanAgreed { plan: number, subject }]);
		assert_eq!((phase(number), consents(number).given), (PlanPhase::Agreed, OrgSet::of(SHARER)));
	});
}

#[test]
fn consent_fails_for_everybody_else() {
	test(|| {
		let number = examined();
		let Consents { subject, revision, .. } = consents(number);
		let call = |origin, subject| Energy::consent_to_plan(origin, number, subject, revision);
		assert_refusals(SHARER, &[PLANNER, IDLE], |origin| call(origin, subject));
		for org in [OWNER, TOWER, OTHER, WITNESS] {
			assert_noop!(call(planner(org), subject), Error::<Test>::NotAsked);
		}
		assert_noop!(call(planner(SHARER), Hash::zero()), Error::<Test>::OtherDigest);
		let other = Energy::consent_to_plan(planner(SHARER), number, subject, revision + 1);
		assert_noop!(other, Error::<Test>::OtherDigest);
		assert_noop!(
			Energy::consent_to_plan(planner(SHARER), 9, subject, revision),
			Error::<Test>::NoSuchPlan
		);
		Now::set(at(FIRST, 4));
		assert_noop!(call(planner(SHARER), subject), Error::<Test>::WindowBegun);
		Now::set(NOON);
		assert_ok!(call(account(SHARER, IDLE), subject));
		assert_noop!(call(planner(SHARER), subject), Error::<Test>::WrongPhase);
	});
}

#[test]
fn consent_fails_before_all_pages_are_examined() {
	test(|| {
		covered();
		let number = propose(saving());
		assert_noop!(consent(SHARER, number), Error::<Test>::NotExamined);
		Down::set(vec![cell(0, 0).site]);
		assert!(examine(number).is_some());
		assert_noop!(consent(SHARER, number), Error::<Test>::NotExamined);
	});
}

#[test]
fn everybody_has_to_consent_and_each_once() {
	test(|| {
		let number = of_three();
		assert_eq!(consents(number).required, OrgSet::of(SHARER).with(OTHER));
		assert_ok!(consent(OTHER, number));
		assert_noop!(consent(OTHER, number), Error::<Test>::AlreadyGiven);
		assert_eq!(phase(number), PlanPhase::Proposed);
		assert_ok!(consent(SHARER, number));
		assert_eq!(phase(number), PlanPhase::Agreed);
	});
}

#[test]
fn who_shares_what_stands_in_is_asked() {
	test(|| {
		// Given a cell of the owner's that stands in, and that a third company shares beside who shares the cell that sleeps
		covered_from_beside(OWNER, OrgSet::of(SHARER).with(OTHER));
		let number = propose(saving());
		assert_eq!(examine(number), None);
		assert_eq!(consents(number).required, OrgSet::of(SHARER).with(OTHER));
		// Then nothing is agreed on without it: from then on its changes of that cell are kept out
		assert_ok!(consent(SHARER, number));
		assert_eq!(phase(number), PlanPhase::Proposed);
		assert_ok!(consent(OTHER, number));
		assert_eq!(phase(number), PlanPhase::Agreed);
	});
	test(|| {
		// Also where it has not signed that it does: it may well do
		covered_from_beside(OWNER, OrgSet::of(SHARER).with(OTHER));
		Inventory::mutate(|all| all.get_mut(&(HERE, 0)).unwrap()[2].signed = OrgSet::of(OWNER).with(SHARER));
		let number = propose(saving());
		assert_eq!(examine(number), None);
		assert_eq!(consents(number).required, OrgSet::of(SHARER).with(OTHER));
	});
}

#[test]
fn who_has_left_is_not_waited_for_and_who_is_suspended_is() {
	for (status, then) in [(OrgStatus::Left, PlanPhase::Agreed), (OrgStatus::Suspended, PlanPhase::Proposed)]
	{
		test(|| {
			let number = of_three();
			Orgs::mutate(|orgs| orgs[usize::from(OTHER.0)] = status);
			assert_ok!(consent(SHARER, number));
			assert_eq!(phase(number), then);
			// Nor is it when the page is approved
			if then == PlanPhase::Agreed {
				assert_eq!(approve(number), None);
				assert_eq!(phase(number), PlanPhase::Approved);
			}
		});
	}
}

#[test]
fn nobody_is_asked_where_nobody_else_is_concerned() {
	test(|| {
		Inventory::mutate(|all| {
			for entry in all.get_mut(&(HERE, 0)).unwrap() {
				entry.station.sharers = OrgSet::EMPTY;
			}
		});
		let number = examined();
		assert_eq!((phase(number), consents(number).required), (PlanPhase::Agreed, OrgSet::EMPTY));
	});
}

#[test]
fn what_is_found_otherwise_voids_consents() {
	test(|| {
		let number = agreed();
		// The same is found
		assert_eq!(examine(number), None);
		assert_eq!((phase(number), consents(number).given), (PlanPhase::Agreed, OrgSet::of(SHARER)));
		// Another cell stands in
		Changing::set(vec![cell(0, 0)]);
		relate(cell(0, 1), cell(2, 0), Some(Cover::Full));
		assert_eq!(examine(number), None);
		assert_eq!((phase(number), consents(number).given), (PlanPhase::Proposed, OrgSet::EMPTY));
		assert_ok!(consent(SHARER, number));
		// None does
		Down::set(vec![cell(2, 0).site]);
		assert!(examine(number).is_some());
		assert_eq!((phase(number), consents(number).subject), (PlanPhase::Proposed, Hash::zero()));
	});
}

#[test]
fn reports_that_come_later_are_not_consented_to() {
	test(|| {
		let number = agreed();
		let two_weeks_before = Span { day: FIRST - 14, ..hours(1, 2) };
		send(&report(two_weeks_before, 0, 3));
		// What was agreed on stands, and another examination reads the report
		assert_eq!(phase(number), PlanPhase::Agreed);
		assert_eq!(examine(number), None);
		assert_eq!(phase(number), PlanPhase::Proposed);
	});
}
