// SPDX-License-Identifier: Apache-2.0

//! Interlocks: what one pallet must know of another before something may happen in a cell. Each is a small trait; the
//! runtime ties them together.

use crate::{cells::CellId, page::SiteId, LocalNetworkId, Moment, OrgId};
use alloc::vec::Vec;
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

/// How far a cell covers another: the attribute `isESCoveredBy` of a relation (TS 28.541). A cell that covers nothing of
/// another does not stand in a list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Cover {
	/// Some of it: not enough to put it to sleep.
	Partial,
	/// All of it.
	Full,
}

/// Who knows which cells cover which, and when settings are frozen: asked before cells are put to sleep. A relation stands at
/// the cell that is covered, so both lists have at most [`crate::cells::MAX_NEIGHBOURS`] cells.
pub trait Coverage {
	/// The neighbours of a cell that cover it, by their places in its list.
	fn covered_by(cell: CellId) -> Vec<(CellId, Cover)>;
	/// The neighbours of a cell that it covers, as their own lists say. One that is not on the cell's list is not seen from
	/// here.
	fn covers(cell: CellId) -> Vec<(CellId, Cover)>;
	/// Whether a freeze of the local network and the time from `from` to `to` have a moment in common.
	fn is_frozen(local_network: LocalNetworkId, from: Moment, to: Moment) -> bool;
}

/// No cell is covered by another: for a runtime without the configuration guard. So none is put to sleep.
impl Coverage for NothingOpen {
	fn covered_by(_cell: CellId) -> Vec<(CellId, Cover)> {
		Vec::new()
	}

	fn covers(_cell: CellId) -> Vec<(CellId, Cover)> {
		Vec::new()
	}

	fn is_frozen(_local_network: LocalNetworkId, _from: Moment, _to: Moment) -> bool {
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

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn coverage_of_nothing_lets_no_cell_sleep() {
		let place = LocalNetworkId(1301);
		let cell = CellId { site: SiteId::new(place, 0, 0), cell: 0 };
		assert!(NothingOpen::covered_by(cell).is_empty() && NothingOpen::covers(cell).is_empty());
		assert!(!NothingOpen::is_frozen(place, 0, Moment::MAX));
		assert!(Cover::Partial < Cover::Full);
	}
}
