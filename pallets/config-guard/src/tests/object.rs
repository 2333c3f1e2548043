// SPDX-License-Identifier: Apache-2.0

//! `attest_change`, `object`, `rule`, `roll_back`: what becomes of a change that is carried out.

use crate::{
	agenda::{self, Due},
	changes::{
		roll_back_within,
		types::{ChangeState, Item, ItemRefusal, Phase, Terms},
	},
	mock::*,
	policy::Freeze,
	types::{OpenViolation, Standing},
	violations::kinds::Kind,
	Agenda, AgendaFrom, Changes, Error, Event, OpenInPage, OpenRequests, Past, Requests, Tables,
};
use codec::Encode;
use frame_support::{assert_noop, assert_ok, weights::Weight, BoundedVec};
use sp_runtime::DispatchResult;
use trimast_primitives::{
	access::Scope,
	cells::{catalogue::cell_value, rules::RuleDefect, CellId, ParamKey},
	interlock::OpenChanges,
	page::SiteId,
	Hash, Moment, OrgId, OrgSet,
};

/// Blocks that a change is observed: the term for objections is the longer one.
const OBSERVED: u32 = 60;
/// Blocks that a dispute waits for a ruling.
const RULING: u32 = 120;
const REASON: Hash = Hash::repeat_byte(5);

fn attest(org: OrgId, number: u32) -> DispatchResult {
	ConfigGuard::attest_change(engineer(org), number)
}

fn object(org: OrgId, number: u32) -> DispatchResult {
	ConfigGuard::object(engineer(org), number, REASON)
}

fn rule(org: OrgId, number: u32, stands: bool) -> DispatchResult {
	plain(ConfigGuard::rule(engineer(org), number, stands, REASON))
}

fn roll_back(org: OrgId, number: u32) -> DispatchResult {
	plain(ConfigGuard::roll_back(engineer(org), number, 0))
}

fn disputed() -> u32 {
	let number = executed();
	assert_ok!(object(SHARER, number));
	number
}

#[test]
fn attested_change_is_closed() {
	run(|| {
		baseline();
		let number = executed();
		assert_ok!(attest(CARRIER, number));
		assert_ok!(attest(TOWER, number));
		assert_eq!(last_event(), Event::RequestAttested { request: number, org: TOWER });
		go_to(1 + OBSERVED);
		assert_eq!(phase(number), Phase::Executed);
		let cell = CellId { site: SiteId::new(HERE, 0, 0), cell: 0 };
		assert!(ConfigGuard::has_open_change(cell));
		go_to(2 + OBSERVED);
		assert_eq!((phase(number), request_of(number).disputed), (Phase::Closed, false));
		assert_eq!(
			(Past::<Test>::get((CARRIER, true), 0), OpenRequests::<Test>::get(CARRIER)),
			(Some(number), 0)
		);
		assert!(!ConfigGuard::has_open_change(cell));
	});
}

#[test]
fn change_that_nobody_attests_is_disputed_and_then_stands() {
	for attested in [vec![], vec![CARRIER], vec![SHARER, TOWER]] {
		run(|| {
			baseline();
			let number = executed();
			for org in &attested {
				assert_ok!(attest(*org, number));
			}
			go_to(1 + 2 * OBSERVED);
			assert_eq!(phase(number), Phase::Executed);
			go_to(2 + 2 * OBSERVED);
			assert_eq!(phase(number), Phase::Disputed);
			go_to(3 + 2 * OBSERVED + RULING);
			assert_eq!((phase(number), request_of(number).disputed), (Phase::Closed, true));
			assert_eq!(approved(0, 0, POWER), Some(13));
		});
	}
}

#[test]
fn attest_change_fails_twice_and_by_who_is_no_party() {
	run(|| {
		put(0, vec![trimast_primitives::site::Station { tower: None, ..station() }]);
		confirm(0);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![full_cell(1)]])));
		let number = ask(CARRIER, terms(), &[item(0, 0, POWER, 13)]);
		assert_eq!(attest(CARRIER, number), Err(Error::<Test>::WrongPhase.into()));
		assert_ok!(consent(SHARER, number));
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
		assert_ok!(attest(CARRIER, number));
		assert_eq!(attest(CARRIER, number), Err(Error::<Test>::AlreadyGiven.into()));
		assert_eq!(attest(TOWER, number), Err(Error::<Test>::NotConcerned.into()));
	});
}

#[test]
fn objection_makes_it_disputed() {
	run(|| {
		baseline();
		// Given what the owner has done alone
		let number = ask(CARRIER, terms(), &[item(0, 0, HYSTERESIS, 9)]);
		assert_ok!(object(SHARER, number));
		assert_eq!((phase(number), request_of(number).objections), (Phase::Disputed, OrgSet::of(SHARER)));
		assert_eq!(object(SHARER, number), Err(Error::<Test>::AlreadyGiven.into()));
	});
}

