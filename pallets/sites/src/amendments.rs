// SPDX-License-Identifier: Apache-2.0

//! Changing a station that is registered: what its owner does alone, and what waits for consents.

use crate::{
	roster::Roster, stations::Seat, types::Amendment, weights::WeightInfo, Amendments, Config, Error, Event,
	OpenAmendments, Pallet,
};
use codec::Encode;
use frame_support::{dispatch::DispatchResultWithPostInfo, ensure, weights::Weight};
use sp_runtime::DispatchResult;
use trimast_primitives::{
	consents::ConsentRefusal,
	interlock::{Baselines, StationListener},
	page::SiteId,
	params::Governed,
	site::{ImportRefusal, SharingMode, Station, StationEntry, StationState},
	Consents, Hash, OrgId, OrgSet,
};

/// Whether the owner may put `after` in the place of `before` on its own: because the fields that decide are the same,
/// or because the station is unconfirmed and no other company has signed it, and every member keeps its part.
pub(crate) fn is_owners_alone(before: &StationEntry, after: &Station, members: OrgSet) -> bool {
	let owner = OrgSet::of(before.station.owner);
	let untouched_by_others = !before.is_confirmed() && owner.is_superset(before.signed);
	before.station.decides_alike(after)
		|| (untouched_by_others
			&& before.station.owner == after.owner
			&& keeps_parts(&before.station, after, members))
}

/// Whether every member but the owner has the part in `after` that it has in `before`. A sharer shares the station, in
/// the same mode: else an owner could turn a shared station into an exclusive one behind the sharer's back, and name it
/// as something that is asked about nothing. The tower company and the owner of the backhaul stay what they are.
///
/// The other fields that decide (PLMNs, class, ratings, deadlines) take nobody's say away: as long as a station is
/// unconfirmed it is treated as the strictest class, whatever they are.
fn keeps_parts(before: &Station, after: &Station, members: OrgSet) -> bool {
	let others = members.without(before.owner);
	let shares = before.sharers.intersection(others);
	let tower = |station: &Station| station.tower.as_ref().map_or(OrgSet::EMPTY, |site| OrgSet::of(site.org));
	after.sharers.is_superset(shares)
		&& (shares.is_empty() || before.mode == after.mode)
		&& tower(after).is_superset(tower(before).intersection(others))
		&& OrgSet::of(after.backhaul).is_superset(OrgSet::of(before.backhaul).intersection(others))
}

/// Whether it depends on the baseline if `after` may stand in the place of `before`.
pub(crate) fn concerns_baseline(before: &Station, after: &Station) -> bool {
	after.cells < before.cells || !after.plmns.starts_with(&before.plmns)
}

/// Refuses a record that would turn round what the baseline of the station's cells means: one with fewer cells than have a
/// baseline, and one in which a PLMN stands in another place than before, since values of PLMNs go by their places. The
/// baseline is asked only where the record concerns it.
pub(crate) fn check_baseline<T: Config>(
	id: SiteId,
	before: &Station,
	after: &Station,
) -> Result<(), ImportRefusal> {
	if !concerns_baseline(before, after) {
		return Ok(());
	}
	match T::Baselines::cells(id) {
		0 => Ok(()),
		cells if after.cells < cells => Err(ImportRefusal::FewerCells),
		_ if !after.plmns.starts_with(&before.plmns) => Err(ImportRefusal::PlmnsFixed),
		_ => Ok(()),
	}
}

/// What asking the baseline about so many stations weighs.
pub(crate) fn asked<T: Config>(stations: u32) -> Weight {
	match stations {
		0 => Weight::zero(),
		_ => T::WeightInfo::ask_baseline(stations),
	}
}

/// What a call weighs that asks the baseline about a station and tells of it, beside what it does itself.
pub(crate) fn at_most<T: Config>(own: Weight) -> Weight {
	own.saturating_add(asked::<T>(1)).saturating_add(T::OnChange::told_weight())
}

