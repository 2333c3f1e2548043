// SPDX-License-Identifier: Apache-2.0

//! What calls and hooks weigh. A runtime measures them with its own database and settings.

use frame_support::weights::Weight;

/// What calls and hooks weigh.
pub trait WeightInfo {
	/// `set_sharing`, `set_tariff`, `set_emission_factor`, `set_tolerance`, `set_settings`, `set_window_rules`: the dearest of them.
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
	/// What it takes more where all reports of a page and a day are contested that it removes.
	fn forget_contested() -> Weight;
	/// `propose_plan` of `s` stations.
	fn propose_plan(s: u32) -> Weight;
	/// `examine_page` of `c` cells with as many neighbours as they may have, for which `p` pages are looked at and held, and as many
	/// given up that were held before. The weeks before have as many reports as may be read, and of the page as many stations with an
	/// outage are entered whose cells it covers, and as many windows in which its stations have slept.
	fn examine_page(c: u32, p: u32) -> Weight;
	/// `consent_to_plan`.
	fn consent_to_plan() -> Weight;
	/// `approve_page` of `c` cells, for which `p` pages are looked at.
	fn approve_page(c: u32, p: u32) -> Weight;
	/// `withdraw_plan`.
	fn withdraw_plan() -> Weight;
	/// `refuse_plan`.
	fn refuse_plan() -> Weight;
	/// `wake` of cells of `s` stations.
	fn wake(s: u32) -> Weight;
	/// `prove_page` by `r` reports with `n` readings together.
	fn prove_page(r: u32, n: u32) -> Weight;
	/// What it takes more where another pallet tells of stations of a page that have changed, of which some are noted already.
	fn note_stations() -> Weight;
	/// The hook that looks for what is due, where every company has looks at plans and more, and none of it is due yet; of outages it
	/// takes less.
	fn look_for_due() -> Weight;
	/// What it does of one plan: it looks at a page of `c` cells with as many neighbours as they may have and at `p` pages around, or gives
	/// up what is held in `p` pages. The same look within a window, for a station that has changed.
	fn step_window(c: u32, p: u32) -> Weight;
	/// What it does of one plan of which all was said long ago: it forgets what was found of its last page, what was proven on each day,
	/// who was woken on each and when its stations have slept, and the plan.
	fn forget_page() -> Weight;
	/// What it does of one outage: the lists of a station's cells are read, as long as they may be, and what is held of `p` pages, as
	/// much as may be, for each of which the cells are entered that cover the station; and in `n` pages of plans as many cells are woken as
	/// may sleep there. It takes less to take them out of a page again, and to look for the next of `n` pages of plans that hold a cell of
	/// a station that has changed.
	fn step_outage(p: u32, n: u32) -> Weight;
}

/// Nothing weighs anything, but for what a test sees is charged for: for tests.
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

	fn forget_contested() -> Weight {
		Weight::zero()
	}

	fn propose_plan(_s: u32) -> Weight {
		Weight::zero()
	}

	fn examine_page(_c: u32, _p: u32) -> Weight {
		Weight::zero()
	}

	fn consent_to_plan() -> Weight {
		Weight::zero()
	}

	fn approve_page(_c: u32, _p: u32) -> Weight {
		Weight::zero()
	}

	fn withdraw_plan() -> Weight {
		Weight::zero()
	}

	fn refuse_plan() -> Weight {
		Weight::zero()
	}

	fn wake(_s: u32) -> Weight {
		Weight::zero()
	}

	fn prove_page(_r: u32, _n: u32) -> Weight {
		Weight::zero()
	}

	fn note_stations() -> Weight {
		Weight::zero()
	}

	fn look_for_due() -> Weight {
		Weight::zero()
	}

	fn step_window(_c: u32, _p: u32) -> Weight {
		Weight::zero()
	}

	fn forget_page() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn step_outage(_p: u32, _n: u32) -> Weight {
		Weight::zero()
	}
}
