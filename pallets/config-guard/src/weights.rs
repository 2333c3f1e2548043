// SPDX-License-Identifier: Apache-2.0

//! What each call weighs.
//!
//! A runtime measures them with its own database and settings.

use frame_support::weights::Weight;

/// What each call weighs.
pub trait WeightInfo {
	/// `set_parameter`.
	fn set_parameter() -> Weight;
	/// `import` of a table of `b` bytes into a full page.
	fn import(b: u32) -> Weight;
	/// `sign` of `p` full pages.
	fn sign(p: u32) -> Weight;
	/// `anchor_export` when as many stand there as may.
	fn anchor_export() -> Weight;
	/// `open_sweep`.
	fn open_sweep() -> Weight;
	/// The hook that salts `s` sweeps.
	fn salt(s: u32) -> Weight;
	/// The hook that works off `d` items of the agenda.
	fn due(d: u32) -> Weight;
	/// `demand_openings` of `c` cells, of each in a local network and a full page of its own.
	fn demand_openings(c: u32) -> Weight;
	/// `open_cells` of `o` rows of the greatest length, each in a full page of its own.
	fn open_cells(o: u32) -> Weight;
	/// The hook that draws of `e` exports.
	fn draw(e: u32) -> Weight;
	/// The hook that looks at a local network with as many pages as it may have.
	fn scan() -> Weight;
	/// The hook that removes `n` entries of scores.
	fn forget_scores(n: u32) -> Weight;
	/// `attest_networks` of `n` local networks of national size.
	fn attest_networks(n: u32) -> Weight;
	/// `attest_pages` of `p` pages, of which `d` differ.
	fn attest_pages(p: u32, d: u32) -> Weight;
	/// `attest_cells` of `p` pages with `c` cells, where all cells of `d` pages differ.
	fn attest_cells(p: u32, c: u32, d: u32) -> Weight;
	/// `attest_values` of `c` cells in `p` full pages, all values of which differ.
	fn attest_values(p: u32, c: u32) -> Weight;
}

/// For mocks only: every unit counts as one, so that a test can see what a call is charged for.
#[cfg(test)]
impl WeightInfo for () {
	fn set_parameter() -> Weight {
		Weight::from_parts(1, 0)
	}
	fn import(b: u32) -> Weight {
		Weight::from_parts(b.into(), 0)
	}
	fn sign(p: u32) -> Weight {
		Weight::from_parts(p.into(), 0)
	}
	fn anchor_export() -> Weight {
		Weight::from_parts(1, 0)
	}
	fn open_sweep() -> Weight {
		Weight::from_parts(1, 0)
	}
	fn salt(s: u32) -> Weight {
		Weight::from_parts(s.into(), 0)
	}
	fn due(d: u32) -> Weight {
		Weight::from_parts(d.into(), 0)
	}
	fn demand_openings(c: u32) -> Weight {
		Weight::from_parts(c.into(), 0)
	}
	fn open_cells(o: u32) -> Weight {
		Weight::from_parts(o.into(), 0)
	}
	fn draw(e: u32) -> Weight {
		Weight::from_parts(e.into(), 0)
	}
	fn forget_scores(n: u32) -> Weight {
		Weight::from_parts(n.into(), 0)
	}
	fn scan() -> Weight {
		Weight::from_parts(1, 0)
	}
	fn attest_networks(n: u32) -> Weight {
		Weight::from_parts(n.into(), 0)
	}
	fn attest_pages(p: u32, d: u32) -> Weight {
		Weight::from_parts(p.saturating_add(d.saturating_mul(1_000)).into(), 0)
	}
	fn attest_cells(p: u32, c: u32, d: u32) -> Weight {
		Weight::from_parts(p.saturating_add(c).saturating_add(d.saturating_mul(1_000_000)).into(), 0)
	}
	fn attest_values(p: u32, c: u32) -> Weight {
		Weight::from_parts(p.saturating_add(c).into(), 0)
	}
}
