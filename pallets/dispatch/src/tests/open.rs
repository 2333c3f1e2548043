// SPDX-License-Identifier: Apache-2.0

//! Orders are opened, and what they are about is frozen.

use crate::{mock::*, Call, Error, Event, OpenAt, OpenOf, Unsettled};
use frame_support::{assert_noop, assert_ok, traits::Get};
use trimast_primitives::{
	access::Scope,
	interlock::{Ending, KnownViolation},
	order::{
		Contract, Opening, OrderKind, Place, ResponsibilityTable, Severity, SlaTable, Stage, State, Terms,
		Work, MAX_CHILDREN,
	},
	page::SiteId,
	plan::SlaClass,
	site::{SharingMode, Station, StationClass, StationState},
	LocalNetworkId, OrgSet, ProvinceId,
};

fn refused(opening: Opening, error: Error<Test>) {
	assert_noop!(Dispatch::open(dispatcher(OWNER), opening), error);
}

#[test]
fn open_works() {
	run(|| {
		let number = open(OWNER, fault());
		let order = order(number);
		assert_eq!((order.raiser, order.handler, order.state), (OWNER, TOWER, State::Acknowledged));
		assert_eq!((order.companies.owner, order.companies.tower), (OWNER, Some(TOWER)));
		assert_eq!(order.companies.parties, OrgSet::of(OWNER).with(TOWER));
		let carriers: Vec<_> = order.companies.networks.iter().map(|network| network.carrier).collect();
		assert_eq!((carriers, order.concerned), (vec![OWNER, SHARER], OrgSet(0b111)));
		assert_eq!(order.contract, Some(Contract { autonomy: 120, generator: 180, backhaul: SHARER }));
		assert_eq!(order.companies.signed, OrgSet(0b111));
		assert_eq!((order.class, order.terms, order.county), (SlaClass::Four, Some(TERMS), Some(2)));
		assert!(OpenOf::<Test>::contains_key(OWNER, number) && OpenOf::<Test>::contains_key(TOWER, number));
		assert!(OpenAt::<Test>::contains_key(SITE, number));
		assert_eq!((order.stage, Unsettled::<Test>::get(OWNER)), (Stage::Open, 1));
		let (kind, place, class) = (OrderKind::Fault, Place::Station(SITE), SlaClass::Four);
		let opened =
			Event::OrderOpened { order: 0, raiser: OWNER, handler: TOWER, kind, place, class, parent: None };
		assert_eq!(last_event(), opened);
	});
}

#[test]
fn open_fails_for_who_must_not() {
	run(|| {
		assert_refusals(OWNER, &[NO_COLLECTOR, NO_AUDITOR], |origin| Dispatch::open(origin, fault()));
	});
}

#[test]
fn open_works_within_one_company_and_for_any_kind_of_job() {
	run(|| {
		let own = open(OWNER, Opening { handler: OWNER, ..fault() });
		assert_eq!(order(own).parties(), OrgSet::of(OWNER));
		for kind in
			[OrderKind::Construction, OrderKind::Inspection, OrderKind::GeneratorRun, OrderKind::Energy]
		{
			for place in [Place::Station(SITE), Place::County(HERE, 2), Place::LocalNetwork(NEARBY)] {
				let number = open(OWNER, Opening { kind, place, handler: OTHER, ..fault() });
				let order = order(number);
				assert_eq!((order.terms, order.next, order.place), (None, None, place));
				assert!(order.concerned.contains(OTHER));
			}
		}
	});
}

#[test]
fn open_fails_where_there_is_nothing() {
	run(|| {
		let at = |place| Opening { place, ..job() };
		refused(at(Place::LocalNetwork(LocalNetworkId(1401))), Error::UnknownTerritory);
		refused(at(Place::County(HERE, 0)), Error::UnknownTerritory);
		refused(at(Place::County(HERE, 100)), Error::UnknownTerritory);
		refused(at(Place::Station(SiteId { index: 1, ..SITE })), Error::NoSuchStation);
		refused(at(Place::Station(SiteId { index: u32::MAX, ..SITE })), Error::NoSuchStation);
		Inventory::mutate(|all| all.get_mut(&(HERE, 0)).unwrap()[0].state = StationState::Retired);
		refused(fault(), Error::NoSuchStation);
	});
}

