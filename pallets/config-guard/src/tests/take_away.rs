// SPDX-License-Identifier: Apache-2.0

//! Requests that take a value away.

use crate::{
	changes::types::{ChangeState, Item, ItemRefusal, Phase},
	mock::*,
	types::KeyDefect,
	Catalogues, Changes,
};
use frame_support::assert_ok;
use sp_runtime::DispatchResult;
use trimast_primitives::{
	cells::{
		catalogue::{cell_value, ApprovalClass, ParamScope, Parameter},
		CellId, ParamId, ParamKey,
	},
	page::SiteId,
	site::{Station, StationState, Technology},
	OrgId, OrgSet,
};

fn call(org: OrgId, items: &[Item]) -> DispatchResult {
	plain(ConfigGuard::request(engineer(org), HERE, terms(), 0, part(items)))
}

/// Asks for it, has the sharer agree, and carries it out.
fn carried_out(items: &[Item]) -> u32 {
	let number = ask(CARRIER, terms(), items);
	assert_eq!(refused(), []);
	assert_ok!(consent(SHARER, number));
	assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
	number
}

#[test]
fn take_away_works() {
	run(|| {
		baseline();
		let before = digest(0);
		let number = ask(CARRIER, terms(), &[gone(0, 0, CARRIER_FREQUENCY)]);
		assert_eq!((approved(0, 0, CARRIER_FREQUENCY), request_of(number).items), (Some(630_000), 1));
		assert_ok!(consent(SHARER, number));
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
		// Then nothing stands there, and all else does
		assert_eq!([0, 1].map(|cell| approved(0, cell, CARRIER_FREQUENCY)), [None, Some(630_000)]);
		assert_eq!(approved(0, 0, HYSTERESIS), Some(5));
		assert_ne!(digest(0), before);
		let change = Changes::<Test>::get(HERE, 0)[0];
		assert_eq!((change.before, change.after), (Some(630_000), None));
		let view = &ConfigGuard::request_items(number, 0)[0];
		assert_eq!((view.before, view.value, view.state.as_deref()), (Some(630_000), None, Some("executed")));
	});
}

#[test]
fn taken_away_value_is_rolled_back() {
	run(|| {
		baseline();
		let number = carried_out(&[gone(0, 0, CARRIER_FREQUENCY), item(0, 1, POWER, 13)]);
		assert_ok!(ConfigGuard::roll_back(engineer(CARRIER), number, 0));
		assert_eq!((approved(0, 0, CARRIER_FREQUENCY), approved(0, 1, POWER)), (Some(630_000), Some(10)));
		assert!(matches!(Changes::<Test>::get(HERE, 0)[0].state, ChangeState::RolledBack { .. }));
		// And a first value is taken away again by a rollback
		let key = ParamKey { param: OFFSET, place: 3 };
		let first = Item { key, value: Some(7), ..gone(0, 0, OFFSET) };
		let number = ask(CARRIER, terms(), &[first]);
		assert_eq!(phase(number), Phase::Executed);
		assert_ok!(ConfigGuard::roll_back(engineer(CARRIER), number, 0));
		assert_eq!(Changes::<Test>::get(HERE, 0).last().unwrap().before, None);
	});
}

#[test]
fn the_present_value_decides_who_must_agree() {
	run(|| {
		baseline();
		// Inside of the envelope the owner alone
		let alone = ask(CARRIER, terms(), &[gone(0, 1, HYSTERESIS)]);
		assert_eq!((phase(alone), approved(0, 1, HYSTERESIS)), (Phase::Executed, None));
		// Beyond it the sharers too
		carried_out(&[item(0, 0, HYSTERESIS, 11)]);
		go_to(300);
		let number = ask(CARRIER, terms(), &[gone(0, 0, HYSTERESIS)]);
		assert_eq!(
			(phase(number), request_of(number).consents.missing()),
			(Phase::Asked, OrgSet::of(SHARER))
		);
		// What is an operator's that one alone
		let tac = Item { key: ParamKey { param: TAC, place: 1 }, ..gone(0, 0, TAC) };
		assert_ok!(call(CARRIER, &[tac]));
		assert_eq!(refused(), [(0, ItemRefusal::NotOperator)]);
		assert_ok!(call(SHARER, &[tac]));
		assert_eq!(refused(), []);
	});
}

