// SPDX-License-Identifier: Apache-2.0

//! What docs/energy.md shows and counts is so.

use super::*;
use crate::page::PAGE_SLOTS;
use codec::Encode;

const DOCS: &str = include_str!("../../../../docs/energy.md");

/// The report of the page.
fn example() -> Report {
	let networks = PLMNS[..2].to_vec().try_into().unwrap();
	let station = |slot, register, readings: [Reading; 2]| StationColumns {
		slot,
		register,
		readings: readings.to_vec(),
	};
	let stations = [
		station(0, 1_000_000, [reading(900, &[300, 600]), reading(905, &[0, 0])]),
		station(3, 70_000, [GAP, reading(1_100, &[70_000, 1_024])]),
	];
	Report::new(7, quarters(32, 2), 0, networks, &stations).unwrap()
}

fn hex(bytes: &[u8]) -> String {
	bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn section(title: &str) -> &'static str {
	DOCS.split(&format!("\n## {title}\n")).nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap()
}

/// The cells of the table rows of a section, without heads.
fn rows(title: &str) -> Vec<Vec<&'static str>> {
	let lines = section(title).lines().filter(|line| line.starts_with("| "));
	lines.map(|line| line.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

/// What stands in code in the first column.
fn names(title: &str) -> Vec<&'static str> {
	rows(title).into_iter().filter_map(|row| row[0].strip_prefix('`')?.strip_suffix('`')).collect()
}

#[test]
fn docs_have_the_report_byte_by_byte() {
	// The page breaks long lines.
	let section = section("A report byte by byte");
	let page: String = section.split_whitespace().collect();
	let report = example();
	assert!(page.contains(&hex(&report.encode())), "{}", hex(&report.encode()));
	let digest = report_digest(GENESIS, PLACE, OWNER, &report);
	assert!(page.contains(&hex(digest.as_bytes())), "{digest:?}");
	// The rows of the table are the same bytes.
	let is_hex = |part: &&str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
	let parts = rows("A report byte by byte").into_iter().filter(|row| row.len() == 2);
	let bytes: String =
		parts.flat_map(|row| row[0].split(['`', ' ']).filter(is_hex).collect::<Vec<_>>()).collect();
	assert_eq!(bytes, hex(&report.encode()));
}

#[test]
fn docs_have_every_fault_in_the_order_in_which_they_are_asked() {
	use ReadingFault::*;
	let all = [
		NoSuchStation,
		NotOwner,
		Unconfirmed,
		Gap,
		Backwards,
		OverRating,
		NetworkMissing,
		VolumeMissing,
		OverCapacity,
		OtherNetwork,
	];
	for fault in all {
		match fault {
			// A fault that is missing here is missing above.
			NoSuchStation | NotOwner | Unconfirmed | Gap | Backwards | OverRating | NetworkMissing
			| VolumeMissing | OverCapacity | OtherNetwork => {}
		}
	}
	assert_eq!(names("What counts"), all.map(|fault| format!("{fault:?}")));
}

#[test]
fn docs_have_every_defect_and_break() {
	use ReportDefect::*;
	let defects = [Span, NoStation, Networks, Columns, Participants];
	for defect in defects {
		match defect {
			Span | NoStation | Networks | Columns | Participants => {}
		}
	}
	let names_of_defects: Vec<_> =
		names("Reports").into_iter().filter(|name| name.starts_with(char::is_uppercase)).collect();
	assert_eq!(names_of_defects, defects.map(|defect| format!("{defect:?}")));
	assert_eq!(names("Meters"), [MeterBreak::Behind, MeterBreak::Ahead].map(|of| format!("{of:?}")));
}

