// SPDX-License-Identifier: Apache-2.0

//! What a call is charged for: up front as if it met the worst, afterwards for what it has met. And what all hooks of a
//! block weigh at most.

use crate::{
	agenda, baseline,
	changes::{
		network::{Looked, MAX_PAGES_LOOKED, MAX_STEPS},
		types::{MAX_CHANGES, MAX_ITEMS},
	},
	coverage, exports,
	scores::MAX_REMOVED,
	testimony,
	types::{MAX_OPEN_IN_PAGE, MAX_UNSALTED},
	Config, Error, WeightInfo,
};
use frame_support::{dispatch::DispatchErrorWithPostInfo, traits::Get, weights::Weight};
use sp_runtime::{DispatchError, Perbill, SaturatedConversion};
use trimast_primitives::{
	cells::{table::MAX_TABLE_SIZE, CellTable, MAX_PAGE_CELLS},
	interlock::{Interlocks, StationListener},
	org::MAX_ORGS,
};

/// Of a block, what all hooks may weigh together.
const HOOKS: Perbill = Perbill::from_percent(15);

/// How much all items have together.
pub(crate) fn count_all<I>(items: &[I], of: impl Fn(&I) -> usize) -> u32 {
	items.iter().fold(0u32, |sum, item| sum.saturating_add(of(item).saturated_into()))
}

/// What follows from another baseline of a page with so many open violations, in a local network with so many testimonies.
pub(crate) fn follows<T: Config>(violations: u32, testimonies: u32) -> Weight {
	T::WeightInfo::forget_testimonies(testimonies).saturating_add(closed::<T>(1, violations))
}

fn follows_at_most<T: Config>() -> Weight {
	follows::<T>(MAX_OPEN_IN_PAGE, MAX_ORGS.into())
}

/// So many violations in so many pages, each of which has one at least, are looked at and may be closed. Where there are
/// none, the call has seen so itself.
pub(crate) fn closed<T: Config>(pages: u32, violations: u32) -> Weight {
	closed_by_one::<T>(pages, violations).saturating_add(tallied::<T>(violations))
}

/// The same where the accused are counted apart.
fn closed_by_one<T: Config>(pages: u32, violations: u32) -> Weight {
	match violations {
		0 => Weight::zero(),
		_ => T::WeightInfo::close_violations(pages, violations.saturating_sub(pages)),
	}
}

/// So many violations are counted as confirmed, and orders for them are entered into the agenda.
pub(crate) fn scores<T: Config>(scored: u32) -> Weight {
	match scored {
		0 => Weight::zero(),
		_ => T::WeightInfo::score(scored),
	}
}

/// So many violations stand otherwise, each maybe by another company.
fn tallied<T: Config>(violations: u32) -> Weight {
	match violations {
		0 => Weight::zero(),
		_ => T::WeightInfo::tally(violations.min(MAX_ORGS.into())),
	}
}

/// So many pages' lists of open violations are read, or so many violations.
pub(crate) fn asked<T: Config>(records: u32) -> Weight {
	match records {
		0 => Weight::zero(),
		_ => T::WeightInfo::read_records(records),
	}
}

/// Of so many pages it is looked at who is party to their stations.
pub(crate) fn parties<T: Config>(pages: u32) -> Weight {
	match pages {
		0 => Weight::zero(),
		_ => T::WeightInfo::look_around(pages, 0),
	}
}

/// What a check has looked at.
pub(crate) fn looked<T: Config>(looked: &Looked) -> Weight {
	let Looked { pages, steps, records, settled } = *looked;
	let around = match (pages, steps) {
		(0, 0) => Weight::zero(),
		_ => T::WeightInfo::look_around(pages, steps.div_ceil(1_000)),
	};
	let around = match records {
		0 => around,
		_ => around.saturating_add(T::WeightInfo::read_records(records)),
	};
	match settled {
		0 => around,
		_ => around.saturating_add(T::WeightInfo::settled(settled)),
	}
}

fn looked_at_most<T: Config>(pages: u32, records: u32) -> Weight {
	looked::<T>(&Looked { pages, steps: MAX_STEPS, records, settled: 0 })
}

/// `import` of this table. A station with open violations is not written; one that is retired
/// leaves when they are closed, some at a time.
pub(crate) fn import<T: Config>(table: &[u8]) -> Weight {
	import_of_size::<T>(CellTable::size_of(table))
}

