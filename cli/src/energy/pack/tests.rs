// SPDX-License-Identifier: Apache-2.0
//! Tests of packing.

use super::*;
use crate::config::export::resolve::tests::{site, PLACE};
use proptest::prelude::*;
use std::collections::BTreeMap;
use trimast_primitives::site::Technology;

const HEADER: &str = "station,start,interval_min,register_wh,energy_wh,46011_dl_mbit,46011_ul_mbit,46001_dl_mbit,46001_ul_mbit";
/// 2026-11-28.
const DAY: u16 = 20_785;

/// A: page 0, slot 3. B: page 0, slot 9, of another company. C: page 1, slot 0. D: page 0, slot 1.
fn sites() -> Vec<SiteView> {
	let mut sites: Vec<_> = [(3, "A"), (9, "B"), (64, "C"), (1, "D")]
		.into_iter()
		.map(|(index, code)| site(index, code, Technology::Nr))
		.collect();
	sites[1].entry.station.owner = OrgId(sites[0].entry.station.owner.0 + 1);
	sites
}

/// Reports and what is wrong of a file.
fn packed(text: &str, packer: &mut Packer) -> (Vec<Packed>, Vec<String>) {
	let mut records = Records::new("readings".as_ref(), text.as_bytes(), text.starts_with('<')).unwrap();
	let (mut reports, mut wrong) = (Vec::new(), Vec::new());
	let take = |packed| {
		reports.push(packed);
		Ok(())
	};
	pack(&mut records, packer, take, |one| wrong.push(one.to_string())).unwrap();
	packer.finish().unwrap();
	wrong.extend(std::iter::from_fn(|| packer.told()).map(|one| one.to_string()));
	reports.extend(std::iter::from_fn(|| packer.ready()));
	(reports, wrong)
}

fn csv(lines: &[String]) -> String {
	format!("{HEADER}\n{}\n", lines.join("\n"))
}

/// A line of an hour; both volumes are so many Mbit.
fn hour(station: &str, date: &str, hour: usize, register: u64, energy: i64, volume: u32) -> String {
	format!("{station},{date}T{hour:02}:00:00+08:00,60,{register},{energy},{volume},0,,")
}

#[test]
fn readings_become_a_report_for_each_page_day_and_owner() {
	let mut lines = Vec::new();
	for (at, date) in (0u64..).zip(["2026-11-28", "2026-11-29"]) {
		for station in ["C", "B", "A", "D"] {
			for n in 0..24usize {
				let register = 1_000 + (at * 24 + n as u64 + 1) * 10;
				lines.push(hour(station, date, n, register, 10, n as u32));
			}
		}
	}
	let mut packer = Packer::new(sites());
	let (reports, wrong) = packed(&csv(&lines), &mut packer);
	assert_eq!(wrong, Vec::<String>::new());
	let owner = sites()[0].entry.station.owner;
	let other = OrgId(owner.0 + 1);
	let keys: Vec<_> = reports
		.iter()
		.map(|one| (one.report.span.day, one.report.page, one.owner, one.report.stations))
		.collect();
	let of_day = |day| [(day, 0, owner, 0b1010), (day, 0, other, 1 << 9), (day, 1, owner, 1)];
	assert_eq!(keys, [of_day(DAY), of_day(DAY + 1)].concat());
	for Packed { report, local_network, .. } in &reports {
		assert_eq!(*local_network, PLACE);
		assert_eq!(report.span, Span::of_day(report.span.day, Interval::Hour));
		assert_eq!(report.networks.iter().map(|plmn| plmn.mnc).collect::<Vec<_>>(), [11]);
		let columns = report.columns().unwrap();
		for (_, register, place) in columns.stations() {
			assert_eq!(register, 1_000 + u64::from(report.span.day - DAY) * 240);
			for (n, reading) in columns.readings(place).enumerate() {
				assert_eq!((reading.energy, reading.volumes[0]), (Some(10), Some(n as u32)));
			}
		}
	}
	assert_eq!(packer.counts(), Counts { readings: 192, ..Counts::default() });
}

