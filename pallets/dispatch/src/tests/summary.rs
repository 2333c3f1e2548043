// SPDX-License-Identifier: Apache-2.0

//! The whole country at a glance.

use crate::{mock::*, NextRound};
use frame_support::assert_ok;
use trimast_primitives::{
	apis::{OrgOrdersView, ProvinceOutagesView},
	calendar::month_of,
	order::Score,
	OrgId, ProvinceId,
};

fn of(org: OrgId) -> OrgOrdersView {
	Dispatch::summary().orgs.into_iter().find(|view| view.org == org).expect("it is a member")
}

/// Rounds by stage: gathering, freezing, bidding, closing, committing.
fn rounds() -> Vec<u32> {
	Dispatch::summary().rounds.into_iter().map(|(_, count)| count).collect()
}

#[test]
fn nothing_stands_of_anybody_at_first() {
	run(|| {
		let nothing = OrgOrdersView { org: OWNER, unsettled: 0, resources: 0, score: Score::default() };
		let summary = Dispatch::summary();
		assert_eq!(summary.orgs.first(), Some(&nothing));
		assert!(summary.orgs.iter().all(|view| *view == OrgOrdersView { org: view.org, ..nothing.clone() }));
		let stages = ["gathering", "freezing", "bidding", "closing", "committing"];
		assert_eq!(summary.rounds, stages.map(|stage| (stage.into(), 0)));
		assert_eq!((summary.outages, summary.lag), (vec![], 0));
	});
}

#[test]
fn orders_count_until_they_are_settled_and_then_in_the_score() {
	run(|| {
		let number = judged(150, &[(OWNER, power())]);
		assert_eq!((of(OWNER).unsettled, of(TOWER).unsettled), (1, 0));
		assert_eq!(of(TOWER).score, Score::default());
		go_on(u64::from(LIMITS.appeal) * SECOND + SECOND);
		assert!(Dispatch::verdict(number).unwrap().is_final);
		assert_eq!(of(OWNER).unsettled, 0);
		let [(_, score)] = Dispatch::statement(month_of(START), TOWER).scores[..] else {
			panic!("one class")
		};
		assert_eq!((of(TOWER).score, score.breached), (score, 1));
		// The next month begins without it
		Now::mutate(|now| *now += 35 * 86_400_000);
		assert_eq!(of(TOWER).score, Score::default());
	});
}

#[test]
fn stations_that_are_down_are_summed_by_province() {
	run(|| {
		open(OWNER, fault());
		let expected = ProvinceOutagesView { province: ProvinceId(13), stations: 1, large: 0 };
		assert_eq!(Dispatch::summary().outages, [expected]);
	});
}

#[test]
fn open_rounds_are_counted_by_stage() {
	run(|| {
		open(OWNER, fault());
		own(TOWER, crew());
		assert_eq!((of(TOWER).resources, of(OWNER).resources), (1, 0));
		let round = NextRound::<Test>::get();
		assert_ok!(Dispatch::open_round(dispatcher(TOWER), HERE));
		assert_eq!(rounds(), [1, 0, 0, 0, 0]);
		go_on(SECOND);
		assert_eq!(rounds(), [0, 0, 1, 0, 0]);
		go_on(31 * SECOND);
		assert!(Dispatch::round(round).is_some());
		assert_eq!(rounds(), [0; 5]);
	});
}
