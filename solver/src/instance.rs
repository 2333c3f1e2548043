// SPDX-License-Identifier: Apache-2.0

//! The public instances: the text format of Solomon, which Gehring and Homberger's have too.
//!
//! ```text
//!   R101                                  the instance's name
//!
//!   VEHICLE
//!   NUMBER     CAPACITY
//!     25         200                      vehicles, and what each of them carries
//!
//!   CUSTOMER
//!   CUST NO.  XCOORD.  YCOORD.  DEMAND  READY TIME  DUE DATE  SERVICE TIME
//!      0        35       35        0         0        230          0        the depot
//!      1        41       49       10       161        171         10
//! ```
//!
//! White space parts the fields, empty lines and the case of the words mean nothing. Coordinates and times have up to four
//! decimals: they are read exactly, in units of 10^-4. What becomes of them in a round, [`trimast_primitives::plan`] says.

use std::{fmt, str::Lines};
use trimast_primitives::{
	plan::{
		metric::MAX_COORDINATE, Job, Metric, Plan, Point, Resource, ResourceKind, Round, Rules, Skills,
		SlaClass, Time, Window, MAX_JOBS, MAX_RESOURCES,
	},
	OrgId,
};

/// Ticks in the instance's unit, of time as of distance.
pub const UNIT: u32 = 10_000;
/// Decimals of [`UNIT`].
const DECIMALS: usize = 4;
/// The round's weights of the classes. Customers are of class 4.
const WEIGHTS: [u8; 4] = [8, 4, 2, 1];

/// A vehicle routing problem with time windows. Times and coordinates are in 10^-4 of the instance's unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Instance {
	/// Its name.
	pub name: String,
	/// How many vehicles there are, 1 to [`MAX_RESOURCES`].
	pub vehicles: u32,
	/// What each of them carries.
	pub capacity: u32,
	/// Where they begin and end, and when.
	pub depot: Customer,
	/// [`MAX_JOBS`] at most, in ascending order of their numbers.
	pub customers: Vec<Customer>,
}

/// A line of the table: a customer, or the depot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Customer {
	/// Its number in the file.
	pub number: u32,
	/// Where.
	pub at: Point,
	/// What it takes of a vehicle's capacity.
	pub demand: u32,
	/// The service does not begin before.
	pub ready: Time,
	/// The service does not begin later. Vehicles are back at the depot by then.
	pub due: Time,
	/// How long the service takes.
	pub service: Time,
}

/// Why a file is no instance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Malformed {
	/// The line, counted from 1.
	pub line: usize,
	/// What is wrong there, and what to do.
	pub what: String,
}

impl fmt::Display for Malformed {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "line {}: {}", self.line, self.what)
	}
}

impl std::error::Error for Malformed {}

impl Instance {
	/// Reads a file's text.
	///
	/// # Errors
	/// The first line that is not as the format or the bounds of a round want it.
	pub fn read(text: &str) -> Result<Self, Malformed> {
		let mut rows = Rows { lines: text.lines(), line: 0 };
		let name = rows.next("the instance's name")?.trim().to_owned();
		rows.heading(&["VEHICLE"])?;
		rows.heading(&["NUMBER", "CAPACITY"])?;
		let [vehicles, capacity] = rows.fields("number and capacity of the vehicles")?;
		let vehicles = rows.whole("NUMBER", vehicles)?;
		if !(1..=MAX_RESOURCES).contains(&vehicles) {
			return Err(rows.wrong(format!("{vehicles} vehicles: write 1 to {MAX_RESOURCES}")));
		}
		let capacity = rows.whole("CAPACITY", capacity)?;
		rows.heading(&["CUSTOMER"])?;
		rows.heading(&["CUST", "XCOORD", "YCOORD", "DEMAND", "READY", "DUE", "SERVICE"])?;
		let depot = rows.customer("the depot, customer 0")?;
		if depot.due == Time::MAX {
			return Err(
				rows.wrong("the depot's due date is beyond a round's end: scale the times down".into())
			);
		}
		let mut customers: Vec<Customer> = Vec::new();
		while !rows.is_done() {
			let customer = rows.customer("a customer")?;
			let last = customers.last().unwrap_or(&depot).number;
			if customer.number <= last {
				return Err(rows.wrong(format!(
					"customer {} comes after {last}: number the customers in ascending order, each once",
					customer.number
				)));
			}
			if customers.len() == MAX_JOBS as usize {
				return Err(
					rows.wrong(format!("a round has {MAX_JOBS} customers at most: leave the rest away"))
				);
			}
			if customer.due.checked_add(customer.service).is_none() {
				return Err(
					rows.wrong("due date and service time are too great together: scale them down".into())
				);
			}
			customers.push(customer);
		}
		Ok(Self { name, vehicles, capacity, depot, customers })
	}

