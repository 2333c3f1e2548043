// SPDX-License-Identifier: Apache-2.0

//! Positions on the ground: counties around a centroid, sites around a county's seat, distances.

use crate::territory::Region;
use rand::Rng;
use std::{collections::HashMap, f64::consts::TAU};
use trimast_primitives::territory::Position;

/// Kilometres in a degree of latitude.
const KM_PER_DEGREE: f64 = 111.2;
/// No site stands farther from its local network's centroid than this, km: the largest prefectures are desert and
/// mountains, and what is far from their middle lies across a border.
const REACH_KM: f64 = 110.0;
/// Nor farther than this share of the radius of a circle of the same area: prefectures are not circles.
const REACH_OF_RADIUS: f64 = 0.55;
/// Local networks of shores, islands and narrow valleys, where a circle around the centroid reaches into the sea or over
/// the border: centre (degrees east, degrees north) and radius (km) of the largest circle in their largest part, from the
/// polygons that `data/regions.csv` was made from.
const CIRCLES: [(u16, f64, f64, f64); 13] = [
	(2102, 122.1304, 39.6666, 35.6),
	(2304, 130.4344, 47.7205, 39.2),
	(3101, 121.4218, 31.0984, 33.5),
	(3302, 121.4329, 29.8059, 31.8),
	(3309, 122.0707, 30.0808, 7.7),
	(3502, 118.0799, 24.7361, 13.4),
	(3710, 122.0996, 37.2264, 23.8),
	(4405, 116.4559, 23.2551, 14.5),
	(4408, 110.1440, 21.5659, 26.2),
	(4415, 115.5455, 23.0603, 23.3),
	(4603, 114.3051, 7.7385, 9.4),
	(5328, 100.8127, 22.0865, 44.9),
	(5333, 99.1413, 26.6589, 35.8),
];
/// The angle that spreads points evenly over a disc.
const GOLDEN_ANGLE: f64 = 2.399_963_229_728_653;

/// A position `east` and `north` kilometres from `latitude`, `longitude` in degrees.
fn offset(latitude: f64, longitude: f64, east: f64, north: f64) -> Position {
	let micro = |degrees: f64| (degrees * 1e6).round() as i32;
	Position {
		latitude: micro(latitude + north / KM_PER_DEGREE),
		longitude: micro(longitude + east / (KM_PER_DEGREE * latitude.to_radians().cos())),
	}
}

/// Distance on the ground between two positions that are not far apart, metres.
pub(super) fn distance_m(a: Position, b: Position) -> f64 {
	let middle = f64::from(a.latitude + b.latitude) / 2e6;
	let north = f64::from(a.latitude - b.latitude) / 1e6 * KM_PER_DEGREE;
	let east = f64::from(a.longitude - b.longitude) / 1e6 * KM_PER_DEGREE * middle.to_radians().cos();
	north.hypot(east) * 1e3
}

/// A position up to `metres` from another.
pub(super) fn nearby(rng: &mut impl Rng, at: Position, metres: f64) -> Position {
	let (angle, km) = (rng.gen_range(0.0..TAU), rng.gen_range(0.2..1.0) * metres / 1e3);
	offset(f64::from(at.latitude) / 1e6, f64::from(at.longitude) / 1e6, km * angle.cos(), km * angle.sin())
}

/// Where the sites of a local network may stand.
pub(super) struct Ground {
	counties: u8,
	longitude: f64,
	latitude: f64,
	reach_km: f64,
}

impl Ground {
	/// The ground of a local network.
	pub(super) fn new(region: &Region) -> Self {
		let around_centroid = (region.longitude, region.latitude, region.radius_km() * REACH_OF_RADIUS);
		let circle = CIRCLES.iter().find(|(code, ..)| *code == region.code);
		let (longitude, latitude, reach) =
			circle.map_or(around_centroid, |(_, east, north, km)| (*east, *north, *km));
		Self { counties: region.counties.max(1), longitude, latitude, reach_km: reach.min(REACH_KM) }
	}

	/// East and north of the centre, km: the seat of county `county` (from 1). The first county is the city itself.
	fn seat(&self, county: u8) -> (f64, f64) {
		let rank = f64::from(county.saturating_sub(1)) / f64::from(self.counties);
		let (km, angle) = (0.75 * self.reach_km * rank.sqrt(), GOLDEN_ANGLE * f64::from(county));
		(km * angle.cos(), km * angle.sin())
	}

