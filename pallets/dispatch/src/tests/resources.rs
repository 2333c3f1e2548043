// SPDX-License-Identifier: Apache-2.0

//! Crews, generators and spares: in the books, lent, used up.

use crate::{
	mock::*, outages::Vehicles, resources::types::*, Error, Event, Resources, ResourcesIn, RouteOfOrder,
};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{
	access::Scope,
	order::{Opening, OrderKind, State},
	org::OrgStatus,
	plan::Skills,
	resource::{MAX_CAPACITY, MAX_SPEED},
	territory::Position,
	ProvinceId,
};

/// A day of the tests.
const DAY: u64 = 24 * 60 * MINUTE;

fn spares(count: u32) -> Details {
	Details { kind: Kind::Spares { part: 7, count }, ..crew() }
}

#[test]
fn add_works() {
	run(|| {
		let number = own(TOWER, crew());
		let owned = Dispatch::resource(number).unwrap();
		assert_eq!((owned.owner, owned.details, owned.user(Now::get())), (TOWER, crew(), TOWER));
		assert_eq!(last_event(), Event::ResourceAdded { resource: number, org: TOWER, details: crew() });
		assert!(ResourcesIn::<Test>::contains_key((Scope::LocalNetwork(HERE), TOWER, number)));
		assert_eq!(own(OWNER, spares(3)), number + 1);
		assert!(!ResourcesIn::<Test>::contains_key((Scope::LocalNetwork(HERE), TOWER, number + 1)));
		assert_eq!(Dispatch::resources(Some(OWNER), None, 9).len(), 1);
	});
}

#[test]
fn add_fails_for_who_may_not() {
	run(|| {
		assert_refusals(TOWER, &[NO_COLLECTOR, NO_AUDITOR], |origin| Dispatch::add_resource(origin, crew()));
		assert_noop!(Dispatch::add_resource(dispatcher(WITNESS), crew()), Error::<Test>::NotMember);
	});
}

#[test]
fn add_fails_when_it_cannot_be() {
	run(|| {
		let refused = |details: Details| {
			assert_noop!(Dispatch::add_resource(dispatcher(TOWER), details), Error::<Test>::BadResource);
		};
		refused(Details { speed: 0, ..crew() });
		refused(Details { capacity: 0, ..crew() });
		// Nobody is everywhere at once.
		refused(Details { speed: MAX_SPEED + 1, ..crew() });
		refused(Details { capacity: MAX_CAPACITY + 1, ..crew() });
		refused(Details { speed: MAX_SPEED + 1, ..generator(1) });
		own(TOWER, Details { speed: MAX_SPEED, capacity: MAX_CAPACITY, ..crew() });
		refused(generator(0));
		refused(Details { shift: Shift { from: 86_400, to: 86_500 }, ..crew() });
		refused(Details { shift: Shift { from: 10, to: 10 }, ..crew() });
		refused(Details { shift: Shift { from: 10, to: 86_411 }, ..crew() });
		refused(Details { at: Position { latitude: 91_000_000, longitude: 0 }, ..crew() });
		refused(Details { base: Position { latitude: 0, longitude: 181_000_000 }, ..crew() });
		let nowhere = Details { area: Scope::Province(ProvinceId(99)), ..crew() };
		assert_noop!(Dispatch::add_resource(dispatcher(TOWER), nowhere), Error::<Test>::UnknownTerritory);
	});
}

#[test]
fn add_fails_when_a_company_has_as_many_as_may_be() {
	run(|| {
		(0..8).for_each(|_| {
			own(TOWER, crew());
		});
		assert_noop!(Dispatch::add_resource(dispatcher(TOWER), crew()), Error::<Test>::TooManyResources);
		own(OWNER, crew());
		assert_ok!(Dispatch::remove_resource(dispatcher(TOWER), 3));
		own(TOWER, crew());
	});
}

#[test]
fn change_and_remove_work() {
	run(|| {
		let number = own(TOWER, crew());
		let moved = Details { area: Scope::National, skills: Skills(1), ..crew() };
		assert_ok!(Dispatch::change_resource(dispatcher(TOWER), number, moved));
		assert_eq!(Dispatch::resource(number).unwrap().details, moved);
		assert_eq!((Dispatch::vehicles(HERE), Dispatch::vehicles(NEARBY)), (Some(1), Some(1)));
		assert_ok!(Dispatch::remove_resource(dispatcher(TOWER), number));
		assert_eq!((Dispatch::resource(number), Dispatch::vehicles(HERE)), (None, None));
	});
}

