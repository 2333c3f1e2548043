// SPDX-License-Identifier: Apache-2.0

use super::*;
use proptest::prelude::*;
use trimast_primitives::{
	energy::{Reading, Span, StationColumns},
	site::StationState,
	OrgSet,
};

/// A report whose readings are `n` Wh each.
fn numbered(number: u16, energy: i32) -> Report {
	let readings = vec![Reading { energy: Some(energy), volumes: [Some(1), Some(1), None, None] }; 2];
	with_readings(&report(hours(0, 2), number, 1), 0, readings)
}

#[test]
fn a_correction_takes_the_place_of_what_it_corrects() {
	test(|| {
		// Given a report, and another one that stays
		send(&report(hours(4, 1), 0, 3));
		let others = total();
		send(&numbered(0, 1_000));
		assert_eq!(sums(&total().sums, OWNER).energy, sums(&others.sums, OWNER).energy + 1_000);
		// When it is corrected
		send(&numbered(1, 10));
		// Then only the correction counts, and says so
		assert_eq!(last().0, Outcome::Corrected);
		assert_eq!(sums(&total().sums, OWNER).energy, sums(&others.sums, OWNER).energy + 10);
		assert_eq!((total().counted, entries().len(), entries()[0].number), (3 + 2, 2, 1));
		// And what comes later under a lower number changes nothing
		send(&numbered(0, 1_000));
		assert_eq!(last().0, Outcome::Superseded);
		assert_eq!(entries()[0].digest, digest(&numbered(1, 10)));
	});
}

#[test]
fn a_correction_is_attested_anew() {
	test(|| {
		send(&numbered(0, 1_000));
		let attested = vec![(YESTERDAY, 0, OWNER, 0, digest(&numbered(0, 1_000)))].try_into().unwrap();
		frame_support::assert_ok!(Energy::attest(collector(SHARER), HERE, attested));
		assert!(entries()[0].attested.contains(SHARER));
		send(&numbered(1, 10));
		assert!(entries()[0].attested.is_empty());
	});
}

#[test]
fn a_correction_may_arrive_before_what_it_corrects() {
	test(|| {
		send(&numbered(2, 10));
		assert_eq!(last().0, Outcome::Accepted);
		send(&numbered(0, 1_000));
		assert_eq!(last().0, Outcome::Superseded);
		assert_eq!(sums(&total().sums, OWNER).energy, 10);
	});
}

/// A report of these stations, bit `n` stands for slot `n`, whose readings are so many Wh each.
fn of_stations(span: Span, number: u16, stations: u8, energy: i32) -> Report {
	let reading = Reading { energy: Some(energy), volumes: [Some(1), Some(2), None, None] };
	let column = |slot: u8| StationColumns {
		slot,
		// So that it shows of which report the meter is
		register: 1_000_000 + u64::from(number),
		readings: vec![reading; span.count.into()],
	};
	let columns: Vec<_> = (0..4u8).filter(|slot| stations >> slot & 1 == 1).map(column).collect();
	Report::new(0, span, number, PLMNS.to_vec().try_into().unwrap(), &columns).unwrap()
}

fn outcome(report: &Report) -> Outcome {
	send(report);
	last().0
}

#[test]
fn a_correction_of_fewer_stations_is_refused_and_drops_none() {
	test(|| {
		let of = |number, stations| of_stations(hours(0, 2), number, stations, 1_000);
		assert_eq!(outcome(&of(0, 0b111)), Outcome::Accepted);
		let before = (entries(), total());
		// One station that was mended, and another one instead of two
		assert_eq!(outcome(&of(1, 0b010)), Outcome::StationsMissing(0b101));
		assert_eq!(last(), (Outcome::StationsMissing(0b101), 0, Records::default()));
		assert_eq!(outcome(&of(1, 0b1001)), Outcome::StationsMissing(0b110));
		assert_eq!((entries(), total()), before);
		assert_eq!(outcome(&of(1, 0b111)), Outcome::Corrected);
	});
}