#[test]
fn gaps_are_absent_readings_and_a_span_is_what_the_file_has() {
	let date = "2026-11-28";
	let empty = "A,2026-11-28T08:00:00+08:00,60,,,9,9,,".to_string();
	// A lacks the hour from 7 on and has nothing to say of the next; D has them.
	let lines = [
		hour("A", date, 6, 110, 10, 1),
		empty,
		hour("A", date, 9, 145, 10, 2),
		hour("D", date, 5, 7, 1, 0),
		hour("D", date, 7, 9, 1, 0),
	];
	let mut packer = Packer::new(sites());
	let (reports, wrong) = packed(&csv(&lines), &mut packer);
	assert_eq!(wrong, Vec::<String>::new());
	let [Packed { report, .. }] = &reports[..] else { panic!("{reports:?}") };
	assert_eq!((report.span.first, report.span.count), (20, 5));
	let energies: Vec<Vec<_>> = report
		.columns()
		.unwrap()
		.to_stations()
		.into_iter()
		.map(|station| station.readings.into_iter().map(|reading| reading.energy).collect())
		.collect();
	assert_eq!(
		energies,
		[vec![Some(1), None, Some(1), None, None], vec![None, Some(10), None, None, Some(10)],]
	);
	// That of the first reading there is: what was before nobody knows.
	let registers: Vec<_> = report.columns().unwrap().stations().map(|(_, register, _)| register).collect();
	assert_eq!(registers, [6, 100]);
	assert_eq!(packer.counts(), Counts { readings: 5, absent: 1, ..Counts::default() });
}

#[test]
fn register_goes_on_from_the_day_before_where_the_first_reading_is_absent() {
	let lines = [
		hour("A", "2026-11-28", 23, 110, 10, 1),
		hour("A", "2026-11-29", 1, 145, 10, 1),
		hour("D", "2026-11-29", 0, 5, 5, 1),
		// A meter without a register.
		"C,2026-11-28T23:00:00,60,,7,1,,,".into(),
		"C,2026-11-29T00:00:00,60,,8,1,,,".into(),
	];
	let (reports, wrong) = packed(&csv(&lines), &mut Packer::new(sites()));
	assert_eq!(wrong, Vec::<String>::new());
	let registers: Vec<Vec<_>> = reports
		.iter()
		.map(|one| {
			one.report.columns().unwrap().stations().map(|(slot, register, _)| (slot, register)).collect()
		})
		.collect();
	assert_eq!(registers, [vec![(3, 100)], vec![(0, 0)], vec![(1, 0), (3, 110)], vec![(0, 7)]]);
}

#[test]
fn repeats_are_dropped_and_told_where_they_differ() {
	let date = "2026-11-28";
	let sound = hour("A", date, 6, 110, 10, 1);
	let lines =
		[sound.clone(), sound.clone(), hour("A", date, 6, 110, 11, 1), hour("A", date, 7, 120, 10, 1), sound];
	let mut packer = Packer::new(sites());
	let (reports, wrong) = packed(&csv(&lines), &mut packer);
	assert_eq!(wrong, ["readings: line 4 (A): line 2 has other values of the same interval, and stands - leave out the wrong one of the two"]);
	let readings: Vec<_> = reports[0].report.columns().unwrap().readings(0).map(|one| one.energy).collect();
	assert_eq!(readings, [Some(10), Some(10)]);
	assert_eq!(packer.counts(), Counts { readings: 2, repeated: 2, differing: 1, ..Counts::default() });
}

#[test]
fn reading_is_held_back_when_its_register_says_something_else() {
	let date = "2026-11-28";
	let mut lines: Vec<_> = (0..24).map(|n| hour("A", date, n, 10_000 + 10 * n as u64, 10, 1)).collect();
	// The register of one line is off, and another station's falls in each.
	lines[7] = hour("A", date, 7, 99, 10, 1);
	lines.extend((0..24).map(|n| hour("D", date, n, 90_000 - 1_000 * n as u64, 10, 1)));
	// In any order of lines.
	lines.reverse();
	let mut packer = Packer::new(sites());
	let (reports, wrong) = packed(&csv(&lines), &mut packer);
	let of_a: Vec<_> = wrong.iter().filter(|one| one.contains("(A, ")).collect();
	let [of_a] = &of_a[..] else { panic!("{wrong:?}") };
	assert!(
		of_a.starts_with("readings: line 42 (A, register_wh): 2026-11-28 07:00: the register shows 99 Wh"),
		"{of_a}"
	);
	assert!(of_a.contains("it is 10070 Wh") && of_a.contains("--correct"), "{of_a}");
	assert_eq!(wrong.len(), 24, "{wrong:?}");
	let [Packed { report, .. }] = &reports[..] else { panic!("{reports:?}") };
	let columns = report.columns().unwrap();
	let counted = |place| columns.readings(place).map(|one| one.energy.is_some()).collect::<Vec<_>>();
	assert_eq!(counted(0), (0..24).map(|n| n == 0).collect::<Vec<_>>());
	assert_eq!(counted(1), (0..24).map(|n| n != 7).collect::<Vec<_>>());
	let registers: Vec<_> = columns.stations().map(|(_, register, _)| register).collect();
	assert_eq!(registers, [89_990, 9_990]);
	assert_eq!(packer.counts(), Counts { readings: 48, held_back: 24, ..Counts::default() });
}

