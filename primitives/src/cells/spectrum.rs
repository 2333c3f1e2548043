// SPDX-License-Identifier: Apache-2.0

//! Frequencies: what a carrier's number stands for, and who may use it. Everything is whole kHz.
//!
//! ```text
//!   NR-ARFCN (TS 38.104, 5.4.2.1)              EARFCN, downlink (TS 36.104, 5.7.3)
//!         0 ..  599999     0 + 5 n             low + 100 (n - first)     low and first of the band with this number
//!    600000 .. 2016666     3000000 + 15 (n - 600000)
//!   2016667 .. 3279165     24250080 + 60 (n - 2016667)
//! ```

use crate::site::Technology;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// A piece of spectrum with both of its edges.
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
	Debug,
)]
pub struct Band {
	/// The lower edge, kHz.
	pub from_khz: u32,
	/// The upper edge, kHz.
	pub to_khz: u32,
}

impl Band {
	/// Whether its edges are in order and apart.
	pub const fn is_valid(&self) -> bool {
		self.from_khz < self.to_khz
	}

	/// Whether two bands have more than an edge in common.
	pub const fn overlaps(&self, other: &Self) -> bool {
		self.from_khz < other.to_khz && other.from_khz < self.to_khz
	}

	/// What a carrier occupies: its number, and its width in MHz. `None` when there is no such carrier.
	///
	/// A channel raster of 30 kHz (120 kHz above 24.25 GHz) has no point in the middle of every band: 3500 to 3600 MHz has
	/// none. So half a step of it is taken off either edge of an NR carrier; its guard band is wider than that.
	pub fn of_carrier(technology: Technology, number: i64, width_mhz: i64) -> Option<Self> {
		let centre = carrier_khz(technology, number)?;
		let slack = match technology {
			Technology::Lte => 0,
			Technology::Nr if centre < FR2_KHZ => 15,
			Technology::Nr => 60,
		};
		let half = u32::try_from(width_mhz).ok()?.checked_mul(500)?.saturating_sub(slack);
		Some(Self { from_khz: centre.checked_sub(half)?, to_khz: centre.checked_add(half)? })
	}

	/// Whether it lies in these bands together: from one into the next where they touch.
	pub fn is_within(&self, bands: &[Self]) -> bool {
		let mut bands = bands.to_vec();
		bands.sort_unstable();
		let mut reached = self.from_khz;
		for band in bands.into_iter().skip_while(|band| band.to_khz < self.from_khz) {
			if band.from_khz > reached {
				return false;
			}
			reached = reached.max(band.to_khz);
			if reached >= self.to_khz {
				return true;
			}
		}
		false
	}
}

/// From here on NR has wider rasters (frequency range 2).
const FR2_KHZ: u32 = 24_250_000;

/// The frequency of a carrier by its number, kHz: NR-ARFCN, either direction, or EARFCN of the downlink. `None` when there
/// is no such carrier.
pub fn carrier_khz(technology: Technology, number: i64) -> Option<u32> {
	let number = u32::try_from(number).ok()?;
	let at =
		|base: u32, step: u32, first: u32| base.checked_add(number.checked_sub(first)?.checked_mul(step)?);
	match technology {
		Technology::Nr => match number {
			0..=599_999 => at(0, 5, 0),
			600_000..=2_016_666 => at(3_000_000, 15, 600_000),
			2_016_667..=3_279_165 => at(24_250_080, 60, 2_016_667),
			_ => None,
		},
		Technology::Lte => {
			let (first, _, low) =
				E_UTRA_BANDS.iter().find(|(first, last, _)| (*first..=*last).contains(&number))?;
			at(*low, 100, *first)
		}
	}
}

