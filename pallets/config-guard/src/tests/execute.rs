// SPDX-License-Identifier: Apache-2.0

use super::kinds::{anchor, observe, of};
use crate::{
	agenda::Due,
	changes::types::{ItemRefusal, Phase, Terms},
	mock::*,
	policy::Freeze,
	types::{Closing, KeyDefect},
	violations::kinds::Kind,
	Error, Event, Heads,
};
use frame_support::{assert_noop, assert_ok, traits::Time};
use trimast_primitives::{
	access::Scope,
	cells::{
		catalogue::{ApprovalClass, Domain, ParamScope, Parameter},
		rules::Rule,
		CellId,
	},
	org::OrgStatus,
	page::SiteId,
	site::Station,
	Consents, Moment, OrgId, OrgSet,
};

fn execute(number: u32) -> sp_runtime::DispatchResult {
	plain(ConfigGuard::execute(engineer(CARRIER), number, 0))
}

/// Asks for the power of two cells, with everybody's consent.
fn approve(terms: Terms) -> u32 {
	let number = ask(CARRIER, terms, &[item(0, 0, POWER, 13), item(0, 1, POWER, 13)]);
	assert_ok!(consent(SHARER, number));
	number
}

#[test]
fn execute_works() {
	run(|| {
		baseline();
		let (before, revision) = (digest(0), Heads::<Test>::get(HERE, 0).revision);
		let number = approve(terms());
		System::reset_events();
		assert_ok!(execute(number));
		assert_eq!([0, 1].map(|cell| approved(0, cell, POWER)), [Some(13); 2]);
		let head = Heads::<Test>::get(HERE, 0);
		assert_eq!((head.revision, head.signed[0]), (revision + 1, OrgSet(0b11)));
		assert_ne!(digest(0), before);
		assert_eq!(
			events(),
			[
				Event::PartExecuted {
					request: number,
					page: 0,
					executed: 2,
					refused: Default::default(),
					broken: Default::default(),
				},
				Event::RequestMoved { request: number, phase: Phase::Executed },
			]
		);
	});
}

#[test]
fn execute_fails_late_also_where_the_chain_has_not_come_to_it() {
	run(|| {
		baseline();
		// Given a clock that was ahead of the blocks when the change was asked for
		Ahead::set(100_000);
		let number = approve(terms());
		System::set_block_number(request_of(number).consents.expires + 1);
		Ahead::set(85_000);
		assert_noop!(execute(number), Error::<Test>::Expired);
		Ahead::set(0);
	});
}

#[test]
fn consent_to_a_value_is_no_signature_under_the_others() {
	run(|| {
		// Given a baseline that its owner alone has signed
		put(0, vec![station()]);
		confirm(0);
		assert_ok!(ConfigGuard::import(
			engineer(CARRIER),
			HERE,
			0,
			table(&[vec![full_cell(1), full_cell(2)]])
		));
		let number = approve(terms());
		assert_ok!(execute(number));
		assert_eq!(Heads::<Test>::get(HERE, 0).signed.into_inner(), [OrgSet::of(CARRIER)]);
	});
}

