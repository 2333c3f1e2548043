// SPDX-License-Identifier: Apache-2.0

//! The stages of a round: how far it comes in the room that a block has, whose turn it is, and whom it sends in the end.

use super::{bid, govern, plan_of, stage, three_faults};
use crate::{
	mock::*,
	rounds::{
		types::{RoundStage, RouteStage, Trigger},
		work::{work, work_within, MAX_TURNS},
	},
	Error, Event, RouteOfOrder,
};
use frame_support::{assert_noop, assert_ok, weights::Weight, BoundedVec};
use trimast_primitives::{
	access::Scope,
	order::{OutageLevel, State},
	org::OrgStatus,
	plan::{ResourceIndex, Unserved},
	resource::Details,
};

#[test]
fn round_without_jobs_is_over_at_once_and_takes_no_turn() {
	run(|| {
		let crew = own(TOWER, crew());
		let held = open(OWNER, fault());
		steps(held, &[(TOWER, State::InProgress), (TOWER, State::Held)]);
		let number = frozen(TOWER);
		assert_eq!(Dispatch::territory(HERE).turns, 0);
		assert_eq!(stage(number), RoundStage::Over);
		assert_eq!(Dispatch::resource(crew).unwrap().round, None);
	});
}

#[test]
fn steps_wait_for_room() {
	run(|| {
		own(TOWER, crew());
		three_faults();
		assert_ok!(Dispatch::open_round(dispatcher(TOWER), HERE));
		let room = Weight::from_parts(5, 0);
		let mut blocks = 0;
		while !matches!(stage(0), RoundStage::Bidding { .. }) {
			assert!(work_within::<Test>(MAX_TURNS, room).all_lte(room));
			Dispatch::do_try_state().unwrap();
			blocks += 1;
		}
		assert!(blocks > 2);
		assert_eq!(Dispatch::round(0).unwrap().jobs, 3);
		go_on(31 * SECOND);
		assert_eq!(stage(0), RoundStage::Over);
	});
}

#[test]
fn round_is_closing_while_the_greedy_plan_is_behind_the_time_for_bids() {
	run(|| {
		// Given a greedy plan of 2,048 steps
		govern(|rules| (rules.jobs, rules.resources, rules.steps) = (64, 32, 10_000));
		for org in [OWNER, SHARER, TOWER, OTHER] {
			(0..8).for_each(|_| {
				own(org, crew());
			});
		}
		put_north(&(0..64).collect::<Vec<_>>());
		(0..64).for_each(|slot| {
			open(OWNER, fault_at(slot));
		});
		assert_ok!(Dispatch::open_round(dispatcher(TOWER), HERE));
		while !matches!(stage(0), RoundStage::Bidding { .. }) {
			work_within::<Test>(MAX_TURNS, Weight::from_parts(5, 0));
		}
		// When blocks have room for 1,000 of them
		let block = || work_within::<Test>(MAX_TURNS, Weight::from_parts(3, 0));
		let RoundStage::Bidding { until } = stage(0) else { panic!("it takes bids") };
		Now::set(until);
		block();
		// Then bids are taken until the last moment
		assert_eq!(stage(0), RoundStage::Bidding { until });
		assert_ok!(bid(SHARER, 0, plan_of(0, &[])));
		// And the round closes behind it
		Now::set(until + 1);
		block();
		assert_eq!((stage(0), Dispatch::round(0).unwrap().floor), (RoundStage::Closing, None));
		let view = Dispatch::round_view(0).unwrap();
		assert_eq!(view.stage, trimast_primitives::apis::RoundStageView::Closing);
		assert!(Dispatch::summary().rounds.contains(&("closing".into(), 1)));
		assert_noop!(bid(SHARER, 0, plan_of(0, &[])), Error::<Test>::NotBidding);
		Dispatch::do_try_state().unwrap();
		// Until the greedy plan is complete, which wins
		go_on(10 * SECOND);
		assert_eq!((stage(0), Dispatch::round(0).unwrap().best), (RoundStage::Over, None));
	});
}

#[test]
fn round_that_has_used_up_the_room_comes_behind_the_others() {
	run(|| {
		for area in [HERE, NEARBY] {
			(0..3).for_each(|_| {
				own(TOWER, Details { area: Scope::LocalNetwork(area), ..crew() });
			});
		}
		three_faults();
		open(OWNER, elsewhere());
		assert_ok!(Dispatch::open_round(dispatcher(TOWER), HERE));
		assert_ok!(Dispatch::open_round(dispatcher(TOWER), NEARBY));
		let resources = || [0, 1].map(|number| Dispatch::round(number).unwrap().resources);
		// Room for looking at both, and for one resource of one.
		let room = Weight::from_parts(5, 0);
		for expected in [[1, 0], [1, 1], [2, 1], [2, 2]] {
			work_within::<Test>(MAX_TURNS, room);
			assert_eq!(resources(), expected);
		}
	});
}

#[test]
fn rounds_have_their_turn() {
	run(|| {
		own(TOWER, crew());
		three_faults();
		assert_ok!(Dispatch::open_round(dispatcher(TOWER), HERE));
		// As many before it as a block looks at, about which there is nothing to do.
		let others = (0..MAX_TURNS).map(|n| 1_000 + n);
		crate::Working::<Test>::put(BoundedVec::truncate_from(others.chain([0]).collect()));
		work::<Test>();
		assert!(matches!(stage(0), RoundStage::Gathering { .. }));
		assert_eq!(crate::Working::<Test>::get()[..], [0]);
		work::<Test>();
		assert!(matches!(stage(0), RoundStage::Bidding { .. }));
	});
}

