// SPDX-License-Identifier: Apache-2.0

//! `roll_back`: whose word a former value needs, and what becomes of those that are not the proposer's to take back.

use super::add::{draft, second_page};
use crate::{
	changes::types::{ChangeState, ItemRefusal, Phase},
	mock::*,
	Changes, Event, Heads, Tables,
};
use frame_support::assert_ok;
use trimast_primitives::{
	cells::{CellTable, CellValues, ParamId, ParamKey},
	org::OrgStatus,
	site::{Station, StationState},
	Hash, OrgId, OrgSet,
};

const FOURTH: OrgId = OrgId(3);
const REASON: Hash = Hash::repeat_byte(5);

fn four_companies() {
	Orgs::set(vec![OrgStatus::Active; 4]);
	Members::set(OrgSet(0b1111));
}

/// Changes the record of the first station of a page, with everybody's consent.
fn amend(page: u16, change: impl FnOnce(&mut Station)) {
	Inventory::mutate(|all| change(&mut all.get_mut(&(HERE, page)).unwrap()[0].station));
	confirm(page);
}

/// The first station of a page is another company's since, and shared by nobody.
fn give_away(page: u16) {
	amend(page, |station| {
		station.owner = FOURTH;
		station.sharers = OrgSet::EMPTY;
	});
}

fn enter_state(state: StationState) {
	Inventory::mutate(|all| all.get_mut(&(HERE, 0)).unwrap()[0].state = state);
}

/// The value of the first cell of a page.
fn in_page(page: u16, param: ParamId) -> Option<i64> {
	CellTable::peek(&Tables::<Test>::get(HERE, page), 0, 0, ParamKey::of(param))
}

/// The first page is not rolled back by who has asked for the change. What keeps which item out.
fn kept_out(number: u32) -> Vec<(u8, ItemRefusal)> {
	let before = (digest(0), phase(number));
	assert_ok!(ConfigGuard::roll_back(engineer(CARRIER), number, 0));
	assert_eq!((digest(0), phase(number)), before);
	match last_event() {
		Event::RollBackRefused { request, page: 0, refused } if request == number => refused.into_inner(),
		other => panic!("{other:?}"),
	}
}

#[test]
fn who_has_joined_since_is_asked() {
	run(|| {
		four_companies();
		baseline();
		let number = executed();
		amend(0, |station| station.sharers = station.sharers.with(FOURTH));
		let missing = ItemRefusal::NotAgreed { orgs: OrgSet::of(FOURTH) };
		assert_eq!(kept_out(number), [(0, missing)]);
		// Also when it shares the station no more, and has signed the new value
		sign(FOURTH, 0);
		amend(0, |station| station.sharers = OrgSet::of(SHARER));
		assert_eq!(Heads::<Test>::get(HERE, 0).signed(0), OrgSet(0b1011));
		assert_eq!(kept_out(number), [(0, missing)]);
		// Not when it has left
		Members::set(OrgSet(0b111));
		assert_ok!(ConfigGuard::roll_back(engineer(CARRIER), number, 0));
		assert_eq!(approved(0, 0, POWER), Some(10));
	});
}

#[test]
fn former_owner_takes_nothing_back() {
	run(|| {
		four_companies();
		baseline();
		let number = executed();
		give_away(0);
		assert_eq!(kept_out(number), [(0, ItemRefusal::NotOwner)]);
	});
}

#[test]
fn former_operator_takes_nothing_back() {
	run(|| {
		baseline();
		let tac =
			crate::changes::types::Item { key: ParamKey { param: TAC, place: 0 }, ..item(0, 0, TAC, 500) };
		let number = ask(CARRIER, terms(), &[tac]);
		assert_eq!(phase(number), Phase::Executed);
		let holdings = crate::Holdings::<Test>::get();
		let of = |org| holdings.iter().find(|(holder, _)| *holder == org).unwrap().1.clone();
		let nothing = crate::policy::Holding { plmns: Default::default(), ..of(CARRIER) };
		assert_ok!(ConfigGuard::set_holdings(RuntimeOrigin::root(), CARRIER, nothing));
		let mut all = of(SHARER);
		all.plmns.try_push(of(CARRIER).plmns[0]).unwrap();
		assert_ok!(ConfigGuard::set_holdings(RuntimeOrigin::root(), SHARER, all));
		assert_eq!(kept_out(number), [(0, ItemRefusal::NotOperator)]);
	});
}

