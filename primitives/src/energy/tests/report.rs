// SPDX-License-Identifier: Apache-2.0

//! Reports: what is written is what is read, in one encoding.

use super::*;
use codec::{Decode, Encode, MaxEncodedLen};

fn networks(count: usize) -> sp_runtime::BoundedVec<Plmn, sp_runtime::traits::ConstU32<MAX_NETWORKS>> {
	PLMNS[..count].to_vec().try_into().unwrap()
}

fn station_of(slot: u8, readings: &[Reading]) -> StationColumns {
	StationColumns { slot, register: 0, readings: readings.to_vec() }
}

/// One station with one reading, in bytes.
fn columns_of(reading: Reading) -> Vec<u8> {
	report_with(1, quarters(0, 1), &[&[reading]]).columns.into_inner()
}

/// A report of one station and network whose columns are these.
fn raw(count: u8, columns: &[u8]) -> Report {
	Report {
		page: 0,
		span: quarters(0, count),
		number: 0,
		stations: 1,
		networks: networks(1),
		columns: columns.to_vec().try_into().unwrap(),
	}
}

fn defect(report: &Report) -> Option<ReportDefect> {
	report.columns().err()
}

const REGISTER: [u8; 6] = [0xe8, 3, 0, 0, 0, 0];

fn with_register(rest: &[u8]) -> Vec<u8> {
	[&REGISTER, rest].concat()
}

#[test]
fn columns_are_as_narrow_as_their_values() {
	for (energy, bytes) in [
		(0, &[0][..]),
		(127, &[0x7f]),
		(-127, &[0x81]),
		(128, &[0x80, 0]),
		(-128, &[0x80, 0xff]),
		(32_767, &[0xff, 0x7f]),
		(-32_767, &[0x01, 0x80]),
		(32_768, &[0, 0x80, 0]),
		(-32_768, &[0, 0x80, 0xff]),
		(8_388_607, &[0xff, 0xff, 0x7f]),
		(-8_388_607, &[0x01, 0, 0x80]),
		(8_388_608, &[0, 0, 0x80, 0]),
		(i32::MAX, &[0xff, 0xff, 0xff, 0x7f]),
		(-i32::MAX, &[0x01, 0, 0, 0x80]),
	] {
		let rest = [&[bytes.len() as u8, 1][..], bytes, &[0]].concat();
		assert_eq!(columns_of(reading(energy, &[0])), with_register(&rest), "{energy}");
	}
	for (volume, bytes) in [
		(0, &[0][..]),
		(254, &[0xfe]),
		(255, &[0xff, 0]),
		(65_534, &[0xfe, 0xff]),
		(65_535, &[0xff, 0xff, 0]),
		((1 << 24) - 2, &[0xfe, 0xff, 0xff]),
		((1 << 24) - 1, &[0xff, 0xff, 0xff, 0]),
		(u32::MAX - 1, &[0xfe, 0xff, 0xff, 0xff]),
	] {
		let rest = [&[1, bytes.len() as u8, 0][..], bytes].concat();
		assert_eq!(columns_of(reading(0, &[volume])), with_register(&rest), "{volume}");
	}
}

#[test]
fn gap_is_the_least_number_of_its_width() {
	let gap_beside = |energy| {
		let report = report_with(1, quarters(0, 2), &[&[reading(energy, &[0]), GAP]]);
		assert_eq!(report.columns().unwrap().to_stations()[0].readings, [reading(energy, &[0]), GAP]);
		let width = usize::from(report.columns[6]);
		report.columns[8 + width..8 + 2 * width].to_vec()
	};
	assert_eq!(gap_beside(1), [0x80]);
	assert_eq!(gap_beside(1_000), [0, 0x80]);
	assert_eq!(gap_beside(100_000), [0, 0, 0x80]);
	assert_eq!(gap_beside(10_000_000), [0, 0, 0, 0x80]);
	// Nothing but gaps takes a byte each.
	assert_eq!(report_with(1, quarters(0, 2), &[&[GAP, GAP]]).columns[6..], [1, 1, 0x80, 0x80, 0, 0]);
}

#[test]
fn volumes_of_a_gap_are_not_written() {
	let gap = Reading { energy: None, ..reading(0, &[5, 70_000]) };
	assert_eq!(report(&[gap, reading(1, &[2, 3])]), report(&[GAP, reading(1, &[2, 3])]));
}

