// SPDX-License-Identifier: Apache-2.0

//! `draft`, `add`, `submit`, `withdraw`: a request over many pages, its amendments, and its lapse.

use crate::{
	changes::types::{
		ItemRefusal, PartState, Phase, Request, Terms, MAX_CHANGES, MAX_OPEN_CHANGES, MAX_PARTS, MAX_PAST,
		MAX_REQUESTS,
	},
	mock::*,
	Changes, Error, Event, FirstPast, Manifests, NextPast, NextRequest, OpenRequests, Parts, Past, Requests,
};
use frame_support::{assert_noop, assert_ok, BoundedVec};
use trimast_primitives::{
	cells::{
		catalogue::{cell_value, ApprovalClass, Domain, ParamScope, Parameter},
		rules::{Rule, RuleDefect},
		CellId, CellTable, ParamKey,
	},
	page::SiteId,
	site::Technology,
	Hash, LocalNetworkId, OrgId, OrgSet,
};

pub(super) fn draft(org: OrgId, terms: Terms) -> u32 {
	let number = NextRequest::<Test>::get();
	assert_ok!(ConfigGuard::draft(engineer(org), HERE, terms));
	number
}

/// A second page like the first.
pub(super) fn second_page() {
	put(7, vec![station()]);
	confirm(7);
	assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 7, table(&[vec![full_cell(8)]])));
}

/// A request of the same item in the first page and in a second one like it.
pub(super) fn ask_in_two_pages(item: crate::changes::types::Item) -> u32 {
	second_page();
	let number = draft(CARRIER, terms());
	for page in [0, 7] {
		assert_ok!(ConfigGuard::add(engineer(CARRIER), number, page, part(&[item])));
	}
	assert_ok!(ConfigGuard::submit(engineer(CARRIER), number));
	number
}

#[test]
fn campaign_over_pages_works() {
	run(|| {
		baseline();
		second_page();
		let number = draft(CARRIER, terms());
		for page in [7, 0] {
			assert_ok!(ConfigGuard::add(engineer(CARRIER), number, page, part(&[item(0, 0, POWER, 13)])));
		}
		assert_eq!((phase(number), request_of(number).parts, request_of(number).items), (Phase::Draft, 2, 2));
		assert_ok!(ConfigGuard::submit(engineer(CARRIER), number));
		assert_eq!(request_of(number).consents.missing(), OrgSet::of(SHARER));
		assert_ok!(consent(SHARER, number));
		// Page by page
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 7));
		assert_eq!((phase(number), approved(0, 0, POWER)), (Phase::Executed, Some(10)));
		assert_noop!(plain(ConfigGuard::execute(engineer(CARRIER), number, 7)), Error::<Test>::WrongPhase);
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
		assert_eq!((request_of(number).standing, approved(0, 0, POWER)), (2, Some(13)));
	});
}

/// Two pages whose first cells are neighbours of each other on one carrier, of PCI 1 and 8, and a rule that they have one
/// power.
fn neighbours() {
	for (page, pci, other) in [(0, 1, 7), (7, 8, 0)] {
		put(page, vec![station()]);
		confirm(page);
		let with = CellId { site: SiteId::new(HERE, other, 0), cell: 0 };
		let mut cell = full_cell(pci);
		cell.push((ParamKey { param: NEIGHBOUR, place: 0 }, cell_value(with)));
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, page, table(&[vec![cell]])));
	}
	let alike = Rule::Alike { neighbour: NEIGHBOUR, value: POWER, carrier: CARRIER_FREQUENCY };
	assert_ok!(ConfigGuard::set_rule(RuntimeOrigin::root(), 9, Some(alike)));
}

/// Puts an item of the first cell of a page into a draft. What it breaks.
fn put_in(number: u32, page: u16, one: crate::changes::types::Item) -> Vec<(u8, ItemRefusal)> {
	assert_ok!(ConfigGuard::add(engineer(CARRIER), number, page, part(&[one])));
	match last_event() {
		Event::PartChecked { broken, refused, passed: 1, .. } if refused.is_empty() => broken.into_inner(),
		other => panic!("{other:?}"),
	}
}

