//! Interlocks: what one pallet must know of another before something may happen in a cell. Each is a small trait; the
//! runtime ties them together.

use crate::{cells::CellId, page::SiteId, Moment};

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
