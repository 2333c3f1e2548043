// SPDX-License-Identifier: Apache-2.0

//! Measurements. They print tables; nothing here passes or fails by a time.
//!
//! Each measurement has a fresh network of four validators on loopback; the load is made in this process, so it shares the
//! machine's cores with them, and its CPU seconds are shown apart from the nodes'.

mod accounts;
mod agenda;
mod bids;
mod chart;
mod dispatch;
mod energy;
mod import;
mod latency;
mod ledger;
mod load;
mod rounds;
mod sweep;
mod table;
mod transactions;

pub use dispatch::{dispatch, DispatchOptions};
pub use energy::{energy, EnergyOptions};
pub use import::{import, ImportOptions};
pub use rounds::{rounds, RoundsOptions};
pub use sweep::{sweep, SweepOptions};
pub use transactions::{transactions, TransactionOptions};

use anyhow::{bail, Result};

/// A number as people write sizes: `10k`, `1.5m`, `2000`.
///
/// # Errors
///
/// It is not a number, or not a whole one.
pub fn parse_size(text: &str) -> Result<u32> {
	let text = text.trim().to_ascii_lowercase();
	let (digits, factor) = match text.strip_suffix('k') {
		Some(digits) => (digits, 1e3),
		None => text.strip_suffix('m').map_or((text.as_str(), 1.0), |digits| (digits, 1e6)),
	};
	match digits.parse::<f64>().map(|number| number * factor) {
		Ok(size) if size.fract() == 0.0 && (0.0..=4e9).contains(&size) => Ok(size as u32),
		_ => bail!("'{text}' is not a size such as 10k, 1.5m or 2000"),
	}
}

/// Reads a share in per cent.
///
/// # Errors
///
/// It is not a number from 0 to 100.
pub fn parse_percent(text: &str) -> Result<f64> {
	match text.trim().parse() {
		Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(percent),
		_ => bail!("'{text}' is not a share in per cent, from 0 to 100"),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn shares_are_from_0_to_100() {
		assert_eq!(["0", " 0.1", "100"].map(|text| parse_percent(text).unwrap()), [0.0, 0.1, 100.0]);
		assert!(["-1", "101", "NaN", "1 %"].iter().all(|text| parse_percent(text).is_err()));
	}

	#[test]
	fn sizes_are_read_as_people_write_them() {
		assert_eq!(parse_size("10k").unwrap(), 10_000);
		assert_eq!(parse_size("1.5M").unwrap(), 1_500_000);
		assert_eq!(parse_size(" 2000 ").unwrap(), 2_000);
		assert!(parse_size("ten").is_err() && parse_size("0.5").is_err() && parse_size("-1").is_err());
	}
}
