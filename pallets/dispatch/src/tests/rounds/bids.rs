// SPDX-License-Identifier: Apache-2.0

//! Bids: which one wins, which are invalid and cost a mark, and what they weigh.

use super::{bid, govern, plan_of, three_faults};
use crate::{mock::*, rounds::types::MarksOf, Error, Event};
use codec::{Decode, Encode};
use frame_support::{assert_noop, assert_ok};
use proptest::prelude::*;
use trimast_primitives::{
	order::{Opening, OrderKind, Work},
	plan::{self, Obstacle, Plan, PlanDefect, Score, Skills},
};

type Extrinsic = <Block as sp_runtime::traits::Block>::Extrinsic;

fn empty() -> Plan {
	Plan {
		round: Default::default(),
		score: Score::default(),
		routes: Default::default(),
		stops: Default::default(),
	}
}

#[test]
fn best_bid_wins_and_ties_are_the_first_ones() {
	run(|| {
		own(TOWER, crew());
		three_faults();
		let number = frozen(TOWER);
		let best = plan_of(number, &[(0, &[1, 2, 0])]);
		assert_ok!(bid(SHARER, number, best.clone()));
		assert_ok!(bid(OTHER, number, best.clone()));
		let (org, score) = (OTHER, best.score);
		assert_eq!(last_event(), Event::BidTaken { round: number, org, score, is_best: false });
		go_on(31 * SECOND);
		assert!(events().contains(&Event::RoundDecided { round: number, winner: Some(SHARER), score }));
		assert_eq!(Dispatch::plan(number), Some(best));
		let orders: Vec<_> = Dispatch::route(0).unwrap().visits.iter().map(|visit| visit.order).collect();
		assert_eq!(orders, [1, 2, 0]);
	});
}

#[test]
fn bid_that_does_not_beat_the_floor_wins_nothing() {
	run(|| {
		own(TOWER, crew());
		three_faults();
		let number = frozen(TOWER);
		assert_ok!(bid(SHARER, number, plan_of(number, &[])));
		assert_ok!(bid(SHARER, number, plan_of(number, &[(0, &[0, 1, 2])])));
		assert_eq!(Dispatch::round(number).unwrap().best, None);
		go_on(31 * SECOND);
		let floor = Dispatch::round(number).unwrap().floor.unwrap();
		assert!(events().contains(&Event::RoundDecided { round: number, winner: None, score: floor }));
	});
}

#[test]
fn invalid_bids_cost_a_mark_and_marks_bar() {
	run(|| {
		own(TOWER, crew());
		three_faults();
		let number = frozen(TOWER);
		let other = Plan { round: Default::default(), ..plan_of(number, &[]) };
		assert_ok!(bid(SHARER, number, other));
		let (round, org) = (number, SHARER);
		assert_eq!(
			last_event(),
			Event::BidRefused { round, org, defect: PlanDefect::Round, is_barred: false }
		);
		assert_eq!(Dispatch::marks(HERE, SHARER), MarksOf { count: 1, barred_until: None });
		let mut false_score = plan_of(number, &[(0, &[1, 2, 0])]);
		false_score.score.travel -= 1;
		let found = Score { travel: false_score.score.travel + 1, ..false_score.score };
		assert_ok!(bid(SHARER, number, false_score));
		let defect = PlanDefect::Score { found };
		assert_eq!(last_event(), Event::BidRefused { round, org, defect, is_barred: true });
		let good = plan_of(number, &[(0, &[1, 2, 0])]);
		assert_noop!(bid(SHARER, number, good.clone()), Error::<Test>::Barred);
		assert_ok!(bid(OTHER, number, good));
		// In the next round there, too, and no longer. Rounds elsewhere do not count.
		go_on(31 * SECOND);
		assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), 0));
		go_on(90 * SECOND);
		open(OWNER, elsewhere());
		let far = frozen_in(TOWER, NEARBY);
		assert_ok!(bid(SHARER, far, plan_of(far, &[])));
		go_on(120 * SECOND);
		assert_eq!(Dispatch::territory(NEARBY).turns, 1);
		let next = frozen(TOWER);
		assert_noop!(bid(SHARER, next, plan_of(next, &[])), Error::<Test>::Barred);
		go_on(120 * SECOND);
		let after = frozen(TOWER);
		assert_ok!(bid(SHARER, after, plan_of(after, &[])));
	});
}

