// SPDX-License-Identifier: Apache-2.0

//! Facts: what companies say has happened, who stands behind it, and the bodies behind that.
//!
//! # What it guarantees
//!
//! * **The chain's own time**: when a fact was anchored is what the chain's clock shows.
//! * **Nobody has the last word**: whenever a fact is anchored, the others have the evidence term to sign it and to ask for its body.
//! * **A fact stays as it is**: whoever has more to say says another one. A signature is for the digest of exactly this one.
//! * **Nobody fills an order for another**: each company has its share of the facts ([`share_of`]).
//! * **What the record knows is not said otherwise**: contracted times, owners, networks and violations are looked up.
//! * **Asked is delivered or void**: a body is shown to the chain, which compares its hash, or each who has asked says that it has
//!   it. Nobody says so for another.

use crate::{
	orders::{after, find, remind, remind_if_room},
	silence,
	types::{Demanded, EvidenceOf},
	Config, Error, Event, Evidence as EvidenceMap, Orders, Pallet,
};
use frame_support::ensure;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	interlock::{Ending, Violations},
	order::{fact_digest, share_of, Body, Demand, Evidence, Fact, Order, Phase, Stage, MAX_FACTS},
	Hash, Moment, OrgId, OrgSet,
};

/// An order that concerns `org`.
fn find_concerned<T: Config>(org: OrgId, number: u32) -> Result<Order, Error<T>> {
	let order = find::<T>(number)?;
	ensure!(order.concerned.contains(org), Error::<T>::NotConcerned);
	Ok(order)
}

/// The same where something may still be said of its facts.
fn find_to_answer<T: Config>(org: OrgId, number: u32) -> Result<Order, Error<T>> {
	let order = find_concerned::<T>(org, number)?;
	ensure!(order.takes_answers(Pallet::<T>::moment()), Error::<T>::TooLate);
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
	let mut order = find_concerned::<T>(org, number)?;
	let now = Pallet::<T>::moment();
	ensure!(order.takes_facts(now), Error::<T>::TooLate);
	evidence.check(&order.companies, order.contract.as_ref(), order.concerned)?;
	evidence.has_happened(claimed, now)?;
	if let Evidence::Violation { number, by, phase } = evidence {
		let known = u32::try_from(number).ok().and_then(T::Violations::violation);
		let known = known.ok_or(Error::<T>::OtherViolation)?;
		let is_here = known.against == by && Some(known.cell.site) == order.place.station();
		// Nobody says longer of it than those who have seen it; and what is gone may be said of any.
		let is_seen =
			phase == Phase::Cleared || known.ended != Some(Ending::TakenBack) && known.since <= claimed;
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
			denied: false,
			body: body.map(|hash| Body { hash, demand: Demand::None }),
			evidence,
		};
		facts.try_push(fact).map_err(|_| Error::<T>::TooManyFacts)?;
		Ok::<_, Error<T>>(fact)
	})?;
	if let Stage::Evidence { answers, .. } = &mut order.stage {
		// The chain finds that there is more time when it looks at the order.
		*answers = after(now, order.evidence).max(*answers);
		Orders::<T>::insert(number, order);
	}
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
	let order = find_to_answer::<T>(org, number)?;
	change::<T, _>(number, fact, |fact| {
		ensure!(fact.author != org, Error::<T>::OwnFact);
		let is_this = fact_digest(Pallet::<T>::genesis_hash(), number, fact) == digest;
		ensure!(is_this, Error::<T>::OtherDigest);
		ensure!(!fact.countersigned.contains(org), Error::<T>::AlreadyGiven);
		fact.countersigned = fact.countersigned.with(org);
		// Who denies does not sign: it has thought better of it.
		fact.denied &= fact.evidence.against(&order.companies) != Some(org);
		Ok(())
	})?;
	Pallet::<T>::deposit_event(Event::FactCountersigned { order: number, fact, org });
	Ok(())
}

/// Denies a fact that speaks against oneself, in an order of others.
pub(crate) fn deny<T: Config>(org: OrgId, number: u32, fact: u8) -> Result<(), Error<T>> {
	let order = find_to_answer::<T>(org, number)?;
	ensure!(!order.parties().contains(org), Error::<T>::NotAccused);
	change::<T, _>(number, fact, |fact| {
		ensure!(fact.evidence.against(&order.companies) == Some(org), Error::<T>::NotAccused);
		ensure!(fact.author != org, Error::<T>::OwnFact);
		ensure!(!fact.denied && !fact.countersigned.contains(org), Error::<T>::AlreadyGiven);
		fact.denied = true;
		Ok(())
	})?;
	Pallet::<T>::deposit_event(Event::FactDenied { order: number, fact, org });
	Ok(())
}

