// SPDX-License-Identifier: Apache-2.0

//! What is in a round: its jobs and resources, how many, and the share of each company.

use super::{govern, three_faults};
use crate::mock::*;
use frame_support::assert_ok;
use trimast_primitives::{
	access::Scope,
	order::{Opening, OrderKind, State, Work},
	org::OrgStatus,
	plan::{Obstacle, Skills, Unserved},
	resource::Details,
};

#[test]
fn jobs_are_the_orders_that_want_a_visit() {
	run(|| {
		put_north(&[0, 1, 2, 3, 4]);
		own(TOWER, crew());
		own(TOWER, generator(8_500));
		let slot = Some((START + 3_600_000, START + 7_200_000));
		let later = Some((START + 90_000_000, START + 97_200_000));
		let work = |slot| Work { slot, planned: 60, skills: Skills(1), ..Work::default() };
		let fault = open(OWNER, fault_at(0));
		let run = open(OWNER, Opening { kind: OrderKind::GeneratorRun, parent: Some(fault), ..fault_at(0) });
		let timed = open(OWNER, Opening { kind: OrderKind::Inspection, work: work(slot), ..fault_at(2) });
		open(OWNER, Opening { kind: OrderKind::Inspection, work: work(later), ..fault_at(3) });
		let held = open(OWNER, fault_at(4));
		steps(held, &[(TOWER, State::InProgress), (TOWER, State::Held)]);
		let county = trimast_primitives::order::Place::County(HERE, 2);
		open(OWNER, Opening { kind: OrderKind::Inspection, place: county, ..fault_at(0) });
		Now::set(START + 60 * MINUTE);
		let number = frozen(TOWER);
		let round = Dispatch::snapshot(number).unwrap();
		let ids: Vec<_> = round.jobs.iter().map(|job| job.id as u32).collect();
		assert_eq!(ids, [fault, run, timed]);
		// The batteries last 120 minutes, of which 60 are over; the generator run is for this outage, and the fault is to be repaired
		// within as long.
		let [fault, run, timed] = [0, 1, 2].map(|place| round.jobs[place].clone());
		assert_eq!((fault.outage, fault.autonomy, fault.power), (0, 60 * MINUTE as u32, 0));
		assert_eq!((run.outage, run.autonomy, run.power), (0, 60 * MINUTE as u32, 8_500));
		assert_eq!((fault.plmns, fault.service), (2, 600_000));
		assert_eq!(
			(timed.service, timed.skills, timed.autonomy),
			(60_000, Skills(1), 11 * 60 * MINUTE as u32)
		);
		assert_eq!((timed.windows[0].from, timed.windows[0].to), (0, 3_600_000));
	});
}

#[test]
fn what_cannot_be_served_says_why() {
	run(|| {
		own(TOWER, generator(5_000));
		open(OWNER, fault());
		open(OWNER, Opening { kind: OrderKind::GeneratorRun, ..fault() });
		let number = planned(TOWER);
		assert_eq!(
			Dispatch::unserved(number, None, 9),
			[(0, Unserved::Nobody(Obstacle::Crew)), (1, Unserved::Nobody(Obstacle::Power))]
		);
		assert_eq!(Dispatch::unserved(number, Some(0), 9).len(), 1);
		assert_eq!(Dispatch::route(0), None);
	});
}

#[test]
fn resources_of_the_area_and_of_who_does_business_are_sent() {
	run(|| {
		let area = |area| Details { area, ..crew() };
		let here = own(TOWER, crew());
		let everywhere = own(TOWER, area(Scope::National));
		let province = own(SHARER, area(Scope::Province(HERE.province())));
		own(SHARER, area(Scope::LocalNetwork(NEARBY)));
		own(OTHER, crew());
		open(OWNER, fault());
		Orgs::mutate(|orgs| orgs[3] = OrgStatus::Suspended);
		let number = frozen(TOWER);
		let ids: Vec<_> = Dispatch::snapshot(number).unwrap().resources.iter().map(|one| one.id).collect();
		assert_eq!(ids, [here, everywhere, province]);
		// Another round does without them.
		open(OWNER, elsewhere());
		assert_eq!(Dispatch::round(frozen_in(TOWER, NEARBY)).unwrap().resources, 1);
		Orgs::mutate(|orgs| orgs[3] = OrgStatus::Active);
	});
}

