// SPDX-License-Identifier: Apache-2.0

//! `draft`, `add`, `submit`, `withdraw`: a request over many pages, its amendments, and its lapse.

use crate::{
	changes::types::{ItemRefusal, Phase, Terms, MAX_CHANGES, MAX_PARTS, MAX_PAST},
	mock::*,
	Changes, Error, Event, Manifests, NextRequest, OpenRequests, Parts, Past, Requests,
};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{OrgId, OrgSet};

fn draft(org: OrgId, terms: Terms) -> u32 {
	let number = NextRequest::<Test>::get();
	assert_ok!(ConfigGuard::draft(engineer(org), HERE, terms));
	number
}

/// A second page like the first.
fn second_page() {
	put(7, vec![station()]);
	confirm(7);
	assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 7, table(&[vec![full_cell(8)]])));
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
		assert_noop!(ConfigGuard::execute(engineer(CARRIER), number, 7), Error::<Test>::WrongPhase);
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
		assert_eq!((request_of(number).standing, approved(0, 0, POWER)), (2, Some(13)));
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
		let stale = ConfigGuard::consent(engineer(SHARER), number, old.subject, old.revision);
		assert_noop!(stale, Error::<Test>::OtherSubject);
		let stale = ConfigGuard::consent(engineer(SHARER), number, consents.subject, 0);
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
		second_page();
		let number = draft(CARRIER, terms());
		for page in [0, 7] {
			assert_ok!(ConfigGuard::add(engineer(CARRIER), number, page, part(&[item(0, 0, POWER, 13)])));
		}
		assert_ok!(ConfigGuard::submit(engineer(CARRIER), number));
		let before = request_of(number).consents.subject;
		assert_ok!(ConfigGuard::add(engineer(CARRIER), number, 7, part(&[])));
		assert_ne!(request_of(number).consents.subject, before);
		assert_eq!(Manifests::<Test>::get(number).len(), 1);
		assert!(Parts::<Test>::get(number, 7).is_empty() && Changes::<Test>::get(HERE, 7).is_empty());
		let none = ConfigGuard::add(engineer(CARRIER), number, 7, part(&[]));
		assert_noop!(none, Error::<Test>::NothingToChange);
		let last = ConfigGuard::add(engineer(CARRIER), number, 0, part(&[]));
		assert_noop!(last, Error::<Test>::NothingAsked);
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
		assert_eq!((phase(number), OpenRequests::<Test>::get(CARRIER)), (Phase::Lapsed, 0));
		assert_eq!(Past::<Test>::get(false, 0), Some(number));
		let late = ConfigGuard::add(engineer(CARRIER), number, 0, part(&[item(0, 0, POWER, 12)]));
		assert_noop!(late, Error::<Test>::WrongPhase);
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
		let late = ConfigGuard::execute(engineer(CARRIER), number, 0);
		assert_noop!(late, Error::<Test>::WrongPhase);
		assert_eq!(approved(0, 0, POWER), Some(10));
	});
}

#[test]
fn submit_fails_without_parts_twice_or_late() {
	run(|| {
		baseline();
		let number = draft(CARRIER, terms());
		assert_noop!(ConfigGuard::submit(engineer(CARRIER), number), Error::<Test>::NothingAsked);
		assert_ok!(ConfigGuard::add(engineer(CARRIER), number, 0, part(&[item(0, 0, POWER, 13)])));
		go_to(21);
		assert_noop!(ConfigGuard::submit(engineer(CARRIER), number), Error::<Test>::BadWindow);
		let other = ask(CARRIER, terms(), &[item(0, 1, POWER, 13)]);
		assert_noop!(ConfigGuard::submit(engineer(CARRIER), other), Error::<Test>::WrongPhase);
		assert_noop!(ConfigGuard::submit(engineer(CARRIER), 99), Error::<Test>::NoSuchRequest);
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
		assert_noop!(ConfigGuard::add(engineer(SHARER), number, 0, one()), Error::<Test>::NotProposer);
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
		state: crate::changes::types::PartState::Open,
	}
}

#[test]
fn open_changes_of_a_page_never_give_way_and_others_do() {
	run(|| {
		// Given a page with as many cells as changes are kept, and one more
		let cells: Vec<_> = (0..24).map(full_cell).collect();
		let station = || trimast_primitives::site::Station { cells: 24, ..station() };
		put(0, (0..11).map(|_| station()).collect());
		confirm(0);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&vec![cells; 11])));
		let all = |value| -> Vec<_> {
			(0..256u16).map(|n| item((n / 24) as u8, (n % 24) as u8, POWER, value)).collect()
		};
		let number = ask(CARRIER, terms(), &all(13));
		assert_eq!(Changes::<Test>::get(HERE, 0).len(), MAX_CHANGES as usize);
		// Then no other change finds room
		assert_ok!(ConfigGuard::request(
			engineer(CARRIER),
			HERE,
			terms(),
			0,
			part(&[item(10, 23, POWER, 13)])
		));
		assert_eq!(refused(), [(0, ItemRefusal::TooManyChanges)]);
		// And once the request is over, it does
		assert_ok!(ConfigGuard::withdraw(engineer(CARRIER), number));
		let next = ask(CARRIER, terms(), &[item(10, 23, POWER, 13)]);
		let changes = Changes::<Test>::get(HERE, 0);
		assert_eq!((changes.len(), changes.last().unwrap().request), (MAX_CHANGES as usize, next));
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

#[test]
fn requests_that_are_over_are_kept_for_so_many_others() {
	run(|| {
		baseline();
		second_page();
		let first = draft(CARRIER, terms());
		for page in [0, 7] {
			assert_ok!(ConfigGuard::add(engineer(CARRIER), first, page, part(&[item(0, 0, POWER, 13)])));
		}
		assert_ok!(ConfigGuard::withdraw(engineer(CARRIER), first));
		for _ in 1..MAX_PAST {
			let number = draft(CARRIER, terms());
			assert_ok!(ConfigGuard::withdraw(engineer(CARRIER), number));
			// The agenda is not what this is about
			crate::Agenda::<Test>::remove(602);
		}
		assert_eq!(phase(first), Phase::Withdrawn);
		let last = draft(CARRIER, terms());
		assert_ok!(ConfigGuard::withdraw(engineer(CARRIER), last));
		assert!(Requests::<Test>::get(first).is_none() && Manifests::<Test>::get(first).is_empty());
		assert_eq!(Parts::<Test>::iter().count(), 0);
		assert_eq!(Past::<Test>::iter().count(), MAX_PAST as usize);
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