#[test]
fn open_fails_when_it_is_no_order() {
	run(|| {
		refused(Opening { severity: Severity::Cleared, ..fault() }, Error::BadWork);
		refused(Opening { work: Work { percent: 101, ..Work::default() }, ..job() }, Error::BadWork);
		refused(Opening { work: Work { slot: Some((5, 5)), ..Work::default() }, ..job() }, Error::BadWork);
		refused(Opening { place: Place::LocalNetwork(HERE), ..fault() }, Error::StationNeeded);
		refused(Opening { violation: Some(1), ..fault() }, Error::ViolationNeeded);
		refused(Opening { kind: OrderKind::Remedial, ..fault() }, Error::ViolationNeeded);
		refused(Opening { handler: WITNESS, ..fault() }, Error::NotMember);
		refused(Opening { handler: trimast_primitives::OrgId(9), ..job() }, Error::NotMember);
		refused(Opening { parent: Some(7), ..job() }, Error::NoSuchOrder);
		assert_noop!(Dispatch::open(dispatcher(WITNESS), fault()), Error::<Test>::NotMember);
	});
}

#[test]
fn open_fails_for_who_is_not_concerned() {
	run(|| {
		assert_noop!(Dispatch::open(dispatcher(OTHER), fault()), Error::<Test>::NotConcerned);
		assert_noop!(Dispatch::open(dispatcher(OTHER), job()), Error::<Test>::NotConcerned);
		refused(Opening { handler: OTHER, ..fault() }, Error::NotConcerned);
		assert_ok!(Dispatch::open(dispatcher(SHARER), fault()));
	});
}

#[test]
fn a_company_has_one_fault_open_at_a_station() {
	run(|| {
		put(vec![station(), station()]);
		let first = open(OWNER, fault());
		refused(Opening { handler: SHARER, severity: Severity::Minor, ..fault() }, Error::AlreadyExists);
		// Elsewhere, of another company, and what is no fault.
		open(OWNER, Opening { place: Place::Station(SiteId { index: 1, ..SITE }), ..fault() });
		open(SHARER, fault());
		open(OWNER, job());
		steps(first, &[(TOWER, State::Rejected)]);
		open(OWNER, fault());
	});
}

#[test]
fn open_fails_without_a_service_level() {
	run(|| {
		assert_ok!(Dispatch::set_service_level(
			RuntimeOrigin::root(),
			Scope::National,
			OrderKind::Fault,
			None
		));
		refused(fault(), Error::NoServiceLevel);
		assert_ok!(Dispatch::open(dispatcher(OWNER), job()));
	});
}

#[test]
fn open_fails_when_too_many_are_not_settled() {
	run(|| {
		let most: u32 = <Test as crate::Config>::MaxOpen::get();
		(0..most).for_each(|_| {
			open(OWNER, job());
		});
		refused(job(), Error::TooManyOrders);
		// It keeps out nobody else.
		assert_ok!(Dispatch::open(dispatcher(SHARER), job()));
	});
}

