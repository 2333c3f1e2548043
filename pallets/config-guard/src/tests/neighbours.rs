// SPDX-License-Identifier: Apache-2.0

//! How much of the network the cross-cell rules look at in one check.

use crate::{
	changes::{
		network::MAX_PAGES_LOOKED,
		types::{Item, ItemRefusal, Terms},
	},
	mock::*,
	Event,
};
use frame_support::assert_ok;
use trimast_primitives::{
	cells::{catalogue::cell_value, table::TableBytes, CellId, ParamKey, MAX_NEIGHBOURS},
	page::SiteId,
};

const CELLS: u16 = 6;

/// Six cells at two stations, with PCIs from the given one on, each with as many neighbours as it may have, all in pages of
/// their own, or with none.
fn cells(first: i64, has_neighbours: bool) -> TableBytes {
	let cell = |n: u16| {
		let mut values = full_cell(first + i64::from(n));
		for place in (0..MAX_NEIGHBOURS).filter(|_| has_neighbours) {
			let page = 1 + n * u16::from(MAX_NEIGHBOURS) + u16::from(place);
			let neighbour = CellId { site: SiteId::new(HERE, page, 0), cell: 0 };
			values.push((ParamKey { param: NEIGHBOUR, place }, cell_value(neighbour)));
		}
		values
	};
	let stations: Vec<Vec<_>> = [0..3, 3..CELLS].map(|cells| cells.map(cell).collect()).to_vec();
	table(&stations)
}

fn import(first: i64, has_neighbours: bool) {
	assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, cells(first, has_neighbours)));
}

fn given(has_neighbours: bool) {
	let pages = 1..=CELLS * u16::from(MAX_NEIGHBOURS);
	assert!(u32::from(*pages.end()) > MAX_PAGES_LOOKED);
	pages.for_each(|page| one_cell(page, 500 + i64::from(page)));
	put(0, vec![station(), station()]);
	confirm(0);
	import(1, has_neighbours);
}

/// Another PCI for so many of the cells.
fn items(cells: u8) -> Vec<Item> {
	(0..cells).map(|n| item(n / 3, n % 3, PCI, 101 + i64::from(n))).collect()
}

fn too_many() -> Vec<(u8, ItemRefusal)> {
	(0..6).map(|n| (n, ItemRefusal::TooManyNeighbours)).collect()
}

#[test]
fn more_neighbours_than_one_check_may_look_at_are_refused() {
	run(|| {
		given(true);
		ask(CARRIER, terms(), &items(6));
		assert_eq!((refused(), approved(0, 0, PCI)), (too_many(), Some(1)));
		// Fewer cells at once go through
		ask(CARRIER, terms(), &items(3));
		assert_eq!((refused(), approved(0, 0, PCI)), (vec![], Some(101)));
	});
}

#[test]
fn neighbours_that_have_come_since_keep_a_change_from_being_carried_out() {
	run(|| {
		given(false);
		let number = ask(CARRIER, Terms { window: (5_000, 400_000), ..terms() }, &items(6));
		assert_eq!(refused(), []);
		go_to(6);
		import(1, true);
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
		assert_eq!((refused(), approved(0, 0, PCI)), (too_many(), Some(1)));
	});
}

#[test]
fn neighbours_that_have_come_since_keep_former_values_out() {
	run(|| {
		given(false);
		let number = ask(CARRIER, terms(), &items(6));
		assert_eq!(approved(0, 0, PCI), Some(101));
		import(101, true);
		assert_ok!(ConfigGuard::roll_back(engineer(CARRIER), number, 0));
		let Event::RollBackRefused { refused, .. } = last_event() else { panic!("rolled back") };
		let is_too_many = |(_, why): &(u8, ItemRefusal)| *why == ItemRefusal::TooManyNeighbours;
		assert!(!refused.is_empty() && refused.iter().all(is_too_many));
		assert_eq!(approved(0, 0, PCI), Some(101));
	});
}
