// SPDX-License-Identifier: Apache-2.0

//! `request`, and the check that it makes of every item.

use crate::{
	changes::types::{ItemRefusal, Phase, Terms, MAX_AHEAD, MAX_LATE, MAX_OPEN_REQUESTS, MAX_WINDOW},
	mock::*,
	policy::Freeze,
	types::KeyDefect,
	Changes, Error, Event, OpenRequests, Parts, Requests,
};
use frame_support::{assert_noop, assert_ok, traits::Time};
use sp_runtime::DispatchResult;
use trimast_primitives::{
	access::Scope,
	cells::{
		catalogue::cell_value,
		rules::{Rule, RuleDefect},
		CellId, ParamId, ParamKey,
	},
	interlock::OpenChanges,
	page::SiteId,
	site::{SharingMode, Station, StationState},
	OrgId, OrgSet,
};

fn call(org: OrgId, terms: Terms, items: &[crate::changes::types::Item]) -> DispatchResult {
	plain(ConfigGuard::request(engineer(org), HERE, terms, 0, part(items)))
}

fn id(slot: u32, cell: u8) -> CellId {
	CellId { site: SiteId::new(HERE, 0, slot), cell }
}

#[test]
fn request_works() {
	run(|| {
		baseline();
		// When the carrier asks for another power
		assert_ok!(call(CARRIER, terms(), &[item(0, 0, POWER, 13)]));
		// Then it waits for the sharer, and no value has changed
		let request = request_of(0);
		assert_eq!((request.phase, request.by, request.parts, request.items), (Phase::Asked, CARRIER, 1, 1));
		assert_eq!(request.consents.missing(), OrgSet::of(SHARER));
		assert_eq!((request.concerned, request.witnesses), (OrgSet(0b11), OrgSet(0b111)));
		assert_eq!((approved(0, 0, POWER), OpenRequests::<Test>::get(CARRIER)), (Some(10), 1));
		let change = Changes::<Test>::get(HERE, 0)[0];
		assert_eq!((change.request, change.before, change.after), (0, Some(10), Some(13)));
		// And no energy-saving window may be opened over it
		assert!(ConfigGuard::has_open_change(id(0, 0)) && !ConfigGuard::has_open_change(id(0, 1)));
	});
}

#[test]
fn tower_company_is_asked_where_its_mast_is_concerned() {
	run(|| {
		baseline();
		assert_ok!(call(CARRIER, terms(), &[item(0, 0, TILT, 1)]));
		assert_eq!(request_of(0).consents.required, OrgSet(0b111));
		assert_eq!(request_of(0).concerned, OrgSet(0b111));
	});
}

#[test]
fn tower_company_that_has_signed_the_baseline_is_asked_for_its_mast_alone() {
	run(|| {
		baseline();
		sign(TOWER, 0);
		// What is the carriers' they agree to by themselves: the tower company is no party, and may rule
		assert_ok!(call(CARRIER, terms(), &[item(0, 0, POWER, 13)]));
		let both = OrgSet(0b11);
		assert_eq!((request_of(0).consents.required, request_of(0).concerned), (both, both));
		assert_ok!(call(CARRIER, terms(), &[item(0, 0, HYSTERESIS, 10)]));
		assert_eq!(request_of(1).concerned, both);
		assert_ok!(call(CARRIER, terms(), &[item(0, 1, TILT, 1)]));
		assert_eq!(request_of(2).consents.required, OrgSet(0b111));
	});
}

#[test]
fn former_owner_that_alone_has_signed_is_asked_nothing() {
	for signs in [false, true] {
		run(|| {
			// Given a station that was another's, whose baseline stands
			let alone = Station { mode: SharingMode::Exclusive, sharers: OrgSet::EMPTY, ..station() };
			put(0, vec![alone.clone()]);
			assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![full_cell(1)]])));
			if signs {
				sign(TOWER, 0);
			}
			put(0, vec![Station { owner: SHARER, ..alone }]);
			confirm(0);
			// Then its new owner decides alone, unless others stand behind what was signed
			assert_ok!(call(SHARER, terms(), &[item(0, 0, POWER, 13)]));
			let former = if signs { OrgSet::of(CARRIER) } else { OrgSet::EMPTY };
			assert_eq!(request_of(0).consents.missing(), former);
			assert_eq!(request_of(0).witnesses, OrgSet(0b110).union(former));
			// And imports its own
			let import = ConfigGuard::import(engineer(SHARER), HERE, 0, table(&[vec![full_cell(2)]]));
			assert_ok!(import);
			let is_its_own = crate::Heads::<Test>::get(HERE, 0).signed(0) == OrgSet::of(SHARER);
			assert_eq!(is_its_own, !signs);
		});
	}
}

