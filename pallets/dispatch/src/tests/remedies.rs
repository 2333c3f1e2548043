// SPDX-License-Identifier: Apache-2.0

//! The configuration guard has violations put right.

use crate::{mock::*, Error, Orders, RemedyOf};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{
	cells::CellId,
	interlock::{Ending, KnownViolation, Remedies},
	order::{Opening, OrderKind, State},
};

const CELL: CellId = CellId { site: SITE, cell: 1 };

fn known(ended: Option<Ending>) {
	Known::mutate(|all| all.insert(7, KnownViolation { cell: CELL, against: OWNER, ended, ..seen() }));
}

#[test]
fn violation_opens_one_order() {
	run(|| {
		known(None);
		let number = <Dispatch as Remedies>::open(7, CELL, SHARER, OWNER).unwrap();
		assert_eq!(<Dispatch as Remedies>::open(7, CELL, TOWER, OWNER), Ok(number));
		assert_eq!(Orders::<Test>::iter().count(), 1);
		let order = order(number);
		assert_eq!((order.kind, order.raiser, order.handler), (OrderKind::Remedial, SHARER, OWNER));
		assert_eq!((order.violation, RemedyOf::<Test>::get(7)), (Some(7), Some(number)));
		assert!(order.next.is_none());
		steps(number, &[(OWNER, State::InProgress)]);
		let complete = || Dispatch::step(dispatcher(OWNER), number, State::Completed);
		assert_noop!(complete(), Error::<Test>::NotRestored);
		known(Some(Ending::Restored));
		assert_ok!(complete());
	});
}

#[test]
fn who_made_a_violation_does_not_ask_itself_to_put_it_right() {
	run(|| {
		known(None);
		let own = Opening { kind: OrderKind::Remedial, handler: OWNER, violation: Some(7), ..fault() };
		assert_noop!(Dispatch::open(dispatcher(OWNER), own), Error::<Test>::NoOtherParty);
		assert_ok!(Dispatch::open(dispatcher(SHARER), own));
	});
}

#[test]
fn what_who_made_it_alone_has_said_is_raised_by_another_company_of_the_station() {
	run(|| {
		known(None);
		let number = <Dispatch as Remedies>::open(7, CELL, OWNER, OWNER).unwrap();
		let order = order(number);
		assert_eq!((order.raiser, order.handler), (SHARER, OWNER));
	});
}

#[test]
fn order_that_does_not_put_a_violation_right_makes_room_for_another() {
	run(|| {
		known(None);
		let remedy = || <Dispatch as Remedies>::open(7, CELL, SHARER, OWNER).unwrap();
		let called_off = remedy();
		steps(called_off, &[(SHARER, State::Cancelled)]);
		assert_eq!(RemedyOf::<Test>::get(7), None);
		let second = remedy();
		assert_ne!(second, called_off);
		// The first one is forgotten, and the second one stays the violation's.
		let most: u32 = <<Test as crate::Config>::MaxPast as frame_support::traits::Get<u32>>::get();
		(0..=most).for_each(|_| {
			let number = open(SHARER, job());
			steps(number, &[(SHARER, State::Cancelled)]);
			go_on(EVIDENCE_TERM + 2 * SECOND);
		});
		assert!(!Orders::<Test>::contains_key(called_off));
		assert_eq!(remedy(), second);
		known(Some(Ending::Restored));
		steps(second, &[(OWNER, State::InProgress), (OWNER, State::Completed)]);
		assert_eq!(remedy(), second);
	});
}

#[test]
fn order_that_cannot_be_given_leaves_nothing() {
	run(|| {
		known(None);
		let open =
			|violation, raiser, handler| <Dispatch as Remedies>::open(violation, CELL, raiser, handler);
		assert_noop!(open(8, SHARER, OWNER), Error::<Test>::OtherViolation);
		assert_noop!(open(7, SHARER, TOWER), Error::<Test>::OtherViolation);
		assert_noop!(open(7, OTHER, OWNER), Error::<Test>::NotConcerned);
		assert_noop!(open(7, SHARER, WITNESS), Error::<Test>::NotMember);
	});
}
