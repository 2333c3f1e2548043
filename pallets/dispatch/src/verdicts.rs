// SPDX-License-Identifier: Apache-2.0

//! Verdicts: given by the chain when the time for evidence is over, appealed against, ruled on, and final.
//!
//! ```text
//!   closed -> evidence term, and bodies asked for -> verdict -> window without an appeal ----------> final
//!                                                      |                                              ^
//!                                                      +-> appeal -> ruling of the others ------------+
//!                                                             +----> nobody rules: stands, disputed --+
//! ```
//!
//! # What it guarantees
//!
//! * **It follows from the record**: [`Record`] has all of it, and nothing else is looked at.
//! * **Nobody rules on its own matter**: not the parties, not who answers by the verdict, not who has appealed.
//! * **A ruling is about evidence**: which facts count ([`Ruling`]). Who answers follows from the table again.
//! * **Silence changes nothing**: the first verdict stands then, and says that it is disputed.

use crate::{
	governed,
	orders::{after, find, remind},
	scores,
	types::{Appeal, Judgement},
	Appeals, ChangesOf, Config, Error, Event, Evidence, Pallet, Verdicts,
};
use frame_support::{defensive, ensure, traits::Contains};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	access::Authority,
	order::{verdict_digest, Order, Record, Ruling, Share, Stage, Total, Verdict, Words},
	org::OrgKind,
	Moment, OrgId, OrgSet,
};

/// All that an order's verdict follows from.
pub(crate) fn record<T: Config>(number: u32, order: &Order) -> Record {
	Record {
		genesis: Pallet::<T>::genesis_hash(),
		order: number,
		companies: order.companies.clone(),
		changes: ChangesOf::<T>::get(number),
		silence: order.silence,
		terms: order.terms,
		facts: Evidence::<T>::get(number).facts,
		table: governed::table::<T>(order.table),
		ruling: Ruling::default(),
	}
}

/// What is kept of a verdict.
fn judgement(record: &Record, verdict: &Verdict, at: Moment) -> Judgement {
	Judgement {
		at,
		digest: verdict_digest(record.genesis, record.order, verdict),
		charges: verdict.totals.clone(),
		ruling: None,
		is_disputed: false,
	}
}

/// Judges an order, and opens the window for an appeal.
pub(crate) fn judge<T: Config>(number: u32, order: &mut Order, now: Moment) {
	let record = record::<T>(number, order);
	let Ok(verdict) = record.verdict() else {
		// Tables are checked when they are set, and facts numbered when they are anchored.
		defensive!("an order without verdict");
		order.stage = Stage::Judged { until: now };
		return;
	};
	let given = judgement(&record, &verdict, now);
	order.stage = Stage::Judged { until: after(now, order.limits.appeal) };
	let (digest, charges) = (given.digest, given.charges.clone());
	Verdicts::<T>::insert(number, given);
	Pallet::<T>::deposit_event(Event::VerdictGiven { order: number, digest, charges, ruling: None });
}

/// Who answers for something by a verdict.
fn charged(given: &Judgement) -> OrgSet {
	let company = |charge: &Total| match charge.share {
		Share::Company(org) => Some(org),
		_ => None,
	};
	given.charges.iter().filter_map(company).collect()
}

/// Whether nobody who might appeal is kept from it now.
pub(crate) fn may_be_final<T: Config>(number: u32, order: &Order) -> bool {
	let answers = Verdicts::<T>::get(number).map_or(OrgSet::EMPTY, |given| charged(&given));
	!order.parties().union(answers).iter().any(|org| T::Silenced::contains(&org))
}

/// Appeals against a verdict.
pub(crate) fn appeal<T: Config>(org: OrgId, number: u32, reason: Words) -> Result<(), Error<T>> {
	let mut order = find::<T>(number)?;
	let given = Verdicts::<T>::get(number).ok_or(Error::<T>::NoVerdict)?;
	ensure!(order.parties().union(charged(&given)).contains(org), Error::<T>::NotParty);
	ensure!(!Appeals::<T>::contains_key(number), Error::<T>::AlreadyAppealed);
	let Stage::Judged { until } = order.stage else { return Err(Error::<T>::NoVerdict) };
	let now = Pallet::<T>::moment();
	ensure!(now <= until, Error::<T>::TooLate);
	ensure!(reason.is_valid(), Error::<T>::BadWords);
	let appeal = Appeal { by: org, at: now, reason: reason.clone(), said: Default::default() };
	Appeals::<T>::insert(number, appeal);
	order.stage = Stage::Appealed { until: after(now, order.limits.ruling) };
	Pallet::<T>::deposit_event(Event::Appealed { order: number, org, reason });
	remind::<T>(org, number, order)
}