#[test]
fn object_fails_unconcerned_late_and_too_early() {
	run(|| {
		baseline();
		let number = ask(CARRIER, terms(), &[item(0, 0, POWER, 13)]);
		assert_eq!(object(SHARER, number), Err(Error::<Test>::WrongPhase.into()));
		assert_ok!(consent(SHARER, number));
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
		assert_eq!(object(TOWER, number), Err(Error::<Test>::NotConcerned.into()));
		assert_eq!(object(CARRIER, number), Err(Error::<Test>::NotConcerned.into()));
		go_to(2 + OBSERVED);
		assert_eq!(
			(phase(number), object(SHARER, number)),
			(Phase::Executed, Err(Error::<Test>::TooLate.into()))
		);
	});
}

#[test]
fn ruling_upholds_or_approves_the_former_values() {
	for stands in [true, false] {
		run(|| {
			baseline();
			let number = disputed();
			// The parties do not rule
			for org in [CARRIER, SHARER] {
				assert_eq!(rule(org, number, stands), Err(Error::<Test>::NotRuler.into()));
			}
			assert_ok!(rule(TOWER, number, stands));
			let (expected, power) =
				if stands { (Phase::Closed, Some(13)) } else { (Phase::RolledBack, Some(10)) };
			assert_eq!((phase(number), approved(0, 0, POWER)), (expected, power));
			assert!(request_of(number).disputed);
			assert_eq!(rule(TOWER, number, stands), Err(Error::<Test>::WrongPhase.into()));
		});
	}
}

#[test]
fn more_than_half_of_those_who_may_rule_decide() {
	run(|| {
		baseline();
		Orgs::set(vec![trimast_primitives::org::OrgStatus::Active; 4]);
		Members::set(OrgSet(0b1111));
		let number = disputed();
		// Two may, and do not agree
		assert_ok!(rule(TOWER, number, false));
		assert_eq!(rule(TOWER, number, true), Err(Error::<Test>::AlreadyGiven.into()));
		assert_ok!(rule(OrgId(3), number, true));
		assert_eq!(phase(number), Phase::Disputed);
		go_to(2 + RULING);
		assert_eq!((phase(number), approved(0, 0, POWER)), (Phase::Closed, Some(13)));
	});
}

#[test]
fn where_everybody_is_party_the_term_ends_the_dispute() {
	run(|| {
		baseline();
		let number = ask(CARRIER, terms(), &[item(0, 0, TILT, 1)]);
		for org in [SHARER, TOWER] {
			assert_ok!(consent(org, number));
		}
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
		assert_ok!(object(SHARER, number));
		assert_eq!(rule(TOWER, number, false), Err(Error::<Test>::NobodyToRule.into()));
		go_to(2 + RULING);
		assert_eq!((phase(number), approved(0, 0, TILT)), (Phase::Closed, Some(1)));
	});
}

/// A request of two pages that is carried out and disputed: six values of the first page, and one of page 7.
fn disputed_in_two_pages() {
	baseline();
	put(7, vec![station()]);
	confirm(7);
	assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 7, table(&[vec![full_cell(8)]])));
	assert_ok!(ConfigGuard::draft(engineer(CARRIER), HERE, terms()));
	let of_cell = |cell: u8| {
		[item(0, cell, PCI, 50 + i64::from(cell)), item(0, cell, POWER, 13), item(0, cell, HYSTERESIS, 9)]
	};
	let first = [of_cell(0), of_cell(1)].concat();
	for (page, items) in [(0, &first[..]), (7, &first[1..2])] {
		assert_ok!(ConfigGuard::add(engineer(CARRIER), 0, page, part(items)));
	}
	assert_ok!(ConfigGuard::submit(engineer(CARRIER), 0));
	assert_ok!(consent(SHARER, 0));
	for page in [0, 7] {
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), 0, page));
	}
	assert_ok!(object(SHARER, 0));
}

/// The power of the first cell of page 7.
fn power_in_page_7() -> Option<i64> {
	trimast_primitives::cells::CellTable::peek(
		&crate::Tables::<Test>::get(HERE, 7),
		0,
		0,
		trimast_primitives::cells::ParamKey::of(POWER),
	)
}

#[test]
fn overruled_request_of_many_pages_is_rolled_back_by_the_chain() {
	run(|| {
		disputed_in_two_pages();
		let block = System::block_number();
		assert_ok!(rule(TOWER, 0, false));
		assert_eq!((phase(0), approved(0, 0, POWER)), (Phase::Overruled, Some(13)));
		System::reset_events();
		// A page a block, by whose ruling it is
		go_to(block + 1);
		let rolled = |page, restored| Event::PartRolledBack { request: 0, page, org: TOWER, restored };
		assert_eq!(events(), [rolled(0, 6)]);
		assert_eq!((phase(0), approved(0, 0, POWER)), (Phase::Overruled, Some(10)));
		assert_eq!(power_in_page_7(), Some(13));
		go_to(block + 2);
		let over = Event::RequestMoved { request: 0, phase: Phase::RolledBack };
		assert_eq!(events(), [rolled(0, 6), rolled(7, 1), over]);
		assert_eq!((phase(0), power_in_page_7()), (Phase::RolledBack, Some(10)));
		assert_eq!((request_of(0).standing, OpenRequests::<Test>::get(CARRIER)), (0, 0));
	});
}

