// SPDX-License-Identifier: Apache-2.0

//! Travel: how long it takes from one point to another.
//!
//! ```text
//!   Plane   ceil( sqrt(dx^2 + dy^2) )                                     ticks; speed 1
//!
//!   Earth   north  = 8 * |latitude a - latitude b|                        eighths of a millionth of a degree
//!           apart  = |longitude a - longitude b|, or 360_000_000 less that where it is smaller
//!           east   = ceil( 8 * apart * cosine / 2^30 )
//!           arc    = ceil( sqrt(north^2 + east^2) )                       eighths, of 13.9 mm each
//!           ticks  = ceil( arc * 1251 * detour / (25 * speed) )           13.9 mm * 3,600,000 ms an hour / (10^3 mm * 10^3)
//!
//!   cosine  x = |latitude a + latitude b| * 18_740_330 / 2_000_000        of the mean latitude, in 2^-30 radian
//!           t = x * x / 2^30
//!           c = 2^30, then for n = 90, 56, 30, 12, 2 in turn: c = 2^30 - (t * c / 2^30) / n, and 0 where that is less
//! ```
//!
//! Divisions without `ceil` drop the remainder. The cosine is the Taylor series to x^10: its error is below 10^-8 up to 60
//! degrees and below 5 * 10^-7 anywhere. A millionth of a degree of a meridian is 111.2 mm, a sphere of 6,371,290 m, 0.04
//! per mille more than the mean radius. Between 18 and 54 degrees north the distance is never below the great circle's, and
//! above it by 0.7 per mille at most up to 500 km and 2.5 per mille at most up to 1,000 km.
//!
//! Nothing overflows 64 bits: differences are below 2^32 on the plane within its bounds and 8 * 180 * 10^6 < 2^31 on Earth, the
//! sum of two squares is below 2^64, and 2^32 * 1251 * 2^16 < 2^59.

use crate::territory::Position;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Greatest coordinate on the plane, on either side of 0: 107,374 units of an instance.
pub const MAX_COORDINATE: i32 = 1 << 30;

/// Millionths of a degree in a full circle.
const CIRCLE: u64 = 360_000_000;
/// 1 in the fixed point of the cosine.
const ONE: u64 = 1 << 30;

/// Where something is.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Debug,
	Default,
)]
pub struct Point {
	/// On the plane 10^-4 of the instance's unit; on Earth degrees east, times 10^6.
	pub x: i32,
	/// On the plane 10^-4 of the instance's unit; on Earth degrees north, times 10^6.
	pub y: i32,
}

impl From<Position> for Point {
	fn from(position: Position) -> Self {
		Self { x: position.longitude, y: position.latitude }
	}
}

/// How travel is computed.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
)]
pub enum Metric {
	/// The plane of the public instances. A tick is 10^-4 of the instance's unit, of time as of distance.
	Plane,
	/// WGS 84, taken for a sphere; each leg is straight on the map whose scale is right at its mean latitude. A tick is a
	/// millisecond.
	Earth {
		/// How much longer a road is than the straight line, in thousandths: 1,000 or more.
		detour: u16,
	},
}

impl Metric {
	/// Whether there is such a point.
	pub const fn has(self, point: Point) -> bool {
		match self {
			Self::Plane => {
				point.x >= -MAX_COORDINATE
					&& point.x <= MAX_COORDINATE
					&& point.y >= -MAX_COORDINATE
					&& point.y <= MAX_COORDINATE
			}
			Self::Earth { .. } => Position { latitude: point.y, longitude: point.x }.is_valid(),
		}
	}

	/// Ticks from one point to another at `speed` metres an hour (on the plane speed is 1), rounded up. What has no speed is
	/// taken to move a metre an hour.
	pub fn travel(self, from: Point, to: Point, speed: u32) -> u64 {
		match self {
			Self::Plane => hypotenuse(from.x.abs_diff(to.x).into(), from.y.abs_diff(to.y).into()),
			Self::Earth { detour } => {
				let product = arc(from, to).saturating_mul(1_251).saturating_mul(detour.into());
				ceil(product, u64::from(speed.max(1)).saturating_mul(25))
			}
		}
	}
}