#[test]
fn take_away_fails_for_its_reason() {
	run(|| {
		baseline();
		let no_offset = Item { key: ParamKey { param: OFFSET, place: 3 }, ..gone(0, 0, OFFSET) };
		let items = [gone(0, 0, RATIOS[2]), no_offset, gone(0, 3, POWER), gone(1, 0, POWER)];
		assert_ok!(call(CARRIER, &items));
		assert_eq!(
			refused(),
			[
				(0, ItemRefusal::Unchanged),
				(1, ItemRefusal::Unchanged),
				(2, ItemRefusal::NotFound),
				(3, ItemRefusal::NotOwner),
			]
		);
		// Nor while another change of it is open
		let number = ask(CARRIER, terms(), &[item(0, 0, POWER, 13)]);
		assert_ok!(call(CARRIER, &[gone(0, 0, POWER)]));
		assert_eq!(refused(), [(0, ItemRefusal::ChangeOpen { request: number })]);
		Inventory::mutate(|all| all.get_mut(&(HERE, 0)).unwrap()[0].state = StationState::Retired);
		assert_ok!(call(CARRIER, &[gone(0, 1, POWER)]));
		assert_eq!(refused(), [(0, ItemRefusal::Retired)]);
	});
}

#[test]
fn what_the_catalogue_would_not_admit_any_more_may_go() {
	run(|| {
		baseline();
		let power = Catalogues::<Test>::get().get(POWER).unwrap().clone();
		let lte = Parameter { technology: Some(Technology::Lte), ..power };
		assert_ok!(ConfigGuard::set_parameter(RuntimeOrigin::root(), POWER, lte, text("power")));
		let fewer = Station { plmns: station().plmns[..1].to_vec().try_into().unwrap(), ..station() };
		put(0, vec![fewer, station_of(SHARER)]);
		confirm(0);
		let tac = Item { key: ParamKey { param: TAC, place: 1 }, ..gone(0, 0, TAC) };
		carried_out(&[tac, gone(0, 0, POWER)]);
		assert_eq!((approved(0, 0, POWER), approved(0, 0, TAC)), (None, Some(100)));
	});
}

#[test]
fn rules_look_at_the_network_without_it() {
	run(|| {
		baseline();
		let with = CellId { site: SiteId::new(HERE, 0, 0), cell: 1 };
		let key = ParamKey { param: NEIGHBOUR, place: 0 };
		let neighbour = Item { key, value: Some(cell_value(with)), ..gone(0, 0, NEIGHBOUR) };
		ask(CARRIER, terms(), &[neighbour]);
		go_to(300);
		// A neighbour's PCI is free with the relation
		assert_ok!(call(CARRIER, &[item(0, 0, PCI, 2)]));
		assert!(matches!(refused()[..], [(0, ItemRefusal::RuleBroken { rule: 1, .. })]));
		assert_ok!(call(CARRIER, &[item(0, 0, PCI, 2), Item { value: None, ..neighbour }]));
		assert_eq!((refused(), approved(0, 0, PCI)), (vec![], Some(2)));
	});
}

#[test]
fn what_is_a_stations_goes_from_all_of_its_cells() {
	run(|| {
		put(0, vec![station()]);
		confirm(0);
		let cells = (1..3).map(|pci| cell_with_length(pci, 24)).collect();
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[cells])));
		assert_ok!(call(CARRIER, &[gone(0, 1, GNB_ID_LENGTH)]));
		assert_eq!(refused(), [(0, ItemRefusal::StationDiffers { cell: 0 })]);
		carried_out(&[gone(0, 0, GNB_ID_LENGTH), gone(0, 1, GNB_ID_LENGTH)]);
		assert_eq!([0, 1].map(|cell| approved(0, cell, GNB_ID_LENGTH)), [None; 2]);
	});
}