#[test]
fn who_has_signed_the_baseline_is_asked_whatever_the_record_says_since() {
	run(|| {
		baseline();
		// Given a record that its owner has amended alone
		let alone = Station { sharers: OrgSet::EMPTY, backhaul: SHARER, ..station() };
		put(0, vec![alone, station_of(SHARER)]);
		confirm(0);
		assert_ok!(call(CARRIER, terms(), &[item(0, 0, POWER, 13), item(0, 0, TILT, 1)]));
		assert_eq!(request_of(0).consents.missing(), OrgSet(0b110));
		assert_eq!((request_of(0).concerned, request_of(0).witnesses), (OrgSet(0b111), OrgSet(0b111)));
		// What becomes joint too, and what is notified concerns it
		assert_ok!(call(CARRIER, terms(), &[item(0, 0, HYSTERESIS, 11)]));
		assert_eq!(request_of(1).consents.missing(), OrgSet::of(SHARER));
		assert_ok!(call(CARRIER, terms(), &[item(0, 1, HYSTERESIS, 9)]));
		assert_eq!((phase(2), request_of(2).concerned), (Phase::Executed, OrgSet(0b11)));
		// But not when it has left
		Members::set(OrgSet(0b101));
		assert_ok!(call(CARRIER, terms(), &[item(0, 1, POWER, 13)]));
		assert_eq!(request_of(3).consents.missing(), OrgSet::EMPTY);
		Members::set(OrgSet(0b111));
	});
}

#[test]
fn what_the_owner_may_do_alone_is_carried_out_at_once() {
	run(|| {
		baseline();
		let before = digest(0);
		assert_ok!(call(CARRIER, terms(), &[item(0, 0, HYSTERESIS, 10)]));
		assert_eq!((phase(0), approved(0, 0, HYSTERESIS)), (Phase::Executed, Some(10)));
		assert_ne!(digest(0), before);
		// And everybody still stands behind the baseline
		assert_eq!(crate::Heads::<Test>::get(HERE, 0).signed[0], OrgSet(0b11));
		// Outside of the envelope it is not
		assert_ok!(call(CARRIER, terms(), &[item(0, 1, HYSTERESIS, 11)]));
		assert_eq!((phase(1), request_of(1).consents.missing()), (Phase::Asked, OrgSet::of(SHARER)));
		// Nor before its window
		let window = (5_000, 9_000);
		assert_ok!(call(CARRIER, Terms { window, ..terms() }, &[item(0, 1, PCI, 9)]));
		assert_eq!(phase(2), Phase::Asked);
		go_to(5);
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), 2, 0));
		assert_eq!(approved(0, 1, PCI), Some(9));
	});
}

#[test]
fn nobody_acts_alone_at_an_unconfirmed_station() {
	run(|| {
		baseline();
		put(0, vec![station(), station_of(SHARER)]);
		assert_ok!(call(CARRIER, terms(), &[item(0, 0, HYSTERESIS, 10)]));
		assert_eq!((phase(0), request_of(0).consents.missing()), (Phase::Asked, OrgSet::of(SHARER)));
		// And what is an operator's is joint
		let tac =
			crate::changes::types::Item { key: ParamKey { param: TAC, place: 1 }, ..item(0, 1, TAC, 7) };
		assert_ok!(call(SHARER, terms(), &[tac]));
		assert_eq!(refused(), [(0, ItemRefusal::NotOwner)]);
	});
}

#[test]
fn operator_changes_what_its_plmn_has() {
	run(|| {
		baseline();
		let tac =
			|place| crate::changes::types::Item { key: ParamKey { param: TAC, place }, ..item(0, 0, TAC, 7) };
		// Given that the second PLMN is the sharer's
		assert_ok!(call(CARRIER, terms(), &[tac(1)]));
		assert_eq!(refused(), [(0, ItemRefusal::NotOperator)]);
		// Then the sharer changes its tracking area code in the owner's cell, and nobody else is asked
		assert_ok!(call(SHARER, terms(), &[tac(1)]));
		assert_eq!(phase(1), Phase::Executed);
		assert_eq!((request_of(1).concerned, request_of(1).witnesses), (OrgSet::of(SHARER), OrgSet(0b111)));
		// With one cell identity for all it is shared, and the owner's to propose
		let one = Station { mode: SharingMode::MocnOneCellId, ..station() };
		put(0, vec![one, station_of(SHARER)]);
		confirm(0);
		assert_ok!(call(CARRIER, terms(), &[tac(0)]));
		assert_eq!(request_of(2).consents.missing(), OrgSet::of(SHARER));
	});
}

#[test]
fn owner_changes_what_an_operator_has_that_has_left() {
	run(|| {
		baseline();
		let tac = |value| crate::changes::types::Item {
			key: ParamKey { param: TAC, place: 1 },
			..item(0, 0, TAC, value)
		};
		// Given that the operator of the second PLMN waits for its window
		let later = Terms { window: (50_000, 60_000), ..terms() };
		assert_eq!(phase(ask(SHARER, later, &[tac(7)])), Phase::Asked);
		assert_ok!(call(CARRIER, terms(), &[tac(8)]));
		assert_eq!(refused(), [(0, ItemRefusal::NotOperator)]);
		// When it has left, the owner changes the value, and nobody waits for the other
		Members::set(OrgSet(0b101));
		let number = ask(CARRIER, terms(), &[tac(8)]);
		assert_eq!((refused(), phase(number)), (vec![], Phase::Executed));
		Members::set(OrgSet(0b111));
	});
}

