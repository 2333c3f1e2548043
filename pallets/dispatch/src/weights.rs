// SPDX-License-Identifier: Apache-2.0

//! What calls and hooks weigh. A runtime measures them with its own database and settings.

use frame_support::weights::Weight;

/// What calls and hooks weigh.
pub trait WeightInfo {
	/// `set_table`, `set_service_level`, `set_limits`, `set_outage_rules`: the dearest of them.
	fn set_governed() -> Weight;
	/// `open` of a fault at the last station of a full page, as the part of an order that has as many as it may; a large-area outage begins.
	fn open() -> Weight;
	/// `step` of an order with as many changes as may be before, which ends it or begins a large-area outage.
	fn step() -> Weight;
	/// `sign_hold` of an order with as many changes as may be held.
	fn sign_hold() -> Weight;
	/// `update`.
	fn update() -> Weight;
	/// `note` in an order with as many notes as may be.
	fn note() -> Weight;
	/// `relate` of an order with as many relations as may be.
	fn relate() -> Weight;
	/// `anchor_fact` of a violation in an order that has ended with as many facts as may be.
	fn anchor_fact() -> Weight;
	/// `countersign_fact`, or `deny_fact`, which does less, in an order with as many facts as may be.
	fn countersign_fact() -> Weight;
	/// `ask_body` in an order with as many facts as may be.
	fn ask_body() -> Weight;
	/// `deliver_body` of `b` bytes, in an order with as many facts as may be, all of which are asked for.
	fn deliver_body(b: u32) -> Weight;
	/// `acknowledge_body` in such an order.
	fn acknowledge_body() -> Weight;
	/// `appeal`.
	fn appeal() -> Weight;
	/// `rule` that decides, by a verdict as for `judge`; or what is due: that a majority is found at the end of the term.
	fn rule() -> Weight;
	/// `sign_statement` of a company with scores in every province and class.
	fn sign_statement() -> Weight;
	/// `dispute_statement` of such a company.
	fn dispute_statement() -> Weight;
	/// The hook that looks for what is due in `b` seconds, in the last of which as much is as may be.
	fn look_for_due(b: u32) -> Weight;
	/// What is due: an order that is due at another second by now.
	fn pass_over() -> Weight;
	/// What is due: all facts of an order are void, since their bodies were not delivered.
	fn miss_bodies() -> Weight;
	/// What is due: an order that is under way, with a deadline to tell of, or with nothing yet.
	fn tell() -> Weight;
	/// What is due: an order that ends, or comes to its end with `c` companies that answer and has the oldest one forgotten.
	fn look(c: u32) -> Weight;
	/// What is due: a verdict with as many facts as may be, of those that take long, and a clock that stands and runs in turn.
	fn judge() -> Weight;
	/// The hook that removes `n` entries of scores and statements.
	fn forget_scores(n: u32) -> Weight;
}

/// For mocks only: every unit counts as one, so that a test can see what a call is charged for.
#[cfg(test)]
mod units {
	use super::{Weight, WeightInfo};

	fn units(count: u32) -> Weight {
		Weight::from_parts(count.into(), 0)
	}

	impl WeightInfo for () {
		fn set_governed() -> Weight {
			units(1)
		}
		fn open() -> Weight {
			units(1)
		}
		fn step() -> Weight {
			units(1)
		}
		fn sign_hold() -> Weight {
			units(1)
		}
		fn update() -> Weight {
			units(1)
		}
		fn note() -> Weight {
			units(1)
		}
		fn relate() -> Weight {
			units(1)
		}
		fn anchor_fact() -> Weight {
			units(1)
		}
		fn countersign_fact() -> Weight {
			units(1)
		}
		fn ask_body() -> Weight {
			units(1)
		}
		fn deliver_body(b: u32) -> Weight {
			units(b)
		}
		fn acknowledge_body() -> Weight {
			units(1)
		}
		fn appeal() -> Weight {
			units(1)
		}
		fn rule() -> Weight {
			units(1)
		}
		fn sign_statement() -> Weight {
			units(1)
		}
		fn dispute_statement() -> Weight {
			units(1)
		}
		fn look_for_due(b: u32) -> Weight {
			units(b)
		}
		fn pass_over() -> Weight {
			units(1)
		}
		fn miss_bodies() -> Weight {
			units(1)
		}
		fn tell() -> Weight {
			units(1)
		}
		fn look(_c: u32) -> Weight {
			units(2)
		}
		fn judge() -> Weight {
			units(1)
		}
		fn forget_scores(n: u32) -> Weight {
			units(n)
		}
	}
}