#[test]
fn everything_is_checked_again() {
	let outage = CellId { site: SiteId::new(HERE, 0, 0), cell: 1 };
	let frozen = || {
		let freeze = Freeze { scope: Scope::National, from: 1_000, to: 5_000 };
		assert_ok!(ConfigGuard::set_freeze(RuntimeOrigin::root(), 7, Some(freeze)));
	};
	let rule = || {
		let rule = Rule::Distinct { neighbour: NEIGHBOUR, identity: POWER, carrier: CARRIER_FREQUENCY };
		assert_ok!(ConfigGuard::set_rule(RuntimeOrigin::root(), 9, Some(rule)));
	};
	let out = || Outages::set(vec![outage]);
	let asleep = || EnergyWindows::set(vec![(outage, 1_000, 1_000)]);
	let sold = || {
		put(0, vec![station_of(SHARER); 2]);
		confirm(0);
	};
	let all = |refusal| vec![(0, refusal), (1, refusal)];
	let cases: Vec<(&dyn Fn(), Vec<(u8, ItemRefusal)>)> = vec![
		(&out, vec![(1, ItemRefusal::Outage)]),
		(&asleep, vec![(1, ItemRefusal::EnergyWindow)]),
		(&frozen, all(ItemRefusal::Frozen { freeze: 7 })),
		(&sold, all(ItemRefusal::NotOwner)),
		// A rule that nothing breaks
		(&rule, vec![]),
	];
	for (happens, expected) in cases {
		for whole in [false, true] {
			run(|| {
				baseline();
				let number = approve(Terms { whole, ..terms() });
				happens();
				assert_ok!(execute(number));
				assert_eq!(refused(), expected);
				// What passes is carried out, of a whole request all or nothing
				let passes = |n: u8| expected.iter().all(|(refused, _)| *refused != n);
				let is_done = expected.is_empty() || (!whole && (passes(0) || passes(1)));
				let value = |n: u8| if is_done && passes(n) { Some(13) } else { Some(10) };
				assert_eq!([0, 1].map(|cell| approved(0, cell, POWER)), [0, 1].map(value));
				assert_eq!(phase(number), if is_done { Phase::Executed } else { Phase::Asked });
				// Where nothing was, it may be tried again
				EnergyWindows::set(Vec::new());
				Outages::set(Vec::new());
				assert_eq!(execute(number).is_ok(), !is_done);
			});
		}
	}
}

#[test]
fn rules_at_execution_are_not_those_at_the_request() {
	run(|| {
		baseline();
		let number = ask(CARRIER, terms(), &[item(0, 0, CARRIER_FREQUENCY, 639_000)]);
		assert_ok!(consent(SHARER, number));
		// When the sharer has given up its spectrum
		let nothing = crate::policy::Holding::default();
		assert_ok!(ConfigGuard::set_holdings(RuntimeOrigin::root(), SHARER, nothing));
		assert_ok!(execute(number));
		let defect = trimast_primitives::cells::rules::RuleDefect::OutsideSpectrum;
		assert_eq!(refused(), [(0, ItemRefusal::RuleBroken { rule: 2, defect })]);
	});
}

#[test]
fn execute_fails_without_the_consents_of_the_day() {
	run(|| {
		baseline();
		let number = ask(CARRIER, terms(), &[item(0, 0, POWER, 13)]);
		assert_noop!(execute(number), Error::<Test>::ConsentsMissing);
		assert_ok!(consent(SHARER, number));
		// When another company shares the station since
		let shared = Station { sharers: OrgSet::of(SHARER).with(TOWER), ..station() };
		put(0, vec![shared, station_of(SHARER)]);
		confirm(0);
		assert_noop!(execute(number), Error::<Test>::ConsentsMissing);
		// Then the part is put in again, and that one is asked
		assert_ok!(ConfigGuard::add(engineer(CARRIER), number, 0, part(&[item(0, 0, POWER, 13)])));
		for org in [SHARER, TOWER] {
			assert_ok!(consent(org, number));
		}
		assert_ok!(execute(number));
	});
}

#[test]
fn who_has_left_is_not_asked_any_more() {
	run(|| {
		baseline();
		let number = ask(CARRIER, terms(), &[item(0, 0, TILT, 1)]);
		assert_ok!(consent(SHARER, number));
		assert_noop!(execute(number), Error::<Test>::ConsentsMissing);
		Members::set(OrgSet::of(CARRIER).with(SHARER));
		assert_ok!(execute(number));
		assert_eq!(approved(0, 0, TILT), Some(1));
	});
}