#[test]
fn what_nobody_can_carry_out_any_more_is_in_nobodys_way() {
	for of in [terms, emergency] {
		run(|| {
			baseline();
			let power = |value| [item(1, 0, POWER, value)];
			// Given a change of the owner that waits
			let former = ask(SHARER, of(), &power(13));
			assert_eq!(phase(former), Phase::Asked);
			// When its station is another's
			put(0, vec![station(), station()]);
			confirm(0);
			// Then the new owner's are asked for, one at a time
			for (terms, refusals) in
				[(terms(), vec![]), (terms(), vec![(0, ItemRefusal::ChangeOpen { request: former + 1 })])]
			{
				assert_ok!(call(CARRIER, terms, &power(12)));
				assert_eq!(refused(), refusals);
			}
			// And once it has the station back, it is the new owner's that nobody waits for
			put(0, vec![station(), station_of(SHARER)]);
			confirm(0);
			assert_ok!(call(SHARER, terms(), &power(11)));
			assert_eq!(refused(), [(0, ItemRefusal::ChangeOpen { request: former })]);
			assert_ok!(ConfigGuard::withdraw(engineer(SHARER), former));
			assert_ok!(call(SHARER, terms(), &power(11)));
			assert_eq!(refused(), []);
		});
	}
}

#[test]
fn every_item_is_refused_for_its_reason() {
	run(|| {
		baseline();
		let items = [
			item(0, 0, POWER, 17),
			item(0, 1, POWER, 10),
			item(0, 1, ParamId(999), 1),
			item(0, 3, POWER, 1),
			item(1, 0, POWER, 11),
			item(9, 0, POWER, 11),
		];
		assert_ok!(call(CARRIER, terms(), &[items[0], items[1], items[2], items[3], items[4], items[5]]));
		let unknown = ItemRefusal::Value(KeyDefect::UnknownParameter);
		assert_eq!(
			refused(),
			[
				(0, ItemRefusal::Value(KeyDefect::Step)),
				(1, ItemRefusal::Unchanged),
				(2, unknown),
				(3, ItemRefusal::NotFound),
				(4, ItemRefusal::NotOwner),
				(5, ItemRefusal::NotFound),
			]
		);
		// Nothing has passed: no request is left
		assert_eq!((Requests::<Test>::get(0), OpenRequests::<Test>::get(CARRIER)), (None, 0));
		// A retired station
		Inventory::mutate(|all| all.get_mut(&(HERE, 0)).unwrap()[0].state = StationState::Retired);
		assert_ok!(call(CARRIER, terms(), &[item(0, 0, POWER, 11)]));
		assert_eq!(refused(), [(0, ItemRefusal::Retired)]);
	});
}

#[test]
fn the_valid_part_goes_on_unless_the_request_is_whole() {
	run(|| {
		baseline();
		let items = [item(0, 0, POWER, 13), item(0, 1, POWER, 90)];
		let whole = Terms { whole: true, ..terms() };
		assert_ok!(call(CARRIER, whole, &items));
		assert_eq!(refused(), [(1, ItemRefusal::Value(KeyDefect::Domain))]);
		assert!(Requests::<Test>::get(0).is_none() && Changes::<Test>::get(HERE, 0).is_empty());
		assert_ok!(call(CARRIER, terms(), &items));
		assert_eq!(Parts::<Test>::get(1, 0).into_inner(), [items[0]]);
		assert_eq!(request_of(1).items, 1);
	});
}

#[test]
fn no_two_changes_of_a_value_are_open() {
	run(|| {
		baseline();
		let (first, other) = (item(0, 0, POWER, 13), item(0, 0, POWER, 12));
		assert_ok!(call(CARRIER, terms(), &[first]));
		assert_ok!(call(CARRIER, terms(), &[other]));
		assert_eq!(refused(), [(0, ItemRefusal::ChangeOpen { request: 0 })]);
		// Nor while the first is observed, but in an emergency
		assert_ok!(consent(SHARER, 0));
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), 0, 0));
		assert_ok!(call(CARRIER, terms(), &[other]));
		assert_eq!(refused(), [(0, ItemRefusal::ChangeOpen { request: 0 })]);
		assert_ok!(call(CARRIER, emergency(), &[other]));
		assert_eq!(refused(), []);
		// Over, it is in nobody's way
		assert_ok!(ConfigGuard::withdraw(engineer(CARRIER), 3));
		go_to(System::block_number() + 300);
		assert!(phase(0).is_final());
		assert_ok!(call(CARRIER, terms(), &[other]));
		assert_eq!(refused(), []);
	});
}

#[test]
fn freezes_stop_all_but_emergencies() {
	run(|| {
		baseline();
		let freeze = Freeze { scope: Scope::LocalNetwork(HERE), from: 30_000, to: 40_000 };
		assert_ok!(ConfigGuard::set_freeze(RuntimeOrigin::root(), 7, Some(freeze)));
		let until = |to| Terms { window: (25_000, to), ..terms() };
		assert_ok!(call(CARRIER, until(30_000), &[item(0, 0, POWER, 13)]));
		assert_eq!(refused(), [(0, ItemRefusal::Frozen { freeze: 7 })]);
		assert_ok!(call(CARRIER, until(29_999), &[item(0, 0, POWER, 13)]));
		assert_eq!(refused(), []);
		go_to(35);
		assert_ok!(call(CARRIER, emergency(), &[item(0, 1, POWER, 13)]));
		assert_eq!(refused(), []);
	});
}