#[test]
fn docs_share_out_as_is_shared_out() {
	let numbers = |text: &str| -> Vec<u32> {
		text.split(", ").map(|number| number.replace(',', "").parse().unwrap()).collect()
	};
	let examples: Vec<_> = rows("Sharing").into_iter().filter(|row| row[0].ends_with(" Wh")).collect();
	assert_eq!(examples.len(), 5);
	for row in examples {
		let whole = numbers(row[0].trim_end_matches(" Wh"))[0];
		let weights = numbers(row[1]);
		assert_eq!(split(whole, &weights), numbers(row[3]), "{row:?}");
		let sum = f64::from(weights.iter().sum::<u32>());
		let exact: Vec<_> = weights
			.iter()
			.map(|weight| if sum == 0.0 { 1.0 / weights.len() as f64 } else { f64::from(*weight) / sum })
			.map(|part| format!("{}", (f64::from(whole) * part * 100.0).round() / 100.0))
			.collect();
		assert_eq!(exact.join(", "), row[2]);
	}
}

#[test]
fn docs_have_the_limit_the_price_and_the_emission() {
	let of = |interval, energy| {
		let span = Span { interval, ..quarters(0, 1) };
		account_of(&report_with(2, span, &[&[reading(energy, &[0, 0])]]), station(), &rules()).counted
	};
	assert!(section("What counts").contains("1,018 Wh in a quarter of an hour and\n4,070 in an hour"));
	assert_eq!([1_018, 1_019].map(|energy| of(Interval::Quarter, energy)), [1, 0]);
	assert_eq!([4_070, 4_071].map(|energy| of(Interval::Hour, energy)), [1, 0]);
	assert!(section("Prices and emissions").contains("667 Wh at 0.7 CNY a kWh (7,000) are 4,669,000"));
	let of_all = result(reading(1_000, &[300, 600]), station(), &rules()).unwrap();
	assert_eq!(of_all[0], (OWNER, sums(667, 600, 4_669_000)));
	assert!(section("Prices and emissions").contains("at 0.7252 kg a kWh (7,252) is 7,252,000"));
	let share = sums(1_000, 0, 0);
	let factor = EmissionFactor(7_252);
	let line = Line { local_network: PLACE, share, whole: share, factor, saved: -1_000, saved_by_all: 0 };
	assert_eq!((line.emitted(), line.avoided()), (7_252_000, -7_252_000));
}

#[test]
fn docs_have_the_line_as_it_is_signed() {
	let line = Line {
		local_network: PLACE,
		share: sums(1, 2, 3),
		whole: sums(4, 5, 6),
		factor: EmissionFactor(0x0102_0304),
		saved: -2,
		saved_by_all: 0x0708,
	};
	let before = [0x15u8, 5, 1 << 2, 2 << 2, 3 << 2, 4 << 2, 5 << 2, 6 << 2, 4, 3, 2, 1];
	let (saved, of_all) = ([0xfeu8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [8u8, 7, 0, 0, 0, 0, 0, 0]);
	assert_eq!(line.encode(), [&before[..], &saved, &of_all].concat());
	let section = section("Lines of statements");
	assert!(section.contains(&format!("`{}` is −2", hex(&saved))));
	assert!(section.contains("67 Wh at 0.7252 kg a kWh (7,252) are 485,884"));
	assert_eq!(Line { saved: 67, factor: EmissionFactor(7_252), ..line }.avoided(), 485_884);
	let signed = [b"trimast/energy", GENESIS.as_bytes(), &[0xdf, 0x5e, 0, 1], &line.encode()].concat();
	// December 2023
	let digest = statement_digest(GENESIS, 2023 * 12 + 11, OWNER, SHARER, &line);
	assert_eq!(digest.as_bytes(), sp_io::hashing::blake2_256(&signed));
}

#[test]
fn docs_have_the_limits() {
	for (what, most) in [
		("networks of a report", MAX_NETWORKS),
		("stations of a report", PAGE_SLOTS),
		("bytes of columns", MAX_COLUMN_BYTES),
		("participants whose sums are kept together", MAX_PARTICIPANTS),
		("companies of a contract", MAX_CONTRACT),
		("price, 10⁻⁴ CNY a kWh", MAX_PRICE),
		("emission factor, 10⁻⁴ kg a kWh", MAX_EMISSION_FACTOR),
		("years in which a factor is looked for", FACTOR_YEARS.into()),
		("lines of a statement", MAX_LINES),
		("times the days of a review for which a month is reported after its end", REVIEWS.into()),
	] {
		assert!(DOCS.contains(&format!("| {what} | {most} |")), "{what}");
	}
}