#[test]
fn volume_that_was_not_measured_is_the_greatest_number_of_its_width() {
	let beside = |volume| {
		let readings = [reading(1, &[volume]), reading(1, &[])];
		let report = report_with(1, quarters(0, 2), &[&readings]);
		assert_eq!(report.columns().unwrap().to_stations()[0].readings, readings);
		report.columns[8 + 2 + usize::from(report.columns[7])..].to_vec()
	};
	assert_eq!(beside(254), [0xff]);
	assert_eq!(beside(255), [0xff; 2]);
	assert_eq!(beside(70_000), [0xff; 3]);
	assert_eq!(beside(1 << 28), [0xff; 4]);
	// Where none was it takes a byte each, and a gap beside them is 0 yet.
	let none = report_with(1, quarters(0, 3), &[&[reading(1, &[]), GAP, reading(1, &[])]]);
	assert_eq!(none.columns[6..], [1, 1, 1, 0x80, 1, 0xff, 0, 0xff]);
}

#[test]
fn full_page_of_a_day_has_room() {
	let day = [reading(16_000, &[1_000_000, 1_000_000]); 96];
	let stations: Vec<_> = (0..64).map(|slot| station_of(slot, &day)).collect();
	let of = |count| Report::new(0, quarters(0, 96), 0, networks(count), &stations);
	assert_eq!(of(2).unwrap().columns.len(), 49_539);
	assert_eq!(of(2).unwrap().columns().unwrap().to_stations(), stations);
}

#[test]
fn new_fails_when_columns_are_too_long() {
	let day = [reading(16_000, &[1_000_000; 3]); 96];
	let stations: Vec<_> = (0..64).map(|slot| station_of(slot, &day)).collect();
	let of = |stations| Report::new(0, quarters(0, 96), 0, networks(3), stations);
	assert_eq!(of(&stations), None);
	assert!(of(&stations[..60]).is_some());
}

#[test]
fn new_fails_when_stations_are_not_in_order_or_not_of_the_page() {
	let of = |slots: &[u8]| {
		let stations: Vec<_> = slots.iter().map(|slot| station_of(*slot, &[GAP])).collect();
		Report::new(0, quarters(0, 1), 0, networks(1), &stations)
	};
	assert!(of(&[0, 63]).is_some());
	for bad in [&[1, 0][..], &[1, 1], &[64], &[0, 255], &[]] {
		assert_eq!(of(bad), None, "{bad:?}");
	}
}

#[test]
fn new_fails_when_readings_are_not_those_of_the_span() {
	for readings in [&[][..], &[GAP], &[GAP; 3]] {
		let stations = [station_of(0, &[GAP; 2]), station_of(1, readings)];
		assert_eq!(Report::new(0, quarters(0, 2), 0, networks(1), &stations), None);
	}
	assert_eq!(Report::new(0, quarters(0, 0), 0, networks(1), &[station_of(0, &[])]), None);
	assert_eq!(Report::new(0, quarters(95, 2), 0, networks(1), &[station_of(0, &[GAP; 2])]), None);
}

#[test]
fn new_fails_when_a_value_has_no_place() {
	let of =
		|count, reading| Report::new(0, quarters(0, 1), 0, networks(count), &[station_of(0, &[reading])]);
	// The least number stands for none, and the greatest volume for what was not measured.
	assert_eq!(of(1, reading(i32::MIN, &[0])), None);
	assert_eq!(of(1, reading(1, &[u32::MAX])), None);
	assert!(of(1, reading(1, &[u32::MAX - 1])).is_some());
	// What a network has carried that has no column would be lost.
	assert_eq!(of(1, reading(1, &[1, 2])), None);
	assert!(of(2, reading(1, &[1, 2])).is_some());
	let with = |register| {
		let station = StationColumns { register, ..station_of(0, &[GAP]) };
		Report::new(0, quarters(0, 1), 0, networks(1), &[station])
	};
	assert!(with((1 << 48) - 1).is_some());
	assert_eq!(with(1 << 48), None);
}

#[test]
fn new_fails_when_networks_are_none_twice_or_in_another_order() {
	let of = |networks: &[Plmn]| {
		Report::new(0, quarters(0, 1), 0, networks.to_vec().try_into().unwrap(), &[station_of(0, &[GAP])])
	};
	let [a, b, ..] = PLMNS;
	assert!(of(&[a, b]).is_some());
	for bad in [&[][..], &[b, a], &[a, a]] {
		assert_eq!(of(bad), None);
	}
	// 01 and 001 are two networks.
	assert!(of(&[a, Plmn { three_digit_mnc: true, ..a }]).is_some());
}