#[test]
fn energy_windows_and_outages_stop_all_but_emergencies() {
	run(|| {
		baseline();
		EnergyWindows::set(vec![(id(0, 0), 10_000, 12_000)]);
		Outages::set(vec![id(0, 1)]);
		let items = [item(0, 0, POWER, 13), item(0, 1, POWER, 13)];
		assert_ok!(call(CARRIER, terms(), &items));
		assert_eq!(refused(), [(0, ItemRefusal::EnergyWindow), (1, ItemRefusal::Outage)]);
		let before = Terms { window: (2_000, 9_999), ..terms() };
		assert_ok!(call(CARRIER, before, &items[..1]));
		assert_eq!(refused(), []);
		assert_ok!(ConfigGuard::withdraw(engineer(CARRIER), 1));
		assert_ok!(call(CARRIER, emergency(), &items));
		assert_eq!(refused(), []);
	});
}

#[test]
fn cross_cell_rules_look_at_the_network_as_it_would_be() {
	run(|| {
		baseline();
		// Given that the first cell has the second as its neighbour
		let neighbour = crate::changes::types::Item {
			key: ParamKey { param: NEIGHBOUR, place: 0 },
			value: Some(cell_value(id(0, 1))),
			..item(0, 0, NEIGHBOUR, 0)
		};
		assert_ok!(call(CARRIER, terms(), &[neighbour]));
		assert_eq!(phase(0), Phase::Executed);
		// When it would have the neighbour's PCI
		let collision = |with| {
			let defect = RuleDefect::Collision { with };
			ItemRefusal::RuleBroken { rule: 1, defect }
		};
		assert_ok!(call(CARRIER, terms(), &[item(0, 0, PCI, 2)]));
		assert_eq!(refused(), [(0, collision(id(0, 1)))]);
		// But the two may change places
		assert_ok!(call(CARRIER, terms(), &[item(0, 0, PCI, 2), item(0, 1, PCI, 1)]));
		assert_eq!((refused(), approved(0, 0, PCI)), (vec![], Some(2)));
		// Not when the other item is refused, on which the first leans
		go_to(System::block_number() + 300);
		assert_ok!(call(CARRIER, terms(), &[item(0, 0, PCI, 1), item(0, 1, PCI, 2_000)]));
		assert_eq!(refused(), [(0, collision(id(0, 1))), (1, ItemRefusal::Value(KeyDefect::Domain))]);
		// And a carrier lies where its participants hold spectrum
		assert_ok!(call(CARRIER, terms(), &[item(0, 0, CARRIER_FREQUENCY, 640_001)]));
		let defect = RuleDefect::OutsideSpectrum;
		assert_eq!(refused(), [(0, ItemRefusal::RuleBroken { rule: 2, defect })]);
	});
}

#[test]
fn what_is_a_stations_changes_in_all_of_its_cells() {
	run(|| {
		put(0, vec![station()]);
		confirm(0);
		let cells = (1..4).map(|pci| cell_with_length(pci, 24)).collect();
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[cells])));
		let to = |cells: &[u8], length| {
			let items: Vec<_> = cells.iter().map(|cell| item(0, *cell, GNB_ID_LENGTH, length)).collect();
			assert_ok!(call(CARRIER, terms(), &items));
			refused()
		};
		let differs = |items: u8, cell| {
			(0..items).map(|n| (n, ItemRefusal::StationDiffers { cell })).collect::<Vec<_>>()
		};
		// Given that a cell would keep another value, or get another one
		assert_eq!(to(&[0], 26), differs(1, 1));
		assert_eq!(to(&[0, 2], 26), differs(2, 1));
		let mixed =
			[item(0, 0, GNB_ID_LENGTH, 26), item(0, 1, GNB_ID_LENGTH, 26), item(0, 2, GNB_ID_LENGTH, 27)];
		assert_ok!(call(CARRIER, terms(), &mixed));
		assert_eq!(refused(), differs(3, 2));
		// Or that one of them is refused for another reason
		Outages::set(vec![id(0, 1)]);
		let others = ItemRefusal::StationDiffers { cell: 1 };
		assert_eq!(to(&[0, 1, 2], 26), [(0, others), (1, ItemRefusal::Outage), (2, others)]);
		Outages::set(vec![]);
		// Then nothing is taken. What all have is
		assert!(Changes::<Test>::get(HERE, 0).is_empty());
		assert_eq!(to(&[0, 1, 2], 26), []);
		assert_ok!(consent(SHARER, 4));
		// And it is looked at again when it is carried out
		Outages::set(vec![id(0, 1)]);
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), 4, 0));
		assert_eq!(refused(), [(0, others), (1, ItemRefusal::Outage), (2, others)]);
		Outages::set(vec![]);
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), 4, 0));
		assert_eq!([0, 1, 2].map(|cell| approved(0, cell, GNB_ID_LENGTH)), [Some(26); 3]);
	});
}