/// Carries out a page of a request.
fn execute(number: u32, page: u16) -> DispatchResult {
	plain(ConfigGuard::execute(engineer(CARRIER), number, page))
}

/// A campaign over the first page and page 7, which is carried out and objected to: in a window until this moment.
fn disputed_campaign(until: Moment) -> u32 {
	baseline();
	super::add::second_page();
	let number = super::add::draft(CARRIER, Terms { window: (1_000, until), ..terms() });
	for page in [0, 7] {
		assert_ok!(ConfigGuard::add(engineer(CARRIER), number, page, part(&[item(0, 0, POWER, 13)])));
	}
	assert_ok!(ConfigGuard::submit(engineer(CARRIER), number));
	assert_ok!(consent(SHARER, number));
	assert_ok!(execute(number, 7));
	assert_ok!(object(SHARER, number));
	number
}

#[test]
fn campaign_goes_on_where_what_is_carried_out_of_it_stands() {
	// By a ruling, or since nobody has ruled
	for is_ruled in [true, false] {
		run(|| {
			let number = disputed_campaign(400_000);
			assert_eq!(execute(number, 0), Err(Error::<Test>::WrongPhase.into()));
			if is_ruled {
				assert_ok!(rule(TOWER, number, true));
			} else {
				go_to(2 + RULING);
			}
			assert_eq!((phase(number), request_of(number).disputed), (Phase::Executed, true));
			// Who has objected does so no more
			assert_eq!(object(SHARER, number), Err(Error::<Test>::AlreadyGiven.into()));
			assert_ok!(execute(number, 0));
			assert_eq!((request_of(number).standing, approved(0, 0, POWER)), (2, Some(13)));
			// And it is observed after its window as any other
			for org in [CARRIER, SHARER] {
				assert_ok!(attest(org, number));
			}
			go_to(400 + OBSERVED);
			assert_eq!(phase(number), Phase::Executed);
			go_to(401 + OBSERVED);
			assert_eq!(phase(number), Phase::Closed);
		});
	}
}

#[test]
fn campaign_of_which_nothing_can_follow_is_closed_where_it_stands() {
	// Its window is over, its other page is carried out, or was rolled back
	for (until, rolls_back) in [(21_000, false), (400_000, false), (400_000, true)] {
		run(|| {
			let number = disputed_campaign(until);
			if until < 400_000 {
				go_to(22);
			} else {
				assert_ok!(rule(TOWER, number, true));
				assert_ok!(execute(number, 0));
				Requests::<Test>::mutate(number, |request| {
					request.as_mut().unwrap().objections = OrgSet::EMPTY
				});
				assert_ok!(object(SHARER, number));
			}
			if rolls_back {
				assert_ok!(roll_back(CARRIER, number));
			}
			assert_eq!(phase(number), Phase::Disputed);
			assert_ok!(rule(TOWER, number, true));
			assert_eq!(phase(number), Phase::Closed);
		});
	}
}

#[test]
fn later_dispute_of_a_campaign_is_ruled_on_anew() {
	run(|| {
		// Given two sharers
		let fourth = OrgId(3);
		Orgs::set(vec![trimast_primitives::org::OrgStatus::Active; 4]);
		Members::set(OrgSet(0b1111));
		baseline();
		super::add::second_page();
		let sharers = OrgSet::of(SHARER).with(fourth);
		let shared = trimast_primitives::site::Station { sharers, ..station() };
		put(0, vec![shared.clone(), station_of(SHARER)]);
		put(7, vec![shared]);
		[0, 7].into_iter().for_each(confirm);
		let number = super::add::draft(CARRIER, Terms { window: (1_000, 400_000), ..terms() });
		for page in [0, 7] {
			assert_ok!(ConfigGuard::add(engineer(CARRIER), number, page, part(&[item(0, 0, POWER, 13)])));
		}
		assert_ok!(ConfigGuard::submit(engineer(CARRIER), number));
		for org in [SHARER, fourth] {
			assert_ok!(consent(org, number));
		}
		// When one objects to the first page, which stands, and the other one to the second
		for (org, page, stands, expected) in
			[(SHARER, 7, true, Phase::Executed), (fourth, 0, false, Phase::Overruled)]
		{
			assert_ok!(execute(number, page));
			assert_ok!(object(org, number));
			assert_ok!(rule(TOWER, number, stands));
			assert_eq!(phase(number), expected);
		}
	});
}