fn states(number: u32) -> Vec<PartState> {
	Manifests::<Test>::get(number).into_iter().map(|head| head.state).collect()
}

#[test]
fn campaign_whose_pages_lean_on_one_another_is_checked_as_a_whole() {
	for values in [[(0, POWER, 13), (7, POWER, 13)], [(0, PCI, 8), (7, PCI, 1)]] {
		run(|| {
			neighbours();
			let number = draft(CARRIER, terms());
			let [(first, param, one), (second, _, other)] = values;
			let (one, other) = (item(0, 0, param, one), item(0, 0, param, other));
			let with = CellId { site: SiteId::new(HERE, 7, 0), cell: 0 };
			let broken = match param {
				POWER => ItemRefusal::RuleBroken { rule: 9, defect: RuleDefect::Unlike { with } },
				_ => ItemRefusal::RuleBroken { rule: 1, defect: RuleDefect::Collision { with } },
			};
			// A page by itself breaks the rule, and does not come to be asked for
			assert_eq!(put_in(number, first, one), [(0, broken)]);
			let submit = || plain(ConfigGuard::submit(engineer(CARRIER), number));
			assert_noop!(submit(), Error::<Test>::Unchecked);
			// With the other one it does not, once it is looked at again
			assert_eq!(put_in(number, second, other), []);
			assert_eq!(states(number), [PartState::Unchecked, PartState::Open]);
			assert_noop!(submit(), Error::<Test>::Unchecked);
			assert_eq!(put_in(number, first, one), []);
			assert_eq!(states(number), [PartState::Open; 2]);
			assert_ok!(submit());
			if param == POWER {
				assert_ok!(consent(SHARER, number));
			}
			// Page by page
			for page in [first, second] {
				assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, page));
				assert_eq!(refused(), []);
			}
			assert_eq!((request_of(number).standing, approved(0, 0, param)), (2, one.value));
		});
	}
}

/// Neighbours in two pages change their identities, and one of them gets another hysteresis.
fn exchange(whole: bool) -> u32 {
	neighbours();
	let number = draft(CARRIER, Terms { whole, ..terms() });
	let first = part(&[item(0, 0, PCI, 8)]);
	let second = part(&[item(0, 0, PCI, 1), item(0, 0, HYSTERESIS, 9)]);
	for (page, items) in [(0, &first), (7, &second), (0, &first)] {
		assert_ok!(ConfigGuard::add(engineer(CARRIER), number, page, items.clone()));
	}
	assert_ok!(ConfigGuard::submit(engineer(CARRIER), number));
	number
}

/// All have read it back, and nobody objects. What becomes of it, and the identities.
fn observed(number: u32) -> (Phase, [i64; 2]) {
	for org in [CARRIER, SHARER] {
		assert_ok!(ConfigGuard::attest_change(engineer(org), number));
	}
	go_to(100);
	let table = |page| crate::Tables::<Test>::get(HERE, page);
	let pci = |page| CellTable::peek(&table(page), 0, 0, ParamKey::of(PCI)).unwrap();
	(phase(number), [0, 7].map(pci))
}

fn execute(number: u32, page: u16) {
	assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, page));
}