#[test]
fn register_of_a_reading_that_is_held_back_leads_nowhere() {
	let lines = [
		hour("A", "2026-11-28", 22, 110, 10, 1),
		hour("A", "2026-11-28", 23, 500, 10, 1),
		// Without a first reading the day would begin with what the last one has shown.
		hour("A", "2026-11-29", 1, 145, 10, 1),
		hour("D", "2026-11-29", 0, 5, 5, 1),
	];
	let (reports, wrong) = packed(&csv(&lines), &mut Packer::new(sites()));
	assert_eq!(wrong.len(), 1, "{wrong:?}");
	let registers: Vec<_> =
		reports[1].report.columns().unwrap().stations().map(|(_, register, _)| register).collect();
	assert_eq!(registers, [0, 135]);
}

#[test]
fn what_is_no_station_is_told_once() {
	let date = "2026-11-28";
	let mut twin = site(7, "A", Technology::Nr);
	twin.id.local_network = LocalNetworkId(1302);
	let lines = [
		hour("X", date, 6, 1, 1, 1),
		hour("X", date, 7, 1, 1, 1),
		hour("1302/B", date, 7, 1, 1, 1),
		hour("A", date, 7, 1, 1, 1),
		hour("1302/A", date, 7, 1, 1, 1),
	];
	let mut packer = Packer::new(sites().into_iter().chain([twin]));
	let (reports, wrong) = packed(&csv(&lines), &mut packer);
	assert_eq!(wrong.len(), 3, "{wrong:?}");
	assert!(
		wrong[0].contains("line 5 (A, station): the local networks 1301 and 1302 have such a station"),
		"{wrong:?}"
	);
	assert!(
		wrong[1].contains("line 4") && wrong[1].contains("no station `1302/B` is there: 1 record"),
		"{wrong:?}"
	);
	assert!(
		wrong[2].contains("line 2") && wrong[2].contains("no station `X` is there: 2 records"),
		"{wrong:?}"
	);
	assert_eq!(reports.iter().map(|one| one.local_network.0).collect::<Vec<_>>(), [1302]);
	assert_eq!(packer.counts(), Counts { readings: 1, unknown: 3, refused: 1, ..Counts::default() });
}

#[test]
fn stray_network_has_a_column_and_a_fifth_one_is_refused() {
	let header = "station,start,interval_min,energy_wh,46011_dl_mbit,46001_dl_mbit,46000_dl_mbit,46015_dl_mbit,46020_dl_mbit";
	let text = format!(
		"{header}\nA,2026-11-28T06:00:00,60,10,1,2,3,4,\nA,2026-11-28T07:00:00,60,10,1,2,3,4,5\n\
		 D,2026-11-28T06:00:00,60,10,9,,,,5\nD,2026-11-28T07:00:00,60,10,8,,,,0\nC,2026-11-28T06:00:00,60,10,,,,,\n"
	);
	let mut packer = Packer::new(sites());
	let (reports, wrong) = packed(&text, &mut packer);
	assert_eq!(wrong.len(), 2, "{wrong:?}");
	assert!(wrong[0].contains("line 3 (A): the station has volumes of more than 4 networks"), "{wrong:?}");
	assert!(wrong[1].contains("line 4 (D): the page has volumes of more than 4 networks"), "{wrong:?}");
	// C has no volumes: the first network of its record.
	let networks: Vec<Vec<_>> =
		reports.iter().map(|one| one.report.networks.iter().map(|plmn| plmn.mnc).collect()).collect();
	assert_eq!(networks, [vec![0, 1, 11, 15], vec![11]]);
	let of_d: Vec<_> =
		reports[0].report.columns().unwrap().readings(0).map(|one| (one.energy, one.volumes[2])).collect();
	assert_eq!(of_d, [(None, None), (Some(10), Some(8))]);
	assert_eq!(packer.counts().refused, 2);
}