#[test]
fn whoever_it_concerns_rolls_back_sooner() {
	run(|| {
		disputed_in_two_pages();
		assert_eq!(roll_back(SHARER, 0), Err(Error::<Test>::NotProposer.into()));
		assert_ok!(rule(TOWER, 0, false));
		assert_eq!(roll_back(TOWER, 0), Err(Error::<Test>::NotProposer.into()));
		assert_ok!(roll_back(SHARER, 0));
		assert_eq!(roll_back(SHARER, 0), Err(Error::<Test>::WrongPhase.into()));
		assert_eq!((phase(0), approved(0, 0, POWER)), (Phase::Overruled, Some(10)));
		assert_ok!(ConfigGuard::roll_back(engineer(CARRIER), 0, 7));
		assert_eq!(phase(0), Phase::RolledBack);
		// Then nothing is left to do
		System::reset_events();
		go_to(System::block_number() + 2);
		assert_eq!(events(), []);
	});
}

#[test]
fn what_there_is_no_room_for_is_rolled_back_later() {
	run(|| {
		disputed_in_two_pages();
		assert_ok!(rule(TOWER, 0, false));
		let revision = crate::Heads::<Test>::get(HERE, 0).revision;
		// Given room for four values
		let weight = roll_back_within::<Test>(0, TOWER, 0, 0, room_for(4));
		let approved_of = |cell| [PCI, POWER, HYSTERESIS].map(|param| approved(0, cell, param).unwrap());
		assert_eq!([0, 1].map(approved_of), [[1, 10, 5], [2, 13, 9]]);
		assert_eq!(last_event(), Event::PartRolledBack { request: 0, page: 0, org: TOWER, restored: 4 });
		assert_eq!((phase(0), request_of(0).standing), (Phase::Overruled, 2));
		assert_eq!(crate::Heads::<Test>::get(HERE, 0).revision, revision + 1);
		let size = crate::pages::Page::<Test>::open(HERE, 0).table.size();
		assert_eq!(weight, crate::charges::rolled_back::<Test>(4, size, 0, 0));
		ConfigGuard::do_try_state().unwrap();
		// The rest of the page follows, also where there is no room at all, and the other page
		roll_back_within::<Test>(0, TOWER, 0, 4, Weight::zero());
		assert_eq!([0, 1].map(approved_of), [[1, 10, 5], [2, 10, 5]]);
		assert_eq!((phase(0), request_of(0).standing), (Phase::Overruled, 1));
		go_to(System::block_number() + 2);
		assert_eq!((phase(0), power_in_page_7()), (Phase::RolledBack, Some(10)));
	});
}

#[test]
fn page_without_room_for_its_former_values_keeps_no_other_page_back() {
	run(|| {
		disputed_in_two_pages();
		// Given a value before that fits into no table beside the others
		Changes::<Test>::mutate(HERE, 0, |changes| changes[0].before = Some(i64::MIN));
		let before = (digest(0), crate::Heads::<Test>::get(HERE, 0));
		assert_ok!(rule(TOWER, 0, false));
		go_to(System::block_number() + 5);
		assert_eq!((phase(0), request_of(0).standing), (Phase::Overruled, 1));
		assert_eq!((digest(0), crate::Heads::<Test>::get(HERE, 0)), before);
		assert_eq!(power_in_page_7(), Some(10));
		assert_eq!(roll_back(CARRIER, 0), Err(Error::<Test>::TooLarge.into()));
	});
}

#[test]
fn owner_rolls_back_while_it_is_observed() {
	run(|| {
		baseline();
		let number = executed();
		assert_eq!(roll_back(SHARER, number), Err(Error::<Test>::NotProposer.into()));
		assert_ok!(roll_back(CARRIER, number));
		assert_eq!((phase(number), approved(0, 0, POWER)), (Phase::RolledBack, Some(10)));
		let state = Changes::<Test>::get(HERE, 0)[0].state;
		assert_eq!(state, ChangeState::RolledBack { at: 1_000, window_end: 31_000 });
		assert_eq!(roll_back(CARRIER, number), Err(Error::<Test>::WrongPhase.into()));
	});
}

#[test]
fn roll_back_leaves_what_was_changed_again() {
	run(|| {
		baseline();
		let number = executed();
		let later = ask(CARRIER, emergency(), &[item(0, 0, POWER, 15)]);
		assert_ok!(consent(SHARER, later));
		assert_eq!(approved(0, 0, POWER), Some(15));
		assert_ok!(roll_back(CARRIER, number));
		assert_eq!((phase(number), approved(0, 0, POWER)), (Phase::RolledBack, Some(15)));
	});
}

#[test]
fn what_was_overruled_is_not_what_a_later_change_is_rolled_back_to() {
	run(|| {
		baseline();
		let number = executed();
		let later = ask(CARRIER, emergency(), &[item(0, 0, POWER, 15)]);
		assert_ok!(consent(SHARER, later));
		assert_ok!(object(SHARER, number));
		assert_ok!(rule(TOWER, number, false));
		assert_eq!((phase(number), approved(0, 0, POWER)), (Phase::RolledBack, Some(15)));
		assert_ok!(roll_back(CARRIER, later));
		assert_eq!(approved(0, 0, POWER), Some(10));
	});
}

