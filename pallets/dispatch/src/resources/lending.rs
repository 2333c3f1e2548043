// SPDX-License-Identifier: Apache-2.0

//! Lending: offered, taken, metered, given back.

use super::{ensure_idle, find, find_of_owner, types::Lending};
use crate::{orders::after, rounds, Config, Error, Event, OffersTo, Pallet, Resources, RoundRulesInForce};
use frame_support::ensure;
use trimast_primitives::{access::Authority, org::OrgKind, Moment, OrgId, OrgSet};

/// The longest lease, ms: a year.
const MAX_TERM: Moment = 31_536_000_000;

/// Offers a resource to another company.
pub(crate) fn offer<T: Config>(
	org: OrgId,
	number: u32,
	to: OrgId,
	from: Moment,
	until: Moment,
) -> Result<(), Error<T>> {
	let mut owned = find_of_owner::<T>(org, number)?;
	ensure!(owned.lending.is_none(), Error::<T>::AlreadyLent);
	let is_member = T::Authority::kind(to).is_some_and(OrgKind::has_council_seat);
	ensure!(is_member && to != org, Error::<T>::NotMember);
	let is_term = from < until && until.saturating_sub(from) <= MAX_TERM && Pallet::<T>::moment() < until;
	ensure!(is_term, Error::<T>::BadTerm);
	owned.lending = Some(Lending {
		to,
		from,
		until,
		is_taken: false,
		read_by_owner: 0,
		read_by_borrower: 0,
		released: OrgSet::EMPTY,
	});
	Resources::<T>::insert(number, owned);
	OffersTo::<T>::insert(to, number, ());
	Pallet::<T>::deposit_event(Event::ResourceOffered { resource: number, org, to, from, until });
	Ok(())
}

/// Takes an offer back that nobody has taken.
pub(crate) fn withdraw<T: Config>(org: OrgId, number: u32) -> Result<(), Error<T>> {
	let mut owned = find_of_owner::<T>(org, number)?;
	let lending = owned.lending.ok_or(Error::<T>::NoOffer)?;
	ensure!(!lending.is_taken, Error::<T>::AlreadyLent);
	owned.lending = None;
	Resources::<T>::insert(number, owned);
	OffersTo::<T>::remove(lending.to, number);
	Pallet::<T>::deposit_event(Event::OfferWithdrawn { resource: number });
	Ok(())
}

/// Takes an offer: from its begin on the resource is sent by `org`.
pub(crate) fn take<T: Config>(org: OrgId, number: u32, from: Moment, until: Moment) -> Result<(), Error<T>> {
	let mut owned = find::<T>(number)?;
	let lending = owned.lending.as_mut().filter(|lending| lending.to == org).ok_or(Error::<T>::NoOffer)?;
	ensure!(!lending.is_taken, Error::<T>::AlreadyGiven);
	// What is agreed to is what was seen: an offer may have been made anew.
	ensure!((lending.from, lending.until) == (from, until), Error::<T>::NoOffer);
	ensure!(Pallet::<T>::moment() <= until, Error::<T>::TooLate);
	lending.is_taken = true;
	ensure_idle::<T>(number, &owned)?;
	Resources::<T>::insert(number, owned);
	OffersTo::<T>::remove(org, number);
	Pallet::<T>::deposit_event(Event::LeaseBegun { resource: number, org });
	Ok(())
}

/// Says what the meter shows. It does not go back, but to what the other company has read: so a slip is put right. Of spares the chain
/// counts itself what is used.
pub(crate) fn meter<T: Config>(org: OrgId, number: u32, reading: u64) -> Result<(), Error<T>> {
	let mut owned = find::<T>(number)?;
	let owner = owned.owner;
	let lending = owned.lending.as_mut().filter(|lending| lending.is_taken).ok_or(Error::<T>::NoOffer)?;
	ensure!(org == owner || org == lending.to, Error::<T>::NotOwner);
	let (own, other) = if org == owner {
		(&mut lending.read_by_owner, lending.read_by_borrower)
	} else {
		(&mut lending.read_by_borrower, lending.read_by_owner)
	};
	let is_vehicle = owned.details.kind.is_vehicle();
	ensure!(is_vehicle && (*own <= reading || reading == other), Error::<T>::BadReading);
	*own = reading;
	let is_agreed = lending.read_by_owner == lending.read_by_borrower;
	Resources::<T>::insert(number, owned);
	Pallet::<T>::deposit_event(Event::LeaseMetered { resource: number, org, reading, is_agreed });
	Ok(())
}

/// Signs that a resource is given back. It is when both have; or when one has and the other company has left, or the term has been over for
/// as long as a company has to answer, so that the other can read the meter.
pub(crate) fn release<T: Config>(org: OrgId, number: u32) -> Result<(), Error<T>> {
	let mut owned = find::<T>(number)?;
	let owner = owned.owner;
	let lending = owned.lending.as_mut().filter(|lending| lending.is_taken).ok_or(Error::<T>::NoOffer)?;
	ensure!(org == owner || org == lending.to, Error::<T>::NotOwner);
	lending.released = lending.released.with(org);
	let other = if org == owner { lending.to } else { owner };
	let is_left = T::Authority::kind(other).is_none();
	let last = after(lending.until, RoundRulesInForce::<T>::get().answer);
	let is_over = last < Pallet::<T>::moment() || is_left;
	let (given, is_signed) =
		(*lending, lending.released.contains(owner) && lending.released.contains(lending.to));
	if is_over || is_signed {
		if is_left {
			rounds::drop_left::<T>(number);
		}
		ensure_idle::<T>(number, &owned)?;
		owned.lending = None;
		Pallet::<T>::deposit_event(Event::LeaseEnded {
			resource: number,
			by_owner: given.read_by_owner,
			by_borrower: given.read_by_borrower,
		});
	} else {
		Pallet::<T>::deposit_event(Event::ReleaseSigned { resource: number, org });
	}
	Resources::<T>::insert(number, owned);
	Ok(())
}