#[test]
fn quarters_are_added_up_where_others_of_the_page_have_hours() {
	let quarter = |n: u64, energy: &str| {
		let (hour, minute) = (6 + n / 4, n % 4 * 15);
		let register = 1_000 + 7 * n;
		format!("D,2026-11-28T{hour:02}:{minute:02}:00,15,{register},{energy},{n},1,,")
	};
	let mut lines: Vec<_> = (0..8).map(|n| quarter(n, "7")).collect();
	// One is not there, one says that it is absent.
	lines.extend([quarter(9, "7"), quarter(12, "7"), quarter(13, ""), quarter(14, "7"), quarter(15, "7")]);
	lines.extend([7, 8].map(|n| hour("A", "2026-11-28", n, 40 + 10 * n as u64, 10, 1)));
	lines.push("A,2026-11-28T08:15:00,15,100,5,1,,,".into());
	// Another page stays as it is.
	lines.push("C,2026-11-28T07:15:00,15,100,5,1,,,".into());
	let mut packer = Packer::new(sites());
	let (reports, wrong) = packed(&csv(&lines), &mut packer);
	// The quarters of hours that are not whole are told, too.
	assert_eq!(wrong.len(), 3, "{wrong:?}");
	for (told, what) in wrong.iter().zip([
		"line 17 (A, interval_min): most lines of the station",
		"line 10 (D, interval_min): 2026-11-28 08:00: 1 quarter of this hour left out",
		"line 11 (D, interval_min): 2026-11-28 09:00: 3 quarters of this hour left out",
	]) {
		assert!(told.contains(what), "{told}");
	}
	let spans: Vec<_> = reports
		.iter()
		.map(|one| (one.report.span.interval, one.report.span.first, one.report.span.count))
		.collect();
	assert_eq!(spans, [(Interval::Hour, 24, 4), (Interval::Quarter, 24, 16)]);
	let columns = reports[0].report.columns().unwrap();
	let of_d: Vec<_> = columns.readings(0).map(|one| (one.energy, one.volumes[0])).collect();
	assert_eq!(of_d, [(Some(28), Some(10)), (Some(28), Some(26)), (None, None), (None, None)]);
	assert_eq!(columns.stations().next().map(|(slot, register, _)| (slot, register)), Some((1, 1_021 - 28)));
	let counts = packer.counts();
	assert_eq!((counts.added_up, counts.refused, counts.readings), (2, 5, 16));
}

/// A line of a quarter of an hour of 2026-11-28, without a register; of 60 minutes if it says so.
fn quarter(station: &str, n: usize, minutes: u8) -> String {
	format!("{station},2026-11-28T{:02}:{:02}:00+08:00,{minutes},,7,1,0,,", n / 4, n % 4 * 15)
}

/// Which readings of the station at a place of a report are there.
fn there(report: &Report, place: usize) -> Vec<bool> {
	report.columns().unwrap().readings(place).map(|reading| reading.energy.is_some()).collect()
}

#[test]
fn line_of_another_length_is_refused_alone() {
	// Wherever in the file it stands: in front of the station's other lines, or in their middle.
	for first in [0usize, 28] {
		let mut lines: Vec<_> =
			["A", "D"].iter().flat_map(|of| (0..96).map(move |n| quarter(of, n, 15))).collect();
		lines[first] = quarter("A", first, 60);
		let mut packer = Packer::new(sites());
		let (reports, wrong) = packed(&csv(&lines), &mut packer);
		let expected = format!("readings: line {} (A, interval_min): most lines", first + 2);
		assert!(wrong.len() == 1 && wrong[0].starts_with(&expected), "{wrong:?}");
		let [Packed { report, .. }] = &reports[..] else { panic!("{reports:?}") };
		assert_eq!(report.span, Span::of_day(DAY, Interval::Quarter));
		assert_eq!(there(report, 0), [true; 96]);
		assert_eq!(there(report, 1), (0..96).map(|n| n != first).collect::<Vec<_>>());
		assert_eq!(packer.counts(), Counts { readings: 191, refused: 1, ..Counts::default() });
	}
}