#[test]
fn campaign_that_leans_on_what_was_not_carried_out_is_disputed() {
	// A page is never carried out, rolled back, or carried out without the value that the other leans on
	let left: [fn(u32); 3] = [
		|_| {},
		|number| {
			execute(number, 7);
			assert_ok!(ConfigGuard::roll_back(engineer(CARRIER), number, 7));
		},
		|number| {
			let domain = Domain::Range { least: 2, most: 1_007, every: 1 };
			let class = ApprovalClass::Notified;
			let narrow = Parameter { domain, ..parameter(Some(Technology::Nr), ParamScope::Cell, class) };
			assert_ok!(ConfigGuard::set_parameter(RuntimeOrigin::root(), PCI, narrow, text("nRPCI")));
			execute(number, 7);
			assert_eq!((refused().len(), request_of(number).standing), (1, 2));
		},
	];
	for (n, left) in left.into_iter().enumerate() {
		for whole in [false, true] {
			// As a whole the page of the last case is not carried out at all
			if n == 2 && whole {
				continue;
			}
			run(|| {
				let number = exchange(whole);
				execute(number, 0);
				left(number);
				assert_eq!(observed(number), (Phase::Disputed, [8, 8]));
				for org in [SHARER, TOWER] {
					assert_ok!(ConfigGuard::rule(engineer(org), number, true, Hash::zero()));
				}
				assert_eq!((phase(number), request_of(number).disputed), (Phase::Closed, true));
			});
		}
	}
}

#[test]
fn campaign_that_leans_on_what_is_rolled_back_is_disputed() {
	run(|| {
		// Given pages that are no neighbours yet, of which one gets the identity that the other gives up
		baseline();
		second_page();
		let number = draft(CARRIER, terms());
		for (page, pci) in [(0, 8), (7, 9)] {
			put_in(number, page, item(0, 0, PCI, pci));
		}
		assert_ok!(ConfigGuard::submit(engineer(CARRIER), number));
		for page in [7, 0] {
			execute(number, page);
		}
		assert!(!request_of(number).leans);
		let with = CellId { site: SiteId::new(HERE, 0, 0), cell: 0 };
		let relation = item(0, 0, NEIGHBOUR, cell_value(with));
		assert_ok!(ConfigGuard::request(engineer(CARRIER), HERE, terms(), 7, part(&[relation])));
		assert_eq!(refused(), []);
		// When it takes its own back, which the rules leave to the other page
		assert_ok!(ConfigGuard::roll_back(engineer(CARRIER), number, 7));
		// Then the two are alike, and that does not end well
		assert_eq!(observed(number), (Phase::Disputed, [8, 8]));
	});
}

#[test]
fn campaign_that_leans_on_nothing_that_is_left_out_is_closed() {
	run(|| {
		let number = exchange(true);
		for page in [0, 7] {
			execute(number, page);
		}
		assert_eq!(observed(number), (Phase::Closed, [8, 1]));
	});
	// Nor do rules look at other pages for this
	run(|| {
		baseline();
		let number = ask_in_two_pages(item(0, 0, HYSTERESIS, 9));
		execute(number, 0);
		assert_eq!(observed(number), (Phase::Closed, [1, 8]));
	});
}

#[test]
fn page_that_leans_on_one_that_is_taken_out_is_checked_again() {
	run(|| {
		neighbours();
		let number = draft(CARRIER, terms());
		let power = item(0, 0, POWER, 13);
		for page in [0, 7, 0] {
			put_in(number, page, power);
		}
		assert_eq!(states(number), [PartState::Open; 2]);
		assert_ok!(ConfigGuard::add(engineer(CARRIER), number, 7, part(&[])));
		assert_noop!(plain(ConfigGuard::submit(engineer(CARRIER), number)), Error::<Test>::Unchecked);
		assert_eq!(put_in(number, 0, power).len(), 1);
		// Asked for by itself it is refused
		assert_ok!(ConfigGuard::withdraw(engineer(CARRIER), number));
		assert_ok!(ConfigGuard::request(engineer(CARRIER), HERE, terms(), 0, part(&[power])));
		assert!(matches!(refused()[..], [(0, ItemRefusal::RuleBroken { rule: 9, .. })]));
	});
}