#[test]
fn nothing_is_taken_back_at_a_retired_station() {
	run(|| {
		baseline();
		let number = ask(CARRIER, terms(), &[gone(0, 0, HYSTERESIS)]);
		enter_state(StationState::Retired);
		assert_eq!(kept_out(number), [(0, ItemRefusal::Retired)]);
		// Nor do its cells come back
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[])));
		assert_eq!(kept_out(number), [(0, ItemRefusal::NotFound)]);
	});
}

#[test]
fn nothing_is_taken_back_of_what_was_imported_since() {
	run(|| {
		baseline();
		let number = ask(CARRIER, terms(), &[gone(0, 0, HYSTERESIS)]);
		enter_state(StationState::Retired);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[])));
		go_to(2);
		enter_state(StationState::OnAir);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![cell(1)]])));
		sign(SHARER, 0);
		assert_eq!(kept_out(number), [(0, ItemRefusal::Imported)]);
	});
}

#[test]
fn nothing_is_taken_back_of_a_station_of_which_any_cell_was_imported_since() {
	run(|| {
		put(0, vec![station()]);
		confirm(0);
		let import = |cells: [CellValues; 2]| {
			assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[cells.to_vec()])));
		};
		import([full_cell(1), full_cell(2)]);
		let number = ask(CARRIER, terms(), &[item(0, 0, HYSTERESIS, 9), item(0, 1, HYSTERESIS, 9)]);
		assert_eq!(phase(number), Phase::Executed);
		go_to(2);
		let changed = |pci| {
			let mut values = full_cell(pci);
			values.iter_mut().find(|(key, _)| key.param == HYSTERESIS).unwrap().1 = 9;
			values
		};
		import([changed(1), changed(3)]);
		assert_eq!(kept_out(number), [(0, ItemRefusal::Imported), (1, ItemRefusal::Imported)]);
	});
}

/// A station whose hysteresis of 20 its owner has put down to 5, where it needs nobody.
fn put_down() -> u32 {
	put(0, vec![station()]);
	confirm(0);
	let mut values = full_cell(1);
	values.iter_mut().find(|(key, _)| key.param == HYSTERESIS).unwrap().1 = 20;
	assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![values]])));
	sign(SHARER, 0);
	let number = ask(CARRIER, terms(), &[item(0, 0, HYSTERESIS, 5)]);
	assert_eq!(phase(number), Phase::Executed);
	number
}

#[test]
fn what_a_former_value_needs_is_asked() {
	run(|| {
		let number = put_down();
		let missing = ItemRefusal::NotAgreed { orgs: OrgSet::of(SHARER) };
		assert_eq!(kept_out(number), [(0, missing)]);
		// Whom the change concerned may have it overruled, and has its value again
		assert_ok!(ConfigGuard::object(engineer(SHARER), number, REASON));
		assert_ok!(ConfigGuard::rule(engineer(TOWER), number, false, REASON));
		assert_eq!((phase(number), approved(0, 0, HYSTERESIS)), (Phase::RolledBack, Some(20)));
	});
}

#[test]
fn what_is_overruled_is_not_written_into_anothers_station() {
	run(|| {
		four_companies();
		baseline();
		second_page();
		let number = draft(CARRIER, terms());
		for page in [0, 7] {
			let items = part(&[item(0, 0, HYSTERESIS, 9)]);
			assert_ok!(ConfigGuard::add(engineer(CARRIER), number, page, items));
		}
		assert_ok!(ConfigGuard::submit(engineer(CARRIER), number));
		for page in [0, 7] {
			assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, page));
		}
		assert_ok!(ConfigGuard::object(engineer(SHARER), number, REASON));
		give_away(0);
		sign(FOURTH, 0);
		for org in [TOWER, FOURTH] {
			assert_ok!(ConfigGuard::rule(engineer(org), number, false, REASON));
		}
		System::reset_events();
		go_to(10);
		// The page that is the proposer's is rolled back. What is left of the other one is named, and shows as it is
		assert_eq!([0, 7].map(|page| in_page(page, HYSTERESIS)), [Some(9), Some(5)]);
		let refused = vec![(0, ItemRefusal::NotOwner)].try_into().unwrap();
		assert_eq!(events()[0], Event::RollBackRefused { request: number, page: 0, refused });
		assert_eq!(phase(number), Phase::RolledBack);
		let states = [0, 7].map(|page| ConfigGuard::request_items(number, page)[0].state.clone().unwrap());
		assert_eq!(states, ["executed", "rolled-back"]);
	});
}