/// Length of the leg on Earth, in eighths of a millionth of a degree of a meridian.
fn arc(from: Point, to: Point) -> u64 {
	let north = u64::from(from.y.abs_diff(to.y)).saturating_mul(8);
	let apart = u64::from(from.x.abs_diff(to.x));
	let apart = apart.min(CIRCLE.saturating_sub(apart));
	let sum = i64::from(from.y).saturating_add(i64::from(to.y)).unsigned_abs();
	hypotenuse(ceil(apart.saturating_mul(8).saturating_mul(cosine(sum)), ONE), north)
}

/// Cosine of half of `sum` millionths of a degree, times 2^30.
fn cosine(sum: u64) -> u64 {
	let x = sum.saturating_mul(18_740_330) / 2_000_000;
	let square = x.saturating_mul(x) >> 30;
	let term = |cosine: u64, n: u64| (square.saturating_mul(cosine) >> 30).checked_div(n).unwrap_or(0);
	[90, 56, 30, 12, 2].into_iter().fold(ONE, |cosine, n| ONE.saturating_sub(term(cosine, n)))
}

/// Square root of the sum of two squares, rounded up.
fn hypotenuse(a: u64, b: u64) -> u64 {
	let sum = a.saturating_mul(a).saturating_add(b.saturating_mul(b));
	let root = sum.isqrt();
	root.saturating_add(u64::from(root.saturating_mul(root) < sum))
}

