// SPDX-License-Identifier: Apache-2.0

//! What the configuration guard asks before a cell is changed.

use super::*;
use trimast_primitives::interlock::SavingWindows;

/// Asked for the cell alone, and among those of its page, which comes to the same.
fn is_kept(cell: CellId, from: Moment, to: Moment) -> bool {
	let (page, slot) = (cell.site.page().unwrap(), u8::try_from(cell.site.slot()).unwrap());
	let cells: Vec<(u8, u8)> = (0..64).flat_map(|slot| (0..3).map(move |cell| (slot, cell))).collect();
	let (those, _) = <Energy as SavingWindows>::in_cells(HERE, page, &cells, from, to);
	let is_kept = <Energy as SavingWindows>::in_cell(cell, from, to);
	assert_eq!(those.contains(&(slot, cell.cell)), is_kept, "{cell:?}");
	is_kept
}

/// Cells of the first station that are kept from changes at any time.
fn kept() -> Vec<u8> {
	(0..3).filter(|number| is_kept(cell(0, *number), 0, Moment::MAX)).collect()
}

#[test]
fn cells_are_kept_from_the_last_consent_to_the_end() {
	test(|| {
		let number = examined();
		assert!(kept().is_empty());
		// With the consent of all: who sleeps and who stands in
		assert_eq!(consent(SHARER, number), Ok(()));
		assert_eq!(kept(), [0, 1]);
		assert_eq!(approve(number), None);
		assert_eq!(kept(), [0, 1]);
		assert!(!is_kept(cell(2, 1), 0, Moment::MAX) && !is_kept(cell_in(1, 0, 1), 0, Moment::MAX));
		// Until the plan is over
		blocks(12, at(LAST, 12));
		assert_eq!((phase(number), kept()), (PlanPhase::Over, vec![]));
	});
}

#[test]
fn cells_are_kept_in_the_windows_alone() {
	test(|| {
		approved();
		let in_cell = |from, to| is_kept(cell(0, 1), from, to);
		assert!(!in_cell(0, at(FIRST, 4) - 1) && in_cell(0, at(FIRST, 4)));
		assert!(in_cell(at(FIRST, 12) - 1, at(FIRST, 12)) && in_cell(at(FIRST, 5), at(FIRST, 6)));
		// By day, between two windows
		assert!(!in_cell(at(FIRST, 12), at(FIRST + 1, 4) - 1) && in_cell(at(FIRST, 12), at(FIRST + 1, 4)));
		assert!(in_cell(at(LAST, 11), Moment::MAX) && !in_cell(at(LAST, 12), Moment::MAX));
	});
}

#[test]
fn what_is_withdrawn_keeps_nothing() {
	test(|| {
		let number = approved();
		assert_eq!(Energy::withdraw_plan(planner(OWNER), number), Ok(()));
		assert!(kept().is_empty());
	});
}
