// SPDX-License-Identifier: Apache-2.0

//! What can be asked, page by page.

use crate::mock::*;
use frame_support::assert_ok;
use trimast_primitives::{
	apis::OrderFilter,
	order::{Motion, Opening, OrderKind, Place, State},
};

#[test]
fn orders_are_found_by_what_they_are_and_in_pages() {
	run(|| {
		let nearby = Place::LocalNetwork(NEARBY);
		let all = [
			open(OWNER, fault()),
			open(SHARER, job()),
			open(OWNER, Opening { handler: OTHER, place: nearby, ..job() }),
			open(TOWER, Opening { handler: TOWER, ..fault() }),
		];
		steps(all[0], &[(TOWER, State::InProgress)]);
		let any = OrderFilter::default();
		let found = |filter: OrderFilter| {
			Dispatch::orders(filter, None, 10).orders.into_iter().map(|(id, _)| id).collect::<Vec<_>>()
		};
		assert_eq!(found(any), all);
		assert_eq!(found(OrderFilter { party: Some(OWNER), ..any }), [all[0], all[2]]);
		assert_eq!(found(OrderFilter { state: Some(State::InProgress), ..any }), [all[0]]);
		assert_eq!(found(OrderFilter { kind: Some(OrderKind::Inspection), ..any }), [all[1], all[2]]);
		assert_eq!(found(OrderFilter { local_network: Some(NEARBY), ..any }), [all[2]]);
		assert_eq!(found(OrderFilter { station: Some(SITE), ..any }), [all[0], all[1], all[3]]);
		let page = Dispatch::orders(any, Some(all[0]), 2);
		let numbers: Vec<_> = page.orders.into_iter().map(|(id, _)| id).collect();
		assert_eq!((numbers.as_slice(), page.next), (&all[1..3], Some(all[2])));
		assert_eq!(Dispatch::orders(any, page.next, 2).next, None);
		assert_eq!(Dispatch::orders(any, Some(all[3]), 2).next, None);
	});
}

#[test]
fn orders_are_asked_on_for_where_a_filter_lets_none_through() {
	run(|| {
		use trimast_primitives::apis::MAX_NUMBERS;
		let far = 3 * MAX_NUMBERS;
		crate::NextOrder::<Test>::put(far);
		let number = open(OWNER, fault());
		let (mut after, mut found, mut asked) = (None, Vec::new(), 0);
		loop {
			let page = Dispatch::orders(OrderFilter::default(), after, 10);
			found.extend(page.orders.into_iter().map(|(id, _)| id));
			(after, asked) = (page.next, asked + 1);
			if after.is_none() {
				break;
			}
		}
		assert_eq!((found, asked), (vec![number], 4));
	});
}

#[test]
fn open_orders_are_listed_in_pages() {
	run(|| {
		let mut all: Vec<_> = (0..7).map(|_| open(OWNER, job())).collect();
		steps(all.remove(3), &[(TOWER, State::Rejected)]);
		for list in [
			(|after, limit| Dispatch::open_orders(TOWER, after, limit)) as fn(Option<u32>, u32) -> _,
			|after, limit| Dispatch::orders_at(SITE, after, limit),
		] {
			let mut found: Vec<u32> = Vec::new();
			loop {
				let page: Vec<_> = list(found.last().copied(), 2).into_iter().map(|(id, _)| id).collect();
				if page.is_empty() {
					break;
				}
				found.extend(page);
			}
			found.sort_unstable();
			assert_eq!(found, all);
		}
	});
}

#[test]
fn order_is_shown_with_its_clock_and_deadlines() {
	run(|| {
		let number = open(OWNER, fault());
		assert_ok!(say(OWNER, number, START, power()));
		assert_ok!(Dispatch::note(dispatcher(OWNER), number, words("hm")));
		go_on(10 * MINUTE);
		let view = Dispatch::order(number).unwrap();
		assert_eq!((view.clock.run(), view.clock.motion), (10 * MINUTE, Motion::Runs));
		assert_eq!(view.deadlines.unwrap().breach, Some(START + 120 * MINUTE));
		assert_eq!((view.facts, view.notes.len(), view.changes.len()), (1, 1, 1));
		assert_eq!(Dispatch::order(number + 1), None);
		assert_eq!((Dispatch::facts(number + 1), Dispatch::record(number + 1)), (None, None));
	});
}

#[test]
fn outages_are_shown_by_local_network() {
	run(|| {
		open(OWNER, fault());
		let views = Dispatch::outages(None, 10);
		assert_eq!(views.len(), 1);
		assert_eq!((views[0].stations, views[0].counties.as_slice()), (1, &[(2, 1, false)][..]));
		assert_eq!(Dispatch::outages(Some(HERE), 10), []);
	});
}
