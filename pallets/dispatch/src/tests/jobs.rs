// SPDX-License-Identifier: Apache-2.0

//! What of an order is in a round: by its facts, and by what else is at its station.

use crate::{mock::*, rounds::types::MAX_VISITS, NextRound};
use frame_support::{assert_ok, BoundedVec};
use trimast_primitives::{
	order::{Alarm, Evidence, Opening, OrderKind, Phase, State, Subject, Work},
	plan::{Job, Round},
	Moment, OrgId,
};

const FAILED: Evidence = Evidence::GridFailure { phase: Phase::Raised };

/// What a round of now is about.
fn round() -> Round {
	let number = frozen(TOWER);
	Dispatch::snapshot(number).unwrap()
}

/// The job that a fault is of which this is said, and signed by these.
fn job_of(facts: &[(OrgId, Moment, Evidence, &[OrgId])]) -> Option<Job> {
	let mut job = None;
	run(|| {
		let order = open(OWNER, fault());
		for ((author, claimed, evidence, signers), number) in facts.iter().zip(0..) {
			assert_ok!(say(*author, order, *claimed, *evidence));
			for org in *signers {
				assert_ok!(countersign(*org, order, number));
			}
		}
		job = round().jobs.first().cloned();
	});
	job
}

fn deadline(facts: &[(OrgId, Moment, Evidence, &[OrgId])]) -> Moment {
	job_of(facts).unwrap().deadline() / MINUTE
}

#[test]
fn deadline_counts_from_the_failure_that_two_companies_tell_of() {
	assert_eq!(deadline(&[]), 120);
	let failed = START - 30 * MINUTE;
	assert_eq!(deadline(&[(TOWER, failed, FAILED, &[OWNER])]), 90);
	// What one company says is no older than the evidence term.
	assert_eq!(deadline(&[(OWNER, failed, FAILED, &[])]), 110);
	assert_eq!(deadline(&[(OWNER, failed, power(), &[]), (SHARER, failed, power(), &[])]), 90);
	// It may be long ago: the batteries are empty then, and no more.
	assert_eq!(deadline(&[(TOWER, START - 9_000 * MINUTE, FAILED, &[OWNER])]), 0);
}

#[test]
fn deadline_is_by_the_batteries_as_two_companies_have_measured_them() {
	let lasted = |measured| Evidence::BatteryAutonomy { contracted: 120, measured };
	assert_eq!(deadline(&[(TOWER, START, lasted(40), &[OWNER])]), 40);
	assert_eq!(deadline(&[(TOWER, START, lasted(150), &[OWNER])]), 150);
	assert_eq!(deadline(&[(TOWER, START, lasted(40), &[])]), 120);
	assert_eq!(deadline(&[(OWNER, START, lasted(0), &[])]), 120);
}

#[test]
fn weight_is_by_the_networks_that_are_down() {
	let alarm = |id, place: Option<usize>| match alarm(id, Phase::Raised, Subject::Service) {
		Evidence::Alarm(alarm) => Evidence::Alarm(Alarm { plmn: place.map(|place| PLMNS[place]), ..alarm }),
		other => other,
	};
	let plmns = |facts: &[(OrgId, Moment, Evidence, &[OrgId])]| job_of(facts).unwrap().plmns;
	assert_eq!(plmns(&[]), 2);
	assert_eq!(plmns(&[(OWNER, START, alarm(1, Some(0)), &[])]), 1);
	assert_eq!(plmns(&[(OWNER, START, alarm(1, Some(0)), &[]), (SHARER, START, alarm(1, Some(1)), &[])]), 2);
	assert_eq!(plmns(&[(OWNER, START, alarm(1, Some(0)), &[]), (OWNER, START, alarm(2, None), &[])]), 2);
	// Nobody else makes the order weigh less on its own word.
	assert_eq!(plmns(&[(TOWER, START, alarm(1, Some(0)), &[])]), 2);
}

fn hours(from: Moment, to: Moment) -> (Moment, Moment) {
	(START + from * 60 * MINUTE, START + to * 60 * MINUTE)
}

fn granted((from, to): (Moment, Moment)) -> Evidence {
	Evidence::AccessGranted { by: TOWER, from, to }
}

/// The windows of a job, in hours.
fn windows(job: &Job) -> Vec<(u32, u32)> {
	job.windows.iter().map(|window| (window.from / 3_600_000, window.to / 3_600_000)).collect()
}