#[test]
fn execute_fails_outside_the_window_by_another_and_of_no_page() {
	run(|| {
		baseline();
		let number = approve(Terms { window: (5_000, 9_000), ..terms() });
		assert_noop!(execute(number), Error::<Test>::NotInWindow);
		go_to(5);
		let other = plain(ConfigGuard::execute(engineer(SHARER), number, 0));
		assert_noop!(other, Error::<Test>::NotProposer);
		let none = plain(ConfigGuard::execute(engineer(CARRIER), number, 1));
		assert_noop!(none, Error::<Test>::UnknownPage);
		assert_ok!(execute(number));
		assert_noop!(execute(number), Error::<Test>::WrongPhase);
		assert_noop!(execute(99), Error::<Test>::NoSuchRequest);
	});
}

#[test]
fn emergency_waits_for_its_consents() {
	run(|| {
		baseline();
		let number = ask(CARRIER, emergency(), &[item(0, 0, POWER, 13)]);
		assert_eq!((phase(number), approved(0, 0, POWER)), (Phase::Asked, Some(10)));
		assert_eq!(request_of(number).terms.window, (0, 61_000));
		assert_noop!(execute(number), Error::<Test>::WrongPhase);
		// When all have agreed
		assert_ok!(consent(SHARER, number));
		// Then the baseline has the new value
		assert_eq!((phase(number), approved(0, 0, POWER)), (Phase::Executed, Some(13)));
	});
}

/// Two stations that the owner shares with a company each, and an emergency in both: what is joint at the first one, and what
/// the owner sets alone at the second.
fn emergency_at_two_stations() -> u32 {
	Orgs::set(vec![OrgStatus::Active; 4]);
	Members::set(OrgSet(0b1111));
	put(0, vec![station(), Station { sharers: OrgSet::of(FOURTH), ..station() }]);
	confirm(0);
	let cells = table(&[vec![full_cell(1)], vec![full_cell(2)]]);
	assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, cells));
	go_to(3);
	ask(CARRIER, emergency(), &[item(0, 0, POWER, 13), item(1, 0, HYSTERESIS, 9)])
}

const FOURTH: OrgId = OrgId(3);

fn set_freeze(from: Moment, to: Moment) {
	let freeze = Freeze { scope: Scope::National, from, to };
	assert_ok!(ConfigGuard::set_freeze(RuntimeOrigin::root(), 1, Some(freeze)));
}

#[test]
fn emergency_is_ratified_by_whom_its_report_has_asked() {
	type Begins = fn();
	let freeze: Begins = || set_freeze(Clock::now(), Clock::now() + 1_000_000);
	let energy_window: Begins = || EnergyWindows::set(vec![(cell_id(1, 0), 0, 1_000_000)]);
	let outage: Begins = || Outages::set(vec![cell_id(1, 0)]);
	for begins in [freeze, energy_window, outage] {
		run(|| {
			EnergyWindows::set(vec![]);
			let number = emergency_at_two_stations();
			assert_eq!(request_of(number).consents.missing(), OrgSet::of(SHARER));
			go_to(4);
			begins();
			go_to(5);
			assert_ok!(consent(SHARER, number));
			assert_eq!((phase(number), approved(1, 0, HYSTERESIS)), (Phase::Executed, Some(9)));
		});
	}
}

#[test]
fn freeze_between_an_emergency_and_its_report_counts() {
	run(|| {
		set_freeze(2_500, 2_800);
		let number = emergency_at_two_stations();
		assert_eq!(request_of(number).consents.missing(), OrgSet::of(SHARER).with(FOURTH));
		assert_ok!(consent(SHARER, number));
		assert_eq!(phase(number), Phase::Asked);
		assert_ok!(consent(FOURTH, number));
		assert_eq!(phase(number), Phase::Executed);
	});
}

