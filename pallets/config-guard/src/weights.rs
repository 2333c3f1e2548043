// SPDX-License-Identifier: Apache-2.0

//! What calls and hooks weigh, and the parts that they have in common.
//!
//! A runtime measures them with its own database and settings. The size of a table is [`CellTable::size_of`] it.
//!
//! [`CellTable::size_of`]: trimast_primitives::cells::CellTable::size_of

use frame_support::weights::Weight;

/// What calls and hooks weigh, and the parts that they have in common.
pub trait WeightInfo {
	/// `set_parameter`.
	fn set_parameter() -> Weight;
	/// `import` of a table of size `n` into a full page without one. What follows from it is weighed by `close_violations` and
	/// `forget_testimonies`.
	fn import(n: u32) -> Weight;
	/// What comes to it where the page has a table of size `o`, before or after it, whichever is greater.
	fn join(o: u32) -> Weight;
	/// What another baseline, or a company's word, does to violations that stand open in `q` full pages, one in each and `v`
	/// more, all by one company: it closes them.
	fn close_violations(q: u32, v: u32) -> Weight;
	/// The tallies of `a` companies change.
	fn tally(a: u32) -> Weight;
	/// `s` violations are counted, each in other scores, and orders for them are entered where all lists have room for a few.
	fn score(s: u32) -> Weight;
	/// What another baseline does to `t` testimonies of the local network.
	fn forget_testimonies(t: u32) -> Weight;
	/// `sign` of `p` full pages.
	fn sign(p: u32) -> Weight;
	/// `sign_network` of `p` full pages of a local network that has as many as it may.
	fn sign_network(p: u32) -> Weight;
	/// `anchor_export` when as many stand there as may.
	fn anchor_export() -> Weight;
	/// `open_sweep`.
	fn open_sweep() -> Weight;
	/// `attest_networks` of `n` local networks with as many pages as they may have.
	fn attest_networks(n: u32) -> Weight;
	/// `attest_pages` of `p` pages that match and `d` that differ, or have before.
	fn attest_pages(p: u32, d: u32) -> Weight;
	/// `attest_cells` of `p` pages with `c` cells, all of which differ.
	fn attest_cells(p: u32, c: u32) -> Weight;
	/// `attest_values` of `c` cells in `p` pages, with one violation in each cell and `v` more, all by one company and counted
	/// alike. What stands in the pages comes to it by `judge`; what is looked at to judge them is weighed by `look_around` and
	/// `read_records`, what is counted by `tally` and `score`.
	fn attest_values(p: u32, c: u32, v: u32) -> Weight;
	/// `attest_values` of one cell in a page with a table of size `t`, and with `r` violations that stand open, as many
	/// notices and values seen as approved, and three times as many changes.
	fn judge(t: u32, r: u32) -> Weight;
	/// `demand_openings` of `c` cells, of each in a local network and a full page of its own.
	fn demand_openings(c: u32) -> Weight;
	/// `open_cells` of `o` rows of the greatest length, each in a full page of its own, which differ from `d` rows that other
	/// companies have opened.
	fn open_cells(o: u32, d: u32) -> Weight;
	/// `set_rule`, `set_freeze`, `set_holdings`: the dearest of them.
	fn set_policy() -> Weight;
	/// Cross-cell rules that look into `p` full pages beside the one that is changed, and take `l` thousand steps.
	fn look_around(p: u32, l: u32) -> Weight;
	/// `r` requests or exports that are read to see how changes stand, and whose word counts.
	fn read_records(r: u32) -> Weight;
	/// `e` exports of which it is looked up whether rows are asked for.
	fn settled(e: u32) -> Weight;
	/// `draft`.
	fn draft() -> Weight;
	/// `add` of `i` items to a request of as many pages as may be, in a full page. Without what `look_around` and
	/// `read_records` weigh, what `execute` does when it is carried out at once, and what telling of an emergency does
	/// (`StationListener::told_weight`).
	fn add(i: u32) -> Weight;
	/// `submit` of a request of as many pages as may be. Without what `execute` weighs when it is carried out at once, and what
	/// telling of an emergency does (`StationListener::told_weight`).
	fn submit() -> Weight;
	/// `withdraw`, which forgets an earlier request.
	fn withdraw() -> Weight;
	/// `consent` to a request of as many pages as may be. Without what `execute` weighs of an emergency.
	fn consent() -> Weight;
	/// `object`.
	fn object() -> Weight;
	/// `execute` of `i` items in a full page with a table of size `n`. Without what `look_around` and `read_records` weigh,
	/// and what follows: `close_violations` and `forget_testimonies`.
	fn execute(i: u32, n: u32) -> Weight;
	/// `attest_change`.
	fn attest_change() -> Weight;
	/// `roll_back` of `i` items in a full page with a table of size `n`. What follows is weighed as for `execute`.
	fn roll_back(i: u32, n: u32) -> Weight;
	/// `rule`, without what `roll_back` weighs.
	fn rule() -> Weight;
	/// `notify` of `n` notices in a page that keeps as many as may be.
	fn notify(n: u32) -> Weight;
	/// The hook that looks for what is due in `b` blocks, in the last of which as much is as may be.
	fn look_for_due(b: u32) -> Weight;
	/// What is due: the accused is silent about `v` of `l` violations that stand open in a page.
	fn silence(l: u32, v: u32) -> Weight;
	/// What is due: a sweep is removed.
	fn remove_sweep() -> Weight;
	/// What is due: a request comes to its end, or is disputed. It forgets an earlier one.
	fn end_request() -> Weight;
	/// What is due: violations are opened for items of an emergency, as many as are opened at once.
	fn unratified() -> Weight;
	/// What is due: parts of a request are forgotten, as many as are forgotten at once.
	fn forget_request() -> Weight;
	/// What is due: as many rows of an export as may be asked for are missing.
	fn overdue() -> Weight;
	/// The hook that salts `s` sweeps.
	fn salt(s: u32) -> Weight;
	/// The hook that draws of `e` exports, while exports of `w` companies wait for it.
	fn draw(w: u32, e: u32) -> Weight;
	/// The hook that removes `n` entries of scores.
	fn forget_scores(n: u32) -> Weight;
	/// The hook that looks at a local network with `t` testimonies and as many pages as it may have, `r` of them one by one.
	fn scan(t: u32, r: u32) -> Weight;
}

