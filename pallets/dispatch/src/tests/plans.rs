// SPDX-License-Identifier: Apache-2.0

//! What is answered about resources, rounds and routes.

use crate::{mock::*, NextResource};
use frame_support::assert_ok;
use trimast_primitives::{
	apis::{RoundStageView, RouteStageView, TriggerView},
	plan::{Obstacle, Skills, Unserved},
	resource::Details,
};

#[test]
fn round_is_shown_from_its_bids_to_its_routes() {
	run(|| {
		let crew = own(TOWER, crew());
		let order = open(OWNER, fault());
		let number = frozen(TOWER);
		let view = Dispatch::round_view(number).unwrap();
		assert!(matches!(view.stage, RoundStageView::Bidding { .. }));
		assert_eq!((view.id, view.local_network, view.trigger), (number, HERE, TriggerView::Call(TOWER)));
		assert_eq!((view.jobs, view.resources, view.best, view.bids.len()), (1, 1, None, 0));
		assert_eq!(view.digest, Dispatch::snapshot(number).unwrap().digest(Dispatch::genesis_hash()));
		let bidder = Dispatch::bidder(number, SHARER).unwrap();
		assert_eq!((bidder.left, bidder.marks, bidder.is_barred), (view.bids_each, 0, false));
		let plan = trimast_primitives::plan::Plan {
			round: Default::default(),
			score: Default::default(),
			routes: Default::default(),
			stops: Default::default(),
		};
		assert_ok!(Dispatch::bid(dispatcher(SHARER), number, Box::new(plan)));
		assert_eq!(Dispatch::round_view(number).unwrap().bids, [(SHARER, 1)]);
		let bidder = Dispatch::bidder(number, SHARER).unwrap();
		assert_eq!((bidder.left, bidder.marks), (view.bids_each - 1, 1));
		let [here] = &Dispatch::territories(None, 9)[..] else { panic!("one local network") };
		assert_eq!((here.local_network, here.open.as_ref().map(|open| open.id)), (HERE, Some(number)));
		assert!(Dispatch::territories(Some(HERE), 9).is_empty());
		assert_eq!(Dispatch::resource_view(crew).unwrap().route, None);
		go_on(31 * SECOND);
		let [here] = &Dispatch::territories(None, 9)[..] else { panic!("one local network") };
		assert_eq!(here.last.as_ref().map(|last| last.stage), Some(RoundStageView::Over));
		let sent = Dispatch::sent_to(order).unwrap();
		assert_eq!((sent.id, sent.user), (crew, TOWER));
		let route = sent.route.unwrap();
		assert!(matches!(route.stage, RouteStageView::Sent { .. }));
		assert_eq!((route.round, route.visits[0].order), (Some(number), order));
		assert_eq!(Dispatch::sent_to(order + 1), None);
	});
}

#[test]
fn what_is_not_served_is_shown_with_its_reason() {
	run(|| {
		own(TOWER, Details { skills: Skills(0), ..crew() });
		let mut skilled = fault();
		skilled.work.skills = Skills(1);
		let order = open(OWNER, skilled);
		let number = frozen(TOWER);
		go_on(31 * SECOND);
		let [left] = &Dispatch::unserved_view(number, None, 9)[..] else { panic!("one order") };
		assert_eq!((left.order, left.why), (order, Unserved::Nobody(Obstacle::Skills)));
		assert!(Dispatch::unserved_view(number, Some(order), 9).is_empty());
	});
}

#[test]
fn offers_are_shown_page_by_page_to_who_they_are_made_to() {
	run(|| {
		let (from, until) = (Now::get(), Now::get() + 60 * MINUTE);
		let offer = |org, to| {
			let number = own(org, crew());
			assert_ok!(Dispatch::offer_resource(dispatcher(org), number, to, from, until));
			number
		};
		let made = [TOWER, TOWER, OWNER].map(|org| offer(org, SHARER));
		let other = offer(TOWER, OWNER);
		let of = |org, after, limit| -> Vec<u32> {
			Dispatch::offers_to(org, after, limit).iter().map(|view| view.id).collect()
		};
		let all = of(SHARER, None, 9);
		let sorted = |mut numbers: Vec<u32>| {
			numbers.sort_unstable();
			numbers
		};
		assert_eq!((sorted(all.clone()), of(OWNER, None, 9)), (made.to_vec(), vec![other]));
		assert_eq!(
			(of(SHARER, None, 2), of(SHARER, Some(all[1]), 2)),
			(all[..2].to_vec(), all[2..].to_vec())
		);
		assert!(of(SHARER, Some(all[2]), 2).is_empty() && of(SHARER, None, 0).is_empty());
		// What is taken, and what is taken back, waits for nobody.
		assert_ok!(Dispatch::take_offer(dispatcher(SHARER), made[0], from, until));
		let has = || Dispatch::resources(Some(SHARER), None, 9).iter().map(|(id, _)| *id).collect::<Vec<_>>();
		assert_eq!(has(), [made[0]]);
		Now::set(until + 1);
		assert_eq!(has(), [made[0]]);
		Now::set(from);
		assert_ok!(Dispatch::withdraw_offer(dispatcher(TOWER), made[1]));
		assert_eq!(of(SHARER, None, 9), [made[2]]);
		assert_ok!(Dispatch::remove_resource(dispatcher(TOWER), made[1]));
		assert_eq!(Dispatch::do_try_state(), Ok(()));
		// Lent and given back, it is offered anew.
		for org in [SHARER, TOWER] {
			assert_ok!(Dispatch::release_resource(dispatcher(org), made[0]));
		}
		assert_eq!(of(SHARER, None, 9), [made[2]]);
		assert_ok!(Dispatch::offer_resource(dispatcher(TOWER), made[0], SHARER, from, until));
		assert_eq!(sorted(of(SHARER, None, 9)), [made[0], made[2]]);
	});
}

#[test]
fn resources_are_shown_page_by_page() {
	run(|| {
		for org in [TOWER, OWNER, TOWER] {
			own(org, crew());
		}
		let page = Dispatch::resources_view(None, None, 2);
		assert_eq!((page.resources.len(), page.next), (2, Some(1)));
		let page = Dispatch::resources_view(None, page.next, 2);
		assert_eq!((page.resources.len(), page.next), (1, None));
		let own = Dispatch::resources_view(Some(TOWER), None, 9);
		assert_eq!(own.resources.iter().map(|view| view.id).collect::<Vec<_>>(), [0, 2]);
		assert_eq!(own.next, None);
		// Numbers that are forgotten are looked at, too.
		NextResource::<Test>::put(40_000);
		assert_eq!(Dispatch::resources_view(Some(TOWER), None, 9).next, Some(15_999));
		assert_eq!(Dispatch::resources_view(Some(TOWER), Some(15_999), 9).next, Some(31_999));
		assert_eq!(Dispatch::resources_view(Some(TOWER), Some(31_999), 9).next, None);
		NextResource::<Test>::put(3);
	});
}
