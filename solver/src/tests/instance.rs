// SPDX-License-Identifier: Apache-2.0

//! The reader of the public instances.

use super::*;
use crate::instance::{Customer, Instance, UNIT};
use trimast_primitives::plan::{check, JobIndex, Route, Score};

const TEXT: &str = "T101\r
\r
VEHICLE\r
NUMBER     CAPACITY\r
  3         200\r
\r
CUSTOMER\r
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME\r
 \r
    0      35         35          0          0       230          0   \r
    1      38         39         10         60        70         10   \r
    2      35.5       -0.0001     7          0       200         10.50\r
";

/// The text with one thing changed.
fn changed(from: &str, to: &str) -> String {
	assert!(TEXT.contains(from));
	TEXT.replacen(from, to, 1)
}

fn error(text: &str) -> String {
	Instance::read(text).unwrap_err().to_string()
}

#[test]
fn instance_is_read() {
	let instance = Instance::read(TEXT).unwrap();
	assert_eq!((&instance.name[..], instance.vehicles, instance.capacity), ("T101", 3, 200));
	let depot = Customer {
		number: 0,
		at: Point { x: 350_000, y: 350_000 },
		demand: 0,
		ready: 0,
		due: 2_300_000,
		service: 0,
	};
	assert_eq!(instance.depot, depot);
	let at = Point { x: 355_000, y: -1 };
	let second = Customer { number: 2, at, demand: 7, ready: 0, due: 2_000_000, service: 105_000 };
	assert_eq!((instance.customers.len(), instance.customers[1]), (2, second));
}

#[test]
fn case_spaces_and_empty_lines_mean_nothing() {
	let text = TEXT.to_lowercase().replace("t101", "T101").replace('\n', "\n\n\t\n").replace("  ", "\t ");
	assert_eq!(Instance::read(&text), Instance::read(TEXT));
	assert_eq!(Instance::read(TEXT.trim_end()), Instance::read(TEXT));
}

#[test]
fn round_is_the_instance() {
	// Given
	let instance = Instance::read(TEXT).unwrap();
	let round = instance.round();
	assert_eq!(round.check(), Ok(()));
	assert_eq!((round.jobs.len(), round.resources.len()), (2, 3));
	// When a vehicle is 5 away from the first customer, waits until it is ready, and returns
	let mut plan = Plan {
		round: digest(&round),
		score: Score { lost: 1, resources: 1, travel: 100_000 },
		routes: vec![Route { resource: ResourceIndex(0), stops: 1 }].try_into().unwrap(),
		stops: vec![JobIndex(0)].try_into().unwrap(),
	};
	// Then a tick is lost for the other
	assert_eq!(check(&round, plan.round, &plan), Ok(plan.score));
	assert_eq!(instance.distance(&plan), Some(10.0));
	plan.stops = vec![JobIndex(2)].try_into().unwrap();
	assert_eq!(instance.distance(&plan), None);
}

#[test]
fn service_may_begin_on_the_due_date_and_no_later() {
	// The first customer is reached at 5.
	for (due, is_served) in [("5", true), ("4.9999", false)] {
		let instance = Instance::read(&changed("60        70", &format!("0 {due}"))).unwrap();
		let plan = solved(&instance.round(), 10).plan;
		assert_eq!(plan.stops.contains(&JobIndex(0)), is_served);
	}
}