/// Downlink numbers of each E-UTRA band, from and to, and the frequency of the first in kHz (TS 36.104, table 5.7.3-1), in
/// the order of the bands.
const E_UTRA_BANDS: &[(u32, u32, u32)] = &[
	(0, 599, 2_110_000),
	(600, 1_199, 1_930_000),
	(1_200, 1_949, 1_805_000),
	(1_950, 2_399, 2_110_000),
	(2_400, 2_649, 869_000),
	(2_650, 2_749, 875_000),
	(2_750, 3_449, 2_620_000),
	(3_450, 3_799, 925_000),
	(3_800, 4_149, 1_844_900),
	(4_150, 4_749, 2_110_000),
	(4_750, 4_949, 1_475_900),
	(5_010, 5_179, 729_000),
	(5_180, 5_279, 746_000),
	(5_280, 5_379, 758_000),
	(5_730, 5_849, 734_000),
	(5_850, 5_999, 860_000),
	(6_000, 6_149, 875_000),
	(6_150, 6_449, 791_000),
	(6_450, 6_599, 1_495_900),
	(6_600, 7_399, 3_510_000),
	(7_500, 7_699, 2_180_000),
	(7_700, 8_039, 1_525_000),
	(8_040, 8_689, 1_930_000),
	(8_690, 9_039, 859_000),
	(9_040, 9_209, 852_000),
	(9_210, 9_659, 758_000),
	(9_660, 9_769, 717_000),
	(9_770, 9_869, 2_350_000),
	(9_870, 9_919, 462_500),
	(9_920, 10_359, 1_452_000),
	(36_000, 36_199, 1_900_000),
	(36_200, 36_349, 2_010_000),
	(36_350, 36_949, 1_850_000),
	(36_950, 37_549, 1_930_000),
	(37_550, 37_749, 1_910_000),
	(37_750, 38_249, 2_570_000),
	(38_250, 38_649, 1_880_000),
	(38_650, 39_649, 2_300_000),
	(39_650, 41_589, 2_496_000),
	(41_590, 43_589, 3_400_000),
	(43_590, 45_589, 3_600_000),
	(45_590, 46_589, 703_000),
	(46_590, 46_789, 1_447_000),
	(46_790, 54_539, 5_150_000),
	(54_540, 55_239, 5_855_000),
	(55_240, 56_739, 3_550_000),
	(56_740, 58_239, 3_550_000),
	(58_240, 59_089, 1_432_000),
	(59_090, 59_139, 1_427_000),
	(59_140, 60_139, 3_300_000),
	(60_140, 60_254, 2_483_500),
	(60_255, 60_304, 1_670_000),
	(65_536, 66_435, 2_110_000),
	(66_436, 67_335, 2_110_000),
	(67_336, 67_535, 738_000),
	(67_536, 67_835, 753_000),
	(67_836, 68_335, 2_570_000),
	(68_336, 68_585, 1_995_000),
	(68_586, 68_935, 617_000),
	(68_936, 68_985, 461_000),
	(68_986, 69_035, 460_000),
	(69_036, 69_465, 1_475_000),
	(69_466, 70_315, 1_432_000),
	(70_316, 70_365, 1_427_000),
	(70_366, 70_545, 728_000),
	(70_546, 70_595, 420_000),
	(70_596, 70_645, 422_000),
	(70_646, 70_655, 757_000),
];

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;
	use Technology::{Lte, Nr};

	const FIRST: Band = Band { from_khz: 3_400_000, to_khz: 3_500_000 };
	const SECOND: Band = Band { from_khz: 3_500_000, to_khz: 3_600_000 };

	fn occupied(number: i64, width: i64) -> Band {
		Band::of_carrier(Nr, number, width).unwrap()
	}

	#[test]
	fn numbers_are_the_frequencies_of_the_standards() {
		// TS 38.104: the raster of 15 kHz has no point at 3400 and 3500 MHz, these are the next to them
		assert_eq!(carrier_khz(Nr, 626_667), Some(3_400_005));
		assert_eq!(carrier_khz(Nr, 633_333), Some(3_499_995));
		assert_eq!(carrier_khz(Nr, 640_000), Some(3_600_000));
		assert_eq!((carrier_khz(Nr, 0), carrier_khz(Nr, 599_999)), (Some(0), Some(2_999_995)));
		assert_eq!(
			(carrier_khz(Nr, 600_000), carrier_khz(Nr, 2_016_666)),
			(Some(3_000_000), Some(24_249_990))
		);
		assert_eq!(
			(carrier_khz(Nr, 2_016_667), carrier_khz(Nr, 3_279_165)),
			(Some(24_250_080), Some(99_999_960))
		);
		assert_eq!((carrier_khz(Nr, 3_279_166), carrier_khz(Nr, -1)), (None, None));
		// TS 36.104: bands 1, 3, 5, 8, 41 and the gap behind band 11
		for (number, khz) in
			[(100, 2_120_000), (1_850, 1_870_000), (2_452, 874_200), (3_682, 948_200), (40_936, 2_624_600)]
		{
			assert_eq!(carrier_khz(Lte, number), Some(khz), "{number}");
		}
		assert_eq!((carrier_khz(Lte, 4_950), carrier_khz(Lte, 262_143)), (None, None));
	}

	#[test]
	fn table_of_bands_has_each_number_once() {
		assert!(E_UTRA_BANDS.iter().all(|(first, last, _)| first < last));
		assert!(E_UTRA_BANDS.is_sorted_by(|a, b| a.1 < b.0));
	}

	#[test]
	fn widest_carrier_fits_into_its_holding() {
		assert!(occupied(630_000, 100).is_within(&[FIRST]));
		// 3549.99 and 3550.005 MHz
		assert!(occupied(636_666, 100).is_within(&[SECOND]) && occupied(636_667, 100).is_within(&[SECOND]));
		assert!(!occupied(636_664, 100).is_within(&[SECOND]) && !occupied(636_668, 100).is_within(&[SECOND]));
	}

	#[test]
	fn carrier_without_a_width_is_where_its_number_is() {
		assert!(occupied(626_667, 0).is_within(&[FIRST]) && !occupied(626_666, 0).is_within(&[FIRST]));
		assert!(occupied(633_333, 0).is_within(&[FIRST]) && !occupied(633_334, 0).is_within(&[FIRST]));
		assert!(occupied(640_000, 0).is_within(&[SECOND]) && !occupied(640_001, 0).is_within(&[SECOND]));
	}

	#[test]
	fn carrier_may_lie_across_bands_that_touch() {
		let across = occupied(633_334, 100);
		assert!(across.is_within(&[SECOND, FIRST]) && !across.is_within(&[FIRST]) && !across.is_within(&[]));
		let apart = Band { from_khz: SECOND.from_khz + 1, ..SECOND };
		assert!(!across.is_within(&[FIRST, apart]));
	}

	#[test]
	fn widths_that_are_none_are_no_carrier() {
		assert_eq!(Band::of_carrier(Nr, 630_000, -1), None);
		assert_eq!(Band::of_carrier(Nr, 630_000, i64::MAX), None);
		assert_eq!(Band::of_carrier(Nr, 100, 100), None);
	}

	proptest! {
		#[test]
		fn any_band_is_within_what_covers_each_of_its_points(
			bands in proptest::collection::vec((0u32..40, 1u32..12), 0..6), from in 0u32..40, width in 0u32..20,
		) {
			let bands: Vec<_> =
				bands.into_iter().map(|(from_khz, width)| Band { from_khz, to_khz: from_khz + width }).collect();
			let band = Band { from_khz: from, to_khz: from + width };
			// Doubled, so that there is a point between two whole ones.
			let covered = (2 * from..=2 * (from + width))
				.all(|at| bands.iter().any(|band| (2 * band.from_khz..=2 * band.to_khz).contains(&at)));
			prop_assert_eq!(band.is_within(&bands), covered);
		}
	}
}
