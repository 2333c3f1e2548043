// SPDX-License-Identifier: Apache-2.0

//! What calls weigh at most, and that each fits into a block.

use crate::{
	forgetting::{KINDS, MAX_REMOVED},
	types::{MAX_REPORTS, MAX_SIGNED},
	windows::{outages::MAX_WOKEN, MAX_PAGES_LOOKED},
	Config, Error, WeightInfo,
};
use frame_support::{dispatch::DispatchErrorWithPostInfo, traits::Get, weights::Weight};
use sp_runtime::{DispatchError, Perbill, SaturatedConversion};
use trimast_primitives::{
	energy::{Report, SavingPlan, MAX_PAST_REPORTS, MAX_PLAN_PAGES, MAX_SLEEPING, QUARTERS},
	page::PAGE_SLOTS,
};

/// Most readings of a report.
const MAX_READINGS: u32 = PAGE_SLOTS * QUARTERS as u32;
/// Most readings of a proof that fits into a block: those of a day and of four before.
const MAX_PROVEN: u32 = 5 * MAX_READINGS;

/// What reports weigh: each by itself, and each of their readings.
pub(crate) fn report<T: Config>(reports: &[Report]) -> Weight {
	let readings = reports.iter().fold(0u32, |all, report| all.saturating_add(report.size()));
	T::WeightInfo::report(reports.len().saturated_into(), readings)
}

/// Most pages that are looked at for one of a plan: itself, and those around.
const MAX_AROUND: u32 = MAX_PAGES_LOOKED + 1;

/// What a plan weighs: by its stations.
pub(crate) fn propose<T: Config>(plan: &SavingPlan) -> Weight {
	let stations = plan.pages.iter().fold(0usize, |all, cells| all.saturating_add(cells.stations.len()));
	T::WeightInfo::propose_plan(stations.saturated_into())
}

/// What an examination of so many cells weighs, for which so many pages are looked at, and as many given up at most.
pub(crate) fn examined<T: Config>(cells: u32, pages: u32) -> Weight {
	T::WeightInfo::examine_page(cells, pages)
}

/// The same where everything is as large as it may be.
pub(crate) fn examine_at_most<T: Config>() -> Weight {
	examined::<T>(MAX_SLEEPING, MAX_AROUND)
}

/// What an approval weighs.
pub(crate) fn approved<T: Config>(cells: usize, pages: u32) -> Weight {
	T::WeightInfo::approve_page(cells.saturated_into(), pages)
}

/// The same where everything is as large as it may be.
pub(crate) fn approve_at_most<T: Config>() -> Weight {
	T::WeightInfo::approve_page(MAX_SLEEPING, MAX_AROUND)
}

/// What a look at the begin of a day weighs.
pub(crate) fn looked<T: Config>(cells: usize, pages: u32) -> Weight {
	T::WeightInfo::step_window(cells.saturated_into(), pages)
}

/// What it weighs to ask whether windows of so many plans that hold cells of a page lie in some time. What a page holds is read, as much as
/// that may be, and each plan's window.
pub(crate) fn asked<T: Config>(plans: u32) -> Weight {
	T::WeightInfo::step_outage(1, 0).saturating_add(T::DbWeight::get().reads(plans.into()))
}

/// What it weighs to give up what is held in so many pages, and to enter there that it has slept.
pub(crate) fn released<T: Config>(pages: u32) -> Weight {
	let entered = T::DbWeight::get().reads_writes(pages.into(), pages.into());
	T::WeightInfo::step_window(0, pages).saturating_add(entered)
}

/// What it weighs at most to look for a station with an outage, and to wake the cells around it, as many as may be at once: cells are
/// entered in as many pages as may be, and taken out of as many others.
pub(crate) fn outage_at_most<T: Config>() -> Weight {
	let pages = MAX_AROUND.saturating_mul(2);
	T::WeightInfo::look_for_due().saturating_add(T::WeightInfo::step_outage(pages, MAX_WOKEN))
}

/// What it weighs at most to look for a station that has changed, and to look at a page of a plan for it.
pub(crate) fn look_at_most<T: Config>() -> Weight {
	T::WeightInfo::look_for_due().saturating_add(looked::<T>(MAX_SLEEPING.saturated_into(), MAX_AROUND))
}

/// What a block may spend on plans, or on outages.
// A part cannot be more than the whole.
#[allow(clippy::arithmetic_side_effects)]
fn room_for_windows<T: Config>() -> Weight {
	Perbill::from_percent(10) * T::BlockWeights::get().max_block
}