#[test]
fn emergency_that_took_a_value_away_and_is_not_ratified_is_a_violation() {
	run(|| {
		baseline();
		let number = ask(CARRIER, emergency(), &[gone(0, 0, CARRIER_FREQUENCY)]);
		go_to(62);
		assert_eq!(phase(number), Phase::Unratified);
		let violation = ConfigGuard::violation(0).unwrap();
		assert_eq!((violation.approved, violation.observed), (Some(630_000), None));
	});
}

#[test]
fn check_says_of_what_was_taken_away_what_a_request_would() {
	run(|| {
		baseline();
		carried_out(&[gone(0, 0, CARRIER_FREQUENCY)]);
		go_to(400);
		let asked = |item| ConfigGuard::check_change(CARRIER, HERE, 0, part(&[item]), terms().window, false);
		assert_eq!(asked(gone(0, 0, CARRIER_FREQUENCY)), [(0, ItemRefusal::Unchanged)]);
		assert_eq!(asked(gone(0, 1, CARRIER_FREQUENCY)), []);
		assert_eq!(asked(gone(0, 1, POWER)), [(0, ItemRefusal::Value(KeyDefect::Step))]);
		assert_eq!(asked(item(0, 1, POWER, 99)), [(0, ItemRefusal::Value(KeyDefect::Domain))]);
	});
}

#[test]
fn greatest_step_is_not_passed_by_taking_a_value_away() {
	run(|| {
		baseline();
		let step = [(0, ItemRefusal::Value(KeyDefect::Step))];
		for terms in [terms(), emergency()] {
			ask(CARRIER, terms, &[gone(0, 0, POWER)]);
			assert_eq!(refused(), step);
		}
		// Nor with all others of its cell, where one of them is set or refused
		let of_cell = |stays: ParamId| {
			let keys = full_cell(0).into_iter().map(|(key, _)| key).filter(move |key| key.param != stays);
			keys.map(|key| Item { key, ..gone(0, 1, POWER) }).collect::<Vec<_>>()
		};
		let mut items = of_cell(HYSTERESIS);
		items.push(item(0, 1, HYSTERESIS, 9));
		let number = ask(CARRIER, terms(), &items);
		let power = |items: &[Item]| items.iter().position(|item| item.key.param == POWER).unwrap() as u8;
		assert!(refused().contains(&(power(&items), step[0].1)));
		assert_ok!(ConfigGuard::withdraw(engineer(CARRIER), number));
		// The second PLMN is another's: the cell does not go
		let items = of_cell(ParamId(999));
		assert_ok!(call(CARRIER, &items));
		assert_eq!(refused(), [(1, ItemRefusal::NotOperator), (power(&items), step[0].1)]);
	});
}

#[test]
fn value_of_a_relation_goes_with_its_relation() {
	run(|| {
		baseline();
		let mut offset = parameter(None, ParamScope::CellRelation, ApprovalClass::Notified);
		offset.step = Some(6);
		assert_ok!(ConfigGuard::set_parameter(RuntimeOrigin::root(), OFFSET, offset, text("offset")));
		let of = |param, place, value| Item { key: ParamKey { param, place }, value, ..gone(0, 0, param) };
		let with = [cell_id(0, 1), cell_id(1, 0)].map(cell_value);
		let all = |place, [offset, neighbour]: [Option<i64>; 2]| {
			[of(OFFSET, place, offset), of(NEIGHBOUR, place, neighbour)]
		};
		for (place, with) in [3, 4].into_iter().zip(with) {
			assert_ok!(call(CARRIER, &all(place, [Some(7), Some(with)])));
			assert_eq!(refused(), []);
		}
		go_to(300);
		let only = |items: &[Item]| {
			assert_ok!(call(CARRIER, items));
			refused()
		};
		assert_eq!(only(&all(3, [None; 2])[..1]), [(0, ItemRefusal::Value(KeyDefect::Step))]);
		assert_eq!(only(&all(3, [None; 2])), []);
		// And no other is in its way
		let left = |place| {
			let table = crate::pages::Page::<Test>::open(HERE, 0).table;
			table.get(0, ParamKey { param: OFFSET, place })
		};
		assert_eq!([3, 4].map(left), [None, Some(7)]);
	});
}