/// A table of this size goes into a page, where one of the other size stands before or after it.
pub(crate) fn imported<T: Config>(size: u32, stored: Option<u32>) -> Weight {
	T::WeightInfo::import(size).saturating_add(stored.map_or(Weight::zero(), T::WeightInfo::join))
}

fn import_of_size<T: Config>(size: u32) -> Weight {
	// A page that it leaves without cells takes what companies have said of it along.
	imported::<T>(size, Some(MAX_TABLE_SIZE))
		.saturating_add(T::Interlocks::energy_windows_weight())
		.saturating_add(follows::<T>(baseline::MAX_CLOSED.saturated_into(), MAX_ORGS.into()))
		.saturating_add(T::WeightInfo::forget_testimonies(MAX_ORGS.into()))
}

/// `attest_pages` of so many pages: all differ, or match and close violations.
pub(crate) fn attest_pages<T: Config>(pages: u32) -> Weight {
	T::WeightInfo::attest_pages(0, pages).saturating_add(heard_at_most::<T>(pages))
}

/// `attest_cells` of so many pages and cells.
pub(crate) fn attest_cells<T: Config>(pages: u32, cells: u32) -> Weight {
	tagged_cells::<T>(pages, cells).saturating_add(heard_at_most::<T>(pages))
}

/// The tags of so many cells in so many pages. One page, and a cell of each other, is in the measurement anyway.
pub(crate) fn tagged_cells<T: Config>(pages: u32, cells: u32) -> Weight {
	let others = pages.saturating_sub(1);
	T::WeightInfo::attest_cells(others, cells.saturating_sub(others))
}

fn heard_at_most<T: Config>(pages: u32) -> Weight {
	asked::<T>(pages)
		.saturating_add(closed::<T>(pages.min(testimony::MAX_HEARD_PAGES), testimony::most_heard(pages)))
}

/// What comes to `attest_values` for a page with a table of this size and so many records.
pub(crate) fn judged<T: Config>(size: u32, records: u32) -> Weight {
	T::WeightInfo::judge(size, records).saturating_sub(T::WeightInfo::judge(0, 0))
}

/// The same for a full page.
pub(crate) fn judged_at_most<T: Config>() -> Weight {
	judged::<T>(MAX_TABLE_SIZE, MAX_OPEN_IN_PAGE)
}

/// `attest_values` of so many cells in so many pages.
pub(crate) fn attest_values<T: Config>(pages: u32, cells: u32) -> Weight {
	// A violation that is heard weighs no more than a value that is another.
	let denied_pages = pages.min(testimony::MAX_DENIED_PAGES);
	let further = testimony::most_further(cells);
	seen_values::<T>((pages, cells), further, cells.saturating_add(further), (denied_pages, denied_pages))
		.saturating_add(judged_at_most::<T>().saturating_mul(pages.into()))
		.saturating_add(looked_at_most::<T>(0, testimony::MAX_RECORDS))
}

/// The values of so many cells in so many pages, of which so many further ones are others and so many are counted as
/// confirmed, while the company is heard about open violations of so many pages. Two pages, and a cell of each but one, are in
/// the measurement anyway.
pub(crate) fn seen_values<T: Config>(
	(pages, cells): (u32, u32),
	further: u32,
	scored: u32,
	(denied_pages, denied): (u32, u32),
) -> Weight {
	let differing = cells.saturating_add(further);
	let more_cells = cells.saturating_sub(pages.saturating_sub(1));
	T::WeightInfo::attest_values(pages.saturating_sub(2), more_cells, further)
		.saturating_add(scores::<T>(scored))
		.saturating_add(closed_by_one::<T>(denied_pages, denied))
		.saturating_add(tallied::<T>(differing.saturating_add(denied)))
}

/// `anchor_export`, when the export that gives way was about so many local networks.
pub(crate) fn anchor_export<T: Config>(local_networks: u32) -> Weight {
	T::WeightInfo::anchor_export().saturating_add(T::WeightInfo::forget_testimonies(local_networks))
}

/// `demand_openings` of so many cells, in which so many violations stand open.
pub(crate) fn demand_openings<T: Config>(cells: u32, violations: u32) -> Weight {
	// Of each the words of those who have seen it, too.
	T::WeightInfo::demand_openings(cells).saturating_add(asked::<T>(violations.saturating_mul(2)))
}