/// What a block may spend on outages, where it was seen before that nothing of plans is due.
pub(crate) fn room_for_outages<T: Config>() -> Weight {
	room_for_windows::<T>().saturating_sub(T::WeightInfo::look_for_due())
}

/// What a proof by these reports weighs.
pub(crate) fn prove<T: Config>(today: &[Report], past: &[Report]) -> Weight {
	let all = today.iter().chain(past);
	let readings = all.fold(0u32, |sum, report| sum.saturating_add(report.size()));
	T::WeightInfo::prove_page(today.len().saturating_add(past.len()).saturated_into(), readings)
}

/// A call whose caller is refused: nothing was done yet.
pub(crate) fn refused<T: Config>(error: DispatchError) -> DispatchErrorWithPostInfo {
	// It proves nothing, and what is charged is never more than what was kept for the call.
	let done = T::WeightInfo::consent_to_plan().set_proof_size(0);
	DispatchErrorWithPostInfo { post_info: Some(done).into(), error }
}

/// A call that is refused. Where a plan stands is known before anything dear is done; who has to consent by now is not.
pub(crate) fn refusal<T: Config>(error: Error<T>) -> DispatchErrorWithPostInfo {
	match error {
		Error::PartiesChanged => error.into(),
		error => refused::<T>(error.into()),
	}
}

/// Checks that every call fits into a block, what is forgotten in a block into a hundredth of one, and what is done for plans, or for
/// outages, into a tenth.
///
/// # Panics
///
/// When something does not.
// A part cannot be more than the whole.
#[allow(clippy::arithmetic_side_effects)]
pub(crate) fn assert_they_fit<T: Config>() {
	let block = T::BlockWeights::get();
	let forgetting = T::WeightInfo::forget(MAX_REMOVED.saturating_mul(KINDS))
		.saturating_add(T::WeightInfo::forget_contested());
	let room = Perbill::from_percent(1) * block.max_block;
	assert!(forgetting.all_lte(room), "forgetting may weigh {forgetting:?}, and has room for {room:?}");
	// Where nothing is due of the one the other has the block.
	let searched = T::WeightInfo::look_for_due().saturating_mul(2);
	let step = searched.saturating_add(T::WeightInfo::step_window(MAX_SLEEPING, MAX_AROUND));
	let room = room_for_windows::<T>();
	assert!(step.all_lte(room), "a step of a plan may weigh {step:?}, and has room for {room:?}");
	let release = searched.saturating_add(released::<T>(MAX_AROUND));
	assert!(release.all_lte(room), "to give up a page may weigh {release:?}, and has room for {room:?}");
	let forgetting = searched.saturating_add(T::WeightInfo::forget_page());
	assert!(
		forgetting.all_lte(room),
		"a page of a plan may weigh {forgetting:?} when it is forgotten, and has room for {room:?}"
	);
	let (outage, room) = (outage_at_most::<T>(), room_for_outages::<T>());
	assert!(outage.all_lte(room), "an outage may weigh {outage:?}, and has room for {room:?}");
	let look = look_at_most::<T>();
	assert!(look.all_lte(room), "a look at a page may weigh {look:?}, and has room for {room:?}");
	let normal = block.get(frame_support::dispatch::DispatchClass::Normal).max_total;
	// Half of it may be kept for the other companies.
	let limit = Perbill::from_percent(50) * normal.unwrap_or(block.max_block);
	for (call, weight) in [
		("report", T::WeightInfo::report(T::MaxReports::get(), MAX_READINGS)),
		("attest", T::WeightInfo::attest(crate::types::MAX_ATTESTED)),
		("contest", T::WeightInfo::contest(MAX_READINGS)),
		("sign_lines", T::WeightInfo::sign_lines(MAX_SIGNED)),
		("propose_plan", T::WeightInfo::propose_plan(MAX_PLAN_PAGES.saturating_mul(PAGE_SLOTS))),
		("examine_page", examine_at_most::<T>()),
		("approve_page", approve_at_most::<T>()),
		("wake", T::WeightInfo::wake(PAGE_SLOTS)),
		("prove_page", T::WeightInfo::prove_page(MAX_REPORTS.saturating_add(MAX_PAST_REPORTS), MAX_PROVEN)),
	] {
		assert!(weight.all_lte(limit), "{call} may weigh {weight:?}, and a company has {limit:?}");
	}
}
