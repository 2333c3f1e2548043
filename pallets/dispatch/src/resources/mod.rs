// SPDX-License-Identifier: Apache-2.0

//! Crews, mobile generators and spares: whose they are, what they can do, and to whom they are lent.
//!
//! ```text
//!   offer (owner) -> lease (taken by the other) -> meter (both) -> release (both; some time after the term, or when the other has left, one suffices)
//!         +-> withdrawn (owner)
//! ```
//!
//! # What it guarantees
//!
//! * **Who has left keeps nothing**: what it has borrowed goes back without it, and anybody takes what it owned out of the books.
//! * **Nothing is lent without both**: the owner offers, the other company takes. During the term neither ends it alone, unless the other has left.
//! * **Nothing is taken away from under a plan**: what a round plans, or is on a route, keeps its place, its owner and its lease.
//! * **One round at a time**: a resource is in one open round at most.

mod lending;
pub mod types;

pub(crate) use lending::{meter, offer, release, take, withdraw};

use crate::{
	outages::Vehicles, rounds, Config, Error, Event, NextResource, OffersTo, Orders, Pallet, ResourceCount,
	Resources, ResourcesIn, RouteOf, VehiclesIn,
};
use frame_support::{ensure, traits::Get};
use trimast_primitives::{
	access::{Authority, Scope},
	order::Stage,
	org::OrgKind,
	LocalNetworkId, OrgId,
};
use types::{Details, Kind, Lending, Owned};

/// Numbers of resources lie below this one: the agenda has the bits above.
pub(crate) const MAX_NUMBER: u32 = 1 << 30;

/// A resource by its number.
pub(crate) fn find<T: Config>(number: u32) -> Result<Owned, Error<T>> {
	Resources::<T>::get(number).ok_or(Error::<T>::NoSuchResource)
}

/// A resource of `org`.
fn find_of_owner<T: Config>(org: OrgId, number: u32) -> Result<Owned, Error<T>> {
	let owned = find::<T>(number)?;
	ensure!(owned.owner == org, Error::<T>::NotOwner);
	Ok(owned)
}

/// That nobody plans it, and that it is on no route.
fn ensure_idle<T: Config>(number: u32, owned: &Owned) -> Result<(), Error<T>> {
	ensure!(owned.round.is_none() && !RouteOf::<T>::contains_key(number), Error::<T>::InUse);
	Ok(())
}

fn check<T: Config>(details: &Details) -> Result<(), Error<T>> {
	ensure!(details.area.exists(), Error::<T>::UnknownTerritory);
	ensure!(details.is_valid(), Error::<T>::BadResource);
	Ok(())
}

/// Enters a resource into the index of its area.
fn enter<T: Config>(org: OrgId, number: u32, details: &Details) {
	if details.kind.is_vehicle() {
		ResourcesIn::<T>::insert((details.area, org, number), ());
		VehiclesIn::<T>::mutate(details.area, |count| *count = count.saturating_add(1));
	}
}

fn leave<T: Config>(org: OrgId, number: u32, details: &Details) {
	if details.kind.is_vehicle() {
		ResourcesIn::<T>::remove((details.area, org, number));
		VehiclesIn::<T>::mutate_exists(details.area, |count| {
			*count = count.and_then(|count| count.checked_sub(1)).filter(|count| *count > 0);
		});
	}
}

/// Enters a resource of `org` into the books. Says its number.
pub(crate) fn add<T: Config>(org: OrgId, details: Details) -> Result<u32, Error<T>> {
	ensure!(T::Authority::kind(org).is_some_and(OrgKind::has_council_seat), Error::<T>::NotMember);
	check::<T>(&details)?;
	let (number, count) = (NextResource::<T>::get(), ResourceCount::<T>::get(org));
	ensure!(count < T::MaxResources::get() && number < MAX_NUMBER, Error::<T>::TooManyResources);
	enter::<T>(org, number, &details);
	Resources::<T>::insert(
		number,
		Owned { owner: org, details, lending: None, round: None, seen: Pallet::<T>::moment(), rests: 0 },
	);
	ResourceCount::<T>::insert(org, count.saturating_add(1));
	NextResource::<T>::put(number.saturating_add(1));
	Pallet::<T>::deposit_event(Event::ResourceAdded { resource: number, org, details });
	Ok(number)
}

