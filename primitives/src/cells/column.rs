// SPDX-License-Identifier: Apache-2.0

//! A column: one parameter's values over all cells of a page, in as few bits as their range needs.
//!
//! ```text
//!   value = base + code            every cell has a value
//!   value = base + code - 1        code 0: this cell has none
//! ```
//!
//! Codes of `width` bits stand one after the other, the lowest bit first. Where all cells have the same value the width
//! is 0 and nothing stands there: most parameters of a network are alike in most of its cells.

use alloc::vec::Vec;
use codec::{Compact, Decode, Encode, Output};

/// One parameter's values over so many cells, read where they stand. Equal values are equal columns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Column<'a> {
	pub(super) head: Head,
	/// The codes, eight bits a byte, the last byte filled with zeros.
	pub(super) bits: &'a [u8],
}

/// What the codes of a column stand for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Head {
	/// The least value; 0 where no cell has any.
	base: i64,
	/// Bits a code, 0 to 64.
	width: u8,
	/// Whether code 0 stands for no value.
	sparse: bool,
}

impl Head {
	fn value(self, code: u64) -> Option<i64> {
		// Without a single value there is one code, and it says so.
		self.base.checked_add_unsigned(if self.sparse { code.checked_sub(1)? } else { code })
	}

	fn code(self, value: Option<i64>) -> Option<u64> {
		match value {
			Some(value) => {
				u64::try_from(value.checked_sub(self.base)?).ok()?.checked_add(u64::from(self.sparse))
			}
			None => Some(0),
		}
	}

	/// What values from the least to the greatest have, and whether some cell has none.
	fn of(range: Option<(i64, i64)>, sparse: bool) -> Option<Self> {
		let Some((least, most)) = range else { return Some(Self { base: 0, width: 0, sparse }) };
		let largest = u64::try_from(most.checked_sub(least)?).ok()?.checked_add(u64::from(sparse))?;
		Some(Self { base: least, width: bits_of(largest), sparse })
	}
}

/// Packs values behind what `bits` holds, and says what the codes stand for. `None` when their range is wider than 63 bits.
pub(super) fn pack(values: &[Option<i64>], bits: &mut Vec<u8>) -> Option<Head> {
	let mut range = None;
	let mut sparse = false;
	for value in values {
		match *value {
			Some(value) => {
				let (least, most) = range.unwrap_or((value, value));
				range = Some((value.min(least), value.max(most)));
			}
			None => sparse = true,
		}
	}
	let head = Head::of(range, sparse)?;
	if head.width > 0 {
		let first = bits.len();
		let end = first.checked_add(bytes_for(values.len(), head.width)?)?;
		bits.resize(end.saturating_add(SPARE), 0);
		let codes = bits.get_mut(first..).unwrap_or_default();
		for (n, value) in values.iter().enumerate() {
			put(codes, n, head.width, head.code(*value)?);
		}
		bits.truncate(end);
	}
	Some(head)
}

/// Writes a code where zeros stand, with [`SPARE`] bytes behind its first.
fn put(bits: &mut [u8], n: usize, width: u8, code: u64) {
	let (at, shift) = place_of(n, width);
	let rest = bits.get_mut(at..).unwrap_or_default();
	if let Some((low, rest)) = rest.split_first_chunk_mut::<8>() {
		*low = (u64::from_le_bytes(*low) | code << shift).to_le_bytes();
		if let (Some(high), [spilt, ..]) = (rest.first_mut(), above(code, shift)) {
			*high |= spilt;
		}
	}
}

impl<'a> Column<'a> {
	/// Takes the next column, of so many cells, off the input. One that is not packed as [`pack`] packs is refused: a table
	/// has one encoding.
	pub(super) fn read(input: &mut &'a [u8], cells: usize) -> Result<Self, codec::Error> {
		let column = Self::read_trusted(input, cells)?;
		if column.is_packed(cells) {
			Ok(column)
		} else {
			Err("a column that is not packed as it should be".into())
		}
	}

