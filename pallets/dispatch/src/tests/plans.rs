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
