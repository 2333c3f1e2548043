// SPDX-License-Identifier: Apache-2.0

//! Finds what stands nearest to a point: towns are dense and the country around them is not, so a tree that halves the
//! points rather than a grid.

/// A point, km, and whose it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
	/// East of the origin.
	pub(super) east: f32,
	/// North of the origin.
	pub(super) north: f32,
	/// Whose it is.
	pub(super) id: u32,
}

impl Point {
	fn along(&self, axis: usize) -> f32 {
		if axis == 0 {
			self.east
		} else {
			self.north
		}
	}

	fn squared_distance(&self, other: &Self) -> f32 {
		(self.east - other.east).powi(2) + (self.north - other.north).powi(2)
	}
}

/// Points in the order of a tree: the middle one of every piece splits it, east and north by turns.
pub(super) struct Nearest(Vec<Point>);

impl Nearest {
	/// Sorts the points.
	pub(super) fn new(mut points: Vec<Point>) -> Self {
		split(&mut points, 0);
		Self(points)
	}

	/// Puts the `count` points nearest to `at` into `found`, the nearest first, with their squared distances. What has the
	/// number of `at` is left out.
	pub(super) fn find(&self, at: &Point, count: usize, found: &mut Vec<(f32, u32)>) {
		found.clear();
		search(&self.0, 0, at, count, found);
	}
}

fn split(points: &mut [Point], axis: usize) {
	if points.len() < 2 {
		return;
	}
	let middle = points.len() / 2;
	points
		.select_nth_unstable_by(middle, |a, b| a.along(axis).total_cmp(&b.along(axis)).then(a.id.cmp(&b.id)));
	let (low, high) = points.split_at_mut(middle);
	split(low, 1 - axis);
	split(&mut high[1..], 1 - axis);
}

fn search(points: &[Point], axis: usize, at: &Point, count: usize, found: &mut Vec<(f32, u32)>) {
	let middle = points.len() / 2;
	let Some(point) = points.get(middle) else { return };
	let (low, high) = (&points[..middle], &points[middle + 1..]);
	let across = at.along(axis) - point.along(axis);
	let (near, far) = if across < 0.0 { (low, high) } else { (high, low) };
	search(near, 1 - axis, at, count, found);
	if point.id != at.id {
		let distance = point.squared_distance(at);
		let place = found.partition_point(|(other, id)| (*other, *id) < (distance, point.id));
		if place < count {
			found.truncate(count - 1);
			found.insert(place, (distance, point.id));
		}
	}
	let is_wanted = found.len() < count || found.last().is_some_and(|(last, _)| across * across <= *last);
	if is_wanted {
		search(far, 1 - axis, at, count, found);
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use rand::{Rng, SeedableRng};
	use rand_chacha::ChaCha8Rng;

	#[test]
	fn finds_what_a_look_at_all_finds() {
		let mut rng = ChaCha8Rng::seed_from_u64(1);
		for total in [0, 1, 2, 7, 300] {
			// On whole kilometres, so that many stand on one spot.
			let points: Vec<Point> = (0..total)
				.map(|id| Point { east: rng.gen_range(0..20) as f32, north: rng.gen_range(0..20) as f32, id })
				.collect();
			let tree = Nearest::new(points.clone());
			let mut found = Vec::new();
			for at in &points {
				tree.find(at, 6, &mut found);
				let mut all: Vec<(f32, u32)> = points
					.iter()
					.filter(|point| point.id != at.id)
					.map(|point| (point.squared_distance(at), point.id))
					.collect();
				all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
				all.truncate(6);
				assert_eq!(found, all);
			}
		}
	}
}