#[test]
fn columns_fail_when_the_head_is_wrong() {
	let good = report(&[reading(1, &[1, 2])]);
	assert_eq!(defect(&good), None);
	assert_eq!(defect(&Report { span: quarters(96, 1), ..good.clone() }), Some(ReportDefect::Span));
	assert_eq!(defect(&Report { stations: 0, ..good.clone() }), Some(ReportDefect::NoStation));
	for bad in [vec![], vec![PLMNS[1], PLMNS[0]], vec![PLMNS[0]; 2]] {
		let report = Report { networks: bad.try_into().unwrap(), ..good.clone() };
		assert_eq!(defect(&report), Some(ReportDefect::Networks));
	}
	// Its columns are those of one station, of one interval and of two networks.
	for bad in [
		Report { stations: 3, ..good.clone() },
		Report { span: quarters(0, 2), ..good.clone() },
		Report { networks: networks(1), ..good.clone() },
	] {
		assert_eq!(defect(&bad), Some(ReportDefect::Columns));
	}
}

#[test]
fn columns_fail_when_they_are_longer_or_shorter() {
	let good = with_register(&[1, 1, 5, 7]);
	assert_eq!(defect(&raw(1, &good)), None);
	for len in 0..good.len() {
		assert_eq!(defect(&raw(1, &good[..len])), Some(ReportDefect::Columns), "{len}");
	}
	assert_eq!(defect(&raw(1, &[&good[..], &[0]].concat())), Some(ReportDefect::Columns));
}

#[test]
fn columns_fail_when_a_width_is_none_or_too_large() {
	for bad in [&[0, 1, 7][..], &[1, 0, 5], &[5, 1, 1, 1, 1, 1, 1, 7], &[1, 5, 5, 1, 1, 1, 1, 1]] {
		assert_eq!(defect(&raw(1, &with_register(bad))), Some(ReportDefect::Columns), "{bad:?}");
	}
}

#[test]
fn columns_fail_when_they_could_be_narrower() {
	let with = |rest: &[u8]| defect(&raw(1, &with_register(rest)));
	// Energy of 128 needs two bytes, 127 one.
	assert_eq!(with(&[2, 1, 0x80, 0, 7]), None);
	assert_eq!(with(&[2, 1, 0x7f, 0, 7]), Some(ReportDefect::Columns));
	assert_eq!(with(&[2, 1, 0x80, 0xff, 7]), None);
	assert_eq!(with(&[2, 1, 0x81, 0xff, 7]), Some(ReportDefect::Columns));
	// A gap alone needs one.
	assert_eq!(with(&[1, 1, 0x80, 0]), None);
	assert_eq!(with(&[2, 1, 0, 0x80, 0]), Some(ReportDefect::Columns));
	// A volume of 255 needs two, 254 one, as what was not measured does alone.
	assert_eq!(with(&[1, 2, 5, 0xff, 0]), None);
	assert_eq!(with(&[1, 2, 5, 0xfe, 0]), Some(ReportDefect::Columns));
	assert_eq!(with(&[1, 1, 5, 0xff]), None);
	assert_eq!(with(&[1, 2, 5, 0xff, 0xff]), Some(ReportDefect::Columns));
	assert_eq!(with(&[1, 4, 5, 0xff, 0xff, 0xff, 0]), None);
	assert_eq!(with(&[1, 4, 5, 0xfe, 0xff, 0xff, 0]), Some(ReportDefect::Columns));
	assert_eq!(with(&[1, 4, 5, 0xff, 0xff, 0xff, 0xff]), Some(ReportDefect::Columns));
	// One that needs it is enough, wherever it stands.
	assert_eq!(defect(&raw(2, &with_register(&[2, 1, 1, 0, 0x80, 0, 7, 7]))), None);
	assert_eq!(defect(&raw(2, &with_register(&[1, 2, 1, 2, 7, 0, 7, 1]))), None);
}

#[test]
fn columns_fail_when_something_was_carried_in_a_gap() {
	assert_eq!(defect(&raw(1, &with_register(&[1, 1, 0x80, 0]))), None);
	assert_eq!(defect(&raw(1, &with_register(&[1, 1, 0x80, 1]))), Some(ReportDefect::Columns));
	assert_eq!(defect(&raw(1, &with_register(&[1, 1, 0x80, 0xff]))), Some(ReportDefect::Columns));
	assert_eq!(defect(&raw(2, &with_register(&[1, 1, 0x80, 5, 0, 1]))), None);
}

#[test]
fn readings_are_none_where_the_report_has_no_such_station() {
	let report = report_with(1, quarters(0, 2), &[&[reading(1, &[2]), GAP], &[GAP, reading(3, &[4])]]);
	let columns = report.columns().unwrap();
	assert_eq!(columns.readings(1).collect::<Vec<_>>(), [GAP, reading(3, &[4])]);
	assert_eq!(columns.readings(2).count(), 0);
	assert_eq!(columns.readings(usize::MAX).count(), 0);
}