#[test]
fn consent_to_an_emergency_stands_where_another_is_needed_by_then() {
	run(|| {
		let number = emergency_at_two_stations();
		// When another company shares the first station since
		Inventory::mutate(|all| {
			all.get_mut(&(HERE, 0)).unwrap()[0].station.sharers = OrgSet::of(SHARER).with(FOURTH)
		});
		confirm(0);
		assert_ok!(consent(SHARER, number));
		// Then that one is asked, and told
		let consents = request_of(number).consents;
		assert_eq!((phase(number), consents.missing()), (Phase::Asked, OrgSet::of(FOURTH)));
		let Consents { subject, revision, expires, .. } = consents;
		let missing = OrgSet::of(FOURTH);
		assert_eq!(
			last_event(),
			Event::RequestAsked { request: number, subject, revision, missing, expires }
		);
		assert_noop!(consent(SHARER, number), Error::<Test>::AlreadyGiven);
		assert_ok!(consent(FOURTH, number));
		assert_eq!((phase(number), approved(0, 0, POWER)), (Phase::Executed, Some(13)));
	});
}

#[test]
fn emergency_that_is_not_ratified_is_a_violation_for_each_value() {
	run(|| {
		baseline();
		let number = ask(CARRIER, emergency(), &[item(0, 0, POWER, 13), item(0, 1, POWER, 12)]);
		go_to(61);
		assert_eq!((phase(number), ConfigGuard::violation(0)), (Phase::Asked, None));
		go_to(62);
		assert_eq!(phase(number), Phase::Unratified);
		for (id, observed) in [(0, 13), (1, 12)] {
			let violation = ConfigGuard::violation(id).unwrap();
			assert_eq!(violation.kind, crate::violations::kinds::Kind::Unratified);
			assert_eq!((violation.request, violation.against), (Some(number), CARRIER));
			assert_eq!((violation.approved, violation.observed), (Some(10), Some(observed)));
			assert_eq!(violation.standing, crate::types::Standing::Confirmed);
		}
		assert_eq!(approved(0, 0, POWER), Some(10));
	});
}

#[test]
fn unratified_emergency_of_a_new_cell_is_a_violation_for_each_value() {
	for is_withdrawn in [false, true] {
		run(|| {
			baseline();
			let number = ask(CARRIER, emergency(), &[item(0, 2, PCI, 9), item(0, 2, POWER, 12)]);
			assert_eq!((refused(), phase(number)), (vec![], Phase::Asked));
			if is_withdrawn {
				assert_ok!(ConfigGuard::withdraw(engineer(CARRIER), number));
			}
			go_to(62);
			assert_eq!(phase(number), Phase::Unratified);
			for (id, observed) in [(0, 9), (1, 12)] {
				let violation = ConfigGuard::violation(id).unwrap();
				assert_eq!((violation.approved, violation.observed), (None, Some(observed)));
				assert_eq!(violation.cell, CellId { site: SiteId::new(HERE, 0, 0), cell: 2 });
			}
			ConfigGuard::do_try_state().unwrap();
		});
	}
}

#[test]
fn emergency_to_which_all_have_agreed_is_no_violation_whatever_refuses_it() {
	for is_withdrawn in [false, true] {
		run(|| {
			baseline();
			let number = ask(CARRIER, emergency(), &[item(0, 0, POWER, 13)]);
			// When its value is beyond the domain by the time of the last consent
			let narrow = Parameter {
				domain: Domain::Range { least: -60, most: 12, every: 1 },
				..parameter(None, ParamScope::Cell, ApprovalClass::Joint)
			};
			assert_ok!(ConfigGuard::set_parameter(RuntimeOrigin::root(), POWER, narrow, text("power")));
			assert_ok!(consent(SHARER, number));
			assert_eq!(refused(), [(0, ItemRefusal::Value(KeyDefect::Domain))]);
			assert_eq!((phase(number), approved(0, 0, POWER)), (Phase::Asked, Some(10)));
			if is_withdrawn {
				assert_ok!(ConfigGuard::withdraw(engineer(CARRIER), number));
			}
			go_to(62);
			let expected = if is_withdrawn { Phase::Withdrawn } else { Phase::Lapsed };
			assert_eq!((phase(number), ConfigGuard::violation(0)), (expected, None));
			// Then what the network shows is judged as anything else
			assert_eq!(observe(TOWER, 62_000, &[of(0, POWER, 13)]), [(Kind::RuleBroken, Some(number))]);
		});
	}
}

