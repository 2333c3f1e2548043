// SPDX-License-Identifier: Apache-2.0

use crate::{
	mock::*,
	types::{BaselineRefusal, BaselineResult, CellsResult, Closing, KeyDefect, ValuesResult},
	Error, Event, Heads, OpenViolations, Tables,
};
use frame_support::{assert_noop, assert_ok, dispatch::GetDispatchInfo, weights::Weight};
use trimast_primitives::{
	cells::{
		digest::{cell_digest, Tag},
		CellTable, CellValues, ParamId, ParamKey, MAX_NEIGHBOURS,
	},
	interlock::Baselines,
	page::SiteId,
	site::{Station, StationState, Technology},
	Hash, OrgId, OrgSet,
};
use BaselineResult::{Refused, Removed, Unchanged, Written};

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
	// By whichever company, also by the tower company alone
	for other in [SHARER, TOWER] {
		run(|| {
			put(0, vec![station(), station()]);
			import(CARRIER, 0, &[vec![cell(1)]]);
			sign(other, 0);
			// Then the owner changes nothing of it by an import, and adds a station beside it
			let results = import(CARRIER, 0, &[vec![cell(2)], vec![cell(3)]]);
			assert_eq!(results, [(0, Refused(BaselineRefusal::Countersigned)), (1, Written)]);
			assert_eq!(stored(0), [vec![cell(1)], vec![cell(3)]]);
			let signed = Heads::<Test>::get(HERE, 0).signed.into_inner();
			assert_eq!(signed, [OrgSet::of(CARRIER).with(other), OrgSet::of(CARRIER)]);
		});
	}
}

#[test]
fn import_fails_for_stations_of_which_a_cell_would_change_in_its_energy_saving_window() {
	run(|| {
		// Given three stations, and a cell of each of the first two that sleeps, of the first one later
		put(0, vec![station(), station(), station()]);
		import(CARRIER, 0, &[vec![cell(1)], vec![cell(2), cell(3)], vec![cell(4)]]);
		let now = ConfigGuard::moment();
		EnergyWindows::set(vec![(cell_id(0, 0), now + 1, now + 9), (cell_id(1, 1), now - 9, now)]);
		// When its owner imports other values of the others, and of its neighbour
		let beside = [vec![cell(11)], vec![cell(12), cell(3)], vec![cell(4)]];
		assert_eq!(import(CARRIER, 0, &beside), [(0, Written), (1, Written), (2, Unchanged)]);
		// Then these are written; and of its own the station is refused, and no other
		let refused = Refused(BaselineRefusal::EnergyWindow { cell: 1 });
		let results = import(CARRIER, 0, &[vec![cell(21)], vec![cell(22), cell(23)], vec![cell(24)]]);
		assert_eq!(results, [(0, Written), (1, refused), (2, Written)]);
		assert_eq!(stored(0), [vec![cell(21)], vec![cell(12), cell(3)], vec![cell(24)]]);
		// Nor is it left out
		assert_eq!(import(CARRIER, 0, &[vec![], vec![cell(12)]]), [(1, refused)]);
		// What is wrong with it anyway is said first
		let wrong = import(CARRIER, 0, &[vec![], vec![cell(12), cell(-1)]]);
		assert!(matches!(wrong[0], (1, Refused(BaselineRefusal::Value { cell: 1, .. }))), "{wrong:?}");
		// And behind the window it is written
		EnergyWindows::set(vec![(cell_id(1, 1), now - 9, now - 1)]);
		assert_eq!(import(CARRIER, 0, &[vec![], vec![cell(22), cell(23)]]), [(1, Written)]);
	});
}

#[test]
fn inventory_learns_how_many_cells_have_a_baseline() {
	run(|| {
		put(1, vec![station(), station(), station()]);
		import(CARRIER, 1, &[vec![], vec![cell(1), cell(2)]]);
		let cells = |local_network, page, slot| {
			<ConfigGuard as Baselines>::cells(SiteId::new(local_network, page, slot))
		};
		assert_eq!([0, 1, 2, 63].map(|slot| cells(HERE, 1, slot)), [0, 2, 0, 0]);
		assert_eq!((cells(HERE, 0, 1), cells(NEARBY, 1, 1)), (0, 0));
		assert_eq!(<ConfigGuard as Baselines>::cells(SiteId { local_network: HERE, index: u32::MAX }), 0);
	});
}