#[test]
fn what_a_rule_leaves_of_a_stations_values_is_refused_with_the_rest() {
	run(|| {
		put(0, vec![station()]);
		confirm(0);
		let with = id(0, 1);
		let mut first = cell_with_length(1, 24);
		first.push((ParamKey { param: NEIGHBOUR, place: 0 }, cell_value(with)));
		first.sort_unstable();
		let cells = vec![first, cell_with_length(2, 24)];
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[cells])));
		// Given a rule by which neighbours may not have one value, and so none that their station has
		let rule =
			Rule::Distinct { neighbour: NEIGHBOUR, identity: GNB_ID_LENGTH, carrier: CARRIER_FREQUENCY };
		assert_ok!(ConfigGuard::set_rule(RuntimeOrigin::root(), 9, Some(rule)));
		let items = [0, 1].map(|cell| item(0, cell, GNB_ID_LENGTH, 26));
		assert_ok!(call(CARRIER, terms(), &items));
		let defect = RuleDefect::Collision { with };
		let broken = ItemRefusal::RuleBroken { rule: 9, defect };
		assert_eq!(refused(), [(0, broken), (1, ItemRefusal::StationDiffers { cell: 0 })]);
	});
}

#[test]
fn neighbours_in_other_pages_are_looked_at() {
	run(|| {
		baseline();
		put(5, vec![station()]);
		confirm(5);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 5, table(&[vec![full_cell(77)]])));
		let with = CellId { site: SiteId::new(HERE, 5, 0), cell: 0 };
		let neighbour = crate::changes::types::Item {
			key: ParamKey { param: NEIGHBOUR, place: 3 },
			value: Some(cell_value(with)),
			..item(0, 0, NEIGHBOUR, 0)
		};
		assert_ok!(call(CARRIER, terms(), &[item(0, 0, PCI, 77), neighbour]));
		let defect = RuleDefect::Collision { with };
		let broken = ItemRefusal::RuleBroken { rule: 1, defect };
		assert_eq!(refused(), [(0, broken), (1, broken)]);
	});
}

#[test]
fn emergency_names_a_rule_that_it_breaks_and_is_not_refused_for_it() {
	run(|| {
		baseline();
		let neighbour = crate::changes::types::Item {
			key: ParamKey { param: NEIGHBOUR, place: 0 },
			value: Some(cell_value(id(0, 1))),
			..item(0, 0, NEIGHBOUR, 0)
		};
		assert_ok!(call(CARRIER, terms(), &[neighbour]));
		let defect = RuleDefect::Collision { with: id(0, 1) };
		let expected = vec![(0, ItemRefusal::RuleBroken { rule: 1, defect })];
		let both = [item(0, 0, PCI, 2), item(0, 0, POWER, 13)];
		let both = [both[0].min(both[1]), both[0].max(both[1])];
		System::reset_events();
		assert_ok!(call(CARRIER, emergency(), &both));
		assert_eq!(refused(), []);
		let checked = |event| match event {
			Event::PartChecked { broken, .. } => Some(broken.into_inner()),
			_ => None,
		};
		assert_eq!(events().into_iter().find_map(checked), Some(expected.clone()));
		assert_ok!(consent(SHARER, 1));
		let executed = |event| match event {
			Event::PartExecuted { broken, executed, .. } => Some((executed, broken.into_inner())),
			_ => None,
		};
		assert_eq!(events().into_iter().find_map(executed), Some((2, expected)));
		assert_eq!(approved(0, 0, PCI), Some(2));
	});
}

/// What would refuse each value of a request if it were no emergency.
fn broken(number: u32) -> Vec<Option<String>> {
	ConfigGuard::request_items(number, 0).into_iter().map(|one| one.broken).collect()
}

/// Reports an emergency of what `by` changes alone otherwise, and which would be refused for this if it were none.
fn needs_the_others(by: OrgId, item: crate::changes::types::Item, refusal: ItemRefusal) -> u32 {
	let others = OrgSet(0b011).without(by);
	let view = || {
		let (window, asked) = (emergency().window, vec![(item.slot, item.cell, item.key, item.value)]);
		ConfigGuard::check_views(by, HERE, 0, asked, window, true)
	};
	let said = view();
	let ratify: Vec<_> = said.iter().map(|one| (one.item, one.ratify)).collect();
	assert_eq!(ratify, [(0, Some(OrgSet(0b011)))]);
	let number = crate::NextRequest::<Test>::get();
	System::reset_events();
	assert_ok!(call(by, emergency(), &[item]));
	assert_eq!((refused(), phase(number)), (vec![], Phase::Asked));
	let is_named = |event| matches!(event, Event::PartChecked { broken, .. } if broken[..] == [(0, refusal)]);
	assert!(events().into_iter().any(is_named));
	// Who is asked to ratify it is told the same
	assert_eq!(broken(number), [Some(said[0].why.clone())]);
	let request = request_of(number);
	assert_eq!((request.consents.missing(), request.concerned), (others, OrgSet(0b011)));
	number
}

