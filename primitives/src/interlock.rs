// SPDX-License-Identifier: Apache-2.0

//! Interlocks: what one pallet must know of another before something may happen in a cell. Each is a small trait; the
//! runtime ties them together.

use crate::{cells::CellId, page::SiteId, Moment, OrgId};
use core::marker::PhantomData;
use sp_runtime::{DispatchError, Weight};

/// What stands in the way of a change of a cell's parameters.
pub trait Interlocks {
	/// Whether an approved energy-saving window of the cell and the time from `from` to `to` have a moment in common.
	fn energy_window(cell: CellId, from: Moment, to: Moment) -> bool;
	/// Whether an outage is open in the cell.
	fn outage(cell: CellId) -> bool;
}

/// Nothing is open anywhere: for a runtime that has neither energy windows nor outages.
pub struct NothingOpen;

impl Interlocks for NothingOpen {
	fn energy_window(_cell: CellId, _from: Moment, _to: Moment) -> bool {
		false
	}

	fn outage(_cell: CellId) -> bool {
		false
	}
}

/// Who knows of outages: asked before a change in a cell, and before a cell is put to sleep that covers another.
pub trait Outages {
	/// Whether a fault that others have to mind is open at a station.
	fn at_station(station: SiteId) -> bool;
	/// The same where the cell is.
	fn in_cell(cell: CellId) -> bool {
		Self::at_station(cell.site)
	}
}

/// Outages alone: for a runtime that has no energy windows.
pub struct OutagesAlone<O>(PhantomData<O>);

impl<O: Outages> Interlocks for OutagesAlone<O> {
	fn energy_window(_cell: CellId, _from: Moment, _to: Moment) -> bool {
		false
	}

	fn outage(cell: CellId) -> bool {
		O::in_cell(cell)
	}
}

/// Who has violations put right: the configuration guard asks, work orders answer.
pub trait Remedies {
	/// Opens an order by which `handler` puts right what `raiser` has seen. A violation has one order: where there is one
	/// already its number is given, and nothing is opened.
	///
	/// # Errors
	/// Why nobody can be given one.
	fn open(violation: u32, cell: CellId, raiser: OrgId, handler: OrgId) -> Result<u32, DispatchError>;
	/// What [`open`](Self::open) weighs at most, also where it is refused.
	fn open_weight() -> Weight;
}

/// Nobody puts anything right: for a runtime without work orders.
impl Remedies for NothingOpen {
	fn open(_violation: u32, _cell: CellId, _raiser: OrgId, _handler: OrgId) -> Result<u32, DispatchError> {
		Err(DispatchError::Unavailable)
	}

	fn open_weight() -> Weight {
		Weight::zero()
	}
}

/// A violation, as far as work orders need to know it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KnownViolation {
	/// Where it was seen.
	pub cell: CellId,
	/// Who answers for it.
	pub against: OrgId,
	/// Whether an observation shows that it is put right: it is closed, and not because nobody says it any more.
	pub is_restored: bool,
	/// Whether it is closed because nobody says it any more.
	pub is_taken_back: bool,
	/// When the network was read in which it was seen first.
	pub since: Moment,
}

/// Who knows of violations: work orders ask, the configuration guard answers.
pub trait Violations {
	/// A violation by its number, while it is kept: one that was given an order is as long as it stands open.
	fn violation(number: u32) -> Option<KnownViolation>;
}

/// What stands in the way of an energy-saving window.
pub trait OpenChanges {
	/// Whether a change of the cell is asked for, carried out and still observed, or disputed.
	fn has_open_change(cell: CellId) -> bool;
}

impl OpenChanges for NothingOpen {
	fn has_open_change(_cell: CellId) -> bool {
		false
	}
}

/// What the inventory must know of the baseline before a station's record may change.
pub trait Baselines {
	/// How many cells of a station have a baseline. Where it is none, no baseline of the station stands.
	fn cells(station: SiteId) -> u8;
}

/// No station has a baseline: for a runtime without the configuration guard.
pub struct NoBaseline;

impl Baselines for NoBaseline {
	fn cells(_station: SiteId) -> u8 {
		0
	}
}
