// SPDX-License-Identifier: Apache-2.0

//! How bytes stand in JSON: codes and names as text, everything else as `0x` and hex digits. For use with
//! `#[serde(with = ...)]`. SCALE, which is what is stored and signed, knows nothing of it.

use alloc::{string::String, vec::Vec};
use core::fmt::{self, Display, Formatter};
use serde::{
	de::{Error, Visitor},
	Deserializer, Serializer,
};

/// Bytes that are text: codes and names.
pub mod text {
	use super::*;
	use sp_runtime::{traits::Get, BoundedVec};

	/// Writes the text. What is not UTF-8 in it is shown as U+FFFD.
	pub fn serialize<S: Serializer, N>(bytes: &BoundedVec<u8, N>, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.collect_str(&String::from_utf8_lossy(bytes))
	}

	/// Reads a text. Fails when it is longer than its type allows.
	pub fn deserialize<'de, D: Deserializer<'de>, N: Get<u32>>(
		deserializer: D,
	) -> Result<BoundedVec<u8, N>, D::Error> {
		let bytes = deserializer.deserialize_str(Text)?.into_bytes();
		BoundedVec::try_from(bytes).map_err(|_| D::Error::custom("text is too long"))
	}
}

/// Any bytes.
pub mod hex {
	use super::*;

	/// Writes `0x` and two digits a byte.
	pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
		serializer.collect_str(&Digits(bytes))
	}

	/// Reads what [`serialize`] writes.
	pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
		let text = deserializer.deserialize_str(Text)?;
		bytes_of(&text).ok_or_else(|| D::Error::custom("expected 0x and an even number of hex digits"))
	}
}

struct Digits<'a>(&'a [u8]);

impl Display for Digits<'_> {
	fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
		f.write_str("0x")?;
		self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
	}
}

fn bytes_of(text: &str) -> Option<Vec<u8>> {
	let digits = text.strip_prefix("0x")?.as_bytes();
	let byte = |pair: &[u8]| match pair {
		[high, low] => {
			let digit = |of: u8| char::from(of).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
			Some(digit(*high)?.checked_mul(16)?.checked_add(digit(*low)?)?)
		}
		_ => None,
	};
	digits.chunks(2).map(byte).collect()
}

struct Text;

impl Visitor<'_> for Text {
	type Value = String;

	fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
		f.write_str("a text")
	}

	fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
		Ok(text.into())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn hex_is_read_back() {
		for bytes in [&[][..], &[0, 0xff, 0x0a]] {
			assert_eq!(bytes_of(&alloc::format!("{}", Digits(bytes))).as_deref(), Some(bytes));
		}
		assert_eq!(alloc::format!("{}", Digits(&[0, 0xff, 0x0a])), "0x00ff0a");
	}

	#[test]
	fn hex_fails_when_it_is_none() {
		for text in ["", "00", "0x0", "0xzz", "0x+1"] {
			assert_eq!(bytes_of(text), None, "{text}");
		}
	}
}