/// What keeps the first page of a request from being rolled back.
fn kept_out(number: u32) -> Vec<(u8, ItemRefusal)> {
	assert_ok!(roll_back(CARRIER, number));
	match last_event() {
		Event::RollBackRefused { request, page: 0, refused } if request == number => refused.into_inner(),
		other => panic!("{other:?}"),
	}
}

#[test]
fn freezes_and_interlocks_keep_former_values_out() {
	run(|| {
		baseline();
		let number = executed();
		let freeze = Freeze { scope: Scope::LocalNetwork(HERE), from: 1_000, to: 2_000 };
		assert_ok!(ConfigGuard::set_freeze(RuntimeOrigin::root(), 7, Some(freeze)));
		assert_eq!(kept_out(number), [(0, ItemRefusal::Frozen { freeze: 7 })]);
		assert_ok!(ConfigGuard::set_freeze(RuntimeOrigin::root(), 7, None));
		EnergyWindows::set(vec![(cell_id(0, 0), 0, 9_000)]);
		assert_eq!(kept_out(number), [(0, ItemRefusal::EnergyWindow)]);
		EnergyWindows::set(vec![]);
		Outages::set(vec![cell_id(0, 0)]);
		assert_eq!(kept_out(number), [(0, ItemRefusal::Outage)]);
		assert_eq!((phase(number), approved(0, 0, POWER)), (Phase::Executed, Some(13)));
		// Not what is overruled
		assert_ok!(object(SHARER, number));
		assert_ok!(rule(TOWER, number, false));
		assert_eq!((phase(number), approved(0, 0, POWER)), (Phase::RolledBack, Some(10)));
		// Nor what was changed in an emergency
		let number = ask(CARRIER, emergency(), &[item(0, 0, POWER, 15)]);
		assert_ok!(consent(SHARER, number));
		assert_ok!(roll_back(CARRIER, number));
		assert_eq!(phase(number), Phase::RolledBack);
		Outages::set(vec![]);
	});
}

#[test]
fn rules_keep_former_values_out() {
	run(|| {
		baseline();
		let neighbour = Item {
			key: ParamKey { param: NEIGHBOUR, place: 0 },
			value: Some(cell_value(cell_id(0, 1))),
			..item(0, 0, NEIGHBOUR, 0)
		};
		ask(CARRIER, terms(), &[neighbour]);
		// Given an identity that another cell has taken since
		let number = ask(CARRIER, terms(), &[item(0, 0, PCI, 5)]);
		ask(CARRIER, terms(), &[item(0, 1, PCI, 1)]);
		assert_eq!(approved(0, 1, PCI), Some(1));
		let defect = RuleDefect::Collision { with: cell_id(0, 1) };
		assert_eq!(kept_out(number), [(0, ItemRefusal::RuleBroken { rule: 1, defect })]);
		assert_eq!(approved(0, 0, PCI), Some(5));
		assert_ok!(object(SHARER, number));
		assert_ok!(rule(TOWER, number, false));
		assert_eq!(approved(0, 0, PCI), Some(1));
	});
}

#[test]
fn what_needs_nobody_else_is_objected_to_before_it_is_carried_out() {
	for stands in [Some(true), Some(false), None] {
		run(|| {
			baseline();
			let later = Terms { window: (5_000, 400_000), ..terms() };
			let number = ask(CARRIER, later, &[item(0, 0, HYSTERESIS, 9)]);
			assert_eq!(phase(number), Phase::Asked);
			assert_eq!(object(TOWER, number), Err(Error::<Test>::NotConcerned.into()));
			assert_ok!(object(SHARER, number));
			assert_eq!(phase(number), Phase::Disputed);
			go_to(6);
			let execute = || plain(ConfigGuard::execute(engineer(CARRIER), number, 0));
			assert_eq!(execute(), Err(Error::<Test>::WrongPhase.into()));
			match stands {
				Some(stands) => {
					assert_ok!(rule(TOWER, number, stands));
				}
				None => go_to(2 + RULING),
			}
			if stands == Some(false) {
				assert_eq!((phase(number), approved(0, 0, HYSTERESIS)), (Phase::RolledBack, Some(5)));
				return;
			}
			assert_eq!((phase(number), request_of(number).disputed), (Phase::Asked, true));
			assert_ok!(execute());
			assert_eq!((phase(number), approved(0, 0, HYSTERESIS)), (Phase::Executed, Some(9)));
		});
	}
}