/// The entry after its owner has changed it alone. The owner stands behind the record that it sends. The others'
/// signatures stay, since they are for the fields that decide: else an owner could shed them by moving a station a
/// metre, and then change the rest.
pub(crate) fn amended_alone(before: &StationEntry, station: Station) -> StationEntry {
	StationEntry {
		signed: before.signed.with(station.owner).intersection(station.named()),
		state: before.state,
		revision: before.revision.saturating_add(1),
		station,
	}
}

/// Members that must consent to a change: those named before or after.
pub(crate) fn required(before: &Station, after: &Station, members: OrgSet) -> OrgSet {
	before.named().union(after.named()).intersection(members)
}

/// What is signed when an amendment is consented to: bound to this chain, this station and the revision it becomes.
pub fn amendment_subject(genesis: Hash, id: SiteId, proposed: &StationEntry) -> Hash {
	(b"trimast/amendment", genesis, id, proposed).using_encoded(sp_io::hashing::blake2_256).into()
}

/// Puts `station` in the place of what stands: at once where the owner decides alone, which weighs less, else as a
/// proposal.
pub(crate) fn amend<T: Config>(org: OrgId, id: SiteId, station: Station) -> DispatchResultWithPostInfo {
	station.check().map_err(Error::<T>::from)?;
	let mut roster = Roster::<T>::default();
	let seat = open_for_proposal(org, id, &mut roster)?;
	let before = seat.entry();
	ensure!(before.state == StationState::OnAir, Error::<T>::Retired);
	ensure!(before.station.code == station.code, Error::<T>::CodeFixed);
	ensure!(before.station != station, Error::<T>::NothingToChange);
	roster.admit(&station, Some(&before.station)).map_err(Error::<T>::from)?;
	check_baseline::<T>(id, &before.station, &station).map_err(Error::<T>::from)?;
	if before.station.owner == org && is_owners_alone(before, &station, roster.members()) {
		ensure!(!Amendments::<T>::contains_key(id), Error::<T>::AmendmentOpen);
		let asked = asked::<T>(concerns_baseline(&before.station, &station).into());
		let after = amended_alone(before, station);
		let (revision, signed) = (after.revision, after.signed);
		seat.replace(after);
		Pallet::<T>::deposit_event(Event::Amended { id, revision, signed });
		let told = T::OnChange::told_weight();
		return Ok(Some(T::WeightInfo::amend_alone().saturating_add(asked).saturating_add(told)).into());
	}
	propose(org, id, seat, station, StationState::OnAir, roster)?;
	Ok(().into())
}

/// Proposes that `to` owns the station. A sharer and the owner change places; an exclusive station just goes over.
pub(crate) fn transfer<T: Config>(org: OrgId, id: SiteId, to: OrgId) -> DispatchResult {
	let mut roster = Roster::<T>::default();
	let seat = open_for_proposal(org, id, &mut roster)?;
	let before = seat.entry();
	ensure!(before.state == StationState::OnAir, Error::<T>::Retired);
	ensure!(before.station.owner != to, Error::<T>::NothingToChange);
	let mut station = before.station.clone();
	station.owner = to;
	if !station.sharers.is_empty() {
		ensure!(station.sharers.contains(to), Error::<T>::NotSharer);
		let former = OrgSet::of(before.station.owner).intersection(roster.members());
		station.sharers = station.sharers.without(to).union(former);
		if station.sharers.is_empty() {
			// The former owner has left the federation, and nobody else shared the station.
			station.mode = SharingMode::Exclusive;
		}
	}
	roster.admit(&station, Some(&before.station)).map_err(Error::<T>::from)?;
	propose(org, id, seat, station, StationState::OnAir, roster)
}