#[test]
fn amendment_voids_consents() {
	run(|| {
		baseline();
		let number = ask(CARRIER, terms(), &[item(0, 0, TILT, 1)]);
		let old = request_of(number).consents;
		assert_ok!(consent(SHARER, number));
		// The same once more changes nothing, and voids nothing
		let same = ConfigGuard::add(engineer(CARRIER), number, 0, part(&[item(0, 0, TILT, 1)]));
		assert_noop!(same, Error::<Test>::NothingToChange);
		// Another value does
		assert_ok!(ConfigGuard::add(engineer(CARRIER), number, 0, part(&[item(0, 0, TILT, 2)])));
		let consents = request_of(number).consents;
		assert_eq!((consents.revision, consents.given), (1, OrgSet::of(CARRIER)));
		let stale = plain(ConfigGuard::consent(engineer(SHARER), number, old.subject, old.revision));
		assert_noop!(stale, Error::<Test>::OtherSubject);
		let stale = plain(ConfigGuard::consent(engineer(SHARER), number, consents.subject, 0));
		assert_noop!(stale, Error::<Test>::OtherSubject);
		assert_ok!(consent(SHARER, number));
		assert_ok!(consent(TOWER, number));
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
		assert_eq!((approved(0, 0, TILT), Changes::<Test>::get(HERE, 0).len()), (Some(2), 1));
	});
}

#[test]
fn empty_part_takes_a_page_out() {
	run(|| {
		baseline();
		let number = ask_in_two_pages(item(0, 0, POWER, 13));
		let before = request_of(number).consents.subject;
		assert_ok!(ConfigGuard::add(engineer(CARRIER), number, 7, part(&[])));
		assert_ne!(request_of(number).consents.subject, before);
		assert_eq!(Manifests::<Test>::get(number).len(), 1);
		assert!(Parts::<Test>::get(number, 7).is_empty() && Changes::<Test>::get(HERE, 7).is_empty());
		let none = ConfigGuard::add(engineer(CARRIER), number, 7, part(&[]));
		assert_noop!(none, Error::<Test>::NothingToChange);
		let last = plain(ConfigGuard::add(engineer(CARRIER), number, 0, part(&[])));
		assert_noop!(last, Error::<Test>::NothingAsked);
	});
}

#[test]
fn draft_fails_where_no_stations_are() {
	run(|| {
		baseline();
		let elsewhere = LocalNetworkId(9_999);
		let drafted = plain(ConfigGuard::draft(engineer(CARRIER), elsewhere, terms()));
		assert_noop!(drafted, Error::<Test>::UnknownPage);
	});
}

#[test]
fn draft_lapses_with_the_term_for_consents() {
	run(|| {
		baseline();
		let number = draft(CARRIER, terms());
		assert_ok!(ConfigGuard::add(engineer(CARRIER), number, 0, part(&[item(0, 0, POWER, 13)])));
		let last = request_of(number).consents.expires;
		go_to(last);
		assert_eq!(phase(number), Phase::Draft);
		go_to(last + 1);
		// It was never asked for: nothing of it is kept
		let told = Event::RequestMoved { request: number, phase: Phase::Lapsed };
		assert!(events().contains(&told));
		assert_eq!((Requests::<Test>::get(number), OpenRequests::<Test>::get(CARRIER)), (None, 0));
		assert_eq!((Past::<Test>::iter().count(), Parts::<Test>::iter().count()), (0, 0));
		let late = plain(ConfigGuard::add(engineer(CARRIER), number, 0, part(&[item(0, 0, POWER, 12)])));
		assert_noop!(late, Error::<Test>::NoSuchRequest);
		// Its value is free
		ask(CARRIER, terms(), &[item(0, 0, POWER, 13)]);
		assert_eq!(refused(), []);
	});
}

#[test]
fn request_lapses_with_its_window() {
	run(|| {
		baseline();
		let number = ask(CARRIER, terms(), &[item(0, 0, POWER, 13)]);
		assert_ok!(consent(SHARER, number));
		go_to(22);
		assert_eq!(phase(number), Phase::Lapsed);
		let late = plain(ConfigGuard::execute(engineer(CARRIER), number, 0));
		assert_noop!(late, Error::<Test>::WrongPhase);
		assert_eq!(approved(0, 0, POWER), Some(10));
	});
}