#[test]
fn one_hour_among_quarters_makes_no_page_of_hours() {
	let packed_with = |hours: usize| {
		let mut lines: Vec<_> = (0..96).map(|n| quarter("D", n, 15)).collect();
		lines.extend((0..hours).map(|n| quarter("A", 4 * n, 60)));
		let mut packer = Packer::new(sites());
		let (reports, wrong) = packed(&csv(&lines), &mut packer);
		(reports[0].report.clone(), wrong, packer.counts())
	};
	let (report, wrong, counts) = packed_with(1);
	assert!(wrong.len() == 1 && wrong[0].contains("line 98 (A, interval_min): all other lines"), "{wrong:?}");
	assert_eq!((report.span, report.len()), (Span::of_day(DAY, Interval::Quarter), 1));
	assert_eq!(there(&report, 0), [true; 96]);
	assert_eq!((counts.added_up, counts.refused), (0, 1));
	// Who has two has hours.
	let (report, wrong, counts) = packed_with(2);
	assert_eq!(wrong, Vec::<String>::new());
	assert_eq!((report.span, report.len()), (Span::of_day(DAY, Interval::Hour), 2));
	assert_eq!((counts.added_up, counts.refused), (24, 0));
	// And of a file of one hour it is one.
	let mut lines: Vec<_> = (40..44).map(|n| quarter("D", n, 15)).collect();
	lines.push(quarter("A", 40, 60));
	let mut packer = Packer::new(sites());
	let (reports, wrong) = packed(&csv(&lines), &mut packer);
	assert_eq!((wrong, packer.counts().added_up), (vec![], 1));
	assert_eq!((reports[0].report.span.first, reports[0].report.len()), (40, 2));
}

#[test]
fn length_of_as_many_lines_is_that_of_the_page() {
	let mut lines = vec![quarter("A", 0, 60), quarter("A", 4, 15)];
	lines.extend((0..8).map(|n| quarter("D", n, 15)));
	let (reports, wrong) = packed(&csv(&lines), &mut Packer::new(sites()));
	assert!(wrong.len() == 1 && wrong[0].contains("line 2 (A, interval_min)"), "{wrong:?}");
	assert_eq!(reports[0].report.span.interval, Interval::Quarter);
	// Of a page that has as many of either, too, it is hours.
	let (reports, wrong) = packed(&csv(&lines[..2]), &mut Packer::new(sites()));
	assert!(wrong.len() == 1 && wrong[0].contains("line 3 (A, interval_min)"), "{wrong:?}");
	assert_eq!(reports[0].report.span.interval, Interval::Hour);
}

#[test]
fn line_of_the_future_is_refused_alone_and_the_report_ends_before_it() {
	let date = "2026-11-28";
	let mut lines: Vec<_> = ["A", "D"]
		.iter()
		.flat_map(|of| (0..12).map(move |n| hour(of, date, n, 1_000 + 10 * n as u64, 10, 1)))
		.collect();
	lines.push(hour("A", date, 20, 5_000, 10, 1));
	let packed_at = |over: u32| {
		let mut packer = Packer::new(sites()).until(u32::from(DAY) * 96 + over);
		let (reports, wrong) = packed(&csv(&lines), &mut packer);
		(reports[0].report.clone(), wrong, packer.counts())
	};
	// At noon, eleven hours and the twelfth are over.
	let (report, wrong, counts) = packed_at(48);
	assert!(
		wrong.len() == 1 && wrong[0].contains("line 26 (A, start): the interval is not over"),
		"{wrong:?}"
	);
	assert_eq!((report.span.first, report.span.count), (0, 12));
	for place in [0, 1] {
		assert_eq!(there(&report, place), [true; 12]);
	}
	assert_eq!(counts, Counts { readings: 24, refused: 1, ..Counts::default() });
	let (report, wrong, _) = packed_at(47);
	assert_eq!((report.span.count, wrong.len()), (11, 3));
}

#[test]
fn hour_that_is_not_over_is_in_no_report() {
	// At half past eleven one station has quarters up to then, and another whole hours.
	let mut lines: Vec<_> = (36..46).map(|n| quarter("D", n, 15)).collect();
	lines.extend([36, 40].map(|n| quarter("A", n, 60)));
	let mut packer = Packer::new(sites()).until(u32::from(DAY) * 96 + 46);
	let (reports, wrong) = packed(&csv(&lines), &mut packer);
	assert!(wrong.len() == 1 && wrong[0].contains("11:00: 2 quarters of this hour left out"), "{wrong:?}");
	let [Packed { report, .. }] = &reports[..] else { panic!("{reports:?}") };
	assert_eq!((report.span.first, report.span.count), (36, 2));
	assert_eq!([0, 1].map(|place| there(report, place)), [vec![true; 2], vec![true; 2]]);
}