/// Asks for the body of another company's fact. Each company asks once, and the author has the term from the last of them on: who
/// asks late takes no time from it.
pub(crate) fn ask<T: Config>(org: OrgId, number: u32, fact: u8) -> Result<(), Error<T>> {
	let mut order = find_to_answer::<T>(org, number)?;
	let until = after(Pallet::<T>::moment(), order.limits.body);
	EvidenceMap::<T>::try_mutate(number, |evidence| {
		let EvidenceOf { facts, demands } = evidence;
		let about = facts.get_mut(usize::from(fact)).ok_or(Error::<T>::NoSuchFact)?;
		ensure!(about.author != org, Error::<T>::OwnFact);
		let body = about.body.as_mut().ok_or(Error::<T>::NoBody)?;
		match demands.iter_mut().find(|asked| asked.fact == fact) {
			Some(asked) => {
				ensure!(!asked.asked.contains(org), Error::<T>::AlreadyAsked);
				*asked = Demanded { by: asked.by.with(org), asked: asked.asked.with(org), until, fact };
			}
			None => {
				// It was shown, or the fact is void.
				ensure!(body.demand == Demand::None, Error::<T>::AlreadyAsked);
				let asked = Demanded { fact, by: OrgSet::of(org), asked: OrgSet::of(org), until };
				// There are no more of them than facts.
				demands.try_push(asked).map_err(|_| Error::<T>::AlreadyAsked)?;
			}
		}
		body.demand = Demand::Open;
		order.demand = evidence.first_due();
		Ok::<_, Error<T>>(())
	})?;
	Pallet::<T>::deposit_event(Event::BodyAsked { order: number, fact, by: org, until });
	remind::<T>(org, number, order)
}

/// Shows a body to the chain: to all who have asked, and for good.
pub(crate) fn deliver<T: Config>(org: OrgId, number: u32, fact: u8, bytes: &[u8]) -> Result<(), Error<T>> {
	let hash = Hash::from(sp_io::hashing::blake2_256(bytes));
	met::<T>(org, number, fact, true, |known, _| {
		ensure!(known.author == org, Error::<T>::NotAuthor);
		ensure!(known.body.is_some_and(|body| body.hash == hash), Error::<T>::OtherBody);
		Ok(OrgSet::EMPTY)
	})
}

/// Says that one has the body that one has asked for. Who else has asked waits on.
pub(crate) fn acknowledge<T: Config>(org: OrgId, number: u32, fact: u8) -> Result<(), Error<T>> {
	met::<T>(org, number, fact, false, |_, asked| {
		ensure!(asked.by.contains(org), Error::<T>::NotAsked);
		Ok(asked.by.without(org))
	})
}

/// `check` says who waits still.
fn met<T: Config>(
	org: OrgId,
	number: u32,
	fact: u8,
	is_shown: bool,
	check: impl FnOnce(&Fact, &Demanded) -> Result<OrgSet, Error<T>>,
) -> Result<(), Error<T>> {
	let mut order = find::<T>(number)?;
	ensure!(matches!(order.stage, Stage::Open | Stage::Evidence { .. }), Error::<T>::TooLate);
	EvidenceMap::<T>::try_mutate(number, |evidence| {
		let EvidenceOf { facts, demands } = evidence;
		let known = facts.get_mut(usize::from(fact)).ok_or(Error::<T>::NoSuchFact)?;
		let place = demands.iter().position(|asked| asked.fact == fact && asked.is_open());
		let place = place.ok_or(Error::<T>::NotAsked)?;
		let asked = demands.get_mut(place).ok_or(Error::<T>::NotAsked)?;
		asked.by = check(known, asked)?;
		ensure!(Pallet::<T>::moment() <= asked.until, Error::<T>::TooLate);
		if !asked.is_open() {
			known.body = known.body.map(|body| Body { demand: Demand::Met, ..body });
		}
		if is_shown {
			demands.remove(place);
		}
		order.demand = evidence.first_due();
		Ok::<_, Error<T>>(())
	})?;
	Pallet::<T>::deposit_event(Event::BodyDelivered { order: number, fact, org, is_shown });
	// It stands in the agenda for the moment when the body was due.
	remind_if_room::<T>(org, number, order);
	Ok(())
}

/// Who has to answer to facts: the parties, and whom they speak against.
pub(crate) fn answerable<T: Config>(number: u32, order: &Order) -> OrgSet {
	let facts = EvidenceMap::<T>::get(number).facts;
	let accused = facts.iter().filter_map(|fact| fact.evidence.against(&order.companies));
	order.parties().union(accused.collect())
}

/// What was asked for and is not delivered by now is void. An author that could not answer has as long again.
pub(crate) fn miss<T: Config>(number: u32, order: &mut Order, now: Moment) {
	EvidenceMap::<T>::mutate(number, |evidence| {
		let EvidenceOf { facts, demands } = evidence;
		for asked in demands.iter_mut().filter(|asked| asked.is_open() && asked.until < now) {
			let author =
				facts.get(usize::from(asked.fact)).map_or(OrgSet::EMPTY, |fact| OrgSet::of(fact.author));
			asked.until = silence::extended::<T>(asked.until, order.limits.body, author);
		}
		demands.retain(|asked| {
			let is_missed = asked.is_open() && asked.until < now;
			if let Some(fact) = facts.get_mut(usize::from(asked.fact)).filter(|_| is_missed) {
				fact.body = fact.body.map(|body| Body { demand: Demand::Missed, ..body });
				Pallet::<T>::deposit_event(Event::FactVoid { order: number, fact: fact.number });
			}
			!is_missed
		});
		order.demand = evidence.first_due();
	});
}