#[test]
fn submit_fails_without_parts_twice_or_late() {
	run(|| {
		baseline();
		let number = draft(CARRIER, terms());
		assert_noop!(plain(ConfigGuard::submit(engineer(CARRIER), number)), Error::<Test>::NothingAsked);
		assert_ok!(ConfigGuard::add(engineer(CARRIER), number, 0, part(&[item(0, 0, POWER, 13)])));
		go_to(21);
		assert_noop!(plain(ConfigGuard::submit(engineer(CARRIER), number)), Error::<Test>::BadWindow);
		let other = ask(CARRIER, terms(), &[item(0, 1, POWER, 13)]);
		assert_noop!(plain(ConfigGuard::submit(engineer(CARRIER), other)), Error::<Test>::WrongPhase);
		assert_noop!(plain(ConfigGuard::submit(engineer(CARRIER), 99)), Error::<Test>::NoSuchRequest);
	});
}

#[test]
fn add_fails_for_too_many_pages_and_of_anothers_request() {
	run(|| {
		baseline();
		second_page();
		let one = || part(&[item(0, 0, POWER, 13)]);
		let number = draft(CARRIER, emergency());
		assert_ok!(ConfigGuard::add(engineer(CARRIER), number, 0, one()));
		assert_noop!(ConfigGuard::add(engineer(CARRIER), number, 7, one()), Error::<Test>::TooManyParts);
		assert_noop!(plain(ConfigGuard::add(engineer(SHARER), number, 0, one())), Error::<Test>::NotProposer);
		assert_ok!(ConfigGuard::withdraw(engineer(CARRIER), number));
		let number = draft(CARRIER, terms());
		Manifests::<Test>::mutate(number, |heads| {
			for page in 100..100 + MAX_PARTS as u16 {
				heads.try_push(head(page)).unwrap();
			}
		});
		assert_noop!(ConfigGuard::add(engineer(CARRIER), number, 0, one()), Error::<Test>::TooManyParts);
		Manifests::<Test>::remove(number);
	});
}

fn head(page: u16) -> crate::changes::types::PartHead {
	crate::changes::types::PartHead {
		page,
		items: 1,
		hash: Default::default(),
		required: OrgSet::EMPTY,
		concerned: OrgSet::EMPTY,
		witnesses: OrgSet::EMPTY,
		leans: false,
		state: crate::changes::types::PartState::Open,
	}
}

/// Puts eleven stations with 24 cells each into the first page, of each owner in turn: more cells than a company may have
/// changes open.
fn wide_page(owners: [OrgId; 11]) {
	let wide = |owner| trimast_primitives::site::Station { cells: 24, ..station_of(owner) };
	put(0, owners.map(wide).to_vec());
	confirm(0);
	for org in [CARRIER, SHARER] {
		let of = |owner| if owner == org { (0..24).map(full_cell).collect() } else { vec![] };
		assert_ok!(ConfigGuard::import(engineer(org), HERE, 0, table(&owners.map(of))));
	}
}

/// So many items, one a cell, from the first cell on.
fn items(count: u16, value: i64) -> Vec<crate::changes::types::Item> {
	(0..count).map(|n| item((n / 24) as u8, (n % 24) as u8, POWER, value)).collect()
}

#[test]
fn open_changes_never_give_way_and_others_do() {
	run(|| {
		wide_page([CARRIER; 11]);
		let other = item(10, 23, POWER, 13);
		let number = ask(CARRIER, terms(), &items(256, 13));
		assert_eq!(Changes::<Test>::get(HERE, 0).len(), MAX_OPEN_CHANGES as usize);
		// Then no other change of this company finds room
		assert_ok!(ConfigGuard::request(engineer(CARRIER), HERE, terms(), 0, part(&[other])));
		assert_eq!(refused(), [(0, ItemRefusal::TooManyChanges)]);
		// And once requests are over, and explain nothing any more, theirs are kept until the list is full
		for value in [12, 11, 13] {
			assert_ok!(ConfigGuard::withdraw(
				engineer(CARRIER),
				NextRequest::<Test>::get() - if value == 12 { 2 } else { 1 }
			));
			go_to(System::block_number() + ATTESTATION_TERM + 1);
			ask(CARRIER, terms(), &items(256, value));
		}
		let changes = Changes::<Test>::get(HERE, 0);
		assert_eq!(changes.len(), MAX_CHANGES as usize);
		assert!(changes.iter().all(|change| change.request > number));
	});
}