/// Takes the stations in these slots of the first page out of service.
fn retire(slots: &[usize]) {
	let state = StationState::Retired;
	Inventory::mutate(|all| {
		slots.iter().for_each(|slot| all.get_mut(&(HERE, 0)).unwrap()[*slot].state = state)
	});
}

#[test]
fn import_takes_out_the_cells_of_retired_stations() {
	run(|| {
		// Given stations of two carriers, signed by both, and a value that the sharer has seen otherwise in one of each
		put(0, vec![station(), station_of(SHARER), station(), station()]);
		import(CARRIER, 0, &[vec![cell(1), cell(2)], vec![], vec![cell(3)], vec![cell(4)]]);
		import(SHARER, 0, &[vec![], vec![cell(5)]]);
		sign(SHARER, 0);
		let (sweep, key) = open_sweep(&[SHARER, TOWER]);
		let see = |org, pcis: [i64; 5]| {
			let seen = pcis.map(cell);
			let tags = seen.iter().map(|cell| key.tag(&cell_digest(cell))).collect();
			assert_ok!(attest_cells(org, sweep, 0, 2, tags));
			let CellsResult::Differ(cells) = cells_result() else { panic!("no result") };
			let values = cells.iter().map(|n| (*n, seen[usize::from(*n)].clone())).collect();
			assert_ok!(attest_values(org, sweep, 0, 2, values));
			values_result()
		};
		assert_eq!(see(SHARER, [11, 2, 5, 13, 4]), ValuesResult::Taken(2));
		// When two of the carrier's stations and one of the other's are retired, what is seen there is no finding any more
		retire(&[0, 1, 3]);
		assert_eq!(see(TOWER, [1, 12, 15, 13, 14]), ValuesResult::Taken(1));
		// Nor does anybody have to open a row of it, but one that it has accused by
		let named = demand(CARRIER, SHARER, EXPORT, &[cell_id(0, 1)]);
		assert_eq!(named, Err(Error::<Test>::UnknownCell.into()));
		assert_ok!(demand(CARRIER, SHARER, EXPORT, &[cell_id(0, 0)]));
		// And imports take their cells out: an empty one does, where the company owns or shares the station
		assert_eq!(import(TOWER, 0, &[]), []);
		let refused = Refused(BaselineRefusal::Retired);
		let cells = [vec![cell(1)], vec![], vec![cell(3)]];
		let results = import(CARRIER, 0, &cells);
		assert_eq!(results, [(0, refused), (1, Removed), (2, Unchanged), (3, Removed)]);
		assert_eq!(import(SHARER, 0, &[]), [(0, Removed)]);
		assert_eq!(import(SHARER, 0, &[]), []);
		assert_eq!(stored(0), [vec![], vec![], vec![cell(3)]]);
		let signed = Heads::<Test>::get(HERE, 0).signed.into_inner();
		let both = OrgSet::of(CARRIER).with(SHARER);
		assert_eq!(signed, [OrgSet::EMPTY, OrgSet::EMPTY, both, OrgSet::EMPTY]);
		// And with them the violation goes that stood open there; the other stays
		let closing = |id| ConfigGuard::violation(id).unwrap().closed.map(|(_, closing)| closing);
		assert_eq!((closing(0), closing(1)), (Some(Closing::Removed), None));
		assert_eq!(ConfigGuard::violation(2), None);
		assert_eq!(OpenViolations::<Test>::get(HERE), 1);
	});
}

#[test]
fn import_closes_violations_of_retired_stations_so_many_at_once() {
	run(|| {
		// Given two stations with 21 values each that were seen otherwise
		put(0, vec![station(), station()]);
		let cells = || (1..=3).map(full_cell).collect::<Vec<_>>();
		import(CARRIER, 0, &[cells(), cells()]);
		let (sweep, _) = open_sweep(&[SHARER]);
		assert_ok!(attest_cells(SHARER, sweep, 0, 1, vec![Tag([1; 8]); 6]));
		let other = |cell: CellValues| cell.into_iter().map(|(key, value)| (key, value + 7)).collect();
		for seen in (0..).zip(cells().into_iter().chain(cells()).map(other)) {
			assert_ok!(attest_values(SHARER, sweep, 0, 1, vec![seen]));
			assert_eq!(values_result(), ValuesResult::Taken(7));
		}
		// When they are retired, one leaves with an import, and the other with the next one
		retire(&[0, 1]);
		let waits = Refused(BaselineRefusal::ViolationOpen { id: 32 });
		assert_eq!(import(CARRIER, 0, &[]), [(0, Removed), (1, waits)]);
		assert_eq!(OpenViolations::<Test>::get(HERE), 10);
		assert_eq!(import(CARRIER, 0, &[]), [(1, Removed)]);
		assert_eq!(OpenViolations::<Test>::get(HERE), 0);
	});
}

