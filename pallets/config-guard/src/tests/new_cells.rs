// SPDX-License-Identifier: Apache-2.0

//! Requests that give cells their first values, and those after which a cell has none.

use crate::{
	changes::{
		roll_back_within,
		types::{Item, ItemRefusal, Phase, Terms},
	},
	mock::*,
	types::{BaselineRefusal, BaselineResult, CellsResult, Closing},
	CellDigests, Changes, Event, Heads, Tables,
};
use frame_support::{assert_ok, weights::Weight};
use sp_runtime::DispatchResult;
use trimast_primitives::{
	cells::{
		catalogue::cell_value,
		digest::{cell_digest, SweepKey},
		rules::RuleDefect,
		CellId, CellTable, CellValues, ParamKey,
	},
	page::SiteId,
	site::Station,
	Hash, OrgId, OrgSet,
};

fn call(org: OrgId, items: &[Item]) -> DispatchResult {
	plain(ConfigGuard::request(engineer(org), HERE, terms(), 0, part(items)))
}

/// That a cell gets these values.
fn first(slot: u8, cell: u8, values: &[(ParamKey, i64)]) -> Vec<Item> {
	values.iter().map(|(key, value)| Item { slot, cell, key: *key, value: Some(*value) }).collect()
}

/// A cell without what the tower company agrees to.
fn joint_cell(pci: i64) -> CellValues {
	let mut values = full_cell(pci);
	values.retain(|(key, _)| key.param != TILT);
	values
}

fn stored() -> Vec<Vec<CellValues>> {
	CellTable::from_bytes(&Tables::<Test>::get(HERE, 0)).unwrap().stations()
}

/// The third cell of the first station gets its values.
fn third_cell() -> u32 {
	baseline();
	let number = ask(CARRIER, terms(), &first(0, 2, &joint_cell(9)));
	assert_eq!(refused(), []);
	assert_ok!(consent(SHARER, number));
	assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
	number
}

#[test]
fn new_cell_works() {
	run(|| {
		baseline();
		let before = (digest(0), Heads::<Test>::get(HERE, 0));
		// Given that no import writes it, since another company has signed
		let cells = vec![full_cell(1), full_cell(2), full_cell(9)];
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[cells])));
		let refused_import = BaselineResult::Refused(BaselineRefusal::Countersigned);
		assert!(
			matches!(last_event(), Event::BaselineImported { results, .. } if results[0].1 == refused_import)
		);
		// When the owner asks for it
		let number = ask(CARRIER, terms(), &first(0, 2, &joint_cell(9)));
		assert_eq!(refused(), []);
		// Then nobody decides alone, whatever the values' classes
		let required = request_of(number).consents.required;
		assert_eq!((phase(number), required), (Phase::Asked, OrgSet(0b011)));
		assert_ok!(consent(SHARER, number));
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
		assert_eq!(stored(), [vec![full_cell(1), full_cell(2), joint_cell(9)], vec![full_cell(3)]]);
		let head = Heads::<Test>::get(HERE, 0);
		assert_eq!((head.revision, &head.signed), (before.1.revision + 1, &before.1.signed));
		assert_ne!(digest(0), before.0);
		assert_eq!(CellDigests::<Test>::get(HERE, 0)[2], cell_digest(&joint_cell(9)));
		assert!(Changes::<Test>::get(HERE, 0).iter().all(|change| change.before.is_none()));
		// From now on it is a cell as any other
		assert_ok!(call(CARRIER, &[item(0, 2, PCI, 8)]));
		assert_eq!(refused(), [(0, ItemRefusal::ChangeOpen { request: number })]);
		go_to(300);
		assert_ok!(call(CARRIER, &[item(0, 2, PCI, 8)]));
		assert_eq!((refused(), approved(0, 2, PCI)), (vec![], Some(8)));
	});
}

#[test]
fn tower_company_agrees_to_its_values_of_a_new_cell_too() {
	run(|| {
		baseline();
		let number = ask(CARRIER, terms(), &first(0, 2, &full_cell(9)));
		assert_eq!((refused(), request_of(number).consents.required), (vec![], OrgSet(0b111)));
	});
}