/// `open_cells` of so many rows, which show of as many cells as may be that the export does not have them.
pub(crate) fn open_cells<T: Config>(rows: u32) -> Weight {
	let looked = rows.saturating_add(exports::MAX_ABSENT);
	T::WeightInfo::open_cells(looked, rows.saturating_mul(u32::from(MAX_ORGS).saturating_sub(1)))
}

fn check_at_most<T: Config>() -> Weight {
	looked_at_most::<T>(MAX_PAGES_LOOKED, MAX_CHANGES)
}

/// Carrying out a part of so many items, where that is what a call comes to.
pub(crate) fn execute<T: Config>(items: u32) -> Weight {
	T::WeightInfo::execute(items, MAX_TABLE_SIZE)
		.saturating_add(check_at_most::<T>())
		.saturating_add(follows_at_most::<T>())
}

/// `draft`. A request of the company that is over may have to be forgotten for it.
pub(crate) fn draft<T: Config>() -> Weight {
	T::WeightInfo::draft().saturating_add(T::WeightInfo::forget_request())
}

/// `request` of so many items.
pub(crate) fn request<T: Config>(items: u32) -> Weight {
	draft::<T>().saturating_add(add::<T>(items)).saturating_add(T::WeightInfo::submit())
}

/// `add` of so many items.
pub(crate) fn add<T: Config>(items: u32) -> Weight {
	// And the requests that are looked up to make room.
	T::WeightInfo::add(items)
		.saturating_add(check_at_most::<T>())
		.saturating_add(T::WeightInfo::read_records(MAX_CHANGES))
		.saturating_add(execute::<T>(items))
		.saturating_add(T::OnChange::told_weight())
}

/// `submit`.
pub(crate) fn submit<T: Config>() -> Weight {
	// What is reported is looked at again, and told of: that is one page.
	T::WeightInfo::submit()
		.saturating_add(T::WeightInfo::add(MAX_ITEMS))
		.saturating_add(check_at_most::<T>())
		.saturating_add(execute::<T>(MAX_ITEMS))
		.saturating_add(T::OnChange::told_weight())
}

/// `consent`.
pub(crate) fn consent<T: Config>() -> Weight {
	T::WeightInfo::consent().saturating_add(execute::<T>(MAX_ITEMS))
}

/// Giving a page its former values again.
pub(crate) fn roll_back<T: Config>() -> Weight {
	T::WeightInfo::roll_back(MAX_ITEMS, MAX_TABLE_SIZE)
		.saturating_add(check_at_most::<T>())
		.saturating_add(follows_at_most::<T>())
}

/// The fewest items of a page that are rolled back at once when that is due, whatever is met there.
pub(crate) const ROLLED_BACK_AT_LEAST: u32 = 2;

/// What is due: so many items of a full page with a table of this size get their former values again. So many violations
/// stand open there, of which each item may close one.
pub(crate) fn rolled_back<T: Config>(items: u32, size: u32, open: u32, testimonies: u32) -> Weight {
	// The request and its part are looked up beside what a call does, and of each item the request that has changed it again.
	T::WeightInfo::roll_back(items, size)
		.saturating_add(T::WeightInfo::read_records(open.saturating_add(items).saturating_add(2)))
		.saturating_add(follows::<T>(open.min(items), testimonies))
}

/// What is due: the next values of an overruled request.
pub(crate) fn roll_back_next<T: Config>() -> Weight {
	rolled_back::<T>(ROLLED_BACK_AT_LEAST, MAX_TABLE_SIZE, MAX_OPEN_IN_PAGE, MAX_ORGS.into())
}

/// `rule`: what is overruled is rolled back, what stands may be over.
pub(crate) fn rule<T: Config>() -> Weight {
	T::WeightInfo::rule().saturating_add(roll_back::<T>().max(T::WeightInfo::end_request()))
}

/// `sign_network` of the pages from `first` to `last`.
pub(crate) fn sign_network<T: Config>(first: u16, last: u16) -> Weight {
	let span = u32::from(last.saturating_sub(first)).saturating_add(1);
	T::WeightInfo::sign_network(span.min(T::MaxSign::get()))
}

/// A call whose caller is refused: nothing was done yet.
pub(crate) fn refused<T: Config>(error: DispatchError) -> DispatchErrorWithPostInfo {
	// It proves nothing, and what is charged is never more than what was kept for the call.
	let done = T::WeightInfo::consent().set_proof_size(0);
	DispatchErrorWithPostInfo { post_info: Some(done).into(), error }
}