#[test]
fn change_and_remove_fail_for_who_may_not() {
	run(|| {
		let number = own(TOWER, crew());
		let others = [NO_COLLECTOR, NO_AUDITOR];
		assert_refusals(TOWER, &others, |origin| Dispatch::change_resource(origin, number, crew()));
		assert_refusals(TOWER, &others, |origin| Dispatch::remove_resource(origin, number));
		let other = dispatcher(OWNER);
		assert_noop!(Dispatch::change_resource(other.clone(), number, crew()), Error::<Test>::NotOwner);
		assert_noop!(Dispatch::remove_resource(other.clone(), number), Error::<Test>::NotOwner);
		assert_noop!(Dispatch::remove_resource(other.clone(), 9), Error::<Test>::NoSuchResource);
		assert_noop!(Dispatch::change_resource(other, 9, crew()), Error::<Test>::NoSuchResource);
		let bad = Details { speed: 0, ..crew() };
		assert_noop!(Dispatch::change_resource(dispatcher(TOWER), number, bad), Error::<Test>::BadResource);
	});
}

/// Who dispatches in one place takes nothing of the company's away from another.
#[test]
fn change_needs_both_areas() {
	run(|| {
		let there = Details { area: Scope::LocalNetwork(NEARBY), ..crew() };
		let (here, nearby) = (own(TOWER, crew()), own(TOWER, there));
		let baoding = || RuntimeOrigin::signed(u64::from(TOWER.0) * 100 + BAODING);
		assert_noop!(Dispatch::change_resource(baoding(), here, there), Error::<Test>::OutsideScope);
		assert_noop!(Dispatch::change_resource(baoding(), nearby, crew()), Error::<Test>::OutsideScope);
		assert_ok!(Dispatch::change_resource(baoding(), nearby, Details { capacity: 1, ..there }));
	});
}

#[test]
fn change_and_remove_fail_while_it_is_planned_on_a_route_or_lent() {
	run(|| {
		let number = own(TOWER, crew());
		let tower = || dispatcher(TOWER);
		open(OWNER, fault());
		let planned = |error: Error<Test>| {
			assert_noop!(Dispatch::change_resource(tower(), number, crew()), error);
		};
		frozen(TOWER);
		planned(Error::InUse);
		assert_noop!(Dispatch::remove_resource(tower(), number), Error::<Test>::InUse);
		go_on(31 * SECOND);
		planned(Error::InUse);
		assert_ok!(Dispatch::refuse_route(tower(), number, words("no fuel")));
		assert_ok!(Dispatch::offer_resource(tower(), number, OWNER, Now::get(), Now::get() + DAY));
		planned(Error::AlreadyLent);
		assert_noop!(Dispatch::remove_resource(tower(), number), Error::<Test>::AlreadyLent);
	});
}

#[test]
fn lease_works() {
	run(|| {
		let number = own(TOWER, generator(12_000));
		let (from, until) = (Now::get(), Now::get() + DAY);
		assert_ok!(Dispatch::offer_resource(dispatcher(TOWER), number, OWNER, from, until));
		let user = || Dispatch::resource(number).unwrap().user(Now::get());
		assert_eq!(user(), TOWER);
		assert_ok!(Dispatch::take_offer(dispatcher(OWNER), number, from, until));
		assert_eq!(user(), OWNER);
		assert_ok!(Dispatch::meter_lease(dispatcher(OWNER), number, 40));
		assert_eq!(
			last_event(),
			Event::LeaseMetered { resource: number, org: OWNER, reading: 40, is_agreed: false }
		);
		assert_ok!(Dispatch::meter_lease(dispatcher(TOWER), number, 40));
		assert_eq!(
			last_event(),
			Event::LeaseMetered { resource: number, org: TOWER, reading: 40, is_agreed: true }
		);
		assert_ok!(Dispatch::release_resource(dispatcher(TOWER), number));
		assert_eq!((last_event(), user()), (Event::ReleaseSigned { resource: number, org: TOWER }, OWNER));
		assert_ok!(Dispatch::release_resource(dispatcher(OWNER), number));
		assert_eq!(last_event(), Event::LeaseEnded { resource: number, by_owner: 40, by_borrower: 40 });
		assert_eq!(user(), TOWER);
	});
}

