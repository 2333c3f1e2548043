// SPDX-License-Identifier: Apache-2.0

//! Which generator goes to which job. Each serves one, so this is an assignment problem, and it is solved exactly: successive
//! shortest paths with potentials (the Hungarian method), generators times generators times jobs in the worst case.
//!
//! The round's objective is one number here: lost service, then routes, then travel, in digits that do not touch. A job is worth
//! what it would lose if it were left, so to stay costs nothing and each job that is served gains.

use std::time::Instant;
use trimast_primitives::plan::{alone, JobIndex, Resource, ResourceIndex, ResourceKind, Round};

/// What a route counts: more than all travel, since 512 legs of below 2^32 ticks are below 2^41.
const ROUTE: i128 = 1 << 42;
/// What a lost unit counts: more than all routes.
const LOST: i128 = ROUTE << 10;
/// Of a job that the generator cannot serve: more than all that is lost, which is below 2^61.
const NEVER: i128 = LOST << 62;

/// The best assignment. `None` when `until` comes before.
pub(crate) fn assign(round: &Round, until: Instant) -> Option<Vec<(ResourceIndex, JobIndex)>> {
	let is_generator = |resource: &Resource| resource.kind != ResourceKind::Crew;
	let jobs = || round.jobs().filter(|(_, job)| job.power > 0);
	let mut assigned: Vec<_> = jobs().filter_map(|(index, job)| Some((job.pinned?, index))).collect();
	let free: Vec<_> = jobs().filter(|(_, job)| job.pinned.is_none()).collect();
	let generators: Vec<_> = round
		.resources()
		.filter(|(index, resource)| {
			is_generator(resource) && !assigned.iter().any(|(pinned, _)| pinned == index)
		})
		.collect();
	// A column a job, and one for each generator that stays.
	let width = free.len() + generators.len();
	let mut matching = Matching::new(width);
	for (_, generator) in &generators {
		let cost = free.iter().map(|(_, job)| {
			alone(round, generator, job).map_or(NEVER, |times| {
				let gain = round.lost_if_left(job).saturating_sub(round.lost(job, times.end));
				let travel = round.rules.metric.travel(generator.start, job.at, generator.speed);
				ROUTE + i128::from(travel) - LOST * i128::from(gain)
			})
		});
		let row = cost.chain(std::iter::repeat_n(0, generators.len())).collect();
		matching.add(row, until)?;
	}
	for (column, (job, _)) in free.iter().enumerate() {
		let row = matching.row_of[column];
		if let Some(row) = row.filter(|row| matching.rows[*row][column] != NEVER) {
			assigned.push((generators[row].0, *job));
		}
	}
	Some(assigned)
}

/// A cheapest matching of all rows so far with the columns.
struct Matching {
	rows: Vec<Vec<i128>>,
	row_potentials: Vec<i128>,
	column_potentials: Vec<i128>,
	/// Which row has a column.
	row_of: Vec<Option<usize>>,
}

impl Matching {
	fn new(width: usize) -> Self {
		Self {
			rows: Vec::new(),
			row_potentials: Vec::new(),
			column_potentials: vec![0; width],
			row_of: vec![None; width],
		}
	}

	/// Adds a row and gives it a column, others moving along the shortest path. `None` when `until` has come.
	fn add(&mut self, row: Vec<i128>, until: Instant) -> Option<()> {
		let width = self.row_of.len();
		self.rows.push(row);
		self.row_potentials.push(0);
		let mut distance = vec![i128::MAX; width];
		let mut from: Vec<Option<usize>> = vec![None; width];
		let mut reached: Vec<usize> = Vec::new();
		let mut is_reached = vec![false; width];
		// The row from which the path goes on, and the column that it holds.
		let (mut at, mut held) = (self.rows.len() - 1, None);
		let end = loop {
			if Instant::now() >= until {
				return None;
			}
			let mut nearest: Option<usize> = None;
			for column in 0..width {
				if is_reached[column] {
					continue;
				}
				let reduced =
					self.rows[at][column] - self.row_potentials[at] - self.column_potentials[column];
				if reduced < distance[column] {
					distance[column] = reduced;
					from[column] = held;
				}
				if nearest.is_none_or(|nearest| distance[column] < distance[nearest]) {
					nearest = Some(column);
				}
			}
			// There is a column for each row, so one is left.
			let nearest = nearest?;
			let step = distance[nearest];
			*self.row_potentials.last_mut().expect("a row was pushed; qed") += step;
			for column in &reached {
				self.column_potentials[*column] -= step;
				self.row_potentials
					[self.row_of[*column].expect("only columns with a row are passed; qed")] += step;
			}
			for column in (0..width).filter(|column| !is_reached[*column]) {
				distance[column] -= step;
			}
			match self.row_of[nearest] {
				Some(row) => {
					reached.push(nearest);
					is_reached[nearest] = true;
					(at, held) = (row, Some(nearest));
				}
				None => break nearest,
			}
		};
		let mut column = end;
		while let Some(before) = from[column] {
			self.row_of[column] = self.row_of[before];
			column = before;
		}
		self.row_of[column] = Some(self.rows.len() - 1);
		Some(())
	}
}