/// The second cell is a neighbour of the first.
fn neighbours() {
	baseline();
	let neighbour = crate::changes::types::Item {
		key: ParamKey { param: NEIGHBOUR, place: 0 },
		value: Some(cell_value(id(0, 1))),
		..item(0, 0, NEIGHBOUR, 0)
	};
	assert_ok!(call(CARRIER, terms(), &[neighbour]));
}

fn set_freeze(freeze: Option<(u64, u64)>) {
	let freeze = freeze.map(|(from, to)| Freeze { scope: Scope::National, from, to });
	assert_ok!(ConfigGuard::set_freeze(RuntimeOrigin::root(), 7, freeze));
}

#[test]
fn emergency_that_would_be_refused_needs_all_joint_parties_whatever_its_class() {
	let tac = crate::changes::types::Item { key: ParamKey { param: TAC, place: 1 }, ..item(0, 0, TAC, 7) };
	let frozen = || set_freeze(Some((1_000, 500_000)));
	let asleep = || EnergyWindows::set(vec![(id(0, 0), 0, 500_000)]);
	let out = || Outages::set(vec![id(0, 0)]);
	let collision = ItemRefusal::RuleBroken { rule: 1, defect: RuleDefect::Collision { with: id(0, 1) } };
	let cases: [(&dyn Fn(), OrgId, crate::changes::types::Item, ItemRefusal); 5] = [
		(&frozen, CARRIER, item(0, 0, HYSTERESIS, 9), ItemRefusal::Frozen { freeze: 7 }),
		(&frozen, SHARER, tac, ItemRefusal::Frozen { freeze: 7 }),
		(&|| (), CARRIER, item(0, 0, PCI, 2), collision),
		(&asleep, CARRIER, item(0, 0, HYSTERESIS, 9), ItemRefusal::EnergyWindow),
		(&out, CARRIER, item(0, 0, HYSTERESIS, 9), ItemRefusal::Outage),
	];
	for (happens, by, item, refusal) in cases {
		for is_ratified in [true, false] {
			run(|| {
				neighbours();
				happens();
				let before = crate::pages::Page::<Test>::open(HERE, 0).table.get(0, item.key);
				let number = needs_the_others(by, item, refusal);
				if is_ratified {
					assert_ok!(consent(OrgId(1 - by.0), number));
					assert_eq!(phase(number), Phase::Executed);
				} else {
					go_to(62);
					assert_eq!(phase(number), Phase::Unratified);
					let violation = ConfigGuard::violation(0).unwrap();
					assert_eq!((violation.against, violation.observed), (by, item.value));
				}
				let after = crate::pages::Page::<Test>::open(HERE, 0).table.get(0, item.key);
				assert_eq!(after, if is_ratified { item.value } else { before });
				assert_eq!(broken(number), [None]);
				EnergyWindows::set(vec![]);
				Outages::set(vec![]);
			});
		}
	}
}

#[test]
fn emergency_that_nothing_would_refuse_stands_at_once() {
	run(|| {
		neighbours();
		// A freeze that was over, and one that is to come
		go_to(20);
		set_freeze(Some((30_000, 500_000)));
		assert_ok!(ConfigGuard::set_freeze(
			RuntimeOrigin::root(),
			8,
			Some(Freeze { scope: Scope::LocalNetwork(HERE), from: 500_000, to: 600_000 })
		));
		assert_ok!(call(CARRIER, emergency(), &[item(0, 0, HYSTERESIS, 9)]));
		assert_eq!((phase(1), approved(0, 0, HYSTERESIS)), (Phase::Executed, Some(9)));
	});
}

#[test]
fn emergency_breaks_no_freeze_that_has_begun_since_its_report() {
	run(|| {
		baseline();
		go_to(20);
		set_freeze(Some((30_000, 500_000)));
		let number = ask(CARRIER, emergency(), &[item(0, 0, POWER, 13)]);
		go_to(40);
		assert_eq!(broken(number), [None]);
		// Amended, all of it is reported anew
		let more = part(&[item(0, 0, POWER, 13), item(0, 1, POWER, 13)]);
		assert_ok!(ConfigGuard::add(engineer(CARRIER), number, 0, more));
		let frozen = Some("freeze 7 holds at that time".into());
		assert_eq!(broken(number), [frozen.clone(), frozen]);
	});
}

#[test]
fn who_was_needed_for_an_emergency_is_needed_to_its_end() {
	run(|| {
		neighbours();
		set_freeze(Some((1_000, 500_000)));
		let number = needs_the_others(CARRIER, item(0, 0, HYSTERESIS, 9), ItemRefusal::Frozen { freeze: 7 });
		// When the freeze is lifted and the emergency amended
		set_freeze(None);
		let more = part(&[item(0, 0, HYSTERESIS, 9), item(0, 1, HYSTERESIS, 8)]);
		assert_ok!(ConfigGuard::add(engineer(CARRIER), number, 0, more));
		assert_eq!(request_of(number).consents.missing(), OrgSet::of(SHARER));
		assert_eq!((phase(number), approved(0, 0, HYSTERESIS)), (Phase::Asked, Some(5)));
		assert_ok!(consent(SHARER, number));
		assert_eq!([0, 1].map(|cell| approved(0, cell, HYSTERESIS)), [Some(9), Some(8)]);
	});
}