#[test]
fn greedy_plan_is_bounded_as_governed() {
	run(|| {
		govern(|rules| rules.steps = 2);
		own(TOWER, crew());
		three_faults();
		let number = planned(TOWER);
		assert_eq!(Dispatch::route(0).unwrap().visits.len(), 2);
		assert_eq!(Dispatch::unserved(number, None, 9), [(2, Unserved::Free(ResourceIndex(0)))]);
	});
}

#[test]
fn nobody_leaves_before_bids_are_in() {
	run(|| {
		own(TOWER, crew());
		open(OWNER, fault());
		let number = frozen(TOWER);
		let RoundStage::Bidding { until } = stage(number) else { panic!("it takes bids") };
		go_on(31 * SECOND);
		// It is at the place, and works for ten minutes.
		assert_eq!(Dispatch::route(0).unwrap().visits[0].end, until + 600 * SECOND);
	});
}

#[test]
fn as_many_routes_are_sent_as_there_is_room_for_their_visits() {
	run(|| {
		(0..3).for_each(|_| {
			own(TOWER, Details { capacity: 1, ..crew() });
		});
		three_faults();
		let number = frozen(TOWER);
		let mut head = Dispatch::round(number).unwrap();
		crate::rounds::decide::<Test>(number, &mut head);
		assert_eq!(crate::rounds::commit::<Test>(number, &mut head, |_, visits| visits <= 2), (2, 2));
		assert_eq!(head.stage, RoundStage::Committing { next: 2 });
		assert_eq!(crate::rounds::commit::<Test>(number, &mut head, |_, _| true), (1, 1));
		assert_eq!((head.stage, RouteOfOrder::<Test>::iter().count()), (RoundStage::Over, 3));
	});
}

#[test]
fn routes_are_not_for_who_has_refused_is_silent_or_has_it_no_more() {
	let sent = |is_lent: bool, change: fn()| {
		run(|| {
			let (from, until) = (Now::get() + 100 * SECOND, Now::get() + 80_000 * SECOND);
			own(TOWER, crew());
			if is_lent {
				assert_ok!(Dispatch::offer_resource(dispatcher(TOWER), 0, SHARER, from, until));
				assert_ok!(Dispatch::take_offer(dispatcher(SHARER), 0, from, until));
			}
			put_north(&[10, 20]);
			(0..2).for_each(|slot| {
				open(OWNER, fault_at(slot));
			});
			planned(TOWER);
			assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), 0));
			go_on(60 * SECOND);
			let number = frozen(TOWER);
			assert_eq!(Dispatch::round(number).unwrap().resources, 1);
			change();
			go_on(31 * SECOND);
			assert_eq!(stage(number), RoundStage::Over);
			assert_eq!(Dispatch::resource(0).unwrap().round, None);
			assert_eq!(RouteOfOrder::<Test>::get(1), None);
			// Another round is to be held.
			assert_eq!(Dispatch::territory(HERE).wanted, Some(Trigger::Refused));
			Orgs::mutate(|orgs| orgs[2] = OrgStatus::Active);
		});
	};
	sent(false, || {
		assert_ok!(Dispatch::refuse_route(dispatcher(TOWER), 0, words("no fuel")));
	});
	sent(false, || Orgs::mutate(|orgs| orgs[2] = OrgStatus::Suspended));
	sent(true, || ());
}

#[test]
fn who_has_no_room_in_the_agenda_keeps_nobody_else_waiting() {
	use crate::agenda::MAX_DUE;
	run(|| {
		let one_job = || Details { capacity: 1, ..crew() };
		let (full, other) = (own(TOWER, one_job()), own(SHARER, one_job()));
		put_north(&[10, -10]);
		(0..2).for_each(|slot| {
			open(OWNER, fault_at(slot));
		});
		let number = frozen(TOWER);
		let now = crate::agenda::second_of(Now::get());
		crate::AgendaFrom::<Test>::mutate(|queues| queues.try_push((TOWER, now)).unwrap());
		for second in now + 600..now + 660 {
			let list: Vec<_> = (1_000..1_000 + MAX_DUE).collect();
			crate::Agenda::<Test>::insert(TOWER, second, sp_runtime::BoundedVec::try_from(list).unwrap());
		}
		go_on(31 * SECOND);
		assert_eq!(stage(number), RoundStage::Over);
		assert_eq!((Dispatch::route(full), Dispatch::route(other).is_some()), (None, true));
		assert!(events().contains(&Event::RouteUnanswered { resource: full, org: TOWER }));
		assert_eq!(Dispatch::territory(HERE).wanted, Some(Trigger::Refused));
	});
}

#[test]
fn what_is_sent_in_an_emergency_can_be_answered() {
	run(|| {
		govern(|rules| (rules.level, rules.fresh, rules.pause) = (Some(OutageLevel::Blue), 1, 5));
		(0..2).for_each(|_| {
			own(TOWER, Details { capacity: 1, ..crew() });
		});
		put_north(&[10, 20, 30, 40, 50]);
		// Something asks for a round in each.
		for slot in 0..4 {
			open(OWNER, fault_at(slot));
			go_on(40 * SECOND);
		}
		assert!(stage(3) == RoundStage::Over);
		// The last two that were sent were not taken back by what came behind.
		let sent = |resource| Dispatch::route(resource).map(|route| route.stage);
		let stages = [sent(0), sent(1)];
		assert!(stages.iter().all(|stage| matches!(stage, Some(RouteStage::Sent { .. }))), "{stages:?}");
		open(OWNER, fault_at(4));
		go_on(10 * SECOND);
		for resource in 0..2 {
			assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), resource));
		}
	});
}