/// What a report has of a station: the volumes of each reading by network.
fn volumes(report: &Report, station: usize) -> Vec<Vec<Option<u32>>> {
	let networks = report.networks.len();
	report.columns().unwrap().readings(station).map(|one| one.volumes[..networks].to_vec()).collect()
}

#[test]
fn volume_that_was_not_measured_has_no_value() {
	let date = "2026-11-28";
	let lines = [
		// 46011 alone, both, none, and one way of 46001
		hour("A", date, 6, 110, 10, 7),
		format!("A,{date}T07:00:00,60,120,10,7,0,9,0"),
		format!("A,{date}T08:00:00,60,130,10,,,,"),
		format!("A,{date}T09:00:00,60,140,10,0,0,9,"),
	];
	let (reports, wrong) = packed(&csv(&lines), &mut Packer::new(sites()));
	assert_eq!(wrong, Vec::<String>::new());
	let [Packed { report, .. }] = &reports[..] else { panic!("{reports:?}") };
	// In the order of the networks: 46001, 46011
	assert_eq!(
		volumes(report, 0),
		[[None, Some(7)], [Some(9), Some(7)], [None, None], [None, Some(0)]].map(Vec::from)
	);
}

#[test]
fn network_that_a_station_does_not_list_has_a_value_where_it_has_carried_something() {
	let header = "station,start,interval_min,energy_wh,46011_dl_mbit,46001_dl_mbit,46000_dl_mbit";
	let of = |others: [&str; 3]| {
		let lines: Vec<_> = (6..)
			.zip(others)
			.map(|(n, other)| format!("A,2026-11-28T{n:02}:00:00,60,10,1,2,{other}"))
			.collect();
		let (mut reports, wrong) =
			packed(&format!("{header}\n{}\n", lines.join("\n")), &mut Packer::new(sites()));
		assert_eq!(wrong, Vec::<String>::new());
		reports.remove(0).report
	};
	// Whether it has carried nothing or was not measured makes no difference
	assert_eq!(of(["0", "", "0"]), of(["", "", ""]));
	assert_eq!(of(["0", "", "0"]).networks.len(), 2);
	let stray = of(["0", "5", ""]);
	assert_eq!(volumes(&stray, 0).iter().map(|of| of[0]).collect::<Vec<_>>(), [None, Some(5), None]);
}

#[test]
fn hour_has_a_volume_where_all_of_its_quarters_have() {
	let quarter = |n: u64, volumes: &str| {
		format!("D,2026-11-28T{:02}:{:02}:00,15,{},7,{volumes}", 6 + n / 4, n % 4 * 15, 1_000 + 7 * n)
	};
	let of = |n| if n == 5 { "3,0,," } else { "3,0,4,0" };
	let mut lines: Vec<_> = (0..8).map(|n| quarter(n, of(n))).collect();
	lines.extend([6, 7].map(|n| hour("A", "2026-11-28", n, 50 + 10 * n as u64, 10, 1)));
	let (reports, wrong) = packed(&csv(&lines), &mut Packer::new(sites()));
	assert_eq!(wrong, Vec::<String>::new());
	// D stands in front of A.
	assert_eq!(volumes(&reports[0].report, 0), [[Some(16), Some(12)], [None, Some(12)]].map(Vec::from));
}

#[test]
fn page_that_is_too_long_is_cut_into_spans() {
	// 64 stations, 96 quarters, values of 3, 4, 4 bytes: more than 64 KiB.
	let sites: Vec<_> = (0..64).map(|n| site(n, &format!("S{n}"), Technology::Nr)).collect();
	let mut lines = Vec::new();
	for n in 0..64u64 {
		for quarter in 0..96u64 {
			let (hour, minute) = (quarter / 4, quarter % 4 * 15);
			let register = 5_000_000 + (quarter + 1) * 40_000;
			lines.push(format!(
				"S{n},2026-11-28T{hour:02}:{minute:02}:00+08:00,15,{register},40000,20000000,{n},20000001,{quarter}"
			));
		}
	}
	let (reports, wrong) = packed(&csv(&lines), &mut Packer::new(sites));
	assert_eq!(wrong, Vec::<String>::new());
	let spans: Vec<_> = reports.iter().map(|one| (one.report.span.first, one.report.span.count)).collect();
	assert_eq!(spans, [(0, 48), (48, 48)]);
	let starts: Vec<_> =
		reports.iter().map(|one| one.report.columns().unwrap().stations().next().unwrap().1).collect();
	assert_eq!(starts, [5_000_000, 5_000_000 + 48 * 40_000]);
}