#[test]
fn what_is_objected_to_lapses_with_its_window_or_is_taken_back() {
	run(|| {
		baseline();
		let later = || Terms { window: (5_000, 50_000), ..terms() };
		let number = ask(CARRIER, later(), &[item(0, 0, HYSTERESIS, 9)]);
		let other = ask(CARRIER, later(), &[item(0, 1, HYSTERESIS, 9)]);
		assert_ok!(object(SHARER, number));
		assert_ok!(object(SHARER, other));
		assert_ok!(ConfigGuard::withdraw(engineer(CARRIER), other));
		assert_eq!(phase(other), Phase::Withdrawn);
		go_to(2 + RULING);
		assert_eq!(phase(number), Phase::Lapsed);
	});
}

#[test]
fn dispute_ends_with_the_window_in_which_nothing_is_carried_out() {
	run(|| {
		baseline();
		let later = Terms { window: (5_000, 50_000), ..terms() };
		let number = ask(CARRIER, later, &[item(0, 0, HYSTERESIS, 9)]);
		assert_ok!(object(SHARER, number));
		let expires = request_of(number).consents.expires;
		go_to(expires);
		assert_eq!(phase(number), Phase::Disputed);
		go_to(expires + 1);
		assert_eq!((phase(number), request_of(number).disputed), (Phase::Lapsed, true));
		assert_noop!(rule(TOWER, number, false), Error::<Test>::WrongPhase);
	});
}

/// An emergency that needs nobody else and is objected to: of its two values the baseline has one, so that it is not carried
/// out when it is reported.
fn disputed_emergency() -> u32 {
	baseline();
	go_to(5);
	let former = ask(CARRIER, terms(), &[item(0, 0, HYSTERESIS, 9)]);
	let number = super::add::draft(CARRIER, Terms { whole: true, ..emergency() });
	let items = part(&[item(0, 0, HYSTERESIS, 5), item(0, 1, HYSTERESIS, 8)]);
	assert_ok!(ConfigGuard::add(engineer(CARRIER), number, 0, items));
	assert_ok!(roll_back(CARRIER, former));
	assert_ok!(ConfigGuard::submit(engineer(CARRIER), number));
	assert_eq!((phase(number), refused()), (Phase::Asked, vec![(0, ItemRefusal::Unchanged)]));
	assert_ok!(object(SHARER, number));
	number
}

#[test]
fn emergency_that_is_objected_to_is_a_violation_whatever_ends_it() {
	// Taken back, overruled, upheld and not carried out, or not ruled on
	for ends in ["withdraw", "overrule", "uphold", "nothing"] {
		run(|| {
			let number = disputed_emergency();
			let expires = request_of(number).consents.expires;
			assert_ok!(match ends {
				"withdraw" => ConfigGuard::withdraw(engineer(CARRIER), number),
				"overrule" => rule(TOWER, number, false),
				"uphold" => rule(TOWER, number, true),
				_ => Ok(()),
			});
			let is_over = matches!(ends, "withdraw" | "overrule");
			let last = if is_over { System::block_number() } else { expires };
			go_to(last);
			assert_eq!((phase(number) == Phase::Unratified, ConfigGuard::violation(0)), (is_over, None));
			// Then it has its violation with its term, which no dispute makes longer
			go_to(last + 1);
			assert_eq!(phase(number), Phase::Unratified, "{ends}");
			let violation = ConfigGuard::violation(0).expect(ends);
			assert_eq!((violation.kind, violation.request), (Kind::Unratified, Some(number)));
			assert_eq!((violation.against, violation.standing), (CARRIER, Standing::Confirmed));
			assert_eq!(
				(violation.cell, violation.approved, violation.observed),
				(cell_id(0, 1), Some(5), Some(8))
			);
			// And for what the baseline has there is none
			go_to(last + RULING);
			assert_eq!(ConfigGuard::violation(1), None);
		});
	}
}

#[test]
fn emergency_that_is_upheld_after_its_term_is_a_violation() {
	run(|| {
		let number = disputed_emergency();
		// Where the chain is behind with what is due
		System::set_block_number(request_of(number).consents.expires + 1);
		assert_ok!(rule(TOWER, number, true));
		assert_eq!(phase(number), Phase::Unratified);
		go_to(System::block_number() + 1);
		assert_eq!(ConfigGuard::violation(0).unwrap().kind, Kind::Unratified);
	});
}

#[test]
fn emergency_that_was_not_reported_is_no_violation() {
	for is_withdrawn in [true, false] {
		run(|| {
			baseline();
			let number = super::add::draft(CARRIER, emergency());
			assert_ok!(ConfigGuard::add(engineer(CARRIER), number, 0, part(&[item(0, 0, POWER, 13)])));
			let expires = request_of(number).consents.expires;
			if is_withdrawn {
				assert_ok!(ConfigGuard::withdraw(engineer(CARRIER), number));
			}
			go_to(expires + 3);
			let phase = if is_withdrawn { Phase::Withdrawn } else { Phase::Lapsed };
			assert!(events().contains(&Event::RequestMoved { request: number, phase }));
			assert_eq!((Requests::<Test>::get(number), ConfigGuard::violation(0)), (None, None));
		});
	}
}