#[test]
fn company_with_all_of_its_changes_open_keeps_no_other_out() {
	run(|| {
		let mut owners = [CARRIER; 11];
		owners[10] = SHARER;
		wide_page(owners);
		ask(CARRIER, terms(), &items(240, 13));
		let more: Vec<_> = (0..17).map(|n| item(0, n, TILT, 1)).collect();
		ask(CARRIER, terms(), &more);
		assert_eq!(refused(), [(16, ItemRefusal::TooManyChanges)]);
		ask(SHARER, terms(), &[item(10, 0, POWER, 13)]);
		assert_eq!(refused(), []);
	});
}

#[test]
fn add_and_submit_fail_late_also_where_the_chain_has_not_come_to_it() {
	run(|| {
		baseline();
		let number = draft(CARRIER, terms());
		let items = part(&[item(0, 0, POWER, 13)]);
		assert_ok!(ConfigGuard::add(engineer(CARRIER), number, 0, items.clone()));
		// Without what the chain does by itself
		System::set_block_number(request_of(number).consents.expires + 1);
		let add = plain(ConfigGuard::add(engineer(CARRIER), number, 0, items));
		assert_noop!(add, Error::<Test>::Expired);
		assert_noop!(plain(ConfigGuard::submit(engineer(CARRIER), number)), Error::<Test>::Expired);
	});
}

#[test]
fn what_explains_something_gives_way_to_no_other_company() {
	run(|| {
		let mut owners = [SHARER; 11];
		owners[10] = CARRIER;
		wide_page(owners);
		// Given a change that is over, and explains what exports of before its end show
		let number = ask(CARRIER, terms(), &[item(10, 0, POWER, 13)]);
		assert_ok!(consent(SHARER, number));
		assert_ok!(ConfigGuard::withdraw(engineer(CARRIER), number));
		// When another company fills the page with others
		for value in [11, 12, 13, 14] {
			let number = ask(SHARER, terms(), &items(240, value));
			assert_eq!(refused(), []);
			assert_ok!(ConfigGuard::withdraw(engineer(SHARER), number));
		}
		// Then its own give way beyond its share
		let of = |org| Changes::<Test>::get(HERE, 0).iter().filter(|change| change.by == org).count();
		assert_eq!((of(CARRIER), of(SHARER)), (1, MAX_OPEN_CHANGES as usize));
		// Until that counts no more
		go_to(System::block_number() + ATTESTATION_TERM + 1);
		for value in [11, 12, 13] {
			let number = ask(SHARER, terms(), &items(240, value));
			assert_ok!(ConfigGuard::withdraw(engineer(SHARER), number));
			go_to(System::block_number() + ATTESTATION_TERM + 1);
		}
		assert_eq!(Changes::<Test>::get(HERE, 0).len(), MAX_CHANGES as usize);
	});
}

#[test]
fn of_what_explains_nothing_the_company_with_the_most_gives_way() {
	run(|| {
		let mut owners = [SHARER; 11];
		owners[10] = CARRIER;
		wide_page(owners);
		for (org, items) in [(CARRIER, vec![item(10, 0, POWER, 13)]), (SHARER, items(240, 13))] {
			let number = ask(org, terms(), &items);
			assert_ok!(ConfigGuard::withdraw(engineer(org), number));
		}
		for value in [11, 12, 13, 14] {
			go_to(System::block_number() + ATTESTATION_TERM + 1);
			let number = ask(SHARER, terms(), &items(240, value));
			assert_eq!(refused(), []);
			assert_ok!(ConfigGuard::withdraw(engineer(SHARER), number));
		}
		let changes = Changes::<Test>::get(HERE, 0);
		assert_eq!((changes.len(), changes[0].by), (MAX_CHANGES as usize, CARRIER));
	});
}