#[test]
fn a_correction_may_have_more_stations() {
	test(|| {
		let of = |number, stations| of_stations(hours(0, 2), number, stations, 1_000);
		assert_eq!(outcome(&of(0, 0b001)), Outcome::Accepted);
		// Not under the number that stands there
		assert_eq!(outcome(&of(0, 0b011)), Outcome::Superseded);
		assert_eq!(outcome(&of(1, 0b011)), Outcome::Corrected);
		assert_eq!(total().counted, 4);
	});
}

#[test]
fn a_correction_that_came_first_and_lacks_stations_gives_way() {
	test(|| {
		let of = |number, stations| of_stations(hours(0, 2), number, stations, 1_000);
		assert_eq!(outcome(&of(1, 0b010)), Outcome::Accepted);
		// It is none of what comes now, as it would be had that come first
		assert_eq!(outcome(&of(0, 0b111)), Outcome::Completed);
		assert_eq!((entries()[0].number, total().counted), (0, 6));
		assert_eq!(outcome(&of(1, 0b010)), Outcome::StationsMissing(0b101));
		// Where each has something that the other lacks, the first one stands
		assert_eq!(outcome(&of_stations(hours(4, 1), 1, 0b011, 1)), Outcome::Accepted);
		assert_eq!(outcome(&of_stations(hours(4, 1), 0, 0b110, 1)), Outcome::Superseded);
		assert_eq!(outcome(&of_stations(hours(4, 1), 2, 0b110, 1)), Outcome::StationsMissing(0b001));
		assert_eq!(outcome(&of_stations(hours(4, 1), 2, 0b111, 1)), Outcome::Corrected);
	});
}

#[test]
fn a_correction_leaves_out_what_is_not_the_owners_any_more() {
	test(|| {
		let of = |number, stations| of_stations(hours(0, 2), number, stations, 1_000);
		// Given a slot without a station, and two stations that are another's, and retired, by now
		assert_eq!(outcome(&of(0, 0b1111)), Outcome::Accepted);
		Inventory::mutate(|all| {
			let stations = all.get_mut(&(HERE, 0)).unwrap();
			(stations[0].station.owner, stations[0].station.sharers) = (SHARER, OrgSet::of(OWNER));
			stations[1].state = StationState::Retired;
		});
		assert_eq!(outcome(&of(1, 0b0011)), Outcome::StationsMissing(0b0100));
		assert_eq!(outcome(&of(1, 0b0100)), Outcome::Corrected);
	});
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(128))]

	/// Reports of several spans and their corrections, each of other stations, end in the same state in any order, where one of each span
	/// has all stations. Nothing is dropped then.
	#[test]
	fn any_order_of_corrections_ends_in_the_same_state(
		reports in proptest::collection::vec((1..0b1000u8, 0..4_000i32), 12),
		whole in proptest::collection::vec(0..4usize, 3),
		order in Just((0..12usize).collect::<Vec<_>>()).prop_shuffle(),
	) {
		// Four reports each of three spans, under numbers of their own
		let mut reports = reports;
		for (span, whole) in reports.chunks_mut(4).zip(whole) {
			span[whole].0 = span.iter().fold(0, |all, (stations, _)| all | stations);
		}
		let of = |(n, (stations, energy)): (usize, &(u8, i32))| {
			let span = hours(u8::try_from(n / 4).unwrap() * 2, 2);
			of_stations(span, u16::try_from(n % 4).unwrap(), *stations, *energy)
		};
		let all: Vec<Report> = reports.iter().enumerate().map(of).collect();
		let state = |order: &[usize]| {
			new_test_ext().execute_with(|| {
				for place in order {
					send(&all[*place]);
				}
				Energy::do_try_state().unwrap();
				(entries(), total(), crate::Meters::<Test>::get((HERE, 0, OWNER)))
			})
		};
		let sorted: Vec<_> = (0..12).collect();
		let (found, expected) = (state(&order), state(&sorted));
		prop_assert_eq!(&found, &expected);
		// Of those that have all stations the last one stands
		for (entry, reports) in found.0.iter().zip(all.chunks(4)) {
			let stations = reports.iter().fold(0, |all, report| all | report.stations);
			let last = reports.iter().rev().find(|report| report.stations == stations).unwrap();
			prop_assert_eq!((entry.number, entry.stations, entry.digest), (last.number, stations, digest(last)));
		}
	}
}
