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
	/// `set_rule`, `set_freeze`, `set_holdings`: the dearest of them.
	fn set_policy() -> Weight;
	/// `request` of `i` items that are carried out at once, in a full page whose cells have as many neighbours as may be.
	fn request(i: u32) -> Weight;
	/// `draft`.
	fn draft() -> Weight;
	/// `add` of `i` items to a request of as many pages as may be, in a full page as for `request`.
	fn add(i: u32) -> Weight;
	/// `submit` of a request of as many pages as may be, or of one that is carried out at once.
	fn submit() -> Weight;
	/// `withdraw`, which forgets an earlier request.
	fn withdraw() -> Weight;
	/// `consent` to a request of as many pages as may be, or the last one to an emergency.
	fn consent() -> Weight;
	/// `object`.
	fn object() -> Weight;
	/// `execute` of a full part in a full page as for `request`.
	fn execute() -> Weight;
	/// `attest_change`.
	fn attest_change() -> Weight;
	/// `roll_back` of a full part in a full page.
	fn roll_back() -> Weight;
	/// `rule` by which a full part is rolled back.
	fn rule() -> Weight;
	/// `notify` of `n` notices in a page that keeps as many as may be.
	fn notify(n: u32) -> Weight;
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
	fn set_policy() -> Weight {
		Weight::from_parts(1, 0)
	}
	fn request(i: u32) -> Weight {
		Weight::from_parts(i.into(), 0)
	}
	fn draft() -> Weight {
		Weight::from_parts(1, 0)
	}
	fn add(i: u32) -> Weight {
		Weight::from_parts(i.into(), 0)
	}
	fn submit() -> Weight {
		Weight::from_parts(1, 0)
	}
	fn withdraw() -> Weight {
		Weight::from_parts(1, 0)
	}
	fn consent() -> Weight {
		Weight::from_parts(1, 0)
	}
	fn object() -> Weight {
		Weight::from_parts(1, 0)
	}
	fn execute() -> Weight {
		Weight::from_parts(1, 0)
	}
	fn attest_change() -> Weight {
		Weight::from_parts(1, 0)
	}
	fn roll_back() -> Weight {
		Weight::from_parts(1, 0)
	}
	fn rule() -> Weight {
		Weight::from_parts(1, 0)
	}
	fn notify(n: u32) -> Weight {
		Weight::from_parts(n.into(), 0)
	}
}