#[test]
fn draft_fails_when_the_companys_agenda_is_full() {
	run(|| {
		baseline();
		let due = crate::agenda::Due::Ruling { request: 99 };
		crate::AgendaFrom::<Test>::put::<crate::agenda::Queues>(vec![(CARRIER, 1)].try_into().unwrap());
		for block in 602..602 + 64 {
			crate::Agenda::<Test>::insert(CARRIER, block, BoundedVec::truncate_from(vec![due; 1_024]));
		}
		assert_noop!(ConfigGuard::draft(engineer(CARRIER), HERE, terms()), Error::<Test>::AgendaFull);
		// Another's is not
		assert_ok!(ConfigGuard::draft(engineer(SHARER), HERE, terms()));
	});
}

#[test]
fn draft_of_many_pages_is_forgotten_in_pieces() {
	run(|| {
		baseline();
		let pages = |number: u32| {
			let heads: Vec<_> = (100..140).map(head).collect();
			heads.iter().for_each(|head| {
				Parts::<Test>::insert(number, head.page, part(&[item(0, 0, POWER, 13)]));
			});
			Manifests::<Test>::insert(number, BoundedVec::truncate_from(heads));
		};
		let number = draft(CARRIER, terms());
		pages(number);
		assert_ok!(ConfigGuard::withdraw(engineer(CARRIER), number));
		assert_eq!((Requests::<Test>::get(number), Parts::<Test>::iter().count()), (None, 24));
		go_to(2);
		assert_eq!((Manifests::<Test>::iter().count(), Parts::<Test>::iter().count()), (0, 0));
		// So is one that lapses
		let number = draft(CARRIER, terms());
		pages(number);
		go_to(request_of(number).consents.expires + 1);
		assert_eq!((Manifests::<Test>::iter().count(), Parts::<Test>::iter().count()), (0, 0));
	});
}

#[test]
fn withdraw_works_until_it_is_carried_out() {
	run(|| {
		baseline();
		let number = ask(CARRIER, terms(), &[item(0, 0, POWER, 13)]);
		assert_noop!(ConfigGuard::withdraw(engineer(SHARER), number), Error::<Test>::NotProposer);
		assert_ok!(ConfigGuard::withdraw(engineer(CARRIER), number));
		assert_eq!(last_event(), Event::RequestMoved { request: number, phase: Phase::Withdrawn });
		assert_eq!(consent(SHARER, number), Err(Error::<Test>::WrongPhase.into()));
		let number = executed();
		assert_noop!(ConfigGuard::withdraw(engineer(CARRIER), number), Error::<Test>::WrongPhase);
	});
}

/// Requests of a company that are over now, so many.
pub(super) fn over(by: OrgId, count: u32) {
	let number = ask(by, terms(), &[item(by.0, 0, POWER, 13)]);
	assert_ok!(ConfigGuard::withdraw(engineer(by), number));
	let request = Request { parts: 0, items: 0, ..request_of(number) };
	let first = NextPast::<Test>::get((by, false));
	for n in 0..count - 1 {
		Requests::<Test>::insert(number + 1 + n, &request);
		Past::<Test>::insert((by, false), first + n, number + 1 + n);
	}
	NextPast::<Test>::insert((by, false), first + count - 1);
	NextRequest::<Test>::put(number + count);
}