#[test]
fn new_cell_is_checked_as_any_other_but_for_the_step() {
	run(|| {
		baseline();
		// Another company's station, a cell that the record does not have, a station without a baseline
		put(0, vec![station(), station_of(SHARER), station()]);
		confirm(0);
		let items =
			[item(0, 2, POWER, 40), item(0, 3, POWER, 10), item(1, 1, POWER, 10), item(2, 0, POWER, 10)];
		assert_ok!(call(CARRIER, &items));
		let expected = [(1, ItemRefusal::NotFound), (2, ItemRefusal::NotOwner), (3, ItemRefusal::NotFound)];
		assert_eq!(refused(), expected);
		// Nothing is taken away where nothing stands, and no operator asks for its PLMN's values alone
		let tac = Item { key: ParamKey { param: TAC, place: 1 }, ..item(0, 2, TAC, 7) };
		assert_ok!(call(SHARER, &[tac]));
		assert_eq!(refused(), [(0, ItemRefusal::NotOwner)]);
		assert_ok!(call(CARRIER, &[gone(0, 2, PCI)]));
		assert_eq!(refused(), [(0, ItemRefusal::Unchanged)]);
		// And rules look at it with all of its values
		let with = CellId { site: SiteId::new(HERE, 0, 0), cell: 0 };
		let mut values = cell(1);
		values.push((ParamKey::of(CARRIER_FREQUENCY), 630_000));
		values.push((ParamKey { param: NEIGHBOUR, place: 0 }, cell_value(with)));
		values.sort_unstable();
		assert_ok!(call(CARRIER, &first(0, 2, &values)));
		let broken = ItemRefusal::RuleBroken { rule: 1, defect: RuleDefect::Collision { with } };
		assert_eq!(refused(), [(2, broken), (3, broken), (4, broken)]);
	});
}

#[test]
fn cells_are_counted_up() {
	run(|| {
		baseline();
		put(0, vec![Station { cells: 5, ..station() }, station_of(SHARER)]);
		confirm(0);
		assert_ok!(call(CARRIER, &[item(0, 3, POWER, 10), item(0, 4, POWER, 10)]));
		let missing = ItemRefusal::CellBefore { cell: 2 };
		assert_eq!(refused(), [(0, missing), (1, missing)]);
		// Also where the one before is refused
		Outages::set(vec![cell_id(0, 2)]);
		let three = [2, 3, 4].map(|cell| item(0, cell, POWER, 10));
		assert_ok!(call(CARRIER, &three));
		assert_eq!(refused(), [(0, ItemRefusal::Outage), (1, missing), (2, missing)]);
		Outages::set(vec![]);
		let number = ask(CARRIER, terms(), &three);
		assert_ok!(consent(SHARER, number));
		// And when it is carried out
		Outages::set(vec![cell_id(0, 3)]);
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
		let missing = ItemRefusal::CellBefore { cell: 3 };
		assert_eq!(refused(), [(1, ItemRefusal::Outage), (2, missing)]);
		let power = || vec![(ParamKey::of(POWER), 10)];
		assert_eq!(stored()[0][2..], [power()]);
		Outages::set(vec![]);
	});
}

#[test]
fn new_cell_has_what_is_its_stations() {
	run(|| {
		put(0, vec![station()]);
		confirm(0);
		let cells = (1..3).map(|pci| cell_with_length(pci, 24)).collect();
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[cells])));
		let with = |length| [item(0, 2, GNB_ID_LENGTH, length), item(0, 2, PCI, 9)];
		// Without it, or with another one
		assert_ok!(call(CARRIER, &with(24)[1..]));
		assert_eq!(refused(), [(0, ItemRefusal::StationDiffers { cell: 2 })]);
		assert_ok!(call(CARRIER, &with(25)));
		assert_eq!(refused(), [0, 1].map(|n| (n, ItemRefusal::StationDiffers { cell: 0 })));
		assert_ok!(call(CARRIER, &with(24)));
		assert_eq!(refused(), []);
	});
}

#[test]
fn new_cell_that_is_rolled_back_has_no_baseline() {
	run(|| {
		let number = third_cell();
		assert_ok!(ConfigGuard::roll_back(engineer(CARRIER), number, 0));
		assert_eq!(phase(number), Phase::RolledBack);
		assert_eq!(stored(), [vec![full_cell(1), full_cell(2)], vec![full_cell(3)]]);
	});
}

#[test]
fn new_cells_that_are_rolled_back_in_pieces_have_no_baseline() {
	run(|| {
		baseline();
		put(0, vec![Station { cells: 5, ..station() }, station_of(SHARER)]);
		put(7, vec![station()]);
		confirm(0);
		confirm(7);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 7, table(&[vec![full_cell(8)]])));
		assert_ok!(ConfigGuard::draft(engineer(CARRIER), HERE, terms()));
		let of_cell = |cell| [PCI, POWER, HYSTERESIS].map(|param| item(0, cell, param, 9));
		let items = [of_cell(2), of_cell(3)].concat();
		for (page, items) in [(0, &items[..]), (7, &[item(0, 0, POWER, 13)][..])] {
			assert_ok!(ConfigGuard::add(engineer(CARRIER), 0, page, part(items)));
		}
		assert_ok!(ConfigGuard::submit(engineer(CARRIER), 0));
		assert_ok!(consent(SHARER, 0));
		for page in [0, 7] {
			assert_ok!(ConfigGuard::execute(engineer(CARRIER), 0, page));
		}
		assert_ok!(ConfigGuard::object(engineer(SHARER), 0, Hash::zero()));
		assert_ok!(ConfigGuard::rule(engineer(TOWER), 0, false, Hash::zero()));
		// The first of two cells has nothing left, and stays as long as the second has something
		roll_back_within::<Test>(0, TOWER, 0, 0, room_for(4));
		assert_eq!(stored()[0].iter().map(Vec::len).collect::<Vec<_>>()[2..], [0, 2]);
		ConfigGuard::do_try_state().unwrap();
		roll_back_within::<Test>(0, TOWER, 0, 4, Weight::zero());
		assert_eq!(stored(), [vec![full_cell(1), full_cell(2)], vec![full_cell(3)]]);
	});
}