#[test]
fn every_sort_of_invalid_bid_is_refused() {
	run(|| {
		govern(|rules| (rules.bids, rules.marks) = (200, 200));
		let crews = crew();
		own(TOWER, crate::resources::types::Details { capacity: 2, ..crews });
		own(
			TOWER,
			crate::resources::types::Details {
				shift: crate::resources::types::Shift { from: 57_600, to: 57_900 },
				..crews
			},
		);
		three_faults();
		let skilled = Work { skills: Skills(0b100), ..Work::default() };
		open(OWNER, Opening { kind: OrderKind::Inspection, work: skilled, ..fault_at(1) });
		let number = frozen(TOWER);
		let refused = |routes: &[(u16, &[u16])], is_it: fn(PlanDefect) -> bool| {
			assert_ok!(bid(SHARER, number, plan_of(number, routes)));
			let Event::BidRefused { defect, .. } = last_event() else { panic!("taken: {routes:?}") };
			assert!(is_it(defect), "{defect:?}");
		};
		refused(&[(0, &[1, 1])], |defect| matches!(defect, PlanDefect::Twice(_)));
		refused(&[(0, &[1]), (1, &[1])], |defect| matches!(defect, PlanDefect::Twice(_)));
		refused(&[(0, &[0, 1, 2])], |defect| {
			matches!(defect, PlanDefect::Unfit { obstacle: Obstacle::Capacity, .. })
		});
		refused(&[(0, &[3])], |defect| {
			matches!(defect, PlanDefect::Unfit { obstacle: Obstacle::Skills, .. })
		});
		refused(&[(1, &[0])], |defect| matches!(defect, PlanDefect::Unfit { obstacle: Obstacle::Shift, .. }));
		refused(&[(0, &[9])], |defect| matches!(defect, PlanDefect::NoSuchJob(_)));
		refused(&[(7, &[0])], |defect| matches!(defect, PlanDefect::NoSuchResource { .. }));
		refused(&[(0, &[])], |defect| matches!(defect, PlanDefect::Empty { .. }));
		assert_eq!(Dispatch::marks(HERE, SHARER).count, 8);
	});
}

#[test]
fn bid_fails_when_it_need_not_be_looked_at() {
	run(|| {
		own(TOWER, crew());
		open(OWNER, fault());
		assert_noop!(bid(SHARER, 0, Plan { ..empty() }), Error::<Test>::NoSuchRound);
		assert_ok!(Dispatch::open_round(dispatcher(TOWER), HERE));
		assert_noop!(bid(SHARER, 0, empty()), Error::<Test>::NotBidding);
		go_on(SECOND);
		assert_refusals(SHARER, &[NO_COLLECTOR, NO_AUDITOR], |origin| {
			Dispatch::bid(origin, 0, Box::new(empty())).map(|_| ()).map_err(|error| error.error)
		});
		assert_noop!(bid(WITNESS, 0, empty()), Error::<Test>::NotMember);
		assert_ok!(bid(SHARER, 0, plan_of(0, &[])));
		assert_ok!(bid(SHARER, 0, plan_of(0, &[])));
		assert_noop!(bid(SHARER, 0, plan_of(0, &[])), Error::<Test>::TooManyBids);
		let now = Now::get();
		Now::set(now + 31 * SECOND);
		assert_noop!(bid(OTHER, 0, plan_of(0, &[])), Error::<Test>::TooLate);
		Now::set(now);
		go_on(31 * SECOND);
		assert_noop!(bid(OTHER, 0, plan_of(0, &[])), Error::<Test>::NotBidding);
	});
}

