// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{Error, Meters};
use frame_support::{assert_noop, assert_ok, BoundedVec};
use trimast_primitives::{
	energy::{MeterBreak, Reading, ReadingFault, Record},
	site::StationState,
	OrgSet,
};

#[test]
fn report_works() {
	test(|| {
		// Given three stations; when two hours of them are reported, before and after prices rise
		send(&report(hours(7, 2), 0, 3));
		// Then all count: 1,000 and 1,001 Wh, of which the owner has 667 each, and the sharer 333 and 334
		assert_eq!(last(), (Outcome::Accepted, 6, Records::default()));
		let owner = Sums { energy: 3 * 1_334, volume: 3 * 400, amount: 3 * (667 * 4_000 + 667 * 8_000) };
		let sharer = Sums { energy: 3 * 667, volume: 3 * 200, amount: 3 * (333 * 4_000 + 334 * 8_000) };
		assert_eq!(total().sums.to_vec(), [(OWNER, owner), (SHARER, sharer)]);
		assert_eq!((total().counted, total().contested, total().is_closed), (6, 0, false));
		let [entry] = &entries()[..] else { panic!("one report") };
		assert_eq!((entry.number, entry.stations), (0, 0b111));
		assert_eq!(entry.digest, digest(&report(hours(7, 2), 0, 3)));
		assert_eq!(entry.concerned.iter().collect::<Vec<_>>(), [SHARER, TOWER]);
		assert!(entry.attested.is_empty());
	});
}

#[test]
fn report_fails_for_everybody_else() {
	test(|| {
		let reports: BoundedVec<_, _> = vec![report(hours(7, 2), 0, 3)].try_into().unwrap();
		assert_refusals(OWNER, &[COLLECTOR], |origin| Energy::report(origin, HERE, reports.clone()));
		assert_noop!(
			Energy::report(collector(OWNER), nowhere(), reports.clone()),
			Error::<Test>::UnknownTerritory
		);
		assert_eq!(total(), Total::default());
	});
}

#[test]
fn report_by_another_company_counts_for_nothing() {
	test(|| {
		// When the sharer reports the owner's stations as its own
		let reports = vec![report(hours(0, 1), 0, 3)].try_into().unwrap();
		assert_ok!(Energy::report(collector(SHARER), HERE, reports));
		// Then no reading counts, and the owner's books are as they were
		let record = |slot| Record { slot, first: 0, count: 1, fault: ReadingFault::NotOwner };
		assert_eq!((last().0, last().1), (Outcome::NoneOwned, 0));
		assert!(Reports::<Test>::iter().next().is_none());
		assert_eq!(last().2.to_vec(), [record(0), record(1), record(2)]);
		assert_eq!(total(), Total::default());
		assert!(Totals::<Test>::get((JANUARY, HERE, SHARER)).sums.is_empty());
	});
}

#[test]
fn report_of_stations_whose_records_are_not_signed_is_told_so() {
	test(|| {
		// Given a page of which one station is retired, and the sharer has not signed the others
		Inventory::mutate(|all| {
			let page = all.get_mut(&(HERE, 0)).unwrap();
			page[0].state = StationState::Retired;
			page[1..].iter_mut().for_each(|entry| entry.signed = OrgSet::of(OWNER));
		});
		send(&report(hours(0, 1), 0, 3));
		assert_eq!((last().0, last().1), (Outcome::Unconfirmed, 0));
		assert!(Reports::<Test>::iter().next().is_none());
		// When it has, the same report is taken as it is
		Inventory::mutate(|all| all.get_mut(&(HERE, 0)).unwrap()[1].signed = OrgSet(0b111));
		send(&report(hours(0, 1), 0, 3));
		assert_eq!((last().0, last().1), (Outcome::Accepted, 1));
	});
	test(|| {
		// Where none is in service nobody has to sign anything
		Inventory::mutate(|all| {
			for entry in all.get_mut(&(HERE, 0)).unwrap() {
				(entry.state, entry.signed) = (StationState::Retired, OrgSet::of(OWNER));
			}
		});
		send(&report(hours(0, 1), 0, 3));
		assert_eq!(last().0, Outcome::NoneOwned);
	});
}