	/// As [`Column::read`]. How it is packed is not looked at.
	pub(super) fn read_trusted(input: &mut &'a [u8], cells: usize) -> Result<Self, codec::Error> {
		let Compact(zigzag) = Compact::<u64>::decode(input)?;
		let base = unzigzag(zigzag);
		let head = u8::decode(input)?;
		let (width, sparse) = (head >> 1, head & 1 == 1);
		if width > 64 {
			return Err("a column wider than its values".into());
		}
		let bytes = bytes_for(cells, width).ok_or("a column too long")?;
		let (bits, rest) = input.split_at_checked(bytes).ok_or("a column too short")?;
		*input = rest;
		Ok(Self { head: Head { base, width, sparse }, bits })
	}

	pub(super) fn write<O: Output + ?Sized>(&self, output: &mut O) {
		Compact(zigzag(self.head.base)).encode_to(output);
		(self.head.width << 1 | u8::from(self.head.sparse)).encode_to(output);
		output.write(self.bits);
	}

	/// Whether no cell of a page has a value. One of no cells at all is not empty: it is full.
	pub(super) fn is_empty(&self) -> bool {
		self.head.sparse && self.head.width == 0
	}

	/// Whether every cell has a value.
	pub(super) fn is_full(&self) -> bool {
		!self.head.sparse
	}

	/// The value of the `n`-th cell.
	pub fn get(&self, n: usize) -> Option<i64> {
		self.head.value(self.take(n))
	}

	fn take(&self, n: usize) -> u64 {
		let width = self.head.width;
		if width == 0 {
			return 0;
		}
		let (at, shift) = place_of(n, width);
		let bytes = self.bits.get(at..).unwrap_or_default();
		let low = match bytes.first_chunk::<8>() {
			Some(low) => *low,
			None => {
				let mut low = [0u8; 8];
				for (to, from) in low.iter_mut().zip(bytes) {
					*to = *from;
				}
				low
			}
		};
		let mut code = u64::from_le_bytes(low) >> shift;
		if shift.saturating_add(width.into()) > 64 {
			// A code from any bit of a byte on has a part in a ninth one.
			let high = u64::from(bytes.get(8).copied().unwrap_or(0));
			code |= high << 64u32.saturating_sub(shift);
		}
		code & u64::MAX.checked_shr(64u32.saturating_sub(width.into())).unwrap_or(0)
	}

	/// Whether these are the bytes in which [`pack`] writes its values.
	fn is_packed(&self, cells: usize) -> bool {
		let (mut least, mut most) = (u64::MAX, 0u64);
		let mut is_absent = false;
		let is_alike = self.head.width == 0;
		for n in 0..if is_alike { cells.min(1) } else { cells } {
			match self.take(n) {
				0 if self.head.sparse => is_absent = true,
				code => {
					least = least.min(code);
					most = most.max(code);
				}
			}
		}
		let range = (least <= most).then_some((least, most));
		let values = match range.map(|(least, most)| (self.head.value(least), self.head.value(most))) {
			Some((Some(least), Some(most))) => Some((least, most)),
			Some(_) => return false,
			None => None,
		};
		let used = cells.saturating_mul(self.head.width.into()) % 8;
		let is_filled = used == 0 || self.bits.last().is_none_or(|last| last >> used == 0);
		is_filled && Head::of(values, is_absent) == Some(self.head)
	}
}

/// Bytes that stand behind the first byte of a code while it is written.
const SPARE: usize = 8;

/// The byte in which the `n`-th code of so many bits begins, and the bit of it.
fn place_of(n: usize, width: u8) -> (usize, u32) {
	let first = n.saturating_mul(width.into());
	(first / 8, u32::try_from(first % 8).unwrap_or(0))
}

/// What of a code does not fit into 64 bits from this one on.
fn above(code: u64, shift: u32) -> [u8; 8] {
	code.checked_shr(64u32.saturating_sub(shift)).unwrap_or(0).to_le_bytes()
}

/// Bits that a number needs.
fn bits_of(largest: u64) -> u8 {
	u8::try_from(64u32.saturating_sub(largest.leading_zeros())).unwrap_or(64)
}

fn bytes_for(cells: usize, width: u8) -> Option<usize> {
	Some(cells.checked_mul(usize::from(width))?.div_ceil(8))
}

/// Small numbers of either sign as small ones without.
fn zigzag(value: i64) -> u64 {
	u64::from_le_bytes((value << 1 ^ value >> 63).to_le_bytes())
}

