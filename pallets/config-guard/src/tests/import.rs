// SPDX-License-Identifier: Apache-2.0

use crate::{
	mock::*,
	types::{BaselineRefusal, BaselineResult, KeyDefect},
	Error, Event, Heads, Tables,
};
use frame_support::{assert_noop, assert_ok, dispatch::GetDispatchInfo};
use trimast_primitives::{
	cells::{CellTable, CellValues, ParamId, ParamKey, MAX_NEIGHBOURS},
	site::{Station, StationState, Technology},
	OrgId, OrgSet,
};
use BaselineResult::{Refused, Unchanged, Written};

/// Imports for `org` and gives the results.
fn import(org: OrgId, page: u16, stations: &[Vec<CellValues>]) -> Vec<(u8, BaselineResult)> {
	assert_ok!(ConfigGuard::import(engineer(org), HERE, page, table(stations)));
	match last_event() {
		Event::BaselineImported { results, .. } => results.into_inner(),
		other => panic!("{other:?}"),
	}
}

fn stored(page: u16) -> Vec<Vec<CellValues>> {
	CellTable::from_bytes(&Tables::<Test>::get(HERE, page)).unwrap().stations()
}

#[test]
fn import_works() {
	run(|| {
		// Given two stations of the carrier and one of another
		put(3, vec![station(), station_of(SHARER), station()]);
		// When the carrier imports the cells of its own
		let cells = vec![vec![cell(1), cell(2)], vec![], vec![cell(3)]];
		assert_eq!(import(CARRIER, 3, &cells), [(0, Written), (2, Written)]);
		// Then they stand there, signed by it alone
		assert_eq!(stored(3), cells);
		let head = Heads::<Test>::get(HERE, 3);
		assert_eq!((head.revision, head.catalogue, head.changed), (1, 1, 1));
		assert_eq!(head.signed.into_inner(), [OrgSet::of(CARRIER), OrgSet::EMPTY, OrgSet::of(CARRIER)]);
		// And the other's, imported by it, stand beside them
		assert_eq!(import(SHARER, 3, &[vec![], vec![cell(9)]]), [(1, Written)]);
		assert_eq!(stored(3), [vec![cell(1), cell(2)], vec![cell(9)], vec![cell(3)]]);
	});
}

#[test]
fn the_same_twice_changes_nothing() {
	run(|| {
		put(0, vec![station(), station()]);
		import(CARRIER, 0, &[vec![cell(1)], vec![cell(2)]]);
		let before = (digest(0), Heads::<Test>::get(HERE, 0));
		assert_eq!(import(CARRIER, 0, &[vec![cell(1)], vec![cell(2)]]), [(0, Unchanged), (1, Unchanged)]);
		assert_eq!((digest(0), Heads::<Test>::get(HERE, 0)), before);
		// And of what has changed only that is written
		assert_eq!(import(CARRIER, 0, &[vec![cell(1)], vec![cell(5)]]), [(0, Unchanged), (1, Written)]);
		assert_ne!(digest(0), before.0);
	});
}

#[test]
fn import_fails_for_single_stations_with_the_reason() {
	run(|| {
		let lte = Station { technology: Technology::Lte, ..station() };
		put(0, vec![station(), station_of(SHARER), station(), station(), lte]);
		Inventory::mutate(|all| all.get_mut(&(HERE, 0)).unwrap()[2].state = StationState::Retired);
		let one = || vec![cell(1)];
		let refused = Refused;
		let value = |defect| refused(BaselineRefusal::Value { cell: 0, key: ParamKey::of(PCI), defect });
		let results = import(CARRIER, 0, &[one(), one(), one(), vec![cell(1); 4], one(), one()]);
		assert_eq!(results[0], (0, Written));
		assert_eq!(results[1], (1, refused(BaselineRefusal::NotOwner)));
		assert_eq!(results[2], (2, refused(BaselineRefusal::Retired)));
		assert_eq!(results[3], (3, refused(BaselineRefusal::TooManyCells)));
		assert_eq!(results[4], (4, value(KeyDefect::Technology)));
		assert_eq!(results[5], (5, refused(BaselineRefusal::NotFound)));
		assert_eq!(stored(0), [one()]);
	});
}

#[test]
fn import_fails_for_values_that_the_catalogue_does_not_allow() {
	run(|| {
		put(0, vec![station()]);
		let of = |key: ParamKey, value| import(CARRIER, 0, &[vec![vec![], vec![(key, value)]]]);
		let refused = |key, defect| [(0, Refused(BaselineRefusal::Value { cell: 1, key, defect }))];
		for (key, value, defect) in [
			(ParamKey::of(ParamId(999)), 1, KeyDefect::UnknownParameter),
			(ParamKey { param: OFFSET, place: MAX_NEIGHBOURS }, 1, KeyDefect::NoSuchPlace),
			(ParamKey { param: TAC, place: 2 }, 1, KeyDefect::NoSuchPlace),
			(ParamKey { param: PCI, place: 1 }, 1, KeyDefect::NoSuchPlace),
			(ParamKey::of(PCI), 1_008, KeyDefect::Domain),
			(ParamKey::of(PCI), -1, KeyDefect::Domain),
		] {
			assert_eq!(of(key, value), refused(key, defect));
		}
		assert!(Tables::<Test>::get(HERE, 0).is_empty());
	});
}

