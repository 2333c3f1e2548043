// SPDX-License-Identifier: Apache-2.0

//! How an order begins: what it is about is looked up once and frozen.

use super::remind;
use crate::{
	governed, outages, rounds, silence, ChangesOf, Config, Error, Event, NextOrder, OpenAt, OpenOf, Orders,
	Pallet, RemedyOf, Unsettled,
};
use frame_support::{ensure, traits::Get};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	access::Authority,
	cells::CellId,
	interlock::Violations,
	order::{
		agreed_class, part_of, Change, Changes, Companies, Contract, Machine, Opening, Order, OrderKind,
		Place, Severity, Stage, Work, MAX_CHILDREN,
	},
	org::OrgKind,
	plan::SlaClass,
	site::{PlmnHolders, SiteRegistry, Station, StationEntry, StationState},
	OrgId, OrgSet,
};

/// What is known of the place.
struct Surroundings {
	entry: Option<StationEntry>,
	county: Option<u8>,
}

/// The companies that a station is a matter of: those that its record names, and who holds a network on air there.
fn named<T: Config>(station: &Station) -> OrgSet {
	let holders = station.plmns.iter().filter_map(|plmn| T::Holders::holder(*plmn));
	station.named().union(holders.collect())
}

fn look_around<T: Config>(place: &Place) -> Result<Surroundings, Error<T>> {
	ensure!(T::Sites::pages(place.local_network()).is_some(), Error::<T>::UnknownTerritory);
	match *place {
		Place::Station(site) => {
			let entry = T::Sites::station(site).filter(|entry| entry.state == StationState::OnAir);
			let entry = entry.ok_or(Error::<T>::NoSuchStation)?;
			Ok(Surroundings { county: Some(entry.station.county), entry: Some(entry) })
		}
		// Which counties there are the territory does not say, and where something is to be built no station's record may yet.
		Place::County(_, county) => {
			ensure!((1..=99).contains(&county), Error::<T>::UnknownTerritory);
			Ok(Surroundings { county: Some(county), entry: None })
		}
		Place::LocalNetwork(_) => Ok(Surroundings { county: None, entry: None }),
	}
}