#[test]
fn of_what_is_overruled_the_rest_is_taken_back() {
	run(|| {
		four_companies();
		baseline();
		let number = ask(CARRIER, terms(), &[item(0, 0, POWER, 13), item(0, 0, HYSTERESIS, 9)]);
		assert_ok!(consent(SHARER, number));
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
		assert_ok!(ConfigGuard::object(engineer(SHARER), number, REASON));
		// When a company has joined that has not agreed to what all decide
		amend(0, |station| station.sharers = station.sharers.with(FOURTH));
		for org in [TOWER, FOURTH] {
			assert_ok!(ConfigGuard::rule(engineer(org), number, false, REASON));
		}
		assert_eq!([POWER, HYSTERESIS].map(|param| approved(0, 0, param)), [Some(13), Some(5)]);
		assert_eq!(phase(number), Phase::RolledBack);
		// It is nobody's way that the other value stands
		go_to(3);
		let back = ask(CARRIER, terms(), &[item(0, 0, POWER, 10)]);
		for org in [SHARER, FOURTH] {
			assert_ok!(consent(org, back));
		}
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), back, 0));
		assert_eq!(approved(0, 0, POWER), Some(10));
	});
}

/// The power is put up to 13 and, in an emergency, to 16.
fn twice(happens_between: impl FnOnce()) -> [u32; 2] {
	baseline();
	let first = executed();
	happens_between();
	go_to(3);
	let second = ask(CARRIER, emergency(), &[item(0, 0, POWER, 16)]);
	let missing = request_of(second).consents.missing();
	for org in missing.iter() {
		assert_ok!(consent(org, second));
	}
	assert_eq!(approved(0, 0, POWER), Some(16));
	[first, second]
}

#[test]
fn later_change_falls_back_to_what_stood_before_both() {
	run(|| {
		for number in twice(|| {}) {
			assert_ok!(ConfigGuard::roll_back(engineer(CARRIER), number, 0));
		}
		assert_eq!(approved(0, 0, POWER), Some(10));
	});
}

#[test]
fn later_change_falls_back_to_what_its_parties_have_agreed_to() {
	run(|| {
		four_companies();
		// Given a company that has found 13
		let joins = || amend(0, |station| station.sharers = station.sharers.with(FOURTH));
		for number in twice(joins) {
			assert_ok!(ConfigGuard::roll_back(engineer(CARRIER), number, 0));
			assert_eq!(phase(number), Phase::RolledBack);
		}
		assert_eq!(approved(0, 0, POWER), Some(13));
	});
}

#[test]
fn later_change_of_what_was_imported_since_falls_back_to_that() {
	run(|| {
		put(0, vec![station()]);
		confirm(0);
		let import = |hysteresis| {
			let mut values = full_cell(1);
			values.iter_mut().find(|(key, _)| key.param == HYSTERESIS).unwrap().1 = hysteresis;
			assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![values]])));
		};
		import(5);
		let first = ask(CARRIER, terms(), &[item(0, 0, HYSTERESIS, 9)]);
		go_to(2);
		import(7);
		go_to(3);
		let second = ask(CARRIER, emergency(), &[item(0, 0, HYSTERESIS, 8)]);
		assert_eq!(approved(0, 0, HYSTERESIS), Some(8));
		for number in [first, second] {
			assert_ok!(ConfigGuard::roll_back(engineer(CARRIER), number, 0));
		}
		assert_eq!(approved(0, 0, HYSTERESIS), Some(7));
	});
}

#[test]
fn what_is_kept_out_is_handed_down_to_no_later_change() {
	run(|| {
		four_companies();
		baseline();
		// Given a value that was changed again, and back
		let number = executed();
		for value in [16, 13] {
			go_to(System::block_number() + 2);
			let later = ask(CARRIER, emergency(), &[item(0, 0, POWER, value)]);
			assert_ok!(consent(SHARER, later));
		}
		assert_ok!(ConfigGuard::object(engineer(SHARER), number, REASON));
		// When the first change is overruled, and a company has joined that has not agreed to the former value
		amend(0, |station| station.sharers = station.sharers.with(FOURTH));
		for org in [TOWER, FOURTH] {
			assert_ok!(ConfigGuard::rule(engineer(org), number, false, REASON));
		}
		assert_eq!((phase(number), approved(0, 0, POWER)), (Phase::RolledBack, Some(13)));
		// Then it shows as it is, and the next one falls back to what it has found
		let changes = Changes::<Test>::get(HERE, 0);
		assert!(matches!(changes[0].state, ChangeState::Executed { .. }));
		assert_eq!(changes[1].before, Some(13));
	});
}