#[test]
fn emergency_to_which_one_of_two_has_agreed_is_a_violation() {
	run(|| {
		baseline();
		let number = ask(CARRIER, emergency(), &[item(0, 0, TILT, 1)]);
		assert_ok!(consent(SHARER, number));
		go_to(62);
		assert_eq!(phase(number), Phase::Unratified);
		assert_eq!(ConfigGuard::violation(0).unwrap().observed, Some(1));
	});
}

#[test]
fn what_is_left_out_of_an_emergency_to_which_all_have_agreed_is_no_violation() {
	run(|| {
		baseline();
		let number = ask(CARRIER, emergency(), &[item(0, 0, POWER, 13), item(0, 2, PCI, 9)]);
		// When its owner drops the new cell before the last consent
		Inventory::mutate(|all| all.get_mut(&(HERE, 0)).unwrap()[0].station.cells = 2);
		assert_ok!(consent(SHARER, number));
		assert_eq!(refused(), [(1, ItemRefusal::NotFound)]);
		assert_eq!((phase(number), approved(0, 0, POWER)), (Phase::Executed, Some(13)));
		go_to(300);
		assert_eq!((phase(number), ConfigGuard::violation(0)), (Phase::Closed, None));
	});
}

#[test]
fn unratified_emergency_of_a_new_cell_ends_by_the_baseline_alone() {
	let item_of_new_cell = || [item(0, 2, PCI, 9)];
	for (is_approved, closing) in [(true, Closing::Approved), (false, Closing::Removed)] {
		run(|| {
			baseline();
			let number = ask(CARRIER, emergency(), &item_of_new_cell());
			assert_ok!(ConfigGuard::withdraw(engineer(CARRIER), number));
			go_to(2);
			let closed = || ConfigGuard::violation(0).unwrap().closed.map(|(_, closing)| closing);
			assert_eq!(closed(), None);
			// When others say that the page is as the baseline says, by its cells and by its tag
			assert_eq!(observe(SHARER, Clock::now(), &[]), []);
			let root = anchor(TOWER, Clock::now());
			let (sweep, key) = open_sweep(&[]);
			let tags = vec![key.tag(&digest(0))].try_into().unwrap();
			assert_ok!(ConfigGuard::attest_pages(collector(TOWER), sweep, root, HERE, 0, tags));
			// Then they have said nothing of a cell that it does not have
			assert_eq!(closed(), None);
			let change = match is_approved {
				true => ask(CARRIER, terms(), &item_of_new_cell()),
				false => ask(CARRIER, terms(), &[item(0, 0, HYSTERESIS, 9)]),
			};
			if is_approved {
				assert_ok!(consent(SHARER, change));
				assert_ok!(execute(change));
			}
			assert_eq!(closed(), Some(closing));
		});
	}
}

#[test]
fn unratified_emergency_of_many_values_is_worked_off_in_pieces() {
	run(|| {
		let cells: Vec<_> = (0..24).map(full_cell).collect();
		put(0, vec![Station { cells: 24, ..station() }; 2]);
		confirm(0);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&vec![cells; 2])));
		let items: Vec<_> = (0..40u8).map(|n| item(n / 24, n % 24, POWER, 13)).collect();
		ask(CARRIER, emergency(), &items);
		for (block, count) in [(61, 0), (62, 40), (63, 40)] {
			go_to(block);
			assert_eq!(crate::OpenViolations::<Test>::get(HERE), count);
		}
	});
}