#[test]
fn bid_weighs_what_it_meets() {
	use crate::WeightInfo;
	run(|| {
		own(TOWER, crew());
		three_faults();
		let number = frozen(TOWER);
		let weight = |org, plan: Plan| {
			let answer = Dispatch::bid(dispatcher(org), number, Box::new(plan));
			answer.unwrap_or_else(|error| error.post_info).actual_weight
		};
		let plan = plan_of(number, &[(0, &[1, 2])]);
		assert_eq!(weight(SHARER, plan.clone()), Some(<() as WeightInfo>::bid(3, 2)));
		// A refused one weighs as much, and one that is not looked at next to nothing.
		assert_eq!(weight(SHARER, empty()), Some(<() as WeightInfo>::bid(3, 0)));
		assert_eq!(weight(SHARER, plan), Some(<() as WeightInfo>::admit()));
	});
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(48))]

	/// A bid as it comes in, changed on its way: what is a bid yet is judged as the check has it, and nothing else is done.
	#[test]
	fn bid_in_changed_bytes_is_judged_by_what_it_says(
		changes in proptest::collection::vec((0..4u8, any::<usize>(), any::<u8>()), 0..5),
	) {
		run(|| {
			govern(|rules| (rules.bids, rules.marks) = (200, 200));
			own(TOWER, crew());
			three_faults();
			let number = frozen(TOWER);
			let (head, round) = (Dispatch::round(number).unwrap(), Dispatch::snapshot(number).unwrap());
			let plan = Box::new(plan_of(number, &[(0, &[1, 2, 0])]));
			let call = RuntimeCall::from(crate::Call::bid { round: number, plan });
			// A transaction is a list of bytes.
			let mut bytes = Vec::<u8>::decode(&mut &Extrinsic::new_bare(call).encode()[..]).unwrap();
			for (kind, place, byte) in [(0, 0, 0)].into_iter().chain(changes) {
				let place = place % bytes.len().max(1);
				match kind {
					_ if bytes.is_empty() => (),
					0 | 1 => bytes[place] ^= byte,
					2 => bytes.insert(place, byte),
					_ => drop(bytes.remove(place)),
				}
				let Ok(extrinsic) = Extrinsic::decode(&mut &bytes.encode()[..]) else { continue };
				let RuntimeCall::Dispatch(crate::Call::bid { round: meant, plan }) = extrinsic.function else {
					continue;
				};
				let told = events().len();
				let answer = bid(SHARER, meant, (*plan).clone());
				if meant != number {
					assert_eq!((answer, events().len()), (Err(Error::<Test>::NoSuchRound.into()), told));
					continue;
				}
				assert_ok!(answer);
				match (last_event(), plan::check(&round, head.digest, &plan)) {
					(Event::BidTaken { score, .. }, Ok(found)) => assert_eq!(score, found),
					(Event::BidRefused { defect, .. }, Err(found)) => assert_eq!(defect, found),
					(event, found) => panic!("{event:?}, but {found:?}"),
				}
			}
			go_on(31 * SECOND);
			let won = Dispatch::plan(number).unwrap();
			assert!(plan::check(&round, head.digest, &won).unwrap() <= head.floor.unwrap());
		});
	}

	/// Whatever is bid, what wins is valid, no worse than the greedy plan, and no worse than any valid bid.
	#[test]
	fn winner_is_never_worse_than_the_floor(
		places in proptest::collection::vec(-60i32..60, 1..8),
		crews in proptest::collection::vec((-60i32..60, 1u32..5, 0u32..4), 1..4),
		bids in proptest::collection::vec(proptest::collection::vec((0u16..4, 0u16..9), 0..10), 0..6),
		is_honest in proptest::collection::vec(any::<bool>(), 6),
	) {
		run(|| {
			govern(|rules| (rules.bids, rules.marks) = (200, 200));
			put_north(&places);
			for (place, capacity, skills) in &crews {
				let mut details = crew();
				details.at.latitude += place * 1_000;
				(details.capacity, details.skills) = (*capacity, Skills(*skills));
				own(TOWER, details);
			}
			for slot in 0..places.len() as u32 {
				let work = Work { skills: Skills(slot % 3), ..Work::default() };
				open(OWNER, Opening { work, ..fault_at(slot) });
			}
			let number = frozen(TOWER);
			let mut best = Dispatch::round(number).unwrap().floor.unwrap();
			for (visits, is_honest) in bids.iter().zip(&is_honest) {
				let routes: Vec<(u16, Vec<u16>)> = (0..4u16)
					.map(|of| (of, visits.iter().filter(|(by, _)| *by == of).map(|(_, job)| *job).collect()))
					.filter(|(_, stops): &(u16, Vec<u16>)| !stops.is_empty())
					.collect();
				let routes: Vec<_> = routes.iter().map(|(of, stops)| (*of, stops.as_slice())).collect();
				let mut plan = plan_of(number, &routes);
				if !is_honest {
					plan.score.lost = plan.score.lost.saturating_sub(1);
				}
				let round = Dispatch::snapshot(number).unwrap();
				if let Ok(found) = plan::check(&round, plan.round, &plan) {
					best = best.min(found);
				}
				bid(SHARER, number, plan).unwrap();
			}
			go_on(31 * SECOND);
			let head = Dispatch::round(number).unwrap();
			let (round, won) = (Dispatch::snapshot(number).unwrap(), Dispatch::plan(number).unwrap());
			assert_eq!(plan::check(&round, head.digest, &won), Ok(best));
			assert!(best <= head.floor.unwrap());
		});
	}
}