/// Opens an order of `raiser`. Says its number.
pub(crate) fn open<T: Config>(raiser: OrgId, opening: &Opening) -> Result<u32, Error<T>> {
	let Opening { kind, handler, place, severity, work, parent, violation } = *opening;
	ensure!(severity != Severity::Cleared && work.is_valid(), Error::<T>::BadWork);
	let is_member = |org| T::Authority::kind(org).is_some_and(OrgKind::has_council_seat);
	ensure!(is_member(raiser) && is_member(handler), Error::<T>::NotMember);
	// Its clock would run for who cannot answer.
	let is_silenced = kind == OrderKind::Fault && silence::is_silenced::<T>(handler);
	ensure!(!is_silenced, Error::<T>::OrgNotActive);
	let Surroundings { entry, county } = look_around::<T>(&place)?;
	ensure!(
		entry.is_some() || !matches!(kind, OrderKind::Fault | OrderKind::Remedial),
		Error::<T>::StationNeeded
	);
	let parties = OrgSet::of(raiser).with(handler);
	let (concerned, class) = match &entry {
		None => (parties, SlaClass::Four),
		Some(entry) => {
			let named = named::<T>(&entry.station);
			let asked = if kind == OrderKind::Fault { parties } else { OrgSet::of(raiser) };
			ensure!(named.is_superset(asked), Error::<T>::NotConcerned);
			(named.union(parties), agreed_class(entry, named))
		}
	};
	ensure!(violation.is_some() == (kind == OrderKind::Remedial), Error::<T>::ViolationNeeded);
	if let Some(violation) = violation {
		let known = T::Violations::violation(violation).ok_or(Error::<T>::OtherViolation)?;
		let is_this = known.against == handler && Some(known.cell.site) == place.station();
		ensure!(is_this && known.ended.is_none(), Error::<T>::OtherViolation);
		// Who made it would else close the way to those who want it put right.
		ensure!(raiser != handler, Error::<T>::NoOtherParty);
		ensure!(!RemedyOf::<T>::contains_key(violation), Error::<T>::AlreadyExists);
	}
	if let Some(site) = place.station().filter(|_| kind == OrderKind::Fault) {
		ensure!(!outages::has_fault::<T>(site, raiser), Error::<T>::AlreadyExists);
	}
	let unsettled = Unsettled::<T>::get(raiser);
	ensure!(unsettled < T::MaxOpen::get(), Error::<T>::TooManyOrders);
	let level = governed::service_level::<T>(place.local_network(), kind);
	ensure!(level.is_some() || kind != OrderKind::Fault, Error::<T>::NoServiceLevel);

	let number = NextOrder::<T>::get();
	ensure!(number < rounds::MAX_ORDERS, Error::<T>::TooManyOrders);
	if let Some(parent) = parent {
		adopt::<T>(raiser, parent, number)?;
	}
	let table = governed::table_in_force::<T>();
	let companies = entry.as_ref().map_or_else(
		|| Companies {
			parties,
			owner: handler,
			tower: None,
			networks: Default::default(),
			signed: OrgSet::EMPTY,
		},
		|entry| Companies::at(entry, parties, T::Holders::holder),
	);
	let order = Order {
		kind,
		raiser,
		handler,
		place,
		county,
		class,
		severity,
		work,
		companies,
		concerned,
		contract: entry.as_ref().map(|entry| Contract::of(&entry.station)),
		terms: level.map(|level| level.terms(class)),
		silence: level.map_or(0, |level| level.silence),
		silence_term: level.map_or(0, |level| level.silence),
		limits: governed::limits::<T>(),
		table: table.version,
		evidence: table.evidence_term,
		state: Machine::START,
		is_taken_up: false,
		is_visited: false,
		stage: Stage::Open,
		alerts: Default::default(),
		demand: None,
		next: None,
		parent,
		children: Default::default(),
		relations: Default::default(),
		violation,
	};
	let mut changes = Changes::new();
	// The first of them has room.
	let _ = changes.try_push(Change { state: Machine::START, at: Pallet::<T>::moment(), signed: None });
	ChangesOf::<T>::insert(number, changes);
	Unsettled::<T>::insert(raiser, unsettled.saturating_add(1));
	parties.iter().for_each(|org| OpenOf::<T>::insert(org, number, ()));
	if let Some(site) = place.station() {
		OpenAt::<T>::insert(site, number, ());
		if kind == OrderKind::Fault {
			outages::fault_opened::<T>(site, &order);
		}
	}
	if let Some(violation) = violation {
		RemedyOf::<T>::insert(violation, number);
	}
	outages::changed::<T>(&order, false);
	NextOrder::<T>::put(number.saturating_add(1));
	Pallet::<T>::deposit_event(Event::OrderOpened {
		order: number,
		raiser,
		handler,
		kind,
		place,
		class,
		parent,
	});
	rounds::order_opened::<T>(number, &order);
	remind::<T>(raiser, number, order)?;
	Ok(number)
}

/// Puts an order among the parts of another one, of which `org` is a party.
fn adopt<T: Config>(org: OrgId, parent: u32, child: u32) -> Result<(), Error<T>> {
	let mut order = super::find_of_party::<T>(org, parent)?;
	let own: u32 = order.children.iter().filter(|(opener, _)| *opener == org).count().saturated_into();
	ensure!(own < part_of(org, order.parties(), MAX_CHILDREN), Error::<T>::TooManyChildren);
	order.children.try_push((org, child)).map_err(|_| Error::<T>::TooManyChildren)?;
	Orders::<T>::insert(parent, order);
	Ok(())
}

/// The order by which a violation is put right: opened where there is none yet. What nobody has seen but who made it, and has said
/// so, is raised by the first other company that the station's record names.
pub(crate) fn remedy<T: Config>(
	violation: u32,
	cell: CellId,
	raiser: OrgId,
	handler: OrgId,
) -> Result<u32, Error<T>> {
	if let Some(order) = RemedyOf::<T>::get(violation) {
		return Ok(order);
	}
	let place = Place::Station(cell.site);
	let raiser = if raiser == handler {
		let entry = look_around::<T>(&place)?.entry;
		let named = entry.map_or(OrgSet::EMPTY, |entry| named::<T>(&entry.station));
		let has_seat = |org: &OrgId| T::Authority::kind(*org).is_some_and(OrgKind::has_council_seat);
		named.without(handler).iter().find(has_seat).ok_or(Error::<T>::NoOtherParty)?
	} else {
		raiser
	};
	let opening = Opening {
		kind: OrderKind::Remedial,
		handler,
		place,
		severity: Severity::Major,
		work: Work::default(),
		parent: None,
		violation: Some(violation),
	};
	open::<T>(raiser, &opening)
}