#[test]
fn page_of_retired_stations_alone_is_none_any_more() {
	run(|| {
		// Given a page that a company has seen otherwise, and nobody has attested for too long
		let empty = ConfigGuard::network_digest(HERE);
		put(0, vec![station()]);
		import(CARRIER, 0, &[vec![cell(1)]]);
		let (sweep, key) = open_sweep(&[SHARER]);
		let tags = vec![key.tag(&Hash::repeat_byte(1))].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_pages(collector(SHARER), sweep, EXPORT, HERE, 0, tags));
		go_to(System::block_number() + ATTESTATION_TERM + 2);
		let found = ConfigGuard::findings(HERE);
		assert_eq!((found.unattested.pages.len(), found.unexplained.pages.len()), (1, 1));
		// When its only station is retired, and its cells are taken out
		retire(&[0]);
		assert_eq!(import(CARRIER, 0, &[]), [(0, Removed)]);
		// Then no digest, no sweep and no coverage speaks of it
		assert_eq!((ConfigGuard::page_digest(HERE, 0), ConfigGuard::network_digest(HERE)), (None, empty));
		assert!(
			ConfigGuard::heads(HERE, 0, 100).is_empty() && ConfigGuard::baseline(HERE, 0, 100).is_empty()
		);
		let testimony = &ConfigGuard::testimonies(HERE)[0];
		assert_eq!((testimony.matching, testimony.differing), (0, 0));
		assert!(ConfigGuard::page_coverage(HERE, 0, 100).is_empty());
		go_to(System::block_number() + 3);
		assert_eq!(ConfigGuard::findings(HERE), Default::default());
		// And a station that comes back begins anew, under another revision than any before
		Inventory::mutate(|all| all.get_mut(&(HERE, 0)).unwrap()[0].state = StationState::OnAir);
		assert_eq!(import(CARRIER, 0, &[vec![cell(1)]]), [(0, Written)]);
		let head = Heads::<Test>::get(HERE, 0);
		assert_eq!((head.revision, head.signed.into_inner()), (3, vec![OrgSet::of(CARRIER)]));
		assert_eq!(ConfigGuard::page_coverage(HERE, 0, 100).len(), 1);
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
		// What is written, and then what stands there
		assert_eq!(charged(), size);
		assert_eq!(charged(), 2 * size, "unchanged");
		// And what it weighs to ask for energy-saving windows, where a value is another
		let asked = Weight::from_parts(5, 7);
		AskedWeight::set(asked);
		assert_eq!(call.get_dispatch_info().call_weight, most.saturating_add(asked));
		assert_eq!(charged(), 2 * size, "unchanged");
		let info = ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![cell(7)]])).unwrap();
		assert_eq!(info.actual_weight, Some(Weight::from_parts(2 * size + 5, 7)));
		AskedWeight::set(Weight::zero());
		assert!(most.ref_time() > size + u64::from(trimast_primitives::cells::table::MAX_TABLE_SIZE));
		// Where a station is refused the rest is put together anew
		put(1, vec![station(), station()]);
		let most_of = table(&[vec![cell(1)], vec![cell(-1)]]);
		let info = ConfigGuard::import(engineer(CARRIER), HERE, 1, most_of.clone()).unwrap();
		let both = u64::from(CellTable::size_of(&most_of));
		assert_eq!(info.actual_weight.expect("it says so").ref_time(), both + size);
		// A testimony of the local network is one more
		let (sweep, key) = open_sweep(&[SHARER]);
		let tags = vec![key.tag(&digest(0))].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_pages(collector(SHARER), sweep, EXPORT, HERE, 0, tags));
		let other = table(&[vec![cell(2)]]);
		let info = ConfigGuard::import(engineer(CARRIER), HERE, 0, other).unwrap();
		assert_eq!(info.actual_weight.expect("it says so").ref_time(), 2 * size + 1);
	});
}