#[test]
fn narrowest_service_level_holds() {
	run(|| {
		let level = |restoration| {
			let classes = [Terms { restoration, ..TERMS }; 4];
			Some(SlaTable { classes, ..service_level() })
		};
		let set = |scope, table| {
			assert_ok!(Dispatch::set_service_level(RuntimeOrigin::root(), scope, OrderKind::Fault, table));
		};
		let restoration = || {
			let number = open(OWNER, fault());
			let restoration = order(number).terms.unwrap().restoration;
			steps(number, &[(OWNER, State::Cancelled)]);
			restoration
		};
		assert_eq!(restoration(), TERMS.restoration);
		set(Scope::LocalNetwork(NEARBY), level(9_000));
		set(Scope::Province(ProvinceId(13)), level(8_000));
		assert_eq!(restoration(), 8_000);
		set(Scope::LocalNetwork(HERE), level(7_000));
		assert_eq!(restoration(), 7_000);
		set(Scope::LocalNetwork(HERE), None);
		assert_eq!(restoration(), 8_000);
	});
}

#[test]
fn what_is_frozen_stays() {
	run(|| {
		let number = open(OWNER, fault());
		let before = order(number);
		put(vec![Station {
			owner: SHARER,
			sharers: OrgSet::of(OTHER).with(OWNER),
			tower: None,
			autonomy_minutes: 1,
			generator_minutes: 1,
			backhaul: OTHER,
			class: StationClass::Vip,
			county: 9,
			..station()
		}]);
		assert_ok!(Dispatch::set_table(RuntimeOrigin::root(), ResponsibilityTable::default()));
		assert_ok!(Dispatch::set_limits(RuntimeOrigin::root(), Default::default()));
		steps(number, &[(TOWER, State::InProgress)]);
		let now = order(number);
		assert_eq!((now.companies, now.concerned), (before.companies, before.concerned));
		assert_eq!((now.contract, now.class, now.county), (before.contract, before.class, before.county));
		assert_eq!((now.limits, now.table, now.terms), (before.limits, before.table, before.terms));
		// The county in which the station is counted too.
		steps(number, &[(TOWER, State::Resolved)]);
		let other = order(open(SHARER, Opening { handler: OTHER, ..fault() }));
		assert_eq!((other.table, other.county, other.class), (2, Some(9), SlaClass::One));
	});
}

#[test]
fn class_is_that_of_the_record_once_all_have_signed_it() {
	run(|| {
		let classes = [3_600, 4_500, 5_400, 7_200].map(|restoration| Terms { restoration, ..TERMS });
		let table = Some(SlaTable { classes, ..service_level() });
		let set =
			Dispatch::set_service_level(RuntimeOrigin::root(), Scope::National, OrderKind::Fault, table);
		assert_ok!(set);
		put(vec![Station { class: StationClass::VipCascadeNode, ..station() }]);
		let opened = |opening, signed| {
			signed_by(0, signed);
			let number = open(OWNER, opening);
			let order = order(number);
			steps(number, &[(OWNER, State::Cancelled)]);
			(order.companies.signed, order.class, order.terms.map(|terms| terms.restoration))
		};
		let all = station().named();
		// Whoever is missing: who handles it, who may come to answer, who was asked by nobody.
		let own = Opening { handler: OWNER, ..fault() };
		for signed in
			[OrgSet::EMPTY, OrgSet::of(OWNER), all.without(TOWER), all.without(SHARER), all.without(OWNER)]
		{
			for opening in [fault(), own] {
				assert_eq!(opened(opening, signed), (signed, SlaClass::Four, Some(7_200)));
			}
		}
		assert_eq!(opened(fault(), all), (all, SlaClass::One, Some(3_600)));
		// Who does a job at a station that is no matter of its own is asked for no signature of the record.
		assert_eq!(opened(Opening { handler: OTHER, ..job() }, all), (all, SlaClass::One, None));
	});
}

#[test]
fn who_holds_a_network_there_and_has_not_signed_keeps_the_class_at_4() {
	run(|| {
		// Its owner alone says how important the station is, and that the sharer's network is on air there.
		let alone = Station {
			class: StationClass::Vip,
			mode: SharingMode::Exclusive,
			sharers: OrgSet::EMPTY,
			tower: None,
			backhaul: OWNER,
			..station()
		};
		let opened = || order(open(OWNER, Opening { handler: OWNER, ..fault() }));
		put(vec![alone.clone()]);
		let order = opened();
		assert_eq!((order.companies.signed, order.class), (OrgSet::of(OWNER), SlaClass::Four));
		assert!(order.concerned.contains(SHARER));
		steps(0, &[(OWNER, State::Cancelled)]);
		// Where it is nobody else's matter, nobody else is asked.
		put(vec![Station { plmns: vec![PLMNS[0]].try_into().unwrap(), ..alone }]);
		assert_eq!(opened().class, SlaClass::Two);
	});
}