/// `n / d`, rounded up.
fn ceil(n: u64, d: u64) -> u64 {
	let rest = n.checked_rem(d).is_some_and(|rest| rest > 0);
	n.checked_div(d).unwrap_or(u64::MAX).saturating_add(u64::from(rest))
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	const EARTH: Metric = Metric::Earth { detour: 1_000 };

	fn point(x: i32, y: i32) -> Point {
		Point { x, y }
	}

	/// Metres of the great circle on the sphere of mean radius.
	fn great_circle(a: Point, b: Point) -> f64 {
		let [ax, ay, bx, by] = [a.x, a.y, b.x, b.y].map(|degree| (f64::from(degree) / 1e6).to_radians());
		let h = ((ay - by) / 2.0).sin().powi(2) + ay.cos() * by.cos() * ((ax - bx) / 2.0).sin().powi(2);
		2.0 * 6_371_008.8 * h.sqrt().asin()
	}

	/// Metres by the formula at the head, in floating point.
	fn flat(a: Point, b: Point) -> f64 {
		let [ax, ay, bx, by] = [a.x, a.y, b.x, b.y].map(f64::from);
		let apart = (ax - bx).abs().min(360e6 - (ax - bx).abs());
		(apart * ((ay + by) / 2e6).to_radians().cos()).hypot(ay - by) * 0.1112
	}

	#[test]
	fn plane_is_rounded_up() {
		let travel = |x, y| Metric::Plane.travel(point(1, 2), point(1 + x, 2 + y), 0);
		assert_eq!([travel(0, 0), travel(3, 4), travel(30_000, -40_000)], [0, 5, 50_000]);
		assert_eq!([travel(1, 1), travel(10_000, 10_000)], [2, 14_143]);
		let corner = point(MAX_COORDINATE, MAX_COORDINATE);
		let across = Metric::Plane.travel(corner, point(-MAX_COORDINATE, -MAX_COORDINATE), 1);
		assert_eq!(across, 3_037_000_500);
	}

	#[test]
	fn earth_is_distance_by_detour_and_speed() {
		let (a, b) = (point(114_000_000, 38_000_000), point(114_000_000, 38_900_000));
		// 900,000 * 111.2 mm, 100.08 km: two hours at 50.04 km/h, 2.6 with the detour
		assert_eq!(EARTH.travel(a, b, 50_040), 7_200_000);
		assert_eq!(Metric::Earth { detour: 1_300 }.travel(a, b, 50_040), 9_360_000);
		assert_eq!(EARTH.travel(a, b, 50_039), 7_200_144);
		assert_eq!(EARTH.travel(a, a, 1), 0);
		// 30 m take more than a second at 100 km/h
		assert_eq!(EARTH.travel(a, point(114_000_000, 38_000_270), 100_000), 1_081);
	}

	#[test]
	fn earth_is_round() {
		let (east, west) = (point(179_999_000, 0), point(-179_999_000, 0));
		assert_eq!(EARTH.travel(east, west, 1_000), EARTH.travel(point(0, 0), point(2_000, 0), 1_000));
		let pole = |x| point(x, 90_000_000);
		assert_eq!(EARTH.travel(pole(0), pole(180_000_000), 1_000), 0);
	}

	#[test]
	fn cosine_has_the_error_that_is_stated() {
		for tenth in 0..=900u32 {
			let error = (cosine(u64::from(tenth) * 200_000) as f64 / ONE as f64
				- (f64::from(tenth) / 10.0).to_radians().cos())
			.abs();
			assert!(error < if tenth <= 600 { 1e-8 } else { 5e-7 }, "{error} at {tenth}");
		}
	}

	#[test]
	fn earth_is_slow_for_what_has_no_speed_and_holds_at_the_ends() {
		let (a, b) = (point(-180_000_000, -90_000_000), point(0, 90_000_000));
		assert!(Metric::Earth { detour: u16::MAX }.travel(a, b, 0) < 1 << 53);
		assert!(EARTH.travel(point(i32::MIN, i32::MIN), point(i32::MAX, i32::MAX), u32::MAX) < 1 << 53);
		assert!(Metric::Plane.travel(point(i32::MIN, i32::MIN), point(i32::MAX, i32::MAX), 1) < 1 << 53);
	}

	prop_compose! {
		/// Two points of the country, up to 1,000 km apart.
		fn leg()(
			x in 73_000_000..135_000_000i32, y in 18_000_000..54_000_000i32, far in 1..=20i32,
			dx in -500_000..500_000i32, dy in -450_000..450_000i32,
		) -> (Point, Point) {
			(point(x, y), point(x + dx * far, (y + dy * far).clamp(18_000_000, 54_000_000)))
		}
	}

	proptest! {
		#[test]
		fn plane_is_the_least_integer_that_is_no_less(a: (i32, i32), b: (i32, i32)) {
			let half = |(x, y): (i32, i32)| point(x / 2, y / 2);
			let (a, b) = (half(a), half(b));
			let travel = i128::from(Metric::Plane.travel(a, b, 1));
			let sum = i128::from(a.x.abs_diff(b.x)).pow(2) + i128::from(a.y.abs_diff(b.y)).pow(2);
			prop_assert!(travel * travel >= sum && (travel == 0 || (travel - 1) * (travel - 1) < sum));
		}

		#[test]
		fn earth_is_the_stated_formula((a, b) in leg(), detour in 1_000..2_000u16, speed in 1_000..120_000u32) {
			let travel = Metric::Earth { detour }.travel(a, b, speed) as f64;
			let per_metre = f64::from(detour) * 3_600.0 / f64::from(speed);
			let ticks = flat(a, b) * per_metre;
			// Three roundings up, of 14 mm, 14 mm and a tick, and the cosine's error
			prop_assert!(travel >= ticks * (1.0 - 1e-8) - 1e-3, "{travel} {ticks}");
			prop_assert!(travel <= ticks * (1.0 + 1e-8) + 1.001 + 0.03 * per_metre, "{travel} {ticks}");
		}

		#[test]
		fn earth_is_no_nearer_than_the_great_circle((a, b) in leg()) {
			// At 3,600 km/h a tick is a metre
			let (travel, circle) = (EARTH.travel(a, b, 3_600_000) as f64, great_circle(a, b));
			let most = if circle < 500e3 { 0.7e-3 } else { 2.5e-3 };
			prop_assume!(circle < 1_000e3);
			prop_assert!(travel >= circle && travel <= circle * (1.0 + most) + 2.0, "{travel} {circle}");
		}

		#[test]
		fn travel_is_the_same_both_ways((a, b) in leg(), speed: u32) {
			prop_assert_eq!(EARTH.travel(a, b, speed), EARTH.travel(b, a, speed));
			prop_assert_eq!(Metric::Plane.travel(a, b, speed), Metric::Plane.travel(b, a, speed));
		}
	}
}