/// Says anew what a resource is and where.
pub(crate) fn change<T: Config>(org: OrgId, number: u32, details: Details) -> Result<(), Error<T>> {
	let owned = find_of_owner::<T>(org, number)?;
	ensure_idle::<T>(number, &owned)?;
	ensure!(owned.lending.is_none(), Error::<T>::AlreadyLent);
	check::<T>(&details)?;
	leave::<T>(org, number, &owned.details);
	enter::<T>(org, number, &details);
	Resources::<T>::insert(number, Owned { details, seen: Pallet::<T>::moment(), ..owned });
	Pallet::<T>::deposit_event(Event::ResourceChanged { resource: number, details });
	Ok(())
}

/// Takes a resource out of the books: its owner does, or anybody once that has left. Who has it on a lease keeps it for the term.
pub(crate) fn remove<T: Config>(org: OrgId, number: u32) -> Result<(), Error<T>> {
	let owned = find::<T>(number)?;
	let members = T::Authority::members();
	let is_left = !members.contains(owned.owner);
	ensure!(owned.owner == org || is_left, Error::<T>::NotOwner);
	let now = Pallet::<T>::moment();
	let is_lent = |lending: Lending| {
		!is_left || lending.is_taken && now <= lending.until && members.contains(lending.to)
	};
	ensure!(!owned.lending.is_some_and(is_lent), Error::<T>::AlreadyLent);
	rounds::drop_left::<T>(number);
	ensure_idle::<T>(number, &owned)?;
	leave::<T>(owned.owner, number, &owned.details);
	if let Some(lending) = owned.lending {
		OffersTo::<T>::remove(lending.to, number);
	}
	Resources::<T>::remove(number);
	ResourceCount::<T>::mutate_exists(owned.owner, |count| {
		*count = count.and_then(|count| count.checked_sub(1)).filter(|count| *count > 0);
	});
	Pallet::<T>::deposit_event(Event::ResourceRemoved { resource: number });
	Ok(())
}

/// Uses up spares for an order, of which `org` is a party. What is used of a lease counts on both meters, since the chain has
/// seen it.
pub(crate) fn use_up<T: Config>(org: OrgId, number: u32, order: u32, used: u32) -> Result<(), Error<T>> {
	let mut owned = find::<T>(number)?;
	ensure!(owned.user(Pallet::<T>::moment()) == org, Error::<T>::NotOwner);
	let Kind::Spares { part, count } = owned.details.kind else { return Err(Error::<T>::NoSpares) };
	let of = Orders::<T>::get(order).ok_or(Error::<T>::NoSuchOrder)?;
	ensure!(of.parties().contains(org), Error::<T>::NotParty);
	ensure!(of.stage == Stage::Open, Error::<T>::TooLate);
	let left = count.checked_sub(used).filter(|_| used > 0).ok_or(Error::<T>::NoSpares)?;
	owned.details.kind = Kind::Spares { part, count: left };
	let now = Pallet::<T>::moment();
	if let Some(lending) = owned.lending.as_mut().filter(|lending| lending.is_in_force(now)) {
		lending.read_by_owner = lending.read_by_owner.saturating_add(used.into());
		lending.read_by_borrower = lending.read_by_borrower.saturating_add(used.into());
	}
	Resources::<T>::insert(number, owned);
	Pallet::<T>::deposit_event(Event::SparesUsed { resource: number, org, order, used, left });
	Ok(())
}

/// How many vehicles may be sent in a local network, by the books.
impl<T: Config> Vehicles for Pallet<T> {
	fn vehicles(local_network: LocalNetworkId) -> Option<u32> {
		let count = areas(local_network).into_iter().map(VehiclesIn::<T>::get);
		Some(count.fold(0, u32::saturating_add)).filter(|count| *count > 0)
	}
}

/// The areas of which a resource may be sent in a local network, the narrowest first.
pub(crate) fn areas(local_network: LocalNetworkId) -> [Scope; 3] {
	[Scope::LocalNetwork(local_network), Scope::Province(local_network.province()), Scope::National]
}
