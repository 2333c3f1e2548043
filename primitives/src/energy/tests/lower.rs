// SPDX-License-Identifier: Apache-2.0

//! The lower of what two companies have read.

use super::*;

/// The readings of one station, where the one has reported these and the other those.
fn lower(own: &[Reading], seen: &[Reading]) -> Vec<Reading> {
	let lower = report(own).lower(&report(seen)).unwrap();
	lower.columns().unwrap().to_stations().remove(0).readings
}

#[test]
fn lower_energy_of_each_reading_works() {
	let own = [reading(900, &[30, 60]), reading(800, &[1, 1]), reading(700, &[500, 0])];
	let seen = [reading(899, &[31, 59]), reading(800, &[1, 1]), reading(1_000, &[400, 9])];
	assert_eq!(lower(&own, &seen), [reading(899, &[30, 60]), reading(800, &[1, 1]), reading(700, &[500, 0])]);
}

#[test]
fn what_the_other_has_not_read_or_cannot_have_read_stands() {
	let own = [reading(900, &[30, 60]); 2];
	assert_eq!(lower(&own, &[GAP, reading(-1, &[1, 1])]), own);
}

#[test]
fn gap_and_fault_of_the_report_stay() {
	assert_eq!(lower(&[GAP, reading(-5, &[3, 3])], &[reading(1, &[1, 1]); 2]), [GAP, reading(-5, &[3, 3])]);
}

#[test]
fn lower_fails_when_the_reports_are_not_of_the_same_readings() {
	let own = report(&[reading(900, &[30, 60])]);
	for other in [
		Report { page: 1, ..own.clone() },
		Report { stations: 2, ..own.clone() },
		Report { span: quarters(1, 1), ..own.clone() },
	] {
		assert_eq!(own.lower(&other), None, "{other:?}");
	}
	let unreadable = Report { columns: Default::default(), ..own.clone() };
	assert_eq!((own.lower(&unreadable), unreadable.lower(&own)), (None, None));
	// Numbers and registers may differ: they are those of the report.
	let other = StationColumns { slot: 0, register: 7, readings: vec![reading(900, &[30, 60])] };
	let other = Report::new(0, own.span, 5, own.networks.clone(), &[other]).unwrap();
	assert_eq!(own.lower(&other), Some(own));
}

#[test]
fn networks_are_those_of_the_report() {
	// Given an owner that has left its own network out, with more energy
	let [sharers, owners, ..] = PLMNS;
	let of = |networks: &[Plmn], reading| {
		let columns = StationColumns { slot: 0, register: 0, readings: vec![reading] };
		Report::new(0, quarters(0, 1), 0, networks.to_vec().try_into().unwrap(), &[columns]).unwrap()
	};
	let own = of(&[sharers], reading(900, &[300]));
	let seen = of(&[sharers, owners], reading(850, &[300, 600]));
	// Then the other one says so, and what stands meanwhile has the networks and volumes that were reported
	assert_eq!(own.lower(&seen), Some(of(&[sharers], reading(850, &[300]))));
	assert_eq!(seen.lower(&own), Some(seen));
}

prop_compose! {
	/// Two reports of the same readings.
	fn any_pair()((report, stations) in any_report())(
		seen in stations.iter().map(|of| {
			let networks = report.networks.len();
			let readings = of.readings.iter().map(|own| prop_oneof![1 => Just(*own), 1 => any_reading(networks)]);
			readings.collect::<Vec<_>>()
		}).collect::<Vec<_>>(),
		report in Just(report),
		stations in Just(stations),
	) -> (Report, Report) {
		let of = |(station, readings): (StationColumns, Vec<Reading>)| StationColumns { readings, ..station };
		let stations: Vec<_> = stations.into_iter().zip(seen).map(of).collect();
		let seen = Report::new(report.page, report.span, 1, report.networks.clone(), &stations).unwrap();
		(report, seen)
	}
}

proptest! {
	#[test]
	fn lower_is_below_both((own, seen) in any_pair()) {
		let lower = own.lower(&seen).unwrap();
		prop_assert_eq!((lower.page, lower.span, lower.number, lower.stations), (own.page, own.span, own.number, own.stations));
		let all = |report: &Report| report.columns().unwrap().to_stations();
		for ((lower, own), seen) in all(&lower).into_iter().zip(all(&own)).zip(all(&seen)) {
			prop_assert_eq!((lower.slot, lower.register), (own.slot, own.register));
			for ((lower, own), seen) in lower.readings.iter().zip(own.readings).zip(seen.readings) {
				prop_assert_eq!(lower.energy.is_some(), own.energy.is_some());
				prop_assert!(lower.energy <= own.energy);
				if own.energy.is_some() && seen.energy.is_some_and(|energy| energy >= 0) {
					prop_assert_eq!(lower.energy, own.energy.min(seen.energy));
				} else {
					prop_assert_eq!(*lower, own);
				}
				prop_assert_eq!(lower.volumes, own.volumes);
			}
		}
		prop_assert_eq!(lower.lower(&seen), Some(lower.clone()));
		prop_assert_eq!(own.lower(&own), Some(own));
	}
}