#[test]
fn lease_is_over_with_its_term_and_one_signature_suffices() {
	run(|| {
		let number = own(TOWER, crew());
		let (from, until) = (Now::get() + MINUTE, Now::get() + DAY);
		assert_ok!(Dispatch::offer_resource(dispatcher(TOWER), number, OWNER, from, until));
		assert_ok!(Dispatch::take_offer(dispatcher(OWNER), number, from, until));
		let user = || Dispatch::resource(number).unwrap().user(Now::get());
		assert_eq!(user(), TOWER);
		Now::set(from);
		assert_eq!(user(), OWNER);
		Now::set(until + 1);
		assert_eq!(user(), TOWER);
		// The other company still reads the meter.
		assert_ok!(Dispatch::release_resource(dispatcher(TOWER), number));
		assert_eq!(last_event(), Event::ReleaseSigned { resource: number, org: TOWER });
		assert_ok!(Dispatch::meter_lease(dispatcher(OWNER), number, 7));
		Now::set(until + 600 * SECOND + 1);
		assert_ok!(Dispatch::release_resource(dispatcher(TOWER), number));
		assert_eq!(last_event(), Event::LeaseEnded { resource: number, by_owner: 0, by_borrower: 7 });
		assert!(Resources::<Test>::get(number).unwrap().lending.is_none());
	});
}

#[test]
fn meter_goes_back_to_what_the_other_has_read() {
	run(|| {
		let number = own(TOWER, crew());
		let (from, until) = (Now::get(), Now::get() + DAY);
		assert_ok!(Dispatch::offer_resource(dispatcher(TOWER), number, OWNER, from, until));
		assert_ok!(Dispatch::take_offer(dispatcher(OWNER), number, from, until));
		let meter = |org, reading| Dispatch::meter_lease(dispatcher(org), number, reading);
		assert_ok!(meter(OWNER, u64::MAX));
		assert_ok!(meter(TOWER, 40));
		assert_noop!(meter(OWNER, 41), Error::<Test>::BadReading);
		assert_ok!(meter(OWNER, 40));
		assert_eq!(
			last_event(),
			Event::LeaseMetered { resource: number, org: OWNER, reading: 40, is_agreed: true }
		);
	});
}

#[test]
fn lease_is_over_when_the_other_company_has_left() {
	run(|| {
		let number = own(TOWER, crew());
		let (from, until) = (Now::get(), Now::get() + DAY);
		assert_ok!(Dispatch::offer_resource(dispatcher(TOWER), number, OTHER, from, until));
		assert_ok!(Dispatch::take_offer(dispatcher(OTHER), number, from, until));
		Orgs::mutate(|orgs| orgs[3] = OrgStatus::Left);
		assert_ok!(Dispatch::release_resource(dispatcher(TOWER), number));
		assert_eq!(last_event(), Event::LeaseEnded { resource: number, by_owner: 0, by_borrower: 0 });
		Orgs::mutate(|orgs| orgs[3] = OrgStatus::Active);
	});
}

#[test]
fn lent_vehicle_comes_back_from_the_route_of_who_has_left() {
	run(|| {
		let number = own(TOWER, generator(8_500));
		let (from, until) = (Now::get(), Now::get() + DAY);
		assert_ok!(Dispatch::offer_resource(dispatcher(TOWER), number, OTHER, from, until));
		assert_ok!(Dispatch::take_offer(dispatcher(OTHER), number, from, until));
		let order = open(OWNER, Opening { kind: OrderKind::GeneratorRun, ..fault() });
		planned(OWNER);
		assert_ok!(Dispatch::acknowledge_route(dispatcher(OTHER), number));
		assert_ok!(Dispatch::finish_visit(dispatcher(OTHER), number, order));
		Orgs::mutate(|orgs| orgs[3] = OrgStatus::Left);
		assert_ok!(Dispatch::release_resource(dispatcher(TOWER), number));
		assert_eq!((Dispatch::route(number), RouteOfOrder::<Test>::get(order)), (None, None));
		assert!(Resources::<Test>::get(number).unwrap().lending.is_none());
		Orgs::mutate(|orgs| orgs[3] = OrgStatus::Active);
	});
}