#[test]
fn changes_in_a_row_are_one_step_as_long_as_the_first_is_observed() {
	run(|| {
		baseline();
		let mut step = catalogue().into_iter().find(|one| one.id == HYSTERESIS).unwrap();
		step.parameter.step = Some(1);
		let (parameter, text) = (step.parameter, step.text);
		assert_ok!(ConfigGuard::set_parameter(RuntimeOrigin::root(), HYSTERESIS, parameter, text));
		go_to(3);
		let ask = |value| {
			ask(CARRIER, emergency(), &[crate::changes::types::Item { value, ..item(0, 0, HYSTERESIS, 0) }])
		};
		let refused_step = [(0, ItemRefusal::Value(KeyDefect::Step))];
		let first = ask(Some(6));
		ask(Some(7));
		assert_eq!((refused(), approved(0, 0, HYSTERESIS)), (refused_step.to_vec(), Some(6)));
		// Nor more at once, though it is no further from the first one
		ask(Some(4));
		assert_eq!(refused(), refused_step);
		// Nor by way of none
		ask(None);
		assert_eq!((refused(), approved(0, 0, HYSTERESIS)), (refused_step.to_vec(), Some(6)));
		// The next step can be made once all of them are over
		go_to(1_000);
		assert!(phase(first).is_final());
		ask(Some(7));
		assert_eq!((refused(), approved(0, 0, HYSTERESIS)), (vec![], Some(7)));
	});
}

#[test]
fn drafted_emergency_has_its_whole_term_from_its_report_on() {
	run(|| {
		baseline();
		assert_ok!(ConfigGuard::draft(engineer(CARRIER), HERE, emergency()));
		assert_ok!(ConfigGuard::add(engineer(CARRIER), 0, 0, part(&[item(0, 0, POWER, 13)])));
		go_to(10);
		assert_ok!(ConfigGuard::submit(engineer(CARRIER), 0));
		let end = 10_000 + 1_000 * u64::from(EMERGENCY_TERM);
		assert_eq!(
			(request_of(0).terms.window, request_of(0).consents.expires),
			((0, end), 10 + EMERGENCY_TERM)
		);
	});
}

#[test]
fn drafted_emergency_concerns_whom_it_needs_when_it_is_reported() {
	run(|| {
		baseline();
		let tac =
			crate::changes::types::Item { key: ParamKey { param: TAC, place: 1 }, ..item(0, 0, TAC, 7) };
		assert_ok!(ConfigGuard::draft(engineer(SHARER), HERE, emergency()));
		assert_ok!(ConfigGuard::add(engineer(SHARER), 0, 0, part(&[tac])));
		assert_eq!(request_of(0).concerned, OrgSet::EMPTY.with(SHARER));
		set_freeze(Some((1_000, 500_000)));
		assert_ok!(ConfigGuard::submit(engineer(SHARER), 0));
		assert_eq!(
			(request_of(0).consents.missing(), request_of(0).concerned),
			(OrgSet::of(CARRIER), OrgSet(0b11))
		);
	});
}

#[test]
fn drafted_emergency_is_judged_when_it_is_reported() {
	run(|| {
		neighbours();
		assert_ok!(ConfigGuard::draft(engineer(CARRIER), HERE, emergency()));
		assert_ok!(ConfigGuard::add(engineer(CARRIER), 1, 0, part(&[item(0, 0, HYSTERESIS, 9)])));
		set_freeze(Some((1_000, 500_000)));
		System::reset_events();
		assert_ok!(ConfigGuard::submit(engineer(CARRIER), 1));
		assert_eq!((phase(1), request_of(1).consents.missing()), (Phase::Asked, OrgSet::of(SHARER)));
		let Some(Event::PartChecked { request: 1, page: 0, passed: 1, refused, broken }) =
			events().into_iter().next()
		else {
			panic!("it is checked once more")
		};
		assert_eq!((refused.into_inner(), broken.len()), (vec![], 1));
	});
}

#[test]
fn waiting_change_keeps_its_companys_emergency_out_no_more() {
	run(|| {
		baseline();
		let later = Terms { window: (2_000, 20_000), ..terms() };
		let waiting = ask(CARRIER, later, &[item(0, 0, HYSTERESIS, 9)]);
		let urgent = ask(CARRIER, emergency(), &[item(0, 0, HYSTERESIS, 7)]);
		assert_eq!((refused(), phase(urgent)), (vec![], Phase::Executed));
		assert_eq!(approved(0, 0, HYSTERESIS), Some(7));
		ConfigGuard::do_try_state().unwrap();
		// As long as it is observed the other one waits
		go_to(3);
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), waiting, 0));
		assert_eq!(refused(), [(0, ItemRefusal::ChangeOpen { request: urgent })]);
		assert_eq!((phase(waiting), approved(0, 0, HYSTERESIS)), (Phase::Asked, Some(7)));
		// Of two emergencies the later one is an amendment
		let first = ask(CARRIER, emergency(), &[item(0, 1, POWER, 13)]);
		assert_ok!(call(CARRIER, emergency(), &[item(0, 1, POWER, 12)]));
		assert_eq!(refused(), [(0, ItemRefusal::ChangeOpen { request: first })]);
	});
}