/// For mocks only: every unit counts as one, so that a test can see what a call is charged for.
#[cfg(test)]
mod units {
	use super::{Weight, WeightInfo};

	fn units<const N: usize>(parts: [u32; N]) -> Weight {
		Weight::from_parts(parts.into_iter().map(u64::from).sum(), 0)
	}

	impl WeightInfo for () {
		fn set_parameter() -> Weight {
			units([1])
		}
		fn import(n: u32) -> Weight {
			units([n])
		}
		fn join(o: u32) -> Weight {
			units([o])
		}
		fn close_violations(q: u32, v: u32) -> Weight {
			units([q, v])
		}
		fn tally(a: u32) -> Weight {
			units([a])
		}
		fn score(s: u32) -> Weight {
			units([s])
		}
		fn forget_testimonies(t: u32) -> Weight {
			units([t])
		}
		fn sign(p: u32) -> Weight {
			units([p])
		}
		fn sign_network(p: u32) -> Weight {
			units([p])
		}
		fn anchor_export() -> Weight {
			units([1])
		}
		fn open_sweep() -> Weight {
			units([1])
		}
		fn attest_networks(n: u32) -> Weight {
			units([n])
		}
		fn attest_pages(p: u32, d: u32) -> Weight {
			units([p, d.saturating_mul(1_000)])
		}
		fn attest_cells(p: u32, c: u32) -> Weight {
			units([p, c])
		}
		fn judge(t: u32, r: u32) -> Weight {
			units([t / 264, r])
		}
		fn attest_values(p: u32, c: u32, v: u32) -> Weight {
			units([p, c, v])
		}
		fn demand_openings(c: u32) -> Weight {
			units([c])
		}
		fn open_cells(o: u32, d: u32) -> Weight {
			units([o, d])
		}
		fn set_policy() -> Weight {
			units([1])
		}
		fn look_around(p: u32, l: u32) -> Weight {
			units([p, l])
		}
		fn read_records(r: u32) -> Weight {
			units([r])
		}
		fn settled(e: u32) -> Weight {
			units([e])
		}
		fn draft() -> Weight {
			units([1])
		}
		fn add(i: u32) -> Weight {
			units([i])
		}
		fn submit() -> Weight {
			units([1])
		}
		fn withdraw() -> Weight {
			units([1])
		}
		fn consent() -> Weight {
			units([1])
		}
		fn object() -> Weight {
			units([1])
		}
		fn execute(i: u32, n: u32) -> Weight {
			units([i, n])
		}
		fn attest_change() -> Weight {
			units([1])
		}
		fn roll_back(i: u32, n: u32) -> Weight {
			units([i, n])
		}
		fn rule() -> Weight {
			units([1])
		}
		fn notify(n: u32) -> Weight {
			units([n])
		}
		fn look_for_due(b: u32) -> Weight {
			units([b])
		}
		fn silence(l: u32, v: u32) -> Weight {
			units([l, v])
		}
		fn remove_sweep() -> Weight {
			units([1])
		}
		fn end_request() -> Weight {
			units([1])
		}
		fn unratified() -> Weight {
			units([1])
		}
		fn forget_request() -> Weight {
			units([1])
		}
		fn overdue() -> Weight {
			units([1])
		}
		fn salt(s: u32) -> Weight {
			units([s])
		}
		fn draw(w: u32, e: u32) -> Weight {
			units([w, e])
		}
		fn forget_scores(n: u32) -> Weight {
			units([n])
		}
		fn scan(t: u32, r: u32) -> Weight {
			units([t, r])
		}
	}
}
