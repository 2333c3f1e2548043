// SPDX-License-Identifier: Apache-2.0

//! The territory: provinces and local networks by their GB/T 2260 codes.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// A provincial-level division: the first two digits of its GB/T 2260 code.
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
pub struct ProvinceId(pub u8);

/// A local network (本地网): the four digits of its prefecture's GB/T 2260 code, 1301 for Shijiazhuang.
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
pub struct LocalNetworkId(pub u16);

impl ProvinceId {
	/// Whether GB/T 2260 gives this code to a provincial-level division.
	pub const fn exists(self) -> bool {
		matches!(self.0, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81 | 82)
	}
}

impl LocalNetworkId {
	/// Whether it has four digits and lies in a province that exists.
	pub const fn is_code(self) -> bool {
		self.0 <= 9_999 && self.province().exists()
	}

	/// The province that the local network lies in.
	pub const fn province(self) -> ProvinceId {
		// 65535 / 100 is 655: the low byte is meant, and codes past 9999 are refused where territory is set.
		ProvinceId((self.0 / 100) as u8)
	}
}

/// A position in WGS 84, in millionths of a degree.
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
pub struct Position {
	/// Degrees north, times 10^6: -90_000_000 to 90_000_000.
	pub latitude: i32,
	/// Degrees east, times 10^6: -180_000_000 to 180_000_000.
	pub longitude: i32,
}

impl Position {
	/// Whether the position is on Earth.
	pub const fn is_valid(self) -> bool {
		self.latitude >= -90_000_000
			&& self.latitude <= 90_000_000
			&& self.longitude >= -180_000_000
			&& self.longitude <= 180_000_000
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn provinces_are_those_of_the_standard() {
		assert_eq!((0..=u8::MAX).filter(|code| ProvinceId(*code).exists()).count(), 34);
		assert!([0, 10, 16, 20, 24, 38, 47, 55, 66, 99].iter().all(|code| !ProvinceId(*code).exists()));
		assert!(LocalNetworkId(1301).is_code() && LocalNetworkId(6590).is_code());
		assert!(!LocalNetworkId(1601).is_code() && !LocalNetworkId(13).is_code());
		// The province of what has five digits is nobody's, whatever its low byte says.
		assert!(!LocalNetworkId(26_701).is_code());
	}

	#[test]
	fn province_is_the_first_two_digits() {
		assert_eq!(LocalNetworkId(1301).province(), ProvinceId(13));
		assert_eq!(LocalNetworkId(6590).province(), ProvinceId(65));
	}
}
