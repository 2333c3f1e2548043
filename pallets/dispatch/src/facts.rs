// SPDX-License-Identifier: Apache-2.0

//! Facts: what companies say has happened, who stands behind it, and the bodies behind that.
//!
//! # What it guarantees
//!
//! * **The chain's own time**: when a fact was anchored is what the chain's clock shows.
//! * **A fact stays as it is**: whoever has more to say says another one. A signature is for the digest of exactly this one.
//! * **Nobody fills an order for another**: each company has its share of the facts ([`share_of`]).
//! * **What the record knows is not said otherwise**: contracted times, owners, networks and violations are looked up.
//! * **Asked is delivered or void**: a body is shown to the chain, which compares its hash, or who has asked says that it has it.

use crate::{
	orders::{after, find, remind},
	types::{Demanded, EvidenceOf},
	Config, Error, Event, Evidence as EvidenceMap, Pallet,
};
use frame_support::{ensure, traits::Contains};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	interlock::Violations,
	order::{fact_digest, share_of, Body, Demand, Evidence, Fact, Order, Phase, Stage, MAX_FACTS},
	Hash, Moment, OrgId, OrgSet,
};

/// An order that takes facts, and that concerns `org`.
fn find_concerned<T: Config>(org: OrgId, number: u32) -> Result<Order, Error<T>> {
	let order = find::<T>(number)?;
	ensure!(order.concerned.contains(org), Error::<T>::NotConcerned);
	ensure!(order.takes_facts(Pallet::<T>::moment()), Error::<T>::TooLate);
	Ok(order)
}

/// Anchors a fact.
pub(crate) fn anchor<T: Config>(
	org: OrgId,
	number: u32,
	claimed: Moment,
	evidence: Evidence,
	body: Option<Hash>,
) -> Result<(), Error<T>> {
	let order = find_concerned::<T>(org, number)?;
	let now = Pallet::<T>::moment();
	evidence.check(&order.companies, order.contract.as_ref(), order.concerned)?;
	evidence.has_happened(claimed, now)?;
	if let Evidence::Violation { number, by, phase } = evidence {
		let known = u32::try_from(number).ok().and_then(T::Violations::violation);
		let known = known.ok_or(Error::<T>::OtherViolation)?;
		let is_here = known.against == by && Some(known.cell.site) == order.place.station();
		// Nobody says longer of it than those who have seen it; and what is gone may be said of any.
		let is_seen = phase == Phase::Cleared || !known.is_taken_back && known.since <= claimed;
		ensure!(is_here && is_seen, Error::<T>::OtherViolation);
	}
	let fact = EvidenceMap::<T>::try_mutate(number, |EvidenceOf { facts, .. }| {
		let own: u32 = facts.iter().filter(|fact| fact.author == org).count().saturated_into();
		let most = share_of(org, order.parties(), order.concerned, MAX_FACTS.into());
		ensure!(own < most, Error::<T>::TooManyFacts);
		let fact = Fact {
			number: facts.len().saturated_into(),
			author: org,
			claimed,
			anchored: now,
			countersigned: OrgSet::EMPTY,
			body: body.map(|hash| Body { hash, demand: Demand::None }),
			evidence,
		};
		facts.try_push(fact).map_err(|_| Error::<T>::TooManyFacts)?;
		Ok::<_, Error<T>>(fact)
	})?;
	let digest = fact_digest(Pallet::<T>::genesis_hash(), number, &fact);
	Pallet::<T>::deposit_event(Event::FactAnchored { order: number, fact: fact.number, org, digest });
	Ok(())
}

/// Changes a fact by its number.
fn change<T: Config, R>(
	number: u32,
	fact: u8,
	change: impl FnOnce(&mut Fact) -> Result<R, Error<T>>,
) -> Result<R, Error<T>> {
	EvidenceMap::<T>::try_mutate(number, |EvidenceOf { facts, .. }| {
		change(facts.get_mut(usize::from(fact)).ok_or(Error::<T>::NoSuchFact)?)
	})
}

/// Stands behind another company's fact.
pub(crate) fn countersign<T: Config>(
	org: OrgId,
	number: u32,
	fact: u8,
	digest: Hash,
) -> Result<(), Error<T>> {
	find_concerned::<T>(org, number)?;
	change::<T, _>(number, fact, |fact| {
		ensure!(fact.author != org, Error::<T>::OwnFact);
		let is_this = fact_digest(Pallet::<T>::genesis_hash(), number, fact) == digest;
		ensure!(is_this, Error::<T>::OtherDigest);
		ensure!(!fact.countersigned.contains(org), Error::<T>::AlreadyGiven);
		fact.countersigned = fact.countersigned.with(org);
		Ok(())
	})?;
	Pallet::<T>::deposit_event(Event::FactCountersigned { order: number, fact, org });
	Ok(())
}