#[test]
fn requests_that_are_over_are_kept_for_so_many_others() {
	run(|| {
		baseline();
		let first = ask(CARRIER, terms(), &[item(0, 0, POWER, 13), item(0, 1, POWER, 13)]);
		assert_ok!(ConfigGuard::withdraw(engineer(CARRIER), first));
		let end = || {
			let number = ask(CARRIER, terms(), &[item(0, 0, POWER, 12)]);
			assert_ok!(ConfigGuard::withdraw(engineer(CARRIER), number));
			number
		};
		over(CARRIER, MAX_PAST);
		// It says what testimony means as long as there is some of before, however full the agenda is
		let due = crate::agenda::Due::Ruling { request: 999_999 };
		let full = || BoundedVec::truncate_from(vec![due; 1_024]);
		for block in (2..20 * ATTESTATION_TERM).filter(|block| *block != 22) {
			crate::Agenda::<Test>::insert(CARRIER, block, full());
		}
		end();
		(2..20 * ATTESTATION_TERM).for_each(|block| crate::Agenda::<Test>::remove(CARRIER, block));
		assert_eq!(phase(first), Phase::Withdrawn);
		go_to(1 + ATTESTATION_TERM);
		end();
		assert_eq!(phase(first), Phase::Withdrawn);
		go_to(2 + ATTESTATION_TERM);
		end();
		assert_eq!((Requests::<Test>::get(first), Manifests::<Test>::get(first).len()), (None, 0));
		assert_eq!(Parts::<Test>::iter_prefix(first).count(), 0);
		assert!(Past::<Test>::iter().count() >= MAX_PAST as usize);
	});
}

#[test]
fn company_with_too_many_requests_that_are_kept_asks_again_later() {
	run(|| {
		baseline();
		let others = ask(SHARER, terms(), &[item(1, 0, POWER, 13)]);
		assert_ok!(ConfigGuard::withdraw(engineer(SHARER), others));
		over(CARRIER, MAX_REQUESTS - 1);
		let last = draft(CARRIER, terms());
		let refused = plain(ConfigGuard::draft(engineer(CARRIER), HERE, terms()));
		assert_noop!(refused, Error::<Test>::TooManyRequests);
		assert_ok!(ConfigGuard::draft(engineer(SHARER), HERE, terms()));
		// What was never asked for does not count
		assert_ok!(ConfigGuard::withdraw(engineer(CARRIER), last));
		draft(CARRIER, terms());
		// And once the first is of no use any more it gives way
		go_to(2 + ATTESTATION_TERM);
		assert_eq!(FirstPast::<Test>::get((CARRIER, false)), 0);
		draft(CARRIER, terms());
		assert_eq!(FirstPast::<Test>::get((CARRIER, false)), 1);
		assert_eq!(phase(others), Phase::Withdrawn);
	});
}

#[test]
fn emergency_whose_violations_are_due_is_kept_and_counts_as_open() {
	run(|| {
		baseline();
		// Given an emergency for whose violation the page has no room
		let full = crate::types::OpenViolation {
			slot: 9,
			cell: 0,
			key: ParamKey::of(POWER),
			id: 999,
			accuser: TOWER,
			against: SHARER,
		};
		crate::OpenInPage::<Test>::insert(HERE, 0, BoundedVec::truncate_from(vec![full; 256]));
		let number = ask(SHARER, emergency(), &[item(1, 0, POWER, 13)]);
		assert_ok!(ConfigGuard::withdraw(engineer(SHARER), number));
		go_to(2);
		assert_eq!((phase(number), OpenRequests::<Test>::get(SHARER)), (Phase::Unratified, 1));
		// Then it waits however long that is
		go_to(2 + 2 * ATTESTATION_TERM);
		assert_eq!((phase(number), OpenRequests::<Test>::get(SHARER)), (Phase::Unratified, 1));
		crate::OpenInPage::<Test>::remove(HERE, 0);
		go_to(2 + 2 * ATTESTATION_TERM + SILENCE_TERM);
		assert_eq!(ConfigGuard::violation(0).unwrap().request, Some(number));
		assert_eq!(OpenRequests::<Test>::get(SHARER), 0);
	});
}

#[test]
fn calls_fail_without_the_right() {
	run(|| {
		baseline();
		assert_refusals(CARRIER, |origin| ConfigGuard::draft(origin, HERE, terms()));
		let number = draft(CARRIER, terms());
		assert_refusals(CARRIER, |origin| {
			ConfigGuard::add(origin, number, 0, part(&[item(0, 0, POWER, 13)]))
		});
		assert_refusals(CARRIER, |origin| ConfigGuard::submit(origin, number));
		assert_refusals(CARRIER, |origin| ConfigGuard::withdraw(origin, number));
	});
}
