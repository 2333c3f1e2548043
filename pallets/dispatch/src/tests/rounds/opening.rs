// SPDX-License-Identifier: Apache-2.0

//! When a round is opened, and by whom.

use super::{govern, stage, three_faults};
use crate::{
	mock::*,
	rounds::types::{RoundStage, Trigger},
	Error, Rounds,
};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{
	order::{OutageLevel, State},
	LocalNetworkId,
};

#[test]
fn open_fails_for_who_may_not_and_while_one_is_open() {
	run(|| {
		assert_refusals(TOWER, &[NO_COLLECTOR, NO_AUDITOR], |origin| Dispatch::open_round(origin, HERE));
		assert_noop!(Dispatch::open_round(dispatcher(WITNESS), HERE), Error::<Test>::NotMember);
		let nowhere = LocalNetworkId(1302);
		assert_noop!(Dispatch::open_round(dispatcher(TOWER), nowhere), Error::<Test>::UnknownTerritory);
		own(TOWER, crew());
		assert_noop!(Dispatch::open_round(dispatcher(TOWER), HERE), Error::<Test>::NothingWaits);
		open(OWNER, fault());
		frozen(TOWER);
		assert_noop!(Dispatch::open_round(dispatcher(TOWER), HERE), Error::<Test>::RoundOpen);
		go_on(31 * SECOND);
		assert_noop!(Dispatch::open_round(dispatcher(TOWER), HERE), Error::<Test>::TooSoon);
		go_on(60 * SECOND);
		assert_ok!(Dispatch::open_round(dispatcher(TOWER), HERE));
	});
}

#[test]
fn timer_opens_rounds_while_orders_wait() {
	run(|| {
		govern(|rules| rules.period = 600);
		own(TOWER, crew());
		let order = open(OWNER, fault());
		go_on(601 * SECOND);
		assert_eq!(Dispatch::round(0).unwrap().trigger, Trigger::Timer);
		go_on(700 * SECOND);
		assert_eq!(Dispatch::round(1).unwrap().trigger, Trigger::Timer);
		assert_ok!(Dispatch::step(dispatcher(OWNER), order, State::Cancelled));
		go_on(7_000 * SECOND);
		assert!(Rounds::<Test>::iter_keys().all(|number| number < 4));
		assert!(Dispatch::territory(HERE).next.is_none());
	});
}

#[test]
fn new_jobs_open_a_round() {
	run(|| {
		govern(|rules| rules.fresh = 3);
		own(TOWER, crew());
		three_faults();
		go_on(2 * SECOND);
		let head = Dispatch::round(0).unwrap();
		assert_eq!((head.trigger, head.jobs), (Trigger::Jobs, 3));
		// While it is open, what is new waits for the next one.
		(0..3).for_each(|slot| {
			open(SHARER, fault_at(slot));
		});
		go_on(31 * SECOND);
		assert_eq!(Dispatch::territory(HERE).open, None);
		go_on(61 * SECOND);
		// The others are on a route that is to be acknowledged.
		assert_eq!(Dispatch::round(1).unwrap().jobs, 3);
	});
}

#[test]
fn level_of_outages_opens_a_round() {
	run(|| {
		Fleet::set(Some(1));
		govern(|rules| rules.level = Some(OutageLevel::Yellow));
		own(TOWER, crew());
		three_faults();
		go_on(2 * SECOND);
		assert_eq!(Dispatch::round(0).unwrap().trigger, Trigger::Level);
	});
}

#[test]
fn an_emergency_knows_no_pause() {
	run(|| {
		Fleet::set(Some(1));
		govern(|rules| (rules.level, rules.pause) = (Some(OutageLevel::Yellow), 3_600));
		own(TOWER, crew());
		put_north(&[10, 20, 30, 40]);
		(0..2).for_each(|slot| {
			open(OWNER, fault_at(slot));
		});
		planned(TOWER);
		// One more station is down: it is yellow, and the round follows at once.
		open(OWNER, fault_at(2));
		go_on(2 * SECOND);
		assert!(matches!(stage(1), RoundStage::Bidding { .. }));
		assert_eq!(Dispatch::round(1).unwrap().trigger, Trigger::Level);
		go_on(31 * SECOND);
		// Not again within the time for an answer.
		open(SHARER, fault_at(3));
		assert_ok!(Dispatch::refuse_route(dispatcher(TOWER), 0, words("no fuel")));
		go_on(60 * SECOND);
		assert_eq!(Dispatch::round(2), None);
	});
}

/// Nobody confirms that a vehicle exists.
#[test]
fn large_area_opens_a_round_however_many_vehicles_are_entered() {
	run(|| {
		Fleet::set(Some(u32::MAX));
		govern(|rules| (rules.level, rules.fresh, rules.period) = (Some(OutageLevel::Yellow), 0, 0));
		put_north(&[0; 10]);
		(0..9).for_each(|slot| {
			open(OWNER, fault_at(slot));
		});
		go_on(2 * SECOND);
		assert_eq!(Dispatch::round(0), None);
		open(OWNER, fault_at(9));
		go_on(2 * SECOND);
		assert_eq!(Dispatch::round(0).map(|head| head.trigger), Some(Trigger::Level));
		Fleet::set(None);
	});
}