#[test]
fn violations_of_who_is_overruled_hold_up_nothing_of_who_has_ruled() {
	run(|| {
		let number = disputed_emergency();
		// Given a page without room, and a full agenda of who had asked
		let (key, against, accuser) = (ParamKey::of(POWER), CARRIER, CARRIER);
		let full = OpenViolation { slot: 9, cell: 0, key, against, accuser, id: 999 };
		OpenInPage::<Test>::insert(HERE, 0, BoundedVec::truncate_from(vec![full; 256]));
		let due = BoundedVec::truncate_from(vec![Due::Ruling { request: 99 }; 1_024]);
		let block = System::block_number();
		(block + 1..block + 200).for_each(|block| Agenda::<Test>::insert(CARRIER, block, &due));
		// When it is overruled, the block after which something of the tower company is due
		assert_ok!(rule(TOWER, number, false));
		assert_ok!(agenda::enter::<Test>(TOWER, block + 1, Due::Forget { request: 99 }));
		go_to(block + 3);
		// Then that is done, and the violation opened when there is room
		let from = AgendaFrom::<Test>::get();
		assert!(from.iter().any(|(org, from)| (*org, *from) == (TOWER, block + 4)), "{from:?}");
		OpenInPage::<Test>::remove(HERE, 0);
		go_to(block + 1 + SILENCE_TERM);
		assert_eq!(ConfigGuard::violation(0).unwrap().observed, Some(8));
	});
}

/// What is read of the state by a call that is refused for this.
fn read_by(
	externalities: &mut sp_io::TestExternalities,
	call: impl Fn() -> DispatchResult,
	why: Error<Test>,
) -> usize {
	externalities.commit_all().unwrap();
	let ((), proof) = externalities.execute_and_prove(|| assert_eq!(call(), Err(why.into())));
	proof.iter_nodes().map(Vec::len).sum()
}

#[test]
fn refused_roll_back_reads_no_table() {
	let mut externalities = ext();
	let table = 100_000;
	let number = externalities.execute_with(|| {
		System::set_block_number(1);
		baseline();
		let number = super::add::ask_in_two_pages(item(0, 0, POWER, 13));
		assert_ok!(consent(SHARER, number));
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
		// Given a page that is not carried out, and one that is not in the request
		for page in [7, 9] {
			Tables::<Test>::insert(HERE, page, BoundedVec::truncate_from(vec![0; table]));
		}
		number
	});
	for (page, why) in [(7, Error::<Test>::WrongPhase), (9, Error::<Test>::UnknownPage)] {
		let call = || plain(ConfigGuard::roll_back(engineer(CARRIER), number, page));
		assert!(read_by(&mut externalities, call, why) < table);
	}
}

#[test]
fn amendment_that_leaves_nothing_reads_no_changes() {
	let mut externalities = ext();
	let [plain_one, urgent] = externalities.execute_with(|| {
		System::set_block_number(1);
		baseline();
		go_to(5);
		let all = [
			ask(CARRIER, terms(), &[item(0, 0, POWER, 13)]),
			ask(CARRIER, emergency(), &[item(0, 1, POWER, 13)]),
		];
		Changes::<Test>::mutate(HERE, 0, |changes| {
			let other = crate::changes::types::Change { request: 99, ..changes[0] };
			while changes.try_push(other).is_ok() {}
		});
		all
	});
	let size = externalities.execute_with(|| Changes::<Test>::get(HERE, 0).encoded_size());
	for (number, why) in [(plain_one, Error::<Test>::NothingAsked), (urgent, Error::<Test>::EmergencyStands)]
	{
		let call = || plain(ConfigGuard::add(engineer(CARRIER), number, 0, part(&[])));
		assert!(read_by(&mut externalities, call, why) < size);
	}
}

#[test]
fn amendment_is_objected_to_and_ruled_on_anew() {
	run(|| {
		baseline();
		let later = Terms { window: (5_000, 400_000), ..terms() };
		let number = ask(CARRIER, later, &[item(0, 0, HYSTERESIS, 9)]);
		assert_ok!(object(SHARER, number));
		assert_ok!(rule(TOWER, number, true));
		// When it is amended to something else
		go_to(100);
		assert_ok!(ConfigGuard::add(engineer(CARRIER), number, 0, part(&[item(0, 1, HYSTERESIS, 8)])));
		let request = request_of(number);
		assert_eq!((request.objections, request.upheld, request.disputed), Default::default());
		assert_eq!(phase(number), Phase::Executed);
		// Then that is disputed, and the term of the first dispute is not its
		assert_ok!(object(SHARER, number));
		go_to(3 + RULING);
		assert_eq!(phase(number), Phase::Disputed);
		assert_ok!(rule(TOWER, number, false));
		assert_eq!((phase(number), approved(0, 1, HYSTERESIS)), (Phase::RolledBack, Some(5)));
	});
}