#[test]
fn change_that_is_carried_out_in_part_keeps_an_emergency_out() {
	run(|| {
		baseline();
		let number = super::add::ask_in_two_pages(item(0, 0, HYSTERESIS, 9));
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 7));
		assert_ok!(call(CARRIER, emergency(), &[item(0, 0, HYSTERESIS, 7)]));
		assert_eq!(refused(), [(0, ItemRefusal::ChangeOpen { request: number })]);
	});
}

#[test]
fn request_fails_for_windows_texts_and_parts_that_are_none() {
	run(|| {
		baseline();
		go_to(100);
		let one = [item(0, 0, POWER, 13)];
		let window = |window| Terms { window, ..terms() };
		for bad in [
			window((100_000, 100_000)),
			window((150_000, 150_000)),
			window((150_001, 150_000)),
			window((50_000, 100_000)),
			window((200_000, 200_001 + MAX_WINDOW)),
			window((100_000 + MAX_AHEAD, 100_001 + MAX_AHEAD)),
			Terms { window: (100_001, 0), ..emergency() },
			Terms { window: (39_999, 0), ..emergency() },
		] {
			assert_noop!(call(CARRIER, bad, &one), Error::<Test>::BadWindow);
		}
		let guard = b"a\nb".to_vec().try_into().unwrap();
		assert_noop!(call(CARRIER, Terms { guard, ..terms() }, &one), Error::<Test>::BadText);
		assert_noop!(call(CARRIER, terms(), &[]), Error::<Test>::BadPart);
		assert_noop!(call(CARRIER, terms(), &[one[0], one[0]]), Error::<Test>::BadPart);
		assert_noop!(call(CARRIER, terms(), &[item(0, 1, POWER, 1), one[0]]), Error::<Test>::BadPart);
	});
}

#[test]
fn window_begins_when_it_is_asked_for() {
	run(|| {
		baseline();
		// Given a draft that has taken longer than a call may
		let drafted = super::add::draft(CARRIER, Terms { window: (1_000, 2 * MAX_LATE), ..terms() });
		let part = || part(&[item(0, 0, POWER, 13)]);
		assert_ok!(ConfigGuard::add(engineer(CARRIER), drafted, 0, part()));
		Ahead::set(MAX_LATE + 5_000);
		let earliest = Clock::now() - MAX_LATE;
		// When it is asked for, its window begins then
		assert_ok!(plain(ConfigGuard::submit(engineer(CARRIER), drafted)));
		let window = Requests::<Test>::get(drafted).unwrap().terms.window;
		assert_eq!(window, (earliest, 2 * MAX_LATE));
		// And nothing is asked for as of earlier, nor said to pass
		let one = [item(0, 1, POWER, 13)];
		let ends = Clock::now() + WINDOW;
		for (from, is_taken) in [(earliest - 1, false), (earliest, true)] {
			let window = (from, ends);
			let items = one.iter().map(|item| (item.slot, item.cell, item.key, item.value)).collect();
			let refused = ConfigGuard::check_views(CARRIER, HERE, 0, items, window, false);
			assert_eq!(refused.is_empty(), is_taken, "{refused:?}");
			let asked = call(CARRIER, Terms { window, ..terms() }, &one);
			assert_eq!(asked, if is_taken { Ok(()) } else { Err(Error::<Test>::BadWindow.into()) });
		}
		Ahead::set(0);
	});
}

#[test]
fn request_fails_when_too_many_are_open() {
	run(|| {
		baseline();
		OpenRequests::<Test>::insert(CARRIER, MAX_OPEN_REQUESTS);
		assert_noop!(call(CARRIER, terms(), &[item(0, 0, POWER, 13)]), Error::<Test>::TooManyRequests);
		OpenRequests::<Test>::remove(CARRIER);
	});
}

#[test]
fn request_is_told_of() {
	run(|| {
		baseline();
		System::reset_events();
		let terms = terms();
		assert_ok!(call(CARRIER, terms.clone(), &[item(0, 0, POWER, 13)]));
		let consents = request_of(0).consents;
		assert_eq!(
			events(),
			[
				Event::RequestDrafted {
					request: 0,
					by: CARRIER,
					local_network: HERE,
					window: terms.window,
					emergency: false
				},
				Event::PartChecked {
					request: 0,
					page: 0,
					passed: 1,
					refused: Default::default(),
					broken: Default::default(),
				},
				Event::RequestAsked {
					request: 0,
					subject: consents.subject,
					revision: 0,
					missing: OrgSet::of(SHARER),
					expires: 21
				},
			]
		);
	});
}

#[test]
fn request_fails_without_the_right() {
	run(|| {
		baseline();
		assert_refusals(CARRIER, |origin| {
			ConfigGuard::request(origin, HERE, terms(), 0, part(&[item(0, 0, POWER, 13)]))
		});
	});
}
