// SPDX-License-Identifier: Apache-2.0

//! What calls weigh at most, and that each fits into a block.

use crate::{forgetting::MAX_REMOVED, types::MAX_SIGNED, Config, WeightInfo};
use frame_support::{traits::Get, weights::Weight};
use sp_runtime::{Perbill, SaturatedConversion};
use trimast_primitives::{
	energy::{Report, QUARTERS},
	page::PAGE_SLOTS,
};

/// Most readings of a report.
const MAX_READINGS: u32 = PAGE_SLOTS * QUARTERS as u32;

/// What reports weigh: each by itself, and each of their readings.
pub(crate) fn report<T: Config>(reports: &[Report]) -> Weight {
	let readings = reports.iter().fold(0u32, |all, report| all.saturating_add(report.size()));
	T::WeightInfo::report(reports.len().saturated_into(), readings)
}

/// Checks that every call fits into a block, and what is forgotten in a block into a hundredth of one.
///
/// # Panics
///
/// When something does not.
// A part cannot be more than the whole.
#[allow(clippy::arithmetic_side_effects)]
pub(crate) fn assert_they_fit<T: Config>() {
	let block = T::BlockWeights::get();
	let forgetting = T::WeightInfo::forget(MAX_REMOVED.saturating_mul(3));
	let room = Perbill::from_percent(1) * block.max_block;
	assert!(forgetting.all_lte(room), "forgetting may weigh {forgetting:?}, and has room for {room:?}");
	let normal = block.get(frame_support::dispatch::DispatchClass::Normal).max_total;
	// Half of it may be kept for the other companies.
	let limit = Perbill::from_percent(50) * normal.unwrap_or(block.max_block);
	for (call, weight) in [
		("report", T::WeightInfo::report(T::MaxReports::get(), MAX_READINGS)),
		("attest", T::WeightInfo::attest(crate::types::MAX_ATTESTED)),
		("contest", T::WeightInfo::contest(MAX_READINGS)),
		("sign_lines", T::WeightInfo::sign_lines(MAX_SIGNED)),
	] {
		assert!(weight.all_lte(limit), "{call} may weigh {weight:?}, and a company has {limit:?}");
	}
}