#[test]
fn what_comes_too_late_is_told() {
	let (first, second) = ("2026-11-28", "2026-11-29");
	let lines = [
		hour("A", first, 6, 110, 10, 1),
		hour("A", second, 6, 110, 10, 1),
		hour("D", second, 6, 110, 10, 1),
		hour("D", first, 6, 110, 10, 1),
	];
	// Room for two stations' days.
	let mut packer = Packer::holding(48, sites());
	let (reports, wrong) = packed(&csv(&lines), &mut packer);
	assert!(
		wrong.len() == 1 && wrong[0].contains("line 5 (D, start): the file comes back to a day"),
		"{wrong:?}"
	);
	assert_eq!(reports.len(), 2);
	assert_eq!(packer.counts(), Counts { readings: 3, refused: 1, ..Counts::default() });
}

/// A reading that is there: energy, and DL and UL of two networks, where there are volumes.
type Given = (i32, [Option<(u32, u32)>; 2]);

fn given() -> impl Strategy<Value = Option<Given>> {
	let volume = || proptest::option::weighted(0.8, (0u32..40_000_000, 0u32..4_000_000));
	let energy = prop_oneof![4 => 0i32..4_000, 1 => -5_000i32..0, 1 => any::<i32>().prop_filter("none", |one| *one > i32::MIN)];
	proptest::option::weighted(0.9, (energy, [volume(), volume()]))
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

	/// Any readings, in any order of lines and some of them twice, stand in the reports as they were written.
	#[test]
	fn what_is_written_is_read_packed_and_read_again(
		stations in proptest::collection::vec(proptest::collection::vec(given(), 24), 1..5),
		twice in 0usize..20,
		salt: u64,
	) {
		let start = 10_000_000_000_000u64;
		let mut lines = Vec::new();
		let mut expected = BTreeMap::new();
		for (station, readings) in ["A", "B", "C", "D"].into_iter().zip(&stations) {
			let mut register = start;
			for (n, reading) in readings.iter().enumerate() {
				let Some((energy, volumes)) = reading else { continue };
				register = register.checked_add_signed((*energy).into()).unwrap();
				let text = volumes.map(|volume| volume.map_or(",".to_string(), |(down, up)| format!("{down},{up}")));
				lines.push(format!("{station},2026-11-28T{n:02}:00:00+08:00,60,{register},{energy},{}", text.join(",")));
				let volumes = volumes.map(|volume| volume.map(|(down, up)| down + up));
				expected.insert((station, n), (*energy, volumes));
			}
		}
		prop_assume!(!lines.is_empty());
		let repeats: Vec<_> = lines.iter().take(twice).cloned().collect();
		let repeated = repeats.len() as u64;
		lines.extend(repeats);
		lines.sort_by_key(|line| line.bytes().fold(salt, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)));
		let mut packer = Packer::new(sites());
		let (reports, wrong) = packed(&csv(&lines), &mut packer);
		prop_assert_eq!(wrong, Vec::<String>::new());
		prop_assert_eq!(packer.counts().repeated, repeated);
		let mut found = BTreeMap::new();
		for Packed { report, .. } in &reports {
			let networks: Vec<u16> = report.networks.iter().map(|plmn| plmn.mnc).collect();
			let columns = report.columns().unwrap();
			for (slot, register, place) in columns.stations() {
				let code = match (report.page, slot) { (0, 3) => "A", (0, 9) => "B", (1, 0) => "C", _ => "D" };
				prop_assert_eq!(register, start);
				for (n, reading) in columns.readings(place).enumerate() {
					let n = n + usize::from(report.span.first / 4);
					let volume = |mnc| networks.iter().position(|one| *one == mnc).and_then(|n| reading.volumes[n]);
					if let Some(energy) = reading.energy {
						found.insert((code, n), (energy, [volume(11), volume(1)]));
					}
				}
			}
		}
		prop_assert_eq!(found, expected);
	}
}