#[test]
fn windows_are_those_in_which_access_is_granted() {
	let facts =
		[(TOWER, START, granted(hours(5, 6)), &[][..]), (TOWER, START, granted(hours(2, 3)), &[][..])];
	assert_eq!(windows(&job_of(&facts).unwrap()), [(2, 3), (5, 6)]);
	// Who does not answer for the site needs a second word.
	let facts = [(SHARER, START, granted(hours(2, 3)), &[][..])];
	assert_eq!(windows(&job_of(&facts).unwrap()), [(0, 24)]);
	// No more than a job may have.
	let many: Vec<_> = (0..6).map(|n| (TOWER, START, granted(hours(2 * n, 2 * n + 1)), &[][..])).collect();
	assert_eq!(windows(&job_of(&many).unwrap()), [(0, 1), (2, 3), (4, 5), (6, 7)]);
	// Behind the horizon it is no job yet.
	assert_eq!(job_of(&[(TOWER, START, granted(hours(24, 30)), &[])]), None);
}

#[test]
fn windows_lie_in_the_slot_of_the_work() {
	run(|| {
		let work = Work { slot: Some(hours(4, 8)), ..Work::default() };
		let order = open(OWNER, Opening { work, ..job() });
		for window in [hours(1, 5), hours(7, 9)] {
			assert_ok!(say(TOWER, order, START, granted(window)));
		}
		assert_eq!(windows(&round().jobs[0]), [(4, 5), (7, 8)]);
	});
}

#[test]
fn who_is_refused_access_is_not_visited_until_the_window_opens() {
	run(|| {
		own(TOWER, crew());
		let order = open(OWNER, fault());
		assert_ok!(say(TOWER, order, START, Evidence::AccessRefused { by: TOWER }));
		assert_eq!(round().jobs.len(), 0);
		go_on(120 * SECOND);
		assert_ok!(say(TOWER, order, Now::get(), granted(hours(3, 4))));
		let round = round();
		assert_eq!(windows(&round.jobs[0]), [(2, 3)]);
		assert_eq!(round.origin + Moment::from(round.jobs[0].windows[0].from), hours(3, 4).0);
	});
}

/// A fault at a station whose batteries last an hour, and generator runs for it.
fn outage(runs: usize) -> (u32, Vec<u32>) {
	let mut station = station();
	station.autonomy_minutes = 60;
	put(vec![station]);
	let fault_of = open(OWNER, fault());
	let run = || open(OWNER, Opening { kind: OrderKind::GeneratorRun, parent: Some(fault_of), ..fault() });
	(fault_of, (0..runs).map(|_| run()).collect())
}

/// The jobs of a round with their deadlines, in minutes from when the chain began.
fn deadlines(round: &Round) -> Vec<(u32, u64)> {
	let at = |job: &Job| (round.origin - START + job.deadline()) / MINUTE;
	round.jobs.iter().map(|job| (job.id as u32, at(job))).collect()
}

#[test]
fn outage_counts_twice_until_a_generator_is_sent() {
	// Whom the round has beside a crew: while no generator is under way, nobody's job is less urgent.
	for power in [Some(8_500), Some(8_499), None] {
		run(|| {
			own(TOWER, crew());
			power.into_iter().for_each(|power| {
				own(TOWER, generator(power));
			});
			let (fault, runs) = outage(1);
			assert_eq!(deadlines(&round()), [(fault, 60), (runs[0], 60)]);
		});
	}
}

#[test]
fn outage_is_the_faults_where_no_generator_is_ordered_for_it() {
	run(|| {
		own(TOWER, generator(8_500));
		let (fault_of, _) = outage(0);
		// One that is no part of it is for something else.
		let other = open(SHARER, Opening { kind: OrderKind::GeneratorRun, ..fault() });
		assert_eq!(deadlines(&round()), [(fault_of, 60), (other, 720)]);
	});
}

#[test]
fn what_a_company_says_to_itself_of_anothers_station_is_no_outage() {
	run(|| {
		let station = trimast_primitives::site::Station { autonomy_minutes: 60, ..station() };
		put(vec![station.clone(), station]);
		let given = |raiser, slot| {
			let fault_of = open(raiser, Opening { handler: SHARER, ..fault_at(slot) });
			let parent = Some(fault_of);
			open(raiser, Opening { kind: OrderKind::GeneratorRun, parent, ..fault_at(slot) });
			fault_of
		};
		let (itself, between) = (given(SHARER, 0), given(OWNER, 1));
		// No battery runs down: each has its own term.
		let terms = [(itself, 120), (itself + 1, 720), (between, 60), (between + 1, 60)];
		assert_eq!(deadlines(&round()), terms);
	});
}