#[test]
fn what_an_owner_has_left_is_removed_by_anybody() {
	run(|| {
		let [idle, lent, sent] = [crew(), crew(), crew()].map(|details| own(OTHER, details));
		let (from, until) = (Now::get(), Now::get() + DAY);
		assert_ok!(Dispatch::offer_resource(dispatcher(OTHER), lent, TOWER, from, until));
		assert_ok!(Dispatch::take_offer(dispatcher(TOWER), lent, from, until));
		open(OWNER, Opening { handler: OTHER, kind: OrderKind::Inspection, ..fault() });
		let by_hand = || {
			Dispatch::override_route(
				dispatcher(OTHER),
				sent,
				HERE,
				vec![0].try_into().unwrap(),
				words("by hand"),
			)
		};
		assert_ok!(by_hand());
		let remove = |number| Dispatch::remove_resource(dispatcher(OWNER), number);
		assert_noop!(remove(idle), Error::<Test>::NotOwner);
		Orgs::mutate(|orgs| orgs[3] = OrgStatus::Left);
		assert_ok!(remove(idle));
		assert_ok!(remove(sent));
		assert_eq!((Dispatch::route(sent), RouteOfOrder::<Test>::get(0)), (None, None));
		// Who has it on a lease keeps it for the term.
		assert_noop!(remove(lent), Error::<Test>::AlreadyLent);
		Now::set(until + 1);
		assert_ok!(remove(lent));
		assert_eq!(crate::ResourceCount::<Test>::get(OTHER), 0);
		Orgs::mutate(|orgs| orgs[3] = OrgStatus::Active);
	});
}

#[test]
fn offers_fail_where_they_cannot_be() {
	run(|| {
		let number = own(TOWER, crew());
		let now = Now::get();
		let offer = |org, to, from, until| Dispatch::offer_resource(dispatcher(org), number, to, from, until);
		assert_refusals(TOWER, &[NO_COLLECTOR, NO_AUDITOR], |origin| {
			Dispatch::offer_resource(origin, number, OWNER, now, now + DAY)
		});
		assert_noop!(offer(OWNER, SHARER, now, now + DAY), Error::<Test>::NotOwner);
		assert_noop!(offer(TOWER, TOWER, now, now + DAY), Error::<Test>::NotMember);
		assert_noop!(offer(TOWER, WITNESS, now, now + DAY), Error::<Test>::NotMember);
		assert_noop!(offer(TOWER, OWNER, now, now), Error::<Test>::BadTerm);
		assert_noop!(offer(TOWER, OWNER, now - 2, now - 1), Error::<Test>::BadTerm);
		assert_noop!(offer(TOWER, OWNER, now, now + 366 * DAY), Error::<Test>::BadTerm);
		assert_noop!(Dispatch::withdraw_offer(dispatcher(TOWER), number), Error::<Test>::NoOffer);
		assert_ok!(offer(TOWER, OWNER, now, now + DAY));
		assert_noop!(offer(TOWER, OWNER, now, now + DAY), Error::<Test>::AlreadyLent);
		assert_noop!(Dispatch::withdraw_offer(dispatcher(OWNER), number), Error::<Test>::NotOwner);
		assert_ok!(Dispatch::withdraw_offer(dispatcher(TOWER), number));
		let take = |org, until| Dispatch::take_offer(dispatcher(org), number, now, until);
		assert_noop!(take(OWNER, now + DAY), Error::<Test>::NoOffer);
		assert_ok!(offer(TOWER, OWNER, now, now + DAY));
		assert_refusals(OWNER, &[NO_COLLECTOR, NO_AUDITOR], |origin| {
			Dispatch::take_offer(origin, number, now, now + DAY)
		});
		assert_noop!(take(SHARER, now + DAY), Error::<Test>::NoOffer);
		assert_noop!(take(OWNER, now + DAY - 1), Error::<Test>::NoOffer);
		Now::set(now + DAY + 1);
		assert_noop!(take(OWNER, now + DAY), Error::<Test>::TooLate);
		Now::set(now);
		assert_ok!(take(OWNER, now + DAY));
		assert_noop!(take(OWNER, now + DAY), Error::<Test>::AlreadyGiven);
		assert_noop!(Dispatch::withdraw_offer(dispatcher(TOWER), number), Error::<Test>::AlreadyLent);
	});
}