#[test]
fn each_reading_has_a_result() {
	test(|| {
		// Given a retired station beside two others
		Inventory::mutate(|all| all.get_mut(&(HERE, 0)).unwrap()[2].state = StationState::Retired);
		// When one station's readings are odd in every way
		let odd = [
			reading(0),
			Reading { energy: None, ..Default::default() },
			Reading { energy: None, ..Default::default() },
			drawn(-1),
			drawn(4_070),
			drawn(4_071),
			Reading { energy: Some(1), volumes: [Some(1 << 28), Some(0), None, None] },
			Reading { energy: Some(1), volumes: [Some((1 << 28) + 1), Some(0), None, None] },
			Reading { energy: Some(1), volumes: [Some(1), None, None, None] },
		];
		send(&with_readings(&report(hours(0, 9), 0, 4), 1, odd.to_vec()));
		// Then each is named, runs as one, with 10 % above 3,700 W as limit
		let run = |slot, first, count, fault| Record { slot, first, count, fault };
		let named = [
			run(1, 1, 2, ReadingFault::Gap),
			run(1, 3, 1, ReadingFault::Backwards),
			run(1, 5, 1, ReadingFault::OverRating),
			run(1, 7, 1, ReadingFault::OverCapacity),
			run(1, 8, 1, ReadingFault::VolumeMissing),
			run(2, 0, 9, ReadingFault::NoSuchStation),
			run(3, 0, 9, ReadingFault::NoSuchStation),
		];
		assert_eq!(last(), (Outcome::Accepted, 9 + 3, named.to_vec().try_into().unwrap()));
	});
}

#[test]
fn volume_of_a_network_that_is_not_the_stations_counts_for_nothing() {
	test(|| {
		Inventory::mutate(|all| {
			let station = &mut all.get_mut(&(HERE, 0)).unwrap()[0].station;
			station.plmns = PLMNS[1..].to_vec().try_into().unwrap();
		});
		send(&report(hours(0, 1), 0, 1));
		assert_eq!(last().2[0].fault, ReadingFault::OtherNetwork);
		// Nor that of a carrier that does not share it.
		Inventory::mutate(|all| {
			let station = &mut all.get_mut(&(HERE, 0)).unwrap()[0].station;
			(station.plmns, station.sharers) = (PLMNS.to_vec().try_into().unwrap(), Default::default());
			station.mode = trimast_primitives::site::SharingMode::Exclusive;
		});
		send(&report(hours(1, 1), 0, 1));
		assert_eq!(last().2[0].fault, ReadingFault::OtherNetwork);
	});
}

#[test]
fn report_without_an_owners_network_counts_for_nothing() {
	test(|| {
		// When the owner says what the sharer's network has carried, and nothing of its own
		send(&sharers_alone(1_000));
		// Then the sharer does not owe all of it
		let record = Record { slot: 0, first: 0, count: 1, fault: ReadingFault::NetworkMissing };
		assert_eq!(last(), (Outcome::Accepted, 0, vec![record].try_into().unwrap()));
		assert_eq!(sums(&total().sums, SHARER), Sums::default());
		// Until its own has a column
		send(&report(hours(0, 1), 1, 1));
		assert_eq!((last().0, last().1), (Outcome::Corrected, 1));
		assert_eq!(sums(&total().sums, SHARER).energy, 333);
	});
}

