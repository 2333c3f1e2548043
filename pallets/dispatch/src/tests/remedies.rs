// SPDX-License-Identifier: Apache-2.0

//! The configuration guard has violations put right.

use crate::{mock::*, Error, Orders, RemedyOf};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{
	cells::CellId,
	interlock::{KnownViolation, Remedies},
	order::{OrderKind, State},
};

const CELL: CellId = CellId { site: SITE, cell: 1 };

fn known(is_restored: bool) {
	Known::mutate(|all| all.insert(7, KnownViolation { cell: CELL, against: OWNER, is_restored, ..seen() }));
}

#[test]
fn violation_opens_one_order() {
	run(|| {
		known(false);
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
		known(true);
		assert_ok!(complete());
	});
}

#[test]
fn order_that_cannot_be_given_leaves_nothing() {
	run(|| {
		known(false);
		let open =
			|violation, raiser, handler| <Dispatch as Remedies>::open(violation, CELL, raiser, handler);
		assert_noop!(open(8, SHARER, OWNER), Error::<Test>::OtherViolation);
		assert_noop!(open(7, SHARER, TOWER), Error::<Test>::OtherViolation);
		assert_noop!(open(7, OTHER, OWNER), Error::<Test>::NotConcerned);
		assert_noop!(open(7, SHARER, WITNESS), Error::<Test>::NotMember);
	});
}