#[test]
fn meters_and_releases_fail_for_who_has_no_lease() {
	run(|| {
		let number = own(TOWER, crew());
		let now = Now::get();
		let meter = |org, reading| Dispatch::meter_lease(dispatcher(org), number, reading);
		let release = |org| Dispatch::release_resource(dispatcher(org), number);
		assert_noop!(meter(TOWER, 1), Error::<Test>::NoOffer);
		assert_ok!(Dispatch::offer_resource(dispatcher(TOWER), number, OWNER, now, now + DAY));
		assert_noop!(meter(TOWER, 1), Error::<Test>::NoOffer);
		assert_noop!(release(TOWER), Error::<Test>::NoOffer);
		assert_ok!(Dispatch::take_offer(dispatcher(OWNER), number, now, now + DAY));
		assert_refusals(OWNER, &[NO_COLLECTOR, NO_AUDITOR], |origin| {
			Dispatch::meter_lease(origin, number, 1)
		});
		assert_refusals(OWNER, &[NO_COLLECTOR, NO_AUDITOR], |origin| {
			Dispatch::release_resource(origin, number)
		});
		assert_noop!(meter(SHARER, 1), Error::<Test>::NotOwner);
		assert_noop!(release(SHARER), Error::<Test>::NotOwner);
		assert_ok!(meter(OWNER, 2));
		assert_noop!(meter(OWNER, 1), Error::<Test>::BadReading);
		// A lease is not given back from under a plan.
		open(OWNER, fault());
		frozen(TOWER);
		assert_ok!(release(TOWER));
		assert_noop!(release(OWNER), Error::<Test>::InUse);
	});
}

#[test]
fn lent_vehicles_are_sent_by_who_has_them() {
	run(|| {
		let number = own(TOWER, crew());
		let (from, until) = (Now::get(), Now::get() + DAY);
		assert_ok!(Dispatch::offer_resource(dispatcher(TOWER), number, SHARER, from, until));
		assert_ok!(Dispatch::take_offer(dispatcher(SHARER), number, from, until));
		open(OWNER, fault());
		planned(OWNER);
		assert_eq!(Dispatch::route(number).unwrap().org, SHARER);
		assert_noop!(Dispatch::acknowledge_route(dispatcher(TOWER), number), Error::<Test>::NotOwner);
		assert_ok!(Dispatch::acknowledge_route(dispatcher(SHARER), number));
	});
}

#[test]
fn spares_are_used_up() {
	run(|| {
		let number = own(TOWER, spares(3));
		let order = open(OWNER, fault());
		assert_ok!(Dispatch::use_spares(dispatcher(TOWER), number, order, 2));
		assert_eq!(last_event(), Event::SparesUsed { resource: number, org: TOWER, order, used: 2, left: 1 });
		let used = |org, resource, order, used| Dispatch::use_spares(dispatcher(org), resource, order, used);
		assert_refusals(TOWER, &[NO_COLLECTOR, NO_AUDITOR], |origin| {
			Dispatch::use_spares(origin, number, order, 1)
		});
		assert_noop!(used(TOWER, number, order, 2), Error::<Test>::NoSpares);
		assert_noop!(used(TOWER, number, order, 0), Error::<Test>::NoSpares);
		assert_noop!(used(TOWER, number, 99, 1), Error::<Test>::NoSuchOrder);
		assert_noop!(used(OWNER, number, order, 1), Error::<Test>::NotOwner);
		let other = own(OTHER, spares(3));
		assert_noop!(used(OTHER, other, order, 1), Error::<Test>::NotParty);
		let crew = own(TOWER, crew());
		assert_noop!(used(TOWER, crew, order, 1), Error::<Test>::NoSpares);
		// What is used of a lease counts on both meters.
		let (from, until) = (Now::get(), Now::get() + DAY);
		assert_ok!(Dispatch::offer_resource(dispatcher(TOWER), number, OWNER, from, until));
		assert_ok!(Dispatch::take_offer(dispatcher(OWNER), number, from, until));
		assert_ok!(used(OWNER, number, order, 1));
		let lending = Dispatch::resource(number).unwrap().lending.unwrap();
		assert_eq!((lending.read_by_owner, lending.read_by_borrower), (1, 1));
		assert_noop!(Dispatch::meter_lease(dispatcher(OWNER), number, 9), Error::<Test>::BadReading);
		assert_ok!(Dispatch::step(dispatcher(OWNER), order, State::Cancelled));
		assert_noop!(used(OWNER, number, order, 1), Error::<Test>::TooLate);
	});
}

#[test]
fn shifts_are_those_of_the_day() {
	// 2027-01-15, 16:00 at UTC+8.
	let hour = 3_600;
	let at = |from: u32, to: u32, at| {
		let (from, to) = Shift { from: from * hour, to: to * hour }.at(at);
		let since = |moment: u64| (moment as i64 - START as i64) / 3_600_000;
		(since(from), since(to))
	};
	assert_eq!(at(8, 18, START), (-8, 2));
	assert_eq!(at(8, 16, START), (16, 24));
	assert_eq!(at(20, 28, START), (4, 12));
	assert_eq!(at(20, 28, START + 9 * 60 * MINUTE), (4, 12));
	assert_eq!(at(0, 24, START), (-16, 8));
}