#[test]
fn rounds_are_bounded_as_governed() {
	run(|| {
		govern(|rules| (rules.jobs, rules.resources) = (2, 1));
		own(TOWER, crew());
		own(TOWER, crew());
		three_faults();
		let head = Dispatch::round(frozen(TOWER)).unwrap();
		assert_eq!((head.jobs, head.resources), (2, 1));
	});
}

#[test]
fn of_what_is_too_much_each_company_has_its_share() {
	run(|| {
		govern(|rules| (rules.jobs, rules.resources) = (3, 2));
		put_north(&[0, 1, 2, 3, 4, 5, 6]);
		(0..7).for_each(|_| {
			own(TOWER, crew());
		});
		let of_sharer = own(SHARER, crew());
		let inspection = |slot| Opening { kind: OrderKind::Inspection, ..fault_at(slot) };
		(0..6).for_each(|slot| {
			open(TOWER, inspection(slot));
		});
		let of_owner = open(OWNER, inspection(6));
		let round = Dispatch::snapshot(frozen(SHARER)).unwrap();
		assert_eq!((round.jobs.len(), round.resources.len()), (3, 2));
		assert_eq!(round.jobs.last().unwrap().id as u32, of_owner);
		assert_eq!(round.resources.last().unwrap().id, of_sharer);
		// Who gave way is planned by nobody.
		let planned = |resource| Dispatch::resource(resource).unwrap().round.is_some();
		assert_eq!((0..8).filter(|resource| planned(*resource)).count(), 2);
	});
}

#[test]
fn outages_come_before_what_can_wait() {
	run(|| {
		govern(|rules| rules.jobs = 2);
		own(TOWER, crew());
		put_north(&[0, 1, 2, 3, 4, 5]);
		(0..4).for_each(|slot| {
			open(OWNER, Opening { kind: OrderKind::Inspection, ..fault_at(slot) });
		});
		let outages = [4, 5].map(|slot| u64::from(open(OWNER, fault_at(slot))));
		let round = Dispatch::snapshot(frozen(TOWER)).unwrap();
		assert_eq!(round.jobs.iter().map(|job| job.id).collect::<Vec<_>>(), outages);
	});
}

/// A company that enters many keeps the others' round waiting for as many as it may have in it, twice.
#[test]
fn what_one_company_has_in_the_books_is_not_walked_to_its_end() {
	use crate::rounds::{gather_orders, gather_resources};
	run(|| {
		govern(|rules| (rules.jobs, rules.resources) = (2, 2));
		let national = || Details { area: Scope::National, ..crew() };
		(0..8).for_each(|_| {
			own(TOWER, national());
		});
		let of_sharer = own(SHARER, national());
		put_north(&(0..60).collect::<Vec<_>>());
		(0..59).for_each(|slot| {
			open(TOWER, Opening { kind: OrderKind::Inspection, ..fault_at(slot) });
		});
		let of_owner = open(OWNER, Opening { kind: OrderKind::Inspection, ..fault_at(59) });
		assert_ok!(Dispatch::open_round(dispatcher(SHARER), HERE));
		let mut head = Dispatch::round(0).unwrap();
		// Four of the tower company's, what is behind them, the other's, and the ends of three areas.
		let (looked, _) = gather_resources::<Test>(0, &mut head, 1_000);
		assert!(looked <= 9, "{looked}");
		// Two, what is behind them, the other's, and the end.
		let looked = gather_orders::<Test>(0, &mut head, 1_000);
		assert!(looked <= 5, "{looked}");
		let draft = crate::Drafts::<Test>::get(0).unwrap();
		assert!(draft.resources.iter().any(|candidate| candidate.resource == of_sharer));
		assert!(draft.jobs.iter().any(|(_, wanted)| wanted.job.id == u64::from(of_owner)));
	});
}