/// A call that is refused. What is refused for where a request, a sweep or an export stands is so before anything dear is
/// done; the rest is charged for in full.
pub(crate) fn refusal<T: Config>(error: Error<T>) -> DispatchErrorWithPostInfo {
	match error {
		Error::NoSuchRequest
		| Error::NotProposer
		| Error::WrongPhase
		| Error::Expired
		| Error::NotInWindow
		| Error::OtherSubject
		| Error::NotRequired
		| Error::AlreadyGiven
		| Error::BadPart
		| Error::BadText
		| Error::BadWindow
		| Error::UnknownPage
		| Error::UnknownTerritory
		| Error::TooManyRequests
		| Error::NothingAsked
		| Error::NobodyToRule
		| Error::NotRuler
		| Error::NoSuchSweep
		| Error::SweepClosed
		| Error::NotSalted
		| Error::AlreadyAnchored
		| Error::EmptyExport
		| Error::ObservedInFuture
		| Error::ObservedTooEarly
		| Error::NotAnchored
		| Error::AnchoredTooLate
		| Error::ExportExpired
		| Error::ExportDoubted
		| Error::OutsideSweep
		| Error::OtherDigest
		| Error::TooManyPages
		| Error::OutsideScope => refused::<T>(error.into()),
		_ => DispatchError::from(error).into(),
	}
}

/// What the hooks weigh at most beside what is due.
fn hooks_at_most<T: Config>() -> Weight {
	T::WeightInfo::salt(MAX_UNSALTED)
		.saturating_add(T::WeightInfo::draw(MAX_ORGS.into(), exports::MAX_DRAWN_EXPORTS))
		.saturating_add(T::WeightInfo::forget_scores(MAX_REMOVED.saturating_mul(2)))
		.saturating_add(T::WeightInfo::scan(MAX_ORGS.into(), coverage::MAX_READ))
		.saturating_add(parties::<T>(coverage::MAX_RENEWED.saturated_into()))
}

// A part cannot be more than the whole.
#[allow(clippy::arithmetic_side_effects)]
fn part_of(part: Perbill, whole: Weight) -> Weight {
	part * whole
}

/// What a block may spend on what is due.
pub(crate) fn room_for_due<T: Config>() -> Weight {
	part_of(HOOKS, T::BlockWeights::get().max_block).saturating_sub(hooks_at_most::<T>())
}

/// Checks that every call fits into a block, and the dearest thing that is due into what a block may spend on it: else it
/// would wait for ever, and all behind it.
///
/// # Panics
///
/// When something does not.
pub(crate) fn assert_they_fit<T: Config>() {
	let room = room_for_due::<T>();
	let dearest = agenda::dearest::<T>();
	assert!(dearest.all_lte(room), "what is due may weigh {dearest:?}, and a block has room for {room:?}");
	let normal = T::BlockWeights::get().get(frame_support::dispatch::DispatchClass::Normal).max_total;
	// Half of it may be kept for the other companies.
	let limit = part_of(Perbill::from_percent(50), normal.unwrap_or(T::BlockWeights::get().max_block));
	let calls = [
		("import", import_of_size::<T>(MAX_TABLE_SIZE)),
		("sign", T::WeightInfo::sign(T::MaxSign::get())),
		("anchor_export", anchor_export::<T>(exports::MAX_NETWORKS)),
		("sign_network", T::WeightInfo::sign_network(T::MaxSign::get())),
		("attest_networks", T::WeightInfo::attest_networks(T::MaxNetworks::get())),
		("attest_pages", attest_pages::<T>(T::MaxTags::get())),
		(
			"attest_cells",
			attest_cells::<T>(
				T::MaxPagesOfCells::get(),
				T::MaxPagesOfCells::get().saturating_mul(MAX_PAGE_CELLS),
			),
		),
		("attest_values", attest_values::<T>(T::MaxPagesOfCells::get(), T::MaxValues::get())),
		("demand_openings", demand_openings::<T>(exports::MAX_NAMED, MAX_OPEN_IN_PAGE)),
		("open_cells", open_cells::<T>(exports::MAX_OPENINGS)),
		("request", request::<T>(MAX_ITEMS)),
		("submit", submit::<T>()),
		("rule", rule::<T>()),
	];
	for (call, weight) in calls {
		assert!(weight.all_lte(limit), "{call} may weigh {weight:?}, more than {limit:?}");
	}
}