#[test]
fn outcomes_of_a_report_as_a_whole() {
	test(|| {
		let outcome = |report: Report| {
			send(&report);
			last().0
		};
		let first = report(hours(4, 4), 0, 3);
		assert_eq!(outcome(first.clone()), Outcome::Accepted);
		assert_eq!(outcome(first.clone()), Outcome::Repeated);
		assert_eq!(outcome(report(hours(7, 2), 0, 3)), Outcome::Overlapping);
		assert_eq!(outcome(report(hours(4, 3), 1, 3)), Outcome::Overlapping);
		assert_eq!(outcome(report(hours(4, 4), 0, 2)), Outcome::Superseded);
		assert_eq!(outcome(report(hours(8, 2), 0, 3)), Outcome::Accepted);
		assert_eq!(outcome(report(hours(0, 4), 0, 3)), Outcome::Accepted);
		assert_eq!(entries().iter().map(|entry| entry.span.first).collect::<Vec<_>>(), [0, 16, 32]);
		assert_eq!(outcome(Report { page: 7, ..first.clone() }), Outcome::NoSuchPage);
		// Until noon today, not longer; for as many days as are kept; and of November as long as a review has days
		let on = |day, first, count| {
			let span = trimast_primitives::energy::Span { day, ..hours(first, count) };
			report(span, 0, 3)
		};
		assert_eq!(outcome(on(TODAY, 11, 1)), Outcome::Accepted);
		assert_eq!(outcome(on(TODAY, 12, 1)), Outcome::TooEarly);
		assert_eq!(outcome(on(TODAY - 62, 0, 1)), Outcome::TooLate);
		assert_eq!(outcome(on(TODAY - 61, 0, 1)), Outcome::Reviewed);
		assert_ok!(Energy::set_settings(RuntimeOrigin::root(), Settings { review: 20, ..SETTINGS }));
		assert_eq!(outcome(on(TODAY - 61, 0, 1)), Outcome::Accepted);
		// And what cannot be read
		let unreadable = |change: fn(&mut Report)| {
			let mut report = report(hours(12, 1), 0, 3);
			change(&mut report);
			outcome(report)
		};
		let of = Outcome::Unreadable;
		assert_eq!(unreadable(|r| r.span.first = 49), of(Unreadable::Span));
		assert_eq!(unreadable(|r| r.span.count = 0), of(Unreadable::Span));
		assert_eq!(unreadable(|r| r.span.count = 13), of(Unreadable::Span));
		assert_eq!(unreadable(|r| r.stations = 0), of(Unreadable::NoStation));
		assert_eq!(unreadable(|r| r.networks = Default::default()), of(Unreadable::Networks));
		assert_eq!(unreadable(|r| r.networks[1] = r.networks[0]), of(Unreadable::Networks));
		assert_eq!(
			unreadable(|r| (r.networks[0], r.networks[1]) = (r.networks[1], r.networks[0])),
			of(Unreadable::Networks)
		);
		assert_eq!(
			unreadable(|r| {
				r.columns.pop();
			}),
			of(Unreadable::Columns)
		);
		assert_eq!(unreadable(|r| r.columns.try_push(0).unwrap()), of(Unreadable::Columns));
		assert_eq!(unreadable(|r| r.columns[18] = 5), of(Unreadable::Columns));
	});
}

#[test]
fn a_day_has_so_many_reports_and_each_may_be_corrected() {
	test(|| {
		for hour in 0..8 {
			send(&report(hours(hour, 1), 0, 1));
			assert_eq!(last().0, Outcome::Accepted);
		}
		send(&report(hours(8, 1), 0, 1));
		assert_eq!(last().0, Outcome::TooMany);
		send(&report(hours(7, 1), 1, 2));
		assert_eq!(last().0, Outcome::Corrected);
	});
}

#[test]
fn one_report_of_a_call_does_not_hinder_another() {
	test(|| {
		let reports = vec![report(hours(0, 1), 0, 3), report(hours(0, 2), 0, 3), report(hours(1, 1), 0, 3)];
		assert_ok!(Energy::report(collector(OWNER), HERE, reports.try_into().unwrap()));
		let told = System::read_events_for_pallet::<Event<Test>>();
		let outcomes = told.into_iter().filter_map(|event| match event {
			Event::Reported { outcome, .. } => Some(outcome),
			_ => None,
		});
		let all: Vec<_> = outcomes.collect();
		assert_eq!(all, [Outcome::Accepted, Outcome::Overlapping, Outcome::Accepted]);
		assert_eq!(total().counted, 6);
	});
}

#[test]
fn a_meter_that_does_not_go_on_is_told_and_changes_nothing() {
	test(|| {
		let shows = |register, first| {
			let mut stations = report(hours(first, 1), 0, 1).columns().unwrap().to_stations();
			stations[0].register = register;
			let networks = PLMNS.to_vec().try_into().unwrap();
			send(&Report::new(0, hours(first, 1), 0, networks, &stations).unwrap());
			let told = System::read_events_for_pallet::<Event<Test>>();
			let Some(Event::Reported { breaks, counted: 1, .. }) = told.last() else { panic!("{told:?}") };
			breaks.first().map(|(_, broken)| *broken)
		};
		// Given a meter that showed 10,000 Wh, and 11,000 an hour later
		assert_eq!(shows(10_000, 0), None);
		// When it goes on, jumps, is set back, and has a gap of two hours in which at most 8,140 Wh can have been drawn
		assert_eq!(shows(11_000, 1), None);
		assert_eq!(shows(12_001, 2), Some(MeterBreak::Ahead));
		assert_eq!(shows(0, 3), Some(MeterBreak::Behind));
		assert_eq!(shows(1_000 + 8_140, 6), None);
		assert_eq!(shows(10_140 + 8_141, 9), Some(MeterBreak::Ahead));
		// Then all readings count, and what was last shown is known; of what comes late nothing is said
		assert_eq!(shows(77, 5), None);
		let known = Meters::<Test>::get((HERE, 0, OWNER));
		assert_eq!((known.len(), known[0].1.register), (1, 18_281 + 1_000));
		assert_eq!(total().counted, 7);
	});
}