	/// The round that it is. It passes [`Round::check`].
	pub fn round(&self) -> Round {
		let job = |customer: &Customer| Job {
			id: customer.number.into(),
			at: customer.at,
			service: customer.service,
			windows: vec![Window { from: customer.ready, to: customer.due.saturating_add(customer.service) }]
				.try_into()
				.unwrap_or_default(),
			skills: Skills::default(),
			power: 0,
			demand: customer.demand,
			class: SlaClass::Four,
			plmns: 1,
			outage: 0,
			autonomy: self.depot.due,
			pinned: None,
		};
		let crew = |id| Resource {
			id,
			owner: OrgId(0),
			kind: ResourceKind::Crew,
			start: self.depot.at,
			base: self.depot.at,
			from: self.depot.ready,
			to: self.depot.due,
			free: 0,
			speed: 1,
			capacity: self.capacity,
			skills: Skills::default(),
		};
		Round {
			number: 0,
			origin: 0,
			end: self.depot.due.saturating_add(1),
			rules: Rules { version: 0, metric: Metric::Plane, weights: WEIGHTS },
			jobs: self.customers.iter().map(job).collect::<Vec<_>>().try_into().unwrap_or_default(),
			resources: (1..=self.vehicles).map(crew).collect::<Vec<_>>().try_into().unwrap_or_default(),
		}
	}

	/// Length of all routes in the instance's unit and in double precision, as SINTEF counts. `None` for a plan with a stop
	/// that the instance has not.
	pub fn distance(&self, plan: &Plan) -> Option<f64> {
		let mut distance = 0.0;
		for (_, stops) in plan.routes() {
			let mut at = self.depot.at;
			for stop in stops {
				let next = self.customers.get(usize::from(stop.0))?.at;
				distance += length(at, next);
				at = next;
			}
			distance += length(at, self.depot.at);
		}
		Some(distance)
	}
}

fn length(a: Point, b: Point) -> f64 {
	let apart = |a: i32, b: i32| f64::from(a.abs_diff(b)) / f64::from(UNIT);
	apart(a.x, b.x).hypot(apart(a.y, b.y))
}

/// What is left of a file.
struct Rows<'a> {
	lines: Lines<'a>,
	/// Of the line read last.
	line: usize,
}

