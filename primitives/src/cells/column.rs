//! A column: one parameter's values over all cells of a page, in as few bits as their range needs.
//!
//! ```text
//!   value = base + code            every cell has a value
//!   value = base + code - 1        code 0: this cell has none
//! ```
//!
//! Codes of `width` bits stand one after the other, the lowest bit first. Where all cells have the same value the width
//! is 0 and nothing stands there: most parameters of a network are alike in most of its cells.

use alloc::{vec, vec::Vec};
use codec::{Compact, Decode, Encode, Input, Output};

/// One parameter's values over so many cells. Equal values are equal columns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
	/// The least value; 0 where no cell has any.
	base: i64,
	/// Bits a code, 0 to 64.
	width: u8,
	/// Whether code 0 stands for no value.
	sparse: bool,
	/// The codes, eight bits a byte, the last byte filled with zeros.
	bits: Vec<u8>,
}

impl Column {
	/// Packs values. `None` when their range is wider than 63 bits.
	pub fn pack<I>(values: I) -> Option<Self>
	where
		I: IntoIterator<Item = Option<i64>>,
		I::IntoIter: ExactSizeIterator + Clone,
	{
		let values = values.into_iter();
		let present = || values.clone().flatten();
		let base = present().min().unwrap_or(0);
		let sparse = values.clone().any(|value| value.is_none());
		let range = present().max().unwrap_or(base).checked_sub(base)?;
		let largest =
			u64::try_from(range).ok()?.checked_add(u64::from(sparse && present().next().is_some()))?;
		let width = bits_of(largest);
		let mut column =
			Self { base, width, sparse, bits: vec![0; bytes_for(values.len(), width).unwrap_or(0)] };
		if width > 0 {
			for (n, value) in values.enumerate() {
				column.put(n, column.code(value)?);
			}
		}
		Some(column)
	}

	/// The value of the `n`-th cell.
	pub fn get(&self, n: usize) -> Option<i64> {
		let code = self.take(n);
		if !self.sparse {
			return self.base.checked_add_unsigned(code);
		}
		// Without a single value there is one code, and it says so.
		self.base.checked_add_unsigned(code.checked_sub(1)?)
	}

	fn code(&self, value: Option<i64>) -> Option<u64> {
		match value {
			Some(value) => {
				u64::try_from(value.checked_sub(self.base)?).ok()?.checked_add(u64::from(self.sparse))
			}
			None => Some(0),
		}
	}

	fn put(&mut self, n: usize, code: u64) {
		let first = n.saturating_mul(usize::from(self.width));
		for bit in 0..u32::from(self.width) {
			let at = first.saturating_add(usize::try_from(bit).unwrap_or(0));
			if code >> bit & 1 == 1 {
				if let Some(byte) = self.bits.get_mut(at / 8) {
					*byte |= 1 << (at % 8);
				}
			}
		}
	}

	fn take(&self, n: usize) -> u64 {
		let first = n.saturating_mul(usize::from(self.width));
		// Up to 64 bits from any bit of a byte on: nine bytes.
		let mut window = [0u8; 16];
		let bytes = self.bits.get(first / 8..).unwrap_or_default();
		for (to, from) in window.iter_mut().zip(bytes.iter().take(9)) {
			*to = *from;
		}
		let shifted = u128::from_le_bytes(window) >> (first % 8);
		let mask = (1u128 << self.width).saturating_sub(1);
		u64::try_from(shifted & mask).unwrap_or(0)
	}

	/// Reads a column of so many cells. One that is not packed as [`Column::pack`] packs is refused: a table has one
	/// encoding.
	pub(super) fn read<I: Input>(input: &mut I, cells: usize) -> Result<Self, codec::Error> {
		let Compact(zigzag) = Compact::<u64>::decode(input)?;
		let base = unzigzag(zigzag);
		let head = u8::decode(input)?;
		let (width, sparse) = (head >> 1, head & 1 == 1);
		if width > 64 {
			return Err("a column wider than its values".into());
		}
		let mut bits = vec![0u8; bytes_for(cells, width).ok_or("a column too long")?];
		input.read(&mut bits)?;
		let column = Self { base, width, sparse, bits };
		let again = Self::pack(Cells { column: &column, next: 0, cells });
		if again.as_ref() == Some(&column) {
			Ok(column)
		} else {
			Err("a column that is not packed as it should be".into())
		}
	}

	pub(super) fn write<O: Output + ?Sized>(&self, output: &mut O) {
		Compact(zigzag(self.base)).encode_to(output);
		(self.width << 1 | u8::from(self.sparse)).encode_to(output);
		output.write(&self.bits);
	}
}

/// The cells of a column, from the first on.
#[derive(Clone)]
struct Cells<'a> {
	column: &'a Column,
	next: usize,
	cells: usize,
}

impl Iterator for Cells<'_> {
	type Item = Option<i64>;

	fn next(&mut self) -> Option<Self::Item> {
		if self.next >= self.cells {
			return None;
		}
		let value = self.column.get(self.next);
		self.next = self.next.saturating_add(1);
		Some(value)
	}

	fn size_hint(&self) -> (usize, Option<usize>) {
		let left = self.cells.saturating_sub(self.next);
		(left, Some(left))
	}
}

impl ExactSizeIterator for Cells<'_> {}

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

	fn read(bytes: &[u8], cells: usize) -> Result<Column, codec::Error> {
		let input = &mut &bytes[..];
		let column = Column::read(input, cells)?;
		assert!(input.is_empty());
		Ok(column)
	}

	#[test]
	fn what_is_alike_everywhere_takes_no_bits() {
		let alike = Column::pack([Some(20); 192]).unwrap();
		assert_eq!(alike.bits.len(), 0);
		assert_eq!(alike.get(191), Some(20));
		let none = Column::pack([None; 5]).unwrap();
		assert_eq!((none.bits.len(), none.get(3)), (0, None));
	}

	#[test]
	fn one_cell_without_a_value_costs_a_code() {
		let mut values = vec![Some(7); 10];
		values[4] = None;
		let column = Column::pack(values.iter().copied()).unwrap();
		assert_eq!(column.bits.len(), 2);
		assert_eq!((0..10).map(|n| column.get(n)).collect::<Vec<_>>(), values);
	}

	#[test]
	fn range_of_more_than_63_bits_is_refused() {
		assert_eq!(Column::pack([Some(i64::MIN), Some(i64::MAX)]), None);
		assert!(Column::pack([Some(i64::MAX), Some(i64::MAX)]).is_some());
	}

	#[test]
	fn column_in_more_bits_than_it_needs_is_refused() {
		let mut wide = Column::pack([Some(1), Some(3)]).unwrap();
		wide.width = 8;
		wide.bits = vec![0, 2];
		let mut bytes = Vec::new();
		wide.write(&mut bytes);
		assert!(read(&bytes, 2).is_err());
	}

	proptest! {
		#[test]
		fn column_gives_what_was_packed_and_reads_what_it_writes(
			values in proptest::collection::vec(
				option::weighted(0.9, prop_oneof![0i64..8, -1_800i64..1_800, 0i64..1 << 36]), 0..200,
			),
		) {
			let column = Column::pack(values.iter().copied()).unwrap();
			for (n, value) in values.iter().enumerate() {
				prop_assert_eq!(column.get(n), *value);
			}
			let mut bytes = Vec::new();
			column.write(&mut bytes);
			prop_assert_eq!(read(&bytes, values.len()).unwrap(), column);
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