#[test]
fn unratified_values_wait_for_room_in_their_page() {
	run(|| {
		baseline();
		// Given a page in which as many violations stand open as may
		let key = trimast_primitives::cells::ParamKey::of(POWER);
		let (against, accuser) = (CARRIER, CARRIER);
		let full = crate::types::OpenViolation { slot: 9, cell: 0, key, against, accuser, id: 999 };
		let list = frame_support::BoundedVec::truncate_from(vec![full; 256]);
		crate::OpenInPage::<Test>::insert(HERE, 0, list);
		ask(CARRIER, emergency(), &[item(0, 0, POWER, 13)]);
		go_to(62);
		assert_eq!(ConfigGuard::violation(0), None);
		// Then it is opened once they are over
		crate::OpenInPage::<Test>::remove(HERE, 0);
		go_to(62 + SILENCE_TERM);
		assert_eq!(ConfigGuard::violation(0).unwrap().observed, Some(13));
	});
}

/// 48 cells in the first page, and an emergency that changes two values of each.
fn emergency_in_many_cells() -> u32 {
	let cells: Vec<_> = (0..24).map(full_cell).collect();
	put(0, vec![Station { cells: 24, ..station() }; 2]);
	confirm(0);
	assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&vec![cells; 2])));
	let of_cell = |n: u8| [item(n / 24, n % 24, POWER, 13), item(n / 24, n % 24, TILT, 7)];
	ask(CARRIER, emergency(), &(0..48).flat_map(of_cell).collect::<Vec<_>>())
}

#[test]
fn unratified_values_of_one_company_leave_the_others_room() {
	run(|| {
		let number = emergency_in_many_cells();
		go_to(70);
		assert_eq!(crate::OpenViolations::<Test>::get(HERE), crate::types::MAX_OPEN_OF_COMPANY);
		// The rest waits however long it takes until some of them are over
		go_to(70 + 10 * SILENCE_TERM);
		assert_eq!(crate::OpenViolations::<Test>::get(HERE), crate::types::MAX_OPEN_OF_COMPANY);
		assert_eq!(phase(number), Phase::Unratified);
		crate::OpenInPage::<Test>::mutate(HERE, 0, |open| open.retain(|one| one.id >= 20));
		crate::OpenViolations::<Test>::mutate(HERE, |open| *open -= 20);
		for id in 0..20 {
			let gone = crate::Violations::<Test>::take(id).unwrap();
			let kind = Some((gone.kind, gone.standing));
			crate::tallies::stands::<Test>(gone.against, kind, None);
		}
		go_to(80 + 11 * SILENCE_TERM);
		assert_eq!(crate::NextViolation::<Test>::get(), 96);
	});
}

#[test]
fn unratified_values_wait_for_room_in_the_agenda_too() {
	run(|| {
		baseline();
		let key = trimast_primitives::cells::ParamKey::of(POWER);
		let (against, accuser) = (CARRIER, CARRIER);
		let full = crate::types::OpenViolation { slot: 9, cell: 0, key, against, accuser, id: 999 };
		crate::OpenInPage::<Test>::insert(HERE, 0, frame_support::BoundedVec::truncate_from(vec![full; 256]));
		let number = ask(CARRIER, emergency(), &[item(0, 0, POWER, 13)]);
		let due = frame_support::BoundedVec::truncate_from(vec![Due::Ruling { request: 99 }; 1_024]);
		(63..200).for_each(|block| crate::Agenda::<Test>::insert(CARRIER, block, &due));
		go_to(70);
		assert_eq!((phase(number), ConfigGuard::violation(0)), (Phase::Unratified, None));
		crate::OpenInPage::<Test>::remove(HERE, 0);
		go_to(71);
		assert_eq!(ConfigGuard::violation(0).unwrap().observed, Some(13));
	});
}

#[test]
fn execute_fails_without_the_right() {
	run(|| {
		baseline();
		let number = approve(terms());
		let org: OrgId = CARRIER;
		assert_refusals(org, |origin| ConfigGuard::execute(origin, number, 0));
	});
}