	/// A site in `county`: dense around its seat, thin farther out, never beyond the reach. With it its distance from
	/// the seat, km.
	pub(super) fn site(&self, rng: &mut impl Rng, county: u8) -> (Position, f64) {
		let (east, north) = self.seat(county);
		let spread = self.reach_km / f64::from(self.counties).sqrt();
		// The product of two uniform numbers crowds the middle as towns do.
		let away = spread * rng.gen_range(0.0f64..1.0) * rng.gen_range(0.05f64..1.0);
		let angle = rng.gen_range(0.0..TAU);
		let (mut east, mut north) = (east + away * angle.cos(), north + away * angle.sin());
		let from_centre = east.hypot(north);
		if from_centre > self.reach_km {
			(east, north) = (east * self.reach_km / from_centre, north * self.reach_km / from_centre);
		}
		(offset(self.latitude, self.longitude, east, north), away)
	}
}

/// Finds what stands near a position: a grid of squares of about a kilometre.
#[derive(Default)]
pub(super) struct Neighbourhood(HashMap<(i32, i32), Vec<Position>>);

impl Neighbourhood {
	const SQUARE: i32 = 10_000;

	fn square(at: Position) -> (i32, i32) {
		(at.latitude.div_euclid(Self::SQUARE), at.longitude.div_euclid(Self::SQUARE))
	}

	/// Remembers a position.
	pub(super) fn add(&mut self, at: Position) {
		self.0.entry(Self::square(at)).or_default().push(at);
	}

	/// How many remembered positions lie within `metres`, at most about 400 m (a square is narrower in the far north).
	pub(super) fn count_within(&self, at: Position, metres: f64) -> usize {
		let (row, column) = Self::square(at);
		(row - 1..=row + 1)
			.flat_map(|row| (column - 1..=column + 1).map(move |column| (row, column)))
			.filter_map(|square| self.0.get(&square))
			.flatten()
			.filter(|other| distance_m(at, **other) <= metres)
			.count()
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::territory::regions;
	use rand::SeedableRng;
	use rand_chacha::ChaCha8Rng;

	#[test]
	fn sites_stand_within_reach_and_within_the_area() {
		let mut rng = ChaCha8Rng::seed_from_u64(1);
		for region in regions().unwrap() {
			let ground = Ground::new(&region);
			assert!(ground.reach_km < region.radius_km() && ground.reach_km <= REACH_KM, "{region:?}");
			let centre = offset(ground.latitude, ground.longitude, 0.0, 0.0);
			for county in 1..=region.counties {
				let (at, _) = ground.site(&mut rng, county);
				assert!(distance_m(at, centre) <= ground.reach_km * 1_020.0, "{region:?} {at:?}");
			}
		}
	}

	#[test]
	fn distance_is_metres() {
		let at = |latitude, longitude| Position { latitude, longitude };
		assert!((distance_m(at(0, 0), at(1_000, 0)) - 111.2).abs() < 0.1);
		assert!((distance_m(at(60_000_000, 0), at(60_000_000, 1_000)) - 55.6).abs() < 0.1);
	}

	#[test]
	fn nearby_is_near_and_elsewhere() {
		let (mut rng, at) =
			(ChaCha8Rng::seed_from_u64(1), Position { latitude: 38_000_000, longitude: 114_000_000 });
		for _ in 0..1_000 {
			let other = nearby(&mut rng, at, 50.0);
			assert!((1.0..=50.5).contains(&distance_m(at, other)), "{other:?}");
		}
	}

	#[test]
	fn neighbourhood_counts_what_is_near() {
		let mut neighbourhood = Neighbourhood::default();
		let at = Position { latitude: 38_009_999, longitude: 113_999_999 };
		for north in [0, 1_000, 3_000, 100_000] {
			neighbourhood.add(Position { latitude: at.latitude + north, ..at });
		}
		assert_eq!(neighbourhood.count_within(at, 10.0), 1);
		assert_eq!(neighbourhood.count_within(at, 120.0), 2);
		assert_eq!(neighbourhood.count_within(at, 400.0), 3);
	}
}