/// Proposes that the station goes out of service, or comes back.
pub(crate) fn set_state<T: Config>(org: OrgId, id: SiteId, state: StationState) -> DispatchResult {
	let mut roster = Roster::<T>::default();
	let seat = open_for_proposal(org, id, &mut roster)?;
	let before = seat.entry();
	if before.state == state {
		return Err(match state {
			StationState::OnAir => Error::<T>::NotRetired,
			StationState::Retired => Error::<T>::Retired,
		}
		.into());
	}
	let station = before.station.clone();
	propose(org, id, seat, station, state, roster)
}

/// Takes the consent of `org`, and carries the amendment out when it was the last one. When a company that was waited
/// for has left the federation, whoever has consented may call again to have it carried out.
pub(crate) fn consent<T: Config>(org: OrgId, id: SiteId, subject: Hash, revision: u32) -> DispatchResult {
	let mut amendment = Amendments::<T>::get(id).ok_or(Error::<T>::NoAmendment)?;
	let seat = Seat::<T>::open(id)?;
	let mut roster = Roster::<T>::default();
	let now = Pallet::<T>::now();
	let required = required(&seat.entry().station, &amendment.proposed.station, roster.members());
	amendment.consents.required = required;
	match amendment.consents.give(org, subject, revision, now) {
		Ok(()) => {
			let missing = required.difference(amendment.consents.given);
			Pallet::<T>::deposit_event(Event::Consented { id, org, subject, revision, missing });
		}
		Err(ConsentRefusal::AlreadyGiven) if amendment.consents.satisfies(required, now) => (),
		Err(refusal) => return Err(Error::<T>::from(refusal).into()),
	}
	if amendment.consents.satisfies(required, now) {
		execute(id, seat, amendment, &mut roster)
	} else {
		Amendments::<T>::insert(id, amendment);
		Ok(())
	}
}

/// Drops an amendment: by the company that proposed it, or by anybody once it has expired.
pub(crate) fn withdraw<T: Config>(org: OrgId, id: SiteId) -> DispatchResult {
	let amendment = Amendments::<T>::get(id).ok_or(Error::<T>::NoAmendment)?;
	ensure!(
		amendment.proposer == org || amendment.consents.is_expired(Pallet::<T>::now()),
		Error::<T>::NotProposer
	);
	forget::<T>(id, amendment.proposer);
	Pallet::<T>::deposit_event(Event::AmendmentWithdrawn { id, org });
	Ok(())
}

/// Gives a station that nobody but its owner has signed to the carrier that `station` names as owner, for whoever has
/// registered the code of another. Nobody has signed the record, so it is unconfirmed; its new owner countersigns it like
/// the others. An open amendment, which was for what stood before, is dropped.
pub(crate) fn reassign<T: Config>(id: SiteId, station: Station) -> DispatchResult {
	station.check().map_err(Error::<T>::from)?;
	let seat = Seat::<T>::open(id)?;
	let before = seat.entry();
	let from = before.station.owner;
	ensure!(before.station.code == station.code, Error::<T>::CodeFixed);
	ensure!(from != station.owner, Error::<T>::NothingToChange);
	ensure!(OrgSet::of(from).is_superset(before.signed), Error::<T>::Countersigned);
	Roster::<T>::default().admit(&station, None).map_err(Error::<T>::from)?;
	check_baseline::<T>(id, &before.station, &station).map_err(Error::<T>::from)?;
	let (to, revision) = (station.owner, before.revision.saturating_add(1));
	seat.replace(StationEntry { station, state: StationState::OnAir, revision, signed: OrgSet::EMPTY });
	if let Some(amendment) = Amendments::<T>::get(id) {
		forget::<T>(id, amendment.proposer);
	}
	Pallet::<T>::deposit_event(Event::Reassigned { id, from, to, revision });
	Ok(())
}

/// The station, if `org` may propose a change of it: it owns the station, or the owner has left the federation and the
/// record names `org`.
fn open_for_proposal<T: Config>(org: OrgId, id: SiteId, roster: &mut Roster<T>) -> Result<Seat<T>, Error<T>> {
	let seat = Seat::<T>::open(id)?;
	let station = &seat.entry().station;
	let orphaned = !roster.members().contains(station.owner);
	ensure!(station.owner == org || (orphaned && station.named().contains(org)), Error::<T>::NotOwner);
	Ok(seat)
}

