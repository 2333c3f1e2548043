// SPDX-License-Identifier: Apache-2.0

//! Times until final, and what of them is said.

use std::time::Duration;

/// Times from handing in until seen in a finalised block.
#[derive(Default)]
pub(super) struct Latencies(Vec<Duration>);

impl Latencies {
	/// Takes one.
	pub(super) fn add(&mut self, time: Duration) {
		self.0.push(time);
	}

	/// How many.
	pub(super) fn len(&self) -> usize {
		self.0.len()
	}

	/// The time within which `share` of a hundred were final, seconds: the nearest rank.
	pub(super) fn percentile(&mut self, share: f64) -> f64 {
		self.0.sort_unstable();
		let rank = (share / 100.0 * self.0.len() as f64).ceil() as usize;
		self.0.get(rank.clamp(1, self.0.len().max(1)) - 1).map_or(0.0, Duration::as_secs_f64)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn percentile_is_the_nearest_rank() {
		let mut latencies = Latencies::default();
		assert_eq!(latencies.percentile(50.0), 0.0);
		for second in (1..=100).rev() {
			latencies.add(Duration::from_secs(second));
		}
		assert_eq!(latencies.len(), 100);
		assert_eq!([1.0, 50.0, 99.0, 100.0].map(|p| latencies.percentile(p)), [1.0, 50.0, 99.0, 100.0]);
	}
}