/// Asks for the body of another company's fact.
pub(crate) fn ask<T: Config>(org: OrgId, number: u32, fact: u8) -> Result<(), Error<T>> {
	let mut order = find_concerned::<T>(org, number)?;
	let until = after(Pallet::<T>::moment(), order.limits.body);
	EvidenceMap::<T>::try_mutate(number, |EvidenceOf { facts, demands }| {
		let asked = facts.get_mut(usize::from(fact)).ok_or(Error::<T>::NoSuchFact)?;
		ensure!(asked.author != org, Error::<T>::OwnFact);
		let body = asked.body.as_mut().ok_or(Error::<T>::NoBody)?;
		ensure!(body.demand == Demand::None, Error::<T>::AlreadyAsked);
		body.demand = Demand::Open;
		// There are no more of them than facts.
		demands.try_push(Demanded { fact, by: org, until }).map_err(|_| Error::<T>::AlreadyAsked)
	})?;
	order.demand = order.demand.map_or(Some(until), |first| Some(first.min(until)));
	Pallet::<T>::deposit_event(Event::BodyAsked { order: number, fact, by: org, until });
	remind::<T>(org, number, order)
}

/// Shows a body to the chain.
pub(crate) fn deliver<T: Config>(org: OrgId, number: u32, fact: u8, bytes: &[u8]) -> Result<(), Error<T>> {
	let hash = Hash::from(sp_io::hashing::blake2_256(bytes));
	met::<T>(org, number, fact, true, |known, _| {
		ensure!(known.author == org, Error::<T>::NotConcerned);
		ensure!(known.body.is_some_and(|body| body.hash == hash), Error::<T>::OtherBody);
		Ok(())
	})
}

/// Says that one has the body that one has asked for.
pub(crate) fn acknowledge<T: Config>(org: OrgId, number: u32, fact: u8) -> Result<(), Error<T>> {
	met::<T>(org, number, fact, false, |_, asked| {
		ensure!(asked.by == org, Error::<T>::NotConcerned);
		Ok(())
	})
}

fn met<T: Config>(
	org: OrgId,
	number: u32,
	fact: u8,
	is_shown: bool,
	check: impl FnOnce(&Fact, &Demanded) -> Result<(), Error<T>>,
) -> Result<(), Error<T>> {
	let mut order = find::<T>(number)?;
	ensure!(matches!(order.stage, Stage::Open | Stage::Evidence { .. }), Error::<T>::TooLate);
	EvidenceMap::<T>::try_mutate(number, |EvidenceOf { facts, demands }| {
		let known = facts.get_mut(usize::from(fact)).ok_or(Error::<T>::NoSuchFact)?;
		let place = demands.iter().position(|asked| asked.fact == fact).ok_or(Error::<T>::NotAsked)?;
		let asked = demands.get(place).ok_or(Error::<T>::NotAsked)?;
		check(known, asked)?;
		ensure!(Pallet::<T>::moment() <= asked.until, Error::<T>::TooLate);
		if let Some(body) = &mut known.body {
			body.demand = Demand::Met;
		}
		demands.remove(place);
		order.demand = demands.iter().map(|asked| asked.until).min();
		Ok::<_, Error<T>>(())
	})?;
	Pallet::<T>::deposit_event(Event::BodyDelivered { order: number, fact, org, is_shown });
	remind::<T>(org, number, order)
}

/// What was asked for and is not delivered by now is void. An author that cannot answer has as long again.
pub(crate) fn miss<T: Config>(number: u32, order: &mut Order, now: Moment) {
	EvidenceMap::<T>::mutate(number, |EvidenceOf { facts, demands }| {
		for asked in demands.iter_mut().filter(|asked| asked.until < now) {
			let author = facts.get(usize::from(asked.fact)).map(|fact| fact.author);
			if author.is_some_and(|author| T::Silenced::contains(&author)) {
				asked.until = after(now, order.limits.body);
			}
		}
		demands.retain(|asked| {
			let is_open = now <= asked.until;
			if let Some(fact) = facts.get_mut(usize::from(asked.fact)).filter(|_| !is_open) {
				if let Some(body) = &mut fact.body {
					body.demand = Demand::Missed;
				}
				Pallet::<T>::deposit_event(Event::FactVoid { order: number, fact: fact.number });
			}
			is_open
		});
		order.demand = demands.iter().map(|asked| asked.until).min();
	});
}