/// Opens an amendment, or writes the one that is open anew, which takes a new revision and voids what was consented
/// to. The proposer's consent counts as given; when no other is needed, it is carried out at once.
fn propose<T: Config>(
	org: OrgId,
	id: SiteId,
	seat: Seat<T>,
	station: Station,
	state: StationState,
	mut roster: Roster<T>,
) -> DispatchResult {
	let now = Pallet::<T>::now();
	let before = seat.entry();
	let members = roster.members();
	let required = required(&before.station, &station, members);
	let proposed = StationEntry {
		signed: station.named().intersection(members),
		revision: before.revision.saturating_add(1),
		station,
		state,
	};
	let subject = amendment_subject(Pallet::<T>::genesis_hash(), id, &proposed);
	let expires = now.saturating_add(T::Governed::blocks(T::Governed::parameters().consent_term));
	let mut consents = match Amendments::<T>::get(id) {
		Some(open) => {
			let expired = open.consents.is_expired(now);
			ensure!(open.proposer == org || expired, Error::<T>::AmendmentOpen);
			// A proposal sent twice must not void the consents that it has collected meanwhile.
			ensure!(expired || open.consents.subject != subject, Error::<T>::AlreadyProposed);
			forget::<T>(id, open.proposer);
			let mut consents = open.consents;
			consents.amend(subject, required, expires);
			consents
		}
		None => Consents::new(subject, required, expires),
	};
	let revision = consents.revision;
	consents.give(org, subject, revision, now).map_err(Error::<T>::from)?;
	let missing = consents.missing();
	Pallet::<T>::deposit_event(Event::AmendmentProposed { id, org, subject, revision, missing, expires });
	let amendment = Amendment { proposed, consents, proposer: org };
	if consents.satisfies(required, now) {
		return execute(id, seat, amendment, &mut roster);
	}
	OpenAmendments::<T>::try_mutate(id.local_network, org, |open| match open.binary_search(&id.index) {
		Ok(_) => Ok(()),
		Err(place) => open.try_insert(place, id.index).map_err(|_| Error::<T>::TooManyAmendments),
	})?;
	Amendments::<T>::insert(id, amendment);
	Ok(())
}

/// Carries out an amendment that has all consents. Whom it names anew must still be a member of the right kind, and it must
/// go with the baseline as it is now.
fn execute<T: Config>(
	id: SiteId,
	seat: Seat<T>,
	amendment: Amendment,
	roster: &mut Roster<T>,
) -> DispatchResult {
	let Amendment { proposed, consents, proposer } = amendment;
	let before = seat.entry();
	roster.admit(&proposed.station, Some(&before.station)).map_err(Error::<T>::from)?;
	check_baseline::<T>(id, &before.station, &proposed.station).map_err(Error::<T>::from)?;
	// Who signed the record before and has not been asked now (it has left) stands behind it as long as it stays.
	let standing =
		if before.station.decides_alike(&proposed.station) { before.signed } else { OrgSet::EMPTY };
	let signed = standing.union(consents.given).intersection(proposed.station.named());
	let revision = before.revision.saturating_add(1);
	seat.replace(StationEntry { signed, revision, ..proposed });
	forget::<T>(id, proposer);
	Pallet::<T>::deposit_event(Event::Amended { id, revision, signed });
	Ok(())
}

/// Removes an amendment and its place in the list of open ones.
fn forget<T: Config>(id: SiteId, proposer: OrgId) {
	Amendments::<T>::remove(id);
	OpenAmendments::<T>::mutate_exists(id.local_network, proposer, |list| {
		if let Some(open) = list {
			if let Ok(place) = open.binary_search(&id.index) {
				open.remove(place);
			}
			if open.is_empty() {
				*list = None;
			}
		}
	});
}