#[test]
fn round_weighs_by_the_class_that_all_have_signed_and_a_later_signature_changes_no_order() {
	run(|| {
		let vip = || Station { class: StationClass::VipCascadeNode, ..station() };
		own(TOWER, crew());
		put(vec![vip(), vip()]);
		signed_by(0, OrgSet::of(OWNER));
		let [unsigned, signed] = [0, 1].map(|slot| open(OWNER, fault_at(slot)));
		signed_by(0, station().named());
		let before = order(unsigned);
		steps(unsigned, &[(TOWER, State::InProgress)]);
		assert_eq!((order(unsigned).companies, order(unsigned).class), (before.companies, before.class));
		let round = Dispatch::snapshot(frozen(TOWER)).unwrap();
		let jobs: Vec<_> = round.jobs.iter().map(|job| (job.id as u32, job.class)).collect();
		assert_eq!(jobs, [(unsigned, SlaClass::Four), (signed, SlaClass::One)]);
	});
}

#[test]
fn parts_are_opened_by_parties_and_bounded() {
	run(|| {
		let whole = open(OWNER, fault());
		let part = Opening { parent: Some(whole), ..job() };
		assert_noop!(Dispatch::open(dispatcher(SHARER), part), Error::<Test>::NotParty);
		let first = open(TOWER, Opening { handler: TOWER, ..part });
		assert_eq!(order(whole).children.as_slice(), [(TOWER, first)]);
		assert_eq!(order(first).parent, Some(whole));
		// Half of them is each party's.
		(0..MAX_CHILDREN / 2).for_each(|_| {
			open(OWNER, part);
		});
		refused(part, Error::TooManyChildren);
		(1..MAX_CHILDREN / 2).for_each(|_| {
			open(TOWER, Opening { handler: TOWER, ..part });
		});
		let more = Dispatch::open(dispatcher(TOWER), part);
		assert_noop!(more, Error::<Test>::TooManyChildren);
		steps(whole, &[(OWNER, State::Cancelled)]);
		refused(part, Error::TooLate);
	});
}

#[test]
fn remedial_is_for_a_violation_of_the_handler_there_once() {
	run(|| {
		let known = |ended| {
			Known::mutate(|all| all.insert(5, KnownViolation { ended, ..seen() }));
		};
		known(None);
		let remedial = Opening { kind: OrderKind::Remedial, violation: Some(5), ..fault() };
		refused(Opening { violation: Some(6), ..remedial }, Error::OtherViolation);
		refused(Opening { handler: SHARER, ..remedial }, Error::OtherViolation);
		put(vec![station(), station()]);
		let elsewhere = Place::Station(SiteId { index: 1, ..SITE });
		refused(Opening { place: elsewhere, ..remedial }, Error::OtherViolation);
		for ended in [Ending::Restored, Ending::TakenBack, Ending::Superseded] {
			known(Some(ended));
			refused(remedial, Error::OtherViolation);
		}
		known(None);
		assert_ok!(Dispatch::open(dispatcher(OWNER), remedial));
		refused(remedial, Error::AlreadyExists);
	});
}

#[test]
fn calls_of_scheduling_have_room() {
	// Their numbers begin at 64.
	let call = codec::Encode::encode(&Call::<Test>::dispute_statement {
		month: 0,
		subject: OWNER,
		digest: Default::default(),
		reason: words("x"),
	});
	assert!(call[0] < 64);
}