#[test]
fn malformed_file_is_refused_with_line_and_remedy() {
	for (from, to, expected) in [
		("VEHICLE", "VEHICLES", "line 3: \"VEHICLES\" is not the heading: write VEHICLE"),
		(
			"NUMBER     CAPACITY",
			"CAPACITY NUMBER",
			"line 4: \"CAPACITY NUMBER\" is not the heading: write NUMBER CAPACITY",
		),
		(
			"CUSTOMER\r",
			"\r",
			"line 8: \"CUST NO.  XCOORD.   YCOORD.    DEMAND\" is not the heading: write CUSTOMER",
		),
		(
			"3         200",
			"3",
			"line 5: 1 fields, and number and capacity of the vehicles has 2: add what is missing",
		),
		("3         200", "0 200", "line 5: 0 vehicles: write 1 to 512"),
		("3         200", "513 200", "line 5: 513 vehicles: write 1 to 512"),
		(
			"3         200",
			"3 4294967296",
			"line 5: CAPACITY \"4294967296\" is out of bounds: write 0 to 4294967295",
		),
		("3         200", "3 -1", "line 5: CAPACITY \"-1\" is out of bounds: write 0 to 4294967295"),
		("3         200", "2.5 1", "line 5: NUMBER \"2.5\" is no whole number: write one"),
		(
			"    1      38",
			"    1  7   38",
			"line 11: 8 fields, and a customer has 7: take away what is too much",
		),
		("    1      38", "    38", "line 11: 6 fields, and a customer has 7: add what is missing"),
		(
			"    1      38",
			"    0      38",
			"line 11: customer 0 comes after 0: number the customers in ascending order, each once",
		),
		(
			"    2      35.5",
			"    1      35.5",
			"line 12: customer 1 comes after 1: number the customers in ascending order, each once",
		),
		("35.5", "3e1", "line 12: XCOORD. \"3e1\" is no number: write digits, as 35 or 35.5"),
		("35.5", ".5", "line 12: XCOORD. \".5\" is no number: write digits, as 35 or 35.5"),
		("35.5", "--5", "line 12: XCOORD. \"--5\" is no number: write digits, as 35 or 35.5"),
		("35.5", "\u{1b}[2J", "line 12: XCOORD. \"\\u{1b}[2J\" is no number: write digits, as 35 or 35.5"),
		("35.5", "1.00001", "line 12: XCOORD. \"1.00001\" has more than 4 decimals: round it"),
		("35.5", "107375", "line 12: XCOORD. \"107375\" is out of bounds: write -107374 to 107374"),
		(
			"35.5",
			"-99999999999999999999",
			"line 12: XCOORD. \"-99999999999999999999\" is out of bounds: write -107374 to 107374",
		),
		("10.50", "429497", "line 12: SERVICE TIME \"429497\" is out of bounds: write 0 to 429496"),
		("10.50", "429496", "line 12: due date and service time are too great together: scale them down"),
		("60        70", "70 60", "line 11: due date 60 is before ready time 70: exchange or mend them"),
		(
			"0       230",
			"0 429496.7295",
			"line 10: the depot's due date is beyond a round's end: scale the times down",
		),
	] {
		assert_eq!(error(&changed(from, to)), expected);
	}
}

#[test]
fn file_that_ends_early_is_refused() {
	assert_eq!(error(""), "line 1: the file ends here: add the instance's name");
	assert_eq!(error("\n\nR1\n"), "line 4: the file ends here: add the heading VEHICLE");
	let head = &TEXT[..TEXT.find("    0 ").unwrap()];
	assert_eq!(error(head), "line 10: the file ends here: add the depot, customer 0");
}

/// An instance as Gehring and Homberger publish theirs: columns as wide, a line of one space above the depot, spaces at the ends of
/// lines. So many customers in clusters of ten, a quarter as many vehicles, a territory that grows with them. Gives its lines, too.
fn gehring_homberger(customers: u32) -> (String, Vec<[u32; 7]>) {
	let (side, hundreds) = (if customers < 1_000 { 140 } else { 500 }, customers / 100);
	let depot = [0, side / 2, side / 2, 0, 0, 1_824, 0];
	let customer = |n: u32| {
		let (cluster, member) = (n / 10, n % 10);
		let [x, y] = [cluster * 37, cluster * 61].map(|corner| corner % (side - 10));
		let ready = 60 + member * 120 + cluster % 60;
		[n, x + member * 7 % 10, y + member * 3 % 10, 10 * (1 + n % 4), ready, ready + 300, 90]
	};
	let rows: Vec<[u32; 7]> = std::iter::once(depot).chain((1..=customers).map(customer)).collect();
	let mut text = format!(
		"c1_{hundreds}_1\r\n\r\nVEHICLE\r\nNUMBER     CAPACITY\r\n{:4}{:13}\r\n\r\nCUSTOMER\r\n",
		customers / 4,
		200
	);
	text += "CUST NO.  XCOORD.    YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE TIME\r\n \r\n";
	for [number, x, y, demand, ready, due, service] in &rows {
		text += &format!("{number:5}{x:8}{y:11}{demand:11}{ready:11}{due:11}{service:11}   \r\n");
	}
	(text, rows)
}

