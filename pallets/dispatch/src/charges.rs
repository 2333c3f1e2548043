// SPDX-License-Identifier: Apache-2.0

//! What the hooks of a block weigh at most, and that everything fits into one.

use crate::{agenda::MAX_LOOKED, scores::MAX_REMOVED, Config, WeightInfo};
use frame_support::{traits::Get, weights::Weight};
use sp_runtime::Perbill;
use trimast_primitives::org::MAX_ORGS;

/// Of a block, what the hooks may weigh together.
const HOOKS: Perbill = Perbill::from_percent(10);

// A part cannot be more than the whole.
#[allow(clippy::arithmetic_side_effects)]
fn part_of(part: Perbill, whole: Weight) -> Weight {
	part * whole
}

/// What an order weighs at most that is due.
pub(crate) fn look<T: Config>() -> Weight {
	let (look, judge, rule) =
		(T::WeightInfo::look(MAX_ORGS.into()), T::WeightInfo::judge(), T::WeightInfo::rule());
	let less = T::WeightInfo::pass_over().max(T::WeightInfo::tell()).max(T::WeightInfo::miss_bodies());
	look.max(judge).max(rule).max(less)
}

/// What a block may spend on what is due.
pub(crate) fn room_for_due<T: Config>() -> Weight {
	let others = T::WeightInfo::forget_scores(MAX_REMOVED.saturating_mul(2));
	part_of(HOOKS, T::BlockWeights::get().max_block).saturating_sub(others)
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
	let normal = T::BlockWeights::get().get(frame_support::dispatch::DispatchClass::Normal).max_total;
	// Half of it may be kept for the other companies.
	let limit = part_of(Perbill::from_percent(50), normal.unwrap_or(T::BlockWeights::get().max_block));
	for (call, weight) in [
		("deliver_body", T::WeightInfo::deliver_body(T::MaxBody::get())),
		("rule", T::WeightInfo::rule()),
		("sign_statement", T::WeightInfo::sign_statement()),
	] {
		assert!(weight.all_lte(limit), "{call} may weigh {weight:?}, more than {limit:?}");
	}
}