#[test]
fn digest_binds_chain_place_company_and_content() {
	let report = report(&[reading(1, &[2, 3])]);
	let digest = report_digest(GENESIS, PLACE, OWNER, &report);
	for other in [
		report_digest(Hash::repeat_byte(2), PLACE, OWNER, &report),
		report_digest(GENESIS, LocalNetworkId(1302), OWNER, &report),
		report_digest(GENESIS, PLACE, SHARER, &report),
	] {
		assert_ne!(other, digest);
	}
	let columns = self::report(&[reading(1, &[2, 4])]).columns;
	for report in [
		Report { page: 1, ..report.clone() },
		Report { number: 1, ..report.clone() },
		Report { span: quarters(1, 1), ..report.clone() },
		Report { stations: 2, ..report.clone() },
		Report { networks: vec![PLMNS[0], PLMNS[2]].try_into().unwrap(), ..report.clone() },
		Report { columns, ..report.clone() },
	] {
		assert_ne!(report_digest(GENESIS, PLACE, OWNER, &report), digest);
	}
}

#[test]
fn largest_report_is_as_long_as_its_type_says() {
	let day = [reading(i32::MAX, &[u32::MAX - 1; 4]); 96];
	let stations: Vec<_> = (0..34).map(|slot| station_of(slot, &day)).collect();
	let report = Report::new(0, quarters(0, 96), 0, networks(4), &stations).unwrap();
	assert!(report.columns.len() > 65_000 && report.encode().len() <= Report::max_encoded_len());
}

proptest! {
	#[test]
	fn what_is_written_is_what_is_read((report, stations) in any_report()) {
		let columns = report.columns().unwrap();
		prop_assert_eq!(columns.to_stations(), stations.clone());
		prop_assert_eq!(usize::try_from(report.len()).unwrap(), stations.len());
		prop_assert_eq!(usize::try_from(report.size()).unwrap(), stations.iter().map(|of| of.readings.len()).sum::<usize>());
		let slots: Vec<_> = columns.stations().map(|(slot, ..)| slot).collect();
		prop_assert_eq!(slots, stations.iter().map(|of| of.slot).collect::<Vec<_>>());
	}

	#[test]
	fn scale_gives_the_report_back((report, _) in any_report()) {
		let bytes = report.encode();
		prop_assert!(bytes.len() <= Report::max_encoded_len());
		prop_assert_eq!(Report::decode(&mut &bytes[..]), Ok(report));
	}

	/// Whatever can be read is what would have been written.
	#[test]
	fn readings_have_one_encoding(
		(report, _) in any_report(),
		changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
		cut in prop_oneof![4 => Just(0), 1 => 0..4usize],
		more in prop_oneof![4 => Just(vec![]), 1 => proptest::collection::vec(any::<u8>(), 1..4)],
		(stations, span) in prop_oneof![3 => Just((None, None)), 1 => any::<(Option<u64>, Option<(u8, u8)>)>()],
	) {
		let mut report = report;
		let mut columns = report.columns.to_vec();
		for (place, byte) in changes {
			let place = place.index(columns.len());
			columns[place] = byte;
		}
		columns.truncate(columns.len() - cut);
		columns.extend(more);
		report.columns = columns.try_into().unwrap();
		report.stations = stations.unwrap_or(report.stations);
		(report.span.first, report.span.count) = span.unwrap_or((report.span.first, report.span.count));
		if let Ok(columns) = report.columns() {
			let again = Report::new(
				report.page, report.span, report.number, report.networks.clone(), &columns.to_stations(),
			);
			prop_assert_eq!(again, Some(report));
		}
	}

	/// Columns of random bytes: the widths are likely, the rest is whatever comes.
	#[test]
	fn random_columns_never_panic(
		stations in prop_oneof![Just(1u64), any::<u64>()],
		networks in proptest::collection::vec((0..3u16).prop_map(plmn), 0..=4),
		span in (any::<u16>(), any::<bool>(), any::<u8>(), any::<u8>()),
		columns in proptest::collection::vec(prop_oneof![0..5u8, any::<u8>()], 0..600),
	) {
		let (day, by_hour, first, count) = span;
		let interval = if by_hour { Interval::Hour } else { Interval::Quarter };
		let span = Span { day, first, interval, count };
		let (networks, columns) = (networks.try_into().unwrap(), columns.try_into().unwrap());
		let report = Report { page: 0, span, number: 0, stations, networks, columns };
		let entries = vec![entry(station()); 64];
		let accounted = super::account(OWNER, &report, &entries, &HOLDERS, &rules());
		prop_assert_eq!(accounted.err(), report.columns().err());
	}

	#[test]
	fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
		if let Ok(report) = Report::decode(&mut &bytes[..]) {
			let _ = report.columns().map(|columns| columns.to_stations());
		}
	}
}