#[test]
fn cell_whose_values_are_all_taken_away_has_no_baseline() {
	run(|| {
		baseline();
		let all = |cell| full_cell(0).into_iter().map(move |(key, _)| Item { key, ..gone(0, cell, PCI) });
		let carried_out = |items: Vec<Item>| {
			let terms = Terms { whole: true, ..terms() };
			let number = ask(CARRIER, terms, &items);
			for org in [SHARER, TOWER] {
				let _ = consent(org, number);
			}
			assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
			number
		};
		// Given that nobody holds the second PLMN: the owner is asked in its place
		let nothing = crate::policy::Holding::default();
		assert_ok!(ConfigGuard::set_holdings(RuntimeOrigin::root(), SHARER, nothing));
		// And a violation in the last cell
		let (sweep, key) = open_sweep(&[SHARER]);
		let revision = Heads::<Test>::get(HERE, 0).revision;
		let tags = [full_cell(1), full_cell(77), full_cell(3)].map(|cell| key.tag(&cell_digest(&cell)));
		assert_ok!(attest_cells(SHARER, sweep, 0, revision, tags.into()));
		assert_ok!(attest_values(SHARER, sweep, 0, revision, vec![(1, full_cell(77))]));
		let number = carried_out(all(1).collect());
		assert_eq!(stored(), [vec![full_cell(1)], vec![full_cell(3)]]);
		let closed = ConfigGuard::violation(0).unwrap().closed.unwrap().1;
		assert_eq!(closed, Closing::Removed);
		// It is there again when that is rolled back
		assert_ok!(ConfigGuard::roll_back(engineer(CARRIER), number, 0));
		assert_eq!(stored(), [vec![full_cell(1), full_cell(2)], vec![full_cell(3)]]);
		// A cell with one behind it stays, and so does the only one
		carried_out(all(0).collect());
		assert_eq!(stored()[0], [vec![], full_cell(2)]);
		go_to(300);
		carried_out(all(1).collect());
		assert_eq!(stored()[0], [CellValues::new()]);
	});
}

#[test]
fn sweeps_see_a_new_cell_from_its_first_values_on() {
	run(|| {
		baseline();
		let (sweep, key) = open_sweep(&[SHARER]);
		let tags = |key: &SweepKey, cells: &[CellValues]| {
			cells.iter().map(|cell| key.tag(&cell_digest(cell))).collect::<Vec<_>>()
		};
		let attest = |cells: &[CellValues]| {
			let revision = Heads::<Test>::get(HERE, 0).revision;
			assert_ok!(attest_cells(SHARER, sweep, 0, revision, tags(&key, cells)));
			cells_result()
		};
		let none = CellsResult::Differ(Default::default());
		let without = [full_cell(1), full_cell(2), full_cell(3)];
		let with = [full_cell(1), full_cell(2), joint_cell(9), full_cell(3)];
		// A cell without a baseline is left out of what is attested
		assert_eq!((attest(&with), attest(&without)), (CellsResult::WrongLength, none.clone()));
		let number = ask(CARRIER, terms(), &first(0, 2, &joint_cell(9)));
		assert_ok!(consent(SHARER, number));
		assert_eq!(attest(&without), none);
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
		// With its first values it is part of it, and in the window it may still have none of them
		assert_eq!((attest(&without), attest(&with)), (CellsResult::WrongLength, none));
		let silent = [full_cell(1), full_cell(2), vec![], full_cell(3)];
		let CellsResult::Differ(cells) = attest(&silent) else { panic!("no result") };
		assert_eq!(cells.into_inner(), [2]);
		let revision = Heads::<Test>::get(HERE, 0).revision;
		assert_ok!(attest_values(SHARER, sweep, 0, revision, vec![(2, vec![])]));
		assert_eq!(values_result(), crate::types::ValuesResult::Taken(0));
		assert_eq!(ConfigGuard::violation(0), None);
	});
}