#[test]
fn amendment_forgets_who_has_ruled_that_it_does_not_stand() {
	run(|| {
		// Given two that may rule, of which one has, before it was amended
		let fourth = OrgId(3);
		Orgs::set(vec![trimast_primitives::org::OrgStatus::Active; 4]);
		Members::set(OrgSet(0b1111));
		baseline();
		let later = Terms { window: (300_000, 400_000), ..terms() };
		let number = ask(CARRIER, later, &[item(0, 0, HYSTERESIS, 9)]);
		assert_ok!(object(SHARER, number));
		assert_ok!(rule(TOWER, number, false));
		go_to(2 + RULING);
		assert_eq!((phase(number), request_of(number).overruled), (Phase::Asked, OrgSet::of(TOWER)));
		assert_ok!(ConfigGuard::add(engineer(CARRIER), number, 0, part(&[item(0, 1, HYSTERESIS, 8)])));
		// Then both rule on what it is now
		assert_ok!(object(SHARER, number));
		assert_ok!(rule(fourth, number, false));
		assert_eq!(phase(number), Phase::Disputed);
		assert_ok!(rule(TOWER, number, false));
		assert_eq!(phase(number), Phase::RolledBack);
	});
}

#[test]
fn who_has_left_is_not_needed_to_have_read_a_change_back() {
	// Of the other witnesses none or one is left
	for (left, closed) in [(OrgSet::of(CARRIER), true), (OrgSet::of(CARRIER).with(TOWER), false)] {
		run(|| {
			baseline();
			let number = executed();
			for org in [CARRIER, SHARER] {
				assert_ok!(attest(org, number));
			}
			Members::set(left);
			go_to(2 + OBSERVED);
			assert_eq!(phase(number) == Phase::Closed, closed);
			Members::set(OrgSet(0b111));
		});
	}
}

#[test]
fn second_dispute_has_its_own_term() {
	run(|| {
		baseline();
		let later = Terms { window: (300_000, 400_000), ..terms() };
		let number = ask(CARRIER, later, &[item(0, 0, HYSTERESIS, 9)]);
		assert_ok!(object(SHARER, number));
		assert_ok!(rule(TOWER, number, true));
		assert_ok!(ConfigGuard::add(engineer(CARRIER), number, 0, part(&[item(0, 1, HYSTERESIS, 8)])));
		go_to(50);
		assert_ok!(object(SHARER, number));
		go_to(50 + RULING);
		assert_eq!(phase(number), Phase::Disputed);
		go_to(51 + RULING);
		assert_eq!((phase(number), request_of(number).disputed), (Phase::Asked, true));
	});
}

#[test]
fn object_fails_late_also_before_it_is_carried_out() {
	run(|| {
		baseline();
		let later = Terms { window: (5_000, 50_000), ..terms() };
		let number = ask(CARRIER, later, &[item(0, 0, HYSTERESIS, 9)]);
		// Without what the chain does by itself
		System::set_block_number(request_of(number).consents.expires + 1);
		assert_eq!(
			(phase(number), object(SHARER, number)),
			(Phase::Asked, Err(Error::<Test>::TooLate.into()))
		);
	});
}

#[test]
fn read_back_before_the_last_page_is_read_back_of_nothing() {
	run(|| {
		baseline();
		let number = super::add::ask_in_two_pages(item(0, 0, POWER, 13));
		assert_ok!(consent(SHARER, number));
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
		assert_ok!(attest(CARRIER, number));
		assert_ok!(attest(SHARER, number));
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 7));
		assert_eq!(request_of(number).attested, OrgSet::EMPTY);
		go_to(25 + OBSERVED);
		assert_eq!(phase(number), Phase::Executed);
		// All of it is
		assert_ok!(attest(CARRIER, number));
		assert_ok!(attest(SHARER, number));
		go_to(25 + 2 * OBSERVED);
		assert_eq!((phase(number), request_of(number).disputed), (Phase::Closed, false));
	});
}

#[test]
fn closed_change_is_not_rolled_back() {
	run(|| {
		baseline();
		let number = executed();
		assert_ok!(attest(CARRIER, number));
		assert_ok!(attest(SHARER, number));
		go_to(2 + OBSERVED);
		assert_noop!(plain(ConfigGuard::roll_back(engineer(CARRIER), number, 0)), Error::<Test>::WrongPhase);
	});
}

#[test]
fn calls_fail_without_the_right() {
	run(|| {
		baseline();
		let number = executed();
		assert_refusals(CARRIER, |origin| ConfigGuard::attest_change(origin, number));
		assert_refusals(CARRIER, |origin| ConfigGuard::roll_back(origin, number, 0));
		assert_refusals(SHARER, |origin| ConfigGuard::object(origin, number, REASON));
		assert_ok!(object(SHARER, number));
		assert_refusals(TOWER, |origin| ConfigGuard::rule(origin, number, true, REASON));
	});
}