#[test]
fn round_has_one_generator_run_a_station() {
	run(|| {
		let other = open(SHARER, Opening { kind: OrderKind::GeneratorRun, ..fault() });
		own(TOWER, generator(8_500));
		let (first, runs) = outage(3);
		// Nor has it one for a later fault, whatever that says.
		let later = open(SHARER, fault());
		assert_ok!(say(SHARER, later, START - 10 * MINUTE, FAILED));
		open(SHARER, Opening { kind: OrderKind::GeneratorRun, parent: Some(later), ..fault() });
		// Each company has its own: nobody keeps another one's out.
		assert_eq!(deadlines(&round()), [(first, 60), (runs[0], 60), (later, 50), (later + 1, 50)]);
		assert!(other < first);
	});
}

#[test]
fn generator_that_is_under_way_suffices_for_no_other_outage() {
	run(|| {
		let short = trimast_primitives::site::Station { autonomy_minutes: 60, ..station() };
		put(vec![short.clone(), short]);
		let power = own(TOWER, generator(8_500));
		let outage_at = |slot| {
			let parent = Some(open(OWNER, fault_at(slot)));
			open(OWNER, Opening { kind: OrderKind::GeneratorRun, parent, ..fault_at(slot) });
		};
		outage_at(0);
		planned(TOWER);
		assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), power));
		outage_at(1);
		go_on(60 * SECOND);
		assert_eq!(deadlines(&round()), [(0, 120), (1, 60), (2, 60), (3, 60)]);
	});
}

#[test]
fn generator_that_runs_or_is_on_its_way_bears_the_outage() {
	run(|| {
		let power = own(TOWER, generator(8_500));
		let (fault, runs) = outage(1);
		planned(TOWER);
		assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), power));
		// Another run there waits meanwhile.
		let parent = Some(fault);
		open(OWNER, Opening { kind: OrderKind::GeneratorRun, parent, ..crate::mock::fault() });
		go_on(60 * SECOND);
		planned(TOWER);
		let at = |number| Dispatch::snapshot(number).unwrap();
		assert_eq!(deadlines(&at(1)), [(fault, 120), (runs[0], 60)]);
		assert_ok!(Dispatch::finish_visit(dispatcher(TOWER), power, runs[0]));
		go_on(60 * SECOND);
		planned(TOWER);
		assert_eq!(deadlines(&at(2)), [(fault, 120), (runs[0], 60)]);
		// It is free, and its order waits for its handler: the next one comes.
		assert_ok!(Dispatch::finish_visit(dispatcher(TOWER), power, runs[0]));
		go_on(60 * SECOND);
		planned(TOWER);
		assert_eq!(deadlines(&at(3)), [(fault, 60), (runs[0] + 1, 60)]);
	});
}

#[test]
fn generator_that_is_sent_by_hand_bears_the_outage() {
	run(|| {
		let power = own(TOWER, generator(1));
		let (fault, runs) = outage(2);
		let orders: BoundedVec<_, frame_support::traits::ConstU32<MAX_VISITS>> =
			vec![runs[1]].try_into().unwrap();
		assert_ok!(Dispatch::override_route(dispatcher(TOWER), power, HERE, orders, words("it does")));
		assert_eq!(deadlines(&round()), [(fault, 120)]);
		// When it is called back, the fault has the batteries again.
		assert_ok!(Dispatch::override_route(
			dispatcher(TOWER),
			power,
			HERE,
			Default::default(),
			words("it does not")
		));
		go_on(120 * SECOND);
		assert_eq!(deadlines(&round()), [(fault, 60), (runs[0], 60)]);
	});
}

#[test]
fn order_that_was_visited_is_no_job_until_it_is_moved() {
	run(|| {
		let crew = own(TOWER, crew());
		let order = open(OWNER, fault());
		steps(order, &[(TOWER, State::InProgress)]);
		planned(TOWER);
		assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), crew));
		go_on(60 * SECOND);
		// Also where a round has it when it is visited.
		frozen(TOWER);
		assert_ok!(Dispatch::finish_visit(dispatcher(TOWER), crew, order));
		go_on(60 * SECOND);
		assert_eq!(Dispatch::route(crew), None);
		go_on(60 * SECOND);
		assert_eq!(round().jobs.len(), 0);
		steps(order, &[(TOWER, State::Pending), (TOWER, State::InProgress)]);
		go_on(120 * SECOND);
		assert_eq!(round().jobs.len(), 1);
		assert_eq!(NextRound::<Test>::get(), 4);
	});
}
