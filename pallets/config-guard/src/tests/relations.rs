// SPDX-License-Identifier: Apache-2.0

//! What energy-saving windows are told of the baseline: which cells cover which, and whether settings are frozen or changing.

use crate::{
	changes::types::{Change, ChangeState},
	mock::*,
	policy::Freeze,
	Changes, Tables,
};
use frame_support::{assert_ok, traits::ConstU32, BoundedVec};
use trimast_primitives::{
	access::Scope,
	cells::{
		catalogue::{cell_value, ApprovalClass, Domain, ParamScope, ParamText, Parameter},
		CellId, CellValues, ParamKey,
	},
	interlock::{Cover, Coverage, OpenChanges},
	page::SiteId,
	Text,
};

const PARTIAL: i64 = 1;
const FULL: i64 = 2;

/// Puts `isESCoveredBy` into the catalogue.
fn with_cover() {
	let domain = Domain::Choice(3);
	let parameter = Parameter { domain, ..parameter(None, ParamScope::CellRelation, ApprovalClass::Joint) };
	let word = |word: &str| -> Text<ConstU32<24>> { word.as_bytes().to_vec().try_into().unwrap() };
	let words = ["NO", "PARTIAL", "FULL"].map(word).to_vec().try_into().unwrap();
	let text = ParamText { words, ..text("isESCoveredBy") };
	assert_ok!(ConfigGuard::set_parameter(RuntimeOrigin::root(), COVER, parameter, text));
}

/// A cell with these covers and neighbours, each by its place.
fn related(pci: i64, covers: &[(u8, i64)], neighbours: &[(u8, CellId)]) -> CellValues {
	let cover = |(place, value): &(u8, i64)| (ParamKey { param: COVER, place: *place }, *value);
	let neighbour =
		|(place, of): &(u8, CellId)| (ParamKey { param: NEIGHBOUR, place: *place }, cell_value(*of));
	let mut values = cell(pci);
	values.extend(covers.iter().map(cover));
	values.extend(neighbours.iter().map(neighbour));
	values
}

/// A station with three cells: the second is covered by the first in full and by the third in part, and has another page's cell
/// for a neighbour.
fn three_cells() -> CellId {
	with_cover();
	let elsewhere = CellId { site: SiteId::new(NEARBY, 9, 5), cell: 2 };
	let second = related(
		2,
		&[(0, FULL), (1, 0), (3, PARTIAL), (4, FULL), (15, FULL)],
		&[(0, cell_id(0, 0)), (1, elsewhere), (3, cell_id(0, 2)), (4, cell_id(0, 1))],
	);
	// A cover without a neighbour, and a neighbour without a cover
	let third = related(3, &[(0, FULL)], &[(1, cell_id(0, 1))]);
	put(0, vec![station()]);
	assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![cell(1), second, third]])));
	elsewhere
}

#[test]
fn neighbours_are_told_with_their_covers() {
	run(|| {
		let elsewhere = three_cells();
		let lists = ConfigGuard::neighbours(HERE, 0, &[(0, 1), (0, 0), (0, 2), (0, 3), (7, 0)]);
		let second = vec![
			(cell_id(0, 0), Some(Cover::Full)),
			(elsewhere, None),
			(cell_id(0, 2), Some(Cover::Partial)),
		];
		assert_eq!(lists, [second, vec![], vec![(cell_id(0, 1), None)], vec![], vec![]]);
		// Nothing stands in another page.
		assert_eq!(ConfigGuard::neighbours(HERE, 1, &[(0, 1)]), [vec![]]);
	});
}

#[test]
fn what_covers_a_cell_is_what_its_own_list_says() {
	run(|| {
		three_cells();
		let covers = [(cell_id(0, 0), Cover::Full), (cell_id(0, 2), Cover::Partial)];
		assert_eq!(ConfigGuard::covered_by(cell_id(0, 1)), covers);
		for cell in [cell_id(0, 0), cell_id(0, 2), cell_id(0, 9), cell_id(63, 0)] {
			assert_eq!(ConfigGuard::covered_by(cell), [], "{cell:?}");
		}
		let beyond = CellId { site: SiteId { local_network: HERE, index: u32::MAX }, cell: 0 };
		assert_eq!(ConfigGuard::covered_by(beyond), []);
	});
}

