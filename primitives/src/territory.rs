//! The territory: provinces and local networks by their GB/T 2260 codes.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// A provincial-level division: the first two digits of its GB/T 2260 code (11 to 65).
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

impl LocalNetworkId {
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
	fn province_is_the_first_two_digits() {
		assert_eq!(LocalNetworkId(1301).province(), ProvinceId(13));
		assert_eq!(LocalNetworkId(6590).province(), ProvinceId(65));
	}
}