#[test]
fn instances_of_200_and_1000_customers_are_read_and_solved() {
	for customers in [200, 1_000] {
		// Given
		let (text, rows) = gehring_homberger(customers);
		assert!(text.contains("\r\n    1 ") && text.contains(&format!("\r\n{customers:5} ")), "{text:.600}");
		// When
		let instance = Instance::read(&text).unwrap();
		// Then
		assert_eq!(instance.name, format!("c1_{}_1", customers / 100));
		assert_eq!((instance.vehicles, instance.capacity), (customers / 4, 200));
		let expected = rows.iter().map(|[number, x, y, demand, ready, due, service]| Customer {
			number: *number,
			at: Point { x: (x * UNIT) as i32, y: (y * UNIT) as i32 },
			demand: *demand,
			ready: ready * UNIT,
			due: due * UNIT,
			service: service * UNIT,
		});
		let read: Vec<Customer> = std::iter::once(instance.depot).chain(instance.customers.clone()).collect();
		assert_eq!(read, expected.collect::<Vec<_>>());
		// And all of it is a round: everybody is served
		let round = instance.round();
		assert_eq!(round.check(), Ok(()));
		let plan = solved(&round, 10).plan;
		assert_eq!(check(&round, digest(&round), &plan), Ok(plan.score));
		assert_eq!(plan.stops.len(), round.jobs.len());
	}
}

#[test]
fn wrong_column_of_a_large_instance_is_named_by_its_line() {
	let (text, _) = gehring_homberger(1_000);
	let short = text.replacen("\r\n  777 ", "\r\n  777 x ", 1);
	assert_eq!(error(&short), "line 787: 8 fields, and a customer has 7: take away what is too much");
}

#[test]
fn most_customers_of_a_round_are_read() {
	let with = |customers: u32| {
		let rows = (1..=customers).map(|n| format!("{n} 0 0 1 0 9 1\n"));
		format!("big\nVEHICLE\nNUMBER CAPACITY\n512 9\nCUSTOMER\nCUST NO. XCOORD. YCOORD. DEMAND READY TIME DUE DATE SERVICE TIME\n0 0 0 0 0 9 0\n{}", rows.collect::<String>())
	};
	let round = Instance::read(&with(5_000)).unwrap().round();
	assert_eq!((round.check(), round.jobs.len()), (Ok(()), 5_000));
	assert_eq!(error(&with(5_001)), "line 5008: a round has 5000 customers at most: leave the rest away");
}

#[test]
fn greatest_numbers_are_a_valid_round() {
	let line = format!("{} 107374 -107374 4294967295 429496 429496.7294 0", u32::MAX);
	let text = TEXT.lines().take(9).map(|line| format!("{line}\n")).collect::<String>();
	let text = format!("{text}0 -107374.1824 107374.1824 0 0 429496.7294 429496.7295\n{line}\n");
	let round = Instance::read(&text).unwrap().round();
	assert_eq!(round.check(), Ok(()));
	assert_eq!(round.end, u32::MAX);
	assert_eq!(UNIT, 10_000);
}

proptest! {
	#[test]
	fn any_text_is_read_or_refused(text: String) {
		let _ = Instance::read(&text);
	}

	#[test]
	fn damaged_file_is_a_valid_round_or_refused(place: proptest::sample::Index, byte in 0..128u8, cut: proptest::sample::Index) {
		let mut bytes = TEXT.as_bytes().to_vec();
		let place = place.index(bytes.len());
		bytes[place] = byte;
		for text in [&bytes[..], &bytes[..cut.index(bytes.len())]] {
			if let Ok(instance) = Instance::read(std::str::from_utf8(text).unwrap()) {
				prop_assert_eq!(instance.round().check(), Ok(()));
			}
		}
	}
}