#[test]
fn cell_that_is_not_unlocked_is_told() {
	sp_io::TestExternalities::default().execute_with(|| {
		// Given cells that are locked, about to be, and unlocked, one of LTE that is locked, and one of which nobody has said so
		let [nr, lte] = STATES.map(ParamKey::of);
		let cells = [vec![(nr, 0)], vec![(nr, 1)], vec![(nr, 2)], vec![(lte, 0)], vec![(lte, 2)], cell(1)];
		Tables::<Test>::insert(HERE, 0, table(&[vec![], cells.to_vec()]));
		// Then these are told of those that are asked about
		let all: Vec<(u8, u8)> = (0..7).map(|number| (1, number)).chain([(0, 0), (63, 0)]).collect();
		assert_eq!(ConfigGuard::locked(HERE, 0, &all), [(1, 0), (1, 1), (1, 3)]);
		assert_eq!(ConfigGuard::locked(HERE, 0, &[(1, 1), (1, 2)]), [(1, 1)]);
		assert_eq!(ConfigGuard::locked(HERE, 1, &all), []);
	});
}

#[test]
fn half_hours_in_which_cells_may_not_sleep_are_told() {
	sp_io::TestExternalities::default().execute_with(|| {
		// Given a cell that may sleep until six in the morning, one that always may, and one of which nobody has said when
		let key = ParamKey::of(NOT_ALLOWED);
		let from_six = ((1 << 48) - 1) & !((1 << 12) - 1);
		let cells = [vec![(key, from_six)], vec![(key, 0)], cell(1)];
		Tables::<Test>::insert(HERE, 0, table(&[vec![], cells.to_vec()]));
		let all = [(1, 2), (1, 1), (1, 0), (1, 9), (0, 0), (63, 0)];
		let expected = [0, 0, u64::try_from(from_six).unwrap(), 0, 0, 0];
		assert_eq!(ConfigGuard::not_allowed(HERE, 0, &all), expected);
		assert_eq!(ConfigGuard::not_allowed(HERE, 1, &all), [0; 6]);
	});
}

#[test]
fn freeze_holds_in_its_territory_and_time() {
	run(|| {
		let freeze = Freeze { scope: Scope::LocalNetwork(HERE), from: 5_000, to: 9_000 };
		assert_ok!(ConfigGuard::set_freeze(RuntimeOrigin::root(), 1, Some(freeze)));
		let is_frozen = |from, to| ConfigGuard::is_frozen(HERE, from, to);
		assert!(is_frozen(0, 5_000) && is_frozen(9_000, 10_000) && is_frozen(6_000, 6_001));
		assert!(!is_frozen(0, 4_999) && !is_frozen(9_001, 10_000));
		assert!(!ConfigGuard::is_frozen(NEARBY, 5_000, 9_000));
	});
}

#[test]
fn open_changes_are_told_cell_by_cell() {
	run(|| {
		baseline();
		let open = || ConfigGuard::open_changes(HERE, 0, &[(0, 0), (0, 1), (1, 0), (9, 0)]);
		assert_eq!(open(), []);
		let number = ask(CARRIER, terms(), &[item(0, 1, POWER, 13)]);
		assert_eq!(open(), [(0, 1)]);
		assert_eq!(ConfigGuard::open_changes(HERE, 0, &[(0, 0)]), []);
		assert!(ConfigGuard::has_open_change(cell_id(0, 1)) && !ConfigGuard::has_open_change(cell_id(0, 0)));
		assert_ok!(ConfigGuard::withdraw(engineer(CARRIER), number));
		assert_eq!(open(), []);
	});
}

#[test]
fn more_changes_than_are_looked_at_count_as_open() {
	sp_io::TestExternalities::default().execute_with(|| {
		// Given changes that are over, each of a request of its own that is known no more
		let change = |n: u32| Change {
			slot: 0,
			cell: (n % 2) as u8,
			key: ParamKey::of(POWER),
			by: CARRIER,
			request: n,
			asked: 1,
			before: None,
			after: None,
			state: ChangeState::Open,
		};
		let write = |count: u32| {
			let changes: Vec<_> = (0..count).map(change).collect();
			Changes::<Test>::insert(HERE, 0, BoundedVec::truncate_from(changes));
		};
		let open = || ConfigGuard::open_changes(HERE, 0, &[(0, 0), (0, 1)]);
		// Then 64 and 4 a cell are looked at
		write(64 + 2 * 4);
		assert_eq!(open(), []);
		write(64 + 2 * 4 + 2);
		assert_eq!(open(), [(0, 0), (0, 1)]);
		// And those of other cells are not counted
		write(64 + 2 * 4);
		assert_eq!(ConfigGuard::open_changes(HERE, 0, &[(0, 1)]), []);
	});
}