/// Who may rule: the carriers and tower companies that are not party to it.
pub(crate) fn rulers<T: Config>(order: &Order, given: &Judgement, appeal: &Appeal) -> OrgSet {
	let parties = order.parties().union(charged(given)).with(appeal.by);
	let is_company = |org: &OrgId| T::Authority::kind(*org).is_some_and(OrgKind::has_council_seat);
	T::Authority::members().difference(parties).iter().filter(is_company).collect()
}

/// Says how one would rule on an appeal. More than half of those who may decide when they say the same.
pub(crate) fn rule<T: Config>(
	org: OrgId,
	number: u32,
	ruling: Ruling,
	reason: Words,
) -> Result<(), Error<T>> {
	let mut order = find::<T>(number)?;
	let mut appeal = Appeals::<T>::get(number).ok_or(Error::<T>::NoAppeal)?;
	let given = Verdicts::<T>::get(number).ok_or(Error::<T>::NoAppeal)?;
	let Stage::Appealed { until } = order.stage else { return Err(Error::<T>::NoAppeal) };
	let now = Pallet::<T>::moment();
	ensure!(given.ruling.is_none(), Error::<T>::NoAppeal);
	ensure!(now <= until, Error::<T>::TooLate);
	let rulers = rulers::<T>(&order, &given, &appeal);
	ensure!(rulers.contains(org), Error::<T>::NotRuler);
	ensure!(appeal.said.iter().all(|(other, _)| *other != org), Error::<T>::AlreadyGiven);
	let facts = Evidence::<T>::get(number).facts.len().saturated_into();
	ensure!(ruling.is_valid(facts), Error::<T>::BadRuling);
	ensure!(reason.is_valid(), Error::<T>::BadWords);
	appeal.said.try_push((org, ruling)).map_err(|_| Error::<T>::AlreadyGiven)?;
	Pallet::<T>::deposit_event(Event::RulingSaid { order: number, org, ruling, reason });
	let agree: OrgSet = appeal.said.iter().filter(|(_, said)| *said == ruling).map(|(by, _)| *by).collect();
	let is_decided = agree.intersection(rulers).len().saturating_mul(2) > rulers.len();
	Appeals::<T>::insert(number, appeal);
	if is_decided {
		decide::<T>(number, &mut order, ruling, now);
		return remind::<T>(org, number, order);
	}
	Ok(())
}

/// Gives the verdict anew by a ruling. It is final.
fn decide<T: Config>(number: u32, order: &mut Order, ruling: Ruling, now: Moment) {
	let record = Record { ruling, ..record::<T>(number, order) };
	match record.verdict() {
		Ok(verdict) => {
			let given = Judgement { ruling: Some(ruling), ..judgement(&record, &verdict, now) };
			let (digest, charges) = (given.digest, given.charges.clone());
			Verdicts::<T>::insert(number, given);
			let ruling = Some(ruling);
			Pallet::<T>::deposit_event(Event::VerdictGiven { order: number, digest, charges, ruling });
		}
		Err(_) => {
			defensive!("an order without verdict");
		}
	}
	// The chain settles it next.
	order.stage = Stage::Appealed { until: now };
}

/// A verdict becomes final, and is counted.
pub(crate) fn finish<T: Config>(number: u32, order: &Order) {
	scores::handled::<T>(order);
	let Some(mut given) = Verdicts::<T>::get(number) else { return };
	given.is_disputed = given.ruling.is_none() && matches!(order.stage, Stage::Appealed { .. });
	scores::charged::<T>(order, &given.charges);
	let (digest, is_disputed) = (given.digest, given.is_disputed);
	Verdicts::<T>::insert(number, given);
	Pallet::<T>::deposit_event(Event::VerdictFinal { order: number, digest, is_disputed });
}
