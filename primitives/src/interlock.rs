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
	/// The same of several cells of a page, each by its station's slot and its number: those of which it is so, and what it weighed to
	/// look.
	fn energy_windows(
		local_network: LocalNetworkId,
		page: u16,
		cells: &[(u8, u8)],
		from: Moment,
		to: Moment,
	) -> (Vec<(u8, u8)>, Weight);
	/// What that weighs at most.
	fn energy_windows_weight() -> Weight;
	/// Whether an outage is open in the cell.
	fn outage(cell: CellId) -> bool;
}

/// Nothing is open anywhere: for a runtime that has neither energy windows nor outages.
pub struct NothingOpen;

impl Interlocks for NothingOpen {
	fn energy_window(_cell: CellId, _from: Moment, _to: Moment) -> bool {
		false
	}

	fn energy_windows(
		_local_network: LocalNetworkId,
		_page: u16,
		_cells: &[(u8, u8)],
		_from: Moment,
		_to: Moment,
	) -> (Vec<(u8, u8)>, Weight) {
		(Vec::new(), Weight::zero())
	}

	fn energy_windows_weight() -> Weight {
		Weight::zero()
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

/// Who has to know at once that something begins at stations: told by who knows of it, so that cells do not sleep on which must not. What
/// follows is not done here: this is called while an order is opened or a record is amended, and a storm opens many.
pub trait StationListener {
	/// A fault that others have to mind is opened at a station, where none was open. `raiser` is whose word it is.
	fn outage_began(station: SiteId, raiser: OrgId);

	/// Stations of a page are not what they were: a cell was changed in an emergency, or one is out of service, another company's, or
	/// shared otherwise. Bit `n` of `slots` stands for the station in slot `n`; `by` is whose doing it is.
	fn stations_changed(local_network: LocalNetworkId, page: u16, slots: u64, by: OrgId);

	/// What it weighs at most to be told of one thing.
	fn told_weight() -> Weight;
}

/// Nobody listens: for a runtime without energy-saving windows.
impl StationListener for NothingOpen {
	fn outage_began(_station: SiteId, _raiser: OrgId) {}

	fn stations_changed(_local_network: LocalNetworkId, _page: u16, _slots: u64, _by: OrgId) {}

	fn told_weight() -> Weight {
		Weight::zero()
	}
}

/// Who knows of energy-saving windows: asked before a change in a cell.
pub trait SavingWindows {
	/// Whether a window that is agreed on and the time from `from` to `to` have a moment in common, in which the cell sleeps or
	/// compensates for one that does.
	fn in_cell(cell: CellId, from: Moment, to: Moment) -> bool;

	/// The same of several cells of a page, each by its station's slot and its number: those of which it is so, and what it weighed to
	/// look.
	fn in_cells(
		local_network: LocalNetworkId,
		page: u16,
		cells: &[(u8, u8)],
		from: Moment,
		to: Moment,
	) -> (Vec<(u8, u8)>, Weight);

	/// What that weighs at most.
	fn in_cells_weight() -> Weight;
}

/// No cell is put to sleep: for a runtime without energy-saving windows.
impl SavingWindows for NothingOpen {
	fn in_cell(_cell: CellId, _from: Moment, _to: Moment) -> bool {
		false
	}

	fn in_cells(
		_local_network: LocalNetworkId,
		_page: u16,
		_cells: &[(u8, u8)],
		_from: Moment,
		_to: Moment,
	) -> (Vec<(u8, u8)>, Weight) {
		(Vec::new(), Weight::zero())
	}

	fn in_cells_weight() -> Weight {
		Weight::zero()
	}
}

/// Windows and outages, each by whoever knows of them.
pub struct WindowsAndOutages<W, O>(PhantomData<(W, O)>);

impl<W: SavingWindows, O: Outages> Interlocks for WindowsAndOutages<W, O> {
	fn energy_window(cell: CellId, from: Moment, to: Moment) -> bool {
		W::in_cell(cell, from, to)
	}

	fn energy_windows(
		local_network: LocalNetworkId,
		page: u16,
		cells: &[(u8, u8)],
		from: Moment,
		to: Moment,
	) -> (Vec<(u8, u8)>, Weight) {
		W::in_cells(local_network, page, cells, from, to)
	}

	fn energy_windows_weight() -> Weight {
		W::in_cells_weight()
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

/// How a violation has ended, as far as work orders need to know it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
	/// An observation by another company shows that it is put right.
	Restored,
	/// Nobody says it any more.
	TakenBack,
	/// There is nothing left to put right: what was seen is approved since, or the cell has no baseline any more.
	Superseded,
}

/// A violation, as far as work orders need to know it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KnownViolation {
	/// Where it was seen.
	pub cell: CellId,
	/// Who answers for it.
	pub against: OrgId,
	/// How it has ended; none while it stands open.
	pub ended: Option<Ending>,
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
	/// The same of several cells of a page, each by its station's slot and its number: those of which it is so. What there are too
	/// many changes to look at counts as open.
	fn open_changes(local_network: LocalNetworkId, page: u16, cells: &[(u8, u8)]) -> Vec<(u8, u8)>;
}

impl OpenChanges for NothingOpen {
	fn has_open_change(_cell: CellId) -> bool {
		false
	}

	fn open_changes(_local_network: LocalNetworkId, _page: u16, _cells: &[(u8, u8)]) -> Vec<(u8, u8)> {
		Vec::new()
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

/// The neighbours of a cell by their places in its list, with how far each covers it.
pub type Neighbours = Vec<(CellId, Option<Cover>)>;

/// Who knows which cells cover which, when each may sleep, and when settings are frozen: asked before cells are put to sleep. A relation stands at
/// the cell that is covered, so a list has at most [`crate::cells::MAX_NEIGHBOURS`] cells.
pub trait Coverage {
	/// The neighbours of several cells of a page, each by its station's slot and its number, in their order. A cell without a
	/// baseline has none.
	fn neighbours(local_network: LocalNetworkId, page: u16, cells: &[(u8, u8)]) -> Vec<Neighbours>;

	/// The cells that cover a cell, as its own list says.
	fn covered_by(cell: CellId) -> Vec<(CellId, Cover)> {
		let place = cell.site.page().zip(u8::try_from(cell.site.slot()).ok());
		let Some((page, slot)) = place else { return Vec::new() };
		let lists = Self::neighbours(cell.site.local_network, page, &[(slot, cell.cell)]);
		lists.into_iter().flatten().filter_map(|(by, cover)| Some((by, cover?))).collect()
	}

	/// Those of several cells of a page, each by its station's slot and its number, that are locked or about to be
	/// (`administrativeState` of TS 28.541): they cover nothing. Of a cell without a value nobody has said so.
	fn locked(local_network: LocalNetworkId, page: u16, cells: &[(u8, u8)]) -> Vec<(u8, u8)>;

	/// In which half hours of the day, at UTC+8, each of several cells of a page may not sleep (`esNotAllowedTimePeriod` of TS 28.541), each by
	/// its station's slot and its number, in their order: bit 0 is 00:00 to 00:30. Of a cell without a value nobody has said so.
	fn not_allowed(local_network: LocalNetworkId, page: u16, cells: &[(u8, u8)]) -> Vec<u64>;

	/// Whether a freeze of the local network and the time from `from` to `to` have a moment in common.
	fn is_frozen(local_network: LocalNetworkId, from: Moment, to: Moment) -> bool;
}

/// No cell is covered by another: for a runtime without the configuration guard. So none is put to sleep.
impl Coverage for NothingOpen {
	fn neighbours(_local_network: LocalNetworkId, _page: u16, cells: &[(u8, u8)]) -> Vec<Neighbours> {
		cells.iter().map(|_| Vec::new()).collect()
	}

	fn locked(_local_network: LocalNetworkId, _page: u16, _cells: &[(u8, u8)]) -> Vec<(u8, u8)> {
		Vec::new()
	}

	fn not_allowed(_local_network: LocalNetworkId, _page: u16, cells: &[(u8, u8)]) -> Vec<u64> {
		cells.iter().map(|_| 0).collect()
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

	const PLACE: LocalNetworkId = LocalNetworkId(1301);

	fn cell(slot: u32, cell: u8) -> CellId {
		CellId { site: SiteId::new(PLACE, 3, slot), cell }
	}

	#[test]
	fn coverage_of_nothing_lets_no_cell_sleep() {
		assert_eq!(NothingOpen::neighbours(PLACE, 3, &[(0, 0), (1, 0)]), [vec![], vec![]]);
		assert!(NothingOpen::covered_by(cell(0, 0)).is_empty());
		assert!(NothingOpen::locked(PLACE, 3, &[(0, 0)]).is_empty());
		assert_eq!(NothingOpen::not_allowed(PLACE, 3, &[(0, 0), (1, 0)]), [0, 0]);
		assert!(!NothingOpen::is_frozen(PLACE, 0, Moment::MAX));
		assert!(Cover::Partial < Cover::Full);
	}

	/// The second cell of every station has the first one, which covers it, and a neighbour that does not.
	struct One;

	impl Coverage for One {
		fn neighbours(local_network: LocalNetworkId, page: u16, cells: &[(u8, u8)]) -> Vec<Neighbours> {
			let site = |slot: u8| SiteId::new(local_network, page, slot.into());
			let of = |(slot, number): &(u8, u8)| match number {
				1 => vec![
					(CellId { site: site(63), cell: 0 }, None),
					(CellId { site: site(*slot), cell: 0 }, Some(Cover::Full)),
				],
				_ => vec![],
			};
			cells.iter().map(of).collect()
		}

		fn locked(_local_network: LocalNetworkId, _page: u16, _cells: &[(u8, u8)]) -> Vec<(u8, u8)> {
			vec![]
		}

		fn not_allowed(_local_network: LocalNetworkId, _page: u16, cells: &[(u8, u8)]) -> Vec<u64> {
			vec![0; cells.len()]
		}

		fn is_frozen(_local_network: LocalNetworkId, _from: Moment, _to: Moment) -> bool {
			false
		}
	}

	#[test]
	fn what_covers_a_cell_is_read_off_its_own_list() {
		assert_eq!(One::covered_by(cell(7, 1)), [(cell(7, 0), Cover::Full)]);
		assert_eq!(One::covered_by(cell(7, 0)), []);
		let beyond = CellId { site: SiteId { local_network: PLACE, index: u32::MAX }, cell: 1 };
		assert_eq!(One::covered_by(beyond), []);
	}

	/// One window, in which one cell sleeps, and an outage at one station.
	struct Known;

	impl SavingWindows for Known {
		fn in_cell(of: CellId, from: Moment, to: Moment) -> bool {
			of == cell(0, 1) && from <= 20 && 10 <= to
		}

		fn in_cells(
			local_network: LocalNetworkId,
			page: u16,
			cells: &[(u8, u8)],
			from: Moment,
			to: Moment,
		) -> (Vec<(u8, u8)>, Weight) {
			let site = |slot: u8| SiteId::new(local_network, page, slot.into());
			let is_in = |(slot, cell): &&(u8, u8)| {
				<Self as SavingWindows>::in_cell(CellId { site: site(*slot), cell: *cell }, from, to)
			};
			(cells.iter().filter(is_in).copied().collect(), Weight::from_parts(5, 0))
		}

		fn in_cells_weight() -> Weight {
			Weight::from_parts(9, 0)
		}
	}

	impl Outages for Known {
		fn at_station(station: SiteId) -> bool {
			station == cell(1, 0).site
		}
	}

	#[test]
	fn each_is_asked_who_knows() {
		type Both = WindowsAndOutages<Known, Known>;
		assert!(Both::energy_window(cell(0, 1), 0, 10) && !Both::energy_window(cell(0, 1), 0, 9));
		assert!(!Both::energy_window(cell(0, 0), 0, 10) && !Both::outage(cell(0, 1)));
		let weights = [5, 9].map(|weight| Weight::from_parts(weight, 0));
		let of = |page, from| Both::energy_windows(PLACE, page, &[(0, 0), (0, 1), (1, 1)], from, 30);
		assert_eq!(
			[of(3, 20), of(3, 21), of(4, 20)],
			[vec![(0, 1)], vec![], vec![]].map(|all| (all, weights[0]))
		);
		assert_eq!(Both::energy_windows_weight(), weights[1]);
		assert!(Both::outage(cell(1, 0)) && Both::outage(cell(1, 2)));
		type Alone = WindowsAndOutages<NothingOpen, Known>;
		assert!(!Alone::energy_window(cell(0, 1), 0, 10) && Alone::outage(cell(1, 0)));
		assert_eq!(Alone::energy_windows(PLACE, 3, &[(0, 1)], 0, 10), (vec![], Weight::zero()));
		assert_eq!(Alone::energy_windows_weight(), Weight::zero());
	}
}