fn unzigzag(value: u64) -> i64 {
	let half = i64::from_le_bytes((value >> 1).to_le_bytes());
	if value & 1 == 1 {
		!half
	} else {
		half
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::{option, prelude::*};

	fn packed(values: &[Option<i64>]) -> Option<(Head, Vec<u8>)> {
		let mut bits = vec![0xff; 3];
		let head = pack(values, &mut bits)?;
		assert!(bits.starts_with(&[0xff; 3]));
		Some((head, bits.split_off(3)))
	}

	fn read(bytes: &[u8], cells: usize) -> Result<Column<'_>, codec::Error> {
		let input = &mut &bytes[..];
		let column = Column::read(input, cells)?;
		assert!(input.is_empty());
		Ok(column)
	}

	#[test]
	fn what_is_alike_everywhere_takes_no_bits() {
		let (head, bits) = packed(&[Some(20); 192]).unwrap();
		assert_eq!(bits.len(), 0);
		assert_eq!(Column { head, bits: &bits }.get(191), Some(20));
		let (head, bits) = packed(&[None; 5]).unwrap();
		assert_eq!((bits.len(), Column { head, bits: &bits }.get(3)), (0, None));
	}

	#[test]
	fn one_cell_without_a_value_costs_a_code() {
		let mut values = vec![Some(7); 10];
		values[4] = None;
		let (head, bits) = packed(&values).unwrap();
		let column = Column { head, bits: &bits };
		assert_eq!(bits.len(), 2);
		assert_eq!((0..10).map(|n| column.get(n)).collect::<Vec<_>>(), values);
	}

	#[test]
	fn range_of_more_than_63_bits_is_refused() {
		assert_eq!(packed(&[Some(i64::MIN), Some(i64::MAX)]), None);
		assert!(packed(&[Some(i64::MAX), Some(i64::MAX)]).is_some());
	}

	#[test]
	fn column_in_more_bits_than_it_needs_is_refused() {
		let (head, _) = packed(&[Some(1), Some(3)]).unwrap();
		let wide = Column { head: Head { width: 8, ..head }, bits: &[0, 2] };
		let mut bytes = Vec::new();
		wide.write(&mut bytes);
		assert!(read(&bytes, 2).is_err());
	}

	proptest! {
		#[test]
		fn column_gives_what_was_packed_and_reads_what_it_writes(
			values in proptest::collection::vec(
				option::weighted(0.9, prop_oneof![
					4 => 0i64..8, 2 => -1_800i64..1_800, 1 => 0i64..1 << 36, 1 => -(1i64 << 62)..1 << 62,
				]), 0..200,
			),
		) {
			let (head, bits) = packed(&values).unwrap();
			let column = Column { head, bits: &bits };
			for (n, value) in values.iter().enumerate() {
				prop_assert_eq!(column.get(n), *value);
			}
			let mut bytes = Vec::new();
			column.write(&mut bytes);
			prop_assert_eq!(read(&bytes, values.len()).unwrap(), column);
		}

		#[test]
		fn column_is_refused_unless_packing_its_values_gives_it(
			base in prop_oneof![Just(0i64), -3i64..3, Just(i64::MAX)], width in 0u8..4, sparse: bool, bits: [u8; 4],
			cells in 0usize..11,
		) {
			let bits = bits[..bytes_for(cells, width).unwrap().min(4)].to_vec();
			let head = Head { base, width, sparse };
			let column = Column { head, bits: &bits };
			let mut bytes = Vec::new();
			column.write(&mut bytes);
			let values: Vec<_> = (0..cells).map(|n| column.get(n)).collect();
			let is_packed = packed(&values) == Some((head, bits.clone()));
			prop_assert_eq!(Column::read(&mut &bytes[..], cells).is_ok(), is_packed, "{:?}", column);
		}

		#[test]
		fn any_bytes_are_a_column_of_one_encoding_or_refused(bytes: Vec<u8>, cells in 0usize..64) {
			let input = &mut &bytes[..];
			if let Ok(column) = Column::read(input, cells) {
				let taken = bytes.len() - input.len();
				let mut again = Vec::new();
				column.write(&mut again);
				prop_assert_eq!(&again[..], &bytes[..taken]);
			}
		}

		#[test]
		fn zigzag_is_undone(value: i64) {
			prop_assert_eq!(unzigzag(zigzag(value)), value);
		}
	}
}