impl<'a> Rows<'a> {
	/// The next line that is not empty.
	fn next(&mut self, expected: &str) -> Result<&'a str, Malformed> {
		loop {
			self.line += 1;
			match self.lines.next() {
				Some(line) if line.trim().is_empty() => {}
				Some(line) => return Ok(line),
				None => return Err(self.wrong(format!("the file ends here: add {expected}"))),
			}
		}
	}

	fn is_done(&self) -> bool {
		self.lines.clone().all(|line| line.trim().is_empty())
	}

	/// A line with these words, in this order, among others.
	fn heading(&mut self, words: &[&str]) -> Result<(), Malformed> {
		let expected = words.join(" ");
		let line = self.next(&format!("the heading {expected}"))?.to_ascii_uppercase();
		let mut found = line.split_whitespace();
		if words.iter().all(|word| found.any(|other| other.trim_end_matches('.') == *word)) {
			Ok(())
		} else {
			Err(self.wrong(format!("{} is not the heading: write {expected}", quote(&line))))
		}
	}

	fn fields<const N: usize>(&mut self, expected: &str) -> Result<[&'a str; N], Malformed> {
		let line = self.next(expected)?;
		let fields: Vec<_> = line.split_whitespace().collect();
		fields.try_into().map_err(|fields: Vec<_>| {
			self.wrong(format!(
				"{} fields, and {expected} has {N}: {}",
				fields.len(),
				if fields.len() < N { "add what is missing" } else { "take away what is too much" }
			))
		})
	}

	fn customer(&mut self, expected: &str) -> Result<Customer, Malformed> {
		let [number, x, y, demand, ready, due, service] = self.fields(expected)?;
		let customer = Customer {
			number: self.whole("CUST NO.", number)?,
			at: Point { x: self.coordinate("XCOORD.", x)?, y: self.coordinate("YCOORD.", y)? },
			demand: self.whole("DEMAND", demand)?,
			ready: self.time("READY TIME", ready)?,
			due: self.time("DUE DATE", due)?,
			service: self.time("SERVICE TIME", service)?,
		};
		if customer.due < customer.ready {
			return Err(
				self.wrong(format!("due date {due} is before ready time {ready}: exchange or mend them"))
			);
		}
		Ok(customer)
	}

	fn whole(&self, column: &str, field: &str) -> Result<u32, Malformed> {
		let ticks = self.fixed(column, field)?;
		if ticks % i64::from(UNIT) != 0 {
			return Err(self.wrong(format!("{column} {} is no whole number: write one", quote(field))));
		}
		u32::try_from(ticks / i64::from(UNIT)).map_err(|_| self.beyond(column, field, 0, u32::MAX.into()))
	}

	fn time(&self, column: &str, field: &str) -> Result<Time, Malformed> {
		let most = i64::from(Time::MAX / UNIT);
		Time::try_from(self.fixed(column, field)?).map_err(|_| self.beyond(column, field, 0, most))
	}

	fn coordinate(&self, column: &str, field: &str) -> Result<i32, Malformed> {
		let most = i64::from(MAX_COORDINATE) / i64::from(UNIT);
		i32::try_from(self.fixed(column, field)?)
			.ok()
			.filter(|ticks| (-MAX_COORDINATE..=MAX_COORDINATE).contains(ticks))
			.ok_or_else(|| self.beyond(column, field, -most, most))
	}

	/// A decimal number times [`UNIT`].
	fn fixed(&self, column: &str, field: &str) -> Result<i64, Malformed> {
		let wrong =
			|| self.wrong(format!("{column} {} is no number: write digits, as 35 or 35.5", quote(field)));
		let (sign, digits) = match field.strip_prefix('-') {
			Some(digits) => (-1, digits),
			None => (1, field),
		};
		let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
		let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
		if whole.is_empty() || !is_number(whole) || !is_number(part) {
			return Err(wrong());
		}
		let part = part.trim_end_matches('0');
		if part.len() > DECIMALS {
			return Err(
				self.wrong(format!("{column} {} has more than {DECIMALS} decimals: round it", quote(field)))
			);
		}
		// Digits alone: what does not parse is too long.
		let most = i64::MAX / i64::from(UNIT) - 1;
		let number: i64 = whole.parse().ok().filter(|number| *number <= most).unwrap_or(most);
		let part: i64 = format!("{part:0<DECIMALS$}").parse().map_err(|_| wrong())?;
		Ok(sign * (number * i64::from(UNIT) + part))
	}

	fn beyond(&self, column: &str, field: &str, least: i64, most: i64) -> Malformed {
		self.wrong(format!("{column} {} is out of bounds: write {least} to {most}", quote(field)))
	}

	fn wrong(&self, what: String) -> Malformed {
		Malformed { line: self.line, what }
	}
}

/// A field for a message: short, and with nothing in it that a terminal obeys.
fn quote(text: &str) -> String {
	let short: String = text.trim().chars().take(40).collect();
	format!("{:?}", short.trim_end())
}
