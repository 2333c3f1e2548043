// SPDX-License-Identifier: Apache-2.0

//! What calls and hooks weigh. A runtime measures them with its own database and settings.

use frame_support::weights::Weight;

/// What calls and hooks weigh.
pub trait WeightInfo {
	/// `set_table`, `set_service_level`, `set_limits`, `set_outage_rules`: the dearest of them.
	fn set_governed() -> Weight;
	/// `open` of a fault at the last station of a full page, as the part of an order that has as many as it may; a large-area outage begins.
	/// Without what telling of an outage weighs (`StationListener::told_weight`).
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
	/// What is due: an order that comes to its end with `c` companies that answer and has the oldest one forgotten.
	fn look(c: u32) -> Weight;
	/// What is due: an order that ends by itself, to which a resource is under way.
	fn end() -> Weight;
	/// What is due: a verdict with as many facts as may be, of those that take long, and a clock that stands and runs in turn.
	fn judge() -> Weight;
	/// The hook that removes `n` entries of scores and statements.
	fn forget_scores(n: u32) -> Weight;
	/// `set_round_rules`.
	fn set_round_rules() -> Weight;
	/// `add_resource`.
	fn add_resource() -> Weight;
	/// `change_resource` into another area.
	fn change_resource() -> Weight;
	/// `remove_resource` of a company that has left, with a route of as many visits as may be, while it is offered.
	fn remove_resource() -> Weight;
	/// `offer_resource`, `withdraw_offer`, `take_offer`, `meter_lease`, `release_resource`: the dearest of them, that ends
	/// a route of as many visits as may be.
	fn lend() -> Weight;
	/// `use_spares` of a lease.
	fn use_spares() -> Weight;
	/// `open_round` while as many are open as may be.
	fn open_round() -> Weight;
	/// `bid` that is the best so far, for a round of `j` jobs and as many resources as may be, with `s` stops.
	fn bid(j: u32, s: u32) -> Weight;
	/// `bid` that is refused before the round is read.
	fn admit() -> Weight;
	/// `acknowledge_route` of as many visits as may be, with the agenda full.
	fn acknowledge_route() -> Weight;
	/// `refuse_route` of as many visits as may be, the last time that the company may.
	fn refuse_route() -> Weight;
	/// `finish_visit` of a route with as many visits as may be, with the agenda full.
	fn finish_visit() -> Weight;
	/// `override_route` to `v` orders, each on another full route and at a station of another page, of a resource that a round has sent
	/// elsewhere.
	fn override_route(v: u32) -> Weight;
	/// What is due: a round is opened while as many are open as may be.
	fn look_at_territory() -> Weight;
	/// What is due: a route with as many visits as may be, which nobody has acknowledged.
	fn look_at_route() -> Weight;
	/// The hook that looks at `n` rounds of as many as may be, without what it does.
	fn look_for_rounds(n: u32) -> Weight;
	/// What is done of a round: `n` resources more are looked at where as many as may be are there, each of another company and with a
	/// visit that is taken back, and `v` visits more wait again.
	fn gather_resources(n: u32, v: u32) -> Weight;
	/// What is done of a round: `n` orders more are looked at where `j` jobs and as many resources as may be are there: runs for faults,
	/// with as many facts as may be, each at a page of its own.
	fn gather_orders(j: u32, n: u32) -> Weight;
	/// What is done of a round: `j` jobs and `r` resources, all under way to what is no job, are frozen.
	fn freeze(j: u32, r: u32) -> Weight;
	/// What is done of a round: `n` thousand steps of the greedy plan for `j` jobs and as many resources as may be.
	fn greedy(j: u32, n: u32) -> Weight;
	/// What is done of a round: the greedy plan of as many jobs as may be wins.
	fn decide() -> Weight;
	/// What is done of a round: `n` routes with a visit, and `v` visits more, are sent out of a plan for `j` jobs; the round before is
	/// forgotten.
	fn commit(j: u32, n: u32, v: u32) -> Weight;
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
		fn end() -> Weight {
			units(2)
		}
		fn judge() -> Weight {
			units(1)
		}
		fn forget_scores(n: u32) -> Weight {
			units(n)
		}

		fn set_round_rules() -> Weight {
			units(1)
		}

		fn add_resource() -> Weight {
			units(1)
		}

		fn change_resource() -> Weight {
			units(1)
		}

		fn remove_resource() -> Weight {
			units(1)
		}

		fn lend() -> Weight {
			units(1)
		}

		fn use_spares() -> Weight {
			units(1)
		}

		fn open_round() -> Weight {
			units(1)
		}

		fn bid(j: u32, s: u32) -> Weight {
			units(1).saturating_add(units(j)).saturating_add(units(s))
		}

		fn admit() -> Weight {
			units(1)
		}

		fn acknowledge_route() -> Weight {
			units(1)
		}

		fn refuse_route() -> Weight {
			units(1)
		}

		fn finish_visit() -> Weight {
			units(1)
		}

		fn override_route(v: u32) -> Weight {
			units(v)
		}

		fn look_at_territory() -> Weight {
			units(1)
		}

		fn look_at_route() -> Weight {
			units(1)
		}

		fn look_for_rounds(n: u32) -> Weight {
			units(n)
		}

		fn gather_resources(n: u32, v: u32) -> Weight {
			units(1).saturating_add(units(n)).saturating_add(units(v / 64))
		}

		fn gather_orders(j: u32, n: u32) -> Weight {
			units(1).saturating_add(units(j / 1_000)).saturating_add(units(n))
		}

		fn freeze(_j: u32, r: u32) -> Weight {
			units(1).saturating_add(units(r / 64))
		}

		fn greedy(j: u32, n: u32) -> Weight {
			units(1).saturating_add(units(j / 1_000)).saturating_add(units(n))
		}

		fn decide() -> Weight {
			units(1)
		}

		fn commit(j: u32, n: u32, v: u32) -> Weight {
			units(1).saturating_add(units(j / 1_000)).saturating_add(units(n)).saturating_add(units(v / 64))
		}
	}
}