#[test]
fn import_fails_where_the_cells_differ_in_what_is_the_stations() {
	run(|| {
		put(0, vec![station(), station()]);
		let key = ParamKey::of(GNB_ID_LENGTH);
		let differ = |cell| Refused(BaselineRefusal::CellsDiffer { cell, key });
		let of = |length| cell_with_length(1, length);
		// Other stations are not compared
		assert_eq!(
			import(CARRIER, 0, &[vec![of(24), of(25)], vec![of(26); 3]]),
			[(0, differ(1)), (1, Written)]
		);
		// A cell without the value does not have that of the others
		assert_eq!(import(CARRIER, 0, &[vec![of(24), of(24), cell(1)]]), [(0, differ(2))]);
		assert_eq!(import(CARRIER, 0, &[vec![cell(1), of(24)]]), [(0, differ(1))]);
		assert_eq!(import(CARRIER, 0, &[vec![of(24), of(24)]]), [(0, Written)]);
	});
}

#[test]
fn import_fails_where_another_has_signed() {
	run(|| {
		put(0, vec![station(), station()]);
		import(CARRIER, 0, &[vec![cell(1)]]);
		assert_ok!(ConfigGuard::sign(engineer(SHARER), HERE, vec![(0, digest(0))].try_into().unwrap()));
		// Then the owner changes nothing of it by an import, and adds a station beside it
		let results = import(CARRIER, 0, &[vec![cell(2)], vec![cell(3)]]);
		assert_eq!(results, [(0, Refused(BaselineRefusal::Countersigned)), (1, Written)]);
		assert_eq!(stored(0), [vec![cell(1)], vec![cell(3)]]);
		let signed = Heads::<Test>::get(HERE, 0).signed.into_inner();
		assert_eq!(signed, [OrgSet::of(CARRIER).with(SHARER), OrgSet::of(CARRIER)]);
	});
}

#[test]
fn import_fails_when_it_is_no_table_or_no_page() {
	run(|| {
		put(0, vec![station()]);
		let bytes = table(&[vec![cell(1)]]);
		let mut longer = bytes.clone().into_inner();
		longer.push(0);
		let no_table = longer.try_into().unwrap();
		assert_noop!(ConfigGuard::import(engineer(CARRIER), HERE, 0, no_table), Error::<Test>::BadTable);
		let outside = ConfigGuard::import(engineer(CARRIER), HERE, 200, bytes.clone());
		assert_noop!(outside, Error::<Test>::UnknownPage);
		let nowhere =
			ConfigGuard::import(engineer(CARRIER), trimast_primitives::LocalNetworkId(9_999), 0, bytes);
		assert_noop!(nowhere, Error::<Test>::UnknownPage);
	});
}

#[test]
fn import_fails_without_the_right() {
	run(|| {
		put(0, vec![station()]);
		assert_refusals(CARRIER, |origin| ConfigGuard::import(origin, HERE, 0, table(&[vec![cell(1)]])));
	});
}

#[test]
fn import_is_charged_for_the_tables_that_it_met() {
	run(|| {
		put(0, vec![station()]);
		let cells = table(&[vec![cell(1)]]);
		let call = crate::Call::<Test>::import { local_network: HERE, page: 0, table: cells.clone() };
		let most = call.get_dispatch_info().call_weight;
		let size = u64::from(CellTable::size_of(&cells));
		let charged = || {
			let info = ConfigGuard::import(engineer(CARRIER), HERE, 0, cells.clone()).unwrap();
			info.actual_weight.expect("it says so").ref_time()
		};
		// What is written, and what stands there then
		assert_eq!(charged(), 2 * size);
		assert_eq!(charged(), 2 * size, "unchanged");
		assert!(most.ref_time() > size + u64::from(trimast_primitives::cells::table::MAX_TABLE_SIZE));
		// A testimony of the local network is one more
		let (sweep, key) = open_sweep(&[SHARER]);
		let tags = vec![key.tag(&digest(0))].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_pages(collector(SHARER), sweep, EXPORT, HERE, 0, tags));
		let other = table(&[vec![cell(2)]]);
		let info = ConfigGuard::import(engineer(CARRIER), HERE, 0, other).unwrap();
		assert_eq!(info.actual_weight.expect("it says so").ref_time(), 2 * size + 1);
	});
}
