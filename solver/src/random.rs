// SPDX-License-Identifier: Apache-2.0

//! Random numbers for the search: splitmix64. Nobody's secret hangs on them.

/// A source of random numbers.
pub(crate) struct Random(u64);

impl Random {
	pub(crate) const fn new(seed: u64) -> Self {
		Self(seed)
	}

	pub(crate) fn next(&mut self) -> u64 {
		self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
		let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
		let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
		z ^ (z >> 31)
	}

	/// A number below `n`, 0 when there is none.
	pub(crate) fn below(&mut self, n: usize) -> usize {
		((u128::from(self.next()) * n as u128) >> 64) as usize
	}

	/// A number above 0 and up to 1.
	pub(crate) fn unit(&mut self) -> f64 {
		((self.next() >> 11) + 1) as f64 / (1u64 << 53) as f64
	}

	/// True once in `n` times.
	pub(crate) fn once_in(&mut self, n: u64) -> bool {
		self.next().is_multiple_of(n)
	}
}
