// SPDX-License-Identifier: Apache-2.0

//! What the hooks of a block weigh at most, and that everything fits into one.

use crate::{
	agenda::MAX_LOOKED,
	rounds::{types::MAX_VISITS, work::MAX_TURNS},
	scores::MAX_REMOVED,
	Config, WeightInfo,
};
use frame_support::{traits::Get, weights::Weight};
use sp_runtime::{Perbill, SaturatedConversion};
use trimast_primitives::{
	org::MAX_ORGS,
	plan::{Plan, MAX_JOBS, MAX_RESOURCES},
};

/// Of a block, what looking at what is due may weigh with the other hooks; and as much again what is done of rounds.
const HOOKS: Perbill = Perbill::from_percent(10);

// A part cannot be more than the whole.
#[allow(clippy::arithmetic_side_effects)]
fn part_of(part: Perbill, whole: Weight) -> Weight {
	part * whole
}

/// What an order, a local network or a route weighs at most that is due.
pub(crate) fn look<T: Config>() -> Weight {
	let order = T::WeightInfo::look(MAX_ORGS.into()).max(T::WeightInfo::end()).max(T::WeightInfo::tell());
	let order = order.max(T::WeightInfo::judge()).max(T::WeightInfo::rule());
	let less = T::WeightInfo::pass_over().max(T::WeightInfo::miss_bodies());
	let rounds = T::WeightInfo::look_at_territory().max(T::WeightInfo::look_at_route());
	order.max(less).max(rounds)
}

/// What a block may spend on what is due.
pub(crate) fn room_for_due<T: Config>() -> Weight {
	let others = T::WeightInfo::forget_scores(MAX_REMOVED.saturating_mul(2));
	part_of(HOOKS, T::BlockWeights::get().max_block).saturating_sub(others)
}

/// What a block may spend on rounds.
pub(crate) fn room_for_rounds<T: Config>() -> Weight {
	part_of(HOOKS, T::BlockWeights::get().max_block)
}

/// A bid for a round of so many jobs, with so many stops.
pub(crate) fn bid<T: Config>(jobs: u32, plan: &Plan) -> Weight {
	T::WeightInfo::bid(jobs, plan.stops.len().saturated_into())
}

/// Checks that every call fits into a block, and an order that is due into what a block may spend on it: else it would wait for
/// ever, and all behind it.
///
/// # Panics
///
/// When something does not.
pub(crate) fn assert_they_fit<T: Config>() {
	let room = room_for_due::<T>();
	let dearest = T::WeightInfo::look_for_due(MAX_LOOKED).saturating_add(look::<T>());
	assert!(dearest.all_lte(room), "what is due may weigh {dearest:?}, and a block has room for {room:?}");
	let room = room_for_rounds::<T>().saturating_sub(T::WeightInfo::look_for_rounds(MAX_TURNS));
	for (step, weight) in [
		("gather_resources", T::WeightInfo::gather_resources(1, MAX_VISITS)),
		("gather_orders", T::WeightInfo::gather_orders(MAX_JOBS, 1)),
		("freeze", T::WeightInfo::freeze(MAX_JOBS, MAX_RESOURCES)),
		("greedy", T::WeightInfo::greedy(MAX_JOBS, 1)),
		("decide", T::WeightInfo::decide()),
		("commit", T::WeightInfo::commit(MAX_JOBS, 1, MAX_VISITS)),
	] {
		assert!(weight.all_lte(room), "{step} may weigh {weight:?}, and a block has room for {room:?}");
	}
	let normal = T::BlockWeights::get().get(frame_support::dispatch::DispatchClass::Normal).max_total;
	// Half of it may be kept for the other companies.
	let limit = part_of(Perbill::from_percent(50), normal.unwrap_or(T::BlockWeights::get().max_block));
	for (call, weight) in [
		("deliver_body", T::WeightInfo::deliver_body(T::MaxBody::get())),
		("rule", T::WeightInfo::rule()),
		("sign_statement", T::WeightInfo::sign_statement()),
		("bid", T::WeightInfo::bid(MAX_JOBS, MAX_JOBS)),
		("override_route", T::WeightInfo::override_route(MAX_VISITS)),
	] {
		assert!(weight.all_lte(limit), "{call} may weigh {weight:?}, more than {limit:?}");
	}
}
