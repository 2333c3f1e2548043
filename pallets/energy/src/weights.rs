// SPDX-License-Identifier: Apache-2.0

//! What calls and hooks weigh. A runtime measures them with its own database and settings.

use frame_support::weights::Weight;

/// What calls and hooks weigh.
pub trait WeightInfo {
	/// `set_sharing`, `set_tariff`, `set_emission_factor`, `set_settings`: the dearest of them.
	fn set_governed() -> Weight;
	/// `report` of `r` reports, each of another day that has as many as it may, with `n` readings together, none of which
	/// is like the one before.
	fn report(r: u32, n: u32) -> Weight;
	/// `attest` of `a` reports.
	fn attest(a: u32) -> Weight;
	/// `contest` of a report of `n` readings.
	fn contest(n: u32) -> Weight;
	/// `withdraw_contest`, `concede_contest`, `rule`, `end_contest`: the dearest of them.
	fn settle() -> Weight;
	/// `sign_lines` of `l` lines.
	fn sign_lines(l: u32) -> Weight;
	/// `dispute_line`.
	fn dispute_line() -> Weight;
	/// The hook that removes `n` entries.
	fn forget(n: u32) -> Weight;
}

/// Nothing weighs anything: for tests.
impl WeightInfo for () {
	fn set_governed() -> Weight {
		Weight::zero()
	}

	fn report(_r: u32, _n: u32) -> Weight {
		Weight::zero()
	}

	fn attest(_a: u32) -> Weight {
		Weight::zero()
	}

	fn contest(_n: u32) -> Weight {
		Weight::zero()
	}

	fn settle() -> Weight {
		Weight::zero()
	}

	fn sign_lines(_l: u32) -> Weight {
		Weight::zero()
	}

	fn dispute_line() -> Weight {
		Weight::zero()
	}

	fn forget(_n: u32) -> Weight {
		Weight::zero()
	}
}
